//===- MachineTest.cpp - Footprints and what does not fit -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Machine.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "romanet/Model/Search.h"
#include "gtest/gtest.h"

using namespace romanet;

/// AlexNet's first layer: tiles of one element need 11 x 11 inputs.
static Layer makeLayer() {
  Layer layer;
  layer.name = "conv1";
  layer.size = {{1, 1, 96, 3, 55, 55}};
  layer.inputHeight = layer.inputWidth = 227;
  layer.kernelHeight = layer.kernelWidth = 11;
  layer.strideHeight = layer.strideWidth = 4;
  return layer;
}

TEST(Machine, FootprintHoldsPaddingAndPartialSums) {
  Layer layer = makeLayer();
  layer.padTop = layer.padLeft = 2;
  BufferCapacities buffers = BufferCapacities::makeDefault();
  PerDim<int64_t> tile = {{1, 1, 2, 3, 2, 5}};
  EXPECT_EQ(footprint(layer, tile, buffers),
            (Footprint{{3 * 15 * 27, 2 * 3 * 121, 2 * 2 * 5 * 4}}));
  buffers.doubleBuffered[Operand::Weights] = true;
  EXPECT_EQ(footprint(layer, tile, buffers),
            (Footprint{{3 * 15 * 27, 2 * 2 * 3 * 121, 2 * 2 * 5 * 4}}));
}

TEST(Machine, FootprintOfASchedule) {
  Layer layer = makeLayer();
  BufferCapacities buffers = BufferCapacities::makeDefault();
  Schedule schedule;
  schedule.tile = {{1, 1, 2, 3, 2, 5}};
  schedule.order = {Dim::P, Dim::K, Dim::Q, Dim::N, Dim::G, Dim::C};
  EXPECT_EQ(footprint(layer, schedule, buffers),
            footprint(layer, schedule.tile, buffers));
  // Two rows of all columns, the weights of all channels.
  schedule.hold = {{1, 1, 2}};
  EXPECT_EQ(footprint(layer, schedule, buffers),
            (Footprint{{3 * 15 * 227, 96 * 3 * 121, 2 * 2 * 55 * 4}}));
  buffers.doubleBuffered[Operand::Output] = true;
  EXPECT_EQ(footprint(layer, schedule, buffers)[Operand::Output],
            2 * 2 * 2 * 55 * 4);
}

TEST(Machine, FootprintIsWhatStepsUseBetweenLoads) {
  RandomCase random(26);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    SCOPED_TRACE(describe(layer) + " " + describe(schedule));
    PerOperand<int64_t> elements = oracle::countOnChip(layer, schedule);
    EXPECT_EQ(footprint(layer, schedule, BufferCapacities::makeDefault()),
              (Footprint{{elements[Operand::Input] * layer.inputBytes,
                          elements[Operand::Weights] * layer.weightBytes,
                          elements[Operand::Output] * layer.accumulatorBytes +
                              oracle::countEpilogueOnChip(layer, schedule)}}));
  }
}

TEST(Machine, FitsToTheByte) {
  Footprint bytes = {{10, 20, 30}};
  EXPECT_TRUE(fits(bytes, BufferCapacities::makeSeparate(10, 20, 30)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::makeSeparate(9, 20, 30)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::makeSeparate(10, 19, 30)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::makeSeparate(10, 20, 29)));
  EXPECT_TRUE(fits(bytes, BufferCapacities::makeShared(60)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::makeShared(59)));
}

TEST(Machine, VerifierNamesTheBuffer) {
  EXPECT_EQ(llvm::toString(BufferCapacities::makeDefault().verify()), "");
  EXPECT_EQ(llvm::toString(BufferCapacities::makeSeparate(1, 0, 1).verify()),
            "capacity of the weights buffer is 0 bytes, expected at least 1");
  EXPECT_EQ(llvm::toString(BufferCapacities::makeShared(-4).verify()),
            "capacity of the shared buffer is -4 bytes, expected at least 1");
}

TEST(Machine, SaysWhyNothingFits) {
  Layer layer = makeLayer();
  SearchResult result =
      searchBytes(layer, BufferCapacities::makeSeparate(100, 120, 4));
  const auto *infeasible = std::get_if<Infeasible>(&result);
  ASSERT_TRUE(infeasible);
  EXPECT_EQ(infeasible->operand, Operand::Input);
  EXPECT_EQ(infeasible->need, 121);
  EXPECT_EQ(infeasible->limit, 100);
  EXPECT_EQ(infeasible->smallest, (Footprint{{121, 121, 4}}));
  EXPECT_EQ(infeasible->message(),
            "even the smallest tiles (input 121, weights 121, output 4 bytes) "
            "need 121 bytes in the input buffer, which has 100, 21 too few; "
            "enlarge the input buffer to 121 bytes and the weights buffer to "
            "121 bytes");

  BufferCapacities shared = BufferCapacities::makeShared(366);
  shared.doubleBuffered[Operand::Input] = true;
  result = searchBytes(layer, shared);
  infeasible = std::get_if<Infeasible>(&result);
  ASSERT_TRUE(infeasible);
  EXPECT_EQ(infeasible->operand, std::nullopt);
  EXPECT_EQ(infeasible->need, 367);
  EXPECT_EQ(infeasible->message(),
            "even the smallest tiles (input 242 double-buffered, weights 121, "
            "output 4 bytes) need 367 bytes in the shared buffer, which has "
            "366, 1 too few; enlarge the shared buffer to 367 bytes");
  shared.shared = 367;
  result = searchBytes(layer, shared);
  EXPECT_TRUE(std::holds_alternative<Found>(result));
}
