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
#include "mlir/IR/Dialect.h"
#include "romanet/DRAM/Device.h"
#include "romanet/Model/Layer.h"
#include "romanet/Model/Machine.h"
#include "romanet/Model/Schedule.h"
#include "romanet/Model/Search.h"

/// The IR-free core, by a name that does not clash inside mlir::romanet.
namespace mlir::romanet {
namespace core = ::romanet;
} // namespace mlir::romanet

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
inline constexpr llvm::StringLiteral kDramAttr = "romanet.dram";
inline constexpr llvm::StringLiteral kEpilogueAttr = "romanet.epilogue";

/// The memory space of an on-chip buffer for `operand`, and back; std::nullopt
/// where a memory space is not one of ours.
SpaceAttr spaceOf(MLIRContext *context, core::Operand operand);
std::optional<core::Operand> operandOfSpace(Attribute memorySpace);

} // namespace mlir::romanet

#endif // ROMANET_DIALECT_ROMANETDIALECT_H
