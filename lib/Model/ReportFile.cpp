//===- ReportFile.cpp - Reading reports back ------------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/ReportFile.h"
#include "JSONText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Regex.h"

using namespace romanet;
using llvm::StringRef;
using llvm::Twine;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static constexpr llvm::StringLiteral schemaText =
#include "romanet/Model/ReportSchema.inc"
    ;

StringRef romanet::reportSchema() { return schemaText; }

//===----------------------------------------------------------------------===//
// Schema
//===----------------------------------------------------------------------===//

namespace {

class Validator {
public:
  Validator(const Object &root, StringRef name) : root(root), name(name) {}

  llvm::Error check(const Value &value, const Value &schema,
                    const Twine &place);

private:
  llvm::Error fail(const Twine &place, const Twine &text) const {
    std::string at = place.str();
    return llvm::createStringError(name + ": " + (at.empty() ? "" : at + ": ") +
                                   text);
  }
  /// A schema that we cannot read.
  llvm::Error failSchema(const Twine &text) const {
    return llvm::createStringError("the schema " + text);
  }
  llvm::Error checkKeyword(StringRef keyword, const Value &expected,
                           const Value &value, const Object &schema,
                           const Twine &place);
  llvm::Error checkKeys(const Object &object, const Object &schema,
                        const Twine &place);

  const Object &root;
  StringRef name;
};

} // namespace

static bool isOfType(const Value &value, StringRef type) {
  switch (value.kind()) {
  case Value::Null:
    return type == "null";
  case Value::Boolean:
    return type == "boolean";
  case Value::Number: {
    if (type == "number")
      return true;
    // What 64 bits do not hold is none of our integers.
    return type == "integer" && value.getAsInteger().has_value();
  }
  case Value::String:
    return type == "string";
  case Value::Array:
    return type == "array";
  case Value::Object:
    return type == "object";
  }
  llvm_unreachable("not a kind of value");
}

/// The value as JSON, cut off where it is long.
static std::string excerpt(const Value &value) {
  std::string text = llvm::formatv("{0}", value);
  // Not in the middle of a character.
  size_t end = 40;
  while (end > 0 && end < text.size() && (text[end] & 0xC0) == 0x80)
    --end;
  return text.size() <= 40 ? text : text.substr(0, end) + "...";
}

static std::string listOf(const Array &values) {
  return llvm::join(llvm::map_range(values,
                                    [](const Value &each) -> std::string {
                                      return llvm::formatv("{0}", each);
                                    }),
                    ", ");
}

/// "layers[3]" and "name", with a dot in between.
static std::string fieldAt(const Twine &place, StringRef key) {
  std::string at = place.str();
  return at.empty() ? key.str() : at + "." + key.str();
}

llvm::Error Validator::checkKeys(const Object &object, const Object &schema,
                                 const Twine &place) {
  const Object *properties = schema.getObject("properties");
  const Object *patterns = schema.getObject("patternProperties");
  std::optional<bool> isOpen = schema.getBoolean("additionalProperties");
  // In the order of their names, so that the error is always the same.
  std::vector<StringRef> keys;
  for (const auto &field : object)
    keys.push_back(field.first);
  llvm::sort(keys);
  for (StringRef key : keys) {
    const Value *own = properties ? properties->get(key) : nullptr;
    if (patterns)
      for (const auto &pattern : *patterns)
        if (!own && llvm::Regex(pattern.first).match(key))
          own = &pattern.second;
    std::string at = fieldAt(place, key);
    if (!own && isOpen == false)
      return fail(at, "unknown key");
    if (own)
      if (llvm::Error error = check(*object.get(key), *own, at))
        return error;
  }
  return llvm::Error::success();
}

llvm::Error Validator::checkKeyword(StringRef keyword, const Value &expected,
                                    const Value &value, const Object &schema,
                                    const Twine &place) {
  const Object *object = value.getAsObject();
  if (llvm::is_contained({"$schema", "$id", "$defs", "title", "description"},
                         keyword))
    return llvm::Error::success();
  if (keyword == "$ref") {
    StringRef target = expected.getAsString().value_or("");
    const Object *all = root.getObject("$defs");
    const Value *definition =
        target.consume_front("#/$defs/") && all ? all->get(target) : nullptr;
    if (!definition)
      return failSchema("has a $ref that is not known");
    return check(value, *definition, place);
  }
  if (keyword == "type") {
    if (auto type = expected.getAsString()) {
      if (isOfType(value, *type))
        return llvm::Error::success();
      return fail(place, "expected " + *type + ", found " + excerpt(value));
    }
    const Array *types = expected.getAsArray();
    if (!types)
      return failSchema("has a type that is not known");
    bool isOne = llvm::any_of(*types, [&](const Value &type) {
      return isOfType(value, type.getAsString().value_or(""));
    });
    if (isOne)
      return llvm::Error::success();
    return fail(place, "expected one of " + listOf(*types) + ", found " +
                           excerpt(value));
  }
  if (keyword == "const") {
    if (value == expected)
      return llvm::Error::success();
    return fail(place, "expected " + llvm::formatv("{0}", expected).str() +
                           ", found " + excerpt(value));
  }
  if (keyword == "enum") {
    const Array *values = expected.getAsArray();
    if (!values)
      return failSchema("has an enum that is no list");
    if (llvm::is_contained(*values, value))
      return llvm::Error::success();
    return fail(place, "expected one of " + listOf(*values) + ", found " +
                           excerpt(value));
  }
  if (keyword == "minimum" || keyword == "maximum") {
    std::optional<double> limit = expected.getAsNumber();
    if (!limit)
      return failSchema("has a limit that is no number");
    std::optional<double> number = value.getAsNumber();
    bool isLeast = keyword == "minimum";
    if (!number || (isLeast ? *number >= *limit : *number <= *limit))
      return llvm::Error::success();
    return fail(place, (isLeast ? "expected at least " : "expected at most ") +
                           llvm::formatv("{0}", expected).str() + ", found " +
                           excerpt(value));
  }
  if (keyword == "required") {
    const Array *keys = expected.getAsArray();
    if (!keys)
      return failSchema("has no list of required keys");
    if (object)
      for (const Value &key : *keys)
        if (!object->get(key.getAsString().value_or("")))
          return fail(fieldAt(place, key.getAsString().value_or("")),
                      "this key is missing");
    return llvm::Error::success();
  }
  if (keyword == "dependentRequired") {
    const Object *keys = expected.getAsObject();
    if (!keys)
      return failSchema("has dependentRequired that is no object");
    for (const auto &field : *keys) {
      if (!object || !object->get(field.first))
        continue;
      if (llvm::Error error =
              checkKeyword("required", field.second, value, schema, place))
        return error;
    }
    return llvm::Error::success();
  }
  if (llvm::is_contained(
          {"properties", "patternProperties", "additionalProperties"},
          keyword)) {
    if (keyword == "additionalProperties" ? expected != Value(false)
                                          : !expected.getAsObject())
      return failSchema("has " + keyword + " that are not known");
    // All of them at once, and once.
    bool isFirst =
        keyword == "properties" ||
        (keyword == "additionalProperties" && !schema.get("properties")) ||
        (keyword == "patternProperties" && !schema.get("properties") &&
         !schema.get("additionalProperties"));
    if (object && isFirst)
      return checkKeys(*object, schema, place);
    return llvm::Error::success();
  }
  if (keyword == "items") {
    if (const Array *array = value.getAsArray())
      for (auto [i, each] : llvm::enumerate(*array))
        if (llvm::Error error =
                check(each, expected, place + "[" + Twine(i) + "]"))
          return error;
    return llvm::Error::success();
  }
  if (keyword == "then" || keyword == "else")
    return llvm::Error::success();
  if (keyword == "if") {
    llvm::Error error = check(value, expected, place);
    const Value *next = schema.get(error ? "else" : "then");
    llvm::consumeError(std::move(error));
    return next ? check(value, *next, place) : llvm::Error::success();
  }
  return failSchema("has the keyword '" + keyword + "', which is not known");
}

llvm::Error Validator::check(const Value &value, const Value &schema,
                             const Twine &place) {
  const Object *object = schema.getAsObject();
  if (!object)
    return failSchema("has a part that is no object");
  // First what the value is, then what it has.
  std::vector<StringRef> keywords;
  for (const auto &field : *object)
    keywords.push_back(field.first);
  llvm::sort(keywords, [](StringRef a, StringRef b) {
    auto key = [](StringRef keyword) {
      return std::pair(keyword != "type", keyword);
    };
    return key(a) < key(b);
  });
  std::string at = place.str();
  for (StringRef keyword : keywords)
    if (llvm::Error error =
            checkKeyword(keyword, *object->get(keyword), value, *object, at))
      return error;
  return llvm::Error::success();
}

llvm::Error romanet::validateJSON(const Value &value, const Value &schema,
                                  StringRef name) {
  const Object *root = schema.getAsObject();
  if (!root)
    return llvm::createStringError("the schema is no object");
  return Validator(*root, name).check(value, schema, "");
}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

/// Checks the numbers of layers and steps that a valid report has, which no
/// schema can.
static llvm::Error checkNumbers(const Object &report, StringRef name) {
  size_t layers = report.getArray("layers")->size();
  auto check = [&](const Value &number, size_t limit,
                   const Twine &place) -> llvm::Error {
    if (static_cast<uint64_t>(*number.getAsInteger()) < limit)
      return llvm::Error::success();
    return llvm::createStringError(
        name + ": " + place + ": there is no number " +
        llvm::formatv("{0}", number).str() + ", there are " + Twine(limit));
  };
  if (const Object *curve = report.getObject("capacity_curve"))
    for (auto [i, point] : llvm::enumerate(*curve->getArray("points"))) {
      size_t found = point.getAsObject()->getArray("layers")->size();
      if (found != layers)
        return llvm::createStringError(
            name + ": capacity_curve.points[" + Twine(i) +
            "].layers: there are " + Twine(found) + " layers, the report has " +
            Twine(layers));
    }
  const Object *map = report.getObject("dram_map");
  if (!map)
    return llvm::Error::success();
  const Array &steps = *map->getArray("steps");
  for (auto [i, step] : llvm::enumerate(steps))
    for (auto [j, layer] :
         llvm::enumerate(*step.getAsObject()->getArray("layers")))
      if (llvm::Error error = check(layer, layers,
                                    "dram_map.steps[" + Twine(i) + "].layers[" +
                                        Twine(j) + "]"))
        return error;
  for (auto [i, buffer] : llvm::enumerate(*map->getArray("buffers"))) {
    std::string place = ("dram_map.buffers[" + Twine(i) + "]").str();
    const Object &object = *buffer.getAsObject();
    for (auto [j, use] : llvm::enumerate(*object.getArray("uses")))
      if (llvm::Error error = check(*use.getAsObject()->get("layer"), layers,
                                    place + ".uses[" + Twine(j) + "].layer"))
        return error;
    for (auto [j, live] : llvm::enumerate(*object.getArray("live")))
      for (StringRef key : {"first_step", "last_step"})
        if (llvm::Error error =
                check(*live.getAsObject()->get(key), steps.size(),
                      place + ".live[" + Twine(j) + "]." + key))
          return error;
  }
  return llvm::Error::success();
}

llvm::Expected<Value> romanet::parseReport(StringRef text, StringRef fileName) {
  llvm::Expected<Value> report = parseJSON(text, fileName);
  if (!report)
    return report;
  // What is something else altogether is not told what a report has.
  const Object *object = report->getAsObject();
  if (!object || !object->get("schema_version"))
    return llvm::createStringError(
        fileName + ": this is no report: " +
        (object ? "schema_version: this key is missing"
                : "expected object, found " + excerpt(*report)) +
        "; reports are written by romanet-opt --romanet-report=format=json and "
        "by romanet-search --format=json");
  static const Value schema = llvm::cantFail(llvm::json::parse(schemaText));
  // A version that we do not know has other keys.
  const Value &version = *schema.getAsObject()
                              ->getObject("properties")
                              ->getObject("schema_version")
                              ->get("const");
  const Value &found = *object->get("schema_version");
  if (found != version)
    return llvm::createStringError(
        fileName + ": schema_version: expected " +
        llvm::formatv("{0}", version).str() + ", found " + excerpt(found) +
        "; the report and this program are of different versions");
  if (llvm::Error error = validateJSON(*report, schema, fileName))
    return error;
  if (llvm::Error error = checkNumbers(*object, fileName))
    return error;
  return report;
}
