//===- Bounds.h - Lower bounds on what ranges of schedules load -*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pattern is an order of the loops and the depths at which the tensors are
// held. Given a range of tile sizes for each loop, nothing in it loads a tensor
// with less than the bound computed here.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_BOUNDS_H
#define ROMANET_LIB_MODEL_BOUNDS_H

#include "Blocks.h"
#include "romanet/Model/Search.h"
#include <memory>

namespace romanet {

/// Loops with more than one index, outermost first, and inside how many of them
/// each tensor is held.
struct Pattern {
  llvm::SmallVector<Dim, NumDims> order;
  PerOperand<unsigned> hold;
};

/// Tiles of a pattern, lo <= tile <= hi in each loop.
struct TileRanges {
  PerDim<int32_t> lo, hi;
};

/// The smallest of any range of a list of numbers, by the usual table of ranges
/// whose lengths are powers of two.
class RangeMinimum {
public:
  RangeMinimum() = default;
  explicit RangeMinimum(std::vector<int64_t> values);
  /// Of the values from `first` to `last`.
  int64_t operator()(int64_t first, int64_t last) const {
    unsigned level = llvm::Log2_64(last - first + 1);
    return std::min(levels[level][first],
                    levels[level][last + 1 - (int64_t(1) << level)]);
  }
  bool empty() const { return levels.empty(); }

private:
  std::vector<std::vector<int64_t>> levels;
};

/// The power of a block that is as large as any array: each interval touches
/// one.
inline constexpr uint8_t WholeLoop = 63;

/// Lower bounds in blocks of a power of two elements along each loop (see
/// BlockedArray). With blocks of one element these are elements; with blocks as
/// large as the array, loads.
///
/// Without any reuse between two passes over it, a tensor is swept once for
/// each iteration of the loops that it does not depend on, outside its
/// innermost relevant one. A step of such a loop loads a whole pass again but,
/// in serpentine order, the one tile at which the last pass ended. From the
/// innermost loop out, with F at least what a pass loads and T at most the tile
/// at which it ends:
///
///   relevant loop   F <- sum * F, T <- tile * T
///   other loop      F <- F + (trips - 1) * (F - T)
///
/// where sum is at least what the intervals of the loop's tiles touch together,
/// and tile at most what one of them touches. Over the steps of a loop, passes
/// end by turns where they began, at the first tiles, and where the outermost
/// relevant loop inside stands at its last tile, where the first pass ends; so
/// along that loop T is the average of both, or the last tile where that is
/// more: an odd number of steps has one more of it.
///
/// Retained halos make passes cheaper: where P (or Q) steps, only what is new
/// is loaded for the one tile of the loops inside that is on chip then, fresh
/// with the whole of the first tile: F <- sum * F - (sum - fresh) * T.
///
/// All of this holds as well for any other weight of a box that is a product of
/// weights of its intervals and no more than the blocks that it touches; along
/// one loop that can be a LineWeight.
class LoadBounds {
public:
  LoadBounds(const Layer &layer, const Space &space);

  /// The weight of an interval of a loop whose indices lie `stride` bytes apart
  /// and end in `run` bytes: the blocks of `blockBytes` from its first byte to
  /// its last, at least. Lines of that many bytes begin `pitch` bytes apart; if
  /// two of them may share a block, it is 1. For use in a BlockShape. Requires
  /// stride <= blockBytes <= pitch.
  struct LineWeight {
    Operand operand;
    Dim dim;
    int64_t stride, run, blockBytes, pitch;
  };
  uint8_t addWeight(const LineWeight &weight);

  /// The average over all lines of an array instead, where each tile has each
  /// of them once: `run` is exact, and so are the places within a block at
  /// which lines begin, with how many do. What is kept of a pass may be any of
  /// them, and is weighed by the most that a line can touch. std::nullopt where
  /// it is not worth its time, or the loop has halos.
  std::optional<uint8_t>
  addAverage(const LineWeight &weight,
             llvm::ArrayRef<std::pair<int64_t, int64_t>> places);

  /// Blocks that all loads of `operand` touch, at least.
  double blocks(const Pattern &pattern, const TileRanges &ranges,
                Operand operand, const BlockShape &shape) const;

  /// Blocks of all tiles, each once, at least: what blocks() exceeds is due to
  /// loads again.
  double sweep(const Pattern &pattern, const TileRanges &ranges,
               Operand operand, const BlockShape &shape) const;

  /// The least of blocks() over several shapes, none of which has a power above
  /// MostPower; infinity if there is none. Stops at the first that is no more
  /// than `enough`.
  double fewestBlocks(const Pattern &pattern, const TileRanges &ranges,
                      Operand operand, llvm::ArrayRef<BlockShape> shapes,
                      double enough) const;

  int64_t trips(Dim dim, int64_t tile) const {
    return llvm::divideCeilSigned(layer.size[dim], tile);
  }

private:
  /// What the tiles of a loop touch: all together at least, one at most, the
  /// last and the average of the first and the last at most, the first and what
  /// is new in each of the others at least, and their hull at least.
  struct Along {
    double sum, tile, average, fresh, hull;
  };
  /// A loop inside which a tensor is loaded, or along which all of it is held.
  struct Loop {
    Dim dim;
    bool isRelevant, isWhole, hasHalo;
    /// Of a loop that is not relevant.
    double tripsBut1;
  };
  using Loops = llvm::SmallVector<Loop, NumDims>;
  /// Innermost first, those inside which nothing is loaded before all others.
  Loops loopsOf(const Pattern &pattern, const TileRanges &ranges,
                Operand operand) const;
  template <typename Function>
  static double sum(const Loops &loops, Function along);

  struct Table {
    /// By tile size; of the largest the negative.
    RangeMinimum sum, tile, ends, fresh;
    /// All are this much too large.
    double scale = 1;
    /// Of lines that differ.
    bool isAverage = false;
  };
  Along along(Operand operand, Dim dim, unsigned power, int64_t lo,
              int64_t hi) const;
  /// Of a weight, or of the blocks of a power. Null if the loop is too long.
  const Table *table(Operand operand, Dim dim, unsigned power) const;
  /// `most` weighs what is kept.
  template <typename Weight, typename Most>
  Table makeTable(Operand operand, Dim dim, Weight weight, Most most) const;
  template <typename Weight>
  Table makeTable(Operand operand, Dim dim, Weight weight) const {
    return makeTable(operand, dim, weight, weight);
  }

  const Layer &layer;
  Space space;
  /// What the tiles of P and Q fetch, by tile size; empty for images too large.
  PerDim<RangeMinimum> fetched;
  PerDim<int64_t> hull = {{}};
  PerDim<bool> hasHalo = {{}};
  /// Of powers, made where needed. Along all loops but P and Q those of the
  /// input are those of every tensor.
  using TablesOfPowers =
      PerDim<std::array<std::unique_ptr<Table>, MostPower + 1>>;
  mutable TablesOfPowers tables, outputTables;
  /// Of WholeLoop, for the loops of the input with halos.
  mutable PerDim<std::unique_ptr<Table>> wholeTables;
  std::vector<Table> weights;
};

} // namespace romanet

#endif // ROMANET_LIB_MODEL_BOUNDS_H
