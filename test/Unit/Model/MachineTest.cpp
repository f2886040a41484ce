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

TEST(Machine, AFinishedTileMayLieNextToThePartialSums) {
  Layer layer = makeLayer();
  layer.accumulatorBytes = 4;
  layer.outputBytes = 2;
  layer.epilogue.resize(1);
  BufferCapacities buffers = BufferCapacities::makeDefault();
  PerDim<int64_t> tile = {{1, 1, 2, 3, 2, 5}};
  int64_t elements = 2 * 2 * 5;
  EXPECT_EQ(footprint(layer, tile, buffers)[Operand::Output],
            elements * (4 + 1));
  layer.separateResult = true;
  EXPECT_EQ(footprint(layer, tile, buffers)[Operand::Output],
            elements * (4 + 2 + 1));
}

TEST(Machine, WholeAxesAreOnChipWithTheirPadding) {
  Layer layer = makeLayer();
  BufferCapacities buffers = BufferCapacities::makeDefault();
  PerDim<int64_t> tile = {{1, 1, 2, 3, 2, 5}};
  Footprint before = footprint(layer, tile, buffers);
  layer.whole.resize(1);
  layer.whole[0].extent = {{5, 3, 7}};
  layer.whole[0].inputOnChip = 9;
  Footprint after = footprint(layer, tile, buffers);
  EXPECT_EQ(after, (Footprint{{before[Operand::Input] * 9,
                               before[Operand::Weights] * 3,
                               before[Operand::Output] * 7}}));
  layer.whole[0].inputOnChip = 0;
  layer.whole[0].inputFetched = 4;
  EXPECT_EQ(footprint(layer, tile, buffers)[Operand::Input],
            before[Operand::Input] * 4);
}

TEST(Machine, FootprintIsWhatStepsUseBetweenLoads) {
  RandomCase random(26);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    SCOPED_TRACE(describe(layer) + " " + describe(schedule));
    PerOperand<int64_t> elements = oracle::countOnChip(layer, schedule);
    int64_t outputBytes =
        layer.accumulatorBytes + (layer.separateResult ? layer.outputBytes : 0);
    EXPECT_EQ(footprint(layer, schedule, BufferCapacities::makeDefault()),
              (Footprint{{elements[Operand::Input] * layer.inputBytes,
                          elements[Operand::Weights] * layer.weightBytes,
                          elements[Operand::Output] * outputBytes +
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
  EXPECT_TRUE(fits(bytes, BufferCapacities::make(10, {}, {}, 50)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::make(9, {}, {}, 50)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::make(10, {}, {}, 49)));
  EXPECT_TRUE(fits(bytes, BufferCapacities::make({}, 20, {}, 40)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::make({}, 20, {}, 39)));
  EXPECT_TRUE(fits(bytes, BufferCapacities::make({}, {}, 30, 30)));
  EXPECT_FALSE(fits(bytes, BufferCapacities::make({}, {}, 29, 100)));
}

TEST(Machine, RoomIsWhatStillFits) {
  RandomCase random(27);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    BufferCapacities buffers = random.buffers(layer);
    SCOPED_TRACE(describe(layer) + " " + describe(buffers));
    Footprint used =
        footprint(layer, PerDim<int64_t>{{1, 1, 1, 1, 1, 1}}, buffers);
    ASSERT_EQ(fits(used, buffers), oracle::isWithin(used, buffers));
    EXPECT_EQ(excesses(used, buffers).empty(), fits(used, buffers));
    if (!fits(used, buffers))
      continue;
    Footprint growth;
    for (Operand operand : AllOperands)
      growth[operand] = random.uniform(0, 9);
    int64_t limit = random.uniform(0, 40), room = 0;
    Footprint grown = used;
    for (; room < limit; ++room) {
      for (Operand operand : AllOperands)
        grown[operand] += growth[operand];
      if (!oracle::isWithin(grown, buffers))
        break;
    }
    EXPECT_EQ(roomFor(growth, used, buffers, limit), room);
  }
}

TEST(Machine, VerifierNamesTheBuffer) {
  EXPECT_EQ(llvm::toString(BufferCapacities::makeDefault().verify()), "");
  EXPECT_EQ(llvm::toString(BufferCapacities::makeSeparate(1, 0, 1).verify()),
            "capacity of the weights buffer is 0 bytes, expected at least 1");
  EXPECT_EQ(llvm::toString(BufferCapacities::makeShared(-4).verify()),
            "capacity of the shared buffer is -4 bytes, expected at least 1");
  auto error = [](const BufferCapacities &buffers) {
    return llvm::toString(buffers.verify());
  };
  EXPECT_EQ(error(BufferCapacities::make({}, 5, {}, 0)),
            "capacity of the shared buffer is 0 bytes, expected at least 1");
  EXPECT_EQ(error(BufferCapacities::make({}, 0, {}, 5)),
            "capacity of the weights buffer is 0 bytes, expected at least 1");
}

TEST(Machine, VerifierWantsAPartition) {
  auto error = [](const BufferCapacities &buffers) {
    return llvm::toString(buffers.verify());
  };
  EXPECT_EQ(error(BufferCapacities::make(5, {}, {}, 5)), "");
  EXPECT_EQ(error(BufferCapacities::make({}, 5, {}, 5)), "");
  EXPECT_EQ(error(BufferCapacities::make({}, {}, 5, 5)), "");
  EXPECT_EQ(error(BufferCapacities::make(5, {}, 5, {})),
            "no capacity for weights: expected one for each, or a shared one");
  EXPECT_EQ(error(BufferCapacities::make({}, {}, 5, {})),
            "no capacity for input and weights: expected one for each, or a "
            "shared one");
  EXPECT_EQ(error(BufferCapacities()),
            "no capacity for input, weights and output: expected one for each, "
            "or a shared one");
  EXPECT_EQ(error(BufferCapacities::make(5, 5, 5, 5)),
            "input, weights and output have capacities of their own, so that "
            "no tensor is left for the shared one");
  EXPECT_EQ(error(BufferCapacities::make(5, 5, {}, 5)),
            "only output is left for the shared capacity: expected a capacity "
            "of its own instead");
}

TEST(Machine, EqualIfAllCapacitiesAre) {
  BufferCapacities buffers = BufferCapacities::make(5, {}, {}, 7);
  EXPECT_EQ(buffers, BufferCapacities::make(5, {}, {}, 7));
  for (const BufferCapacities &other :
       {BufferCapacities::make(6, {}, {}, 7),
        BufferCapacities::make(5, {}, {}, 8),
        BufferCapacities::make({}, 5, {}, 7), BufferCapacities::makeShared(7)})
    EXPECT_FALSE(buffers == other) << describe(other);
}

TEST(Machine, SaysWhyNothingFits) {
  Layer layer = makeLayer();
  SearchResult result =
      searchBytes(layer, BufferCapacities::makeSeparate(100, 120, 4));
  const auto *infeasible = std::get_if<Infeasible>(&result);
  ASSERT_TRUE(infeasible);
  EXPECT_EQ(infeasible->smallest, (Footprint{{121, 121, 4}}));
  std::vector<Excess> all = excesses(infeasible->smallest, infeasible->buffers);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].operand, Operand::Input);
  EXPECT_EQ(all[0].need, 121);
  EXPECT_EQ(all[0].limit, 100);
  EXPECT_EQ(all[1].operand, Operand::Weights);
  EXPECT_EQ(infeasible->message(),
            "even the smallest tiles (input 121, weights 121, output 4 bytes) "
            "need 121 bytes in the input buffer, which has 100, 21 too few, "
            "and 121 bytes in the weights buffer, which has 120, 1 too few; "
            "enlarge the input buffer to 121 bytes and the weights buffer to "
            "121 bytes");

  BufferCapacities shared = BufferCapacities::makeShared(366);
  shared.doubleBuffered[Operand::Input] = true;
  result = searchBytes(layer, shared);
  infeasible = std::get_if<Infeasible>(&result);
  ASSERT_TRUE(infeasible);
  EXPECT_EQ(infeasible->message(),
            "even the smallest tiles (input 242 double-buffered, weights 121, "
            "output 4 bytes) need 367 bytes in the shared buffer, which has "
            "366, 1 too few; enlarge the shared buffer to 367 bytes");
  shared.shared = 367;
  result = searchBytes(layer, shared);
  EXPECT_TRUE(std::holds_alternative<Found>(result));

  BufferCapacities mixed = BufferCapacities::make({}, 120, {}, 124);
  result = searchBytes(layer, mixed);
  infeasible = std::get_if<Infeasible>(&result);
  ASSERT_TRUE(infeasible);
  EXPECT_EQ(infeasible->message(),
            "even the smallest tiles (input 121, weights 121, output 4 bytes) "
            "need 121 bytes in the weights buffer, which has 120, 1 too few, "
            "and 125 bytes in the buffer shared by input and output, which has "
            "124, 1 too few; enlarge the weights buffer to 121 bytes and the "
            "buffer shared by input and output to 125 bytes");
  mixed = BufferCapacities::make({}, 121, {}, 125);
  result = searchBytes(layer, mixed);
  EXPECT_TRUE(std::holds_alternative<Found>(result));
}

TEST(Machine, SaysWhichBuffersAScheduleExceeds) {
  Layer layer = makeLayer();
  Schedule schedule;
  EXPECT_EQ(
      brokenRules(layer, schedule, BufferCapacities::make({}, {}, 4, 242)),
      std::vector<std::string>());
  BufferCapacities buffers = BufferCapacities::make({}, {}, 3, 360);
  buffers.doubleBuffered[Operand::Weights] = true;
  EXPECT_EQ(brokenRules(layer, schedule, buffers),
            (std::vector<std::string>{
                "what is held of the output needs 4 bytes in the output "
                "buffer, which has 3, 1 too few",
                "what is held (input 121, weights 242 double-buffered bytes) "
                "needs 363 bytes in the buffer shared by input and weights, "
                "which has 360, 3 too few"}));
}
