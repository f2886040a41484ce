//===- PlacementTest.cpp - Placement: overlaps, alignment, overflow -------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Placement.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <limits>
#include <random>

using namespace llvm;
using namespace romanet;

namespace {

constexpr int64_t maxInt = std::numeric_limits<int64_t>::max();

/// 64 rows of 128 bytes, bursts of 16 bytes: 8 KiB.
DRAMDevice smallDevice() {
  DRAMDevice device = defaultDRAMDevice();
  device.banksPerGroup = 4;
  device.rows = 16;
  device.columns = 64;
  device.chips = 2;
  return device;
}

using Result = std::variant<SmallVector<PlacedRange>, DRAMOverflow>;

const SmallVector<PlacedRange> &rangesOf(const Result &result) {
  static const SmallVector<PlacedRange> none;
  if (const auto *overflow = std::get_if<DRAMOverflow>(&result)) {
    ADD_FAILURE() << overflow->message();
    return none;
  }
  return std::get<0>(result);
}

/// All that the header promises.
void checkRanges(ArrayRef<BufferRequest> requests, const DRAMDevice &device,
                 ArrayRef<PlacedRange> ranges) {
  ASSERT_EQ(ranges.size(), requests.size());
  SmallVector<PlacedRange> sorted;
  for (size_t i = 0; i != ranges.size(); ++i) {
    SCOPED_TRACE("buffer " + requests[i].name);
    EXPECT_EQ(ranges[i].bytes, requests[i].bytes);
    EXPECT_GE(ranges[i].address, 0);
    EXPECT_LE(ranges[i].address, device.capacityBytes() - ranges[i].bytes);
    EXPECT_EQ(ranges[i].address % device.burstBytes(), 0);
    if (ranges[i].bytes >= device.rowBytes()) {
      EXPECT_EQ(ranges[i].address % device.rowBytes(), 0);
    }
    if (ranges[i].bytes != 0)
      sorted.push_back(ranges[i]);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const PlacedRange &a, const PlacedRange &b) {
              return a.address < b.address;
            });
  for (size_t i = 1; i < sorted.size(); ++i)
    EXPECT_LE(sorted[i - 1].address + sorted[i - 1].bytes, sorted[i].address);
}

TEST(Placement, RandomSets) {
  DRAMDevice device = smallDevice();
  int placed = 0, overflown = 0;
  for (uint64_t seed = 0; seed != 5000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    SmallVector<BufferRequest> requests;
    size_t count = random() % 25;
    int64_t sum = 0, largest = 0;
    for (size_t i = 0; i != count; ++i) {
      const uint64_t scales[] = {1, 20, 200, 3000};
      uint64_t scale = scales[random() % 4];
      int64_t bytes = random() % (scale + 1);
      if (random() % 8 == 0)
        bytes = device.rowBytes() * (random() % 4);
      requests.push_back({"b" + std::to_string(i), bytes});
      sum += bytes;
      largest = std::max(largest, bytes);
    }
    Result result = placeBuffers(requests, device);
    if (const auto *overflow = std::get_if<DRAMOverflow>(&result)) {
      ++overflown;
      EXPECT_GT(overflow->needBytes, device.capacityBytes());
      EXPECT_EQ(overflow->limitBytes, device.capacityBytes());
      EXPECT_EQ(overflow->largest.front().bytes, largest);
      // Alignment costs less than a row for each buffer.
      EXPECT_GE(overflow->needBytes, sum);
      EXPECT_LT(overflow->needBytes,
                sum + static_cast<int64_t>(count) * device.rowBytes());
    } else {
      ++placed;
      EXPECT_LE(sum, device.capacityBytes());
      checkRanges(requests, device, std::get<0>(result));
    }
    if (HasFailure())
      return;
  }
  // Both happen, or the test would be one of a single branch.
  EXPECT_GT(placed, 500);
  EXPECT_GT(overflown, 500);
}

TEST(Placement, RandomSetsOnThePresets) {
  for (StringRef name : dramPresetNames()) {
    Expected<DRAMDevice> device = dramPreset(name);
    ASSERT_TRUE(static_cast<bool>(device));
    for (uint64_t seed = 0; seed != 200; ++seed) {
      SCOPED_TRACE(name.str() + " seed " + std::to_string(seed));
      std::mt19937_64 random(seed);
      SmallVector<BufferRequest> requests;
      for (int i = 0; i != 40; ++i) {
        uint64_t scale = uint64_t(1) << (random() % 24);
        requests.push_back(
            {"b" + std::to_string(i), static_cast<int64_t>(random() % scale)});
      }
      Result result = placeBuffers(requests, *device);
      checkRanges(requests, *device, rangesOf(result));
      if (HasFailure())
        return;
    }
  }
}

// A small buffer goes where a large one leaves part of a row.
TEST(Placement, SmallBuffersFillTheRowsOfLargeOnes) {
  DRAMDevice device = smallDevice();
  SmallVector<BufferRequest> requests = {
      {"small", 30}, {"large", 200}, {"other", 130}, {"tiny", 1}};
  Result result = placeBuffers(requests, device);
  const SmallVector<PlacedRange> &ranges = rangesOf(result);
  checkRanges(requests, device, ranges);
  ASSERT_EQ(ranges.size(), 4u);
  EXPECT_EQ(ranges[1].address, 0);
  EXPECT_EQ(ranges[2].address, 256);
  // "large" ends at 200, its last burst at 208, its last row at 256.
  EXPECT_EQ(ranges[0].address, 208);
  EXPECT_EQ(ranges[3].address, 240);
}

TEST(Placement, NothingBelowTheFirstFreeByte) {
  DRAMDevice device = smallDevice();
  std::mt19937_64 random(17);
  for (int round = 0; round != 1000; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    int64_t begin = random() % 5000;
    SmallVector<BufferRequest> requests;
    for (size_t i = 0, count = 1 + random() % 8; i != count; ++i)
      requests.push_back({"buffer", static_cast<int64_t>(random() % 300)});
    auto ranges = rangesOf(placeBuffers(requests, device, begin));
    checkRanges(requests, device, ranges);
    for (const PlacedRange &range : ranges)
      if (range.bytes != 0) {
        EXPECT_GE(range.address, begin);
      }
  }
  // What is in front counts against the capacity.
  int64_t capacity = device.capacityBytes();
  rangesOf(placeBuffers({{"last", 16}}, device, capacity - 16));
  auto overflow = placeBuffers({{"last", 17}}, device, capacity - 16);
  ASSERT_TRUE(std::holds_alternative<DRAMOverflow>(overflow));
  EXPECT_EQ(std::get<DRAMOverflow>(overflow).needBytes, capacity + 1);
}

TEST(Placement, ExactFill) {
  DRAMDevice device = smallDevice();
  int64_t capacity = device.capacityBytes();
  ASSERT_EQ(capacity, 8192);
  for (SmallVector<BufferRequest> requests :
       {SmallVector<BufferRequest>{{"all", capacity}},
        SmallVector<BufferRequest>{{"burst", 16}, {"most", capacity - 16}},
        // The hole behind "odd" takes "rest", and "end" begins at its row.
        SmallVector<BufferRequest>{
            {"rest", 100}, {"odd", 4096 - 112}, {"end", 4096}}}) {
    Result result = placeBuffers(requests, device);
    checkRanges(requests, device, rangesOf(result));
  }
  // Every burst its own buffer.
  SmallVector<BufferRequest> bursts(capacity / 16, BufferRequest{"b", 16});
  Result result = placeBuffers(bursts, device);
  checkRanges(bursts, device, rangesOf(result));
}

TEST(Placement, OneByteTooMany) {
  DRAMDevice device = smallDevice();
  Result result = placeBuffers({{"all", 8192}, {"straw", 1}}, device);
  const auto *overflow = std::get_if<DRAMOverflow>(&result);
  ASSERT_NE(overflow, nullptr);
  EXPECT_EQ(overflow->needBytes, 8193);
  EXPECT_EQ(overflow->limitBytes, 8192);
  EXPECT_EQ(overflow->largest.front().name, "all");
  EXPECT_EQ(overflow->largest.front().bytes, 8192);
  EXPECT_EQ(overflow->message(),
            "the buffers need 8193 bytes of DRAM, the device has 8192; the "
            "largest that are live together are 'all' (8192 bytes), 'straw' "
            "(1 bytes)");

  Result alone = placeBuffers({{"alone", 8193}}, device);
  overflow = std::get_if<DRAMOverflow>(&alone);
  ASSERT_NE(overflow, nullptr);
  EXPECT_EQ(overflow->needBytes, 8193);
  EXPECT_EQ(overflow->largest.front().name, "alone");
}

TEST(Placement, OfEqualBuffersTheFirstIsTheLargest) {
  Result result =
      placeBuffers({{"a", 5000}, {"b", 6000}, {"c", 6000}}, smallDevice());
  const auto *overflow = std::get_if<DRAMOverflow>(&result);
  ASSERT_NE(overflow, nullptr);
  EXPECT_EQ(overflow->largest.front().name, "b");
}

TEST(Placement, EmptyBuffers) {
  DRAMDevice device = smallDevice();
  EXPECT_TRUE(rangesOf(placeBuffers({}, device)).empty());
  // They fit even where nothing else does, and move nobody.
  SmallVector<BufferRequest> requests = {
      {"none", 0}, {"all", 8192}, {"nothing", 0}};
  Result result = placeBuffers(requests, device);
  const SmallVector<PlacedRange> &ranges = rangesOf(result);
  checkRanges(requests, device, ranges);
  ASSERT_EQ(ranges.size(), 3u);
  EXPECT_EQ(ranges[1].address, 0);
}

TEST(Placement, AbsurdSizesDoNotWrap) {
  DRAMDevice largest = smallDevice();
  largest.rows = int64_t(1) << 53;
  ASSERT_EQ(largest.capacityBytes(), int64_t(1) << 62);
  for (const DRAMDevice &device : {smallDevice(), defaultDRAMDevice(), largest})
    for (int64_t huge : {maxInt, maxInt - 1, maxInt - 15, maxInt - 127,
                         maxInt / 2 + 2, maxInt - 8192})
      for (SmallVector<BufferRequest> requests :
           {SmallVector<BufferRequest>{{"h", huge}},
            SmallVector<BufferRequest>{{"h", huge}, {"s", 1}},
            SmallVector<BufferRequest>{{"s", 1}, {"h", huge}, {"l", 4096}},
            SmallVector<BufferRequest>{{"h", huge}, {"h2", huge}},
            SmallVector<BufferRequest>{
                {"h", huge}, {"h2", huge}, {"h3", huge}, {"h4", huge}}}) {
        SCOPED_TRACE(std::to_string(huge) + " of " +
                     std::to_string(requests.size()));
        Result result = placeBuffers(requests, device);
        const auto *overflow = std::get_if<DRAMOverflow>(&result);
        ASSERT_NE(overflow, nullptr);
        EXPECT_GE(overflow->needBytes, huge);
        EXPECT_EQ(overflow->limitBytes, device.capacityBytes());
        EXPECT_EQ(overflow->largest.front().name, "h");
        EXPECT_EQ(overflow->largest.front().bytes, huge);
      }
  Result result = placeBuffers({{"h", maxInt}, {"h2", maxInt}}, largest);
  EXPECT_NE(std::get<DRAMOverflow>(result).message().find("at least"),
            std::string::npos);
}

TEST(Placement, ManySmallBuffersOverflowTheSum) {
  // Each fits by itself.
  DRAMDevice device = smallDevice();
  SmallVector<BufferRequest> requests(513, BufferRequest{"b", 16});
  Result result = placeBuffers(requests, device);
  const auto *overflow = std::get_if<DRAMOverflow>(&result);
  ASSERT_NE(overflow, nullptr);
  EXPECT_EQ(overflow->needBytes, 513 * 16);
}

TEST(Placement, IsDeterministic) {
  DRAMDevice device = smallDevice();
  SmallVector<BufferRequest> requests = {
      {"a", 40}, {"b", 40}, {"c", 300}, {"d", 40}, {"e", 140}};
  Result first = placeBuffers(requests, device);
  Result second = placeBuffers(requests, device);
  const SmallVector<PlacedRange> &a = rangesOf(first), &b = rangesOf(second);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i != a.size(); ++i)
    EXPECT_EQ(a[i].address, b[i].address);
  // Of equal buffers the earlier request has the lower address where both go
  // the same way, "a" and "b" into the row that "c" leaves.
  EXPECT_LT(a[0].address, a[1].address);
}

} // namespace
