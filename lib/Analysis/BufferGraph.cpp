//===- BufferGraph.cpp - Which layers share which arrays ------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Analysis/BufferGraph.h"
#include "Unit.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::romanet;
using core::Axis;
using core::Operand;
using core::TensorArray;

namespace {

/// An array of a layer.
struct Role {
  size_t layer;
  /// Index in core::NetworkLayer::arrays, or behind them of the epilogue.
  size_t array;
  Value value;
  /// For each dimension of the value the axis of the layer along it, if it has
  /// one.
  SmallVector<std::optional<Axis>> axes;

  bool isWeights() const {
    return array == static_cast<size_t>(TensorArray::Weights);
  }
};

class GraphBuilder {
public:
  GraphBuilder(ArrayRef<GraphLayer> layers, bool packWeights)
      : layers(layers), packWeights(packWeights) {}

  BufferGraph build();

private:
  void findGone();
  Value keyOf(Value value);
  void addRoles(size_t index);
  void addRole(size_t layer, size_t array, Value value,
               ArrayRef<std::optional<Axis>> axes);
  void uniteWithDestination(const GraphLayer &layer, Value result);
  std::string whyRowMajor(Value value, ArrayRef<const Role *> roles);
  std::string whyDefinition(Value value, ArrayRef<const Role *> roles);
  std::string whyUse(OpOperand &use);
  bool isPackable(Value value, ArrayRef<const Role *> roles) const;

  ArrayRef<GraphLayer> layers;
  bool packWeights;
  /// Operations that are not there any more when the layers are emitted.
  llvm::DenseSet<Operation *> gone;
  /// One value for all that are one buffer by their names: references to a
  /// global, and constants of equal contents, which become one global.
  llvm::DenseMap<Attribute, Value> named;
  llvm::MapVector<Value, SmallVector<Value>> aliases;
  /// Values that a nest may write in the place of another one.
  llvm::EquivalenceClasses<const void *> inPlace;
  SmallVector<Role> roles;
  /// Values that are overwritten while somebody else reads them.
  llvm::DenseSet<Value> overwritten;
};

} // namespace

/// What belongs to a layer is replaced by its nest; what prepares one as well,
/// unless something else uses it.
void GraphBuilder::findGone() {
  SmallVector<Operation *> prepared;
  for (const GraphLayer &layer : layers) {
    gone.insert(layer.op);
    for (linalg::LinalgOp op : layer.extracted->epilogue.ops)
      gone.insert(op);
    llvm::append_range(prepared, layer.extracted->prepared);
    for (linalg::LinalgOp op : layer.extracted->init.ops)
      prepared.push_back(op);
  }
  gone.insert(prepared.begin(), prepared.end());
  for (bool isDone = false; !isDone;) {
    isDone = true;
    for (Operation *op : prepared)
      if (gone.contains(op) &&
          llvm::any_of(op->getUsers(),
                       [&](Operation *user) { return !gone.contains(user); })) {
        gone.erase(op);
        isDone = false;
      }
  }
}

Value GraphBuilder::keyOf(Value value) {
  Value root = isa<MemRefType>(value.getType()) ? viewRoot(value) : value;
  Attribute name;
  if (auto global = root.getDefiningOp<memref::GetGlobalOp>())
    name = global.getNameAttr();
  else
    matchPattern(root, m_Constant(&name));
  if (name)
    root = named.try_emplace(name, root).first->second;
  SmallVector<Value> &all = aliases[root];
  Value own = isa<MemRefType>(value.getType()) ? viewRoot(value) : value;
  if (!llvm::is_contained(all, own))
    all.push_back(own);
  inPlace.insert(root.getAsOpaquePointer());
  return root;
}

void GraphBuilder::addRole(size_t layer, size_t array, Value value,
                           ArrayRef<std::optional<Axis>> axes) {
  keyOf(value);
  roles.push_back({layer, array, value,
                   SmallVector<std::optional<Axis>>(axes.begin(), axes.end())});
}

/// The nest may write the result to where the program's destination is (see
/// Nest.cpp). Where it does not, both lie alike all the same.
void GraphBuilder::uniteWithDestination(const GraphLayer &layer, Value result) {
  const ExtractedLayer &extracted = *layer.extracted;
  linalg::FillOp initFill = extracted.initFill;
  Value target = extracted.last(layer.op).getDpsInitOperand(0)->get();
  if (initFill && target == initFill.getResult(0))
    target = initFill.output();
  Operation *definition = target.getDefiningOp();
  auto isOfUnit = [&](Operation *each) {
    return each == layer.op || each == initFill.getOperation() ||
           llvm::is_contained(extracted.init.ops, each) ||
           llvm::is_contained(extracted.epilogue.ops, each);
  };
  if (definition && (isa<tensor::EmptyOp>(definition) || isOfUnit(definition)))
    return;
  Value key = keyOf(target);
  inPlace.unionSets(keyOf(result).getAsOpaquePointer(),
                    key.getAsOpaquePointer());
  if (!llvm::all_of(target.getUsers(), isOfUnit))
    overwritten.insert(key);
}

void GraphBuilder::addRoles(size_t index) {
  const GraphLayer &layer = layers[index];
  const ExtractedLayer &extracted = *layer.extracted;
  linalg::LinalgOp op = layer.op, last = extracted.last(op);
  auto axesOf = [&](Operand operand) {
    SmallVector<std::optional<Axis>> axes;
    for (Axis axis : extracted.layer.order.axes[operand])
      axes.push_back(axis);
    return axes;
  };
  auto add = [&](TensorArray array, Value value) {
    addRole(index, static_cast<size_t>(array), value,
            axesOf(core::operandOf(array)));
  };
  add(TensorArray::Input, extracted.input());
  if (extracted.layer.hasWeights())
    add(TensorArray::Weights, extracted.weights());
  Value init = op.getDpsInitOperand(0)->get();
  if (op.hasPureTensorSemantics()) {
    Value result = last->getResult(0);
    add(TensorArray::Output, result);
    if (!extracted.layer.separateResult)
      add(TensorArray::PartialSums, result);
    uniteWithDestination(layer, result);
  } else {
    add(TensorArray::Output, last.getDpsInitOperand(0)->get());
    add(TensorArray::PartialSums, init);
  }
  if (extracted.layer.initIsData)
    add(TensorArray::Init, init);
  size_t array = core::NumTensorArrays;
  for (const Elementwise *elementwise : {&extracted.init, &extracted.epilogue})
    for (const ElementwiseArray &each : elementwise->arrays) {
      SmallVector<std::optional<Axis>> axes;
      for (int64_t i : each.outputDims)
        axes.push_back(
            i < 0 ? std::nullopt
                  : std::optional(
                        extracted.layer.order.axes[Operand::Output][i]));
      addRole(index, array++, each.source(), axes);
    }
}

//===----------------------------------------------------------------------===//
// What is in the way
//===----------------------------------------------------------------------===//

bool GraphBuilder::isPackable(Value value, ArrayRef<const Role *> roles) const {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!packWeights || !argument ||
      !llvm::all_of(roles, [](const Role *role) { return role->isWeights(); }))
    return false;
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (!function || !argument.getOwner()->isEntryBlock())
    return false;
  auto calls = SymbolTable::getSymbolUses(
      function, function->getParentOfType<ModuleOp>());
  return calls && calls->empty();
}

/// Why what a value is forbids to choose its layout.
std::string GraphBuilder::whyDefinition(Value value,
                                        ArrayRef<const Role *> roles) {
  bool areWeights =
      llvm::all_of(roles, [](const Role *role) { return role->isWeights(); });
  Operation *definition = value.getDefiningOp();
  if (!definition) {
    if (isPackable(value, roles))
      return "";
    auto argument = cast<BlockArgument>(value);
    if (!argument.getOwner()->isEntryBlock() ||
        !isa<FunctionOpInterface>(argument.getOwner()->getParentOp()))
      return "it is carried by a loop or a branch";
    return packWeights && areWeights
               ? "it is an argument of a function that the module uses"
               : kIsArgument.str();
  }
  if (isa<memref::AllocOp, memref::AllocaOp, bufferization::AllocTensorOp>(
          definition))
    return "";
  if (auto global = dyn_cast<memref::GetGlobalOp>(definition)) {
    auto symbol = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
        global, global.getNameAttr());
    if (!symbol || !symbol.getConstant())
      return "it is a global that can be changed";
    if (!areWeights)
      return "it is a constant that is not read as weights alone";
    auto uses =
        SymbolTable::getSymbolUses(symbol, symbol->getParentOfType<ModuleOp>());
    for (const SymbolTable::SymbolUse &use : *uses) {
      Operation *user = use.getUser();
      if (!isa<memref::GetGlobalOp>(user) ||
          !llvm::is_contained(aliases[keyOf(value)], user->getResult(0)))
        return "something else refers to its global";
    }
    return "";
  }
  if (Attribute contents; matchPattern(value, m_Constant(&contents))) {
    // Equal constants will be one global.
    bool isElsewhere = false;
    definition->getParentOfType<ModuleOp>().walk([&](Operation *op) {
      Attribute other;
      if (op->hasTrait<OpTrait::ConstantLike>() &&
          !llvm::is_contained(aliases[keyOf(value)], op->getResult(0)) &&
          matchPattern(op, m_Constant(&other)) && other == contents)
        isElsewhere = true;
    });
    return areWeights && !isElsewhere
               ? ""
               : "it is a constant that is not read as weights alone";
  }
  // The result of a layer.
  if (gone.contains(definition) &&
      llvm::any_of(layers, [&](const GraphLayer &layer) {
        return layer.extracted->last(layer.op) == definition;
      }))
    return "";
  return ("'" + definition->getName().getStringRef() + "' computes it").str();
}

std::string GraphBuilder::whyUse(OpOperand &use) {
  Operation *user = use.getOwner();
  if (gone.contains(user) || isa<memref::DeallocOp>(user))
    return "";
  if (user->hasTrait<OpTrait::ReturnLike>())
    return isa<FunctionOpInterface>(user->getParentOp())
               ? kIsResult.str()
               : "it is carried by a loop or a branch";
  StringRef name = user->getName().getStringRef();
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, memref::ExpandShapeOp,
          memref::CollapseShapeOp>(user))
    return ("it is seen under another shape ('" + name + "')").str();
  if (isa<ViewLikeOpInterface, tensor::ExtractSliceOp>(user))
    return ("it is seen through a view ('" + name + "')").str();
  return ("'" + name + "' uses it").str();
}

std::string GraphBuilder::whyRowMajor(Value key, ArrayRef<const Role *> roles) {
  for (const Role *role : roles)
    if (layers[role->layer].hasLayouts)
      return "a layer that uses it has layouts of its own";
  if (overwritten.contains(key))
    return "a layer may write its result in its place while others read it";
  for (Value value : aliases[key]) {
    std::string why = whyDefinition(value, roles);
    for (OpOperand &use : value.getUses()) {
      if (!why.empty())
        return why;
      why = whyUse(use);
    }
    if (!why.empty())
      return why;
  }
  for (const Role *role : roles)
    if (isa<MemRefType>(role->value.getType()) &&
        role->value != viewRoot(role->value))
      return "it is seen through a view";
  return "";
}

//===----------------------------------------------------------------------===//
// Graph
//===----------------------------------------------------------------------===//

BufferGraph GraphBuilder::build() {
  BufferGraph graph;
  findGone();
  for (size_t i = 0; i < layers.size(); ++i) {
    graph.network.layers.push_back({layers[i].extracted->layer,
                                    layers[i].capacities,
                                    layers[i].schedule,
                                    {},
                                    {}});
    graph.network.layers.back().epilogue.resize(
        layers[i].extracted->layer.epilogue.size());
    addRoles(i);
  }
  // Buffers in the order in which they are first used.
  auto leaderOf = [&](Value value) {
    return inPlace.getLeaderValue(keyOf(value).getAsOpaquePointer());
  };
  llvm::MapVector<const void *, SmallVector<const Role *>> buffers;
  for (const Role &role : roles)
    buffers[leaderOf(role.value)].push_back(&role);
  SmallVector<Value> keys;
  for (const auto &[key, values] : aliases)
    keys.push_back(key);

  for (const auto &[leader, uses] : buffers) {
    size_t buffer = graph.network.buffers.size();
    Value first = uses.front()->value;
    auto type = cast<ShapedType>(first.getType());
    core::NetworkBuffer made;
    made.shape.assign(type.getShape().begin(), type.getShape().end());
    made.elementBytes = elementBytes(first);
    made.inBlocks = true;
    std::string reason;
    for (const Role *role : uses) {
      auto other = cast<ShapedType>(role->value.getType());
      if (reason.empty() && (other.getShape() != type.getShape() ||
                             other.getElementType() != type.getElementType()))
        reason = "it is seen under two types";
    }
    for (Value key : keys)
      if (reason.empty() &&
          inPlace.getLeaderValue(key.getAsOpaquePointer()) == leader)
        reason = whyRowMajor(key, uses);
    made.isRowMajor = !reason.empty();
    graph.network.buffers.push_back(std::move(made));
    graph.values.push_back(first);
    graph.reasons.push_back(std::move(reason));
    for (const Role *role : uses) {
      // One that is seen under two types is a buffer of each, row-major.
      size_t used = buffer;
      auto other = cast<ShapedType>(role->value.getType());
      if (other != type) {
        used = graph.network.buffers.size();
        core::NetworkBuffer seen = graph.network.buffers[buffer];
        seen.shape.assign(other.getShape().begin(), other.getShape().end());
        seen.elementBytes = elementBytes(role->value);
        seen.isRowMajor = true;
        graph.network.buffers.push_back(std::move(seen));
        graph.values.push_back(role->value);
        graph.reasons.push_back(graph.reasons[buffer]);
      }
      core::BufferUse use = {used, {}};
      for (std::optional<Axis> axis : role->axes) {
        use.axes.emplace_back();
        if (axis)
          use.axes.back().push_back(*axis);
      }
      core::NetworkLayer &layer = graph.network.layers[role->layer];
      if (role->array < core::NumTensorArrays)
        layer.arrays[role->array] = std::move(use);
      else
        layer.epilogue[role->array - core::NumTensorArrays] = std::move(use);
    }
  }

  // Partial sums that are wider than the result have an array of the nest's.
  for (auto [i, layer] : llvm::enumerate(graph.network.layers)) {
    std::optional<core::BufferUse> &sums =
        layer.arrays[static_cast<size_t>(TensorArray::PartialSums)];
    if (sums)
      continue;
    core::NetworkBuffer made;
    sums.emplace();
    sums->buffer = graph.network.buffers.size();
    for (Axis axis : layer.layer.order.axes[Operand::Output])
      sums->axes.push_back({axis});
    llvm::SmallVector<int64_t, 6> shape = layer.layer.shape(Operand::Output);
    made.shape.assign(shape.begin(), shape.end());
    made.elementBytes = layer.layer.accumulatorBytes;
    made.inBlocks = true;
    bool isGiven = layers[i].hasLayouts;
    made.isRowMajor = isGiven;
    graph.network.buffers.push_back(std::move(made));
    graph.values.push_back(Value());
    graph.reasons.push_back(
        isGiven ? "a layer that uses it has layouts of its own" : "");
  }
  for (auto [buffer, value] :
       llvm::zip_equal(graph.network.buffers, graph.values))
    buffer.name = value ? "array" : "partial sums";
  return graph;
}

BufferGraph mlir::romanet::buildBufferGraph(ArrayRef<GraphLayer> layers,
                                            bool packWeights) {
  return GraphBuilder(layers, packWeights).build();
}
