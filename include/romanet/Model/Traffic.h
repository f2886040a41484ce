//===- Traffic.h - What a schedule moves between DRAM and chip --*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact traffic of a schedule of S0.
//
// A tensor's tile is loaded once per iteration of the loops out to the
// innermost one it depends on. A tile of the input is the bounding box of the
// rows and columns under its outputs, clipped to the real input; it is never
// empty, since Layer::verify lets no window lie in the padding alone. Every
// visit of an output tile ends in a write, at accumulator width but for the
// last, which is at output width; every visit but the first begins with a read
// of the partial sums; the first reads only where the init is data.
//
// A transfer moves each burst (and opens each DRAM row) that holds one of its
// bytes exactly once: within a transfer addresses ascend, so the neighbours
// that share a burst are fetched together. Nothing is shared between transfers.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_TRAFFIC_H
#define ROMANET_MODEL_TRAFFIC_H

#include "romanet/Model/Schedule.h"

namespace romanet {

/// Traffic of one tensor in one direction.
struct Transfers {
  /// Number of tile transfers.
  int64_t count = 0;
  int64_t bytes = 0;

  bool operator==(const Transfers &o) const {
    return count == o.count && bytes == o.bytes;
  }
};

struct Traffic {
  PerOperand<Transfers> read, write;
  int64_t totalBytes() const;
};

/// Exact transfers and bytes in closed form.
/// Requires layer.verify() and schedule.verify(layer) to have passed.
Traffic computeTraffic(const Layer &layer, const Schedule &schedule);

/// Blocks of `blockBytes` (a burst, or a DRAM row) that the transfers of each
/// tensor touch, exactly, for row-major tensors that start on a block boundary.
struct BlockTraffic {
  PerOperand<int64_t> read = {{0, 0, 0}}, write = {{0, 0, 0}};
  int64_t total() const;
};

/// `blockBytes` > 0. The tensors lie row-major in layer.order; output and
/// partial sums are separate arrays where their element widths differ, each
/// row-major with its own element width. A transfer touches no more blocks than
/// it moves bytes, so that what Layer::verify says of bytes holds for blocks.
BlockTraffic computeBlockTraffic(const Layer &layer, const Schedule &schedule,
                                 int64_t blockBytes);

} // namespace romanet

#endif // ROMANET_MODEL_TRAFFIC_H
