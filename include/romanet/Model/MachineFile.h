//===- MachineFile.h - A machine as data ------------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The machine that is compiled for, from a YAML file or by the name of a
// preset: what `#romanet.machine` says of it in a program. docs/Machines.md has
// the keys.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_MACHINEFILE_H
#define ROMANET_MODEL_MACHINEFILE_H

#include "romanet/DRAM/Device.h"
#include "romanet/Model/Machine.h"
#include <variant>

namespace llvm {
class raw_ostream;
}

namespace romanet {

/// What is wrong with a machine: the key in a file ("buffers", "dram.rows",
/// "chips"), and what to say of it.
struct MachineFault {
  std::string key, message;
};

struct Machine {
  /// What it is called, and where its figures come from; may be empty.
  std::string name, source;
  BufferCapacities buffers;
  /// The name of a preset of Device.h, or a whole device.
  std::variant<std::string, DRAMDevice> dram;
  /// Where given, in place of those of the device.
  std::optional<int64_t> channels, ranks, chips;

  /// The documented default: 3 x 36 KiB and eight DDR3-1600 2Gb x8 chips.
  static Machine makeDefault();

  /// The device with the channels, ranks and chips of the machine, verified.
  llvm::Expected<DRAMDevice> device() const;

  /// Name and source are UTF-8, the buffers are such as
  /// BufferCapacities::verify wants them, and the DRAM is a device.
  std::optional<MachineFault> findFault() const;
  llvm::Error verify() const;
};

/// Names of the presets, in a fixed order.
llvm::ArrayRef<llvm::StringRef> machinePresetNames();

/// The preset of that name. The error lists the names there are.
llvm::Expected<Machine> machinePreset(llvm::StringRef name);

/// A verified machine. The error names the file, the line and the column. A
/// DRAM that is a file of its own is read, too, from the folder of `fileName`
/// where its path is relative.
llvm::Expected<Machine> parseMachine(llvm::StringRef text,
                                     llvm::StringRef fileName);

/// What parseMachine reads as the same machine.
void printMachine(const Machine &machine, llvm::raw_ostream &os);

/// The machine of a file if the name ends in .yaml or .yml, else the preset of
/// that name. The error says what is wrong with the file, or lists the presets.
llvm::Expected<Machine> findMachine(llvm::StringRef nameOrFile);

} // namespace romanet

#endif // ROMANET_MODEL_MACHINEFILE_H
