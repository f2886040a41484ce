//===- SweepTest.cpp - Plans, records and fronts --------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Sweep.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <functional>
#include <limits>
#include <random>

using namespace romanet;
using llvm::json::Object;
using llvm::json::Value;
using Texts = std::vector<std::string>;

/// Says what `text` is where it does not contain `part`.
static testing::AssertionResult contains(llvm::StringRef text,
                                         llvm::StringRef part) {
  if (text.contains(part))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << text.str();
}

//===----------------------------------------------------------------------===//
// Front
//===----------------------------------------------------------------------===//

using Row = std::vector<AxisValue>;

/// By the definition: no other row is nowhere greater and somewhere less.
static std::vector<bool> obviousFront(const std::vector<Row> &rows) {
  std::vector<bool> front;
  for (const Row &row : rows) {
    bool isDominated = false;
    for (const Row &other : rows) {
      bool isNowhereGreater = true, isSomewhereLess = false;
      for (size_t axis = 0; axis < row.size(); ++axis) {
        isNowhereGreater &= !(other[axis] > row[axis]);
        isSomewhereLess |= other[axis] < row[axis];
      }
      isDominated |= isNowhereGreater && isSomewhereLess;
    }
    front.push_back(!isDominated);
  }
  return front;
}

TEST(Sweep, FrontIsThatOfTheDefinition) {
  std::mt19937 random(7);
  auto pick = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(0, most)(random);
  };
  int64_t onFront = 0, equal = 0, all = 0;
  for (int round = 0; round < 3000; ++round) {
    size_t axes = 2 + pick(2);
    // Few different values, so that there are ties along every axis.
    int64_t values = pick(12);
    std::vector<Row> rows(pick(20));
    std::vector<bool> isWhole;
    for (size_t axis = 0; axis < axes; ++axis)
      isWhole.push_back(pick(1));
    for (Row &row : rows)
      for (size_t axis = 0; axis < axes; ++axis)
        // Counts that a double does not hold, and halves.
        row.push_back(
            isWhole[axis]
                ? AxisValue(std::numeric_limits<int64_t>::max() - pick(values))
                : AxisValue(double(pick(values)) / 2));
    std::vector<bool> front = paretoFront(rows);
    ASSERT_EQ(front, obviousFront(rows)) << "round " << round;
    for (auto [i, row] : llvm::enumerate(rows)) {
      all += 1;
      onFront += front[i];
      equal += front[i] && llvm::count(rows, row) > 1;
    }
  }
  // The cases are not all of one kind.
  EXPECT_GT(onFront, all / 10);
  EXPECT_LT(onFront, all * 9 / 10);
  EXPECT_GT(equal, 1000);
}

TEST(Sweep, FrontTellsCountsThatADoubleDoesNot) {
  int64_t large = (int64_t(1) << 53) + 1;
  std::vector<Row> rows = {{large, int64_t(1)}, {large - 1, int64_t(1)}};
  EXPECT_EQ(paretoFront(rows), std::vector<bool>({false, true}));
  EXPECT_TRUE(paretoFront({}).empty());
}

//===----------------------------------------------------------------------===//
// Capacities
//===----------------------------------------------------------------------===//

TEST(Sweep, ScaledBuffersAreThoseOfLongArithmetic) {
  std::mt19937_64 random(11);
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  int64_t fits = 0, total = 0;
  for (int round = 0; round < 5000; ++round) {
    auto pick = [&] {
      int64_t value = random() & most;
      return std::max<int64_t>(value >> (random() % 63), 1);
    };
    int64_t percent = pick(), shared = pick(), weights = pick();
    BufferCapacities buffers =
        BufferCapacities::make(std::nullopt, weights, std::nullopt, shared);
    auto scale = [&](int64_t capacity) {
      return std::max<__int128>(__int128(capacity) * percent / 100, 1);
    };
    std::optional<BufferCapacities> scaled = buffers.scaled(percent);
    // A product of the rest with the percentage may not fit where the quotient
    // does, from 2^63 / 99 on.
    if (percent > most / 99)
      continue;
    ASSERT_EQ(scaled.has_value(),
              scale(shared) <= most && scale(weights) <= most);
    if (!scaled)
      continue;
    ++fits;
    ASSERT_TRUE(*scaled->shared == scale(shared));
    ASSERT_TRUE(*scaled->separate[Operand::Weights] == scale(weights));
    ASSERT_EQ(scaled->total().has_value(),
              scale(shared) + scale(weights) <= most);
    total += scaled->total().has_value();
  }
  EXPECT_GT(fits, 500);
  EXPECT_GT(total, 500);
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

static SweepSettings someSettings() {
  SweepSettings settings;
  settings.version = "1.2.3";
  settings.input = "a.csv";
  settings.inputHash = hashOf("text");
  settings.machine = "ethos-n77";
  settings.options = {
      {"space", "S0"}, {"strategy", "optimal"}, {"layouts", "nchw"}};
  return settings;
}

/// Capacities times two DRAMs times two objectives.
static SweepPlan somePlan(llvm::ArrayRef<int64_t> percentages = {25, 200}) {
  return llvm::cantFail(makeSweepPlan(
      someSettings(), llvm::cantFail(machinePreset("ethos-n77")), percentages,
      {SweepDRAM("ddr4-2400-8gb-x8"), SweepDRAM("hbm2-8gb-x128")},
      {Objective::Energy, Objective::Bytes}));
}

TEST(Sweep, PlanHasAllCombinations) {
  SweepPlan plan = somePlan();
  std::vector<std::string> points;
  for (const SweepPoint &point : plan.points)
    points.push_back(
        llvm::formatv("{0} {1} {2} {3}", point.percent, point.device.name,
                      objectiveName(point.objective), point.capacityBytes));
  // The preset has 1 MiB, shared.
  EXPECT_EQ(points, Texts({"25 ddr4-2400-8gb-x8 energy 262144",
                           "25 ddr4-2400-8gb-x8 bytes 262144",
                           "25 hbm2-8gb-x128 energy 262144",
                           "25 hbm2-8gb-x128 bytes 262144",
                           "200 ddr4-2400-8gb-x8 energy 2097152",
                           "200 ddr4-2400-8gb-x8 bytes 2097152",
                           "200 hbm2-8gb-x128 energy 2097152",
                           "200 hbm2-8gb-x128 bytes 2097152"}));
}

TEST(Sweep, DRAMTakesThePlaceOfTheMachinesWithItsChips) {
  Machine base = llvm::cantFail(machinePreset("ethos-n77"));
  SweepPlan own = llvm::cantFail(
      makeSweepPlan(someSettings(), base, {100}, {}, {Objective::Energy}));
  ASSERT_EQ(own.points.size(), 1u);
  EXPECT_EQ(own.points[0].device.name, "lpddr4-3200-8gb-x16");
  EXPECT_EQ(own.points[0].device.chips, 2);
  SweepPlan named = llvm::cantFail(
      makeSweepPlan(someSettings(), base, {100},
                    {SweepDRAM("lpddr4-3200-8gb-x16")}, {Objective::Energy}));
  EXPECT_EQ(named.points[0].device.chips,
            llvm::cantFail(dramPreset("lpddr4-3200-8gb-x16")).chips);
  EXPECT_FALSE(named.points[0].machine.chips);
}

TEST(Sweep, PlanIsReadBack) {
  DRAMDevice own = llvm::cantFail(dramPreset("ddr4-2400-8gb-x8"));
  own.name = "mine";
  SweepPlan plan = llvm::cantFail(makeSweepPlan(
      someSettings(), Machine::makeDefault(), {1, 333},
      {SweepDRAM(own), SweepDRAM("ddr4-2400-8gb-x8")}, {Objective::EDP}));
  std::string text = printSweepPlan(plan);
  llvm::Expected<SweepPlan> again = parseSweepPlan(text, "plan.json");
  ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
  EXPECT_EQ(printSweepPlan(*again), text);
  EXPECT_EQ(differences(plan, *again), Texts({}));
  ASSERT_EQ(again->points.size(), 4u);
  EXPECT_EQ(again->points[3].capacityBytes, plan.points[3].capacityBytes);
  EXPECT_EQ(again->points[0].device.name, "mine");
}

TEST(Sweep, PlanRefusesListsThatMakeNoPoints) {
  Machine base = llvm::cantFail(machinePreset("ethos-n77"));
  auto message = [&](llvm::ArrayRef<int64_t> percentages,
                     llvm::ArrayRef<SweepDRAM> drams,
                     llvm::ArrayRef<Objective> objectives) {
    llvm::Expected<SweepPlan> plan =
        makeSweepPlan(someSettings(), base, percentages, drams, objectives);
    return plan ? "" : llvm::toString(plan.takeError());
  };
  SweepDRAM dram("ddr4-2400-8gb-x8");
  Objective objective = Objective::Energy;
  EXPECT_EQ(message({}, dram, objective),
            "there are no capacities, expected at least one");
  EXPECT_EQ(message(100, dram, {}),
            "there are no objectives, expected at least one");
  EXPECT_EQ(message({100, 50, 100}, dram, objective),
            "capacities: 100 stands there twice");
  EXPECT_EQ(message(100, {dram, dram}, objective),
            "DRAMs: ddr4-2400-8gb-x8 stands there twice");
  EXPECT_EQ(message(100, dram, {objective, objective}),
            "objectives: energy stands there twice");
  EXPECT_EQ(message({100, 0}, dram, objective),
            "capacities: 0 % of the buffers, expected a positive percentage");
  EXPECT_EQ(message(-5, dram, objective),
            "capacities: -5 % of the buffers, expected a positive percentage");
  EXPECT_EQ(message(std::numeric_limits<int64_t>::max(), dram, objective),
            "capacities: 9223372036854775807 % of the buffers do not fit 64 "
            "bits");
  EXPECT_TRUE(contains(message(100, SweepDRAM("ddr9"), objective),
                       "there is no DRAM preset 'ddr9'"));
}

TEST(Sweep, DifferencesAreNamed) {
  SweepPlan plan = somePlan();
  EXPECT_EQ(differences(plan, plan), Texts({}));
  EXPECT_EQ(differences(plan, somePlan({25, 100})),
            Texts({"capacities is 25,200 there, and 25,100 here"}));
  SweepPlan other = plan;
  other.settings.options["simulate"] = "yes";
  other.settings.options["space"] = "S0+S2";
  other.settings.inputHash = "0";
  EXPECT_EQ(differences(plan, other),
            Texts({"the SHA-256 of the input is " + hashOf("text") +
                       " there, and 0 here",
                   "simulate is not given there, and yes here",
                   "space is S0 there, and S0+S2 here"}));
  // A machine file with the same name and other buffers.
  SweepPlan machine = plan;
  machine.points[5].machine.buffers.shared = 7;
  EXPECT_EQ(differences(plan, machine),
            Texts({"machine of point 6, line 4 is shared:          "
                   "2097152 there, and shared:          7 here"}));
  SweepPlan swapped = plan;
  std::swap(swapped.points[0], swapped.points[1]);
  EXPECT_EQ(differences(plan, swapped),
            Texts({"objectives is energy,bytes there, and bytes,energy "
                   "here"}));
  SweepPlan fewer = plan;
  fewer.points.erase(fewer.points.begin());
  EXPECT_EQ(differences(plan, fewer).size(), 1u);
}

/// The first error that a reader has with `value` after `change`.
static std::string
errorAfter(Value value, const std::function<void(Object &)> &change,
           const std::function<llvm::Error(llvm::StringRef)> &read) {
  change(*value.getAsObject());
  return llvm::toString(read(llvm::formatv("{0}", value).str()));
}

TEST(Sweep, MalformedPlansAreRefused) {
  Value good = llvm::cantFail(llvm::json::parse(printSweepPlan(somePlan())));
  auto check = [&](const std::function<void(Object &)> &change) {
    return errorAfter(good, change, [](llvm::StringRef text) {
      return parseSweepPlan(text, "plan.json").takeError();
    });
  };
  EXPECT_EQ(check([](Object &) {}), "");
  EXPECT_EQ(check([](Object &plan) { plan.erase("plan_version"); }),
            "plan.json: this is no plan of a sweep: plan_version: this key is "
            "missing");
  EXPECT_EQ(check([](Object &plan) { plan["plan_version"] = 2; }),
            "plan.json: plan_version: expected 1, found 2; the file and this "
            "program are of different versions");
  EXPECT_EQ(check([](Object &plan) { plan["more"] = 2; }),
            "plan.json: more: unknown key");
  EXPECT_EQ(check([](Object &plan) {
              plan.getObject("settings")->getObject("options")->erase("space");
            }),
            "plan.json: settings.options.space: this key is missing");
  auto point = [](Object &plan) {
    return (*plan.getArray("points"))[2].getAsObject();
  };
  EXPECT_EQ(
      check([&](Object &plan) { (*point(plan))["objective"] = "speed"; }),
      "plan.json: points[2].objective: expected one of \"bytes\", "
      "\"bursts\", \"energy\", \"time\", \"edp\", \"bytes-bursts\", found "
      "\"speed\"");
  EXPECT_EQ(check([&](Object &plan) {
              (*point(plan))["machine"] = "buffers: {shared: 0}\n"
                                          "dram: hbm2-8gb-x128\n";
            }),
            "plan.json: points[2].machine:1:1: capacity of the shared buffer "
            "is 0 bytes, expected at least 1");
  EXPECT_EQ(check([&](Object &plan) {
              (*point(plan))["machine"] =
                  "buffers: {weights: 9223372036854775807, shared: 1}\n"
                  "dram: hbm2-8gb-x128\n";
            }),
            "plan.json: points[2].machine: the buffers together do not fit 64 "
            "bits");
  EXPECT_TRUE(
      contains(llvm::toString(parseSweepPlan("{", "plan.json").takeError()),
               "plan.json: malformed JSON: [1:1"));
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

TEST(Sweep, RecordsBelongToOnePlanAndPoint) {
  for (PointStatus status :
       {PointStatus::Done, PointStatus::Infeasible, PointStatus::Failed}) {
    PointRecord record;
    record.status = status;
    record.message = status == PointStatus::Done ? "" : "why";
    record.reportHash = status == PointStatus::Failed ? "" : "abc";
    llvm::Expected<PointRecord> again =
        parsePointRecord(printPointRecord(record, "hash", 3), "f", "hash", 3);
    ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
    EXPECT_EQ(again->status, status);
    EXPECT_EQ(again->message, record.message);
    EXPECT_EQ(again->reportHash, record.reportHash);
    EXPECT_EQ(again->isSettled(), status != PointStatus::Failed);
  }
  PointRecord record;
  record.status = PointStatus::Done;
  record.reportHash = "abc";
  std::string text = printPointRecord(record, "hash", 3);
  auto message = [](llvm::StringRef text, llvm::StringRef hash,
                    int64_t number) {
    return llvm::toString(
        parsePointRecord(text, "f", hash, number).takeError());
  };
  EXPECT_EQ(message(text, "other", 3), "f: this is the record of another plan");
  EXPECT_EQ(message(text, "hash", 4),
            "f: this is the record of point 3, expected that of point 4");
  EXPECT_EQ(message("[]", "hash", 3),
            "f: this is no record of a point: record_version: this key is "
            "missing");
  EXPECT_TRUE(contains(message(llvm::StringRef(text).drop_back(4), "hash", 3),
                       "f: malformed JSON"));
  EXPECT_EQ(message(R"({"record_version": 1, "plan_sha256": "hash",
                        "number": 3, "status": "done"})",
                    "hash", 3),
            "f: report_sha256: this key is missing");
  // What a program prints need not be UTF-8.
  record.status = PointStatus::Failed;
  record.message = "\xff";
  EXPECT_EQ(message(printPointRecord(record, "hash", 3), "hash", 3), "");
}

//===----------------------------------------------------------------------===//
// Merged sweeps
//===----------------------------------------------------------------------===//

/// Points 1 to 5 are done, with figures that make 1 and 4 the front of capacity
/// and energy; the others are not.
static Sweep someSweep() {
  Sweep sweep = makeSweep(somePlan());
  const double energies[] = {50, 60, 70, 20, 20.5};
  for (auto [i, energy] : llvm::enumerate(energies)) {
    SweptPoint &point = sweep.points[i];
    point.status = PointStatus::Done;
    point.figures = ReportFigures{};
    point.figures->energyPJ = energy;
    point.figures->bytes = 1000 - 10 * int64_t(i);
  }
  // By capacity all of the first four are equal.
  sweep.points[5].status = PointStatus::Infeasible;
  sweep.points[5].message = "a layer, of \"x\", does not fit";
  sweep.points[6].status = PointStatus::Failed;
  sweep.points[6].message = "Killed";
  return sweep;
}

TEST(Sweep, FrontIsOfThePointsThatAreDone) {
  Sweep sweep = someSweep();
  auto front = [&] {
    std::vector<size_t> numbers;
    for (auto [i, point] : llvm::enumerate(sweep.points))
      if (point.isOnFront)
        numbers.push_back(i + 1);
    return numbers;
  };
  llvm::cantFail(sweep.setAxes({SweepAxis::Capacity, SweepAxis::Energy}));
  EXPECT_EQ(front(), std::vector<size_t>({4}));
  llvm::cantFail(sweep.setAxes({SweepAxis::Bytes, SweepAxis::Energy}));
  EXPECT_EQ(front(), std::vector<size_t>({4, 5}));
  llvm::cantFail(sweep.setAxes(
      {SweepAxis::Capacity, SweepAxis::Bytes, SweepAxis::Energy}));
  EXPECT_EQ(front(), std::vector<size_t>({4, 5}));
  auto message = [&](llvm::ArrayRef<SweepAxis> axes) {
    return llvm::toString(sweep.setAxes(axes));
  };
  EXPECT_EQ(message({SweepAxis::Energy}),
            "a front needs at least two axes, found 1");
  EXPECT_EQ(message({SweepAxis::Energy, SweepAxis::Energy}),
            "axis 'energy' stands there twice");
  EXPECT_EQ(message({SweepAxis::Energy, SweepAxis::SimulatedTime}),
            "axis 'simulated-time' needs figures of the controller, which the "
            "points do not have; they have them with --simulate");
  for (SweepAxis axis : AllSweepAxes)
    EXPECT_EQ(llvm::cantFail(parseAxis(axisName(axis))), axis);
  EXPECT_EQ(llvm::toString(parseAxis("speed").takeError()),
            "axis 'speed' is not known, expected capacity, energy, time, "
            "bytes, bursts, activations, simulated-energy, simulated-time");
}

TEST(Sweep, MergedSweepsAreReadBack) {
  Sweep sweep = someSweep();
  llvm::cantFail(sweep.setAxes({SweepAxis::Capacity, SweepAxis::Energy}));
  std::string text = llvm::formatv("{0}", toJSON(sweep));
  EXPECT_TRUE(isSweep(text));
  EXPECT_FALSE(isSweep("{}"));
  EXPECT_FALSE(isSweep("{"));
  EXPECT_FALSE(isSweep(std::string(100000, '[')));
  llvm::Expected<Sweep> again = parseSweep(text, "s.json");
  ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
  EXPECT_EQ(llvm::formatv("{0}", toJSON(*again)).str(), text);

  std::string csv;
  llvm::raw_string_ostream os(csv);
  printCSV(sweep, os);
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(csv).split(lines, '\n');
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_EQ(lines[4].str(),
            "4,25,262144,hbm2-8gb-x128,8,1,1,bytes,done,true,0,970,0,"
            "0,20,0,,,");
  EXPECT_EQ(lines[6].str(),
            "6,200,2097152,ddr4-2400-8gb-x8,1,1,8,bytes,infeasible,,,,,,,,,,"
            "\"a layer, of \"\"x\"\", does not fit\"");
}

TEST(Sweep, MalformedSweepsAreRefused) {
  Sweep sweep = someSweep();
  llvm::cantFail(sweep.setAxes({SweepAxis::Capacity, SweepAxis::Energy}));
  auto check = [&](const std::function<void(Object &)> &change) {
    return errorAfter(toJSON(sweep), change, [](llvm::StringRef text) {
      return parseSweep(text, "s.json").takeError();
    });
  };
  auto point = [](Object &sweep, size_t number) -> Object & {
    return *(*sweep.getArray("points"))[number].getAsObject();
  };
  EXPECT_EQ(check([](Object &) {}), "");
  EXPECT_EQ(check([](Object &sweep) { sweep["sweep_version"] = 7; }),
            "s.json: sweep_version: expected 1, found 7; the file and this "
            "program are of different versions");
  EXPECT_EQ(check([&](Object &sweep) { point(sweep, 0)["on_front"] = true; }),
            "s.json: points[0].on_front: the point is not on the front of "
            "these points");
  EXPECT_EQ(check([&](Object &sweep) { point(sweep, 3)["on_front"] = false; }),
            "s.json: points[3].on_front: the point is on the front of these "
            "points");
  EXPECT_EQ(check([&](Object &sweep) { point(sweep, 1)["number"] = 3; }),
            "s.json: points[1].number: expected 2, found 3");
  EXPECT_EQ(check([&](Object &sweep) {
              point(sweep, 6)["figures"] =
                  Object(*point(sweep, 0).getObject("figures"));
            }),
            "s.json: points[6].figures: the point is not done");
  EXPECT_EQ(check([&](Object &sweep) { point(sweep, 0).erase("figures"); }),
            "s.json: points[0].figures: this key is missing");
  EXPECT_EQ(check([&](Object &sweep) { point(sweep, 5).erase("message"); }),
            "s.json: points[5].message: this key is missing");
  EXPECT_EQ(
      check([](Object &sweep) { (*sweep.getObject("totals"))["missing"] = 0; }),
      "s.json: totals.missing: the points make it 1");
  EXPECT_EQ(
      check([](Object &sweep) { sweep["axes"] = llvm::json::Array{"energy"}; }),
      "s.json: axes: a front needs at least two axes, found 1");
  EXPECT_TRUE(contains(check([](Object &sweep) {
                         sweep["axes"] = llvm::json::Array{"energy", "beauty"};
                       }),
                       "s.json: axes[1]: expected one of \"capacity\""));
}

TEST(Sweep, ReportsMakeRecords) {
  auto record = [](llvm::StringRef layers) {
    return recordOf(llvm::cantFail(llvm::json::parse(
                        ("{\"layers\": [" + layers + "]}").str())),
                    "text");
  };
  EXPECT_EQ(record("{}").status, PointStatus::Done);
  EXPECT_EQ(record("{}").reportHash, hashOf("text"));
  EXPECT_EQ(record("").status, PointStatus::Failed);
  llvm::StringRef wrong =
      R"({"name": "a", "infeasible": {"message": "too large"}})";
  EXPECT_EQ(record(("{}, " + wrong).str()).message, "layer 'a': too large");
  EXPECT_EQ(record((wrong + ", " + wrong + "," + wrong).str()).message,
            "layer 'a': too large; layers that do not fit either: 2");
  EXPECT_EQ(record(wrong).status, PointStatus::Infeasible);
  // That of FIPS 180-4 for "abc".
  EXPECT_EQ(hashOf("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
