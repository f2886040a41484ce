//===- Orders.h - Loop orders of the strategies -----------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_ORDERS_H
#define ROMANET_LIB_MODEL_ORDERS_H

#include "romanet/Model/Search.h"

namespace romanet {

/// The orders that a strategy allows. Of Optimal those of which one is always
/// among the best in S0, see Search.cpp.
llvm::SmallVector<LoopOrder, 3> ordersOf(Strategy strategy, const Layer &layer);

} // namespace romanet

#endif // ROMANET_LIB_MODEL_ORDERS_H
