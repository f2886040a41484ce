//===- Yaml.cpp - Reading YAML files with places in the errors ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Yaml.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include <algorithm>

using namespace llvm;
using namespace romanet;

void yaml::ScalarTraits<WholeNumber>::output(const WholeNumber &number, void *,
                                             raw_ostream &os) {
  os << number.value;
}

StringRef yaml::ScalarTraits<WholeNumber>::input(StringRef text, void *,
                                                 WholeNumber &number) {
  return to_integer(text, number.value, /*Base=*/10)
             ? ""
             : "expected a whole number of 64 bits";
}

YamlPlace YamlKeys::placeOf(StringRef key) const {
  for (;;) {
    auto found = entries.find(key);
    if (found != entries.end())
      return found->second.place;
    size_t end = key.find_last_of(".[");
    if (end == StringRef::npos)
      return {};
    key = key.take_front(end);
  }
}

bool YamlKeys::isMapping(StringRef key) const {
  auto found = entries.find(key);
  return found != entries.end() && found->second.isMapping;
}

namespace romanet {

/// Walks a text once. What is wrong with it but for its nesting is left to
/// llvm::yaml::Input, which reads by recursion and must not see what is nested
/// without end.
class YamlKeyReader {
public:
  explicit YamlKeyReader(StringRef text) : stream(text, manager) {
    manager.setDiagHandler([](const SMDiagnostic &, void *) {});
    // The first document that is not empty is the one that is read.
    for (auto it = stream.begin(); it != stream.end(); ++it) {
      yaml::Node *root = it->getRoot();
      if (root && isa<yaml::NullNode>(root))
        continue;
      visit(root, "", /*depth=*/0);
      break;
    }
  }

  YamlKeys take() { return std::move(keys); }
  /// Where the text is nested too deeply, if it is.
  std::optional<YamlPlace> tooDeep() const { return deepest; }

private:
  YamlPlace placeOf(yaml::Node &node) const {
    auto [line, column] = manager.getLineAndColumn(node.getSourceRange().Start);
    return {line, column};
  }

  void visit(yaml::Node *node, const std::string &name, unsigned depth) {
    if (!node || deepest || stream.failed())
      return;
    bool isCollection = isa<yaml::MappingNode, yaml::SequenceNode>(node);
    if (isCollection && depth == YamlKeys::mostNesting) {
      deepest = placeOf(*node);
      return;
    }
    if (auto *mapping = dyn_cast<yaml::MappingNode>(node)) {
      // Advancing skips what was not walked, by recursion.
      for (auto it = mapping->begin(); it != mapping->end(); ++it) {
        visitEntry(*it, name, depth);
        if (deepest || stream.failed())
          return;
      }
    } else if (auto *sequence = dyn_cast<yaml::SequenceNode>(node)) {
      unsigned index = 0;
      for (auto it = sequence->begin(); it != sequence->end(); ++it) {
        visit(&*it, name + "[" + std::to_string(index++) + "]", depth + 1);
        if (deepest || stream.failed())
          return;
      }
    }
  }

  void visitEntry(yaml::KeyValueNode &entry, const std::string &prefix,
                  unsigned depth) {
    yaml::Node *key = entry.getKey();
    visit(key, prefix + "?", depth + 1);
    if (!key || deepest || stream.failed())
      return;
    std::string name = prefix;
    if (auto *scalar = dyn_cast<yaml::ScalarNode>(key)) {
      SmallString<32> storage;
      name += (prefix.empty() ? "" : ".") + scalar->getValue(storage).str();
    }
    YamlPlace place = placeOf(*key);
    yaml::Node *value = entry.getValue();
    keys.entries.try_emplace(
        name,
        YamlKeys::Entry{place, isa_and_nonnull<yaml::MappingNode>(value)});
    visit(value, name, depth + 1);
  }

  SourceMgr manager;
  yaml::Stream stream;
  YamlKeys keys;
  std::optional<YamlPlace> deepest;
};

Error failAt(StringRef fileName, YamlPlace place, const Twine &message) {
  return createStringError(fileName + ":" + Twine(place.line) + ":" +
                           Twine(place.column) + ": " + message);
}

Expected<YamlKeys> parseYaml(StringRef text, StringRef fileName, StringRef what,
                             function_ref<void(yaml::Input &)> read) {
  YamlKeyReader reader(text);
  if (std::optional<YamlPlace> place = reader.tooDeep())
    return failAt(fileName, *place,
                  "nested more than " + Twine(YamlKeys::mostNesting) + " deep");
  YamlKeys keys = reader.take();
  SMDiagnostic first;
  auto keepFirst = [](const SMDiagnostic &diagnostic, void *context) {
    auto &kept = *static_cast<SMDiagnostic *>(context);
    if (kept.getMessage().empty())
      kept = diagnostic;
  };
  yaml::Input input(MemoryBufferRef(text, fileName), &keys, keepFirst, &first);
  read(input);
  if (input.error()) {
    StringRef message = first.getMessage();
    YamlPlace place;
    if (first.getLineNo() > 0)
      place = {static_cast<unsigned>(first.getLineNo()),
               static_cast<unsigned>(std::max(first.getColumnNo(), 0)) + 1};
    if (!message.empty())
      return failAt(fileName, place, message);
  }
  // An empty file is an error without a message, or none.
  if (keys.isEmpty())
    return failAt(fileName, {}, "expected the keys of " + what);
  if (input.error())
    return failAt(fileName, {}, "malformed YAML");
  if (input.nextDocument())
    return failAt(fileName, {},
                  "expected " + what + ", and a second one follows");
  return keys;
}

Expected<std::string> readFile(StringRef fileName) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(fileName);
  if (!file)
    return createStringError("cannot read '" + fileName +
                             "': " + file.getError().message());
  return (*file)->getBuffer().str();
}

bool isYamlFile(StringRef name) {
  return name.ends_with(".yaml") || name.ends_with(".yml");
}

} // namespace romanet
