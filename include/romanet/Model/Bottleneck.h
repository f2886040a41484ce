//===- Bottleneck.h - What keeps a schedule from its floor ------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The traffic of a schedule beyond what no schedule can avoid, tensor by
// tensor, and what its time comes from.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_BOTTLENECK_H
#define ROMANET_MODEL_BOTTLENECK_H

#include "romanet/Model/Search.h"

namespace romanet {

struct Bottleneck {
  /// Bytes that the schedule moves, and of each array once.
  int64_t bytes = 0, compulsoryBytes = 0;
  /// The difference, tensor by tensor, reads and writes together; with the
  /// operands of the epilogue it adds up to that of the layer.
  PerOperand<int64_t> excessBytes = {{0, 0, 0}};
  int64_t epilogueExcessBytes = 0;
  /// Of the schedule, and of the compulsory traffic in full bursts, all of them
  /// row hits, at peak bandwidth: no schedule and layout takes less.
  EnergyEstimate energy, floor;
  /// Whether the time (EnergyEstimate::timeNs) is that of the activations, and
  /// not that of all bursts at peak bandwidth.
  bool isActivationBound = false;

  int64_t totalExcessBytes() const { return bytes - compulsoryBytes; }
  /// "input", "weights", "output" or "epilogue": what has the most excess, the
  /// first of equal ones; "none" where all arrays move once.
  llvm::StringRef largestExcess() const;
};

/// Requires a layer that passed verify(), and a schedule of it with its traffic
/// and stream.
Bottleneck bottleneckOf(const Layer &layer, const Found &found,
                        const DRAMDevice &device);

} // namespace romanet

#endif // ROMANET_MODEL_BOTTLENECK_H
