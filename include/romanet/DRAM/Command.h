//===- Command.h - A command on the bus of a DRAM channel -------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a controller sends to a DRAM and when, for traces of commands and for
// checks of their timing.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_COMMAND_H
#define ROMANET_DRAM_COMMAND_H

#include <cstdint>

namespace romanet {

/// Fields that a command does not have are zero: a refresh of all banks has a
/// rank only.
struct DRAMCommand {
  enum class Kind : uint8_t {
    Activate,
    Precharge,
    Read,
    Write,
    /// With a precharge of the bank behind them.
    ReadPrecharge,
    WritePrecharge,
    /// Of all banks of the rank, of one bank.
    Refresh,
    RefreshBank,
  };
  static constexpr unsigned NumKinds = 8;

  Kind kind = Kind::Activate;
  /// In clocks of the device.
  int64_t clock = 0;
  /// As in DRAMAddress.
  int64_t channel = 0, rank = 0, bankGroup = 0, bank = 0, row = 0, column = 0;

  bool isRead() const {
    return kind == Kind::Read || kind == Kind::ReadPrecharge;
  }
  bool isWrite() const {
    return kind == Kind::Write || kind == Kind::WritePrecharge;
  }
};

} // namespace romanet

#endif // ROMANET_DRAM_COMMAND_H
