// What is on chip as views of one global of each space. Sizes are in bytes.
//
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map -split-input-file -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map -split-input-file -mlir-print-local-scope \
// RUN:   | %python %S/check_places.py
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -split-input-file -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=VERIFY

// Two layers, one after the other: both begin at address 0 of each space, which is
// as large as the larger of the two: 8 * 16 of input (the other has 8 * 4 * 4),
// 16 * 4 of weights, 8 * 4 * 4 of output.
module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-DAG: memref.global "private" @romanet_on_chip_input : memref<128xi8, #romanet.space<input>> = uninitialized {alignment = 64 : i64}
// CHECK-DAG: memref.global "private" @romanet_on_chip_weights : memref<64xi8, #romanet.space<weights>> = uninitialized {alignment = 64 : i64}
// CHECK-DAG: memref.global "private" @romanet_on_chip_output : memref<128xi8, #romanet.space<output>> = uninitialized {alignment = 64 : i64}
// CHECK-LABEL: func.func @two_layers(
// CHECK-NOT: memref.alloc
// CHECK: %[[ZERO:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK-NEXT: memref.view %{{.*}}[%[[ZERO]]][] : memref<128xi8, #romanet.space<output>> to memref<8x2xi32, #romanet.space<output>>
// CHECK: %[[ZERO:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK-NEXT: memref.view %{{.*}}[%[[ZERO]]][] : memref<128xi8, #romanet.space<output>> to memref<8x4xi32, #romanet.space<output>>
// CHECK-NOT: memref.alloc
// CHECK: return
// VERIFY: (two_layers.matmul.0) is carried out as scheduled
// VERIFY: (two_layers.matmul.1) is carried out as scheduled
func.func @two_layers(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>, %d: tensor<4x2xi8>, %e: tensor<8x2xi32>) -> tensor<8x2xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  %1 = linalg.matmul ins(%0, %d : tensor<8x4xi32>, tensor<4x2xi8>) outs(%e : tensor<8x2xi32>) -> tensor<8x2xi32>
  return %1 : tensor<8x2xi32>
}
}

// -----

// All tensors of a layer in one space: 5 * 3 sums of 4 bytes first, so that they
// are aligned, then 5 * 15 and 15 * 3 single bytes without a gap: 60 + 75 + 45.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 180>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: memref.global "private" @romanet_on_chip_shared : memref<180xi8, #romanet.space<shared>>
// CHECK-LABEL: func.func @shared(
// CHECK-DAG: %[[AT0:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK-DAG: %[[AT1:[a-z0-9_]+]] = arith.constant 60 : index
// CHECK-DAG: %[[AT2:[a-z0-9_]+]] = arith.constant 135 : index
// CHECK-DAG: memref.view %{{.*}}[%[[AT0]]][] : memref<180xi8, #romanet.space<shared>> to memref<5x3xi32, #romanet.space<shared>>
// CHECK-DAG: memref.view %{{.*}}[%[[AT1]]][] : memref<180xi8, #romanet.space<shared>> to memref<5x15xi8, #romanet.space<shared>>
// CHECK-DAG: memref.view %{{.*}}[%[[AT2]]][] : memref<180xi8, #romanet.space<shared>> to memref<15x3xi8, #romanet.space<shared>>
// VERIFY: (shared.matmul.0) is carried out as scheduled
func.func @shared(%a: memref<5x15xi8>, %b: memref<15x3xi8>, %c: memref<5x3xi32>) {
  linalg.matmul ins(%a, %b : memref<5x15xi8>, memref<15x3xi8>) outs(%c : memref<5x3xi32>)
  return
}
}

// -----

// On tensors a move within a buffer is bufferized through a temporary, for which
// there is no room: rows go directly, since source and target are disjoint.
module attributes {romanet.machine = #romanet.machine<buffers = <input = 28, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: memref.global "private" @romanet_on_chip_input : memref<28xi8, #romanet.space<input>>
// CHECK-LABEL: func.func @rows_move(
// CHECK: %[[IN:[a-z0-9_]+]] = memref.view {{.*}} to memref<1x7x4x1xi8, #romanet.space<input>>
// CHECK-NOT: memref.alloc
// CHECK: scf.if
// CHECK-NEXT: %[[TWO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 2, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: %[[ZERO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 0, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: memref.copy %[[TWO]], %[[ZERO]]
// CHECK-NOT: memref.alloc
// CHECK: return
// VERIFY: (rows_move.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 2 tiles, bytes input_read = 32,
func.func @rows_move(%a: tensor<1x8x4x1xi8>, %b: tensor<6x1x1x2xi8>, %c: tensor<1x3x4x2xi32>) -> tensor<1x3x4x2xi32> {
  %0 = linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 2, n = 1, g = 1, q = 4, k = 2, c = 1], halo>}
      ins(%a, %b : tensor<1x8x4x1xi8>, tensor<6x1x1x2xi8>) outs(%c : tensor<1x3x4x2xi32>) -> tensor<1x3x4x2xi32>
  return %0 : tensor<1x3x4x2xi32>
}
}

// -----

// So does a move from one half of a double buffer to the other.
module attributes {romanet.machine = #romanet.machine<buffers = <input = 32, weights = 64, output = 128, double_buffered = [input]>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: memref.global "private" @romanet_on_chip_input : memref<32xi8, #romanet.space<input>>
// CHECK-LABEL: func.func @rows_move_to_the_other_half(
// CHECK-NOT: memref.alloc
// CHECK: return
// VERIFY: (rows_move_to_the_other_half.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 3 tiles, bytes input_read = 32,
func.func @rows_move_to_the_other_half(%a: tensor<1x8x4x1xi8>, %b: tensor<3x1x1x2xi8>, %c: tensor<1x6x4x2xi32>) -> tensor<1x6x4x2xi32> {
  %0 = linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 2, n = 1, g = 1, q = 4, k = 2, c = 1], halo>}
      ins(%a, %b : tensor<1x8x4x1xi8>, tensor<3x1x1x2xi8>) outs(%c : tensor<1x6x4x2xi32>) -> tensor<1x6x4x2xi32>
  return %0 : tensor<1x6x4x2xi32>
}
}

// -----

// A buffer that lives while a function is called, or around a block that takes
// others, must keep its bytes: it stays an allocation. What is declared alone has
// no buffers on chip.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: memref.global "private" @romanet_on_chip_shared : memref<16xi8, #romanet.space<shared>>
// CHECK-LABEL: func.func @callee(
// CHECK: memref.view {{.*}} to memref<16xi8, #romanet.space<shared>>
func.func @callee(%a: memref<16xi8>, %b: memref<16xi8>) {
  %i = memref.alloc() : memref<16xi8, #romanet.space<shared>>
  memref.copy %a, %i : memref<16xi8> to memref<16xi8, #romanet.space<shared>>
  memref.copy %i, %b : memref<16xi8, #romanet.space<shared>> to memref<16xi8>
  return
}
// CHECK-LABEL: func.func @caller(
// CHECK: %[[KEPT:[a-z0-9_]+]] = memref.alloc() : memref<16xi8, #romanet.space<shared>>
// CHECK: call @callee
// CHECK: memref.copy %[[KEPT]],
// CHECK-NEXT: memref.dealloc %[[KEPT]]
func.func @caller(%a: memref<16xi8>, %b: memref<16xi8>, %c: memref<16xi8>, %d: memref<16xi8>) {
  %i = memref.alloc() : memref<16xi8, #romanet.space<shared>>
  memref.copy %a, %i : memref<16xi8> to memref<16xi8, #romanet.space<shared>>
  call @callee(%b, %c) : (memref<16xi8>, memref<16xi8>) -> ()
  memref.copy %i, %d : memref<16xi8, #romanet.space<shared>> to memref<16xi8>
  return
}
func.func private @elsewhere()
// CHECK-LABEL: func.func @calls_a_declaration(
// CHECK-NOT: memref.alloc
// CHECK: memref.view {{.*}} to memref<16xi8, #romanet.space<shared>>
func.func @calls_a_declaration(%a: memref<16xi8>, %d: memref<16xi8>) {
  %i = memref.alloc() : memref<16xi8, #romanet.space<shared>>
  memref.copy %a, %i : memref<16xi8> to memref<16xi8, #romanet.space<shared>>
  call @elsewhere() : () -> ()
  memref.copy %i, %d : memref<16xi8, #romanet.space<shared>> to memref<16xi8>
  return
}
// CHECK-LABEL: func.func @around_a_loop(
// CHECK: memref.view {{.*}} to memref<16xi8, #romanet.space<shared>>
// CHECK: %[[KEPT:[a-z0-9_]+]] = memref.alloc() : memref<16xi8, #romanet.space<shared>>
// CHECK: scf.for
// CHECK-NOT: memref.alloc
// CHECK: memref.copy %[[KEPT]],
// CHECK-NEXT: memref.dealloc %[[KEPT]]
func.func @around_a_loop(%a: memref<16xi8>, %b: memref<16xi8>, %d: memref<16xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %i = memref.alloc() : memref<16xi8, #romanet.space<shared>>
  memref.copy %a, %i : memref<16xi8> to memref<16xi8, #romanet.space<shared>>
  scf.for %k = %c0 to %c4 step %c1 {
    %j = memref.alloc() : memref<16xi8, #romanet.space<shared>>
    memref.copy %b, %j : memref<16xi8> to memref<16xi8, #romanet.space<shared>>
  }
  memref.copy %i, %d : memref<16xi8, #romanet.space<shared>> to memref<16xi8>
  return
}
}
