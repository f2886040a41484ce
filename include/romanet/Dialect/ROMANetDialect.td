//===- ROMANetDialect.td - The romanet dialect -------------*- tablegen -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DIALECT_ROMANETDIALECT_TD
#define ROMANET_DIALECT_ROMANETDIALECT_TD

include "mlir/IR/OpBase.td"

def ROMANet_Dialect : Dialect {
  let name = "romanet";
  let cppNamespace = "::mlir::romanet";
  let summary = "On-chip buffers, schedules and DRAM places of network layers";
  let description = [{
    The dialect has no operations: a scheduled network is ordinary upstream IR.
    It has three kinds of attribute, which are never mixed:

    - **facts**, which describe the machine and the layers: `romanet.machine` on
      the module, `romanet.layer` on an operation that was tiled;
    - **constraints**, which the user sets: on an operation that is not tiled
      yet `romanet.buffers`, a `romanet.schedule`, `romanet.layouts`, and
      `romanet.no_epilogue` (unit), which leaves the element-wise operations
      behind it in DRAM; on the module `romanet.reserved`, an array of i64 with
      begin and end of each range of byte addresses in DRAM that no buffer may
      have;
    - **decisions**, which the passes write: `romanet.schedule` and
      `romanet.layouts` on an operation that was tiled, `romanet.cost` with what a schedule moves,
      `romanet.epilogue` (unit) on an element-wise operation that works on the
      output's tile on chip, `romanet.dram` on a buffer. `romanet-schedule`
      writes `romanet.schedule` and `romanet.no_epilogue` for `romanet-tile`.

    `#romanet.space<...>` is the memory space of on-chip buffers: `input`,
    `weights`, `output`, and `shared` for tensors without a capacity of their
    own.
  }];
  let dependentDialects = ["::mlir::DLTIDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

#endif // ROMANET_DIALECT_ROMANETDIALECT_TD
