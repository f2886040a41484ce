//===- OnChip.h - The on-chip buffers of a module ---------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_ONCHIP_H
#define ROMANET_LIB_TRANSFORMS_ONCHIP_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::romanet {

/// Turns the allocations on chip of a module on memrefs into views of one
/// static buffer for each memory space, a global `romanet_on_chip_SPACE`, at
/// the entries of their functions. Buffers that live at the same time lie next
/// to each other. Buffers allocated in parallel loops stay, and are freed after
/// their last use.
///
/// Temporary copies that bufferization makes where a part of an on-chip buffer
/// moves within it are taken out first: there is no room for them.
void mapOnChipBuffers(ModuleOp module);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_ONCHIP_H
