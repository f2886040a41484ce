//===- StreamBenchmark.cpp - Bursts of a schedule per second --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How fast the bursts of a schedule are made, and how fast with the controller
// behind.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Search.h"
#include "romanet/Model/Simulation.h"
#include "benchmark/benchmark.h"

using namespace romanet;

/// A 3x3 convolution of 256 to 256 channels on 56 x 56 pixels, 8 bits.
static NetworkStream convolution(bool freeLayouts, const DRAMDevice &device) {
  Layer layer;
  layer.name = "conv3_2";
  layer.size = {{1, 1, 256, 256, 56, 56}};
  layer.inputHeight = layer.inputWidth = 56;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  SearchOptions options;
  if (!freeLayouts)
    options.objective = Objective::BytesThenBursts;
  options.layouts =
      freeLayouts ? LayoutChoice::allFree() : LayoutChoice::allRowMajor();
  SearchResult result =
      search(layer, BufferCapacities::makeDefault(), options, device);
  const Found &found = std::get<Found>(result);
  return llvm::cantFail(
      streamOf({{layer, found.schedule, found.layouts}}, device));
}

static void countBursts(benchmark::State &state) {
  NetworkStream stream =
      convolution(/*freeLayouts=*/state.range(0), defaultDRAMDevice());
  int64_t bursts = 0;
  for (auto _ : state)
    stream.forEachRun(
        [&](size_t, const BurstRun &run) { bursts += run.count; });
  state.SetItemsProcessed(bursts);
}
BENCHMARK(countBursts)->ArgName("free_layouts")->Arg(0)->Arg(1);

static void simulateBursts(benchmark::State &state) {
  DRAMDevice device = defaultDRAMDevice();
  NetworkStream stream = convolution(/*freeLayouts=*/state.range(0), device);
  int64_t bursts = 0;
  for (auto _ : state) {
    MappedSimulation simulated =
        llvm::cantFail(simulateMapped(stream, device, "romanet"));
    bursts += simulated.simulation.total.reads +
              simulated.simulation.total.writes;
  }
  state.SetItemsProcessed(bursts);
}
BENCHMARK(simulateBursts)->ArgName("free_layouts")->Arg(0)->Arg(1);
