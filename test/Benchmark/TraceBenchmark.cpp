//===- TraceBenchmark.cpp - Lines of traces a second ----------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How fast traces are written, on one core, to a stream that forgets them. An
// item is a line.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/DRAM/Trace.h"
#include "llvm/Support/raw_ostream.h"
#include <benchmark/benchmark.h>

using namespace romanet;

/// Runs of 128 bursts, a row of the default device, over its whole capacity.
static void writeBursts(benchmark::State &state, TraceFormat format) {
  DRAMDevice device = defaultDRAMDevice();
  AddressMap map = llvm::cantFail(createAddressMap(device, "romanet"));
  std::unique_ptr<TraceWriter> writer =
      TraceWriter::create(format, device, map, llvm::nulls());
  BurstRun run = {0, 128, false};
  for (auto _ : state) {
    writer->write(run);
    run.address = (run.address + device.rowBytes()) % device.capacityBytes();
    run.isWrite = !run.isWrite;
  }
  writer->finish();
  state.SetItemsProcessed(state.iterations() * run.count);
}

static void writeCommands(benchmark::State &state, TraceFormat format) {
  DRAMDevice device = defaultDRAMDevice();
  std::unique_ptr<CommandTraceWriter> writer =
      CommandTraceWriter::create(format, device, /*channel=*/0, llvm::nulls());
  DRAMCommand command;
  command.kind = DRAMCommand::Kind::Read;
  for (auto _ : state) {
    writer->write(command);
    command.clock += 4;
    command.column = (command.column + 8) % device.columns;
  }
  writer->finish(command.clock);
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(writeBursts, dramsim3, TraceFormat::DRAMsim3);
BENCHMARK_CAPTURE(writeBursts, ramulator1, TraceFormat::Ramulator1);
BENCHMARK_CAPTURE(writeBursts, ramulator2_loadstore,
                  TraceFormat::Ramulator2LoadStore);
BENCHMARK_CAPTURE(writeBursts, ramulator2_readwrite,
                  TraceFormat::Ramulator2ReadWrite);
BENCHMARK_CAPTURE(writeBursts, dramsys, TraceFormat::DRAMSys);
BENCHMARK_CAPTURE(writeCommands, drampower4, TraceFormat::DRAMPower4);
BENCHMARK_CAPTURE(writeCommands, drampower6, TraceFormat::DRAMPower6);
