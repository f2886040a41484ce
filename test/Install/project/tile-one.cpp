// Tiles one operation of a module by the library, and says why another one
// cannot be tiled.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "romanet/Transforms/Passes.h"
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.h"
#include "romanet/Transforms/Transforms.h"

using namespace mlir;
using namespace mlir::romanet;

static constexpr const char *kModule = R"mlir(
func.func @f(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>)
                outs(%c : memref<4x8xi32>)
  return
})mlir";

int main() {
  DialectRegistry registry;
  registerAllDialects(registry);
  mlir::romanet::registerDialects(registry);
  registerTransformExtension(registry);
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(kModule, &context);
  if (!module)
    return 1;
  Operation *product = nullptr, *function = nullptr;
  module->walk([&](linalg::MatmulOp op) { product = op; });
  module->walk([&](func::FuncOp op) { function = op; });

  IRRewriter rewriter(&context);
  TilingOptions options;
  options.buffers = BuffersAttr::get(
      &context, core::BufferCapacities::makeSeparate(64, 64, 64));
  auto refused = tileLayer(rewriter, function, options);
  auto *failure = std::get_if<TilingFailure>(&refused);
  if (!failure || failure->op != function ||
      failure->kind != TilingFailure::Kind::NotALayer)
    return 1;
  llvm::outs() << failure->messages.front() << "\n";

  auto tiled = tileLayer(rewriter, product, options);
  auto *layer = std::get_if<TiledLayer>(&tiled);
  if (!layer || mlir::failed(mlir::verify(*module)))
    return 1;
  llvm::outs() << layer->loops.size() << " loop of "
               << *layer->loops.front().getStaticTripCount() << " trips, "
               << layer->op->getAttr(kScheduleAttr) << "\n";
}
