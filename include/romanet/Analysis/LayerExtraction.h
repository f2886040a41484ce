//===- LayerExtraction.h - From a linalg operation to a layer ---*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the layer out of a linalg operation by the roles of its loops, so that
// named and generic forms are treated alike, together with what belongs to it:
// its padding, its initial value and the element-wise operations behind it.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_ANALYSIS_LAYEREXTRACTION_H
#define ROMANET_ANALYSIS_LAYEREXTRACTION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "romanet/Dialect/ROMANetDialect.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <variant>

namespace mlir::romanet {

/// An array in DRAM that an element-wise operation of a unit reads.
struct ElementwiseArray {
  /// Where it is read: the value there may change while other layers are
  /// emitted.
  OpOperand *use;
  /// For each dimension of the array, the dimension of the output that it runs
  /// along, ascending, or -1 where its extent is 1.
  SmallVector<int64_t> outputDims;

  Value source() const { return use->get(); }
};

/// Element-wise operations that are carried out together on a tile of the
/// output: the value of an element of the last one follows from the elements
/// of `arrays` at the same place, and from the accumulator's.
struct Elementwise {
  SmallVector<linalg::LinalgOp> ops; ///< in program order
  SmallVector<ElementwiseArray> arrays;

  explicit operator bool() const { return !ops.empty(); }
};

/// Padding of the input that is made on chip.
struct Padding {
  Value value;              ///< what the padding consists of, or
  TypedAttr constant;       ///< where it is a constant
  SmallVector<int64_t> low; ///< of each dimension of the input, in elements
  Operation *op = nullptr;  ///< the tensor.pad; null on memrefs
};

/// A layer and how the operations it came from spell it.
struct ExtractedLayer {
  core::Layer layer;
  /// The loop of the operation behind each loop of the layer; -1 where the
  /// operation has none (the extent is 1). The other loops of the operation
  /// stay whole.
  core::PerDim<int> loopOf = {{-1, -1, -1, -1, -1, -1}};
  /// Where the input is read, without padding that is made on chip, and the
  /// weights. Arrays that only reorder the dimensions of others are looked
  /// through.
  OpOperand *inputUse = nullptr, *weightsUse = nullptr;
  /// The indexing maps of the operation for the arrays as they lie in DRAM:
  /// those of its operands, in the order of the dimensions there.
  core::PerOperand<AffineMap> maps;
  std::optional<Padding> padding;
  /// What the accumulation starts from.
  linalg::FillOp initFill; ///< a fill in front of the operation, or
  TypedAttr initConstant;  ///< a constant of one value, or
  Elementwise init;        ///< a broadcast bias, or none of them: data
  /// What runs on the finished sums. The layer's output is that of the last.
  Elementwise epilogue;
  /// Operations that prepare the input or the output and are dead once the
  /// layer is emitted, if nothing else uses them; users first.
  SmallVector<Operation *> prepared;
  /// Set on memrefs whose elements are not contiguous: bursts are then counted
  /// as if they were.
  bool hasStridedOperand = false;
  /// What next to the operation could have belonged to the layer, and why it
  /// does not.
  std::vector<std::string> notes;

  /// The input and the weights in DRAM.
  Value input() const { return inputUse->get(); }
  Value weights() const { return weightsUse->get(); }

  /// The last operation of the unit, in whose place it is emitted.
  linalg::LinalgOp last(linalg::LinalgOp op) const {
    return epilogue ? epilogue.ops.back() : op;
  }
};

/// Why an operation has no layer.
struct NotALayer {
  std::string reason;
};

/// Whether the user would expect this operation to be scheduled: it is a
/// convolution, a pooling or a contraction, or it reduces over tensors in a way
/// that may be one. Such an operation is scheduled or gets a reason, never
/// silence. On-chip operations (tiles of a layer) are none.
bool isCandidate(Operation *op);

/// The names of the layers of a program that does not change meanwhile. Each
/// function is walked once, however many of its operations are asked for.
class LayerNames {
public:
  /// The name of the location of `op` where it has one (`loc("conv1")`), else
  /// `FUNCTION.OPERATION.NUMBER`.
  std::string operator()(Operation *op);

private:
  /// Of linalg operations, among those of the same name in their function.
  llvm::DenseMap<Operation *, unsigned> numbers;
  llvm::DenseSet<Operation *> walked;
};

/// What an extraction depends on besides the operation: which element-wise
/// operations around it its unit may take in, and its name.
struct UnitOptions {
  bool init = true, epilogue = true;
  /// Operations that belong to another unit.
  const llvm::DenseSet<Operation *> *taken = nullptr;
  /// Where many operations of a program are extracted.
  LayerNames *names = nullptr;
};

/// The layer of `op`, for which isCandidate(op) holds, named by LayerNames.
std::variant<ExtractedLayer, NotALayer>
extractLayer(Operation *op, const UnitOptions &options = {});

/// The operations that work on tiles, below `root`, in program order: they
/// carry `romanet.layer` and `romanet.schedule`.
SmallVector<linalg::LinalgOp> tiledOps(Operation *root);

/// The memref that `value` is a view of, through any chain of views.
Value viewRoot(Value value);

} // namespace mlir::romanet

#endif // ROMANET_ANALYSIS_LAYEREXTRACTION_H
