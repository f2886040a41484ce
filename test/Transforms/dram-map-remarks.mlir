// Buffers that get no place stay what they were, with a remark that says why.
//
// RUN: romanet-opt %s --romanet-dram-map -allow-unregistered-dialect -split-input-file \
// RUN:   -verify-diagnostics | FileCheck %s

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {

// CHECK-NOT: romanet_dram
// CHECK-LABEL: func.func @dynamic
func.func @dynamic(%n: index) {
  // CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
  // expected-remark @below {{buffer 'memref<?xf32>' (allocated in @dynamic) gets no place in DRAM: its size is not known at compile time, or its layout is not contiguous}}
  %0 = memref.alloc(%n) : memref<?xf32>
  "test.use"(%0) : (memref<?xf32>) -> ()
  // What has no place is freed as before.
  // CHECK: memref.dealloc
  memref.dealloc %0 : memref<?xf32>
  return
}

// CHECK-LABEL: func.func @dynamic_argument
// expected-remark @below {{buffer 'memref<?xf32>' (argument 0 of @dynamic_argument) gets no place in DRAM: its size is not known}}
func.func @dynamic_argument(%a: memref<?xf32>) {
  return
}

// CHECK-LABEL: func.func @strided
func.func @strided() {
  // CHECK: memref.alloc() : memref<4x4xf32, strided<[8, 1]>>
  // expected-remark @below {{gets no place in DRAM: its size is not known at compile time, or its layout is not contiguous}}
  %0 = memref.alloc() : memref<4x4xf32, strided<[8, 1]>>
  "test.use"(%0) : (memref<4x4xf32, strided<[8, 1]>>) -> ()
  return
}

// Two iterations' buffers are live at a time: that of this one, and that of the
// one before.
// CHECK-LABEL: func.func @outlives
func.func @outlives(%a: memref<8xf32>) -> memref<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %last = scf.for %i = %c0 to %c4 step %c1 iter_args(%before = %a) -> memref<8xf32> {
    // CHECK: memref.alloc() : memref<8xf32>
    // expected-remark @below {{buffer 'memref<8xf32>' (allocated in @outlives) gets no place in DRAM: it is allocated in a loop and outlives the iteration}}
    %0 = memref.alloc() : memref<8xf32>
    memref.copy %before, %0 : memref<8xf32> to memref<8xf32>
    scf.yield %0 : memref<8xf32>
  }
  return %last : memref<8xf32>
}

// The same in a loop of branches.
// CHECK-LABEL: func.func @outlives_in_branches
func.func @outlives_in_branches(%a: memref<8xf32>, %again: i1) {
  cf.br ^loop(%a : memref<8xf32>)
^loop(%before: memref<8xf32>):
  // CHECK: memref.alloc() : memref<8xf32>
  // expected-remark @below {{gets no place in DRAM: it is allocated in a loop and outlives the iteration}}
  %0 = memref.alloc() : memref<8xf32>
  "test.use"(%before, %0) : (memref<8xf32>, memref<8xf32>) -> ()
  cf.cond_br %again, ^loop(%0 : memref<8xf32>), ^end
^end:
  return
}

// A function with a result of unknown size keeps all of its results. It is
// called twice, and both of its static results are live at a time.
// CHECK-LABEL: func.func @returns
func.func @returns(%n: index) -> (memref<8xf32>, memref<?xf32>) {
  // CHECK: memref.alloc() : memref<8xf32>
  // expected-remark @below {{buffer 'memref<8xf32>' (allocated in @returns) gets no place in DRAM: every call of its function returns a new one}}
  %0 = memref.alloc() : memref<8xf32>
  // expected-remark @below {{gets no place in DRAM}}
  %1 = memref.alloc(%n) : memref<?xf32>
  return %0, %1 : memref<8xf32>, memref<?xf32>
}
func.func @calls(%n: index) {
  %0:2 = call @returns(%n) : (index) -> (memref<8xf32>, memref<?xf32>)
  %1:2 = call @returns(%n) : (index) -> (memref<8xf32>, memref<?xf32>)
  "test.use"(%0#0, %1#0) : (memref<8xf32>, memref<8xf32>) -> ()
  return
}

// The arena cannot be freed in part, nor grow.
// CHECK-LABEL: func.func @reallocated
func.func @reallocated() {
  // CHECK: memref.alloc() : memref<8xf32>
  // expected-remark @below {{gets no place in DRAM: it is reallocated}}
  %0 = memref.alloc() : memref<8xf32>
  %1 = memref.realloc %0 : memref<8xf32> to memref<16xf32>
  "test.use"(%1) : (memref<16xf32>) -> ()
  return
}

// CHECK-LABEL: func.func @freed_elsewhere
func.func @freed_elsewhere(%which: i1) {
  // CHECK-COUNT-2: memref.alloc() : memref<8xf32>
  // expected-remark @below {{gets no place in DRAM: it is freed where it may be one of several buffers}}
  %0 = memref.alloc() : memref<8xf32>
  // expected-remark @below {{gets no place in DRAM: it is freed where it may be one of several buffers}}
  %1 = memref.alloc() : memref<8xf32>
  %2 = arith.select %which, %0, %1 : memref<8xf32>
  memref.dealloc %2 : memref<8xf32>
  return
}

// CHECK-LABEL: func.func @parallel
func.func @parallel() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    // CHECK: memref.alloc() : memref<8xf32>
    // expected-remark @below {{gets no place in DRAM: it is allocated in a parallel loop}}
    %0 = memref.alloc() : memref<8xf32>
    "test.use"(%0) : (memref<8xf32>) -> ()
    scf.reduce
  }
  return
}

// Two iterations may be in the function at a time.
func.func private @called_in_parallel(%a: memref<8xf32>) {
  // CHECK-LABEL: func.func private @called_in_parallel
  // CHECK: memref.alloc() : memref<8xf32>
  // expected-remark @below {{gets no place in DRAM: its function is called in a parallel loop}}
  %0 = memref.alloc() : memref<8xf32>
  memref.copy %a, %0 : memref<8xf32> to memref<8xf32>
  return
}
// expected-remark @below {{gets no place in DRAM: its size is not known}}
func.func @calls_in_parallel(%a: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %part = memref.cast %a : memref<?xf32> to memref<8xf32>
    func.call @called_in_parallel(%part) : (memref<8xf32>) -> ()
    scf.reduce
  }
  return
}

}

// -----

// Tensors that cannot become buffers: nothing is done.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-LABEL: func.func @unknown_operation
// CHECK-SAME: tensor<8xf32>
func.func @unknown_operation(%a: tensor<8xf32>) -> tensor<8xf32> {
  // expected-remark @below {{'tosa.tanh' works on tensors and cannot be bufferized, so that the module has no DRAM buffers to place; lower it to linalg first}}
  %0 = tosa.tanh %a : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
}
