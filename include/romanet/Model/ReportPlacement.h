//===- ReportPlacement.h - Who lives where in the DRAM, and when *- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_REPORTPLACEMENT_H
#define ROMANET_MODEL_REPORTPLACEMENT_H

#include "romanet/Model/Report.h"

namespace romanet {

/// Report::addPlacement with the address map of a mapping policy, of which the
/// banks and rows are.
void addPlacement(Report &report, std::vector<BufferPlace> places,
                  int64_t numPoints, llvm::StringRef policy);

} // namespace romanet

#endif // ROMANET_MODEL_REPORTPLACEMENT_H
