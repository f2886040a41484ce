//===- AttributeFuzzer.cpp - The attribute parser on any input ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands behind `#romanet.` is an attribute, which is printed and parsed
// again as the same, or there is a diagnostic. A machine answers queries and is
// the same in the terms of the model.
//
//===----------------------------------------------------------------------===//

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "romanet/Dialect/MachineSpec.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace mlir;
using namespace mlir::romanet;

/// Attributes live as long as their context.
static MLIRContext &freshContext() {
  static std::unique_ptr<MLIRContext> context;
  static unsigned uses = 0;
  if (!context || ++uses == 1000) {
    context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
    context->loadDialect<ROMANetDialect>();
    uses = 0;
  }
  return *context;
}

static void require(bool holds, const llvm::Twine &what) {
  if (holds)
    return;
  llvm::errs() << what << '\n';
  std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext &context = freshContext();
  unsigned messages = 0;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &) {
    ++messages;
    return success();
  });
  std::string text =
      "#romanet." + std::string(reinterpret_cast<const char *>(data), size);
  Attribute attribute = parseAttribute(text, &context);
  if (!attribute) {
    require(messages > 0, "no diagnostic");
    return 0;
  }
  std::string printed;
  llvm::raw_string_ostream(printed) << attribute;
  require(parseAttribute(printed, &context) == attribute, printed);
  if (auto machine = dyn_cast<MachineAttr>(attribute)) {
    require(MachineAttr::get(&context, machine.getMachine()) == machine,
            printed);
    require(succeeded(machine.query(StringAttr::get(&context, "device"))),
            printed);
    makeTargetSystemSpec(machine);
  }
  return 0;
}
