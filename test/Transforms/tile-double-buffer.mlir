// A tensor that is double-buffered has two arrays: the tile of the next step is
// loaded into the one that is free, in front of the work on the other.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

module attributes {romanet.machine = #romanet.machine<buffers = <input = 256, weights = 64, output = 64, double_buffered = [input]>, dram = "ddr3-1600-2gb-x8">} {

// The first tile in front of the loop; then, but for the last step, the next one; the
// halves change places at the end of a step. The weights are not double-buffered.
// CHECK-LABEL: func.func @input_ahead(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<8x16xi8>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<2x2x16xi8, #romanet.space<input>>
// CHECK: memref.alloc() : memref<16x2xi8, #romanet.space<weights>>
// CHECK: %[[FIRST:[a-z0-9_]+]] = memref.subview %[[A]][0, 0] [2, 16]
// CHECK-NEXT: %[[HALF0:[a-z0-9_]+]] = memref.subview %[[IN]][%c0, 0, 0] [1, 2, 16]
// CHECK-NEXT: memref.copy %[[FIRST]], %[[HALF0]]
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %c0 to %c8 step %c2 iter_args(%[[HALF:[a-z0-9_]+]] = %c0)
// CHECK: %[[LAST:[a-z0-9_]+]] = arith.cmpi eq, %[[N]], %c6
// CHECK: %[[NEXT:[a-z0-9_]+]] = arith.select %[[LAST]], %c0,
// CHECK: %[[MORE:[a-z0-9_]+]] = arith.xori %[[LAST]], %true
// CHECK-NEXT: scf.if %[[MORE]] {
// CHECK: %[[OTHER:[a-z0-9_]+]] = arith.subi %{{.*}}, %[[HALF]]
// CHECK-NEXT: memref.subview %[[A]][%[[NEXT]], 0] [2, 16]
// CHECK-NEXT: memref.subview %[[IN]][%[[OTHER]], 0, 0] [1, 2, 16]
// CHECK-NEXT: memref.copy
// CHECK-NEXT: }
// CHECK: scf.for
// CHECK: %[[NOW:[a-z0-9_]+]] = memref.subview %[[IN]][%[[HALF]], 0, 0] [1, 2, 16]
// CHECK-NEXT: linalg.matmul {{.*}} ins(%[[NOW]],
// CHECK: %[[SWAPPED:[a-z0-9_]+]] = arith.subi %{{.*}}, %[[HALF]]
// CHECK-NEXT: %[[YIELDED:[a-z0-9_]+]] = arith.select %[[MORE]], %[[SWAPPED]], %[[HALF]]
// CHECK-NEXT: scf.yield %[[YIELDED]]
//
// No more bytes than with one array.
// VERIFY: (input_ahead.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 128, weights_read = 256, output_read = 128, output_write = 128,
func.func @input_ahead(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 2, g = 1, p = 1, q = 1, c = 16]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}

// The step behind the last half of the channels is the next one of the rows, if
// there is one.
// CHECK-LABEL: func.func @carried(
// CHECK: scf.for %[[N:[a-z0-9_]+]] =
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK-NEXT: %[[CLAST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]], %c8
// CHECK: %[[CNEXT:[a-z0-9_]+]] = arith.select %[[CLAST]], %c0,
// CHECK: %[[NLAST:[a-z0-9_]+]] = arith.cmpi eq, %[[N]], %c6
// CHECK: %[[NSTEP:[a-z0-9_]+]] = arith.select %[[NLAST]], %c0,
// CHECK: %[[NNEXT:[a-z0-9_]+]] = arith.select %[[CLAST]], %[[NSTEP]], %[[N]]
// CHECK: %[[END:[a-z0-9_]+]] = arith.andi %[[CLAST]], %[[NLAST]]
// CHECK: %[[MORE:[a-z0-9_]+]] = arith.xori %[[END]], %true
// CHECK-NEXT: scf.if %[[MORE]] {
// CHECK: memref.subview %{{.*}}[%[[NNEXT]], %[[CNEXT]]] [2, 8]
// VERIFY: (carried.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 128, weights_read = 256, output_read = 128, output_write = 128,
func.func @carried(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, c = 8, k = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}

// Two arrays for the output: while one is stored the other takes the next sums.
// CHECK-LABEL: func.func @output_behind(
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<input>} : tensor<2x16xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<2x2x4xi32>
// CHECK: scf.for %{{.*}} iter_args(%{{[^ ]*}} = %{{[^,]*}}, %{{[^ ]*}} = %{{[^,]*}}, %[[HALF:[^ ]*]] = %c0,
// CHECK: %[[SUM:[a-z0-9_]+]] = linalg.matmul
// CHECK-NEXT: %[[OUT:[a-z0-9_]+]] = tensor.insert_slice %[[SUM]] into %{{.*}}[%[[HALF]], 0, 0] [1, 2, 4]
// CHECK: %[[OTHER:[a-z0-9_]+]] = arith.subi %{{.*}}, %[[HALF]]
// CHECK-NEXT: scf.yield %{{[^,]*}}, %[[OUT]], %[[OTHER]],
// VERIFY: (output_behind.matmul.0) is carried out as scheduled: 4 tiles, bytes input_read = 128, weights_read = 64, output_read = 128, output_write = 128,
func.func @output_behind(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  %0 = linalg.matmul {romanet.buffers = #romanet.buffers<input = 128, weights = 64, output = 64, double_buffered = [output]>,
      romanet.schedule = #romanet.schedule<[n = 2, k = 4, g = 1, p = 1, q = 1, c = 16]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

}
