//===- Stream.cpp - The bursts of a schedule, one by one ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The nest is walked down to the innermost loop that moves something. At each
// level the indices of all loops outside are known, and those of the step that
// comes next follow from the positions: the innermost loop that is not at its
// last position steps, and those inside begin again, in serpentine order where
// they ended.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Stream.h"
#include "Blocks.h"
#include "Window.h"
#include "llvm/ADT/STLExtras.h"

using namespace romanet;

/// Whether partial sums go through DRAM: the channels are walked outside the
/// tiles of the output, so that these come back. The position of their loop, or
/// std::nullopt.
static std::optional<unsigned> channelLevel(const Layer &layer,
                                            const Schedule &schedule) {
  llvm::SmallVector<Dim, NumDims> loops =
      loadLoops(schedule.trips(layer), schedule.order, Operand::Output,
                schedule.hold[Operand::Output]);
  const Dim *channel = llvm::find(loops, Dim::C);
  if (channel == loops.end())
    return std::nullopt;
  return channel - loops.begin();
}

std::vector<StreamArray> romanet::arraysOf(const Layer &layer,
                                           const Schedule &schedule) {
  std::vector<StreamArray> arrays = {{StreamArray::Input}};
  if (layer.hasWeights())
    arrays.push_back({StreamArray::Weights});
  arrays.push_back({StreamArray::Output});
  if (channelLevel(layer, schedule))
    arrays.push_back({StreamArray::PartialSums});
  if (layer.initIsData)
    arrays.push_back({StreamArray::Init});
  for (unsigned i = 0; i < layer.epilogue.size(); ++i)
    arrays.push_back({StreamArray::Epilogue, i});
  return arrays;
}

LayerPlaces romanet::storageOf(const Layer &layer, const Schedule &schedule,
                               const ArrayLayouts &layouts,
                               const DRAMDevice &device) {
  LayerPlaces places;
  places.epilogue.resize(layer.epilogue.size());
  for (StreamArray array : arraysOf(layer, schedule)) {
    if (array.kind == StreamArray::Epilogue) {
      places[array].storage =
          epilogueStorageOf(layer, schedule, array.index,
                            layouts.ofEpilogue(array.index), device);
      continue;
    }
    auto tensor = static_cast<TensorArray>(array.kind);
    places[array].storage =
        storageOf(layer, schedule, tensor, layouts[tensor], device);
  }
  return places;
}

namespace {

/// Indices [first, second) along an axis.
using Interval = std::pair<int64_t, int64_t>;

/// Walks the nest and says what moves.
class Walk {
public:
  Walk(const Layer &layer, const Schedule &schedule,
       const PerOperand<bool> &isDoubleBuffered, const LayerPlaces &places,
       size_t numInit, llvm::function_ref<bool(const StreamTransfer &)> visit)
      : layer(layer), schedule(schedule), places(places), numInit(numInit),
        visit(visit), trips(schedule.trips(layer)),
        loops(schedule.loops(layer)), channel(channelLevel(layer, schedule)),
        rows(Window::rows(layer)), columns(Window::columns(layer)) {
    for (Operand operand : AllOperands) {
      llvm::ArrayRef<Dim> held =
          llvm::ArrayRef(schedule.order).take_front(schedule.hold[operand]);
      for (Dim dim : AllDims)
        moves[operand][dim] = isRelevant(operand, dim) && trips[dim] > 1 &&
                              llvm::is_contained(held, dim);
      depth[operand] = schedule.loadDepth(layer, operand);
      isPrefetched[operand] = operand != Operand::Output &&
                              isDoubleBuffered[operand] && depth[operand] > 0;
      exists[operand] = operand != Operand::Weights || layer.hasWeights();
      axes[operand] = axesOf(layer, operand);
      if (exists[operand])
        last = std::max(last, depth[operand]);
    }
    for (size_t i = 0; i < layer.epilogue.size(); ++i)
      epilogue.push_back(epilogueAxes(layer, i));
  }

  void run() {
    for (Operand operand : {Operand::Input, Operand::Weights})
      if (exists[operand] && isPrefetched[operand])
        load(operand, index);
    emit(0);
  }

private:
  using Indices = PerDim<int64_t>;

  /// The indices that decide what is on chip of a tensor.
  Indices keyOf(Operand operand, const Indices &at) const {
    Indices key = {{0, 0, 0, 0, 0, 0}};
    for (Dim dim : AllDims)
      if (moves[operand][dim])
        key[dim] = at[dim];
    return key;
  }

  /// The indices of the next step of the outermost `level` loops.
  std::optional<Indices> next(unsigned level) const {
    Indices at = index;
    for (unsigned i = level; i-- > 0;) {
      Dim dim = loops[i];
      if (position[i] + 1 < trips[dim]) {
        at[dim] += isReversed[i] ? -1 : 1;
        return at;
      }
      if (!schedule.serpentine)
        at[dim] = 0;
    }
    return std::nullopt;
  }

  void emit(unsigned level) {
    for (Operand operand : {Operand::Input, Operand::Weights}) {
      if (!exists[operand] || depth[operand] != level)
        continue;
      if (!isPrefetched[operand])
        load(operand, index);
      else if (std::optional<Indices> ahead = next(level))
        load(operand, *ahead);
    }
    bool isVisit = depth[Operand::Output] == level;
    if (isVisit)
      beginVisit();
    if (level < last) {
      Dim dim = loops[level];
      bool reversed = isReversed[level];
      for (int64_t i = 0, e = trips[dim]; i < e && !isStopped; ++i) {
        position[level] = i;
        index[dim] = reversed ? e - 1 - i : i;
        emit(level + 1);
      }
      isReversed[level] = schedule.serpentine && !reversed;
    }
    if (isVisit)
      endVisit();
  }

  /// The rows (columns) of a tile, in the numbering of the window.
  Interval windowAt(Dim dim, const Indices &at) const {
    const Window &window = dim == Dim::P ? rows : columns;
    if (!moves[Operand::Input][dim])
      return window.clipped(0, window.outputs);
    int64_t tile = schedule.tile[dim], first = at[dim] * tile;
    return window.clipped(first, std::min(tile, window.outputs - first));
  }

  void load(Operand operand, const Indices &at) {
    Indices key = keyOf(operand, at);
    std::optional<Indices> before = onChip[operand];
    if (before == key)
      return;
    onChip[operand] = key;
    if (operand == Operand::Weights)
      return transfer({StreamArray::Weights}, false, operand, axes[operand],
                      layer.weightBytes, at);
    fetched[0] = windowAt(Dim::P, at);
    fetched[1] = windowAt(Dim::Q, at);
    if (before && schedule.retainHalo)
      leaveOutHalo(*before, key);
    for (auto [begin, end] : fetched)
      if (begin >= end)
        return;
    transfer({StreamArray::Input}, false, operand, axes[operand],
             layer.inputBytes, at);
  }

  /// Where only the index of P or of Q has changed, by one, what both tiles
  /// have is there.
  void leaveOutHalo(const Indices &before, const Indices &key) {
    std::optional<Dim> changed;
    for (Dim dim : AllDims) {
      if (before[dim] == key[dim])
        continue;
      if (changed || (dim != Dim::P && dim != Dim::Q) ||
          std::abs(before[dim] - key[dim]) != 1)
        return;
      changed = dim;
    }
    Interval &now = fetched[*changed == Dim::P ? 0 : 1];
    auto [begin, end] = windowAt(*changed, before);
    if (before[*changed] < key[*changed])
      now.first = std::max(now.first, end);
    else
      now.second = std::min(now.second, begin);
  }

  /// Rows of the input, without those between windows.
  void realIntervals(const Window &window, Interval interval,
                     std::vector<Interval> &real) const {
    real.clear();
    if (window.gap == 0)
      return real.push_back(interval);
    for (int64_t at = interval.first; at < interval.second;) {
      int64_t end =
          std::min(interval.second,
                   at + window.kernel - (at + window.pad) % window.kernel);
      real.push_back({window.realOf(at), window.realOf(end - 1) + 1});
      at = end;
    }
  }

  void transfer(StreamArray array, bool isWrite, Operand operand,
                llvm::ArrayRef<AxisExtent> arrayAxes, int64_t elementBytes,
                const Indices &at) {
    size_t rank = arrayAxes.size(), rowAxis = rank, columnAxis = rank;
    boxes.resize(1);
    Box &box = boxes.front();
    box.offset.resize(rank);
    box.extent.resize(rank);
    int64_t bytes = elementBytes;
    for (auto [i, axisExtent] : llvm::enumerate(arrayAxes)) {
      auto [axis, extent] = axisExtent;
      std::optional<Dim> dim = loopOf(axis);
      Interval interval = {0, extent};
      if (!dim) {
        interval.second = movedAlong(layer, operand, axis, extent);
      } else if (operand == Operand::Input &&
                 (*dim == Dim::P || *dim == Dim::Q)) {
        interval = fetched[*dim == Dim::P ? 0 : 1];
        (*dim == Dim::P ? rowAxis : columnAxis) = i;
      } else if (moves[operand][*dim]) {
        int64_t tile = schedule.tile[*dim];
        interval.first = at[*dim] * tile;
        interval.second = std::min(interval.first + tile, extent);
      }
      box.offset[i] = interval.first;
      box.extent[i] = interval.second - interval.first;
      bytes *= box.extent[i];
    }
    leaveOutGaps(rowAxis, columnAxis);

    StreamTransfer moved = {array, isWrite, bytes, boxes, 0};
    for (auto [dim, tiles] : places[array].storage.numbering)
      moved.tile = moved.tile * tiles + at[dim];
    isStopped = isStopped || !visit(moved);
  }

  /// Cuts the box into one for each run of rows and of columns.
  void leaveOutGaps(size_t rowAxis, size_t columnAxis) {
    size_t rank = boxes.front().offset.size();
    bool hasRows = rowAxis < rank && rows.gap > 0;
    bool hasColumns = columnAxis < rank && columns.gap > 0;
    if (!hasRows && !hasColumns)
      return;
    std::vector<Interval> rowRuns = {{0, 0}}, columnRuns = {{0, 0}};
    if (hasRows)
      realIntervals(rows, fetched[0], rowRuns);
    if (hasColumns)
      realIntervals(columns, fetched[1], columnRuns);
    Box box = boxes.front();
    boxes.clear();
    for (auto [firstRow, endRow] : rowRuns)
      for (auto [firstColumn, endColumn] : columnRuns) {
        if (hasRows) {
          box.offset[rowAxis] = firstRow;
          box.extent[rowAxis] = endRow - firstRow;
        }
        if (hasColumns) {
          box.offset[columnAxis] = firstColumn;
          box.extent[columnAxis] = endColumn - firstColumn;
        }
        boxes.push_back(box);
      }
  }

  void moveOutput(StreamArray array, bool isWrite, int64_t elementBytes) {
    transfer(array, isWrite, Operand::Output, axes[Operand::Output],
             elementBytes, index);
  }

  void readEpilogue(unsigned begin, unsigned end) {
    for (unsigned i = begin; i < end; ++i)
      transfer({StreamArray::Epilogue, i}, false, Operand::Output, epilogue[i],
               layer.epilogue[i].elementBytes, index);
  }

  void beginVisit() {
    Indices key = keyOf(Operand::Output, index);
    if (onChip[Operand::Output] == key)
      return;
    onChip[Operand::Output] = key;
    if (channel && position[*channel] > 0)
      return moveOutput({StreamArray::PartialSums}, false,
                        layer.accumulatorBytes);
    readEpilogue(0, numInit);
    if (layer.initIsData)
      moveOutput({StreamArray::Init}, false, layer.accumulatorBytes);
  }

  void endVisit() {
    std::optional<Indices> ahead = next(depth[Operand::Output]);
    if (ahead && keyOf(Operand::Output, *ahead) == onChip[Operand::Output])
      return;
    if (channel && position[*channel] + 1 < trips[Dim::C])
      return moveOutput({StreamArray::PartialSums}, true,
                        layer.accumulatorBytes);
    readEpilogue(numInit, layer.epilogue.size());
    moveOutput({StreamArray::Output}, true, layer.outputBytes);
  }

  const Layer &layer;
  const Schedule &schedule;
  const LayerPlaces &places;
  size_t numInit;
  llvm::function_ref<bool(const StreamTransfer &)> visit;
  bool isStopped = false;
  PerDim<int64_t> trips;
  llvm::SmallVector<Dim, NumDims> loops;
  /// The loop over channels that makes output tiles come back.
  std::optional<unsigned> channel;
  Window rows, columns;
  PerOperand<PerDim<bool>> moves;
  PerOperand<unsigned> depth;
  PerOperand<bool> isPrefetched, exists;
  PerOperand<llvm::SmallVector<AxisExtent, 6>> axes;
  std::vector<llvm::SmallVector<AxisExtent, 6>> epilogue;
  /// No loop further in moves anything.
  unsigned last = 0;

  /// Of the loops of the nest: how far each is, and whether it runs backwards.
  std::array<int64_t, NumDims> position = {};
  std::array<bool, NumDims> isReversed = {};
  Indices index = {{0, 0, 0, 0, 0, 0}};
  PerOperand<std::optional<Indices>> onChip;
  /// Rows and columns of the input that the transfer moves, in the numbering of
  /// the windows.
  std::array<Interval, 2> fetched;
  std::vector<Box> boxes;
};

} // namespace

LayerStream::LayerStream(Layer layer, Schedule schedule,
                         PerOperand<bool> isDoubleBuffered, LayerPlaces places,
                         int64_t burstBytes, size_t numInit)
    : layer(std::move(layer)), schedule(std::move(schedule)),
      isDoubleBuffered(isDoubleBuffered), places(std::move(places)),
      burstBytes(burstBytes), numInit(numInit) {}

void LayerStream::forEachTransfer(
    llvm::function_ref<void(const StreamTransfer &)> visit) const {
  forFirstTransfers([&](const StreamTransfer &transfer) {
    visit(transfer);
    return true;
  });
}

void LayerStream::forFirstTransfers(
    llvm::function_ref<bool(const StreamTransfer &)> visit) const {
  Walk(layer, schedule, isDoubleBuffered, places, numInit, visit).run();
}

/// A box of an operand of the epilogue with all axes of the output, or where it
/// is one element, with `rank` axes.
static Box withAllAxes(const Layer &layer, size_t operand, const Box &box,
                       size_t rank) {
  llvm::SmallVector<AxisExtent, 6> own = epilogueAxes(layer, operand);
  Box full;
  if (own.empty()) {
    full.offset.assign(rank, 0);
    full.extent.assign(rank, 1);
    return full;
  }
  size_t next = 0;
  for (Axis axis : layer.order.axes[Operand::Output]) {
    bool isOwn = next < own.size() && own[next].first == axis;
    full.offset.push_back(isOwn ? box.offset[next] : 0);
    full.extent.push_back(isOwn ? box.extent[next] : 1);
    next += isOwn;
  }
  return full;
}

void LayerStream::forEachRun(const StreamTransfer &transfer,
                             BurstSink sink) const {
  const PlacedArray &array = places[transfer.array];
  auto emit = [&](int64_t first, int64_t count) {
    sink({first * burstBytes, count, transfer.isWrite});
  };
  if (!array.storage.layout) {
    int64_t begin = array.address + transfer.tile * array.storage.slotBytes;
    int64_t first = begin / burstBytes;
    return emit(first, (begin + transfer.bytes - 1) / burstBytes + 1 - first);
  }
  const Layout &layout = *array.storage.layout;
  if (transfer.array.kind == StreamArray::Epilogue &&
      transfer.boxes.front().extent.size() < layout.shape().size())
    return layout.forEachBlockRun(withAllAxes(layer, transfer.array.index,
                                              transfer.boxes.front(),
                                              layout.shape().size()),
                                  burstBytes, array.address, emit);
  if (transfer.boxes.size() == 1)
    return layout.forEachBlockRun(transfer.boxes.front(), burstBytes,
                                  array.address, emit);
  // The bursts of several boxes interleave, and can be the same.
  std::vector<std::pair<int64_t, int64_t>> runs;
  for (const Box &box : transfer.boxes)
    layout.forEachBlockRun(box, burstBytes, array.address,
                           [&](int64_t first, int64_t count) {
                             runs.push_back({first, first + count});
                           });
  llvm::sort(runs);
  auto [begin, end] = runs.front();
  for (auto [first, behind] : runs) {
    if (first > end) {
      emit(begin, end - begin);
      begin = first;
    }
    end = std::max(end, behind);
  }
  emit(begin, end - begin);
}

void LayerStream::forEachRun(BurstSink sink) const {
  forEachTransfer(
      [&](const StreamTransfer &transfer) { forEachRun(transfer, sink); });
}

StreamTraffic romanet::countStream(const LayerStream &stream,
                                   const DRAMDevice &device) {
  StreamTraffic traffic;
  int64_t burstBytes = device.burstBytes(), rowBytes = device.rowBytes();
  stream.forEachTransfer([&](const StreamTransfer &transfer) {
    int64_t bursts = 0, rows = 0, lastRow = -1;
    stream.forEachRun(transfer, [&](const BurstRun &run) {
      bursts += run.count;
      int64_t first = run.address / rowBytes;
      int64_t last = (run.address + run.count * burstBytes - 1) / rowBytes;
      rows += last - first + (first == lastRow ? 0 : 1);
      lastRow = last;
    });
    auto add = [&](BlockTraffic &sum, int64_t count) {
      switch (transfer.array.kind) {
      case StreamArray::Input:
        sum.read[Operand::Input] += count;
        break;
      case StreamArray::Weights:
        sum.read[Operand::Weights] += count;
        break;
      case StreamArray::Epilogue:
        sum.epilogue += count;
        break;
      case StreamArray::Output:
      case StreamArray::PartialSums:
      case StreamArray::Init:
        (transfer.isWrite ? sum.write : sum.read)[Operand::Output] += count;
        break;
      }
    };
    add(traffic.bursts, bursts);
    add(traffic.activations, rows);
  });
  return traffic;
}

void NetworkStream::forEachRun(
    llvm::function_ref<void(size_t, const BurstRun &)> visit) const {
  for (auto [i, layer] : llvm::enumerate(layers))
    layer.forEachRun([&, i = i](const BurstRun &run) { visit(i, run); });
}
