//===- Oracle.cpp - Traffic by walking the loops --------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "romanet/Model/Traffic.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <algorithm>
#include <map>
#include <set>
#include <vector>

using namespace oracle;

namespace {

/// First index and number of indices of a tile, per loop.
struct Tile {
  PerDim<int64_t> first, count;
};

/// Identifies the tile of a tensor: the first indices of the loops that it
/// depends on.
using Key = std::vector<int64_t>;

using Coordinates = std::map<Axis, int64_t>;

} // namespace

static std::vector<Dim> loopsOf(Operand operand) {
  if (operand == Operand::Input)
    return {Dim::N, Dim::G, Dim::C, Dim::P, Dim::Q};
  if (operand == Operand::Weights)
    return {Dim::G, Dim::K, Dim::C};
  return {Dim::N, Dim::G, Dim::K, Dim::P, Dim::Q};
}

static Key keyOf(Operand operand, const Tile &tile) {
  Key key;
  for (Dim dim : loopsOf(operand))
    key.push_back(tile.first[dim]);
  return key;
}

static Coordinates extents(const Layer &layer, Operand operand) {
  Coordinates all = {
      {Axis::N, layer.size[Dim::N]}, {Axis::G, layer.size[Dim::G]},
      {Axis::K, layer.size[Dim::K]}, {Axis::C, layer.size[Dim::C]},
      {Axis::R, layer.kernelHeight}, {Axis::S, layer.kernelWidth}};
  bool isInput = operand == Operand::Input;
  all[Axis::H] = isInput ? layer.inputHeight : layer.size[Dim::P];
  all[Axis::W] = isInput ? layer.inputWidth : layer.size[Dim::Q];
  return all;
}

/// All real rows (columns) from the first to the last that a tap of an output
/// of the tile touches.
static std::vector<int64_t> boundingRows(int64_t first, int64_t count,
                                         int64_t taps, int64_t stride,
                                         int64_t dilation, int64_t pad,
                                         int64_t height) {
  std::set<int64_t> touched;
  for (int64_t output = first; output < first + count; ++output)
    for (int64_t tap = 0; tap < taps; ++tap)
      touched.insert(output * stride + tap * dilation - pad);
  std::vector<int64_t> rows;
  for (int64_t row = *touched.begin(); row <= *touched.rbegin(); ++row)
    if (row >= 0 && row < height)
      rows.push_back(row);
  return rows;
}

static std::vector<int64_t> range(int64_t first, int64_t count) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i)
    indices.push_back(first + i);
  return indices;
}

/// The indices of a tile along each axis of the tensor.
static std::map<Axis, std::vector<int64_t>>
indicesOf(const Layer &layer, Operand operand, const Tile &tile) {
  auto along = [&](Dim dim) { return range(tile.first[dim], tile.count[dim]); };
  std::map<Axis, std::vector<int64_t>> indices = {
      {Axis::N, along(Dim::N)},
      {Axis::G, along(Dim::G)},
      {Axis::K, along(Dim::K)},
      {Axis::C, along(Dim::C)},
      {Axis::H, along(Dim::P)},
      {Axis::W, along(Dim::Q)},
      {Axis::R, range(0, layer.kernelHeight)},
      {Axis::S, range(0, layer.kernelWidth)}};
  if (operand == Operand::Input) {
    indices[Axis::H] =
        boundingRows(tile.first[Dim::P], tile.count[Dim::P], layer.kernelHeight,
                     layer.strideHeight, layer.dilationHeight, layer.padTop,
                     layer.inputHeight);
    indices[Axis::W] =
        boundingRows(tile.first[Dim::Q], tile.count[Dim::Q], layer.kernelWidth,
                     layer.strideWidth, layer.dilationWidth, layer.padLeft,
                     layer.inputWidth);
  }
  return indices;
}

static void transfer(const Layer &layer, Operand operand, const Tile &tile,
                     int64_t elementBytes, int64_t blockBytes, Count &count) {
  llvm::ArrayRef<Axis> axes = layer.order.axes[operand];
  Coordinates extent = extents(layer, operand);
  std::map<Axis, std::vector<int64_t>> indices =
      indicesOf(layer, operand, tile);
  std::vector<int64_t> elements = {0};
  for (Axis axis : axes) {
    std::vector<int64_t> next;
    for (int64_t outer : elements)
      for (int64_t index : indices[axis])
        next.push_back(outer * extent[axis] + index);
    elements = std::move(next);
  }
  if (elements.empty())
    return;
  std::vector<int64_t> blocks;
  for (int64_t element : elements)
    for (int64_t byte = 0; byte < elementBytes; ++byte) {
      int64_t block = (element * elementBytes + byte) / blockBytes;
      if (blocks.empty() || blocks.back() != block)
        blocks.push_back(block);
    }
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  ++count.transfers;
  count.bytes += static_cast<int64_t>(elements.size()) * elementBytes;
  count.blocks += static_cast<int64_t>(blocks.size());
}

static void forEachStep(const Layer &layer, const Schedule &schedule,
                        llvm::function_ref<void(const Tile &)> visit,
                        size_t depth, Tile &tile) {
  if (depth == schedule.order.size())
    return visit(tile);
  Dim dim = schedule.order[depth];
  for (int64_t first = 0; first < layer.size[dim];
       first += schedule.tile[dim]) {
    tile.first[dim] = first;
    tile.count[dim] = std::min(schedule.tile[dim], layer.size[dim] - first);
    forEachStep(layer, schedule, visit, depth + 1, tile);
  }
}

Walk oracle::walk(const Layer &layer, const Schedule &schedule,
                  int64_t blockBytes) {
  Tile tile;
  auto isNew = [](Operand operand, const Tile &tile,
                  std::optional<Key> &current) {
    Key key = keyOf(operand, tile);
    if (current == key)
      return false;
    current = key;
    return true;
  };

  // How often each output tile will be visited, to know its last visit.
  std::map<Key, int64_t> visitsLeft;
  std::optional<Key> current;
  forEachStep(
      layer, schedule,
      [&](const Tile &tile) {
        if (isNew(Operand::Output, tile, current))
          ++visitsLeft[*current];
      },
      0, tile);

  Walk result;
  PerOperand<std::optional<Key>> onChip;
  std::set<Key> visited;
  forEachStep(
      layer, schedule,
      [&](const Tile &tile) {
        result.macs += tile.count[Dim::N] * tile.count[Dim::G] *
                       tile.count[Dim::K] * tile.count[Dim::C] *
                       tile.count[Dim::P] * tile.count[Dim::Q] *
                       layer.kernelHeight * layer.kernelWidth;
        if (isNew(Operand::Input, tile, onChip[Operand::Input]))
          transfer(layer, Operand::Input, tile, layer.inputBytes, blockBytes,
                   result.read[Operand::Input]);
        if (isNew(Operand::Weights, tile, onChip[Operand::Weights]))
          transfer(layer, Operand::Weights, tile, layer.weightBytes, blockBytes,
                   result.read[Operand::Weights]);
        if (!isNew(Operand::Output, tile, onChip[Operand::Output]))
          return;
        // The visit that begins here moves in what is there, and will move out
        // what it leaves.
        const Key &key = *onChip[Operand::Output];
        bool isFirst = visited.insert(key).second;
        bool isLast = --visitsLeft[key] == 0;
        if (!isFirst || layer.initIsData)
          transfer(layer, Operand::Output, tile, layer.accumulatorBytes,
                   blockBytes, result.read[Operand::Output]);
        transfer(layer, Operand::Output, tile,
                 isLast ? layer.outputBytes : layer.accumulatorBytes,
                 blockBytes, result.write[Operand::Output]);
      },
      0, tile);
  return result;
}

static int64_t countUsed(int64_t outputs, int64_t taps, int64_t stride,
                         int64_t dilation, int64_t pad, int64_t height) {
  std::set<int64_t> rows;
  for (int64_t output = 0; output < outputs; ++output)
    for (int64_t tap = 0; tap < taps; ++tap) {
      int64_t row = output * stride + tap * dilation - pad;
      if (row >= 0 && row < height)
        rows.insert(row);
    }
  return static_cast<int64_t>(rows.size());
}

int64_t oracle::countUsedInput(const Layer &layer) {
  return layer.size[Dim::N] * layer.size[Dim::G] * layer.size[Dim::C] *
         countUsed(layer.size[Dim::P], layer.kernelHeight, layer.strideHeight,
                   layer.dilationHeight, layer.padTop, layer.inputHeight) *
         countUsed(layer.size[Dim::Q], layer.kernelWidth, layer.strideWidth,
                   layer.dilationWidth, layer.padLeft, layer.inputWidth);
}

/// Rows from the first tap of the first output to the last tap of the last.
static int64_t spannedRows(int64_t outputs, int64_t taps, int64_t stride,
                           int64_t dilation) {
  int64_t first = 0;
  int64_t last = stride * (outputs - 1) + dilation * (taps - 1);
  return last - first + 1;
}

static bool fitsOnChip(const Layer &layer, const PerDim<int64_t> &tile,
                       const BufferCapacities &buffers) {
  int64_t need[] = {
      tile[Dim::N] * tile[Dim::G] * tile[Dim::C] * layer.inputBytes *
          spannedRows(tile[Dim::P], layer.kernelHeight, layer.strideHeight,
                      layer.dilationHeight) *
          spannedRows(tile[Dim::Q], layer.kernelWidth, layer.strideWidth,
                      layer.dilationWidth),
      tile[Dim::G] * tile[Dim::K] * tile[Dim::C] * layer.kernelHeight *
          layer.kernelWidth * layer.weightBytes,
      tile[Dim::N] * tile[Dim::G] * tile[Dim::K] * tile[Dim::P] * tile[Dim::Q] *
          layer.accumulatorBytes};
  int64_t all = 0;
  bool eachFits = true;
  for (Operand operand : AllOperands) {
    int64_t bytes = need[static_cast<unsigned>(operand)];
    if (buffers.doubleBuffered[operand])
      bytes += bytes;
    all += bytes;
    eachFits &= bytes <= buffers.separate[operand];
  }
  return buffers.isShared ? all <= buffers.shared : eachFits;
}

std::optional<Best> oracle::searchEverything(const Layer &layer,
                                             const BufferCapacities &buffers) {
  std::optional<Best> best;
  auto isBetter = [&](const Best &candidate) {
    if (!best || candidate.bytes != best->bytes)
      return !best || candidate.bytes < best->bytes;
    if (candidate.iterations != best->iterations)
      return candidate.iterations < best->iterations;
    for (Dim dim : {Dim::Q, Dim::P, Dim::C, Dim::K, Dim::G, Dim::N})
      if (candidate.tile[dim] != best->tile[dim])
        return candidate.tile[dim] > best->tile[dim];
    return false;
  };

  Schedule schedule;
  auto tryOrders = [&] {
    std::vector<Dim> loops, rest;
    int64_t iterations = 1;
    for (Dim dim : AllDims) {
      int64_t trips = 0;
      for (int64_t first = 0; first < layer.size[dim];
           first += schedule.tile[dim])
        ++trips;
      iterations *= trips;
      (trips > 1 ? loops : rest).push_back(dim);
    }
    do {
      std::copy(rest.begin(), rest.end(),
                std::copy(loops.begin(), loops.end(), schedule.order.begin()));
      Best candidate = {computeTraffic(layer, schedule).totalBytes(),
                        iterations, schedule.tile};
      if (isBetter(candidate))
        best = candidate;
    } while (std::next_permutation(loops.begin(), loops.end()));
  };
  auto tryTiles = [&](auto &self, size_t depth) -> void {
    if (depth == NumDims) {
      if (fitsOnChip(layer, schedule.tile, buffers))
        tryOrders();
      return;
    }
    Dim dim = AllDims[depth];
    for (int64_t tile = 1; tile <= layer.size[dim]; ++tile) {
      schedule.tile[dim] = tile;
      self(self, depth + 1);
    }
  };
  tryTiles(tryTiles, 0);
  return best;
}
