//===- ArrayLayout.cpp - Layouts in absolute terms ------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/ArrayLayout.h"
#include "Blocks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace romanet;

llvm::SmallVector<Axis, 6> ArrayLayout::rowOrder() const {
  llvm::SmallVector<Axis, 6> axes;
  for (unsigned i = 0; i != NumAxes; ++i)
    if (rowRank[i] != 0)
      axes.push_back(static_cast<Axis>(i));
  llvm::stable_sort(axes, [&](Axis a, Axis b) {
    return rowRank[static_cast<size_t>(a)] < rowRank[static_cast<size_t>(b)];
  });
  return axes;
}

int64_t ArrayStorage::sizeBytes() const {
  if (layout)
    return layout->sizeBytes();
  int64_t bytes = slotBytes;
  for (auto [dim, tiles] : numbering)
    if (llvm::MulOverflow(bytes, tiles, bytes))
      return std::numeric_limits<int64_t>::max();
  return bytes;
}

/// Tiles of what is held where `operand` is, of an array with some axes.
static ArrayStorage tileStorage(const Layer &layer, const Schedule &schedule,
                                Operand operand,
                                llvm::ArrayRef<AxisExtent> axes,
                                int64_t elementBytes,
                                const DRAMDevice &device) {
  ArrayStorage storage;
  PerDim<int64_t> held = schedule.heldTile(layer, operand);
  // Of the largest tile; along rows and columns of the input it is that of
  // windows side by side.
  int64_t bytes = elementBytes;
  PerDim<int64_t> tiles = {{1, 1, 1, 1, 1, 1}};
  for (auto [axis, extent] : axes) {
    std::optional<Dim> dim = loopOf(axis);
    if (!dim) {
      bytes *= movedAlong(layer, operand, axis, extent);
      continue;
    }
    tiles[*dim] = llvm::divideCeilSigned(layer.size[*dim], held[*dim]);
    if (operand == Operand::Input && axis == Axis::H)
      bytes *= layer.inputRowsOf(held[*dim]);
    else if (operand == Operand::Input && axis == Axis::W)
      bytes *= layer.inputColumnsOf(held[*dim]);
    else
      bytes *= held[*dim];
  }
  storage.slotBytes = slotBytes(bytes, device.burstBytes(), device.rowBytes());
  for (Dim dim : schedule.order)
    if (tiles[dim] > 1)
      storage.numbering.push_back({dim, tiles[dim]});
  return storage;
}

static ArrayStorage rowMajorStorage(llvm::ArrayRef<AxisExtent> axes,
                                    int64_t elementBytes) {
  llvm::SmallVector<int64_t, 6> shape(llvm::make_second_range(axes));
  return {Layout::rowMajor(shape, elementBytes), 0, {}};
}

/// The storage of an array with some axes that is loaded where `operand` is.
static ArrayStorage storageOf(const Layer &layer, const Schedule &schedule,
                              Operand operand, llvm::ArrayRef<AxisExtent> axes,
                              int64_t elementBytes, const ArrayLayout &layout,
                              const DRAMDevice &device) {
  switch (layout.kind) {
  case ArrayLayout::Kind::RowMajor:
    return rowMajorStorage(axes, elementBytes);
  case ArrayLayout::Kind::Tiles:
    return tileStorage(layer, schedule, operand, axes, elementBytes, device);
  case ArrayLayout::Kind::Blocked:
    break;
  }
  llvm::SmallVector<int64_t, 6> shape(llvm::make_second_range(axes));
  Layout::Level burst, row;
  llvm::SmallVector<unsigned, 6> order, rowOrder;
  for (auto [axis, extent] : axes) {
    std::optional<Dim> dim = loopOf(axis);
    burst.block.push_back(dim ? layout.burstBlock[*dim] : 1);
    row.block.push_back(dim ? layout.rowBlock[*dim] : 1);
    order.push_back(order.size());
  }
  burst.order = row.order = rowOrder = order;
  llvm::stable_sort(rowOrder, [&](unsigned a, unsigned b) {
    return layout.rowRank[static_cast<size_t>(axes[a].first)] <
           layout.rowRank[static_cast<size_t>(axes[b].first)];
  });
  burst.alignBytes = device.burstBytes();
  row.alignBytes = device.rowBytes();
  return {llvm::cantFail(
              Layout::create(shape, elementBytes, {burst, row}, rowOrder)),
          0,
          {}};
}

ArrayStorage romanet::storageOf(const Layer &layer, const Schedule &schedule,
                                TensorArray array, const ArrayLayout &layout,
                                const DRAMDevice &device) {
  Operand operand = operandOf(array);
  int64_t bytes = elementBytes(layer, array);
  assert(bytes > 0 && "an array that does not exist");
  return ::storageOf(layer, schedule, operand, axesOf(layer, operand), bytes,
                     layout, device);
}

ArrayStorage romanet::epilogueStorageOf(const Layer &layer,
                                        const Schedule &schedule, size_t i,
                                        const ArrayLayout &layout,
                                        const DRAMDevice &device) {
  return ::storageOf(layer, schedule, Operand::Output, epilogueAxes(layer, i),
                     layer.epilogue[i].elementBytes, layout, device);
}
