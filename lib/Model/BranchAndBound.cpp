//===- BranchAndBound.cpp - Search of the spaces S0 to S3 -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Best-first branch and bound. A node is a pattern (an order of the loops and
// the depths at which the tensors are held) with a range of tile sizes for each
// loop. Its bound is that of the largest tiles of the ranges, which make the
// fewest trips; its feasibility is that of the smallest. A node whose ranges
// are single tiles is evaluated exactly. When no open node has a bound below
// the best schedule found, that schedule is proven optimal.
//
// The bound of a tensor. Without any reuse between two passes over it, a tensor
// is swept once for each iteration of the loops that it does not depend on,
// outside its innermost relevant one. A step of such a loop j fetches a whole
// pass again but, in serpentine order, the one tile at which the last pass
// ended. So a sweep of S bytes becomes at least
//
//   S + sum over j of (T_j - 1) * (trips of such loops outside j) * (S - K_j)
//
// where K_j, what is kept, is no more than the largest tile along the loops
// inside j. Over the steps of j, passes end by turns where they began, at the
// first tiles, and where the outermost loop inside j stands at its last tile,
// which starts the turns and is no larger. So along that loop the tiles kept
// are on average no larger than (first + last) / 2, which with T > 1 trips is
// at most the T-th part of the extent. The bound does not decrease with the
// trips, and not with smaller tiles.
//
// Halo retention makes S smaller: where only P (or Q) steps, the new rows of
// all tiles together are those of the hull; that is one transfer out of those
// of the loops inside P.
//
//===----------------------------------------------------------------------===//

#include "Window.h"
#include "romanet/Model/Search.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <queue>
#include <set>
#include <vector>

using namespace romanet;

//===----------------------------------------------------------------------===//
// Space
//===----------------------------------------------------------------------===//

llvm::Expected<Space> Space::parse(llvm::StringRef text) {
  Space space;
  if (text == "all") {
    space.hold = space.serpentine = space.halo = true;
    return space;
  }
  llvm::SmallVector<llvm::StringRef, 4> parts;
  text.split(parts, '+');
  for (llvm::StringRef part : parts) {
    if (part == "S1")
      space.hold = true;
    else if (part == "S2")
      space.serpentine = true;
    else if (part == "S3")
      space.halo = true;
    else if (part != "S0")
      return llvm::createStringError("space '" + text +
                                     "' is not known, expected S0, S1, S2, S3, "
                                     "sums of these such as S0+S2, or all");
  }
  return space;
}

Space Space::including(const Schedule &schedule) const {
  Space larger = *this;
  larger.hold |= schedule.hold != Schedule().hold;
  larger.serpentine |= schedule.serpentine;
  larger.halo |= schedule.retainHalo;
  return larger;
}

std::string Space::name() const {
  std::string text = "S0";
  for (auto [has, part] :
       {std::pair(hold, "+S1"), {serpentine, "+S2"}, {halo, "+S3"}})
    if (has)
      text += part;
  return text;
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

namespace {

/// Loops, outermost first, and inside how many of them each tensor is held.
struct Pattern {
  llvm::SmallVector<Dim, NumDims> order;
  PerOperand<unsigned> hold;
};

/// The smallest of any range of a list of numbers, by the usual table of ranges
/// whose lengths are powers of two.
class RangeMinimum {
public:
  explicit RangeMinimum(std::vector<int64_t> values) {
    levels.push_back(std::move(values));
    for (size_t half = 1; 2 * half <= levels[0].size(); half *= 2) {
      const std::vector<int64_t> &below = levels.back();
      std::vector<int64_t> level(levels[0].size() - 2 * half + 1);
      for (size_t i = 0; i < level.size(); ++i)
        level[i] = std::min(below[i], below[i + half]);
      levels.push_back(std::move(level));
    }
  }
  /// Of the values from `first` to `last`.
  int64_t operator()(int64_t first, int64_t last) const {
    // A single value stands for all.
    if (levels[0].size() == 1)
      return levels[0][0];
    unsigned level = llvm::Log2_64(last - first + 1);
    return std::min(levels[level][first],
                    levels[level][last + 1 - (int64_t(1) << level)]);
  }

private:
  std::vector<std::vector<int64_t>> levels;
};

/// Tiles of a pattern, lo <= tile <= hi in each loop.
struct Node {
  double bound;
  unsigned pattern;
  PerDim<int32_t> lo, hi;
  /// Counts nodes: of equal bounds the first comes first.
  int64_t number;

  bool operator<(const Node &other) const {
    return std::tie(bound, number) > std::tie(other.bound, other.number);
  }
};

class BranchAndBound {
public:
  BranchAndBound(const Layer &layer, const BufferCapacities &buffers,
                 const SearchOptions &options);
  Found run(Found incumbent);

private:
  void makePatterns();
  const std::vector<unsigned> &representatives(unsigned absent);
  void push(Node node);
  /// Shrinks the ranges to tiles that can fit; false if none do.
  bool tighten(Node &node) const;
  double boundOf(const Node &node) const;
  double inputBound(const Node &node, const Pattern &pattern) const;
  double epilogueBound(const Node &node, const Pattern &pattern) const;
  /// The part of the extent of a loop that the tile at the end of a pass can
  /// have, and on average over the ends.
  double largestPart(const Node &node, Dim dim) const;
  double averagePart(const Node &node, Dim dim) const;
  /// Passes over a tensor without input-like windows, as a multiple of one.
  double passes(const Node &node, const Pattern &pattern,
                Operand operand) const;
  Footprint footprintOf(const Pattern &pattern,
                        const PerDim<int32_t> &tile) const;
  Schedule scheduleOf(const Node &node) const;
  void evaluate(const Node &node);
  void split(const Node &node);

  int64_t trips(Dim dim, int64_t tile) const {
    return llvm::divideCeilSigned(layer.size[dim], tile);
  }

  const Layer &layer;
  const BufferCapacities &buffers;
  const SearchOptions &options;
  std::vector<Pattern> patterns;
  /// By the set of loops with one trip, see representatives().
  std::array<std::vector<unsigned>, 1u << NumDims> representative;
  std::priority_queue<Node> open;
  int64_t created = 0;

  /// The fewest input rows (columns) that tiles of a range of sizes fetch, and
  /// the rows (columns) of one tile as large as the whole.
  RangeMinimum fewestRows, fewestColumns;
  int64_t hullRows, hullColumns;
  /// Whether neighbouring tiles share rows (columns).
  bool haloRows, haloColumns;
  /// Bytes of input per row and column.
  double inputBytesPerPixel;

  Found best;
};

} // namespace

/// What tiles of each size fetch; no tile is of size 0. Of images too large for
/// a table, what every tiling fetches: a weaker bound, but still one.
static RangeMinimum fetchedBySize(const Window &window) {
  constexpr int64_t mostEntries = 1 << 16;
  if (window.outputs >= mostEntries)
    return RangeMinimum({window.used()});
  std::vector<int64_t> fetched(window.outputs + 1);
  for (int64_t tile = 1; tile <= window.outputs; ++tile)
    fetched[tile] = window.fetched(tile);
  return RangeMinimum(std::move(fetched));
}

BranchAndBound::BranchAndBound(const Layer &layer,
                               const BufferCapacities &buffers,
                               const SearchOptions &options)
    : layer(layer), buffers(buffers), options(options),
      fewestRows(fetchedBySize(Window::rows(layer))),
      fewestColumns(fetchedBySize(Window::columns(layer))) {
  Window rows = Window::rows(layer), columns = Window::columns(layer);
  hullRows = rows.fetched(rows.outputs);
  hullColumns = columns.fetched(columns.outputs);
  haloRows = rows.kernel > rows.stride;
  haloColumns = columns.kernel > columns.stride;
  inputBytesPerPixel = static_cast<double>(layer.inputBytes) *
                       layer.size[Dim::N] * layer.size[Dim::G] *
                       layer.size[Dim::C];
  makePatterns();
}

/// What is left of a pattern without the loops in the set `absent`: patterns
/// with equal keys are the same nest. The depths in the first three places,
/// then the loops; those inside all depths can stand in any order and are left
/// out.
static std::vector<unsigned> patternKey(const Pattern &pattern,
                                        unsigned absent) {
  std::vector<unsigned> key(NumOperands, 0);
  for (auto [i, dim] : llvm::enumerate(pattern.order)) {
    if (absent >> static_cast<unsigned>(dim) & 1)
      continue;
    key.push_back(static_cast<unsigned>(dim));
    // A depth that ends with loops that the tensor does not depend on is the
    // same as the one outside of them.
    for (Operand operand : AllOperands)
      if (i < pattern.hold[operand] && isRelevant(operand, dim))
        key[static_cast<unsigned>(operand)] = key.size() - NumOperands;
  }
  key.resize(NumOperands + std::max({key[0], key[1], key[2]}));
  return key;
}

void BranchAndBound::makePatterns() {
  llvm::SmallVector<Dim, NumDims> order;
  for (Dim dim : AllDims)
    if (layer.size[dim] > 1)
      order.push_back(dim);
  // The depths of a tensor that differ: outside all loops, and right inside
  // each loop that it depends on.
  auto depths = [&](Operand operand) {
    llvm::SmallVector<unsigned, NumDims + 1> found;
    if (options.space.hold) {
      found.push_back(0);
      for (auto [i, dim] : llvm::enumerate(order))
        if (isRelevant(operand, dim))
          found.push_back(i + 1);
    } else {
      found.push_back(order.size());
    }
    return found;
  };
  std::set<std::vector<unsigned>> known;
  do {
    for (unsigned input : depths(Operand::Input))
      for (unsigned weights : depths(Operand::Weights))
        for (unsigned output : depths(Operand::Output)) {
          Pattern pattern = {order, {{input, weights, output}}};
          if (known.insert(patternKey(pattern, 0)).second)
            patterns.push_back(std::move(pattern));
        }
  } while (std::next_permutation(order.begin(), order.end()));
}

/// For each pattern the first that is the same nest where the loops in the set
/// `absent` have one trip. Only that one has to be searched.
const std::vector<unsigned> &BranchAndBound::representatives(unsigned absent) {
  std::vector<unsigned> &first = representative[absent];
  if (!first.empty())
    return first;
  std::map<std::vector<unsigned>, unsigned> known;
  for (unsigned i = 0; i < patterns.size(); ++i)
    first.push_back(
        known.try_emplace(patternKey(patterns[i], absent), i).first->second);
  return first;
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

double BranchAndBound::largestPart(const Node &node, Dim dim) const {
  // Without serpentine order a pass ends where the next one does not begin.
  if (!options.space.serpentine)
    return node.hi[dim] == layer.size[dim];
  return static_cast<double>(node.hi[dim]) / layer.size[dim];
}

double BranchAndBound::averagePart(const Node &node, Dim dim) const {
  return std::min(largestPart(node, dim), 1.0 / trips(dim, node.hi[dim]));
}

double BranchAndBound::passes(const Node &node, const Pattern &pattern,
                              Operand operand) const {
  unsigned hold = pattern.hold[operand];
  // From the inside: the part of a pass that a step keeps, without and with the
  // averaging along the outermost loop so far.
  double kept = 1, averaged = 1;
  double sum = 0;
  llvm::SmallVector<double, NumDims> perStep(hold, 0);
  for (unsigned i = hold; i-- > 0;) {
    Dim dim = pattern.order[i];
    if (!isRelevant(operand, dim)) {
      perStep[i] = 1 - averaged;
    } else if (node.lo[dim] != layer.size[dim]) {
      averaged = kept * averagePart(node, dim);
      kept *= largestPart(node, dim);
    }
  }
  double outer = 1;
  for (unsigned i = 0; i < hold; ++i) {
    Dim dim = pattern.order[i];
    if (isRelevant(operand, dim))
      continue;
    double count = trips(dim, node.hi[dim]);
    sum += (count - 1) * outer * perStep[i];
    outer *= count;
  }
  return 1 + sum;
}

double BranchAndBound::inputBound(const Node &node,
                                  const Pattern &pattern) const {
  unsigned hold = pattern.hold[Operand::Input];
  PerDim<bool> isOuter = {{}};
  for (unsigned i = 0; i < hold; ++i)
    isOuter[pattern.order[i]] = true;
  auto heldTile = [&](Dim dim) -> int64_t {
    return isOuter[dim] ? node.hi[dim] : layer.size[dim];
  };
  int64_t p = heldTile(Dim::P), q = heldTile(Dim::Q);
  double rows = isOuter[Dim::P] ? fewestRows(node.lo[Dim::P], p) : hullRows;
  double columns =
      isOuter[Dim::Q] ? fewestColumns(node.lo[Dim::Q], q) : hullColumns;
  double tileRows =
      std::min<double>(rows, std::min(layer.inputRowsOf(p), layer.inputHeight));
  double tileColumns = std::min<double>(
      columns, std::min(layer.inputColumnsOf(q), layer.inputWidth));

  // From the inside: what a step of a loop leaves of a pass, as factors of
  // rows, columns and the rest.
  bool serpentine = options.space.serpentine;
  double keptRows = rows, keptColumns = columns, keptRest = 1;
  double sweep = rows * columns;
  double keptByK = -1, tripsOfK = 1;
  // What averaging along the outermost loop so far leaves of the largest tile.
  double averaging = 1;
  auto averageWindow = [&](Dim dim, double tile, int64_t stride,
                           int64_t kernel) {
    double outputs =
        static_cast<double>(layer.size[dim]) / trips(dim, node.hi[dim]);
    return std::min(1.0, ((outputs - 1) * stride + kernel) / tile);
  };
  for (unsigned i = hold; i-- > 0;) {
    Dim dim = pattern.order[i];
    switch (dim) {
    case Dim::K:
      keptByK = keptRows * keptColumns * keptRest * averaging;
      tripsOfK = trips(dim, node.hi[dim]);
      break;
    case Dim::P:
      if (options.space.halo && haloRows)
        sweep -=
            (rows - std::min<double>(rows, hullRows)) * keptColumns * keptRest;
      keptRows = serpentine || p == layer.size[dim] ? tileRows : 0;
      // Without serpentine order the wrap of two tiles keeps their halo.
      if (!serpentine && options.space.halo && keptRows == 0)
        keptRows = tileRows;
      if (serpentine && node.lo[dim] != layer.size[dim])
        averaging = averageWindow(dim, tileRows, layer.strideHeight,
                                  layer.inputRowsOf(1));
      break;
    case Dim::Q:
      if (options.space.halo && haloColumns)
        sweep -= (columns - std::min<double>(columns, hullColumns)) * keptRows *
                 keptRest;
      keptColumns = serpentine || q == layer.size[dim] ? tileColumns : 0;
      if (!serpentine && options.space.halo && keptColumns == 0)
        keptColumns = tileColumns;
      if (serpentine && node.lo[dim] != layer.size[dim])
        averaging = averageWindow(dim, tileColumns, layer.strideWidth,
                                  layer.inputColumnsOf(1));
      break;
    default: {
      double part = largestPart(node, dim);
      keptRest *= part;
      if (serpentine && node.lo[dim] != layer.size[dim])
        averaging = averagePart(node, dim) / part;
    }
    }
  }
  // Never less than every row and column once.
  sweep = std::max(sweep, std::min(rows, double(hullRows)) *
                              std::min(columns, double(hullColumns)));
  double bytes = sweep;
  if (keptByK >= 0)
    bytes += (tripsOfK - 1) * std::max(0.0, sweep - keptByK);
  return bytes * inputBytesPerPixel;
}

double BranchAndBound::epilogueBound(const Node &node,
                                     const Pattern &pattern) const {
  PerDim<int64_t> fewest = {{1, 1, 1, 1, 1, 1}};
  for (Dim dim :
       llvm::ArrayRef(pattern.order).take_front(pattern.hold[Operand::Output]))
    fewest[dim] = trips(dim, node.hi[dim]);
  return layer.epilogueBytes(fewest);
}

double BranchAndBound::boundOf(const Node &node) const {
  const Pattern &pattern = patterns[node.pattern];
  double weights = static_cast<double>(layer.weightBytes) *
                   layer.elements(Operand::Weights) *
                   passes(node, pattern, Operand::Weights);
  double outputs = layer.elements(Operand::Output);
  double output = outputs * (layer.outputBytes +
                             (layer.initIsData ? layer.accumulatorBytes : 0) +
                             2 * layer.accumulatorBytes *
                                 (passes(node, pattern, Operand::Output) - 1));
  // Room for the rounding of all of this.
  return (weights + output + inputBound(node, pattern) +
          epilogueBound(node, pattern)) *
         (1 - 1e-12);
}

//===----------------------------------------------------------------------===//
// Feasibility
//===----------------------------------------------------------------------===//

Footprint BranchAndBound::footprintOf(const Pattern &pattern,
                                      const PerDim<int32_t> &tile) const {
  Footprint bytes;
  for (Operand operand : AllOperands) {
    PerDim<int64_t> held = layer.size;
    for (unsigned i = 0; i < pattern.hold[operand]; ++i)
      held[pattern.order[i]] = tile[pattern.order[i]];
    bytes[operand] = footprint(layer, held, buffers)[operand];
  }
  return bytes;
}

bool BranchAndBound::tighten(Node &node) const {
  const Pattern &pattern = patterns[node.pattern];
  Footprint least = footprintOf(pattern, node.lo);
  if (!fits(least, buffers))
    return false;
  for (Dim dim : pattern.order) {
    if (node.lo[dim] == node.hi[dim])
      continue;
    PerDim<int32_t> tile = node.lo;
    ++tile[dim];
    Footprint growth = footprintOf(pattern, tile);
    for (Operand operand : AllOperands)
      growth[operand] -= least[operand];
    node.hi[dim] = node.lo[dim] +
                   roomFor(growth, least, buffers, node.hi[dim] - node.lo[dim]);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

void BranchAndBound::push(Node node) {
  if (!tighten(node))
    return;
  unsigned absent = 0;
  for (Dim dim : patterns[node.pattern].order)
    if (node.lo[dim] == layer.size[dim])
      absent |= 1u << static_cast<unsigned>(dim);
  if (absent && representatives(absent)[node.pattern] != node.pattern)
    return;
  node.bound = boundOf(node);
  if (node.bound > best.traffic.totalBytes() - 1)
    return;
  node.number = created++;
  open.push(node);
}

Schedule BranchAndBound::scheduleOf(const Node &node) const {
  const Pattern &pattern = patterns[node.pattern];
  Schedule schedule;
  unsigned position = 0;
  for (Dim dim : pattern.order) {
    schedule.order[position++] = dim;
    schedule.tile[dim] = node.lo[dim];
  }
  for (Dim dim : AllDims)
    if (!llvm::is_contained(pattern.order, dim))
      schedule.order[position++] = dim;
  for (Operand operand : AllOperands)
    schedule.hold[operand] = pattern.hold[operand] == pattern.order.size()
                                 ? NumDims
                                 : pattern.hold[operand];
  return schedule;
}

void BranchAndBound::evaluate(const Node &node) {
  Schedule schedule = scheduleOf(node);
  schedule.retainHalo = options.space.halo;
  for (bool serpentine : {false, true}) {
    if (serpentine && !options.space.serpentine)
      continue;
    schedule.serpentine = serpentine;
    Traffic traffic = computeTraffic(layer, schedule);
    if (traffic.totalBytes() >= best.traffic.totalBytes())
      continue;
    best.schedule = schedule;
    best.traffic = traffic;
  }
}

void BranchAndBound::split(const Node &node) {
  // First, whether a loop exists. Then along the loop whose trips vary most, at
  // the geometric mean; where all trips are fixed, along the widest range.
  std::optional<Dim> widest;
  double most = 1;
  for (Dim dim : patterns[node.pattern].order) {
    double ratio = static_cast<double>(trips(dim, node.lo[dim])) /
                   trips(dim, node.hi[dim]);
    if (ratio > most) {
      most = ratio;
      widest = dim;
    }
  }
  int64_t middle = 0;
  if (widest && node.hi[*widest] == layer.size[*widest]) {
    middle = node.hi[*widest];
  } else if (widest) {
    double lo = trips(*widest, node.lo[*widest]);
    double hi = trips(*widest, node.hi[*widest]);
    int64_t trip = std::max<int64_t>(hi, std::sqrt(lo * hi));
    middle = llvm::divideCeilSigned(layer.size[*widest], trip);
  } else {
    for (Dim dim : patterns[node.pattern].order) {
      double ratio = static_cast<double>(node.hi[dim]) / node.lo[dim];
      if (ratio > most) {
        most = ratio;
        widest = dim;
      }
    }
    middle = (node.lo[*widest] + node.hi[*widest] + 1) / 2;
  }
  middle = std::clamp<int64_t>(middle, node.lo[*widest] + 1, node.hi[*widest]);
  Node large = node, small = node;
  large.lo[*widest] = middle;
  small.hi[*widest] = middle - 1;
  push(large);
  push(small);
}

Found BranchAndBound::run(Found incumbent) {
  best = std::move(incumbent);
  for (unsigned pattern = 0; pattern < patterns.size(); ++pattern) {
    Node root;
    root.pattern = pattern;
    for (Dim dim : AllDims) {
      root.lo[dim] = 1;
      root.hi[dim] = layer.size[dim];
    }
    push(root);
  }
  int64_t nodes = 0;
  double lowerBound = best.traffic.totalBytes();
  while (!open.empty()) {
    Node node = open.top();
    if (node.bound > best.traffic.totalBytes() - 1)
      break;
    if (options.nodeBudget && nodes == options.nodeBudget) {
      lowerBound = node.bound;
      break;
    }
    open.pop();
    ++nodes;
    if (node.lo == node.hi)
      evaluate(node);
    else
      split(node);
  }
  best.footprint = footprint(layer, best.schedule, buffers);
  best.evaluated = nodes;
  best.lowerBound =
      std::min<int64_t>(std::ceil(lowerBound), best.traffic.totalBytes());
  return best;
}

SearchResult romanet::search(const Layer &layer,
                             const BufferCapacities &buffers,
                             const SearchOptions &options) {
  SearchResult simple = searchBytes(layer, buffers, options.strategy);
  if (options.space == Space() || options.strategy != Strategy::Optimal ||
      std::holds_alternative<Infeasible>(simple))
    return simple;
  return BranchAndBound(layer, buffers, options)
      .run(std::get<Found>(std::move(simple)));
}

const SearchResult &NetworkSearch::operator()(const Layer &layer,
                                              const BufferCapacities &buffers,
                                              const SearchOptions &options) {
  for (const Known &each : known)
    if (each.layer.isSameShape(layer) && each.buffers == buffers &&
        each.options == options)
      return each.result;
  known.push_back({layer, buffers, options, search(layer, buffers, options)});
  return known.back().result;
}
