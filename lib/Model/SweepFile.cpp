//===- SweepFile.cpp - Plans, records and merged sweeps as text -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CSVText.h"
#include "JSONText.h"
#include "SweepAxes.h"
#include "TextTable.h"
#include "romanet/Model/Sweep.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <numeric>

using namespace romanet;
using llvm::StringRef;
using llvm::Twine;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static constexpr llvm::StringLiteral schemaText =
#include "romanet/Model/SweepSchema.inc"
    ;

StringRef romanet::sweepSchema() { return schemaText; }

/// Text that may come from anywhere as a string of JSON.
static std::string utf8(StringRef text) { return llvm::json::fixUTF8(text); }

static std::string print(Value value) {
  return llvm::formatv("{0:2}\n", value);
}

/// Parses the text and checks it by the schema, or by a part of it. `what` is
/// what the text should be, and `versionKey` has its version.
static llvm::Expected<Value> parseBySchema(StringRef text, StringRef fileName,
                                           StringRef what, StringRef versionKey,
                                           StringRef part = "") {
  llvm::Expected<Value> value = parseJSON(text, fileName);
  if (!value)
    return value;
  const Object *object = value->getAsObject();
  if (!object || !object->get(versionKey))
    return llvm::createStringError(fileName + ": this is no " + what + ": " +
                                   versionKey + ": this key is missing");
  static const Value whole = llvm::cantFail(llvm::json::parse(schemaText));
  const Object &definitions = *whole.getAsObject()->getObject("$defs");
  Value schema = whole;
  if (!part.empty())
    schema = Object{{"$ref", ("#/$defs/" + part).str()},
                    {"$defs", Object(definitions)}};
  const Object &properties =
      part.empty() ? *whole.getAsObject()->getObject("properties")
                   : *definitions.getObject(part)->getObject("properties");
  // A version that we do not know has other keys.
  const Value &version = *properties.getObject(versionKey)->get("const");
  if (const Value &found = *object->get(versionKey); found != version)
    return llvm::createStringError(
        fileName + ": " + versionKey + ": expected " +
        llvm::formatv("{0}", version).str() + ", found " +
        llvm::formatv("{0}", found).str() +
        "; the file and this program are of different versions");
  if (llvm::Error error = validateJSON(*value, schema, fileName))
    return error;
  return value;
}

static Value toJSON(const SweepSettings &settings) {
  Object options;
  for (const auto &[name, value] : settings.options)
    options[name] = utf8(value);
  return Object{{"version", settings.version},
                {"input", utf8(settings.input)},
                {"input_sha256", settings.inputHash},
                {"machine", utf8(settings.machine)},
                {"options", std::move(options)}};
}

/// Of settings that the schema took.
static SweepSettings settingsOf(const Object &object) {
  SweepSettings settings;
  settings.version = object.getString("version")->str();
  settings.input = object.getString("input")->str();
  settings.inputHash = object.getString("input_sha256")->str();
  settings.machine = object.getString("machine")->str();
  for (const auto &option : *object.getObject("options"))
    settings.options[option.first.str()] = option.second.getAsString()->str();
  return settings;
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

std::string romanet::printSweepPlan(const SweepPlan &plan) {
  Array points;
  for (const SweepPoint &point : plan.points) {
    std::string machine;
    llvm::raw_string_ostream os(machine);
    printMachine(point.machine, os);
    points.push_back(Object{{"capacity_percent", point.percent},
                            {"objective", objectiveName(point.objective)},
                            {"machine", machine}});
  }
  return print(Object{{"plan_version", 1},
                      {"settings", ::toJSON(plan.settings)},
                      {"points", std::move(points)}});
}

llvm::Expected<SweepPlan> romanet::parseSweepPlan(StringRef text,
                                                  StringRef fileName) {
  llvm::Expected<Value> value =
      parseBySchema(text, fileName, "plan of a sweep", "plan_version", "plan");
  if (!value)
    return value.takeError();
  const Object &object = *value->getAsObject();
  SweepPlan plan;
  plan.settings = settingsOf(*object.getObject("settings"));
  // They become parts of command lines.
  for (const auto &[name, option] : plan.settings.options)
    if (option.empty() || !llvm::all_of(option, [](char c) {
          return llvm::isAlnum(c) || c == '-' || c == '+';
        }))
      return llvm::createStringError(fileName + ": settings.options." + name +
                                     ": expected a word, found \"" + option +
                                     "\"");
  for (auto [i, each] : llvm::enumerate(*object.getArray("points"))) {
    const Object &planned = *each.getAsObject();
    SweepPoint point;
    point.percent = *planned.getInteger("capacity_percent");
    point.objective =
        llvm::cantFail(parseObjective(*planned.getString("objective")));
    std::string place = (fileName + ": points[" + Twine(i) + "].machine").str();
    llvm::Expected<Machine> machine =
        parseMachine(*planned.getString("machine"), place);
    if (!machine)
      return machine.takeError();
    point.machine = std::move(*machine);
    std::optional<int64_t> total = point.machine.buffers.total();
    if (!total)
      return llvm::createStringError(
          place + ": the buffers together do not fit 64 bits");
    point.capacityBytes = *total;
    point.device = llvm::cantFail(point.machine.device());
    plan.points.push_back(std::move(point));
  }
  return plan;
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

static PointStatus statusOf(StringRef name) {
  for (PointStatus status :
       {PointStatus::Done, PointStatus::Infeasible, PointStatus::Failed})
    if (statusName(status) == name)
      return status;
  return PointStatus::Missing;
}

std::string romanet::printPointRecord(const PointRecord &record,
                                      StringRef planHash, int64_t number) {
  Object object{{"record_version", 1},
                {"plan_sha256", planHash},
                {"number", number},
                {"status", statusName(record.status)}};
  if (record.status != PointStatus::Done)
    object["message"] = utf8(record.message);
  if (!record.reportHash.empty())
    object["report_sha256"] = record.reportHash;
  return print(std::move(object));
}

llvm::Expected<PointRecord> romanet::parsePointRecord(StringRef text,
                                                      StringRef fileName,
                                                      StringRef planHash,
                                                      int64_t number) {
  llvm::Expected<Value> value = parseBySchema(
      text, fileName, "record of a point", "record_version", "record");
  if (!value)
    return value.takeError();
  const Object &object = *value->getAsObject();
  if (object.getString("plan_sha256") != planHash)
    return llvm::createStringError(fileName +
                                   ": this is the record of another plan");
  if (object.getInteger("number") != number)
    return llvm::createStringError(fileName + ": this is the record of point " +
                                   Twine(*object.getInteger("number")) +
                                   ", expected that of point " + Twine(number));
  PointRecord record;
  record.status = statusOf(*object.getString("status"));
  record.message = object.getString("message").value_or("").str();
  record.reportHash = object.getString("report_sha256").value_or("").str();
  return record;
}

//===----------------------------------------------------------------------===//
// Merged sweeps
//===----------------------------------------------------------------------===//

Value romanet::toJSON(const Sweep &sweep) {
  Array axes, points;
  for (SweepAxis axis : sweep.axes)
    axes.push_back(axisName(axis));
  for (auto [i, point] : llvm::enumerate(sweep.points)) {
    Object object{{"number", static_cast<int64_t>(i) + 1},
                  {"capacity_percent", point.percent},
                  {"capacity_bytes", point.capacityBytes},
                  {"dram", point.dram},
                  {"channels", point.channels},
                  {"ranks", point.ranks},
                  {"chips", point.chips},
                  {"objective", objectiveName(point.objective)},
                  {"status", statusName(point.status)}};
    if (point.figures) {
      object["figures"] = toJSON(*point.figures);
      object["on_front"] = point.isOnFront;
      object["skipped"] = point.skipped;
    } else {
      object["message"] = utf8(point.message);
    }
    points.push_back(std::move(object));
  }
  int64_t onFront = llvm::count_if(
      sweep.points, [](const SweptPoint &point) { return point.isOnFront; });
  return Object{
      {"sweep_version", 1},
      {"settings", ::toJSON(sweep.settings)},
      {"axes", std::move(axes)},
      {"points", std::move(points)},
      {"totals", Object{{"points", static_cast<int64_t>(sweep.points.size())},
                        {"done", sweep.count(PointStatus::Done)},
                        {"infeasible", sweep.count(PointStatus::Infeasible)},
                        {"failed", sweep.count(PointStatus::Failed)},
                        {"missing", sweep.count(PointStatus::Missing)},
                        {"on_front", onFront}}}};
}

bool romanet::isSweep(StringRef text) {
  llvm::Expected<Value> value = parseJSON(text, "");
  if (!value) {
    llvm::consumeError(value.takeError());
    return false;
  }
  const Object *object = value->getAsObject();
  return object && object->get("sweep_version");
}

/// Of a point that the schema took.
static SweptPoint pointOf(const Object &object) {
  SweptPoint point;
  point.percent = *object.getInteger("capacity_percent");
  point.capacityBytes = *object.getInteger("capacity_bytes");
  point.dram = object.getString("dram")->str();
  point.channels = *object.getInteger("channels");
  point.ranks = *object.getInteger("ranks");
  point.chips = *object.getInteger("chips");
  point.objective =
      llvm::cantFail(parseObjective(*object.getString("objective")));
  point.status = statusOf(*object.getString("status"));
  point.message = object.getString("message").value_or("").str();
  const Object *found = object.getObject("figures");
  if (!found || point.status != PointStatus::Done)
    return point;
  ReportFigures figures;
  figures.bytes = *found->getInteger("total_bytes");
  figures.bursts = *found->getInteger("total_bursts");
  figures.activations = *found->getInteger("activations");
  figures.energyPJ = *found->getNumber("energy_pj");
  figures.timeNs = *found->getNumber("time_lower_bound_ns");
  figures.simulatedPJ = found->getNumber("simulated_energy_pj");
  figures.simulatedNs = found->getNumber("simulated_time_ns");
  point.figures = figures;
  point.skipped = *object.getInteger("skipped");
  return point;
}

llvm::Expected<Sweep> romanet::parseSweep(StringRef text, StringRef fileName) {
  llvm::Expected<Value> value =
      parseBySchema(text, fileName, "merged sweep", "sweep_version");
  if (!value)
    return value.takeError();
  auto fail = [&](const Twine &message) {
    return llvm::createStringError(fileName + ": " + message);
  };
  const Object &object = *value->getAsObject();
  Sweep sweep;
  sweep.settings = settingsOf(*object.getObject("settings"));
  for (auto [i, each] : llvm::enumerate(*object.getArray("points"))) {
    std::string place = ("points[" + Twine(i) + "]").str();
    const Object &point = *each.getAsObject();
    int64_t number = i + 1;
    if (*point.getInteger("number") != number)
      return fail(place + ".number: expected " + Twine(number) + ", found " +
                  Twine(*point.getInteger("number")));
    sweep.points.push_back(pointOf(point));
    bool isDone = sweep.points.back().status == PointStatus::Done;
    for (StringRef key : {"figures", "on_front", "skipped"})
      if (!isDone && point.get(key))
        return fail(place + "." + key + ": the point is not done");
  }
  std::vector<SweepAxis> axes;
  for (const Value &axis : *object.getArray("axes"))
    axes.push_back(llvm::cantFail(parseAxis(*axis.getAsString())));
  if (llvm::Error error = sweep.setAxes(axes))
    return fail("axes: " + llvm::toString(std::move(error)));

  Value again = toJSON(sweep);
  for (auto [i, each] : llvm::enumerate(*object.getArray("points")))
    if (std::optional<bool> isOnFront =
            each.getAsObject()->getBoolean("on_front"))
      if (*isOnFront != sweep.points[i].isOnFront)
        return fail("points[" + Twine(i) + "].on_front: the point is " +
                    (sweep.points[i].isOnFront ? "" : "not ") +
                    "on the front of these points");
  for (const auto &total : *again.getAsObject()->getObject("totals"))
    if (*object.getObject("totals")->get(total.first) != total.second)
      return fail("totals." + total.first.str() + ": the points make it " +
                  llvm::formatv("{0}", total.second).str());
  return sweep;
}

/// "-" where the point has none.
static std::string cell(const SweptPoint &point, const AxisFacts &facts) {
  std::optional<AxisValue> value = valueOf(point, facts.axis);
  if (!value)
    return "-";
  if (const auto *whole = std::get_if<int64_t>(&*value))
    return std::to_string(*whole);
  return llvm::formatv("{0:F3}", std::get<double>(*value) / facts.scale);
}

void romanet::printTable(const Sweep &sweep, llvm::raw_ostream &os) {
  const SweepSettings &settings = sweep.settings;
  os << "input: " << settings.input << "\nmachine: " << settings.machine
     << "\noptions:";
  for (const auto &[name, value] : settings.options)
    os << ' ' << name << '=' << value;
  os << "\n\n";

  bool isSimulated = llvm::any_of(sweep.points, [](const SweptPoint &point) {
    return point.figures && point.figures->simulatedPJ;
  });
  std::vector<AxisFacts> columns;
  for (const AxisFacts &facts : axisFacts)
    if (isSimulated || (facts.axis != SweepAxis::SimulatedEnergy &&
                        facts.axis != SweepAxis::SimulatedTime))
      columns.push_back(facts);
  auto printPoints = [&](llvm::ArrayRef<size_t> numbers, bool withState) {
    Table table;
    Table::Row heading = {"point", "capacity [%]", "dram", "objective"};
    for (const AxisFacts &facts : columns)
      heading.push_back(facts.heading.str());
    if (withState)
      heading.push_back("state");
    table.add(heading);
    for (size_t number : numbers) {
      const SweptPoint &point = sweep.points[number];
      Table::Row row = {std::to_string(number + 1),
                        std::to_string(point.percent), point.dram,
                        objectiveName(point.objective).str()};
      for (const AxisFacts &facts : columns)
        row.push_back(cell(point, facts));
      if (withState)
        row.push_back(point.isOnFront ? "front"
                                      : statusName(point.status).str());
      table.add(row);
    }
    table.print(os);
  };
  std::vector<size_t> all(sweep.points.size());
  std::iota(all.begin(), all.end(), 0);
  printPoints(all, /*withState=*/true);

  std::vector<size_t> front;
  llvm::copy_if(all, std::back_inserter(front),
                [&](size_t number) { return sweep.points[number].isOnFront; });
  llvm::stable_sort(front, [&](size_t a, size_t b) {
    return *valueOf(sweep.points[a], sweep.axes.front()) <
           *valueOf(sweep.points[b], sweep.axes.front());
  });
  os << "\nPareto front of "
     << llvm::join(llvm::map_range(sweep.axes, axisName), " and ") << ": "
     << front.size() << " of " << sweep.count(PointStatus::Done) << " points\n";
  if (!front.empty())
    printPoints(front, /*withState=*/false);

  int64_t skipped = 0;
  for (const SweptPoint &point : sweep.points)
    skipped = std::max(skipped, point.skipped);
  if (skipped)
    os << "\noperations that have no schedule and are in no figure: " << skipped
       << " (named in the reports of the points)\n";

  bool isFirst = true;
  for (auto [i, point] : llvm::enumerate(sweep.points))
    if (point.status != PointStatus::Done) {
      if (std::exchange(isFirst, false))
        os << '\n';
      os << "point " << i + 1 << ": " << statusName(point.status) << ": "
         << point.message << '\n';
    }
}

void romanet::printCSV(const Sweep &sweep, llvm::raw_ostream &os) {
  static constexpr llvm::StringLiteral point[] = {
      "number",   "capacity_percent", "capacity_bytes",
      "dram",     "channels",         "ranks",
      "chips",    "objective",        "status",
      "on_front", "skipped"};
  static constexpr llvm::StringLiteral figures[] = {
      "total_bytes",      "total_bursts",        "activations",
      "energy_pj",        "time_lower_bound_ns", "simulated_energy_pj",
      "simulated_time_ns"};
  os << llvm::join(std::begin(point), std::end(point), ",") << ','
     << llvm::join(std::begin(figures), std::end(figures), ",") << ",message\n";
  auto field = [](const Object *object, StringRef key) -> std::string {
    const Value *value = object ? object->get(key) : nullptr;
    if (!value)
      return "";
    if (auto text = value->getAsString())
      return quoteField(*text);
    return llvm::formatv("{0}", *value);
  };
  Value json = toJSON(sweep);
  for (const Value &each : *json.getAsObject()->getArray("points")) {
    const Object *object = each.getAsObject();
    for (StringRef key : point)
      os << field(object, key) << ',';
    for (StringRef key : figures)
      os << field(object->getObject("figures"), key) << ',';
    os << field(object, "message") << '\n';
  }
}
