//===- Layout.h - How an array lies in a linear address range ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nested blocked layouts of an array (row-major, tile-contiguous, NCHWc and
// what combines them), and the blocks of memory (bursts, rows) that a box of it
// touches. Knows nothing of layers.
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

/// An array cut into blocks, these into smaller ones, and so on down to the
/// elements. All blocks of a level take the same space: one that reaches over
/// the upper edge of the array, or whose bytes are rounded up, leaves a hole.
/// So the byte offset of an element is a sum over the axes of functions of its
/// index along that axis alone.
class Layout {
public:
  /// One size of blocks.
  struct Level {
    /// Extent per axis in elements, each a multiple of the block extent of the
    /// next inner level (innermost: of 1). May exceed the array.
    llvm::SmallVector<int64_t, 6> block;
    /// The axes, outermost first, in which the blocks of the next inner level
    /// (innermost: the elements) lie within this one.
    llvm::SmallVector<unsigned, 6> order;
    /// The bytes of the block are rounded up to a multiple of it.
    int64_t alignBytes = 1;
  };

  /// One loop of the nest that visits the places of all elements in ascending
  /// order of their offset, those of holes included.
  struct Loop {
    unsigned axis;
    /// Elements of the axis by which a step moves, and number of steps.
    int64_t extent, count;
    /// Bytes by which a step moves.
    int64_t stride;
    /// These are places of elements, without a gap.
    bool isDense;
  };

  /// `levels` from inner to outer; `order`: the axes, outermost first, in which
  /// the outermost blocks (without levels: the elements) lie in the array. The
  /// error names the level, counted from 0, and what is wrong with it.
  static llvm::Expected<Layout> create(llvm::ArrayRef<int64_t> shape,
                                       int64_t elementBytes,
                                       llvm::ArrayRef<Level> levels,
                                       llvm::ArrayRef<unsigned> order);
  static Layout rowMajor(llvm::ArrayRef<int64_t> shape, int64_t elementBytes);
  /// Every tile of `tile` elements contiguous and row-major, in a slot of its
  /// bytes rounded up to a multiple of `alignBytes`; the slots row-major. A
  /// tile larger than the array is cut to it.
  static Layout tileContiguous(llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<int64_t> tile,
                               int64_t elementBytes, int64_t alignBytes = 1);

  /// Bytes of the whole array with its holes; INT64_MAX if 64 bits do not hold
  /// them (no device has as many, so the array cannot be placed). An array of
  /// such a size has no offsets, and asking for them is a fatal error.
  int64_t sizeBytes() const { return bytes; }
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
  /// The same for several bases, looking at the box but once.
  llvm::SmallVector<int64_t> countBlocks(const Box &box, int64_t blockBytes,
                                         llvm::ArrayRef<int64_t> bases) const;

  /// Calls `visit(first, count)` for maximal runs of consecutive blocks among
  /// those that countBlocks counts, each block once and in ascending order.
  /// Block i is the bytes from i * blockBytes on.
  void forEachBlockRun(const Box &box, int64_t blockBytes, int64_t base,
                       llvm::function_ref<void(int64_t, int64_t)> visit) const;

  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  int64_t elementBytes() const { return elementSize; }
  llvm::ArrayRef<Level> levels() const { return nested; }
  llvm::ArrayRef<unsigned> order() const { return outerOrder; }
  /// Outermost first, without those of one step; neighbours that continue each
  /// other along an axis are one loop.
  llvm::ArrayRef<Loop> loops() const { return nest; }

private:
  /// Stops the program when the size does not fit 64 bits.
  void checkSize() const;
  /// False for a box without elements.
  bool checkBox(const Box &box) const;

  llvm::SmallVector<int64_t, 6> sizes;
  int64_t elementSize = 1, bytes = 1;
  llvm::SmallVector<Level, 1> nested;
  llvm::SmallVector<unsigned, 6> outerOrder;
  llvm::SmallVector<Loop, 8> nest;
};

/// The blocks that hold a byte of a box in memory, whose first element lies at
/// `address`: `sizes` elements along each axis, `strides` bytes apart. As
/// Layout::forEachBlockRun. Strides are not negative.
void forEachBlockRun(int64_t address, llvm::ArrayRef<int64_t> sizes,
                     llvm::ArrayRef<int64_t> strides, int64_t elementBytes,
                     int64_t blockBytes,
                     llvm::function_ref<void(int64_t, int64_t)> visit);

/// Bytes of the slot of a contiguous tile of `bytes` > 0, as the alignBytes of
/// a tile-contiguous layout: in an array that starts on a DRAM row the tile
/// then touches ceil(bytes / burstBytes) bursts and ceil(bytes / rowBytes)
/// rows. `bytes` are rounded up to bursts, and then, if that is at most a row,
/// to the next power of two of bursts, else to rows: less than twice the bytes
/// of the bursts. `rowBytes` is a power of two times `burstBytes`. INT64_MAX if
/// 64 bits do not hold the slot.
int64_t slotBytes(int64_t bytes, int64_t burstBytes, int64_t rowBytes);

} // namespace romanet

#endif // ROMANET_DRAM_LAYOUT_H
