//===- BurstStream.h - What reaches a DRAM, in its order --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stream is a function that hands bursts to a sink, one after the other. It
// is made anew each time and never stored, so that it may be as long as a
// network makes it; counters, the controller and the writers of traces are
// sinks.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_BURSTSTREAM_H
#define ROMANET_DRAM_BURSTSTREAM_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>

namespace romanet {

/// Bursts at consecutive addresses.
struct BurstRun {
  /// Physical byte address of the first, a multiple of the bytes of a burst.
  int64_t address = 0;
  /// Number of bursts, at least 1.
  int64_t count = 1;
  bool isWrite = false;

  bool operator==(const BurstRun &other) const {
    return address == other.address && count == other.count &&
           isWrite == other.isWrite;
  }
};

/// Takes the runs of a stream in their order.
using BurstSink = llvm::function_ref<void(const BurstRun &)>;

} // namespace romanet

#endif // ROMANET_DRAM_BURSTSTREAM_H
