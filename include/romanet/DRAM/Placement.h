//===- Placement.h - Where in the DRAM each buffer lives --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives every buffer of a set a range of physical addresses. Buffers that are
// never live at the same time may share theirs. The problem, what solves it and
// what verifies a solution are three things: verifyPlacement takes any ranges,
// whoever chose them, and recomputes everything.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_PLACEMENT_H
#define ROMANET_DRAM_PLACEMENT_H

#include "romanet/DRAM/AddressMap.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace romanet {

/// Program points [begin, end), with begin < end.
struct LiveInterval {
  int64_t begin = 0, end = 0;
  bool operator==(const LiveInterval &other) const {
    return begin == other.begin && end == other.end;
  }
};

/// The same points as ascending intervals with gaps between them.
llvm::SmallVector<LiveInterval, 1>
mergeIntervals(llvm::ArrayRef<LiveInterval> live);

struct PlacedRange {
  int64_t address = 0, bytes = 0;
};

struct BufferRequest {
  /// For messages only.
  std::string name;
  /// Not negative.
  int64_t bytes = 0;
  /// When the buffer is live, in any order; empty: always.
  llvm::SmallVector<LiveInterval, 1> live = {};
  /// A multiple of the bytes of a burst. 0: a burst, or a row where the buffer
  /// is a row or larger, so that it opens as few rows as it can.
  int64_t alignment = 0;
  /// Where the buffer lies already; a multiple of the bytes of a burst.
  std::optional<int64_t> fixedAddress = std::nullopt;
};

struct PlacementProblem {
  /// Verified.
  DRAMDevice device;
  std::vector<BufferRequest> buffers;
  /// Addresses in whose bursts no buffer may lie. They may overlap each other.
  std::vector<PlacedRange> reserved = {};
  /// Buffers that stream together, as indices into `buffers`.
  std::vector<llvm::SmallVector<size_t>> streams = {};
  /// Where set, buffers of a stream begin in different banks under this map of
  /// the device (or in one row), where that moves them by at most one row for
  /// each bank.
  std::optional<AddressMap> staggerBanks = std::nullopt;
  /// What is not fixed does not lie below. Not negative.
  int64_t begin = 0;

  /// What the solver expects: sizes, intervals and alignments as said above,
  /// reserved ranges and fixed buffers within the device, no fixed buffer in a
  /// reserved range or over another one that lives at the same time.
  llvm::Error check() const;
};

struct Placement {
  /// In the order of the buffers. A buffer of 0 bytes has an empty range, at
  /// address 0 if it is not fixed.
  llvm::SmallVector<PlacedRange> ranges;
  /// The highest address of all buffers plus one.
  int64_t highWaterBytes = 0;
  /// How much higher that is than without staggering; may be negative, since
  /// no placement is proven the best.
  int64_t staggerBytes = 0;
};

/// The buffers do not fit the device.
struct DRAMOverflow {
  /// The highest address of the placement plus one, alignment included, and the
  /// capacity. INT64_MAX where 64 bits do not hold the need.
  int64_t needBytes = 0, limitBytes = 0;
  /// Buffers that are live where the most bytes are: the five largest of them,
  /// as indices, and their names and sizes in bytes.
  struct Live {
    size_t index;
    std::string name;
    int64_t bytes;
  };
  llvm::SmallVector<Live, 5> largest;
  std::string message() const;
};

/// Places the buffers of a problem that passes check(). The high-water mark is
/// the lowest of several first-fit orders and of a bounded search around them,
/// the optimum for few buffers. Deterministic.
std::variant<Placement, DRAMOverflow>
placeBuffers(const PlacementProblem &problem);

/// Whether `ranges` are a solution of a problem that passes check(): sizes, the
/// device, alignments, fixed addresses and reserved ranges, and no two buffers
/// that overlap in time and in place. The error names the buffers.
llvm::Error verifyPlacement(const PlacementProblem &problem,
                            llvm::ArrayRef<PlacedRange> ranges);

/// The most bytes that are live at one point, each buffer in whole bursts. No
/// high-water mark, in whole bursts, is lower. Where the sum of all buffers
/// does not fit 64 bits, the largest buffer.
int64_t largestLiveBytes(llvm::ArrayRef<BufferRequest> buffers,
                         const DRAMDevice &device);

/// Places buffers that are all live at once, none below `begin`, the first free
/// byte address.
std::variant<llvm::SmallVector<PlacedRange>, DRAMOverflow>
placeBuffers(llvm::ArrayRef<BufferRequest> requests, const DRAMDevice &device,
             int64_t begin = 0);

} // namespace romanet

#endif // ROMANET_DRAM_PLACEMENT_H
