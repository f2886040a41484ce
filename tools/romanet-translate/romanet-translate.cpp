//===- romanet-translate.cpp - Programs to traces of DRAM, and machines ---===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-translate with two translations: the bursts that a program moves, as a
// trace for a DRAM simulator, and a machine from one form into another.
//
//===----------------------------------------------------------------------===//

#include "PrintMachine.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "romanet/Analysis/ProgramStream.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/Model/TraceExport.h"
#include "romanet/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"

using namespace mlir;
using namespace mlir::romanet;
namespace cl = llvm::cl;

static cl::OptionCategory category("Options of --romanet-to-dram-trace");

static cl::opt<std::string> traceFormat(
    "trace-format", cl::init("dramsim3"), cl::value_desc("name"),
    cl::desc("dramsim3 (default), ramulator1, ramulator2-loadstore, "
             "ramulator2-readwrite, dramsys, drampower6 or drampower4; the "
             "last two are of commands, as the controller sends them on "
             "channel 0"),
    cl::cat(category));
static cl::opt<std::string>
    traceLayer("trace-layer", cl::value_desc("NAME"),
               cl::desc("Write the trace of this layer alone"),
               cl::cat(category));
static cl::opt<std::string> traceOutput(
    "trace-output", cl::value_desc("FILE"),
    cl::desc("Write the trace to FILE, and the simulator's configuration to "
             "FILE.ini or FILE.yaml (default: the trace goes where -o says)"),
    cl::cat(category));
static cl::opt<std::string>
    traceConfig("trace-config", cl::value_desc("FILE"),
                cl::desc("Where the simulator's configuration is written"),
                cl::cat(category));
static cl::opt<std::string>
    traceMapping("trace-mapping", cl::value_desc("policy"),
                 cl::desc("Mapping policy of the addresses (default: that of "
                          "the module's places)"),
                 cl::cat(category));

static LogicalResult translate(ModuleOp module, llvm::raw_ostream &os) {
  auto fail = [&](const Twine &message) {
    return emitError(module.getLoc()) << message;
  };
  auto machine = module->getAttrOfType<MachineAttr>(kMachineAttr);
  if (!machine)
    machine = MachineAttr::getDefault(module.getContext());
  core::DRAMDevice device = machine.getDevice();
  llvm::Expected<core::TraceFormat> format =
      core::parseTraceFormat(traceFormat);
  if (!format)
    return fail("--trace-format: " + llvm::toString(format.takeError()));
  llvm::Expected<core::AddressMap> map = core::createAddressMap(
      device,
      traceMapping.empty() ? mappingOf(module) : StringRef(traceMapping));
  if (!map)
    return fail("--trace-mapping: " + llvm::toString(map.takeError()));
  if (core::isCommandTrace(*format) && device.channels > 1)
    emitRemark(module.getLoc()) << "the trace has the commands of channel 0, "
                                   "of "
                                << device.channels;

  Staging staging = analyzeStaging(module);
  auto isWanted = [&](size_t layer) {
    return traceLayer.empty() || staging.layers[layer]
                                         ->getAttrOfType<LayerAttr>(kLayerAttr)
                                         .getName()
                                         .getValue() == traceLayer;
  };
  bool isAny = staging.obstacles.size() > 0;
  for (size_t i = 0; i < staging.layers.size(); ++i)
    isAny |= isWanted(i);
  if (!isAny)
    return fail(traceLayer.empty()
                    ? "the module has no layers that are tiled"
                    : "there is no layer '" + Twine(traceLayer) + "'");

  core::TraceExport request;
  request.format = *format;
  if (!traceOutput.empty())
    request.file = traceOutput;
  request.configFile = traceConfig;
  // The walk says by itself what is wrong, and where.
  bool hasFailed = false;
  llvm::Error error = core::exportTrace(
      [&](core::BurstSink sink) -> llvm::Error {
        hasFailed =
            failed(forEachRun(module, staging, device.burstBytes(),
                              [&](size_t layer, const core::BurstRun &run) {
                                if (isWanted(layer))
                                  sink(run);
                              }));
        return hasFailed ? llvm::createStringError("no trace")
                         : llvm::Error::success();
      },
      device, *map, request, traceOutput.empty() ? &os : nullptr);
  if (!error)
    return success();
  std::string message = llvm::toString(std::move(error));
  return hasFailed ? failure() : fail(message);
}

int main(int argc, char **argv) {
  TranslateFromMLIRRegistration registration(
      "romanet-to-dram-trace",
      "the bursts of a program with places (romanet-tile, romanet-dram-map) as "
      "a trace for a DRAM simulator",
      [](ModuleOp module, llvm::raw_ostream &os) {
        return translate(module, os);
      },
      [](DialectRegistry &registry) {
        registerAllDialects(registry);
        mlir::romanet::registerDialects(registry);
      });
  registerPrintMachine();
  return failed(mlirTranslateMain(
      argc, argv, "ROMANet: programs to traces of DRAM, and machines\n"));
}
