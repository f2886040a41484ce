//===- Blocks.h - Blocks of memory that loads touch -------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks (bursts, DRAM rows) that all loads of an array touch, for arrays in
// three kinds of layout. Each class is made once for an array and asked for
// many schedules: what depends on one loop alone is kept.
//
// A query is the tile that is held (the whole extent along loops that do not
// load it) and the terms of all loads, see Terms.h.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_BLOCKS_H
#define ROMANET_LIB_MODEL_BLOCKS_H

#include "Terms.h"
#include "romanet/Model/ArrayLayout.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <deque>
#include <vector>

namespace romanet {

/// The axes of a row-major array, outermost first, and their extents.
using AxisExtent = std::pair<Axis, int64_t>;

/// Indices along an axis that stays whole, of `extent`, that a transfer of
/// `operand` moves: the first ones.
inline int64_t movedAlong(const Layer &layer, Operand operand, Axis axis,
                          int64_t extent) {
  std::optional<size_t> whole = wholeIndex(axis);
  return whole ? layer.whole[*whole].moved(operand) : extent;
}

llvm::SmallVector<AxisExtent, 6> axesOf(const Layer &layer, Operand operand);
/// Of an operand of the epilogue: the axes of the output that it has.
llvm::SmallVector<AxisExtent, 6> epilogueAxes(const Layer &layer, size_t i);

/// What RowMajorBlocks counts, box by box: for any array, but slow.
int64_t countRowMajorBoxes(const Layer &layer, Operand operand,
                           llvm::ArrayRef<AxisExtent> axes,
                           int64_t elementBytes, int64_t blockBytes,
                           const PerDim<int64_t> &tile, bool retainHalo,
                           llvm::ArrayRef<Term> terms);

/// What is kept of a loop, by tile size and choice of intervals.
template <typename T>
class PerChoice {
public:
  template <typename Function>
  const T &get(int64_t tile, Choice choice, Function make) {
    auto [at, isNew] = index.try_emplace(tile * NumChoices + choice, 0);
    if (isNew) {
      at->second = values.size();
      values.push_back(make());
    }
    return values[at->second];
  }

private:
  llvm::DenseMap<int64_t, size_t> index;
  std::deque<T> values;
};

/// A row-major array that starts on a block boundary.
///
/// Its axes fall into outer ones, of which two neighbours lie more than a block
/// apart, and inner ones. A box of the inner ones touches every block from its
/// first byte to its last: a line. Lines ascend, so that the only block that
/// two can share is the last of one and the first of the next. A box of the
/// whole array has as many blocks as its lines have, less what neighbours
/// share. Both depend on where a line starts within a block, and that is a sum
/// over the axes.
class RowMajorBlocks {
public:
  /// An array that is loaded (or stored) where `operand` is.
  RowMajorBlocks(const Layer &layer, Operand operand,
                 llvm::ArrayRef<AxisExtent> axes, int64_t elementBytes,
                 int64_t blockBytes, bool retainHalo);

  int64_t count(const PerDim<int64_t> &tile, llvm::ArrayRef<Term> terms);

private:
  /// Number of lines (or of pairs of them, or intervals) whose start adds
  /// `residue` bytes to the place within a block.
  struct Number {
    int64_t residue;
    ByParity number;
  };
  using Numbers = std::vector<Number>;
  /// Intervals of equal extent.
  struct Start {
    int64_t residue, extent;
    ByParity number;
  };
  struct Along {
    /// Indices, and those with a neighbour above in the same interval.
    Numbers indices, pairs;
    std::vector<Start> starts;
    int64_t largestExtent = 0;
  };
  struct ArrayAxis {
    std::optional<Dim> dim;
    int64_t extent, stride;
    /// Indices in a transfer where no loop tiles the axis.
    int64_t moved;
    PerChoice<Along> along;
  };

  const Along &along(ArrayAxis &axis, const PerDim<int64_t> &tile,
                     const Term &term);
  Along makeAlong(const Runs &runs, int64_t stride);
  void convolve(const Numbers &a, const Numbers &b, Numbers &result);
  int64_t countTerm(const PerDim<int64_t> &tile, const Term &term);
  /// Sums `visit(place, span)` over the starts of the axes from `axis` on, in
  /// which at least `leastSpan` bytes lie from the first to the last, times the
  /// numbers of `outer`.
  template <typename Function>
  ByParity sumBoxes(llvm::ArrayRef<const Along *> alongs, size_t axis,
                    const Numbers &outer, int64_t leastSpan, Function visit);

  const Layer &layer;
  Operand operand;
  llvm::SmallVector<AxisExtent, 6> arrayAxes;
  int64_t elementBytes, blockBytes;
  bool retainHalo;
  /// There are rows (columns) between windows of several, which are left out:
  /// no box is one of equal steps.
  bool hasGaps = false;
  /// Outermost first; those that the array lacks are in `absent`.
  std::vector<ArrayAxis> axes;
  llvm::SmallVector<Dim, 2> absent;
  size_t firstInner;
  /// Scratch: sums by residue, and which are in use.
  std::vector<ByParity> sums;
  std::vector<int64_t> used;
};

/// Extents, in elements, of the aligned blocks into which an array is cut, as
/// powers of two along its loops.
using BlockShape = PerDim<uint8_t>;

/// No block of a burst or a row is longer along a loop than this power of two
/// elements.
inline constexpr uint8_t MostPower = 20;

/// Blocks of 2^power elements that the indices in [begin, end) along a loop
/// touch, which is not empty.
int64_t touchedBlocks(const Layer &layer, Operand operand, Dim dim,
                      int64_t begin, int64_t end, unsigned power);

/// An array that is cut into blocks of a power of two elements along each loop,
/// and of one along the axes that stay whole. The blocks that a box touches are
/// a product over the loops and axes.
class BlockedArray {
public:
  /// An array that is loaded where `operand` is.
  BlockedArray(const Layer &layer, Operand operand,
               llvm::ArrayRef<AxisExtent> axes, bool retainHalo)
      : layer(layer), operand(operand), retainHalo(retainHalo) {
    for (auto [axis, extent] : axes)
      if (std::optional<Dim> dim = loopOf(axis))
        hasLoop[*dim] = true;
      else
        moved *= movedAlong(layer, operand, axis, extent);
  }

  /// All loads of a schedule, for the blocks of any shape.
  class Loads {
  public:
    int64_t countBlocks(const BlockShape &shape) const;

  private:
    friend class BlockedArray;
    struct Product {
      Term term;
      /// By power, for each loop that the array has; the last power for those
      /// that it lacks, along which there is one block.
      llvm::SmallVector<std::pair<Dim, const ByParity *>, NumDims> sums;
    };
    llvm::SmallVector<Product, 4> products;
    PerDim<bool> hasLoop = {{}};
    /// Blocks of each box along the axes that stay whole.
    int64_t moved = 1;
  };
  /// Valid as long as the array.
  Loads loads(const PerDim<int64_t> &tile, llvm::ArrayRef<Term> terms);

private:
  static constexpr unsigned NumPowers = 64;
  using ByPower = std::array<ByParity, NumPowers>;

  const Layer &layer;
  Operand operand;
  bool retainHalo;
  /// Whether the array has the axis of a loop, and indices of a transfer along
  /// the axes that stay whole.
  PerDim<bool> hasLoop = {{}};
  int64_t moved = 1;
  PerDim<PerChoice<ByPower>> sums;
};

/// Bursts and DRAM rows.
struct BurstsAndRows {
  int64_t bursts = 0, rows = 0;
};

/// An array in which each tile that is loaded is contiguous and starts where a
/// DRAM row starts, or shares a row with whole tiles (slotBytes of
/// DRAM/Layout.h): no layout has fewer bursts or rows in any transfer. Requires
/// that the tiles are a partition of the array.
class TiledArray {
public:
  /// An array that is loaded where `operand` is.
  TiledArray(const Layer &layer, Operand operand,
             llvm::ArrayRef<AxisExtent> axes, int64_t elementBytes,
             int64_t burstBytes, int64_t rowBytes)
      : layer(layer), operand(operand), bytesOfWhole(elementBytes),
        burstBytes(burstBytes), rowBytes(rowBytes) {
    for (auto [axis, extent] : axes)
      if (std::optional<Dim> dim = loopOf(axis))
        hasLoop[*dim] = true;
      else
        bytesOfWhole *= movedAlong(layer, operand, axis, extent);
  }

  BurstsAndRows count(const PerDim<int64_t> &tile, llvm::ArrayRef<Term> terms);

private:
  struct Extent {
    int64_t extent;
    ByParity number;
  };
  const Layer &layer;
  Operand operand;
  /// Whether the array has the axis of a loop.
  PerDim<bool> hasLoop = {{}};
  /// Of a tile of one element along each loop.
  int64_t bytesOfWhole;
  int64_t burstBytes, rowBytes;
  PerDim<PerChoice<llvm::SmallVector<Extent, 4>>> extents;
};

/// Counts the loads of an array in held tiles of the given size.
using CountLoads = llvm::function_ref<BurstsAndRows(
    TensorArray array, const PerDim<int64_t> &tile,
    llvm::ArrayRef<Term> terms)>;

/// The same of an operand of the epilogue, loaded once for every tile of the
/// output.
using CountEpilogue = llvm::function_ref<BurstsAndRows(
    size_t i, const PerDim<int64_t> &outputTile)>;

/// What a schedule moves, by tensor and direction.
StreamTraffic countStreams(const Layer &layer, const Schedule &schedule,
                           CountLoads count, CountEpilogue countEpilogue);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_BLOCKS_H
