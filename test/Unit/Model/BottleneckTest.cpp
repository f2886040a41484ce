//===- BottleneckTest.cpp - What keeps a schedule from its floor ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Bottleneck.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"

using namespace romanet;

namespace {

Found foundOf(const Layer &layer, const Schedule &schedule,
              const DRAMDevice &device) {
  Found found;
  found.schedule = schedule;
  found.traffic = computeTraffic(layer, schedule);
  found.stream = computeStreamTraffic(layer, schedule, found.layouts, device);
  return found;
}

/// 8 x 4 bytes of input, 4 x 8 of weights, 8 x 8 of output.
Layer product() {
  Layer layer;
  layer.name = "product";
  layer.size = {{8, 1, 8, 4, 1, 1}};
  return layer;
}

} // namespace

// The excess of the tensors adds up to that of the layer, and the floor is one.
TEST(Bottleneck, AddsUp) {
  int moved = 0, epilogues = 0, byRows = 0;
  for (uint64_t seed = 760001; seed < 762001; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer({{2, 2, 6, 6, 8, 8}}, 200);
    DRAMDevice device = random.device();
    Found found = foundOf(layer, random.scheduleOfAnySpace(layer), device);
    Bottleneck bottleneck = bottleneckOf(layer, found, device);
    EXPECT_EQ(bottleneck.bytes, found.traffic.totalBytes());
    int64_t sum = bottleneck.epilogueExcessBytes;
    int64_t most = std::max<int64_t>(sum, 0);
    EXPECT_GE(bottleneck.epilogueExcessBytes, 0);
    for (Operand operand : AllOperands) {
      EXPECT_GE(bottleneck.excessBytes[operand], 0);
      sum += bottleneck.excessBytes[operand];
      most = std::max(most, bottleneck.excessBytes[operand]);
    }
    EXPECT_EQ(sum, bottleneck.totalExcessBytes());
    std::optional<Operand> named = parseOperand(bottleneck.largestExcess());
    EXPECT_EQ(most, named ? bottleneck.excessBytes[*named]
                          : bottleneck.epilogueExcessBytes);
    EXPECT_EQ(bottleneck.largestExcess() == "none", sum == 0);
    EXPECT_LE(bottleneck.floor.totalPJ(), bottleneck.energy.totalPJ());
    EXPECT_LE(bottleneck.floor.timeNs, bottleneck.energy.timeNs);
    moved += sum > 0;
    epilogues += bottleneck.largestExcess() == "epilogue";
    byRows += bottleneck.isActivationBound;
  }
  EXPECT_GT(moved, 500);
  EXPECT_GT(epilogues, 5);
  EXPECT_GT(byRows, 100);
  EXPECT_LT(byRows, 1900);
}

// Two rows of outputs at a time: the weights move four times, 3 * 32 bytes more
// than once.
TEST(Bottleneck, OfAProduct) {
  Layer layer = product();
  Schedule schedule{{{2, 1, 4, 4, 1, 1}},
                    {Dim::G, Dim::N, Dim::P, Dim::Q, Dim::C, Dim::K}};
  Bottleneck bottleneck =
      bottleneckOf(layer, foundOf(layer, schedule, defaultDRAMDevice()),
                   defaultDRAMDevice());
  EXPECT_EQ(bottleneck.compulsoryBytes, 32 + 32 + 64);
  EXPECT_EQ(bottleneck.bytes, 32 + 4 * 32 + 64);
  EXPECT_EQ(bottleneck.excessBytes, (PerOperand<int64_t>{{0, 3 * 32, 0}}));
  EXPECT_EQ(bottleneck.largestExcess(), "weights");

  schedule.tile = layer.size;
  bottleneck =
      bottleneckOf(layer, foundOf(layer, schedule, defaultDRAMDevice()),
                   defaultDRAMDevice());
  EXPECT_EQ(bottleneck.totalExcessBytes(), 0);
  EXPECT_EQ(bottleneck.largestExcess(), "none");
}

// The time is the longer of the bursts' and the activations', and so tells
// which of them it is.
TEST(Bottleneck, BandwidthOrActivations) {
  Layer layer = product();
  DRAMDevice device = defaultDRAMDevice();
  Found found = foundOf(layer, Schedule{layer.size}, device);
  // One burst of each row: four activations in tFAW (30 ns) take longer than
  // four bursts (5 ns each).
  found.stream.bursts.read = {{1000, 0, 0}};
  found.stream.activations.read = {{1000, 0, 0}};
  EXPECT_TRUE(bottleneckOf(layer, found, device).isActivationBound);
  // A hundred of each.
  found.stream.activations.read = {{10, 0, 0}};
  EXPECT_FALSE(bottleneckOf(layer, found, device).isActivationBound);
}
