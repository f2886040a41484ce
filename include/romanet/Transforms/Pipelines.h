//===- Pipelines.h - The whole flow as one pipeline -------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From linalg operations, on tensors or memrefs, to a scheduled program with
// places in DRAM: `--romanet` of romanet-opt, `romanet` in a --pass-pipeline.
// docs/Pipeline.md has the options with examples.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TRANSFORMS_PIPELINES_H
#define ROMANET_TRANSFORMS_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {

/// Options of the pipeline. What an option says is checked by the pass that it
/// is for, with the pass's own messages.
struct Options : PassPipelineOptions<Options> {
  // What is decided.
  Option<std::string> machine{
      *this, "machine",
      llvm::cl::desc("machine that is compiled for, the name of a preset or a "
                     "YAML file (default: that of the module)"),
      llvm::cl::init(TilePassOptions().machineName)};
  ListOption<std::string> doubleBuffer{
      *this, "double-buffer",
      llvm::cl::desc("tensors of which the next tile is fetched while one is "
                     "used: any of input, weights and output (default: as the "
                     "machine has it)")};
  Option<std::string> space{
      *this, "space",
      llvm::cl::desc("schedules to search: S0, sums such as S0+S2, or all "
                     "(default: S0)"),
      llvm::cl::init(TilePassOptions().space)};
  Option<std::string> objective{
      *this, "objective",
      llvm::cl::desc("what to minimise: energy [pJ] of the DRAM, bytes, "
                     "bursts, time [ns], edp [pJ ns] or bytes-bursts (default: "
                     "energy)"),
      llvm::cl::init(TilePassOptions().objective)};
  Option<std::string> strategy{
      *this, "strategy",
      llvm::cl::desc(
          "optimal, or a baseline in S0: fixed-input, "
          "fixed-weights, fixed-output, smartshuttle or romanet (default: "
          "optimal)"),
      llvm::cl::init(TilePassOptions().strategy)};
  Option<std::string> layouts{
      *this, "layouts",
      llvm::cl::desc("how arrays lie in DRAM: row-major, free or packed "
                     "(default: free)"),
      llvm::cl::init(TilePassOptions().layouts)};

  // Where it lies in DRAM.
  ListOption<std::string> reserved{
      *this, "reserved",
      llvm::cl::desc("ranges of DRAM addresses that no buffer may have, as "
                     "BEGIN-END in bytes (default: none)")};
  Option<bool> staggerBanks{
      *this, "stagger-banks",
      llvm::cl::desc("let buffers that stream together begin in different "
                     "banks (default: true)"),
      llvm::cl::init(DramMapPassOptions().staggerBanks)};
  Option<bool> reuse{
      *this, "reuse",
      llvm::cl::desc("let buffers that are not live together share addresses "
                     "(default: true)"),
      llvm::cl::init(DramMapPassOptions().reuse)};
  Option<std::string> argLayout{
      *this, "arg-layout",
      llvm::cl::desc("keep: arguments stay row-major; packed: they lie as is "
                     "demanded (default: keep)"),
      llvm::cl::init(DramMapPassOptions().argLayout)};

  // What is done with the result.
  Option<std::string> report{
      *this, "report",
      llvm::cl::desc("format of a report: table, json or csv (default: no "
                     "report)"),
      llvm::cl::init("")};
  Option<std::string> reportOutput{
      *this, "report-output",
      llvm::cl::desc("file of the report, '-' for standard output (default: "
                     "standard error)"),
      llvm::cl::init(ReportPassOptions().output)};
  Option<std::string> baseline{
      *this, "baseline",
      llvm::cl::desc("strategy that the report compares each layer with: "
                     "fixed-input, fixed-weights, fixed-output, smartshuttle "
                     "or romanet (default: none)"),
      llvm::cl::init(ReportPassOptions().baseline)};
  Option<std::string> baselineObjective{
      *this, "baseline-objective",
      llvm::cl::desc("what the baseline minimises: energy [pJ], bytes, bursts, "
                     "time [ns], edp [pJ ns] or bytes-bursts (default: bytes)"),
      llvm::cl::init(ReportPassOptions().baselineObjective)};
  ListOption<int64_t> capacityCurve{
      *this, "capacity-curve",
      llvm::cl::desc("percentages of the buffers' capacities that the report "
                     "searches, too (default: none)")};
  Option<bool> simulate{
      *this, "simulate",
      llvm::cl::desc("send the bursts through a DRAM controller, for the "
                     "report (default: false)"),
      llvm::cl::init(ReportPassOptions().simulate)};
  Option<std::string> mapping{
      *this, "mapping",
      llvm::cl::desc("address map of the places: a mapping policy, or search "
                     "for the one with the least energy of the controller "
                     "(default: that of the module, else romanet)"),
      llvm::cl::init(DramMapPassOptions().mapping)};
  Option<bool> dma{
      *this, "dma",
      llvm::cl::desc("turn copies between DRAM and chip into DMAs (default: "
                     "false)"),
      llvm::cl::init(false)};
  Option<bool> verify{
      *this, "verify",
      llvm::cl::desc("walk the final program and fail where it does not do "
                     "what its schedules say (default: false)"),
      llvm::cl::init(false)};
  Option<bool> strip{*this, "strip",
                     llvm::cl::desc("remove what stock MLIR does not know "
                                    "(default: false)"),
                     llvm::cl::init(false)};
  ListOption<int64_t> memorySpaces{
      *this, "memory-spaces",
      llvm::cl::desc("with strip: memory spaces of the target for input, "
                     "weights, output and shared (default: none)")};
};

/// Adds romanet-annotate (for `double-buffer`), romanet-tile, romanet-dram-map
/// and then, where the options ask for them, romanet-report, romanet-dma,
/// romanet-verify and romanet-strip. `passManager` runs on modules.
void buildPipeline(OpPassManager &passManager, const Options &options);

/// Registers the pipeline as `romanet`.
void registerPipeline();

} // namespace mlir::romanet

#endif // ROMANET_TRANSFORMS_PIPELINES_H
