//===- DeviceTest.cpp - Presets, derived sizes and checks of devices ------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Device.h"
#include "gtest/gtest.h"
#include <cmath>
#include <functional>
#include <limits>

using namespace llvm;
using namespace romanet;

namespace {

constexpr int64_t kiB = 1024, giB = kiB * kiB * kiB;
constexpr int64_t maxInt = std::numeric_limits<int64_t>::max();

DRAMDevice preset(StringRef name) {
  Expected<DRAMDevice> device = dramPreset(name);
  if (!device) {
    ADD_FAILURE() << toString(device.takeError());
    return {};
  }
  return *device;
}

/// What a data sheet's title page says of a preset: the sizes that follow from
/// its organisation, none of which is stored.
struct TitlePage {
  StringRef name;
  int64_t chipGbit, channels, chips;
  int64_t chipPageBytes, burstBytes;
  double megaTransfers;
};

const TitlePage titlePages[] = {
    {"ddr3-1600-2gb-x8", 2, 1, 8, 1 * kiB, 64, 1600},
    {"ddr4-2400-8gb-x8", 8, 1, 8, 1 * kiB, 64, 2400},
    {"ddr4-3200-8gb-x8", 8, 1, 8, 1 * kiB, 64, 3200},
    {"lpddr4-3200-8gb-x16", 8, 1, 1, 2 * kiB, 32, 3200},
    {"hbm2-8gb-x128", 8, 8, 1, 2 * kiB, 64, 2000},
};

TEST(Device, PresetsAreTheOnesDescribedHere) {
  ASSERT_EQ(dramPresetNames().size(), std::size(titlePages));
  for (size_t i = 0; i != std::size(titlePages); ++i)
    EXPECT_EQ(dramPresetNames()[i], titlePages[i].name);
  EXPECT_EQ(defaultDRAMDevice().name, dramPresetNames().front());
}

TEST(Device, PresetsAreValidAndNameTheirSource) {
  for (StringRef name : dramPresetNames()) {
    SCOPED_TRACE(name.str());
    DRAMDevice device = preset(name);
    Error error = device.verify();
    EXPECT_FALSE(static_cast<bool>(error)) << toString(std::move(error));
    EXPECT_EQ(device.name, name);
    EXPECT_FALSE(device.source.empty());
  }
  // A user must be able to see that these currents are not data.
  EXPECT_NE(preset("hbm2-8gb-x128").source.find("unknown origin"),
            std::string::npos);
}

TEST(Device, PresetsHaveTheDensityOfTheirName) {
  for (const TitlePage &page : titlePages) {
    SCOPED_TRACE(page.name.str());
    DRAMDevice device = preset(page.name);
    EXPECT_EQ(device.channels, page.channels);
    EXPECT_EQ(device.chips, page.chips);
    EXPECT_EQ(device.capacityBytes(),
              page.chipGbit * giB / 8 * page.chips * page.channels);
    EXPECT_EQ(device.rowBytes(), page.chipPageBytes * page.chips);
    EXPECT_EQ(device.burstBytes(), page.burstBytes);
    EXPECT_EQ(device.burstsPerRow() * device.burstBytes(), device.rowBytes());
    std::string density = std::to_string(page.chipGbit) + "gb-x" +
                          std::to_string(device.chipBits);
    EXPECT_TRUE(page.name.ends_with(density));
  }
}

TEST(Device, PresetsHaveTheSpeedOfTheirName) {
  for (const TitlePage &page : titlePages) {
    SCOPED_TRACE(page.name.str());
    DRAMDevice device = preset(page.name);
    // The sources round the clock to two digits.
    EXPECT_NEAR(device.beatsPerClock / device.timing.clockNs * 1000,
                page.megaTransfers, page.megaTransfers / 100);
    // JEDEC: 64 ms for 8192 refreshes, and half of that in LPDDR4 and HBM2.
    double refiNs = device.timing.refi * device.timing.clockNs;
    EXPECT_TRUE(std::abs(refiNs - 7800) < 78 || std::abs(refiNs - 3900) < 39)
        << refiNs;
    EXPECT_EQ(device.timing.rc, device.timing.ras + device.timing.rp);
  }
}

TEST(Device, DefaultDeviceByHand) {
  DRAMDevice device = defaultDRAMDevice();
  EXPECT_EQ(device.busBytes(), 8);
  EXPECT_EQ(device.burstBytes(), 64);
  EXPECT_EQ(device.rowBytes(), 8 * kiB);
  EXPECT_EQ(device.burstsPerRow(), 128);
  EXPECT_EQ(device.banks(), 8);
  EXPECT_EQ(device.capacityBytes(), 2 * giB);
  EXPECT_EQ(device.clocksPerBurst(), 4);
  EXPECT_EQ(device.timing.rfc * device.timing.clockNs, 160);
}

TEST(Device, BanksOfAllGroups) {
  EXPECT_EQ(preset("ddr4-2400-8gb-x8").banks(), 16);
}

TEST(Device, LPDDR4HasTwoRails) {
  DRAMDevice device = preset("lpddr4-3200-8gb-x16");
  ASSERT_EQ(device.rails.size(), 2u);
  EXPECT_EQ(device.rails[0].volts, 1.8);
  EXPECT_EQ(device.rails[1].volts, 1.1);
}

TEST(Device, UnknownPresetListsTheOnesThereAre) {
  Expected<DRAMDevice> device = dramPreset("ddr5");
  ASSERT_FALSE(static_cast<bool>(device));
  std::string message = toString(device.takeError());
  EXPECT_NE(message.find("'ddr5'"), std::string::npos) << message;
  for (StringRef name : dramPresetNames())
    EXPECT_NE(message.find(name.str()), std::string::npos) << message;
}

/// Breaks the default device; verify must name `field` and `value`.
void expectRejected(const std::function<void(DRAMDevice &)> &breakIt,
                    const std::string &field, const std::string &value) {
  SCOPED_TRACE(field + " = " + value);
  DRAMDevice device = defaultDRAMDevice();
  breakIt(device);
  Error error = device.verify();
  ASSERT_TRUE(static_cast<bool>(error));
  std::string message = toString(std::move(error));
  EXPECT_NE(message.find(field + " is " + value), std::string::npos) << message;
  EXPECT_NE(message.find(device.name), std::string::npos) << message;
}

TEST(Device, VerifyRejectsEachBrokenSize) {
  const std::pair<const char *, int64_t DRAMDevice::*> powersOfTwo[] = {
      {"channels", &DRAMDevice::channels},
      {"ranks", &DRAMDevice::ranks},
      {"chips", &DRAMDevice::chips},
      {"chip_bits", &DRAMDevice::chipBits},
      {"bank_groups", &DRAMDevice::bankGroups},
      {"banks_per_group", &DRAMDevice::banksPerGroup},
      {"rows", &DRAMDevice::rows},
      {"columns", &DRAMDevice::columns},
      {"burst_length", &DRAMDevice::burstLength}};
  for (const auto &[name, member] : powersOfTwo)
    for (int64_t value : {int64_t(0), int64_t(-8), int64_t(3), int64_t(12),
                          maxInt, std::numeric_limits<int64_t>::min()})
      expectRejected(
          [&, field = member](DRAMDevice &device) { device.*field = value; },
          name, std::to_string(value));
  for (int64_t value : {0, -2})
    expectRejected([&](DRAMDevice &device) { device.beatsPerClock = value; },
                   "beats_per_clock", std::to_string(value));
}

TEST(Device, VerifyRejectsSizesThatDoNotFitEachOther) {
  expectRejected([](DRAMDevice &device) { device.columns = 4; }, "columns",
                 "4");
  expectRejected(
      [](DRAMDevice &device) {
        device.chips = 1;
        device.chipBits = 4;
      },
      "chips * chip_bits", "4");
}

TEST(Device, VerifyRejectsACapacityBeyond64Bits) {
  DRAMDevice device = defaultDRAMDevice();
  // 8 banks of 8 KiB rows: 2^46 rows make 2^62 bytes, the largest power of two.
  device.rows = int64_t(1) << 46;
  EXPECT_EQ(device.capacityBytes(), int64_t(1) << 62);
  Error fits = device.verify();
  EXPECT_FALSE(static_cast<bool>(fits)) << toString(std::move(fits));

  device.rows *= 2;
  EXPECT_EQ(device.capacityBytes(), maxInt);
  Error error = device.verify();
  ASSERT_TRUE(static_cast<bool>(error));
  std::string message = toString(std::move(error));
  EXPECT_NE(message.find("capacity"), std::string::npos) << message;

  // Wherever in the product it happens.
  device = defaultDRAMDevice();
  device.chips = int64_t(1) << 61;
  Error chips = device.verify();
  EXPECT_TRUE(static_cast<bool>(chips));
  consumeError(std::move(chips));
  device = defaultDRAMDevice();
  device.bankGroups = device.banksPerGroup = int64_t(1) << 40;
  Error banks = device.verify();
  EXPECT_TRUE(static_cast<bool>(banks));
  consumeError(std::move(banks));
}

TEST(Device, VerifyRejectsEachBrokenTiming) {
  const double notANumber = std::nan("");
  const double infinite = std::numeric_limits<double>::infinity();
  const std::pair<double, const char *> clocks[] = {
      {0, "0"}, {-1.25, "-1.25"}, {notANumber, "nan"}, {infinite, "inf"}};
  for (const auto &[value, text] : clocks)
    expectRejected([v = value](DRAMDevice &d) { d.timing.clockNs = v; },
                   "clock_ns", text);

  const std::pair<const char *, int64_t DRAMTiming::*> fields[] = {
      {"read_latency", &DRAMTiming::readLatency},
      {"write_latency", &DRAMTiming::writeLatency},
      {"rcd_read", &DRAMTiming::rcdRead},
      {"rcd_write", &DRAMTiming::rcdWrite},
      {"rp", &DRAMTiming::rp},
      {"ras", &DRAMTiming::ras},
      {"rc", &DRAMTiming::rc},
      {"ccd_short", &DRAMTiming::ccdShort},
      {"ccd_long", &DRAMTiming::ccdLong},
      {"rrd_short", &DRAMTiming::rrdShort},
      {"rrd_long", &DRAMTiming::rrdLong},
      {"faw", &DRAMTiming::faw},
      {"wtr_short", &DRAMTiming::wtrShort},
      {"wtr_long", &DRAMTiming::wtrLong},
      {"wr", &DRAMTiming::wr},
      {"rtp", &DRAMTiming::rtp},
      {"refi", &DRAMTiming::refi},
      {"rfc", &DRAMTiming::rfc}};
  for (const auto &[name, member] : fields)
    for (int64_t value :
         {int64_t(0), int64_t(-1), std::numeric_limits<int64_t>::min()})
      expectRejected([&, field = member](
                         DRAMDevice &device) { device.timing.*field = value; },
                     std::string("timing_clocks.") + name,
                     std::to_string(value));

  // One rank has no turnaround between ranks.
  DRAMDevice device = defaultDRAMDevice();
  device.timing.rtrs = 0;
  Error error = device.verify();
  EXPECT_FALSE(static_cast<bool>(error)) << toString(std::move(error));
  expectRejected([](DRAMDevice &d) { d.timing.rtrs = -1; },
                 "timing_clocks.rtrs", "-1");
}

TEST(Device, VerifyRejectsTimingsThatContradictEachOther) {
  expectRejected([](DRAMDevice &d) { d.timing.rc = 27; }, "timing_clocks.rc",
                 "27");
  expectRejected([](DRAMDevice &d) { d.timing.ccdLong = 3; },
                 "timing_clocks.ccd_long", "3");
  expectRejected([](DRAMDevice &d) { d.timing.rrdLong = 4; },
                 "timing_clocks.rrd_long", "4");
  expectRejected([](DRAMDevice &d) { d.timing.wtrLong = 5; },
                 "timing_clocks.wtr_long", "5");
  expectRejected([](DRAMDevice &d) { d.timing.refi = 128; },
                 "timing_clocks.refi", "128");
}

TEST(Device, VerifyRejectsEachBrokenRail) {
  DRAMDevice device = defaultDRAMDevice();
  device.rails.clear();
  Error error = device.verify();
  ASSERT_TRUE(static_cast<bool>(error));
  EXPECT_NE(toString(std::move(error)).find("rails is empty"),
            std::string::npos);

  expectRejected([](DRAMDevice &d) { d.rails[0].volts = 0; }, "rails[0].volts",
                 "0");
  const std::pair<const char *, double DRAMRail::*> currents[] = {
      {"idd0_ma", &DRAMRail::idd0},   {"idd2n_ma", &DRAMRail::idd2n},
      {"idd3n_ma", &DRAMRail::idd3n}, {"idd4r_ma", &DRAMRail::idd4r},
      {"idd4w_ma", &DRAMRail::idd4w}, {"idd5b_ma", &DRAMRail::idd5b}};
  for (const auto &[name, member] : currents) {
    std::string field = std::string("rails[0].") + name;
    expectRejected([f = member](DRAMDevice &d) { d.rails[0].*f = -1; }, field,
                   "-1");
    expectRejected(
        [f = member](DRAMDevice &d) { d.rails[0].*f = std::nan(""); }, field,
        "nan");
  }
  // The second rail is looked at too.
  expectRejected(
      [](DRAMDevice &d) {
        d.rails.push_back(d.rails[0]);
        d.rails[1].volts = -1.1;
      },
      "rails[1].volts", "-1.1");
}

TEST(Device, VerifyRejectsCurrentsOfNegativeEnergy) {
  // idd3n is 55 mA; one tRC at rest costs (55 * 28 + 43 * 11) / 39 = 51.6 mA.
  expectRejected([](DRAMDevice &d) { d.rails[0].idd4r = 54; },
                 "rails[0].idd4r_ma", "54");
  expectRejected([](DRAMDevice &d) { d.rails[0].idd4w = 54; },
                 "rails[0].idd4w_ma", "54");
  expectRejected([](DRAMDevice &d) { d.rails[0].idd5b = 54; },
                 "rails[0].idd5b_ma", "54");
  expectRejected([](DRAMDevice &d) { d.rails[0].idd0 = 51; },
                 "rails[0].idd0_ma", "51");
  DRAMDevice device = defaultDRAMDevice();
  device.rails[0].idd0 = 52;
  Error error = device.verify();
  EXPECT_FALSE(static_cast<bool>(error)) << toString(std::move(error));
}

} // namespace
