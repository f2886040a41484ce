// RUN: romanet-opt %s --romanet-dram-map -allow-unregistered-dialect -split-input-file -verify-diagnostics | FileCheck %s
// RUN: romanet-opt %s --romanet-dram-map -allow-unregistered-dialect -split-input-file -mlir-print-local-scope \
// RUN:   | %python %S/check_places.py

// The device has bursts of 64 bytes, rows of 8192 bytes in each of 8 banks. Its
// rows are filled bank after bank. Buffers of a row or more begin at a row, the
// largest first; small ones fill what is left, at bursts.

// CHECK-LABEL: module @allocations
// The arena is as long as the last allocation in it: 8192 + 4096 + 40.
// CHECK: memref.global "private" @romanet_dram : memref<12328xi8> = uninitialized {alignment = 64 : i64}
module @allocations attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// The row of 8192 bytes is bank 0, row 0; the next address is in bank 1. The
// argument comes behind the arena, at the next burst: 12328 -> 12352 = 8192 +
// 65 * 64, burst 65 of bank 1, column 65 * 8 = 520.
// CHECK-LABEL: func.func @views(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<10xf32> {romanet.dram = #romanet.dram<address = 12352, bytes = 40, first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 520>, last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 520>>}
func.func @views(%a: memref<10xf32>) {
  // CHECK-NOT: memref.alloc
  // CHECK: %[[ARENA0:[a-z0-9_]+]] = memref.get_global @romanet_dram
  // CHECK: %[[AT0:[a-z0-9_]+]] = arith.constant 12288 : index
  // CHECK: %[[SMALL:[a-z0-9_]+]] = memref.view %[[ARENA0]][%[[AT0]]][] {romanet.dram = #romanet.dram<address = 12288, bytes = 40, {{.*}}bank = 1, row = 0, column = 512>{{.*}}} : memref<12328xi8> to memref<10xf32>
  %small = memref.alloc() : memref<10xf32>
  // CHECK: %[[AT1:[a-z0-9_]+]] = arith.constant 0 : index
  // CHECK: memref.view %{{.*}}[%[[AT1]]][] {romanet.dram = #romanet.dram<address = 0, bytes = 8192, first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>, last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 1016>>} : memref<12328xi8> to memref<2048xf32>
  %row = memref.alloc() : memref<2048xf32>
  // CHECK: %[[AT2:[a-z0-9_]+]] = arith.constant 8192 : index
  // CHECK: memref.view %{{.*}}[%[[AT2]]][] {romanet.dram = #romanet.dram<address = 8192, bytes = 4096, {{.*}}bank = 1, row = 0, column = 0>{{.*}}bank = 1, row = 0, column = 504>>} : memref<12328xi8> to memref<64x64xi8>
  %half = memref.alloca() : memref<64x64xi8>
  // CHECK: memref.copy %[[A]], %[[SMALL]]
  memref.copy %a, %small : memref<10xf32> to memref<10xf32>
  "test.use"(%row, %half) : (memref<2048xf32>, memref<64x64xi8>) -> ()
  // The arena is never freed in part.
  // CHECK-NOT: memref.dealloc
  memref.dealloc %small : memref<10xf32>
  memref.dealloc %row : memref<2048xf32>
  return
}
}

// -----

// 9 rows in 8 banks: the ninth is row 1 of bank 0.
// CHECK-LABEL: module @next_row
module @next_row attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: romanet.dram<address = 0, bytes = 73728, {{.*}}bank = 0, row = 0, column = 0>, last = <{{.*}}bank = 0, row = 1, column = 1016>
func.func @nine_rows() -> memref<9x8192xi8> {
  %0 = memref.alloc() : memref<9x8192xi8>
  return %0 : memref<9x8192xi8>
}
}

// -----

// Constants and the arguments of functions that nothing calls have places that
// their owner is to use. The arena holds allocations and nothing else, and there
// is none without them.
// CHECK-LABEL: module @owned
module @owned attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-NOT: romanet_dram
// The largest first: 64 + 32 bytes, then one burst each.
// CHECK: memref.global "private" constant @constant : memref<8xf32> = dense<1.000000e+00> {romanet.dram = #romanet.dram<address = [[CONSTANT:[0-9]+]], bytes = 32
memref.global "private" constant @constant : memref<8xf32> = dense<1.0>
// On-chip memory and other spaces are not ours to place.
// CHECK: memref.global "private" @elsewhere : memref<8xf32, 3>
// CHECK-NOT: romanet.dram =
memref.global "private" @elsewhere : memref<8xf32, 3>
// CHECK: func.func @entry(%{{.*}}: memref<16xf32> {romanet.dram = #romanet.dram<address = 0, bytes = 64, {{.*}}}, %{{.*}}: index, %{{.*}}: memref<4xf32, 3>)
func.func @entry(%a: memref<16xf32>, %i: index, %b: memref<4xf32, 3>) {
  return
}
// CHECK: func.func private @declaration(memref<16xf32>)
func.func private @declaration(memref<16xf32>)
}

// -----

// A function that is called twice must not give out the same buffer twice: it
// takes its result as an argument, and its callers place it. Its arguments are
// its callers' buffers, so they have no place of their own.
// CHECK-LABEL: module @calls
module @calls attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: memref.global "private" @romanet_dram : memref<96xi8>
// CHECK-LABEL: func.func @callee(
// CHECK-SAME: %{{[a-z0-9_]+}}: memref<8xf32>, %{{[a-z0-9_]+}}: memref<8xf32>)
// CHECK-NOT: memref.view
// CHECK: return{{$}}
func.func @callee(%a: memref<8xf32>) -> memref<8xf32> {
  %0 = memref.alloc() : memref<8xf32>
  memref.copy %a, %0 : memref<8xf32> to memref<8xf32>
  return %0 : memref<8xf32>
}
// Two places, a burst apart.
// CHECK-LABEL: func.func @caller(
// CHECK-SAME: romanet.dram = #romanet.dram<
// CHECK-DAG: %[[FIRST:[a-z0-9_]+]] = memref.view {{.*}}address = 0, bytes = 32
// CHECK-DAG: %[[SECOND:[a-z0-9_]+]] = memref.view {{.*}}address = 64, bytes = 32
// CHECK-DAG: call @callee(%{{.*}}, %[[FIRST]])
// CHECK-DAG: call @callee(%{{.*}}, %[[SECOND]])
func.func @caller(%a: memref<8xf32>) -> (memref<8xf32>, memref<8xf32>) {
  %0 = call @callee(%a) : (memref<8xf32>) -> memref<8xf32>
  %1 = call @callee(%0) : (memref<8xf32>) -> memref<8xf32>
  return %0, %1 : memref<8xf32>, memref<8xf32>
}
}

// -----

// A result that is an argument has its place already.
// CHECK-LABEL: module @passed_through
module @passed_through attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func @identity(
// CHECK-SAME: %{{[a-z0-9_]+}}: memref<8xf32>) {
func.func @identity(%a: memref<8xf32>) -> memref<8xf32> {
  return %a : memref<8xf32>
}
// CHECK-LABEL: func.func @caller(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<8xf32> {romanet.dram = #romanet.dram<address = 0, bytes = 32
// CHECK: call @identity(%[[A]]) : (memref<8xf32>) -> ()
// CHECK: "test.use"(%[[A]])
func.func @caller(%a: memref<8xf32>) {
  %0 = call @identity(%a) : (memref<8xf32>) -> memref<8xf32>
  "test.use"(%0) : (memref<8xf32>) -> ()
  return
}
}

// -----

// A buffer of one iteration needs one place.
// CHECK-LABEL: module @in_a_loop
module @in_a_loop attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: memref.global "private" @romanet_dram : memref<32xi8>
// CHECK: scf.for
// CHECK: memref.view {{.*}}address = 0, bytes = 32
func.func @iterations() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %0 = memref.alloc() : memref<8xf32>
    // That a loop inside hands it on does not make it outlive this iteration.
    %1 = scf.for %j = %c0 to %c4 step %c1 iter_args(%same = %0) -> memref<8xf32> {
      "test.use"(%same) : (memref<8xf32>) -> ()
      scf.yield %same : memref<8xf32>
    }
    memref.dealloc %0 : memref<8xf32>
  }
  return
}
}

// -----

// On-chip buffers have places too: views of one global of each space, taken where
// the function begins. Whoever freed them need not any more.
// CHECK-LABEL: module @on_chip
module @on_chip attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-DAG: memref.global "private" @romanet_on_chip_input : memref<32xi8, #romanet.space<input>> = uninitialized {alignment = 64 : i64}
// CHECK-DAG: memref.global "private" @romanet_on_chip_weights : memref<32xi8, #romanet.space<weights>> = uninitialized
// CHECK-DAG: memref.global "private" @romanet_on_chip_output : memref<32xi8, #romanet.space<output>> = uninitialized
// CHECK-LABEL: func.func @freed
// CHECK-NOT: memref.alloc
// CHECK-DAG: %[[FIRST:[a-z0-9_]+]] = memref.view {{.*}} to memref<8xf32, #romanet.space<input>>
// CHECK-DAG: %[[SECOND:[a-z0-9_]+]] = memref.view {{.*}} to memref<8xf32, #romanet.space<output>>
// CHECK-DAG: memref.view {{.*}} to memref<8xf32, #romanet.space<weights>>
// CHECK-NOT: memref.dealloc
// CHECK: scf.for
// CHECK: memref.subview %[[FIRST]]
// CHECK: "test.use"(%[[SECOND]])
// CHECK-NEXT: return
func.func @freed() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %0 = memref.alloc() : memref<8xf32, #romanet.space<input>>
  %1 = memref.alloc() : memref<8xf32, #romanet.space<output>>
  %2 = memref.alloc() : memref<8xf32, #romanet.space<weights>>
  memref.dealloc %2 : memref<8xf32, #romanet.space<weights>>
  scf.for %i = %c0 to %c4 step %c1 {
    %view = memref.subview %0[%i] [1] [1] : memref<8xf32, #romanet.space<input>>
      to memref<1xf32, strided<[1], offset: ?>, #romanet.space<input>>
    "test.use"(%view) : (memref<1xf32, strided<[1], offset: ?>, #romanet.space<input>>) -> ()
  }
  "test.use"(%1) : (memref<8xf32, #romanet.space<output>>) -> ()
  return
}
}

// -----

// Tensors are bufferized first; no tensor is left, and the result of the entry
// lies in the arena.
// CHECK-LABEL: module @tensors
module @tensors attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-NOT: tensor
// CHECK: memref.global "private" @romanet_dram : memref<64xi8>
// CHECK: func.func @sum(%{{.*}}: memref<16xf32> {romanet.dram = {{.*}}}) -> memref<16xf32>
// CHECK: %[[VIEW:[a-z0-9_]+]] = memref.view {{.*}}address = 0, bytes = 64
// CHECK: linalg.add {{.*}} outs(%[[VIEW]] : memref<16xf32>)
// CHECK: return %[[VIEW]]
// CHECK-NOT: tensor
func.func @sum(%a: tensor<16xf32>) -> tensor<16xf32> {
  %e = tensor.empty() : tensor<16xf32>
  %0 = linalg.add ins(%a, %a : tensor<16xf32>, tensor<16xf32>) outs(%e : tensor<16xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}
}

// -----

// The memory space 0, written out, is DRAM too: upstream drops it from the type.
// CHECK-LABEL: module @space_zero
module @space_zero attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: %[[VIEW:[a-z0-9_]+]] = memref.view
// CHECK: "test.use"(%[[VIEW]]) : (memref<8xf32>)
func.func @explicit() {
  %0 = memref.alloc() : memref<8xf32, 0 : i32>
  "test.use"(%0) : (memref<8xf32, 0 : i32>) -> ()
  return
}
}
