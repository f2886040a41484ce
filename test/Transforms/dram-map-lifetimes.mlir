// RUN: romanet-opt %s --romanet-dram-map -allow-unregistered-dialect -split-input-file | FileCheck %s
// RUN: romanet-opt %s --romanet-dram-map -allow-unregistered-dialect -split-input-file -mlir-print-local-scope \
// RUN:   | %python %S/check_places.py
// RUN: romanet-opt %s --romanet-dram-map --romanet-verify -allow-unregistered-dialect -split-input-file > /dev/null
//
// Without reuse the arena of the first module has a row for each of four buffers.
// RUN: romanet-opt %s --romanet-dram-map=reuse=false -allow-unregistered-dialect -split-input-file \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: romanet-opt %s --romanet-dram-map=reuse=false -allow-unregistered-dialect -split-input-file \
// RUN:   -mlir-print-local-scope | %python %S/check_places.py
// APART: @romanet_dram : memref<32768xi8>
// APART-NOT: live =

// Buffers of a row of 8192 bytes. The copies are the points 0 to 4; in each a
// buffer is written while the one before it is read. Two rows are enough.
// CHECK-LABEL: module @chain
// CHECK: @romanet_dram : memref<16384xi8>
module @chain attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
// CHECK: func.func @chain(%{{.*}}: memref<2048xf32> {romanet.dram = #romanet.dram<address = 16384, bytes = 8192, {{[^}]*}}column = 1016>>})
func.func @chain(%a: memref<2048xf32>) {
  // CHECK: memref.view {{.*}}address = [[FIRST:[0-9]+]], bytes = 8192, {{.*}}live = [0, 1]>
  // CHECK: memref.view {{.*}}live = [1, 2]>
  // CHECK: memref.view {{.*}}address = [[FIRST]], bytes = 8192, {{.*}}live = [2, 3]>
  // CHECK: memref.view {{.*}}live = [3, 4]>
  %0 = memref.alloc() : memref<2048xf32>
  %1 = memref.alloc() : memref<2048xf32>
  %2 = memref.alloc() : memref<2048xf32>
  %3 = memref.alloc() : memref<2048xf32>
  memref.copy %a, %0 : memref<2048xf32> to memref<2048xf32>
  memref.copy %0, %1 : memref<2048xf32> to memref<2048xf32>
  // A free says nothing of what comes before it.
  memref.dealloc %0 : memref<2048xf32>
  memref.copy %1, %2 : memref<2048xf32> to memref<2048xf32>
  memref.copy %2, %3 : memref<2048xf32> to memref<2048xf32>
  memref.copy %3, %a : memref<2048xf32> to memref<2048xf32>
  memref.dealloc %1 : memref<2048xf32>
  memref.dealloc %2 : memref<2048xf32>
  memref.dealloc %3 : memref<2048xf32>
  return
}
}

// -----

// A buffer from outside lives for the whole loop in which it is read; one of each
// iteration for its part of it. Point 0 is in front of the loop, 1 to 3 are in it.
// CHECK-LABEL: module @loop
// CHECK: @romanet_dram : memref<16384xi8>
module @loop attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @loop(%a: memref<2048xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // CHECK: memref.view {{.*}}live = [0, 3]>
  %outside = memref.alloc() : memref<2048xf32>
  memref.copy %a, %outside : memref<2048xf32> to memref<2048xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    // CHECK: memref.view {{.*}}address = [[AT:[0-9]+]], {{.*}}live = [1, 2]>
    // CHECK: memref.view {{.*}}address = [[AT]], {{.*}}live = [3, 3]>
    %inside = memref.alloc() : memref<2048xf32>
    %later = memref.alloc() : memref<2048xf32>
    memref.copy %outside, %inside : memref<2048xf32> to memref<2048xf32>
    memref.copy %inside, %a : memref<2048xf32> to memref<2048xf32>
    memref.copy %a, %later : memref<2048xf32> to memref<2048xf32>
  }
  return
}
}

// -----

// The last use under another name counts: of a view, of one of two buffers, of
// what a loop hands on.
// CHECK-LABEL: module @aliases
module @aliases attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @aliases(%a: memref<2048xf32>, %which: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: memref.view {{.*}}live = [0, 4]>
  %viewed = memref.alloc() : memref<2048xf32>
  // CHECK: memref.view {{.*}}live = [1, 5]>
  %selected = memref.alloc() : memref<2048xf32>
  // CHECK: memref.view {{.*}}live = [2, 6]>
  %carried = memref.alloc() : memref<2048xf32>
  %half = memref.subview %viewed[1024] [1024] [1] : memref<2048xf32> to memref<1024xf32, strided<[1], offset: 1024>>
  memref.copy %a, %viewed : memref<2048xf32> to memref<2048xf32>
  memref.copy %a, %selected : memref<2048xf32> to memref<2048xf32>
  memref.copy %a, %carried : memref<2048xf32> to memref<2048xf32>
  %one = arith.select %which, %selected, %a : memref<2048xf32>
  %last = scf.for %i = %c0 to %c1 step %c1 iter_args(%x = %carried) -> memref<2048xf32> {
    memref.copy %x, %a : memref<2048xf32> to memref<2048xf32>
    scf.yield %x : memref<2048xf32>
  }
  %b = memref.subview %a[0] [1024] [1] : memref<2048xf32> to memref<1024xf32, strided<[1]>>
  memref.copy %half, %b : memref<1024xf32, strided<[1], offset: 1024>> to memref<1024xf32, strided<[1]>>
  memref.copy %one, %a : memref<2048xf32> to memref<2048xf32>
  memref.copy %last, %a : memref<2048xf32> to memref<2048xf32>
  return
}
}

// -----

// While a function is called, its buffers live together with those of the caller
// that are still needed. Two functions that do not call each other share.
// CHECK-LABEL: module @calls
// CHECK: @romanet_dram : memref<16384xi8>
module @calls attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func private @one(%a: memref<2048xf32>) {
  // CHECK: memref.view {{.*}}address = [[CALLEE:[0-9]+]], {{.*}}live = [0, 1]>
  %0 = memref.alloc() : memref<2048xf32>
  memref.copy %a, %0 : memref<2048xf32> to memref<2048xf32>
  memref.copy %0, %a : memref<2048xf32> to memref<2048xf32>
  return
}
func.func private @other(%a: memref<2048xf32>) {
  // CHECK: memref.view {{.*}}address = [[CALLEE]], {{.*}}live = [2, 3]>
  %0 = memref.alloc() : memref<2048xf32>
  memref.copy %a, %0 : memref<2048xf32> to memref<2048xf32>
  memref.copy %0, %a : memref<2048xf32> to memref<2048xf32>
  return
}
func.func @caller(%a: memref<2048xf32>) {
  // Points 4 to 7, and those of both functions.
  // CHECK: memref.view {{.*}}live = [0, 7]>
  %across = memref.alloc() : memref<2048xf32>
  memref.copy %a, %across : memref<2048xf32> to memref<2048xf32>
  call @one(%a) : (memref<2048xf32>) -> ()
  call @other(%a) : (memref<2048xf32>) -> ()
  memref.copy %across, %a : memref<2048xf32> to memref<2048xf32>
  // CHECK: memref.view {{.*}}address = [[CALLEE]], {{.*}}live = [8, 9]>
  %behind = memref.alloc() : memref<2048xf32>
  memref.copy %a, %behind : memref<2048xf32> to memref<2048xf32>
  memref.copy %behind, %a : memref<2048xf32> to memref<2048xf32>
  return
}
}

// -----

// A result lives from where it is written to the end, and in the other function
// that is called from outside. Before, its place may serve.
// CHECK-LABEL: module @results
// CHECK: @romanet_dram : memref<16384xi8>
module @results attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @first(%a: memref<2048xf32>) -> memref<2048xf32> {
  // CHECK: memref.view {{.*}}address = [[RESULT:[0-9]+]], {{.*}}live = [2, 5]>
  // CHECK: memref.view {{.*}}address = [[RESULT]], {{.*}}live = [0, 1]>
  %result = memref.alloc() : memref<2048xf32>
  %before = memref.alloc() : memref<2048xf32>
  memref.copy %a, %before : memref<2048xf32> to memref<2048xf32>
  memref.copy %before, %a : memref<2048xf32> to memref<2048xf32>
  memref.copy %a, %result : memref<2048xf32> to memref<2048xf32>
  memref.copy %a, %a : memref<2048xf32> to memref<2048xf32>
  return %result : memref<2048xf32>
}
func.func @second(%a: memref<2048xf32>) {
  // CHECK: memref.view {{.*}}live = [4, 5]>
  %0 = memref.alloc() : memref<2048xf32>
  memref.copy %a, %0 : memref<2048xf32> to memref<2048xf32>
  memref.copy %0, %a : memref<2048xf32> to memref<2048xf32>
  return
}
}

// -----

// What an unknown operation sees may be used at any time. Where there are branches
// between blocks, a buffer lives in all of them.
// CHECK-LABEL: module @conservative
module @conservative attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @unknown(%a: memref<2048xf32>) {
  // CHECK: memref.view {{.*}}column = 1016>>}
  %0 = memref.alloc() : memref<2048xf32>
  "test.use"(%0) : (memref<2048xf32>) -> ()
  return
}
func.func @pointer(%a: memref<2048xf32>) -> index {
  // CHECK: memref.view {{.*}}column = 1016>>}
  %0 = memref.alloc() : memref<2048xf32>
  %1 = memref.extract_aligned_pointer_as_index %0 : memref<2048xf32> -> index
  return %1 : index
}
func.func @blocks(%a: memref<2048xf32>, %again: i1) {
  // CHECK: memref.view {{.*}}live = [1, 2]>
  %0 = memref.alloc() : memref<2048xf32>
  cf.br ^loop
^loop:
  memref.copy %a, %0 : memref<2048xf32> to memref<2048xf32>
  cf.cond_br %again, ^loop, ^end
^end:
  memref.copy %a, %a : memref<2048xf32> to memref<2048xf32>
  return
}
}
