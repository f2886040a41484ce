//===- PredictedStream.h - What a layer's copies should move ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the copies of a program to the arrays of its layers, and to the sequence
// of bursts that the model predicts of them.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_PREDICTEDSTREAM_H
#define ROMANET_ANALYSIS_PREDICTEDSTREAM_H

#include "romanet/Analysis/Staging.h"
#include "romanet/Model/Stream.h"

namespace mlir::romanet {

/// A copy of a layer and the array of the layer that it moves a part of.
struct LayerCopy {
  const StagedCopy *copy;
  core::StreamArray array;
};

/// The copies of layer number `layer` in the order of the text. Finished values
/// and partial sums, and what the accumulation starts from and partial sums,
/// are told apart by their order; where one copy moves both, it counts as the
/// output, or as the partial sums. std::nullopt where the program has other
/// copies of the output than its schedule.
std::optional<SmallVector<LayerCopy>> copiesOfLayer(const Staging &staging,
                                                    size_t layer);

/// Whether the schedule moves partial sums.
bool movesPartialSums(const core::Layer &layer, const core::Schedule &schedule);

/// The bursts of layer number `layer` by its schedule, and by the places and
/// the layouts of its buffers. std::nullopt where one of them is not known.
std::optional<core::LayerStream>
predictStream(const Staging &staging, size_t layer, int64_t burstBytes);

/// The same of an operation on tiles whose arrays lie as its `romanet.layouts`
/// says, each from the start of a row: there need be no copies. std::nullopt
/// where an array cannot lie so.
std::optional<core::LayerStream> streamInLayouts(linalg::LinalgOp op,
                                                 int64_t burstBytes);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_PREDICTEDSTREAM_H
