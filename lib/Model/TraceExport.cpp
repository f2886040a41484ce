//===- TraceExport.cpp - Streams of layers as trace files -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/TraceExport.h"
#include "romanet/DRAM/SimulatorConfig.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace romanet;

bool romanet::hasTraceConfig(TraceFormat format) {
  return format == TraceFormat::DRAMsim3 ||
         format == TraceFormat::Ramulator2LoadStore;
}

static llvm::Error writeBursts(StreamSource source, const DRAMDevice &device,
                               const AddressMap &map, TraceFormat format,
                               llvm::raw_ostream &os) {
  std::unique_ptr<TraceWriter> writer =
      TraceWriter::create(format, device, map, os);
  if (llvm::Error error =
          source([&](const BurstRun &run) { writer->write(run); }))
    return error;
  writer->finish();
  return llvm::Error::success();
}

static llvm::Error writeCommands(StreamSource source, const DRAMDevice &device,
                                 const AddressMap &map, TraceFormat format,
                                 llvm::raw_ostream &os) {
  std::unique_ptr<CommandTraceWriter> writer =
      CommandTraceWriter::create(format, device, /*channel=*/0, os);
  llvm::Expected<Controller> controller = Controller::create(
      device, map, ControllerOptions(),
      [&](const DRAMCommand &command) { writer->write(command); });
  if (!controller)
    return controller.takeError();
  if (llvm::Error error =
          source([&](const BurstRun &run) { controller->push(run); }))
    return error;
  llvm::Expected<ControllerStats> stats = controller->finish();
  if (!stats)
    return stats.takeError();
  writer->finish(stats->clocks);
  return llvm::Error::success();
}

static llvm::Error writeConfig(const DRAMDevice &device, const AddressMap &map,
                               const TraceExport &request,
                               llvm::raw_ostream &os) {
  switch (request.format) {
  case TraceFormat::DRAMsim3:
    return writeDRAMsim3Config(device, map, SimulatorOptions(), os);
  case TraceFormat::Ramulator2LoadStore:
    return writeRamulator2Config(device, map, SimulatorOptions(), request.file,
                                 os);
  default:
    return llvm::createStringError(
        "there is no configuration file for the format " +
        traceFormatName(request.format) +
        ", but for dramsim3 and "
        "ramulator2-loadstore");
  }
}

static llvm::Error
writeFile(llvm::StringRef name,
          llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write) {
  std::error_code code;
  llvm::ToolOutputFile file(name, code, llvm::sys::fs::OF_None);
  if (code)
    return llvm::createStringError(name + ": " + code.message());
  if (llvm::Error error = write(file.os()))
    return error;
  file.os().flush();
  if (file.os().has_error()) {
    std::string message = file.os().error().message();
    file.os().clear_error();
    return llvm::createStringError(name + ": " + message);
  }
  file.keep();
  return llvm::Error::success();
}

llvm::Error romanet::exportTrace(StreamSource source, const DRAMDevice &device,
                                 const AddressMap &map,
                                 const TraceExport &request,
                                 llvm::raw_ostream *output) {
  std::string configFile = request.configFile;
  if (configFile.empty() && request.file != "-" &&
      hasTraceConfig(request.format))
    configFile = request.file +
                 (request.format == TraceFormat::DRAMsim3 ? ".ini" : ".yaml");
  // The configuration first: what cannot be expressed is known before a long
  // trace is written.
  if (!configFile.empty())
    if (llvm::Error error = writeFile(configFile, [&](llvm::raw_ostream &os) {
          return writeConfig(device, map, request, os);
        }))
      return error;
  auto write = isCommandTrace(request.format) ? writeCommands : writeBursts;
  if (output)
    return write(source, device, map, request.format, *output);
  return writeFile(request.file, [&](llvm::raw_ostream &os) {
    return write(source, device, map, request.format, os);
  });
}

llvm::Error romanet::exportTrace(const NetworkStream &stream,
                                 const DRAMDevice &device,
                                 const AddressMap &map,
                                 const TraceExport &request) {
  return exportTrace(
      [&](BurstSink sink) {
        stream.forEachRun([&](size_t, const BurstRun &run) { sink(run); });
        return llvm::Error::success();
      },
      device, map, request);
}
