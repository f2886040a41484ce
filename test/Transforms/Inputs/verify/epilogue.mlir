// Two halves of the columns, each summed up over two halves of the channels. It
// starts from a value computed on chip, and after the last half of the channels
// the sums become bytes and are stored. Both lie one behind the other.
#identity = affine_map<(d0, d1) -> (d0, d1)>
memref.global "private" @output : memref<80xi8, #romanet.space<output>> = uninitialized
func.func @epilogue(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi8>) {
  %start = arith.constant 3 : i32
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %input = memref.alloc() : memref<4x8xi8, #romanet.space<input>>
  %weights = memref.alloc() : memref<8x4xi8, #romanet.space<weights>>
  %behind = arith.constant 64 : index
  %both = memref.get_global @output : memref<80xi8, #romanet.space<output>>
  %output = memref.view %both[%c0][] : memref<80xi8, #romanet.space<output>> to memref<4x4xi32, #romanet.space<output>>
  %bytes = memref.view %both[%behind][] : memref<80xi8, #romanet.space<output>> to memref<4x4xi8, #romanet.space<output>>
  scf.for %k = %c0 to %c8 step %c4 {
    linalg.generic {romanet.epilogue, indexing_maps = [#identity], iterator_types = ["parallel", "parallel"]}
        outs(%output : memref<4x4xi32, #romanet.space<output>>) {
    ^bb0(%old: i32):
      linalg.yield %start : i32
    }
    scf.for %ch = %c0 to %c16 step %c8 {
      %a_tile = memref.subview %a[0, %ch] [4, 8] [1, 1] : memref<4x16xi8> to memref<4x8xi8, strided<[16, 1], offset: ?>>
      memref.copy %a_tile, %input : memref<4x8xi8, strided<[16, 1], offset: ?>> to memref<4x8xi8, #romanet.space<input>>
      %b_tile = memref.subview %b[%ch, %k] [8, 4] [1, 1] : memref<16x8xi8> to memref<8x4xi8, strided<[8, 1], offset: ?>>
      memref.copy %b_tile, %weights : memref<8x4xi8, strided<[8, 1], offset: ?>> to memref<8x4xi8, #romanet.space<weights>>
      linalg.matmul {
          romanet.buffers = #romanet.buffers<input = 32, weights = 32, output = 80>,
          romanet.layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
              image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
              bytes = [1, 1, 4, 1], order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[k = 4, c = 8, n = 4, g = 1, p = 1, q = 1]>}
          ins(%input, %weights : memref<4x8xi8, #romanet.space<input>>, memref<8x4xi8, #romanet.space<weights>>)
          outs(%output : memref<4x4xi32, #romanet.space<output>>)
    }
    linalg.generic {romanet.epilogue, indexing_maps = [#identity, #identity], iterator_types = ["parallel", "parallel"]}
        ins(%output : memref<4x4xi32, #romanet.space<output>>)
        outs(%bytes : memref<4x4xi8, #romanet.space<output>>) {
    ^bb0(%sum: i32, %old: i8):
      %positive = arith.maxsi %sum, %zero : i32
      %byte = arith.trunci %positive : i32 to i8
      linalg.yield %byte : i8
    }
    %c_tile = memref.subview %c[0, %k] [4, 4] [1, 1] : memref<4x8xi8> to memref<4x4xi8, strided<[8, 1], offset: ?>>
    memref.copy %bytes, %c_tile : memref<4x4xi8, #romanet.space<output>> to memref<4x4xi8, strided<[8, 1], offset: ?>>
  }
  return
}
