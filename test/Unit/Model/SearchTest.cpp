//===- SearchTest.cpp - The search against all schedules ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Search.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"
#include <chrono>
#include <limits>

using namespace romanet;

/// The rule of Search.h, by itself.
static LoopOrder preferredOrder(const Layer &layer, const PerDim<int64_t> &tile,
                                int64_t bytes) {
  for (const LoopOrder &order :
       {LoopOrder{Dim::G, Dim::N, Dim::P, Dim::Q, Dim::K, Dim::C},
        LoopOrder{Dim::G, Dim::N, Dim::P, Dim::Q, Dim::C, Dim::K},
        LoopOrder{Dim::G, Dim::K, Dim::C, Dim::N, Dim::P, Dim::Q}})
    if (computeTraffic(layer, {tile, order}).totalBytes() == bytes)
      return order;
  ADD_FAILURE() << "no preferred order reaches " << bytes;
  return AllDims;
}

/// The optimum, or std::nullopt if there is none.
static std::optional<oracle::Best>
compareWithEverything(const Layer &layer, const BufferCapacities &buffers) {
  SCOPED_TRACE(describe(layer) + " " + describe(buffers));
  std::optional<oracle::Best> best = oracle::searchEverything(layer, buffers);
  SearchResult result = searchBytes(layer, buffers);
  const Found *found = std::get_if<Found>(&result);
  EXPECT_EQ(best.has_value(), found != nullptr);
  if (!best || !found)
    return std::nullopt;
  EXPECT_EQ(found->traffic.totalBytes(), best->bytes);
  EXPECT_EQ(found->schedule.tile, best->tile) << describe(found->schedule);
  EXPECT_EQ(found->schedule.order,
            preferredOrder(layer, best->tile, best->bytes));
  EXPECT_EQ(llvm::toString(found->schedule.verify(layer)), "");
  EXPECT_TRUE(oracle::isWithin(found->footprint, buffers));
  return best;
}

TEST(Search, EqualsTheBestOfAllSchedules) {
  RandomCase random(4);
  int feasible = 0, infeasible = 0, shared = 0, mixed = 0, tiled = 0;
  for (int i = 0; i < 6000 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Layer layer =
        random.layer({{4, 6, 8, 8, 14, 14}}, random.chance(15) ? 2000 : 200);
    BufferCapacities buffers = random.buffers(layer);
    std::optional<oracle::Best> best = compareWithEverything(layer, buffers);
    mixed += isMixed(buffers);
    shared += buffers.shared && !isMixed(buffers);
    ++(best ? feasible : infeasible);
    tiled += best && best->iterations > 1;
  }
  // The random cases are of all kinds.
  EXPECT_GT(feasible, 3000);
  EXPECT_GT(infeasible, 100);
  EXPECT_GT(shared, 1500);
  EXPECT_GT(mixed, 1500);
  EXPECT_GT(tiled, 2500);
}

TEST(Search, EqualsTheBestWhereKernelsReachFarOutside) {
  // Kernels and paddings of several tiles: many tiles are clipped at once, and
  // tiles between two of equal cost may cost more.
  RandomCase random(8);
  for (int i = 0; i < 6000 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Layer layer = random.layer({{1, 2, 2, 2, 20, 3}}, 100);
    layer.strideHeight = 1;
    layer.kernelHeight = random.uniform(5, 16);
    layer.padTop = random.uniform(3, layer.inputRowsOf(1) - 1);
    layer.inputHeight =
        std::max<int64_t>(1, layer.size[Dim::P] - layer.padTop) +
        random.uniform(0, 8);
    layer.order = random.dataOrder(layer);
    ASSERT_EQ(llvm::toString(layer.verify()), "");
    compareWithEverything(layer, random.buffers(layer));
  }
}

TEST(Search, ADepthwiseLayerTakesManyChannelsAtATime) {
  Layer layer;
  layer.name = "dw";
  layer.size = {{1, 512, 1, 1, 14, 14}};
  layer.inputHeight = layer.inputWidth = 14;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  SearchResult result = searchBytes(layer, BufferCapacities::makeDefault());
  const Found &found = std::get<Found>(result);
  // 36864 / (14 * 14 * 4) = 47: eleven tiles, of 47 rather than of 512 / 11.
  EXPECT_EQ(found.schedule.tile, (PerDim<int64_t>{{1, 47, 1, 1, 14, 14}}));
  EXPECT_EQ(found.traffic.totalBytes(), 2 * 512 * 14 * 14 + 512 * 9);
}

TEST(Search, ALayerThatFitsIsNotTiled) {
  Layer layer;
  layer.size = {{2, 3, 4, 5, 6, 7}};
  layer.inputHeight = 6;
  layer.inputWidth = 7;
  SearchResult result =
      searchBytes(layer, BufferCapacities::makeShared(1 << 20));
  const Found &found = std::get<Found>(result);
  EXPECT_EQ(found.schedule.tile, layer.size);
  EXPECT_TRUE(found.schedule.loops(layer).empty());
}

static Layer largerLayer(RandomCase &random) {
  Layer layer = random.layer({{8, 16, 300, 300, 120, 120}}, int64_t(1) << 40);
  if (random.chance(20)) {
    layer.size[Dim::K] = layer.size[Dim::C] = 1;
    layer.order = random.dataOrder(layer);
    EXPECT_EQ(llvm::toString(layer.verify()), "");
  }
  return layer;
}

static int64_t compulsoryBytes(const Layer &layer) {
  int64_t bytes = layer.compulsoryEpilogueBytes();
  for (Operand operand : AllOperands)
    bytes += layer.compulsoryReadBytes()[operand] +
             layer.compulsoryWriteBytes()[operand];
  return bytes;
}

TEST(Search, BoundsOptimumAndRandomSchedulesAreInOrder) {
  RandomCase random(5);
  int compared = 0;
  for (int i = 0; i < 500 && !testing::Test::HasFailure(); ++i) {
    Layer layer = largerLayer(random);
    BufferCapacities buffers = random.buffers(layer);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(buffers));
    SearchResult result = searchBytes(layer, buffers);
    const Found *found = std::get_if<Found>(&result);
    if (!found)
      continue;
    int64_t optimum = found->traffic.totalBytes();
    EXPECT_LE(compulsoryBytes(layer), optimum);
    EXPECT_TRUE(fits(found->footprint, buffers));
    EXPECT_EQ(found->footprint,
              footprint(layer, found->schedule.tile, buffers));
    for (int j = 0; j < 200; ++j) {
      Schedule schedule = random.schedule(layer);
      for (Dim dim : AllDims)
        for (int64_t halvings = random.uniform(0, 5); halvings > 0; --halvings)
          schedule.tile[dim] = (schedule.tile[dim] + 1) / 2;
      if (!fits(footprint(layer, schedule.tile, buffers), buffers))
        continue;
      ++compared;
      EXPECT_LE(optimum, computeTraffic(layer, schedule).totalBytes());
    }
    SearchResult again = searchBytes(layer, buffers);
    EXPECT_EQ(std::get<Found>(again).schedule, found->schedule);
    EXPECT_EQ(std::get<Found>(again).evaluated, found->evaluated);
  }
  EXPECT_GT(compared, 1000);
}

TEST(Search, MoreCapacityNeverCostsMore) {
  RandomCase random(6);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    Layer layer = largerLayer(random);
    BufferCapacities buffers = random.buffers(layer);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(buffers));
    std::optional<int64_t> last;
    for (int step = 0; step < 8; ++step) {
      SearchResult result = searchBytes(layer, buffers);
      const Found *found = std::get_if<Found>(&result);
      EXPECT_TRUE(found || !last);
      if (found) {
        int64_t bytes = found->traffic.totalBytes();
        EXPECT_TRUE(!last || bytes <= *last) << bytes << " after " << *last;
        last = bytes;
      }
      random.grow(buffers);
    }
  }
}

TEST(Search, SharingASumOfCapacitiesNeverCostsMore) {
  RandomCase random(9);
  int better = 0;
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    Layer layer = largerLayer(random);
    BufferCapacities buffers;
    for (Operand operand : AllOperands)
      buffers.separate[operand] = random.uniform(100, 4000);
    Operand apart = AllOperands[random.uniform(0, 2)];
    BufferCapacities mixed, shared;
    mixed.separate[apart] = *buffers.separate[apart];
    mixed.shared = shared.shared = 0;
    for (Operand operand : AllOperands) {
      *shared.shared += *buffers.separate[operand];
      if (operand != apart)
        *mixed.shared += *buffers.separate[operand];
    }
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(mixed));
    auto bytesOf = [&](const BufferCapacities &each) {
      SearchResult result = searchBytes(layer, each);
      const Found *found = std::get_if<Found>(&result);
      return found ? found->traffic.totalBytes()
                   : std::numeric_limits<int64_t>::max();
    };
    EXPECT_LE(bytesOf(mixed), bytesOf(buffers));
    EXPECT_LE(bytesOf(shared), bytesOf(mixed));
    better +=
        bytesOf(shared) < bytesOf(mixed) && bytesOf(mixed) < bytesOf(buffers);
  }
  EXPECT_GT(better, 50);
}

TEST(Search, TilesCoverEveryMultiplication) {
  RandomCase random(7);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    Layer layer = largerLayer(random);
    SCOPED_TRACE(describe(layer));
    SearchResult result = searchBytes(layer, random.buffers(layer));
    const Found *found = std::get_if<Found>(&result);
    if (!found)
      continue;
    int64_t macs = layer.kernelHeight * layer.kernelWidth;
    for (const WholeAxis &axis : layer.whole)
      macs *=
          axis.reduction * std::max<int64_t>(axis.extent[Operand::Output], 1);
    for (Dim dim : AllDims) {
      int64_t covered = 0;
      for (int64_t first = 0; first < layer.size[dim];
           first += found->schedule.tile[dim])
        covered += std::min(found->schedule.tile[dim], layer.size[dim] - first);
      macs *= covered;
    }
    EXPECT_EQ(macs, layer.macs());
  }
}

static double secondsToSearch(const Layer &layer) {
  EXPECT_EQ(llvm::toString(layer.verify()), "");
  auto start = std::chrono::steady_clock::now();
  SearchResult result = searchBytes(layer, BufferCapacities::makeDefault());
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  const Found &found = std::get<Found>(result);
  EXPECT_LE(compulsoryBytes(layer), found.traffic.totalBytes());
  return seconds.count();
}

TEST(Search, HugeLayersTakeNoTime) {
  // The limit is generous: instrumented builds run here too.
  constexpr double limit = 10;
  Layer layer;
  layer.name = "huge";
  layer.size = {{1, 1, 4096, 4096, 4096, 4096}};
  layer.inputHeight = layer.inputWidth = 4096;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  EXPECT_LT(secondsToSearch(layer), limit);

  // One dimension as long as it may be, with several tiles clipped at its end.
  Layer line;
  line.name = "line";
  line.size[Dim::P] = line.inputHeight = std::numeric_limits<int32_t>::max();
  line.kernelHeight = 9;
  line.padTop = 4;
  EXPECT_LT(secondsToSearch(line), limit);
}
