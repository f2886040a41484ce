// A convolution and a product on memrefs, both with ragged tiles.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 200, weights = 100, output = 150>, dram = "ddr4-2400-8gb-x8">} {
func.func @network(%a: memref<1x9x9x3xi8>, %b: memref<3x3x3x4xi8>, %c: memref<49x5xi32>) -> memref<4x5xi32> {
  %zero = arith.constant 0 : i32
  %convolved = memref.alloc() : memref<1x7x7x4xi32>
  linalg.fill ins(%zero : i32) outs(%convolved : memref<1x7x7x4xi32>)
  linalg.conv_2d_nhwc_hwcf ins(%a, %b : memref<1x9x9x3xi8>, memref<3x3x3x4xi8>)
                           outs(%convolved : memref<1x7x7x4xi32>)
  %flat = memref.collapse_shape %convolved [[0, 1, 2], [3]] : memref<1x7x7x4xi32> into memref<49x4xi32>
  %product = memref.alloc() : memref<4x5xi32>
  linalg.fill ins(%zero : i32) outs(%product : memref<4x5xi32>)
  linalg.generic {
      indexing_maps = [affine_map<(k, n, c) -> (c, k)>, affine_map<(k, n, c) -> (c, n)>, affine_map<(k, n, c) -> (k, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%flat, %c : memref<49x4xi32>, memref<49x5xi32>) outs(%product : memref<4x5xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32):
    %0 = arith.muli %x, %y : i32
    %1 = arith.addi %sum, %0 : i32
    linalg.yield %1 : i32
  }
  return %product : memref<4x5xi32>
}
}
