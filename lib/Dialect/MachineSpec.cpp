//===- MachineSpec.cpp - The machine of a module --------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Dialect/MachineSpec.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "romanet/DRAM/DeviceFields.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::romanet;

//===----------------------------------------------------------------------===//
// To DLTI
//===----------------------------------------------------------------------===//

namespace {
/// The entries of a map or of the spec of a device.
class Entries {
public:
  explicit Entries(MLIRContext *context) : builder(context) {}

  void add(StringRef key, Attribute value) {
    list.push_back(DataLayoutEntryAttr::get(builder.getStringAttr(key), value));
  }
  void add(StringRef key, int64_t value) {
    add(key, builder.getI64IntegerAttr(value));
  }
  void add(StringRef key, double value) {
    add(key, builder.getF64FloatAttr(value));
  }
  void add(StringRef key, StringRef value) {
    add(key, Attribute(builder.getStringAttr(value)));
  }
  void addIf(StringRef key, std::optional<int64_t> value) {
    if (value)
      add(key, *value);
  }
  template <typename Fields, typename Struct>
  void addFields(const Fields &fields, const Struct &from) {
    for (const auto &field : fields)
      add(field.name, from.*field.member);
  }
  MapAttr map() const { return MapAttr::get(builder.getContext(), list); }

  Builder builder;
  SmallVector<DataLayoutEntryInterface> list;
};
} // namespace

static MapAttr toMap(MLIRContext *context,
                     const core::BufferCapacities &buffers) {
  Entries entries(context);
  SmallVector<StringRef> doubled;
  for (core::Operand operand : core::AllOperands) {
    entries.addIf(core::operandName(operand), buffers.separate[operand]);
    if (buffers.doubleBuffered[operand])
      doubled.push_back(core::operandName(operand));
  }
  entries.addIf("shared", buffers.shared);
  if (!doubled.empty())
    entries.add("double_buffered",
                Attribute(entries.builder.getStrArrayAttr(doubled)));
  return entries.map();
}

static MapAttr toMap(MLIRContext *context, const core::DRAMDevice &device) {
  Entries entries(context), timing(context);
  entries.add("name", device.name);
  entries.add("source", device.source);
  entries.addFields(core::deviceSizes, device);
  entries.add(core::deviceClockName, device.timing.clockNs);
  timing.addFields(core::deviceTimings, device.timing);
  entries.add(core::deviceTimingName, Attribute(timing.map()));
  SmallVector<Attribute> rails;
  for (const core::DRAMRail &each : device.rails) {
    Entries rail(context);
    rail.addFields(core::deviceRailFields, each);
    rails.push_back(rail.map());
  }
  entries.add(core::deviceRailsName,
              Attribute(entries.builder.getArrayAttr(rails)));
  return entries.map();
}

static Attribute toAttribute(MLIRContext *context,
                             const core::Machine &machine) {
  if (const auto *preset = std::get_if<std::string>(&machine.dram))
    return StringAttr::get(context, *preset);
  return toMap(context, std::get<core::DRAMDevice>(machine.dram));
}

MapAttr mlir::romanet::toMap(MachineAttr machine) {
  MLIRContext *context = machine.getContext();
  core::DRAMDevice device = machine.getDevice();
  Entries entries(context);
  if (machine.getName())
    entries.add("name", Attribute(machine.getName()));
  if (machine.getSource())
    entries.add("source", Attribute(machine.getSource()));
  core::Machine described = machine.getMachine();
  entries.add("buffers", Attribute(::toMap(context, described.buffers)));
  entries.add("dram", toAttribute(context, described));
  entries.add("channels", device.channels);
  entries.add("ranks", device.ranks);
  entries.add("chips", device.chips);
  entries.add("device", Attribute(::toMap(context, device)));
  return entries.map();
}

Attribute mlir::romanet::makeTargetSystemSpec(MachineAttr attribute) {
  MLIRContext *context = attribute.getContext();
  core::Machine machine = attribute.getMachine();
  Entries npu(context), dram(context), system(context);
  if (!machine.name.empty())
    npu.add("romanet.name", machine.name);
  if (!machine.source.empty())
    npu.add("romanet.source", machine.source);
  npu.add(kBuffersAttr, Attribute(::toMap(context, machine.buffers)));
  dram.add("romanet.dram", toAttribute(context, machine));
  dram.addIf("romanet.channels", machine.channels);
  dram.addIf("romanet.ranks", machine.ranks);
  dram.addIf("romanet.chips", machine.chips);
  system.add("npu", Attribute(TargetDeviceSpecAttr::get(context, npu.list)));
  system.add("dram", Attribute(TargetDeviceSpecAttr::get(context, dram.list)));
  return TargetSystemSpecAttr::get(context, system.list);
}

//===----------------------------------------------------------------------===//
// From DLTI
//===----------------------------------------------------------------------===//

static std::string toText(Attribute value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

static bool isOurs(DataLayoutEntryInterface entry) {
  auto key = dyn_cast<StringAttr>(entry.getKey());
  return key && key.getValue().starts_with("romanet.");
}

namespace {
/// Collects the parts of a machine from the entries of a target system spec.
class SpecReader {
public:
  explicit SpecReader(ModuleOp module) : module(module) {}

  /// Null if there is no entry of ours.
  FailureOr<MachineAttr> read(TargetSystemSpecInterface spec) {
    for (DataLayoutEntryInterface device : spec.getEntries()) {
      auto entries = dyn_cast<TargetDeviceSpecInterface>(device.getValue());
      if (!entries)
        continue;
      for (DataLayoutEntryInterface entry : entries.getEntries())
        if (isOurs(entry) &&
            failed(readEntry(device, cast<StringAttr>(entry.getKey()),
                             entry.getValue())))
          return failure();
    }
    if (where.empty())
      return MachineAttr();
    auto standard = MachineAttr::getDefault(module.getContext());
    auto machine = MachineAttr::getChecked(
        [&] {
          return emitError(module.getLoc())
                 << "the machine of 'dlti.target_system_spec' (entries "
                 << llvm::join(where, ", ") << "): ";
        },
        module.getContext(), name, source,
        buffers ? buffers : standard.getBuffers(),
        dram ? dram : standard.getDram(), channels, ranks, chips);
    if (!machine)
      return failure();
    return machine;
  }

private:
  LogicalResult fail(const Twine &message) {
    emitError(module.getLoc()) << "entry " << where.back() << " of "
                               << "'dlti.target_system_spec': " << message;
    return failure();
  }

  LogicalResult readEntry(DataLayoutEntryInterface device, StringAttr key,
                          Attribute value) {
    where.push_back(describe(device, key));
    if (!seen.insert(key).second)
      return fail("there is another one of this key");
    if (key == "romanet.name")
      return readText(value, name);
    if (key == "romanet.source")
      return readText(value, source);
    if (key == kBuffersAttr)
      return readBuffers(value);
    if (key == "romanet.dram")
      return readDram(value);
    std::optional<int64_t> *number =
        llvm::StringSwitch<std::optional<int64_t> *>(key.getValue())
            .Case("romanet.channels", &channels)
            .Case("romanet.ranks", &ranks)
            .Case("romanet.chips", &chips)
            .Default(nullptr);
    if (!number)
      return fail("there is no such key, expected romanet.name, "
                  "romanet.source, romanet.buffers, romanet.dram, "
                  "romanet.channels, romanet.ranks or romanet.chips");
    return readNumber(value, "", number->emplace());
  }

  LogicalResult readText(Attribute value, StringAttr &text) {
    text = dyn_cast<StringAttr>(value);
    return text ? success() : fail("expected a string, got " + toText(value));
  }

  /// `path` is that within the entry, with a space behind it.
  LogicalResult readNumber(Attribute value, const Twine &path,
                           int64_t &number) {
    auto integer = dyn_cast<IntegerAttr>(value);
    bool isUnsigned = integer && integer.getType().isUnsignedInteger();
    if (!integer || (isUnsigned ? integer.getValue().getActiveBits() > 63
                                : integer.getValue().getSignificantBits() > 64))
      return fail(path + "expected an integer of 64 bits, got " +
                  toText(value));
    number = isUnsigned
                 ? static_cast<int64_t>(integer.getValue().getZExtValue())
                 : integer.getValue().getSExtValue();
    return success();
  }
  LogicalResult readNumber(Attribute value, const Twine &path, double &number) {
    if (auto real = dyn_cast<FloatAttr>(value)) {
      number = real.getValueAsDouble();
      return success();
    }
    int64_t whole = 0;
    if (!isa<IntegerAttr>(value))
      return fail(path + "expected a number, got " + toText(value));
    if (failed(readNumber(value, path, whole)))
      return failure();
    number = static_cast<double>(whole);
    return success();
  }

  LogicalResult readBuffers(Attribute value) {
    if ((buffers = dyn_cast<BuffersAttr>(value)))
      return success();
    auto map = dyn_cast<MapAttr>(value);
    if (!map)
      return fail("expected a #dlti.map or a #romanet.buffers, got " +
                  toText(value));
    core::BufferCapacities capacities;
    for (DataLayoutEntryInterface entry : map.getEntries()) {
      StringRef key = keyOf(entry);
      std::optional<core::Operand> operand = core::parseOperand(key);
      if (key == "double_buffered") {
        if (failed(readTensors(entry.getValue(), capacities)))
          return failure();
        continue;
      }
      if (!operand && key != "shared")
        return fail("unknown key '" + key +
                    "', expected input, weights, output, shared or "
                    "double_buffered");
      std::optional<int64_t> &capacity =
          operand ? capacities.separate[*operand] : capacities.shared;
      if (failed(readNumber(entry.getValue(),
                            "'" + key + "': ", capacity.emplace())))
        return failure();
    }
    if (llvm::Error error = capacities.verify())
      return fail(llvm::toString(std::move(error)));
    buffers = BuffersAttr::get(module.getContext(), capacities);
    return success();
  }

  LogicalResult readTensors(Attribute value,
                            core::BufferCapacities &capacities) {
    auto names = dyn_cast<ArrayAttr>(value);
    if (!names)
      return fail("'double_buffered': expected an array of tensors, got " +
                  toText(value));
    for (Attribute each : names) {
      auto text = dyn_cast<StringAttr>(each);
      std::optional<core::Operand> operand;
      if (text)
        operand = core::parseOperand(text.getValue());
      if (!operand)
        return fail("'double_buffered': unknown tensor " + toText(each) +
                    ", expected input, weights or output");
      if (capacities.doubleBuffered[*operand])
        return fail(toText(each) + " is named twice in 'double_buffered'");
      capacities.doubleBuffered[*operand] = true;
    }
    return success();
  }

  LogicalResult readDram(Attribute value) {
    dram = value;
    if (isa<StringAttr, DeviceAttr>(value))
      return success();
    auto map = dyn_cast<MapAttr>(value);
    if (!map)
      return fail("expected the name of a preset, a #dlti.map or a "
                  "#romanet.device, got " +
                  toText(value));
    core::DRAMDevice device;
    SmallVector<StringRef> known = {"name", "source", core::deviceClockName,
                                    core::deviceTimingName,
                                    core::deviceRailsName};
    for (const auto &field : core::deviceSizes)
      known.push_back(field.name);
    if (failed(checkKeys(map, known, "")) ||
        failed(readFields(map, core::deviceSizes, device, "")))
      return failure();
    StringAttr deviceName, deviceSource;
    auto at = [&](StringRef key) { return lookUp(map, key); };
    if (failed(readText(at("name"), deviceName)) ||
        failed(readText(at("source"), deviceSource)) ||
        failed(readNumber(
            at(core::deviceClockName),
            "'" + core::deviceClockName + "': ", device.timing.clockNs)) ||
        failed(readWhole(at(core::deviceTimingName), core::deviceTimings,
                         device.timing, core::deviceTimingName.str())))
      return failure();
    device.name = deviceName.str();
    device.source = deviceSource.str();
    auto rails = dyn_cast<ArrayAttr>(at(core::deviceRailsName));
    if (!rails)
      return fail("'" + core::deviceRailsName + "': expected an array, got " +
                  toText(at(core::deviceRailsName)));
    for (auto [index, rail] : llvm::enumerate(rails))
      if (failed(readWhole(
              rail, core::deviceRailFields, device.rails.emplace_back(),
              (core::deviceRailsName + "[" + Twine(index) + "]").str())))
        return failure();
    if (llvm::Error error = device.verify())
      return fail(llvm::toString(std::move(error)));
    dram = DeviceAttr::get(module.getContext(), device);
    return success();
  }

  /// A map that has exactly these fields.
  template <typename Fields, typename Struct>
  LogicalResult readWhole(Attribute value, const Fields &fields, Struct &into,
                          const std::string &path) {
    auto map = dyn_cast<MapAttr>(value);
    if (!map)
      return fail("'" + path + "': expected a #dlti.map, got " + toText(value));
    SmallVector<StringRef> known;
    for (const auto &field : fields)
      known.push_back(field.name);
    return failure(failed(checkKeys(map, known, path + ".")) ||
                   failed(readFields(map, fields, into, path + ".")));
  }

  template <typename Fields, typename Struct>
  LogicalResult readFields(MapAttr map, const Fields &fields, Struct &into,
                           const std::string &prefix) {
    for (const auto &field : fields)
      if (failed(readNumber(
              lookUp(map, field.name),
              "'" + prefix + field.name + "': ", into.*field.member)))
        return failure();
    return success();
  }

  /// All of `known` and nothing else.
  LogicalResult checkKeys(MapAttr map, ArrayRef<StringRef> known,
                          const std::string &prefix) {
    for (DataLayoutEntryInterface entry : map.getEntries())
      if (!llvm::is_contained(known, keyOf(entry)))
        return fail("unknown key '" + prefix + keyOf(entry) + "'");
    for (StringRef key : known)
      if (!lookUp(map, key))
        return fail("missing key '" + prefix + key + "'");
    return success();
  }

  /// Empty where the key is a type.
  static StringRef keyOf(DataLayoutEntryInterface entry) {
    auto key = dyn_cast<StringAttr>(entry.getKey());
    return key ? key.getValue() : StringRef();
  }
  Attribute lookUp(MapAttr map, StringRef key) {
    FailureOr<Attribute> value =
        map.query(StringAttr::get(module.getContext(), key));
    return succeeded(value) ? *value : Attribute();
  }

  static std::string describe(DataLayoutEntryInterface device, StringAttr key) {
    auto name = dyn_cast<StringAttr>(device.getKey());
    return ("'" + key.getValue() + "' of device '" +
            (name ? name.getValue() : "?") + "'")
        .str();
  }

  ModuleOp module;
  StringAttr name, source;
  BuffersAttr buffers;
  Attribute dram;
  std::optional<int64_t> channels, ranks, chips;
  llvm::SmallPtrSet<StringAttr, 8> seen;
  SmallVector<std::string> where;
};
} // namespace

bool mlir::romanet::hasMachineInSpec(ModuleOp module) {
  auto spec =
      module->getAttrOfType<TargetSystemSpecInterface>(kTargetSystemSpecAttr);
  if (!spec)
    return false;
  return llvm::any_of(spec.getEntries(), [](DataLayoutEntryInterface device) {
    auto entries = dyn_cast<TargetDeviceSpecInterface>(device.getValue());
    return entries && llvm::any_of(entries.getEntries(), isOurs);
  });
}

FailureOr<MachineAttr> mlir::romanet::describedMachine(ModuleOp module) {
  if (auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr))
    return machine;
  if (auto spec = module->getAttrOfType<TargetSystemSpecInterface>(
          kTargetSystemSpecAttr))
    return SpecReader(module).read(spec);
  return MachineAttr();
}
