//===- ROMANetTransformOps.cpp - Transform operations ---------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Transforms/TransformOps/ROMANetTransformOps.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Transform/IR/TransformTypes.h"
#include "romanet/Transforms/Transforms.h"

#define GET_OP_CLASSES
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.cpp.inc"

using namespace mlir;
using namespace mlir::romanet;

LogicalResult transform::ROMANetTileOp::verify() {
  if (std::optional<StringRef> name = getObjective())
    if (llvm::Error error = core::parseObjective(*name).takeError())
      return emitOpError() << llvm::toString(std::move(error));
  if (std::optional<StringRef> name = getSpace())
    if (llvm::Error error = core::Space::parse(*name).takeError())
      return emitOpError() << llvm::toString(std::move(error));
  return success();
}

void transform::ROMANetTileOp::getEffects(
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  consumesHandle(getTargetMutable(), effects);
  producesHandle(getOperation()->getOpResults(), effects);
  modifiesPayload(effects);
}

DiagnosedSilenceableFailure
transform::ROMANetTileOp::apply(transform::TransformRewriter &rewriter,
                                transform::TransformResults &results,
                                transform::TransformState &state) {
  SmallVector<Operation *> targets =
      llvm::to_vector(state.getPayloadOps(getTarget()));
  llvm::SmallPtrSet<Operation *, 8> seen;
  for (Operation *target : targets)
    if (!seen.insert(target).second) {
      DiagnosedDefiniteFailure failure =
          emitDefiniteFailure()
          << "the handle names an operation twice, which can be tiled once";
      failure.attachNote(target->getLoc()) << "this operation";
      return failure;
    }

  // The verifier made sure that the names are known.
  TilingOptions options;
  if (std::optional<StringRef> name = getObjective())
    options.search.objective = llvm::cantFail(core::parseObjective(*name));
  if (std::optional<StringRef> name = getSpace())
    options.search.space = llvm::cantFail(core::Space::parse(*name));
  options.schedule = getScheduleAttr();
  options.buffers = getBuffersAttr();

  auto tiled = tileLayers(rewriter, targets, options);
  if (auto *failure = std::get_if<TilingFailure>(&tiled)) {
    SmallVector<Diagnostic> diagnostics;
    for (const std::string &message : failure->messages)
      diagnostics.emplace_back(failure->op->getLoc(), DiagnosticSeverity::Error)
          << message;
    diagnostics.back().attachNote(getLoc()) << "tiled by this operation";
    return DiagnosedSilenceableFailure::silenceableFailure(
        std::move(diagnostics));
  }

  SmallVector<Operation *> ops, loops;
  for (TiledLayer &layer : std::get<0>(tiled)) {
    ops.push_back(layer.op);
    llvm::append_range(loops, layer.loops);
  }
  results.set(cast<OpResult>(getTiled()), ops);
  results.set(cast<OpResult>(getLoops()), loops);
  return DiagnosedSilenceableFailure::success();
}

namespace {
class ROMANetTransformExtension
    : public transform::TransformDialectExtension<ROMANetTransformExtension> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ROMANetTransformExtension)

  using Base::Base;

  void init() {
    // The attributes of the operation are the dialect's.
    declareDependentDialect<ROMANetDialect>();
    declareGeneratedDialect<affine::AffineDialect>();
    declareGeneratedDialect<arith::ArithDialect>();
    declareGeneratedDialect<bufferization::BufferizationDialect>();
    declareGeneratedDialect<linalg::LinalgDialect>();
    declareGeneratedDialect<memref::MemRefDialect>();
    declareGeneratedDialect<scf::SCFDialect>();
    declareGeneratedDialect<tensor::TensorDialect>();
    registerTransformOps<
#define GET_OP_LIST
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.cpp.inc"
        >();
  }
};
} // namespace

void mlir::romanet::registerTransformExtension(DialectRegistry &registry) {
  registry.addExtensions<ROMANetTransformExtension>();
}
