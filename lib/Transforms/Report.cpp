//===- Report.cpp - Report schedules, traffic, places and energy ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Report.h"
#include "Decision.h"
#include "Machine.h"
#include "Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/Lifetime.h"
#include "romanet/Analysis/PredictedStream.h"
#include "romanet/Analysis/ProgramStream.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Analysis/Unscheduled.h"
#include "romanet/Model/OutputFile.h"
#include "romanet/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_REPORTPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

static core::DRAMAddress addressOf(PlaceAttr place) {
  core::DRAMAddress address;
  address.channel = place.getChannel();
  address.rank = place.getRank();
  address.bankGroup = place.getBankGroup();
  address.bank = place.getBank();
  address.row = place.getRow();
  address.column = place.getColumn();
  return address;
}

/// The places of the tensors of layer number `layer`, as far as they have some.
static std::vector<core::TensorPlace> placesOf(const Staging &staging,
                                               size_t layer) {
  std::vector<core::TensorPlace> places;
  for (core::Operand operand : core::AllOperands) {
    llvm::SmallSetVector<DramAttr, 2> found;
    for (const StagedCopy &copy : staging.copies)
      if (copy.layer == layer &&
          core::AllStreams[copy.stream].operand == operand)
        found.insert(placeOf(copy.dram));
    for (DramAttr place : found)
      if (place)
        places.push_back({operand, place.getAddress(), place.getBytes(),
                          addressOf(place.getFirst()),
                          addressOf(place.getLast())});
  }
  return places;
}

/// Adds the places of all buffers, and when the layers run.
static void addPlacement(ModuleOp module, const Staging &staging,
                         core::Report &report) {
  Lifetimes lifetimes(module);
  auto extend = [&](size_t layer, Operation *op) {
    core::LiveInterval points = lifetimes.pointsOf(op);
    if (points.begin >= points.end)
      return;
    std::optional<core::LiveInterval> &all = report.layers[layer].points;
    if (!all)
      all = points;
    all->begin = std::min(all->begin, points.begin);
    all->end = std::max(all->end, points.end);
  };
  for (auto [index, op] : llvm::enumerate(staging.layers))
    extend(index, op);
  for (const StagedCopy &copy : staging.copies)
    extend(copy.layer, copy.op);
  std::vector<core::BufferPlace> places;
  for (PlacedBuffer &buffer : placedBuffers(module, lifetimes))
    places.push_back({std::move(buffer.name), buffer.address, buffer.bytes,
                      std::move(buffer.live)});
  report.addPlacement(std::move(places), lifetimes.getNumPoints(),
                      mappingOf(module));
}

namespace {
struct ReportPass : mlir::romanet::impl::ReportPassBase<ReportPass> {
  using ReportPassBase::ReportPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!llvm::is_contained({"table", "json", "csv"},
                            llvm::StringRef(format))) {
      emitError(module.getLoc()) << "option 'format' of romanet-report is '"
                                 << format << "', expected table, json or csv";
      return signalPassFailure();
    }
    if (failed(checkMapping(module, "romanet-report", mapping)))
      return signalPassFailure();
    FailureOr<MachineAttr> found = findMachine(module);
    if (failed(found))
      return signalPassFailure();
    MachineAttr machine = *found;
    core::Report report;
    report.buffers = machine.getBuffers().getCapacities();
    report.device = machine.getDevice();
    // The operations have their schedules, whoever chose them.
    report.isGiven = true;
    // What cannot be attributed (on tensors there are no copies yet) has no
    // place in the report.
    Staging staging = analyzeStaging(module);
    for (auto [index, op] : llvm::enumerate(staging.layers))
      if (failed(addLayer(op, machine, placesOf(staging, index), report)))
        return signalPassFailure();
    if (simulate) {
      FailureOr<core::MappedSimulation> simulated = simulateProgram(
          module, staging, report.device,
          mapping.empty() ? mappingOf(module) : llvm::StringRef(mapping));
      if (failed(simulated))
        return signalPassFailure();
      report.addSimulation(*simulated);
    }
    addPlacement(module, staging, report);
    if (failed(addSearches(report)))
      return signalPassFailure();
    LayerNames names;
    module.walk([&](Operation *op) {
      if (isCandidate(op))
        addSkipped(op, names, report);
    });
    for (const UnscheduledOp &each :
         findUnscheduled(module, [](Operation *) { return false; }))
      addUnscheduled(each, report);
    if (failed(write(report)))
      signalPassFailure();
    markAllAnalysesPreserved();
  }

  /// The baseline and the capacity curve.
  LogicalResult addSearches(core::Report &report) {
    ModuleOp module = getOperation();
    unsigned threads = getContext().isMultithreadingEnabled() ? 0 : 1;
    FailureOr<core::Objective> ofBaseline = parseObjective(
        module, "romanet-report", baselineObjective, "baseline-objective");
    FailureOr<core::Objective> ofCurve =
        parseObjective(module, "romanet-report", objective);
    if (failed(ofBaseline) || failed(ofCurve))
      return failure();
    std::optional<core::Strategy> ofStrategy;
    if (!baseline.empty()) {
      FailureOr<core::Strategy> strategy = parseStrategy(
          module, "romanet-report", baseline, core::Space(), "baseline");
      if (failed(strategy))
        return failure();
      ofStrategy = *strategy;
    }
    auto search = [&]() -> llvm::Error {
      core::ProgressLine line;
      report.progress = line.callback();
      if (ofStrategy)
        if (llvm::Error error =
                report.addBaseline(*ofStrategy, *ofBaseline, threads))
          return error;
      if (capacityCurve.empty())
        return llvm::Error::success();
      core::SearchOptions options;
      options.space = report.options.space;
      options.objective = *ofCurve;
      return report.addCapacityCurve(capacityCurve, options, threads);
    };
    llvm::Error error = search();
    report.progress = nullptr;
    if (error)
      return emitError(module.getLoc()) << llvm::toString(std::move(error));
    return success();
  }

  LogicalResult addLayer(linalg::LinalgOp op, MachineAttr machine,
                         std::vector<core::TensorPlace> places,
                         core::Report &report) {
    auto function = op->getParentOfType<FunctionOpInterface>();
    core::Schedule schedule =
        op->getAttrOfType<ScheduleAttr>(kScheduleAttr).getSchedule();
    report.options.space = report.options.space.including(schedule);
    std::string network = function ? function.getName().str() : "";
    core::Layer layer = op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer();
    auto evaluate = [&]() -> llvm::Error {
      auto layouts = op->getAttrOfType<LayoutsAttr>(kLayoutsAttr);
      std::optional<core::LayerStream> stream;
      if (layouts) {
        stream = streamInLayouts(op, report.device.burstBytes());
        if (!stream)
          remarkMissed(
              {getArgument()}, "layouts-not-counted", op,
              "'" + op->getName().getStringRef() + "' (" + layer.name +
                  ") has arrays in layouts whose bursts cannot be told from "
                  "the layer; they are reported as if the arrays were "
                  "row-major",
              {Metric("Layer", layer.name)});
      }
      if (!stream)
        return report.evaluate(network, layer, buffersOf(op, machine), schedule,
                               std::move(places));
      return report.evaluate(
          network, layer, buffersOf(op, machine), schedule, std::move(places),
          core::countStream(*stream, report.device), namesOf(layouts));
    };
    if (llvm::Error error = evaluate())
      return emitError(op.getLoc()) << llvm::toString(std::move(error));
    return success();
  }

  static core::LayoutNames namesOf(LayoutsAttr layouts) {
    core::LayoutNames names;
    auto add = [&](const Twine &array, LayoutAttr layout) {
      if (!layout || layout.isRowMajor())
        return;
      std::string text;
      llvm::raw_string_ostream os(text);
      os << layout;
      names.push_back({array.str(), text});
    };
    add("input", layouts.getInput());
    add("weights", layouts.getWeights());
    add("output", layouts.getOutput());
    add("partial_sums", layouts.getPartialSums());
    add("init", layouts.getInit());
    for (auto [i, layout] : llvm::enumerate(layouts.getEpilogue()))
      add("epilogue " + Twine(i), layout);
    return names;
  }

  void addSkipped(Operation *op, LayerNames &names, core::Report &report) {
    UnitOptions options;
    options.names = &names;
    auto layer = extractLayer(op, options);
    if (auto *reason = std::get_if<NotALayer>(&layer))
      report.skipped.push_back(
          {op->getName().getStringRef().str(), reason->reason});
    else
      report.skipped.push_back({std::get<ExtractedLayer>(layer).layer.name,
                                "romanet-tile has not run on it"});
  }

  static void addUnscheduled(const UnscheduledOp &each, core::Report &report) {
    auto function = each.op->getParentOfType<FunctionOpInterface>();
    std::string name;
    if (auto named = each.op->getLoc()->findInstanceOf<NameLoc>())
      name = named.getName().str();
    report.unscheduled.push_back({function ? function.getName().str() : "",
                                  each.op->getName().getStringRef().str(), name,
                                  each.readBytes, each.writtenBytes});
  }

  LogicalResult write(const core::Report &report) {
    auto print = [&](llvm::raw_ostream &os) {
      if (format == "json")
        os << llvm::formatv("{0:2}\n", core::toJSON(report));
      else if (format == "csv")
        core::printCSV(report, os);
      else
        core::printTable(report, os);
    };
    if (output.empty()) {
      print(llvm::errs());
      return success();
    }
    if (llvm::Error error = core::writeOutput(output, print))
      return emitError(getOperation().getLoc())
             << "cannot write the report to '" << output
             << "': " << llvm::toString(std::move(error));
    return success();
  }
};
} // namespace
