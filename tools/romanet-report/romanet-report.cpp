//===- romanet-report.cpp - Pages and comparisons of reports --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes a page of the JSON of a report or of a merged sweep, or compares two
// reports layer by layer.
// In C++, so that nobody needs Node or Python to look at a report, that reports
// are checked by the schema that is in the library, and that figures of a
// comparison come from Model/ as all others do. The page itself, with its
// charts, is put together when the project is built, see page/.
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/OutputFile.h"
#include "romanet/Model/ReportFile.h"
#include "romanet/Model/Sweep.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace romanet;
namespace cl = llvm::cl;

/// Empty where the project was built without npm.
static constexpr char pageText[] =
#include "Page.inc"
    ;
static constexpr llvm::StringRef page(pageText, sizeof(pageText) - 1);

static cl::OptionCategory category("Options of romanet-report");

static cl::list<std::string> files(cl::Positional, cl::OneOrMore,
                                   cl::desc("REPORT.json..."),
                                   cl::cat(category));
static cl::opt<bool>
    compare("compare",
            cl::desc("Compare two reports, layer by layer; changes are from "
                     "the first to the second"),
            cl::cat(category));
static cl::opt<std::string>
    format("format", cl::value_desc("name"),
           cl::desc("Output: html, one page that needs nothing else (default "
                    "of a report, and where the output ends in .html); of two "
                    "reports also text (default) or json"),
           cl::cat(category));
static cl::opt<std::string>
    output("o", cl::init("-"), cl::value_desc("FILE"),
           cl::desc("Where the output goes (default: standard output). A file "
                    "is replaced when all of it is written"),
           cl::cat(category));

static llvm::Expected<std::string> readText(llvm::StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(file, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(file + ": " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

static llvm::Expected<llvm::json::Value> readReport(llvm::StringRef file) {
  llvm::Expected<std::string> text = readText(file);
  if (!text)
    return text.takeError();
  return parseReport(*text, file);
}

static void writePage(llvm::StringRef key, llvm::json::Value value,
                      llvm::StringRef file, llvm::raw_ostream &os) {
  std::string data =
      llvm::formatv("{0}", llvm::json::Value(llvm::json::Object{
                               {"file", file}, {key, std::move(value)}}));
  // '<' is in strings alone, and begins all that ends a script.
  std::string escaped;
  for (char c : data)
    if (c == '<')
      escaped += "\\u003c";
    else
      escaped += c;
  auto [before, after] = page.split("<!--DATA-->");
  os << before << "<script type=\"application/json\" id=\"data\">" << escaped
     << "</script>" << after;
}

static llvm::Error write(llvm::function_ref<void(llvm::raw_ostream &)> print) {
  llvm::Error error = writeOutput(output, print);
  if (!error)
    return error;
  return llvm::createStringError("cannot write '" + output +
                                 "': " + llvm::toString(std::move(error)));
}

static llvm::Error run() {
  size_t expected = compare ? 2 : 1;
  if (files.size() != expected)
    return llvm::createStringError(
        compare ? "--compare takes two reports, found " +
                      std::to_string(files.size())
                : "expected one report, found " + std::to_string(files.size()) +
                      " (--compare takes two)");
  std::string chosen = format;
  if (chosen.empty())
    chosen = !compare || llvm::sys::path::extension(output) == ".html" ? "html"
                                                                       : "text";
  llvm::SmallVector<llvm::StringRef> formats = {"html"};
  if (compare)
    formats.append({"text", "json"});
  if (!llvm::is_contained(formats, chosen))
    return llvm::createStringError("--format=" + chosen + " is not known" +
                                   (compare ? "" : " of one report") +
                                   ", expected " + llvm::join(formats, " or "));
  if (chosen == "html" && page.empty())
    return llvm::createStringError(
        "this romanet-report was built without its page, since npm or its "
        "registry was not there; install npm, run cmake again and build it" +
        std::string(compare ? ", or take --format=text" : ""));

  if (!compare) {
    llvm::Expected<std::string> text = readText(files[0]);
    if (!text)
      return text.takeError();
    if (isSweep(*text)) {
      llvm::Expected<Sweep> sweep = parseSweep(*text, files[0]);
      if (!sweep)
        return sweep.takeError();
      return write([&](llvm::raw_ostream &os) {
        writePage("sweep", toJSON(*sweep), files[0], os);
      });
    }
    llvm::Expected<llvm::json::Value> report = parseReport(*text, files[0]);
    if (!report)
      return report.takeError();
    return write([&](llvm::raw_ostream &os) {
      writePage("report", std::move(*report), files[0], os);
    });
  }
  llvm::Expected<llvm::json::Value> first = readReport(files[0]);
  if (!first)
    return first.takeError();
  llvm::Expected<llvm::json::Value> second = readReport(files[1]);
  if (!second)
    return second.takeError();
  llvm::Expected<ReportComparison> comparison =
      compareReports(*first, files[0], *second, files[1]);
  if (!comparison)
    return comparison.takeError();
  return write([&](llvm::raw_ostream &os) {
    if (chosen == "html")
      writePage("comparison", toJSON(*comparison), files[0], os);
    else if (chosen == "json")
      os << llvm::formatv("{0:2}\n", toJSON(*comparison));
    else
      printTable(*comparison, os);
  });
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Makes a page with charts and tables of a report (JSON of romanet-opt "
      "--romanet-report=format=json or of romanet-search --format=json) or of "
      "a sweep (of romanet-sweep --format=json), or compares two reports.\n");
  if (llvm::Error error = run()) {
    llvm::handleAllErrors(
        std::move(error), [](const llvm::ErrorInfoBase &info) {
          llvm::WithColor::error(llvm::errs(), "romanet-report")
              << info.message() << '\n';
        });
    return 1;
  }
  return 0;
}
