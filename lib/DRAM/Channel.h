//===- Channel.h - One channel of the controller ----------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A channel shares nothing with the others but the order in which requests
// arrive, so that each runs on its own up to the clock of its next request.
// Only clocks in which something can happen are visited.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_DRAM_CHANNEL_H
#define ROMANET_LIB_DRAM_CHANNEL_H

#include "romanet/DRAM/Controller.h"
#include <limits>
#include <vector>

namespace romanet {

/// Later than every clock.
constexpr int64_t never = std::numeric_limits<int64_t>::max();

/// Before the first clock by more than every spacing of commands.
constexpr int64_t longAgo = int64_t(1) << 40;

/// A request within its channel as one number: whether it writes in bit 0,
/// then the burst in the row, the row, and the bank counted through ranks and
/// bank groups.
using Place = uint64_t;

struct PlaceFormat {
  unsigned columnBits = 0, rowBits = 0, bankBits = 0;

  explicit PlaceFormat(const DRAMDevice &device);
  Place rowMask() const {
    return ((Place(1) << rowBits) - 1) << (1 + columnBits);
  }
  unsigned bank(Place place) const {
    return static_cast<unsigned>(place >> (1 + columnBits + rowBits));
  }
  unsigned channelShift() const { return 1 + columnBits + rowBits + bankBits; }
};

/// Clocks between commands, as they follow from the device.
struct CommandSpacing {
  explicit CommandSpacing(const DRAMDevice &device);

  int64_t burst;               ///< clocks of a burst on the data bus
  int64_t readData, writeData; ///< from the command to the end of its data
  // From read or write to read or write: in the same bank group, in another
  // group of the rank, in another rank.
  int64_t readReadLong, readReadShort, readReadRank;
  int64_t writeWriteLong, writeWriteShort, writeWriteRank;
  int64_t readWrite, readWriteRank;
  int64_t writeReadLong, writeReadShort, writeReadRank;
  int64_t readPrecharge, writePrecharge;
  int64_t activateRead, activateWrite, activatePrecharge;
  int64_t activateSame, activateLong, activateShort, fourActivates;
  int64_t prechargeActivate;
  int64_t refreshInterval, refresh, refreshBankInterval, refreshBank;
};

/// The oldest first; elements near the front leave in constant time.
class Fifo {
public:
  void reserve(unsigned capacity);
  bool full() const { return count == limit; }
  bool empty() const { return count == 0; }
  unsigned size() const { return count; }
  Place operator[](unsigned index) const {
    return storage[(first + index) & mask];
  }
  void push(Place place) { storage[(first + count++) & mask] = place; }
  Place erase(unsigned index) {
    Place taken = (*this)[index];
    for (; index != 0; --index)
      storage[(first + index) & mask] = storage[(first + index - 1) & mask];
    ++first;
    --count;
    return taken;
  }

private:
  std::vector<Place> storage;
  unsigned mask = 0, first = 0, count = 0, limit = 0;
};

/// How many requests of one kind there are with each place. Most questions are
/// answered by a table of counts over hashed places, the rest by the caller.
class PendingPlaces {
public:
  void insert(Place place) { ++counts[hash(place)]; }
  void erase(Place place) { --counts[hash(place)]; }
  /// Never false for what is in it.
  bool mayContain(Place place) const { return counts[hash(place)] != 0; }

private:
  static unsigned hash(Place place) {
    place >>= 1;
    return static_cast<unsigned>((place ^ place >> 12 ^ place >> 24) &
                                 (NumCounts - 1));
  }
  static constexpr unsigned NumCounts = 4096;
  std::array<uint32_t, NumCounts> counts = {};
};

/// Bursts at consecutive addresses, as places.
class RunCursor {
public:
  /// `tables[i]` maps the bits 8 * i to 8 * i + 7 of the number of a burst.
  using Table = std::array<Place, 256>;
  RunCursor(const std::vector<Table> &tables, unsigned channelShift,
            int64_t burst, int64_t count, bool isWrite)
      : tables(tables), channelShift(channelShift), burst(burst), left(count),
        write(isWrite) {
    updateHigh();
  }

  bool done() const { return left == 0; }
  bool isWrite() const { return write; }
  unsigned channel() const {
    return static_cast<unsigned>((high ^ low()) >> channelShift);
  }
  Place place() const {
    return (high ^ low()) & ((Place(1) << channelShift) - 1);
  }
  /// Channel and place.
  Place all() const { return high ^ low(); }
  void next() {
    --left;
    if ((++burst & 255) == 0 && left != 0)
      updateHigh();
  }

private:
  Place low() const { return tables[0][burst & 255]; }
  void updateHigh() {
    high = write;
    for (size_t i = 1; i < tables.size(); ++i)
      high ^= tables[i][burst >> (8 * i) & 255];
  }

  const std::vector<Table> &tables;
  unsigned channelShift;
  int64_t burst, left;
  bool write;
  Place high = 0;
};

class Channel {
public:
  Channel(const DRAMDevice &device, const ControllerOptions &options,
          int64_t index, const CommandObserver *observer);

  /// Whether no further request of that kind is taken now.
  bool full(bool isWrite) const { return (isWrite ? writes : reads).full(); }
  /// Does all that happens up to and in `clock`.
  void runTo(int64_t clock) {
    while (nextClock <= clock)
      step();
  }
  /// Goes to the next clock in which something happens, and returns it.
  int64_t step();
  /// Takes a request at the end of `clock`, to which the channel has run.
  void add(Place place, bool isWrite, int64_t clock);
  /// Takes as many requests of the run, one after every access, as it can see
  /// that nothing else will happen meanwhile. Returns the clock of the last, or
  /// -1 if there is none. The queue of that kind is full, before and after.
  int64_t skipAhead(RunCursor &run, int64_t clock);

  /// Serves all that waits after `clock`, at which the stream has ended;
  /// returns the end of the last data, 0 if there was none.
  int64_t drain(int64_t clock);
  /// Goes on up to `clock`, exclusively, and adds what happened to `stats`.
  void finish(int64_t clock, ControllerStats &stats);

private:
  struct Bank {
    /// The earliest clock of a command, as far as the bank alone decides.
    int64_t activate = 0, precharge = 0, read = 0, write = 0, refresh = 0;
    /// When its last refresh ends.
    int64_t refreshEnd = -longAgo;
    /// The row, shifted as in a Place.
    Place row = 0;
    bool open = false;
    /// It was closed for the sake of another row.
    bool closedForRow = false;
    uint8_t rank = 0, group = 0;
    /// Positions in the queue of the first read and the first write that hit
    /// the open row and may be sent before all others; -1 if there is none.
    int16_t readHit = -1, writeHit = -1;
    int64_t accesses = 0; ///< since the row was opened
    unsigned queuedWrites = 0;
    Fifo queue;
  };
  /// The earliest clocks, as far as the commands of a bank group decide.
  struct Group {
    int64_t activate = 0, read = 0, write = 0;
    int64_t lastRead = -longAgo, lastWrite = -longAgo;
  };
  struct Rank {
    int64_t activate = 0, read = 0, write = 0, refresh = 0, refreshBank = 0;
    std::array<int64_t, 4> lastActivates = {-longAgo, -longAgo, -longAgo,
                                            -longAgo};
    unsigned nextActivate = 0;
    unsigned openBanks = 0;
    /// A bank is open, or was open, in [openSince, openUntil).
    int64_t openSince = 0, openUntil = 0, openClocks = 0;
  };
  /// Which bus a command takes where there are two.
  enum class Bus { None, Row, Column, Any };

  void findHits(Bank &bank);
  /// The earliest clock of a command to the bank, whose queue is not empty.
  int64_t ready(const Bank &bank) const;
  int64_t activateReady(const Bank &bank) const;
  /// Sends the first command on `wanted` that may be sent now, and says on
  /// which bus it went.
  Bus issue(Bus wanted);
  Bus issueTo(unsigned bank, Bus wanted);
  /// Brings the refresh that is due forward by a command, if one may be sent.
  bool issueRefresh();
  int64_t refreshReady() const;
  /// Hands a request on to the queue of its bank, if there is one to hand on.
  void schedule();
  bool canSchedule() const;
  /// Whether writes go next.
  bool writesFirst() const;
  void updateNext();
  bool isPending(const Fifo &queue, Place place) const;

  void activate(unsigned bank);
  void precharge(unsigned bank, bool forRow);
  void access(unsigned bank, unsigned position);
  void accessTiming(Bank &bank, bool isWrite, int64_t clock);
  /// Of an access that is sent in `clock`.
  int64_t dataStart(bool isWrite, int64_t clock) const {
    return clock + (isWrite ? spacing.writeData : spacing.readData) -
           spacing.burst;
  }
  /// Says what the data bus waited for since its last burst, before an access
  /// that is sent in `clock`.
  void countIdle(const Bank &bank, bool isWrite, int64_t clock);
  void countIdle(BusIdle cause, int64_t clocks) {
    idleClocks[static_cast<unsigned>(cause)] += clocks;
  }
  void close(Bank &bank, int64_t clock);
  void refresh();
  void count(DRAMCommand::Kind kind, int64_t clock, unsigned bank, Place place);

  bool refreshPending() const { return refreshesDue != refreshesDone; }
  /// The first bank of the pending refresh, and the set of its banks, which get
  /// no other commands.
  unsigned refreshedBank() const;
  uint64_t refreshedBanks() const;
  int64_t nextRefreshDue() const {
    return refreshInterval == 0 ? never : refreshInterval * (refreshesDue + 1);
  }

  const CommandSpacing spacing;
  const PlaceFormat format;
  const ControllerOptions options;
  const int64_t index;
  const CommandObserver *observer;
  const unsigned numGroups, banksPerGroup, banksPerRank, beatBits;
  const bool twoCommands;
  const Place rowMask;

  std::vector<Bank> banks;
  std::vector<Group> groups;
  std::vector<Rank> ranks;

  Fifo reads, writes;
  /// By bank, and as sets of banks.
  std::array<uint32_t, 64> waitingReads = {}, waitingWrites = {};
  uint64_t readBanks = 0, writeBanks = 0;
  /// Banks whose queues are not full, not empty.
  uint64_t bankSpace = 0, bankWork = 0;
  PendingPlaces pendingReads, pendingWrites;
  int64_t numPendingReads = 0;
  /// Writes that the buffer still hands on before reads.
  int64_t draining = 0;
  bool ending = false;
  unsigned lastBank = 0;

  int64_t refreshInterval = 0, refreshesDue = 0, refreshesDone = 0;
  int64_t now = 0, nextClock = 0, dataEnd = 0;
  /// When a request went to the queue of a bank while all were empty.
  int64_t workSince = 0;

  std::array<int64_t, DRAMCommand::NumKinds> commands = {};
  std::array<int64_t, numBusIdles> idleClocks = {};
  int64_t rowHits = 0, rowMisses = 0, rowConflicts = 0;
  int64_t forwardedReads = 0, mergedReads = 0, mergedWrites = 0;
};

} // namespace romanet

#endif // ROMANET_LIB_DRAM_CHANNEL_H
