//===- AddressMap.h - Physical address to channel, bank, row ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a byte address splits into fields, in DRAMsim3's notation: six two-letter
// fields (ro ra bg ba co ch), most significant first, over the address of the
// burst. The byte within a burst is the low part and not named. The bits of
// bank group and bank can be hashed with those of the row.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_ADDRESSMAP_H
#define ROMANET_DRAM_ADDRESSMAP_H

#include "romanet/DRAM/Device.h"
#include <array>
#include <vector>

namespace romanet {

/// A place in the DRAM. `column` is the column address of the first beat of a
/// burst (a multiple of the burst length), `byte` the byte within the burst.
struct DRAMAddress {
  int64_t channel = 0, rank = 0, bankGroup = 0, bank = 0, row = 0, column = 0,
          byte = 0;
  bool operator==(const DRAMAddress &o) const {
    return channel == o.channel && rank == o.rank && bankGroup == o.bankGroup &&
           bank == o.bank && row == o.row && column == o.column &&
           byte == o.byte;
  }
};

/// What is done to the bank of an address. `XorRow`, with the fields that the
/// address has on the right:
///
///     bank group = bg ^ (row mod bankGroups)
///     bank       = ba ^ ((row / bankGroups) mod banksPerGroup)
///
/// so that the rows that follow each other at one bank of the address go round
/// the bank groups, then round the banks. The row is as it was, so that the
/// function is its own inverse. (With fewer rows than banks the missing bits of
/// the row are zero.)
enum class BankHash { None, XorRow };

/// "none", "xor".
llvm::StringRef bankHashName(BankHash hash);
/// The error lists the names there are.
llvm::Expected<BankHash> parseBankHash(llvm::StringRef name);

class AddressMap {
public:
  /// `order`: each of the six fields once. The error says what is wrong with
  /// it, or with the device.
  static llvm::Expected<AddressMap> create(const DRAMDevice &device,
                                           llvm::StringRef order,
                                           BankHash hash = BankHash::None);

  /// `address` in [0, device.capacityBytes()).
  DRAMAddress decode(int64_t address) const;
  /// The inverse of decode.
  int64_t encode(const DRAMAddress &address) const;

  llvm::StringRef order() const { return text; }
  BankHash hash() const { return bankHash; }

  /// Whether the map of that order without a hash splits every address in the
  /// same way. Fields with one value do not count.
  bool isEquivalentTo(llvm::StringRef order) const;

private:
  enum Field : uint8_t {
    Row,
    Rank,
    BankGroup,
    Bank,
    Column,
    Channel,
    NumFields
  };
  /// Applies the hash, or takes it back.
  void hashBank(std::array<int64_t, NumFields> &value) const;

  /// Fields from least to most significant.
  std::array<Field, NumFields> fields = {};
  /// Width of each field; the column counts the bursts of a row.
  std::array<unsigned, NumFields> bits = {};
  /// Width of the byte within a burst, and of the beat within a burst.
  unsigned byteBits = 0, burstBits = 0;
  BankHash bankHash = BankHash::None;
  std::string text;
};

/// Rows of banks, all inclusive. The banks of all channels are numbered
/// through: by channel, in it by rank, by bank group, by bank.
struct BankRows {
  int64_t firstBank = 0, lastBank = 0, firstRow = 0, lastRow = 0;
  bool operator==(const BankRows &o) const {
    return firstBank == o.firstBank && lastBank == o.lastBank &&
           firstRow == o.firstRow && lastRow == o.lastRow;
  }
};

/// The rows that have a byte of `bytes` bytes from `address` on, as rectangles
/// that do not overlap, by bank and row. The range lies in the device; `map` is
/// one of it, without a hash.
std::vector<BankRows> bankRowsOf(const DRAMDevice &device,
                                 const AddressMap &map, int64_t address,
                                 int64_t bytes);

} // namespace romanet

#endif // ROMANET_DRAM_ADDRESSMAP_H
