//===- ProgramStream.cpp - The bursts of a program, one by one ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/ProgramStream.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/ProgramWalk.h"
#include "romanet/Analysis/Unscheduled.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::romanet;

LogicalResult mlir::romanet::forEachRun(
    ModuleOp module, const Staging &staging, int64_t burstBytes,
    llvm::function_ref<void(size_t, const core::BurstRun &)> visit) {
  for (const StagingObstacle &obstacle : staging.obstacles)
    return emitError(obstacle.op->getLoc())
           << "'" << obstacle.op->getName()
           << "': the bursts cannot be told: " << obstacle.reason;
  llvm::DenseMap<Operation *, size_t> layerOf;
  for (const StagedCopy &copy : staging.copies)
    layerOf[copy.op] = copy.layer;

  for (const UnscheduledOp &other :
       findUnscheduled(module, [](Operation *) { return false; }))
    if (other.readBytes + other.writtenBytes > 0)
      emitWarning(other.op->getLoc())
          << "'" << other.op->getName()
          << "' moves data in DRAM outside the layers that are scheduled, at "
             "least "
          << other.readBytes + other.writtenBytes
          << " bytes; its bursts are left out";

  llvm::DenseSet<Operation *> unplaced;
  WalkOptions options;
  options.burstBytes = burstBytes;
  if (auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr))
    options.buffers = machine.getBuffers().getCapacities();
  options.onCopy = [&](const ExecutedCopy &copy) {
    auto layer = layerOf.find(copy.op);
    if (!copy.address || layer == layerOf.end()) {
      if (unplaced.insert(copy.op).second)
        emitError(copy.op->getLoc())
            << "'" << copy.op->getName() << "': the bursts cannot be told: "
            << (copy.address ? "the copy belongs to no layer"
                             : "the buffer in DRAM has no place; "
                               "romanet-dram-map gives it one");
      return;
    }
    core::forEachBlockRun(
        *copy.address, copy.sizes, copy.strides, copy.elementBytes, burstBytes,
        [&](int64_t first, int64_t count) {
          int64_t begin = std::max(first, copy.firstBurst);
          if (int64_t rest = first + count - begin; rest > 0)
            visit(layer->second, {begin * burstBytes, rest, copy.isWrite});
        });
  };
  LogicalResult result = success();
  module.walk([&](FunctionOpInterface function) {
    if (!tiledOps(function).empty() && failed(walkProgram(function, options)))
      result = failure();
  });
  return success(succeeded(result) && unplaced.empty());
}

FailureOr<core::MappedSimulation>
mlir::romanet::simulateProgram(ModuleOp module, const Staging &staging,
                               const core::DRAMDevice &device,
                               StringRef mapping) {
  auto fail = [&](llvm::Error error) {
    return emitError(module.getLoc()) << llvm::toString(std::move(error));
  };
  llvm::Expected<core::NetworkSimulator> simulator =
      core::NetworkSimulator::create(device, mapping);
  if (!simulator)
    return fail(simulator.takeError());
  llvm::Error error = llvm::Error::success();
  LogicalResult walked =
      forEachRun(module, staging, device.burstBytes(),
                 [&](size_t layer, const core::BurstRun &run) {
                   if (!error)
                     error = simulator->push(layer, run);
                 });
  if (error)
    return fail(std::move(error));
  if (failed(walked))
    return failure();
  llvm::Expected<core::MappedSimulation> simulated =
      simulator->finish(staging.layers.size());
  if (!simulated)
    return fail(simulated.takeError());
  return std::move(*simulated);
}
