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

/// Looks through arrays that are computed here and hold another one with its
/// dimensions in another order: the input, with padding that was found, or the
/// weights of `op` are read where they lie.
void findPermutation(linalg::LinalgOp op, core::Operand operand,
                     ExtractedLayer &found);

/// Where the input of `op` is padded here, looks through it and says what it is
/// padded with.
void findPadding(linalg::LinalgOp op, ExtractedLayer &found);

/// Sets what the accumulation of `op` starts from.
void findInit(linalg::LinalgOp op, const UnitOptions &options,
              ExtractedLayer &found);

/// Sets `found.epilogue` to as many element-wise operations behind `op` as can
/// be carried out on its tiles with nothing but the last result leaving.
void findEpilogue(linalg::LinalgOp op, const UnitOptions &options,
                  ExtractedLayer &found);

} // namespace mlir::romanet

#endif // ROMANET_LIB_ANALYSIS_UNIT_H
