//===- LayerTest.cpp - Shapes, compulsory traffic, verifier ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Layer.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"
#include <functional>
#include <limits>

using namespace romanet;

TEST(Layer, ShapesFollowTheDataOrder) {
  Layer layer;
  layer.size = {{2, 3, 4, 5, 6, 7}};
  layer.inputHeight = 8;
  layer.inputWidth = 9;
  layer.kernelHeight = layer.kernelWidth = 3;
  using Shape = llvm::SmallVector<int64_t, 6>;
  EXPECT_EQ(layer.shape(Operand::Input), (Shape{2, 3, 5, 8, 9}));
  EXPECT_EQ(layer.shape(Operand::Weights), (Shape{3, 4, 5, 3, 3}));
  EXPECT_EQ(layer.shape(Operand::Output), (Shape{2, 3, 4, 6, 7}));
  layer.order = DataOrder::nhwc();
  EXPECT_EQ(layer.shape(Operand::Input), (Shape{2, 8, 9, 3, 5}));
  EXPECT_EQ(layer.shape(Operand::Weights), (Shape{3, 4, 3, 3, 5}));
  EXPECT_EQ(layer.shape(Operand::Output), (Shape{2, 6, 7, 3, 4}));
  EXPECT_EQ(layer.elements(Operand::Input), 2 * 3 * 5 * 8 * 9);
  EXPECT_EQ(layer.macs(), 2 * 3 * 4 * 5 * 6 * 7 * 9);
}

TEST(Layer, WindowExtent) {
  Layer layer;
  layer.kernelHeight = 3;
  layer.dilationHeight = 2;
  layer.strideHeight = 4;
  EXPECT_EQ(layer.inputRowsOf(1), 5);
  EXPECT_EQ(layer.inputRowsOf(3), 13);
  layer.kernelWidth = 2;
  EXPECT_EQ(layer.inputColumnsOf(3), 4);
}

TEST(Layer, CompulsoryTrafficCountsWhatIsUsed) {
  RandomCase random(3);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{2, 2, 3, 3, 12, 12}}, 1000);
    // More taps and strides than the other tests need.
    layer.kernelHeight = random.uniform(1, 9);
    layer.strideHeight = random.uniform(1, 9);
    layer.dilationHeight = random.uniform(1, 9);
    layer.padTop = random.uniform(0, layer.inputRowsOf(1) - 1);
    layer.inputHeight =
        std::max<int64_t>(1, (layer.size[Dim::P] - 1) * layer.strideHeight -
                                 layer.padTop + 1) +
        random.uniform(0, 30);
    layer.order = random.dataOrder(layer);
    SCOPED_TRACE(describe(layer));
    ASSERT_EQ(llvm::toString(layer.verify()), "");
    PerOperand<int64_t> read = layer.compulsoryReadBytes();
    PerOperand<int64_t> write = layer.compulsoryWriteBytes();
    EXPECT_EQ(read[Operand::Input],
              oracle::countUsedInput(layer) * layer.inputBytes);
    EXPECT_EQ(read[Operand::Weights],
              layer.elements(Operand::Weights) * layer.weightBytes);
    EXPECT_EQ(read[Operand::Output],
              layer.initIsData
                  ? layer.elements(Operand::Output) * layer.accumulatorBytes
                  : 0);
    EXPECT_EQ(
        write,
        (PerOperand<int64_t>{
            {0, 0, layer.elements(Operand::Output) * layer.outputBytes}}));
  }
}

static std::string verifyAfter(const std::function<void(Layer &)> &change) {
  Layer layer;
  layer.name = "conv";
  layer.size = {{1, 1, 8, 8, 10, 10}};
  layer.inputHeight = layer.inputWidth = 10;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  EXPECT_EQ(llvm::toString(layer.verify()), "");
  change(layer);
  return llvm::toString(layer.verify());
}

TEST(Layer, VerifierNamesTheLayerAndTheValue) {
  EXPECT_EQ(verifyAfter([](Layer &l) { l.size[Dim::K] = 0; }),
            "layer 'conv': number of output channels per group K is 0, "
            "expected 1 to 2147483647");
  EXPECT_EQ(verifyAfter([](Layer &l) { l.strideWidth = -2; }),
            "layer 'conv': horizontal stride is -2, expected 1 to 2147483647");
  EXPECT_EQ(verifyAfter([](Layer &l) { l.padTop = -1; }),
            "layer 'conv': padding at the top is -1, expected 0 to 2147483647");
  EXPECT_EQ(verifyAfter([](Layer &l) { l.accumulatorBytes = 0; }),
            "layer 'conv': bytes of a partial sum is 0, expected 1 to "
            "9223372036854775807");
  EXPECT_EQ(verifyAfter([](Layer &l) { l.padTop = 3; }),
            "layer 'conv': padding of 3 in front of the first row covers the "
            "kernel of 3 rows: the first output would see no input");
  EXPECT_EQ(verifyAfter([](Layer &l) { l.inputWidth = 8; }),
            "layer 'conv': output column 9 starts at input column 8, but the "
            "input has only 8 columns");
  EXPECT_EQ(verifyAfter([](Layer &l) { l.inputWidth = 9; }), "");
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.order.axes[Operand::Weights].push_back(Axis::H);
            }),
            "layer 'conv': data order of the weights has axis H, which that "
            "tensor does not have");
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.order.axes[Operand::Input].push_back(Axis::H);
            }),
            "layer 'conv': data order of the input has axis H twice");
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.epilogue.resize(2);
              l.epilogue[1].elementBytes = 0;
            }),
            "layer 'conv': bytes of an element of the epilogue is 0, expected "
            "1 to 9223372036854775807");
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.epilogue.resize(1);
              l.epilogue[0].dependsOn[Dim::C] = true;
            }),
            "layer 'conv': epilogue depends on loop c, which the output does "
            "not have");
  EXPECT_EQ(
      verifyAfter([](Layer &l) { l.order.axes[Operand::Output].pop_back(); }),
      "layer 'conv': data order of the output leaves out axis W of extent 10");
}

TEST(Layer, OverflowIsAnErrorThatNamesTheLayer) {
  const char *message =
      "layer 'conv': too large: a schedule could move more than "
      "2305843009213693951 bytes, beyond what is counted in 64 bits";
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.size[Dim::K] = l.size[Dim::C] = int64_t(1) << 28;
            }),
            message);
  // Each field as large as it may be, in turn and together with others, so that
  // every sum and product of the check is itself checked.
  for (Dim dim : {Dim::N, Dim::G, Dim::K, Dim::C})
    EXPECT_EQ(verifyAfter([&](Layer &l) {
                l.size[dim] = l.inputHeight = l.inputWidth = most;
              }),
              message);
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.size = {{most, most, most, most, most, most}};
              l.kernelHeight = l.kernelWidth = most;
              l.dilationHeight = l.dilationWidth = most;
            }),
            message);
  for (int64_t Layer::*field :
       {&Layer::kernelHeight, &Layer::kernelWidth, &Layer::dilationHeight,
        &Layer::dilationWidth, &Layer::strideHeight, &Layer::strideWidth})
    EXPECT_EQ(verifyAfter([&](Layer &l) {
                l.*field = most;
                l.inputBytes = most;
              }),
              message);
  constexpr int64_t wide = std::numeric_limits<int64_t>::max();
  for (int64_t Layer::*field : {&Layer::inputBytes, &Layer::weightBytes,
                                &Layer::accumulatorBytes, &Layer::outputBytes})
    EXPECT_EQ(verifyAfter([&](Layer &l) { l.*field = wide; }), message);
  EXPECT_EQ(
      verifyAfter([](Layer &l) { l.accumulatorBytes = l.outputBytes = wide; }),
      message);
  // However few elements an operand of the epilogue has, it can be read for
  // each output.
  EXPECT_EQ(verifyAfter([](Layer &l) {
              l.epilogue.resize(2);
              for (EpilogueOperand &each : l.epilogue) {
                each.elementBytes = wide;
                each.dependsOn.fill(false);
              }
            }),
            message);
}

TEST(Layer, ExtentsBeyond32BitsAreErrors) {
  EXPECT_EQ(verifyAfter([](Layer &l) { l.size[Dim::N] = int64_t(1) << 31; }),
            "layer 'conv': batch size N is 2147483648, expected 1 to "
            "2147483647");
  for (int64_t Layer::*field :
       {&Layer::inputHeight, &Layer::inputWidth, &Layer::kernelHeight,
        &Layer::kernelWidth, &Layer::strideHeight, &Layer::strideWidth,
        &Layer::dilationHeight, &Layer::dilationWidth, &Layer::padTop,
        &Layer::padLeft})
    EXPECT_NE(verifyAfter([&](Layer &l) { l.*field = int64_t(1) << 31; }), "");
}
