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
// exist they turn into each other.
//
// Tiles. What a schedule moves depends on the trip counts and, because of the
// clipping at the edges of the input, on the rows and columns that all tiles of
// P and of Q fetch. The tile sizes of a loop that agree in both form a range.
// All schedules with tiles in the same six ranges cost the same, and some of
// them fit if the one with the smallest tiles does. So the search goes over the
// ranges, not over the tiles.
//
// Bytes never decrease with the trips of C, so that the largest tile of C that
// fits beside given other tiles is best; they do not depend on the tile of G at
// all. Both matter again among schedules of equal bytes.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Search.h"
#include "Window.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <tuple>
#include <vector>

using namespace romanet;

static constexpr LoopOrder orders[] = {
    // Output-stationary, input-stationary, weight-stationary.
    {Dim::G, Dim::N, Dim::P, Dim::Q, Dim::K, Dim::C},
    {Dim::G, Dim::N, Dim::P, Dim::Q, Dim::C, Dim::K},
    {Dim::G, Dim::K, Dim::C, Dim::N, Dim::P, Dim::Q},
};

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
  Searcher(const Layer &layer, const BufferCapacities &buffers);
  Found run();

private:
  /// Tries the ranges of K and C, N, P and Q given by `ranges`.
  void tryChannels();
  /// Among schedules as good as any: tiles of C and G.
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

Searcher::Searcher(const Layer &layer, const BufferCapacities &buffers)
    : layer(layer), buffers(buffers) {
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
}

int64_t Searcher::largestTile(Dim dim, PerDim<int64_t> tiles) const {
  // Footprints grow linearly with each tile.
  tiles[dim] = 1;
  Footprint one = footprint(layer, tiles, buffers);
  if (!fits(one, buffers))
    return 0;
  tiles[dim] = 2;
  Footprint two = footprint(layer, tiles, buffers);
  int64_t more = layer.size[dim] - 1;
  int64_t free = buffers.shared, slope = 0;
  for (Operand operand : AllOperands) {
    int64_t growth = two[operand] - one[operand];
    free -= one[operand];
    slope += growth;
    if (!buffers.isShared && growth > 0)
      more =
          std::min(more, (buffers.separate[operand] - one[operand]) / growth);
  }
  if (buffers.isShared && slope > 0)
    more = std::min(more, free / slope);
  return 1 + more;
}

const TileRange *Searcher::rangeOf(Dim dim, int64_t tile) const {
  return &*llvm::partition_point(
      all[dim], [&](const TileRange &r) { return r.smallest > tile; });
}

int64_t Searcher::fewestBytes(const LoopOrder **bestOrder) const {
  int64_t fewest = std::numeric_limits<int64_t>::max();
  for (const LoopOrder &order : orders) {
    int64_t bytes =
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
    choose(Dim::G, all[Dim::G].back());
    choose(Dim::G, *rangeOf(Dim::G, largestTile(Dim::G, tile)));
    int64_t iterations = 1, iterationsOfOthers = 1;
    for (Dim dim : AllDims) {
      iterations *= trips[dim];
      if (dim != Dim::G)
        iterationsOfOthers *= trips[dim];
    }
    if (bytes == bestBytes && iterationsOfOthers > bestIterations)
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
  for (Dim dim : {Dim::G, Dim::K, Dim::C})
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
  int64_t inputBytesPerPixel = layer.inputBytes * layer.size[Dim::N] *
                               layer.size[Dim::G] * layer.size[Dim::C];
  for (const TileRange &p : all[Dim::P]) {
    choose(Dim::P, p);
    for (const TileRange &q : all[Dim::Q]) {
      choose(Dim::Q, q);
      sweepBytes[Operand::Input] = inputBytesPerPixel * p.fetched * q.fetched;
      // Every tensor moves at least once.
      if (sweepBytes[Operand::Input] + sweepBytes[Operand::Weights] +
              sweepBytes[Operand::Output] >
          bestBytes)
        continue;
      for (const TileRange &n : all[Dim::N]) {
        choose(Dim::N, n);
        tryChannels();
      }
    }
  }

  Found found;
  found.schedule = best;
  found.traffic = computeTraffic(layer, best);
  found.footprint = footprint(layer, best.tile, buffers);
  found.evaluated = evaluated;
  assert(found.traffic.totalBytes() == bestBytes && "two ways to count bytes");
  return found;
}

SearchResult romanet::searchBytes(const Layer &layer,
                                  const BufferCapacities &buffers) {
  Footprint smallest = footprint(layer, {{1, 1, 1, 1, 1, 1}}, buffers);
  if (fits(smallest, buffers))
    return Searcher(layer, buffers).run();

  Infeasible infeasible;
  infeasible.smallest = smallest;
  infeasible.buffers = buffers;
  if (buffers.isShared) {
    for (Operand operand : AllOperands)
      infeasible.need += smallest[operand];
    infeasible.limit = buffers.shared;
    return infeasible;
  }
  infeasible.operand = *llvm::find_if(AllOperands, [&](Operand operand) {
    return smallest[operand] > buffers.separate[operand];
  });
  infeasible.need = smallest[*infeasible.operand];
  infeasible.limit = buffers.separate[*infeasible.operand];
  return infeasible;
}
