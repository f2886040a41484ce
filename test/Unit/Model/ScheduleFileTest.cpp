//===- ScheduleFileTest.cpp - Schedules printed and read back -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/ScheduleFile.h"
#include "RandomCase.h"
#include "romanet/Model/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace romanet;

static const BufferCapacities ample =
    BufferCapacities::makeShared(std::numeric_limits<int64_t>::max());

static std::string errorOf(llvm::StringRef text, const LayerTableRow &row,
                           const BufferCapacities &buffers) {
  auto schedules = parseSchedules(text, "file", row, buffers);
  return schedules ? "" : llvm::toString(schedules.takeError());
}

/// Any that the arrays can have.
static ArrayLayouts randomLayouts(RandomCase &random, const Layer &layer,
                                  const Schedule &schedule) {
  if (random.chance(50))
    return random.layouts(layer, schedule, defaultDRAMDevice());
  ArrayLayouts layouts;
  for (TensorArray array : AllTensorArrays)
    if (random.chance(50) && tilesPartition(layer, schedule, array))
      layouts[array].kind = ArrayLayout::Kind::Tiles;
  ArrayLayout &input = layouts[TensorArray::Input];
  if (random.chance(40)) {
    DRAMDevice device = defaultDRAMDevice();
    input.kind = ArrayLayout::Kind::Blocked;
    int64_t elements = device.burstBytes() / layer.inputBytes;
    int64_t bursts = device.burstsPerRow();
    for (Dim dim : AllDims)
      while (isRelevant(Operand::Input, dim) && random.chance(60)) {
        bool isBurst = random.chance(50);
        int64_t &left = isBurst ? elements : bursts;
        if (left < 2)
          break;
        left /= 2;
        input.rowBlock[dim] *= 2;
        if (isBurst)
          input.burstBlock[dim] *= 2;
      }
    // Ranks as they are read: 1, 2, ...
    std::vector<Axis> axes = {Axis::N, Axis::G, Axis::C, Axis::H, Axis::W};
    for (uint8_t rank = 1; random.chance(60) && !axes.empty(); ++rank) {
      size_t next = random.uniform(0, axes.size() - 1);
      input.rowRank[static_cast<size_t>(axes[next])] = rank;
      axes.erase(axes.begin() + next);
    }
  }
  return layouts;
}

TEST(ScheduleFile, WhatAReportPrintsIsReadBack) {
  RandomCase random(41);
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    std::vector<LayerTableRow> rows;
    std::vector<std::optional<GivenSchedule>> schedules;
    Report report;
    report.device = defaultDRAMDevice();
    // The same names in two networks, and layers without a schedule.
    for (int number = 0; number < 8; ++number) {
      LayerTableRow row;
      row.network = number % 2 ? "odd" : "";
      row.layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
      row.layer.name = llvm::formatv("\"layer\" {0}", number / 2);
      schedules.emplace_back();
      if (number == 0 || random.chance(70)) {
        Schedule schedule = random.scheduleOfAnySpace(row.layer);
        ArrayLayouts layouts = randomLayouts(random, row.layer, schedule);
        schedules.back() = {schedule, layouts};
        ASSERT_EQ(llvm::toString(report.evaluate(row.network, row.layer, ample,
                                                 schedule, {}, layouts)),
                  "");
      }
      rows.push_back(std::move(row));
    }
    std::string text = llvm::formatv("{0:2}", toJSON(report));
    auto read = parseSchedules(text, "file", rows, ample);
    ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
    EXPECT_EQ(*read, schedules) << text;
  }
}

TEST(ScheduleFile, WhatIsLeftOutHasTheDefaultsOfSchedule) {
  LayerTableRow row;
  row.layer.name = "only";
  row.layer.size = {{1, 1, 4, 1, 1, 1}};
  Schedule expected;
  expected.tile[Dim::K] = 2;
  expected.order = {Dim::Q, Dim::P, Dim::C, Dim::K, Dim::G, Dim::N};
  std::string text = R"({"layers": [{"name": "only",
      "tiles": {"n": 1, "g": 1, "k": 2, "c": 1, "p": 1, "q": 1.0},
      "order": ["q", "p", "c", "k", "g", "n"])";
  auto read = [&](llvm::StringRef rest) {
    return llvm::cantFail(parseSchedules((text + rest + "}]}").str(), "file",
                                         row, ample))[0]
        ->schedule;
  };
  EXPECT_EQ(read(""), expected);
  expected.hold[Operand::Weights] = 0;
  EXPECT_EQ(read(R"(, "hold_loops": {"weights": 0})"), expected);
}

TEST(ScheduleFile, LayoutsThatAnArrayCannotHave) {
  // Two tiles of two rows, each with a halo.
  LayerTableRow row;
  row.layer.name = "only";
  row.layer.size = {{1, 1, 1, 1, 4, 4}};
  row.layer.inputHeight = row.layer.inputWidth = 4;
  row.layer.kernelHeight = 3;
  row.layer.padTop = 1;
  ASSERT_EQ(llvm::toString(row.layer.verify()), "");
  auto errorsOf = [&](llvm::StringRef layouts, int rows = 2) {
    std::string text = llvm::formatv(
        R"({{"layers": [{{"name": "only", "layouts": {0},
            "tiles": {{"n": 1, "g": 1, "k": 1, "c": 1, "p": {1}, "q": 4},
            "order": ["n", "g", "k", "c", "p", "q"]}]})",
        layouts, rows);
    std::string errors = errorOf(text, row, ample);
    // One per line, without the common start.
    std::string prefix = "file: layer 'only': ";
    for (size_t at; (at = errors.find(prefix)) != std::string::npos;)
      errors.erase(at, prefix.size());
    return errors;
  };
  auto errorsOfBlocks = [&](llvm::StringRef burst, llvm::StringRef rowBlock) {
    return errorsOf(
        llvm::formatv(R"({{"input": {{"burst_block": {0}, "row_block": {1}}})",
                      burst, rowBlock)
            .str());
  };
  EXPECT_EQ(errorsOf("{}"), "");
  EXPECT_EQ(errorsOf(R"({"weights": "tiles", "output": "row-major"})"), "");
  EXPECT_EQ(errorsOf("[]"), "'layouts' is an array, expected an object");
  EXPECT_EQ(errorsOf(R"({"bias": "tiles", "output": "Tiles", "input": 7})"),
            "'layouts' names the unknown tensor 'bias', expected input, "
            "weights, output, partial_sums, init or epilogue\n"
            "layout of the input is 7, expected \"row-major\", \"tiles\" or "
            "an object with burst_block and row_block\n"
            "layout of the output is \"Tiles\", expected \"row-major\", "
            "\"tiles\" or an object with burst_block and row_block");
  // With all rows in one tile there is no halo.
  EXPECT_EQ(errorsOf(R"({"input": "tiles"})"),
            "layout of the input is \"tiles\", but the tiles that the schedule "
            "loads overlap or leave out rows or columns");
  EXPECT_EQ(errorsOf(R"({"input": "tiles"})", 4), "");
  EXPECT_EQ(errorsOf(R"({"weights": {"burst_block": {"k": 2},
                                     "row_block": {"k": 4, "c": 2}}})"),
            "");
  EXPECT_EQ(errorsOf(R"({"output": {"burst_block": {"c": 2},
                                    "row_block": {"k": 4}}})"),
            "'burst_block' names the loop 'c', expected some of n, g, k, p and "
            "q");
  // Sixteen partial sums of four bytes fill a burst.
  EXPECT_EQ(errorsOf(R"({"partial_sums": {"burst_block": {"k": 32},
                                          "row_block": {"k": 32}}})"),
            "'burst_block' has 32 elements of 4 bytes, expected at most the 16 "
            "of a burst of 64 bytes");
  EXPECT_EQ(errorsOf(R"({"epilogue": "tiles"})"),
            "'epilogue' in 'layouts' is \"tiles\", expected an array");
  EXPECT_EQ(errorsOf(R"({"epilogue": ["tiles"]})"),
            "'layouts' has 1 operands of the epilogue, expected at most 0");

  EXPECT_EQ(errorsOfBlocks("{}", "{}"), "");
  // A burst of 64 elements of a byte, and a row of 128 bursts.
  EXPECT_EQ(errorsOfBlocks(R"({"c": 8, "q": 8})", R"({"c": 16, "q": 512})"),
            "");
  EXPECT_EQ(
      errorsOfBlocks(R"({"c": 16, "q": 8})", R"({"c": 16, "q": 8})"),
      "'burst_block' has 128 elements of 1 bytes, expected at most the 64 "
      "of a burst of 64 bytes");
  EXPECT_EQ(errorsOfBlocks("{}", R"({"p": 16, "q": 16})"),
            "'row_block' has 256 blocks of a burst, expected at most the 128 "
            "of a DRAM row");
  EXPECT_EQ(errorsOfBlocks(R"({"q": 8})", R"({"q": 4})"),
            "'row_block' has 4 along loop q, expected a multiple of the 8 of "
            "'burst_block'");
  EXPECT_EQ(errorsOfBlocks(R"({"k": 2, "q": 3})", R"({"p": 0, "q": -8})"),
            "'burst_block' names the loop 'k', expected some of n, g, c, p and "
            "q\n'burst_block' has 3 along loop q, expected a power of two\n"
            "'row_block' has 0 along loop p, expected a power of two\n"
            "'row_block' has -8 along loop q, expected a power of two");
  // Products beyond 64 bits.
  std::string huge = R"({"c": 4611686018427387904, "q": 4611686018427387904})";
  EXPECT_EQ(errorsOfBlocks("{}", huge),
            "'row_block' has 18446744073709551615 blocks of a burst, expected "
            "at most the 128 of a DRAM row");
  auto errorsOfOrder = [&](llvm::StringRef array, llvm::StringRef order) {
    return errorsOf(llvm::formatv(R"({{"{0}": {{"burst_block": {{},
                                   "row_block": {{}, "row_order": {1}}})",
                                  array, order)
                        .str());
  };
  EXPECT_EQ(errorsOfOrder("input", R"(["q", "c", "p"])"), "");
  EXPECT_EQ(errorsOfOrder("weights", R"(["r", "k", "s"])"), "");
  EXPECT_EQ(errorsOfOrder("input", R"("q")"),
            "'row_order' is \"q\", expected an array");
  EXPECT_EQ(
      errorsOfOrder("input", R"(["k", "r", 3, "q", "q"])"),
      "'row_order' names the unknown axis 'k', expected n, g, c, p and "
      "q\n'row_order' names the unknown axis 'r', expected n, g, c, p and "
      "q\n'row_order' names the unknown axis 3, expected n, g, c, p and "
      "q\n'row_order' names axis q twice");
  EXPECT_EQ(errorsOf(R"({"input": {"burst_block": {}}})"),
            "key 'row_block' is missing");
}

TEST(ScheduleFile, DeepNestingIsAnErrorAndBracketsInNamesAreNone) {
  LayerTableRow row;
  row.layer.name = "\\\"" + std::string(1000, '[');
  std::string deep = "{\"layers\": " + std::string(1000000, '[');
  EXPECT_EQ(errorOf(deep, row, ample),
            "file: malformed JSON: nested too deeply");
  llvm::json::Object entry{{"name", row.layer.name}};
  addSchedule(entry, Schedule());
  std::string text = llvm::formatv(
      "{0}", llvm::json::Value(llvm::json::Object{
                 {"layers", llvm::json::Array{std::move(entry)}}}));
  EXPECT_EQ(errorOf(text, row, ample), "");
}

TEST(ScheduleFile, NumbersOutOfRange) {
  LayerTableRow row;
  row.layer.name = "only";
  auto error = [&](llvm::StringRef tile, llvm::StringRef depth) {
    return errorOf((R"({"layers": [{"name": "only", "hold_loops": {"input": )" +
                    depth + R"(}, "order": ["n", "g", "k", "c", "p", "q"],
        "tiles": {"n": 1, "g": 1, "k": 1, "c": 1, "p": 1, "q": )" +
                    tile + "}}]}")
                       .str(),
                   row, ample);
  };
  EXPECT_EQ(error("1", "6"), "");
  for (const char *tile :
       {"1.5", "9223372036854775808", "9223372036854775808.0", "-1e300",
        "1e999", "\"1\"", "null", "true"})
    EXPECT_TRUE(llvm::StringRef(error(tile, "6"))
                    .ends_with(", expected a whole number"))
        << tile;
  for (const char *tile : {"0", "-1", "2", "9223372036854775807"})
    EXPECT_EQ(error(tile, "6"), std::string("file: layer 'only': tile of loop "
                                            "q is ") +
                                    tile + ", expected 1 to 1");
  // The last two are 0 in 32 bits.
  for (const char *depth : {"7", "-1", "4294967296", "-4294967296"})
    EXPECT_EQ(error("1", depth),
              std::string("file: layer 'only': depth of the input is ") +
                  depth + ", expected 0 to 6");
}

TEST(ScheduleFile, LegalIsWhatIsInRangeAndFits) {
  RandomCase random(42);
  int legal = 0;
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    LayerTableRow row;
    row.layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    // Most random schedules do not fit random buffers.
    BufferCapacities buffers =
        random.chance(60) ? random.buffers(row.layer) : ample;
    Schedule schedule = random.scheduleOfAnySpace(row.layer);
    if (random.chance(10))
      schedule.tile[Dim::P] = random.uniform(-1, 9);
    llvm::json::Object entry{{"name", row.layer.name}};
    addSchedule(entry, schedule);
    std::string text = llvm::formatv(
        "{0}", llvm::json::Value(llvm::json::Object{
                   {"layers", llvm::json::Array{std::move(entry)}}}));
    bool isLegal = !llvm::errorToBool(schedule.verify(row.layer)) &&
                   fits(footprint(row.layer, schedule, buffers), buffers);
    EXPECT_EQ(errorOf(text, row, buffers).empty(), isLegal)
        << describe(row.layer) << '\n'
        << describe(schedule) << '\n'
        << describe(buffers) << '\n'
        << text;
    legal += isLegal;
  }
  EXPECT_GT(legal, 300);
  EXPECT_LT(legal, 2700);
}
