//===- FlatProgram.h - A function body in a form to walk quickly *- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of a function that decides which bytes move: loops, branches,
// integers, views of buffers, copies, and the operations on tiles, as a list of
// instructions on numbered slots of 64 bits. Data is not part of it.
//
// An integer takes one slot. A buffer takes a header of three and two for each
// dimension: the object it lies in, its base and its first byte in the object,
// then sizes in elements and strides in bytes. A value that depends on data has
// no slot; where one would be needed, the program cannot be verified.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_ANALYSIS_FLATPROGRAM_H
#define ROMANET_LIB_ANALYSIS_FLATPROGRAM_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include "llvm/ADT/SmallBitVector.h"
#include <vector>

namespace mlir::romanet {

/// Dimensions of a buffer at most.
inline constexpr unsigned kMaxRank = 8;

enum class Code : uint8_t {
  // dst = a OP b; `imm` is the number of bits of the result.
  Add,
  Sub,
  Mul,
  DivS,
  DivU,
  RemS,
  RemU,
  FloorDiv,
  CeilDiv,
  CeilDivU,
  Mod, ///< Euclidean, as in affine maps.
  And,
  Or,
  Xor,
  Shl,
  ShrS,
  ShrU,
  MinS,
  MaxS,
  MinU,
  MaxU,
  Compare, ///< `imm` is the predicate; operands as the type of the operands.
  ExtendS, ///< dst = a from i1 to -1 or 0, or unchanged.
  ExtendU, ///< dst = the low `b` bits of a.
  Truncate,
  Select, ///< dst = a ? b : imm (a slot), `extra` slots.
  Move,   ///< dst = a, `extra` slots.
  Jump,   ///< to instruction imm
  JumpIfZero,
  LoopHead,  ///< if a >= b (signed) go to imm
  LoopNext,  ///< a += b, go to imm; counts as a step
  CheckStep, ///< a must be positive
  // Buffers. `imm` is the number of the record.
  SubView,
  ReinterpretCast,
  Reshape,
  DramView,
  ChipView,
  Dim, ///< dst = size b of the buffer at a (with b a slot)
  Alloc,
  Free,
  BeginTransfer, ///< the copies up to the next one are parts of one transfer
  Copy,
  DmaStart,
  DmaWait,
  Fill,
  DramWrite, ///< something writes to DRAM that no layer's schedule knows of
  Tile,
  Epilogue,
  Return,
};

struct Instruction {
  Code code;
  uint8_t extra = 0;
  int32_t dst = -1, a = -1, b = -1;
  int64_t imm = 0;
  Operation *op = nullptr;
};

/// A buffer as an operand of an instruction.
struct BufferSlot {
  int32_t slot = -1;
  unsigned rank = 0;
  int64_t elementBytes = 0;
  bool isOnChip = false;
};

/// memref.subview and memref.reinterpret_cast.
struct ViewRecord {
  BufferSlot source, result;
  SmallVector<int32_t, 4> offsets, sizes, strides;
  llvm::SmallBitVector dropped;
};

/// memref.expand_shape and the like, with a static result.
struct ReshapeRecord {
  BufferSlot source, result;
  SmallVector<int64_t, 6> sizes, strides;
};

/// A static on-chip buffer: an allocation, or a view of a global at the byte in
/// slot `shift`.
struct ChipRecord {
  BufferSlot source, result;
  int32_t shift = -1;
  /// Of an allocation: its object.
  int64_t object = -1;
  MemRefType type;
};

struct CopyRecord {
  BufferSlot source, target;
  /// What a DMA moves may be a part of a tile; its bursts are not compared.
  bool isDma = false;
  /// The buffers that its end in DRAM is a view of, itself first, with the
  /// shapes of their types.
  struct Outer {
    BufferSlot buffer;
    SmallVector<int64_t, 6> shape;
  };
  SmallVector<Outer, 4> outer;
  /// Its end in DRAM lies in a buffer that is not row-major: the number of its
  /// record.
  int32_t blocked = -1;
  /// It moves a part of a transfer.
  bool isPart = false;
};

/// A buffer in DRAM that is not row-major.
struct BlockedRecord {
  core::Layout layout;
  BufferSlot flat; ///< of one dimension
};

/// The tag of a memref.dma_start or memref.dma_wait.
struct TagRecord {
  BufferSlot tag;
  SmallVector<int32_t, 1> index;
};

/// memref.dma_start: a copy of boxes that it gives by their first elements and
/// by counts, in slots.
struct DmaRecord {
  /// Its memrefs, and the indices of the first elements.
  BufferSlot source, target;
  SmallVector<int32_t, 6> sourceIndex, targetIndex;
  /// Elements, and of a strided DMA, in DRAM, between chunks and of one; else
  /// -1.
  int32_t count = -1, stride = -1, chunk = -1;
  /// The boxes, which are computed.
  BufferSlot sourceBox, targetBox;
  TagRecord tag;
  int64_t copy = -1; ///< its number
};

/// An operation on tiles: its operands that are buffers.
struct TileRecord {
  linalg::LinalgOp op;
  /// Number of the layer in the function; of an epilogue -1.
  int layer = -1;
  /// A tiled operation: input, weights (no slot where it has none), output. An
  /// epilogue: what it reads, then its output.
  SmallVector<BufferSlot, 4> operands;
  SmallVector<AffineMap, 4> maps;
};

/// Memory that is there when the function begins, or allocated in it.
struct ObjectRecord {
  Location loc;
  std::string name;
  bool isOnChip = false;
  /// In DRAM: the physical address of its first byte, where it has a place.
  std::optional<int64_t> address;
  /// On chip: its type, which is static.
  MemRefType type;
  /// On chip: a global, whose views are buffers of their own.
  bool isGlobal = false;
};

struct FlatProgram {
  std::vector<Instruction> code;
  /// Initial values; constants never change.
  std::vector<int64_t> slots;
  std::vector<ObjectRecord> objects;
  std::vector<ViewRecord> views;
  std::vector<ReshapeRecord> reshapes;
  std::vector<ChipRecord> chips;
  std::vector<CopyRecord> copies;
  std::vector<BlockedRecord> blocked;
  std::vector<DmaRecord> dmas;
  std::vector<TagRecord> waits;
  std::vector<TileRecord> tiles;
  /// The tiled operations in program order.
  std::vector<linalg::LinalgOp> layers;
};

/// Whether `op` computes an initial value or a finished output on a tile.
bool isEpilogue(Operation *op);

/// The body of `function`. What cannot be evaluated is an error there, with the
/// reason.
FailureOr<FlatProgram> flatten(FunctionOpInterface function);

} // namespace mlir::romanet

#endif // ROMANET_LIB_ANALYSIS_FLATPROGRAM_H
