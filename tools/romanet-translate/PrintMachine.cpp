//===- PrintMachine.cpp - A machine from one form into another ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The translation --print-machine: a module with a `romanet.machine` or a
// `dlti.target_system_spec`, a YAML file or the name of a preset in, any of the
// first three out.
//
//===----------------------------------------------------------------------===//

#include "PrintMachine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "romanet/DRAM/Yaml.h"
#include "romanet/Dialect/MachineSpec.h"
#include "romanet/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::romanet;
namespace cl = llvm::cl;

namespace {
enum class Form { Auto, Attribute, Dlti, Yaml, Preset };
} // namespace

static cl::OptionCategory category("Options of --print-machine");

static cl::opt<Form> from(
    "from", cl::desc("What the input is (default auto)"), cl::init(Form::Auto),
    cl::values(
        clEnumValN(Form::Auto, "auto",
                   "YAML where the name of the file ends in .yaml or .yml, "
                   "else a module"),
        clEnumValN(Form::Attribute, "attribute",
                   "a module with a romanet.machine"),
        clEnumValN(Form::Dlti, "dlti",
                   "a module with a dlti.target_system_spec; a "
                   "romanet.machine of it is not looked at"),
        clEnumValN(Form::Yaml, "yaml", "a YAML file"),
        clEnumValN(Form::Preset, "preset", "the name of a preset")),
    cl::cat(category));
static cl::opt<Form>
    to("to", cl::desc("What is written (default yaml)"), cl::init(Form::Yaml),
       cl::values(clEnumValN(Form::Attribute, "attribute",
                             "an empty module with a romanet.machine"),
                  clEnumValN(Form::Dlti, "dlti",
                             "an empty module with a dlti.target_system_spec"),
                  clEnumValN(Form::Yaml, "yaml", "a YAML file")),
       cl::cat(category));

/// Errors that have their place in them.
static LogicalResult fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "romanet-translate")
      << llvm::toString(std::move(error)) << '\n';
  return failure();
}

static FailureOr<MachineAttr>
readModule(const std::shared_ptr<llvm::SourceMgr> &source,
           MLIRContext *context) {
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(source, context);
  if (!module)
    return failure();
  if (from == Form::Dlti)
    (*module)->removeAttr(kMachineAttr);
  if (from == Form::Attribute)
    (*module)->removeAttr(kTargetSystemSpecAttr);
  FailureOr<MachineAttr> machine = describedMachine(*module);
  if (succeeded(machine) && !*machine)
    return emitError(module->getLoc())
           << "the module describes no machine, neither by a '" << kMachineAttr
           << "' nor by entries of a '" << kTargetSystemSpecAttr << "'";
  return machine;
}

static LogicalResult print(MachineAttr machine, llvm::raw_ostream &os) {
  if (to == Form::Yaml) {
    core::printMachine(machine.getMachine(), os);
    return success();
  }
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(UnknownLoc::get(machine.getContext()));
  if (to == Form::Attribute)
    (*module)->setAttr(kMachineAttr, machine);
  else
    (*module)->setAttr(kTargetSystemSpecAttr, makeTargetSystemSpec(machine));
  module->print(os);
  return success();
}

static LogicalResult
printMachine(const std::shared_ptr<llvm::SourceMgr> &source,
             llvm::raw_ostream &os, MLIRContext *context) {
  DialectRegistry registry;
  registerAllDialects(registry);
  mlir::romanet::registerDialects(registry);
  context->appendDialectRegistry(registry);
  context->loadDialect<ROMANetDialect>();

  const llvm::MemoryBuffer *buffer =
      source->getMemoryBuffer(source->getMainFileID());
  StringRef text = buffer->getBuffer(), name = buffer->getBufferIdentifier();
  bool isYaml =
      from == Form::Yaml || (from == Form::Auto && ::romanet::isYamlFile(name));
  if (!isYaml && from != Form::Preset) {
    FailureOr<MachineAttr> machine = readModule(source, context);
    return failed(machine) ? failure() : print(*machine, os);
  }
  llvm::Expected<core::Machine> machine =
      isYaml ? core::parseMachine(text, name)
             : core::machinePreset(text.trim());
  if (!machine)
    return fail(machine.takeError());
  return print(MachineAttr::get(context, *machine), os);
}

void mlir::romanet::registerPrintMachine() {
  TranslateRegistration("print-machine",
                        "a machine from one form into another: a module, a "
                        "YAML file or the name of a preset",
                        printMachine);
}
