//===- Annotate.cpp - Set the on-chip buffers of operations ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Remarks.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_ANNOTATEPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

namespace {
struct AnnotatePass : mlir::romanet::impl::AnnotatePassBase<AnnotatePass> {
  using AnnotatePassBase::AnnotatePassBase;

  /// The buffers that the options give; null where they give none.
  FailureOr<BuffersAttr> buffersFromOptions() {
    auto given = [](const Option<int64_t> &option) -> std::optional<int64_t> {
      if (option.getNumOccurrences() > 0 || option != 0)
        return option;
      return std::nullopt;
    };
    auto emitOptionError = [&] {
      return emitError(getOperation().getLoc())
             << "options of romanet-annotate: ";
    };
    BuffersAttr buffers;
    if (given(input) || given(weights) || given(output) || given(shared)) {
      buffers = BuffersAttr::getChecked(
          emitOptionError, &getContext(), given(input), given(weights),
          given(output), given(shared), ArrayRef<int64_t>());
      if (!buffers)
        return failure();
    }
    if (doubleBuffer.empty())
      return buffers;
    if (!buffers) {
      FailureOr<MachineAttr> machine =
          getOrSetMachine(getOperation(), machineName);
      if (failed(machine))
        return failure();
      buffers = machine->getBuffers();
    }
    core::BufferCapacities capacities = buffers.getCapacities();
    for (const std::string &name : doubleBuffer) {
      std::optional<core::Operand> operand = core::parseOperand(name);
      if (!operand) {
        emitOptionError() << "'double-buffer' names '" << name
                          << "', expected input, weights or output";
        return failure();
      }
      capacities.doubleBuffered[*operand] = true;
    }
    return BuffersAttr::get(&getContext(), capacities);
  }

  void annotate(Operation *op, const ExtractedLayer &extracted,
                BuffersAttr buffers) {
    op->setAttr(kBuffersAttr, buffers);
    auto remark = remark::passed(op->getLoc(),
                                 remarkOptions({getArgument()}, "buffers", op));
    if (remark)
      remark << Metric("Layer", extracted.layer.name)
             << Metric("Buffers", buffers);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    // Also where its buffers are not asked for.
    if (!machineName.empty() && failed(getOrSetMachine(module, machineName)))
      return signalPassFailure();
    FailureOr<BuffersAttr> buffers = buffersFromOptions();
    if (failed(buffers))
      return signalPassFailure();
    if (!*buffers) {
      FailureOr<MachineAttr> machine = getOrSetMachine(module, machineName);
      if (failed(machine))
        return signalPassFailure();
      buffers = machine->getBuffers();
    }
    LayerNames names;
    UnitOptions options;
    options.names = &names;
    module.walk([&](Operation *op) {
      if (!isCandidate(op) || op->hasAttr(kBuffersAttr))
        return;
      auto layer = extractLayer(op, options);
      if (auto *reason = std::get_if<NotALayer>(&layer))
        remarkMissed({getArgument()}, "not-annotated", op,
                     "'" + op->getName().getStringRef() +
                         "' is not annotated: " + reason->reason);
      else
        annotate(op, std::get<ExtractedLayer>(layer), *buffers);
    });
  }
};
} // namespace
