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
#include <vector>

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
// Pieces of a box
//===----------------------------------------------------------------------===//

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

namespace {
/// Bytes of a box: a run, or copies of a sequence of parts at equal distances,
/// with more bytes between two copies than a run may bridge.
struct Piece {
  /// The first byte, counted from the first of the piece that this is a part
  /// of, and all bytes from the first to the last.
  int64_t begin, bytes;
  int64_t count = 1, stride = 0;
  /// Ascending; none in a run.
  std::vector<Piece> parts;

  bool isRun() const { return parts.empty(); }
};

/// Finds the pieces of a box.
class Pieces {
public:
  /// Runs with at most `slack` bytes between them become one.
  Pieces(const Layout &layout, const Box &box, int64_t slack)
      : loops(layout.loops()), elementBytes(layout.elementBytes()),
        slack(slack) {
    for (const auto &[offset, extent] : llvm::zip_equal(box.offset, box.extent))
      intervals.push_back({offset, offset + extent, /*size=*/1});
    for (const Layout::Loop &loop : llvm::reverse(loops))
      intervals[loop.axis].size = loop.extent * loop.count;
  }

  std::vector<Piece> collect() {
    std::vector<Piece> pieces;
    collect(0, 0, pieces);
    return pieces;
  }

private:
  /// What the box has of one axis in the block chosen by the loops further out,
  /// which has `size` elements along it.
  struct Interval {
    int64_t begin, end, size;
  };

  void collect(size_t depth, int64_t offset, std::vector<Piece> &pieces) {
    if (depth == loops.size())
      return addRun(offset, elementBytes, pieces);
    const Layout::Loop &loop = loops[depth];
    Interval whole = intervals[loop.axis];
    if (isContiguous(loop))
      return addRun(offset + whole.begin / loop.extent * loop.stride,
                    (whole.end - whole.begin) / loop.extent * loop.stride,
                    pieces);

    // At most three parts: a step of which the box has only the end, those it
    // has in full, and a last one that is cut.
    for (int64_t at = whole.begin; at != whole.end;) {
      int64_t step = at / loop.extent, start = step * loop.extent;
      int64_t next = std::min(whole.end, start + loop.extent);
      int64_t count = 1;
      if (at == start && next == start + loop.extent) {
        count = (whole.end - start) / loop.extent;
        next = start + count * loop.extent;
      }
      int64_t end = count == 1 ? next - start : loop.extent;
      intervals[loop.axis] = {at - start, end, loop.extent};
      if (count == 1)
        collect(depth + 1, offset + step * loop.stride, pieces);
      else
        addCopies(depth + 1, offset + step * loop.stride, count, loop.stride,
                  pieces);
      at = next;
    }
    intervals[loop.axis] = whole;
  }

  void addRun(int64_t begin, int64_t bytes, std::vector<Piece> &pieces) {
    if (!pieces.empty() && pieces.back().isRun()) {
      Piece &last = pieces.back();
      if (begin - (last.begin + last.bytes) <= slack) {
        last.bytes = begin + bytes - last.begin;
        return;
      }
    }
    pieces.push_back({begin, bytes});
  }

  void addCopies(size_t depth, int64_t offset, int64_t count, int64_t stride,
                 std::vector<Piece> &pieces) {
    std::vector<Piece> parts;
    collect(depth, 0, parts);
    int64_t begin = parts.front().begin;
    int64_t bytes = parts.back().begin + parts.back().bytes - begin;
    int64_t all = (count - 1) * stride + bytes;
    // Inside, a box cuts only the first and the last step of a loop. So there
    // is no more between two parts of a copy than between two copies.
    if (stride - bytes <= slack) {
      assert(parts.size() == 1 && parts.front().isRun() && "gap in a copy");
      return addRun(offset + begin, all, pieces);
    }
    for (Piece &part : parts)
      part.begin -= begin;
    pieces.push_back({offset + begin, all, count, stride, std::move(parts)});
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
  int64_t elementBytes, slack;
  SmallVector<Interval, 6> intervals;
};
} // namespace

static void visitRuns(ArrayRef<Piece> pieces, int64_t offset,
                      function_ref<void(int64_t, int64_t)> visit) {
  for (const Piece &piece : pieces)
    for (int64_t i = 0; i != piece.count; ++i) {
      int64_t begin = offset + piece.begin + i * piece.stride;
      if (piece.isRun())
        visit(begin, piece.bytes);
      else
        visitRuns(piece.parts, begin, visit);
    }
}

void Layout::forEachRun(const Box &box,
                        function_ref<void(int64_t, int64_t)> visit) const {
  if (!checkBox(box))
    return;
  // The last run of one piece may go on in the first of the next.
  int64_t begin = 0, end = 0;
  visitRuns(Pieces(*this, box, /*slack=*/0).collect(), 0,
            [&](int64_t offset, int64_t bytes) {
              if (offset != end) {
                if (begin != end)
                  visit(begin, end - begin);
                begin = offset;
              }
              end = offset + bytes;
            });
  visit(begin, end - begin);
}

namespace {
/// Counts memory blocks. Addresses are unsigned: a base and an offset that fit
/// 63 bits have a sum that fits 64.
class BlockCount {
public:
  explicit BlockCount(uint64_t blockBytes) : blockBytes(blockBytes) {}

  int64_t operator()(ArrayRef<Piece> pieces, uint64_t address) const {
    int64_t blocks = 0;
    uint64_t end = 0;
    for (const Piece &piece : pieces) {
      uint64_t begin = address + piece.begin;
      blocks += count(piece, begin);
      if (&piece != &pieces.front() && shareBlock(end - 1, begin))
        --blocks;
      end = begin + piece.bytes;
    }
    return blocks;
  }

private:
  int64_t count(const Piece &piece, uint64_t begin) const {
    if (piece.isRun())
      return (begin + piece.bytes - 1) / blockBytes - begin / blockBytes + 1;
    // No two copies share a block: they are further apart than what Pieces was
    // told to merge. How a copy lies in the blocks depends on its address
    // modulo the block alone, so after one period everything comes again.
    uint64_t stride = piece.stride;
    int64_t period =
        static_cast<int64_t>(blockBytes / std::gcd(blockBytes, stride));
    int64_t blocks = 0;
    for (int64_t i = 0, e = std::min(piece.count, period); i != e; ++i)
      blocks += (*this)(piece.parts, begin + i * stride) *
                ((piece.count - 1 - i) / period + 1);
    return blocks;
  }

  bool shareBlock(uint64_t a, uint64_t b) const {
    return a / blockBytes == b / blockBytes;
  }

  uint64_t blockBytes;
};
} // namespace

SmallVector<int64_t> Layout::countBlocks(const Box &box, int64_t blockBytes,
                                         ArrayRef<int64_t> bases) const {
  assert(blockBytes > 0 && "a block has bytes");
  SmallVector<int64_t> counts(bases.size());
  if (!checkBox(box))
    return counts;
  // A gap smaller than a block holds no whole block.
  std::vector<Piece> pieces = Pieces(*this, box, blockBytes - 1).collect();
  BlockCount count(blockBytes);
  for (auto [blocks, base] : llvm::zip_equal(counts, bases)) {
    assert(base >= 0 && "negative address");
    blocks = count(pieces, base);
  }
  return counts;
}

int64_t Layout::countBlocks(const Box &box, int64_t blockBytes,
                            int64_t base) const {
  return countBlocks(box, blockBytes, ArrayRef(base)).front();
}

void Layout::forEachBlockRun(const Box &box, int64_t blockBytes, int64_t base,
                             function_ref<void(int64_t, int64_t)> visit) const {
  assert(blockBytes > 0 && base >= 0 && "a block has bytes, and an address");
  if (!checkBox(box))
    return;
  // A division for each run would be most of the time.
  uint64_t size = blockBytes;
  bool isPower = isPowerOf2_64(size);
  unsigned shift = Log2_64(size);
  auto blockOf = [&](uint64_t address) {
    return isPower ? address >> shift : address / size;
  };
  // The run that is open: blocks [begin, end).
  uint64_t begin = 0, end = 0;
  // A gap smaller than a block holds no whole block.
  visitRuns(Pieces(*this, box, blockBytes - 1).collect(), 0,
            [&](int64_t offset, int64_t bytes) {
              uint64_t address = static_cast<uint64_t>(base) + offset;
              uint64_t first = blockOf(address);
              uint64_t behind = blockOf(address + bytes - 1) + 1;
              // The first block can be the last of the run before.
              if (first > end || begin == end) {
                if (begin != end)
                  visit(begin, end - begin);
                begin = first;
              }
              end = behind;
            });
  visit(begin, end - begin);
}

void forEachBlockRun(int64_t address, ArrayRef<int64_t> sizes,
                     ArrayRef<int64_t> strides, int64_t elementBytes,
                     int64_t blockBytes,
                     function_ref<void(int64_t, int64_t)> visit) {
  if (llvm::is_contained(sizes, 0))
    return;
  // Outermost first, without axes of one element.
  SmallVector<std::pair<int64_t, int64_t>, 8> axes;
  for (auto [size, stride] : llvm::zip_equal(sizes, strides))
    if (size != 1)
      axes.push_back({stride, size});
  llvm::sort(axes, std::greater<>());
  // A row is what the inner axes have without a gap.
  int64_t row = elementBytes;
  while (!axes.empty() && axes.back().first <= row) {
    row = std::max(row, axes.back().first * (axes.back().second - 1) + row);
    axes.pop_back();
  }
  // Where an axis steps less far than those inside it reach, rows of different
  // steps interleave.
  bool isAscending = true;
  int64_t span = row;
  for (auto [stride, size] : llvm::reverse(axes)) {
    isAscending &= stride >= span;
    span += stride * (size - 1);
  }
  std::vector<std::pair<int64_t, int64_t>> collected;
  int64_t begin = 0, end = 0;
  auto add = [&](int64_t first, int64_t behind) {
    if (first > end || begin == end) {
      if (begin != end)
        visit(begin, end - begin);
      begin = first;
    }
    end = std::max(end, behind);
  };
  auto walk = [&](auto &self, size_t axis, int64_t at) -> void {
    if (axis < axes.size()) {
      for (int64_t i = 0; i < axes[axis].second; ++i)
        self(self, axis + 1, at + i * axes[axis].first);
      return;
    }
    int64_t first = at / blockBytes, behind = (at + row - 1) / blockBytes + 1;
    if (isAscending)
      add(first, behind);
    else
      collected.push_back({first, behind});
  };
  walk(walk, 0, address);
  llvm::sort(collected);
  for (auto [first, behind] : collected)
    add(first, behind);
  visit(begin, end - begin);
}

} // namespace romanet
