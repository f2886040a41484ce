//===- ScheduleFile.h - Schedules as JSON, out and in -----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The form in which a report prints schedules, and in which they are read:
//
//   {"layers": [{"network": "net", "name": "conv1",
//                "tiles": {"n": 1, "g": 1, "k": 4, "c": 3, "p": 8, "q": 8},
//                "order": ["n", "g", "k", "c", "p", "q"],
//                "hold_loops": {"input": 6, "weights": 6, "output": 6},
//                "serpentine": false, "retain_halo": false,
//                "layouts": {"input": {"burst_block": {"c": 8, "q": 8},
//                                      "row_block": {"c": 8, "q": 8, "p":
//                                      128}},
//                            "weights": "tiles", "output": "row-major",
//                            "partial_sums": "tiles", "init": "row-major",
//                            "epilogue": ["row-major"]}}]}
//
// Blocks are in elements along the loops that the tensor depends on; a loop
// that is left out has 1. `row_order` beside them lists the axes (those of the
// loops, and `r` and `s` of the kernel) whose row blocks lie further in than
// those of the others, outermost first. `epilogue` lists the operands of the
// epilogue. All other keys are ignored, so that a report can be read as it is.
// Without `network` the name alone says which layer is meant. `hold_loops`,
// `layouts`, each tensor in them, `serpentine` and `retain_halo` may be left
// out, for the defaults of Schedule and ArrayLayout. An entry with `infeasible`
// and no tiles says that there is no schedule.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SCHEDULEFILE_H
#define ROMANET_MODEL_SCHEDULEFILE_H

#include "romanet/Model/ArrayLayout.h"
#include "romanet/Model/LayerTable.h"
#include "romanet/Model/Machine.h"
#include "romanet/Model/Schedule.h"
#include "llvm/Support/JSON.h"
#include <vector>

namespace romanet {

/// What `row_order` calls an axis: as its loop; "r", "s", and "x0" to "x3".
std::string rowAxisName(Axis axis);

/// Adds the keys that describe a schedule to the entry of its layer.
void addSchedule(llvm::json::Object &entry, const Schedule &schedule,
                 const ArrayLayouts &layouts = {});

/// A schedule, and how the arrays lie in DRAM.
struct GivenSchedule {
  Schedule schedule;
  ArrayLayouts layouts;

  bool operator==(const GivenSchedule &other) const {
    return schedule == other.schedule && layouts == other.layouts;
  }
};

/// Reads the schedules of the layers of a table, in the order of `rows`;
/// std::nullopt where the text has none. They obey Schedule::verify, fit
/// `buffers`, and their layouts are such as computeStreamTraffic takes on
/// `device`.
///
/// The error is a list, one for each rule that is broken in any layer, each of
/// the form `FILE: layer 'NAME' of network 'NETWORK': message`: malformed JSON,
/// a key that is missing or not of its type, an unknown loop or tensor, an
/// order that is no permutation, a layer that is not in the table or cannot be
/// told from another, a second schedule of a layer, a tile or a depth out of
/// its range, a buffer that is too small for what is held, a layout that is
/// unknown or that the array cannot have, no schedule at all.
///
/// Requires layer.verify() of each row and buffers.verify() to have passed.
llvm::Expected<std::vector<std::optional<GivenSchedule>>>
parseSchedules(llvm::StringRef text, llvm::StringRef fileName,
               llvm::ArrayRef<LayerTableRow> rows,
               const BufferCapacities &buffers,
               const DRAMDevice &device = defaultDRAMDevice());

} // namespace romanet

#endif // ROMANET_MODEL_SCHEDULEFILE_H
