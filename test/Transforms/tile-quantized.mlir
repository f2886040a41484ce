// Zero points are scalars: they go with the operation on tiles as they are.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// Two of four channels of the output at a time: the input is loaded once.
// CHECK-LABEL: func.func @zero_points(
// CHECK-SAME: %[[ZA:[a-z0-9_]+]]: i32, %[[ZB:[a-z0-9_]+]]: i32
// CHECK: memref.copy %{{.*}} to memref<1x5x5x2xi8, #romanet.space<input>>
// CHECK: scf.for
// CHECK: linalg.conv_2d_nhwc_hwcf_q {{.*}}loops = [n = 1, g = 1, k = 4, c = 2, p = 3, q = 3], image = [5, 5], kernel = [3, 3]{{.*}} ins(%{{.*}}, %{{.*}}, %[[ZA]], %[[ZB]] : memref<1x5x5x2xi8, #romanet.space<input>>, memref<3x3x2x2xi8, #romanet.space<weights>>, i32, i32)
// VERIFY: (zero_points.conv_2d_nhwc_hwcf_q.0) is carried out as scheduled: 2 tiles, bytes input_read = 50, weights_read = 72, output_read = 144, output_write = 144,
func.func @zero_points(%a: memref<1x5x5x2xi8>, %b: memref<3x3x2x4xi8>, %za: i32, %zb: i32, %c: memref<1x3x3x4xi32>) {
  linalg.conv_2d_nhwc_hwcf_q {romanet.schedule = #romanet.schedule<[k = 2, n = 1, g = 1, p = 3, q = 3, c = 2]>}
      ins(%a, %b, %za, %zb : memref<1x5x5x2xi8>, memref<3x3x2x4xi8>, i32, i32) outs(%c : memref<1x3x3x4xi32>)
  return
}

// CHECK-LABEL: func.func @product(
// CHECK-SAME: %[[ZA:[a-z0-9_]+]]: i32, %[[ZB:[a-z0-9_]+]]: i32
// CHECK: scf.for
// CHECK: linalg.quantized_matmul {{.*}} ins(%{{.*}}, %{{.*}}, %[[ZA]], %[[ZB]] : tensor<4x16xi8>, tensor<16x4xi8>, i32, i32)
// VERIFY: (product.quantized_matmul.0) is carried out as scheduled: 2 tiles, bytes input_read = 128, weights_read = 64, output_read = 128, output_write = 128,
func.func @product(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %za: i32, %zb: i32, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  %0 = linalg.quantized_matmul {romanet.schedule = #romanet.schedule<[n = 4, k = 4, g = 1, p = 1, q = 1, c = 16]>}
      ins(%a, %b, %za, %zb : tensor<8x16xi8>, tensor<16x4xi8>, i32, i32) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

}
