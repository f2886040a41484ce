//===- MachineFile.cpp - A machine as data --------------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/MachineFile.h"
#include "romanet/DRAM/DeviceFile.h"
#include "romanet/DRAM/Yaml.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace romanet;

//===----------------------------------------------------------------------===//
// Machine
//===----------------------------------------------------------------------===//

Machine Machine::makeDefault() {
  Machine machine;
  machine.buffers = BufferCapacities::makeDefault();
  machine.dram = defaultDRAMDevice().name;
  return machine;
}

std::optional<MachineFault> Machine::findFault() const {
  if (!json::isUTF8(name))
    return MachineFault{"name", "the name is not UTF-8"};
  if (!json::isUTF8(source))
    return MachineFault{"source", "the source is not UTF-8"};
  if (Error error = buffers.verify())
    return MachineFault{"buffers", toString(std::move(error))};
  DRAMDevice whole;
  if (const auto *preset = std::get_if<std::string>(&dram)) {
    Expected<DRAMDevice> found = dramPreset(*preset);
    if (!found)
      return MachineFault{"dram", toString(found.takeError())};
    whole = std::move(*found);
  } else {
    whole = std::get<DRAMDevice>(dram);
    // Before what the machine changes of it, which has a key of its own.
    if (std::optional<DeviceFault> fault = whole.findFault())
      return MachineFault{"dram." + fault->field, fault->message};
  }
  whole.channels = channels.value_or(whole.channels);
  whole.ranks = ranks.value_or(whole.ranks);
  whole.chips = chips.value_or(whole.chips);
  std::optional<DeviceFault> fault = whole.findFault();
  if (!fault)
    return std::nullopt;
  // The device alone has no fault, so that what the machine says of it is the
  // reason: the number of that name, or of a product the first one.
  const std::pair<StringRef, std::optional<int64_t>> said[] = {
      {"channels", channels}, {"ranks", ranks}, {"chips", chips}};
  std::string key;
  for (const auto &[name, number] : said)
    if (number && (key.empty() || name == fault->field))
      key = name.str();
  return MachineFault{key, fault->message};
}

Error Machine::verify() const {
  if (std::optional<MachineFault> fault = findFault())
    return createStringError(fault->message);
  return Error::success();
}

Expected<DRAMDevice> Machine::device() const {
  if (Error error = verify())
    return std::move(error);
  const auto *preset = std::get_if<std::string>(&dram);
  DRAMDevice device =
      preset ? cantFail(dramPreset(*preset)) : std::get<DRAMDevice>(dram);
  device.channels = channels.value_or(device.channels);
  device.ranks = ranks.value_or(device.ranks);
  device.chips = chips.value_or(device.chips);
  return device;
}

//===----------------------------------------------------------------------===//
// Presets
//===----------------------------------------------------------------------===//

namespace {
constexpr int64_t KiB = 1024;

/// Buffers of 0 bytes are not there.
struct Preset {
  StringLiteral name, source;
  int64_t input, weights, output, shared;
  StringLiteral dram;
  /// 0: as the device has it.
  int64_t chips = 0;
};
} // namespace

// Of each the source says first what is published, then what is ours.
static constexpr Preset presets[] = {
    {"eyeriss",
     "Chen, Krishna, Emer, Sze, IEEE JSSC 52(1), 2017: a global buffer of 108 "
     "KiB. Ours: all three tensors share it (the chip keeps 8 KiB for filters, "
     "and filters stay in the scratchpads of the PEs, which are not modelled); "
     "the DRAM",
     0, 0, 0, 108 * KiB, "ddr3-1600-2gb-x8"},
    {"tpu-like",
     "Putra, Hanif, Shafique, DRMap, DAC 2020, arXiv 2004.10341: buffers of 64 "
     "KiB each for inputs, weights and outputs, DDR3-1600 2Gb x8. Ours: eight "
     "chips on 64 bits",
     64 * KiB, 64 * KiB, 64 * KiB, 0, "ddr3-1600-2gb-x8"},
    {"gap8",
     "Flamand et al., GAP-8, IEEE ASAP 2018: 64 KiB of L1 memory that the "
     "cluster's cores and its convolution engine share. Ours: the L2 of 512 "
     "KiB is left out, and one LPDDR4 chip on 16 bits stands for the HyperRAM",
     0, 0, 0, 64 * KiB, "lpddr4-3200-8gb-x16"},
    {"ethos-n77",
     "Arm Ethos-N77 with 16 SRAM banks of 64 KiB (WikiChip, Arm Ethos). Ours: "
     "all three tensors share them; two LPDDR4-3200 chips on 32 bits",
     0, 0, 0, 1024 * KiB, "lpddr4-3200-8gb-x16", 2},
    {"tpu-v2-core",
     "Jouppi et al., Ten Lessons From Three Generations, ISCA 2021, table 1: "
     "two cores, 32 MiB on chip, 16 GiB of HBM. Ours: one core with half of "
     "both; all three tensors share what is on chip; the stack has the clock "
     "of the HBM2 preset, 256 GB/s",
     0, 0, 0, 16 * 1024 * KiB, "hbm2-8gb-x128"},
};

static Machine makeMachine(const Preset &preset) {
  auto given = [](int64_t value) {
    return value ? std::optional<int64_t>(value) : std::nullopt;
  };
  Machine machine;
  machine.name = preset.name.str();
  machine.source = preset.source.str();
  machine.buffers =
      BufferCapacities::make(given(preset.input), given(preset.weights),
                             given(preset.output), given(preset.shared));
  machine.dram = preset.dram.str();
  machine.chips = given(preset.chips);
  return machine;
}

ArrayRef<StringRef> romanet::machinePresetNames() {
  static const auto names = [] {
    SmallVector<StringRef, std::size(presets)> list;
    for (const Preset &preset : presets)
      list.push_back(preset.name);
    return list;
  }();
  return names;
}

Expected<Machine> romanet::machinePreset(StringRef name) {
  for (const Preset &preset : presets)
    if (preset.name == name)
      return makeMachine(preset);
  return createStringError(
      "there is no machine '" + name +
      "', the presets are: " + join(machinePresetNames(), ", "));
}

//===----------------------------------------------------------------------===//
// YAML
//===----------------------------------------------------------------------===//

namespace {
struct TensorName {
  Operand operand = Operand::Input;
};
} // namespace

LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(TensorName)

template <>
struct yaml::ScalarTraits<TensorName> {
  static void output(const TensorName &name, void *, raw_ostream &os) {
    os << operandName(name.operand);
  }
  static StringRef input(StringRef text, void *, TensorName &name) {
    std::optional<Operand> operand = parseOperand(text);
    if (!operand)
      return "unknown tensor, expected input, weights or output";
    name.operand = *operand;
    return "";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

static void mapOptional(yaml::IO &io, const char *key,
                        std::optional<int64_t> &value) {
  std::optional<WholeNumber> number;
  if (value)
    number = WholeNumber{*value};
  io.mapOptional(key, number);
  value = number ? std::optional<int64_t>(number->value) : std::nullopt;
}

template <>
struct yaml::MappingTraits<BufferCapacities> {
  static void mapping(IO &io, BufferCapacities &buffers) {
    for (Operand operand : AllOperands)
      mapOptional(io, operandName(operand).data(), buffers.separate[operand]);
    mapOptional(io, "shared", buffers.shared);
    std::vector<TensorName> doubled;
    for (Operand operand : AllOperands)
      if (buffers.doubleBuffered[operand])
        doubled.push_back({operand});
    io.mapOptional("double_buffered", doubled);
    if (io.outputting())
      return;
    for (TensorName name : doubled) {
      if (buffers.doubleBuffered[name.operand])
        io.setError("'" + operandName(name.operand) +
                    "' is named twice in 'double_buffered'");
      buffers.doubleBuffered[name.operand] = true;
    }
  }
};

template <>
struct yaml::MappingTraits<Machine> {
  static void mapping(IO &io, Machine &machine) {
    io.mapOptional("name", machine.name, std::string());
    io.mapOptional("source", machine.source, std::string());
    io.mapRequired("buffers", machine.buffers);
    // The kind of a value cannot be asked for where there is none.
    if (!io.outputting() &&
        static_cast<YamlKeys *>(io.getContext())->isMapping("dram"))
      machine.dram = DRAMDevice();
    std::visit([&](auto &dram) { io.mapRequired("dram", dram); }, machine.dram);
    mapOptional(io, "channels", machine.channels);
    mapOptional(io, "ranks", machine.ranks);
    mapOptional(io, "chips", machine.chips);
  }
};

Expected<Machine> romanet::parseMachine(StringRef text, StringRef fileName) {
  Machine machine;
  Expected<YamlKeys> keys = parseYaml(text, fileName, "a machine", machine);
  if (!keys)
    return keys.takeError();
  const auto *dram = std::get_if<std::string>(&machine.dram);
  if (dram && isYamlFile(*dram)) {
    SmallString<128> path = StringRef(*dram);
    if (sys::path::is_relative(path)) {
      path = sys::path::parent_path(fileName);
      sys::path::append(path, *dram);
    }
    Expected<DRAMDevice> device = findDevice(path);
    if (!device)
      return failAt(fileName, keys->placeOf("dram"),
                    toString(device.takeError()));
    machine.dram = std::move(*device);
  }
  if (std::optional<MachineFault> fault = machine.findFault())
    return failAt(fileName, keys->placeOf(fault->key), fault->message);
  return machine;
}

void romanet::printMachine(const Machine &machine, raw_ostream &os) {
  // Written, not changed.
  Machine copy = machine;
  yaml::Output output(os);
  output << copy;
}

Expected<Machine> romanet::findMachine(StringRef nameOrFile) {
  return findByName<Machine>(nameOrFile, machinePreset, parseMachine);
}
