//===- Nest.cpp - The loop nest of a schedule -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One nest for tensors and memrefs, see Threading.h. On tensors every buffer
// that is written inside a loop is an iteration argument of it, on chip and in
// DRAM alike, so that one-shot bufferization updates it in place and finds
// nothing to copy.
//
// In serpentine order a loop runs over positions, and the index of its tile
// follows from the position and from how often the loop has run before. What a
// step changes is known from the positions alone: the loop that stepped is the
// innermost whose position is not the first, and the next to step is the
// innermost whose position is not the last.
//
//===----------------------------------------------------------------------===//

#include "Nest.h"
#include "ElementwiseTile.h"
#include "Threading.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Axis;
using core::Dim;
using core::Operand;

namespace {

/// A box of a tensor, by dimension.
struct Box {
  SmallVector<OpFoldResult> offsets, sizes;
};

/// A buffer on chip: one array, or two of which the slot `half` says which is
/// in use.
struct OnChip {
  unsigned slot = 0;
  std::optional<unsigned> half;
  SmallVector<int64_t> shape; ///< of one array
};

/// The step of a loop over tiles.
struct LoopStep {
  /// Runs from 0 to `last`.
  Value position;
  int64_t last = 0, step = 1;
  /// Whether the loop runs backwards; null: never.
  Value reversed;
  /// First element of the tile, and elements of it.
  Value offset;
  OpFoldResult size;
};

/// A step of the nest: those of the loops that are open.
using Step = core::PerDim<std::optional<LoopStep>>;

class NestEmitter {
public:
  NestEmitter(RewriterBase &builder, linalg::LinalgOp op,
              const ExtractedLayer &extracted, const core::Schedule &schedule,
              const core::BufferCapacities &buffers)
      : builder(builder), op(op), last(extracted.last(op)),
        extracted(extracted), layer(extracted.layer), schedule(schedule),
        buffers(buffers), loops(schedule.loops(layer)), loc(op.getLoc()),
        onTensors(op.hasPureTensorSemantics()), state(builder, op.getLoc()) {
    operands[Operand::Input] = op.getDpsInputOperand(0);
    operands[Operand::Weights] = op.getDpsInputOperand(1);
    operands[Operand::Output] = op.getDpsInitOperand(0);
    for (Operand operand : core::AllOperands)
      depth[operand] = schedule.loadDepth(layer, operand);
    extents = op.getStaticLoopRanges();
    const auto *channel = llvm::find(loops, Dim::C);
    channelIsOutside = channel != loops.end() &&
                       channel - loops.begin() < depth[Operand::Output];
  }

  TiledLayer emit() {
    builder.setInsertionPoint(last);
    prepareOutput();
    allocate();
    Step start;
    for (Operand operand : {Operand::Input, Operand::Weights})
      if (isPrefetched(operand))
        loadFirst(operand);
    emitLevel(0, start);
    finish();
    return nest;
  }

private:
  //===--------------------------------------------------------------------===//
  // Boxes
  //===--------------------------------------------------------------------===//

  OpFoldResult constant(int64_t value) { return builder.getIndexAttr(value); }
  AffineExpr d(unsigned i) { return builder.getAffineDimExpr(i); }

  OpFoldResult apply(AffineExpr expr, ArrayRef<OpFoldResult> arguments) {
    return affine::makeComposedFoldedAffineApply(
        builder, loc, AffineMap::get(arguments.size(), 0, expr), arguments);
  }
  OpFoldResult minOf(OpFoldResult value, int64_t limit) {
    return affine::makeComposedFoldedAffineMin(
        builder, loc,
        AffineMap::get(1, 0, {d(0), builder.getAffineConstantExpr(limit)},
                       builder.getContext()),
        value);
  }
  OpFoldResult maxOf(OpFoldResult value, int64_t limit) {
    return affine::makeComposedFoldedAffineMax(
        builder, loc,
        AffineMap::get(1, 0, {d(0), builder.getAffineConstantExpr(limit)},
                       builder.getContext()),
        value);
  }

  bool isWithinHold(Operand operand, Dim dim) {
    return llvm::is_contained(
        ArrayRef(schedule.order).take_front(schedule.hold[operand]), dim);
  }
  /// Whether what is on chip of `operand` changes with the loop over `dim`.
  bool moves(Operand operand, Dim dim) {
    return llvm::is_contained(loops, dim) && core::isRelevant(operand, dim) &&
           isWithinHold(operand, dim);
  }
  /// The step as far as it decides what is on chip of `operand`.
  Step heldStep(Operand operand, const Step &step) {
    Step held;
    for (Dim dim : core::AllDims)
      if (moves(operand, dim))
        held[dim] = step[dim];
    return held;
  }

  /// The box of `operand` under a step, by the operation's own indexing map: a
  /// dimension that is a sum of loops spans all that its windows need. Along
  /// loops that are not open it is the whole extent. Of the input it includes
  /// the padding.
  Box boxOf(Operand operand, const Step &sizeStep, const Step &offsetStep) {
    SmallVector<OpFoldResult> first(extents.size(), constant(0));
    SmallVector<OpFoldResult> lastIndex;
    for (int64_t extent : extents)
      lastIndex.push_back(constant(extent - 1));
    for (Dim dim : core::AllDims) {
      int loop = extracted.loopOf[dim];
      if (loop < 0 || !core::isRelevant(operand, dim))
        continue;
      if (offsetStep[dim])
        first[loop] = offsetStep[dim]->offset;
      if (sizeStep[dim])
        lastIndex[loop] = apply(d(0) - 1, {sizeStep[dim]->size});
    }
    Box box;
    for (AffineExpr expr : extracted.maps[operand].getResults()) {
      box.offsets.push_back(apply(expr, first));
      box.sizes.push_back(apply(expr + 1, lastIndex));
    }
    return box;
  }
  Box boxOf(Operand operand, const Step &step) {
    return boxOf(operand, step, step);
  }
  /// Where the tile of a step lies in what is on chip.
  Box localBoxOf(Operand operand, const Step &step) {
    Step offsets = step;
    for (Dim dim : core::AllDims)
      if (moves(operand, dim))
        offsets[dim].reset();
    return boxOf(operand, step, offsets);
  }

  /// A box of the same size at the start of a buffer.
  Box atStart(const Box &box) {
    return {SmallVector<OpFoldResult>(box.sizes.size(), constant(0)),
            box.sizes};
  }

  //===--------------------------------------------------------------------===//
  // Buffers
  //===--------------------------------------------------------------------===//

  Value extract(Value source, const Box &box) {
    SmallVector<OpFoldResult> strides(box.sizes.size(), constant(1));
    if (onTensors)
      return tensor::ExtractSliceOp::create(builder, loc, source, box.offsets,
                                            box.sizes, strides);
    return memref::SubViewOp::create(builder, loc, source, box.offsets,
                                     box.sizes, strides);
  }

  /// Whether the box is all of a buffer that is not doubled.
  bool isWhole(const OnChip &buffer, const Box &box) {
    std::optional<SmallVector<int64_t>> sizes = getConstantIntValues(box.sizes);
    return !buffer.half && sizes && ArrayRef(*sizes) == ArrayRef(buffer.shape);
  }

  Value halfOf(const OnChip &buffer) {
    return buffer.half ? state[*buffer.half] : Value();
  }

  /// The box in terms of the array of two, the half of index `half`.
  Box inHalf(const OnChip &buffer, const Box &box, Value half) {
    Box full = box;
    if (buffer.half) {
      full.offsets.insert(full.offsets.begin(), half);
      full.sizes.insert(full.sizes.begin(), constant(1));
    }
    return full;
  }

  /// A part of a buffer, of the rank of one array.
  Value viewOf(const OnChip &buffer, const Box &box, Value half) {
    Value whole = state[buffer.slot];
    if (isWhole(buffer, box))
      return whole;
    if (!buffer.half)
      return extract(whole, box);
    Box full = inHalf(buffer, box, half);
    SmallVector<OpFoldResult> strides(full.sizes.size(), constant(1));
    SmallVector<int64_t> shape = decomposeMixedValues(box.sizes).first;
    auto type = cast<ShapedType>(whole.getType());
    if (onTensors)
      return tensor::ExtractSliceOp::create(
          builder, loc, RankedTensorType::get(shape, type.getElementType()),
          whole, full.offsets, full.sizes, strides);
    auto reduced = memref::SubViewOp::inferRankReducedResultType(
        shape, cast<MemRefType>(type), full.offsets, full.sizes, strides);
    return memref::SubViewOp::create(builder, loc, reduced, whole, full.offsets,
                                     full.sizes, strides);
  }
  Value viewOf(const OnChip &buffer, const Box &box) {
    return viewOf(buffer, box, halfOf(buffer));
  }

  /// Puts `part`, computed from viewOf(buffer, box), back.
  void update(const OnChip &buffer, const Box &box, Value part, Value half) {
    if (!onTensors)
      return;
    if (isWhole(buffer, box))
      return state.set(buffer.slot, part);
    Box full = inHalf(buffer, box, half);
    SmallVector<OpFoldResult> strides(full.sizes.size(), constant(1));
    state.set(buffer.slot, tensor::InsertSliceOp::create(
                               builder, loc, part, state[buffer.slot],
                               full.offsets, full.sizes, strides));
  }
  void update(const OnChip &buffer, const Box &box, Value part) {
    update(buffer, box, part, halfOf(buffer));
  }

  /// Copies a box of DRAM into a part of a buffer.
  void copyIn(Value source, const Box &from, const OnChip &buffer,
              const Box &to, Value half) {
    Value data = extract(source, from);
    Value part = viewOf(buffer, to, half);
    if (!onTensors) {
      memref::CopyOp::create(builder, loc, data, part);
      return;
    }
    auto copied = bufferization::MaterializeInDestinationOp::create(
        builder, loc, part.getType(), data, part);
    update(buffer, to, copied.getResult(), half);
  }

  /// Copies a part of a buffer to a box of the DRAM array in `slot`.
  void copyOut(const OnChip &buffer, unsigned slot, const Box &to) {
    Value tile = viewOf(buffer, atStart(to));
    if (!onTensors) {
      memref::CopyOp::create(builder, loc, tile, extract(state[slot], to));
      return;
    }
    SmallVector<OpFoldResult> strides(to.sizes.size(), constant(1));
    state.set(slot,
              tensor::InsertSliceOp::create(builder, loc, tile, state[slot],
                                            to.offsets, to.sizes, strides));
  }

  void fill(Value value, const OnChip &buffer, const Box &box, Value half) {
    Value part = viewOf(buffer, box, half);
    auto filled = linalg::FillOp::create(builder, loc, value, part);
    update(buffer, box, onTensors ? filled.getResult(0) : part, half);
  }

  //===--------------------------------------------------------------------===//
  // Allocation
  //===--------------------------------------------------------------------===//

  OnChip allocate(ArrayRef<int64_t> shape, Type element, Operand operand,
                  bool doubled, std::optional<unsigned> half) {
    OnChip buffer;
    buffer.shape.assign(shape.begin(), shape.end());
    buffer.half = doubled ? half : std::nullopt;
    SmallVector<int64_t> allocated(shape);
    if (doubled)
      allocated.insert(allocated.begin(), 2);
    SpaceAttr space = spaceOf(builder.getContext(), operand, buffers);
    if (onTensors) {
      auto alloc = bufferization::AllocTensorOp::create(
          builder, loc, RankedTensorType::get(allocated, element),
          ValueRange());
      alloc.setMemorySpaceAttr(space);
      buffer.slot = state.add(alloc);
    } else {
      buffer.slot = state.add(memref::AllocOp::create(
          builder, loc,
          MemRefType::get(allocated, element, MemRefLayoutAttrInterface(),
                          space)));
    }
    return buffer;
  }

  /// The largest box of `operand` that is on chip.
  SmallVector<int64_t> heldShape(Operand operand) {
    core::PerDim<int64_t> held = schedule.heldTile(layer, operand);
    SmallVector<int64_t> shape, index;
    for (int64_t extent : extents)
      index.push_back(extent - 1);
    for (Dim dim : core::AllDims)
      if (int loop = extracted.loopOf[dim]; loop >= 0)
        index[loop] = held[dim] - 1;
    for (int64_t lastIndex : extracted.maps[operand].compose(index))
      shape.push_back(lastIndex + 1);
    return shape;
  }

  /// Two buffers are of use where a tensor is loaded more than once.
  bool isDoubled(Operand operand) {
    return buffers.doubleBuffered[operand] && depth[operand] > 0 &&
           (operand != Operand::Weights || layer.hasWeights());
  }
  bool isPrefetched(Operand operand) {
    return operand != Operand::Output && isDoubled(operand);
  }

  void allocate() {
    for (Operand operand : core::AllOperands) {
      if (operand == Operand::Weights && !layer.hasWeights())
        continue;
      bool doubled = isDoubled(operand);
      std::optional<unsigned> half;
      if (doubled)
        half = state.add(arith::ConstantIndexOp::create(builder, loc, 0));
      Type element = getElementTypeOrSelf(operands[operand]->get());
      onChip[operand] =
          allocate(heldShape(operand), element, operand, doubled, half);
    }
    SmallVector<int64_t> outputShape = onChip[Operand::Output].shape;
    result = onChip[Operand::Output];
    if (layer.separateResult)
      result = allocate(outputShape,
                        getElementTypeOrSelf(last.getDpsInitOperand(0)->get()),
                        Operand::Output, result.half.has_value(), result.half);
    auto allocateArrays = [&](const Elementwise &elementwise,
                              SmallVector<OnChip> &arrays) {
      for (const ElementwiseArray &array : elementwise.arrays)
        arrays.push_back(
            allocate(llvm::map_to_vector(
                         array.outputDims,
                         [&](int64_t i) { return i < 0 ? 1 : outputShape[i]; }),
                     getElementTypeOrSelf(array.source()), Operand::Output,
                     /*doubled=*/false, std::nullopt));
    };
    allocateArrays(extracted.init, initArrays);
    allocateArrays(extracted.epilogue, epilogueArrays);
  }

  //===--------------------------------------------------------------------===//
  // The output in DRAM
  //===--------------------------------------------------------------------===//

  Value emptyLike(Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return tensor::EmptyOp::create(builder, loc, type.getShape(),
                                   type.getElementType());
  }

  /// Whether the nest takes the place of `each`.
  bool isOfUnit(Operation *each) {
    return each == op || llvm::is_contained(extracted.init.ops, each) ||
           llvm::is_contained(extracted.epilogue.ops, each);
  }

  /// A tensor that the result can be written to: `value`, what the program
  /// gave for it, where nobody else needs it.
  Value destinationFor(Value value) {
    if (auto fill = value.getDefiningOp<linalg::FillOp>();
        fill && fill == extracted.initFill)
      value = fill.output();
    else if (!value.hasOneUse() || isOfUnit(value.getDefiningOp()))
      return emptyLike(value);
    return value.getDefiningOp<tensor::EmptyOp>() ? emptyLike(value) : value;
  }

  /// Whether the partial sums go through DRAM.
  bool movesPartialSums() const { return channelIsOutside; }

  void prepareOutput() {
    Value init = operands[Operand::Output]->get();
    Value target = last.getDpsInitOperand(0)->get();
    if (!onTensors) {
      // Partial sums keep the buffer that the program has for them.
      dramSums = state.add(init);
      dramResult = target == init ? dramSums : state.add(target);
      initSlot = dramSums;
      return;
    }
    if (!extracted.epilogue) {
      bool inPlace = layer.initIsData && init.hasOneUse();
      dramResult = dramSums = state.add(inPlace ? init : destinationFor(init));
      initSlot = inPlace ? dramSums : state.add(init);
      return;
    }
    // The result may replace an array of the epilogue tile by tile, but not
    // when partial sums get there first.
    replaced = llvm::any_of(extracted.epilogue.arrays,
                            [&](const ElementwiseArray &array) {
                              return array.source() == target;
                            });
    bool sumsInResult = !layer.separateResult;
    if (replaced && movesPartialSums() && sumsInResult) {
      replaced = false;
      dramResult = state.add(emptyLike(target));
    } else {
      Value destination = destinationFor(target);
      replaced &= destination == target;
      dramResult = state.add(destination);
    }
    dramSums = dramResult;
    if (!sumsInResult && movesPartialSums())
      dramSums = state.add(emptyLike(init));
    initSlot = state.add(init);
  }

  void finish() {
    if (!onTensors) {
      // Whatever the unit needs is freed after it.
      for (OpOperand &operand : op->getOpOperands())
        delayFree(operand.get());
      delayFree(extracted.input());
      delayFree(extracted.weights());
      for (const Elementwise *elementwise :
           {&extracted.init, &extracted.epilogue})
        for (const ElementwiseArray &array : elementwise->arrays)
          delayFree(array.source());
    }
    // What those in between wrote stays on chip now.
    SmallVector<linalg::LinalgOp> dead = {op};
    llvm::append_range(dead, extracted.epilogue.ops);
    // One may be that of several, and is gone after the first of them.
    llvm::SetVector<Value> between;
    if (!onTensors)
      for (linalg::LinalgOp each : dead)
        between.insert(each.getDpsInitOperand(0)->get());
    for (linalg::LinalgOp each : llvm::reverse(dead))
      if (onTensors && each == last)
        builder.replaceOp(each, state[dramResult]);
      else
        builder.eraseOp(each);
    // Users first, whatever the order in which they were found.
    SmallVector<Operation *> prepared(extracted.prepared);
    for (size_t before = 0; before != prepared.size();) {
      before = prepared.size();
      llvm::erase_if(prepared, [&](Operation *each) {
        if (!each->use_empty())
          return false;
        builder.eraseOp(each);
        return true;
      });
    }
    for (Value buffer : between)
      if (Operation *alloc = buffer.getDefiningOp();
          isa_and_nonnull<memref::AllocOp, memref::AllocaOp>(alloc) &&
          llvm::all_of(alloc->getUsers(), llvm::IsaPred<memref::DeallocOp>)) {
        for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
          builder.eraseOp(user);
        builder.eraseOp(alloc);
      }
  }

  /// Moves the freeing of a buffer behind the nest.
  void delayFree(Value value) {
    if (!isa<MemRefType>(value.getType()))
      return;
    for (Operation *user :
         llvm::make_early_inc_range(viewRoot(value).getUsers()))
      if (isa<memref::DeallocOp>(user) &&
          user->getBlock() == last->getBlock() && user->isBeforeInBlock(last))
        builder.moveOpAfter(user, last);
  }

  //===--------------------------------------------------------------------===//
  // Loading
  //===--------------------------------------------------------------------===//

  Condition isFirst(const LoopStep &step) {
    return state.equals(step.position, 0);
  }
  Condition isLast(const LoopStep &step) {
    return state.equals(step.position, step.last);
  }

  /// Whether the tile of `operand` changes between two steps of the nest down
  /// to its load. The loop that steps is the innermost that is not `atEnd`;
  /// where all are, the nest begins or ends. Forwards, every step changes it.
  Condition changes(Operand operand, const Step &step,
                    function_ref<Condition(const LoopStep &)> atEnd) {
    Condition changed = true;
    if (!schedule.serpentine)
      return changed;
    for (Dim dim : ArrayRef(loops).take_front(depth[operand]))
      if (!core::isRelevant(operand, dim))
        changed = state.andOf(atEnd(*step[dim]), changed);
      else if (!changed.isTrue())
        changed = state.orOf(state.notOf(atEnd(*step[dim])), changed);
    return changed;
  }

  /// Whether a step needs another tile than the one before it.
  Condition isChanged(Operand operand, const Step &step) {
    return changes(operand, step,
                   [&](const LoopStep &each) { return isFirst(each); });
  }
  /// Whether the step behind it does.
  Condition changesNext(Operand operand, const Step &step) {
    return changes(operand, step,
                   [&](const LoopStep &each) { return isLast(each); });
  }

  /// What successive tiles of the input share along one axis, in rows (or
  /// columns), where it is retained.
  struct Halo {
    Dim dim;
    size_t axis;   ///< the dimension of the input
    int64_t rows;  ///< shared
    int64_t shift; ///< from one tile to the next
    /// The tile is the next one, or the one before.
    Condition forwards = false, backwards = false;
  };

  std::optional<Halo> haloOf(Dim dim) {
    bool isRow = dim == Dim::P;
    int64_t stride = isRow ? layer.strideHeight : layer.strideWidth;
    int64_t dilation = isRow ? layer.dilationHeight : layer.dilationWidth;
    int64_t taps = isRow ? layer.kernelHeight : layer.kernelWidth;
    int64_t rows = (taps - 1) * dilation + 1 - stride;
    ArrayRef<Axis> axes = layer.order.axes[Operand::Input];
    const Axis *axis = llvm::find(axes, isRow ? Axis::H : Axis::W);
    if (!schedule.retainHalo || rows <= 0 || !moves(Operand::Input, dim) ||
        axis == axes.end())
      return std::nullopt;
    return Halo{dim, static_cast<size_t>(axis - axes.begin()), rows,
                schedule.tile[dim] * stride};
  }

  /// The halos that a step may use, with the conditions under which it does.
  SmallVector<Halo, 2> halosOf(const Step &step) {
    SmallVector<Halo, 2> halos;
    ArrayRef<Dim> outer = ArrayRef(loops).take_front(depth[Operand::Input]);
    for (auto [i, dim] : llvm::enumerate(outer)) {
      if (dim != Dim::P && dim != Dim::Q)
        continue;
      std::optional<Halo> halo = haloOf(dim);
      if (!halo)
        continue;
      if (schedule.serpentine) {
        Condition stepped = state.notOf(isFirst(*step[dim]));
        for (Dim inner : outer.drop_front(i + 1))
          stepped = state.andOf(stepped, isFirst(*step[inner]));
        Condition reversed = false;
        if (step[dim]->reversed)
          reversed = step[dim]->reversed;
        halo->forwards = state.andOf(stepped, state.notOf(reversed));
        halo->backwards = state.andOf(stepped, reversed);
      } else if (i + 1 == outer.size()) {
        halo->forwards = state.notOf(isFirst(*step[dim]));
        // From the last of two tiles back to the first, when the loop around
        // steps and is none of the input's.
        if (i > 0 && !core::isRelevant(Operand::Input, outer[i - 1]) &&
            schedule.trips(layer, dim) == 2)
          halo->backwards = state.andOf(
              isFirst(*step[dim]), state.notOf(isFirst(*step[outer[i - 1]])));
      } else {
        continue;
      }
      halos.push_back(*halo);
    }
    return halos;
  }

  /// Moves rows on chip, from the half `from` to the half `to`. Source and
  /// target of a copy are disjoint.
  void moveRows(const OnChip &buffer, const Halo &halo, bool forwards,
                Value from, Value to) {
    // Within one array what is overwritten must have been moved already: the
    // rows go in order, no more at a time than they are moved by.
    int64_t chunk = from == to ? std::min(halo.rows, halo.shift) : halo.rows;
    SmallVector<int64_t> starts;
    for (int64_t start = 0; start < halo.rows; start += chunk)
      starts.push_back(start);
    if (!forwards)
      std::reverse(starts.begin(), starts.end());
    for (int64_t start : starts) {
      Box source;
      for (int64_t extent : buffer.shape) {
        source.offsets.push_back(constant(0));
        source.sizes.push_back(constant(extent));
      }
      source.sizes[halo.axis] = constant(std::min(chunk, halo.rows - start));
      Box target = source;
      (forwards ? source : target).offsets[halo.axis] =
          constant(start + halo.shift);
      (forwards ? target : source).offsets[halo.axis] = constant(start);
      Value rows = viewOf(buffer, source, from);
      if (onTensors)
        update(buffer, target, rows, to);
      else
        memref::CopyOp::create(builder, loc, rows, viewOf(buffer, target, to));
    }
  }

  /// Brings the input's tile of a step on chip, into the half `to`; what is
  /// there of the tile before lies in the half `from`.
  void loadInput(const Step &step, Value from, Value to) {
    const OnChip &buffer = onChip[Operand::Input];
    Box tile = boxOf(Operand::Input, heldStep(Operand::Input, step));
    // The part of the tile that is new.
    SmallVector<OpFoldResult> begin(tile.sizes.size(), constant(0));
    SmallVector<OpFoldResult> end = tile.sizes;
    SmallVector<Halo, 2> halos = halosOf(step);
    for (const Halo &halo : halos) {
      state.ifThen(halo.forwards, [&] {
        moveRows(buffer, halo, /*forwards=*/true, from, to);
      });
      state.ifThen(halo.backwards, [&] {
        moveRows(buffer, halo, /*forwards=*/false, from, to);
      });
      begin[halo.axis] =
          state.select(halo.forwards, constant(halo.rows), constant(0));
      end[halo.axis] = state.select(halo.backwards, constant(halo.shift),
                                    tile.sizes[halo.axis]);
    }
    fetchInput(tile, begin, end, !halos.empty(), to);
  }

  /// Fetches the part of the tile from `begin` to `end`; of what lies outside
  /// the image it makes padding.
  void fetchInput(const Box &tile, ArrayRef<OpFoldResult> begin,
                  ArrayRef<OpFoldResult> end, bool mayBeEmpty, Value half) {
    const OnChip &buffer = onChip[Operand::Input];
    auto image = cast<ShapedType>(extracted.input().getType());
    Box source, target, region;
    Condition isPadded = false, isEmpty = false;
    for (size_t i = 0, e = tile.sizes.size(); i != e; ++i) {
      int64_t low = extracted.padding ? extracted.padding->low[i] : 0;
      int64_t extent = image.getDimSize(i);
      OpFoldResult offset = tile.offsets[i];
      OpFoldResult size = apply(d(1) - d(0), {begin[i], end[i]});
      region.offsets.push_back(begin[i]);
      region.sizes.push_back(size);
      if (!reachesPadding(i)) {
        source.offsets.push_back(apply(d(0) + d(1), {offset, begin[i]}));
        source.sizes.push_back(size);
        target.offsets.push_back(begin[i]);
        target.sizes.push_back(size);
        continue;
      }
      // Every tile has something of the image; a part of it may not.
      OpFoldResult from = apply(d(0) + d(1) - low, {offset, begin[i]});
      OpFoldResult to = apply(d(0) + d(1) - low, {offset, end[i]});
      from = maxOf(from, 0);
      to = minOf(to, extent);
      if (mayBeEmpty) {
        from = minOf(from, extent);
        to = maxOf(to, 0);
      }
      OpFoldResult fetched = apply(d(1) - d(0), {from, to});
      source.offsets.push_back(from);
      source.sizes.push_back(fetched);
      target.offsets.push_back(apply(d(0) - d(1) + low, {from, offset}));
      target.sizes.push_back(fetched);
      isPadded = state.orOf(isPadded, state.notOf(areEqual(fetched, size)));
      if (mayBeEmpty)
        isEmpty = state.orOf(isEmpty, areEqual(fetched, constant(0)));
    }
    state.ifThen(isPadded, [&] {
      Value value = extracted.padding->value;
      if (TypedAttr constant = extracted.padding->constant)
        value = arith::ConstantOp::create(builder, loc, constant);
      fill(value, buffer, region, half);
    });
    state.ifThen(state.notOf(isEmpty), [&] {
      copyIn(extracted.input(), source, buffer, target, half);
    });
  }

  /// Whether tiles reach beyond the image along a dimension of the input.
  bool reachesPadding(size_t dim) {
    if (!extracted.padding)
      return false;
    SmallVector<int64_t> index;
    for (int64_t extent : extents)
      index.push_back(extent - 1);
    int64_t needed = extracted.maps[Operand::Input]
                         .getSubMap({static_cast<unsigned>(dim)})
                         .compose(ArrayRef<int64_t>(index))
                         .front() +
                     1;
    int64_t low = extracted.padding->low[dim];
    return low > 0 ||
           needed > low + cast<ShapedType>(extracted.input().getType())
                              .getDimSize(dim);
  }

  Condition areEqual(OpFoldResult lhs, OpFoldResult rhs) {
    std::optional<int64_t> l = getConstantIntValue(lhs),
                           r = getConstantIntValue(rhs);
    if (l && r)
      return *l == *r;
    return arith::CmpIOp::create(
               builder, loc, arith::CmpIPredicate::eq,
               getValueOrCreateConstantIndexOp(builder, loc, lhs),
               getValueOrCreateConstantIndexOp(builder, loc, rhs))
        .getResult();
  }

  void load(Operand operand, const Step &step, Value from, Value to) {
    if (operand == Operand::Input)
      return loadInput(step, from, to);
    Box box = boxOf(operand, heldStep(operand, step));
    copyIn(extracted.weights(), box, onChip[operand], atStart(box), to);
  }

  //===--------------------------------------------------------------------===//
  // Prefetching
  //===--------------------------------------------------------------------===//

  /// The tile of the first step, in front of the nest.
  void loadFirst(Operand operand) {
    Step step;
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    for (Dim dim : ArrayRef(loops).take_front(depth[operand]))
      step[dim] = stepAt(dim, zero, Value());
    // Nothing is there to be retained.
    Value half = halfOf(onChip[operand]);
    if (operand == Operand::Input) {
      Box tile = boxOf(operand, heldStep(operand, step));
      fetchInput(tile,
                 SmallVector<OpFoldResult>(tile.sizes.size(), constant(0)),
                 tile.sizes, /*mayBeEmpty=*/false, half);
    } else {
      load(operand, step, half, half);
    }
  }

  /// The step of the outermost `level` loops that comes next, and whether there
  /// is one.
  std::pair<Step, Condition> nextStep(unsigned level, const Step &step) {
    Step next;
    Condition carry = true;
    core::PerDim<Value> positions;
    for (Dim dim : llvm::reverse(ArrayRef(loops).take_front(level))) {
      const LoopStep &current = *step[dim];
      Condition wraps = isLast(current);
      OpFoldResult advanced = apply(d(0) + current.step, {current.position});
      advanced = state.select(wraps, constant(0), advanced);
      advanced = state.select(carry, advanced, current.position);
      positions[dim] = getValueOrCreateConstantIndexOp(builder, loc, advanced);
      carry = state.andOf(carry, wraps);
    }
    Value parity;
    for (Dim dim : ArrayRef(loops).take_front(level)) {
      next[dim] = stepAt(dim, positions[dim], parity);
      parity = parityAfter(dim, *next[dim], parity);
    }
    return {next, state.notOf(carry)};
  }

  /// Loads what the next step needs into the half that is free. Returns whether
  /// it does.
  Condition prefetch(Operand operand, const Step &step) {
    auto [next, exists] = nextStep(depth[operand], step);
    Condition needed = state.andOf(exists, isChanged(operand, next));
    const Step &nextRef = next;
    state.ifThen(needed, [&] {
      Value half = halfOf(onChip[operand]);
      load(operand, nextRef, half, otherHalf(half));
    });
    return needed;
  }

  Value otherHalf(Value half) {
    Value one = arith::ConstantIndexOp::create(builder, loc, 1);
    return arith::SubIOp::create(builder, loc, one, half);
  }

  void switchHalf(const OnChip &buffer, Condition condition) {
    Value half = halfOf(buffer);
    state.set(
        *buffer.half,
        getValueOrCreateConstantIndexOp(
            builder, loc, state.select(condition, otherHalf(half), half)));
  }

  //===--------------------------------------------------------------------===//
  // The output on chip
  //===--------------------------------------------------------------------===//

  /// Carries out element-wise operations on a tile of the output.
  void compute(const Elementwise &elementwise, ArrayRef<OnChip> arrays,
               bool isInit, const Box &box) {
    Box tile = atStart(box);
    SmallVector<Value> tiles;
    for (auto [array, buffer] : llvm::zip(elementwise.arrays, arrays)) {
      Box from;
      for (int64_t i : array.outputDims) {
        from.offsets.push_back(i < 0 ? constant(0) : box.offsets[i]);
        from.sizes.push_back(i < 0 ? constant(1) : box.sizes[i]);
      }
      Value source = array.source();
      if (!isInit && replaced && source == last.getDpsInitOperand(0)->get())
        source = state[dramResult];
      copyIn(source, from, buffer, atStart(from), Value());
      tiles.push_back(viewOf(buffer, atStart(from)));
    }
    Value sums = viewOf(onChip[Operand::Output], tile);
    const OnChip &target = isInit ? onChip[Operand::Output] : result;
    bool inPlace = isInit || !layer.separateResult;
    Value written = inPlace ? sums : viewOf(target, tile);
    Value computed = emitElementwise(
        builder, elementwise, tiles,
        isInit ? Value() : op.getDpsInitOperand(0)->get(),
        onTensors && !isInit ? op->getResult(0) : Value(), sums, written);
    update(target, tile, onTensors ? computed : written);
  }

  /// The first visit of an output tile: a fill on chip, a broadcast, or a read
  /// of the init.
  void firstVisit(const Box &box) {
    const OnChip &sums = onChip[Operand::Output];
    if (linalg::FillOp init = extracted.initFill)
      return fill(init.value(), sums, atStart(box), halfOf(sums));
    if (TypedAttr init = extracted.initConstant)
      return fill(arith::ConstantOp::create(builder, loc, init), sums,
                  atStart(box), halfOf(sums));
    if (extracted.init)
      return compute(extracted.init, initArrays, /*isInit=*/true, box);
    copyIn(state[initSlot], box, sums, atStart(box), halfOf(sums));
  }

  /// Brings an output tile on chip. Where the channels are walked outside it,
  /// it comes back.
  void beginVisit(const Step &step) {
    const OnChip &sums = onChip[Operand::Output];
    Box box = boxOf(Operand::Output, heldStep(Operand::Output, step));
    state.ifThen(isChanged(Operand::Output, step), [&] {
      // Init and partial sums in one place are read through one value, or
      // bufferization would see a conflict and copy the whole tensor.
      if (!channelIsOutside || (layer.initIsData && initSlot == dramSums))
        return firstVisit(box);
      state.ifThen(
          isFirst(*step[Dim::C]), [&] { firstVisit(box); },
          [&] {
            copyIn(state[dramSums], box, sums, atStart(box), halfOf(sums));
          });
    });
  }

  void endVisit(const Step &step) {
    const OnChip &sums = onChip[Operand::Output];
    Box box = boxOf(Operand::Output, heldStep(Operand::Output, step));
    Condition ends = changesNext(Operand::Output, step);
    state.ifThen(ends, [&] {
      bool isOnePlace = !extracted.epilogue && dramSums == dramResult;
      Condition isFinal = !channelIsOutside || isOnePlace
                              ? Condition(true)
                              : isLast(*step[Dim::C]);
      state.ifThen(
          isFinal,
          [&] {
            if (extracted.epilogue)
              compute(extracted.epilogue, epilogueArrays, /*isInit=*/false,
                      box);
            copyOut(result, dramResult, box);
          },
          [&] { copyOut(sums, dramSums, box); });
    });
    if (sums.half)
      switchHalf(sums, ends);
  }

  //===--------------------------------------------------------------------===//
  // The nest
  //===--------------------------------------------------------------------===//

  /// The slots that change inside the loop at `level`.
  SmallVector<unsigned> changedInside(unsigned level) {
    SmallVector<unsigned> slots;
    auto add = [&](unsigned slot, bool isScalar = false) {
      if ((onTensors || isScalar) && !llvm::is_contained(slots, slot))
        slots.push_back(slot);
    };
    for (Operand operand : {Operand::Input, Operand::Weights})
      if (depth[operand] > level &&
          (operand == Operand::Input || layer.hasWeights())) {
        add(onChip[operand].slot);
        if (onChip[operand].half)
          add(*onChip[operand].half, /*isScalar=*/true);
      }
    add(onChip[Operand::Output].slot);
    if (depth[Operand::Output] > level) {
      if (result.half)
        add(*result.half, /*isScalar=*/true);
      add(result.slot);
      for (const SmallVector<OnChip> *arrays : {&initArrays, &epilogueArrays})
        for (const OnChip &array : *arrays)
          add(array.slot);
      add(dramResult);
      if (movesPartialSums())
        add(dramSums);
    }
    return slots;
  }

  /// The step of the loop over `dim` at a position, where `parity` says whether
  /// it has run an odd number of times before (null: never odd).
  LoopStep stepAt(Dim dim, Value position, Value parity) {
    LoopStep step;
    int64_t trips = schedule.trips(layer, dim), tile = schedule.tile[dim];
    step.position = position;
    step.step = schedule.serpentine ? 1 : tile;
    step.last = (trips - 1) * step.step;
    step.offset = position;
    if (schedule.serpentine) {
      OpFoldResult index = position;
      if (parity) {
        step.reversed = parity;
        index =
            state.select(parity, apply(trips - 1 - d(0), {position}), index);
      }
      step.offset = getValueOrCreateConstantIndexOp(
          builder, loc, apply(d(0) * tile, {index}));
    }
    int64_t extent = layer.size[dim];
    step.size = constant(tile);
    if (extent % tile != 0)
      step.size = affine::makeComposedFoldedAffineMin(
          builder, loc,
          AffineMap::get(1, 0,
                         {builder.getAffineConstantExpr(tile), extent - d(0)},
                         builder.getContext()),
          {OpFoldResult(step.offset)});
    return step;
  }

  /// Whether the loops inside that over `dim` have run an odd number of times
  /// before the step: as many times as there were steps of those outside.
  Value parityAfter(Dim dim, const LoopStep &step, Value parity) {
    if (!schedule.serpentine)
      return Value();
    Value bit = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq,
        getValueOrCreateConstantIndexOp(builder, loc,
                                        apply(d(0) % 2, {step.position})),
        arith::ConstantIndexOp::create(builder, loc, 1));
    if (!parity || schedule.trips(layer, dim) % 2 == 0)
      return bit;
    return arith::XOrIOp::create(builder, loc, bit, parity);
  }

  /// Emits what happens inside the outermost `level` loops.
  void emitLevel(unsigned level, const Step &step, Value parity = Value()) {
    core::PerOperand<std::optional<Condition>> prefetched;
    for (Operand operand : {Operand::Input, Operand::Weights}) {
      if (depth[operand] != level ||
          (operand == Operand::Weights && !layer.hasWeights()))
        continue;
      if (isPrefetched(operand)) {
        prefetched[operand] = prefetch(operand, step);
        continue;
      }
      Value half = halfOf(onChip[operand]);
      state.ifThen(isChanged(operand, step),
                   [&] { load(operand, step, half, half); });
    }
    bool isVisit = depth[Operand::Output] == level;
    if (isVisit)
      beginVisit(step);

    if (level == loops.size()) {
      computeTile(step);
    } else {
      Dim dim = loops[level];
      int64_t trips = schedule.trips(layer, dim);
      SmallVector<unsigned> changed = changedInside(level);
      // The loop itself is created before those inside it.
      unsigned place = nest.loops.size();
      nest.loops.push_back({});
      scf::ForOp loop =
          state.loop(schedule.serpentine ? trips : layer.size[dim],
                     schedule.serpentine ? 1 : schedule.tile[dim], changed,
                     [&](Value position) {
                       Step inner = step;
                       inner[dim] = stepAt(dim, position, parity);
                       Value innerParity;
                       if (level + 1 < loops.size())
                         innerParity = parityAfter(dim, *inner[dim], parity);
                       emitLevel(level + 1, inner, innerParity);
                     });
      nest.loops[place] = loop;
    }

    if (isVisit)
      endVisit(step);
    for (Operand operand : {Operand::Input, Operand::Weights})
      if (prefetched[operand])
        switchHalf(onChip[operand], *prefetched[operand]);
  }

  /// The operation with other operands. Where one of them lies in another
  /// order it becomes a generic one.
  linalg::LinalgOp emitOp(TypeRange types, ArrayRef<Value> values) {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    for (Operand operand : core::AllOperands)
      maps[operands[operand]->getOperandNumber()] = extracted.maps[operand];
    if (maps == op.getIndexingMapsArray())
      return cast<linalg::LinalgOp>(clone(builder, op, types, values));
    unsigned numInputs = op.getNumDpsInputs();
    auto generic = linalg::GenericOp::create(
        builder, loc, types, values.take_front(numInputs),
        values.drop_front(numInputs), maps, op.getIteratorTypesArray());
    generic->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    builder.cloneRegionBefore(op->getRegion(0), generic.getRegion(),
                              generic.getRegion().begin());
    return generic;
  }

  /// The operation itself, on the tiles that are on chip.
  void computeTile(const Step &step) {
    SmallVector<Value> values(op->getOperands());
    for (Operand operand : core::AllOperands) {
      if (operand == Operand::Weights && !layer.hasWeights())
        continue;
      values[operands[operand]->getOperandNumber()] =
          viewOf(onChip[operand], localBoxOf(operand, step));
    }
    Value output = values[operands[Operand::Output]->getOperandNumber()];
    nest.op =
        emitOp(onTensors ? TypeRange(output.getType()) : TypeRange(), values);
    update(onChip[Operand::Output], localBoxOf(Operand::Output, step),
           onTensors ? Value(nest.op->getResult(0)) : output);
  }

  RewriterBase &builder;
  linalg::LinalgOp op;
  /// In its place the nest is emitted.
  linalg::LinalgOp last;
  const ExtractedLayer &extracted;
  const core::Layer &layer;
  const core::Schedule &schedule;
  const core::BufferCapacities &buffers;
  SmallVector<Dim, core::NumDims> loops;
  Location loc;
  bool onTensors;
  Threading state;
  core::PerOperand<OpOperand *> operands;
  core::PerOperand<unsigned> depth;
  /// Extents of the operation's own loops.
  SmallVector<int64_t> extents;
  /// The channels are walked outside the output's tiles, so that these come
  /// back.
  bool channelIsOutside = false;

  core::PerOperand<OnChip> onChip;
  /// The finished tile; the partial sums' buffer unless it has its own.
  OnChip result;
  SmallVector<OnChip> initArrays, epilogueArrays;
  /// Arrays in DRAM: the result, the partial sums, and the init where it is
  /// data. They may be the same.
  unsigned dramResult = 0, dramSums = 0, initSlot = 0;
  /// The result takes the place of an array that the epilogue reads.
  bool replaced = false;
  TiledLayer nest;
};

} // namespace

TiledLayer mlir::romanet::emitNest(RewriterBase &rewriter, linalg::LinalgOp op,
                                   const ExtractedLayer &extracted,
                                   const core::Schedule &schedule,
                                   const core::BufferCapacities &buffers) {
  return NestEmitter(rewriter, op, extracted, schedule, buffers).emit();
}

TiledLayer mlir::romanet::carryOut(RewriterBase &rewriter,
                                   const Decision &decision) {
  MLIRContext *context = rewriter.getContext();
  TiledLayer tiled = emitNest(rewriter, decision.op, decision.extracted,
                              decision.found.schedule, decision.buffers);
  tiled.op->removeAttr(kCostAttr);
  tiled.op->removeAttr(kNoEpilogueAttr);
  tiled.op->setAttr(kBuffersAttr, BuffersAttr::get(context, decision.buffers));
  tiled.op->setAttr(kLayerAttr,
                    LayerAttr::get(context, decision.extracted.layer));
  tiled.op->setAttr(kScheduleAttr,
                    ScheduleAttr::get(context, decision.found.schedule));
  if (decision.layouts)
    tiled.op->setAttr(kLayoutsAttr, decision.layouts);
  return tiled;
}
