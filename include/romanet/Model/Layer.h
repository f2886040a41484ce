//===- Layer.h - One convolution-like layer ---------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shape of a layer as the schedule search sees it: six loops that can be
// tiled, a kernel that stays whole, and where the elements of each tensor lie.
// Convolution, grouped and depthwise convolution, matrix products and fully
// connected layers are all instances.
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
/// the output; R and S are those of the kernel.
enum class Axis : uint8_t { N, G, K, C, H, W, R, S };

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
/// "input", "weights", "output".
llvm::StringRef operandName(Operand operand);

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

/// An array in DRAM that an element-wise operation on the finished output
/// reads: a residual, a scale or a bias per channel.
struct EpilogueOperand {
  int64_t elementBytes = 1;
  /// The loops of the output that it depends on; it is broadcast along the
  /// others. By default it has an element for each of the output.
  PerDim<bool> dependsOn = {{true, true, true, false, true, true}};

  /// Elements of it under a tile of the output, given in elements per loop.
  int64_t elementsOf(const PerDim<int64_t> &tile) const;

  bool operator==(const EpilogueOperand &other) const {
    return elementBytes == other.elementBytes && dependsOn == other.dependsOn;
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
  int64_t inputBytes = 1, weightBytes = 1;
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
  /// visit.
  std::vector<EpilogueOperand> epilogue;
  DataOrder order = DataOrder::nchw();

  /// Whether the layers differ in nothing but their names.
  bool isSameShape(const Layer &other) const;

  /// Rows (columns) of input that are held for `outputs` successive output rows
  /// (columns), padding included: (outputs - 1) * stride + (kernel - 1) *
  /// dilation + 1, or without those between the windows.
  int64_t inputRowsOf(int64_t outputs) const;
  int64_t inputColumnsOf(int64_t outputs) const;

  /// Multiply-accumulates of the whole layer.
  int64_t macs() const;

  /// Elements of the tensor in DRAM.
  int64_t elements(Operand operand) const;

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
  /// epilogue depends on loops of the output only, that the data order has the
  /// axes of each tensor, and that no schedule of the layer can overflow a
  /// signed 64-bit count of bytes. The message names the layer and the
  /// offending value. All other functions of Model/ require a layer that
  /// passed.
  llvm::Error verify() const;
};

} // namespace romanet

#endif // ROMANET_MODEL_LAYER_H
