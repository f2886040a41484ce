//===- Traffic.cpp - What a schedule moves between DRAM and chip ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Traffic.h"
#include "Window.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace romanet;

int64_t Traffic::totalBytes() const {
  int64_t bytes = 0;
  for (Operand operand : AllOperands)
    bytes += read[operand].bytes + write[operand].bytes;
  return bytes;
}

int64_t BlockTraffic::total() const {
  int64_t blocks = 0;
  for (Operand operand : AllOperands)
    blocks += read[operand] + write[operand];
  return blocks;
}

Traffic romanet::computeTraffic(const Layer &layer, const Schedule &schedule) {
  PerDim<int64_t> trips = schedule.trips(layer);
  // Each tensor: what one sweep over all of its tiles moves, and the number of
  // sweeps.
  PerOperand<int64_t> tiles, sweeps;
  for (Operand operand : AllOperands) {
    tiles[operand] = 1;
    for (Dim dim : AllDims)
      if (isRelevant(operand, dim))
        tiles[operand] *= trips[dim];
    sweeps[operand] = loadsPerTile(trips, schedule.order, operand);
  }
  auto once = [&](Operand operand, int64_t count, int64_t bytes) {
    return Transfers{tiles[operand] * count, bytes * count};
  };

  Traffic traffic;
  int64_t input = layer.inputBytes * layer.size[Dim::N] * layer.size[Dim::G] *
                  layer.size[Dim::C] *
                  Window::rows(layer).fetched(schedule.tile[Dim::P]) *
                  Window::columns(layer).fetched(schedule.tile[Dim::Q]);
  traffic.read[Operand::Input] =
      once(Operand::Input, sweeps[Operand::Input], input);
  traffic.read[Operand::Weights] =
      once(Operand::Weights, sweeps[Operand::Weights],
           layer.weightBytes * layer.elements(Operand::Weights));

  int64_t outputs = layer.elements(Operand::Output);
  int64_t partialWrites = sweeps[Operand::Output] - 1;
  int64_t partialReads = partialWrites + (layer.initIsData ? 1 : 0);
  traffic.read[Operand::Output] =
      once(Operand::Output, partialReads, layer.accumulatorBytes * outputs);
  traffic.write[Operand::Output] =
      once(Operand::Output, partialWrites, layer.accumulatorBytes * outputs);
  traffic.write[Operand::Output].count += tiles[Operand::Output];
  traffic.write[Operand::Output].bytes += layer.outputBytes * outputs;
  return traffic;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

namespace {

/// One axis of a row-major array, cut into tiles. In a box only the extents and
/// the start modulo the block decide how many blocks it touches, so tiles that
/// agree in both are one class.
struct TiledAxis {
  /// Bytes from one index to the next.
  int64_t stride;
  /// Extent of a tile -> start in bytes modulo the block -> tiles.
  llvm::MapVector<int64_t, llvm::MapVector<int64_t, int64_t>> classes;
};

/// Counts the blocks of boxes of one extent, at any start.
class BoxBlocks {
public:
  /// Extents and strides, outermost axis first.
  BoxBlocks(llvm::ArrayRef<int64_t> extents, llvm::ArrayRef<int64_t> strides,
            int64_t elementBytes, int64_t blockBytes)
      : run(elementBytes), blockBytes(blockBytes) {
    int64_t span = run;
    for (auto [extent, stride] :
         llvm::reverse(llvm::zip_equal(extents, strides))) {
      if (extent == 1)
        continue;
      // Axes that continue each other without a gap are one run of bytes.
      bool isContiguous = levels.empty() && stride == span;
      if (!isContiguous)
        levels.push_back(Level{extent, stride, span, Memo()});
      span += (extent - 1) * stride;
      if (isContiguous)
        run = span;
    }
  }

  /// Blocks of a box that starts `start` bytes into a block.
  int64_t count(int64_t start) { return count(levels.size(), start); }

private:
  using Memo = llvm::DenseMap<int64_t, int64_t>;

  /// A row of `extent` inner boxes.
  struct Level {
    int64_t extent, stride;
    /// Bytes of an inner box from its first to its last.
    int64_t innerSpan;
    /// Start modulo the block -> blocks.
    Memo memo;
  };

  int64_t count(size_t depth, int64_t start) {
    if (depth == 0)
      return (start + run - 1) / blockBytes + 1;
    Level &level = levels[depth - 1];
    auto known = level.memo.find(start);
    if (known != level.memo.end())
      return known->second;
    int64_t blocks = 0;
    for (int64_t i = 0, at = start; i < level.extent; ++i) {
      blocks += count(depth - 1, at);
      // Inner boxes ascend and do not overlap, so the only block that two of
      // them can share is the last of one and the first of the next.
      if (i + 1 < level.extent && (at + level.innerSpan - 1) / blockBytes ==
                                      (at + level.stride) / blockBytes)
        --blocks;
      at = (at + level.stride) % blockBytes;
    }
    level.memo[start] = blocks;
    return blocks;
  }

  /// Innermost first.
  llvm::SmallVector<Level, 6> levels;
  /// Bytes of the innermost run.
  int64_t run;
  int64_t blockBytes;
};

} // namespace

/// The loop that tiles an axis; std::nullopt for those of the kernel.
static std::optional<Dim> loopOf(Axis axis) {
  switch (axis) {
  case Axis::N:
    return Dim::N;
  case Axis::G:
    return Dim::G;
  case Axis::K:
    return Dim::K;
  case Axis::C:
    return Dim::C;
  case Axis::H:
    return Dim::P;
  case Axis::W:
    return Dim::Q;
  case Axis::R:
  case Axis::S:
    return std::nullopt;
  }
  llvm_unreachable("not an axis");
}

/// Blocks of all tiles of a tensor, each transferred once.
static int64_t blocksOfSweep(const Layer &layer, const Schedule &schedule,
                             Operand operand, int64_t elementBytes,
                             int64_t blockBytes) {
  llvm::SmallVector<int64_t, 6> shape = layer.shape(operand);
  llvm::SmallVector<TiledAxis, 6> axes(shape.size());
  // A tensor may lack an axis of extent 1 that a loop tiles all the same (the
  // one row of an input, under several outputs): its tiles repeat those of the
  // rest.
  int64_t repeats = 1;
  for (Dim dim : AllDims)
    if (isRelevant(operand, dim) &&
        llvm::none_of(layer.order.axes[operand],
                      [&](Axis axis) { return loopOf(axis) == dim; }))
      repeats *= schedule.trips(layer, dim);

  int64_t stride = elementBytes;
  for (size_t i = axes.size(); i-- > 0;) {
    axes[i].stride = stride;
    auto add = [&](int64_t first, int64_t extent) {
      ++axes[i].classes[extent][first * stride % blockBytes];
    };
    Axis axis = layer.order.axes[operand][i];
    std::optional<Dim> loop = loopOf(axis);
    if (!loop) {
      add(0, shape[i]);
    } else {
      int64_t size = layer.size[*loop], tile = schedule.tile[*loop];
      bool isWindow =
          operand == Operand::Input && (axis == Axis::H || axis == Axis::W);
      Window window =
          axis == Axis::H ? Window::rows(layer) : Window::columns(layer);
      for (int64_t first = 0; first < size; first += tile) {
        int64_t count = std::min(tile, size - first);
        if (isWindow) {
          auto [begin, end] = window.clipped(first, count);
          add(begin, end - begin);
        } else {
          add(first, count);
        }
      }
    }
    stride *= shape[i];
  }

  llvm::SmallVector<int64_t, 6> strides;
  for (const TiledAxis &axis : axes)
    strides.push_back(axis.stride);

  // One combination of extents after the other: the starts of its boxes are the
  // sums of the axes' starts.
  int64_t blocks = 0;
  llvm::SmallVector<int64_t, 6> extents;
  using Starts = llvm::MapVector<int64_t, int64_t>;
  auto visit = [&](auto &self, const Starts &starts) -> void {
    size_t depth = extents.size();
    if (depth == axes.size()) {
      BoxBlocks box(extents, strides, elementBytes, blockBytes);
      for (auto [start, boxes] : starts)
        blocks += boxes * box.count(start);
      return;
    }
    for (const auto &[extent, tileStarts] : axes[depth].classes) {
      Starts sums;
      for (auto [outer, outerTiles] : starts)
        for (auto [inner, innerTiles] : tileStarts)
          sums[(outer + inner) % blockBytes] += outerTiles * innerTiles;
      extents.push_back(extent);
      self(self, sums);
      extents.pop_back();
    }
  };
  Starts origin;
  origin[0] = 1;
  visit(visit, origin);
  return repeats * blocks;
}

BlockTraffic romanet::computeBlockTraffic(const Layer &layer,
                                          const Schedule &schedule,
                                          int64_t blockBytes) {
  assert(blockBytes > 0 && "a block has bytes");
  PerDim<int64_t> trips = schedule.trips(layer);
  auto sweeps = [&](Operand operand) {
    return loadsPerTile(trips, schedule.order, operand);
  };
  auto sweep = [&](Operand operand, int64_t elementBytes) {
    return blocksOfSweep(layer, schedule, operand, elementBytes, blockBytes);
  };

  BlockTraffic traffic;
  traffic.read[Operand::Input] =
      sweeps(Operand::Input) * sweep(Operand::Input, layer.inputBytes);
  traffic.read[Operand::Weights] =
      sweeps(Operand::Weights) * sweep(Operand::Weights, layer.weightBytes);

  int64_t partialWrites = sweeps(Operand::Output) - 1;
  int64_t partialReads = partialWrites + (layer.initIsData ? 1 : 0);
  if (partialReads > 0) {
    int64_t partial = sweep(Operand::Output, layer.accumulatorBytes);
    traffic.read[Operand::Output] = partialReads * partial;
    traffic.write[Operand::Output] = partialWrites * partial;
  }
  traffic.write[Operand::Output] += sweep(Operand::Output, layer.outputBytes);
  return traffic;
}
