//===- Traffic.cpp - Counters of DRAM traffic -----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fail.h"
#include "romanet/Runtime/Runtime.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

using namespace romanet::runtime;

namespace {
struct Counters {
  int64_t transfers = 0, bytes = 0, bursts = 0;
};

struct Layer {
  std::string name;
  int64_t stepsPerRun = 0, steps = 0;
  std::array<Counters, NumStreams> streams;
};

/// What a thread counts between begin and end.
struct Transfer {
  bool isOpen = false;
  int64_t layer = -1, stream = -1, burstBytes = 0, bytes = 0;
  std::vector<BlockRange> bursts;
};

struct State {
  /// Programs may run layers on several threads.
  std::mutex mutex;
  std::vector<Layer> layers;
  /// Every burst is written to it; null: nowhere.
  std::FILE *trace = openTrace();

  static std::FILE *openTrace() {
    const char *path = std::getenv("ROMANET_TRACE_FILE");
    if (!path || !*path)
      return nullptr;
    std::FILE *file = std::fopen(path, "w");
    if (!file)
      fail("cannot write to '%s' (ROMANET_TRACE_FILE): %s", path,
           std::strerror(errno));
    return file;
  }

  Layer &layer(int64_t number) {
    if (number < 0 || number > (1 << 24))
      fail("there is no layer number %" PRId64, number);
    if (number >= static_cast<int64_t>(layers.size()))
      layers.resize(number + 1);
    return layers[number];
  }
};
} // namespace

static State &state() {
  static State instance;
  return instance;
}

static void addTo(int64_t &sum, int64_t amount) {
  if (__builtin_add_overflow(sum, amount, &sum))
    fail("a counter does not fit 64 bits");
}

static Box boxOf(const UnrankedMemRef *memref, int64_t elementBytes,
                 int64_t address) {
  // Two pointers, then numbers.
  auto *numbers = reinterpret_cast<const int64_t *>(
      static_cast<const char *>(memref->descriptor) + 2 * sizeof(void *));
  return {address,      numbers[0],  elementBytes,
          memref->rank, numbers + 1, numbers + 1 + memref->rank};
}

static Transfer &transfer() {
  static thread_local Transfer instance;
  return instance;
}

/// Counts a transfer of `bytes` in bursts that ascend.
static void addTransfer(int64_t layer, int64_t stream, int64_t burstBytes,
                        int64_t bytes, int64_t numBursts,
                        const std::vector<BlockRange> &bursts) {
  State &s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  Counters &counters = s.layer(layer).streams[stream];
  addTo(counters.transfers, 1);
  addTo(counters.bytes, bytes);
  addTo(counters.bursts, numBursts);
  if (!s.trace)
    return;
  char direction = stream == OutputWriteStream ? 'W' : 'R';
  for (const BlockRange &range : bursts)
    for (int64_t burst = range.first; burst <= range.second; ++burst)
      std::fprintf(s.trace, "0x%" PRIx64 " %c %" PRId64 " %s\n",
                   burst * burstBytes, direction, layer, StreamNames[stream]);
}

void _mlir_ciface_romanet_count_begin() {
  Transfer &t = transfer();
  if (t.isOpen)
    fail("a transfer begins inside another one");
  t = Transfer();
  t.isOpen = true;
}

void _mlir_ciface_romanet_count_end() {
  Transfer &t = transfer();
  if (!t.isOpen)
    fail("a transfer ends that did not begin");
  t.isOpen = false;
  if (t.bytes == 0)
    return;
  // Parts may share a burst, and need not ascend.
  std::sort(t.bursts.begin(), t.bursts.end());
  std::vector<BlockRange> merged;
  int64_t numBursts = 0, next = 0;
  for (const BlockRange &range : t.bursts) {
    int64_t begin = std::max(range.first, next);
    if (begin > range.second)
      continue;
    merged.emplace_back(begin, range.second);
    numBursts += range.second + 1 - begin;
    next = range.second + 1;
  }
  addTransfer(t.layer, t.stream, t.burstBytes, t.bytes, numBursts, merged);
}

static void countTransfer(int64_t layer, int64_t stream, int64_t burstBytes,
                          const Box &box) {
  if (stream < 0 || stream >= NumStreams)
    fail("there is no stream number %" PRId64, stream);
  if (burstBytes <= 0)
    fail("a burst has %" PRId64 " bytes", burstBytes);
  Transfer &t = transfer();
  if (t.isOpen && t.bytes != 0 &&
      (t.layer != layer || t.stream != stream || t.burstBytes != burstBytes))
    fail("parts of one transfer belong to layers %" PRId64 " and %" PRId64
         ", or to different streams",
         t.layer, layer);
  BoxTraffic traffic;
  std::vector<BlockRange> bursts;
  bool isList = t.isOpen || state().trace;
  if (isList
          ? !listBlocks(box, burstBytes, traffic, t.isOpen ? t.bursts : bursts)
          : !countBox(box, burstBytes, traffic))
    fail("a transfer of layer %" PRId64
         " has negative addresses, or does not fit 64 bits",
         layer);
  if (traffic.bytes == 0)
    return;
  if (!t.isOpen)
    return addTransfer(layer, stream, burstBytes, traffic.bytes, traffic.blocks,
                       bursts);
  t.layer = layer;
  t.stream = stream;
  t.burstBytes = burstBytes;
  addTo(t.bytes, traffic.bytes);
}

#define ROMANET_DEFINE(TYPE, BYTES)                                            \
  void _mlir_ciface_romanet_count_transfer_##TYPE(                             \
      int64_t layer, int64_t stream, int64_t address, int64_t burstBytes,      \
      const UnrankedMemRef *box) {                                             \
    countTransfer(layer, stream, burstBytes, boxOf(box, BYTES, address));      \
  }
ROMANET_FOR_ELEMENT_TYPES(ROMANET_DEFINE)
#undef ROMANET_DEFINE

void _mlir_ciface_romanet_count_step(int64_t layer) {
  State &s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  addTo(s.layer(layer).steps, 1);
}

void _mlir_ciface_romanet_count_layer(int64_t number, int64_t stepsPerRun,
                                      const UnrankedMemRef *name) {
  if (stepsPerRun <= 0)
    fail("a run of layer %" PRId64 " has %" PRId64 " steps", number,
         stepsPerRun);
  if (name->rank != 1)
    fail("the name of layer %" PRId64 " is no sequence of characters", number);
  Box box = boxOf(name, 1, 0);
  auto *text = static_cast<const char *const *>(name->descriptor)[1];
  State &s = state();
  std::lock_guard<std::mutex> lock(s.mutex);
  Layer &layer = s.layer(number);
  layer.stepsPerRun = stepsPerRun;
  layer.name.clear();
  for (int64_t i = 0; i < box.sizes[0]; ++i)
    layer.name += text[box.start + i * box.strides[0]];
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

/// RFC 4180: quoted where needed, quotes doubled.
static std::string toCSV(const std::string &text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

static std::string toJSON(const std::string &text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", c);
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

static int64_t runsOf(const Layer &layer, size_t number) {
  if (layer.stepsPerRun == 0)
    fail("layer number %zu was counted and has no name", number);
  if (layer.steps % layer.stepsPerRun != 0)
    fail("layer %s has %" PRId64 " steps, and %" PRId64
         " in a run: the program left one early",
         layer.name.c_str(), layer.steps, layer.stepsPerRun);
  return layer.steps / layer.stepsPerRun;
}

static void printCSV(const std::vector<Layer> &layers, std::FILE *file) {
  std::fprintf(file, "layer,runs,stream,transfers,bytes,bursts\n");
  for (size_t i = 0; i < layers.size(); ++i) {
    int64_t runs = runsOf(layers[i], i);
    for (int64_t s = 0; s < NumStreams; ++s) {
      const Counters &counters = layers[i].streams[s];
      std::fprintf(file,
                   "%s,%" PRId64 ",%s,%" PRId64 ",%" PRId64 ",%" PRId64 "\n",
                   toCSV(layers[i].name).c_str(), runs, StreamNames[s],
                   counters.transfers, counters.bytes, counters.bursts);
    }
  }
}

static void printJSON(const std::vector<Layer> &layers, std::FILE *file) {
  std::fprintf(file, "{\n  \"schema_version\": 1,\n  \"layers\": [");
  for (size_t i = 0; i < layers.size(); ++i) {
    std::fprintf(file,
                 "%s\n    {\n      \"name\": %s,\n      \"runs\": %" PRId64,
                 i == 0 ? "" : ",", toJSON(layers[i].name).c_str(),
                 runsOf(layers[i], i));
    for (int64_t s = 0; s < NumStreams; ++s) {
      const Counters &counters = layers[i].streams[s];
      std::fprintf(file,
                   ",\n      \"%s_transfers\": %" PRId64
                   ",\n      \"%s_bytes\": %" PRId64
                   ",\n      \"%s_bursts\": %" PRId64,
                   StreamNames[s], counters.transfers, StreamNames[s],
                   counters.bytes, StreamNames[s], counters.bursts);
    }
    std::fprintf(file, "\n    }");
  }
  std::fprintf(file, "\n  ]\n}\n");
}

void _mlir_ciface_romanet_count_print() {
  const char *format = std::getenv("ROMANET_TRAFFIC_FORMAT");
  bool isJSON = format && std::strcmp(format, "json") == 0;
  if (format && *format && !isJSON && std::strcmp(format, "csv") != 0)
    fail("ROMANET_TRAFFIC_FORMAT is '%s', expected csv or json", format);
  const char *path = std::getenv("ROMANET_TRAFFIC_FILE");
  std::FILE *file = stdout;
  if (path && *path) {
    file = std::fopen(path, "w");
    if (!file)
      fail("cannot write to '%s' (ROMANET_TRAFFIC_FILE): %s", path,
           std::strerror(errno));
  }
  {
    State &s = state();
    std::lock_guard<std::mutex> lock(s.mutex);
    if (s.trace && std::fflush(s.trace) != 0)
      fail("cannot write the bursts (ROMANET_TRACE_FILE): %s",
           std::strerror(errno));
    (isJSON ? printJSON : printCSV)(s.layers, file);
  }
  if (std::fflush(file) != 0 || (file != stdout && std::fclose(file) != 0))
    fail("cannot write the traffic: %s", std::strerror(errno));
}
