//===- MachineFileFuzzer.cpp - The YAML reader on any input ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A text is a machine, which is written and read again as the same, or it is an
// error with a place.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/MachineFile.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace romanet;

static std::string print(const Machine &machine) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printMachine(machine, os);
  return text;
}

static void require(bool holds, llvm::StringRef what) {
  if (holds)
    return;
  llvm::errs() << what << '\n';
  std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  llvm::Expected<Machine> machine = parseMachine(text, "machine.yaml");
  if (!machine) {
    std::string message = llvm::toString(machine.takeError());
    require(llvm::StringRef(message).starts_with("machine.yaml:"), message);
    return 0;
  }
  std::string written = print(*machine);
  llvm::Expected<Machine> again = parseMachine(written, "written.yaml");
  require(static_cast<bool>(again),
          again ? "" : llvm::toString(again.takeError()) + "\n" + written);
  require(print(*again) == written, written);
  return 0;
}
