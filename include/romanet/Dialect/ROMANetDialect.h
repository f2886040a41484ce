//===- ROMANetDialect.h - The romanet dialect -------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DIALECT_ROMANETDIALECT_H
#define ROMANET_DIALECT_ROMANETDIALECT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dialect.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "romanet/DRAM/Device.h"
#include "romanet/DRAM/Layout.h"
#include "romanet/Model/Layer.h"
#include "romanet/Model/MachineFile.h"
#include "romanet/Model/Schedule.h"
#include "romanet/Model/Search.h"
#include "llvm/ADT/Hashing.h"

/// The IR-free core, by a name that does not clash inside mlir::romanet.
namespace mlir::romanet {
namespace core = ::romanet;
} // namespace mlir::romanet

namespace romanet {
/// So that these can be parameters of attributes.
inline llvm::hash_code hash_value(const WholeAxis &axis) {
  return llvm::hash_combine(llvm::hash_combine_range(axis.extent),
                            axis.inputFetched, axis.inputOnChip, axis.inputPad,
                            axis.reduction);
}
inline llvm::hash_code hash_value(const EpilogueOperand &operand) {
  return llvm::hash_combine(
      operand.elementBytes,
      llvm::hash_combine_range(operand.dependsOn.begin(),
                               operand.dependsOn.end()),
      llvm::hash_combine_range(operand.dependsOnWhole.begin(),
                               operand.dependsOnWhole.end()));
}
} // namespace romanet

#include "romanet/Dialect/ROMANetDialect.h.inc"
#include "romanet/Dialect/ROMANetEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "romanet/Dialect/ROMANetAttributes.h.inc"

namespace mlir::romanet {

/// Names of the discardable attributes.
inline constexpr llvm::StringLiteral kMachineAttr = "romanet.machine";
inline constexpr llvm::StringLiteral kBuffersAttr = "romanet.buffers";
inline constexpr llvm::StringLiteral kLayerAttr = "romanet.layer";
inline constexpr llvm::StringLiteral kScheduleAttr = "romanet.schedule";
inline constexpr llvm::StringLiteral kCostAttr = "romanet.cost";
inline constexpr llvm::StringLiteral kLayoutsAttr = "romanet.layouts";
inline constexpr llvm::StringLiteral kDramAttr = "romanet.dram";
/// On a module, the byte addresses that no buffer may have, two numbers for
/// each range: its begin, and its end, which does not belong to it.
inline constexpr llvm::StringLiteral kReservedAttr = "romanet.reserved";
/// On a module, a string: the mapping policy (core::mappingPolicyNames) that
/// the places of its buffers are in. Without it they are in `romanet`.
inline constexpr llvm::StringLiteral kMappingAttr = "romanet.mapping";
/// A unit attribute, on the element-wise operations that work on the output's
/// tile of a tiled layer.
inline constexpr llvm::StringLiteral kEpilogueAttr = "romanet.epilogue";
/// A unit attribute, on an operation that is to be scheduled without the
/// element-wise operations behind it.
inline constexpr llvm::StringLiteral kNoEpilogueAttr = "romanet.no_epilogue";

/// The mapping policy that the places of the module's buffers are in.
llvm::StringRef mappingOf(ModuleOp module);

/// The memory space of what is on chip of `operand`, which may lie in the
/// shared buffer.
SpaceAttr spaceOf(MLIRContext *context, core::Operand operand,
                  const core::BufferCapacities &buffers);

} // namespace mlir::romanet

#endif // ROMANET_DIALECT_ROMANETDIALECT_H
