//===- Controller.cpp - A DRAM controller, clock by clock -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Controller.h"
#include "Channel.h"
#include "romanet/DRAM/Energy.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <tuple>

using namespace llvm;

namespace romanet {

bool ControllerStats::operator==(const ControllerStats &other) const {
  auto all = [](const ControllerStats &s) {
    return std::tie(s.reads, s.writes, s.forwardedReads, s.mergedReads,
                    s.mergedWrites, s.rowHits, s.rowMisses, s.rowConflicts,
                    s.commands, s.clocks, s.timeNs, s.openClocks,
                    s.closedClocks, s.busyClocks, s.idleClocks, s.bytes,
                    s.activatePJ, s.readPJ, s.writePJ, s.refreshPJ,
                    s.openStandbyPJ, s.closedStandbyPJ, s.peakBytesPerSecond);
  };
  return all(*this) == all(other);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Banks of a channel are bits of a word.
static constexpr int64_t maxBanks = 64;
static constexpr int64_t maxQueue = 4096;
/// So that the end of no stream is beyond 64 bits.
static constexpr int64_t maxSpacing = int64_t(1) << 24;

static Error checkDevice(const DRAMDevice &device, RefreshPolicy refresh) {
  if (Error error = device.verify())
    return error;
  auto fail = [&](const Twine &text) {
    return createStringError("DRAM device '" + device.name + "': " + text);
  };
  int64_t banks = device.ranks > maxBanks || device.banks() > maxBanks
                      ? maxBanks + 1
                      : device.ranks * device.banks();
  if (banks > maxBanks)
    return fail("the controller takes at most " + Twine(maxBanks) +
                " banks in a channel, ranks * bankGroups * banksPerGroup are "
                "more");
  const DRAMTiming &timing = device.timing;
  for (int64_t clocks :
       {timing.readLatency, timing.writeLatency, timing.rcdRead,
        timing.rcdWrite,    timing.rp,           timing.ras,
        timing.rc,          timing.ccdShort,     timing.ccdLong,
        timing.rrdShort,    timing.rrdLong,      timing.faw,
        timing.wtrShort,    timing.wtrLong,      timing.wr,
        timing.rtp,         timing.rtrs,         timing.refi,
        timing.rfc,         timing.refiBank,     timing.rfcBank,
        device.burstLength})
    if (clocks > maxSpacing)
      return fail("a timing of " + Twine(clocks) +
                  " clocks, the controller takes at most " + Twine(maxSpacing));

  if (refresh == RefreshPolicy::None)
    return Error::success();
  if (refresh == RefreshPolicy::PerBank && timing.refiBank == 0)
    return fail("it has no refresh of single banks (timing.refiBank)");
  // What it takes to close the banks for a refresh, and to close one and open
  // it for an access, at most. With less there would be refreshes only.
  CommandSpacing spacing(device);
  int64_t closing = std::max({timing.ras, timing.rtp, spacing.writePrecharge}) +
                    timing.rp + timing.faw + banks;
  int64_t access = closing + timing.rc + spacing.writeReadLong;
  bool all = refresh == RefreshPolicy::AllBanks;
  int64_t interval =
      all ? spacing.refreshInterval : spacing.refreshBankInterval;
  int64_t free = all ? timing.refi - timing.rfc
                     : timing.refiBank * device.banks() - timing.rfcBank;
  if (interval <= closing || free <= 2 * access)
    return fail("refresh every " + Twine(interval) +
                " clocks, of one rank after the other, leaves no time for "
                "accesses, with " +
                Twine(closing) + " clocks to close the banks and " +
                Twine(access) + " for an access");
  return Error::success();
}

static Error checkOptions(const ControllerOptions &options) {
  const std::tuple<const char *, int64_t, int64_t, int64_t> ranges[] = {
      {"requestQueue", options.requestQueue, 1, maxQueue},
      {"bankQueue", options.bankQueue, 1, maxQueue},
      {"idleWrites", options.idleWrites, 0, maxQueue},
      {"hitsBeforeConflict", options.hitsBeforeConflict, 1, never},
      {"requestsPerClock", options.requestsPerClock, 0, never}};
  for (const auto &[name, value, least, most] : ranges)
    if (value < least || value > most)
      return createStringError(
          "DRAM controller: " + Twine(name) + " is " + Twine(value) +
          ", it must be at least " + Twine(least) +
          (most == never ? Twine() : " and at most " + Twine(most)));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Controller
//===----------------------------------------------------------------------===//

struct Controller::Impl {
  Impl(const DRAMDevice &device, const AddressMap &map,
       const ControllerOptions &options, CommandObserver observer);

  void push(const BurstRun &run, int64_t notBefore);
  std::string check(const BurstRun &run, int64_t notBefore) const;
  ControllerStats finish();

  DRAMDevice device;
  ControllerOptions options;
  CommandObserver observer;
  PlaceFormat format;
  /// The places of bursts: every bit of an address decides on some bits of the
  /// place, which are xored.
  std::vector<RunCursor::Table> tables;
  std::vector<std::unique_ptr<Channel>> channels;
  unsigned burstBits;

  /// Of the last arrival, and how many there were in that clock.
  int64_t clock = 0, arrivals = 0;
  int64_t reads = 0, writes = 0;
  std::string error;
  bool finished = false;
};

Controller::Impl::Impl(const DRAMDevice &device, const AddressMap &map,
                       const ControllerOptions &options,
                       CommandObserver observer)
    : device(device), options(options), observer(std::move(observer)),
      format(device), burstBits(Log2_64(device.burstBytes())) {
  if (this->options.requestsPerClock == 0)
    this->options.requestsPerClock = device.channels;

  auto placeOf = [&](int64_t address) {
    DRAMAddress at = map.decode(address);
    Place place = at.channel;
    place = place * device.ranks + at.rank;
    place = place * device.bankGroups + at.bankGroup;
    place = place * device.banksPerGroup + at.bank;
    place = place << format.rowBits | at.row;
    place = place << format.columnBits | at.column / device.burstLength;
    return place << 1;
  };
  unsigned bits = Log2_64(device.capacityBytes()) - burstBits;
  tables.resize(std::max<unsigned>(divideCeil(bits, 8), 1));
  for (unsigned i = 0; i != tables.size(); ++i) {
    tables[i].fill(0);
    for (unsigned bit = 0; bit != 8 && 8 * i + bit < bits; ++bit) {
      Place place = placeOf(int64_t(1) << (burstBits + 8 * i + bit));
      for (unsigned value = 0; value != 1u << bit; ++value)
        tables[i][value | 1u << bit] = tables[i][value] ^ place;
    }
  }
  for (int64_t i = 0; i != device.channels; ++i)
    channels.push_back(
        std::make_unique<Channel>(device, options, i, &this->observer));
}

std::string Controller::Impl::check(const BurstRun &run,
                                    int64_t notBefore) const {
  auto fail = [&](const Twine &text) {
    return ("DRAM stream, " + Twine(run.count) + " bursts from address " +
            Twine(run.address) + ": " + text)
        .str();
  };
  if (finished)
    return fail("the controller has finished");
  if (run.count < 1)
    return fail("a run has at least one burst");
  if (notBefore < 0 || notBefore > never / 2)
    return fail("not before clock " + Twine(notBefore) + ", which is no clock");
  int64_t burstBytes = device.burstBytes();
  if (run.address < 0 || run.address % burstBytes != 0)
    return fail("the address is not a multiple of the " + Twine(burstBytes) +
                " bytes of a burst");
  int64_t capacity = device.capacityBytes();
  if (run.address >= capacity ||
      run.count > (capacity - run.address) / burstBytes)
    return fail("the end is beyond the " + Twine(capacity) +
                " bytes of DRAM device '" + device.name + "'");
  return "";
}

void Controller::Impl::push(const BurstRun &run, int64_t notBefore) {
  if (!error.empty())
    return;
  error = check(run, notBefore);
  if (!error.empty())
    return;
  (run.isWrite ? writes : reads) += run.count;
  RunCursor cursor(tables, format.channelShift(), run.address >> burstBits,
                   run.count, run.isWrite);
  if (clock < notBefore) {
    clock = notBefore;
    arrivals = 0;
  }
  while (!cursor.done()) {
    Channel &channel = *channels[cursor.channel()];
    int64_t at = clock + (arrivals == options.requestsPerClock);
    channel.runTo(at);
    if (channel.full(run.isWrite)) {
      int64_t last =
          options.skipAhead ? channel.skipAhead(cursor, at) : int64_t(-1);
      if (last >= 0) {
        clock = last;
        arrivals = 1;
        continue;
      }
      while (channel.full(run.isWrite))
        at = channel.step();
    }
    arrivals = at == clock ? arrivals + 1 : 1;
    clock = at;
    channel.add(cursor.place(), run.isWrite, clock);
    cursor.next();
  }
}

ControllerStats Controller::Impl::finish() {
  ControllerStats stats;
  stats.reads = reads;
  stats.writes = writes;
  stats.bytes = (reads + writes) * device.burstBytes();
  for (auto &channel : channels)
    stats.clocks = std::max(stats.clocks, channel->drain(clock));
  for (auto &channel : channels)
    channel->finish(stats.clocks, stats);

  const double clockNs = device.timing.clockNs;
  stats.timeNs = static_cast<double>(stats.clocks) * clockNs;
  stats.peakBytesPerSecond =
      static_cast<double>(device.channels * device.busBytes() *
                          device.beatsPerClock) /
      clockNs * 1e9;
  CommandEnergies energies = commandEnergies(device);
  auto times = [](int64_t count, double energy) {
    return static_cast<double>(count) * energy;
  };
  stats.activatePJ = times(stats.activations(), energies.activatePrecharge);
  stats.readPJ = times(stats.readCommands(), energies.readBurst);
  stats.writePJ = times(stats.writeCommands(), energies.writeBurst);
  // The refresh of a bank is its share of that of all.
  stats.refreshPJ =
      times(stats.count(DRAMCommand::Kind::Refresh), energies.refresh) +
      times(stats.count(DRAMCommand::Kind::RefreshBank),
            energies.refresh / static_cast<double>(device.banks()));
  stats.openStandbyPJ = times(stats.openClocks, energies.standbyOpenPerClock);
  stats.closedStandbyPJ =
      times(stats.closedClocks, energies.standbyClosedPerClock);
  return stats;
}

Controller::Controller(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
Controller::Controller(Controller &&) = default;
Controller &Controller::operator=(Controller &&) = default;
Controller::~Controller() = default;

Expected<Controller> Controller::create(const DRAMDevice &device,
                                        const AddressMap &map,
                                        const ControllerOptions &options,
                                        CommandObserver observer) {
  if (Error error = checkDevice(device, options.refresh))
    return error;
  if (Error error = checkOptions(options))
    return error;
  return Controller(
      std::make_unique<Impl>(device, map, options, std::move(observer)));
}

void Controller::push(const BurstRun &run, int64_t notBefore) {
  impl->push(run, notBefore);
}

Expected<ControllerStats> Controller::finish() {
  if (impl->error.empty() && impl->finished)
    impl->error = "DRAM stream: the controller has finished";
  if (!impl->error.empty())
    return createStringError(impl->error);
  impl->finished = true;
  return impl->finish();
}

} // namespace romanet
