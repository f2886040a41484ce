//===- DeviceFile.cpp - Devices as YAML -----------------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/DeviceFile.h"
#include "Real.h"
#include "romanet/DRAM/DeviceFields.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace llvm;
using namespace romanet;

namespace {
struct WholeNumber {
  int64_t value = 0;
};
} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(DRAMRail)

template <>
struct yaml::ScalarTraits<Real> {
  static void output(const Real &number, void *, raw_ostream &os) {
    os << number;
  }
  static StringRef input(StringRef text, void *, Real &number) {
    return to_float(text, number.value) ? "" : "expected a number";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct yaml::ScalarTraits<WholeNumber> {
  static void output(const WholeNumber &number, void *, raw_ostream &os) {
    os << number.value;
  }
  static StringRef input(StringRef text, void *, WholeNumber &number) {
    return to_integer(text, number.value, /*Base=*/10)
               ? ""
               : "expected a whole number of 64 bits";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

static void mapField(yaml::IO &io, StringLiteral name, int64_t &value) {
  WholeNumber number{value};
  io.mapRequired(name.data(), number);
  value = number.value;
}

static void mapField(yaml::IO &io, StringLiteral name, double &value) {
  Real number{value};
  io.mapRequired(name.data(), number);
  value = number.value;
}

template <>
struct yaml::MappingTraits<DRAMRail> {
  static void mapping(IO &io, DRAMRail &rail) {
    for (const auto &field : deviceRailFields)
      mapField(io, field.name, rail.*field.member);
  }
};

/// Without the clock, which is a key of the device.
template <>
struct yaml::MappingTraits<DRAMTiming> {
  static void mapping(IO &io, DRAMTiming &timing) {
    for (const auto &field : deviceTimings)
      mapField(io, field.name, timing.*field.member);
  }
};

template <>
struct yaml::MappingTraits<DRAMDevice> {
  /// The context of an input is whether there was anything to read.
  static void mapping(IO &io, DRAMDevice &device) {
    if (!io.outputting())
      *static_cast<bool *>(io.getContext()) = true;
    io.mapRequired("name", device.name);
    io.mapRequired("source", device.source);
    for (const auto &field : deviceSizes)
      mapField(io, field.name, device.*field.member);
    mapField(io, deviceClockName, device.timing.clockNs);
    io.mapRequired(deviceTimingName.data(), device.timing);
    io.mapRequired(deviceRailsName.data(), device.rails);
  }
};

static Error failAt(StringRef fileName, int line, const Twine &message) {
  return createStringError(fileName + ":" + Twine(line) + ": " + message);
}

namespace {
/// Where the keys of a file are, for what is only seen when all are read.
class KeyLines {
public:
  /// The text is known to be a device.
  KeyLines(StringRef text) {
    yaml::Stream stream(text, manager);
    if (auto *root =
            dyn_cast_or_null<yaml::MappingNode>(stream.begin()->getRoot()))
      visit(*root, "");
  }

  /// The line of a field, in the spelling of DRAMDevice::verify.
  int lineOf(StringRef field) const {
    auto found = lines.find(field);
    return found == lines.end() ? 1 : found->second;
  }

private:
  void visit(yaml::MappingNode &node, const std::string &prefix) {
    for (yaml::KeyValueNode &entry : node) {
      SmallString<32> storage;
      auto *key = dyn_cast<yaml::ScalarNode>(entry.getKey());
      if (!key)
        continue;
      std::string name = prefix + key->getValue(storage).str();
      lines[name] = static_cast<int>(
          manager.getLineAndColumn(key->getSourceRange().Start).first);
      yaml::Node *value = entry.getValue();
      if (auto *map = dyn_cast_or_null<yaml::MappingNode>(value))
        visit(*map, name + ".");
      else if (auto *list = dyn_cast_or_null<yaml::SequenceNode>(value))
        visit(*list, name);
    }
  }
  void visit(yaml::SequenceNode &list, const std::string &prefix) {
    int index = 0;
    for (yaml::Node &element : list) {
      std::string name = prefix + "[" + std::to_string(index++) + "].";
      if (auto *map = dyn_cast<yaml::MappingNode>(&element))
        visit(*map, name);
    }
  }

  SourceMgr manager;
  StringMap<int> lines;
};
} // namespace

namespace romanet {

Expected<DRAMDevice> parseDevice(StringRef text, StringRef fileName) {
  SMDiagnostic first;
  auto keepFirst = [](const SMDiagnostic &diagnostic, void *context) {
    auto &kept = *static_cast<SMDiagnostic *>(context);
    if (kept.getMessage().empty())
      kept = diagnostic;
  };
  bool isRead = false;
  yaml::Input input(MemoryBufferRef(text, fileName), &isRead, keepFirst,
                    &first);
  DRAMDevice device;
  input >> device;
  if (input.error()) {
    StringRef message = first.getMessage();
    return failAt(fileName, std::max(first.getLineNo(), 1),
                  message.empty() ? "malformed YAML" : message);
  }
  // An empty file is no error to the reader.
  if (!isRead)
    return failAt(fileName, 1, "expected the keys of a device");
  if (input.nextDocument())
    return failAt(fileName, 1, "expected one device, and a second follows");
  if (std::optional<DeviceFault> fault = device.findFault())
    return failAt(fileName, KeyLines(text).lineOf(fault->field),
                  fault->message);
  return device;
}

void printDevice(const DRAMDevice &device, raw_ostream &os) {
  // Written, not changed.
  DRAMDevice copy = device;
  yaml::Output output(os);
  output << copy;
}

Expected<DRAMDevice> findDevice(StringRef nameOrFile) {
  if (!nameOrFile.ends_with(".yaml") && !nameOrFile.ends_with(".yml")) {
    Expected<DRAMDevice> preset = dramPreset(nameOrFile);
    if (preset)
      return preset;
    return createStringError(toString(preset.takeError()) +
                             "; a file ends in .yaml or .yml");
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFile(nameOrFile);
  if (!file)
    return createStringError("cannot read '" + nameOrFile +
                             "': " + file.getError().message());
  return parseDevice((*file)->getBuffer(), nameOrFile);
}

} // namespace romanet
