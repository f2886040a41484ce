//===- Threading.cpp - Control flow around buffers that change ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Threading.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;
using namespace mlir::romanet;

scf::ForOp Threading::loop(int64_t upper, int64_t step,
                           ArrayRef<unsigned> changed,
                           function_ref<void(Value)> emitBody) {
  auto constant = [&](int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value).getResult();
  };
  SmallVector<Value> inits =
      llvm::map_to_vector(changed, [&](unsigned slot) { return slots[slot]; });
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(upper),
                                 constant(step), inits);
  for (auto [slot, argument] : llvm::zip(changed, loop.getRegionIterArgs()))
    slots[slot] = argument;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    emitBody(loop.getInductionVar());
    if (!changed.empty())
      scf::YieldOp::create(builder, loc,
                           llvm::map_to_vector(changed, [&](unsigned slot) {
                             return slots[slot];
                           }));
  }
  for (auto [slot, result] : llvm::zip(changed, loop.getResults()))
    slots[slot] = result;
  return loop;
}

void Threading::ifThen(Condition condition, function_ref<void()> emitThen,
                       function_ref<void()> emitElse) {
  if (condition.isTrue())
    return emitThen();
  if (condition.isFalse()) {
    if (emitElse)
      emitElse();
    return;
  }
  // What changes is known once both branches are there; then the operation with
  // the right results takes them over.
  SmallVector<Value> before = slots;
  auto draft = scf::IfOp::create(builder, loc, TypeRange(),
                                 condition.getValue(), /*withElseRegion=*/true);
  auto emitBranch = [&](Block *block, function_ref<void()> emit) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(block->getTerminator());
    slots = before;
    if (emit)
      emit();
    return slots;
  };
  SmallVector<Value> afterThen = emitBranch(draft.thenBlock(), emitThen);
  SmallVector<Value> afterElse = emitBranch(draft.elseBlock(), emitElse);
  SmallVector<unsigned> changed;
  SmallVector<Type> types;
  for (unsigned slot = 0, e = before.size(); slot != e; ++slot)
    if (afterThen[slot] != before[slot] || afterElse[slot] != before[slot]) {
      changed.push_back(slot);
      types.push_back(before[slot].getType());
    }
  bool hasElse = emitElse || !changed.empty();
  auto branch =
      scf::IfOp::create(builder, loc, types, condition.getValue(), hasElse);
  auto takeBranch = [&](Region &to, Region &from, ArrayRef<Value> after) {
    to.takeBody(from);
    OpBuilder::InsertionGuard guard(builder);
    Operation *terminator = to.front().getTerminator();
    builder.setInsertionPoint(terminator);
    scf::YieldOp::create(builder, loc,
                         llvm::map_to_vector(changed, [&](unsigned slot) {
                           return after[slot];
                         }));
    terminator->erase();
  };
  takeBranch(branch.getThenRegion(), draft.getThenRegion(), afterThen);
  if (hasElse)
    takeBranch(branch.getElseRegion(), draft.getElseRegion(), afterElse);
  draft.erase();
  slots = before;
  for (auto [slot, result] : llvm::zip(changed, branch.getResults()))
    slots[slot] = result;
}

Condition Threading::andOf(Condition lhs, Condition rhs) {
  if (lhs.isFalse() || rhs.isTrue())
    return lhs;
  if (rhs.isFalse() || lhs.isTrue())
    return rhs;
  return arith::AndIOp::create(builder, loc, lhs.getValue(), rhs.getValue())
      .getResult();
}

Condition Threading::orOf(Condition lhs, Condition rhs) {
  if (lhs.isTrue() || rhs.isFalse())
    return lhs;
  if (rhs.isTrue() || lhs.isFalse())
    return rhs;
  return arith::OrIOp::create(builder, loc, lhs.getValue(), rhs.getValue())
      .getResult();
}

Condition Threading::notOf(Condition condition) {
  if (!condition.getValue())
    return condition.isFalse();
  Value one = arith::ConstantIntOp::create(builder, loc, 1, 1);
  return arith::XOrIOp::create(builder, loc, condition.getValue(), one)
      .getResult();
}

Condition Threading::equals(Value value, int64_t constant) {
  return arith::CmpIOp::create(
             builder, loc, arith::CmpIPredicate::eq, value,
             arith::ConstantIndexOp::create(builder, loc, constant))
      .getResult();
}

OpFoldResult Threading::select(Condition condition, OpFoldResult ifTrue,
                               OpFoldResult ifFalse) {
  if (condition.isTrue() || ifTrue == ifFalse)
    return ifTrue;
  if (condition.isFalse())
    return ifFalse;
  return arith::SelectOp::create(
             builder, loc, condition.getValue(),
             getValueOrCreateConstantIndexOp(builder, loc, ifTrue),
             getValueOrCreateConstantIndexOp(builder, loc, ifFalse))
      .getResult();
}
