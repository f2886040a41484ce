//===- EnergyTest.cpp - Energies of commands and traffic ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Energy.h"
#include "gtest/gtest.h"
#include <limits>

using namespace llvm;
using namespace romanet;

namespace {

DRAMDevice preset(StringRef name, int64_t chips) {
  Expected<DRAMDevice> device = dramPreset(name);
  if (!device) {
    ADD_FAILURE() << toString(device.takeError());
    return {};
  }
  device->chips = chips;
  return *device;
}

/// Published figures have one decimal.
constexpr double printed = 0.05;

TEST(Energy, DDR3PerChip) {
  CommandEnergies energies = commandEnergies(preset("ddr3-1600-2gb-x8", 1));
  EXPECT_NEAR(energies.activatePrecharge, 1344.4, printed);
  EXPECT_NEAR(energies.readBurst, 757.5, printed);
  EXPECT_NEAR(energies.writeBurst, 675.0, printed);
  EXPECT_NEAR(energies.refresh, 33600, 0.5);
  EXPECT_NEAR(energies.standbyOpenPerClock, 103.1, printed);
  EXPECT_NEAR(energies.standbyClosedPerClock, 80.6, printed);
}

TEST(Energy, DDR4PerChip) {
  CommandEnergies energies = commandEnergies(preset("ddr4-2400-8gb-x8", 1));
  EXPECT_NEAR(energies.activatePrecharge, 431.3, printed);
  EXPECT_NEAR(energies.readBurst, 366.5, printed);
  EXPECT_NEAR(energies.writeBurst, 318.7, printed);
  EXPECT_NEAR(energies.refresh, 86592, 0.5);
  EXPECT_NEAR(energies.standbyOpenPerClock, 42.8, printed);
  EXPECT_NEAR(energies.standbyClosedPerClock, 33.9, printed);
}

// By hand, from the currents and times of the preset.
TEST(Energy, TwoRailsAreSummed) {
  CommandEnergies energies = commandEnergies(preset("lpddr4-3200-8gb-x16", 1));
  // Activation: 1.8 * (3.5 * 97 - 2.25 * 68 - 2 * 29) * 0.625 = 144.5625 and
  // 1.1 * (45 * 97 - 30 * 68 - 27 * 29) * 0.625 = 1060.125.
  EXPECT_NEAR(energies.activatePrecharge, 1204.6875, 1e-6);
  // 16 beats are 8 clocks, 5 ns; VDD1 carries no more than in standby.
  EXPECT_NEAR(energies.readBurst, 1.1 * 245 * 5, 1e-6);
  EXPECT_NEAR(energies.writeBurst, 1.1 * 180 * 5, 1e-6);
  EXPECT_NEAR(energies.refresh, (1.8 * 7.75 + 1.1 * 60) * 280, 1e-6);
  EXPECT_NEAR(energies.standbyOpenPerClock, (1.8 * 2.25 + 1.1 * 30) * 0.625,
              1e-9);
  EXPECT_NEAR(energies.standbyClosedPerClock, (1.8 * 2 + 1.1 * 27) * 0.625,
              1e-9);
}

TEST(Energy, ChipsOfARankAddUp) {
  CommandEnergies one = commandEnergies(preset("ddr3-1600-2gb-x8", 1));
  CommandEnergies eight = commandEnergies(defaultDRAMDevice());
  EXPECT_DOUBLE_EQ(eight.activatePrecharge, 8 * one.activatePrecharge);
  EXPECT_DOUBLE_EQ(eight.readBurst, 8 * one.readBurst);
  EXPECT_DOUBLE_EQ(eight.writeBurst, 8 * one.writeBurst);
  EXPECT_DOUBLE_EQ(eight.refresh, 8 * one.refresh);
  EXPECT_DOUBLE_EQ(eight.standbyOpenPerClock, 8 * one.standbyOpenPerClock);
  EXPECT_DOUBLE_EQ(eight.standbyClosedPerClock, 8 * one.standbyClosedPerClock);
}

TEST(Energy, NoCommandOfAPresetHasNegativeEnergy) {
  for (StringRef name : dramPresetNames()) {
    SCOPED_TRACE(name.str());
    CommandEnergies energies = commandEnergies(preset(name, 1));
    EXPECT_GT(energies.activatePrecharge, 0);
    EXPECT_GT(energies.readBurst, 0);
    EXPECT_GT(energies.writeBurst, 0);
    EXPECT_GT(energies.refresh, 0);
    EXPECT_GE(energies.standbyOpenPerClock, energies.standbyClosedPerClock);
    EXPECT_GT(energies.standbyClosedPerClock, 0);
  }
}

TEST(Energy, EstimateByHand) {
  // 3000 bursts of 4 clocks: 12000 clocks, 15000 ns, 12000 / 6240 refreshes.
  EnergyEstimate estimate =
      estimateEnergy(preset("ddr3-1600-2gb-x8", 1), {1000, 2000, 100});
  EXPECT_NEAR(estimate.readPJ, 757500, 1e-6);
  EXPECT_NEAR(estimate.writePJ, 1350000, 1e-6);
  EXPECT_NEAR(estimate.activatePJ, 134437.5, 1e-6);
  EXPECT_NEAR(estimate.timeNs, 15000, 1e-9);
  EXPECT_NEAR(estimate.backgroundPJ, 12000 * 1.5 * 55 * 1.25, 1e-6);
  EXPECT_NEAR(estimate.refreshPJ, 33600 * 12000 / 6240.0, 1e-6);
  EXPECT_NEAR(estimate.totalPJ(),
              757500 + 1350000 + 134437.5 + 1237500 + 33600 * 12000 / 6240.0,
              1e-6);
}

TEST(Energy, NoTrafficNoEnergy) {
  EnergyEstimate estimate = estimateEnergy(defaultDRAMDevice(), {});
  EXPECT_EQ(estimate.totalPJ(), 0);
  EXPECT_EQ(estimate.timeNs, 0);
}

TEST(Energy, ActivationsLimitTheTime) {
  // Four activations in a tFAW of 24 clocks, of 1.25 ns each: 7.5 ns for one,
  // and standby and refresh for as long.
  DRAMDevice device = preset("ddr3-1600-2gb-x8", 1);
  DRAMTraffic traffic{1, 0, 1000};
  EnergyEstimate estimate = estimateEnergy(device, traffic);
  EXPECT_NEAR(estimate.timeNs, 7500, 1e-9);
  EXPECT_NEAR(estimate.backgroundPJ, 6000 * 1.5 * 55 * 1.25, 1e-6);
  EXPECT_NEAR(estimate.refreshPJ, 33600 * 6000 / 6240.0, 1e-6);

  // Each rank of each channel has a tFAW of its own.
  device.ranks = device.channels = 2;
  EXPECT_NEAR(estimateEnergy(device, traffic).timeNs, 7500 / 4.0, 1e-9);

  // Where tFAW would allow more, tRRD of 5 clocks does not.
  device = preset("ddr3-1600-2gb-x8", 1);
  device.timing.faw = 16;
  EXPECT_NEAR(estimateEnergy(device, traffic).timeNs, 6250, 1e-9);
}

TEST(Energy, ChannelsShareTheTimeAndRanksTheBackground) {
  DRAMDevice device = defaultDRAMDevice();
  DRAMTraffic traffic{4096, 1024, 77};
  EnergyEstimate base = estimateEnergy(device, traffic);

  // Twice the bandwidth, half the time, in twice as many ranks.
  device.channels = 2;
  EnergyEstimate channels = estimateEnergy(device, traffic);
  EXPECT_DOUBLE_EQ(channels.timeNs, base.timeNs / 2);
  EXPECT_DOUBLE_EQ(channels.backgroundPJ, base.backgroundPJ);
  EXPECT_DOUBLE_EQ(channels.refreshPJ, base.refreshPJ);
  EXPECT_DOUBLE_EQ(channels.readPJ, base.readPJ);
  EXPECT_DOUBLE_EQ(channels.activatePJ, base.activatePJ);

  // The ranks of a channel share its bus.
  device.channels = 1;
  device.ranks = 2;
  EnergyEstimate ranks = estimateEnergy(device, traffic);
  EXPECT_DOUBLE_EQ(ranks.timeNs, base.timeNs);
  EXPECT_DOUBLE_EQ(ranks.backgroundPJ, 2 * base.backgroundPJ);
  EXPECT_DOUBLE_EQ(ranks.refreshPJ, 2 * base.refreshPJ);
  EXPECT_DOUBLE_EQ(ranks.writePJ, base.writePJ);
}

TEST(Energy, HugeTrafficDoesNotWrap) {
  int64_t huge = std::numeric_limits<int64_t>::max();
  EnergyEstimate estimate =
      estimateEnergy(defaultDRAMDevice(), {huge, huge, huge});
  EXPECT_GT(estimate.readPJ, 0);
  EXPECT_NEAR(estimate.timeNs / (2 * static_cast<double>(huge) * 5), 1, 1e-12);
}

TEST(Energy, PeakBandwidthOfThePresets) {
  // Bytes per ns: bus width times data rate. HBM2 has eight channels.
  const std::pair<const char *, double> peaks[] = {
      {"ddr3-1600-2gb-x8", 8 * 2 / 1.25},
      {"ddr4-2400-8gb-x8", 8 * 2 / 0.83},
      {"ddr4-3200-8gb-x8", 8 * 2 / 0.63},
      {"lpddr4-3200-8gb-x16", 2 * 2 / 0.625},
      {"hbm2-8gb-x128", 8 * 16 * 2 / 1.0}};
  for (const auto &[name, peak] : peaks) {
    SCOPED_TRACE(name);
    Expected<DRAMDevice> device = dramPreset(name);
    ASSERT_TRUE(static_cast<bool>(device));
    EnergyEstimate estimate = estimateEnergy(*device, {1000, 0, 0});
    EXPECT_NEAR(1000.0 * static_cast<double>(device->burstBytes()) /
                    estimate.timeNs,
                peak, 1e-9);
  }
}

} // namespace
