//===- Elementwise.cpp - Element-wise operations on their own -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Elementwise.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>

using namespace romanet;

StreamCost &StreamCost::operator+=(const StreamCost &other) {
  bytes += other.bytes;
  dram.readBursts += other.dram.readBursts;
  dram.writeBursts += other.dram.writeBursts;
  dram.activations += other.dram.activations;
  return *this;
}

StreamCost romanet::costOf(const Found &found) {
  return {found.traffic.totalBytes(), found.stream.total()};
}

StreamCost romanet::costOf(llvm::ArrayRef<StreamedArray> arrays,
                           const DRAMDevice &device) {
  auto blocks = [](int64_t bytes, int64_t blockBytes) {
    return static_cast<double>(llvm::divideCeilSigned(bytes, blockBytes));
  };
  StreamCost cost;
  for (const StreamedArray &array : arrays) {
    assert(array.bytes >= 0 && "an array has a size");
    cost.bytes += array.bytes;
    (array.isWrite ? cost.dram.writeBursts : cost.dram.readBursts) +=
        blocks(array.bytes, device.burstBytes());
    cost.dram.activations += blocks(array.bytes, device.rowBytes());
  }
  return cost;
}

double romanet::objectiveValue(Objective objective, const StreamCost &cost,
                               const DRAMDevice &device) {
  return objectiveValue(objective, cost.bytes, cost.dram, device);
}
