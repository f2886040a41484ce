//===- ElementwiseTile.h - Element-wise operations on a tile ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_ELEMENTWISETILE_H
#define ROMANET_LIB_TRANSFORMS_ELEMENTWISETILE_H

#include "romanet/Analysis/LayerExtraction.h"

namespace mlir::romanet {

/// Emits one operation that does on a tile, element by element, what
/// `elementwise` does on the output, and writes it to `target`, which may be
/// `sums`. `tiles` are those of its arrays; where they read `sumsBuffer` (on
/// memrefs) or `sumsValue` (on tensors), null where they do not, they get the
/// element of `sums`. Returns the result on tensors.
Value emitElementwise(OpBuilder &builder, const Elementwise &elementwise,
                      ArrayRef<Value> tiles, Value sumsBuffer, Value sumsValue,
                      Value sums, Value target);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_ELEMENTWISETILE_H
