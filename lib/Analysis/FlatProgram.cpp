//===- FlatProgram.cpp - A function body in a form to walk quickly --------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatProgram.h"
#include "mlir/Analysis/AliasAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/AffineExprVisitor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "romanet/Analysis/Staging.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::romanet;

bool mlir::romanet::isEpilogue(Operation *op) {
  return op->hasAttr(kEpilogueAttr);
}

static bool isTiled(Operation *op) {
  return isa<linalg::LinalgOp>(op) &&
         op->hasAttrOfType<LayerAttr>(kLayerAttr) &&
         op->hasAttrOfType<ScheduleAttr>(kScheduleAttr);
}

/// Whether `op`, with all inside, has to do with buffers on chip.
static bool concernsChip(Operation *op) {
  return op
      ->walk([](Operation *each) {
        return isTiled(each) || isEpilogue(each) ||
                       isa<memref::DmaWaitOp>(each) ||
                       llvm::any_of(each->getOperandTypes(), isOnChipBuffer) ||
                       llvm::any_of(each->getResultTypes(), isOnChipBuffer)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Bits of an integer that fits a slot; 0 for any other type.
static unsigned bitsOf(Type type) {
  if (type.isIndex())
    return 64;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.getWidth() <= 64 ? integer.getWidth() : 0;
}

/// Slots of a value of `type`; 0 where it has none.
static unsigned slotsOf(Type type) {
  if (bitsOf(type))
    return 1;
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref || memref.getRank() > kMaxRank ||
      !memref.getElementType().isIntOrIndexOrFloat())
    return 0;
  return 3 + 2 * memref.getRank();
}

static int64_t elementBytes(MemRefType type) {
  Type element = type.getElementType();
  return element.isIndex()
             ? 8
             : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

namespace {
class Flattener {
public:
  explicit Flattener(FunctionOpInterface function) : function(function) {}

  FailureOr<FlatProgram> run() {
    if (!function.getFunctionBody().hasOneBlock()) {
      Operation *tiled = nullptr;
      function.walk([&](Operation *op) {
        if (!tiled && isTiled(op))
          tiled = op;
      });
      return emitError(tiled->getLoc())
             << "cannot be verified: its function has several blocks, whose "
                "branches are not followed";
    }
    for (BlockArgument argument : function.getArguments())
      defineArgument(argument);
    findLastUses();
    function.walk([&](Operation *op) {
      Value source, target;
      if (auto copy = dyn_cast<memref::CopyOp>(op))
        std::tie(source, target) =
            std::pair(copy.getSource(), copy.getTarget());
      else if (auto dma = dyn_cast<memref::DmaStartOp>(op))
        std::tie(source, target) =
            std::pair(dma.getSrcMemRef(), dma.getDstMemRef());
      else
        return;
      bool fromChip = isOnChipBuffer(source.getType());
      if (fromChip == isOnChipBuffer(target.getType()))
        return;
      Operation *transfer = transferOf(op, fromChip ? target : source);
      if (transfer != op)
        transfers.insert(transfer);
    });
    flatten(function.getFunctionBody().front());
    emit({Code::Return});
    if (hasFailed)
      return failure();
    return std::move(program);
  }

private:
  //===--------------------------------------------------------------------===//
  // Slots
  //===--------------------------------------------------------------------===//

  int32_t newSlots(unsigned count) {
    int32_t first = program.slots.size();
    program.slots.resize(first + count);
    return first;
  }

  int32_t constant(int64_t value) {
    auto [it, isNew] = constants.try_emplace(value, 0);
    if (isNew) {
      it->second = newSlots(1);
      program.slots[it->second] = value;
    }
    return it->second;
  }

  /// Gives `value` slots of its own.
  int32_t define(Value value) {
    unsigned count = slotsOf(value.getType());
    if (!count)
      return -1;
    return slots[value] = newSlots(count);
  }

  /// -1 where the value is not known.
  int32_t lookup(Value value) {
    if (auto it = slots.find(value); it != slots.end())
      return it->second;
    APInt integer;
    if (bitsOf(value.getType()) && matchPattern(value, m_ConstantInt(&integer)))
      return slots[value] = constant(value.getType().isInteger(1)
                                         ? integer.getZExtValue()
                                         : integer.getSExtValue());
    return -1;
  }

  InFlightDiagnostic fail(Operation *op) {
    hasFailed = true;
    return emitError(op->getLoc())
           << "'" << op->getName() << "' cannot be verified: ";
  }

  /// The slot of an operand that `op` needs to know.
  int32_t require(Operation *op, Value value) {
    int32_t slot = lookup(value);
    if (slot < 0) {
      InFlightDiagnostic diagnostic =
          fail(op) << "it depends on a value that is not known at compile time";
      if (Operation *source = value.getDefiningOp())
        diagnostic.attachNote(source->getLoc())
            << "from '" << source->getName() << "'";
      // One message for each value.
      slot = define(value);
    }
    return std::max(slot, 0);
  }

  int32_t require(Operation *op, OpFoldResult value) {
    if (auto attribute = dyn_cast<Attribute>(value))
      return constant(cast<IntegerAttr>(attribute).getInt());
    return require(op, cast<Value>(value));
  }

  BufferSlot buffer(Operation *op, Value value) {
    auto type = cast<MemRefType>(value.getType());
    return {require(op, value), static_cast<unsigned>(type.getRank()),
            elementBytes(type), isOnChipBuffer(type)};
  }

  BufferSlot defineBuffer(Value value) {
    auto type = cast<MemRefType>(value.getType());
    return {define(value), static_cast<unsigned>(type.getRank()),
            elementBytes(type), isOnChipBuffer(type)};
  }

  void emit(Instruction instruction) { program.code.push_back(instruction); }

  void move(int32_t dst, int32_t src, unsigned count) {
    if (dst != src)
      emit({Code::Move, static_cast<uint8_t>(count), dst, src});
  }

  //===--------------------------------------------------------------------===//
  // Objects
  //===--------------------------------------------------------------------===//

  int64_t addObject(Location loc, const Twine &name, MemRefType type,
                    Attribute place) {
    ObjectRecord object{loc, name.str()};
    object.isOnChip = isOnChipBuffer(type);
    object.type = type;
    if (auto dram = dyn_cast_or_null<DramAttr>(place))
      object.address = dram.getAddress();
    program.objects.push_back(std::move(object));
    return program.objects.size() - 1;
  }

  /// Writes the buffer that `object` is. Strides that are not known are given
  /// values under which no two elements share a place: what is verified does
  /// not depend on them.
  bool defineObject(Value value, int64_t object) {
    auto type = cast<MemRefType>(value.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    if (!type.hasStaticShape() ||
        failed(type.getStridesAndOffset(strides, offset)))
      return false;
    int32_t slot = define(value);
    if (slot < 0)
      return false;
    int64_t bytes = elementBytes(type), pitch = 1;
    int64_t *header = &program.slots[slot];
    header[0] = object;
    header[1] = 0;
    header[2] = ShapedType::isDynamic(offset) ? 0 : offset * bytes;
    for (unsigned i = type.getRank(); i-- > 0;) {
      int64_t stride = ShapedType::isDynamic(strides[i]) ? pitch : strides[i];
      pitch = std::max(pitch, stride * type.getDimSize(i) + 3);
      header[3 + i] = type.getDimSize(i);
      header[3 + type.getRank() + i] = stride * bytes;
    }
    return true;
  }

  void defineArgument(BlockArgument argument) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    // A strided buffer on chip has no dimensions to count boxes in.
    if (!type || (isOnChipBuffer(type) && !type.getLayout().isIdentity()))
      return;
    unsigned number = argument.getArgNumber();
    defineObject(argument,
                 addObject(argument.getLoc(), "argument " + Twine(number), type,
                           function.getArgAttr(number, kDramAttr)));
  }

  /// On-chip buffers that nothing frees live until their last use.
  void findLastUses() {
    BufferViewFlowAnalysis aliases(function);
    function.walk([&](memref::AllocOp alloc) {
      if (!isOnChipBuffer(alloc.getType()))
        return;
      Operation *last = alloc;
      for (Value alias : aliases.resolve(alloc.getResult()))
        for (Operation *user : alias.getUsers()) {
          if (isa<memref::DeallocOp>(user))
            return;
          Operation *inBlock = alloc->getBlock()->findAncestorOpInBlock(*user);
          if (inBlock && last->isBeforeInBlock(inBlock))
            last = inBlock;
        }
      freedAfter[last].push_back(alloc);
    });
  }

  //===--------------------------------------------------------------------===//
  // Integers
  //===--------------------------------------------------------------------===//

  static std::optional<Code> binaryCode(Operation *op) {
    return llvm::TypeSwitch<Operation *, std::optional<Code>>(op)
        .Case<arith::AddIOp>([](auto) { return Code::Add; })
        .Case<arith::SubIOp>([](auto) { return Code::Sub; })
        .Case<arith::MulIOp>([](auto) { return Code::Mul; })
        .Case<arith::DivSIOp>([](auto) { return Code::DivS; })
        .Case<arith::DivUIOp>([](auto) { return Code::DivU; })
        .Case<arith::RemSIOp>([](auto) { return Code::RemS; })
        .Case<arith::RemUIOp>([](auto) { return Code::RemU; })
        .Case<arith::FloorDivSIOp>([](auto) { return Code::FloorDiv; })
        .Case<arith::CeilDivSIOp>([](auto) { return Code::CeilDiv; })
        .Case<arith::CeilDivUIOp>([](auto) { return Code::CeilDivU; })
        .Case<arith::AndIOp>([](auto) { return Code::And; })
        .Case<arith::OrIOp>([](auto) { return Code::Or; })
        .Case<arith::XOrIOp>([](auto) { return Code::Xor; })
        .Case<arith::ShLIOp>([](auto) { return Code::Shl; })
        .Case<arith::ShRSIOp>([](auto) { return Code::ShrS; })
        .Case<arith::ShRUIOp>([](auto) { return Code::ShrU; })
        .Case<arith::MinSIOp>([](auto) { return Code::MinS; })
        .Case<arith::MaxSIOp>([](auto) { return Code::MaxS; })
        .Case<arith::MinUIOp>([](auto) { return Code::MinU; })
        .Case<arith::MaxUIOp>([](auto) { return Code::MaxU; })
        .Case<arith::ExtSIOp>([](auto) { return Code::ExtendS; })
        .Case<arith::ExtUIOp>([](auto) { return Code::ExtendU; })
        .Case<arith::TruncIOp>([](auto) { return Code::Truncate; })
        .Case<arith::IndexCastOp>([](auto) { return Code::ExtendS; })
        .Case<arith::IndexCastUIOp>([](auto) { return Code::ExtendU; })
        .Default(std::nullopt);
  }

  /// Arithmetic on integers whose operands are known.
  bool flattenInteger(Operation *op) {
    if (op->getNumResults() != 1 || !slotsOf(op->getResult(0).getType()))
      return false;
    SmallVector<int32_t, 3> operands;
    for (Value operand : op->getOperands())
      operands.push_back(lookup(operand));
    if (llvm::is_contained(operands, -1))
      return false;

    if (std::optional<Code> code = binaryCode(op)) {
      int64_t bits = bitsOf(op->getResult(0).getType());
      unsigned sourceBits = bitsOf(op->getOperand(0).getType());
      int32_t b = operands.size() > 1 ? operands[1] : constant(sourceBits);
      emit({*code, 0, define(op->getResult(0)), operands[0], b, bits, op});
      return true;
    }
    if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
      emit({Code::Compare,
            static_cast<uint8_t>(bitsOf(compare.getLhs().getType())),
            define(compare), operands[0], operands[1],
            static_cast<int64_t>(compare.getPredicate()), op});
      return true;
    }
    if (isa<arith::SelectOp>(op) && bitsOf(op->getOperand(0).getType()) == 1) {
      unsigned count = slotsOf(op->getResult(0).getType());
      emit({Code::Select, static_cast<uint8_t>(count), define(op->getResult(0)),
            operands[0], operands[1], operands[2], op});
      return true;
    }
    if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
      slots[apply.getResult()] =
          expression(op, apply.getAffineMap(), 0, operands);
      return true;
    }
    auto extremum = [&](AffineMap map, Code code) {
      int32_t result = expression(op, map, 0, operands);
      for (unsigned i = 1, e = map.getNumResults(); i != e; ++i) {
        int32_t next = newSlots(1);
        emit({code, 0, next, result, expression(op, map, i, operands), 64, op});
        result = next;
      }
      slots[op->getResult(0)] = result;
    };
    if (auto min = dyn_cast<affine::AffineMinOp>(op)) {
      extremum(min.getAffineMap(), Code::MinS);
      return true;
    }
    if (auto max = dyn_cast<affine::AffineMaxOp>(op)) {
      extremum(max.getAffineMap(), Code::MaxS);
      return true;
    }
    return false;
  }

  int32_t expression(Operation *op, AffineMap map, unsigned result,
                     ArrayRef<int32_t> operands) {
    return expression(op, map.getResult(result), map.getNumDims(), operands);
  }

  int32_t expression(Operation *op, AffineExpr expr, unsigned numDims,
                     ArrayRef<int32_t> operands) {
    if (auto number = dyn_cast<AffineConstantExpr>(expr))
      return constant(number.getValue());
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return operands[dim.getPosition()];
    if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
      return operands[numDims + symbol.getPosition()];
    auto binary = cast<AffineBinaryOpExpr>(expr);
    int32_t a = expression(op, binary.getLHS(), numDims, operands);
    int32_t b = expression(op, binary.getRHS(), numDims, operands);
    Code code = Code::Add;
    if (expr.getKind() == AffineExprKind::Mul)
      code = Code::Mul;
    else if (expr.getKind() == AffineExprKind::FloorDiv)
      code = Code::FloorDiv;
    else if (expr.getKind() == AffineExprKind::CeilDiv)
      code = Code::CeilDiv;
    else if (expr.getKind() == AffineExprKind::Mod)
      code = Code::Mod;
    int32_t dst = newSlots(1);
    emit({code, 0, dst, a, b, 64, op});
    return dst;
  }

  //===--------------------------------------------------------------------===//
  // Control flow
  //===--------------------------------------------------------------------===//

  void flatten(Block &block) {
    for (Operation &op : block) {
      flatten(&op);
      if (auto it = freedAfter.find(&op); it != freedAfter.end())
        for (memref::AllocOp alloc : it->second)
          emit({Code::Free, 0, -1, lookup(alloc), -1, 0, alloc});
    }
  }

  /// Moves what a block yields to `targets`, as if at once. What is not known
  /// stays so only where nobody wants to know it.
  void yield(Operation *terminator, ArrayRef<int32_t> targets) {
    SmallVector<std::pair<int32_t, unsigned>> temporaries;
    for (auto [value, target] : llvm::zip(terminator->getOperands(), targets)) {
      unsigned count = target < 0 ? 0 : slotsOf(value.getType());
      int32_t temporary = -1;
      if (count) {
        int32_t source = require(terminator, value);
        temporary = source == target ? target : newSlots(count);
        move(temporary, source, count);
      }
      temporaries.emplace_back(temporary, count);
    }
    for (auto [temporary, target] : llvm::zip(temporaries, targets))
      if (temporary.second)
        move(target, temporary.first, temporary.second);
  }

  void flattenLoop(scf::ForOp loop) {
    int32_t lower = require(loop, loop.getLowerBound());
    int32_t upper = require(loop, loop.getUpperBound());
    int32_t step = require(loop, loop.getStep());
    SmallVector<int32_t> arguments;
    for (auto [init, argument, result] : llvm::zip(
             loop.getInitArgs(), loop.getRegionIterArgs(), loop.getResults())) {
      int32_t slot = -1;
      if (unsigned count = slotsOf(argument.getType())) {
        int32_t source = require(loop, init);
        slot = define(argument);
        move(slot, source, count);
        slots[result] = slot;
      }
      arguments.push_back(slot);
    }
    if (transfers.contains(loop))
      emit({Code::BeginTransfer, 0, -1, -1, -1, 0, loop});
    int32_t iv = define(loop.getInductionVar());
    emit({Code::CheckStep, 0, -1, step, -1, 0, loop});
    move(iv, lower, 1);
    int64_t head = program.code.size();
    emit({Code::LoopHead, 0, -1, iv, upper, 0, loop});
    flatten(*loop.getBody());
    yield(loop.getBody()->getTerminator(), arguments);
    emit({Code::LoopNext, 0, -1, iv, step, head, loop});
    program.code[head].imm = program.code.size();
  }

  void flattenBranch(scf::IfOp branch) {
    int32_t condition = require(branch, branch.getCondition());
    SmallVector<int32_t> results;
    for (Value result : branch.getResults())
      results.push_back(define(result));
    int64_t jump = program.code.size();
    emit({Code::JumpIfZero, 0, -1, condition});
    flatten(*branch.thenBlock());
    yield(branch.thenYield(), results);
    if (branch.elseBlock()) {
      int64_t toEnd = program.code.size();
      emit({Code::Jump});
      program.code[jump].imm = program.code.size();
      flatten(*branch.elseBlock());
      yield(branch.elseYield(), results);
      program.code[toEnd].imm = program.code.size();
    } else {
      program.code[jump].imm = program.code.size();
    }
  }

  //===--------------------------------------------------------------------===//
  // Buffers
  //===--------------------------------------------------------------------===//

  void flattenView(Operation *op, Value source, Value result,
                   OffsetSizeAndStrideOpInterface view,
                   const llvm::SmallBitVector &dropped, Code code) {
    ViewRecord record;
    record.source = buffer(op, source);
    for (OpFoldResult offset : view.getMixedOffsets())
      record.offsets.push_back(require(op, offset));
    for (OpFoldResult size : view.getMixedSizes())
      record.sizes.push_back(require(op, size));
    for (OpFoldResult stride : view.getMixedStrides())
      record.strides.push_back(require(op, stride));
    record.dropped = dropped;
    record.result = defineBuffer(result);
    emit({code, 0, -1, -1, -1, static_cast<int64_t>(program.views.size()), op});
    program.views.push_back(std::move(record));
  }

  void flattenChipView(memref::ViewOp view) {
    ChipRecord record;
    record.source = buffer(view, view.getSource());
    record.shift = require(view, view.getByteShift());
    record.result = defineBuffer(view);
    record.type = view.getType();
    if (!record.type.hasStaticShape())
      fail(view) << "a buffer on chip must have a static shape";
    emit({Code::ChipView, 0, -1, -1, -1,
          static_cast<int64_t>(program.chips.size()), view});
    program.chips.push_back(record);
  }

  void flattenDramView(memref::ViewOp view) {
    ViewRecord record;
    record.source = buffer(view, view.getSource());
    record.offsets.push_back(require(view, view.getByteShift()));
    unsigned numDynamic = 0;
    for (int64_t size : view.getType().getShape())
      record.sizes.push_back(ShapedType::isDynamic(size)
                                 ? require(view, view.getSizes()[numDynamic++])
                                 : constant(size));
    record.result = defineBuffer(view);
    emit({Code::DramView, 0, -1, -1, -1,
          static_cast<int64_t>(program.views.size()), view});
    program.views.push_back(std::move(record));
  }

  void flattenReshape(Operation *op, Value source, Value result) {
    auto type = cast<MemRefType>(result.getType());
    ReshapeRecord record;
    SmallVector<int64_t> strides;
    int64_t offset;
    if (!type.hasStaticShape() ||
        failed(type.getStridesAndOffset(strides, offset)) ||
        llvm::any_of(strides, ShapedType::isDynamic)) {
      fail(op) << "the result has no static shape and strides";
      return;
    }
    record.source = buffer(op, source);
    record.result = defineBuffer(result);
    llvm::append_range(record.sizes, type.getShape());
    for (int64_t stride : strides)
      record.strides.push_back(stride * elementBytes(type));
    emit({Code::Reshape, 0, -1, -1, -1,
          static_cast<int64_t>(program.reshapes.size()), op});
    program.reshapes.push_back(std::move(record));
  }

  void flattenAlloc(Operation *op, MemRefType type) {
    Value result = op->getResult(0);
    if (!isOnChipBuffer(type)) {
      // A buffer of unknown size is not known, and an error where it matters.
      defineObject(result, addObject(op->getLoc(), "an allocation", type, {}));
      return;
    }
    int64_t object = addObject(op->getLoc(), "an on-chip buffer", type, {});
    if (!type.getLayout().isIdentity() || !defineObject(result, object)) {
      fail(op) << "a buffer on chip must have a static shape, the identity "
                  "layout and at most "
               << kMaxRank << " dimensions";
      return;
    }
    emit({Code::Alloc, 0, -1, lookup(result), -1, 0, op});
  }

  void flattenGlobal(memref::GetGlobalOp op) {
    int64_t &object = globals.try_emplace(op.getName(), -1).first->second;
    if (object < 0) {
      auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
          op, op.getNameAttr());
      Attribute place;
      if (global)
        place = global->getAttr(kDramAttr);
      object = addObject(op.getLoc(), "@" + op.getName(), op.getType(), place);
      program.objects[object].isGlobal = true;
      // The arena lies at address 0.
      if (op.getName() == "romanet_dram")
        program.objects[object].address = 0;
    }
    defineObject(op, object);
  }

  /// The buffers that `value` is a view of, itself first.
  void collectOuter(Operation *op, Value value, CopyRecord &record) {
    while (value) {
      auto type = dyn_cast<MemRefType>(value.getType());
      if (!type || lookup(value) < 0)
        return;
      CopyRecord::Outer outer;
      outer.buffer = buffer(op, value);
      llvm::append_range(outer.shape, type.getShape());
      record.outer.push_back(std::move(outer));
      auto view = value.getDefiningOp<ViewLikeOpInterface>();
      value = view ? view.getViewSource() : Value();
    }
  }

  /// An end in DRAM that lies in a buffer that is not row-major: what is
  /// verified is where its elements are in the array.
  void addBlocked(Operation *op, Value dram, DramAttr place,
                  CopyRecord &record) {
    while (auto view = dram.getDefiningOp<ViewLikeOpInterface>()) {
      if (view->hasAttr(kDramAttr))
        break;
      dram = view.getViewSource();
    }
    auto type = cast<MemRefType>(dram.getType());
    ArrayRef<int64_t> shape = place.getShape();
    llvm::Expected<core::Layout> layout =
        place.getLayout().getLayout(shape, elementBytes(type));
    if (!layout || shape.size() > kMaxRank) {
      fail(op) << "its buffer cannot have the layout of its place in DRAM"
               << (layout ? std::string()
                          : ": " + llvm::toString(layout.takeError()));
      return;
    }
    // The array as if it were row-major.
    ReshapeRecord array;
    array.source = buffer(op, dram);
    array.result = {newSlots(3 + 2 * shape.size()),
                    static_cast<unsigned>(shape.size()), elementBytes(type),
                    /*isOnChip=*/false};
    llvm::append_range(array.sizes, shape);
    array.strides.resize(shape.size());
    int64_t stride = elementBytes(type);
    for (size_t i = shape.size(); i-- > 0;) {
      array.strides[i] = stride;
      stride *= shape[i];
    }
    CopyRecord::Outer outer;
    outer.buffer = array.result;
    llvm::append_range(outer.shape, shape);
    record.outer.push_back(std::move(outer));
    record.blocked = program.blocked.size();
    program.blocked.push_back({std::move(*layout), array.source});
    emit({Code::Reshape, 0, -1, -1, -1,
          static_cast<int64_t>(program.reshapes.size()), op});
    program.reshapes.push_back(std::move(array));
  }

  /// The end in DRAM of what `op` moves.
  void addDram(Operation *op, Value dram, CopyRecord &record) {
    record.isPart = transferOf(op, dram) != op;
    if (isBlocked(dram))
      addBlocked(op, dram, placeOf(dram), record);
    else
      collectOuter(op, dram, record);
  }

  void flattenCopy(Operation *op, Value source, Value target) {
    bool fromChip = isOnChipBuffer(source.getType());
    bool toChip = isOnChipBuffer(target.getType());
    if (!fromChip && !toChip) {
      emit({Code::DramWrite, 0, -1, -1, -1, 0, op});
      return;
    }
    CopyRecord record;
    record.source = buffer(op, source);
    record.target = buffer(op, target);
    if (fromChip != toChip)
      addDram(op, fromChip ? target : source, record);
    emit({Code::Copy, 0, -1, -1, -1,
          static_cast<int64_t>(program.copies.size()), op});
    program.copies.push_back(std::move(record));
  }

  TagRecord tagOf(Operation *op, Value tag, ValueRange indices) {
    TagRecord record{buffer(op, tag), {}};
    for (Value index : indices)
      record.index.push_back(require(op, index));
    return record;
  }

  /// The computed header of a part of `value`.
  BufferSlot boxSlot(Value value) {
    auto type = cast<MemRefType>(value.getType());
    return {newSlots(slotsOf(type)), static_cast<unsigned>(type.getRank()),
            elementBytes(type), isOnChipBuffer(type)};
  }

  void flattenDma(memref::DmaStartOp op) {
    Value source = op.getSrcMemRef(), target = op.getDstMemRef();
    bool isLoad = isOnChipBuffer(target.getType());
    if (isOnChipBuffer(source.getType()) == isLoad) {
      fail(op) << "a DMA has one end in DRAM and one on chip";
      return;
    }
    DmaRecord dma;
    dma.source = buffer(op, source);
    dma.target = buffer(op, target);
    for (Value index : op.getSrcIndices())
      dma.sourceIndex.push_back(require(op, index));
    for (Value index : op.getDstIndices())
      dma.targetIndex.push_back(require(op, index));
    dma.count = require(op, op.getNumElements());
    if (op.isStrided()) {
      dma.chunk = require(op, op.getNumElementsPerStride());
      // Where it is read off the buffer, it is that of the buffer.
      if (!op.getStride().getDefiningOp<memref::ExtractStridedMetadataOp>())
        dma.stride = require(op, op.getStride());
    }
    dma.tag = tagOf(op, op.getTagMemRef(), op.getTagIndices());
    dma.sourceBox = boxSlot(source);
    dma.targetBox = boxSlot(target);
    CopyRecord record;
    record.source = dma.sourceBox;
    record.target = dma.targetBox;
    addDram(op, isLoad ? source : target, record);
    record.isDma = true;
    dma.copy = program.copies.size();
    program.copies.push_back(std::move(record));
    emit({Code::DmaStart, 0, -1, -1, -1,
          static_cast<int64_t>(program.dmas.size()), op});
    program.dmas.push_back(std::move(dma));
  }

  //===--------------------------------------------------------------------===//
  // Operations on tiles
  //===--------------------------------------------------------------------===//

  /// The operand as a buffer on chip.
  std::optional<BufferSlot> tileOperand(linalg::LinalgOp op,
                                        OpOperand &operand) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type) {
      fail(op) << "it works on tensors; bufferize first (romanet-dram-map "
                  "does)";
      return std::nullopt;
    }
    if (!isOnChipBuffer(type)) {
      fail(op) << "operand " << operand.getOperandNumber()
               << " is not a buffer on chip but " << type;
      return std::nullopt;
    }
    return buffer(op, operand.get());
  }

  void flattenTile(linalg::LinalgOp op) {
    TileRecord record;
    record.op = op;
    record.layer = program.layers.size();
    program.layers.push_back(op);
    if (op.getNumDpsInputs() < 1 || op.getNumDpsInits() != 1) {
      fail(op) << "a layer has an input and one output";
      return;
    }
    for (OpOperand *operand : op.getDpsInputOperands()) {
      // Scalars are no traffic; neither is the window of a pooling, which
      // gives the shape alone.
      bool isWeights = operand->getOperandNumber() == 1;
      if (!isa<ShapedType>(operand->get().getType()) ||
          op.getMatchingBlockArgument(operand).use_empty()) {
        if (isWeights)
          record.operands.push_back({});
        continue;
      }
      if (operand->getOperandNumber() > 1) {
        fail(op) << "operand " << operand->getOperandNumber()
                 << " is a buffer besides the input and the weights";
        return;
      }
      std::optional<BufferSlot> slot = tileOperand(op, *operand);
      if (!slot)
        return;
      record.operands.push_back(*slot);
    }
    record.operands.resize(2);
    std::optional<BufferSlot> output =
        tileOperand(op, *op.getDpsInitOperand(0));
    if (!output)
      return;
    record.operands.push_back(*output);
    emit({Code::Tile, 0, -1, -1, -1, static_cast<int64_t>(program.tiles.size()),
          op});
    program.tiles.push_back(std::move(record));
  }

  void flattenEpilogue(linalg::LinalgOp op) {
    TileRecord record;
    record.op = op;
    if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() != 0) {
      fail(op) << "an epilogue is element-wise and has one output";
      return;
    }
    OpOperand *init = op.getDpsInitOperand(0);
    AffineMap map = op.getMatchingIndexingMap(init);
    if (!map.isIdentity()) {
      fail(op) << "an epilogue writes its output in the order of its loops";
      return;
    }
    auto add = [&](OpOperand &operand) {
      std::optional<BufferSlot> slot = tileOperand(op, operand);
      if (!slot)
        return false;
      record.operands.push_back(*slot);
      record.maps.push_back(op.getMatchingIndexingMap(&operand));
      return true;
    };
    for (OpOperand *operand : op.getDpsInputOperands())
      if (isa<ShapedType>(operand->get().getType()) && !add(*operand))
        return;
    // In place: the output is read as well.
    if (!op.getMatchingBlockArgument(init).use_empty() && !add(*init))
      return;
    if (!add(*init))
      return;
    emit({Code::Epilogue, 0, -1, -1, -1,
          static_cast<int64_t>(program.tiles.size()), op});
    program.tiles.push_back(std::move(record));
  }

  /// Something that writes the same data-independent value, or values, to a
  /// buffer that it does not read.
  static bool isFill(Operation *op) {
    auto generic = dyn_cast<linalg::LinalgOp>(op);
    if (!generic || isTiled(op) || isEpilogue(op) ||
        generic.getNumDpsInits() != 1 ||
        !generic.getMatchingBlockArgument(generic.getDpsInitOperand(0))
             .use_empty())
      return false;
    return llvm::none_of(generic.getDpsInputs(), [](Value value) {
      return isa<ShapedType>(value.getType());
    });
  }

  void flatten(Operation *op) {
    if (isTiled(op))
      return flattenTile(cast<linalg::LinalgOp>(op));
    if (isEpilogue(op)) {
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        return flattenEpilogue(linalgOp);
      fail(op) << "only linalg operations are an epilogue";
      return;
    }
    if (op->hasTrait<OpTrait::IsTerminator>() ||
        op->hasTrait<OpTrait::ConstantLike>())
      return;
    if (flattenInteger(op))
      return;
    // What a branch or a loop computes of integers is known, too.
    bool isWanted =
        concernsChip(op) || llvm::any_of(op->getResultTypes(), [](Type type) {
          return type.isIndex() || type.isInteger(1);
        });
    if (auto loop = dyn_cast<scf::ForOp>(op); loop && isWanted)
      return flattenLoop(loop);
    if (auto branch = dyn_cast<scf::IfOp>(op); branch && isWanted)
      return flattenBranch(branch);

    if (auto view = dyn_cast<memref::SubViewOp>(op))
      return flattenView(op, view.getSource(), view, view,
                         view.getDroppedDims(), Code::SubView);
    if (auto cast = dyn_cast<memref::ReinterpretCastOp>(op))
      return flattenView(op, cast.getSource(), cast, cast, {},
                         Code::ReinterpretCast);
    if (auto view = dyn_cast<memref::ViewOp>(op))
      return isOnChipBuffer(view.getType()) ? flattenChipView(view)
                                            : flattenDramView(view);
    if (isa<memref::CastOp, memref::MemorySpaceCastOp>(op)) {
      Value source = op->getOperand(0), result = op->getResult(0);
      if (isOnChipBuffer(source.getType()) !=
          isOnChipBuffer(result.getType())) {
        fail(op) << "it gives a buffer another memory";
        return;
      }
      if (slotsOf(result.getType()) == slotsOf(source.getType()) &&
          lookup(source) >= 0)
        slots[result] = lookup(source);
      return;
    }
    if (isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(op)) {
      if (lookup(op->getOperand(0)) >= 0)
        flattenReshape(op, op->getOperand(0), op->getResult(0));
      return;
    }
    if (auto dim = dyn_cast<memref::DimOp>(op)) {
      int32_t source = lookup(dim.getSource()), index = lookup(dim.getIndex());
      if (source >= 0 && index >= 0)
        emit({Code::Dim, 0, define(dim), source, index, 0, op});
      return;
    }
    if (auto global = dyn_cast<memref::GetGlobalOp>(op))
      return flattenGlobal(global);
    if (isa<memref::AllocOp, memref::AllocaOp>(op))
      return flattenAlloc(op, cast<MemRefType>(op->getResult(0).getType()));
    if (auto dealloc = dyn_cast<memref::DeallocOp>(op)) {
      if (isOnChipBuffer(dealloc.getMemref().getType()))
        emit({Code::Free, 0, -1, require(op, dealloc.getMemref()), -1, 0, op});
      return;
    }
    if (auto copy = dyn_cast<memref::CopyOp>(op))
      return flattenCopy(op, copy.getSource(), copy.getTarget());
    if (auto copy = dyn_cast<linalg::CopyOp>(op);
        copy && copy.hasPureBufferSemantics())
      return flattenCopy(op, copy.getInputs()[0], copy.getOutputs()[0]);

    if (auto dma = dyn_cast<memref::DmaStartOp>(op))
      return flattenDma(dma);
    if (auto wait = dyn_cast<memref::DmaWaitOp>(op)) {
      emit({Code::DmaWait, 0, -1, -1, -1,
            static_cast<int64_t>(program.waits.size()), op});
      program.waits.push_back(
          tagOf(op, wait.getTagMemRef(), wait.getTagIndices()));
      return;
    }

    if (concernsChip(op)) {
      if (isFill(op)) {
        Value output = cast<linalg::LinalgOp>(op).getDpsInits()[0];
        CopyRecord record;
        record.target = buffer(op, output);
        emit({Code::Fill, 0, -1, -1, -1,
              static_cast<int64_t>(program.copies.size()), op});
        program.copies.push_back(std::move(record));
        return;
      }
      fail(op) << "what it does to a buffer on chip is not known";
      return;
    }
    for (Value result : op->getResults())
      if (auto type = dyn_cast<MemRefType>(result.getType()))
        defineObject(result, addObject(op->getLoc(), "a result", type, {}));
    if (writesMemory(op))
      emit({Code::DramWrite, 0, -1, -1, -1, 0, op});
  }

  static bool writesMemory(Operation *op) {
    std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
        getEffectsRecursively(op);
    return !effects || llvm::any_of(*effects, [](const auto &effect) {
      return isa<MemoryEffects::Write>(effect.getEffect());
    });
  }

  FunctionOpInterface function;
  FlatProgram program;
  DenseMap<Value, int32_t> slots;
  /// Not a DenseMap: any value may be a key.
  std::map<int64_t, int32_t> constants;
  llvm::StringMap<int64_t> globals;
  DenseMap<Operation *, SmallVector<memref::AllocOp, 1>> freedAfter;
  /// Loops that move one box in parts.
  llvm::SmallPtrSet<Operation *, 4> transfers;
  bool hasFailed = false;
};
} // namespace

FailureOr<FlatProgram> mlir::romanet::flatten(FunctionOpInterface function) {
  return Flattener(function).run();
}
