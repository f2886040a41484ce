//===- Sweep.cpp - Points of a sweep and their front ----------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Sweep.h"
#include "SweepAxes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include <numeric>
#include <set>

using namespace romanet;
using llvm::StringRef;
using llvm::Twine;

std::string romanet::hashOf(StringRef content) {
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(content)),
                     /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

static std::string textOf(int64_t percent) { return llvm::itostr(percent); }
static std::string textOf(Objective objective) {
  return objectiveName(objective).str();
}
static std::string textOf(const SweepDRAM &dram) {
  const auto *preset = std::get_if<std::string>(&dram);
  return preset ? *preset : std::get<DRAMDevice>(dram).name;
}

/// What is in a list makes points of its own.
template <typename T>
static llvm::Error checkList(StringRef what, llvm::ArrayRef<T> list) {
  if (list.empty())
    return llvm::createStringError("there are no " + what +
                                   ", expected at least one");
  std::set<std::string> seen;
  for (const T &each : list)
    if (!seen.insert(textOf(each)).second)
      return llvm::createStringError(what + ": " + textOf(each) +
                                     " stands there twice");
  return llvm::Error::success();
}

/// The machine of a point. `dram` is null where the machine keeps its own.
static llvm::Expected<Machine> machineOf(const Machine &base, int64_t percent,
                                         const SweepDRAM *dram) {
  Machine machine = base;
  std::optional<BufferCapacities> scaled =
      percent > 0 ? base.buffers.scaled(percent) : std::nullopt;
  if (percent <= 0)
    return llvm::createStringError("capacities: " + Twine(percent) +
                                   " % of the buffers, expected a positive "
                                   "percentage");
  if (!scaled || !scaled->total())
    return llvm::createStringError("capacities: " + Twine(percent) +
                                   " % of the buffers do not fit 64 bits");
  machine.buffers = *scaled;
  // What is said of the machine is not true of any other size.
  machine.source.clear();
  machine.name = base.name.empty()
                     ? ""
                     : base.name + " at " + llvm::itostr(percent) + " %";
  if (dram) {
    machine.dram = *dram;
    machine.channels = machine.ranks = machine.chips = std::nullopt;
  }
  return machine;
}

llvm::Expected<SweepPlan>
romanet::makeSweepPlan(SweepSettings settings, const Machine &base,
                       llvm::ArrayRef<int64_t> percentages,
                       llvm::ArrayRef<SweepDRAM> drams,
                       llvm::ArrayRef<Objective> objectives) {
  if (llvm::Error error = checkList("capacities", percentages))
    return error;
  if (!drams.empty())
    if (llvm::Error error = checkList("DRAMs", drams))
      return error;
  if (llvm::Error error = checkList("objectives", objectives))
    return error;
  std::vector<const SweepDRAM *> chosen = {nullptr};
  if (!drams.empty()) {
    chosen.clear();
    for (const SweepDRAM &dram : drams)
      chosen.push_back(&dram);
  }

  SweepPlan plan;
  plan.settings = std::move(settings);
  for (int64_t percent : percentages)
    for (const SweepDRAM *dram : chosen) {
      llvm::Expected<Machine> machine = machineOf(base, percent, dram);
      if (!machine)
        return machine.takeError();
      llvm::Expected<DRAMDevice> device = machine->device();
      if (!device)
        return device.takeError();
      for (Objective objective : objectives)
        plan.points.push_back(
            {percent, objective, *machine, *machine->buffers.total(), *device});
    }
  return plan;
}

static std::string yamlOf(const Machine &machine) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printMachine(machine, os);
  return text;
}

/// The values that the points have, each once, in their order.
template <typename Get>
static std::string listOf(const SweepPlan &plan, Get get) {
  std::vector<std::string> list;
  for (const SweepPoint &point : plan.points)
    if (std::string text = get(point); !llvm::is_contained(list, text))
      list.push_back(text);
  return llvm::join(list, ",");
}

std::vector<std::string> romanet::differences(const SweepPlan &old,
                                              const SweepPlan &wanted) {
  constexpr size_t most = 4;
  std::vector<std::string> found;
  auto compare = [&](const Twine &place, StringRef before, StringRef after) {
    if (before != after && found.size() < most)
      found.push_back(
          (place + " is " + (before.empty() ? "not given" : before) +
           " there, and " + (after.empty() ? "not given" : after) + " here")
              .str());
  };
  const SweepSettings &a = old.settings, &b = wanted.settings;
  compare("the version", a.version, b.version);
  compare("the input", a.input, b.input);
  compare("the SHA-256 of the input", a.inputHash, b.inputHash);
  compare("machine", a.machine, b.machine);
  auto capacities = [](const SweepPoint &point) {
    return textOf(point.percent);
  };
  auto drams = [](const SweepPoint &point) { return point.device.name; };
  auto objectives = [](const SweepPoint &point) {
    return textOf(point.objective);
  };
  compare("capacities", listOf(old, capacities), listOf(wanted, capacities));
  compare("drams", listOf(old, drams), listOf(wanted, drams));
  compare("objectives", listOf(old, objectives), listOf(wanted, objectives));
  std::set<std::string> names;
  for (const SweepSettings *settings : {&a, &b})
    for (const auto &[name, value] : settings->options)
      names.insert(name);
  auto valueOf = [](const SweepSettings &settings, const std::string &name) {
    auto option = settings.options.find(name);
    return option == settings.options.end() ? "" : option->second;
  };
  for (const std::string &name : names)
    compare(name, valueOf(a, name), valueOf(b, name));
  if (!found.empty())
    return found;

  // A file of that name had another machine or device in it.
  for (auto [i, point] : llvm::enumerate(old.points)) {
    if (i == wanted.points.size())
      break;
    llvm::SmallVector<StringRef> before, after;
    std::string textBefore = yamlOf(point.machine),
                textAfter = yamlOf(wanted.points[i].machine);
    StringRef(textBefore).split(before, '\n');
    StringRef(textAfter).split(after, '\n');
    for (size_t line = 0; line < std::max(before.size(), after.size()); ++line)
      compare("machine of point " + Twine(i + 1) + ", line " + Twine(line + 1),
              line < before.size() ? before[line].trim() : "",
              line < after.size() ? after[line].trim() : "");
  }
  // The order of the points, or their number.
  if (found.empty() && printSweepPlan(old) != printSweepPlan(wanted))
    found.push_back("the points are other ones");
  return found;
}

//===----------------------------------------------------------------------===//
// Front
//===----------------------------------------------------------------------===//

StringRef romanet::statusName(PointStatus status) {
  switch (status) {
  case PointStatus::Done:
    return "done";
  case PointStatus::Infeasible:
    return "infeasible";
  case PointStatus::Failed:
    return "failed";
  case PointStatus::Missing:
    return "missing";
  }
  llvm_unreachable("not a status");
}

StringRef romanet::axisName(SweepAxis axis) { return factsOf(axis).name; }

llvm::Expected<SweepAxis> romanet::parseAxis(StringRef name) {
  std::vector<StringRef> names;
  for (SweepAxis axis : AllSweepAxes) {
    names.push_back(axisName(axis));
    if (name == axisName(axis))
      return axis;
  }
  return llvm::createStringError("axis '" + name + "' is not known, expected " +
                                 llvm::join(names, ", "));
}

std::optional<AxisValue> romanet::valueOf(const SweptPoint &point,
                                          SweepAxis axis) {
  if (axis == SweepAxis::Capacity)
    return point.capacityBytes;
  if (!point.figures)
    return std::nullopt;
  auto simulated = [](std::optional<double> value) {
    return value ? std::optional<AxisValue>(*value) : std::nullopt;
  };
  const ReportFigures &figures = *point.figures;
  switch (axis) {
  case SweepAxis::Capacity:
    break;
  case SweepAxis::Energy:
    return figures.energyPJ;
  case SweepAxis::Time:
    return figures.timeNs;
  case SweepAxis::Bytes:
    return figures.bytes;
  case SweepAxis::Bursts:
    return figures.bursts;
  case SweepAxis::Activations:
    return figures.activations;
  case SweepAxis::SimulatedEnergy:
    return simulated(figures.simulatedPJ);
  case SweepAxis::SimulatedTime:
    return simulated(figures.simulatedNs);
  }
  llvm_unreachable("not an axis");
}

std::vector<bool>
romanet::paretoFront(llvm::ArrayRef<std::vector<AxisValue>> rows) {
  // What dominates a row stands before it in this order, and so does a row of
  // the front that does: domination is transitive.
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order,
                    [&](size_t a, size_t b) { return rows[a] < rows[b]; });
  auto isNowhereGreater = [](const std::vector<AxisValue> &a,
                             const std::vector<AxisValue> &b) {
    return llvm::all_of(llvm::zip_equal(a, b), [](const auto &pair) {
      return std::get<0>(pair) <= std::get<1>(pair);
    });
  };
  std::vector<bool> isOnFront(rows.size(), false);
  std::vector<size_t> front;
  for (size_t row : order) {
    // Along two axes the last one has the least of the second.
    llvm::ArrayRef<size_t> others = front;
    if (rows[row].size() == 2 && !front.empty())
      others = others.take_back();
    bool isDominated = llvm::any_of(others, [&](size_t other) {
      return rows[other] != rows[row] &&
             isNowhereGreater(rows[other], rows[row]);
    });
    if (isDominated)
      continue;
    isOnFront[row] = true;
    front.push_back(row);
  }
  return isOnFront;
}

Sweep romanet::makeSweep(const SweepPlan &plan) {
  Sweep sweep;
  sweep.settings = plan.settings;
  for (const SweepPoint &point : plan.points) {
    SweptPoint swept;
    swept.percent = point.percent;
    swept.capacityBytes = point.capacityBytes;
    swept.dram = point.device.name;
    swept.channels = point.device.channels;
    swept.ranks = point.device.ranks;
    swept.chips = point.device.chips;
    swept.objective = point.objective;
    swept.message = "not run";
    sweep.points.push_back(std::move(swept));
  }
  return sweep;
}

PointRecord romanet::recordOf(const llvm::json::Value &report, StringRef text) {
  PointRecord record;
  record.reportHash = hashOf(text);
  const llvm::json::Object &root = *report.getAsObject();
  const llvm::json::Array &layers = *root.getArray("layers");
  int64_t more = 0;
  for (const llvm::json::Value &layer : layers) {
    const llvm::json::Object &object = *layer.getAsObject();
    const llvm::json::Object *infeasible = object.getObject("infeasible");
    if (!infeasible)
      continue;
    if (record.message.empty())
      record.message = ("layer '" + *object.getString("name") +
                        "': " + *infeasible->getString("message"))
                           .str();
    else
      ++more;
  }
  if (!record.message.empty()) {
    record.status = PointStatus::Infeasible;
    if (more)
      record.message +=
          "; layers that do not fit either: " + llvm::itostr(more);
  } else if (layers.empty()) {
    record.status = PointStatus::Failed;
    record.message = "no layer is in the report";
  } else {
    record.status = PointStatus::Done;
  }
  return record;
}

void romanet::setOutcome(SweptPoint &point, const PointRecord &record,
                         const llvm::json::Value *report) {
  point.status = record.status;
  point.message = record.message;
  if (record.status != PointStatus::Done)
    return;
  point.figures = totalsOf(*report);
  point.skipped =
      static_cast<int64_t>(report->getAsObject()->getArray("skipped")->size());
}

int64_t Sweep::count(PointStatus status) const {
  return llvm::count_if(
      points, [&](const SweptPoint &point) { return point.status == status; });
}

llvm::Error Sweep::setAxes(llvm::ArrayRef<SweepAxis> chosen) {
  if (chosen.size() < 2)
    return llvm::createStringError("a front needs at least two axes, found " +
                                   Twine(chosen.size()));
  for (auto [i, axis] : llvm::enumerate(chosen))
    if (llvm::is_contained(chosen.take_front(i), axis))
      return llvm::createStringError("axis '" + axisName(axis) +
                                     "' stands there twice");
  std::vector<std::vector<AxisValue>> rows;
  std::vector<SweptPoint *> done;
  for (SweptPoint &point : points) {
    point.isOnFront = false;
    if (point.status != PointStatus::Done)
      continue;
    done.push_back(&point);
    rows.emplace_back();
    for (SweepAxis axis : chosen) {
      std::optional<AxisValue> value = valueOf(point, axis);
      if (!value)
        return llvm::createStringError(
            "axis '" + axisName(axis) +
            "' needs figures of the controller, which the points do not have; "
            "they have them with --simulate");
      rows.back().push_back(*value);
    }
  }
  axes = chosen.vec();
  for (auto [point, isOnFront] : llvm::zip_equal(done, paretoFront(rows)))
    point->isOnFront = isOnFront;
  return llvm::Error::success();
}
