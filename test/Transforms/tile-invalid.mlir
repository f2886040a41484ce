// A layer that does not fit is an error that names the need and the limit.
//
// RUN: romanet-opt %s --romanet-tile -split-input-file -verify-diagnostics
// RUN: not romanet-opt %s --romanet-tile -split-input-file
//
// Nothing is changed by a pass that fails, and it says so by its exit status;
// the other layer, which would fit, is not tiled either.
// RUN: not romanet-opt %S/Inputs/one-fits-one-does-not.mlir --romanet-tile \
// RUN:   --mlir-print-ir-after-failure 2>&1 \
// RUN:   | FileCheck %S/Inputs/one-fits-one-does-not.mlir

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 36864, weights = 36864, output = 36864>, dram = "ddr3-1600-2gb-x8">} {

// The smallest tile of the output is one element of 4 bytes; under it lie 3 x 3
// elements of one input channel, and as many weights.
func.func @output_too_small(%a: tensor<1x5x5x2xi8>, %b: tensor<3x3x2x4xi8>, %c: tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32> {
  // expected-error @below {{'linalg.conv_2d_nhwc_hwcf' (output_too_small.conv_2d_nhwc_hwcf.0): even the smallest tiles (input 9, weights 9, output 4 bytes) need 4 bytes in the output buffer, which has 3, 1 too few; enlarge the output buffer to 4 bytes}}
  %0 = linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 9, weights = 9, output = 3>}
      ins(%a, %b : tensor<1x5x5x2xi8>, tensor<3x3x2x4xi8>) outs(%c : tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32>
  return %0 : tensor<1x3x3x4xi32>
}

// All that would have to grow is named.
func.func @two_too_small(%a: tensor<1x5x5x2xi8>, %b: tensor<3x3x2x4xi8>, %c: tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32> {
  // expected-error @below {{need 9 bytes in the input buffer, which has 8, 1 too few, and 4 bytes in the output buffer, which has 3, 1 too few; enlarge the input buffer to 9 bytes and the output buffer to 4 bytes}}
  %0 = linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 8, weights = 9, output = 3>}
      ins(%a, %b : tensor<1x5x5x2xi8>, tensor<3x3x2x4xi8>) outs(%c : tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32>
  return %0 : tensor<1x3x3x4xi32>
}

// 9 + 9 + 4 = 22 bytes together.
func.func @shared_too_small(%a: memref<1x5x5x2xi8>, %b: memref<3x3x2x4xi8>, %c: memref<1x3x3x4xi32>) {
  // expected-error @below {{'linalg.conv_2d_nhwc_hwcf' (shared_too_small.conv_2d_nhwc_hwcf.0): even the smallest tiles (input 9, weights 9, output 4 bytes) need 22 bytes in the shared buffer, which has 21, 1 too few; enlarge the shared buffer to 22 bytes}}
  linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<shared = 21>}
      ins(%a, %b : memref<1x5x5x2xi8>, memref<3x3x2x4xi8>) outs(%c : memref<1x3x3x4xi32>)
  return
}

// 9 + 4 = 13 bytes together.
func.func @mixed_too_small(%a: memref<1x5x5x2xi8>, %b: memref<3x3x2x4xi8>, %c: memref<1x3x3x4xi32>) {
  // expected-error @below {{need 13 bytes in the buffer shared by weights and output, which has 12, 1 too few; enlarge the buffer shared by weights and output to 13 bytes}}
  linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 9, shared = 12>}
      ins(%a, %b : memref<1x5x5x2xi8>, memref<3x3x2x4xi8>) outs(%c : memref<1x3x3x4xi32>)
  return
}

// A schedule that the user set obeys the same rules.
func.func @tile_too_large(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  // expected-error @below {{'linalg.matmul' (tile_too_large.matmul.0) has a schedule that cannot be carried out: tile of loop k is 5, expected 1 to 4}}
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 8, g = 1, k = 5, c = 16, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// Input 4 x 16 = 64 bytes, weights 16 x 4 = 64, output 4 x 4 x 4 = 64.
func.func @footprint_too_large(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  // expected-error @below {{'linalg.matmul' (footprint_too_large.matmul.0) has a schedule that cannot be carried out: what is held of the weights needs 64 bytes in the weights buffer, which has 63, 1 too few}}
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, g = 1, k = 4, c = 16, p = 1, q = 1]>,
                      romanet.buffers = #romanet.buffers<input = 64, weights = 63, output = 64>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

func.func @footprint_too_large_shared(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  // expected-error @below {{needs 192 bytes in the shared buffer, which has 191, 1 too few}}
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, g = 1, k = 4, c = 16, p = 1, q = 1]>,
                      romanet.buffers = #romanet.buffers<shared = 191>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

}

// -----

// One byte more and each of them fits.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 36864, weights = 36864, output = 36864>, dram = "ddr3-1600-2gb-x8">} {
func.func @just_enough(%a: memref<1x5x5x2xi8>, %b: memref<3x3x2x4xi8>, %c: memref<1x3x3x4xi32>,
                       %d: tensor<8x16xi8>, %e: tensor<16x4xi8>, %f: tensor<8x4xi32>) -> tensor<8x4xi32> {
  linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<shared = 22>}
      ins(%a, %b : memref<1x5x5x2xi8>, memref<3x3x2x4xi8>) outs(%c : memref<1x3x3x4xi32>)
  linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 9, shared = 13>}
      ins(%a, %b : memref<1x5x5x2xi8>, memref<3x3x2x4xi8>) outs(%c : memref<1x3x3x4xi32>)
  linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 9, weights = 9, output = 4>}
      ins(%a, %b : memref<1x5x5x2xi8>, memref<3x3x2x4xi8>) outs(%c : memref<1x3x3x4xi32>)
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, g = 1, k = 4, c = 16, p = 1, q = 1]>,
                      romanet.buffers = #romanet.buffers<shared = 192>}
      ins(%d, %e : tensor<8x16xi8>, tensor<16x4xi8>) outs(%f : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}
}
