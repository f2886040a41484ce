//===- Terms.h - All loads of a tensor as sums of products -------*- C++
//-*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that a tensor loads is a sum of terms. In a term, every loop contributes
// an interval from a list of its own, and each combination of intervals is a
// box that is loaded. There is one term where all loops run forwards; in
// serpentine order one for each way in which a loop can step (see Traffic.cpp):
// the loops outside contribute all their tiles, the one that steps what a step
// loads, and those inside one tile each.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_TERMS_H
#define ROMANET_LIB_MODEL_TERMS_H

#include "Window.h"
#include "romanet/Model/Schedule.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace romanet {

/// Lists of intervals that a loop can contribute to a term. Up and Down: what
/// is loaded by steps to the index above and to the one below, where that index
/// is even or odd.
enum Choice : uint8_t { All, First, Last, UpEven, UpOdd, DownEven, DownOdd };
constexpr unsigned NumChoices = 7;

struct Term {
  PerDim<Choice> choice = {{All, All, All, All, All, All}};
  /// Iterations of the irrelevant loops for each box, by the parity of the sum
  /// of their indices.
  ByParity factor = {{1, 0}};
  /// Whether to count the boxes of which the indices of the loops that
  /// contribute all tiles, and those of the irrelevant loops, have a sum that
  /// is even, and one that is odd.
  std::array<bool, 2> counts = {{true, true}};
};

/// Intervals [begin + i * step, begin + i * step + extent) for i < count.
struct Run {
  int64_t begin, extent, step, count;
  /// Of the index of each of them among all tiles.
  unsigned parity;
};
using Runs = llvm::SmallVector<Run, 8>;

/// The tiles of a tensor along one loop, in elements of the tensor.
class LoopTiles {
public:
  /// Tiles of `tile` elements of the loop.
  LoopTiles(const Layer &layer, Operand operand, Dim dim, int64_t tile,
            bool retainHalo)
      : size(layer.size[dim]), tile(tile),
        trips(llvm::divideCeilSigned(size, tile)), retainHalo(retainHalo) {
    if (operand == Operand::Input && dim == Dim::P)
      window.emplace(Window::rows(layer), tile);
    if (operand == Operand::Input && dim == Dim::Q)
      window.emplace(Window::columns(layer), tile);
  }

  Runs choose(Choice choice) const {
    Runs runs;
    switch (choice) {
    case All:
      for (unsigned parity : {0, 1})
        collect(runs, 0, trips, parity, [&](int64_t i) { return at(i); });
      return runs;
    case First:
      add(runs, at(0));
      break;
    case Last:
      add(runs, at(trips - 1));
      break;
    case UpEven:
    case UpOdd:
      collect(runs, 1, trips, choice == UpOdd,
              [&](int64_t i) { return newAfterLower(i); });
      break;
    case DownEven:
    case DownOdd:
      collect(runs, 0, trips - 1, choice == DownOdd,
              [&](int64_t i) { return newAfterHigher(i); });
      break;
    }
    for (Run &run : runs)
      run.parity = 0;
    return runs;
  }

private:
  using Interval = std::pair<int64_t, int64_t>;

  Interval at(int64_t index) const {
    if (window)
      return window->at(index);
    return {index * tile, std::min((index + 1) * tile, size)};
  }
  Interval newAfterLower(int64_t index) const {
    return window && retainHalo ? window->newAfterLower(index) : at(index);
  }
  Interval newAfterHigher(int64_t index) const {
    return window && retainHalo ? window->newAfterHigher(index) : at(index);
  }

  static void add(Runs &runs, Interval interval, int64_t step = 0,
                  int64_t count = 1, unsigned parity = 0) {
    auto [begin, end] = interval;
    // No transfer where nothing is new.
    if (begin < end)
      runs.push_back({begin, end - begin, step, count, parity});
  }

  /// The intervals of the indices in [from, to) of one parity. Those of tiles
  /// that are neither clipped nor ragged lie at equal distances and are one
  /// run, also where they are the part that is new after a neighbour: of the
  /// lower one it takes the upper end, which is clipped no sooner, and of the
  /// higher one the lower end, which is clipped no later.
  template <typename Function>
  void collect(Runs &runs, int64_t from, int64_t to, unsigned parity,
               Function interval) const {
    int64_t begin = window ? window->firstNotAbove() : 0;
    int64_t end = std::min(window ? window->firstBelow() : trips - 1, to);
    int64_t i = from + ((from ^ parity) & 1);
    while (i < to) {
      int64_t count = i >= begin ? countIndices(i, end, parity) : 0;
      if (count > 1) {
        add(runs, interval(i), interval(i + 2).first - interval(i).first, count,
            parity);
        i += 2 * count;
      } else {
        add(runs, interval(i), 0, 1, parity);
        i += 2;
      }
    }
  }

  int64_t size, tile, trips;
  bool retainHalo;
  std::optional<WindowTiles> window;
};

/// Sums over pairs, by the parity of the sum of both indices.
inline ByParity multiply(const ByParity &a, const ByParity &b) {
  return {{a[0] * b[0] + a[1] * b[1], a[0] * b[1] + a[1] * b[0]}};
}

/// The terms of all loads of a tensor, of which `loops` are the loops inside
/// which it is loaded.
llvm::SmallVector<Term, 1> termsOf(const Schedule &schedule,
                                   const PerDim<int64_t> &trips,
                                   Operand operand, llvm::ArrayRef<Dim> loops);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_TERMS_H
