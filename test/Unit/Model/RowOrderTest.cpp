//===- RowOrderTest.cpp - In which order the blocks of rows lie -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is estimated of the waiting is compared with a walk burst by burst, the
// choice with all orders there are, and what it is worth with the controller.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/RowOrder.h"
#include "RandomCase.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/Model/Simulation.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <map>

using namespace romanet;

static ArrayLayout &layoutOf(ArrayLayouts &layouts, StreamArray array) {
  return array.kind == StreamArray::Epilogue
             ? layouts.epilogue[array.index]
             : layouts[static_cast<TensorArray>(array.kind)];
}

static bool isBlocked(ArrayLayouts &layouts, StreamArray array) {
  return (array.kind != StreamArray::Epilogue ||
          array.index < layouts.epilogue.size()) &&
         layoutOf(layouts, array).kind == ArrayLayout::Kind::Blocked;
}

/// RowTimes::waiting of all transfers, every burst by itself. std::nullopt
/// where these are too many for it to look at all.
static std::optional<double> waitingOf(const Layer &layer,
                                       const Schedule &schedule,
                                       const ArrayLayouts &layouts,
                                       StreamArray array,
                                       const DRAMDevice &device) {
  AddressMap map = llvm::cantFail(createAddressMap(device, "romanet"));
  LayerStream stream(layer, schedule, {{false, false, false}},
                     storageOf(layer, schedule, layouts, device),
                     device.burstBytes());
  const DRAMTiming &t = device.timing;
  int64_t burst = device.burstLength / device.beatsPerClock;
  burst += device.burstLength % device.beatsPerClock != 0;
  struct Last {
    int64_t row, clock;
    bool isWrite;
  };
  std::map<std::array<int64_t, 4>, Last> banks;
  int64_t before = 0, waited = 0, end = 0, transfers = 0, runs = 0;
  stream.forEachTransfer([&](const StreamTransfer &transfer) {
    int64_t clock = before * burst + waited;
    int64_t bursts = (transfer.bytes - 1) / device.burstBytes() + 1;
    before += bursts;
    if (!(transfer.array == array))
      return;
    end = before * burst;
    ++transfers;
    stream.forEachRun(transfer, [&](const BurstRun &run) {
      ++runs;
      for (int64_t i = 0; i != run.count; ++i) {
        int64_t address = run.address + i * device.burstBytes();
        int64_t row = address / device.rowBytes();
        DRAMAddress at =
            map.decode(row * device.rowBytes() % device.capacityBytes());
        std::array<int64_t, 4> key = {at.channel, at.rank, at.bankGroup,
                                      at.bank};
        auto last = banks.find(key);
        if (last != banks.end() && last->second.row != row) {
          int64_t free = last->second.clock +
                         (last->second.isWrite ? t.writeLatency + burst + t.wr +
                                                     t.rp + t.rcdWrite
                                               : t.rtp + t.rp + t.rcdRead);
          waited += std::max<int64_t>(free - clock, 0);
          clock = std::max(clock, free);
        }
        banks[key] = {row, clock, transfer.isWrite};
        clock += burst;
      }
    });
  });
  if (transfers >= 256 || runs >= 4000)
    return std::nullopt;
  return end == 0 ? 0 : static_cast<double>(waited) / static_cast<double>(end);
}

TEST(RowOrder, WaitingIsThatOfAWalkBurstByBurst) {
  RandomCase random(71);
  int compared = 0, waits = 0;
  for (int i = 0; i < 1500 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{2, 2, 3, 3, 16, 16}}, 60);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    DRAMDevice device = random.device();
    ArrayLayouts layouts = random.layouts(layer, schedule, device);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(schedule) + " " + describe(layouts) + " " +
                 describe(device));
    RowTimes times(layer, schedule, layouts, device);
    ArrayLayouts shuffled = layouts;
    shuffleRowBlocks(random, shuffled);
    for (StreamArray array : arraysOf(layer, schedule)) {
      if (!isBlocked(layouts, array))
        continue;
      ArrayLayouts with = layouts;
      layoutOf(with, array) = layoutOf(shuffled, array);
      std::optional<double> expected =
          waitingOf(layer, schedule, with, array, device);
      if (!expected)
        continue;
      EXPECT_DOUBLE_EQ(times.waiting(array, layoutOf(with, array)), *expected);
      ++compared;
      waits += *expected > 0;
    }
  }
  EXPECT_GT(compared, 500);
  EXPECT_GT(waits, 100);
}

/// The axes of an array of a layer, without those of the epilogue.
static std::vector<Axis> axesOf(const Layer &layer, StreamArray array) {
  const auto &axes =
      layer.order.axes[operandOf(static_cast<TensorArray>(array.kind))];
  return std::vector<Axis>(axes.begin(), axes.end());
}

// No order of the axes waits less by more than the thousandth that another
// order than that of the data must save.
TEST(RowOrder, IsTheBestOfAllOrders) {
  RandomCase random(72);
  int changed = 0;
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{2, 2, 4, 4, 16, 16}}, 60);
    Found found;
    found.schedule = random.scheduleOfAnySpace(layer);
    DRAMDevice device = random.device();
    found.layouts = random.layouts(layer, found.schedule, device);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(found.schedule) + " " + describe(found.layouts) +
                 " " + describe(device));
    RowTimes times(layer, found.schedule, found.layouts, device);
    ArrayLayouts before = found.layouts;
    chooseRowOrders(layer, found, device, [](size_t array) {
      return array == static_cast<size_t>(TensorArray::Weights);
    });
    EXPECT_EQ(found.layouts[TensorArray::Weights],
              before[TensorArray::Weights]);
    for (StreamArray array : arraysOf(layer, found.schedule)) {
      if (array.kind == StreamArray::Epilogue ||
          array.kind == StreamArray::Weights || !isBlocked(before, array))
        continue;
      const ArrayLayout &chosen = layoutOf(found.layouts, array);
      double least = times.waiting(array, layoutOf(before, array));
      double waits = times.waiting(array, chosen);
      EXPECT_TRUE(chosen == layoutOf(before, array) || waits < least - 1e-3);
      changed += !(chosen == layoutOf(before, array));
      // With more, not all orders are tried.
      std::vector<Axis> axes = axesOf(layer, array);
      if (axes.size() > 5)
        continue;
      std::sort(axes.begin(), axes.end());
      do {
        ArrayLayout other = layoutOf(before, array);
        for (size_t rank = 0; rank != axes.size(); ++rank)
          other.rowRank[static_cast<size_t>(axes[rank])] =
              static_cast<uint8_t>(rank);
        EXPECT_GE(times.waiting(array, other), waits - 1e-3 - 1e-12);
      } while (std::next_permutation(axes.begin(), axes.end()) &&
               !testing::Test::HasFailure());
    }
  }
  EXPECT_GT(changed, 10);
}

// A fully connected layer of 4096 inputs and 512 outputs in f32, two outputs at
// a time; row blocks of 1024 inputs by two outputs. With the inputs outside,
// the four row blocks of a tile lie 256 rows apart, in one bank of eight, and
// each waits for the one before: RTP + RP + RCD = 28 clocks less the burst, of
// 128 bursts of four clocks. With the inputs inside they are in four banks.
TEST(RowOrder, RowsOfATileLieInDifferentBanks) {
  DRAMDevice device = defaultDRAMDevice();
  ScheduledLayer each;
  each.layer.name = "fc";
  each.layer.size = {{1, 1, 512, 4096, 1, 1}};
  each.layer.inputBytes = each.layer.weightBytes = 4;
  each.layer.accumulatorBytes = each.layer.outputBytes = 4;
  each.layer.order.axes[Operand::Weights] = {Axis::G, Axis::C, Axis::K, Axis::R,
                                             Axis::S};
  ASSERT_EQ(llvm::toString(each.layer.verify()), "");
  each.schedule.tile = {{1, 1, 2, 4096, 1, 1}};
  ArrayLayout &weights = each.layouts[TensorArray::Weights];
  weights.kind = ArrayLayout::Kind::Blocked;
  weights.burstBlock[Dim::C] = 8;
  weights.rowBlock[Dim::C] = 1024;
  weights.burstBlock[Dim::K] = weights.rowBlock[Dim::K] = 2;

  auto rowsPercent = [&] {
    NetworkStream stream = llvm::cantFail(streamOf({each}, device));
    const ControllerStats stats =
        llvm::cantFail(simulateMapped(stream, device, "romanet"))
            .simulation.total;
    return 100.0 * stats.idle(BusIdle::Row) / stats.clocks;
  };
  double before = rowsPercent();
  EXPECT_GT(before, 3);
  EXPECT_LT(before, 100.0 * 28 / (128 * 4));
  Found found;
  found.schedule = each.schedule;
  found.layouts = each.layouts;
  chooseRowOrders(each.layer, found, device, [](size_t) { return false; });
  EXPECT_EQ(found.layouts[TensorArray::Weights].rowOrder(),
            (llvm::SmallVector<Axis, 6>{Axis::K, Axis::C}));
  // Neither bursts nor rows are others.
  EXPECT_EQ(
      computeStreamTraffic(each.layer, each.schedule, found.layouts, device)
          .total()
          .activations,
      computeStreamTraffic(each.layer, each.schedule, each.layouts, device)
          .total()
          .activations);
  each.layouts = found.layouts;
  EXPECT_LT(rowsPercent(), 0.1);
}
