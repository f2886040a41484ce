//===- AddressMap.cpp - Splitting a physical address into fields ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/AddressMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>

using namespace llvm;

namespace romanet {

/// In the order of AddressMap::Field.
static constexpr StringLiteral fieldNames[] = {"ro", "ra", "bg",
                                               "ba", "co", "ch"};

static constexpr StringLiteral hashNames[] = {"none", "xor"};

StringRef bankHashName(BankHash hash) {
  return hashNames[static_cast<size_t>(hash)];
}

Expected<BankHash> parseBankHash(StringRef name) {
  const auto *found = llvm::find(hashNames, name);
  if (found == std::end(hashNames))
    return createStringError(
        "there is no bank hash '" + name +
        "', there are: " + join(ArrayRef(hashNames), ", "));
  return static_cast<BankHash>(found - std::begin(hashNames));
}

Expected<AddressMap> AddressMap::create(const DRAMDevice &device,
                                        StringRef order, BankHash hash) {
  static_assert(std::size(fieldNames) == NumFields);
  // The fields of an address are bits, which the device must allow.
  if (Error error = device.verify())
    return error;

  auto fail = [&](const Twine &text) {
    return createStringError(
        "address map '" + order + "': " + text + "; expected each of " +
        join(ArrayRef(fieldNames), ", ") + " once, the most significant first");
  };
  if (order.size() % 2 != 0)
    return fail("it has " + Twine(order.size()) +
                " letters, and a field has two");

  std::array<bool, NumFields> seen = {};
  AddressMap map;
  unsigned position = NumFields;
  for (size_t at = 0; at != order.size(); at += 2) {
    StringRef name = order.substr(at, 2);
    const auto *found = llvm::find(fieldNames, name);
    if (found == std::end(fieldNames))
      return fail("unknown field '" + name + "'");
    auto field = static_cast<Field>(found - std::begin(fieldNames));
    if (seen[field])
      return fail("field '" + name + "' twice");
    seen[field] = true;
    map.fields[--position] = field;
  }
  SmallVector<StringRef, NumFields> missing;
  for (unsigned field = 0; field != NumFields; ++field)
    if (!seen[field])
      missing.push_back(fieldNames[field]);
  if (!missing.empty())
    return fail("missing " + join(missing, ", "));

  map.bits[Row] = Log2_64(device.rows);
  map.bits[Rank] = Log2_64(device.ranks);
  map.bits[BankGroup] = Log2_64(device.bankGroups);
  map.bits[Bank] = Log2_64(device.banksPerGroup);
  map.bits[Column] = Log2_64(device.burstsPerRow());
  map.bits[Channel] = Log2_64(device.channels);
  map.byteBits = Log2_64(device.burstBytes());
  map.burstBits = Log2_64(device.burstLength);
  map.bankHash = hash;
  map.text = order.str();
  return map;
}

void AddressMap::hashBank(std::array<int64_t, NumFields> &value) const {
  if (bankHash == BankHash::None)
    return;
  uint64_t row = value[Row];
  value[BankGroup] ^= row & maskTrailingOnes<uint64_t>(bits[BankGroup]);
  value[Bank] ^=
      row >> bits[BankGroup] & maskTrailingOnes<uint64_t>(bits[Bank]);
}

bool AddressMap::isEquivalentTo(StringRef order) const {
  if (bankHash != BankHash::None && bits[BankGroup] + bits[Bank] != 0 &&
      bits[Row] != 0)
    return false;
  // From the most significant field on, as in the text.
  SmallVector<StringRef, NumFields> mine, other;
  for (Field field : llvm::reverse(fields))
    if (bits[field] != 0)
      mine.push_back(fieldNames[field]);
  for (size_t at = 0; at + 1 < order.size(); at += 2) {
    const auto *found = llvm::find(fieldNames, order.substr(at, 2));
    assert(found != std::end(fieldNames) && "not an order");
    if (bits[found - std::begin(fieldNames)] != 0)
      other.push_back(*found);
  }
  return mine == other;
}

DRAMAddress AddressMap::decode(int64_t address) const {
  assert(address >= 0 && "negative address");
  uint64_t rest = address;
  auto take = [&rest](unsigned width) {
    uint64_t value = rest & maskTrailingOnes<uint64_t>(width);
    rest >>= width;
    return static_cast<int64_t>(value);
  };
  DRAMAddress result;
  result.byte = take(byteBits);
  std::array<int64_t, NumFields> value;
  for (Field field : fields)
    value[field] = take(bits[field]);
  assert(rest == 0 && "address beyond the capacity");
  hashBank(value);
  result.channel = value[Channel];
  result.rank = value[Rank];
  result.bankGroup = value[BankGroup];
  result.bank = value[Bank];
  result.row = value[Row];
  result.column = value[Column] << burstBits;
  return result;
}

int64_t AddressMap::encode(const DRAMAddress &address) const {
  std::array<int64_t, NumFields> value;
  value[Channel] = address.channel;
  value[Rank] = address.rank;
  value[BankGroup] = address.bankGroup;
  value[Bank] = address.bank;
  value[Row] = address.row;
  value[Column] = address.column >> burstBits;
  assert(value[Column] << burstBits == address.column &&
         "not the column of the first beat of a burst");
  hashBank(value);

  uint64_t result = 0;
  unsigned shift = 0;
  auto put = [&](int64_t part, unsigned width) {
    assert(part >= 0 && isUIntN(width, part) && "field out of range");
    result |= static_cast<uint64_t>(part) << shift;
    shift += width;
  };
  put(address.byte, byteBits);
  for (Field field : fields)
    put(value[field], bits[field]);
  return static_cast<int64_t>(result);
}

} // namespace romanet
