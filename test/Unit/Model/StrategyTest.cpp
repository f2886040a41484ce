//===- StrategyTest.cpp - Baselines under the same accounting -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCase.h"
#include "romanet/Model/Search.h"
#include "gtest/gtest.h"
#include <limits>

using namespace romanet;

namespace {

LoopOrder orderOf(llvm::StringRef letters) {
  LoopOrder order;
  for (size_t i = 0; i < NumDims; ++i)
    order[i] = *parseDim(letters.substr(i, 1));
  return order;
}

/// Fewest bytes over all tiles in the given orders.
int64_t fewestBytes(const Layer &layer, const BufferCapacities &buffers,
                    llvm::ArrayRef<llvm::StringRef> orders) {
  int64_t fewest = std::numeric_limits<int64_t>::max();
  Schedule schedule;
  auto tryTiles = [&](auto &self, size_t dim) -> void {
    if (dim < NumDims) {
      Dim loop = AllDims[dim];
      for (int64_t tile = 1; tile <= layer.size[loop]; ++tile) {
        schedule.tile[loop] = tile;
        self(self, dim + 1);
      }
      return;
    }
    if (!fits(footprint(layer, schedule.tile, buffers), buffers))
      return;
    for (llvm::StringRef order : orders) {
      schedule.order = orderOf(order);
      fewest = std::min(fewest, computeTraffic(layer, schedule).totalBytes());
    }
  };
  tryTiles(tryTiles, 0);
  return fewest;
}

TEST(Strategy, NamesAreInverse) {
  for (Strategy strategy : AllStrategies)
    EXPECT_EQ(llvm::cantFail(parseStrategy(strategyName(strategy))), strategy);
  llvm::Expected<Strategy> none = parseStrategy("best");
  ASSERT_FALSE(static_cast<bool>(none));
  EXPECT_NE(llvm::toString(none.takeError()).find("smartshuttle"),
            std::string::npos);
}

/// By the reuse factors: weights N*P*Q, input R*S*K/stride^2, output R*S*C.
TEST(Strategy, ROMANetFollowsTheReuseFactors) {
  Layer layer;
  layer.name = "layer";
  // Weights 16*16 = 256, input 9*8 = 72, output 9*4 = 36.
  layer.size = {{1, 1, 8, 4, 16, 16}};
  layer.inputHeight = layer.inputWidth = 18;
  layer.kernelHeight = layer.kernelWidth = 3;
  auto orderChosen = [&] {
    Footprint one = footprint(layer, PerDim<int64_t>{{1, 1, 1, 1, 1, 1}},
                              BufferCapacities::makeDefault());
    SearchResult result =
        searchBytes(layer,
                    BufferCapacities::makeSeparate(2 * one[Operand::Input],
                                                   2 * one[Operand::Weights],
                                                   2 * one[Operand::Output]),
                    Strategy::ROMANet);
    return std::get<Found>(result).schedule.order;
  };
  EXPECT_EQ(orderChosen(), orderOf("gcknpq"));
  // Input 9*8 = 72, output 36, weights 3*3 = 9.
  layer.size[Dim::P] = layer.size[Dim::Q] = 3;
  layer.inputHeight = layer.inputWidth = 5;
  EXPECT_EQ(orderChosen(), orderOf("gnpqck"));
  // Stride 2 quarters the reuse of the input to 18: output first.
  layer.strideHeight = layer.strideWidth = 2;
  layer.inputHeight = layer.inputWidth = 7;
  EXPECT_EQ(orderChosen(), orderOf("gnpqkc"));
  // An axis of the output that stays whole: input and weights are used for
  // seven outputs each time, input 18*7 = 126, weights 9*7 = 63, output 36.
  layer.whole.resize(1);
  layer.whole[0].extent[Operand::Output] = 7;
  auto &axes = layer.order.axes[Operand::Output];
  axes.insert(axes.begin(), Axis::X0);
  EXPECT_EQ(orderChosen(), orderOf("gcnpqk"));
}

TEST(Strategy, ROMANetLeavesOutWeightsThatDoNotExist) {
  Layer layer;
  layer.name = "layer";
  // Weights would have 16*16, input 8, output 4.
  layer.size = {{1, 1, 8, 4, 16, 16}};
  layer.inputHeight = layer.inputWidth = 16;
  layer.weightBytes = 0;
  layer.order.axes[Operand::Weights].clear();
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  SearchResult result = searchBytes(
      layer, BufferCapacities::makeSeparate(2, 1, 8), Strategy::ROMANet);
  EXPECT_EQ(std::get<Found>(result).schedule.order, orderOf("gnpqck"));
}

TEST(Strategy, EachIsTheBestOfItsOrders) {
  int feasible = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer({{3, 2, 6, 6, 6, 6}}, 60);
    BufferCapacities buffers = random.buffers(layer);
    SearchResult optimum = searchBytes(layer, buffers);
    if (std::holds_alternative<Infeasible>(optimum))
      continue;
    ++feasible;
    int64_t optimal = std::get<Found>(optimum).traffic.totalBytes();
    auto bytesOf = [&](Strategy strategy) {
      Found found = std::get<Found>(searchBytes(layer, buffers, strategy));
      EXPECT_TRUE(fits(found.footprint, buffers));
      EXPECT_LE(optimal, found.traffic.totalBytes());
      return found.traffic.totalBytes();
    };
    int64_t input = bytesOf(Strategy::FixedInput);
    int64_t weights = bytesOf(Strategy::FixedWeights);
    int64_t output = bytesOf(Strategy::FixedOutput);
    EXPECT_EQ(input, fewestBytes(layer, buffers, {"gnpqck"}));
    EXPECT_EQ(weights, fewestBytes(layer, buffers, {"gkcnpq"}));
    EXPECT_EQ(output, fewestBytes(layer, buffers, {"gnpqkc"}));
    EXPECT_EQ(bytesOf(Strategy::SmartShuttle), std::min(weights, output));
    EXPECT_EQ(optimal, std::min({input, weights, output}));
    LoopOrder order =
        std::get<Found>(searchBytes(layer, buffers, Strategy::ROMANet))
            .schedule.order;
    std::string letters;
    for (Dim dim : order)
      letters += dimName(dim);
    EXPECT_EQ(bytesOf(Strategy::ROMANet),
              fewestBytes(layer, buffers, {letters}));
  }
  EXPECT_GT(feasible, 500);
}

} // namespace
