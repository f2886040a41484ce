//===- ReportSearches.cpp - What a report compares schedules with ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A baseline for every layer, and what the layers take with other buffers.
//
//===----------------------------------------------------------------------===//

#include "ReportSums.h"
#include "llvm/ADT/STLExtras.h"

using namespace romanet;

static llvm::Error cannotAdd(const LayerReport &layer, llvm::StringRef what) {
  return llvm::createStringError("layer '" + layer.layer.name +
                                 "': the totals of " + what +
                                 " up to it do not fit 64 bits");
}

llvm::Error Report::addBaseline(Strategy strategy, Objective objective,
                                unsigned threads) {
  SearchOptions searched;
  searched.strategy = strategy;
  searched.objective = objective;
  searched.nodeBudget = options.nodeBudget;
  if (!networkSearch)
    networkSearch.emplace(device);
  std::vector<NetworkSearch::Task> tasks;
  for (const LayerReport &each : layers)
    if (std::holds_alternative<Found>(each.result))
      tasks.push_back({&each.layer, each.buffers});
  networkSearch->searchAll(tasks, searched, threads, progress);
  baseline = Baseline{strategy, objective, Sums()};
  for (LayerReport &each : layers) {
    if (!std::holds_alternative<Found>(each.result))
      continue;
    const SearchResult &result =
        (*networkSearch)(each.layer, each.buffers, searched);
    if (const auto *infeasible = std::get_if<Infeasible>(&result))
      return llvm::createStringError(
          "layer '" + each.layer.name +
          "' has no schedule of the baseline: " + infeasible->message());
    each.baseline = sumsOf(each.layer, std::get<Found>(result), device);
    if (!baseline->sums.add(*each.baseline))
      return cannotAdd(each, "the baseline");
  }
  return llvm::Error::success();
}

/// For each layer in turn.
std::vector<SearchResult> Report::searchAgain(const CapacityPoint &point,
                                              const SearchOptions &searched,
                                              unsigned threads) {
  std::vector<SearchResult> results;
  if (!networks.empty()) {
    std::vector<LayerTableRow> rows;
    for (const LayerReport &each : layers) {
      rows.emplace_back();
      rows.back().network = each.network;
      rows.back().layer = each.layer;
    }
    Report again;
    again.buffers = point.buffers;
    again.device = device;
    again.options = searched;
    again.progress = progress;
    // The totals of the point are added up by the caller, who knows the error.
    llvm::consumeError(
        again.searchNetworks(std::move(rows), hasFixedEnds, threads));
    for (LayerReport &each : again.layers)
      results.push_back(std::move(each.result));
    return results;
  }
  std::vector<NetworkSearch::Task> tasks;
  for (const LayerReport &each : layers)
    tasks.push_back({&each.layer, *each.buffers.scaled(point.percent)});
  if (!networkSearch)
    networkSearch.emplace(device);
  networkSearch->searchAll(tasks, searched, threads, progress);
  for (const NetworkSearch::Task &task : tasks)
    results.push_back((*networkSearch)(*task.layer, task.buffers, searched));
  return results;
}

llvm::Error Report::addCapacityCurve(llvm::ArrayRef<int64_t> percentages,
                                     const SearchOptions &searched,
                                     unsigned threads) {
  curve = CapacityCurve{searched, {}};
  std::vector<int64_t> sorted = percentages;
  llvm::sort(sorted);
  for (auto [i, percent] : llvm::enumerate(sorted)) {
    if (percent <= 0 || (i != 0 && percent == sorted[i - 1]))
      return llvm::createStringError(
          "capacity curve: " + llvm::Twine(percent) +
          " % of the buffers, expected different positive percentages");
    std::optional<BufferCapacities> scaled = buffers.scaled(percent);
    std::optional<int64_t> sum = scaled ? scaled->total() : std::nullopt;
    bool allFit = sum && llvm::all_of(layers, [&](const LayerReport &layer) {
                    return layer.buffers.scaled(percent).has_value();
                  });
    if (!allFit)
      return llvm::createStringError("capacity curve: the capacities at " +
                                     llvm::Twine(percent) +
                                     " % of the buffers do not fit 64 bits");
    CapacityPoint point;
    point.percent = percent;
    point.buffers = *scaled;
    point.capacityBytes = *sum;
    std::vector<SearchResult> results = searchAgain(point, searched, threads);
    for (auto [layer, result] : llvm::zip(layers, results)) {
      const auto *found = std::get_if<Found>(&result);
      point.layers.push_back(
          found ? std::optional<Sums>(sumsOf(layer.layer, *found, device))
                : std::nullopt);
      if (!found)
        continue;
      point.isOptimal &= found->isOptimal();
      if (!point.sums.add(*point.layers.back()))
        return cannotAdd(layer, "a point of the capacity curve");
    }
    curve->points.push_back(std::move(point));
  }
  return llvm::Error::success();
}
