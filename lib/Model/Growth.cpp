//===- Growth.cpp - What larger on-chip buffers would give ----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Growth.h"
#include "Parallel.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>

using namespace romanet;

namespace {
/// Searches for one buffer of a layer.
class Grower {
public:
  Grower(const GrowthTask &task, std::optional<Operand> operand,
         const DRAMDevice &device)
      : task(task), operand(operand), device(device) {}

  /// `now` is the best schedule with the buffers as they are.
  Growth run(const Found &now);

private:
  std::optional<int64_t> &capacityIn(BufferCapacities &buffers) const {
    return operand ? buffers.separate[*operand] : buffers.shared;
  }
  /// Bytes of the buffer that a footprint takes.
  int64_t used(const Footprint &footprint) const;
  const Found &at(int64_t capacity);
  bool isBetter(const Found &a, const Found &b) const;
  /// The smallest capacity above `low` of which `holds` is true; it is of
  /// `high`, and of what is above a capacity of which it is.
  Growth::Step smallest(int64_t low, int64_t high,
                        llvm::function_ref<bool(const Found &)> holds);

  const GrowthTask &task;
  std::optional<Operand> operand;
  const DRAMDevice &device;
  bool isExact = true;

  /// Found with `capacity`, and the best with all capacities down to what it
  /// uses. A deque, since entries are referred to.
  struct Known {
    int64_t least, capacity;
    Found found;
  };
  std::deque<Known> known;
};
} // namespace

int64_t Grower::used(const Footprint &footprint) const {
  if (operand)
    return footprint[*operand];
  int64_t together = 0;
  for (Operand each : AllOperands)
    if (task.buffers.isShared(each))
      together += footprint[each];
  return together;
}

const Found &Grower::at(int64_t capacity) {
  for (const Known &each : known)
    if (each.least <= capacity && capacity <= each.capacity)
      return each.found;
  BufferCapacities buffers = task.buffers;
  capacityIn(buffers) = capacity;
  SearchResult result = search(*task.layer, buffers, task.options, device);
  // What fits in less fits here.
  auto &found = std::get<Found>(result);
  isExact &= found.isOptimal();
  int64_t least = found.isOptimal() ? used(found.footprint) : capacity;
  known.push_back({least, capacity, std::move(found)});
  return known.back().found;
}

bool Grower::isBetter(const Found &a, const Found &b) const {
  if (!isWholeNumber(task.options.objective))
    return a.value < b.value * (1 - 1e-10);
  if (task.options.objective == Objective::BytesThenBursts &&
      a.value == b.value)
    return a.stream.bursts.total() < b.stream.bursts.total();
  return a.value < b.value;
}

Growth::Step Grower::smallest(int64_t low, int64_t high,
                              llvm::function_ref<bool(const Found &)> holds) {
  Growth::Step step = {high, at(high)};
  while (step.capacity - low > 1) {
    int64_t middle = low + (step.capacity - low) / 2;
    const Found &found = at(middle);
    if (!holds(found)) {
      low = middle;
      continue;
    }
    // It needs no more than what it uses. (Where a search ended early, that may
    // be less than a capacity of which nothing was found.)
    step = {std::clamp(used(found.footprint), low + 1, middle), found};
  }
  return step;
}

Growth Grower::run(const Found &now) {
  BufferCapacities buffers = task.buffers;
  Growth growth;
  growth.operand = operand;
  growth.capacity = *capacityIn(buffers);
  known.push_back({growth.capacity, growth.capacity, now});
  isExact = now.isOptimal();
  // The whole layer at once: nothing needs more.
  int64_t all = used(footprint(*task.layer, task.layer->size, task.buffers));
  if (all > growth.capacity && isBetter(at(all), now)) {
    const Found &best = at(all);
    int64_t high = std::clamp(used(best.footprint), growth.capacity + 1, all);
    growth.first = smallest(growth.capacity, high, [&](const Found &found) {
      return isBetter(found, now);
    });
    growth.last =
        smallest(growth.first->capacity - 1, high,
                 [&](const Found &found) { return !isBetter(best, found); });
  }
  growth.isExact = isExact;
  return growth;
}

std::vector<LayerGrowth>
romanet::searchGrowth(llvm::ArrayRef<GrowthTask> tasks,
                      const DRAMDevice &device, unsigned threads,
                      const ProgressCallback &progress) {
  // Equal tasks have the result of the first of them.
  std::vector<size_t> firstOf(tasks.size()), different;
  for (size_t i = 0; i < tasks.size(); ++i) {
    auto same = llvm::find_if(different, [&](size_t other) {
      return tasks[i].layer->isSameShape(*tasks[other].layer) &&
             tasks[i].buffers == tasks[other].buffers &&
             tasks[i].options == tasks[other].options;
    });
    firstOf[i] = same == different.end() ? i : *same;
    if (firstOf[i] == i)
      different.push_back(i);
  }

  std::vector<LayerGrowth> growths(tasks.size());
  searchEach(
      different.size(), threads,
      [&](size_t i) {
        const GrowthTask &task = tasks[different[i]];
        growths[different[i]].now =
            search(*task.layer, task.buffers, task.options, device);
      },
      "layers",
      [&](size_t i) -> llvm::StringRef {
        return tasks[different[i]].layer->name;
      },
      progress);

  // Each buffer of each layer.
  std::vector<std::pair<size_t, Growth *>> jobs;
  for (size_t i : different) {
    if (!std::holds_alternative<Found>(growths[i].now))
      continue;
    std::vector<Growth> &buffers = growths[i].buffers;
    buffers.resize(NumOperands + 1);
    size_t count = 0;
    for (Operand operand : AllOperands)
      if (!tasks[i].buffers.isShared(operand) &&
          (operand != Operand::Weights || tasks[i].layer->hasWeights()))
        buffers[count++].operand = operand;
    count += tasks[i].buffers.shared.has_value();
    buffers.resize(count);
    for (Growth &buffer : buffers)
      jobs.push_back({i, &buffer});
  }
  searchEach(
      jobs.size(), threads,
      [&](size_t i) {
        auto [task, growth] = jobs[i];
        *growth = Grower(tasks[task], growth->operand, device)
                      .run(std::get<Found>(growths[task].now));
      },
      "larger buffers",
      [&](size_t i) -> llvm::StringRef {
        return tasks[jobs[i].first].layer->name;
      },
      progress);

  for (size_t i = 0; i < tasks.size(); ++i)
    if (firstOf[i] != i)
      growths[i] = growths[firstOf[i]];
  return growths;
}
