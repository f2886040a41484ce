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

/// The definition of a layout, executed: goes through the blocks of the array
/// in storage order, the slots of each, and those of its holes, and hands out
/// one address after the other.
class Oracle {
public:
  Oracle(Index shape, int64_t elementBytes, ArrayRef<Layout::Level> levels,
         ArrayRef<unsigned> order)
      : shape(std::move(shape)), elementBytes(elementBytes), levels(levels) {
    size_t elements = 1;
    Index extent = this->shape;
    for (size_t d = 0; d != extent.size(); ++d) {
      elements *= extent[d];
      while (!levels.empty() && extent[d] % levels.back().block[d] != 0)
        ++extent[d];
    }
    table.assign(elements, -1);
    number(levels.size(), Index(extent.size()), extent, order);
  }

  int64_t offsetOf(const Index &index) const { return table[flat(index)]; }
  int64_t sizeBytes() const { return address; }

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
  /// A block of `extent` elements from `start`, in which those of the level
  /// before `level` lie in `order`.
  void number(size_t level, const Index &start, const Index &extent,
              ArrayRef<unsigned> order) {
    size_t rank = shape.size();
    Index step(rank, 1);
    if (level != 0)
      step.assign(levels[level - 1].block.begin(),
                  levels[level - 1].block.end());
    Index counts(rank), first(rank);
    for (size_t i = 0; i != rank; ++i)
      counts[i] = extent[order[i]] / step[order[i]];
    forEachIndex(Index(rank), counts, [&](const Index &at) {
      Index inner = start;
      for (size_t i = 0; i != rank; ++i)
        inner[order[i]] += at[i] * step[order[i]];
      if (level != 0) {
        int64_t begin = address;
        number(level - 1, inner, step, levels[level - 1].order);
        while ((address - begin) % levels[level - 1].alignBytes != 0)
          ++address;
        return;
      }
      if (std::equal(inner.begin(), inner.end(), shape.begin(), std::less<>()))
        table[flat(inner)] = address;
      address += elementBytes;
    });
  }

  size_t flat(const Index &index) const {
    int64_t result = 0;
    for (size_t d = 0; d != shape.size(); ++d)
      result = result * shape[d] + index[d];
    return result;
  }

  Index shape;
  int64_t elementBytes;
  ArrayRef<Layout::Level> levels;
  int64_t address = 0;
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

/// Maximal runs of the blocks of some ascending bytes: first and number.
Runs blockRunsOf(const std::vector<int64_t> &bytes, int64_t blockBytes,
                 int64_t base) {
  Runs runs;
  for (int64_t byte : bytes) {
    int64_t block = (base + byte) / blockBytes;
    if (!runs.empty() && block < runs.back().first + runs.back().second)
      continue;
    if (!runs.empty() && block == runs.back().first + runs.back().second)
      ++runs.back().second;
    else
      runs.push_back({block, 1});
  }
  return runs;
}

Runs blockRunsOf(const Layout &layout, const Box &box, int64_t blockBytes,
                 int64_t base) {
  Runs runs;
  layout.forEachBlockRun(
      box, blockBytes, base,
      [&](int64_t first, int64_t count) { runs.push_back({first, count}); });
  return runs;
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

using Order = SmallVector<unsigned, 6>;

Order inOrder(size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order randomOrder(Random &random, size_t rank) {
  Order order = inOrder(rank);
  for (size_t i = rank; i > 1; --i)
    std::swap(order[i - 1], order[random(0, i - 1)]);
  return order;
}

/// Blocks within blocks, the outermost seldom larger than the array.
SmallVector<Layout::Level, 3> randomLevels(Random &random, const Index &shape,
                                           size_t count) {
  SmallVector<Layout::Level, 3> levels(count);
  Index inner(shape.size(), 1);
  for (Layout::Level &level : levels) {
    for (size_t d = 0; d != shape.size(); ++d) {
      int64_t most = std::max<int64_t>(1, (shape[d] + 1) / inner[d]);
      // Often no smaller than the inner block, and no larger.
      inner[d] *= random(0, 2) == 0 ? 1 : random(1, most);
      level.block.push_back(inner[d]);
    }
    level.order = randomOrder(random, shape.size());
    if (random(0, 1) == 0)
      level.alignBytes = random(1, 20);
  }
  return levels;
}

std::string describe(ArrayRef<Layout::Level> levels, ArrayRef<unsigned> order) {
  std::string text;
  for (const Layout::Level &level : levels)
    text += describe(Index(level.block.begin(), level.block.end())) +
            " ordered " +
            describe(Index(level.order.begin(), level.order.end())) +
            " aligned to " + std::to_string(level.alignBytes) + ", ";
  return text + "array ordered " + describe(Index(order.begin(), order.end()));
}

/// One array, and several boxes of it, against the oracle.
void checkArray(Random &random, const Layout &layout, const Oracle &oracle,
                const Index &shape, const Index &tile) {
  size_t rank = shape.size();
  ASSERT_EQ(layout.sizeBytes(), oracle.sizeBytes());
  ASSERT_EQ(layout.shape(), ArrayRef(shape));
  std::vector<bool> taken(layout.sizeBytes());
  forEachIndex(Index(rank), shape, [&](const Index &index) {
    int64_t offset = layout.offsetOf(index);
    ASSERT_EQ(offset, oracle.offsetOf(index)) << describe(index);
    // No two elements have a byte in common.
    for (int64_t b = 0; b != layout.elementBytes(); ++b) {
      ASSERT_LT(offset + b, layout.sizeBytes());
      ASSERT_FALSE(taken[offset + b]) << describe(index);
      taken[offset + b] = true;
    }
  });

  for (int i = 0; i != 6; ++i) {
    Index offset(rank), extent(rank);
    for (size_t d = 0; d != rank; ++d) {
      switch (random(0, 3)) {
      case 0: // all of it
        extent[d] = shape[d];
        break;
      case 1: // one tile
        offset[d] = random(0, (shape[d] - 1) / tile[d]) * tile[d];
        extent[d] = std::min(tile[d], shape[d] - offset[d]);
        break;
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
      int64_t blocks = blocksOf(bytes, blockBytes, base);
      ASSERT_EQ(layout.countBlocks(box, blockBytes, base), blocks)
          << "blocks of " << blockBytes << " bytes, base " << base;
      ASSERT_EQ(layout.countBlocks(box, blockBytes, {0, base}),
                (SmallVector<int64_t>{blocksOf(bytes, blockBytes, 0), blocks}));
      ASSERT_EQ(blockRunsOf(layout, box, blockBytes, base),
                blockRunsOf(bytes, blockBytes, base));
    }
  }
}

/// Small arrays: the oracle looks at every byte.
Index randomShape(Random &random) {
  size_t rank = random(1, 6);
  const int64_t largest[] = {0, 400, 24, 9, 6, 5, 4};
  Index shape(rank);
  for (int64_t &size : shape)
    size = random(1, largest[rank]);
  return shape;
}

int64_t randomWidth(Random &random) {
  const int64_t widths[] = {1, 2, 4, 3};
  return widths[random(0, 3)];
}

TEST(Layout, RowMajorAgainstTheOracle) {
  for (uint64_t seed = 0; seed != 2000 && !HasFatalFailure(); ++seed) {
    Random random(seed);
    Index shape = randomShape(random);
    int64_t width = randomWidth(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " shape " + describe(shape) +
                 " of " + std::to_string(width) + " bytes");
    checkArray(random, Layout::rowMajor(shape, width),
               Oracle(shape, width, {}, inOrder(shape.size())), shape, shape);
  }
}

TEST(Layout, TileContiguousAgainstTheOracle) {
  for (uint64_t seed = 10000; seed != 13000 && !HasFatalFailure(); ++seed) {
    Random random(seed);
    Index shape = randomShape(random), tile, cut;
    for (int64_t size : shape) {
      // Now and then a tile as large as the axis or larger.
      tile.push_back(random(1, size + 1));
      cut.push_back(std::min(tile.back(), size));
    }
    int64_t width = randomWidth(random);
    int64_t align = random(0, 1) == 0 ? 1 : random(1, 100);
    Layout::Level level;
    level.block.assign(cut.begin(), cut.end());
    level.order = inOrder(shape.size());
    level.alignBytes = align;
    SCOPED_TRACE("seed " + std::to_string(seed) + " shape " + describe(shape) +
                 " of " + std::to_string(width) +
                 " bytes: " + describe(level, level.order));
    checkArray(random, Layout::tileContiguous(shape, tile, width, align),
               Oracle(shape, width, level, level.order), shape, cut);
  }
}

TEST(Layout, NestedAgainstTheOracle) {
  for (uint64_t seed = 20000; seed != 25000 && !HasFatalFailure(); ++seed) {
    Random random(seed);
    Index shape = randomShape(random);
    int64_t width = randomWidth(random);
    SmallVector<Layout::Level, 3> levels =
        randomLevels(random, shape, random(1, 3));
    Order order = randomOrder(random, shape.size());
    SCOPED_TRACE("seed " + std::to_string(seed) + " shape " + describe(shape) +
                 " of " + std::to_string(width) +
                 " bytes: " + describe(levels, order));
    Expected<Layout> layout = Layout::create(shape, width, levels, order);
    ASSERT_TRUE(bool(layout)) << toString(layout.takeError());
    const Layout::Level &level = levels[random(0, levels.size() - 1)];
    checkArray(random, *layout, Oracle(shape, width, levels, order), shape,
               Index(level.block.begin(), level.block.end()));
    // What went in can be read back.
    ASSERT_EQ(layout->order(), ArrayRef(order));
    ASSERT_EQ(layout->elementBytes(), width);
    ASSERT_EQ(layout->levels().size(), levels.size());
    for (size_t i = 0; i != levels.size(); ++i) {
      ASSERT_EQ(layout->levels()[i].block, levels[i].block);
      ASSERT_EQ(layout->levels()[i].order, levels[i].order);
      ASSERT_EQ(layout->levels()[i].alignBytes, levels[i].alignBytes);
    }
  }
}

// Large enough for the periods of the count to matter; the runs, which the
// other tests check, stand in for the oracle.
TEST(Layout, CountAgreesWithTheRunsOfLargeArrays) {
  for (uint64_t seed = 0; seed != 500; ++seed) {
    Random random(seed);
    Index shape = {random(1, 40), random(1, 60), random(1, 200)};
    Index offset, extent;
    for (int64_t size : shape) {
      offset.push_back(random(0, 1) == 0 ? 0 : random(0, size - 1));
      extent.push_back(random(1, size - offset.back()));
    }
    int64_t elementBytes = int64_t(1) << random(0, 2);
    int64_t blockBytes = random(1, 300), base = random(0, 5000);
    SmallVector<Layout::Level, 3> levels =
        randomLevels(random, shape, random(0, 2));
    Order order = randomOrder(random, 3);
    SCOPED_TRACE("seed " + std::to_string(seed) + " shape " + describe(shape) +
                 ": " + describe(levels, order) + " box at " +
                 describe(offset) + " of " + describe(extent) + " blocks of " +
                 std::to_string(blockBytes));
    Layout layout =
        cantFail(Layout::create(shape, elementBytes, levels, order));
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

/// A box at any strides, even such that its rows interleave.
TEST(Layout, BlocksOfStridedBoxes) {
  for (uint64_t seed = 0; seed != 3000; ++seed) {
    Random random(seed);
    size_t rank = random(0, 4);
    SmallVector<int64_t> sizes, strides;
    for (size_t d = 0; d != rank; ++d) {
      sizes.push_back(random(random(0, 19) == 0 ? 0 : 1, 5));
      strides.push_back(random(0, 2) == 0 ? random(0, 10) : random(1, 90));
    }
    int64_t elementBytes = random(1, 4), blockBytes = random(1, 40),
            address = random(0, 100);
    std::set<int64_t> bytes;
    forEachIndex(Index(rank), Index(sizes.begin(), sizes.end()),
                 [&](const Index &index) {
                   int64_t at = address;
                   for (size_t d = 0; d != rank; ++d)
                     at += index[d] * strides[d];
                   for (int64_t b = 0; b != elementBytes; ++b)
                     bytes.insert(at + b);
                 });
    Runs runs;
    forEachBlockRun(
        address, sizes, strides, elementBytes, blockBytes,
        [&](int64_t first, int64_t count) { runs.push_back({first, count}); });
    ASSERT_EQ(runs,
              blockRunsOf(std::vector<int64_t>(bytes.begin(), bytes.end()),
                          blockBytes, 0))
        << "seed " << seed;
  }
}

TEST(Layout, TwoByTwoTilesByHand) {
  // 3 x 5 in tiles of 2 x 2, the numbers are the offsets; what lies beyond the
  // array has space all the same:
  //    0  1 |  4  5 |  8 (9)
  //    2  3 |  6  7 | 10 (11)
  //   ------+-------+--------
  //   12 13 | 16 17 | 20 (21)
  //  (14 15)|(18 19)|(22 23)
  Layout layout = Layout::tileContiguous({3, 5}, {2, 2}, 1);
  EXPECT_EQ(layout.sizeBytes(), 24);
  const int64_t expected[3][5] = {
      {0, 1, 4, 5, 8}, {2, 3, 6, 7, 10}, {12, 13, 16, 17, 20}};
  for (int64_t i = 0; i != 3; ++i)
    for (int64_t j = 0; j != 5; ++j)
      EXPECT_EQ(layout.offsetOf({i, j}), expected[i][j]) << i << ", " << j;
  // The middle columns ascend through two tiles.
  EXPECT_EQ(runsOf(layout, makeBox({0, 1}, {3, 2})),
            (Runs{{1, 1}, {3, 2}, {6, 1}, {13, 1}, {16, 1}}));
  // Two whole tiles side by side are one run.
  EXPECT_EQ(runsOf(layout, makeBox({0, 0}, {2, 4})), (Runs{{0, 8}}));
  EXPECT_EQ(runsOf(layout, makeBox({0, 0}, {3, 5})),
            (Runs{{0, 9}, {10, 1}, {12, 2}, {16, 2}, {20, 1}}));

  // In slots of 8 bytes every tile is a run by itself.
  Layout slots = Layout::tileContiguous({3, 5}, {2, 2}, 1, 8);
  EXPECT_EQ(slots.sizeBytes(), 48);
  EXPECT_EQ(slots.offsetOf({1, 3}), 8 + 3);
  EXPECT_EQ(slots.offsetOf({2, 4}), 5 * 8);
  EXPECT_EQ(runsOf(slots, makeBox({0, 0}, {2, 4})), (Runs{{0, 4}, {8, 4}}));
}

TEST(Layout, NamedLayoutsOfATensorByHand) {
  // N C H W = 2 x 6 x 4 x 5, elements of 2 bytes; the element (1, 5, 2, 3).
  const Index shape = {2, 6, 4, 5}, index = {1, 5, 2, 3};
  Layout nchw = Layout::rowMajor(shape, 2);
  EXPECT_EQ(nchw.sizeBytes(), 2 * 240);
  EXPECT_EQ(nchw.offsetOf(index), 2 * (1 * 120 + 5 * 20 + 2 * 5 + 3));

  Layout nhwc = cantFail(Layout::create(shape, 2, {}, {0, 2, 3, 1}));
  EXPECT_EQ(nhwc.sizeBytes(), 2 * 240);
  EXPECT_EQ(nhwc.offsetOf(index), 2 * (1 * 120 + 2 * 30 + 3 * 6 + 5));
  // All channels of two columns lie side by side.
  EXPECT_EQ(runsOf(nhwc, makeBox({0, 0, 1, 2}, {1, 6, 1, 2})),
            (Runs{{2 * (30 + 12), 24}}));

  // NCHWc with four channels to a block: the second block has two, and space
  // for four.
  Layout::Level fourChannels{{1, 4, 1, 1}, {0, 1, 2, 3}};
  Layout nchwc = cantFail(Layout::create(shape, 2, fourChannels, {0, 1, 2, 3}));
  EXPECT_EQ(nchwc.sizeBytes(), 2 * 320);
  // Image 1, block 1 of channels, row 2, column 3, channel 1 of the block.
  EXPECT_EQ(nchwc.offsetOf(index), 2 * (1 * 160 + 1 * 80 + 2 * 20 + 3 * 4 + 1));

  // Tiles of 1 x 4 x 2 x 3, of 24 elements in slots of 64 bytes: 2 x 2 x 2
  // tiles of an image, and in its tile the element is (0, 1, 0, 0).
  Layout tiled = Layout::tileContiguous(shape, {1, 4, 2, 3}, 2, 64);
  EXPECT_EQ(tiled.sizeBytes(), 16 * 64);
  EXPECT_EQ(tiled.offsetOf(index),
            64 * (1 * 8 + 1 * 4 + 1 * 2 + 1) + 2 * (1 * 6));
  EXPECT_EQ(runsOf(tiled, makeBox({1, 0, 2, 0}, {1, 4, 2, 3})),
            (Runs{{64 * (8 + 2), 48}}));

  // The same tiles with channels by fours inside and the columns of tiles
  // outermost.
  Layout::Level tile{{1, 4, 2, 3}, {0, 1, 2, 3}, 64};
  Layout both =
      cantFail(Layout::create(shape, 2, {fourChannels, tile}, {3, 0, 1, 2}));
  EXPECT_EQ(both.sizeBytes(), 16 * 64);
  EXPECT_EQ(both.offsetOf(index), 64 * (1 * 8 + 1 * 4 + 1 * 2 + 1) + 2 * 1);
  EXPECT_EQ(both.offsetOf({1, 5, 3, 1}),
            64 * (0 * 8 + 1 * 4 + 1 * 2 + 1) + 2 * (1 * 12 + 1 * 4 + 1));
}

// The reason for the class: what an axis contributes does not depend on the
// others.
TEST(Layout, OffsetsAreSumsOverTheAxes) {
  Layout layout = cantFail(Layout::create(
      {7, 9}, 3, {{{2, 1}, {1, 0}, 8}, {{4, 3}, {0, 1}, 5}}, {1, 0}));
  for (int64_t i = 0; i != 7; ++i)
    for (int64_t j = 0; j != 9; ++j)
      EXPECT_EQ(layout.offsetOf({i, j}),
                layout.offsetOf({i, 0}) + layout.offsetOf({0, j}));
}

TEST(Layout, LoopsThatContinueEachOtherAreOne) {
  // Rows of 3 x 4 cut in a way that changes nothing.
  Layout layout = cantFail(
      Layout::create({3, 4}, 2, {{{1, 2}, {0, 1}}, {{1, 4}, {1, 0}}}, {0, 1}));
  ASSERT_EQ(layout.loops().size(), 2u);
  EXPECT_EQ(layout.loops()[0].axis, 0u);
  EXPECT_EQ(layout.loops()[0].stride, 8);
  EXPECT_EQ(layout.loops()[1].axis, 1u);
  EXPECT_EQ(layout.loops()[1].extent, 1);
  EXPECT_EQ(layout.loops()[1].count, 4);
  EXPECT_EQ(layout.loops()[1].stride, 2);
  EXPECT_TRUE(layout.loops()[0].isDense);
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
  Layout fits = Layout::tileContiguous({huge, huge}, {4, huge}, 1);
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
  EXPECT_EQ(Layout::rowMajor({0, huge, huge, huge}, 4).sizeBytes(), 0);
  // Not the elements but the holes are too much: of the alignment, of blocks
  // beyond the array, of blocks by themselves.
  EXPECT_EQ(Layout::tileContiguous({huge, huge}, {1, 1}, 1, 1024).sizeBytes(),
            maxInt);
  EXPECT_EQ(Layout::tileContiguous({2}, {1}, 3, maxInt - 1).sizeBytes(),
            maxInt);
  EXPECT_EQ(Layout::tileContiguous({1}, {1}, 3, maxInt - 1).sizeBytes(),
            maxInt - 1);
  EXPECT_EQ(
      cantFail(Layout::create({1, 1}, 1, {{{huge, 2 * huge}, {0, 1}}}, {0, 1}))
          .sizeBytes(),
      maxInt);
  EXPECT_EQ(cantFail(Layout::create({maxInt, 1}, 1, {{{2, 1}, {0, 1}}}, {0, 1}))
                .sizeBytes(),
            maxInt);
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
  EXPECT_EQ(layout.levels().front().block, (SmallVector<int64_t, 6>{3, 7}));
  EXPECT_EQ(layout.sizeBytes(), 3 * 105 * 2);
}

TEST(Layout, RejectsWhatIsNoLayout) {
  auto message = [](ArrayRef<int64_t> shape, int64_t elementBytes,
                    ArrayRef<Layout::Level> levels, ArrayRef<unsigned> order) {
    Expected<Layout> layout =
        Layout::create(shape, elementBytes, levels, order);
    return layout ? "" : toString(layout.takeError());
  };
  const Layout::Level good{{2, 3}, {1, 0}, 4};
  EXPECT_EQ(message({4, 6}, 1, good, {0, 1}), "");

  EXPECT_EQ(message({4, 6}, 0, {}, {0, 1}),
            "elements of 0 bytes: not positive");
  EXPECT_EQ(message({4, -6}, 1, {}, {0, 1}),
            "array extent -6 in axis 1 is negative");
  EXPECT_EQ(message({4, 6}, 1, {}, {0}),
            "array: an order of 1 axes in an array of 2");
  EXPECT_EQ(message({4, 6}, 1, {}, {0, 2}),
            "array: the order has axis 2 in an array of 2");
  EXPECT_EQ(message({4, 6}, 1, {}, {1, 1}),
            "array: the order has axis 1 twice");

  EXPECT_EQ(message({4, 6}, 1, {good, {{2, 3, 1}, {1, 0}}}, {0, 1}),
            "level 1: a block of 3 axes in an array of 2");
  EXPECT_EQ(message({4, 6}, 1, {good, {{2, 3}, {1, 0, 2}}}, {0, 1}),
            "level 1: an order of 3 axes in an array of 2");
  EXPECT_EQ(message({4, 6}, 1, {good, {{2, 3}, {0, 0}}}, {0, 1}),
            "level 1: the order has axis 0 twice");
  EXPECT_EQ(message({4, 6}, 1, {{{2, 0}, {1, 0}}}, {0, 1}),
            "level 0: block extent 0 in axis 1 is not positive");
  EXPECT_EQ(message({4, 6}, 1, {good, {{4, 4}, {1, 0}}}, {0, 1}),
            "level 1: block extent 4 in axis 1 is not a multiple of 3, that of "
            "level 0");
  EXPECT_EQ(message({4, 6}, 1, {{{2, 3}, {1, 0}, 0}}, {0, 1}),
            "level 0: an alignment of 0 bytes is not positive");
}

TEST(Layout, SlotsKeepTilesFromStraddlingRows) {
  // Bursts of 64 bytes, rows of 1024.
  EXPECT_EQ(slotBytes(1, 64, 1024), 64);
  EXPECT_EQ(slotBytes(64, 64, 1024), 64);
  EXPECT_EQ(slotBytes(65, 64, 1024), 128);
  EXPECT_EQ(slotBytes(129, 64, 1024), 256);
  EXPECT_EQ(slotBytes(513, 64, 1024), 1024);
  EXPECT_EQ(slotBytes(1024, 64, 1024), 1024);
  EXPECT_EQ(slotBytes(1025, 64, 1024), 2048);
  EXPECT_EQ(slotBytes(2049, 64, 1024), 3072);
  // A burst need not be a power of two.
  EXPECT_EQ(slotBytes(100, 48, 192), 192);
  EXPECT_EQ(slotBytes(49, 48, 192), 96);
  EXPECT_EQ(slotBytes(std::numeric_limits<int64_t>::max(), 64, 1024),
            std::numeric_limits<int64_t>::max());

  for (int64_t burst : {16, 48}) {
    int64_t row = 8 * burst;
    for (int64_t bytes = 1; bytes <= 3 * row; ++bytes) {
      int64_t slot = slotBytes(bytes, burst, row);
      int64_t bursts = (bytes + burst - 1) / burst;
      ASSERT_GE(slot, bytes);
      ASSERT_LT(slot, 2 * bursts * burst);
      Layout layout = Layout::tileContiguous({20, bytes}, {1, bytes}, 1, slot);
      for (int64_t tile = 0; tile != 20; ++tile) {
        Box box = makeBox({tile, 0}, {1, bytes});
        ASSERT_EQ(layout.countBlocks(box, burst), bursts);
        ASSERT_EQ(layout.countBlocks(box, row), (bytes + row - 1) / row);
      }
    }
  }
}

} // namespace
