//===- AddressMapTest.cpp - Decoding and encoding of addresses ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/AddressMap.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <random>
#include <set>

using namespace llvm;
using namespace romanet;

// For the messages of GoogleTest.
namespace romanet {
static void PrintTo(const DRAMAddress &a, std::ostream *os) {
  *os << "ch " << a.channel << " ra " << a.rank << " bg " << a.bankGroup
      << " ba " << a.bank << " ro " << a.row << " co " << a.column << " byte "
      << a.byte;
}
} // namespace romanet

namespace {

/// Every field has a different number of values, so that no two can be mixed
/// up: 8 channels, 2 ranks, 4 bank groups of 1 bank, 16 rows of 32 bursts of
/// 4 beats of 2 bytes.
DRAMDevice smallDevice() {
  DRAMDevice device = defaultDRAMDevice();
  device.channels = 8;
  device.ranks = 2;
  device.bankGroups = 4;
  device.banksPerGroup = 1;
  device.rows = 16;
  device.columns = 128;
  device.burstLength = 4;
  device.chips = 2;
  device.chipBits = 8;
  return device;
}

DRAMDevice tinyDevice() {
  DRAMDevice device = smallDevice();
  device.channels = device.ranks = device.bankGroups = 2;
  device.banksPerGroup = 2;
  device.rows = 4;
  device.columns = 8;
  return device;
}

/// The order that the tests use where any will do.
constexpr StringLiteral anyOrder = "rorachbgbaco";

constexpr BankHash hashes[] = {BankHash::None, BankHash::XorRow};

AddressMap makeMap(const DRAMDevice &device, StringRef order,
                   BankHash hash = BankHash::None) {
  Expected<AddressMap> map = AddressMap::create(device, order, hash);
  if (!map) {
    ADD_FAILURE() << toString(map.takeError());
    abort();
  }
  return *map;
}

bool inRange(const DRAMAddress &a, const DRAMDevice &device) {
  auto in = [](int64_t value, int64_t limit) {
    return 0 <= value && value < limit;
  };
  return in(a.channel, device.channels) && in(a.rank, device.ranks) &&
         in(a.bankGroup, device.bankGroups) &&
         in(a.bank, device.banksPerGroup) && in(a.row, device.rows) &&
         in(a.column, device.columns) && a.column % device.burstLength == 0 &&
         in(a.byte, device.burstBytes());
}

/// In range and inverse to each other on all addresses: a bijection, as the
/// fields have as many values as there are addresses.
void expectBijective(const DRAMDevice &device, StringRef order) {
  for (BankHash hash : hashes) {
    SCOPED_TRACE(order.str() + ", hash " + bankHashName(hash).str());
    AddressMap map = makeMap(device, order, hash);
    EXPECT_EQ(map.order(), order);
    EXPECT_EQ(map.hash(), hash);
    for (int64_t address = 0; address != device.capacityBytes(); ++address) {
      DRAMAddress decoded = map.decode(address);
      ASSERT_TRUE(inRange(decoded, device)) << address;
      ASSERT_EQ(map.encode(decoded), address);
    }
  }
}

TEST(AddressMap, BijectiveOnASmallDevice) {
  expectBijective(smallDevice(), anyOrder);
  expectBijective(smallDevice(), "rochrababgco");
}

TEST(AddressMap, BijectiveInEveryOrder) {
  std::vector<std::string> fields = {"ba", "bg", "ch", "co", "ra", "ro"};
  int orders = 0;
  do {
    std::string order;
    for (const std::string &field : fields)
      order += field;
    expectBijective(tinyDevice(), order);
    ++orders;
  } while (std::next_permutation(fields.begin(), fields.end()));
  EXPECT_EQ(orders, 720);
}

// The other way round: every place of the device has an address of its own.
TEST(AddressMap, EveryPlaceHasItsAddress) {
  DRAMDevice device = tinyDevice();
  AddressMap map = makeMap(device, "cochbarorabg");
  std::vector<bool> used(device.capacityBytes());
  DRAMAddress a;
  for (a.channel = 0; a.channel != device.channels; ++a.channel)
    for (a.rank = 0; a.rank != device.ranks; ++a.rank)
      for (a.bankGroup = 0; a.bankGroup != device.bankGroups; ++a.bankGroup)
        for (a.bank = 0; a.bank != device.banksPerGroup; ++a.bank)
          for (a.row = 0; a.row != device.rows; ++a.row)
            for (a.column = 0; a.column != device.columns;
                 a.column += device.burstLength)
              for (a.byte = 0; a.byte != device.burstBytes(); ++a.byte) {
                int64_t address = map.encode(a);
                ASSERT_TRUE(0 <= address && address < device.capacityBytes());
                ASSERT_FALSE(used[address]) << address;
                used[address] = true;
                ASSERT_EQ(map.decode(address), a);
              }
  EXPECT_EQ(std::count(used.begin(), used.end(), false), 0);
}

// Every preset, in 60 of the 720 orders, with and without a hash: the first and
// the last address, and random ones.
TEST(AddressMap, InverseOnRandomAddressesOfEveryPreset) {
  std::mt19937_64 random(7);
  for (StringRef name : dramPresetNames()) {
    Expected<DRAMDevice> device = dramPreset(name);
    ASSERT_TRUE(static_cast<bool>(device));
    int64_t last = device->capacityBytes() - 1;
    std::vector<std::string> fields = {"ba", "bg", "ch", "co", "ra", "ro"};
    for (int sample = 0; sample != 60; ++sample) {
      std::shuffle(fields.begin(), fields.end(), random);
      std::string order;
      for (const std::string &field : fields)
        order += field;
      for (BankHash hash : hashes) {
        SCOPED_TRACE(name.str() + " " + order + ", hash " +
                     bankHashName(hash).str());
        AddressMap map = makeMap(*device, order, hash);
        for (int i = 0; i != 500; ++i) {
          int64_t address = i == 0 ? 0
                            : i == 1
                                ? last
                                : static_cast<int64_t>(random() % (last + 1));
          DRAMAddress decoded = map.decode(address);
          ASSERT_TRUE(inRange(decoded, *device)) << address;
          ASSERT_EQ(map.encode(decoded), address);
        }
      }
    }
  }
}

TEST(AddressMap, FirstAndLastPlace) {
  for (StringRef name : dramPresetNames()) {
    DRAMDevice device = cantFail(dramPreset(name));
    AddressMap map = makeMap(device, anyOrder);
    EXPECT_EQ(map.decode(0), DRAMAddress()) << name.str();
    DRAMAddress last;
    last.channel = device.channels - 1;
    last.rank = device.ranks - 1;
    last.bankGroup = device.bankGroups - 1;
    last.bank = device.banksPerGroup - 1;
    last.row = device.rows - 1;
    last.column = device.columns - device.burstLength;
    last.byte = device.burstBytes() - 1;
    EXPECT_EQ(map.decode(device.capacityBytes() - 1), last) << name.str();
  }
}

// The hash is in the header in arithmetic; here it is bit by bit.
TEST(AddressMap, HashIsTheDocumentedFunction) {
  DRAMDevice device = tinyDevice();
  device.bankGroups = 4;
  device.rows = 64;
  for (StringRef order : {StringRef(anyOrder), StringRef("rochrababgco")}) {
    AddressMap plain = makeMap(device, order);
    AddressMap hashed = makeMap(device, order, BankHash::XorRow);
    for (int64_t address = 0; address != device.capacityBytes(); ++address) {
      DRAMAddress expected = plain.decode(address);
      expected.bankGroup ^= expected.row & 1;
      expected.bankGroup ^= expected.row & 2;
      expected.bank ^= expected.row >> 2 & 1;
      ASSERT_EQ(hashed.decode(address), expected) << address;
    }
  }
}

// What it is for: rows that are in one bank without it are in all banks.
TEST(AddressMap, HashSpreadsTheRowsOfABank) {
  DRAMDevice device = cantFail(dramPreset("ddr4-2400-8gb-x8"));
  AddressMap map = makeMap(device, anyOrder, BankHash::XorRow);
  int64_t stride = device.banks() * device.rowBytes();
  std::vector<bool> used(device.banks());
  for (int64_t row = 0; row != device.banks(); ++row) {
    DRAMAddress at = map.decode(row * stride);
    EXPECT_EQ(at.row, row);
    // The bank groups first.
    EXPECT_EQ(at.bankGroup, row % device.bankGroups);
    used[at.bankGroup * device.banksPerGroup + at.bank] = true;
  }
  EXPECT_EQ(std::count(used.begin(), used.end(), false), 0);
}

// Fewer rows than banks: the bits that there are.
TEST(AddressMap, HashWithFewRows) {
  DRAMDevice device = tinyDevice();
  device.rows = 2;
  device.bankGroups = device.banksPerGroup = 4;
  expectBijective(device, anyOrder);
  device.rows = 1;
  expectBijective(device, anyOrder);
}

TEST(AddressMap, HashNames) {
  for (BankHash hash : hashes)
    EXPECT_EQ(cantFail(parseBankHash(bankHashName(hash))), hash);
  Expected<BankHash> hash = parseBankHash("xor3");
  ASSERT_FALSE(static_cast<bool>(hash));
  EXPECT_EQ(toString(hash.takeError()),
            "there is no bank hash 'xor3', there are: none, xor");
}

TEST(AddressMap, EquivalentOrders) {
  // One channel, one rank, one bank group: their places do not matter.
  DRAMDevice device = defaultDRAMDevice();
  EXPECT_TRUE(makeMap(device, "rorachbgbaco").isEquivalentTo("chrorababgco"));
  EXPECT_FALSE(makeMap(device, "rorachbgbaco").isEquivalentTo("barorachbgco"));
  device.ranks = 2;
  EXPECT_TRUE(makeMap(device, "rorachbgbaco").isEquivalentTo("chrorababgco"));
  EXPECT_FALSE(makeMap(device, "rorachbgbaco").isEquivalentTo("robarachbgco"));
  EXPECT_FALSE(makeMap(device, "rorachbgbaco", BankHash::XorRow)
                   .isEquivalentTo("rorachbgbaco"));
  // One bank: nothing to hash.
  device.banksPerGroup = 1;
  EXPECT_TRUE(makeMap(device, "rorachbgbaco", BankHash::XorRow)
                  .isEquivalentTo("rorachbgbaco"));
}

TEST(AddressMap, DecodesByHand) {
  // DDR3: 6 bits of byte, 7 of column, 3 of bank, 15 of row.
  AddressMap ddr3 = makeMap(defaultDRAMDevice(), anyOrder);
  int64_t address = (((int64_t(12345) << 3 | 5) << 7 | 100) << 6) | 17;
  DRAMAddress expected;
  expected.row = 12345;
  expected.bank = 5;
  expected.column = 800;
  expected.byte = 17;
  EXPECT_EQ(ddr3.decode(address), expected);
  EXPECT_EQ(ddr3.encode(expected), address);

  // The small device in DRAMsim3's usual order, from the least significant: 3
  // bits of byte, 5 of column, 2 of bank group, 0 of bank, 1 of rank, 3 of
  // channel, 4 of row. 0b1011'110'1'10'10101'011:
  AddressMap usual = makeMap(smallDevice(), "rochrababgco");
  expected = {};
  expected.row = 0b1011;
  expected.channel = 0b110;
  expected.rank = 1;
  expected.bankGroup = 0b10;
  expected.column = 0b10101 * 4;
  expected.byte = 0b011;
  EXPECT_EQ(usual.decode(0b101111011010101011), expected);

  // The same bits in another order: 2 of bank group, 4 of row, 5 of column, 3
  // of channel, 1 of rank. 0b1'011'11011'0101'01'011:
  AddressMap other = makeMap(smallDevice(), "rachcobarobg");
  expected = {};
  expected.rank = 1;
  expected.channel = 0b011;
  expected.column = 0b11011 * 4;
  expected.row = 0b0101;
  expected.bankGroup = 0b01;
  expected.byte = 0b011;
  EXPECT_EQ(other.decode(0b101111011010101011), expected);
}

TEST(AddressMap, EveryFieldInItsOrder) {
  DRAMDevice device = smallDevice();
  device.banksPerGroup = 2;
  device.columns = 16;
  AddressMap map = makeMap(device, anyOrder);
  int64_t address = 0;
  DRAMAddress a;
  for (a.row = 0; a.row != device.rows; ++a.row)
    for (a.rank = 0; a.rank != device.ranks; ++a.rank)
      for (a.channel = 0; a.channel != device.channels; ++a.channel)
        for (a.bankGroup = 0; a.bankGroup != device.bankGroups; ++a.bankGroup)
          for (a.bank = 0; a.bank != device.banksPerGroup; ++a.bank)
            for (a.column = 0; a.column != device.columns;
                 a.column += device.burstLength) {
              ASSERT_EQ(map.decode(address), a) << address;
              address += device.burstBytes();
            }
  EXPECT_EQ(address, device.capacityBytes());
}

void expectError(StringRef order, StringRef part) {
  SCOPED_TRACE(order.str());
  Expected<AddressMap> map = AddressMap::create(defaultDRAMDevice(), order);
  ASSERT_FALSE(static_cast<bool>(map));
  std::string message = toString(map.takeError());
  EXPECT_NE(message.find(part.str()), std::string::npos) << message;
  EXPECT_NE(message.find("'" + order.str() + "'"), std::string::npos)
      << message;
}

TEST(AddressMap, MalformedOrders) {
  expectError("rorachbgba", "missing co");
  expectError("rorabgba", "missing co, ch");
  expectError("", "missing ro, ra, bg, ba, co, ch");
  expectError("rorachbgbaba", "field 'ba' twice");
  expectError("rorachbgbacoco", "field 'co' twice");
  expectError("rorachbgbaxx", "unknown field 'xx'");
  expectError("RoRaChBgBaCo", "unknown field 'Ro'");
  // One letter lost shifts all the others: the length is the better message.
  expectError("rorachbgbac", "it has 11 letters");
  expectError("r", "it has 1 letters");
}

TEST(AddressMap, BrokenDevice) {
  DRAMDevice device = defaultDRAMDevice();
  device.rows = 1000;
  Expected<AddressMap> map = AddressMap::create(device, anyOrder);
  ASSERT_FALSE(static_cast<bool>(map));
  std::string message = toString(map.takeError());
  EXPECT_NE(message.find("rows is 1000"), std::string::npos) << message;
}

// The rectangles have the rows of every byte, no others, and none twice.
TEST(AddressMap, RowsOfARangeAreRectangles) {
  std::mt19937 random(7);
  auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  SmallVector<StringRef> fields = {"ro", "ra", "bg", "ba", "co", "ch"};
  for (int round = 0; round != 400; ++round) {
    DRAMDevice device = round % 2 ? smallDevice() : tinyDevice();
    std::shuffle(fields.begin(), fields.end(), random);
    AddressMap map = makeMap(device, join(fields, ""));
    int64_t capacity = device.capacityBytes();
    int64_t address = pick(0, capacity - 1);
    int64_t bytes = pick(0, std::min(capacity - address, pick(0, capacity)));

    std::set<std::pair<int64_t, int64_t>> expected, actual;
    // A byte of every burst.
    int64_t burst = device.burstBytes();
    for (int64_t at = address; at < address + bytes; at += burst - at % burst) {
      DRAMAddress place = map.decode(at);
      int64_t bank = place.channel * device.ranks + place.rank;
      bank = bank * device.bankGroups + place.bankGroup;
      bank = bank * device.banksPerGroup + place.bank;
      expected.insert({bank, place.row});
    }
    for (const BankRows &each : bankRowsOf(device, map, address, bytes))
      for (int64_t bank = each.firstBank; bank <= each.lastBank; ++bank)
        for (int64_t row = each.firstRow; row <= each.lastRow; ++row)
          ASSERT_TRUE(actual.insert({bank, row}).second);
    ASSERT_EQ(actual, expected)
        << map.order().str() << ' ' << address << ' ' << bytes;
  }
}

// Twelve rows in the order of the policy 'romanet': of the last three banks of
// eight, then of all, then of the first.
TEST(AddressMap, NeighbouringBanksAreOneRectangle) {
  DRAMDevice device = llvm::cantFail(dramPreset("ddr3-1600-2gb-x8"));
  AddressMap map = llvm::cantFail(createAddressMap(device, "romanet"));
  int64_t row = device.rowBytes();
  EXPECT_EQ(bankRowsOf(device, map, 13 * row, 12 * row),
            (std::vector<BankRows>{{0, 0, 2, 3}, {1, 4, 2, 2}, {5, 7, 1, 2}}));
}

} // namespace
