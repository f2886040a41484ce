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
#include "romanet/DRAM/Yaml.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace romanet;

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

void yaml::MappingTraits<DRAMDevice>::mapping(IO &io, DRAMDevice &device) {
  io.mapRequired("name", device.name);
  io.mapRequired("source", device.source);
  for (const auto &field : deviceSizes)
    mapField(io, field.name, device.*field.member);
  mapField(io, deviceClockName, device.timing.clockNs);
  io.mapRequired(deviceTimingName.data(), device.timing);
  io.mapRequired(deviceRailsName.data(), device.rails);
}

namespace romanet {

Expected<DRAMDevice> parseDevice(StringRef text, StringRef fileName) {
  DRAMDevice device;
  Expected<YamlKeys> keys = parseYaml(text, fileName, "a device", device);
  if (!keys)
    return keys.takeError();
  if (std::optional<DeviceFault> fault = device.findFault())
    return failAt(fileName, keys->placeOf(fault->field), fault->message);
  return device;
}

void printDevice(const DRAMDevice &device, raw_ostream &os) {
  // Written, not changed.
  DRAMDevice copy = device;
  yaml::Output output(os);
  output << copy;
}

Expected<DRAMDevice> findDevice(StringRef nameOrFile) {
  return findByName<DRAMDevice>(nameOrFile, dramPreset, parseDevice);
}

} // namespace romanet
