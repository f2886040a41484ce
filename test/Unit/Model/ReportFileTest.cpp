//===- ReportFileTest.cpp - Reports read back, checked and compared -------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/ReportFile.h"
#include "romanet/Model/Report.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <functional>

using namespace romanet;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static Value parse(llvm::StringRef text) {
  return llvm::cantFail(llvm::json::parse(text));
}

/// What is wrong with `value`; empty if nothing is.
static std::string check(llvm::StringRef value, llvm::StringRef schema) {
  return llvm::toString(validateJSON(parse(value), parse(schema), "file"));
}

TEST(ReportFile, EveryKeywordIsChecked) {
  struct Case {
    const char *schema, *value, *error;
  };
  const Case cases[] = {
      {R"({"type": "integer"})", "3", ""},
      {R"({"type": "integer"})", "3.0", ""},
      {R"({"type": "integer"})", "3.5", "file: expected integer, found 3.5"},
      {R"({"type": "integer"})", "1e30", "file: expected integer, found 1e+30"},
      {R"({"type": "number"})", "3", ""},
      {R"({"type": "number"})", "\"3\"", "file: expected number, found \"3\""},
      {R"({"type": "boolean"})", "true", ""},
      {R"({"type": "boolean"})", "1", "file: expected boolean, found 1"},
      {R"({"type": ["object", "null"]})", "null", ""},
      {R"({"type": ["object", "null"]})", "[]",
       "file: expected one of \"object\", \"null\", found []"},
      {R"({"const": 3})", "3", ""},
      {R"({"const": 3})", "4", "file: expected 3, found 4"},
      {R"({"enum": ["a", "b"]})", "\"b\"", ""},
      {R"({"enum": ["a", "b"]})", "\"c\"",
       "file: expected one of \"a\", \"b\", found \"c\""},
      {R"({"minimum": 1})", "1", ""},
      {R"({"minimum": 1})", "0", "file: expected at least 1, found 0"},
      {R"({"minimum": 1})", "\"0\"", ""},
      {R"({"maximum": 6})", "6", ""},
      {R"({"maximum": 6})", "7", "file: expected at most 6, found 7"},
      {R"({"items": {"type": "string"}})", R"(["a", "b"])", ""},
      {R"({"items": {"type": "string"}})", R"(["a", 1])",
       "file: [1]: expected string, found 1"},
      {R"({"required": ["a"]})", R"({"a": 1, "b": 2})", ""},
      {R"({"required": ["a"]})", R"({"b": 2})", "file: a: this key is missing"},
      {R"({"dependentRequired": {"a": ["b"]}})", R"({"c": 1})", ""},
      {R"({"dependentRequired": {"a": ["b"]}})", R"({"a": 1})",
       "file: b: this key is missing"},
      {R"({"properties": {"a": {"type": "string"}}})", R"({"a": 1})",
       "file: a: expected string, found 1"},
      {R"({"properties": {"a": {}}, "additionalProperties": false})",
       R"({"a": 1, "b": 2})", "file: b: unknown key"},
      {R"({"additionalProperties": false})", R"({"b": 2})",
       "file: b: unknown key"},
      {R"({"patternProperties": {"^x [0-9]+$": {"type": "string"}},
           "additionalProperties": false})",
       R"({"x 10": "a"})", ""},
      {R"({"patternProperties": {"^x [0-9]+$": {"type": "string"}},
           "additionalProperties": false})",
       R"({"x 10": 1})", "file: x 10: expected string, found 1"},
      {R"({"patternProperties": {"^x [0-9]+$": {}},
           "additionalProperties": false})",
       R"({"x": 1})", "file: x: unknown key"},
      {R"({"if": {"required": ["a"]}, "then": {"required": ["b"]},
           "else": {"required": ["c"]}})",
       R"({"a": 1})", "file: b: this key is missing"},
      {R"({"if": {"required": ["a"]}, "then": {"required": ["b"]},
           "else": {"required": ["c"]}})",
       "{}", "file: c: this key is missing"},
      {R"({"if": {"required": ["a"]}, "then": {"required": ["b"]}})", "{}", ""},
      {R"({"$ref": "#/$defs/n", "$defs": {"n": {"type": "null"}}})", "1",
       "file: expected null, found 1"},
      {R"({"properties": {"a": {"items": {"properties": {
           "b": {"type": "null"}}}}}})",
       R"({"a": [{}, {"b": 1}]})", "file: a[1].b: expected null, found 1"},
      // A schema that we cannot read is not taken for one that allows all.
      {R"({"uniqueItems": true})", "[]",
       "the schema has the keyword 'uniqueItems', which is not known"},
      {R"({"additionalProperties": {}})", "{}",
       "the schema has additionalProperties that are not known"},
      {R"({"$ref": "#/$defs/n"})", "1",
       "the schema has a $ref that is not known"},
      {"[]", "1", "the schema is no object"},
  };
  for (const Case &each : cases)
    EXPECT_EQ(check(each.value, each.schema), each.error)
        << each.schema << ' ' << each.value;
}

TEST(ReportFile, WhatIsFoundIsCutOff) {
  std::string text = "\"";
  for (int i = 0; i != 30; ++i)
    text += "\xC3\xA4";
  text += '"';
  // A quotation mark and 19 characters of two bytes; not half of a further one.
  std::string expected = "file: expected null, found \"";
  for (int i = 0; i != 19; ++i)
    expected += "\xC3\xA4";
  EXPECT_EQ(check(text, R"({"type": "null"})"), expected + "...");
}

static Layer makeLayer(std::string name, int64_t channels) {
  Layer layer;
  layer.name = std::move(name);
  layer.size = {{1, 1, channels, 8, 14, 14}};
  layer.inputHeight = layer.inputWidth = 14;
  layer.kernelHeight = layer.kernelWidth = 3;
  layer.padTop = layer.padLeft = 1;
  llvm::cantFail(layer.verify());
  return layer;
}

static Report
makeReport(llvm::ArrayRef<std::pair<const char *, int64_t>> layers,
           int64_t capacity = 4096) {
  Report report;
  report.buffers = BufferCapacities::makeShared(capacity);
  report.device = defaultDRAMDevice();
  for (auto [name, channels] : layers)
    llvm::cantFail(report.search("net", makeLayer(name, channels)));
  return report;
}

static std::string textOf(const Report &report) {
  return llvm::formatv("{0}", toJSON(report));
}

static std::string errorOf(llvm::StringRef text) {
  return llvm::toString(parseReport(text, "file").takeError());
}

TEST(ReportFile, OfOthersThanReports) {
  EXPECT_NE(errorOf("{\"a\":\n  1,,}").find("file: malformed JSON: [2:5, "),
            std::string::npos)
      << errorOf("{\"a\":\n  1,,}");
  EXPECT_EQ(errorOf(std::string(200000, '[')),
            "file: malformed JSON: nested too deeply");
  EXPECT_NE(errorOf("").find("file: malformed JSON: "), std::string::npos);
  EXPECT_NE(errorOf("\"\xFF\"").find("file: malformed JSON: "),
            std::string::npos);
  EXPECT_NE(errorOf("[1]").find("file: this is no report: expected object, "
                                "found [1]"),
            std::string::npos);
  EXPECT_NE(errorOf("{}").find("file: this is no report: schema_version: "),
            std::string::npos);
  EXPECT_EQ(errorOf("{\"schema_version\": 1}"),
            "file: schema_version: expected 3, found 1; the report and this "
            "program are of different versions");
  std::string text = textOf(makeReport({{"a", 8}}));
  EXPECT_EQ(errorOf(text), "");
  EXPECT_NE(errorOf(text.substr(0, text.size() / 2)), "");
}

// A report is as the schema says; one with a key more, without a key that it
// must have, or with something else in the place of a value is not.
TEST(ReportFile, TheSchemaIsStrict) {
  Report report = makeReport({{"a", 8}, {"b", 16}, {"large", 8}});
  Layer large = makeLayer("does not fit", 8);
  large.accumulatorBytes = 5000;
  llvm::cantFail(large.verify());
  llvm::cantFail(report.search("net", large));
  llvm::cantFail(
      report.addBaseline(Strategy::SmartShuttle, Objective::Bytes, 1));
  llvm::cantFail(report.addCapacityCurve({50, 100}, report.options, 1));
  Value value = toJSON(report);
  EXPECT_EQ(errorOf(textOf(report)), "");

  size_t extra = 0, missing = 0, other = 0;
  auto isWrong = [&] {
    return errorOf(llvm::formatv("{0}", value).str()) != "";
  };
  std::function<void(Value &)> mutate = [&](Value &each) {
    if (Object *object = each.getAsObject()) {
      std::vector<std::string> keys;
      for (const auto &field : *object)
        keys.push_back(llvm::StringRef(field.first).str());
      (*object)["surplus"] = 1;
      EXPECT_TRUE(isWrong());
      object->erase("surplus");
      ++extra;
      for (const std::string &key : keys) {
        Value kept = *object->get(key);
        // What a kind of report may do without, see the schema.
        bool mayMiss = llvm::is_contained(
            {"objective", "baseline", "capacity_curve", "above_bound",
             "above_baseline", "certificate", "input", "weights", "output",
             "partial_sums", "value_pj", "lower_bound_pj"},
            llvm::StringRef(key));
        object->erase(key);
        if (!mayMiss) {
          EXPECT_TRUE(isWrong()) << key;
          ++missing;
        }
        (*object)[key] = Array{Array{}};
        EXPECT_TRUE(isWrong()) << key;
        ++other;
        (*object)[key] = std::move(kept);
        mutate((*object)[key]);
      }
    } else if (Array *array = each.getAsArray()) {
      for (Value &element : *array)
        mutate(element);
    }
  };
  mutate(value);
  EXPECT_EQ(value, toJSON(report));
  EXPECT_GT(extra, 50u);
  EXPECT_GT(missing, 200u);
  EXPECT_GT(other, 300u);
}

// Numbers that are of nothing are found, too.
TEST(ReportFile, NumbersAreOfSomething) {
  Report report = makeReport({{"a", 8}, {"b", 8}});
  report.layers[0].points = LiveInterval{0, 2};
  report.layers[0].places = {{Operand::Output, 0, 64, {}, {}}};
  report.addPlacement({{"buffer", 0, 64, {{0, 3}}}}, 5, "romanet");
  llvm::cantFail(report.addCapacityCurve({100}, report.options, 1));
  ASSERT_EQ(errorOf(textOf(report)), "");
  auto errorWith = [&](llvm::function_ref<void(Object &)> change) {
    Value value = toJSON(report);
    change(*value.getAsObject());
    return errorOf(llvm::formatv("{0}", value).str());
  };
  auto buffer = [](Object &object) -> Object & {
    return *(*object.getObject("dram_map")->getArray("buffers"))[0]
                .getAsObject();
  };
  EXPECT_EQ(errorWith([&](Object &object) {
              (*(*buffer(object).getArray("uses"))[0].getAsObject())["layer"] =
                  2;
            }),
            "file: dram_map.buffers[0].uses[0].layer: there is no number 2, "
            "there are 2");
  EXPECT_EQ(
      errorWith([&](Object &object) {
        (*(*buffer(object).getArray("live"))[0].getAsObject())["last_step"] = 9;
      }),
      "file: dram_map.buffers[0].live[0].last_step: there is no number "
      "9, there are 3");
  EXPECT_EQ(errorWith([&](Object &object) {
              (*object.getObject("dram_map")->getArray("steps"))[0]
                  .getAsObject()
                  ->getArray("layers")
                  ->push_back(7);
            }),
            "file: dram_map.steps[0].layers[1]: there is no number 7, there "
            "are 2");
  EXPECT_EQ(errorWith([&](Object &object) {
              (*object.getObject("capacity_curve")->getArray("points"))[0]
                  .getAsObject()
                  ->getArray("layers")
                  ->pop_back();
            }),
            "file: capacity_curve.points[0].layers: there are 1 layers, the "
            "report has 2");
  EXPECT_EQ(errorWith([&](Object &object) { object.erase("placement"); }),
            "file: placement: this key is missing");
}

TEST(ReportFile, LayersAreCompared) {
  Report a = makeReport({{"same", 8},
                         {"grows", 8},
                         {"only a", 8},
                         {"twice", 8},
                         {"twice", 16}}),
         b = makeReport({{"twice", 16},
                         {"grows", 16},
                         {"same", 8},
                         {"only b", 8},
                         {"twice", 16}},
                        8192);
  ReportComparison comparison =
      llvm::cantFail(compareReports(toJSON(a), "a.json", toJSON(b), "b.json"));
  std::vector<std::string> names;
  for (const ReportComparison::Layer &layer : comparison.layers)
    names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"same", "grows", "only a", "twice",
                                             "twice", "only b"}));
  // The pairs, as numbers of the layers; -1: none.
  const int pairs[][2] = {{0, 2}, {1, 1}, {2, -1}, {3, 0}, {4, 4}, {-1, 3}};
  ReportFigures sumA, sumB;
  int64_t inBoth = 0;
  for (auto [layer, pair] : llvm::zip_equal(comparison.layers, pairs)) {
    ASSERT_EQ(layer.a.has_value(), pair[0] >= 0) << layer.name;
    ASSERT_EQ(layer.b.has_value(), pair[1] >= 0) << layer.name;
    auto expect = [&](const ReportFigures &figures, const LayerReport &report) {
      EXPECT_EQ(figures.bytes, report.sums.totalBytes);
      EXPECT_EQ(figures.bursts, report.sums.totalBursts);
      EXPECT_EQ(figures.activations, report.sums.activations);
      EXPECT_EQ(figures.energyPJ, report.sums.energy.totalPJ());
      EXPECT_EQ(figures.timeNs, report.sums.energy.timeNs);
      EXPECT_FALSE(figures.simulatedPJ || figures.simulatedNs);
    };
    if (layer.a)
      expect(*layer.a, a.layers[pair[0]]);
    if (layer.b)
      expect(*layer.b, b.layers[pair[1]]);
    if (!layer.a || !layer.b)
      continue;
    EXPECT_EQ(layer.isOther,
              a.layers[pair[0]].layer.macs() != b.layers[pair[1]].layer.macs());
    ++inBoth;
    sumA.bytes += layer.a->bytes;
    sumB.bytes += layer.b->bytes;
    sumA.energyPJ += layer.a->energyPJ;
    sumB.energyPJ += layer.b->energyPJ;
  }
  EXPECT_EQ(comparison.inBoth, inBoth);
  EXPECT_EQ(comparison.a.bytes, sumA.bytes);
  EXPECT_EQ(comparison.b.bytes, sumB.bytes);
  EXPECT_DOUBLE_EQ(comparison.a.energyPJ, sumA.energyPJ);
  EXPECT_DOUBLE_EQ(comparison.b.energyPJ, sumB.energyPJ);
  ASSERT_EQ(comparison.differences.size(), 1u);
  EXPECT_EQ(comparison.differences[0].key, "machine");

  Value json = toJSON(comparison);
  const Object *first =
      (*json.getAsObject()->getArray("layers"))[0].getAsObject();
  EXPECT_DOUBLE_EQ(*first->getObject("change")->getNumber("bytes_fraction"),
                   double(comparison.layers[0].b->bytes) /
                           comparison.layers[0].a->bytes -
                       1);
}

TEST(ReportFile, ReportsWithNothingInCommon) {
  Report a = makeReport({{"a", 8}}), b = makeReport({});
  ReportComparison comparison =
      llvm::cantFail(compareReports(toJSON(a), "a.json", toJSON(b), "b.json"));
  EXPECT_EQ(comparison.inBoth, 0);
  EXPECT_EQ(comparison.a.bytes, 0);
  std::string text;
  llvm::raw_string_ostream os(text);
  printTable(comparison, os);
  EXPECT_NE(text.find("layers in both: 0 of 1"), std::string::npos) << text;
  EXPECT_NE(text.find("only in a, or without a schedule: a"), std::string::npos)
      << text;
}

TEST(ReportFile, SumsThatDoNotFit) {
  Report report = makeReport({{"a", 8}, {"b", 8}});
  Value value = toJSON(report);
  for (Value &layer : *value.getAsObject()->getArray("layers"))
    (*layer.getAsObject())["total_bytes"] = INT64_MAX / 2 + 1;
  auto comparison = compareReports(value, "a", value, "b");
  EXPECT_EQ(llvm::toString(comparison.takeError()),
            "layer 'b': the totals of the layers up to it do not fit 64 bits");
}
