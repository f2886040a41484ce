//===- LayoutTest.cpp - Offsets, runs and blocks against an oracle --------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Layout.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <set>

using namespace llvm;
using namespace romanet;

namespace {

using Index = std::vector<int64_t>;
using Runs = std::vector<std::pair<int64_t, int64_t>>;

/// Calls `visit` for every index of a box, row-major, literally.
template <typename Visit>
void forEachIndex(const Index &offset, const Index &extent, Visit visit) {
  for (int64_t e : extent)
    if (e == 0)
      return;
  Index index = offset;
  while (true) {
    visit(index);
    size_t d = index.size();
    while (d-- != 0) {
      if (++index[d] != offset[d] + extent[d])
        break;
      index[d] = offset[d];
    }
    if (d == size_t(-1))
      return;
  }
}

/// The definition of a layout, executed: goes through the blocks and their
/// elements in storage order and hands out one address after the other.
class Oracle {
public:
  Oracle(Index shape, const Index &tile, int64_t elementBytes)
      : shape(std::move(shape)), elementBytes(elementBytes) {
    size_t rank = this->shape.size();
    elements = 1;
    for (int64_t s : this->shape)
      elements *= s;
    table.assign(elements, -1);
    if (elements == 0)
      return;
    Index blockCount(rank);
    for (size_t d = 0; d != rank; ++d)
      blockCount[d] = (this->shape[d] + tile[d] - 1) / tile[d];
    int64_t address = 0;
    forEachIndex(Index(rank), blockCount, [&](const Index &block) {
      Index start(rank), size(rank);
      for (size_t d = 0; d != rank; ++d) {
        start[d] = block[d] * tile[d];
        size[d] = std::min(tile[d], this->shape[d] - start[d]);
      }
      forEachIndex(start, size, [&](const Index &index) {
        table[flat(index)] = address;
        address += elementBytes;
      });
    });
  }

  int64_t offsetOf(const Index &index) const { return table[flat(index)]; }
  int64_t sizeBytes() const { return elements * elementBytes; }

  std::vector<int64_t> bytesOf(const Index &offset, const Index &extent) const {
    std::vector<int64_t> result;
    forEachIndex(offset, extent, [&](const Index &index) {
      for (int64_t b = 0; b != elementBytes; ++b)
        result.push_back(offsetOf(index) + b);
    });
    std::sort(result.begin(), result.end());
    return result;
  }

private:
  size_t flat(const Index &index) const {
    int64_t result = 0;
    for (size_t d = 0; d != shape.size(); ++d)
      result = result * shape[d] + index[d];
    return result;
  }

  Index shape;
  int64_t elementBytes, elements;
  std::vector<int64_t> table;
};

Runs runsOf(const std::vector<int64_t> &bytes) {
  Runs runs;
  for (int64_t byte : bytes) {
    if (!runs.empty() && runs.back().first + runs.back().second == byte)
      ++runs.back().second;
    else
      runs.push_back({byte, 1});
  }
  return runs;
}

int64_t blocksOf(const std::vector<int64_t> &bytes, int64_t blockBytes,
                 int64_t base) {
  std::set<int64_t> blocks;
  for (int64_t byte : bytes)
    blocks.insert((base + byte) / blockBytes);
  return blocks.size();
}

Runs runsOf(const Layout &layout, const Box &box) {
  Runs runs;
  layout.forEachRun(box, [&](int64_t offset, int64_t bytes) {
    runs.push_back({offset, bytes});
  });
  return runs;
}

Box makeBox(const Index &offset, const Index &extent) {
  Box box;
  box.offset.assign(offset.begin(), offset.end());
  box.extent.assign(extent.begin(), extent.end());
  return box;
}

std::string describe(const Index &values) {
  std::string text = "(";
  for (int64_t value : values)
    text += (text.size() > 1 ? "," : "") + std::to_string(value);
  return text + ")";
}

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  /// In [low, high].
  int64_t operator()(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % (high - low + 1));
  }

private:
  std::mt19937_64 engine;
};

/// One random array, and several boxes of it, against the oracle.
void checkRandomArray(uint64_t seed, bool tiled) {
  Random random(seed);
  size_t rank = random(1, 6);
  // Small arrays: the oracle looks at every byte.
  const int64_t largest[] = {0, 400, 24, 9, 6, 5, 4};
  Index shape(rank), tile(rank);
  for (size_t d = 0; d != rank; ++d) {
    shape[d] = random(1, largest[rank]);
    // Now and then a tile as large as the dimension or larger.
    tile[d] = tiled ? random(1, shape[d] + 1) : shape[d];
  }
  const int64_t widths[] = {1, 2, 4, 3};
  int64_t elementBytes = widths[random(0, 3)];
  SCOPED_TRACE("seed " + std::to_string(seed) + " shape " + describe(shape) +
               " tile " + describe(tile) + " of " +
               std::to_string(elementBytes) + " bytes");

  Layout layout = tiled ? Layout::tileContiguous(shape, tile, elementBytes)
                        : Layout::rowMajor(shape, elementBytes);
  Oracle oracle(shape, tile, elementBytes);
  ASSERT_EQ(layout.sizeBytes(), oracle.sizeBytes());
  ASSERT_EQ(layout.shape(), ArrayRef(shape));
  // Equal to a table of distinct addresses below the size: a bijection.
  forEachIndex(Index(rank), shape, [&](const Index &index) {
    ASSERT_EQ(layout.offsetOf(index), oracle.offsetOf(index))
        << describe(index);
  });

  for (int i = 0; i != 6; ++i) {
    Index offset(rank), extent(rank);
    for (size_t d = 0; d != rank; ++d) {
      switch (random(0, 3)) {
      case 0: // all of it
        extent[d] = shape[d];
        break;
      case 1: { // one tile
        int64_t t = std::min(tile[d], shape[d]);
        offset[d] = random(0, (shape[d] - 1) / t) * t;
        extent[d] = std::min(t, shape[d] - offset[d]);
        break;
      }
      default: // anything, seldom nothing
        offset[d] = random(0, shape[d] - 1);
        extent[d] = random(random(0, 9) == 0 ? 0 : 1, shape[d] - offset[d]);
      }
    }
    SCOPED_TRACE("box at " + describe(offset) + " of " + describe(extent));
    Box box = makeBox(offset, extent);
    std::vector<int64_t> bytes = oracle.bytesOf(offset, extent);
    // The runs of the oracle are ascending and maximal.
    ASSERT_EQ(runsOf(layout, box), runsOf(bytes));
    for (int j = 0; j != 4; ++j) {
      int64_t blockBytes =
          random(0, 1) ? int64_t(1) << random(0, 7) : random(1, 128);
      int64_t base = random(0, 2) == 0 ? 0 : random(0, 1000);
      ASSERT_EQ(layout.countBlocks(box, blockBytes, base),
                blocksOf(bytes, blockBytes, base))
          << "blocks of " << blockBytes << " bytes, base " << base;
    }
  }
}

TEST(Layout, RowMajorAgainstTheOracle) {
  for (uint64_t seed = 0; seed != 2000; ++seed) {
    checkRandomArray(seed, /*tiled=*/false);
    if (HasFatalFailure())
      return;
  }
}

TEST(Layout, TileContiguousAgainstTheOracle) {
  for (uint64_t seed = 10000; seed != 14000; ++seed) {
    checkRandomArray(seed, /*tiled=*/true);
    if (HasFatalFailure())
      return;
  }
}

// Large enough for the periods of the count to matter; the runs, which the
// other tests check, stand in for the oracle.
TEST(Layout, CountAgreesWithTheRunsOfLargeArrays) {
  for (uint64_t seed = 0; seed != 300; ++seed) {
    Random random(seed);
    Index shape = {random(1, 40), random(1, 60), random(1, 200)};
    Index tile, offset, extent;
    for (int64_t size : shape) {
      tile.push_back(random(0, 2) == 0 ? size : random(1, size));
      offset.push_back(random(0, 1) == 0 ? 0 : random(0, size - 1));
      extent.push_back(random(1, size - offset.back()));
    }
    int64_t elementBytes = int64_t(1) << random(0, 2);
    int64_t blockBytes = random(1, 300), base = random(0, 5000);
    SCOPED_TRACE("seed " + std::to_string(seed) + " shape " + describe(shape) +
                 " tile " + describe(tile) + " box at " + describe(offset) +
                 " of " + describe(extent) + " blocks of " +
                 std::to_string(blockBytes));
    Layout layout = Layout::tileContiguous(shape, tile, elementBytes);
    Box box = makeBox(offset, extent);
    int64_t expected = 0, next = 0, bytes = 0;
    layout.forEachRun(box, [&](int64_t at, int64_t length) {
      bytes += length;
      int64_t first = std::max(next, (base + at) / blockBytes);
      next = (base + at + length - 1) / blockBytes + 1;
      expected += std::max<int64_t>(0, next - first);
    });
    ASSERT_EQ(bytes, elementBytes * extent[0] * extent[1] * extent[2]);
    ASSERT_EQ(layout.countBlocks(box, blockBytes, base), expected);
  }
}

TEST(Layout, TwoByTwoTilesByHand) {
  // 3 x 5 in tiles of 2 x 2, the numbers are the offsets:
  //    0  1 |  4  5 |  8
  //    2  3 |  6  7 |  9
  //   ------+-------+---
  //   10 11 | 12 13 | 14
  Layout layout = Layout::tileContiguous({3, 5}, {2, 2}, 1);
  const int64_t expected[3][5] = {
      {0, 1, 4, 5, 8}, {2, 3, 6, 7, 9}, {10, 11, 12, 13, 14}};
  for (int64_t i = 0; i != 3; ++i)
    for (int64_t j = 0; j != 5; ++j)
      EXPECT_EQ(layout.offsetOf({i, j}), expected[i][j]) << i << ", " << j;
  // The middle column ascends through two tiles.
  EXPECT_EQ(runsOf(layout, makeBox({0, 1}, {3, 2})),
            (Runs{{1, 1}, {3, 2}, {6, 1}, {11, 2}}));
  // Two whole tiles side by side are one run, and so is all of it.
  EXPECT_EQ(runsOf(layout, makeBox({0, 0}, {2, 4})), (Runs{{0, 8}}));
  EXPECT_EQ(runsOf(layout, makeBox({0, 0}, {3, 5})), (Runs{{0, 15}}));
}

TEST(Layout, TileOfAnImageByHand) {
  // 8-bit pixels, 56 x 56, the tile of 28 x 28 at row 14, column 14.
  Layout image = Layout::rowMajor({56, 56}, 1);
  Box tile = makeBox({14, 14}, {28, 28});
  EXPECT_EQ(runsOf(image, tile).size(), 28u);
  // From byte 798 to byte 2337, and no gap holds a burst of 64.
  EXPECT_EQ(image.countBlocks(tile, 64), 2337 / 64 - 798 / 64 + 1);
  // Stored as a tile it is 784 bytes: 13 bursts instead of 25.
  Layout tiled = Layout::tileContiguous({56, 56}, {28, 28}, 1);
  EXPECT_EQ(tiled.countBlocks(makeBox({28, 0}, {28, 28}), 64), 13);
  // 224 wide, the gaps do hold bursts. Every other row begins 32 bytes into a
  // burst, where 32 bytes still fit into it but 33 do not.
  Layout wide = Layout::rowMajor({224, 224}, 1);
  EXPECT_EQ(wide.countBlocks(makeBox({0, 0}, {28, 32}), 64), 28);
  EXPECT_EQ(wide.countBlocks(makeBox({0, 0}, {28, 33}), 64), 14 + 14 * 2);
  // And a base moves them.
  EXPECT_EQ(wide.countBlocks(makeBox({0, 0}, {28, 32}), 64, 16), 28 + 14);
}

TEST(Layout, ContiguousDimensionsMerge) {
  // Full rows of 3 channels: one run per channel; full channels: one run.
  Layout layout = Layout::rowMajor({8, 16, 32}, 2);
  EXPECT_EQ(runsOf(layout, makeBox({2, 4, 0}, {3, 5, 32})),
            (Runs{{2304, 320}, {3328, 320}, {4352, 320}}));
  EXPECT_EQ(runsOf(layout, makeBox({2, 0, 0}, {3, 16, 32})),
            (Runs{{2048, 3072}}));
}

// More than could be done run by run in the time of a test: 2^40 runs.
TEST(Layout, CountingDoesNotVisitEveryRun) {
  int64_t n = int64_t(1) << 20;
  Layout layout = Layout::rowMajor({n, n, 1024}, 1);
  EXPECT_EQ(layout.countBlocks(makeBox({0, 0, 0}, {n, n, 65}), 64), 2 * n * n);
  EXPECT_EQ(layout.countBlocks(makeBox({0, 0, 0}, {n, n, 1000}), 64),
            n * n * 16);
  // 2^40 tiles of 96 bytes, of each the first 30: they begin at byte 0 or 32 of
  // a burst and lie in it. The first 33 do only every other time.
  Layout tiled = Layout::tileContiguous({n, n, 96}, {1, 1, 96}, 1);
  EXPECT_EQ(tiled.countBlocks(makeBox({0, 0, 0}, {n, n, 30}), 64), n * n);
  EXPECT_EQ(tiled.countBlocks(makeBox({0, 0, 0}, {n, n, 33}), 64),
            n * n + n * n / 2);
}

TEST(Layout, EmptyAndScalar) {
  Layout scalar = Layout::rowMajor({}, 4);
  EXPECT_EQ(scalar.sizeBytes(), 4);
  EXPECT_EQ(scalar.offsetOf({}), 0);
  EXPECT_EQ(runsOf(scalar, Box()), (Runs{{0, 4}}));
  EXPECT_EQ(scalar.countBlocks(Box(), 64, 62), 2);

  Layout empty = Layout::tileContiguous({3, 0, 5}, {2, 2, 2}, 4);
  EXPECT_EQ(empty.sizeBytes(), 0);
  EXPECT_TRUE(runsOf(empty, makeBox({0, 0, 0}, {3, 0, 5})).empty());
  EXPECT_EQ(empty.countBlocks(makeBox({0, 0, 0}, {3, 0, 5}), 64), 0);

  Layout some = Layout::rowMajor({3, 4}, 4);
  EXPECT_TRUE(runsOf(some, makeBox({3, 0}, {0, 4})).empty());
  EXPECT_EQ(some.countBlocks(makeBox({1, 2}, {2, 0}), 64, 7), 0);
}

TEST(Layout, SizesNear64Bits) {
  constexpr int64_t maxInt = std::numeric_limits<int64_t>::max();
  int64_t huge = int64_t(1) << 31;
  // 2^62 bytes still have offsets, behind a base of nearly 2^63 too.
  Layout fits = Layout::tileContiguous({huge, huge}, {3, huge}, 1);
  EXPECT_EQ(fits.sizeBytes(), int64_t(1) << 62);
  EXPECT_EQ(fits.offsetOf({huge - 1, huge - 1}), (int64_t(1) << 62) - 1);
  Box last = makeBox({huge - 1, huge - 1}, {1, 1});
  EXPECT_EQ(fits.countBlocks(last, 64, maxInt), 1);
  EXPECT_EQ(fits.countBlocks(makeBox({0, 0}, {huge, huge}), 64, maxInt),
            (int64_t(1) << 56) + 1);

  EXPECT_EQ(Layout::rowMajor({huge, huge}, 2).sizeBytes(), maxInt);
  EXPECT_EQ(Layout::rowMajor({maxInt, maxInt}, 4).sizeBytes(), maxInt);
  EXPECT_EQ(
      Layout::tileContiguous({huge, huge, huge}, {1, 2, 3}, 1).sizeBytes(),
      maxInt);
  EXPECT_EQ(Layout::rowMajor({huge, huge, huge, 0}, 4).sizeBytes(), 0);
}

TEST(LayoutDeathTest, NoOffsetsInAnArrayBeyond64Bits) {
  int64_t huge = int64_t(1) << 31;
  Layout layout = Layout::rowMajor({huge, huge}, 2);
  EXPECT_DEATH(layout.offsetOf({huge - 1, huge - 1}), "exceeds 64 bits");
  EXPECT_DEATH(layout.countBlocks(makeBox({0, 0}, {1, 1}), 64),
               "exceeds 64 bits");
}

TEST(Layout, TilesAreCutToTheArray) {
  Layout layout = Layout::tileContiguous({3, 100}, {8, 7}, 2);
  EXPECT_EQ(layout.block(), ArrayRef<int64_t>({3, 7}));
}

} // namespace
