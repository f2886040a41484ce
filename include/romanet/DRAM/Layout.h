//===- Layout.h - How an array lies in a linear address range ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Row-major and tile-contiguous layouts of an array, and the blocks of memory
// (bursts, rows) that a box of it touches. Knows nothing of layers.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_LAYOUT_H
#define ROMANET_DRAM_LAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>

namespace romanet {

/// A box of an array: first index and extent per dimension, in elements.
struct Box {
  llvm::SmallVector<int64_t, 6> offset, extent;
};

/// An array cut into blocks of `block` elements per dimension, the blocks
/// row-major, the elements of a block row-major and contiguous. A block at the
/// upper edge of a dimension that is not a multiple of the block is stored at
/// its real, smaller size, so that the array has no holes: size() is the sum of
/// its elements. Row-major is the case of one block as large as the array.
class Layout {
public:
  static Layout rowMajor(llvm::ArrayRef<int64_t> shape, int64_t elementBytes);
  /// Every tile of `tile` elements contiguous. A tile larger than the array is
  /// cut to it.
  static Layout tileContiguous(llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<int64_t> tile,
                               int64_t elementBytes);

  /// Bytes of the whole array; INT64_MAX if 64 bits do not hold them (no
  /// device has as many, so the array cannot be placed). An array of such a
  /// size has no offsets, and asking for them is a fatal error.
  int64_t sizeBytes() const;
  /// Byte offset of one element.
  int64_t offsetOf(llvm::ArrayRef<int64_t> index) const;

  /// Calls `visit(offset, bytes)` for maximal contiguous runs of the box in
  /// ascending order of their offset. The box lies in the array; one with an
  /// extent of 0 has no runs.
  void forEachRun(const Box &box,
                  llvm::function_ref<void(int64_t, int64_t)> visit) const;

  /// Number of distinct blocks of `blockBytes`, aligned to multiples of it,
  /// that hold a byte of the box when the array starts at byte `base`. Of
  /// equal runs at equal distances it looks only at those that lie differently
  /// in a block.
  int64_t countBlocks(const Box &box, int64_t blockBytes,
                      int64_t base = 0) const;

  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  llvm::ArrayRef<int64_t> block() const { return blocks; }

private:
  /// Stops the program when the size does not fit 64 bits.
  void checkSize() const;
  /// False for a box without elements.
  bool checkBox(const Box &box) const;

  llvm::SmallVector<int64_t, 6> sizes, blocks;
  /// For each dimension, the elements of all dimensions after it.
  llvm::SmallVector<int64_t, 6> inner;
  int64_t elementBytes = 1, bytes = 1;
};

} // namespace romanet

#endif // ROMANET_DRAM_LAYOUT_H
