//===- Pipelines.cpp - The whole flow as one pipeline ---------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Transforms/Pipelines.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::romanet;

void mlir::romanet::buildPipeline(OpPassManager &passManager,
                                  const Options &options) {
  if (!options.doubleBuffer.empty()) {
    AnnotatePassOptions annotate;
    annotate.machineName = options.machine;
    annotate.doubleBuffer.assign(options.doubleBuffer.begin(),
                                 options.doubleBuffer.end());
    passManager.addPass(createAnnotatePass(std::move(annotate)));
  }

  TilePassOptions tile;
  tile.machineName = options.machine;
  tile.space = options.space;
  tile.objective = options.objective;
  tile.strategy = options.strategy;
  tile.layouts = options.layouts;
  passManager.addPass(createTilePass(std::move(tile)));

  DramMapPassOptions map;
  map.machineName = options.machine;
  map.reserved.assign(options.reserved.begin(), options.reserved.end());
  map.staggerBanks = options.staggerBanks;
  map.reuse = options.reuse;
  map.argLayout = options.argLayout;
  // The report simulates in the map of the places.
  map.mapping = options.mapping;
  passManager.addPass(createDramMapPass(std::move(map)));

  // What says how or where to report asks for a report.
  if (!options.report.empty() || !options.reportOutput.empty() ||
      options.simulate || !options.baseline.empty() ||
      !options.capacityCurve.empty()) {
    ReportPassOptions report;
    if (!options.report.empty())
      report.format = options.report;
    report.output = options.reportOutput;
    report.simulate = options.simulate;
    report.baseline = options.baseline;
    report.baselineObjective = options.baselineObjective;
    report.capacityCurve.assign(options.capacityCurve.begin(),
                                options.capacityCurve.end());
    // The curve is searched for what the schedules were.
    report.objective = options.objective;
    passManager.addPass(createReportPass(std::move(report)));
  }
  if (options.dma)
    passManager.addPass(createDmaPass());
  if (options.verify)
    passManager.addPass(createVerifyPass());
  // What says how to strip asks for it.
  if (options.strip || !options.memorySpaces.empty()) {
    StripPassOptions strip;
    strip.memorySpaces.assign(options.memorySpaces.begin(),
                              options.memorySpaces.end());
    passManager.addPass(createStripPass(std::move(strip)));
  }
}

void mlir::romanet::registerPipeline() {
  // Not by PassPipelineRegistration, whose builder cannot refuse the operation
  // that the pipeline is nested in: adding a pass there ends the program.
  registerPassPipeline(
      "romanet",
      "Schedule every layer and give every buffer a place in DRAM "
      "(romanet-tile, romanet-dram-map), then report, verify or strip",
      [](OpPassManager &passManager, StringRef text,
         function_ref<LogicalResult(const Twine &)> fail) -> LogicalResult {
        std::optional<StringRef> anchor = passManager.getOpName();
        if (anchor && *anchor != ModuleOp::getOperationName())
          return fail("the pipeline 'romanet' runs on '" +
                      ModuleOp::getOperationName() + "', not on '" + *anchor +
                      "'");
        Options options;
        if (failed(options.parseFromString(text)))
          return failure();
        buildPipeline(passManager, options);
        return success();
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> visit) {
        visit(Options());
      });
}
