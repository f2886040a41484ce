//===- ROMANetTransformOps.h - Transform operations -------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The extension of the transform dialect. It stands above Transforms, whose
// code it calls, and not beside the dialect, which knows no transforms.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TRANSFORMS_TRANSFORMOPS_ROMANETTRANSFORMOPS_H
#define ROMANET_TRANSFORMS_TRANSFORMOPS_ROMANETTRANSFORMOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.h"
#include "romanet/Dialect/ROMANetDialect.h"

#define GET_OP_CLASSES
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.h.inc"

namespace mlir::romanet {

/// Adds `transform.romanet.tile` to the transform dialect of `registry`.
void registerTransformExtension(DialectRegistry &registry);

} // namespace mlir::romanet

#endif // ROMANET_TRANSFORMS_TRANSFORMOPS_ROMANETTRANSFORMOPS_H
