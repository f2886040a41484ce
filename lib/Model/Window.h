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
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_WINDOW_H
#define ROMANET_LIB_MODEL_WINDOW_H

#include "romanet/Model/Layer.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

namespace romanet {

struct Window {
  int64_t outputs, input, taps, dilation, stride, pad;
  /// Rows from the first tap to the last.
  int64_t kernel;

  static Window rows(const Layer &layer) {
    return {layer.size[Dim::P],   layer.inputHeight,  layer.kernelHeight,
            layer.dilationHeight, layer.strideHeight, layer.padTop,
            layer.inputRowsOf(1)};
  }
  static Window columns(const Layer &layer) {
    return {layer.size[Dim::Q],     layer.inputWidth,  layer.kernelWidth,
            layer.dilationWidth,    layer.strideWidth, layer.padLeft,
            layer.inputColumnsOf(1)};
  }

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

} // namespace romanet

#endif // ROMANET_LIB_MODEL_WINDOW_H
