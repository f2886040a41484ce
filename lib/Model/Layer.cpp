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

llvm::StringRef romanet::operandName(Operand operand) {
  static constexpr llvm::StringLiteral names[NumOperands] = {"input", "weights",
                                                             "output"};
  return names[static_cast<unsigned>(operand)];
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
static llvm::ArrayRef<Axis> axesOf(Operand operand) {
  static constexpr Axis input[] = {Axis::N, Axis::G, Axis::C, Axis::H, Axis::W};
  static constexpr Axis weights[] = {Axis::G, Axis::K, Axis::C, Axis::R,
                                     Axis::S};
  static constexpr Axis output[] = {Axis::N, Axis::G, Axis::K, Axis::H,
                                    Axis::W};
  switch (operand) {
  case Operand::Input:
    return input;
  case Operand::Weights:
    return weights;
  case Operand::Output:
    return output;
  }
  llvm_unreachable("not an operand");
}

static llvm::StringRef axisName(Axis axis) {
  static constexpr llvm::StringLiteral names[] = {"N", "G", "K", "C",
                                                  "H", "W", "R", "S"};
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
  }
  llvm_unreachable("not an axis");
}

int64_t EpilogueOperand::elementsOf(const PerDim<int64_t> &tile) const {
  int64_t elements = 1;
  for (Dim dim : AllDims)
    if (dependsOn[dim])
      elements *= tile[dim];
  return elements;
}

bool Layer::isSameShape(const Layer &other) const {
  auto shape = [](const Layer &layer) {
    return std::tie(layer.size, layer.inputHeight, layer.inputWidth,
                    layer.kernelHeight, layer.kernelWidth, layer.strideHeight,
                    layer.strideWidth, layer.dilationHeight,
                    layer.dilationWidth, layer.padTop, layer.padLeft,
                    layer.inputBytes, layer.weightBytes, layer.accumulatorBytes,
                    layer.outputBytes, layer.initIsData, layer.fetchTouchedOnly,
                    layer.epilogue, layer.order.axes);
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
  return elements(Operand::Output) * size[Dim::C] * kernelHeight * kernelWidth;
}

int64_t Layer::elements(Operand operand) const {
  int64_t product = 1;
  for (Axis axis : axesOf(operand))
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
                          Window::columns(*this).used();
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
    int64_t elements = each.elementsOf(size);
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
  uint64_t outputs = product({n, g, k, p, q});
  uint64_t visit = llvm::SaturatingMultiplyAdd<uint64_t>(
      product({2, layer.accumulatorBytes}), c,
      product({layer.accumulatorBytes}) + product({layer.outputBytes}));
  uint64_t terms[] = {
      llvm::SaturatingMultiply(product({layer.inputBytes, n, g, c, k}),
                               llvm::SaturatingMultiply(rows, columns)),
      product({layer.weightBytes, g, k, c, layer.kernelHeight,
               layer.kernelWidth, n, p, q}),
      llvm::SaturatingMultiply(outputs, visit),
      product(
          {layer.inputBytes, n, g, c, layer.inputHeight, layer.inputWidth})};
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
      {"bytes of a weight", weightBytes, 1, any},
      {"bytes of a partial sum", accumulatorBytes, 1, any},
      {"bytes of an output element", outputBytes, 1, any},
  };
  for (const EpilogueOperand &each : epilogue)
    fields.push_back(
        {"bytes of an element of the epilogue", each.elementBytes, 1, any});
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
      if (!llvm::is_contained(axesOf(operand), axis))
        return fail("data order of the " + operandName(operand) + " has axis " +
                    axisName(axis) + ", which that tensor does not have");
      if (llvm::is_contained(axes.take_front(i), axis))
        return fail("data order of the " + operandName(operand) + " has axis " +
                    axisName(axis) + " twice");
    }
    for (Axis axis : axesOf(operand))
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

  Layer whole = *this;
  whole.fetchTouchedOnly = false;
  for (auto [what, window] : {std::pair("row", Window::rows(whole)),
                              std::pair("column", Window::columns(whole))}) {
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
