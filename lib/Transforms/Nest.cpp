//===- Nest.cpp - The loop nest of a schedule -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One nest for tensors and memrefs. On tensors, every buffer that is written
// inside a loop is an iteration argument of it, on chip and in DRAM alike, so
// that one-shot bufferization updates it in place and finds nothing to copy; on
// memrefs the same values never change. Everything else is shared.
//
//===----------------------------------------------------------------------===//

#include "Nest.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Dim;
using core::Operand;

namespace {

/// Where a tile lies in its tensor in DRAM.
struct Slice {
  SmallVector<OpFoldResult> offsets, sizes, strides;
};

class NestEmitter {
public:
  NestEmitter(RewriterBase &builder, linalg::LinalgOp op,
              const ExtractedLayer &extracted, const core::Schedule &schedule)
      : builder(builder), op(op), extracted(extracted), layer(extracted.layer),
        schedule(schedule), loops(schedule.loops(layer)), loc(op.getLoc()),
        onTensors(op.hasPureTensorSemantics()) {
    operands[Operand::Input] = op.getDpsInputOperand(0);
    operands[Operand::Weights] = op.getDpsInputOperand(1);
    operands[Operand::Output] = op.getDpsInitOperand(0);
    for (Operand operand : core::AllOperands)
      depth[operand] = schedule.loadDepth(layer, operand);
    extents = op.getStaticLoopRanges();
  }

  TiledLayer emit() {
    builder.setInsertionPoint(op);
    State state;
    state.dram = prepareOutput();
    for (Operand operand : core::AllOperands)
      state.onChip[operand] = allocateOnChip(operand);
    state = emitLevel(0, state);

    if (onTensors)
      builder.replaceOp(op, state.dram);
    else
      builder.eraseOp(op);
    // The fill is carried out on chip, and every element is written.
    if (linalg::FillOp fill = extracted.initFill; fill && fill->use_empty())
      builder.eraseOp(fill);
    return {tiled, nest};
  }

private:
  /// The current values of what the nest changes.
  struct State {
    core::PerOperand<Value> onChip;
    Value dram; ///< the output in DRAM
  };

  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  /// Elements of the current tile along `dim`; a constant unless the last tile
  /// is ragged and its loop is open.
  OpFoldResult tileSize(Dim dim) {
    int64_t extent = layer.size[dim], tile = schedule.tile[dim];
    Value iv = ivs[dim];
    if (!iv || extent % tile == 0)
      return builder.getIndexAttr(std::min(tile, extent));
    OpFoldResult &size = raggedSizes[dim];
    if (!size) {
      AffineExpr d0 = builder.getAffineDimExpr(0);
      auto map = AffineMap::get(
          1, 0, {builder.getAffineConstantExpr(tile), extent - d0},
          builder.getContext());
      size = affine::makeComposedFoldedAffineMin(builder, loc, map,
                                                 {OpFoldResult(iv)});
    }
    return size;
  }

  /// The slice of `operand` under the current tile, by the operation's own
  /// indexing map: a dimension that is a sum of loops spans the bounding box.
  Slice sliceOf(Operand operand) {
    // First index and number of iterations of every loop of the operation.
    SmallVector<OpFoldResult> first(extents.size(), builder.getIndexAttr(0));
    SmallVector<OpFoldResult> last;
    for (int64_t extent : extents)
      last.push_back(builder.getIndexAttr(extent - 1));
    AffineExpr d0 = builder.getAffineDimExpr(0);
    for (Dim dim : core::AllDims) {
      int loop = extracted.loopOf[dim];
      if (loop < 0 || !core::isRelevant(operand, dim))
        continue;
      if (Value iv = ivs[dim])
        first[loop] = iv;
      last[loop] = affine::makeComposedFoldedAffineApply(builder, loc, d0 - 1,
                                                         {tileSize(dim)});
    }
    Slice slice;
    AffineMap map = op.getMatchingIndexingMap(operands[operand]);
    for (AffineExpr expr : map.getResults()) {
      AffineMap index = AffineMap::get(map.getNumDims(), 0, expr);
      slice.offsets.push_back(
          affine::makeComposedFoldedAffineApply(builder, loc, index, first));
      slice.sizes.push_back(affine::makeComposedFoldedAffineApply(
          builder, loc, AffineMap::get(map.getNumDims(), 0, expr + 1), last));
      slice.strides.push_back(builder.getIndexAttr(1));
    }
    return slice;
  }

  /// The part of the on-chip buffer that the current tile fills: all of it
  /// unless the tile is ragged.
  Value tileView(Value buffer, const Slice &slice) {
    auto type = cast<ShapedType>(buffer.getType());
    std::optional<SmallVector<int64_t>> sizes =
        getConstantIntValues(slice.sizes);
    if (sizes && ArrayRef(*sizes) == type.getShape())
      return buffer;
    SmallVector<OpFoldResult> zeros(type.getRank(), builder.getIndexAttr(0));
    return extract(buffer, {zeros, slice.sizes, slice.strides});
  }

  /// Puts `tile`, computed from tileView(buffer, slice), back into `buffer`.
  Value updateView(Value buffer, Value tile, const Slice &slice) {
    if (!onTensors || tile.getType() == buffer.getType())
      return onTensors ? tile : buffer;
    SmallVector<OpFoldResult> zeros(slice.sizes.size(),
                                    builder.getIndexAttr(0));
    return tensor::InsertSliceOp::create(builder, loc, tile, buffer, zeros,
                                         slice.sizes, slice.strides);
  }

  Value extract(Value source, const Slice &slice) {
    if (onTensors)
      return tensor::ExtractSliceOp::create(builder, loc, source, slice.offsets,
                                            slice.sizes, slice.strides);
    return memref::SubViewOp::create(builder, loc, source, slice.offsets,
                                     slice.sizes, slice.strides);
  }

  //===--------------------------------------------------------------------===//
  // Buffers and copies
  //===--------------------------------------------------------------------===//

  /// A static on-chip buffer of the largest tile.
  Value allocateOnChip(Operand operand) {
    SmallVector<int64_t> shape = *getConstantIntValues(sliceOf(operand).sizes);
    Value value = operands[operand]->get();
    Type element = getElementTypeOrSelf(value);
    SpaceAttr space = spaceOf(builder.getContext(), operand);
    if (onTensors) {
      auto alloc = bufferization::AllocTensorOp::create(
          builder, loc, RankedTensorType::get(shape, element), ValueRange());
      alloc.setMemorySpaceAttr(space);
      return alloc;
    }
    return memref::AllocOp::create(
        builder, loc,
        MemRefType::get(shape, element, MemRefLayoutAttrInterface(), space));
  }

  /// The tensor that the tiles of the output are written to. On tensors it is
  /// the init itself where nobody else needs it, so that it can be updated in
  /// place, and a new one otherwise.
  Value prepareOutput() {
    Value init = operands[Operand::Output]->get();
    if (!onTensors)
      return init;
    if (linalg::FillOp fill = extracted.initFill)
      return fill.output();
    initTensor = init;
    if (!extracted.initConstant && init.hasOneUse())
      return init;
    auto type = cast<RankedTensorType>(init.getType());
    return tensor::EmptyOp::create(builder, loc, type.getShape(),
                                   type.getElementType());
  }

  /// Copies the slice of `source` in DRAM into the on-chip buffer.
  Value load(Value source, Value buffer, const Slice &slice) {
    Value from = extract(source, slice);
    Value to = tileView(buffer, slice);
    if (!onTensors) {
      memref::CopyOp::create(builder, loc, from, to);
      return buffer;
    }
    auto copied = bufferization::MaterializeInDestinationOp::create(
        builder, loc, to.getType(), from, to);
    return updateView(buffer, copied.getResult(), slice);
  }

  Value fill(Value value, Value buffer, const Slice &slice) {
    Value to = tileView(buffer, slice);
    auto filled = linalg::FillOp::create(builder, loc, value, to);
    return updateView(buffer, onTensors ? filled.getResult(0) : to, slice);
  }

  /// The first visit of an output tile: a fill on chip, or a read of the init.
  Value firstVisit(const State &state, const Slice &slice) {
    Value buffer = state.onChip[Operand::Output];
    if (linalg::FillOp init = extracted.initFill)
      return fill(init.value(), buffer, slice);
    if (TypedAttr init = extracted.initConstant)
      return fill(arith::ConstantOp::create(builder, loc, init), buffer, slice);
    return load(initIsOutput() ? state.dram : initTensor, buffer, slice);
  }

  /// Whether init and partial sums are in one place. Then both have to be read
  /// through the value that the loops carry, or bufferization would see a
  /// conflict and copy the whole tensor.
  bool initIsOutput() const { return !onTensors || initTensor == outputTensor; }

  /// Brings an output tile on chip.
  Value beginVisit(const State &state, const Slice &slice) {
    Value buffer = state.onChip[Operand::Output];
    // The channels are walked outside the output tile: it comes back.
    Value channel = ivs[Dim::C];
    if (!channel)
      return firstVisit(state, slice);
    if (layer.initIsData && initIsOutput())
      return load(state.dram, buffer, slice);
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value isFirst = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq, channel, zero);
    auto visit = scf::IfOp::create(
        builder, loc, onTensors ? TypeRange(buffer.getType()) : TypeRange(),
        isFirst, /*withElseRegion=*/true);
    auto emitBranch = [&](Block *block, auto emitValue) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(block);
      Value value = emitValue();
      if (onTensors)
        scf::YieldOp::create(builder, loc, value);
    };
    emitBranch(visit.thenBlock(), [&] { return firstVisit(state, slice); });
    emitBranch(visit.elseBlock(),
               [&] { return load(state.dram, buffer, slice); });
    return onTensors ? visit.getResult(0) : buffer;
  }

  Value store(const State &state, const Slice &slice) {
    Value tile = tileView(state.onChip[Operand::Output], slice);
    if (onTensors)
      return tensor::InsertSliceOp::create(builder, loc, tile, state.dram,
                                           slice.offsets, slice.sizes,
                                           slice.strides);
    memref::CopyOp::create(builder, loc, tile, extract(state.dram, slice));
    return state.dram;
  }

  //===--------------------------------------------------------------------===//
  // The nest
  //===--------------------------------------------------------------------===//

  /// What a loop around level `level` changes: these values are its iteration
  /// arguments on tensors.
  SmallVector<Value *> carried(State &state, unsigned level) {
    SmallVector<Value *> values;
    if (!onTensors)
      return values;
    for (Operand operand : core::AllOperands)
      if (depth[operand] > level || operand == Operand::Output)
        values.push_back(&state.onChip[operand]);
    if (depth[Operand::Output] > level)
      values.push_back(&state.dram);
    return values;
  }

  /// Emits what happens inside the outermost `level` loops.
  State emitLevel(unsigned level, State state) {
    if (level == 0)
      outputTensor = state.dram;
    for (Operand operand : {Operand::Input, Operand::Weights})
      if (depth[operand] == level)
        state.onChip[operand] = load(operands[operand]->get(),
                                     state.onChip[operand], sliceOf(operand));
    std::optional<Slice> output;
    if (depth[Operand::Output] == level) {
      output = sliceOf(Operand::Output);
      state.onChip[Operand::Output] = beginVisit(state, *output);
    }

    if (level == loops.size())
      state.onChip[Operand::Output] = emitTile(state);
    else
      state = emitLoop(level, state);

    if (output)
      state.dram = store(state, *output);
    return state;
  }

  State emitLoop(unsigned level, State state) {
    Dim dim = loops[level];
    Value lower = arith::ConstantIndexOp::create(builder, loc, 0);
    Value upper = arith::ConstantIndexOp::create(builder, loc, layer.size[dim]);
    Value step =
        arith::ConstantIndexOp::create(builder, loc, schedule.tile[dim]);
    SmallVector<Value *> slots = carried(state, level);
    SmallVector<Value> inits =
        llvm::map_to_vector(slots, [](Value *value) { return *value; });
    auto loop = scf::ForOp::create(builder, loc, lower, upper, step, inits);
    nest.push_back(loop);
    for (auto [slot, argument] : llvm::zip(slots, loop.getRegionIterArgs()))
      *slot = argument;
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      ivs[dim] = loop.getInductionVar();
      State inner = emitLevel(level + 1, state);
      ivs[dim] = Value();
      raggedSizes[dim] = OpFoldResult();
      if (onTensors) {
        SmallVector<Value> results = llvm::map_to_vector(
            carried(inner, level), [](Value *value) { return *value; });
        scf::YieldOp::create(builder, loc, results);
      }
    }
    for (auto [slot, result] : llvm::zip(slots, loop.getResults()))
      *slot = result;
    return state;
  }

  /// The operation itself, on the tiles that are on chip.
  Value emitTile(const State &state) {
    SmallVector<Value> values(op->getOperands());
    Slice output = sliceOf(Operand::Output);
    for (Operand operand : core::AllOperands)
      values[operands[operand]->getOperandNumber()] =
          tileView(state.onChip[operand],
                   operand == Operand::Output ? output : sliceOf(operand));
    Value outputTile = values[operands[Operand::Output]->getOperandNumber()];
    tiled = cast<linalg::LinalgOp>(clone(
        builder, op, onTensors ? TypeRange(outputTile.getType()) : TypeRange(),
        values));
    return updateView(state.onChip[Operand::Output],
                      onTensors ? Value(tiled->getResult(0)) : outputTile,
                      output);
  }

  RewriterBase &builder;
  linalg::LinalgOp op;
  const ExtractedLayer &extracted;
  const core::Layer &layer;
  const core::Schedule &schedule;
  SmallVector<Dim, core::NumDims> loops;
  Location loc;
  bool onTensors;
  core::PerOperand<OpOperand *> operands;
  core::PerOperand<unsigned> depth;
  /// Extents of the operation's own loops.
  SmallVector<int64_t> extents;
  /// Induction variables of the loops that are open, and the sizes of ragged
  /// tiles computed from them.
  core::PerDim<Value> ivs;
  core::PerDim<OpFoldResult> raggedSizes;
  /// On tensors: the init where it is data, and what the tiles are written to.
  Value initTensor, outputTensor;
  linalg::LinalgOp tiled;
  SmallVector<scf::ForOp> nest;
};

} // namespace

TiledLayer mlir::romanet::emitNest(RewriterBase &rewriter, linalg::LinalgOp op,
                                   const ExtractedLayer &extracted,
                                   const core::Schedule &schedule) {
  return NestEmitter(rewriter, op, extracted, schedule).emit();
}
