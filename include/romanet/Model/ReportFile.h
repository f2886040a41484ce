//===- ReportFile.h - Reports that were written --------------- -*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the JSON of reports back, which must be as docs/report.schema.json
// says, and compares two of them.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_REPORTFILE_H
#define ROMANET_MODEL_REPORTFILE_H

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace romanet {

/// The text of docs/report.schema.json.
llvm::StringRef reportSchema();

/// Checks `value` against a JSON Schema (draft 2020-12) with these keywords:
/// $ref into $defs, type, const and enum of strings and numbers, minimum,
/// maximum, required, properties, patternProperties, additionalProperties where
/// it is false, dependentRequired, items, and if, then, else. Others are an
/// error, but for those that only describe.
///
/// The error says the place in the value, as `layers[3].tiles.n`, behind
/// `name`, and what is expected there.
llvm::Error validateJSON(const llvm::json::Value &value,
                         const llvm::json::Value &schema, llvm::StringRef name);

/// Parses the JSON of a report and checks it against the schema, and that the
/// numbers of layers and steps in it are of some. The error begins with the
/// name of the file, and says line and column where the text is no JSON, else
/// the place in it.
llvm::Expected<llvm::json::Value> parseReport(llvm::StringRef text,
                                              llvm::StringRef fileName);

/// What one report says of a layer or of all.
struct ReportFigures {
  int64_t bytes = 0, bursts = 0, activations = 0;
  double energyPJ = 0, timeNs = 0;
  /// Where it was simulated.
  std::optional<double> simulatedPJ = std::nullopt, simulatedNs = std::nullopt;
};

/// Of the totals of a report that parseReport took.
ReportFigures totalsOf(const llvm::json::Value &report);
llvm::json::Object toJSON(const ReportFigures &figures);

struct ReportComparison {
  /// A fact that the reports differ in, as JSON; empty where one has none.
  struct Difference {
    std::string key, a, b;
  };
  struct Layer {
    std::string network, name;
    /// std::nullopt where the report does not have it or it does not fit.
    std::optional<ReportFigures> a, b;
    /// Both have it, with other multiply-accumulates.
    bool isOther = false;
  };
  std::string fileA, fileB;
  std::vector<Difference> differences;
  /// Those of the first report in their order, then what only the second has.
  /// Layers of one network and name are paired in their order.
  std::vector<Layer> layers;
  /// Of the layers with figures of both. Simulated ones where all have them.
  ReportFigures a, b;
  int64_t inBoth = 0;
};

/// Compares two reports that parseReport took. The error says which sum does
/// not fit 64 bits.
llvm::Expected<ReportComparison> compareReports(const llvm::json::Value &a,
                                                llvm::StringRef fileA,
                                                const llvm::json::Value &b,
                                                llvm::StringRef fileB);

llvm::json::Value toJSON(const ReportComparison &comparison);
void printTable(const ReportComparison &comparison, llvm::raw_ostream &os);

} // namespace romanet

#endif // ROMANET_MODEL_REPORTFILE_H
