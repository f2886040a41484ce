// The next half of the weights is loaded while one is used. The buffers of the
// weights and of the output are views of what the machine has.
memref.global "private" @weights : memref<160xi8, #romanet.space<weights>> = uninitialized
memref.global "private" @output : memref<68xi8, #romanet.space<output>> = uninitialized
func.func @double_buffer(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c32 = arith.constant 32 : index
  %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
  %all = memref.get_global @weights : memref<160xi8, #romanet.space<weights>>
  %weights = memref.view %all[%c32][] : memref<160xi8, #romanet.space<weights>> to memref<2x16x4xi8, #romanet.space<weights>>
  %start = arith.constant 4 : index
  %out = memref.get_global @output : memref<68xi8, #romanet.space<output>>
  %output = memref.view %out[%start][] : memref<68xi8, #romanet.space<output>> to memref<4x4xi32, #romanet.space<output>>
  memref.copy %a, %input : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
  %b_first = memref.subview %b[0, 0] [16, 4] [1, 1] : memref<16x8xi8> to memref<16x4xi8, strided<[8, 1]>>
  %to_first = memref.subview %weights[0, 0, 0] [1, 16, 4] [1, 1, 1] : memref<2x16x4xi8, #romanet.space<weights>> to memref<16x4xi8, strided<[4, 1]>, #romanet.space<weights>>
  memref.copy %b_first, %to_first : memref<16x4xi8, strided<[8, 1]>> to memref<16x4xi8, strided<[4, 1]>, #romanet.space<weights>>
  %last = scf.for %k = %c0 to %c2 step %c1 iter_args(%current = %c0) -> index {
    %other = arith.subi %c1, %current : index
    %next = arith.addi %k, %c1 : index
    %has_next = arith.cmpi slt, %next, %c2 : index
    scf.if %has_next {
      %column = arith.muli %next, %c4 : index
      %b_tile = memref.subview %b[0, %column] [16, 4] [1, 1] : memref<16x8xi8> to memref<16x4xi8, strided<[8, 1], offset: ?>>
      %to = memref.subview %weights[%other, 0, 0] [1, 16, 4] [1, 1, 1] : memref<2x16x4xi8, #romanet.space<weights>> to memref<16x4xi8, strided<[4, 1], offset: ?>, #romanet.space<weights>>
      memref.copy %b_tile, %to : memref<16x4xi8, strided<[8, 1], offset: ?>> to memref<16x4xi8, strided<[4, 1], offset: ?>, #romanet.space<weights>>
    }
    linalg.fill ins(%zero : i32) outs(%output : memref<4x4xi32, #romanet.space<output>>)
    %used = memref.subview %weights[%current, 0, 0] [1, 16, 4] [1, 1, 1] : memref<2x16x4xi8, #romanet.space<weights>> to memref<16x4xi8, strided<[4, 1], offset: ?>, #romanet.space<weights>>
    linalg.matmul {
        romanet.buffers = #romanet.buffers<input = 64, weights = 160, output = 68>,
        romanet.layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
            image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
            bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>,
        romanet.schedule = #romanet.schedule<[k = 4, n = 4, g = 1, p = 1, q = 1, c = 16]>}
        ins(%input, %used : memref<4x16xi8, #romanet.space<input>>, memref<16x4xi8, strided<[4, 1], offset: ?>, #romanet.space<weights>>)
        outs(%output : memref<4x4xi32, #romanet.space<output>>)
    %column_now = arith.muli %k, %c4 : index
    %c_tile = memref.subview %c[0, %column_now] [4, 4] [1, 1] : memref<4x8xi32> to memref<4x4xi32, strided<[8, 1], offset: ?>>
    memref.copy %output, %c_tile : memref<4x4xi32, #romanet.space<output>> to memref<4x4xi32, strided<[8, 1], offset: ?>>
    scf.yield %other : index
  }
  return
}
