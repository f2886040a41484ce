//===- LayerExtraction.h - From a linalg operation to a layer ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the layer out of a linalg operation by the roles of its loops, so that
// named and generic forms are treated alike.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_LAYEREXTRACTION_H
#define ROMANET_ANALYSIS_LAYEREXTRACTION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include <variant>

namespace mlir::romanet {

/// A layer and how the operation it came from spells it.
struct ExtractedLayer {
  core::Layer layer;
  /// The loop of the operation behind each loop of the layer; -1 where the
  /// operation has none (the extent is 1).
  core::PerDim<int> loopOf = {{-1, -1, -1, -1, -1, -1}};
  /// What the accumulation starts from.
  linalg::FillOp initFill; ///< a fill in front of the operation, or
  TypedAttr initConstant;  ///< a constant of one value, or neither: data
  /// Set on memrefs whose elements are not contiguous: bursts are then counted
  /// as if they were.
  bool hasStridedOperand = false;
};

/// Why an operation has no layer.
struct NotALayer {
  std::string reason;
};

/// Whether the user would expect this operation to be scheduled: it is a
/// convolution or a contraction, or it reduces over tensors in a way that may
/// be one. Such an operation is scheduled or gets a reason, never silence.
/// On-chip operations (tiles of a layer) are none.
bool isCandidate(Operation *op);

/// The layer of `op`, for which isCandidate(op) holds. Its name is the name of
/// the operation's location where it has one (`loc("conv1")`), else
/// `FUNCTION.OPERATION.NUMBER`.
std::variant<ExtractedLayer, NotALayer> extractLayer(Operation *op);

/// The operations that work on tiles, below `root`, in program order: they
/// carry `romanet.layer` and `romanet.schedule`.
SmallVector<linalg::LinalgOp> tiledOps(Operation *root);

/// The memref that `value` is a view of, through any chain of views.
Value viewRoot(Value value);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_LAYEREXTRACTION_H
