//===- Window.h - One spatial direction of a convolution --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which rows of the input a run of output rows needs. Rows and columns are the
// same problem, so both are a Window; the words here are those of rows.
//
// Where only touched rows are fetched, the rows between two windows do not
// exist: rows are numbered without them, and the stride is the kernel. Only the
// first window can be clipped above and only the last one below, so that this
// is a window like any other. realOf turns a row into one of the input.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_WINDOW_H
#define ROMANET_LIB_MODEL_WINDOW_H

#include "romanet/Model/Layer.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <array>
#include <numeric>

namespace romanet {

struct Window {
  int64_t outputs, input, taps, dilation, stride, pad;
  /// Rows from the first tap to the last.
  int64_t kernel;

  /// Rows after each window that are left out.
  int64_t gap = 0;

  static Window rows(const Layer &layer) {
    Window window = {layer.size[Dim::P],  layer.inputHeight,
                     layer.kernelHeight,  layer.dilationHeight,
                     layer.strideHeight,  layer.padTop,
                     layer.inputRowsOf(1)};
    return layer.fetchTouchedOnly ? window.withoutGaps() : window;
  }
  static Window columns(const Layer &layer) {
    Window window = {layer.size[Dim::Q],     layer.inputWidth,
                     layer.kernelWidth,      layer.dilationWidth,
                     layer.strideWidth,      layer.padLeft,
                     layer.inputColumnsOf(1)};
    return layer.fetchTouchedOnly ? window.withoutGaps() : window;
  }

  Window withoutGaps() const {
    Window window = *this;
    // There is nothing between the windows of one row.
    if (outputs > 1)
      window.gap = std::max<int64_t>(stride - kernel, 0);
    window.stride -= window.gap;
    window.input -= (outputs - 1) * window.gap;
    // Nothing after the last window.
    if (window.gap)
      window.input = std::min(window.input, outputs * kernel - pad);
    return window;
  }
  /// The row of the input.
  int64_t realOf(int64_t row) const { return row + (row + pad) / kernel * gap; }

  /// Real input rows [first, second) under `count` outputs from `first` on.
  /// Never empty in a verified layer: no window lies in the padding alone.
  std::pair<int64_t, int64_t> clipped(int64_t first, int64_t count) const {
    int64_t begin = first * stride - pad;
    int64_t end = begin + (count - 1) * stride + kernel;
    return {std::max<int64_t>(begin, 0), std::min(end, input)};
  }

  /// Real input rows of all tiles of `tile` outputs together, overlaps counted
  /// once per tile. Only tiles within one kernel of an edge are looked at.
  int64_t fetched(int64_t tile) const {
    int64_t tiles = llvm::divideCeilSigned(outputs, tile);
    int64_t sum = (outputs - tiles) * stride + tiles * kernel;
    for (int64_t i = 0; i < tiles && i * tile * stride < pad; ++i)
      sum -= pad - i * tile * stride;
    for (int64_t i = tiles; i > 0; --i) {
      int64_t end = (std::min(i * tile, outputs) - 1) * stride - pad + kernel;
      if (end <= input)
        break;
      sum -= end - input;
    }
    return sum;
  }

  /// Real input rows under at least one tap.
  int64_t used() const {
    // Tap r of output p reads row r * dilation + p * stride - pad. Two taps
    // meet in the same rows only if they are a multiple of `period` apart; the
    // taps of such a class read, in units of the stride, runs of `outputs` rows
    // that start `step` apart.
    int64_t common = std::gcd(stride, dilation);
    int64_t period = stride / common, step = dilation / common;
    int64_t rows = 0;
    for (int64_t tap = 0; tap < std::min(period, taps); ++tap) {
      int64_t base = tap * dilation - pad;
      // The units that lie in the real input.
      int64_t low = base < 0 ? llvm::divideCeilSigned(-base, stride) : 0;
      int64_t high = base < input ? (input - 1 - base) / stride + 1 : 0;
      for (int64_t other = tap, start = 0; other < taps;
           other += period, start += step) {
        int64_t from = std::max(low, start);
        int64_t to = std::min(high, start + outputs);
        if (to > from) {
          rows += to - from;
          low = to;
        }
      }
    }
    return rows;
  }
};

/// A sum over the even indices of a loop and one over the odd ones.
using ByParity = std::array<int64_t, 2>;

/// The indices in [begin, end) of one parity.
inline int64_t countIndices(int64_t begin, int64_t end, unsigned parity) {
  int64_t first = begin + ((begin ^ parity) & 1);
  return first < end ? (end - first + 1) / 2 : 0;
}

/// The sum of start + i * step over the indices i in [begin, end) of one
/// parity.
inline int64_t sumIndices(int64_t begin, int64_t end, unsigned parity,
                          int64_t start, int64_t step) {
  int64_t count = countIndices(begin, end, parity);
  int64_t first = start + (begin + ((begin ^ parity) & 1)) * step;
  return count == 0 ? 0 : count * first + count * (count - 1) * step;
}

/// The tiles of `tile` outputs each, as rows of real input. Both ends of a tile
/// ascend with its index, so the part of a tile that a neighbour does not have
/// is one run of rows; it is empty where the clipping leaves nothing new.
class WindowTiles {
public:
  WindowTiles(const Window &window, int64_t tile)
      : window(window), tile(tile),
        trips(llvm::divideCeilSigned(window.outputs, tile)),
        step(tile * window.stride),
        rows((tile - 1) * window.stride + window.kernel) {
    beginAbove = llvm::divideCeilSigned(window.pad, step);
    int64_t room = window.input + window.pad - rows;
    endBelow = std::min(trips - 1, room < 0 ? 0 : room / step + 1);
  }

  /// The first tile of which nothing lies above the real input; may be `trips`
  /// or more.
  int64_t firstNotAbove() const { return beginAbove; }
  /// The first tile that reaches below the real input, or else the last tile,
  /// which may be ragged.
  int64_t firstBelow() const { return endBelow; }

  std::pair<int64_t, int64_t> at(int64_t index) const {
    return window.clipped(index * tile,
                          std::min(tile, window.outputs - index * tile));
  }
  /// The rows of a tile that the one before it does not have.
  std::pair<int64_t, int64_t> newAfterLower(int64_t index) const {
    auto [begin, end] = at(index);
    return {std::max(begin, at(index - 1).second), end};
  }
  /// The rows of a tile that the one after it does not have.
  std::pair<int64_t, int64_t> newAfterHigher(int64_t index) const {
    auto [begin, end] = at(index);
    return {begin, std::min(end, at(index + 1).first)};
  }

  int64_t sizeAt(int64_t index) const {
    auto [begin, end] = at(index);
    return end - begin;
  }

  /// Whether all neighbours share rows; otherwise none do. Clipping changes
  /// nothing about it: the higher tile starts above the end of the input, and
  /// the lower one ends below its start.
  bool overlap() const { return window.kernel > window.stride; }

  /// Rows of the tiles.
  ByParity sizes() const {
    ByParity sums;
    int64_t last = trips - 1;
    for (unsigned parity : {0, 1})
      sums[parity] =
          countIndices(0, last, parity) * rows -
          sumIndices(0, std::min(beginAbove, last), parity, window.pad, -step) -
          sumIndices(endBelow, last, parity, rows - window.pad - window.input,
                     step);
    sums[last & 1] += sizeAt(last);
    return sums;
  }

  /// What is new in the tiles from the second on after the one before, and how
  /// many have something new. Requires overlap(): then it is what the lower
  /// ends advance by.
  void sumNewAfterLower(ByParity &sizes, ByParity &counts) const {
    int64_t last = trips - 1;
    for (unsigned parity : {0, 1}) {
      counts[parity] = countIndices(1, endBelow, parity);
      sizes[parity] = counts[parity] * step;
    }
    // Of the full tiles that reach below the input only the first can have
    // something new.
    auto add = [&](int64_t index) {
      auto [begin, end] = newAfterLower(index);
      sizes[index & 1] += end - begin;
      counts[index & 1] += begin < end;
    };
    if (endBelow >= 1 && endBelow < last)
      add(endBelow);
    if (last >= 1)
      add(last);
  }

  /// The same of the tiles but the last, after the next one. Requires
  /// overlap(): then it is what the upper ends advance by.
  void sumNewAfterHigher(ByParity &sizes, ByParity &counts) const {
    int64_t last = trips - 1;
    for (unsigned parity : {0, 1}) {
      counts[parity] = countIndices(std::min(beginAbove, last), last, parity);
      sizes[parity] = counts[parity] * step;
    }
    // Of the tiles that start above the input only the last can.
    if (int64_t index = beginAbove - 1; index >= 0 && index < last) {
      auto [begin, end] = newAfterHigher(index);
      sizes[index & 1] += end - begin;
      counts[index & 1] += begin < end;
    }
  }

private:
  Window window;
  int64_t tile, trips;
  /// Rows from the start of a tile to that of the next, and rows of a full
  /// tile, both unclipped.
  int64_t step, rows;
  int64_t beginAbove, endBelow;
};

} // namespace romanet

#endif // ROMANET_LIB_MODEL_WINDOW_H
