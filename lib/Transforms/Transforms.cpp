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
#include "ScheduleRemarks.h"

using namespace mlir;
using namespace mlir::romanet;
using Kind = TilingFailure::Kind;

static FailureOr<MachineAttr> machineAround(Operation *op) {
  for (Operation *parent = op; parent; parent = parent->getParentOp()) {
    if (auto machine = parent->getAttrOfType<MachineAttr>(kMachineAttr))
      return machine;
    if (auto module = dyn_cast<ModuleOp>(parent);
        module && hasMachineInSpec(module))
      return findMachine(module);
  }
  return MachineAttr::getDefault(op->getContext());
}

std::variant<std::vector<TiledLayer>, TilingFailure>
mlir::romanet::tileLayers(RewriterBase &rewriter, ArrayRef<Operation *> ops,
                          const TilingOptions &options) {
  std::vector<Request> requests;
  for (Operation *op : ops) {
    if (op->hasAttr(kLayerAttr))
      return TilingFailure{Kind::NotALayer,
                           op,
                           {("'" + op->getName().getStringRef() +
                             "' is not scheduled: it works on tiles already")
                                .str()}};
    MachineAttr machine = options.machine;
    if (!machine) {
      FailureOr<MachineAttr> found = machineAround(op);
      if (failed(found))
        return TilingFailure{
            Kind::NotALayer, op, {"the module describes its machine wrongly"}};
      machine = *found;
    }
    requests.push_back({op, machine,
                        options.buffers ? options.buffers.getCapacities()
                                        : buffersOf(op, machine),
                        options.schedule
                            ? options.schedule
                            : op->getAttrOfType<ScheduleAttr>(kScheduleAttr)});
  }
  const PassContext pass = {"romanet-tile"};
  auto outcomes = decide(requests, options.search, pass);
  for (auto &outcome : outcomes)
    if (auto *failure = std::get_if<TilingFailure>(&outcome))
      return std::move(*failure);
  std::vector<TiledLayer> layers;
  for (auto [request, outcome] : llvm::zip_equal(requests, outcomes)) {
    const auto &decision = std::get<Decision>(outcome);
    remarkSchedules(pass, decision, options.search,
                    request.machine.getDevice());
    layers.push_back(carryOut(rewriter, decision));
  }
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
