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

/// 2 x 4 x (5 x 10 x 10) -> 2 x 8 x (3 x 10 x 10) with a kernel of 3 x 3 x 3.
static Layer makeDeepLayer() {
  Layer layer;
  layer.name = "deep";
  layer.size = {{2, 1, 8, 4, 10, 10}};
  layer.inputHeight = layer.inputWidth = 10;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  layer.whole.resize(1);
  layer.whole[0].extent = {{5, 3, 3}};
  layer.whole[0].reduction = 3;
  layer.order.axes[Operand::Input] = {Axis::N, Axis::C, Axis::X0, Axis::H,
                                      Axis::W};
  layer.order.axes[Operand::Weights] = {Axis::K, Axis::C, Axis::X0, Axis::R,
                                        Axis::S};
  layer.order.axes[Operand::Output] = {Axis::N, Axis::K, Axis::X0, Axis::H,
                                       Axis::W};
  return layer;
}

TEST(Layer, AWholeAxisIsPartOfEachTensorThatHasIt) {
  Layer layer = makeDeepLayer();
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  EXPECT_EQ(layer.elements(Operand::Input), 2 * 4 * 5 * 10 * 10);
  EXPECT_EQ(layer.elements(Operand::Weights), 8 * 4 * 3 * 3 * 3);
  EXPECT_EQ(layer.elements(Operand::Output), 2 * 8 * 3 * 10 * 10);
  EXPECT_EQ(layer.shape(Operand::Input),
            (llvm::SmallVector<int64_t, 6>{2, 4, 5, 10, 10}));
  EXPECT_EQ(layer.macs(), 2 * 8 * 3 * 10 * 10 * 4 * 3 * 3 * 3);
  EXPECT_EQ(layer.compulsoryReadBytes()[Operand::Input], 2 * 4 * 5 * 10 * 10);
  // Of the last index no output needs anything.
  layer.whole[0].inputFetched = 4;
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  EXPECT_EQ(layer.compulsoryReadBytes()[Operand::Input], 2 * 4 * 4 * 10 * 10);
  EXPECT_EQ(layer.elements(Operand::Input), 2 * 4 * 5 * 10 * 10);
  Layer other = layer;
  EXPECT_TRUE(layer.isSameShape(other));
  other.whole[0].inputOnChip = 6;
  EXPECT_FALSE(layer.isSameShape(other));
  other.whole[0].inputPad = 2;
  ASSERT_EQ(llvm::toString(other.verify()), "");
  EXPECT_FALSE(layer.isSameShape(other));
  // There is room for six indices, four of which are fetched.
  other.whole[0].inputPad = 3;
  EXPECT_EQ(llvm::toString(other.verify()),
            "layer 'deep': padding in front along a whole axis is 3, "
            "expected 0 to 2");
  other = layer;
  other.separateResult = true;
  EXPECT_FALSE(layer.isSameShape(other));
}

TEST(Layer, AnEpilogueHasTheWholeAxesThatItDependsOn) {
  Layer layer = makeDeepLayer();
  layer.epilogue.resize(1);
  EXPECT_EQ(layer.compulsoryEpilogueBytes(), 2 * 8 * 3 * 10 * 10);
  layer.epilogue[0].dependsOnWhole[0] = false;
  EXPECT_EQ(layer.compulsoryEpilogueBytes(), 2 * 8 * 10 * 10);
}

TEST(Layer, VerifierChecksWholeAxes) {
  auto after = [](const std::function<void(Layer &)> &change) {
    Layer layer = makeDeepLayer();
    change(layer);
    return llvm::toString(layer.verify());
  };
  EXPECT_EQ(after([](Layer &l) { l.whole.resize(5); }),
            "layer 'deep': 5 axes that stay whole, expected at most 4");
  EXPECT_EQ(after([](Layer &l) { l.whole[0].extent[Operand::Output] = -1; }),
            "layer 'deep': extent of the output along a whole axis is -1, "
            "expected 0 to 2147483647");
  EXPECT_EQ(after([](Layer &l) { l.whole[0].inputFetched = 6; }),
            "layer 'deep': number of indices of the input fetched along a "
            "whole axis is 6, expected 0 to 5");
  EXPECT_EQ(after([](Layer &l) { l.whole[0].inputOnChip = 4; }),
            "layer 'deep': extent of the input on chip along a whole axis is "
            "4, expected 5 to 2147483647");
  EXPECT_EQ(after([](Layer &l) {
              l.whole[0].extent[Operand::Input] = 0;
              l.whole[0].inputOnChip = 4;
            }),
            "layer 'deep': extent of the input on chip along a whole axis is "
            "4, expected 0 to 0");
  EXPECT_EQ(after([](Layer &l) { l.whole[0].reduction = 0; }),
            "layer 'deep': reduction along a whole axis is 0, expected 1 to "
            "2147483647");
  EXPECT_EQ(after([](Layer &l) { l.whole[0].extent[Operand::Weights] = 0; }),
            "layer 'deep': data order of the weights has axis X0, which that "
            "tensor does not have");
  EXPECT_EQ(after([](Layer &l) { l.order.axes[Operand::Input][2] = Axis::X1; }),
            "layer 'deep': data order of the input has axis X1, which that "
            "tensor does not have");
  EXPECT_EQ(after([](Layer &l) {
              l.order.axes[Operand::Output].erase(
                  &l.order.axes[Operand::Output][2]);
            }),
            "layer 'deep': data order of the output leaves out axis X0 of "
            "extent 3");
  // Each extent counts against an overflow.
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  for (Operand operand : AllOperands)
    EXPECT_NE(after([&](Layer &l) {
                l.size[Dim::N] = 1 << 26;
                l.whole[0].extent[operand] = most;
              }),
              "");
  for (int64_t WholeAxis::*field :
       {&WholeAxis::inputOnChip, &WholeAxis::reduction})
    EXPECT_NE(after([&](Layer &l) {
                l.size[Dim::N] = 1 << 26;
                l.whole[0].*field = most;
              }),
              "");
}

TEST(Layer, WeightsOfNoBytesDoNotExist) {
  auto after = [](const std::function<void(Layer &)> &change) {
    return verifyAfter([&](Layer &l) {
      l.weightBytes = 0;
      l.order.axes[Operand::Weights].clear();
      change(l);
    });
  };
  EXPECT_EQ(after([](Layer &l) {
              EXPECT_FALSE(l.hasWeights());
              EXPECT_EQ(l.elements(Operand::Weights), 0);
              EXPECT_TRUE(l.shape(Operand::Weights).empty());
              EXPECT_EQ(l.compulsoryReadBytes()[Operand::Weights], 0);
              EXPECT_EQ(l.macs(), 8 * 8 * 100 * 9);
            }),
            "");
  EXPECT_EQ(after([](Layer &l) { l.weightBytes = -1; }),
            "layer 'conv': bytes of a weight is -1, expected 0 to "
            "9223372036854775807");
  EXPECT_EQ(after([](Layer &l) {
              l.order.axes[Operand::Weights].push_back(Axis::K);
            }),
            "layer 'conv': data order of the weights has axis K, which that "
            "tensor does not have");
  EXPECT_EQ(after([](Layer &l) {
              l.whole.resize(1);
              l.whole[0].extent[Operand::Weights] = 2;
            }),
            "layer 'conv': extent of the weights along a whole axis is 2, "
            "expected 0 to 0");
  // They no longer bound the number of operations, which counts by itself.
  EXPECT_NE(after([](Layer &l) {
              l.kernelHeight = l.kernelWidth = 1 << 30;
              l.inputHeight = l.inputWidth = 1;
              l.size = {{64, 1, 1, 1, 1, 1}};
              l.padTop = l.padLeft = 0;
            }),
            "");
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
