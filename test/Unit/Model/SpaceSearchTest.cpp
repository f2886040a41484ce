//===- SpaceSearchTest.cpp - The search against all schedules -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle costs every schedule there is. computeTraffic, which it uses, has
// an oracle of its own.
//
//===----------------------------------------------------------------------===//

#include "Exhaustive.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "romanet/Model/Search.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <limits>

using namespace romanet;
using oracle::spaceNames, oracle::spaceOf;

namespace {

/// Fewest bytes over all schedules of each of spaceNames.
std::array<int64_t, spaceNames.size()>
fewestBytes(const Layer &layer, const BufferCapacities &buffers) {
  std::array<int64_t, spaceNames.size()> fewest;
  fewest.fill(std::numeric_limits<int64_t>::max());
  std::array<Space, spaceNames.size()> spaces;
  std::transform(spaceNames.begin(), spaceNames.end(), spaces.begin(), spaceOf);
  oracle::forEachSchedule(layer, buffers, spaceOf("all"),
                          [&](const Schedule &schedule, const Space &least) {
                            int64_t bytes =
                                computeTraffic(layer, schedule).totalBytes();
                            for (size_t i = 0; i < spaces.size(); ++i)
                              if (oracle::contains(spaces[i], least))
                                fewest[i] = std::min(fewest[i], bytes);
                          });
  return fewest;
}

/// Every schedule of the layers of many seeds.
void compareWithExhaustive(uint64_t firstSeed, uint64_t seeds,
                           const PerDim<int64_t> &largest, int64_t product) {
  uint64_t feasible = 0, improved = 0, mixed = 0;
  for (uint64_t seed = firstSeed; seed < firstSeed + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer(largest, product);
    BufferCapacities buffers = random.buffers(layer);
    SCOPED_TRACE(describe(layer) + "\n" + describe(buffers));
    if (std::holds_alternative<Infeasible>(searchBytes(layer, buffers)))
      continue;
    ++feasible;
    mixed += isMixed(buffers);
    auto fewest = fewestBytes(layer, buffers);
    for (size_t i = 0; i < spaceNames.size(); ++i) {
      SCOPED_TRACE(spaceNames[i]);
      SearchOptions options;
      options.space = spaceOf(spaceNames[i]);
      options.objective = Objective::Bytes;
      SearchResult result = search(layer, buffers, options);
      ASSERT_TRUE(std::holds_alternative<Found>(result));
      const Found &found = std::get<Found>(result);
      EXPECT_EQ(found.traffic.totalBytes(), fewest[i]);
      EXPECT_TRUE(found.isOptimal());
      // What is claimed is what the schedule costs, and it fits.
      EXPECT_EQ(computeTraffic(layer, found.schedule).totalBytes(),
                found.traffic.totalBytes());
      EXPECT_TRUE(oracle::isWithin(found.footprint, buffers));
      EXPECT_FALSE(found.schedule.serpentine && !options.space.serpentine);
      EXPECT_FALSE(found.schedule.retainHalo && !options.space.halo);
      if (testing::Test::HasFailure())
        return;
    }
    improved += fewest.back() < fewest.front();
  }
  // The larger spaces are not there in vain.
  EXPECT_GT(feasible, seeds / 3);
  EXPECT_GT(improved, feasible / 5);
  EXPECT_GT(mixed, feasible / 5);
}

TEST(SpaceSearch, EqualsExhaustiveSearchInFewLoops) {
  compareWithExhaustive(1, 3000, {{1, 1, 8, 8, 8, 1}}, 60);
}

TEST(SpaceSearch, EqualsExhaustiveSearchInTheImage) {
  compareWithExhaustive(5001, 2000, {{1, 1, 5, 1, 12, 12}}, 80);
}

TEST(SpaceSearch, EqualsExhaustiveSearchWithGroupsAndBatches) {
  compareWithExhaustive(10001, 1500, {{3, 3, 3, 1, 1, 5}}, 40);
}

TEST(SpaceSearch, EqualsExhaustiveSearchInFourLoops) {
  compareWithExhaustive(20001, 150, {{1, 1, 4, 4, 4, 4}}, 64);
}

TEST(SpaceSearch, MoreCapacityNeverCostsMore) {
  SearchOptions options;
  options.space = spaceOf("all");
  options.objective = Objective::Bytes;
  uint64_t compared = 0;
  for (uint64_t seed = 30001; seed < 30301; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCase random(seed);
    Layer layer = random.layer({{2, 2, 5, 5, 6, 6}}, 120);
    BufferCapacities buffers = random.buffers(layer);
    SCOPED_TRACE(describe(layer) + "\n" + describe(buffers));
    std::optional<int64_t> last;
    for (int step = 0; step < 4; ++step) {
      SearchResult result = search(layer, buffers, options);
      const Found *found = std::get_if<Found>(&result);
      EXPECT_TRUE(found || !last);
      if (found) {
        int64_t bytes = found->traffic.totalBytes();
        EXPECT_TRUE(found->isOptimal());
        EXPECT_TRUE(!last || bytes <= *last) << bytes << " after " << *last;
        compared += last && isMixed(buffers);
        last = bytes;
      }
      random.grow(buffers);
    }
    if (testing::Test::HasFailure())
      return;
  }
  EXPECT_GT(compared, 200u);
}

/// A search that is stopped says how far it may be from the optimum.
TEST(SpaceSearch, BudgetLeavesAGap) {
  Layer layer;
  layer.name = "layer";
  layer.size = {{1, 1, 64, 64, 56, 56}};
  layer.inputHeight = layer.inputWidth = 56;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  BufferCapacities buffers = BufferCapacities::makeSeparate(9000, 9000, 9000);
  SearchOptions options;
  options.space = spaceOf("all");
  options.objective = Objective::Bytes;
  Found optimum = std::get<Found>(search(layer, buffers, options));
  ASSERT_TRUE(optimum.isOptimal());
  int64_t gap = std::numeric_limits<int64_t>::max();
  bool wasCutShort = false;
  for (int64_t budget : {1, 100, 10000, 100000000}) {
    options.nodeBudget = budget;
    Found found = std::get<Found>(search(layer, buffers, options));
    EXPECT_LE(found.evaluated, budget);
    EXPECT_LE(found.lowerBound, optimum.traffic.totalBytes());
    EXPECT_GE(found.traffic.totalBytes(), optimum.traffic.totalBytes());
    // More nodes never widen the gap.
    EXPECT_LE(found.traffic.totalBytes() - found.lowerBound, gap);
    gap = found.traffic.totalBytes() - found.lowerBound;
    wasCutShort |= !found.isOptimal();
  }
  EXPECT_TRUE(wasCutShort);
  EXPECT_EQ(gap, 0);
}

/// Equal layers share a result, and what differs in any one field does not.
TEST(SpaceSearch, EqualLayersAreSearchedOnce) {
  Layer layer;
  layer.name = "first";
  layer.size = {{1, 1, 8, 8, 6, 6}};
  layer.inputHeight = layer.inputWidth = 8;
  layer.kernelHeight = layer.kernelWidth = 3;
  BufferCapacities buffers = BufferCapacities::makeShared(400);
  NetworkSearch search;
  const SearchResult *first = &search(layer, buffers, SearchOptions());
  layer.name = "second";
  EXPECT_EQ(&search(layer, buffers, SearchOptions()), first);

  SearchOptions larger;
  larger.space = spaceOf("all");
  EXPECT_NE(&search(layer, buffers, larger), first);
  EXPECT_NE(&search(layer, BufferCapacities::makeShared(500), SearchOptions()),
            first);
  Layer other = layer;
  other.initIsData = true;
  EXPECT_NE(&search(other, buffers, SearchOptions()), first);
  other = layer;
  other.fetchTouchedOnly = true;
  EXPECT_NE(&search(other, buffers, SearchOptions()), first);
  other = layer;
  other.epilogue.resize(1);
  EXPECT_NE(&search(other, buffers, SearchOptions()), first);
  other = layer;
  other.order = DataOrder::nhwc();
  EXPECT_NE(&search(other, buffers, SearchOptions()), first);
  // The first result is where it was.
  EXPECT_EQ(&search(layer, buffers, SearchOptions()), first);
}

TEST(SpaceSearch, NamesOfSpaces) {
  EXPECT_EQ(spaceOf("S0").name(), "S0");
  EXPECT_EQ(spaceOf("S2").name(), "S0+S2");
  EXPECT_EQ(spaceOf("S3+S1").name(), "S0+S1+S3");
  EXPECT_EQ(spaceOf("all").name(), "S0+S1+S2+S3");
  for (const char *wrong : {"", "S4", "S0+", "s0", "all+S1"}) {
    llvm::Expected<Space> space = Space::parse(wrong);
    EXPECT_FALSE(static_cast<bool>(space)) << wrong;
    llvm::consumeError(space.takeError());
  }
}

} // namespace
