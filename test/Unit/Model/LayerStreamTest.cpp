//===- LayerStreamTest.cpp - Transfers and bursts one by one --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stream of a layer against the closed forms, which it must add up to, and
// against transfers that are put in order step by step.
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "RandomCase.h"
#include "romanet/Model/Stream.h"
#include "gtest/gtest.h"
#include <map>
#include <numeric>

using namespace romanet;

namespace {

struct Case {
  Layer layer;
  Schedule schedule;
  DRAMDevice device;
  ArrayLayouts layouts;
  PerOperand<bool> isDoubleBuffered;
  size_t numInit;

  std::string describe() const {
    std::string text = romanet::describe(layer) + " " +
                       romanet::describe(schedule) + " " +
                       romanet::describe(layouts) + " " +
                       romanet::describe(device) + " double";
    for (bool each : isDoubleBuffered)
      text += each ? " 1" : " 0";
    return text + " init " + std::to_string(numInit);
  }

  /// All arrays one after the other, each on a row boundary.
  LayerPlaces places() const {
    LayerPlaces places = storageOf(layer, schedule, layouts, device);
    int64_t row = device.rowBytes(), next = 3 * row;
    for (StreamArray array : arraysOf(layer, schedule)) {
      places[array].address = next;
      next += (places[array].storage.sizeBytes() / row + 1) * row;
    }
    return places;
  }
  LayerStream stream() const {
    return LayerStream(layer, schedule, isDoubleBuffered, places(),
                       device.burstBytes(), numInit);
  }
};

} // namespace

static Case randomCase(RandomCase &random, RandomCase &orders, int i) {
  Case c;
  c.layer = i % 2 ? random.layer({{3, 3, 5, 5, 8, 8}}, 120)
                  : random.layer({{2, 2, 3, 3, 16, 16}}, 150);
  if (random.chance(20))
    random.putWindowsSideBySide(c.layer);
  c.schedule = random.scheduleOfAnySpace(c.layer);
  c.device = random.chance(5) ? defaultDRAMDevice() : random.device();
  c.layouts = random.layouts(c.layer, c.schedule, c.device);
  shuffleRowBlocks(orders, c.layouts);
  for (bool &each : c.isDoubleBuffered)
    each = random.chance(30);
  c.numInit = random.uniform(0, c.layer.epilogue.size());
  return c;
}

/// The number of blocks among ascending runs of bursts, where `bursts` make a
/// block.
static int64_t countBlocks(const std::vector<BurstRun> &runs,
                           int64_t blockBytes, int64_t burstBytes) {
  int64_t count = 0, next = 0;
  for (const BurstRun &run : runs) {
    int64_t first = std::max(next, run.address / blockBytes);
    next = (run.address + run.count * burstBytes - 1) / blockBytes + 1;
    count += std::max<int64_t>(0, next - first);
  }
  return count;
}

static std::vector<BurstRun> runsOf(const LayerStream &stream,
                                    const StreamTransfer &transfer) {
  std::vector<BurstRun> runs;
  stream.forEachRun(transfer,
                    [&](const BurstRun &run) { runs.push_back(run); });
  return runs;
}

TEST(LayerStream, AddsUpToTheClosedForms) {
  RandomCase random(51), orders(53);
  for (int i = 0; i < 6000 && !testing::Test::HasFailure(); ++i) {
    Case c = randomCase(random, orders, i);
    SCOPED_TRACE("case " + std::to_string(i) + " " + c.describe());
    LayerStream stream = c.stream();
    int64_t burst = c.device.burstBytes();
    Traffic traffic;
    StreamTraffic blocks;
    int64_t bursts = 0;
    stream.forEachTransfer([&](const StreamTransfer &transfer) {
      std::vector<BurstRun> runs = runsOf(stream, transfer);
      // Each burst once, ascending, in maximal runs.
      for (size_t r = 0; r < runs.size(); ++r) {
        EXPECT_EQ(runs[r].address % burst, 0);
        EXPECT_GT(runs[r].count, 0);
        EXPECT_EQ(runs[r].isWrite, transfer.isWrite);
        bursts += runs[r].count;
        EXPECT_TRUE(r == 0 || runs[r].address > runs[r - 1].address +
                                                    runs[r - 1].count * burst);
      }
      Transfers *sum = &traffic.epilogue;
      int64_t *burstSum = &blocks.bursts.epilogue,
              *rowSum = &blocks.activations.epilogue;
      if (transfer.array.kind != StreamArray::Epilogue) {
        unsigned o = std::min<unsigned>(transfer.array.kind, 2);
        auto direction =
            transfer.isWrite ? &BlockTraffic::write : &BlockTraffic::read;
        sum =
            &(transfer.isWrite ? traffic.write : traffic.read)[AllOperands[o]];
        burstSum = &(blocks.bursts.*direction)[AllOperands[o]];
        rowSum = &(blocks.activations.*direction)[AllOperands[o]];
      }
      ++sum->count;
      sum->bytes += transfer.bytes;
      *burstSum += countBlocks(runs, burst, burst);
      *rowSum += countBlocks(runs, c.device.rowBytes(), burst);
    });

    Traffic expected = computeTraffic(c.layer, c.schedule);
    StreamTraffic expectedBlocks =
        computeStreamTraffic(c.layer, c.schedule, c.layouts, c.device);
    StreamTraffic counted = countStream(stream, c.device);
    for (Operand o : AllOperands) {
      SCOPED_TRACE(operandName(o).str());
      EXPECT_EQ(counted.bursts.read[o], expectedBlocks.bursts.read[o]);
      EXPECT_EQ(counted.bursts.write[o], expectedBlocks.bursts.write[o]);
      EXPECT_EQ(counted.activations.read[o],
                expectedBlocks.activations.read[o]);
      EXPECT_EQ(counted.activations.write[o],
                expectedBlocks.activations.write[o]);
      EXPECT_EQ(traffic.read[o], expected.read[o]);
      EXPECT_EQ(traffic.write[o], expected.write[o]);
      EXPECT_EQ(blocks.bursts.read[o], expectedBlocks.bursts.read[o]);
      EXPECT_EQ(blocks.bursts.write[o], expectedBlocks.bursts.write[o]);
      EXPECT_EQ(blocks.activations.read[o], expectedBlocks.activations.read[o]);
      EXPECT_EQ(blocks.activations.write[o],
                expectedBlocks.activations.write[o]);
    }
    EXPECT_EQ(counted.bursts.epilogue, expectedBlocks.bursts.epilogue);
    EXPECT_EQ(counted.activations.epilogue,
              expectedBlocks.activations.epilogue);
    EXPECT_EQ(traffic.epilogue, expected.epilogue);
    EXPECT_EQ(blocks.bursts.epilogue, expectedBlocks.bursts.epilogue);
    EXPECT_EQ(blocks.activations.epilogue, expectedBlocks.activations.epilogue);

    // The whole is its parts.
    int64_t all = 0;
    stream.forEachRun([&](const BurstRun &run) { all += run.count; });
    EXPECT_EQ(all, bursts);
  }
}

namespace {
/// Slots of tiles are numbered differently here and in the oracle, one by one.
class SlotNames {
public:
  bool agree(int64_t ours, int64_t theirs) {
    return there.insert({ours, theirs}).first->second == theirs &&
           back.insert({theirs, ours}).first->second == ours;
  }

private:
  std::map<int64_t, int64_t> there, back;
};
} // namespace

TEST(LayerStream, HasTheOrderOfTheProgram) {
  RandomCase random(52), orders(54);
  int prefetched = 0, partialSums = 0, inits = 0, halos = 0, slots = 0;
  for (int i = 0; i < 6000 && !testing::Test::HasFailure(); ++i) {
    Case c = randomCase(random, orders, i);
    SCOPED_TRACE("case " + std::to_string(i) + " " + c.describe());
    LayerStream stream = c.stream();
    const LayerPlaces &places = stream.getPlaces();
    int64_t burst = c.device.burstBytes();
    oracle::Blocks storage =
        oracle::storageOf(c.layer, c.schedule, c.layouts, c.device);
    std::vector<oracle::Move> expected = oracle::sequence(
        c.layer, c.schedule, c.isDoubleBuffered, c.numInit, burst, storage);
    auto slotOf = [&](StreamArray array) {
      const oracle::Storage *all[] = {&storage.input, &storage.weights,
                                      &storage.output, &storage.partialSums,
                                      &storage.init};
      return array.kind == StreamArray::Epilogue
                 ? storage.epilogue[array.index].slotBytes
                 : all[array.kind]->slotBytes;
    };
    std::map<std::pair<unsigned, unsigned>, SlotNames> names;
    size_t next = 0;
    stream.forEachTransfer([&](const StreamTransfer &transfer) {
      if (testing::Test::HasFailure())
        return;
      SCOPED_TRACE("transfer " + std::to_string(next));
      ASSERT_LT(next, expected.size());
      const oracle::Move &move = expected[next++];
      ASSERT_EQ(transfer.array.kind, move.array.kind);
      ASSERT_EQ(transfer.array.index, move.array.index);
      ASSERT_EQ(transfer.isWrite, move.isWrite);
      ASSERT_EQ(transfer.bytes, move.bytes);
      const PlacedArray &array = places[transfer.array];
      std::vector<int64_t> blocks;
      for (const BurstRun &run : runsOf(stream, transfer))
        for (int64_t b = 0; b < run.count; ++b)
          blocks.push_back((run.address - array.address) / burst + b);
      if (array.storage.layout) {
        ASSERT_EQ(blocks, move.blocks);
        return;
      }
      ++slots;
      // The oracle leaves room for padding that is made on chip.
      int64_t inSlot = array.storage.slotBytes / burst,
              inTheirs = slotOf(transfer.array) / burst;
      ASSERT_EQ(blocks.size(), move.blocks.size());
      EXPECT_TRUE((names[{transfer.array.kind, transfer.array.index}].agree(
          blocks.front() / inSlot, move.blocks.front() / inTheirs)));
      for (size_t b = 0; b < blocks.size(); ++b)
        ASSERT_EQ(blocks[b] % inSlot, move.blocks[b] % inTheirs);
    });
    EXPECT_EQ(next, expected.size());

    prefetched += c.isDoubleBuffered[Operand::Input] &&
                  c.schedule.loadDepth(c.layer, Operand::Input) > 0;
    halos += c.schedule.retainHalo;
    inits += c.numInit > 0;
    for (const oracle::Move &move : expected)
      if (move.array.kind == StreamArray::PartialSums && !move.isWrite) {
        ++partialSums;
        break;
      }
  }
  EXPECT_GT(prefetched, 1000);
  EXPECT_GT(partialSums, 500);
  EXPECT_GT(inits, 500);
  EXPECT_GT(halos, 2000);
  EXPECT_GT(slots, 10000);
}

/// A matrix product of two tiles of channels: by hand.
TEST(LayerStream, PartialSumsByHand) {
  Layer layer;
  layer.name = "layer";
  layer.size = {{1, 1, 128, 128, 1, 1}};
  Schedule schedule;
  schedule.tile = {{1, 1, 64, 64, 1, 1}};
  schedule.order = {Dim::N, Dim::G, Dim::C, Dim::K, Dim::P, Dim::Q};
  DRAMDevice device = defaultDRAMDevice();
  LayerPlaces places = storageOf(layer, schedule, {}, device);
  places[{StreamArray::Input}].address = 0;
  places[{StreamArray::Weights}].address = 65536;
  places[{StreamArray::Output}].address = 2 * 65536;
  places[{StreamArray::PartialSums}].address = 3 * 65536;
  LayerStream stream(layer, schedule, {{false, false, false}}, places,
                     device.burstBytes());
  std::vector<BurstRun> runs;
  stream.forEachRun([&](const BurstRun &run) {
    // Of the weights, 64 rows of 64 bytes, each in a burst of its own.
    if (run.address / 65536 != 1)
      runs.push_back(run);
  });
  int64_t output = 2 * 65536, sums = 3 * 65536;
  std::vector<BurstRun> expected = {
      {0, 1, false},          {sums, 4, true},       {sums + 256, 4, true},
      {64, 1, false},         {sums, 4, false},      {output, 1, true},
      {sums + 256, 4, false}, {output + 64, 1, true}};
  EXPECT_EQ(runs, expected);
}
