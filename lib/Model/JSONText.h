//===- JSONText.h - Text from outside as JSON ----------------- -*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_JSONTEXT_H
#define ROMANET_LIB_MODEL_JSONTEXT_H

#include "llvm/Support/JSON.h"

namespace romanet {

/// The error begins with the name of the file and says the line and the column,
/// or that the text nests deeper than anything that we read.
llvm::Expected<llvm::json::Value> parseJSON(llvm::StringRef text,
                                            llvm::StringRef fileName);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_JSONTEXT_H
