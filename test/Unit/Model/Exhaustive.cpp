//===- Exhaustive.cpp - All schedules of a layer --------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Exhaustive.h"
#include "Oracle.h"
#include <algorithm>

using namespace oracle;

Space oracle::spaceOf(const char *name) {
  return llvm::cantFail(Space::parse(name));
}

bool oracle::contains(const Space &space, const Space &other) {
  return space.hold >= other.hold && space.serpentine >= other.serpentine &&
         space.halo >= other.halo;
}

namespace {

class Exhaustive {
public:
  Exhaustive(const Layer &layer, const BufferCapacities &buffers,
             const Space &space,
             llvm::function_ref<void(const Schedule &, const Space &)> visit)
      : layer(layer), buffers(buffers), space(space), visit(visit) {}

  void run() {
    std::vector<Dim> loops;
    for (Dim dim : AllDims)
      if (layer.size[dim] > 1)
        loops.push_back(dim);
    do {
      unsigned position = 0;
      for (Dim dim : loops)
        schedule.order[position++] = dim;
      for (Dim dim : AllDims)
        if (layer.size[dim] == 1)
          schedule.order[position++] = dim;
      numLoops = loops.size();
      tryTiles(0);
    } while (std::next_permutation(loops.begin(), loops.end()));
  }

private:
  void tryTiles(unsigned position) {
    if (position == numLoops)
      return tryHolds();
    Dim dim = schedule.order[position];
    for (int64_t tile = 1; tile <= layer.size[dim]; ++tile) {
      schedule.tile[dim] = tile;
      tryTiles(position + 1);
    }
  }

  void tryHolds() {
    unsigned least = space.hold ? 0 : numLoops;
    for (unsigned input = least; input <= numLoops; ++input)
      for (unsigned weights = least; weights <= numLoops; ++weights)
        for (unsigned output = least; output <= numLoops; ++output) {
          schedule.hold = {{input, weights, output}};
          if (isWithin(footprint(layer, schedule, buffers), buffers))
            tryWalks();
        }
  }

  void tryWalks() {
    bool isHeld =
        schedule.hold != PerOperand<unsigned>{{numLoops, numLoops, numLoops}};
    for (bool serpentine : {false, true})
      for (bool halo : {false, true}) {
        schedule.serpentine = serpentine;
        schedule.retainHalo = halo;
        Space least{isHeld, serpentine, halo};
        if (contains(space, least))
          visit(schedule, least);
      }
  }

  const Layer &layer;
  const BufferCapacities &buffers;
  const Space &space;
  llvm::function_ref<void(const Schedule &, const Space &)> visit;
  Schedule schedule;
  unsigned numLoops = 0;
};

} // namespace

void oracle::forEachSchedule(
    const Layer &layer, const BufferCapacities &buffers, const Space &space,
    llvm::function_ref<void(const Schedule &, const Space &)> visit) {
  Exhaustive(layer, buffers, space, visit).run();
}
