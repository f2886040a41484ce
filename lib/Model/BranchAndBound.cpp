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
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
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

static constexpr double infinity = std::numeric_limits<double>::infinity();

namespace {

struct Node : TileRanges {
  double bound;
  /// Of the bursts, where these decide between equal bytes and none has fewer
  /// bytes than the best.
  double tieBound = 0;
  unsigned pattern;
  bool isTight = false;
  /// Counts nodes: of equal bounds the first comes first.
  int64_t number;

  bool operator<(const Node &other) const {
    return std::tie(bound, tieBound, number) >
           std::tie(other.bound, other.tieBound, other.number);
  }
};

/// Weights of the boxes of a row-major array, none of which is more than the
/// blocks of its box.
struct RowMajorWeight {
  BlockShape shape;
  /// Of the axes that are not tiled.
  double whole = 1;
  /// Along `line` a weight that is no smaller, for nodes in which no loop of
  /// `inner`, a set, is tiled.
  std::optional<Dim> line;
  uint8_t average = WholeLoop;
  unsigned inner = 0;
  /// Whether lines begin at different places within a block.
  bool linesDiffer = false;
};

/// An array in given blocks: what a box touches is a product.
struct BlockedWeight {
  BlockShape bursts, rows;
  /// Of the axes that are not tiled.
  double whole = 1;
};

/// What the schedules of a node move at least, in bytes.
struct LeastBytes {
  double input = 0, weights = 0, output = 0, init = 0, epilogue = 0;
  /// Partial sums, in each direction.
  double again = 0;
  /// Tiles of the output, at least.
  double outputTiles = 1;

  double total() const {
    return input + weights + output + init + epilogue + 2 * again;
  }
};

/// At least.
struct BurstsAndRowsBound {
  double bursts = 0, rows = 0;
};

class BranchAndBound {
public:
  BranchAndBound(const Layer &layer, const BufferCapacities &buffers,
                 const SearchOptions &options, const DRAMDevice &device);
  /// From a schedule that is known to be legal.
  Found run(const Schedule &incumbent);
  void complete(Found &found);

private:
  void weighArrays();
  void makePatterns();
  const std::vector<unsigned> &representatives(unsigned absent);
  void push(Node node);
  /// Shrinks the ranges to tiles that can fit; false if none do.
  bool tighten(Node &node) const;
  /// The objective of no schedule of the node is less.
  double boundOf(const Node &node, bool isTight, Objective objective) const;
  RowMajorWeight rowMajorWeight(TensorArray array, int64_t blockBytes);
  void addAverage(TensorArray array, LoadBounds::LineWeight line,
                  RowMajorWeight &weight);
  BlockShape shapeOf(const RowMajorWeight &weight, const Node &node,
                     Operand operand) const;
  BlockedWeight blockedWeight(const ArrayLayout &layout,
                              llvm::ArrayRef<AxisExtent> axes,
                              Operand operand) const;
  /// LoadBounds::blocks, of all loads, or sweep, of all tiles once.
  using BlocksBound = decltype(&LoadBounds::blocks);
  BurstsAndRowsBound rowMajor(const Node &node, TensorArray array,
                              BlocksBound bound) const;
  BurstsAndRowsBound blocked(const Node &node, Operand operand,
                             const BlockedWeight &weight,
                             BlocksBound bound) const;
  /// Of an array in its layout, if one is given.
  BurstsAndRowsBound given(const Node &node, TensorArray array,
                           BlocksBound bound) const;
  LeastBytes leastBytes(const Node &node) const;
  void add(double bytes, double transfers, const BurstsAndRowsBound &blocks,
           double DRAMTraffic::*direction, DRAMTraffic &dram) const;
  bool canPartition(const Node &node) const;
  /// Of all objectives but bytes.
  double valueOf(const DRAMTraffic &dram, Objective objective) const;
  /// Whether a bound excludes all that is better than the best.
  bool excludes(double bound, double tieBound = 0) const;
  Footprint footprintOf(const Pattern &pattern,
                        const PerDim<int32_t> &tile) const;
  Schedule scheduleOf(const Node &node) const;
  /// Takes what is known of the layouts into account.
  void tightenBound(Node &node) const;
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
  std::vector<BlockShape> burstShapes, rowShapes;
  /// Bursts and rows of each TensorArray.
  std::array<std::array<RowMajorWeight, 2>, NumTensorArrays> rowMajorWeights;
  std::array<BlockedWeight, NumTensorArrays> blockedWeights;
  /// Of the operands of the epilogue that lie in given blocks.
  std::vector<BlockedWeight> blockedEpilogue;
  std::vector<Pattern> patterns;
  /// By the set of loops with one trip, see representatives().
  std::array<std::vector<unsigned>, 1u << NumDims> representative;
  std::priority_queue<Node> open;
  int64_t created = 0;

  Found best;
  /// Where they decide between equal bytes.
  double bestBursts = infinity;
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
  if (std::optional<BlockPowers> powers =
          blockPowers(layer.inputBytes, device)) {
    burstShapes = blockShapes(layer, powers->burst);
    rowShapes = blockShapes(layer, powers->row);
  }
  if (options.objective != Objective::Bytes)
    weighArrays();
  makePatterns();
}

void BranchAndBound::weighArrays() {
  for (TensorArray array : AllTensorArrays) {
    const std::optional<ArrayLayout> &layout = options.layouts[array];
    bool isBlocked = layout && layout->kind == ArrayLayout::Kind::Blocked;
    bool mayBeRowMajor = layout ? !isBlocked : array == TensorArray::Input;
    if (array == TensorArray::Init && !layer.initIsData)
      continue;
    auto i = static_cast<unsigned>(array);
    Operand operand = operandOf(array);
    if (isBlocked)
      blockedWeights[i] =
          blockedWeight(*layout, axesOf(layer, operand), operand);
    else if (mayBeRowMajor)
      rowMajorWeights[i] = {
          {rowMajorWeight(array, burstBytes), rowMajorWeight(array, rowBytes)}};
  }
  for (size_t i = 0; i < layer.epilogue.size(); ++i) {
    const std::optional<ArrayLayout> &layout = options.layouts.ofEpilogue(i);
    if (layout && layout->kind == ArrayLayout::Kind::Blocked)
      blockedEpilogue.push_back(
          blockedWeight(*layout, epilogueAxes(layer, i), Operand::Output));
  }
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
    if (operand == Operand::Weights && !layer.hasWeights()) {
      found.push_back(0);
    } else if (options.space.hold) {
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
      if (!layer.hasWeights())
        pattern.hold[Operand::Weights] = 0;
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

double BranchAndBound::valueOf(const DRAMTraffic &dram,
                               Objective objective) const {
  assert(objective != Objective::Bytes &&
         objective != Objective::BytesThenBursts &&
         "bytes are no property of the DRAM");
  return objectiveValue(objective, /*bytes=*/0, dram, energy);
}

bool BranchAndBound::excludes(double bound, double tieBound) const {
  if (!isWholeNumber(options.objective))
    return bound >= best.value * (1 - 1e-11);
  // Whole numbers that are better are so by one.
  if (options.objective == Objective::BytesThenBursts && bound <= best.value)
    return bound > best.value - 1 && tieBound > bestBursts - 1;
  return bound > best.value - 1;
}

/// Two boxes of which the indices along the axes with steps of at least a block
/// differ begin in different blocks, so that a box has as many blocks as there
/// are of these indices; or as many as are in a line of the inner axes for
/// each.
RowMajorWeight BranchAndBound::rowMajorWeight(TensorArray array,
                                              int64_t blockBytes) {
  Operand operand = operandOf(array);
  RowMajorWeight weight;
  weight.shape.fill(WholeLoop);
  int64_t stride = elementBytes(layer, array), run = stride, outerStride = 0;
  std::optional<LoadBounds::LineWeight> line;
  llvm::SmallVector<AxisExtent, 6> axes = axesOf(layer, operand);
  for (auto [axis, extent] : llvm::reverse(axes)) {
    std::optional<Dim> dim = loopOf(axis);
    int64_t moved = movedAlong(layer, operand, axis, extent);
    if (stride >= blockBytes) {
      if (outerStride == 0)
        outerStride = stride;
      if (dim)
        weight.shape[*dim] = 0;
      else
        weight.whole *= static_cast<double>(moved);
    } else if (dim) {
      line = {operand, *dim, stride, run, blockBytes, 0};
    } else {
      line.reset();
      run += (moved - 1) * stride;
    }
    stride *= extent;
  }
  if (!line)
    return weight;
  Window window =
      line->dim == Dim::P ? Window::rows(layer) : Window::columns(layer);
  if (operand == Operand::Input && window.gap > 0)
    return weight;
  // The last index of an array without outer axes is followed by nothing.
  line->pitch = outerStride ? outerStride : stride + blockBytes;
  weight.shape[line->dim] = bounds.addWeight(*line);
  addAverage(array, *line, weight);
  return weight;
}

void BranchAndBound::addAverage(TensorArray array, LoadBounds::LineWeight line,
                                RowMajorWeight &weight) {
  Operand operand = operandOf(array);
  int64_t stride = elementBytes(layer, array), blockBytes = line.blockBytes;
  // Lines by the place within a block at which they begin.
  std::map<int64_t, int64_t> places = {{0, 1}};
  int64_t run = stride;
  bool isInner = true;
  llvm::SmallVector<AxisExtent, 6> axes = axesOf(layer, operand);
  for (auto [axis, extent] : llvm::reverse(axes)) {
    std::optional<Dim> dim = loopOf(axis);
    int64_t begin = 0, count = movedAlong(layer, operand, axis, extent);
    if (operand == Operand::Input && (axis == Axis::H || axis == Axis::W)) {
      Window window =
          axis == Axis::H ? Window::rows(layer) : Window::columns(layer);
      auto [first, last] = window.clipped(0, window.outputs);
      begin = first;
      count = last - first;
      // Tiles of windows have some rows more than once.
      if (dim != line.dim && stride >= blockBytes && extent > 1)
        return;
      if (window.gap > 0)
        return;
    }
    if (dim == line.dim) {
      isInner = false;
    } else if (isInner) {
      run += (count - 1) * stride;
      if (dim)
        weight.inner |= 1u << static_cast<unsigned>(*dim);
    }
    if (dim != line.dim) {
      // Inner axes have one start, outer ones one for each index, of which
      // those at the same place within a block are taken together.
      int64_t starts = isInner ? 1 : count;
      int64_t period = blockBytes / std::gcd(blockBytes, stride);
      int64_t distinct = std::min(starts, period);
      if (static_cast<int64_t>(places.size()) * distinct > 1 << 20)
        return;
      std::map<int64_t, int64_t> next;
      for (auto [place, lines] : places)
        for (int64_t i = 0; i < distinct; ++i)
          next[(place + (begin + i) * stride) % blockBytes] +=
              lines * ((starts - 1 - i) / period + 1);
      places = std::move(next);
    }
    stride *= extent;
  }
  line.run = run;
  std::vector<std::pair<int64_t, int64_t>> list(places.begin(), places.end());
  if (std::optional<uint8_t> average = bounds.addAverage(line, list)) {
    weight.line = line.dim;
    weight.average = *average;
    weight.linesDiffer = list.size() > 1;
  }
}

BlockShape BranchAndBound::shapeOf(const RowMajorWeight &weight,
                                   const Node &node, Operand operand) const {
  BlockShape shape = weight.shape;
  if (!weight.line)
    return shape;
  const auto &[order, hold] = patterns[node.pattern];
  for (Dim dim : llvm::ArrayRef(order).take_front(hold[operand]))
    if (weight.inner >> static_cast<unsigned>(dim) & 1 &&
        node.lo[dim] != layer.size[dim])
      return shape;
  // A loop that steps outside of one over lines keeps some lines, which need
  // not be average; a tile of the loop along the lines is weighed by the most
  // that a line can touch only where it is inside and so part of what is kept.
  bool hasLines = false, keepsLines = false;
  for (Dim dim :
       llvm::reverse(llvm::ArrayRef(order).take_front(hold[operand]))) {
    if (node.lo[dim] == layer.size[dim])
      continue;
    if (!isRelevant(operand, dim))
      keepsLines |= hasLines;
    else if (dim != *weight.line)
      hasLines = true;
    else if (keepsLines && weight.linesDiffer && options.space.serpentine)
      return shape;
  }
  shape[*weight.line] = weight.average;
  return shape;
}

BlockedWeight BranchAndBound::blockedWeight(const ArrayLayout &layout,
                                            llvm::ArrayRef<AxisExtent> axes,
                                            Operand operand) const {
  // There is one block along a loop of which the array lacks the axis, and as
  // few as there can be along one that is too long for a table.
  BlockedWeight weight;
  weight.bursts.fill(WholeLoop);
  weight.rows.fill(WholeLoop);
  for (auto [axis, extent] : axes) {
    std::optional<Dim> dim = loopOf(axis);
    if (!dim) {
      weight.whole *=
          static_cast<double>(movedAlong(layer, operand, axis, extent));
      continue;
    }
    // A block that is longer than the array holds all of it.
    unsigned most = llvm::Log2_64_Ceil(extent);
    auto power = [&](int64_t length) -> uint8_t {
      unsigned least = std::min<unsigned>(llvm::Log2_64(length), most);
      return least > MostPower ? WholeLoop : static_cast<uint8_t>(least);
    };
    weight.bursts[*dim] = power(layout.burstBlock[*dim]);
    weight.rows[*dim] = power(layout.rowBlock[*dim]);
  }
  return weight;
}

BurstsAndRowsBound BranchAndBound::blocked(const Node &node, Operand operand,
                                           const BlockedWeight &weight,
                                           BlocksBound bound) const {
  auto of = [&](const BlockShape &shape) {
    return (bounds.*bound)(patterns[node.pattern], node, operand, shape) *
           weight.whole;
  };
  return {of(weight.bursts), of(weight.rows)};
}

BurstsAndRowsBound BranchAndBound::given(const Node &node, TensorArray array,
                                         BlocksBound bound) const {
  const std::optional<ArrayLayout> &layout = options.layouts[array];
  // If no layout is given, any might do without more than its bytes need.
  if (!layout)
    return {};
  if (layout->kind == ArrayLayout::Kind::RowMajor)
    return rowMajor(node, array, bound);
  return blocked(node, operandOf(array),
                 blockedWeights[static_cast<unsigned>(array)], bound);
}

BurstsAndRowsBound BranchAndBound::rowMajor(const Node &node, TensorArray array,
                                            BlocksBound bound) const {
  Operand operand = operandOf(array);
  auto of = [&](const RowMajorWeight &weight) {
    return (bounds.*bound)(patterns[node.pattern], node, operand,
                           shapeOf(weight, node, operand)) *
           weight.whole;
  };
  const auto &[bursts, rows] = rowMajorWeights[static_cast<unsigned>(array)];
  return {of(bursts), of(rows)};
}

LeastBytes BranchAndBound::leastBytes(const Node &node) const {
  const Pattern &pattern = patterns[node.pattern];
  BlockShape elements = {{}};
  auto moved = [&](Operand operand) {
    return bounds.blocks(pattern, node, operand, elements) *
           static_cast<double>(layer.movedOfWhole(operand));
  };
  double outputs = layer.elements(Operand::Output);
  LeastBytes bytes;
  bytes.input = moved(Operand::Input) * layer.inputBytes;
  bytes.weights = moved(Operand::Weights) * layer.kernelHeight *
                  layer.kernelWidth * layer.weightBytes;
  bytes.output = outputs * layer.outputBytes;
  bytes.init = layer.initIsData ? outputs * layer.accumulatorBytes : 0;
  bytes.again =
      std::max(0.0, moved(Operand::Output) - outputs) * layer.accumulatorBytes;
  PerDim<int64_t> trips = {{1, 1, 1, 1, 1, 1}};
  for (Dim dim :
       llvm::ArrayRef(pattern.order).take_front(pattern.hold[Operand::Output]))
    if (isRelevant(Operand::Output, dim)) {
      trips[dim] = this->trips(dim, node.hi[dim]);
      bytes.outputTiles *= static_cast<double>(trips[dim]);
    }
  bytes.epilogue = layer.epilogueBytes(trips);
  return bytes;
}

/// Adds the bursts and activations of an array of which at least `bytes` move
/// in at least `transfers`, and at least so many `blocks` are touched.
void BranchAndBound::add(double bytes, double transfers,
                         const BurstsAndRowsBound &blocks,
                         double DRAMTraffic::*direction,
                         DRAMTraffic &dram) const {
  double bursts = std::max({blocks.bursts, transfers, bytes / burstBytes});
  dram.*direction += bursts;
  dram.activations += std::max({blocks.rows, transfers, bursts / burstsPerRow});
}

double BranchAndBound::boundOf(const Node &node, bool isTight,
                               Objective objective) const {
  LeastBytes bytes = leastBytes(node);
  if (objective == Objective::Bytes || objective == Objective::BytesThenBursts)
    return bytes.total() * (1 - 1e-12);

  const Pattern &pattern = patterns[node.pattern];
  auto transfers = [&](Operand operand) {
    BlockShape tiles;
    tiles.fill(WholeLoop);
    return bounds.blocks(pattern, node, operand, tiles);
  };
  auto blocks = [&](TensorArray array) {
    return given(node, array, &LoadBounds::blocks);
  };
  auto blocksOnce = [&](TensorArray array) {
    return given(node, array, &LoadBounds::sweep);
  };
  auto reads = &DRAMTraffic::readBursts, writes = &DRAMTraffic::writeBursts;
  DRAMTraffic dram;
  if (layer.hasWeights())
    add(bytes.weights, transfers(Operand::Weights),
        blocks(TensorArray::Weights), reads, dram);
  BurstsAndRowsBound epilogue;
  for (const BlockedWeight &weight : blockedEpilogue) {
    BurstsAndRowsBound each =
        blocked(node, Operand::Output, weight, &LoadBounds::sweep);
    epilogue.bursts += each.bursts;
    epilogue.rows += each.rows;
  }
  add(bytes.epilogue,
      bytes.outputTiles * static_cast<double>(layer.epilogue.size()), epilogue,
      reads, dram);
  // Each output tile is written once; visited again, its partial sums move both
  // ways.
  add(bytes.output, bytes.outputTiles, blocksOnce(TensorArray::Output), writes,
      dram);
  if (layer.initIsData)
    add(bytes.init, bytes.outputTiles, blocksOnce(TensorArray::Init), reads,
        dram);
  BurstsAndRowsBound once = blocksOnce(TensorArray::PartialSums);
  BurstsAndRowsBound again = blocks(TensorArray::PartialSums);
  again = {again.bursts - once.bursts, again.rows - once.rows};
  double visitsAgain =
      std::max(0.0, transfers(Operand::Output) - bytes.outputTiles);
  add(bytes.again, visitsAgain, again, reads, dram);
  add(bytes.again, visitsAgain, again, writes, dram);

  double loads = transfers(Operand::Input);
  DRAMTraffic all = dram;
  add(bytes.input, loads, blocks(TensorArray::Input), reads, all);
  double bound = valueOf(all, objective);
  if (!options.layouts[TensorArray::Input] && isTight && !canPartition(node)) {
    // The better of blocked and row-major.
    BurstsAndRowsBound blocked;
    double full = std::max(bytes.input / burstBytes, loads);
    // Along these axes blocks have one element.
    double moved = static_cast<double>(layer.movedOfWhole(Operand::Input));
    blocked.bursts = moved * bounds.fewestBlocks(pattern, node, Operand::Input,
                                                 burstShapes, full / moved);
    blocked.rows =
        moved *
        bounds.fewestBlocks(
            pattern, node, Operand::Input, rowShapes,
            std::max(std::max(blocked.bursts, full) / burstsPerRow, loads) /
                moved);
    all = dram;
    add(bytes.input, loads, blocked, reads, all);
    bound = valueOf(all, objective);
    all = dram;
    add(bytes.input, loads,
        rowMajor(node, TensorArray::Input, &LoadBounds::blocks), reads, all);
    bound = std::min(bound, valueOf(all, objective));
  }
  // Room for the rounding of all of this.
  return bound * (1 - 1e-12);
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
  return llvm::all_of(layer.whole,
                      [](const WholeAxis &axis) {
                        return axis.moved(Operand::Input) >=
                               axis.extent[Operand::Input];
                      }) &&
         can(Dim::P, Window::rows(layer)) &&
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
  node.isTight = false;
  node.tieBound = 0;
  node.bound = boundOf(node, /*isTight=*/false, options.objective);
  // So that those that are equally good are told apart by their bursts.
  if (isWholeNumber(options.objective))
    node.bound = std::ceil(node.bound);
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
  // Of no effect.
  if (!layer.hasWeights())
    schedule.hold[Operand::Weights] = NumDims;
  return schedule;
}

void BranchAndBound::tightenBound(Node &node) const {
  node.isTight = true;
  switch (options.objective) {
  case Objective::Bytes:
    // Bytes say all about bytes.
    return;
  case Objective::BytesThenBursts:
    if (node.bound >= best.value)
      node.tieBound = boundOf(node, /*isTight=*/true, Objective::Bursts);
    else
      // Again when the best is no better.
      node.isTight = false;
    return;
  default:
    // Given layouts are taken into account from the start.
    if (options.layouts[TensorArray::Input])
      return;
    node.bound = std::max(node.bound,
                          boundOf(node, /*isTight=*/true, options.objective));
  }
}

void BranchAndBound::consider(const Schedule &schedule) {
  Traffic traffic = computeTraffic(layer, schedule);
  double bytes = static_cast<double>(traffic.totalBytes());
  Objective objective = options.objective;
  double limit = best.value;
  if (objective == Objective::Bytes) {
    if (bytes < best.value) {
      best.value = bytes;
      best.schedule = schedule;
    }
    return;
  }
  if (objective == Objective::BytesThenBursts) {
    if (bytes > best.value)
      return;
    objective = Objective::Bursts;
    limit = bytes < best.value ? infinity : bestBursts;
  }

  // Whatever the layouts, bytes fill bursts, and a transfer opens a row.
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
  auto value = [&](const DRAMTraffic &dram) {
    return valueOf(dram, objective);
  };
  if (value(least) * (1 - 1e-12) >= limit)
    return;
  ArrayLayouts layouts;
  std::optional<StreamTraffic> stream = counters[schedule.retainHalo].choose(
      schedule, limit, value, options.layouts, layouts);
  if (!stream)
    return;
  double now = value(stream->total());
  if (now >= limit)
    return;
  best.schedule = schedule;
  if (options.objective == Objective::BytesThenBursts) {
    best.value = bytes;
    bestBursts = now;
  } else {
    best.value = now;
  }
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
  best.value = infinity;
  consider(incumbent);
  for (unsigned pattern = 0; pattern < patterns.size(); ++pattern) {
    Node root;
    root.pattern = pattern;
    for (Dim dim : AllDims) {
      root.lo[dim] = 1;
      root.hi[dim] = layer.size[dim];
    }
    // Tiles of a loop inside the depth of every tensor make no difference.
    const auto &[order, hold] = patterns[pattern];
    for (Dim dim : llvm::ArrayRef(order).drop_front(
             *std::max_element(hold.begin(), hold.end())))
      root.lo[dim] = layer.size[dim];
    push(root);
  }
  best.lowerBound = best.value;
  bool isCut = false;
  while (!open.empty() && !excludes(open.top().bound, open.top().tieBound)) {
    Node node = open.top();
    if (options.nodeBudget && best.evaluated == options.nodeBudget) {
      isCut = true;
      best.lowerBound = std::min(node.bound, best.value);
      break;
    }
    open.pop();
    if (!node.isTight) {
      double bound = node.bound, tieBound = node.tieBound;
      tightenBound(node);
      if (node.bound > bound || node.tieBound > tieBound) {
        if (!excludes(node.bound, node.tieBound))
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
  if (!isCut)
    best.lowerBound = best.value;

  // What the best schedule costs in all terms.
  best.traffic = computeTraffic(layer, best.schedule);
  best.footprint = footprint(layer, best.schedule, buffers);
  complete(best);
  return best;
}

/// The layouts of a schedule, and its stream with them.
static void complete(Found &found, StreamCounter &counter,
                     const EnergyModel &energy, const SearchOptions &options) {
  // All layouts are equal in bytes: the least energy.
  Objective objective =
      options.objective == Objective::Bytes             ? Objective::Energy
      : options.objective == Objective::BytesThenBursts ? Objective::Bursts
                                                        : options.objective;
  found.stream = *counter.choose(
      found.schedule, infinity,
      [&](const DRAMTraffic &dram) {
        return objectiveValue(objective, /*bytes=*/0, dram, energy);
      },
      options.layouts, found.layouts);
}

void BranchAndBound::complete(Found &found) {
  ::complete(found, counters[found.schedule.retainHalo], energy, options);
}

Found romanet::chooseLayouts(const Layer &layer,
                             const BufferCapacities &buffers,
                             const Schedule &schedule,
                             const SearchOptions &options,
                             const DRAMDevice &device) {
  StreamCounter counter(layer, device, schedule.retainHalo);
  EnergyModel energy(device);
  Found found;
  found.schedule = schedule;
  found.traffic = computeTraffic(layer, schedule);
  found.footprint = footprint(layer, schedule, buffers);
  complete(found, counter, energy, options);
  found.value = found.lowerBound =
      objectiveValue(options.objective, found.traffic.totalBytes(),
                     found.stream.total(), energy);
  return found;
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
