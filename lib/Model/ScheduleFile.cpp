//===- ScheduleFile.cpp - Schedules as JSON, out and in -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/ScheduleFile.h"
#include "JSONText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace romanet;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static constexpr llvm::StringLiteral tilesKey = "tiles", orderKey = "order",
                                     holdKey = "hold_loops",
                                     serpentineKey = "serpentine",
                                     haloKey = "retain_halo",
                                     layoutsKey = "layouts",
                                     burstBlockKey = "burst_block",
                                     rowBlockKey = "row_block",
                                     rowOrderKey = "row_order",
                                     epilogueKey = "epilogue",
                                     rowMajorName = "row-major",
                                     tilesName = "tiles";

static Object toObject(const PerDim<int64_t> &block) {
  Object object;
  for (Dim dim : AllDims)
    if (block[dim] > 1)
      object[dimName(dim)] = block[dim];
  return object;
}

static Value toValue(const ArrayLayout &layout) {
  switch (layout.kind) {
  case ArrayLayout::Kind::RowMajor:
    return rowMajorName;
  case ArrayLayout::Kind::Tiles:
    return tilesName;
  case ArrayLayout::Kind::Blocked:
    break;
  }
  Object blocks{{burstBlockKey, toObject(layout.burstBlock)},
                {rowBlockKey, toObject(layout.rowBlock)}};
  Array order;
  for (Axis axis : layout.rowOrder())
    order.push_back(rowAxisName(axis));
  if (!order.empty())
    blocks[rowOrderKey] = std::move(order);
  return std::move(blocks);
}

std::string romanet::rowAxisName(Axis axis) {
  if (std::optional<Dim> dim = loopOf(axis))
    return dimName(*dim).str();
  if (std::optional<size_t> whole = wholeIndex(axis))
    return "x" + std::to_string(*whole);
  return axis == Axis::R ? "r" : "s";
}

void romanet::addSchedule(Object &entry, const Schedule &schedule,
                          const ArrayLayouts &layouts) {
  Object tiles;
  for (Dim dim : AllDims)
    tiles[dimName(dim)] = schedule.tile[dim];
  Array order;
  for (Dim dim : schedule.order)
    order.push_back(dimName(dim));
  Object hold;
  for (Operand operand : AllOperands)
    hold[operandName(operand)] = schedule.hold[operand];
  entry[tilesKey] = std::move(tiles);
  entry[orderKey] = std::move(order);
  entry[holdKey] = std::move(hold);
  entry[serpentineKey] = schedule.serpentine;
  entry[haloKey] = schedule.retainHalo;
  Object arrays;
  for (TensorArray array : AllTensorArrays)
    // Few layers start from data.
    if (array != TensorArray::Init || layouts[array] != ArrayLayout())
      arrays[arrayName(array)] = toValue(layouts[array]);
  if (!layouts.epilogue.empty()) {
    Array operands;
    for (const ArrayLayout &layout : layouts.epilogue)
      operands.push_back(toValue(layout));
    arrays[epilogueKey] = std::move(operands);
  }
  entry[layoutsKey] = std::move(arrays);
}

namespace {

/// Goes on after an error, so that one run tells all that has to be mended.
class Reader {
public:
  Reader(llvm::StringRef fileName, llvm::ArrayRef<LayerTableRow> rows,
         const BufferCapacities &buffers, const DRAMDevice &device)
      : fileName(fileName), rows(rows), buffers(buffers), device(device),
        found(rows.size()), isNamed(rows.size()) {}

  llvm::Expected<std::vector<std::optional<GivenSchedule>>>
  read(llvm::StringRef text);

private:
  void fail(const llvm::Twine &message) {
    errors.push_back((fileName + ": " + where + message).str());
  }
  /// The value of a key that must be there.
  const Value *require(const Object &object, llvm::StringLiteral key);
  /// The text of a key; fails, and is empty, if the key has another value.
  std::optional<llvm::StringRef> readText(const Object &object,
                                          llvm::StringLiteral key);
  void readLayers(const Value &root);
  void readLayer(const Value &value, size_t index);
  /// The row that an entry names.
  std::optional<size_t> findRow(llvm::StringRef name,
                                std::optional<llvm::StringRef> network);
  void readTiles(const Value &value, Schedule &schedule);
  void readOrder(const Value &value, Schedule &schedule);
  void readHold(const Value &value, Schedule &schedule);
  void readFlag(const Object &entry, llvm::StringLiteral key, bool &flag);
  void readBlock(const Object &layout, llvm::StringLiteral key, Operand operand,
                 PerDim<int64_t> &block);
  void readRowOrder(const Value &value, Operand operand, ArrayLayout &layout);
  void readLayout(const Value &value, llvm::StringRef name, Operand operand,
                  ArrayLayout &layout);
  void readLayouts(const Value &value, ArrayLayouts &layouts);
  void checkBlocks(llvm::StringRef name, int64_t elementBytes,
                   const ArrayLayout &layout);
  void readSchedule(const Object &entry, size_t row);

  llvm::StringRef fileName;
  llvm::ArrayRef<LayerTableRow> rows;
  const BufferCapacities &buffers;
  const DRAMDevice &device;
  /// By row. A row can be named by an entry that has no valid schedule.
  std::vector<std::optional<GivenSchedule>> found;
  std::vector<bool> isNamed;
  /// What the next error is about, with what separates it from the message.
  std::string where;
  std::vector<std::string> errors;
};

} // namespace

/// A value in a message; what has parts is too long for one.
static std::string describe(const Value &value) {
  if (value.getAsObject())
    return "an object";
  if (value.getAsArray())
    return "an array";
  return llvm::formatv("{0}", value);
}

static std::optional<int64_t> readWhole(const Value &value) {
  std::optional<double> number = value.getAsNumber();
  // As a double, 2^63 is within what getAsInteger takes for the range of
  // int64_t, but has no such value.
  bool isInteger = value.getAsUINT64().has_value();
  if (!number || (!isInteger && *number >= 0x1p63))
    return std::nullopt;
  return value.getAsInteger();
}

static std::string quoted(llvm::StringRef text) {
  return ("'" + text + "'").str();
}

/// Keys in the order of their names; the object itself has none.
static llvm::SmallVector<llvm::StringRef> sortedKeys(const Object &object) {
  llvm::SmallVector<llvm::StringRef> keys;
  for (const auto &entry : object)
    keys.push_back(entry.first);
  llvm::sort(keys);
  return keys;
}

const Value *Reader::require(const Object &object, llvm::StringLiteral key) {
  const Value *value = object.get(key);
  if (!value)
    fail("key '" + key + "' is missing");
  return value;
}

std::optional<llvm::StringRef> Reader::readText(const Object &object,
                                                llvm::StringLiteral key) {
  const Value *value = object.get(key);
  if (!value)
    return std::nullopt;
  std::optional<llvm::StringRef> text = value->getAsString();
  if (!text)
    fail("'" + key + "' is " + describe(*value) + ", expected a string");
  return text;
}

void Reader::readTiles(const Value &value, Schedule &schedule) {
  const Object *tiles = value.getAsObject();
  if (!tiles)
    return fail("'tiles' is " + describe(value) + ", expected an object");
  for (llvm::StringRef key : sortedKeys(*tiles))
    if (!parseDim(key))
      fail("'tiles' names the unknown loop '" + key +
           "', expected n, g, k, c, p and q");
  for (Dim dim : AllDims) {
    const Value *tile = tiles->get(dimName(dim));
    if (!tile)
      fail("'tiles' has no tile of loop " + dimName(dim));
    else if (std::optional<int64_t> number = readWhole(*tile))
      schedule.tile[dim] = *number;
    else
      fail("tile of loop " + dimName(dim) + " is " + describe(*tile) +
           ", expected a whole number");
  }
}

void Reader::readOrder(const Value &value, Schedule &schedule) {
  const Array *names = value.getAsArray();
  if (!names)
    return fail("'order' is " + describe(value) + ", expected an array");
  llvm::SmallVector<Dim, NumDims> order;
  bool isKnown = true;
  for (const Value &each : *names) {
    std::optional<llvm::StringRef> name = each.getAsString();
    std::optional<Dim> dim = name ? parseDim(*name) : std::nullopt;
    if (!dim) {
      isKnown = false;
      fail("'order' names the unknown loop " +
           (name ? quoted(*name) : describe(each)) +
           ", expected n, g, k, c, p and q");
    } else if (llvm::is_contained(order, *dim)) {
      fail("order names loop " + dimName(*dim) +
           " twice, expected each loop once");
    } else {
      order.push_back(*dim);
    }
  }
  // An unknown name is most likely the one that seems to be missing.
  if (isKnown)
    for (Dim dim : AllDims)
      if (!llvm::is_contained(order, dim))
        fail("order does not name loop " + dimName(dim) +
             ", expected each loop once");
  if (order.size() == NumDims)
    llvm::copy(order, schedule.order.begin());
}

void Reader::readHold(const Value &value, Schedule &schedule) {
  const Object *hold = value.getAsObject();
  if (!hold)
    return fail("'hold_loops' is " + describe(value) + ", expected an object");
  for (llvm::StringRef key : sortedKeys(*hold))
    if (llvm::none_of(AllOperands,
                      [&](Operand each) { return operandName(each) == key; }))
      fail("'hold_loops' names the unknown tensor '" + key +
           "', expected input, weights or output");
  for (Operand operand : AllOperands) {
    const Value *loops = hold->get(operandName(operand));
    if (!loops)
      continue;
    std::optional<int64_t> depth = readWhole(*loops);
    if (!depth)
      fail("depth of the " + operandName(operand) + " is " + describe(*loops) +
           ", expected a whole number");
    // Before the depth is narrowed, unlike the other rules.
    else if (*depth < 0 || *depth > NumDims)
      fail("depth of the " + operandName(operand) + " is " +
           llvm::Twine(*depth) + ", expected 0 to " + llvm::Twine(NumDims));
    else
      schedule.hold[operand] = static_cast<unsigned>(*depth);
  }
}

void Reader::readFlag(const Object &entry, llvm::StringLiteral key,
                      bool &flag) {
  const Value *value = entry.get(key);
  if (!value)
    return;
  if (std::optional<bool> given = value->getAsBoolean())
    flag = *given;
  else
    fail("'" + key + "' is " + describe(*value) + ", expected true or false");
}

std::optional<size_t> Reader::findRow(llvm::StringRef name,
                                      std::optional<llvm::StringRef> network) {
  llvm::SmallVector<size_t> matches;
  for (auto [i, row] : llvm::enumerate(rows))
    if (row.layer.name == name && (!network || row.network == *network))
      matches.push_back(i);
  if (matches.size() == 1)
    return matches[0];
  if (matches.empty())
    fail("the table of layers does not have it");
  else
    fail("the table has " + llvm::Twine(matches.size()) + " such layers" +
         (network ? ", expected one" : ", expected one or a key 'network'"));
  return std::nullopt;
}

/// "n, g, c, p and q".
static std::string loopsOf(Operand operand) {
  llvm::SmallVector<llvm::StringRef, NumDims> names;
  for (Dim dim : AllDims)
    if (isRelevant(operand, dim))
      names.push_back(dimName(dim));
  llvm::StringRef last = names.pop_back_val();
  return (llvm::join(names, ", ") + " and " + last).str();
}

void Reader::readBlock(const Object &layout, llvm::StringLiteral key,
                       Operand operand, PerDim<int64_t> &block) {
  const Value *value = require(layout, key);
  if (!value)
    return;
  const Object *sides = value->getAsObject();
  if (!sides)
    return fail("'" + key + "' is " + describe(*value) +
                ", expected an object");
  for (llvm::StringRef name : sortedKeys(*sides)) {
    std::optional<Dim> dim = parseDim(name);
    if (!dim || !isRelevant(operand, *dim)) {
      fail("'" + key + "' names the loop '" + name + "', expected some of " +
           loopsOf(operand));
      continue;
    }
    const Value &side = *sides->get(name);
    std::optional<int64_t> number = readWhole(side);
    if (number && llvm::isPowerOf2_64(*number) && *number > 0)
      block[*dim] = *number;
    else
      fail("'" + key + "' has " + describe(side) + " along loop " + name +
           ", expected a power of two");
  }
}

void Reader::readRowOrder(const Value &value, Operand operand,
                          ArrayLayout &layout) {
  const Array *names = value.getAsArray();
  if (!names)
    return fail("'" + rowOrderKey + "' is " + describe(value) +
                ", expected an array");
  uint8_t rank = 0;
  for (const Value &each : *names) {
    std::optional<llvm::StringRef> name = each.getAsString();
    std::optional<Axis> found;
    for (unsigned i = 0; i != NumAxes; ++i) {
      auto axis = static_cast<Axis>(i);
      std::optional<Dim> dim = loopOf(axis);
      bool exists = dim ? isRelevant(operand, *dim)
                        : operand == Operand::Weights ||
                              (axis != Axis::R && axis != Axis::S);
      if (name && exists && rowAxisName(axis) == *name)
        found = axis;
    }
    if (!found)
      fail("'" + rowOrderKey + "' names the unknown axis " +
           (name ? quoted(*name) : describe(each)) + ", expected " +
           loopsOf(operand) +
           (operand == Operand::Weights ? ", or r and s" : ""));
    else if (layout.rowRank[static_cast<size_t>(*found)] != 0)
      fail("'" + rowOrderKey + "' names axis " + *name + " twice");
    else
      layout.rowRank[static_cast<size_t>(*found)] = ++rank;
  }
}

void Reader::readLayout(const Value &value, llvm::StringRef name,
                        Operand operand, ArrayLayout &layout) {
  if (const Object *blocks = value.getAsObject()) {
    layout.kind = ArrayLayout::Kind::Blocked;
    readBlock(*blocks, burstBlockKey, operand, layout.burstBlock);
    readBlock(*blocks, rowBlockKey, operand, layout.rowBlock);
    if (const Value *order = blocks->get(rowOrderKey))
      readRowOrder(*order, operand, layout);
  } else if (value.getAsString() == tilesName) {
    layout.kind = ArrayLayout::Kind::Tiles;
  } else if (value.getAsString() != rowMajorName) {
    fail("layout of the " + name + " is " + describe(value) +
         ", expected \"row-major\", \"tiles\" or an object with " +
         burstBlockKey + " and " + rowBlockKey);
  }
}

void Reader::readLayouts(const Value &value, ArrayLayouts &layouts) {
  const Object *arrays = value.getAsObject();
  if (!arrays)
    return fail("'layouts' is " + describe(value) + ", expected an object");
  for (llvm::StringRef key : sortedKeys(*arrays)) {
    if (key == epilogueKey) {
      const Value &given = *arrays->get(key);
      const Array *operands = given.getAsArray();
      if (!operands)
        fail("'epilogue' in 'layouts' is " + describe(given) +
             ", expected an array");
      else
        for (const Value &operand : *operands) {
          layouts.epilogue.emplace_back();
          readLayout(operand, key, Operand::Output, layouts.epilogue.back());
        }
      continue;
    }
    const auto *array = llvm::find_if(AllTensorArrays, [&](TensorArray each) {
      return arrayName(each) == key;
    });
    if (array == AllTensorArrays.end())
      fail("'layouts' names the unknown tensor '" + key +
           "', expected input, weights, output, partial_sums, init or "
           "epilogue");
    else
      readLayout(*arrays->get(key), key, operandOf(*array), layouts[*array]);
  }
}

/// Whether a burst block fits a burst, and a row block a DRAM row.
void Reader::checkBlocks(llvm::StringRef name, int64_t elementBytes,
                         const ArrayLayout &layout) {
  if (layout.kind != ArrayLayout::Kind::Blocked)
    return;
  if (elementBytes == 0)
    return fail("layout of the " + name +
                " is of blocks, but the layer has "
                "none");
  uint64_t elements = 1, bursts = 1;
  for (Dim dim : AllDims) {
    int64_t inner = layout.burstBlock[dim], outer = layout.rowBlock[dim];
    if (outer % inner != 0)
      return fail("'row_block' has " + llvm::Twine(outer) + " along loop " +
                  dimName(dim) + ", expected a multiple of the " +
                  llvm::Twine(inner) + " of 'burst_block'");
    elements = llvm::SaturatingMultiply<uint64_t>(elements, inner);
    bursts = llvm::SaturatingMultiply<uint64_t>(bursts, outer / inner);
  }
  uint64_t mostElements = device.burstBytes() / elementBytes;
  uint64_t mostBursts = device.burstsPerRow();
  if (elements > mostElements)
    fail("'burst_block' has " + llvm::Twine(elements) + " elements of " +
         llvm::Twine(elementBytes) + " bytes, expected at most the " +
         llvm::Twine(mostElements) + " of a burst of " +
         llvm::Twine(device.burstBytes()) + " bytes");
  if (bursts > mostBursts)
    fail("'row_block' has " + llvm::Twine(bursts) +
         " blocks of a burst, expected at most the " + llvm::Twine(mostBursts) +
         " of a DRAM row");
}

void Reader::readSchedule(const Object &entry, size_t row) {
  size_t errorsBefore = errors.size();
  const Layer &layer = rows[row].layer;
  Schedule schedule;
  ArrayLayouts layouts;
  if (const Value *tiles = require(entry, tilesKey))
    readTiles(*tiles, schedule);
  if (const Value *order = require(entry, orderKey))
    readOrder(*order, schedule);
  if (const Value *hold = entry.get(holdKey))
    readHold(*hold, schedule);
  readFlag(entry, serpentineKey, schedule.serpentine);
  readFlag(entry, haloKey, schedule.retainHalo);
  if (const Value *arrays = entry.get(layoutsKey))
    readLayouts(*arrays, layouts);
  // What was not understood would break rules that the text does not.
  if (errors.size() > errorsBefore)
    return;
  for (const std::string &rule : brokenRules(layer, schedule, buffers))
    fail(rule);
  for (TensorArray array : AllTensorArrays)
    checkBlocks(arrayName(array), elementBytes(layer, array), layouts[array]);
  if (layouts.epilogue.size() > layer.epilogue.size())
    fail("'layouts' has " + llvm::Twine(layouts.epilogue.size()) +
         " operands of the epilogue, expected at most " +
         llvm::Twine(layer.epilogue.size()));
  else
    for (auto [operand, layout] : llvm::zip(layer.epilogue, layouts.epilogue))
      checkBlocks(epilogueKey, operand.elementBytes, layout);
  const ArrayLayout &input = layouts[TensorArray::Input];
  // Whether they are is known of legal schedules.
  if (errors.size() == errorsBefore && input.kind == ArrayLayout::Kind::Tiles &&
      !tilesPartition(layer, schedule, TensorArray::Input))
    fail("layout of the input is \"tiles\", but the tiles that the schedule "
         "loads overlap or leave out rows or columns");
  found[row] = {schedule, layouts};
}

void Reader::readLayer(const Value &value, size_t index) {
  where = llvm::formatv("layers[{0}]: ", index);
  const Object *entry = value.getAsObject();
  if (!entry)
    return fail("found " + describe(value) + ", expected an object");
  size_t errorsBefore = errors.size();
  std::optional<llvm::StringRef> name = readText(*entry, "name");
  std::optional<llvm::StringRef> network = readText(*entry, "network");
  if (errors.size() > errorsBefore || !require(*entry, "name"))
    return;
  where = "layer " + quoted(*name) +
          (network ? " of network " + quoted(*network) : "") + ": ";
  std::optional<size_t> row = findRow(*name, network);
  if (!row)
    return;
  if (isNamed[*row])
    return fail("second entry in 'layers', expected one");
  isNamed[*row] = true;
  if (entry->get("infeasible") && !entry->get(tilesKey))
    return;
  readSchedule(*entry, *row);
}

void Reader::readLayers(const Value &root) {
  const Object *object = root.getAsObject();
  if (!object)
    return fail("found " + describe(root) +
                ", expected an object with a key 'layers'");
  const Value *layers = require(*object, "layers");
  if (!layers)
    return;
  const Array *entries = layers->getAsArray();
  if (!entries)
    return fail("'layers' is " + describe(*layers) + ", expected an array");
  for (auto [i, entry] : llvm::enumerate(*entries))
    readLayer(entry, i);
  where.clear();
  if (errors.empty() && llvm::none_of(found, [](const auto &schedule) {
        return schedule.has_value();
      }))
    fail("no schedule for any layer of the table");
}

llvm::Expected<std::vector<std::optional<GivenSchedule>>>
Reader::read(llvm::StringRef text) {
  llvm::Expected<Value> root = parseJSON(text, fileName);
  if (!root)
    return root.takeError();
  readLayers(*root);
  if (errors.empty())
    return std::move(found);
  llvm::Error all = llvm::Error::success();
  for (const std::string &error : errors)
    all = llvm::joinErrors(std::move(all), llvm::createStringError(error));
  return all;
}

llvm::Expected<std::vector<std::optional<GivenSchedule>>>
romanet::parseSchedules(llvm::StringRef text, llvm::StringRef fileName,
                        llvm::ArrayRef<LayerTableRow> rows,
                        const BufferCapacities &buffers,
                        const DRAMDevice &device) {
  return Reader(fileName, rows, buffers, device).read(text);
}
