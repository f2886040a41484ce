//===- OnChip.cpp - What the on-chip buffers hold -------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnChip.h"

using namespace mlir;
using namespace mlir::romanet;

int64_t Box::volume() const {
  int64_t product = 1;
  for (unsigned i = 0; i < rank; ++i)
    product *= size[i];
  return product;
}

Box mlir::romanet::intersect(const Box &a, const Box &b) {
  Box both;
  both.rank = a.rank;
  for (unsigned i = 0; i < a.rank; ++i) {
    both.lo[i] = std::max(a.lo[i], b.lo[i]);
    both.size[i] = std::max<int64_t>(
        0, std::min(a.lo[i] + a.size[i], b.lo[i] + b.size[i]) - both.lo[i]);
  }
  return both;
}

std::optional<Index> mlir::romanet::coordinatesOf(int64_t offset,
                                                  ArrayRef<int64_t> shape,
                                                  ArrayRef<int64_t> strides) {
  Index at = {};
  if (offset < 0)
    return std::nullopt;
  uint32_t seen = 0;
  for (size_t n = 0; n < shape.size(); ++n) {
    // The dimension with the largest stride that is left; one of a single
    // element takes no part.
    int largest = -1;
    for (size_t i = 0; i < shape.size(); ++i)
      if (!(seen >> i & 1) && shape[i] > 1 &&
          (largest < 0 || strides[i] > strides[largest]))
        largest = i;
    if (largest < 0)
      break;
    seen |= 1u << largest;
    if (strides[largest] <= 0)
      return std::nullopt;
    at[largest] = offset / strides[largest];
    offset %= strides[largest];
    if (at[largest] >= shape[largest])
      return std::nullopt;
  }
  if (offset != 0)
    return std::nullopt;
  return at;
}

Piece mlir::romanet::cut(const Piece &piece, const Box &part) {
  Piece result{part, piece.content};
  for (unsigned i = 0; i < part.rank; ++i)
    result.content.base +=
        (part.lo[i] - piece.box.lo[i]) * piece.content.strides[i];
  return result;
}

ChipBuffer::ChipBuffer(MemRefType type, Location loc)
    : loc(loc), space(cast<SpaceAttr>(type.getMemorySpace()).getValue()) {
  Type element = type.getElementType();
  elementBytes = element.isIndex()
                     ? 8
                     : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  whole.rank = type.getRank();
  bytes = elementBytes;
  for (unsigned i = type.getRank(); i-- > 0;) {
    strides[i] = bytes;
    whole.size[i] = type.getDimSize(i);
    bytes *= type.getDimSize(i);
  }
}

std::optional<Located> ChipBuffer::locate(int64_t offset,
                                          ArrayRef<int64_t> sizes,
                                          ArrayRef<int64_t> viewStrides) const {
  Located located;
  located.box.rank = whole.rank;
  located.dims.fill(-1);
  bool isEmpty = llvm::is_contained(sizes, 0);
  if (isEmpty)
    return located;
  std::optional<Index> first =
      coordinatesOf(offset, ArrayRef(whole.size).take_front(whole.rank),
                    ArrayRef(strides).take_front(whole.rank));
  if (!first)
    return std::nullopt;
  located.box.lo = *first;
  for (unsigned j = 0; j < whole.rank; ++j)
    located.box.size[j] = 1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 1)
      continue;
    int dim = -1;
    for (unsigned j = 0; j < whole.rank; ++j)
      if (whole.size[j] > 1 && strides[j] == viewStrides[i])
        dim = j;
    if (dim < 0 || located.box.size[dim] != 1 ||
        located.box.lo[dim] + sizes[i] > whole.size[dim])
      return std::nullopt;
    located.dims[i] = dim;
    located.box.size[dim] = sizes[i];
  }
  return located;
}

void ChipBuffer::erase(const Box &box) {
  std::vector<Piece> left;
  bool isChanged = false;
  for (Piece &piece : pieces) {
    Box both = intersect(piece.box, box);
    if (both.isEmpty()) {
      left.push_back(piece);
      continue;
    }
    isChanged = true;
    // What is before and behind the box along each dimension in turn.
    Box rest = piece.box;
    for (unsigned i = 0; i < rest.rank; ++i) {
      int64_t end = rest.lo[i] + rest.size[i];
      int64_t bothEnd = both.lo[i] + both.size[i];
      Box before = rest, behind = rest;
      before.size[i] = both.lo[i] - rest.lo[i];
      behind.lo[i] = bothEnd;
      behind.size[i] = end - bothEnd;
      if (!before.isEmpty())
        left.push_back(cut(piece, before));
      if (!behind.isEmpty())
        left.push_back(cut(piece, behind));
      rest.lo[i] = both.lo[i];
      rest.size[i] = both.size[i];
    }
  }
  if (isChanged)
    pieces = std::move(left);
}

void ChipBuffer::write(const Box &box, Content content) {
  if (box.isEmpty())
    return;
  // Most often a tile takes the place of the one before.
  if (pieces.size() == 1 && pieces[0].box.lo == box.lo &&
      pieces[0].box.size == box.size) {
    pieces[0].content = std::move(content);
    return;
  }
  erase(box);
  pieces.push_back({box, std::move(content)});
}
