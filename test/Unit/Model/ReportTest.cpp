//===- ReportTest.cpp - What a report says about a layer ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Report.h"
#include "gtest/gtest.h"

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
  empty.options.freeLayouts = true;
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
