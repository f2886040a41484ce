//===- SweepFolder.cpp - The files of a sweep -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SweepFolder.h"
#include "romanet/DRAM/Yaml.h"
#include "romanet/Model/OutputFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace romanet;
using llvm::StringRef;
using llvm::Twine;
namespace fs = llvm::sys::fs;

static constexpr llvm::StringLiteral planFile = "plan.json";

std::optional<bool> romanet::isLayerTable(StringRef input) {
  StringRef extension = llvm::sys::path::extension(input);
  if (extension == ".csv")
    return true;
  if (extension == ".mlir" || extension == ".mlirbc")
    return false;
  return std::nullopt;
}

/// The copy of the input in the folder.
static std::string inputFile(const SweepPlan &plan) {
  return ("input" + llvm::sys::path::extension(plan.settings.input)).str();
}

/// A file of a point, by its number from 0.
static std::string pointFile(size_t index, StringRef extension) {
  return ("points/" + Twine(index + 1) + extension).str();
}

static llvm::Error write(StringRef file, StringRef text) {
  llvm::Error error =
      writeOutput(file, [&](llvm::raw_ostream &os) { os << text; });
  if (!error)
    return error;
  return llvm::createStringError("cannot write '" + file +
                                 "': " + llvm::toString(std::move(error)));
}

/// Leaves a file alone that is right already.
static llvm::Error writeIfOther(StringRef file, StringRef text) {
  llvm::Expected<std::string> found = readFile(file);
  if (found && *found == text)
    return llvm::Error::success();
  llvm::consumeError(found.takeError());
  return write(file, text);
}

static llvm::Error writeMachine(const SweepPlan &plan, size_t index) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printMachine(plan.points[index].machine, os);
  return writeIfOther(pointFile(index, ".yaml"), text);
}

static llvm::Error enter(StringRef path) {
  if (std::error_code error = fs::set_current_path(path))
    return llvm::createStringError(path + ": " + error.message());
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

llvm::Expected<SweepFolder>
SweepFolder::create(StringRef path, const SweepPlan &plan, StringRef input) {
  if (std::error_code error = fs::create_directories(path))
    return llvm::createStringError(path + ": " + error.message());
  if (llvm::Error error = enter(path))
    return error;
  std::string text = printSweepPlan(plan);
  if (fs::exists(planFile)) {
    llvm::Expected<std::string> found = readFile(planFile);
    if (!found)
      return found.takeError();
    llvm::Expected<SweepPlan> old =
        parseSweepPlan(*found, (path + "/" + planFile).str());
    if (!old)
      return old.takeError();
    std::vector<std::string> differ = differences(*old, plan);
    if (differ.empty() && *found != text)
      differ.push_back("the text of the plan was changed");
    if (!differ.empty())
      return llvm::createStringError(
          path + " has another sweep: " + llvm::join(differ, "; ") +
          "; nothing was changed, take another folder");
  } else {
    std::error_code error;
    if (fs::directory_iterator file(".", error);
        !error && file != fs::directory_iterator())
      return llvm::createStringError(
          path + " has files, and no " + planFile +
          " among them; nothing was changed, take another folder");
    if (error)
      return llvm::createStringError(path + ": " + error.message());
    if (llvm::Error failure = write(planFile, text))
      return failure;
  }
  if (std::error_code error = fs::create_directories("points"))
    return llvm::createStringError(path + "/points: " + error.message());
  if (llvm::Error error = writeIfOther(inputFile(plan), input))
    return error;
  for (size_t i = 0; i < plan.points.size(); ++i)
    if (llvm::Error error = writeMachine(plan, i))
      return error;
  return SweepFolder(plan, hashOf(text));
}

llvm::Expected<SweepFolder> SweepFolder::open(StringRef path) {
  if (llvm::Error error = enter(path))
    return error;
  llvm::Expected<std::string> text = readFile(planFile);
  if (!text)
    return llvm::createStringError(
        path +
        ": this is no folder of a sweep: " + llvm::toString(text.takeError()) +
        "; romanet-sweep INPUT -o FOLDER makes one, also with --dry-run");
  llvm::Expected<SweepPlan> plan =
      parseSweepPlan(*text, (path + "/" + planFile).str());
  if (!plan)
    return plan.takeError();
  if (!isLayerTable(plan->settings.input))
    return llvm::createStringError(path + "/" + planFile +
                                   ": settings.input: expected the name of a "
                                   ".mlir, .mlirbc or .csv file");
  return SweepFolder(std::move(*plan), hashOf(*text));
}

//===----------------------------------------------------------------------===//
// Points
//===----------------------------------------------------------------------===//

PointRecord SweepFolder::read(size_t index,
                              std::optional<llvm::json::Value> *report) const {
  PointRecord missing;
  missing.message = "not run";
  std::string file = pointFile(index, ".result.json");
  if (!fs::exists(file))
    return missing;
  auto broken = [&](llvm::Error error) {
    missing.message = llvm::toString(std::move(error));
    return missing;
  };
  llvm::Expected<std::string> text = readFile(file);
  if (!text)
    return broken(text.takeError());
  llvm::Expected<PointRecord> record =
      parsePointRecord(*text, file, planHash, static_cast<int64_t>(index) + 1);
  if (!record)
    return broken(record.takeError());
  if (record->status != PointStatus::Done)
    return *record;
  std::string reportFile = pointFile(index, ".report.json");
  llvm::Expected<std::string> reportText = readFile(reportFile);
  if (!reportText)
    return broken(reportText.takeError());
  if (hashOf(*reportText) != record->reportHash)
    return broken(llvm::createStringError(
        reportFile + ": this is not what the point wrote"));
  if (!report)
    return *record;
  llvm::Expected<llvm::json::Value> parsed =
      parseReport(*reportText, reportFile);
  if (!parsed)
    return broken(parsed.takeError());
  *report = std::move(*parsed);
  return *record;
}

PointRecord SweepFolder::recordOf(size_t index) const {
  return read(index, nullptr);
}

std::vector<std::string> SweepFolder::argumentsOf(size_t index,
                                                  StringRef program) const {
  const SweepPoint &point = plan.points[index];
  std::string machine = pointFile(index, ".yaml"),
              report = pointFile(index, ".report.json"),
              objective = objectiveName(point.objective).str();
  std::vector<std::string> arguments = {program.str()};
  if (*isLayerTable(plan.settings.input)) {
    llvm::append_range(arguments, std::vector<std::string>{
                                      "--layers=" + inputFile(plan),
                                      "--machine=" + machine, "--format=json",
                                      "-o", report, "--objective=" + objective,
                                      // Points are run beside each other.
                                      "--threads=1"});
    for (const auto &[name, value] : plan.settings.options)
      arguments.push_back("--" + name + (value == "yes" ? "" : "=" + value));
    return arguments;
  }
  std::string pipeline = "--romanet=machine=" + machine +
                         " report=json report-output=" + report +
                         " objective=" + objective;
  for (const auto &[name, value] : plan.settings.options)
    pipeline += " " + name + (value == "yes" ? "" : "=" + value);
  llvm::append_range(arguments,
                     std::vector<std::string>{inputFile(plan), pipeline,
                                              "--mlir-disable-threading", "-o",
                                              "/dev/null"});
  return arguments;
}

/// What of the output of a program says why it failed: its first errors.
static std::string reasonIn(StringRef output) {
  constexpr size_t most = 3;
  llvm::SmallVector<StringRef> lines, errors;
  output.split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef line : lines)
    if (line.contains("error: ") || line.contains("ERROR: ") ||
        line.contains("Assertion"))
      errors.push_back(line.trim());
  std::string text = llvm::join(llvm::ArrayRef(errors).take_front(most), "; ");
  if (errors.size() > most)
    text += "; " + llvm::utostr(errors.size() - most) + " more";
  return text;
}

llvm::Expected<PointRecord> SweepFolder::run(size_t index,
                                             StringRef program) const {
  llvm::Expected<std::string> input = readFile(inputFile(plan));
  if (!input)
    return input.takeError();
  if (hashOf(*input) != plan.settings.inputHash)
    return llvm::createStringError(inputFile(plan) +
                                   ": this is not the input of the plan");
  if (llvm::Error error = writeMachine(plan, index))
    return error;
  std::string reportFile = pointFile(index, ".report.json"),
              log = pointFile(index, ".log");
  for (StringRef file : {StringRef(reportFile), StringRef(log)})
    if (std::error_code error = fs::remove(file))
      return llvm::createStringError("cannot remove '" + file +
                                     "': " + error.message());

  std::vector<std::string> arguments = argumentsOf(index, program);
  llvm::SmallVector<StringRef> argumentRefs(arguments.begin(), arguments.end());
  std::string why;
  int exitCode = llvm::sys::ExecuteAndWait(
      program, argumentRefs, /*Env=*/std::nullopt,
      /*Redirects=*/{StringRef(), StringRef(), StringRef(log)},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &why);
  llvm::Expected<std::string> said = readFile(log);
  std::string reason = said ? reasonIn(*said) : "";
  llvm::consumeError(said.takeError());

  PointRecord record;
  record.status = PointStatus::Failed;
  llvm::Expected<std::string> text = readFile(reportFile);
  if (exitCode < 0) {
    llvm::consumeError(text.takeError());
    record.message = llvm::sys::path::filename(program).str() + " was ended: " +
                     (why.empty() ? "for no known reason" : why) +
                     (reason.empty() ? "" : "; " + reason);
  } else if (!text) {
    llvm::consumeError(text.takeError());
    if (StringRef(reason).contains(Infeasible::beginning))
      record.status = PointStatus::Infeasible;
    record.message = !reason.empty()
                         ? reason
                         : llvm::sys::path::filename(program).str() +
                               " ended with " + llvm::itostr(exitCode) +
                               " and without a report";
  } else if (llvm::Expected<llvm::json::Value> report =
                 parseReport(*text, reportFile)) {
    record = romanet::recordOf(*report, *text);
    if (exitCode != 0 && record.status == PointStatus::Done) {
      record.status = PointStatus::Failed;
      record.message = reason;
    }
  } else {
    record.message = llvm::toString(report.takeError());
  }
  if (llvm::Error error = write(
          pointFile(index, ".result.json"),
          printPointRecord(record, planHash, static_cast<int64_t>(index) + 1)))
    return error;
  return record;
}

Sweep SweepFolder::merge() const {
  Sweep sweep = makeSweep(plan);
  for (size_t i = 0; i < plan.points.size(); ++i) {
    std::optional<llvm::json::Value> report;
    PointRecord record = read(i, &report);
    setOutcome(sweep.points[i], record, report ? &*report : nullptr);
  }
  return sweep;
}
