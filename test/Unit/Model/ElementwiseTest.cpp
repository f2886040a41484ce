//===- ElementwiseTest.cpp - Element-wise operations on their own ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Elementwise.h"
#include "RandomCase.h"
#include "gtest/gtest.h"

using namespace romanet;

TEST(Elementwise, EachArrayMovesOnceInFullBurstsAndRows) {
  DRAMDevice device = defaultDRAMDevice();
  ASSERT_EQ(device.burstBytes(), 64);
  ASSERT_EQ(device.rowBytes(), 8192);
  StreamCost cost =
      costOf({{8192, false}, {8193, false}, {65, true}, {0, true}}, device);
  EXPECT_EQ(cost.bytes, 8192 + 8193 + 65);
  EXPECT_EQ(cost.dram.readBursts, 128 + 129);
  EXPECT_EQ(cost.dram.writeBursts, 2);
  EXPECT_EQ(cost.dram.activations, 1 + 2 + 1);
}

TEST(Elementwise, EnergyDelayProductsAreOfTheSums) {
  DRAMDevice device = defaultDRAMDevice();
  StreamCost one = costOf({{1 << 20, false}}, device), two = one;
  two += one;
  for (Objective objective : AllObjectives) {
    SCOPED_TRACE(objectiveName(objective).str());
    double value = objectiveValue(objective, one, device);
    EXPECT_GT(value, 0);
    // Twice the energy in twice the time.
    EXPECT_DOUBLE_EQ(objectiveValue(objective, two, device),
                     value * (objective == Objective::EDP ? 4 : 2));
  }
  EnergyEstimate energy = estimateEnergy(device, two.dram);
  EXPECT_DOUBLE_EQ(objectiveValue(Objective::EDP, two, device),
                   energy.totalPJ() * energy.timeNs);
}

TEST(Elementwise, TheValueIsWhatTheSearchMinimises) {
  RandomCase random(61);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    Layer layer = random.layer({{2, 2, 5, 5, 8, 8}}, 200);
    BufferCapacities buffers = random.buffers(layer);
    DRAMDevice device = random.device();
    SearchOptions options;
    options.objective = random.oneOf(AllObjectives);
    if (random.chance(50))
      options.layouts = LayoutChoice::allFree();
    options.space.serpentine = random.chance(50);
    SCOPED_TRACE(describe(layer) + " " + describe(buffers));
    SearchResult result = search(layer, buffers, options, device);
    const Found *best = std::get_if<Found>(&result);
    if (!best)
      continue;
    ++found;
    EXPECT_EQ(objectiveValue(options.objective, costOf(*best), device),
              best->value);
  }
  EXPECT_GT(found, 200);
}

TEST(Elementwise, AnEpilogueOfItsOwnIsReadAgain) {
  // Of 64 x 64 outputs of a byte a residual is added: as part of the layer it
  // is read and the sum written; on its own the output is read again as well.
  Layer layer;
  layer.size = {{64, 1, 64, 64, 1, 1}};
  Layer fused = layer;
  fused.epilogue.emplace_back();
  DRAMDevice device = defaultDRAMDevice();
  BufferCapacities buffers = BufferCapacities::makeShared(1 << 20);
  SearchOptions options;
  auto searched = [&](const Layer &each) {
    return costOf(std::get<Found>(search(each, buffers, options, device)));
  };
  StreamCost apart = searched(layer);
  apart += costOf({{4096, false}, {4096, false}, {4096, true}}, device);
  StreamCost together = searched(fused);
  EXPECT_EQ(apart.bytes - together.bytes, 2 * 4096);
  for (Objective objective : AllObjectives)
    EXPECT_LT(objectiveValue(objective, together, device),
              objectiveValue(objective, apart, device));
}
