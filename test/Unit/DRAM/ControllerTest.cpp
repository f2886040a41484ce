//===- ControllerTest.cpp - Commands, clocks and energy of streams --------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clocks are derived from the data sheet's values in the comments. A request
// that arrives in clock t goes to the queue of its bank in t + 1, and its first
// command can be sent in t + 2.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Controller.h"
#include "CommandChecker.h"
#include "romanet/DRAM/Energy.h"
#include "gtest/gtest.h"
#include <map>
#include <random>

using namespace llvm;
using namespace romanet;
using Kind = DRAMCommand::Kind;

namespace {

/// One x8 chip of the default device: bursts of 8 bytes, 128 in a row.
DRAMDevice oneChip() {
  DRAMDevice device = defaultDRAMDevice();
  device.chips = 1;
  return device;
}

/// The same with two bank groups of four banks.
DRAMDevice twoGroups() {
  DRAMDevice device = oneChip();
  device.bankGroups = 2;
  device.banksPerGroup = 4;
  return device;
}

/// cantFail without assertions would go on with anything.
template <typename T>
T take(Expected<T> value) {
  if (!value) {
    ADD_FAILURE() << toString(value.takeError());
    abort();
  }
  return std::move(*value);
}

DRAMDevice preset(StringRef name) { return take(dramPreset(name)); }

AddressMap makeMap(const DRAMDevice &device, StringRef order = "rorachbgbaco") {
  return take(AddressMap::create(device, order));
}

struct Access {
  DRAMAddress at;
  bool isWrite = false;
  int64_t notBefore = 0;
};

Access access(int64_t bank, int64_t row, int64_t burst = 0,
              int64_t notBefore = 0, bool isWrite = false) {
  Access result;
  result.at.bank = bank;
  result.at.row = row;
  result.at.column = burst * 8;
  result.isWrite = isWrite;
  result.notBefore = notBefore;
  return result;
}

Access write(int64_t bank, int64_t row, int64_t burst = 0,
             int64_t notBefore = 0) {
  return access(bank, row, burst, notBefore, /*isWrite=*/true);
}

Access inGroup(int64_t group, Access access) {
  access.at.bankGroup = group;
  return access;
}

Access inRank(int64_t rank, Access access) {
  access.at.rank = rank;
  return access;
}

struct Result {
  ControllerStats stats;
  std::vector<DRAMCommand> commands;

  std::vector<DRAMCommand> of(Kind kind) const {
    std::vector<DRAMCommand> list;
    for (const DRAMCommand &command : commands)
      if (command.kind == kind)
        list.push_back(command);
    return list;
  }
};

Result run(const DRAMDevice &device, ArrayRef<Access> accesses,
           const ControllerOptions &options = {}) {
  Result result;
  AddressMap map = makeMap(device);
  Controller controller = take(
      Controller::create(device, map, options, [&](const DRAMCommand &command) {
        result.commands.push_back(command);
      }));
  for (const Access &access : accesses) {
    BurstRun burst;
    burst.address = map.encode(access.at);
    burst.isWrite = access.isWrite;
    controller.push(burst, access.notBefore);
  }
  result.stats = take(controller.finish());
  return result;
}

/// Writes go out as soon as nothing else is to be done.
ControllerOptions eagerWrites() {
  ControllerOptions options;
  options.idleWrites = 0;
  return options;
}

ControllerOptions closedRows() {
  ControllerOptions options;
  options.rows = RowPolicy::Closed;
  return options;
}

//===----------------------------------------------------------------------===//
// Single accesses
//===----------------------------------------------------------------------===//

// Clocks from the first command to the end of the data: bank closed RCD + CL +
// 4 = 26, row hit CL + 4 = 15, row conflict RP + RCD + CL + 4 = 37 (Micron
// MT41J256M8-125: RCD 11, CL 11, RP 11, eight beats in four clocks). The first
// command is sent two clocks after the arrival.
TEST(Controller, LatencyOfSingleReads) {
  auto latency = [](ArrayRef<Access> accesses) {
    return run(oneChip(), accesses).stats.clocks -
           (accesses.back().notBefore + 2);
  };
  EXPECT_EQ(latency({access(0, 5)}), 26);
  EXPECT_EQ(latency({access(0, 5), access(0, 5, 1, 1000)}), 15);
  EXPECT_EQ(latency({access(0, 5), access(0, 6, 0, 1000)}), 37);
  // Another bank is closed.
  EXPECT_EQ(latency({access(0, 5), access(1, 5, 0, 1000)}), 26);
  // After a refresh (clock 6240 and later) all are.
  EXPECT_EQ(latency({access(0, 5), access(0, 5, 1, 8000)}), 26);
}

TEST(Controller, HitsMissesConflicts) {
  Result result = run(oneChip(), {access(0, 5), access(0, 5, 1, 1000),
                                  access(0, 6, 0, 2000), access(1, 6, 0, 3000),
                                  access(0, 6, 1, 8000)});
  EXPECT_EQ(result.stats.rowHits, 1);
  EXPECT_EQ(result.stats.rowMisses, 3);
  EXPECT_EQ(result.stats.rowConflicts, 1);
  EXPECT_EQ(result.stats.activations(), 4);
  // One for the conflict, two for the refresh at 6240.
  EXPECT_EQ(result.stats.count(Kind::Precharge), 3);
  EXPECT_EQ(result.stats.count(Kind::Refresh), 1);
}

//===----------------------------------------------------------------------===//
// Timing, one rule at a time
//===----------------------------------------------------------------------===//

/// Of the commands, number `index` of `kind` is sent at `clock`, where it is
/// legal, and one clock earlier it would have broken `rules` and no others.
void expectBinding(const DRAMDevice &device, const Result &result, Kind kind,
                   size_t index, int64_t clock,
                   std::vector<std::string> rules) {
  CommandChecker checker(device);
  for (DRAMCommand command : result.commands) {
    if (command.kind != kind || index-- != 0) {
      EXPECT_EQ(checker.take(command), "");
      continue;
    }
    EXPECT_EQ(command.clock, clock);
    EXPECT_EQ(checker.broken(command), std::vector<std::string>());
    --command.clock;
    EXPECT_EQ(checker.broken(command), rules);
    return;
  }
  FAIL() << "there is no such command";
}

// The activation is sent at 2, RCD later the access.
TEST(ControllerTiming, ActivateToAccess) {
  DRAMDevice device = oneChip();
  device.timing.rcdRead = 13;
  device.timing.rcdWrite = 9;
  expectBinding(device, run(device, {access(0, 5)}), Kind::Read, 0, 2 + 13,
                {"RCD read"});
  expectBinding(device, run(device, {write(0, 5)}, eagerWrites()), Kind::Write,
                0, 2 + 9, {"RCD write"});
}

// Two hits in rows that are open since long.
TEST(ControllerTiming, ColumnToColumn) {
  DRAMDevice device = twoGroups();
  device.timing.ccdShort = 5;
  device.timing.ccdLong = 7;
  auto hits = [&](Access first, Access second) {
    Access later = first, last = second;
    later.notBefore = last.notBefore = 1000;
    later.at.column = last.at.column = 64;
    // With a request for another bank first, so that both queues are served
    // back to back: the first at 1002.
    return run(device, {first, second, later, last});
  };
  // Within a group 7 clocks, to another group 5.
  Result same = hits(inGroup(0, access(0, 5)), inGroup(0, access(1, 5)));
  expectBinding(device, same, Kind::Read, 3, 1002 + 7, {"CCD_L"});
  Result other = hits(inGroup(0, access(0, 5)), inGroup(1, access(0, 5)));
  expectBinding(device, other, Kind::Read, 3, 1002 + 5, {"CCD_S"});
  // The data of a burst of 8 beats takes four clocks, whatever CCD says.
  device.timing.ccdShort = device.timing.ccdLong = 2;
  expectBinding(device, hits(access(0, 5), access(1, 5)), Kind::Read, 3,
                1002 + 4, {"data bus"});
}

TEST(ControllerTiming, WriteToWrite) {
  DRAMDevice device = twoGroups();
  device.timing.ccdShort = 5;
  device.timing.ccdLong = 7;
  // Both wait at clock 1 and are drained from 2 on: activated at 3 and 3 + RRD
  // = 8, written at 8 + RCD = 19 at the latest; the writes that hit follow.
  Result same = run(device, {write(0, 5), write(0, 5, 1)});
  expectBinding(device, same, Kind::Write, 1, 3 + 11 + 7, {"CCD_L"});
  device.timing.rrdShort = device.timing.rrdLong = 1;
  Result other = run(device, {write(0, 5), inGroup(1, write(0, 5))});
  expectBinding(device, other, Kind::Write, 1, 3 + 11 + 5, {"CCD_S"});
}

TEST(ControllerTiming, ActivateToActivate) {
  DRAMDevice device = twoGroups();
  device.timing.rrdShort = 5;
  device.timing.rrdLong = 8;
  expectBinding(device, run(device, {access(0, 5), access(1, 5)}),
                Kind::Activate, 1, 2 + 8, {"RRD_L"});
  expectBinding(device, run(device, {access(0, 5), inGroup(1, access(0, 5))}),
                Kind::Activate, 1, 2 + 5, {"RRD_S"});
}

// Four activations every 5 clocks from 2 on, the fifth tFAW after the first.
TEST(ControllerTiming, FourActivates) {
  DRAMDevice device = oneChip();
  Result result = run(device, {access(0, 5), access(1, 5), access(2, 5),
                               access(3, 5), access(4, 5), access(5, 5)});
  EXPECT_EQ(result.of(Kind::Activate)[3].clock, 2 + 3 * 5);
  expectBinding(device, result, Kind::Activate, 4, 2 + 24, {"FAW"});
  // The next five clocks later, when the second is tFAW ago as well.
  expectBinding(device, result, Kind::Activate, 5, 2 + 24 + 5,
                {"FAW", "RRD_L", "RRD_S"});
}

// Activated at 2, read at 13; the next row closes it RAS after the activation,
// or RTP after the read if that is later.
TEST(ControllerTiming, Precharge) {
  DRAMDevice device = oneChip();
  Result result = run(device, {access(0, 5), access(0, 6)});
  expectBinding(device, result, Kind::Precharge, 0, 2 + 28, {"RAS"});
  device.timing.rtp = 20;
  result = run(device, {access(0, 5), access(0, 6)});
  expectBinding(device, result, Kind::Precharge, 0, 13 + 20, {"RTP"});
  // And RP later the bank opens again.
  expectBinding(device, result, Kind::Activate, 1, 13 + 20 + 11, {"RP"});
  // RC is longer than RAS + RP in few devices.
  device = oneChip();
  device.timing.rc = 45;
  result = run(device, {access(0, 5), access(0, 6)});
  expectBinding(device, result, Kind::Activate, 1, 2 + 45, {"RC"});
}

// Two writes wait at clock 1, drained from 2 on: activated at 3, written at 14,
// the data ends at 14 + CWL + 4 = 26, WR later the row may close.
TEST(ControllerTiming, WriteRecovery) {
  DRAMDevice device = oneChip();
  Result result = run(device, {write(0, 5), write(0, 6)});
  expectBinding(device, result, Kind::Precharge, 0, 14 + 8 + 4 + 12, {"WR"});
}

// Written at 13, the data ends at 13 + CWL + 4 = 25, WTR later a read.
TEST(ControllerTiming, WriteToRead) {
  DRAMDevice device = twoGroups();
  device.timing.wtrShort = 6;
  device.timing.wtrLong = 9;
  auto after = [&](Access read) {
    return run(device, {write(0, 5), read}, eagerWrites());
  };
  expectBinding(device, after(access(0, 5, 1, 12)), Kind::Read, 0, 25 + 9,
                {"WTR_L"});
  // In the other group activated at 14, RCD is over at 25.
  expectBinding(device, after(inGroup(1, access(0, 5, 1, 12))), Kind::Read, 0,
                25 + 6, {"WTR_S"});
}

// Read at 13, the data ends at 13 + CL + 4 = 28; RTRS later that of the write
// begins, CWL after its command.
TEST(ControllerTiming, ReadToWrite) {
  DRAMDevice device = oneChip();
  Result result =
      run(device, {access(0, 5), write(0, 5, 1, 12)}, eagerWrites());
  expectBinding(device, result, Kind::Write, 0, 28 + 2 - 8, {"RTRS"});
}

TEST(ControllerTiming, BetweenRanks) {
  DRAMDevice device = oneChip();
  device.ranks = 2;
  // Activated at 2 and 3, no RRD between ranks. Read at 13; its data ends at
  // 28, RTRS later the other rank's begins.
  Result result = run(device, {access(0, 5), inRank(1, access(0, 5))});
  EXPECT_EQ(result.of(Kind::Activate)[1].clock, 3);
  expectBinding(device, result, Kind::Read, 1, 28 + 2 - 11, {"RTRS"});
  // Written at 113, the data ends at 113 + CWL + 4 = 125; RTRS later that of
  // the read of the other rank, whose row is open.
  result = run(device,
               {inRank(1, access(0, 5)), write(0, 5, 0, 100),
                inRank(1, access(0, 5, 1, 112))},
               eagerWrites());
  expectBinding(device, result, Kind::Read, 1, 125 + 2 - 11, {"RTRS"});
  // The other way round: read at 113 (bank closed), its data ends at 128.
  result = run(device,
               {inRank(1, access(0, 5)), access(0, 5, 0, 100),
                inRank(1, write(0, 5, 1, 112))},
               eagerWrites());
  expectBinding(device, result, Kind::Write, 0, 128 + 2 - 8, {"RTRS"});
  // Writes to two ranks follow each other without a gap: activated at 3 and 4.
  result = run(device, {write(0, 5), inRank(1, write(0, 5))});
  expectBinding(device, result, Kind::Write, 1, 14 + 4, {"data bus"});
}

// Refresh is due every 6240 clocks. Closed banks open RFC after it; open ones
// are closed first.
TEST(ControllerTiming, Refresh) {
  DRAMDevice device = oneChip();
  Result result = run(device, {access(0, 5, 0, 6239)});
  EXPECT_EQ(result.of(Kind::Refresh)[0].clock, 6240);
  expectBinding(device, result, Kind::Activate, 0, 6240 + 128, {"RFC"});
  result = run(device, {access(0, 5), access(0, 5, 1, 6239)});
  EXPECT_EQ(result.of(Kind::Precharge)[0].clock, 6240);
  expectBinding(device, result, Kind::Refresh, 0, 6240 + 11, {"RP"});
  expectBinding(device, result, Kind::Activate, 1, 6240 + 11 + 128, {"RFC"});
}

// LPDDR4: one bank every 780 clocks, which takes 224; for the others it is an
// activation (RRD 16).
TEST(ControllerTiming, RefreshOfOneBank) {
  DRAMDevice device = preset("lpddr4-3200-8gb-x16");
  ControllerOptions options;
  options.refresh = RefreshPolicy::PerBank;
  Result result = run(device, {access(0, 5, 0, 779)}, options);
  EXPECT_EQ(result.of(Kind::RefreshBank)[0].clock, 780);
  expectBinding(device, result, Kind::Activate, 0, 780 + 224, {"RFCpb"});
  result = run(device, {access(1, 5, 0, 779)}, options);
  expectBinding(device, result, Kind::Activate, 0, 780 + 16,
                {"RRD_L", "RRD_S"});
  // Banks take turns: bank 1 is next, and is closed for it.
  result = run(device, {access(1, 5, 0, 1300), access(2, 5, 0, 1600)}, options);
  EXPECT_EQ(result.of(Kind::RefreshBank)[1].bank, 1);
  expectBinding(device, result, Kind::RefreshBank, 1, 1560 + 29, {"RP"});
}

// One command a clock, or one to a row and one to a column.
TEST(ControllerTiming, CommandBus) {
  DRAMDevice device = oneChip();
  device.timing.rrdShort = device.timing.rrdLong = 1;
  Result result = run(device, {access(0, 5), access(1, 5)});
  expectBinding(device, result, Kind::Activate, 1, 3,
                {"RRD_L", "RRD_S", "command bus"});
  // In clock 13 the first could be read and the second, whose turn it is, be
  // activated.
  std::vector<Access> accesses = {access(0, 5), access(1, 5, 0, 11)};
  for (int64_t commandsPerClock : {1, 2}) {
    device.commandsPerClock = commandsPerClock;
    result = run(device, accesses);
    EXPECT_EQ(result.of(Kind::Activate)[1].clock, 13);
    EXPECT_EQ(result.of(Kind::Read)[0].clock, commandsPerClock == 2 ? 13 : 14);
  }
}

// A row closes with every access. Activated at 2, read at 13: the precharge
// begins when RAS is over, at 30, and the next activation RP later.
TEST(ControllerTiming, ClosedRows) {
  DRAMDevice device = oneChip();
  Result result = run(device, {access(0, 5), access(0, 6)}, closedRows());
  expectBinding(device, result, Kind::Activate, 1, 30 + 11, {"RC", "RP"});
  EXPECT_EQ(result.stats.count(Kind::ReadPrecharge), 2);
  EXPECT_EQ(result.stats.count(Kind::Precharge), 0);
  EXPECT_EQ(result.stats.rowMisses, 2);
  // Open from 2 to 30 and from 41 to 69, of which the end of the data at 41 +
  // 26 = 67 is seen.
  EXPECT_EQ(result.stats.clocks, 67);
  EXPECT_EQ(result.stats.openClocks, 28 + 26);
  EXPECT_EQ(result.stats.closedClocks, 67 - 28 - 26);
  // Written at 14, the data ends at 26: RP after the recovery at 38.
  result = run(device, {write(0, 5), write(0, 6)}, closedRows());
  expectBinding(device, result, Kind::Activate, 1, 38 + 11, {"RP"});
}

//===----------------------------------------------------------------------===//
// Micro-benchmarks
//===----------------------------------------------------------------------===//

struct Benchmark {
  const char *name;
  /// Bank, row and burst in the row of request i.
  std::array<int64_t, 3> (*place)(int64_t i);
  /// Clocks a burst of reads and of writes, and activations, as DRAMsim3 counts
  /// them with its default queues.
  double reads, writes;
  int64_t activations;
};

// 512 bursts on one chip of the default device, refresh on.
TEST(Controller, MicroBenchmarks) {
  using Place = std::array<int64_t, 3>;
  const Benchmark benchmarks[] = {
      {"along the columns, then the next bank",
       [](int64_t i) { return Place{i / 128, 0, i % 128}; }, 4.02, 4.04, 4},
      {"bank by bank, same rows",
       [](int64_t i) { return Place{i % 8, 0, i / 8}; }, 4.02, 4.04, 8},
      {"along the columns, then the next row of the bank",
       [](int64_t i) { return Place{0, i / 128, i % 128}; }, 4.16, 4.28, 4},
      {"a new row each time, banks in turn",
       [](int64_t i) { return Place{i % 8, i / 8, 0}; }, 6.01, 6.06, 512},
      {"a new row each time, same bank",
       [](int64_t i) { return Place{0, i, 0}; }, 39.7, 46.8, 512}};
  for (const Benchmark &benchmark : benchmarks)
    for (bool isWrite : {false, true}) {
      SCOPED_TRACE(std::string(benchmark.name) +
                   (isWrite ? ", writes" : ", reads"));
      std::vector<Access> accesses;
      for (int64_t i = 0; i != 512; ++i) {
        auto [bank, row, burst] = benchmark.place(i);
        accesses.push_back(access(bank, row, burst, 0, isWrite));
      }
      ControllerStats stats = run(oneChip(), accesses).stats;
      double expected = isWrite ? benchmark.writes : benchmark.reads;
      EXPECT_NEAR(static_cast<double>(stats.clocks) / 512, expected,
                  0.01 * expected);
      // Refresh may close a row in between.
      EXPECT_GE(stats.activations(), benchmark.activations);
      EXPECT_LE(stats.activations(),
                benchmark.activations + stats.count(Kind::Refresh));
    }
}

// 200,000 bursts from address 0 on, as DRAMsim3 (commit 29817593, the queues of
// its configuration files: cmd_queue_size 8, trans_queue_size 32) serves them
// with the timing of the preset: the same to the clock. For writes, the end of
// the data of the last that it sends.
TEST(Controller, LongRunsAsInDRAMsim3) {
  struct Figures {
    const char *device, *order;
    bool isWrite;
    int64_t activations, clocks;
  };
  const Figures list[] = {
      {"ddr3-1600-2gb-x8", "rochrababgco", false, 1771, 820540},
      {"ddr3-1600-2gb-x8", "rochrababgco", true, 1764, 822302},
      {"ddr3-1600-2gb-x8", "chrababgroco", false, 1694, 858300},
      {"ddr3-1600-2gb-x8", "chrababgroco", true, 1631, 886515},
      {"ddr4-2400-8gb-x8", "rochrababgco", false, 1727, 1022854},
      {"ddr4-2400-8gb-x8", "rochrababgco", true, 1729, 1024597}};
  for (const Figures &figures : list) {
    SCOPED_TRACE(std::string(figures.device) + " " + figures.order +
                 (figures.isWrite ? " writes" : " reads"));
    DRAMDevice device = preset(figures.device);
    Controller controller =
        take(Controller::create(device, makeMap(device, figures.order)));
    BurstRun run;
    run.count = 200000;
    run.isWrite = figures.isWrite;
    controller.push(run);
    ControllerStats stats = take(controller.finish());
    EXPECT_EQ(stats.activations(), figures.activations);
    EXPECT_EQ(stats.clocks, figures.clocks);
  }
}

//===----------------------------------------------------------------------===//
// Random streams
//===----------------------------------------------------------------------===//

struct Push {
  BurstRun run;
  int64_t notBefore = 0;
};

/// Runs of all lengths over a few arrays and all over the device, reads and
/// writes, now and then after a pause.
std::vector<Push> randomStream(const DRAMDevice &device,
                               std::mt19937_64 &random, int64_t bursts,
                               bool distinct) {
  auto below = [&](int64_t limit) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(limit));
  };
  int64_t all = device.capacityBytes() / device.burstBytes();
  int64_t longest = int64_t(1) << below(10);
  int64_t writes = below(101), jumps = below(3) == 0 ? below(101) : 0;
  int64_t pauses = below(4) == 0 ? below(20) : 0;
  std::vector<int64_t> cursors;
  for (int64_t i = 0, e = 1 + below(4); i != e; ++i)
    cursors.push_back(below(all));
  std::vector<Push> stream;
  std::map<int64_t, bool> used;
  int64_t clock = 0;
  for (int64_t left = bursts; left > 0;) {
    int64_t &cursor = cursors[below(cursors.size())];
    if (below(100) < jumps)
      cursor =
          below(2) ? below(all) : std::max<int64_t>(cursor - below(200), 0);
    Push push;
    int64_t count = std::min({1 + below(longest), left, all - cursor});
    left -= count;
    push.run.address = cursor * device.burstBytes();
    push.run.count = count;
    push.run.isWrite = below(100) < writes;
    int64_t first = cursor;
    cursor = (cursor + count) % all;
    if (distinct) {
      bool seen = false;
      for (int64_t i = first; i != first + count; ++i)
        seen |= !used.emplace(i, true).second;
      if (seen)
        continue;
    }
    if (below(100) < pauses)
      clock += below(20000);
    push.notBefore = below(2) ? clock : 0;
    stream.push_back(push);
  }
  return stream;
}

struct Setting {
  DRAMDevice device;
  std::string order;
  ControllerOptions options;
  std::string text;
};

/// Every preset, some with more channels, ranks or bank groups, with any map
/// and any options.
Setting randomSetting(std::mt19937_64 &random) {
  Setting setting;
  ArrayRef<StringRef> names = dramPresetNames();
  setting.device = preset(names[random() % names.size()]);
  if (random() % 3 == 0) {
    setting.device.ranks = 1 << random() % 3;
    setting.device.channels = 1 << random() % 3;
    if (setting.device.bankGroups == 1 && random() % 2) {
      setting.device.bankGroups = 2;
      setting.device.banksPerGroup = 4;
      setting.device.timing.ccdLong += 2;
      setting.device.timing.rrdLong += 3;
      setting.device.timing.wtrLong += 2;
    }
  }
  const char *orders[] = {"rorachbgbaco", "rochrababgco", "rorabgbachco",
                          "chrababgroco", "rorabgbacoch", "cobabgrachro"};
  setting.order = orders[random() % 6];
  ControllerOptions &options = setting.options;
  if (random() % 3 == 0)
    options.rows = RowPolicy::Closed;
  if (random() % 8 == 0)
    options.refresh = RefreshPolicy::None;
  else if (setting.device.timing.refiBank != 0 && random() % 2)
    options.refresh = RefreshPolicy::PerBank;
  if (random() % 2) {
    options.requestQueue = 1 + random() % 40;
    options.bankQueue = 1 + random() % 10;
    options.idleWrites = random() % 12;
    options.hitsBeforeConflict = 1 + random() % 6;
    options.requestsPerClock = random() % 3;
  }
  setting.text = setting.device.name + " " + setting.order + " ranks " +
                 std::to_string(setting.device.ranks) + " channels " +
                 std::to_string(setting.device.channels);
  return setting;
}

Result run(const Setting &setting, ArrayRef<Push> stream,
           bool skipAhead = true) {
  Result result;
  ControllerOptions options = setting.options;
  options.skipAhead = skipAhead;
  Controller controller = take(Controller::create(
      setting.device, makeMap(setting.device, setting.order), options,
      [&](const DRAMCommand &command) { result.commands.push_back(command); }));
  for (const Push &push : stream)
    controller.push(push.run, push.notBefore);
  result.stats = take(controller.finish());
  return result;
}

// No command breaks any rule, in any setting; refreshes come when they are due;
// what the statistics say is what the commands are.
TEST(ControllerRandom, CommandsAreLegal) {
  for (uint64_t seed = 0; seed != 250; ++seed) {
    std::mt19937_64 random(seed);
    Setting setting = randomSetting(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + setting.text);
    std::vector<Push> stream =
        randomStream(setting.device, random, 1500, /*distinct=*/false);
    Result result = run(setting, stream);
    const ControllerStats &stats = result.stats;
    CommandChecker checker(setting.device);
    std::array<int64_t, DRAMCommand::NumKinds> counts = {};
    std::map<std::pair<int64_t, int64_t>, int64_t> refreshes;
    int64_t end = 0, burst = setting.device.burstLength / 2;
    for (const DRAMCommand &command : result.commands) {
      ASSERT_EQ(checker.take(command), "");
      ++counts[static_cast<unsigned>(command.kind)];
      if (command.kind == Kind::Refresh || command.kind == Kind::RefreshBank)
        ++refreshes[{command.channel, command.rank}];
      if (command.isRead())
        end = std::max(end, command.clock + burst +
                                setting.device.timing.readLatency);
      if (command.isWrite())
        end = std::max(end, command.clock + burst +
                                setting.device.timing.writeLatency);
    }
    EXPECT_EQ(stats.commands, counts);
    EXPECT_EQ(stats.clocks, end);
    EXPECT_EQ(stats.rowHits + stats.rowMisses + stats.rowConflicts,
              stats.readCommands() + stats.writeCommands());
    EXPECT_LE(stats.rowMisses + stats.rowConflicts, stats.activations());
    EXPECT_EQ(stats.reads,
              stats.readCommands() + stats.forwardedReads + stats.mergedReads);
    EXPECT_EQ(stats.writes, stats.writeCommands() + stats.mergedWrites);
    EXPECT_EQ(stats.openClocks + stats.closedClocks,
              stats.clocks * setting.device.ranks * setting.device.channels);

    // One for every rank and interval that has passed, give or take the last,
    // which may be under way.
    const DRAMTiming &timing = setting.device.timing;
    int64_t interval = setting.options.refresh == RefreshPolicy::PerBank
                           ? timing.refiBank
                           : timing.refi;
    for (int64_t channel = 0; channel != setting.device.channels; ++channel)
      for (int64_t rank = 0; rank != setting.device.ranks; ++rank)
        if (setting.options.refresh == RefreshPolicy::None)
          EXPECT_EQ((refreshes[{channel, rank}]), 0);
        else
          EXPECT_NEAR((refreshes[{channel, rank}]), stats.clocks / interval, 1);
  }
}

// Every burst that is pushed is read or written once, at its own place.
TEST(ControllerRandom, EveryBurstOnce) {
  for (uint64_t seed = 1000; seed != 1200; ++seed) {
    std::mt19937_64 random(seed);
    Setting setting = randomSetting(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + setting.text);
    std::vector<Push> stream =
        randomStream(setting.device, random, 2000, /*distinct=*/true);
    std::map<int64_t, int> expected, issued;
    for (const Push &push : stream)
      for (int64_t i = 0; i != push.run.count; ++i)
        expected[push.run.address + i * setting.device.burstBytes()] =
            push.run.isWrite ? 2 : 1;
    AddressMap map = makeMap(setting.device, setting.order);
    Result result = run(setting, stream);
    for (const DRAMCommand &command : result.commands) {
      if (!command.isRead() && !command.isWrite())
        continue;
      DRAMAddress at;
      at.channel = command.channel;
      at.rank = command.rank;
      at.bankGroup = command.bankGroup;
      at.bank = command.bank;
      at.row = command.row;
      at.column = command.column;
      issued[map.encode(at)] += command.isWrite() ? 2 : 1;
    }
    EXPECT_TRUE(issued == expected);
  }
}

/// Reads and writes of one burst keep their order, but for reads that get what
/// waits to be written. So of all commands to an address, each read is of the
/// write that was the last before it in the stream.
TEST(ControllerRandom, ReadsSeeTheLastWrite) {
  for (uint64_t seed = 2000; seed != 2200; ++seed) {
    std::mt19937_64 random(seed);
    Setting setting = randomSetting(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + setting.text);
    // Few addresses, often.
    std::vector<Push> stream;
    for (int i = 0; i != 2000; ++i) {
      Push push;
      push.run.address = random() % 60 * setting.device.burstBytes();
      push.run.count = 1 + random() % 4;
      push.run.isWrite = random() % 2;
      stream.push_back(push);
    }
    AddressMap map = makeMap(setting.device, setting.order);
    Result result = run(setting, stream);
    // Writes of an address in the stream, before each of its reads; and in the
    // commands. A read may come late only by writes that were merged or
    // forwarded, which counts at most those that wait: none may come after a
    // write that follows it, so that at the end of each stream of reads the
    // writes sent are at most those pushed.
    std::map<int64_t, std::vector<int64_t>> writesBeforeReads;
    std::map<int64_t, int64_t> pushed, sent;
    for (const Push &push : stream)
      for (int64_t i = 0; i != push.run.count; ++i) {
        int64_t address = push.run.address + i * setting.device.burstBytes();
        if (push.run.isWrite)
          ++pushed[address];
        else
          writesBeforeReads[address].push_back(pushed[address]);
      }
    std::map<int64_t, size_t> readsSent;
    for (const DRAMCommand &command : result.commands) {
      if (!command.isRead() && !command.isWrite())
        continue;
      DRAMAddress at;
      at.channel = command.channel;
      at.rank = command.rank;
      at.bankGroup = command.bankGroup;
      at.bank = command.bank;
      at.row = command.row;
      at.column = command.column;
      int64_t address = map.encode(at);
      if (command.isWrite()) {
        ++sent[address];
        continue;
      }
      // The latest read that this command can serve has seen all writes sent so
      // far: there is one left in the stream with as many before it.
      auto &reads = writesBeforeReads[address];
      size_t &next = readsSent[address];
      while (next != reads.size() && reads[next] < sent[address])
        ++next;
      ASSERT_LT(next, reads.size()) << "a read after a write that follows it";
      ++next;
    }
    EXPECT_EQ(result.stats.reads, result.stats.readCommands() +
                                      result.stats.forwardedReads +
                                      result.stats.mergedReads);
  }
}

void expectSameCommands(const Result &a, const Result &b) {
  ASSERT_EQ(a.commands.size(), b.commands.size());
  for (size_t i = 0; i != a.commands.size(); ++i) {
    const DRAMCommand &x = a.commands[i], &y = b.commands[i];
    ASSERT_TRUE(x.kind == y.kind && x.clock == y.clock &&
                x.channel == y.channel && x.rank == y.rank &&
                x.bankGroup == y.bankGroup && x.bank == y.bank &&
                x.row == y.row && x.column == y.column)
        << "command " << i << " at clock " << x.clock << " and " << y.clock;
  }
}

// Passing over regular parts changes no command, no clock and no sum.
TEST(ControllerRandom, SkippingAheadChangesNothing) {
  for (uint64_t seed = 10000; seed != 13000; ++seed) {
    std::mt19937_64 random(seed);
    Setting setting = randomSetting(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + setting.text);
    std::vector<Push> stream =
        randomStream(setting.device, random, 1000, /*distinct=*/false);
    Result fast = run(setting, stream, /*skipAhead=*/true);
    Result plain = run(setting, stream, /*skipAhead=*/false);
    ASSERT_TRUE(fast.stats == plain.stats);
    // Channels run ahead of each other by other amounts.
    auto byChannel = [](const DRAMCommand &a, const DRAMCommand &b) {
      return a.channel < b.channel;
    };
    std::stable_sort(fast.commands.begin(), fast.commands.end(), byChannel);
    std::stable_sort(plain.commands.begin(), plain.commands.end(), byChannel);
    expectSameCommands(fast, plain);
    if (HasFatalFailure())
      return;
  }
}

// A run is the same as its bursts one by one, however it is cut.
TEST(ControllerRandom, CutsOfRunsChangeNothing) {
  for (uint64_t seed = 20000; seed != 20300; ++seed) {
    std::mt19937_64 random(seed);
    Setting setting = randomSetting(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + setting.text);
    std::vector<Push> stream =
        randomStream(setting.device, random, 1000, /*distinct=*/false);
    std::vector<Push> cut;
    for (const Push &push : stream)
      for (int64_t i = 0; i != push.run.count; ++i) {
        cut.push_back(push);
        cut.back().run.address += i * setting.device.burstBytes();
        cut.back().run.count = 1;
      }
    ASSERT_TRUE(run(setting, stream).stats == run(setting, cut).stats);
  }
}

//===----------------------------------------------------------------------===//
// What the data bus waits for
//===----------------------------------------------------------------------===//

/// Clocks of the data bus of one channel: busy, turnaround, spacing, empty,
/// refresh, row.
std::vector<int64_t> busOf(const ControllerStats &stats) {
  std::vector<int64_t> clocks = {stats.busyClocks};
  clocks.insert(clocks.end(), stats.idleClocks.begin(), stats.idleClocks.end());
  return clocks;
}

// A request of clock 0 is in the queue of its bank in 1, so that its first
// command can be sent in 2; with the latency of the read the bus is empty for
// 13 clocks. RCD = 11 is that of the row.
TEST(ControllerBus, FirstReadAndPauses) {
  using Bus = std::vector<int64_t>;
  EXPECT_EQ(busOf(run(oneChip(), {access(0, 5)}).stats),
            (Bus{4, 0, 0, 13, 0, 11}));
  // From the end of the first data at 28 the bus is empty until the data of the
  // read that is sent in 1002, or in 1002 + RCD, or in 1002 + RP + RCD.
  EXPECT_EQ(busOf(run(oneChip(), {access(0, 5), access(0, 5, 1, 1000)}).stats),
            (Bus{8, 0, 0, 13 + 1013 - 28, 0, 11}));
  EXPECT_EQ(busOf(run(oneChip(), {access(0, 5), access(1, 5, 0, 1000)}).stats),
            (Bus{8, 0, 0, 13 + 1013 - 28, 0, 11 + 11}));
  EXPECT_EQ(busOf(run(oneChip(), {access(0, 5), access(0, 6, 0, 1000)}).stats),
            (Bus{8, 0, 0, 13 + 1013 - 28, 0, 11 + 22}));
  // A channel without requests is empty as long as the other has some.
  DRAMDevice device = oneChip();
  device.channels = 2;
  EXPECT_EQ(busOf(run(device, {access(0, 5)}).stats),
            (Bus{4, 0, 0, 13 + 28, 0, 11}));
}

// Another row of the bank: activated at 2, read at 13, closed RAS = 28 after 2,
// activated RP = 11 later and read RCD = 11 later, at 52; the bus could have
// had it a burst after the first, at 17.
TEST(ControllerBus, RowConflict) {
  Result result = run(oneChip(), {access(0, 5), access(0, 6)});
  EXPECT_EQ(result.of(Kind::Read)[1].clock, 52);
  EXPECT_EQ(busOf(result.stats),
            (std::vector<int64_t>{8, 0, 0, 13, 0, 11 + 52 - 17}));
}

// Activations every RRD = 5, and five of them in FAW = 24 clocks: the second
// read is sent 5 clocks after the first, as are the third and the fourth, and
// the fifth 24 after the first; a burst takes 4.
TEST(ControllerBus, Activations) {
  Result result = run(oneChip(), {access(0, 5), access(1, 5), access(2, 5),
                                  access(3, 5), access(4, 5)});
  EXPECT_EQ(
      busOf(result.stats),
      (std::vector<int64_t>{20, 0, 0, 13, 0, 11 + 3 * 1 + (24 - 15 - 4)}));
}

// Written at 13, data from 21 to 25; the read may be sent WTR later, at 31, and
// its data begins CL = 11 later. After a read the bus is free for RTRS.
TEST(ControllerBus, Turnaround) {
  Result result =
      run(oneChip(), {write(0, 5), access(0, 5, 1, 12)}, eagerWrites());
  EXPECT_EQ(result.of(Kind::Read)[0].clock, 31);
  // A write has three clocks of latency less than a read.
  EXPECT_EQ(busOf(result.stats),
            (std::vector<int64_t>{8, 6 + 11, 0, 10, 0, 11}));
  result = run(oneChip(), {access(0, 5), write(0, 5, 1, 12)}, eagerWrites());
  EXPECT_EQ(busOf(result.stats), (std::vector<int64_t>{8, 2, 0, 13, 0, 11}));
  // What a row needs beyond the turnaround is the row's: activated at 14, read
  // RCD later, at 25, but for a device in which that takes until 34.
  DRAMDevice device = oneChip();
  device.timing.rcdRead = 20;
  result = run(device, {write(0, 5), access(1, 5, 0, 12)}, eagerWrites());
  EXPECT_EQ(result.of(Kind::Read)[0].clock, 34);
  EXPECT_EQ(busOf(result.stats),
            (std::vector<int64_t>{8, 6 + 11, 0, 10, 0, 11 + 3}));
}

// Reads that follow each other CCD_L = 6 or CCD_S = 4 clocks apart, in rows
// that are open; another rank's data comes RTRS = 2 later.
TEST(ControllerBus, Spacing) {
  DRAMDevice device = twoGroups();
  device.timing.ccdLong = 6;
  auto spaced = [](const DRAMDevice &device, ArrayRef<Access> accesses) {
    return run(device, accesses).stats.idle(BusIdle::Spacing);
  };
  EXPECT_EQ(spaced(device, {access(0, 5), access(0, 5, 1), access(0, 5, 2)}),
            4);
  std::vector<Access> open = {access(0, 5), inGroup(1, access(0, 5))};
  std::vector<Access> turns = open;
  for (int64_t i = 1; i != 4; ++i) {
    turns.push_back(access(0, 5, i, 1000));
    turns.push_back(inGroup(1, access(0, 5, i, 1000)));
  }
  EXPECT_EQ(spaced(device, turns), 0);
  device = oneChip();
  device.ranks = 2;
  EXPECT_EQ(spaced(device, {access(0, 5), inRank(1, access(0, 5))}), 2);
  // Writes to two ranks are sent by one driver.
  EXPECT_EQ(spaced(device, {write(0, 5), inRank(1, write(0, 5))}), 0);
}

// In a long read a refresh takes at least RFC, and at most RTP + RP + RFC + RCD
// from the last read before it to the first behind it.
TEST(ControllerBus, Refresh) {
  Controller controller =
      take(Controller::create(oneChip(), makeMap(oneChip())));
  BurstRun run;
  run.count = 12000;
  controller.push(run);
  ControllerStats stats = take(controller.finish());
  const DRAMTiming timing = oneChip().timing;
  ASSERT_EQ(stats.count(Kind::Refresh), 7);
  EXPECT_GE(stats.idle(BusIdle::Refresh), 7 * timing.rfc);
  EXPECT_LE(stats.idle(BusIdle::Refresh),
            7 * (timing.rtp + timing.rp + timing.rfc + timing.rcdRead));
  EXPECT_EQ(stats.busyClocks, 4 * 12000);
  EXPECT_EQ(stats.idle(BusIdle::Empty), 13);
  EXPECT_EQ(stats.idle(BusIdle::Turnaround), 0);
  EXPECT_EQ(stats.idle(BusIdle::Spacing), 0);
  // A refresh that comes while nothing is to be done is not waited for.
  Result result = ::run(oneChip(), {access(0, 5), access(0, 5, 1, 8000)});
  EXPECT_EQ(busOf(result.stats),
            (std::vector<int64_t>{8, 0, 0, 13 + 8013 - 28, 0, 11 + 11}));
  // Its end is: due at 6240, over at 6240 + RFC = 6368, RCD later the read.
  // Without it the read could have been sent in 6302.
  result = ::run(oneChip(), {access(0, 5, 0, 6300)});
  EXPECT_EQ(result.of(Kind::Read)[0].clock, 6368 + 11);
  EXPECT_EQ(busOf(result.stats),
            (std::vector<int64_t>{4, 0, 0, 6302 + 11, 6368 + 11 - 6302, 0}));
}

/// The gaps between the bursts, clock by clock: how many could not have had the
/// command of the next burst because of bursts in the other direction, of
/// bursts in the same direction, of a refresh of its bank, of something else.
struct Gaps {
  int64_t busy = 0, turnaround = 0, spacing = 0, refresh = 0, other = 0;
};

Gaps gapsOf(const DRAMDevice &device, ArrayRef<DRAMCommand> commands,
            int64_t end) {
  const DRAMTiming &t = device.timing;
  const int64_t burst = device.burstLength / device.beatsPerClock;
  auto latency = [&](const DRAMCommand &c) {
    return c.isRead() ? t.readLatency : t.writeLatency;
  };
  // The data sheet's distance from `a` to `b`.
  auto distance = [&](const DRAMCommand &a, const DRAMCommand &b) {
    bool sameRank = a.rank == b.rank;
    bool sameGroup = sameRank && a.bankGroup == b.bankGroup;
    int64_t onBus = latency(a) + burst - latency(b);
    if (a.isRead() && b.isWrite())
      return onBus + t.rtrs;
    if (!sameRank)
      return onBus + (a.isWrite() && b.isWrite() ? 0 : t.rtrs);
    if (a.isWrite() && b.isRead())
      return t.writeLatency + burst + (sameGroup ? t.wtrLong : t.wtrShort);
    return std::max(burst, sameGroup ? t.ccdLong : t.ccdShort);
  };
  // No rule reaches as far.
  const int64_t farthest = t.rfc + t.rfcBank + t.rcdRead + t.rcdWrite +
                           t.readLatency + t.writeLatency + t.wtrLong +
                           t.ccdLong + t.rtrs + burst;
  Gaps gaps;
  std::vector<DRAMCommand> accesses, refreshes;
  int64_t dataEnd = 0;
  for (const DRAMCommand &command : commands) {
    if (command.kind == Kind::Refresh || command.kind == Kind::RefreshBank)
      refreshes.push_back(command);
    if (!command.isRead() && !command.isWrite())
      continue;
    for (int64_t clock = dataEnd - latency(command); clock != command.clock;
         ++clock) {
      bool turns = false, follows = false, isRefreshed = false;
      for (const DRAMCommand &earlier : reverse(accesses)) {
        if (earlier.clock + farthest <= clock)
          break;
        bool isHeld =
            clock < std::max(earlier.clock + distance(earlier, command),
                             earlier.clock + 1);
        (earlier.isRead() == command.isRead() ? follows : turns) |= isHeld;
      }
      int64_t rcd = command.isRead() ? t.rcdRead : t.rcdWrite;
      for (const DRAMCommand &refresh : reverse(refreshes)) {
        if (refresh.clock + farthest <= clock)
          break;
        if (refresh.rank == command.rank &&
            (refresh.kind == Kind::Refresh ||
             (refresh.bankGroup == command.bankGroup &&
              refresh.bank == command.bank)))
          isRefreshed |=
              clock < refresh.clock + rcd +
                          (refresh.kind == Kind::Refresh ? t.rfc : t.rfcBank);
      }
      ++(turns         ? gaps.turnaround
         : follows     ? gaps.spacing
         : isRefreshed ? gaps.refresh
                       : gaps.other);
    }
    gaps.busy += burst;
    dataEnd = command.clock + latency(command) + burst;
    accesses.push_back(command);
  }
  gaps.other += end - dataEnd;
  return gaps;
}

// In every setting each clock has one cause, and it is the one that the
// commands show. They do not show whether requests wait: what is empty may be
// in a refresh as well.
TEST(ControllerRandom, BusClocksHaveOneCause) {
  int64_t seen[6] = {};
  for (uint64_t seed = 30000; seed != 30400; ++seed) {
    std::mt19937_64 random(seed);
    Setting setting = randomSetting(random);
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + setting.text);
    std::vector<Push> stream =
        randomStream(setting.device, random, 1000, /*distinct=*/false);
    Result result = run(setting, stream);
    const ControllerStats &stats = result.stats;
    Gaps gaps;
    for (int64_t channel = 0; channel != setting.device.channels; ++channel) {
      std::vector<DRAMCommand> commands;
      for (const DRAMCommand &command : result.commands)
        if (command.channel == channel)
          commands.push_back(command);
      Gaps each = gapsOf(setting.device, commands, stats.clocks);
      gaps.busy += each.busy;
      gaps.turnaround += each.turnaround;
      gaps.spacing += each.spacing;
      gaps.refresh += each.refresh;
      gaps.other += each.other;
    }
    int64_t all = stats.busyClocks;
    for (int64_t clocks : stats.idleClocks) {
      EXPECT_GE(clocks, 0);
      all += clocks;
    }
    EXPECT_EQ(all, stats.clocks * setting.device.channels);
    EXPECT_EQ(stats.busyClocks, gaps.busy);
    EXPECT_EQ(stats.idle(BusIdle::Turnaround), gaps.turnaround);
    EXPECT_EQ(stats.idle(BusIdle::Spacing), gaps.spacing);
    EXPECT_LE(stats.idle(BusIdle::Refresh), gaps.refresh);
    EXPECT_GE(stats.idle(BusIdle::Refresh) + stats.idle(BusIdle::Empty),
              gaps.refresh);
    EXPECT_EQ(stats.idle(BusIdle::Refresh) + stats.idle(BusIdle::Empty) +
                  stats.idle(BusIdle::Row),
              gaps.refresh + gaps.other);
    for (auto [sum, clocks] : zip_equal(seen, busOf(stats)))
      sum += clocks;
  }
  // All of them occur.
  for (int64_t clocks : seen)
    EXPECT_GT(clocks, 1000);
}

// Reads that come as fast as they are taken wait for rows and refreshes, never
// for requests, but at the start.
TEST(ControllerRandom, BusIsEmptyAtTheStartOnly) {
  for (uint64_t seed = 31000; seed != 31100; ++seed) {
    std::mt19937_64 random(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    ControllerOptions options;
    if (random() % 2)
      options.rows = RowPolicy::Closed;
    DRAMDevice device = oneChip();
    std::vector<Access> accesses;
    int64_t rows = 1 + random() % 20;
    for (int64_t i = 0; i != 500; ++i)
      accesses.push_back(access(random() % 8, random() % rows, random() % 128));
    ControllerStats stats = run(device, accesses, options).stats;
    EXPECT_EQ(stats.idle(BusIdle::Empty), 2 + device.timing.readLatency);
  }
}

//===----------------------------------------------------------------------===//
// Energy and throughput
//===----------------------------------------------------------------------===//

// pJ per chip from dram currents and times of the default device: activation
// and precharge 1344.4, a read burst 757.5, a refresh 33600, a clock of standby
// 103.1 with a bank open and 80.6 with all closed.
TEST(Controller, Energy) {
  // Activated at 2, read at 13 and 1002; closed for the refresh at 6240, which
  // is sent at 6251; activated at 7002, read at 7013, data until 7028.
  Result result = run(
      oneChip(), {access(0, 5), access(0, 5, 1, 1000), access(0, 5, 2, 7000)});
  const ControllerStats &stats = result.stats;
  EXPECT_EQ(stats.clocks, 7028);
  EXPECT_EQ(stats.openClocks, 6240 - 2 + 7028 - 7002);
  EXPECT_EQ(stats.closedClocks, 2 + 7002 - 6240);
  EXPECT_NEAR(stats.activatePJ, 2 * 1344.375, 1e-6);
  EXPECT_NEAR(stats.readPJ, 3 * 757.5, 1e-6);
  EXPECT_EQ(stats.writePJ, 0);
  EXPECT_NEAR(stats.refreshPJ, 33600, 1e-6);
  EXPECT_NEAR(stats.openStandbyPJ, 6264 * 103.125, 1e-6);
  EXPECT_NEAR(stats.closedStandbyPJ, 764 * 80.625, 1e-6);
  EXPECT_NEAR(stats.totalPJ(),
              2 * 1344.375 + 3 * 757.5 + 33600 + 6264 * 103.125 + 764 * 80.625,
              1e-6);
  EXPECT_EQ(stats.bytes, 3 * 8);
  EXPECT_NEAR(stats.timeNs, 7028 * 1.25, 1e-6);
  // A byte per beat, two beats per 1.25 ns.
  EXPECT_NEAR(stats.peakBytesPerSecond, 1.6e9, 1);
  EXPECT_NEAR(stats.busUse(), 24 / (7028 * 2.0), 1e-12);
}

TEST(Controller, EmptyStream) {
  Controller controller =
      take(Controller::create(oneChip(), makeMap(oneChip())));
  ControllerStats stats = take(controller.finish());
  EXPECT_EQ(stats.clocks, 0);
  EXPECT_EQ(stats.totalPJ(), 0);
  EXPECT_EQ(stats.busUse(), 0);
}

// In a long run the bus is free only around a refresh: from the last data until
// the banks may close, RP, RFC, and RCD.
TEST(Controller, LongRunsFillTheBus) {
  for (StringRef name : {"ddr3-1600-2gb-x8", "lpddr4-3200-8gb-x16"}) {
    SCOPED_TRACE(name.str());
    DRAMDevice device = preset(name);
    for (bool isWrite : {false, true}) {
      Controller controller = take(Controller::create(device, makeMap(device)));
      BurstRun run;
      run.count = 100000;
      run.isWrite = isWrite;
      controller.push(run);
      ControllerStats stats = take(controller.finish());
      const DRAMTiming &timing = device.timing;
      auto ofInterval = [&](int64_t clocks) {
        return static_cast<double>(clocks) / static_cast<double>(timing.refi);
      };
      int64_t recovery = isWrite ? timing.writeLatency + timing.wr : timing.rtp;
      EXPECT_GT(stats.busUse(), 1 - 0.002 -
                                    ofInterval(recovery + timing.rp +
                                               timing.rfc + timing.rcdRead));
      EXPECT_LT(stats.busUse(), 1 - ofInterval(timing.rfc));
      // 128 bursts to a row of the one, 64 of the other; refresh closes one or
      // two.
      int64_t rows = (100000 - 1) / device.burstsPerRow() + 1;
      EXPECT_GE(stats.activations(), rows);
      EXPECT_LE(stats.activations(), rows + 8 * stats.count(Kind::Refresh));
    }
  }
}

//===----------------------------------------------------------------------===//
// Bad input
//===----------------------------------------------------------------------===//

void expectError(Error error, StringRef part) {
  ASSERT_TRUE(static_cast<bool>(error));
  std::string message = toString(std::move(error));
  EXPECT_NE(message.find(part.str()), std::string::npos) << message;
}

void expectNoController(const DRAMDevice &device,
                        const ControllerOptions &options, StringRef part) {
  Expected<Controller> controller =
      Controller::create(device, makeMap(oneChip()), options);
  expectError(controller.takeError(), part);
}

TEST(ControllerErrors, Options) {
  ControllerOptions options;
  options.requestQueue = 0;
  expectNoController(oneChip(), options,
                     "requestQueue is 0, it must be at least 1 and at most");
  options = {};
  options.requestQueue = int64_t(1) << 40;
  expectNoController(oneChip(), options, "requestQueue is 1099511627776");
  options = {};
  options.bankQueue = 0;
  expectNoController(oneChip(), options, "bankQueue is 0");
  options = {};
  options.idleWrites = -1;
  expectNoController(oneChip(), options, "idleWrites is -1");
  options = {};
  options.hitsBeforeConflict = 0;
  expectNoController(oneChip(), options, "hitsBeforeConflict is 0");
  options = {};
  options.requestsPerClock = -1;
  expectNoController(oneChip(), options, "requestsPerClock is -1");
  options = {};
  options.refresh = RefreshPolicy::PerBank;
  expectNoController(oneChip(), options, "no refresh of single banks");
}

TEST(ControllerErrors, Devices) {
  DRAMDevice device = oneChip();
  device.rows = 1000;
  expectNoController(device, {}, "rows is 1000");
  device = oneChip();
  device.ranks = 16;
  expectNoController(device, {}, "at most 64 banks in a channel");
  device = oneChip();
  device.timing.wr = int64_t(1) << 60;
  expectNoController(device, {}, "1152921504606846976 clocks");
  // Refresh without time for anything else must not run for ever.
  device = oneChip();
  device.timing.refi = device.timing.rfc + 1;
  expectNoController(device, {}, "leaves no time for accesses");
}

void expectPushError(const BurstRun &run, StringRef part,
                     int64_t notBefore = 0) {
  Controller controller =
      take(Controller::create(oneChip(), makeMap(oneChip())));
  controller.push(BurstRun());
  controller.push(run, notBefore);
  controller.push(BurstRun());
  Expected<ControllerStats> stats = controller.finish();
  expectError(stats.takeError(), part);
}

TEST(ControllerErrors, Streams) {
  int64_t capacity = oneChip().capacityBytes();
  auto burst = [](int64_t address, int64_t count) {
    BurstRun run;
    run.address = address;
    run.count = count;
    return run;
  };
  expectPushError(burst(-8, 1), "from address -8");
  expectPushError(burst(4, 1), "not a multiple of the 8 bytes of a burst");
  expectPushError(burst(0, 0), "at least one burst");
  expectPushError(burst(capacity, 1), "beyond the 268435456 bytes");
  expectPushError(burst(capacity - 8, 2), "beyond the 268435456 bytes");
  expectPushError(burst(8, INT64_MAX), "beyond the 268435456 bytes");
  expectPushError(burst(0, 1), "not before clock -1", -1);

  // The last burst is in the device.
  Controller controller =
      take(Controller::create(oneChip(), makeMap(oneChip())));
  controller.push(burst(capacity - 8, 1));
  EXPECT_EQ(take(controller.finish()).reads, 1);
  expectError(controller.finish().takeError(), "has finished");
}

} // namespace
