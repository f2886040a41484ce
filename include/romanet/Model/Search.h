//===- Search.h - The best schedule of a layer ------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Search of the schedule space for the optimum of an objective.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_SEARCH_H
#define ROMANET_MODEL_SEARCH_H

#include "romanet/Model/Machine.h"
#include "romanet/Model/Schedule.h"
#include "romanet/Model/Traffic.h"
#include <variant>

namespace romanet {

/// A schedule that was found, and what it costs.
struct Found {
  Schedule schedule;
  Traffic traffic;
  Footprint footprint;
  /// Combinations of trip counts whose cost was evaluated, each standing for
  /// all tile sizes that make them and for all orders.
  int64_t evaluated = 0;
};

using SearchResult = std::variant<Found, Infeasible>;

/// The schedule of S0 with the fewest bytes moved, over all tile sizes and all
/// loop orders. Among all schedules with that many bytes, in this order: the
/// fewest iterations of the loop nest; the largest tile of q, then of p, c, k,
/// g and n; the first of the orders g n p q k c, g n p q c k and g k c n p q
/// (one of the three always is among the best). Deterministic.
///
/// Requires layer.verify() and buffers.verify() to have passed.
SearchResult searchBytes(const Layer &layer, const BufferCapacities &buffers);

} // namespace romanet

#endif // ROMANET_MODEL_SEARCH_H
