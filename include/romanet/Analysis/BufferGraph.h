//===- BufferGraph.h - Which layers share which arrays ----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arrays in DRAM that the layers of a program write and read, as a network
// of layers and buffers, and of each buffer whether its layout can be chosen:
// it can where nothing but the copies of these layers will touch it.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_BUFFERGRAPH_H
#define ROMANET_ANALYSIS_BUFFERGRAPH_H

#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Model/NetworkLayouts.h"

namespace mlir::romanet {

/// A layer that is going to be emitted as the loop nest of a schedule.
struct GraphLayer {
  linalg::LinalgOp op;
  const ExtractedLayer *extracted;
  core::BufferCapacities capacities;
  /// The user's.
  std::optional<core::Schedule> schedule;
  /// The user says how its arrays lie.
  bool hasLayouts = false;
};

/// Why arrays of who calls the function are row-major; this is as it should be.
inline constexpr llvm::StringLiteral kIsArgument =
    "it is an argument of the function";
inline constexpr llvm::StringLiteral kIsResult =
    "it is a result of the function";

struct BufferGraph {
  /// Its layers are those given, in their order.
  core::Network network;
  /// For each buffer the array that stands for it; null for partial sums that
  /// the nest allocates.
  SmallVector<Value> values;
  /// For each buffer why it has to be row-major; empty where it has not.
  std::vector<std::string> reasons;
};

/// The graph of layers of one module. With `packWeights` arguments of functions
/// that nothing in the module calls are free where layers read them as weights
/// and nothing else does.
///
/// On tensors, what is written in the place of another value (see the
/// destinations in the nest) is one buffer with it. Values that are seen under
/// two shapes, as slices, or by other operations are row-major, and so are
/// arguments and results of functions and constants that are not weights.
BufferGraph buildBufferGraph(ArrayRef<GraphLayer> layers, bool packWeights);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_BUFFERGRAPH_H
