//===- Controller.h - A DRAM controller, clock by clock ---------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a stream of bursts costs: the commands that a controller makes of it
// under all the timing of the device, the clocks they take, and their energy.
// The controller takes a stream run by run and stores no more of it than its
// queues hold. docs/DRAM.md says what is modelled and what is not.
//
// Each channel has a queue of reads, a buffer of writes and a short queue for
// every bank. In every clock a channel sends at most one command (the first
// that may be sent, the banks in turn, and of a bank those that hit its open
// row first), and hands at most one request on to the queue of its bank.
// Requests arrive in the order of the stream.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_CONTROLLER_H
#define ROMANET_DRAM_CONTROLLER_H

#include "romanet/DRAM/AddressMap.h"
#include "romanet/DRAM/BurstStream.h"
#include "romanet/DRAM/Command.h"
#include <array>
#include <functional>
#include <memory>

namespace romanet {

/// When a bank closes its row.
enum class RowPolicy {
  /// When another row of the bank is needed, or for a refresh.
  Open,
  /// With every access (read or write with auto-precharge).
  Closed
};

/// One refresh per rank and tREFI of all its banks, one per bank in turn (for
/// devices with DRAMTiming::refiBank), or none. The ranks take turns.
enum class RefreshPolicy { AllBanks, PerBank, None };

/// The defaults are those of DRAMsim3 with the queues of its configuration
/// files.
struct ControllerOptions {
  RowPolicy rows = RowPolicy::Open;
  RefreshPolicy refresh = RefreshPolicy::AllBanks;
  /// Per channel: reads that wait, and as many writes in a buffer of their
  /// own. At least 1.
  int64_t requestQueue = 32;
  /// Requests in the queue of each bank, in which hits may overtake. At least
  /// 1.
  int64_t bankQueue = 8;
  /// Writes are kept back until the buffer is full, or all queues of banks are
  /// empty and more than this many wait, or the stream is at its end. Zero or
  /// more.
  int64_t idleWrites = 8;
  /// A row with hits in the queue stays open for at least this many accesses,
  /// then the oldest request of the bank may close it. At least 1.
  int64_t hitsBeforeConflict = 4;
  /// Requests that arrive in a clock, at most. 0: as many as there are
  /// channels.
  int64_t requestsPerClock = 0;
  /// Passes over regular parts of the stream at once, with the same results.
  bool skipAhead = true;
};

/// What keeps the data bus of a channel idle between two bursts. Each clock of
/// a gap goes to the first of these that holds the command of the second burst
/// back in it, so that a cause has what it adds to those before it, and the
/// command is sent when the last of them ends.
enum class BusIdle : uint8_t {
  /// Bursts in the other direction: WTR and the latency of a read after writes,
  /// RTRS after reads.
  Turnaround,
  /// Bursts in the same direction: CCD where it is longer than a burst, RTRS
  /// between ranks.
  Spacing,
  /// No request is in the queue of any bank. Also the latency of the first
  /// burst, and what follows the last until all channels have ended.
  Empty,
  /// A refresh of the bank, from its precharges to RCD behind its end.
  Refresh,
  /// All else: requests wait for their rows to be closed and opened (RAS, RTP,
  /// WR, RP, RC, RRD, FAW, RCD), or for the commands to rows that are sent in
  /// their place.
  Row,
};
constexpr unsigned numBusIdles = 5;

/// Sums over all channels. Energy in pJ.
struct ControllerStats {
  /// Bursts that were pushed.
  int64_t reads = 0, writes = 0;
  /// Of these, reads of what waits to be written and reads and writes of what
  /// waits for the same already: the controller has or sends them once.
  int64_t forwardedReads = 0, mergedReads = 0, mergedWrites = 0;
  /// Of the read and write commands: row open before, bank closed before,
  /// another row open before.
  int64_t rowHits = 0, rowMisses = 0, rowConflicts = 0;
  /// By DRAMCommand::Kind.
  std::array<int64_t, DRAMCommand::NumKinds> commands = {};
  /// From clock 0 to the end of the last burst on the data bus.
  int64_t clocks = 0;
  double timeNs = 0;
  /// Clocks with a bank open and with all banks closed, over all ranks.
  int64_t openClocks = 0, closedClocks = 0;
  /// Clocks in which the data buses carry bursts, and in which they do not, by
  /// BusIdle. Together `clocks` of each channel.
  int64_t busyClocks = 0;
  std::array<int64_t, numBusIdles> idleClocks = {};
  /// Bytes of the bursts that were pushed.
  int64_t bytes = 0;

  double activatePJ = 0, readPJ = 0, writePJ = 0, refreshPJ = 0;
  double openStandbyPJ = 0, closedStandbyPJ = 0;
  /// Of the data buses of all channels, bytes a second.
  double peakBytesPerSecond = 0;

  int64_t count(DRAMCommand::Kind kind) const {
    return commands[static_cast<unsigned>(kind)];
  }
  int64_t idle(BusIdle cause) const {
    return idleClocks[static_cast<unsigned>(cause)];
  }
  int64_t activations() const { return count(DRAMCommand::Kind::Activate); }
  int64_t readCommands() const {
    return count(DRAMCommand::Kind::Read) +
           count(DRAMCommand::Kind::ReadPrecharge);
  }
  int64_t writeCommands() const {
    return count(DRAMCommand::Kind::Write) +
           count(DRAMCommand::Kind::WritePrecharge);
  }
  double backgroundPJ() const { return openStandbyPJ + closedStandbyPJ; }
  double totalPJ() const {
    return activatePJ + readPJ + writePJ + refreshPJ + backgroundPJ();
  }
  /// Useful bytes a second, and as a fraction of the peak; 0 if nothing moved.
  double bytesPerSecond() const {
    return timeNs > 0 ? static_cast<double>(bytes) / timeNs * 1e9 : 0;
  }
  double busUse() const {
    return peakBytesPerSecond > 0 ? bytesPerSecond() / peakBytesPerSecond : 0;
  }

  bool operator==(const ControllerStats &other) const;
};

/// Sees every command, those of one channel in the order of their clocks.
using CommandObserver = std::function<void(const DRAMCommand &)>;

class Controller {
public:
  /// `map` is one of `device`. An error if the device does not verify, has more
  /// than 64 banks in a channel, or lacks what an option needs, or if an option
  /// is out of its range.
  static llvm::Expected<Controller>
  create(const DRAMDevice &device, const AddressMap &map,
         const ControllerOptions &options = {}, CommandObserver observer = {});
  Controller(Controller &&);
  Controller &operator=(Controller &&);
  ~Controller();

  /// The next bursts of the stream, as early as the queues take them but not
  /// before the clock `notBefore`. A run with an address that is not one of a
  /// burst of the device, or without bursts, is an error that `finish` returns;
  /// what is pushed after it is ignored.
  void push(const BurstRun &run, int64_t notBefore = 0);

  /// Serves what is still queued. Once, after the last run.
  llvm::Expected<ControllerStats> finish();

private:
  struct Impl;
  explicit Controller(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace romanet

#endif // ROMANET_DRAM_CONTROLLER_H
