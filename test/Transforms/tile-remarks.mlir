// What is not scheduled stays as it is, with a remark that says why.
//
// RUN: romanet-opt %s --romanet-tile -verify-diagnostics | FileCheck %s

// No nest, no on-chip buffer, no decision appears anywhere.
// CHECK-NOT: scf.
// CHECK-NOT: romanet.schedule
// CHECK-NOT: #romanet.space<input>

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

func.func @sub_byte(%a: tensor<8x16xi4>, %b: tensor<16x4xi4>, %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
  // expected-remark @below {{'linalg.matmul' is not scheduled: an element is not of 1, 2, 4 or 8 bytes}}
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi4>, tensor<16x4xi4>) outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// Two results of one operation, and an array more than a layer has.
func.func @two_results(%a: tensor<4x5xi32>, %b: tensor<5x6xi32>, %c: tensor<4x6xi32>) -> (tensor<4x6xi32>, tensor<4x6xi32>) {
  // expected-remark @below {{'linalg.generic' is not scheduled: it does not have an input, weights and one output}}
  %0:2 = linalg.generic {indexing_maps = [#matmul_a, #matmul_b, #matmul_c, #matmul_c],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<4x5xi32>, tensor<5x6xi32>) outs(%c, %c : tensor<4x6xi32>, tensor<4x6xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32, %largest: i32):
    %p = arith.muli %x, %y : i32
    %s = arith.addi %sum, %p : i32
    %l = arith.maxsi %largest, %p : i32
    linalg.yield %s, %l : i32, i32
  } -> (tensor<4x6xi32>, tensor<4x6xi32>)
  return %0#0, %0#1 : tensor<4x6xi32>, tensor<4x6xi32>
}

func.func @three_factors(%a: tensor<4x5xi32>, %b: tensor<5x6xi32>, %d: tensor<4x5xi32>, %c: tensor<4x6xi32>) -> tensor<4x6xi32> {
  // expected-remark @below {{'linalg.generic' is not scheduled: it has arrays besides the input, the weights and the output}}
  %0 = linalg.generic {indexing_maps = [#matmul_a, #matmul_b, #matmul_a, #matmul_c],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b, %d : tensor<4x5xi32>, tensor<5x6xi32>, tensor<4x5xi32>) outs(%c : tensor<4x6xi32>) {
  ^bb0(%x: i32, %y: i32, %z: i32, %sum: i32):
    %p = arith.muli %x, %y : i32
    %q = arith.muli %p, %z : i32
    %s = arith.addi %sum, %q : i32
    linalg.yield %s : i32
  } -> tensor<4x6xi32>
  return %0 : tensor<4x6xi32>
}

// The kernel is turned round: rows of the input go down as those of the kernel
// go up.
func.func @backwards(%a: tensor<7xi32>, %b: tensor<3xi32>, %c: tensor<5xi32>) -> tensor<5xi32> {
  // expected-remark @below {{'linalg.generic' is not scheduled: a dimension of an operand has no role in a layer}}
  %0 = linalg.generic {indexing_maps = [affine_map<(p, r) -> (p - r + 2)>, affine_map<(p, r) -> (r)>, affine_map<(p, r) -> (p)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<7xi32>, tensor<3xi32>) outs(%c : tensor<5xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32):
    %p = arith.muli %x, %y : i32
    %s = arith.addi %sum, %p : i32
    linalg.yield %s : i32
  } -> tensor<5xi32>
  return %0 : tensor<5xi32>
}

// Blocks of two rows lie together.
func.func @blocked(%a: memref<4x8xi8, affine_map<(i, j) -> (i floordiv 2, j, i mod 2)>>, %b: memref<8x4xi8>, %c: memref<4x4xi32>) {
  // expected-remark @below {{'linalg.matmul' is not scheduled: an operand has a layout that is not strided}}
  linalg.matmul ins(%a, %b : memref<4x8xi8, affine_map<(i, j) -> (i floordiv 2, j, i mod 2)>>, memref<8x4xi8>) outs(%c : memref<4x4xi32>)
  return
}

// A diagonal is read: both dimensions of the input have the same loop.
func.func @diagonal(%a: tensor<4x4xi32>, %b: tensor<4x6xi32>, %c: tensor<4x6xi32>) -> tensor<4x6xi32> {
  // expected-remark @below {{'linalg.generic' is not scheduled: a dimension of an operand has no role in a layer}}
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, k)>, #matmul_b, #matmul_c],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<4x4xi32>, tensor<4x6xi32>) outs(%c : tensor<4x6xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32):
    %p = arith.muli %x, %y : i32
    %s = arith.addi %sum, %p : i32
    linalg.yield %s : i32
  } -> tensor<4x6xi32>
  return %0 : tensor<4x6xi32>
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
