//===- LifetimePlacementTest.cpp - Placement of buffers that come and go --===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Placement.h"
#include "llvm/ADT/Sequence.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <limits>
#include <random>

using namespace llvm;
using namespace romanet;

namespace {

constexpr int64_t points = 24;

/// 64 rows of 128 bytes in 4 banks, bursts of 16 bytes: 8 KiB.
DRAMDevice smallDevice() {
  DRAMDevice device = defaultDRAMDevice();
  device.banksPerGroup = 4;
  device.rows = 16;
  device.columns = 64;
  device.chips = 2;
  return device;
}

AddressMap mapOf(const DRAMDevice &device) {
  // Column, bank, row.
  Expected<AddressMap> map = AddressMap::create(device, "rorachbgbaco");
  EXPECT_TRUE(static_cast<bool>(map));
  return *map;
}

bool isLive(const BufferRequest &buffer, int64_t point) {
  return buffer.live.empty() ||
         llvm::any_of(buffer.live, [&](const LiveInterval &interval) {
           return interval.begin <= point && point < interval.end;
         });
}

/// The bytes that are live at each point, in whole bursts, one after the other.
int64_t naiveLowerBound(const PlacementProblem &problem) {
  int64_t burstBytes = problem.device.burstBytes(), most = 0;
  for (int64_t point = -1; point <= points; ++point) {
    int64_t live = 0;
    for (const BufferRequest &buffer : problem.buffers)
      if (isLive(buffer, point))
        live += (buffer.bytes + burstBytes - 1) / burstBytes * burstBytes;
    most = std::max(most, live);
  }
  return most;
}

/// Writes the owner of every burst at every point into a table.
void expectNoOverlap(const PlacementProblem &problem,
                     ArrayRef<PlacedRange> ranges) {
  int64_t burstBytes = problem.device.burstBytes(),
          bursts = problem.device.capacityBytes() / burstBytes;
  std::vector<int> isReserved(bursts);
  for (const PlacedRange &range : problem.reserved)
    for (int64_t byte = range.address; byte < range.address + range.bytes;
         ++byte)
      isReserved[byte / burstBytes] = 1;
  std::vector<int> owner(bursts);
  for (int64_t point = 0; point != points; ++point) {
    std::fill(owner.begin(), owner.end(), -1);
    for (size_t i = 0; i != ranges.size(); ++i) {
      if (!isLive(problem.buffers[i], point) || ranges[i].bytes == 0)
        continue;
      int64_t first = ranges[i].address / burstBytes,
              last = (ranges[i].address + ranges[i].bytes - 1) / burstBytes;
      ASSERT_GE(first, 0);
      ASSERT_LT(last, bursts);
      for (int64_t burst = first; burst <= last; ++burst) {
        ASSERT_EQ(owner[burst], -1) << "burst " << burst << " at " << point;
        ASSERT_FALSE(isReserved[burst]) << "burst " << burst;
        owner[burst] = i;
      }
    }
  }
}

SmallVector<LiveInterval, 1> randomLife(std::mt19937_64 &random) {
  SmallVector<LiveInterval, 1> live;
  if (random() % 8 == 0)
    return live;
  for (size_t i = 0, count = 1 + (random() % 4 == 0) * (random() % 3);
       i != count; ++i) {
    int64_t begin = random() % points;
    live.push_back({begin, begin + 1 + int64_t(random() % (points - begin))});
  }
  return live;
}

/// A problem that passes check().
PlacementProblem randomProblem(uint64_t seed) {
  std::mt19937_64 random(seed);
  PlacementProblem problem{smallDevice(), {}};
  int64_t burstBytes = problem.device.burstBytes();
  for (size_t i = 0, count = random() % 3; i != count; ++i) {
    // Any byte may begin or end a reserved range.
    int64_t address = random() % 4000;
    problem.reserved.push_back({address, int64_t(random() % 600)});
  }
  for (size_t i = 0, count = random() % 30; i != count; ++i) {
    const uint64_t scales[] = {20, 200, 1000, 2500};
    BufferRequest buffer;
    buffer.name = "b" + std::to_string(i);
    buffer.bytes = random() % (scales[random() % 4] + 1);
    buffer.live = randomLife(random);
    if (random() % 6 == 0)
      buffer.alignment = burstBytes * (1 + random() % 12);
    if (random() % 8 == 0)
      buffer.fixedAddress = burstBytes * (random() % 400);
    problem.buffers.push_back(buffer);
    // A fixed buffer that is in the way of another one is let go.
    if (Error error = problem.check()) {
      consumeError(std::move(error));
      problem.buffers.back().fixedAddress.reset();
    }
  }
  for (size_t i = 0, count = random() % 4;
       i != count && i + 3 <= problem.buffers.size(); ++i)
    problem.streams.push_back({i, i + 1, i + 2});
  if (random() % 3 == 0)
    problem.staggerBanks = mapOf(problem.device);
  if (random() % 4 == 0)
    problem.begin = random() % 1000;
  return problem;
}

TEST(LifetimePlacement, RandomProblems) {
  int placed = 0, overflown = 0, shared = 0;
  for (uint64_t seed = 0; seed != 4000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    PlacementProblem problem = randomProblem(seed);
    ASSERT_FALSE(errorToBool(problem.check()));
    int64_t bound = naiveLowerBound(problem);
    EXPECT_EQ(largestLiveBytes(problem.buffers, problem.device), bound);
    auto result = placeBuffers(problem);
    if (auto *overflow = std::get_if<DRAMOverflow>(&result)) {
      ++overflown;
      EXPECT_GT(overflow->needBytes, problem.device.capacityBytes());
      EXPECT_LE(overflow->largest.size(), 5u);
    } else {
      ++placed;
      const auto &placement = std::get<Placement>(result);
      std::string error = toString(verifyPlacement(problem, placement.ranges));
      EXPECT_EQ(error, "");
      expectNoOverlap(problem, placement.ranges);
      int64_t end = 0, sum = 0;
      for (const PlacedRange &range : placement.ranges) {
        if (range.bytes)
          end = std::max(end, range.address + range.bytes);
        sum += range.bytes;
      }
      EXPECT_EQ(placement.highWaterBytes, end);
      EXPECT_GE(end + problem.device.burstBytes() - 1, bound);
      shared += end < sum;
    }
    if (HasFailure())
      return;
  }
  // All of it happens, or the test would be one of a single branch.
  EXPECT_GT(placed, 2000);
  EXPECT_GT(overflown, 100);
  EXPECT_GT(shared, 1000);
}

/// Whether the buffers from `next` on fit below `height`, trying every address.
bool fits(const PlacementProblem &problem, SmallVectorImpl<int64_t> &addresses,
          int64_t height) {
  size_t next = addresses.size();
  if (next == problem.buffers.size())
    return true;
  const BufferRequest &buffer = problem.buffers[next];
  int64_t step = std::max(buffer.alignment, problem.device.burstBytes());
  for (int64_t address = 0; address + buffer.bytes <= height; address += step) {
    bool isFree = true;
    for (size_t other = 0; other != next && isFree; ++other) {
      bool meet = addresses[other] < address + buffer.bytes &&
                  address < addresses[other] + problem.buffers[other].bytes;
      for (int64_t point = 0; point != points && meet && isFree; ++point)
        isFree =
            !isLive(buffer, point) || !isLive(problem.buffers[other], point);
    }
    for (const PlacedRange &range : problem.reserved)
      isFree &= range.address >= address + buffer.bytes ||
                address >= range.address + range.bytes;
    if (!isFree)
      continue;
    addresses.push_back(address);
    if (fits(problem, addresses, height))
      return true;
    addresses.pop_back();
  }
  return false;
}

// Of few buffers the placement is the best there is.
TEST(LifetimePlacement, ExhaustiveOracle) {
  int aboveBound = 0;
  for (uint64_t seed = 0; seed != 2500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    PlacementProblem problem{smallDevice(), {}};
    if (random() % 4 == 0)
      problem.reserved.push_back({int64_t(random() % 80), 16});
    for (size_t i = 0, count = 1 + random() % 6; i != count; ++i) {
      BufferRequest buffer;
      buffer.bytes = 16 * (1 + random() % 4);
      // At most a row, so that it does not matter what that is aligned to.
      buffer.alignment = random() % 4 == 0 ? 48 : 16;
      buffer.live = randomLife(random);
      problem.buffers.push_back(buffer);
    }
    auto result = placeBuffers(problem);
    ASSERT_TRUE(std::holds_alternative<Placement>(result));
    int64_t height = std::get<Placement>(result).highWaterBytes;
    SmallVector<int64_t> addresses;
    EXPECT_FALSE(fits(problem, addresses, height - 16))
        << "lower than " << height;
    EXPECT_TRUE(fits(problem, addresses, height));
    aboveBound += height > largestLiveBytes(problem.buffers, problem.device);
    if (HasFailure())
      return;
  }
  // Some are above the bound even so.
  EXPECT_GT(aboveBound, 20);
}

// Buffers of which each pair lives at most at one end of the other's life, as
// those of a network: an activation lives from its layer to the next but one.
TEST(LifetimePlacement, CloseToTheBoundForManyBuffers) {
  double sumOfRatios = 0, worst = 1;
  int count = 0;
  for (uint64_t seed = 0; seed != 60; ++seed) {
    std::mt19937_64 random(seed);
    PlacementProblem problem{defaultDRAMDevice(), {}};
    for (int64_t layer = 0, layers = 20 + random() % 100; layer != layers;
         ++layer) {
      BufferRequest buffer;
      buffer.bytes = 1 + random() % (1 << (10 + random() % 12));
      int64_t length = 2 + (random() % 5 == 0) * (random() % 10);
      buffer.live = {{layer, layer + length}};
      problem.buffers.push_back(buffer);
    }
    auto result = placeBuffers(problem);
    ASSERT_TRUE(std::holds_alternative<Placement>(result));
    double ratio = double(std::get<Placement>(result).highWaterBytes) /
                   double(largestLiveBytes(problem.buffers, problem.device));
    worst = std::max(worst, ratio);
    sumOfRatios += ratio;
    ++count;
  }
  RecordProperty("mean_ratio", std::to_string(sumOfRatios / count));
  RecordProperty("worst_ratio", std::to_string(worst));
  // No more than the rest of a row for each of the buffers at the peak.
  EXPECT_LT(sumOfRatios / count, 1.02);
  EXPECT_LT(worst, 1.15);
}

TEST(LifetimePlacement, DeadSpaceIsReused) {
  PlacementProblem problem{smallDevice(), {}};
  problem.buffers = {{"a", 256, {{0, 2}}},
                     {"b", 128, {{1, 3}}},
                     {"c", 256, {{2, 4}}},
                     {"always", 128, {}}};
  auto result = placeBuffers(problem);
  ASSERT_TRUE(std::holds_alternative<Placement>(result));
  const auto &placement = std::get<Placement>(result);
  EXPECT_EQ(placement.ranges[0].address, placement.ranges[2].address);
  EXPECT_EQ(placement.highWaterBytes, 512);
  EXPECT_EQ(largestLiveBytes(problem.buffers, problem.device), 512);
}

// An interval ends where another one begins: they do not meet. Holes of a life
// are dead space, too.
TEST(LifetimePlacement, Intervals) {
  PlacementProblem problem{smallDevice(), {}};
  problem.buffers = {{"outside", 128, {{0, 2}, {6, 8}}},
                     {"inside", 128, {{2, 6}}}};
  auto result = placeBuffers(problem);
  EXPECT_EQ(std::get<Placement>(result).highWaterBytes, 128);
  problem.buffers[1].live.push_back({7, 8});
  result = placeBuffers(problem);
  EXPECT_EQ(std::get<Placement>(result).highWaterBytes, 256);
}

TEST(LifetimePlacement, AroundWhatIsFixedOrReserved) {
  PlacementProblem problem{smallDevice(), {}};
  problem.reserved = {{0, 100}};
  problem.buffers = {{"fixed", 16, {{0, 4}}, 0, 128},
                     {"with it", 32, {{3, 5}}},
                     {"behind it", 32, {{4, 6}}}};
  auto result = placeBuffers(problem);
  const auto &ranges = std::get<Placement>(result).ranges;
  EXPECT_EQ(ranges[0].address, 128);
  // Both fit between the reserved bytes, which end in the burst at 96, and row
  // 1 only one by one: 16 bytes are left at 112.
  EXPECT_EQ(ranges[1].address, 144);
  EXPECT_EQ(ranges[2].address, 112);
}

TEST(LifetimePlacement, OverflowNamesWhatIsLiveTogether) {
  PlacementProblem problem{smallDevice(), {}};
  for (int64_t i = 0; i != 7; ++i)
    problem.buffers.push_back(
        {"b" + std::to_string(i), 1280 + 16 * i, {{1, 3}}});
  problem.buffers.push_back({"alone", 8000, {{5, 6}}});
  auto result = placeBuffers(problem);
  auto *overflow = std::get_if<DRAMOverflow>(&result);
  ASSERT_NE(overflow, nullptr);
  ASSERT_EQ(overflow->largest.size(), 5u);
  for (size_t i = 0; i != 5; ++i) {
    EXPECT_EQ(overflow->largest[i].index, 6 - i);
    EXPECT_EQ(overflow->largest[i].bytes, int64_t(1280 + 16 * (6 - i)));
  }
  EXPECT_NE(overflow->message().find(
                "the largest that are live together are 'b6' (1376 bytes), "
                "'b5' (1360 bytes), 'b4' (1344 bytes), 'b3' (1328 bytes), 'b2' "
                "(1312 bytes)"),
            std::string::npos)
      << overflow->message();
  // One after the other they fit.
  for (auto [i, buffer] : enumerate(problem.buffers))
    buffer.live = {{int64_t(i), int64_t(i) + 1}};
  EXPECT_TRUE(std::holds_alternative<Placement>(placeBuffers(problem)));
}

int64_t bankOf(const PlacementProblem &problem, const PlacedRange &range) {
  return problem.staggerBanks->decode(range.address).bank;
}

TEST(LifetimePlacement, StreamsBeginInDifferentBanks) {
  PlacementProblem problem{smallDevice(), {}};
  // Rows of 128 bytes: each takes all four banks.
  for (StringRef name : {"input", "weights", "output"})
    problem.buffers.push_back({name.str(), 512, {}});
  problem.streams = {{0, 1, 2}};
  auto plain = placeBuffers(problem);
  EXPECT_EQ(std::get<Placement>(plain).highWaterBytes, 3 * 512);
  problem.staggerBanks = mapOf(problem.device);
  auto result = placeBuffers(problem);
  ASSERT_TRUE(std::holds_alternative<Placement>(result));
  const auto &placement = std::get<Placement>(result);
  int64_t a = bankOf(problem, placement.ranges[0]),
          b = bankOf(problem, placement.ranges[1]),
          c = bankOf(problem, placement.ranges[2]);
  EXPECT_TRUE(a != b && b != c && a != c) << a << b << c;
  // One row in front of the second, and one in front of the third.
  EXPECT_EQ(placement.staggerBytes, 2 * 128);
  EXPECT_EQ(placement.highWaterBytes, 3 * 512 + 2 * 128);
  EXPECT_FALSE(errorToBool(verifyPlacement(problem, placement.ranges)));

  // Where only that does not fit, it is left out.
  problem.buffers.push_back({"rest", 8192 - 3 * 512, {}});
  auto full = placeBuffers(problem);
  ASSERT_TRUE(std::holds_alternative<Placement>(full));
  EXPECT_EQ(std::get<Placement>(full).highWaterBytes, 8192);
}

// Small buffers may begin in one row, where none closes the row of another.
TEST(LifetimePlacement, StreamsInOneRowStayThere) {
  PlacementProblem problem{smallDevice(), {}};
  problem.buffers = {{"input", 32}, {"weights", 16}, {"output", 32}};
  problem.streams = {{0, 1, 2}};
  problem.staggerBanks = mapOf(problem.device);
  auto result = placeBuffers(problem);
  EXPECT_EQ(std::get<Placement>(result).highWaterBytes, 80);
  EXPECT_EQ(std::get<Placement>(result).staggerBytes, 0);
}

// A buffer that is fixed keeps its bank, the other one goes out of its way.
TEST(LifetimePlacement, StaggersAgainstWhatIsFixed) {
  PlacementProblem problem{smallDevice(), {}};
  problem.buffers = {{"fixed", 128, {{0, 1}}, 0, 1024},
                     {"other", 128, {{1, 2}}}};
  problem.streams = {{0, 1}};
  problem.staggerBanks = mapOf(problem.device);
  auto result = placeBuffers(problem);
  const auto &ranges = std::get<Placement>(result).ranges;
  EXPECT_EQ(bankOf(problem, ranges[0]), 0);
  EXPECT_EQ(ranges[1].address, 128);
}

TEST(LifetimePlacement, VerificationFindsWhatIsBroken) {
  int broken = 0;
  for (uint64_t seed = 0; seed != 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    PlacementProblem problem = randomProblem(seed);
    problem.staggerBanks.reset();
    auto result = placeBuffers(problem);
    if (!std::holds_alternative<Placement>(result) || problem.buffers.empty())
      continue;
    auto ranges = std::get<Placement>(result).ranges;
    std::mt19937_64 random(seed);
    size_t victim = random() % ranges.size();
    PlacedRange &range = ranges[victim];
    const BufferRequest &buffer = problem.buffers[victim];
    switch (random() % 5) {
    case 0: // off its alignment
      range.address += 1;
      break;
    case 1: // of another size
      range.bytes += 1;
      break;
    case 2: // behind the device
      range.address = problem.device.capacityBytes() - range.bytes + 16;
      break;
    case 3: // in a reserved range
      if (problem.reserved.empty() || problem.reserved[0].bytes == 0 ||
          range.bytes == 0)
        continue;
      range.address = problem.reserved[0].address / 16 * 16;
      break;
    case 4: { // over another buffer
      size_t other = random() % ranges.size();
      bool meet = false;
      for (int64_t point : seq(points))
        meet |= isLive(buffer, point) && isLive(problem.buffers[other], point);
      if (other == victim || !meet || range.bytes == 0 ||
          ranges[other].bytes == 0)
        continue;
      range.address = ranges[other].address;
      break;
    }
    }
    ++broken;
    EXPECT_TRUE(errorToBool(verifyPlacement(problem, ranges)));
    ranges.pop_back();
    EXPECT_TRUE(errorToBool(verifyPlacement(problem, ranges)));
    if (HasFailure())
      return;
  }
  EXPECT_GT(broken, 700);
}

TEST(LifetimePlacement, BadProblems) {
  auto messageOf = [](BufferRequest buffer, SmallVector<PlacedRange> reserved) {
    PlacementProblem problem{smallDevice(), {}};
    problem.buffers = {{"first", 64, {{0, 2}}, 0, 256}, std::move(buffer)};
    problem.reserved.assign(reserved.begin(), reserved.end());
    return toString(problem.check());
  };
  constexpr int64_t maxInt = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(messageOf({"b", 64, {}}, {}), "");
  EXPECT_EQ(messageOf({"b", -1, {}}, {}), "buffer 'b' has -1 bytes");
  EXPECT_EQ(messageOf({"b", 1, {}, 24}, {}),
            "buffer 'b' is to be aligned to 24 bytes, which is no multiple of "
            "a burst of 16");
  EXPECT_EQ(messageOf({"b", 1, {{3, 3}}}, {}),
            "buffer 'b' is live in an empty interval, from 3 to 3");
  EXPECT_EQ(messageOf({"b", 1, {}, 0, 8}, {}),
            "buffer 'b' is fixed at address 8, which is no multiple of a burst "
            "of 16");
  EXPECT_EQ(messageOf({"b", 17, {}, 0, 8176}, {}),
            "buffer 'b' of 17 bytes is fixed at address 8176 and does not lie "
            "in the device, which has 8192 bytes");
  EXPECT_EQ(messageOf({"b", maxInt, {}, 0, 16}, {}),
            "buffer 'b' of 9223372036854775807 bytes is fixed at address 16 "
            "and does not lie in the device, which has 8192 bytes");
  EXPECT_EQ(messageOf({"b", 16, {{1, 3}}, 0, 304}, {}),
            "buffers 'first' (bytes 256 to 319) and 'b' (bytes 304 to 319) "
            "overlap and are live at the same time");
  EXPECT_EQ(messageOf({"b", 16, {{2, 3}}, 0, 304}, {}), "");
  EXPECT_EQ(messageOf({"b", 16, {}, 0, 16}, {{20, 1}}),
            "buffer 'b' has bytes 16 to 31, but bytes 20 to 20 are reserved");
  EXPECT_EQ(messageOf({"b", 16, {}}, {{8192, 1}}),
            "the reserved range of 1 bytes at address 8192 does not lie in the "
            "device, which has 8192 bytes");
}

TEST(LifetimePlacement, AbsurdSizesAndPoints) {
  constexpr int64_t maxInt = std::numeric_limits<int64_t>::max(),
                    minInt = std::numeric_limits<int64_t>::min();
  PlacementProblem problem{smallDevice(), {}};
  problem.buffers = {{"a", maxInt, {{minInt, 0}}},
                     {"b", maxInt, {{0, maxInt}}},
                     {"c", 16, {}}};
  auto result = placeBuffers(problem);
  auto *overflow = std::get_if<DRAMOverflow>(&result);
  ASSERT_NE(overflow, nullptr);
  EXPECT_GE(overflow->needBytes, maxInt - 16);
  problem.buffers[0].bytes = problem.buffers[1].bytes = 128;
  result = placeBuffers(problem);
  ASSERT_TRUE(std::holds_alternative<Placement>(result));
  EXPECT_EQ(std::get<Placement>(result).highWaterBytes, 144);
}

TEST(LifetimePlacement, IsDeterministic) {
  for (uint64_t seed = 0; seed != 200; ++seed) {
    PlacementProblem problem = randomProblem(seed);
    auto first = placeBuffers(problem), second = placeBuffers(problem);
    auto *a = std::get_if<Placement>(&first),
         *b = std::get_if<Placement>(&second);
    ASSERT_EQ(a == nullptr, b == nullptr);
    if (!a)
      continue;
    for (size_t i = 0; i != a->ranges.size(); ++i)
      EXPECT_EQ(a->ranges[i].address, b->ranges[i].address);
  }
}

} // namespace
