//===- Layout.cpp - Layouts of arrays and the blocks boxes touch ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Layout.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <string>

using namespace llvm;

namespace romanet {

/// Stands for every size that does not fit 64 bits.
static constexpr int64_t tooMuch = std::numeric_limits<int64_t>::max();

static int64_t mulSaturating(int64_t a, int64_t b) {
  int64_t product;
  return MulOverflow(a, b, product) ? tooMuch : product;
}

static int64_t roundUpSaturating(int64_t bytes, int64_t align) {
  int64_t units = bytes / align + (bytes % align != 0 ? 1 : 0);
  return mulSaturating(units, align);
}

int64_t slotBytes(int64_t bytes, int64_t burstBytes, int64_t rowBytes) {
  assert(bytes > 0 && burstBytes > 0 && rowBytes % burstBytes == 0 &&
         isPowerOf2_64(rowBytes / burstBytes) &&
         "a row is a power of two of bursts");
  if (bytes > rowBytes)
    return roundUpSaturating(bytes, rowBytes);
  uint64_t bursts = divideCeil(bytes, burstBytes);
  return static_cast<int64_t>(PowerOf2Ceil(bursts)) * burstBytes;
}

//===----------------------------------------------------------------------===//
// Making a layout
//===----------------------------------------------------------------------===//

static Error checkOrder(const Twine &where, ArrayRef<unsigned> order,
                        size_t rank) {
  if (order.size() != rank)
    return createStringError(where + ": an order of " + Twine(order.size()) +
                             " axes in an array of " + Twine(rank));
  SmallVector<bool, 6> seen(rank);
  for (unsigned axis : order) {
    if (axis >= rank)
      return createStringError(where + ": the order has axis " + Twine(axis) +
                               " in an array of " + Twine(rank));
    if (seen[axis])
      return createStringError(where + ": the order has axis " + Twine(axis) +
                               " twice");
    seen[axis] = true;
  }
  return Error::success();
}

/// `inner` is null for the innermost level.
static Error checkLevel(size_t number, const Layout::Level &level,
                        const Layout::Level *inner, size_t rank) {
  std::string where = "level " + std::to_string(number);
  if (level.block.size() != rank)
    return createStringError(where + ": a block of " +
                             Twine(level.block.size()) +
                             " axes in an array of " + Twine(rank));
  for (size_t d = 0; d != rank; ++d) {
    int64_t extent = level.block[d];
    if (extent <= 0)
      return createStringError(where + ": block extent " + Twine(extent) +
                               " in axis " + Twine(d) + " is not positive");
    if (inner && extent % inner->block[d] != 0)
      return createStringError(
          where + ": block extent " + Twine(extent) + " in axis " + Twine(d) +
          " is not a multiple of " + Twine(inner->block[d]) +
          ", that of level " + Twine(number - 1));
  }
  if (level.alignBytes <= 0)
    return createStringError(where + ": an alignment of " +
                             Twine(level.alignBytes) +
                             " bytes is not positive");
  return checkOrder(where, level.order, rank);
}

Expected<Layout> Layout::create(ArrayRef<int64_t> shape, int64_t elementBytes,
                                ArrayRef<Level> levels,
                                ArrayRef<unsigned> order) {
  if (elementBytes <= 0)
    return createStringError("elements of " + Twine(elementBytes) +
                             " bytes: not positive");
  for (size_t d = 0; d != shape.size(); ++d)
    if (shape[d] < 0)
      return createStringError("array extent " + Twine(shape[d]) + " in axis " +
                               Twine(d) + " is negative");
  for (size_t i = 0; i != levels.size(); ++i)
    if (Error error = checkLevel(i, levels[i], i ? &levels[i - 1] : nullptr,
                                 shape.size()))
      return std::move(error);
  if (Error error = checkOrder("array", order, shape.size()))
    return std::move(error);

  Layout layout;
  layout.sizes.assign(shape.begin(), shape.end());
  layout.elementSize = elementBytes;
  layout.nested.assign(levels.begin(), levels.end());
  layout.outerOrder.assign(order.begin(), order.end());

  // From the elements outwards. Wherever a size saturates, that of the array
  // does, and what is wrong in the loops is never asked for. (An empty array
  // has no offsets either.)
  SmallVector<int64_t, 6> inner(shape.size(), 1);
  SmallVectorImpl<Loop> &nest = layout.nest;
  layout.bytes = elementBytes;
  auto add = [&](unsigned axis, int64_t count) {
    bool hasNoGap =
        layout.bytes ==
        (nest.empty() ? elementBytes
                      : mulSaturating(nest.back().stride, nest.back().count));
    bool isDense = hasNoGap && (nest.empty() || nest.back().isDense);
    if (hasNoGap && !nest.empty() && nest.back().axis == axis)
      nest.back().count = mulSaturating(nest.back().count, count);
    else if (count != 1)
      nest.push_back({axis, inner[axis], count, layout.bytes, isDense});
    layout.bytes = mulSaturating(layout.bytes, count);
  };
  for (const Level &level : levels) {
    for (unsigned axis : llvm::reverse(level.order))
      add(axis, level.block[axis] / inner[axis]);
    layout.bytes = roundUpSaturating(layout.bytes, level.alignBytes);
    inner = level.block;
  }
  for (unsigned axis : llvm::reverse(order))
    add(axis, divideCeilSigned(shape[axis], inner[axis]));
  std::reverse(nest.begin(), nest.end());
  return layout;
}

static SmallVector<unsigned, 6> axesInOrder(size_t rank) {
  return llvm::to_vector<6>(llvm::seq<unsigned>(0, rank));
}

Layout Layout::rowMajor(ArrayRef<int64_t> shape, int64_t elementBytes) {
  return cantFail(create(shape, elementBytes, {}, axesInOrder(shape.size())));
}

Layout Layout::tileContiguous(ArrayRef<int64_t> shape, ArrayRef<int64_t> tile,
                              int64_t elementBytes, int64_t alignBytes) {
  Level level;
  for (const auto &[size, extent] : llvm::zip_equal(shape, tile))
    level.block.push_back(
        std::clamp<int64_t>(extent, 1, std::max<int64_t>(size, 1)));
  level.order = axesInOrder(shape.size());
  level.alignBytes = alignBytes;
  return cantFail(create(shape, elementBytes, level, level.order));
}

void Layout::checkSize() const {
  // Offsets would wrap in silence. Only a caller that did not look at the size
  // gets here.
  if (LLVM_UNLIKELY(bytes == tooMuch))
    report_fatal_error("offsets in an array whose size exceeds 64 bits");
}

int64_t Layout::offsetOf(ArrayRef<int64_t> index) const {
  checkSize();
  assert(index.size() == sizes.size() && "an index per axis");
  for (size_t d = 0; d != sizes.size(); ++d)
    assert(index[d] >= 0 && index[d] < sizes[d] && "index out of range");
  int64_t offset = 0;
  for (const Loop &loop : nest)
    offset += index[loop.axis] / loop.extent % loop.count * loop.stride;
  return offset;
}

//===----------------------------------------------------------------------===//
// Walking a box
//===----------------------------------------------------------------------===//

namespace {
/// Walks the pieces of a box in ascending order of their offset. The visitor
/// says what is done with them:
///
///   run(offset, bytes)       one run;
///   repeat(n, offset, stride, body)
///                            body(offset + i * stride) for i in [0, n), which
///                            are the same pieces but for the shift;
///   join(first, second)      one after the other.
template <typename Visitor>
class BoxWalk {
  using Result = typename Visitor::Result;

public:
  BoxWalk(const Layout &layout, const Box &box, Visitor &visitor)
      : loops(layout.loops()), elementBytes(layout.elementBytes()),
        visitor(visitor) {
    for (const auto &[offset, extent] : llvm::zip_equal(box.offset, box.extent))
      intervals.push_back({offset, offset + extent, /*size=*/1});
    for (const Layout::Loop &loop : llvm::reverse(loops))
      intervals[loop.axis].size = loop.extent * loop.count;
  }

  Result walk() { return walk(0, 0); }

private:
  /// What the box has of one axis in the block chosen by the loops further out,
  /// which has `size` elements along it.
  struct Interval {
    int64_t begin, end, size;
  };

  Result walk(size_t depth, int64_t offset) {
    if (depth == loops.size())
      return visitor.run(offset, elementBytes);
    const Layout::Loop &loop = loops[depth];
    Interval whole = intervals[loop.axis];
    if (isContiguous(loop))
      return visitor.run(offset + whole.begin / loop.extent * loop.stride,
                         (whole.end - whole.begin) / loop.extent * loop.stride);

    // At most three parts: a step of which the box has only the end, those it
    // has in full, and a last one that is cut.
    Result result;
    for (int64_t at = whole.begin; at != whole.end;) {
      int64_t step = at / loop.extent, start = step * loop.extent;
      int64_t next = std::min(whole.end, start + loop.extent);
      int64_t count = 1;
      if (at == start && next == start + loop.extent) {
        count = (whole.end - start) / loop.extent;
        next = start + count * loop.extent;
      }
      intervals[loop.axis] = {
          at - start, count == 1 ? next - start : loop.extent, loop.extent};
      Result part = visitor.repeat(
          count, offset + step * loop.stride, loop.stride,
          [&](int64_t partOffset) { return walk(depth + 1, partOffset); });
      result = at == whole.begin ? part : visitor.join(result, part);
      at = next;
    }
    intervals[loop.axis] = whole;
    return result;
  }

  /// Whether the box has all of each step of the loop that it has a part of,
  /// and these are free of gaps.
  bool isContiguous(const Layout::Loop &loop) const {
    if (!loop.isDense)
      return false;
    for (size_t d = 0; d != intervals.size(); ++d) {
      const Interval &i = intervals[d];
      if (d == loop.axis
              ? i.begin % loop.extent != 0 || i.end % loop.extent != 0
              : i.begin != 0 || i.end != i.size)
        return false;
    }
    return true;
  }

  ArrayRef<Layout::Loop> loops;
  int64_t elementBytes;
  Visitor &visitor;
  SmallVector<Interval, 6> intervals;
};

/// Hands out maximal runs.
class RunVisitor {
public:
  struct Result {};

  explicit RunVisitor(function_ref<void(int64_t, int64_t)> visit)
      : visit(visit) {}

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
  /// Blocks touched, the first and last byte, and the most bytes between two
  /// pieces.
  struct Result {
    int64_t blocks = 0;
    uint64_t first = 0, last = 0, gap = 0;
  };

  BlockVisitor(uint64_t blockBytes, uint64_t base)
      : blockBytes(blockBytes), base(base) {}

  Result run(int64_t offset, int64_t bytes) const {
    uint64_t first = base + static_cast<uint64_t>(offset);
    return span(first, first + static_cast<uint64_t>(bytes) - 1, /*gap=*/0);
  }

  /// How pieces lie in the blocks depends on their address modulo the block
  /// alone, so after one period everything comes again.
  Result repeat(int64_t count, int64_t offset, int64_t stride,
                function_ref<Result(int64_t)> body) const {
    Result result = body(offset);
    if (count == 1)
      return result;
    uint64_t lastShift = static_cast<uint64_t>((count - 1) * stride);
    uint64_t end = result.last + lastShift;
    uint64_t gap =
        std::max(result.gap, result.first + static_cast<uint64_t>(stride) -
                                 result.last - 1);
    // A gap smaller than a block holds no whole block.
    if (gap < blockBytes)
      return span(result.first, end, gap);
    int64_t period = static_cast<int64_t>(
        blockBytes / std::gcd(blockBytes, static_cast<uint64_t>(stride)));
    int64_t blocks = 0;
    for (int64_t i = 0, e = std::min(count, period); i != e; ++i) {
      Result part = i == 0 ? result : body(offset + i * stride);
      blocks += part.blocks * ((count - 1 - i) / period + 1);
      // The pairs of neighbours of which the first is such a piece.
      int64_t pairs = i + 1 == count ? 0 : (count - 2 - i) / period + 1;
      if (shareBlock(part.last, part.first + static_cast<uint64_t>(stride)))
        blocks -= pairs;
    }
    return {blocks, result.first, end, gap};
  }

  Result join(const Result &a, const Result &b) const {
    return {a.blocks + b.blocks - (shareBlock(a.last, b.first) ? 1 : 0),
            a.first, b.last, std::max({a.gap, b.gap, b.first - a.last - 1})};
  }

private:
  /// Every block from the first byte to the last.
  Result span(uint64_t first, uint64_t last, uint64_t gap) const {
    return {static_cast<int64_t>(last / blockBytes - first / blockBytes + 1),
            first, last, gap};
  }
  bool shareBlock(uint64_t a, uint64_t b) const {
    return a / blockBytes == b / blockBytes;
  }

  uint64_t blockBytes, base;
};
} // namespace

bool Layout::checkBox(const Box &box) const {
  checkSize();
  assert(box.offset.size() == sizes.size() &&
         box.extent.size() == sizes.size() && "an extent per axis");
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
  BoxWalk<RunVisitor>(*this, box, visitor).walk();
  visitor.flush();
}

int64_t Layout::countBlocks(const Box &box, int64_t blockBytes,
                            int64_t base) const {
  assert(blockBytes > 0 && base >= 0);
  if (!checkBox(box))
    return 0;
  BlockVisitor visitor(blockBytes, base);
  return BoxWalk<BlockVisitor>(*this, box, visitor).walk().blocks;
}

} // namespace romanet
