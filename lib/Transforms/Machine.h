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
#include "romanet/Dialect/ROMANetDialect.h"

namespace mlir::romanet {

/// The machine of the module: its `romanet.machine`, else what the devices of
/// its target system spec say (MachineAttr has the entries), else the default.
/// Fails after an error at the module where an entry is wrong.
FailureOr<MachineAttr> findMachine(ModuleOp module);

/// Whether the target system spec of the module has an entry of ours.
bool hasMachineInSpec(ModuleOp module);

/// The same as findMachine. Where the module has no `romanet.machine`, writes
/// the one that was found on it, so that all later passes agree, and says so in
/// a remark.
FailureOr<MachineAttr> getOrSetMachine(ModuleOp module);

/// The buffers of `op`: its own, else the machine's.
core::BufferCapacities buffersOf(Operation *op, MachineAttr machine);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_MACHINE_H
