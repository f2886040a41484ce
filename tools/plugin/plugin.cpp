//===- plugin.cpp - The dialect and passes as a plugin of mlir-opt ---------
//===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "romanet/Transforms/Pipelines.h"
#include "romanet/Transforms/TransformOps/ROMANetTransformOps.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Compiler.h"

/// The same file may be loaded as a dialect plugin and as a pass plugin.
static void registerPassesOnce() {
  static bool once = [] {
    mlir::romanet::registerROMANetPasses();
    mlir::romanet::registerPipeline();
    return true;
  }();
  (void)once;
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "ROMANet", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            mlir::romanet::registerDialects(*registry);
            mlir::romanet::registerTransformExtension(*registry);
            registerPassesOnce();
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "ROMANetPasses", LLVM_VERSION_STRING,
          registerPassesOnce};
}
