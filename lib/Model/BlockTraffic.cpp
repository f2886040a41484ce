//===- BlockTraffic.cpp - Bursts and rows that a schedule touches ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The blocks of a box follow from its shape and the place of its start in a
// block. So the boxes of all terms (see Terms.h) are gathered by these two, and
// each that is different is looked at once.
//
//===----------------------------------------------------------------------===//

#include "Terms.h"
#include "romanet/Model/Traffic.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>
#include <map>

using namespace romanet;

int64_t BlockTraffic::total() const {
  int64_t blocks = 0;
  for (Operand operand : AllOperands)
    blocks += read[operand] + write[operand];
  return blocks;
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

namespace {

/// Counts the blocks of boxes of one extent, at any start.
class BoxBlocks {
public:
  /// Extents and strides, outermost axis first.
  BoxBlocks(llvm::ArrayRef<int64_t> extents, llvm::ArrayRef<int64_t> strides,
            int64_t elementBytes, int64_t blockBytes)
      : run(elementBytes), blockBytes(blockBytes) {
    int64_t span = run;
    for (auto [extent, stride] :
         llvm::reverse(llvm::zip_equal(extents, strides))) {
      if (extent == 1)
        continue;
      // Axes that continue each other without a gap are one run of bytes.
      bool isContiguous = levels.empty() && stride == span;
      if (!isContiguous)
        levels.push_back(Level{extent, stride, span, Memo()});
      span += (extent - 1) * stride;
      if (isContiguous)
        run = span;
    }
  }

  /// Blocks of a box that starts `start` bytes into a block.
  int64_t count(int64_t start) { return count(levels.size(), start); }

private:
  using Memo = llvm::DenseMap<int64_t, int64_t>;

  /// A row of `extent` inner boxes.
  struct Level {
    int64_t extent, stride;
    /// Bytes of an inner box from its first to its last.
    int64_t innerSpan;
    /// Start modulo the block -> blocks.
    Memo memo;
  };

  int64_t count(size_t depth, int64_t start) {
    if (depth == 0)
      return (start + run - 1) / blockBytes + 1;
    Level &level = levels[depth - 1];
    auto known = level.memo.find(start);
    if (known != level.memo.end())
      return known->second;
    int64_t blocks = 0;
    for (int64_t i = 0, at = start; i < level.extent; ++i) {
      blocks += count(depth - 1, at);
      // Inner boxes ascend and do not overlap, so the only block that two of
      // them can share is the last of one and the first of the next.
      if (i + 1 < level.extent && (at + level.innerSpan - 1) / blockBytes ==
                                      (at + level.stride) / blockBytes)
        --blocks;
      at = (at + level.stride) % blockBytes;
    }
    level.memo[start] = blocks;
    return blocks;
  }

  /// Innermost first.
  llvm::SmallVector<Level, 6> levels;
  /// Bytes of the innermost run.
  int64_t run;
  int64_t blockBytes;
};

/// How an array lies in memory, as far as it decides about blocks: what moves a
/// box by a whole number of blocks leaves their number as it is.
class Placed {
public:
  /// Row-major.
  Placed(llvm::ArrayRef<int64_t> shape, int64_t elementBytes,
         int64_t blockBytes)
      : elementBytes(elementBytes), blockBytes(blockBytes),
        strides(shape.size()) {
    int64_t stride = elementBytes;
    for (size_t d = shape.size(); d-- > 0;) {
      strides[d] = stride;
      stride *= shape[d];
    }
  }
  Placed(const Layout &layout, int64_t blockBytes)
      : elementBytes(layout.elementBytes()), blockBytes(blockBytes),
        strides(layout.shape().size()) {
    // One stride to an axis, in the order of the axes, is as good as row-major.
    std::optional<unsigned> outer;
    for (const Layout::Loop &loop : layout.loops()) {
      if (outer && *outer >= loop.axis)
        blocked = &layout;
      strides[loop.axis] = loop.stride;
      outer = loop.axis;
    }
  }

  /// Moves an interval of axis `d` to where the same bytes lie but for a shift,
  /// which is returned modulo the block.
  int64_t normalise(size_t d, int64_t &begin, int64_t extent) const {
    int64_t from = begin;
    if (!blocked) {
      begin = 0;
      return from * strides[d] % blockBytes;
    }
    // Blocks of one level lie at equal distances within one of the next, in
    // which the interval must stay.
    int64_t shift = 0;
    for (const Layout::Loop &loop : blocked->loops()) {
      if (loop.axis != d)
        continue;
      shift += begin / loop.extent * loop.stride % blockBytes;
      begin %= loop.extent;
      if (begin + extent > loop.extent)
        break;
    }
    return shift % blockBytes;
  }

  /// After how many of its intervals a run comes back to the same place in a
  /// block.
  int64_t period(size_t d, const Run &run) const {
    auto period = [&](int64_t distance) {
      return blockBytes / std::gcd(blockBytes, distance);
    };
    if (!blocked)
      return period(run.step * strides[d]);
    for (const Layout::Loop &loop : blocked->loops())
      if (loop.axis == d)
        return run.step % loop.extent == 0
                   ? period(run.step / loop.extent * loop.stride)
                   : run.count;
    return 1;
  }

  int64_t bytesOfBlock() const { return blockBytes; }

  /// First index and extent per dimension.
  using Key = llvm::SmallVector<std::pair<int64_t, int64_t>, 6>;
  /// Place of the start in a block -> number of boxes.
  using Starts = llvm::MapVector<int64_t, int64_t>;

  int64_t countBlocks(const Key &key, const Starts &starts) const {
    int64_t blocks = 0;
    Box shape;
    for (auto [begin, extent] : key) {
      shape.offset.push_back(begin);
      shape.extent.push_back(extent);
    }
    if (blocked) {
      llvm::SmallVector<int64_t> bases(llvm::make_first_range(starts));
      for (auto [boxes, each] :
           llvm::zip_equal(llvm::make_second_range(starts),
                           blocked->countBlocks(shape, blockBytes, bases)))
        blocks += boxes * each;
      return blocks;
    }
    BoxBlocks box(shape.extent, strides, elementBytes, blockBytes);
    for (auto [start, boxes] : starts)
      blocks += boxes * box.count(start);
    return blocks;
  }

private:
  int64_t elementBytes, blockBytes;
  /// Bytes from one index to the next of an array that is not blocked.
  llvm::SmallVector<int64_t, 6> strides;
  /// Null if every axis has one stride.
  const Layout *blocked = nullptr;
};

} // namespace

/// The loop that tiles an axis; std::nullopt for those of the kernel.
static std::optional<Dim> loopOf(Axis axis) {
  switch (axis) {
  case Axis::N:
    return Dim::N;
  case Axis::G:
    return Dim::G;
  case Axis::K:
    return Dim::K;
  case Axis::C:
    return Dim::C;
  case Axis::H:
    return Dim::P;
  case Axis::W:
    return Dim::Q;
  case Axis::R:
  case Axis::S:
    return std::nullopt;
  }
  llvm_unreachable("not an axis");
}

namespace {

/// Gathers the boxes of terms and counts their blocks.
class BoxSum {
public:
  BoxSum(const Layer &layer, const Schedule &schedule, Operand operand,
         llvm::ArrayRef<Dim> loops, const Placed &placed)
      : placed(placed) {
    auto append = [&](std::optional<Dim> dim, int64_t extent) {
      axes.push_back({dim, extent, std::nullopt, {}});
      if (dim)
        axes.back().tiles.emplace(layer, schedule, operand, *dim,
                                  llvm::is_contained(loops, *dim));
    };
    for (auto [axis, extent] :
         llvm::zip_equal(layer.order.axes[operand], layer.shape(operand)))
      append(loopOf(axis), extent);
    rank = axes.size();
    // A tensor may lack an axis of extent 1 that a loop tiles all the same (the
    // one row of an input, under several outputs): it has a part in how often
    // a box is loaded, but none in the box.
    for (Dim dim : AllDims)
      if (isRelevant(operand, dim) &&
          llvm::none_of(axes, [&](const TiledAxis &a) { return a.dim == dim; }))
        append(dim, 1);
  }

  void add(const Term &term) {
    ParityStarts origin;
    origin[0] = {{1, 0}};
    Placed::Key key;
    visit(term, key, 0, origin);
  }

  int64_t countBlocks() const {
    int64_t blocks = 0;
    for (const auto &[key, starts] : boxes)
      blocks += placed.countBlocks(key, starts);
    return blocks;
  }

private:
  /// Place in a block -> intervals, by the parity of the sum of their indices.
  using ParityStarts = llvm::MapVector<int64_t, ByParity>;
  /// First index and extent, normalised -> starts.
  using Classes = llvm::MapVector<std::pair<int64_t, int64_t>, ParityStarts>;

  struct TiledAxis {
    /// The loop; std::nullopt for an axis of the kernel, which stays whole.
    std::optional<Dim> dim;
    int64_t extent;
    std::optional<LoopTiles> tiles;
    /// By choice, computed where needed.
    std::array<std::optional<Classes>, NumChoices> classes;
  };

  const Classes &classesOf(size_t index, Choice choice) {
    TiledAxis &axis = axes[index];
    std::optional<Classes> &classes = axis.classes[choice];
    if (classes)
      return *classes;
    classes.emplace();
    Runs runs = axis.tiles ? axis.tiles->choose(choice)
                           : Runs{{0, axis.extent, /*step=*/0, /*count=*/1, 0}};
    for (const Run &run : runs) {
      if (index >= rank) {
        (*classes)[{0, 1}][0][run.parity] += run.count;
        continue;
      }
      int64_t period = placed.period(index, run);
      for (int64_t i = 0, e = std::min(run.count, period); i < e; ++i) {
        int64_t begin = run.begin + i * run.step;
        int64_t start = placed.normalise(index, begin, run.extent);
        (*classes)[{begin, run.extent}][start][run.parity] +=
            (run.count - 1 - i) / period + 1;
      }
    }
    return *classes;
  }

  void visit(const Term &term, Placed::Key &key, size_t index,
             const ParityStarts &starts) {
    if (index == axes.size()) {
      Placed::Starts &counts = boxes[key];
      for (const auto &[start, number] : starts) {
        ByParity all = multiply(number, term.factor);
        counts[start] +=
            (term.counts[0] ? all[0] : 0) + (term.counts[1] ? all[1] : 0);
      }
      return;
    }
    Choice choice = axes[index].dim ? term.choice[*axes[index].dim] : All;
    for (const auto &[interval, inner] : classesOf(index, choice)) {
      ParityStarts sums;
      for (const auto &[outerStart, outerNumber] : starts)
        for (const auto &[innerStart, innerNumber] : inner) {
          ByParity &sum =
              sums[(outerStart + innerStart) % placed.bytesOfBlock()];
          ByParity product = multiply(outerNumber, innerNumber);
          sum = {{sum[0] + product[0], sum[1] + product[1]}};
        }
      if (index < rank)
        key.push_back(interval);
      visit(term, key, index + 1, sums);
      if (index < rank)
        key.pop_back();
    }
  }

  const Placed &placed;
  /// Those of the array, and those that it lacks.
  llvm::SmallVector<TiledAxis, 6> axes;
  size_t rank;
  std::map<Placed::Key, Placed::Starts> boxes;
};

} // namespace

/// Blocks of the boxes of all terms.
static int64_t blocksOf(const Layer &layer, const Schedule &schedule,
                        Operand operand, llvm::ArrayRef<Dim> loops,
                        llvm::ArrayRef<Term> terms, const Placed &placed) {
  BoxSum sum(layer, schedule, operand, loops, placed);
  for (const Term &term : terms)
    sum.add(term);
  return sum.countBlocks();
}

namespace {

/// The arrays that a layer has in DRAM.
struct PlacedTensors {
  Placed input, weights, output, partialSums;
};

} // namespace

static BlockTraffic blockTraffic(const Layer &layer, const Schedule &schedule,
                                 const PlacedTensors &placed) {
  PerDim<int64_t> trips = schedule.trips(layer);
  BlockTraffic traffic;
  auto loopsOf = [&](Operand operand) {
    return loadLoops(trips, schedule.order, operand, schedule.hold[operand]);
  };
  auto reads = [&](Operand operand, const Placed &array) {
    llvm::SmallVector<Dim, NumDims> loops = loopsOf(operand);
    return blocksOf(layer, schedule, operand, loops,
                    termsOf(schedule, trips, operand, loops), array);
  };
  traffic.read[Operand::Input] = reads(Operand::Input, placed.input);
  traffic.read[Operand::Weights] = reads(Operand::Weights, placed.weights);

  // As in computeTraffic: of all visits of a tile one writes the finished
  // output instead of partial sums, and one begins with an init.
  llvm::SmallVector<Dim, NumDims> loops = loopsOf(Operand::Output);
  auto tiles = [&](const Placed &array) {
    return blocksOf(layer, schedule, Operand::Output, loops, Term(), array);
  };
  traffic.write[Operand::Output] = tiles(placed.output);
  bool isVisitedOnce = llvm::all_of(
      loops, [](Dim dim) { return isRelevant(Operand::Output, dim); });
  if (isVisitedOnce && !layer.initIsData)
    return traffic;
  int64_t once = tiles(placed.partialSums);
  int64_t visits =
      isVisitedOnce ? once : reads(Operand::Output, placed.partialSums);
  traffic.read[Operand::Output] = visits - (layer.initIsData ? 0 : once);
  traffic.write[Operand::Output] += visits - once;
  return traffic;
}

BlockTraffic romanet::computeBlockTraffic(const Layer &layer,
                                          const Schedule &schedule,
                                          int64_t blockBytes) {
  assert(blockBytes > 0 && "a block has bytes");
  auto place = [&](Operand operand, int64_t elementBytes) {
    return Placed(layer.shape(operand), elementBytes, blockBytes);
  };
  return blockTraffic(layer, schedule,
                      {place(Operand::Input, layer.inputBytes),
                       place(Operand::Weights, layer.weightBytes),
                       place(Operand::Output, layer.outputBytes),
                       place(Operand::Output, layer.accumulatorBytes)});
}

BlockTraffic romanet::computeBlockTraffic(const Layer &layer,
                                          const Schedule &schedule,
                                          const TensorLayouts &layouts,
                                          int64_t blockBytes) {
  assert(blockBytes > 0 && "a block has bytes");
  auto place = [&](Operand operand, const Layout &layout,
                   [[maybe_unused]] int64_t elementBytes) {
    assert(layout.shape() == llvm::ArrayRef(layer.shape(operand)) &&
           "layout of another array");
    assert(layout.elementBytes() == elementBytes &&
           "layout of elements of another width");
    return Placed(layout, blockBytes);
  };
  return blockTraffic(
      layer, schedule,
      {place(Operand::Input, layouts.input, layer.inputBytes),
       place(Operand::Weights, layouts.weights, layer.weightBytes),
       place(Operand::Output, layouts.output, layer.outputBytes),
       place(Operand::Output, layouts.partialSums, layer.accumulatorBytes)});
}
