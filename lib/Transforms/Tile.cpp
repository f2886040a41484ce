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
#include "ScheduleRemarks.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "romanet/Analysis/Unscheduled.h"
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
    FailureOr<core::Space> searched = parseSpace(module, getArgument(), space);
    FailureOr<LayoutMode> mode = parseLayouts(module, getArgument(), layouts);
    if (failed(minimised) || failed(searched) || failed(mode))
      return signalPassFailure();
    options.objective = *minimised;
    options.space = *searched;
    FailureOr<core::Strategy> chosen =
        parseStrategy(module, getArgument(), strategy, options.space);
    if (failed(chosen))
      return signalPassFailure();
    options.strategy = *chosen;
    FailureOr<MachineAttr> machine = getOrSetMachine(module, machineName);
    if (failed(machine))
      return signalPassFailure();

    // Everything is decided before anything is changed, so that an error leaves
    // the module as it was.
    PassContext context = {getArgument(),
                           getAnalysisManager().getPassInstrumentor()};
    FailureOr<std::vector<Decision>> decisions =
        decideAll(module, *machine, options, *mode, context);
    if (failed(decisions))
      return signalPassFailure();
    remarkSchedules(context, *decisions, options, machine->getDevice());
    remarkUnscheduled(context, module, *decisions);
    Phase phase(context, Phase::CarryOut, module);
    IRRewriter rewriter(&getContext());
    for (const Decision &decision : *decisions)
      carryOut(rewriter, decision);
  }

  /// What will move data of the DRAM next to the layers.
  static void remarkUnscheduled(const PassContext &context, ModuleOp module,
                                ArrayRef<Decision> decisions) {
    llvm::DenseSet<Operation *> ofLayers;
    SmallVector<Operation *> prepared;
    for (const Decision &decision : decisions) {
      ofLayers.insert(decision.op);
      for (linalg::LinalgOp op : decision.extracted.epilogue.ops)
        ofLayers.insert(op);
      llvm::append_range(prepared, decision.extracted.prepared);
    }
    ofLayers.insert(prepared.begin(), prepared.end());
    // What prepares a layer stays where something else uses it.
    for (bool isDone = false; !isDone;) {
      isDone = true;
      for (Operation *op : prepared)
        if (ofLayers.contains(op) &&
            llvm::any_of(op->getUsers(), [&](Operation *user) {
              return !ofLayers.contains(user);
            })) {
          ofLayers.erase(op);
          isDone = false;
        }
    }
    for (const UnscheduledOp &each :
         findUnscheduled(module, [&](Operation *op) {
           return isCandidate(op) || ofLayers.contains(op);
         })) {
      if (each.isOnArrays)
        remarkMissed(context, "no-layer", each.op,
                     "'" + each.op->getName().getStringRef() +
                         "' belongs to no layer: it reads at least " +
                         Twine(each.readBytes) +
                         " bytes of DRAM and writes at least " +
                         Twine(each.writtenBytes),
                     {Metric("ReadBytes", each.readBytes),
                      Metric("WrittenBytes", each.writtenBytes)});
    }
  }
};
} // namespace
