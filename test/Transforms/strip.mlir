// After stripping nothing is left that only ROMANet understands, on tensors and
// on memrefs: the stock tool, without the plugin, takes it.
//
// RUN: romanet-opt %s --romanet-tile > %t.tiled
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map > %t.mapped
// RUN: romanet-opt %t.tiled --romanet-strip > %t.tiled.stripped
// RUN: romanet-opt %t.mapped --romanet-strip > %t.mapped.stripped
//
// There is something to strip, which the stock tool does not take.
// RUN: not mlir-opt %t.tiled
// RUN: not mlir-opt %t.mapped
//
// RUN: mlir-opt %t.tiled.stripped | FileCheck %s --check-prefixes=CHECK,TENSOR
// RUN: mlir-opt %t.mapped.stripped | FileCheck %s --check-prefixes=CHECK,MEMREF
//
// The copies stay: two loads, no read of partial sums, one store.
// RUN: grep -c memref.copy %t.mapped | FileCheck %s --check-prefix=COPIES
// RUN: grep -c memref.copy %t.mapped.stripped | FileCheck %s --check-prefix=COPIES
// COPIES: {{^}}3{{$}}

// CHECK-NOT: romanet.
// CHECK-NOT: memory_space
// TENSOR: bufferization.alloc_tensor() : tensor<4x16xi8>
// TENSOR: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<4x16xi8>, tensor<16x4xi8>)
// The names of the arena and of what is on chip are only names.
// MEMREF: memref.global "private" @romanet_dram
// MEMREF: memref.global "private" @[[INPUT:romanet_on_chip_input]] : memref<64xi8>
// MEMREF: func.func @product(%{{[a-z0-9_]+}}: memref<4x16xi8>, %{{[a-z0-9_]+}}: memref<16x8xi8>)
// MEMREF: %[[ALL:[a-z0-9_]+]] = memref.get_global @[[INPUT]] : memref<64xi8>
// MEMREF: memref.view %[[ALL]][%{{.*}}][] : memref<64xi8> to memref<4x16xi8>
// MEMREF: linalg.matmul ins(%{{.*}}, %{{.*}} : memref<4x16xi8>, memref<16x4xi8>)
// CHECK-NOT: romanet.
module attributes {romanet.machine = #romanet.machine<buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
func.func @product(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>) -> tensor<4x8xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<4x8xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x8xi32>) -> tensor<4x8xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, k = 4, c = 16]>}
      ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%init : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
}
