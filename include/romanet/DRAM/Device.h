//===- Device.h - A DRAM device and its organisation ------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a data sheet says of a DRAM: organisation, timing, currents. Several
// chips work in lock-step as a rank; bursts, rows and energies here are always
// those of the whole rank.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_DEVICE_H
#define ROMANET_DRAM_DEVICE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>

namespace romanet {

/// Timing parameters in clocks of the device (one period of `clockNs`), in
/// JEDEC's names. Where a device makes no difference between bank groups, the
/// short and the long form are equal.
struct DRAMTiming {
  double clockNs = 0;
  int64_t readLatency = 0, writeLatency = 0; // CL / RL, CWL / WL
  int64_t rcdRead = 0, rcdWrite = 0, rp = 0, ras = 0, rc = 0;
  int64_t ccdShort = 0, ccdLong = 0, rrdShort = 0, rrdLong = 0, faw = 0;
  int64_t wtrShort = 0, wtrLong = 0, wr = 0, rtp = 0, rtrs = 0;
  int64_t refi = 0, rfc = 0;
  /// Refresh of one bank: average interval between those of a rank, and
  /// duration; both 0 where the device has none.
  int64_t refiBank = 0, rfcBank = 0;
};

/// One supply rail of one chip: volts, and data-sheet currents in mA.
struct DRAMRail {
  double volts = 0;
  double idd0 = 0;             ///< one bank activated and precharged every tRC
  double idd2n = 0;            ///< standby, all banks closed
  double idd3n = 0;            ///< standby, a bank open
  double idd4r = 0, idd4w = 0; ///< continuous reads, writes
  double idd5b = 0;            ///< continuous refresh
};

/// What is wrong with a device: the field, spelled as in DeviceFields.h
/// ("rows", "timing_clocks.rc", "rails[0].volts"; of a product the first
/// factor), and what to say of it.
struct DeviceFault {
  std::string field, message;
};

struct DRAMDevice {
  /// Preset name, e.g. "ddr3-1600-2gb-x8".
  std::string name;
  /// Where the figures come from.
  std::string source;
  int64_t channels = 1, ranks = 1;
  /// Chips of a rank in lock-step, and data bits of each: 8 x8 chips make a
  /// 64-bit bus.
  int64_t chips = 1, chipBits = 8;
  int64_t bankGroups = 1, banksPerGroup = 8;
  int64_t rows = 0;
  /// Column addresses per row; each holds chipBits bits in every chip.
  int64_t columns = 0;
  /// Column addresses per burst.
  int64_t burstLength = 8;
  /// Data beats per clock: 2 for DDR.
  int64_t beatsPerClock = 2;
  /// Commands that a channel takes in a clock: 1, or 2 where commands to rows
  /// and to columns have buses of their own (HBM).
  int64_t commandsPerClock = 1;
  DRAMTiming timing;
  llvm::SmallVector<DRAMRail, 2> rails;

  // Sizes of a verified device; where a product does not fit 64 bits,
  // INT64_MAX.
  int64_t busBytes() const;   ///< bytes per beat of one rank
  int64_t burstBytes() const; ///< bytes of one burst of one rank
  int64_t rowBytes() const;   ///< bytes of one row of one bank of one rank
  int64_t burstsPerRow() const;
  int64_t banks() const;         ///< per rank
  int64_t capacityBytes() const; ///< of all channels and ranks
  /// Clocks that one burst keeps the data bus busy.
  double clocksPerBurst() const;

  /// Positive sizes, powers of two where an address is split by bits, positive
  /// clock, at least one rail, currents that give no command a negative energy.
  /// The message names the field and the value.
  llvm::Error verify() const;
  /// The same, with the field by itself.
  std::optional<DeviceFault> findFault() const;
};

/// Names of all presets, in a fixed order, the default device first.
llvm::ArrayRef<llvm::StringRef> dramPresetNames();

/// The preset of that name with its default number of chips (a 64-bit bus for
/// DDR, one channel of the device else). The error lists the names there are.
llvm::Expected<DRAMDevice> dramPreset(llvm::StringRef name);

/// Eight DDR3-1600 2Gb x8 chips on 64 bits.
DRAMDevice defaultDRAMDevice();

} // namespace romanet

#endif // ROMANET_DRAM_DEVICE_H
