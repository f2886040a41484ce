//===- BlockedCopies.cpp - Buffers that lie in blocks ---------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockedCopies.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/PredictedStream.h"
#include "romanet/Analysis/Staging.h"
#include "llvm/ADT/MapVector.h"
#include <numeric>

using namespace mlir;
using namespace mlir::romanet;
using core::StreamArray;

//===----------------------------------------------------------------------===//
// What is known of integers
//===----------------------------------------------------------------------===//

/// A number that divides `expr`; 0 where it is 0.
static int64_t divisorOf(AffineExpr expr, ArrayRef<int64_t> operands,
                         unsigned numDims) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::abs(constant.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return operands[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return operands[numDims + symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  int64_t lhs = divisorOf(binary.getLHS(), operands, numDims);
  int64_t rhs = divisorOf(binary.getRHS(), operands, numDims);
  if (expr.getKind() == AffineExprKind::Add)
    return std::gcd(lhs, rhs);
  int64_t product;
  if (expr.getKind() == AffineExprKind::Mul &&
      !llvm::MulOverflow(lhs, rhs, product))
    return product;
  return 1;
}

/// A number that divides `value`; 0 where it is 0.
static int64_t divisorOf(OpFoldResult value) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return std::abs(*constant);
  auto ssa = cast<Value>(value);
  if (auto argument = dyn_cast<BlockArgument>(ssa)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop || argument != loop.getInductionVar())
      return 1;
    return std::gcd(divisorOf(loop.getLowerBound()), divisorOf(loop.getStep()));
  }
  Operation *op = ssa.getDefiningOp();
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return std::gcd(divisorOf(select.getTrueValue()),
                    divisorOf(select.getFalseValue()));
  AffineMap map;
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    map = apply.getAffineMap();
  else if (auto min = dyn_cast<affine::AffineMinOp>(op))
    map = min.getAffineMap();
  else if (auto max = dyn_cast<affine::AffineMaxOp>(op))
    map = max.getAffineMap();
  else
    return 1;
  SmallVector<int64_t> operands;
  for (Value operand : op->getOperands())
    operands.push_back(divisorOf(OpFoldResult(operand)));
  int64_t divisor = 0;
  for (AffineExpr expr : map.getResults())
    divisor = std::gcd(divisor, divisorOf(expr, operands, map.getNumDims()));
  return divisor;
}

/// A number that `value` does not exceed.
static int64_t mostOf(OpFoldResult value) {
  int64_t most = std::numeric_limits<int64_t>::max();
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant;
  if (auto min = cast<Value>(value).getDefiningOp<affine::AffineMinOp>())
    for (AffineExpr expr : min.getAffineMap().getResults())
      if (auto constant = dyn_cast<AffineConstantExpr>(expr))
        most = std::min(most, constant.getValue());
  return most;
}

//===----------------------------------------------------------------------===//
// One copy
//===----------------------------------------------------------------------===//

namespace {
/// A box of an array, by dimensions of the array, and those of them that the
/// memref of the box has.
struct ArrayBox {
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<unsigned> dims;
};

/// Emits the parts of a box of a blocked array.
///
/// The loops of a layout go through the places of the array in ascending order.
/// Of the loops over one axis the innermost one alone has no block boundary
/// inside: along it, a part of the box is strided. The others become loops of
/// the program, and so do those around them, that parts ascend; what is not
/// crossed needs none.
class BlockedCopy {
public:
  /// `emitPart(flat, box, where)` copies: `flat` is a strided memref with the
  /// dimensions of the box, and `where` the part of the box that it has.
  using EmitPart = function_ref<void(Value part, const ArrayBox &where)>;

  BlockedCopy(OpBuilder &builder, Location loc, const core::Layout &layout,
              const ArrayBox &box)
      : builder(builder), loc(loc), loops(layout.loops()),
        elementBytes(layout.elementBytes()), box(box) {
    for (auto [offset, size] : llvm::zip(box.offsets, box.sizes))
      state.push_back({offset, size, divisorOf(offset), mostOf(size)});
    isInnermost.resize(loops.size());
    llvm::SmallBitVector seen(state.size());
    for (size_t i = loops.size(); i-- > 0;) {
      isInnermost[i] = !seen.test(loops[i].axis);
      seen.set(loops[i].axis);
    }
  }

  void emit(Value flat, EmitPart emitPart) {
    // Inside which of the layout's loops another one is split.
    size_t numOrdered = 0;
    for (size_t i = 0; i < loops.size(); ++i)
      if (!isInnermost[i] && !isOneBlock(loops[i]))
        numOrdered = i;
    strides.assign(state.size(), 1);
    offset = builder.getIndexAttr(0);
    for (size_t i = 0; i < loops.size(); ++i) {
      bool isLoop = isInnermost[i] ? i < numOrdered && !isOne(loops[i].axis)
                                   : !isOneBlock(loops[i]);
      step(loops[i], isInnermost[i], isLoop);
    }
    // What is left is strided.
    ArrayBox where = box;
    SmallVector<OpFoldResult> sizes, partStrides;
    for (auto [axis, each] : llvm::enumerate(state)) {
      where.offsets[axis] = apply(d(0) - d(1), {each.lo, box.offsets[axis]});
      where.sizes[axis] = each.size;
    }
    for (unsigned axis : box.dims) {
      sizes.push_back(state[axis].size);
      partStrides.push_back(builder.getIndexAttr(strides[axis]));
    }
    emitPart(memref::ReinterpretCastOp::create(builder, loc, flat, offset,
                                               sizes, partStrides),
             where);
  }

private:
  /// What is left of the box along an axis.
  struct Axis {
    OpFoldResult lo, size;
    int64_t divisor; ///< of lo
    int64_t most;    ///< of size
    /// The number of the block that it lies in, and its extent; 0: the array.
    OpFoldResult block;
    int64_t blockExtent = 0;
  };

  AffineExpr d(unsigned i) { return builder.getAffineDimExpr(i); }
  OpFoldResult apply(AffineExpr expr, ArrayRef<OpFoldResult> arguments) {
    return affine::makeComposedFoldedAffineApply(
        builder, loc, AffineMap::get(arguments.size(), 0, expr), arguments);
  }
  Value valueOf(OpFoldResult value) {
    return getValueOrCreateConstantIndexOp(builder, loc, value);
  }

  bool isOne(unsigned axis) { return state[axis].most == 1; }

  /// Whether the box is within one block of the extent by which the loop steps.
  bool isOneBlock(const core::Layout::Loop &loop) {
    const Axis &axis = state[loop.axis];
    std::optional<int64_t> lo = getConstantIntValue(axis.lo),
                           size = getConstantIntValue(axis.size);
    if (lo && size)
      return *lo / loop.extent == (*lo + *size - 1) / loop.extent;
    int64_t grid = std::gcd(axis.divisor, loop.extent);
    return axis.most <= grid;
  }

  /// Goes into the blocks of the extent by which `loop` steps.
  void step(const core::Layout::Loop &loop, bool isLast, bool isLoop) {
    Axis &axis = state[loop.axis];
    int64_t stride = loop.stride / elementBytes;
    if (isLast && !isLoop) {
      // Strided from here on; the loop steps by single elements.
      strides[loop.axis] = stride;
      OpFoldResult first = axis.lo;
      if (axis.blockExtent)
        first = apply(d(0) - d(1) * axis.blockExtent, {axis.lo, axis.block});
      addOffset(first, stride);
      return;
    }
    OpFoldResult block;
    if (!isLoop) {
      block = apply(d(0).floorDiv(loop.extent), {axis.lo});
    } else {
      OpFoldResult begin = apply(d(0).floorDiv(loop.extent), {axis.lo});
      OpFoldResult end = apply((d(0) + d(1) - 1).floorDiv(loop.extent) + 1,
                               {axis.lo, axis.size});
      auto nest =
          scf::ForOp::create(builder, loc, valueOf(begin), valueOf(end),
                             arith::ConstantIndexOp::create(builder, loc, 1));
      builder.setInsertionPointToStart(nest.getBody());
      block = nest.getInductionVar();
      clip(axis, block, loop.extent);
    }
    OpFoldResult inside = block;
    if (axis.blockExtent)
      inside = apply(d(0) - d(1) * (axis.blockExtent / loop.extent),
                     {block, axis.block});
    addOffset(inside, stride);
    axis.block = block;
    axis.blockExtent = loop.extent;
  }

  /// The part of the box in a block.
  void clip(Axis &axis, OpFoldResult block, int64_t extent) {
    bool beginsAtBlock = axis.divisor % extent == 0;
    bool endsAtBlock = beginsAtBlock && divisorOf(axis.size) % extent == 0;
    OpFoldResult lo = apply(d(0) * extent, {block});
    OpFoldResult clipped = builder.getIndexAttr(extent);
    if (extent == 1) {
      endsAtBlock = true;
    } else if (!beginsAtBlock) {
      OpFoldResult first = lo;
      lo = affine::makeComposedFoldedAffineMax(
          builder, loc,
          AffineMap::get(2, 0, {d(0), d(1)}, builder.getContext()),
          {axis.lo, first});
    }
    if (!endsAtBlock) {
      // Up to the end of the block, or of the box.
      OpFoldResult untilBlock =
          beginsAtBlock ? clipped
                        : apply(d(0) * extent + extent - d(1), {block, lo});
      clipped = affine::makeComposedFoldedAffineMin(
          builder, loc,
          AffineMap::get(4, 0, {d(0), d(1) + d(2) - d(3)},
                         builder.getContext()),
          {untilBlock, axis.lo, axis.size, lo});
    }
    axis.divisor = beginsAtBlock ? extent : 1;
    axis.lo = lo;
    axis.size = clipped;
    axis.most = std::min(axis.most, extent);
  }

  void addOffset(OpFoldResult index, int64_t stride) {
    offset = apply(d(0) + d(1) * stride, {offset, index});
  }

  OpBuilder &builder;
  Location loc;
  ArrayRef<core::Layout::Loop> loops;
  int64_t elementBytes;
  const ArrayBox &box;
  SmallVector<Axis> state;
  SmallVector<bool> isInnermost;
  SmallVector<int64_t> strides; ///< in elements
  OpFoldResult offset;          ///< in elements
};
} // namespace

/// The box of its root that `view`, a chain of subviews of it, is.
static ArrayBox boxOf(OpBuilder &builder, Location loc, Value view) {
  auto subview = view.getDefiningOp<memref::SubViewOp>();
  ArrayBox box;
  if (!subview) {
    for (auto [dim, extent] :
         llvm::enumerate(cast<MemRefType>(view.getType()).getShape())) {
      box.offsets.push_back(builder.getIndexAttr(0));
      box.sizes.push_back(builder.getIndexAttr(extent));
      box.dims.push_back(dim);
    }
    return box;
  }
  ArrayBox outer = boxOf(builder, loc, subview.getSource());
  box = outer;
  box.dims.clear();
  llvm::SmallBitVector dropped = subview.getDroppedDims();
  AffineExpr sum = builder.getAffineDimExpr(0) + builder.getAffineDimExpr(1);
  for (auto [i, dim] : llvm::enumerate(outer.dims)) {
    box.offsets[dim] = affine::makeComposedFoldedAffineApply(
        builder, loc, AffineMap::get(2, 0, sum),
        {outer.offsets[dim], subview.getMixedOffsets()[i]});
    box.sizes[dim] = subview.getMixedSizes()[i];
    if (!dropped.test(i))
      box.dims.push_back(dim);
  }
  return box;
}

/// The part of `value`, a memref with the dimensions of `where`.
static Value partOf(OpBuilder &builder, Location loc, Value value,
                    const ArrayBox &where) {
  SmallVector<OpFoldResult> offsets, sizes;
  for (unsigned dim : where.dims) {
    offsets.push_back(where.offsets[dim]);
    sizes.push_back(where.sizes[dim]);
  }
  auto type = cast<MemRefType>(value.getType());
  std::optional<SmallVector<int64_t>> known = getConstantIntValues(sizes);
  if (known && ArrayRef(*known) == type.getShape())
    return value;
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  return memref::SubViewOp::create(builder, loc, value, offsets, sizes,
                                   strides);
}

/// Copies between `flat`, an array in `layout`, and `value`, which has the
/// dimensions of `box`.
static void emitBlockedCopy(OpBuilder &builder, Location loc, Value flat,
                            const core::Layout &layout, const ArrayBox &box,
                            Value value, bool isToFlat) {
  OpBuilder::InsertionGuard guard(builder);
  BlockedCopy(builder, loc, layout, box)
      .emit(flat, [&](Value part, const ArrayBox &where) {
        Value other = partOf(builder, loc, value, where);
        memref::CopyOp::create(builder, loc, isToFlat ? other : part,
                               isToFlat ? part : other);
      });
}

/// What the arithmetic of the copies does not need in the end.
static void eraseUnused(Operation *root) {
  SmallVector<Operation *> ops;
  root->walk([&](Operation *op) {
    if (isa<affine::AffineApplyOp, affine::AffineMinOp, affine::AffineMaxOp>(
            op))
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (op->use_empty())
      op->erase();
}

//===----------------------------------------------------------------------===//
// Demands
//===----------------------------------------------------------------------===//

/// A buffer: an allocation or a global, or an argument of a function.
using Key = std::pair<Operation *, int>;

static std::optional<Key> keyOf(Value root) {
  if (auto argument = dyn_cast<BlockArgument>(root)) {
    Block *block = argument.getOwner();
    if (isa<func::FuncOp>(block->getParentOp()) && block->isEntryBlock())
      return Key(block->getParentOp(), argument.getArgNumber());
    return std::nullopt;
  }
  Operation *op = root.getDefiningOp();
  if (isa<memref::AllocOp, memref::AllocaOp>(op))
    return Key(op, -1);
  if (auto get = dyn_cast<memref::GetGlobalOp>(op))
    if (auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
            op, get.getNameAttr()))
      return Key(global, -1);
  return std::nullopt;
}

namespace {
/// What a copy wants of its end in DRAM.
struct Demand {
  const StagedCopy *copy;
  Operation *layer;
  StringRef array; ///< for messages
  LayoutAttr layout;
};

/// Reads the demands of a layer's copies out of its `romanet.layouts`.
class Demands {
public:
  explicit Demands(const Staging &staging) : staging(staging) {}

  LogicalResult collect(SmallVectorImpl<Demand> &demands) {
    for (auto [index, op] : llvm::enumerate(staging.layers))
      if (failed(collectLayer(index, op, demands)))
        return failure();
    return success();
  }

private:
  LogicalResult collectLayer(size_t index, linalg::LinalgOp op,
                             SmallVectorImpl<Demand> &demands) {
    std::optional<SmallVector<LayerCopy>> copies =
        copiesOfLayer(staging, index);
    auto layouts = op->getAttrOfType<LayoutsAttr>(kLayoutsAttr);
    if (!copies) {
      if (layouts)
        return op->emitOpError()
               << "has layouts, but its copies of the output are not those of "
                  "its schedule, so that it is not known which of them moves "
                  "partial sums";
      for (const StagedCopy &copy : staging.copies)
        if (copy.layer == index)
          demands.push_back(
              {&copy, op, "array", LayoutAttr::getRowMajor(op.getContext())});
      return success();
    }
    if (!layouts)
      layouts = LayoutsAttr::get(op.getContext(), {}, {}, {}, {}, {}, {});
    ArrayRef<LayoutAttr> epilogue = layouts.getEpilogue();
    size_t numEpilogue = llvm::count_if(*copies, [](const LayerCopy &each) {
      return each.array.kind == StreamArray::Epilogue;
    });
    if (!epilogue.empty() && epilogue.size() != numEpilogue)
      return op->emitOpError() << "has layouts of " << epilogue.size()
                               << " arrays of the epilogue, but " << numEpilogue
                               << " copies load some";

    core::Layer layer = op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer();
    LayoutAttr sums = layouts.getPartialSums();
    if (!sums && layer.accumulatorBytes == layer.outputBytes)
      sums = layouts.getOutput();
    // What lies where the output lies, lies like it.
    Value output, sumsPlace;
    for (const LayerCopy &each : *copies) {
      Value root = viewRoot(each.copy->dram);
      if (each.array.kind == StreamArray::Output)
        output = root;
      else if (each.array.kind == StreamArray::PartialSums && !sumsPlace)
        sumsPlace = root;
    }
    if (!sumsPlace || sumsPlace == output) {
      sumsPlace = output;
      sums = layouts.getOutput();
    }
    for (const LayerCopy &each : *copies) {
      LayoutAttr layout;
      StringRef array;
      switch (each.array.kind) {
      case StreamArray::Input:
        std::tie(array, layout) = std::pair("input", layouts.getInput());
        break;
      case StreamArray::Weights:
        std::tie(array, layout) = std::pair("weights", layouts.getWeights());
        break;
      case StreamArray::Output:
        std::tie(array, layout) = std::pair("output", layouts.getOutput());
        break;
      case StreamArray::PartialSums:
        std::tie(array, layout) = std::pair("partial sums", sums);
        break;
      case StreamArray::Init:
        std::tie(array, layout) =
            std::pair("initial values", layouts.getInit());
        if (!layout && viewRoot(each.copy->dram) == sumsPlace)
          layout = sums;
        break;
      case StreamArray::Epilogue:
        array = "operand of the epilogue";
        if (!epilogue.empty())
          layout = epilogue[each.array.index];
        break;
      }
      if (!layout)
        layout = LayoutAttr::getRowMajor(op.getContext());
      demands.push_back({each.copy, op, array, layout});
    }
    return success();
  }

  const Staging &staging;
};

/// Rewrites the buffers of a module.
class Rewriter {
public:
  Rewriter(ModuleOp module, llvm::DenseMap<Key, BlockedBuffers::Array> &arrays)
      : module(module), dataLayout(module), arrays(arrays),
        builder(module.getContext()) {}

  LogicalResult run(bool packArguments);

private:
  /// A buffer that is to lie in blocks.
  struct Buffer {
    Demand demand; ///< the first
    MemRefType type;
    std::optional<core::Layout> layout;
    SmallVector<Value> roots;
  };

  LogicalResult agree(ArrayRef<Demand> demands);
  LogicalResult check(const Key &key, Buffer &buffer, bool packArguments);
  LogicalResult checkUses(const Key &key, const Buffer &buffer, Value value);
  InFlightDiagnostic conflict(Location loc, const Buffer &buffer);
  MemRefType flatType(const Buffer &buffer) const;
  LogicalResult repack(memref::GlobalOp global, const Buffer &buffer);
  void rewriteRoots(const Key &key, Buffer &buffer);

  ModuleOp module;
  DataLayout dataLayout;
  llvm::DenseMap<Key, BlockedBuffers::Array> &arrays;
  OpBuilder builder;
  llvm::MapVector<Key, Buffer> buffers;
  llvm::DenseMap<Operation *, const StagedCopy *> staged;
};
} // namespace

InFlightDiagnostic Rewriter::conflict(Location loc, const Buffer &buffer) {
  InFlightDiagnostic diagnostic = emitError(loc);
  diagnostic.attachNote(buffer.demand.layer->getLoc())
      << "the " << buffer.demand.array << " of '"
      << buffer.demand.layer->getName() << "' is to lie as "
      << buffer.demand.layout;
  return diagnostic;
}

/// Finds the buffers of which something else than row-major is demanded.
LogicalResult Rewriter::agree(ArrayRef<Demand> demands) {
  llvm::MapVector<Key, const Demand *> first;
  for (const Demand &demand : demands) {
    // What an earlier run has placed lies as it will.
    if (DramAttr place = placeOf(demand.copy->dram)) {
      bool isRowMajor = !place.getLayout() || place.getLayout().isRowMajor();
      if (isRowMajor ? demand.layout.isRowMajor()
                     : place.getLayout() == demand.layout)
        continue;
      InFlightDiagnostic diagnostic =
          emitError(demand.copy->op->getLoc())
          << "the " << demand.array << " of '" << demand.layer->getName()
          << "' is to lie as " << demand.layout
          << ", but its buffer has a place in DRAM already and lies ";
      if (isRowMajor)
        diagnostic << "row-major";
      else
        diagnostic << "as " << place.getLayout();
      return diagnostic;
    }
    Value root = viewRoot(demand.copy->dram);
    std::optional<Key> key = keyOf(root);
    if (!key) {
      if (demand.layout.isRowMajor())
        continue;
      return emitError(demand.copy->op->getLoc())
             << "the " << demand.array << " of '" << demand.layer->getName()
             << "' is to lie as " << demand.layout
             << ", but it is not known which buffer is copied here";
    }
    auto [found, isNew] = first.insert({*key, &demand});
    const Demand &other = *found->second;
    if (other.layout != demand.layout) {
      InFlightDiagnostic diagnostic =
          emitError(demand.layer->getLoc())
          << "the " << demand.array << " of '" << demand.layer->getName()
          << "' is to lie as " << demand.layout
          << ", but in the same buffer the " << other.array << " of '"
          << other.layer->getName() << "' as " << other.layout;
      diagnostic.attachNote(other.layer->getLoc()) << "the other one";
      return failure();
    }
    if (!demand.layout.isRowMajor())
      buffers.insert({*key, Buffer{demand, {}, std::nullopt, {}}});
  }
  return success();
}

/// Everything that uses a view must be one of the copies.
LogicalResult Rewriter::checkUses(const Key &key, const Buffer &buffer,
                                  Value value) {
  for (Operation *user : value.getUsers()) {
    if (const StagedCopy *copy = staged.lookup(user)) {
      if (key.second < 0 || !core::AllStreams[copy->stream].isWrite)
        continue;
      return conflict(user->getLoc(), buffer)
             << "writes to an argument that is not to lie row-major; only what "
                "is read can be packed";
    }
    if (isa<memref::DeallocOp>(user))
      continue;
    auto subview = dyn_cast<memref::SubViewOp>(user);
    if (subview && llvm::all_of(subview.getMixedStrides(), isOneInteger)) {
      if (failed(checkUses(key, buffer, subview)))
        return failure();
      continue;
    }
    return conflict(user->getLoc(), buffer)
           << "'" << user->getName()
           << "' uses a buffer that is not to lie row-major; only copies "
              "between it and the chip may";
  }
  return success();
}

LogicalResult Rewriter::check(const Key &key, Buffer &buffer,
                              bool packArguments) {
  auto [op, argument] = key;
  auto global = dyn_cast<memref::GlobalOp>(op);
  Location loc = op->getLoc();
  if (argument >= 0) {
    auto function = cast<func::FuncOp>(op);
    buffer.roots = {function.getArgument(argument)};
    loc = buffer.roots[0].getLoc();
    if (!packArguments)
      return conflict(loc, buffer)
             << "argument " << argument << " of @" << function.getName()
             << " would have to lie otherwise than row-major; option "
                "'arg-layout=packed' of romanet-dram-map allows that";
    std::optional<SymbolTable::UseRange> uses =
        SymbolTable::getSymbolUses(function, module);
    if (!uses || !uses->empty())
      return conflict(uses ? uses->begin()->getUser()->getLoc() : loc, buffer)
             << "@" << function.getName()
             << " is used in the module, so that its arguments must stay "
                "row-major";
    std::string name = (function.getName() + "_pack").str();
    if (module.lookupSymbol(name))
      return conflict(loc, buffer)
             << "there is an @" << name
             << " already, which the packing of arguments would be called";
  } else if (global) {
    if (!global.isPrivate() || !global.getConstant() ||
        !isa_and_nonnull<ElementsAttr>(global.getInitialValueAttr()))
      return conflict(loc, buffer) << "@" << global.getSymName()
                                   << " would have to lie otherwise than "
                                      "row-major, but is no private "
                                      "constant with a value";
    module.walk([&](memref::GetGlobalOp get) {
      if (keyOf(get.getResult()) == key)
        buffer.roots.push_back(get);
    });
  } else {
    buffer.roots = {op->getResult(0)};
  }

  buffer.type = cast<MemRefType>(buffer.roots.front().getType());
  if (!buffer.type.hasStaticShape() || !buffer.type.getLayout().isIdentity())
    return conflict(loc, buffer)
           << "a buffer of type " << buffer.type
           << " must be row-major: its size is not known at compile time, or "
              "its layout is not contiguous";
  std::optional<unsigned> rank = buffer.demand.layout.getRank();
  if (*rank != buffer.type.getRank())
    return conflict(loc, buffer)
           << "a buffer of type " << buffer.type
           << " has another number of dimensions than its layout";
  int64_t elementBytes = dataLayout.getTypeSize(buffer.type.getElementType());
  llvm::Expected<core::Layout> layout =
      buffer.demand.layout.getLayout(buffer.type.getShape(), elementBytes);
  if (!layout)
    return conflict(loc, buffer)
           << "a buffer of type " << buffer.type
           << " cannot have its layout: " << llvm::toString(layout.takeError());
  if (layout->sizeBytes() == std::numeric_limits<int64_t>::max())
    return conflict(loc, buffer)
           << "a buffer of type " << buffer.type
           << " has more bytes in its layout than are counted in 64 bits";
  for (const core::Layout::Loop &loop : layout->loops())
    if (loop.stride % elementBytes != 0)
      return conflict(loc, buffer)
             << "a buffer of type " << buffer.type << " has blocks that are "
             << loop.stride << " bytes apart, which is no multiple of the "
             << elementBytes << " bytes of an element";
  buffer.layout = std::move(*layout);
  for (Value root : buffer.roots)
    if (failed(checkUses(key, buffer, root)))
      return failure();
  return success();
}

/// With room for an element at the end, whatever the layout is.
MemRefType Rewriter::flatType(const Buffer &buffer) const {
  int64_t count = llvm::divideCeil(buffer.layout->sizeBytes(),
                                   buffer.layout->elementBytes());
  return MemRefType::get({count}, buffer.type.getElementType());
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// Calls `visit(number, place)` for each element of the array in row-major
/// order, with its place in elements.
static void forEachElement(const core::Layout &layout,
                           function_ref<void(int64_t, int64_t)> visit) {
  ArrayRef<int64_t> shape = layout.shape();
  size_t rank = shape.size();
  // The place is a sum over the axes.
  SmallVector<std::vector<int64_t>> places(rank);
  for (size_t axis = 0; axis < rank; ++axis) {
    places[axis].resize(shape[axis]);
    for (const core::Layout::Loop &loop : layout.loops())
      if (loop.axis == axis)
        for (int64_t i = 0; i < shape[axis]; ++i)
          places[axis][i] += i / loop.extent % loop.count * loop.stride /
                             layout.elementBytes();
  }
  SmallVector<int64_t> index(rank, 0);
  for (int64_t number = 0;;) {
    int64_t base = 0;
    for (size_t axis = 0; axis + 1 < rank; ++axis)
      base += places[axis][index[axis]];
    for (int64_t place : places[rank - 1])
      visit(number++, base + place);
    size_t axis = rank - 1;
    while (axis > 0 && ++index[axis - 1] == shape[axis - 1])
      index[--axis] = 0;
    if (axis == 0)
      return;
  }
}

/// The elements of `bytes`, each in its place. Holes are zero.
static void packBytes(const core::Layout &layout, ArrayRef<char> source,
                      MutableArrayRef<char> target) {
  int64_t bytes = layout.elementBytes();
  forEachElement(layout, [&](int64_t number, int64_t place) {
    std::memcpy(&target[place * bytes], &source[number * bytes], bytes);
  });
}

LogicalResult Rewriter::repack(memref::GlobalOp global, const Buffer &buffer) {
  const core::Layout &layout = *buffer.layout;
  MemRefType flat = flatType(buffer);
  auto type = RankedTensorType::get(flat.getShape(), flat.getElementType());
  Attribute value = global.getInitialValueAttr(), packed;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    int64_t needed = buffer.type.getNumElements() * layout.elementBytes();
    if (!blob || static_cast<int64_t>(blob->getData().size()) != needed)
      return emitError(global.getLoc())
             << "the value of @" << global.getSymName()
             << " is a resource without data of its size";
    AsmResourceBlob copy = HeapAsmResourceBlob::allocate(
        flat.getNumElements() * layout.elementBytes(), blob->getDataAlignment(),
        /*dataIsMutable=*/true);
    llvm::fill(copy.getMutableData(), 0);
    packBytes(layout, blob->getData(), copy.getMutableData());
    packed = DenseResourceElementsAttr::get(type, global.getSymName(),
                                            std::move(copy));
  } else if (auto elements = dyn_cast<DenseElementsAttr>(value)) {
    Type element = type.getElementType();
    unsigned bits =
        element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64;
    if (elements.isSplat()) {
      packed = elements.resizeSplat(type);
    } else if (bits == 8 * layout.elementBytes()) {
      std::vector<char> data(flat.getNumElements() * layout.elementBytes(), 0);
      packBytes(layout, elements.getRawData(), data);
      packed = DenseElementsAttr::getFromRawBuffer(type, data);
    } else {
      // Elements that are not whole bytes.
      std::vector<Attribute> values(flat.getNumElements(),
                                    builder.getZeroAttr(element));
      auto source = elements.getValues<Attribute>();
      forEachElement(layout, [&](int64_t number, int64_t place) {
        values[place] = source[number];
      });
      packed = DenseElementsAttr::get(type, values);
    }
  } else {
    return emitError(global.getLoc()) << "the value of @" << global.getSymName()
                                      << " cannot be packed: " << value;
  }
  global.setInitialValueAttr(packed);
  global.setType(flat);
  return success();
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

void Rewriter::rewriteRoots(const Key &key, Buffer &buffer) {
  auto [op, argument] = key;
  MemRefType flat = flatType(buffer);
  // Copies are rewritten while their views still say where they go.
  SmallVector<Value> flats;
  Key newKey = key;
  for (Value root : buffer.roots) {
    Value replacement;
    if (argument >= 0) {
      // The value changes its type in place, below.
      replacement = root;
    } else {
      builder.setInsertionPoint(root.getDefiningOp());
      Location loc = root.getLoc();
      if (auto get = root.getDefiningOp<memref::GetGlobalOp>())
        replacement =
            memref::GetGlobalOp::create(builder, loc, flat, get.getName());
      else if (isa<memref::AllocaOp>(op))
        replacement = memref::AllocaOp::create(builder, loc, flat);
      else
        replacement = memref::AllocOp::create(builder, loc, flat);
      if (!isa<memref::GlobalOp>(op))
        newKey = {replacement.getDefiningOp(), -1};
    }
    SmallVector<Value> views = {root};
    SmallVector<Operation *> copies, dead;
    for (size_t i = 0; i < views.size(); ++i)
      for (Operation *user : views[i].getUsers()) {
        if (isa<memref::SubViewOp>(user)) {
          views.push_back(user->getResult(0));
          dead.push_back(user);
        } else if (!isa<memref::DeallocOp>(user) &&
                   !llvm::is_contained(copies, user)) {
          copies.push_back(user);
        }
      }
    // The boxes first: they are read off the types.
    struct Work {
      Operation *op;
      ArrayBox box;
      Value chip;
      bool isStore;
    };
    SmallVector<Work> work;
    for (Operation *each : copies) {
      const StagedCopy *copy = staged.lookup(each);
      builder.setInsertionPoint(each);
      work.push_back({each, boxOf(builder, each->getLoc(), copy->dram),
                      copy->onChip, copy->onChip == each->getOperand(0)});
    }
    if (argument >= 0)
      root.setType(flat);
    for (Work &each : work) {
      builder.setInsertionPoint(each.op);
      emitBlockedCopy(builder, each.op->getLoc(), replacement, *buffer.layout,
                      each.box, each.chip, each.isStore);
      each.op->erase();
    }
    for (Operation *view : llvm::reverse(dead))
      view->erase();
    if (replacement != root) {
      root.replaceAllUsesWith(replacement);
      root.getDefiningOp()->erase();
    }
  }
  if (argument >= 0) {
    auto function = cast<func::FuncOp>(op);
    function.setType(FunctionType::get(
        op->getContext(), function.getFunctionBody().getArgumentTypes(),
        function.getResultTypes()));
  }
  arrays[newKey] = {buffer.type, buffer.demand.layout};
}

LogicalResult Rewriter::run(bool packArguments) {
  Staging staging = analyzeStaging(module);
  if (llvm::none_of(staging.layers, [](linalg::LinalgOp op) {
        return op->hasAttr(kLayoutsAttr);
      }))
    return success();
  SmallVector<Demand> demands;
  if (failed(Demands(staging).collect(demands)) || failed(agree(demands)))
    return failure();
  for (const StagedCopy &copy : staging.copies)
    if (isa<memref::CopyOp>(copy.op))
      staged[copy.op] = &copy;
  for (auto &[key, buffer] : buffers)
    if (failed(check(key, buffer, packArguments)))
      return failure();
  for (auto &[key, buffer] : buffers) {
    if (auto global = dyn_cast<memref::GlobalOp>(key.first))
      if (failed(repack(global, buffer)))
        return failure();
    rewriteRoots(key, buffer);
  }
  eraseUnused(module);
  return success();
}

LogicalResult BlockedBuffers::lower(ModuleOp module, bool packArguments) {
  return Rewriter(module, arrays).run(packArguments);
}

void BlockedBuffers::emitPacking(ModuleOp module) const {
  DataLayout dataLayout(module);
  for (auto function :
       llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
    SmallVector<std::pair<unsigned, const Array *>> packed;
    for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i)
      if (const Array *array = lookup(function, i))
        packed.push_back({i, array});
    if (packed.empty())
      continue;
    SmallVector<Type> types;
    for (auto [i, array] : packed)
      types.push_back(array->type);
    for (auto [i, array] : packed)
      types.push_back(function.getArgumentTypes()[i]);
    OpBuilder builder(function->getContext());
    builder.setInsertionPointAfter(function);
    Location loc = function.getLoc();
    auto pack =
        func::FuncOp::create(builder, loc, (function.getName() + "_pack").str(),
                             builder.getFunctionType(types, {}));
    StringRef wrapper = LLVM::LLVMDialect::getEmitCWrapperAttrName();
    if (Attribute attribute = function->getAttr(wrapper))
      pack->setAttr(wrapper, attribute);
    builder.setInsertionPointToStart(pack.addEntryBlock());
    for (auto [number, entry] : llvm::enumerate(packed)) {
      const Array &array = *entry.second;
      Value source = pack.getArgument(number);
      core::Layout layout = llvm::cantFail(array.layout.getLayout(
          array.type.getShape(),
          dataLayout.getTypeSize(array.type.getElementType())));
      emitBlockedCopy(builder, loc, pack.getArgument(packed.size() + number),
                      layout, boxOf(builder, loc, source), source,
                      /*isToFlat=*/true);
    }
    func::ReturnOp::create(builder, loc);
    eraseUnused(pack);
  }
}
