//===- ROMANetDialect.cpp - The romanet dialect ---------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Dialect/ROMANetDialect.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::romanet;

#include "romanet/Dialect/ROMANetDialect.cpp.inc"

void ROMANetDialect::initialize() { registerAttributes(); }

/// `attribute` must hold a value of type `AttrT`.
template <typename AttrT>
static LogicalResult verifyKind(Operation *op, NamedAttribute attribute) {
  if (isa<AttrT>(attribute.getValue()))
    return success();
  return op->emitOpError() << "attribute '" << attribute.getName().getValue()
                           << "' must be a #romanet." << AttrT::getMnemonic()
                           << ", not " << attribute.getValue();
}

static LogicalResult verifyReserved(Operation *op, Attribute value) {
  if (!isa<ModuleOp>(op))
    return op->emitOpError() << "'" << kReservedAttr << "' belongs on a module";
  auto bounds = dyn_cast<DenseI64ArrayAttr>(value);
  if (!bounds || bounds.size() % 2)
    return op->emitOpError() << "attribute '" << kReservedAttr
                             << "' must be an array of i64 with begin and end "
                                "of each range, not "
                             << value;
  for (int64_t i = 0; i != bounds.size(); i += 2)
    if (bounds[i] < 0 || bounds[i + 1] <= bounds[i])
      return op->emitOpError()
             << "reserved range from " << bounds[i] << " to " << bounds[i + 1]
             << ", expected an end above the begin, and none below 0";
  return success();
}

static LogicalResult verifyMapping(Operation *op, Attribute value) {
  if (!isa<ModuleOp>(op))
    return op->emitOpError() << "'" << kMappingAttr << "' belongs on a module";
  auto name = dyn_cast<StringAttr>(value);
  if (!name || !llvm::is_contained(core::mappingPolicyNames(), name.getValue()))
    return op->emitOpError()
           << "attribute '" << kMappingAttr
           << "' must be the name of a mapping "
           << "policy (" << llvm::join(core::mappingPolicyNames(), ", ")
           << "), not " << value;
  return success();
}

StringRef mlir::romanet::mappingOf(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>(kMappingAttr);
  return name ? name.getValue() : core::mappingPolicyNames().front();
}

LogicalResult
ROMANetDialect::verifyOperationAttribute(Operation *op,
                                         NamedAttribute attribute) {
  StringRef name = attribute.getName().getValue();
  if (name == kMachineAttr) {
    if (!isa<ModuleOp>(op))
      return op->emitOpError() << "'" << name << "' belongs on a module";
    return verifyKind<MachineAttr>(op, attribute);
  }
  if (name == kBuffersAttr)
    return verifyKind<BuffersAttr>(op, attribute);
  if (name == kLayerAttr)
    return verifyKind<LayerAttr>(op, attribute);
  if (name == kCostAttr)
    return verifyKind<CostAttr>(op, attribute);
  if (name == kDramAttr)
    return verifyKind<DramAttr>(op, attribute);
  if (name == kReservedAttr)
    return verifyReserved(op, attribute.getValue());
  if (name == kMappingAttr)
    return verifyMapping(op, attribute.getValue());
  if (name == kLayoutsAttr) {
    if (failed(verifyKind<LayoutsAttr>(op, attribute)))
      return failure();
    auto layer = op->getAttrOfType<LayerAttr>(kLayerAttr);
    size_t given = cast<LayoutsAttr>(attribute.getValue()).getEpilogue().size();
    if (layer && given != 0 && given != layer.getEpilogue().size())
      return op->emitOpError()
             << "attribute '" << name << "' has layouts of " << given
             << " arrays of the epilogue, of which the layer has "
             << layer.getEpilogue().size();
    return success();
  }
  if (name == kEpilogueAttr || name == kNoEpilogueAttr) {
    if (isa<UnitAttr>(attribute.getValue()))
      return success();
    return op->emitOpError()
           << "attribute '" << name << "' must be a unit attribute, not "
           << attribute.getValue();
  }
  if (name == kScheduleAttr) {
    if (failed(verifyKind<ScheduleAttr>(op, attribute)))
      return failure();
    // On an operation that is not tiled yet the extents are those of its
    // operands; the passes that read the layer check them.
    auto layer = op->getAttrOfType<LayerAttr>(kLayerAttr);
    if (!layer)
      return success();
    auto schedule = cast<ScheduleAttr>(attribute.getValue()).getSchedule();
    if (llvm::Error error = schedule.verify(layer.getLayer()))
      return op->emitOpError() << llvm::toString(std::move(error));
    return success();
  }
  return op->emitOpError() << "unknown attribute '" << name << "'";
}

/// Arguments and results of functions carry places in DRAM and nothing else.
static LogicalResult verifyBufferAttribute(Operation *op,
                                           NamedAttribute attribute) {
  if (attribute.getName() != kDramAttr)
    return op->emitOpError()
           << "attribute '" << attribute.getName().getValue()
           << "' does not belong on an argument or a result; only '"
           << kDramAttr << "' does";
  return verifyKind<DramAttr>(op, attribute);
}

LogicalResult
ROMANetDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                         NamedAttribute attribute) {
  return verifyBufferAttribute(op, attribute);
}

LogicalResult
ROMANetDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                            NamedAttribute attribute) {
  return verifyBufferAttribute(op, attribute);
}

SpaceAttr mlir::romanet::spaceOf(MLIRContext *context, core::Operand operand,
                                 const core::BufferCapacities &buffers) {
  return SpaceAttr::get(context, buffers.isShared(operand)
                                     ? Space::Shared
                                     : static_cast<Space>(operand));
}
