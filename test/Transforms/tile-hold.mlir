// A tensor that is held further out than its loops: its buffer has all that the
// loops inside need, and a tile of it is a part of the buffer.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

// A product of 8 x 16 and 16 x 4 with tiles of n = 4, k = 2, c = 8.

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {

// The input is held inside the rows: all 16 channels of 4 rows are loaded once,
// though the channels are walked inside the columns. The weights are not held:
// both halves of the channels are loaded for both halves of the rows.
// CHECK-LABEL: func.func @input_held(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<8x16xi8>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
// CHECK: %[[WEI:[a-z0-9_]+]] = memref.alloc() : memref<8x2xi8, #romanet.space<weights>>
// CHECK: scf.for %[[N:[a-z0-9_]+]] =
// CHECK-NEXT: %[[ROWS:[a-z0-9_]+]] = memref.subview %[[A]][%[[N]], 0] [4, 16] [1, 1]
// CHECK-NEXT: memref.copy %[[ROWS]], %[[IN]]
// CHECK: scf.for
// CHECK-NEXT: linalg.fill
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK: memref.copy %{{.*}}, %[[WEI]]
// CHECK-NEXT: %[[TILE:[a-z0-9_]+]] = memref.subview %[[IN]][0, %[[C]]] [4, 8] [1, 1]
// CHECK-NEXT: linalg.matmul {{.*}} ins(%[[TILE]], %[[WEI]] :
//
// 8 * 16 bytes of input, twice 16 * 4 of weights, 8 * 4 * 4 of output.
// VERIFY: (input_held.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 128, weights_read = 128, output_read = 0, output_write = 128, epilogue_read = 0
func.func @input_held(%a: memref<8x16xi8>, %b: memref<16x4xi8>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, k = 2, c = 8, g = 1, p = 1, q = 1], hold = [input = 1, weights = 6, output = 6]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// The sums of all columns are held inside the rows, so that they stay on chip
// while the channels are walked, and none of them comes back: one fill in front
// of the channels, one store behind them.
// CHECK-LABEL: func.func @sums_held(
// CHECK: %[[OUT:[a-z0-9_]+]] = bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4x4xi32>
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %{{.*}} iter_args(%{{[^ ]*}} = %{{[^,]*}}, %{{[^ ]*}} = %{{[^,]*}}, %[[OUT1:[^ ]*]] = %[[OUT]], %[[DRAM1:[^ ]*]] =
// CHECK-NEXT: %[[BEGUN:[a-z0-9_]+]] = linalg.fill {{.*}} outs(%[[OUT1]] : tensor<4x4xi32>)
// CHECK: %[[DONE:[a-z0-9_]+]]:3 = scf.for {{.*}}, %{{[^ ]*}} = %[[BEGUN]])
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %{{.*}} iter_args(%{{[^ ]*}} = %{{[^,]*}}, %[[OUT3:[^ ]*]] =
// CHECK: %[[TILE:[a-z0-9_]+]] = tensor.extract_slice %[[OUT3]][0, %[[K]]] [4, 2] [1, 1]
// CHECK-NEXT: %[[SUM:[a-z0-9_]+]] = linalg.matmul {{.*}} outs(%[[TILE]] : tensor<4x2xi32>)
// CHECK-NEXT: tensor.insert_slice %[[SUM]] into %[[OUT3]][0, %[[K]]] [4, 2] [1, 1]
// CHECK: tensor.insert_slice %[[DONE]]#2 into %[[DRAM1]][%[[N]], 0] [4, 4] [1, 1]
//
// The input is outside the columns: once.
// VERIFY: (sums_held.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 128, weights_read = 128, output_read = 0, output_write = 128, epilogue_read = 0
func.func @sums_held(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8x4xi32>
  %c = linalg.fill ins(%zero : i32) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, c = 8, k = 2, g = 1, p = 1, q = 1], hold = [input = 6, weights = 6, output = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

}
