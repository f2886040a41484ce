//===- GrowthTest.cpp - What larger on-chip buffers would give ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two oracles: every schedule of a space, with the capacity that it needs; and
// a search at every capacity in turn.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Growth.h"
#include "Exhaustive.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"
#include <limits>
#include <map>

using namespace romanet;
using oracle::spaceNames, oracle::spaceOf;

namespace {

/// Of the objective; the second decides between equal ones.
using Value = std::pair<double, double>;

Value valueOf(Objective objective, int64_t bytes, const StreamTraffic &stream,
              const EnergyModel &energy) {
  return {objectiveValue(objective, bytes, stream.total(), energy),
          objective == Objective::BytesThenBursts ? stream.bursts.total() : 0};
}

Value valueOf(const Found &found, const SearchOptions &options,
              const DRAMDevice &device) {
  return valueOf(options.objective, found.traffic.totalBytes(), found.stream,
                 EnergyModel(device));
}

/// Sums in another order differ by rounding; one burst more or less is more
/// than this, of so few.
bool isLess(const Value &a, const Value &b) {
  if (a.first < b.first * (1 - 1e-9))
    return true;
  return a.first <= b.first * (1 + 1e-9) && a.second < b.second;
}

int64_t usedIn(std::optional<Operand> operand, const Footprint &footprint,
               const BufferCapacities &buffers) {
  if (operand)
    return footprint[*operand];
  int64_t sum = 0;
  for (Operand each : AllOperands)
    sum += buffers.isShared(each) ? footprint[each] : 0;
  return sum;
}

BufferCapacities withCapacity(BufferCapacities buffers,
                              std::optional<Operand> operand,
                              int64_t capacity) {
  (operand ? buffers.separate[*operand] : buffers.shared) = capacity;
  return buffers;
}

SearchOptions randomOptions(RandomCase &random, const char *space) {
  SearchOptions options;
  options.space = spaceOf(space);
  options.objective = random.oneOf(AllObjectives);
  return options;
}

/// What a step says is so: its schedule fits, costs what is said, and fits in
/// nothing less.
void expectStep(const Growth &growth, const Growth::Step &step,
                const GrowthTask &task, const DRAMDevice &device) {
  EXPECT_GT(step.capacity, growth.capacity);
  EXPECT_TRUE(
      brokenRules(*task.layer, step.found.schedule,
                  withCapacity(task.buffers, growth.operand, step.capacity))
          .empty());
  EXPECT_EQ(step.capacity,
            usedIn(growth.operand,
                   footprint(*task.layer, step.found.schedule, task.buffers),
                   task.buffers));
  EXPECT_EQ(computeTraffic(*task.layer, step.found.schedule).totalBytes(),
            step.found.traffic.totalBytes());
  Value value = valueOf(task.options.objective, step.found.traffic.totalBytes(),
                        computeStreamTraffic(*task.layer, step.found.schedule,
                                             step.found.layouts, device),
                        EnergyModel(device));
  EXPECT_NEAR(value.first, step.found.value, value.first * 1e-9);
}

/// The buffers that remarks are about: of tensors that exist.
size_t numBuffers(const Layer &layer, const BufferCapacities &buffers) {
  size_t count = buffers.shared.has_value();
  for (Operand operand : AllOperands)
    count += !buffers.isShared(operand) &&
             (operand != Operand::Weights || layer.hasWeights());
  return count;
}

/// Of all schedules, with row-major arrays.
void compareWithAllSchedules(uint64_t firstSeed, uint64_t seeds,
                             const PerDim<int64_t> &largest, int64_t product,
                             llvm::ArrayRef<const char *> spaces,
                             int64_t leastHelped, int64_t leastHopeless) {
  int64_t helped = 0, hopeless = 0, steps = 0, shared = 0;
  for (uint64_t seed = firstSeed; seed < firstSeed + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer(largest, product);
    BufferCapacities buffers = random.buffers(layer);
    DRAMDevice device = random.device();
    EnergyModel energy(device);
    SearchOptions options = randomOptions(random, random.oneOf(spaces));
    SCOPED_TRACE(describe(layer) + "\n" + describe(buffers) + "\n" +
                 options.space.name() + " " +
                 objectiveName(options.objective).str());
    GrowthTask task = {&layer, buffers, options};
    LayerGrowth growth = searchGrowth(task, device).front();
    if (!std::holds_alternative<Found>(growth.now)) {
      EXPECT_TRUE(growth.buffers.empty());
      continue;
    }
    ASSERT_EQ(growth.buffers.size(), numBuffers(layer, buffers));
    for (const Growth &buffer : growth.buffers) {
      SCOPED_TRACE(buffer.operand ? operandName(*buffer.operand).str()
                                  : "shared");
      EXPECT_TRUE(buffer.isExact);
      // The least value by what the schedule needs of the buffer.
      std::map<int64_t, Value> byNeed;
      oracle::forEachSchedule(
          layer,
          withCapacity(buffers, buffer.operand,
                       std::numeric_limits<int64_t>::max() / 4),
          options.space, [&](const Schedule &schedule, const Space &) {
            Value value = valueOf(
                options.objective, computeTraffic(layer, schedule).totalBytes(),
                computeStreamTraffic(layer, schedule, ArrayLayouts(), device),
                energy);
            int64_t need = usedIn(buffer.operand,
                                  footprint(layer, schedule, buffers), buffers);
            auto [at, isNew] = byNeed.try_emplace(need, value);
            if (!isNew)
              at->second = std::min(at->second, value);
          });
      std::optional<Value> now, best;
      std::optional<int64_t> first, last;
      for (const auto &[need, value] : byNeed) {
        if (need <= buffer.capacity) {
          if (!now || value < *now)
            now = value;
          continue;
        }
        if (!isLess(value, best ? *best : *now))
          continue;
        best = value;
        last = need;
        if (!first)
          first = need;
      }
      ASSERT_TRUE(now.has_value());
      EXPECT_EQ(first.has_value(), buffer.first.has_value());
      EXPECT_EQ(last.has_value(), buffer.last.has_value());
      ++(first ? helped : hopeless);
      if (!first || !buffer.first || !buffer.last)
        continue;
      EXPECT_EQ(buffer.first->capacity, *first);
      EXPECT_EQ(buffer.last->capacity, *last);
      EXPECT_NEAR(buffer.last->found.value, best->first, best->first * 1e-9);
      expectStep(buffer, *buffer.first, task, device);
      expectStep(buffer, *buffer.last, task, device);
      steps += *first != *last;
      shared += !buffer.operand;
    }
  }
  EXPECT_GT(helped, leastHelped);
  EXPECT_GT(hopeless, leastHopeless);
  EXPECT_GT(steps, leastHelped / 4);
  EXPECT_GT(shared, leastHelped / 8);
}

} // namespace

TEST(Growth, OfAllSchedulesOfS0) {
  compareWithAllSchedules(710001, 900, {{2, 2, 5, 5, 6, 6}}, 24, {"S0"}, 400,
                          400);
}

TEST(Growth, OfAllSchedulesOfLargerSpaces) {
  compareWithAllSchedules(720001, 150, {{2, 2, 3, 3, 4, 4}}, 8, spaceNames, 40,
                          100);
}

// With layouts that are chosen with the schedule, against a search at every
// capacity in turn.
TEST(Growth, AtEveryCapacityInTurn) {
  int helped = 0, hopeless = 0;
  for (uint64_t seed = 730001; seed < 730081; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer({{2, 2, 6, 6, 8, 8}}, 30);
    BufferCapacities buffers = random.buffers(layer);
    DRAMDevice device = random.device();
    SearchOptions options = randomOptions(random, random.oneOf(spaceNames));
    options.layouts = random.chance(50) ? LayoutChoice::allFree()
                                        : random.layoutChoice(layer, device);
    if (random.chance(20)) {
      options.strategy = random.oneOf(AllStrategies);
      options.space = Space();
    }
    SCOPED_TRACE(describe(layer) + "\n" + describe(buffers));
    GrowthTask task = {&layer, buffers, options};
    LayerGrowth growth = searchGrowth(task, device).front();
    for (const Growth &buffer : growth.buffers) {
      SCOPED_TRACE(buffer.operand ? operandName(*buffer.operand).str()
                                  : "shared");
      int64_t all = usedIn(buffer.operand,
                           footprint(layer, layer.size, buffers), buffers);
      if (all > buffer.capacity + 200)
        continue;
      Value now = valueOf(std::get<Found>(growth.now), options, device);
      Value best = now;
      std::optional<int64_t> first, last;
      for (int64_t capacity = buffer.capacity + 1; capacity <= all;
           ++capacity) {
        SearchResult result =
            search(layer, withCapacity(buffers, buffer.operand, capacity),
                   options, device);
        Value value = valueOf(std::get<Found>(result), options, device);
        EXPECT_FALSE(isLess(best, value)) << "worse at " << capacity;
        if (!isLess(value, best))
          continue;
        best = value;
        last = capacity;
        if (!first)
          first = capacity;
      }
      ++(first ? helped : hopeless);
      ASSERT_EQ(first.has_value(), buffer.first.has_value());
      if (!first)
        continue;
      EXPECT_EQ(buffer.first->capacity, *first);
      EXPECT_EQ(buffer.last->capacity, *last);
      expectStep(buffer, *buffer.first, task, device);
      expectStep(buffer, *buffer.last, task, device);
    }
  }
  EXPECT_GT(helped, 30);
  EXPECT_GT(hopeless, 30);
}

// An outer product of 8 bytes of input and 8 of weights, with room on chip for
// all 64 sums of 4 bytes.
TEST(Growth, OfAProduct) {
  Layer layer;
  layer.name = "product";
  layer.size = {{8, 1, 8, 1, 1, 1}};
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  SearchOptions options;
  options.objective = Objective::Bytes;
  // In tiles of two of each, one of them moves once and the other four times.
  // With three of one the other moves three times; with all eight, once.
  GrowthTask task = {&layer, BufferCapacities::makeSeparate(2, 2, 256),
                     options};
  LayerGrowth growth = searchGrowth(task, defaultDRAMDevice()).front();
  EXPECT_EQ(std::get<Found>(growth.now).traffic.totalBytes(), 8 + 4 * 8 + 64);
  ASSERT_EQ(growth.buffers.size(), 3u);
  for (const Growth &buffer : llvm::ArrayRef(growth.buffers).take_front(2)) {
    EXPECT_EQ(buffer.capacity, 2);
    ASSERT_TRUE(buffer.first && buffer.last);
    EXPECT_EQ(buffer.first->capacity, 3);
    EXPECT_EQ(buffer.first->found.traffic.totalBytes(), 8 + 3 * 8 + 64);
    EXPECT_EQ(buffer.last->capacity, 8);
    EXPECT_EQ(buffer.last->found.traffic.totalBytes(), 8 + 8 + 64);
  }
  // No more sums would help.
  EXPECT_FALSE(growth.buffers[2].first || growth.buffers[2].last);
  // Where each array moves once, nothing would.
  task.buffers = BufferCapacities::makeSeparate(8, 2, 64);
  growth = searchGrowth(task, defaultDRAMDevice()).front();
  for (const Growth &buffer : growth.buffers)
    EXPECT_FALSE(buffer.first || buffer.last);
}

// The same on any number of threads, equal layers searched once.
TEST(Growth, OnThreads) {
  std::vector<Layer> layers;
  std::vector<GrowthTask> tasks;
  DRAMDevice device = defaultDRAMDevice();
  for (uint64_t seed = 740001; seed < 740013; ++seed) {
    RandomCase random(seed % 4);
    layers.push_back(random.layer({{2, 2, 9, 9, 9, 9}}, 2000));
  }
  RandomCase random(740001);
  for (const Layer &layer : layers)
    tasks.push_back({&layer, random.buffers(layer), SearchOptions()});
  std::vector<LayerGrowth> one = searchGrowth(tasks, device, 1),
                           four = searchGrowth(tasks, device, 4);
  ASSERT_EQ(one.size(), tasks.size());
  ASSERT_EQ(four.size(), tasks.size());
  int helped = 0;
  for (auto [a, b] : llvm::zip_equal(one, four)) {
    ASSERT_EQ(a.buffers.size(), b.buffers.size());
    for (auto [x, y] : llvm::zip_equal(a.buffers, b.buffers)) {
      ASSERT_EQ(x.first.has_value(), y.first.has_value());
      if (!x.first)
        continue;
      ++helped;
      EXPECT_EQ(x.first->capacity, y.first->capacity);
      EXPECT_TRUE(x.first->found.schedule == y.first->found.schedule);
      EXPECT_EQ(x.last->capacity, y.last->capacity);
      EXPECT_TRUE(x.last->found.schedule == y.last->found.schedule);
    }
  }
  EXPECT_GT(helped, 3);
}

// A search that ends early says so, and what is found is still better.
TEST(Growth, WithANodeBudget) {
  int stopped = 0;
  for (uint64_t seed = 750001; seed < 750031; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer({{2, 2, 6, 6, 8, 8}}, 100);
    DRAMDevice device = random.device();
    SearchOptions options = randomOptions(random, "all");
    options.layouts = LayoutChoice::allFree();
    options.nodeBudget = 3;
    GrowthTask task = {&layer, random.buffers(layer), options};
    LayerGrowth growth = searchGrowth(task, device).front();
    for (const Growth &buffer : growth.buffers) {
      stopped += !buffer.isExact;
      if (!buffer.first)
        continue;
      Value now = valueOf(std::get<Found>(growth.now), options, device);
      EXPECT_TRUE(isLess(valueOf(buffer.first->found, options, device), now));
      EXPECT_FALSE(isLess(valueOf(buffer.first->found, options, device),
                          valueOf(buffer.last->found, options, device)));
      EXPECT_GT(buffer.first->capacity, buffer.capacity);
    }
  }
  EXPECT_GT(stopped, 10);
}
