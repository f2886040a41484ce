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
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <vector>

using namespace oracle;

namespace {

/// One step of the nest: per loop, which tile it is at, and the first index and
/// number of indices of that tile.
struct Step {
  PerDim<int64_t> index, first, count;
};

/// Identifies the tile of a tensor: where the loops stand on which it depends,
/// of those inside which it is held.
using Key = std::vector<std::pair<Dim, int64_t>>;

using Coordinates = std::map<Axis, int64_t>;

/// Numbers of elements, ascending.
using Elements = std::vector<int64_t>;

} // namespace

static std::vector<Dim> loopsOf(Operand operand) {
  if (operand == Operand::Input)
    return {Dim::N, Dim::G, Dim::C, Dim::P, Dim::Q};
  if (operand == Operand::Weights)
    return {Dim::G, Dim::K, Dim::C};
  return {Dim::N, Dim::G, Dim::K, Dim::P, Dim::Q};
}

static bool isOutside(const Schedule &schedule, Operand operand, Dim dim) {
  auto position = std::find(schedule.order.begin(), schedule.order.end(), dim);
  return position < schedule.order.begin() + schedule.hold[operand];
}

static Key keyOf(const Schedule &schedule, Operand operand, const Step &step) {
  Key key;
  for (Dim dim : loopsOf(operand))
    if (isOutside(schedule, operand, dim))
      key.push_back({dim, step.index[dim]});
  return key;
}

/// The step as the tensor sees it: all of each loop inside its depth.
static Step held(const Layer &layer, const Schedule &schedule, Operand operand,
                 Step step) {
  for (Dim dim : AllDims)
    if (!isOutside(schedule, operand, dim)) {
      step.first[dim] = 0;
      step.count[dim] = layer.size[dim];
    }
  return step;
}

static constexpr Axis wholes[] = {Axis::X0, Axis::X1, Axis::X2, Axis::X3};

static Coordinates extents(const Layer &layer, Operand operand) {
  Coordinates all = {
      {Axis::N, layer.size[Dim::N]}, {Axis::G, layer.size[Dim::G]},
      {Axis::K, layer.size[Dim::K]}, {Axis::C, layer.size[Dim::C]},
      {Axis::R, layer.kernelHeight}, {Axis::S, layer.kernelWidth}};
  bool isInput = operand == Operand::Input;
  all[Axis::H] = isInput ? layer.inputHeight : layer.size[Dim::P];
  all[Axis::W] = isInput ? layer.inputWidth : layer.size[Dim::Q];
  for (size_t i = 0; i < layer.whole.size(); ++i)
    all[wholes[i]] = layer.whole[i].extent[operand];
  return all;
}

/// Indices of a tensor along a whole axis that it has that a tile moves.
static int64_t movedAlong(const WholeAxis &axis, Operand operand) {
  bool isPart = operand == Operand::Input && axis.inputFetched > 0;
  return isPart ? axis.inputFetched : axis.extent[operand];
}

/// What a tile has room for along all whole axes.
static int64_t heldWhole(const Layer &layer, Operand operand) {
  int64_t product = 1;
  for (const WholeAxis &axis : layer.whole) {
    int64_t held = movedAlong(axis, operand);
    if (operand == Operand::Input && axis.inputOnChip > 0)
      held = axis.inputOnChip;
    if (axis.extent[operand] > 0)
      product *= held;
  }
  return product;
}

/// The rows (columns) that are on chip for the outputs of a tile, padding
/// included: all from the first to the last that a tap touches, or only those
/// that lie so under one output.
static std::set<int64_t> heldRows(int64_t first, int64_t count, int64_t taps,
                                  int64_t stride, int64_t dilation,
                                  bool touchedOnly) {
  std::set<int64_t> rows;
  auto addBetween = [&](const std::set<int64_t> &touched) {
    for (int64_t row = *touched.begin(); row <= *touched.rbegin(); ++row)
      rows.insert(row);
  };
  std::set<int64_t> all;
  for (int64_t output = first; output < first + count; ++output) {
    std::set<int64_t> touched;
    for (int64_t tap = 0; tap < taps; ++tap)
      touched.insert(output * stride + tap * dilation);
    addBetween(touched);
    all.insert(touched.begin(), touched.end());
  }
  if (!touchedOnly)
    addBetween(all);
  return rows;
}

/// Those of the real input.
static std::vector<int64_t> fetchedRows(const std::set<int64_t> &held,
                                        int64_t pad, int64_t height) {
  std::vector<int64_t> rows;
  for (int64_t row : held)
    if (row >= pad && row < pad + height)
      rows.push_back(row - pad);
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
indicesOf(const Layer &layer, Operand operand, const Step &tile) {
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
  for (size_t i = 0; i < layer.whole.size(); ++i)
    if (layer.whole[i].extent[operand] > 0)
      indices[wholes[i]] = range(0, movedAlong(layer.whole[i], operand));
  if (operand == Operand::Input) {
    indices[Axis::H] =
        fetchedRows(heldRows(tile.first[Dim::P], tile.count[Dim::P],
                             layer.kernelHeight, layer.strideHeight,
                             layer.dilationHeight, layer.fetchTouchedOnly),
                    layer.padTop, layer.inputHeight);
    indices[Axis::W] =
        fetchedRows(heldRows(tile.first[Dim::Q], tile.count[Dim::Q],
                             layer.kernelWidth, layer.strideWidth,
                             layer.dilationWidth, layer.fetchTouchedOnly),
                    layer.padLeft, layer.inputWidth);
  }
  return indices;
}

/// The elements of a tile, numbered row-major.
static Elements elementsOf(const Layer &layer, Operand operand,
                           const Step &tile) {
  if (operand == Operand::Weights && layer.weightBytes == 0)
    return {};
  Coordinates extent = extents(layer, operand);
  std::map<Axis, std::vector<int64_t>> indices =
      indicesOf(layer, operand, tile);
  Elements elements = {0};
  for (Axis axis : layer.order.axes[operand]) {
    Elements next;
    for (int64_t outer : elements)
      for (int64_t index : indices[axis])
        next.push_back(outer * extent[axis] + index);
    elements = std::move(next);
  }
  // An axis that is left out has one index; a tile without it is empty.
  for (const auto &[axis, along] : indices)
    if (along.empty())
      return {};
  return elements;
}

/// Whether an operand of the epilogue has an axis of the output.
static bool hasAxis(const EpilogueOperand &operand, Axis axis) {
  const std::map<Axis, Dim> loop = {{Axis::N, Dim::N},
                                    {Axis::G, Dim::G},
                                    {Axis::K, Dim::K},
                                    {Axis::H, Dim::P},
                                    {Axis::W, Dim::Q}};
  const auto *whole = std::find(std::begin(wholes), std::end(wholes), axis);
  return whole == std::end(wholes)
             ? operand.dependsOn[loop.at(axis)]
             : operand.dependsOnWhole[whole - std::begin(wholes)];
}

static std::vector<Axis> axesOf(const Layer &layer,
                                const EpilogueOperand &operand) {
  std::vector<Axis> axes;
  for (Axis axis : layer.order.axes[Operand::Output])
    if (hasAxis(operand, axis))
      axes.push_back(axis);
  return axes;
}

static std::vector<int64_t> shapeOf(const Layer &layer,
                                    const EpilogueOperand &operand) {
  Coordinates extent = extents(layer, Operand::Output);
  std::vector<int64_t> shape;
  for (Axis axis : axesOf(layer, operand))
    shape.push_back(extent[axis]);
  return shape;
}

/// The elements of an operand of the epilogue that any output of a tile needs,
/// numbered row-major.
static Elements epilogueElements(const Layer &layer,
                                 const EpilogueOperand &operand,
                                 const Step &tile) {
  Coordinates extent = extents(layer, Operand::Output);
  std::set<int64_t> needed;
  for (int64_t output : elementsOf(layer, Operand::Output, tile)) {
    // The coordinates of the output, innermost first.
    int64_t number = 0, scale = 1;
    llvm::ArrayRef<Axis> axes = layer.order.axes[Operand::Output];
    for (size_t i = axes.size(); i-- > 0; output /= extent[axes[i]]) {
      if (!hasAxis(operand, axes[i]))
        continue;
      number += output % extent[axes[i]] * scale;
      scale *= extent[axes[i]];
    }
    needed.insert(number);
  }
  return Elements(needed.begin(), needed.end());
}

namespace {

/// Fills memory with an array, element after element.
class Filling {
public:
  Filling(llvm::ArrayRef<int64_t> shape, int64_t elementBytes,
          const Storage &storage)
      : shape(shape.begin(), shape.end()), elementBytes(elementBytes),
        storage(storage) {
    int64_t elements = 1;
    std::vector<int64_t> extent(shape.begin(), shape.end());
    for (size_t d = 0; d < extent.size(); ++d) {
      elements *= extent[d];
      // Whole blocks.
      while (!storage.levels.empty() &&
             extent[d] % storage.levels.back().block[d] != 0)
        ++extent[d];
    }
    position.resize(elements);
    fill(storage.levels.size(), extent, storage.order, 0,
         std::vector<int64_t>(extent.size()));
  }

  /// The first byte of each element, the elements numbered row-major.
  std::vector<int64_t> position;

private:
  /// Fills a block that contains those of `level` levels, along the axes from
  /// `depth` on in its order.
  void fill(size_t level, const std::vector<int64_t> &extent,
            const std::vector<unsigned> &order, size_t depth,
            std::vector<int64_t> start) {
    if (depth < order.size()) {
      unsigned axis = order[depth];
      int64_t step = level ? storage.levels[level - 1].block[axis] : 1;
      for (int64_t i = 0; i < extent[axis]; i += step) {
        fill(level, extent, order, depth + 1, start);
        start[axis] += step;
      }
      return;
    }
    if (level > 0) {
      const Storage::Level &inner = storage.levels[level - 1];
      int64_t first = next;
      fill(level - 1, inner.block, inner.order, 0, start);
      while ((next - first) % inner.alignBytes != 0)
        ++next;
      return;
    }
    int64_t element = 0;
    bool isReal = true;
    for (size_t d = 0; d < shape.size(); ++d) {
      isReal &= start[d] < shape[d];
      element = element * shape[d] + start[d];
    }
    if (isReal)
      position[element] = next;
    next += elementBytes;
  }

  std::vector<int64_t> shape;
  int64_t elementBytes;
  const Storage &storage;
  int64_t next = 0;
};

} // namespace

namespace {

/// Carries out the nest.
class Nest {
public:
  Nest(const Layer &layer, const Schedule &schedule,
       llvm::function_ref<void(const Step &)> visit)
      : layer(layer), schedule(schedule), visit(visit) {}

  void run(size_t depth = 0) {
    if (depth == schedule.order.size())
      return visit(step);
    Dim dim = schedule.order[depth];
    std::vector<int64_t> firsts;
    for (int64_t first = 0; first < layer.size[dim];
         first += schedule.tile[dim])
      firsts.push_back(first);
    std::vector<int64_t> indices =
        range(0, static_cast<int64_t>(firsts.size()));
    if (schedule.serpentine && executions[depth] % 2 != 0)
      std::reverse(indices.begin(), indices.end());
    ++executions[depth];
    for (int64_t index : indices) {
      step.index[dim] = index;
      step.first[dim] = firsts[index];
      step.count[dim] =
          std::min(schedule.tile[dim], layer.size[dim] - firsts[index]);
      run(depth + 1);
    }
  }

private:
  const Layer &layer;
  const Schedule &schedule;
  llvm::function_ref<void(const Step &)> visit;
  std::array<int64_t, NumDims> executions = {};
  Step step;
};

} // namespace

/// Fills memory with tiles, in the order in which they are first met.
static std::vector<int64_t>
fillSlots(const Layer &layer, const Schedule &schedule, int64_t elementBytes,
          int64_t slotBytes,
          llvm::function_ref<Elements(const Step &)> elementsAt) {
  std::vector<int64_t> position;
  std::set<Elements> stored;
  Nest(layer, schedule, [&](const Step &step) {
    Elements tile = elementsAt(step);
    int64_t next = static_cast<int64_t>(stored.size()) * slotBytes;
    if (!stored.insert(tile).second)
      return;
    for (int64_t element : tile) {
      if (element >= static_cast<int64_t>(position.size()))
        position.resize(element + 1);
      position[element] = next;
      next += elementBytes;
    }
  }).run();
  return position;
}

/// The blocks that hold a byte of the elements, ascending.
static std::vector<int64_t> blocksOf(const Elements &elements,
                                     const std::vector<int64_t> &position,
                                     int64_t elementBytes, int64_t blockBytes) {
  std::vector<int64_t> blocks;
  for (int64_t element : elements) {
    int64_t at = position.empty() ? element * elementBytes : position[element];
    for (int64_t byte = 0; byte < elementBytes; ++byte) {
      int64_t block = (at + byte) / blockBytes;
      if (blocks.empty() || blocks.back() != block)
        blocks.push_back(block);
    }
  }
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  return blocks;
}

static void transfer(const Elements &elements,
                     const std::vector<int64_t> &position, int64_t elementBytes,
                     int64_t blockBytes, Count &count) {
  if (elements.empty())
    return;
  ++count.transfers;
  count.bytes += static_cast<int64_t>(elements.size()) * elementBytes;
  count.blocks += static_cast<int64_t>(
      blocksOf(elements, position, elementBytes, blockBytes).size());
}

static Elements elementsAt(const Layer &layer, const Schedule &schedule,
                           Operand operand, const Step &step) {
  return elementsOf(layer, operand, held(layer, schedule, operand, step));
}
static Elements epilogueAt(const Layer &layer, const Schedule &schedule,
                           size_t i, const Step &step) {
  return epilogueElements(layer, layer.epilogue[i],
                          held(layer, schedule, Operand::Output, step));
}

namespace {
/// Where the elements lie; empty: row-major.
struct Positions {
  std::vector<int64_t> input, weights, output, partialSums, init;
  std::vector<std::vector<int64_t>> epilogue;
};
} // namespace

static Positions positionsOf(const Layer &layer, const Schedule &schedule,
                             const Blocks *blocks) {
  Positions all;
  all.epilogue.resize(layer.epilogue.size());
  if (!blocks)
    return all;
  auto positions = [&](Operand operand, int64_t elementBytes,
                       const Storage &storage) {
    if (storage.slotBytes)
      return fillSlots(layer, schedule, elementBytes, storage.slotBytes,
                       [&](const Step &step) {
                         return elementsAt(layer, schedule, operand, step);
                       });
    return Filling(layer.shape(operand), elementBytes, storage).position;
  };
  for (size_t i = 0; i < blocks->epilogue.size(); ++i) {
    const EpilogueOperand &operand = layer.epilogue[i];
    if (int64_t slotBytes = blocks->epilogue[i].slotBytes)
      all.epilogue[i] = fillSlots(layer, schedule, operand.elementBytes,
                                  slotBytes, [&](const Step &step) {
                                    return epilogueAt(layer, schedule, i, step);
                                  });
    else
      all.epilogue[i] = Filling(shapeOf(layer, operand), operand.elementBytes,
                                blocks->epilogue[i])
                            .position;
  }
  all.input = positions(Operand::Input, layer.inputBytes, blocks->input);
  all.weights = positions(Operand::Weights, layer.weightBytes, blocks->weights);
  all.output = positions(Operand::Output, layer.outputBytes, blocks->output);
  all.partialSums =
      positions(Operand::Output, layer.accumulatorBytes, blocks->partialSums);
  all.init = positions(Operand::Output, layer.accumulatorBytes, blocks->init);
  return all;
}

/// Whether the old tile is a neighbour along the rows or the columns.
static bool sharesHalo(const Key &from, const Key &to) {
  // Nothing is on chip at the first step.
  if (from.size() != to.size())
    return false;
  int changed = 0;
  bool isNeighbour = false;
  for (size_t i = 0; i < to.size(); ++i) {
    int64_t distance = to[i].second - from[i].second;
    if (distance == 0)
      continue;
    ++changed;
    isNeighbour = (to[i].first == Dim::P || to[i].first == Dim::Q) &&
                  (distance == 1 || distance == -1);
  }
  return changed == 1 && isNeighbour;
}

Walk oracle::walk(const Layer &layer, const Schedule &schedule,
                  int64_t blockBytes, const Blocks *blocks) {
  auto isNew = [&](Operand operand, const Step &step,
                   std::optional<Key> &current) {
    Key key = keyOf(schedule, operand, step);
    if (current == key)
      return false;
    current = key;
    return true;
  };

  // How often each output tile will be visited, to know its last visit.
  std::map<Key, int64_t> visitsLeft;
  std::optional<Key> current;
  Nest(layer, schedule, [&](const Step &step) {
    if (isNew(Operand::Output, step, current))
      ++visitsLeft[*current];
  }).run();

  auto [input, weights, output, partialSums, init, epilogue] =
      positionsOf(layer, schedule, blocks);

  Walk result;
  PerOperand<std::optional<Key>> onChip;
  Elements inputOnChip;
  std::set<Key> visited;
  auto visit = [&](const Step &step) {
    int64_t macs = step.count[Dim::N] * step.count[Dim::G] *
                   step.count[Dim::K] * step.count[Dim::C] *
                   step.count[Dim::P] * step.count[Dim::Q] *
                   layer.kernelHeight * layer.kernelWidth;
    for (const WholeAxis &axis : layer.whole)
      macs *=
          axis.reduction * std::max<int64_t>(axis.extent[Operand::Output], 1);
    result.macs += macs;
    auto elements = [&](Operand operand) {
      return elementsAt(layer, schedule, operand, step);
    };

    Key before = onChip[Operand::Input].value_or(Key());
    if (isNew(Operand::Input, step, onChip[Operand::Input])) {
      Elements wanted = elements(Operand::Input), fetched = wanted;
      if (schedule.retainHalo && sharesHalo(before, *onChip[Operand::Input])) {
        fetched.clear();
        std::set_difference(wanted.begin(), wanted.end(), inputOnChip.begin(),
                            inputOnChip.end(), std::back_inserter(fetched));
        ++result.haloSteps;
      }
      transfer(fetched, input, layer.inputBytes, blockBytes,
               result.read[Operand::Input]);
      inputOnChip = std::move(wanted);
    }

    if (layer.weightBytes > 0 &&
        isNew(Operand::Weights, step, onChip[Operand::Weights]))
      transfer(elements(Operand::Weights), weights, layer.weightBytes,
               blockBytes, result.read[Operand::Weights]);

    if (!isNew(Operand::Output, step, onChip[Operand::Output]))
      return;
    // The visit that begins here moves in what is there, and will move out what
    // it leaves.
    const Key &key = *onChip[Operand::Output];
    bool isFirst = visited.insert(key).second;
    bool isLast = --visitsLeft[key] == 0;
    Elements outputs = elements(Operand::Output);
    if (!isFirst || layer.initIsData)
      transfer(outputs, isFirst ? init : partialSums, layer.accumulatorBytes,
               blockBytes, result.read[Operand::Output]);
    if (isLast) {
      for (size_t i = 0; i < epilogue.size(); ++i)
        transfer(epilogueAt(layer, schedule, i, step), epilogue[i],
                 layer.epilogue[i].elementBytes, blockBytes, result.epilogue);
      transfer(outputs, output, layer.outputBytes, blockBytes,
               result.write[Operand::Output]);
    } else
      transfer(outputs, partialSums, layer.accumulatorBytes, blockBytes,
               result.write[Operand::Output]);
  };
  Nest(layer, schedule, visit).run();
  return result;
}

namespace {
/// The steps [first, behind) between which the loops outside a certain depth
/// stand still.
struct Iteration {
  size_t first, behind;
};

/// A transfer and its place in the program: before or after a step, among
/// others there by the depth of the loops that it is in, then by its rank.
struct PlacedMove {
  int64_t step;
  bool isAfter;
  int64_t depth, rank;
  Move move;
};
} // namespace

std::vector<Move> oracle::sequence(const Layer &layer, const Schedule &schedule,
                                   const PerOperand<bool> &isDoubleBuffered,
                                   size_t numInit, int64_t blockBytes,
                                   const Blocks &blocks) {
  std::vector<Step> steps;
  Nest(layer, schedule, [&](const Step &step) { steps.push_back(step); }).run();
  Positions positions = positionsOf(layer, schedule, &blocks);

  // The number of loops of the order down to the last that changes a tile.
  auto depthOf = [&](Operand operand) {
    int64_t depth = 0;
    for (unsigned i = 0; i < schedule.hold[operand]; ++i) {
      Dim dim = schedule.order[i];
      std::vector<Dim> relevant = loopsOf(operand);
      if (schedule.tile[dim] < layer.size[dim] &&
          std::find(relevant.begin(), relevant.end(), dim) != relevant.end())
        depth = i + 1;
    }
    return depth;
  };
  auto iterations = [&](int64_t depth) {
    std::vector<Iteration> all;
    for (size_t i = 0; i < steps.size(); ++i) {
      bool isSame = i > 0;
      for (int64_t d = 0; d < depth && isSame; ++d)
        isSame = steps[i].index[schedule.order[d]] ==
                 steps[i - 1].index[schedule.order[d]];
      if (!isSame)
        all.push_back({i, i});
      all.back().behind = i + 1;
    }
    return all;
  };

  std::vector<PlacedMove> moves;
  auto add = [&](int64_t step, bool isAfter, int64_t depth, int64_t rank,
                 StreamArray array, bool isWrite, const Elements &elements,
                 const std::vector<int64_t> &position, int64_t elementBytes) {
    if (!elements.empty())
      moves.push_back(
          {step,
           isAfter,
           depth,
           rank,
           {array, isWrite,
            static_cast<int64_t>(elements.size()) * elementBytes,
            blocksOf(elements, position, elementBytes, blockBytes)}});
  };

  for (Operand operand : {Operand::Input, Operand::Weights}) {
    bool isInput = operand == Operand::Input;
    if (!isInput && layer.weightBytes == 0)
      continue;
    int64_t depth = depthOf(operand);
    bool isEarly = isDoubleBuffered[operand] && depth > 0;
    std::vector<Iteration> all = iterations(depth);
    for (size_t i = 0; i < all.size(); ++i) {
      const Step &step = steps[all[i].first];
      Key key = keyOf(schedule, operand, step);
      Elements fetched = elementsAt(layer, schedule, operand, step);
      if (i > 0) {
        const Step &previous = steps[all[i - 1].first];
        Key before = keyOf(schedule, operand, previous);
        if (before == key)
          continue;
        if (isInput && schedule.retainHalo && sharesHalo(before, key)) {
          Elements there = elementsAt(layer, schedule, operand, previous);
          Elements rest;
          std::set_difference(fetched.begin(), fetched.end(), there.begin(),
                              there.end(), std::back_inserter(rest));
          fetched = rest;
        }
      }
      // The first tile comes before the nest.
      int64_t when = static_cast<int64_t>(all[i].first);
      if (isEarly)
        when = i > 0 ? static_cast<int64_t>(all[i - 1].first) : -1;
      add(when, false, when < 0 ? 0 : depth, isInput ? 0 : 1,
          {isInput ? StreamArray::Input : StreamArray::Weights}, false, fetched,
          isInput ? positions.input : positions.weights,
          isInput ? layer.inputBytes : layer.weightBytes);
    }
  }

  int64_t depth = depthOf(Operand::Output);
  std::vector<Iteration> visits;
  std::map<Key, int64_t> visitsLeft;
  std::optional<Key> current;
  for (const Iteration &each : iterations(depth)) {
    Key key = keyOf(schedule, Operand::Output, steps[each.first]);
    if (current == key) {
      visits.back().behind = each.behind;
      continue;
    }
    current = key;
    visits.push_back(each);
    ++visitsLeft[key];
  }
  std::set<Key> visited;
  for (const Iteration &each : visits) {
    const Step &step = steps[each.first];
    Key key = keyOf(schedule, Operand::Output, step);
    Elements outputs = elementsAt(layer, schedule, Operand::Output, step);
    int64_t rank = 2;
    auto before = [&](StreamArray array, const Elements &elements,
                      const std::vector<int64_t> &position,
                      int64_t elementBytes) {
      add(static_cast<int64_t>(each.first), false, depth, rank++, array, false,
          elements, position, elementBytes);
    };
    auto after = [&](StreamArray array, bool isWrite, const Elements &elements,
                     const std::vector<int64_t> &position,
                     int64_t elementBytes) {
      add(static_cast<int64_t>(each.behind) - 1, true, -depth, rank++, array,
          isWrite, elements, position, elementBytes);
    };
    auto epilogue = [&](unsigned i, auto addMove) {
      addMove({StreamArray::Epilogue, i}, epilogueAt(layer, schedule, i, step),
              positions.epilogue[i], layer.epilogue[i].elementBytes);
    };
    if (!visited.insert(key).second) {
      before({StreamArray::PartialSums}, outputs, positions.partialSums,
             layer.accumulatorBytes);
    } else {
      for (unsigned i = 0; i < numInit; ++i)
        epilogue(i, before);
      if (layer.initIsData)
        before({StreamArray::Init}, outputs, positions.init,
               layer.accumulatorBytes);
    }
    if (--visitsLeft[key] > 0) {
      after({StreamArray::PartialSums}, true, outputs, positions.partialSums,
            layer.accumulatorBytes);
      continue;
    }
    for (unsigned i = numInit; i < layer.epilogue.size(); ++i)
      epilogue(i,
               [&](StreamArray array, const Elements &elements,
                   const std::vector<int64_t> &position, int64_t elementBytes) {
                 after(array, false, elements, position, elementBytes);
               });
    after({StreamArray::Output}, true, outputs, positions.output,
          layer.outputBytes);
  }

  auto place = [](const PlacedMove &m) {
    return std::make_tuple(m.step, m.isAfter, m.depth, m.rank);
  };
  std::stable_sort(moves.begin(), moves.end(),
                   [&](const PlacedMove &a, const PlacedMove &b) {
                     return place(a) < place(b);
                   });
  std::vector<Move> sorted;
  for (PlacedMove &each : moves)
    sorted.push_back(std::move(each.move));
  return sorted;
}

bool oracle::isPartition(const Layer &layer, const Schedule &schedule,
                         Operand operand) {
  std::set<Key> seen;
  Elements all;
  Nest(layer, schedule, [&](const Step &step) {
    if (!seen.insert(keyOf(schedule, operand, step)).second)
      return;
    Elements tile =
        elementsOf(layer, operand, held(layer, schedule, operand, step));
    all.insert(all.end(), tile.begin(), tile.end());
  }).run();
  std::sort(all.begin(), all.end());
  return all == range(0, layer.elements(operand));
}

std::vector<ArrayLayout> oracle::blockedInputs(const Layer &layer,
                                               const DRAMDevice &device) {
  PerDim<int64_t> extent = {{layer.size[Dim::N], layer.size[Dim::G], 1,
                             layer.size[Dim::C], layer.inputHeight,
                             layer.inputWidth}};
  auto volume = [](const PerDim<int64_t> &block) {
    int64_t elements = 1;
    for (int64_t side : block)
      elements *= side;
    return elements;
  };
  // Those that hold most of `elements`.
  auto shapes = [&](int64_t elements) {
    std::vector<PerDim<int64_t>> found = {{{1, 1, 1, 1, 1, 1}}};
    for (Dim dim : AllDims)
      for (size_t i = 0; i < found.size(); ++i)
        if (found[i][dim] < extent[dim] && 2 * volume(found[i]) <= elements) {
          found.push_back(found[i]);
          found.back()[dim] *= 2;
        }
    int64_t most = 0;
    for (const PerDim<int64_t> &shape : found)
      most = std::max(most, volume(shape));
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](const PerDim<int64_t> &shape) {
                                 return volume(shape) < most;
                               }),
                found.end());
    return found;
  };
  int64_t inBurst = 1, elementBytes = layer.inputBytes;
  if (elementBytes > device.burstBytes())
    return {};
  while (2 * inBurst * elementBytes <= device.burstBytes())
    inBurst *= 2;
  std::vector<ArrayLayout> layouts;
  for (const PerDim<int64_t> &burst : shapes(inBurst))
    for (const PerDim<int64_t> &row :
         shapes(inBurst * (device.rowBytes() / device.burstBytes()))) {
      bool isInside = true;
      for (Dim dim : AllDims)
        isInside &= burst[dim] <= row[dim];
      if (isInside)
        layouts.push_back({ArrayLayout::Kind::Blocked, burst, row});
    }
  return layouts;
}

std::optional<ArrayLayout>
oracle::anyBlocks(const Layer &layer, Operand operand, int64_t elementBytes,
                  const DRAMDevice &device,
                  llvm::function_ref<int64_t(int64_t)> pick) {
  int64_t elements = device.burstBytes() / elementBytes;
  if (elements == 0)
    return std::nullopt;
  ArrayLayout layout;
  layout.kind = ArrayLayout::Kind::Blocked;
  std::vector<Dim> loops = loopsOf(operand);
  auto grow = [&](PerDim<int64_t> &block, int64_t most) {
    for (int64_t steps = pick(8); steps > 0 && most >= 2; --steps, most /= 2)
      block[loops[pick(loops.size())]] *= 2;
  };
  grow(layout.burstBlock, elements);
  layout.rowBlock = layout.burstBlock;
  grow(layout.rowBlock, device.rowBytes() / device.burstBytes());
  return layout;
}

Blocks oracle::storageOf(const Layer &layer, const Schedule &schedule,
                         const ArrayLayouts &layouts,
                         const DRAMDevice &device) {
  int64_t burst = device.burstBytes(), row = device.rowBytes();
  auto storage = [&](llvm::ArrayRef<Axis> axes, int64_t tileBytes,
                     const ArrayLayout &layout) {
    Storage storage;
    for (size_t i = 0; i < axes.size(); ++i)
      storage.order.push_back(i);
    const std::vector<unsigned> dataOrder = storage.order;
    if (tileBytes == 0)
      return storage;
    if (layout.kind == ArrayLayout::Kind::Tiles) {
      storage.slotBytes = slotBytes(tileBytes, burst, row);
    } else if (layout.kind == ArrayLayout::Kind::Blocked) {
      const std::map<Axis, Dim> loop = {{Axis::N, Dim::N}, {Axis::G, Dim::G},
                                        {Axis::K, Dim::K}, {Axis::C, Dim::C},
                                        {Axis::H, Dim::P}, {Axis::W, Dim::Q}};
      auto level = [&](const PerDim<int64_t> &extents, int64_t alignBytes) {
        Storage::Level level = {{}, dataOrder, alignBytes};
        for (Axis axis : axes)
          level.block.push_back(loop.count(axis) ? extents[loop.at(axis)] : 1);
        return level;
      };
      storage.levels = {level(layout.burstBlock, burst),
                        level(layout.rowBlock, row)};
      // The row blocks first along the axes of the highest rank.
      std::vector<std::pair<int, unsigned>> ranks;
      for (unsigned i : dataOrder)
        ranks.push_back({layout.rowRank[static_cast<size_t>(axes[i])], i});
      std::sort(ranks.begin(), ranks.end());
      storage.order.clear();
      for (auto [rank, axis] : ranks)
        storage.order.push_back(axis);
    }
    return storage;
  };
  auto ofArray = [&](TensorArray array) {
    Operand operand = operandOf(array);
    // What is padded on chip has no place in DRAM.
    int64_t moved = 1;
    for (const WholeAxis &axis : layer.whole)
      if (axis.extent[operand] > 0)
        moved *= movedAlong(axis, operand);
    return storage(layer.order.axes[operand],
                   countOnChip(layer, schedule)[operand] /
                       heldWhole(layer, operand) * moved *
                       elementBytes(layer, array),
                   layouts[array]);
  };
  Blocks blocks = {
      ofArray(TensorArray::Input),  ofArray(TensorArray::Weights),
      ofArray(TensorArray::Output), ofArray(TensorArray::PartialSums),
      ofArray(TensorArray::Init),   {}};
  for (size_t i = 0; i < layer.epilogue.size(); ++i) {
    const EpilogueOperand &each = layer.epilogue[i];
    blocks.epilogue.push_back(storage(
        axesOf(layer, each),
        each.elementBytes *
            each.elementsOf(layer, schedule.heldTile(layer, Operand::Output)),
        layouts.ofEpilogue(i)));
  }
  return blocks;
}

/// Input rows times columns on chip for `p` x `q` outputs.
static int64_t heldPixels(const Layer &layer, int64_t p, int64_t q) {
  return static_cast<int64_t>(
      heldRows(0, p, layer.kernelHeight, layer.strideHeight,
               layer.dilationHeight, layer.fetchTouchedOnly)
          .size() *
      heldRows(0, q, layer.kernelWidth, layer.strideWidth, layer.dilationWidth,
               layer.fetchTouchedOnly)
          .size());
}

PerOperand<int64_t> oracle::countOnChip(const Layer &layer,
                                        const Schedule &schedule) {
  PerOperand<int64_t> most = {{0, 0, 0}};
  struct Touched {
    PerDim<int64_t> low, high;
  };
  PerOperand<std::map<Key, Touched>> touched;
  Nest(layer, schedule, [&](const Step &step) {
    for (Operand operand : AllOperands) {
      auto [at, isNew] =
          touched[operand].insert({keyOf(schedule, operand, step), Touched()});
      for (Dim dim : AllDims) {
        int64_t low = step.first[dim], high = low + step.count[dim];
        int64_t &lowest = at->second.low[dim];
        int64_t &highest = at->second.high[dim];
        lowest = isNew ? low : std::min(lowest, low);
        highest = isNew ? high : std::max(highest, high);
      }
    }
  }).run();
  for (Operand operand : AllOperands)
    for (const auto &[key, box] : touched[operand]) {
      auto along = [&](Dim dim) { return box.high[dim] - box.low[dim]; };
      int64_t elements = along(Dim::G);
      if (operand == Operand::Weights)
        elements *= along(Dim::K) * along(Dim::C) * layer.kernelHeight *
                    layer.kernelWidth;
      else if (operand == Operand::Output)
        elements *=
            along(Dim::N) * along(Dim::K) * along(Dim::P) * along(Dim::Q);
      else
        elements *= along(Dim::N) * along(Dim::C) *
                    heldPixels(layer, along(Dim::P), along(Dim::Q));
      if (operand == Operand::Weights && layer.weightBytes == 0)
        elements = 0;
      most[operand] =
          std::max(most[operand], elements * heldWhole(layer, operand));
    }
  return most;
}

int64_t oracle::countEpilogueOnChip(const Layer &layer,
                                    const Schedule &schedule) {
  int64_t most = 0;
  Nest(layer, schedule, [&](const Step &step) {
    int64_t bytes = 0;
    for (const EpilogueOperand &each : layer.epilogue)
      bytes += each.elementBytes *
               epilogueElements(layer, each,
                                held(layer, schedule, Operand::Output, step))
                   .size();
    most = std::max(most, bytes);
  }).run();
  return most;
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
  int64_t whole = 1;
  for (const WholeAxis &axis : layer.whole)
    whole *= std::max<int64_t>(movedAlong(axis, Operand::Input), 1);
  return whole * layer.size[Dim::N] * layer.size[Dim::G] * layer.size[Dim::C] *
         countUsed(layer.size[Dim::P], layer.kernelHeight, layer.strideHeight,
                   layer.dilationHeight, layer.padTop, layer.inputHeight) *
         countUsed(layer.size[Dim::Q], layer.kernelWidth, layer.strideWidth,
                   layer.dilationWidth, layer.padLeft, layer.inputWidth);
}

bool oracle::isWithin(const PerOperand<int64_t> &bytes,
                      const BufferCapacities &buffers) {
  // A place for each tensor's own buffer, and one for the shared buffer.
  int64_t used[NumOperands + 1] = {};
  int64_t capacity[NumOperands + 1] = {0, 0, 0, buffers.shared.value_or(0)};
  for (unsigned i = 0; i < NumOperands; ++i) {
    bool isShared = !buffers.separate[AllOperands[i]].has_value();
    used[isShared ? NumOperands : i] += bytes[AllOperands[i]];
    capacity[i] = buffers.separate[AllOperands[i]].value_or(0);
  }
  for (unsigned i = 0; i <= NumOperands; ++i)
    if (used[i] > capacity[i])
      return false;
  return true;
}

static bool fitsOnChip(const Layer &layer, const PerDim<int64_t> &tile,
                       const BufferCapacities &buffers) {
  PerOperand<int64_t> need = {
      {tile[Dim::N] * tile[Dim::G] * tile[Dim::C] * layer.inputBytes *
           heldPixels(layer, tile[Dim::P], tile[Dim::Q]),
       tile[Dim::G] * tile[Dim::K] * tile[Dim::C] * layer.kernelHeight *
           layer.kernelWidth * layer.weightBytes,
       tile[Dim::N] * tile[Dim::G] * tile[Dim::K] * tile[Dim::P] *
           tile[Dim::Q] *
           (layer.accumulatorBytes +
            (layer.separateResult ? layer.outputBytes : 0))}};
  for (Operand operand : AllOperands)
    need[operand] *= heldWhole(layer, operand);
  for (const EpilogueOperand &each : layer.epilogue) {
    int64_t elements = 1;
    for (Dim dim : {Dim::N, Dim::G, Dim::K, Dim::P, Dim::Q})
      elements *= each.dependsOn[dim] ? tile[dim] : 1;
    for (size_t i = 0; i < layer.whole.size(); ++i)
      if (each.dependsOnWhole[i])
        elements *=
            std::max<int64_t>(layer.whole[i].extent[Operand::Output], 1);
    need[Operand::Output] += elements * each.elementBytes;
  }
  for (Operand operand : AllOperands)
    if (buffers.doubleBuffered[operand])
      need[operand] += need[operand];
  return oracle::isWithin(need, buffers);
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
