//===- Verify.cpp - Check that the program does what was decided ----------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/Lifetime.h"
#include "romanet/Analysis/PredictedStream.h"
#include "romanet/Analysis/ProgramWalk.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/Transforms/Passes.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_VERIFYPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

namespace {
/// Compares the bursts that the layers of a function move, in their order, with
/// those that the model predicts.
class BurstComparison {
public:
  explicit BurstComparison(int64_t burstBytes) : burstBytes(burstBytes) {}

  void start(FunctionOpInterface function, WalkOptions &options) {
    staging = analyzeStaging(function);
    moved.resize(staging.layers.size());
    for (const StagedCopy &copy : staging.copies)
      layerOf[copy.op] = copy.layer;
    options.onCopy = [this](const ExecutedCopy &copy) {
      auto layer = layerOf.find(copy.op);
      if (layer == layerOf.end())
        return;
      core::forEachBlockRun(
          copy.address.value_or(0), copy.sizes, copy.strides, copy.elementBytes,
          burstBytes, [&](int64_t first, int64_t count) {
            int64_t begin = std::max(first, copy.firstBurst);
            if (int64_t rest = first + count - begin; rest > 0)
              moved[layer->second].add({begin * burstBytes, rest, copy.isWrite},
                                       burstBytes);
          });
    };
  }

  LogicalResult finish(ArrayRef<LayerMovement> layers) {
    LogicalResult result = success();
    for (auto [index, layer] : llvm::enumerate(layers)) {
      const auto *found = llvm::find(staging.layers, layer.op);
      size_t number = found - staging.layers.begin();
      std::optional<core::LayerStream> stream =
          predictStream(staging, number, burstBytes);
      linalg::LinalgOp op = layer.op;
      if (!stream) {
        emitRemark(op.getLoc())
            << "'" << op->getName()
            << "': the model's sequence of bursts is not known here";
        continue;
      }
      Sequence predicted;
      for (int64_t run = 0; run < layer.runs; ++run)
        stream->forEachRun([&](const core::BurstRun &bursts) {
          predicted.add(bursts, burstBytes);
        });
      if (moved[number].hash != predicted.hash)
        result =
            emitError(op.getLoc())
            << "'" << op->getName() << "' ("
            << op->getAttrOfType<LayerAttr>(kLayerAttr).getName().getValue()
            << ") moves " << moved[number].count
            << " bursts, which are not the " << predicted.count
            << " that its schedule moves, or not in their order";
    }
    return result;
  }

private:
  /// Bursts in their order, however they are cut into runs.
  struct Sequence {
    uint64_t hash = 0xcbf29ce484222325;
    int64_t count = 0;

    void add(const core::BurstRun &run, int64_t burstBytes) {
      // A burst begins at an even address.
      for (int64_t i = 0; i < run.count; ++i) {
        uint64_t address = run.address + i * burstBytes;
        hash = (hash ^ (address + (run.isWrite ? 1 : 0))) * 0x100000001b3;
      }
      count += run.count;
    }
  };

  int64_t burstBytes;
  Staging staging;
  llvm::DenseMap<Operation *, size_t> layerOf;
  std::vector<Sequence> moved;
};

struct VerifyPass : mlir::romanet::impl::VerifyPassBase<VerifyPass> {
  using VerifyPassBase::VerifyPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (maxSteps <= 0) {
      emitError(module.getLoc())
          << "option 'max-steps' of romanet-verify is " << maxSteps.getValue()
          << ", expected at least 1";
      return signalPassFailure();
    }
    FailureOr<MachineAttr> machine = findMachine(module);
    if (failed(machine))
      return signalPassFailure();
    WalkOptions options;
    options.burstBytes = machine->getDevice().burstBytes();
    options.buffers = machine->getBuffers().getCapacities();
    options.maxSteps = maxSteps;

    bool hasFailed = failed(verifyPlaces(module, machine->getDevice())),
         isEmpty = true;
    module.walk([&](FunctionOpInterface function) {
      if (tiledOps(function).empty())
        return;
      isEmpty = false;
      BurstComparison comparison(options.burstBytes);
      if (bursts)
        comparison.start(function, options);
      FailureOr<SmallVector<LayerMovement>> layers =
          walkProgram(function, options);
      if (failed(layers) || (bursts && failed(comparison.finish(*layers)))) {
        hasFailed = true;
        return;
      }
      for (const LayerMovement &layer : *layers)
        remark(layer);
    });
    if (isEmpty)
      emitRemark(module.getLoc())
          << "the module has no operation on tiles of a layer; there is "
             "nothing to verify";
    if (hasFailed)
      signalPassFailure();
  }

  static void remark(const LayerMovement &layer) {
    linalg::LinalgOp op = layer.op;
    InFlightDiagnostic diagnostic = emitRemark(op.getLoc());
    diagnostic << "'" << op->getName() << "' ("
               << op->getAttrOfType<LayerAttr>(kLayerAttr).getName().getValue()
               << ") is carried out as scheduled: " << layer.tiles
               << (layer.tiles == 1 ? " tile" : " tiles") << ", bytes";
    for (unsigned i = 0; i < kNumMovements; ++i)
      diagnostic << (i ? ", " : " ") << movementName(static_cast<Movement>(i))
                 << " = " << layer.bytes[i];
    if (layer.runs > 1)
      diagnostic << ", in each of " << layer.runs << " runs";
  }

  /// The places in DRAM agree with the program and with the address map, and
  /// buffers that live at the same time do not overlap.
  LogicalResult verifyPlaces(ModuleOp module, const core::DRAMDevice &device) {
    LogicalResult result = success();
    module.walk([&](Operation *op) {
      auto check = [&](Location loc, const Twine &name, MemRefType type,
                       DramAttr place) {
        int64_t bytes =
            type.hasStaticShape() && type.getElementType().isIntOrFloat()
                ? type.getNumElements() *
                      llvm::divideCeil(type.getElementTypeBitWidth(), 8)
                : place.getBytes();
        if (place.getBytes() != bytes)
          result = emitError(loc)
                   << name << " has " << bytes
                   << " bytes, but its place in DRAM " << place.getBytes();
      };
      auto place = op->getAttrOfType<DramAttr>(kDramAttr);
      if (auto view = dyn_cast<memref::ViewOp>(op)) {
        if (!place)
          return;
        check(view.getLoc(), "the view", view.getType(), place);
        APInt shift;
        if (!matchPattern(view.getByteShift(), m_ConstantInt(&shift)) ||
            shift.getSExtValue() != place.getAddress())
          result = emitError(view.getLoc())
                   << "the view does not begin at address "
                   << place.getAddress() << ", where its place in DRAM is";
      } else if (auto global = dyn_cast<memref::GlobalOp>(op)) {
        if (place)
          check(global.getLoc(), "'@" + global.getSymName() + "'",
                global.getType(), place);
      } else if (auto function = dyn_cast<FunctionOpInterface>(op)) {
        for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i) {
          auto type = dyn_cast<MemRefType>(function.getArgumentTypes()[i]);
          auto at = function.getArgAttrOfType<DramAttr>(i, kDramAttr);
          if (type && at)
            check(function.getLoc(),
                  "argument " + Twine(i) + " of '@" + function.getName() + "'",
                  type, at);
        }
      }
    });
    SmallVector<PlacedBuffer> buffers = placedBuffers(module);
    if (failed(verifyAddresses(buffers, module, device)) ||
        failed(verifyNoOverlap(buffers)))
      return failure();
    return result;
  }

  /// Every buffer lies in the device and outside of what is reserved, and
  /// begins and ends in the bursts that its attribute says.
  LogicalResult verifyAddresses(ArrayRef<PlacedBuffer> buffers, ModuleOp module,
                                const core::DRAMDevice &device) {
    llvm::Expected<core::AddressMap> map =
        core::createAddressMap(device, mappingOf(module));
    if (!map)
      return emitError(module.getLoc()) << llvm::toString(map.takeError());
    LogicalResult result = success();
    auto reserved = module->getAttrOfType<DenseI64ArrayAttr>(kReservedAttr);
    for (const PlacedBuffer &buffer : buffers) {
      // The sum may not fit 64 bits.
      int64_t room = device.capacityBytes() - buffer.bytes;
      if (buffer.address < 0 || buffer.address > room) {
        result = emitError(buffer.loc)
                 << buffer.name << " has " << buffer.bytes
                 << " bytes at address " << buffer.address
                 << ", the device has " << device.capacityBytes();
        continue;
      }
      int64_t last = buffer.address + buffer.bytes - 1;
      if (reserved)
        for (int64_t i = 0; i < reserved.size(); i += 2)
          if (buffer.address < reserved[i + 1] && reserved[i] <= last)
            result = emitError(buffer.loc)
                     << buffer.name << " lies at bytes " << buffer.address
                     << " to " << last << ", but bytes " << reserved[i]
                     << " to " << reserved[i + 1] - 1 << " are reserved";
      if (!buffer.place)
        continue;
      for (auto [address, end, said] :
           {std::tuple<int64_t, StringRef, PlaceAttr>{buffer.address, "first",
                                                      buffer.place.getFirst()},
            {last, "last", buffer.place.getLast()}}) {
        core::DRAMAddress at = map->decode(address);
        auto found = PlaceAttr::get(&getContext(), at.channel, at.rank,
                                    at.bankGroup, at.bank, at.row, at.column);
        if (found != said)
          result = emitError(buffer.loc)
                   << "the " << end << " byte of " << buffer.name
                   << ", at address " << address << ", is in " << found
                   << ", but its place in DRAM says " << said;
      }
    }
    return result;
  }

  static bool liveTogether(const PlacedBuffer &a, const PlacedBuffer &b) {
    if (a.live.empty() || b.live.empty())
      return true;
    for (core::LiveInterval x : a.live)
      for (core::LiveInterval y : b.live)
        if (x.begin < y.end && y.begin < x.end)
          return true;
    return false;
  }

  static LogicalResult verifyNoOverlap(ArrayRef<PlacedBuffer> buffers) {
    SmallVector<const PlacedBuffer *> sorted;
    for (const PlacedBuffer &buffer : buffers)
      sorted.push_back(&buffer);
    llvm::stable_sort(sorted, [](const PlacedBuffer *a, const PlacedBuffer *b) {
      return a->address < b->address;
    });
    LogicalResult result = success();
    for (size_t i = 0; i < sorted.size(); ++i) {
      const PlacedBuffer &a = *sorted[i];
      for (size_t j = i + 1; j < sorted.size(); ++j) {
        const PlacedBuffer &b = *sorted[j];
        if (b.address >= a.address + a.bytes)
          break;
        if (!liveTogether(a, b))
          continue;
        InFlightDiagnostic diagnostic =
            emitError(b.loc)
            << b.name << " begins at address " << b.address << ", where "
            << a.name << " lies (bytes " << a.address << " to "
            << a.address + a.bytes - 1 << ") and is live at the same time";
        diagnostic.attachNote(a.loc) << "the other buffer is here";
        result = diagnostic;
        break;
      }
    }
    return result;
  }
};
} // namespace
