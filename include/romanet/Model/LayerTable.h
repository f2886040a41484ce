//===- LayerTable.h - Layers of a network from a CSV file -------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layer tables: one layer a line, columns named in the first line:
//
//   network,layer,type,N,C,H,W,K,R,S,stride,pad,groups,P,Q,macs
//
// Columns may stand in any order; `macs` may be missing, and is checked against
// the shape where it is not. C and K are of the whole layer (not per group),
// `pad` is on every side. `type` is conv, dw (one group per input channel), pw
// (a kernel of one element) or fc (all of H, W, R, S, P, Q are one). Blank
// lines and lines that start with # are skipped.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_MODEL_LAYERTABLE_H
#define ROMANET_MODEL_LAYERTABLE_H

#include "romanet/Model/Layer.h"
#include <vector>

namespace romanet {

struct LayerTableRow {
  std::string network;
  bool isFullyConnected = false;
  Layer layer;
};

/// Parses the text of a table. An error has the form `FILE:LINE: message`, and
/// says what was found and what was expected. Element widths and the data order
/// are those of a default Layer; the caller sets them.
llvm::Expected<std::vector<LayerTableRow>>
parseLayerTable(llvm::StringRef text, llvm::StringRef fileName);

} // namespace romanet

#endif // ROMANET_MODEL_LAYERTABLE_H
