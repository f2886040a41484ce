//===- Schedule.cpp - Choose the schedule of every layer -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Machine.h"
#include "ScheduleRemarks.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_SCHEDULEPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

namespace {
struct SchedulePass : mlir::romanet::impl::SchedulePassBase<SchedulePass> {
  using SchedulePassBase::SchedulePassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    core::SearchOptions options;
    FailureOr<core::Space> searched = parseSpace(module, getArgument(), space);
    if (failed(searched))
      return signalPassFailure();
    options.space = *searched;
    FailureOr<core::Strategy> chosen =
        parseStrategy(module, getArgument(), strategy, options.space);
    if (failed(chosen))
      return signalPassFailure();
    options.strategy = *chosen;
    FailureOr<core::Objective> minimised =
        parseObjective(module, getArgument(), objective);
    if (failed(minimised))
      return signalPassFailure();
    options.objective = *minimised;
    FailureOr<MachineAttr> machine = getOrSetMachine(module, machineName);
    if (failed(machine))
      return signalPassFailure();
    FailureOr<LayoutMode> mode = parseLayouts(module, getArgument(), layouts);
    if (failed(mode))
      return signalPassFailure();
    PassContext context = {getArgument(),
                           getAnalysisManager().getPassInstrumentor()};
    FailureOr<std::vector<Decision>> decisions =
        decideAll(module, *machine, options, *mode, context);
    if (failed(decisions))
      return signalPassFailure();
    remarkSchedules(context, *decisions, options, machine->getDevice());
    for (Decision &decision : *decisions) {
      if (decision.layouts)
        decision.op->setAttr(kLayoutsAttr, decision.layouts);
      if (decision.op->hasAttr(kScheduleAttr))
        continue;
      decision.op->setAttr(
          kScheduleAttr,
          ScheduleAttr::get(&getContext(), decision.found.schedule));
      decision.op->setAttr(
          kCostAttr, CostAttr::get(&getContext(), decision.found, options));
      if (decision.isBare)
        decision.op->setAttr(kNoEpilogueAttr, UnitAttr::get(&getContext()));
    }
  }
};
} // namespace
