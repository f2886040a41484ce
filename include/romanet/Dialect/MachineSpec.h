//===- MachineSpec.h - The machine of a module ------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module says its machine by a `romanet.machine` or by entries of its
// `dlti.target_system_spec`; MachineAttr has the entries.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DIALECT_MACHINESPEC_H
#define ROMANET_DIALECT_MACHINESPEC_H

#include "mlir/IR/BuiltinOps.h"
#include "romanet/Dialect/ROMANetDialect.h"

namespace mlir {
class MapAttr;
}

namespace mlir::romanet {

/// The name that the DLTI dialect gives a target system spec.
inline constexpr llvm::StringLiteral kTargetSystemSpecAttr =
    "dlti.target_system_spec";

/// The machine that a module describes: its `romanet.machine`, else what the
/// devices of its target system spec say. Null where it describes none. Fails
/// after an error at the module where an entry is wrong.
FailureOr<MachineAttr> describedMachine(ModuleOp module);

/// Whether the target system spec of the module has an entry of ours.
bool hasMachineInSpec(ModuleOp module);

/// A target system spec that says the same, in attributes of DLTI and builtin
/// ones alone, so that stock tools read it: on-chip buffers in a device `npu`,
/// DRAM in a device `dram`.
Attribute makeTargetSystemSpec(MachineAttr machine);

/// What a machine answers DLTI queries by.
MapAttr toMap(MachineAttr machine);

} // namespace mlir::romanet

#endif // ROMANET_DIALECT_MACHINESPEC_H
