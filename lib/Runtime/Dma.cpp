//===- Dma.cpp - A DMA engine on the CPU ----------------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fail.h"
#include "romanet/Runtime/Runtime.h"
#include <cinttypes>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

using namespace romanet::runtime;

namespace {
struct Transfer {
  int64_t source, target, bytes, chunkBytes, sourceStride, targetStride;
};

/// What was started and not waited for, by the address of its tag.
struct Engine {
  Engine() {
    const char *when = std::getenv("ROMANET_DMA");
    if (!when || !*when || std::strcmp(when, "late") == 0)
      return;
    if (std::strcmp(when, "early") != 0)
      fail("ROMANET_DMA is '%s', expected late or early", when);
    isEarly = true;
  }

  std::mutex mutex;
  std::map<int64_t, Transfer> pending;
  /// Data moves at the start.
  bool isEarly = false;
};
} // namespace

static void move(const Transfer &t) {
  for (int64_t done = 0, chunk = 0; done < t.bytes;
       done += t.chunkBytes, ++chunk)
    std::memcpy(
        reinterpret_cast<void *>(t.target + chunk * t.targetStride),
        reinterpret_cast<const void *>(t.source + chunk * t.sourceStride),
        t.chunkBytes);
}

static Engine &engine() {
  static Engine instance;
  return instance;
}

void _mlir_ciface_romanet_dma_start(int64_t source, int64_t target,
                                    int64_t bytes, int64_t chunkBytes,
                                    int64_t sourceStride, int64_t targetStride,
                                    int64_t tag) {
  if (bytes < 0 || chunkBytes < 0 ||
      (bytes > 0 && (chunkBytes == 0 || bytes % chunkBytes != 0)))
    fail("a DMA of %" PRId64 " bytes in chunks of %" PRId64, bytes, chunkBytes);
  Engine &e = engine();
  std::lock_guard<std::mutex> lock(e.mutex);
  Transfer transfer = {source,     target,       bytes,
                       chunkBytes, sourceStride, targetStride};
  if (!e.pending.insert({tag, transfer}).second)
    fail("a DMA was started with the tag of one that is not finished");
  if (e.isEarly)
    move(transfer);
}

void _mlir_ciface_romanet_dma_wait(int64_t tag) {
  Engine &e = engine();
  std::lock_guard<std::mutex> lock(e.mutex);
  auto found = e.pending.find(tag);
  if (found == e.pending.end())
    fail("the program waits for a DMA that was not started");
  if (!e.isEarly)
    move(found->second);
  e.pending.erase(found);
}
