//===- Fail.h - The end of a program that cannot go on ----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_RUNTIME_FAIL_H
#define ROMANET_LIB_RUNTIME_FAIL_H

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace romanet::runtime {

/// Ends the program with a message and exit status 1. Not std::exit: the
/// program may hold locks that destructors want.
[[noreturn]] __attribute__((format(printf, 1, 2))) inline void
fail(const char *format, ...) {
  std::fflush(stdout);
  std::fputs("romanet runtime: error: ", stderr);
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputs("\n", stderr);
  std::_Exit(EXIT_FAILURE);
}

} // namespace romanet::runtime

#endif // ROMANET_LIB_RUNTIME_FAIL_H
