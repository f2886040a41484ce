// A padded 3x3 convolution of a 4x4 image, two rows of output at a time. The
// first tile holds a row of padding and rows 0 to 2; for the second, rows 1 and
// 2 move up, row 3 is loaded, and a row of padding comes behind.
func.func @halo(%a: memref<1x1x4x4xi8>, %w: memref<1x1x3x3xi8>, %c: memref<1x1x4x4xi32>) {
  %zero = arith.constant 0 : i32
  %pad = arith.constant 0 : i8
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %left = arith.constant 1 : index
  %kept = arith.constant 2 : index
  %new = arith.constant 3 : index
  %input = memref.alloc() : memref<1x1x4x6xi8, #romanet.space<input>>
  %weights = memref.alloc() : memref<1x1x3x3xi8, #romanet.space<weights>>
  %output = memref.alloc() : memref<1x1x2x4xi32, #romanet.space<output>>
  memref.copy %w, %weights : memref<1x1x3x3xi8> to memref<1x1x3x3xi8, #romanet.space<weights>>
  scf.for %p = %c0 to %c4 step %c2 {
    %is_first = arith.cmpi eq, %p, %c0 : index
    scf.if %is_first {
      linalg.fill ins(%pad : i8) outs(%input : memref<1x1x4x6xi8, #romanet.space<input>>)
      %from = memref.subview %a[0, 0, 0, 0] [1, 1, 3, 4] [1, 1, 1, 1] : memref<1x1x4x4xi8> to memref<1x1x3x4xi8, strided<[16, 16, 4, 1]>>
      %to = memref.subview %input[0, 0, 1, %left] [1, 1, 3, 4] [1, 1, 1, 1] : memref<1x1x4x6xi8, #romanet.space<input>> to memref<1x1x3x4xi8, strided<[24, 24, 6, 1], offset: ?>, #romanet.space<input>>
      memref.copy %from, %to : memref<1x1x3x4xi8, strided<[16, 16, 4, 1]>> to memref<1x1x3x4xi8, strided<[24, 24, 6, 1], offset: ?>, #romanet.space<input>>
    } else {
      %below = memref.subview %input[0, 0, %kept, 0] [1, 1, 2, 6] [1, 1, 1, 1] : memref<1x1x4x6xi8, #romanet.space<input>> to memref<1x1x2x6xi8, strided<[24, 24, 6, 1], offset: ?>, #romanet.space<input>>
      %above = memref.subview %input[0, 0, 0, 0] [1, 1, 2, 6] [1, 1, 1, 1] : memref<1x1x4x6xi8, #romanet.space<input>> to memref<1x1x2x6xi8, strided<[24, 24, 6, 1]>, #romanet.space<input>>
      memref.copy %below, %above : memref<1x1x2x6xi8, strided<[24, 24, 6, 1], offset: ?>, #romanet.space<input>> to memref<1x1x2x6xi8, strided<[24, 24, 6, 1]>, #romanet.space<input>>
      linalg.fill ins(%pad : i8) outs(%below : memref<1x1x2x6xi8, strided<[24, 24, 6, 1], offset: ?>, #romanet.space<input>>)
      %from = memref.subview %a[0, 0, %new, 0] [1, 1, 1, 4] [1, 1, 1, 1] : memref<1x1x4x4xi8> to memref<1x1x1x4xi8, strided<[16, 16, 4, 1], offset: ?>>
      %to = memref.subview %input[0, 0, 2, 1] [1, 1, 1, 4] [1, 1, 1, 1] : memref<1x1x4x6xi8, #romanet.space<input>> to memref<1x1x1x4xi8, strided<[24, 24, 6, 1], offset: 13>, #romanet.space<input>>
      memref.copy %from, %to : memref<1x1x1x4xi8, strided<[16, 16, 4, 1], offset: ?>> to memref<1x1x1x4xi8, strided<[24, 24, 6, 1], offset: 13>, #romanet.space<input>>
    }
    linalg.fill ins(%zero : i32) outs(%output : memref<1x1x2x4xi32, #romanet.space<output>>)
    linalg.conv_2d_nchw_fchw {
        romanet.buffers = #romanet.buffers<input = 24, weights = 9, output = 32>,
        romanet.layer = #romanet.layer<"conv", loops = [n = 1, g = 1, k = 1, c = 1, p = 4, q = 4],
            image = [4, 4], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pads = [1, 1],
            bytes = [1, 1, 4, 4], order = ["nchw", "kcrs", "nkhw"], init = fill>,
        romanet.schedule = #romanet.schedule<[p = 2, n = 1, k = 1, c = 1, g = 1, q = 4], halo>}
        ins(%input, %weights : memref<1x1x4x6xi8, #romanet.space<input>>, memref<1x1x3x3xi8, #romanet.space<weights>>)
        outs(%output : memref<1x1x2x4xi32, #romanet.space<output>>)
    %c_tile = memref.subview %c[0, 0, %p, 0] [1, 1, 2, 4] [1, 1, 1, 1] : memref<1x1x4x4xi32> to memref<1x1x2x4xi32, strided<[16, 16, 4, 1], offset: ?>>
    memref.copy %output, %c_tile : memref<1x1x2x4xi32, #romanet.space<output>> to memref<1x1x2x4xi32, strided<[16, 16, 4, 1], offset: ?>>
  }
  return
}
