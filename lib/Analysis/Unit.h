//===- Unit.h - What belongs to a layer besides its operation --*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Padding in front of an operation, its initial value, and the element-wise
// operations behind it, on tensors and on memrefs.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_ANALYSIS_UNIT_H
#define ROMANET_LIB_ANALYSIS_UNIT_H

#include "romanet/Analysis/LayerExtraction.h"

namespace mlir::romanet {

/// Bytes of an element; 0 where it is none of 1, 2, 4 or 8 whole bytes.
int64_t elementBytes(Value value);

/// Sets `found.input` and, where the input of `op` is padded here, what it is
/// padded with.
void findPadding(linalg::LinalgOp op, ExtractedLayer &found);

/// Takes the padding back, with a note that says why.
void leavePadding(linalg::LinalgOp op, ExtractedLayer &found, StringRef reason);

/// Sets what the accumulation of `op` starts from.
void findInit(linalg::LinalgOp op, const UnitOptions &options,
              ExtractedLayer &found);

/// Sets `found.epilogue` to as many element-wise operations behind `op` as can
/// be carried out on its tiles with nothing but the last result leaving.
void findEpilogue(linalg::LinalgOp op, const UnitOptions &options,
                  ExtractedLayer &found);

} // namespace mlir::romanet

#endif // ROMANET_LIB_ANALYSIS_UNIT_H
