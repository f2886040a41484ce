//===- Layer.cpp - One convolution-like layer -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Layer.h"
#include "Window.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <tuple>

using namespace romanet;

llvm::StringRef romanet::dimName(Dim dim) {
  static constexpr llvm::StringLiteral names[NumDims] = {"n", "g", "k",
                                                         "c", "p", "q"};
  return names[static_cast<unsigned>(dim)];
}

std::optional<Dim> romanet::parseDim(llvm::StringRef name) {
  for (Dim dim : AllDims)
    if (dimName(dim) == name)
      return dim;
  return std::nullopt;
}

std::optional<Dim> romanet::loopOf(Axis axis) {
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
  case Axis::X0:
  case Axis::X1:
  case Axis::X2:
  case Axis::X3:
    return std::nullopt;
  }
  llvm_unreachable("not an axis");
}

llvm::StringRef romanet::operandName(Operand operand) {
  static constexpr llvm::StringLiteral names[NumOperands] = {"input", "weights",
                                                             "output"};
  return names[static_cast<unsigned>(operand)];
}

std::optional<Operand> romanet::parseOperand(llvm::StringRef name) {
  for (Operand operand : AllOperands)
    if (operandName(operand) == name)
      return operand;
  return std::nullopt;
}

bool romanet::isRelevant(Operand operand, Dim dim) {
  switch (operand) {
  case Operand::Input:
    return dim != Dim::K;
  case Operand::Weights:
    return dim == Dim::G || dim == Dim::K || dim == Dim::C;
  case Operand::Output:
    return dim != Dim::C;
  }
  llvm_unreachable("not an operand");
}

DataOrder DataOrder::nchw() {
  DataOrder order;
  order.axes[Operand::Input] = {Axis::N, Axis::G, Axis::C, Axis::H, Axis::W};
  order.axes[Operand::Weights] = {Axis::G, Axis::K, Axis::C, Axis::R, Axis::S};
  order.axes[Operand::Output] = {Axis::N, Axis::G, Axis::K, Axis::H, Axis::W};
  return order;
}

DataOrder DataOrder::nhwc() {
  DataOrder order;
  order.axes[Operand::Input] = {Axis::N, Axis::H, Axis::W, Axis::G, Axis::C};
  order.axes[Operand::Weights] = {Axis::G, Axis::K, Axis::R, Axis::S, Axis::C};
  order.axes[Operand::Output] = {Axis::N, Axis::H, Axis::W, Axis::G, Axis::K};
  return order;
}

/// The axes that a tensor can have, in no particular order.
static llvm::SmallVector<Axis, 6> axesOf(const Layer &layer, Operand operand) {
  llvm::SmallVector<Axis, 6> axes;
  switch (operand) {
  case Operand::Input:
    axes = {Axis::N, Axis::G, Axis::C, Axis::H, Axis::W};
    break;
  case Operand::Weights:
    if (!layer.hasWeights())
      return {};
    axes = {Axis::G, Axis::K, Axis::C, Axis::R, Axis::S};
    break;
  case Operand::Output:
    axes = {Axis::N, Axis::G, Axis::K, Axis::H, Axis::W};
    break;
  }
  for (auto [i, whole] : llvm::enumerate(layer.whole))
    if (whole.extent[operand] != 0)
      axes.push_back(wholeAxis(i));
  return axes;
}

static llvm::StringRef axisName(Axis axis) {
  static constexpr llvm::StringLiteral names[] = {
      "N", "G", "K", "C", "H", "W", "R", "S", "X0", "X1", "X2", "X3"};
  return names[static_cast<unsigned>(axis)];
}

static int64_t axisExtent(const Layer &layer, Operand operand, Axis axis) {
  bool isInput = operand == Operand::Input;
  switch (axis) {
  case Axis::N:
    return layer.size[Dim::N];
  case Axis::G:
    return layer.size[Dim::G];
  case Axis::K:
    return layer.size[Dim::K];
  case Axis::C:
    return layer.size[Dim::C];
  case Axis::H:
    return isInput ? layer.inputHeight : layer.size[Dim::P];
  case Axis::W:
    return isInput ? layer.inputWidth : layer.size[Dim::Q];
  case Axis::R:
    return layer.kernelHeight;
  case Axis::S:
    return layer.kernelWidth;
  case Axis::X0:
  case Axis::X1:
  case Axis::X2:
  case Axis::X3:
    return layer.whole[*wholeIndex(axis)].extent[operand];
  }
  llvm_unreachable("not an axis");
}

int64_t EpilogueOperand::elementsOf(const Layer &layer,
                                    const PerDim<int64_t> &tile) const {
  int64_t elements = 1;
  for (Dim dim : AllDims)
    if (dependsOn[dim])
      elements *= tile[dim];
  for (auto [i, axis] : llvm::enumerate(layer.whole))
    if (dependsOnWhole[i])
      elements *= axis.moved(Operand::Output);
  return elements;
}

int64_t WholeAxis::moved(Operand operand) const {
  if (operand == Operand::Input && inputFetched != 0)
    return inputFetched;
  return extent[operand] != 0 ? extent[operand] : 1;
}

int64_t WholeAxis::held(Operand operand) const {
  return operand == Operand::Input && inputOnChip != 0 ? inputOnChip
                                                       : moved(operand);
}

int64_t Layer::movedOfWhole(Operand operand) const {
  int64_t product = 1;
  for (const WholeAxis &axis : whole)
    product *= axis.moved(operand);
  return product;
}

int64_t Layer::heldOfWhole(Operand operand) const {
  int64_t product = 1;
  for (const WholeAxis &axis : whole)
    product *= axis.held(operand);
  return product;
}

bool Layer::isSameShape(const Layer &other) const {
  auto shape = [](const Layer &layer) {
    return std::tie(
        layer.size, layer.inputHeight, layer.inputWidth, layer.kernelHeight,
        layer.kernelWidth, layer.strideHeight, layer.strideWidth,
        layer.dilationHeight, layer.dilationWidth, layer.padTop, layer.padLeft,
        layer.inputBytes, layer.weightBytes, layer.accumulatorBytes,
        layer.outputBytes, layer.initIsData, layer.fetchTouchedOnly,
        layer.epilogue, layer.separateResult, layer.whole, layer.order.axes);
  };
  return shape(*this) == shape(other);
}

/// Rows under `outputs` windows of the input.
static int64_t rowsOf(int64_t outputs, int64_t taps, int64_t stride,
                      int64_t dilation, bool touchedOnly) {
  int64_t kernel = (taps - 1) * dilation + 1;
  return (outputs - 1) * (touchedOnly ? std::min(stride, kernel) : stride) +
         kernel;
}

int64_t Layer::inputRowsOf(int64_t outputs) const {
  return rowsOf(outputs, kernelHeight, strideHeight, dilationHeight,
                fetchTouchedOnly);
}

int64_t Layer::inputColumnsOf(int64_t outputs) const {
  return rowsOf(outputs, kernelWidth, strideWidth, dilationWidth,
                fetchTouchedOnly);
}

int64_t Layer::macs() const {
  int64_t product =
      elements(Operand::Output) * size[Dim::C] * kernelHeight * kernelWidth;
  for (const WholeAxis &axis : whole)
    product *= axis.reduction;
  return product;
}

int64_t Layer::elements(Operand operand) const {
  if (operand == Operand::Weights && !hasWeights())
    return 0;
  int64_t product = 1;
  for (Axis axis : axesOf(*this, operand))
    product *= axisExtent(*this, operand, axis);
  return product;
}

llvm::SmallVector<int64_t, 6> Layer::shape(Operand operand) const {
  llvm::SmallVector<int64_t, 6> extents;
  for (Axis axis : order.axes[operand])
    extents.push_back(axisExtent(*this, operand, axis));
  return extents;
}

PerOperand<int64_t> Layer::compulsoryReadBytes() const {
  PerOperand<int64_t> bytes;
  bytes[Operand::Input] = inputBytes * size[Dim::N] * size[Dim::G] *
                          size[Dim::C] * Window::rows(*this).used() *
                          Window::columns(*this).used() *
                          movedOfWhole(Operand::Input);
  bytes[Operand::Weights] = weightBytes * elements(Operand::Weights);
  bytes[Operand::Output] =
      initIsData ? accumulatorBytes * elements(Operand::Output) : 0;
  return bytes;
}

PerOperand<int64_t> Layer::compulsoryWriteBytes() const {
  return {{0, 0, outputBytes * elements(Operand::Output)}};
}

int64_t Layer::epilogueBytes(const PerDim<int64_t> &trips) const {
  int64_t bytes = 0;
  for (const EpilogueOperand &each : epilogue) {
    // All tiles along a loop cover its extent, or the one element that is
    // broadcast again and again.
    int64_t elements = each.elementsOf(*this, size);
    for (Dim dim : AllDims)
      if (isRelevant(Operand::Output, dim) && !each.dependsOn[dim])
        elements *= trips[dim];
    bytes += each.elementBytes * elements;
  }
  return bytes;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

/// A product that sticks at the largest value instead of wrapping.
static uint64_t product(std::initializer_list<int64_t> factors) {
  uint64_t result = 1;
  for (int64_t factor : factors)
    result = llvm::SaturatingMultiply(result, static_cast<uint64_t>(factor));
  return result;
}

/// No schedule moves more bytes than this, no tile occupies more, and no tensor
/// is larger.
static uint64_t upperBound(const Layer &layer, uint64_t kernelRows,
                           uint64_t kernelColumns) {
  auto [n, g, k, c, p, q] =
      static_cast<const std::array<int64_t, NumDims> &>(layer.size);
  // A tile of t output rows needs (t - 1) * stride + kernel input rows, and the
  // tiles of a sweep together no more than the larger of the two per output.
  uint64_t rows = llvm::SaturatingMultiply<uint64_t>(
      p, std::max<uint64_t>(kernelRows, layer.strideHeight));
  uint64_t columns = llvm::SaturatingMultiply<uint64_t>(
      q, std::max<uint64_t>(kernelColumns, layer.strideWidth));
  // A product with all axes that stay whole.
  auto times = [&](uint64_t factor, auto extentOf) {
    for (const WholeAxis &axis : layer.whole)
      factor = llvm::SaturatingMultiply<uint64_t>(factor, extentOf(axis));
    return factor;
  };
  auto timesHeld = [&](uint64_t factor, Operand operand) {
    return times(factor, [&](const WholeAxis &axis) {
      return std::max(axis.held(operand), axis.extent[operand]);
    });
  };
  uint64_t outputs = timesHeld(product({n, g, k, p, q}), Operand::Output);
  uint64_t weights =
      timesHeld(product({layer.weightBytes, g, k, c, layer.kernelHeight,
                         layer.kernelWidth, n, p, q}),
                Operand::Weights);
  // Without reuse there is a weight for each, but layers may have none.
  uint64_t macs =
      times(llvm::SaturatingMultiply(
                outputs, product({c, layer.kernelHeight, layer.kernelWidth})),
            [](const WholeAxis &axis) { return axis.reduction; });
  uint64_t visit = llvm::SaturatingMultiplyAdd<uint64_t>(
      product({2, layer.accumulatorBytes}), c,
      product({layer.accumulatorBytes}) + product({layer.outputBytes}));
  uint64_t terms[] = {timesHeld(llvm::SaturatingMultiply(
                                    product({layer.inputBytes, n, g, c, k}),
                                    llvm::SaturatingMultiply(rows, columns)),
                                Operand::Input),
                      std::max(weights, macs),
                      llvm::SaturatingMultiply(outputs, visit),
                      timesHeld(product({layer.inputBytes, n, g, c,
                                         layer.inputHeight, layer.inputWidth}),
                                Operand::Input)};
  uint64_t sum = 0;
  for (uint64_t term : terms)
    sum = llvm::SaturatingAdd(sum, term);
  for (const EpilogueOperand &each : layer.epilogue)
    sum = llvm::SaturatingAdd(
        sum, llvm::SaturatingMultiply(outputs, product({each.elementBytes})));
  return sum;
}

llvm::Error Layer::verify() const {
  auto fail = [&](const llvm::Twine &message) {
    return llvm::createStringError("layer '" + name + "': " + message);
  };

  struct Field {
    const char *what;
    int64_t value, atLeast, atMost;
  };
  // Bounds the time of the search, which grows with the square roots of the
  // extents, and of what goes through a kernel tap by tap.
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  constexpr int64_t any = std::numeric_limits<int64_t>::max();
  llvm::SmallVector<Field, 24> fields = {
      {"batch size N", size[Dim::N], 1, most},
      {"number of groups G", size[Dim::G], 1, most},
      {"number of output channels per group K", size[Dim::K], 1, most},
      {"number of input channels per group C", size[Dim::C], 1, most},
      {"number of output rows P", size[Dim::P], 1, most},
      {"number of output columns Q", size[Dim::Q], 1, most},
      {"input height H", inputHeight, 1, most},
      {"input width W", inputWidth, 1, most},
      {"kernel height R", kernelHeight, 1, most},
      {"kernel width S", kernelWidth, 1, most},
      {"vertical stride", strideHeight, 1, most},
      {"horizontal stride", strideWidth, 1, most},
      {"vertical dilation", dilationHeight, 1, most},
      {"horizontal dilation", dilationWidth, 1, most},
      {"padding at the top", padTop, 0, most},
      {"padding at the left", padLeft, 0, most},
      {"bytes of an input element", inputBytes, 1, any},
      {"bytes of a weight", weightBytes, 0, any},
      {"bytes of a partial sum", accumulatorBytes, 1, any},
      {"bytes of an output element", outputBytes, 1, any},
  };
  for (const EpilogueOperand &each : epilogue)
    fields.push_back(
        {"bytes of an element of the epilogue", each.elementBytes, 1, any});
  if (whole.size() > MostWholeAxes)
    return fail(llvm::Twine(whole.size()) +
                " axes that stay whole, expected at most " +
                llvm::Twine(MostWholeAxes));
  for (const WholeAxis &axis : whole) {
    int64_t inDRAM = axis.extent[Operand::Input];
    fields.append(
        {{"extent of the input along a whole axis", inDRAM, 0, most},
         {"extent of the weights along a whole axis",
          axis.extent[Operand::Weights], 0, hasWeights() ? most : 0},
         {"extent of the output along a whole axis",
          axis.extent[Operand::Output], 0, most},
         {"number of indices of the input fetched along a whole axis",
          axis.inputFetched, 0, inDRAM},
         {"extent of the input on chip along a whole axis", axis.inputOnChip,
          axis.inputOnChip == 0 || inDRAM == 0 ? 0 : axis.moved(Operand::Input),
          inDRAM == 0 ? 0 : most},
         {"padding in front along a whole axis", axis.inputPad, 0,
          axis.held(Operand::Input) - axis.moved(Operand::Input)},
         {"reduction along a whole axis", axis.reduction, 1, most}});
  }
  for (const Field &field : fields)
    if (field.value < field.atLeast || field.value > field.atMost)
      return fail(llvm::Twine(field.what) + " is " + llvm::Twine(field.value) +
                  ", expected " + llvm::Twine(field.atLeast) + " to " +
                  llvm::Twine(field.atMost));

  for (const EpilogueOperand &each : epilogue)
    for (Dim dim : AllDims)
      if (each.dependsOn[dim] && !isRelevant(Operand::Output, dim))
        return fail("epilogue depends on loop " + dimName(dim) +
                    ", which the output does not have");

  for (Operand operand : AllOperands) {
    llvm::ArrayRef<Axis> axes = order.axes[operand];
    for (auto [i, axis] : llvm::enumerate(axes)) {
      if (!llvm::is_contained(axesOf(*this, operand), axis))
        return fail("data order of the " + operandName(operand) + " has axis " +
                    axisName(axis) + ", which that tensor does not have");
      if (llvm::is_contained(axes.take_front(i), axis))
        return fail("data order of the " + operandName(operand) + " has axis " +
                    axisName(axis) + " twice");
    }
    for (Axis axis : axesOf(*this, operand))
      if (!llvm::is_contained(axes, axis) &&
          axisExtent(*this, operand, axis) != 1)
        return fail("data order of the " + operandName(operand) +
                    " leaves out axis " + axisName(axis) + " of extent " +
                    llvm::Twine(axisExtent(*this, operand, axis)));
  }

  auto kernelExtent = [](int64_t taps, int64_t dilation) {
    return llvm::SaturatingMultiplyAdd<uint64_t>(taps - 1, dilation, 1);
  };
  uint64_t kernelRows = kernelExtent(kernelHeight, dilationHeight);
  uint64_t kernelColumns = kernelExtent(kernelWidth, dilationWidth);
  // A quarter of the range leaves room to double buffers, to add up tensors and
  // layers, and to look one element past a tile.
  constexpr uint64_t limit = std::numeric_limits<int64_t>::max() / 4;
  if (upperBound(*this, kernelRows, kernelColumns) > limit)
    return fail("too large: a schedule could move more than " +
                llvm::Twine(limit) +
                " bytes, beyond what is counted in 64 bits");

  Layer boxes = *this;
  boxes.fetchTouchedOnly = false;
  for (auto [what, window] : {std::pair("row", Window::rows(boxes)),
                              std::pair("column", Window::columns(boxes))}) {
    if (window.pad >= window.kernel)
      return fail(llvm::Twine("padding of ") + llvm::Twine(window.pad) +
                  " in front of the first " + what + " covers the kernel of " +
                  llvm::Twine(window.kernel) + " " + what +
                  "s: the first output would see no input");
    int64_t last = (window.outputs - 1) * window.stride - window.pad;
    if (last >= window.input)
      return fail(llvm::Twine("output ") + what + " " +
                  llvm::Twine(window.outputs - 1) + " starts at input " + what +
                  " " + llvm::Twine(last) + ", but the input has only " +
                  llvm::Twine(window.input) + " " + what + "s");
  }
  return llvm::Error::success();
}
