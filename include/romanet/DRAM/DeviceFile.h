//===- DeviceFile.h - Devices as YAML ---------------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A device that no preset describes, from a file. The keys are those of
// DeviceFields.h; all of them must be there, and no others.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_DEVICEFILE_H
#define ROMANET_DRAM_DEVICEFILE_H

#include "romanet/DRAM/Device.h"

namespace llvm {
class raw_ostream;
}

namespace romanet {

/// A verified device. The error names the file, the line and
/// the column.
llvm::Expected<DRAMDevice> parseDevice(llvm::StringRef text,
                                       llvm::StringRef fileName);

/// What parseDevice reads as the same device.
void printDevice(const DRAMDevice &device, llvm::raw_ostream &os);

/// The device of a file if the name ends in .yaml or .yml, else the preset of
/// that name. The error says what is wrong with the file, or lists the presets.
llvm::Expected<DRAMDevice> findDevice(llvm::StringRef nameOrFile);

} // namespace romanet

#endif // ROMANET_DRAM_DEVICEFILE_H
