//===- Report.h - What a search found, for people and programs --*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The schedules and the traffic of a network's layers, as JSON with units in
// the key names and as an aligned table with units in its headings.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_REPORT_H
#define ROMANET_MODEL_REPORT_H

#include "romanet/DRAM/AddressMap.h"
#include "romanet/DRAM/Energy.h"
#include "romanet/Model/LayerTable.h"
#include "romanet/Model/NetworkLayouts.h"
#include "romanet/Model/Search.h"
#include "romanet/Model/Simulation.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <array>
#include <string>
#include <vector>

namespace romanet {

/// The ways data moves: tensors and directions.
struct Stream {
  /// std::nullopt: the operands of the epilogue.
  std::optional<Operand> operand;
  bool isWrite;
};
inline constexpr std::array<Stream, 5> AllStreams = {{{Operand::Input, false},
                                                      {Operand::Weights, false},
                                                      {Operand::Output, false},
                                                      {Operand::Output, true},
                                                      {std::nullopt, false}}};

/// What a layer moves, and what adds up over layers.
struct Sums {
  /// By stream, in the order of AllStreams. Bursts are those of the layouts of
  /// the schedule.
  std::array<int64_t, AllStreams.size()> bytes = {}, bursts = {};
  int64_t totalBytes = 0, totalBursts = 0, compulsoryBytes = 0, macs = 0;
  /// Rows that the transfers open, see StreamTraffic.
  int64_t activations = 0;
  EnergyEstimate energy;
  /// Of the compulsory traffic in full bursts, all of them row hits, at peak
  /// bandwidth: no schedule and layout takes less.
  EnergyEstimate floor;

  /// False if a sum does not fit; the sums are useless then.
  [[nodiscard]] bool add(const Sums &other);
};

/// Where a tensor of a layer lives in DRAM.
struct TensorPlace {
  Operand operand = Operand::Input;
  /// Byte addresses [address, address + bytes).
  int64_t address = 0, bytes = 0;
  /// The bursts of the first and the last byte.
  DRAMAddress first, last;
};

/// Arrays ("input", "epilogue 0") and how they lie.
using LayoutNames = std::vector<std::pair<std::string, std::string>>;

struct LayerReport {
  std::string network;
  Layer layer;
  /// The buffers of this layer; an operation may override the machine's.
  BufferCapacities buffers;
  SearchResult result;
  /// Zero where no schedule fits.
  Sums sums;
  /// Empty unless the program was mapped.
  std::vector<TensorPlace> places;
  /// Where the layouts are none of those of a search: all that are not
  /// row-major.
  LayoutNames layoutNames = {};
  /// What the controller made of the layer's stream, if it was simulated.
  std::optional<ControllerStats> simulated;
};

/// The address map with which the streams were simulated, and the sums.
struct SimulationSummary {
  /// Name of the mapping policy.
  std::string policy;
  AddressMap map;
  ControllerStats total;
};

/// How the buffers of a mapped program share the DRAM.
struct PlacementSummary {
  int64_t buffers = 0;
  /// Of all buffers; saturates.
  int64_t sumBytes = 0;
  /// The highest address of a buffer plus one.
  int64_t highWaterBytes = 0;
  /// The most bytes that are live at a time, in whole bursts: no placement
  /// needs fewer.
  int64_t lowerBoundBytes = 0;
};

/// An operation that has no schedule, and why.
struct SkippedOperation {
  std::string name, reason;
};

/// Buffers of a network and what their layouts make of it, see NetworkSolution.
struct NetworkReport {
  std::string network;
  std::vector<NetworkBuffer> buffers;
  std::vector<BufferLayout> layouts;
  double value = 0, lowerBound = 0, rowMajor = 0;
};

/// An operation that moves data of the DRAM and belongs to no layer.
struct UnscheduledOperation {
  /// Function and kind of the operation, and its name where it has one.
  std::string function, operation, name;
  /// Each time it is executed, at least.
  int64_t readBytes = 0, writtenBytes = 0;
};

struct Report {
  BufferCapacities buffers;
  DRAMDevice device;
  SearchOptions options;
  /// Nothing was searched, all schedules were given: the report says so where
  /// it names the strategy otherwise, has no objective, and the space of
  /// `options` contains them.
  bool isGiven = false;
  std::vector<LayerReport> layers;
  /// Where layers share the layouts of their buffers.
  std::vector<NetworkReport> networks;
  std::vector<SkippedOperation> skipped;
  /// Of a program that was mapped.
  std::optional<PlacementSummary> placement;
  /// In no sum, since how often they are executed is not known.
  std::vector<UnscheduledOperation> unscheduled;
  /// Of the layers that fit.
  Sums sums;
  /// Number of layers that do not.
  int64_t infeasible = 0;
  std::optional<SimulationSummary> simulation;

  /// Searches the schedule of a verified layer and appends what it found. The
  /// error names the layer with which a total no longer fits 64 bits.
  llvm::Error search(std::string network, Layer layer);

  /// The same for each row in turn; the layers are searched on up to `threads`
  /// threads (0: those of the machine), with the same result on any number.
  llvm::Error searchAll(std::vector<LayerTableRow> rows, unsigned threads);

  /// The same with layouts that layers share. Consecutive layers of a network
  /// have one buffer where the output of the first has the shape and the width
  /// of the second's input; all other arrays are free, but for the inputs that
  /// no layer writes and the outputs that no layer reads, which are row-major
  /// if `fixedEnds`.
  llvm::Error searchNetworks(std::vector<LayerTableRow> rows, bool fixedEnds,
                             unsigned threads);

  /// Appends a verified layer whose schedule somebody else chose, with buffers
  /// of its own. The error is the same.
  llvm::Error evaluate(std::string network, Layer layer,
                       const BufferCapacities &layerBuffers,
                       const Schedule &schedule,
                       std::vector<TensorPlace> places,
                       const ArrayLayouts &layouts = {});

  /// The same in layouts that `names` says for people, by array, and that
  /// `stream` counts the bursts of.
  llvm::Error evaluate(std::string network, Layer layer,
                       const BufferCapacities &layerBuffers,
                       const Schedule &schedule,
                       std::vector<TensorPlace> places,
                       const StreamTraffic &stream, LayoutNames names);

  /// The layers that fit, in order.
  std::vector<ScheduledLayer> scheduledLayers() const;

  /// Adds a simulation of the stream of `scheduledLayers()`.
  void addSimulation(const MappedSimulation &simulated);

private:
  llvm::Error append(LayerReport report);

  std::optional<NetworkSearch> networkSearch;
};

/// A layer that does not fit has `infeasible` instead of a schedule and its
/// traffic; `totals` are those of the other layers.
llvm::json::Value toJSON(const Report &report);
void printTable(const Report &report, llvm::raw_ostream &os);

} // namespace romanet

#endif // ROMANET_MODEL_REPORT_H
