//===- TrafficTest.cpp - Closed forms against the walk --------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Traffic.h"
#include "Oracle.h"
#include "RandomCase.h"
#include "gtest/gtest.h"
#include <limits>
#include <numeric>

using namespace romanet;

static oracle::Walk compareWithWalk(const Layer &layer,
                                    const Schedule &schedule,
                                    int64_t blockBytes) {
  SCOPED_TRACE(describe(layer) + " " + describe(schedule) + " block " +
               std::to_string(blockBytes));
  oracle::Walk walk = oracle::walk(layer, schedule, blockBytes);
  Traffic traffic = computeTraffic(layer, schedule);
  BlockTraffic blocks = computeBlockTraffic(layer, schedule, blockBytes);
  EXPECT_EQ(walk.macs, layer.macs());
  int64_t bytes = 0, allBlocks = 0;
  for (Operand operand : AllOperands) {
    SCOPED_TRACE(operandName(operand).str());
    EXPECT_EQ(traffic.read[operand].count, walk.read[operand].transfers);
    EXPECT_EQ(traffic.read[operand].bytes, walk.read[operand].bytes);
    EXPECT_EQ(blocks.read[operand], walk.read[operand].blocks);
    EXPECT_EQ(traffic.write[operand].count, walk.write[operand].transfers);
    EXPECT_EQ(traffic.write[operand].bytes, walk.write[operand].bytes);
    EXPECT_EQ(blocks.write[operand], walk.write[operand].blocks);
    bytes += walk.read[operand].bytes + walk.write[operand].bytes;
    allBlocks += walk.read[operand].blocks + walk.write[operand].blocks;
  }
  EXPECT_EQ(traffic.epilogue.count, walk.epilogue.transfers);
  EXPECT_EQ(traffic.epilogue.bytes, walk.epilogue.bytes);
  EXPECT_EQ(blocks.epilogue, walk.epilogue.blocks);
  EXPECT_EQ(traffic.totalBytes(), bytes + walk.epilogue.bytes);
  EXPECT_EQ(blocks.total(), allBlocks + walk.epilogue.blocks);
  return walk;
}

TEST(Traffic, AgreesWithTheWalkOfTheLoops) {
  RandomCase random(1);
  constexpr int64_t large[] = {64, 100, 128, 256, 1000, 8192};
  for (int i = 0; i < 20000 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Layer layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    Schedule schedule = random.schedule(layer);
    int64_t block =
        random.chance(30) ? large[random.uniform(0, 5)] : random.uniform(1, 64);
    compareWithWalk(layer, schedule, block);
  }
}

TEST(Traffic, AgreesWithTheWalkInAllSpaces) {
  RandomCase random(21);
  constexpr int64_t large[] = {64, 100, 128, 256, 1000, 8192};
  int held = 0, serpentine = 0, halo = 0, all = 0, backwards = 0, dropped = 0;
  for (int i = 0; i < 40000 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    // Every other layer has long rows and columns, on which windows slide.
    Layer layer = i % 2 ? random.layer({{3, 3, 5, 5, 8, 8}}, 300)
                        : random.layer({{2, 2, 3, 3, 16, 16}}, 400);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    int64_t block =
        random.chance(30) ? large[random.uniform(0, 5)] : random.uniform(1, 64);
    oracle::Walk walk = compareWithWalk(layer, schedule, block);
    bool isHeld = schedule.hold != Schedule().hold;
    held += isHeld;
    serpentine += schedule.serpentine;
    halo += walk.haloSteps > 0;
    all += isHeld && schedule.serpentine && walk.haloSteps > 0;
    // What is rare: a way back to a neighbour where all loops run forwards, and
    // a tile that brings nothing new.
    backwards +=
        !schedule.serpentine && walk.haloSteps > 0 &&
        schedule.loadDepth(layer, Operand::Input) > 1 &&
        schedule.loops(layer)[schedule.loadDepth(layer, Operand::Input) - 2] ==
            Dim::K;
    Schedule full = schedule;
    full.retainHalo = false;
    dropped += computeTraffic(layer, schedule).read[Operand::Input].count <
               computeTraffic(layer, full).read[Operand::Input].count;
  }
  EXPECT_GT(held, 10000);
  EXPECT_GT(serpentine, 10000);
  EXPECT_GT(halo, 5000);
  EXPECT_GT(all, 1000);
  EXPECT_GT(backwards, 200);
  EXPECT_GT(dropped, 200);
}

/// Row-major in some order of the axes, tiles in slots, channels by fours, or
/// blocks within blocks.
static oracle::Storage randomStorage(RandomCase &random,
                                     llvm::ArrayRef<int64_t> shape) {
  oracle::Storage storage;
  auto order = [&] {
    std::vector<unsigned> axes(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
    if (random.chance(60))
      for (size_t i = axes.size(); i > 1; --i)
        std::swap(axes[i - 1],
                  axes[random.uniform(0, static_cast<int64_t>(i) - 1)]);
    return axes;
  };
  int64_t count = random.uniform(0, 3);
  bool divides = random.chance(30);
  // The axis of which four lie together, the rest of the first level being 1.
  int64_t rank = static_cast<int64_t>(shape.size());
  int64_t byFours =
      rank > 0 && random.chance(20) ? random.uniform(0, rank - 1) : rank;
  std::vector<int64_t> inner(shape.size(), 1);
  for (int64_t i = 0; i < count; ++i) {
    oracle::Storage::Level level;
    for (int64_t d = 0; d < rank; ++d) {
      if (i == 0 && byFours < rank) {
        inner[d] = d == byFours ? 4 : 1;
        continue;
      }
      int64_t times = std::max<int64_t>(shape[d] / inner[d], 1);
      if (!random.chance(20))
        times = random.uniform(1, times);
      while (divides && times > 1 && shape[d] % (inner[d] * times) != 0)
        --times;
      inner[d] *= times;
    }
    level.block = inner;
    level.order = order();
    if (random.chance(50))
      level.alignBytes = random.chance(50) ? int64_t(1) << random.uniform(0, 7)
                                           : random.uniform(1, 50);
    storage.levels.push_back(level);
  }
  storage.order = order();
  return storage;
}

static Layout layoutOf(const oracle::Storage &storage,
                       llvm::ArrayRef<int64_t> shape, int64_t elementBytes) {
  llvm::SmallVector<Layout::Level, 3> levels;
  for (const oracle::Storage::Level &level : storage.levels) {
    levels.emplace_back();
    levels.back().block.assign(level.block.begin(), level.block.end());
    levels.back().order.assign(level.order.begin(), level.order.end());
    levels.back().alignBytes = level.alignBytes;
  }
  return llvm::cantFail(
      Layout::create(shape, elementBytes, levels, storage.order));
}

TEST(Traffic, AgreesWithTheWalkOnAnyLayout) {
  RandomCase random(22);
  for (int i = 0; i < 12000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = i % 2 ? random.layer({{3, 3, 5, 5, 8, 8}}, 200)
                        : random.layer({{2, 2, 3, 3, 16, 16}}, 300);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    int64_t block = random.chance(50) ? 64 : random.uniform(1, 100);
    SCOPED_TRACE("case " + std::to_string(i) + " " + describe(layer) + " " +
                 describe(schedule) + " block " + std::to_string(block));
    oracle::Blocks blocks;
    auto layout = [&](Operand operand, int64_t elementBytes,
                      oracle::Storage &storage) {
      llvm::SmallVector<int64_t, 6> shape = layer.shape(operand);
      storage = randomStorage(random, shape);
      return layoutOf(storage, shape, elementBytes);
    };
    TensorLayouts layouts = {
        layout(Operand::Input, layer.inputBytes, blocks.input),
        // Looked at by nobody where there are none.
        layout(Operand::Weights, std::max<int64_t>(layer.weightBytes, 1),
               blocks.weights),
        layout(Operand::Output, layer.outputBytes, blocks.output),
        layout(Operand::Output, layer.accumulatorBytes, blocks.partialSums)};
    blocks.init = blocks.partialSums;
    oracle::Walk walk = oracle::walk(layer, schedule, block, &blocks);
    BlockTraffic traffic = computeBlockTraffic(layer, schedule, layouts, block);
    for (Operand operand : AllOperands) {
      SCOPED_TRACE(operandName(operand).str());
      EXPECT_EQ(traffic.read[operand], walk.read[operand].blocks);
      EXPECT_EQ(traffic.write[operand], walk.write[operand].blocks);
    }
    EXPECT_EQ(traffic.epilogue, walk.epilogue.blocks);
  }
}

/// The same layer, with the loop over batches, or that over input channels, as
/// an axis that stays whole.
static Layer withWhole(Layer layer, Dim dim) {
  int64_t size = std::exchange(layer.size[dim], 1);
  WholeAxis axis;
  axis.extent[Operand::Input] = size;
  axis.extent[dim == Dim::N ? Operand::Output : Operand::Weights] = size;
  if (dim == Dim::C)
    axis.reduction = size;
  Axis from = dim == Dim::N ? Axis::N : Axis::C;
  for (Operand operand : AllOperands)
    for (Axis &each : layer.order.axes[operand])
      if (each == from)
        each = wholeAxis(layer.whole.size());
  for (EpilogueOperand &each : layer.epilogue)
    each.dependsOnWhole[layer.whole.size()] = each.dependsOn[dim];
  layer.whole.push_back(axis);
  return layer;
}

TEST(Traffic, AWholeAxisMovesAsALoopWithOneTile) {
  RandomCase random(27);
  int compared = 0;
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{4, 3, 5, 4, 8, 8}}, 600);
    Dim dim = random.chance(50) ? Dim::N : Dim::C;
    if (layer.size[dim] == 1 || layer.whole.size() == MostWholeAxes ||
        (dim == Dim::C && !layer.hasWeights()))
      continue;
    ++compared;
    Layer whole = withWhole(layer, dim);
    Schedule schedule = random.scheduleOfAnySpace(whole);
    SCOPED_TRACE(describe(layer) + " " + describe(whole) + " " +
                 describe(schedule));
    ASSERT_EQ(llvm::toString(whole.verify()), "");
    Traffic inWhole = computeTraffic(whole, schedule);
    BlockTraffic blocksInWhole = computeBlockTraffic(whole, schedule, 8);
    BufferCapacities buffers = BufferCapacities::makeDefault();
    Footprint heldInWhole = footprint(whole, schedule, buffers);
    EXPECT_EQ(whole.macs(), layer.macs());
    EXPECT_EQ(whole.compulsoryReadBytes(), layer.compulsoryReadBytes());
    EXPECT_EQ(whole.compulsoryWriteBytes(), layer.compulsoryWriteBytes());
    schedule.tile[dim] = layer.size[dim];
    Traffic inLoop = computeTraffic(layer, schedule);
    BlockTraffic blocksInLoop = computeBlockTraffic(layer, schedule, 8);
    EXPECT_EQ(inWhole.read, inLoop.read);
    EXPECT_EQ(inWhole.write, inLoop.write);
    EXPECT_EQ(inWhole.epilogue, inLoop.epilogue);
    EXPECT_EQ(blocksInWhole.read, blocksInLoop.read);
    EXPECT_EQ(blocksInWhole.write, blocksInLoop.write);
    EXPECT_EQ(blocksInWhole.epilogue, blocksInLoop.epilogue);
    EXPECT_EQ(heldInWhole, footprint(layer, schedule, buffers));
  }
  EXPECT_GT(compared, 1000);
}

TEST(Traffic, WeightsThatDoNotExistDoNotMove) {
  RandomCase random(28);
  int without = 0;
  for (int i = 0; i < 2000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{3, 3, 5, 5, 8, 8}}, 300);
    if (layer.hasWeights())
      continue;
    ++without;
    Schedule schedule = random.scheduleOfAnySpace(layer);
    SCOPED_TRACE(describe(layer) + " " + describe(schedule));
    Traffic traffic = computeTraffic(layer, schedule);
    EXPECT_EQ(traffic.read[Operand::Weights], Transfers());
    EXPECT_EQ(computeBlockTraffic(layer, schedule, 64).read[Operand::Weights],
              0);
    BufferCapacities buffers = BufferCapacities::makeDefault();
    EXPECT_EQ(footprint(layer, schedule, buffers)[Operand::Weights], 0);
    // What the schedule says of them has no effect.
    Schedule other = schedule;
    other.hold[Operand::Weights] = static_cast<unsigned>(random.uniform(0, 6));
    EXPECT_EQ(computeTraffic(layer, other).totalBytes(), traffic.totalBytes());
    EXPECT_EQ(footprint(layer, other, buffers),
              footprint(layer, schedule, buffers));
  }
  EXPECT_GT(without, 200);
}

TEST(Traffic, ATileThatIsStoredAsOneTakesItsBursts) {
  // 28 x 28 bytes in tiles of 14 x 14, each 196 bytes in a slot of four bursts.
  Layer layer;
  layer.size = {{1, 1, 1, 1, 28, 28}};
  layer.inputHeight = layer.inputWidth = 28;
  Schedule schedule;
  schedule.tile[Dim::P] = schedule.tile[Dim::Q] = 14;
  llvm::SmallVector<int64_t, 6> shape = layer.shape(Operand::Input);
  llvm::SmallVector<int64_t, 6> tile = {1, 1, 1, 14, 14};
  ASSERT_EQ(shape.size(), tile.size());
  Layout image = Layout::tileContiguous(shape, tile, layer.inputBytes,
                                        slotBytes(196, 64, 1024));
  Layout sums = Layout::rowMajor(shape, layer.accumulatorBytes);
  TensorLayouts layouts = {
      image, Layout::rowMajor(layer.shape(Operand::Weights), layer.weightBytes),
      image, sums};
  auto input = [&](int64_t blockBytes) {
    return computeBlockTraffic(layer, schedule, layouts, blockBytes)
        .read[Operand::Input];
  };
  EXPECT_EQ(input(64), 4 * 4);
  EXPECT_EQ(input(1024), 4);
}

TEST(Traffic, AgreesWithTheWalkOnAWideLayer) {
  // Long rows and many channels: runs of several blocks, and residues that
  // repeat.
  RandomCase random(2);
  for (int i = 0; i < 500 && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Layer layer = random.layer({{1, 2, 6, 12, 20, 60}}, 6000);
    Schedule schedule = random.schedule(layer);
    // Few iterations: the walk looks at every byte.
    for (Dim dim : AllDims)
      schedule.tile[dim] = std::max(schedule.tile[dim], layer.size[dim] / 3);
    compareWithWalk(layer, schedule, 64);
    schedule.serpentine = random.chance(50);
    schedule.retainHalo = true;
    compareWithWalk(layer, schedule, 64);
  }
}

TEST(Traffic, RetainedHalosNeverMoveMore) {
  RandomCase random(23);
  int less = 0;
  for (int i = 0; i < 5000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{2, 2, 6, 6, 40, 40}}, 20000);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    SCOPED_TRACE(describe(layer) + " " + describe(schedule));
    schedule.retainHalo = false;
    Traffic full = computeTraffic(layer, schedule);
    int64_t fullBlocks =
        i % 10 ? 0
               : computeBlockTraffic(layer, schedule, 64).read[Operand::Input];
    schedule.retainHalo = true;
    Traffic rest = computeTraffic(layer, schedule);
    EXPECT_LE(rest.read[Operand::Input].bytes, full.read[Operand::Input].bytes);
    EXPECT_LE(rest.read[Operand::Input].count, full.read[Operand::Input].count);
    EXPECT_EQ(rest.read[Operand::Weights], full.read[Operand::Weights]);
    EXPECT_EQ(rest.read[Operand::Output], full.read[Operand::Output]);
    EXPECT_EQ(rest.write, full.write);
    // What is fetched of a tile is a part of it.
    if (i % 10 == 0) {
      EXPECT_LE(computeBlockTraffic(layer, schedule, 64).read[Operand::Input],
                fullBlocks);
    }
    // Each element of the bounding box of all windows is needed.
    EXPECT_GE(rest.read[Operand::Input].bytes,
              layer.compulsoryReadBytes()[Operand::Input]);
    less += rest.totalBytes() < full.totalBytes();
  }
  EXPECT_GT(less, 1000);
}

TEST(Traffic, SerpentineOrderNeverMovesMoreWithoutHalos) {
  // Forwards a tile is loaded once for each combination of the other indices.
  // In serpentine order each load of it begins with another of these. With
  // halos this is no reason: a tile may come in parts, in more bursts.
  RandomCase random(24);
  int less = 0, equal = 0;
  for (int i = 0; i < 5000 && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.layer({{2, 2, 6, 6, 20, 20}}, 2000);
    Schedule schedule = random.scheduleOfAnySpace(layer);
    SCOPED_TRACE(describe(layer) + " " + describe(schedule));
    schedule.retainHalo = false;
    schedule.serpentine = false;
    Traffic forwards = computeTraffic(layer, schedule);
    BlockTraffic forwardBlocks = computeBlockTraffic(layer, schedule, 64);
    schedule.serpentine = true;
    Traffic both = computeTraffic(layer, schedule);
    BlockTraffic bothBlocks = computeBlockTraffic(layer, schedule, 64);
    for (Operand operand : AllOperands) {
      EXPECT_LE(both.read[operand].count, forwards.read[operand].count);
      EXPECT_LE(both.read[operand].bytes, forwards.read[operand].bytes);
      EXPECT_LE(both.write[operand].count, forwards.write[operand].count);
      EXPECT_LE(both.write[operand].bytes, forwards.write[operand].bytes);
      EXPECT_LE(bothBlocks.read[operand], forwardBlocks.read[operand]);
      EXPECT_LE(bothBlocks.write[operand], forwardBlocks.write[operand]);
    }
    (both.totalBytes() < forwards.totalBytes() ? less : equal) += 1;
  }
  EXPECT_GT(less, 1000);
  EXPECT_GT(equal, 100);
}

TEST(Traffic, CountsOfTheLargestLayersFit) {
  // Layers just within what Layer::verify admits. Signed overflow stops the
  // test where it is built with sanitizers; elsewhere it shows as a sum that is
  // out of range.
  RandomCase random(25);
  int large = 0;
  for (int i = 0; i < 20000; ++i) {
    Layer layer;
    layer.name = "large";
    auto any = [&](int64_t bits) {
      return random.uniform(1, int64_t(1) << random.uniform(0, bits));
    };
    for (Dim dim : AllDims)
      layer.size[dim] = any(random.chance(40) ? 20 : 8);
    layer.kernelHeight = any(8);
    layer.kernelWidth = any(8);
    layer.strideHeight = any(8);
    layer.strideWidth = any(8);
    layer.dilationHeight = any(4);
    layer.padTop = random.uniform(0, layer.inputRowsOf(1) - 1);
    layer.padLeft = random.uniform(0, layer.inputColumnsOf(1) - 1);
    auto inputExtent = [&](int64_t window, int64_t kernel, int64_t pad) {
      return std::max<int64_t>(1, window - kernel - pad + 1) +
             random.uniform(0, kernel);
    };
    layer.inputHeight = inputExtent(layer.inputRowsOf(layer.size[Dim::P]),
                                    layer.inputRowsOf(1), layer.padTop);
    layer.inputWidth = inputExtent(layer.inputColumnsOf(layer.size[Dim::Q]),
                                   layer.inputColumnsOf(1), layer.padLeft);
    layer.initIsData = random.chance(50);
    layer.fetchTouchedOnly = random.chance(25);
    if (random.chance(25))
      layer.epilogue.resize(2);
    // As wide elements as there can be.
    bool fits = false;
    for (int64_t Layer::*width :
         {&Layer::inputBytes, &Layer::accumulatorBytes, &Layer::weightBytes})
      for (int64_t bytes = int64_t(1) << 30; bytes > 0; bytes /= 2) {
        layer.*width = bytes;
        llvm::Error error = layer.verify();
        fits = !error;
        llvm::consumeError(std::move(error));
        if (fits)
          break;
      }
    if (!fits)
      continue;
    Schedule schedule = random.scheduleOfAnySpace(layer);
    if (random.chance(30))
      schedule.tile = {{1, 1, 1, 1, 1, 1}};
    SCOPED_TRACE(describe(layer) + " " + describe(schedule));
    constexpr int64_t limit = std::numeric_limits<int64_t>::max() / 4;
    Traffic traffic = computeTraffic(layer, schedule);
    int64_t bytes = traffic.totalBytes();
    EXPECT_LE(bytes, limit);
    for (Operand operand : AllOperands) {
      EXPECT_GE(traffic.read[operand].bytes,
                layer.compulsoryReadBytes()[operand]);
      EXPECT_GE(traffic.write[operand].bytes,
                layer.compulsoryWriteBytes()[operand]);
    }
    EXPECT_GE(traffic.epilogue.bytes, layer.compulsoryEpilogueBytes());
    for (int64_t footprint :
         footprint(layer, schedule, BufferCapacities::makeDefault()))
      EXPECT_LE(footprint, limit);
    large += bytes > limit / 1024;
    if (testing::Test::HasFailure())
      return;
  }
  EXPECT_GT(large, 200);
}

TEST(Traffic, CountsVisitsOfPartialSums) {
  Layer layer;
  layer.size = {{1, 1, 4, 6, 1, 1}};
  Schedule schedule;
  schedule.tile = {{1, 1, 2, 2, 1, 1}};
  // Two tiles of K inside three of C: each output is visited three times.
  schedule.order = {Dim::C, Dim::K, Dim::N, Dim::G, Dim::P, Dim::Q};
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{3, 6}));
  EXPECT_EQ(traffic.read[Operand::Weights], (Transfers{6, 24}));
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{4, 2 * 4 * 4}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{6, 2 * 4 * 4 + 4}));

  // C inside: each is visited once, and the input is swept twice.
  schedule.order = {Dim::K, Dim::C, Dim::N, Dim::G, Dim::P, Dim::Q};
  traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{6, 12}));
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{0, 0}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{2, 4}));

  // A bias is read at the first visit, at accumulator width.
  layer.initIsData = true;
  traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{2, 16}));
}

TEST(Traffic, TheEpilogueReadsOncePerOutputTile) {
  Layer layer;
  layer.size = {{1, 1, 4, 6, 1, 10}};
  layer.inputWidth = 10;
  // A residual of 1 byte and a scale per channel of 2 bytes.
  EpilogueOperand residual, scale;
  scale.elementBytes = 2;
  scale.dependsOn[Dim::N] = scale.dependsOn[Dim::P] = scale.dependsOn[Dim::Q] =
      false;
  layer.epilogue = {residual, scale};
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  EXPECT_EQ(layer.compulsoryEpilogueBytes(), 4 * 10 + 2 * 4);

  // Tiles of 4 x 4, 4 x 4 and 4 x 2 outputs, each visited three times: the
  // residual is read once, and the four scales with each tile.
  Schedule schedule;
  schedule.tile = {{1, 1, 4, 2, 1, 4}};
  schedule.order = {Dim::C, Dim::K, Dim::N, Dim::G, Dim::P, Dim::Q};
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.write[Operand::Output].count, 9);
  EXPECT_EQ(traffic.epilogue, (Transfers{6, 40 + 3 * 8}));
  EXPECT_EQ(traffic.totalBytes(), traffic.read[Operand::Input].bytes +
                                      traffic.read[Operand::Weights].bytes +
                                      traffic.read[Operand::Output].bytes +
                                      traffic.write[Operand::Output].bytes +
                                      64);
  // In blocks of 8 bytes a tile of the residual has rows of 4 at 0, 10, 20, 30:
  // blocks 0, 1, 2, 3-4; at 4, 14, 24, 34: 0, 1-2, 3, 4; rows of 2 at 8, 18,
  // 28, 38: 1, 2, 3, 4. The scales are one block each time.
  EXPECT_EQ(computeBlockTraffic(layer, schedule, 8).epilogue,
            5 + 5 + 4 + 3 * 1);

  // On chip beside 4 x 4 partial sums lie 16 bytes of residual and 8 of scale.
  BufferCapacities buffers = BufferCapacities::makeDefault();
  EXPECT_EQ(footprint(layer, schedule, buffers)[Operand::Output],
            16 * 4 + 16 + 8);
  buffers.doubleBuffered[Operand::Output] = true;
  EXPECT_EQ(footprint(layer, schedule, buffers)[Operand::Output],
            2 * (16 * 4 + 16 + 8));

  // Where all outputs stay on chip there is one tile.
  schedule.hold[Operand::Output] = 1;
  EXPECT_EQ(computeTraffic(layer, schedule).epilogue, (Transfers{2, 48}));
  EXPECT_EQ(computeBlockTraffic(layer, schedule, 8).epilogue, 5 + 1);
}

TEST(Traffic, ATensorHeldFurtherOutIsLoadedLessOften) {
  Layer layer;
  layer.size = {{1, 1, 4, 6, 1, 1}};
  Schedule schedule;
  schedule.tile = {{1, 1, 2, 2, 1, 1}};
  // Three tiles of C, and in each two of K.
  schedule.order = {Dim::C, Dim::K, Dim::N, Dim::G, Dim::P, Dim::Q};
  // All outputs stay on chip while C goes on: one visit.
  schedule.hold[Operand::Output] = 1;
  // Weights of all of K: three tiles of 2 x 4.
  schedule.hold[Operand::Weights] = 1;
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{3, 6}));
  EXPECT_EQ(traffic.read[Operand::Weights], (Transfers{3, 24}));
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{0, 0}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{1, 4}));

  schedule.hold = {{0, 0, 0}};
  traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{1, 6}));
  EXPECT_EQ(traffic.read[Operand::Weights], (Transfers{1, 24}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{1, 4}));
}

TEST(Traffic, SerpentineOrderKeepsTheTileWhereItTurns) {
  Layer layer;
  layer.size = {{1, 1, 5, 6, 1, 1}};
  Schedule schedule;
  schedule.tile = {{1, 1, 2, 3, 1, 1}};
  schedule.order = {Dim::C, Dim::K, Dim::N, Dim::G, Dim::P, Dim::Q};
  schedule.serpentine = true;
  // Outputs 0-1, 2-3, 4, and back: 4, 2-3, 0-1. The one of 4 is visited once,
  // the others twice, their first 4 elements at 4 bytes.
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{2, 6}));
  EXPECT_EQ(traffic.read[Operand::Weights], (Transfers{6, 30}));
  EXPECT_EQ(traffic.read[Operand::Output], (Transfers{2, 16}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{5, 16 + 5}));

  // With K outside, C turns instead: its tiles are 0-2, 3-5, 3-5, 0-2, 0-2, 3-5
  // of which four are loads, and every output is visited once.
  schedule.order = {Dim::K, Dim::C, Dim::N, Dim::G, Dim::P, Dim::Q};
  traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{4, 12}));
  EXPECT_EQ(traffic.write[Operand::Output], (Transfers{3, 5}));
}

TEST(Traffic, RetainedHalosAreFetchedOnce) {
  // 8 rows, kernel 3, pad 1, three sweeps.
  Layer layer;
  layer.size = {{1, 1, 3, 1, 8, 1}};
  layer.inputHeight = 8;
  layer.kernelHeight = 3;
  layer.padTop = 1;
  ASSERT_FALSE(static_cast<bool>(layer.verify()));
  Schedule schedule;
  schedule.order = {Dim::K, Dim::P, Dim::N, Dim::G, Dim::C, Dim::Q};
  schedule.retainHalo = true;
  auto input = [&] {
    return computeTraffic(layer, schedule).read[Operand::Input];
  };
  // Tiles of rows 0-4 and 3-7: 0-4, then 5-7; back to the first, its neighbour,
  // 0-2; and again.
  schedule.tile[Dim::P] = 4;
  EXPECT_EQ(input(), (Transfers{6, 5 + 3 + 2 * (3 + 3)}));
  // In serpentine order the second sweep begins with what is there.
  schedule.serpentine = true;
  EXPECT_EQ(input(), (Transfers{4, 5 + 3 + 3 + 3}));

  // Rows 0-3, 2-6, 5-7: 0-3, 4-6, 7; the last is no neighbour of the first.
  schedule.tile[Dim::P] = 3;
  schedule.serpentine = false;
  EXPECT_EQ(input(), (Transfers{9, 3 * 8}));
  // Back: 2-4 of the second, 0-1 of the first.
  schedule.serpentine = true;
  EXPECT_EQ(input(), (Transfers{7, 8 + (3 + 2) + (3 + 1)}));

  // Three rows under a kernel of five: each output needs all of them.
  layer.size[Dim::P] = layer.inputHeight = 3;
  layer.kernelHeight = 5;
  layer.padTop = 2;
  ASSERT_FALSE(static_cast<bool>(layer.verify()));
  schedule.tile[Dim::P] = 1;
  EXPECT_EQ(input(), (Transfers{1, 3}));
}

TEST(Traffic, HaloIsPaidOncePerTile) {
  // 8 rows, kernel 3, pad 1, tiles of 4 outputs: rows 0-4 and 3-7.
  Layer layer;
  layer.size = {{1, 1, 1, 1, 8, 1}};
  layer.inputHeight = 8;
  layer.kernelHeight = 3;
  layer.padTop = 1;
  ASSERT_FALSE(static_cast<bool>(layer.verify()));
  Schedule schedule;
  schedule.tile[Dim::P] = 4;
  Traffic traffic = computeTraffic(layer, schedule);
  EXPECT_EQ(traffic.read[Operand::Input], (Transfers{2, 10}));
}

TEST(Traffic, GapsBetweenWindowsStayInDRAM) {
  // 1 x 1 with stride 4: output rows need input rows 0, 4, 8 and 12, and of
  // these columns 0, 4, 8 and 12.
  Layer layer;
  layer.size = {{1, 1, 1, 1, 4, 4}};
  layer.inputHeight = layer.inputWidth = 16;
  layer.strideHeight = layer.strideWidth = 4;
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  Schedule schedule;
  schedule.tile = {{1, 1, 1, 1, 2, 4}};
  auto input = [&] {
    return computeTraffic(layer, schedule).read[Operand::Input];
  };
  auto blocks = [&](int64_t bytes) {
    return computeBlockTraffic(layer, schedule, bytes).read[Operand::Input];
  };
  auto held = [&] {
    return footprint(layer, schedule,
                     BufferCapacities::makeDefault())[Operand::Input];
  };
  // Rows 0-4 and 8-12, columns 0-12: every row of 13 bytes is one block of 16.
  EXPECT_EQ(input(), (Transfers{2, 2 * 5 * 13}));
  EXPECT_EQ(blocks(16), 10);
  EXPECT_EQ(held(), 5 * 13);
  layer.fetchTouchedOnly = true;
  EXPECT_EQ(input(), (Transfers{2, 16}));
  EXPECT_EQ(blocks(16), 4);
  // Columns 0, 4, 8 and 12 are in blocks of their own up to 4 bytes.
  EXPECT_EQ(blocks(2), 16);
  EXPECT_EQ(blocks(8), 8);
  EXPECT_EQ(held(), 2 * 4);
  EXPECT_EQ(input().bytes, layer.compulsoryReadBytes()[Operand::Input]);

  // Two taps and a row of padding: rows 0, 3-4, 7-8 and 11-12.
  layer.kernelHeight = 2;
  layer.padTop = 1;
  ASSERT_EQ(llvm::toString(layer.verify()), "");
  EXPECT_EQ(input(), (Transfers{2, 3 * 4 + 4 * 4}));
  EXPECT_EQ(blocks(16), 3 + 4);
  EXPECT_EQ(held(), 4 * 4);
}

TEST(Traffic, BurstsOfNarrowTiles) {
  // Rows of 28 bytes: a tile 14 columns wide moves 14 bytes of a row, and each
  // row lies in one or two bursts of 64 bytes.
  Layer layer;
  layer.size = {{1, 1, 1, 1, 28, 28}};
  layer.inputHeight = layer.inputWidth = 28;
  Schedule whole;
  whole.tile = layer.size;
  // 784 bytes in a row: 12.25 bursts.
  EXPECT_EQ(computeBlockTraffic(layer, whole, 64).read[Operand::Input], 13);
  Schedule rows = whole;
  rows.tile[Dim::P] = 1;
  // Every row by itself: one burst, two for those that cross a boundary, which
  // 11 of the 12 boundaries have (one falls between two rows).
  EXPECT_EQ(computeBlockTraffic(layer, rows, 64).read[Operand::Input], 28 + 11);
}
