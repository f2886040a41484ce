//===- LayerCheck.h - One layer while its program is walked -----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compares what a program does for a layer with what its schedule says: at each
// execution of the operation on tiles, what is on chip under the tile; at each
// store, where it goes; in the end, what moved and whether all was stored.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_ANALYSIS_LAYERCHECK_H
#define ROMANET_LIB_ANALYSIS_LAYERCHECK_H

#include "OnChip.h"
#include "romanet/Analysis/ProgramWalk.h"
#include "romanet/Model/Traffic.h"
#include <set>

namespace mlir::romanet {

/// An error, or nothing where it was reported before.
class Violation {
public:
  Violation() = default;
  explicit Violation(InFlightDiagnostic diagnostic)
      : diagnostic(std::move(diagnostic)) {}

  template <typename T>
  Violation &operator<<(T &&part) {
    if (diagnostic)
      *diagnostic << std::forward<T>(part);
    return *this;
  }

private:
  std::optional<InFlightDiagnostic> diagnostic;
};

/// Reports each kind of violation once for each operation: a wrong program is
/// wrong in every iteration.
class Reporter {
public:
  Violation report(Operation *op, StringRef kind) {
    failed = true;
    if (!reported.insert({op, kind.str()}).second)
      return {};
    return Violation(emitError(op->getLoc()) << "'" << op->getName() << "' ");
  }
  bool hasFailed() const { return failed; }

private:
  std::set<std::pair<Operation *, std::string>> reported;
  bool failed = false;
};

/// Where a tensor lies in DRAM. Offset and strides in bytes, strides in the
/// order of its axes.
struct TensorPlace {
  int64_t object = -1, offset = 0;
  SmallVector<int64_t, 6> shape, strides;
  /// Its elements do not lie row-major; the strides say where they would if
  /// they did.
  bool isBlocked = false;

  bool operator==(const TensorPlace &other) const {
    return object == other.object && offset == other.offset &&
           strides == other.strides;
  }
};

/// An operand on tiles, or an end of a copy.
struct OperandView {
  ChipBuffer *buffer = nullptr;
  Located at;
  SmallVector<int64_t, 6> sizes;
};

/// The end of a copy that lies in DRAM.
struct DramEnd {
  int64_t object, offset;
  SmallVector<int64_t, 6> sizes, strides;
};

/// What checks of a layer need to know of the walk.
struct WalkState {
  const FlatProgram &program;
  Reporter &reporter;
  std::vector<int64_t> slots;
  /// Counts what happens, to order loads and stores.
  int64_t time = 0;
  int64_t burstBytes = 0;
  /// Counts transfers.
  int64_t transfer = 0;
};

class LayerCheck {
public:
  LayerCheck(WalkState &state, linalg::LinalgOp op, int number);

  /// There are no more tiles than `maxSteps`, or it is said so. Layer and
  /// schedule were verified with their attributes.
  LogicalResult prepare(const core::BufferCapacities &defaults,
                        int64_t maxSteps);

  /// The operation is executed on tiles. `weights` has no buffer where the
  /// layer has none.
  void execute(OperandView &input, OperandView &weights, OperandView &output);

  /// Whether `content` is a sum of the run that is under way.
  bool isMine(const Content &content) const {
    return content.kind == Content::Kind::Sum && content.source == number &&
           content.run == run;
  }
  /// An epilogue on sums of this layer. The last view is the output.
  void epilogue(const TileRecord &record, MutableArrayRef<OperandView> views);

  /// A copy from chip to DRAM.
  void store(Operation *copy, int32_t record, OperandView &source,
             const DramEnd &target, int64_t bytes,
             std::optional<int64_t> bursts);

  /// The end of the function.
  void finish();

  bool isUnderWay() const { return isRunning && executed < totalSteps; }
  const core::BufferCapacities &capacities() const { return buffers; }
  linalg::LinalgOp operation() const { return op; }
  StringRef name() const { return layer.name; }
  const LayerMovement &movement() const { return moved; }

  Violation report(Operation *at, StringRef kind);

private:
  /// A tile of one tensor: per axis in the order of the tensor.
  struct Slice {
    SmallVector<int64_t, 6> lo, size;
  };
  /// What became of a tile of the output.
  struct OutputTile {
    int64_t steps = 0;         ///< steps summed up so far
    int64_t storedVersion = 0; ///< of what lies in DRAM; 0: nothing
    int64_t storedAt = 0;
    bool isStoredFinished = false;
    /// The transfer that stores it in parts, and elements that it has stored.
    int64_t transfer = -1, stored = 0;
  };
  struct Stream {
    int64_t bytes = 0;
    std::optional<int64_t> bursts = 0;
    /// When the last of it was loaded.
    int64_t lastLoad = 0;
  };
  enum PlaceKind { Input, Weights, Init, Partial, Final, NumPlaces };

  /// A transfer must have stored all of its tiles by now.
  void finishTransfer();
  void startRun();
  void endRun();
  void advance();
  void checkMovement();
  void compareBursts(const core::BlockTraffic &expected);
  void checkOverlaps();
  bool isPlain(const TensorPlace &place, int64_t elementBytes) const;

  Slice sliceOf(core::Operand operand,
                const core::PerDim<int64_t> &tileIndex) const;
  int64_t outputTileNumber(const core::PerDim<int64_t> &tileIndex) const;
  core::PerDim<int64_t> outputTileIndex(int64_t number) const;
  int64_t outputTileVolume(int64_t number) const;
  std::string describe(const core::PerDim<int64_t> &tileIndex) const;
  std::string describeStep() const;

  void charge(SmallVectorImpl<PendingLoad> &loads, Movement stream);
  bool checkSizes(core::Operand operand, const OperandView &view,
                  const Slice &slice);
  void checkStaged(core::Operand operand, const OperandView &view);
  void checkOutput(const OperandView &view, const Slice &slice, int64_t tile);
  /// Whether `piece`, which lies in the needed box `box` of a buffer, is what
  /// `place` has at `lo`. `dims` as in Located.
  bool isAt(const Piece &piece, const Box &box,
            const std::array<int, kMaxRank> &dims, const TensorPlace &place,
            ArrayRef<int64_t> lo) const;
  /// The tensor of `shape` that the load of `content` read from.
  std::optional<TensorPlace> placeOf(int32_t record,
                                     ArrayRef<int64_t> shape) const;
  /// Whether the tensor is where it was before; remembers the first place.
  bool agrees(PlaceKind kind, const TensorPlace &place);
  void checkInit(const InitRecord &init, const Piece &piece, const Box &box,
                 const std::array<int, kMaxRank> &dims, ArrayRef<int64_t> lo);
  void checkEpilogueOperand(Operation *at, unsigned number,
                            const InitRecord::Operand &operand,
                            ArrayRef<int64_t> origin, ArrayRef<int64_t> size);
  std::string describePiece(const Piece &piece, ArrayRef<int64_t> shape) const;

  WalkState &state;
  linalg::LinalgOp op;
  int number;
  core::Layer layer;
  core::Schedule schedule;
  core::BufferCapacities buffers;
  core::PerDim<int64_t> trips;
  SmallVector<core::Dim, core::NumDims> loops;
  core::PerOperand<SmallVector<int64_t, 6>> shapes;
  SmallVector<int64_t, 6> outputStrides; ///< in elements
  int64_t totalSteps = 0;
  bool hasWeights = true;

  // The run under way.
  bool isRunning = false;
  int32_t run = -1;
  int64_t executed = 0, epilogues = 0;
  core::PerDim<int64_t> index = {{0, 0, 0, 0, 0, 0}};
  core::PerDim<bool> isBackwards = {{false, false, false, false, false, false}};
  std::vector<OutputTile> tiles;
  std::array<Stream, kNumMovements> streams;
  std::array<std::optional<TensorPlace>, NumPlaces> places;
  /// When an array was first stored to.
  std::array<std::optional<int64_t>, NumPlaces> firstStore;
  Operation *unfinishedStore = nullptr;
  /// The last transfer that stored something, its copy, and the tiles that it
  /// has stored something of.
  int64_t lastTransfer = -1;
  Operation *transferredBy = nullptr;
  SmallVector<int64_t> transferred;
  LayerMovement moved;
};

} // namespace mlir::romanet

#endif // ROMANET_LIB_ANALYSIS_LAYERCHECK_H
