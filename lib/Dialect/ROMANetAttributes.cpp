//===- ROMANetAttributes.cpp - Syntax and rules of the attributes ---------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "romanet/DRAM/DeviceFields.h"
#include "romanet/Dialect/MachineSpec.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>
#include <cmath>

using namespace mlir;
using namespace mlir::romanet;

using EmitError = llvm::function_ref<InFlightDiagnostic()>;

/// Prints `[n = 1, ...]`: the value of each loop of `order`.
static void printTileLoops(AsmPrinter &printer, ArrayRef<int64_t> order,
                           ArrayRef<int64_t> values) {
  printer << '[';
  llvm::interleaveComma(
      llvm::zip(order, values), printer.getStream(), [&](auto pair) {
        printer << core::dimName(core::AllDims[std::get<0>(pair)]) << " = "
                << std::get<1>(pair);
      });
  printer << ']';
}

static ParseResult parseTileLoops(AsmParser &parser,
                                  SmallVectorImpl<int64_t> &order,
                                  SmallVectorImpl<int64_t> &values) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Square, [&]() -> ParseResult {
        StringRef name;
        SMLoc loc = parser.getCurrentLocation();
        if (parser.parseKeyword(&name))
          return failure();
        std::optional<core::Dim> dim = core::parseDim(name);
        if (!dim)
          return parser.emitError(loc) << "unknown loop '" << name
                                       << "', expected n, g, k, c, p or q";
        order.push_back(static_cast<int64_t>(*dim));
        return failure(parser.parseEqual() ||
                       parser.parseInteger(values.emplace_back()));
      });
}

/// The name of a tensor, as a number of Operand.
static FailureOr<int64_t> parseTensor(AsmParser &parser) {
  StringRef name;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&name))
    return failure();
  if (std::optional<core::Operand> operand = core::parseOperand(name))
    return static_cast<int64_t>(*operand);
  parser.emitError(loc) << "unknown tensor '" << name
                        << "', expected input, weights or output";
  return failure();
}

static FailureOr<SmallVector<int64_t>> parseTensors(AsmParser &parser) {
  SmallVector<int64_t> tensors;
  if (parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square, [&]() -> ParseResult {
            FailureOr<int64_t> tensor = parseTensor(parser);
            if (failed(tensor))
              return failure();
            tensors.push_back(*tensor);
            return success();
          }))
    return failure();
  // However written.
  llvm::sort(tensors);
  return tensors;
}

static void printTensors(AsmPrinter &printer, ArrayRef<int64_t> tensors) {
  printer << '[';
  llvm::interleaveComma(tensors, printer.getStream(), [&](int64_t tensor) {
    printer << core::operandName(core::AllOperands[tensor]);
  });
  printer << ']';
}

/// Tiles and order, and what goes beyond them, if anything does.
static void printSchedule(AsmPrinter &printer, ArrayRef<int64_t> order,
                          ArrayRef<int64_t> tile, ArrayRef<int64_t> hold,
                          bool serpentine, bool halo) {
  printTileLoops(printer, order, tile);
  auto isInnermost = [](int64_t depth) { return depth == core::NumDims; };
  if (!llvm::all_of(hold, isInnermost)) {
    printer << ", hold = [";
    llvm::interleaveComma(llvm::zip(core::AllOperands, hold),
                          printer.getStream(), [&](auto pair) {
                            printer << core::operandName(std::get<0>(pair))
                                    << " = " << std::get<1>(pair);
                          });
    printer << ']';
  }
  if (serpentine)
    printer << ", serpentine";
  if (halo)
    printer << ", halo";
}

static ParseResult parseSchedule(AsmParser &parser,
                                 SmallVectorImpl<int64_t> &order,
                                 SmallVectorImpl<int64_t> &tile,
                                 SmallVectorImpl<int64_t> &hold,
                                 bool &serpentine, bool &halo) {
  if (parseTileLoops(parser, order, tile))
    return failure();
  hold.assign(core::NumOperands, core::NumDims);
  serpentine = halo = false;
  auto parseDepth = [&]() -> ParseResult {
    FailureOr<int64_t> operand = parseTensor(parser);
    return failure(failed(operand) || parser.parseEqual() ||
                   parser.parseInteger(hold[*operand]));
  };
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef keyword;
    if (parser.parseKeyword(&keyword))
      return failure();
    if (keyword == "serpentine")
      serpentine = true;
    else if (keyword == "halo")
      halo = true;
    else if (keyword != "hold")
      return parser.emitError(loc) << "unknown part '" << keyword
                                   << "', expected hold, serpentine or halo";
    else if (parser.parseEqual() ||
             parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                            parseDepth))
      return failure();
  }
  return success();
}

static void printIntegers(AsmPrinter &printer, ArrayRef<int64_t> values) {
  printer << '[';
  llvm::interleaveComma(values, printer.getStream());
  printer << ']';
}

static FailureOr<SmallVector<int64_t>> parseIntegers(AsmParser &parser) {
  SmallVector<int64_t> values;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(values.emplace_back());
      }))
    return failure();
  return values;
}

static void printLayoutList(AsmPrinter &printer, ArrayRef<LayoutAttr> layouts) {
  printer << '[';
  llvm::interleaveComma(layouts, printer.getStream(), [&](LayoutAttr layout) {
    printer.printStrippedAttrOrType(layout);
  });
  printer << ']';
}

static FailureOr<SmallVector<LayoutAttr>> parseLayoutList(AsmParser &parser) {
  SmallVector<LayoutAttr> layouts;
  if (parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square, [&]() -> ParseResult {
            auto layout =
                dyn_cast_or_null<LayoutAttr>(LayoutAttr::parse(parser, Type()));
            if (!layout)
              return failure();
            layouts.push_back(layout);
            return success();
          }))
    return failure();
  return layouts;
}

#include "romanet/Dialect/ROMANetEnums.cpp.inc"
/// A whole number without a point, any other with as many digits as it takes to
/// read it back.
static void printNumber(AsmPrinter &printer, const APFloat &value) {
  double number = value.convertToDouble();
  bool isWhole = number == std::floor(number);
  if (isWhole && std::abs(number) < 0x1p63) {
    printer << static_cast<int64_t>(number);
    return;
  }
  llvm::SmallString<32> text;
  // Without an exponent the text of a whole number would be read as one.
  value.toString(text, /*FormatPrecision=*/0,
                 /*FormatMaxPadding=*/isWhole ? 0 : 3, /*TruncateZero=*/false);
  printer << text;
}

static ParseResult parseNumber(AsmParser &parser, FailureOr<APFloat> &value) {
  int64_t whole;
  double number;
  OptionalParseResult isWhole = parser.parseOptionalInteger(whole);
  if (isWhole.has_value() ? failed(*isWhole)
                          : failed(parser.parseFloat(number)))
    return failure();
  value = APFloat(isWhole.has_value() ? static_cast<double>(whole) : number);
  return success();
}

#define GET_ATTRDEF_CLASSES
#include "romanet/Dialect/ROMANetAttributes.cpp.inc"

void ROMANetDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "romanet/Dialect/ROMANetAttributes.cpp.inc"
      >();
}

/// Turns an error of the core into a diagnostic.
static LogicalResult report(EmitError emitError, llvm::Error error) {
  if (!error)
    return success();
  return emitError() << llvm::toString(std::move(error));
}

//===----------------------------------------------------------------------===//
// BuffersAttr
//===----------------------------------------------------------------------===//

LogicalResult BuffersAttr::verify(EmitError emitError,
                                  std::optional<int64_t> input,
                                  std::optional<int64_t> weights,
                                  std::optional<int64_t> output,
                                  std::optional<int64_t> shared,
                                  ArrayRef<int64_t> doubleBuffered) {
  for (auto [i, tensor] : llvm::enumerate(doubleBuffered)) {
    assert(tensor >= 0 && tensor < core::NumOperands && "not a tensor");
    if (llvm::is_contained(doubleBuffered.take_front(i), tensor))
      return emitError() << "'" << core::operandName(core::AllOperands[tensor])
                         << "' is named twice in 'double_buffered'";
  }
  return report(
      emitError,
      core::BufferCapacities::make(input, weights, output, shared).verify());
}

core::BufferCapacities BuffersAttr::getCapacities() const {
  auto capacities = core::BufferCapacities::make(getInput(), getWeights(),
                                                 getOutput(), getShared());
  for (int64_t tensor : getDoubleBuffered())
    capacities.doubleBuffered[core::AllOperands[tensor]] = true;
  return capacities;
}

BuffersAttr BuffersAttr::get(MLIRContext *context,
                             const core::BufferCapacities &capacities) {
  SmallVector<int64_t, core::NumOperands> doubled;
  for (core::Operand operand : core::AllOperands)
    if (capacities.doubleBuffered[operand])
      doubled.push_back(static_cast<int64_t>(operand));
  return get(context, capacities.separate[core::Operand::Input],
             capacities.separate[core::Operand::Weights],
             capacities.separate[core::Operand::Output], capacities.shared,
             doubled);
}

//===----------------------------------------------------------------------===//
// DeviceAttr
//===----------------------------------------------------------------------===//

/// Parses `[name = value, ...]`: each of the names once, in any order.
template <typename Fields, typename ParseValue>
static ParseResult parseFields(AsmParser &parser, const Fields &fields,
                               ParseValue parseValue) {
  llvm::SmallVector<bool> seen(std::size(fields), false);
  SMLoc start = parser.getCurrentLocation();
  auto parseField = [&]() -> ParseResult {
    StringRef name;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name) || parser.parseEqual())
      return failure();
    const auto *found = llvm::find_if(
        fields, [&](const auto &field) { return field.name == name; });
    if (found == std::end(fields))
      return parser.emitError(loc) << "unknown field '" << name << "'";
    size_t index = found - std::begin(fields);
    if (seen[index])
      return parser.emitError(loc) << "field '" << name << "' twice";
    seen[index] = true;
    return parseValue(index);
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseField))
    return failure();
  for (auto [field, isThere] : llvm::zip(fields, seen))
    if (!isThere)
      return parser.emitError(start) << "missing field '" << field.name << "'";
  return success();
}

template <typename Fields, typename Values>
static void printFields(AsmPrinter &printer, const Fields &fields,
                        const Values &values) {
  printer << '[';
  llvm::interleaveComma(
      llvm::zip_equal(fields, values), printer.getStream(), [&](auto pair) {
        printer << std::get<0>(pair).name << " = ";
        const auto &value = std::get<1>(pair);
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, APFloat>)
          printNumber(printer, value);
        else
          printer << value;
      });
  printer << ']';
}

Attribute DeviceAttr::parse(AsmParser &parser, Type) {
  StringAttr name, source;
  SmallVector<int64_t> organisation(std::size(core::deviceSizes));
  SmallVector<int64_t> timing(std::size(core::deviceTimings));
  FailureOr<APFloat> clock;
  SmallVector<APFloat> reals;
  auto parseWhole = [&](SmallVectorImpl<int64_t> &values) {
    return [&](size_t index) { return parser.parseInteger(values[index]); };
  };
  auto parseRail = [&]() -> ParseResult {
    SmallVector<APFloat> rail(std::size(core::deviceRailFields), APFloat(0.0));
    if (parseFields(parser, core::deviceRailFields,
                    [&](size_t index) -> ParseResult {
                      FailureOr<APFloat> value;
                      if (parseNumber(parser, value))
                        return failure();
                      rail[index] = *value;
                      return success();
                    }))
      return failure();
    llvm::append_range(reals, rail);
    return success();
  };
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseAttribute(name) ||
      parser.parseComma() || parser.parseKeyword("source") ||
      parser.parseEqual() || parser.parseAttribute(source) ||
      parser.parseComma() || parser.parseKeyword("organisation") ||
      parser.parseEqual() ||
      parseFields(parser, core::deviceSizes, parseWhole(organisation)) ||
      parser.parseComma() || parser.parseKeyword(core::deviceClockName) ||
      parser.parseEqual() || parseNumber(parser, clock) ||
      parser.parseComma() || parser.parseKeyword(core::deviceTimingName) ||
      parser.parseEqual() ||
      parseFields(parser, core::deviceTimings, parseWhole(timing)) ||
      parser.parseComma() || parser.parseKeyword(core::deviceRailsName) ||
      parser.parseEqual() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseRail) ||
      parser.parseGreater())
    return {};
  reals.insert(reals.begin(), *clock);
  return parser.getChecked<DeviceAttr>(loc, parser.getContext(), name, source,
                                       organisation, timing, reals);
}

void DeviceAttr::print(AsmPrinter &printer) const {
  printer << '<' << getName() << ", source = " << getSource()
          << ", organisation = ";
  printFields(printer, core::deviceSizes, getOrganisation());
  printer << ", " << core::deviceClockName << " = ";
  printNumber(printer, getReals().front());
  printer << ", " << core::deviceTimingName << " = ";
  printFields(printer, core::deviceTimings, getTiming());
  printer << ", " << core::deviceRailsName << " = [";
  constexpr size_t numFields = std::size(core::deviceRailFields);
  for (ArrayRef<APFloat> rails = getReals().drop_front(); !rails.empty();
       rails = rails.drop_front(numFields)) {
    if (rails.size() + 1 != getReals().size())
      printer << ", ";
    printFields(printer, core::deviceRailFields, rails.take_front(numFields));
  }
  printer << "]>";
}

/// The fields have as many values as there are.
static core::DRAMDevice makeDevice(StringAttr name, StringAttr source,
                                   ArrayRef<int64_t> organisation,
                                   ArrayRef<int64_t> timing,
                                   ArrayRef<APFloat> reals) {
  core::DRAMDevice device;
  device.name = name.str();
  device.source = source.str();
  for (auto [field, value] : llvm::zip_equal(core::deviceSizes, organisation))
    device.*field.member = value;
  for (auto [field, value] : llvm::zip_equal(core::deviceTimings, timing))
    device.timing.*field.member = value;
  device.timing.clockNs = reals.front().convertToDouble();
  constexpr size_t numFields = std::size(core::deviceRailFields);
  for (ArrayRef<APFloat> rails = reals.drop_front(); !rails.empty();
       rails = rails.drop_front(numFields)) {
    core::DRAMRail &rail = device.rails.emplace_back();
    for (auto [field, value] : llvm::zip(core::deviceRailFields, rails))
      rail.*field.member = value.convertToDouble();
  }
  return device;
}

LogicalResult DeviceAttr::verify(EmitError emitError, StringAttr name,
                                 StringAttr source,
                                 ArrayRef<int64_t> organisation,
                                 ArrayRef<int64_t> timing,
                                 ArrayRef<APFloat> reals) {
  if (organisation.size() != std::size(core::deviceSizes) ||
      timing.size() != std::size(core::deviceTimings) ||
      reals.size() % std::size(core::deviceRailFields) != 1)
    return emitError() << "expected a value of each field of a device";
  return report(emitError,
                makeDevice(name, source, organisation, timing, reals).verify());
}

core::DRAMDevice DeviceAttr::getDevice() const {
  return makeDevice(getName(), getSource(), getOrganisation(), getTiming(),
                    getReals());
}

DeviceAttr DeviceAttr::get(MLIRContext *context,
                           const core::DRAMDevice &device) {
  SmallVector<int64_t> organisation, timing;
  SmallVector<APFloat> reals = {APFloat(device.timing.clockNs)};
  for (const auto &field : core::deviceSizes)
    organisation.push_back(device.*field.member);
  for (const auto &field : core::deviceTimings)
    timing.push_back(device.timing.*field.member);
  for (const core::DRAMRail &rail : device.rails)
    for (const auto &field : core::deviceRailFields)
      reals.push_back(APFloat(rail.*field.member));
  return get(context, StringAttr::get(context, device.name),
             StringAttr::get(context, device.source), organisation, timing,
             reals);
}

//===----------------------------------------------------------------------===//
// MachineAttr
//===----------------------------------------------------------------------===//

static core::Machine makeMachine(StringAttr name, StringAttr source,
                                 BuffersAttr buffers, Attribute dram,
                                 std::optional<int64_t> channels,
                                 std::optional<int64_t> ranks,
                                 std::optional<int64_t> chips) {
  core::Machine machine;
  if (name)
    machine.name = name.str();
  if (source)
    machine.source = source.str();
  machine.buffers = buffers.getCapacities();
  if (auto device = dyn_cast<DeviceAttr>(dram))
    machine.dram = device.getDevice();
  else
    machine.dram = cast<StringAttr>(dram).str();
  machine.channels = channels;
  machine.ranks = ranks;
  machine.chips = chips;
  return machine;
}

LogicalResult MachineAttr::verify(EmitError emitError, StringAttr name,
                                  StringAttr source, BuffersAttr buffers,
                                  Attribute dram,
                                  std::optional<int64_t> channels,
                                  std::optional<int64_t> ranks,
                                  std::optional<int64_t> chips) {
  if (!isa<StringAttr, DeviceAttr>(dram))
    return emitError() << "'dram' is " << dram
                       << ", expected the name of a preset or a "
                          "#romanet.device";
  return report(emitError,
                makeMachine(name, source, buffers, dram, channels, ranks, chips)
                    .verify());
}

core::Machine MachineAttr::getMachine() const {
  return makeMachine(getName(), getSource(), getBuffers(), getDram(),
                     getChannels(), getRanks(), getChips());
}

core::DRAMDevice MachineAttr::getDevice() const {
  return llvm::cantFail(getMachine().device());
}

MachineAttr MachineAttr::get(MLIRContext *context,
                             const core::Machine &machine) {
  auto text = [&](const std::string &value) {
    return value.empty() ? StringAttr() : StringAttr::get(context, value);
  };
  Attribute dram;
  if (const auto *preset = std::get_if<std::string>(&machine.dram))
    dram = StringAttr::get(context, *preset);
  else
    dram = DeviceAttr::get(context, std::get<core::DRAMDevice>(machine.dram));
  return get(context, text(machine.name), text(machine.source),
             BuffersAttr::get(context, machine.buffers), dram, machine.channels,
             machine.ranks, machine.chips);
}

MachineAttr MachineAttr::getDefault(MLIRContext *context) {
  return get(context, core::Machine::makeDefault());
}

FailureOr<Attribute> MachineAttr::query(DataLayoutEntryKey key) const {
  return toMap(*this).query(key);
}

//===----------------------------------------------------------------------===//
// ScheduleAttr
//===----------------------------------------------------------------------===//

/// Each of the six loops once.
static LogicalResult verifyIsPermutation(EmitError emitError,
                                         ArrayRef<int64_t> order) {
  llvm::SmallVector<bool, core::NumDims> seen(core::NumDims, false);
  for (int64_t dim : order) {
    if (dim < 0 || dim >= core::NumDims)
      return emitError() << "loop number " << dim << " is not between 0 and "
                         << core::NumDims - 1;
    if (seen[dim])
      return emitError() << "loop '" << core::dimName(core::AllDims[dim])
                         << "' is named twice";
    seen[dim] = true;
  }
  for (core::Dim dim : core::AllDims)
    if (!seen[static_cast<unsigned>(dim)])
      return emitError()
             << "loop '" << core::dimName(dim)
             << "' is missing; a schedule names n, g, k, c, p and q "
                "once each, outermost first";
  return success();
}

LogicalResult ScheduleAttr::verify(EmitError emitError, ArrayRef<int64_t> order,
                                   ArrayRef<int64_t> tile,
                                   ArrayRef<int64_t> hold, bool serpentine,
                                   bool halo) {
  if (hold.size() != core::NumOperands)
    return emitError() << "expected the depth of three tensors";
  for (auto [operand, depth] : llvm::zip(core::AllOperands, hold))
    if (depth < 0 || depth > core::NumDims)
      return emitError() << "depth of the " << core::operandName(operand)
                         << " is " << depth << ", expected 0 to "
                         << core::NumDims << " loops";
  if (order.size() != tile.size())
    return emitError() << order.size() << " loops but " << tile.size()
                       << " tiles";
  if (failed(verifyIsPermutation(emitError, order)))
    return failure();
  for (auto [dim, size] : llvm::zip(order, tile))
    if (size <= 0)
      return emitError() << "tile of loop '"
                         << core::dimName(core::AllDims[dim]) << "' is " << size
                         << ", expected at least 1 element";
  return success();
}

core::Schedule ScheduleAttr::getSchedule() const {
  core::Schedule schedule;
  for (auto [index, dim] : llvm::enumerate(getOrder())) {
    schedule.order[index] = core::AllDims[dim];
    schedule.tile[core::AllDims[dim]] = getTile()[index];
  }
  llvm::copy(getHold(), schedule.hold.begin());
  schedule.serpentine = getSerpentine();
  schedule.retainHalo = getHalo();
  return schedule;
}

ScheduleAttr ScheduleAttr::get(MLIRContext *context,
                               const core::Schedule &schedule) {
  SmallVector<int64_t> order, tile;
  for (core::Dim dim : schedule.order) {
    order.push_back(static_cast<int64_t>(dim));
    tile.push_back(schedule.tile[dim]);
  }
  SmallVector<int64_t> hold(schedule.hold.begin(), schedule.hold.end());
  return get(context, order, tile, hold, schedule.serpentine,
             schedule.retainHalo);
}

//===----------------------------------------------------------------------===//
// CostAttr
//===----------------------------------------------------------------------===//

LogicalResult CostAttr::verify(EmitError emitError, int64_t inputRead,
                               int64_t weightsRead, int64_t outputRead,
                               int64_t outputWrite, int64_t epilogueRead,
                               int64_t bursts, int64_t activations,
                               StringAttr space, StringAttr objective,
                               APFloat value, APFloat lowerBound) {
  int64_t total = 0;
  for (int64_t bytes :
       {inputRead, weightsRead, outputRead, outputWrite, epilogueRead})
    if (bytes < 0 || llvm::AddOverflow(total, bytes, total))
      return emitError() << "expected bytes of 0 or more, with a sum that fits "
                            "64 bits";
  if (bursts < 0 || activations < 0)
    return emitError() << "expected bursts and activations of 0 or more";
  if (failed(report(emitError, core::Space::parse(space).takeError())) ||
      failed(report(emitError, core::parseObjective(objective).takeError())))
    return failure();
  double most = value.convertToDouble(), least = lowerBound.convertToDouble();
  if (!(least >= 0 && least <= most && std::isfinite(most)))
    return emitError() << "lower bound of " << least
                       << " is not between 0 and the value of " << most;
  return success();
}

CostAttr CostAttr::get(MLIRContext *context, const core::Found &found,
                       const core::SearchOptions &options) {
  using core::Operand;
  const core::Traffic &traffic = found.traffic;
  return get(context, traffic.read[Operand::Input].bytes,
             traffic.read[Operand::Weights].bytes,
             traffic.read[Operand::Output].bytes,
             traffic.write[Operand::Output].bytes, traffic.epilogue.bytes,
             found.stream.bursts.total(), found.stream.activations.total(),
             StringAttr::get(context, options.space.name()),
             StringAttr::get(context, core::objectiveName(options.objective)),
             APFloat(found.value), APFloat(found.lowerBound));
}

//===----------------------------------------------------------------------===//
// LayerAttr
//===----------------------------------------------------------------------===//

/// Letters of the axes in `order`, indexed by Axis.
static constexpr llvm::StringLiteral kAxisLetters = "ngkchwrs0123";

static std::string axisLetters(ArrayRef<core::Axis> axes) {
  std::string text;
  for (core::Axis axis : axes)
    text += kAxisLetters[static_cast<unsigned>(axis)];
  return text;
}

/// Loops of the output that an operand of the epilogue depends on, and digits
/// of the axes that stay whole, of which there are `wholes`.
static std::string epilogueLetters(const core::EpilogueOperand &operand,
                                   size_t wholes) {
  std::string text;
  for (core::Dim dim : core::AllDims)
    if (operand.dependsOn[dim])
      text += core::dimName(dim);
  for (size_t i = 0; i < wholes; ++i)
    if (operand.dependsOnWhole[i])
      text += std::to_string(i);
  return text;
}

/// The inverse; all axes beyond `wholes` count as depended on.
static FailureOr<core::EpilogueOperand>
parseEpilogueLetters(EmitError emitError, StringRef text, size_t wholes) {
  core::EpilogueOperand operand;
  operand.dependsOn.fill(false);
  for (auto [i, depends] : llvm::enumerate(operand.dependsOnWhole))
    depends = i >= wholes;
  for (size_t i = 0; i < text.size(); ++i) {
    StringRef letter = text.substr(i, 1);
    if (text.take_front(i).contains(letter))
      return emitError() << "'" << letter << "' is named twice in \"" << text
                         << "\"";
    size_t axis = letter[0] - '0';
    if (std::optional<core::Dim> dim = core::parseDim(letter))
      operand.dependsOn[*dim] = true;
    else if (axis < std::min<size_t>(wholes, core::MostWholeAxes))
      operand.dependsOnWhole[axis] = true;
    else
      return emitError() << "unknown loop '" << letter << "' in \"" << text
                         << "\", expected n, g, k, p, q or the number of an "
                            "axis in 'whole'";
  }
  return operand;
}

static ParseResult parseWholeAxis(AsmParser &parser, core::WholeAxis &axis) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::LessGreater, [&]() -> ParseResult {
        StringRef name;
        SMLoc loc = parser.getCurrentLocation();
        if (parser.parseKeyword(&name) || parser.parseEqual())
          return failure();
        if (std::optional<core::Operand> operand = core::parseOperand(name))
          return parser.parseInteger(axis.extent[*operand]);
        if (name == "fetched")
          return parser.parseInteger(axis.inputFetched);
        if (name == "on_chip")
          return parser.parseInteger(axis.inputOnChip);
        if (name == "pad")
          return parser.parseInteger(axis.inputPad);
        if (name == "reduction")
          return parser.parseInteger(axis.reduction);
        return parser.emitError(loc)
               << "unknown part '" << name
               << "' of a whole axis, expected input, weights, output, "
                  "fetched, on_chip, pad or reduction";
      });
}

/// What is not the default.
static void printWholeAxis(AsmPrinter &printer, const core::WholeAxis &axis) {
  llvm::ListSeparator separator;
  printer << '<';
  auto print = [&](StringRef name, int64_t value, int64_t byDefault) {
    if (value != byDefault)
      printer << StringRef(separator) << name << " = " << value;
  };
  for (core::Operand operand : core::AllOperands)
    print(core::operandName(operand), axis.extent[operand], 0);
  print("fetched", axis.inputFetched, 0);
  print("on_chip", axis.inputOnChip, 0);
  print("pad", axis.inputPad, 0);
  print("reduction", axis.reduction, 1);
  printer << '>';
}

Attribute LayerAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  std::string name;
  SmallVector<int64_t> order, loops, image, kernel, strides, dilations, pads,
      bytes;
  SmallVector<StringAttr> axes;
  StringRef init;
  auto parseIntegers = [&](StringRef keyword,
                           SmallVectorImpl<int64_t> &values) -> ParseResult {
    return failure(
        parser.parseComma() || parser.parseKeyword(keyword) ||
        parser.parseEqual() ||
        parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          return parser.parseInteger(values.emplace_back());
        }));
  };
  auto parseAxes = [&]() -> ParseResult {
    return parser.parseCommaSeparatedList(
        AsmParser::Delimiter::Square, [&]() -> ParseResult {
          std::string text;
          if (parser.parseString(&text))
            return failure();
          axes.push_back(StringAttr::get(parser.getContext(), text));
          return success();
        });
  };
  if (parser.parseLess() || parser.parseString(&name) || parser.parseComma() ||
      parser.parseKeyword("loops") || parser.parseEqual() ||
      parseTileLoops(parser, order, loops) || parseIntegers("image", image) ||
      parseIntegers("kernel", kernel) || parseIntegers("strides", strides) ||
      parseIntegers("dilations", dilations) || parseIntegers("pads", pads) ||
      parseIntegers("bytes", bytes) || parser.parseComma() ||
      parser.parseKeyword("order") || parser.parseEqual() || parseAxes() ||
      parser.parseComma() || parser.parseKeyword("init") ||
      parser.parseEqual() || parser.parseKeyword(&init))
    return {};
  bool touchedOnly = false, separateResult = false;
  SmallVector<core::WholeAxis> whole;
  SmallVector<std::pair<int64_t, std::string>> epilogueTexts;
  auto parseEpilogue = [&]() -> ParseResult {
    auto &[elementBytes, text] = epilogueTexts.emplace_back();
    return failure(parser.parseInteger(elementBytes) ||
                   parser.parseKeyword("of") || parser.parseString(&text));
  };
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc partLoc = parser.getCurrentLocation();
    StringRef part;
    if (parser.parseKeyword(&part))
      return {};
    if (part == "touched_only") {
      touchedOnly = true;
    } else if (part == "separate_result") {
      separateResult = true;
    } else if (part == "whole") {
      if (parser.parseEqual() ||
          parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
            return parseWholeAxis(parser, whole.emplace_back());
          }))
        return {};
    } else if (part == "epilogue") {
      if (parser.parseEqual() ||
          parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                         parseEpilogue))
        return {};
    } else {
      parser.emitError(partLoc) << "unknown part '" << part
                                << "', expected touched_only, separate_result, "
                                   "whole or epilogue";
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  if (init != "fill" && init != "data") {
    parser.emitError(loc) << "expected init = fill or init = data";
    return {};
  }
  // The extents are kept in the order n, g, k, c, p, q, however written.
  auto emitError = [&] { return parser.emitError(loc); };
  if (failed(verifyIsPermutation(emitError, order)))
    return {};
  SmallVector<core::EpilogueOperand> epilogue;
  for (const auto &[elementBytes, text] : epilogueTexts) {
    FailureOr<core::EpilogueOperand> operand =
        parseEpilogueLetters(emitError, text, whole.size());
    if (failed(operand))
      return {};
    operand->elementBytes = elementBytes;
    epilogue.push_back(*operand);
  }
  SmallVector<int64_t> extents(core::NumDims);
  for (auto [dim, extent] : llvm::zip(order, loops))
    extents[dim] = extent;
  return getChecked(emitError, parser.getContext(),
                    StringAttr::get(parser.getContext(), name), extents, image,
                    kernel, strides, dilations, pads, bytes, axes,
                    init == "data", touchedOnly, separateResult, whole,
                    epilogue);
}

void LayerAttr::print(AsmPrinter &printer) const {
  auto printIntegers = [&](StringRef keyword, ArrayRef<int64_t> values) {
    printer << ", " << keyword << " = [";
    llvm::interleaveComma(values, printer.getStream());
    printer << ']';
  };
  SmallVector<int64_t> order(
      llvm::to_vector(llvm::seq<int64_t>(0, core::NumDims)));
  printer << '<' << getName() << ", loops = ";
  printTileLoops(printer, order, getLoops());
  printIntegers("image", getImage());
  printIntegers("kernel", getKernel());
  printIntegers("strides", getStrides());
  printIntegers("dilations", getDilations());
  printIntegers("pads", getPads());
  printIntegers("bytes", getBytes());
  printer << ", order = [";
  llvm::interleaveComma(getOrder(), printer.getStream(),
                        [&](StringAttr axes) { printer << axes; });
  printer << "], init = " << (getInitIsData() ? "data" : "fill");
  if (getTouchedOnly())
    printer << ", touched_only";
  if (getSeparateResult())
    printer << ", separate_result";
  if (!getWhole().empty()) {
    printer << ", whole = [";
    llvm::interleaveComma(
        getWhole(), printer.getStream(),
        [&](const core::WholeAxis &axis) { printWholeAxis(printer, axis); });
    printer << ']';
  }
  if (!getEpilogue().empty()) {
    printer << ", epilogue = [";
    llvm::interleaveComma(getEpilogue(), printer.getStream(),
                          [&](const core::EpilogueOperand &operand) {
                            printer
                                << operand.elementBytes << " of \""
                                << epilogueLetters(operand, getWhole().size())
                                << '"';
                          });
    printer << ']';
  }
  printer << '>';
}

/// The lists have as many values as the verifier wants.
static core::Layer makeLayer(StringAttr name, ArrayRef<int64_t> loops,
                             ArrayRef<int64_t> image, ArrayRef<int64_t> kernel,
                             ArrayRef<int64_t> strides,
                             ArrayRef<int64_t> dilations,
                             ArrayRef<int64_t> pads, ArrayRef<int64_t> bytes,
                             ArrayRef<StringAttr> order, bool initIsData,
                             bool touchedOnly, bool separateResult,
                             ArrayRef<core::WholeAxis> whole,
                             ArrayRef<core::EpilogueOperand> epilogue) {
  core::Layer layer;
  layer.name = name.str();
  llvm::copy(loops, layer.size.begin());
  layer.inputHeight = image[0];
  layer.inputWidth = image[1];
  layer.kernelHeight = kernel[0];
  layer.kernelWidth = kernel[1];
  layer.strideHeight = strides[0];
  layer.strideWidth = strides[1];
  layer.dilationHeight = dilations[0];
  layer.dilationWidth = dilations[1];
  layer.padTop = pads[0];
  layer.padLeft = pads[1];
  layer.inputBytes = bytes[0];
  layer.weightBytes = bytes[1];
  layer.accumulatorBytes = bytes[2];
  layer.outputBytes = bytes[3];
  layer.initIsData = initIsData;
  layer.fetchTouchedOnly = touchedOnly;
  layer.separateResult = separateResult;
  layer.whole.assign(whole.begin(), whole.end());
  layer.epilogue = epilogue.vec();
  for (core::Operand operand : core::AllOperands) {
    layer.order.axes[operand].clear();
    for (char letter : order[static_cast<unsigned>(operand)].getValue())
      layer.order.axes[operand].push_back(
          static_cast<core::Axis>(kAxisLetters.find(letter)));
  }
  return layer;
}

LogicalResult
LayerAttr::verify(EmitError emitError, StringAttr name, ArrayRef<int64_t> loops,
                  ArrayRef<int64_t> image, ArrayRef<int64_t> kernel,
                  ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                  ArrayRef<int64_t> pads, ArrayRef<int64_t> bytes,
                  ArrayRef<StringAttr> order, bool initIsData, bool touchedOnly,
                  bool separateResult, ArrayRef<core::WholeAxis> whole,
                  ArrayRef<core::EpilogueOperand> epilogue) {
  if (loops.size() != core::NumDims)
    return emitError() << "expected " << core::NumDims << " loops";
  for (auto [keyword, values] :
       {std::pair<StringRef, ArrayRef<int64_t>>{"image", image},
        {"kernel", kernel},
        {"strides", strides},
        {"dilations", dilations},
        {"pads", pads}})
    if (values.size() != 2)
      return emitError() << "expected two values, of rows and columns, for '"
                         << keyword << "'";
  if (bytes.size() != 4)
    return emitError() << "expected four values for 'bytes': input, weights, "
                          "partial sum, output";
  if (order.size() != core::NumOperands)
    return emitError() << "expected the axes of three tensors for 'order'";
  for (StringAttr axes : order)
    for (char letter : axes.getValue())
      if (!kAxisLetters.contains(letter))
        return emitError() << "unknown axis '" << Twine(letter)
                           << "', expected letters of '" << kAxisLetters << "'";
  // Whatever else a layer must obey is the model's to say.
  return report(emitError,
                makeLayer(name, loops, image, kernel, strides, dilations, pads,
                          bytes, order, initIsData, touchedOnly, separateResult,
                          whole, epilogue)
                    .verify());
}

core::Layer LayerAttr::getLayer() const {
  return makeLayer(getName(), getLoops(), getImage(), getKernel(), getStrides(),
                   getDilations(), getPads(), getBytes(), getOrder(),
                   getInitIsData(), getTouchedOnly(), getSeparateResult(),
                   getWhole(), getEpilogue());
}

LayerAttr LayerAttr::get(MLIRContext *context, const core::Layer &layer) {
  // What is said of axes that there are not makes no difference.
  std::vector<core::EpilogueOperand> epilogue = layer.epilogue;
  for (core::EpilogueOperand &operand : epilogue)
    std::fill(operand.dependsOnWhole.begin() +
                  std::min<size_t>(layer.whole.size(), core::MostWholeAxes),
              operand.dependsOnWhole.end(), true);
  SmallVector<StringAttr> order;
  for (core::Operand operand : core::AllOperands)
    order.push_back(
        StringAttr::get(context, axisLetters(layer.order.axes[operand])));
  return get(context, StringAttr::get(context, layer.name), layer.size,
             {layer.inputHeight, layer.inputWidth},
             {layer.kernelHeight, layer.kernelWidth},
             {layer.strideHeight, layer.strideWidth},
             {layer.dilationHeight, layer.dilationWidth},
             {layer.padTop, layer.padLeft},
             {layer.inputBytes, layer.weightBytes, layer.accumulatorBytes,
              layer.outputBytes},
             order, layer.initIsData, layer.fetchTouchedOnly,
             layer.separateResult, layer.whole, epilogue);
}

//===----------------------------------------------------------------------===//
// LayoutAttr
//===----------------------------------------------------------------------===//

static bool isAscending(ArrayRef<int64_t> order) {
  for (auto [index, axis] : llvm::enumerate(order))
    if (axis != static_cast<int64_t>(index))
      return false;
  return true;
}

LayoutAttr LayoutAttr::getRowMajor(MLIRContext *context) {
  return get(context, ArrayRef<core::Layout::Level>(), {});
}

LayoutAttr LayoutAttr::get(MLIRContext *context,
                           ArrayRef<core::Layout::Level> levels,
                           ArrayRef<unsigned> order) {
  SmallVector<int64_t> blocks, orders, alignments;
  for (const core::Layout::Level &level : levels) {
    llvm::append_range(blocks, level.block);
    llvm::append_range(orders, level.order);
    alignments.push_back(level.alignBytes);
  }
  llvm::append_range(orders, order);
  if (levels.empty() && isAscending(orders))
    orders.clear();
  return Base::get(context, blocks, orders, alignments);
}

std::optional<unsigned> LayoutAttr::getRank() const {
  if (isRowMajor())
    return std::nullopt;
  return getOrders().size() / (getAlignments().size() + 1);
}

static SmallVector<core::Layout::Level> levelsOf(ArrayRef<int64_t> blocks,
                                                 ArrayRef<int64_t> orders,
                                                 ArrayRef<int64_t> alignments) {
  SmallVector<core::Layout::Level> levels;
  size_t rank = orders.size() / (alignments.size() + 1);
  for (auto [i, alignment] : llvm::enumerate(alignments)) {
    core::Layout::Level level;
    level.block.assign(blocks.slice(i * rank, rank));
    level.order.assign(orders.slice(i * rank, rank));
    level.alignBytes = alignment;
    levels.push_back(std::move(level));
  }
  return levels;
}

SmallVector<core::Layout::Level> LayoutAttr::getLevels() const {
  return levelsOf(getBlocks(), getOrders(), getAlignments());
}

llvm::Expected<core::Layout> LayoutAttr::getLayout(ArrayRef<int64_t> shape,
                                                   int64_t elementBytes) const {
  if (isRowMajor())
    return core::Layout::rowMajor(shape, elementBytes);
  SmallVector<unsigned> order(getOrders().take_back(*getRank()));
  return core::Layout::create(shape, elementBytes, getLevels(), order);
}

LogicalResult LayoutAttr::verify(EmitError emitError, ArrayRef<int64_t> blocks,
                                 ArrayRef<int64_t> orders,
                                 ArrayRef<int64_t> alignments) {
  size_t numOrders = alignments.size() + 1, rank = orders.size() / numOrders;
  if (orders.size() % numOrders != 0 ||
      blocks.size() != rank * alignments.size())
    return emitError() << "blocks and orders have different numbers of "
                          "dimensions";
  if (!alignments.empty() && rank == 0)
    return emitError() << "blocks of no dimensions";
  for (int64_t axis : orders)
    if (axis < 0 || axis >= static_cast<int64_t>(rank))
      return emitError() << "an order has dimension " << axis << " among "
                         << rank;
  if (alignments.empty() && rank > 0 && isAscending(orders))
    return emitError() << "row-major is not spelled as an order";
  // Whatever else a layout must obey is its own to say.
  SmallVector<unsigned> order(orders.take_back(rank));
  return report(emitError, core::Layout::create(
                               SmallVector<int64_t>(rank, 1), 1,
                               levelsOf(blocks, orders, alignments), order)
                               .takeError());
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  MLIRContext *context = parser.getContext();
  if (parser.parseLess())
    return {};
  if (succeeded(parser.parseOptionalKeyword("row_major")))
    return parser.parseGreater() ? LayoutAttr() : getRowMajor(context);
  std::optional<size_t> rank;
  auto parseAxes = [&](SmallVector<int64_t> &values) -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    FailureOr<SmallVector<int64_t>> parsed = parseIntegers(parser);
    if (failed(parsed))
      return failure();
    if (rank && *rank != parsed->size())
      return parser.emitError(loc)
             << "expected " << *rank << " dimensions, got " << parsed->size();
    rank = parsed->size();
    llvm::append_range(values, *parsed);
    return success();
  };
  SmallVector<int64_t> blocks, orders, alignments;
  auto appendAscending = [&] {
    for (size_t i = 0; i != *rank; ++i)
      orders.push_back(i);
  };
  auto parseBlock = [&]() -> ParseResult {
    if (parseAxes(blocks))
      return failure();
    if (failed(parser.parseOptionalKeyword("order")))
      appendAscending();
    else if (parseAxes(orders))
      return failure();
    alignments.push_back(1);
    if (succeeded(parser.parseOptionalKeyword("align")))
      return parser.parseInteger(alignments.back());
    return success();
  };
  bool hasBlocks = succeeded(parser.parseOptionalKeyword("blocks"));
  if (hasBlocks &&
      (parser.parseEqual() || parser.parseCommaSeparatedList(
                                  AsmParser::Delimiter::Square, parseBlock)))
    return {};
  if (hasBlocks && alignments.empty()) {
    parser.emitError(loc) << "expected at least one block";
    return {};
  }
  if (!hasBlocks || succeeded(parser.parseOptionalComma())) {
    if (parser.parseKeyword("order") || parser.parseEqual() ||
        parseAxes(orders))
      return {};
  } else {
    appendAscending();
  }
  if (parser.parseGreater())
    return {};
  if (!hasBlocks && isAscending(orders))
    return getRowMajor(context);
  return Base::getChecked([&] { return parser.emitError(loc); }, context,
                          ArrayRef<int64_t>(blocks), ArrayRef<int64_t>(orders),
                          ArrayRef<int64_t>(alignments));
}

void LayoutAttr::print(AsmPrinter &printer) const {
  if (isRowMajor()) {
    printer << "<row_major>";
    return;
  }
  size_t rank = *getRank(), numLevels = getAlignments().size();
  printer << '<';
  ArrayRef<int64_t> order = getOrders().take_back(rank);
  if (numLevels != 0) {
    printer << "blocks = [";
    llvm::interleaveComma(
        llvm::seq<size_t>(0, numLevels), printer.getStream(), [&](size_t i) {
          printIntegers(printer, getBlocks().slice(i * rank, rank));
          ArrayRef<int64_t> inner = getOrders().slice(i * rank, rank);
          if (!isAscending(inner)) {
            printer << " order ";
            printIntegers(printer, inner);
          }
          if (getAlignments()[i] != 1)
            printer << " align " << getAlignments()[i];
        });
    printer << ']';
  }
  if (!isAscending(order)) {
    printer << (numLevels != 0 ? ", order = " : "order = ");
    printIntegers(printer, order);
  }
  printer << '>';
}

//===----------------------------------------------------------------------===//
// PlaceAttr, DramAttr
//===----------------------------------------------------------------------===//

LogicalResult PlaceAttr::verify(EmitError emitError, int64_t channel,
                                int64_t rank, int64_t bankGroup, int64_t bank,
                                int64_t row, int64_t column) {
  for (auto [name, value] : {std::pair<StringRef, int64_t>{"channel", channel},
                             {"rank", rank},
                             {"bank_group", bankGroup},
                             {"bank", bank},
                             {"row", row},
                             {"column", column}})
    if (value < 0)
      return emitError() << "'" << name << "' is " << value
                         << ", expected 0 or more";
  return success();
}

LogicalResult DramAttr::verify(EmitError emitError, int64_t address,
                               int64_t bytes, LayoutAttr layout,
                               ArrayRef<int64_t> shape, PlaceAttr, PlaceAttr,
                               ArrayRef<int64_t> live) {
  if (address < 0 || bytes <= 0)
    return emitError() << "expected an address of 0 or more and a size of at "
                          "least 1 byte, got address "
                       << address << " and " << bytes << " bytes";
  if (int64_t end; llvm::AddOverflow(address, bytes, end))
    return emitError() << "address " << address << " and " << bytes
                       << " bytes end beyond what is counted in 64 bits";
  if (live.size() % 2)
    return emitError() << "'live' has " << live.size()
                       << " numbers, expected two for each interval";
  for (size_t i = 0; i != live.size(); ++i)
    if (live[i] < 0 || (i > 0 && live[i] < live[i - 1] + (i % 2 == 0)))
      return emitError() << "'live' has " << live[i] << " as its number " << i
                         << ", expected ascending intervals of points from 0";
  if (!layout || layout.isRowMajor()) {
    if (!shape.empty())
      return emitError() << "a row-major buffer has the shape of its type, and "
                            "no other";
    return success();
  }
  if (shape.size() != *layout.getRank())
    return emitError() << "a layout of " << *layout.getRank()
                       << " dimensions of an array of " << shape.size();
  for (int64_t extent : shape)
    if (extent <= 0)
      return emitError() << "an extent of the array is " << extent
                         << ", expected at least 1";
  return success();
}
