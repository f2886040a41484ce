//===- ArrayLayout.h - Layouts that a search chooses from -------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the arrays of a layer lie in DRAM, in the terms in which a search
// chooses: a small family of which the bursts and rows that any schedule moves
// are known in closed form.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_ARRAYLAYOUT_H
#define ROMANET_MODEL_ARRAYLAYOUT_H

#include "romanet/Model/Schedule.h"
#include "romanet/Model/Traffic.h"
#include <optional>
#include <vector>

namespace romanet {

/// The arrays that a layer has in DRAM, besides the operands of its epilogue.
/// Output and partial sums differ where their elements do. Init is what the
/// sums start from, where that is data (Layer::initIsData): elements of the
/// output at the width of the sums, in their array or in one of its own.
enum class TensorArray : uint8_t { Input, Weights, Output, PartialSums, Init };
inline constexpr unsigned NumTensorArrays = 5;
inline constexpr std::array<TensorArray, NumTensorArrays> AllTensorArrays = {
    TensorArray::Input, TensorArray::Weights, TensorArray::Output,
    TensorArray::PartialSums, TensorArray::Init};

/// "input", "weights", "output", "partial_sums", "init".
llvm::StringRef arrayName(TensorArray array);
Operand operandOf(TensorArray array);
int64_t elementBytes(const Layer &layer, TensorArray array);

struct ArrayLayout {
  enum class Kind : uint8_t {
    /// In the layer's data order.
    RowMajor,
    /// Each tile that is loaded is contiguous and starts a DRAM row, or shares
    /// one with whole tiles. No layout has fewer bursts or rows in any
    /// transfer, so where the tiles are a partition of the array this is best.
    Tiles,
    /// Blocks that fill a burst, in blocks that fill a row. With all of the
    /// burst's elements along the channels: NCHWc. Along the axes of
    /// Layer::whole and of the kernel a block has one element.
    Blocked,
  };
  Kind kind = Kind::RowMajor;
  /// Blocked: elements along each loop that the array depends on (for P and Q
  /// rows and columns of the input, of the other arrays those of the output),
  /// powers of two.
  PerDim<int64_t> burstBlock = {{1, 1, 1, 1, 1, 1}};
  PerDim<int64_t> rowBlock = {{1, 1, 1, 1, 1, 1}};
  /// Blocked: by Axis, which of them are further in where the row blocks lie in
  /// the array; those of one rank in the layer's data order.
  std::array<uint8_t, NumAxes> rowRank = {};

  /// The axes with a rank above zero, outermost first.
  llvm::SmallVector<Axis, 6> rowOrder() const;

  bool operator==(const ArrayLayout &other) const {
    return kind == other.kind && burstBlock == other.burstBlock &&
           rowBlock == other.rowBlock && rowRank == other.rowRank;
  }
  bool operator!=(const ArrayLayout &other) const { return !(*this == other); }
};

/// Of all arrays of a layer.
struct ArrayLayouts : std::array<ArrayLayout, NumTensorArrays> {
  /// Of the operands of the epilogue; those that are left out are row-major.
  std::vector<ArrayLayout> epilogue;

  ArrayLayout &operator[](TensorArray a) {
    return data()[static_cast<unsigned>(a)];
  }
  const ArrayLayout &operator[](TensorArray a) const {
    return data()[static_cast<unsigned>(a)];
  }
  ArrayLayout ofEpilogue(size_t i) const {
    return i < epilogue.size() ? epilogue[i] : ArrayLayout();
  }

  bool operator==(const ArrayLayouts &other) const;
};

/// What a search may choose: for each array of a layer a layout that is given,
/// row-major or blocked, or std::nullopt where it is free. A free input lies in
/// tiles where they are a partition of it, else in blocks or row-major,
/// whatever is best; any other free array lies in tiles.
struct LayoutChoice {
  std::array<std::optional<ArrayLayout>, NumTensorArrays> arrays;
  /// Of the operands of the epilogue, and of those that are left out.
  std::vector<std::optional<ArrayLayout>> epilogue;
  std::optional<ArrayLayout> otherEpilogue;

  static LayoutChoice allFree() { return LayoutChoice(); }
  static LayoutChoice allRowMajor();

  std::optional<ArrayLayout> &operator[](TensorArray a) {
    return arrays[static_cast<unsigned>(a)];
  }
  const std::optional<ArrayLayout> &operator[](TensorArray a) const {
    return arrays[static_cast<unsigned>(a)];
  }
  const std::optional<ArrayLayout> &ofEpilogue(size_t i) const {
    return i < epilogue.size() ? epilogue[i] : otherEpilogue;
  }

  bool operator==(const LayoutChoice &other) const {
    return arrays == other.arrays && epilogue == other.epilogue &&
           otherEpilogue == other.otherEpilogue;
  }
};

/// Whether the tiles of an array that `schedule` loads are a partition of it,
/// as Kind::Tiles requires: always, but for an input with windows that overlap,
/// or that leave out rows or columns, or with axes that are not fetched whole.
bool tilesPartition(const Layer &layer, const Schedule &schedule,
                    TensorArray array);

/// Where the elements of an array lie, counted in bytes from its first one:
/// every layout in absolute terms, so that boxes of the array become addresses.
struct ArrayStorage {
  /// std::nullopt: the array lies in tiles. (Of a ragged tile no offset is a
  /// sum over the axes, as those of a Layout are.)
  std::optional<Layout> layout;
  /// Tiles: bytes from one tile to the next. The tiles that are loaded are
  /// numbered by the loops of `numbering`, outermost first, each with so many
  /// tiles; the elements of each follow each other without a gap.
  int64_t slotBytes = 0;
  llvm::SmallVector<std::pair<Dim, int64_t>, NumDims> numbering;

  /// Bytes of the whole array with its holes; INT64_MAX if 64 bits do not hold
  /// them.
  int64_t sizeBytes() const;
};

/// The storage of an array of a layer that `layout` says: row-major in the
/// layer's data order; tiles in slots of slotBytes(), in the order of the loops
/// of `schedule`, so that tiles that follow each other are neighbours; or burst
/// blocks, each rounded up to a burst, in row blocks, each rounded up to a row.
/// The elements in a burst block and the burst blocks in a row block lie in the
/// layer's data order, the row blocks in the array too but for the axes that
/// have a rank. On a row boundary it has
/// the bursts and rows that computeStreamTraffic counts. The requirements are
/// the same; weights that do not exist have no storage.
ArrayStorage storageOf(const Layer &layer, const Schedule &schedule,
                       TensorArray array, const ArrayLayout &layout,
                       const DRAMDevice &device);
/// The same of the `i`-th operand of the epilogue.
ArrayStorage epilogueStorageOf(const Layer &layer, const Schedule &schedule,
                               size_t i, const ArrayLayout &layout,
                               const DRAMDevice &device);

/// Bursts and activations of a schedule, each array starting on a row boundary.
/// Exact. Requires what computeTraffic does, and of each layout that it can be:
/// Tiles with tilesPartition; Blocked with a burst block that fits a burst and
/// a row block of at most as many burst blocks as a row has bursts.
StreamTraffic computeStreamTraffic(const Layer &layer, const Schedule &schedule,
                                   const ArrayLayouts &layouts,
                                   const DRAMDevice &device);

} // namespace romanet

#endif // ROMANET_MODEL_ARRAYLAYOUT_H
