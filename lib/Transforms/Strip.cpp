//===- Strip.cpp - Remove all that only ROMANet understands ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Dialect/MachineSpec.h"
#include "romanet/Transforms/Passes.h"
#include <limits>

namespace mlir::romanet {
#define GEN_PASS_DEF_STRIPPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

/// The attributes of the dialect among `attributes`.
static SmallVector<StringAttr> ours(DictionaryAttr attributes) {
  SmallVector<StringAttr> names;
  if (attributes)
    for (NamedAttribute attribute : attributes)
      if (isa_and_nonnull<ROMANetDialect>(attribute.getNameDialect()))
        names.push_back(attribute.getName());
  return names;
}

/// A target system spec without our entries, without the devices of which
/// nothing is left; null where it has no others.
static Attribute withoutMachine(TargetSystemSpecAttr spec) {
  MLIRContext *context = spec.getContext();
  SmallVector<DataLayoutEntryInterface> devices;
  for (DataLayoutEntryInterface device : spec.getEntries()) {
    auto entries = cast<TargetDeviceSpecInterface>(device.getValue());
    SmallVector<DataLayoutEntryInterface> kept;
    for (DataLayoutEntryInterface entry : entries.getEntries()) {
      auto key = dyn_cast<StringAttr>(entry.getKey());
      if (!key || !key.getValue().starts_with("romanet."))
        kept.push_back(entry);
    }
    if (kept.size() == entries.getEntries().size())
      devices.push_back(device);
    else if (!kept.empty())
      devices.push_back(
          DataLayoutEntryAttr::get(cast<StringAttr>(device.getKey()),
                                   TargetDeviceSpecAttr::get(context, kept)));
  }
  if (devices.empty())
    return {};
  return TargetSystemSpecAttr::get(context, devices);
}

namespace {
struct StripPass : mlir::romanet::impl::StripPassBase<StripPass> {
  using StripPassBase::StripPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    missing.reset();
    if (failed(checkSpaces()))
      return signalPassFailure();
    module->walk([&](Operation *op) {
      if (auto spec =
              op->getAttrOfType<TargetSystemSpecAttr>(kTargetSystemSpecAttr)) {
        if (Attribute kept = withoutMachine(spec))
          op->setAttr(kTargetSystemSpecAttr, kept);
        else
          op->removeAttr(kTargetSystemSpecAttr);
      }
      for (StringAttr name : ours(op->getDiscardableAttrDictionary()))
        op->removeDiscardableAttr(name);
      if (auto function = dyn_cast<FunctionOpInterface>(op)) {
        for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i)
          for (StringAttr name : ours(function.getArgAttrDict(i)))
            function.removeArgAttr(i, name);
        for (unsigned i = 0, e = function.getNumResults(); i != e; ++i)
          for (StringAttr name : ours(function.getResultAttrDict(i)))
            function.removeResultAttr(i, name);
      }
      // The memory space of a tensor's buffer is an attribute of its operation.
      if (auto alloc = dyn_cast<bufferization::AllocTensorOp>(op))
        if (auto space =
                dyn_cast_or_null<SpaceAttr>(alloc.getMemorySpaceAttr())) {
          if (Attribute target = targetSpace(space))
            alloc.setMemorySpaceAttr(target);
          else
            alloc.removeMemorySpaceAttr();
        }
    });

    AttrTypeReplacer replacer;
    replacer.addReplacement([&](MemRefType type) -> std::optional<Type> {
      auto space = dyn_cast_or_null<SpaceAttr>(type.getMemorySpace());
      if (!space)
        return std::nullopt;
      return MemRefType::get(type.getShape(), type.getElementType(),
                             type.getLayout(), targetSpace(space));
    });
    replacer.addReplacement(
        [&](UnrankedMemRefType type) -> std::optional<Type> {
          auto space = dyn_cast_or_null<SpaceAttr>(type.getMemorySpace());
          if (!space)
            return std::nullopt;
          return UnrankedMemRefType::get(type.getElementType(),
                                         targetSpace(space));
        });
    replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
    if (missing) {
      emitError(module.getLoc())
          << "a buffer lies in #romanet.space<" << stringifySpace(*missing)
          << ">, for which option 'memory-spaces' has no number; it takes "
             "those of input, weights, output and shared";
      signalPassFailure();
    }
  }

  LogicalResult checkSpaces() {
    size_t given = memorySpaces.size();
    if (given != 0 && given != 3 && given != 4)
      return emitError(getOperation().getLoc())
             << "option 'memory-spaces' of romanet-strip has " << given
             << " numbers, expected those of input, weights and output, and "
                "optionally of shared";
    for (int64_t space : memorySpaces)
      if (space < 0 || space > std::numeric_limits<int32_t>::max())
        return emitError(getOperation().getLoc())
               << "option 'memory-spaces' of romanet-strip has " << space
               << ", expected numbers from 0 to "
               << std::numeric_limits<int32_t>::max();
    // A DMA has no meaning to whoever does not know which end is on chip.
    if (given == 0) {
      WalkResult found = getOperation().walk([](memref::DmaStartOp dma) {
        if (!isOnChipBuffer(dma.getSrcMemRef().getType()) &&
            !isOnChipBuffer(dma.getDstMemRef().getType()))
          return WalkResult::advance();
        emitError(dma.getLoc())
            << "a DMA needs memory spaces for its ends; say by option "
               "'memory-spaces' of romanet-strip which ones the target has, or "
               "run romanet-dma-to-calls first";
        return WalkResult::interrupt();
      });
      return failure(found.wasInterrupted());
    }
    return success();
  }

  /// What stands for `space` on the target; null to remove it.
  Attribute targetSpace(SpaceAttr space) {
    size_t index = static_cast<size_t>(space.getValue());
    if (memorySpaces.empty())
      return {};
    if (index >= memorySpaces.size()) {
      missing = space.getValue();
      return {};
    }
    return IntegerAttr::get(IntegerType::get(&getContext(), 64),
                            memorySpaces[index]);
  }

  /// A space without a number that was met.
  std::optional<Space> missing;
};
} // namespace
