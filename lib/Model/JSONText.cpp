//===- JSONText.cpp - Text from outside as JSON ---------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JSONText.h"

using namespace romanet;

/// Whether values nest deeper than any report. llvm::json::parse recurses, and
/// would overflow the stack on a text that goes on like this.
static bool nestsTooDeep(llvm::StringRef text) {
  constexpr unsigned most = 100;
  unsigned depth = 0;
  bool isInString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char each = text[i];
    if (isInString && each == '\\')
      ++i;
    else if (each == '"')
      isInString = !isInString;
    else if (!isInString && (each == '[' || each == '{') && ++depth > most)
      return true;
    else if (!isInString && (each == ']' || each == '}') && depth > 0)
      --depth;
  }
  return false;
}

llvm::Expected<llvm::json::Value> romanet::parseJSON(llvm::StringRef text,
                                                     llvm::StringRef fileName) {
  if (nestsTooDeep(text))
    return llvm::createStringError(fileName +
                                   ": malformed JSON: nested too deeply");
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return llvm::createStringError(
        fileName + ": malformed JSON: " + llvm::toString(value.takeError()));
  return value;
}
