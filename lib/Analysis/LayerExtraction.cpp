//===- LayerExtraction.cpp - From a linalg operation to a layer -----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Unit.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
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
/// output are paired with those of the kernel. A loop without a role stays
/// whole, on an axis of its own or on that of the loop it is paired with.
struct Roles {
  core::PerDim<int> loopOf = {{-1, -1, -1, -1, -1, -1}};
  int kernelRow = -1, kernelColumn = -1;
  int64_t strideHeight = 1, strideWidth = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
  /// The axis of a loop in the weights and in the output.
  SmallVector<std::optional<Axis>> axes;
  /// Axes of Layer::whole that are in use.
  unsigned numWhole = 0;

  /// Another axis that stays whole; std::nullopt if there are too many.
  std::optional<Axis> addWhole() {
    if (numWhole == core::MostWholeAxes)
      return std::nullopt;
    return core::wholeAxis(numWhole++);
  }
};

/// A tensor dimension as a sum of multiples of loops.
using Terms = SmallVector<std::pair<unsigned, int64_t>, 2>;
} // namespace

/// The terms of `expr`, none for 0; std::nullopt if it is anything but a sum of
/// loops times constants.
static std::optional<Terms> linearTerms(AffineExpr expr) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return Terms{{dim.getPosition(), 1}};
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() == 0 ? std::optional(Terms{}) : std::nullopt;
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

/// The longest loop of a role, the first of equally long ones; -1 if there is
/// none. The others stay whole.
static int longest(ArrayRef<unsigned> loops, ArrayRef<int64_t> extents) {
  int best = -1;
  for (unsigned loop : loops)
    if (best < 0 || extents[loop] > extents[best])
      best = loop;
  return best;
}

static FailureOr<Roles> contractionRoles(linalg::LinalgOp op,
                                         std::string &reason) {
  // By the maps of the two arrays, since upstream's overload for operations
  // wants no scalars next to them.
  SmallVector<AffineMap> maps = {
      op.getMatchingIndexingMap(op.getDpsInputOperand(0)),
      op.getMatchingIndexingMap(op.getDpsInputOperand(1)),
      op.getMatchingIndexingMap(op.getDpsInitOperand(0))};
  FailureOr<linalg::ContractionDimensions> dims =
      linalg::inferContractionDims(maps);
  if (failed(dims)) {
    reason = "its loops have no roles of a contraction";
    return failure();
  }
  // Rows of a matrix product are a batch of fully connected layers.
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  Roles roles;
  roles.loopOf[Dim::N] = longest(dims->m, extents);
  roles.loopOf[Dim::K] = longest(dims->n, extents);
  roles.loopOf[Dim::C] = longest(dims->k, extents);
  roles.loopOf[Dim::G] = longest(dims->batch, extents);
  return roles;
}

/// Whether the second input is there for its shape alone.
static bool isPooling(linalg::LinalgOp op) {
  return op.getMatchingBlockArgument(op.getDpsInputOperand(1)).use_empty();
}

/// The two loops over rows and columns of the output: of three the longest two,
/// told apart by the order of the output's dimensions; a one-dimensional
/// convolution has columns only.
static LogicalResult imageRoles(linalg::LinalgOp op, ArrayRef<unsigned> image,
                                Roles &roles, std::string &reason) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  SmallVector<unsigned> ordered;
  for (AffineExpr expr :
       op.getMatchingIndexingMap(op.getDpsInitOperand(0)).getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (llvm::is_contained(image, dim.getPosition()))
        ordered.push_back(dim.getPosition());
  if (ordered.size() != image.size()) {
    reason = "not every spatial loop is a dimension of its output";
    return failure();
  }
  while (ordered.size() > 2)
    ordered.erase(llvm::min_element(ordered, [&](unsigned a, unsigned b) {
      return extents[a] < extents[b];
    }));
  roles.loopOf[Dim::Q] = ordered.back();
  if (ordered.size() == 2)
    roles.loopOf[Dim::P] = ordered.front();
  return success();
}

/// Upstream's roles of a convolution. Scalars next to the arrays (zero points)
/// make it refuse the operation, so that it gets to see one without.
static FailureOr<linalg::ConvolutionDimensions>
convolutionDims(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() == 2)
    return linalg::inferConvolutionDims(op);
  OpBuilder builder(op.getContext());
  SmallVector<Value> inputs = {op.getDpsInputOperand(0)->get(),
                               op.getDpsInputOperand(1)->get()};
  Value output = op.getDpsInitOperand(0)->get();
  SmallVector<AffineMap> maps = {
      op.getMatchingIndexingMap(op.getDpsInputOperand(0)),
      op.getMatchingIndexingMap(op.getDpsInputOperand(1)),
      op.getMatchingIndexingMap(op.getDpsInitOperand(0))};
  OwningOpRef<linalg::GenericOp> plain = linalg::GenericOp::create(
      builder, op.getLoc(),
      op.hasPureTensorSemantics() ? TypeRange(output.getType()) : TypeRange(),
      inputs, output, maps, op.getIteratorTypesArray(),
      [](OpBuilder &body, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(body, loc, arguments.back());
      });
  return linalg::inferConvolutionDims(*plain);
}

/// Whether it walks its input with windows, or is a pooling.
static bool isConvolution(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() == 2)
    return linalg::isaConvolutionOpInterface(op);
  return llvm::any_of(
      op.getMatchingIndexingMap(op.getDpsInputOperand(0)).getResults(),
      [](AffineExpr expr) { return isa<AffineBinaryOpExpr>(expr); });
}

static FailureOr<Roles> convolutionRoles(linalg::LinalgOp op,
                                         std::string &reason) {
  FailureOr<linalg::ConvolutionDimensions> dims = convolutionDims(op);
  if (failed(dims)) {
    reason = "its loops have no roles of a convolution";
    return failure();
  }
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  Roles roles;
  roles.loopOf[Dim::G] = longest(dims->depth, extents);
  SmallVector<unsigned> batch(dims->batch.begin(), dims->batch.end());
  // The channels of a pooling, where every channel is on its own, are found
  // among its batches.
  if (roles.loopOf[Dim::G] < 0 && batch.size() > 1) {
    roles.loopOf[Dim::G] = longest(batch, extents);
    llvm::erase(batch, static_cast<unsigned>(roles.loopOf[Dim::G]));
  }
  roles.loopOf[Dim::N] = longest(batch, extents);
  roles.loopOf[Dim::K] = longest(dims->outputChannel, extents);
  roles.loopOf[Dim::C] = longest(dims->inputChannel, extents);
  if (failed(imageRoles(op, dims->outputImage, roles, reason)))
    return failure();

  roles.axes.resize(extents.size());
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
    if (imageLoop < 0)
      continue;
    if (imageLoop == roles.loopOf[Dim::P]) {
      roles.kernelRow = kernelLoop;
      roles.strideHeight = stride;
      roles.dilationHeight = dilation;
    } else if (imageLoop == roles.loopOf[Dim::Q]) {
      roles.kernelColumn = kernelLoop;
      roles.strideWidth = stride;
      roles.dilationWidth = dilation;
    } else {
      // The third spatial dimension.
      std::optional<Axis> whole = roles.addWhole();
      roles.axes[imageLoop] = whole;
      if (kernelLoop >= 0)
        roles.axes[kernelLoop] = whole;
    }
  }
  return roles;
}

/// Gives every loop its axis. Those without a role stay whole.
static LogicalResult assignAxes(ArrayRef<int64_t> extents, Roles &roles,
                                std::string &reason) {
  static constexpr core::PerDim<Axis> axisOfDim = {
      {Axis::N, Axis::G, Axis::K, Axis::C, Axis::H, Axis::W}};
  roles.axes.resize(extents.size());
  auto assign = [&](int loop, Axis axis) {
    if (loop >= 0)
      roles.axes[loop] = axis;
  };
  for (Dim dim : core::AllDims)
    assign(roles.loopOf[dim], axisOfDim[dim]);
  assign(roles.kernelRow, Axis::R);
  assign(roles.kernelColumn, Axis::S);
  for (std::optional<Axis> &axis : roles.axes)
    if (!axis && !(axis = roles.addWhole())) {
      reason = "more than " + std::to_string(core::MostWholeAxes) +
               " of its loops have no role of their own in a layer";
      return failure();
    }
  return success();
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
  if (op->hasAttr(kLayerAttr) || op->hasAttr(kEpilogueAttr))
    return false;
  return linalg::isaConvolutionOpInterface(linalgOp) ||
         linalg::isaContractionOpInterface(linalgOp) ||
         (linalgOp.getNumReductionLoops() > 0 &&
          linalgOp.getNumDpsInputs() >= 2);
}

Value mlir::romanet::viewRoot(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

//===----------------------------------------------------------------------===//
// Extraction
//===----------------------------------------------------------------------===//

std::string LayerNames::operator()(Operation *op) {
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
  if (function && walked.insert(function).second) {
    llvm::DenseMap<OperationName, unsigned> counts;
    function.walk([&](linalg::LinalgOp other) {
      numbers[other] = counts[other->getName()]++;
    });
  }
  return ((function ? function.getName() : StringRef("module")) + "." +
          op->getName().stripDialect() + "." + Twine(numbers.lookup(op)))
      .str();
}

/// The axis of the tensor dimension `expr` of `operand`, where one is known.
/// A dimension that no loop walks gets one that stays whole.
static std::optional<Axis> axisOf(AffineExpr expr, Operand operand,
                                  Roles &roles) {
  std::optional<Terms> terms = linearTerms(expr);
  if (!terms)
    return std::nullopt;
  if (terms->empty())
    return roles.addWhole();
  Axis axis = *roles.axes[terms->front().first];
  if (operand == Operand::Input && axis == Axis::R)
    return Axis::H;
  if (operand == Operand::Input && axis == Axis::S)
    return Axis::W;
  return axis;
}

/// The shapes of the tensors of `op`, as axes of the layer.
static LogicalResult extractShapes(linalg::LinalgOp op, Roles &roles,
                                   ExtractedLayer &found, std::string &reason) {
  core::Layer &layer = found.layer;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  core::PerOperand<OpOperand *> operands = {
      {found.inputUse, found.weightsUse, op.getDpsInitOperand(0)}};
  for (Operand operand : core::AllOperands) {
    auto &axes = layer.order.axes[operand];
    axes.clear();
    if (operand == Operand::Weights && !layer.hasWeights())
      continue;
    Value source = operands[operand]->get();
    for (auto [i, expr] : llvm::enumerate(found.maps[operand].getResults())) {
      int64_t extent = cast<ShapedType>(source.getType()).getDimSize(i);
      std::optional<Axis> axis = axisOf(expr, operand, roles);
      if (!axis || llvm::is_contained(axes, *axis)) {
        reason = "a dimension of an operand has no role in a layer";
        return failure();
      }
      axes.push_back(*axis);
      bool isInput = operand == Operand::Input;
      if (isInput && *axis == Axis::H)
        layer.inputHeight = extent;
      if (isInput && *axis == Axis::W)
        layer.inputWidth = extent;
      std::optional<size_t> whole = core::wholeIndex(*axis);
      if (!whole)
        continue;
      if (layer.whole.size() <= *whole)
        layer.whole.resize(*whole + 1);
      layer.whole[*whole].extent[operand] = extent;
      if (!isInput)
        continue;
      // Indices from the first tap of the first output to the last of the last.
      int64_t needed = 1;
      Terms terms = *linearTerms(expr);
      for (auto [loop, factor] : terms)
        needed += factor * (extents[loop] - 1);
      int64_t low = found.padding ? found.padding->low[i] : 0;
      int64_t fetched = std::min(extent, needed - low);
      if (fetched < extent)
        layer.whole[*whole].inputFetched = fetched;
      if (needed != fetched)
        layer.whole[*whole].inputOnChip = needed;
      layer.whole[*whole].inputPad = low;
    }
  }
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (auto [loop, axis] : llvm::enumerate(roles.axes))
    if (std::optional<size_t> whole = core::wholeIndex(*axis)) {
      if (layer.whole.size() <= *whole)
        layer.whole.resize(*whole + 1);
      if (iterators[loop] == utils::IteratorType::reduction)
        layer.whole[*whole].reduction *= extents[loop];
    }
  return success();
}

/// Why the padding of the input cannot be made on chip; empty if it can.
static std::string checkPadding(ExtractedLayer &found) {
  core::Layer &layer = found.layer;
  for (auto [i, axis] : llvm::enumerate(layer.order.axes[Operand::Input])) {
    int64_t low = found.padding->low[i];
    if (axis == Axis::H) {
      layer.padTop = low;
    } else if (axis == Axis::W) {
      layer.padLeft = low;
    } else if (!core::wholeIndex(axis)) {
      int64_t extent = cast<ShapedType>(found.input().getType()).getDimSize(i);
      if (low != 0 || extent != layer.size[*core::loopOf(axis)])
        return "it is not along rows and columns alone";
    }
  }
  if (llvm::Error error = layer.verify())
    return llvm::toString(std::move(error));
  return "";
}

/// Describes the arrays of element-wise operations to the layer.
static void addArrays(const Elementwise &elementwise, core::Layer &layer) {
  for (const ElementwiseArray &array : elementwise.arrays) {
    core::EpilogueOperand operand;
    operand.elementBytes = elementBytes(array.source());
    operand.dependsOn = {{false, false, false, false, false, false}};
    operand.dependsOnWhole.fill(false);
    for (int64_t i : array.outputDims) {
      if (i < 0)
        continue;
      Axis axis = layer.order.axes[Operand::Output][i];
      if (std::optional<size_t> whole = core::wholeIndex(axis))
        operand.dependsOnWhole[*whole] = true;
      else
        operand.dependsOn[*core::loopOf(axis)] = true;
    }
    layer.epilogue.push_back(operand);
  }
}

/// Why the operands of `op` are none of a layer; empty if they are.
static std::string checkOperands(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0)
    return "it is neither a convolution nor a contraction";
  if (op.hasDynamicShape())
    return "it has dynamic shapes; only static shapes are scheduled";
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() < 2)
    return "it does not have an input, weights and one output";
  if (op.hasIndexSemantics())
    return "its body uses the loop indices";
  SmallVector<OpOperand *> inputs = op.getDpsInputOperands();
  for (OpOperand *operand : llvm::drop_begin(inputs, 2))
    if (isa<ShapedType>(operand->get().getType()))
      return "it has arrays besides the input, the weights and the output";
  if (!op.hasPureTensorSemantics() && !op.hasPureBufferSemantics())
    return "it mixes tensors and memrefs";
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type)
      continue;
    if (type.getMemorySpace())
      return "its operands are not in DRAM (they have a memory space)";
    if (!type.isStrided())
      return "an operand has a layout that is not strided";
  }
  return "";
}

/// Takes the input from the image that it was cut out of, where nothing but
/// last rows and columns was cut away, which the layer does not get to anyway:
/// so its rows are known to lie as far apart as they do.
static void lookThroughSlice(const Roles &roles, ExtractedLayer &found) {
  auto slice = found.input().getDefiningOp<OffsetSizeAndStrideOpInterface>();
  if (!slice || found.padding || !slice.hasUnitStride() ||
      !slice.hasZeroOffset())
    return;
  OpOperand &source = slice->getOpOperand(0);
  auto type = cast<ShapedType>(source.get().getType());
  auto cutType = cast<ShapedType>(found.input().getType());
  auto isPlain = [](ShapedType type) {
    auto memref = dyn_cast<MemRefType>(type);
    return type.hasStaticShape() &&
           (!memref ||
            (!memref.getMemorySpace() && memref.getLayout().isIdentity()));
  };
  if (!isa<tensor::ExtractSliceOp, memref::SubViewOp>(*slice) ||
      type.getRank() != cutType.getRank() || !isPlain(type))
    return;
  for (auto [i, expr] :
       llvm::enumerate(found.maps[Operand::Input].getResults())) {
    if (type.getDimSize(i) == cutType.getDimSize(i))
      continue;
    std::optional<Terms> terms = linearTerms(expr);
    if (!terms || terms->empty())
      return;
    Axis axis = *roles.axes[terms->front().first];
    if (!core::wholeIndex(axis) &&
        !llvm::is_contained({Axis::H, Axis::W, Axis::R, Axis::S}, axis))
      return;
  }
  found.inputUse = &source;
  found.prepared.push_back(slice);
}

/// Whether the rows of an array lie elsewhere than its shape says.
static bool isStrided(Value value) {
  if (auto type = dyn_cast<MemRefType>(value.getType()))
    return !type.getLayout().isIdentity();
  // A slice of a tensor becomes a view.
  auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice)
    return false;
  // All but the first of its dimensions must be whole.
  bool isLong = false;
  for (auto [size, whole] :
       llvm::zip(slice.getStaticSizes(), slice.getSourceType().getShape())) {
    if (isLong && size != whole)
      return true;
    isLong |= size != 1;
  }
  return !slice.hasUnitStride();
}

std::variant<ExtractedLayer, NotALayer>
mlir::romanet::extractLayer(Operation *operation, const UnitOptions &options) {
  auto op = dyn_cast<linalg::LinalgOp>(operation);
  if (!op)
    return NotALayer{"it is not a linalg operation; lower the module to linalg "
                     "first"};
  ExtractedLayer found;
  std::string reason = checkOperands(op);
  if (!reason.empty())
    return NotALayer{reason};

  FailureOr<Roles> roles = isConvolution(op) ? convolutionRoles(op, reason)
                                             : contractionRoles(op, reason);
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  if (failed(roles) || failed(assignAxes(extents, *roles, reason)))
    return NotALayer{reason};

  core::Layer &layer = found.layer;
  LayerNames names;
  layer.name = options.names ? (*options.names)(op) : names(op);
  found.loopOf = roles->loopOf;
  auto extentOf = [&](int loop) { return loop < 0 ? 1 : extents[loop]; };
  for (Dim dim : core::AllDims)
    layer.size[dim] = extentOf(roles->loopOf[dim]);
  layer.kernelHeight = extentOf(roles->kernelRow);
  layer.kernelWidth = extentOf(roles->kernelColumn);
  layer.strideHeight = roles->strideHeight;
  layer.strideWidth = roles->strideWidth;
  layer.dilationHeight = roles->dilationHeight;
  layer.dilationWidth = roles->dilationWidth;

  Value weights = op.getDpsInputOperand(1)->get();
  Value init = op.getDpsInitOperand(0)->get();
  layer.inputBytes = elementBytes(op.getDpsInputOperand(0)->get());
  layer.weightBytes = isPooling(op) ? 0 : elementBytes(weights);
  layer.accumulatorBytes = layer.outputBytes = elementBytes(init);
  if (!layer.inputBytes || !(layer.weightBytes || isPooling(op)) ||
      !layer.outputBytes)
    return NotALayer{"an element is not of 1, 2, 4 or 8 bytes"};

  found.inputUse = op.getDpsInputOperand(0);
  found.weightsUse = op.getDpsInputOperand(1);
  found.maps = {{op.getMatchingIndexingMap(found.inputUse),
                 op.getMatchingIndexingMap(found.weightsUse),
                 op.getMatchingIndexingMap(op.getDpsInitOperand(0))}};
  findPermutation(op, Operand::Input, found);
  if (layer.hasWeights())
    findPermutation(op, Operand::Weights, found);
  const ExtractedLayer unpadded = found;
  const Roles before = *roles;
  findPadding(op, found);
  if (found.padding)
    findPermutation(op, Operand::Input, found);
  lookThroughSlice(*roles, found);
  if (failed(extractShapes(op, *roles, found, reason)))
    return NotALayer{reason};
  if (found.padding) {
    if (std::string problem = checkPadding(found); !problem.empty()) {
      found = unpadded;
      found.notes.push_back("its padding stays in DRAM: " + problem);
      *roles = before;
      if (failed(extractShapes(op, *roles, found, reason)))
        return NotALayer{reason};
    }
  }
  if (op.hasPureBufferSemantics()) {
    Value root = viewRoot(init);
    if (root == viewRoot(found.input()) ||
        (layer.hasWeights() && root == viewRoot(found.weights())))
      return NotALayer{"its output shares a buffer with an input"};
  }

  found.hasStridedOperand = isStrided(found.input()) || isStrided(init) ||
                            (layer.hasWeights() && isStrided(found.weights()));
  findInit(op, options, found);
  findEpilogue(op, options, found);
  layer.initIsData = !found.initFill && !found.initConstant && !found.init;
  addArrays(found.init, layer);
  addArrays(found.epilogue, layer);
  Value result = found.last(op).getDpsInitOperand(0)->get();
  layer.outputBytes = elementBytes(result);
  layer.separateResult =
      getElementTypeOrSelf(result) != getElementTypeOrSelf(init);

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
