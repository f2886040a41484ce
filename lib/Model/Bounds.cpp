//===- Bounds.cpp - Lower bounds on what ranges of schedules load ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bounds.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace romanet;

RangeMinimum::RangeMinimum(std::vector<int64_t> values) {
  levels.push_back(std::move(values));
  for (size_t half = 1; 2 * half <= levels[0].size(); half *= 2) {
    const std::vector<int64_t> &below = levels.back();
    std::vector<int64_t> level(levels[0].size() - 2 * half + 1);
    for (size_t i = 0; i < level.size(); ++i)
      level[i] = std::min(below[i], below[i + half]);
    levels.push_back(std::move(level));
  }
}

/// Loops longer than this get no tables, and weaker bounds: by closed forms
/// for elements, and with one pass over the tiles of each size for blocks.
static constexpr int64_t mostElements = 1 << 16, mostTiles = 1 << 13;

static Window windowOf(const Layer &layer, Dim dim) {
  return dim == Dim::P ? Window::rows(layer) : Window::columns(layer);
}

static bool isWindow(Operand operand, Dim dim) {
  return operand == Operand::Input && (dim == Dim::P || dim == Dim::Q);
}

LoadBounds::LoadBounds(const Layer &layer, const Space &space)
    : layer(layer), space(space) {
  for (Dim dim : {Dim::P, Dim::Q}) {
    Window window = windowOf(layer, dim);
    hull[dim] = window.fetched(window.outputs);
    hasHalo[dim] = space.halo && window.kernel > window.stride;
    if (window.outputs >= mostElements)
      continue;
    // No tile is of size 0.
    std::vector<int64_t> bySize(window.outputs + 1);
    for (int64_t tile = 1; tile <= window.outputs; ++tile)
      bySize[tile] = window.fetched(tile);
    fetched[dim] = RangeMinimum(std::move(bySize));
  }
}

template <typename Weight, typename Most>
LoadBounds::Table LoadBounds::makeTable(Operand operand, Dim dim, Weight weight,
                                        Most mostOf) const {
  int64_t size = layer.size[dim];
  std::vector<int64_t> sum(size + 1), most(size + 1), ends(size + 1),
      fresh(size + 1);
  for (int64_t tile = 1; tile <= size; ++tile) {
    std::optional<WindowTiles> window;
    if (isWindow(operand, dim))
      window.emplace(windowOf(layer, dim), tile);
    int64_t last = trips(dim, tile) - 1, up = 0, down = 0, firstKept = 0;
    auto weigh = [&](std::pair<int64_t, int64_t> interval) -> int64_t {
      auto [begin, end] = interval;
      return begin < end ? weight(begin, end) : 0;
    };
    for (int64_t i = 0; i <= last; ++i) {
      std::pair<int64_t, int64_t> interval =
          window ? window->at(i)
                 : std::pair(i * tile, std::min((i + 1) * tile, size));
      int64_t blocks = weigh(interval);
      int64_t kept = mostOf(interval.first, interval.second);
      sum[tile] += blocks;
      most[tile] = std::min(most[tile], -kept);
      if (i == 0)
        firstKept = kept;
      if (i == last)
        ends[tile] = -std::max(firstKept + kept, 2 * kept);
      up += i == 0 || !window ? blocks : weigh(window->newAfterLower(i));
      down += i == last || !window ? blocks : weigh(window->newAfterHigher(i));
    }
    fresh[tile] = std::min(up, down);
  }
  Table table;
  table.sum = RangeMinimum(std::move(sum));
  table.tile = RangeMinimum(std::move(most));
  table.ends = RangeMinimum(std::move(ends));
  table.fresh = RangeMinimum(std::move(fresh));
  return table;
}

const LoadBounds::Table *LoadBounds::table(Operand operand, Dim dim,
                                           unsigned power) const {
  if (power > WholeLoop)
    return &weights[power - WholeLoop - 1];
  if (layer.size[dim] >= mostTiles)
    return nullptr;
  bool isOfOutput =
      operand == Operand::Output && (dim == Dim::P || dim == Dim::Q);
  std::unique_ptr<Table> &known =
      power == WholeLoop ? wholeTables[dim]
                         : (isOfOutput ? outputTables : tables)[dim][power];
  if (!known)
    known = std::make_unique<Table>(
        makeTable(operand, dim, [&](int64_t begin, int64_t end) -> int64_t {
          return power == WholeLoop
                     ? 1
                     : touchedBlocks(layer, operand, dim, begin, end, power);
        }));
  return known.get();
}

uint8_t LoadBounds::addWeight(const LineWeight &line) {
  if (layer.size[line.dim] >= mostTiles ||
      weights.size() + WholeLoop + 1 > std::numeric_limits<uint8_t>::max())
    return WholeLoop;
  weights.push_back(makeTable(
      line.operand, line.dim, [&](int64_t begin, int64_t end) -> int64_t {
        // What lies further in can be as long as a step of this loop.
        int64_t extent = end - begin;
        if (line.pitch - extent * line.stride < line.blockBytes - 1)
          return 1;
        return llvm::divideCeilSigned((extent - 1) * line.stride + line.run,
                                      line.blockBytes);
      }));
  return static_cast<uint8_t>(WholeLoop + weights.size());
}

std::optional<uint8_t>
LoadBounds::addAverage(const LineWeight &line,
                       llvm::ArrayRef<std::pair<int64_t, int64_t>> places) {
  constexpr size_t mostPlaces = 1 << 10;
  if (layer.size[line.dim] >= mostTiles / 8 || places.size() > mostPlaces ||
      (isWindow(line.operand, line.dim) && hasHalo[line.dim]) ||
      weights.size() + WholeLoop + 1 > std::numeric_limits<uint8_t>::max())
    return std::nullopt;
  int64_t lines = 0;
  for (auto [place, count] : places)
    lines += count;
  auto blocksAt = [&](int64_t place, int64_t begin, int64_t end) -> int64_t {
    int64_t bytes = (end - begin - 1) * line.stride + line.run;
    // Two lines may share a block.
    if (line.pitch - bytes < line.blockBytes - 1)
      return 1;
    return ((place + begin * line.stride) % line.blockBytes + bytes - 1) /
               line.blockBytes +
           1;
  };
  Table table = makeTable(
      line.operand, line.dim,
      [&](int64_t begin, int64_t end) {
        int64_t blocks = 0;
        for (auto [place, count] : places)
          blocks += count * blocksAt(place, begin, end);
        return blocks;
      },
      [&](int64_t begin, int64_t end) {
        int64_t most = 0;
        for (auto [place, count] : places)
          most = std::max(most, blocksAt(place, begin, end));
        return lines * most;
      });
  table.scale = static_cast<double>(lines);
  table.isAverage = places.size() > 1;
  weights.push_back(std::move(table));
  return static_cast<uint8_t>(WholeLoop + weights.size());
}

LoadBounds::Along LoadBounds::along(Operand operand, Dim dim, unsigned power,
                                    int64_t lo, int64_t hi) const {
  int64_t size = layer.size[dim];
  bool window = isWindow(operand, dim);
  Along at;
  // Elements, and loads along loops without halos, need no tables.
  const Table *known = nullptr;
  if (power > WholeLoop || (power == WholeLoop && window && hasHalo[dim]) ||
      (power != 0 && power != WholeLoop))
    known = table(operand, dim, power);
  if (known) {
    at.sum = known->sum(lo, hi) / known->scale;
    at.tile = -known->tile(lo, hi) / known->scale;
    at.average = -known->ends(lo, hi) / 2.0 / known->scale;
    at.fresh = known->fresh(lo, hi) / known->scale;
    at.hull = power >= WholeLoop
                  ? 1
                  : std::ceil((window ? hull[dim] : size) /
                              static_cast<double>(int64_t(1) << power));
  } else if (power == WholeLoop) {
    at = {static_cast<double>(trips(dim, hi)), 1, 1, /*fresh=*/1, /*hull=*/1};
  } else {
    double block = static_cast<double>(int64_t(1) << power);
    double outputs = static_cast<double>(size) / trips(dim, hi);
    if (window) {
      Window along = windowOf(layer, dim);
      at.sum = fetched[dim].empty() ? along.used() : fetched[dim](lo, hi);
      at.tile = std::min(along.input, (hi - 1) * along.stride + along.kernel);
      at.average = (outputs - 1) * along.stride + along.kernel;
      at.hull = hull[dim];
    } else {
      at.sum = at.hull = size;
      at.tile = hi;
      at.average = outputs;
    }
    // An interval of n elements touches at least n / block blocks, and at most
    // those of one that begins at the end of a block.
    at.sum = std::max(at.sum / block, 1.0);
    at.tile = (at.tile - 2) / block + 2;
    at.average = (at.average - 2) / block + 2;
    at.fresh = at.hull = std::ceil(at.hull / block);
  }
  if (!space.serpentine && hi < size) {
    // A pass ends where the next one does not begin, unless it is the halo
    // between two tiles.
    if (!(window && hasHalo[dim]))
      at.tile = 0;
    at.average = at.tile;
  }
  // What a tile touches, all do; but a tile of one line can touch more than all
  // do on average.
  if (!known || !known->isAverage)
    at.tile = std::min(at.tile, at.sum);
  at.average = std::min(at.average, at.tile);
  return at;
}

LoadBounds::Loops LoadBounds::loopsOf(const Pattern &pattern,
                                      const TileRanges &ranges,
                                      Operand operand) const {
  Loops loops;
  llvm::ArrayRef<Dim> outer =
      llvm::ArrayRef(pattern.order).take_front(pattern.hold[operand]);
  unsigned isOuter = 0;
  for (Dim dim : outer)
    isOuter |= 1u << static_cast<unsigned>(dim);
  for (Dim dim : AllDims)
    if (isRelevant(operand, dim) &&
        !(isOuter >> static_cast<unsigned>(dim) & 1) && layer.size[dim] > 1)
      loops.push_back({dim, true, true, false, 0});
  for (Dim dim : llvm::reverse(outer)) {
    bool relevant = isRelevant(operand, dim);
    loops.push_back({dim, relevant, ranges.lo[dim] == layer.size[dim],
                     isWindow(operand, dim) && hasHalo[dim],
                     static_cast<double>(trips(dim, ranges.hi[dim]) - 1)});
  }
  return loops;
}

template <typename Function>
double LoadBounds::sum(const Loops &loops, Function along) {
  double pass = 1, once = 1, end = 1, average = 1;
  for (auto [i, loop] : llvm::enumerate(loops)) {
    if (!loop.isRelevant) {
      pass += loop.tripsBut1 * std::max(0.0, pass - average);
      continue;
    }
    const Along &at = along(i, loop);
    once *= std::min(at.sum, at.hull);
    pass *= at.sum;
    if (loop.hasHalo)
      pass -= (at.sum - std::min(at.sum, at.fresh)) * end;
    average = loop.isWhole ? average * at.tile : end * at.average;
    end *= at.tile;
  }
  // Every block at least once. Leave room for the rounding of all of this.
  return std::max(pass, once) * (1 - 1e-12);
}

double LoadBounds::blocks(const Pattern &pattern, const TileRanges &ranges,
                          Operand operand, const BlockShape &shape) const {
  Along at;
  return sum(loopsOf(pattern, ranges, operand),
             [&](size_t, const Loop &loop) -> const Along & {
               Dim dim = loop.dim;
               int64_t size = layer.size[dim];
               at = along(operand, dim, shape[dim],
                          loop.isWhole ? size : ranges.lo[dim],
                          loop.isWhole ? size : ranges.hi[dim]);
               return at;
             });
}

double LoadBounds::sweep(const Pattern &pattern, const TileRanges &ranges,
                         Operand operand, const BlockShape &shape) const {
  double sum = 1;
  for (const Loop &loop : loopsOf(pattern, ranges, operand)) {
    int64_t size = layer.size[loop.dim];
    if (loop.isRelevant)
      sum *= along(operand, loop.dim, shape[loop.dim],
                   loop.isWhole ? size : ranges.lo[loop.dim],
                   loop.isWhole ? size : ranges.hi[loop.dim])
                 .sum;
  }
  return sum * (1 - 1e-12);
}

double LoadBounds::fewestBlocks(const Pattern &pattern,
                                const TileRanges &ranges, Operand operand,
                                llvm::ArrayRef<BlockShape> shapes,
                                double enough) const {
  Loops loops = loopsOf(pattern, ranges, operand);
  // Along each loop by power, where a shape has it.
  PerDim<unsigned> powers = {{}};
  for (const BlockShape &shape : shapes)
    for (Dim dim : AllDims)
      powers[dim] = std::max<unsigned>(powers[dim], shape[dim]);
  std::array<std::array<Along, MostPower + 1>, NumDims> byPower;
  for (auto [i, loop] : llvm::enumerate(loops))
    for (unsigned power = 0; loop.isRelevant && power <= powers[loop.dim];
         ++power) {
      int64_t size = layer.size[loop.dim];
      byPower[i][power] = along(operand, loop.dim, power,
                                loop.isWhole ? size : ranges.lo[loop.dim],
                                loop.isWhole ? size : ranges.hi[loop.dim]);
    }
  double least = std::numeric_limits<double>::infinity();
  for (const BlockShape &shape : shapes) {
    least = std::min(
        least, sum(loops, [&](size_t i, const Loop &loop) -> const Along & {
          return byPower[i][shape[loop.dim]];
        }));
    if (least <= enough)
      break;
  }
  return least;
}
