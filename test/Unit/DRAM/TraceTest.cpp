//===- TraceTest.cpp - Traces, read back ----------------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each format is read back by a reader of its own that takes what the tool
// takes and loses what the tool loses (as far as their sources say), and must
// give the bursts that were written.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Trace.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <random>
#include <sstream>

using namespace llvm;
using namespace romanet;

namespace {

struct Request {
  int64_t address;
  bool isWrite;
  bool operator==(const Request &o) const {
    return address == o.address && isWrite == o.isWrite;
  }
};
void PrintTo(const Request &r, std::ostream *os) {
  *os << (r.isWrite ? "write " : "read ") << r.address;
}

std::string trace(TraceFormat format, const DRAMDevice &device,
                  const AddressMap &map, ArrayRef<BurstRun> runs) {
  std::string text;
  raw_string_ostream os(text);
  std::unique_ptr<TraceWriter> writer =
      TraceWriter::create(format, device, map, os);
  for (const BurstRun &run : runs)
    writer->write(run);
  writer->finish();
  return text;
}

std::vector<Request> requests(const DRAMDevice &device,
                              ArrayRef<BurstRun> runs) {
  std::vector<Request> all;
  for (const BurstRun &run : runs)
    for (int64_t i = 0; i != run.count; ++i)
      all.push_back({run.address + i * device.burstBytes(), run.isWrite});
  return all;
}

/// Random runs with the first and the last burst of the device.
std::vector<BurstRun> randomRuns(const DRAMDevice &device, unsigned seed) {
  std::mt19937_64 random(seed);
  int64_t bursts = device.capacityBytes() / device.burstBytes();
  std::vector<BurstRun> runs = {{0, 1, false},
                                {(bursts - 1) * device.burstBytes(), 1, true}};
  for (int i = 0; i != 300; ++i) {
    auto count = static_cast<int64_t>(random() % 40 + 1);
    auto first = static_cast<int64_t>(random() % (bursts - count));
    runs.push_back({first * device.burstBytes(), count, (random() & 1) != 0});
  }
  return runs;
}

/// DRAMsim3's reader: three words at a time, until one ends at the end of the
/// text. Then the request is in if the queue has room, else it is lost; what
/// begins at the end is a read of the last address.
std::vector<Request> readDRAMsim3(StringRef text, bool lastIsLost) {
  std::istringstream in(text.str());
  std::vector<Request> all;
  Request request = {-1, false};
  while (!in.eof()) {
    std::string operation;
    uint64_t address = request.address, clock = 0;
    in >> std::hex >> address >> operation >> std::dec >> clock;
    request = {static_cast<int64_t>(address), operation == "WRITE"};
    if (!in.fail()) {
      EXPECT_TRUE(operation == "WRITE" || operation == "READ") << operation;
      EXPECT_EQ(clock, 0u);
    }
    if (!in.eof() || !lastIsLost)
      all.push_back(request);
  }
  return all;
}

/// Ramulator 1: a line that the end of the text cuts short is not taken.
std::vector<Request> readRamulator1(StringRef text) {
  std::vector<Request> all;
  std::istringstream in(text.str());
  std::string line;
  while (std::getline(in, line), !in.eof()) {
    size_t end;
    auto address = static_cast<int64_t>(std::stoul(line, &end, 16));
    std::string rest = line.substr(end);
    EXPECT_TRUE(rest == " R" || rest == " W") << line;
    all.push_back({address, rest == " W"});
  }
  return all;
}

SmallVector<StringRef> partsOf(StringRef text, char separator) {
  SmallVector<StringRef> parts;
  text.split(parts, separator);
  return parts;
}

int64_t number(StringRef text, unsigned radix = 10) {
  int64_t value = -1;
  EXPECT_FALSE(text.getAsInteger(radix, value)) << text.str();
  return value;
}

/// All lines but what is behind the last newline, which must be nothing.
SmallVector<StringRef> lines(StringRef text) {
  SmallVector<StringRef> all = partsOf(text, '\n');
  EXPECT_EQ(all.back(), "");
  all.pop_back();
  return all;
}

std::vector<Request> readLoadStore(StringRef text) {
  std::vector<Request> all;
  for (StringRef line : lines(text)) {
    SmallVector<StringRef> words = partsOf(line, ' ');
    EXPECT_EQ(words.size(), 2u) << line.str();
    EXPECT_TRUE(words[0] == "LD" || words[0] == "ST") << line.str();
    EXPECT_TRUE(words[1].consume_front("0x")) << line.str();
    all.push_back({number(words[1], 16), words[0] == "ST"});
  }
  return all;
}

std::vector<Request> readReadWrite(StringRef text, const DRAMDevice &device,
                                   const AddressMap &map) {
  std::vector<Request> all;
  bool hasGroups = device.bankGroups > 1;
  for (StringRef line : lines(text)) {
    SmallVector<StringRef> words = partsOf(line, ' ');
    EXPECT_EQ(words.size(), 2u) << line.str();
    EXPECT_TRUE(words[0] == "R" || words[0] == "W") << line.str();
    SmallVector<StringRef> vector = partsOf(words[1], ',');
    EXPECT_EQ(vector.size(), hasGroups ? 6u : 5u) << line.str();
    size_t level = 0;
    DRAMAddress at;
    at.channel = number(vector[level++]);
    at.rank = number(vector[level++]);
    if (hasGroups)
      at.bankGroup = number(vector[level++]);
    at.bank = number(vector[level++]);
    at.row = number(vector[level++]);
    at.column = number(vector[level++]) * device.burstLength;
    all.push_back({map.encode(at), words[0] == "W"});
  }
  return all;
}

std::vector<Request> readStl(StringRef text, const DRAMDevice &device) {
  std::vector<Request> all;
  for (StringRef line : lines(text)) {
    SmallVector<StringRef> words = partsOf(line, ' ');
    EXPECT_EQ(words.size(), 4u) << line.str();
    EXPECT_EQ(words[0], "0:");
    EXPECT_EQ(words[1], "(" + std::to_string(device.burstBytes()) + ")");
    EXPECT_TRUE(words[2] == "read" || words[2] == "write") << line.str();
    EXPECT_TRUE(words[3].consume_front("0x")) << line.str();
    all.push_back({number(words[3], 16), words[2] == "write"});
  }
  return all;
}

TEST(Trace, EveryFormatReadsBack) {
  for (StringRef name : dramPresetNames())
    for (StringRef policy : mappingPolicyNames())
      for (BankHash hash : {BankHash::None, BankHash::XorRow}) {
        SCOPED_TRACE(name.str() + " " + policy.str());
        DRAMDevice device = cantFail(dramPreset(name));
        MappingOptions options;
        options.hash = hash;
        AddressMap map = cantFail(createAddressMap(device, policy, options));
        std::vector<BurstRun> runs = randomRuns(device, 11);
        std::vector<Request> expected = requests(device, runs);
        ASSERT_EQ(
            readRamulator1(trace(TraceFormat::Ramulator1, device, map, runs)),
            expected);
        ASSERT_EQ(readLoadStore(trace(TraceFormat::Ramulator2LoadStore, device,
                                      map, runs)),
                  expected);
        ASSERT_EQ(readReadWrite(trace(TraceFormat::Ramulator2ReadWrite, device,
                                      map, runs),
                                device, map),
                  expected);
        ASSERT_EQ(
            readStl(trace(TraceFormat::DRAMSys, device, map, runs), device),
            expected);
        // One more than there are, or exactly these; never one less.
        std::string dramsim3 = trace(TraceFormat::DRAMsim3, device, map, runs);
        ASSERT_EQ(readDRAMsim3(dramsim3, /*lastIsLost=*/true), expected);
        expected.push_back(expected.back());
        ASSERT_EQ(readDRAMsim3(dramsim3, /*lastIsLost=*/false), expected);
      }
}

// The lines of the manual, by hand.
TEST(Trace, Lines) {
  DRAMDevice device = defaultDRAMDevice();
  AddressMap map = cantFail(createAddressMap(device, "romanet"));
  // 0x2000D5C0: byte 0, burst 0x57 of the row, bank 6, row 8192.
  BurstRun runs[] = {{0x2000D5C0, 2, false}, {0x40, 1, true}};
  auto text = [&](TraceFormat format) {
    return trace(format, device, map, runs);
  };
  EXPECT_EQ(text(TraceFormat::DRAMsim3), "0x2000D5C0 READ 0\n"
                                         "0x2000D600 READ 0\n"
                                         "0x40 WRITE 0\n"
                                         "0x40 WRITE 0");
  EXPECT_EQ(text(TraceFormat::Ramulator1), "0x2000D5C0 R\n"
                                           "0x2000D600 R\n"
                                           "0x40 W\n");
  EXPECT_EQ(text(TraceFormat::Ramulator2LoadStore), "LD 0x2000D5C0\n"
                                                    "LD 0x2000D600\n"
                                                    "ST 0x40\n");
  EXPECT_EQ(text(TraceFormat::Ramulator2ReadWrite), "R 0,0,6,8192,87\n"
                                                    "R 0,0,6,8192,88\n"
                                                    "W 0,0,0,0,1\n");
  EXPECT_EQ(text(TraceFormat::DRAMSys), "0: (64) read 0x2000D5C0\n"
                                        "0: (64) read 0x2000D600\n"
                                        "0: (64) write 0x40\n");
}

TEST(Trace, NothingToWrite) {
  DRAMDevice device = defaultDRAMDevice();
  AddressMap map = cantFail(createAddressMap(device, "romanet"));
  for (StringRef name : traceFormatNames()) {
    TraceFormat format = cantFail(parseTraceFormat(name));
    if (!isCommandTrace(format)) {
      EXPECT_EQ(trace(format, device, map, {}), "") << name.str();
    }
  }
}

// A long run goes through the buffer of the writer many times.
TEST(Trace, LongRun) {
  DRAMDevice device = defaultDRAMDevice();
  AddressMap map = cantFail(createAddressMap(device, "romanet"));
  BurstRun run = {64, 20000, true};
  EXPECT_EQ(
      readReadWrite(trace(TraceFormat::Ramulator2ReadWrite, device, map, run),
                    device, map),
      requests(device, run));
}

//===----------------------------------------------------------------------===//
// Commands
//===----------------------------------------------------------------------===//

std::string commandTrace(TraceFormat format, const DRAMDevice &device,
                         int64_t channel, ArrayRef<DRAMCommand> commands,
                         int64_t rank = 0) {
  std::string text;
  raw_string_ostream os(text);
  std::unique_ptr<CommandTraceWriter> writer =
      CommandTraceWriter::create(format, device, channel, os, rank);
  for (const DRAMCommand &command : commands)
    writer->write(command);
  writer->finish(1000);
  return text;
}

TEST(CommandTrace, Lines) {
  using Kind = DRAMCommand::Kind;
  // Four groups of four banks, bursts of 64 bytes.
  DRAMDevice device = cantFail(dramPreset("ddr4-2400-8gb-x8"));
  device.channels = 2;
  device.ranks = 2;
  DRAMCommand commands[] = {
      {Kind::Activate, 3, /*channel=*/1, /*rank=*/0, /*bankGroup=*/2,
       /*bank=*/3, /*row=*/65535, /*column=*/0},
      {Kind::Activate, 7, 0, 0, 1, 1, 9, 0},
      {Kind::Write, 20, 1, 0, 2, 3, 65535, 1016},
      {Kind::ReadPrecharge, 40, 1, 1, 0, 0, 2, 8},
      {Kind::Precharge, 60, 1, 0, 2, 3, 0, 0},
      {Kind::Refresh, 90, 1, 0, 0, 0, 0, 0},
  };
  std::string data(128, '0');
  EXPECT_EQ(commandTrace(TraceFormat::DRAMPower6, device, 1, commands),
            "3,ACT,0,2,11,65535,0\n"
            "20,WR,0,2,11,65535,1016," +
                data +
                "\n"
                "40,RDA,1,0,0,2,8," +
                data +
                "\n"
                "60,PRE,0,2,11,0,0\n"
                "90,REFA,0,0,0,0,0\n"
                "1000,END,0,0,0,0,0\n");
  EXPECT_EQ(commandTrace(TraceFormat::DRAMPower4, device, 1, commands),
            "3,ACT,11\n20,WR,11\n60,PRE,11\n90,REF,0\n1000,END,0\n");
  EXPECT_EQ(commandTrace(TraceFormat::DRAMPower4, device, 1, commands, 1),
            "40,RDA,0\n1000,END,0\n");
  EXPECT_EQ(commandTrace(TraceFormat::DRAMPower4, device, 0, commands),
            "7,ACT,5\n1000,END,0\n");
}

// Bursts whose data are longer than what the writer keeps in one piece.
TEST(CommandTrace, WideBurst) {
  DRAMDevice device = defaultDRAMDevice();
  device.chips = 1 << 17;
  DRAMCommand read = {DRAMCommand::Kind::Read, 1};
  std::string text = commandTrace(TraceFormat::DRAMPower6, device, 0, {read});
  EXPECT_EQ(text, "1,RD,0,0,0,0,0," +
                      std::string(2 * device.burstBytes(), '0') +
                      "\n1000,END,0,0,0,0,0\n");
}

TEST(Trace, Names) {
  for (StringRef name : traceFormatNames())
    EXPECT_EQ(traceFormatName(cantFail(parseTraceFormat(name))), name);
  Expected<TraceFormat> format = parseTraceFormat("dramsim");
  ASSERT_FALSE(static_cast<bool>(format));
  std::string message = toString(format.takeError());
  EXPECT_NE(message.find("'dramsim'"), std::string::npos) << message;
  for (StringRef name : traceFormatNames())
    EXPECT_NE(message.find(name.str()), std::string::npos) << message;
}

} // namespace
