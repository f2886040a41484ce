//===- CommandChecker.h - Timing of commands, checked slowly ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Replays commands against the data sheet's rules: pairs of commands, the state
// of banks, the data bus and the command bus. It knows nothing of queues and
// looks back at all commands within the longest rule.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TEST_UNIT_DRAM_COMMANDCHECKER_H
#define ROMANET_TEST_UNIT_DRAM_COMMANDCHECKER_H

#include "romanet/DRAM/Command.h"
#include "romanet/DRAM/Device.h"
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace romanet {

class CommandChecker {
public:
  explicit CommandChecker(const DRAMDevice &device);

  /// Every rule that the command breaks, with what it follows, empty if none.
  /// It is then taken as sent.
  std::string take(const DRAMCommand &command);
  /// Which rules it would break, by name.
  std::vector<std::string> broken(const DRAMCommand &command) const;

private:
  struct Bank {
    bool open = false;
    int64_t row = 0;
    /// The start of the last precharge, of a command or on its own.
    int64_t precharged = -(int64_t(1) << 40);
  };
  using BankKey = std::tuple<int64_t, int64_t, int64_t, int64_t>;
  void pairs(const DRAMCommand &earlier, const DRAMCommand &command,
             std::vector<std::string> &rules) const;
  /// When the precharge that comes with `access` begins.
  int64_t autoPrecharge(const DRAMCommand &access) const;

  DRAMDevice device;
  int64_t window;
  std::map<int64_t, std::deque<DRAMCommand>> history; ///< by channel
  std::map<BankKey, Bank> banks;
};

} // namespace romanet

#endif // ROMANET_TEST_UNIT_DRAM_COMMANDCHECKER_H
