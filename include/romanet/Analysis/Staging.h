//===- Staging.h - On-chip buffers and copies of tiled layers ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds, in a program on memrefs, the copies between DRAM and chip, and says
// which layer and which tensor each of them moves.
//
// The role of an on-chip buffer follows from its use, not from its memory
// space: it is the input, the weights or the partial sums of a tiled operation,
// the result of an operation with `romanet.epilogue`, or what such an operation
// reads besides. A load belongs to the operation that uses its buffer next, a
// store to the one that used it last: next and last in the order of the text
// inside the innermost loop that has such an operation, around its end and its
// beginning (a tile that is fetched ahead is used in the next iteration), else
// in the order of the text of the function.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_STAGING_H
#define ROMANET_ANALYSIS_STAGING_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include "romanet/Model/Report.h"

namespace mlir::romanet {

/// Whether `type` is that of a buffer on chip, or of one in DRAM. Buffers in
/// other memory spaces than ours are neither.
bool isOnChipBuffer(Type type);
bool isDramBuffer(Type type);

/// A copy between DRAM and chip.
struct StagedCopy {
  /// A memref.copy, or a memref.dma_start.
  Operation *op;
  /// Its ends: the memrefs that `op` has as operands.
  Value dram, onChip;
  /// The layer that it belongs to, as an index into Staging::layers.
  size_t layer;
  /// What it moves, as an index into core::AllStreams.
  size_t stream;
};

/// Why the traffic of a program cannot be known.
struct StagingObstacle {
  Operation *op;
  std::string reason;
};

/// The copies between DRAM and chip of a program, in the order of its text.
struct Staging {
  /// tiledOps() of the program.
  SmallVector<linalg::LinalgOp> layers;
  SmallVector<StagedCopy> copies;
  /// What moves data in a way that is not seen: copies that belong to no layer,
  /// and operations on tiles that do not lie on chip.
  SmallVector<StagingObstacle> obstacles;
};

/// The staging of the functions below `root`.
Staging analyzeStaging(Operation *root);

/// The place of the DRAM buffer that `value` is, or is a view of; null where it
/// has none.
DramAttr placeOf(Value value);

/// Whether that buffer has a layout other than row-major.
bool isBlocked(Value value);

/// The transfer that `copy` between `dram` and the chip is, or is a part of: of
/// a buffer that is not row-major the outermost loop around the copy that does
/// nothing but move the parts of a box, else the copy itself.
Operation *transferOf(Operation *copy, Value dram);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_STAGING_H
