//===- ProgramWalk.cpp - What a program on memrefs does -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/ProgramWalk.h"
#include "LayerCheck.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <map>

using namespace mlir;
using namespace mlir::romanet;
using core::Operand;

/// Rows of one copy whose bursts are counted one by one.
static constexpr int64_t kMaxRows = int64_t(1) << 24;

/// Pieces of one buffer; a program that works on tiles has a few.
static constexpr size_t kMaxPieces = 4096;

/// The bursts from number `next` on that hold a byte of a box of elements at
/// `address`, where its rows can be walked in ascending order; std::nullopt
/// where they cannot. `next` becomes the number behind the last one.
static std::optional<int64_t> countBursts(int64_t address,
                                          ArrayRef<int64_t> allSizes,
                                          ArrayRef<int64_t> allStrides,
                                          int64_t elementBytes,
                                          int64_t burstBytes, int64_t &next) {
  // Dimensions may lie in any order.
  SmallVector<std::pair<int64_t, int64_t>, kMaxRank> dims;
  for (auto [size, stride] : llvm::zip(allSizes, allStrides))
    if (size != 1)
      dims.emplace_back(stride, size);
  llvm::stable_sort(
      dims, [](const auto &a, const auto &b) { return a.first > b.first; });
  auto sizes = llvm::to_vector(llvm::make_second_range(dims));
  auto strides = llvm::to_vector(llvm::make_first_range(dims));
  int64_t row = elementBytes, rows = 1;
  SmallVector<std::pair<int64_t, int64_t>, kMaxRank> outer;
  int64_t span = elementBytes;
  for (size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i] == 0)
      return 0;
    if (sizes[i] == 1)
      continue;
    if (strides[i] < span)
      return std::nullopt;
    span = strides[i] * sizes[i];
    if (outer.empty() && strides[i] == row) {
      row *= sizes[i];
      continue;
    }
    outer.emplace_back(sizes[i], strides[i]);
    rows *= sizes[i];
    if (rows > kMaxRows)
      return std::nullopt;
  }
  SmallVector<int64_t, kMaxRank> at(outer.size(), 0);
  int64_t bursts = 0;
  for (int64_t i = 0; i < rows; ++i) {
    int64_t first = std::max(next, address / burstBytes);
    int64_t end = (address + row - 1) / burstBytes + 1;
    bursts += std::max<int64_t>(0, end - first);
    next = std::max(next, end);
    for (size_t d = 0; d < outer.size(); ++d) {
      address += outer[d].second;
      if (++at[d] < outer[d].first)
        break;
      address -= outer[d].first * outer[d].second;
      at[d] = 0;
    }
  }
  return bursts;
}

namespace {
class Walker {
public:
  Walker(FunctionOpInterface function, const FlatProgram &program,
         const WalkOptions &options)
      : function(function), program(program), options(options),
        state{program, reporter, program.slots} {
    state.burstBytes = options.burstBytes;
    for (auto [number, op] : llvm::enumerate(program.layers))
      layers.push_back(std::make_unique<LayerCheck>(state, op, number));
    burstCaches.resize(program.copies.size());
  }

  FailureOr<SmallVector<LayerMovement>> run() {
    for (auto &layer : layers)
      if (failed(layer->prepare(options.buffers, options.maxSteps)))
        return failure();
    for (const ObjectRecord &object : program.objects)
      objects.push_back(object.isOnChip ? std::make_unique<ChipBuffer>(
                                              object.type, object.loc)
                                        : nullptr);
    if (failed(walk()))
      return failure();
    for (auto &layer : layers)
      layer->finish();
    for (auto &buffer : objects)
      if (buffer)
        checkNothingPending(*buffer);
    for (auto &[key, view] : views)
      checkNothingPending(*objects[view]);
    for (const Flight &flight : flights)
      reporter.report(flight.op, "no wait") << "is never waited for";
    if (reporter.hasFailed())
      return failure();
    return llvm::map_to_vector(layers,
                               [](auto &layer) { return layer->movement(); });
  }

private:
  void checkNothingPending(ChipBuffer &buffer) {
    for (auto *loads : {&buffer.pending, &buffer.pendingEpilogue})
      for (const PendingLoad &load : *loads)
        reporter.report(load.copy, "unused")
            << "loads " << load.bytes
            << " bytes that no operation on tiles uses afterwards";
  }

  //===--------------------------------------------------------------------===//
  // Integers
  //===--------------------------------------------------------------------===//

  /// i1 is 0 or 1, wider integers are sign-extended.
  static int64_t normalise(uint64_t value, unsigned bits) {
    if (bits >= 64)
      return value;
    if (bits == 1)
      return value & 1;
    return llvm::SignExtend64(value, bits);
  }
  static uint64_t asUnsigned(int64_t value, unsigned bits) {
    return bits >= 64 ? value : value & ((uint64_t(1) << bits) - 1);
  }

  /// std::nullopt where the result is undefined.
  static std::optional<int64_t> evaluate(Code code, int64_t a, int64_t b,
                                         unsigned bits) {
    uint64_t ua = asUnsigned(a, bits), ub = asUnsigned(b, bits);
    bool isDivision = code >= Code::DivS && code <= Code::Mod;
    if (isDivision &&
        (b == 0 || (b == -1 && a == INT64_MIN) || (b < 0 && code == Code::Mod)))
      return std::nullopt;
    bool isShift = code >= Code::Shl && code <= Code::ShrU;
    if (isShift && ub >= bits)
      return std::nullopt;
    switch (code) {
    case Code::Add:
      return normalise(uint64_t(a) + uint64_t(b), bits);
    case Code::Sub:
      return normalise(uint64_t(a) - uint64_t(b), bits);
    case Code::Mul:
      return normalise(uint64_t(a) * uint64_t(b), bits);
    case Code::DivS:
      return normalise(a / b, bits);
    case Code::DivU:
      return normalise(ua / ub, bits);
    case Code::RemS:
      return normalise(a % b, bits);
    case Code::RemU:
      return normalise(ua % ub, bits);
    case Code::FloorDiv:
      return normalise(llvm::divideFloorSigned(a, b), bits);
    case Code::CeilDiv:
      return normalise(llvm::divideCeilSigned(a, b), bits);
    case Code::CeilDivU:
      return normalise(ua / ub + (ua % ub != 0), bits);
    case Code::Mod:
      return normalise(llvm::mod(a, b), bits);
    case Code::And:
      return normalise(a & b, bits);
    case Code::Or:
      return normalise(a | b, bits);
    case Code::Xor:
      return normalise(a ^ b, bits);
    case Code::Shl:
      return normalise(uint64_t(a) << b, bits);
    case Code::ShrS:
      return normalise(a >> b, bits);
    case Code::ShrU:
      return normalise(ua >> b, bits);
    case Code::MinS:
      return std::min(a, b);
    case Code::MaxS:
      return std::max(a, b);
    case Code::MinU:
      return ua < ub ? a : b;
    case Code::MaxU:
      return ua > ub ? a : b;
    case Code::ExtendS:
      // From index to a narrower integer as well.
      return normalise(b == 1 ? -a : a, bits);
    case Code::ExtendU:
      return normalise(asUnsigned(a, b), bits);
    case Code::Truncate:
      return normalise(a, bits);
    default:
      llvm_unreachable("no arithmetic");
    }
  }

  static bool compare(arith::CmpIPredicate predicate, int64_t a, int64_t b,
                      unsigned bits) {
    uint64_t ua = asUnsigned(a, bits), ub = asUnsigned(b, bits);
    if (bits == 1) {
      a = -a;
      b = -b;
    }
    switch (predicate) {
    case arith::CmpIPredicate::eq:
      return a == b;
    case arith::CmpIPredicate::ne:
      return a != b;
    case arith::CmpIPredicate::slt:
      return a < b;
    case arith::CmpIPredicate::sle:
      return a <= b;
    case arith::CmpIPredicate::sgt:
      return a > b;
    case arith::CmpIPredicate::sge:
      return a >= b;
    case arith::CmpIPredicate::ult:
      return ua < ub;
    case arith::CmpIPredicate::ule:
      return ua <= ub;
    case arith::CmpIPredicate::ugt:
      return ua > ub;
    case arith::CmpIPredicate::uge:
      return ua >= ub;
    }
    llvm_unreachable("not a predicate");
  }

  //===--------------------------------------------------------------------===//
  // The walk
  //===--------------------------------------------------------------------===//

  LogicalResult walk() {
    int64_t *slots = state.slots.data();
    int64_t steps = 0;
    for (size_t pc = 0;;) {
      const Instruction &at = program.code[pc++];
      switch (at.code) {
      case Code::Compare:
        slots[at.dst] = compare(static_cast<arith::CmpIPredicate>(at.imm),
                                slots[at.a], slots[at.b], at.extra);
        break;
      case Code::Select:
        std::copy_n(&slots[slots[at.a] ? at.b : at.imm], at.extra,
                    &slots[at.dst]);
        break;
      case Code::Move:
        std::copy_n(&slots[at.a], at.extra, &slots[at.dst]);
        break;
      case Code::Jump:
        pc = at.imm;
        break;
      case Code::JumpIfZero:
        if (!slots[at.a])
          pc = at.imm;
        break;
      case Code::CheckStep:
        if (slots[at.a] <= 0)
          return fail(at.op) << "a loop has step " << slots[at.a];
        break;
      case Code::LoopHead:
        if (slots[at.a] >= slots[at.b])
          pc = at.imm;
        break;
      case Code::LoopNext:
        if (++steps > options.maxSteps)
          return fail(at.op)
                 << "the function has more than " << options.maxSteps
                 << " iterations of loops (option 'max-steps')";
        slots[at.a] += slots[at.b];
        pc = at.imm;
        break;
      case Code::SubView:
        if (failed(subView(at)))
          return failure();
        break;
      case Code::ReinterpretCast:
        reinterpretCast(program.views[at.imm]);
        break;
      case Code::Reshape:
        reshape(program.reshapes[at.imm]);
        break;
      case Code::DramView:
        dramView(program.views[at.imm]);
        break;
      case Code::ChipView:
        if (failed(chipView(at)))
          return failure();
        break;
      case Code::Dim: {
        slots[at.dst] = slots[at.a + 3 + slots[at.b]];
        break;
      }
      case Code::Alloc:
        allocate(*objects[slots[at.a]], 1);
        break;
      case Code::Free:
        allocate(*objects[slots[at.a]], -1);
        break;
      case Code::BeginTransfer:
        beginTransfer();
        break;
      case Code::Copy:
        ++state.time;
        if (failed(copy(at)))
          return failure();
        break;
      case Code::DmaStart:
        ++state.time;
        if (failed(startDma(at)))
          return failure();
        break;
      case Code::DmaWait:
        if (failed(waitForDma(at)))
          return failure();
        break;
      case Code::Fill:
        if (failed(fill(at)))
          return failure();
        break;
      case Code::DramWrite:
        for (auto &layer : layers)
          if (layer->isUnderWay())
            layer->report(at.op, "dram")
                << "writes to the DRAM while the layer is under way, which its "
                   "schedule does not";
        break;
      case Code::Tile:
        ++state.time;
        if (failed(tile(at)))
          return failure();
        break;
      case Code::Epilogue:
        ++state.time;
        if (failed(epilogue(at)))
          return failure();
        break;
      case Code::Return:
        return success();
      default: {
        std::optional<int64_t> value =
            evaluate(at.code, slots[at.a], slots[at.b], at.imm);
        if (!value)
          return fail(at.op) << "its result is undefined for " << slots[at.a]
                             << " and " << slots[at.b];
        slots[at.dst] = *value;
        break;
      }
      }
    }
  }

  InFlightDiagnostic fail(Operation *op) {
    return emitError(op->getLoc())
           << "'" << op->getName() << "' cannot be verified: ";
  }

  //===--------------------------------------------------------------------===//
  // Views
  //===--------------------------------------------------------------------===//

  ArrayRef<int64_t> sizesOf(const BufferSlot &buffer) {
    return ArrayRef(&state.slots[buffer.slot + 3], buffer.rank);
  }
  ArrayRef<int64_t> stridesOf(const BufferSlot &buffer) {
    return ArrayRef(&state.slots[buffer.slot + 3] + buffer.rank, buffer.rank);
  }

  LogicalResult subView(const Instruction &at) {
    const ViewRecord &view = program.views[at.imm];
    const int64_t *source = &state.slots[view.source.slot];
    int64_t *result = &state.slots[view.result.slot];
    unsigned rank = view.source.rank, kept = 0;
    int64_t offset = source[2];
    for (unsigned i = 0; i < rank; ++i) {
      int64_t first = state.slots[view.offsets[i]];
      int64_t size = state.slots[view.sizes[i]];
      int64_t step = state.slots[view.strides[i]];
      int64_t extent = source[3 + i], stride = source[3 + rank + i];
      int64_t last = first + (size - 1) * step;
      if (size < 0 || (size > 0 && (std::min(first, last) < 0 ||
                                    std::max(first, last) >= extent)))
        return emitError(at.op->getLoc())
               << "'" << at.op->getName() << "' takes elements " << first
               << " to " << last << " of dimension " << i << ", which has "
               << extent;
      offset += first * stride;
      if (view.dropped.test(i))
        continue;
      result[3 + kept] = size;
      result[3 + view.result.rank + kept] = stride * step;
      ++kept;
    }
    result[0] = source[0];
    result[1] = source[1];
    result[2] = offset;
    return success();
  }

  void reinterpretCast(const ViewRecord &view) {
    const int64_t *source = &state.slots[view.source.slot];
    int64_t *result = &state.slots[view.result.slot];
    unsigned rank = view.result.rank;
    int64_t bytes = view.result.elementBytes;
    result[0] = source[0];
    result[1] = source[1];
    result[2] = source[1] + state.slots[view.offsets[0]] * bytes;
    for (unsigned i = 0; i < rank; ++i) {
      result[3 + i] = state.slots[view.sizes[i]];
      result[3 + rank + i] = state.slots[view.strides[i]] * bytes;
    }
  }

  void reshape(const ReshapeRecord &view) {
    const int64_t *source = &state.slots[view.source.slot];
    int64_t *result = &state.slots[view.result.slot];
    std::copy_n(source, 3, result);
    llvm::copy(view.sizes, result + 3);
    llvm::copy(view.strides, result + 3 + view.result.rank);
  }

  void setRowMajor(const BufferSlot &buffer, ArrayRef<int64_t> sizes) {
    int64_t *result = &state.slots[buffer.slot];
    int64_t stride = buffer.elementBytes;
    for (unsigned i = buffer.rank; i-- > 0;) {
      result[3 + i] = sizes[i];
      result[3 + buffer.rank + i] = stride;
      stride *= sizes[i];
    }
  }

  void dramView(const ViewRecord &view) {
    const int64_t *source = &state.slots[view.source.slot];
    int64_t *result = &state.slots[view.result.slot];
    result[0] = source[0];
    result[1] = result[2] = source[2] + state.slots[view.offsets[0]];
    SmallVector<int64_t, kMaxRank> sizes;
    for (int32_t slot : view.sizes)
      sizes.push_back(state.slots[slot]);
    setRowMajor(view.result, sizes);
  }

  /// A view of a global is a buffer of its own, which writes to others that it
  /// overlaps destroy.
  LogicalResult chipView(const Instruction &at) {
    const ChipRecord &record = program.chips[at.imm];
    const int64_t *source = &state.slots[record.source.slot];
    int64_t global = source[0];
    int64_t shift = source[2] + state.slots[record.shift];
    auto key = std::tuple(global, shift, record.type.getAsOpaquePointer());
    auto [it, isNew] = views.try_emplace(key, 0);
    if (isNew) {
      it->second = objects.size();
      objects.push_back(
          std::make_unique<ChipBuffer>(record.type, at.op->getLoc()));
      ChipBuffer &buffer = *objects.back();
      buffer.global = global;
      buffer.shift = shift;
      if (shift < 0 || shift + buffer.bytes > objects[global]->bytes)
        return emitError(at.op->getLoc())
               << "'" << at.op->getName() << "' takes bytes " << shift << " to "
               << shift + buffer.bytes - 1 << " of a buffer of "
               << objects[global]->bytes;
      if (shift % record.result.elementBytes != 0)
        return emitError(at.op->getLoc())
               << "'" << at.op->getName() << "' begins at byte " << shift
               << ", which is no multiple of the " << record.result.elementBytes
               << " bytes of an element";
    }
    int64_t *result = &state.slots[record.result.slot];
    result[0] = it->second;
    result[1] = result[2] = 0;
    setRowMajor(record.result, record.type.getShape());
    return success();
  }

  /// Whether two buffers are views of a global that have a byte in common.
  static bool overlap(const ChipBuffer &a, const ChipBuffer &b) {
    return a.global >= 0 && a.global == b.global &&
           a.shift < b.shift + b.bytes && b.shift < a.shift + a.bytes;
  }

  void destroyOverlapping(ChipBuffer &written) {
    for (auto &[key, object] : views)
      if (ChipBuffer &other = *objects[object];
          &other != &written && overlap(other, written))
        other.clear();
  }

  FailureOr<OperandView> locate(Operation *op, const BufferSlot &slot) {
    const int64_t *header = &state.slots[slot.slot];
    OperandView view;
    view.buffer = objects[header[0]].get();
    llvm::append_range(view.sizes, sizesOf(slot));
    std::optional<Located> at =
        view.buffer->locate(header[2], view.sizes, stridesOf(slot));
    if (!at)
      return fail(op)
             << "it uses a part of an on-chip buffer that is no box of "
                "its elements";
    view.at = *at;
    if (view.buffer->numPieces() > kMaxPieces)
      return fail(op) << "the on-chip buffer was written in more than "
                      << kMaxPieces << " pieces";
    return view;
  }

  //===--------------------------------------------------------------------===//
  // Capacities
  //===--------------------------------------------------------------------===//

  static constexpr unsigned kNumSpaces = 4;

  void allocate(ChipBuffer &buffer, int count) {
    unsigned space = static_cast<unsigned>(buffer.space);
    live[space] += count * buffer.bytes;
    peak[space] = std::max(peak[space], live[space]);
    buffer.clear();
  }

  /// What was on chip since the last operation on tiles must fit the buffers of
  /// the layer.
  void checkCapacities(LayerCheck &layer, Operation *op,
                       ArrayRef<OperandView> operands) {
    if (&layer != lastLayer) {
      globalEnd = {};
      lastLayer = &layer;
    }
    for (const OperandView &operand : operands)
      if (operand.buffer && operand.buffer->global >= 0) {
        int64_t &end = globalEnd[static_cast<unsigned>(operand.buffer->space)];
        end = std::max(end, operand.buffer->shift + operand.buffer->bytes);
      }
    const core::BufferCapacities &capacities = layer.capacities();
    int64_t shared = 0;
    auto check = [&](StringRef name, int64_t need, int64_t limit) {
      if (need > limit)
        layer.report(op, ("capacity " + name).str())
            << "has " << need << " bytes on chip in the " << name
            << " buffer, which has " << limit << ": " << need - limit
            << " bytes too many";
    };
    for (unsigned space = 0; space < kNumSpaces; ++space) {
      int64_t need = peak[space] + globalEnd[space];
      if (space < core::NumOperands &&
          !capacities.isShared(static_cast<Operand>(space)))
        check(core::operandName(static_cast<Operand>(space)), need,
              *capacities.separate[static_cast<Operand>(space)]);
      else
        shared += need;
    }
    check("shared", shared, capacities.shared.value_or(0));
    peak = live;
  }

  //===--------------------------------------------------------------------===//
  // Copies
  //===--------------------------------------------------------------------===//

  void beginTransfer() {
    ++state.transfer;
    transferEnd = std::numeric_limits<int64_t>::min();
    nextBurst = 0;
  }

  /// The first byte of a buffer in DRAM.
  int64_t addressOf(const BufferSlot &dram) {
    const int64_t *header = &state.slots[dram.slot];
    return header[2] + program.objects[header[0]].address.value_or(0);
  }

  /// Goes on with a transfer. Its parts lie one behind the other, so that each
  /// element moves once and so does a burst that two parts share; false where
  /// this one does not.
  bool continueTransfer(const BufferSlot &dram) {
    int64_t first = addressOf(dram), last = first + dram.elementBytes;
    for (auto [size, stride] : llvm::zip(sizesOf(dram), stridesOf(dram)))
      last += (size - 1) * stride;
    bool isBehind = first >= transferEnd;
    transferEnd = std::max(transferEnd, last);
    return isBehind;
  }

  /// The end of a copy in DRAM, in the terms of an array that is row-major: for
  /// buffers that are not, by where its elements are in the array. std::nullopt
  /// after an error.
  std::optional<DramEnd> dramEnd(const Instruction &at,
                                 const BufferSlot &dram) {
    const CopyRecord &record = program.copies[at.imm];
    const int64_t *header = &state.slots[dram.slot];
    DramEnd end{header[0], header[2], SmallVector<int64_t, 6>(sizesOf(dram)),
                SmallVector<int64_t, 6>(stridesOf(dram))};
    if (record.blocked < 0)
      return end;
    const BlockedRecord &blocked = program.blocked[record.blocked];
    ArrayRef<int64_t> shape = blocked.layout.shape();
    int64_t base = state.slots[blocked.flat.slot + 2];
    // The element that it begins with.
    SmallVector<int64_t, kMaxRank> index(shape.size(), 0);
    int64_t rest = end.offset - base;
    bool isElement = rest >= 0;
    for (const core::Layout::Loop &loop : blocked.layout.loops()) {
      int64_t digit = rest / loop.stride;
      isElement &= digit < loop.count;
      rest -= digit * loop.stride;
      index[loop.axis] += digit * loop.extent;
    }
    for (auto [i, extent] : llvm::zip(index, shape))
      isElement &= i < extent;
    if (!isElement || rest != 0) {
      reporter.report(at.op, "blocks")
          << "begins at byte " << end.offset - base
          << " of a buffer whose layout has no element there";
      return std::nullopt;
    }
    // Steps of one element along an axis, within the innermost block of it.
    SmallVector<int64_t, kMaxRank> pitch(shape.size());
    int64_t stride = blocked.flat.elementBytes;
    for (size_t axis = shape.size(); axis-- > 0;) {
      pitch[axis] = stride;
      stride *= shape[axis];
    }
    for (auto [i, size] : llvm::enumerate(end.sizes)) {
      if (size == 1)
        continue;
      const auto loops = blocked.layout.loops();
      const auto *loop = llvm::find_if(loops, [&](const auto &each) {
        return each.extent == 1 && each.stride == end.strides[i];
      });
      if (loop == loops.end() ||
          index[loop->axis] % loop->count + size > loop->count ||
          index[loop->axis] + size > shape[loop->axis]) {
        reporter.report(at.op, "blocks")
            << "moves " << size << " elements, each " << end.strides[i]
            << " bytes behind the one before, which are no neighbours in a "
               "block of its buffer's layout";
        return std::nullopt;
      }
      end.strides[i] = pitch[loop->axis];
    }
    end.offset = base;
    for (auto [i, step] : llvm::zip(index, pitch))
      end.offset += i * step;
    return end;
  }

  std::optional<int64_t> burstsOf(const Instruction &at, const BufferSlot &dram,
                                  bool isBehind) {
    if (program.copies[at.imm].isDma)
      return std::nullopt;
    int64_t address = addressOf(dram);
    if (program.copies[at.imm].isPart) {
      if (!isBehind)
        return std::nullopt;
      return countBursts(address, sizesOf(dram), stridesOf(dram),
                         dram.elementBytes, options.burstBytes, nextBurst);
    }
    // The same for all places at the same distance from a burst's start.
    std::array<int64_t, 1 + 2 * kMaxRank> key = {};
    key[0] = llvm::mod(address, options.burstBytes);
    llvm::copy(sizesOf(dram), key.begin() + 1);
    llvm::copy(stridesOf(dram), key.begin() + 1 + kMaxRank);
    auto [it, isNew] = burstCaches[at.imm].try_emplace(key, std::nullopt);
    if (isNew) {
      int64_t first = 0;
      it->second = countBursts(key[0], sizesOf(dram), stridesOf(dram),
                               dram.elementBytes, options.burstBytes, first);
    }
    return it->second;
  }

  void observe(const Instruction &at, const CopyRecord &record) {
    bool isWrite = record.source.isOnChip;
    const BufferSlot &dram = isWrite ? record.target : record.source;
    const int64_t *header = &state.slots[dram.slot];
    ExecutedCopy copy{at.op,         isWrite,         std::nullopt,
                      sizesOf(dram), stridesOf(dram), dram.elementBytes};
    if (std::optional<int64_t> object = program.objects[header[0]].address)
      copy.address = *object + header[2];
    copy.firstBurst = nextBurst;
    options.onCopy(copy);
  }

  //===--------------------------------------------------------------------===//
  // DMAs
  //===--------------------------------------------------------------------===//

  /// The bytes between the first and the last of a box, of one object or of the
  /// DRAM.
  struct Region {
    int64_t object = 0, begin = 0, end = 0;

    bool overlaps(const Region &other) const {
      return object == other.object && begin < other.end && other.begin < end;
    }
  };

  /// A DMA that is not waited for yet. Its data may move at any time.
  struct Flight {
    Operation *op;
    std::pair<int64_t, int64_t> tag;
    Region source, target;
  };

  Region regionOf(const BufferSlot &buffer) {
    const int64_t *header = &state.slots[buffer.slot];
    Region region{header[0], header[2], header[2]};
    int64_t last = 0;
    for (auto [size, stride] : llvm::zip(sizesOf(buffer), stridesOf(buffer))) {
      if (size == 0)
        return region;
      last += (size - 1) * stride;
    }
    region.end += last + buffer.elementBytes;
    int64_t shift = 0;
    if (buffer.isOnChip) {
      const ChipBuffer &chip = *objects[region.object];
      if (chip.global < 0)
        return region;
      std::tie(region.object, shift) = std::pair(chip.global, chip.shift);
    } else if (auto address = program.objects[region.object].address) {
      std::tie(region.object, shift) = std::pair(-1, *address);
    }
    region.begin += shift;
    region.end += shift;
    return region;
  }

  /// Nothing may use what a DMA brings, or overwrite what it reads, before it
  /// is waited for.
  void checkFlights(Operation *op, const BufferSlot &buffer, bool isWrite) {
    if (flights.empty() || buffer.slot < 0)
      return;
    Region region = regionOf(buffer);
    for (const Flight &flight : flights)
      if (region.overlaps(flight.target) ||
          (isWrite && region.overlaps(flight.source))) {
        reporter.report(op, "dma")
            << (isWrite ? "writes" : "reads") << " what a DMA "
            << (region.overlaps(flight.target) ? "writes" : "reads")
            << " that the program has not waited for";
        return;
      }
  }

  std::pair<int64_t, int64_t> tagOf(const TagRecord &record) {
    const int64_t *header = &state.slots[record.tag.slot];
    int64_t at = header[2];
    for (auto [i, slot] : llvm::enumerate(record.index))
      at += state.slots[slot] * header[3 + record.tag.rank + i];
    return {header[0], at};
  }

  /// Writes the header of the box of `count` elements from `index` on: the
  /// dimensions that it has in full are the inner ones.
  bool makeBox(const BufferSlot &buffer, ArrayRef<int32_t> index, int64_t count,
               const BufferSlot &box) {
    const int64_t *from = &state.slots[buffer.slot];
    int64_t *to = &state.slots[box.slot];
    unsigned rank = buffer.rank;
    to[0] = from[0];
    to[1] = from[1];
    to[2] = from[2];
    for (unsigned i = rank; i-- > 0;) {
      int64_t first = state.slots[index[i]], extent = from[3 + i];
      int64_t size = 1;
      if (count == 0 || (count != 1 && count % std::max<int64_t>(extent, 1)))
        size = count;
      else if (count != 1)
        size = extent;
      if (first < 0 || (size > 0 && first + size > extent))
        return false;
      count = size == 0 ? 0 : count / size;
      to[2] += first * from[3 + rank + i];
      to[3 + i] = size;
      to[3 + rank + i] = from[3 + rank + i];
    }
    return count <= 1;
  }

  /// Whether the elements of a box, in order, lie in chunks of `chunk`, a
  /// stride (in bytes; nullopt: any) apart.
  bool isChunked(const BufferSlot &box, int64_t chunk,
                 std::optional<int64_t> stride) {
    int64_t expected = box.elementBytes, count = 1;
    bool isInChunk = true;
    for (unsigned i = box.rank; i-- > 0;) {
      int64_t size = sizesOf(box)[i], actual = stridesOf(box)[i];
      if (size <= 1)
        continue;
      if (isInChunk && count == chunk) {
        isInChunk = false;
        expected = stride.value_or(actual);
      }
      if (actual != expected)
        return false;
      expected *= size;
      count *= size;
    }
    return count <= chunk || !isInChunk;
  }

  /// The data is there at once, and must not be used before the wait.
  LogicalResult startDma(const Instruction &at) {
    const DmaRecord &dma = program.dmas[at.imm];
    int64_t count = state.slots[dma.count];
    int64_t chunk = dma.chunk < 0 ? count : state.slots[dma.chunk];
    bool isLoad = dma.target.isOnChip;
    const BufferSlot &dram = isLoad ? dma.sourceBox : dma.targetBox;
    const BufferSlot &chip = isLoad ? dma.targetBox : dma.sourceBox;
    std::optional<int64_t> stride;
    if (dma.stride >= 0)
      stride = state.slots[dma.stride] * dram.elementBytes;
    if (count < 0 ||
        !makeBox(dma.source, dma.sourceIndex, count, dma.sourceBox) ||
        !makeBox(dma.target, dma.targetIndex, count, dma.targetBox) ||
        (count > 0 && (!isChunked(dram, chunk, stride) ||
                       !isChunked(chip, count, std::nullopt))))
      return fail(at.op) << "its elements are no boxes of both ends";
    Flight flight{at.op, tagOf(dma.tag), {}, {}};
    for (const Flight &other : flights)
      if (other.tag == flight.tag) {
        reporter.report(at.op, "tag")
            << "has the tag of a DMA that the program has not waited for";
        break;
      }
    Instruction copied = at;
    copied.imm = dma.copy;
    if (failed(copy(copied)))
      return failure();
    flight.source = regionOf(dma.sourceBox);
    flight.target = regionOf(dma.targetBox);
    flights.push_back(flight);
    return success();
  }

  LogicalResult waitForDma(const Instruction &at) {
    auto tag = tagOf(program.waits[at.imm]);
    auto *found = llvm::find_if(
        flights, [&](const Flight &flight) { return flight.tag == tag; });
    if (found == flights.end())
      reporter.report(at.op, "no start")
          << "waits for a DMA that was not started";
    else
      flights.erase(found);
    return success();
  }

  LogicalResult copy(const Instruction &at) {
    const CopyRecord &record = program.copies[at.imm];
    ArrayRef<int64_t> sizes = sizesOf(record.source);
    if (sizes != sizesOf(record.target)) {
      reporter.report(at.op, "shapes")
          << "copies between buffers of different sizes";
      return failure();
    }
    int64_t bytes = record.source.elementBytes;
    for (int64_t size : sizes)
      bytes *= size;
    if (bytes == 0)
      return success();
    checkFlights(at.op, record.source, /*isWrite=*/false);
    checkFlights(at.op, record.target, /*isWrite=*/true);
    if (record.source.isOnChip && record.target.isOnChip)
      return move(at, record);
    const BufferSlot &dram =
        record.target.isOnChip ? record.source : record.target;
    // Of a DMA in a loop it is not known whether it moves parts of a box.
    bool mayGoOn = record.isPart || (record.isDma && at.op == lastCopy &&
                                     addressOf(dram) >= transferEnd);
    lastCopy = at.op;
    if (!mayGoOn)
      beginTransfer();
    bool isBehind = continueTransfer(dram);
    if (!isBehind && !record.isDma)
      reporter.report(at.op, "parts")
          << "moves a part of a box that does not lie behind the part before "
             "it";
    std::optional<DramEnd> end = dramEnd(at, dram);
    if (!end)
      return failure();
    if (options.onCopy)
      observe(at, record);
    std::optional<int64_t> bursts = burstsOf(at, dram, isBehind);

    if (record.target.isOnChip) {
      FailureOr<OperandView> target = locate(at.op, record.target);
      if (failed(target))
        return failure();
      Content content;
      content.kind = Content::Kind::Dram;
      content.source = at.imm;
      content.time = state.time;
      content.object = end->object;
      content.base = end->offset;
      for (auto [i, stride] : llvm::enumerate(end->strides))
        if (int j = target->at.dims[i]; j >= 0)
          content.strides[j] = stride;
      destroyOverlapping(*target->buffer);
      target->buffer->write(target->at.box, std::move(content));
      target->buffer->pending.push_back({at.op, bytes, bursts, state.time});
      return success();
    }

    FailureOr<OperandView> source = locate(at.op, record.source);
    if (failed(source))
      return failure();
    // What it holds tells whose output it is, or else who last worked on it.
    int layer = source->buffer->lastLayer;
    source->buffer->forEachIn(source->at.box, [&](const Piece &piece) {
      if (piece.content.kind == Content::Kind::Sum)
        layer = piece.content.source;
    });
    if (layer < 0) {
      reporter.report(at.op, "what")
          << "stores a buffer that no layer has worked on";
      return success();
    }
    layers[layer]->store(at.op, at.imm, *source, *end, bytes, bursts);
    return success();
  }

  /// From chip to chip, which is no traffic.
  LogicalResult move(const Instruction &at, const CopyRecord &record) {
    FailureOr<OperandView> source = locate(at.op, record.source);
    FailureOr<OperandView> target = locate(at.op, record.target);
    if (failed(source) || failed(target))
      return failure();
    if (source->buffer == target->buffer &&
        !intersect(source->at.box, target->at.box).isEmpty())
      reporter.report(at.op, "overlap")
          << "copies between overlapping parts of an on-chip buffer, which is "
             "undefined";
    SmallVector<Piece, 2> pieces;
    source->buffer->forEachIn(source->at.box, [&](const Piece &piece) {
      Piece moved = piece;
      moved.box = target->at.box;
      moved.content.strides = {};
      for (unsigned i = 0; i < record.source.rank; ++i) {
        int from = source->at.dims[i], to = target->at.dims[i];
        if (from < 0 || to < 0)
          continue;
        moved.box.lo[to] += piece.box.lo[from] - source->at.box.lo[from];
        moved.box.size[to] = piece.box.size[from];
        moved.content.strides[to] = piece.content.strides[from];
      }
      pieces.push_back(std::move(moved));
    });
    destroyOverlapping(*target->buffer);
    target->buffer->erase(target->at.box);
    for (Piece &piece : pieces)
      target->buffer->write(piece.box, std::move(piece.content));
    // A tile that was moved before it was used is charged where it is used.
    if (source->buffer != target->buffer) {
      target->buffer->pending.append(source->buffer->pending);
      source->buffer->pending.clear();
    }
    return success();
  }

  LogicalResult fill(const Instruction &at) {
    FailureOr<OperandView> target =
        locate(at.op, program.copies[at.imm].target);
    if (failed(target))
      return failure();
    checkFlights(at.op, program.copies[at.imm].target, /*isWrite=*/true);
    destroyOverlapping(*target->buffer);
    target->buffer->write(target->at.box, Content());
    return success();
  }

  //===--------------------------------------------------------------------===//
  // Operations on tiles
  //===--------------------------------------------------------------------===//

  LogicalResult locateAll(const Instruction &at,
                          SmallVectorImpl<OperandView> &operands) {
    for (const BufferSlot &slot : program.tiles[at.imm].operands) {
      if (slot.slot < 0) {
        operands.emplace_back();
        continue;
      }
      FailureOr<OperandView> view = locate(at.op, slot);
      if (failed(view))
        return failure();
      operands.push_back(std::move(*view));
    }
    for (const BufferSlot &slot : program.tiles[at.imm].operands)
      checkFlights(at.op, slot,
                   &slot == &program.tiles[at.imm].operands.back());
    return success();
  }

  /// What is read must not be overwritten, but for an element-wise operation in
  /// place. The last operand is the output.
  void checkAliases(Operation *op, ArrayRef<OperandView> operands,
                    bool isElementwise) {
    const OperandView &output = operands.back();
    for (const OperandView &operand : operands.drop_back()) {
      if (!operand.buffer)
        continue;
      ChipBuffer &read = *operand.buffer, &written = *output.buffer;
      bool isOverlap;
      if (&read == &written)
        isOverlap = !intersect(operand.at.box, output.at.box).isEmpty() &&
                    !(isElementwise && operand.at.box.lo == output.at.box.lo &&
                      operand.at.box.size == output.at.box.size &&
                      operand.at.dims == output.at.dims);
      else
        isOverlap = overlap(read, written);
      if (isOverlap)
        reporter.report(op, "alias")
            << "overwrites a part of the on-chip buffer that it reads";
    }
  }

  LogicalResult tile(const Instruction &at) {
    SmallVector<OperandView, 4> operands;
    if (failed(locateAll(at, operands)))
      return failure();
    LayerCheck &layer = *layers[program.tiles[at.imm].layer];
    checkCapacities(layer, at.op, operands);
    checkAliases(at.op, operands, /*isElementwise=*/false);
    destroyOverlapping(*operands[2].buffer);
    layer.execute(operands[0], operands[1], operands[2]);
    return success();
  }

  LogicalResult epilogue(const Instruction &at) {
    const TileRecord &record = program.tiles[at.imm];
    SmallVector<OperandView, 4> operands;
    if (failed(locateAll(at, operands)))
      return failure();
    OperandView &output = operands.back();
    checkAliases(at.op, operands, /*isElementwise=*/true);
    // What computes the finished output reads the sums of a layer.
    for (OperandView &operand : MutableArrayRef(operands).drop_back()) {
      LayerCheck *layer = nullptr;
      operand.buffer->forEachIn(operand.at.box, [&](const Piece &piece) {
        if (piece.content.kind == Content::Kind::Sum &&
            layers[piece.content.source]->isMine(piece.content))
          layer = layers[piece.content.source].get();
      });
      if (!layer)
        continue;
      checkCapacities(*layer, at.op, operands);
      destroyOverlapping(*output.buffer);
      layer->epilogue(record, operands);
      return success();
    }

    // The other computes what a layer starts from. Which layer that is, and of
    // which tile, is known when it is executed.
    auto init = std::make_shared<InitRecord>();
    init->op = at.op;
    llvm::copy(output.sizes, init->size.begin());
    for (auto [i, operand] :
         llvm::enumerate(MutableArrayRef(operands).drop_back())) {
      InitRecord::Operand each{
          operand.at.box, operand.at.dims, record.maps[i], {}};
      operand.buffer->forEachIn(operand.at.box, [&](const Piece &piece) {
        each.pieces.push_back(piece);
      });
      init->operands.push_back(std::move(each));
      output.buffer->pendingEpilogue.append(operand.buffer->pending);
      operand.buffer->pending.clear();
    }
    Content content;
    content.kind = Content::Kind::Init;
    int64_t stride = 1;
    for (size_t i = output.sizes.size(); i-- > 0;) {
      if (int j = output.at.dims[i]; j >= 0)
        content.strides[j] = stride;
      stride *= output.sizes[i];
    }
    content.init = std::move(init);
    destroyOverlapping(*output.buffer);
    output.buffer->write(output.at.box, std::move(content));
    return success();
  }

  FunctionOpInterface function;
  const FlatProgram &program;
  WalkOptions options;
  Reporter reporter;
  WalkState state;
  std::vector<std::unique_ptr<LayerCheck>> layers;
  /// The buffers on chip, by object; of views of globals behind those of the
  /// program.
  std::vector<std::unique_ptr<ChipBuffer>> objects;
  std::map<std::tuple<int64_t, int64_t, const void *>, int64_t> views;
  std::vector<
      std::map<std::array<int64_t, 1 + 2 * kMaxRank>, std::optional<int64_t>>>
      burstCaches;
  std::array<int64_t, kNumSpaces> live = {}, peak = {}, globalEnd = {};
  LayerCheck *lastLayer = nullptr;
  /// Of the transfer under way: the byte behind those that moved, and the
  /// number of the first burst that has not.
  int64_t transferEnd = 0, nextBurst = 0;
  /// The last copy between DRAM and chip.
  Operation *lastCopy = nullptr;
  SmallVector<Flight, 4> flights;
};
} // namespace

FailureOr<SmallVector<LayerMovement>>
mlir::romanet::walkProgram(FunctionOpInterface function,
                           const WalkOptions &options) {
  FailureOr<FlatProgram> program = flatten(function);
  if (failed(program))
    return failure();
  return Walker(function, *program, options).run();
}
