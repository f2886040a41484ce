//===- Oracle.h - Traffic by walking the loops ------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a schedule moves, and which schedule is best, found by doing everything
// literally. Shares no arithmetic with the library.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TEST_UNIT_MODEL_ORACLE_H
#define ROMANET_TEST_UNIT_MODEL_ORACLE_H

#include "romanet/Model/ArrayLayout.h"
#include "romanet/Model/Machine.h"
#include "romanet/Model/Schedule.h"
#include "romanet/Model/Stream.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <vector>

namespace oracle {

using namespace romanet;

struct Count {
  int64_t transfers = 0, bytes = 0, blocks = 0;
};

struct Walk {
  PerOperand<Count> read, write;
  Count epilogue;
  int64_t macs = 0;
  /// Loads of the input where the tile before was a neighbour whose halo was
  /// retained.
  int64_t haloSteps = 0;
};

/// How a tensor is stored: as blocks of blocks of ... elements, from the inner
/// to the outer. Axes are numbered in the layer's order.
struct Storage {
  struct Level {
    /// Elements along each axis.
    std::vector<int64_t> block;
    /// The axes, outermost first, along which a block is filled.
    std::vector<unsigned> order;
    /// A block ends at a multiple of it, counted from its start.
    int64_t alignBytes = 1;
  };
  std::vector<Level> levels;
  /// The axes along which the array is filled.
  std::vector<unsigned> order;
  /// Instead of all that, if positive: each tile that is held lies in a slot of
  /// so many bytes, its elements one after the other.
  int64_t slotBytes = 0;
};

/// How each array is stored; those of the epilogue that are left out lie
/// row-major.
struct Blocks {
  Storage input, weights, output, partialSums, init;
  std::vector<Storage> epilogue;
};

/// Runs the loops over tiles in their directions, transfers what is not there
/// when the indices of a tile change, and looks at every byte of a transfer.
/// The tensors lie row-major where no blocks are given.
Walk walk(const Layer &layer, const Schedule &schedule, int64_t blockBytes,
          const Blocks *blocks = nullptr);

/// A transfer, with the blocks that it touches, counted from the start of the
/// array, ascending.
struct Move {
  StreamArray array;
  bool isWrite;
  int64_t bytes;
  std::vector<int64_t> blocks;
};

/// All transfers in the order of the emitted program: each is put before or
/// after the steps of the nest for which it is needed, or a step earlier where
/// a tensor has two buffers.
std::vector<Move> sequence(const Layer &layer, const Schedule &schedule,
                           const PerOperand<bool> &isDoubleBuffered,
                           size_t numInit, int64_t blockBytes,
                           const Blocks &blocks);

/// Whether the tiles of a tensor hold each of its elements, and each in one.
bool isPartition(const Layer &layer, const Schedule &schedule, Operand operand);

/// The layouts of blocks that fill a burst, in blocks that fill a row, of which
/// all sides are powers of two and none is longer than the input, rounded up to
/// one; less where the input has less.
std::vector<ArrayLayout> blockedInputs(const Layer &layer,
                                       const DRAMDevice &device);

/// Any layout of blocks of powers of two that the array can have, whether they
/// fill a burst and a row or not; std::nullopt if an element is larger than a
/// burst. `pick(n)` chooses a number from 0 to n - 1.
std::optional<ArrayLayout> anyBlocks(const Layer &layer, Operand operand,
                                     int64_t elementBytes,
                                     const DRAMDevice &device,
                                     llvm::function_ref<int64_t(int64_t)> pick);

/// Layouts as bytes are stored. Bursts and rows of `device`.
Blocks storageOf(const Layer &layer, const Schedule &schedule,
                 const ArrayLayouts &layouts, const DRAMDevice &device);

/// The most elements of each tensor that are used by the steps between two of
/// its loads; of the input with the padding and all that lies between.
PerOperand<int64_t> countOnChip(const Layer &layer, const Schedule &schedule);

/// The most bytes of the epilogue's operands that the outputs of one visit
/// need.
int64_t countEpilogueOnChip(const Layer &layer, const Schedule &schedule);

/// Input elements that at least one multiplication reads.
int64_t countUsedInput(const Layer &layer);

/// Whether each buffer holds the `bytes` of the tensors that lie in it.
bool isWithin(const PerOperand<int64_t> &bytes,
              const BufferCapacities &buffers);

struct Best {
  int64_t bytes, iterations;
  PerDim<int64_t> tile;
};

/// Tries every tile size of every loop in every order of the loops; the bytes
/// are those of computeTraffic, which is compared with walk(). std::nullopt if
/// nothing fits. Ties are broken as Search.h says, but for the order.
std::optional<Best> searchEverything(const Layer &layer,
                                     const BufferCapacities &buffers);

} // namespace oracle

#endif // ROMANET_TEST_UNIT_MODEL_ORACLE_H
