//===- ReportComparison.cpp - Two reports, layer by layer -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextTable.h"
#include "romanet/Model/ReportFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace romanet;
using llvm::StringRef;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

/// The facts that a reader has to know before comparing.
static constexpr llvm::StringLiteral settings[] = {
    "dram", "machine", "space", "layouts", "strategy", "objective", "mapping"};

/// Of a layer with a schedule, or of the totals; the schema has all keys.
static ReportFigures figuresOf(const Object &object) {
  ReportFigures figures;
  figures.bytes = *object.getInteger("total_bytes");
  figures.bursts = *object.getInteger("total_bursts");
  figures.activations = *object.getInteger("activations");
  figures.energyPJ = *object.getObject("energy")->getNumber("total_pj");
  figures.timeNs = *object.getNumber("time_lower_bound_ns");
  if (const Object *simulation = object.getObject("simulation")) {
    figures.simulatedPJ =
        *simulation->getObject("energy")->getNumber("total_pj");
    figures.simulatedNs = *simulation->getNumber("time_ns");
  }
  return figures;
}

ReportFigures romanet::totalsOf(const Value &report) {
  return figuresOf(*report.getAsObject()->getObject("totals"));
}

static bool addTo(ReportFigures &sum, const ReportFigures &figures) {
  auto add = [](std::optional<double> &sum, std::optional<double> value) {
    if (sum && value)
      *sum += *value;
    else
      sum.reset();
  };
  sum.energyPJ += figures.energyPJ;
  sum.timeNs += figures.timeNs;
  add(sum.simulatedPJ, figures.simulatedPJ);
  add(sum.simulatedNs, figures.simulatedNs);
  return !llvm::AddOverflow(sum.bytes, figures.bytes, sum.bytes) &&
         !llvm::AddOverflow(sum.bursts, figures.bursts, sum.bursts) &&
         !llvm::AddOverflow(sum.activations, figures.activations,
                            sum.activations);
}

llvm::Expected<ReportComparison> romanet::compareReports(const Value &a,
                                                         StringRef fileA,
                                                         const Value &b,
                                                         StringRef fileB) {
  ReportComparison comparison;
  comparison.fileA = fileA.str();
  comparison.fileB = fileB.str();
  const Object &rootA = *a.getAsObject(), &rootB = *b.getAsObject();
  auto textOf = [](const Object &root, StringRef key) -> std::string {
    const Value *value = root.get(key);
    return value ? llvm::formatv("{0}", *value).str() : "";
  };
  for (StringRef key : settings) {
    std::string inA = textOf(rootA, key), inB = textOf(rootB, key);
    if (inA != inB)
      comparison.differences.push_back({key.str(), inA, inB});
  }

  auto read = [](const Value &value) {
    const Object &object = *value.getAsObject();
    ReportComparison::Layer layer;
    layer.network = object.getString("network")->str();
    layer.name = object.getString("name")->str();
    if (!object.get("infeasible"))
      layer.a = figuresOf(object);
    return layer;
  };
  const Array &layersA = *rootA.getArray("layers");
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> waiting;
  for (const Value &value : layersA) {
    comparison.layers.push_back(read(value));
    const ReportComparison::Layer &layer = comparison.layers.back();
    waiting[{layer.network, layer.name}].push_back(comparison.layers.size() -
                                                   1);
  }
  for (auto &[name, numbers] : waiting)
    std::reverse(numbers.begin(), numbers.end());
  for (const Value &value : *rootB.getArray("layers")) {
    ReportComparison::Layer layer = read(value);
    std::swap(layer.a, layer.b);
    auto found = waiting.find({layer.network, layer.name});
    if (found == waiting.end() || found->second.empty()) {
      comparison.layers.push_back(std::move(layer));
      continue;
    }
    size_t number = found->second.back();
    found->second.pop_back();
    comparison.layers[number].b = layer.b;
    comparison.layers[number].isOther =
        value.getAsObject()->getInteger("macs") !=
        layersA[number].getAsObject()->getInteger("macs");
  }

  ReportFigures zero;
  zero.simulatedPJ = zero.simulatedNs = 0;
  comparison.a = comparison.b = zero;
  for (const ReportComparison::Layer &layer : comparison.layers) {
    if (!layer.a || !layer.b)
      continue;
    ++comparison.inBoth;
    if (!addTo(comparison.a, *layer.a) || !addTo(comparison.b, *layer.b))
      return llvm::createStringError("layer '" + layer.name +
                                     "': the totals of the layers up to it do "
                                     "not fit 64 bits");
  }
  if (comparison.inBoth == 0)
    comparison.a = comparison.b = ReportFigures();
  return comparison;
}

/// From `a` to `b`, as a fraction of `a`; std::nullopt of nothing.
static std::optional<double> change(std::optional<double> a,
                                    std::optional<double> b) {
  if (!a || !b || *a == 0)
    return std::nullopt;
  return *b / *a - 1;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

Object romanet::toJSON(const ReportFigures &figures) {
  Object object{{"total_bytes", figures.bytes},
                {"total_bursts", figures.bursts},
                {"activations", figures.activations},
                {"energy_pj", figures.energyPJ},
                {"time_lower_bound_ns", figures.timeNs}};
  if (figures.simulatedPJ)
    object["simulated_energy_pj"] = *figures.simulatedPJ;
  if (figures.simulatedNs)
    object["simulated_time_ns"] = *figures.simulatedNs;
  return object;
}

static Object changeOf(const ReportFigures &a, const ReportFigures &b) {
  Object object;
  auto add = [&](StringRef key, std::optional<double> from,
                 std::optional<double> to) {
    if (std::optional<double> fraction = change(from, to))
      object[key] = *fraction;
  };
  add("bytes_fraction", a.bytes, b.bytes);
  add("bursts_fraction", a.bursts, b.bursts);
  add("activations_fraction", a.activations, b.activations);
  add("energy_fraction", a.energyPJ, b.energyPJ);
  add("time_fraction", a.timeNs, b.timeNs);
  add("simulated_energy_fraction", a.simulatedPJ, b.simulatedPJ);
  add("simulated_time_fraction", a.simulatedNs, b.simulatedNs);
  return object;
}

Value romanet::toJSON(const ReportComparison &comparison) {
  Array differences, layers;
  for (const ReportComparison::Difference &each : comparison.differences)
    differences.push_back(
        Object{{"key", each.key}, {"a", each.a}, {"b", each.b}});
  for (const ReportComparison::Layer &layer : comparison.layers) {
    Object object{{"network", layer.network}, {"name", layer.name}};
    if (layer.a)
      object["a"] = toJSON(*layer.a);
    if (layer.b)
      object["b"] = toJSON(*layer.b);
    if (layer.a && layer.b)
      object["change"] = changeOf(*layer.a, *layer.b);
    if (layer.isOther)
      object["other_macs"] = true;
    layers.push_back(std::move(object));
  }
  return Object{
      {"comparison_version", 1},
      {"a", comparison.fileA},
      {"b", comparison.fileB},
      {"differences", std::move(differences)},
      {"layers", std::move(layers)},
      {"totals", Object{{"layers_in_both", comparison.inBoth},
                        {"a", toJSON(comparison.a)},
                        {"b", toJSON(comparison.b)},
                        {"change", changeOf(comparison.a, comparison.b)}}}};
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

void romanet::printTable(const ReportComparison &comparison,
                         llvm::raw_ostream &os) {
  os << "a: " << comparison.fileA << "\nb: " << comparison.fileB << '\n';
  for (const ReportComparison::Difference &each : comparison.differences)
    os << each.key << ": a " << (each.a.empty() ? "none" : each.a) << ", b "
       << (each.b.empty() ? "none" : each.b) << '\n';
  os << '\n';

  bool isSimulated = comparison.a.simulatedPJ && comparison.b.simulatedPJ;
  Table table;
  Table::Row heading = {"layer",
                        "bytes a [B]",
                        "b [B]",
                        "change [%]",
                        "bursts a",
                        "b",
                        "change [%]",
                        "energy a [uJ]",
                        "b [uJ]",
                        "change [%]",
                        "time a [us] (at least)",
                        "b [us]",
                        "change [%]"};
  if (isSimulated)
    for (const char *text : {"simulated energy a [uJ]", "b [uJ]", "change [%]",
                             "simulated time a [us]", "b [us]", "change [%]"})
      heading.push_back(text);
  table.add(heading);

  auto addRow = [&](std::string name, const std::optional<ReportFigures> &a,
                    const std::optional<ReportFigures> &b) {
    Table::Row row = {std::move(name)};
    auto addChange = [&](std::optional<double> from, std::optional<double> to) {
      std::optional<double> fraction = change(from, to);
      row.push_back(fraction
                        ? llvm::formatv("{0}{1:F2}", *fraction > 0 ? "+" : "",
                                        *fraction * 100)
                              .str()
                        : "-");
    };
    auto addCount = [&](int64_t ReportFigures::*member) {
      auto text = [&](const std::optional<ReportFigures> &figures) {
        return figures ? std::to_string((*figures).*member) : "-";
      };
      row.push_back(text(a));
      row.push_back(text(b));
      addChange(a ? std::optional<double>((*a).*member) : std::nullopt,
                b ? std::optional<double>((*b).*member) : std::nullopt);
    };
    auto addReal = [&](std::optional<double> from, std::optional<double> to,
                       double perMicro) {
      for (std::optional<double> value : {from, to})
        row.push_back(value ? llvm::formatv("{0:F3}", *value / perMicro).str()
                            : "-");
      addChange(from, to);
    };
    auto get = [](const std::optional<ReportFigures> &figures,
                  auto member) -> std::optional<double> {
      if (!figures)
        return std::nullopt;
      return (*figures).*member;
    };
    addCount(&ReportFigures::bytes);
    addCount(&ReportFigures::bursts);
    addReal(get(a, &ReportFigures::energyPJ), get(b, &ReportFigures::energyPJ),
            1e6);
    addReal(get(a, &ReportFigures::timeNs), get(b, &ReportFigures::timeNs),
            1e3);
    if (isSimulated) {
      addReal(get(a, &ReportFigures::simulatedPJ),
              get(b, &ReportFigures::simulatedPJ), 1e6);
      addReal(get(a, &ReportFigures::simulatedNs),
              get(b, &ReportFigures::simulatedNs), 1e3);
    }
    table.add(std::move(row));
  };
  for (const ReportComparison::Layer &layer : comparison.layers)
    addRow(layer.name, layer.a, layer.b);
  addRow("in both", comparison.a, comparison.b);
  table.print(os);

  os << "\nlayers in both: " << comparison.inBoth << " of "
     << comparison.layers.size() << '\n';
  for (const ReportComparison::Layer &layer : comparison.layers) {
    if (layer.isOther)
      os << "not the same layer: " << layer.name
         << " has other multiply-accumulates\n";
    if (!layer.a || !layer.b)
      os << "only in "
         << (layer.a   ? "a"
             : layer.b ? "b"
                       : "neither")
         << ", or without a schedule: " << layer.name << '\n';
  }
}
