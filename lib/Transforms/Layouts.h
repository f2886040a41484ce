//===- Layouts.h - Layouts that a user sets --------------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_LAYOUTS_H
#define ROMANET_LIB_TRANSFORMS_LAYOUTS_H

#include "romanet/Analysis/LayerExtraction.h"
#include <string>
#include <vector>

namespace mlir::romanet {

/// Why the arrays of the layer of `op` cannot lie as `layouts` says; empty if
/// they can. Whether everything else that uses them agrees is seen when they
/// have buffers.
std::vector<std::string> brokenLayouts(LayoutsAttr layouts, linalg::LinalgOp op,
                                       const ExtractedLayer &extracted);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_LAYOUTS_H
