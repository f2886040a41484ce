//===- Passes.h - The passes of ROMANet -------------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TRANSFORMS_PASSES_H
#define ROMANET_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "romanet/Dialect/ROMANetDialect.h"

namespace mlir::romanet {

#define GEN_PASS_DECL
#include "romanet/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "romanet/Transforms/Passes.h.inc"

/// Registers the dialect and what the passes need from others (external models
/// of interfaces) with `registry`.
void registerDialects(DialectRegistry &registry);

} // namespace mlir::romanet

#endif // ROMANET_TRANSFORMS_PASSES_H
