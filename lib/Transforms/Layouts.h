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
#include "romanet/Model/Search.h"
#include <string>
#include <vector>

namespace mlir::romanet {

/// Why the arrays of the layer of `op` cannot lie as `layouts` says; empty if
/// they can. Whether everything else that uses them agrees is seen when they
/// have buffers.
std::vector<std::string> brokenLayouts(LayoutsAttr layouts, linalg::LinalgOp op,
                                       const ExtractedLayer &extracted);

/// The layouts that were chosen for a layer, none of them in tiles, over the
/// dimensions of its arrays; null if all are row-major. Partial sums that do
/// not move have none.
LayoutsAttr layoutsOf(MLIRContext *context, const ExtractedLayer &extracted,
                      const core::Found &found, const core::DRAMDevice &device);

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_LAYOUTS_H
