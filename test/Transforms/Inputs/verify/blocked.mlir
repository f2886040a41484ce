// Weights and output lie in blocks of four columns, of which a tile of six
// touches two.
#size = affine_map<(d0) -> (6, 8 - d0)>
#begin = affine_map<(d0, d1) -> (d0, d1 * 4)>
#end = affine_map<(d0, d1) -> (d0, d1 * 4 + 4)>
func.func @blocked(%a: memref<4x16xi8>,
    %b: memref<128xi8> {romanet.dram = #romanet.dram<address = 0, bytes = 128,
      layout = <blocks = [[16, 4]]>, shape = [16, 8],
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>>},
    %c: memref<32xi32> {romanet.dram = #romanet.dram<address = 8192, bytes = 128,
      layout = <blocks = [[4, 4]]>, shape = [4, 8],
      first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 8>>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0 : i32
  %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
  %weights = memref.alloc() : memref<16x6xi8, #romanet.space<weights>>
  %output = memref.alloc() : memref<4x6xi32, #romanet.space<output>>
  memref.copy %a, %input : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
  scf.for %column = %c0 to %c8 step %c6 {
    %size = affine.min #size(%column)
    %behind = arith.addi %column, %size : index
    %first_block = affine.apply affine_map<(d0) -> (d0 floordiv 4)>(%column)
    %next_block = arith.addi %first_block, %c1 : index
    %block_behind = affine.apply affine_map<(d0) -> (d0 ceildiv 4)>(%behind)
    scf.for %block = %first_block to %block_behind step %c1 {
      %begin = affine.max #begin(%column, %block)
      %end = affine.min #end(%behind, %block)
      %width = arith.subi %end, %begin : index
      %at = affine.apply affine_map<(d0, d1) -> (d1 * 64 + d0 - d1 * 4)>(%begin, %block)
      %part = memref.reinterpret_cast %b to offset: [%at], sizes: [16, %width], strides: [4, 1]
          : memref<128xi8> to memref<16x?xi8, strided<[4, 1], offset: ?>>
      %to = arith.subi %begin, %column : index
      %weights_part = memref.subview %weights[0, %to] [16, %width] [1, 1]
          : memref<16x6xi8, #romanet.space<weights>> to memref<16x?xi8, strided<[6, 1], offset: ?>, #romanet.space<weights>>
      memref.copy %part, %weights_part
          : memref<16x?xi8, strided<[4, 1], offset: ?>> to memref<16x?xi8, strided<[6, 1], offset: ?>, #romanet.space<weights>>
    }
    %w = memref.subview %weights[0, 0] [16, %size] [1, 1]
        : memref<16x6xi8, #romanet.space<weights>> to memref<16x?xi8, strided<[6, 1]>, #romanet.space<weights>>
    %sums = memref.subview %output[0, 0] [4, %size] [1, 1]
        : memref<4x6xi32, #romanet.space<output>> to memref<4x?xi32, strided<[6, 1]>, #romanet.space<output>>
    linalg.fill ins(%zero : i32) outs(%sums : memref<4x?xi32, strided<[6, 1]>, #romanet.space<output>>)
    linalg.matmul {
        romanet.buffers = #romanet.buffers<input = 64, weights = 96, output = 96>,
        romanet.layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
          image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
          bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>,
        romanet.layouts = #romanet.layouts<weights = <blocks = [[16, 4]]>, output = <blocks = [[4, 4]]>>,
        romanet.schedule = #romanet.schedule<[k = 6, n = 4, g = 1, c = 16, p = 1, q = 1]>}
      ins(%input, %w : memref<4x16xi8, #romanet.space<input>>, memref<16x?xi8, strided<[6, 1]>, #romanet.space<weights>>)
      outs(%sums : memref<4x?xi32, strided<[6, 1]>, #romanet.space<output>>)
    scf.for %out_block = %first_block to %block_behind step %c1 {
      %begin = affine.max #begin(%column, %out_block)
      %end = affine.min #end(%behind, %out_block)
      %width = arith.subi %end, %begin : index
      %out_at = affine.apply affine_map<(d0, d1) -> (d1 * 16 + d0 - d1 * 4)>(%begin, %out_block)
      %out_part = memref.reinterpret_cast %c to offset: [%out_at], sizes: [4, %width], strides: [4, 1]
          : memref<32xi32> to memref<4x?xi32, strided<[4, 1], offset: ?>>
      %from = arith.subi %begin, %column : index
      %sums_part = memref.subview %output[0, %from] [4, %width] [1, 1]
          : memref<4x6xi32, #romanet.space<output>> to memref<4x?xi32, strided<[6, 1], offset: ?>, #romanet.space<output>>
      memref.copy %sums_part, %out_part
          : memref<4x?xi32, strided<[6, 1], offset: ?>, #romanet.space<output>> to memref<4x?xi32, strided<[4, 1], offset: ?>>
    }
  }
  return
}
