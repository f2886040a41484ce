//===- SweepFolder.h - The files of a sweep ---------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A folder with everything that the points of a sweep need and leave: the plan,
// the input, and for each point its machine, its report, what its program said,
// and its record. Every file is written as a whole, the record last.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TOOLS_SWEEPFOLDER_H
#define ROMANET_TOOLS_SWEEPFOLDER_H

#include "romanet/Model/Sweep.h"

namespace romanet {

/// Whether the name is that of a table of layers, which romanet-search reads;
/// std::nullopt if it is neither that nor a module.
std::optional<bool> isLayerTable(llvm::StringRef input);

class SweepFolder {
public:
  /// Makes the folder, or takes one that has the same plan. It is the current
  /// directory from then on, so that nothing in it depends on where it is. The
  /// error says how a plan that is there differs, or that something else is
  /// there; then nothing was written.
  static llvm::Expected<SweepFolder>
  create(llvm::StringRef path, const SweepPlan &plan, llvm::StringRef input);
  /// The folder of a plan, which is the current directory from then on.
  static llvm::Expected<SweepFolder> open(llvm::StringRef path);

  const SweepPlan &getPlan() const { return plan; }

  /// How a point ended, by its number from 0. What is not complete or does not
  /// belong to the plan is missing, and the message says why.
  PointRecord recordOf(size_t index) const;

  /// Runs a point, whatever there is of it. `program` is romanet-opt, or for a
  /// table of layers romanet-search, as an absolute path. The error says which
  /// file cannot be read or written; what the program does is in the record.
  llvm::Expected<PointRecord> run(size_t index, llvm::StringRef program) const;

  /// All points as they are.
  Sweep merge() const;

private:
  SweepFolder(SweepPlan plan, std::string planHash)
      : plan(std::move(plan)), planHash(std::move(planHash)) {}

  PointRecord read(size_t index,
                   std::optional<llvm::json::Value> *report) const;
  std::vector<std::string> argumentsOf(size_t index,
                                       llvm::StringRef program) const;

  SweepPlan plan;
  std::string planHash;
};

} // namespace romanet

#endif // ROMANET_TOOLS_SWEEPFOLDER_H
