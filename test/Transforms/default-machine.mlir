// A module without a machine gets the documented default, and a remark says so.
//
// RUN: romanet-opt %s --romanet-annotate 2>&1 | FileCheck %s --check-prefixes=CHECK,ANNOTATE
// RUN: romanet-opt %s --romanet-tile 2>&1 | FileCheck %s
// RUN: romanet-opt %s --romanet-dram-map 2>&1 | FileCheck %s
//
// One pass writes it for all that follow: the remark comes once.
// RUN: romanet-opt %s --romanet-annotate --romanet-tile --romanet-dram-map 2>&1 \
// RUN:   | grep -c "has no 'romanet.machine'" | FileCheck %s --check-prefix=ONCE
// ONCE: {{^}}1{{$}}
//
// Options alone need no machine.
// RUN: romanet-opt %s --romanet-annotate="shared=64" 2>&1 | FileCheck %s --check-prefix=OPTIONS
// OPTIONS-NOT: romanet.machine

// CHECK-DAG: remark: the module has no 'romanet.machine'; using the default: on-chip buffers of 36864 bytes (input), 36864 bytes (weights) and 36864 bytes (output), and 8 chips of ddr3-1600-2gb-x8 on 64 bits
// CHECK-DAG: module attributes {romanet.machine = #romanet.machine<buffers = <input = 36864, weights = 36864, output = 36864>, dram = "ddr3-1600-2gb-x8">}
// ANNOTATE: romanet.buffers = #romanet.buffers<input = 36864, weights = 36864, output = 36864>
func.func @product(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>)
                     outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}
