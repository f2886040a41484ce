//===- Blocks.cpp - Blocks of memory that loads touch ---------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Blocks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace romanet;

llvm::SmallVector<AxisExtent, 6> romanet::axesOf(const Layer &layer,
                                                 Operand operand) {
  llvm::SmallVector<AxisExtent, 6> axes;
  for (auto [axis, extent] :
       llvm::zip_equal(layer.order.axes[operand], layer.shape(operand)))
    axes.push_back({axis, extent});
  return axes;
}

llvm::SmallVector<AxisExtent, 6> romanet::epilogueAxes(const Layer &layer,
                                                       size_t i) {
  llvm::SmallVector<AxisExtent, 6> axes = axesOf(layer, Operand::Output);
  const EpilogueOperand &operand = layer.epilogue[i];
  llvm::erase_if(axes, [&](const AxisExtent &axis) {
    return !operand.runsAlong(axis.first);
  });
  return axes;
}

static ByParity add(const ByParity &a, const ByParity &b) {
  return {{a[0] + b[0], a[1] + b[1]}};
}

/// The part of a sum that a term counts, times its factor.
static int64_t countedBy(const Term &term, const ByParity &sum) {
  ByParity all = multiply(sum, term.factor);
  return (term.counts[0] ? all[0] : 0) + (term.counts[1] ? all[1] : 0);
}

static Runs runsOf(const Layer &layer, Operand operand, Dim dim, int64_t tile,
                   bool retainHalo, Choice choice) {
  return LoopTiles(layer, operand, dim, tile, retainHalo).choose(choice);
}

//===----------------------------------------------------------------------===//
// Row-major
//===----------------------------------------------------------------------===//

RowMajorBlocks::RowMajorBlocks(const Layer &layer, Operand operand,
                               llvm::ArrayRef<AxisExtent> arrayAxes,
                               int64_t elementBytes, int64_t blockBytes,
                               bool retainHalo)
    : layer(layer), operand(operand), arrayAxes(arrayAxes),
      elementBytes(elementBytes), blockBytes(blockBytes),
      retainHalo(retainHalo) {
  for (auto [axis, extent] : arrayAxes)
    axes.push_back({loopOf(axis),
                    extent,
                    0,
                    movedAlong(layer, operand, axis, extent),
                    {}});
  int64_t stride = elementBytes;
  firstInner = axes.size();
  for (size_t i = axes.size(); i-- > 0;) {
    axes[i].stride = stride;
    stride *= axes[i].extent;
    // Without the rows between windows of one row, the next row is further.
    Axis axis = arrayAxes[i].first;
    if (operand == Operand::Input && (axis == Axis::H || axis == Axis::W)) {
      Window window =
          axis == Axis::H ? Window::rows(layer) : Window::columns(layer);
      axes[i].stride *= 1 + window.gap;
      hasGaps |= window.gap > 0 && window.kernel > 1;
    }
    if (axes[i].stride <= blockBytes && firstInner == i + 1)
      firstInner = i;
  }
  // An array may lack an axis that a loop tiles all the same (one of extent 1,
  // as the row of an input under several outputs, or one along which it is
  // broadcast): it has a part in how often a box is loaded, but none in the
  // box.
  for (Dim dim : AllDims)
    if (isRelevant(operand, dim) &&
        llvm::none_of(axes, [&](const ArrayAxis &a) { return a.dim == dim; }))
      absent.push_back(dim);
}

RowMajorBlocks::Along RowMajorBlocks::makeAlong(const Runs &runs,
                                                int64_t stride) {
  Along result;
  int64_t period = blockBytes / std::gcd(blockBytes, stride);
  auto residueOf = [&](int64_t index) {
    return index % period * (stride % blockBytes) % blockBytes;
  };
  std::vector<ByParity> indices(period, {{0, 0}}), pairs(period, {{0, 0}});
  for (const Run &run : runs) {
    result.largestExtent = std::max(result.largestExtent, run.extent);
    int64_t runPeriod = period / std::gcd(period, run.step);
    for (int64_t i = 0, e = std::min(run.count, runPeriod); i < e; ++i) {
      int64_t begin = run.begin + i * run.step;
      int64_t number = (run.count - 1 - i) / runPeriod + 1;
      ByParity weight = {{0, 0}};
      weight[run.parity] = number;
      int64_t residue = residueOf(begin);
      auto known = llvm::find_if(result.starts, [&](const Start &start) {
        return start.residue == residue && start.extent == run.extent;
      });
      if (known != result.starts.end())
        known->number = add(known->number, weight);
      else
        result.starts.push_back({residue, run.extent, weight});
      for (int64_t j = 0, f = std::min(run.extent, period); j < f; ++j) {
        int64_t at = (begin + j) % period;
        indices[at][run.parity] += number * ((run.extent - 1 - j) / period + 1);
        if (j < run.extent - 1)
          pairs[at][run.parity] += number * ((run.extent - 2 - j) / period + 1);
      }
    }
  }
  for (int64_t at = 0; at < period; ++at) {
    if (indices[at][0] || indices[at][1])
      result.indices.push_back({residueOf(at), indices[at]});
    if (pairs[at][0] || pairs[at][1])
      result.pairs.push_back({residueOf(at), pairs[at]});
  }
  return result;
}

const RowMajorBlocks::Along &RowMajorBlocks::along(ArrayAxis &axis,
                                                   const PerDim<int64_t> &tile,
                                                   const Term &term) {
  if (!axis.dim)
    return axis.along.get(0, All, [&] {
      return makeAlong({Run{0, axis.moved, 0, 1, 0}}, axis.stride);
    });
  Dim dim = *axis.dim;
  return axis.along.get(tile[dim], term.choice[dim], [&] {
    return makeAlong(
        runsOf(layer, operand, dim, tile[dim], retainHalo, term.choice[dim]),
        axis.stride);
  });
}

void RowMajorBlocks::convolve(const Numbers &a, const Numbers &b,
                              Numbers &result) {
  for (const Number &outer : a)
    for (const Number &inner : b) {
      int64_t residue = outer.residue + inner.residue;
      if (residue >= blockBytes)
        residue -= blockBytes;
      ByParity &sum = sums[residue];
      if (sum[0] == 0 && sum[1] == 0)
        used.push_back(residue);
      sum = add(sum, multiply(outer.number, inner.number));
    }
  result.clear();
  for (int64_t residue : used) {
    result.push_back({residue, sums[residue]});
    sums[residue] = {{0, 0}};
  }
  used.clear();
}

template <typename Function>
ByParity RowMajorBlocks::sumBoxes(llvm::ArrayRef<const Along *> alongs,
                                  size_t axis, const Numbers &outer,
                                  int64_t leastSpan, Function visit) {
  llvm::SmallVector<int64_t, 6> mostSpan(axes.size() + 1, 0);
  for (size_t i = axes.size(); i-- > axis;)
    mostSpan[i] =
        mostSpan[i + 1] + (alongs[i]->largestExtent - 1) * axes[i].stride;
  ByParity sum = {{0, 0}};
  auto recurse = [&](auto &self, size_t i, int64_t residue, int64_t span,
                     const ByParity &number) -> void {
    if (span + mostSpan[i] < leastSpan)
      return;
    if (i < axes.size()) {
      for (const Start &start : alongs[i]->starts)
        self(self, i + 1, residue + start.residue,
             span + (start.extent - 1) * axes[i].stride,
             multiply(number, start.number));
      return;
    }
    ByParity visits = {{0, 0}};
    for (const Number &each : outer) {
      int64_t value = visit((each.residue + residue) % blockBytes, span);
      visits[0] += value * each.number[0];
      visits[1] += value * each.number[1];
    }
    sum = add(sum, multiply(number, visits));
  };
  recurse(recurse, axis, 0, elementBytes, {{1, 0}});
  return sum;
}

int64_t RowMajorBlocks::countTerm(const PerDim<int64_t> &tile,
                                  const Term &term) {
  ByParity loads = {{1, 0}};
  for (Dim dim : absent) {
    ByParity intervals = {{0, 0}};
    for (const Run &run :
         runsOf(layer, operand, dim, tile[dim], retainHalo, term.choice[dim]))
      intervals[run.parity] += run.count;
    loads = multiply(loads, intervals);
  }
  llvm::SmallVector<const Along *, 6> alongs;
  for (ArrayAxis &axis : axes) {
    alongs.push_back(&along(axis, tile, term));
    if (alongs.back()->starts.empty())
      return 0;
  }
  // Spans of the boxes inside each axis, at most.
  llvm::SmallVector<int64_t, 6> span(axes.size() + 1, elementBytes);
  for (size_t i = axes.size(); i-- > 0;)
    span[i] = span[i + 1] + (alongs[i]->largestExtent - 1) * axes[i].stride;

  ByParity blocks = {{0, 0}};
  Numbers outer = {{0, loads}}, next;
  for (size_t i = 0; i < firstInner; ++i) {
    int64_t stride = axes[i].stride;
    int64_t leastSpan = stride - blockBytes + 1;
    if (span[i + 1] >= leastSpan) {
      convolve(outer, alongs[i]->pairs, next);
      ByParity shared = sumBoxes(alongs, i + 1, next, leastSpan,
                                 [&](int64_t place, int64_t bytes) {
                                   return (place + bytes - 1) / blockBytes ==
                                          (place + stride) / blockBytes;
                                 });
      blocks = {{blocks[0] - shared[0], blocks[1] - shared[1]}};
    }
    convolve(outer, alongs[i]->indices, next);
    std::swap(outer, next);
  }
  blocks = add(blocks, sumBoxes(alongs, firstInner, outer, 0,
                                [&](int64_t place, int64_t bytes) {
                                  return (place + bytes - 1) / blockBytes + 1;
                                }));
  return countedBy(term, blocks);
}

int64_t RowMajorBlocks::count(const PerDim<int64_t> &tile,
                              llvm::ArrayRef<Term> terms) {
  if (hasGaps)
    return countRowMajorBoxes(layer, operand, arrayAxes, elementBytes,
                              blockBytes, tile, retainHalo, terms);
  // For the first query.
  sums.resize(blockBytes, ByParity{{0, 0}});
  int64_t blocks = 0;
  for (const Term &term : terms)
    blocks += countTerm(tile, term);
  return blocks;
}

//===----------------------------------------------------------------------===//
// Blocked
//===----------------------------------------------------------------------===//

int64_t romanet::touchedBlocks(const Layer &layer, Operand operand, Dim dim,
                               int64_t begin, int64_t end, unsigned power) {
  if (operand == Operand::Input && (dim == Dim::P || dim == Dim::Q)) {
    Window window =
        dim == Dim::P ? Window::rows(layer) : Window::columns(layer);
    if (window.gap > 0) {
      int64_t blocks = 0, last = -1;
      for (int64_t row = begin; row < end; ++row) {
        int64_t block = window.realOf(row) >> power;
        blocks += block != last;
        last = block;
      }
      return blocks;
    }
  }
  return ((end - 1) >> power) - (begin >> power) + 1;
}

BlockedArray::Loads BlockedArray::loads(const PerDim<int64_t> &tile,
                                        llvm::ArrayRef<Term> terms) {
  Loads loads;
  loads.hasLoop = hasLoop;
  loads.moved = moved;
  for (const Term &term : terms) {
    Loads::Product product;
    product.term = term;
    for (Dim dim : AllDims) {
      if (!isRelevant(operand, dim))
        continue;
      Choice choice = term.choice[dim];
      const ByPower &known = sums[dim].get(tile[dim], choice, [&] {
        // One block that is longer than the array is as good as another.
        unsigned powers =
            2 + llvm::Log2_64_Ceil(std::max(
                    {layer.size[dim], layer.inputHeight, layer.inputWidth}));
        ByPower blocks = {};
        for (const Run &run :
             runsOf(layer, operand, dim, tile[dim], retainHalo, choice))
          for (int64_t i = 0; i < run.count; ++i) {
            int64_t begin = run.begin + i * run.step;
            for (unsigned power = 0; power < powers; ++power)
              blocks[power][run.parity] += touchedBlocks(
                  layer, operand, dim, begin, begin + run.extent, power);
          }
        std::fill(blocks.begin() + powers, blocks.end(), blocks[powers - 1]);
        return blocks;
      });
      product.sums.push_back({dim, known.data()});
    }
    loads.products.push_back(std::move(product));
  }
  return loads;
}

int64_t BlockedArray::Loads::countBlocks(const BlockShape &shape) const {
  int64_t blocks = 0;
  for (const Product &product : products) {
    ByParity boxes = {{1, 0}};
    for (auto [dim, byPower] : product.sums)
      boxes =
          multiply(boxes, byPower[hasLoop[dim] ? shape[dim] : NumPowers - 1]);
    blocks += countedBy(product.term, boxes);
  }
  return blocks * moved;
}

//===----------------------------------------------------------------------===//
// Contiguous tiles
//===----------------------------------------------------------------------===//

BurstsAndRows TiledArray::count(const PerDim<int64_t> &tile,
                                llvm::ArrayRef<Term> terms) {
  BurstsAndRows all;
  for (const Term &term : terms) {
    ByParity bursts = {{0, 0}}, rows = {{0, 0}};
    auto recurse = [&](auto &self, size_t i, int64_t bytes,
                       const ByParity &number) -> void {
      if (i == NumDims) {
        int64_t tileBursts = llvm::divideCeilSigned(bytes, burstBytes);
        int64_t tileRows =
            llvm::divideCeilSigned(tileBursts * burstBytes, rowBytes);
        for (unsigned parity : {0, 1}) {
          bursts[parity] += number[parity] * tileBursts;
          rows[parity] += number[parity] * tileRows;
        }
        return;
      }
      Dim dim = AllDims[i];
      if (!isRelevant(operand, dim))
        return self(self, i + 1, bytes, number);
      const auto &along = extents[dim].get(tile[dim], term.choice[dim], [&] {
        llvm::SmallVector<Extent, 4> found;
        for (const Run &run : runsOf(layer, operand, dim, tile[dim],
                                     /*retainHalo=*/false, term.choice[dim])) {
          auto *known = llvm::find_if(found, [&](const Extent &each) {
            return each.extent == run.extent;
          });
          if (known == found.end()) {
            found.push_back({run.extent, {{0, 0}}});
            known = &found.back();
          }
          known->number[run.parity] += run.count;
        }
        return found;
      });
      for (const Extent &each : along)
        self(self, i + 1, bytes * (hasLoop[dim] ? each.extent : 1),
             multiply(number, each.number));
    };
    recurse(recurse, 0, bytesOfWhole, {{1, 0}});
    all.bursts += countedBy(term, bursts);
    all.rows += countedBy(term, rows);
  }
  return all;
}
