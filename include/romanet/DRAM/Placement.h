//===- Placement.h - Where in the DRAM each buffer lives --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives every buffer of a set a range of physical addresses of its own, in
// ROMANet's order: the address map fills the columns of a row, then the same
// row of the next bank, then the next row; a buffer is a range of addresses
// under it.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_PLACEMENT_H
#define ROMANET_DRAM_PLACEMENT_H

#include "romanet/DRAM/AddressMap.h"
#include <string>
#include <variant>

namespace romanet {

struct BufferRequest {
  /// For messages only.
  std::string name;
  int64_t bytes = 0;
};

struct PlacedRange {
  int64_t address = 0, bytes = 0;
};

/// The buffers do not fit the device.
struct DRAMOverflow {
  /// The highest address of the placement plus one, alignment included, and the
  /// capacity. INT64_MAX where 64 bits do not hold the need.
  int64_t needBytes = 0, limitBytes = 0;
  /// The largest buffer.
  std::string largestName;
  int64_t largestBytes = 0;
  std::string message() const;
};

/// Ranges in the order of the requests, each starting on a burst boundary
/// (a row boundary where the buffer is a row or larger, so that it opens as few
/// rows as it can). No two overlap, and none lies below `begin`, the first free
/// byte address. A buffer of 0 bytes gets an empty range at address 0. Sizes
/// are not negative; the device is verified.
std::variant<llvm::SmallVector<PlacedRange>, DRAMOverflow>
placeBuffers(llvm::ArrayRef<BufferRequest> requests, const DRAMDevice &device,
             int64_t begin = 0);

} // namespace romanet

#endif // ROMANET_DRAM_PLACEMENT_H
