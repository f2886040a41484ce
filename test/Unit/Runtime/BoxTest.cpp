//===- BoxTest.cpp - Boxes, counted element by element --------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Runtime/Runtime.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

using namespace romanet::runtime;

namespace {
struct Shape {
  std::vector<int64_t> sizes, strides;

  Box at(int64_t address, int64_t start, int64_t elementBytes) const {
    return {address,      start,
            elementBytes, static_cast<int64_t>(sizes.size()),
            sizes.data(), strides.data()};
  }
};

/// The slow and obvious count: every byte of every element.
BoxTraffic countEachByte(const Box &box, int64_t blockBytes,
                         std::set<int64_t> &blocks) {
  BoxTraffic traffic;
  std::vector<int64_t> index(box.rank, 0);
  for (int64_t i = 0; i < box.rank; ++i)
    if (box.sizes[i] == 0)
      return traffic;
  while (true) {
    int64_t element = box.start;
    for (int64_t i = 0; i < box.rank; ++i)
      element += index[i] * box.strides[i];
    for (int64_t byte = 0; byte < box.elementBytes; ++byte)
      blocks.insert((box.address + element * box.elementBytes + byte) /
                    blockBytes);
    traffic.bytes += box.elementBytes;
    int64_t i = box.rank;
    while (i > 0 && ++index[i - 1] == box.sizes[i - 1])
      index[--i] = 0;
    if (i == 0)
      break;
  }
  traffic.blocks = blocks.size();
  return traffic;
}

int64_t pick(std::mt19937_64 &random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

void expectExact(const Box &box, int64_t blockBytes) {
  std::set<int64_t> blocks;
  BoxTraffic expected = countEachByte(box, blockBytes, blocks), actual;
  ASSERT_TRUE(countBox(box, blockBytes, actual));
  ASSERT_EQ(actual.bytes, expected.bytes);
  ASSERT_EQ(actual.blocks, expected.blocks);
  // One by one: those that hold a byte, in ascending order.
  std::vector<BlockRange> ranges;
  ASSERT_TRUE(listBlocks(box, blockBytes, actual, ranges));
  std::vector<int64_t> listed;
  for (auto [first, last] : ranges)
    for (int64_t block = first; block <= last; ++block)
      listed.push_back(block);
  ASSERT_EQ(listed, std::vector<int64_t>(blocks.begin(), blocks.end()));
}
} // namespace

/// Boxes of row-major arrays, with the axes of the view in any order.
TEST(CountBox, SlicesOfArrays) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 4000; ++round) {
    SCOPED_TRACE(round);
    Shape shape;
    int64_t rank = pick(random, 0, 5), stride = 1, start = 0;
    for (int64_t i = 0; i < rank; ++i) {
      int64_t extent = pick(random, 1, 9);
      int64_t size = pick(random, 0, 20) == 0 ? 0 : pick(random, 1, extent);
      shape.sizes.insert(shape.sizes.begin(), size);
      shape.strides.insert(shape.strides.begin(), stride);
      start += stride * pick(random, 0, extent - size);
      stride *= extent;
    }
    std::vector<size_t> order(rank);
    for (int64_t i = 0; i < rank; ++i)
      order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    Shape shuffled;
    for (size_t i : order) {
      shuffled.sizes.push_back(shape.sizes[i]);
      shuffled.strides.push_back(shape.strides[i]);
    }
    expectExact(shuffled.at(pick(random, 0, 200), start,
                            int64_t(1) << pick(random, 0, 3)),
                pick(random, 0, 1) ? 64 : pick(random, 1, 100));
  }
}

/// Any strides, also such that rows overlap, interleave, or run backwards.
TEST(CountBox, AnyStrides) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 4000; ++round) {
    SCOPED_TRACE(round);
    Shape shape;
    int64_t rank = pick(random, 1, 4), start = 0;
    for (int64_t i = 0; i < rank; ++i) {
      shape.sizes.push_back(pick(random, 1, 6));
      shape.strides.push_back(pick(random, -40, 40));
      // No address is negative.
      start += shape.sizes.back() * 40;
    }
    expectExact(shape.at(pick(random, 0, 99), start, pick(random, 1, 8)),
                pick(random, 1, 70));
  }
}

TEST(CountBox, Refuses) {
  constexpr int64_t Max = std::numeric_limits<int64_t>::max();
  BoxTraffic traffic;
  Shape line = {{4}, {-1}};
  EXPECT_TRUE(countBox(line.at(3, 0, 1), 64, traffic));
  EXPECT_FALSE(countBox(line.at(2, 0, 1), 64, traffic)) << "negative address";
  Shape huge = {{Max / 2, 4}, {4, 1}};
  EXPECT_FALSE(countBox(huge.at(0, 0, 1), 64, traffic)) << "bytes";
  Shape far = {{2}, {Max}};
  EXPECT_FALSE(countBox(far.at(0, 0, 2), 64, traffic)) << "stride";
  EXPECT_FALSE(countBox(far.at(1, 0, 1), 64, traffic)) << "last address";
  Shape one = {{1}, {1}};
  EXPECT_FALSE(countBox(one.at(0, Max, 2), 64, traffic)) << "start";
  EXPECT_FALSE(countBox(one.at(Max, 0, 2), 64, traffic)) << "last byte";
  EXPECT_TRUE(countBox(one.at(Max - 1, 0, 1), 64, traffic));
  EXPECT_EQ(traffic.blocks, 1);
}

/// A box of contiguous rows costs no more than one step, however long.
TEST(CountBox, LongRows) {
  constexpr int64_t Rows = int64_t(1) << 30;
  Shape shape = {{Rows, 1024}, {1024, 1}};
  BoxTraffic traffic;
  ASSERT_TRUE(countBox(shape.at(1, 0, 1), 64, traffic));
  EXPECT_EQ(traffic.bytes, Rows * 1024);
  EXPECT_EQ(traffic.blocks, Rows * 16 + 1);
}
