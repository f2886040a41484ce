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

#include "Blocks.h"
#include "romanet/Model/Traffic.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>
#include <map>
#include <set>

using namespace romanet;

int64_t BlockTraffic::total() const {
  int64_t blocks = epilogue;
  for (Operand operand : AllOperands)
    blocks += read[operand] + write[operand];
  return blocks;
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

namespace {

/// The indices of a box along one axis, ascending. All of an interval, but for
/// gaps between windows of the input.
struct Indices {
  int64_t begin, extent;
  std::optional<Window> window;

  int64_t at(int64_t i) const {
    return window ? window->realOf(begin + i) : begin + i;
  }
  /// From the first to the last.
  int64_t length() const { return at(extent - 1) - at(0) + 1; }
};

/// How an array lies in memory, as far as it decides about blocks: what moves a
/// box by a whole number of blocks leaves their number as it is.
class Placed {
public:
  Placed(const Layout &layout, int64_t blockBytes)
      : layout(layout), blockBytes(blockBytes), windows(layout.shape().size()) {
  }

  /// Leaves out of axis `d` the gaps between windows, from the numbers of its
  /// indices as well.
  void leaveOutGaps(size_t d, const Window &window) { windows[d] = window; }

  /// Moves an interval of axis `d` to where the same bytes lie but for a shift,
  /// which is returned modulo the block.
  int64_t normalise(size_t d, int64_t &begin, int64_t extent) const {
    if (windows[d])
      return 0;
    // Blocks of one level lie at equal distances within one of the next, in
    // which the interval must stay.
    int64_t shift = 0;
    for (const Layout::Loop &loop : layout.loops()) {
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
    if (windows[d])
      return run.count;
    for (const Layout::Loop &loop : layout.loops())
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
    Box box;
    bool hasGaps = false;
    for (auto [d, interval] : llvm::enumerate(key)) {
      Indices axis = {interval.first, interval.second, windows[d]};
      box.offset.push_back(axis.at(0));
      box.extent.push_back(axis.length());
      hasGaps |= axis.length() != axis.extent;
    }
    if (hasGaps) {
      for (auto [start, boxes] : starts)
        blocks += boxes * countBetweenGaps(key, start);
      return blocks;
    }
    llvm::SmallVector<int64_t> bases(llvm::make_first_range(starts));
    for (auto [boxes, each] :
         llvm::zip_equal(llvm::make_second_range(starts),
                         layout.countBlocks(box, blockBytes, bases)))
      blocks += boxes * each;
    return blocks;
  }

private:
  /// The boxes between the gaps interleave in memory: every run of theirs marks
  /// its blocks.
  int64_t countBetweenGaps(const Key &key, int64_t start) const {
    std::set<int64_t> touched;
    Box box;
    box.offset.resize(key.size());
    box.extent.resize(key.size());
    auto visit = [&](auto &self, size_t d) -> void {
      if (d == key.size()) {
        layout.forEachRun(box, [&](int64_t offset, int64_t bytes) {
          int64_t last = (start + offset + bytes - 1) / blockBytes;
          for (int64_t i = (start + offset) / blockBytes; i <= last; ++i)
            touched.insert(i);
        });
        return;
      }
      Indices axis = {key[d].first, key[d].second, windows[d]};
      for (int64_t i = 0, end; i < axis.extent; i = end) {
        end = i + 1;
        while (end < axis.extent && axis.at(end) == axis.at(end - 1) + 1)
          ++end;
        box.offset[d] = axis.at(i);
        box.extent[d] = end - i;
        self(self, d + 1);
      }
    };
    visit(visit, 0);
    return static_cast<int64_t>(touched.size());
  }

  const Layout &layout;
  int64_t blockBytes;
  /// For each axis the windows between which there are gaps, if there are.
  llvm::SmallVector<std::optional<Window>, 6> windows;
};

} // namespace

namespace {

/// Gathers the boxes of terms and counts their blocks.
class BoxSum {
public:
  /// Boxes of an array with the given axes, loaded where `operand` is.
  BoxSum(const Layer &layer, Operand operand,
         llvm::ArrayRef<AxisExtent> arrayAxes, const PerDim<int64_t> &tile,
         bool retainHalo, const Placed &placed)
      : placed(placed) {
    auto append = [&](std::optional<Dim> dim, int64_t extent) {
      axes.push_back({dim, extent, std::nullopt, {}});
      if (dim)
        axes.back().tiles.emplace(layer, operand, *dim, tile[*dim], retainHalo);
    };
    for (auto [axis, extent] : arrayAxes)
      append(loopOf(axis), movedAlong(layer, operand, axis, extent));
    rank = axes.size();
    // An array may lack an axis that a loop tiles all the same (one of extent
    // 1, as the row of an input under several outputs, or one along which it is
    // broadcast): it has a part in how often a box is loaded, but none in the
    // box.
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
    /// The loop; std::nullopt for an axis that stays whole, of which `extent`
    /// indices move.
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

/// Leaves out of an input the gaps between windows.
static void leaveOutGaps(const Layer &layer, Placed &input) {
  for (auto [d, axis] : llvm::enumerate(layer.order.axes[Operand::Input]))
    for (auto [spatial, window] : {std::pair(Axis::H, Window::rows(layer)),
                                   std::pair(Axis::W, Window::columns(layer))})
      if (axis == spatial && window.gap > 0)
        input.leaveOutGaps(d, window);
}

static int64_t countBoxes(const Layer &layer, Operand operand,
                          llvm::ArrayRef<AxisExtent> axes, Placed placed,
                          const PerDim<int64_t> &tile, bool retainHalo,
                          llvm::ArrayRef<Term> terms) {
  if (operand == Operand::Input)
    leaveOutGaps(layer, placed);
  BoxSum sum(layer, operand, axes, tile, retainHalo, placed);
  for (const Term &term : terms)
    sum.add(term);
  return sum.countBlocks();
}

int64_t romanet::countRowMajorBoxes(const Layer &layer, Operand operand,
                                    llvm::ArrayRef<AxisExtent> axes,
                                    int64_t elementBytes, int64_t blockBytes,
                                    const PerDim<int64_t> &tile,
                                    bool retainHalo,
                                    llvm::ArrayRef<Term> terms) {
  llvm::SmallVector<int64_t, 6> shape(llvm::make_second_range(axes));
  Layout layout = Layout::rowMajor(shape, elementBytes);
  return countBoxes(layer, operand, axes, Placed(layout, blockBytes), tile,
                    retainHalo, terms);
}

StreamTraffic romanet::countStreams(const Layer &layer,
                                    const Schedule &schedule, CountLoads count,
                                    CountEpilogue countEpilogue) {
  PerDim<int64_t> trips = schedule.trips(layer);
  StreamTraffic traffic;
  auto loopsOf = [&](Operand operand) {
    return loadLoops(trips, schedule.order, operand, schedule.hold[operand]);
  };
  auto add = [](BurstsAndRows loads, BlockTraffic &bursts, BlockTraffic &rows,
                PerOperand<int64_t> BlockTraffic::*direction, Operand operand) {
    (bursts.*direction)[operand] += loads.bursts;
    (rows.*direction)[operand] += loads.rows;
  };
  auto loads = [&](TensorArray array, llvm::ArrayRef<Dim> loops,
                   llvm::ArrayRef<Term> terms) {
    PerDim<int64_t> tile = layer.size;
    for (Dim dim : loops)
      tile[dim] = schedule.tile[dim];
    return count(array, tile, terms);
  };
  auto allLoads = [&](TensorArray array) {
    Operand operand = operandOf(array);
    llvm::SmallVector<Dim, NumDims> loops = loopsOf(operand);
    return loads(array, loops, termsOf(schedule, trips, operand, loops));
  };
  BlockTraffic &bursts = traffic.bursts, &rows = traffic.activations;
  add(allLoads(TensorArray::Input), bursts, rows, &BlockTraffic::read,
      Operand::Input);
  if (layer.hasWeights())
    add(allLoads(TensorArray::Weights), bursts, rows, &BlockTraffic::read,
        Operand::Weights);

  // As in computeTraffic: of all visits of a tile one writes the finished
  // output instead of partial sums, and one begins with an init.
  llvm::SmallVector<Dim, NumDims> loops = loopsOf(Operand::Output);
  add(loads(TensorArray::Output, loops, Term()), bursts, rows,
      &BlockTraffic::write, Operand::Output);
  PerDim<int64_t> outputTile = schedule.heldTile(layer, Operand::Output);
  for (size_t i = 0; i < layer.epilogue.size(); ++i) {
    BurstsAndRows epilogue = countEpilogue(i, outputTile);
    bursts.epilogue += epilogue.bursts;
    rows.epilogue += epilogue.rows;
  }
  if (layer.initIsData)
    add(loads(TensorArray::Init, loops, Term()), bursts, rows,
        &BlockTraffic::read, Operand::Output);
  if (llvm::all_of(loops,
                   [](Dim dim) { return isRelevant(Operand::Output, dim); }))
    return traffic;
  BurstsAndRows once = loads(TensorArray::PartialSums, loops, Term());
  BurstsAndRows visits = allLoads(TensorArray::PartialSums);
  BurstsAndRows again = {visits.bursts - once.bursts, visits.rows - once.rows};
  add(again, bursts, rows, &BlockTraffic::read, Operand::Output);
  add(again, bursts, rows, &BlockTraffic::write, Operand::Output);
  return traffic;
}

BlockTraffic romanet::computeBlockTraffic(const Layer &layer,
                                          const Schedule &schedule,
                                          int64_t blockBytes) {
  assert(blockBytes > 0 && "a block has bytes");
  auto count = [&](Operand operand, llvm::ArrayRef<AxisExtent> axes,
                   int64_t elementBytes, const PerDim<int64_t> &tile,
                   llvm::ArrayRef<Term> terms) {
    RowMajorBlocks blocks(layer, operand, axes, elementBytes, blockBytes,
                          schedule.retainHalo);
    return BurstsAndRows{blocks.count(tile, terms), 0};
  };
  return countStreams(
             layer, schedule,
             [&](TensorArray array, const PerDim<int64_t> &tile,
                 llvm::ArrayRef<Term> terms) {
               Operand operand = operandOf(array);
               return count(operand, axesOf(layer, operand),
                            elementBytes(layer, array), tile, terms);
             },
             [&](size_t i, const PerDim<int64_t> &tile) {
               return count(Operand::Output, epilogueAxes(layer, i),
                            layer.epilogue[i].elementBytes, tile, Term());
             })
      .bursts;
}

BlockTraffic romanet::computeBlockTraffic(const Layer &layer,
                                          const Schedule &schedule,
                                          const TensorLayouts &layouts,
                                          int64_t blockBytes) {
  assert(blockBytes > 0 && "a block has bytes");
  auto layoutOf = [&](TensorArray array) -> const Layout & {
    switch (array) {
    case TensorArray::Input:
      return layouts.input;
    case TensorArray::Weights:
      return layouts.weights;
    case TensorArray::Output:
      return layouts.output;
    case TensorArray::PartialSums:
    case TensorArray::Init:
      return layouts.partialSums;
    }
    llvm_unreachable("not an array");
  };
  BlockTraffic traffic =
      countStreams(
          layer, schedule,
          [&](TensorArray array, const PerDim<int64_t> &tile,
              llvm::ArrayRef<Term> terms) {
            Operand operand = operandOf(array);
            const Layout &layout = layoutOf(array);
            assert(layout.shape() == llvm::ArrayRef(layer.shape(operand)) &&
                   "layout of another array");
            assert(layout.elementBytes() == elementBytes(layer, array) &&
                   "layout of elements of another width");
            int64_t blocks = countBoxes(layer, operand, axesOf(layer, operand),
                                        Placed(layout, blockBytes), tile,
                                        schedule.retainHalo, terms);
            return BurstsAndRows{blocks, 0};
          },
          [](size_t, const PerDim<int64_t> &) { return BurstsAndRows(); })
          .bursts;
  traffic.epilogue = computeBlockTraffic(layer, schedule, blockBytes).epilogue;
  return traffic;
}
