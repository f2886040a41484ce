//===- TraceExport.h - Streams of layers as trace files ---------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the stream of a network for a DRAM simulator, with the configuration
// of the simulator beside it. Nothing is stored on the way.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_TRACEEXPORT_H
#define ROMANET_MODEL_TRACEEXPORT_H

#include "romanet/DRAM/Controller.h"
#include "romanet/DRAM/Trace.h"
#include "romanet/Model/Stream.h"

namespace romanet {

struct TraceExport {
  TraceFormat format = TraceFormat::DRAMsim3;
  /// "-": standard output.
  std::string file = "-";
  /// Where the configuration goes. Empty: beside `file`, with the ending .ini
  /// or .yaml after its name, or nowhere where `file` is standard output or the
  /// format has no configuration that we know.
  std::string configFile;
};

/// Whether there is a configuration file for the simulator of the format.
bool hasTraceConfig(TraceFormat format);

/// Hands all runs of a stream to the sink, or says why it cannot.
using StreamSource = llvm::function_ref<llvm::Error(BurstSink)>;

/// Writes a stream. A trace of commands has those of channel 0 as the
/// controller makes them of the stream. The error is that of the source, or
/// says which file cannot be written, or what the simulator cannot express; no
/// file is left then. With `output` the trace goes there, and not to a file.
llvm::Error exportTrace(StreamSource source, const DRAMDevice &device,
                        const AddressMap &map, const TraceExport &request,
                        llvm::raw_ostream *output = nullptr);
/// The layers one after the other.
llvm::Error exportTrace(const NetworkStream &stream, const DRAMDevice &device,
                        const AddressMap &map, const TraceExport &request);

} // namespace romanet

#endif // ROMANET_MODEL_TRACEEXPORT_H
