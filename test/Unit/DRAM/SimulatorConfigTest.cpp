//===- SimulatorConfigTest.cpp - Configurations, read back ----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each file is read back and turned into what the simulator makes of it (as far
// as its sources say), which must be the device again.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/SimulatorConfig.h"
#include "romanet/DRAM/Energy.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cmath>
#include <map>

using namespace llvm;
using namespace romanet;

namespace {

/// Values by key. Keys of a .yaml have those around them in front.
class Settings {
public:
  static Settings ini(StringRef text) {
    Settings settings;
    std::string section;
    SmallVector<StringRef> lines;
    text.split(lines, '\n');
    for (StringRef line : lines) {
      if (line.empty() || line.starts_with(";"))
        continue;
      if (line.consume_front("[")) {
        section = line.drop_back().str() + ".";
        continue;
      }
      auto [key, value] = line.split(" = ");
      settings.add(section + key.str(), value);
    }
    return settings;
  }
  static Settings yaml(StringRef text) {
    Settings settings;
    std::vector<std::string> around;
    SmallVector<StringRef> lines;
    text.split(lines, '\n');
    for (StringRef line : lines) {
      size_t indent = line.find_first_not_of(' ');
      if (indent == StringRef::npos || line[indent] == '#')
        continue;
      EXPECT_EQ(indent % 2, 0u) << line.str();
      EXPECT_LE(indent / 2, around.size()) << line.str();
      around.resize(indent / 2);
      auto [key, value] = line.trim().split(':');
      around.push_back(key.str());
      if (!value.empty())
        settings.add(join(around, "."), value.trim());
    }
    return settings;
  }

  std::string text(const std::string &key) const {
    auto found = values.find(key);
    EXPECT_NE(found, values.end()) << key;
    return found == values.end() ? "" : found->second;
  }
  int64_t whole(const std::string &key) const {
    int64_t value = -1;
    EXPECT_TRUE(to_integer(text(key), value)) << key;
    return value;
  }
  double real(const std::string &key) const {
    double value = std::nan("");
    EXPECT_TRUE(to_float(text(key), value)) << key;
    return value;
  }
  bool has(const std::string &key) const { return values.count(key) != 0; }

private:
  void add(const std::string &key, StringRef value) {
    EXPECT_TRUE(values.emplace(key, value.str()).second) << key;
  }
  std::map<std::string, std::string> values;
};

std::string writeIni(const DRAMDevice &device, const AddressMap &map,
                     const SimulatorOptions &options = {}) {
  std::string text;
  raw_string_ostream os(text);
  Error error = writeDRAMsim3Config(device, map, options, os);
  EXPECT_FALSE(static_cast<bool>(error)) << toString(std::move(error));
  return text;
}

/// What DRAMsim3 makes of its file (configuration.cc) against the device.
void expectDRAMsim3(const DRAMDevice &device, const AddressMap &map) {
  Settings ini = Settings::ini(writeIni(device, map));
  std::string protocol = ini.text("dram_structure.protocol");
  int64_t columns = ini.whole("dram_structure.columns");
  int64_t burst = ini.whole("dram_structure.BL");
  int64_t width = ini.whole("dram_structure.device_width");
  int64_t rows = ini.whole("dram_structure.rows");
  int64_t groups = ini.whole("dram_structure.bankgroups");
  int64_t banks = groups * ini.whole("dram_structure.banks_per_group");
  if (protocol == "HBM2")
    columns *= 2;
  int64_t busBits = ini.whole("system.bus_width");
  int64_t chips = busBits / width;
  int64_t pageBytes = columns * width / 8;
  int64_t mibPerBank = pageBytes * (rows / 1024) / 1024;
  int64_t mibPerRank = mibPerBank * banks * chips;
  EXPECT_EQ(chips, device.chips);
  EXPECT_EQ(columns, device.columns);
  EXPECT_EQ(rows, device.rows);
  EXPECT_EQ(groups, device.bankGroups);
  EXPECT_EQ(banks, device.banks());
  EXPECT_EQ(ini.whole("system.channel_size") / mibPerRank, device.ranks);
  EXPECT_EQ(ini.whole("system.channel_size") * device.channels * 1024 * 1024,
            device.capacityBytes());
  EXPECT_EQ(busBits / 8 * burst, device.burstBytes());
  EXPECT_EQ(static_cast<double>(burst) / 2, device.clocksPerBurst());
  EXPECT_EQ(ini.text("system.address_mapping"), map.order());
  EXPECT_EQ(ini.whole("system.channels"), device.channels);
  EXPECT_EQ(protocol == "HBM2" &&
                ini.text("dram_structure.hbm_dual_cmd") == "true",
            device.commandsPerClock == 2);

  const DRAMTiming &timing = device.timing;
  EXPECT_EQ(ini.real("timing.tCK"), timing.clockNs);
  EXPECT_EQ(ini.whole("timing.CL"), timing.readLatency);
  EXPECT_EQ(ini.whole("timing.CWL"), timing.writeLatency);
  bool isHBM = protocol == "HBM2";
  EXPECT_EQ(ini.whole(isHBM ? "timing.tRCDRD" : "timing.tRCD"), timing.rcdRead);
  EXPECT_EQ(ini.whole(isHBM ? "timing.tRCDWR" : "timing.tRCD"),
            timing.rcdWrite);
  EXPECT_EQ(ini.whole("timing.tRAS") + ini.whole("timing.tRP"), timing.rc);
  EXPECT_EQ(ini.whole("timing.tRP"), timing.rp);
  EXPECT_EQ(ini.whole("timing.tRRD_S"), timing.rrdShort);
  EXPECT_EQ(ini.whole("timing.tRRD_L"), timing.rrdLong);
  EXPECT_EQ(ini.whole("timing.tCCD_S"), timing.ccdShort);
  EXPECT_EQ(ini.whole("timing.tCCD_L"), timing.ccdLong);
  EXPECT_EQ(ini.whole("timing.tWTR_S"), timing.wtrShort);
  EXPECT_EQ(ini.whole("timing.tWTR_L"), timing.wtrLong);
  EXPECT_EQ(ini.whole("timing.tFAW"), timing.faw);
  EXPECT_EQ(ini.whole("timing.tWR"), timing.wr);
  EXPECT_EQ(ini.whole("timing.tRTP"), timing.rtp);
  EXPECT_EQ(ini.whole("timing.tRTRS"), timing.rtrs);
  EXPECT_EQ(ini.whole("timing.tREFI"), timing.refi);
  EXPECT_EQ(ini.whole("timing.tRFC"), timing.rfc);

  // Its energies in V mA clocks, times the clock, are ours.
  CommandEnergies energies = commandEnergies(device);
  double clock = timing.clockNs, rc = timing.rc, ras = timing.ras;
  auto current = [&](const char *name) {
    return ini.real(std::string("power.") + name) * ini.real("power.VDD") *
           static_cast<double>(chips) * clock;
  };
  auto near = [](double a, double b) { EXPECT_NEAR(a, b, 1e-9 * std::abs(b)); };
  near(current("IDD0") * rc - current("IDD3N") * ras -
           current("IDD2N") * (rc - ras),
       energies.activatePrecharge);
  near((current("IDD4R") - current("IDD3N")) * device.clocksPerBurst(),
       energies.readBurst);
  near((current("IDD4W") - current("IDD3N")) * device.clocksPerBurst(),
       energies.writeBurst);
  near((current("IDD5AB") - current("IDD3N")) * static_cast<double>(timing.rfc),
       energies.refresh);
  near(current("IDD3N"), energies.standbyOpenPerClock);
  near(current("IDD2N"), energies.standbyClosedPerClock);
}

TEST(SimulatorConfig, DRAMsim3) {
  for (StringRef name : dramPresetNames())
    for (StringRef policy : mappingPolicyNames()) {
      SCOPED_TRACE(name.str() + " " + policy.str());
      DRAMDevice device = cantFail(dramPreset(name));
      expectDRAMsim3(device, cantFail(createAddressMap(device, policy)));
      device.channels *= 2;
      device.ranks = 4;
      device.chips *= 2;
      expectDRAMsim3(device, cantFail(createAddressMap(device, policy)));
    }
}

TEST(SimulatorConfig, DRAMsim3Options) {
  DRAMDevice device = defaultDRAMDevice();
  AddressMap map = cantFail(createAddressMap(device, "romanet"));
  Settings ini = Settings::ini(writeIni(device, map));
  EXPECT_EQ(ini.text("system.row_buf_policy"), "OPEN_PAGE");
  EXPECT_EQ(ini.whole("system.trans_queue_size"), 32);
  EXPECT_EQ(ini.whole("system.cmd_queue_size"), 8);
  SimulatorOptions options;
  options.closedRow = true;
  options.transactionQueue = 5;
  options.commandQueue = 6;
  ini = Settings::ini(writeIni(device, map, options));
  EXPECT_EQ(ini.text("system.row_buf_policy"), "CLOSE_PAGE");
  EXPECT_EQ(ini.whole("system.trans_queue_size"), 5);
  EXPECT_EQ(ini.whole("system.cmd_queue_size"), 6);
}

void expectRefused(Error error, const std::string &text,
                   const std::string &part) {
  ASSERT_TRUE(static_cast<bool>(error)) << part;
  std::string message = toString(std::move(error));
  EXPECT_NE(message.find("cannot express " + part), std::string::npos)
      << message;
  // Half a file would be taken for one.
  EXPECT_EQ(text, "");
}

void expectNoIni(const DRAMDevice &device, const std::string &part,
                 const MappingOptions &options = {}) {
  AddressMap map = cantFail(createAddressMap(device, "row-major", options));
  std::string text;
  raw_string_ostream os(text);
  Error error = writeDRAMsim3Config(device, map, {}, os);
  expectRefused(std::move(error), text, part);
}

TEST(SimulatorConfig, WhatDRAMsim3CannotExpress) {
  MappingOptions hashed;
  hashed.hash = BankHash::XorRow;
  expectNoIni(defaultDRAMDevice(), "the bank hash 'xor'", hashed);
  DRAMDevice device = defaultDRAMDevice();
  device.timing.rc = 40;
  expectNoIni(device, "rc = 40 of device 'ddr3-1600-2gb-x8', only ras + rp = "
                      "39");
  device = defaultDRAMDevice();
  device.timing.rcdWrite = 12;
  expectNoIni(device, "different rcd_read and rcd_write");
  device = defaultDRAMDevice();
  device.rows = 512;
  expectNoIni(device, "banks of 524288 bytes per chip");
  device = defaultDRAMDevice();
  device.beatsPerClock = 4;
  expectNoIni(device, "device 'ddr3-1600-2gb-x8' with 4 beats per clock");
  device = defaultDRAMDevice();
  device.commandsPerClock = 2;
  expectNoIni(device, "2 commands per clock");
}

std::string writeYaml(const DRAMDevice &device, const AddressMap &map,
                      const SimulatorOptions &options, StringRef file) {
  std::string text;
  raw_string_ostream os(text);
  Error error = writeRamulator2Config(device, map, options, file, os);
  EXPECT_FALSE(static_cast<bool>(error)) << toString(std::move(error));
  return text;
}

/// What Ramulator 2.0 makes of its file against the device. `mapper`: the
/// levels of its address mapper from the most significant on, in its terms.
void expectRamulator2(const DRAMDevice &device, StringRef policy,
                      StringRef mapper) {
  SCOPED_TRACE(device.name + " " + policy.str());
  Settings yaml = Settings::yaml(
      writeYaml(device, cantFail(createAddressMap(device, policy)), {}, "a"));
  EXPECT_EQ(yaml.text("Frontend.impl"), "LoadStoreTrace");
  EXPECT_EQ(yaml.text("Frontend.path"), "'a'");
  EXPECT_EQ(yaml.text("MemorySystem.AddrMapper.impl"), mapper);
  EXPECT_EQ(yaml.text("MemorySystem.Controller.RowPolicy.impl"),
            "OpenRowPolicy");
  bool isDDR4 = device.bankGroups > 1;
  std::string dram = "MemorySystem.DRAM.", org = dram + "org.",
              timing = dram + "timing.";
  EXPECT_EQ(yaml.text(dram + "impl"), isDDR4 ? "DDR4" : "DDR3");
  EXPECT_EQ(yaml.whole(org + "channel"), device.channels);
  EXPECT_EQ(yaml.whole(org + "rank"), device.ranks);
  EXPECT_EQ(yaml.has(org + "bankgroup"), isDDR4);
  int64_t groups = isDDR4 ? yaml.whole(org + "bankgroup") : 1;
  EXPECT_EQ(groups, device.bankGroups);
  int64_t banks = yaml.whole(org + "bank"), rows = yaml.whole(org + "row");
  int64_t columns = yaml.whole(org + "column"), bits = yaml.whole(org + "dq");
  EXPECT_EQ(banks, device.banksPerGroup);
  // Its own check of the density, in Mbit of a chip.
  EXPECT_EQ(groups * banks * rows * columns * bits >> 20,
            yaml.whole(org + "density"));
  // Transactions of eight beats, as it has for DDR3 and DDR4.
  EXPECT_EQ(8 * yaml.whole(org + "channel_width") / 8, device.burstBytes());
  EXPECT_EQ(rows, device.rows);
  EXPECT_EQ(columns, device.columns);
  const DRAMTiming &t = device.timing;
  std::map<std::string, int64_t> clocks = {
      {"nBL", 4},      {"nCL", t.readLatency}, {"nRCD", t.rcdRead},
      {"nRP", t.rp},   {"nRAS", t.ras},        {"nRC", t.rc},
      {"nWR", t.wr},   {"nRTP", t.rtp},        {"nCWL", t.writeLatency},
      {"nFAW", t.faw}, {"nRFC", t.rfc},        {"nREFI", t.refi},
      {"nCS", t.rtrs}};
  if (isDDR4)
    clocks.insert({{"nCCDS", t.ccdShort},
                   {"nCCDL", t.ccdLong},
                   {"nRRDS", t.rrdShort},
                   {"nRRDL", t.rrdLong},
                   {"nWTRS", t.wtrShort},
                   {"nWTRL", t.wtrLong}});
  else
    clocks.insert(
        {{"nCCD", t.ccdShort}, {"nRRD", t.rrdShort}, {"nWTR", t.wtrShort}});
  for (const auto &[name, value] : clocks)
    EXPECT_EQ(yaml.whole(timing + name), value) << name;
  // Transfers per microsecond.
  EXPECT_NEAR(static_cast<double>(yaml.whole(timing + "rate")),
              2000 / t.clockNs, 1);
}

TEST(SimulatorConfig, Ramulator2) {
  DRAMDevice ddr3 = defaultDRAMDevice();
  expectRamulator2(ddr3, "romanet", "RoBaRaCoCh");
  expectRamulator2(ddr3, "row-major", "RoBaRaCoCh");
  expectRamulator2(ddr3, "column-row-bank", "ChRaBaRoCo");
  DRAMDevice ddr4 = cantFail(dramPreset("ddr4-3200-8gb-x8"));
  // Bank groups are below banks there.
  ddr4.ranks = 2;
  Expected<AddressMap> map = AddressMap::create(ddr4, "robabgracoch");
  ASSERT_TRUE(static_cast<bool>(map));
  Settings yaml = Settings::yaml(writeYaml(ddr4, *map, {}, "it's"));
  EXPECT_EQ(yaml.text("MemorySystem.AddrMapper.impl"), "RoBaRaCoCh");
  EXPECT_EQ(yaml.text("Frontend.path"), "'it''s'");
  ddr4.ranks = 1;
  expectRamulator2(ddr4, "row-major", "RoBaRaCoCh");
}

void expectNoYaml(const DRAMDevice &device, const std::string &part,
                  StringRef policy = "row-major",
                  const MappingOptions &options = {}, int64_t queue = 32) {
  AddressMap map = cantFail(createAddressMap(device, policy, options));
  std::string text;
  raw_string_ostream os(text);
  SimulatorOptions simulator;
  simulator.transactionQueue = queue;
  Error error = writeRamulator2Config(device, map, simulator, "t", os);
  expectRefused(std::move(error), text, part);
}

TEST(SimulatorConfig, WhatRamulator2CannotExpress) {
  MappingOptions hashed;
  hashed.hash = BankHash::XorRow;
  DRAMDevice ddr3 = defaultDRAMDevice();
  expectNoYaml(ddr3, "the bank hash 'xor'", "romanet", hashed);
  expectNoYaml(ddr3, "the address map 'rocochrababg'", "bank-column-row");
  expectNoYaml(ddr3, "queues of 8 requests", "romanet", {}, 8);
  expectNoYaml(cantFail(dramPreset("ddr4-2400-8gb-x8")),
               "the address map 'rorabacobgch'", "romanet");
  expectNoYaml(cantFail(dramPreset("lpddr4-3200-8gb-x16")),
               "device 'lpddr4-3200-8gb-x16', only DDR3 and DDR4");
  expectNoYaml(cantFail(dramPreset("hbm2-8gb-x128")),
               "device 'hbm2-8gb-x128', only DDR3 and DDR4");
  ddr3.rows *= 8;
  expectNoYaml(ddr3, "chips of 16384 Mbit");
  ddr3 = defaultDRAMDevice();
  ddr3.timing.rrdLong = 6;
  expectNoYaml(ddr3, "long and short timings");
}

} // namespace
