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

/// On-chip buffers: each tensor has one of its own or lies with the others in
/// a shared one, which with three tensors gives every partition. Bytes.
struct BufferCapacities {
  /// Capacity of a tensor's own buffer; std::nullopt where it shares.
  PerOperand<std::optional<int64_t>> separate;
  /// Capacity of the shared buffer; std::nullopt if no tensor shares.
  std::optional<int64_t> shared;
  /// A double-buffered tensor holds two tiles, so that the next one can be
  /// fetched while this one is used: it occupies twice its footprint.
  PerOperand<bool> doubleBuffered = {{false, false, false}};

  static BufferCapacities makeSeparate(int64_t input, int64_t weights,
                                       int64_t output);
  static BufferCapacities makeShared(int64_t capacity);
  /// Any partition: tensors without a capacity lie in the shared buffer.
  static BufferCapacities make(std::optional<int64_t> input,
                               std::optional<int64_t> weights,
                               std::optional<int64_t> output,
                               std::optional<int64_t> shared);
  /// The documented default: 3 x 36 KiB.
  static BufferCapacities makeDefault();

  bool isShared(Operand operand) const { return !separate[operand]; }

  /// Every tensor has a buffer, a shared buffer has at least two tensors, every
  /// capacity is positive. The message says which is not.
  llvm::Error verify() const;

  /// The buffers at a positive percentage of their capacities, rounded down, to
  /// at least a byte; std::nullopt if a capacity does not fit 64 bits.
  std::optional<BufferCapacities> scaled(int64_t percent) const;
  /// Bytes of all buffers together; std::nullopt if they do not fit 64 bits.
  std::optional<int64_t> total() const;

  bool operator==(const BufferCapacities &other) const;
};

/// Bytes on chip of one tile of each tensor, padding included, output at
/// accumulator width, double buffering included; nothing of weights that do not
/// exist. With an output tile, in its buffer, lies what the epilogue needs
/// under it, and the finished tile where Layer::separateResult says so.
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

/// A buffer that a footprint exceeds.
struct Excess {
  /// The tensor whose buffer it is; std::nullopt for the shared buffer.
  std::optional<Operand> operand;
  /// Bytes needed in that buffer, and bytes there are.
  int64_t need, limit;
};

/// The buffers that are too small, the shared one last. Empty if it fits.
std::vector<Excess> excesses(const Footprint &footprint,
                             const BufferCapacities &buffers);

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

  /// How the message begins, by which it can be told from others.
  static constexpr llvm::StringLiteral beginning = "even the smallest tiles (";
  /// One sentence: what does not fit, its terms, and of every buffer that is
  /// too small the limit, the gap, and to what it would have to grow.
  std::string message() const;
};

} // namespace romanet

#endif // ROMANET_MODEL_MACHINE_H
