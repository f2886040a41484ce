//===- LayerCheck.cpp - One layer while its program is walked -------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operation on tiles is executed once for each step of the schedule's nest,
// in its order; its n-th execution therefore is on the n-th tile, whatever the
// loops of the program are, and what must be on chip then follows from the
// schedule alone. That the loads stand at the right depth shows in the bytes:
// each tile has what it needs, and no byte moves more than the model says.
//
//===----------------------------------------------------------------------===//

#include "LayerCheck.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Axis;
using core::Dim;
using core::Operand;

StringRef mlir::romanet::movementName(Movement movement) {
  static constexpr std::array<StringRef, kNumMovements> names = {
      "input_read", "weights_read", "output_read", "output_write",
      "epilogue_read"};
  return names[static_cast<unsigned>(movement)];
}

/// "[0:4, 3:6]".
static std::string describeBox(ArrayRef<int64_t> lo, ArrayRef<int64_t> size) {
  std::string text = "[";
  for (auto [i, first, count] : llvm::enumerate(lo, size))
    text += (Twine(i ? ", " : "") + Twine(first) + ":" + Twine(first + count))
                .str();
  return text + "]";
}

/// "[0, 3]".
static std::string describeElement(ArrayRef<int64_t> at) {
  std::string text = "[";
  for (auto [i, index] : llvm::enumerate(at))
    text += (Twine(i ? ", " : "") + Twine(index)).str();
  return text + "]";
}

static int64_t product(ArrayRef<int64_t> factors) {
  int64_t result = 1;
  for (int64_t factor : factors)
    result *= factor;
  return result;
}

//===----------------------------------------------------------------------===//
// The layer
//===----------------------------------------------------------------------===//

LayerCheck::LayerCheck(WalkState &state, linalg::LinalgOp op, int number)
    : state(state), op(op), number(number),
      layer(op->getAttrOfType<LayerAttr>(kLayerAttr).getLayer()),
      schedule(op->getAttrOfType<ScheduleAttr>(kScheduleAttr).getSchedule()) {
  moved.op = op;
}

Violation LayerCheck::report(Operation *at, StringRef kind) {
  Violation diagnostic = state.reporter.report(at, kind);
  diagnostic << "(" << layer.name << ") ";
  return diagnostic;
}

LogicalResult LayerCheck::prepare(const core::BufferCapacities &defaults,
                                  int64_t maxSteps) {
  buffers = defaults;
  if (auto own = op->getAttrOfType<BuffersAttr>(kBuffersAttr))
    buffers = own.getCapacities();
  trips = schedule.trips(layer);
  loops = schedule.loops(layer);
  totalSteps = 1;
  for (Dim dim : core::AllDims)
    if (llvm::MulOverflow(totalSteps, trips[dim], totalSteps) ||
        totalSteps > maxSteps) {
      report(op, "max-steps")
          << "has more than " << maxSteps << " tiles (option 'max-steps')";
      return failure();
    }
  for (Operand operand : core::AllOperands)
    llvm::append_range(shapes[operand], layer.shape(operand));
  outputStrides.resize(shapes[Operand::Output].size());
  int64_t stride = 1;
  for (size_t i = outputStrides.size(); i-- > 0;) {
    outputStrides[i] = stride;
    stride *= shapes[Operand::Output][i];
  }
  hasWeights =
      op.getNumDpsInputs() > 1 &&
      !op.getMatchingBlockArgument(op.getDpsInputOperand(1)).use_empty();
  return success();
}

LayerCheck::Slice
LayerCheck::sliceOf(Operand operand,
                    const core::PerDim<int64_t> &tileIndex) const {
  Slice slice;
  for (auto [axis, extent] :
       llvm::zip(layer.order.axes[operand], shapes[operand])) {
    std::optional<Dim> dim = core::loopOf(axis);
    if (!dim) {
      std::optional<size_t> whole = core::wholeIndex(axis);
      bool isInput = operand == Operand::Input && whole;
      slice.lo.push_back(isInput ? -layer.whole[*whole].inputPad : 0);
      slice.size.push_back(isInput ? layer.whole[*whole].held(operand)
                                   : extent);
      continue;
    }
    int64_t first = tileIndex[*dim] * schedule.tile[*dim];
    int64_t count = std::min(schedule.tile[*dim], layer.size[*dim] - first);
    // The rows (columns) from the first tap of the first output to the last of
    // the last, padding included.
    if (operand == Operand::Input && axis == Axis::H) {
      first = first * layer.strideHeight - layer.padTop;
      count = (count - 1) * layer.strideHeight +
              (layer.kernelHeight - 1) * layer.dilationHeight + 1;
    } else if (operand == Operand::Input && axis == Axis::W) {
      first = first * layer.strideWidth - layer.padLeft;
      count = (count - 1) * layer.strideWidth +
              (layer.kernelWidth - 1) * layer.dilationWidth + 1;
    }
    slice.lo.push_back(first);
    slice.size.push_back(count);
  }
  return slice;
}

static constexpr std::array<Dim, 5> kOutputDims = {Dim::N, Dim::G, Dim::K,
                                                   Dim::P, Dim::Q};

int64_t
LayerCheck::outputTileNumber(const core::PerDim<int64_t> &tileIndex) const {
  int64_t result = 0;
  for (Dim dim : kOutputDims)
    result = result * trips[dim] + tileIndex[dim];
  return result;
}

core::PerDim<int64_t> LayerCheck::outputTileIndex(int64_t tile) const {
  core::PerDim<int64_t> tileIndex = {{0, 0, 0, 0, 0, 0}};
  for (Dim dim : llvm::reverse(kOutputDims)) {
    tileIndex[dim] = tile % trips[dim];
    tile /= trips[dim];
  }
  return tileIndex;
}

int64_t LayerCheck::outputTileVolume(int64_t tile) const {
  return product(sliceOf(Operand::Output, outputTileIndex(tile)).size);
}

std::string LayerCheck::describe(const core::PerDim<int64_t> &tileIndex) const {
  std::string text;
  for (Dim dim : schedule.order)
    if (trips[dim] > 1)
      text += ((text.empty() ? "" : ", ") + core::dimName(dim) + " = " +
               Twine(tileIndex[dim] * schedule.tile[dim]))
                  .str();
  return text.empty() ? "the only one" : text;
}

std::string LayerCheck::describeStep() const {
  return ("in step " + Twine(executed + 1) + " of " + Twine(totalSteps) +
          " (tile " + describe(index) + ")")
      .str();
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

void LayerCheck::startRun() {
  isRunning = true;
  ++run;
  executed = epilogues = 0;
  for (Dim dim : core::AllDims) {
    index[dim] = 0;
    isBackwards[dim] = false;
  }
  int64_t numTiles = 1;
  for (Dim dim : kOutputDims)
    numTiles *= trips[dim];
  tiles.assign(numTiles, OutputTile());
  streams = {};
  places = {};
  firstStore = {};
  unfinishedStore = nullptr;
  transferred.clear();
}

/// The next step of the nest: the innermost loop that can go on does, and those
/// inside begin again, in serpentine order at the end where they are.
void LayerCheck::advance() {
  ++executed;
  for (Dim dim : llvm::reverse(loops)) {
    int64_t next = index[dim] + (isBackwards[dim] ? -1 : 1);
    if (next >= 0 && next < trips[dim]) {
      index[dim] = next;
      return;
    }
    if (schedule.serpentine)
      isBackwards[dim] = !isBackwards[dim];
    else
      index[dim] = 0;
  }
}

void LayerCheck::endRun() {
  isRunning = false;
  finishTransfer();
  ++moved.runs;
  moved.tiles = totalSteps;
  if (executed != totalSteps) {
    report(op, "executions") << "is executed on " << executed
                             << " tiles, but its schedule has " << totalSteps;
    return;
  }
  int64_t missing = 0, first = -1;
  for (auto [tile, done] : llvm::enumerate(tiles)) {
    if (done.isStoredFinished)
      continue;
    if (missing++ == 0)
      first = tile;
  }
  if (missing)
    report(op, "missing store")
        << "leaves " << missing << " of " << tiles.size()
        << " output tiles without a store of the finished values; the first is "
        << describeBox(sliceOf(Operand::Output, outputTileIndex(first)).lo,
                       sliceOf(Operand::Output, outputTileIndex(first)).size);
  if (epilogues && unfinishedStore)
    report(unfinishedStore, "no epilogue")
        << "stores an output tile on which the epilogue did not work";
  checkMovement();
  checkOverlaps();
}

void LayerCheck::finish() {
  if (isRunning)
    endRun();
  else if (run < 0)
    report(op, "executions") << "is never executed";
}

void LayerCheck::checkMovement() {
  core::Traffic traffic = computeTraffic(layer, schedule);
  std::array<int64_t, kNumMovements> expected = {
      traffic.read[Operand::Input].bytes,
      hasWeights ? traffic.read[Operand::Weights].bytes : 0,
      traffic.read[Operand::Output].bytes, traffic.write[Operand::Output].bytes,
      traffic.epilogue.bytes};
  for (unsigned i = 0; i < kNumMovements; ++i) {
    moved.bytes[i] = streams[i].bytes;
    if (streams[i].bytes != expected[i])
      report(op, ("bytes " + Twine(i)).str())
          << "moves " << streams[i].bytes << " bytes of "
          << movementName(static_cast<Movement>(i)) << ", but its schedule "
          << expected[i];
  }
  compareBursts(core::computeBlockTraffic(layer, schedule, state.burstBytes));
}

/// Whether the tensor lies as the model assumes: row-major, from the start of a
/// burst.
bool LayerCheck::isPlain(const TensorPlace &place, int64_t elementBytes) const {
  if (place.isBlocked)
    return false;
  const ObjectRecord &object = state.program.objects[place.object];
  if ((object.address.value_or(0) + place.offset) % state.burstBytes != 0)
    return false;
  int64_t stride = elementBytes;
  for (size_t i = place.shape.size(); i-- > 0;) {
    if (place.shape[i] > 1 && place.strides[i] != stride)
      return false;
    stride *= place.shape[i];
  }
  return true;
}

void LayerCheck::compareBursts(const core::BlockTraffic &expected) {
  auto compare = [&](Movement movement, int64_t predicted,
                     std::initializer_list<PlaceKind> kinds,
                     int64_t elementBytes) {
    const Stream &stream = streams[static_cast<unsigned>(movement)];
    if (!stream.bursts || *stream.bursts == predicted)
      return;
    for (PlaceKind kind : kinds)
      if (places[kind] &&
          !isPlain(*places[kind],
                   kind == Final ? layer.outputBytes : elementBytes))
        return;
    // Where the bytes differ, that is what has to be mended.
    report(op, ("bytes " + Twine(static_cast<unsigned>(movement))).str())
        << "moves " << *stream.bursts << " bursts of " << state.burstBytes
        << " bytes of " << movementName(movement) << ", but its schedule "
        << predicted;
  };
  compare(Movement::InputRead, expected.read[Operand::Input], {Input},
          layer.inputBytes);
  if (hasWeights)
    compare(Movement::WeightsRead, expected.read[Operand::Weights], {Weights},
            layer.weightBytes);
  compare(Movement::OutputRead, expected.read[Operand::Output], {Init, Partial},
          layer.accumulatorBytes);
  compare(Movement::OutputWrite, expected.write[Operand::Output],
          {Partial, Final}, layer.accumulatorBytes);
}

/// The output must not be written over what is still to be read. What lies on
/// chip as a whole before the first store has no need of its place any more.
void LayerCheck::checkOverlaps() {
  auto rangeOf = [&](PlaceKind kind)
      -> std::optional<std::tuple<int64_t, int64_t, int64_t>> {
    const std::optional<TensorPlace> &place = places[kind];
    if (!place)
      return std::nullopt;
    int64_t elementBytes = kind == Input     ? layer.inputBytes
                           : kind == Weights ? layer.weightBytes
                           : kind == Final   ? layer.outputBytes
                                             : layer.accumulatorBytes;
    int64_t first = place->offset, last = place->offset + elementBytes;
    for (auto [extent, stride] : llvm::zip(place->shape, place->strides))
      last += (extent - 1) * stride;
    // Where all have addresses, these tell; else whether the object is one.
    const ObjectRecord &object = state.program.objects[place->object];
    if (object.address)
      return std::tuple(int64_t(-1), first + *object.address,
                        last + *object.address);
    return std::tuple(place->object, first, last);
  };
  for (PlaceKind written : {Partial, Final})
    for (PlaceKind read : {Input, Weights}) {
      Movement movement =
          read == Input ? Movement::InputRead : Movement::WeightsRead;
      if (!firstStore[written] ||
          streams[static_cast<unsigned>(movement)].lastLoad <
              *firstStore[written])
        continue;
      auto to = rangeOf(written), from = rangeOf(read);
      if (to && from && std::get<0>(*to) == std::get<0>(*from) &&
          std::get<1>(*to) < std::get<2>(*from) &&
          std::get<1>(*from) < std::get<2>(*to))
        report(op, "overlap")
            << "writes its output to bytes " << std::get<1>(*to) << " to "
            << std::get<2>(*to) - 1 << " of "
            << (std::get<0>(*to) < 0
                    ? StringRef("the DRAM")
                    : StringRef(state.program.objects[std::get<0>(*to)].name))
            << ", where its " << (read == Input ? "input lies" : "weights lie")
            << " (bytes " << std::get<1>(*from) << " to "
            << std::get<2>(*from) - 1 << ")";
    }
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

std::optional<TensorPlace> LayerCheck::placeOf(int32_t record,
                                               ArrayRef<int64_t> shape) const {
  for (const CopyRecord::Outer &outer : state.program.copies[record].outer) {
    const int64_t *slots = &state.slots[outer.buffer.slot];
    unsigned rank = outer.buffer.rank;
    if (ArrayRef(slots + 3, rank) != shape)
      continue;
    TensorPlace place;
    place.object = slots[0];
    place.offset = slots[2];
    llvm::append_range(place.shape, shape);
    place.strides.append(slots + 3 + rank, slots + 3 + 2 * rank);
    place.isBlocked = state.program.copies[record].blocked >= 0;
    return place;
  }
  return std::nullopt;
}

bool LayerCheck::agrees(PlaceKind kind, const TensorPlace &place) {
  if (!places[kind])
    places[kind] = place;
  return *places[kind] == place;
}

bool LayerCheck::isAt(const Piece &piece, const Box &box,
                      const std::array<int, kMaxRank> &dims,
                      const TensorPlace &place, ArrayRef<int64_t> lo) const {
  int64_t expected = place.offset;
  for (size_t axis = 0; axis < lo.size(); ++axis) {
    int64_t at = lo[axis];
    if (int j = dims[axis]; j >= 0) {
      at += piece.box.lo[j] - box.lo[j];
      if (piece.box.size[j] > 1 &&
          piece.content.strides[j] != place.strides[axis])
        return false;
    }
    expected += at * place.strides[axis];
  }
  return piece.content.object == place.object && piece.content.base == expected;
}

std::string LayerCheck::describePiece(const Piece &piece,
                                      ArrayRef<int64_t> shape) const {
  switch (piece.content.kind) {
  case Content::Kind::Fill:
    return "a fill";
  case Content::Kind::Init:
    return "an initial value";
  case Content::Kind::Sum:
    if (!isMine(piece.content))
      return "the output of another layer, or of another run";
    return ("the sum of " + Twine(piece.content.version) + " steps of tile " +
            describeBox(
                sliceOf(Operand::Output, outputTileIndex(piece.content.tile))
                    .lo,
                sliceOf(Operand::Output, outputTileIndex(piece.content.tile))
                    .size) +
            (piece.content.isFinished ? ", finished" : ""))
        .str();
  case Content::Kind::Dram:
    break;
  }
  std::optional<TensorPlace> place = placeOf(piece.content.source, shape);
  if (place && place->object == piece.content.object)
    if (std::optional<Index> at = coordinatesOf(
            piece.content.base - place->offset, place->shape, place->strides))
      return "element " +
             describeElement(ArrayRef(*at).take_front(shape.size()));
  return state.program.objects[piece.content.object].name + " from byte " +
         std::to_string(piece.content.base) + " on";
}

//===----------------------------------------------------------------------===//
// Executions
//===----------------------------------------------------------------------===//

void LayerCheck::charge(SmallVectorImpl<PendingLoad> &loads,
                        Movement movement) {
  Stream &stream = streams[static_cast<unsigned>(movement)];
  for (const PendingLoad &load : loads) {
    stream.bytes += load.bytes;
    stream.lastLoad = std::max(stream.lastLoad, load.time);
    if (stream.bursts && load.bursts)
      *stream.bursts += *load.bursts;
    else
      stream.bursts = std::nullopt;
  }
  loads.clear();
}

bool LayerCheck::checkSizes(Operand operand, const OperandView &view,
                            const Slice &slice) {
  if (view.sizes.size() != slice.size.size()) {
    report(op, "rank") << "has a tile of '" << core::operandName(operand)
                       << "' with " << view.sizes.size()
                       << " dimensions, but its tensor has "
                       << slice.size.size();
    return false;
  }
  for (auto [axis, actual, expected] :
       llvm::zip(layer.order.axes[operand], view.sizes, slice.size)) {
    // Rows and columns behind the last tap are not read.
    bool isWindow =
        operand == Operand::Input && (axis == Axis::H || axis == Axis::W);
    if (isWindow ? actual >= expected : actual == expected)
      continue;
    report(op, "size") << describeStep() << " has a tile of '"
                       << core::operandName(operand) << "' of "
                       << describeBox(SmallVector<int64_t>(view.sizes.size()),
                                      view.sizes)
                       << " elements, but its schedule one of "
                       << describeBox(SmallVector<int64_t>(slice.size.size()),
                                      slice.size);
    return false;
  }
  return true;
}

void LayerCheck::checkStaged(Operand operand, const OperandView &view) {
  Slice slice = sliceOf(operand, index);
  if (!checkSizes(operand, view, slice))
    return;
  Box needed = view.at.box;
  for (size_t axis = 0; axis < slice.size.size(); ++axis)
    if (int j = view.at.dims[axis]; j >= 0)
      needed.size[j] = slice.size[axis];
  // The part that lies in the real input.
  Box real = needed;
  bool isInPadding = false;
  for (size_t axis = 0; axis < slice.size.size(); ++axis) {
    int64_t first = std::max<int64_t>(0, slice.lo[axis]);
    int64_t end =
        std::min(shapes[operand][axis], slice.lo[axis] + slice.size[axis]);
    if (int j = view.at.dims[axis]; j >= 0) {
      real.lo[j] += first - slice.lo[axis];
      real.size[j] = std::max<int64_t>(0, end - first);
    }
    isInPadding |= end <= first;
  }
  int64_t numReal = isInPadding ? 0 : real.volume();
  int64_t numPadding = needed.volume() - numReal;

  PlaceKind kind = operand == Operand::Input ? Input : Weights;
  StringRef name = core::operandName(operand);
  int64_t found = 0, filled = 0;
  std::optional<Piece> wrong;
  view.buffer->forEachIn(needed, [&](Piece piece) {
    Box part = intersect(piece.box, real);
    int64_t inReal = isInPadding ? 0 : part.volume();
    if (piece.content.kind == Content::Kind::Fill)
      filled += piece.box.volume() - inReal;
    if (inReal == 0)
      return;
    piece = cut(piece, part);
    if (piece.content.kind == Content::Kind::Dram) {
      std::optional<TensorPlace> place =
          placeOf(piece.content.source, shapes[operand]);
      if (!place || !agrees(kind, *place)) {
        report(op, ("place " + name).str())
            << describeStep() << " has a tile of '" << name
            << "' that was loaded from "
            << (place ? "another tensor than the tiles before"
                      : "no tensor of its shape")
            << " (" << describePiece(piece, shapes[operand]) << ")";
        return;
      }
      if (isAt(piece, needed, view.at.dims, *place, slice.lo)) {
        found += inReal;
        return;
      }
    }
    if (!wrong)
      wrong = piece;
  });
  if (wrong) {
    SmallVector<int64_t> at(slice.lo);
    for (size_t axis = 0; axis < at.size(); ++axis)
      if (int j = view.at.dims[axis]; j >= 0)
        at[axis] += wrong->box.lo[j] - needed.lo[j];
    report(op, ("contents " + name).str())
        << describeStep() << " needs element " << describeElement(at) << " of '"
        << name << "', but the buffer holds "
        << describePiece(*wrong, shapes[operand]) << " there";
  } else if (found != numReal) {
    report(op, ("contents " + name).str())
        << describeStep() << " needs " << numReal << " elements of '" << name
        << "' (" << describeBox(slice.lo, slice.size) << "), but only " << found
        << " of them are in the buffer";
  } else if (filled != numPadding) {
    report(op, "padding") << describeStep() << " needs " << numPadding
                          << " elements of padding in its tile of 'input', but "
                          << filled << " are filled";
  }
}

void LayerCheck::checkInit(const InitRecord &init, const Piece &piece,
                           const Box &box,
                           const std::array<int, kMaxRank> &dims,
                           ArrayRef<int64_t> lo) {
  // The place of the whole box that was computed, from that of the piece.
  size_t rank = lo.size();
  SmallVector<int64_t, 6> strides(rank), origin(lo), size(rank);
  int64_t stride = 1;
  for (size_t i = rank; i-- > 0;) {
    strides[i] = stride;
    size[i] = init.size[i];
    stride *= init.size[i];
  }
  std::optional<Index> at = coordinatesOf(piece.content.base, size, strides);
  if (!at)
    return;
  for (size_t axis = 0; axis < rank; ++axis) {
    if (int j = dims[axis]; j >= 0)
      origin[axis] += piece.box.lo[j] - box.lo[j];
    origin[axis] -= (*at)[axis];
  }
  for (auto [i, operand] : llvm::enumerate(init.operands))
    checkEpilogueOperand(init.op, i, operand, origin, size);
}

void LayerCheck::checkEpilogueOperand(Operation *at, unsigned operandNumber,
                                      const InitRecord::Operand &operand,
                                      ArrayRef<int64_t> origin,
                                      ArrayRef<int64_t> size) {
  SmallVector<int64_t, 6> lo, extents, shape;
  for (AffineExpr expr : operand.map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      lo.push_back(origin[dim.getPosition()]);
      extents.push_back(size[dim.getPosition()]);
      shape.push_back(shapes[Operand::Output][dim.getPosition()]);
    } else {
      lo.push_back(0);
      extents.push_back(1);
      shape.push_back(1);
    }
  }
  int64_t found = 0;
  const Piece *wrong = nullptr;
  for (const Piece &piece : operand.pieces) {
    // What is made on chip needs no load.
    bool isRight = piece.content.kind == Content::Kind::Fill;
    if (piece.content.kind == Content::Kind::Dram) {
      std::optional<TensorPlace> place = placeOf(piece.content.source, shape);
      isRight = place && isAt(piece, operand.box, operand.dims, *place, lo);
    }
    if (isRight)
      found += piece.box.volume();
    else if (!wrong)
      wrong = &piece;
  }
  if (found == product(extents))
    return;
  Violation diagnostic = report(at, ("epilogue " + Twine(operandNumber)).str());
  diagnostic << "needs " << describeBox(lo, extents) << " of its operand "
             << operandNumber << ", but the buffer holds ";
  if (wrong)
    diagnostic << describePiece(*wrong, shape) << " there";
  else
    diagnostic << "only " << found << " of these elements";
}

void LayerCheck::checkOutput(const OperandView &view, const Slice &slice,
                             int64_t tile) {
  const OutputTile &done = tiles[tile];
  const Box &box = view.at.box;
  TensorPlace sums;
  sums.strides = outputStrides;
  int64_t found = 0;
  std::optional<Piece> wrong;
  std::string reason;
  view.buffer->forEachIn(box, [&](const Piece &piece) {
    const Content &content = piece.content;
    bool isRight = false;
    switch (content.kind) {
    case Content::Kind::Fill:
      isRight = done.steps == 0 && !layer.initIsData;
      break;
    case Content::Kind::Init:
      isRight = done.steps == 0;
      if (isRight)
        checkInit(*content.init, piece, box, view.at.dims, slice.lo);
      break;
    case Content::Kind::Sum:
      isRight = isMine(content) && content.tile == tile &&
                content.version == done.steps && !content.isFinished &&
                isAt(piece, box, view.at.dims, sums, slice.lo);
      break;
    case Content::Kind::Dram: {
      std::optional<TensorPlace> place =
          placeOf(content.source, shapes[Operand::Output]);
      if (!place || (done.steps == 0 && !layer.initIsData))
        break;
      isRight = agrees(done.steps == 0 ? Init : Partial, *place) &&
                isAt(piece, box, view.at.dims, *place, slice.lo);
      if (isRight && done.steps > 0 &&
          (done.storedVersion != done.steps || done.storedAt > content.time)) {
        isRight = false;
        reason = ", loaded before the partial sums were stored";
      }
      break;
    }
    }
    if (isRight)
      found += piece.box.volume();
    else if (!wrong)
      wrong = piece;
  });
  if (found == product(slice.size))
    return;
  Violation diagnostic = report(op, "contents output");
  diagnostic << describeStep() << " needs "
             << (done.steps == 0
                     ? StringRef(layer.initIsData ? "the initial data"
                                                  : "the initial value")
                     : StringRef("the partial sums"));
  if (done.steps > 0)
    diagnostic << " of " << done.steps << " steps";
  diagnostic << " of output tile " << describeBox(slice.lo, slice.size)
             << ", but the buffer holds ";
  if (wrong)
    diagnostic << describePiece(*wrong, shapes[Operand::Output]) << reason;
  else
    diagnostic << "only " << found << " of its elements";
}

void LayerCheck::execute(OperandView &input, OperandView &weights,
                         OperandView &output) {
  if (isRunning && executed == totalSteps)
    endRun();
  if (!isRunning)
    startRun();
  finishTransfer();
  charge(input.buffer->pending, Movement::InputRead);
  if (weights.buffer)
    charge(weights.buffer->pending, Movement::WeightsRead);
  charge(output.buffer->pending, Movement::OutputRead);
  charge(output.buffer->pendingEpilogue, Movement::EpilogueRead);

  checkStaged(Operand::Input, input);
  if (weights.buffer)
    checkStaged(Operand::Weights, weights);
  int64_t tile = outputTileNumber(index);
  Slice slice = sliceOf(Operand::Output, index);
  if (checkSizes(Operand::Output, output, slice)) {
    checkOutput(output, slice, tile);
    Content sum;
    sum.kind = Content::Kind::Sum;
    sum.source = number;
    sum.run = run;
    sum.tile = tile;
    sum.version = tiles[tile].steps + 1;
    for (size_t axis = 0; axis < slice.lo.size(); ++axis) {
      sum.base += slice.lo[axis] * outputStrides[axis];
      if (int j = output.at.dims[axis]; j >= 0)
        sum.strides[j] = outputStrides[axis];
    }
    output.buffer->write(output.at.box, std::move(sum));
  }
  ++tiles[tile].steps;
  output.buffer->lastLayer = number;
  advance();
}

void LayerCheck::epilogue(const TileRecord &record,
                          MutableArrayRef<OperandView> views) {
  Operation *at = record.op;
  ++epilogues;
  OperandView &output = views.back();
  ArrayRef<int64_t> outputShape = shapes[Operand::Output];
  if (output.sizes.size() != outputShape.size()) {
    report(at, "rank") << "has another number of dimensions than the output";
    return;
  }

  // The place of the tile in the output, by what is on chip of it.
  std::optional<SmallVector<int64_t, 6>> origin;
  SmallVector<Piece, 2> finished;
  for (size_t i = 0; i + 1 < views.size(); ++i) {
    OperandView &view = views[i];
    bool isSum = false;
    int64_t found = 0;
    view.buffer->forEachIn(view.at.box, [&](const Piece &piece) {
      if (!isMine(piece.content))
        return;
      isSum = true;
      if (!record.maps[i].isIdentity()) {
        report(at, "map") << "reads the sums in another order than it writes";
        return;
      }
      if (piece.content.version != trips[Dim::C])
        report(at, "unfinished")
            << "works on output tile "
            << describeBox(
                   sliceOf(Operand::Output, outputTileIndex(piece.content.tile))
                       .lo,
                   sliceOf(Operand::Output, outputTileIndex(piece.content.tile))
                       .size)
            << " after " << piece.content.version << " of its " << trips[Dim::C]
            << " steps";
      std::optional<Index> first =
          coordinatesOf(piece.content.base, outputShape, outputStrides);
      if (!first)
        return;
      Piece moved = piece;
      moved.content.isFinished = true;
      moved.content.strides = {};
      SmallVector<int64_t, 6> lo;
      for (size_t axis = 0; axis < outputShape.size(); ++axis) {
        int j = view.at.dims[axis];
        int64_t inside = j >= 0 ? piece.box.lo[j] - view.at.box.lo[j] : 0;
        lo.push_back((*first)[axis] - inside);
      }
      moved.box = output.at.box;
      for (size_t axis = 0; axis < outputShape.size(); ++axis) {
        int from = view.at.dims[axis], to = output.at.dims[axis];
        if (from < 0 || to < 0)
          continue;
        moved.box.lo[to] += piece.box.lo[from] - view.at.box.lo[from];
        moved.box.size[to] = piece.box.size[from];
        moved.content.strides[to] = piece.content.strides[from];
      }
      if (origin && *origin != lo) {
        report(at, "order") << "works on sums that do not lie as in the output";
        return;
      }
      origin = lo;
      found += piece.box.volume();
      finished.push_back(std::move(moved));
    });
    if (isSum) {
      charge(view.buffer->pending, Movement::OutputRead);
      if (found != product(output.sizes))
        report(at, "coverage")
            << "works on " << product(output.sizes)
            << " elements, of which only " << found << " are sums of the layer";
    }
  }
  if (origin)
    for (size_t i = 0; i + 1 < views.size(); ++i) {
      OperandView &view = views[i];
      bool isSum = false;
      InitRecord::Operand operand{
          view.at.box, view.at.dims, record.maps[i], {}};
      view.buffer->forEachIn(view.at.box, [&](const Piece &piece) {
        isSum |= isMine(piece.content);
        operand.pieces.push_back(piece);
      });
      if (isSum)
        continue;
      charge(view.buffer->pending, Movement::EpilogueRead);
      checkEpilogueOperand(at, i, operand, *origin, output.sizes);
    }
  output.buffer->erase(output.at.box);
  for (Piece &piece : finished)
    output.buffer->write(piece.box, piece.content);
  output.buffer->lastLayer = number;
}

void LayerCheck::finishTransfer() {
  for (int64_t tile : transferred)
    if (tiles[tile].stored != outputTileVolume(tile))
      report(transferredBy, "part")
          << "stores " << tiles[tile].stored << " of the "
          << outputTileVolume(tile) << " elements of an output tile";
  transferred.clear();
}

void LayerCheck::store(Operation *copy, int32_t record, OperandView &source,
                       const DramEnd &target, int64_t bytes,
                       std::optional<int64_t> bursts) {
  if (state.transfer != lastTransfer)
    finishTransfer();
  lastTransfer = state.transfer;
  transferredBy = copy;
  Stream &stream = streams[static_cast<unsigned>(Movement::OutputWrite)];
  stream.bytes += bytes;
  if (stream.bursts && bursts)
    *stream.bursts += *bursts;
  else
    stream.bursts = std::nullopt;

  ArrayRef<int64_t> shape = shapes[Operand::Output];
  std::optional<TensorPlace> place = placeOf(record, shape);
  if (!place) {
    report(copy, "place") << "stores to no tensor of the output's shape";
    return;
  }
  int64_t found = 0;
  std::optional<Piece> wrong;
  source.buffer->forEachIn(source.at.box, [&](const Piece &piece) {
    const Content &content = piece.content;
    if (!isMine(content)) {
      if (!wrong)
        wrong = piece;
      return;
    }
    found += piece.box.volume();
    OutputTile &tile = tiles[content.tile];
    bool isLast = content.version == trips[Dim::C];
    PlaceKind kind = content.isFinished || isLast ? Final : Partial;
    if (!firstStore[kind])
      firstStore[kind] = state.time;
    if (!agrees(kind, *place))
      report(copy, "tensor")
          << "stores to another tensor than the stores of "
          << (kind == Final ? "finished tiles" : "partial sums") << " before";
    if (content.version != tile.steps)
      report(copy, "old") << "stores the sum of " << content.version
                          << " steps of an output tile that is at "
                          << tile.steps;
    if (isLast && !content.isFinished)
      unfinishedStore = copy;

    // The element of the output that the piece begins with, where it is
    // stored, and where it belongs.
    int64_t actual = target.offset, expected = place->offset;
    bool isParallel = true;
    std::optional<Index> at = coordinatesOf(content.base, shape, outputStrides);
    if (!at)
      return;
    for (size_t axis = 0; axis < shape.size(); ++axis)
      expected += (*at)[axis] * place->strides[axis];
    for (size_t i = 0; i < target.sizes.size(); ++i) {
      int j = source.at.dims[i];
      if (j < 0)
        continue;
      actual += (piece.box.lo[j] - source.at.box.lo[j]) * target.strides[i];
      if (piece.box.size[j] == 1)
        continue;
      for (size_t axis = 0; axis < shape.size(); ++axis)
        if (shape[axis] > 1 && outputStrides[axis] == content.strides[j])
          isParallel &= place->strides[axis] == target.strides[i];
    }
    if (actual != expected || target.object != place->object || !isParallel) {
      std::optional<Index> wrongAt =
          coordinatesOf(actual - place->offset, place->shape, place->strides);
      report(copy, "target")
          << "stores element "
          << describeElement(ArrayRef(*at).take_front(shape.size()))
          << " of the output to "
          << (wrongAt
                  ? "element " + describeElement(ArrayRef(*wrongAt).take_front(
                                     shape.size()))
                  : std::string("a place outside of it"));
      return;
    }
    // In one transfer, but perhaps in parts, and with those of other tiles.
    if (tile.transfer != state.transfer) {
      tile.transfer = state.transfer;
      tile.stored = 0;
      transferred.push_back(content.tile);
    }
    tile.stored += piece.box.volume();
    if (tile.stored != outputTileVolume(content.tile))
      return;
    tile.storedVersion = content.version;
    tile.storedAt = state.time;
    tile.isStoredFinished = kind == Final;
  });
  if (wrong || found != product(target.sizes)) {
    Violation diagnostic = report(copy, "what");
    diagnostic << "stores " << product(target.sizes) << " elements, of which "
               << found << " are the layer's output";
    if (wrong)
      diagnostic << "; the buffer holds "
                 << describePiece(*wrong, shapes[Operand::Output]);
  }
}
