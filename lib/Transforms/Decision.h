//===- Decision.h - The schedules of the layers of a module ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_DECISION_H
#define ROMANET_LIB_TRANSFORMS_DECISION_H

#include "mlir/IR/BuiltinOps.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Model/Search.h"
#include "romanet/Transforms/Transforms.h"
#include <vector>

namespace mlir::romanet {

/// A layer and its schedule.
struct Decision {
  linalg::LinalgOp op;
  ExtractedLayer extracted;
  /// Without a certificate where the user chose the schedule.
  core::Found found;
};

/// The schedule of every layer of the module: the user's, checked, where there
/// is one, else the best by `options` on the machine's DRAM, searched on the
/// threads of the context. An operation that cannot be scheduled
/// gets a remark with the reason, a layer that does not fit or whose schedule
/// breaks a rule an error. Changes nothing.
FailureOr<std::vector<Decision>> decideAll(ModuleOp module, MachineAttr machine,
                                           const core::SearchOptions &options);

/// The schedule of one layer: `pinned`, checked, where there is one, else the
/// best. Otherwise the messages that say why there is none: a broken rule each,
/// or what does not fit.
std::variant<core::Found, std::vector<std::string>>
decide(Operation *op, const core::Layer &layer, ScheduleAttr pinned,
       const core::BufferCapacities &buffers,
       const core::SearchOptions &options, core::NetworkSearch &search);

/// Says in a remark that the bursts of a strided operand are not its own.
void warnOfStrides(Operation *op, const ExtractedLayer &extracted);

/// Why the schedule is one that carryOut() does not emit, if it is.
std::optional<std::string> whyNotEmitted(const Decision &decision);

/// Replaces the operation by the nest of its schedule, and writes the decision
/// on the operation on tiles.
TiledLayer carryOut(RewriterBase &rewriter, const Decision &decision,
                    BuffersAttr buffers);

/// The objective of that name; an unknown one is an error that names the pass.
FailureOr<core::Objective> parseObjective(ModuleOp module, StringRef pass,
                                          StringRef name);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_DECISION_H
