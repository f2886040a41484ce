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
// A bound is at first that of the bytes (Bounds.h), as if they filled bursts
// and these rows: no layout can do better. When a node is taken up, it is
// tightened by what is known of the layouts, and the node waits again where
// that makes it worse than another.
//
//===----------------------------------------------------------------------===//

#include "Bounds.h"
#include "Orders.h"
#include "StreamCounter.h"
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

struct Node : TileRanges {
  double bound;
  unsigned pattern;
  bool isTight = false;
  /// Counts nodes: of equal bounds the first comes first.
  int64_t number;

  bool operator<(const Node &other) const {
    return std::tie(bound, number) > std::tie(other.bound, other.number);
  }
};

class BranchAndBound {
public:
  BranchAndBound(const Layer &layer, const BufferCapacities &buffers,
                 const SearchOptions &options, const DRAMDevice &device);
  /// From a schedule that is known to be legal.
  Found run(const Schedule &incumbent);
  void complete(Found &found);

private:
  void makePatterns();
  const std::vector<unsigned> &representatives(unsigned absent);
  void push(Node node);
  /// Shrinks the ranges to tiles that can fit; false if none do.
  bool tighten(Node &node) const;
  /// The objective of no schedule of the node is less.
  double boundOf(const Node &node, bool isTight) const;
  double inputBursts(const Node &node) const;
  double rowMajorBlocks(const Node &node, TensorArray array,
                        int64_t blockBytes) const;
  bool canPartition(const Node &node) const;
  double valueOf(double bytes, const DRAMTraffic &dram) const;
  /// Whether a bound excludes all that is better than the best.
  bool excludes(double bound) const;
  Footprint footprintOf(const Pattern &pattern,
                        const PerDim<int32_t> &tile) const;
  Schedule scheduleOf(const Node &node) const;
  /// Takes a schedule if it is better than the best.
  void consider(const Schedule &schedule);
  void evaluate(const Node &node);
  void split(const Node &node);

  int64_t trips(Dim dim, int64_t tile) const {
    return llvm::divideCeilSigned(layer.size[dim], tile);
  }

  const Layer &layer;
  const BufferCapacities &buffers;
  const SearchOptions &options;
  int64_t burstBytes, rowBytes, burstsPerRow;
  EnergyModel energy;
  LoadBounds bounds;
  /// By Schedule::retainHalo.
  std::array<StreamCounter, 2> counters;
  std::vector<BlockShape> burstShapes;
  std::vector<Pattern> patterns;
  /// By the set of loops with one trip, see representatives().
  std::array<std::vector<unsigned>, 1u << NumDims> representative;
  std::priority_queue<Node> open;
  int64_t created = 0;

  Found best;
};

} // namespace

BranchAndBound::BranchAndBound(const Layer &layer,
                               const BufferCapacities &buffers,
                               const SearchOptions &options,
                               const DRAMDevice &device)
    : layer(layer), buffers(buffers), options(options),
      burstBytes(device.burstBytes()), rowBytes(device.rowBytes()),
      burstsPerRow(device.burstsPerRow()), energy(device),
      bounds(layer, options.space),
      counters{StreamCounter(layer, device, false),
               StreamCounter(layer, device, true)} {
  if (std::optional<BlockPowers> powers = blockPowers(layer, device))
    burstShapes = blockShapes(layer, powers->burst);
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
  auto add = [&](Pattern pattern) {
    if (known.insert(patternKey(pattern, 0)).second)
      patterns.push_back(std::move(pattern));
  };
  // In S0 no others are better, see Search.cpp.
  if (options.space == Space()) {
    unsigned depth = order.size();
    for (const LoopOrder &all : ordersOf(options.strategy, layer)) {
      Pattern pattern = {{}, {{depth, depth, depth}}};
      llvm::copy_if(all, std::back_inserter(pattern.order),
                    [&](Dim dim) { return layer.size[dim] > 1; });
      add(std::move(pattern));
    }
    return;
  }
  do {
    for (unsigned input : depths(Operand::Input))
      for (unsigned weights : depths(Operand::Weights))
        for (unsigned output : depths(Operand::Output))
          add({order, {{input, weights, output}}});
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

double BranchAndBound::valueOf(double bytes, const DRAMTraffic &dram) const {
  switch (options.objective) {
  case Objective::Bytes:
    return bytes;
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

bool BranchAndBound::excludes(double bound) const {
  // Whole numbers that are better are so by one.
  if (options.objective == Objective::Bytes ||
      options.objective == Objective::Bursts)
    return bound > best.value - 1;
  return bound >= best.value * (1 - 1e-11);
}

double BranchAndBound::inputBursts(const Node &node) const {
  const Pattern &pattern = patterns[node.pattern];
  double least = rowMajorBlocks(node, TensorArray::Input, burstBytes);
  for (const BlockShape &shape : burstShapes)
    least =
        std::min(least, bounds.blocks(pattern, node, Operand::Input, shape));
  return least;
}

/// Two boxes of which the indices along the axes with steps of at least a block
/// differ begin in different blocks, so that a box has as many blocks as there
/// are of these indices.
double BranchAndBound::rowMajorBlocks(const Node &node, TensorArray array,
                                      int64_t blockBytes) const {
  Operand operand = operandOf(array);
  BlockShape shape;
  shape.fill(WholeLoop);
  int64_t stride = elementBytes(layer, array), kernel = 1;
  for (auto [axis, extent] : llvm::reverse(
           llvm::zip_equal(layer.order.axes[operand], layer.shape(operand)))) {
    std::optional<Dim> dim = loopOf(axis);
    if (stride >= blockBytes && dim)
      shape[*dim] = 0;
    else if (stride >= blockBytes)
      kernel *= extent;
    stride *= extent;
  }
  return bounds.blocks(patterns[node.pattern], node, operand, shape) *
         static_cast<double>(kernel);
}

double BranchAndBound::boundOf(const Node &node, bool isTight) const {
  const Pattern &pattern = patterns[node.pattern];
  BlockShape elements = {{}}, tiles;
  tiles.fill(WholeLoop);
  PerOperand<double> moved;
  for (Operand operand : AllOperands)
    moved[operand] = bounds.blocks(pattern, node, operand, elements);
  double outputs = layer.elements(Operand::Output);
  double again = std::max(0.0, moved[Operand::Output] - outputs);
  double init = layer.initIsData ? 1 : 0;
  double kernel = static_cast<double>(layer.kernelHeight) * layer.kernelWidth;
  PerOperand<double> bytes = {
      {moved[Operand::Input] * layer.inputBytes,
       moved[Operand::Weights] * kernel * layer.weightBytes, 0}};
  double written = outputs * layer.outputBytes;
  double partial = again * layer.accumulatorBytes;
  double inits = init * outputs * layer.accumulatorBytes;
  PerDim<int64_t> outputTrips = {{1, 1, 1, 1, 1, 1}};
  for (Dim dim :
       llvm::ArrayRef(pattern.order).take_front(pattern.hold[Operand::Output]))
    if (isRelevant(Operand::Output, dim))
      outputTrips[dim] = trips(dim, node.hi[dim]);
  double epilogue = layer.epilogueBytes(outputTrips);
  if (options.objective == Objective::Bytes)
    return (bytes[Operand::Input] + bytes[Operand::Weights] + written +
            2 * partial + inits + epilogue) *
           (1 - 1e-12);

  // Of each array that is loaded or written once or more: its bursts and rows,
  // of `bytes` in at least `loads` transfers.
  DRAMTraffic dram;
  auto add = [&](double DRAMTraffic::*direction, double arrayBytes,
                 double loads, double bursts, double rows) {
    bursts = std::max({bursts, loads, arrayBytes / burstBytes});
    dram.*direction += bursts;
    dram.activations += std::max({rows, loads, bursts / burstsPerRow});
  };
  auto blocks = [&](TensorArray array, int64_t blockBytes) {
    return options.freeLayouts ? 0 : rowMajorBlocks(node, array, blockBytes);
  };
  for (TensorArray array : {TensorArray::Input, TensorArray::Weights}) {
    double bursts = blocks(array, burstBytes);
    if (options.freeLayouts && isTight && array == TensorArray::Input &&
        !canPartition(node))
      bursts = inputBursts(node);
    Operand operand = operandOf(array);
    add(&DRAMTraffic::readBursts, bytes[operand],
        bounds.blocks(pattern, node, operand, tiles), bursts,
        blocks(array, rowBytes));
  }
  // Each tile is written once; visited again, its partial sums move both ways.
  double tilesOnce = 1;
  for (int64_t count : outputTrips)
    tilesOnce *= count;
  double visits = bounds.blocks(pattern, node, Operand::Output, tiles);
  double visitsAgain = std::max(0.0, visits - tilesOnce);
  add(&DRAMTraffic::writeBursts, written, tilesOnce, 0, 0);
  add(&DRAMTraffic::readBursts, partial, visitsAgain, 0, 0);
  add(&DRAMTraffic::writeBursts, partial, visitsAgain, 0, 0);
  add(&DRAMTraffic::readBursts, inits, init * tilesOnce, 0, 0);
  add(&DRAMTraffic::readBursts, epilogue, tilesOnce * layer.epilogue.size(), 0,
      0);
  return valueOf(0, dram) * (1 - 1e-12);
}

/// Whether the input can be loaded in tiles that are a partition of it: then
/// bytes are all that is known.
bool BranchAndBound::canPartition(const Node &node) const {
  const Pattern &pattern = patterns[node.pattern];
  auto can = [&](Dim dim, const Window &window) {
    unsigned hold = pattern.hold[Operand::Input];
    bool isTiled =
        llvm::is_contained(llvm::ArrayRef(pattern.order).take_front(hold), dim);
    bool canBeWhole = !isTiled || node.hi[dim] == layer.size[dim];
    return window.gap == 0 &&
           (window.kernel == window.stride ||
            (canBeWhole && window.fetched(window.outputs) == window.input));
  };
  return can(Dim::P, Window::rows(layer)) &&
         can(Dim::Q, Window::columns(layer));
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
  node.bound = boundOf(node, /*isTight=*/false);
  if (excludes(node.bound))
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

void BranchAndBound::consider(const Schedule &schedule) {
  if (options.objective == Objective::Bytes) {
    Traffic traffic = computeTraffic(layer, schedule);
    double value = static_cast<double>(traffic.totalBytes());
    if (value >= best.value)
      return;
    best.value = value;
    best.schedule = schedule;
    return;
  }
  // Whatever the layouts, bytes fill bursts, and a transfer opens a row.
  Traffic traffic = computeTraffic(layer, schedule);
  DRAMTraffic least;
  auto add = [&](const Transfers &transfers, double DRAMTraffic::*direction) {
    double bursts = std::max<double>(
        static_cast<double>(transfers.bytes) / burstBytes, transfers.count);
    least.*direction += bursts;
    least.activations +=
        std::max<double>(bursts / burstsPerRow, transfers.count);
  };
  for (Operand operand : AllOperands) {
    add(traffic.read[operand], &DRAMTraffic::readBursts);
    add(traffic.write[operand], &DRAMTraffic::writeBursts);
  }
  add(traffic.epilogue, &DRAMTraffic::readBursts);
  if (excludes(valueOf(0, least) * (1 - 1e-12)))
    return;
  ArrayLayouts layouts;
  StreamCounter &counter = counters[schedule.retainHalo];
  auto value = [&](const DRAMTraffic &dram) { return valueOf(0, dram); };
  StreamTraffic stream =
      options.freeLayouts ? counter.choose(schedule, best.value, value, layouts)
                          : counter.count(schedule, layouts);
  double now = value(stream.total());
  if (now >= best.value)
    return;
  best.value = now;
  best.schedule = schedule;
}

void BranchAndBound::evaluate(const Node &node) {
  Schedule schedule = scheduleOf(node);
  schedule.retainHalo = options.space.halo;
  for (bool serpentine : {false, true}) {
    if (serpentine && !options.space.serpentine)
      continue;
    schedule.serpentine = serpentine;
    consider(schedule);
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

Found BranchAndBound::run(const Schedule &incumbent) {
  best.value = std::numeric_limits<double>::infinity();
  consider(incumbent);
  for (unsigned pattern = 0; pattern < patterns.size(); ++pattern) {
    Node root;
    root.pattern = pattern;
    for (Dim dim : AllDims) {
      root.lo[dim] = 1;
      root.hi[dim] = layer.size[dim];
    }
    push(root);
  }
  // Bytes say all about bytes, so that there is nothing to tighten.
  bool canTighten = options.objective != Objective::Bytes;
  best.lowerBound = best.value;
  while (!open.empty() && !excludes(open.top().bound)) {
    Node node = open.top();
    if (options.nodeBudget && best.evaluated == options.nodeBudget) {
      best.lowerBound = node.bound;
      break;
    }
    open.pop();
    if (canTighten && !node.isTight) {
      node.isTight = true;
      double bound = boundOf(node, /*isTight=*/true);
      if (bound > node.bound) {
        node.bound = bound;
        if (!excludes(bound))
          open.push(node);
        continue;
      }
    }
    ++best.evaluated;
    if (node.lo == node.hi)
      evaluate(node);
    else
      split(node);
  }
  if (best.lowerBound >= best.value || open.empty() ||
      excludes(open.top().bound))
    best.lowerBound = best.value;
  else if (options.objective == Objective::Bytes ||
           options.objective == Objective::Bursts)
    best.lowerBound = std::min(std::ceil(best.lowerBound), best.value);

  // What the best schedule costs in all terms.
  best.traffic = computeTraffic(layer, best.schedule);
  best.footprint = footprint(layer, best.schedule, buffers);
  complete(best);
  return best;
}

/// The layouts of a schedule, and its stream with them.
void BranchAndBound::complete(Found &found) {
  StreamCounter &counter = counters[found.schedule.retainHalo];
  double infinity = std::numeric_limits<double>::infinity();
  if (options.freeLayouts)
    found.stream = counter.choose(
        found.schedule, infinity,
        [&](const DRAMTraffic &dram) {
          // All layouts are equal in bytes: the least energy.
          return options.objective == Objective::Bytes ? energy(dram).totalPJ()
                                                       : valueOf(0, dram);
        },
        found.layouts);
  else
    found.stream = counter.count(found.schedule, found.layouts);
}

SearchResult romanet::search(const Layer &layer,
                             const BufferCapacities &buffers,
                             const SearchOptions &options,
                             const DRAMDevice &device) {
  SearchResult simple = searchBytes(layer, buffers, options.strategy);
  Found *found = std::get_if<Found>(&simple);
  if (!found)
    return simple;
  SearchOptions inSpace = options;
  if (options.strategy != Strategy::Optimal)
    inSpace.space = Space();
  BranchAndBound search(layer, buffers, inSpace, device);
  if (options.objective == Objective::Bytes && inSpace.space == Space()) {
    search.complete(*found);
    return simple;
  }
  return search.run(found->schedule);
}
