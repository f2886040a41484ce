//===- Machine.cpp - The on-chip side of an accelerator -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Machine.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace romanet;

BufferCapacities BufferCapacities::makeSeparate(int64_t input, int64_t weights,
                                                int64_t output) {
  BufferCapacities buffers;
  buffers.separate = {{input, weights, output}};
  return buffers;
}

BufferCapacities BufferCapacities::makeShared(int64_t capacity) {
  BufferCapacities buffers;
  buffers.isShared = true;
  buffers.shared = capacity;
  return buffers;
}

BufferCapacities BufferCapacities::makeDefault() {
  constexpr int64_t capacity = 36 * 1024;
  return makeSeparate(capacity, capacity, capacity);
}

llvm::Error BufferCapacities::verify() const {
  auto check = [](llvm::StringRef name, int64_t capacity) -> llvm::Error {
    if (capacity > 0)
      return llvm::Error::success();
    return llvm::createStringError("capacity of the " + name + " buffer is " +
                                   llvm::Twine(capacity) +
                                   " bytes, expected at least 1");
  };
  if (isShared)
    return check("shared", shared);
  for (Operand operand : AllOperands)
    if (llvm::Error error = check(operandName(operand), separate[operand]))
      return error;
  return llvm::Error::success();
}

Footprint romanet::footprint(const Layer &layer, const PerDim<int64_t> &tile,
                             const BufferCapacities &buffers) {
  Footprint bytes;
  bytes[Operand::Input] = tile[Dim::N] * tile[Dim::G] * tile[Dim::C] *
                          layer.inputRowsOf(tile[Dim::P]) *
                          layer.inputColumnsOf(tile[Dim::Q]) * layer.inputBytes;
  bytes[Operand::Weights] = tile[Dim::G] * tile[Dim::K] * tile[Dim::C] *
                            layer.kernelHeight * layer.kernelWidth *
                            layer.weightBytes;
  bytes[Operand::Output] = tile[Dim::N] * tile[Dim::G] * tile[Dim::K] *
                           tile[Dim::P] * tile[Dim::Q] * layer.accumulatorBytes;
  for (Operand operand : AllOperands)
    if (buffers.doubleBuffered[operand])
      bytes[operand] *= 2;
  return bytes;
}

static int64_t sum(const Footprint &footprint) {
  return footprint[Operand::Input] + footprint[Operand::Weights] +
         footprint[Operand::Output];
}

bool romanet::fits(const Footprint &footprint,
                   const BufferCapacities &buffers) {
  if (buffers.isShared)
    return sum(footprint) <= buffers.shared;
  for (Operand operand : AllOperands)
    if (footprint[operand] > buffers.separate[operand])
      return false;
  return true;
}

std::string Infeasible::message() const {
  std::string terms, growth;
  for (Operand each : AllOperands) {
    terms += (llvm::Twine(terms.empty() ? "" : ", ") + operandName(each) + " " +
              llvm::Twine(smallest[each]) +
              (buffers.doubleBuffered[each] ? " double-buffered" : ""))
                 .str();
    if (!buffers.isShared && smallest[each] > buffers.separate[each])
      growth += (llvm::Twine(growth.empty() ? "" : " and ") + "the " +
                 operandName(each) + " buffer to " +
                 llvm::Twine(smallest[each]) + " bytes")
                    .str();
  }
  if (buffers.isShared)
    growth = ("the shared buffer to " + llvm::Twine(need) + " bytes").str();
  llvm::StringRef name = operand ? operandName(*operand) : "shared";
  return ("even the smallest tiles (" + llvm::Twine(terms) + " bytes) need " +
          llvm::Twine(need) + " bytes in the " + name + " buffer, which has " +
          llvm::Twine(limit) + ", " + llvm::Twine(need - limit) +
          " too few; enlarge " + growth)
      .str();
}
