//===- BlockedCopies.h - Buffers that lie in blocks ------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Carries out the layouts that tiled operations demand of DRAM buffers
// (`romanet.layouts`): such a buffer becomes a memref of one dimension, and
// each copy between it and the chip a nest over the parts of its box that are
// strided in the layout, in ascending order of their addresses.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_BLOCKEDCOPIES_H
#define ROMANET_LIB_TRANSFORMS_BLOCKEDCOPIES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::romanet {

class BlockedBuffers {
public:
  /// How a buffer lies that was an array of `type`.
  struct Array {
    MemRefType type;
    LayoutAttr layout;
  };

  /// Rewrites the buffers of `module`, a program on memrefs whose allocations
  /// are not placed yet, and the copies of them. Before that it is checked that
  /// all users of a buffer demand one layout, that the buffer can have it, and
  /// that nothing else uses it: an error at whatever is in the way. Arguments
  /// of functions change only with `packArguments`.
  LogicalResult lower(ModuleOp module, bool packArguments);

  /// Emits `@FUNCTION_pack` for each function with packed arguments: it takes
  /// these row-major, then the memory of the packed ones, and writes it.
  void emitPacking(ModuleOp module) const;

  /// Of an allocation or a global that lower() made (`argument` < 0), or of an
  /// argument of a function; null if it is row-major.
  const Array *lookup(Operation *op, int argument) const {
    auto found = arrays.find({op, argument});
    return found == arrays.end() ? nullptr : &found->second;
  }

private:
  llvm::DenseMap<std::pair<Operation *, int>, Array> arrays;
};

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_BLOCKEDCOPIES_H
