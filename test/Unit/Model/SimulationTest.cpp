//===- SimulationTest.cpp - Layers before a DRAM controller ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Simulation.h"
#include "RandomCase.h"
#include "romanet/Model/TraceExport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace romanet;

/// A convolution in two tiles of rows, each 4 channels of 8 x 8 pixels.
static ScheduledLayer convolution(const std::string &name) {
  ScheduledLayer each;
  each.layer.name = name;
  each.layer.size = {{1, 1, 4, 4, 8, 8}};
  each.layer.inputHeight = each.layer.inputWidth = 8;
  each.layer.kernelHeight = each.layer.kernelWidth = 3;
  each.layer.padTop = each.layer.padLeft = 1;
  each.schedule.tile = {{1, 1, 4, 4, 4, 8}};
  return each;
}

TEST(Simulation, PlacesDoNotOverlapButWhereTheyShare) {
  RandomCase random(61);
  DRAMDevice device = defaultDRAMDevice();
  int shared = 0, sums = 0;
  for (int i = 0; i < 500 && !testing::Test::HasFailure(); ++i) {
    std::vector<ScheduledLayer> layers;
    for (int64_t count = random.uniform(1, 3); count > 0; --count) {
      ScheduledLayer each;
      each.layer = random.layer({{2, 2, 3, 3, 8, 8}}, 120);
      each.schedule = random.scheduleOfAnySpace(each.layer);
      each.layouts = random.layouts(each.layer, each.schedule, device);
      layers.push_back(each);
    }
    llvm::Expected<NetworkStream> stream = streamOf(layers, device);
    ASSERT_TRUE(bool(stream)) << llvm::toString(stream.takeError());
    struct Range {
      int64_t begin, end;
      size_t layer;
      StreamArray array;
    };
    std::vector<Range> ranges;
    for (auto [l, layer] : llvm::enumerate(stream->layers))
      for (StreamArray array :
           arraysOf(layer.getLayer(), layer.getSchedule())) {
        const PlacedArray &placed = layer.getPlaces()[array];
        EXPECT_EQ(placed.address % device.burstBytes(), 0);
        ranges.push_back({placed.address,
                          placed.address + placed.storage.sizeBytes(), l,
                          array});
      }
    for (size_t a = 0; a < ranges.size(); ++a)
      for (size_t b = 0; b < a; ++b) {
        if (ranges[a].begin >= ranges[b].end ||
            ranges[b].begin >= ranges[a].end)
          continue;
        // The partial sums where the output will be.
        ++sums;
        EXPECT_EQ(ranges[a].layer, ranges[b].layer);
        EXPECT_EQ(ranges[a].array.kind, StreamArray::PartialSums);
        EXPECT_EQ(ranges[b].array.kind, StreamArray::Output);
        EXPECT_EQ(ranges[a].begin, ranges[b].begin);
        EXPECT_EQ(ranges[a].end, ranges[b].end);
      }
    ++shared;
  }
  EXPECT_GT(shared, 400);
  EXPECT_GT(sums, 5);
}

TEST(Simulation, ALayerReadsWhereTheOneBeforeWrote) {
  std::vector<ScheduledLayer> layers = {convolution("first"),
                                        convolution("second")};
  layers[1].producer = 0;
  NetworkStream stream = llvm::cantFail(streamOf(layers, defaultDRAMDevice()));
  std::vector<BurstRun> written, read;
  int64_t output = stream.layers[0].getPlaces()[{StreamArray::Output}].address;
  stream.forEachRun([&](size_t layer, const BurstRun &run) {
    if (layer == 0 && run.isWrite)
      written.push_back(run);
    if (layer == 1 && run.address >= output && run.address < output + 256 &&
        !run.isWrite)
      read.push_back(run);
  });
  // 4 channels of 8 rows of 8 bytes; half of each channel is half a burst, with
  // the halo it is a whole one.
  std::vector<BurstRun> all = {{output, 4, true}, {output, 4, true}};
  EXPECT_EQ(written, all);
  for (BurstRun &run : all)
    run.isWrite = false;
  EXPECT_EQ(read, all);
}

TEST(Simulation, CountsWhatTheStreamHas) {
  std::vector<ScheduledLayer> layers = {convolution("first"),
                                        convolution("second")};
  DRAMDevice device = defaultDRAMDevice();
  NetworkStream stream = llvm::cantFail(streamOf(layers, device));
  MappedSimulation simulated =
      llvm::cantFail(simulateMapped(stream, device, "romanet"));
  ASSERT_EQ(simulated.simulation.layers.size(), 2u);
  ControllerStats total;
  for (size_t i = 0; i < 2; ++i) {
    const ControllerStats &stats = simulated.simulation.layers[i];
    StreamTraffic traffic = computeStreamTraffic(
        layers[i].layer, layers[i].schedule, layers[i].layouts, device);
    EXPECT_EQ(stats.reads + stats.writes, traffic.bursts.total());
    EXPECT_EQ(stats.writes, traffic.bursts.write[Operand::Output]);
    // Each burst is a hit, a miss or a conflict, but for those that the
    // controller has or sends once.
    EXPECT_EQ(stats.rowHits + stats.rowMisses + stats.rowConflicts,
              stats.readCommands() + stats.writeCommands());
    total += stats;
  }
  EXPECT_TRUE(total == simulated.simulation.total);
  // Both layers do the same at other addresses of equal rows.
  EXPECT_GT(total.timeNs, 0);
}

TEST(Simulation, SearchFindsThePolicyWithTheLeastEnergy) {
  RandomCase random(62);
  DRAMDevice device = defaultDRAMDevice();
  for (int i = 0; i < 20; ++i) {
    ScheduledLayer each;
    each.layer = random.layer({{2, 2, 4, 4, 24, 24}}, 3000);
    each.schedule = random.scheduleOfAnySpace(each.layer);
    NetworkStream stream = llvm::cantFail(streamOf({each}, device));
    MappedSimulation best =
        llvm::cantFail(simulateMapped(stream, device, "search"));
    double least = best.simulation.total.totalPJ();
    bool isFound = false;
    for (llvm::StringRef policy : mappingPolicyNames()) {
      MappedSimulation other =
          llvm::cantFail(simulateMapped(stream, device, policy));
      EXPECT_LE(least, other.simulation.total.totalPJ()) << policy.str();
      isFound |= policy == best.policy &&
                 other.simulation.total == best.simulation.total;
    }
    EXPECT_TRUE(isFound);
  }
}

TEST(Simulation, WhatDoesNotFitIsRefused) {
  ScheduledLayer each = convolution("large");
  each.layer.size = {{1 << 12, 1, 4, 4, 1 << 10, 1 << 10}};
  each.layer.inputHeight = each.layer.inputWidth = 1 << 10;
  each.schedule.tile = {{1, 1, 4, 4, 4, 8}};
  llvm::Expected<NetworkStream> stream = streamOf({each}, defaultDRAMDevice());
  ASSERT_FALSE(bool(stream));
  std::string message = llvm::toString(stream.takeError());
  EXPECT_NE(message.find("layer 'large'"), std::string::npos) << message;
}

TEST(Simulation, TracesHaveALineForEachBurst) {
  std::vector<ScheduledLayer> layers = {convolution("layer")};
  DRAMDevice device = defaultDRAMDevice();
  NetworkStream stream = llvm::cantFail(streamOf(layers, device));
  AddressMap map = llvm::cantFail(createAddressMap(device, "romanet"));
  std::string expected, text;
  llvm::raw_string_ostream lines(expected), os(text);
  stream.forEachRun([&](size_t, const BurstRun &run) {
    for (int64_t i = 0; i < run.count; ++i)
      lines << (run.isWrite ? "ST " : "LD ") << "0x"
            << llvm::utohexstr(run.address + i * device.burstBytes()) << '\n';
  });
  TraceExport request;
  request.format = TraceFormat::Ramulator2LoadStore;
  llvm::cantFail(exportTrace(
      [&](BurstSink sink) {
        stream.forEachRun([&](size_t, const BurstRun &run) { sink(run); });
        return llvm::Error::success();
      },
      device, map, request, &os));
  EXPECT_EQ(text, expected);
}
