//===- Staging.cpp - On-chip buffers and copies of a tiled layer ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/Staging.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "romanet/Analysis/LayerExtraction.h"

using namespace mlir;
using namespace mlir::romanet;

/// Collects the copies whose one end is `value` or a view of it.
static void collectCopies(Value value, StagedOperand &staged) {
  for (Operation *user : value.getUsers()) {
    if (auto copy = dyn_cast<memref::CopyOp>(user)) {
      (copy.getTarget() == value ? staged.loads : staged.stores)
          .push_back(copy);
    } else if (auto view = dyn_cast<ViewLikeOpInterface>(user)) {
      if (view.getViewSource() == value)
        for (Value result : user->getResults())
          collectCopies(result, staged);
    }
  }
}

core::PerOperand<StagedOperand> mlir::romanet::stagingOf(linalg::LinalgOp op) {
  core::PerOperand<StagedOperand> staging;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type)
      continue;
    std::optional<core::Operand> tensor = operandOfSpace(type.getMemorySpace());
    if (!tensor)
      continue;
    StagedOperand &staged = staging[*tensor];
    staged.buffer = viewRoot(operand.get());
    collectCopies(staged.buffer, staged);
  }
  return staging;
}
