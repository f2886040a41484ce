//===- Layouts.cpp - Layouts that a user sets -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layouts.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::romanet;

/// Empty if an array of `type` can have the layout.
static std::string whyNot(LayoutAttr layout, Type type) {
  auto array = cast<ShapedType>(type);
  if (std::optional<unsigned> rank = layout.getRank();
      rank && *rank != array.getRank())
    return ("it has " + Twine(array.getRank()) + " dimensions, the layout " +
            Twine(*rank))
        .str();
  llvm::Expected<core::Layout> made = layout.getLayout(
      array.getShape(), llvm::divideCeil(array.getElementTypeBitWidth(), 8));
  if (!made)
    return llvm::toString(made.takeError());
  if (made->sizeBytes() == std::numeric_limits<int64_t>::max())
    return "it has more bytes than are counted in 64 bits";
  return "";
}

std::vector<std::string>
mlir::romanet::brokenLayouts(LayoutsAttr layouts, linalg::LinalgOp op,
                             const ExtractedLayer &extracted) {
  std::vector<std::string> broken;
  auto check = [&](StringRef name, LayoutAttr layout, Type type) {
    if (!layout)
      return;
    if (std::string why = whyNot(layout, type); !why.empty())
      broken.push_back(
          ("the layout of " + name + " does not fit the array: " + why).str());
  };
  Type sums = op.getDpsInitOperand(0)->get().getType();
  check("input", layouts.getInput(), extracted.input().getType());
  if (extracted.layer.hasWeights())
    check("weights", layouts.getWeights(),
          op.getDpsInputOperand(1)->get().getType());
  else if (layouts.getWeights())
    broken.push_back("there is a layout of weights, and no weights");
  check("output", layouts.getOutput(),
        extracted.last(op).getDpsInitOperand(0)->get().getType());
  check("partial_sums", layouts.getPartialSums(), sums);
  check("init", layouts.getInit(), sums);
  ArrayRef<LayoutAttr> given = layouts.getEpilogue();
  SmallVector<Type> arrays;
  for (const Elementwise *elementwise : {&extracted.init, &extracted.epilogue})
    for (const ElementwiseArray &array : elementwise->arrays)
      arrays.push_back(array.source().getType());
  if (given.empty())
    return broken;
  if (given.size() != arrays.size()) {
    broken.push_back(("there are layouts of " + Twine(given.size()) +
                      " arrays of the epilogue, which has " +
                      Twine(arrays.size()))
                         .str());
    return broken;
  }
  for (auto [i, layout] : llvm::enumerate(given))
    check(("array " + Twine(i) + " of the epilogue").str(), layout, arrays[i]);
  return broken;
}
