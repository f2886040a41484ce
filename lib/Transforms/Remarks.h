//===- Remarks.h - What passes tell of themselves ---------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Remarks of MLIR's remark engine, with metrics, and timers of the phases of a
// pass. docs/Remarks.md has the names of all remarks and metrics, with units.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_REMARKS_H
#define ROMANET_LIB_TRANSFORMS_REMARKS_H

#include "mlir/IR/Remarks.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/Twine.h"

namespace mlir::romanet {

/// Whom functions work for that several passes share.
struct PassContext {
  /// The argument of the pass, the category of its remarks; lives for ever.
  StringRef category;
  /// Takes the times of phases; null outside of a pass manager.
  PassInstrumentor *instrumentor = nullptr;
};

using Metric = remark::detail::Remark::Arg;

/// Of a remark on an operation, or in a function; `name` lives for ever.
remark::RemarkOpts remarkOptions(const PassContext &pass, StringRef name,
                                 Operation *op);

/// Whether the engine takes missed remarks of the pass.
bool wantsMissedRemarks(const PassContext &pass, MLIRContext *context);

/// Says why something was left as it is: `text` as a diagnostic, as users read
/// it, and, where the engine takes missed remarks of the pass, as one with
/// `text` as "Reason" and these metrics. Where the engine prints its remarks as
/// diagnostics that one is enough. `op` is in the function, or is it.
void remarkMissed(const PassContext &pass, StringRef name, Operation *op,
                  Location loc, const Twine &text,
                  ArrayRef<Metric> metrics = {});
/// The same at an operation, with its name as metric "Operation".
void remarkMissed(const PassContext &pass, StringRef name, Operation *op,
                  const Twine &text, ArrayRef<Metric> metrics = {});

/// The same of what was done, as "Remark" of a passed remark.
void remarkPassed(const PassContext &pass, StringRef name, Operation *op,
                  const Twine &text, ArrayRef<Metric> metrics = {});

/// Takes the time of a part of a pass, as long as it lives. --mlir-timing shows
/// it below the pass.
class Phase {
public:
  enum Kind { Extract, Search, Layouts, Growth, CarryOut, Place, Mapping };

  Phase(const PassContext &pass, Kind kind, Operation *op);
  ~Phase();
  Phase(const Phase &) = delete;
  Phase &operator=(const Phase &) = delete;

private:
  PassInstrumentor *instrumentor;
  Kind kind;
  Operation *op;
};

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_REMARKS_H
