//===- Decision.cpp - The schedules of the layers of a module -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Machine.h"
#include "romanet/Model/Elementwise.h"

using namespace mlir;
using namespace mlir::romanet;

namespace {
/// An operation and the layers that it can be: with the element-wise operations
/// behind it, and where these are not free, without.
struct Candidate {
  Operation *op;
  core::BufferCapacities buffers;
  std::variant<ExtractedLayer, NotALayer> unit;
  std::optional<ExtractedLayer> bare;

  std::optional<core::Schedule> pinned() const {
    if (auto schedule = op->getAttrOfType<ScheduleAttr>(kScheduleAttr))
      return schedule.getSchedule();
    return std::nullopt;
  }
};

class Decider {
public:
  Decider(MachineAttr machine, const core::SearchOptions &options)
      : device(machine.getDevice()), machine(machine), options(options),
        search(device) {}

  FailureOr<std::vector<Decision>> run(ArrayRef<Operation *> ops);

private:
  void collect(ArrayRef<Operation *> ops);
  FailureOr<Decision> decide(Candidate &candidate);
  FailureOr<Decision> follow(Candidate &candidate,
                             const core::Schedule &schedule);
  double valueOf(const core::Found &found,
                 ArrayRef<linalg::LinalgOp> apart) const;

  core::DRAMDevice device;
  MachineAttr machine;
  core::SearchOptions options;
  core::NetworkSearch search;
  std::vector<Candidate> candidates;
};
} // namespace

static InFlightDiagnostic note(Operation *op) {
  return emitRemark(op->getLoc()) << "'" << op->getName() << "'";
}

void Decider::collect(ArrayRef<Operation *> ops) {
  // From the last to the first: of two layers that meet in one element-wise
  // operation, the later one can carry it out as soon as its sums are there.
  llvm::DenseSet<Operation *> taken;
  for (Operation *op : llvm::reverse(ops)) {
    UnitOptions all;
    all.taken = &taken;
    Candidate candidate = {op, buffersOf(op, machine), extractLayer(op, all),
                           std::nullopt};
    if (auto *unit = std::get_if<ExtractedLayer>(&candidate.unit)) {
      // Without arrays of its own and in the place of the sums, an epilogue
      // only saves.
      if (!unit->epilogue.arrays.empty() || unit->layer.separateResult) {
        UnitOptions some = all;
        some.epilogue = false;
        auto bare = extractLayer(op, some);
        if (auto *layer = std::get_if<ExtractedLayer>(&bare))
          candidate.bare = std::move(*layer);
      }
      for (const Elementwise *each : {&unit->init, &unit->epilogue})
        for (linalg::LinalgOp member : each->ops)
          taken.insert(member);
    }
    candidates.push_back(std::move(candidate));
  }
  std::reverse(candidates.begin(), candidates.end());
}

/// The objective's value of a schedule together with what operations move that
/// run on their own, from and to DRAM.
double Decider::valueOf(const core::Found &found,
                        ArrayRef<linalg::LinalgOp> apart) const {
  core::StreamCost cost = core::costOf(found);
  for (linalg::LinalgOp op : apart) {
    std::vector<core::StreamedArray> arrays;
    for (OpOperand &operand : op->getOpOperands()) {
      auto type = dyn_cast<ShapedType>(operand.get().getType());
      if (!type)
        continue;
      int64_t bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8;
      if (op.payloadUsesValueFromOperand(&operand))
        arrays.push_back({bytes, /*isWrite=*/false});
      if (op.isDpsInit(&operand))
        arrays.push_back({bytes, /*isWrite=*/true});
    }
    cost += core::costOf(arrays, device);
  }
  return core::objectiveValue(options.objective, cost, device);
}

/// A schedule that the user set must obey the rules like any other.
FailureOr<Decision> Decider::follow(Candidate &candidate,
                                    const core::Schedule &schedule) {
  auto op = cast<linalg::LinalgOp>(candidate.op);
  auto &unit = std::get<ExtractedLayer>(candidate.unit);
  ExtractedLayer *chosen = &unit;
  std::vector<std::string> broken =
      brokenRules(unit.layer, schedule, candidate.buffers);
  if (!broken.empty() && candidate.bare &&
      brokenRules(candidate.bare->layer, schedule, candidate.buffers).empty()) {
    note(op) << ": the element-wise operations behind it stay in DRAM: with "
                "them the schedule cannot be carried out: "
             << broken.front();
    chosen = &*candidate.bare;
    broken.clear();
  }
  for (const std::string &rule : broken)
    emitError(op->getLoc())
        << "'" << op->getName() << "' (" << unit.layer.name
        << ") has a schedule that cannot be carried out: " << rule;
  if (!broken.empty())
    return failure();
  core::Found found;
  found.schedule = schedule;
  found.traffic = computeTraffic(chosen->layer, schedule);
  found.footprint = footprint(chosen->layer, schedule, candidate.buffers);
  return Decision{op, std::move(*chosen), found, chosen != &unit};
}

FailureOr<Decision> Decider::decide(Candidate &candidate) {
  if (std::optional<core::Schedule> schedule = candidate.pinned())
    return follow(candidate, *schedule);
  auto op = cast<linalg::LinalgOp>(candidate.op);
  auto &unit = std::get<ExtractedLayer>(candidate.unit);
  auto infeasible = [&](const core::SearchResult &result) {
    return emitError(op->getLoc())
           << "'" << op->getName() << "' (" << unit.layer.name
           << "): " << std::get<core::Infeasible>(result).message();
  };
  const core::SearchResult &whole =
      search(unit.layer, candidate.buffers, options);
  const auto *found = std::get_if<core::Found>(&whole);
  if (candidate.bare) {
    const core::SearchResult &part =
        search(candidate.bare->layer, candidate.buffers, options);
    const auto *foundBare = std::get_if<core::Found>(&part);
    if (foundBare && (!found || valueOf(*foundBare, unit.epilogue.ops) <
                                    valueOf(*found, {}))) {
      note(op) << ": the element-wise operations behind it stay in DRAM: "
               << (found ? "carried out on chip they would cost more than "
                           "they save"
                         : "what they need does not fit on chip");
      return Decision{op, std::move(*candidate.bare), *foundBare, true};
    }
    if (!found)
      return infeasible(part);
  }
  if (!found)
    return infeasible(whole);
  return Decision{op, std::move(unit), *found};
}

FailureOr<std::vector<Decision>> Decider::run(ArrayRef<Operation *> ops) {
  collect(ops);
  // First what takes long, then the diagnostics in the order of the program.
  std::vector<core::NetworkSearch::Task> tasks;
  for (const Candidate &candidate : candidates) {
    if (candidate.pinned())
      continue;
    if (const auto *unit = std::get_if<ExtractedLayer>(&candidate.unit))
      tasks.push_back({&unit->layer, candidate.buffers});
    if (candidate.bare)
      tasks.push_back({&candidate.bare->layer, candidate.buffers});
  }
  if (!ops.empty())
    search.searchAll(tasks, options,
                     ops.front()->getContext()->getNumThreads());

  std::vector<Decision> decisions;
  bool failedAny = false;
  for (Candidate &candidate : candidates) {
    Operation *op = candidate.op;
    if (auto *reason = std::get_if<NotALayer>(&candidate.unit)) {
      note(op) << " is not scheduled: " << reason->reason;
      continue;
    }
    auto &unit = std::get<ExtractedLayer>(candidate.unit);
    if (unit.hasStridedOperand)
      note(op) << " has an operand whose rows are not contiguous; its bursts "
                  "are counted as if they were";
    for (const std::string &text : unit.notes)
      note(op) << ": " << text;
    FailureOr<Decision> decision = decide(candidate);
    if (failed(decision))
      failedAny = true;
    else
      decisions.push_back(std::move(*decision));
  }
  if (failedAny)
    return failure();
  return decisions;
}

FailureOr<std::vector<Decision>>
mlir::romanet::decide(ArrayRef<Operation *> candidates, MachineAttr machine,
                      const core::SearchOptions &options) {
  return Decider(machine, options).run(candidates);
}

FailureOr<std::vector<Decision>>
mlir::romanet::decideAll(ModuleOp module, MachineAttr machine,
                         const core::SearchOptions &options) {
  SmallVector<Operation *> candidates;
  module.walk([&](Operation *op) {
    if (isCandidate(op))
      candidates.push_back(op);
  });
  return decide(candidates, machine, options);
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

FailureOr<core::Space>
mlir::romanet::parseSpace(ModuleOp module, StringRef pass, StringRef name) {
  llvm::Expected<core::Space> space = core::Space::parse(name);
  if (!space)
    return emitError(module.getLoc()) << "option 'space' of " << pass << ": "
                                      << llvm::toString(space.takeError());
  return *space;
}
