//===- Box.cpp - Bytes and blocks of a box of elements --------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Runtime/Runtime.h"
#include <algorithm>
#include <utility>
#include <vector>

using namespace romanet::runtime;

namespace {
/// A dimension in bytes, more than one element long, with positive stride.
struct Dimension {
  int64_t size, stride;
};

} // namespace

/// Calls `visit` with the address of each row: all points along `dimensions`,
/// the last one fastest.
template <typename Visit>
static void forEachRow(const std::vector<Dimension> &dimensions,
                       int64_t address, Visit visit) {
  std::vector<int64_t> index(dimensions.size(), 0);
  while (true) {
    visit(address);
    size_t d = dimensions.size();
    while (d > 0) {
      --d;
      address += dimensions[d].stride;
      if (++index[d] < dimensions[d].size)
        break;
      address -= dimensions[d].size * dimensions[d].stride;
      index[d] = 0;
      if (d == 0)
        return;
    }
    if (dimensions.empty())
      return;
  }
}

/// Calls `visit(first, last)` for the blocks of the box in ascending order,
/// each once.
template <typename Visit>
static bool walkBox(const Box &box, int64_t blockBytes, BoxTraffic &traffic,
                    Visit visit) {
  traffic = {};
  for (int64_t i = 0; i < box.rank; ++i)
    if (box.sizes[i] <= 0)
      return true;

  // First and last byte; everything between them fits as well.
  int64_t offset, first, bytes = box.elementBytes;
  if (__builtin_mul_overflow(box.start, box.elementBytes, &offset) ||
      __builtin_add_overflow(box.address, offset, &first))
    return false;
  int64_t last;
  if (__builtin_add_overflow(first, box.elementBytes - 1, &last))
    return false;
  std::vector<Dimension> dimensions;
  for (int64_t i = 0; i < box.rank; ++i) {
    int64_t size = box.sizes[i], stride, extent;
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return false;
    if (size == 1)
      continue;
    if (__builtin_mul_overflow(box.strides[i], box.elementBytes, &stride) ||
        __builtin_mul_overflow(size - 1, stride, &extent) ||
        __builtin_add_overflow(stride < 0 ? first : last, extent,
                               stride < 0 ? &first : &last))
      return false;
    // A dimension with stride 0 is the same element again.
    if (stride != 0)
      dimensions.push_back({size, stride < 0 ? -stride : stride});
  }
  if (first < 0)
    return false;
  traffic.bytes = bytes;

  // Rows of contiguous bytes, in ascending order where the dimensions nest.
  std::sort(dimensions.begin(), dimensions.end(),
            [](const Dimension &a, const Dimension &b) {
              return a.stride > b.stride;
            });
  int64_t rowBytes = box.elementBytes;
  while (!dimensions.empty() && dimensions.back().stride <= rowBytes) {
    const Dimension &inner = dimensions.back();
    rowBytes += (inner.size - 1) * inner.stride;
    dimensions.pop_back();
  }
  bool isAscending = true;
  int64_t span = rowBytes;
  for (auto outer = dimensions.rbegin(); outer != dimensions.rend(); ++outer) {
    isAscending &= outer->stride >= span;
    span += (outer->size - 1) * outer->stride;
  }

  if (isAscending) {
    int64_t next = 0; // the first block that is not counted yet
    forEachRow(dimensions, first, [&](int64_t row) {
      int64_t begin = std::max(row / blockBytes, next);
      int64_t end = (row + rowBytes - 1) / blockBytes + 1;
      if (end > begin) {
        traffic.blocks += end - begin;
        visit(begin, end - 1);
      }
      next = std::max(next, end);
    });
    return true;
  }
  std::vector<BlockRange> rows;
  forEachRow(dimensions, first, [&](int64_t row) {
    rows.push_back({row / blockBytes, (row + rowBytes - 1) / blockBytes});
  });
  std::sort(rows.begin(), rows.end());
  int64_t next = 0;
  for (const BlockRange &row : rows) {
    int64_t begin = std::max(row.first, next);
    if (row.second >= begin) {
      traffic.blocks += row.second + 1 - begin;
      visit(begin, row.second);
    }
    next = std::max(next, row.second + 1);
  }
  return true;
}

bool romanet::runtime::countBox(const Box &box, int64_t blockBytes,
                                BoxTraffic &traffic) {
  return walkBox(box, blockBytes, traffic, [](int64_t, int64_t) {});
}

bool romanet::runtime::listBlocks(const Box &box, int64_t blockBytes,
                                  BoxTraffic &traffic,
                                  std::vector<BlockRange> &ranges) {
  return walkBox(box, blockBytes, traffic, [&](int64_t first, int64_t last) {
    ranges.emplace_back(first, last);
  });
}
