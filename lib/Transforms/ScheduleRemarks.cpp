//===- ScheduleRemarks.cpp - Remarks about schedules ----------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleRemarks.h"
#include "romanet/Model/Bottleneck.h"
#include "romanet/Model/Growth.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Operand;

/// Metrics have no exponents, which not every script reads.
static Metric number(StringRef name, double value) {
  return Metric(name, llvm::formatv("{0:f3}", value).str());
}

static double percentOf(double part, double whole) {
  return whole == 0 ? 0 : 100 * part / whole;
}

namespace {
class ScheduleRemarker {
public:
  ScheduleRemarker(const PassContext &pass, const core::SearchOptions &options,
                   const core::DRAMDevice &device)
      : pass(pass), options(options), device(device) {}

  void run(ArrayRef<Decision> decisions);

private:
  void remarkChoice(const Decision &decision, const core::Found &found) const;
  void remarkBound(const Decision &decision, const core::Found &found) const;
  void remarkGrowth(const Decision &decision,
                    const core::LayerGrowth &growth) const;
  core::SearchOptions optionsIn(const core::ArrayLayouts &layouts) const;
  double valueOf(const core::Found &found) const {
    return core::objectiveValue(options.objective, found.traffic.totalBytes(),
                                found.stream.total(), device);
  }

  const PassContext &pass;
  const core::SearchOptions &options;
  const core::DRAMDevice &device;
};
} // namespace

static bool hasGivenSchedule(const Decision &decision) {
  return decision.op->hasAttr(kScheduleAttr);
}

/// In layouts that are not the model's what moves is known only of the program.
static bool hasGivenLayouts(const Decision &decision) {
  return decision.op->hasAttr(kLayoutsAttr);
}

/// With what a given schedule takes in the layouts that were chosen.
static core::Found completed(const Decision &decision,
                             const core::DRAMDevice &device) {
  core::Found found = decision.found;
  if (hasGivenSchedule(decision))
    found.stream = computeStreamTraffic(decision.extracted.layer,
                                        found.schedule, found.layouts, device);
  return found;
}

void ScheduleRemarker::remarkChoice(const Decision &decision,
                                    const core::Found &found) const {
  linalg::LinalgOp op = decision.op;
  auto remark =
      remark::passed(op.getLoc(), remarkOptions(pass, "schedule", op));
  if (!remark)
    return;
  MLIRContext *context = op->getContext();
  const core::Layer &layer = decision.extracted.layer;
  const core::Traffic &traffic = found.traffic;
  bool isGiven = hasGivenSchedule(decision);
  StringRef certificate = isGiven             ? "given"
                          : found.isOptimal() ? "optimal"
                                              : "stopped";
  auto schedule = ScheduleAttr::get(context, found.schedule);
  remark << Metric("Remark",
                   (layer.name + " moves " + Twine(traffic.totalBytes()) +
                    " bytes; its schedule is " + certificate)
                       .str())
         << Metric("Layer", layer.name) << Metric("Schedule", schedule)
         << Metric("Space", options.space.including(found.schedule).name())
         << Metric("Certificate", certificate)
         << Metric("Bytes", traffic.totalBytes())
         << Metric("InputReadBytes", traffic.read[Operand::Input].bytes)
         << Metric("WeightsReadBytes", traffic.read[Operand::Weights].bytes)
         << Metric("OutputReadBytes", traffic.read[Operand::Output].bytes)
         << Metric("OutputWriteBytes", traffic.write[Operand::Output].bytes)
         << Metric("EpilogueReadBytes", traffic.epilogue.bytes)
         << Metric("InputBufferBytes", found.footprint[Operand::Input])
         << Metric("WeightsBufferBytes", found.footprint[Operand::Weights])
         << Metric("OutputBufferBytes", found.footprint[Operand::Output]);
  if (hasGivenLayouts(decision)) {
    remark << Metric("Layouts", op->getAttr(kLayoutsAttr));
    return;
  }
  if (decision.layouts)
    remark << Metric("Layouts", decision.layouts);
  else
    remark << Metric("Layouts", "row-major");
  core::EnergyEstimate energy =
      core::estimateEnergy(device, found.stream.total());
  remark << Metric("Bursts", found.stream.bursts.total())
         << Metric("Activations", found.stream.activations.total())
         << number("DRAMEnergyPJ", energy.totalPJ())
         << number("TimeNs", energy.timeNs)
         << Metric("Objective", core::objectiveName(options.objective))
         << number("ObjectiveValue", valueOf(found));
  if (!isGiven)
    remark << number("LowerBound", found.lowerBound)
           << number("GapPercent",
                     found.isOptimal()
                         ? 0
                         : percentOf(found.value - found.lowerBound,
                                     found.lowerBound));
}

void ScheduleRemarker::remarkBound(const Decision &decision,
                                   const core::Found &found) const {
  linalg::LinalgOp op = decision.op;
  auto remark = remark::analysis(op.getLoc(), remarkOptions(pass, "bound", op));
  if (!remark)
    return;
  core::Bottleneck bound =
      core::bottleneckOf(decision.extracted.layer, found, device);
  double percent = percentOf(bound.totalExcessBytes(), bound.compulsoryBytes);
  std::string text =
      bound.totalExcessBytes() == 0
          ? "every array moves once"
          : llvm::formatv("{0:f1} % more bytes than every array once, most of "
                          "them of the {1}",
                          percent, bound.largestExcess())
                .str();
  if (!hasGivenLayouts(decision))
    text += bound.isActivationBound ? "; the activations take the time"
                                    : "; the bandwidth takes the time";
  remark << Metric("Remark", text)
         << Metric("Layer", decision.extracted.layer.name)
         << Metric("Bytes", bound.bytes)
         << Metric("CompulsoryBytes", bound.compulsoryBytes)
         << Metric("ExcessBytes", bound.totalExcessBytes())
         << number("ExcessPercent", percent)
         << Metric("LargestExcess", bound.largestExcess())
         << Metric("InputExcessBytes", bound.excessBytes[Operand::Input])
         << Metric("WeightsExcessBytes", bound.excessBytes[Operand::Weights])
         << Metric("OutputExcessBytes", bound.excessBytes[Operand::Output])
         << Metric("EpilogueExcessBytes", bound.epilogueExcessBytes)
         << number("FloorEnergyPJ", bound.floor.totalPJ())
         << number("FloorTimeNs", bound.floor.timeNs);
  if (hasGivenLayouts(decision))
    return;
  remark << number("FloorOfEnergyPercent",
                   percentOf(bound.floor.totalPJ(), bound.energy.totalPJ()))
         << Metric("TimeBound",
                   bound.isActivationBound ? "activations" : "bandwidth");
}

void ScheduleRemarker::remarkGrowth(const Decision &decision,
                                    const core::LayerGrowth &growth) const {
  const auto *now = std::get_if<core::Found>(&growth.now);
  if (!now)
    return;
  linalg::LinalgOp op = decision.op;
  int64_t compulsory =
      core::bottleneckOf(decision.extracted.layer, *now, device)
          .compulsoryBytes;
  for (const core::Growth &buffer : growth.buffers) {
    if (!buffer.first)
      continue;
    // Remarks of one place and name are one to the policy `final`.
    static constexpr StringLiteral names[] = {"grow-input", "grow-weights",
                                              "grow-output", "grow-shared"};
    size_t index = buffer.operand ? static_cast<size_t>(*buffer.operand)
                                  : core::NumOperands;
    StringRef name = buffer.operand ? core::operandName(*buffer.operand)
                                    : StringRef("shared");
    auto remark =
        remark::missed(op.getLoc(), remarkOptions(pass, names[index], op));
    const core::Found &then = buffer.first->found, &last = buffer.last->found;
    int64_t bytes = now->traffic.totalBytes();
    int64_t saved = bytes - then.traffic.totalBytes();
    int64_t growthBytes = buffer.first->capacity - buffer.capacity;
    int64_t bursts = now->stream.bursts.total();
    int64_t savedBursts = bursts - then.stream.bursts.total();
    // Less energy may come from fewer bursts or rows with the same bytes.
    std::string text =
        llvm::formatv(
            "with {0} bytes more the {1} buffer would save {2:f2} % of the "
            "{3}: this layer alone would move {4} bytes in {5} bursts in place "
            "of {6} in {7}",
            growthBytes, name, percentOf(now->value - then.value, now->value),
            core::objectiveName(options.objective), bytes - saved,
            bursts - savedBursts, bytes, bursts)
            .str();
    remark << Metric("Suggestion", text)
           << Metric("Layer", decision.extracted.layer.name)
           << Metric("Buffer", name) << Metric("CapacityBytes", buffer.capacity)
           << Metric("GrowthBytes", growthBytes)
           << Metric("GrownCapacityBytes", buffer.first->capacity)
           << Metric("Bytes", bytes) << Metric("SavedBytes", saved)
           << Metric("SavedBursts", savedBursts)
           << Metric("SavedActivations", now->stream.activations.total() -
                                             then.stream.activations.total())
           << Metric("Objective", core::objectiveName(options.objective))
           << number("ObjectiveValue", now->value)
           << number("SavedOfObjective", now->value - then.value)
           << Metric("BestCapacityBytes", buffer.last->capacity)
           << Metric("BestSavedBytes", bytes - last.traffic.totalBytes())
           << number("BestSavedOfObjective", now->value - last.value)
           << Metric("BestReachesCompulsory",
                     last.traffic.totalBytes() == compulsory)
           << Metric("Exact", buffer.isExact);
  }
}

/// Arrays stay as they lie; tiles are those of whatever schedule.
core::SearchOptions
ScheduleRemarker::optionsIn(const core::ArrayLayouts &layouts) const {
  auto given = [](core::ArrayLayout layout) {
    layout.rowRank = {};
    return layout.kind == core::ArrayLayout::Kind::Tiles
               ? std::nullopt
               : std::optional<core::ArrayLayout>(layout);
  };
  core::SearchOptions made = options;
  made.layouts = core::LayoutChoice();
  for (core::TensorArray array : core::AllTensorArrays)
    made.layouts[array] = given(layouts[array]);
  for (const core::ArrayLayout &layout : layouts.epilogue)
    made.layouts.epilogue.push_back(given(layout));
  made.layouts.otherEpilogue = core::ArrayLayout();
  return made;
}

void ScheduleRemarker::run(ArrayRef<Decision> decisions) {
  if (decisions.empty())
    return;
  Operation *first = decisions.front().op;
  MLIRContext *context = first->getContext();
  // Of a schedule that somebody chose nobody asks whether it is the best.
  std::vector<core::GrowthTask> tasks;
  auto isAsked = [](const Decision &decision) {
    return !hasGivenSchedule(decision) && !hasGivenLayouts(decision);
  };
  if (wantsMissedRemarks(pass, context)) {
    for (const Decision &decision : decisions)
      if (isAsked(decision))
        tasks.push_back({&decision.extracted.layer, decision.buffers,
                         optionsIn(decision.found.layouts)});
  }
  std::vector<core::LayerGrowth> growths;
  if (!tasks.empty()) {
    Phase phase(pass, Phase::Growth, first);
    core::ProgressLine line;
    growths = core::searchGrowth(tasks, device, context->getNumThreads(),
                                 line.callback());
  }
  auto growth = growths.begin();
  for (const Decision &decision : decisions) {
    core::Found found = completed(decision, device);
    remarkChoice(decision, found);
    remarkBound(decision, found);
    if (!growths.empty() && isAsked(decision))
      remarkGrowth(decision, *growth++);
  }
}

void mlir::romanet::remarkSchedules(const PassContext &pass,
                                    ArrayRef<Decision> decisions,
                                    const core::SearchOptions &options,
                                    const core::DRAMDevice &device) {
  // Most programs are compiled without.
  if (decisions.empty() ||
      !decisions.front().op->getContext()->getRemarkEngine())
    return;
  ScheduleRemarker(pass, options, device).run(decisions);
}
