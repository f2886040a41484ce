//===- ScheduleTest.cpp - Trip counts, load depths, verifier --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Schedule.h"
#include "gtest/gtest.h"

using namespace romanet;

static Layer makeLayer() {
  Layer layer;
  layer.name = "layer";
  layer.size = {{1, 2, 8, 6, 7, 7}};
  layer.inputHeight = layer.inputWidth = 7;
  return layer;
}

TEST(Schedule, CountsRaggedTrips) {
  Layer layer = makeLayer();
  Schedule schedule;
  schedule.tile = {{1, 2, 3, 6, 4, 1}};
  EXPECT_EQ(schedule.trips(layer), (PerDim<int64_t>{{1, 1, 3, 1, 2, 7}}));
}

TEST(Schedule, LoopsOfOneTripDoNotExist) {
  Layer layer = makeLayer();
  Schedule schedule;
  schedule.tile = {{1, 2, 3, 6, 4, 1}};
  schedule.order = {Dim::C, Dim::Q, Dim::G, Dim::K, Dim::N, Dim::P};
  EXPECT_EQ(schedule.loops(layer),
            (llvm::SmallVector<Dim, NumDims>{Dim::Q, Dim::K, Dim::P}));
  EXPECT_EQ(schedule.loadDepth(layer, Operand::Input), 3u);
  EXPECT_EQ(schedule.loadDepth(layer, Operand::Weights), 2u);
  EXPECT_EQ(schedule.loadDepth(layer, Operand::Output), 3u);
  PerDim<int64_t> trips = schedule.trips(layer);
  EXPECT_EQ(loadsPerTile(trips, schedule.order, Operand::Input), 3);
  EXPECT_EQ(loadsPerTile(trips, schedule.order, Operand::Weights), 7);
  EXPECT_EQ(loadsPerTile(trips, schedule.order, Operand::Output), 1);

  schedule.tile = layer.size;
  for (Operand operand : AllOperands)
    EXPECT_EQ(schedule.loadDepth(layer, operand), 0u);
}

TEST(Schedule, LoadsInsideTheDepthAtWhichATensorIsHeld) {
  Layer layer = makeLayer();
  Schedule schedule;
  schedule.tile = {{1, 2, 3, 6, 4, 1}};
  schedule.order = {Dim::C, Dim::Q, Dim::G, Dim::K, Dim::N, Dim::P};
  // Depths count loops of one trip: of Q and K, and of Q and the rest.
  schedule.hold = {{5, 4, 3}};
  EXPECT_EQ(schedule.loadDepth(layer, Operand::Input), 1u);
  EXPECT_EQ(schedule.loadDepth(layer, Operand::Weights), 2u);
  EXPECT_EQ(schedule.loadDepth(layer, Operand::Output), 1u);
  EXPECT_EQ(schedule.heldTile(layer, Operand::Input),
            (PerDim<int64_t>{{1, 2, 3, 6, 7, 1}}));
  EXPECT_EQ(schedule.heldTile(layer, Operand::Weights),
            (PerDim<int64_t>{{1, 2, 3, 6, 7, 1}}));
  EXPECT_EQ(schedule.heldTile(layer, Operand::Output),
            (PerDim<int64_t>{{1, 2, 8, 6, 7, 1}}));
  using Loops = llvm::SmallVector<Dim, NumDims>;
  PerDim<int64_t> trips = schedule.trips(layer);
  EXPECT_EQ(loadLoops(trips, schedule.order, Operand::Weights, 4),
            (Loops{Dim::Q, Dim::K}));
  EXPECT_EQ(loadLoops(trips, schedule.order, Operand::Weights, 3), Loops());

  schedule.hold = {{1, 1, 1}};
  for (Operand operand : AllOperands)
    EXPECT_EQ(schedule.loadDepth(layer, operand), 0u);
}

TEST(Schedule, VerifierNamesTheLoopAndTheValue) {
  Layer layer = makeLayer();
  Schedule schedule;
  EXPECT_EQ(llvm::toString(schedule.verify(layer)), "");
  schedule.tile[Dim::K] = 9;
  EXPECT_EQ(llvm::toString(schedule.verify(layer)),
            "tile of loop k is 9, expected 1 to 8");
  schedule.tile[Dim::K] = 0;
  EXPECT_EQ(llvm::toString(schedule.verify(layer)),
            "tile of loop k is 0, expected 1 to 8");
  schedule.tile[Dim::K] = 8;
  schedule.order = {Dim::N, Dim::G, Dim::K, Dim::C, Dim::P, Dim::K};
  EXPECT_EQ(llvm::toString(schedule.verify(layer)),
            "order names loop k twice, expected each loop once");
  schedule.order = AllDims;
  schedule.hold[Operand::Weights] = 7;
  EXPECT_EQ(llvm::toString(schedule.verify(layer)),
            "depth of the weights is 7, expected 0 to 6");
}

TEST(Schedule, NamesOfLoopsAndTensors) {
  for (Dim dim : AllDims)
    EXPECT_EQ(parseDim(dimName(dim)), dim);
  EXPECT_EQ(parseDim("r"), std::nullopt);
  EXPECT_EQ(parseDim(""), std::nullopt);
  EXPECT_EQ(parseDim("N"), std::nullopt);
  EXPECT_EQ(operandName(Operand::Weights), "weights");
}
