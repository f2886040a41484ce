//===- Trace.h - Streams in the formats of simulators -----------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the bursts of a stream, or the commands that a controller made of
// them, as the traces that DRAM simulators read. Nothing is stored: a trace may
// be as long as a network makes it.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_TRACE_H
#define ROMANET_DRAM_TRACE_H

#include "romanet/DRAM/AddressMap.h"
#include "romanet/DRAM/BurstStream.h"
#include "romanet/DRAM/Command.h"
#include <memory>
#include <optional>

namespace llvm {
class raw_ostream;
}

namespace romanet {

/// The formats, with one line of each. One line is one burst, but for
/// DRAMPower, where it is one command. Bursts have no time of their own: they
/// come as fast as the simulator takes them.
enum class TraceFormat {
  /// DRAMsim3, `-t`: "0x2000D5C0 READ 0". Ends without a newline in a copy of
  /// the last request: with a newline the reader makes one more read of it,
  /// without one it loses the last line when its queue is full. A copy of what
  /// is still queued costs nothing.
  DRAMsim3,
  /// Ramulator 1, DRAM mode: "0x12345680 R". A line without newline is lost.
  Ramulator1,
  /// Ramulator 2, LoadStoreTrace: "LD 0x12340", "ST 0x1000". The simulation
  /// ends when the last request is accepted, not when it is served: what is
  /// queued then (at most 64 requests) is not counted.
  Ramulator2LoadStore,
  /// Ramulator 2, ReadWriteTrace: "R 0,0,2,100,32": channel, rank, bank group
  /// (only where the device has several), bank, row, and the number of the
  /// burst in the row, as its own address mappers count columns.
  Ramulator2ReadWrite,
  /// DRAMSys, .stl: "0: (64) read 0x400140": clock, bytes, address.
  DRAMSys,
  /// DRAMPower 6.2: "35,ACT,0,0,5,100,0": clock, command, rank, bank group,
  /// bank counted through all groups, row, column; RD and WR need the data of
  /// the burst, which are zeros here. Ends in an END.
  DRAMPower6,
  /// DRAMPower 4.1: "35,ACT,5": clock, command, bank counted through all
  /// groups. Ends in an END.
  DRAMPower4,
};

/// "dramsim3", "ramulator1", "ramulator2-loadstore", "ramulator2-readwrite",
/// "dramsys", "drampower6", "drampower4".
llvm::StringRef traceFormatName(TraceFormat format);
llvm::ArrayRef<llvm::StringRef> traceFormatNames();
/// The error lists the names there are.
llvm::Expected<TraceFormat> parseTraceFormat(llvm::StringRef name);
/// A trace of commands, not of bursts.
bool isCommandTrace(TraceFormat format);

/// Writes bursts. A finished trace is complete; what is destroyed before
/// `finish` may lack its end.
class TraceWriter {
public:
  virtual ~TraceWriter();
  /// `format` is one of bursts. The stream and what it writes to must outlive
  /// the writer.
  static std::unique_ptr<TraceWriter> create(TraceFormat format,
                                             const DRAMDevice &device,
                                             const AddressMap &map,
                                             llvm::raw_ostream &os);

  /// The addresses of the run lie in the device.
  virtual void write(const BurstRun &run) = 0;
  /// Once, after the last run.
  virtual void finish() = 0;
};

/// Writes the commands of one channel; DRAMPower knows of no others. DRAMPower
/// 4.1 knows one rank.
class CommandTraceWriter {
public:
  virtual ~CommandTraceWriter();
  /// `format` is one of commands; `rank` is that of DRAMPower 4.1.
  static std::unique_ptr<CommandTraceWriter>
  create(TraceFormat format, const DRAMDevice &device, int64_t channel,
         llvm::raw_ostream &os, int64_t rank = 0);

  /// In the order of their clocks. Those of other channels, and for DRAMPower
  /// 4.1 of other ranks, are left out.
  virtual void write(const DRAMCommand &command) = 0;
  /// Once, after the last command; `clock` is the end of the simulation, up to
  /// which there is background energy.
  virtual void finish(int64_t clock) = 0;
};

} // namespace romanet

#endif // ROMANET_DRAM_TRACE_H
