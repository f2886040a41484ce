// The handles, and what may be pinned.
//
// RUN: romanet-opt %s --transform-interpreter -split-input-file -verify-diagnostics -o %t
// RUN: FileCheck %s < %t

// One operation on tiles for each target. Half of the columns of the first
// product are on chip at a time, the second fits as a whole: one loop.
module attributes {transform.with_named_sequence, romanet.machine = #romanet.machine<
    buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-LABEL: func.func @handles
// CHECK: scf.for
// CHECK: linalg.matmul {first, {{.*}}romanet.layer =
// CHECK: } {outermost}
// CHECK: linalg.matmul {romanet.buffers = #romanet.buffers<shared = 256>, romanet.layer =
// CHECK-SAME: second
func.func @handles(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<8x2xi32>,
                   %d: tensor<4x8xi32>, %e: tensor<4x2xi32>) -> tensor<4x2xi32> {
  // expected-remark @below {{the first target}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
                     outs(%d : tensor<4x8xi32>) -> tensor<4x8xi32>
  %1 = linalg.matmul {romanet.buffers = #romanet.buffers<shared = 256>}
                     ins(%0, %c : tensor<4x8xi32>, tensor<8x2xi32>)
                     outs(%e : tensor<4x2xi32>) -> tensor<4x2xi32>
  return %1 : tensor<4x2xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %products = transform.structured.match ops{["linalg.matmul"]} in %root
      : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %products
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  %first, %second = transform.split_handle %tiled
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.debug.emit_remark_at %first, "the first target" : !transform.any_op
  transform.annotate %first "first" : !transform.any_op
  transform.annotate %second "second" : !transform.any_op
  // Not more and not less than one.
  %loop = transform.split_handle %loops : (!transform.any_op) -> !transform.any_op
  transform.annotate %loop "outermost" : !transform.any_op
  transform.yield
}
}

// -----

// A pinned schedule and pinned buffers win over those on the operation. The
// loops are in the order of the schedule, those of one trip left out.
module attributes {transform.with_named_sequence} {
// CHECK-LABEL: func.func @pinned
// CHECK: scf.for {{.*}} step %[[C8:c8[_0-9]*]]
// CHECK: scf.for {{.*}} step %[[C2:c2[_0-9]*]]
// CHECK: linalg.matmul {romanet.buffers = #romanet.buffers<input = 32, weights = 32, output = 32>
// CHECK-SAME: romanet.schedule = #romanet.schedule<[c = 8, n = 2, k = 4, g = 1, p = 1, q = 1]>
// CHECK: } {inner}
// CHECK: } {outer}
func.func @pinned(%a: memref<4x16xi8>, %b: memref<16x4xi8>, %c: memref<4x4xi32>) {
  linalg.matmul {romanet.buffers = #romanet.buffers<shared = 1>,
                 romanet.schedule = #romanet.schedule<[n = 1, k = 1, c = 1, g = 1, p = 1, q = 1]>}
      ins(%a, %b : memref<4x16xi8>, memref<16x4xi8>) outs(%c : memref<4x4xi32>)
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root
      : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %product
      schedule <[c = 8, n = 2, k = 4, g = 1, p = 1, q = 1]>
      buffers <input = 32, weights = 32, output = 32>
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  %outer, %inner = transform.split_handle %loops
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.annotate %outer "outer" : !transform.any_op
  transform.annotate %inner "inner" : !transform.any_op
  transform.yield
}
}

// -----

// The schedule on the operation counts where none is pinned, and a handle to
// nothing gives handles to nothing.
module attributes {transform.with_named_sequence} {
// CHECK-LABEL: func.func @on_the_operation
// CHECK: romanet.schedule = #romanet.schedule<[n = 3, k = 2, c = 1, g = 1, p = 1, q = 1]>
func.func @on_the_operation(%a: memref<4x16xi8>, %b: memref<16x4xi8>, %c: memref<4x4xi32>) {
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 3, k = 2, c = 1, g = 1, p = 1, q = 1]>}
      ins(%a, %b : memref<4x16xi8>, memref<16x4xi8>) outs(%c : memref<4x4xi32>)
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %nothing = transform.structured.match ops{["linalg.vecmat"]} in %root
      : (!transform.any_op) -> !transform.any_op
  %none, %noLoops = transform.romanet.tile %nothing
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.annotate %none "none" : !transform.any_op
  %product = transform.structured.match ops{["linalg.matmul"]} in %root
      : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %product
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
