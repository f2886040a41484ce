//===- StreamTest.cpp - Bursts and activations of layouts -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// computeStreamTraffic against a walk of every byte of memory that is laid out
// element after element.
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"

using namespace romanet;

static void compare(const BlockTraffic &traffic, const oracle::Walk &walk) {
  for (Operand operand : AllOperands) {
    SCOPED_TRACE(operandName(operand).str());
    EXPECT_EQ(traffic.read[operand], walk.read[operand].blocks);
    EXPECT_EQ(traffic.write[operand], walk.write[operand].blocks);
  }
  EXPECT_EQ(traffic.epilogue, walk.epilogue.blocks);
}

/// Elements of any width, so that some are larger than a burst and some fill
/// none.
static void widen(Layer &layer, RandomCase &random) {
  for (int64_t *bytes : {&layer.inputBytes, &layer.weightBytes,
                         &layer.accumulatorBytes, &layer.outputBytes})
    if (*bytes != 0 && random.chance(20))
      *bytes = random.uniform(1, 9);
}

TEST(Stream, AgreesWithTheWalkInAllLayouts) {
  RandomCase random(41);
  int tiles = 0, blocked = 0, halo = 0, touched = 0, wide = 0, ragged = 0;
  int blockedWeights = 0, blockedOutput = 0, blockedSums = 0, init = 0;
  int epilogueInTiles = 0, epilogueInBlocks = 0;
  for (int i = 0; i < 8000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = i % 2 ? random.layer({{3, 3, 5, 5, 8, 8}}, 120)
                        : random.layer({{2, 2, 3, 3, 16, 16}}, 150);
    if (random.chance(20))
      random.putWindowsSideBySide(layer);
    widen(layer, random);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    DRAMDevice device =
        random.chance(2) ? defaultDRAMDevice() : random.device();
    ArrayLayouts layouts = random.layouts(layer, schedule, device);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(schedule) + " " + describe(layouts) + " " +
                 describe(device));
    oracle::Blocks blocks = oracle::storageOf(layer, schedule, layouts, device);
    StreamTraffic stream =
        computeStreamTraffic(layer, schedule, layouts, device);
    {
      SCOPED_TRACE("bursts");
      compare(stream.bursts,
              oracle::walk(layer, schedule, device.burstBytes(), &blocks));
    }
    SCOPED_TRACE("activations");
    oracle::Walk walk =
        oracle::walk(layer, schedule, device.rowBytes(), &blocks);
    compare(stream.activations, walk);

    ArrayLayout::Kind kind = layouts[TensorArray::Input].kind;
    bool isBlocked = kind == ArrayLayout::Kind::Blocked;
    tiles += kind == ArrayLayout::Kind::Tiles;
    blocked += isBlocked;
    halo += isBlocked && walk.haloSteps > 0;
    touched += isBlocked && layer.fetchTouchedOnly;
    auto isInBlocks = [&](TensorArray array) {
      return layouts[array].kind == ArrayLayout::Kind::Blocked;
    };
    blockedWeights += layer.hasWeights() && isInBlocks(TensorArray::Weights);
    blockedOutput += isInBlocks(TensorArray::Output);
    blockedSums += walk.read[Operand::Output].blocks > 0 &&
                   isInBlocks(TensorArray::PartialSums);
    init += layer.initIsData &&
            layouts[TensorArray::Init] != layouts[TensorArray::PartialSums];
    for (const ArrayLayout &each : layouts.epilogue) {
      epilogueInTiles += each.kind == ArrayLayout::Kind::Tiles;
      epilogueInBlocks += each.kind == ArrayLayout::Kind::Blocked;
    }
    wide += layer.inputBytes > device.burstBytes();
    ragged += isBlocked && device.burstBytes() % layer.inputBytes != 0;
  }
  EXPECT_GT(tiles, 400);
  EXPECT_GT(blocked, 4000);
  EXPECT_GT(halo, 500);
  EXPECT_GT(touched, 500);
  EXPECT_GT(blockedWeights, 2000);
  EXPECT_GT(blockedOutput, 2000);
  EXPECT_GT(blockedSums, 500);
  EXPECT_GT(init, 1000);
  EXPECT_GT(epilogueInTiles, 500);
  EXPECT_GT(epilogueInBlocks, 500);
  EXPECT_GT(wide, 1000);
  EXPECT_GT(ragged, 200);
}

/// A block that is longer than the array holds all of it.
TEST(Stream, BlocksCanBeLongerThanTheArray) {
  Layer layer;
  layer.name = "layer";
  layer.size = {{1, 1, 2, 3, 4, 4}};
  layer.inputHeight = layer.inputWidth = 6;
  layer.kernelHeight = layer.kernelWidth = 3;
  Schedule schedule;
  schedule.tile = {{1, 1, 2, 3, 2, 4}};
  ArrayLayouts layouts;
  ArrayLayout &input = layouts[TensorArray::Input];
  input.kind = ArrayLayout::Kind::Blocked;
  input.burstBlock[Dim::C] = 64;
  input.rowBlock[Dim::C] = 8192;
  StreamTraffic stream =
      computeStreamTraffic(layer, schedule, layouts, defaultDRAMDevice());
  // Two tiles of 4 x 6 pixels, each of which is a burst, in a row of its own.
  EXPECT_EQ(stream.bursts.read[Operand::Input], 2 * 4 * 6);
  EXPECT_EQ(stream.activations.read[Operand::Input], 2 * 4 * 6);
}

TEST(Stream, TilesAreAPartitionOrNot) {
  RandomCase random(42);
  int partitions = 0, overlaps = 0;
  for (int i = 0; i < 10000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{2, 2, 3, 3, 12, 12}}, 150);
    if (random.chance(30))
      random.putWindowsSideBySide(layer);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(schedule));
    for (TensorArray array : AllTensorArrays)
      EXPECT_EQ(tilesPartition(layer, schedule, array),
                oracle::isPartition(layer, schedule, operandOf(array)))
          << arrayName(array).str();
    bool isPartition = tilesPartition(layer, schedule, TensorArray::Input);
    partitions += isPartition;
    overlaps += !isPartition;
  }
  EXPECT_GT(partitions, 1000);
  EXPECT_GT(overlaps, 1000);
}
