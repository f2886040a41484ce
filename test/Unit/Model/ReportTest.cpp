//===- ReportTest.cpp - What a report says about a layer ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Report.h"
#include "gtest/gtest.h"
#include <cmath>
#include <random>

using namespace romanet;

/// The same at any number of threads, and as searched one by one.
TEST(Report, LayersAreSearchedInParallel) {
  std::vector<LayerTableRow> rows(9);
  for (size_t i = 0; i < rows.size(); ++i) {
    Layer &layer = rows[i].layer;
    layer.name = "layer" + std::to_string(i);
    int64_t channels = 8 * (i % 4 + 1);
    layer.size = {{1, 1, channels, channels, 14, 14}};
    layer.inputHeight = layer.inputWidth = 14;
    layer.kernelHeight = layer.kernelWidth = 3;
    layer.padTop = layer.padLeft = 1;
    ASSERT_EQ(llvm::toString(layer.verify()), "");
  }
  Report empty;
  // Less than the sums of one output of the sixth layer.
  empty.buffers = BufferCapacities::makeShared(3000);
  empty.device = defaultDRAMDevice();
  empty.options.layouts = LayoutChoice::allFree();
  rows[5].layer.accumulatorBytes = 4000;
  ASSERT_EQ(llvm::toString(rows[5].layer.verify()), "");

  Report expected = empty;
  for (const LayerTableRow &row : rows)
    ASSERT_EQ(llvm::toString(expected.search(row.network, row.layer)), "");
  EXPECT_EQ(expected.infeasible, 1);
  for (unsigned threads : {0, 1, 2, 7}) {
    Report report = empty;
    ASSERT_EQ(llvm::toString(report.searchAll(rows, threads)), "");
    EXPECT_EQ(toJSON(report), toJSON(expected)) << threads;
  }
}

TEST(Report, TheEpilogueIsAStreamOfItsOwn) {
  Report report;
  report.buffers = BufferCapacities::makeDefault();
  report.device = llvm::cantFail(dramPreset("ddr3-1600-2gb-x8"));
  auto table = [&] {
    std::string text;
    llvm::raw_string_ostream os(text);
    printTable(report, os);
    return text;
  };
  Layer layer;
  layer.name = "plain";
  layer.size = {{1, 1, 4, 1, 8, 8}};
  layer.inputHeight = layer.inputWidth = 8;
  ASSERT_EQ(llvm::toString(report.search("net", layer)), "");
  EXPECT_EQ(table().find("epilogue"), std::string::npos);

  // A residual of 4 * 8 * 8 bytes, in bursts of 64.
  layer.name = "residual";
  layer.epilogue.resize(1);
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  ASSERT_EQ(llvm::toString(report.search("net", layer)), "");
  EXPECT_NE(table().find("  epilogue read [B]  "), std::string::npos);
  llvm::json::Value value = toJSON(report);
  const llvm::json::Object &totals = *value.getAsObject()->getObject("totals");
  EXPECT_EQ(totals.getInteger("epilogue_read_bytes"), 256);
  EXPECT_EQ(totals.getInteger("epilogue_read_bursts"), 4);
  const Sums &plain = report.layers[0].sums, &residual = report.layers[1].sums;
  EXPECT_EQ(residual.totalBytes, plain.totalBytes + 256);
  EXPECT_EQ(residual.totalBursts, plain.totalBursts + 4);
  EXPECT_EQ(residual.compulsoryBytes, plain.compulsoryBytes + 256);
  EXPECT_GT(residual.energy.totalPJ(), plain.energy.totalPJ());
}

TEST(Report, AWeightlessLayerMovesNoWeights) {
  // A pooling of 2 x 2 windows side by side: each element moves once.
  Layer layer;
  layer.name = "pool";
  layer.size = {{64, 1, 1, 1, 8, 8}};
  layer.inputHeight = layer.inputWidth = 16;
  layer.kernelHeight = layer.kernelWidth = 2;
  layer.strideHeight = layer.strideWidth = 2;
  layer.weightBytes = 0;
  layer.order.axes[Operand::Weights].clear();
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  Report report;
  report.buffers = BufferCapacities::makeDefault();
  report.device = defaultDRAMDevice();
  for (const char *space : {"S0", "all"})
    for (bool freeLayouts : {false, true})
      for (Strategy strategy : AllStrategies)
        for (Objective objective : AllObjectives) {
          Report each = report;
          each.options.space = llvm::cantFail(Space::parse(space));
          if (freeLayouts)
            each.options.layouts = LayoutChoice::allFree();
          each.options.strategy = strategy;
          each.options.objective = objective;
          ASSERT_EQ(llvm::toString(each.search("net", layer)), "");
          llvm::json::Value value = toJSON(each);
          const llvm::json::Object &object =
              *(*value.getAsObject()->getArray("layers"))[0].getAsObject();
          EXPECT_EQ(object.getInteger("macs"), 64 * 64 * 4);
          EXPECT_EQ(object.getInteger("weights_read_bytes"), 0);
          EXPECT_EQ(object.getInteger("weights_read_bursts"), 0);
          EXPECT_EQ(object.getInteger("total_bytes"), 64 * (256 + 64));
          EXPECT_EQ(object.getInteger("compulsory_bytes"), 64 * (256 + 64));
          EXPECT_EQ(object.getObject("footprint")->getInteger("weights_bytes"),
                    0);
          const Found &found = std::get<Found>(each.layers[0].result);
          EXPECT_EQ(found.schedule.hold[Operand::Weights], NumDims);
          EXPECT_EQ(found.layouts[TensorArray::Weights], ArrayLayout());
          EXPECT_TRUE(found.isOptimal());
        }
}

static Layer convolution(std::string name, int64_t channels) {
  Layer layer;
  layer.name = std::move(name);
  layer.size = {{1, 1, channels, 8, 14, 14}};
  layer.inputHeight = layer.inputWidth = 14;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  EXPECT_EQ(llvm::toString(layer.verify()), "");
  return layer;
}

/// Three layers, of which the last does not fit.
static Report threeLayers() {
  Report report;
  report.buffers = BufferCapacities::makeShared(2048);
  report.device = defaultDRAMDevice();
  report.options.space = llvm::cantFail(Space::parse("S0+S2"));
  for (int64_t channels : {8, 24})
    EXPECT_EQ(llvm::toString(report.search("net", convolution("a", channels))),
              "");
  Layer large = convolution("large", 8);
  large.accumulatorBytes = 3000;
  EXPECT_EQ(llvm::toString(report.search("net", large)), "");
  EXPECT_EQ(report.infeasible, 1);
  return report;
}

TEST(Report, ABaselineIsASearchOfItsOwn) {
  Report report = threeLayers();
  ASSERT_EQ(llvm::toString(
                report.addBaseline(Strategy::ROMANet, Objective::Bursts, 2)),
            "");
  SearchOptions options;
  options.strategy = Strategy::ROMANet;
  options.objective = Objective::Bursts;
  int64_t bytes = 0;
  for (const LayerReport &each : report.layers) {
    ASSERT_EQ(each.baseline.has_value(),
              std::holds_alternative<Found>(each.result));
    if (!each.baseline)
      continue;
    Found found = std::get<Found>(
        search(each.layer, report.buffers, options, report.device));
    EXPECT_EQ(each.baseline->totalBytes, found.traffic.totalBytes());
    EXPECT_EQ(each.baseline->totalBursts, found.stream.bursts.total());
    bytes += each.baseline->totalBytes;
  }
  EXPECT_EQ(report.baseline->sums.totalBytes, bytes);
}

// At 100 % the curve is the report itself, and with more room nothing takes
// more.
TEST(Report, TheCapacityCurveFalls) {
  Report report = threeLayers();
  ASSERT_EQ(llvm::toString(report.addCapacityCurve({200, 1, 50, 100, 37},
                                                   report.options, 2)),
            "");
  const std::vector<CapacityPoint> &points = report.curve->points;
  ASSERT_EQ(points.size(), 5u);
  const int64_t capacities[] = {20, 757, 1024, 2048, 4096};
  double before = HUGE_VAL;
  for (auto [point, capacity] : llvm::zip_equal(points, capacities)) {
    EXPECT_EQ(point.capacityBytes, capacity);
    EXPECT_EQ(point.buffers, BufferCapacities::makeShared(capacity));
    EXPECT_TRUE(point.isOptimal);
    ASSERT_EQ(point.layers.size(), 3u);
    EXPECT_EQ(point.layers[2].has_value(), capacity == 4096);
    if (!point.layers[0] || !point.layers[1])
      continue;
    double energy = 0;
    for (size_t i : {0, 1}) {
      Found found =
          std::get<Found>(search(report.layers[i].layer, point.buffers,
                                 report.options, report.device));
      EXPECT_EQ(point.layers[i]->totalBytes, found.traffic.totalBytes());
      energy += point.layers[i]->energy.totalPJ();
    }
    EXPECT_LE(energy, before);
    before = energy;
  }
  EXPECT_FALSE(points[0].layers[0]);
  EXPECT_EQ(points[3].sums.totalBytes, report.sums.totalBytes);
  EXPECT_EQ(points[3].sums.energy.totalPJ(), report.sums.energy.totalPJ());

  auto errorOf = [&](std::vector<int64_t> percentages) {
    return llvm::toString(
        report.addCapacityCurve(percentages, report.options, 1));
  };
  EXPECT_EQ(errorOf({0}), "capacity curve: 0 % of the buffers, expected "
                          "different positive percentages");
  EXPECT_EQ(errorOf({50, 100, 50}), "capacity curve: 50 % of the buffers, "
                                    "expected different positive percentages");
  EXPECT_EQ(errorOf({INT64_MAX}),
            "capacity curve: the capacities at 9223372036854775807 % of the "
            "buffers do not fit 64 bits");
}

TEST(Report, CSVHasALineForEachLayer) {
  Report report = threeLayers();
  report.layers[0].layer.name = "with \"quotes\", and\nlines";
  std::string text;
  llvm::raw_string_ostream os(text);
  printCSV(report, os);
  EXPECT_NE(text.find("\nnet,\"with \"\"quotes\"\", and\nlines\","),
            std::string::npos)
      << text;
  llvm::SmallVector<llvm::StringRef> lines;
  // The name has a line end of its own.
  llvm::StringRef(text).rtrim('\n').split(lines, '\n');
  ASSERT_EQ(lines.size(), 5u);
  size_t columns = lines[0].count(',');
  EXPECT_EQ(lines[3].count(','), columns);
  llvm::SmallVector<llvm::StringRef> heading, second;
  lines[0].split(heading, ',');
  lines[3].split(second, ',');
  for (auto [name, field] : llvm::zip_equal(heading, second)) {
    if (name == "total_bytes") {
      EXPECT_EQ(field, std::to_string(report.layers[1].sums.totalBytes));
    } else if (name == "total_bursts") {
      EXPECT_EQ(field, std::to_string(report.layers[1].sums.totalBursts));
    } else if (name == "optimal") {
      EXPECT_EQ(field, "true");
    } else if (name.starts_with("baseline") || name.starts_with("simulated") ||
               name == "infeasible") {
      EXPECT_EQ(field, "") << name.str();
    }
  }
  EXPECT_NE(lines[4].find("need 3018 bytes"), llvm::StringRef::npos)
      << lines[4].str();
}

// Steps against a look at every program point.
TEST(Report, StepsSayWhatIsLive) {
  std::mt19937 random(11);
  auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round != 300; ++round) {
    Report report;
    report.buffers = BufferCapacities::makeDefault();
    report.device = defaultDRAMDevice();
    int64_t numPoints = pick(1, 30), burst = report.device.burstBytes();
    auto interval = [&] {
      int64_t begin = pick(0, numPoints - 1);
      return LiveInterval{begin, pick(begin + 1, numPoints)};
    };
    for (int64_t i = 0, e = pick(0, 4); i != e; ++i) {
      ASSERT_EQ(llvm::toString(report.search("net", convolution("a", 8))), "");
      if (pick(0, 4))
        report.layers.back().points = interval();
    }
    std::vector<BufferPlace> places;
    for (int64_t i = 0, e = pick(1, 8); i != e; ++i) {
      BufferPlace place;
      place.name = std::to_string(i);
      place.address = burst * pick(0, 1000);
      place.bytes = pick(1, 100000);
      for (int64_t j = 0, e = pick(0, 2); j != e; ++j)
        place.live.push_back(interval());
      place.live = mergeIntervals(place.live);
      places.push_back(place);
    }
    report.addPlacement(places, numPoints, "romanet");
    const PlacementSummary &summary = *report.placement;
    EXPECT_EQ(summary.buffers, static_cast<int64_t>(places.size()));
    auto isIn = [](llvm::ArrayRef<LiveInterval> intervals, int64_t at) {
      return llvm::any_of(intervals, [&](const LiveInterval &interval) {
        return interval.begin <= at && at < interval.end;
      });
    };
    int64_t next = 0, most = 0;
    for (auto [number, step] : llvm::enumerate(summary.steps)) {
      EXPECT_EQ(step.points.begin, next);
      next = step.points.end;
      for (int64_t at = step.points.begin; at != step.points.end; ++at) {
        int64_t live = 0;
        for (const BufferPlace &place : summary.places) {
          bool isLive = place.live.empty() || isIn(place.live, at);
          EXPECT_EQ(isIn(place.liveSteps, number), isLive);
          if (isLive)
            live += (place.bytes + burst - 1) / burst * burst;
        }
        EXPECT_EQ(step.liveBytes, live);
        for (auto [i, layer] : llvm::enumerate(report.layers))
          EXPECT_EQ(llvm::is_contained(step.layers, i),
                    layer.points && isIn(*layer.points, at));
      }
      most = std::max(most, step.liveBytes);
    }
    EXPECT_EQ(next, numPoints);
    EXPECT_EQ(most, summary.lowerBoundBytes);
  }
}

// A place of two layers' tensors is a use of the buffer that lives then.
TEST(Report, BuffersHaveTheirUses) {
  Report report;
  report.buffers = BufferCapacities::makeDefault();
  report.device = defaultDRAMDevice();
  for (int i = 0; i != 2; ++i) {
    ASSERT_EQ(llvm::toString(report.search("net", convolution("a", 8))), "");
    LayerReport &layer = report.layers.back();
    layer.points = LiveInterval{10 * i, 10 * i + 5};
    layer.places = {{Operand::Output, 0, 64, {}, {}}};
  }
  report.addPlacement({{"first", 0, 64, {{0, 7}}},
                       {"second", 0, 64, {{7, 20}}},
                       {"third", 64, 64, {{0, 20}}},
                       {"beyond", INT64_MAX - 100, 64, {{0, 20}}}},
                      20, "romanet");
  const std::vector<BufferPlace> &places = report.placement->places;
  ASSERT_EQ(places.size(), 4u);
  ASSERT_EQ(places[0].uses.size(), 1u);
  EXPECT_EQ(places[0].uses[0].layer, 0u);
  ASSERT_EQ(places[1].uses.size(), 1u);
  EXPECT_EQ(places[1].uses[0].layer, 1u);
  EXPECT_TRUE(places[2].uses.empty());
  EXPECT_EQ(places[2].rows.size(), 1u);
  // Not in the device.
  EXPECT_TRUE(places[3].rows.empty());
}
