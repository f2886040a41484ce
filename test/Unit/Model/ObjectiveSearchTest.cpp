//===- ObjectiveSearchTest.cpp - Bursts, energy, time and layouts ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The search by every objective against every schedule in every layout. The
// costs are those of computeTraffic and computeStreamTraffic, which have
// oracles of their own.
//
//===----------------------------------------------------------------------===//

#include "Exhaustive.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <limits>
#include <map>

using namespace romanet;
using oracle::spaceNames, oracle::spaceOf;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// By objective.
using Values = std::array<double, AllObjectives.size()>;

/// What a schedule, or one tensor in it, moves.
struct Cost {
  double bytes = 0;
  DRAMTraffic dram;

  Cost operator+(const Cost &o) const {
    return {bytes + o.bytes,
            {dram.readBursts + o.dram.readBursts,
             dram.writeBursts + o.dram.writeBursts,
             dram.activations + o.dram.activations}};
  }
  /// No term is larger, so that no objective is.
  bool isAsGoodAs(const Cost &o) const {
    return bytes <= o.bytes && dram.readBursts <= o.dram.readBursts &&
           dram.writeBursts <= o.dram.writeBursts &&
           dram.activations <= o.dram.activations;
  }
};

/// Compares as the bytes do, and where these are equal as the bursts do: no
/// layer here moves as many.
double bytesThenBursts(double bytes, const DRAMTraffic &dram) {
  double bursts = dram.readBursts + dram.writeBursts;
  EXPECT_LT(bursts, 1 << 24);
  return bytes * (1 << 24) + bursts;
}

Values valuesOf(const Cost &cost, const EnergyModel &energy) {
  EnergyEstimate estimate = energy(cost.dram);
  return {cost.bytes,
          cost.dram.readBursts + cost.dram.writeBursts,
          estimate.totalPJ(),
          estimate.timeNs,
          estimate.totalPJ() * estimate.timeNs,
          bytesThenBursts(cost.bytes, cost.dram)};
}

double valueOf(Objective objective, const Values &values) {
  return values[static_cast<unsigned>(objective)];
}

double valueOf(Objective objective, const Traffic &traffic,
               const StreamTraffic &stream, const DRAMDevice &device) {
  return valueOf(objective, valuesOf({static_cast<double>(traffic.totalBytes()),
                                      stream.total()},
                                     EnergyModel(device)));
}

/// What is claimed.
double valueOf(Objective objective, const Found &found) {
  return objective == Objective::BytesThenBursts
             ? bytesThenBursts(found.value, found.stream.total())
             : found.value;
}

void expectSame(Objective objective, double value, double expected) {
  EXPECT_NEAR(value, expected, isWholeNumber(objective) ? 0 : expected * 1e-9);
}

/// `less` is not more than `more`, but for rounding.
void expectAtMost(Objective objective, double less, double more) {
  EXPECT_LE(less, more * (isWholeNumber(objective) ? 1 : 1 + 1e-9));
}

/// The least of every objective over all schedules of a space, and over all
/// layouts of the arrays of which none is given.
class Exhaustive {
public:
  Exhaustive(const Layer &layer, const BufferCapacities &buffers,
             const DRAMDevice &device, const LayoutChoice &choice,
             const Space &space)
      : layer(layer), device(device), energy(device), choice(choice) {
    least.fill(infinity);
    if (!choice[TensorArray::Input])
      blocked = oracle::blockedInputs(layer, device);
    oracle::forEachSchedule(layer, buffers, space,
                            [&](const Schedule &schedule, const Space &) {
                              takeLess(least, valuesOf(schedule));
                            });
  }

  Values least;

private:
  static void takeLess(Values &values, const Values &others) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = std::min(values[i], others[i]);
  }

  /// With the best layouts for each objective.
  const Values &valuesOf(const Schedule &schedule) {
    std::array<size_t, NumOperands> ids;
    for (Operand operand : AllOperands)
      ids[static_cast<unsigned>(operand)] = costsOf(schedule, operand);
    auto [at, isNew] = known.try_emplace(ids);
    Values &values = at->second;
    if (!isNew)
      return values;
    values.fill(infinity);
    for (const Cost &input : costs[Operand::Input][ids[0]])
      for (const Cost &weights : costs[Operand::Weights][ids[1]])
        for (const Cost &output : costs[Operand::Output][ids[2]])
          takeLess(values, ::valuesOf(input + weights + output, energy));
    return values;
  }

  /// Where in `costs` is what a tensor costs in each of its layouts. That is
  /// the same for all schedules that agree in the loops from the outermost to
  /// the last that reloads it: in the tiles of those that it depends on, and in
  /// the number of trips of the others.
  size_t costsOf(const Schedule &schedule, Operand operand) {
    bool hasHalo = operand == Operand::Input && schedule.retainHalo;
    std::vector<int64_t> key, outer = {schedule.serpentine, hasHalo};
    for (unsigned i = 0; i < schedule.hold[operand]; ++i) {
      Dim dim = schedule.order[i];
      if (schedule.tile[dim] == layer.size[dim])
        continue;
      outer.push_back(static_cast<int64_t>(dim));
      if (!isRelevant(operand, dim)) {
        outer.push_back(schedule.trips(layer, dim));
        continue;
      }
      outer.push_back(schedule.tile[dim]);
      key = outer;
    }
    auto [at, isNew] =
        ids[operand].try_emplace(std::move(key), costs[operand].size());
    if (isNew)
      costs[operand].push_back(inAllLayouts(schedule, operand));
    return at->second;
  }

  std::vector<Cost> inAllLayouts(const Schedule &schedule, Operand operand) {
    // What the other tensors cost in these is not looked at.
    ArrayLayouts layouts;
    for (TensorArray array : AllTensorArrays) {
      if (choice[array])
        layouts[array] = *choice[array];
      else if (operandOf(array) != operand &&
               tilesPartition(layer, schedule, array))
        layouts[array].kind = ArrayLayout::Kind::Tiles;
    }
    for (size_t i = 0; i < layer.epilogue.size(); ++i)
      layouts.epilogue.push_back(choice.ofEpilogue(i).value_or(ArrayLayout()));
    Traffic traffic = computeTraffic(layer, schedule);
    double bytes = traffic.read[operand].bytes + traffic.write[operand].bytes;
    if (operand == Operand::Output)
      bytes += traffic.epilogue.bytes;
    auto inLayouts = [&]() -> Cost {
      auto [bursts, rows] =
          computeStreamTraffic(layer, schedule, layouts, device);
      DRAMTraffic dram;
      dram.readBursts = bursts.read[operand];
      dram.writeBursts = bursts.write[operand];
      dram.activations = rows.read[operand] + rows.write[operand];
      if (operand == Operand::Output) {
        dram.readBursts += bursts.epilogue;
        dram.activations += rows.epilogue;
      }
      return {bytes, dram};
    };

    std::vector<Cost> all;
    auto add = [&](const Cost &cost) {
      for (const Cost &other : all)
        if (other.isAsGoodAs(cost))
          return;
      all.push_back(cost);
    };
    auto tryKinds = [&](auto &self, size_t i) -> void {
      if (i == NumTensorArrays + layouts.epilogue.size())
        return add(inLayouts());
      self(self, i + 1);
      bool isEpilogue = i >= NumTensorArrays;
      size_t number = i - NumTensorArrays;
      ArrayLayout &layout =
          isEpilogue ? layouts.epilogue[number] : layouts[AllTensorArrays[i]];
      if (isEpilogue ? operand != Operand::Output || choice.ofEpilogue(number)
                     : operandOf(AllTensorArrays[i]) != operand ||
                           choice[AllTensorArrays[i]] ||
                           !tilesPartition(layer, schedule, AllTensorArrays[i]))
        return;
      layout.kind = ArrayLayout::Kind::Tiles;
      self(self, i + 1);
      layout.kind = ArrayLayout::Kind::RowMajor;
    };
    tryKinds(tryKinds, 0);
    if (operand != Operand::Input || choice[TensorArray::Input])
      return all;
    // Bursts are those of the burst blocks, and activations those of the row
    // blocks.
    std::map<std::array<int64_t, NumDims>, double> bursts, rows;
    for (const ArrayLayout &layout : blocked) {
      auto [burst, isNewBurst] = bursts.try_emplace(layout.burstBlock);
      auto [row, isNewRow] = rows.try_emplace(layout.rowBlock);
      if (isNewBurst || isNewRow) {
        layouts[TensorArray::Input] = layout;
        Cost cost = inLayouts();
        burst->second = cost.dram.readBursts;
        row->second = cost.dram.activations;
      }
      add({bytes, {burst->second, 0, row->second}});
    }
    return all;
  }

  const Layer &layer;
  const DRAMDevice &device;
  EnergyModel energy;
  const LayoutChoice &choice;
  std::vector<ArrayLayout> blocked;
  PerOperand<std::map<std::vector<int64_t>, size_t>> ids;
  /// Of each tensor in layouts of which none is as good as another.
  PerOperand<std::vector<std::vector<Cost>>> costs;
  std::map<std::array<size_t, NumOperands>, Values> known;
};

/// What is claimed is what the schedule costs, and the schedule is one of those
/// that were to be searched.
void checkClaims(const Found &found, const Layer &layer,
                 const BufferCapacities &buffers, const SearchOptions &options,
                 const DRAMDevice &device) {
  EXPECT_EQ(found.schedule.brokenRules(layer), std::vector<std::string>());
  EXPECT_EQ(options.space.including(found.schedule), options.space);
  EXPECT_EQ(found.footprint, footprint(layer, found.schedule, buffers));
  EXPECT_TRUE(oracle::isWithin(found.footprint, buffers));
  std::vector<ArrayLayout> blocked = oracle::blockedInputs(layer, device);
  for (TensorArray array : AllTensorArrays) {
    const ArrayLayout &layout = found.layouts[array];
    if (options.layouts[array]) {
      EXPECT_EQ(layout, *options.layouts[array]);
      continue;
    }
    if (layout.kind == ArrayLayout::Kind::RowMajor)
      continue;
    if (layout.kind == ArrayLayout::Kind::Tiles) {
      EXPECT_TRUE(tilesPartition(layer, found.schedule, array));
      continue;
    }
    EXPECT_EQ(array, TensorArray::Input);
    EXPECT_EQ(std::count(blocked.begin(), blocked.end(), layout), 1);
  }
  for (size_t i = 0; i < layer.epilogue.size(); ++i) {
    ArrayLayout layout = found.layouts.ofEpilogue(i);
    if (options.layouts.ofEpilogue(i))
      EXPECT_EQ(layout, *options.layouts.ofEpilogue(i));
    else
      EXPECT_EQ(layout.kind, ArrayLayout::Kind::Tiles);
  }
  Traffic traffic = computeTraffic(layer, found.schedule);
  StreamTraffic stream =
      computeStreamTraffic(layer, found.schedule, found.layouts, device);
  for (Operand operand : AllOperands) {
    EXPECT_EQ(found.traffic.read[operand], traffic.read[operand]);
    EXPECT_EQ(found.traffic.write[operand], traffic.write[operand]);
    EXPECT_EQ(found.stream.bursts.read[operand], stream.bursts.read[operand]);
    EXPECT_EQ(found.stream.bursts.write[operand], stream.bursts.write[operand]);
    EXPECT_EQ(found.stream.activations.read[operand],
              stream.activations.read[operand]);
    EXPECT_EQ(found.stream.activations.write[operand],
              stream.activations.write[operand]);
  }
  EXPECT_EQ(found.traffic.epilogue, traffic.epilogue);
  EXPECT_EQ(found.stream.bursts.epilogue, stream.bursts.epilogue);
  EXPECT_EQ(found.stream.activations.epilogue, stream.activations.epilogue);
  expectSame(options.objective, valueOf(options.objective, found),
             valueOf(options.objective, traffic, stream, device));
  EXPECT_LE(found.lowerBound, found.value);
}

struct Case {
  Layer layer;
  BufferCapacities buffers;
  DRAMDevice device;
};

Case makeCase(RandomCase &random, const PerDim<int64_t> &largest,
              int64_t product) {
  Case made;
  made.layer = random.layer(largest, product);
  if (random.chance(15))
    random.putWindowsSideBySide(made.layer);
  made.buffers = random.buffers(made.layer);
  made.device = random.device();
  return made;
}

std::string describe(const Case &made) {
  return describe(made.layer) + "\n" + describe(made.buffers) + "\n" +
         describe(made.device);
}

std::string describe(const SearchOptions &options) {
  return options.space.name() + ", " + objectiveName(options.objective).str() +
         ", " + describe(options.layouts);
}

std::optional<Found> searchCase(const Case &made,
                                const SearchOptions &options) {
  SearchResult result = search(made.layer, made.buffers, options, made.device);
  if (Found *found = std::get_if<Found>(&result))
    return std::move(*found);
  return std::nullopt;
}

/// Each layer of many seeds in some space, with layouts given or free, array by
/// array.
void compareWithExhaustive(uint64_t firstSeed, uint64_t seeds,
                           const PerDim<int64_t> &largest, int64_t product) {
  uint64_t feasible = 0, mixed = 0, blocked = 0, traded = 0, given = 0;
  for (uint64_t seed = firstSeed; seed < firstSeed + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Case made = makeCase(random, largest, product);
    SCOPED_TRACE(describe(made));
    SearchOptions options;
    options.layouts = random.layoutChoice(made.layer, made.device);
    options.space = spaceOf(random.oneOf(spaceNames));
    if (!searchCase(made, options))
      continue;
    for (const std::optional<ArrayLayout> &each : options.layouts.arrays)
      given += each && each->kind == ArrayLayout::Kind::Blocked;
    ++feasible;
    mixed += isMixed(made.buffers);
    Exhaustive exhaustive(made.layer, made.buffers, made.device,
                          options.layouts, options.space);
    for (Objective objective : AllObjectives) {
      options.objective = objective;
      SCOPED_TRACE(describe(options));
      std::optional<Found> found = searchCase(made, options);
      ASSERT_TRUE(found);
      expectSame(objective, valueOf(objective, *found),
                 valueOf(objective, exhaustive.least));
      EXPECT_TRUE(found->isOptimal());
      checkClaims(*found, made.layer, made.buffers, options, made.device);
      if (testing::Test::HasFailure())
        return;
      blocked +=
          !options.layouts[TensorArray::Input] &&
          found->layouts[TensorArray::Input].kind == ArrayLayout::Kind::Blocked;
      traded += objective == Objective::Energy &&
                found->traffic.totalBytes() >
                    valueOf(Objective::Bytes, exhaustive.least);
    }
  }
  EXPECT_GT(feasible, seeds / 3);
  EXPECT_GT(mixed, feasible / 5);
  // The objectives and layouts are not there in vain.
  EXPECT_GT(blocked, feasible / 10);
  EXPECT_GT(given, feasible / 2);
  EXPECT_GT(traded, feasible / 20);
}

TEST(ObjectiveSearch, AnOddNumberOfStepsKeepsTheLastTileOnceMore) {
  // With k outside p and serpentine order five steps of k keep the last of the
  // two tiles of p three times and the first twice. In some layout the last one
  // has more rows of the DRAM, so that more is kept than by the average.
  Case made;
  made.layer.size = {{1, 1, 6, 1, 2, 1}};
  made.layer.inputHeight = 9;
  made.layer.inputWidth = 3;
  made.layer.kernelHeight = 4;
  made.layer.strideHeight = 7;
  made.layer.inputBytes = 2;
  made.layer.weightBytes = 4;
  made.layer.accumulatorBytes = 1;
  made.layer.outputBytes = 4;
  made.buffers = BufferCapacities::makeShared(41);
  made.buffers.doubleBuffered[Operand::Weights] = true;
  made.device = llvm::cantFail(dramPreset("ddr4-2400-8gb-x8"));
  made.device.chips = 1;
  made.device.chipBits = 8;
  made.device.burstLength = 4;
  made.device.columns = 16;
  SearchOptions options;
  options.space = spaceOf("S2");
  options.layouts = LayoutChoice::allFree();
  Exhaustive exhaustive(made.layer, made.buffers, made.device, options.layouts,
                        options.space);
  std::optional<Found> found = searchCase(made, options);
  ASSERT_TRUE(found);
  expectSame(Objective::Energy, found->value,
             valueOf(Objective::Energy, exhaustive.least));
}

TEST(ObjectiveSearch, ALineThatIsKeptCanHaveMoreThanTheAverage) {
  // Three channels of 50 bytes begin at 0, 2 and 4 in bursts of 16. In the
  // order p k c the third is kept where k steps, of which all tiles of p have 6
  // bursts together; on average a channel has 17 / 3.
  Case made;
  made.layer.size = {{1, 1, 3, 3, 3, 1}};
  made.layer.inputHeight = 10;
  made.layer.inputWidth = 5;
  made.layer.kernelHeight = made.layer.strideHeight = 4;
  made.layer.kernelWidth = made.layer.strideWidth = 2;
  made.layer.weightBytes = made.layer.outputBytes = 2;
  made.layer.accumulatorBytes = 1;
  made.buffers = BufferCapacities::makeSeparate(9, 70, 2);
  made.device = llvm::cantFail(dramPreset("ddr4-2400-8gb-x8"));
  made.device.chips = 1;
  made.device.chipBits = 8;
  made.device.burstLength = 16;
  made.device.columns = 128;
  SearchOptions options;
  options.space = spaceOf("S2");
  options.objective = Objective::Bursts;
  ASSERT_EQ(llvm::toString(made.layer.verify()), "");
  Exhaustive exhaustive(made.layer, made.buffers, made.device, options.layouts,
                        options.space);
  std::optional<Found> found = searchCase(made, options);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, valueOf(Objective::Bursts, exhaustive.least));
}

TEST(ObjectiveSearch, EqualsExhaustiveSearchInFewLoops) {
  compareWithExhaustive(100001, 2300, {{1, 1, 6, 6, 6, 1}}, 27);
}

TEST(ObjectiveSearch, EqualsExhaustiveSearchInTheImage) {
  compareWithExhaustive(110001, 1900, {{1, 1, 3, 2, 7, 7}}, 26);
}

TEST(ObjectiveSearch, EqualsExhaustiveSearchWithGroupsAndBatches) {
  compareWithExhaustive(120001, 1500, {{3, 3, 3, 1, 1, 5}}, 15);
}

TEST(ObjectiveSearch, EqualsExhaustiveSearchInFourLoops) {
  compareWithExhaustive(130001, 150, {{1, 1, 3, 3, 4, 4}}, 48);
}

/// Layers too large for an exhaustive search, with a random objective and
/// layouts given or free.
void forEachLarger(
    uint64_t firstSeed, uint64_t seeds,
    llvm::function_ref<void(RandomCase &, const Case &, SearchOptions)> check) {
  for (uint64_t seed = firstSeed; seed < firstSeed + seeds; ++seed) {
    RandomCase random(seed);
    Case made = makeCase(random, {{2, 2, 8, 8, 9, 9}}, 200);
    if (random.chance(20))
      made.device = defaultDRAMDevice();
    SearchOptions options;
    options.objective = random.oneOf(AllObjectives);
    options.layouts = random.layoutChoice(made.layer, made.device);
    options.space = spaceOf(random.oneOf(spaceNames));
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + describe(made) + "\n" +
                 describe(options));
    check(random, made, options);
    if (testing::Test::HasFailure())
      return;
  }
}

TEST(ObjectiveSearch, MoreCapacityNeverCostsMore) {
  int compared = 0, better = 0;
  forEachLarger(
      140001, 250,
      [&](RandomCase &random, Case made, const SearchOptions &options) {
        double last = infinity;
        for (int step = 0; step < 4; ++step) {
          if (std::optional<Found> found = searchCase(made, options)) {
            expectAtMost(options.objective, found->value, last);
            compared += last < infinity;
            better += last < infinity && found->value < last;
            last = found->value;
          } else {
            EXPECT_EQ(last, infinity);
          }
          random.grow(made.buffers);
        }
      });
  EXPECT_GT(compared, 300);
  EXPECT_GT(better, 40);
}

TEST(ObjectiveSearch, MoreChoiceNeverCostsMore) {
  int bySpace = 0, byLayout = 0;
  forEachLarger(
      150001, 120, [&](RandomCase &, const Case &made, SearchOptions options) {
        const LayoutChoice mostlyGiven = options.layouts;
        std::array<double, spaceNames.size()> given, chosen;
        for (size_t i = 0; i < spaceNames.size(); ++i) {
          options.space = spaceOf(spaceNames[i]);
          options.layouts = mostlyGiven;
          std::optional<Found> found = searchCase(made, options);
          if (!found)
            return;
          given[i] = found->value;
          options.layouts = LayoutChoice::allFree();
          chosen[i] = searchCase(made, options)->value;
          expectAtMost(options.objective, chosen[i], given[i]);
          for (size_t j = 0; j < i; ++j)
            if (oracle::contains(options.space, spaceOf(spaceNames[j]))) {
              expectAtMost(options.objective, given[i], given[j]);
              expectAtMost(options.objective, chosen[i], chosen[j]);
            }
        }
        bySpace += given.back() < given.front();
        byLayout += chosen.back() < given.back();
      });
  EXPECT_GT(bySpace, 20);
  EXPECT_GT(byLayout, 20);
}

/// What every schedule moves, in whatever layouts.
Cost compulsory(const Layer &layer, const DRAMDevice &device) {
  Cost cost;
  auto add = [&](int64_t bytes, double DRAMTraffic::*direction) {
    cost.bytes += bytes;
    cost.dram.*direction +=
        (bytes + device.burstBytes() - 1) / device.burstBytes();
    cost.dram.activations +=
        (bytes + device.rowBytes() - 1) / device.rowBytes();
  };
  for (Operand operand : AllOperands) {
    add(layer.compulsoryReadBytes()[operand], &DRAMTraffic::readBursts);
    add(layer.compulsoryWriteBytes()[operand], &DRAMTraffic::writeBursts);
  }
  add(layer.compulsoryEpilogueBytes(), &DRAMTraffic::readBursts);
  return cost;
}

TEST(ObjectiveSearch, TheOptimumLiesBetweenTheCompulsoryAndTheBaselines) {
  int worse = 0, reordered = 0;
  forEachLarger(
      160001, 300, [&](RandomCase &, const Case &made, SearchOptions options) {
        Objective objective = options.objective;
        std::optional<Found> optimum = searchCase(made, options);
        if (!optimum)
          return;
        Values least = valuesOf(compulsory(made.layer, made.device),
                                EnergyModel(made.device));
        expectAtMost(objective, valueOf(objective, least),
                     valueOf(objective, *optimum));
        for (Strategy strategy : AllStrategies) {
          SCOPED_TRACE(strategyName(strategy).str());
          // The others search S0 whatever the space.
          SearchOptions inS0 = options;
          inS0.strategy = options.strategy = strategy;
          inS0.space = Space();
          Found found =
              *searchCase(made, strategy == Strategy::Optimal ? inS0 : options);
          expectAtMost(objective, optimum->value, found.value);
          EXPECT_TRUE(found.isOptimal());
          worse += optimum->value < found.value;
          checkClaims(found, made.layer, made.buffers, inS0, made.device);

          // The objective is worth more than that of a schedule of fewest
          // bytes.
          inS0.objective = Objective::Bytes;
          Found ofBytes = *searchCase(made, inS0);
          double other =
              valueOf(objective, ofBytes.traffic, ofBytes.stream, made.device);
          expectAtMost(objective, valueOf(objective, found), other);
          reordered += valueOf(objective, found) < other;
        }
      });
  EXPECT_GT(worse, 300);
  EXPECT_GT(reordered, 100);
}

TEST(ObjectiveSearch, ABudgetLeavesAGap) {
  int cutShort = 0;
  forEachLarger(
      170001, 150,
      [&](RandomCase &random, const Case &made, SearchOptions options) {
        std::optional<Found> optimum = searchCase(made, options);
        if (!optimum)
          return;
        EXPECT_TRUE(optimum->isOptimal());
        for (int i = 0; i < 3; ++i) {
          options.nodeBudget =
              random.uniform(1, std::max<int64_t>(optimum->evaluated, 1));
          Found found = *searchCase(made, options);
          SCOPED_TRACE("budget " + std::to_string(options.nodeBudget));
          expectAtMost(options.objective, found.lowerBound, optimum->value);
          expectAtMost(options.objective, optimum->value, found.value);
          checkClaims(found, made.layer, made.buffers, options, made.device);
          cutShort += !found.isOptimal();
        }
      });
  EXPECT_GT(cutShort, 60);
}

TEST(ObjectiveSearch, IsDeterministic) {
  forEachLarger(
      180001, 150,
      [&](RandomCase &, const Case &made, const SearchOptions &options) {
        std::optional<Found> first = searchCase(made, options);
        std::optional<Found> second = searchCase(made, options);
        ASSERT_EQ(first.has_value(), second.has_value());
        if (!first)
          return;
        EXPECT_EQ(first->schedule, second->schedule);
        EXPECT_EQ(first->layouts, second->layouts);
        EXPECT_EQ(first->value, second->value);
        EXPECT_EQ(first->lowerBound, second->lowerBound);
        EXPECT_EQ(first->evaluated, second->evaluated);
      });
}

/// As the search requires of it.
TEST(ObjectiveSearch, NoEstimateDecreasesWithMoreTraffic) {
  RandomCase random(43);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    DRAMDevice device =
        random.chance(50)
            ? llvm::cantFail(dramPreset(random.oneOf(dramPresetNames())))
            : random.device();
    EnergyModel energy(device);
    auto count = [&] {
      return static_cast<double>(
          random.uniform(0, int64_t(1) << random.uniform(0, 40)));
    };
    DRAMTraffic traffic = {count(), count(), count()};
    EnergyEstimate before = energy(traffic);
    for (double DRAMTraffic::*term :
         {&DRAMTraffic::readBursts, &DRAMTraffic::writeBursts,
          &DRAMTraffic::activations}) {
      DRAMTraffic more = traffic;
      more.*term += count();
      EnergyEstimate after = energy(more);
      EXPECT_LE(before.readPJ, after.readPJ);
      EXPECT_LE(before.writePJ, after.writePJ);
      EXPECT_LE(before.activatePJ, after.activatePJ);
      EXPECT_LE(before.backgroundPJ, after.backgroundPJ);
      EXPECT_LE(before.refreshPJ, after.refreshPJ);
      EXPECT_LE(before.timeNs, after.timeNs);
      EXPECT_LE(before.totalPJ(), after.totalPJ());
    }
  }
}

} // namespace
