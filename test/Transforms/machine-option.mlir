// The machine by an option: a preset or a file, in every pass that writes it. The user has named it, so that there is no
// remark.
//
// RUN: romanet-opt %s --romanet-annotate=machine=gap8 --verify-diagnostics | FileCheck %s
// RUN: romanet-opt %s --romanet-schedule=machine=gap8 --verify-diagnostics | FileCheck %s
// RUN: romanet-opt %s --romanet-tile=machine=gap8 --verify-diagnostics | FileCheck %s
// RUN: romanet-opt %s --romanet-dram-map=machine=gap8 --verify-diagnostics | FileCheck %s
// CHECK: romanet.machine = #romanet.machine<name = "gap8", source = "{{[^"]+}}", buffers = <shared = 65536>, dram = "lpddr4-3200-8gb-x16">
//
// Each pass may name it again, by a file as well.
// RUN: echo gap8 | romanet-translate --print-machine --from=preset -o %t.yaml
// RUN: romanet-opt %s --romanet-tile=machine=gap8 --romanet-dram-map=machine=%t.yaml --verify-diagnostics | FileCheck %s
//
// It is that of the option, also where a spec says another one, and where the buffers come from options.
// RUN: romanet-opt %S/Inputs/product-with-spec.mlir --romanet-annotate="machine=gap8 shared=4096" | FileCheck %s --check-prefixes=CHECK,BUFFERS
// BUFFERS: romanet.buffers = #romanet.buffers<shared = 4096>

func.func @f(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}
