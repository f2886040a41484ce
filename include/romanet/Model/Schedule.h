//===- Schedule.h - Tile sizes and loop order of a layer --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A point of the schedule space S0: the tile of each loop, any integer from 1
// to the extent with a ragged last tile, and the order of the loops over tiles.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SCHEDULE_H
#define ROMANET_MODEL_SCHEDULE_H

#include "romanet/Model/Layer.h"

namespace romanet {

/// The loops over tiles, outermost first.
using LoopOrder = std::array<Dim, NumDims>;

/// How often each tile of `operand` is loaded: once for every iteration of the
/// loops outside the innermost relevant one that it does not depend on. Loops
/// with one trip do not exist.
int64_t loadsPerTile(const PerDim<int64_t> &trips, const LoopOrder &order,
                     Operand operand);

struct Schedule {
  /// Elements of one tile along each loop.
  PerDim<int64_t> tile = {{1, 1, 1, 1, 1, 1}};
  /// All six loops, outermost first. A loop with one trip does not exist; its
  /// place in the order has no effect.
  LoopOrder order = AllDims;

  /// Trip count of the loop over tiles of `dim`.
  int64_t trips(const Layer &layer, Dim dim) const;
  /// Trip counts of all loops.
  PerDim<int64_t> trips(const Layer &layer) const;

  /// Loops with more than one trip, outermost first.
  llvm::SmallVector<Dim, NumDims> loops(const Layer &layer) const;

  /// The number of loops of `loops(layer)`, counted from the outermost, inside
  /// which the tile of `operand` is loaded: the innermost relevant one is the
  /// last of them. 0: loaded once, outside all loops.
  unsigned loadDepth(const Layer &layer, Operand operand) const;

  /// Every tile is between 1 and the extent of its loop, and the order names
  /// every loop once. The message says which rule is broken, and by what.
  llvm::Error verify(const Layer &layer) const;

  bool operator==(const Schedule &other) const {
    return tile == other.tile && order == other.order;
  }
};

} // namespace romanet

#endif // ROMANET_MODEL_SCHEDULE_H
