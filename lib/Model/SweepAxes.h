//===- SweepAxes.h - What points of a sweep are compared by --- -*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_SWEEPAXES_H
#define ROMANET_LIB_MODEL_SWEEPAXES_H

#include "romanet/Model/Sweep.h"

namespace romanet {

struct AxisFacts {
  SweepAxis axis;
  llvm::StringLiteral name;
  /// As a column of a table. What is no whole number is divided by `scale`.
  llvm::StringLiteral heading;
  double scale = 1;
};
inline constexpr AxisFacts axisFacts[] = {
    {SweepAxis::Capacity, "capacity", "capacity [B]"},
    {SweepAxis::Energy, "energy", "energy [uJ]", 1e6},
    {SweepAxis::Time, "time", "time [us] (at least)", 1e3},
    {SweepAxis::Bytes, "bytes", "bytes [B]"},
    {SweepAxis::Bursts, "bursts", "bursts"},
    {SweepAxis::Activations, "activations", "activations"},
    {SweepAxis::SimulatedEnergy, "simulated-energy", "simulated energy [uJ]",
     1e6},
    {SweepAxis::SimulatedTime, "simulated-time", "simulated time [us]", 1e3},
};

inline const AxisFacts &factsOf(SweepAxis axis) {
  return axisFacts[static_cast<size_t>(axis)];
}

/// std::nullopt where the point has no figure of that kind.
std::optional<AxisValue> valueOf(const SweptPoint &point, SweepAxis axis);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_SWEEPAXES_H
