//===- MappingPolicyTest.cpp - What comes after what in a DRAM ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/MappingPolicy.h"
#include "gtest/gtest.h"
#include <map>
#include <set>

using namespace llvm;
using namespace romanet;

namespace {

AddressMap makeMap(const DRAMDevice &device, StringRef policy,
                   const MappingOptions &options = {}) {
  return cantFail(createAddressMap(device, policy, options));
}

/// The fields of `order` by name, the innermost first, run through as nested
/// loops: burst after burst must be at the next step of them.
void expectLoops(const DRAMDevice &device, StringRef policy,
                 ArrayRef<StringRef> loops) {
  SCOPED_TRACE(policy.str());
  AddressMap map = makeMap(device, policy);
  const std::map<std::string, std::pair<int64_t DRAMAddress::*, int64_t>>
      fields = {{"channel", {&DRAMAddress::channel, device.channels}},
                {"rank", {&DRAMAddress::rank, device.ranks}},
                {"group", {&DRAMAddress::bankGroup, device.bankGroups}},
                {"bank", {&DRAMAddress::bank, device.banksPerGroup}},
                {"row", {&DRAMAddress::row, device.rows}},
                {"burst", {&DRAMAddress::column, device.burstsPerRow()}}};
  ASSERT_EQ(loops.size(), fields.size());
  for (int64_t burst = 0; burst * device.burstBytes() < device.capacityBytes();
       ++burst) {
    DRAMAddress expected;
    int64_t rest = burst;
    for (StringRef loop : loops) {
      const auto &[field, size] = fields.at(loop.str());
      expected.*field = rest % size;
      rest /= size;
    }
    expected.column *= device.burstLength;
    ASSERT_EQ(map.decode(burst * device.burstBytes()), expected) << burst;
  }
}

/// Two of everything but four rows and bursts.
DRAMDevice smallDevice() {
  DRAMDevice device = cantFail(dramPreset("ddr4-2400-8gb-x8"));
  device.channels = device.ranks = device.bankGroups = device.banksPerGroup = 2;
  device.rows = 4;
  device.columns = 4 * device.burstLength;
  return device;
}

TEST(MappingPolicy, Permutations) {
  DRAMDevice device = smallDevice();
  expectLoops(device, "column-bank-row",
              {"burst", "group", "bank", "rank", "channel", "row"});
  expectLoops(device, "column-row-bank",
              {"burst", "row", "group", "bank", "rank", "channel"});
  expectLoops(device, "bank-column-row",
              {"group", "bank", "rank", "channel", "burst", "row"});
  expectLoops(device, "bank-row-column",
              {"group", "bank", "rank", "channel", "row", "burst"});
  expectLoops(device, "row-column-bank",
              {"row", "burst", "group", "bank", "rank", "channel"});
  expectLoops(device, "row-bank-column",
              {"row", "group", "bank", "rank", "channel", "burst"});
}

TEST(MappingPolicy, RomanetWhereOneBankGroupFillsTheBus) {
  DRAMDevice device = smallDevice();
  device.timing.ccdShort = device.timing.ccdLong = 4;
  expectLoops(device, "romanet",
              {"channel", "burst", "group", "bank", "rank", "row"});
}

TEST(MappingPolicy, RomanetWhereBankGroupsTakeTurns) {
  DRAMDevice device = smallDevice();
  ASSERT_GT(device.timing.ccdLong, device.clocksPerBurst());
  expectLoops(device, "romanet",
              {"channel", "group", "burst", "bank", "rank", "row"});
}

// On the default device, with one channel, rank and bank group: columns, banks,
// rows, and so the same map as DRAMsim3's usual one.
TEST(MappingPolicy, RomanetOnTheDefaultDevice) {
  DRAMDevice device = defaultDRAMDevice();
  EXPECT_TRUE(makeMap(device, "romanet").isEquivalentTo("rochrababgco"));
  AddressMap map = makeMap(device, "romanet");
  EXPECT_EQ(map.decode(device.rowBytes()).bank, 1);
  EXPECT_EQ(map.decode(device.rowBytes() * device.banks()).row, 1);
}

// On every device a stream of bursts has no two neighbours in one bank group
// where these would leave the bus idle.
TEST(MappingPolicy, RomanetStreamsAtFullRate) {
  for (StringRef name : dramPresetNames()) {
    DRAMDevice device = cantFail(dramPreset(name));
    AddressMap map = makeMap(device, "romanet");
    std::map<int64_t, DRAMAddress> lastOfChannel;
    for (int64_t burst = 0; burst != 4096; ++burst) {
      DRAMAddress at = map.decode(burst * device.burstBytes());
      auto [last, isFirst] = lastOfChannel.try_emplace(at.channel, at);
      if (!isFirst) {
        bool isSameGroup = last->second.bankGroup == at.bankGroup;
        int64_t clocks =
            isSameGroup ? device.timing.ccdLong : device.timing.ccdShort;
        ASSERT_LE(clocks, device.clocksPerBurst()) << name.str() << burst;
        last->second = at;
      }
    }
    // And it uses all channels from the start.
    EXPECT_EQ(static_cast<int64_t>(lastOfChannel.size()), device.channels);
  }
}

TEST(MappingPolicy, RowMajorIsTheGivenMap) {
  DRAMDevice device = defaultDRAMDevice();
  EXPECT_EQ(makeMap(device, "row-major").order(), "rochrababgco");
  MappingOptions options;
  options.rowMajorOrder = "chrababgroco";
  EXPECT_EQ(makeMap(device, "row-major", options).order(), "chrababgroco");
  // The others do not look at it.
  EXPECT_EQ(makeMap(device, "bank-row-column", options).order(),
            makeMap(device, "bank-row-column").order());
  options.rowMajorOrder = "ro";
  Expected<AddressMap> map = createAddressMap(device, "row-major", options);
  ASSERT_FALSE(static_cast<bool>(map));
  EXPECT_NE(toString(map.takeError()).find("address map 'ro': missing"),
            std::string::npos);
}

TEST(MappingPolicy, HashGoesIntoEveryPolicy) {
  MappingOptions options;
  options.hash = BankHash::XorRow;
  for (StringRef name : mappingPolicyNames())
    EXPECT_EQ(makeMap(defaultDRAMDevice(), name, options).hash(),
              BankHash::XorRow);
}

TEST(MappingPolicy, NamesAndErrors) {
  std::set<StringRef> names;
  for (StringRef name : mappingPolicyNames()) {
    EXPECT_TRUE(names.insert(name).second);
    EXPECT_FALSE(mappingPolicyDescription(name).empty());
  }
  // The two, and the permutations of three.
  EXPECT_EQ(names.size(), 2u + 6u);
  Expected<AddressMap> map = createAddressMap(defaultDRAMDevice(), "column");
  ASSERT_FALSE(static_cast<bool>(map));
  std::string message = toString(map.takeError());
  EXPECT_NE(message.find("there is no mapping policy 'column'"),
            std::string::npos);
  for (StringRef name : names)
    EXPECT_NE(message.find(name.str()), std::string::npos) << message;
  DRAMDevice broken = defaultDRAMDevice();
  broken.timing.rp = 0;
  map = createAddressMap(broken, "romanet");
  ASSERT_FALSE(static_cast<bool>(map));
  EXPECT_NE(toString(map.takeError()).find("timing_clocks.rp is 0"),
            std::string::npos);
}

} // namespace
