//===- Search.h - The best schedule of a layer ------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Search of the schedule space for the optimum of an objective.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SEARCH_H
#define ROMANET_MODEL_SEARCH_H

#include "romanet/DRAM/Energy.h"
#include "romanet/Model/ArrayLayout.h"
#include "romanet/Model/Machine.h"
#include "romanet/Model/Progress.h"
#include "romanet/Model/Schedule.h"
#include "romanet/Model/Traffic.h"
#include <deque>
#include <variant>

namespace romanet {

/// Which schedules are searched, see Schedule. S0, the tiles and the order of
/// the loops, is part of every space.
struct Space {
  bool hold = false;       ///< S1: residency depth per tensor
  bool serpentine = false; ///< S2
  bool halo = false;       ///< S3

  /// "S0", "S2", "S0+S1+S3", "all". The error says what there is.
  static llvm::Expected<Space> parse(llvm::StringRef text);
  /// The smallest space that contains this one and `schedule`.
  Space including(const Schedule &schedule) const;
  /// The canonical form, "S0+S1+S2+S3" for all.
  std::string name() const;

  bool operator==(const Space &other) const {
    return hold == other.hold && serpentine == other.serpentine &&
           halo == other.halo;
  }
};

/// How the loop order is chosen. All but `Optimal` are baselines, in S0: the
/// tiles (and layouts) are the best by the objective for the orders that the
/// strategy allows. With Objective::Bursts it so chooses its tiles burst-aware,
/// which published forms do not.
enum class Strategy {
  Optimal,
  /// Always the same order: the input (weights, output) is moved once.
  FixedInput,
  FixedWeights,
  FixedOutput,
  /// The better of output- and weight-stationary, per layer (SmartShuttle,
  /// DATE 2018).
  SmartShuttle,
  /// One of the six orders of {input, weights, output} as reuse priority, by
  /// the reuse factor (MACs per datum) of each: weights N*P*Q, input
  /// R*S*K/stride^2, output R*S*C. The loops that the first does not depend on
  /// are innermost. The name of the method is the paper's, this reading of it
  /// is ours.
  ROMANet,
};
inline constexpr std::array<Strategy, 6> AllStrategies = {
    Strategy::Optimal,     Strategy::FixedInput,   Strategy::FixedWeights,
    Strategy::FixedOutput, Strategy::SmartShuttle, Strategy::ROMANet};
/// "optimal", "fixed-input", "fixed-weights", "fixed-output", "smartshuttle",
/// "romanet", and back; the error names them all.
llvm::StringRef strategyName(Strategy strategy);
llvm::Expected<Strategy> parseStrategy(llvm::StringRef name);

/// What a search minimises.
enum class Objective : uint8_t {
  Bytes,  ///< moved between DRAM and chip
  Bursts, ///< of the device
  Energy, ///< of the DRAM, pJ
  Time,   ///< at least, ns: see EnergyEstimate
  EDP,    ///< the product of both, pJ ns
  /// Bytes, and of all schedules with equally few the fewest bursts.
  BytesThenBursts,
};
inline constexpr std::array<Objective, 6> AllObjectives = {
    Objective::Bytes, Objective::Bursts, Objective::Energy,
    Objective::Time,  Objective::EDP,    Objective::BytesThenBursts};
/// "bytes", "bursts", "energy", "time", "edp", "bytes-bursts", and back; the
/// error names them all.
llvm::StringRef objectiveName(Objective objective);
llvm::Expected<Objective> parseObjective(llvm::StringRef name);
/// Of bytes and bursts; the others are sums of floating-point numbers.
bool isWholeNumber(Objective objective);

/// What the search minimises, in the unit of the objective, of so many bytes
/// that move as `dram` does; of BytesThenBursts the bytes, between equal ones
/// of which the value of Bursts decides.
double objectiveValue(Objective objective, int64_t bytes,
                      const DRAMTraffic &dram, const EnergyModel &energy);
double objectiveValue(Objective objective, int64_t bytes,
                      const DRAMTraffic &dram, const DRAMDevice &device);

struct SearchOptions {
  Space space;
  Objective objective = Objective::Energy;
  /// The layouts that are given, by default all row-major in the layer's data
  /// order; the others are searched with the schedule.
  LayoutChoice layouts = LayoutChoice::allRowMajor();
  /// Any but Optimal searches its own orders in S0, whatever the space.
  Strategy strategy = Strategy::Optimal;
  /// Nodes after which the search stops with the best schedule so far and a
  /// lower bound on the optimum; 0: none. The default keeps an absurd layer
  /// from taking minutes and gigabytes; layers of real networks need under a
  /// tenth.
  int64_t nodeBudget = 10000000;

  bool operator==(const SearchOptions &other) const {
    return space == other.space && objective == other.objective &&
           layouts == other.layouts && strategy == other.strategy &&
           nodeBudget == other.nodeBudget;
  }
};

/// A schedule that was found, and what it costs.
struct Found {
  Schedule schedule;
  Traffic traffic;
  Footprint footprint;
  /// Size of the search: nodes of the tree; by bytes in S0 combinations of trip
  /// counts, each for all tile sizes that make them and for all orders.
  int64_t evaluated = 0;
  /// How the arrays lie in DRAM, and the bursts and activations that the
  /// schedule takes with them.
  ArrayLayouts layouts;
  StreamTraffic stream;
  /// Of the objective, in its unit. No schedule (and layout) that was to be
  /// searched has less than the bound; 0 where nothing was searched.
  double value = 0, lowerBound = 0;

  /// The certificate: nothing better is left. Energies, times and their
  /// products are compared with a tolerance of 1e-11 of their value for the
  /// rounding of their sums; bytes and bursts are exact.
  bool isOptimal() const { return lowerBound >= value; }
};

using SearchResult = std::variant<Found, Infeasible>;

/// The schedule of S0 with the fewest bytes moved, over all tile sizes and all
/// loop orders. Among all schedules with that many bytes, in this order: the
/// fewest iterations of the loop nest; the largest tile of q, then of p, c, k,
/// g and n; the first of the orders g n p q k c, g n p q c k and g k c n p q
/// (one of the three always is among the best). Deterministic. With another
/// strategy the same over the orders that it allows.
///
/// Requires layer.verify() and buffers.verify() to have passed.
SearchResult searchBytes(const Layer &layer, const BufferCapacities &buffers,
                         Strategy strategy = Strategy::Optimal);

/// The schedule of `options.space` (and the layouts that are free) with the
/// least of the objective on `device`, with its certificate. Bytes in S0: that
/// of searchBytes. Of equally good schedules it is that of searchBytes if it is
/// one of them, else the first in the order of the search. Deterministic.
/// Requires the same.
SearchResult search(const Layer &layer, const BufferCapacities &buffers,
                    const SearchOptions &options,
                    const DRAMDevice &device = defaultDRAMDevice());

/// A schedule that is given, with the layouts that are free chosen for the
/// least of the objective, as in a search. The lower bound is the value, since
/// there was nothing else to choose. Requires the same, and a schedule that
/// obeys Schedule::verify.
Found chooseLayouts(const Layer &layer, const BufferCapacities &buffers,
                    const Schedule &schedule, const SearchOptions &options,
                    const DRAMDevice &device = defaultDRAMDevice());

/// search() for the layers of a network: those that are equal but for their
/// names are searched once.
class NetworkSearch {
public:
  explicit NetworkSearch(DRAMDevice device = defaultDRAMDevice())
      : device(std::move(device)) {}

  const SearchResult &operator()(const Layer &layer,
                                 const BufferCapacities &buffers,
                                 const SearchOptions &options);

  struct Task {
    const Layer *layer;
    BufferCapacities buffers;
  };
  /// Searches all of these that are not known yet, on up to `threads` threads
  /// (0: those of the machine). What is found does not depend on their number.
  void searchAll(llvm::ArrayRef<Task> tasks, const SearchOptions &options,
                 unsigned threads, const ProgressCallback &progress = nullptr);

private:
  struct Known {
    Layer layer;
    BufferCapacities buffers;
    SearchOptions options;
    SearchResult result;
  };
  /// The entry of a layer, and whether it is new and without a result yet.
  std::pair<Known *, bool> findOrInsert(const Layer &layer,
                                        const BufferCapacities &buffers,
                                        const SearchOptions &options);

  DRAMDevice device;
  std::deque<Known> known;
};

} // namespace romanet

#endif // ROMANET_MODEL_SEARCH_H
