//===- StreamCounter.h - Bursts and activations of many schedules -*- C++
//-*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// computeStreamTraffic for the many schedules of a search, and the choice of
// the best layouts for a schedule.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_STREAMCOUNTER_H
#define ROMANET_LIB_MODEL_STREAMCOUNTER_H

#include "Blocks.h"

namespace romanet {

/// Shapes of blocks of 2^power elements in an input: powers along the loops add
/// up to `power`, or to less where the array is smaller than that, and no block
/// is longer than the array, rounded up to a power of two.
std::vector<BlockShape> blockShapes(const Layer &layer, unsigned power);

/// The powers of two elements that a burst and a row hold; std::nullopt if an
/// element is larger than a burst.
struct BlockPowers {
  unsigned burst, row;
};
std::optional<BlockPowers> blockPowers(int64_t elementBytes,
                                       const DRAMDevice &device);

/// Of blocks of powers of two.
BlockShape shapeOf(const PerDim<int64_t> &extents);

/// Blocks that are read and written.
struct ReadsAndWrites {
  int64_t reads = 0, writes = 0;
};

class StreamCounter {
public:
  /// For schedules with this value of Schedule::retainHalo.
  StreamCounter(const Layer &layer, const DRAMDevice &device, bool retainHalo);

  StreamTraffic count(const Schedule &schedule, const ArrayLayouts &layouts);

  /// Chooses the layouts that are free for the least `value` of the total,
  /// which does not decrease when a term of the total grows. std::nullopt if
  /// none is below `limit`.
  std::optional<StreamTraffic>
  choose(const Schedule &schedule, double limit,
         llvm::function_ref<double(const DRAMTraffic &)> value,
         const LayoutChoice &choice, ArrayLayouts &layouts);

  /// What one array adds to count(), in a layout. Arrays are numbered: those of
  /// TensorArray, then the operands of the epilogue.
  DRAMTraffic countArray(const Schedule &schedule, size_t array,
                         const ArrayLayout &layout);
  /// Blocks of one array, for each of many shapes.
  void countShapes(const Schedule &schedule, size_t array,
                   llvm::ArrayRef<BlockShape> shapes,
                   std::vector<ReadsAndWrites> &blocks);

private:
  BurstsAndRows rowMajor(size_t array, const PerDim<int64_t> &tile,
                         llvm::ArrayRef<Term> terms);
  BurstsAndRows count(size_t array, const ArrayLayout &layout,
                      const PerDim<int64_t> &tile, llvm::ArrayRef<Term> terms);

  const Layer &layer;
  bool retainHalo;
  int64_t burstBytes, rowBytes;
  /// By array: those of TensorArray, then the operands of the epilogue.
  std::vector<RowMajorBlocks> rowMajorBursts, rowMajorRows;
  std::vector<TiledArray> tiled;
  std::vector<BlockedArray> blockedArrays;
  std::vector<BlockShape> burstShapes, rowShapes;
};

} // namespace romanet

#endif // ROMANET_LIB_MODEL_STREAMCOUNTER_H
