//===- RandomCase.cpp - Seeded random layers and machines -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCase.h"
#include "Oracle.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace romanet;

DataOrder RandomCase::dataOrder(const Layer &layer) {
  DataOrder order = chance(50) ? DataOrder::nchw() : DataOrder::nhwc();
  if (!layer.hasWeights())
    order.axes[Operand::Weights].clear();
  for (Operand operand : AllOperands)
    for (size_t i = 0; i < layer.whole.size(); ++i)
      if (layer.whole[i].extent[operand] > 0) {
        auto &axes = order.axes[operand];
        int64_t rank = static_cast<int64_t>(axes.size());
        axes.insert(axes.begin() + uniform(0, rank), romanet::wholeAxis(i));
      }
  if (chance(30))
    for (Operand operand : AllOperands)
      shuffle(order.axes[operand]);
  if (chance(20))
    for (Operand operand : AllOperands) {
      Layer whole = layer;
      whole.order = order;
      llvm::SmallVector<int64_t, 6> shape = whole.shape(operand);
      llvm::SmallVector<Axis, 6> kept;
      for (auto [axis, extent] : llvm::zip_equal(order.axes[operand], shape))
        if (extent != 1)
          kept.push_back(axis);
      order.axes[operand] = kept;
    }
  return order;
}

EpilogueOperand RandomCase::epilogueOperand() {
  EpilogueOperand operand;
  operand.elementBytes = uniform(1, 4);
  // Per element, per channel, and any other.
  int64_t kind = uniform(0, 3);
  for (Dim dim : AllDims)
    if (isRelevant(Operand::Output, dim))
      operand.dependsOn[dim] =
          kind == 0 ||
          (kind == 1 ? dim == Dim::G || dim == Dim::K : chance(50));
  for (bool &dependsOn : operand.dependsOnWhole)
    dependsOn = kind == 0 || chance(50);
  return operand;
}

WholeAxis RandomCase::wholeAxis(const Layer &layer) {
  WholeAxis axis;
  for (Operand operand : AllOperands)
    if (chance(70) && (operand != Operand::Weights || layer.hasWeights()))
      axis.extent[operand] = uniform(1, 3);
  if (int64_t extent = axis.extent[Operand::Input]) {
    if (chance(30))
      axis.inputFetched = uniform(1, extent);
    if (chance(50))
      axis.inputOnChip = axis.moved(Operand::Input) + uniform(0, 2);
  }
  axis.reduction = uniform(1, 3);
  return axis;
}

Layer RandomCase::layer(const PerDim<int64_t> &size) {
  constexpr int64_t widths[] = {1, 2, 4};
  Layer layer;
  layer.name = "random";
  layer.size = size;
  layer.kernelHeight = uniform(1, chance(15) ? 12 : 4);
  layer.kernelWidth = uniform(1, chance(5) ? 12 : 4);
  layer.strideHeight = uniform(1, 4);
  layer.strideWidth = uniform(1, 4);
  if (chance(30)) {
    layer.dilationHeight = uniform(1, 3);
    layer.dilationWidth = uniform(1, 3);
  }
  if (chance(10))
    layer.strideHeight = layer.inputRowsOf(1) + uniform(1, 3);
  if (chance(60)) {
    layer.padTop = uniform(0, layer.inputRowsOf(1) - 1);
    layer.padLeft = uniform(0, layer.inputColumnsOf(1) - 1);
  }
  auto inputExtent = [&](int64_t window, int64_t kernel, int64_t pad) {
    int64_t last = window - kernel - pad;
    return std::max<int64_t>(last + 1, 1) + uniform(0, kernel + 2);
  };
  layer.inputHeight = inputExtent(layer.inputRowsOf(size[Dim::P]),
                                  layer.inputRowsOf(1), layer.padTop);
  layer.inputWidth = inputExtent(layer.inputColumnsOf(size[Dim::Q]),
                                 layer.inputColumnsOf(1), layer.padLeft);
  layer.inputBytes = widths[uniform(0, 2)];
  layer.weightBytes = widths[uniform(0, 2)];
  layer.accumulatorBytes = widths[uniform(0, 2)];
  layer.outputBytes = widths[uniform(0, 2)];
  layer.initIsData = chance(30);
  layer.separateResult = chance(20);
  if (chance(15))
    layer.weightBytes = 0;
  if (chance(25))
    for (int64_t axes = chance(80) ? 1 : uniform(2, MostWholeAxes); axes > 0;
         --axes)
      layer.whole.push_back(wholeAxis(layer));
  layer.order = dataOrder(layer);
  layer.fetchTouchedOnly = chance(20);
  if (chance(25))
    for (int64_t operands = uniform(1, 2); operands > 0; --operands)
      layer.epilogue.push_back(epilogueOperand());
  EXPECT_EQ(llvm::toString(layer.verify()), "") << describe(layer);
  return layer;
}

Layer RandomCase::layer(const PerDim<int64_t> &largest, int64_t product) {
  PerDim<int64_t> size;
  int64_t extents = 1;
  for (Dim dim : AllDims) {
    size[dim] = chance(15) ? 1 : uniform(1, largest[dim]);
    extents *= size[dim];
  }
  while (extents > product) {
    int64_t &shrunk = size[AllDims[uniform(0, NumDims - 1)]];
    extents /= shrunk;
    shrunk = (shrunk + 1) / 2;
    extents *= shrunk;
  }
  return layer(size);
}

void RandomCase::putWindowsSideBySide(Layer &layer) {
  auto put = [&](Dim dim, int64_t kernel, int64_t &stride, int64_t &dilation,
                 int64_t &pad, int64_t &input) {
    dilation = 1;
    stride = kernel;
    pad = std::min(pad, kernel - 1);
    input = std::max<int64_t>(
        layer.size[dim] * kernel - pad - uniform(0, kernel - 1), 1);
  };
  put(Dim::P, layer.kernelHeight, layer.strideHeight, layer.dilationHeight,
      layer.padTop, layer.inputHeight);
  put(Dim::Q, layer.kernelWidth, layer.strideWidth, layer.dilationWidth,
      layer.padLeft, layer.inputWidth);
  // An axis may have got longer than one element.
  layer.order = dataOrder(layer);
  EXPECT_EQ(llvm::toString(layer.verify()), "") << describe(layer);
}

Schedule RandomCase::schedule(const Layer &layer) {
  Schedule schedule;
  for (Dim dim : AllDims)
    schedule.tile[dim] =
        chance(25) ? layer.size[dim] : uniform(1, layer.size[dim]);
  shuffle(schedule.order);
  EXPECT_EQ(llvm::toString(schedule.verify(layer)), "");
  return schedule;
}

Schedule RandomCase::scheduleOfAnySpace(const Layer &layer) {
  Schedule schedule = this->schedule(layer);
  // Two trips are where walking back and forth is special.
  for (Dim dim : AllDims)
    if (chance(15))
      schedule.tile[dim] = (layer.size[dim] + 1) / 2;
  if (chance(50))
    for (Operand operand : AllOperands)
      schedule.hold[operand] = static_cast<unsigned>(uniform(0, NumDims));
  schedule.serpentine = chance(50);
  schedule.retainHalo = chance(50);
  EXPECT_EQ(llvm::toString(schedule.verify(layer)), "");
  return schedule;
}

BufferCapacities RandomCase::buffers(const Layer &layer) {
  BufferCapacities buffers;
  for (Operand operand : AllOperands)
    buffers.doubleBuffered[operand] = chance(20);
  Footprint least =
      footprint(layer, PerDim<int64_t>{{1, 1, 1, 1, 1, 1}}, buffers);
  Footprint most = footprint(layer, layer.size, buffers);
  // A few steps of a factor of the range, so that small ones are as frequent as
  // large ones.
  auto between = [&](int64_t low, int64_t high) {
    for (int64_t steps = uniform(0, 6); steps > 0; --steps)
      high = low + (high - low) / 2;
    return uniform(low, std::max(low, high));
  };
  // All separate, one apart from two that share, or all in one.
  PerOperand<bool> isShared;
  isShared.fill(!chance(35));
  if (chance(50))
    isShared[AllOperands[uniform(0, 2)]] = false;
  bool isTight = chance(3);
  int64_t shared = 0, sharedLeast = 0;
  for (Operand operand : AllOperands) {
    // Weights that do not exist have a buffer all the same.
    int64_t capacity =
        std::max<int64_t>(between(least[operand], most[operand]), 1);
    // Just too little.
    if (isTight)
      capacity = std::max<int64_t>(least[operand] - 1, 1);
    if (isShared[operand]) {
      shared += capacity;
      sharedLeast += least[operand];
    } else {
      buffers.separate[operand] = capacity;
    }
  }
  // Just too little, and just enough.
  if (chance(3))
    shared = std::max<int64_t>(sharedLeast - chance(50), 1);
  if (isShared != PerOperand<bool>{{false, false, false}})
    buffers.shared = shared;
  EXPECT_EQ(llvm::toString(buffers.verify()), "");
  return buffers;
}

void RandomCase::grow(BufferCapacities &buffers) {
  std::optional<int64_t> &own = buffers.separate[AllOperands[uniform(0, 2)]];
  int64_t &grown = own ? *own : *buffers.shared;
  grown += chance(50) ? 1 : uniform(1, grown);
}

DRAMDevice RandomCase::device() {
  DRAMDevice device = llvm::cantFail(dramPreset(oneOf(dramPresetNames())));
  device.chips = 1;
  device.chipBits = 8;
  device.burstLength = int64_t(1) << uniform(0, 4);
  device.columns = device.burstLength << uniform(1, 4);
  EXPECT_EQ(llvm::toString(device.verify()), "");
  return device;
}

ArrayLayouts RandomCase::layouts(const Layer &layer, const Schedule &schedule,
                                 const DRAMDevice &device) {
  ArrayLayouts layouts;
  for (TensorArray array : AllTensorArrays)
    layouts[array] = layout(layer, operandOf(array), elementBytes(layer, array),
                            device, tilesPartition(layer, schedule, array));
  std::vector<ArrayLayout> blocked = oracle::blockedInputs(layer, device);
  if (!blocked.empty() && chance(50))
    layouts[TensorArray::Input] = oneOf(blocked);
  for (const EpilogueOperand &each : layer.epilogue)
    layouts.epilogue.push_back(layout(layer, Operand::Output, each.elementBytes,
                                      device,
                                      /*canBeTiles=*/true));
  if (chance(10))
    layouts.epilogue.clear();
  return layouts;
}

ArrayLayout RandomCase::layout(const Layer &layer, Operand operand,
                               int64_t elementBytes, const DRAMDevice &device,
                               bool canBeTiles) {
  ArrayLayout layout;
  if (canBeTiles && chance(40)) {
    layout.kind = ArrayLayout::Kind::Tiles;
    return layout;
  }
  if (elementBytes == 0 || chance(30))
    return layout;
  return oracle::anyBlocks(layer, operand, elementBytes, device,
                           [&](int64_t n) { return uniform(0, n - 1); })
      .value_or(layout);
}

LayoutChoice RandomCase::layoutChoice(const Layer &layer,
                                      const DRAMDevice &device) {
  if (chance(20))
    return LayoutChoice::allRowMajor();
  LayoutChoice choice;
  if (chance(20))
    return choice;
  for (TensorArray array : AllTensorArrays)
    if (chance(60))
      choice[array] =
          layout(layer, operandOf(array), elementBytes(layer, array), device,
                 /*canBeTiles=*/false);
  for (const EpilogueOperand &each : layer.epilogue) {
    choice.epilogue.emplace_back();
    if (chance(60))
      choice.epilogue.back() =
          layout(layer, Operand::Output, each.elementBytes, device,
                 /*canBeTiles=*/false);
  }
  return choice;
}

bool romanet::isMixed(const BufferCapacities &buffers) {
  return buffers.shared &&
         buffers.separate != BufferCapacities::makeShared(1).separate;
}

std::string romanet::describe(const Layer &layer) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "layer";
  for (Dim dim : AllDims)
    os << ' ' << dimName(dim) << '=' << layer.size[dim];
  os << " input " << layer.inputHeight << 'x' << layer.inputWidth << " kernel "
     << layer.kernelHeight << 'x' << layer.kernelWidth << " stride "
     << layer.strideHeight << 'x' << layer.strideWidth << " dilation "
     << layer.dilationHeight << 'x' << layer.dilationWidth << " pad "
     << layer.padTop << 'x' << layer.padLeft << " bytes " << layer.inputBytes
     << ' ' << layer.weightBytes << ' ' << layer.accumulatorBytes << ' '
     << layer.outputBytes << (layer.initIsData ? " init is data" : "")
     << (layer.fetchTouchedOnly ? " touched only" : "")
     << (layer.separateResult ? " separate result" : "");
  for (const WholeAxis &axis : layer.whole) {
    os << " whole";
    for (int64_t extent : axis.extent)
      os << ' ' << extent;
    os << " fetched " << axis.inputFetched << " on chip " << axis.inputOnChip
       << " reduction " << axis.reduction;
  }
  for (Operand operand : AllOperands) {
    os << ' ' << operandName(operand) << ' ';
    for (Axis axis : layer.order.axes[operand])
      os << "NGKCHWRS0123"[static_cast<unsigned>(axis)];
  }
  for (const EpilogueOperand &each : layer.epilogue) {
    os << " epilogue " << each.elementBytes << " bytes of ";
    for (Dim dim : AllDims)
      if (each.dependsOn[dim])
        os << dimName(dim);
    for (size_t i = 0; i < layer.whole.size(); ++i)
      if (each.dependsOnWhole[i])
        os << i;
  }
  return text;
}

std::string romanet::describe(const Schedule &schedule) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "schedule";
  for (Dim dim : schedule.order)
    os << ' ' << dimName(dim) << '=' << schedule.tile[dim];
  os << " hold";
  for (unsigned depth : schedule.hold)
    os << ' ' << depth;
  os << (schedule.serpentine ? " serpentine" : "")
     << (schedule.retainHalo ? " halo" : "");
  return text;
}

std::string romanet::describe(const BufferCapacities &buffers) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "buffers";
  for (Operand operand : AllOperands) {
    if (!buffers.isShared(operand))
      os << ' ' << operandName(operand) << '=' << *buffers.separate[operand];
    if (buffers.doubleBuffered[operand])
      os << " double " << operandName(operand);
  }
  if (buffers.shared)
    os << " shared=" << *buffers.shared;
  return text;
}

std::string romanet::describe(const DRAMDevice &device) {
  return device.name + " with bursts of " +
         std::to_string(device.burstBytes()) + " and rows of " +
         std::to_string(device.rowBytes()) + " bytes";
}

static std::string describe(const ArrayLayout &layout) {
  if (layout.kind != ArrayLayout::Kind::Blocked)
    return layout.kind == ArrayLayout::Kind::Tiles ? "tiles" : "row-major";
  std::string text;
  for (Dim dim : AllDims)
    text += dimName(dim).str() + std::to_string(layout.burstBlock[dim]) + "/" +
            std::to_string(layout.rowBlock[dim]);
  for (Axis axis : layout.rowOrder())
    text += "NGKCHWRS0123"[static_cast<unsigned>(axis)];
  return text;
}

void romanet::shuffleRowBlocks(RandomCase &random, ArrayLayouts &layouts) {
  auto shuffle = [&](ArrayLayout &layout) {
    if (layout.kind != ArrayLayout::Kind::Blocked || random.chance(30))
      return;
    // Some axes have the same rank.
    for (uint8_t &rank : layout.rowRank)
      rank = static_cast<uint8_t>(random.uniform(0, 6));
  };
  for (ArrayLayout &layout : layouts)
    shuffle(layout);
  for (ArrayLayout &layout : layouts.epilogue)
    shuffle(layout);
}

std::string romanet::describe(const ArrayLayouts &layouts) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "layouts";
  for (TensorArray array : AllTensorArrays)
    os << ' ' << arrayName(array) << ' ' << ::describe(layouts[array]);
  for (const ArrayLayout &layout : layouts.epilogue)
    os << " epilogue " << ::describe(layout);
  return text;
}

std::string romanet::describe(const LayoutChoice &choice) {
  std::string text = "choice";
  auto add = [&](llvm::StringRef name,
                 const std::optional<ArrayLayout> &given) {
    text += (" " + name + " " + (given ? ::describe(*given) : "free")).str();
  };
  for (TensorArray array : AllTensorArrays)
    add(arrayName(array), choice[array]);
  for (const std::optional<ArrayLayout> &given : choice.epilogue)
    add("epilogue", given);
  return text;
}
