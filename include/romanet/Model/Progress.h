//===- Progress.h - How far a long search is --------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What searches of several layers tell of themselves, and a line on a terminal
// that shows it.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_PROGRESS_H
#define ROMANET_MODEL_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include <functional>
#include <memory>

namespace romanet {

/// So many of the searches of a phase are done.
struct SearchProgress {
  /// "layers", "layouts": what is searched.
  llvm::StringRef phase;
  size_t done, total;
  /// The layer of the one that was done last; empty at the beginning.
  llvm::StringRef layer;
};

/// Is told when a phase begins and when each of its searches is done, by one
/// thread at a time. It has no influence on what is found.
using ProgressCallback = std::function<void(const SearchProgress &)>;

/// A line on standard error that is written anew until the object is gone, and
/// leaves nothing behind. It shows up after two seconds, so that nobody sees it
/// of short searches, and not at all where standard error is no terminal. The
/// environment variable ROMANET_PROGRESS says after how many seconds instead;
/// where it is no such number, the line never shows.
///
/// Nothing else may be written to standard error while it exists.
class ProgressLine {
public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine &) = delete;
  ProgressLine &operator=(const ProgressLine &) = delete;

  /// To hand to searches, while the object exists. Null where nothing is shown.
  ProgressCallback callback();

private:
  class Terminal;
  std::unique_ptr<Terminal> terminal;
};

} // namespace romanet

#endif // ROMANET_MODEL_PROGRESS_H
