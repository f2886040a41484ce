//===- Threading.h - Control flow around buffers that change ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops and conditions whose bodies change buffers. On tensors a buffer that
// changes is a new value, which has to leave the region in which it was made;
// on memrefs it is the same buffer. Code that is written with slots is the same
// for both.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_LIB_TRANSFORMS_THREADING_H
#define ROMANET_LIB_TRANSFORMS_THREADING_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace mlir::romanet {

/// A condition that may be known while emitting.
class Condition {
public:
  Condition(bool known) : known(known) {}
  Condition(Value value) : value(value) {}

  bool isTrue() const { return !value && known; }
  bool isFalse() const { return !value && !known; }
  /// Null where it is known.
  Value getValue() const { return value; }

private:
  bool known = false;
  Value value;
};

/// Slots hold the current values of what changes.
class Threading {
public:
  Threading(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  unsigned add(Value value) {
    slots.push_back(value);
    return slots.size() - 1;
  }
  Value operator[](unsigned slot) const { return slots[slot]; }
  void set(unsigned slot, Value value) { slots[slot] = value; }

  /// Emits a loop whose body changes the slots `changed`.
  scf::ForOp loop(int64_t upper, int64_t step, ArrayRef<unsigned> changed,
                  function_ref<void(Value)> emitBody);

  /// Emits what runs under a condition, and what does not.
  void ifThen(Condition condition, function_ref<void()> emitThen,
              function_ref<void()> emitElse = nullptr);

  Condition andOf(Condition lhs, Condition rhs);
  Condition orOf(Condition lhs, Condition rhs);
  Condition notOf(Condition condition);
  /// `value` == `constant`.
  Condition equals(Value value, int64_t constant);
  OpFoldResult select(Condition condition, OpFoldResult ifTrue,
                      OpFoldResult ifFalse);

private:
  OpBuilder &builder;
  Location loc;
  SmallVector<Value> slots;
};

} // namespace mlir::romanet

#endif // ROMANET_LIB_TRANSFORMS_THREADING_H
