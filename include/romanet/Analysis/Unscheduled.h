//===- Unscheduled.h - What moves DRAM data outside of layers ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program moves more than its layers do: padding and transpositions that no
// layer takes in, element-wise operations left in DRAM, copies. They are found
// here, so that no traffic is left out in silence.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_UNSCHEDULED_H
#define ROMANET_ANALYSIS_UNSCHEDULED_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::romanet {

/// An operation that reads or writes DRAM and belongs to no layer.
struct UnscheduledOp {
  Operation *op;
  /// Bytes that it moves each time it is executed, at least: every array once,
  /// and none of an array whose size is not known.
  int64_t readBytes = 0, writtenBytes = 0;
  /// It works on arrays, not on single elements in loops of the program.
  bool isOnArrays = true;
};

/// The operations below `root`, in program order, but for those of which
/// `isOfLayer` says that a layer takes them in.
///
/// On memrefs this is every operation that reads or writes a buffer in DRAM,
/// except for copies between DRAM and chip and for calls, whose functions
/// have operations of their own. On tensors, where only bufferization decides
/// what is moved, it is every operation that computes a tensor, except for
/// fills, views and casts, and where a function has tiles of layers already,
/// for insertions of slices.
SmallVector<UnscheduledOp>
findUnscheduled(Operation *root, function_ref<bool(Operation *)> isOfLayer);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_UNSCHEDULED_H
