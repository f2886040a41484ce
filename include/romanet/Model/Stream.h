//===- Stream.h - The bursts of a schedule, one by one ----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The exact sequence of transfers between DRAM and chip that a schedule causes,
// and of the bursts that they move: one thing that is counted, simulated and
// exported alike. It is made while it is read, and never stored.
//
// The order is that of the program that romanet-tile emits. Inside the loops
// down to the one where a tile changes, the input comes first, then the
// weights, then what an output tile starts from; when the loops further in have
// ended, what the epilogue reads, then the tile. Of a double-buffered tensor
// the first tile comes before the nest, and each further one a step early.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_STREAM_H
#define ROMANET_MODEL_STREAM_H

#include "romanet/DRAM/BurstStream.h"
#include "romanet/Model/ArrayLayout.h"
#include "romanet/Model/Machine.h"
#include <vector>

namespace romanet {

/// An array that a layer has in DRAM: those of TensorArray, and the operands of
/// the epilogue.
struct StreamArray {
  enum Kind : uint8_t { Input, Weights, Output, PartialSums, Init, Epilogue };
  Kind kind = Input;
  /// Epilogue: index in Layer::epilogue.
  unsigned index = 0;

  bool operator==(const StreamArray &other) const {
    return kind == other.kind && index == other.index;
  }
};

/// An array at its place. Two may be the same memory, as the output and the
/// partial sums of a program that accumulates where the result will be.
struct PlacedArray {
  /// Physical byte address of the first byte.
  int64_t address = 0;
  ArrayStorage storage;
};

/// The arrays of a layer. Those that no transfer moves need no storage: weights
/// that do not exist, partial sums of a schedule that visits each output tile
/// once, an init that is no data. The layout of an operand of the epilogue has
/// the axes that it depends on, or all of the output, with one index along the
/// others; of one element it has any number.
struct LayerPlaces {
  std::array<PlacedArray, StreamArray::Epilogue> arrays;
  std::vector<PlacedArray> epilogue;

  PlacedArray &operator[](StreamArray array) {
    return array.kind == StreamArray::Epilogue ? epilogue[array.index]
                                               : arrays[array.kind];
  }
  const PlacedArray &operator[](StreamArray array) const {
    return const_cast<LayerPlaces &>(*this)[array];
  }
};

/// The arrays that the transfers of a schedule move.
std::vector<StreamArray> arraysOf(const Layer &layer, const Schedule &schedule);

/// The storage of all arrays in given layouts, all at address 0.
LayerPlaces storageOf(const Layer &layer, const Schedule &schedule,
                      const ArrayLayouts &layouts, const DRAMDevice &device);

/// A move of a part of one array.
struct StreamTransfer {
  StreamArray array;
  bool isWrite = false;
  int64_t bytes = 0;
  /// By the axes of the array in the layer's data order. Several where the rows
  /// or columns between windows are left out.
  llvm::ArrayRef<Box> boxes;
  /// Of an array in tiles, the number of the tile.
  int64_t tile = 0;
};

class LayerStream {
public:
  /// Requires what computeTraffic and the layouts do. Of the operands of the
  /// epilogue the first `numInit` are read at the first visit of an output
  /// tile. All places lie in the device, whose bursts have `burstBytes`.
  LayerStream(Layer layer, Schedule schedule, PerOperand<bool> isDoubleBuffered,
              LayerPlaces places, int64_t burstBytes, size_t numInit = 0);

  /// Calls `visit` for all transfers, in order.
  void
  forEachTransfer(llvm::function_ref<void(const StreamTransfer &)> visit) const;
  /// The same until `visit` returns false.
  void forFirstTransfers(
      llvm::function_ref<bool(const StreamTransfer &)> visit) const;
  /// The bursts of one of them, each once, in ascending order of addresses.
  void forEachRun(const StreamTransfer &transfer, BurstSink sink) const;
  /// The bursts of all.
  void forEachRun(BurstSink sink) const;

  const Layer &getLayer() const { return layer; }
  const Schedule &getSchedule() const { return schedule; }
  const LayerPlaces &getPlaces() const { return places; }

private:
  Layer layer;
  Schedule schedule;
  PerOperand<bool> isDoubleBuffered;
  LayerPlaces places;
  int64_t burstBytes;
  size_t numInit;
};

/// Bursts and activations of all transfers, as computeStreamTraffic counts
/// them, of arrays in any layouts. What is read of an init counts as a read of
/// the output.
StreamTraffic countStream(const LayerStream &stream, const DRAMDevice &device);

/// Layers that run one after the other.
struct NetworkStream {
  std::vector<LayerStream> layers;

  /// Calls `visit` for the runs of all layers in order, with the index of the
  /// layer.
  void
  forEachRun(llvm::function_ref<void(size_t, const BurstRun &)> visit) const;
};

} // namespace romanet

#endif // ROMANET_MODEL_STREAM_H
