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
// burst. The byte within a burst is the low part and not named.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_ADDRESSMAP_H
#define ROMANET_DRAM_ADDRESSMAP_H

#include "romanet/DRAM/Device.h"
#include <array>

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

class AddressMap {
public:
  /// ROMANet's order from least to most significant: columns of a row, then
  /// the banks, then rows: "rorachbgbaco" (channel above the banks, so that a
  /// small buffer stays in one channel).
  static llvm::StringRef romanetOrder() { return "rorachbgbaco"; }

  /// `order`: each of the six fields once. The error says what is wrong with
  /// it, or with the device.
  static llvm::Expected<AddressMap> create(const DRAMDevice &device,
                                           llvm::StringRef order);

  /// `address` in [0, device.capacityBytes()).
  DRAMAddress decode(int64_t address) const;
  /// The inverse of decode.
  int64_t encode(const DRAMAddress &address) const;

  llvm::StringRef order() const { return text; }

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
  /// Fields from least to most significant.
  std::array<Field, NumFields> fields = {};
  /// Width of each field; the column counts the bursts of a row.
  std::array<unsigned, NumFields> bits = {};
  /// Width of the byte within a burst, and of the beat within a burst.
  unsigned byteBits = 0, burstBits = 0;
  std::string text;
};

} // namespace romanet

#endif // ROMANET_DRAM_ADDRESSMAP_H
