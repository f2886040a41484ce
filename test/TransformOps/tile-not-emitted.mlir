// A schedule that is legal, but that the nest of loops cannot carry out yet.
//
// RUN: romanet-opt %s --transform-interpreter -verify-diagnostics

module attributes {transform.with_named_sequence} {
func.func @serpentine(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{'linalg.matmul' (serpentine.matmul.0) has a schedule with hold, serpentine or halo, which romanet-tile does not emit}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{tiled by this operation}}
  %tiled, %loops = transform.romanet.tile %product schedule <[n = 2, k = 4, c = 8, g = 1, p = 1, q = 1], serpentine>
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
