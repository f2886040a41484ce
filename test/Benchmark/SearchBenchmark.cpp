//===- SearchBenchmark.cpp - Time and size of the search ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How long the search takes, on one core: for whole networks, for growing
// images and channels, and for growing buffers, by bytes in each space; and for
// whole networks by each objective in S0, with row-major and with free layouts.
// `nodes` is the size of the search, `objective` what was found in the unit of
// the objective, both summed over the layers.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Growth.h"
#include "romanet/Model/LayerTable.h"
#include "romanet/Model/Search.h"
#include "llvm/Support/MemoryBuffer.h"
#include <benchmark/benchmark.h>

using namespace romanet;

static const char *const spaceNames[] = {"S0", "S0+S1", "S0+S2", "all"};

/// Searches all layers, and counts nodes and bytes.
static void searchAll(benchmark::State &state, const std::vector<Layer> &layers,
                      const BufferCapacities &buffers, const char *space,
                      Objective objective = Objective::Bytes,
                      bool freeLayouts = false) {
  SearchOptions options;
  options.objective = objective;
  if (freeLayouts)
    options.layouts = LayoutChoice::allFree();
  options.space = llvm::cantFail(Space::parse(space));
  int64_t nodes = 0, bytes = 0;
  double value = 0;
  for (auto _ : state) {
    nodes = bytes = 0;
    value = 0;
    for (const Layer &layer : layers) {
      SearchResult result = search(layer, buffers, options);
      if (const auto *found = std::get_if<Found>(&result)) {
        nodes += found->evaluated;
        bytes += found->traffic.totalBytes();
        value += found->value;
      }
    }
  }
  state.counters["objective"] = value;
  state.counters["nodes"] = static_cast<double>(nodes);
  state.counters["bytes"] = static_cast<double>(bytes);
}

/// The convolutions of a bundled layer table: 8-bit data and output, 32-bit
/// partial sums.
static std::vector<Layer> network(const std::string &name) {
  std::string path = std::string(ROMANET_LAYER_TABLES) + "/" + name + ".csv";
  auto text = llvm::cantFail(
      llvm::errorOrToExpected(llvm::MemoryBuffer::getFile(path)));
  std::vector<Layer> layers;
  for (LayerTableRow &row :
       llvm::cantFail(parseLayerTable(text->getBuffer(), path)))
    if (!row.isFullyConnected)
      layers.push_back(std::move(row.layer));
  return layers;
}

/// A 3 x 3 convolution of an image of pixels x pixels.
static Layer square(int64_t pixels, int64_t channels) {
  Layer layer;
  layer.name = "square";
  layer.size = {{1, 1, channels, channels, pixels, pixels}};
  layer.inputHeight = layer.inputWidth = pixels;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  return layer;
}

static void searchNetwork(benchmark::State &state, const char *name,
                          const char *space) {
  searchAll(state, network(name), BufferCapacities::makeDefault(), space);
}

static void searchObjective(benchmark::State &state, const char *name,
                            Objective objective, bool freeLayouts) {
  searchAll(state, network(name), BufferCapacities::makeDefault(), "S0",
            objective, freeLayouts);
}

static void searchPixels(benchmark::State &state, const char *space) {
  searchAll(state, {square(state.range(0), 256)},
            BufferCapacities::makeDefault(), space);
}

static void searchChannels(benchmark::State &state, const char *space) {
  searchAll(state, {square(56, state.range(0))},
            BufferCapacities::makeDefault(), space);
}

static void searchCapacity(benchmark::State &state, const char *space) {
  int64_t bytes = state.range(0) << 10;
  searchAll(state, {square(56, 256)},
            BufferCapacities::makeSeparate(bytes, bytes, bytes), space);
}

/// Which larger buffers would help, of all layers on one thread: what missed
/// remarks take.
static void searchGrown(benchmark::State &state, const char *name,
                        bool freeLayouts) {
  std::vector<Layer> layers = network(name);
  std::vector<GrowthTask> tasks;
  for (const Layer &layer : layers) {
    tasks.push_back({&layer, BufferCapacities::makeDefault(), {}});
    if (freeLayouts)
      tasks.back().options.layouts = LayoutChoice::allFree();
  }
  int64_t helped = 0;
  for (auto _ : state) {
    helped = 0;
    for (const LayerGrowth &growth :
         searchGrowth(tasks, defaultDRAMDevice(), /*threads=*/1))
      for (const Growth &buffer : growth.buffers)
        helped += buffer.first.has_value();
  }
  state.counters["buffers"] = static_cast<double>(helped);
}

static int registerAll() {
  for (const char *space : spaceNames) {
    std::string suffix = std::string("/") + space;
    for (const char *name :
         {"alexnet_grouped", "vgg16", "mobilenet_v1", "resnet50"})
      benchmark::RegisterBenchmark((std::string(name) + suffix).c_str(),
                                   searchNetwork, name, space)
          ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("pixels" + suffix).c_str(), searchPixels,
                                 space)
        ->RangeMultiplier(4)
        ->Range(16, 4096)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("channels" + suffix).c_str(), searchChannels,
                                 space)
        ->RangeMultiplier(4)
        ->Range(16, 4096)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("buffer_KiB" + suffix).c_str(),
                                 searchCapacity, space)
        ->RangeMultiplier(4)
        ->Range(4, 1024)
        ->Unit(benchmark::kMillisecond);
  }
  for (Objective objective : AllObjectives)
    for (bool freeLayouts : {false, true})
      for (const char *name :
           {"alexnet_grouped", "vgg16", "mobilenet_v1", "resnet50"})
        benchmark::RegisterBenchmark(
            (std::string(name) + "/" + objectiveName(objective).str() +
             (freeLayouts ? "/free" : "/row-major"))
                .c_str(),
            searchObjective, name, objective, freeLayouts)
            ->Unit(benchmark::kMillisecond);
  for (bool freeLayouts : {false, true})
    for (const char *name : {"alexnet_grouped", "vgg16", "mobilenet_v1"})
      benchmark::RegisterBenchmark((std::string(name) + "/growth" +
                                    (freeLayouts ? "/free" : "/row-major"))
                                       .c_str(),
                                   searchGrown, name, freeLayouts)
          ->Unit(benchmark::kMillisecond);
  return 0;
}

static int registered = registerAll();
