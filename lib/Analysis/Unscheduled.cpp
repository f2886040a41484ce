//===- Unscheduled.cpp - What moves DRAM data outside of layers -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/Unscheduled.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/Staging.h"

using namespace mlir;
using namespace mlir::romanet;

/// Bytes of a tensor or a memref; 0 where they are not known.
static int64_t bytesOf(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasStaticShape() ||
      !shaped.getElementType().isIntOrFloat())
    return 0;
  int64_t bytes = llvm::divideCeil(shaped.getElementTypeBitWidth(), 8);
  for (int64_t extent : shaped.getShape())
    if (llvm::MulOverflow(bytes, extent, bytes))
      return 0;
  return bytes;
}

/// Reads and writes of arrays of which `isCounted` holds.
static void addArrays(linalg::LinalgOp op, function_ref<bool(Type)> isCounted,
                      UnscheduledOp &found) {
  for (OpOperand &operand : op->getOpOperands()) {
    Type type = operand.get().getType();
    if (!isCounted(type))
      continue;
    if (op.payloadUsesValueFromOperand(&operand))
      found.readBytes += bytesOf(type);
    if (op.isDpsInit(&operand))
      found.writtenBytes += bytesOf(type);
  }
}

/// std::nullopt where `op` moves nothing of DRAM.
static std::optional<UnscheduledOp> onMemRefs(Operation *op) {
  UnscheduledOp found{op};
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    addArrays(linalgOp, isDramBuffer, found);
    return llvm::any_of(op->getOperandTypes(), isDramBuffer)
               ? std::optional(found)
               : std::nullopt;
  }
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface || isa<CallOpInterface>(op))
    return std::nullopt;
  // Between DRAM and chip something is staged.
  if (llvm::any_of(op->getOperandTypes(), isOnChipBuffer))
    return std::nullopt;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  bool isCopy = isa<memref::CopyOp>(op), movesAny = false;
  for (const MemoryEffects::EffectInstance &effect : effects) {
    bool isRead = isa<MemoryEffects::Read>(effect.getEffect());
    Value value = effect.getValue();
    if ((!isRead && !isa<MemoryEffects::Write>(effect.getEffect())) || !value ||
        !isDramBuffer(value.getType()))
      continue;
    movesAny = true;
    Type type = value.getType();
    int64_t bytes =
        isCopy ? bytesOf(type)
               : bytesOf(RankedTensorType::get({}, getElementTypeOrSelf(type)));
    (isRead ? found.readBytes : found.writtenBytes) += bytes;
  }
  found.isOnArrays = isCopy;
  return movesAny ? std::optional(found) : std::nullopt;
}

static std::optional<UnscheduledOp> onTensors(Operation *op, bool hasTiles) {
  auto isTensor = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getRank() > 0;
  };
  // A reduction to one element is one, too.
  bool computes = llvm::any_of(op->getResultTypes(), isTensor) ||
                  (isa<linalg::LinalgOp>(op) &&
                   llvm::any_of(op->getOperandTypes(), isTensor));
  if (!computes || op->hasTrait<OpTrait::ConstantLike>() ||
      isa<CallOpInterface, RegionBranchOpInterface, linalg::FillOp,
          tensor::EmptyOp, tensor::ExtractSliceOp, tensor::ExpandShapeOp,
          tensor::CollapseShapeOp, tensor::CastOp, tensor::ReshapeOp>(op) ||
      isa<bufferization::BufferizationDialect>(op->getDialect()) ||
      (hasTiles && isa<tensor::InsertSliceOp>(op)))
    return std::nullopt;
  UnscheduledOp found{op};
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    addArrays(linalgOp, isTensor, found);
    return found;
  }
  // A slice is put in place.
  if (auto insertion = dyn_cast<tensor::InsertSliceOp>(op)) {
    found.readBytes = found.writtenBytes = bytesOf(insertion.getSourceType());
    return found;
  }
  for (Type type : op->getOperandTypes())
    if (isTensor(type))
      found.readBytes += bytesOf(type);
  for (Type type : op->getResultTypes())
    if (isTensor(type))
      found.writtenBytes += bytesOf(type);
  return found;
}

SmallVector<UnscheduledOp>
mlir::romanet::findUnscheduled(Operation *root,
                               function_ref<bool(Operation *)> isOfLayer) {
  SmallVector<UnscheduledOp> all;
  bool hasTiles = false;
  root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto function = dyn_cast<FunctionOpInterface>(op))
      hasTiles = !tiledOps(function).empty();
    bool isLinalg = isa<linalg::LinalgOp>(op);
    if (op->hasAttr(kLayerAttr) || op->hasAttr(kEpilogueAttr) || isOfLayer(op))
      return WalkResult::skip();
    std::optional<UnscheduledOp> found = onMemRefs(op);
    if (!found)
      found = onTensors(op, hasTiles);
    if (found)
      all.push_back(*found);
    // What computes an element inside is not one more.
    return isLinalg || found ? WalkResult::skip() : WalkResult::advance();
  });
  return all;
}
