//===- PlacementBenchmark.cpp - How long placing many buffers takes -------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "benchmark/benchmark.h"
#include "romanet/DRAM/Placement.h"
#include <random>

using namespace romanet;

/// Buffers that live as activations of a network do, or at random.
static PlacementProblem makeProblem(int64_t count, bool isRandom) {
  std::mt19937_64 random(count);
  DRAMDevice device = defaultDRAMDevice();
  device.ranks = 64;
  PlacementProblem problem{device, {}};
  for (int64_t i = 0; i != count; ++i) {
    BufferRequest buffer;
    buffer.bytes = 1 + random() % (1 << (10 + random() % 12));
    int64_t begin = isRandom ? random() % count : i;
    int64_t length = isRandom ? 1 + random() % count : 2 + random() % 3;
    buffer.live = {{begin, begin + length}};
    problem.buffers.push_back(buffer);
  }
  return problem;
}

static void placeMany(benchmark::State &state, bool isRandom) {
  PlacementProblem problem = makeProblem(state.range(0), isRandom);
  double ratio = 0;
  for (auto _ : state) {
    auto result = placeBuffers(problem);
    const auto *placement = std::get_if<Placement>(&result);
    if (!placement) {
      state.SkipWithError("overflow");
      break;
    }
    ratio = double(placement->highWaterBytes) /
            double(largestLiveBytes(problem.buffers, problem.device));
  }
  state.counters["above_bound_percent"] = (ratio - 1) * 100;
}

BENCHMARK_CAPTURE(placeMany, network, false)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(placeMany, random, true)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10000)
    ->Unit(benchmark::kMillisecond);
