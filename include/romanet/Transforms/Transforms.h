//===- Transforms.h - Tiling of single layers -------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What romanet-tile does to every layer of a module, for the operations that a
// caller names: a pass of its own, or transform.romanet.tile.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TRANSFORMS_TRANSFORMS_H
#define ROMANET_TRANSFORMS_TRANSFORMS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include <string>
#include <variant>
#include <vector>

namespace mlir::romanet {

struct TilingOptions {
  /// Space and objective of the search; the defaults are those of
  /// romanet-tile. Not used where there is a schedule already.
  core::SearchOptions search;
  /// The schedule to carry out; null: the `romanet.schedule` of the operation,
  /// and if it has none, the best one.
  ScheduleAttr schedule;
  /// The on-chip buffers; null: the `romanet.buffers` of the operation, and if
  /// it has none, those of the machine.
  BuffersAttr buffers;
  /// The machine; null: that of the innermost operation around the layer that
  /// has a `romanet.machine` or a target system spec with its parts, and if
  /// there is none, the default.
  MachineAttr machine;
};

/// A layer that was tiled.
struct TiledLayer {
  /// The operation on tiles, with `romanet.layer`, `romanet.schedule` and
  /// `romanet.buffers`.
  linalg::LinalgOp op;
  /// The loops over tiles, outermost first. Loops of one trip do not exist.
  SmallVector<scf::ForOp> loops;
};

/// Why nothing was tiled.
struct TilingFailure {
  enum class Kind {
    NotALayer,       ///< the operation cannot be scheduled
    Infeasible,      ///< even its smallest tiles do not fit
    IllegalSchedule, ///< its schedule breaks a rule
  };
  Kind kind;
  /// The operation that was in the way.
  Operation *op;
  /// What romanet-tile prints at the operation, at least one.
  std::vector<std::string> messages;
};

/// Replaces every one of `ops` by the nest that carries out its schedule.
/// Everything is decided before anything is changed: on a failure, that of the
/// first operation that has one, the program is as it was. The layers are in
/// the order of `ops`.
///
/// No operation may be named twice. The dialects that romanet-tile depends on
/// must be loaded. Remarks are those of romanet-tile; the machine is not
/// written on the module, unlike by the passes.
std::variant<std::vector<TiledLayer>, TilingFailure>
tileLayers(RewriterBase &rewriter, ArrayRef<Operation *> ops,
           const TilingOptions &options = {});

/// The same for one operation.
std::variant<TiledLayer, TilingFailure>
tileLayer(RewriterBase &rewriter, Operation *op,
          const TilingOptions &options = {});

} // namespace mlir::romanet

#endif // ROMANET_TRANSFORMS_TRANSFORMS_H
