//===- Bottleneck.cpp - What keeps a schedule from its floor --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Bottleneck.h"
#include "ReportSums.h"

using namespace romanet;

llvm::StringRef Bottleneck::largestExcess() const {
  llvm::StringRef name = "none";
  int64_t most = 0;
  auto consider = [&](llvm::StringRef of, int64_t bytes) {
    if (bytes <= most)
      return;
    most = bytes;
    name = of;
  };
  for (Operand operand : AllOperands)
    consider(operandName(operand), excessBytes[operand]);
  consider("epilogue", epilogueExcessBytes);
  return name;
}

Bottleneck romanet::bottleneckOf(const Layer &layer, const Found &found,
                                 const DRAMDevice &device) {
  Sums sums = sumsOf(layer, found, device);
  Bottleneck bottleneck;
  bottleneck.bytes = sums.totalBytes;
  bottleneck.compulsoryBytes = sums.compulsoryBytes;
  PerOperand<int64_t> read = layer.compulsoryReadBytes(),
                      write = layer.compulsoryWriteBytes();
  for (Operand operand : AllOperands)
    bottleneck.excessBytes[operand] = found.traffic.read[operand].bytes +
                                      found.traffic.write[operand].bytes -
                                      read[operand] - write[operand];
  bottleneck.epilogueExcessBytes =
      found.traffic.epilogue.bytes - layer.compulsoryEpilogueBytes();
  bottleneck.energy = sums.energy;
  bottleneck.floor = sums.floor;
  DRAMTraffic hits = found.stream.total();
  hits.activations = 0;
  bottleneck.isActivationBound =
      estimateEnergy(device, hits).timeNs < bottleneck.energy.timeNs;
  return bottleneck;
}
