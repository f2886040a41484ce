//===- Search.cpp - The best schedule of a layer --------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Why this search is exact.
//
// Orders. Every tensor depends on G, so moving G outermost never adds a load.
// Of the other loops that exist, only the innermost matters:
//   c: the output is complete at its one visit, the input is swept once per
//   tile
//      of K, the weights once per tile of N, P and Q;
//   k: the input is swept once, the output once per tile of C, the weights as
//      above;
//   n, p or q: the input is swept once per tile of K, the output once per tile
//      of C, the weights at best once: with both k and c further out.
// The three orders below are the best of these three kinds. Where loops do not
// exist they turn into each other. The epilogue reads the same in all orders,
// once for each tile of the output.
//
// Tiles. What a schedule moves depends on the trip counts (of all loops but C
// also because operands of the epilogue are read again for each tile of a loop
// that they are broadcast along) and, because of the clipping at the edges of
// the input, on the rows and columns that all tiles of P and of Q fetch. The
// tile sizes of a loop that agree in both form a range. All schedules with
// tiles in the same six ranges cost the same, and some of them fit if the one
// with the smallest tiles does. So the search goes over the ranges, not over
// the tiles.
//
// Bytes never decrease with the trips of C, so that the largest tile of C that
// fits beside given other tiles is best; they do not depend on the tile of G at
// all, unless the epilogue is broadcast along G. Both matter again among
// schedules of equal bytes. Where they do depend on G, its ranges are gone
// through like those of the other loops.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Search.h"
#include "Orders.h"
#include "Window.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

using namespace romanet;

static constexpr LoopOrder outputStationary = {Dim::G, Dim::N, Dim::P,
                                               Dim::Q, Dim::K, Dim::C};
static constexpr LoopOrder inputStationary = {Dim::G, Dim::N, Dim::P,
                                              Dim::Q, Dim::C, Dim::K};
static constexpr LoopOrder weightStationary = {Dim::G, Dim::K, Dim::C,
                                               Dim::N, Dim::P, Dim::Q};

/// In which order larger tiles are preferred.
static constexpr Dim growthOrder[] = {Dim::Q, Dim::P, Dim::C,
                                      Dim::K, Dim::G, Dim::N};

namespace {

/// The tiles of a loop from `smallest` to `largest`, which make the same number
/// of trips and fetch the same number of input rows (columns, for Q; not used
/// for other loops than P and Q).
struct TileRange {
  int64_t smallest, largest, trips, fetched;
};

class Searcher {
public:
  Searcher(const Layer &layer, const BufferCapacities &buffers,
           llvm::ArrayRef<LoopOrder> orders);
  Found run();

private:
  /// Tries the ranges of K and C; N, P and Q are given by `ranges`, and where
  /// bytes depend on it G.
  void tryChannels();
  /// Among schedules as good as any: tiles of C, and of G where it is free.
  void tryTies(int64_t bytes, int64_t largestC);

  void choose(Dim dim, const TileRange &range) {
    ranges[dim] = &range;
    tile[dim] = range.smallest;
    trips[dim] = range.trips;
  }

  /// The largest tile of `dim` that fits beside the other tiles; 0 if none.
  int64_t largestTile(Dim dim, PerDim<int64_t> tiles) const;
  /// The range of the ascending trip counts that holds `tile`.
  const TileRange *rangeOf(Dim dim, int64_t tile) const;
  /// Fewest bytes over all orders.
  int64_t fewestBytes(const LoopOrder **best = nullptr) const;

  const Layer &layer;
  const BufferCapacities &buffers;
  llvm::ArrayRef<LoopOrder> orders;
  /// Descending tiles, ascending trips.
  PerDim<std::vector<TileRange>> all;

  /// The point of the search.
  PerDim<const TileRange *> ranges = {{}};
  PerDim<int64_t> tile = {{1, 1, 1, 1, 1, 1}};
  PerDim<int64_t> trips = {{1, 1, 1, 1, 1, 1}};
  /// Bytes of one sweep over a tensor; of the output, its last.
  PerOperand<int64_t> sweepBytes;
  /// Bytes of every visit of all outputs but the last.
  int64_t partialBytes;
  /// Whether an operand of the epilogue is read again for each tile of G.
  bool bytesDependOnG;

  Schedule best;
  int64_t bestBytes = std::numeric_limits<int64_t>::max();
  int64_t bestIterations = std::numeric_limits<int64_t>::max();
  int64_t evaluated = 0;
};

} // namespace

static std::vector<TileRange> tileRanges(const Layer &layer, Dim dim) {
  int64_t size = layer.size[dim];
  std::optional<Window> window;
  if (dim == Dim::P)
    window = Window::rows(layer);
  if (dim == Dim::Q)
    window = Window::columns(layer);

  std::vector<TileRange> ranges;
  for (int64_t largest = size; largest > 0;) {
    int64_t trips = llvm::divideCeilSigned(size, largest);
    int64_t smallest = llvm::divideCeilSigned(size, trips);
    if (!window)
      ranges.push_back({smallest, largest, trips, 0});
    // From pad / stride on only the first tile reaches above the input, and the
    // larger the tiles the more of the last ones reach below it: what is
    // fetched never increases with the tile, so equal tiles are found by
    // bisection. Smaller tiles are taken one by one.
    for (int64_t tile = largest; window && tile >= smallest;) {
      int64_t fetched = window->fetched(tile);
      int64_t low = std::min(
          tile, std::max(smallest,
                         llvm::divideCeilSigned(window->pad, window->stride)));
      int64_t high = tile;
      while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (window->fetched(middle) == fetched)
          high = middle;
        else
          low = middle + 1;
      }
      ranges.push_back({low, tile, trips, fetched});
      tile = low - 1;
    }
    largest = smallest - 1;
  }
  return ranges;
}

Searcher::Searcher(const Layer &layer, const BufferCapacities &buffers,
                   llvm::ArrayRef<LoopOrder> orders)
    : layer(layer), buffers(buffers), orders(orders) {
  for (Dim dim : AllDims)
    all[dim] = tileRanges(layer, dim);
  int64_t outputs = layer.elements(Operand::Output);
  sweepBytes[Operand::Input] = 0;
  sweepBytes[Operand::Weights] =
      layer.weightBytes * layer.elements(Operand::Weights);
  sweepBytes[Operand::Output] =
      outputs *
      (layer.outputBytes + (layer.initIsData ? layer.accumulatorBytes : 0));
  partialBytes = outputs * 2 * layer.accumulatorBytes;
  bytesDependOnG =
      layer.size[Dim::G] > 1 &&
      llvm::any_of(layer.epilogue, [](const EpilogueOperand &each) {
        return !each.dependsOn[Dim::G];
      });
}

int64_t Searcher::largestTile(Dim dim, PerDim<int64_t> tiles) const {
  tiles[dim] = 1;
  Footprint one = footprint(layer, tiles, buffers);
  if (!fits(one, buffers))
    return 0;
  tiles[dim] = 2;
  Footprint growth = footprint(layer, tiles, buffers);
  for (Operand operand : AllOperands)
    growth[operand] -= one[operand];
  return 1 + roomFor(growth, one, buffers, layer.size[dim] - 1);
}

const TileRange *Searcher::rangeOf(Dim dim, int64_t tile) const {
  return &*llvm::partition_point(
      all[dim], [&](const TileRange &r) { return r.smallest > tile; });
}

int64_t Searcher::fewestBytes(const LoopOrder **bestOrder) const {
  int64_t fewest = std::numeric_limits<int64_t>::max();
  int64_t epilogueBytes = layer.epilogueBytes(trips);
  for (const LoopOrder &order : orders) {
    int64_t bytes =
        epilogueBytes +
        sweepBytes[Operand::Input] *
            loadsPerTile(trips, order, Operand::Input) +
        sweepBytes[Operand::Weights] *
            loadsPerTile(trips, order, Operand::Weights) +
        sweepBytes[Operand::Output] +
        partialBytes * (loadsPerTile(trips, order, Operand::Output) - 1);
    if (bytes >= fewest)
      continue;
    fewest = bytes;
    if (bestOrder)
      *bestOrder = &order;
  }
  return fewest;
}

void Searcher::tryTies(int64_t bytes, int64_t largestC) {
  // More trips of C may cost nothing and leave room for a larger tile of G.
  const TileRange *end = all[Dim::C].data() + all[Dim::C].size();
  for (const TileRange *c = rangeOf(Dim::C, largestC); c != end; ++c) {
    choose(Dim::C, *c);
    const LoopOrder *order = nullptr;
    if (fewestBytes(&order) > bytes)
      return;
    if (!bytesDependOnG)
      choose(Dim::G, *rangeOf(Dim::G, largestTile(Dim::G, tile)));
    int64_t iterations = 1;
    for (Dim dim : AllDims)
      iterations *= trips[dim];
    // With more trips of C at least these.
    int64_t fewestIterations =
        bytesDependOnG ? iterations : iterations / trips[Dim::G];
    if (bytes == bestBytes && fewestIterations > bestIterations)
      return;
    if (bytes == bestBytes && iterations > bestIterations)
      continue;

    Schedule schedule{tile, *order};
    for (Dim dim : growthOrder)
      schedule.tile[dim] =
          std::min(ranges[dim]->largest, largestTile(dim, schedule.tile));
    auto isLarger = [&] {
      for (Dim dim : growthOrder)
        if (schedule.tile[dim] != best.tile[dim])
          return schedule.tile[dim] > best.tile[dim];
      return false;
    };
    if (bytes < bestBytes || iterations < bestIterations || isLarger()) {
      best = schedule;
      bestBytes = bytes;
      bestIterations = iterations;
    }
  }
}

void Searcher::tryChannels() {
  // K and C make no fewer trips together than each by itself beside a tile of
  // one of the other.
  for (Dim dim : {Dim::K, Dim::C})
    choose(dim, all[dim].back());
  for (Dim dim : {Dim::K, Dim::C}) {
    int64_t largest = largestTile(dim, tile);
    if (largest == 0)
      return;
    trips[dim] = llvm::divideCeilSigned(layer.size[dim], largest);
  }
  if (fewestBytes() > bestBytes)
    return;

  for (const TileRange &k : all[Dim::K]) {
    choose(Dim::K, k);
    if (!bytesDependOnG)
      tile[Dim::G] = 1;
    int64_t largestC = largestTile(Dim::C, tile);
    if (largestC == 0)
      continue;
    trips[Dim::C] = llvm::divideCeilSigned(layer.size[Dim::C], largestC);
    ++evaluated;
    int64_t bytes = fewestBytes();
    if (bytes <= bestBytes)
      tryTies(bytes, largestC);
  }
}

Found Searcher::run() {
  int64_t epilogueBytes = layer.compulsoryEpilogueBytes();
  // From one element on where the tile of G is free.
  llvm::ArrayRef<TileRange> groups = all[Dim::G];
  if (!bytesDependOnG)
    groups = groups.take_back();
  int64_t inputBytesPerPixel = layer.inputBytes * layer.size[Dim::N] *
                               layer.size[Dim::G] * layer.size[Dim::C] *
                               layer.movedOfWhole(Operand::Input);
  for (const TileRange &p : all[Dim::P]) {
    choose(Dim::P, p);
    for (const TileRange &q : all[Dim::Q]) {
      choose(Dim::Q, q);
      sweepBytes[Operand::Input] = inputBytesPerPixel * p.fetched * q.fetched;
      // Every tensor moves at least once.
      if (sweepBytes[Operand::Input] + sweepBytes[Operand::Weights] +
              sweepBytes[Operand::Output] + epilogueBytes >
          bestBytes)
        continue;
      for (const TileRange &n : all[Dim::N]) {
        choose(Dim::N, n);
        for (const TileRange &g : groups) {
          choose(Dim::G, g);
          tryChannels();
        }
      }
    }
  }

  Found found;
  found.schedule = best;
  found.traffic = computeTraffic(layer, best);
  found.footprint = footprint(layer, best.tile, buffers);
  found.evaluated = evaluated;
  found.value = found.lowerBound = static_cast<double>(bestBytes);
  assert(found.traffic.totalBytes() == bestBytes && "two ways to count bytes");
  return found;
}

//===----------------------------------------------------------------------===//
// Objectives
//===----------------------------------------------------------------------===//

llvm::StringRef romanet::objectiveName(Objective objective) {
  static constexpr llvm::StringLiteral names[] = {
      "bytes", "bursts", "energy", "time", "edp", "bytes-bursts"};
  return names[static_cast<unsigned>(objective)];
}

bool romanet::isWholeNumber(Objective objective) {
  return objective == Objective::Bytes || objective == Objective::Bursts ||
         objective == Objective::BytesThenBursts;
}

double romanet::objectiveValue(Objective objective, int64_t bytes,
                               const DRAMTraffic &dram,
                               const EnergyModel &energy) {
  switch (objective) {
  case Objective::Bytes:
  case Objective::BytesThenBursts:
    return static_cast<double>(bytes);
  case Objective::Bursts:
    return dram.readBursts + dram.writeBursts;
  case Objective::Energy:
    return energy(dram).totalPJ();
  case Objective::Time:
    return energy(dram).timeNs;
  case Objective::EDP: {
    EnergyEstimate estimate = energy(dram);
    return estimate.totalPJ() * estimate.timeNs;
  }
  }
  llvm_unreachable("not an objective");
}

double romanet::objectiveValue(Objective objective, int64_t bytes,
                               const DRAMTraffic &dram,
                               const DRAMDevice &device) {
  return objectiveValue(objective, bytes, dram, EnergyModel(device));
}

llvm::Expected<Objective> romanet::parseObjective(llvm::StringRef name) {
  std::string known;
  for (Objective objective : AllObjectives) {
    if (objectiveName(objective) == name)
      return objective;
    known += (known.empty() ? "" : ", ") + objectiveName(objective).str();
  }
  return llvm::createStringError("objective '" + name +
                                 "' is not known, expected one of " + known);
}

//===----------------------------------------------------------------------===//
// Strategies
//===----------------------------------------------------------------------===//

llvm::StringRef romanet::strategyName(Strategy strategy) {
  static constexpr llvm::StringLiteral names[] = {
      "optimal",      "fixed-input",  "fixed-weights",
      "fixed-output", "smartshuttle", "romanet"};
  return names[static_cast<unsigned>(strategy)];
}

llvm::Expected<Strategy> romanet::parseStrategy(llvm::StringRef name) {
  std::string known;
  for (Strategy strategy : AllStrategies) {
    if (strategyName(strategy) == name)
      return strategy;
    known += (known.empty() ? "" : ", ") + strategyName(strategy).str();
  }
  return llvm::createStringError("strategy '" + name +
                                 "' is not known, expected one of " + known);
}

/// The loops that `operand` does not depend on can run without reloading it.
/// The tensor with the highest reuse factor (MACs per datum) has them
/// innermost, the next one of what is left outside of these, and so on.
static LoopOrder reusePriorityOrder(const Layer &layer) {
  // Along the axes that stay whole: iterations for each index.
  auto wholeReuse = [&](Operand operand) {
    double factor = 1;
    for (const WholeAxis &axis : layer.whole)
      factor *= static_cast<double>(axis.moved(Operand::Output)) *
                axis.reduction / std::max<int64_t>(axis.extent[operand], 1);
    return factor;
  };
  auto loopReuse = [&](Operand operand) -> double {
    auto size = [&](Dim dim) { return static_cast<double>(layer.size[dim]); };
    double kernel = static_cast<double>(layer.kernelHeight) * layer.kernelWidth;
    switch (operand) {
    case Operand::Input:
      return kernel * size(Dim::K) /
             (static_cast<double>(layer.strideHeight) * layer.strideWidth);
    case Operand::Weights:
      // Weights that do not exist come last.
      return layer.hasWeights() ? size(Dim::N) * size(Dim::P) * size(Dim::Q)
                                : 0;
    case Operand::Output:
      return kernel * size(Dim::C);
    }
    llvm_unreachable("not an operand");
  };
  auto reuse = [&](Operand operand) {
    return loopReuse(operand) * wholeReuse(operand);
  };
  std::array<Operand, NumOperands> priority = AllOperands;
  std::stable_sort(priority.begin(), priority.end(),
                   [&](Operand a, Operand b) { return reuse(a) > reuse(b); });
  LoopOrder order;
  size_t outside = NumDims;
  for (Operand operand : priority)
    for (Dim dim : {Dim::Q, Dim::P, Dim::N, Dim::C, Dim::K})
      if (!isRelevant(operand, dim))
        order[--outside] = dim;
  order[0] = Dim::G;
  return order;
}

llvm::SmallVector<LoopOrder, 3> romanet::ordersOf(Strategy strategy,
                                                  const Layer &layer) {
  switch (strategy) {
  case Strategy::Optimal:
    return {outputStationary, inputStationary, weightStationary};
  case Strategy::FixedInput:
    return {inputStationary};
  case Strategy::FixedWeights:
    return {weightStationary};
  case Strategy::FixedOutput:
    return {outputStationary};
  case Strategy::SmartShuttle:
    return {outputStationary, weightStationary};
  case Strategy::ROMANet:
    return {reusePriorityOrder(layer)};
  }
  llvm_unreachable("not a strategy");
}

SearchResult romanet::searchBytes(const Layer &layer,
                                  const BufferCapacities &buffers,
                                  Strategy strategy) {
  PerDim<int64_t> ones = {{1, 1, 1, 1, 1, 1}};
  Footprint smallest = footprint(layer, ones, buffers);
  if (fits(smallest, buffers))
    return Searcher(layer, buffers, ordersOf(strategy, layer)).run();

  return Infeasible{smallest, buffers};
}
