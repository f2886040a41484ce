//===- ScheduleRemarks.h - Remarks about schedules --------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_SCHEDULEREMARKS_H
#define ROMANET_LIB_TRANSFORMS_SCHEDULEREMARKS_H

#include "Decision.h"

namespace mlir::romanet {

/// Tells the remark engine of each layer what was chosen (passed), what bounds
/// it (analysis) and which larger buffer would give a better schedule (missed).
/// The last takes many searches, on the threads of the context, and is done
/// only where the engine takes missed remarks of the pass. `options` are those
/// that the decisions were made by.
void remarkSchedules(const PassContext &pass, ArrayRef<Decision> decisions,
                     const core::SearchOptions &options,
                     const core::DRAMDevice &device);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_SCHEDULEREMARKS_H
