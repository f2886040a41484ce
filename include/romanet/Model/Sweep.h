//===- Sweep.h - Many machines and objectives for one input -----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sweep takes one input through all combinations of buffer capacities, DRAM
// devices and objectives. What is to be done is a plan, a list of points that
// do not depend on each other; each point leaves a report and a record of how
// it ended; merged, they are a table and its Pareto front. Plans, records and
// merged sweeps are JSON as docs/sweep.schema.json says. Nothing here runs a
// program or knows a folder.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SWEEP_H
#define ROMANET_MODEL_SWEEP_H

#include "romanet/Model/MachineFile.h"
#include "romanet/Model/ReportFile.h"
#include "romanet/Model/Search.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace romanet {

/// The text of docs/sweep.schema.json.
llvm::StringRef sweepSchema();

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

/// What all points have in common.
struct SweepSettings {
  /// Version of the programs that run the points.
  std::string version;
  /// Name of the input without its folder, and the SHA-256 of its content as
  /// hexadecimal digits.
  std::string input, inputHash;
  /// The machine whose buffers are scaled, as it was named.
  std::string machine;
  /// Options that every point is run with, by name.
  std::map<std::string, std::string> options;
};

struct SweepPoint {
  /// Of the capacity of every buffer of the machine.
  int64_t percent = 100;
  Objective objective = Objective::Energy;
  /// With the scaled buffers and the DRAM of the point.
  Machine machine;
  /// What follows from the machine: all buffers together, bytes, and the DRAM.
  int64_t capacityBytes = 0;
  DRAMDevice device;
};

struct SweepPlan {
  SweepSettings settings;
  /// Their numbers, in files and for people, begin with 1.
  std::vector<SweepPoint> points;
};

/// A DRAM of a sweep: the name of a preset, or a whole device.
using SweepDRAM = std::variant<std::string, DRAMDevice>;

/// All combinations, the last list the fastest. Without `drams` the DRAM is
/// that of the machine; a DRAM that is named takes the place of the machine's
/// together with its channels, ranks and chips. The error names a list that is
/// empty, a percentage that is not positive or makes a capacity that does not
/// fit 64 bits, or what stands in a list twice.
llvm::Expected<SweepPlan> makeSweepPlan(SweepSettings settings,
                                        const Machine &base,
                                        llvm::ArrayRef<int64_t> percentages,
                                        llvm::ArrayRef<SweepDRAM> drams,
                                        llvm::ArrayRef<Objective> objectives);

/// The text of a plan: the same for the same plan, with the machine of every
/// point as YAML.
std::string printSweepPlan(const SweepPlan &plan);
/// What printSweepPlan wrote. The error names the file and the place in it.
llvm::Expected<SweepPlan> parseSweepPlan(llvm::StringRef text,
                                         llvm::StringRef fileName);

/// What is not the same in two plans, a line each: the place, what it is in
/// `old`, and what it is in `wanted`. At most four, settings before points.
std::vector<std::string> differences(const SweepPlan &old,
                                     const SweepPlan &wanted);

/// SHA-256 as hexadecimal digits.
std::string hashOf(llvm::StringRef content);

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

enum class PointStatus {
  Done,       ///< has a report in which every layer has a schedule
  Infeasible, ///< a layer does not fit; the same every time
  Failed,     ///< the program crashed, was ended or said why it cannot
  Missing,    ///< was not run, or not to its end
};
llvm::StringRef statusName(PointStatus status);

/// How a point ended. Belongs to one plan, by the hash of its text, and to one
/// point of it, by number.
struct PointRecord {
  PointStatus status = PointStatus::Missing;
  /// Why there are no figures; empty if there are.
  std::string message;
  /// Of the report; empty where there is none.
  std::string reportHash;

  /// There is nothing to be gained by running it again.
  bool isSettled() const {
    return status == PointStatus::Done || status == PointStatus::Infeasible;
  }
};

/// What a report that parseReport took makes of its point: done, infeasible, or
/// failed where no layer is in it. The hash is that of `text`, which was
/// parsed.
PointRecord recordOf(const llvm::json::Value &report, llvm::StringRef text);

std::string printPointRecord(const PointRecord &record,
                             llvm::StringRef planHash, int64_t number);
/// The error says what is wrong with the file, or that it belongs to another
/// plan or point.
llvm::Expected<PointRecord> parsePointRecord(llvm::StringRef text,
                                             llvm::StringRef fileName,
                                             llvm::StringRef planHash,
                                             int64_t number);

//===----------------------------------------------------------------------===//
// Merged sweeps
//===----------------------------------------------------------------------===//

/// What points are compared by; less is better.
enum class SweepAxis : uint8_t {
  Capacity, ///< of all buffers, bytes
  Energy,   ///< of the DRAM, pJ
  Time,     ///< at least, ns
  Bytes,
  Bursts,
  Activations,
  SimulatedEnergy, ///< by the controller, pJ
  SimulatedTime,   ///< by the controller, ns
};
inline constexpr std::array<SweepAxis, 8> AllSweepAxes = {
    SweepAxis::Capacity,        SweepAxis::Energy,       SweepAxis::Time,
    SweepAxis::Bytes,           SweepAxis::Bursts,       SweepAxis::Activations,
    SweepAxis::SimulatedEnergy, SweepAxis::SimulatedTime};
/// "capacity", "energy", "time", "bytes", "bursts", "activations",
/// "simulated-energy", "simulated-time", and back; the error names them all.
llvm::StringRef axisName(SweepAxis axis);
llvm::Expected<SweepAxis> parseAxis(llvm::StringRef name);

/// A point of a merged sweep.
struct SweptPoint {
  int64_t percent = 100, capacityBytes = 0;
  std::string dram;
  int64_t channels = 1, ranks = 1, chips = 1;
  Objective objective = Objective::Energy;
  PointStatus status = PointStatus::Missing;
  std::string message = {};
  /// Of all layers; there if the point is done.
  std::optional<ReportFigures> figures = std::nullopt;
  /// Operations that have no schedule and are in no figure.
  int64_t skipped = 0;
  /// No point that is done is better along one of the axes and as good along
  /// all others.
  bool isOnFront = false;
};

struct Sweep {
  SweepSettings settings;
  std::vector<SweepAxis> axes;
  std::vector<SweptPoint> points;

  int64_t count(PointStatus status) const;

  /// Chooses the axes and finds the front. The error names an axis that stands
  /// there twice or that no point has figures for, or says that there are fewer
  /// than two.
  llvm::Error setAxes(llvm::ArrayRef<SweepAxis> chosen);
};

/// The points of a plan as far as the plan knows them: all of them missing.
Sweep makeSweep(const SweepPlan &plan);
/// Sets how a point ended; `report` is the one that the record is of, null
/// where it is not done.
void setOutcome(SweptPoint &point, const PointRecord &record,
                const llvm::json::Value *report);

/// A value along an axis. All values along an axis are of one kind, and are
/// compared as what they are: a double would not hold every count.
using AxisValue = std::variant<int64_t, double>;

/// Of rows of values, one for each axis, those that no other row dominates: is
/// nowhere greater, and somewhere less. Equal rows are all on the front or
/// none.
std::vector<bool> paretoFront(llvm::ArrayRef<std::vector<AxisValue>> rows);

/// As docs/sweep.schema.json says.
llvm::json::Value toJSON(const Sweep &sweep);
/// The points as a table, what kept those without figures from having some, and
/// the front.
void printTable(const Sweep &sweep, llvm::raw_ostream &os);
/// One line for each point behind a heading; columns are the same for every
/// sweep, fields that a point does not have are empty.
void printCSV(const Sweep &sweep, llvm::raw_ostream &os);

/// Whether the text is meant to be a merged sweep: JSON that says so itself.
bool isSweep(llvm::StringRef text);
/// What toJSON made. It is checked by the schema, and that its sums and its
/// front are those of its points. The error names the file and the place.
llvm::Expected<Sweep> parseSweep(llvm::StringRef text,
                                 llvm::StringRef fileName);

} // namespace romanet

#endif // ROMANET_MODEL_SWEEP_H
