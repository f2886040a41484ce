//===- Placement.cpp - Physical addresses for a set of buffers ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Placement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <limits>
#include <tuple>

using namespace llvm;

namespace romanet {

/// Stands for every size that does not fit 64 bits. No device holds as much.
static constexpr int64_t tooMuch = std::numeric_limits<int64_t>::max();

static int64_t addSaturating(int64_t a, int64_t b) {
  int64_t sum;
  return AddOverflow(a, b, sum) ? tooMuch : sum;
}

static int64_t alignSaturating(int64_t value, int64_t alignment) {
  int64_t bumped = addSaturating(value, alignment - 1);
  return bumped == tooMuch ? tooMuch : bumped - bumped % alignment;
}

std::string DRAMOverflow::message() const {
  return ("the buffers need " + Twine(needBytes == tooMuch ? "at least " : "") +
          Twine(needBytes) + " bytes of DRAM, the device has " +
          Twine(limitBytes) + "; the largest buffer is '" + largestName +
          "' with " + Twine(largestBytes) + " bytes")
      .str();
}

std::variant<SmallVector<PlacedRange>, DRAMOverflow>
placeBuffers(ArrayRef<BufferRequest> requests, const DRAMDevice &device,
             int64_t begin) {
  int64_t burstBytes = device.burstBytes(), rowBytes = device.rowBytes();

  SmallVector<PlacedRange> ranges(requests.size());
  SmallVector<size_t> small;
  /// What the large buffers leave free of their last rows.
  SmallVector<PlacedRange> holes;
  int64_t end = begin;

  auto append = [&](size_t index, int64_t alignment) {
    int64_t address = alignSaturating(end, alignment);
    ranges[index] = {address, requests[index].bytes};
    end = addSaturating(address, requests[index].bytes);
  };

  // The large buffers first, which begin at a row, so that the small ones can
  // fill the rest of their last rows.
  for (const auto &[index, request] : enumerate(requests)) {
    assert(request.bytes >= 0 && "negative size");
    if (request.bytes == 0)
      continue;
    if (request.bytes < rowBytes) {
      small.push_back(index);
      continue;
    }
    append(index, rowBytes);
    int64_t holeBegin = alignSaturating(end, burstBytes);
    int64_t holeEnd = alignSaturating(end, rowBytes);
    if (holeBegin < holeEnd)
      holes.push_back({holeBegin, holeEnd - holeBegin});
  }
  // The hole behind the last large buffer is not one: what comes next just
  // continues there.
  if (!holes.empty() && holes.back().address >= end)
    holes.pop_back();

  // First fit, the largest first: simple, and never far from the best packing.
  llvm::sort(small, [&](size_t a, size_t b) {
    return std::tie(requests[b].bytes, a) < std::tie(requests[a].bytes, b);
  });
  for (size_t index : small) {
    int64_t bytes = requests[index].bytes;
    auto *hole = llvm::find_if(
        holes, [&](const PlacedRange &free) { return free.bytes >= bytes; });
    if (hole == holes.end()) {
      append(index, burstBytes);
      continue;
    }
    ranges[index] = {hole->address, bytes};
    int64_t used = std::min(alignSaturating(bytes, burstBytes), hole->bytes);
    hole->address += used;
    hole->bytes -= used;
  }

  int64_t limit = device.capacityBytes();
  if (requests.empty())
    return ranges;
  if (end <= limit && end != tooMuch)
    return ranges;

  const BufferRequest *largest = llvm::max_element(
      requests, [](const BufferRequest &a, const BufferRequest &b) {
        return a.bytes < b.bytes;
      });
  return DRAMOverflow{end, limit, largest->name, largest->bytes};
}

} // namespace romanet
