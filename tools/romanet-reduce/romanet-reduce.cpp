//===- romanet-reduce.cpp - Smaller programs that still fail --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-reduce with the dialect, and with what makes a network smaller: layers
// are bridged where their result can come from an operand as it is, and what
// the user said about machine, buffers and schedules is dropped.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Reducer/ReductionPatternInterface.h"
#include "mlir/Reducer/Tester.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "romanet/Transforms/Pipelines.h"
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.h"

using namespace mlir;

namespace {
/// A change that is tried on a copy of the module, and made where the test
/// still finds what it looks for. Patterns that are not sure of that would end
/// the reducer: it has no way back from a root that is no longer interesting.
class TestedReduction : public RewritePattern {
public:
  TestedReduction(MLIRContext *context, const Tester &tester)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context),
        tester(tester) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    auto module = op->getParentOfType<ModuleOp>();
    while (module && module->getParentOp())
      module = module->getParentOfType<ModuleOp>();
    if (!module)
      return failure();
    for (unsigned choice = 0, e = numChoices(op); choice != e; ++choice) {
      IRMapping mapping;
      OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone(mapping));
      IRRewriter trial(op->getContext());
      reduce(mapping.lookup(op), choice, trial);
      if (!isInteresting(*copy))
        continue;
      reduce(op, choice, rewriter);
      return success();
    }
    return failure();
  }

protected:
  /// In how many ways the operation can be made smaller.
  virtual unsigned numChoices(Operation *op) const = 0;
  virtual void reduce(Operation *op, unsigned choice,
                      RewriterBase &rewriter) const = 0;

private:
  bool isInteresting(ModuleOp module) const {
    {
      // The test would be told of a program that nobody wrote.
      ScopedDiagnosticHandler silent(module.getContext(),
                                     [](Diagnostic &) { return success(); });
      if (failed(verify(module)))
        return false;
    }
    return tester.isInteresting(module).first == Tester::Interestingness::True;
  }

  const Tester &tester;
};

/// Leaves an operation on tensors out: its result becomes an operand of the
/// same type, the input of a layer or what its sums start from. Layers on
/// memrefs have no result, and are erased by the reducer itself.
struct BridgeLayer : TestedReduction {
  using TestedReduction::TestedReduction;

  static SmallVector<Value> bridges(Operation *op) {
    SmallVector<Value> values;
    if (!isa<linalg::LinalgOp>(op) || op->getNumResults() != 1)
      return values;
    llvm::copy_if(
        op->getOperands(), std::back_inserter(values), [&](Value operand) {
          return operand && operand.getType() == op->getResult(0).getType();
        });
    return values;
  }

  unsigned numChoices(Operation *op) const override {
    return bridges(op).size();
  }

  void reduce(Operation *op, unsigned choice,
              RewriterBase &rewriter) const override {
    rewriter.replaceOp(op, bridges(op)[choice]);
  }
};

/// Drops what the user said about machine, buffers and schedules, one attribute
/// at a time.
struct DropAttribute : TestedReduction {
  using TestedReduction::TestedReduction;

  static SmallVector<StringAttr> ours(Operation *op) {
    SmallVector<StringAttr> names;
    for (NamedAttribute attribute : op->getDiscardableAttrs())
      if (isa_and_nonnull<mlir::romanet::ROMANetDialect>(
              attribute.getNameDialect()))
        names.push_back(attribute.getName());
    return names;
  }

  unsigned numChoices(Operation *op) const override { return ours(op).size(); }

  void reduce(Operation *op, unsigned choice,
              RewriterBase &rewriter) const override {
    StringAttr name = ours(op)[choice];
    rewriter.modifyOpInPlace(op, [&] { op->removeDiscardableAttr(name); });
  }
};

struct Reductions : DialectReductionPatternInterface {
  explicit Reductions(Dialect *dialect)
      : DialectReductionPatternInterface(dialect) {}

  void populateReductionPatterns(RewritePatternSet &) const override {}

  void populateReductionPatternsWithTester(RewritePatternSet &patterns,
                                           Tester &tester) const override {
    patterns.add<BridgeLayer, DropAttribute>(patterns.getContext(), tester);
  }
};
} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  mlir::romanet::registerDialects(registry);
  mlir::romanet::registerTransformExtension(registry);
  registry.addExtension(
      +[](MLIRContext *, mlir::romanet::ROMANetDialect *dialect) {
        dialect->addInterfaces<Reductions>();
      });
  registerAllPasses();
  mlir::romanet::registerROMANetPasses();
  mlir::romanet::registerPipeline();
  MLIRContext context(registry);
  // Errors are those of attempts, and printed as ever; warnings, which are not,
  // say why a program is not reduced.
  context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Warning)
      return failure();
    llvm::errs() << diagnostic.getLocation() << ": warning: " << diagnostic
                 << "; the test says so with exit code 0\n";
    return success();
  });
  // The reducer asks the dialects that are loaded.
  context.getOrLoadDialect<mlir::romanet::ROMANetDialect>();
  return failed(mlirReduceMain(argc, argv, context));
}
