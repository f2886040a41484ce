// A failure that is silenced leaves everything as it was: the first product,
// which fits, is not tiled because the second does not. The script may try
// something else.
//
// RUN: romanet-opt %s --transform-interpreter -split-input-file | FileCheck %s

module attributes {transform.with_named_sequence, romanet.machine = #romanet.machine<
    buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-LABEL: func.func @silenced
// CHECK-NOT: scf.for
// CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<4x16xi8>, tensor<16x8xi8>)
// CHECK-NOT: scf.for
// CHECK: linalg.matmul {romanet.buffers = #romanet.buffers<shared = 3>} ins(
func.func @silenced(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>,
                    %d: tensor<8x8xi32>, %e: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  %1 = linalg.matmul {romanet.buffers = #romanet.buffers<shared = 3>}
      ins(%0, %d : tensor<4x8xi32>, tensor<8x8xi32>) outs(%e : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %1 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  transform.sequence %root : !transform.any_op failures(suppress) {
  ^bb0(%arg: !transform.any_op):
    %products = transform.structured.match ops{["linalg.matmul"]} in %arg : (!transform.any_op) -> !transform.any_op
    %tiled, %loops = transform.romanet.tile %products : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  }
  transform.yield
}
}

// -----

// The first alternative does not fit, the second does.
module attributes {transform.with_named_sequence} {
// CHECK-LABEL: func.func @alternatives
// CHECK: romanet.buffers = #romanet.buffers<shared = 192>
func.func @alternatives(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  transform.alternatives %function : !transform.any_op {
  ^bb0(%arg: !transform.any_op):
    %product = transform.structured.match ops{["linalg.matmul"]} in %arg : (!transform.any_op) -> !transform.any_op
    %tiled, %loops = transform.romanet.tile %product buffers <shared = 5> : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  }, {
  ^bb0(%arg: !transform.any_op):
    %product = transform.structured.match ops{["linalg.matmul"]} in %arg : (!transform.any_op) -> !transform.any_op
    %tiled, %loops = transform.romanet.tile %product buffers <shared = 192> : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  }
  transform.yield
}
}
