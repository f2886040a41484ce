//===- NetworkSearch.cpp - The best schedules of a network ----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parallel.h"
#include "romanet/Model/Search.h"

using namespace romanet;

std::pair<NetworkSearch::Known *, bool>
NetworkSearch::findOrInsert(const Layer &layer, const BufferCapacities &buffers,
                            const SearchOptions &options) {
  for (Known &each : known)
    if (each.layer.isSameShape(layer) && each.buffers == buffers &&
        each.options == options)
      return {&each, false};
  known.push_back({layer, buffers, options, SearchResult()});
  return {&known.back(), true};
}

const SearchResult &NetworkSearch::operator()(const Layer &layer,
                                              const BufferCapacities &buffers,
                                              const SearchOptions &options) {
  auto [entry, isNew] = findOrInsert(layer, buffers, options);
  if (isNew)
    entry->result = search(layer, buffers, options, device);
  return entry->result;
}

void NetworkSearch::searchAll(llvm::ArrayRef<Task> tasks,
                              const SearchOptions &options, unsigned threads,
                              const ProgressCallback &progress) {
  // Entries of a deque stay where they are.
  std::vector<Known *> unknown;
  for (const Task &task : tasks) {
    auto [entry, isNew] = findOrInsert(*task.layer, task.buffers, options);
    if (isNew)
      unknown.push_back(entry);
  }
  auto fill = [&](size_t i) {
    Known *entry = unknown[i];
    entry->result =
        search(entry->layer, entry->buffers, entry->options, device);
  };
  searchEach(
      unknown.size(), threads, fill, "layers",
      [&](size_t i) -> llvm::StringRef { return unknown[i]->layer.name; },
      progress);
}
