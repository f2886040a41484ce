//===- Staging.h - On-chip buffers and copies of a tiled layer --*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds, in a program on memrefs, the copies that stage the tiles of a layer.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_STAGING_H
#define ROMANET_ANALYSIS_STAGING_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "romanet/Dialect/ROMANetDialect.h"

namespace mlir::romanet {

/// How one tensor of a tiled layer is staged.
struct StagedOperand {
  /// The on-chip buffer; null where the operation reads DRAM directly.
  Value buffer;
  /// Copies from DRAM into the buffer, and from it to DRAM.
  SmallVector<memref::CopyOp> loads, stores;
};

/// The staging of `op`, one of tiledOps().
core::PerOperand<StagedOperand> stagingOf(linalg::LinalgOp op);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_STAGING_H
