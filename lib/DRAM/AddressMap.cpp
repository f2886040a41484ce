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

std::vector<BankRows> bankRowsOf(const DRAMDevice &device,
                                 const AddressMap &map, int64_t address,
                                 int64_t bytes) {
  assert(map.hash() == BankHash::None && "hashed banks are no rectangles");
  int64_t banks =
      device.channels * device.ranks * device.bankGroups * device.banksPerGroup;
  // Pairs of the first row and the row behind the last.
  using Rows = SmallVector<std::pair<int64_t, int64_t>, 2>;
  std::vector<Rows> rows(banks);
  // An aligned block of a power of two has all values of the low bits of its
  // address, and so of the low bits of every field: its first and last address
  // are the corners of a box.
  for (uint64_t at = address, end = address + bytes; at < end;) {
    uint64_t block = uint64_t(1) << Log2_64(end - at);
    if (at != 0)
      block = std::min(block, at & -at);
    DRAMAddress first = map.decode(at), last = map.decode(at + block - 1);
    for (int64_t channel = first.channel; channel <= last.channel; ++channel)
      for (int64_t rank = first.rank; rank <= last.rank; ++rank)
        for (int64_t group = first.bankGroup; group <= last.bankGroup; ++group)
          for (int64_t bank = first.bank; bank <= last.bank; ++bank)
            rows[((channel * device.ranks + rank) * device.bankGroups + group) *
                     device.banksPerGroup +
                 bank]
                .push_back({first.row, last.row + 1});
    at += block;
  }

  std::vector<BankRows> found;
  for (int64_t bank = 0; bank != banks; ++bank) {
    Rows merged;
    llvm::sort(rows[bank]);
    for (auto [begin, end] : rows[bank]) {
      if (merged.empty() || merged.back().second < begin)
        merged.push_back({begin, end});
      else
        merged.back().second = std::max(merged.back().second, end);
    }
    // The same rows as in the bank before make its rectangles wider.
    if (bank != 0 && merged == rows[bank - 1])
      for (BankRows &each : MutableArrayRef(found).take_back(merged.size()))
        each.lastBank = bank;
    else
      for (auto [begin, end] : merged)
        found.push_back({bank, bank, begin, end - 1});
    rows[bank] = std::move(merged);
  }
  return found;
}

} // namespace romanet
