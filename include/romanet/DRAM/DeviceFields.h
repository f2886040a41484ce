//===- DeviceFields.h - The fields of a device by name ----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every written form of a device (a file, an attribute) consists of, in
// its order, with the unit in the name where it has one. Messages of
// DRAMDevice::verify use the same names.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_DEVICEFIELDS_H
#define ROMANET_DRAM_DEVICEFIELDS_H

#include "romanet/DRAM/Device.h"

namespace romanet {

template <typename Struct, typename Value>
struct DeviceField {
  llvm::StringLiteral name;
  Value Struct::*member;
};

/// Besides these a device has a `name` and a `source`.
inline constexpr DeviceField<DRAMDevice, int64_t> deviceSizes[] = {
    {"channels", &DRAMDevice::channels},
    {"ranks", &DRAMDevice::ranks},
    {"chips", &DRAMDevice::chips},
    {"chip_bits", &DRAMDevice::chipBits},
    {"bank_groups", &DRAMDevice::bankGroups},
    {"banks_per_group", &DRAMDevice::banksPerGroup},
    {"rows", &DRAMDevice::rows},
    {"columns", &DRAMDevice::columns},
    {"burst_length", &DRAMDevice::burstLength},
    {"beats_per_clock", &DRAMDevice::beatsPerClock},
    {"commands_per_clock", &DRAMDevice::commandsPerClock},
};

inline constexpr llvm::StringLiteral deviceClockName = "clock_ns";
inline constexpr llvm::StringLiteral deviceTimingName = "timing_clocks";
inline constexpr DeviceField<DRAMTiming, int64_t> deviceTimings[] = {
    {"read_latency", &DRAMTiming::readLatency},
    {"write_latency", &DRAMTiming::writeLatency},
    {"rcd_read", &DRAMTiming::rcdRead},
    {"rcd_write", &DRAMTiming::rcdWrite},
    {"rp", &DRAMTiming::rp},
    {"ras", &DRAMTiming::ras},
    {"rc", &DRAMTiming::rc},
    {"ccd_short", &DRAMTiming::ccdShort},
    {"ccd_long", &DRAMTiming::ccdLong},
    {"rrd_short", &DRAMTiming::rrdShort},
    {"rrd_long", &DRAMTiming::rrdLong},
    {"faw", &DRAMTiming::faw},
    {"wtr_short", &DRAMTiming::wtrShort},
    {"wtr_long", &DRAMTiming::wtrLong},
    {"wr", &DRAMTiming::wr},
    {"rtp", &DRAMTiming::rtp},
    {"rtrs", &DRAMTiming::rtrs},
    {"refi", &DRAMTiming::refi},
    {"rfc", &DRAMTiming::rfc},
    {"refi_bank", &DRAMTiming::refiBank},
    {"rfc_bank", &DRAMTiming::rfcBank},
};

inline constexpr llvm::StringLiteral deviceRailsName = "rails";
inline constexpr DeviceField<DRAMRail, double> deviceRailFields[] = {
    {"volts", &DRAMRail::volts},    {"idd0_ma", &DRAMRail::idd0},
    {"idd2n_ma", &DRAMRail::idd2n}, {"idd3n_ma", &DRAMRail::idd3n},
    {"idd4r_ma", &DRAMRail::idd4r}, {"idd4w_ma", &DRAMRail::idd4w},
    {"idd5b_ma", &DRAMRail::idd5b},
};

} // namespace romanet

#endif // ROMANET_DRAM_DEVICEFIELDS_H
