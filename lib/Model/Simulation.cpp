//===- Simulation.cpp - Layers before a DRAM controller -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Simulation.h"
#include "romanet/DRAM/Placement.h"
#include "llvm/ADT/STLExtras.h"

using namespace romanet;

/// Whether the elements lie in the same way.
static bool isSameStorage(const ArrayStorage &a, const ArrayStorage &b) {
  if (a.layout.has_value() != b.layout.has_value())
    return false;
  if (!a.layout)
    return a.slotBytes == b.slotBytes && a.numbering == b.numbering;
  auto isSameLevel = [](const Layout::Level &x, const Layout::Level &y) {
    return x.block == y.block && x.order == y.order &&
           x.alignBytes == y.alignBytes;
  };
  return a.layout->shape() == b.layout->shape() &&
         a.layout->elementBytes() == b.layout->elementBytes() &&
         a.layout->order() == b.layout->order() &&
         llvm::equal(a.layout->levels(), b.layout->levels(), isSameLevel);
}

static std::string nameOf(const Layer &layer, StreamArray array) {
  static constexpr llvm::StringLiteral names[] = {
      "input", "weights", "output", "partial sums", "init", "epilogue"};
  return ("the " + names[array.kind] + " of layer '" + layer.name + "'").str();
}

llvm::Expected<NetworkStream>
romanet::streamOf(llvm::ArrayRef<ScheduledLayer> layers,
                  const DRAMDevice &device) {
  // All arrays that are memory of their own, in order.
  std::vector<LayerPlaces> places;
  std::vector<BufferRequest> requests;
  std::vector<PlacedArray *> placed;
  auto hasSumsInOutput = [](const LayerPlaces &each) {
    const PlacedArray &sums = each[{StreamArray::PartialSums}];
    return isSameStorage(sums.storage, each[{StreamArray::Output}].storage);
  };
  places.reserve(layers.size());
  for (const ScheduledLayer &each : layers) {
    assert((!each.producer || *each.producer < places.size()) &&
           "a layer reads what a later one writes");
    places.push_back(
        storageOf(each.layer, each.schedule, each.layouts, device));
    LayerPlaces &arrays = places.back();
    for (StreamArray array : arraysOf(each.layer, each.schedule)) {
      if ((array.kind == StreamArray::Input && each.producer) ||
          (array.kind == StreamArray::PartialSums && hasSumsInOutput(arrays)))
        continue;
      placed.push_back(&arrays[array]);
      requests.push_back(
          {nameOf(each.layer, array), arrays[array].storage.sizeBytes()});
    }
  }
  auto ranges = placeBuffers(requests, device);
  if (const auto *overflow = std::get_if<DRAMOverflow>(&ranges))
    return llvm::createStringError(overflow->message());
  for (auto [array, range] : llvm::zip_equal(
           placed, std::get<llvm::SmallVector<PlacedRange>>(ranges)))
    array->address = range.address;

  NetworkStream stream;
  for (auto [each, arrays] : llvm::zip_equal(layers, places)) {
    int64_t output = arrays[{StreamArray::Output}].address;
    if (hasSumsInOutput(arrays))
      arrays[{StreamArray::PartialSums}].address = output;
    if (each.producer)
      arrays[{StreamArray::Input}].address =
          places[*each.producer][{StreamArray::Output}].address;
    stream.layers.emplace_back(each.layer, each.schedule, each.isDoubleBuffered,
                               arrays, device.burstBytes());
  }
  return stream;
}

ControllerStats &romanet::operator+=(ControllerStats &stats,
                                     const ControllerStats &other) {
  for (int64_t ControllerStats::*field :
       {&ControllerStats::reads, &ControllerStats::writes,
        &ControllerStats::forwardedReads, &ControllerStats::mergedReads,
        &ControllerStats::mergedWrites, &ControllerStats::rowHits,
        &ControllerStats::rowMisses, &ControllerStats::rowConflicts,
        &ControllerStats::clocks, &ControllerStats::openClocks,
        &ControllerStats::closedClocks, &ControllerStats::busyClocks,
        &ControllerStats::bytes})
    stats.*field += other.*field;
  for (double ControllerStats::*field :
       {&ControllerStats::timeNs, &ControllerStats::activatePJ,
        &ControllerStats::readPJ, &ControllerStats::writePJ,
        &ControllerStats::refreshPJ, &ControllerStats::openStandbyPJ,
        &ControllerStats::closedStandbyPJ})
    stats.*field += other.*field;
  for (auto [sum, each] : llvm::zip_equal(stats.commands, other.commands))
    sum += each;
  for (auto [sum, each] : llvm::zip_equal(stats.idleClocks, other.idleClocks))
    sum += each;
  stats.peakBytesPerSecond = other.peakBytesPerSecond;
  return stats;
}

std::vector<llvm::StringRef> romanet::mappingChoices() {
  std::vector<llvm::StringRef> choices = mappingPolicyNames().vec();
  choices.push_back("search");
  return choices;
}

llvm::Expected<NetworkSimulator>
NetworkSimulator::create(const DRAMDevice &device, llvm::StringRef policy,
                         const MappingOptions &mapping,
                         const ControllerOptions &options) {
  llvm::SmallVector<llvm::StringRef> policies = {policy};
  if (policy == "search")
    policies.assign(mappingPolicyNames().begin(), mappingPolicyNames().end());
  NetworkSimulator simulator;
  simulator.device = device;
  simulator.options = options;
  for (llvm::StringRef name : policies) {
    llvm::Expected<AddressMap> map = createAddressMap(device, name, mapping);
    if (!map)
      return map.takeError();
    // What comes to the same for the device is simulated once.
    if (llvm::any_of(simulator.lanes, [&](const Lane &lane) {
          return lane.mapped.map.isEquivalentTo(map->order());
        }))
      continue;
    // So that an error is known before the stream begins.
    llvm::Expected<Controller> controller =
        Controller::create(device, *map, options);
    if (!controller)
      return controller.takeError();
    simulator.lanes.push_back({{name.str(), *map, {}}, std::nullopt});
  }
  return std::move(simulator);
}

llvm::Error NetworkSimulator::endLayer() {
  for (Lane &lane : lanes) {
    if (!lane.controller)
      continue;
    llvm::Expected<ControllerStats> stats = lane.controller->finish();
    if (!stats)
      return stats.takeError();
    lane.controller.reset();
    Simulation &simulation = lane.mapped.simulation;
    if (simulation.layers.size() <= *current)
      simulation.layers.resize(*current + 1);
    simulation.layers[*current] += *stats;
    simulation.total += *stats;
  }
  return llvm::Error::success();
}

llvm::Error NetworkSimulator::push(size_t layer, const BurstRun &run) {
  if (current != layer) {
    if (llvm::Error error = endLayer())
      return error;
    current = layer;
    for (Lane &lane : lanes) {
      llvm::Expected<Controller> controller =
          Controller::create(device, lane.mapped.map, options);
      if (!controller)
        return controller.takeError();
      lane.controller.emplace(std::move(*controller));
    }
  }
  for (Lane &lane : lanes)
    lane.controller->push(run);
  return llvm::Error::success();
}

llvm::Expected<MappedSimulation> NetworkSimulator::finish(size_t numLayers) {
  if (llvm::Error error = endLayer())
    return std::move(error);
  auto costOf = [](const Lane &lane) {
    const ControllerStats &total = lane.mapped.simulation.total;
    return std::make_pair(total.totalPJ(), total.timeNs);
  };
  auto best = std::min_element(
      lanes.begin(), lanes.end(),
      [&](const Lane &a, const Lane &b) { return costOf(a) < costOf(b); });
  best->mapped.simulation.layers.resize(numLayers);
  return std::move(best->mapped);
}

llvm::Expected<MappedSimulation>
romanet::simulateMapped(const NetworkStream &stream, const DRAMDevice &device,
                        llvm::StringRef policy, const MappingOptions &mapping,
                        const ControllerOptions &options) {
  llvm::Expected<NetworkSimulator> simulator =
      NetworkSimulator::create(device, policy, mapping, options);
  if (!simulator)
    return simulator.takeError();
  llvm::Error error = llvm::Error::success();
  stream.forEachRun([&](size_t layer, const BurstRun &run) {
    if (!error)
      error = simulator->push(layer, run);
  });
  if (error)
    return std::move(error);
  return simulator->finish(stream.layers.size());
}
