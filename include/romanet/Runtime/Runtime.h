//===- Runtime.h - What instrumented programs call --------------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of libromanet_runtime.so: counters of DRAM traffic, called by
// programs that romanet-count-traffic instrumented, and a DMA engine on the
// CPU, called by programs that romanet-dma-to-calls lowered. The library needs
// nothing but the C++ runtime. mlir-runner takes it by --shared-libs.
//
// Everything that goes wrong ends the program with a message on standard error
// and exit status 1: counts that are wrong in silence are worse than none.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_RUNTIME_RUNTIME_H
#define ROMANET_RUNTIME_RUNTIME_H

#include <cstdint>
#include <utility>
#include <vector>

#define ROMANET_RUNTIME_EXPORT __attribute__((visibility("default")))

namespace romanet::runtime {

/// A memref<*xT> as MLIR's C interface passes it. What `descriptor` points to
/// is: allocated pointer, aligned pointer, offset, `rank` sizes, `rank`
/// strides; the last three in elements.
struct UnrankedMemRef {
  int64_t rank;
  void *descriptor;
};

/// The ways data moves, in the order of the numbers that stand for them.
inline constexpr const char *const StreamNames[] = {
    "input_read", "weights_read", "output_read", "output_write",
    "epilogue_read"};
inline constexpr int64_t NumStreams = 5;
/// The one that writes.
inline constexpr int64_t OutputWriteStream = 3;

/// A box of elements: element i, j, ... is at start + i * strides[0] + j *
/// strides[1] + ... elements from `address`, which is in bytes.
struct Box {
  int64_t address = 0, start = 0, elementBytes = 1;
  int64_t rank = 0;
  const int64_t *sizes = nullptr, *strides = nullptr;
};

struct BoxTraffic {
  int64_t bytes = 0;
  /// Aligned blocks that hold at least one byte of the box, each once.
  int64_t blocks = 0;
};

/// Counts a box; `blockBytes` > 0. A box without elements has none of both.
/// False if an address is negative, an address or a count does not fit 64 bits.
ROMANET_RUNTIME_EXPORT bool countBox(const Box &box, int64_t blockBytes,
                                     BoxTraffic &traffic);

/// The first and the last of successive blocks, by number.
using BlockRange = std::pair<int64_t, int64_t>;

/// The same, with the blocks behind those in `ranges`: in ascending order, no
/// block twice.
ROMANET_RUNTIME_EXPORT bool listBlocks(const Box &box, int64_t blockBytes,
                                       BoxTraffic &traffic,
                                       std::vector<BlockRange> &ranges);

} // namespace romanet::runtime

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

// _mlir_ciface_romanet_count_transfer_T(layer, stream, address, burstBytes,
// box) for T in i8, i16, i32, i64, f16, bf16, f32, f64: one transfer of `box`,
// which is the end in DRAM. `address` is the physical address, in bytes, that
// the aligned pointer of the memref stands for. A box without elements counts
// nothing.
#define ROMANET_FOR_ELEMENT_TYPES(DO)                                          \
  DO(i8, 1)                                                                    \
  DO(i16, 2)                                                                   \
  DO(i32, 4)                                                                   \
  DO(i64, 8)                                                                   \
  DO(f16, 2)                                                                   \
  DO(bf16, 2)                                                                  \
  DO(f32, 4)                                                                   \
  DO(f64, 8)

extern "C" {
#define ROMANET_DECLARE(TYPE, BYTES)                                           \
  ROMANET_RUNTIME_EXPORT void _mlir_ciface_romanet_count_transfer_##TYPE(      \
      int64_t layer, int64_t stream, int64_t address, int64_t burstBytes,      \
      const romanet::runtime::UnrankedMemRef *box);
ROMANET_FOR_ELEMENT_TYPES(ROMANET_DECLARE)
#undef ROMANET_DECLARE

/// Between these two calls, all boxes that the thread counts are parts of one
/// transfer of one stream: it counts once, and so does a burst that two parts
/// share.
ROMANET_RUNTIME_EXPORT void _mlir_ciface_romanet_count_begin();
ROMANET_RUNTIME_EXPORT void _mlir_ciface_romanet_count_end();

// Where the environment variable ROMANET_TRACE_FILE names a file, every burst
// is written to it when its transfer is counted, in ascending order of the
// addresses in a transfer, each as a line
//   0x1f40 R 0 input_read
// of physical byte address, R (read) or W (write), number of the layer, stream.

/// The operation of the layer works on one tile.
ROMANET_RUNTIME_EXPORT void _mlir_ciface_romanet_count_step(int64_t layer);

/// Names layer number `layer`, a memref<*xi8> of rank 1, and says how many
/// steps a run of it has. Again with the same values: no effect.
ROMANET_RUNTIME_EXPORT void
_mlir_ciface_romanet_count_layer(int64_t layer, int64_t stepsPerRun,
                                 const romanet::runtime::UnrankedMemRef *name);

/// Writes what was counted since the program began, one line per layer and
/// stream in the order of their numbers, below
///   layer,runs,stream,transfers,bytes,bursts
/// to standard output, or to the file that the environment variable
/// ROMANET_TRAFFIC_FILE names, which is overwritten. ROMANET_TRAFFIC_FORMAT is
/// csv (the default) or json.
ROMANET_RUNTIME_EXPORT void _mlir_ciface_romanet_count_print();

//===----------------------------------------------------------------------===//
// DMA
//===----------------------------------------------------------------------===//

/// Starts a DMA of `bytes` bytes in chunks of `chunkBytes`, which divides
/// them, each a stride (in bytes) behind the one before. `source`, `target` and
/// `tag` are addresses. The data moves when the program waits, as late as it
/// can on real hardware, so that what does not wait reads the wrong data; with
/// `early` in the environment variable ROMANET_DMA (default: `late`) at the
/// start, so that a target that is still in use is overwritten. A tag must not
/// be in use.
ROMANET_RUNTIME_EXPORT void
_mlir_ciface_romanet_dma_start(int64_t source, int64_t target, int64_t bytes,
                               int64_t chunkBytes, int64_t sourceStride,
                               int64_t targetStride, int64_t tag);

/// Ends the DMA that was started with `tag`; there must be one.
ROMANET_RUNTIME_EXPORT void _mlir_ciface_romanet_dma_wait(int64_t tag);
}

#endif // ROMANET_RUNTIME_RUNTIME_H
