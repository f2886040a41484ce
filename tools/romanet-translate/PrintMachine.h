//===- PrintMachine.h - A machine from one form into another ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TOOLS_ROMANET_TRANSLATE_PRINTMACHINE_H
#define ROMANET_TOOLS_ROMANET_TRANSLATE_PRINTMACHINE_H

namespace mlir::romanet {
/// Registers the translation --print-machine.
void registerPrintMachine();
} // namespace mlir::romanet

#endif // ROMANET_TOOLS_ROMANET_TRANSLATE_PRINTMACHINE_H
