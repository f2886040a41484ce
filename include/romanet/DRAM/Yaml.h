//===- Yaml.h - Reading YAML files with places in the errors ----*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the readers of YAML files (a device, a machine) share: llvm::yaml reads,
// every error names the file, the line and the column, also one that is only
// seen when the whole file is read.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_YAML_H
#define ROMANET_DRAM_YAML_H

#include "romanet/DRAM/Device.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/YAMLTraits.h"

namespace romanet {

/// A whole number in decimal; nothing else is read as one.
struct WholeNumber {
  int64_t value = 0;
};

/// A place in a file, both from 1.
struct YamlPlace {
  unsigned line = 1, column = 1;
};

class YamlKeyReader;

/// The keys of a YAML text with their places.
class YamlKeys {
public:
  /// Nesting that is read; a device in a machine has 4.
  static constexpr unsigned mostNesting = 16;

  /// The place of a key, such as "rails[0].volts"; of one that is not there,
  /// that of what should contain it.
  YamlPlace placeOf(llvm::StringRef key) const;
  /// Whether the value of that key is a mapping.
  bool isMapping(llvm::StringRef key) const;
  bool isEmpty() const { return entries.empty(); }

private:
  friend class YamlKeyReader;
  struct Entry {
    YamlPlace place;
    bool isMapping = false;
  };
  llvm::StringMap<Entry> entries;
};

/// "file:line:column: message".
llvm::Error failAt(llvm::StringRef fileName, YamlPlace place,
                   const llvm::Twine &message);

/// Reads the one document of `text` by `read`, which gets the keys as context
/// of the input, too. `what` says what should be there, as in "a device".
llvm::Expected<YamlKeys>
parseYaml(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef what,
          llvm::function_ref<void(llvm::yaml::Input &)> read);

/// The same for a value that has traits.
template <typename T>
llvm::Expected<YamlKeys> parseYaml(llvm::StringRef text,
                                   llvm::StringRef fileName,
                                   llvm::StringRef what, T &value) {
  return parseYaml(text, fileName, what,
                   [&](llvm::yaml::Input &input) { input >> value; });
}

/// The text of a file. The error names it.
llvm::Expected<std::string> readFile(llvm::StringRef fileName);

/// Whether a name is that of a file and not of a preset: .yaml or .yml.
bool isYamlFile(llvm::StringRef name);

/// What is described by a preset of that name or in that file. `preset` takes
/// the name, `parse` the text and the name of the file.
template <typename T>
llvm::Expected<T> findByName(llvm::StringRef nameOrFile,
                             llvm::Expected<T> (*preset)(llvm::StringRef),
                             llvm::Expected<T> (*parse)(llvm::StringRef,
                                                        llvm::StringRef)) {
  if (!isYamlFile(nameOrFile)) {
    llvm::Expected<T> found = preset(nameOrFile);
    if (found)
      return found;
    return llvm::createStringError(llvm::toString(found.takeError()) +
                                   "; a file ends in .yaml or .yml");
  }
  llvm::Expected<std::string> text = readFile(nameOrFile);
  if (!text)
    return text.takeError();
  return parse(*text, nameOrFile);
}

} // namespace romanet

template <>
struct llvm::yaml::ScalarTraits<romanet::WholeNumber> {
  static void output(const romanet::WholeNumber &number, void *,
                     raw_ostream &os);
  static StringRef input(StringRef text, void *, romanet::WholeNumber &number);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

/// A device, for files that contain one.
template <>
struct llvm::yaml::MappingTraits<romanet::DRAMDevice> {
  static void mapping(IO &io, romanet::DRAMDevice &device);
};

#endif // ROMANET_DRAM_YAML_H
