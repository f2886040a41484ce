//===- CommandChecker.cpp - Timing of commands, checked slowly ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandChecker.h"
#include <algorithm>

using Kind = romanet::DRAMCommand::Kind;

namespace romanet {

CommandChecker::CommandChecker(const DRAMDevice &device) : device(device) {
  const DRAMTiming &t = device.timing;
  window = 2 * (t.rc + t.rfc + t.rfcBank + t.faw + t.wr + t.readLatency +
                t.writeLatency + t.wtrLong + device.burstLength);
}

static bool isAccess(const DRAMCommand &c) { return c.isRead() || c.isWrite(); }

static bool closesItself(const DRAMCommand &c) {
  return c.kind == Kind::ReadPrecharge || c.kind == Kind::WritePrecharge;
}

int64_t CommandChecker::autoPrecharge(const DRAMCommand &access) const {
  const DRAMTiming &t = device.timing;
  int64_t burst = device.burstLength / device.beatsPerClock;
  int64_t start =
      access.clock + (access.isRead() ? t.rtp : t.writeLatency + burst + t.wr);
  for (const DRAMCommand &c : history.at(access.channel))
    if (c.rank == access.rank && c.bankGroup == access.bankGroup &&
        c.bank == access.bank) {
      if (c.kind == Kind::Activate)
        start = std::max(start, c.clock + t.ras);
      if (c.isWrite())
        start = std::max(start, c.clock + t.writeLatency + burst + t.wr);
    }
  return start;
}

/// The rules between two commands of a channel, the data sheet's names.
void CommandChecker::pairs(const DRAMCommand &a, const DRAMCommand &b,
                           std::vector<std::string> &rules) const {
  const DRAMTiming &t = device.timing;
  const int64_t burst = device.burstLength / device.beatsPerClock;
  const int64_t distance = b.clock - a.clock;
  const bool sameRank = a.rank == b.rank;
  const bool sameGroup = sameRank && a.bankGroup == b.bankGroup;
  const bool sameBank = sameGroup && a.bank == b.bank;
  auto need = [&](bool applies, int64_t clocks, const char *rule) {
    if (applies && distance < clocks)
      rules.push_back(rule);
  };

  auto latency = [&](const DRAMCommand &c) {
    return c.isRead() ? t.readLatency : t.writeLatency;
  };
  if (isAccess(a) && isAccess(b)) {
    // The data bus belongs to one burst at a time, and stays free for tRTRS
    // where its driver changes: from read to write, or to another rank (but for
    // writes to two ranks, which one driver sends).
    int64_t gap = b.clock + latency(b) - (a.clock + latency(a) + burst);
    bool driverChanges = (a.isRead() && b.isWrite()) ||
                         (!sameRank && !(a.isWrite() && b.isWrite()));
    if (gap < (driverChanges ? t.rtrs : 0))
      rules.push_back(driverChanges ? "RTRS" : "data bus");
    bool sameKind = a.isRead() == b.isRead();
    need(sameKind && sameRank, t.ccdShort, "CCD_S");
    need(sameKind && sameGroup, t.ccdLong, "CCD_L");
    bool turn = a.isWrite() && b.isRead();
    need(turn && sameRank, t.writeLatency + burst + t.wtrShort, "WTR_S");
    need(turn && sameGroup, t.writeLatency + burst + t.wtrLong, "WTR_L");
  }
  if (a.kind == Kind::Activate) {
    need(sameBank && b.isRead(), t.rcdRead, "RCD read");
    need(sameBank && b.isWrite(), t.rcdWrite, "RCD write");
    need(sameBank && b.kind == Kind::Precharge, t.ras, "RAS");
    need(sameBank && b.kind == Kind::Activate, t.rc, "RC");
  }
  // The refresh of a bank opens it.
  bool opensA = a.kind == Kind::Activate || a.kind == Kind::RefreshBank;
  bool opensB = b.kind == Kind::Activate || b.kind == Kind::RefreshBank;
  need(opensA && opensB && sameRank && !sameBank, t.rrdShort, "RRD_S");
  need(opensA && opensB && sameGroup && !sameBank, t.rrdLong, "RRD_L");
  need(sameBank && a.isRead() && b.kind == Kind::Precharge, t.rtp, "RTP");
  need(sameBank && a.isWrite() && b.kind == Kind::Precharge,
       t.writeLatency + burst + t.wr, "WR");
  bool refreshB = b.kind == Kind::Refresh;
  need(sameRank && a.kind == Kind::Refresh && (opensB || refreshB), t.rfc,
       "RFC");
  need(sameBank && a.kind == Kind::RefreshBank && b.kind == Kind::Activate,
       t.rfcBank, "RFCpb");
  need(sameRank && a.kind == Kind::RefreshBank &&
           (refreshB || b.kind == Kind::RefreshBank),
       t.rfcBank, "RFCpb");

  // The command bus.
  bool rowA = !isAccess(a), rowB = !isAccess(b);
  need(device.commandsPerClock == 1 || rowA == rowB, 1, "command bus");
}

std::vector<std::string>
CommandChecker::broken(const DRAMCommand &command) const {
  const DRAMTiming &t = device.timing;
  std::vector<std::string> rules;
  auto found = history.find(command.channel);
  if (found != history.end()) {
    int activates = 0;
    for (const DRAMCommand &earlier : found->second) {
      if (earlier.clock > command.clock)
        rules.push_back("order");
      pairs(earlier, command, rules);
      activates += earlier.kind == Kind::Activate &&
                   earlier.rank == command.rank &&
                   command.clock - earlier.clock < t.faw;
    }
    if (command.kind == Kind::Activate && activates >= 4)
      rules.push_back("FAW");
  }

  for (const auto &[key, bank] : banks) {
    auto [channel, rank, group, number] = key;
    if (channel != command.channel || rank != command.rank)
      continue;
    bool same = group == command.bankGroup && number == command.bank;
    bool closedFor = command.kind == Kind::Refresh ||
                     (same && (command.kind == Kind::Activate ||
                               command.kind == Kind::RefreshBank));
    if (closedFor && bank.open)
      rules.push_back("bank is open");
    if (closedFor && command.clock - bank.precharged < t.rp)
      rules.push_back("RP");
  }
  if (isAccess(command) || command.kind == Kind::Precharge) {
    auto bank = banks.find(
        {command.channel, command.rank, command.bankGroup, command.bank});
    if (bank == banks.end() || !bank->second.open)
      rules.push_back("bank is closed");
    else if (isAccess(command) && bank->second.row != command.row)
      rules.push_back("another row is open");
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

std::string CommandChecker::take(const DRAMCommand &command) {
  std::string text;
  for (const std::string &rule : broken(command))
    text += rule + " at clock " + std::to_string(command.clock) + "; ";

  std::deque<DRAMCommand> &list = history[command.channel];
  while (!list.empty() && list.front().clock < command.clock - window)
    list.pop_front();
  Bank &bank =
      banks[{command.channel, command.rank, command.bankGroup, command.bank}];
  if (command.kind == Kind::Activate) {
    bank.open = true;
    bank.row = command.row;
  } else if (command.kind == Kind::Precharge) {
    bank.open = false;
    bank.precharged = command.clock;
  } else if (closesItself(command)) {
    bank.open = false;
    bank.precharged = autoPrecharge(command);
  }
  list.push_back(command);
  return text;
}

} // namespace romanet
