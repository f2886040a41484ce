//===- LayerTable.cpp - Layers of a network from a CSV file ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/LayerTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace romanet;

namespace {

enum Column : unsigned {
  Network,
  Name,
  Type,
  N,
  C,
  H,
  W,
  K,
  R,
  S,
  Stride,
  Pad,
  Groups,
  P,
  Q,
  Macs,
  NumColumns
};

class Parser {
public:
  Parser(llvm::StringRef text, llvm::StringRef fileName)
      : rest(text), fileName(fileName) {}

  llvm::Expected<std::vector<LayerTableRow>> parse();

private:
  static constexpr llvm::StringLiteral columnNames[NumColumns] = {
      "network", "layer", "type",   "N",   "C",      "H", "W", "K",
      "R",       "S",     "stride", "pad", "groups", "P", "Q", "macs"};

  llvm::Error fail(const llvm::Twine &message) const {
    return llvm::createStringError(fileName + ":" + llvm::Twine(lineNumber) +
                                   ": " + message);
  }
  /// The fields of the next line that holds any; none at the end of the text.
  llvm::SmallVector<llvm::StringRef, NumColumns> nextLine();
  llvm::Error parseHeader(llvm::ArrayRef<llvm::StringRef> names);
  llvm::Expected<LayerTableRow> parseRow(llvm::ArrayRef<llvm::StringRef> row);
  llvm::Error parseNumbers(llvm::ArrayRef<llvm::StringRef> row);
  llvm::Error checkType(llvm::StringRef type) const;
  llvm::Error checkOutput(Column output, Column input, Column kernel) const;
  bool has(Column column) const { return position[column] >= 0; }

  llvm::StringRef rest, fileName;
  unsigned lineNumber = 0;
  /// Where each column stands in a line; -1 where it does not.
  std::array<int, NumColumns> position;
  /// The numbers of the current row.
  std::array<int64_t, NumColumns> number;
};

} // namespace

llvm::SmallVector<llvm::StringRef, NumColumns> Parser::nextLine() {
  llvm::SmallVector<llvm::StringRef, NumColumns> fields;
  while (!rest.empty()) {
    auto [line, after] = rest.split('\n');
    rest = after;
    ++lineNumber;
    line = line.trim();
    if (line.empty() || line.starts_with("#"))
      continue;
    line.split(fields, ',');
    for (llvm::StringRef &field : fields)
      field = field.trim();
    break;
  }
  return fields;
}

llvm::Error Parser::parseHeader(llvm::ArrayRef<llvm::StringRef> names) {
  position.fill(-1);
  for (auto [i, name] : llvm::enumerate(names)) {
    const auto *known = llvm::find(columnNames, name);
    if (known == std::end(columnNames))
      return fail("unknown column '" + name + "', expected some of " +
                  llvm::join(llvm::ArrayRef(columnNames), ","));
    int &at = position[known - columnNames];
    if (at >= 0)
      return fail("column '" + name + "' appears twice");
    at = i;
  }
  for (auto [i, name] : llvm::enumerate(columnNames))
    if (position[i] < 0 && i != Macs)
      return fail("column '" + name + "' is missing");
  return llvm::Error::success();
}

llvm::Error Parser::parseNumbers(llvm::ArrayRef<llvm::StringRef> row) {
  for (unsigned i = N; i < NumColumns; ++i) {
    if (position[i] < 0)
      continue;
    llvm::StringRef text = row[position[i]];
    int64_t atLeast = i == Pad ? 0 : 1;
    auto found = [&](llvm::StringRef expected) {
      return fail("column '" + columnNames[i] + "' is '" + text +
                  "', expected " + expected);
    };
    llvm::StringRef digits = text;
    digits.consume_front("-");
    if (digits.empty() || !llvm::all_of(digits, llvm::isDigit))
      return found("a whole number");
    if (text.getAsInteger(10, number[i]))
      return found("a number of at most 64 bits");
    if (number[i] < atLeast)
      return found(atLeast ? "a positive number" : "0 or a positive number");
  }
  return llvm::Error::success();
}

llvm::Error Parser::checkType(llvm::StringRef type) const {
  auto expect = [&](Column column, int64_t value) -> llvm::Error {
    if (number[column] == value)
      return llvm::Error::success();
    return fail("column '" + columnNames[column] + "' is " +
                llvm::Twine(number[column]) + ", expected " +
                llvm::Twine(value) + " in a layer of type " + type);
  };
  llvm::SmallVector<std::pair<Column, int64_t>> expected;
  if (type == "dw")
    expected = {{Groups, number[C]}};
  else if (type == "pw")
    expected = {{R, 1}, {S, 1}};
  else if (type == "fc")
    expected = {{H, 1}, {W, 1}, {R, 1}, {S, 1}, {P, 1}, {Q, 1}};
  else if (type != "conv")
    return fail("column 'type' is '" + type + "', expected conv, dw, pw or fc");
  for (auto [column, value] : expected)
    if (llvm::Error error = expect(column, value))
      return error;
  return llvm::Error::success();
}

/// The outputs along one direction follow from the other columns.
llvm::Error Parser::checkOutput(Column output, Column input,
                                Column kernel) const {
  int64_t padded = 0;
  if (llvm::AddOverflow(number[input], number[Pad], padded) ||
      llvm::AddOverflow(padded, number[Pad], padded))
    return fail("column 'pad' is " + llvm::Twine(number[Pad]) +
                ", too large for 64 bits");
  if (padded < number[kernel])
    return fail("kernel of " + columnNames[kernel] + " = " +
                llvm::Twine(number[kernel]) + " exceeds the padded input of " +
                llvm::Twine(padded));
  int64_t expected = (padded - number[kernel]) / number[Stride] + 1;
  if (number[output] != expected)
    return fail("column '" + columnNames[output] + "' is " +
                llvm::Twine(number[output]) + ", expected " +
                llvm::Twine(expected) + " from " + columnNames[input] +
                ", pad, " + columnNames[kernel] + " and stride");
  return llvm::Error::success();
}

llvm::Expected<LayerTableRow>
Parser::parseRow(llvm::ArrayRef<llvm::StringRef> row) {
  size_t columns = llvm::count_if(position, [](int at) { return at >= 0; });
  if (row.size() != columns)
    return fail(llvm::Twine(row.size()) + " fields, expected " +
                llvm::Twine(columns));
  if (row[position[Name]].empty())
    return fail("column 'layer' is empty, expected a name");
  // Names end up in reports, whose text is UTF-8.
  for (Column column : {Network, Name})
    if (!llvm::json::isUTF8(row[position[column]]))
      return fail("column '" + columnNames[column] +
                  "' is not UTF-8 text, expected a name");
  if (llvm::Error error = parseNumbers(row))
    return error;
  for (Column channels : {C, K})
    if (number[channels] % number[Groups] != 0)
      return fail("column '" + columnNames[channels] + "' is " +
                  llvm::Twine(number[channels]) +
                  ", expected a multiple of the " +
                  llvm::Twine(number[Groups]) + " groups");
  if (llvm::Error error = checkType(row[position[Type]]))
    return error;
  if (llvm::Error error = checkOutput(P, H, R))
    return error;
  if (llvm::Error error = checkOutput(Q, W, S))
    return error;

  LayerTableRow result;
  result.network = row[position[Network]].str();
  result.isFullyConnected = row[position[Type]] == "fc";
  Layer &layer = result.layer;
  layer.name = row[position[Name]].str();
  layer.size[Dim::N] = number[N];
  layer.size[Dim::G] = number[Groups];
  layer.size[Dim::K] = number[K] / number[Groups];
  layer.size[Dim::C] = number[C] / number[Groups];
  layer.size[Dim::P] = number[P];
  layer.size[Dim::Q] = number[Q];
  layer.inputHeight = number[H];
  layer.inputWidth = number[W];
  layer.kernelHeight = number[R];
  layer.kernelWidth = number[S];
  layer.strideHeight = layer.strideWidth = number[Stride];
  layer.padTop = layer.padLeft = number[Pad];
  if (llvm::Error error = layer.verify())
    return fail(llvm::toString(std::move(error)));
  if (has(Macs) && number[Macs] != layer.macs())
    return fail("column 'macs' is " + llvm::Twine(number[Macs]) +
                ", expected " + llvm::Twine(layer.macs()) + " from the shape");
  return result;
}

llvm::Expected<std::vector<LayerTableRow>> Parser::parse() {
  rest.consume_front("\xEF\xBB\xBF"); // a byte order mark
  llvm::SmallVector<llvm::StringRef, NumColumns> header = nextLine();
  if (header.empty()) {
    lineNumber = std::max(lineNumber, 1u);
    return fail("no header, expected the columns " +
                llvm::join(llvm::ArrayRef(columnNames), ","));
  }
  if (llvm::Error error = parseHeader(header))
    return error;
  std::vector<LayerTableRow> rows;
  for (auto fields = nextLine(); !fields.empty(); fields = nextLine()) {
    llvm::Expected<LayerTableRow> row = parseRow(fields);
    if (!row)
      return row.takeError();
    rows.push_back(std::move(*row));
  }
  if (rows.empty())
    return fail("no layer after the header");
  return rows;
}

llvm::Expected<std::vector<LayerTableRow>>
romanet::parseLayerTable(llvm::StringRef text, llvm::StringRef fileName) {
  return Parser(text, fileName).parse();
}
