//===- Lifetime.cpp - When the buffers of a module are live ---------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/Lifetime.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace mlir::romanet;
using core::LiveInterval;

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// Operations whose regions run one after the other with what is around them,
/// possibly many times.
static bool isUnderstood(Operation *parent) {
  return isa<scf::ForOp, scf::WhileOp, scf::IfOp, scf::ExecuteRegionOp,
             scf::IndexSwitchOp, scf::ParallelOp, scf::ForallOp,
             affine::AffineForOp, affine::AffineIfOp, affine::AffineParallelOp,
             memref::AllocaScopeOp>(parent);
}

static bool isMemref(Type type) { return isa<BaseMemRefType>(type); }

/// Hands a buffer on, or begins or ends one, without an access.
static bool isTransparent(Operation *op) {
  return isUnderstood(op) || op->hasTrait<OpTrait::IsTerminator>() ||
         isa<ViewLikeOpInterface, memref::AllocOp, memref::AllocaOp,
             memref::DeallocOp, memref::GetGlobalOp>(op);
}

/// Whether the operation is a program point.
static bool isPoint(Operation *op) {
  return isa<CallOpInterface>(op) ||
         (!isTransparent(op) && !isMemoryEffectFree(op) &&
          llvm::any_of(op->getOperandTypes(), isMemref));
}

/// Whether the buffer may be reached through something that is no alias.
static bool mayKeep(Operation *user) {
  for (Type type : user->getResultTypes())
    if (!isMemref(type) && !type.isIntOrIndexOrFloat() &&
        !isa<VectorType>(type))
      return true;
  for (Type type : user->getOperandTypes())
    if (auto memref = dyn_cast<BaseMemRefType>(type);
        memref && isMemref(memref.getElementType()))
      return true;
  if (isa<memref::ExtractAlignedPointerAsIndexOp>(user))
    return true;
  return !isTransparent(user) &&
         !isa<CallOpInterface, MemoryEffectOpInterface, memref::DmaStartOp,
              memref::DmaWaitOp>(user);
}

static bool mayRepeat(Operation *parent) {
  return isa<LoopLikeOpInterface>(parent);
}

//===----------------------------------------------------------------------===//
// Lifetimes
//===----------------------------------------------------------------------===//

Lifetimes::Lifetimes(ModuleOp module) {
  llvm::StringSet<> used;
  if (auto uses = SymbolTable::getSymbolUses(module.getOperation()))
    for (SymbolTable::SymbolUse use : *uses)
      used.insert(use.getSymbolRef().getLeafReference().getValue());
  module.walk([&](FunctionOpInterface op) {
    if (op.isExternal())
      return;
    indexOf[op] = functions.size();
    Function &function = functions.emplace_back();
    function.op = op;
    function.isEntry = op.isPublic() || !used.contains(op.getName());
  });
  for (Function &function : functions) {
    function.points.begin = numPoints;
    for (Region &region : function.op->getRegions())
      for (Operation &op : region.getOps())
        number(&op, function);
    function.points.end = numPoints;
  }
  for (size_t index = 0; index != functions.size(); ++index)
    close(index);
  for (Function &function : functions)
    function.op->walk([&](CallOpInterface call) {
      if (!call->getParentOfType<scf::ParallelOp>() &&
          !call->getParentOfType<scf::ForallOp>() &&
          !call->getParentOfType<affine::AffineParallelOp>())
        return;
      Operation *callee = call.resolveCallable();
      for (size_t index = 0; index != functions.size(); ++index) {
        auto known = indexOf.find(callee);
        if (!callee ||
            (known != indexOf.end() &&
             llvm::is_contained(functions[known->second].reached, index)))
          functions[index].isParallel = true;
      }
    });
}

void Lifetimes::number(Operation *op, Function &function) {
  LiveInterval &span = points[op];
  span.begin = numPoints;
  for (Region &region : op->getRegions())
    for (Operation &nested : region.getOps())
      number(&nested, function);
  if (isPoint(op)) {
    if (auto call = dyn_cast<CallOpInterface>(op)) {
      Operation *callee = call.resolveCallable();
      if (!callee)
        function.calls.push_back({numPoints, -1});
      else if (auto known = indexOf.find(callee); known != indexOf.end())
        function.calls.push_back(
            {numPoints, static_cast<int64_t>(known->second)});
    }
    ++numPoints;
  }
  // The nested operations may have moved the table.
  points[op].end = numPoints;
}

/// Finds what a function may call.
void Lifetimes::close(size_t index) {
  llvm::SmallDenseSet<size_t> seen = {index};
  SmallVector<size_t> &reached = functions[index].reached;
  reached = {index};
  auto add = [&](size_t callee) {
    if (seen.insert(callee).second)
      reached.push_back(callee);
  };
  for (size_t next = 0; next != reached.size(); ++next)
    for (const Call &call : functions[reached[next]].calls) {
      if (call.callee >= 0)
        add(call.callee);
      else
        llvm::for_each(llvm::seq(functions.size()), add);
    }
}

bool Lifetimes::runsInParallel(FunctionOpInterface function) const {
  auto known = indexOf.find(function);
  return known != indexOf.end() && functions[known->second].isParallel;
}

static void add(std::optional<LiveInterval> &hull, LiveInterval span) {
  if (!hull)
    hull = span;
  hull->begin = std::min(hull->begin, span.begin);
  hull->end = std::max(hull->end, span.end);
}

/// The wait of a DMA, where it stands behind it with nothing in between that
/// has to do with its tag; else null: it may be any wait for the tag.
static Operation *waitBehind(memref::DmaStartOp dma) {
  for (Operation *op = dma->getNextNode(); op; op = op->getNextNode()) {
    if (op->getNumRegions() != 0)
      return nullptr;
    if (!llvm::is_contained(op->getOperands(), dma.getTagMemRef()))
      continue;
    auto wait = dyn_cast<memref::DmaWaitOp>(op);
    return wait && wait.getTagIndices() == dma.getTagIndices() ? op : nullptr;
  }
  return nullptr;
}

/// Adds the points of `user`. False if they are not known.
bool Lifetimes::extend(Operation *user, Operation *root,
                       std::optional<LiveInterval> &hull) const {
  LiveInterval span = points.lookup(user);
  for (Operation *op = user;
       !op->getParentRegion()->isAncestor(root->getParentRegion());
       op = op->getParentOp()) {
    Operation *parent = op->getParentOp();
    if (!isUnderstood(parent))
      return false;
    if (mayRepeat(parent) || !op->getParentRegion()->hasOneBlock())
      span = points.lookup(parent);
  }
  if (span.begin < span.end)
    add(hull, span);
  return true;
}

SmallVector<LiveInterval, 1> Lifetimes::of(Value root) {
  Operation *def = root.getDefiningOp();
  auto op = def ? def->getParentOfType<FunctionOpInterface>() : nullptr;
  if (!op || !indexOf.contains(op))
    return {};
  Function &function = functions[indexOf.lookup(op)];
  if (!function.aliases)
    function.aliases = std::make_unique<BufferViewFlowAnalysis>(op);

  std::optional<LiveInterval> hull;
  for (Region *region = def->getParentRegion();;
       region = region->getParentRegion()) {
    Operation *parent = region->getParentOp();
    bool isOutermost = parent == op.getOperation();
    if (!isOutermost && !isUnderstood(parent))
      return {};
    // The order of the text is not the order of the blocks.
    if (!region->hasOneBlock())
      add(hull, isOutermost ? function.points : points.lookup(parent));
    if (isOutermost)
      break;
  }

  bool isResult = false;
  auto aliases = function.aliases->resolve(root);
  for (Value alias : aliases)
    for (Operation *user : alias.getUsers()) {
      if (isa<memref::DeallocOp>(user))
        continue;
      // Where the analysis does not know an operation, what that hands on is no
      // alias.
      bool handsOn =
          !isUnderstood(user) &&
          llvm::any_of(user->getResults(), [&](Value result) {
            return isMemref(result.getType()) && !aliases.contains(result);
          });
      if (handsOn || mayKeep(user))
        return {};
      if (user->hasTrait<OpTrait::IsTerminator>()) {
        Operation *parent = user->getParentOp();
        if (parent == op.getOperation())
          isResult |= user->hasTrait<OpTrait::ReturnLike>();
        else if (!isUnderstood(parent))
          return {};
        continue;
      }
      // A DMA accesses the buffer until it is waited for.
      if (auto dma = dyn_cast<memref::DmaStartOp>(user)) {
        if (Operation *wait = waitBehind(dma)) {
          if (!extend(wait, def, hull))
            return {};
        } else {
          for (Operation *other : dma.getTagMemRef().getUsers())
            if (isa<memref::DmaWaitOp>(other) && !extend(other, def, hull))
              return {};
        }
      }
      if (isPoint(user) && !extend(user, def, hull))
        return {};
    }

  // What is never accessed needs bytes of its own all the same.
  int64_t here = points.lookup(def).begin;
  if (!hull)
    hull = LiveInterval{here, here + 1};
  SmallVector<LiveInterval> live;
  auto addFunctions = [&](ArrayRef<size_t> reached) {
    for (size_t index : reached)
      if (functions[index].points.begin < functions[index].points.end)
        live.push_back(functions[index].points);
  };
  if (isResult) {
    if (!function.isEntry)
      return {};
    hull->end = std::max(hull->end, function.points.end);
    for (const Function &other : functions)
      if (other.isEntry && &other != &function)
        addFunctions(other.reached);
  }
  live.push_back(*hull);
  for (const Call &call : function.calls) {
    if (call.point < hull->begin || call.point >= hull->end)
      continue;
    if (call.callee < 0)
      return {};
    addFunctions(functions[call.callee].reached);
  }
  return core::mergeIntervals(live);
}

//===----------------------------------------------------------------------===//
// Placed buffers
//===----------------------------------------------------------------------===//

/// Bytes of a contiguous memref; std::nullopt if they are not known.
static std::optional<int64_t> bytesOf(MemRefType type,
                                      const DataLayout &dataLayout) {
  if (!type.hasStaticShape())
    return std::nullopt;
  int64_t bytes = dataLayout.getTypeSize(type.getElementType());
  for (int64_t extent : type.getShape())
    if (llvm::MulOverflow(bytes, extent, bytes))
      return std::nullopt;
  return bytes;
}

/// The address of a view of the arena, if it is one and its address is known.
static std::optional<int64_t> addressInArena(memref::ViewOp view) {
  auto get = view.getSource().getDefiningOp<memref::GetGlobalOp>();
  APInt shift;
  if (!get || get.getName() != kArenaName ||
      !matchPattern(view.getByteShift(), m_ConstantInt(&shift)))
    return std::nullopt;
  return shift.getSExtValue();
}

SmallVector<PlacedBuffer> mlir::romanet::placedBuffers(ModuleOp module) {
  Lifetimes lifetimes(module);
  return placedBuffers(module, lifetimes);
}

SmallVector<PlacedBuffer> mlir::romanet::placedBuffers(ModuleOp module,
                                                       Lifetimes &lifetimes) {
  SmallVector<PlacedBuffer> buffers;
  DataLayout dataLayout(module);
  auto addPlace = [&](Location loc, const Twine &name, DramAttr place) {
    buffers.push_back(
        {loc, name.str(), place.getAddress(), place.getBytes(), place, {}});
  };
  module.walk([&](Operation *op) {
    auto place = op->getAttrOfType<DramAttr>(kDramAttr);
    if (auto view = dyn_cast<memref::ViewOp>(op)) {
      std::optional<int64_t> address = addressInArena(view);
      std::optional<int64_t> bytes = bytesOf(view.getType(), dataLayout);
      if (!address || !bytes || *bytes == 0)
        return;
      std::string name = "a view";
      if (auto function = op->getParentOfType<FunctionOpInterface>())
        name += (" in '@" + function.getName() + "'").str();
      buffers.push_back({view.getLoc(), std::move(name), *address, *bytes,
                         place, lifetimes.of(view)});
    } else if (auto global = dyn_cast<memref::GlobalOp>(op)) {
      if (place)
        addPlace(global.getLoc(), "'@" + global.getSymName() + "'", place);
    } else if (auto function = dyn_cast<FunctionOpInterface>(op)) {
      for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i)
        if (auto at = function.getArgAttrOfType<DramAttr>(i, kDramAttr))
          addPlace(function.getLoc(),
                   "argument " + Twine(i) + " of '@" + function.getName() + "'",
                   at);
    }
  });
  return buffers;
}
