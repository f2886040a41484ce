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
