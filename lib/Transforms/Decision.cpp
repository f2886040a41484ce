//===- Decision.cpp - The schedules of the layers of a module -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Layouts.h"
#include "Machine.h"
#include "romanet/Analysis/BufferGraph.h"
#include "romanet/Model/Elementwise.h"
#include "romanet/Model/Simulation.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::romanet;

using Kind = TilingFailure::Kind;
using Outcome = std::variant<Decision, TilingFailure>;

namespace {
/// An operation and the layers that it can be: with the element-wise operations
/// behind it, and where these are not free, without.
struct Candidate {
  Request request;
  std::variant<ExtractedLayer, NotALayer> unit;
  std::optional<ExtractedLayer> bare;
};

class Decider {
public:
  Decider(const core::SearchOptions &options, const PassContext &pass)
      : options(options), pass(pass) {}

  std::vector<Outcome> run(ArrayRef<Request> requests);

private:
  void collect(ArrayRef<Request> requests);
  void searchAll();
  Outcome decide(Candidate &candidate);
  Outcome follow(Candidate &candidate, const core::Schedule &schedule);
  double valueOf(const core::Found &found, ArrayRef<linalg::LinalgOp> apart,
                 const core::DRAMDevice &device) const;

  core::SearchOptions options;
  const PassContext &pass;
  std::vector<Candidate> candidates;
  /// By machine: operations may be of several modules.
  llvm::SmallMapVector<MachineAttr, core::NetworkSearch, 1> searches;
};
} // namespace

/// What was left as it is of an operation.
static void note(const PassContext &pass, StringRef name, Operation *op,
                 const Twine &text) {
  remarkMissed(pass, name, op, "'" + op->getName().getStringRef() + "'" + text);
}

/// A failure with messages about a layer.
static TilingFailure failureOf(Kind kind, Operation *op,
                               const core::Layer &layer,
                               ArrayRef<std::string> messages) {
  TilingFailure failure = {kind, op, {}};
  for (const std::string &message : messages)
    failure.messages.push_back(("'" + op->getName().getStringRef() + "' (" +
                                layer.name + ")" + message)
                                   .str());
  return failure;
}

void Decider::collect(ArrayRef<Request> requests) {
  // From the last to the first: of two layers that meet in one element-wise
  // operation, the later one can carry it out as soon as its sums are there.
  llvm::DenseSet<Operation *> taken;
  LayerNames names;
  for (const Request &request : llvm::reverse(requests)) {
    UnitOptions all;
    all.taken = &taken;
    all.names = &names;
    Candidate candidate = {request, extractLayer(request.op, all),
                           std::nullopt};
    if (auto *unit = std::get_if<ExtractedLayer>(&candidate.unit)) {
      // Without arrays of its own and in the place of the sums, an epilogue
      // only saves.
      if (!unit->epilogue.arrays.empty() || unit->layer.separateResult) {
        UnitOptions some = all;
        some.epilogue = false;
        auto bare = extractLayer(request.op, some);
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

void Decider::searchAll() {
  llvm::SmallMapVector<MachineAttr, std::vector<core::NetworkSearch::Task>, 1>
      tasks;
  for (const Candidate &candidate : candidates) {
    const Request &request = candidate.request;
    auto &known = tasks[request.machine];
    if (request.schedule)
      continue;
    if (const auto *unit = std::get_if<ExtractedLayer>(&candidate.unit))
      known.push_back({&unit->layer, request.buffers});
    if (candidate.bare)
      known.push_back({&candidate.bare->layer, request.buffers});
  }
  core::ProgressLine line;
  for (const auto &[machine, known] : tasks) {
    auto &search =
        searches.insert({machine, core::NetworkSearch(machine.getDevice())})
            .first->second;
    search.searchAll(known, options, machine.getContext()->getNumThreads(),
                     line.callback());
  }
}

/// The objective's value of a schedule together with what operations move that
/// run on their own, from and to DRAM.
double Decider::valueOf(const core::Found &found,
                        ArrayRef<linalg::LinalgOp> apart,
                        const core::DRAMDevice &device) const {
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
Outcome Decider::follow(Candidate &candidate, const core::Schedule &schedule) {
  auto op = cast<linalg::LinalgOp>(candidate.request.op);
  const core::BufferCapacities &buffers = candidate.request.buffers;
  auto &unit = std::get<ExtractedLayer>(candidate.unit);
  ExtractedLayer *chosen = &unit;
  std::vector<std::string> broken = brokenRules(unit.layer, schedule, buffers);
  if (!broken.empty() && candidate.bare &&
      brokenRules(candidate.bare->layer, schedule, buffers).empty()) {
    note(pass, "epilogue-in-dram", op,
         ": the element-wise operations behind it stay in DRAM: with them the "
         "schedule cannot be carried out: " +
             broken.front());
    chosen = &*candidate.bare;
    broken.clear();
  }
  for (std::string &rule : broken)
    rule = " has a schedule that cannot be carried out: " + rule;
  if (!broken.empty())
    return failureOf(Kind::IllegalSchedule, op, unit.layer, broken);
  core::Found found;
  found.schedule = schedule;
  found.traffic = computeTraffic(chosen->layer, schedule);
  found.footprint = footprint(chosen->layer, schedule, buffers);
  bool isBare = chosen != &unit;
  return Decision{op, std::move(*chosen), buffers, found, isBare};
}

Outcome Decider::decide(Candidate &candidate) {
  const Request &request = candidate.request;
  if (auto layouts = request.op->getAttrOfType<LayoutsAttr>(kLayoutsAttr)) {
    auto &layer = std::get<ExtractedLayer>(candidate.unit);
    std::vector<std::string> broken =
        brokenLayouts(layouts, cast<linalg::LinalgOp>(request.op), layer);
    for (std::string &rule : broken)
      rule = " has layouts that its arrays cannot have: " + rule;
    if (!broken.empty())
      return failureOf(Kind::IllegalSchedule, request.op, layer.layer, broken);
  }
  if (request.schedule)
    return follow(candidate, request.schedule.getSchedule());
  auto op = cast<linalg::LinalgOp>(request.op);
  auto &unit = std::get<ExtractedLayer>(candidate.unit);
  core::NetworkSearch &search = searches.find(request.machine)->second;
  auto infeasible = [&](const core::SearchResult &result) {
    return failureOf(Kind::Infeasible, op, unit.layer,
                     {": " + std::get<core::Infeasible>(result).message()});
  };
  const core::SearchResult &whole =
      search(unit.layer, request.buffers, options);
  const auto *found = std::get_if<core::Found>(&whole);
  if (candidate.bare) {
    const core::SearchResult &part =
        search(candidate.bare->layer, request.buffers, options);
    const auto *foundBare = std::get_if<core::Found>(&part);
    core::DRAMDevice device = request.machine.getDevice();
    if (foundBare && (!found || valueOf(*foundBare, unit.epilogue.ops, device) <
                                    valueOf(*found, {}, device))) {
      note(pass, "epilogue-in-dram", op,
           Twine(": the element-wise operations behind it stay in DRAM: ") +
               (found ? "carried out on chip they would cost more than they "
                        "save"
                      : "what they need does not fit on chip"));
      return Decision{op, std::move(*candidate.bare), request.buffers,
                      *foundBare, /*isBare=*/true};
    }
    if (!found)
      return infeasible(part);
  }
  if (!found)
    return infeasible(whole);
  return Decision{op, std::move(unit), request.buffers, *found};
}

std::vector<Outcome> Decider::run(ArrayRef<Request> requests) {
  if (requests.empty())
    return {};
  {
    Phase phase(pass, Phase::Extract, requests.front().op);
    collect(requests);
  }
  // First what takes long, then the diagnostics in the order of the program.
  {
    Phase phase(pass, Phase::Search, requests.front().op);
    searchAll();
  }
  std::vector<Outcome> outcomes;
  for (Candidate &candidate : candidates) {
    Operation *op = candidate.request.op;
    if (auto *reason = std::get_if<NotALayer>(&candidate.unit)) {
      outcomes.push_back(
          TilingFailure{Kind::NotALayer,
                        op,
                        {("'" + op->getName().getStringRef() +
                          "' is not scheduled: " + reason->reason)
                             .str()}});
      continue;
    }
    auto &unit = std::get<ExtractedLayer>(candidate.unit);
    bool hasStridedOperand = unit.hasStridedOperand;
    std::vector<std::string> notes = unit.notes;
    outcomes.push_back(decide(candidate));
    if (!std::holds_alternative<Decision>(outcomes.back()))
      continue;
    if (hasStridedOperand)
      note(pass, "strided-operand", op,
           " has an operand whose rows are not contiguous; its bursts are "
           "counted as if they were");
    for (const std::string &text : notes)
      note(pass, "not-taken-in", op, ": " + text);
  }
  return outcomes;
}

std::vector<Outcome> mlir::romanet::decide(ArrayRef<Request> requests,
                                           const core::SearchOptions &options,
                                           const PassContext &pass) {
  return Decider(options, pass).run(requests);
}

/// What a remark calls an array of a layer.
static std::string nameOf(size_t array) {
  if (array >= core::NumTensorArrays)
    return "an array of its element-wise operations stays";
  switch (core::AllTensorArrays[array]) {
  case core::TensorArray::Input:
    return "its input stays";
  case core::TensorArray::Weights:
    return "its weights stay";
  case core::TensorArray::Output:
    return "its output stays";
  case core::TensorArray::PartialSums:
    return "its partial sums stay";
  case core::TensorArray::Init:
    return "its initial values stay";
  }
  llvm_unreachable("not an array");
}

/// Chooses the layouts of the arrays that layers share, and the schedules anew.
static void shareLayouts(ModuleOp module, MachineAttr machine,
                         const core::SearchOptions &options, LayoutMode mode,
                         const PassContext &pass,
                         std::vector<Decision> &decisions) {
  if (decisions.empty())
    return;
  Phase phase(pass, Phase::Layouts, module);
  std::vector<GraphLayer> layers;
  for (Decision &decision : decisions) {
    GraphLayer layer = {decision.op, &decision.extracted, decision.buffers,
                        std::nullopt, decision.op->hasAttr(kLayoutsAttr)};
    if (auto schedule = decision.op->getAttrOfType<ScheduleAttr>(kScheduleAttr))
      layer.schedule = schedule.getSchedule();
    layers.push_back(std::move(layer));
  }
  BufferGraph graph =
      buildBufferGraph(layers, /*packWeights=*/mode == LayoutMode::Packed);
  if (llvm::Error error = graph.network.verify()) {
    remarkMissed(pass, "row-major", module, module.getLoc(),
                 "all arrays stay row-major: " +
                     llvm::toString(std::move(error)));
    return;
  }
  core::DRAMDevice device = machine.getDevice();
  core::NetworkSolution solution;
  {
    core::ProgressLine line;
    solution = core::chooseNetworkLayouts(graph.network, options, device,
                                          machine.getContext()->getNumThreads(),
                                          line.callback());
  }
  for (auto [i, decision] : llvm::enumerate(decisions)) {
    decision.found = std::get<core::Found>(std::move(solution.layers[i]));
    if (!layers[i].hasLayouts)
      decision.layouts = layoutsOf(machine.getContext(), decision.extracted,
                                   decision.found, device);
  }

  // Each array once, where it is first used. Small ones that are spread over
  // the output are none to speak of; who calls the function expects nothing
  // else of its arguments and results.
  llvm::DenseSet<size_t> told;
  for (auto [decision, layer] :
       llvm::zip_equal(decisions, graph.network.layers)) {
    auto tell = [&, op = decision.op](
                    size_t array, const std::optional<core::BufferUse> &use) {
      if (!use)
        return;
      StringRef reason = graph.reasons[use->buffer];
      if (reason.empty() || reason == kIsArgument || reason == kIsResult ||
          !told.insert(use->buffer).second)
        return;
      note(pass, "row-major", op,
           ": " + Twine(nameOf(array)) + " row-major: " + reason);
    };
    for (auto [array, use] : llvm::enumerate(layer.arrays))
      tell(array, use);
    for (auto [i, use] : llvm::enumerate(layer.epilogue))
      if (layer.layer.epilogue[i].elementsOf(layer.layer, layer.layer.size) ==
          layer.layer.elements(core::Operand::Output))
        tell(core::NumTensorArrays + i, use);
  }
}

FailureOr<std::vector<Decision>>
mlir::romanet::decideAll(ModuleOp module, MachineAttr machine,
                         const core::SearchOptions &options, LayoutMode layouts,
                         const PassContext &pass) {
  core::SearchOptions alone = options;
  // Each layer by itself, to tell what it should take in.
  if (layouts != LayoutMode::RowMajor)
    alone.layouts = core::LayoutChoice::allFree();
  std::vector<Request> requests;
  module.walk([&](Operation *op) {
    if (isCandidate(op))
      requests.push_back({op, machine, buffersOf(op, machine),
                          op->getAttrOfType<ScheduleAttr>(kScheduleAttr)});
  });
  std::vector<Decision> decisions;
  bool failedAny = false;
  for (Outcome &outcome : decide(requests, alone, pass)) {
    auto *failure = std::get_if<TilingFailure>(&outcome);
    if (!failure) {
      decisions.push_back(std::get<Decision>(std::move(outcome)));
      continue;
    }
    // An operation of which nothing can be made is left alone.
    bool isError = failure->kind != Kind::NotALayer;
    failedAny |= isError;
    for (const std::string &message : failure->messages) {
      if (isError)
        emitError(failure->op->getLoc()) << message;
      else
        remarkMissed(pass, "not-scheduled", failure->op, message);
    }
  }
  if (failedAny)
    return failure();
  if (layouts != LayoutMode::RowMajor)
    shareLayouts(module, machine, options, layouts, pass, decisions);
  return decisions;
}

FailureOr<LayoutMode>
mlir::romanet::parseLayouts(ModuleOp module, StringRef pass, StringRef name) {
  std::optional<LayoutMode> mode =
      llvm::StringSwitch<std::optional<LayoutMode>>(name)
          .Case("row-major", LayoutMode::RowMajor)
          .Case("free", LayoutMode::Free)
          .Case("packed", LayoutMode::Packed)
          .Default(std::nullopt);
  if (!mode)
    return emitError(module.getLoc())
           << "option 'layouts' of " << pass << ": '" << name
           << "' is not known, expected row-major, free or packed";
  return *mode;
}

FailureOr<core::Objective> mlir::romanet::parseObjective(ModuleOp module,
                                                         StringRef pass,
                                                         StringRef name,
                                                         StringRef option) {
  llvm::Expected<core::Objective> objective = core::parseObjective(name);
  if (!objective)
    return emitError(module.getLoc())
           << "option '" << option << "' of " << pass << ": "
           << llvm::toString(objective.takeError());
  return *objective;
}

LogicalResult mlir::romanet::checkMapping(ModuleOp module, StringRef pass,
                                          StringRef name) {
  if (name.empty() || llvm::is_contained(core::mappingChoices(), name))
    return success();
  return emitError(module.getLoc())
         << "option 'mapping' of " << pass << " is '" << name << "', expected "
         << llvm::join(core::mappingChoices(), ", ");
}

FailureOr<core::Space>
mlir::romanet::parseSpace(ModuleOp module, StringRef pass, StringRef name) {
  llvm::Expected<core::Space> space = core::Space::parse(name);
  if (!space)
    return emitError(module.getLoc()) << "option 'space' of " << pass << ": "
                                      << llvm::toString(space.takeError());
  return *space;
}

FailureOr<core::Strategy>
mlir::romanet::parseStrategy(ModuleOp module, StringRef pass, StringRef name,
                             const core::Space &space, StringRef option) {
  llvm::Expected<core::Strategy> strategy = core::parseStrategy(name);
  if (!strategy)
    return emitError(module.getLoc())
           << "option '" << option << "' of " << pass << ": "
           << llvm::toString(strategy.takeError());
  if (*strategy != core::Strategy::Optimal && !(space == core::Space()))
    return emitError(module.getLoc())
           << "option '" << option << "' of " << pass << ": '" << name
           << "' is a baseline in S0, and excludes another 'space'";
  return *strategy;
}
