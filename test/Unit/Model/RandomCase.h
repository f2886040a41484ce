//===- RandomCase.h - Seeded random layers and machines ---------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TEST_UNIT_MODEL_RANDOMCASE_H
#define ROMANET_TEST_UNIT_MODEL_RANDOMCASE_H

#include "romanet/Model/ArrayLayout.h"
#include "romanet/Model/Machine.h"
#include "romanet/Model/Schedule.h"
#include <random>

namespace romanet {

class RandomCase {
public:
  explicit RandomCase(uint64_t seed) : engine(seed) {}

  /// Uniform in [low, high]. Not a distribution of the standard library, which
  /// differs between implementations.
  int64_t uniform(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() %
                                      static_cast<uint64_t>(high - low + 1));
  }
  bool chance(int64_t percent) { return uniform(1, 100) <= percent; }
  template <typename Range>
  const auto &oneOf(const Range &range) {
    return range[uniform(0, static_cast<int64_t>(std::size(range)) - 1)];
  }

  /// A verified layer with loops of the given extents. Strides may exceed the
  /// kernel; the input may end inside the last window, or go on below it. One
  /// in four has an epilogue with operands in DRAM, one in five leaves out what
  /// no window touches, one in seven has no weights, one in four has further
  /// axes that stay whole, one in five keeps the finished tile apart.
  Layer layer(const PerDim<int64_t> &size);
  /// A layer whose extents are at most `largest` each and multiply up to at
  /// most `product`.
  Layer layer(const PerDim<int64_t> &largest, int64_t product);
  /// Makes the windows of a layer stand side by side, as those of a pooling do,
  /// and its input end within the last ones.
  void putWindowsSideBySide(Layer &layer);
  /// A schedule of S0.
  Schedule schedule(const Layer &layer);
  /// A schedule of any combination of spaces.
  Schedule scheduleOfAnySpace(const Layer &layer);
  /// Any partition of the tensors into buffers, between too small for any tile
  /// and large enough for the whole layer.
  BufferCapacities buffers(const Layer &layer);
  /// Enlarges one of the capacities, by one byte or more.
  void grow(BufferCapacities &buffers);
  /// Any layouts that the arrays can have.
  ArrayLayouts layouts(const Layer &layer, const Schedule &schedule,
                       const DRAMDevice &device);
  /// For each array any layout but tiles, or none.
  LayoutChoice layoutChoice(const Layer &layer, const DRAMDevice &device);
  /// Bursts of 1 to 16 bytes and rows of 2 to 16 bursts, so that small layers
  /// have many; timing and currents of one of the presets.
  DRAMDevice device();

  /// Of all axes of a layer, or of those with more than one element.
  DataOrder dataOrder(const Layer &layer);

private:
  /// Any layout of an array that is loaded where `operand` is.
  ArrayLayout layout(const Layer &layer, Operand operand, int64_t elementBytes,
                     const DRAMDevice &device, bool canBeTiles);
  EpilogueOperand epilogueOperand();
  WholeAxis wholeAxis(const Layer &layer);
  template <typename Range>
  void shuffle(Range &range) {
    for (size_t i = range.size(); i > 1; --i)
      std::swap(range.data()[i - 1],
                range.data()[uniform(0, static_cast<int64_t>(i) - 1)]);
  }

  std::mt19937_64 engine;
};

/// One tensor has a buffer of its own, the other two share one.
bool isMixed(const BufferCapacities &buffers);

/// One line with all that decides the traffic, for failure messages.
std::string describe(const Layer &layer);
std::string describe(const Schedule &schedule);
std::string describe(const BufferCapacities &buffers);
std::string describe(const DRAMDevice &device);
std::string describe(const ArrayLayouts &layouts);
/// Lets the row blocks of arrays in blocks lie in some order.
void shuffleRowBlocks(RandomCase &random, ArrayLayouts &layouts);
std::string describe(const LayoutChoice &choice);

} // namespace romanet

#endif // ROMANET_TEST_UNIT_MODEL_RANDOMCASE_H
