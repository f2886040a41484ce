//===- StreamCounter.cpp - Bursts and activations of many schedules -------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StreamCounter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace romanet;

llvm::StringRef romanet::arrayName(TensorArray array) {
  static constexpr llvm::StringLiteral names[] = {"input", "weights", "output",
                                                  "partial_sums", "init"};
  return names[static_cast<unsigned>(array)];
}

bool ArrayLayouts::operator==(const ArrayLayouts &other) const {
  if (!std::equal(begin(), end(), other.begin()))
    return false;
  for (size_t i = 0; i < std::max(epilogue.size(), other.epilogue.size()); ++i)
    if (!(ofEpilogue(i) == other.ofEpilogue(i)))
      return false;
  return true;
}

LayoutChoice LayoutChoice::allRowMajor() {
  LayoutChoice choice;
  choice.arrays.fill(ArrayLayout());
  choice.otherEpilogue = ArrayLayout();
  return choice;
}

Operand romanet::operandOf(TensorArray array) {
  switch (array) {
  case TensorArray::Input:
    return Operand::Input;
  case TensorArray::Weights:
    return Operand::Weights;
  case TensorArray::Output:
  case TensorArray::PartialSums:
  case TensorArray::Init:
    return Operand::Output;
  }
  llvm_unreachable("not an array");
}

int64_t romanet::elementBytes(const Layer &layer, TensorArray array) {
  switch (array) {
  case TensorArray::Input:
    return layer.inputBytes;
  case TensorArray::Weights:
    return layer.weightBytes;
  case TensorArray::Output:
    return layer.outputBytes;
  case TensorArray::PartialSums:
  case TensorArray::Init:
    return layer.accumulatorBytes;
  }
  llvm_unreachable("not an array");
}

DRAMTraffic StreamTraffic::total() const {
  DRAMTraffic total;
  total.readBursts += bursts.epilogue;
  total.activations += activations.epilogue;
  for (Operand operand : AllOperands) {
    total.readBursts += bursts.read[operand];
    total.writeBursts += bursts.write[operand];
    total.activations += activations.read[operand] + activations.write[operand];
  }
  return total;
}

/// Whether tiles of `tile` outputs fetch every row (column) once.
static bool partitions(const Window &window, int64_t tile) {
  if (window.gap > 0 || window.fetched(tile) != window.input)
    return false;
  return tile == window.outputs || window.kernel == window.stride;
}

bool romanet::tilesPartition(const Layer &layer, const Schedule &schedule,
                             TensorArray array) {
  if (array != TensorArray::Input)
    return true;
  for (const WholeAxis &axis : layer.whole)
    if (axis.moved(Operand::Input) < axis.extent[Operand::Input])
      return false;
  PerDim<int64_t> tile = schedule.heldTile(layer, Operand::Input);
  return partitions(Window::rows(layer), tile[Dim::P]) &&
         partitions(Window::columns(layer), tile[Dim::Q]);
}

StreamTraffic romanet::computeStreamTraffic(const Layer &layer,
                                            const Schedule &schedule,
                                            const ArrayLayouts &layouts,
                                            const DRAMDevice &device) {
  return StreamCounter(layer, device, schedule.retainHalo)
      .count(schedule, layouts);
}

//===----------------------------------------------------------------------===//
// Shapes of blocks
//===----------------------------------------------------------------------===//

std::optional<BlockPowers> romanet::blockPowers(int64_t elementBytes,
                                                const DRAMDevice &device) {
  int64_t elements = device.burstBytes() / elementBytes;
  if (elements == 0)
    return std::nullopt;
  unsigned burst = llvm::Log2_64(elements);
  return BlockPowers{burst, burst + llvm::Log2_64(device.burstsPerRow())};
}

std::vector<BlockShape> romanet::blockShapes(const Layer &layer,
                                             unsigned power) {
  PerDim<unsigned> most = {{}};
  most[Dim::N] = llvm::Log2_64_Ceil(layer.size[Dim::N]);
  most[Dim::G] = llvm::Log2_64_Ceil(layer.size[Dim::G]);
  most[Dim::C] = llvm::Log2_64_Ceil(layer.size[Dim::C]);
  most[Dim::P] = llvm::Log2_64_Ceil(layer.inputHeight);
  most[Dim::Q] = llvm::Log2_64_Ceil(layer.inputWidth);
  unsigned all = 0;
  for (unsigned &each : most) {
    each = std::min<unsigned>(each, MostPower);
    all += each;
  }
  power = std::min(power, all);
  std::vector<BlockShape> shapes;
  BlockShape shape = {{}};
  auto recurse = [&](auto &self, unsigned i, unsigned left) -> void {
    if (i == NumDims) {
      if (left == 0)
        shapes.push_back(shape);
      return;
    }
    for (unsigned each = 0; each <= std::min(left, most[AllDims[i]]); ++each) {
      shape[AllDims[i]] = each;
      self(self, i + 1, left - each);
    }
    shape[AllDims[i]] = 0;
  };
  recurse(recurse, 0, power);
  return shapes;
}

/// Whether each block of `inner` lies in one of `outer`.
static bool isInside(const BlockShape &inner, const BlockShape &outer) {
  return llvm::all_of(AllDims,
                      [&](Dim dim) { return inner[dim] <= outer[dim]; });
}

static PerDim<int64_t> extentsOf(const BlockShape &shape) {
  PerDim<int64_t> extents;
  for (Dim dim : AllDims)
    extents[dim] = int64_t(1) << shape[dim];
  return extents;
}

BlockShape romanet::shapeOf(const PerDim<int64_t> &extents) {
  BlockShape shape;
  for (Dim dim : AllDims)
    shape[dim] = llvm::Log2_64(extents[dim]);
  return shape;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

StreamCounter::StreamCounter(const Layer &layer, const DRAMDevice &device,
                             bool retainHalo)
    : layer(layer), retainHalo(retainHalo), burstBytes(device.burstBytes()),
      rowBytes(device.rowBytes()) {
  auto add = [&](Operand operand, llvm::ArrayRef<AxisExtent> axes,
                 int64_t bytes) {
    rowMajorBursts.emplace_back(layer, operand, axes, bytes, burstBytes,
                                retainHalo);
    rowMajorRows.emplace_back(layer, operand, axes, bytes, rowBytes,
                              retainHalo);
    tiled.emplace_back(layer, operand, axes, bytes, burstBytes, rowBytes);
    blockedArrays.emplace_back(layer, operand, axes, retainHalo);
  };
  for (TensorArray array : AllTensorArrays) {
    Operand operand = operandOf(array);
    int64_t bytes = elementBytes(layer, array);
    add(operand, axesOf(layer, operand), bytes);
  }
  for (auto [i, each] : llvm::enumerate(layer.epilogue))
    add(Operand::Output, epilogueAxes(layer, i), each.elementBytes);
  if (std::optional<BlockPowers> powers =
          blockPowers(layer.inputBytes, device)) {
    burstShapes = blockShapes(layer, powers->burst);
    rowShapes = blockShapes(layer, powers->row);
  }
}

BurstsAndRows StreamCounter::rowMajor(size_t i, const PerDim<int64_t> &tile,
                                      llvm::ArrayRef<Term> terms) {
  return {rowMajorBursts[i].count(tile, terms),
          rowMajorRows[i].count(tile, terms)};
}

BurstsAndRows StreamCounter::count(size_t i, const ArrayLayout &layout,
                                   const PerDim<int64_t> &tile,
                                   llvm::ArrayRef<Term> terms) {
  switch (layout.kind) {
  case ArrayLayout::Kind::RowMajor:
    return rowMajor(i, tile, terms);
  case ArrayLayout::Kind::Tiles:
    return tiled[i].count(tile, terms);
  case ArrayLayout::Kind::Blocked: {
    BlockedArray::Loads loads = blockedArrays[i].loads(tile, terms);
    return {loads.countBlocks(shapeOf(layout.burstBlock)),
            loads.countBlocks(shapeOf(layout.rowBlock))};
  }
  }
  llvm_unreachable("not a layout");
}

StreamTraffic StreamCounter::count(const Schedule &schedule,
                                   const ArrayLayouts &layouts) {
  return countStreams(
      layer, schedule,
      [&](TensorArray array, const PerDim<int64_t> &tile,
          llvm::ArrayRef<Term> terms) {
        return count(static_cast<size_t>(array), layouts[array], tile, terms);
      },
      [&](size_t i, const PerDim<int64_t> &tile) {
        return count(NumTensorArrays + i, layouts.ofEpilogue(i), tile, Term());
      });
}

void StreamCounter::countShapes(const Schedule &schedule, size_t array,
                                llvm::ArrayRef<BlockShape> shapes,
                                std::vector<ReadsAndWrites> &blocks) {
  // Of the partial sums, those of each tile once and then those of all visits.
  llvm::SmallVector<BlockedArray::Loads, 2> loads;
  countStreams(
      layer, schedule,
      [&](TensorArray each, const PerDim<int64_t> &tile,
          llvm::ArrayRef<Term> terms) {
        if (static_cast<size_t>(each) == array)
          loads.push_back(blockedArrays[array].loads(tile, terms));
        return BurstsAndRows();
      },
      [&](size_t i, const PerDim<int64_t> &tile) {
        if (NumTensorArrays + i == array)
          loads.push_back(blockedArrays[array].loads(tile, Term()));
        return BurstsAndRows();
      });
  blocks.assign(shapes.size(), ReadsAndWrites());
  if (loads.empty())
    return;
  for (auto [shape, sum] : llvm::zip_equal(shapes, blocks)) {
    int64_t first = loads.front().countBlocks(shape);
    if (array == static_cast<size_t>(TensorArray::Output))
      sum.writes = first;
    else if (array == static_cast<size_t>(TensorArray::PartialSums))
      sum.reads = sum.writes = loads[1].countBlocks(shape) - first;
    else
      sum.reads = first;
  }
}

DRAMTraffic StreamCounter::countArray(const Schedule &schedule, size_t array,
                                      const ArrayLayout &layout) {
  return countStreams(
             layer, schedule,
             [&](TensorArray each, const PerDim<int64_t> &tile,
                 llvm::ArrayRef<Term> terms) {
               return static_cast<size_t>(each) == array
                          ? count(array, layout, tile, terms)
                          : BurstsAndRows();
             },
             [&](size_t i, const PerDim<int64_t> &tile) {
               return NumTensorArrays + i == array
                          ? count(array, layout, tile, Term())
                          : BurstsAndRows();
             })
      .total();
}

std::optional<StreamTraffic>
StreamCounter::choose(const Schedule &schedule, double limit,
                      llvm::function_ref<double(const DRAMTraffic &)> value,
                      const LayoutChoice &choice, ArrayLayouts &layouts) {
  layouts = ArrayLayouts();
  for (TensorArray array : AllTensorArrays) {
    if (choice[array])
      layouts[array] = *choice[array];
    else if ((array != TensorArray::Weights || layer.hasWeights()) &&
             (array != TensorArray::Init || layer.initIsData))
      layouts[array].kind = ArrayLayout::Kind::Tiles;
  }
  for (size_t i = 0; i < layer.epilogue.size(); ++i) {
    layouts.epilogue.push_back(choice.ofEpilogue(i).value_or(ArrayLayout()));
    if (!choice.ofEpilogue(i))
      layouts.epilogue.back().kind = ArrayLayout::Kind::Tiles;
  }
  if (choice[TensorArray::Input] ||
      tilesPartition(layer, schedule, TensorArray::Input)) {
    StreamTraffic traffic = count(schedule, layouts);
    if (value(traffic.total()) >= limit)
      return std::nullopt;
    return traffic;
  }

  PerDim<int64_t> tile;
  llvm::SmallVector<Term, 1> terms;
  StreamTraffic traffic = countStreams(
      layer, schedule,
      [&](TensorArray array, const PerDim<int64_t> &arrayTile,
          llvm::ArrayRef<Term> arrayTerms) {
        if (array != TensorArray::Input)
          return count(static_cast<size_t>(array), layouts[array], arrayTile,
                       arrayTerms);
        tile = arrayTile;
        terms.assign(arrayTerms.begin(), arrayTerms.end());
        return BurstsAndRows();
      },
      [&](size_t i, const PerDim<int64_t> &outputTile) {
        return count(NumTensorArrays + i, layouts.epilogue[i], outputTile,
                     Term());
      });
  DRAMTraffic others = traffic.total();
  auto valueOf = [&](const BurstsAndRows &input) {
    DRAMTraffic all = others;
    all.readBursts += static_cast<double>(input.bursts);
    all.activations += static_cast<double>(input.rows);
    return value(all);
  };
  /// Bursts in as few rows as can be.
  auto inFullRows = [&](int64_t bursts) {
    return BurstsAndRows{bursts,
                         llvm::divideCeilSigned(bursts, rowBytes / burstBytes)};
  };

  // No layout does better than full bursts.
  BlockedArray::Loads loads = blockedArrays[0].loads(tile, terms);
  double bound = valueOf(inFullRows(llvm::divideCeilSigned(
      loads.countBlocks(/*elements=*/{{}}) * layer.inputBytes, burstBytes)));
  if (bound >= limit)
    return std::nullopt;

  BurstsAndRows best;
  double least = limit;
  auto consider = [&](const BurstsAndRows &input, auto makeLayout) {
    double now = valueOf(input);
    if (now >= least)
      return;
    least = now;
    best = input;
    layouts[TensorArray::Input] = makeLayout();
  };
  std::vector<std::pair<int64_t, const BlockShape *>> bursts;
  for (const BlockShape &shape : burstShapes)
    bursts.push_back({loads.countBlocks(shape), &shape});
  llvm::stable_sort(bursts, llvm::less_first());
  std::vector<int64_t> rows(rowShapes.size(), -1);
  for (auto [count, burstShape] : bursts) {
    if (valueOf(inFullRows(count)) >= least)
      break;
    for (auto [i, rowShape] : llvm::enumerate(rowShapes)) {
      if (!isInside(*burstShape, rowShape))
        continue;
      if (rows[i] < 0)
        rows[i] = loads.countBlocks(rowShape);
      consider({count, rows[i]}, [&, burst = burstShape, &row = rowShape] {
        return ArrayLayout{ArrayLayout::Kind::Blocked, extentsOf(*burst),
                           extentsOf(row)};
      });
    }
  }
  if (bound < least) {
    int64_t rowMajorInput = rowMajorBursts[0].count(tile, terms);
    if (valueOf(inFullRows(rowMajorInput)) < least)
      consider({rowMajorInput, rowMajorRows[0].count(tile, terms)},
               [] { return ArrayLayout(); });
  }
  if (least == limit)
    return std::nullopt;
  traffic.bursts.read[Operand::Input] = best.bursts;
  traffic.activations.read[Operand::Input] = best.rows;
  return traffic;
}
