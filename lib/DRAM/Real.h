//===- Real.h - Numbers as text and back ------------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_DRAM_REAL_H
#define ROMANET_LIB_DRAM_REAL_H

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <limits>

namespace romanet {

/// A number that is written with as many digits as it takes to read it back.
struct Real {
  double value = 0;
};

inline llvm::raw_ostream &operator<<(llvm::raw_ostream &os, Real real) {
  constexpr int mostDigits = std::numeric_limits<double>::max_digits10;
  for (int digits = std::numeric_limits<float>::digits10;; ++digits) {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.*g", digits, real.value);
    double back = 0;
    if (digits == mostDigits ||
        (llvm::to_float(text, back) && back == real.value))
      return os << text;
  }
}

} // namespace romanet

#endif // ROMANET_LIB_DRAM_REAL_H
