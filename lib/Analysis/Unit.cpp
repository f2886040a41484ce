//===- Unit.cpp - What belongs to a layer besides its operation -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On tensors, values say what depends on what. On memrefs only buffers that
// are allocated here and used by name alone are looked through, and everything
// between the first and the last operation of a unit must keep its hands off
// them, and off what the unit reads.
//
//===----------------------------------------------------------------------===//

#include "Unit.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::romanet;

int64_t mlir::romanet::elementBytes(Value value) {
  Type type = getElementTypeOrSelf(value);
  if (!type.isIntOrFloat())
    return 0;
  // Memory holds the others in wider words, which nothing here would count.
  unsigned bits = type.getIntOrFloatBitWidth();
  return bits >= 8 && bits <= 64 && llvm::isPowerOf2_32(bits) ? bits / 8 : 0;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

static bool isLocalBuffer(Value value) {
  return value.getDefiningOp<memref::AllocOp>() ||
         value.getDefiningOp<memref::AllocaOp>();
}

/// Whether `op` may read or write the buffer `root`.
static bool mayAccess(Operation *op, Value root) {
  if (op->getNumRegions() > 0 && !isa<linalg::LinalgOp>(op))
    return true;
  // Freeing waits until the unit has run.
  if (isPure(op) || isa<memref::DeallocOp>(op))
    return false;
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(op);
  if (!effects)
    return true;
  bool isLocal = isLocalBuffer(root);
  return llvm::any_of(*effects, [&](const MemoryEffects::EffectInstance &e) {
    // An allocation and a buffer with another root are other memory.
    if (isa<MemoryEffects::Allocate>(e.getEffect()))
      return false;
    Value value = e.getValue();
    if (!value)
      return true;
    Value other = viewRoot(value);
    if (other == root)
      return true;
    // The argument of a loop's or a branch's block may be the same buffer under
    // another name; that of a function cannot be one allocated here, and two
    // arguments of a function are taken to be different buffers.
    auto isFunctionArgument = [](Value value) {
      auto argument = dyn_cast<BlockArgument>(value);
      return argument && argument.getOwner()->isEntryBlock() &&
             isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
    };
    bool otherIsKnown = isLocalBuffer(other) || isFunctionArgument(other) ||
                        other.getDefiningOp<memref::GetGlobalOp>();
    bool rootIsKnown = isLocal || isFunctionArgument(root) ||
                       root.getDefiningOp<memref::GetGlobalOp>();
    if (!otherIsKnown || !rootIsKnown)
      return true;
    // Two references to one global are the same buffer.
    auto global = root.getDefiningOp<memref::GetGlobalOp>();
    auto otherGlobal = other.getDefiningOp<memref::GetGlobalOp>();
    return global && otherGlobal &&
           global.getNameAttr() == otherGlobal.getNameAttr();
  });
}

/// Whether an operation strictly between two of one block may access one of
/// `roots`, leaving out those in `except`.
static bool isAccessedBetween(Operation *first, Operation *last,
                              ArrayRef<Value> roots,
                              ArrayRef<Operation *> except = {}) {
  for (Operation *op = first->getNextNode(); op && op != last;
       op = op->getNextNode())
    if (!llvm::is_contained(except, op))
      for (Value root : roots)
        if (mayAccess(op, root))
          return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Element-wise operations
//===----------------------------------------------------------------------===//

/// The dimensions of the output that an array's run along; std::nullopt if it
/// is no part of the output at the same place, in the same order.
static std::optional<SmallVector<int64_t>> outputDimsOf(AffineMap map,
                                                        ShapedType type) {
  SmallVector<int64_t> dims;
  int64_t previous = -1;
  for (auto [expr, extent] : llvm::zip(map.getResults(), type.getShape())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim) {
      auto constant = dyn_cast<AffineConstantExpr>(expr);
      if (!constant || constant.getValue() != 0 || extent != 1)
        return std::nullopt;
      dims.push_back(-1);
      continue;
    }
    if (static_cast<int64_t>(dim.getPosition()) <= previous)
      return std::nullopt;
    previous = dim.getPosition();
    dims.push_back(extent == 1 ? -1 : previous);
  }
  return dims;
}

/// Whether an operand of the output's shape is read at the very place that is
/// written.
static bool isSamePlace(AffineMap map, ShapedType type,
                        ArrayRef<int64_t> outputShape) {
  if (type.getShape() != outputShape)
    return false;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (dim ? dim.getPosition() != i : outputShape[i] != 1)
      return false;
  }
  return true;
}

/// Whether every element of the result is a function of the elements of the
/// operands that an ElementwiseArray can describe.
static bool isElementwise(linalg::LinalgOp op) {
  if (op->hasAttr(kEpilogueAttr) || op->hasAttr(kLayerAttr) ||
      op.hasDynamicShape() || op.getNumDpsInits() != 1 ||
      op.getNumParallelLoops() != op.getNumLoops() || op.hasIndexSemantics() ||
      (!op.hasPureTensorSemantics() && !op.hasPureBufferSemantics()) ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() ||
      !elementBytes(op.getDpsInitOperand(0)->get()))
    return false;
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto type = dyn_cast<ShapedType>(input->get().getType());
    if (type && (!outputDimsOf(op.getMatchingIndexingMap(input), type) ||
                 !elementBytes(input->get())))
      return false;
  }
  return llvm::all_of(op.getBlock()->without_terminator(), [](Operation &each) {
    return isMemoryEffectFree(&each) && each.getNumRegions() == 0;
  });
}

/// Whether the body of `op` reads what `operand` holds.
static bool isRead(linalg::LinalgOp op, OpOperand *operand) {
  return op.payloadUsesValueFromOperand(operand);
}

/// Adds the arrays that `op` reads, but for the values that the unit has.
static void collectArrays(linalg::LinalgOp op,
                          function_ref<bool(Value)> isOfUnit,
                          Elementwise &found) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<ShapedType>(operand.get().getType());
    if (!type || isOfUnit(operand.get()) || !isRead(op, &operand))
      continue;
    ElementwiseArray array = {
        &operand, *outputDimsOf(op.getMatchingIndexingMap(&operand), type)};
    if (llvm::none_of(found.arrays, [&](const ElementwiseArray &other) {
          return other.source() == array.source() &&
                 other.outputDims == array.outputDims;
        }))
      found.arrays.push_back(array);
  }
}

//===----------------------------------------------------------------------===//
// Permutations
//===----------------------------------------------------------------------===//

/// For each dimension of what `op` writes, the dimension of its input that it
/// is, where `op` does nothing but reorder dimensions.
static std::optional<SmallVector<unsigned>> permutationOf(linalg::LinalgOp op) {
  if (!op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0 || op.hasDynamicShape())
    return std::nullopt;
  auto yielded =
      dyn_cast<BlockArgument>(op.getBlock()->getTerminator()->getOperand(0));
  AffineMap from = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  AffineMap to = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!yielded || yielded.getOwner() != op.getBlock() ||
      yielded.getArgNumber() != 0 || !from.isPermutation() ||
      !to.isPermutation() || from == to)
    return std::nullopt;
  AffineMap source = inversePermutation(from).compose(to);
  return llvm::map_to_vector(source.getResults(), [](AffineExpr expr) {
    return cast<AffineDimExpr>(expr).getPosition();
  });
}

/// The operation that computes what `use` reads, on memrefs with what else
/// becomes dead with it, where nothing else uses its result and its input is
/// still there when `op` is carried out.
static linalg::LinalgOp permutingOp(linalg::LinalgOp op, OpOperand &use,
                                    ExtractedLayer &found) {
  Value value = use.get();
  if (op.hasPureTensorSemantics()) {
    auto producer = value.getDefiningOp<linalg::LinalgOp>();
    if (producer && permutationOf(producer) &&
        !llvm::is_contained(found.prepared, producer.getOperation()))
      found.prepared.push_back(producer);
    return producer;
  }
  if (!isLocalBuffer(value))
    return {};
  linalg::LinalgOp producer;
  SmallVector<Operation *> frees;
  bool isShared = false;
  for (OpOperand &other : value.getUses()) {
    Operation *user = other.getOwner();
    if (&other == &use)
      continue;
    auto linalgOp = dyn_cast<linalg::LinalgOp>(user);
    if (isa<memref::DeallocOp>(user))
      frees.push_back(user);
    else if (linalgOp && !producer && linalgOp.isDpsInit(&other) &&
             permutationOf(linalgOp))
      producer = linalgOp;
    else
      isShared = true;
  }
  if (!producer)
    return {};
  const char *role = use.getOwner() == op && use.getOperandNumber() == 1
                         ? "its weights are"
                         : "its input is";
  Value source = producer.getDpsInputOperand(0)->get();
  if (isShared || producer->getBlock() != op->getBlock() ||
      !producer->isBeforeInBlock(op) ||
      isAccessedBetween(producer, op, {viewRoot(source)})) {
    found.notes.push_back(
        (Twine(role) + " reordered in DRAM: " +
         (isShared ? "something else uses the reordered array"
                   : "what it is reordered from may change in between"))
            .str());
    return {};
  }
  found.prepared.push_back(producer);
  found.prepared.append(frees);
  found.prepared.push_back(value.getDefiningOp());
  return producer;
}

void mlir::romanet::findPermutation(linalg::LinalgOp op, core::Operand operand,
                                    ExtractedLayer &found) {
  bool isInput = operand == core::Operand::Input;
  OpOperand *&use = isInput ? found.inputUse : found.weightsUse;
  while (linalg::LinalgOp producer = permutingOp(op, *use, found)) {
    std::optional<SmallVector<unsigned>> dims = permutationOf(producer);
    if (!dims)
      return;
    AffineMap &map = found.maps[operand];
    SmallVector<AffineExpr> exprs(map.getResults());
    for (auto [i, dim] : llvm::enumerate(*dims))
      exprs[dim] = map.getResult(i);
    map = AffineMap::get(map.getNumDims(), 0, exprs, map.getContext());
    if (isInput && found.padding) {
      SmallVector<int64_t> low = found.padding->low;
      for (auto [i, dim] : llvm::enumerate(*dims))
        found.padding->low[dim] = low[i];
    }
    use = producer.getDpsInputOperand(0);
  }
}

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

static void findPaddingOnTensors(linalg::LinalgOp op, ExtractedLayer &found) {
  auto pad = found.input().getDefiningOp<tensor::PadOp>();
  if (!pad || pad.getNofold())
    return;
  std::optional<SmallVector<int64_t>> low =
      getConstantIntValues(pad.getMixedLowPad());
  Value value = pad.getConstantPaddingValue();
  if (!low || !value || !pad.getSourceType().hasStaticShape())
    return found.notes.push_back(
        "its padding stays in DRAM: its widths or its value vary");
  // The constant may stand in the body that goes away.
  TypedAttr constant;
  if (pad.getRegion().isAncestor(value.getParentRegion()))
    matchPattern(value, m_Constant(&constant));
  found.padding = Padding{value, constant, *low, pad};
  found.inputUse = &pad.getSourceMutable();
  found.prepared.push_back(pad);
}

static void findPaddingOnMemRefs(linalg::LinalgOp op, ExtractedLayer &found) {
  Value padded = found.input();
  if (!isLocalBuffer(padded))
    return;
  linalg::FillOp fill;
  memref::SubViewOp view;
  SmallVector<Operation *> frees;
  for (Operation *user : padded.getUsers()) {
    if (user == found.inputUse->getOwner())
      continue;
    if (isa<memref::DeallocOp>(user))
      frees.push_back(user);
    else if (auto other = dyn_cast<linalg::FillOp>(user);
             other && !fill && other.output() == padded)
      fill = other;
    else if (auto other = dyn_cast<memref::SubViewOp>(user); other && !view)
      view = other;
    else
      return;
  }
  if (!fill || !view || !view->hasOneUse() ||
      fill.value().getType() != getElementTypeOrSelf(padded) ||
      !view.getDroppedDims().none() ||
      !llvm::all_of(view.getMixedStrides(),
                    [](OpFoldResult s) { return isConstantIntValue(s, 1); }))
    return;
  std::optional<SmallVector<int64_t>> low =
      getConstantIntValues(view.getMixedOffsets());
  Operation *copy = *view->user_begin();
  // Both have their source first and their target second.
  if (!low || !isa<memref::CopyOp, linalg::CopyOp>(copy) ||
      copy->getOperand(1) != view.getResult() ||
      !isa<MemRefType>(copy->getOperand(0).getType()) ||
      getElementTypeOrSelf(copy->getOperand(0)) != getElementTypeOrSelf(padded))
    return;
  OpOperand *source = &copy->getOpOperand(0);
  Block *block = op->getBlock();
  if (fill->getBlock() != block || copy->getBlock() != block ||
      !fill->isBeforeInBlock(copy) || !copy->isBeforeInBlock(op) ||
      isAccessedBetween(copy, op, {viewRoot(source->get())}))
    return;
  found.padding = Padding{fill.value(), TypedAttr(), *low, nullptr};
  found.inputUse = source;
  for (Operation *each : {copy, view.getOperation(), fill.getOperation()})
    found.prepared.push_back(each);
  found.prepared.append(frees);
  found.prepared.push_back(padded.getDefiningOp());
}

void mlir::romanet::findPadding(linalg::LinalgOp op, ExtractedLayer &found) {
  if (op.hasPureTensorSemantics())
    findPaddingOnTensors(op, found);
  else
    findPaddingOnMemRefs(op, found);
}

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

/// Takes `op`, which writes what the accumulation starts from.
static void takeInit(linalg::LinalgOp op, ExtractedLayer &found) {
  found.init.ops.push_back(op);
  collectArrays(op, [](Value) { return false; }, found.init);
}

/// Whether all that `op` reads is smaller than what it writes, a bias along the
/// channels, for instance, or a constant. Carried out wherever its result is
/// needed, it costs no more than reading that result.
static bool isBroadcast(linalg::LinalgOp op) {
  Elementwise probe;
  collectArrays(op, [](Value) { return false; }, probe);
  auto sizeOf = [](Value value) {
    return cast<ShapedType>(value.getType()).getNumElements();
  };
  int64_t size = sizeOf(op.getDpsInitOperand(0)->get());
  return llvm::all_of(probe.arrays, [&](const ElementwiseArray &array) {
    return sizeOf(array.source()) < size ||
           (probe.arrays.size() == 1 &&
            matchPattern(array.source(), m_Constant()));
  });
}

/// An operation that computes the initial values from arrays, not from what is
/// there already.
static linalg::LinalgOp asInit(Operation *op, const UnitOptions &options) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (!linalgOp || !options.init || isa<linalg::FillOp>(op) ||
      !isElementwise(linalgOp) ||
      isRead(linalgOp, linalgOp.getDpsInitOperand(0)))
    return {};
  return linalgOp;
}

/// Whether another unit has `op`.
static bool isTaken(Operation *op, const UnitOptions &options) {
  return options.taken && options.taken->contains(op);
}

/// On tensors: the fill, the constant of one value or the broadcast that the
/// init is.
static void findTensorInit(linalg::LinalgOp op, const UnitOptions &options,
                           ExtractedLayer &found) {
  Value init = op.getDpsInitOperand(0)->get();
  if (auto fill = init.getDefiningOp<linalg::FillOp>()) {
    if (fill.value().getType() == getElementTypeOrSelf(init)) {
      found.initFill = fill;
      found.prepared.push_back(fill);
    }
    return;
  }
  // Several layers may start from one broadcast, each with its own on chip.
  if (linalg::LinalgOp broadcast = asInit(init.getDefiningOp(), options);
      broadcast && (isBroadcast(broadcast) ||
                    (init.hasOneUse() && !isTaken(broadcast, options)))) {
    takeInit(broadcast, found);
    found.prepared.push_back(broadcast);
    return;
  }
  DenseElementsAttr elements;
  if (matchPattern(init, m_Constant(&elements)) && elements.isSplat())
    found.initConstant = elements.getSplatValue<TypedAttr>();
}

/// On memrefs: the operation in front of `op` that writes the whole buffer, a
/// fill or a broadcast, with nothing in between that could see or change it or
/// what it reads. Only for buffers allocated here, which no other name can
/// reach.
static void findMemRefInit(linalg::LinalgOp op, const UnitOptions &options,
                           ExtractedLayer &found) {
  Value init = op.getDpsInitOperand(0)->get();
  if (!isLocalBuffer(init))
    return;
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(before);
    if (linalgOp && linalgOp.getNumDpsInits() == 1 &&
        linalgOp.getDpsInitOperand(0)->get() == init) {
      if (auto fill = dyn_cast<linalg::FillOp>(before)) {
        if (fill.value().getType() == getElementTypeOrSelf(init)) {
          found.initFill = fill;
          found.prepared.push_back(fill);
        }
        return;
      }
      linalg::LinalgOp broadcast = asInit(before, options);
      if (!broadcast || isTaken(broadcast, options))
        return;
      Elementwise probe;
      collectArrays(broadcast, [](Value) { return false; }, probe);
      SmallVector<Value> roots =
          llvm::map_to_vector(probe.arrays, [](const ElementwiseArray &array) {
            return viewRoot(array.source());
          });
      if (llvm::is_contained(roots, init) ||
          isAccessedBetween(before, op, roots))
        return;
      takeInit(broadcast, found);
      found.prepared.push_back(broadcast);
      return;
    }
    if (mayAccess(before, init))
      return;
  }
}

void mlir::romanet::findInit(linalg::LinalgOp op, const UnitOptions &options,
                             ExtractedLayer &found) {
  if (op.hasPureTensorSemantics())
    findTensorInit(op, options, found);
  else
    findMemRefInit(op, options, found);
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

/// Longer chains than this are not looked for.
static constexpr size_t kMaxEpilogueOps = 16;

static bool canJoin(linalg::LinalgOp op, linalg::LinalgOp user,
                    const UnitOptions &options,
                    function_ref<bool(Value)> isOfUnit) {
  ArrayRef<int64_t> shape =
      cast<ShapedType>(op.getDpsInitOperand(0)->get().getType()).getShape();
  if (!user || !isElementwise(user) || isTaken(user, options))
    return false;
  for (OpOperand &operand : user->getOpOperands())
    if (isOfUnit(operand.get()) &&
        !isSamePlace(user.getMatchingIndexingMap(&operand),
                     cast<ShapedType>(operand.get().getType()), shape))
      return false;
  return cast<ShapedType>(user.getDpsInitOperand(0)->get().getType())
             .getShape() == shape;
}

/// Takes in the operations that compute what the epilogue reads, such as the
/// rescaling of the other summand of a residual sum, where that makes it read
/// fewer bytes, and nothing else uses what they compute.
static void takeOperands(linalg::LinalgOp op, const UnitOptions &options,
                         SmallVector<linalg::LinalgOp> &ops) {
  auto type = cast<ShapedType>(op->getResult(0).getType());
  ArrayRef<int64_t> shape = type.getShape();
  auto bytesOf = [](Value value) {
    return cast<ShapedType>(value.getType()).getNumElements() *
           elementBytes(value);
  };
  // Of one shape, each read at the place that is written alone.
  auto canTake = [&](linalg::LinalgOp operand,
                     ArrayRef<linalg::LinalgOp> members) {
    auto reads = [&](Operation *user) {
      return llvm::all_of(user->getOpOperands(), [&](OpOperand &use) {
        return use.get() != operand->getResult(0) ||
               isSamePlace(
                   cast<linalg::LinalgOp>(user).getMatchingIndexingMap(&use),
                   cast<ShapedType>(use.get().getType()), shape);
      });
    };
    return operand && operand.hasPureTensorSemantics() &&
           operand->getBlock() == op->getBlock() && isElementwise(operand) &&
           !isTaken(operand, options) &&
           llvm::all_of(operand->getUsers(), [&](Operation *user) {
             return llvm::is_contained(members, user) && reads(user);
           });
  };
  // The chain that ends in each operation's operand, as long as it has one
  // array; cut where the fewest bytes go through.
  for (size_t i = 0; i < ops.size(); ++i)
    for (OpOperand &use : ops[i]->getOpOperands()) {
      if (!isa<ShapedType>(use.get().getType()) || !isRead(ops[i], &use))
        continue;
      SmallVector<linalg::LinalgOp> members(ops), chain;
      size_t best = 0;
      int64_t fewest = bytesOf(use.get());
      auto next = use.get().getDefiningOp<linalg::LinalgOp>();
      while (next && ops.size() + chain.size() < kMaxEpilogueOps &&
             !llvm::is_contained(members, next) && canTake(next, members)) {
        chain.push_back(next);
        members.push_back(next);
        Elementwise probe;
        collectArrays(next, [](Value) { return false; }, probe);
        int64_t bytes = 0;
        for (const ElementwiseArray &array : probe.arrays)
          bytes += bytesOf(array.source());
        if (bytes < fewest) {
          fewest = bytes;
          best = chain.size();
        }
        if (probe.arrays.size() != 1)
          break;
        next = probe.arrays.front().source().getDefiningOp<linalg::LinalgOp>();
      }
      ops.append(chain.begin(), chain.begin() + best);
    }
}

static void findEpilogueOnTensors(linalg::LinalgOp op,
                                  const UnitOptions &options,
                                  ExtractedLayer &found) {
  SmallVector<linalg::LinalgOp> ops;
  llvm::SmallPtrSet<Operation *, 8> members;
  SmallVector<Value> values = {op->getResult(0)};
  auto isOfUnit = [&](Value value) {
    return llvm::is_contained(values, value);
  };
  size_t closed = 0;
  while (ops.size() < kMaxEpilogueOps) {
    // The next in program order, so that what it reads is there.
    linalg::LinalgOp next;
    for (Value value : values)
      for (Operation *user : value.getUsers()) {
        auto candidate = dyn_cast<linalg::LinalgOp>(user);
        if (user->getBlock() == op->getBlock() && !members.contains(user) &&
            canJoin(op, candidate, options, isOfUnit) &&
            (!next || user->isBeforeInBlock(next)))
          next = candidate;
      }
    if (!next)
      break;
    ops.push_back(next);
    members.insert(next);
    // All values but the last stay within.
    if (llvm::all_of(values, [&](Value value) {
          return llvm::all_of(value.getUsers(), [&](Operation *user) {
            return members.contains(user);
          });
        }))
      closed = ops.size();
    values.push_back(next->getResult(0));
  }
  if (ops.size() > closed)
    found.notes.push_back(
        "element-wise operations behind it stay in DRAM: something else uses a "
        "value on the way to their result");
  ops.truncate(closed);
  takeOperands(op, options, ops);
  // In program order, so that what each reads is there.
  llvm::sort(ops, [](linalg::LinalgOp a, linalg::LinalgOp b) {
    return a->isBeforeInBlock(b);
  });
  values.assign({op->getResult(0)});
  for (linalg::LinalgOp each : ops)
    values.push_back(each->getResult(0));
  found.epilogue.ops = ops;
  for (linalg::LinalgOp each : ops)
    collectArrays(each, isOfUnit, found.epilogue);
}

static void findEpilogueOnMemRefs(linalg::LinalgOp op,
                                  const UnitOptions &options,
                                  ExtractedLayer &found) {
  Value sums = op.getDpsInitOperand(0)->get();
  if (!isLocalBuffer(sums))
    return;
  SmallVector<Operation *> members = {op};
  llvm::append_range(members, found.prepared);
  SmallVector<linalg::LinalgOp> ops;
  SmallVector<Value> buffers = {sums};
  // What is read and must stay as it is until the last operation.
  SmallVector<Value> roots = {viewRoot(found.input()),
                              viewRoot(found.weights())};
  for (const ElementwiseArray &array : found.init.arrays)
    roots.push_back(viewRoot(array.source()));
  auto isOfUnit = [&](Value value) {
    return llvm::is_contained(buffers, value);
  };
  auto staysWithin = [&](Value buffer) {
    return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
      return llvm::is_contained(members, user) || isa<memref::DeallocOp>(user);
    });
  };

  Elementwise growing, closed;
  for (Operation *next = op->getNextNode();
       next && ops.size() < kMaxEpilogueOps; next = next->getNextNode()) {
    auto candidate = dyn_cast<linalg::LinalgOp>(next);
    bool readsUnit =
        candidate &&
        llvm::any_of(candidate->getOpOperands(), [&](OpOperand &operand) {
          return isOfUnit(operand.get()) && isRead(candidate, &operand);
        });
    if (!readsUnit || !canJoin(op, candidate, options, isOfUnit)) {
      // A bystander must not touch anything of the unit.
      if (llvm::any_of(buffers,
                       [&](Value root) { return mayAccess(next, root); }) ||
          llvm::any_of(roots,
                       [&](Value root) { return mayAccess(next, root); }))
        break;
      continue;
    }
    collectArrays(candidate, isOfUnit, growing);
    Value target = candidate.getDpsInitOperand(0)->get();
    Value targetRoot = viewRoot(target);
    // The result may replace an array element by element, but nothing else
    // that the unit reads.
    bool overwrites =
        llvm::is_contained(roots, targetRoot) ||
        llvm::any_of(growing.arrays, [&](const ElementwiseArray &array) {
          return viewRoot(array.source()) == targetRoot &&
                 (array.source() != target ||
                  llvm::any_of(llvm::enumerate(array.outputDims),
                               [](auto it) {
                                 return it.value() >= 0 &&
                                        it.value() !=
                                            static_cast<int64_t>(it.index());
                               }) ||
                  array.outputDims.size() !=
                      static_cast<size_t>(
                          cast<ShapedType>(target.getType()).getRank()));
        });
    if (overwrites)
      break;
    ops.push_back(candidate);
    members.push_back(candidate);
    growing.ops = ops;
    bool isLocal = isLocalBuffer(target);
    if (llvm::all_of(buffers, [&](Value buffer) {
          return buffer == target || staysWithin(buffer);
        }))
      closed = growing;
    // Only a buffer that nobody else sees can be read on the way.
    if (!isLocal)
      break;
    if (!isOfUnit(target)) {
      // It must not hold anything yet.
      if (llvm::any_of(target.getUsers(), [&](Operation *user) {
            return user->getBlock() != op->getBlock() ||
                   user->isBeforeInBlock(candidate);
          }))
        break;
      buffers.push_back(target);
    }
    for (const ElementwiseArray &array : growing.arrays)
      if (!llvm::is_contained(roots, viewRoot(array.source())))
        roots.push_back(viewRoot(array.source()));
  }
  if (ops.size() > closed.ops.size())
    found.notes.push_back(
        "element-wise operations behind it stay in DRAM: something else uses a "
        "value on the way to their result");
  found.epilogue = closed;
}

void mlir::romanet::findEpilogue(linalg::LinalgOp op,
                                 const UnitOptions &options,
                                 ExtractedLayer &found) {
  if (!options.epilogue || op->hasAttr(kNoEpilogueAttr))
    return;
  if (op.hasPureTensorSemantics())
    findEpilogueOnTensors(op, options, found);
  else
    findEpilogueOnMemRefs(op, options, found);
}
