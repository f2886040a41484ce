//===- OnChip.h - What the on-chip buffers hold -----------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The contents of a buffer as boxes of elements, each of one origin. No data.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_ANALYSIS_ONCHIP_H
#define ROMANET_LIB_ANALYSIS_ONCHIP_H

#include "FlatProgram.h"
#include <array>
#include <memory>
#include <optional>

namespace mlir::romanet {

/// One number per dimension; those behind the rank are 0.
using Index = std::array<int64_t, kMaxRank>;

/// A box of elements.
struct Box {
  unsigned rank = 0;
  Index lo = {}, size = {};

  int64_t volume() const;
  bool isEmpty() const { return volume() == 0; }
};

Box intersect(const Box &a, const Box &b);

/// The coordinates of the element at `offset` where dimension i has `shape[i]`
/// elements that lie `strides[i]` apart; std::nullopt if no element is there.
/// Strides must be nested: in some order each spans the next.
std::optional<Index> coordinatesOf(int64_t offset, ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> strides);

/// What an operation computed of its output before any layer's operation: its
/// operands' contents under the box that it wrote.
struct InitRecord;

/// The origin of the elements of a box.
struct Content {
  enum class Kind : uint8_t {
    Dram, ///< loaded
    Fill, ///< a value that depends on no data
    Init, ///< computed on chip for a layer to start from
    Sum,  ///< computed by a layer
  } kind = Kind::Fill;
  /// Of a sum: an epilogue has worked on it.
  bool isFinished = false;
  /// The number of the layer that computed it and of its run; of what was
  /// loaded the record of the copy.
  int32_t source = -1, run = 0;
  /// Of a sum: the output tile, and how many steps are summed up.
  int64_t tile = 0, version = 0;
  /// When it was loaded.
  int64_t time = 0;
  int64_t object = -1;
  /// The place of the first element of the box, and how far elements lie apart
  /// along each dimension of the buffer. In bytes of the object; of a sum in
  /// elements of the row-major output.
  int64_t base = 0;
  Index strides = {};
  std::shared_ptr<const InitRecord> init;
};

struct Piece {
  Box box;
  Content content;
};

/// The part of `piece` in `box`, which it meets.
Piece cut(const Piece &piece, const Box &part);

struct InitRecord {
  Operation *op;
  /// For each operand: its box, the map from the output to it, and its
  /// contents.
  struct Operand {
    Box box;
    std::array<int, kMaxRank> dims;
    AffineMap map;
    SmallVector<Piece, 2> pieces;
  };
  SmallVector<Operand, 2> operands;
  Index size = {};
};

/// Where a view lies in its buffer, and which dimension of the buffer each of
/// the view's runs along; -1 where the view has one element.
struct Located {
  Box box;
  std::array<int, kMaxRank> dims;
};

/// What a layer is charged with when it next uses the buffer.
struct PendingLoad {
  Operation *copy;
  int64_t bytes;
  /// Bursts, where they can be told.
  std::optional<int64_t> bursts;
  /// When it was issued, as Content::time.
  int64_t time = 0;
};

class ChipBuffer {
public:
  ChipBuffer(MemRefType type, Location loc);

  /// std::nullopt where a view is no box of whole steps inside the buffer.
  /// Offsets and strides in bytes.
  std::optional<Located> locate(int64_t offset, ArrayRef<int64_t> sizes,
                                ArrayRef<int64_t> strides) const;

  /// Forgets what is in `box`.
  void erase(const Box &box);
  void write(const Box &box, Content content);
  /// Calls with what is in `box`, piece by piece.
  template <typename Fn>
  void forEachIn(const Box &box, Fn fn) const {
    for (const Piece &piece : pieces) {
      Box part = intersect(piece.box, box);
      if (!part.isEmpty())
        fn(cut(piece, part));
    }
  }
  void clear() { pieces.clear(); }
  size_t numPieces() const { return pieces.size(); }

  Location loc;
  int64_t bytes;
  /// The buffer of the machine that it lies in.
  Space space;
  /// Of a view of a global: the object and the first byte in it.
  int64_t global = -1, shift = 0;
  /// The layer that last worked on it, and its run.
  int lastLayer = -1;
  SmallVector<PendingLoad, 2> pending, pendingEpilogue;

private:
  Box whole;
  Index strides = {}; ///< in bytes
  int64_t elementBytes;
  std::vector<Piece> pieces;
};

} // namespace mlir::romanet

#endif // ROMANET_LIB_ANALYSIS_ONCHIP_H
