//===- Schedule.h - Tile sizes and loop order of a layer --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A point of the schedule space. S0: the tile of each loop, any integer from 1
// to the extent with a ragged last tile, and the order of the loops over tiles.
// S1 adds the depth at which each tensor is held, S2 the serpentine order, S3
// the retention of halos.
//
// The nest consists of the loops with more than one trip, outermost first in
// `order`. In serpentine order a loop changes its direction each time it is
// executed again, and its first execution runs forwards; otherwise all run
// forwards. A tensor has an index tuple: the indices of those loops of the nest
// that it depends on and that stand within its depth in `order`. It is loaded
// at the first step of the nest and at each step whose tuple differs from that
// of the step before. This one rule holds in all spaces.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SCHEDULE_H
#define ROMANET_MODEL_SCHEDULE_H

#include "romanet/Model/Layer.h"
#include <vector>

namespace romanet {

/// The loops over tiles, outermost first.
using LoopOrder = std::array<Dim, NumDims>;

/// How often each tile of `operand` is loaded where all loops run forwards:
/// once for every iteration of the loops outside the innermost relevant one
/// that it does not depend on. Loops with one trip do not exist.
int64_t loadsPerTile(const PerDim<int64_t> &trips, const LoopOrder &order,
                     Operand operand);

/// The loops with more than one trip inside which the tile of `operand` is
/// loaded, outermost first, where it is held inside the first `hold` loops of
/// `order`: the innermost relevant one of those is the last.
llvm::SmallVector<Dim, NumDims> loadLoops(const PerDim<int64_t> &trips,
                                          const LoopOrder &order,
                                          Operand operand, unsigned hold);

struct Schedule {
  /// Elements of one tile along each loop.
  PerDim<int64_t> tile = {{1, 1, 1, 1, 1, 1}};
  /// All six loops, outermost first. A loop with one trip does not exist; its
  /// place in the order has no effect.
  LoopOrder order = AllDims;

  /// S1: the number of loops of `order`, from the outermost, inside which each
  /// tensor is held; loops with one trip count, so that the number says the
  /// same for all tiles. What is on chip of the tensor covers all steps of the
  /// loops further in: along those its tile is the whole extent. NumDims: the
  /// innermost tile, as in S0.
  PerOperand<unsigned> hold = {{NumDims, NumDims, NumDims}};
  /// S2: each loop runs forwards and backwards by turns, so that two successive
  /// steps of the nest differ in the index of one loop, by one.
  bool serpentine = false;
  /// S3: where two successive tiles of the input differ in the index of P or of
  /// Q alone, by one, what they share stays on chip and only the rest is
  /// fetched. Without serpentine order this includes the way back from the last
  /// tile to the first of two.
  bool retainHalo = false;

  /// Elements along each loop of what is on chip of `operand`: the tile, or
  /// the whole extent of a loop inside the depth at which it is held.
  PerDim<int64_t> heldTile(const Layer &layer, Operand operand) const;

  /// Trip count of the loop over tiles of `dim`.
  int64_t trips(const Layer &layer, Dim dim) const;
  /// Trip counts of all loops.
  PerDim<int64_t> trips(const Layer &layer) const;

  /// Loops with more than one trip, outermost first.
  llvm::SmallVector<Dim, NumDims> loops(const Layer &layer) const;

  /// The number of loops of `loops(layer)`, counted from the outermost, inside
  /// which the tile of `operand` is loaded: the innermost relevant one within
  /// its depth is the last of them. 0: loaded once, outside all loops.
  unsigned loadDepth(const Layer &layer, Operand operand) const;

  /// Every tile is between 1 and the extent of its loop, the order names every
  /// loop once, and no tensor is held deeper than there are loops. One message
  /// for each rule that is broken, with what breaks it.
  std::vector<std::string> brokenRules(const Layer &layer) const;
  /// The first of them.
  llvm::Error verify(const Layer &layer) const;

  bool operator==(const Schedule &other) const {
    return tile == other.tile && order == other.order && hold == other.hold &&
           serpentine == other.serpentine && retainHalo == other.retainHalo;
  }
};

} // namespace romanet

#endif // ROMANET_MODEL_SCHEDULE_H
