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
