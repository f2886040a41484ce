//===- Oracle.h - Traffic by walking the loops ------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a schedule moves, and which schedule is best, found by doing everything
// literally. Shares no arithmetic with the library.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TEST_UNIT_MODEL_ORACLE_H
#define ROMANET_TEST_UNIT_MODEL_ORACLE_H

#include "romanet/Model/Machine.h"
#include "romanet/Model/Schedule.h"

namespace oracle {

using namespace romanet;

struct Count {
  int64_t transfers = 0, bytes = 0, blocks = 0;
};

struct Walk {
  PerOperand<Count> read, write;
  int64_t macs = 0;
};

/// Runs the loops over tiles, transfers a tile when its indices change, and
/// looks at every byte of a transfer.
Walk walk(const Layer &layer, const Schedule &schedule, int64_t blockBytes);

/// Input elements that at least one multiplication reads.
int64_t countUsedInput(const Layer &layer);

struct Best {
  int64_t bytes, iterations;
  PerDim<int64_t> tile;
};

/// Tries every tile size of every loop in every order of the loops; the bytes
/// are those of computeTraffic, which is compared with walk(). std::nullopt if
/// nothing fits. Ties are broken as Search.h says, but for the order.
std::optional<Best> searchEverything(const Layer &layer,
                                     const BufferCapacities &buffers);

} // namespace oracle

#endif // ROMANET_TEST_UNIT_MODEL_ORACLE_H
