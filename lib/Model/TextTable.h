//===- TextTable.h - Figures in columns ----------------------- -*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_MODEL_TEXTTABLE_H
#define ROMANET_LIB_MODEL_TEXTTABLE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace romanet {

/// Cells of text, columns as wide as their widest cell: the first to the left,
/// the others to the right. A row of one cell is a remark of any length.
class Table {
public:
  using Row = std::vector<std::string>;

  void add(Row row) {
    widths.resize(std::max(widths.size(), row.size()));
    if (row.size() > 1)
      for (auto [i, cell] : llvm::enumerate(row))
        widths[i] = std::max(widths[i], cell.size());
    rows.push_back(std::move(row));
  }
  void print(llvm::raw_ostream &os) const {
    for (const Row &row : rows) {
      os << row[0];
      if (row.size() > 1)
        os.indent(widths[0] - row[0].size());
      for (size_t i = 1; i < row.size(); ++i)
        os << "  " << llvm::right_justify(row[i], widths[i]);
      os << '\n';
    }
  }

private:
  std::vector<Row> rows;
  std::vector<size_t> widths;
};

} // namespace romanet

#endif // ROMANET_LIB_MODEL_TEXTTABLE_H
