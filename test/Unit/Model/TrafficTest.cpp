//===- TrafficTest.cpp - Closed forms against the walk --------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Traffic.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"

using namespace romanet;

static void compareWithWalk(const Layer &layer, const Schedule &schedule,
                            int64_t blockBytes) {
  SCOPED_TRACE(describe(layer) + " " + describe(schedule) + " block " +
               std::to_string(blockBytes));
  oracle::Walk walk = oracle::walk(layer, schedule, blockBytes);
  Traffic traffic = computeTraffic(layer, schedule);
  BlockTraffic blocks = computeBlockTraffic(layer, schedule, blockBytes);
  EXPECT_EQ(walk.macs, layer.macs());
  int64_t bytes = 0, allBlocks = 0;
  for (Operand operand : AllOperands) {
    SCOPED_TRACE(operandName(operand).str());
    EXPECT_EQ(traffic.read[operand].count, walk.read[operand].transfers);
    EXPECT_EQ(traffic.read[operand].bytes, walk.read[operand].bytes);
    EXPECT_EQ(blocks.read[operand], walk.read[operand].blocks);
    EXPECT_EQ(traffic.write[operand].count, walk.write[operand].transfers);
    EXPECT_EQ(traffic.write[operand].bytes, walk.write[operand].bytes);
    EXPECT_EQ(blocks.write[operand], walk.write[operand].blocks);
    bytes += walk.read[operand].bytes + walk.write[operand].bytes;
    allBlocks += walk.read[operand].blocks + walk.write[operand].blocks;
  }
  EXPECT_EQ(traffic.totalBytes(), bytes);
  EXPECT_EQ(blocks.total(), allBlocks);
}

TEST(Traffic, AgreesWithTheWalkOfTheLoops) {
  RandomCase random(1);
  constexpr int64_t large[] = {64, 100, 128, 256, 1000, 8192};
  for (int i = 0; i < 20000 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Layer layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    Schedule schedule = random.schedule(layer);
    int64_t block =
        random.chance(30) ? large[random.uniform(0, 5)] : random.uniform(1, 64);
    compareWithWalk(layer, schedule, block);
  }
}

TEST(Traffic, AgreesWithTheWalkOnAWideLayer) {
  // Long rows and many channels: runs of several blocks, and residues that
  // repeat.
  RandomCase random(2);
  for (int i = 0; i < 500 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Layer layer = random.layer({{1, 2, 6, 12, 20, 60}}, 6000);
    Schedule schedule = random.schedule(layer);
    // Few iterations: the walk looks at every byte.
    for (Dim dim : AllDims)
      schedule.tile[dim] = std::max(schedule.tile[dim], layer.size[dim] / 3);
    compareWithWalk(layer, schedule, 64);
  }
}

TEST(Traffic, CountsVisitsOfPartialSums) {
  Layer layer;
  layer.size = {{1, 1, 4, 6, 1, 1}};
  Schedule schedule;
  schedule.tile = {{1, 1, 2, 2, 1, 1}};
  // Two tiles of K inside three of C: each output is visited three times.
  schedule.order = {Dim::C, Dim::K, Dim::N, Dim::G, Dim::P, Dim::Q};
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{3, 6}));
  EXPECT_EQ(traffic.read[Operand::Weights], (Transfers{6, 24}));
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{4, 2 * 4 * 4}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{6, 2 * 4 * 4 + 4}));

  // C inside: each is visited once, and the input is swept twice.
  schedule.order = {Dim::K, Dim::C, Dim::N, Dim::G, Dim::P, Dim::Q};
  traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{6, 12}));
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{0, 0}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{2, 4}));

  // A bias is read at the first visit, at accumulator width.
  layer.initIsData = true;
  traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{2, 16}));
}

TEST(Traffic, HaloIsPaidOncePerTile) {
  // 8 rows, kernel 3, pad 1, tiles of 4 outputs: rows 0-4 and 3-7.
  Layer layer;
  layer.size = {{1, 1, 1, 1, 8, 1}};
  layer.inputHeight = 8;
  layer.kernelHeight = 3;
  layer.padTop = 1;
  ASSERT_FALSE(static_cast<bool>(layer.verify()));
  Schedule schedule;
  schedule.tile[Dim::P] = 4;
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{2, 10}));
}

TEST(Traffic, BurstsOfNarrowTiles) {
  // Rows of 28 bytes: a tile 14 columns wide moves 14 bytes of a row, and each
  // row lies in one or two bursts of 64 bytes.
  Layer layer;
  layer.size = {{1, 1, 1, 1, 28, 28}};
  layer.inputHeight = layer.inputWidth = 28;
  Schedule whole;
  whole.tile = layer.size;
  // 784 bytes in a row: 12.25 bursts.
  EXPECT_EQ(computeBlockTraffic(layer, whole, 64).read[Operand::Input], 13);
  Schedule rows = whole;
  rows.tile[Dim::P] = 1;
  // Every row by itself: one burst, two for those that cross a boundary, which
  // 11 of the 12 boundaries have (one falls between two rows).
  EXPECT_EQ(computeBlockTraffic(layer, rows, 64).read[Operand::Input], 28 + 11);
}
