// Two tiles of rows by two of columns, the columns forwards and backwards by
// turns. The weights are loaded where the column changes: three times.
func.func @serpentine(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %input = memref.alloc() : memref<2x16xi8, #romanet.space<input>>
  %weights = memref.alloc() : memref<16x4xi8, #romanet.space<weights>>
  %output = memref.alloc() : memref<2x4xi32, #romanet.space<output>>
  scf.for %n = %c0 to %c2 step %c1 {
    %row = affine.apply affine_map<(d0) -> (d0 * 2)>(%n)
    %a_tile = memref.subview %a[%row, 0] [2, 16] [1, 1] : memref<4x16xi8> to memref<2x16xi8, strided<[16, 1], offset: ?>>
    memref.copy %a_tile, %input : memref<2x16xi8, strided<[16, 1], offset: ?>> to memref<2x16xi8, #romanet.space<input>>
    %parity = arith.andi %n, %c1 : index
    %is_back = arith.cmpi eq, %parity, %c1 : index
    %is_first = arith.cmpi eq, %n, %c0 : index
    scf.for %i = %c0 to %c2 step %c1 {
      %back = arith.subi %c1, %i : index
      %k = arith.select %is_back, %back, %i : index
      %column = affine.apply affine_map<(d0) -> (d0 * 4)>(%k)
      %stepped = arith.cmpi ne, %i, %c0 : index
      %is_new = arith.ori %is_first, %stepped : i1
      scf.if %is_new {
        %b_tile = memref.subview %b[0, %column] [16, 4] [1, 1] : memref<16x8xi8> to memref<16x4xi8, strided<[8, 1], offset: ?>>
        memref.copy %b_tile, %weights : memref<16x4xi8, strided<[8, 1], offset: ?>> to memref<16x4xi8, #romanet.space<weights>>
      }
      linalg.fill ins(%zero : i32) outs(%output : memref<2x4xi32, #romanet.space<output>>)
      linalg.matmul {
          romanet.buffers = #romanet.buffers<input = 32, weights = 64, output = 32>,
          romanet.layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
              image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
              bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[n = 2, k = 4, g = 1, p = 1, q = 1, c = 16], serpentine>}
          ins(%input, %weights : memref<2x16xi8, #romanet.space<input>>, memref<16x4xi8, #romanet.space<weights>>)
          outs(%output : memref<2x4xi32, #romanet.space<output>>)
      %c_tile = memref.subview %c[%row, %column] [2, 4] [1, 1] : memref<4x8xi32> to memref<2x4xi32, strided<[8, 1], offset: ?>>
      memref.copy %output, %c_tile : memref<2x4xi32, #romanet.space<output>> to memref<2x4xi32, strided<[8, 1], offset: ?>>
    }
  }
  return
}
