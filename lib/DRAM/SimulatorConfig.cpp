//===- SimulatorConfig.cpp - A device for DRAM simulators -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/SimulatorConfig.h"
#include "Real.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <limits>

using namespace llvm;

namespace romanet {

namespace {
/// Keeps the first thing that a simulator cannot express.
class Limits {
public:
  Limits(StringRef tool, const DRAMDevice &device, const AddressMap &map)
      : tool(tool), device(device), map(map) {}

  void require(bool condition, const Twine &reason) {
    if (!condition && message.empty())
      message =
          ("the configuration of " + tool + " cannot express " + reason).str();
  }
  /// What both tools have in common.
  void requireCommon() {
    const DRAMTiming &timing = device.timing;
    requireInt("rows", device.rows);
    requireInt("columns", device.columns);
    requireInt("refi", timing.refi);
    requireInt("rfc", timing.rfc);
    require(map.hash() == BankHash::None, "the bank hash '" +
                                              bankHashName(map.hash()) +
                                              "'; without a hash it can");
    require(device.beatsPerClock == 2, "device '" + device.name + "' with " +
                                           Twine(device.beatsPerClock) +
                                           " beats per clock, only 2");
  }
  void requireOneRcd() {
    require(device.timing.rcdRead == device.timing.rcdWrite,
            "different rcd_read and rcd_write of device '" + device.name + "'");
  }
  void requireInt(StringRef field, int64_t value) {
    require(value <= std::numeric_limits<int32_t>::max(),
            field + " = " + Twine(value) + " of device '" + device.name +
                "', which does not fit 32 bits");
  }
  bool succeeded() const { return message.empty(); }
  Error take() const {
    return succeeded() ? Error::success() : createStringError(message);
  }

private:
  StringRef tool;
  const DRAMDevice &device;
  const AddressMap &map;
  std::string message;
};
} // namespace

//===----------------------------------------------------------------------===//
// DRAMsim3
//===----------------------------------------------------------------------===//

namespace {
/// What DRAMsim3 calls a kind of device. It decides on which of the keys are
/// read and on what a column is.
struct DRAMsim3Protocol {
  StringLiteral name;
  /// Columns of the device in one of the file.
  int64_t columns;
  bool hasTwoRcd;
  int64_t commandsPerClock;
};
} // namespace

static DRAMsim3Protocol findProtocol(const DRAMDevice &device) {
  if (device.chipBits >= 64)
    return {"HBM2", 2, true, 2};
  if (device.burstLength == 16)
    return {"LPDDR4", 1, false, 1};
  return {device.bankGroups > 1 ? StringLiteral("DDR4") : StringLiteral("DDR3"),
          1, false, 1};
}

Error writeDRAMsim3Config(const DRAMDevice &device, const AddressMap &map,
                          const SimulatorOptions &options, raw_ostream &os) {
  if (Error error = device.verify())
    return error;
  const DRAMTiming &timing = device.timing;
  DRAMsim3Protocol protocol = findProtocol(device);
  Limits limits("DRAMsim3", device, map);
  limits.requireCommon();
  if (!protocol.hasTwoRcd)
    limits.requireOneRcd();
  limits.require(device.commandsPerClock <= protocol.commandsPerClock,
                 Twine(device.commandsPerClock) +
                     " commands per clock of device '" + device.name +
                     "', only 1");
  limits.require(timing.rc == timing.ras + timing.rp,
                 "rc = " + Twine(timing.rc) + " of device '" + device.name +
                     "', only ras + rp = " + Twine(timing.ras + timing.rp));
  limits.require(device.columns >= protocol.columns &&
                     device.chipBits * device.columns >= 8,
                 "rows of " + Twine(device.columns) + " columns of device '" +
                     device.name + "'");
  // It counts in whole MiB, bank by bank and chip by chip.
  int64_t kibPerThousandRows = device.chipBits * device.columns / 8;
  limits.require(device.rows % 1024 == 0 &&
                     kibPerThousandRows * (device.rows / 1024) % 1024 == 0,
                 "banks of " +
                     Twine(device.rows * device.chipBits * device.columns / 8) +
                     " bytes per chip of device '" + device.name +
                     "', only whole MiB of 1024 rows");
  int64_t channelMiB =
      device.capacityBytes() / device.channels / (int64_t(1) << 20);
  limits.requireInt("the MiB of a channel", channelMiB);
  if (!limits.succeeded())
    return limits.take();

  // One rail as it is; the power of several on one of 1 V.
  auto current = [&](double DRAMRail::*member) {
    if (device.rails.size() == 1)
      return Real{device.rails[0].*member};
    double milliwatts = 0;
    for (const DRAMRail &rail : device.rails)
      milliwatts += rail.volts * rail.*member;
    return Real{milliwatts};
  };
  double volts = device.rails.size() == 1 ? device.rails[0].volts : 1;

  os << "; " << device.name << "\n[dram_structure]\n"
     << "protocol = " << protocol.name << '\n'
     << "bankgroups = " << device.bankGroups << '\n'
     << "banks_per_group = " << device.banksPerGroup << '\n'
     << "rows = " << device.rows << '\n'
     << "columns = " << device.columns / protocol.columns << '\n'
     << "device_width = " << device.chipBits << '\n'
     << "BL = " << device.burstLength << '\n'
     << "hbm_dual_cmd = " << (device.commandsPerClock == 2 ? "true" : "false")
     << '\n';

  os << "\n[timing]\n"
     << "tCK = " << Real{timing.clockNs} << '\n'
     << "AL = 0\n"
     << "CL = " << timing.readLatency << '\n'
     << "CWL = " << timing.writeLatency << '\n';
  if (protocol.hasTwoRcd)
    os << "tRCDRD = " << timing.rcdRead << '\n'
       << "tRCDWR = " << timing.rcdWrite << '\n';
  else
    os << "tRCD = " << timing.rcdRead << '\n';
  const std::pair<const char *, int64_t> clocks[] = {
      {"tRP", timing.rp},
      {"tRAS", timing.ras},
      {"tRRD_S", timing.rrdShort},
      {"tRRD_L", timing.rrdLong},
      {"tCCD_S", timing.ccdShort},
      {"tCCD_L", timing.ccdLong},
      {"tWTR_S", timing.wtrShort},
      {"tWTR_L", timing.wtrLong},
      {"tFAW", timing.faw},
      {"tWR", timing.wr},
      {"tRTP", timing.rtp},
      {"tRTRS", timing.rtrs},
      {"tREFI", timing.refi},
      {"tRFC", timing.rfc},
      {"tPPD", 0}};
  for (const auto &[name, value] : clocks)
    os << name << " = " << value << '\n';

  os << "\n[power]\n"
     << "VDD = " << Real{volts} << '\n';
  const std::pair<const char *, double DRAMRail::*> currents[] = {
      {"IDD0", &DRAMRail::idd0},   {"IDD2N", &DRAMRail::idd2n},
      {"IDD3N", &DRAMRail::idd3n}, {"IDD4R", &DRAMRail::idd4r},
      {"IDD4W", &DRAMRail::idd4w}, {"IDD5AB", &DRAMRail::idd5b}};
  for (const auto &[name, member] : currents)
    os << name << " = " << current(member) << '\n';

  os << "\n[system]\n"
     << "channel_size = " << channelMiB << '\n'
     << "channels = " << device.channels << '\n'
     << "bus_width = " << device.chips * device.chipBits << '\n'
     << "address_mapping = " << map.order() << '\n'
     << "queue_structure = PER_BANK\n"
     << "refresh_policy = RANK_LEVEL_STAGGERED\n"
     << "row_buf_policy = " << (options.closedRow ? "CLOSE_PAGE" : "OPEN_PAGE")
     << '\n'
     << "cmd_queue_size = " << options.commandQueue << '\n'
     << "trans_queue_size = " << options.transactionQueue << '\n';

  // No figures of epochs, only those of the whole.
  os << "\n[other]\n"
     << "epoch_period = " << std::numeric_limits<int32_t>::max() << '\n'
     << "output_level = 1\n";
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Ramulator 2
//===----------------------------------------------------------------------===//

/// Its name of an address map, empty if there is none.
static StringRef ramulatorMap(const AddressMap &map) {
  if (map.isEquivalentTo("robabgracoch"))
    return "RoBaRaCoCh";
  if (map.isEquivalentTo("chrabgbaroco"))
    return "ChRaBaRoCo";
  return "";
}

Error writeRamulator2Config(const DRAMDevice &device, const AddressMap &map,
                            const SimulatorOptions &options,
                            StringRef traceFile, raw_ostream &os) {
  if (Error error = device.verify())
    return error;
  const DRAMTiming &timing = device.timing;
  bool isDDR4 = device.bankGroups > 1;
  Limits limits("Ramulator 2", device, map);
  limits.requireCommon();
  limits.requireOneRcd();
  limits.require(device.burstLength == 8 && device.chipBits <= 16,
                 "device '" + device.name +
                     "', only DDR3 and DDR4: bursts of 8 beats, chips of up to "
                     "16 bits");
  limits.require(device.commandsPerClock == 1,
                 Twine(device.commandsPerClock) +
                     " commands per clock of device '" + device.name +
                     "', only 1");
  StringRef mapper = ramulatorMap(map);
  limits.require(!mapper.empty(), "the address map '" + map.order() +
                                      "', only 'robabgracoch' and "
                                      "'chrabgbaroco'");
  // It looks refresh up by density before it reads what is given, and beyond
  // the table in that.
  int64_t megabits = device.capacityBytes() /
                     (device.channels * device.ranks * device.chips) * 8 /
                     (int64_t(1) << 20);
  ArrayRef<int64_t> densities;
  static constexpr int64_t ddr3[] = {1024, 2048, 4096, 8192};
  static constexpr int64_t ddr4[] = {2048, 4096, 8192, 16384};
  densities = isDDR4 ? ArrayRef(ddr4) : ArrayRef(ddr3);
  limits.require(is_contained(densities, megabits),
                 "chips of " + Twine(megabits) + " Mbit of device '" +
                     device.name + "', only " + Twine(densities.front()) +
                     " to " + Twine(densities.back()));
  limits.require(isDDR4 || (timing.ccdLong == timing.ccdShort &&
                            timing.rrdLong == timing.rrdShort &&
                            timing.wtrLong == timing.wtrShort),
                 "long and short timings of device '" + device.name +
                     "' with one bank group");
  limits.require(options.transactionQueue == 32,
                 "queues of " + Twine(options.transactionQueue) +
                     " requests, only 32");
  if (!limits.succeeded())
    return limits.take();

  os << "# " << device.name << '\n'
     << "Frontend:\n"
     << "  impl: LoadStoreTrace\n"
     << "  clock_ratio: 1\n"
     << "  path: '";
  for (char c : traceFile)
    os << StringRef(c == '\'' ? "''" : StringRef(&c, 1));
  os << "'\n"
     << "\nMemorySystem:\n"
     << "  impl: GenericDRAM\n"
     << "  clock_ratio: 1\n"
     << "  DRAM:\n"
     << "    impl: " << (isDDR4 ? "DDR4" : "DDR3") << '\n'
     << "    org:\n"
     << "      channel_width: " << device.chips * device.chipBits << '\n'
     << "      dq: " << device.chipBits << '\n'
     << "      density: " << megabits << '\n'
     << "      channel: " << device.channels << '\n'
     << "      rank: " << device.ranks << '\n';
  if (isDDR4)
    os << "      bankgroup: " << device.bankGroups << '\n';
  os << "      bank: " << device.banksPerGroup << '\n'
     << "      row: " << device.rows << '\n'
     << "      column: " << device.columns << '\n'
     << "    timing:\n"
     << "      rate: " << std::lround(2000 / timing.clockNs) << '\n';
  auto clocks = [&](StringRef name, int64_t value) {
    os << "      " << name << ": " << value << '\n';
  };
  auto bothClocks = [&](StringRef name, int64_t shorter, int64_t longer) {
    clocks(isDDR4 ? (name + "S").str() : name.str(), shorter);
    if (isDDR4)
      clocks((name + "L").str(), longer);
  };
  clocks("nBL", device.burstLength / device.beatsPerClock);
  clocks("nCL", timing.readLatency);
  clocks("nRCD", timing.rcdRead);
  clocks("nRP", timing.rp);
  clocks("nRAS", timing.ras);
  clocks("nRC", timing.rc);
  clocks("nWR", timing.wr);
  clocks("nRTP", timing.rtp);
  clocks("nCWL", timing.writeLatency);
  bothClocks("nCCD", timing.ccdShort, timing.ccdLong);
  bothClocks("nRRD", timing.rrdShort, timing.rrdLong);
  bothClocks("nWTR", timing.wtrShort, timing.wtrLong);
  clocks("nFAW", timing.faw);
  clocks("nRFC", timing.rfc);
  clocks("nREFI", timing.refi);
  clocks("nCS", timing.rtrs);
  os << "  Controller:\n"
     << "    impl: Generic\n"
     << "    Scheduler:\n"
     << "      impl: FRFCFS\n"
     << "    RefreshManager:\n"
     << "      impl: AllBank\n"
     << "    RowPolicy:\n"
     << "      impl: "
     << (options.closedRow ? "ClosedRowPolicy\n      cap: 1" : "OpenRowPolicy")
     << "\n    plugins:\n"
     << "  AddrMapper:\n"
     << "    impl: " << mapper << '\n';
  return Error::success();
}

} // namespace romanet
