//===- Dma.cpp - Copies between DRAM and chip become DMAs -----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every DMA is waited for right behind its start, but for loads into the half
// of a double buffer that is not in use: these are waited for where something
// may first need what they brought, or may overwrite what they read. Nothing
// but the operations in between decides where that is.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_DMAPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

/// Tags of one copy at most: they lie on the stack.
static constexpr int64_t kMaxTags = 4096;

//===----------------------------------------------------------------------===//
// Where to wait
//===----------------------------------------------------------------------===//

namespace {
/// The memory that a memref can reach: the bytes [begin, end) of `base`.
struct ByteRange {
  const void *base = nullptr; ///< null: any memory
  int64_t begin = 0, end = INT64_MAX;
};
} // namespace

/// Arguments of functions are taken to be different memory, as everywhere.
static ByteRange rangeOf(Value value) {
  ByteRange range;
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>()) {
    auto cut = dyn_cast<memref::ViewOp>(view.getOperation());
    APInt shift;
    // Within an array of bytes that is no view itself.
    if (cut && cut.getType().hasStaticShape() &&
        cut.getType().getElementType().isIntOrFloat() &&
        cut.getSource().getDefiningOp<memref::GetGlobalOp>() &&
        matchPattern(cut.getByteShift(), m_ConstantInt(&shift))) {
      range.begin = shift.getSExtValue();
      range.end =
          range.begin +
          cut.getType().getNumElements() *
              llvm::divideCeil(cut.getType().getElementTypeBitWidth(), 8);
    }
    value = view.getViewSource();
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (auto get = value.getDefiningOp<memref::GetGlobalOp>())
    range.base = get.getNameAttr().getAttr().getAsOpaquePointer();
  else if (value.getDefiningOp<memref::AllocOp>() ||
           value.getDefiningOp<memref::AllocaOp>() ||
           (argument && argument.getOwner()->isEntryBlock() &&
            isa<FunctionOpInterface>(argument.getOwner()->getParentOp())))
    range.base = value.getAsOpaquePointer();
  return range;
}

static bool mayOverlap(const ByteRange &a, const ByteRange &b) {
  return !a.base || !b.base ||
         (a.base == b.base && a.begin < b.end && b.begin < a.end);
}

namespace {
/// A load into the half of a double buffer that is not in use.
struct Prefetch {
  Value buffer;  ///< the two halves
  Value current; ///< the index of the half that is in use
  ByteRange chip, dram;
};
} // namespace

/// The index of the half that `value` is a part of, where it is one of a double
/// buffer, and that buffer.
static std::pair<Value, Value> halfOf(Value value) {
  memref::SubViewOp half;
  while (auto view = value.getDefiningOp<memref::SubViewOp>()) {
    half = view;
    value = view.getSource();
  }
  if (!half || half.getSourceType().getRank() == 0 ||
      half.getSourceType().getDimSize(0) != 2 ||
      !isConstantIntValue(half.getMixedSizes().front(), 1) ||
      !isConstantIntValue(half.getMixedStrides().front(), 1))
    return {};
  return {dyn_cast<Value>(half.getMixedOffsets().front()), value};
}

static std::optional<Prefetch> asPrefetch(memref::CopyOp copy) {
  if (!isOnChipBuffer(copy.getTarget().getType()))
    return std::nullopt;
  auto [half, buffer] = halfOf(copy.getTarget());
  auto other = half ? half.getDefiningOp<arith::SubIOp>() : arith::SubIOp();
  if (!other || !matchPattern(other.getLhs(), m_One()))
    return std::nullopt;
  return Prefetch{buffer, other.getRhs(), rangeOf(buffer),
                  rangeOf(copy.getSource())};
}

/// Whether `op`, with all inside, may use what the load brings, or change what
/// it reads.
static bool interferes(Operation *op, const Prefetch &load) {
  auto mayTouch = [&](Value value, bool isWrite) {
    if (!isa<BaseMemRefType>(value.getType()))
      return true;
    if (!isOnChipBuffer(value.getType()))
      return isWrite && mayOverlap(rangeOf(value), load.dram);
    auto [half, buffer] = halfOf(value);
    if (buffer == load.buffer && half == load.current)
      return false;
    return mayOverlap(rangeOf(value), load.chip);
  };
  return op
      ->walk([&](Operation *each) {
        if (isPure(each) || each->hasTrait<OpTrait::IsTerminator>())
          return WalkResult::advance();
        if (each->hasTrait<OpTrait::HasRecursiveMemoryEffects>()) {
          // A buffer that it carries gets another name inside.
          for (Value value : each->getOperands())
            if (isa<BaseMemRefType>(value.getType()) &&
                mayTouch(value, /*isWrite=*/true))
              return WalkResult::interrupt();
          return WalkResult::advance();
        }
        auto interface = dyn_cast<MemoryEffectOpInterface>(each);
        if (!interface)
          return WalkResult::interrupt();
        SmallVector<MemoryEffects::EffectInstance> effects;
        interface.getEffects(effects);
        for (const MemoryEffects::EffectInstance &effect : effects) {
          if (isa<MemoryEffects::Allocate>(effect.getEffect()))
            continue;
          bool isWrite = !isa<MemoryEffects::Read>(effect.getEffect());
          if (!effect.getValue() || mayTouch(effect.getValue(), isWrite))
            return WalkResult::interrupt();
        }
        return WalkResult::advance();
      })
      .wasInterrupted();
}

/// The operation in front of which a load is waited for at the latest, in its
/// block or in one that branches lead out to; null where that is right behind
/// it.
static Operation *latestWait(memref::CopyOp copy) {
  std::optional<Prefetch> load = asPrefetch(copy);
  if (!load)
    return nullptr;
  bool isWorthIt = false;
  for (Operation *op = copy->getNextNode();;) {
    if (op->hasTrait<OpTrait::IsTerminator>()) {
      auto branch = dyn_cast<scf::IfOp>(op->getParentOp());
      if (!branch)
        return isWorthIt ? op : nullptr;
      op = branch->getNextNode();
      continue;
    }
    if (interferes(op, *load))
      return isWorthIt ? op : nullptr;
    isWorthIt |= !isPure(op);
    op = op->getNextNode();
  }
}

//===----------------------------------------------------------------------===//
// DMAs
//===----------------------------------------------------------------------===//

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

  /// Waits right behind the start of each DMA.
  void emit() {
    collectDimensions();
    Split split = splitDimensions();
    Value count = emitStarts(split, /*withTags=*/false);
    memref::DmaWaitOp::create(builder, loc, tag, zero, count);
    copy.erase();
  }

  /// Waits behind `place`, a constant 0 in the block of the copy or in one that
  /// branches lead out to. False, with nothing done, where it takes more tags
  /// than kMaxTags: the DMAs of the copy are under way together.
  bool emitAhead(arith::ConstantIndexOp place) {
    collectDimensions();
    Split split = splitDimensions();
    int64_t tags = 1;
    for (const Dimension &each : ArrayRef(dimensions).take_front(split.loops))
      if (llvm::MulOverflow(tags, mostElements(each), tags) || tags > kMaxTags)
        return false;
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(tag.getDefiningOp());
      tag = memref::AllocaOp::create(
          builder, loc, MemRefType::get({tags}, builder.getI32Type()));
    }
    // How many DMAs there are, and what each moves, as far out as they are
    // waited for. Where a branch is not taken there are none.
    SmallVector<Value, 2> known = {elements(0, split.loops),
                                   elements(split.loops, dimensions.size())};
    Operation *op = copy;
    emitStarts(split, /*withTags=*/true);
    while (op->getBlock() != place->getBlock()) {
      scf::IfOp branch = addResults(cast<scf::IfOp>(op->getParentOp()),
                                    op->getParentRegion(), known);
      unsigned first = branch.getNumResults() - 2;
      known = {branch.getResult(first), branch.getResult(first + 1)};
      op = branch;
    }
    builder.setInsertionPointAfter(place);
    one = arith::ConstantIndexOp::create(builder, loc, 1);
    auto loop = scf::ForOp::create(builder, loc, place, known[0], one);
    builder.setInsertionPointToStart(loop.getBody());
    memref::DmaWaitOp::create(builder, loc, tag, loop.getInductionVar(),
                              known[1]);
    copy.erase();
    return true;
  }

private:
  struct Dimension {
    unsigned number; ///< in the types of both ends
    OpFoldResult size;
    /// Elements; ShapedType::kDynamic where they are not known.
    int64_t staticSize, dramStride, chipStride;
  };

  /// Emits the starts of the DMAs, in loops where they are several, and returns
  /// the number of elements of each. With `withTags` each has a tag of its own.
  /// The insertion point is behind the start.
  Value emitStarts(Split split, bool withTags) {
    zero = arith::ConstantIndexOp::create(builder, loc, 0);
    one = arith::ConstantIndexOp::create(builder, loc, 1);
    SmallVector<Value> index(type(copy.getSource()).getRank(), zero);
    Value tagIndex = zero;
    for (unsigned i = 0; i < split.loops; ++i) {
      Value size = valueOf(dimensions[i].size);
      auto loop = scf::ForOp::create(builder, loc, zero, size, one);
      index[dimensions[i].number] = loop.getInductionVar();
      builder.setInsertionPointToStart(loop.getBody());
      if (!withTags)
        continue;
      if (i > 0)
        tagIndex = arith::AddIOp::create(
            builder, loc, arith::MulIOp::create(builder, loc, tagIndex, size),
            loop.getInductionVar());
      else
        tagIndex = loop.getInductionVar();
    }
    return emitDma(split, index, tagIndex);
  }

  /// `branch` with as many more results as `values`, which are known in
  /// `region`, one of its own; in the other they are 0.
  scf::IfOp addResults(scf::IfOp branch, Region *region, ValueRange values) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(branch);
    SmallVector<Type> types(branch.getResultTypes());
    llvm::append_range(types, TypeRange(values));
    auto wider = scf::IfOp::create(builder, branch.getLoc(), types,
                                   branch.getCondition(),
                                   /*addThenBlock=*/false,
                                   /*addElseBlock=*/false);
    wider->setDiscardableAttrs(branch->getDiscardableAttrDictionary());
    for (auto [from, to] :
         llvm::zip(branch->getRegions(), wider->getRegions())) {
      bool isHere = &from == region;
      to.takeBody(from);
      if (to.empty()) {
        to.emplaceBlock();
        builder.setInsertionPointToStart(&to.front());
        scf::YieldOp::create(builder, branch.getLoc());
      }
      Operation *yield = to.front().getTerminator();
      builder.setInsertionPoint(yield);
      SmallVector<Value> all(yield->getOperands());
      for (Value value : values)
        all.push_back(
            isHere
                ? value
                : arith::ConstantIndexOp::create(builder, loc, 0).getResult());
      yield->setOperands(all);
    }
    branch->replaceAllUsesWith(
        wider->getResults().take_front(branch->getNumResults()));
    branch->erase();
    return wider;
  }

  /// Elements along a dimension at most: those that the buffer on chip has.
  int64_t mostElements(const Dimension &dimension) {
    if (!ShapedType::isDynamic(dimension.staticSize))
      return dimension.staticSize;
    auto view = copy.getTarget().getDefiningOp<memref::SubViewOp>();
    // Of the double buffer, the first dimension is that of the halves.
    if (!view ||
        view.getSourceType().getRank() != type(copy.getTarget()).getRank() + 1)
      return INT64_MAX;
    int64_t size = view.getSourceType().getDimSize(dimension.number + 1);
    return ShapedType::isDynamic(size) ? INT64_MAX : size;
  }

  static MemRefType type(Value value) {
    return cast<MemRefType>(value.getType());
  }

  Value valueOf(OpFoldResult value) {
    return getValueOrCreateConstantIndexOp(builder, loc, value);
  }

  /// The dimensions with more than one element, or of unknown size.
  void collectDimensions() {
    bool isLoad = isOnChipBuffer(copy.getTarget().getType());
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

  Value emitDma(Split split, ArrayRef<Value> index, Value tagIndex) {
    Value count = elements(split.loops, dimensions.size());
    Value stride, chunk;
    if (split.loops != split.chunks) {
      stride = strideOf(dimensions[split.chunks - 1]);
      chunk = elements(split.chunks, dimensions.size());
    }
    memref::DmaStartOp::create(builder, loc, copy.getSource(), index,
                               copy.getTarget(), index, count, tag, tagIndex,
                               stride, chunk);
    return count;
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
        if (isOnChipBuffer(source) == isOnChipBuffer(target))
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
        if (!isDramBuffer(isOnChipBuffer(source) ? target : source)) {
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
      // Where those that are under way longer are waited for, found while the
      // copies are still there.
      DenseMap<Operation *, arith::ConstantIndexOp> places;
      for (memref::CopyOp copy : copies)
        if (Operation *next = latestWait(copy)) {
          OpBuilder builder(next);
          places[copy] =
              arith::ConstantIndexOp::create(builder, copy.getLoc(), 0);
        }
      // All others are waited for before the next one starts: one tag is
      // enough.
      OpBuilder builder(&getContext());
      builder.setInsertionPointToStart(&function.getFunctionBody().front());
      Value tag =
          memref::AllocaOp::create(builder, function.getLoc(),
                                   MemRefType::get({1}, builder.getI32Type()));
      for (memref::CopyOp copy : copies) {
        auto ahead = places.find(copy);
        if (ahead == places.end() ||
            !DmaEmitter(copy, tag).emitAhead(ahead->second))
          DmaEmitter(copy, tag).emit();
      }
    }
  }
};
} // namespace
