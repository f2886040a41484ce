//===- OutputFile.h - Files that are complete or not there ------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_OUTPUTFILE_H
#define ROMANET_MODEL_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace romanet {

/// Writes what `print` prints to the file of that name, or to standard output
/// where the name is "-". A file is replaced when all of it is written, so that
/// whoever reads it, at any time, finds the old one or the new one; one that
/// cannot be written is as it was. What is no regular file, such as a pipe or a
/// terminal, is written to as it is. The error says why, without the name.
llvm::Error writeOutput(llvm::StringRef fileName,
                        llvm::function_ref<void(llvm::raw_ostream &)> print);

} // namespace romanet

#endif // ROMANET_MODEL_OUTPUTFILE_H
