//===- Decision.h - The schedules of the layers of a module ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_DECISION_H
#define ROMANET_LIB_TRANSFORMS_DECISION_H

#include "Remarks.h"
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
  core::BufferCapacities buffers;
  /// Without a certificate where the user chose the schedule.
  core::Found found;
  /// Element-wise operations behind the layer were left out on purpose.
  bool isBare = false;
  /// Of its arrays where they were chosen; null: row-major, or the user's.
  LayoutsAttr layouts = {};
};

/// How the arrays of a program may lie in DRAM.
enum class LayoutMode {
  RowMajor,
  /// Those that nothing but layers use as is best.
  Free,
  /// And arguments that are weights: romanet-dram-map packs them.
  Packed,
};

/// An operation with all that its schedule depends on.
struct Request {
  Operation *op;
  MachineAttr machine;
  core::BufferCapacities buffers;
  /// The schedule to follow; null: the best one.
  ScheduleAttr schedule;
};

/// The schedules of some operations, in program order where they are of one
/// block: for each the one it asks for, checked, or the best by `options` on
/// its machine's DRAM, searched on the threads of the context. Element-wise
/// operations behind a layer belong to it unless that costs more than it saves,
/// or does not fit. What is left apart from a layer gets a remark. Changes
/// nothing.
std::vector<std::variant<Decision, TilingFailure>>
decide(ArrayRef<Request> requests, const core::SearchOptions &options,
       const PassContext &pass);

/// The same for every layer of the module. An operation that cannot be
/// scheduled gets a remark with the reason; a layer that does not fit or whose
/// schedule breaks a rule is an error.
///
/// With `layouts` other than RowMajor the arrays that nothing but layers use
/// get layouts, chosen together with the schedules for the least sum of the
/// objective over all layers; of the others a remark says why they are
/// row-major.
FailureOr<std::vector<Decision>> decideAll(ModuleOp module, MachineAttr machine,
                                           const core::SearchOptions &options,
                                           LayoutMode layouts,
                                           const PassContext &pass);

/// The objective (the space) of that name; an unknown one is an error that
/// names the pass and the option.
FailureOr<core::Objective> parseObjective(ModuleOp module, StringRef pass,
                                          StringRef name,
                                          StringRef option = "objective");
FailureOr<core::Space> parseSpace(ModuleOp module, StringRef pass,
                                  StringRef name);
/// Whether `name` is a mapping policy, "search" or empty; else an error that
/// names the pass.
LogicalResult checkMapping(ModuleOp module, StringRef pass, StringRef name);
/// A baseline is one of S0.
FailureOr<core::Strategy> parseStrategy(ModuleOp module, StringRef pass,
                                        StringRef name,
                                        const core::Space &space,
                                        StringRef option = "strategy");
FailureOr<LayoutMode> parseLayouts(ModuleOp module, StringRef pass,
                                   StringRef name);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_DECISION_H
