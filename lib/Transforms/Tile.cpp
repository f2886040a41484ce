//===- Tile.cpp - Choose and emit the schedule of every layer -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Nest.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Model/Search.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_TILEPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

namespace {
/// A layer that will be tiled.
struct Decision {
  linalg::LinalgOp op;
  ExtractedLayer extracted;
  core::Schedule schedule;
};

struct TilePass : mlir::romanet::impl::TilePassBase<TilePass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    MachineAttr machine = getOrSetMachine(module);

    // Decide everything before anything is changed, so that an error leaves the
    // module as it was.
    std::vector<Decision> decisions;
    bool failedAny = false;
    module.walk([&](Operation *op) {
      if (!isCandidate(op))
        return;
      auto layer = extractLayer(op);
      if (auto *reason = std::get_if<NotALayer>(&layer)) {
        emitRemark(op->getLoc())
            << "'" << op->getName() << "' is not scheduled: " << reason->reason;
        return;
      }
      auto &extracted = std::get<ExtractedLayer>(layer);
      if (extracted.hasStridedOperand)
        emitRemark(op->getLoc())
            << "'" << op->getName()
            << "' has an operand whose rows are not contiguous; its bursts are "
               "counted as if they were";
      FailureOr<core::Schedule> schedule =
          decide(op, extracted.layer, buffersOf(op, machine));
      if (failed(schedule))
        failedAny = true;
      else
        decisions.push_back(
            {cast<linalg::LinalgOp>(op), std::move(extracted), *schedule});
    });
    if (failedAny)
      return signalPassFailure();

    IRRewriter rewriter(&getContext());
    for (Decision &decision : decisions) {
      auto buffers =
          BuffersAttr::get(&getContext(), buffersOf(decision.op, machine));
      linalg::LinalgOp tiled = emitNest(rewriter, decision.op,
                                        decision.extracted, decision.schedule);
      tiled->setAttr(kBuffersAttr, buffers);
      tiled->setAttr(kLayerAttr,
                     LayerAttr::get(&getContext(), decision.extracted.layer));
      tiled->setAttr(kScheduleAttr,
                     ScheduleAttr::get(&getContext(), decision.schedule));
    }
  }

  /// The schedule of `layer`: the user's, if there is one, else the best.
  FailureOr<core::Schedule> decide(Operation *op, const core::Layer &layer,
                                   const core::BufferCapacities &buffers) {
    if (auto pinned = op->getAttrOfType<ScheduleAttr>(kScheduleAttr))
      return check(op, pinned.getSchedule(), layer, buffers);
    core::SearchResult result = core::searchBytes(layer, buffers);
    if (auto *infeasible = std::get_if<core::Infeasible>(&result))
      return emitError(op->getLoc())
             << "'" << op->getName() << "' (" << layer.name
             << "): " << infeasible->message();
    return std::get<core::Found>(result).schedule;
  }

  /// A schedule that the user set must obey the rules like any other.
  FailureOr<core::Schedule> check(Operation *op, const core::Schedule &schedule,
                                  const core::Layer &layer,
                                  const core::BufferCapacities &buffers) {
    if (llvm::Error error = schedule.verify(layer))
      return emitError(op->getLoc())
             << "'" << op->getName() << "' (" << layer.name
             << ") has a schedule that cannot be carried out: "
             << llvm::toString(std::move(error));
    core::Footprint bytes = footprint(layer, schedule, buffers);
    if (!fits(bytes, buffers)) {
      InFlightDiagnostic diag =
          emitError(op->getLoc())
          << "'" << op->getName() << "' (" << layer.name
          << ") has a schedule whose tiles do not fit on chip:";
      for (core::Operand operand : core::AllOperands) {
        diag << " " << core::operandName(operand) << " " << bytes[operand]
             << " bytes";
        if (!buffers.isShared)
          diag << " of " << buffers.separate[operand];
        diag << (operand == core::Operand::Output ? "" : ",");
      }
      if (buffers.isShared)
        diag << ", in " << buffers.shared << " bytes together";
      return diag;
    }
    return schedule;
  }
};
} // namespace
