//===- MachineFileTest.cpp - Machines as data, out and in -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/MachineFile.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace romanet;

namespace {

std::string print(const Machine &machine) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printMachine(machine, os);
  return text;
}

std::string errorOf(llvm::Expected<Machine> machine) {
  return machine ? "no error" : llvm::toString(machine.takeError());
}

TEST(MachineFile, PresetsAreMachinesAndRoundTrip) {
  for (llvm::StringRef name : machinePresetNames()) {
    SCOPED_TRACE(name.str());
    Machine machine = llvm::cantFail(machinePreset(name));
    EXPECT_EQ(machine.name, name);
    // What is published, and what is not.
    EXPECT_NE(machine.source.find(" Ours: "), std::string::npos);
    llvm::cantFail(machine.verify());
    std::string text = print(machine);
    Machine read = llvm::cantFail(parseMachine(text, "machine.yaml"));
    EXPECT_EQ(print(read), text);
    EXPECT_EQ(read.buffers, machine.buffers);
    EXPECT_EQ(std::get<std::string>(read.dram),
              std::get<std::string>(machine.dram));
    EXPECT_EQ(read.chips, machine.chips);
  }
}

TEST(MachineFile, PresetsHaveWhatTheirSourcesSay) {
  auto preset = [](llvm::StringRef name) {
    return llvm::cantFail(machinePreset(name));
  };
  EXPECT_EQ(preset("eyeriss").buffers,
            BufferCapacities::makeShared((100 + 8) * 1024));
  EXPECT_EQ(preset("tpu-like").buffers,
            BufferCapacities::makeSeparate(65536, 65536, 65536));
  EXPECT_EQ(preset("gap8").buffers, BufferCapacities::makeShared(65536));
  EXPECT_EQ(preset("ethos-n77").buffers,
            BufferCapacities::makeShared(16 * 65536));
  // 32 bits.
  EXPECT_EQ(llvm::cantFail(preset("ethos-n77").device()).busBytes(), 4);
  // Half of a chip with 32 MiB and 16 GiB.
  Machine core = preset("tpu-v2-core");
  EXPECT_EQ(core.buffers, BufferCapacities::makeShared(int64_t(32) << 19));
  DRAMDevice stack = llvm::cantFail(core.device());
  EXPECT_EQ(stack.capacityBytes(), int64_t(16) << 29);
  // The bandwidth that its source names, in bytes per nanosecond.
  EXPECT_EQ(static_cast<double>(stack.channels * stack.busBytes() *
                                stack.beatsPerClock) /
                stack.timing.clockNs,
            256);
}

TEST(MachineFile, TheDeviceHasWhatTheMachineSays) {
  Machine machine = Machine::makeDefault();
  EXPECT_EQ(llvm::cantFail(machine.device()).chips, defaultDRAMDevice().chips);
  machine.channels = 2;
  machine.ranks = 4;
  machine.chips = 16;
  DRAMDevice device = llvm::cantFail(machine.device());
  EXPECT_EQ(device.channels, 2);
  EXPECT_EQ(device.ranks, 4);
  EXPECT_EQ(device.chips, 16);
  machine.dram = defaultDRAMDevice();
  EXPECT_EQ(llvm::cantFail(machine.device()).ranks, 4);
}

// The key is that of a file: of the number that is wrong, not of the device.
TEST(MachineFile, FaultsHaveAKey) {
  auto expect = [](const Machine &machine, llvm::StringRef key) {
    auto fault = machine.findFault();
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->key, key);
    EXPECT_EQ(llvm::toString(machine.verify()), fault->message);
    EXPECT_EQ(llvm::toString(machine.device().takeError()), fault->message);
  };
  Machine machine = Machine::makeDefault();
  machine.buffers = BufferCapacities::makeShared(0);
  expect(machine, "buffers");
  machine = Machine::makeDefault();
  machine.dram = "ddr9";
  expect(machine, "dram");
  DRAMDevice device = defaultDRAMDevice();
  device.rows = 1000;
  machine.dram = device;
  machine.chips = 3;
  expect(machine, "dram.rows");
  machine.dram = defaultDRAMDevice();
  expect(machine, "chips");
  // A product that overflows by one of them.
  machine.chips = std::nullopt;
  machine.ranks = int64_t(1) << 62;
  expect(machine, "ranks");
  machine = Machine::makeDefault();
  machine.source = "\xff";
  expect(machine, "source");
}

TEST(MachineFile, FindByNameOrFile) {
  EXPECT_EQ(llvm::cantFail(findMachine("gap8")).name, "gap8");
  std::string error = errorOf(findMachine("gap9"));
  for (llvm::StringRef part : {"'gap9'", "eyeriss", ".yaml"})
    EXPECT_NE(error.find(part), std::string::npos) << error;
  error = errorOf(findMachine("no/such/file.yml"));
  EXPECT_EQ(error.find("cannot read 'no/such/file.yml': "), 0u) << error;
}

} // namespace
