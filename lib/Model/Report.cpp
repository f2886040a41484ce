//===- Report.cpp - What a search found, for people and programs ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReportSums.h"
#include "TextTable.h"
#include "romanet/Model/RowOrder.h"
#include "romanet/Model/ScheduleFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace romanet;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

/// For the names of keys.
static llvm::StringRef objectiveUnit(Objective objective) {
  static constexpr llvm::StringLiteral units[] = {"bytes", "bursts", "pj",
                                                  "ns",    "pj_ns",  "bytes"};
  return units[static_cast<unsigned>(objective)];
}

/// "input_read", or with another character between.
static std::string streamName(const Stream &stream, char between = '_') {
  llvm::StringRef name =
      stream.operand ? operandName(*stream.operand) : "epilogue";
  return (name + llvm::Twine(between) + (stream.isWrite ? "write" : "read"))
      .str();
}

bool Sums::add(const Sums &other) {
  auto addTo = [](int64_t &sum, int64_t value) {
    return !llvm::AddOverflow(sum, value, sum);
  };
  for (size_t i = 0; i < AllStreams.size(); ++i)
    if (!addTo(bytes[i], other.bytes[i]) || !addTo(bursts[i], other.bursts[i]))
      return false;
  energy += other.energy;
  floor += other.floor;
  return addTo(totalBytes, other.totalBytes) &&
         addTo(totalBursts, other.totalBursts) &&
         addTo(compulsoryBytes, other.compulsoryBytes) &&
         addTo(macs, other.macs) && addTo(activations, other.activations);
}

Sums romanet::sumsOf(const Layer &layer, const Found &found,
                     const DRAMDevice &device) {
  const BlockTraffic &bursts = found.stream.bursts;
  Sums sums;
  for (auto [i, stream] : llvm::enumerate(AllStreams)) {
    if (!stream.operand) {
      sums.bytes[i] = found.traffic.epilogue.bytes;
      sums.bursts[i] = bursts.epilogue;
    } else {
      Operand operand = *stream.operand;
      sums.bytes[i] = stream.isWrite ? found.traffic.write[operand].bytes
                                     : found.traffic.read[operand].bytes;
      sums.bursts[i] =
          stream.isWrite ? bursts.write[operand] : bursts.read[operand];
    }
  }
  sums.totalBytes = found.traffic.totalBytes();
  sums.totalBursts = bursts.total();
  sums.compulsoryBytes = layer.compulsoryEpilogueBytes();
  for (Operand operand : AllOperands)
    sums.compulsoryBytes += layer.compulsoryReadBytes()[operand] +
                            layer.compulsoryWriteBytes()[operand];
  sums.macs = layer.macs();
  sums.activations = found.stream.activations.total();
  sums.energy = estimateEnergy(device, found.stream.total());
  auto inBursts = [&](int64_t bytes) {
    return static_cast<double>(
        llvm::divideCeilSigned(bytes, device.burstBytes()));
  };
  DRAMTraffic floor;
  floor.readBursts = inBursts(layer.compulsoryEpilogueBytes());
  for (Operand operand : AllOperands) {
    floor.readBursts += inBursts(layer.compulsoryReadBytes()[operand]);
    floor.writeBursts += inBursts(layer.compulsoryWriteBytes()[operand]);
  }
  sums.floor = estimateEnergy(device, floor);
  return sums;
}

llvm::Error Report::append(LayerReport report) {
  if (const Found *found = std::get_if<Found>(&report.result))
    report.sums = sumsOf(report.layer, *found, device);
  else
    ++infeasible;
  if (!sums.add(report.sums))
    return llvm::createStringError("layer '" + report.layer.name +
                                   "': the totals of the layers up to it do "
                                   "not fit 64 bits");
  layers.push_back(std::move(report));
  return llvm::Error::success();
}

llvm::Error Report::search(std::string network, Layer layer) {
  if (!networkSearch)
    networkSearch.emplace(device);
  SearchResult result = (*networkSearch)(layer, buffers, options);
  if (auto *found = std::get_if<Found>(&result))
    chooseRowOrders(layer, *found, device, [](size_t) { return false; });
  return append({std::move(network),
                 std::move(layer),
                 buffers,
                 std::move(result),
                 Sums(),
                 {}});
}

llvm::Error Report::searchAll(std::vector<LayerTableRow> rows,
                              unsigned threads) {
  if (!networkSearch)
    networkSearch.emplace(device);
  std::vector<NetworkSearch::Task> tasks;
  for (const LayerTableRow &row : rows)
    tasks.push_back({&row.layer, buffers});
  networkSearch->searchAll(tasks, options, threads);
  for (LayerTableRow &row : rows)
    if (llvm::Error error =
            search(std::move(row.network), std::move(row.layer)))
      return error;
  return llvm::Error::success();
}

/// Batch, channels, rows and columns of an input or an output.
static llvm::SmallVector<int64_t, 6> imageOf(const Layer &layer,
                                             Operand operand) {
  bool isInput = operand == Operand::Input;
  return {layer.size[Dim::N],
          layer.size[Dim::G] * layer.size[isInput ? Dim::C : Dim::K],
          isInput ? layer.inputHeight : layer.size[Dim::P],
          isInput ? layer.inputWidth : layer.size[Dim::Q]};
}

/// Whether the output of a layer can be the input of the next.
static bool canShare(const Layer &before, const Layer &layer) {
  return imageOf(before, Operand::Output) == imageOf(layer, Operand::Input) &&
         before.outputBytes == layer.inputBytes;
}

static BufferUse useOf(size_t buffer, Operand operand) {
  Axis channel = operand == Operand::Input ? Axis::C : Axis::K;
  return {buffer, {{Axis::N}, {Axis::G, channel}, {Axis::H}, {Axis::W}}};
}

/// Rows of a table that are one network.
static Network networkOf(llvm::ArrayRef<LayerTableRow> rows,
                         const BufferCapacities &capacities, bool fixedEnds) {
  Network network;
  for (const LayerTableRow &row : rows)
    network.layers.push_back({row.layer, capacities, std::nullopt, {}, {}});
  auto addBuffer = [&](const Layer &layer, Operand operand) {
    NetworkBuffer buffer;
    buffer.name = layer.name + " " + operandName(operand).str();
    buffer.shape = imageOf(layer, operand);
    buffer.elementBytes =
        operand == Operand::Input ? layer.inputBytes : layer.outputBytes;
    network.buffers.push_back(std::move(buffer));
    return useOf(network.buffers.size() - 1, operand);
  };
  for (auto [i, each] : llvm::enumerate(network.layers)) {
    const Layer &layer = each.layer;
    std::optional<BufferUse> &input =
        each.arrays[static_cast<unsigned>(TensorArray::Input)];
    if (i > 0) {
      NetworkLayer &before = network.layers[i - 1];
      std::optional<BufferUse> &output =
          before.arrays[static_cast<unsigned>(TensorArray::Output)];
      if (canShare(before.layer, layer)) {
        output = addBuffer(before.layer, Operand::Output);
        input = useOf(output->buffer, Operand::Input);
      }
    }
  }
  if (!fixedEnds)
    return network;
  for (NetworkLayer &each : network.layers)
    for (TensorArray array : {TensorArray::Input, TensorArray::Output}) {
      std::optional<BufferUse> &use = each.arrays[static_cast<unsigned>(array)];
      if (use)
        continue;
      use = addBuffer(each.layer, operandOf(array));
      network.buffers.back().isRowMajor = true;
    }
  return network;
}

llvm::Error Report::searchNetworks(std::vector<LayerTableRow> rows,
                                   bool fixedEnds, unsigned threads) {
  hasFixedEnds = fixedEnds;
  llvm::ArrayRef<LayerTableRow> left = rows;
  while (!left.empty()) {
    llvm::StringRef name = left.front().network;
    llvm::ArrayRef<LayerTableRow> own = left.take_while(
        [&](const LayerTableRow &row) { return row.network == name; });
    left = left.drop_front(own.size());
    Network network = networkOf(own, buffers, fixedEnds);
    NetworkSolution solution =
        chooseNetworkLayouts(network, options, device, threads);
    for (auto [row, result] : llvm::zip_equal(own, solution.layers))
      if (llvm::Error error = append(
              {row.network, row.layer, buffers, std::move(result), Sums(), {}}))
        return error;
    networks.push_back({name.str(), std::move(network.buffers),
                        std::move(solution.buffers), solution.value.value,
                        solution.lowerBound, solution.rowMajor.value});
  }
  return llvm::Error::success();
}

llvm::Error Report::evaluate(std::string network, Layer layer,
                             const BufferCapacities &layerBuffers,
                             const Schedule &schedule,
                             std::vector<TensorPlace> places,
                             const ArrayLayouts &layouts) {
  Found found;
  found.schedule = schedule;
  found.layouts = layouts;
  found.traffic = computeTraffic(layer, schedule);
  found.footprint = footprint(layer, schedule, layerBuffers);
  found.stream = computeStreamTraffic(layer, schedule, layouts, device);
  return append({std::move(network), std::move(layer), layerBuffers,
                 std::move(found), Sums(), std::move(places)});
}

llvm::Error Report::evaluate(std::string network, Layer layer,
                             const BufferCapacities &layerBuffers,
                             const Schedule &schedule,
                             std::vector<TensorPlace> places,
                             const StreamTraffic &stream, LayoutNames names) {
  Found found;
  found.schedule = schedule;
  found.traffic = computeTraffic(layer, schedule);
  found.footprint = footprint(layer, schedule, layerBuffers);
  found.stream = stream;
  LayerReport report = {
      std::move(network), std::move(layer), layerBuffers,
      std::move(found),   Sums(),           std::move(places)};
  report.layoutNames = std::move(names);
  return append(std::move(report));
}

std::vector<ScheduledLayer> Report::scheduledLayers() const {
  // Where layouts are free, each layer has its own of what both use.
  auto isSharedBy = [&](const LayerReport &before, const LayerReport &each) {
    auto isRowMajor = [](const LayerReport &layer, TensorArray array) {
      return std::get<Found>(layer.result).layouts[array].kind ==
             ArrayLayout::Kind::RowMajor;
    };
    return canShare(before.layer, each.layer) &&
           (!networks.empty() || (isRowMajor(before, TensorArray::Output) &&
                                  isRowMajor(each, TensorArray::Input)));
  };
  std::vector<ScheduledLayer> scheduled;
  const LayerReport *before = nullptr;
  for (const LayerReport &each : layers) {
    const auto *found = std::get_if<Found>(&each.result);
    if (found) {
      scheduled.push_back({each.layer, found->schedule, found->layouts,
                           each.buffers.doubleBuffered, std::nullopt});
      if (before && before->network == each.network &&
          isSharedBy(*before, each))
        scheduled.back().producer = scheduled.size() - 2;
    }
    before = found ? &each : nullptr;
  }
  return scheduled;
}

void Report::addSimulation(const MappedSimulation &simulated) {
  simulation = SimulationSummary{simulated.policy, simulated.map,
                                 simulated.simulation.total};
  auto stats = simulated.simulation.layers.begin();
  for (LayerReport &each : layers)
    if (std::holds_alternative<Found>(each.result))
      each.simulated = *stats++;
}

static llvm::StringRef strategyText(const Report &report) {
  return report.isGiven ? "given" : strategyName(report.options.strategy);
}

static bool isRowMajor(const ArrayLayouts &layouts) {
  auto isRowMajor = [](const ArrayLayout &layout) {
    return layout.kind == ArrayLayout::Kind::RowMajor;
  };
  return llvm::all_of(layouts, isRowMajor) &&
         llvm::all_of(layouts.epilogue, isRowMajor);
}

/// "free" where layouts were searched, "network" where layers share them,
/// "row-major" where all are.
static llvm::StringRef searchedLayouts(const SearchOptions &options,
                                       const Report &report) {
  if (!report.networks.empty())
    return "network";
  return options.layouts == LayoutChoice::allRowMajor() ? "row-major" : "free";
}

/// The same, or what is said of given layouts.
static llvm::StringRef layoutsText(const Report &report) {
  if (!report.isGiven)
    return searchedLayouts(report.options, report);
  bool allRowMajor = llvm::all_of(report.layers, [](const LayerReport &layer) {
    const auto *found = std::get_if<Found>(&layer.result);
    return !found || (isRowMajor(found->layouts) && layer.layoutNames.empty());
  });
  return allRowMajor ? "row-major" : "given";
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static Object toObject(const EnergyEstimate &energy) {
  return Object{{"read_pj", energy.readPJ},
                {"write_pj", energy.writePJ},
                {"activate_precharge_pj", energy.activatePJ},
                {"background_pj", energy.backgroundPJ},
                {"refresh_pj", energy.refreshPJ},
                {"total_pj", energy.totalPJ()}};
}

/// By how much, as a fraction, `sums` are above bytes and energy of something
/// else. Nothing where that is zero.
static void addExcess(Object &object, llvm::StringRef key, const Sums &sums,
                      int64_t bytes, double picojoules) {
  if (bytes > 0 && picojoules > 0)
    object[key] = Object{
        {"bytes_fraction", static_cast<double>(sums.totalBytes) / bytes - 1},
        {"energy_fraction", sums.energy.totalPJ() / picojoules - 1}};
}

/// What there is to say of any schedule.
static Object toShortObject(const Sums &sums) {
  return Object{{"total_bytes", sums.totalBytes},
                {"total_bursts", sums.totalBursts},
                {"activations", sums.activations},
                {"time_lower_bound_ns", sums.energy.timeNs},
                {"energy", toObject(sums.energy)}};
}

/// The same, and how `sums` compare with it.
static Object toBaseline(const Sums &baseline, const Sums &sums) {
  Object object = toShortObject(baseline);
  addExcess(object, "above_baseline", sums, baseline.totalBytes,
            baseline.energy.totalPJ());
  return object;
}

static void addSums(Object &object, const Sums &sums) {
  for (auto [i, stream] : llvm::enumerate(AllStreams)) {
    object[streamName(stream) + "_bytes"] = sums.bytes[i];
    object[streamName(stream) + "_bursts"] = sums.bursts[i];
  }
  object["total_bytes"] = sums.totalBytes;
  object["total_bursts"] = sums.totalBursts;
  object["compulsory_bytes"] = sums.compulsoryBytes;
  object["floor"] = Object{{"energy_pj", sums.floor.totalPJ()},
                           {"time_ns", sums.floor.timeNs}};
  object["activations"] = sums.activations;
  object["time_lower_bound_ns"] = sums.energy.timeNs;
  object["energy"] = toObject(sums.energy);
  addExcess(object, "above_bound", sums, sums.compulsoryBytes,
            sums.floor.totalPJ());
}

static Object toObject(const ControllerStats &stats) {
  return Object{{"reads", stats.reads},
                {"writes", stats.writes},
                {"row_hits", stats.rowHits},
                {"row_misses", stats.rowMisses},
                {"row_conflicts", stats.rowConflicts},
                {"activations", stats.activations()},
                {"cycles", stats.clocks},
                {"time_ns", stats.timeNs},
                {"moved_bytes", stats.bytes},
                {"throughput_bytes_per_s", stats.bytesPerSecond()},
                {"fraction_of_peak", stats.busUse()},
                {"data_bus",
                 Object{{"busy_cycles", stats.busyClocks},
                        {"refresh_cycles", stats.idle(BusIdle::Refresh)},
                        {"turnaround_cycles", stats.idle(BusIdle::Turnaround)},
                        {"spacing_cycles", stats.idle(BusIdle::Spacing)},
                        {"row_cycles", stats.idle(BusIdle::Row)},
                        {"empty_cycles", stats.idle(BusIdle::Empty)}}},
                {"energy", Object{{"read_pj", stats.readPJ},
                                  {"write_pj", stats.writePJ},
                                  {"activate_precharge_pj", stats.activatePJ},
                                  {"background_pj", stats.backgroundPJ()},
                                  {"refresh_pj", stats.refreshPJ},
                                  {"total_pj", stats.totalPJ()}}}};
}

static Object toObject(const Footprint &footprint) {
  Object object;
  for (Operand operand : AllOperands)
    object[(operandName(operand) + "_bytes").str()] = footprint[operand];
  return object;
}

/// The tensors in the shared buffer, by name.
static Array sharers(const BufferCapacities &buffers) {
  Array names;
  for (Operand operand : AllOperands)
    if (buffers.isShared(operand))
      names.push_back(operandName(operand));
  return names;
}

static Object toObject(const BufferCapacities &buffers) {
  Object object;
  for (Operand operand : AllOperands)
    if (!buffers.isShared(operand))
      object[(operandName(operand) + "_capacity_bytes").str()] =
          *buffers.separate[operand];
  if (buffers.shared) {
    object["shared_capacity_bytes"] = *buffers.shared;
    object["shared_by"] = sharers(buffers);
  }
  Array doubled;
  for (Operand operand : AllOperands)
    if (buffers.doubleBuffered[operand])
      doubled.push_back(operandName(operand));
  object["double_buffered"] = std::move(doubled);
  return object;
}

static Object toObject(const Excess &excess, const BufferCapacities &buffers) {
  Object object{{"need_bytes", excess.need}, {"limit_bytes", excess.limit}};
  if (excess.operand) {
    object["buffer"] = operandName(*excess.operand);
    object["tensors"] = Array{operandName(*excess.operand)};
  } else {
    object["buffer"] = "shared";
    object["tensors"] = sharers(buffers);
  }
  return object;
}

static Object toObject(const Infeasible &infeasible) {
  const BufferCapacities &buffers = infeasible.buffers;
  std::vector<Excess> all = excesses(infeasible.smallest, buffers);
  Array tooSmall;
  for (const Excess &excess : all)
    tooSmall.push_back(toObject(excess, buffers));
  // The first one stands in the object itself, too.
  Object object = toObject(all.front(), buffers);
  object["too_small"] = std::move(tooSmall);
  object["footprint"] = toObject(infeasible.smallest);
  object["message"] = infeasible.message();
  return object;
}

static Object toObject(const DRAMAddress &at) {
  return Object{
      {"channel", at.channel}, {"rank", at.rank}, {"bank_group", at.bankGroup},
      {"bank", at.bank},       {"row", at.row},   {"column", at.column}};
}

/// Bytes and bursts are whole numbers.
static Value toNumber(double value, Objective objective) {
  if (isWholeNumber(objective))
    return static_cast<int64_t>(value);
  return value;
}

static Object toObject(const LayerReport &report, Objective objective) {
  Object object{{"network", report.network},
                {"name", report.layer.name},
                {"macs", report.layer.macs()},
                {"buffers", toObject(report.buffers)}};
  if (const auto *infeasible = std::get_if<Infeasible>(&report.result)) {
    object["infeasible"] = toObject(*infeasible);
    return object;
  }
  const Found &found = std::get<Found>(report.result);
  addSchedule(object, found.schedule, found.layouts);
  if (!report.layoutNames.empty()) {
    Object layouts;
    for (const auto &[array, layout] : report.layoutNames)
      layouts[array] = layout;
    object["layouts"] = std::move(layouts);
  }
  // A schedule that somebody else chose has no certificate.
  if (found.lowerBound > 0) {
    std::string unit = objectiveUnit(objective).str();
    object["certificate"] =
        Object{{"optimal", found.isOptimal()},
               {"value_" + unit, toNumber(found.value, objective)},
               {"lower_bound_" + unit, toNumber(found.lowerBound, objective)},
               {"search_nodes", found.evaluated}};
  }
  object["footprint"] = toObject(found.footprint);
  addSums(object, report.sums);
  if (report.simulated)
    object["simulation"] = toObject(*report.simulated);
  if (report.baseline)
    object["baseline"] = toBaseline(*report.baseline, report.sums);
  if (report.places.empty())
    return object;
  Array places;
  for (const TensorPlace &place : report.places)
    places.push_back(Object{{"tensor", operandName(place.operand)},
                            {"address_bytes", place.address},
                            {"size_bytes", place.bytes},
                            {"first", toObject(place.first)},
                            {"last", toObject(place.last)}});
  object["places"] = std::move(places);
  return object;
}

static Array toArray(llvm::ArrayRef<int64_t> numbers) {
  Array array;
  for (int64_t number : numbers)
    array.push_back(number);
  return array;
}

static Value toValue(const BufferLayout &layout) {
  switch (layout.kind) {
  case BufferLayout::Kind::RowMajor:
    return "row-major";
  case BufferLayout::Kind::OfUser:
    return "of its layer";
  case BufferLayout::Kind::Blocked:
    Object blocks{{"burst_block", toArray(layout.burstBlock)},
                  {"row_block", toArray(layout.rowBlock)}};
    if (!layout.rowOrder.empty())
      blocks["row_order"] = Array(layout.rowOrder);
    return std::move(blocks);
  }
  llvm_unreachable("not a layout");
}

static Object toObject(const NetworkReport &network, Objective objective) {
  Array buffers;
  for (auto [buffer, layout] :
       llvm::zip_equal(network.buffers, network.layouts))
    buffers.push_back(Object{{"name", buffer.name},
                             {"shape", toArray(buffer.shape)},
                             {"element_bytes", buffer.elementBytes},
                             {"layout", toValue(layout)}});
  std::string unit = objectiveUnit(objective).str();
  return Object{
      {"network", network.network},
      {"buffers", std::move(buffers)},
      {"value_" + unit, toNumber(network.value, objective)},
      {"lower_bound_" + unit, toNumber(network.lowerBound, objective)},
      {"row_major_" + unit, toNumber(network.rowMajor, objective)}};
}

static Object toObject(const BufferPlace &place) {
  Array live, rows, uses;
  for (const LiveInterval &steps : place.liveSteps)
    live.push_back(
        Object{{"first_step", steps.begin}, {"last_step", steps.end - 1}});
  for (const BankRows &each : place.rows)
    rows.push_back(Object{{"first_bank", each.firstBank},
                          {"last_bank", each.lastBank},
                          {"first_row", each.firstRow},
                          {"last_row", each.lastRow}});
  for (const BufferPlace::Use &use : place.uses)
    uses.push_back(Object{{"layer", static_cast<int64_t>(use.layer)},
                          {"tensor", operandName(use.operand)}});
  return Object{{"name", place.name},        {"address_bytes", place.address},
                {"size_bytes", place.bytes}, {"live", std::move(live)},
                {"rows", std::move(rows)},   {"uses", std::move(uses)}};
}

static Object toMap(const PlacementSummary &placement,
                    const DRAMDevice &device) {
  Array buffers, steps;
  for (const BufferPlace &place : placement.places)
    buffers.push_back(toObject(place));
  for (const PlacementStep &step : placement.steps) {
    Array layers;
    for (size_t layer : step.layers)
      layers.push_back(static_cast<int64_t>(layer));
    steps.push_back(Object{{"first_point", step.points.begin},
                           {"last_point", step.points.end - 1},
                           {"layers", std::move(layers)},
                           {"live_bytes", step.liveBytes}});
  }
  return Object{{"banks", device.channels * device.ranks * device.banks()},
                {"rows", device.rows},
                {"address_map", placement.map ? placement.map->order() : ""},
                {"buffers", std::move(buffers)},
                {"steps", std::move(steps)}};
}

static Object toObject(const CapacityPoint &point) {
  int64_t infeasible = 0;
  Array layers;
  for (const std::optional<Sums> &sums : point.layers) {
    if (sums)
      layers.push_back(toShortObject(*sums));
    else
      layers.push_back(nullptr);
    infeasible += !sums;
  }
  Object object = toShortObject(point.sums);
  object["percent"] = point.percent;
  object["machine"] = toObject(point.buffers);
  object["capacity_bytes"] = point.capacityBytes;
  object["optimal"] = point.isOptimal;
  object["infeasible_layers"] = infeasible;
  object["layers"] = std::move(layers);
  return object;
}

static Object toObject(const DRAMDevice &device) {
  return Object{{"preset", device.name},
                {"source", device.source},
                {"channels", device.channels},
                {"ranks", device.ranks},
                {"chips", device.chips},
                {"burst_bytes", device.burstBytes()},
                {"row_bytes", device.rowBytes()},
                {"capacity_bytes", device.capacityBytes()}};
}

Value romanet::toJSON(const Report &report) {
  Array layers;
  for (const LayerReport &layer : report.layers)
    layers.push_back(toObject(layer, report.options.objective));
  Object totals{{"macs", report.sums.macs},
                {"layers", static_cast<int64_t>(report.layers.size())},
                {"infeasible_layers", report.infeasible}};
  addSums(totals, report.sums);
  if (report.simulation)
    totals["simulation"] = toObject(report.simulation->total);
  if (report.baseline)
    totals["baseline"] = toBaseline(report.baseline->sums, report.sums);
  Array skipped;
  for (const SkippedOperation &operation : report.skipped)
    skipped.push_back(
        Object{{"name", operation.name}, {"reason", operation.reason}});
  Array unscheduled;
  for (const UnscheduledOperation &operation : report.unscheduled) {
    Object entry{{"function", operation.function},
                 {"operation", operation.operation},
                 {"least_read_bytes", operation.readBytes},
                 {"least_write_bytes", operation.writtenBytes}};
    if (!operation.name.empty())
      entry["name"] = operation.name;
    unscheduled.push_back(std::move(entry));
  }
  Object object{{"schema_version", 3},
                {"space", report.options.space.name()},
                {"layouts", layoutsText(report)},
                {"strategy", strategyText(report)},
                {"machine", toObject(report.buffers)},
                {"dram", toObject(report.device)},
                {"layers", std::move(layers)},
                {"skipped", std::move(skipped)},
                {"totals", std::move(totals)}};
  // Of a program alone.
  if (report.isGiven)
    object["unscheduled"] = std::move(unscheduled);
  if (!report.isGiven)
    object["objective"] = objectiveName(report.options.objective);
  if (report.simulation)
    object["mapping"] =
        Object{{"policy", report.simulation->policy},
               {"address_map", report.simulation->map.order()},
               {"bank_hash", bankHashName(report.simulation->map.hash())}};
  if (!report.networks.empty()) {
    Array networks;
    for (const NetworkReport &network : report.networks)
      networks.push_back(toObject(network, report.options.objective));
    object["networks"] = std::move(networks);
  }
  if (const auto &placement = report.placement) {
    object["placement"] =
        Object{{"buffers", placement->buffers},
               {"sum_bytes", placement->sumBytes},
               {"high_water_bytes", placement->highWaterBytes},
               {"lower_bound_bytes", placement->lowerBoundBytes}};
    object["dram_map"] = toMap(*placement, report.device);
  }
  if (const auto &baseline = report.baseline)
    object["baseline"] =
        Object{{"strategy", strategyName(baseline->strategy)},
               {"objective", objectiveName(baseline->objective)}};
  if (const auto &curve = report.curve) {
    Array points;
    for (const CapacityPoint &point : curve->points)
      points.push_back(toObject(point));
    object["capacity_curve"] =
        Object{{"strategy", strategyName(curve->options.strategy)},
               {"space", curve->options.space.name()},
               {"objective", objectiveName(curve->options.objective)},
               {"layouts", searchedLayouts(curve->options, report)},
               {"points", std::move(points)}};
  }
  return object;
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

static std::string toText(int64_t number) {
  return llvm::formatv("{0}", number);
}

/// Picojoules as microjoules, nanoseconds as microseconds.
static std::string inMicro(double value, double perMicro) {
  return llvm::formatv("{0:F3}", value / perMicro);
}

static void printHead(const Report &report, llvm::raw_ostream &os) {
  const BufferCapacities &buffers = report.buffers;
  os << "on-chip buffers: ";
  llvm::ListSeparator separator;
  llvm::SmallVector<llvm::StringRef, NumOperands> sharers;
  for (Operand operand : AllOperands) {
    if (buffers.isShared(operand))
      sharers.push_back(operandName(operand));
    else
      os << separator << operandName(operand) << ' '
         << *buffers.separate[operand] << " B";
  }
  if (buffers.shared) {
    os << separator << "shared";
    if (sharers.size() < NumOperands)
      os << " by " << llvm::join(sharers, " and ");
    os << ' ' << *buffers.shared << " B";
  }
  for (Operand operand : AllOperands)
    if (buffers.doubleBuffered[operand])
      os << ", " << operandName(operand) << " double-buffered";
  llvm::StringRef layouts = layoutsText(report);
  os << "\nDRAM: " << report.device.chips << " x " << report.device.name
     << ", bursts of " << report.device.burstBytes() << " B, rows of "
     << report.device.rowBytes() << " B, " << layouts
     << (layouts == "row-major" ? " tensors" : " layouts") << "\nspace "
     << report.options.space.name();
  if (!report.isGiven)
    os << ", objective " << objectiveName(report.options.objective);
  os << ", strategy " << strategyText(report) << "\n";
}

/// Tiles, loop order and what they occupy on chip.
static void printSchedules(const Report &report, llvm::raw_ostream &os) {
  Table table;
  Table::Row heading = {"schedule"};
  for (Dim dim : AllDims)
    heading.push_back(("tile " + dimName(dim)).str());
  for (const char *text : {"loops", "input on chip [B]", "weights on chip [B]",
                           "output on chip [B]"})
    heading.push_back(text);
  table.add(heading);
  for (const LayerReport &layer : report.layers) {
    if (const auto *infeasible = std::get_if<Infeasible>(&layer.result)) {
      table.add(
          {layer.layer.name + "  does not fit: " + infeasible->message()});
      continue;
    }
    const Found &found = std::get<Found>(layer.result);
    Table::Row row = {layer.layer.name};
    for (Dim dim : AllDims)
      row.push_back(toText(found.schedule.tile[dim]));
    std::string loops;
    for (Dim dim : found.schedule.loops(layer.layer))
      loops += dimName(dim);
    row.push_back(loops.empty() ? "-" : loops);
    for (Operand operand : AllOperands)
      row.push_back(toText(found.footprint[operand]));
    table.add(row);
  }
  table.print(os);
}

/// "c4q16", "1" for a single element.
static std::string toText(const PerDim<int64_t> &block) {
  std::string text;
  for (Dim dim : AllDims)
    if (block[dim] > 1)
      text += dimName(dim).str() + toText(block[dim]);
  return text.empty() ? "1" : text;
}

/// Which row blocks lie next to each other: "", " in qp".
static std::string rowOrderText(const ArrayLayout &layout) {
  std::string text;
  for (Axis axis : layout.rowOrder())
    text += rowAxisName(axis);
  return text.empty() ? text : " in " + text;
}

static std::string toText(const ArrayLayout &layout) {
  switch (layout.kind) {
  case ArrayLayout::Kind::RowMajor:
    return "row-major";
  case ArrayLayout::Kind::Tiles:
    return "tiles";
  case ArrayLayout::Kind::Blocked:
    return toText(layout.burstBlock) + " in " + toText(layout.rowBlock) +
           rowOrderText(layout);
  }
  llvm_unreachable("not a layout");
}

/// Layouts by array; blocks as the elements of a burst in those of a DRAM row.
static void printLayouts(const Report &report, llvm::raw_ostream &os) {
  Table table;
  Table::Row heading = {"layout"};
  // Few layers start from data, or have operands of an epilogue.
  bool hasInit = false;
  size_t operands = 0;
  for (const LayerReport &layer : report.layers) {
    hasInit |= layer.layer.initIsData;
    operands = std::max(operands, layer.layer.epilogue.size());
  }
  for (TensorArray array : AllTensorArrays) {
    if (array == TensorArray::Init && !hasInit)
      continue;
    std::string name = arrayName(array).str();
    llvm::replace(name, '_', ' ');
    heading.push_back(name);
  }
  for (size_t i = 0; i < operands; ++i)
    heading.push_back("epilogue");
  table.add(heading);
  for (const LayerReport &layer : report.layers) {
    const auto *found = std::get_if<Found>(&layer.result);
    if (!found)
      continue;
    Table::Row row = {layer.layer.name};
    for (TensorArray array : AllTensorArrays)
      if (array != TensorArray::Init || hasInit)
        row.push_back(array == TensorArray::Init && !layer.layer.initIsData
                          ? "-"
                          : toText(found->layouts[array]));
    for (size_t i = 0; i < operands; ++i)
      row.push_back(i < layer.layer.epilogue.size()
                        ? toText(found->layouts.ofEpilogue(i))
                        : "-");
    table.add(row);
  }
  table.print(os);
}

static void printTraffic(const Report &report, llvm::raw_ostream &os) {
  Table table;
  bool hasEpilogue = llvm::any_of(report.layers, [](const LayerReport &layer) {
    return !layer.layer.epilogue.empty();
  });
  auto isShown = [&](const Stream &stream) {
    return stream.operand || hasEpilogue;
  };
  Table::Row heading = {"traffic"};
  for (const Stream &stream : AllStreams)
    if (isShown(stream))
      heading.push_back(streamName(stream, ' ') + " [B]");
  for (const char *text :
       {"total [B]", "compulsory [B]", "total [bursts]", "activations",
        "energy [uJ]", "read", "write", "act+pre", "background", "refresh",
        "time [us] (at least)"})
    heading.push_back(text);
  table.add(heading);
  auto addRow = [&](std::string name, const Sums &sums) {
    Table::Row row = {std::move(name)};
    for (auto [stream, bytes] : llvm::zip_equal(AllStreams, sums.bytes))
      if (isShown(stream))
        row.push_back(toText(bytes));
    for (int64_t number : {sums.totalBytes, sums.compulsoryBytes,
                           sums.totalBursts, sums.activations})
      row.push_back(toText(number));
    const EnergyEstimate &energy = sums.energy;
    for (double picojoules :
         {energy.totalPJ(), energy.readPJ, energy.writePJ, energy.activatePJ,
          energy.backgroundPJ, energy.refreshPJ})
      row.push_back(inMicro(picojoules, 1e6));
    row.push_back(inMicro(energy.timeNs, 1e3));
    table.add(row);
  };
  for (const LayerReport &layer : report.layers)
    if (std::holds_alternative<Found>(layer.result))
      addRow(layer.layer.name, layer.sums);
  addRow("total", report.sums);
  table.print(os);
}

static void printSimulation(const Report &report, llvm::raw_ostream &os) {
  const AddressMap &map = report.simulation->map;
  os << "simulated layer by layer, mapping " << report.simulation->policy
     << ": address map " << map.order();
  if (map.hash() != BankHash::None)
    os << ", bank hash " << bankHashName(map.hash());
  os << '\n';
  Table table;
  table.add({"simulation", "bursts", "row hits", "row misses", "row conflicts",
             "activations", "energy [uJ]", "read", "write", "act+pre",
             "background", "refresh", "cycles", "time [us]", "GB/s",
             "of peak [%]"});
  auto addRow = [&](std::string name, const ControllerStats &stats) {
    Table::Row row = {std::move(name)};
    for (int64_t number :
         {stats.reads + stats.writes, stats.rowHits, stats.rowMisses,
          stats.rowConflicts, stats.activations()})
      row.push_back(toText(number));
    for (double picojoules :
         {stats.totalPJ(), stats.readPJ, stats.writePJ, stats.activatePJ,
          stats.backgroundPJ(), stats.refreshPJ})
      row.push_back(inMicro(picojoules, 1e6));
    row.push_back(toText(stats.clocks));
    row.push_back(inMicro(stats.timeNs, 1e3));
    row.push_back(llvm::formatv("{0:F2}", stats.bytesPerSecond() / 1e9));
    row.push_back(llvm::formatv("{0:F1}", stats.busUse() * 100));
    table.add(row);
  };
  for (const LayerReport &layer : report.layers)
    if (layer.simulated)
      addRow(layer.layer.name, *layer.simulated);
  addRow("total", report.simulation->total);
  table.print(os);

  Table bus;
  bus.add({"clocks of the data bus [%]", "busy", "refresh", "turnaround",
           "spacing", "rows", "empty"});
  auto addBusRow = [&](std::string name, const ControllerStats &stats) {
    Table::Row row = {std::move(name)};
    int64_t all = stats.busyClocks;
    for (int64_t clocks : stats.idleClocks)
      all += clocks;
    for (int64_t clocks :
         {stats.busyClocks, stats.idle(BusIdle::Refresh),
          stats.idle(BusIdle::Turnaround), stats.idle(BusIdle::Spacing),
          stats.idle(BusIdle::Row), stats.idle(BusIdle::Empty)})
      row.push_back(
          llvm::formatv("{0:F2}", all == 0 ? 0
                                           : 100 * static_cast<double>(clocks) /
                                                 static_cast<double>(all)));
    bus.add(row);
  };
  os << '\n';
  for (const LayerReport &layer : report.layers)
    if (layer.simulated)
      addBusRow(layer.layer.name, *layer.simulated);
  addBusRow("total", report.simulation->total);
  bus.print(os);
}

static void printPlaces(const Report &report, llvm::raw_ostream &os) {
  Table table;
  table.add({"place", "tensor", "address", "size [B]", "channel", "rank",
             "bank group", "bank", "row", "column"});
  for (const LayerReport &layer : report.layers)
    for (const TensorPlace &place : layer.places) {
      auto range = [](int64_t first, int64_t last) {
        return first == last ? toText(first)
                             : toText(first) + "-" + toText(last);
      };
      const DRAMAddress &first = place.first, &last = place.last;
      table.add({layer.layer.name, operandName(place.operand).str(),
                 llvm::formatv("{0:x}", place.address), toText(place.bytes),
                 range(first.channel, last.channel),
                 range(first.rank, last.rank),
                 range(first.bankGroup, last.bankGroup),
                 toText(first.bank) + ".." + toText(last.bank),
                 toText(first.row) + ".." + toText(last.row),
                 toText(first.column) + ".." + toText(last.column)});
    }
  table.print(os);
}

void romanet::printTable(const Report &report, llvm::raw_ostream &os) {
  printHead(report, os);
  os << '\n';
  printSchedules(report, os);
  os << '\n';
  bool isNamed = false;
  for (const LayerReport &layer : report.layers)
    for (const auto &[array, layout] : layer.layoutNames) {
      os << layer.layer.name << ": " << array << " lies in " << layout << '\n';
      isNamed = true;
    }
  if (layoutsText(report) != "row-major" && !isNamed)
    printLayouts(report, os);
  if (layoutsText(report) != "row-major")
    os << '\n';
  printTraffic(report, os);
  if (report.simulation) {
    os << '\n';
    printSimulation(report, os);
  }
  if (llvm::any_of(report.layers, [](const LayerReport &layer) {
        return !layer.places.empty();
      })) {
    os << '\n';
    printPlaces(report, os);
  }
  os << "\nmultiply-accumulates: " << report.sums.macs << '\n';
  for (const NetworkReport &network : report.networks)
    os << llvm::formatv(
        "layouts of {0}: {1} at most {2:P3} above that of each layer in "
        "layouts of its own, {3:P3} below that of row-major buffers\n",
        network.network, objectiveName(report.options.objective),
        network.value / network.lowerBound - 1,
        1 - network.value / network.rowMajor);
  if (const auto &placement = report.placement)
    os << "DRAM buffers: " << placement->buffers << " with "
       << placement->sumBytes << " B, up to address "
       << placement->highWaterBytes << "; at most "
       << placement->lowerBoundBytes
       << " B are live at a time, in whole bursts\n";
  if (report.infeasible)
    os << "totals leave out " << report.infeasible << " of "
       << report.layers.size() << " layers, which do not fit\n";
  for (const LayerReport &layer : report.layers) {
    const auto *found = std::get_if<Found>(&layer.result);
    if (found && found->lowerBound > 0 && !found->isOptimal())
      os << llvm::formatv("not proven optimal: {0}, {1} at most {2:P3} above "
                          "the optimum\n",
                          layer.layer.name,
                          objectiveName(report.options.objective),
                          found->value / found->lowerBound - 1);
  }
  for (const SkippedOperation &operation : report.skipped)
    os << "not scheduled: " << operation.name << ": " << operation.reason
       << '\n';
  for (const UnscheduledOperation &operation : report.unscheduled) {
    os << "of no layer: " << operation.operation;
    if (!operation.name.empty())
      os << " '" << operation.name << "'";
    if (!operation.function.empty())
      os << " in @" << operation.function;
    os << ": reads at least " << operation.readBytes << " B, writes at least "
       << operation.writtenBytes << " B\n";
  }
}
