//===- Growth.h - What larger on-chip buffers would give --------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By how much one buffer has to grow, the others as they are, until a layer has
// a better schedule, and from where on growing it gives nothing more.
//
// A schedule that fits in a buffer fits in every larger one. So the optimum of
// a space never gets worse when a capacity grows, by whatever objective, and
// the smallest capacity with an optimum below a given value is found by
// bisection. That holds for the optimum, not for what a search has found when
// its node budget ends: Growth::isExact says which it was.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_GROWTH_H
#define ROMANET_MODEL_GROWTH_H

#include "romanet/Model/Search.h"
#include <vector>

namespace romanet {

/// A layer in its layouts, by itself: what is found for it says nothing of its
/// neighbours, which keep their schedules and layouts.
struct GrowthTask {
  /// Verified, as are the capacities.
  const Layer *layer;
  BufferCapacities buffers;
  SearchOptions options;
};

/// What one buffer is to a layer.
struct Growth {
  /// A larger capacity, in bytes, and the best schedule with it.
  struct Step {
    int64_t capacity = 0;
    Found found;
  };

  /// The tensor whose buffer it is; std::nullopt for the shared buffer.
  std::optional<Operand> operand;
  /// Bytes that it has.
  int64_t capacity = 0;
  /// The smallest capacity with a lower value of the objective than with the
  /// one that it has; of energies, times and their products by more than 1e-10
  /// of it, which is above the rounding of their sums. std::nullopt: no
  /// capacity of this buffer alone gives one.
  std::optional<Step> first;
  /// The smallest capacity with the lowest value that this buffer alone can
  /// give, however large. Set where `first` is.
  std::optional<Step> last;
  /// Every search went to its end. Else there may be smaller capacities.
  bool isExact = true;
};

struct LayerGrowth {
  /// With the buffers as they are.
  SearchResult now;
  /// Those that the layer uses, in the order of the operands, the shared one
  /// last. None for a layer that does not fit.
  std::vector<Growth> buffers;
};

/// In the order of the tasks. Each takes some tens of searches; they are done
/// on up to `threads` threads (0: those of the machine), those of equal tasks
/// once. The result does not depend on the number of threads.
std::vector<LayerGrowth>
searchGrowth(llvm::ArrayRef<GrowthTask> tasks, const DRAMDevice &device,
             unsigned threads = 1, const ProgressCallback &progress = nullptr);

} // namespace romanet

#endif // ROMANET_MODEL_GROWTH_H
