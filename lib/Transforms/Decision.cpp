//===- Decision.cpp - The schedules of the layers of a module -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Machine.h"

using namespace mlir;
using namespace mlir::romanet;

/// A schedule that the user set must obey the rules like any other.
static std::variant<core::Found, std::vector<std::string>>
check(Operation *op, const core::Schedule &schedule, const core::Layer &layer,
      const core::BufferCapacities &buffers) {
  std::vector<std::string> broken = brokenRules(layer, schedule, buffers);
  for (std::string &rule : broken)
    rule = ("'" + op->getName().getStringRef() + "' (" + layer.name +
            ") has a schedule that cannot be carried out: " + rule)
               .str();
  if (!broken.empty())
    return broken;
  core::Found found;
  found.schedule = schedule;
  found.traffic = computeTraffic(layer, schedule);
  found.footprint = footprint(layer, schedule, buffers);
  return found;
}

std::variant<core::Found, std::vector<std::string>> mlir::romanet::decide(
    Operation *op, const core::Layer &layer, ScheduleAttr pinned,
    const core::BufferCapacities &buffers, const core::SearchOptions &options,
    core::NetworkSearch &search) {
  if (pinned)
    return check(op, pinned.getSchedule(), layer, buffers);
  const core::SearchResult &result = search(layer, buffers, options);
  if (const auto *infeasible = std::get_if<core::Infeasible>(&result))
    return std::vector<std::string>{("'" + op->getName().getStringRef() +
                                     "' (" + layer.name +
                                     "): " + infeasible->message())
                                        .str()};
  return std::get<core::Found>(result);
}

void mlir::romanet::warnOfStrides(Operation *op,
                                  const ExtractedLayer &extracted) {
  if (extracted.hasStridedOperand)
    emitRemark(op->getLoc())
        << "'" << op->getName()
        << "' has an operand whose rows are not contiguous; its bursts are "
           "counted as if they were";
}

FailureOr<std::vector<Decision>>
mlir::romanet::decideAll(ModuleOp module, MachineAttr machine,
                         const core::SearchOptions &options) {
  std::vector<std::pair<Operation *, std::variant<ExtractedLayer, NotALayer>>>
      candidates;
  module.walk([&](Operation *op) {
    if (isCandidate(op))
      candidates.emplace_back(op, extractLayer(op));
  });

  // First what takes long, then the diagnostics in the order of the program.
  core::NetworkSearch search(machine.getDevice());
  std::vector<core::NetworkSearch::Task> tasks;
  for (const auto &[op, layer] : candidates)
    if (const auto *extracted = std::get_if<ExtractedLayer>(&layer))
      if (!op->getAttrOfType<ScheduleAttr>(kScheduleAttr))
        tasks.push_back({&extracted->layer, buffersOf(op, machine)});
  search.searchAll(tasks, options, module.getContext()->getNumThreads());

  std::vector<Decision> decisions;
  bool failedAny = false;
  for (auto &[op, layer] : candidates) {
    if (auto *reason = std::get_if<NotALayer>(&layer)) {
      emitRemark(op->getLoc())
          << "'" << op->getName() << "' is not scheduled: " << reason->reason;
      continue;
    }
    auto &extracted = std::get<ExtractedLayer>(layer);
    warnOfStrides(op, extracted);
    auto found = decide(op, extracted.layer,
                        op->getAttrOfType<ScheduleAttr>(kScheduleAttr),
                        buffersOf(op, machine), options, search);
    if (auto *messages = std::get_if<std::vector<std::string>>(&found)) {
      for (const std::string &message : *messages)
        emitError(op->getLoc()) << message;
      failedAny = true;
      continue;
    }
    decisions.push_back({cast<linalg::LinalgOp>(op), std::move(extracted),
                         std::get<core::Found>(std::move(found))});
  }
  if (failedAny)
    return failure();
  return decisions;
}

FailureOr<core::Objective>
mlir::romanet::parseObjective(ModuleOp module, StringRef pass, StringRef name) {
  llvm::Expected<core::Objective> objective = core::parseObjective(name);
  if (!objective)
    return emitError(module.getLoc())
           << "option 'objective' of " << pass << ": "
           << llvm::toString(objective.takeError());
  return *objective;
}
