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

FailureOr<MachineAttr> mlir::romanet::findMachine(ModuleOp module) {
  FailureOr<MachineAttr> machine = describedMachine(module);
  if (failed(machine) || *machine)
    return machine;
  return MachineAttr::getDefault(module.getContext());
}

/// Writes the machine that an option names on the module.
static FailureOr<MachineAttr> setMachine(ModuleOp module,
                                         StringRef nameOrFile) {
  llvm::Expected<core::Machine> named = core::findMachine(nameOrFile);
  if (!named) {
    emitError(module.getLoc())
        << "option 'machine': " << llvm::toString(named.takeError());
    return failure();
  }
  auto machine = MachineAttr::get(module.getContext(), *named);
  auto given = module->getAttrOfType<MachineAttr>(kMachineAttr);
  if (given && given != machine) {
    emitError(module.getLoc())
        << "option 'machine': the module has a 'romanet.machine' already, and "
           "it is not that of '"
        << nameOrFile << "'; remove one of them";
    return failure();
  }
  module->setAttr(kMachineAttr, machine);
  return machine;
}

FailureOr<MachineAttr> mlir::romanet::getOrSetMachine(ModuleOp module,
                                                      StringRef nameOrFile) {
  if (!nameOrFile.empty())
    return setMachine(module, nameOrFile);
  if (auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr))
    return machine;
  FailureOr<MachineAttr> machine = findMachine(module);
  if (failed(machine))
    return failure();
  module->setAttr(kMachineAttr, *machine);
  auto standard = MachineAttr::getDefault(module.getContext());
  // Not emitRemark on the operation: that would print the whole module.
  if (*machine != standard) {
    emitRemark(module.getLoc())
        << "the module has no 'romanet.machine'; using that of its "
           "'dlti.target_system_spec'";
    return machine;
  }
  core::DRAMDevice device = standard.getDevice();
  emitRemark(module.getLoc())
      << "the module has no 'romanet.machine'; using the default: on-chip "
         "buffers of "
      << *standard.getBuffers().getInput() << " bytes (input), "
      << *standard.getBuffers().getWeights() << " bytes (weights) and "
      << *standard.getBuffers().getOutput() << " bytes (output), and "
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
