//===- ControllerBenchmark.cpp - Speed of the DRAM controller -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bursts a second on one core (`items_per_second`): long runs, runs over three
// arrays as tiles make them, and single bursts all over the device; each with
// and without passing over what is regular. `bus_use` is what the controller
// says of the stream, as a fraction of the peak.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Controller.h"
#include <benchmark/benchmark.h>
#include <random>

using namespace romanet;

/// Single runs until there are `bursts`, from a seed.
using Stream = std::vector<BurstRun> (*)(const DRAMDevice &device,
                                         int64_t bursts);

static constexpr int64_t numBursts = int64_t(1) << 20;

static std::vector<BurstRun> reads(const DRAMDevice &, int64_t bursts) {
  BurstRun run;
  run.count = bursts;
  return {run};
}

static std::vector<BurstRun> writes(const DRAMDevice &, int64_t bursts) {
  BurstRun run;
  run.count = bursts;
  run.isWrite = true;
  return {run};
}

/// Tiles of two arrays are read and one of a third is written, by turns.
static std::vector<BurstRun> tiles(const DRAMDevice &device, int64_t bursts) {
  std::vector<BurstRun> stream;
  int64_t array = device.capacityBytes() / 4;
  for (int64_t tile = 0; bursts > 0; ++tile)
    for (int64_t i = 0; i != 3; ++i) {
      BurstRun run;
      run.count = i == 2 ? 196 : 576;
      run.address = i * array + tile * run.count * device.burstBytes();
      run.isWrite = i == 2;
      bursts -= run.count;
      stream.push_back(run);
    }
  return stream;
}

/// Rows of 14 bursts out of images.
static std::vector<BurstRun> rows(const DRAMDevice &device, int64_t bursts) {
  std::vector<BurstRun> stream;
  int64_t array = device.capacityBytes() / 4;
  for (int64_t row = 0; bursts > 0; ++row) {
    BurstRun run;
    run.count = 14;
    run.isWrite = row / 64 % 4 == 3;
    run.address =
        run.isWrite * array + row * 3 * run.count * device.burstBytes();
    bursts -= run.count;
    stream.push_back(run);
  }
  return stream;
}

static std::vector<BurstRun> anywhere(const DRAMDevice &device,
                                      int64_t bursts) {
  std::mt19937_64 random(1);
  std::vector<BurstRun> stream(bursts);
  uint64_t all = device.capacityBytes() / device.burstBytes();
  for (BurstRun &run : stream) {
    run.address = static_cast<int64_t>(random() % all) * device.burstBytes();
    run.isWrite = random() % 3 == 0;
  }
  return stream;
}

static void control(benchmark::State &state, const char *name, Stream stream,
                    bool skipAhead) {
  DRAMDevice device = llvm::cantFail(dramPreset(name));
  AddressMap map = llvm::cantFail(AddressMap::create(device, "rorachbgbaco"));
  std::vector<BurstRun> runs = stream(device, numBursts);
  ControllerOptions options;
  options.skipAhead = skipAhead;
  ControllerStats stats;
  for (auto _ : state) {
    Controller controller =
        llvm::cantFail(Controller::create(device, map, options));
    for (const BurstRun &run : runs)
      controller.push(run);
    stats = llvm::cantFail(controller.finish());
  }
  state.SetItemsProcessed(state.iterations() * (stats.reads + stats.writes));
  state.counters["bus_use"] = stats.busUse();
}

static int registerAll() {
  const std::pair<const char *, Stream> streams[] = {{"reads", reads},
                                                     {"writes", writes},
                                                     {"tiles", tiles},
                                                     {"rows", rows},
                                                     {"anywhere", anywhere}};
  for (llvm::StringRef device : dramPresetNames())
    for (const auto &[name, stream] : streams)
      for (bool skipAhead : {true, false})
        benchmark::RegisterBenchmark(("controller/" + device.str() + "/" +
                                      name + (skipAhead ? "" : "/plain"))
                                         .c_str(),
                                     control, device.data(), stream, skipAhead)
            ->Unit(benchmark::kMillisecond);
  return 0;
}

static int registered = registerAll();
