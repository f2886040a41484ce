//===- RowOrder.cpp - In which order the blocks of rows lie ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/RowOrder.h"
#include "Blocks.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <limits>

using namespace romanet;

/// Transfers of each array that are looked at, runs of bursts of these, and
/// transfers of all arrays among which they are. What a schedule does it does
/// again and again.
static constexpr size_t mostMoves = 256;
static constexpr int64_t mostRuns = 4096, mostTransfers = 1 << 15;
/// No buffer on chip is as large, and what has more bytes has too many bursts.
static constexpr int64_t mostBytes = 1 << 24;
/// So that all orders can be tried. No array of a convolution has more axes.
static constexpr size_t mostAxes = 5;

RowTimes::RowTimes(const Layer &layer, const Schedule &schedule,
                   const ArrayLayouts &layouts, const DRAMDevice &device)
    : layer(layer), schedule(schedule), device(device),
      map(llvm::cantFail(createAddressMap(device, "romanet"))) {
  epilogue.resize(layer.epilogue.size());
  LayerPlaces places = romanet::storageOf(layer, schedule, layouts, device);
  LayerStream stream(layer, schedule, {{false, false, false}}, places,
                     device.burstBytes());
  auto isSampled = [&](StreamArray array) {
    bool isBlocked = (array.kind == StreamArray::Epilogue
                          ? layouts.ofEpilogue(array.index)
                          : layouts[static_cast<TensorArray>(array.kind)])
                         .kind == ArrayLayout::Kind::Blocked;
    // What is too large for any device has no addresses.
    return isBlocked && places[array].storage.sizeBytes() !=
                            std::numeric_limits<int64_t>::max();
  };
  size_t incomplete = llvm::count_if(arraysOf(layer, schedule), isSampled);
  if (incomplete == 0)
    return;
  int64_t burst = 0, transfers = 0;
  stream.forFirstTransfers([&](const StreamTransfer &transfer) {
    int64_t bursts =
        llvm::divideCeilSigned(transfer.bytes, device.burstBytes());
    Sample &sample = transfer.array.kind == StreamArray::Epilogue
                         ? epilogue[transfer.array.index]
                         : arrays[transfer.array.kind];
    if (!sample.isComplete && isSampled(transfer.array) &&
        transfer.bytes > mostBytes) {
      sample.isComplete = true;
      --incomplete;
    } else if (!sample.isComplete && isSampled(transfer.array)) {
      stream.forEachRun(transfer, [&](const BurstRun &) { ++sample.runs; });
      sample.moves.push_back(
          {transfer.boxes.vec(), transfer.bytes, transfer.isWrite, burst});
      sample.bursts = burst + bursts;
      sample.isComplete =
          sample.moves.size() == mostMoves || sample.runs >= mostRuns;
      incomplete -= sample.isComplete;
    }
    burst += bursts;
    return incomplete != 0 && ++transfers < mostTransfers;
  });
}

double RowTimes::waiting(StreamArray array, const ArrayLayout &layout) const {
  bool isEpilogue = array.kind == StreamArray::Epilogue;
  const Sample &sample =
      isEpilogue ? epilogue[array.index] : arrays[array.kind];
  if (sample.bursts == 0)
    return 0;
  LayerPlaces places;
  places.epilogue.resize(layer.epilogue.size());
  places[array].storage =
      isEpilogue
          ? epilogueStorageOf(layer, schedule, array.index, layout, device)
          : storageOf(layer, schedule, static_cast<TensorArray>(array.kind),
                      layout, device);
  LayerStream stream(layer, schedule, {{false, false, false}},
                     std::move(places), device.burstBytes());
  const DRAMTiming &timing = device.timing;
  const int64_t burstClocks =
      llvm::divideCeilSigned(device.burstLength, device.beatsPerClock);
  const int64_t burstBytes = device.burstBytes(), rowBytes = device.rowBytes();

  /// Its row, and when another one can be read or written.
  struct Bank {
    int64_t row = -1, free = 0;
  };
  std::vector<Bank> banks(device.channels * device.ranks * device.banks());
  auto bankOf = [&](int64_t row) -> Bank & {
    // That of the first burst of the row block will do: two row blocks have all
    // of their banks in common, or none.
    DRAMAddress at = map.decode(row * rowBytes % device.capacityBytes());
    int64_t bank = at.channel * device.ranks + at.rank;
    bank = bank * device.bankGroups + at.bankGroup;
    return banks[bank * device.banksPerGroup + at.bank];
  };
  int64_t waited = 0;
  for (const Move &move : sample.moves) {
    // From a read or write to one of another row.
    int64_t reopen =
        timing.rp + (move.isWrite ? timing.writeLatency + burstClocks +
                                        timing.wr + timing.rcdWrite
                                  : timing.rtp + timing.rcdRead);
    int64_t clock = move.burst * burstClocks + waited;
    StreamTransfer moved = {array, move.isWrite, move.bytes, move.boxes, 0};
    stream.forEachRun(moved, [&](const BurstRun &run) {
      int64_t end = run.address + run.count * burstBytes;
      for (int64_t at = run.address; at != end;) {
        int64_t row = at / rowBytes;
        int64_t next = std::min(end, (row + 1) * rowBytes);
        Bank &bank = bankOf(row);
        if (bank.row >= 0 && bank.row != row && bank.free > clock) {
          waited += bank.free - clock;
          clock = bank.free;
        }
        clock += (next - at) / burstBytes * burstClocks;
        bank = {row, clock - burstClocks + reopen};
        at = next;
      }
    });
  }
  return static_cast<double>(waited) /
         static_cast<double>(sample.bursts * burstClocks);
}

void romanet::setRowOrder(ArrayLayout &layout,
                          llvm::ArrayRef<llvm::SmallVector<Axis, 2>> axes,
                          llvm::ArrayRef<unsigned> order) {
  layout.rowRank.fill(0);
  uint8_t rank = 0;
  for (unsigned i : order)
    for (Axis axis : axes[i])
      layout.rowRank[static_cast<size_t>(axis)] = ++rank;
}

llvm::SmallVector<unsigned, 6>
romanet::chooseRowOrder(llvm::ArrayRef<RowBlockUse> uses,
                        llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<int64_t> rowBlock) {
  llvm::SmallVector<unsigned, 6> order;
  for (auto [i, extent] : llvm::enumerate(shape))
    if (extent > rowBlock[i])
      order.push_back(i);
  if (order.size() < 2 || order.size() > mostAxes)
    return {};
  auto waiting = [&](llvm::ArrayRef<unsigned> order) {
    double sum = 0;
    for (const RowBlockUse &use : uses) {
      ArrayLayout layout = use.layout;
      setRowOrder(layout, use.axes, order);
      sum += use.times->waiting(use.array, layout);
    }
    return sum;
  };
  // The order of the data is the first permutation.
  double least = waiting(order) - 1e-3;
  llvm::SmallVector<unsigned, 6> best;
  while (least > 0 && std::next_permutation(order.begin(), order.end())) {
    double sum = waiting(order);
    if (sum < least) {
      least = sum;
      best = order;
    }
  }
  return best;
}

void romanet::chooseRowOrders(const Layer &layer, Found &found,
                              const DRAMDevice &device,
                              llvm::function_ref<bool(size_t)> isShared) {
  std::optional<RowTimes> times;
  const ArrayLayouts before = found.layouts;
  for (StreamArray array : arraysOf(layer, found.schedule)) {
    bool isEpilogue = array.kind == StreamArray::Epilogue;
    if (isShared(array.kind + (isEpilogue ? array.index : 0)) ||
        (isEpilogue && array.index >= found.layouts.epilogue.size()))
      continue;
    ArrayLayout &layout =
        isEpilogue ? found.layouts.epilogue[array.index]
                   : found.layouts[static_cast<TensorArray>(array.kind)];
    if (layout.kind != ArrayLayout::Kind::Blocked)
      continue;
    if (!times)
      times.emplace(layer, found.schedule, before, device);
    llvm::SmallVector<int64_t, 6> shape, rowBlock;
    llvm::SmallVector<llvm::SmallVector<Axis, 2>, 6> axes;
    for (auto [axis, extent] :
         isEpilogue
             ? epilogueAxes(layer, array.index)
             : axesOf(layer, operandOf(static_cast<TensorArray>(array.kind)))) {
      std::optional<Dim> dim = loopOf(axis);
      axes.push_back({axis});
      shape.push_back(extent);
      rowBlock.push_back(dim ? layout.rowBlock[*dim] : 1);
    }
    setRowOrder(
        layout, axes,
        chooseRowOrder({{&*times, array, layout, axes}}, shape, rowBlock));
  }
}
