//===- Report.h - What a search found, for people and programs --*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The schedules and the traffic of a network's layers, as JSON with units in
// the key names, as CSV, and as an aligned table with units in its headings.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_REPORT_H
#define ROMANET_MODEL_REPORT_H

#include "romanet/DRAM/AddressMap.h"
#include "romanet/DRAM/Energy.h"
#include "romanet/DRAM/Placement.h"
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
  std::optional<ControllerStats> simulated = std::nullopt;
  /// Of a program that was mapped, the program points of the layer.
  std::optional<LiveInterval> points = std::nullopt;
  /// What a baseline moves, if one was searched.
  std::optional<Sums> baseline = std::nullopt;
};

/// A known method, on the same layers in the same buffers, with all arrays
/// row-major in the data order of their layer.
struct Baseline {
  Strategy strategy = Strategy::SmartShuttle;
  /// What its tiles are the best by.
  Objective objective = Objective::Bytes;
  /// Of the layers that have a schedule.
  Sums sums;
};

/// What the layers take with other buffers, all searched again.
struct CapacityPoint {
  /// Of the capacities of the report, and of those that layers have for
  /// themselves; rounded down, to at least a byte.
  int64_t percent = 100;
  BufferCapacities buffers;
  /// All of them together.
  int64_t capacityBytes = 0;
  /// Every layer that fits has the proven optimum.
  bool isOptimal = true;
  /// Of the layers that fit.
  Sums sums;
  /// Layer by layer; std::nullopt for those that do not fit.
  std::vector<std::optional<Sums>> layers = {};
};

struct CapacityCurve {
  SearchOptions options;
  /// Ascending by capacity.
  std::vector<CapacityPoint> points;
};

/// The address map with which the streams were simulated, and the sums.
struct SimulationSummary {
  /// Name of the mapping policy.
  std::string policy;
  AddressMap map;
  ControllerStats total;
};

/// A buffer of a mapped program.
struct BufferPlace {
  std::string name;
  /// Byte addresses [address, address + bytes).
  int64_t address = 0, bytes = 0;
  /// Program points, see BufferRequest.
  llvm::SmallVector<LiveInterval, 1> live = {};
  /// The same as numbers of PlacementSummary::steps.
  llvm::SmallVector<LiveInterval, 1> liveSteps = {};
  /// The rows that it has a part of; empty where it does not lie in the device.
  std::vector<BankRows> rows = {};
  /// The layers that move it, by number, and what it is to them.
  struct Use {
    size_t layer;
    Operand operand;
  };
  std::vector<Use> uses = {};
};

/// Program points during which the same layers run and the same buffers live.
struct PlacementStep {
  LiveInterval points;
  /// By number; none between two layers.
  llvm::SmallVector<size_t, 1> layers;
  /// Of the buffers that live, each in whole bursts.
  int64_t liveBytes = 0;
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
  /// The buffers, by address; the banks and rows are those of this map.
  std::vector<BufferPlace> places;
  std::optional<AddressMap> map;
  /// From the first program point to the last. Empty where the sum of all
  /// buffers does not fit 64 bits.
  std::vector<PlacementStep> steps;
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
  std::optional<Baseline> baseline;
  std::optional<CapacityCurve> curve;
  /// Is told how far the searches below are.
  ProgressCallback progress;

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

  /// Sets `placement` from the buffers of a mapped program (places, names and
  /// lifetimes) with `numPoints` program points, and the places and points of
  /// the layers. `policy` is the mapping policy that banks and rows are in.
  /// Nothing if there are no buffers.
  void addPlacement(std::vector<BufferPlace> places, int64_t numPoints,
                    llvm::StringRef policy);

  /// Searches a baseline for all layers that have a schedule. The error is that
  /// of search(), or names a layer for which the baseline has none.
  llvm::Error addBaseline(Strategy strategy, Objective objective,
                          unsigned threads);

  /// Searches all layers again, at each of these percentages of the buffers,
  /// as `searched` says; where layers share the layouts of their buffers, as
  /// searchNetworks does. The error is that of search(), or names a percentage
  /// that is not positive, stands there twice or makes a capacity that does
  /// not fit 64 bits.
  llvm::Error addCapacityCurve(llvm::ArrayRef<int64_t> percentages,
                               const SearchOptions &searched, unsigned threads);

private:
  llvm::Error append(LayerReport report);
  std::vector<SearchResult> searchAgain(const CapacityPoint &point,
                                        const SearchOptions &searched,
                                        unsigned threads);

  std::optional<NetworkSearch> networkSearch;
  /// Of searchNetworks.
  bool hasFixedEnds = false;
};

/// A layer that does not fit has `infeasible` instead of a schedule and its
/// traffic; `totals` are those of the other layers.
///
/// Described key by key, with units, in docs/report.schema.json.
llvm::json::Value toJSON(const Report &report);
/// One line for each layer behind a heading, with the figures of the JSON,
/// whose names the columns have. Columns are the same for every report, fields
/// that it does not have are empty.
void printCSV(const Report &report, llvm::raw_ostream &os);
void printTable(const Report &report, llvm::raw_ostream &os);

} // namespace romanet

#endif // ROMANET_MODEL_REPORT_H
