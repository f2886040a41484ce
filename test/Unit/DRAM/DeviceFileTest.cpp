//===- DeviceFileTest.cpp - Devices as YAML, out and in -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/DeviceFile.h"
#include "romanet/DRAM/DeviceFields.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <functional>
#include <tuple>

using namespace llvm;
using namespace romanet;

namespace {

std::string print(const DRAMDevice &device) {
  std::string text;
  raw_string_ostream os(text);
  printDevice(device, os);
  return text;
}

// Member by member, not by the list of fields that reading and writing go by.
auto membersOf(const DRAMRail &r) {
  return std::tie(r.volts, r.idd0, r.idd2n, r.idd3n, r.idd4r, r.idd4w, r.idd5b);
}
auto membersOf(const DRAMTiming &t) {
  return std::tie(t.clockNs, t.readLatency, t.writeLatency, t.rcdRead,
                  t.rcdWrite, t.rp, t.ras, t.rc, t.ccdShort, t.ccdLong,
                  t.rrdShort, t.rrdLong, t.faw, t.wtrShort, t.wtrLong, t.wr,
                  t.rtp, t.rtrs, t.refi, t.rfc, t.refiBank, t.rfcBank);
}
auto membersOf(const DRAMDevice &d) {
  return std::tie(d.name, d.source, d.channels, d.ranks, d.chips, d.chipBits,
                  d.bankGroups, d.banksPerGroup, d.rows, d.columns,
                  d.burstLength, d.beatsPerClock, d.commandsPerClock);
}

void expectSame(const DRAMDevice &a, const DRAMDevice &b) {
  EXPECT_EQ(membersOf(a), membersOf(b));
  EXPECT_EQ(membersOf(a.timing), membersOf(b.timing));
  ASSERT_EQ(a.rails.size(), b.rails.size());
  for (size_t i = 0; i != a.rails.size(); ++i)
    EXPECT_EQ(membersOf(a.rails[i]), membersOf(b.rails[i]));
}

void expectRoundTrip(const DRAMDevice &device) {
  std::string text = print(device);
  Expected<DRAMDevice> read = parseDevice(text, "device.yaml");
  ASSERT_TRUE(static_cast<bool>(read)) << toString(read.takeError()) << '\n'
                                       << text;
  expectSame(*read, device);
}

TEST(DeviceFile, PresetsRoundTrip) {
  for (StringRef name : dramPresetNames()) {
    SCOPED_TRACE(name.str());
    expectRoundTrip(cantFail(dramPreset(name)));
  }
}

// Every member in turn with a value that no preset has, and that still
// verifies.
TEST(DeviceFile, EveryMemberRoundTrips) {
  DRAMDevice device = cantFail(dramPreset("lpddr4-3200-8gb-x16"));
  for (int64_t DRAMDevice::*member :
       {&DRAMDevice::channels, &DRAMDevice::ranks, &DRAMDevice::chips,
        &DRAMDevice::chipBits, &DRAMDevice::bankGroups,
        &DRAMDevice::banksPerGroup, &DRAMDevice::rows, &DRAMDevice::columns,
        &DRAMDevice::burstLength}) {
    device.*member *= 2;
    expectRoundTrip(device);
  }
  device.beatsPerClock = 4;
  device.commandsPerClock = 2;
  expectRoundTrip(device);
  int64_t step = 1;
  for (int64_t DRAMTiming::*member :
       {&DRAMTiming::readLatency, &DRAMTiming::writeLatency,
        &DRAMTiming::rcdRead,     &DRAMTiming::rcdWrite,
        &DRAMTiming::rp,          &DRAMTiming::rc,
        &DRAMTiming::ras,         &DRAMTiming::ccdLong,
        &DRAMTiming::ccdShort,    &DRAMTiming::rrdLong,
        &DRAMTiming::rrdShort,    &DRAMTiming::faw,
        &DRAMTiming::wtrLong,     &DRAMTiming::wtrShort,
        &DRAMTiming::wr,          &DRAMTiming::rtp,
        &DRAMTiming::rtrs,        &DRAMTiming::refi,
        &DRAMTiming::rfc,         &DRAMTiming::refiBank,
        &DRAMTiming::rfcBank}) {
    // The longer of two is raised first, and by no less than the shorter.
    device.timing.*member += 40 - step++;
    expectRoundTrip(device);
  }
  // No few digits say these.
  device.timing.clockNs = 1.0 / 3;
  for (double DRAMRail::*member :
       {&DRAMRail::volts, &DRAMRail::idd4r, &DRAMRail::idd4w, &DRAMRail::idd5b,
        &DRAMRail::idd0}) {
    device.rails[1].*member += 100.0 / 7;
    expectRoundTrip(device);
  }
  device.rails[1].idd2n += 1e-9;
  device.rails[1].idd3n += 1.0 / 7;
  expectRoundTrip(device);
}

// Whatever text is in the name, it stays a text.
TEST(DeviceFile, NamesRoundTrip) {
  DRAMDevice device = defaultDRAMDevice();
  for (const char *name :
       {"", "null", "12", "true", "a: b", "# a", "it's", "\"quoted\"", "- a",
        "two\nlines", "tab\t", " led by a space", "\xc3\xa4"}) {
    SCOPED_TRACE(name);
    device.name = device.source = name;
    expectRoundTrip(device);
  }
}

TEST(DeviceFile, UnitsAreInTheKeys) {
  std::string text = print(defaultDRAMDevice());
  for (const char *part : {"clock_ns:        1.25\n", "timing_clocks:\n",
                           "idd0_ma:         70\n", "volts:           1.5\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << '\n' << text;
}

/// The default device with one line replaced, or with none if `key` is empty.
std::string replaceLine(StringRef key, StringRef line) {
  std::string text = print(defaultDRAMDevice());
  size_t at = text.find((key + ":").str());
  EXPECT_NE(at, std::string::npos) << key.str();
  size_t end = text.find('\n', at);
  return text.substr(0, at) + line.str() + text.substr(end);
}

/// The number, from 1, of the line with that key.
int lineOf(StringRef text, StringRef key) {
  size_t at = text.find((key + ":").str());
  EXPECT_NE(at, StringRef::npos) << key.str();
  return static_cast<int>(text.take_front(at).count('\n')) + 1;
}

void expectError(StringRef text, int line, StringRef message) {
  SCOPED_TRACE(message.str());
  Expected<DRAMDevice> device = parseDevice(text, "dir/device.yaml");
  ASSERT_FALSE(static_cast<bool>(device)) << text.str();
  std::string error = toString(device.takeError());
  std::string start = "dir/device.yaml:" + std::to_string(line) + ":";
  ASSERT_EQ(error.substr(0, start.size()), start);
  StringRef column, rest;
  std::tie(column, rest) =
      StringRef(error).drop_front(start.size()).split(": ");
  unsigned number = 0;
  EXPECT_TRUE(to_integer(column, number, 10) && number > 0) << error;
  EXPECT_EQ(rest.take_front(message.size()), message);
}

TEST(DeviceFile, EveryKeyIsNeeded) {
  std::string all = print(defaultDRAMDevice());
  std::vector<StringRef> keys = {"name", "source", deviceClockName,
                                 deviceTimingName, deviceRailsName};
  for (const auto &field : deviceSizes)
    keys.push_back(field.name);
  for (const auto &field : deviceTimings)
    keys.push_back(field.name);
  for (const auto &field : deviceRailFields)
    keys.push_back(field.name);
  for (StringRef key : keys) {
    // The whole word: another key has `rc` at its end.
    std::string text = all;
    size_t at = text.find((key + ":").str());
    while (at != 0 && text[at - 1] != ' ' && text[at - 1] != '\n')
      at = text.find((key + ":").str(), at + 1);
    ASSERT_NE(at, std::string::npos) << key.str();
    text.replace(at, key.size(), "no_such_key");
    Expected<DRAMDevice> device = parseDevice(text, "device.yaml");
    ASSERT_FALSE(static_cast<bool>(device)) << text;
    std::string error = toString(device.takeError());
    EXPECT_NE(error.find("missing required key '" + key.str() + "'"),
              std::string::npos)
        << error;
  }
}

TEST(DeviceFile, UnknownKeys) {
  std::string text = print(defaultDRAMDevice());
  size_t rows = text.find("\nrows:");
  std::string more = text.substr(0, rows) + "\nrowz: 1" + text.substr(rows);
  expectError(more, lineOf(more, "rowz"), "unknown key 'rowz'");
  more = text;
  more.insert(more.find("  rp:"), "  trp: 11\n");
  expectError(more, lineOf(more, "trp"), "unknown key 'trp'");
  more = text;
  more.insert(more.find("    idd2n_ma:"), "    idd1_ma: 11\n");
  expectError(more, lineOf(more, "idd1_ma"), "unknown key 'idd1_ma'");
}

TEST(DeviceFile, BadValues) {
  auto expect = [](StringRef key, StringRef value, StringRef message) {
    std::string text = replaceLine(key, (key + ": " + value).str());
    expectError(text, lineOf(text, key), message);
  };
  expect("rows", "many", "expected a whole number of 64 bits");
  expect("rows", "1.5", "expected a whole number of 64 bits");
  expect("rows", "9223372036854775808", "expected a whole number of 64 bits");
  expect("rows", "''", "expected a whole number of 64 bits");
  expect("rows", "[1]", "unexpected scalar");
  expect("clock_ns", "1.25ns", "expected a number");
  expect("volts", "1,5", "expected a number");
  std::string text = print(defaultDRAMDevice());
  size_t timing = text.find("timing_clocks:");
  text.replace(timing, text.find("rails:") - timing, "timing_clocks: 11\n");
  expectError(text, lineOf(text, "timing_clocks"), "not a mapping");
}

// What is only wrong with all values at hand is still told with its line.
TEST(DeviceFile, ValuesThatMakeNoDevice) {
  auto expect = [](StringRef key, StringRef value, StringRef message) {
    std::string text = replaceLine(key, (key + ": " + value).str());
    expectError(text, lineOf(text, key),
                ("DRAM device 'ddr3-1600-2gb-x8': " + message).str());
  };
  expect("rows", "1000", "rows is 1000, it must be a positive power of two");
  expect("rows", "-1", "rows is -1, it must be a positive power of two");
  expect("clock_ns", "0", "clock_ns is 0, it must be positive");
  expect("clock_ns", "nan", "clock_ns is nan");
  expect("refi", "100", "timing_clocks.refi is 100, it must be more than rfc");
  expect("idd4w_ma", "1", "rails[0].idd4w_ma is 1, it must be at least");
  std::string text = print(defaultDRAMDevice());
  text = text.substr(0, text.find("rails:")) + "rails: []\n";
  expectError(text, lineOf(text, "rails"),
              "DRAM device 'ddr3-1600-2gb-x8': rails is empty");
  text = print(cantFail(dramPreset("lpddr4-3200-8gb-x16")));
  size_t at = text.rfind("volts:");
  text.replace(at, text.find('\n', at) - at, "volts: -1");
  expectError(text,
              static_cast<int>(StringRef(text).take_front(at).count('\n')) + 1,
              "DRAM device 'lpddr4-3200-8gb-x16': rails[1].volts is -1");
}

TEST(DeviceFile, NotADevice) {
  expectError("", 1, "");
  expectError("# nothing\n", 1, "");
  expectError("a\n", 1, "not a mapping");
  expectError("- a\n", 1, "not a mapping");
  expectError("{", 1, "");
  std::string nested = "name: ";
  nested.append(100000, '[');
  expectError(nested, 1, "nested more than 16 deep");
  nested = "name: ";
  for (int i = 0; i != 100000; ++i)
    nested += "? - ";
  expectError(nested, 1, "");
  expectError("---\n---\n" + std::string(100000, '['), 3,
              "nested more than 16 deep");
  expectError("name: a\nname: b\n", 2, "duplicated mapping key 'name'");
  expectError(print(defaultDRAMDevice()) + "\n---\nname: a\n", 1,
              "expected a device, and a second one follows");
}

TEST(DeviceFile, FindByNameOrFile) {
  EXPECT_EQ(cantFail(findDevice("hbm2-8gb-x128")).name, "hbm2-8gb-x128");
  Expected<DRAMDevice> device = findDevice("hbm9");
  ASSERT_FALSE(static_cast<bool>(device));
  std::string message = toString(device.takeError());
  EXPECT_NE(message.find("'hbm9'"), std::string::npos) << message;
  EXPECT_NE(message.find(".yaml"), std::string::npos) << message;

  device = findDevice("no/such/file.yaml");
  ASSERT_FALSE(static_cast<bool>(device));
  message = toString(device.takeError());
  EXPECT_NE(message.find("cannot read 'no/such/file.yaml'"), std::string::npos)
      << message;

  SmallString<128> path;
  int descriptor;
  ASSERT_FALSE(
      sys::fs::createTemporaryFile("device", "yaml", descriptor, path));
  DRAMDevice written = cantFail(dramPreset("ddr4-3200-8gb-x8"));
  written.name = "mine";
  {
    raw_fd_ostream os(descriptor, /*shouldClose=*/true);
    printDevice(written, os);
  }
  device = findDevice(path);
  sys::fs::remove(path);
  ASSERT_TRUE(static_cast<bool>(device)) << toString(device.takeError());
  expectSame(*device, written);
}

} // namespace
