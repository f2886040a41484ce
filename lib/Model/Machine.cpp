//===- Machine.cpp - The on-chip side of an accelerator -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Machine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace romanet;

std::optional<BufferCapacities>
BufferCapacities::scaled(int64_t percent) const {
  BufferCapacities buffers = *this;
  auto scale = [&](std::optional<int64_t> &capacity) {
    if (!capacity)
      return true;
    // The product may be too large where the quotient is not.
    int64_t whole, rest = *capacity % 100;
    if (llvm::MulOverflow(*capacity / 100, percent, whole) ||
        llvm::MulOverflow(rest, percent, rest) ||
        llvm::AddOverflow(whole, rest / 100, whole))
      return false;
    capacity = std::max<int64_t>(whole, 1);
    return true;
  };
  for (std::optional<int64_t> &capacity : buffers.separate)
    if (!scale(capacity))
      return std::nullopt;
  if (!scale(buffers.shared))
    return std::nullopt;
  return buffers;
}

std::optional<int64_t> BufferCapacities::total() const {
  int64_t sum = shared.value_or(0);
  for (const std::optional<int64_t> &capacity : separate)
    if (llvm::AddOverflow(sum, capacity.value_or(0), sum))
      return std::nullopt;
  return sum;
}

bool BufferCapacities::operator==(const BufferCapacities &other) const {
  return separate == other.separate && shared == other.shared &&
         doubleBuffered == other.doubleBuffered;
}

BufferCapacities BufferCapacities::makeSeparate(int64_t input, int64_t weights,
                                                int64_t output) {
  return make(input, weights, output, std::nullopt);
}

BufferCapacities BufferCapacities::makeShared(int64_t capacity) {
  return make(std::nullopt, std::nullopt, std::nullopt, capacity);
}

BufferCapacities BufferCapacities::make(std::optional<int64_t> input,
                                        std::optional<int64_t> weights,
                                        std::optional<int64_t> output,
                                        std::optional<int64_t> shared) {
  BufferCapacities buffers;
  buffers.separate = {{input, weights, output}};
  buffers.shared = shared;
  return buffers;
}

BufferCapacities BufferCapacities::makeDefault() {
  constexpr int64_t capacity = 36 * 1024;
  return makeSeparate(capacity, capacity, capacity);
}

/// The tensors in the shared buffer.
static llvm::SmallVector<Operand, NumOperands>
sharers(const BufferCapacities &buffers) {
  llvm::SmallVector<Operand, NumOperands> operands;
  for (Operand operand : AllOperands)
    if (buffers.isShared(operand))
      operands.push_back(operand);
  return operands;
}

/// "input and output".
static std::string listNames(llvm::ArrayRef<Operand> operands) {
  std::string names;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    if (i > 0)
      names += i + 1 == operands.size() ? " and " : ", ";
    names += operandName(operand);
  }
  return names;
}

llvm::Error BufferCapacities::verify() const {
  auto operands = sharers(*this);
  if (!operands.empty() && !shared)
    return llvm::createStringError("no capacity for " + listNames(operands) +
                                   ": expected one for each, or a shared one");
  if (operands.empty() && shared)
    return llvm::createStringError(
        "input, weights and output have capacities of their own, so that no "
        "tensor is left for the shared one");
  if (operands.size() == 1)
    return llvm::createStringError("only " + listNames(operands) +
                                   " is left for the shared capacity: expected "
                                   "a capacity of its own instead");
  auto check = [](llvm::StringRef name, int64_t capacity) -> llvm::Error {
    if (capacity > 0)
      return llvm::Error::success();
    return llvm::createStringError("capacity of the " + name + " buffer is " +
                                   llvm::Twine(capacity) +
                                   " bytes, expected at least 1");
  };
  for (Operand operand : AllOperands)
    if (!isShared(operand))
      if (llvm::Error error = check(operandName(operand), *separate[operand]))
        return error;
  return shared ? check("shared", *shared) : llvm::Error::success();
}

/// Bytes of one buffer of `operand`.
static int64_t tileBytes(const Layer &layer, const PerDim<int64_t> &tile,
                         Operand operand) {
  switch (operand) {
  case Operand::Input:
    return tile[Dim::N] * tile[Dim::G] * tile[Dim::C] *
           layer.inputRowsOf(tile[Dim::P]) *
           layer.inputColumnsOf(tile[Dim::Q]) * layer.inputBytes *
           layer.heldOfWhole(operand);
  case Operand::Weights:
    return tile[Dim::G] * tile[Dim::K] * tile[Dim::C] * layer.kernelHeight *
           layer.kernelWidth * layer.weightBytes * layer.heldOfWhole(operand);
  case Operand::Output: {
    int64_t elementBytes =
        layer.accumulatorBytes + (layer.separateResult ? layer.outputBytes : 0);
    int64_t bytes = tile[Dim::N] * tile[Dim::G] * tile[Dim::K] * tile[Dim::P] *
                    tile[Dim::Q] * elementBytes * layer.heldOfWhole(operand);
    for (const EpilogueOperand &each : layer.epilogue)
      bytes += each.elementBytes * each.elementsOf(layer, tile);
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

bool romanet::fits(const Footprint &footprint,
                   const BufferCapacities &buffers) {
  int64_t together = 0;
  for (Operand operand : AllOperands) {
    if (buffers.isShared(operand))
      together += footprint[operand];
    else if (footprint[operand] > *buffers.separate[operand])
      return false;
  }
  return together <= buffers.shared.value_or(0);
}

std::vector<Excess> romanet::excesses(const Footprint &footprint,
                                      const BufferCapacities &buffers) {
  std::vector<Excess> found;
  int64_t together = 0;
  for (Operand operand : AllOperands) {
    int64_t need = footprint[operand];
    if (buffers.isShared(operand))
      together += need;
    else if (need > *buffers.separate[operand])
      found.push_back({operand, need, *buffers.separate[operand]});
  }
  if (together > buffers.shared.value_or(0))
    found.push_back({std::nullopt, together, *buffers.shared});
  return found;
}

/// "input 121, weights 242 double-buffered, output 4".
static std::string describeTerms(llvm::ArrayRef<Operand> operands,
                                 const Footprint &footprint,
                                 const BufferCapacities &buffers) {
  std::string terms;
  for (Operand each : operands)
    terms += (llvm::Twine(terms.empty() ? "" : ", ") + operandName(each) + " " +
              llvm::Twine(footprint[each]) +
              (buffers.doubleBuffered[each] ? " double-buffered" : ""))
                 .str();
  return terms;
}

/// "the weights buffer", "the buffer shared by input and output".
static std::string describeBuffer(const Excess &excess,
                                  const BufferCapacities &buffers) {
  if (excess.operand)
    return ("the " + operandName(*excess.operand) + " buffer").str();
  auto operands = sharers(buffers);
  return operands.size() == NumOperands
             ? "the shared buffer"
             : "the buffer shared by " + listNames(operands);
}

/// "121 bytes in the input buffer, which has 100, 21 too few".
static std::string describe(const Excess &excess,
                            const BufferCapacities &buffers) {
  return (llvm::Twine(excess.need) + " bytes in " +
          describeBuffer(excess, buffers) + ", which has " +
          llvm::Twine(excess.limit) + ", " +
          llvm::Twine(excess.need - excess.limit) + " too few")
      .str();
}

std::vector<std::string> romanet::brokenRules(const Layer &layer,
                                              const Schedule &schedule,
                                              const BufferCapacities &buffers) {
  std::vector<std::string> broken = schedule.brokenRules(layer);
  // Tiles out of range have no footprint, or one that overflows.
  if (!broken.empty())
    return broken;
  Footprint bytes = footprint(layer, schedule, buffers);
  for (const Excess &excess : excesses(bytes, buffers)) {
    std::string held;
    if (std::optional<Operand> operand = excess.operand)
      held = (" of the " + operandName(*operand) +
              (buffers.doubleBuffered[*operand] ? ", double-buffered," : ""))
                 .str();
    else
      held = " (" + describeTerms(sharers(buffers), bytes, buffers) + " bytes)";
    broken.push_back("what is held" + held + " needs " +
                     describe(excess, buffers));
  }
  return broken;
}

int64_t romanet::roomFor(const Footprint &growth, const Footprint &used,
                         const BufferCapacities &buffers, int64_t limit) {
  auto atMost = [&](int64_t free, int64_t step) {
    if (step > 0)
      limit = std::min(limit, free / step);
  };
  int64_t sharedFree = buffers.shared.value_or(0), sharedStep = 0;
  for (Operand operand : AllOperands) {
    if (buffers.isShared(operand)) {
      sharedFree -= used[operand];
      sharedStep += growth[operand];
    } else {
      atMost(*buffers.separate[operand] - used[operand], growth[operand]);
    }
  }
  atMost(sharedFree, sharedStep);
  return limit;
}

std::string Infeasible::message() const {
  std::string needs, growth;
  for (const Excess &excess : excesses(smallest, buffers)) {
    needs += (needs.empty() ? " need " : ", and ") + describe(excess, buffers);
    growth += (growth.empty() ? "; enlarge " : " and ") +
              describeBuffer(excess, buffers) + " to " +
              llvm::itostr(excess.need) + " bytes";
  }
  return beginning.str() + describeTerms(AllOperands, smallest, buffers) +
         " bytes)" + needs + growth;
}
