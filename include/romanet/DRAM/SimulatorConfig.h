//===- SimulatorConfig.h - A device for DRAM simulators ---------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The configuration files that go with a trace: device, address map and
// queues, as a simulator reads them. What it cannot express is an error, so
// that no simulation of something else goes unnoticed.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_SIMULATORCONFIG_H
#define ROMANET_DRAM_SIMULATORCONFIG_H

#include "romanet/DRAM/AddressMap.h"

namespace llvm {
class raw_ostream;
}

namespace romanet {

/// The memory controller. The defaults are those of DRAMsim3's own files.
struct SimulatorOptions {
  /// Requests that wait in a channel: reads, and as many writes.
  int64_t transactionQueue = 32;
  /// Commands that wait in a bank.
  int64_t commandQueue = 8;
  /// Rows are closed behind each access.
  bool closedRow = false;
};

/// DRAMsim3's .ini. Energies in its output are in V mA clocks: times the clock
/// in ns they are pJ. A device with several rails gets one of 1 V that takes
/// the sum of their powers. An error if the map has a hash, or the device a
/// figure that DRAMsim3 derives from others in another way.
llvm::Error writeDRAMsim3Config(const DRAMDevice &device, const AddressMap &map,
                                const SimulatorOptions &options,
                                llvm::raw_ostream &os);

/// Ramulator 2.0's .yaml (of the versions up to 2025; 2.1 is configured in
/// Python) for a LoadStoreTrace in `traceFile`. DDR3 and DDR4 in JEDEC's
/// densities, and the two address maps that it has: channel, rank, bank, row,
/// column, and row, bank, rank, column, channel. Its queues have 32 requests.
/// An error for all else.
llvm::Error writeRamulator2Config(const DRAMDevice &device,
                                  const AddressMap &map,
                                  const SimulatorOptions &options,
                                  llvm::StringRef traceFile,
                                  llvm::raw_ostream &os);

} // namespace romanet

#endif // ROMANET_DRAM_SIMULATORCONFIG_H
