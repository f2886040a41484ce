//===- NetworkLayouts.h - Layouts that layers share -------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A buffer that one layer writes and others read has one layout. Here it is
// chosen for the sum over all of them, together with their schedules.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_NETWORKLAYOUTS_H
#define ROMANET_MODEL_NETWORKLAYOUTS_H

#include "romanet/Model/Search.h"

namespace romanet {

/// An array in DRAM that layers use.
struct NetworkBuffer {
  /// For messages.
  std::string name;
  /// Extents of its axes, outermost first in row-major order.
  llvm::SmallVector<int64_t, 6> shape;
  int64_t elementBytes = 1;
  /// Somebody else needs it row-major.
  bool isRowMajor = false;
  /// It lies in blocks or row-major even if only one layer uses it, and not in
  /// the tiles of that.
  bool inBlocks = false;
};

/// How a buffer lies, over its own axes.
struct BufferLayout {
  enum class Kind : uint8_t {
    RowMajor,
    /// As ArrayLayout::Kind::Blocked, with powers of two along the axes.
    Blocked,
    /// As the layer that alone uses it has it.
    OfUser,
  };
  Kind kind = Kind::RowMajor;
  /// Blocked: elements along each axis.
  llvm::SmallVector<int64_t, 6> burstBlock, rowBlock;
  /// Blocked: axes whose row blocks lie further in than those of the others,
  /// outermost first. Empty: all in the order of the axes.
  llvm::SmallVector<unsigned, 6> rowOrder = {};

  bool operator==(const BufferLayout &other) const {
    return kind == other.kind && burstBlock == other.burstBlock &&
           rowBlock == other.rowBlock && rowOrder == other.rowOrder;
  }
};

/// A buffer as an array of a layer.
struct BufferUse {
  size_t buffer = 0;
  /// For each axis of the buffer the axes of the layer's array that it consists
  /// of, outermost first: the channels of an image are {G, C} of an input and
  /// {G, K} of an output. None where it has one index and the layer no axis.
  llvm::SmallVector<llvm::SmallVector<Axis, 2>, 6> axes;
};

struct NetworkLayer {
  Layer layer;
  BufferCapacities capacities;
  /// Where somebody else chose it.
  std::optional<Schedule> schedule;
  /// By TensorArray, and of the operands of the epilogue (those that are left
  /// out have none). An array without a buffer is nobody else's and lies as is
  /// best for the layer. Arrays that are one in memory, as partial sums in the
  /// place of the output, are one buffer.
  std::array<std::optional<BufferUse>, NumTensorArrays> arrays;
  std::vector<std::optional<BufferUse>> epilogue;
};

struct Network {
  std::vector<NetworkBuffer> buffers;
  std::vector<NetworkLayer> layers;

  /// Checks that each use names a buffer whose extents and width are those of
  /// the array. The error names the layer and the array. All else here requires
  /// it, and that the layers, capacities and schedules obey their own verify().
  llvm::Error verify() const;
};

/// The layout of a buffer as one of a layer's array. A block of B elements of
/// an axis that is one loop is a block of B along that loop. Of an axis that is
/// two loops (channels in groups, both longer than 1) it is one of B along the
/// inner where B divides its extent, and one of B / extent along the outer and
/// all of the inner where the extent divides B; else the array cannot be in
/// that layout, and neither can it along an axis that stays whole where B is
/// not 1: std::nullopt.
std::optional<ArrayLayout> layoutOf(const BufferLayout &layout,
                                    const Layer &layer, Operand operand,
                                    const BufferUse &use);

/// Of an objective, and where that is bytes, what decides between equal ones:
/// the energy, or for BytesThenBursts the bursts.
struct NetworkValue {
  double value = 0, tie = 0;

  NetworkValue &operator+=(const NetworkValue &other) {
    value += other.value;
    tie += other.tie;
    return *this;
  }
  bool operator<(const NetworkValue &other) const {
    return std::pair(value, tie) < std::pair(other.value, other.tie);
  }
};

struct NetworkSolution {
  /// By buffer.
  std::vector<BufferLayout> buffers;
  /// By layer. The lower bound of each is that of its search in the layouts of
  /// its buffers.
  std::vector<SearchResult> layers;
  /// Sums over the layers that fit. Of Objective::EDP the sum of their
  /// products.
  NetworkValue value;
  /// No choice of layouts and schedules has less: each layer in the best
  /// layouts for itself.
  double lowerBound = 0;
  /// Where the search began: the buffers row-major and the best schedules found
  /// for that, and the schedules of the lower bound in the layouts that are
  /// best for them.
  NetworkValue rowMajor, projected;
  /// No schedule with row-major buffers has a lower value than the result.
  bool beatsRowMajor = false;
  /// Searches of single layers.
  int64_t searches = 0;
};

/// Chooses layouts and schedules for the least sum of the objective over all
/// layers, by improving from each of the two starts, buffer by buffer and layer
/// by layer, until nothing changes: no buffer has a better layout for its
/// layers with any schedules that were found, and no layer a better schedule in
/// the layouts of its buffers (within the node budget of `options`). Never
/// worse than a start; no proven optimum. Then the row blocks of each buffer
/// get the order in which they wait the least for each other. The layouts in
/// `options` are not looked at; with another strategy the schedules are those
/// of that. The result does not depend on the number of threads (0: those of
/// the machine).
NetworkSolution
chooseNetworkLayouts(const Network &network, const SearchOptions &options,
                     const DRAMDevice &device, unsigned threads = 1,
                     const ProgressCallback &progress = nullptr);

/// Whether a solution is one: every array lies as its buffer, a buffer that is
/// row-major stays so, schedules are legal and fit, and what is claimed of each
/// layer and of their sum is what it costs. The error names the layer.
llvm::Error verify(const Network &network, const NetworkSolution &solution,
                   const SearchOptions &options, const DRAMDevice &device);

} // namespace romanet

#endif // ROMANET_MODEL_NETWORKLAYOUTS_H
