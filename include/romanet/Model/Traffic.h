//===- Traffic.h - What a schedule moves between DRAM and chip --*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact traffic of a schedule, in all spaces. Schedule.h says when a tensor is
// loaded: at the first step of the nest, and where its index tuple changes.
//
// What is loaded is the tile of the new tuple; along loops that are not in the
// tuple it is the whole extent. A tile of the input is the bounding box of the
// rows and columns under its outputs, clipped to the real input; it is never
// empty, since Layer::verify lets no window lie in the padding alone. A layer
// with fetchTouchedOnly leaves out of it the rows and columns between two
// windows; it is one transfer all the same.
//
// With halos retained, and where the input's tuple changes in the index of P
// alone and by one, only those rows of the new clipped box are fetched that the
// old one does not contain; columns likewise for Q. If the boxes do not overlap
// these are all. If there are none (clipping can leave the last tiles without a
// row of their own), nothing is transferred.
//
// For the output, a visit is a run of steps between two changes of the tuple.
// Every visit of a tile ends in a write, at accumulator width but for the last,
// which is at output width; every visit but the first begins with a read of the
// partial sums; the first reads, at accumulator width, only where the init is
// data.
//
// An operand of the epilogue is read at the last visit of each output tile, or
// at the first if it is part of what the accumulation starts from: the part of
// it under what is held of the output, once for every such tile. Where it is
// broadcast, the part under the next tile can be the same; it is read again.
//
// Along the axes of Layer::whole every transfer moves all that any moves. A
// layer without weights has no transfers of them.
//
// A transfer moves each burst (and opens each DRAM row) that holds one of its
// bytes exactly once: within a transfer addresses ascend, so the neighbours
// that share a burst are fetched together. Nothing is shared between transfers.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_TRAFFIC_H
#define ROMANET_MODEL_TRAFFIC_H

#include "romanet/DRAM/Energy.h"
#include "romanet/DRAM/Layout.h"
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
  /// Reads of all operands of the epilogue.
  Transfers epilogue;
  int64_t totalBytes() const;
};

/// Exact transfers and bytes in closed form.
/// Requires layer.verify() and schedule.verify(layer) to have passed.
Traffic computeTraffic(const Layer &layer, const Schedule &schedule);

/// Blocks of `blockBytes` (a burst, or a DRAM row) that the transfers of each
/// tensor touch, exactly, for row-major tensors that start on a block boundary.
struct BlockTraffic {
  PerOperand<int64_t> read = {{0, 0, 0}}, write = {{0, 0, 0}};
  int64_t epilogue = 0;
  int64_t total() const;
};

/// `blockBytes` > 0. The tensors lie row-major in layer.order; output and
/// partial sums are separate arrays where their element widths differ, each
/// row-major with its own element width. Each operand of the epilogue is an
/// array of its own, with those axes of the output that it has, in the output's
/// order. A transfer touches no more blocks than
/// it moves bytes, so that what Layer::verify says of bytes holds for blocks.
BlockTraffic computeBlockTraffic(const Layer &layer, const Schedule &schedule,
                                 int64_t blockBytes);

/// How the tensors lie in DRAM, each with the axes of layer.order and with
/// elements of its own width.
struct TensorLayouts {
  Layout input, weights, output;
  /// The output while it holds partial sums, and what these start from where it
  /// is data. Where the widths agree it may, but need not, be the array of the
  /// output.
  Layout partialSums;
};

/// The same for tensors in any layouts, each starting on a block boundary and
/// of a size that fits 64 bits. A block that holds nothing of a transfer but
/// holes of the layout is not touched. The operands of the epilogue lie
/// row-major all the same.
BlockTraffic computeBlockTraffic(const Layer &layer, const Schedule &schedule,
                                 const TensorLayouts &layouts,
                                 int64_t blockBytes);

/// Bursts of a device that move, and rows that are opened: one activation for
/// each row that a transfer touches. Within a transfer rows stay open, and
/// since its addresses ascend each is opened once. Between two transfers of a
/// tensor those of the others open other rows of the same banks; that a row
/// survives them is not counted on.
struct StreamTraffic {
  BlockTraffic bursts, activations;

  DRAMTraffic total() const;
};

} // namespace romanet

#endif // ROMANET_MODEL_TRAFFIC_H
