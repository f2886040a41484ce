//===- Machine.h - The on-chip side of an accelerator -----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Capacities of the software-managed on-chip buffers, and what a layer's tiles
// occupy in them.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_MACHINE_H
#define ROMANET_MODEL_MACHINE_H

#include "romanet/Model/Schedule.h"

namespace romanet {

/// On-chip buffers: one per tensor, or one that all tensors share. Bytes.
struct BufferCapacities {
  bool isShared = false;
  /// Capacity per tensor; meaningless when shared.
  PerOperand<int64_t> separate = {{0, 0, 0}};
  /// Capacity of the one buffer; meaningless when not shared.
  int64_t shared = 0;
  /// A double-buffered tensor holds two tiles, so that the next one can be
  /// fetched while this one is used: it occupies twice its footprint.
  PerOperand<bool> doubleBuffered = {{false, false, false}};

  static BufferCapacities makeSeparate(int64_t input, int64_t weights,
                                       int64_t output);
  static BufferCapacities makeShared(int64_t capacity);
  /// The documented default: 3 x 36 KiB.
  static BufferCapacities makeDefault();

  /// Every capacity in use is positive. The message says which is not.
  llvm::Error verify() const;

  bool operator==(const BufferCapacities &other) const;
};

/// Bytes on chip of one tile of each tensor, padding included, output at
/// accumulator width, double buffering included. With an output tile, in its
/// buffer, lies what the epilogue needs under it.
using Footprint = PerOperand<int64_t>;

/// Footprint where all tensors are held in tiles of `tile` elements per loop,
/// as in S0.
Footprint footprint(const Layer &layer, const PerDim<int64_t> &tile,
                    const BufferCapacities &buffers);

/// Footprint of a schedule: of each tensor what is held of it. Retained halos
/// are part of the tile and count once.
Footprint footprint(const Layer &layer, const Schedule &schedule,
                    const BufferCapacities &buffers);

bool fits(const Footprint &footprint, const BufferCapacities &buffers);

/// Why a schedule cannot be carried out: the rules of Schedule::brokenRules,
/// and where it breaks none, the buffers that its footprint exceeds, with what
/// is needed, what there is and the gap. Empty for a legal schedule.
std::vector<std::string> brokenRules(const Layer &layer,
                                     const Schedule &schedule,
                                     const BufferCapacities &buffers);

/// How many times `growth` fits on top of `used`, which fits; at most `limit`.
/// Footprints grow linearly with each tile where the others stay, so with the
/// growth by one element this is by how many elements a tile can grow.
int64_t roomFor(const Footprint &growth, const Footprint &used,
                const BufferCapacities &buffers, int64_t limit);

/// Why a layer has no schedule on given buffers: even tiles of one element per
/// loop do not fit.
struct Infeasible {
  /// The smallest footprint there is, per tensor, in bytes.
  Footprint smallest;
  BufferCapacities buffers;
  /// The tensor whose buffer is too small; std::nullopt for a shared buffer.
  std::optional<Operand> operand;
  /// Bytes needed in that buffer, and bytes there are.
  int64_t need = 0, limit = 0;

  /// One sentence: what does not fit, its terms, the limit, the gap, and what
  /// would have to grow to what.
  std::string message() const;
};

} // namespace romanet

#endif // ROMANET_MODEL_MACHINE_H
