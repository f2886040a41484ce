//===- Nest.h - The loop nest of a schedule ---------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_NEST_H
#define ROMANET_LIB_TRANSFORMS_NEST_H

#include "Decision.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Model/Machine.h"

namespace mlir::romanet {

/// Replaces `op`, whose layer is `extracted`, with what belongs to it, by the
/// nest that carries out `schedule` with a buffer on chip for each tensor, two
/// where `buffers` says so. On tensors the on-chip buffers are carried through
/// the loops, on memrefs they are allocated in front of them.
///
/// Requires schedule.verify(extracted.layer) to have passed.
TiledLayer emitNest(RewriterBase &rewriter, linalg::LinalgOp op,
                    const ExtractedLayer &extracted,
                    const core::Schedule &schedule,
                    const core::BufferCapacities &buffers);

/// The same for a decision; the operation on tiles gets its attributes.
TiledLayer carryOut(RewriterBase &rewriter, const Decision &decision);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_NEST_H
