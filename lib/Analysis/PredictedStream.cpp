//===- PredictedStream.cpp - What a layer's copies should move ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/PredictedStream.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Operand;
using core::StreamArray;

bool mlir::romanet::movesPartialSums(const core::Layer &layer,
                                     const core::Schedule &schedule) {
  auto loops = schedule.loops(layer);
  return llvm::is_contained(
      ArrayRef(loops).take_front(schedule.loadDepth(layer, Operand::Output)),
      core::Dim::C);
}

std::optional<SmallVector<LayerCopy>>
mlir::romanet::copiesOfLayer(const Staging &staging, size_t layer) {
  linalg::LinalgOp op = staging.layers[layer];
  SmallVector<const StagedCopy *> loads, stores;
  SmallVector<LayerCopy> copies;
  unsigned numEpilogue = 0;
  for (const StagedCopy &copy : staging.copies) {
    if (copy.layer != layer)
      continue;
    const core::Stream &stream = core::AllStreams[copy.stream];
    if (!stream.operand)
      copies.push_back({&copy, {StreamArray::Epilogue, numEpilogue++}});
    else if (*stream.operand == Operand::Input)
      copies.push_back({&copy, {StreamArray::Input}});
    else if (*stream.operand == Operand::Weights)
      copies.push_back({&copy, {StreamArray::Weights}});
    else
      (stream.isWrite ? stores : loads).push_back(&copy);
  }
  bool hasSums = movesPartialSums(
      op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer(),
      op->getAttrOfType<ScheduleAttr>(kScheduleAttr).getSchedule());
  size_t most = hasSums ? 2 : 1;
  if (stores.size() > most || loads.size() > most)
    return std::nullopt;
  for (auto [i, copy] : llvm::enumerate(stores))
    copies.push_back(
        {copy, {i == 0 ? StreamArray::Output : StreamArray::PartialSums}});
  for (auto [i, copy] : llvm::enumerate(loads))
    copies.push_back(
        {copy,
         {hasSums && i + 1 == loads.size() ? StreamArray::PartialSums
                                           : StreamArray::Init}});
  return copies;
}

/// The extents of an array of the layer, in the layer's data order.
static SmallVector<int64_t, 6> shapeOf(const core::Layer &layer,
                                       StreamArray array) {
  if (array.kind == StreamArray::Input)
    return layer.shape(Operand::Input);
  if (array.kind == StreamArray::Weights)
    return layer.shape(Operand::Weights);
  SmallVector<int64_t, 6> output = layer.shape(Operand::Output);
  if (array.kind != StreamArray::Epilogue)
    return output;
  const core::EpilogueOperand &operand = layer.epilogue[array.index];
  SmallVector<int64_t, 6> shape;
  for (auto [axis, extent] :
       llvm::zip(layer.order.axes[Operand::Output], output))
    if (operand.runsAlong(axis))
      shape.push_back(extent);
  return shape;
}

/// How an array of the layer lies in `layout`. In the program an operand of the
/// epilogue may have extents of 1 along axes of the output that it is
/// broadcast along; so has its layout then.
static std::optional<core::Layout> layoutIn(LayoutAttr layout,
                                            const core::Layer &layer,
                                            StreamArray array,
                                            int64_t elementBytes) {
  SmallVector<int64_t, 6> shape = shapeOf(layer, array);
  ArrayRef<core::Axis> axes = layer.order.axes[Operand::Output];
  if (array.kind == StreamArray::Epilogue && shape.empty()) {
    shape.assign(layout.getRank().value_or(0), 1);
  } else if (array.kind == StreamArray::Epilogue &&
             layout.getRank() == axes.size()) {
    shape = layer.shape(Operand::Output);
    for (auto [axis, extent] : llvm::zip_equal(axes, shape))
      if (!layer.epilogue[array.index].runsAlong(axis))
        extent = 1;
  }
  llvm::Expected<core::Layout> absolute = layout.getLayout(shape, elementBytes);
  if (absolute)
    return std::move(*absolute);
  llvm::consumeError(absolute.takeError());
  return std::nullopt;
}

/// The array that `view` is the whole of, or a box of, as it lies in DRAM.
static std::optional<core::PlacedArray> placeOfArray(Value view,
                                                     const core::Layer &layer,
                                                     StreamArray array,
                                                     int64_t elementBytes) {
  DramAttr place = placeOf(view);
  if (!place)
    return std::nullopt;
  SmallVector<int64_t, 6> shape = shapeOf(layer, array);
  core::PlacedArray placed;
  placed.address = place.getAddress();
  auto withoutOnes = [](ArrayRef<int64_t> extents) {
    SmallVector<int64_t> kept(extents);
    llvm::erase(kept, 1);
    return kept;
  };
  if (isBlocked(view)) {
    if (withoutOnes(place.getShape()) != withoutOnes(shape))
      return std::nullopt;
    placed.storage.layout =
        layoutIn(place.getLayout(), layer, array, elementBytes);
    if (!placed.storage.layout)
      return std::nullopt;
    return placed;
  }
  // Row-major, extents of 1 make no difference.
  Value root = view;
  while (auto op = root.getDefiningOp<ViewLikeOpInterface>()) {
    if (op->hasAttr(kDramAttr))
      break;
    root = op.getViewSource();
  }
  if (withoutOnes(cast<MemRefType>(root.getType()).getShape()) !=
      withoutOnes(shape))
    return std::nullopt;
  placed.storage.layout = core::Layout::rowMajor(shape, elementBytes);
  return placed;
}

/// What `layouts` says of an array; null: row-major.
static LayoutAttr layoutOf(LayoutsAttr layouts, StreamArray array,
                           const core::Layer &layer) {
  switch (array.kind) {
  case StreamArray::Input:
    return layouts.getInput();
  case StreamArray::Weights:
    return layouts.getWeights();
  case StreamArray::Output:
    return layouts.getOutput();
  case StreamArray::PartialSums:
    // The output holds them where the widths agree.
    if (!layouts.getPartialSums() &&
        layer.accumulatorBytes == layer.outputBytes)
      return layouts.getOutput();
    return layouts.getPartialSums();
  case StreamArray::Init:
    return layouts.getInit();
  case StreamArray::Epilogue:
    return array.index < layouts.getEpilogue().size()
               ? layouts.getEpilogue()[array.index]
               : LayoutAttr();
  }
  llvm_unreachable("not an array");
}

static int64_t elementBytesOf(const core::Layer &layer, StreamArray array) {
  if (array.kind == StreamArray::Epilogue)
    return layer.epilogue[array.index].elementBytes;
  return elementBytes(layer, static_cast<core::TensorArray>(array.kind));
}

std::optional<core::LayerStream>
mlir::romanet::streamInLayouts(linalg::LinalgOp op, int64_t burstBytes) {
  core::Layer layer = op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer();
  core::Schedule schedule =
      op->getAttrOfType<ScheduleAttr>(kScheduleAttr).getSchedule();
  auto layouts = op->getAttrOfType<LayoutsAttr>(kLayoutsAttr);
  core::LayerPlaces places;
  places.epilogue.resize(layer.epilogue.size());
  for (StreamArray array : core::arraysOf(layer, schedule)) {
    int64_t bytes = elementBytesOf(layer, array);
    LayoutAttr layout = layoutOf(layouts, array, layer);
    std::optional<core::Layout> &absolute = places[array].storage.layout;
    if (!layout || layout.isRowMajor())
      absolute = core::Layout::rowMajor(shapeOf(layer, array), bytes);
    else
      absolute = layoutIn(layout, layer, array, bytes);
    if (!absolute)
      return std::nullopt;
  }
  // Neither the order of the transfers nor buffers matter for what they are.
  return core::LayerStream(std::move(layer), std::move(schedule),
                           /*isDoubleBuffered=*/{}, std::move(places),
                           burstBytes);
}

std::optional<core::LayerStream>
mlir::romanet::predictStream(const Staging &staging, size_t layer,
                             int64_t burstBytes) {
  linalg::LinalgOp op = staging.layers[layer];
  core::Layer shape = op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer();
  core::Schedule schedule =
      op->getAttrOfType<ScheduleAttr>(kScheduleAttr).getSchedule();
  std::optional<SmallVector<LayerCopy>> copies = copiesOfLayer(staging, layer);
  if (!copies)
    return std::nullopt;
  core::LayerPlaces places;
  places.epilogue.resize(shape.epilogue.size());
  std::vector<StreamArray> found;
  for (const LayerCopy &each : *copies) {
    if (each.array.kind == StreamArray::Epilogue &&
        each.array.index >= shape.epilogue.size())
      return std::nullopt;
    auto type = cast<MemRefType>(each.copy->dram.getType());
    std::optional<core::PlacedArray> placed =
        placeOfArray(each.copy->dram, shape, each.array,
                     llvm::divideCeil(type.getElementTypeBitWidth(), 8));
    if (!placed)
      return std::nullopt;
    // Several copies of an array are of one buffer.
    if (llvm::is_contained(found, each.array) &&
        places[each.array].address != placed->address)
      return std::nullopt;
    places[each.array] = std::move(*placed);
    found.push_back(each.array);
  }
  // Where one copy moves two arrays, they are one.
  auto has = [&](StreamArray::Kind kind) {
    return llvm::is_contained(found, StreamArray{kind});
  };
  for (StreamArray array : core::arraysOf(shape, schedule)) {
    if (llvm::is_contained(found, array))
      continue;
    if (array.kind == StreamArray::PartialSums && has(StreamArray::Output))
      places[array] = places[{StreamArray::Output}];
    else if (array.kind == StreamArray::Init && has(StreamArray::PartialSums))
      places[array] = places[{StreamArray::PartialSums}];
    else
      return std::nullopt;
  }

  core::BufferCapacities buffers = core::BufferCapacities::makeDefault();
  if (auto own = op->getAttrOfType<BuffersAttr>(kBuffersAttr))
    buffers = own.getCapacities();
  core::PerOperand<bool> doubled;
  for (Operand operand : core::AllOperands)
    doubled[operand] = buffers.doubleBuffered[operand];
  // What is read at the first visit stands before the operation.
  size_t numInit = 0;
  llvm::SmallPtrSet<Operation *, 4> epilogue;
  for (const LayerCopy &each : *copies)
    if (each.array.kind == StreamArray::Epilogue)
      epilogue.insert(each.copy->op);
  op->getParentOfType<FunctionOpInterface>()->walk<WalkOrder::PreOrder>(
      [&](Operation *each) {
        if (each == op)
          return WalkResult::interrupt();
        numInit += epilogue.contains(each);
        return WalkResult::advance();
      });
  return core::LayerStream(shape, schedule, doubled, std::move(places),
                           burstBytes, numInit);
}
