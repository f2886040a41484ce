//===- Machine.h - The machine a pass works for -----------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_MACHINE_H
#define ROMANET_LIB_TRANSFORMS_MACHINE_H

#include "mlir/IR/BuiltinOps.h"
#include "romanet/Dialect/MachineSpec.h"

namespace mlir::romanet {

/// The machine that the module describes (MachineSpec.h), else the default.
/// Fails after an error at the module where an entry is wrong.
FailureOr<MachineAttr> findMachine(ModuleOp module);

/// The same as findMachine. Where the module has no `romanet.machine`, writes
/// the one that was found on it, so that all later passes agree, and says so in
/// a remark. `nameOrFile` is what the option `machine` of a pass says: where it
/// is not empty that machine is written, and another one that the module has
/// already is an error.
FailureOr<MachineAttr> getOrSetMachine(ModuleOp module,
                                       StringRef nameOrFile = "");

/// The buffers of `op`: its own, else the machine's.
core::BufferCapacities buffersOf(Operation *op, MachineAttr machine);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_MACHINE_H
