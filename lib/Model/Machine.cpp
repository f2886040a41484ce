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
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

using namespace romanet;

bool BufferCapacities::operator==(const BufferCapacities &other) const {
  return isShared == other.isShared &&
         (isShared ? shared == other.shared : separate == other.separate) &&
         doubleBuffered == other.doubleBuffered;
}

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

/// Bytes of one buffer of `operand`.
static int64_t tileBytes(const Layer &layer, const PerDim<int64_t> &tile,
                         Operand operand) {
  switch (operand) {
  case Operand::Input:
    return tile[Dim::N] * tile[Dim::G] * tile[Dim::C] *
           layer.inputRowsOf(tile[Dim::P]) *
           layer.inputColumnsOf(tile[Dim::Q]) * layer.inputBytes;
  case Operand::Weights:
    return tile[Dim::G] * tile[Dim::K] * tile[Dim::C] * layer.kernelHeight *
           layer.kernelWidth * layer.weightBytes;
  case Operand::Output:
    return tile[Dim::N] * tile[Dim::G] * tile[Dim::K] * tile[Dim::P] *
           tile[Dim::Q] * layer.accumulatorBytes;
  }
  llvm_unreachable("not an operand");
}

Footprint romanet::footprint(const Layer &layer, const PerDim<int64_t> &tile,
                             const BufferCapacities &buffers) {
  Footprint bytes;
  for (Operand operand : AllOperands)
    bytes[operand] = tileBytes(layer, tile, operand) *
                     (buffers.doubleBuffered[operand] ? 2 : 1);
  return bytes;
}

Footprint romanet::footprint(const Layer &layer, const Schedule &schedule,
                             const BufferCapacities &buffers) {
  Footprint bytes;
  for (Operand operand : AllOperands)
    bytes[operand] =
        tileBytes(layer, schedule.heldTile(layer, operand), operand) *
        (buffers.doubleBuffered[operand] ? 2 : 1);
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

int64_t romanet::roomFor(const Footprint &growth, const Footprint &used,
                         const BufferCapacities &buffers, int64_t limit) {
  auto atMost = [&](int64_t free, int64_t step) {
    if (step > 0)
      limit = std::min(limit, free / step);
  };
  if (buffers.isShared) {
    atMost(buffers.shared - sum(used), sum(growth));
    return limit;
  }
  for (Operand operand : AllOperands)
    atMost(buffers.separate[operand] - used[operand], growth[operand]);
  return limit;
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
