// What the accumulation starts from, where it is computed from a smaller array: a
// bias for every row. It is computed on chip at the first visit of a tile, from its
// part of the array; the whole is never in DRAM. (For fills, constants and data see
// tile-tensor.mlir and tile-memref.mlir.)
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

#row = affine_map<(i, j) -> (j)>
#all = affine_map<(i, j) -> (i, j)>
module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// The channels are walked outside the rows, so that sums come back: the bias only
// comes with the first half of the channels.
// CHECK-LABEL: func.func @bias(
// CHECK-SAME: %[[BIAS:[a-z0-9_]+]]: tensor<4xi32>
// CHECK-NOT: linalg.broadcast
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4x2xi32>
// It goes with the sums, into the buffer of the output.
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<2xi32>
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK: scf.for %{{[a-z0-9_]+}} = %{{.*}} iter_args(%{{[^ ]*}} = %{{[^,]*}}, %[[OUT:[^ ]*]] = %{{[^,]*}}, %[[TILE:[^ ]*]] =
// CHECK: %[[FIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]], %c0
// CHECK: scf.if %[[FIRST]]
// CHECK-NEXT: %[[PART:[a-z0-9_]+]] = tensor.extract_slice %[[BIAS]][%[[K]]] [2] [1]
// CHECK-NEXT: %[[LOADED:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[PART]] in %[[TILE]]
// CHECK-NEXT: linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], {{.*}} ins(%[[LOADED]] : tensor<2xi32>) outs(%[[OUT]] : tensor<4x2xi32>) attrs = {romanet.epilogue}
// CHECK: } else {
// CHECK: bufferization.materialize_in_destination
// CHECK: linalg.matmul {{.*}}init = fill, epilogue = [{{.*}}]
//
// Two times two tiles of the output have a first visit, with 8 bytes of bias each.
// The second visit reads 4 * 2 sums of 4 bytes.
// VERIFY: (bias.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 256, weights_read = 64, output_read = 128, output_write = 256, epilogue_read = 32
func.func @bias(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %bias: tensor<4xi32>) -> tensor<8x4xi32> {
  %e = tensor.empty() : tensor<8x4xi32>
  %init = linalg.broadcast ins(%bias : tensor<4xi32>) outs(%e : tensor<8x4xi32>) dimensions = [0]
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[k = 2, c = 8, n = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// The same on memrefs, from bytes, with all channels at a time.
// CHECK-LABEL: func.func @bias_on_memrefs(
// CHECK-SAME: %[[BIAS:[a-z0-9_]+]]: memref<4xi8>
// CHECK: %[[OUT:[a-z0-9_]+]] = memref.alloc() : memref<4x4xi32, #romanet.space<output>>
// CHECK: %[[TILE:[a-z0-9_]+]] = memref.alloc() : memref<4xi8, #romanet.space<output>>
// CHECK: scf.for
// CHECK: memref.copy %{{.*}}, %[[TILE]]
// CHECK-NEXT: linalg.generic {{.*}} ins(%[[TILE]] : {{.*}}) outs(%[[OUT]] : {{.*}} {romanet.epilogue}
// CHECK: arith.extsi
// CHECK: linalg.matmul
// VERIFY: (bias_on_memrefs.matmul.0) is carried out as scheduled: 2 tiles, bytes input_read = 128, weights_read = 64, output_read = 0, output_write = 128, epilogue_read = 8
func.func @bias_on_memrefs(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %bias: memref<4xi8>) -> memref<8x4xi32> {
  %c = memref.alloc() : memref<8x4xi32>
  linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<4xi8>) outs(%c : memref<8x4xi32>) {
  ^bb0(%x: i8, %old: i32):
    %0 = arith.extsi %x : i8 to i32
    linalg.yield %0 : i32
  }
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, k = 4, c = 16, g = 1, p = 1, q = 1]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// The array changes before the product: its first values count, so that they are
// written to DRAM where the program says so, and are data.
// CHECK-LABEL: func.func @bias_changes(
// CHECK: linalg.broadcast
// CHECK-NEXT: memref.copy
// CHECK: linalg.matmul {{.*}}init = data>
// VERIFY: (bias_changes.matmul.0) is carried out as scheduled: 1 tile, bytes input_read = 128, weights_read = 64, output_read = 128, output_write = 128, epilogue_read = 0
func.func @bias_changes(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %bias: memref<4xi32>, %next: memref<4xi32>) -> memref<8x4xi32> {
  %c = memref.alloc() : memref<8x4xi32>
  linalg.broadcast ins(%bias : memref<4xi32>) outs(%c : memref<8x4xi32>) dimensions = [0]
  memref.copy %next, %bias : memref<4xi32> to memref<4xi32>
  linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// Somebody else needs the whole in DRAM. The product makes its own from the four
// numbers. With these next to them the sums no longer fit as a whole: two tiles,
// each with its 16 bytes, instead of 128.
// CHECK-LABEL: func.func @bias_used_twice(
// CHECK: %[[INIT:[a-z0-9_]+]] = linalg.broadcast
// CHECK: linalg.matmul {{.*}}init = fill, epilogue = [4 of "k"]>
// CHECK: return %{{.*}}, %[[INIT]]
// VERIFY: (bias_used_twice.matmul.0) is carried out as scheduled: 2 tiles, bytes input_read = 128, weights_read = 64, output_read = 0, output_write = 128, epilogue_read = 32
func.func @bias_used_twice(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %bias: tensor<4xi32>) -> (tensor<8x4xi32>, tensor<8x4xi32>) {
  %e = tensor.empty() : tensor<8x4xi32>
  %init = linalg.broadcast ins(%bias : tensor<4xi32>) outs(%e : tensor<8x4xi32>) dimensions = [0]
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0, %init : tensor<8x4xi32>, tensor<8x4xi32>
}

}
