//===- ReportCSV.cpp - A report as a table for other programs -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CSVText.h"
#include "romanet/Model/Report.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace romanet;
using llvm::json::Object;
using llvm::json::Value;

namespace {
/// A heading, and where in the JSON of a layer its field is: keys with '.' in
/// between.
struct Column {
  llvm::StringLiteral heading, path;
};
} // namespace

static constexpr Column columns[] = {
    {"network", "network"},
    {"layer", "name"},
    {"macs", "macs"},
    {"tile_n_elements", "tiles.n"},
    {"tile_g_elements", "tiles.g"},
    {"tile_k_elements", "tiles.k"},
    {"tile_c_elements", "tiles.c"},
    {"tile_p_elements", "tiles.p"},
    {"tile_q_elements", "tiles.q"},
    {"order", "order"},
    {"serpentine", "serpentine"},
    {"retain_halo", "retain_halo"},
    {"input_footprint_bytes", "footprint.input_bytes"},
    {"weights_footprint_bytes", "footprint.weights_bytes"},
    {"output_footprint_bytes", "footprint.output_bytes"},
    {"input_read_bytes", "input_read_bytes"},
    {"weights_read_bytes", "weights_read_bytes"},
    {"output_read_bytes", "output_read_bytes"},
    {"output_write_bytes", "output_write_bytes"},
    {"epilogue_read_bytes", "epilogue_read_bytes"},
    {"total_bytes", "total_bytes"},
    {"compulsory_bytes", "compulsory_bytes"},
    {"input_read_bursts", "input_read_bursts"},
    {"weights_read_bursts", "weights_read_bursts"},
    {"output_read_bursts", "output_read_bursts"},
    {"output_write_bursts", "output_write_bursts"},
    {"epilogue_read_bursts", "epilogue_read_bursts"},
    {"total_bursts", "total_bursts"},
    {"activations", "activations"},
    {"read_energy_pj", "energy.read_pj"},
    {"write_energy_pj", "energy.write_pj"},
    {"activate_precharge_energy_pj", "energy.activate_precharge_pj"},
    {"background_energy_pj", "energy.background_pj"},
    {"refresh_energy_pj", "energy.refresh_pj"},
    {"total_energy_pj", "energy.total_pj"},
    {"floor_energy_pj", "floor.energy_pj"},
    {"time_lower_bound_ns", "time_lower_bound_ns"},
    {"floor_time_ns", "floor.time_ns"},
    {"optimal", "certificate.optimal"},
    {"baseline_total_bytes", "baseline.total_bytes"},
    {"baseline_total_bursts", "baseline.total_bursts"},
    {"baseline_activations", "baseline.activations"},
    {"baseline_total_energy_pj", "baseline.energy.total_pj"},
    {"baseline_time_lower_bound_ns", "baseline.time_lower_bound_ns"},
    {"simulated_row_hits", "simulation.row_hits"},
    {"simulated_row_misses", "simulation.row_misses"},
    {"simulated_row_conflicts", "simulation.row_conflicts"},
    {"simulated_activations", "simulation.activations"},
    {"simulated_cycles", "simulation.cycles"},
    {"simulated_time_ns", "simulation.time_ns"},
    {"simulated_total_energy_pj", "simulation.energy.total_pj"},
    {"infeasible", "infeasible.message"},
};

/// Null where there is nothing.
static const Value *fieldAt(const Object &layer, llvm::StringRef path) {
  const Object *object = &layer;
  for (;;) {
    auto [key, rest] = path.split('.');
    const Value *value = object->get(key);
    if (rest.empty() || !value)
      return value;
    object = value->getAsObject();
    path = rest;
  }
}

static std::string toField(const Value *value) {
  if (!value)
    return "";
  if (auto text = value->getAsString())
    return quoteField(*text);
  if (const llvm::json::Array *array = value->getAsArray()) {
    std::string text;
    for (const Value &each : *array)
      text += each.getAsString().value_or("");
    return text;
  }
  // Numbers and truth values as in JSON.
  return llvm::formatv("{0}", *value);
}

void romanet::printCSV(const Report &report, llvm::raw_ostream &os) {
  llvm::ListSeparator separator(",");
  for (const Column &column : columns)
    os << separator << column.heading;
  os << '\n';
  Value json = toJSON(report);
  for (const Value &layer : *json.getAsObject()->getArray("layers")) {
    llvm::ListSeparator separator(",");
    for (const Column &column : columns)
      os << separator << toField(fieldAt(*layer.getAsObject(), column.path));
    os << '\n';
  }
}
