//===- CountTraffic.cpp - Make the program count what it moves ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_COUNTTRAFFICPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

static constexpr llvm::StringLiteral kCounters = "romanet_traffic";

namespace {
/// What is counted of a layer, in the order in which it is printed.
enum Counter { Runs, InputRead, WeightsRead, OutputRead, OutputWrite };
constexpr int64_t kNumCounters = 5;

class Instrumenter {
public:
  explicit Instrumenter(ModuleOp module)
      : module(module), builder(module.getContext()), loc(module.getLoc()),
        layers(tiledOps(module)),
        type(
            MemRefType::get({static_cast<int64_t>(layers.size()), kNumCounters},
                            builder.getI64Type())) {}

  LogicalResult run(StringRef printer) {
    auto function = module.lookupSymbol<func::FuncOp>(printer);
    if (!function || function.isExternal())
      return emitError(loc) << "there is no function @" << printer
                            << " to print the counters (option 'function')";
    if (module.lookupSymbol(kCounters))
      return emitError(loc)
             << "the module counts its traffic already (@" << kCounters << ")";
    builder.setInsertionPointToStart(module.getBody());
    memref::GlobalOp::create(
        builder, loc, kCounters, builder.getStringAttr("private"), type,
        DenseElementsAttr::get(
            RankedTensorType::get(type.getShape(), type.getElementType()),
            builder.getI64IntegerAttr(0)),
        /*constant=*/false, /*alignment=*/IntegerAttr());
    for (auto [index, layer] : llvm::enumerate(layers))
      if (failed(instrument(index, layer)))
        return failure();
    function.walk([&](func::ReturnOp ret) { emitPrinting(ret); });
    return success();
  }

private:
  LogicalResult instrument(int64_t index, linalg::LinalgOp layer) {
    core::PerOperand<StagedOperand> staging = stagingOf(layer);
    for (core::Operand operand : core::AllOperands)
      if (!staging[operand].buffer)
        return emitError(layer.getLoc())
               << "the tile of '" << core::operandName(operand)
               << "' is not a buffer on chip; bufferize first "
                  "(romanet-dram-map does)";
    // The output's buffer is allocated once per execution of the layer.
    builder.setInsertionPointAfterValue(staging[core::Operand::Output].buffer);
    count(index, Runs, arith::ConstantIntOp::create(builder, loc, 1, 64));
    auto countAll = [&](ArrayRef<memref::CopyOp> copies, Counter counter) {
      for (memref::CopyOp copy : copies) {
        builder.setInsertionPoint(copy);
        count(index, counter, bytesOf(copy.getSource()));
      }
    };
    countAll(staging[core::Operand::Input].loads, InputRead);
    countAll(staging[core::Operand::Weights].loads, WeightsRead);
    countAll(staging[core::Operand::Output].loads, OutputRead);
    countAll(staging[core::Operand::Output].stores, OutputWrite);
    return success();
  }

  Value bytesOf(Value buffer) {
    auto bufferType = cast<MemRefType>(buffer.getType());
    Value bytes = arith::ConstantIndexOp::create(
        builder, loc, bufferType.getElementTypeBitWidth() / 8);
    for (int64_t i = 0, e = bufferType.getRank(); i != e; ++i)
      bytes = arith::MulIOp::create(
          builder, loc, bytes,
          memref::DimOp::create(builder, loc, buffer, i).getResult());
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                      bytes);
  }

  SmallVector<Value> counterIndex(int64_t layer, int64_t counter) {
    return {arith::ConstantIndexOp::create(builder, loc, layer),
            arith::ConstantIndexOp::create(builder, loc, counter)};
  }

  void count(int64_t layer, Counter counter, Value amount) {
    Value counters = memref::GetGlobalOp::create(builder, loc, type, kCounters);
    SmallVector<Value> index = counterIndex(layer, counter);
    Value old = memref::LoadOp::create(builder, loc, counters, index);
    Value sum = arith::AddIOp::create(builder, loc, old, amount);
    memref::StoreOp::create(builder, loc, sum, counters, index);
  }

  func::CallOp call(StringRef name, ValueRange arguments) {
    if (!module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      auto declaration = func::FuncOp::create(
          builder, loc, name,
          builder.getFunctionType(TypeRange(arguments), TypeRange()));
      declaration.setPrivate();
    }
    return func::CallOp::create(builder, loc, name, TypeRange(), arguments);
  }

  void emitPrinting(Operation *before) {
    builder.setInsertionPoint(before);
    Value counters = memref::GetGlobalOp::create(builder, loc, type, kCounters);
    for (int64_t layer = 0, e = layers.size(); layer != e; ++layer) {
      call("printI64",
           {arith::ConstantIntOp::create(builder, loc, layer, 64).getResult()});
      for (int64_t counter = 0; counter != kNumCounters; ++counter) {
        call("printComma", {});
        call("printI64", {memref::LoadOp::create(builder, loc, counters,
                                                 counterIndex(layer, counter))
                              .getResult()});
      }
      call("printNewline", {});
    }
  }

  ModuleOp module;
  OpBuilder builder;
  Location loc;
  SmallVector<linalg::LinalgOp> layers;
  MemRefType type;
};

struct CountTrafficPass
    : mlir::romanet::impl::CountTrafficPassBase<CountTrafficPass> {
  using CountTrafficPassBase::CountTrafficPassBase;

  void runOnOperation() override {
    if (failed(Instrumenter(getOperation()).run(function)))
      signalPassFailure();
  }
};
} // namespace
