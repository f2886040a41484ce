//===- CountersTest.cpp - Calls of an instrumented program ----------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The counters are those of the process, and what is wrong ends it: every test
// counts in a child process, a death test.
//
//===----------------------------------------------------------------------===//

#include "romanet/Runtime/Runtime.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <string>

using namespace romanet::runtime;

namespace {
/// A memref<nxT> as MLIR describes it.
struct Line {
  const void *allocated, *aligned;
  int64_t offset, size, stride;
  UnrankedMemRef memref = {1, this};

  Line(const void *data, int64_t size)
      : allocated(data), aligned(data), offset(0), size(size), stride(1) {}
  Line(const Line &) = delete;
};

void nameLayer(int64_t layer, int64_t steps, const std::string &name) {
  Line line(name.data(), name.size());
  _mlir_ciface_romanet_count_layer(layer, steps, &line.memref);
}

void transfer(int64_t layer, int64_t stream, int64_t address, int64_t bytes,
              int64_t burstBytes = 64) {
  Line line(nullptr, bytes);
  _mlir_ciface_romanet_count_transfer_i8(layer, stream, address, burstBytes,
                                         &line.memref);
}

/// What the counters print, on standard error, where a death test sees it.
[[noreturn]] void printAndExit(const char *format) {
  setenv("ROMANET_TRAFFIC_FILE", "/dev/stderr", 1);
  setenv("ROMANET_TRAFFIC_FORMAT", format, 1);
  _mlir_ciface_romanet_count_print();
  std::exit(0);
}

void countTwoLayers() {
  nameLayer(0, 2, "a,\"b\"");
  nameLayer(1, 1, "c");
  for (int i = 0; i < 6; ++i)
    _mlir_ciface_romanet_count_step(0);
  transfer(0, 4, 60, 8); // across the border of two bursts
  transfer(0, 4, 0, 64);
  transfer(0, 0, 0, 0); // nothing
}

const auto Finished = testing::ExitedWithCode(0);
const auto Failed = testing::ExitedWithCode(1);
} // namespace

TEST(Counters, CSV) {
  EXPECT_EXIT((countTwoLayers(), printAndExit("csv")), Finished,
              "layer,runs,stream,transfers,bytes,bursts\n"
              "\"a,\"\"b\"\"\",3,input_read,0,0,0\n"
              "\"a,\"\"b\"\"\",3,weights_read,0,0,0\n"
              "\"a,\"\"b\"\"\",3,output_read,0,0,0\n"
              "\"a,\"\"b\"\"\",3,output_write,0,0,0\n"
              "\"a,\"\"b\"\"\",3,epilogue_read,2,72,3\n"
              "c,0,input_read,0,0,0\n");
}

TEST(Counters, JSON) {
  EXPECT_EXIT((countTwoLayers(), printAndExit("json")), Finished,
              "\"name\": \"a,.\"b.\"\",\n +\"runs\": 3,");
  EXPECT_EXIT((nameLayer(0, 1, "tab\t\\"), printAndExit("json")), Finished,
              "\"name\": \"tab.u0009..\"");
}

/// The width of an element is that of the type.
TEST(Counters, ElementTypes) {
  auto countAll = [] {
    nameLayer(0, 1, "layer");
    Line line(nullptr, 64);
#define COUNT(TYPE, BYTES)                                                     \
  _mlir_ciface_romanet_count_transfer_##TYPE(0, 0, 0, 64, &line.memref);
    ROMANET_FOR_ELEMENT_TYPES(COUNT)
#undef COUNT
    printAndExit("csv");
  };
  // 1 + 2 + 4 + 8 + 2 + 2 + 4 + 8 = 31 bytes, 64 times.
  EXPECT_EXIT(countAll(), Finished, "layer,0,input_read,8,1984,31\n");
}

TEST(Counters, Errors) {
  EXPECT_EXIT(transfer(0, 5, 0, 1), Failed,
              "error: there is no stream number 5");
  EXPECT_EXIT(transfer(-1, 0, 0, 1), Failed,
              "error: there is no layer number -1");
  EXPECT_EXIT(transfer(0, 0, 0, 1, 0), Failed, "error: a burst has 0 bytes");
  EXPECT_EXIT(transfer(7, 0, -1, 1), Failed,
              "error: a transfer of layer 7 has negative addresses");
  EXPECT_EXIT((transfer(0, 0, 0, INT64_MAX), transfer(0, 0, 0, INT64_MAX)),
              Failed, "error: a counter does not fit 64 bits");
  EXPECT_EXIT(nameLayer(3, 0, "x"), Failed,
              "error: a run of layer 3 has 0 steps");
  UnrankedMemRef scalar = {0, nullptr};
  EXPECT_EXIT(_mlir_ciface_romanet_count_layer(0, 1, &scalar), Failed,
              "error: the name of layer 0 is no sequence of characters");
  EXPECT_EXIT((transfer(0, 0, 0, 1), printAndExit("csv")), Failed,
              "error: layer number 0 was counted and has no name");
  EXPECT_EXIT((nameLayer(0, 2, "x"), _mlir_ciface_romanet_count_step(0),
               printAndExit("csv")),
              Failed, "error: layer x has 1 steps, and 2 in a run");
}

namespace {
int64_t addressOf(const void *data) { return reinterpret_cast<int64_t>(data); }
} // namespace

/// The data arrives when the program waits, and not before.
TEST(DMA, MovesWhenWaitedFor) {
  const char source[] = "abcdefghijklmnop";
  char target[] = "..........";
  // 3 chunks of 2 bytes, every 5 in the source.
  _mlir_ciface_romanet_dma_start(addressOf(source), addressOf(target), 6, 2, 5,
                                 2, 1);
  EXPECT_STREQ(target, "..........");
  _mlir_ciface_romanet_dma_wait(1);
  EXPECT_STREQ(target, "abfgkl....");
  // And back: chunks behind each other in the source.
  char back[] = "..............";
  _mlir_ciface_romanet_dma_start(addressOf(target), addressOf(back), 6, 2, 2, 5,
                                 1);
  _mlir_ciface_romanet_dma_wait(1);
  EXPECT_STREQ(back, "ab...fg...kl..");
  // Nothing.
  _mlir_ciface_romanet_dma_start(addressOf(source), addressOf(target), 0, 0, 0,
                                 0, 1);
  _mlir_ciface_romanet_dma_wait(1);
  EXPECT_STREQ(target, "abfgkl....");
}

TEST(DMA, Errors) {
  EXPECT_EXIT(_mlir_ciface_romanet_dma_wait(1), Failed,
              "error: the program waits for a DMA that was not started");
  auto start = [](int64_t bytes, int64_t chunk) {
    _mlir_ciface_romanet_dma_start(0, 0, bytes, chunk, 0, 0, 1);
  };
  EXPECT_EXIT((start(4, 2), start(4, 2)), Failed,
              "error: a DMA was started with the tag of one that is not "
              "finished");
  EXPECT_EXIT(start(5, 2), Failed, "error: a DMA of 5 bytes in chunks of 2");
  EXPECT_EXIT(start(5, 0), Failed, "error: a DMA of 5 bytes in chunks of 0");
  EXPECT_EXIT(start(-1, 1), Failed, "error: a DMA of -1 bytes");
}
