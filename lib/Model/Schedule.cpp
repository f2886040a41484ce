//===- Schedule.cpp - Tile sizes and loop order of a layer ----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Schedule.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace romanet;

int64_t romanet::loadsPerTile(const PerDim<int64_t> &trips,
                              const LoopOrder &order, Operand operand) {
  int64_t loads = 1, pending = 1;
  for (Dim dim : order) {
    if (!isRelevant(operand, dim)) {
      pending *= trips[dim];
    } else if (trips[dim] > 1) {
      // This loop is inside those that are pending, so each of their steps
      // changes the tile.
      loads *= pending;
      pending = 1;
    }
  }
  return loads;
}

llvm::SmallVector<Dim, NumDims> romanet::loadLoops(const PerDim<int64_t> &trips,
                                                   const LoopOrder &order,
                                                   Operand operand,
                                                   unsigned hold) {
  llvm::SmallVector<Dim, NumDims> loops;
  size_t depth = 0;
  for (Dim dim : llvm::ArrayRef(order).take_front(hold)) {
    if (trips[dim] == 1)
      continue;
    loops.push_back(dim);
    if (isRelevant(operand, dim))
      depth = loops.size();
  }
  loops.truncate(depth);
  return loops;
}

PerDim<int64_t> Schedule::heldTile(const Layer &layer, Operand operand) const {
  PerDim<int64_t> held = tile;
  for (unsigned i = hold[operand]; i < NumDims; ++i)
    held[order[i]] = layer.size[order[i]];
  return held;
}

int64_t Schedule::trips(const Layer &layer, Dim dim) const {
  return llvm::divideCeilSigned(layer.size[dim], tile[dim]);
}

PerDim<int64_t> Schedule::trips(const Layer &layer) const {
  PerDim<int64_t> all;
  for (Dim dim : AllDims)
    all[dim] = trips(layer, dim);
  return all;
}

llvm::SmallVector<Dim, NumDims> Schedule::loops(const Layer &layer) const {
  llvm::SmallVector<Dim, NumDims> existing;
  for (Dim dim : order)
    if (trips(layer, dim) > 1)
      existing.push_back(dim);
  return existing;
}

unsigned Schedule::loadDepth(const Layer &layer, Operand operand) const {
  return loadLoops(trips(layer), order, operand, hold[operand]).size();
}

std::vector<std::string> Schedule::brokenRules(const Layer &layer) const {
  std::vector<std::string> broken;
  auto add = [&](const llvm::Twine &rule) { broken.push_back(rule.str()); };
  for (Dim dim : AllDims)
    if (tile[dim] < 1 || tile[dim] > layer.size[dim])
      add("tile of loop " + dimName(dim) + " is " + llvm::Twine(tile[dim]) +
          ", expected 1 to " + llvm::Twine(layer.size[dim]));
  for (auto [i, dim] : llvm::enumerate(order))
    if (llvm::is_contained(llvm::ArrayRef(order).take_front(i), dim))
      add("order names loop " + dimName(dim) +
          " twice, expected each loop once");
  for (Operand operand : AllOperands)
    if (hold[operand] > NumDims)
      add("depth of the " + operandName(operand) + " is " +
          llvm::Twine(hold[operand]) + ", expected 0 to " +
          llvm::Twine(NumDims));
  return broken;
}

llvm::Error Schedule::verify(const Layer &layer) const {
  std::vector<std::string> broken = brokenRules(layer);
  if (broken.empty())
    return llvm::Error::success();
  return llvm::createStringError(broken.front());
}
