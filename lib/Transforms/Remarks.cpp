//===- Remarks.cpp - What passes tell of themselves -----------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::romanet;

remark::RemarkOpts mlir::romanet::remarkOptions(const PassContext &pass,
                                                StringRef name, Operation *op) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    function = op->getParentOfType<FunctionOpInterface>();
  // The name lives in the context, as long as the engine does.
  return remark::RemarkOpts::name(name)
      .category(pass.category)
      .function(function ? function.getName() : StringRef());
}

bool mlir::romanet::wantsMissedRemarks(const PassContext &pass,
                                       MLIRContext *context) {
  // The engine does not tell otherwise. A remark that is overwritten is not
  // emitted.
  auto probe =
      remark::missed(UnknownLoc::get(context),
                     remark::RemarkOpts::name("probe").category(pass.category));
  bool isWanted = static_cast<bool>(probe);
  probe = remark::detail::InFlightRemark();
  return isWanted;
}

/// A diagnostic that is a remark of the engine as well.
static void
remarkBoth(function_ref<remark::detail::InFlightRemark()> makeRemark,
           Location loc, StringRef key, const std::string &text,
           ArrayRef<Metric> metrics) {
  bool isPrinted = false;
  if (loc->getContext()->getRemarkEngine()) {
    // Looks on and lets all diagnostics pass.
    ScopedDiagnosticHandler observer(
        loc->getContext(), [&](Diagnostic &diagnostic) {
          isPrinted |= diagnostic.getLocation() == loc &&
                       StringRef(diagnostic.str()).contains(text);
          return failure();
        });
    remark::detail::InFlightRemark remark = makeRemark();
    if (remark) {
      remark << Metric(key, text);
      for (const Metric &metric : metrics)
        remark << metric;
    }
  }
  if (!isPrinted)
    emitRemark(loc) << text;
}

void mlir::romanet::remarkMissed(const PassContext &pass, StringRef name,
                                 Operation *op, Location loc, const Twine &text,
                                 ArrayRef<Metric> metrics) {
  remarkBoth([&] { return remark::missed(loc, remarkOptions(pass, name, op)); },
             loc, "Reason", text.str(), metrics);
}

void mlir::romanet::remarkMissed(const PassContext &pass, StringRef name,
                                 Operation *op, const Twine &text,
                                 ArrayRef<Metric> metrics) {
  SmallVector<Metric> all = {Metric("Operation", op->getName().getStringRef())};
  all.append(metrics.begin(), metrics.end());
  remarkMissed(pass, name, op, op->getLoc(), text, all);
}

void mlir::romanet::remarkPassed(const PassContext &pass, StringRef name,
                                 Operation *op, const Twine &text,
                                 ArrayRef<Metric> metrics) {
  remarkBoth(
      [&] {
        return remark::passed(op->getLoc(), remarkOptions(pass, name, op));
      },
      op->getLoc(), "Remark", text.str(), metrics);
}

namespace {
struct PhaseInfo {
  StringRef name;
  /// What tells the timers apart; only its address is of use.
  alignas(8) char id;
};
} // namespace

static const PhaseInfo &infoOf(Phase::Kind kind) {
  static const PhaseInfo infos[] = {
      {"extract layers", 0}, {"search layers", 0}, {"choose layouts", 0},
      {"larger buffers", 0}, {"carry out", 0},     {"place buffers", 0},
      {"search mapping", 0}};
  return infos[kind];
}

static TypeID idOf(Phase::Kind kind) {
  return TypeID::getFromOpaquePointer(&infoOf(kind).id);
}

Phase::Phase(const PassContext &pass, Kind kind, Operation *op)
    : instrumentor(pass.instrumentor), kind(kind), op(op) {
  // What is between a pass and its timer are analyses.
  if (instrumentor)
    instrumentor->runBeforeAnalysis(infoOf(kind).name, idOf(kind), op);
}

Phase::~Phase() {
  if (instrumentor)
    instrumentor->runAfterAnalysis(infoOf(kind).name, idOf(kind), op);
}
