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
  case Operand::Output: {
    int64_t bytes = tile[Dim::N] * tile[Dim::G] * tile[Dim::K] * tile[Dim::P] *
                    tile[Dim::Q] * layer.accumulatorBytes;
    for (const EpilogueOperand &each : layer.epilogue)
      bytes += each.elementBytes * each.elementsOf(tile);
    return bytes;
  }
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

/// "input 121, weights 242 double-buffered, output 4".
static std::string describeTerms(const Footprint &footprint,
                                 const BufferCapacities &buffers) {
  std::string terms;
  for (Operand each : AllOperands)
    terms += (llvm::Twine(terms.empty() ? "" : ", ") + operandName(each) + " " +
              llvm::Twine(footprint[each]) +
              (buffers.doubleBuffered[each] ? " double-buffered" : ""))
                 .str();
  return terms;
}

std::vector<std::string> romanet::brokenRules(const Layer &layer,
                                              const Schedule &schedule,
                                              const BufferCapacities &buffers) {
  std::vector<std::string> broken = schedule.brokenRules(layer);
  // Tiles out of range have no footprint, or one that overflows.
  if (!broken.empty())
    return broken;
  Footprint bytes = footprint(layer, schedule, buffers);
  auto check = [&](const llvm::Twine &what, llvm::StringRef buffer,
                   int64_t need, int64_t limit) {
    if (need > limit)
      broken.push_back((what + " " + llvm::Twine(need) + " bytes in the " +
                        buffer + " buffer, which has " + llvm::Twine(limit) +
                        ", " + llvm::Twine(need - limit) + " too few")
                           .str());
  };
  if (buffers.isShared) {
    check("what is held (" + describeTerms(bytes, buffers) + " bytes) needs",
          "shared", sum(bytes), buffers.shared);
    return broken;
  }
  for (Operand operand : AllOperands)
    check("what is held of the " + operandName(operand) +
              (buffers.doubleBuffered[operand] ? ", double-buffered," : "") +
              " needs",
          operandName(operand), bytes[operand], buffers.separate[operand]);
  return broken;
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
  std::string growth;
  for (Operand each : AllOperands)
    if (!buffers.isShared && smallest[each] > buffers.separate[each])
      growth += (llvm::Twine(growth.empty() ? "" : " and ") + "the " +
                 operandName(each) + " buffer to " +
                 llvm::Twine(smallest[each]) + " bytes")
                    .str();
  if (buffers.isShared)
    growth = ("the shared buffer to " + llvm::Twine(need) + " bytes").str();
  llvm::StringRef name = operand ? operandName(*operand) : "shared";
  return ("even the smallest tiles (" + describeTerms(smallest, buffers) +
          " bytes) need " + llvm::Twine(need) + " bytes in the " + name +
          " buffer, which has " + llvm::Twine(limit) + ", " +
          llvm::Twine(need - limit) + " too few; enlarge " + growth)
      .str();
}
