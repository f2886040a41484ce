//===- Traffic.cpp - What a schedule moves between DRAM and chip ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the loads of a tensor are added up without a walk.
//
// Its tile is loaded inside the loops out to the innermost relevant one within
// its depth, the last of `loops` below. Where all loops run forwards, every
// step of these reloads it (a step of an irrelevant loop sets the last one
// back), so that bytes are a product of sums over each loop.
//
// In serpentine order one loop steps at a time, and the tile is loaded where
// that loop is relevant. The loops outside it have any indices, and those
// inside it have just begun an execution: each stands at its first or its last
// tile. Which of both depends on the parity of the number of executions before,
// which is the rank of the step among all steps of the loops outside. That rank
// has the parity of the sum of their indices, since each step changes one index
// by one. So parity is all there is to know of the loops outside, and the sum
// over all steps takes one pass over the loops with two sums each.
//
// Nothing here overflows in a verified layer. In each space a step loads at
// most the tile of the indices that it leads to, so that a tile is loaded at
// most once for each iteration of the irrelevant loops: at most what the
// product form adds up. Held further out, a tensor has one tile in place of
// several, which is no larger than these together. Layer::verify bounds that
// sum for tiles of one element, where it is largest. All terms are positive and
// all factors at least 1 (no tile is empty; what is new of one may be 0), so
// that no part of the sum and no product on the way exceeds it.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Traffic.h"
#include "Window.h"
#include "llvm/ADT/STLExtras.h"

using namespace romanet;

int64_t Traffic::totalBytes() const {
  int64_t bytes = epilogue.bytes;
  for (Operand operand : AllOperands)
    bytes += read[operand].bytes + write[operand].bytes;
  return bytes;
}

namespace {

/// What all loads of a tensor are together.
struct Loads {
  int64_t count, elements;
};

/// One of the loops of a nest, with the factor that its index contributes to
/// what one load adds: the extent of the tile, or 1 where loads are counted.
struct LoopSums {
  bool isRelevant;
  int64_t trips;
  ByParity all;
  /// At the first and the last index.
  int64_t first, last;
  /// What a step loads, by the parity of the index that it leads to: of a step
  /// to the index above and of one to the index below.
  ByParity up, down;

  int64_t total() const { return all[0] + all[1]; }

  /// Steps load the whole tile.
  void loadWholeTiles() {
    up = down = all;
    up[0] -= first;
    down[(trips - 1) & 1] -= last;
  }
};

} // namespace

/// Each index contributes 1.
static LoopSums onesOf(int64_t trips, bool isRelevant) {
  LoopSums sums = {isRelevant,  trips, {{(trips + 1) / 2, trips / 2}},
                   /*first=*/1,
                   /*last=*/1,  {},    {}};
  sums.loadWholeTiles();
  return sums;
}

/// Each index contributes the extent of a tile of `tile` out of `size`.
static LoopSums extentsOf(int64_t trips, int64_t tile, int64_t size) {
  LoopSums sums = onesOf(trips, /*isRelevant=*/true);
  int64_t missing = trips * tile - size;
  sums.all[0] *= tile;
  sums.all[1] *= tile;
  sums.all[(trips - 1) & 1] -= missing;
  sums.first = tile;
  sums.last = tile - missing;
  sums.loadWholeTiles();
  return sums;
}

/// Each index contributes the rows of a tile of the input. `counts` are the
/// ones of this loop; steps to a tile without anything new are taken off them.
static LoopSums rowsOf(const Window &window, int64_t trips, int64_t tile,
                       bool retainHalo, LoopSums &counts) {
  WindowTiles tiles(window, tile);
  LoopSums sums = {/*isRelevant=*/true,
                   trips,
                   tiles.sizes(),
                   tiles.sizeAt(0),
                   tiles.sizeAt(trips - 1),
                   {},
                   {}};
  if (retainHalo && tiles.overlap()) {
    tiles.sumNewAfterLower(sums.up, counts.up);
    tiles.sumNewAfterHigher(sums.down, counts.down);
  } else {
    sums.loadWholeTiles();
  }
  return sums;
}

/// The loads of a nest in serpentine order.
static int64_t sumSerpentine(llvm::ArrayRef<LoopSums> loops) {
  // What the loops from each on contribute where they begin an execution, by
  // the parity of the executions before: from an even one on all stand at their
  // first index, an odd one starts at the last index, which hands on the parity
  // of both.
  std::array<ByParity, NumDims + 1> start;
  start[loops.size()] = {{1, 1}};
  for (size_t i = loops.size(); i-- > 0;) {
    const LoopSums &loop = loops[i];
    start[i][0] = loop.first * start[i + 1][0];
    start[i][1] = loop.last * start[i + 1][loop.trips & 1];
  }

  int64_t sum = start[0][0];
  // All iterations of the loops outside, by the parity of their rank.
  ByParity outer = {{1, 0}};
  for (auto [i, loop] : llvm::enumerate(loops)) {
    const ByParity &inner = start[i + 1];
    if (loop.isRelevant)
      sum += outer[0] * (loop.up[0] * inner[0] + loop.up[1] * inner[1]) +
             outer[1] * (loop.down[0] * inner[1] + loop.down[1] * inner[0]);
    outer = {{outer[0] * loop.all[0] + outer[1] * loop.all[1],
              outer[0] * loop.all[1] + outer[1] * loop.all[0]}};
  }
  return sum;
}

/// The loads of a nest in which all loops run forwards and the innermost is of
/// P or Q, in the input with halos retained.
static int64_t sumForwards(llvm::ArrayRef<LoopSums> loops) {
  const LoopSums &window = loops.back();
  // Each execution of the last loop begins with a whole tile, since another
  // index has changed as well.
  int64_t sum = window.first + window.up[0] + window.up[1];
  // But where a step of an irrelevant loop sets the last one back from the
  // second of two tiles to the first, no other index has.
  loops = loops.drop_back();
  if (!loops.empty() && !loops.back().isRelevant && window.trips == 2) {
    sum += (loops.back().trips - 1) * (window.down[0] + window.up[1]);
    loops = loops.drop_back();
  }
  for (const LoopSums &loop : loops)
    sum *= loop.total();
  return sum;
}

static Loads loadsOf(const Layer &layer, const Schedule &schedule,
                     const PerDim<int64_t> &trips, Operand operand) {
  llvm::SmallVector<Dim, NumDims> loops =
      loadLoops(trips, schedule.order, operand, schedule.hold[operand]);
  bool isInput = operand == Operand::Input;
  auto isWindow = [&](Dim dim) {
    return isInput && (dim == Dim::P || dim == Dim::Q);
  };

  int64_t tiles = 1, sweeps = 1;
  bool hasWindow = false;
  // Along the other loops what is held is the whole extent.
  PerDim<int64_t> held = layer.size;
  for (Dim dim : loops) {
    if (!isRelevant(operand, dim)) {
      sweeps *= trips[dim];
      continue;
    }
    tiles *= trips[dim];
    held[dim] = schedule.tile[dim];
    hasWindow |= isWindow(dim);
  }

  // In serpentine order, with no irrelevant loop outside, no tile is loaded
  // again; and with halos nothing is shared if the innermost loop is none of P
  // and Q.
  bool isProduct =
      schedule.serpentine
          ? sweeps == 1 && !(schedule.retainHalo && hasWindow)
          : !schedule.retainHalo || loops.empty() || !isWindow(loops.back());
  if (isProduct) {
    int64_t elements =
        isInput ? layer.size[Dim::N] * layer.size[Dim::G] * layer.size[Dim::C] *
                      Window::rows(layer).fetched(held[Dim::P]) *
                      Window::columns(layer).fetched(held[Dim::Q]) *
                      layer.movedOfWhole(operand)
                : layer.elements(operand);
    return {tiles * sweeps, elements * sweeps};
  }

  llvm::SmallVector<LoopSums, NumDims> counts, extents;
  // What the other loops contribute.
  int64_t rest = layer.movedOfWhole(operand);
  if (operand == Operand::Weights)
    rest *= layer.kernelHeight * layer.kernelWidth;
  for (Dim dim : AllDims) {
    if (!isRelevant(operand, dim) || llvm::is_contained(loops, dim))
      continue;
    if (isWindow(dim)) {
      Window window =
          dim == Dim::P ? Window::rows(layer) : Window::columns(layer);
      rest *= WindowTiles(window, window.outputs).sizeAt(0);
    } else {
      rest *= layer.size[dim];
    }
  }
  for (Dim dim : loops) {
    counts.push_back(onesOf(trips[dim], isRelevant(operand, dim)));
    if (!counts.back().isRelevant)
      extents.push_back(counts.back());
    else if (isWindow(dim))
      extents.push_back(rowsOf(
          dim == Dim::P ? Window::rows(layer) : Window::columns(layer),
          trips[dim], schedule.tile[dim], schedule.retainHalo, counts.back()));
    else
      extents.push_back(
          extentsOf(trips[dim], schedule.tile[dim], layer.size[dim]));
  }
  auto sum = schedule.serpentine ? sumSerpentine : sumForwards;
  return {sum(counts), sum(extents) * rest};
}

Traffic romanet::computeTraffic(const Layer &layer, const Schedule &schedule) {
  PerDim<int64_t> trips = schedule.trips(layer);
  auto loads = [&](Operand operand) {
    return loadsOf(layer, schedule, trips, operand);
  };
  auto transfers = [](const Loads &loads, int64_t elementBytes) {
    return Transfers{loads.count, loads.elements * elementBytes};
  };

  Traffic traffic;
  traffic.read[Operand::Input] =
      transfers(loads(Operand::Input), layer.inputBytes);
  if (layer.hasWeights())
    traffic.read[Operand::Weights] =
        transfers(loads(Operand::Weights), layer.weightBytes);

  // Every load of an output tile begins a visit. All visits of a tile but one
  // end in partial sums, and all but one begin with them.
  Loads visits = loads(Operand::Output);
  int64_t tiles = 1, outputs = layer.elements(Operand::Output);
  PerDim<int64_t> outputTrips = {{1, 1, 1, 1, 1, 1}};
  for (Dim dim : llvm::ArrayRef(schedule.order)
                     .take_front(schedule.hold[Operand::Output]))
    if (isRelevant(Operand::Output, dim)) {
      outputTrips[dim] = trips[dim];
      tiles *= trips[dim];
    }
  Loads again = {visits.count - tiles, visits.elements - outputs};
  traffic.write[Operand::Output] = {visits.count,
                                    again.elements * layer.accumulatorBytes +
                                        outputs * layer.outputBytes};
  traffic.read[Operand::Output] =
      transfers(layer.initIsData ? visits : again, layer.accumulatorBytes);
  traffic.epilogue = {tiles * static_cast<int64_t>(layer.epilogue.size()),
                      layer.epilogueBytes(outputTrips)};
  return traffic;
}
