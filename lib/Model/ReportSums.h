//===- ReportSums.h - What a schedule adds to a report ----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_REPORTSUMS_H
#define ROMANET_LIB_MODEL_REPORTSUMS_H

#include "romanet/Model/Report.h"

namespace romanet {

/// The sums of one layer.
Sums sumsOf(const Layer &layer, const Found &found, const DRAMDevice &device);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_REPORTSUMS_H
