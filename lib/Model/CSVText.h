//===- CSVText.h - Text as a field of CSV --------------------- -*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_CSVTEXT_H
#define ROMANET_LIB_MODEL_CSVTEXT_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace romanet {

/// Quoted where RFC 4180 says so.
inline std::string quoteField(llvm::StringRef text) {
  if (text.find_first_of(",\"\r\n") == llvm::StringRef::npos)
    return text.str();
  std::string quoted = "\"";
  for (char c : text)
    quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

} // namespace romanet

#endif // ROMANET_LIB_MODEL_CSVTEXT_H
