// What is not scheduled stays as it is, with a remark that says why.
//
// RUN: romanet-opt %s --romanet-tile -verify-diagnostics | FileCheck %s

// No nest, no on-chip buffer, no decision appears anywhere.
// CHECK-NOT: scf.
// CHECK-NOT: romanet.schedule
// CHECK-NOT: #romanet.space<input>

#two_batches_a = affine_map<(b, d, m, n, k) -> (b, d, m, k)>
#two_batches_b = affine_map<(b, d, m, n, k) -> (b, d, k, n)>
#two_batches_c = affine_map<(b, d, m, n, k) -> (b, d, m, n)>
#matmul_a = affine_map<(m, n, k) -> (m, k)>
#matmul_b = affine_map<(m, n, k) -> (k, n)>
#matmul_c = affine_map<(m, n, k) -> (m, n)>

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 36864, weights = 36864, output = 36864>, dram = "ddr3-1600-2gb-x8">} {

func.func @dynamic(%a: tensor<?x16xi8>, %b: tensor<16x4xi8>, %c: tensor<?x4xi32>) -> tensor<?x4xi32> {
  // expected-remark @below {{'linalg.matmul' is not scheduled: it has dynamic shapes; only static shapes are scheduled}}
  %0 = linalg.matmul ins(%a, %b : tensor<?x16xi8>, tensor<16x4xi8>)
                     outs(%c : tensor<?x4xi32>) -> tensor<?x4xi32>
  return %0 : tensor<?x4xi32>
}

func.func @pooling(%a: tensor<1x4x6x6xf32>, %b: tensor<2x2xf32>, %c: tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32> {
  // expected-remark @below {{'linalg.pooling_nchw_max' is not scheduled: it is a pooling, which has no weights to schedule}}
  %0 = linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%a, %b : tensor<1x4x6x6xf32>, tensor<2x2xf32>) outs(%c : tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %0 : tensor<1x4x3x3xf32>
}

func.func @quantised(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %za: i32, %zb: i32, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  // expected-remark @below {{'linalg.quantized_matmul' is not scheduled: it has inputs besides the input and the weights, such as zero points}}
  %0 = linalg.quantized_matmul ins(%a, %b, %za, %zb : tensor<8x16xi8>, tensor<16x4xi8>, i32, i32)
      outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

func.func @quantised_convolution(%a: tensor<1x5x5x2xi8>, %b: tensor<3x3x2x4xi8>, %za: i32, %zb: i32, %c: tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32> {
  // expected-remark @below {{'linalg.conv_2d_nhwc_hwcf_q' is not scheduled: it has inputs besides the input and the weights, such as zero points}}
  %0 = linalg.conv_2d_nhwc_hwcf_q ins(%a, %b, %za, %zb : tensor<1x5x5x2xi8>, tensor<3x3x2x4xi8>, i32, i32)
      outs(%c : tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32>
  return %0 : tensor<1x3x3x4xi32>
}

func.func @three_dimensions(%a: tensor<5x5x5xf32>, %b: tensor<3x3x3xf32>, %c: tensor<3x3x3xf32>) -> tensor<3x3x3xf32> {
  // expected-remark @below {{'linalg.conv_3d' is not scheduled: it has more than two spatial dimensions}}
  %0 = linalg.conv_3d ins(%a, %b : tensor<5x5x5xf32>, tensor<3x3x3xf32>) outs(%c : tensor<3x3x3xf32>) -> tensor<3x3x3xf32>
  return %0 : tensor<3x3x3xf32>
}

func.func @three_dimensions_channels(%a: tensor<1x5x5x5x2xf32>, %b: tensor<3x3x3x2x4xf32>, %c: tensor<1x3x3x3x4xf32>) -> tensor<1x3x3x3x4xf32> {
  // expected-remark @below {{'linalg.conv_3d_ndhwc_dhwcf' is not scheduled: it has more than two spatial dimensions}}
  %0 = linalg.conv_3d_ndhwc_dhwcf ins(%a, %b : tensor<1x5x5x5x2xf32>, tensor<3x3x3x2x4xf32>)
      outs(%c : tensor<1x3x3x3x4xf32>) -> tensor<1x3x3x3x4xf32>
  return %0 : tensor<1x3x3x3x4xf32>
}

func.func @two_batch_loops(%a: tensor<2x3x4x5xf32>, %b: tensor<2x3x5x6xf32>, %c: tensor<2x3x4x6xf32>) -> tensor<2x3x4x6xf32> {
  // expected-remark @below {{'linalg.generic' is not scheduled: several of its loops have the same role (batch, rows, columns or reduction of a contraction)}}
  %0 = linalg.generic {indexing_maps = [#two_batches_a, #two_batches_b, #two_batches_c],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<2x3x4x5xf32>, tensor<2x3x5x6xf32>) outs(%c : tensor<2x3x4x6xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x3x4x6xf32>
  return %0 : tensor<2x3x4x6xf32>
}

func.func @index_in_body(%a: tensor<4x5xi32>, %b: tensor<5x6xi32>, %c: tensor<4x6xi32>) -> tensor<4x6xi32> {
  // On a tile the index would be another.
  // expected-remark @below {{'linalg.generic' is not scheduled: its body uses the loop indices}}
  %0 = linalg.generic {indexing_maps = [#matmul_a, #matmul_b, #matmul_c],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<4x5xi32>, tensor<5x6xi32>) outs(%c : tensor<4x6xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %q = arith.muli %x, %j : i32
    %p = arith.muli %q, %y : i32
    %s = arith.addi %sum, %p : i32
    linalg.yield %s : i32
  } -> tensor<4x6xi32>
  return %0 : tensor<4x6xi32>
}

// A reduction over the product of two inputs whose body is no multiply-add.
func.func @no_contraction(%a: tensor<4x5xi32>, %b: tensor<5x6xi32>, %c: tensor<4x6xi32>) -> tensor<4x6xi32> {
  // expected-remark @below {{'linalg.generic' is not scheduled: it is neither a convolution nor a contraction}}
  %0 = linalg.generic {indexing_maps = [#matmul_a, #matmul_b, #matmul_c],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<4x5xi32>, tensor<5x6xi32>) outs(%c : tensor<4x6xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32):
    %p = arith.subi %x, %y : i32
    %s = arith.shrsi %sum, %p : i32
    linalg.yield %s : i32
  } -> tensor<4x6xi32>
  return %0 : tensor<4x6xi32>
}

func.func @sub_byte(%a: tensor<8x16xi4>, %b: tensor<16x4xi4>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  // expected-remark @below {{'linalg.matmul' is not scheduled: an element is not a whole number of bytes}}
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi4>, tensor<16x4xi4>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

func.func @elsewhere(%a: memref<8x16xi8, 1>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  // expected-remark @below {{'linalg.matmul' is not scheduled: its operands are not in DRAM (they have a memory space)}}
  linalg.matmul ins(%a, %b : memref<8x16xi8, 1>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}

func.func @aliasing(%a: memref<4x4xi32>, %b: memref<4x4xi32>) {
  // expected-remark @below {{'linalg.matmul' is not scheduled: its output shares a buffer with an input}}
  linalg.matmul ins(%a, %b : memref<4x4xi32>, memref<4x4xi32>) outs(%a : memref<4x4xi32>)
  return
}

// The same buffer under other names.
func.func @aliasing_views(%a: memref<8x4xi32>, %b: memref<4x4xi32>) {
  %top = memref.subview %a[0, 0] [4, 4] [1, 1] : memref<8x4xi32> to memref<4x4xi32, strided<[4, 1]>>
  %middle = memref.subview %a[2, 0] [4, 4] [1, 1] : memref<8x4xi32> to memref<4x4xi32, strided<[4, 1], offset: 8>>
  // expected-remark @below {{'linalg.matmul' is not scheduled: its output shares a buffer with an input}}
  linalg.matmul ins(%b, %top : memref<4x4xi32>, memref<4x4xi32, strided<[4, 1]>>)
      outs(%middle : memref<4x4xi32, strided<[4, 1], offset: 8>>)
  return
}

func.func @tosa(%a: tensor<1x8x16xf32>, %b: tensor<1x16x4xf32>) -> tensor<1x8x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  // expected-remark @below {{'tosa.matmul' is not scheduled: it is not a linalg operation; lower the module to linalg first}}
  %0 = tosa.matmul %a, %b, %zero, %zero : (tensor<1x8x16xf32>, tensor<1x16x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x4xf32>
  return %0 : tensor<1x8x4xf32>
}

// More than 64 bits of traffic.
func.func @too_large(%a: memref<2000000000x4xi32>, %b: memref<4x2000000000xi32>, %c: memref<2000000000x2000000000xi32>) {
  // expected-remark-re @below {{'linalg.matmul' is not scheduled: layer 'too_large.matmul.0': too large: a schedule could move more than {{[0-9]+}} bytes, beyond what is counted in 64 bits}}
  linalg.matmul ins(%a, %b : memref<2000000000x4xi32>, memref<4x2000000000xi32>) outs(%c : memref<2000000000x2000000000xi32>)
  return
}

}
