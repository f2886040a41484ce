//===- Machine.cpp - The machine a pass works for -------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::romanet;

/// The name that the DLTI dialect gives it; the attribute is known by its
/// interface alone.
static constexpr llvm::StringLiteral kTargetSystemSpecAttr =
    "dlti.target_system_spec";

static bool isOurs(DataLayoutEntryInterface entry) {
  auto key = dyn_cast<StringAttr>(entry.getKey());
  return key && key.getValue().starts_with("romanet.");
}

namespace {
/// Collects the parts of a machine from the entries of a target system spec.
class SpecReader {
public:
  explicit SpecReader(ModuleOp module) : module(module) {}

  /// Null if there is no entry of ours.
  FailureOr<MachineAttr> read(TargetSystemSpecInterface spec) {
    for (DataLayoutEntryInterface device : spec.getEntries()) {
      auto entries = dyn_cast<TargetDeviceSpecInterface>(device.getValue());
      if (!entries)
        continue;
      for (DataLayoutEntryInterface entry : entries.getEntries())
        if (isOurs(entry) &&
            failed(readEntry(device, cast<StringAttr>(entry.getKey()),
                             entry.getValue())))
          return failure();
    }
    if (where.empty())
      return MachineAttr();
    auto standard = MachineAttr::getDefault(module.getContext());
    auto machine = MachineAttr::getChecked(
        [&] {
          return emitError(module.getLoc())
                 << "the machine of 'dlti.target_system_spec' (entries "
                 << llvm::join(where, ", ") << "): ";
        },
        module.getContext(), buffers ? buffers : standard.getBuffers(),
        dram ? dram : standard.getDram(), channels, ranks, chips);
    if (!machine)
      return failure();
    return machine;
  }

private:
  LogicalResult readEntry(DataLayoutEntryInterface device, StringAttr key,
                          Attribute value) {
    std::string name = describe(device, key);
    auto fail = [&](const Twine &message) -> LogicalResult {
      emitError(module.getLoc()) << "entry " << name << " of "
                                 << "'dlti.target_system_spec': " << message;
      return failure();
    };
    if (!seen.insert(key).second)
      return fail("there is another one of this key");
    where.push_back(name);
    std::string text;
    llvm::raw_string_ostream(text) << value;
    if (key == kBuffersAttr) {
      buffers = dyn_cast<BuffersAttr>(value);
      return buffers ? success()
                     : fail("expected a #romanet.buffers, got " + text);
    }
    if (key == "romanet.dram") {
      dram = value;
      return isa<StringAttr, DeviceAttr>(value)
                 ? success()
                 : fail("expected the name of a preset or a #romanet.device, "
                        "got " +
                        text);
    }
    std::optional<int64_t> *number =
        llvm::StringSwitch<std::optional<int64_t> *>(key.getValue())
            .Case("romanet.channels", &channels)
            .Case("romanet.ranks", &ranks)
            .Case("romanet.chips", &chips)
            .Default(nullptr);
    if (!number)
      return fail("there is no such key, expected romanet.buffers, "
                  "romanet.dram, romanet.channels, romanet.ranks or "
                  "romanet.chips");
    auto integer = dyn_cast<IntegerAttr>(value);
    if (!integer || integer.getValue().getSignificantBits() > 64)
      return fail("expected an integer of 64 bits, got " + text);
    *number = integer.getValue().getSExtValue();
    return success();
  }

  static std::string describe(DataLayoutEntryInterface device, StringAttr key) {
    auto name = dyn_cast<StringAttr>(device.getKey());
    return ("'" + key.getValue() + "' of device '" +
            (name ? name.getValue() : "?") + "'")
        .str();
  }

  ModuleOp module;
  BuffersAttr buffers;
  Attribute dram;
  std::optional<int64_t> channels, ranks, chips;
  llvm::SmallPtrSet<StringAttr, 8> seen;
  SmallVector<std::string> where;
};
} // namespace

bool mlir::romanet::hasMachineInSpec(ModuleOp module) {
  auto spec =
      module->getAttrOfType<TargetSystemSpecInterface>(kTargetSystemSpecAttr);
  if (!spec)
    return false;
  return llvm::any_of(spec.getEntries(), [](DataLayoutEntryInterface device) {
    auto entries = dyn_cast<TargetDeviceSpecInterface>(device.getValue());
    return entries && llvm::any_of(entries.getEntries(), isOurs);
  });
}

FailureOr<MachineAttr> mlir::romanet::findMachine(ModuleOp module) {
  if (auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr))
    return machine;
  if (auto spec = module->getAttrOfType<TargetSystemSpecInterface>(
          kTargetSystemSpecAttr)) {
    FailureOr<MachineAttr> machine = SpecReader(module).read(spec);
    if (failed(machine) || *machine)
      return machine;
  }
  return MachineAttr::getDefault(module.getContext());
}

FailureOr<MachineAttr> mlir::romanet::getOrSetMachine(ModuleOp module) {
  if (auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr))
    return machine;
  FailureOr<MachineAttr> machine = findMachine(module);
  if (failed(machine))
    return failure();
  module->setAttr(kMachineAttr, *machine);
  auto standard = MachineAttr::getDefault(module.getContext());
  // Not emitRemark on the operation: that would print the whole module.
  if (*machine != standard) {
    emitRemark(module.getLoc())
        << "the module has no 'romanet.machine'; using that of its "
           "'dlti.target_system_spec'";
    return machine;
  }
  core::DRAMDevice device = standard.getDevice();
  emitRemark(module.getLoc())
      << "the module has no 'romanet.machine'; using the default: on-chip "
         "buffers of "
      << *standard.getBuffers().getInput() << " bytes (input), "
      << *standard.getBuffers().getWeights() << " bytes (weights) and "
      << *standard.getBuffers().getOutput() << " bytes (output), and "
      << device.chips << " chips of " << device.name << " on "
      << device.chips * device.chipBits << " bits";
  return machine;
}

core::BufferCapacities mlir::romanet::buffersOf(Operation *op,
                                                MachineAttr machine) {
  if (auto buffers = op->getAttrOfType<BuffersAttr>(kBuffersAttr))
    return buffers.getCapacities();
  return machine.getBuffers().getCapacities();
}
