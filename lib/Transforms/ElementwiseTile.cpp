//===- ElementwiseTile.cpp - Element-wise operations on a tile ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseTile.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::romanet;

/// The dimensions of the array that `operand` reads, as in ElementwiseArray.
static bool isArrayOf(linalg::LinalgOp op, OpOperand &operand,
                      const ElementwiseArray &array) {
  if (operand.get() != array.source())
    return false;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  auto shape = cast<ShapedType>(array.source().getType()).getShape();
  for (auto [expr, dim, extent] :
       llvm::zip(map.getResults(), array.outputDims, shape)) {
    auto position = dyn_cast<AffineDimExpr>(expr);
    int64_t actual =
        position && extent != 1 ? int64_t(position.getPosition()) : -1;
    if (actual != dim)
      return false;
  }
  return true;
}

Value mlir::romanet::emitElementwise(OpBuilder &builder,
                                     const Elementwise &elementwise,
                                     ArrayRef<Value> tiles, Value sumsBuffer,
                                     Value sumsValue, Value sums,
                                     Value target) {
  MLIRContext *context = builder.getContext();
  bool onTensors = isa<RankedTensorType>(target.getType());
  int64_t rank = cast<ShapedType>(target.getType()).getRank();
  SmallVector<Value> inputs(tiles);
  SmallVector<AffineMap> maps;
  for (const ElementwiseArray &array : elementwise.arrays) {
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : array.outputDims)
      exprs.push_back(dim < 0 ? getAffineConstantExpr(0, context)
                              : getAffineDimExpr(dim, context));
    maps.push_back(AffineMap::get(rank, 0, exprs, context));
  }
  bool readsSums = sumsBuffer || sumsValue;
  bool sumsAreInput = readsSums && sums != target;
  AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, context);
  if (sumsAreInput) {
    inputs.push_back(sums);
    maps.push_back(identity);
  }
  maps.push_back(identity);

  auto emitBody = [&](OpBuilder &body, Location, ValueRange arguments) {
    // What each value (on memrefs: each buffer, as of now) has at the element.
    llvm::DenseMap<Value, Value> elements;
    if (readsSums)
      elements[sumsValue ? sumsValue : sumsBuffer] =
          sumsAreInput ? arguments[tiles.size()] : arguments.back();
    Value result;
    for (linalg::LinalgOp op : elementwise.ops) {
      IRMapping mapping;
      for (OpOperand &operand : op->getOpOperands()) {
        BlockArgument argument = op.getMatchingBlockArgument(&operand);
        if (argument.use_empty())
          continue;
        Value element = elements.lookup(operand.get());
        if (!element && !isa<ShapedType>(operand.get().getType()))
          element = operand.get();
        for (auto [array, value] : llvm::zip(elementwise.arrays, arguments))
          if (!element && isArrayOf(op, operand, array))
            element = value;
        mapping.map(argument, element);
      }
      for (Operation &each : op.getBlock()->without_terminator())
        body.clone(each, mapping);
      result = mapping.lookupOrDefault(
          op.getBlock()->getTerminator()->getOperand(0));
      elements[op.hasPureTensorSemantics() ? Value(op->getResult(0))
                                           : op.getDpsInitOperand(0)->get()] =
          result;
    }
    linalg::YieldOp::create(body, result.getLoc(), result);
  };
  SmallVector<linalg::LinalgOp> ops = elementwise.ops;
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, ops.back()->getLoc(),
      onTensors ? TypeRange(target.getType()) : TypeRange(), inputs,
      ValueRange(target), maps, iterators, emitBody);
  generic->setAttr(kEpilogueAttr, builder.getUnitAttr());
  return onTensors ? generic.getResult(0) : Value();
}
