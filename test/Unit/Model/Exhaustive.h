//===- Exhaustive.h - All schedules of a layer ------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every schedule there is: all tiles of all loops, all orders, all depths of
// all tensors, with and without serpentine order and halo retention.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TEST_UNIT_MODEL_EXHAUSTIVE_H
#define ROMANET_TEST_UNIT_MODEL_EXHAUSTIVE_H

#include "romanet/Model/Search.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace oracle {

using namespace romanet;

/// All spaces, smaller ones before those that contain them.
inline constexpr std::array<const char *, 8> spaceNames = {
    "S0", "S0+S1", "S0+S2", "S0+S3", "S0+S1+S2", "S0+S1+S3", "S0+S2+S3", "all"};
Space spaceOf(const char *name);
bool contains(const Space &space, const Space &other);

/// Calls `visit` for every schedule of `space` that fits, with the smallest
/// space that contains it.
void forEachSchedule(
    const Layer &layer, const BufferCapacities &buffers, const Space &space,
    llvm::function_ref<void(const Schedule &, const Space &)> visit);

} // namespace oracle

#endif // ROMANET_TEST_UNIT_MODEL_EXHAUSTIVE_H
