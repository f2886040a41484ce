//===- Layer.h - One convolution-like layer ---------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shape of a layer as the schedule search sees it: six loops that can be
// tiled, a kernel and further axes that stay whole, and where the elements of
// each tensor lie. Convolution, grouped and depthwise convolution, matrix
// products, fully connected layers and poolings are all instances.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_LAYER_H
#define ROMANET_MODEL_LAYER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace romanet {

/// The loops over tiles. K and C are counted per group: a layer has G groups of
/// C input and K output channels each. Depthwise: C = K = 1, G = channels.
enum class Dim : uint8_t { N, G, K, C, P, Q };
inline constexpr unsigned NumDims = 6;
inline constexpr std::array<Dim, NumDims> AllDims = {Dim::N, Dim::G, Dim::K,
                                                     Dim::C, Dim::P, Dim::Q};

/// The three tensors of a layer. Partial sums are values of the output that
/// are not complete yet.
enum class Operand : uint8_t { Input, Weights, Output };
inline constexpr unsigned NumOperands = 3;
inline constexpr std::array<Operand, NumOperands> AllOperands = {
    Operand::Input, Operand::Weights, Operand::Output};

/// A dimension of a tensor. H and W are rows and columns of the input or of
/// the output; R and S are those of the kernel; X0 to X3 belong to
/// Layer::whole.
enum class Axis : uint8_t { N, G, K, C, H, W, R, S, X0, X1, X2, X3 };
inline constexpr unsigned NumAxes = 12;

/// The most axes in Layer::whole.
inline constexpr unsigned MostWholeAxes = 4;
/// The axis of the i-th of Layer::whole, and back; std::nullopt for the others.
inline Axis wholeAxis(size_t i) {
  return static_cast<Axis>(static_cast<size_t>(Axis::X0) + i);
}
inline std::optional<size_t> wholeIndex(Axis axis) {
  if (axis < Axis::X0)
    return std::nullopt;
  return static_cast<size_t>(axis) - static_cast<size_t>(Axis::X0);
}

/// One value per tile loop, indexed by Dim.
template <typename T>
struct PerDim : std::array<T, NumDims> {
  T &operator[](Dim d) { return this->data()[static_cast<unsigned>(d)]; }
  const T &operator[](Dim d) const {
    return this->data()[static_cast<unsigned>(d)];
  }
};

/// One value per tensor, indexed by Operand.
template <typename T>
struct PerOperand : std::array<T, NumOperands> {
  T &operator[](Operand o) { return this->data()[static_cast<unsigned>(o)]; }
  const T &operator[](Operand o) const {
    return this->data()[static_cast<unsigned>(o)];
  }
};

/// "n", "g", "k", "c", "p", "q".
llvm::StringRef dimName(Dim dim);
/// The inverse of dimName; std::nullopt for any other text.
std::optional<Dim> parseDim(llvm::StringRef name);
/// The loop that tiles an axis; std::nullopt for those that stay whole: of the
/// kernel and of Layer::whole.
std::optional<Dim> loopOf(Axis axis);
/// "input", "weights", "output".
llvm::StringRef operandName(Operand operand);
/// The inverse of operandName; std::nullopt for any other text.
std::optional<Operand> parseOperand(llvm::StringRef name);

/// Whether the tile of `operand` changes when the loop over `dim` steps:
/// input {n,g,c,p,q}, weights {g,k,c}, output {n,g,k,p,q}.
bool isRelevant(Operand operand, Dim dim);

/// Row-major orders of the axes, outermost first. An axis that a tensor does
/// not have (a matrix has no rows and columns) is left out.
struct DataOrder {
  PerOperand<llvm::SmallVector<Axis, 6>> axes;

  /// Input N G C H W, weights G K C R S, output N G K H W: with the groups'
  /// channels side by side this is NCHW / KCRS.
  static DataOrder nchw();
  /// Input N H W G C, weights G K R S C, output N H W G K: NHWC / KRSC.
  static DataOrder nhwc();
};

struct Layer;

/// An array in DRAM that an element-wise operation on a tile of the output
/// reads once: on the finished tile at its last visit (a residual, a scale per
/// channel), or at the first visit on what the accumulation starts from (a bias
/// that is broadcast on chip). Both move and occupy the same.
struct EpilogueOperand {
  int64_t elementBytes = 1;
  /// The loops of the output that it depends on; it is broadcast along the
  /// others. By default it has an element for each of the output.
  PerDim<bool> dependsOn = {{true, true, true, false, true, true}};
  /// The same for the axes of Layer::whole, of which those count that the
  /// output has.
  std::array<bool, MostWholeAxes> dependsOnWhole = {{true, true, true, true}};

  /// Whether it runs along an axis of the output.
  bool runsAlong(Axis axis) const {
    std::optional<size_t> whole = wholeIndex(axis);
    return whole ? dependsOnWhole[*whole] : dependsOn[*loopOf(axis)];
  }

  /// Elements of it under a tile of the output of `layer`, given in elements
  /// per loop.
  int64_t elementsOf(const Layer &layer, const PerDim<int64_t> &tile) const;

  bool operator==(const EpilogueOperand &other) const {
    return elementBytes == other.elementBytes && dependsOn == other.dependsOn &&
           dependsOnWhole == other.dependsOnWhole;
  }
};

/// A loop that is never tiled and has no place among the loops and the kernel:
/// the depth of a 3-D convolution, the inner tiles of a packed matrix product,
/// a second batch.
struct WholeAxis {
  /// Extent of each tensor in DRAM; 0: the tensor has no such axis.
  PerOperand<int64_t> extent = {{0, 0, 0}};
  /// Indices of the input, from the first on, that are fetched (with each
  /// tile); 0: all.
  int64_t inputFetched = 0;
  /// Extent of the input's tile on chip: more than what is fetched where
  /// padding is made there; 0: what is fetched.
  int64_t inputOnChip = 0;
  /// Indices of padding in front of what is fetched; they have room on chip.
  int64_t inputPad = 0;
  /// Multiply-accumulates along the axis for each output.
  int64_t reduction = 1;

  /// Indices of `operand` that each of its tiles moves; 1 where it has no such
  /// axis.
  int64_t moved(Operand operand) const;
  /// Indices of `operand` that each of its tiles has room for on chip.
  int64_t held(Operand operand) const;

  bool operator==(const WholeAxis &other) const {
    return extent == other.extent && inputFetched == other.inputFetched &&
           inputOnChip == other.inputOnChip && inputPad == other.inputPad &&
           reduction == other.reduction;
  }
};

/// One layer. Sizes are in elements, element sizes in bytes.
struct Layer {
  std::string name;
  /// Extent of each loop: N batch, G groups, K output channels per group,
  /// C input channels per group, P x Q rows and columns of the output.
  PerDim<int64_t> size = {{1, 1, 1, 1, 1, 1}};
  /// Rows and columns of the real input, without padding.
  int64_t inputHeight = 1, inputWidth = 1;
  int64_t kernelHeight = 1, kernelWidth = 1;
  int64_t strideHeight = 1, strideWidth = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
  /// Rows above and columns left of the real input that are made on chip.
  int64_t padTop = 0, padLeft = 0;
  int64_t inputBytes = 1;
  /// 0: the layer has no weights, as a pooling. `order` has no axes of them
  /// then, nothing of them moves or is held, and what schedules say of them has
  /// no effect.
  int64_t weightBytes = 1;
  /// Bytes of a partial sum and of a finished output element.
  int64_t accumulatorBytes = 4, outputBytes = 1;
  /// The accumulation starts from data in DRAM (a bias, an earlier result)
  /// and not from a constant, so that the first visit of an output tile reads.
  bool initIsData = false;
  /// Of the input, fetch and hold only the rows and columns from the first tap
  /// to the last of some output, and not those between two windows, which
  /// exist where the stride exceeds the kernel. By default a tile of the input
  /// is one box.
  bool fetchTouchedOnly = false;
  /// What element-wise operations read that run on an output tile at its last
  /// visit, or at its first.
  std::vector<EpilogueOperand> epilogue;
  /// On chip the finished tile of the output, at its width, lies next to the
  /// partial sums. By default it takes their place.
  bool separateResult = false;
  /// Further axes that stay whole, X0 first; at most MostWholeAxes.
  llvm::SmallVector<WholeAxis, 1> whole;
  DataOrder order = DataOrder::nchw();

  bool hasWeights() const { return weightBytes != 0; }

  /// Whether the layers differ in nothing but their names.
  bool isSameShape(const Layer &other) const;

  /// Rows (columns) of input that are held for `outputs` successive output rows
  /// (columns), padding included: (outputs - 1) * stride + (kernel - 1) *
  /// dilation + 1, or without those between the windows.
  int64_t inputRowsOf(int64_t outputs) const;
  int64_t inputColumnsOf(int64_t outputs) const;

  /// Multiply-accumulates of the whole layer; without weights, accumulations.
  int64_t macs() const;

  /// Elements of the tensor in DRAM; 0 for weights that do not exist.
  int64_t elements(Operand operand) const;

  /// Products over the axes of `whole` of what each tile of `operand` moves and
  /// has room for on chip.
  int64_t movedOfWhole(Operand operand) const;
  int64_t heldOfWhole(Operand operand) const;

  /// Extents of the axes of `operand` in DRAM, in its data order.
  llvm::SmallVector<int64_t, 6> shape(Operand operand) const;

  /// Compulsory traffic in bytes: every input element that the layer uses and
  /// every weight read once, every output written once (and its init read
  /// once where it is data). A strict lower bound for any schedule.
  PerOperand<int64_t> compulsoryReadBytes() const;
  PerOperand<int64_t> compulsoryWriteBytes() const;
  /// Every element of the epilogue's operands read once.
  int64_t compulsoryEpilogueBytes() const {
    return epilogueBytes({{1, 1, 1, 1, 1, 1}});
  }

  /// Bytes of the epilogue's operands where each is read once for every tile of
  /// the output, along whose loops there are `trips` tiles.
  int64_t epilogueBytes(const PerDim<int64_t> &trips) const;

  /// Checks that every extent is positive, that each output's window reaches
  /// into the real input (so that no tile lies in the padding alone), that the
  /// epilogue depends on loops of the output only, that of the axes in `whole`
  /// the input has no more fetched than there is and no more than has room,
  /// that the data order has the axes of each tensor, and that no schedule of
  /// the layer can overflow a signed 64-bit count of bytes, nor the number of
  /// multiply-accumulates. The message names the layer and the
  /// offending value. All other functions of Model/ require a layer that
  /// passed.
  llvm::Error verify() const;
};

} // namespace romanet

#endif // ROMANET_MODEL_LAYER_H
