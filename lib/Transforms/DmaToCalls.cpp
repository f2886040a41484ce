//===- DmaToCalls.cpp - DMAs become calls of the runtime ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_DMATOCALLSPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

// The functions of the runtime; see romanet/Runtime/Runtime.h.
static constexpr llvm::StringLiteral kStart = "romanet_dma_start";
static constexpr llvm::StringLiteral kWait = "romanet_dma_wait";

namespace {
class Lowering {
public:
  explicit Lowering(ModuleOp module)
      : module(module), dataLayout(module), builder(module.getContext()) {}

  void lower(memref::DmaStartOp dma) {
    begin(dma);
    int64_t bytes = dataLayout.getTypeSize(
        getElementTypeOrSelf(dma.getSrcMemRef().getType()));
    Value count = dma.getNumElements(), chunk = count, stride = count;
    if (dma.isStrided()) {
      chunk = dma.getNumElementsPerStride();
      stride = dma.getStride();
    }
    // The stride is that of the end in DRAM; on chip the chunks follow each
    // other.
    bool isLoad = isOnChip(dma.getDstMemRef().getType());
    auto toBytes = [&](Value elements) {
      return toI64(arith::MulIOp::create(
          builder, loc, elements,
          arith::ConstantIndexOp::create(builder, loc, bytes)));
    };
    call(kStart,
         {addressOf(dma.getSrcMemRef(), dma.getSrcIndices(), bytes),
          addressOf(dma.getDstMemRef(), dma.getDstIndices(), bytes),
          toBytes(count), toBytes(chunk), toBytes(isLoad ? stride : chunk),
          toBytes(isLoad ? chunk : stride),
          addressOf(dma.getTagMemRef(), dma.getTagIndices(), 4)});
    dma.erase();
  }

  void lower(memref::DmaWaitOp wait) {
    begin(wait);
    call(kWait, {addressOf(wait.getTagMemRef(), wait.getTagIndices(), 4)});
    wait.erase();
  }

private:
  void begin(Operation *op) {
    builder.setInsertionPoint(op);
    loc = op->getLoc();
  }

  Value toI64(Value index) {
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                      index);
  }

  /// The address of an element in the memory of the CPU.
  Value addressOf(Value memref, ValueRange indices, int64_t bytes) {
    Value base =
        memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref);
    auto metadata =
        memref::ExtractStridedMetadataOp::create(builder, loc, memref);
    Value element = metadata.getOffset();
    for (auto [index, stride] : llvm::zip(indices, metadata.getStrides()))
      element = arith::AddIOp::create(
          builder, loc, element,
          arith::MulIOp::create(builder, loc, index, stride));
    Value width = arith::ConstantIndexOp::create(builder, loc, bytes);
    return toI64(arith::AddIOp::create(
        builder, loc, base,
        arith::MulIOp::create(builder, loc, element, width)));
  }

  void call(StringRef name, ValueRange arguments) {
    if (!module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      auto declaration = func::FuncOp::create(
          builder, module.getLoc(), name,
          builder.getFunctionType(TypeRange(arguments), TypeRange()));
      declaration.setPrivate();
      declaration->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                           builder.getUnitAttr());
    }
    func::CallOp::create(builder, loc, name, TypeRange(), arguments);
  }

  ModuleOp module;
  DataLayout dataLayout;
  OpBuilder builder;
  Location loc = UnknownLoc::get(module.getContext());
};

struct DmaToCallsPass
    : mlir::romanet::impl::DmaToCallsPassBase<DmaToCallsPass> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    WalkResult walked = getOperation().walk([&](Operation *op) {
      auto dma = dyn_cast<memref::DmaStartOp>(op);
      if (dma && isOnChip(dma.getSrcMemRef().getType()) ==
                     isOnChip(dma.getDstMemRef().getType())) {
        emitError(dma.getLoc())
            << "a DMA between " << dma.getSrcMemRef().getType() << " and "
            << dma.getDstMemRef().getType()
            << " is not one between DRAM and chip; run romanet-dma-to-calls "
               "before romanet-strip";
        return WalkResult::interrupt();
      }
      if (dma || isa<memref::DmaWaitOp>(op))
        ops.push_back(op);
      return WalkResult::advance();
    });
    if (walked.wasInterrupted())
      return signalPassFailure();
    Lowering lowering(getOperation());
    for (Operation *op : ops) {
      if (auto dma = dyn_cast<memref::DmaStartOp>(op))
        lowering.lower(dma);
      else
        lowering.lower(cast<memref::DmaWaitOp>(op));
    }
  }
};
} // namespace
