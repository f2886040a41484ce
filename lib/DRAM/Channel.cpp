//===- Channel.cpp - One channel of the controller ------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Channel.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>

using namespace llvm;

namespace romanet {

PlaceFormat::PlaceFormat(const DRAMDevice &device)
    : columnBits(Log2_64(device.burstsPerRow())), rowBits(Log2_64(device.rows)),
      bankBits(Log2_64(device.ranks * device.banks())) {}

CommandSpacing::CommandSpacing(const DRAMDevice &device) {
  const DRAMTiming &timing = device.timing;
  // The data of two commands must not meet on the bus: what the second waits is
  // what the first takes longer.
  burst = divideCeil(device.burstLength, device.beatsPerClock);
  readData = timing.readLatency + burst;
  writeData = timing.writeLatency + burst;
  readReadLong = std::max(burst, timing.ccdLong);
  readReadShort = std::max(burst, timing.ccdShort);
  readReadRank = burst + timing.rtrs;
  writeWriteLong = readReadLong;
  writeWriteShort = readReadShort;
  writeWriteRank = burst;
  readWrite = readWriteRank = readData + timing.rtrs - timing.writeLatency;
  writeReadLong = writeData + timing.wtrLong;
  writeReadShort = writeData + timing.wtrShort;
  writeReadRank = writeData + timing.rtrs - timing.readLatency;
  readPrecharge = timing.rtp;
  writePrecharge = writeData + timing.wr;
  activateRead = timing.rcdRead;
  activateWrite = timing.rcdWrite;
  activatePrecharge = timing.ras;
  activateSame = timing.rc;
  activateLong = timing.rrdLong;
  activateShort = timing.rrdShort;
  fourActivates = timing.faw;
  prechargeActivate = timing.rp;
  // Ranks take turns.
  refreshInterval = std::max<int64_t>(timing.refi / device.ranks, 1);
  refresh = timing.rfc;
  refreshBankInterval = std::max<int64_t>(timing.refiBank / device.ranks, 1);
  refreshBank = timing.rfcBank;
}

void Fifo::reserve(unsigned capacity) {
  limit = capacity;
  storage.assign(PowerOf2Ceil(capacity), 0);
  mask = static_cast<unsigned>(storage.size()) - 1;
}

Channel::Channel(const DRAMDevice &device, const ControllerOptions &options,
                 int64_t index, const CommandObserver *observer)
    : spacing(device), format(device), options(options), index(index),
      observer(*observer ? observer : nullptr), numGroups(device.bankGroups),
      banksPerGroup(device.banksPerGroup), banksPerRank(device.banks()),
      beatBits(Log2_64(device.burstLength)),
      twoCommands(device.commandsPerClock == 2), rowMask(format.rowMask()),
      banks(device.ranks * device.banks()),
      groups(device.ranks * device.bankGroups), ranks(device.ranks) {
  for (unsigned i = 0; i != banks.size(); ++i) {
    banks[i].rank = i / banksPerRank;
    banks[i].group = i / banksPerGroup;
    banks[i].queue.reserve(options.bankQueue);
  }
  reads.reserve(options.requestQueue);
  writes.reserve(options.requestQueue);
  bankSpace = maskTrailingOnes<uint64_t>(banks.size());
  if (options.refresh == RefreshPolicy::AllBanks)
    refreshInterval = spacing.refreshInterval;
  else if (options.refresh == RefreshPolicy::PerBank)
    refreshInterval = spacing.refreshBankInterval;
  updateNext();
}

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

bool Channel::isPending(const Fifo &queue, Place place) const {
  auto contains = [place](const Fifo &fifo) {
    for (unsigned i = 0; i != fifo.size(); ++i)
      if (fifo[i] == place)
        return true;
    return false;
  };
  return contains(queue) || contains(banks[format.bank(place)].queue);
}

void Channel::add(Place place, bool isWrite, int64_t clock) {
  assert(!full(isWrite) && nextClock > clock);
  if (pendingWrites.mayContain(place) && isPending(writes, place | 1)) {
    ++(isWrite ? mergedWrites : forwardedReads);
    return;
  }
  uint64_t bank = format.bank(place);
  if (isWrite) {
    pendingWrites.insert(place);
    writes.push(place);
    ++waitingWrites[bank];
    writeBanks |= uint64_t(1) << bank;
  } else {
    if (pendingReads.mayContain(place) && isPending(reads, place)) {
      ++mergedReads;
      return;
    }
    pendingReads.insert(place);
    ++numPendingReads;
    reads.push(place);
    ++waitingReads[bank];
    readBanks |= uint64_t(1) << bank;
  }
  if (canSchedule())
    nextClock = std::min(nextClock, clock + 1);
}

bool Channel::writesFirst() const {
  return draining != 0 || writes.full() ||
         (bankWork == 0 && writes.size() > options.idleWrites) ||
         (ending && reads.empty() && !writes.empty());
}

bool Channel::canSchedule() const {
  return (writesFirst() ? writeBanks : readBanks) & bankSpace;
}

void Channel::schedule() {
  auto firstOf = [&](const Fifo &queue) {
    unsigned position = 0;
    while (!(bankSpace >> format.bank(queue[position]) & 1))
      ++position;
    return position;
  };
  auto handOn = [&](Fifo &queue, unsigned position,
                    std::array<uint32_t, 64> &waiting, uint64_t &waitingBanks) {
    Place place = queue.erase(position);
    unsigned index = format.bank(place);
    uint64_t bit = uint64_t(1) << index;
    if (--waiting[index] == 0)
      waitingBanks &= ~bit;
    Bank &bank = banks[index];
    bank.queue.push(place);
    bank.queuedWrites += place & 1;
    if (bankWork == 0)
      workSince = now;
    bankWork |= bit;
    if (bank.queue.full())
      bankSpace &= ~bit;
    // What was found stays the first.
    if (bank.open && (place & 1 ? bank.writeHit : bank.readHit) < 0)
      findHits(bank);
  };

  if (writesFirst()) {
    if (draining == 0)
      draining = writes.size();
    if (!(writeBanks & bankSpace))
      return;
    unsigned position = firstOf(writes);
    // A write does not overtake the reads of what it overwrites. They are
    // served first, and the writes wait.
    Place place = writes[position] & ~Place(1);
    if (!pendingReads.mayContain(place) || !isPending(reads, place)) {
      --draining;
      handOn(writes, position, waitingWrites, writeBanks);
      return;
    }
    draining = 0;
  }
  if (readBanks & bankSpace)
    handOn(reads, firstOf(reads), waitingReads, readBanks);
}

//===----------------------------------------------------------------------===//
// Which command may be sent
//===----------------------------------------------------------------------===//

void Channel::findHits(Bank &bank) {
  bank.readHit = bank.writeHit = -1;
  const Fifo &queue = bank.queue;
  bool anyReads = bank.queuedWrites != queue.size();
  bool anyWrites = bank.queuedWrites != 0;
  for (unsigned i = 0; i != queue.size(); ++i) {
    Place place = queue[i];
    if ((place ^ bank.row) & rowMask)
      continue;
    if (!(place & 1)) {
      if (bank.readHit < 0)
        bank.readHit = i;
    } else if (bank.writeHit < 0) {
      // Not before a read of the same burst, which is older.
      bool overtakes = false;
      for (unsigned j = 0; j != i; ++j)
        overtakes |= queue[j] == (place & ~Place(1));
      if (!overtakes)
        bank.writeHit = i;
    }
    if ((bank.readHit >= 0 || !anyReads) && (bank.writeHit >= 0 || !anyWrites))
      break;
  }
}

static int64_t latest(int64_t a, int64_t b, int64_t c) {
  return std::max(std::max(a, b), c);
}

int64_t Channel::activateReady(const Bank &bank) const {
  return latest(bank.activate, groups[bank.group].activate,
                ranks[bank.rank].activate);
}

int64_t Channel::ready(const Bank &bank) const {
  if (!bank.open)
    return activateReady(bank);
  const Group &group = groups[bank.group];
  const Rank &rank = ranks[bank.rank];
  int64_t clock = never;
  if (bank.readHit >= 0)
    clock = latest(bank.read, group.read, rank.read);
  if (bank.writeHit >= 0)
    clock = std::min(clock, latest(bank.write, group.write, rank.write));
  if (bank.readHit != 0 && bank.writeHit != 0 &&
      (clock == never || bank.accesses >= options.hitsBeforeConflict))
    clock = std::min(clock, bank.precharge);
  return clock;
}

Channel::Bus Channel::issueTo(unsigned index, Bus wanted) {
  Bank &bank = banks[index];
  if (!bank.open) {
    if (wanted == Bus::Column || activateReady(bank) > now)
      return Bus::None;
    activate(index);
    return Bus::Row;
  }
  bool oldestConflicts = bank.readHit != 0 && bank.writeHit != 0;
  bool anyHit = bank.readHit >= 0 || bank.writeHit >= 0;
  if (wanted != Bus::Column && oldestConflicts && bank.precharge <= now &&
      (!anyHit || bank.accesses >= options.hitsBeforeConflict)) {
    precharge(index, /*forRow=*/true);
    return Bus::Row;
  }
  if (wanted == Bus::Row || !anyHit)
    return Bus::None;
  const Group &group = groups[bank.group];
  const Rank &rank = ranks[bank.rank];
  int position = -1;
  if (bank.readHit >= 0 && latest(bank.read, group.read, rank.read) <= now)
    position = bank.readHit;
  if (bank.writeHit >= 0 && (position < 0 || bank.writeHit < position) &&
      latest(bank.write, group.write, rank.write) <= now)
    position = bank.writeHit;
  if (position < 0)
    return Bus::None;
  access(index, position);
  return Bus::Column;
}

Channel::Bus Channel::issue(Bus wanted) {
  uint64_t candidates = bankWork;
  if (refreshPending())
    candidates &= ~refreshedBanks();
  // The banks in turn, from the one behind the last.
  uint64_t upToLast = maskTrailingOnes<uint64_t>(lastBank + 1);
  for (uint64_t set : {candidates & ~upToLast, candidates & upToLast})
    for (; set != 0; set &= set - 1) {
      unsigned index = llvm::countr_zero(set);
      Bus bus = issueTo(index, wanted);
      if (bus != Bus::None) {
        lastBank = index;
        return bus;
      }
    }
  return Bus::None;
}

unsigned Channel::refreshedBank() const {
  int64_t turn = refreshesDone / static_cast<int64_t>(ranks.size());
  int64_t first = refreshesDone % static_cast<int64_t>(ranks.size()) *
                  static_cast<int64_t>(banksPerRank);
  if (options.refresh == RefreshPolicy::PerBank)
    first +=
        turn % numGroups * banksPerGroup + turn / numGroups % banksPerGroup;
  return static_cast<unsigned>(first);
}

uint64_t Channel::refreshedBanks() const {
  bool all = options.refresh == RefreshPolicy::AllBanks;
  return maskTrailingOnes<uint64_t>(all ? banksPerRank : 1) << refreshedBank();
}

int64_t Channel::refreshReady() const {
  unsigned first = refreshedBank();
  const Rank &rank = ranks[banks[first].rank];
  if (options.refresh == RefreshPolicy::PerBank) {
    const Bank &bank = banks[first];
    if (bank.open)
      return bank.precharge;
    // For its neighbours it is an activation.
    return std::max({activateReady(bank), bank.refresh, rank.refreshBank});
  }
  if (rank.openBanks == 0)
    return rank.refresh;
  int64_t clock = never;
  for (unsigned i = first; i != first + banksPerRank; ++i)
    if (banks[i].open)
      clock = std::min(clock, banks[i].precharge);
  return clock;
}

bool Channel::issueRefresh() {
  if (refreshReady() > now)
    return false;
  for (uint64_t set = refreshedBanks(); set != 0; set &= set - 1) {
    unsigned index = llvm::countr_zero(set);
    if (banks[index].open && banks[index].precharge <= now) {
      precharge(index, /*forRow=*/false);
      return true;
    }
  }
  refresh();
  return true;
}

//===----------------------------------------------------------------------===//
// What a command does
//===----------------------------------------------------------------------===//

void Channel::count(DRAMCommand::Kind kind, int64_t clock, unsigned bank,
                    Place place) {
  ++commands[static_cast<unsigned>(kind)];
  if (!observer)
    return;
  DRAMCommand command;
  command.kind = kind;
  command.clock = clock;
  command.channel = index;
  command.rank = bank / banksPerRank;
  if (kind != DRAMCommand::Kind::Refresh) {
    command.bankGroup = bank % banksPerRank / banksPerGroup;
    command.bank = bank % banksPerGroup;
  }
  if (kind == DRAMCommand::Kind::Activate || command.isRead() ||
      command.isWrite())
    command.row =
        static_cast<int64_t>((place & rowMask) >> (1 + format.columnBits));
  if (command.isRead() || command.isWrite())
    command.column = static_cast<int64_t>(
        (place >> 1 & maskTrailingOnes<uint64_t>(format.columnBits))
        << beatBits);
  (*observer)(command);
}

void Channel::activate(unsigned index) {
  Bank &bank = banks[index];
  Group &group = groups[bank.group];
  Rank &rank = ranks[bank.rank];
  bank.open = true;
  bank.row = bank.queue[0] & rowMask;
  bank.accesses = 0;
  bank.activate = now + spacing.activateSame;
  bank.read = now + spacing.activateRead;
  bank.write = now + spacing.activateWrite;
  bank.precharge = now + spacing.activatePrecharge;
  group.activate = now + spacing.activateLong;
  rank.lastActivates[rank.nextActivate] = now;
  rank.nextActivate = (rank.nextActivate + 1) % rank.lastActivates.size();
  rank.activate =
      std::max({rank.activate, now + spacing.activateShort,
                rank.lastActivates[rank.nextActivate] + spacing.fourActivates});
  if (rank.openBanks++ == 0 && now > rank.openUntil) {
    rank.openClocks += rank.openUntil - rank.openSince;
    rank.openSince = now;
  }
  findHits(bank);
  count(DRAMCommand::Kind::Activate, now, index, bank.row);
}

void Channel::close(Bank &bank, int64_t clock) {
  Rank &rank = ranks[bank.rank];
  bank.open = false;
  bank.refresh = clock + spacing.prechargeActivate;
  bank.activate = std::max(bank.activate, bank.refresh);
  rank.refresh = std::max(rank.refresh, bank.refresh);
  rank.openUntil = std::max(rank.openUntil, clock);
  --rank.openBanks;
}

void Channel::precharge(unsigned index, bool forRow) {
  close(banks[index], now);
  banks[index].closedForRow = forRow;
  count(DRAMCommand::Kind::Precharge, now, index, 0);
}

void Channel::accessTiming(Bank &bank, bool isWrite, int64_t clock) {
  Group &group = groups[bank.group];
  auto raise = [clock](int64_t &earliest, int64_t space) {
    earliest = std::max(earliest, clock + space);
  };
  if (isWrite) {
    group.lastWrite = clock;
    raise(bank.precharge, spacing.writePrecharge);
    raise(group.write, spacing.writeWriteLong);
    raise(group.read, spacing.writeReadLong);
  } else {
    group.lastRead = clock;
    raise(bank.precharge, spacing.readPrecharge);
    raise(group.read, spacing.readReadLong);
  }
  for (unsigned i = 0; i != ranks.size(); ++i) {
    bool same = i == bank.rank;
    if (isWrite) {
      raise(ranks[i].write,
            same ? spacing.writeWriteShort : spacing.writeWriteRank);
      raise(ranks[i].read,
            same ? spacing.writeReadShort : spacing.writeReadRank);
    } else {
      raise(ranks[i].read, same ? spacing.readReadShort : spacing.readReadRank);
      raise(ranks[i].write, same ? spacing.readWrite : spacing.readWriteRank);
    }
  }
  dataEnd = clock + (isWrite ? spacing.writeData : spacing.readData);
}

void Channel::countIdle(const Bank &bank, bool isWrite, int64_t clock) {
  // The gap, as clocks in which the command could have been sent.
  int64_t from = dataEnd + spacing.burst -
                 (isWrite ? spacing.writeData : spacing.readData);
  int64_t turned = -longAgo, spaced = -longAgo;
  for (unsigned i = 0; i != groups.size(); ++i) {
    const Group &group = groups[i];
    auto after = [](int64_t &earliest, int64_t last, int64_t space) {
      earliest = std::max(earliest, last + space);
    };
    bool sameRank = i / numGroups == bank.rank;
    if (isWrite) {
      after(spaced, group.lastWrite,
            i == bank.group ? spacing.writeWriteLong
            : sameRank      ? spacing.writeWriteShort
                            : spacing.writeWriteRank);
      after(turned, group.lastRead,
            sameRank ? spacing.readWrite : spacing.readWriteRank);
    } else {
      after(spaced, group.lastRead,
            i == bank.group ? spacing.readReadLong
            : sameRank      ? spacing.readReadShort
                            : spacing.readReadRank);
      after(turned, group.lastWrite,
            i == bank.group ? spacing.writeReadLong
            : sameRank      ? spacing.writeReadShort
                            : spacing.writeReadRank);
    }
    // Where latencies differ the data would leave room for two in one clock.
    after(turned, isWrite ? group.lastRead : group.lastWrite, 1);
  }
  auto upTo = [&](int64_t end, BusIdle cause) {
    end = std::min(end, clock);
    if (end <= from)
      return;
    countIdle(cause, end - from);
    from = end;
  };
  upTo(turned, BusIdle::Turnaround);
  upTo(spaced, BusIdle::Spacing);
  upTo(workSince + 1, BusIdle::Empty);
  upTo(bank.refreshEnd +
           (isWrite ? spacing.activateWrite : spacing.activateRead),
       BusIdle::Refresh);
  upTo(clock, BusIdle::Row);
}

void Channel::access(unsigned index, unsigned position) {
  Bank &bank = banks[index];
  Place place = bank.queue.erase(position);
  bool isWrite = place & 1;
  bankSpace |= uint64_t(1) << index;
  if (bank.queue.empty())
    bankWork &= ~(uint64_t(1) << index);
  if (isWrite) {
    --bank.queuedWrites;
    pendingWrites.erase(place);
  } else {
    --numPendingReads;
    pendingReads.erase(place);
  }
  if (dataStart(isWrite, now) != dataEnd)
    countIdle(bank, isWrite, now);
  accessTiming(bank, isWrite, now);
  if (bank.accesses++ != 0)
    ++rowHits;
  else
    ++(bank.closedForRow ? rowConflicts : rowMisses);

  if (options.rows == RowPolicy::Open) {
    count(isWrite ? DRAMCommand::Kind::Write : DRAMCommand::Kind::Read, now,
          index, place);
    findHits(bank);
    return;
  }
  // The device precharges as soon as it may.
  close(bank, bank.precharge);
  bank.closedForRow = false;
  count(isWrite ? DRAMCommand::Kind::WritePrecharge
                : DRAMCommand::Kind::ReadPrecharge,
        now, index, place);
}

void Channel::refresh() {
  unsigned index = refreshedBank();
  Bank &bank = banks[index];
  Rank &rank = ranks[bank.rank];
  if (options.refresh == RefreshPolicy::AllBanks) {
    rank.refresh = std::max(rank.refresh, now + spacing.refresh);
    rank.activate = std::max(rank.activate, now + spacing.refresh);
    for (unsigned i = index; i != index + banksPerRank; ++i) {
      banks[i].refreshEnd = now + spacing.refresh;
      banks[i].closedForRow = false;
    }
    count(DRAMCommand::Kind::Refresh, now, index, 0);
  } else {
    Group &group = groups[bank.group];
    bank.activate = std::max(bank.activate, now + spacing.refreshBank);
    bank.refreshEnd = rank.refreshBank = now + spacing.refreshBank;
    group.activate = std::max(group.activate, now + spacing.activateLong);
    rank.activate = std::max(rank.activate, now + spacing.activateShort);
    bank.closedForRow = false;
    count(DRAMCommand::Kind::RefreshBank, now, index, 0);
  }
  ++refreshesDone;
}

//===----------------------------------------------------------------------===//
// Time
//===----------------------------------------------------------------------===//

void Channel::updateNext() {
  if (canSchedule()) {
    nextClock = now + 1;
    return;
  }
  int64_t next = nextRefreshDue();
  uint64_t set = bankWork;
  if (refreshPending()) {
    set &= ~refreshedBanks();
    next = std::min(next, refreshReady());
  }
  for (; set != 0; set &= set - 1)
    next = std::min(next, ready(banks[llvm::countr_zero(set)]));
  nextClock = std::max(next, now + 1);
}

int64_t Channel::step() {
  now = nextClock;
  if (now == nextRefreshDue())
    ++refreshesDue;
  Bus sent = Bus::None;
  if (refreshPending() && issueRefresh())
    sent = Bus::Row;
  if (sent == Bus::None)
    sent = issue(Bus::Any);
  if (twoCommands && sent != Bus::None)
    issue(sent == Bus::Row ? Bus::Column : Bus::Row);
  schedule();
  updateNext();
  return now;
}

int64_t Channel::skipAhead(RunCursor &run, int64_t clock) {
  assert(full(run.isWrite()) && nextClock > clock);
  bool isWrite = run.isWrite();
  Fifo &waiting = isWrite ? writes : reads;
  // All that waits goes to one bank, whose queue is full: a request is handed
  // on, and one arrives, in the very clock of each access, and nothing happens
  // in between.
  if (options.rows != RowPolicy::Open || refreshPending() ||
      !isPowerOf2_64(bankWork) || (bankWork & bankSpace) != 0 ||
      (isWrite ? writeBanks : readBanks) != bankWork)
    return -1;
  unsigned index = llvm::countr_zero(bankWork);
  Bank &bank = banks[index];
  // Nor do requests of the other kind come in between: the buffer of writes,
  // being full after every clock, is drained again and again, or not at all.
  // Each access empties the queue of a bank that holds only one.
  if (isWrite
          ? numPendingReads != 0
          : draining != 0 || writes.full() ||
                (bank.queue.size() == 1 && writes.size() > options.idleWrites))
    return -1;
  if (bank.queuedWrites != (isWrite ? bank.queue.size() : 0))
    return -1;
  // And all hit the open row, so that the oldest is always the next.
  if (!bank.open || bank.accesses == 0)
    return -1;
  const Place sameRow = ~(maskTrailingOnes<uint64_t>(format.columnBits) << 1);
  Place first = run.place();
  Place row = bank.queue[0] & sameRow;
  if (format.bank(first) != index || ((first ^ bank.row) & rowMask) ||
      (first & sameRow) != row)
    return -1;
  auto allInRow = [&](const Fifo &queue) {
    for (unsigned i = 0; i != queue.size(); ++i)
      if ((queue[i] & sameRow) != row)
        return false;
    return true;
  };
  if (!allInRow(bank.queue) || !allInRow(waiting))
    return -1;

  PendingPlaces &pending = isWrite ? pendingWrites : pendingReads;
  const DRAMCommand::Kind kind =
      isWrite ? DRAMCommand::Kind::Write : DRAMCommand::Kind::Read;
  const int64_t period =
      isWrite ? spacing.writeWriteLong : spacing.readReadLong;
  const int64_t refreshDue = nextRefreshDue();
  const Place firstOfAll = run.all();
  const int64_t firstClock = std::max(ready(bank), now + 1);
  int64_t last = -1;
  for (int64_t next = firstClock; next < refreshDue; next += period) {
    Place place = run.place();
    if (((run.all() ^ firstOfAll) & sameRow) ||
        pendingWrites.mayContain(place) || pendingReads.mayContain(place))
      break;
    Place sent = bank.queue.erase(0);
    bank.queue.push(waiting.erase(0));
    waiting.push(place);
    pending.erase(sent);
    pending.insert(place);
    if (isWrite)
      draining = (draining == 0 ? waiting.size() : draining) - 1;
    ++bank.accesses;
    ++rowHits;
    count(kind, next, index, sent);
    last = next;
    run.next();
    if (run.done())
      break;
  }
  if (last < 0)
    return -1;
  // Between two of them the bus waits for nothing but their distance.
  if (dataStart(isWrite, firstClock) != dataEnd)
    countIdle(bank, isWrite, firstClock);
  countIdle(BusIdle::Spacing,
            (last - firstClock) / period * (period - spacing.burst));
  // Of equal distances the last decides.
  accessTiming(bank, isWrite, last);
  lastBank = index;
  now = last;
  updateNext();
  return last;
}

int64_t Channel::drain(int64_t clock) {
  runTo(clock);
  ending = true;
  if (canSchedule())
    nextClock = std::min(nextClock, clock + 1);
  while (!reads.empty() || !writes.empty() || bankWork != 0)
    step();
  return dataEnd;
}

void Channel::finish(int64_t clock, ControllerStats &stats) {
  runTo(clock - 1);
  for (Rank &rank : ranks) {
    if (rank.openBanks != 0)
      rank.openUntil = clock;
    rank.openClocks +=
        std::min(rank.openUntil, clock) - std::min(rank.openSince, clock);
    stats.openClocks += rank.openClocks;
    stats.closedClocks += clock - rank.openClocks;
  }
  for (unsigned i = 0; i != commands.size(); ++i)
    stats.commands[i] += commands[i];
  stats.busyClocks += (rowHits + rowMisses + rowConflicts) * spacing.burst;
  countIdle(BusIdle::Empty, clock - dataEnd);
  for (unsigned i = 0; i != idleClocks.size(); ++i)
    stats.idleClocks[i] += idleClocks[i];
  stats.rowHits += rowHits;
  stats.rowMisses += rowMisses;
  stats.rowConflicts += rowConflicts;
  stats.forwardedReads += forwardedReads;
  stats.mergedReads += mergedReads;
  stats.mergedWrites += mergedWrites;
}

} // namespace romanet
