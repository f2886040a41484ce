// Failures are silenceable and change nothing, with the words of the pass.
//
// RUN: romanet-opt %s --transform-interpreter -split-input-file -verify-diagnostics

module attributes {transform.with_named_sequence} {
func.func @not_a_layer(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'linalg.add' is not scheduled: it is neither a convolution nor a contraction}}
  %0 = linalg.add ins(%a, %b : tensor<4xf32>, tensor<4xf32>) outs(%a : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %sum = transform.structured.match ops{["linalg.add"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{tiled by this operation}}
  %tiled, %loops = transform.romanet.tile %sum : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
// expected-error @below {{'func.func' is not scheduled: it is not a linalg operation}}
func.func @not_linalg() {
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{tiled by this operation}}
  %tiled, %loops = transform.romanet.tile %function : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
func.func @does_not_fit(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{'linalg.matmul' (does_not_fit.matmul.0): even the smallest tiles (input 1, weights 1, output 4 bytes) need 4 bytes in the output buffer, which has 3, 1 too few}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{tiled by this operation}}
  %tiled, %loops = transform.romanet.tile %product buffers <input = 64, weights = 64, output = 3>
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

// Every rule that is broken is named.
module attributes {transform.with_named_sequence} {
func.func @illegal_schedule(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{'linalg.matmul' (illegal_schedule.matmul.0) has a schedule that cannot be carried out: tile of loop n is 5, expected 1 to 4}}
  // expected-error @below {{'linalg.matmul' (illegal_schedule.matmul.0) has a schedule that cannot be carried out: tile of loop k is 9, expected 1 to 8}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{tiled by this operation}}
  %tiled, %loops = transform.romanet.tile %product schedule <[n = 5, g = 1, k = 9, c = 16, p = 1, q = 1]>
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

// What is tiled is not tiled again.
module attributes {transform.with_named_sequence} {
func.func @twice(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{'linalg.matmul' is not scheduled: it works on tiles already}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %product : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  // expected-note @below {{tiled by this operation}}
  %again, %more = transform.romanet.tile %tiled : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  // expected-error @below {{'transform.romanet.tile' op objective 'beauty' is not known, expected one of bytes, bursts}}
  %tiled, %loops = transform.romanet.tile %root objective "beauty" : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  // expected-error @below {{'transform.romanet.tile' op space 'outer' is not known, expected S0, S1, S2, S3}}
  %tiled, %loops = transform.romanet.tile %root space "outer" : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
