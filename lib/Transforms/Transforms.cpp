//===- Transforms.cpp - Tiling of single layers ---------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Transforms/Transforms.h"
#include "Decision.h"
#include "Machine.h"
#include "Nest.h"

using namespace mlir;
using namespace mlir::romanet;
using Kind = TilingFailure::Kind;

static MachineAttr machineAround(Operation *op) {
  for (Operation *parent = op; parent; parent = parent->getParentOp())
    if (auto machine = parent->getAttrOfType<MachineAttr>(kMachineAttr))
      return machine;
  return MachineAttr::getDefault(op->getContext());
}

namespace {
/// An operation with all that its schedule depends on.
struct Request {
  Operation *op;
  ExtractedLayer extracted;
  MachineAttr machine;
  BuffersAttr buffers;
  ScheduleAttr schedule;
};
} // namespace

static std::variant<Request, TilingFailure>
makeRequest(Operation *op, const TilingOptions &options) {
  auto refuse = [&](StringRef reason) {
    return TilingFailure{
        Kind::NotALayer,
        op,
        {("'" + op->getName().getStringRef() + "' is not scheduled: " + reason)
             .str()}};
  };
  if (op->hasAttr(kLayerAttr))
    return refuse("it works on tiles already");
  auto layer = extractLayer(op);
  if (auto *reason = std::get_if<NotALayer>(&layer))
    return refuse(reason->reason);

  Request request{op, std::get<ExtractedLayer>(std::move(layer)),
                  options.machine, options.buffers, options.schedule};
  if (!request.machine)
    request.machine = machineAround(op);
  if (!request.buffers)
    request.buffers =
        BuffersAttr::get(op->getContext(), buffersOf(op, request.machine));
  if (!request.schedule)
    request.schedule = op->getAttrOfType<ScheduleAttr>(kScheduleAttr);
  return request;
}

std::variant<std::vector<TiledLayer>, TilingFailure>
mlir::romanet::tileLayers(RewriterBase &rewriter, ArrayRef<Operation *> ops,
                          const TilingOptions &options) {
  std::vector<Request> requests;
  for (Operation *op : ops) {
    auto request = makeRequest(op, options);
    if (auto *failure = std::get_if<TilingFailure>(&request))
      return std::move(*failure);
    requests.push_back(std::get<Request>(std::move(request)));
  }

  // Equal layers are searched once. The machines may differ: operations may be
  // taken from several modules.
  llvm::SmallMapVector<MachineAttr, std::vector<core::NetworkSearch::Task>, 1>
      tasks;
  for (const Request &request : requests) {
    auto &known = tasks[request.machine];
    if (!request.schedule)
      known.push_back(
          {&request.extracted.layer, request.buffers.getCapacities()});
  }
  std::vector<core::NetworkSearch> searches;
  for (const auto &[machine, known] : tasks) {
    searches.emplace_back(machine.getDevice());
    searches.back().searchAll(known, options.search,
                              rewriter.getContext()->getNumThreads());
  }

  std::vector<Decision> decisions;
  for (Request &request : requests) {
    size_t index = std::distance(tasks.begin(), tasks.find(request.machine));
    auto found = decide(request.op, request.extracted.layer, request.schedule,
                        request.buffers.getCapacities(), options.search,
                        searches[index]);
    if (auto *messages = std::get_if<std::vector<std::string>>(&found))
      return TilingFailure{request.schedule ? Kind::IllegalSchedule
                                            : Kind::Infeasible,
                           request.op, std::move(*messages)};
    warnOfStrides(request.op, request.extracted);
    decisions.push_back({cast<linalg::LinalgOp>(request.op),
                         std::move(request.extracted),
                         std::get<core::Found>(std::move(found))});
    if (std::optional<std::string> reason = whyNotEmitted(decisions.back()))
      return TilingFailure{Kind::NotEmitted, request.op, {*reason}};
  }

  std::vector<TiledLayer> layers;
  for (auto [decision, request] : llvm::zip(decisions, requests))
    layers.push_back(carryOut(rewriter, decision, request.buffers));
  return layers;
}

std::variant<TiledLayer, TilingFailure>
mlir::romanet::tileLayer(RewriterBase &rewriter, Operation *op,
                         const TilingOptions &options) {
  auto layers = tileLayers(rewriter, op, options);
  if (auto *failure = std::get_if<TilingFailure>(&layers))
    return std::move(*failure);
  return std::move(std::get<0>(layers).front());
}
