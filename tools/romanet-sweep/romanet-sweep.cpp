//===- romanet-sweep.cpp - Capacities, DRAMs and objectives ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Schedules one input for every combination of buffer capacities, DRAM devices
// and objectives, each in a process of its own, and shows the Pareto front.
// Points can also be run one by one, by whatever runs command lines on many
// machines, and be merged afterwards: docs/Sweeps.md.
//
//===----------------------------------------------------------------------===//

#include "SweepFolder.h"
#include "romanet/DRAM/DeviceFile.h"
#include "romanet/DRAM/Yaml.h"
#include "romanet/Model/OutputFile.h"
#include "romanet/Model/Simulation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/WithColor.h"
#include <functional>
#include <mutex>
#include <numeric>

using namespace romanet;
using llvm::StringRef;
using llvm::Twine;
namespace cl = llvm::cl;

static cl::OptionCategory category("Options of romanet-sweep");

static cl::opt<std::string>
    input(cl::Positional, cl::Required,
          cl::desc("INPUT.mlir|INPUT.csv, or the FOLDER of a sweep"),
          cl::cat(category));
static cl::opt<std::string>
    folder("o", cl::value_desc("FOLDER"),
           cl::desc("Folder of the sweep: its plan, and machine, report and "
                    "record of every point. What is there already of the same "
                    "plan is not run again"),
           cl::cat(category));
static cl::opt<bool>
    dryRun("dry-run",
           cl::desc("Run nothing: write the plan, and print a command line for "
                    "each point, which runs it unless that is done"),
           cl::cat(category));
static cl::opt<int64_t>
    onlyPoint("point", cl::value_desc("number"),
              cl::desc("Run this point, from 1, of the sweep in FOLDER, unless "
                       "that is done"),
              cl::cat(category));
static cl::opt<bool> merge(
    "merge",
    cl::desc("Run nothing: print what there is of the sweep in FOLDER, or "
             "in a file of --format=json"),
    cl::cat(category));

static cl::opt<std::string> machineName(
    "machine", cl::value_desc("preset|FILE.yaml"),
    cl::desc("Machine whose buffers are scaled, and whose DRAM is the default "
             "(default: three buffers of 36 KiB, eight DDR3-1600 2Gb x8)"),
    cl::cat(category));
static cl::list<int64_t>
    capacities("capacities", cl::CommaSeparated, cl::value_desc("percent,..."),
               cl::desc("Percentages of every on-chip buffer (default 100)"),
               cl::cat(category));
static cl::list<std::string>
    drams("drams", cl::CommaSeparated, cl::value_desc("preset|FILE.yaml,..."),
          cl::desc("DRAM devices, each in place of the machine's with its "
                   "channels, ranks and chips (default: that of the machine)"),
          cl::cat(category));
static cl::list<std::string>
    objectives("objectives", cl::CommaSeparated, cl::value_desc("name,..."),
               cl::desc("What is minimised: energy (default), bytes, bursts, "
                        "time, edp, bytes-bursts"),
               cl::cat(category));
static cl::opt<std::string> space("space", cl::init("S0"),
                                  cl::value_desc("name"),
                                  cl::desc("Schedules to search (default S0)"),
                                  cl::cat(category));
static cl::opt<std::string>
    strategy("strategy", cl::init("optimal"), cl::value_desc("name"),
             cl::desc("optimal (default), or a baseline in S0"),
             cl::cat(category));
static cl::opt<std::string> layouts(
    "layouts", cl::value_desc("name"),
    cl::desc("How arrays lie in DRAM. Of a module: free (default), row-major "
             "or packed; of a table: nchw (default), nhwc, free or network"),
    cl::cat(category));
static cl::opt<bool>
    simulate("simulate",
             cl::desc("Send the bursts through a DRAM controller, too"),
             cl::cat(category));
static cl::opt<std::string>
    mapping("mapping", cl::value_desc("policy"),
            cl::desc("Address map of --simulate (default: as the programs "
                     "have it)"),
            cl::cat(category));
static cl::opt<std::string>
    elementBits("element-bits", cl::value_desc("bits"),
                cl::desc("Of a table: width of inputs and weights (default 8)"),
                cl::cat(category));
static cl::opt<std::string>
    accumulatorBits("accumulator-bits", cl::value_desc("bits"),
                    cl::desc("Of a table: width of partial sums (default 32)"),
                    cl::cat(category));
static cl::opt<std::string>
    outputBits("output-bits", cl::value_desc("bits"),
               cl::desc("Of a table: width of finished outputs (default 8)"),
               cl::cat(category));
static cl::opt<bool>
    fullyConnected("fc", cl::desc("Of a table: include fully connected layers"),
                   cl::cat(category));

static cl::opt<unsigned>
    jobs("jobs", cl::init(0), cl::value_desc("number"),
         cl::desc("Points that are run at the same time, a process each "
                  "(default 0: as many as the machine has threads)"),
         cl::cat(category));
static cl::opt<std::string>
    program("program", cl::value_desc("FILE"),
            cl::desc("What runs a point (default: romanet-opt, of a table "
                     "romanet-search, beside this program, else in PATH)"),
            cl::cat(category));
static cl::list<std::string> axes(
    "axes", cl::CommaSeparated, cl::value_desc("name,..."),
    cl::desc("What the front is of: capacity and energy (default), time, "
             "bytes, bursts, activations, simulated-energy, simulated-time"),
    cl::cat(category));
static cl::opt<std::string>
    format("format", cl::init("text"), cl::value_desc("name"),
           cl::desc("Output: text (default), json or csv"), cl::cat(category));
static cl::opt<std::string>
    output("output", cl::init("-"), cl::value_desc("FILE"),
           cl::desc("Where the output goes (default: standard output). A file "
                    "is replaced when all of it is written"),
           cl::cat(category));

/// Exit status, see --help.
namespace {
enum Exit { Complete = 0, Wrong = 1, SomeInfeasible = 2, SomeNotDone = 3 };
} // namespace

static llvm::Error failure(const Twine &message) {
  return llvm::createStringError(message);
}

static llvm::Error checkChoice(const cl::opt<std::string> &option,
                               llvm::ArrayRef<StringRef> choices) {
  if (llvm::is_contained(choices, option.getValue()))
    return llvm::Error::success();
  return failure("--" + option.ArgStr + "=" + option.getValue() +
                 " is not known, expected " + llvm::join(choices, " or "));
}

/// What the plan and the way to run it cannot have at the same time.
static llvm::Error checkModes() {
  bool isPoint = onlyPoint.getNumOccurrences();
  if (int(dryRun) + int(isPoint) + int(merge) > 1)
    return failure("--dry-run, --point and --merge exclude each other");
  // Not pointers, which lists of options give of their values.
  using Options = std::vector<std::reference_wrapper<const cl::Option>>;
  const Options ofPlan = {
      folder,      machineName,     capacities, drams,         objectives,
      space,       strategy,        layouts,    simulate,      mapping,
      elementBits, accumulatorBits, outputBits, fullyConnected};
  const Options ofRun = {jobs};
  const Options ofOutput = {axes, format, output};
  auto exclude = [](const Options &options, StringRef mode,
                    StringRef why) -> llvm::Error {
    for (const cl::Option &option : options)
      if (option.getNumOccurrences())
        return failure(mode + " " + why + ", and excludes " +
                       (option.ArgStr.size() == 1 ? "-" : "--") +
                       option.ArgStr);
    return llvm::Error::success();
  };
  if (isPoint || merge) {
    StringRef mode = merge ? "--merge" : "--point";
    if (llvm::Error error =
            exclude(ofPlan, mode, "takes all that from the plan"))
      return error;
  } else if (!folder.getNumOccurrences()) {
    return failure("-o FOLDER is missing: where the sweep goes");
  }
  if (merge || dryRun) {
    StringRef mode = merge ? "--merge" : "--dry-run";
    if (llvm::Error error = exclude(ofRun, mode, "runs nothing"))
      return error;
    if (merge && program.getNumOccurrences())
      return failure("--merge runs nothing, and excludes --program");
  }
  if (isPoint || dryRun) {
    StringRef mode = isPoint ? "--point" : "--dry-run";
    if (llvm::Error error = exclude(ofOutput, mode, "merges nothing"))
      return error;
  }
  if (isPoint)
    return exclude(ofRun, "--point", "runs one point");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

/// Options of the programs, checked before a point is run.
static llvm::Expected<std::map<std::string, std::string>>
readOptions(bool isTable) {
  std::map<std::string, std::string> options;
  llvm::Expected<Space> searched = Space::parse(space);
  if (!searched)
    return searched.takeError();
  options["space"] = searched->name();
  llvm::Expected<Strategy> chosen = parseStrategy(strategy);
  if (!chosen)
    return chosen.takeError();
  if (*chosen != Strategy::Optimal && !(*searched == Space()))
    return failure(
        "--strategy=" + strategy.getValue() +
        " is a baseline in S0, and excludes --space=" + space.getValue());
  options["strategy"] = strategy;
  if (!layouts.getNumOccurrences())
    layouts.setValue(isTable ? "nchw" : "free");
  std::vector<StringRef> choices = {"free", "row-major", "packed"};
  if (isTable)
    choices = {"nchw", "nhwc", "free", "network"};
  if (llvm::Error error = checkChoice(layouts, choices))
    return error;
  options["layouts"] = layouts;
  if (mapping.getNumOccurrences()) {
    if (!simulate)
      return failure("--mapping is of use with --simulate alone");
    if (llvm::Error error = checkChoice(mapping, mappingChoices()))
      return error;
    options["mapping"] = mapping;
  }
  if (simulate)
    options["simulate"] = "yes";
  for (const cl::opt<std::string> *bits :
       {&elementBits, &accumulatorBits, &outputBits}) {
    if (!bits->getNumOccurrences())
      continue;
    int64_t number;
    if (!isTable)
      return failure("--" + bits->ArgStr + " is of use with a table alone");
    if (!llvm::to_integer(bits->getValue(), number, /*Base=*/10) ||
        number <= 0 || number % 8 != 0)
      return failure("--" + bits->ArgStr + "=" + bits->getValue() +
                     " is no width, expected a positive multiple of 8");
    options[bits->ArgStr.str()] = llvm::itostr(number);
  }
  if (fullyConnected) {
    if (!isTable)
      return failure("--fc is of use with a table alone");
    options["fc"] = "yes";
  }
  return options;
}

static llvm::Expected<std::vector<SweepAxis>> readAxes() {
  std::vector<SweepAxis> chosen;
  for (const std::string &name : axes) {
    llvm::Expected<SweepAxis> axis = parseAxis(name);
    if (!axis)
      return axis.takeError();
    chosen.push_back(*axis);
  }
  if (!axes.getNumOccurrences())
    chosen = {SweepAxis::Capacity, SweepAxis::Energy};
  // What is wrong with the axes alone is known before a point is run.
  Sweep none;
  if (llvm::Error error = none.setAxes(chosen))
    return error;
  if (!merge && !simulate)
    for (SweepAxis axis : chosen)
      if (axis == SweepAxis::SimulatedEnergy ||
          axis == SweepAxis::SimulatedTime)
        return failure("--axes=" + axisName(axis) + " needs --simulate");
  return chosen;
}

static llvm::Expected<SweepPlan> readPlan(StringRef text) {
  SweepSettings settings;
  settings.version = ROMANET_VERSION;
  settings.input =
      llvm::json::fixUTF8(llvm::sys::path::filename(input.getValue()));
  settings.inputHash = hashOf(text);
  llvm::Expected<std::map<std::string, std::string>> options =
      readOptions(*isLayerTable(input));
  if (!options)
    return options.takeError();
  settings.options = std::move(*options);

  Machine base = Machine::makeDefault();
  settings.machine = "default";
  if (machineName.getNumOccurrences()) {
    llvm::Expected<Machine> found = findMachine(machineName);
    if (!found)
      return found.takeError();
    base = std::move(*found);
    settings.machine =
        llvm::json::fixUTF8(llvm::sys::path::filename(machineName.getValue()));
  }
  std::vector<SweepDRAM> devices;
  for (const std::string &name : drams) {
    llvm::Expected<DRAMDevice> device = findDevice(name);
    if (!device)
      return device.takeError();
    if (isYamlFile(name))
      devices.push_back(std::move(*device));
    else
      devices.push_back(name);
  }
  std::vector<Objective> minimised;
  for (const std::string &name : objectives) {
    llvm::Expected<Objective> objective = parseObjective(name);
    if (!objective)
      return objective.takeError();
    minimised.push_back(*objective);
  }
  if (!objectives.getNumOccurrences())
    minimised = {Objective::Energy};
  std::vector<int64_t> percentages(capacities.begin(), capacities.end());
  if (!capacities.getNumOccurrences())
    percentages = {100};
  return makeSweepPlan(std::move(settings), base, percentages, devices,
                       minimised);
}

//===----------------------------------------------------------------------===//
// Command lines
//===----------------------------------------------------------------------===//

/// A word for a POSIX shell. llvm::sys::printArg does not quote what a shell
/// takes for its own, such as ';', '*' or '`'.
static std::string quote(StringRef word) {
  auto isPlain = [](char c) {
    return llvm::isAlnum(c) || StringRef("_-+=:,./@%").contains(c);
  };
  if (!word.empty() && llvm::all_of(word, isPlain))
    return word.str();
  std::string quoted = "'";
  for (char c : word)
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// The program and the folder are named as the user named them, so that the
/// lines mean on another machine what they mean here.
static llvm::Error printLines(size_t count, StringRef self) {
  std::vector<std::string> end;
  if (program.getNumOccurrences())
    end.push_back("--program=" + program);
  // A name that begins with '-' is none of an option.
  std::string path = folder;
  if (StringRef(path).starts_with("-"))
    path = "./" + path;
  end.push_back(path);
  std::string words = quote(self);
  for (const std::string &word : end)
    if (StringRef(word).contains('\n'))
      return failure("a name with a line break cannot be part of a command "
                     "line: " +
                     quote(word));
  for (size_t i = 0; i < count; ++i) {
    llvm::outs() << quote(self) << " --point=" << i + 1;
    for (const std::string &word : end)
      llvm::outs() << ' ' << quote(word);
    llvm::outs() << '\n';
  }
  return llvm::Error::success();
}

/// The program of the points as an absolute path.
static llvm::Expected<std::string> findProgram(bool isTable, const char *self) {
  std::string name = isTable ? "romanet-search" : "romanet-opt";
  llvm::ErrorOr<std::string> found = std::error_code();
  if (program.getNumOccurrences()) {
    name = program;
    found = llvm::sys::findProgramByName(name);
  } else {
    std::string own = llvm::sys::fs::getMainExecutable(
        self, reinterpret_cast<void *>(&findProgram));
    found =
        llvm::sys::findProgramByName(name, llvm::sys::path::parent_path(own));
    if (!found)
      found = llvm::sys::findProgramByName(name);
  }
  if (!found || !llvm::sys::fs::can_execute(*found))
    return failure("cannot find the program '" + name +
                   "' that runs the points; --program=FILE says where it is");
  llvm::SmallString<128> path = StringRef(*found);
  llvm::sys::fs::make_absolute(path);
  return std::string(path);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static std::string describe(const PointRecord &record) {
  return (statusName(record.status) +
          (record.message.empty() ? "" : ": " + record.message))
      .str();
}

/// Runs what is not settled of these points. Says on standard error how each
/// ends.
static void runPoints(const SweepFolder &sweep, llvm::ArrayRef<size_t> points,
                      StringRef path) {
  std::mutex mutex;
  auto say = [&](size_t index, const Twine &text) {
    std::lock_guard<std::mutex> lock(mutex);
    llvm::errs() << "romanet-sweep: point " << index + 1 << " of "
                 << sweep.getPlan().points.size() << ": " << text << '\n';
  };
  auto run = [&](size_t index) {
    PointRecord there = sweep.recordOf(index);
    if (there.isSettled())
      return say(index, "there already, " + statusName(there.status));
    llvm::Expected<PointRecord> record = sweep.run(index, path);
    if (!record)
      return say(index, "error: " + llvm::toString(record.takeError()));
    say(index, describe(*record));
  };
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(jobs));
  for (size_t index : points)
    pool.async([&run, index] { run(index); });
  pool.wait();
}

static Exit statusOf(const Sweep &sweep) {
  if (sweep.count(PointStatus::Failed) + sweep.count(PointStatus::Missing))
    return SomeNotDone;
  return sweep.count(PointStatus::Infeasible) ? SomeInfeasible : Complete;
}

/// Prints a merged sweep. `file` is absolute, or "-".
static llvm::Error print(const Sweep &sweep, StringRef file) {
  llvm::Error error = writeOutput(file, [&](llvm::raw_ostream &os) {
    if (format == "json")
      os << llvm::formatv("{0:2}\n", toJSON(sweep));
    else if (format == "csv")
      printCSV(sweep, os);
    else
      printTable(sweep, os);
  });
  if (!error)
    return error;
  return failure("cannot write '" + output +
                 "': " + llvm::toString(std::move(error)));
}

static llvm::Expected<Exit> run(const char *self) {
  if (llvm::Error error = checkModes())
    return error;
  if (llvm::Error error = checkChoice(format, {"text", "json", "csv"}))
    return error;
  llvm::Expected<std::vector<SweepAxis>> chosen = readAxes();
  if (!chosen)
    return chosen.takeError();
  // The folder of the sweep will be the current one.
  llvm::SmallString<128> file = StringRef(output);
  if (file != "-")
    llvm::sys::fs::make_absolute(file);
  auto finish = [&](Sweep merged) -> llvm::Expected<Exit> {
    // Those of a file stay as they are.
    if (axes.getNumOccurrences() || merged.axes.empty())
      if (llvm::Error error = merged.setAxes(*chosen))
        return error;
    if (llvm::Error error = print(merged, file))
      return error;
    return statusOf(merged);
  };

  if (merge && !llvm::sys::fs::is_directory(input.getValue())) {
    llvm::Expected<std::string> text = readFile(input);
    if (!text)
      return text.takeError();
    llvm::Expected<Sweep> merged = parseSweep(*text, input);
    if (!merged)
      return merged.takeError();
    return finish(std::move(*merged));
  }
  if (merge || onlyPoint.getNumOccurrences()) {
    std::string path;
    // Before the folder is entered, since the name may be relative.
    if (program.getNumOccurrences()) {
      llvm::Expected<std::string> found = findProgram(/*isTable=*/false, self);
      if (!found)
        return found.takeError();
      path = *found;
    }
    llvm::Expected<SweepFolder> sweep = SweepFolder::open(input);
    if (!sweep)
      return sweep.takeError();
    if (merge)
      return finish(sweep->merge());
    const SweepPlan &plan = sweep->getPlan();
    int64_t count = plan.points.size();
    if (onlyPoint < 1 || onlyPoint > count)
      return failure("--point=" + Twine(onlyPoint) + ": the sweep has " +
                     Twine(count) + " points, from 1");
    if (path.empty()) {
      llvm::Expected<std::string> found =
          findProgram(*isLayerTable(plan.settings.input), self);
      if (!found)
        return found.takeError();
      path = *found;
    }
    size_t index = onlyPoint - 1;
    runPoints(*sweep, index, path);
    PointStatus status = sweep->recordOf(index).status;
    return status == PointStatus::Done         ? Complete
           : status == PointStatus::Infeasible ? SomeInfeasible
                                               : SomeNotDone;
  }

  std::optional<bool> isTable = isLayerTable(input);
  if (!isTable)
    return failure(input + ": expected the name of a .mlir, .mlirbc or .csv "
                           "file");
  llvm::Expected<std::string> text = readFile(input);
  if (!text)
    return text.takeError();
  llvm::Expected<SweepPlan> plan = readPlan(*text);
  if (!plan)
    return plan.takeError();
  std::string path;
  if (!dryRun) {
    llvm::Expected<std::string> found = findProgram(*isTable, self);
    if (!found)
      return found.takeError();
    path = *found;
  }
  llvm::Expected<SweepFolder> sweep = SweepFolder::create(folder, *plan, *text);
  if (!sweep)
    return sweep.takeError();
  if (dryRun) {
    if (llvm::Error error = printLines(plan->points.size(), self))
      return error;
    return Complete;
  }
  std::vector<size_t> all(plan->points.size());
  std::iota(all.begin(), all.end(), 0);
  runPoints(*sweep, all, path);
  return finish(sweep->merge());
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Schedules a module or a table of layers for all combinations of buffer "
      "capacities, DRAM devices and objectives, each in a process of its own, "
      "and prints the table and its Pareto front.\n\n"
      "Exit status: 0 if every point is done; 1 if the input is wrong, nothing "
      "was printed then; 2 if points are infeasible and all others done; 3 if "
      "points failed or are missing.\n");
  llvm::Expected<Exit> status = run(argv[0]);
  if (!status) {
    llvm::handleAllErrors(
        status.takeError(), [](const llvm::ErrorInfoBase &error) {
          llvm::WithColor::error(llvm::errs(), "romanet-sweep")
              << error.message() << '\n';
        });
    return Wrong;
  }
  return *status;
}
