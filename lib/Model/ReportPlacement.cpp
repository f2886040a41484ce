//===- ReportPlacement.cpp - Who lives where in the DRAM, and when --------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/Model/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace romanet;

static int64_t addSaturating(int64_t a, int64_t b) {
  int64_t sum;
  return llvm::AddOverflow(a, b, sum) ? std::numeric_limits<int64_t>::max()
                                      : sum;
}

static bool overlaps(const LiveInterval &a, const LiveInterval &b) {
  return a.begin < b.end && b.begin < a.end;
}

/// The layers that move a buffer while it lives.
static void addUses(BufferPlace &place, llvm::ArrayRef<LayerReport> layers) {
  for (auto [i, layer] : llvm::enumerate(layers))
    for (const TensorPlace &tensor : layer.places) {
      bool isLive = place.live.empty() || !layer.points ||
                    llvm::any_of(place.live, [&](const LiveInterval &live) {
                      return overlaps(live, *layer.points);
                    });
      if (isLive && tensor.address == place.address &&
          tensor.bytes == place.bytes)
        place.uses.push_back({i, tensor.operand});
    }
}

/// Cuts the program points where a layer or the life of a buffer begins or
/// ends. The sum of all buffers in whole bursts fits 64 bits.
static std::vector<PlacementStep> findSteps(std::vector<BufferPlace> &places,
                                            llvm::ArrayRef<LayerReport> layers,
                                            int64_t numPoints,
                                            int64_t burstBytes) {
  LiveInterval all = {0, std::max<int64_t>(numPoints, 1)};
  std::vector<int64_t> cuts = {all.begin, all.end};
  auto cutAround = [&](const LiveInterval &interval) {
    cuts.push_back(interval.begin);
    cuts.push_back(interval.end);
  };
  for (const BufferPlace &place : places)
    llvm::for_each(place.live, cutAround);
  for (const LayerReport &layer : layers)
    if (layer.points)
      cutAround(*layer.points);
  llvm::sort(cuts);
  cuts.erase(llvm::unique(cuts), cuts.end());

  std::vector<PlacementStep> steps(cuts.size() - 1);
  for (auto [i, step] : llvm::enumerate(steps))
    step.points = {cuts[i], cuts[i + 1]};
  auto stepsOf = [&](const LiveInterval &points) {
    return LiveInterval{llvm::lower_bound(cuts, points.begin) - cuts.begin(),
                        llvm::lower_bound(cuts, points.end) - cuts.begin()};
  };
  for (auto [i, layer] : llvm::enumerate(layers)) {
    if (!layer.points)
      continue;
    LiveInterval own = stepsOf(*layer.points);
    for (int64_t step = own.begin; step != own.end; ++step)
      steps[step].layers.push_back(i);
  }
  // How the live bytes change at the beginning of each step.
  std::vector<int64_t> change(cuts.size());
  for (BufferPlace &place : places) {
    int64_t bytes = llvm::alignTo(place.bytes, burstBytes);
    llvm::SmallVector<LiveInterval, 1> live = place.live;
    if (live.empty())
      live.push_back({cuts.front(), cuts.back()});
    for (const LiveInterval &points : live) {
      LiveInterval own = stepsOf(points);
      place.liveSteps.push_back(own);
      change[own.begin] += bytes;
      change[own.end] -= bytes;
    }
  }
  int64_t liveBytes = 0;
  for (auto [i, step] : llvm::enumerate(steps))
    step.liveBytes = liveBytes += change[i];
  return steps;
}

void Report::addPlacement(std::vector<BufferPlace> places, int64_t numPoints,
                          llvm::StringRef policy) {
  if (places.empty())
    return;
  PlacementSummary summary;
  std::vector<BufferRequest> requests;
  int64_t sumInBursts = 0, burstBytes = device.burstBytes();
  llvm::Expected<AddressMap> map = createAddressMap(device, policy);
  if (map)
    summary.map = *map;
  else
    llvm::consumeError(map.takeError());
  for (BufferPlace &place : places) {
    BufferRequest request;
    request.name = place.name;
    request.bytes = place.bytes;
    request.live = place.live;
    requests.push_back(std::move(request));
    ++summary.buffers;
    int64_t end = addSaturating(place.address, place.bytes);
    summary.sumBytes = addSaturating(summary.sumBytes, place.bytes);
    summary.highWaterBytes = std::max(summary.highWaterBytes, end);
    sumInBursts =
        addSaturating(addSaturating(sumInBursts, place.bytes), burstBytes - 1);
    addUses(place, layers);
    if (summary.map && place.address >= 0 && end <= device.capacityBytes())
      place.rows = bankRowsOf(device, *summary.map, place.address, place.bytes);
  }
  summary.lowerBoundBytes = largestLiveBytes(requests, device);
  if (sumInBursts != std::numeric_limits<int64_t>::max())
    summary.steps = findSteps(places, layers, numPoints, burstBytes);
  llvm::stable_sort(places, [](const BufferPlace &a, const BufferPlace &b) {
    return a.address < b.address;
  });
  summary.places = std::move(places);
  placement = std::move(summary);
}
