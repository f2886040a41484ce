//===- CountTraffic.cpp - Make the program count what it moves ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_COUNTTRAFFICPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

// The functions of the runtime; see romanet/Runtime/Runtime.h.
static constexpr llvm::StringLiteral kTransfer = "romanet_count_transfer_";
static constexpr llvm::StringLiteral kBegin = "romanet_count_begin";
static constexpr llvm::StringLiteral kEnd = "romanet_count_end";
static constexpr llvm::StringLiteral kStep = "romanet_count_step";
static constexpr llvm::StringLiteral kLayer = "romanet_count_layer";
static constexpr llvm::StringLiteral kPrint = "romanet_count_print";

/// The suffix of the counter for elements of `type`; empty if there is none.
static StringRef suffixOf(Type type) {
  if (type.isBF16())
    return "bf16";
  if (isa<FloatType>(type)) {
    if (type.isF16())
      return "f16";
    if (type.isF32())
      return "f32";
    return type.isF64() ? "f64" : "";
  }
  if (!type.isSignlessInteger())
    return "";
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return "i8";
  case 16:
    return "i16";
  case 32:
    return "i32";
  case 64:
    return "i64";
  default:
    return "";
  }
}

namespace {
class Instrumenter {
public:
  explicit Instrumenter(ModuleOp module)
      : module(module), builder(module.getContext()), loc(module.getLoc()) {}

  LogicalResult run(StringRef printer) {
    auto function = module.lookupSymbol<func::FuncOp>(printer);
    if (!function || function.isExternal())
      return emitError(loc) << "there is no function @" << printer
                            << " to print the counters (option 'function')";
    if (module.lookupSymbol(kPrint))
      return emitError(loc)
             << "the module counts its traffic already (@" << kPrint << ")";
    FailureOr<MachineAttr> machine = findMachine(module);
    if (failed(machine))
      return failure();
    burstBytes = machine->getDevice().burstBytes();

    // Nothing is changed where something cannot be counted.
    Staging staging = analyzeStaging(module);
    LogicalResult result = success();
    for (const StagingObstacle &obstacle : staging.obstacles)
      result = emitError(obstacle.op->getLoc())
               << "cannot count the traffic: " << obstacle.reason;
    for (const StagedCopy &copy : staging.copies)
      if (Type type = getElementTypeOrSelf(copy.dram); suffixOf(type).empty())
        result = emitError(copy.op->getLoc())
                 << "cannot count the traffic: the runtime has no counter for "
                    "elements of "
                 << type;
    if (failed(result))
      return failure();

    // What moves in parts is one transfer.
    llvm::SetVector<Operation *> transfers;
    for (const StagedCopy &copy : staging.copies)
      if (Operation *transfer = transferOf(copy.op, copy.dram);
          transfer != copy.op)
        transfers.insert(transfer);
    for (const StagedCopy &copy : staging.copies)
      countTransfer(copy);
    for (Operation *transfer : transfers) {
      builder.setInsertionPoint(transfer);
      call(kBegin, {});
      builder.setInsertionPointAfter(transfer);
      call(kEnd, {});
    }
    for (auto [index, layer] : llvm::enumerate(staging.layers)) {
      builder.setInsertionPoint(layer);
      call(kStep, {constant(index)});
    }
    SmallVector<func::ReturnOp> returns;
    function.walk([&](func::ReturnOp ret) { returns.push_back(ret); });
    for (func::ReturnOp ret : returns)
      emitPrinting(ret, staging.layers);
    return success();
  }

private:
  Value constant(int64_t value) {
    return arith::ConstantIntOp::create(builder, loc, value, 64);
  }

  /// Calls a function of the runtime; a memref among the arguments must be
  /// unranked.
  void call(const Twine &name, ValueRange arguments) {
    std::string symbol = name.str();
    if (!module.lookupSymbol(symbol)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      auto declaration = func::FuncOp::create(
          builder, loc, symbol,
          builder.getFunctionType(TypeRange(arguments), TypeRange()));
      declaration.setPrivate();
      declaration->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                           builder.getUnitAttr());
    }
    func::CallOp::create(builder, loc, symbol, TypeRange(), arguments);
  }

  /// `memref` without its rank. The descriptor behind it lies on the stack,
  /// until the end of the scope that the insertion point is moved into.
  Value unranked(Value memref) {
    auto scope = memref::AllocaScopeOp::create(builder, loc, TypeRange());
    builder.createBlock(&scope.getBodyRegion());
    memref::AllocaScopeReturnOp::create(builder, loc, ValueRange());
    builder.setInsertionPointToStart(&scope.getBodyRegion().front());
    auto type = cast<MemRefType>(memref.getType());
    return memref::CastOp::create(
        builder, loc,
        UnrankedMemRefType::get(type.getElementType(), type.getMemorySpace()),
        memref);
  }

  /// The end in DRAM of a copy or a DMA.
  Value boxOf(const StagedCopy &copy) {
    auto start = dyn_cast<memref::DmaStartOp>(copy.op);
    if (!start)
      return copy.dram;
    bool isLoad = copy.dram == start.getSrcMemRef();
    auto metadata =
        memref::ExtractStridedMetadataOp::create(builder, loc, copy.dram);
    Value first = metadata.getOffset();
    for (auto [index, stride] :
         llvm::zip(isLoad ? start.getSrcIndices() : start.getDstIndices(),
                   metadata.getStrides()))
      first = arith::AddIOp::create(
          builder, loc, first,
          arith::MulIOp::create(builder, loc, index, stride));
    // Chunks, as far apart as the stride says.
    SmallVector<OpFoldResult> sizes = {start.getNumElements()};
    SmallVector<OpFoldResult> strides = {builder.getIndexAttr(1)};
    if (start.isStrided()) {
      Value chunk = start.getNumElementsPerStride();
      sizes = {
          arith::DivUIOp::create(builder, loc, start.getNumElements(), chunk)
              .getResult(),
          chunk};
      strides.insert(strides.begin(), start.getStride());
    }
    return memref::ReinterpretCastOp::create(
        builder, loc, metadata.getBaseBuffer(), OpFoldResult(first), sizes,
        strides);
  }

  void countTransfer(const StagedCopy &copy) {
    int64_t address = 0;
    if (DramAttr place = placeOf(copy.dram)) {
      address = place.getAddress();
    } else if (Value root = viewRoot(copy.dram); warned.insert(root).second) {
      remarkMissed({"romanet-count-traffic"}, "address-not-known", copy.op,
                   root.getLoc(),
                   "the address of this DRAM buffer is not known here; its "
                   "bursts are counted as if it started at address 0, which is "
                   "exact where it starts on a burst");
    }
    builder.setInsertionPoint(copy.op);
    StringRef suffix = suffixOf(getElementTypeOrSelf(copy.dram));
    Value box = unranked(boxOf(copy));
    call(kTransfer + suffix, {constant(copy.layer), constant(copy.stream),
                              constant(address), constant(burstBytes), box});
  }

  /// A constant with the characters of `text`.
  Value nameOf(size_t layer, StringRef text) {
    std::string symbol = ("romanet_layer_name_" + Twine(layer)).str();
    auto type = MemRefType::get({static_cast<int64_t>(text.size())},
                                builder.getI8Type());
    if (!module.lookupSymbol(symbol)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(module.getBody());
      SmallVector<int8_t> characters(text.begin(), text.end());
      memref::GlobalOp::create(
          builder, loc, symbol, builder.getStringAttr("private"), type,
          DenseElementsAttr::get(
              RankedTensorType::get(type.getShape(), type.getElementType()),
              ArrayRef<int8_t>(characters)),
          /*constant=*/true, /*alignment=*/IntegerAttr());
    }
    return memref::GetGlobalOp::create(builder, loc, type, symbol);
  }

  void emitPrinting(Operation *before, ArrayRef<linalg::LinalgOp> layers) {
    for (auto [index, op] : llvm::enumerate(layers)) {
      core::Layer layer = op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer();
      core::Schedule schedule =
          op->getAttrOfType<ScheduleAttr>(kScheduleAttr).getSchedule();
      int64_t steps = 1;
      for (int64_t trips : schedule.trips(layer))
        steps *= trips;
      builder.setInsertionPoint(before);
      Value name = unranked(nameOf(index, layer.name));
      call(kLayer, {constant(index), constant(steps), name});
    }
    builder.setInsertionPoint(before);
    call(kPrint, {});
  }

  ModuleOp module;
  OpBuilder builder;
  Location loc;
  int64_t burstBytes = 0;
  /// Buffers whose address is not known and that a remark was made of.
  llvm::SmallDenseSet<Value> warned;
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
