//===- NetworkLayoutsTest.cpp - Layouts that layers share -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The choice for small networks against all layouts of their buffers, each with
// the best schedules for it. That search() finds these has a test of its own.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/NetworkLayouts.h"
#include "Exhaustive.h"
#include "RandomCase.h"
#include "romanet/Model/LayerTable.h"
#include "romanet/Model/Report.h"
#include "romanet/Model/ScheduleFile.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"
#include <map>

using namespace romanet;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Block = llvm::SmallVector<int64_t, 6>;

BufferUse useOf(size_t buffer, const Layer &layer, Operand operand) {
  BufferUse use = {buffer, {}};
  Axis channel = operand == Operand::Input ? Axis::C : Axis::K;
  // The group stands in front of its channels.
  for (Axis axis : layer.order.axes[operand])
    if (axis == channel)
      use.axes.push_back({Axis::G, channel});
    else if (axis != Axis::G)
      use.axes.push_back({axis});
  return use;
}

std::optional<BufferUse> &arrayOf(NetworkLayer &layer, TensorArray array) {
  return layer.arrays[static_cast<unsigned>(array)];
}

struct Case {
  Network network;
  DRAMDevice device;
  SearchOptions options;
};

/// Extents of an image in the order of the data.
Block shapeOf(bool isNHWC, int64_t n, int64_t channels, int64_t height,
              int64_t width) {
  if (isNHWC)
    return {n, height, width, channels};
  return {n, channels, height, width};
}

/// Two to four layers: chains, branches, sums that start from the result of a
/// layer, residuals.
class NetworkMaker {
public:
  NetworkMaker(RandomCase &random) : random(random) {}

  Case make() {
    made.device = random.device();
    made.options.space = oracle::spaceOf(
        random.oneOf(std::array<const char *, 3>{{"S0", "S0+S2", "all"}}));
    made.options.objective = random.oneOf(AllObjectives);
    isNHWC = random.chance(40);
    bytes = random.chance(70) ? 1 : 2;
    images.push_back(addImage(random.uniform(1, 2), random.uniform(1, 6),
                              random.uniform(2, 5), random.uniform(2, 5)));
    isFixed(0) = random.chance(60);
    for (int64_t layers = random.uniform(2, 4); layers > 0; --layers)
      addLayer();
    isFixed(images.back().buffer) = random.chance(60);
    for (NetworkBuffer &buffer : made.network.buffers)
      buffer.inBlocks = random.chance(10);
    EXPECT_EQ(llvm::toString(made.network.verify()), "");
    return std::move(made);
  }

private:
  struct Image {
    size_t buffer;
    int64_t n, channels, height, width;
  };

  bool &isFixed(size_t buffer) {
    return made.network.buffers[buffer].isRowMajor;
  }

  Image addImage(int64_t n, int64_t channels, int64_t height, int64_t width) {
    size_t buffer = made.network.buffers.size();
    made.network.buffers.push_back({"image " + std::to_string(buffer),
                                    shapeOf(isNHWC, n, channels, height, width),
                                    bytes, false});
    return {buffer, n, channels, height, width};
  }

  void addLayer() {
    // Mostly the last image.
    const Image input =
        random.chance(80) ? images.back() : random.oneOf(images);
    NetworkLayer added;
    Layer &layer = added.layer;
    layer.name = "layer " + std::to_string(made.network.layers.size());
    layer.order = isNHWC ? DataOrder::nhwc() : DataOrder::nchw();
    int64_t groups = random.chance(30) ? input.channels
                     : input.channels % 2 == 0 && random.chance(30) ? 2
                                                                    : 1;
    layer.size[Dim::N] = input.n;
    layer.size[Dim::G] = groups;
    layer.size[Dim::C] = input.channels / groups;
    layer.size[Dim::K] = random.uniform(1, groups > 1 ? 2 : 5);
    if (random.chance(40))
      layer.size[Dim::K] = layer.size[Dim::C];
    layer.inputHeight = input.height;
    layer.inputWidth = input.width;
    layer.kernelHeight = layer.kernelWidth = random.chance(60) ? 3 : 1;
    layer.padTop = layer.padLeft = layer.kernelHeight / 2;
    layer.strideHeight = layer.strideWidth =
        random.chance(80) || input.height < 4 || input.width < 4 ? 1 : 2;
    layer.size[Dim::P] = (input.height - 1) / layer.strideHeight + 1;
    layer.size[Dim::Q] = (input.width - 1) / layer.strideWidth + 1;
    layer.inputBytes = layer.outputBytes = bytes;
    layer.accumulatorBytes = random.chance(50) ? bytes : 4;
    Image output = addImage(input.n, groups * layer.size[Dim::K],
                            layer.size[Dim::P], layer.size[Dim::Q]);
    arrayOf(added, TensorArray::Input) =
        useOf(input.buffer, layer, Operand::Input);
    BufferUse written = useOf(output.buffer, layer, Operand::Output);
    arrayOf(added, TensorArray::Output) = written;
    bool inPlace = layer.accumulatorBytes == bytes && random.chance(60);
    if (inPlace)
      arrayOf(added, TensorArray::PartialSums) = written;
    for (const Image &other : images) {
      if (other.channels != output.channels || other.height != output.height ||
          other.width != output.width || other.buffer == input.buffer ||
          !random.chance(80))
        continue;
      BufferUse read = useOf(other.buffer, layer, Operand::Output);
      if (layer.accumulatorBytes == bytes && !layer.initIsData &&
          random.chance(40)) {
        layer.initIsData = true;
        arrayOf(added, TensorArray::Init) = read;
      } else {
        EpilogueOperand operand;
        operand.elementBytes = bytes;
        layer.epilogue.push_back(operand);
        added.epilogue.push_back(read);
      }
    }
    EXPECT_EQ(llvm::toString(layer.verify()), "");
    do
      added.capacities = random.buffers(layer);
    while (std::holds_alternative<Infeasible>(
        searchBytes(layer, added.capacities)));
    if (random.chance(10))
      added.schedule =
          std::get<Found>(searchBytes(layer, added.capacities)).schedule;
    made.network.layers.push_back(std::move(added));
    images.push_back(output);
  }

  RandomCase &random;
  Case made;
  bool isNHWC = false;
  int64_t bytes = 1;
  std::vector<Image> images;
};

int64_t volume(const Block &block) {
  int64_t elements = 1;
  for (int64_t side : block)
    elements *= side;
  return elements;
}

/// All uses of a buffer.
struct Use {
  size_t layer;
  std::optional<TensorArray> array; ///< std::nullopt: of the epilogue
  size_t operand;                   ///< of the epilogue
  const BufferUse *use;
  Operand operandKind() const {
    return array ? operandOf(*array) : Operand::Output;
  }
};

std::vector<Use> usesOf(const Network &network, size_t buffer) {
  std::vector<Use> uses;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const NetworkLayer &layer = network.layers[i];
    for (TensorArray array : AllTensorArrays)
      if (const auto &use = layer.arrays[static_cast<unsigned>(array)];
          use && use->buffer == buffer)
        uses.push_back({i, array, 0, &*use});
    for (size_t operand = 0; operand < layer.epilogue.size(); ++operand)
      if (layer.epilogue[operand]->buffer == buffer)
        uses.push_back({i, std::nullopt, operand, &*layer.epilogue[operand]});
  }
  return uses;
}

bool isShared(const Network &network, size_t buffer) {
  std::vector<Use> uses = usesOf(network, buffer);
  if (network.buffers[buffer].isRowMajor || uses.empty())
    return false;
  if (network.buffers[buffer].inBlocks)
    return true;
  if (uses.size() < 2)
    return false;
  for (const Use &use : uses)
    if (use.layer != uses[0].layer || use.operandKind() != Operand::Output ||
        !use.array)
      return true;
  return false;
}

/// Row-major, and all blocks of as many elements as a burst holds in blocks of
/// as many as a row does (or as the buffer has) in which all users can see it.
std::vector<BufferLayout> allLayouts(const Network &network, size_t buffer,
                                     const DRAMDevice &device) {
  std::vector<BufferLayout> layouts(1);
  const NetworkBuffer &of = network.buffers[buffer];
  if (of.elementBytes > device.burstBytes())
    return layouts;
  int64_t inBurst = device.burstBytes() / of.elementBytes;
  auto canBe = [&](const Block &burst, const Block &row) {
    for (const Use &use : usesOf(network, buffer))
      if (!layoutOf({BufferLayout::Kind::Blocked, burst, row},
                    network.layers[use.layer].layer, use.operandKind(),
                    *use.use))
        return false;
    return true;
  };
  auto shapes = [&](int64_t elements) {
    std::vector<Block> found = {Block(of.shape.size(), 1)};
    for (size_t d = 0; d < of.shape.size(); ++d)
      for (size_t i = 0; i < found.size(); ++i)
        if (found[i][d] < of.shape[d] && 2 * volume(found[i]) <= elements) {
          Block larger = found[i];
          larger[d] *= 2;
          found.push_back(larger);
        }
    int64_t most = 0;
    for (const Block &shape : found)
      if (canBe(shape, shape))
        most = std::max(most, volume(shape));
    std::vector<Block> usable;
    for (const Block &shape : found)
      if (volume(shape) == most && canBe(shape, shape))
        usable.push_back(shape);
    return usable;
  };
  for (const Block &burst : shapes(inBurst))
    for (const Block &row :
         shapes(inBurst * (device.rowBytes() / device.burstBytes()))) {
      bool isInside = true;
      for (size_t d = 0; d < burst.size(); ++d)
        isInside &= burst[d] <= row[d];
      if (isInside)
        layouts.push_back({BufferLayout::Kind::Blocked, burst, row});
    }
  return layouts;
}

/// Bytes, or what decides between equal ones, count for nothing beside them.
double valueOf(const Found &found, const Case &made) {
  DRAMTraffic dram = found.stream.total();
  double bytes = static_cast<double>(found.traffic.totalBytes());
  if (made.options.objective == Objective::Bytes)
    return bytes;
  if (made.options.objective == Objective::BytesThenBursts)
    return bytes * (1 << 24) + dram.readBursts + dram.writeBursts;
  return objectiveValue(made.options.objective, 0, dram, made.device);
}

/// Layouts of the shared buffers; of the others std::nullopt.
using Layouts = std::vector<std::optional<BufferLayout>>;

LayoutChoice choiceOf(const Case &made, size_t index, const Layouts &layouts) {
  const NetworkLayer &layer = made.network.layers[index];
  LayoutChoice choice;
  choice.epilogue.resize(layer.layer.epilogue.size());
  for (size_t buffer = 0; buffer < made.network.buffers.size(); ++buffer)
    for (const Use &use : usesOf(made.network, buffer)) {
      if (use.layer != index)
        continue;
      std::optional<ArrayLayout> &given =
          use.array ? choice[*use.array] : choice.epilogue[use.operand];
      if (made.network.buffers[buffer].isRowMajor)
        given = ArrayLayout();
      else if (layouts[buffer])
        given = layoutOf(*layouts[buffer], layer.layer, use.operandKind(),
                         *use.use);
    }
  return choice;
}

/// The best of a layer in given layouts.
Found bestOf(const Case &made, size_t index, const Layouts &layouts) {
  const NetworkLayer &layer = made.network.layers[index];
  SearchOptions options = made.options;
  options.layouts = choiceOf(made, index, layouts);
  if (layer.schedule)
    return chooseLayouts(layer.layer, layer.capacities, *layer.schedule,
                         options, made.device);
  return std::get<Found>(
      search(layer.layer, layer.capacities, options, made.device));
}

/// The least sum over all layouts and schedules; std::nullopt if there are too
/// many.
std::optional<double> leastOf(const Case &made) {
  size_t buffers = made.network.buffers.size();
  std::vector<std::vector<std::optional<BufferLayout>>> all(buffers);
  size_t combinations = 1;
  for (size_t buffer = 0; buffer < buffers; ++buffer) {
    all[buffer] = {std::nullopt};
    if (isShared(made.network, buffer)) {
      auto layouts = allLayouts(made.network, buffer, made.device);
      all[buffer].assign(layouts.begin(), layouts.end());
    }
    combinations *= all[buffer].size();
    if (combinations > 600)
      return std::nullopt;
  }
  std::vector<std::map<std::vector<size_t>, double>> known(
      made.network.layers.size());
  std::vector<size_t> chosen(buffers);
  double least = infinity;
  auto recurse = [&](auto &self, size_t buffer) -> void {
    if (buffer < buffers) {
      for (chosen[buffer] = 0; chosen[buffer] < all[buffer].size();
           ++chosen[buffer])
        self(self, buffer + 1);
      return;
    }
    double sum = 0;
    for (size_t i = 0; i < made.network.layers.size(); ++i) {
      std::vector<size_t> key;
      Layouts layouts(buffers);
      for (size_t b = 0; b < buffers; ++b)
        for (const Use &use : usesOf(made.network, b))
          if (use.layer == i) {
            key.push_back(chosen[b]);
            layouts[b] = all[b][chosen[b]];
          }
      auto [at, isNew] = known[i].try_emplace(key);
      if (isNew)
        at->second = valueOf(bestOf(made, i, layouts), made);
      sum += at->second;
    }
    least = std::min(least, sum);
  };
  recurse(recurse, 0);
  return least;
}

std::string describe(const Case &made) {
  std::string text = made.options.space.name() + ", " +
                     objectiveName(made.options.objective).str() + ", " +
                     describe(made.device);
  for (const NetworkLayer &layer : made.network.layers) {
    text += "\n" + describe(layer.layer) + " " + describe(layer.capacities);
    for (TensorArray array : AllTensorArrays)
      if (const auto &use = layer.arrays[static_cast<unsigned>(array)])
        text +=
            " " + arrayName(array).str() + " in " +
            std::to_string(use->buffer) +
            (made.network.buffers[use->buffer].isRowMajor ? " (fixed)" : "");
    for (const auto &use : layer.epilogue)
      text += " epilogue in " + std::to_string(use->buffer);
  }
  return text;
}

double sumOf(const NetworkSolution &solution, const Case &made) {
  double sum = 0;
  for (const SearchResult &result : solution.layers)
    sum += valueOf(std::get<Found>(result), made);
  return sum;
}

/// Nothing that one step changes is better: no layout of one buffer with the
/// schedules as they are, and no schedule of one layer.
void expectNoBetterStep(const Case &made, const NetworkSolution &solution) {
  size_t buffers = made.network.buffers.size();
  Layouts layouts(buffers);
  for (size_t buffer = 0; buffer < buffers; ++buffer)
    if (isShared(made.network, buffer))
      layouts[buffer] = solution.buffers[buffer];
  for (size_t i = 0; i < made.network.layers.size(); ++i) {
    double now = valueOf(std::get<Found>(solution.layers[i]), made);
    EXPECT_NEAR(now, valueOf(bestOf(made, i, layouts), made), now * 1e-8);
  }
  auto withSchedules = [&](const Layouts &with) {
    double sum = 0;
    for (size_t i = 0; i < made.network.layers.size(); ++i) {
      const NetworkLayer &layer = made.network.layers[i];
      SearchOptions options = made.options;
      options.layouts = choiceOf(made, i, with);
      sum += valueOf(chooseLayouts(layer.layer, layer.capacities,
                                   std::get<Found>(solution.layers[i]).schedule,
                                   options, made.device),
                     made);
    }
    return sum;
  };
  double now = withSchedules(layouts);
  for (size_t buffer = 0; buffer < buffers; ++buffer) {
    if (!layouts[buffer])
      continue;
    Layouts others = layouts;
    for (const BufferLayout &layout :
         allLayouts(made.network, buffer, made.device)) {
      others[buffer] = layout;
      EXPECT_GE(withSchedules(others), now * (1 - 1e-8));
    }
  }
}

TEST(NetworkLayouts, AreAmongAllLayoutsAndMostlyTheBest) {
  int compared = 0, best = 0, gains = 0, boundary = 0;
  double excess = 0;
  for (uint64_t seed = 200001; seed < 200101; ++seed) {
    RandomCase random(seed);
    Case made = NetworkMaker(random).make();
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + describe(made));
    NetworkSolution solution =
        chooseNetworkLayouts(made.network, made.options, made.device);
    ASSERT_EQ(llvm::toString(
                  verify(made.network, solution, made.options, made.device)),
              "");
    for (const NetworkValue &start : {solution.rowMajor, solution.projected})
      EXPECT_FALSE(start < solution.value &&
                   start.value < solution.value.value * (1 - 1e-9));
    EXPECT_LE(solution.lowerBound, solution.value.value * (1 + 1e-9));
    if (seed % 4 == 0)
      expectNoBetterStep(made, solution);
    std::optional<double> least = leastOf(made);
    if (testing::Test::HasFailure())
      return;
    if (!least)
      continue;
    double found = sumOf(solution, made);
    EXPECT_GE(found, *least * (1 - 1e-9));
    ++compared;
    best += found <= *least * (1 + 1e-9);
    excess += found / *least - 1;
    gains += solution.value < solution.rowMajor &&
             solution.value < solution.projected;
    boundary += solution.value.value > solution.lowerBound * (1 + 1e-6);
  }
  // It is a local search, but a good one.
  EXPECT_GT(compared, 30);
  EXPECT_GT(best, compared * 9 / 10);
  EXPECT_LT(excess, compared * 0.005);
  // And has to be one.
  EXPECT_GT(gains, 2);
  EXPECT_GT(boundary, compared / 10);
}

TEST(NetworkLayouts, DoNotDependOnTheNumberOfThreads) {
  for (uint64_t seed = 210001; seed < 210040; ++seed) {
    RandomCase random(seed);
    Case made = NetworkMaker(random).make();
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + describe(made));
    NetworkSolution one =
        chooseNetworkLayouts(made.network, made.options, made.device, 1);
    for (unsigned threads : {0, 2, 5}) {
      NetworkSolution other = chooseNetworkLayouts(made.network, made.options,
                                                   made.device, threads);
      EXPECT_EQ(one.buffers, other.buffers);
      EXPECT_EQ(one.value.value, other.value.value);
      EXPECT_EQ(one.searches, other.searches);
      for (size_t i = 0; i < one.layers.size(); ++i)
        EXPECT_EQ(std::get<Found>(one.layers[i]).schedule,
                  std::get<Found>(other.layers[i]).schedule);
    }
  }
}

/// Groups of channels.
Layer grouped(int64_t groups, int64_t channels) {
  Layer layer;
  layer.size[Dim::G] = groups;
  layer.size[Dim::C] = channels;
  return layer;
}

TEST(NetworkLayouts, ABlockOfChannelsIsOneOfGroupsOrOfTheirChannels) {
  auto blocksOf = [](const Layer &layer,
                     int64_t block) -> std::pair<int64_t, int64_t> {
    BufferLayout layout = {
        BufferLayout::Kind::Blocked, {1, block, 1, 1}, {1, block, 1, 1}};
    std::optional<ArrayLayout> found = layoutOf(
        layout, layer, Operand::Input, useOf(0, layer, Operand::Input));
    if (!found)
      return {0, 0};
    EXPECT_EQ(found->burstBlock, found->rowBlock);
    return {found->burstBlock[Dim::G], found->burstBlock[Dim::C]};
  };
  using Blocks = std::pair<int64_t, int64_t>;
  EXPECT_EQ(blocksOf(grouped(1, 24), 16), Blocks(1, 16));
  EXPECT_EQ(blocksOf(grouped(1, 24), 32), Blocks(1, 32));
  EXPECT_EQ(blocksOf(grouped(24, 1), 16), Blocks(16, 1));
  // Within a group, and whole groups.
  EXPECT_EQ(blocksOf(grouped(2, 48), 16), Blocks(1, 16));
  EXPECT_EQ(blocksOf(grouped(6, 8), 32), Blocks(4, 8));
  EXPECT_EQ(blocksOf(grouped(6, 12), 4), Blocks(1, 4));
  // A block of 8 channels would be of two groups of 12, or of a part of one.
  EXPECT_EQ(blocksOf(grouped(6, 12), 8), Blocks(0, 0));
  EXPECT_EQ(blocksOf(grouped(6, 12), 1), Blocks(1, 1));
}

TEST(NetworkLayouts, WhatStaysWholeIsNotCut) {
  Layer layer;
  layer.whole.resize(1);
  layer.whole[0].extent = {{4, 0, 0}};
  layer.order.axes[Operand::Input].push_back(Axis::X0);
  BufferUse use = {0, {{Axis::N}, {Axis::C}, {Axis::H}, {Axis::X0}}};
  BufferLayout layout = {
      BufferLayout::Kind::Blocked, {1, 1, 1, 1}, {1, 4, 1, 1}};
  EXPECT_TRUE(layoutOf(layout, layer, Operand::Input, use));
  layout.rowBlock = {1, 1, 1, 2};
  EXPECT_FALSE(layoutOf(layout, layer, Operand::Input, use));
}

/// Two pointwise layers, one behind the other.
Case twoLayers() {
  Case made;
  made.device = defaultDRAMDevice();
  made.network.buffers = {{"in", {1, 8, 16, 16}, 1, true},
                          {"middle", {1, 16, 16, 16}, 1, false},
                          {"out", {1, 8, 16, 16}, 1, true}};
  for (int i : {0, 1}) {
    NetworkLayer layer;
    layer.layer.name = i ? "second" : "first";
    layer.layer.size = {{1, 1, i ? 8 : 16, i ? 16 : 8, 16, 16}};
    layer.layer.inputHeight = layer.layer.inputWidth = 16;
    layer.capacities = BufferCapacities::makeSeparate(600, 600, 600);
    arrayOf(layer, TensorArray::Input) = useOf(i, layer.layer, Operand::Input);
    arrayOf(layer, TensorArray::Output) =
        useOf(i + 1, layer.layer, Operand::Output);
    made.network.layers.push_back(std::move(layer));
  }
  return made;
}

TEST(NetworkLayouts, ASolutionThatIsNoneIsFoundOut) {
  Case made = twoLayers();
  NetworkSolution solution =
      chooseNetworkLayouts(made.network, made.options, made.device);
  auto errorOf = [&](const NetworkSolution &of) {
    return llvm::toString(verify(made.network, of, made.options, made.device));
  };
  ASSERT_EQ(errorOf(solution), "");
  ASSERT_EQ(solution.buffers[1].kind, BufferLayout::Kind::Blocked);
  EXPECT_LT(solution.value.value, solution.rowMajor.value);
  NetworkSolution other = solution;
  other.buffers[1] = BufferLayout();
  EXPECT_EQ(errorOf(other),
            "layer 'first': output in another layout than its buffer");
  other = solution;
  other.buffers[0] = solution.buffers[1];
  EXPECT_EQ(errorOf(other),
            "layer 'first': input in a buffer that must be row-major");
  other = solution;
  std::get<Found>(other.layers[1]).layouts[TensorArray::Input] = ArrayLayout();
  EXPECT_EQ(errorOf(other),
            "layer 'second': input in another layout than its buffer");
  other = solution;
  other.buffers[1].kind = BufferLayout::Kind::OfUser;
  EXPECT_EQ(errorOf(other), "buffer 'middle' has two users and no layout");
  other = solution;
  std::get<Found>(other.layers[0]).value *= 2;
  EXPECT_NE(errorOf(other).find("layer 'first': costs "), std::string::npos);
  other = solution;
  other.value.value *= 2;
  EXPECT_NE(errorOf(other).find("the layers cost "), std::string::npos);
  other = solution;
  std::get<Found>(other.layers[0]).schedule.tile =
      made.network.layers[0].layer.size;
  EXPECT_EQ(errorOf(other), "layer 'first': a schedule that does not fit");
}

TEST(NetworkLayouts, ANetworkThatIsNoneIsRefused) {
  auto errorOf = [](auto change) {
    Case made = twoLayers();
    change(made.network);
    return llvm::toString(made.network.verify());
  };
  EXPECT_EQ(errorOf([](Network &network) { network.buffers.pop_back(); }),
            "layer 'second', output: buffer 2 of 2");
  EXPECT_EQ(
      errorOf([](Network &network) { network.buffers[1].elementBytes = 4; }),
      "layer 'first', output: elements of 1 bytes in a buffer of elements of "
      "4");
  EXPECT_EQ(errorOf([](Network &network) { network.buffers[0].shape[1] = 9; }),
            "layer 'first', input: 8 indices along an axis of 9");
  EXPECT_EQ(
      errorOf([](Network &network) { network.buffers[0].shape.pop_back(); }),
      "layer 'first', input: 4 axes in a buffer of 3");
  EXPECT_EQ(errorOf([](Network &network) {
              network.buffers[0].shape.back() = 1;
              arrayOf(network.layers[0], TensorArray::Input)->axes[3] = {};
            }),
            "layer 'first', input: an axis that the buffer does not have");
  EXPECT_EQ(errorOf([](Network &network) {
              arrayOf(network.layers[0], TensorArray::Input)->axes[3] = {
                  Axis::H};
            }),
            "layer 'first', input: an axis that the array does not have, or "
            "twice");
}

/// The networks of the tables: between the bound and all row-major, and close
/// to the bound (measured: at most 3.3 % above it).
TEST(NetworkLayouts, OfNetworksAreCloseToTheirBounds) {
  for (const char *name : {"vgg16", "mobilenet_v1"})
    for (const char *space : {"S0", "S0+S2"}) {
      SCOPED_TRACE(std::string(name) + ", " + space);
      std::string path = std::string(ROMANET_LAYER_TABLES "/") + name + ".csv";
      auto buffer = llvm::MemoryBuffer::getFile(path);
      ASSERT_TRUE(buffer);
      std::vector<LayerTableRow> rows =
          llvm::cantFail(parseLayerTable((*buffer)->getBuffer(), path));
      llvm::erase_if(
          rows, [](const LayerTableRow &row) { return row.isFullyConnected; });
      Report report;
      report.buffers = BufferCapacities::makeDefault();
      report.device = defaultDRAMDevice();
      report.options.space = oracle::spaceOf(space);
      ASSERT_EQ(llvm::toString(report.searchNetworks(rows, /*fixedEnds=*/false,
                                                     /*threads=*/1)),
                "");
      ASSERT_EQ(report.networks.size(), 1u);
      const NetworkReport &network = report.networks[0];
      EXPECT_GE(network.value, network.lowerBound);
      EXPECT_LT(network.value, network.lowerBound * 1.05);
      EXPECT_LT(network.value, network.rowMajor);
      EXPECT_NEAR(network.value, report.sums.energy.totalPJ(),
                  1e-9 * network.value);
      // What is read back costs the same.
      llvm::json::Value json = toJSON(report);
      std::string text = llvm::formatv("{0}", json);
      auto schedules =
          parseSchedules(text, "file", rows, report.buffers, report.device);
      ASSERT_EQ(schedules ? "" : llvm::toString(schedules.takeError()), "");
      Report again;
      again.buffers = report.buffers;
      again.device = report.device;
      for (size_t i = 0; i < rows.size(); ++i)
        ASSERT_EQ(llvm::toString(again.evaluate(
                      rows[i].network, rows[i].layer, again.buffers,
                      (*schedules)[i]->schedule, {}, (*schedules)[i]->layouts)),
                  "");
      EXPECT_EQ(again.sums.totalBursts, report.sums.totalBursts);
      EXPECT_EQ(again.sums.activations, report.sums.activations);
    }
}

} // namespace
