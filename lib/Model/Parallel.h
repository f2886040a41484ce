//===- Parallel.h - Searches on threads -------------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_PARALLEL_H
#define ROMANET_LIB_MODEL_PARALLEL_H

#include "romanet/Model/Progress.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace romanet {

/// Runs search(i) for all i below `count`, on up to `threads` threads (0: those
/// of the machine), and tells `progress` of the phase, with name(i) as the
/// layer. Both are called on any thread.
void searchEach(size_t count, unsigned threads,
                llvm::function_ref<void(size_t)> search, llvm::StringRef phase,
                llvm::function_ref<llvm::StringRef(size_t)> name,
                const ProgressCallback &progress);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_PARALLEL_H
