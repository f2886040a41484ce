// A schedule with hold and serpentine order, given to the transform.
//
// RUN: romanet-opt %s --transform-interpreter --cse | FileCheck %s
// RUN: romanet-opt %s --transform-interpreter --cse --romanet-dram-map --romanet-verify 2>&1 \
// RUN:   | FileCheck %s --check-prefix=VERIFY

// Rows outside, columns inside, two tiles of each. The input changes with the
// rows alone. Of the weights all columns are held, outside both loops: they are
// loaded once, as a whole.
// CHECK-LABEL: func.func @held(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<4x16xi8>, %[[B:[a-z0-9_]+]]: tensor<16x8xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<input>} : tensor<2x16xi8>
// CHECK: %[[WEIGHTS:[a-z0-9_]+]] = bufferization.alloc_tensor() {memory_space = #romanet.space<weights>} : tensor<16x8xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<2x4xi32>
// CHECK: %[[ALL:[a-z0-9_]+]] = bufferization.materialize_in_destination %{{.*}} in %[[WEIGHTS]]
// CHECK: %[[LOOP:[a-z0-9_]+]]:3 = scf.for %[[N:[a-z0-9_]+]] =
// CHECK: tensor.extract_slice %[[A]][%{{.*}}, 0] [2, 16]
// CHECK: bufferization.materialize_in_destination
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// The columns run back in the second row, where the position is odd.
// CHECK: arith.select
// CHECK: %[[PART:[a-z0-9_]+]] = tensor.extract_slice %[[ALL]][0, %{{.*}}] [16, 4]
// CHECK: linalg.matmul {{.*}}hold = [input = 6, weights = 0, output = 6], serpentine>} ins(%{{.*}}, %[[PART]] :
//
// Input, weights, init and result move once: 4 * 16, 16 * 8, 4 * 8 * 4 bytes.
// VERIFY: is carried out as scheduled: 4 tiles, bytes input_read = 64, weights_read = 128, output_read = 128, output_write = 128
module attributes {transform.with_named_sequence} {
func.func @held(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %product = transform.structured.match ops{["linalg.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %product
      schedule <[n = 2, k = 4, c = 16, g = 1, p = 1, q = 1], serpentine, hold = [input = 6, weights = 0, output = 6]>
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
