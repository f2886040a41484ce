//===- MappingPolicy.cpp - Address maps by name ---------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/MappingPolicy.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace romanet {

namespace {
struct Policy {
  StringLiteral name;
  /// Empty where it depends on the device or is given.
  StringLiteral order;
  StringLiteral description;
};
} // namespace

static constexpr StringLiteral romanetName = "romanet";

static constexpr Policy policies[] = {
    {romanetName, "",
     "columns of a row, next bank, next row; channels, and bank groups where "
     "one cannot fill the bus, by turns"},
    {"row-major", "", "the given address map, by default rochrababgco"},
    {"column-bank-row", "rochrababgco",
     "columns of a row, then all banks, then the next row"},
    {"column-row-bank", "chrababgroco",
     "columns of a row, then all rows of the bank, then the next bank"},
    {"bank-column-row", "rocochrababg",
     "all banks, then the next columns, then the next row"},
    {"bank-row-column", "corochrababg",
     "all banks, then the next row, then the next columns"},
    {"row-column-bank", "chrababgcoro",
     "all rows of a bank, then the next columns, then the next bank"},
    {"row-bank-column", "cochrababgro",
     "all rows of a bank, then the next bank, then the next columns"},
};

/// Null if there is none.
static const Policy *findPolicy(StringRef name) {
  const Policy *found = llvm::find_if(
      policies, [&](const Policy &policy) { return policy.name == name; });
  return found == std::end(policies) ? nullptr : found;
}

static StringRef romanetOrder(const DRAMDevice &device) {
  bool groupFillsBus =
      static_cast<double>(device.timing.ccdLong) <= device.clocksPerBurst();
  return groupFillsBus ? "rorababgcoch" : "rorabacobgch";
}

ArrayRef<StringRef> mappingPolicyNames() {
  static const auto names = [] {
    SmallVector<StringRef, std::size(policies)> list;
    for (const Policy &policy : policies)
      list.push_back(policy.name);
    return list;
  }();
  return names;
}

StringRef mappingPolicyDescription(StringRef name) {
  const Policy *policy = findPolicy(name);
  assert(policy && "not a policy");
  return policy->description;
}

Expected<AddressMap> createAddressMap(const DRAMDevice &device,
                                      StringRef policy,
                                      const MappingOptions &options) {
  // The policy looks at figures that only a verified device has.
  if (Error error = device.verify())
    return error;
  const Policy *found = findPolicy(policy);
  if (!found)
    return createStringError(
        "there is no mapping policy '" + policy +
        "', the policies are: " + join(mappingPolicyNames(), ", "));
  StringRef order = found->order;
  if (order.empty())
    order = found->name == romanetName ? romanetOrder(device)
                                       : StringRef(options.rowMajorOrder);
  return AddressMap::create(device, order, options.hash);
}

} // namespace romanet
