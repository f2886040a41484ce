//===- Dma.cpp - Copies between DRAM and chip become DMAs -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_DMAPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

namespace {
/// The dimensions of a copy by what moves along them: `[0, loops)` is walked by
/// loops, `[loops, chunks)` from one chunk to the next, one stride apart in
/// DRAM, and the rest is a chunk, contiguous at both ends. On chip, all that a
/// DMA moves is contiguous.
struct Split {
  unsigned loops, chunks;
};

class DmaEmitter {
public:
  DmaEmitter(memref::CopyOp copy, Value tag)
      : builder(copy), loc(copy.getLoc()), copy(copy), tag(tag) {}

  void emit() {
    collectDimensions();
    Split split = splitDimensions();
    zero = arith::ConstantIndexOp::create(builder, loc, 0);
    one = arith::ConstantIndexOp::create(builder, loc, 1);
    SmallVector<Value> index(type(copy.getSource()).getRank(), zero);
    for (unsigned i = 0; i < split.loops; ++i) {
      Value size = valueOf(dimensions[i].size);
      auto loop = scf::ForOp::create(builder, loc, zero, size, one);
      index[dimensions[i].number] = loop.getInductionVar();
      builder.setInsertionPointToStart(loop.getBody());
    }
    emitDma(split, index);
    copy.erase();
  }

private:
  struct Dimension {
    unsigned number; ///< in the types of both ends
    OpFoldResult size;
    /// Elements; ShapedType::kDynamic where they are not known.
    int64_t staticSize, dramStride, chipStride;
  };

  static MemRefType type(Value value) {
    return cast<MemRefType>(value.getType());
  }

  Value valueOf(OpFoldResult value) {
    return getValueOrCreateConstantIndexOp(builder, loc, value);
  }

  /// The dimensions with more than one element, or of unknown size.
  void collectDimensions() {
    bool isLoad = isOnChip(copy.getTarget().getType());
    dram = isLoad ? copy.getSource() : copy.getTarget();
    Value chip = isLoad ? copy.getTarget() : copy.getSource();
    auto [dramStrides, dramOffset] = type(dram).getStridesAndOffset();
    auto [chipStrides, chipOffset] = type(chip).getStridesAndOffset();
    for (unsigned i = 0, e = type(dram).getRank(); i != e; ++i) {
      // Both ends have the same size, though only one type may know it.
      int64_t size = type(dram).getDimSize(i);
      if (ShapedType::isDynamic(size))
        size = type(chip).getDimSize(i);
      if (size == 1)
        continue;
      OpFoldResult value =
          ShapedType::isDynamic(size)
              ? OpFoldResult(
                    memref::DimOp::create(builder, loc, dram, i).getResult())
              : builder.getIndexAttr(size);
      dimensions.push_back({i, value, size, dramStrides[i], chipStrides[i]});
    }
  }

  /// Whether going one further along dimension `i` is going behind all of the
  /// dimensions behind it, which are contiguous.
  static bool continues(int64_t stride, int64_t innerStride,
                        int64_t innerSize) {
    return !ShapedType::isDynamic(stride) &&
           !ShapedType::isDynamic(innerStride) &&
           !ShapedType::isDynamic(innerSize) &&
           stride == innerStride * innerSize;
  }

  Split splitDimensions() {
    unsigned end = dimensions.size();
    Split split = {end, end};
    auto isNext = [&](unsigned i, bool onChip) {
      const Dimension &outer = dimensions[i];
      // The innermost dimension of a chunk steps from element to element.
      if (i + 1 == end)
        return (onChip ? outer.chipStride : outer.dramStride) == 1;
      const Dimension &inner = dimensions[i + 1];
      return onChip ? continues(outer.chipStride, inner.chipStride,
                                inner.staticSize)
                    : continues(outer.dramStride, inner.dramStride,
                                inner.staticSize);
    };
    while (split.chunks > 0 && isNext(split.chunks - 1, /*onChip=*/true) &&
           isNext(split.chunks - 1, /*onChip=*/false))
      --split.chunks;
    // Of the chunks, the first dimension has any stride, the others continue.
    split.loops = split.chunks;
    while (split.loops > 0 && isNext(split.loops - 1, /*onChip=*/true) &&
           (split.loops == split.chunks ||
            isNext(split.loops - 1, /*onChip=*/false)))
      --split.loops;
    return split;
  }

  /// The product of the sizes of dimensions [begin, end).
  Value elements(unsigned begin, unsigned end) {
    OpFoldResult product = builder.getIndexAttr(1);
    AffineExpr a, b;
    bindSymbols(builder.getContext(), a, b);
    for (unsigned i = begin; i < end; ++i)
      product = affine::makeComposedFoldedAffineApply(
          builder, loc, a * b, {product, dimensions[i].size});
    return valueOf(product);
  }

  Value strideOf(const Dimension &dimension) {
    if (!ShapedType::isDynamic(dimension.dramStride))
      return arith::ConstantIndexOp::create(builder, loc, dimension.dramStride);
    return memref::ExtractStridedMetadataOp::create(builder, loc, dram)
        .getStrides()[dimension.number];
  }

  void emitDma(Split split, ArrayRef<Value> index) {
    Value count = elements(split.loops, dimensions.size());
    Value stride, chunk;
    if (split.loops != split.chunks) {
      stride = strideOf(dimensions[split.chunks - 1]);
      chunk = elements(split.chunks, dimensions.size());
    }
    memref::DmaStartOp::create(builder, loc, copy.getSource(), index,
                               copy.getTarget(), index, count, tag, zero,
                               stride, chunk);
    memref::DmaWaitOp::create(builder, loc, tag, zero, count);
  }

  OpBuilder builder;
  Location loc;
  memref::CopyOp copy;
  Value tag, dram, zero, one;
  SmallVector<Dimension> dimensions;
};

struct DmaPass : mlir::romanet::impl::DmaPassBase<DmaPass> {
  void runOnOperation() override {
    // Decided before anything is changed.
    SmallVector<std::pair<FunctionOpInterface, SmallVector<memref::CopyOp>>>
        work;
    WalkResult walked = getOperation().walk([&](FunctionOpInterface function) {
      SmallVector<memref::CopyOp> copies;
      WalkResult result = function->walk([&](memref::CopyOp copy) {
        Type source = copy.getSource().getType();
        Type target = copy.getTarget().getType();
        if (isOnChip(source) == isOnChip(target))
          return WalkResult::advance();
        for (Type type : {source, target}) {
          auto memref = dyn_cast<MemRefType>(type);
          if (memref && memref.isStrided())
            continue;
          emitError(copy.getLoc())
              << "a copy between DRAM and chip of " << type
              << " cannot become a DMA: its rank and strides must be known";
          return WalkResult::interrupt();
        }
        if (!isInDram(isOnChip(source) ? target : source)) {
          emitError(copy.getLoc())
              << "a copy between " << source << " and " << target
              << " cannot become a DMA: one of its ends must be in DRAM";
          return WalkResult::interrupt();
        }
        copies.push_back(copy);
        return WalkResult::advance();
      });
      if (!copies.empty())
        work.push_back({function, std::move(copies)});
      return result;
    });
    if (walked.wasInterrupted())
      return signalPassFailure();

    for (auto &[function, copies] : work) {
      // Each DMA is waited for before the next one starts: one tag is enough.
      OpBuilder builder(&getContext());
      builder.setInsertionPointToStart(&function.getFunctionBody().front());
      Value tag =
          memref::AllocaOp::create(builder, function.getLoc(),
                                   MemRefType::get({1}, builder.getI32Type()));
      for (memref::CopyOp copy : copies)
        DmaEmitter(copy, tag).emit();
    }
  }
};
} // namespace
