//===- Parallel.cpp - Searches on threads ---------------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parallel.h"
#include "llvm/Support/ThreadPool.h"
#include <mutex>

using namespace romanet;

void romanet::searchEach(size_t count, unsigned threads,
                         llvm::function_ref<void(size_t)> search,
                         llvm::StringRef phase,
                         llvm::function_ref<llvm::StringRef(size_t)> name,
                         const ProgressCallback &progress) {
  if (count == 0)
    return;
  std::mutex mutex;
  size_t done = 0;
  if (progress)
    progress({phase, 0, count, ""});
  auto run = [&](size_t i) {
    search(i);
    if (!progress)
      return;
    std::lock_guard<std::mutex> lock(mutex);
    progress({phase, ++done, count, name(i)});
  };
  if (threads == 1 || count == 1) {
    for (size_t i = 0; i < count; ++i)
      run(i);
    return;
  }
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(threads));
  for (size_t i = 0; i < count; ++i)
    pool.async([&run, i] { run(i); });
  pool.wait();
}
