//===- DramMap.cpp - Give every DRAM buffer a place -----------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockedCopies.h"
#include "Decision.h"
#include "Machine.h"
#include "OnChip.h"
#include "Remarks.h"
#include "mlir/Analysis/CallGraph.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferViewFlowOpInterfaceImpl.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "romanet/Analysis/LayerExtraction.h"
#include "romanet/Analysis/Lifetime.h"
#include "romanet/Analysis/ProgramStream.h"
#include "romanet/Analysis/Staging.h"
#include "romanet/DRAM/MappingPolicy.h"
#include "romanet/DRAM/Placement.h"
#include "romanet/Model/Simulation.h"
#include "romanet/Transforms/Passes.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::romanet {
#define GEN_PASS_DEF_DRAMMAPPASS
#include "romanet/Transforms/Passes.h.inc"
} // namespace mlir::romanet

using namespace mlir;
using namespace mlir::romanet;

void mlir::romanet::registerDialects(DialectRegistry &registry) {
  registry.insert<ROMANetDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  // Without it nobody knows that arith.select hands a buffer on.
  arith::registerBufferViewFlowOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
}

//===----------------------------------------------------------------------===//
// Bufferization
//===----------------------------------------------------------------------===//

static bool isTensorType(Type type) { return isa<TensorType>(type); }

/// Operations that still work on tensors.
static bool worksOnTensors(Operation *op) {
  if (auto function = dyn_cast<FunctionOpInterface>(op))
    return llvm::any_of(function.getArgumentTypes(), isTensorType) ||
           llvm::any_of(function.getResultTypes(), isTensorType);
  return llvm::any_of(op->getOperandTypes(), isTensorType) ||
         llvm::any_of(op->getResultTypes(), isTensorType);
}

/// The first operation on tensors that upstream cannot bufferize.
static Operation *findUnbufferizable(ModuleOp module) {
  Operation *found = nullptr;
  module.walk([&](Operation *op) {
    if (!worksOnTensors(op) || isa<FunctionOpInterface>(op) ||
        isa<bufferization::BufferizableOpInterface>(op))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

static void buildBufferization(OpPassManager &pipeline) {
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pipeline.addPass(bufferization::createOneShotBufferizePass(options));
  // Loops that carry a buffer unchanged stop carrying it, and copies of a
  // buffer onto itself vanish: the second round sees what the first uncovered.
  pipeline.addPass(createCanonicalizerPass());
  pipeline.addPass(createCSEPass());
  pipeline.addPass(createCanonicalizerPass());
}

/// A function that is called twice would overwrite its first result with the
/// second: functions that are called take their results as arguments.
static LogicalResult letCallersPlaceResults(ModuleOp module) {
  llvm::SmallPtrSet<Operation *, 8> functions;
  SmallVector<func::FuncOp> publicFunctions;
  module.walk([&](func::FuncOp function) {
    std::optional<SymbolTable::UseRange> uses =
        SymbolTable::getSymbolUses(function, module);
    if (!uses || uses->empty() || function.isExternal())
      return;
    // Upstream leaves the results of public functions alone.
    if (function.isPublic()) {
      publicFunctions.push_back(function);
      function.setPrivate();
    }
    if (llvm::all_of(function.getResultTypes(), [](Type type) {
          auto memref = dyn_cast<MemRefType>(type);
          return !memref || memref.hasStaticShape();
        }))
      functions.insert(function);
  });
  llvm::scope_exit restore([&] {
    for (func::FuncOp function : publicFunctions)
      function.setPublic();
  });

  // A result that is an argument has its place already.
  if (failed(bufferization::dropEquivalentBufferResults(module)))
    return failure();
  bufferization::BufferResultsToOutParamsOpts options;
  options.hoistStaticAllocs = true;
  options.filterFn = [&](func::FuncOp *function) {
    return functions.contains(*function);
  };
  return bufferization::promoteBufferResultsToOutParams(module, options);
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

namespace {
/// A buffer in DRAM: the result of an allocation, a global, or an argument of a
/// function.
struct DramBuffer {
  Operation *op; ///< allocation, global, or function
  int argument = -1;
  core::BufferRequest request;

  Location loc() const {
    if (argument < 0)
      return op->getLoc();
    return cast<FunctionOpInterface>(op).getArgument(argument).getLoc();
  }
};

} // namespace

/// Bytes of a buffer of `type`; std::nullopt if they are not known or do not
/// fit 63 bits.
static std::optional<int64_t> sizeInBytes(MemRefType type,
                                          const DataLayout &dataLayout) {
  if (!type.hasStaticShape() || !type.getLayout().isIdentity())
    return std::nullopt;
  int64_t bytes = dataLayout.getTypeSize(type.getElementType());
  for (int64_t extent : type.getShape())
    if (llvm::MulOverflow(bytes, extent, bytes))
      return std::nullopt;
  return bytes;
}

/// Whether two instances of the allocation can be live at a time, so that one
/// place is not enough.
static std::optional<StringRef>
needsSeveralPlaces(Operation *alloc, BufferViewFlowAnalysis &aliases) {
  for (Operation *parent = alloc->getParentOp();
       parent && !isa<FunctionOpInterface>(parent);
       parent = parent->getParentOp())
    if (isa<scf::ParallelOp, scf::ForallOp>(parent))
      return StringRef("it is allocated in a parallel loop");
  bool isInCycle =
      llvm::any_of(alloc->getBlock()->getSuccessors(), [&](Block *next) {
        return next->isReachable(alloc->getBlock());
      });
  for (Value alias : aliases.resolve(alloc->getResult(0)))
    for (Operation *user : alias.getUsers()) {
      if ((isInCycle && isa<BranchOpInterface>(user)) ||
          (user->hasTrait<OpTrait::IsTerminator>() &&
           isa_and_nonnull<LoopLikeOpInterface>(user->getParentOp()) &&
           user->getParentOp()->isProperAncestor(alloc)))
        return StringRef("it is allocated in a loop and outlives the "
                         "iteration");
      // The results that callers could place are arguments by now.
      if (auto ret = dyn_cast<func::ReturnOp>(user);
          ret && !SymbolTable::symbolKnownUseEmpty(
                     ret->getParentOp(), ret->getParentOfType<ModuleOp>()))
        return StringRef("every call of its function returns a new one");
    }
  return std::nullopt;
}

/// Whether the allocation is freed in a way that the arena cannot follow.
static std::optional<StringRef>
isFreedUnderAnotherName(Operation *alloc, BufferViewFlowAnalysis &aliases) {
  for (Value alias : aliases.resolve(alloc->getResult(0)))
    for (Operation *user : alias.getUsers()) {
      if (isa<memref::ReallocOp>(user))
        return StringRef("it is reallocated");
      if (isa<memref::DeallocOp>(user) &&
          viewRoot(alias) != alloc->getResult(0))
        return StringRef("it is freed where it may be one of several buffers");
    }
  return std::nullopt;
}

/// Why the allocation cannot be a view of the arena, if so.
static std::optional<StringRef> obstacleOf(Operation *alloc,
                                           BufferViewFlowAnalysis &aliases) {
  if (std::optional<StringRef> obstacle = needsSeveralPlaces(alloc, aliases))
    return obstacle;
  return isFreedUnderAnotherName(alloc, aliases);
}

namespace {
struct MapOptions {
  SmallVector<core::PlacedRange> reserved;
  bool staggerBanks = true, reuse = true;
  /// One of core::mappingChoices().
  StringRef mapping;
};

class DramMapper {
public:
  DramMapper(ModuleOp module, core::DRAMDevice device, MapOptions options,
             const BlockedBuffers &blocked, const PassContext &pass)
      : module(module), device(std::move(device)), options(std::move(options)),
        blocked(blocked), pass(pass) {}

  LogicalResult run() {
    if (failed(checkNoRecursion()))
      return failure();
    mapOnChipBuffers(module);
    if (failed(collect()))
      return failure();
    return place();
  }

private:
  /// A function that is active twice has two of each of its buffers.
  LogicalResult checkNoRecursion() {
    CallGraph graph(module);
    for (auto scc = llvm::scc_begin(const_cast<const CallGraph *>(&graph));
         !scc.isAtEnd(); ++scc) {
      if (!scc.hasCycle())
        continue;
      for (const CallGraphNode *node : *scc)
        if (!node->isExternal())
          return emitError(node->getCallableRegion()->getLoc())
                 << "function calls itself, directly or through others, so "
                    "that its buffers cannot have one place each";
    }
    return success();
  }

  /// Takes a buffer that has no place yet, or says why it gets none.
  void add(Operation *op, int argument, MemRefType type, const Twine &name,
           std::optional<StringRef> obstacle = std::nullopt,
           ArrayRef<core::LiveInterval> live = {}) {
    DramBuffer buffer{op, argument, {name.str(), 0}};
    buffer.request.live.assign(live.begin(), live.end());
    std::optional<int64_t> bytes = sizeInBytes(type, dataLayout);
    if (!obstacle && !bytes)
      obstacle = "its size is not known at compile time, or its layout is not "
                 "contiguous";
    if (obstacle) {
      std::string text;
      llvm::raw_string_ostream(text)
          << "buffer '" << type << "' (" << buffer.request.name
          << ") gets no place in DRAM: " << *obstacle;
      remarkMissed(pass, "no-place", op, buffer.loc(), text,
                   {Metric("Buffer", buffer.request.name)});
      return;
    }
    if (*bytes == 0)
      return;
    buffer.request.bytes = *bytes;
    buffers.push_back(std::move(buffer));
  }

  LogicalResult collect() {
    Lifetimes lifetimes(module);
    module.walk([&](FunctionOpInterface function) {
      if (function.isExternal())
        return;
      BufferViewFlowAnalysis aliases(function);
      function.walk([&](Operation *op) {
        if (!isa<memref::AllocOp, memref::AllocaOp>(op))
          return;
        auto type = cast<MemRefType>(op->getResult(0).getType());
        if (!isDramBuffer(type))
          return;
        std::optional<StringRef> obstacle = obstacleOf(op, aliases);
        if (!obstacle && lifetimes.runsInParallel(function))
          obstacle = "its function is called in a parallel loop";
        SmallVector<core::LiveInterval, 1> live;
        if (!obstacle && options.reuse)
          live = lifetimes.of(op->getResult(0));
        add(op, -1, type, "allocated in @" + function.getName(), obstacle,
            live);
      });
    });
    if (!buffers.empty() && module.lookupSymbol(kArenaName))
      return emitError(buffers.front().loc())
             << "a buffer was allocated after the module got its places (@"
             << kArenaName << "); map the module once, after all allocations";
    numAllocations = buffers.size();

    // What an earlier run placed stays where it is.
    auto skipPlaced = [&](Attribute attribute) {
      if (auto place = dyn_cast_or_null<DramAttr>(attribute))
        taken.push_back({place.getAddress(), place.getBytes()});
    };
    if (auto earlier = module.lookupSymbol<memref::GlobalOp>(kArenaName))
      taken.push_back({0, earlier.getType().getNumElements()});
    module.walk([&](Operation *op) { skipPlaced(op->getAttr(kDramAttr)); });
    module.walk([&](memref::GlobalOp global) {
      if (isDramBuffer(global.getType()) && !global->hasAttr(kDramAttr) &&
          global.getSymName() != kArenaName)
        add(global, -1, global.getType(), "@" + global.getSymName());
    });
    module.walk([&](func::FuncOp function) {
      // The arguments of a function that is called are buffers of its callers.
      if (function.isExternal() || isCalled(function))
        return;
      for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
        skipPlaced(function.getArgAttr(index, kDramAttr));
        auto memref = dyn_cast<MemRefType>(type);
        if (memref && isDramBuffer(memref) &&
            !function.getArgAttr(index, kDramAttr))
          add(function, index, memref,
              "argument " + Twine(index) + " of @" + function.getName());
      }
    });
    return success();
  }

  bool isCalled(func::FuncOp function) {
    std::optional<SymbolTable::UseRange> uses =
        SymbolTable::getSymbolUses(function, module);
    return uses && !uses->empty();
  }

  /// The buffers that the copies of each layer move.
  std::vector<SmallVector<size_t>> findStreams() {
    llvm::DenseMap<Value, size_t> indexOfValue;
    llvm::StringMap<size_t> indexOfGlobal;
    for (auto [index, buffer] : llvm::enumerate(buffers)) {
      if (buffer.argument >= 0)
        indexOfValue[cast<FunctionOpInterface>(buffer.op).getArgument(
            buffer.argument)] = index;
      else if (auto global = dyn_cast<memref::GlobalOp>(buffer.op))
        indexOfGlobal[global.getSymName()] = index;
      else
        indexOfValue[buffer.op->getResult(0)] = index;
    }
    Staging staging = analyzeStaging(module);
    std::vector<llvm::SmallSetVector<size_t, 4>> found(staging.layers.size());
    for (const StagedCopy &copy : staging.copies) {
      Value root = viewRoot(copy.dram);
      if (auto at = indexOfValue.find(root); at != indexOfValue.end())
        found[copy.layer].insert(at->second);
      else if (auto get = root.getDefiningOp<memref::GetGlobalOp>())
        if (auto at = indexOfGlobal.find(get.getName());
            at != indexOfGlobal.end())
          found[copy.layer].insert(at->second);
    }
    std::vector<SmallVector<size_t>> streams;
    for (auto &layer : found)
      streams.push_back(layer.takeVector());
    return streams;
  }

  /// Places all allocations and, behind them, the other buffers.
  LogicalResult solve(const core::AddressMap &map, int64_t &arenaBytes,
                      SmallVectorImpl<core::PlacedRange> &ranges) {
    core::PlacementProblem problem{device, {}};
    problem.reserved.assign(options.reserved.begin(), options.reserved.end());
    problem.reserved.insert(problem.reserved.end(), taken.begin(), taken.end());
    if (llvm::Error error = problem.check())
      return emitError(module.getLoc()) << llvm::toString(std::move(error));
    for (const DramBuffer &buffer : buffers)
      problem.buffers.push_back(buffer.request);
    std::vector<SmallVector<size_t>> streams;
    if (options.staggerBanks) {
      problem.staggerBanks = map;
      streams = findStreams();
    }
    // The allocations by themselves, so that the arena holds nothing else.
    for (size_t count : {numAllocations, buffers.size()}) {
      core::PlacementProblem part = problem;
      part.buffers.resize(count);
      for (ArrayRef<size_t> stream : streams)
        llvm::copy_if(stream, std::back_inserter(part.streams.emplace_back()),
                      [&](size_t index) { return index < count; });
      for (auto [buffer, range] : llvm::zip(part.buffers, ranges)) {
        buffer.fixedAddress = range.address;
        part.begin = std::max(part.begin, range.address + range.bytes);
      }
      auto placed = core::placeBuffers(part);
      if (auto *overflow = std::get_if<core::DRAMOverflow>(&placed)) {
        InFlightDiagnostic diagnostic =
            emitError(buffers[overflow->largest.front().index].loc())
            << overflow->message();
        if (!options.reuse)
          diagnostic << "; 'reuse' is off";
        return diagnostic;
      }
      const auto &placement = std::get<core::Placement>(placed);
      if (ranges.empty())
        arenaBytes = placement.highWaterBytes;
      ranges.assign(placement.ranges.begin(), placement.ranges.end());
    }
    return success();
  }

  LogicalResult place() {
    if (buffers.empty())
      return success();
    if (!taken.empty() && options.mapping != mappingOf(module))
      return emitError(buffers.front().loc())
             << "option 'mapping' of romanet-dram-map is '" << options.mapping
             << "', but other buffers of the module have their places in '"
             << mappingOf(module) << "'; map all buffers at once";
    // Where buffers lie does not depend on what the search will find.
    bool isSearched = options.mapping == core::mappingChoices().back();
    llvm::Expected<core::AddressMap> map = core::createAddressMap(
        device,
        isSearched ? core::mappingPolicyNames().front() : options.mapping);
    if (!map)
      return emitError(module.getLoc()) << llvm::toString(map.takeError());
    int64_t arenaBytes = 0;
    SmallVector<core::PlacedRange> ranges;
    {
      Phase phase(pass, Phase::Place, module);
      if (failed(solve(*map, arenaBytes, ranges)))
        return failure();
    }
    if (numAllocations > 0)
      createArena(arenaBytes);
    std::vector<PlaceRemark> remarks = collectRemarks(ranges);
    for (auto [buffer, range] : llvm::zip(buffers, ranges))
      assign(buffer, makeAttr(buffer, range, *map), range.address);
    eraseDeallocations();
    if (!isSearched) {
      setMapping(options.mapping);
    } else if (FailureOr<core::AddressMap> found = searchMapping();
               failed(found)) {
      return failure();
    } else {
      *map = *found;
    }
    remarkPlaces(remarks, *map, arenaBytes);
    return success();
  }

  /// What is told of a place. By then allocations are gone.
  struct PlaceRemark {
    Location loc;
    remark::RemarkOpts options;
    core::BufferRequest request;
    core::PlacedRange range;
    LayoutAttr layout;
  };

  std::vector<PlaceRemark> collectRemarks(ArrayRef<core::PlacedRange> ranges) {
    std::vector<PlaceRemark> remarks;
    if (!module.getContext()->getRemarkEngine())
      return remarks;
    for (auto [buffer, range] : llvm::zip_equal(buffers, ranges)) {
      const BlockedBuffers::Array *array =
          blocked.lookup(buffer.op, buffer.argument);
      remarks.push_back({buffer.loc(), remarkOptions(pass, "place", buffer.op),
                         buffer.request, range,
                         array ? array->layout : LayoutAttr()});
    }
    return remarks;
  }

  void remarkPlaces(ArrayRef<PlaceRemark> places, const core::AddressMap &map,
                    int64_t arenaBytes) {
    if (places.empty())
      return;
    std::vector<core::BufferRequest> requests;
    int64_t sum = 0, end = 0;
    for (const PlaceRemark &place : places) {
      requests.push_back(place.request);
      if (llvm::AddOverflow(sum, place.range.bytes, sum))
        sum = std::numeric_limits<int64_t>::max();
      int64_t last = place.range.address + place.range.bytes - 1;
      end = std::max(end, last + 1);
      auto remark = remark::passed(place.loc, place.options);
      if (!remark)
        continue;
      remark << Metric("Buffer", place.request.name)
             << Metric("Address", place.range.address)
             << Metric("Bytes", place.range.bytes)
             << Metric("First", makePlace(map.decode(place.range.address)))
             << Metric("Last", makePlace(map.decode(last)));
      if (place.layout)
        remark << Metric("Layout", place.layout);
      else
        remark << Metric("Layout", "row-major");
    }
    auto remark =
        remark::passed(module.getLoc(), remarkOptions(pass, "places", module));
    if (!remark)
      return;
    int64_t bound = core::largestLiveBytes(requests, device);
    remark << Metric("Remark", (Twine(places.size()) + " buffers of " +
                                Twine(sum) + " bytes take " + Twine(end) +
                                " bytes of DRAM, at least " + Twine(bound))
                                   .str())
           << Metric("Buffers", places.size()) << Metric("SumBytes", sum)
           << Metric("NeededBytes", end) << Metric("BoundBytes", bound)
           << Metric("SavedByReuseBytes", sum - end)
           << Metric("ArenaBytes", arenaBytes)
           << Metric("CapacityBytes", device.capacityBytes())
           << Metric("Mapping", mappingOf(module))
           << Metric("Reuse", options.reuse);
  }

  /// Simulates the program, and names the places as the best policy does.
  FailureOr<core::AddressMap> searchMapping() {
    Phase phase(pass, Phase::Mapping, module);
    FailureOr<core::MappedSimulation> found = simulateProgram(
        module, analyzeStaging(module), device, options.mapping);
    if (failed(found))
      return failure();
    module.walk([&](Operation *op) {
      if (auto place = op->getAttrOfType<DramAttr>(kDramAttr))
        op->setAttr(kDramAttr, renamed(place, found->map));
      if (auto function = dyn_cast<FunctionOpInterface>(op))
        for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i)
          if (auto place = function.getArgAttrOfType<DramAttr>(i, kDramAttr))
            function.setArgAttr(i, kDramAttr, renamed(place, found->map));
    });
    setMapping(found->policy);
    return found->map;
  }

  void setMapping(StringRef policy) {
    if (policy != mappingOf(module))
      module->setAttr(kMappingAttr,
                      StringAttr::get(module.getContext(), policy));
  }

  /// The same bytes in another address map.
  DramAttr renamed(DramAttr place, const core::AddressMap &map) {
    int64_t last = place.getAddress() + place.getBytes() - 1;
    return DramAttr::get(module.getContext(), place.getAddress(),
                         place.getBytes(), place.getLayout(), place.getShape(),
                         makePlace(map.decode(place.getAddress())),
                         makePlace(map.decode(last)), place.getLive());
  }

  void createArena(int64_t bytes) {
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    auto type = MemRefType::get({bytes}, builder.getI8Type());
    arena = memref::GlobalOp::create(
        builder, module.getLoc(), kArenaName,
        /*sym_visibility=*/builder.getStringAttr("private"), type,
        /*initial_value=*/builder.getUnitAttr(), /*constant=*/false,
        /*alignment=*/builder.getI64IntegerAttr(device.burstBytes()));
  }

  PlaceAttr makePlace(const core::DRAMAddress &at) {
    return PlaceAttr::get(module.getContext(), at.channel, at.rank,
                          at.bankGroup, at.bank, at.row, at.column);
  }

  DramAttr makeAttr(const DramBuffer &buffer, const core::PlacedRange &range,
                    const core::AddressMap &map) {
    SmallVector<int64_t> live;
    for (core::LiveInterval interval : buffer.request.live)
      live.append({interval.begin, interval.end - 1});
    const BlockedBuffers::Array *array =
        blocked.lookup(buffer.op, buffer.argument);
    return DramAttr::get(module.getContext(), range.address, range.bytes,
                         array ? array->layout : LayoutAttr(),
                         array ? array->type.getShape() : ArrayRef<int64_t>(),
                         makePlace(map.decode(range.address)),
                         makePlace(map.decode(range.address + range.bytes - 1)),
                         live);
  }

  void assign(const DramBuffer &buffer, DramAttr place, int64_t address) {
    if (buffer.argument >= 0)
      return cast<func::FuncOp>(buffer.op).setArgAttr(buffer.argument,
                                                      kDramAttr, place);
    if (isa<memref::GlobalOp>(buffer.op))
      return buffer.op->setAttr(kDramAttr, place);
    OpBuilder builder(buffer.op);
    Location loc = buffer.op->getLoc();
    Value base = memref::GetGlobalOp::create(builder, loc, arena.getType(),
                                             arena.getSymName());
    Value offset = arith::ConstantIndexOp::create(builder, loc, address);
    auto type = cast<MemRefType>(buffer.op->getResult(0).getType());
    auto view =
        memref::ViewOp::create(builder, loc, type, base, offset, ValueRange());
    view->setAttr(kDramAttr, place);
    buffer.op->getResult(0).replaceAllUsesWith(view);
    buffer.op->erase();
  }

  /// The arena is never freed in part.
  void eraseDeallocations() {
    SmallVector<memref::DeallocOp> deallocations;
    module.walk([&](memref::DeallocOp dealloc) {
      auto global =
          viewRoot(dealloc.getMemref()).getDefiningOp<memref::GetGlobalOp>();
      if (global && global.getName() == kArenaName)
        deallocations.push_back(dealloc);
    });
    for (memref::DeallocOp dealloc : deallocations)
      dealloc.erase();
  }

  ModuleOp module;
  core::DRAMDevice device;
  MapOptions options;
  const BlockedBuffers &blocked;
  const PassContext &pass;
  DataLayout dataLayout{module};
  /// Allocations first, so that the arena starts at address 0.
  SmallVector<DramBuffer> buffers;
  size_t numAllocations = 0;
  /// What has its place from before.
  SmallVector<core::PlacedRange> taken;
  memref::GlobalOp arena;
};

struct DramMapPass : mlir::romanet::impl::DramMapPassBase<DramMapPass> {
  using DramMapPassBase::DramMapPassBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    DramMapPassBase::getDependentDialects(registry);
    registerDialects(registry);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (argLayout != "keep" && argLayout != "packed") {
      emitError(module.getLoc())
          << "option 'arg-layout' of romanet-dram-map is '" << argLayout
          << "', expected keep or packed";
      return signalPassFailure();
    }
    if (failed(checkMapping(module, "romanet-dram-map", mapping)))
      return signalPassFailure();
    FailureOr<MachineAttr> found = getOrSetMachine(module, machineName);
    if (failed(found))
      return signalPassFailure();
    MachineAttr machine = *found;
    MapOptions options;
    options.mapping = mapping.empty() ? mappingOf(module) : StringRef(mapping);
    options.staggerBanks = staggerBanks;
    options.reuse = reuse;
    if (failed(parseReserved(options.reserved)))
      return signalPassFailure();

    PassContext pass = {getArgument(),
                        getAnalysisManager().getPassInstrumentor()};
    if (module
            .walk([](Operation *op) {
              return worksOnTensors(op) ? WalkResult::interrupt()
                                        : WalkResult::advance();
            })
            .wasInterrupted()) {
      if (Operation *op = findUnbufferizable(module)) {
        remarkMissed(pass, "not-bufferized", op,
                     "'" + op->getName().getStringRef() +
                         "' works on tensors and cannot be bufferized, so that "
                         "the module has no DRAM buffers to place; lower it to "
                         "linalg first");
        return;
      }
      OpPassManager pipeline(ModuleOp::getOperationName());
      buildBufferization(pipeline);
      if (failed(runPipeline(pipeline, module)))
        return signalPassFailure();
    }

    if (failed(letCallersPlaceResults(module)))
      return signalPassFailure();
    BlockedBuffers blocked;
    if (failed(blocked.lower(module, argLayout == "packed")) ||
        failed(DramMapper(module, machine.getDevice(), options, blocked, pass)
                   .run()))
      return signalPassFailure();
    blocked.emitPacking(module);
    if (options.reserved.empty())
      return;
    // What the verifier checks later.
    SmallVector<int64_t> bounds;
    for (const core::PlacedRange &range : options.reserved)
      bounds.append({range.address, range.address + range.bytes});
    module->setAttr(kReservedAttr,
                    DenseI64ArrayAttr::get(&getContext(), bounds));
  }

  LogicalResult parseReserved(SmallVectorImpl<core::PlacedRange> &ranges) {
    if (auto bounds =
            getOperation()->getAttrOfType<DenseI64ArrayAttr>(kReservedAttr))
      for (int64_t i = 0; i < bounds.size(); i += 2)
        ranges.push_back({bounds[i], bounds[i + 1] - bounds[i]});
    for (StringRef text : reserved) {
      auto [first, second] = text.split('-');
      int64_t begin, end;
      if (first.trim().getAsInteger(0, begin) ||
          second.trim().getAsInteger(0, end) || begin < 0 || end <= begin)
        return emitError(getOperation().getLoc())
               << "option 'reserved' of romanet-dram-map is '" << text
               << "', expected BEGIN-END in bytes, such as 0x0-0x100000, with "
                  "END above BEGIN";
      core::PlacedRange range = {begin, end - begin};
      if (llvm::none_of(ranges, [&](const core::PlacedRange &other) {
            return other.address == range.address && other.bytes == range.bytes;
          }))
        ranges.push_back(range);
    }
    return success();
  }
};
} // namespace
