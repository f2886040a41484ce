//===- Tile.cpp - Choose and emit the schedule of every layer -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Machine.h"
#include "Nest.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_TILEPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

/// Only nests of S0 can be emitted.
std::optional<std::string>
mlir::romanet::whyNotEmitted(const Decision &decision) {
  core::Schedule simple = decision.found.schedule;
  simple.hold = core::Schedule().hold;
  simple.serpentine = simple.retainHalo = false;
  if (simple == decision.found.schedule)
    return std::nullopt;
  linalg::LinalgOp op = decision.op;
  return ("'" + op->getName().getStringRef() + "' (" +
          decision.extracted.layer.name +
          ") has a schedule with hold, serpentine or halo, which "
          "romanet-tile does not emit; schedule it in space S0")
      .str();
}

TiledLayer mlir::romanet::carryOut(RewriterBase &rewriter,
                                   const Decision &decision,
                                   BuffersAttr buffers) {
  const core::Schedule &schedule = decision.found.schedule;
  TiledLayer tiled =
      emitNest(rewriter, decision.op, decision.extracted, schedule);
  MLIRContext *context = rewriter.getContext();
  tiled.op->setAttr(kBuffersAttr, buffers);
  tiled.op->setAttr(kLayerAttr,
                    LayerAttr::get(context, decision.extracted.layer));
  tiled.op->setAttr(kScheduleAttr, ScheduleAttr::get(context, schedule));
  return tiled;
}

namespace {
struct TilePass : mlir::romanet::impl::TilePassBase<TilePass> {
  using TilePassBase::TilePassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    core::SearchOptions options;
    FailureOr<core::Objective> minimised =
        parseObjective(module, getArgument(), objective);
    if (failed(minimised))
      return signalPassFailure();
    options.objective = *minimised;
    MachineAttr machine = getOrSetMachine(module);

    // Everything is decided before anything is changed, so that an error leaves
    // the module as it was.
    FailureOr<std::vector<Decision>> decisions =
        decideAll(module, machine, options);
    if (failed(decisions) || failed(checkEmittable(*decisions)))
      return signalPassFailure();

    IRRewriter rewriter(&getContext());
    for (Decision &decision : *decisions) {
      auto buffers =
          BuffersAttr::get(&getContext(), buffersOf(decision.op, machine));
      carryOut(rewriter, decision, buffers);
    }
  }

  LogicalResult checkEmittable(ArrayRef<Decision> decisions) {
    LogicalResult result = success();
    for (const Decision &decision : decisions)
      if (std::optional<std::string> reason = whyNotEmitted(decision)) {
        linalg::LinalgOp op = decision.op;
        result = emitError(op.getLoc()) << *reason;
      }
    return result;
  }
};
} // namespace
