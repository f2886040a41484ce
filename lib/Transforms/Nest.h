//===- Nest.h - The loop nest of a schedule ---------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_NEST_H
#define ROMANET_LIB_TRANSFORMS_NEST_H

#include "mlir/IR/PatternMatch.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Transforms/Transforms.h"

namespace mlir::romanet {

/// Replaces `op`, whose layer is `extracted`, by the nest that carries out
/// `schedule`: on tensors the on-chip buffers are carried through the loops, on
/// memrefs they are allocated in front of them.
///
/// Requires schedule.verify(extracted.layer) to have passed.
TiledLayer emitNest(RewriterBase &rewriter, linalg::LinalgOp op,
                    const ExtractedLayer &extracted,
                    const core::Schedule &schedule);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_NEST_H
