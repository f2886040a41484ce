//===- Staging.cpp - On-chip buffers and copies of tiled layers -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/Staging.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "romanet/Analysis/LayerExtraction.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Operand;

bool mlir::romanet::isOnChipBuffer(Type type) {
  auto memref = dyn_cast<BaseMemRefType>(type);
  return memref && isa_and_nonnull<SpaceAttr>(memref.getMemorySpace());
}

bool mlir::romanet::isDramBuffer(Type type) {
  auto memref = dyn_cast<BaseMemRefType>(type);
  if (!memref)
    return false;
  Attribute space = memref.getMemorySpace();
  auto number = dyn_cast_or_null<IntegerAttr>(space);
  return !space || (number && number.getValue().isZero());
}

DramAttr mlir::romanet::placeOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto function =
        dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
    return function && argument.getOwner()->isEntryBlock()
               ? function.getArgAttrOfType<DramAttr>(argument.getArgNumber(),
                                                     kDramAttr)
               : DramAttr();
  }
  Operation *op = value.getDefiningOp();
  if (auto get = dyn_cast<memref::GetGlobalOp>(op))
    op = SymbolTable::lookupNearestSymbolFrom(op, get.getNameAttr());
  if (!op)
    return {};
  // A buffer is itself a view, of the arena.
  if (auto place = op->getAttrOfType<DramAttr>(kDramAttr))
    return place;
  if (auto view = dyn_cast<ViewLikeOpInterface>(op))
    return placeOf(view.getViewSource());
  return {};
}

bool mlir::romanet::isBlocked(Value value) {
  DramAttr place = placeOf(value);
  return place && place.getLayout() && !place.getLayout().isRowMajor();
}

Operation *mlir::romanet::transferOf(Operation *copy, Value dram) {
  Operation *transfer = copy;
  if (!isBlocked(dram))
    return copy;
  while (auto loop = dyn_cast<scf::ForOp>(transfer->getParentOp())) {
    bool isMore = loop->getNumResults() != 0 ||
                  llvm::any_of(*loop.getBody(), [&](Operation &op) {
                    return &op != transfer && !isMemoryEffectFree(&op) &&
                           !isa<memref::DmaWaitOp>(op);
                  });
    if (isMore)
      break;
    transfer = loop;
  }
  return transfer;
}

namespace {
/// An on-chip buffer: an allocation, or a part of one that memref.view cuts out
/// at an offset. Two views of a global at the same offset are the same buffer.
using Buffer = std::pair<const void *, int64_t>;

/// An operation on tiles that uses a buffer.
struct Use {
  Operation *op;
  unsigned position; ///< in the text of the function
  size_t layer;
  /// std::nullopt: an operand of the epilogue.
  std::optional<Operand> role;
};
/// In the order of the text.
using Uses = llvm::DenseMap<Buffer, SmallVector<Use>>;

class Analyzer {
public:
  explicit Analyzer(Staging &staging) : staging(staging) {}

  void run(FunctionOpInterface function) {
    function->walk<WalkOrder::PreOrder>([&](Operation *op) {
      unsigned position = positions.size();
      positions[op] = position;
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        classify(linalgOp);
      else
        collectCopy(op);
    });
    for (linalg::LinalgOp op : epilogues)
      addEpilogue(op);
    for (auto &[buffer, users] : uses)
      llvm::stable_sort(users, [](const Use &a, const Use &b) {
        return a.position < b.position;
      });
    for (const StagedCopy &copy : copies)
      attribute(copy);
  }

private:
  //===--------------------------------------------------------------------===//
  // Operations
  //===--------------------------------------------------------------------===//

  void obstacle(Operation *op, const Twine &reason) {
    staging.obstacles.push_back({op, reason.str()});
  }

  void classify(linalg::LinalgOp op) {
    if (op->hasAttrOfType<LayerAttr>(kLayerAttr) &&
        op->hasAttrOfType<ScheduleAttr>(kScheduleAttr))
      addTile(op);
    else if (op->hasAttr(kEpilogueAttr))
      epilogues.push_back(op);
    else if (llvm::any_of(op->getOperandTypes(), isOnChipBuffer) &&
             !llvm::all_of(op->getOperandTypes(), [](Type type) {
               return isOnChipBuffer(type) || !isa<ShapedType>(type);
             }))
      obstacle(op, "moves data between DRAM and chip without a copy");
  }

  void addTile(linalg::LinalgOp op) {
    size_t layer = staging.layers.size();
    staging.layers.push_back(op);
    auto addOperand = [&](OpOperand *operand, Operand role) {
      if (!isOnChipBuffer(operand->get().getType()))
        return obstacle(op, "the tile of '" + core::operandName(role) +
                                "' is not a buffer on chip; bufferize first "
                                "(romanet-dram-map does)");
      Use use = {op, positions[op], layer, role};
      uses[bufferOf(operand->get())].push_back(use);
      if (role == Operand::Output)
        sums[bufferOf(operand->get())].push_back(use);
    };
    addOperand(op.getDpsInputOperand(0), Operand::Input);
    // The window of a pooling is a shape and no data.
    if (op.getNumDpsInputs() > 1)
      if (OpOperand *weights = op.getDpsInputOperand(1);
          op.payloadUsesValueFromOperand(weights))
        addOperand(weights, Operand::Weights);
    addOperand(op.getDpsInitOperand(0), Operand::Output);
  }

  void addEpilogue(linalg::LinalgOp op) {
    for (Type type : op->getOperandTypes())
      if (isa<ShapedType>(type) && !isOnChipBuffer(type))
        return obstacle(op, "an operand of the epilogue is not a buffer on "
                            "chip; bufferize first (romanet-dram-map does)");
    // What reads the partial sums finishes the layer before it; what only
    // writes them makes the initial values of the layer behind it.
    SmallVector<Value> read = op.getDpsInputs();
    for (OpOperand &init : op.getDpsInitsMutable())
      if (op.payloadUsesValueFromOperand(&init))
        read.push_back(init.get());
    auto layerOf = [&](ValueRange values, bool isBehind) -> const Use * {
      // Another operand may lie where another layer has its sums.
      const Use *best = nullptr;
      int64_t bestDistance = 0;
      for (Value value : values) {
        if (!isOnChipBuffer(value.getType()))
          continue;
        const Use *found = nearest(sums, bufferOf(value), op, isBehind);
        if (!found)
          continue;
        int64_t distance =
            std::abs(int64_t(found->position) - int64_t(positions[op]));
        if (!best || distance < bestDistance)
          std::tie(best, bestDistance) = std::pair(found, distance);
      }
      return best;
    };
    const Use *sum = layerOf(read, /*isBehind=*/false);
    if (!sum)
      sum = layerOf(op.getDpsInits(), /*isBehind=*/true);
    if (!sum)
      return obstacle(op, "the operation is in the epilogue of no layer: it "
                          "neither reads nor writes the partial sums of one");
    size_t layer = sum->layer;
    Buffer sumBuffer = bufferOf(staging.layers[layer].getDpsInits()[0]);
    auto addUse = [&](Value value, std::optional<Operand> role) {
      uses[bufferOf(value)].push_back({op, positions[op], layer, role});
    };
    for (Value value : op.getDpsInputs())
      if (isOnChipBuffer(value.getType()))
        addUse(value, bufferOf(value) == sumBuffer
                          ? std::optional(Operand::Output)
                          : std::nullopt);
    for (Value value : op.getDpsInits())
      addUse(value, Operand::Output);
  }

  void collectCopy(Operation *op) {
    Value source, target;
    if (auto copy = dyn_cast<memref::CopyOp>(op)) {
      source = copy.getSource();
      target = copy.getTarget();
    } else if (auto start = dyn_cast<memref::DmaStartOp>(op)) {
      source = start.getSrcMemRef();
      target = start.getDstMemRef();
    } else {
      return;
    }
    // Within DRAM, or within the chip.
    if (isOnChipBuffer(source.getType()) == isOnChipBuffer(target.getType()))
      return;
    StagedCopy copy{op, source, target, 0, 0};
    if (isOnChipBuffer(source.getType()))
      std::swap(copy.dram, copy.onChip);
    if (!isDramBuffer(copy.dram.getType()))
      return obstacle(op, "the copy moves data between the chip and another "
                          "memory space than that of DRAM");
    copies.push_back(copy);
  }

  //===--------------------------------------------------------------------===//
  // Buffers and their uses
  //===--------------------------------------------------------------------===//

  static const void *rootOf(Value value) {
    if (auto get = value.getDefiningOp<memref::GetGlobalOp>())
      return get.getNameAttr().getAttr().getAsOpaquePointer();
    return value.getAsOpaquePointer();
  }

  static Buffer bufferOf(Value value) {
    while (auto view = value.getDefiningOp<ViewLikeOpInterface>()) {
      if (auto cut = dyn_cast<memref::ViewOp>(view.getOperation())) {
        if (std::optional<int64_t> offset =
                getConstantIntValue(cut.getByteShift()))
          return {rootOf(viewRoot(cut.getSource())), *offset};
        break;
      }
      value = view.getViewSource();
    }
    return {rootOf(value), -1};
  }

  /// The use of `buffer` in `among` that is behind or before `op` and nearest.
  /// The innermost loop with a use goes before all others; in a loop, the next
  /// use can stand before `op`, for the next iteration.
  const Use *nearest(const Uses &among, Buffer buffer, Operation *op,
                     bool isBehind) {
    auto found = among.find(buffer);
    if (found == among.end())
      return nullptr;
    ArrayRef<Use> users = found->second;
    unsigned position = positions[op];
    for (Operation *scope = op->getParentOp(); scope;
         scope = scope->getParentOp()) {
      bool isFunction = isa<FunctionOpInterface>(scope);
      if (!isFunction && !isa<LoopLikeOpInterface>(scope))
        continue;
      const Use *first = nullptr, *last = nullptr, *before = nullptr,
                *behind = nullptr;
      for (const Use &use : users) {
        if (!scope->isProperAncestor(use.op))
          continue;
        if (!first)
          first = &use;
        last = &use;
        if (use.position < position)
          before = &use;
        else if (!behind)
          behind = &use;
      }
      if (const Use *use = isBehind ? behind : before)
        return use;
      if (isFunction)
        return nullptr;
      if (const Use *use = isBehind ? first : last)
        return use;
    }
    return nullptr;
  }

  void attribute(StagedCopy copy) {
    bool isLoad = copy.dram == copy.op->getOperand(0);
    const Use *use =
        nearest(uses, bufferOf(copy.onChip), copy.op, /*isBehind=*/isLoad);
    if (!use)
      return obstacle(copy.op,
                      Twine("the copy between DRAM and chip belongs to no "
                            "layer: no operation on tiles uses its buffer ") +
                          (isLoad ? "behind it" : "before it"));
    copy.layer = use->layer;
    auto stream =
        llvm::find_if(core::AllStreams, [&](const core::Stream &stream) {
          return stream.operand == use->role && stream.isWrite == !isLoad;
        });
    if (stream == core::AllStreams.end())
      return obstacle(copy.op, "the copy writes what its layer only reads back "
                               "to DRAM");
    copy.stream = stream - core::AllStreams.begin();
    staging.copies.push_back(copy);
  }

  Staging &staging;
  llvm::DenseMap<Operation *, unsigned> positions;
  SmallVector<linalg::LinalgOp> epilogues;
  SmallVector<StagedCopy> copies;
  /// Of all buffers, and of the partial sums by tiled operations.
  Uses uses, sums;
};
} // namespace

Staging mlir::romanet::analyzeStaging(Operation *root) {
  Staging staging;
  root->walk([&](FunctionOpInterface function) {
    if (!function.isExternal())
      Analyzer(staging).run(function);
  });
  return staging;
}
