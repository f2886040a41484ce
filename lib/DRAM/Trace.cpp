//===- Trace.cpp - Streams in the formats of simulators -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Trace.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <cassert>
#include <cstring>

using namespace llvm;

namespace romanet {

static constexpr StringLiteral formatNames[] = {
    "dramsim3", "ramulator1", "ramulator2-loadstore", "ramulator2-readwrite",
    "dramsys",  "drampower6", "drampower4",
};

StringRef traceFormatName(TraceFormat format) {
  return formatNames[static_cast<size_t>(format)];
}

ArrayRef<StringRef> traceFormatNames() {
  static const SmallVector<StringRef> names(std::begin(formatNames),
                                            std::end(formatNames));
  return names;
}

Expected<TraceFormat> parseTraceFormat(StringRef name) {
  const auto *found = llvm::find(formatNames, name);
  if (found == std::end(formatNames))
    return createStringError(
        "there is no trace format '" + name +
        "', the formats are: " + join(ArrayRef(formatNames), ", "));
  return static_cast<TraceFormat>(found - std::begin(formatNames));
}

bool isCommandTrace(TraceFormat format) {
  return format == TraceFormat::DRAMPower6 || format == TraceFormat::DRAMPower4;
}

namespace {
/// Text in a buffer of its own: raw_ostream's operators, one call for each
/// number, take most of the time of a line.
class Text {
public:
  explicit Text(raw_ostream &os) : os(os) {}

  /// Makes room for a line. What is put before the next call has at most
  /// `longestLine` characters.
  void beginLine() {
    if (static_cast<size_t>(std::end(buffer) - end) < longestLine)
      flush();
  }
  void flush() {
    os.write(buffer, end - buffer);
    end = buffer;
  }

  void put(char c) { *end++ = c; }
  void put(StringRef text) {
    std::memcpy(end, text.data(), text.size());
    end += text.size();
  }
  void putHex(uint64_t value) {
    unsigned digits = value == 0 ? 1 : (bit_width(value) + 3) / 4;
    for (unsigned i = digits; i-- != 0; value >>= 4)
      end[i] = "0123456789ABCDEF"[value & 15];
    end += digits;
  }
  void putDecimal(uint64_t value) {
    char digits[20];
    char *first = std::end(digits);
    do {
      *--first = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    put(StringRef(first, std::end(digits) - first));
  }
  void putField(uint64_t value) {
    put(',');
    putDecimal(value);
  }

private:
  static constexpr size_t longestLine = 256;
  raw_ostream &os;
  char buffer[1 << 16];
  char *end = buffer;
};

/// A line for each burst that needs nothing but its address.
template <typename PutLine>
class AddressTrace final : public TraceWriter {
public:
  AddressTrace(int64_t burstBytes, PutLine putLine, raw_ostream &os)
      : text(os), burstBytes(burstBytes), putLine(putLine) {}

  void write(const BurstRun &run) override {
    int64_t address = run.address;
    for (int64_t i = 0; i != run.count; ++i, address += burstBytes) {
      text.beginLine();
      putLine(text, address, run.isWrite);
      text.put('\n');
    }
  }
  void finish() override { text.flush(); }

private:
  Text text;
  int64_t burstBytes;
  PutLine putLine;
};

class DRAMsim3Trace final : public TraceWriter {
public:
  DRAMsim3Trace(int64_t burstBytes, raw_ostream &os)
      : text(os), burstBytes(burstBytes) {}

  void write(const BurstRun &run) override {
    if (run.count == 0)
      return;
    int64_t address = run.address;
    for (int64_t i = 0; i != run.count; ++i, address += burstBytes) {
      putLine(address, run.isWrite);
      text.put('\n');
    }
    last = {address - burstBytes, 1, run.isWrite};
  }
  void finish() override {
    if (last)
      putLine(last->address, last->isWrite);
    text.flush();
  }

private:
  void putLine(int64_t address, bool isWrite) {
    text.beginLine();
    text.put("0x");
    text.putHex(address);
    text.put(isWrite ? " WRITE 0" : " READ 0");
  }

  Text text;
  int64_t burstBytes;
  std::optional<BurstRun> last;
};

/// What both formats of DRAMPower share.
class CommandText {
public:
  /// `refresh`: the name of a refresh of all banks.
  CommandText(const DRAMDevice &device, StringRef refresh, raw_ostream &os)
      : text(os), banksPerGroup(device.banksPerGroup), refresh(refresh) {}

protected:
  int64_t flatBank(const DRAMCommand &command) const {
    return command.bankGroup * banksPerGroup + command.bank;
  }
  StringRef name(DRAMCommand::Kind kind) const {
    switch (kind) {
    case DRAMCommand::Kind::Activate:
      return "ACT";
    case DRAMCommand::Kind::Precharge:
      return "PRE";
    case DRAMCommand::Kind::Read:
      return "RD";
    case DRAMCommand::Kind::Write:
      return "WR";
    case DRAMCommand::Kind::ReadPrecharge:
      return "RDA";
    case DRAMCommand::Kind::WritePrecharge:
      return "WRA";
    case DRAMCommand::Kind::Refresh:
      return refresh;
    case DRAMCommand::Kind::RefreshBank:
      return "REFB";
    }
    llvm_unreachable("not a command");
  }
  void beginLine(int64_t clock, StringRef name) {
    text.beginLine();
    text.putDecimal(clock);
    text.put(',');
    text.put(name);
  }

  Text text;

private:
  int64_t banksPerGroup;
  StringRef refresh;
};

class DRAMPower6Trace final : public CommandTraceWriter, CommandText {
public:
  DRAMPower6Trace(const DRAMDevice &device, int64_t channel, raw_ostream &os)
      : CommandText(device, "REFA", os), channel(channel),
        data(2 * device.burstBytes(), '0') {}

  void write(const DRAMCommand &command) override {
    if (command.channel != channel)
      return;
    beginLine(command.clock, name(command.kind));
    text.putField(command.rank);
    text.putField(command.bankGroup);
    text.putField(flatBank(command));
    text.putField(command.row);
    text.putField(command.column);
    if (command.isRead() || command.isWrite()) {
      text.put(',');
      // May be longer than the buffer's idea of a line.
      for (StringRef rest = data; !rest.empty(); rest = rest.substr(128)) {
        text.beginLine();
        text.put(rest.take_front(128));
      }
    }
    text.put('\n');
  }
  void finish(int64_t clock) override {
    beginLine(clock, "END");
    text.put(",0,0,0,0,0\n");
    text.flush();
  }

private:
  int64_t channel;
  /// Digits of the data of one burst.
  std::string data;
};

class DRAMPower4Trace final : public CommandTraceWriter, CommandText {
public:
  DRAMPower4Trace(const DRAMDevice &device, int64_t channel, int64_t rank,
                  raw_ostream &os)
      : CommandText(device, "REF", os), channel(channel), rank(rank) {}

  void write(const DRAMCommand &command) override {
    if (command.channel != channel || command.rank != rank)
      return;
    beginLine(command.clock, name(command.kind));
    text.putField(flatBank(command));
    text.put('\n');
  }
  void finish(int64_t clock) override {
    beginLine(clock, "END,0\n");
    text.flush();
  }

private:
  int64_t channel, rank;
};
} // namespace

TraceWriter::~TraceWriter() = default;
CommandTraceWriter::~CommandTraceWriter() = default;

std::unique_ptr<TraceWriter> TraceWriter::create(TraceFormat format,
                                                 const DRAMDevice &device,
                                                 const AddressMap &map,
                                                 raw_ostream &os) {
  int64_t burstBytes = device.burstBytes();
  auto byAddress = [&](auto putLine) -> std::unique_ptr<TraceWriter> {
    return std::make_unique<AddressTrace<decltype(putLine)>>(burstBytes,
                                                             putLine, os);
  };
  switch (format) {
  case TraceFormat::DRAMsim3:
    return std::make_unique<DRAMsim3Trace>(burstBytes, os);
  case TraceFormat::Ramulator1:
    return byAddress([](Text &text, int64_t address, bool isWrite) {
      text.put("0x");
      text.putHex(address);
      text.put(isWrite ? " W" : " R");
    });
  case TraceFormat::Ramulator2LoadStore:
    return byAddress([](Text &text, int64_t address, bool isWrite) {
      text.put(isWrite ? "ST 0x" : "LD 0x");
      text.putHex(address);
    });
  case TraceFormat::Ramulator2ReadWrite:
    return byAddress([map, hasBankGroups = device.bankGroups > 1,
                      burstLength = device.burstLength](
                         Text &text, int64_t address, bool isWrite) {
      DRAMAddress at = map.decode(address);
      text.put(isWrite ? "W " : "R ");
      text.putDecimal(at.channel);
      text.putField(at.rank);
      if (hasBankGroups)
        text.putField(at.bankGroup);
      text.putField(at.bank);
      text.putField(at.row);
      text.putField(at.column / burstLength);
    });
  case TraceFormat::DRAMSys:
    return byAddress([burstBytes](Text &text, int64_t address, bool isWrite) {
      text.put("0: (");
      text.putDecimal(burstBytes);
      text.put(isWrite ? ") write 0x" : ") read 0x");
      text.putHex(address);
    });
  case TraceFormat::DRAMPower6:
  case TraceFormat::DRAMPower4:
    break;
  }
  llvm_unreachable("not a format of bursts");
}

std::unique_ptr<CommandTraceWriter>
CommandTraceWriter::create(TraceFormat format, const DRAMDevice &device,
                           int64_t channel, raw_ostream &os, int64_t rank) {
  if (format == TraceFormat::DRAMPower6)
    return std::make_unique<DRAMPower6Trace>(device, channel, os);
  assert(format == TraceFormat::DRAMPower4 && "not a format of commands");
  return std::make_unique<DRAMPower4Trace>(device, channel, rank, os);
}

} // namespace romanet
