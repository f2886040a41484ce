//===- Machine.cpp - The machine a pass works for -------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::romanet;

MachineAttr mlir::romanet::getOrSetMachine(ModuleOp module) {
  if (auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr))
    return machine;
  auto machine = MachineAttr::getDefault(module.getContext());
  module->setAttr(kMachineAttr, machine);
  core::DRAMDevice device = machine.getDevice();
  // Not emitRemark on the operation: that would print the whole module.
  emitRemark(module.getLoc())
      << "the module has no 'romanet.machine'; using the default: on-chip "
         "buffers of "
      << *machine.getBuffers().getInput() << " bytes (input), "
      << *machine.getBuffers().getWeights() << " bytes (weights) and "
      << *machine.getBuffers().getOutput() << " bytes (output), and "
      << device.chips << " chips of " << device.name << " on "
      << device.chips * device.chipBits << " bits";
  return machine;
}

core::BufferCapacities mlir::romanet::buffersOf(Operation *op,
                                                MachineAttr machine) {
  if (auto buffers = op->getAttrOfType<BuffersAttr>(kBuffersAttr))
    return buffers.getCapacities();
  return machine.getBuffers().getCapacities();
}
