//===- romanet-search.cpp - Schedules of a table of layers ----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The front door to the search without any IR: layers from a CSV file in,
// schedules and their exact DRAM traffic out.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/DeviceFile.h"
#include "romanet/Model/LayerTable.h"
#include "romanet/Model/MachineFile.h"
#include "romanet/Model/OutputFile.h"
#include "romanet/Model/Report.h"
#include "romanet/Model/ScheduleFile.h"
#include "romanet/Model/TraceExport.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include <algorithm>
#include <limits>

using namespace romanet;
namespace cl = llvm::cl;

static cl::OptionCategory category("Options of romanet-search");

static cl::opt<std::string>
    layersFile("layers", cl::Required, cl::value_desc("FILE.csv"),
               cl::desc("Table of layers, '-' for standard input; columns "
                        "network,layer,type,N,C,H,W,K,R,S,stride,pad,groups,P,"
                        "Q,macs"),
               cl::cat(category));
static cl::opt<int64_t> inputCapacity(
    "input-capacity", cl::value_desc("bytes"),
    cl::desc("On-chip buffer of the input (default 36864 if no capacity is "
             "given; else give all three, or --shared-capacity for the rest)"),
    cl::cat(category));
static cl::opt<int64_t>
    weightsCapacity("weights-capacity", cl::value_desc("bytes"),
                    cl::desc("On-chip buffer of the weights"),
                    cl::cat(category));
static cl::opt<int64_t> outputCapacity(
    "output-capacity", cl::value_desc("bytes"),
    cl::desc("On-chip buffer of the output, at accumulator width"),
    cl::cat(category));
static cl::opt<int64_t>
    sharedCapacity("shared-capacity", cl::value_desc("bytes"),
                   cl::desc("One on-chip buffer for all tensors without one of "
                            "their own, two or three"),
                   cl::cat(category));
static cl::list<std::string> doubleBuffer(
    "double-buffer", cl::CommaSeparated, cl::value_desc("tensors"),
    cl::desc("Tensors that keep two tiles on chip: input,weights,output"),
    cl::cat(category));
static cl::opt<int64_t>
    elementBits("element-bits", cl::init(8), cl::value_desc("bits"),
                cl::desc("Width of inputs and weights (default 8)"),
                cl::cat(category));
static cl::opt<int64_t>
    accumulatorBits("accumulator-bits", cl::init(32), cl::value_desc("bits"),
                    cl::desc("Width of partial sums (default 32)"),
                    cl::cat(category));
static cl::opt<int64_t>
    outputBits("output-bits", cl::init(8), cl::value_desc("bits"),
               cl::desc("Width of finished outputs (default 8)"),
               cl::cat(category));
static cl::opt<std::string>
    space("space", cl::init("S0"), cl::value_desc("name"),
          cl::desc("Schedules to search (default S0): S0, all tile sizes and "
                   "loop orders, tiles reloaded when they change; +S1, each "
                   "tensor held at a depth of its own; +S2, serpentine order; "
                   "+S3, halos stay on chip; all"),
          cl::cat(category));
static cl::opt<uint64_t>
    nodeBudget("node-budget", cl::init(SearchOptions().nodeBudget),
               cl::value_desc("nodes"),
               cl::desc("Nodes after which the search of a layer stops with "
                        "the best schedule so far and the gap (default "
                        "10000000; 0: none); by bytes in S0 it has none"),
               cl::cat(category));
static cl::opt<std::string> strategy(
    "strategy", cl::init("optimal"), cl::value_desc("name"),
    cl::desc("How loop orders are chosen (default optimal); the others are "
             "baselines, in S0 alone, with any objective and layouts: "
             "fixed-input, fixed-weights, fixed-output, smartshuttle, romanet. "
             "The tiles are the best by the objective, so that with "
             "--objective=bursts a baseline chooses its tiles burst-aware"),
    cl::cat(category));
static cl::opt<std::string> objective(
    "objective", cl::value_desc("name"),
    cl::init(objectiveName(SearchOptions().objective).str()),
    cl::desc(
        "What to minimise (default energy): bytes, moved between DRAM and "
        "chip; bursts, of the DRAM; energy, of the DRAM [pJ]; time, of the "
        "DRAM at least [ns]; edp, the product of both; bytes-bursts, bytes and "
        "of equally few the fewest bursts"),
    cl::cat(category));
static cl::opt<std::string>
    format("format", cl::init("table"), cl::value_desc("name"),
           cl::desc("Output: table, json or csv, one line for each layer "
                    "(default table)"),
           cl::cat(category));
static cl::opt<std::string>
    output("o", cl::init("-"), cl::value_desc("FILE"),
           cl::desc("Where the output goes (default: standard output). A file "
                    "is replaced when all of it is written"),
           cl::cat(category));
/// The library of all of LLVM has an option --threads for link-time
/// optimisation, which nothing here runs.
[[maybe_unused]] static const bool threadsIsFree = [] {
  auto &options = cl::getRegisteredOptions();
  auto other = options.find("threads");
  if (other != options.end())
    other->second->removeArgument();
  return true;
}();
static cl::opt<unsigned> threads(
    "threads", cl::init(0), cl::value_desc("number"),
    cl::desc("Layers that are searched at the same time (default 0: as many as "
             "the machine has threads; 1: one after the other). The output is "
             "the same with any number"),
    cl::cat(category));
static cl::opt<std::string> layouts(
    "layouts", cl::init("nchw"), cl::value_desc("name"),
    cl::desc("How the tensors lie in DRAM (default nchw): nchw or nhwc, all "
             "row-major in that order; free, searched with the schedule and "
             "at least as good; network, the same, but what one layer writes "
             "and the next one reads has one layout. With --evaluate what the "
             "file does not give a "
             "layout is row-major, in the order of nchw or nhwc"),
    cl::cat(category));
static cl::opt<bool> fixedEnds(
    "fixed-io",
    cl::desc("With --layouts=network: the inputs that no layer writes and the "
             "outputs that no layer reads stay row-major"),
    cl::cat(category));
static cl::opt<std::string>
    dram("dram", cl::value_desc("preset|FILE.yaml"),
         cl::desc("DRAM whose bursts are counted, the name of a preset or a "
                  "file (default: eight DDR3-1600 2Gb x8 chips on 64 bits)"),
         cl::cat(category));
static cl::opt<std::string> machineName(
    "machine", cl::value_desc("preset|FILE.yaml"),
    cl::desc("On-chip buffers and DRAM, the name of a preset or a file; "
             "capacities and --dram, where given, take the place of the "
             "machine's"),
    cl::cat(category));
static cl::opt<std::string> evaluateFile(
    "evaluate", cl::value_desc("FILE.json"),
    cl::desc("Search nothing, cost the schedules of this file, '-' for "
             "standard input: an earlier output of --format=json, edited or "
             "not. Layers without a schedule, fully connected or not, are "
             "left out"),
    cl::cat(category));
static cl::opt<bool> simulateStreams(
    "simulate",
    cl::desc("Send the bursts of the schedules, one by one, through a DRAM "
             "controller, layer by layer: row hits, misses, conflicts, cycles "
             "and energy"),
    cl::cat(category));
static cl::opt<std::string> mapping(
    "mapping", cl::init("search"), cl::value_desc("policy"),
    cl::desc("How addresses map to banks, rows and columns in --simulate and "
             "--trace (default search: the least energy, then the least time, "
             "in simulations of all policies): romanet, row-major (an address "
             "map of DRAMsim3, rochrababgco) and the six permutations of "
             "column, bank and row, as column-bank-row, the innermost first"),
    cl::cat(category));
static cl::opt<std::string> bankHash(
    "bank-hash", cl::init("none"), cl::value_desc("name"),
    cl::desc("Exclusive or of bank and row in the address map: none or xor "
             "(default none)"),
    cl::cat(category));
static cl::opt<std::string> traceFile(
    "trace", cl::value_desc("FILE"),
    cl::desc("Write the bursts in their order as a trace for a DRAM simulator, "
             "with its configuration in FILE.ini or FILE.yaml; '-': to "
             "standard output, in place of the report"),
    cl::cat(category));
static cl::opt<std::string> traceFormat(
    "trace-format", cl::init("dramsim3"), cl::value_desc("name"),
    cl::desc("Format of --trace (default dramsim3): dramsim3, ramulator1, "
             "ramulator2-loadstore, ramulator2-readwrite, dramsys, drampower6, "
             "drampower4; the last two are of commands, as the controller "
             "sends them on channel 0"),
    cl::cat(category));
static cl::opt<std::string>
    traceLayer("trace-layer", cl::value_desc("NAME"),
               cl::desc("Write the trace of this layer alone"),
               cl::cat(category));
static cl::opt<std::string> traceConfig(
    "trace-config", cl::value_desc("FILE"),
    cl::desc("Where the configuration that goes with the trace is written"),
    cl::cat(category));
static cl::opt<std::string>
    baseline("baseline", cl::value_desc("name"),
             cl::desc("Search this baseline (see --strategy) for every layer, "
                      "too, on row-major tensors; in the output as json or "
                      "csv"),
             cl::cat(category));
static cl::opt<std::string> baselineObjective(
    "baseline-objective", cl::value_desc("name"),
    cl::init(objectiveName(Objective::Bytes).str()),
    cl::desc("What the tiles of the baseline are the best by (default bytes), "
             "see --objective"),
    cl::cat(category));
static cl::list<int64_t> capacityCurve(
    "capacity-curve", cl::CommaSeparated, cl::value_desc("percent,..."),
    cl::desc("Search all layers again with these percentages of every on-chip "
             "buffer; in the output as json"),
    cl::cat(category));
static cl::opt<bool> touchedOnly(
    "touched-only",
    cl::desc("Fetch no rows and columns of the input that lie between two "
             "windows, where the stride exceeds the kernel"),
    cl::cat(category));
static cl::opt<bool> fullyConnected("fc",
                                    cl::desc("Include fully connected layers"),
                                    cl::cat(category));

static llvm::raw_ostream &note() {
  return llvm::WithColor::note(llvm::errs(), "romanet-search");
}

template <typename... Ts>
static llvm::Error failure(const Ts &...parts) {
  std::string message;
  llvm::raw_string_ostream os(message);
  (os << ... << parts);
  return llvm::createStringError(message);
}

static llvm::Error checkChoice(const cl::opt<std::string> &option,
                               llvm::ArrayRef<llvm::StringRef> choices) {
  if (llvm::is_contained(choices, option.getValue()))
    return llvm::Error::success();
  return failure("--", option.ArgStr, "=", option.getValue(),
                 " is not known, expected ", llvm::join(choices, " or "));
}

/// The machine of --machine, else the default.
static llvm::Expected<Machine> readMachine() {
  if (machineName.getNumOccurrences())
    return findMachine(machineName);
  return Machine::makeDefault();
}

static llvm::Expected<BufferCapacities> readBuffers(const Machine &machine) {
  auto given = [](const cl::opt<int64_t> &option) -> std::optional<int64_t> {
    if (option.getNumOccurrences())
      return option.getValue();
    return std::nullopt;
  };
  BufferCapacities buffers =
      BufferCapacities::make(given(inputCapacity), given(weightsCapacity),
                             given(outputCapacity), given(sharedCapacity));
  if (buffers == BufferCapacities()) {
    buffers = machine.buffers;
    if (!machineName.getNumOccurrences())
      note() << "no capacities given, using three buffers of "
             << *buffers.separate[Operand::Input] << " bytes\n";
  }

  for (const std::string &name : doubleBuffer) {
    std::optional<Operand> operand = parseOperand(name);
    if (!operand)
      return failure("--double-buffer=", name,
                     " is not known, expected some of input,weights,output");
    buffers.doubleBuffered[*operand] = true;
  }
  if (llvm::Error error = buffers.verify())
    return error;
  return buffers;
}

static llvm::Expected<int64_t> readBytes(const cl::opt<int64_t> &bits) {
  if (bits > 0 && bits % 8 == 0)
    return bits / 8;
  return failure("--", bits.ArgStr, "=", bits.getValue(),
                 " is no width, expected a positive multiple of 8");
}

/// Sets what the table does not say: element widths and the data order.
static llvm::Error completeLayers(std::vector<LayerTableRow> &rows) {
  llvm::Expected<int64_t> element = readBytes(elementBits);
  if (!element)
    return element.takeError();
  llvm::Expected<int64_t> accumulator = readBytes(accumulatorBits);
  if (!accumulator)
    return accumulator.takeError();
  llvm::Expected<int64_t> output = readBytes(outputBits);
  if (!output)
    return output.takeError();
  if (llvm::Error error =
          checkChoice(layouts, {"nchw", "nhwc", "free", "network"}))
    return error;

  for (LayerTableRow &row : rows) {
    Layer &layer = row.layer;
    layer.inputBytes = layer.weightBytes = *element;
    layer.accumulatorBytes = *accumulator;
    layer.outputBytes = *output;
    layer.fetchTouchedOnly = touchedOnly;
    if (layouts == "nhwc")
      layer.order = DataOrder::nhwc();
    if (llvm::Error error = layer.verify())
      return failure(layersFile.getValue(), ": ",
                     llvm::toString(std::move(error)));
  }
  return llvm::Error::success();
}

static llvm::Expected<std::vector<LayerTableRow>> readLayers() {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(layersFile,
                                                   /*IsText=*/true);
  if (!buffer)
    return failure(layersFile.getValue(), ": ", buffer.getError().message());
  llvm::Expected<std::vector<LayerTableRow>> rows =
      parseLayerTable((*buffer)->getBuffer(), layersFile);
  if (!rows)
    return rows;
  // Where schedules are given, they say which layers are meant.
  if (!fullyConnected && !evaluateFile.getNumOccurrences()) {
    size_t before = rows->size();
    llvm::erase_if(
        *rows, [](const LayerTableRow &row) { return row.isFullyConnected; });
    if (size_t without = before - rows->size())
      note() << "fully connected layers left out: " << without
             << " (--fc includes them)\n";
  }
  if (llvm::Error error = completeLayers(*rows))
    return error;
  return rows;
}

/// Searches, and shows meanwhile how far that is.
static llvm::Error withProgress(Report &report,
                                llvm::function_ref<llvm::Error()> search) {
  ProgressLine line;
  report.progress = line.callback();
  llvm::Error error = search();
  report.progress = nullptr;
  return error;
}

static llvm::Error searchLayers(std::vector<LayerTableRow> rows,
                                Report &report) {
  auto search = [&] {
    return layouts == "network"
               ? report.searchNetworks(std::move(rows), fixedEnds, threads)
               : report.searchAll(std::move(rows), threads);
  };
  if (llvm::Error error = withProgress(report, search))
    return failure(layersFile.getValue(), ": ",
                   llvm::toString(std::move(error)));
  return llvm::Error::success();
}

static llvm::Error evaluateLayers(std::vector<LayerTableRow> rows,
                                  Report &report) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(evaluateFile,
                                                   /*IsText=*/true);
  if (!buffer)
    return failure(evaluateFile.getValue(), ": ", buffer.getError().message());
  llvm::Expected<std::vector<std::optional<GivenSchedule>>> schedules =
      parseSchedules((*buffer)->getBuffer(), evaluateFile, rows, report.buffers,
                     report.device);
  if (!schedules)
    return schedules.takeError();
  report.isGiven = true;
  std::vector<std::string> leftOut;
  for (auto [row, given] : llvm::zip_equal(rows, *schedules)) {
    if (!given) {
      leftOut.push_back(row.layer.name);
      continue;
    }
    report.options.space = report.options.space.including(given->schedule);
    if (llvm::Error error =
            report.evaluate(row.network, std::move(row.layer), report.buffers,
                            given->schedule, /*places=*/{}, given->layouts))
      return failure(layersFile.getValue(), ": ",
                     llvm::toString(std::move(error)));
  }
  if (!leftOut.empty())
    note() << "layers without a schedule in " << evaluateFile
           << " left out: " << llvm::join(leftOut, ", ") << '\n';
  return llvm::Error::success();
}

/// What is given is not chosen, and only one file can come from a stream.
static llvm::Error checkEvaluate() {
  if (!evaluateFile.getNumOccurrences())
    return llvm::Error::success();
  for (const cl::opt<std::string> *option : {&space, &strategy, &objective})
    if (option->getNumOccurrences())
      return failure("--evaluate searches nothing, and excludes --",
                     option->ArgStr);
  if (layouts == "free" || layouts == "network")
    return failure("--evaluate searches nothing, and excludes --layouts=",
                   layouts.getValue(), "; the layouts are those of the file");
  if (evaluateFile == "-" && layersFile == "-")
    return failure("--layers and --evaluate are both standard input, expected "
                   "at most one");
  return llvm::Error::success();
}

/// What is wrong in the options of simulation and trace is said before a
/// search.
static llvm::Error checkSimulation() {
  if (llvm::Error error = checkChoice(mapping, mappingChoices()))
    return error;
  if (llvm::Error error = checkChoice(traceFormat, traceFormatNames()))
    return error;
  bool isUsed = simulateStreams || traceFile.getNumOccurrences();
  for (const cl::opt<std::string> *option : {&mapping, &bankHash})
    if (option->getNumOccurrences() && !isUsed)
      return failure("--", option->ArgStr,
                     " is of use with --simulate or --trace alone");
  for (const cl::opt<std::string> *option :
       {&traceFormat, &traceLayer, &traceConfig})
    if (option->getNumOccurrences() && !traceFile.getNumOccurrences())
      return failure("--", option->ArgStr, " is of use with --trace alone");
  return parseBankHash(bankHash).takeError();
}

/// Simulates the schedules of the report, and writes their trace.
static llvm::Error simulateAndTrace(Report &report) {
  if (!simulateStreams && !traceFile.getNumOccurrences())
    return llvm::Error::success();
  std::vector<ScheduledLayer> layers = report.scheduledLayers();
  llvm::Expected<NetworkStream> stream = streamOf(layers, report.device);
  if (!stream)
    return stream.takeError();
  MappingOptions options;
  options.hash = llvm::cantFail(parseBankHash(bankHash));
  std::optional<AddressMap> map;
  if (simulateStreams || mapping == "search") {
    llvm::Expected<MappedSimulation> simulated =
        simulateMapped(*stream, report.device, mapping, options);
    if (!simulated)
      return simulated.takeError();
    if (simulateStreams)
      report.addSimulation(*simulated);
    map = simulated->map;
  } else {
    llvm::Expected<AddressMap> made =
        createAddressMap(report.device, mapping, options);
    if (!made)
      return made.takeError();
    map = *made;
  }
  if (!traceFile.getNumOccurrences())
    return llvm::Error::success();
  if (traceLayer.getNumOccurrences()) {
    llvm::erase_if(stream->layers, [](const LayerStream &layer) {
      return layer.getLayer().name != traceLayer;
    });
    if (stream->layers.empty())
      return failure("--trace-layer=", traceLayer.getValue(),
                     ": there is no layer of that name with a schedule");
  }
  TraceExport request;
  request.format = llvm::cantFail(parseTraceFormat(traceFormat));
  request.file = traceFile;
  request.configFile = traceConfig;
  if (isCommandTrace(request.format) && report.device.channels > 1)
    note() << "the trace has the commands of channel 0, of "
           << report.device.channels << '\n';
  return exportTrace(*stream, report.device, *map, request);
}

/// Adds the baseline and the capacity curve.
static llvm::Error addSearches(Report &report) {
  if (baseline.getNumOccurrences()) {
    llvm::Expected<Strategy> strategy = parseStrategy(baseline);
    if (!strategy)
      return strategy.takeError();
    llvm::Expected<Objective> minimised = parseObjective(baselineObjective);
    if (!minimised)
      return minimised.takeError();
    if (llvm::Error error = report.addBaseline(*strategy, *minimised, threads))
      return error;
  } else if (baselineObjective.getNumOccurrences()) {
    return failure("--baseline-objective is of use with --baseline alone");
  }
  if (!capacityCurve.getNumOccurrences())
    return llvm::Error::success();
  return report.addCapacityCurve(
      std::vector<int64_t>(capacityCurve.begin(), capacityCurve.end()),
      report.options, threads);
}

static llvm::Error write(const Report &report) {
  llvm::Error error = writeOutput(output, [&](llvm::raw_ostream &os) {
    if (format == "json")
      os << llvm::formatv("{0:2}\n", toJSON(report));
    else if (format == "csv")
      printCSV(report, os);
    else
      printTable(report, os);
  });
  if (!error)
    return error;
  return failure("cannot write '", output.getValue(),
                 "': ", llvm::toString(std::move(error)));
}

/// The number of layers that do not fit.
static llvm::Expected<int64_t> run() {
  if (llvm::Error error = checkEvaluate())
    return error;
  if (llvm::Error error = checkSimulation())
    return error;
  llvm::Expected<Space> searched = Space::parse(space);
  if (!searched)
    return searched.takeError();
  llvm::Expected<Strategy> chosen = parseStrategy(strategy);
  if (!chosen)
    return chosen.takeError();
  if (*chosen != Strategy::Optimal && !(*searched == Space()))
    return failure(
        "--strategy=", strategy.getValue(),
        " is a baseline in S0, and excludes --space=", space.getValue());
  llvm::Expected<Objective> minimised = parseObjective(objective);
  if (!minimised)
    return minimised.takeError();
  if (llvm::Error error = checkChoice(format, {"table", "json", "csv"}))
    return error;
  llvm::Expected<Machine> machine = readMachine();
  if (!machine)
    return machine.takeError();
  llvm::Expected<DRAMDevice> device =
      dram.getNumOccurrences() ? findDevice(dram) : machine->device();
  if (!device)
    return device.takeError();
  if (fixedEnds && layouts != "network")
    return failure("--fixed-io is of use with --layouts=network alone");
  llvm::Expected<BufferCapacities> buffers = readBuffers(*machine);
  if (!buffers)
    return buffers.takeError();
  llvm::Expected<std::vector<LayerTableRow>> rows = readLayers();
  if (!rows)
    return rows.takeError();

  Report report;
  report.buffers = *buffers;
  report.device = *device;
  report.options.space = *searched;
  report.options.strategy = *chosen;
  report.options.nodeBudget = static_cast<int64_t>(
      std::min<uint64_t>(nodeBudget, std::numeric_limits<int64_t>::max()));
  report.options.objective = *minimised;
  if (layouts == "free")
    report.options.layouts = LayoutChoice::allFree();
  auto fill = evaluateFile.getNumOccurrences() ? evaluateLayers : searchLayers;
  if (llvm::Error error = fill(std::move(*rows), report))
    return error;
  if (llvm::Error error = simulateAndTrace(report))
    return error;
  if (llvm::Error error =
          withProgress(report, [&] { return addSearches(report); }))
    return error;
  // The trace stands where the report would.
  if (traceFile != "-" || output != "-")
    if (llvm::Error error = write(report))
      return error;
  for (const LayerReport &layer : report.layers)
    if (const auto *infeasible = std::get_if<Infeasible>(&layer.result))
      llvm::WithColor::error(llvm::errs(), "romanet-search")
          << "layer '" << layer.layer.name << "': " << infeasible->message()
          << '\n';
  return report.infeasible;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Searches, for each layer of a table, the schedule that takes the least "
      "DRAM energy (or bytes, bursts, time) for what moves between DRAM and "
      "the on-chip buffers, or costs given schedules.\n\n"
      "Exit status: 0 if every layer has a schedule, 1 if one does not fit or "
      "the input is wrong.\n");
  llvm::Expected<int64_t> infeasible = run();
  if (!infeasible) {
    llvm::handleAllErrors(
        infeasible.takeError(), [](const llvm::ErrorInfoBase &error) {
          llvm::WithColor::error(llvm::errs(), "romanet-search")
              << error.message() << '\n';
        });
    return 1;
  }
  return *infeasible ? 1 : 0;
}
