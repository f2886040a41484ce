//===- ProgramWalk.h - What a program on memrefs does -----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks the loops of a function step by step, without data, and compares what
// it does with the schedules of its layers. The copies that are there count,
// not the attributes: these are what is checked.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_PROGRAMWALK_H
#define ROMANET_ANALYSIS_PROGRAMWALK_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include <array>
#include <functional>
#include <optional>

namespace mlir::romanet {

/// What is counted of a layer.
enum class Movement {
  InputRead,
  WeightsRead,
  OutputRead,
  OutputWrite,
  EpilogueRead
};
inline constexpr unsigned kNumMovements = 5;

/// "input_read", "weights_read", "output_read", "output_write",
/// "epilogue_read".
StringRef movementName(Movement movement);

/// What a layer did in one run.
struct LayerMovement {
  linalg::LinalgOp op;
  /// How often the whole layer ran, and on how many tiles each time.
  int64_t runs = 0, tiles = 0;
  /// Bytes between DRAM and chip, indexed by Movement.
  std::array<int64_t, kNumMovements> bytes = {};
};

/// A copy between DRAM and chip, at the time when it is carried out.
struct ExecutedCopy {
  Operation *op;
  /// To DRAM.
  bool isWrite;
  /// Physical byte address of its first element in DRAM; std::nullopt where its
  /// buffer has no place.
  std::optional<int64_t> address;
  /// Of its end in DRAM, by dimension: elements, and bytes from one to the
  /// next.
  ArrayRef<int64_t> sizes, strides;
  int64_t elementBytes;
  /// It moves a part of a box; of the burst before this one others before it
  /// have moved the bytes as well.
  int64_t firstBurst = 0;
};

struct WalkOptions {
  /// Bytes of a DRAM burst, positive.
  int64_t burstBytes = 64;
  /// Capacities for layers without `romanet.buffers`.
  core::BufferCapacities buffers = core::BufferCapacities::makeDefault();
  /// Iterations of loops at most, and tiles of a layer.
  int64_t maxSteps = 50000000;
  /// Sees every copy between DRAM and chip that moves something, in the order
  /// in which they are carried out.
  std::function<void(const ExecutedCopy &)> onCopy;
};

/// Walks `function`, which contains tiledOps. Every operation that does not do
/// what the schedules say is an error at it, once for each kind of violation;
/// so is every operation whose effect on the on-chip buffers cannot be told.
/// Returns what the layers move, in the order of the program.
FailureOr<SmallVector<LayerMovement>> walkProgram(FunctionOpInterface function,
                                                  const WalkOptions &options);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_PROGRAMWALK_H
