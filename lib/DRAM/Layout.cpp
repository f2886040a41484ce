//===- Layout.cpp - Layouts of arrays and the blocks boxes touch ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Layout.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

using namespace llvm;

namespace romanet {

/// Stands for every size that does not fit 64 bits.
static constexpr int64_t tooMuch = std::numeric_limits<int64_t>::max();

static int64_t mulSaturating(int64_t a, int64_t b) {
  int64_t product;
  return MulOverflow(a, b, product) ? tooMuch : product;
}

Layout Layout::rowMajor(ArrayRef<int64_t> shape, int64_t elementBytes) {
  return tileContiguous(shape, shape, elementBytes);
}

Layout Layout::tileContiguous(ArrayRef<int64_t> shape, ArrayRef<int64_t> tile,
                              int64_t elementBytes) {
  assert(shape.size() == tile.size() && "a tile size per dimension");
  assert(elementBytes > 0 && "an element has bytes");
  assert(llvm::all_of(shape, [](int64_t size) { return size >= 0; }) &&
         "negative size");
  Layout layout;
  layout.sizes.assign(shape.begin(), shape.end());
  layout.elementBytes = elementBytes;
  for (const auto &[size, block] : llvm::zip_equal(shape, tile))
    layout.blocks.push_back(
        std::clamp<int64_t>(block, 1, std::max<int64_t>(size, 1)));
  layout.inner.resize(shape.size());
  int64_t elements = 1;
  for (size_t d = shape.size(); d-- != 0;) {
    layout.inner[d] = elements;
    elements = mulSaturating(elements, shape[d]);
  }
  layout.bytes = mulSaturating(elements, elementBytes);
  return layout;
}

int64_t Layout::sizeBytes() const { return bytes; }

void Layout::checkSize() const {
  // Offsets would wrap in silence. Only a caller that did not look at the size
  // gets here.
  if (LLVM_UNLIKELY(bytes == tooMuch))
    report_fatal_error("offsets in an array whose size exceeds 64 bits");
}

int64_t Layout::offsetOf(ArrayRef<int64_t> index) const {
  checkSize();
  assert(index.size() == sizes.size() && "an index per dimension");
  // Stored before this block are, for each dimension d, the blocks with a lower
  // index in d and equal ones before d. Together they hold `start` in d, the
  // extent of this block in the dimensions before (`prefix` elements), and
  // everything in those after it.
  int64_t prefix = 1, blockOffset = 0, inBlock = 0;
  for (size_t d = 0; d != sizes.size(); ++d) {
    assert(index[d] >= 0 && index[d] < sizes[d] && "index out of range");
    int64_t start = index[d] / blocks[d] * blocks[d];
    int64_t extent = std::min(blocks[d], sizes[d] - start);
    blockOffset += prefix * start * inner[d];
    inBlock = inBlock * extent + index[d] - start;
    prefix *= extent;
  }
  return (blockOffset + inBlock) * elementBytes;
}

//===----------------------------------------------------------------------===//
// Walking a box
//===----------------------------------------------------------------------===//

namespace {
/// Walks the pieces of a box in ascending order of their offset. The visitor
/// says what is done with them:
///
///   slack()                  runs with at most that many bytes between them
///                            may be handed over as one run;
///   run(offset, bytes)       one run;
///   repeat(n, offset, stride, body)
///                            body(offset + i * stride) for i in [0, n), which
///                            are the same pieces but for the shift;
///   join(first, second)      one after the other.
template <typename Visitor>
class BoxWalk {
  using Result = typename Visitor::Result;

public:
  BoxWalk(ArrayRef<int64_t> sizes, ArrayRef<int64_t> blocks,
          ArrayRef<int64_t> inner, int64_t elementBytes, const Box &box,
          Visitor &visitor)
      : sizes(sizes), blocks(blocks), inner(inner), elementBytes(elementBytes),
        box(box), visitor(visitor), extent(sizes.size()),
        clipOffset(sizes.size()), clipExtent(sizes.size()) {
    wholeFrom = sizes.size();
    while (wholeFrom != 0 && box.extent[wholeFrom - 1] == sizes[wholeFrom - 1])
      --wholeFrom;
  }

  Result walk() { return walkBlocks(0, 0, elementBytes, true); }

private:
  /// Chooses the block in dimension `d` and those after it. For the dimensions
  /// before it, the block has `prefixBytes` and starts at `offset`, and
  /// `prefixWhole` says that the box contains all of it.
  Result walkBlocks(size_t d, int64_t offset, int64_t prefixBytes,
                    bool prefixWhole) {
    if (d == sizes.size())
      return walkInBlock(offset);
    int64_t begin = box.offset[d], end = begin + box.extent[d];
    int64_t block = blocks[d], size = sizes[d];
    int64_t indexBytes = prefixBytes * inner[d];

    // Whole blocks, one after the other.
    if (prefixWhole && wholeFrom <= d + 1 && begin % block == 0 &&
        (end % block == 0 || end == size))
      return visitor.run(offset + begin * indexBytes,
                         (end - begin) * indexBytes);

    // At most three parts: a block of which the box has only the end, the
    // blocks it has in full, and a last, cut or smaller one.
    Result result;
    for (int64_t at = begin; at != end;) {
      int64_t start = at / block * block;
      int64_t here = std::min(block, size - start);
      int64_t next = std::min(end, start + here);
      int64_t count = 1;
      if (at == start && next == start + block) {
        count = (end - start) / block;
        next = start + count * block;
      }
      int64_t clipBegin = at - start;
      int64_t clipSize = count == 1 ? next - at : block;
      Result part = visitor.repeat(count, offset + start * indexBytes,
                                   block * indexBytes, [&](int64_t partOffset) {
                                     extent[d] = here;
                                     clipOffset[d] = clipBegin;
                                     clipExtent[d] = clipSize;
                                     return walkBlocks(
                                         d + 1, partOffset, prefixBytes * here,
                                         prefixWhole && clipSize == here);
                                   });
      result = at == begin ? part : visitor.join(result, part);
      at = next;
    }
    return result;
  }

  /// The part of the box in one block, which is a small row-major array.
  Result walkInBlock(int64_t offset) {
    // Innermost first. Once two runs are too far apart to be one, so are those
    // of all dimensions further out, whose stride is larger: nothing is merged
    // across a loop.
    SmallVector<std::pair<int64_t, int64_t>, 6> loops;
    int64_t stride = elementBytes, run = elementBytes;
    for (size_t d = sizes.size(); d-- != 0;) {
      offset += clipOffset[d] * stride;
      if (clipExtent[d] != 1) {
        if (stride - run <= visitor.slack())
          run += (clipExtent[d] - 1) * stride;
        else
          loops.push_back({clipExtent[d], stride});
      }
      stride *= extent[d];
    }
    return walkLoops(loops, offset, run);
  }

  Result walkLoops(ArrayRef<std::pair<int64_t, int64_t>> loops, int64_t offset,
                   int64_t run) {
    if (loops.empty())
      return visitor.run(offset, run);
    auto [count, stride] = loops.back();
    return visitor.repeat(count, offset, stride, [&](int64_t partOffset) {
      return walkLoops(loops.drop_back(), partOffset, run);
    });
  }

  ArrayRef<int64_t> sizes, blocks, inner;
  int64_t elementBytes;
  const Box &box;
  Visitor &visitor;
  /// From this dimension on the box is as large as the array.
  size_t wholeFrom;
  /// Of the block chosen: its extent, and the part of it that is in the box.
  SmallVector<int64_t, 6> extent, clipOffset, clipExtent;
};

/// Hands out maximal runs.
class RunVisitor {
public:
  struct Result {};

  explicit RunVisitor(function_ref<void(int64_t, int64_t)> visit)
      : visit(visit) {}

  int64_t slack() const { return 0; }

  Result run(int64_t offset, int64_t bytes) {
    if (offset != pendingEnd) {
      flush();
      pendingBegin = offset;
    }
    pendingEnd = offset + bytes;
    return {};
  }

  Result repeat(int64_t count, int64_t offset, int64_t stride,
                function_ref<Result(int64_t)> body) {
    for (int64_t i = 0; i != count; ++i)
      body(offset + i * stride);
    return {};
  }

  Result join(Result, Result) { return {}; }

  void flush() {
    if (pendingBegin != pendingEnd)
      visit(pendingBegin, pendingEnd - pendingBegin);
  }

private:
  function_ref<void(int64_t, int64_t)> visit;
  int64_t pendingBegin = 0, pendingEnd = 0;
};

/// Counts memory blocks. Addresses are unsigned: a base and an offset that fit
/// 63 bits have a sum that fits 64.
class BlockVisitor {
public:
  /// Blocks touched, and the first and last byte.
  struct Result {
    int64_t blocks = 0;
    uint64_t first = 0, last = 0;
  };

  BlockVisitor(uint64_t blockBytes, uint64_t base)
      : blockBytes(blockBytes), base(base) {}

  /// A gap smaller than a block holds no whole block.
  int64_t slack() const { return static_cast<int64_t>(blockBytes - 1); }

  Result run(int64_t offset, int64_t bytes) const {
    uint64_t first = base + static_cast<uint64_t>(offset);
    uint64_t last = first + static_cast<uint64_t>(bytes) - 1;
    return {static_cast<int64_t>(last / blockBytes - first / blockBytes + 1),
            first, last};
  }

  /// How pieces lie in the blocks depends on their address modulo the block
  /// alone, so after one period everything comes again.
  Result repeat(int64_t count, int64_t offset, int64_t stride,
                function_ref<Result(int64_t)> body) const {
    int64_t period = static_cast<int64_t>(
        blockBytes / std::gcd(blockBytes, static_cast<uint64_t>(stride)));
    Result result;
    for (int64_t i = 0, e = std::min(count, period); i != e; ++i) {
      Result part = body(offset + i * stride);
      int64_t times = (count - 1 - i) / period + 1;
      result.blocks += part.blocks * times;
      // The pairs of neighbours of which the first is such a piece.
      int64_t pairs = i + 1 == count ? 0 : (count - 2 - i) / period + 1;
      if (shareBlock(part.last, part.first + static_cast<uint64_t>(stride)))
        result.blocks -= pairs;
      if (i == 0) {
        result.first = part.first;
        result.last = part.last + static_cast<uint64_t>((count - 1) * stride);
      }
    }
    return result;
  }

  Result join(const Result &a, const Result &b) const {
    return {a.blocks + b.blocks - (shareBlock(a.last, b.first) ? 1 : 0),
            a.first, b.last};
  }

private:
  bool shareBlock(uint64_t a, uint64_t b) const {
    return a / blockBytes == b / blockBytes;
  }

  uint64_t blockBytes, base;
};
} // namespace

bool Layout::checkBox(const Box &box) const {
  checkSize();
  assert(box.offset.size() == sizes.size() &&
         box.extent.size() == sizes.size() && "an extent per dimension");
  for (size_t d = 0; d != sizes.size(); ++d)
    assert(
        box.offset[d] >= 0 && box.extent[d] >= 0 && box.extent[d] <= sizes[d] &&
        box.offset[d] <= sizes[d] - box.extent[d] && "box outside the array");
  return !llvm::is_contained(box.extent, 0);
}

void Layout::forEachRun(const Box &box,
                        function_ref<void(int64_t, int64_t)> visit) const {
  if (!checkBox(box))
    return;
  RunVisitor visitor(visit);
  BoxWalk<RunVisitor>(sizes, blocks, inner, elementBytes, box, visitor).walk();
  visitor.flush();
}

int64_t Layout::countBlocks(const Box &box, int64_t blockBytes,
                            int64_t base) const {
  assert(blockBytes > 0 && base >= 0);
  if (!checkBox(box))
    return 0;
  BlockVisitor visitor(blockBytes, base);
  return BoxWalk<BlockVisitor>(sizes, blocks, inner, elementBytes, box, visitor)
      .walk()
      .blocks;
}

} // namespace romanet
