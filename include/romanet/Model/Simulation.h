//===- Simulation.h - Layers before a DRAM controller -----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives the arrays of layers addresses and sends their streams through the
// controller: what the schedules of a network cost with an address map.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SIMULATION_H
#define ROMANET_MODEL_SIMULATION_H

#include "romanet/DRAM/Controller.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/Model/Stream.h"

namespace romanet {

/// A layer as a search left it.
struct ScheduledLayer {
  Layer layer;
  Schedule schedule;
  ArrayLayouts layouts;
  PerOperand<bool> isDoubleBuffered = {{false, false, false}};
  /// The layer, counted from the first, whose output is the input of this one:
  /// one buffer. Otherwise the input is a buffer of its own.
  std::optional<size_t> producer = std::nullopt;
};

/// The stream of the layers, one after the other. Their arrays lie one after
/// the other in the device, in the order in which the layers first have them,
/// each at the start of a row where it has as much; partial sums lie where the
/// output will where both have one storage. The error says how much is needed
/// and how much there is.
llvm::Expected<NetworkStream> streamOf(llvm::ArrayRef<ScheduledLayer> layers,
                                       const DRAMDevice &device);

/// Adds up what happened one after the other.
ControllerStats &operator+=(ControllerStats &stats,
                            const ControllerStats &other);

struct Simulation {
  /// Layer by layer, each from an idle DRAM.
  std::vector<ControllerStats> layers;
  ControllerStats total;
};

/// A simulation with an address map that was chosen by name.
struct MappedSimulation {
  /// One of mappingPolicyNames().
  std::string policy;
  AddressMap map;
  Simulation simulation;
};

/// mappingPolicyNames() and "search".
std::vector<llvm::StringRef> mappingChoices();

/// Takes a stream run by run, and simulates it with one mapping policy or with
/// all of them at once.
class NetworkSimulator {
public:
  /// For "search" all policies. The errors are those of createAddressMap and
  /// Controller::create.
  static llvm::Expected<NetworkSimulator>
  create(const DRAMDevice &device, llvm::StringRef policy,
         const MappingOptions &mapping = {},
         const ControllerOptions &options = {});

  /// The next bursts, of a layer. They are simulated from an idle DRAM when the
  /// layer is another one than before; a layer that comes again adds to what it
  /// has.
  llvm::Error push(size_t layer, const BurstRun &run);

  /// Once, at the end, with the number of all layers: the policy with the least
  /// energy, of equal ones that with the least time, of equal ones the first.
  llvm::Expected<MappedSimulation> finish(size_t numLayers);

private:
  struct Lane {
    MappedSimulation mapped;
    std::optional<Controller> controller;
  };
  llvm::Error endLayer();

  DRAMDevice device;
  ControllerOptions options;
  std::vector<Lane> lanes;
  std::optional<size_t> current;
};

/// Simulates the whole stream.
llvm::Expected<MappedSimulation>
simulateMapped(const NetworkStream &stream, const DRAMDevice &device,
               llvm::StringRef policy, const MappingOptions &mapping = {},
               const ControllerOptions &options = {});

} // namespace romanet

#endif // ROMANET_MODEL_SIMULATION_H
