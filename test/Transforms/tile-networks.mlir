// What real networks have around their layers, and what of it stays in DRAM: nothing.
//
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify 2>/dev/null | FileCheck %s

#all = affine_map<(n, h, w, c) -> (n, h, w, c)>
#channel = affine_map<(n, h, w, c) -> (c)>

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 36864, weights = 36864, output = 36864>, dram = "ddr3-1600-2gb-x8">} {

// Two layers start from the same bias: each reads the 32 bytes of it, and no one writes it
// to DRAM as an image.
// CHECK-LABEL: func.func @shared_bias
// CHECK-NOT: outs({{.*}} : memref<1x6x6x8xi32>)
// CHECK: memref.copy {{.*}} : memref<8xi32> to memref<8xi32, #romanet.space<
// CHECK-NOT: outs({{.*}} : memref<1x6x6x8xi32>)
// CHECK: romanet.layer
// CHECK-NOT: outs({{.*}} : memref<1x6x6x8xi32>)
// CHECK: memref.copy {{.*}} : memref<8xi32> to memref<8xi32, #romanet.space<
// CHECK: romanet.layer
func.func @shared_bias(%x: tensor<1x6x6x4xi8>, %a: tensor<1x1x4x8xi8>, %b: tensor<1x1x4x8xi8>, %bias: tensor<8xi32>)
    -> (tensor<1x6x6x8xi32>, tensor<1x6x6x8xi32>) {
  %e = tensor.empty() : tensor<1x6x6x8xi32>
  %i = linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%bias : tensor<8xi32>) outs(%e : tensor<1x6x6x8xi32>) {
  ^bb0(%v: i32, %old: i32):
    linalg.yield %v : i32
  } -> tensor<1x6x6x8xi32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %a : tensor<1x6x6x4xi8>, tensor<1x1x4x8xi8>)
      outs(%i : tensor<1x6x6x8xi32>) -> tensor<1x6x6x8xi32>
  %1 = linalg.conv_2d_nhwc_hwcf ins(%x, %b : tensor<1x6x6x4xi8>, tensor<1x1x4x8xi8>)
      outs(%i : tensor<1x6x6x8xi32>) -> tensor<1x6x6x8xi32>
  return %0, %1 : tensor<1x6x6x8xi32>, tensor<1x6x6x8xi32>
}

// The other summand is rescaled on chip, so that a byte of it is read for each element and not four.
// CHECK-LABEL: func.func @rescaled_summand
// CHECK-NOT: outs({{.*}} : memref<1x6x6x8xi32>)
// CHECK: romanet.layer
// CHECK-NOT: linalg.generic
// CHECK: memref.copy {{.*}} : memref<1x6x6x8xi8> to memref<1x6x6x8xi8, #romanet.space<
// CHECK: linalg.generic {{.*}}romanet.epilogue
// CHECK-NEXT: ^bb0(%{{.*}}: i8, %{{.*}}: i32, %{{.*}}: i8):
// CHECK-NEXT: arith.extsi
// CHECK-NEXT: arith.muli
// CHECK-NEXT: arith.addi
// CHECK-NEXT: arith.trunci
func.func @rescaled_summand(%x: tensor<1x6x6x4xi8>, %a: tensor<1x1x4x8xi8>, %other: tensor<1x6x6x8xi8>) -> tensor<1x6x6x8xi8> {
  %zero = arith.constant 0 : i32
  %three = arith.constant 3 : i32
  %e = tensor.empty() : tensor<1x6x6x8xi32>
  %e8 = tensor.empty() : tensor<1x6x6x8xi8>
  // Two steps, of which the second alone would save nothing.
  %w = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%other : tensor<1x6x6x8xi8>) outs(%e : tensor<1x6x6x8xi32>) {
  ^bb0(%v: i8, %old: i32):
    %y = arith.extsi %v : i8 to i32
    linalg.yield %y : i32
  } -> tensor<1x6x6x8xi32>
  %r = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%w : tensor<1x6x6x8xi32>) outs(%e : tensor<1x6x6x8xi32>) {
  ^bb0(%v: i32, %old: i32):
    %y = arith.muli %v, %three : i32
    linalg.yield %y : i32
  } -> tensor<1x6x6x8xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x6x6x8xi32>) -> tensor<1x6x6x8xi32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %a : tensor<1x6x6x4xi8>, tensor<1x1x4x8xi8>)
      outs(%i : tensor<1x6x6x8xi32>) -> tensor<1x6x6x8xi32>
  %1 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0, %r : tensor<1x6x6x8xi32>, tensor<1x6x6x8xi32>) outs(%e8 : tensor<1x6x6x8xi8>) {
  ^bb0(%v: i32, %s: i32, %old: i8):
    %y = arith.addi %v, %s : i32
    %z = arith.trunci %y : i32 to i8
    linalg.yield %z : i8
  } -> tensor<1x6x6x8xi8>
  return %1 : tensor<1x6x6x8xi8>
}

// A layer with stride does not get to the last row and column, which a front end cuts away. Its rows
// are those of the whole image, 8 pixels apart.
// CHECK-LABEL: func.func @cut_input
// CHECK: romanet.layer = {{.*}}image = [8, 8]
func.func @cut_input(%x: tensor<1x8x8x4xi8>, %a: tensor<1x1x4x8xi8>) -> tensor<1x4x4x8xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x4x4x8xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  %s = tensor.extract_slice %x[0, 0, 0, 0] [1, 7, 7, 4] [1, 1, 1, 1] : tensor<1x8x8x4xi8> to tensor<1x7x7x4xi8>
  %0 = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>}
      ins(%s, %a : tensor<1x7x7x4xi8>, tensor<1x1x4x8xi8>) outs(%i : tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  return %0 : tensor<1x4x4x8xi32>
}
}
