//===- BlockTraffic.cpp - Bursts and rows that a schedule touches ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that a tensor loads is a sum of terms. In a term, every loop contributes
// an interval from a list of its own, and each combination of intervals is a
// box that is loaded. There is one term where all loops run forwards; in
// serpentine order one for each way in which a loop can step (see Traffic.cpp):
// the loops outside contribute all their tiles, the one that steps what a step
// loads, and those inside one tile each.
//
// The blocks of a box follow from its shape and the place of its start in a
// block. So the boxes of all terms are gathered by these two, and each that is
// different is looked at once.
//
//===----------------------------------------------------------------------===//

#include "Window.h"
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
// Terms
//===----------------------------------------------------------------------===//

namespace {

/// Lists of intervals that a loop can contribute to a term. Up and Down: what
/// is loaded by steps to the index above and to the one below, where that index
/// is even or odd.
enum Choice : uint8_t { All, First, Last, UpEven, UpOdd, DownEven, DownOdd };
constexpr unsigned NumChoices = 7;

struct Term {
  PerDim<Choice> choice = {{All, All, All, All, All, All}};
  /// Iterations of the irrelevant loops for each box, by the parity of the sum
  /// of their indices.
  ByParity factor = {{1, 0}};
  /// Whether to count the boxes of which the indices of the loops that
  /// contribute all tiles, and those of the irrelevant loops, have a sum that
  /// is even, and one that is odd.
  std::array<bool, 2> counts = {{true, true}};
};

/// Intervals [begin + i * step, begin + i * step + extent) for i < count.
struct Run {
  int64_t begin, extent, step, count;
  /// Of the index of each of them among all tiles.
  unsigned parity;
};
using Runs = llvm::SmallVector<Run, 8>;

/// The tiles of a tensor along one loop, in elements of the tensor.
class LoopTiles {
public:
  LoopTiles(const Layer &layer, const Schedule &schedule, Operand operand,
            Dim dim, bool isLooped)
      : size(layer.size[dim]), tile(isLooped ? schedule.tile[dim] : size),
        trips(llvm::divideCeilSigned(size, tile)),
        retainHalo(schedule.retainHalo) {
    if (operand == Operand::Input && dim == Dim::P)
      window.emplace(Window::rows(layer), tile);
    if (operand == Operand::Input && dim == Dim::Q)
      window.emplace(Window::columns(layer), tile);
  }

  Runs choose(Choice choice) const {
    Runs runs;
    switch (choice) {
    case All:
      for (unsigned parity : {0, 1})
        collect(runs, 0, trips, parity, [&](int64_t i) { return at(i); });
      return runs;
    case First:
      add(runs, at(0));
      break;
    case Last:
      add(runs, at(trips - 1));
      break;
    case UpEven:
    case UpOdd:
      collect(runs, 1, trips, choice == UpOdd,
              [&](int64_t i) { return newAfterLower(i); });
      break;
    case DownEven:
    case DownOdd:
      collect(runs, 0, trips - 1, choice == DownOdd,
              [&](int64_t i) { return newAfterHigher(i); });
      break;
    }
    for (Run &run : runs)
      run.parity = 0;
    return runs;
  }

private:
  using Interval = std::pair<int64_t, int64_t>;

  Interval at(int64_t index) const {
    if (window)
      return window->at(index);
    return {index * tile, std::min((index + 1) * tile, size)};
  }
  Interval newAfterLower(int64_t index) const {
    return window && retainHalo ? window->newAfterLower(index) : at(index);
  }
  Interval newAfterHigher(int64_t index) const {
    return window && retainHalo ? window->newAfterHigher(index) : at(index);
  }

  static void add(Runs &runs, Interval interval, int64_t step = 0,
                  int64_t count = 1, unsigned parity = 0) {
    auto [begin, end] = interval;
    // No transfer where nothing is new.
    if (begin < end)
      runs.push_back({begin, end - begin, step, count, parity});
  }

  /// The intervals of the indices in [from, to) of one parity. Those of tiles
  /// that are neither clipped nor ragged lie at equal distances and are one
  /// run, also where they are the part that is new after a neighbour: of the
  /// lower one it takes the upper end, which is clipped no sooner, and of the
  /// higher one the lower end, which is clipped no later.
  template <typename Function>
  void collect(Runs &runs, int64_t from, int64_t to, unsigned parity,
               Function interval) const {
    int64_t begin = window ? window->firstNotAbove() : 0;
    int64_t end = std::min(window ? window->firstBelow() : trips - 1, to);
    int64_t i = from + ((from ^ parity) & 1);
    while (i < to) {
      int64_t count = i >= begin ? countIndices(i, end, parity) : 0;
      if (count > 1) {
        add(runs, interval(i), interval(i + 2).first - interval(i).first, count,
            parity);
        i += 2 * count;
      } else {
        add(runs, interval(i), 0, 1, parity);
        i += 2;
      }
    }
  }

  int64_t size, tile, trips;
  bool retainHalo;
  std::optional<WindowTiles> window;
};

} // namespace

/// Sums over pairs, by the parity of the sum of both indices.
static ByParity multiply(const ByParity &a, const ByParity &b) {
  return {{a[0] * b[0] + a[1] * b[1], a[0] * b[1] + a[1] * b[0]}};
}

/// The terms of all loads of a tensor, of which `loops` are the loops inside
/// which it is loaded.
static llvm::SmallVector<Term, 1> termsOf(const Schedule &schedule,
                                          const PerDim<int64_t> &trips,
                                          Operand operand,
                                          llvm::ArrayRef<Dim> loops) {
  auto retainsHalo = [&](Dim dim) {
    return schedule.retainHalo && operand == Operand::Input &&
           (dim == Dim::P || dim == Dim::Q);
  };
  llvm::SmallVector<Term, 1> terms;

  if (!schedule.serpentine) {
    Term term;
    for (Dim dim : loops)
      if (!isRelevant(operand, dim))
        term.factor[0] *= trips[dim];
    if (loops.empty() || !retainsHalo(loops.back())) {
      terms.push_back(term);
      return terms;
    }
    Dim last = loops.back();
    for (Choice choice : {UpEven, UpOdd}) {
      term.choice[last] = choice;
      terms.push_back(term);
    }
    term.choice[last] = First;
    // From the last of two tiles back to the first, where nothing else changes.
    Dim before = loops.size() > 1 ? loops[loops.size() - 2] : last;
    if (!isRelevant(operand, before) && trips[last] == 2) {
      int64_t others = term.factor[0] / trips[before];
      term.choice[last] = DownEven;
      term.factor[0] = others * (trips[before] - 1);
      terms.push_back(term);
      term.choice[last] = First;
      term.factor[0] = others;
    }
    terms.push_back(term);
    return terms;
  }

  // Where no irrelevant loop makes a tile be loaded again.
  if (llvm::all_of(loops, [&](Dim dim) {
        return isRelevant(operand, dim) && !retainsHalo(dim);
      })) {
    terms.emplace_back();
    return terms;
  }

  // The tiles at which the given loops begin an execution.
  auto begin = [&](Term &term, llvm::ArrayRef<Dim> inner, unsigned parity) {
    for (Dim dim : inner) {
      term.choice[dim] = parity == 0 ? First : Last;
      parity &= trips[dim] & 1;
    }
  };
  Term outer;
  begin(outer, loops, 0);
  terms.push_back(outer);
  outer = Term();
  for (auto [i, dim] : llvm::enumerate(loops)) {
    if (!isRelevant(operand, dim)) {
      outer.factor =
          multiply(outer.factor, {{(trips[dim] + 1) / 2, trips[dim] / 2}});
      continue;
    }
    for (unsigned before : {0, 1}) {
      // Outside the outermost loop there is one iteration.
      if (i == 0 && before == 1)
        continue;
      for (unsigned index : {0, 1}) {
        Term term = outer;
        term.counts = {{before == 0, before == 1}};
        term.choice[dim] = before == 0 ? (index ? UpOdd : UpEven)
                                       : (index ? DownOdd : DownEven);
        begin(term, loops.drop_front(i + 1), before ^ index);
        terms.push_back(term);
      }
    }
  }
  return terms;
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
  Placed(const Layout &layout, int64_t elementBytes, int64_t blockBytes)
      : Placed(layout.shape(), elementBytes, blockBytes) {
    if (layout.shape() == layout.block())
      return;
    blocked = &layout;
    size_t rank = layout.shape().size();
    inBlock.resize(rank);
    betweenBlocks.resize(rank);
    int64_t stride = elementBytes;
    bool isEven = true;
    for (size_t d = rank; d-- > 0;) {
      inBlock[d] = isEven ? stride : 0;
      stride *= layout.block()[d];
      isEven &= layout.shape()[d] % layout.block()[d] == 0;
    }
    int64_t before = 1;
    isEven = true;
    for (size_t d = 0; d < rank; ++d) {
      betweenBlocks[d] = isEven ? before * strides[d] : 0;
      before *= layout.block()[d];
      isEven &= layout.shape()[d] % layout.block()[d] == 0;
    }
  }

  /// Moves an interval of dimension `d` to where the same bytes lie but for a
  /// shift, which is returned modulo the block.
  int64_t normalise(size_t d, int64_t &begin, int64_t extent) const {
    int64_t from = begin;
    if (!blocked) {
      begin = 0;
      return from * strides[d] % blockBytes;
    }
    int64_t block = blocked->block()[d], size = blocked->shape()[d];
    int64_t start = from / block * block;
    int64_t shift = 0;
    // Blocks of one size lie at equal distances, unless those of a dimension
    // further out differ: a box in two of them is not moved as a whole.
    if (betweenBlocks[d] != 0 && from + extent <= size / block * block) {
      shift += start * betweenBlocks[d] % blockBytes;
      begin -= start;
    }
    // So do the elements of one block, unless those of a dimension further in
    // differ.
    if (inBlock[d] != 0 && from + extent <= start + block) {
      shift += (from - start) * inBlock[d] % blockBytes;
      begin -= from - start;
    }
    return shift % blockBytes;
  }

  /// After how many of its intervals a run comes back to the same place in a
  /// block.
  int64_t period(size_t d, const Run &run) const {
    if (blocked)
      return run.count;
    return blockBytes / std::gcd(blockBytes, run.step * strides[d]);
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
      for (auto [start, boxes] : starts)
        blocks += boxes * blocked->countBlocks(shape, blockBytes, start);
      return blocks;
    }
    BoxBlocks box(shape.extent, strides, elementBytes, blockBytes);
    for (auto [start, boxes] : starts)
      blocks += boxes * box.count(start);
    return blocks;
  }

private:
  int64_t elementBytes, blockBytes;
  /// Bytes from one index to the next of a row-major array.
  llvm::SmallVector<int64_t, 6> strides;
  /// Null if row-major.
  const Layout *blocked = nullptr;
  /// Bytes from one index to the next within a block, and from one block to
  /// the next divided by its extent; 0 where they differ between blocks.
  llvm::SmallVector<int64_t, 6> inBlock, betweenBlocks;
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
                   int64_t elementBytes) {
    assert(layout.shape() == llvm::ArrayRef(layer.shape(operand)) &&
           "layout of another array");
    assert(layout.sizeBytes() == layer.elements(operand) * elementBytes &&
           "layout of elements of another width");
    return Placed(layout, elementBytes, blockBytes);
  };
  return blockTraffic(
      layer, schedule,
      {place(Operand::Input, layouts.input, layer.inputBytes),
       place(Operand::Weights, layouts.weights, layer.weightBytes),
       place(Operand::Output, layouts.output, layer.outputBytes),
       place(Operand::Output, layouts.partialSums, layer.accumulatorBytes)});
}
