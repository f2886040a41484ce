//===- Layouts.cpp - Layouts that a user sets -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layouts.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::romanet;

/// Empty if an array of `type` can have the layout.
static std::string whyNot(LayoutAttr layout, Type type) {
  auto array = cast<ShapedType>(type);
  if (std::optional<unsigned> rank = layout.getRank();
      rank && *rank != array.getRank())
    return ("it has " + Twine(array.getRank()) + " dimensions, the layout " +
            Twine(*rank))
        .str();
  llvm::Expected<core::Layout> made = layout.getLayout(
      array.getShape(), llvm::divideCeil(array.getElementTypeBitWidth(), 8));
  if (!made)
    return llvm::toString(made.takeError());
  if (made->sizeBytes() == std::numeric_limits<int64_t>::max())
    return "it has more bytes than are counted in 64 bits";
  return "";
}

std::vector<std::string>
mlir::romanet::brokenLayouts(LayoutsAttr layouts, linalg::LinalgOp op,
                             const ExtractedLayer &extracted) {
  std::vector<std::string> broken;
  auto check = [&](StringRef name, LayoutAttr layout, Type type) {
    if (!layout)
      return;
    if (std::string why = whyNot(layout, type); !why.empty())
      broken.push_back(
          ("the layout of " + name + " does not fit the array: " + why).str());
  };
  Type sums = op.getDpsInitOperand(0)->get().getType();
  check("input", layouts.getInput(), extracted.input().getType());
  if (extracted.layer.hasWeights())
    check("weights", layouts.getWeights(), extracted.weights().getType());
  else if (layouts.getWeights())
    broken.push_back("there is a layout of weights, and no weights");
  check("output", layouts.getOutput(),
        extracted.last(op).getDpsInitOperand(0)->get().getType());
  check("partial_sums", layouts.getPartialSums(), sums);
  check("init", layouts.getInit(), sums);
  ArrayRef<LayoutAttr> given = layouts.getEpilogue();
  SmallVector<Type> arrays;
  for (const Elementwise *elementwise : {&extracted.init, &extracted.epilogue})
    for (const ElementwiseArray &array : elementwise->arrays)
      arrays.push_back(array.source().getType());
  if (given.empty())
    return broken;
  if (given.size() != arrays.size()) {
    broken.push_back(("there are layouts of " + Twine(given.size()) +
                      " arrays of the epilogue, which has " +
                      Twine(arrays.size()))
                         .str());
    return broken;
  }
  for (auto [i, layout] : llvm::enumerate(given))
    check(("array " + Twine(i) + " of the epilogue").str(), layout, arrays[i]);
  return broken;
}

/// Blocks of a burst in blocks of a row, everything but the latter in the order
/// of the dimensions, of which `axes` says what they are to the layer.
static LayoutAttr attrOf(MLIRContext *context,
                         ArrayRef<std::optional<core::Axis>> axes,
                         const core::ArrayLayout &layout,
                         const core::DRAMDevice &device) {
  if (layout.kind == core::ArrayLayout::Kind::RowMajor)
    return {};
  assert(layout.kind == core::ArrayLayout::Kind::Blocked &&
         "tiles are no blocks");
  core::Layout::Level burst, row;
  SmallVector<unsigned> order;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    std::optional<core::Dim> dim =
        axis ? core::loopOf(*axis) : std::optional<core::Dim>();
    burst.block.push_back(dim ? layout.burstBlock[*dim] : 1);
    row.block.push_back(dim ? layout.rowBlock[*dim] : 1);
    order.push_back(i);
  }
  burst.order.assign(order.begin(), order.end());
  row.order = burst.order;
  auto rankOf = [&](unsigned i) {
    return axes[i] ? layout.rowRank[static_cast<size_t>(*axes[i])] : 0;
  };
  llvm::stable_sort(
      order, [&](unsigned a, unsigned b) { return rankOf(a) < rankOf(b); });
  burst.alignBytes = device.burstBytes();
  row.alignBytes = device.rowBytes();
  return LayoutAttr::get(context, {burst, row}, order);
}

LayoutsAttr mlir::romanet::layoutsOf(MLIRContext *context,
                                     const ExtractedLayer &extracted,
                                     const core::Found &found,
                                     const core::DRAMDevice &device) {
  using core::Operand;
  using core::TensorArray;
  const core::Layer &layer = extracted.layer;
  auto of = [&](TensorArray array) {
    SmallVector<std::optional<core::Axis>> axes;
    for (core::Axis axis : layer.order.axes[core::operandOf(array)])
      axes.push_back(axis);
    return attrOf(context, axes, found.layouts[array], device);
  };
  LayoutAttr weights, init, sums;
  if (layer.hasWeights())
    weights = of(TensorArray::Weights);
  if (layer.initIsData)
    init = of(TensorArray::Init);
  LayoutAttr output = of(TensorArray::Output);
  if (found.traffic.write[Operand::Output].bytes >
      layer.elements(Operand::Output) * layer.outputBytes) {
    sums = of(TensorArray::PartialSums);
    // By default they lie as the output does.
    if (layer.accumulatorBytes == layer.outputBytes) {
      if (sums == output)
        sums = {};
      else if (!sums)
        sums = LayoutAttr::getRowMajor(context);
    }
  }
  SmallVector<LayoutAttr> epilogue;
  bool isAnyBlocked = false;
  for (const Elementwise *elementwise : {&extracted.init, &extracted.epilogue})
    for (const ElementwiseArray &array : elementwise->arrays) {
      SmallVector<std::optional<core::Axis>> axes;
      for (int64_t i : array.outputDims)
        axes.push_back(
            i < 0 ? std::nullopt
                  : std::optional(layer.order.axes[Operand::Output][i]));
      LayoutAttr each = attrOf(
          context, axes, found.layouts.ofEpilogue(epilogue.size()), device);
      isAnyBlocked |= bool(each);
      epilogue.push_back(each ? each : LayoutAttr::getRowMajor(context));
    }
  if (!isAnyBlocked)
    epilogue.clear();
  LayoutAttr input = of(TensorArray::Input);
  if (!input && !weights && !output && !sums && !init && epilogue.empty())
    return {};
  return LayoutsAttr::get(context, input, weights, output, sums, init,
                          epilogue);
}
