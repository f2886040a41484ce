//===- RowOrder.h - In which order the blocks of rows lie -------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of an array in blocks each row block is a DRAM row. In which order they lie
// in the array changes neither bursts nor activations, but it decides in which
// banks the rows of one tile are: where they lie a multiple of the number of
// banks apart, each waits for the one before to be closed. So it is chosen when
// layouts and schedules are, for the least waiting.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_ROWORDER_H
#define ROMANET_MODEL_ROWORDER_H

#include "romanet/DRAM/AddressMap.h"
#include "romanet/Model/Search.h"
#include "romanet/Model/Stream.h"

namespace romanet {

/// What a layer moves of its arrays in blocks: the first transfers of each, and
/// when they come if the data bus never waits.
class RowTimes {
public:
  RowTimes(const Layer &layer, const Schedule &schedule,
           const ArrayLayouts &layouts, const DRAMDevice &device);

  /// How many clocks the data bus waits for rows of an array to be closed and
  /// opened, by what those of the array alone do to each other, as a fraction
  /// of the clocks in which bursts of the layer move; of the transfers that are
  /// looked at. `layout` is that of the array but for its rowRank.
  double waiting(StreamArray array, const ArrayLayout &layout) const;

private:
  struct Move {
    std::vector<Box> boxes;
    int64_t bytes;
    bool isWrite;
    /// The first burst, counted through all arrays of the layer.
    int64_t burst;
  };
  /// Of one array, and the bursts of the layer up to the last of them.
  struct Sample {
    std::vector<Move> moves;
    int64_t bursts = 0, runs = 0;
    bool isComplete = false;
  };

  const Layer &layer;
  const Schedule &schedule;
  DRAMDevice device;
  AddressMap map;
  std::array<Sample, StreamArray::Epilogue> arrays;
  std::vector<Sample> epilogue;
};

/// An array as one layer uses it: `axes` are those of the layer that are one
/// axis of what all users share.
struct RowBlockUse {
  const RowTimes *times;
  StreamArray array;
  ArrayLayout layout;
  llvm::ArrayRef<llvm::SmallVector<Axis, 2>> axes;
};

/// The axes along which an array of some shape has more than one row block, in
/// the order in which the row blocks wait the least, summed over the users,
/// outermost first. Empty where the order of the data is as good: the others
/// must save a thousandth of the time.
llvm::SmallVector<unsigned, 6> chooseRowOrder(llvm::ArrayRef<RowBlockUse> uses,
                                              llvm::ArrayRef<int64_t> shape,
                                              llvm::ArrayRef<int64_t> rowBlock);

/// Sets the rowRank of a layout: `order` as above, of the axes of what is
/// shared.
void setRowOrder(ArrayLayout &layout,
                 llvm::ArrayRef<llvm::SmallVector<Axis, 2>> axes,
                 llvm::ArrayRef<unsigned> order);

/// Chooses the order in all arrays in blocks of a layer that nobody else uses:
/// those for which `isShared`, numbered by TensorArray and behind that the
/// operands of the epilogue, is not set.
void chooseRowOrders(const Layer &layer, Found &found, const DRAMDevice &device,
                     llvm::function_ref<bool(size_t)> isShared);

} // namespace romanet

#endif // ROMANET_MODEL_ROWORDER_H
