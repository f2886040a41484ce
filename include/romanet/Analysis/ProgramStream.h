//===- ProgramStream.h - The bursts of a program, one by one ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The exact sequence of bursts that a program moves whose layers are tiled and
// whose buffers have places: by a walk of its loops, copy by copy. What counts
// are the copies and the places that are there, not what was decided.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_PROGRAMSTREAM_H
#define ROMANET_ANALYSIS_PROGRAMSTREAM_H

#include "mlir/IR/BuiltinOps.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/DRAM/BurstStream.h"
#include "romanet/Model/Simulation.h"

namespace mlir::romanet {

/// Calls `visit` for the runs of bursts of all functions with tiled layers, in
/// the order of the module, with the layer as an index into `staging.layers`.
/// `staging` is that of the module. A program that cannot be walked, a copy
/// that belongs to no layer and one of a buffer without a place are errors
/// there; what else moves data in DRAM gets a warning and is left out.
LogicalResult
forEachRun(ModuleOp module, const Staging &staging, int64_t burstBytes,
           llvm::function_ref<void(size_t, const core::BurstRun &)> visit);

/// Sends these runs through the DRAM controller, layer by layer, in the address
/// map of a policy or in all (`mapping` is one of core::mappingChoices()).
/// Fails after an error at the module, or as forEachRun does.
FailureOr<core::MappedSimulation>
simulateProgram(ModuleOp module, const Staging &staging,
                const core::DRAMDevice &device, StringRef mapping);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_PROGRAMSTREAM_H
