//===- NetworkLayouts.cpp - Layouts that layers share ---------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A local search over the layouts of the buffers and the schedules of the
// layers. What a schedule moves of a buffer in blocks depends on the shape of
// the burst blocks (bursts) and on that of the row blocks (activations), and on
// nothing of the other buffers. So each schedule that is known has a table of
// both for every shape, and to try a layout is to add up numbers. Two moves:
//
//   a buffer gets the layout that is best if each of its layers takes the best
//   of its known schedules;
//   a layer takes one of its known schedules, and each of its buffers the
//   layout that is best for it and the others.
//
// When neither helps, every layer is searched anew in the layouts of its
// buffers. Where that finds better schedules, these are known from now on, and
// it goes on; else the search ends.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/NetworkLayouts.h"
#include "Parallel.h"
#include "StreamCounter.h"
#include "romanet/Model/RowOrder.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>

using namespace romanet;

static constexpr double infinity = std::numeric_limits<double>::infinity();

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

/// Arrays are numbered: those of TensorArray, then the operands of the
/// epilogue.
static size_t numArrays(const NetworkLayer &layer) {
  return NumTensorArrays + layer.layer.epilogue.size();
}

static const std::optional<BufferUse> &useOf(const NetworkLayer &layer,
                                             size_t array) {
  static const std::optional<BufferUse> none;
  if (array < NumTensorArrays)
    return layer.arrays[array];
  size_t i = array - NumTensorArrays;
  return i < layer.epilogue.size() ? layer.epilogue[i] : none;
}

static Operand operandOfArray(size_t array) {
  return array < NumTensorArrays ? romanet::operandOf(AllTensorArrays[array])
                                 : Operand::Output;
}

static std::string nameOf(size_t array) {
  if (array < NumTensorArrays)
    return arrayName(AllTensorArrays[array]).str();
  return "operand " + std::to_string(array - NumTensorArrays) +
         " of the epilogue";
}

static int64_t widthOf(const Layer &layer, size_t array) {
  return array < NumTensorArrays
             ? elementBytes(layer, AllTensorArrays[array])
             : layer.epilogue[array - NumTensorArrays].elementBytes;
}

static llvm::SmallVector<AxisExtent, 6> axesOfArray(const Layer &layer,
                                                    size_t array) {
  return array < NumTensorArrays ? romanet::axesOf(layer, operandOfArray(array))
                                 : epilogueAxes(layer, array - NumTensorArrays);
}

/// Whether the layer has the array in DRAM at all.
static bool exists(const Layer &layer, size_t array) {
  if (array == static_cast<size_t>(TensorArray::Weights))
    return layer.hasWeights();
  return array != static_cast<size_t>(TensorArray::Init) || layer.initIsData;
}

llvm::Error Network::verify() const {
  for (const NetworkLayer &each : layers)
    for (size_t array = 0; array < numArrays(each); ++array) {
      const std::optional<BufferUse> &use = useOf(each, array);
      if (!use)
        continue;
      auto failure = [&](const llvm::Twine &message) {
        return llvm::createStringError("layer '" + each.layer.name + "', " +
                                       nameOf(array) + ": " + message);
      };
      if (use->buffer >= buffers.size())
        return failure("buffer " + llvm::Twine(use->buffer) + " of " +
                       llvm::Twine(buffers.size()));
      const NetworkBuffer &buffer = buffers[use->buffer];
      if (buffer.elementBytes != widthOf(each.layer, array))
        return failure("elements of " +
                       llvm::Twine(widthOf(each.layer, array)) +
                       " bytes in a buffer of elements of " +
                       llvm::Twine(buffer.elementBytes));
      if (use->axes.size() != buffer.shape.size())
        return failure(llvm::Twine(use->axes.size()) + " axes in a buffer of " +
                       llvm::Twine(buffer.shape.size()));
      llvm::SmallVector<AxisExtent, 6> left = axesOfArray(each.layer, array);
      for (auto [axes, extent] : llvm::zip_equal(use->axes, buffer.shape)) {
        int64_t product = 1;
        for (Axis axis : axes) {
          auto *at = llvm::find_if(
              left, [&](const AxisExtent &a) { return a.first == axis; });
          if (at == left.end())
            return failure("an axis that the array does not have, or twice");
          product *= at->second;
          left.erase(at);
        }
        if (product != extent)
          return failure(llvm::Twine(product) + " indices along an axis of " +
                         llvm::Twine(extent));
      }
      if (llvm::any_of(left, [](const AxisExtent &a) { return a.second > 1; }))
        return failure("an axis that the buffer does not have");
    }
  return llvm::Error::success();
}

/// Powers of two along the axes of a buffer.
using Powers = llvm::SmallVector<uint8_t, 6>;

/// The blocks of a use that are blocks of these powers of the buffer.
static std::optional<BlockShape> shapeOf(llvm::ArrayRef<uint8_t> powers,
                                         const Layer &layer, Operand operand,
                                         const BufferUse &use) {
  auto extentOf = [&](Axis axis) -> int64_t {
    for (auto [each, extent] : romanet::axesOf(layer, operand))
      if (each == axis)
        return extent;
    return 1;
  };
  BlockShape shape = {{}};
  for (auto [axes, power] : llvm::zip_equal(use.axes, powers)) {
    // From the inner one out, of those that are longer than one element.
    unsigned left = power;
    llvm::SmallVector<Axis, 2> longer;
    for (Axis axis : llvm::reverse(axes))
      if (extentOf(axis) > 1)
        longer.push_back(axis);
    // A block along an axis of one element holds that element.
    for (auto [i, axis] : llvm::enumerate(longer)) {
      if (left == 0)
        break;
      std::optional<Dim> dim = loopOf(axis);
      if (!dim)
        return std::nullopt;
      int64_t extent = extentOf(axis);
      if (i + 1 == longer.size() || extent % (int64_t(1) << left) == 0) {
        shape[*dim] = static_cast<uint8_t>(left);
        left = 0;
      } else if (llvm::isPowerOf2_64(extent) &&
                 (int64_t(1) << left) % extent == 0) {
        shape[*dim] = static_cast<uint8_t>(llvm::Log2_64(extent));
        left -= shape[*dim];
      } else {
        return std::nullopt;
      }
    }
  }
  return shape;
}

static Powers powersOf(llvm::ArrayRef<int64_t> block) {
  Powers powers;
  for (int64_t side : block)
    powers.push_back(static_cast<uint8_t>(llvm::Log2_64(side)));
  return powers;
}

static PerDim<int64_t> extentsOf(const BlockShape &shape) {
  PerDim<int64_t> extents;
  for (Dim dim : AllDims)
    extents[dim] = int64_t(1) << shape[dim];
  return extents;
}

std::optional<ArrayLayout> romanet::layoutOf(const BufferLayout &layout,
                                             const Layer &layer,
                                             Operand operand,
                                             const BufferUse &use) {
  assert(layout.kind != BufferLayout::Kind::OfUser && "no layout of its own");
  if (layout.kind == BufferLayout::Kind::RowMajor)
    return ArrayLayout();
  std::optional<BlockShape> burst =
      ::shapeOf(powersOf(layout.burstBlock), layer, operand, use);
  std::optional<BlockShape> row =
      ::shapeOf(powersOf(layout.rowBlock), layer, operand, use);
  if (!burst || !row)
    return std::nullopt;
  ArrayLayout blocked = {ArrayLayout::Kind::Blocked, extentsOf(*burst),
                         extentsOf(*row)};
  setRowOrder(blocked, use.axes, layout.rowOrder);
  return blocked;
}

/// What is compared between layouts where the objective is bytes.
static NetworkValue networkValue(Objective objective, int64_t bytes,
                                 const DRAMTraffic &dram,
                                 const EnergyModel &energy) {
  NetworkValue value = {objectiveValue(objective, bytes, dram, energy), 0};
  if (objective == Objective::Bytes)
    value.tie = energy(dram).totalPJ();
  if (objective == Objective::BytesThenBursts)
    value.tie = dram.readBursts + dram.writeBursts;
  return value;
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

namespace {

/// The layout of a buffer that layers share: row-major, or a pair of blocks.
using Choice = int32_t;
constexpr Choice RowMajorChoice = -1;

struct SharedBuffer {
  size_t buffer;
  /// Layers that use it, in their order, each once.
  llvm::SmallVector<size_t, 4> layers;
  std::vector<Powers> bursts, rows;
  /// Burst blocks in row blocks.
  std::vector<std::pair<uint32_t, uint32_t>> pairs;

  BufferLayout layoutOf(Choice choice) const {
    BufferLayout layout;
    if (choice == RowMajorChoice)
      return layout;
    layout.kind = BufferLayout::Kind::Blocked;
    for (uint8_t power : bursts[pairs[choice].first])
      layout.burstBlock.push_back(int64_t(1) << power);
    for (uint8_t power : rows[pairs[choice].second])
      layout.rowBlock.push_back(int64_t(1) << power);
    return layout;
  }
};

/// What a schedule moves of a shared buffer, in each of its layouts.
struct Table {
  DRAMTraffic rowMajor;
  std::vector<ReadsAndWrites> bursts;
  std::vector<int64_t> rows;
};

/// A schedule that is known for a layer.
struct Entry {
  Schedule schedule;
  int64_t bytes = 0;
  /// Of the arrays that are not shared.
  DRAMTraffic base;
  /// By LayerState::shared.
  std::vector<Table> tables;
};

/// Layers that are equal to the search.
struct LayerClass {
  const NetworkLayer *layer;
  std::deque<std::pair<LayoutChoice, SearchResult>> known;
  std::array<std::unique_ptr<StreamCounter>, 2> counters;
};

struct LayerState {
  LayerClass *ofClass = nullptr;
  /// Shared buffers of the layer, each once.
  llvm::SmallVector<size_t, 4> shared;
  std::vector<Entry> entries;
  bool isFeasible = true;
};

/// A point of the search.
struct Point {
  std::vector<Choice> choices; ///< by shared buffer
  std::vector<size_t> entries; ///< by layer
};

class Optimiser {
public:
  Optimiser(const Network &network, const SearchOptions &options,
            const DRAMDevice &device, unsigned threads,
            const ProgressCallback &progress)
      : network(network), options(options), device(device), energy(device),
        threads(threads), progress(progress) {}

  NetworkSolution run();

private:
  using Task = std::pair<LayerClass *, LayoutChoice>;

  void findClasses();
  const SearchResult *lookUp(LayerClass &ofClass, const LayoutChoice &choice);
  void searchAll(llvm::ArrayRef<Task> tasks, const SearchOptions &with);
  /// The layouts that a layer is given where its shared buffers have some.
  template <typename Function>
  LayoutChoice givenTo(size_t layer, Function layoutOfShared) const;
  LayoutChoice givenTo(size_t layer, const Point &point) const;

  void findShared();
  void addShapes(SharedBuffer &shared);
  /// Where a shared buffer is in LayerState::shared.
  size_t indexOf(const LayerState &state, size_t shared) const {
    return llvm::find(state.shared, shared) - state.shared.begin();
  }

  size_t addEntry(size_t layer, const Schedule &schedule);
  void fillTables(size_t layer, Entry &entry);
  DRAMTraffic contribution(const Table &table, size_t shared,
                           Choice choice) const;
  void add(DRAMTraffic &sum, const DRAMTraffic &more) const {
    sum.readBursts += more.readBursts;
    sum.writeBursts += more.writeBursts;
    sum.activations += more.activations;
  }
  NetworkValue valueOf(const Entry &entry, const DRAMTraffic &dram) const {
    return networkValue(options.objective, entry.bytes, dram, energy);
  }
  /// What an entry moves but for one shared buffer (none: all.size()).
  DRAMTraffic trafficBut(size_t layer, const Entry &entry, const Point &point,
                         size_t shared) const;
  NetworkValue valueOf(size_t layer, size_t entry, const Point &point) const;
  NetworkValue valueOf(size_t layer, const Point &point) const {
    return valueOf(layer, point.entries[layer], point);
  }
  NetworkValue total(const Point &point) const;
  bool isBetter(const NetworkValue &a, const NetworkValue &b) const;

  /// For each layout of a shared buffer, row-major last, the value of a layer
  /// with the best of its entries.
  std::vector<NetworkValue> bestByChoice(size_t layer, size_t shared,
                                         const Point &point) const;
  void takeBestEntry(size_t layer, Point &point) const;
  bool improveBuffer(size_t shared, Point &point, bool keepEntries) const;
  bool improveLayer(size_t layer, Point &point) const;
  void improve(Point &point) const;
  bool searchAnew(Point &point);
  void descend(Point &point);
  bool learn(const Point &point);
  double beginRowMajor(Point &point);
  Found finish(size_t layer, const Point &point);

  const Network &network;
  SearchOptions options;
  const DRAMDevice &device;
  EnergyModel energy;
  unsigned threads;
  const ProgressCallback &progress;
  std::deque<LayerClass> classes;
  std::vector<LayerState> layers;
  std::vector<SharedBuffer> shared;
  /// By buffer: its place in `shared`, if it is.
  std::vector<std::optional<size_t>> sharedOf;
  int64_t searches = 0;
};

} // namespace

bool Optimiser::isBetter(const NetworkValue &a, const NetworkValue &b) const {
  // Sums in another order differ by rounding.
  constexpr double tolerance = 1e-9;
  if (a.value < b.value * (1 - tolerance))
    return true;
  return a.value <= b.value && a.tie < b.tie * (1 - tolerance);
}

void Optimiser::findClasses() {
  auto isSame = [](const NetworkLayer &a, const NetworkLayer &b) {
    return a.layer.isSameShape(b.layer) && a.capacities == b.capacities &&
           a.schedule == b.schedule;
  };
  for (const NetworkLayer &layer : network.layers) {
    layers.emplace_back();
    for (LayerClass &each : classes)
      if (isSame(*each.layer, layer))
        layers.back().ofClass = &each;
    if (layers.back().ofClass)
      continue;
    classes.emplace_back();
    classes.back().layer = &layer;
    layers.back().ofClass = &classes.back();
  }
}

const SearchResult *Optimiser::lookUp(LayerClass &ofClass,
                                      const LayoutChoice &choice) {
  for (const auto &[given, result] : ofClass.known)
    if (given == choice)
      return &result;
  return nullptr;
}

void Optimiser::searchAll(llvm::ArrayRef<Task> tasks,
                          const SearchOptions &with) {
  std::vector<std::pair<Task, SearchResult>> unknown;
  for (const Task &task : tasks)
    if (!lookUp(*task.first, task.second) &&
        llvm::none_of(unknown,
                      [&](const auto &other) { return other.first == task; }))
      unknown.push_back({task, SearchResult()});
  auto fill = [&](size_t i) {
    std::pair<Task, SearchResult> &each = unknown[i];
    const NetworkLayer &layer = *each.first.first->layer;
    SearchOptions given = with;
    given.layouts = each.first.second;
    if (layer.schedule)
      each.second = chooseLayouts(layer.layer, layer.capacities,
                                  *layer.schedule, given, device);
    else
      each.second = search(layer.layer, layer.capacities, given, device);
  };
  searchEach(
      unknown.size(), threads, fill, "layouts",
      [&](size_t i) -> llvm::StringRef {
        return unknown[i].first.first->layer->layer.name;
      },
      progress);
  searches += static_cast<int64_t>(unknown.size());
  for (auto &[task, result] : unknown)
    task.first->known.emplace_back(std::move(task.second), std::move(result));
}

template <typename Function>
LayoutChoice Optimiser::givenTo(size_t index, Function layoutOfShared) const {
  const NetworkLayer &layer = network.layers[index];
  LayoutChoice given;
  given.epilogue.resize(layer.layer.epilogue.size());
  for (size_t array = 0; array < numArrays(layer); ++array) {
    const std::optional<BufferUse> &use = useOf(layer, array);
    if (!use || !exists(layer.layer, array))
      continue;
    std::optional<ArrayLayout> layout;
    if (network.buffers[use->buffer].isRowMajor)
      layout = ArrayLayout();
    else if (!sharedOf.empty() && sharedOf[use->buffer])
      layout = layoutOfShared(*sharedOf[use->buffer], array, *use);
    if (array < NumTensorArrays)
      given.arrays[array] = layout;
    else
      given.epilogue[array - NumTensorArrays] = layout;
  }
  return given;
}

LayoutChoice Optimiser::givenTo(size_t layer, const Point &point) const {
  return givenTo(layer, [&](size_t each, size_t array, const BufferUse &use) {
    return layoutOf(shared[each].layoutOf(point.choices[each]),
                    network.layers[layer].layer, operandOfArray(array), use);
  });
}

/// Buffers that several arrays are.
void Optimiser::findShared() {
  sharedOf.resize(network.buffers.size());
  for (size_t buffer = 0; buffer < network.buffers.size(); ++buffer) {
    SharedBuffer found;
    found.buffer = buffer;
    size_t uses = 0;
    bool isOutputAlone = true;
    for (auto [i, layer] : llvm::enumerate(network.layers))
      for (size_t array = 0; array < numArrays(layer); ++array) {
        const std::optional<BufferUse> &use = useOf(layer, array);
        if (!use || use->buffer != buffer || !layers[i].isFeasible ||
            !exists(layer.layer, array))
          continue;
        ++uses;
        isOutputAlone &=
            array < NumTensorArrays && operandOfArray(array) == Operand::Output;
        if (found.layers.empty() || found.layers.back() != i)
          found.layers.push_back(i);
      }
    isOutputAlone &= found.layers.size() <= 1;
    // An output in tiles and its partial sums in the same place agree.
    const NetworkBuffer &of = network.buffers[buffer];
    if (of.isRowMajor || uses == 0 ||
        (!of.inBlocks && (uses == 1 || isOutputAlone)))
      continue;
    addShapes(found);
    sharedOf[buffer] = shared.size();
    for (size_t layer : found.layers)
      layers[layer].shared.push_back(shared.size());
    shared.push_back(std::move(found));
  }
}

void Optimiser::addShapes(SharedBuffer &found) {
  const NetworkBuffer &buffer = network.buffers[found.buffer];
  std::optional<BlockPowers> powers = blockPowers(buffer.elementBytes, device);
  if (!powers)
    return;
  Powers shape(buffer.shape.size(), 0);
  auto isUsable = [&] {
    for (size_t i : found.layers) {
      const NetworkLayer &layer = network.layers[i];
      for (size_t array = 0; array < numArrays(layer); ++array) {
        const std::optional<BufferUse> &use = useOf(layer, array);
        if (use && use->buffer == found.buffer &&
            !::shapeOf(shape, layer.layer, operandOfArray(array), *use))
          return false;
      }
    }
    return true;
  };
  // An axis that cannot be halved by all cannot be cut at all.
  llvm::SmallVector<unsigned, 6> most;
  unsigned all = 0;
  for (auto [i, extent] : llvm::enumerate(buffer.shape)) {
    shape[i] = 1;
    most.push_back(
        isUsable() ? std::min<unsigned>(llvm::Log2_64_Ceil(extent), MostPower)
                   : 0);
    shape[i] = 0;
    all += most.back();
  }
  // All blocks that every layer can use.
  auto shapesOf = [&](unsigned power) {
    std::vector<Powers> shapes;
    auto recurse = [&](auto &self, size_t i, unsigned left) -> void {
      if (i == shape.size()) {
        if (left == 0 && isUsable())
          shapes.push_back(shape);
        return;
      }
      for (unsigned each = 0; each <= std::min(left, most[i]); ++each) {
        shape[i] = static_cast<uint8_t>(each);
        self(self, i + 1, left - each);
      }
      shape[i] = 0;
    };
    // Where an axis cannot be cut in all ways, blocks are smaller.
    for (unsigned sum = std::min(power, all); shapes.empty(); --sum)
      recurse(recurse, 0, sum);
    return shapes;
  };
  found.bursts = shapesOf(powers->burst);
  found.rows = shapesOf(powers->row);
  for (auto [i, burst] : llvm::enumerate(found.bursts))
    for (auto [j, row] : llvm::enumerate(found.rows))
      if (llvm::all_of(llvm::zip_equal(burst, row), [](auto sides) {
            return std::get<0>(sides) <= std::get<1>(sides);
          }))
        found.pairs.push_back(
            {static_cast<uint32_t>(i), static_cast<uint32_t>(j)});
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

void Optimiser::fillTables(size_t index, Entry &entry) {
  const NetworkLayer &layer = network.layers[index];
  LayerState &state = layers[index];
  std::unique_ptr<StreamCounter> &counter =
      state.ofClass->counters[entry.schedule.retainHalo];
  if (!counter)
    counter = std::make_unique<StreamCounter>(
        state.ofClass->layer->layer, device, entry.schedule.retainHalo);
  entry.bytes = computeTraffic(layer.layer, entry.schedule).totalBytes();

  // What is not shared lies as is best if the others do.
  LayoutChoice given = givenTo(
      index,
      [](size_t, size_t, const BufferUse &) -> std::optional<ArrayLayout> {
        return std::nullopt;
      });
  ArrayLayouts layouts;
  counter->choose(
      entry.schedule, infinity,
      [&](const DRAMTraffic &dram) {
        return networkValue(options.objective == Objective::Bytes
                                ? Objective::Energy
                            : options.objective == Objective::BytesThenBursts
                                ? Objective::Bursts
                                : options.objective,
                            0, dram, energy)
            .value;
      },
      given, layouts);

  entry.tables.resize(state.shared.size());
  for (auto [i, each] : llvm::enumerate(state.shared)) {
    entry.tables[i].bursts.resize(shared[each].bursts.size());
    entry.tables[i].rows.resize(shared[each].rows.size());
  }
  for (size_t array = 0; array < numArrays(layer); ++array) {
    if (!exists(layer.layer, array))
      continue;
    const std::optional<BufferUse> &use = useOf(layer, array);
    std::optional<size_t> ofShared =
        use ? sharedOf[use->buffer] : std::optional<size_t>();
    if (!ofShared) {
      add(entry.base, counter->countArray(
                          entry.schedule, array,
                          array < NumTensorArrays
                              ? layouts[AllTensorArrays[array]]
                              : layouts.ofEpilogue(array - NumTensorArrays)));
      continue;
    }
    Table &table = entry.tables[indexOf(state, *ofShared)];
    add(table.rowMajor,
        counter->countArray(entry.schedule, array, ArrayLayout()));
    auto count = [&](llvm::ArrayRef<Powers> powers, auto addTo) {
      std::vector<BlockShape> shapes;
      for (const Powers &each : powers)
        shapes.push_back(
            *::shapeOf(each, layer.layer, operandOfArray(array), *use));
      std::vector<ReadsAndWrites> blocks;
      counter->countShapes(entry.schedule, array, shapes, blocks);
      for (auto [i, each] : llvm::enumerate(blocks))
        addTo(i, each);
    };
    count(shared[*ofShared].bursts, [&](size_t i, const ReadsAndWrites &each) {
      table.bursts[i].reads += each.reads;
      table.bursts[i].writes += each.writes;
    });
    count(shared[*ofShared].rows, [&](size_t i, const ReadsAndWrites &each) {
      table.rows[i] += each.reads + each.writes;
    });
  }
}

size_t Optimiser::addEntry(size_t layer, const Schedule &schedule) {
  LayerState &state = layers[layer];
  for (auto [i, entry] : llvm::enumerate(state.entries))
    if (entry.schedule == schedule)
      return i;
  Entry entry;
  entry.schedule = schedule;
  fillTables(layer, entry);
  state.entries.push_back(std::move(entry));
  return state.entries.size() - 1;
}

DRAMTraffic Optimiser::contribution(const Table &table, size_t each,
                                    Choice choice) const {
  if (choice == RowMajorChoice)
    return table.rowMajor;
  auto [burst, row] = shared[each].pairs[choice];
  DRAMTraffic traffic;
  traffic.readBursts = static_cast<double>(table.bursts[burst].reads);
  traffic.writeBursts = static_cast<double>(table.bursts[burst].writes);
  traffic.activations = static_cast<double>(table.rows[row]);
  return traffic;
}

DRAMTraffic Optimiser::trafficBut(size_t layer, const Entry &entry,
                                  const Point &point, size_t except) const {
  DRAMTraffic sum = entry.base;
  for (auto [each, table] : llvm::zip_equal(layers[layer].shared, entry.tables))
    if (each != except)
      add(sum, contribution(table, each, point.choices[each]));
  return sum;
}

NetworkValue Optimiser::valueOf(size_t layer, size_t entry,
                                const Point &point) const {
  const Entry &known = layers[layer].entries[entry];
  return valueOf(known, trafficBut(layer, known, point, shared.size()));
}

NetworkValue Optimiser::total(const Point &point) const {
  NetworkValue sum;
  for (size_t layer = 0; layer < layers.size(); ++layer)
    if (layers[layer].isFeasible)
      sum += valueOf(layer, point);
  return sum;
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

std::vector<NetworkValue> Optimiser::bestByChoice(size_t layer, size_t each,
                                                  const Point &point) const {
  const LayerState &state = layers[layer];
  size_t index = indexOf(state, each);
  Choice pairs = static_cast<Choice>(shared[each].pairs.size());
  std::vector<NetworkValue> best(pairs + 1, {infinity, infinity});
  for (const Entry &entry : state.entries) {
    DRAMTraffic others = trafficBut(layer, entry, point, each);
    for (Choice choice = RowMajorChoice; choice < pairs; ++choice) {
      DRAMTraffic sum = others;
      add(sum, contribution(entry.tables[index], each, choice));
      NetworkValue value = valueOf(entry, sum);
      NetworkValue &least = best[choice == RowMajorChoice ? pairs : choice];
      if (value < least)
        least = value;
    }
  }
  return best;
}

void Optimiser::takeBestEntry(size_t layer, Point &point) const {
  NetworkValue least = valueOf(layer, point);
  for (size_t entry = 0; entry < layers[layer].entries.size(); ++entry) {
    NetworkValue value = valueOf(layer, entry, point);
    if (value < least) {
      least = value;
      point.entries[layer] = entry;
    }
  }
}

bool Optimiser::improveBuffer(size_t each, Point &point,
                              bool keepEntries) const {
  const SharedBuffer &buffer = shared[each];
  Choice pairs = static_cast<Choice>(buffer.pairs.size());
  std::vector<NetworkValue> sums(pairs + 1);
  NetworkValue now;
  for (size_t layer : buffer.layers) {
    now += valueOf(layer, point);
    if (!keepEntries) {
      for (auto [sum, value] :
           llvm::zip_equal(sums, bestByChoice(layer, each, point)))
        sum += value;
      continue;
    }
    const Entry &entry = layers[layer].entries[point.entries[layer]];
    DRAMTraffic others = trafficBut(layer, entry, point, each);
    const Table &table = entry.tables[indexOf(layers[layer], each)];
    for (Choice choice = RowMajorChoice; choice < pairs; ++choice) {
      DRAMTraffic sum = others;
      add(sum, contribution(table, each, choice));
      sums[choice == RowMajorChoice ? pairs : choice] += valueOf(entry, sum);
    }
  }
  size_t least = 0;
  for (size_t i = 1; i < sums.size(); ++i)
    if (sums[i] < sums[least])
      least = i;
  if (!isBetter(sums[least], now))
    return false;
  point.choices[each] = static_cast<Choice>(least) == pairs
                            ? RowMajorChoice
                            : static_cast<Choice>(least);
  if (!keepEntries)
    for (size_t layer : buffer.layers)
      takeBestEntry(layer, point);
  return true;
}

bool Optimiser::improveLayer(size_t layer, Point &point) const {
  const LayerState &state = layers[layer];
  llvm::SmallVector<size_t, 8> around = {layer};
  // What the others take with each layout of a buffer.
  std::vector<std::vector<NetworkValue>> others;
  for (size_t each : state.shared) {
    others.emplace_back(shared[each].pairs.size() + 1);
    for (size_t other : shared[each].layers) {
      if (other == layer)
        continue;
      if (!llvm::is_contained(around, other))
        around.push_back(other);
      for (auto [sum, value] :
           llvm::zip_equal(others.back(), bestByChoice(other, each, point)))
        sum += value;
    }
  }
  auto sumAround = [&](const Point &at) {
    NetworkValue sum;
    for (size_t each : around)
      sum += valueOf(each, at);
    return sum;
  };
  NetworkValue least = sumAround(point);
  Point best = point;
  bool isChanged = false;
  for (size_t i = 0; i < state.entries.size(); ++i) {
    const Entry &entry = state.entries[i];
    Point next = point;
    next.entries[layer] = i;
    for (auto [index, each] : llvm::enumerate(state.shared)) {
      DRAMTraffic rest = trafficBut(layer, entry, next, each);
      Choice pairs = static_cast<Choice>(shared[each].pairs.size());
      NetworkValue leastSum = {infinity, infinity};
      for (Choice choice = RowMajorChoice; choice < pairs; ++choice) {
        DRAMTraffic sum = rest;
        add(sum, contribution(entry.tables[index], each, choice));
        NetworkValue value = valueOf(entry, sum);
        value += others[index][choice == RowMajorChoice ? pairs : choice];
        if (value < leastSum) {
          leastSum = value;
          next.choices[each] = choice;
        }
      }
    }
    for (size_t each : around)
      if (each != layer)
        takeBestEntry(each, next);
    NetworkValue sum = sumAround(next);
    if (isBetter(sum, least)) {
      least = sum;
      best = std::move(next);
      isChanged = true;
    }
  }
  point = std::move(best);
  return isChanged;
}

void Optimiser::improve(Point &point) const {
  for (bool isChanged = true; isChanged;) {
    isChanged = false;
    for (size_t each = 0; each < shared.size(); ++each)
      isChanged |= improveBuffer(each, point, /*keepEntries=*/false);
    for (size_t layer = 0; layer < layers.size(); ++layer)
      if (layers[layer].isFeasible)
        isChanged |= improveLayer(layer, point);
  }
}

/// Searches each layer in the layouts of its buffers; whether one got better.
bool Optimiser::searchAnew(Point &point) {
  std::vector<Task> tasks;
  for (size_t layer = 0; layer < layers.size(); ++layer)
    if (layers[layer].isFeasible)
      tasks.push_back({layers[layer].ofClass, givenTo(layer, point)});
  searchAll(tasks, options);
  bool isChanged = false;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    if (!layers[layer].isFeasible)
      continue;
    NetworkValue before = valueOf(layer, point);
    const SearchResult *result =
        lookUp(*layers[layer].ofClass, givenTo(layer, point));
    size_t entry = addEntry(layer, std::get<Found>(*result).schedule);
    if (isBetter(valueOf(layer, entry, point), before)) {
      point.entries[layer] = entry;
      isChanged = true;
    }
  }
  return isChanged;
}

void Optimiser::descend(Point &point) {
  do
    improve(point);
  while (searchAnew(point));
}

/// Makes schedules known that are best where one buffer of a layer adapts to
/// it; whether there are new ones.
bool Optimiser::learn(const Point &point) {
  std::vector<std::pair<size_t, LayoutChoice>> choices;
  std::vector<Task> tasks;
  for (size_t layer = 0; layer < layers.size(); ++layer)
    for (size_t free : layers[layer].shared) {
      LayoutChoice choice =
          givenTo(layer,
                  [&](size_t each, size_t array,
                      const BufferUse &use) -> std::optional<ArrayLayout> {
                    if (each == free)
                      return std::nullopt;
                    return layoutOf(shared[each].layoutOf(point.choices[each]),
                                    network.layers[layer].layer,
                                    operandOfArray(array), use);
                  });
      tasks.push_back({layers[layer].ofClass, choice});
      choices.push_back({layer, std::move(choice)});
    }
  searchAll(tasks, options);
  bool isNew = false;
  for (const auto &[layer, choice] : choices) {
    size_t before = layers[layer].entries.size();
    addEntry(layer,
             std::get<Found>(*lookUp(*layers[layer].ofClass, choice)).schedule);
    isNew |= layers[layer].entries.size() > before;
  }
  return isNew;
}

/// The result of the search in the layouts of the buffers, unless a known
/// schedule is better (the search was cut short).
Found Optimiser::finish(size_t layer, const Point &point) {
  const NetworkLayer &each = network.layers[layer];
  SearchOptions given = options;
  given.layouts = givenTo(layer, point);
  Found found = std::get<Found>(*lookUp(*layers[layer].ofClass, given.layouts));
  const Entry &entry = layers[layer].entries[point.entries[layer]];
  Found known =
      chooseLayouts(each.layer, each.capacities, entry.schedule, given, device);
  auto valueOfFound = [&](const Found &of) {
    return networkValue(options.objective, of.traffic.totalBytes(),
                        of.stream.total(), energy);
  };
  if (!isBetter(valueOfFound(known), valueOfFound(found)))
    return found;
  known.evaluated = found.evaluated;
  known.lowerBound = std::min(found.lowerBound, known.value);
  return known;
}

/// The best schedules for row-major buffers, at most. The search takes far
/// longer than in blocks, and what it finds is only where to begin. Returns a
/// lower bound of all.
double Optimiser::beginRowMajor(Point &point) {
  constexpr int64_t budget = 20000;
  std::vector<Task> tasks;
  for (size_t layer = 0; layer < layers.size(); ++layer)
    if (layers[layer].isFeasible)
      tasks.push_back({layers[layer].ofClass,
                       givenTo(layer, [](size_t, size_t, const BufferUse &) {
                         return std::optional(ArrayLayout());
                       })});
  // Best first, a search that is cut short has found little; what S0 has is
  // found much sooner.
  double bound = 0;
  for (const Space &space : {options.space, Space()}) {
    SearchOptions brief = options;
    brief.space = space;
    if (brief.nodeBudget == 0 || brief.nodeBudget > budget)
      brief.nodeBudget = budget;
    // These are no results of a search in full.
    std::vector<decltype(LayerClass::known)> others;
    for (LayerClass &each : classes)
      others.push_back(std::exchange(each.known, {}));
    searchAll(tasks, brief);
    const Task *task = tasks.data();
    for (size_t layer = 0; layer < layers.size(); ++layer) {
      if (!layers[layer].isFeasible)
        continue;
      const Found &found = std::get<Found>(*lookUp(*task->first, task->second));
      ++task;
      if (space == options.space)
        bound += found.lowerBound;
      size_t entry = addEntry(layer, found.schedule);
      if (valueOf(layer, entry, point) < valueOf(layer, point) ||
          space == options.space)
        point.entries[layer] = entry;
    }
    for (auto [each, known] : llvm::zip_equal(classes, others))
      each.known = std::move(known);
    if (options.space == Space())
      break;
  }
  return bound;
}

NetworkSolution Optimiser::run() {
  NetworkSolution solution;
  findClasses();

  // Each layer by itself.
  std::vector<Task> tasks;
  auto freely = [](size_t, size_t,
                   const BufferUse &) -> std::optional<ArrayLayout> {
    return std::nullopt;
  };
  for (size_t layer = 0; layer < layers.size(); ++layer)
    tasks.push_back({layers[layer].ofClass, givenTo(layer, freely)});
  searchAll(tasks, options);
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const SearchResult *result =
        lookUp(*layers[layer].ofClass, givenTo(layer, freely));
    layers[layer].isFeasible = std::holds_alternative<Found>(*result);
    if (layers[layer].isFeasible)
      solution.lowerBound += std::get<Found>(*result).lowerBound;
  }
  findShared();
  Point projected;
  projected.choices.assign(shared.size(), RowMajorChoice);
  projected.entries.resize(layers.size());
  Point rowMajor = projected;
  for (size_t layer = 0; layer < layers.size(); ++layer)
    if (layers[layer].isFeasible)
      projected.entries[layer] =
          addEntry(layer, std::get<Found>(*lookUp(*layers[layer].ofClass,
                                                  givenTo(layer, freely)))
                              .schedule);
  for (size_t each = 0; each < shared.size(); ++each)
    improveBuffer(each, projected, /*keepEntries=*/true);
  solution.projected = total(projected);

  double rowMajorBound = beginRowMajor(rowMajor);
  solution.rowMajor = total(rowMajor);

  Point best = projected;
  descend(best);
  descend(rowMajor);
  if (isBetter(total(rowMajor), total(best)))
    best = std::move(rowMajor);
  // It knows of the schedules that the other descent has found.
  descend(best);
  for (bool isChanged = true; isChanged && learn(best);) {
    NetworkValue before = total(best);
    descend(best);
    isChanged = isBetter(total(best), before);
  }

  solution.searches = searches;
  for (size_t buffer = 0; buffer < network.buffers.size(); ++buffer) {
    solution.buffers.emplace_back();
    if (sharedOf[buffer])
      solution.buffers.back() =
          shared[*sharedOf[buffer]].layoutOf(best.choices[*sharedOf[buffer]]);
    else if (!network.buffers[buffer].isRowMajor)
      solution.buffers.back().kind = BufferLayout::Kind::OfUser;
  }
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    if (!layers[layer].isFeasible) {
      solution.layers.push_back(
          *lookUp(*layers[layer].ofClass, givenTo(layer, freely)));
      continue;
    }
    solution.layers.push_back(finish(layer, best));
    const Found &found = std::get<Found>(solution.layers.back());
    solution.value +=
        networkValue(options.objective, found.traffic.totalBytes(),
                     found.stream.total(), energy);
  }
  solution.beatsRowMajor = solution.value.value <= rowMajorBound;
  return solution;
}

/// In which order the row blocks lie changes nothing of what was searched.
static void orderRowBlocks(const Network &network, NetworkSolution &solution,
                           const DRAMDevice &device) {
  struct User {
    size_t layer, array;
  };
  std::vector<std::vector<User>> users(network.buffers.size());
  std::vector<std::optional<RowTimes>> times(network.layers.size());
  for (auto [i, layer] : llvm::enumerate(network.layers)) {
    auto *found = std::get_if<Found>(&solution.layers[i]);
    if (!found)
      continue;
    auto isShared = [&, &layer = layer](size_t array) {
      const std::optional<BufferUse> &use = useOf(layer, array);
      return use &&
             solution.buffers[use->buffer].kind != BufferLayout::Kind::OfUser;
    };
    chooseRowOrders(layer.layer, *found, device, isShared);
    for (StreamArray array : arraysOf(layer.layer, found->schedule)) {
      size_t number = array.kind + array.index;
      if (isShared(number) &&
          solution.buffers[useOf(layer, number)->buffer].kind ==
              BufferLayout::Kind::Blocked)
        users[useOf(layer, number)->buffer].push_back({i, number});
    }
  }
  for (auto [each, usersOfIt] : llvm::enumerate(users)) {
    BufferLayout &buffer = solution.buffers[each];
    llvm::SmallVector<RowBlockUse, 4> uses;
    for (auto [layer, array] : usersOfIt) {
      const Layer &of = network.layers[layer].layer;
      const Found &found = std::get<Found>(solution.layers[layer]);
      if (!times[layer])
        times[layer].emplace(of, found.schedule, found.layouts, device);
      StreamArray stream = {StreamArray::Epilogue, 0};
      if (array < NumTensorArrays)
        stream.kind = static_cast<StreamArray::Kind>(array);
      else
        stream.index = array - NumTensorArrays;
      const BufferUse &use = *useOf(network.layers[layer], array);
      uses.push_back({&*times[layer], stream,
                      *layoutOf(buffer, of, operandOfArray(array), use),
                      use.axes});
    }
    if (!uses.empty())
      buffer.rowOrder =
          chooseRowOrder(uses, network.buffers[each].shape, buffer.rowBlock);
  }
  // Also where a schedule moves nothing of an array.
  for (auto [i, layer] : llvm::enumerate(network.layers)) {
    auto *found = std::get_if<Found>(&solution.layers[i]);
    for (size_t array = 0; found && array < numArrays(layer); ++array) {
      const std::optional<BufferUse> &use = useOf(layer, array);
      if (!use || !exists(layer.layer, array) ||
          solution.buffers[use->buffer].rowOrder.empty())
        continue;
      ArrayLayout &layout =
          array < NumTensorArrays
              ? found->layouts[AllTensorArrays[array]]
              : found->layouts.epilogue[array - NumTensorArrays];
      setRowOrder(layout, use->axes, solution.buffers[use->buffer].rowOrder);
    }
  }
}

NetworkSolution
romanet::chooseNetworkLayouts(const Network &network,
                              const SearchOptions &options,
                              const DRAMDevice &device, unsigned threads,
                              const ProgressCallback &progress) {
  NetworkSolution solution =
      Optimiser(network, options, device, threads, progress).run();
  orderRowBlocks(network, solution, device);
  return solution;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

llvm::Error romanet::verify(const Network &network,
                            const NetworkSolution &solution,
                            const SearchOptions &options,
                            const DRAMDevice &device) {
  if (solution.layers.size() != network.layers.size() ||
      solution.buffers.size() != network.buffers.size())
    return llvm::createStringError("a solution of another network");
  EnergyModel energy(device);
  NetworkValue sum;
  for (auto [layer, result] :
       llvm::zip_equal(network.layers, solution.layers)) {
    const auto *found = std::get_if<Found>(&result);
    if (!found)
      continue;
    auto failure = [&](const llvm::Twine &message) {
      return llvm::createStringError("layer '" + layer.layer.name +
                                     "': " + message);
    };
    if (layer.schedule && !(found->schedule == *layer.schedule))
      return failure("another schedule than the given one");
    if (llvm::Error error = found->schedule.verify(layer.layer))
      return error;
    if (!layer.schedule &&
        !fits(footprint(layer.layer, found->schedule, layer.capacities),
              layer.capacities))
      return failure("a schedule that does not fit");
    for (size_t array = 0; array < numArrays(layer); ++array) {
      ArrayLayout layout =
          array < NumTensorArrays
              ? found->layouts[AllTensorArrays[array]]
              : found->layouts.ofEpilogue(array - NumTensorArrays);
      if (layout.kind == ArrayLayout::Kind::Tiles && array < NumTensorArrays &&
          !tilesPartition(layer.layer, found->schedule, AllTensorArrays[array]))
        return failure(nameOf(array) + " in tiles that overlap");
      const std::optional<BufferUse> &use = useOf(layer, array);
      if (!use || !exists(layer.layer, array))
        continue;
      const BufferLayout &buffer = solution.buffers[use->buffer];
      if (network.buffers[use->buffer].isRowMajor &&
          buffer.kind != BufferLayout::Kind::RowMajor)
        return failure(nameOf(array) + " in a buffer that must be row-major");
      if (buffer.kind == BufferLayout::Kind::OfUser)
        continue;
      std::optional<ArrayLayout> expected =
          layoutOf(buffer, layer.layer, operandOfArray(array), *use);
      if (!expected || *expected != layout)
        return failure(nameOf(array) + " in another layout than its buffer");
    }
    Traffic traffic = computeTraffic(layer.layer, found->schedule);
    StreamTraffic stream = computeStreamTraffic(layer.layer, found->schedule,
                                                found->layouts, device);
    NetworkValue value = networkValue(options.objective, traffic.totalBytes(),
                                      stream.total(), energy);
    if (value.value != found->value)
      return failure("costs " + std::to_string(value.value) + ", not " +
                     std::to_string(found->value));
    sum += value;
  }
  // A buffer that is as its user has it has one.
  for (size_t buffer = 0; buffer < network.buffers.size(); ++buffer) {
    if (solution.buffers[buffer].kind != BufferLayout::Kind::OfUser)
      continue;
    std::optional<std::pair<size_t, ArrayLayout>> user;
    for (auto [i, layer] : llvm::enumerate(network.layers)) {
      const auto *found = std::get_if<Found>(&solution.layers[i]);
      for (size_t array = 0; found && array < numArrays(layer); ++array) {
        const std::optional<BufferUse> &use = useOf(layer, array);
        if (!use || use->buffer != buffer || !exists(layer.layer, array))
          continue;
        ArrayLayout layout =
            array < NumTensorArrays
                ? found->layouts[AllTensorArrays[array]]
                : found->layouts.ofEpilogue(array - NumTensorArrays);
        if (user && (user->first != i || user->second != layout))
          return llvm::createStringError("buffer '" +
                                         network.buffers[buffer].name +
                                         "' has two users and no layout");
        user = {i, layout};
      }
    }
  }
  if (std::abs(sum.value - solution.value.value) > 1e-9 * sum.value)
    return llvm::createStringError("the layers cost " +
                                   std::to_string(sum.value) + ", not " +
                                   std::to_string(solution.value.value));
  return llvm::Error::success();
}
