//===- MappingPolicy.h - Address maps by name -------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In which order consecutive bursts fill a DRAM. A policy says it for any
// device, an address map for one.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_MAPPINGPOLICY_H
#define ROMANET_DRAM_MAPPINGPOLICY_H

#include "romanet/DRAM/AddressMap.h"

namespace romanet {

/// What a policy leaves open.
struct MappingOptions {
  /// The address map of "row-major"; DRAMsim3's usual one.
  std::string rowMajorOrder = "rochrababgco";
  BankHash hash = BankHash::None;
};

/// Names of all policies, in a fixed order; those that a search goes through.
///
/// - "romanet": the columns of a row (in all chips of the bus at once), then
///   the same row of the next bank, then the next row. Above the banks are the
///   ranks. Channels are below the columns, so that a stream has the bandwidth
///   of all; so are bank groups if the bursts of one group alone do not fill
///   the data bus (ccdLong above the clocks of a burst).
/// - "row-major": a given address map, MappingOptions::rowMajorOrder.
/// - "column-bank-row" and the five other permutations: the innermost first,
///   that is what consecutive bursts run through first. These are the orders of
///   DRMap (Putra, Hanif, Shafique, DAC 2020, arXiv 2004.10341) without
///   subarrays. `bank` is all banks there are: bank groups, then the banks of a
///   group, ranks, channels.
llvm::ArrayRef<llvm::StringRef> mappingPolicyNames();

/// What the policy is, in one line, for a help text. `name` is one of the
/// names.
llvm::StringRef mappingPolicyDescription(llvm::StringRef name);

/// The address map of the policy for the device. The error of an unknown name
/// lists all names; others are those of AddressMap::create.
llvm::Expected<AddressMap> createAddressMap(const DRAMDevice &device,
                                            llvm::StringRef policy,
                                            const MappingOptions &options = {});

} // namespace romanet

#endif // ROMANET_DRAM_MAPPINGPOLICY_H
