//===- LayerExtraction.cpp - From a linalg operation to a layer -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/LayerExtraction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Axis;
using core::Dim;
using core::Operand;

//===----------------------------------------------------------------------===//
// Loop roles
//===----------------------------------------------------------------------===//

namespace {
/// The loops of an operation by role, -1 for none. Rows and columns of the
/// output are paired with those of the kernel.
struct Roles {
  core::PerDim<int> loopOf = {{-1, -1, -1, -1, -1, -1}};
  int kernelRow = -1, kernelColumn = -1;
  int64_t strideHeight = 1, strideWidth = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
};

/// A tensor dimension as a sum of multiples of loops.
using Terms = SmallVector<std::pair<unsigned, int64_t>, 2>;
} // namespace

/// The terms of `expr`; std::nullopt if it is anything but a sum of loops times
/// constants.
static std::optional<Terms> linearTerms(AffineExpr expr) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return Terms{{dim.getPosition(), 1}};
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  if (binary.getKind() == AffineExprKind::Add) {
    std::optional<Terms> lhs = linearTerms(binary.getLHS());
    std::optional<Terms> rhs = linearTerms(binary.getRHS());
    if (!lhs || !rhs)
      return std::nullopt;
    llvm::append_range(*lhs, *rhs);
    return lhs;
  }
  auto dim = dyn_cast<AffineDimExpr>(binary.getLHS());
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (binary.getKind() != AffineExprKind::Mul || !dim || !factor)
    return std::nullopt;
  return Terms{{dim.getPosition(), factor.getValue()}};
}

/// Takes the only loop of a role, or none; fails on several.
static LogicalResult takeOne(ArrayRef<unsigned> loops, int &loop) {
  if (loops.size() > 1)
    return failure();
  if (!loops.empty())
    loop = loops.front();
  return success();
}

static FailureOr<Roles> contractionRoles(linalg::LinalgOp op,
                                         std::string &reason) {
  FailureOr<linalg::ContractionDimensions> dims =
      linalg::inferContractionDims(op);
  if (failed(dims)) {
    reason = "its loops have no roles of a contraction";
    return failure();
  }
  // Rows of a matrix product are a batch of fully connected layers.
  Roles roles;
  if (failed(takeOne(dims->m, roles.loopOf[Dim::N])) ||
      failed(takeOne(dims->n, roles.loopOf[Dim::K])) ||
      failed(takeOne(dims->k, roles.loopOf[Dim::C])) ||
      failed(takeOne(dims->batch, roles.loopOf[Dim::G]))) {
    reason = "several of its loops have the same role (batch, rows, columns or "
             "reduction of a contraction)";
    return failure();
  }
  return roles;
}

static FailureOr<Roles> convolutionRoles(linalg::LinalgOp op,
                                         std::string &reason) {
  FailureOr<linalg::ConvolutionDimensions> dims =
      linalg::inferConvolutionDims(op);
  if (failed(dims)) {
    reason = "its loops have no roles of a convolution";
    return failure();
  }
  if (op.getMatchingBlockArgument(op.getDpsInputOperand(1)).use_empty()) {
    reason = "it is a pooling, which has no weights to schedule";
    return failure();
  }
  if (dims->outputImage.size() > 2) {
    reason = "it has more than two spatial dimensions";
    return failure();
  }
  Roles roles;
  if (failed(takeOne(dims->batch, roles.loopOf[Dim::N])) ||
      failed(takeOne(dims->depth, roles.loopOf[Dim::G])) ||
      failed(takeOne(dims->outputChannel, roles.loopOf[Dim::K])) ||
      failed(takeOne(dims->inputChannel, roles.loopOf[Dim::C]))) {
    reason = "several of its loops have the same role (batch, group, output or "
             "input channel)";
    return failure();
  }

  // Rows and columns are told apart by the order of the output's dimensions; a
  // one-dimensional convolution has columns only.
  SmallVector<unsigned> image;
  for (AffineExpr expr :
       op.getMatchingIndexingMap(op.getDpsInitOperand(0)).getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (llvm::is_contained(dims->outputImage, dim.getPosition()))
        image.push_back(dim.getPosition());
  if (image.size() != dims->outputImage.size()) {
    reason = "not every spatial loop is a dimension of its output";
    return failure();
  }
  roles.loopOf[Dim::Q] = image.back();
  if (image.size() == 2)
    roles.loopOf[Dim::P] = image.front();

  for (AffineExpr expr :
       op.getMatchingIndexingMap(op.getDpsInputOperand(0)).getResults()) {
    std::optional<Terms> terms = linearTerms(expr);
    if (!terms || terms->size() > 2) {
      reason = "a dimension of its input is no sum of an output position and a "
               "kernel position";
      return failure();
    }
    int imageLoop = -1, kernelLoop = -1;
    int64_t stride = 1, dilation = 1;
    for (auto [loop, factor] : *terms) {
      if (llvm::is_contained(dims->outputImage, loop))
        std::tie(imageLoop, stride) = std::pair(int(loop), factor);
      else if (llvm::is_contained(dims->filterLoop, loop))
        std::tie(kernelLoop, dilation) = std::pair(int(loop), factor);
      else if (terms->size() > 1 || factor != 1) {
        reason = "a dimension of its input mixes loops of different roles";
        return failure();
      }
    }
    if (stride < 1 || dilation < 1) {
      reason = "it walks its input backwards";
      return failure();
    }
    if (imageLoop >= 0 && imageLoop == roles.loopOf[Dim::P]) {
      roles.kernelRow = kernelLoop;
      roles.strideHeight = stride;
      roles.dilationHeight = dilation;
    } else if (imageLoop >= 0) {
      roles.kernelColumn = kernelLoop;
      roles.strideWidth = stride;
      roles.dilationWidth = dilation;
    }
  }
  return roles;
}

//===----------------------------------------------------------------------===//
// Candidates
//===----------------------------------------------------------------------===//

bool mlir::romanet::isCandidate(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp) {
    // What a front end calls a convolution, but which was not lowered to
    // linalg, must not pass in silence either. The interface is upstream's;
    // TOSA has none, so its names have to do.
    StringRef name = op->getName().getStringRef();
    return name.consume_front("tosa.") &&
           (name.contains("conv2d") || name.contains("conv3d") ||
            name == "matmul" || name == "fully_connected");
  }
  if (op->hasAttr(kLayerAttr))
    return false;
  return linalg::isaConvolutionOpInterface(linalgOp) ||
         linalg::isaContractionOpInterface(linalgOp) ||
         (linalgOp.getNumReductionLoops() > 0 &&
          linalgOp.getNumDpsInputs() >= 2);
}

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

Value mlir::romanet::viewRoot(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

/// On tensors: the fill or the constant of one value that `init` is.
static void findTensorInit(Value init, ExtractedLayer &found) {
  if (auto fill = init.getDefiningOp<linalg::FillOp>()) {
    if (fill.value().getType() == getElementTypeOrSelf(init))
      found.initFill = fill;
    return;
  }
  DenseElementsAttr elements;
  if (matchPattern(init, m_Constant(&elements)) && elements.isSplat())
    found.initConstant = elements.getSplatValue<TypedAttr>();
}

/// Whether `op` may read or write the buffer `root`, which is an allocation.
static bool mayAccess(Operation *op, Value root) {
  if (op->getNumRegions() > 0 && !isa<linalg::LinalgOp>(op))
    return true;
  if (isPure(op))
    return false;
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(op);
  if (!effects)
    return true;
  return llvm::any_of(*effects, [&](const MemoryEffects::EffectInstance &e) {
    // An allocation and a buffer with another root are other memory.
    if (isa<MemoryEffects::Allocate>(e.getEffect()))
      return false;
    Value value = e.getValue();
    if (!value)
      return true;
    Value other = viewRoot(value);
    // The argument of a loop's or a branch's block may be the same buffer under
    // another name, that of a function cannot be.
    auto argument = dyn_cast<BlockArgument>(other);
    bool isOtherBuffer =
        other != root &&
        (argument
             ? argument.getOwner()->isEntryBlock() &&
                   isa<FunctionOpInterface>(argument.getOwner()->getParentOp())
             : isa_and_nonnull<memref::AllocOp, memref::AllocaOp,
                               memref::GetGlobalOp>(other.getDefiningOp()));
    return !isOtherBuffer;
  });
}

/// On memrefs: the fill of the whole buffer in front of `op`, with nothing in
/// between that could see or change it. Only for buffers allocated here, which
/// no other name can reach.
static void findMemRefInit(Operation *op, Value init, ExtractedLayer &found) {
  if (!init.getDefiningOp<memref::AllocOp>() &&
      !init.getDefiningOp<memref::AllocaOp>())
    return;
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    if (auto fill = dyn_cast<linalg::FillOp>(before)) {
      if (fill.output() == init) {
        if (fill.value().getType() == getElementTypeOrSelf(init))
          found.initFill = fill;
        return;
      }
    }
    if (mayAccess(before, init))
      return;
  }
}

//===----------------------------------------------------------------------===//
// Extraction
//===----------------------------------------------------------------------===//

/// The name a user would look for in a report.
static std::string layerName(Operation *op) {
  std::string name;
  op->getLoc()->walk([&](Location loc) {
    if (auto named = dyn_cast<NameLoc>(loc)) {
      name = named.getName().str();
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (!name.empty())
    return name;

  auto function = op->getParentOfType<FunctionOpInterface>();
  unsigned number = 0;
  if (function)
    function.walk([&](Operation *other) {
      if (other == op)
        return WalkResult::interrupt();
      number += other->getName() == op->getName();
      return WalkResult::advance();
    });
  return ((function ? function.getName() : StringRef("module")) + "." +
          op->getName().stripDialect() + "." + Twine(number))
      .str();
}

/// Bytes of an element; 0 where it is not a whole number of bytes.
static int64_t elementBytes(Value value) {
  Type type = getElementTypeOrSelf(value);
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() % 8 != 0)
    return 0;
  return type.getIntOrFloatBitWidth() / 8;
}

/// The axis of the tensor dimension `expr` of `operand`.
static std::optional<Axis> axisOf(AffineExpr expr, Operand operand,
                                  const Roles &roles) {
  std::optional<Terms> terms = linearTerms(expr);
  if (!terms || terms->empty())
    return std::nullopt;
  std::optional<Axis> axis;
  for (auto [loop, factor] : *terms) {
    int index = loop;
    if (index == roles.loopOf[Dim::N])
      axis = Axis::N;
    else if (index == roles.loopOf[Dim::G])
      axis = Axis::G;
    else if (index == roles.loopOf[Dim::K])
      axis = Axis::K;
    else if (index == roles.loopOf[Dim::C])
      axis = Axis::C;
    else if (index == roles.loopOf[Dim::P] ||
             (operand == Operand::Input && index == roles.kernelRow))
      axis = Axis::H;
    else if (index == roles.loopOf[Dim::Q] ||
             (operand == Operand::Input && index == roles.kernelColumn))
      axis = Axis::W;
    else if (index == roles.kernelRow)
      axis = Axis::R;
    else if (index == roles.kernelColumn)
      axis = Axis::S;
    else
      return std::nullopt;
  }
  return axis;
}

std::variant<ExtractedLayer, NotALayer>
mlir::romanet::extractLayer(Operation *operation) {
  auto op = dyn_cast<linalg::LinalgOp>(operation);
  if (!op)
    return NotALayer{"it is not a linalg operation; lower the module to linalg "
                     "first"};
  if (op.hasDynamicShape())
    return NotALayer{"it has dynamic shapes; only static shapes are scheduled"};
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() < 2)
    return NotALayer{"it does not have an input, weights and one output"};
  if (op.getNumDpsInputs() > 2)
    return NotALayer{"it has inputs besides the input and the weights, such as "
                     "zero points"};
  if (op.hasIndexSemantics())
    return NotALayer{"its body uses the loop indices"};
  if (!op.hasPureTensorSemantics() && !op.hasPureBufferSemantics())
    return NotALayer{"it mixes tensors and memrefs"};

  std::string reason;
  FailureOr<Roles> roles = failure();
  if (linalg::isaContractionOpInterface(op))
    roles = contractionRoles(op, reason);
  else if (linalg::isaConvolutionOpInterface(op))
    roles = convolutionRoles(op, reason);
  else
    reason = "it is neither a convolution nor a contraction";
  if (failed(roles))
    return NotALayer{reason};

  core::PerOperand<OpOperand *> operands;
  operands[Operand::Input] = op.getDpsInputOperand(0);
  operands[Operand::Weights] = op.getDpsInputOperand(1);
  operands[Operand::Output] = op.getDpsInitOperand(0);

  ExtractedLayer found;
  core::Layer &layer = found.layer;
  layer.name = layerName(op);
  found.loopOf = roles->loopOf;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  auto extentOf = [&](int loop) { return loop < 0 ? 1 : extents[loop]; };
  for (Dim dim : core::AllDims)
    layer.size[dim] = extentOf(roles->loopOf[dim]);
  layer.kernelHeight = extentOf(roles->kernelRow);
  layer.kernelWidth = extentOf(roles->kernelColumn);
  layer.strideHeight = roles->strideHeight;
  layer.strideWidth = roles->strideWidth;
  layer.dilationHeight = roles->dilationHeight;
  layer.dilationWidth = roles->dilationWidth;

  // Every loop must have found its role, or part of the work would be missing
  // from the nest.
  SmallVector<bool> covered(extents.size(), false);
  auto cover = [&](int loop) {
    if (loop >= 0)
      covered[loop] = true;
  };
  llvm::for_each(roles->loopOf, cover);
  cover(roles->kernelRow);
  cover(roles->kernelColumn);
  if (llvm::is_contained(covered, false))
    return NotALayer{"one of its loops has no role in a layer"};

  for (Operand operand : core::AllOperands) {
    Value value = operands[operand]->get();
    auto type = cast<ShapedType>(value.getType());
    if (auto memref = dyn_cast<MemRefType>(type)) {
      if (memref.getMemorySpace())
        return NotALayer{"its operands are not in DRAM (they have a memory "
                         "space)"};
      if (!memref.getLayout().isIdentity()) {
        if (!memref.isStrided())
          return NotALayer{"an operand has a layout that is not strided"};
        found.hasStridedOperand = true;
      }
    }
    auto &axes = layer.order.axes[operand];
    axes.clear();
    AffineMap map = op.getMatchingIndexingMap(operands[operand]);
    for (auto [expr, extent] : llvm::zip(map.getResults(), type.getShape())) {
      std::optional<Axis> axis = axisOf(expr, operand, *roles);
      if (!axis || llvm::is_contained(axes, *axis))
        return NotALayer{"a dimension of an operand has no role in a layer"};
      axes.push_back(*axis);
      if (operand == Operand::Input && *axis == Axis::H)
        layer.inputHeight = extent;
      if (operand == Operand::Input && *axis == Axis::W)
        layer.inputWidth = extent;
    }
  }
  layer.inputBytes = elementBytes(operands[Operand::Input]->get());
  layer.weightBytes = elementBytes(operands[Operand::Weights]->get());
  layer.accumulatorBytes = layer.outputBytes =
      elementBytes(operands[Operand::Output]->get());
  if (!layer.inputBytes || !layer.weightBytes || !layer.outputBytes)
    return NotALayer{"an element is not a whole number of bytes"};

  Value init = operands[Operand::Output]->get();
  if (op.hasPureTensorSemantics()) {
    findTensorInit(init, found);
  } else {
    Value root = viewRoot(init);
    if (root == viewRoot(operands[Operand::Input]->get()) ||
        root == viewRoot(operands[Operand::Weights]->get()))
      return NotALayer{"its output shares a buffer with an input"};
    findMemRefInit(op, init, found);
  }
  layer.initIsData = !found.initFill && !found.initConstant;

  if (llvm::Error error = layer.verify())
    return NotALayer{llvm::toString(std::move(error))};
  return found;
}

SmallVector<linalg::LinalgOp> mlir::romanet::tiledOps(Operation *root) {
  SmallVector<linalg::LinalgOp> ops;
  root->walk([&](linalg::LinalgOp op) {
    if (op->hasAttrOfType<LayerAttr>(kLayerAttr) &&
        op->hasAttrOfType<ScheduleAttr>(kScheduleAttr))
      ops.push_back(op);
  });
  return ops;
}
