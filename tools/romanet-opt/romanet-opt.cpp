//===- romanet-opt.cpp - mlir-opt with the dialect and passes of ROMANet ---
//===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "romanet/Transforms/Pipelines.h"
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::romanet::registerDialects(registry);
  mlir::romanet::registerTransformExtension(registry);
  mlir::registerAllPasses();
  mlir::romanet::registerROMANetPasses();
  mlir::romanet::registerPipeline();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "ROMANet: network layers scheduled for DRAM traffic\n",
      registry));
}
