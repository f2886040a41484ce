//===- OnChip.cpp - The on-chip buffers of a module -----------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnChip.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::romanet;

//===----------------------------------------------------------------------===//
// Temporary copies
//===----------------------------------------------------------------------===//

/// Whether one offset is 1 minus the other: the halves of a double buffer.
static bool areHalves(OpFoldResult lhs, OpFoldResult rhs) {
  auto isOtherOf = [](OpFoldResult offset, OpFoldResult other) {
    auto value = dyn_cast<Value>(offset);
    auto difference = value ? value.getDefiningOp<arith::SubIOp>() : nullptr;
    return difference && matchPattern(difference.getLhs(), m_One()) &&
           OpFoldResult(difference.getRhs()) == other;
  };
  return isOtherOf(lhs, rhs) || isOtherOf(rhs, lhs);
}

/// Whether two parts of one buffer have no element in common.
static bool areDisjoint(Value lhs, Value rhs) {
  auto a = lhs.getDefiningOp<memref::SubViewOp>();
  auto b = rhs.getDefiningOp<memref::SubViewOp>();
  if (!a || !b || a.getSource() != b.getSource())
    return false;
  auto isUnit = [](OpFoldResult stride) {
    return isConstantIntValue(stride, 1);
  };
  if (!llvm::all_of(a.getMixedStrides(), isUnit) ||
      !llvm::all_of(b.getMixedStrides(), isUnit))
    return false;
  for (auto [offsetA, sizeA, offsetB, sizeB] :
       llvm::zip(a.getMixedOffsets(), a.getMixedSizes(), b.getMixedOffsets(),
                 b.getMixedSizes())) {
    if (isConstantIntValue(sizeA, 1) && isConstantIntValue(sizeB, 1) &&
        areHalves(offsetA, offsetB))
      return true;
    std::optional<int64_t> beginA = getConstantIntValue(offsetA),
                           beginB = getConstantIntValue(offsetB),
                           countA = getConstantIntValue(sizeA),
                           countB = getConstantIntValue(sizeB);
    if (beginA && beginB && countA && countB &&
        (*beginA + *countA <= *beginB || *beginB + *countB <= *beginA))
      return true;
  }
  return false;
}

/// Copies through `temporary` go from source to target, if it serves nothing
/// else and the parts are disjoint.
static void removeTemporary(memref::AllocOp temporary) {
  memref::CopyOp in, out;
  SmallVector<Operation *> frees;
  for (Operation *user : temporary->getUsers()) {
    auto copy = dyn_cast<memref::CopyOp>(user);
    if (copy && copy.getTarget() == temporary.getMemref() && !in)
      in = copy;
    else if (copy && copy.getSource() == temporary.getMemref() && !out)
      out = copy;
    else if (isa<memref::DeallocOp>(user))
      frees.push_back(user);
    else
      return;
  }
  if (!in || !out || in->getBlock() != out->getBlock() ||
      !in->isBeforeInBlock(out) ||
      !areDisjoint(in.getSource(), out.getTarget()))
    return;
  for (Operation *op = in->getNextNode(); op != out; op = op->getNextNode())
    if (!isPure(op))
      return;
  out.getSourceMutable().set(in.getSource());
  in->erase();
  for (Operation *free : frees)
    free->erase();
  temporary->erase();
}

//===----------------------------------------------------------------------===//
// Static buffers
//===----------------------------------------------------------------------===//

namespace {
/// An allocation and how long it lives, as operations of its block.
struct LiveBuffer {
  memref::AllocOp alloc;
  Operation *last;

  int64_t width() { return alloc.getType().getElementTypeBitWidth() / 8; }
  int64_t bytes() { return alloc.getType().getNumElements() * width(); }
};
} // namespace

static SpaceAttr onChipSpace(memref::AllocOp alloc) {
  return dyn_cast_or_null<SpaceAttr>(alloc.getType().getMemorySpace());
}

/// The last operation of the allocation's block that uses it under any name;
/// null if it is not used up there.
static Operation *lastUse(memref::AllocOp alloc,
                          BufferViewFlowAnalysis &aliases) {
  Operation *last = alloc;
  for (Value alias : aliases.resolve(alloc.getResult()))
    for (Operation *user : alias.getUsers()) {
      Operation *inBlock = alloc->getBlock()->findAncestorOpInBlock(*user);
      if (!inBlock || inBlock->hasTrait<OpTrait::IsTerminator>())
        return nullptr;
      if (last->isBeforeInBlock(inBlock))
        last = inBlock;
    }
  return last;
}

/// Whether other buffers of the space may be taken while the allocation lives:
/// by a function that is called, or in a block inside.
static bool livesAroundOthers(memref::AllocOp alloc, Operation *last) {
  for (Operation *op = alloc; op != last; op = op->getNextNode()) {
    WalkResult found = op->getNextNode()->walk([&](Operation *inner) {
      bool isTaken = false;
      if (auto call = dyn_cast<CallOpInterface>(inner)) {
        auto callee =
            dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
        isTaken = !callee || !callee.isExternal();
      } else if (auto other = dyn_cast<memref::AllocOp>(inner)) {
        isTaken = other->getBlock() != alloc->getBlock() &&
                  onChipSpace(other) == onChipSpace(alloc);
      }
      return isTaken ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (found.wasInterrupted())
      return true;
  }
  return false;
}

static bool isInParallelLoop(Operation *op) {
  return op->getParentOfType<scf::ParallelOp>() ||
         op->getParentOfType<scf::ForallOp>();
}

static std::string globalName(SpaceAttr space) {
  return ("romanet_on_chip_" + stringifySpace(space.getValue())).str();
}

/// Replaces allocations that live at the same time by views of the space's
/// global, one after the other. Returns the end of the last one.
static int64_t placeTogether(MutableArrayRef<LiveBuffer> group,
                             SpaceAttr space) {
  // The widest elements first: then no alignment leaves a gap.
  llvm::stable_sort(
      group, [](LiveBuffer a, LiveBuffer b) { return a.width() > b.width(); });
  int64_t end = 0;
  for (LiveBuffer &buffer : group) {
    auto function = buffer.alloc->getParentOfType<FunctionOpInterface>();
    OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
    Location loc = buffer.alloc.getLoc();
    // The size of the global is set when all are placed.
    Value base = memref::GetGlobalOp::create(
        builder, loc,
        MemRefType::get({1}, builder.getI8Type(), MemRefLayoutAttrInterface(),
                        space),
        globalName(space));
    Value offset = arith::ConstantIndexOp::create(builder, loc, end);
    Value view = memref::ViewOp::create(builder, loc, buffer.alloc.getType(),
                                        base, offset, ValueRange());
    end += buffer.bytes();
    for (Operation *user : llvm::make_early_inc_range(buffer.alloc->getUsers()))
      if (isa<memref::DeallocOp>(user))
        user->erase();
    buffer.alloc.getResult().replaceAllUsesWith(view);
    buffer.alloc->erase();
  }
  return end;
}

/// Frees a buffer that stays an allocation after its last use.
static void freeAfter(memref::AllocOp alloc, Operation *last) {
  if (!last ||
      llvm::any_of(alloc->getUsers(), llvm::IsaPred<memref::DeallocOp>))
    return;
  OpBuilder builder(alloc.getContext());
  builder.setInsertionPointAfter(last);
  memref::DeallocOp::create(builder, alloc.getLoc(), alloc);
}

void mlir::romanet::mapOnChipBuffers(ModuleOp module) {
  SmallVector<memref::AllocOp> allocs;
  module.walk([&](memref::AllocOp alloc) {
    if (onChipSpace(alloc))
      allocs.push_back(alloc);
  });
  llvm::for_each(allocs, removeTemporary);

  llvm::MapVector<Attribute, int64_t> sizes;
  module.walk([&](FunctionOpInterface function) {
    if (function.isExternal())
      return;
    BufferViewFlowAnalysis aliases(function);
    // By space and block, in program order.
    llvm::MapVector<std::pair<Attribute, Block *>, SmallVector<LiveBuffer>>
        buffers;
    function.walk([&](memref::AllocOp alloc) {
      SpaceAttr space = onChipSpace(alloc);
      if (!space || !alloc.getType().hasStaticShape())
        return;
      Operation *last = lastUse(alloc, aliases);
      if (!last || isInParallelLoop(alloc) || livesAroundOthers(alloc, last))
        freeAfter(alloc, last);
      else
        buffers[{space, alloc->getBlock()}].push_back({alloc, last});
    });
    for (auto &[key, all] : buffers) {
      auto space = cast<SpaceAttr>(key.first);
      MutableArrayRef<LiveBuffer> rest(all);
      while (!rest.empty()) {
        // All whose lives overlap, directly or through others.
        Operation *last = rest.front().last;
        size_t count = 1;
        while (count < rest.size() &&
               rest[count].alloc->isBeforeInBlock(last)) {
          if (last->isBeforeInBlock(rest[count].last))
            last = rest[count].last;
          ++count;
        }
        int64_t end = placeTogether(rest.take_front(count), space);
        int64_t &size = sizes[space];
        size = std::max(size, end);
        rest = rest.drop_front(count);
      }
    }
  });

  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  for (auto [attribute, size] : sizes) {
    auto space = cast<SpaceAttr>(attribute);
    std::string name = globalName(space);
    // A second run may find what the first left.
    auto global = module.lookupSymbol<memref::GlobalOp>(name);
    int64_t bytes =
        std::max(size, global ? global.getType().getNumElements() : 0);
    auto type = MemRefType::get({bytes}, builder.getI8Type(),
                                MemRefLayoutAttrInterface(), space);
    if (global)
      global.setType(type);
    else
      memref::GlobalOp::create(
          builder, module.getLoc(), name,
          /*sym_visibility=*/builder.getStringAttr("private"), type,
          /*initial_value=*/builder.getUnitAttr(), /*constant=*/false,
          /*alignment=*/builder.getI64IntegerAttr(64));
    module.walk([&](memref::GetGlobalOp get) {
      if (get.getName() == name)
        get.getResult().setType(type);
    });
  }
}
