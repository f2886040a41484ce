// Misuse is a definite failure, which nothing silences. Upstream finds it first
// unless its checks are turned off.
//
// RUN: romanet-opt %s --transform-interpreter=disable-expensive-checks -verify-diagnostics
// RUN: not romanet-opt %s --transform-interpreter 2>&1 | FileCheck %s
// CHECK: error: {{.*}}more than once

module attributes {transform.with_named_sequence} {
func.func @named_twice(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-note @below {{this operation}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
  %both = transform.merge_handles %product, %product : !transform.any_op
  // expected-error @below {{the handle names an operation twice, which can be tiled once}}
  %tiled, %loops = transform.romanet.tile %both : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
