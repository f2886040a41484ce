// Runs the whole flow on a module by the library.
// usage: run-pipeline [MODEL.mlir [MACHINE]]    MACHINE: a preset, or a file
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "romanet/Dialect/MachineSpec.h"
#include "romanet/Transforms/Pipelines.h"

using namespace mlir;
using namespace mlir::romanet;

static constexpr const char *kModule = R"mlir(
func.func @f(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>)
                outs(%c : memref<4x8xi32>)
  return
})mlir";

int main(int argc, char **argv) {
  DialectRegistry registry;
  registerAllDialects(registry);
  mlir::romanet::registerDialects(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module =
      argc > 1 ? parseSourceFile<ModuleOp>(argv[1], &context)
               : parseSourceString<ModuleOp>(kModule, &context);
  if (!module)
    return 1;
  Options options;
  options.machine = argc > 2 ? argv[2] : "gap8";
  options.space = "all";
  options.verify = true;
  if (argc > 1) {
    options.report = "table";
    options.reportOutput = "-";
  }
  PassManager passes(&context, ModuleOp::getOperationName());
  buildPipeline(passes, options);
  if (failed(passes.run(*module)))
    return 1;
  FailureOr<MachineAttr> machine = describedMachine(*module);
  if (failed(machine) || !*machine)
    return 1;
  llvm::outs() << "for " << machine->getMachine().name << ", "
               << machine->getBuffers() << "\n";
}
