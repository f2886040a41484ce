//===- Lifetime.h - When the buffers of a module are live -------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Program points number, over all functions of a module, the operations that
// access buffers and the calls, in the order of the text. A buffer is live from
// the first point that accesses it, under any name, to the last, and at all
// points of the functions that are called in between. Around a loop (or blocks
// with branches) that it is defined outside of, a buffer that is used in there
// lives for the whole of it.
//
// The results of a function that is called from outside of the module live to
// its end, and during all other functions that are. Functions do not keep what
// they are given beyond a call. What is not understood lives always.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_LIFETIME_H
#define ROMANET_ANALYSIS_LIFETIME_H

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/DRAM/Placement.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <optional>
#include <vector>

namespace mlir::romanet {

/// The global in DRAM that allocations become views of. It lies at address 0.
inline constexpr llvm::StringLiteral kArenaName = "romanet_dram";

/// The lifetimes of the buffers of a module on memrefs, as long as it does not
/// change.
class Lifetimes {
public:
  explicit Lifetimes(ModuleOp module);

  /// When the buffer that `root` is, an allocation or a view of the arena, is
  /// live: ascending intervals with gaps between them; empty: always.
  SmallVector<core::LiveInterval, 1> of(Value root);

  /// The points of an operation and of what is nested in it; empty where there
  /// are none.
  core::LiveInterval pointsOf(Operation *op) const { return points.lookup(op); }

  /// The number of all points.
  int64_t getNumPoints() const { return numPoints; }

  /// Whether two calls of the function may be active at a time.
  bool runsInParallel(FunctionOpInterface function) const;

private:
  struct Call {
    int64_t point;
    int64_t callee; ///< as an index into `functions`; -1: not known
  };
  struct Function {
    FunctionOpInterface op;
    core::LiveInterval points;
    SmallVector<Call> calls; ///< in the order of their points
    bool isEntry = false;    ///< called from outside of the module
    bool isParallel = false;
    /// The function and all that it may call, itself or through others.
    SmallVector<size_t> reached;
    std::unique_ptr<BufferViewFlowAnalysis> aliases;
  };

  void number(Operation *op, Function &function);
  void close(size_t index);
  bool extend(Operation *user, Operation *root,
              std::optional<core::LiveInterval> &hull) const;

  std::vector<Function> functions;
  llvm::DenseMap<Operation *, size_t> indexOf;
  /// The points of each operation and of what is nested in it.
  llvm::DenseMap<Operation *, core::LiveInterval> points;
  int64_t numPoints = 0;
};

/// A buffer that has its place in DRAM.
struct PlacedBuffer {
  Location loc;
  std::string name; ///< for messages
  /// Of a view of the arena what the program says, else what `place` says.
  int64_t address, bytes;
  DramAttr place; ///< null where a view of the arena has none
  /// As in Lifetimes.
  SmallVector<core::LiveInterval, 1> live;
};

/// Views of the arena whose address and size are constants, and globals and
/// arguments with `romanet.dram`.
SmallVector<PlacedBuffer> placedBuffers(ModuleOp module);
SmallVector<PlacedBuffer> placedBuffers(ModuleOp module, Lifetimes &lifetimes);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_LIFETIME_H
