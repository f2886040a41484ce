//===- Strip.cpp - Remove all that only ROMANet understands ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_STRIPPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

/// The attributes of the dialect among `attributes`.
static SmallVector<StringAttr> ours(DictionaryAttr attributes) {
  SmallVector<StringAttr> names;
  if (attributes)
    for (NamedAttribute attribute : attributes)
      if (isa_and_nonnull<ROMANetDialect>(attribute.getNameDialect()))
        names.push_back(attribute.getName());
  return names;
}

namespace {
struct StripPass : mlir::romanet::impl::StripPassBase<StripPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    module->walk([](Operation *op) {
      for (StringAttr name : ours(op->getDiscardableAttrDictionary()))
        op->removeDiscardableAttr(name);
      if (auto function = dyn_cast<FunctionOpInterface>(op)) {
        for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i)
          for (StringAttr name : ours(function.getArgAttrDict(i)))
            function.removeArgAttr(i, name);
        for (unsigned i = 0, e = function.getNumResults(); i != e; ++i)
          for (StringAttr name : ours(function.getResultAttrDict(i)))
            function.removeResultAttr(i, name);
      }
      // The memory space of a tensor's buffer is an attribute of its operation.
      if (auto alloc = dyn_cast<bufferization::AllocTensorOp>(op))
        if (isa_and_nonnull<SpaceAttr>(alloc.getMemorySpaceAttr()))
          alloc.removeMemorySpaceAttr();
    });

    AttrTypeReplacer replacer;
    replacer.addReplacement([](MemRefType type) -> std::optional<Type> {
      if (!isa_and_nonnull<SpaceAttr>(type.getMemorySpace()))
        return std::nullopt;
      return MemRefType::get(type.getShape(), type.getElementType(),
                             type.getLayout());
    });
    replacer.addReplacement([](UnrankedMemRefType type) -> std::optional<Type> {
      if (!isa_and_nonnull<SpaceAttr>(type.getMemorySpace()))
        return std::nullopt;
      return UnrankedMemRefType::get(type.getElementType(), Attribute());
    });
    replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
  }
};
} // namespace
