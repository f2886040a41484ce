//===- Elementwise.h - Element-wise operations on their own -----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What it costs not to make an element-wise operation part of a layer: it runs
// by itself, and each of its arrays moves once.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_ELEMENTWISE_H
#define ROMANET_MODEL_ELEMENTWISE_H

#include "romanet/Model/Search.h"

namespace romanet {

/// An array that moves once, as a whole.
struct StreamedArray {
  int64_t bytes = 0;
  bool isWrite = false;
};

/// What moves, in terms that add up: of layers, and of operations that run
/// between them.
struct StreamCost {
  int64_t bytes = 0;
  DRAMTraffic dram;

  StreamCost &operator+=(const StreamCost &other);
};

/// Of a schedule with its layouts.
StreamCost costOf(const Found &found);

/// Of an operation that streams `arrays`, each contiguous and starting on a row
/// boundary, in parts of whole rows: every burst moves once, and every row is
/// opened once. Requires sizes of 0 or more whose sum fits 64 bits.
StreamCost costOf(llvm::ArrayRef<StreamedArray> arrays,
                  const DRAMDevice &device);

/// The objective's value of a sum of costs; for Objective::EDP the product of
/// the summed energies and times. In its unit, see Objective.
double objectiveValue(Objective objective, const StreamCost &cost,
                      const DRAMDevice &device);

} // namespace romanet

#endif // ROMANET_MODEL_ELEMENTWISE_H
