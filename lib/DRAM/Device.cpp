//===- Device.cpp - Sizes, checks and presets of DRAM devices -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Device.h"
#include "romanet/DRAM/DeviceFields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <limits>

using namespace llvm;

namespace romanet {

//===----------------------------------------------------------------------===//
// Derived sizes
//===----------------------------------------------------------------------===//

/// Stays at the largest value instead of wrapping: a device that was not
/// verified must not look like a small one.
static int64_t product(std::initializer_list<int64_t> factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    if (MulOverflow(result, factor, result))
      return std::numeric_limits<int64_t>::max();
  return result;
}

int64_t DRAMDevice::busBytes() const { return product({chips, chipBits}) / 8; }

int64_t DRAMDevice::burstBytes() const {
  return product({busBytes(), burstLength});
}

int64_t DRAMDevice::rowBytes() const { return product({busBytes(), columns}); }

int64_t DRAMDevice::burstsPerRow() const { return columns / burstLength; }

int64_t DRAMDevice::banks() const {
  return product({bankGroups, banksPerGroup});
}

int64_t DRAMDevice::capacityBytes() const {
  return product({channels, ranks, banks(), rows, rowBytes()});
}

double DRAMDevice::clocksPerBurst() const {
  return static_cast<double>(burstLength) / static_cast<double>(beatsPerClock);
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

namespace {
/// Keeps the first thing that is found wrong with a device.
class Verifier {
public:
  explicit Verifier(const DRAMDevice &device) : device(device) {}

  void require(bool condition, const Twine &field, int64_t value,
               const Twine &rule) {
    if (!condition)
      fail(field, field + " is " + Twine(value) + ", it must be " + rule);
  }

  void require(bool condition, const Twine &field, double value,
               const Twine &rule) {
    if (condition)
      return;
    std::string text;
    raw_string_ostream(text) << format("%g", value);
    fail(field, field + " is " + text + ", it must be " + rule);
  }

  void fail(const Twine &field, const Twine &text) {
    if (!fault)
      fault = DeviceFault{
          field.str(),
          ("DRAM device '" + Twine(device.name) + "': " + text).str()};
  }

  bool succeeded() const { return !fault; }

  std::optional<DeviceFault> take() { return std::move(fault); }

private:
  const DRAMDevice &device;
  std::optional<DeviceFault> fault;
};
} // namespace

static void verifyOrganisation(const DRAMDevice &device, Verifier &verifier) {
  for (const auto &field : deviceSizes) {
    int64_t value = device.*field.member;
    if (field.member == &DRAMDevice::beatsPerClock)
      verifier.require(value > 0, field.name, value, "positive");
    else if (field.member == &DRAMDevice::commandsPerClock)
      verifier.require(value == 1 || value == 2, field.name, value, "1 or 2");
    else
      verifier.require(value > 0 && isPowerOf2_64(value), field.name, value,
                       "a positive power of two");
  }
  // All factors are known to be positive from here on.
  if (!verifier.succeeded())
    return;
  int64_t busBits = product({device.chips, device.chipBits});
  if (busBits < 8)
    verifier.fail("chips", "chips * chip_bits is " + Twine(busBits) +
                               ", it must be at least 8, a whole byte per "
                               "beat");
  verifier.require(device.columns >= device.burstLength, "columns",
                   device.columns,
                   "at least burst_length, " + Twine(device.burstLength));
  // The largest value stands for "did not fit", and no power of two is equal
  // to it.
  if (busBits == std::numeric_limits<int64_t>::max() ||
      device.capacityBytes() == std::numeric_limits<int64_t>::max())
    verifier.fail("rows", "the capacity in bytes does not fit 64 bits");
}

static void verifyTiming(const DRAMTiming &timing, Verifier &verifier) {
  verifier.require(std::isfinite(timing.clockNs) && timing.clockNs > 0,
                   deviceClockName, timing.clockNs, "positive and finite");
  std::string prefix = deviceTimingName.str() + ".";
  for (const auto &field : deviceTimings) {
    int64_t value = timing.*field.member;
    // One rank has no turnaround between ranks, and not every device a refresh
    // of one bank.
    if (field.member == &DRAMTiming::rtrs ||
        field.member == &DRAMTiming::refiBank ||
        field.member == &DRAMTiming::rfcBank)
      verifier.require(value >= 0, prefix + field.name, value, "zero or more");
    else
      verifier.require(value > 0, prefix + field.name, value, "positive");
  }
  auto atLeast = [&](const char *field, int64_t value, const char *otherField,
                     int64_t other) {
    verifier.require(value >= other, prefix + field, value,
                     Twine("at least ") + otherField + ", " + Twine(other));
  };
  atLeast("rc", timing.rc, "ras", timing.ras);
  atLeast("ccd_long", timing.ccdLong, "ccd_short", timing.ccdShort);
  atLeast("rrd_long", timing.rrdLong, "rrd_short", timing.rrdShort);
  atLeast("wtr_long", timing.wtrLong, "wtr_short", timing.wtrShort);
  // Else the device would do nothing but refresh.
  verifier.require(timing.refi > timing.rfc, prefix + "refi", timing.refi,
                   "more than rfc, " + Twine(timing.rfc));
  if (timing.refiBank != 0 || timing.rfcBank != 0)
    verifier.require(timing.rfcBank > 0 && timing.refiBank > timing.rfcBank,
                     prefix + "refi_bank", timing.refiBank,
                     "more than rfc_bank, " + Twine(timing.rfcBank) +
                         ", or both must be zero");
}

/// Besides plain ranges, what keeps every command's energy from being negative:
/// an optimiser would otherwise look for the most commands, not the fewest.
static void verifyRail(const DRAMRail &rail, unsigned index,
                       const DRAMTiming &timing, Verifier &verifier) {
  std::string prefix = (deviceRailsName + "[" + Twine(index) + "].").str();
  for (const auto &field : deviceRailFields) {
    double value = rail.*field.member;
    if (field.member == &DRAMRail::volts)
      verifier.require(std::isfinite(value) && value > 0, prefix + field.name,
                       value, "positive and finite");
    else
      verifier.require(std::isfinite(value) && value >= 0, prefix + field.name,
                       value, "finite and not negative");
  }
  auto aboveStandby = [&](const char *field, double value) {
    verifier.require(value >= rail.idd3n, prefix + field, value,
                     "at least idd3n_ma, the standby current it contains");
  };
  aboveStandby("idd4r_ma", rail.idd4r);
  aboveStandby("idd4w_ma", rail.idd4w);
  aboveStandby("idd5b_ma", rail.idd5b);
  double rc = static_cast<double>(timing.rc);
  double ras = static_cast<double>(timing.ras);
  verifier.require(rail.idd0 * rc >= rail.idd3n * ras + rail.idd2n * (rc - ras),
                   prefix + "idd0_ma", rail.idd0,
                   "at least the standby current over one rc");
}

std::optional<DeviceFault> DRAMDevice::findFault() const {
  Verifier verifier(*this);
  verifyOrganisation(*this, verifier);
  verifyTiming(timing, verifier);
  if (rails.empty())
    verifier.fail(deviceRailsName,
                  "rails is empty, at least one supply rail is needed");
  for (const auto &[index, rail] : enumerate(rails))
    verifyRail(rail, index, timing, verifier);
  return verifier.take();
}

Error DRAMDevice::verify() const {
  if (std::optional<DeviceFault> fault = findFault())
    return createStringError(fault->message);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Presets
//===----------------------------------------------------------------------===//

namespace {
struct Organisation {
  int64_t channels, ranks, chips, chipBits;
  int64_t bankGroups, banksPerGroup, rows, columns;
  int64_t burstLength, beatsPerClock, commandsPerClock = 1;
};

struct Preset {
  StringLiteral name, source;
  Organisation organisation;
  DRAMTiming timing;
  DRAMRail rails[2];
  unsigned numRails;
};
} // namespace

static constexpr Preset presets[] = {
    {"ddr3-1600-2gb-x8",
     "Micron MT41J256M8-125; organisation and timing as in Ramulator's DDR3.h "
     "(DDR3_1600K, DDR3_2Gb_x8), currents of the 2 Gb component in Micron's "
     "module data sheet MT18JDF51272AZ (die revision M)",
     {/*channels=*/1, /*ranks=*/1, /*chips=*/8, /*chipBits=*/8,
      /*bankGroups=*/1, /*banksPerGroup=*/8, /*rows=*/32768, /*columns=*/1024,
      /*burstLength=*/8, /*beatsPerClock=*/2},
     {/*clockNs=*/1.25, /*readLatency=*/11, /*writeLatency=*/8,
      /*rcdRead=*/11,   /*rcdWrite=*/11,    /*rp=*/11,
      /*ras=*/28,       /*rc=*/39,
      /*ccdShort=*/4,   /*ccdLong=*/4,      /*rrdShort=*/5,
      /*rrdLong=*/5,    /*faw=*/24,
      /*wtrShort=*/6,   /*wtrLong=*/6,      /*wr=*/12,
      /*rtp=*/6,        /*rtrs=*/2,
      /*refi=*/6240,    /*rfc=*/128},
     {{/*volts=*/1.5, /*idd0=*/70, /*idd2n=*/43, /*idd3n=*/55, /*idd4r=*/156,
       /*idd4w=*/145, /*idd5b=*/195},
      {}},
     /*numRails=*/1},

    {"ddr4-2400-8gb-x8",
     "DRAMsim3 configs/DDR4_8Gb_x8_2400.ini",
     {/*channels=*/1, /*ranks=*/1, /*chips=*/8, /*chipBits=*/8,
      /*bankGroups=*/4, /*banksPerGroup=*/4, /*rows=*/65536, /*columns=*/1024,
      /*burstLength=*/8, /*beatsPerClock=*/2},
     {/*clockNs=*/0.83, /*readLatency=*/17, /*writeLatency=*/12,
      /*rcdRead=*/17,   /*rcdWrite=*/17,    /*rp=*/17,
      /*ras=*/39,       /*rc=*/56,
      /*ccdShort=*/4,   /*ccdLong=*/6,      /*rrdShort=*/4,
      /*rrdLong=*/6,    /*faw=*/26,
      /*wtrShort=*/3,   /*wtrLong=*/9,      /*wr=*/18,
      /*rtp=*/9,        /*rtrs=*/1,
      /*refi=*/9360,    /*rfc=*/420},
     {{/*volts=*/1.2, /*idd0=*/48, /*idd2n=*/34, /*idd3n=*/43, /*idd4r=*/135,
       /*idd4w=*/123, /*idd5b=*/250},
      {}},
     /*numRails=*/1},

    {"ddr4-3200-8gb-x8",
     "DRAMsim3 configs/DDR4_8Gb_x8_3200.ini",
     {/*channels=*/1, /*ranks=*/1, /*chips=*/8, /*chipBits=*/8,
      /*bankGroups=*/4, /*banksPerGroup=*/4, /*rows=*/65536, /*columns=*/1024,
      /*burstLength=*/8, /*beatsPerClock=*/2},
     {/*clockNs=*/0.63, /*readLatency=*/22, /*writeLatency=*/16,
      /*rcdRead=*/22,   /*rcdWrite=*/22,    /*rp=*/22,
      /*ras=*/52,       /*rc=*/74,
      /*ccdShort=*/4,   /*ccdLong=*/8,      /*rrdShort=*/4,
      /*rrdLong=*/8,    /*faw=*/34,
      /*wtrShort=*/4,   /*wtrLong=*/12,     /*wr=*/24,
      /*rtp=*/12,       /*rtrs=*/1,
      /*refi=*/12480,   /*rfc=*/560},
     {{/*volts=*/1.2, /*idd0=*/57, /*idd2n=*/37, /*idd3n=*/52, /*idd4r=*/168,
       /*idd4w=*/150, /*idd5b=*/250},
      {}},
     /*numRails=*/1},

    // Precharge and cycle time of one bank (RPpb, RCpb), refresh of all banks
    // (RFCab). The source's IDD5 is the current during that refresh; its IDD5ab
    // is an average over tREFI and not what the formula needs.
    {"lpddr4-3200-8gb-x16",
     "DRAMSys configs/memspec/JEDEC_8Gb_LPDDR4-3200_16bit.json, rails VDD1 and "
     "VDD2",
     {/*channels=*/1, /*ranks=*/1, /*chips=*/1, /*chipBits=*/16,
      /*bankGroups=*/1, /*banksPerGroup=*/8, /*rows=*/65536, /*columns=*/1024,
      /*burstLength=*/16, /*beatsPerClock=*/2},
     {/*clockNs=*/0.625, /*readLatency=*/28, /*writeLatency=*/14,
      /*rcdRead=*/29,    /*rcdWrite=*/29,    /*rp=*/29,
      /*ras=*/68,        /*rc=*/97,
      /*ccdShort=*/8,    /*ccdLong=*/8,      /*rrdShort=*/16,
      /*rrdLong=*/16,
      /*faw=*/64,        /*wtrShort=*/16,    /*wtrLong=*/16,
      /*wr=*/29,         /*rtp=*/12,
      /*rtrs=*/1,        /*refi=*/6246,      /*rfc=*/448,
      /*refiBank=*/780,  /*rfcBank=*/224},
     {{/*volts=*/1.8, /*idd0=*/3.5, /*idd2n=*/2, /*idd3n=*/2.25, /*idd4r=*/2.25,
       /*idd4w=*/2.25, /*idd5b=*/10},
      {/*volts=*/1.1, /*idd0=*/45, /*idd2n=*/27, /*idd3n=*/30, /*idd4r=*/275,
       /*idd4w=*/210, /*idd5b=*/90}},
     /*numRails=*/2},

    // 8 Gb is the density behind one channel (the stack holds 8 GiB). The
    // source counts 64 columns of the prefetch of two beats; here a column is
    // one beat, hence 128 of 16 bytes in the page of 2 KiB. Its tCCD_S of one
    // clock belongs to bursts of two beats: with bursts of four it is the data
    // bus, two clocks a burst, that limits. It has no tRTRS (there is only one
    // rank); DRAMsim3's default stands here. Of tRTP the longer form is taken.
    {"hbm2-8gb-x128",
     "DRAMsim3 configs/HBM2_8Gb_x128.ini; the currents in it are round numbers "
     "of unknown origin",
     {/*channels=*/8, /*ranks=*/1, /*chips=*/1, /*chipBits=*/128,
      /*bankGroups=*/4, /*banksPerGroup=*/4, /*rows=*/32768, /*columns=*/128,
      /*burstLength=*/4, /*beatsPerClock=*/2, /*commandsPerClock=*/2},
     {/*clockNs=*/1,  /*readLatency=*/14, /*writeLatency=*/4,
      /*rcdRead=*/14, /*rcdWrite=*/14,    /*rp=*/14,
      /*ras=*/34,     /*rc=*/48,
      /*ccdShort=*/1, /*ccdLong=*/2,      /*rrdShort=*/4,
      /*rrdLong=*/6,  /*faw=*/30,
      /*wtrShort=*/6, /*wtrLong=*/8,      /*wr=*/16,
      /*rtp=*/6,      /*rtrs=*/2,
      /*refi=*/3900,  /*rfc=*/260},
     {{/*volts=*/1.2, /*idd0=*/65, /*idd2n=*/40, /*idd3n=*/55, /*idd4r=*/390,
       /*idd4w=*/500, /*idd5b=*/250},
      {}},
     /*numRails=*/1},
};

static DRAMDevice makeDevice(const Preset &preset) {
  const Organisation &organisation = preset.organisation;
  DRAMDevice device;
  device.name = preset.name.str();
  device.source = preset.source.str();
  device.channels = organisation.channels;
  device.ranks = organisation.ranks;
  device.chips = organisation.chips;
  device.chipBits = organisation.chipBits;
  device.bankGroups = organisation.bankGroups;
  device.banksPerGroup = organisation.banksPerGroup;
  device.rows = organisation.rows;
  device.columns = organisation.columns;
  device.burstLength = organisation.burstLength;
  device.beatsPerClock = organisation.beatsPerClock;
  device.commandsPerClock = organisation.commandsPerClock;
  device.timing = preset.timing;
  device.rails.assign(preset.rails, preset.rails + preset.numRails);
  return device;
}

ArrayRef<StringRef> dramPresetNames() {
  static const auto names = [] {
    SmallVector<StringRef, std::size(presets)> list;
    for (const Preset &preset : presets)
      list.push_back(preset.name);
    return list;
  }();
  return names;
}

Expected<DRAMDevice> dramPreset(StringRef name) {
  for (const Preset &preset : presets)
    if (preset.name == name)
      return makeDevice(preset);
  return createStringError(
      "there is no DRAM preset '" + name +
      "', the presets are: " + join(dramPresetNames(), ", "));
}

DRAMDevice defaultDRAMDevice() { return makeDevice(presets[0]); }

} // namespace romanet
