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
      const core::Schedule &schedule = decision.found.schedule;
      auto buffers =
          BuffersAttr::get(&getContext(), buffersOf(decision.op, machine));
      linalg::LinalgOp tiled =
          emitNest(rewriter, decision.op, decision.extracted, schedule);
      tiled->setAttr(kBuffersAttr, buffers);
      tiled->setAttr(kLayerAttr,
                     LayerAttr::get(&getContext(), decision.extracted.layer));
      tiled->setAttr(kScheduleAttr, ScheduleAttr::get(&getContext(), schedule));
    }
  }

  /// Only nests of S0 can be emitted.
  LogicalResult checkEmittable(ArrayRef<Decision> decisions) {
    LogicalResult result = success();
    for (const Decision &decision : decisions) {
      core::Schedule simple = decision.found.schedule;
      simple.hold = core::Schedule().hold;
      simple.serpentine = simple.retainHalo = false;
      if (simple == decision.found.schedule)
        continue;
      linalg::LinalgOp op = decision.op;
      result = emitError(op.getLoc())
               << "'" << op->getName() << "' (" << decision.extracted.layer.name
               << ") has a schedule with hold, serpentine or halo, which "
                  "romanet-tile does not emit; schedule it in space S0";
    }
    return result;
  }
};
} // namespace
