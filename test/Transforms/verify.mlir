// Forms that a program may have, and what the pass says of them. That every
// violation is found is tested by mutations (verify-mutations.test).
//
// RUN: romanet-opt %s --romanet-verify --split-input-file --verify-diagnostics -o /dev/null

#buffers = #romanet.buffers<input = 64, weights = 128, output = 128>
#layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
    bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>
#schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>

// A layer that runs three times; strides of the input that are not known, a
// transposed view of the weights in DRAM, casts, and a reshaped output.
func.func @views(%a: memref<4x16xi8, strided<[?, ?], offset: ?>>, %b: memref<128xi8>, %c: memref<32xi32>) {
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
  %weights = memref.alloc() : memref<16x8xi8, #romanet.space<weights>>
  %output = memref.alloc() : memref<4x8xi32, #romanet.space<output>>
  %columns = memref.reinterpret_cast %b to offset: [0], sizes: [16, 8], strides: [1, 16] : memref<128xi8> to memref<16x8xi8, strided<[1, 16]>>
  %rows = memref.expand_shape %c [[0, 1]] output_shape [4, 8] : memref<32xi32> into memref<4x8xi32>
  %cast = memref.cast %rows : memref<4x8xi32> to memref<?x8xi32>
  scf.for %i = %c0 to %c3 step %c1 {
    linalg.copy ins(%a : memref<4x16xi8, strided<[?, ?], offset: ?>>) outs(%input : memref<4x16xi8, #romanet.space<input>>)
    memref.copy %columns, %weights : memref<16x8xi8, strided<[1, 16]>> to memref<16x8xi8, #romanet.space<weights>>
    linalg.generic {indexing_maps = [affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
        ins(%zero : i32) outs(%output : memref<4x8xi32, #romanet.space<output>>) {
    ^bb0(%value: i32, %old: i32):
      linalg.yield %value : i32
    }
    // expected-remark @below {{'linalg.matmul' (product) is carried out as scheduled: 1 tile, bytes input_read = 64, weights_read = 128, output_read = 0, output_write = 128, epilogue_read = 0, in each of 3 runs}}
    linalg.matmul {romanet.buffers = #buffers, romanet.layer = #layer, romanet.schedule = #schedule}
        ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>, memref<16x8xi8, #romanet.space<weights>>)
        outs(%output : memref<4x8xi32, #romanet.space<output>>)
    memref.copy %output, %cast : memref<4x8xi32, #romanet.space<output>> to memref<?x8xi32>
  }
  return
}

// -----

#buffers = #romanet.buffers<input = 64, weights = 128, output = 128>
#layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
    bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = data>
#schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>

// Two layers in turn use buffers that nothing frees: each lives until its last
// use. The second starts from data. What depends on data in between, and a loop
// of which nothing is known, do not matter.
func.func @last_use(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
  %weights = memref.alloc() : memref<16x8xi8, #romanet.space<weights>>
  %output = memref.alloc() : memref<4x8xi32, #romanet.space<output>>
  memref.copy %a, %input : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
  memref.copy %b, %weights : memref<16x8xi8> to memref<16x8xi8, #romanet.space<weights>>
  memref.copy %c, %output : memref<4x8xi32> to memref<4x8xi32, #romanet.space<output>>
  // expected-remark @below {{bytes input_read = 64, weights_read = 128, output_read = 128, output_write = 128, epilogue_read = 0}}
  linalg.matmul {romanet.buffers = #buffers, romanet.layer = #layer, romanet.schedule = #schedule}
      ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>, memref<16x8xi8, #romanet.space<weights>>)
      outs(%output : memref<4x8xi32, #romanet.space<output>>)
  memref.copy %output, %c : memref<4x8xi32, #romanet.space<output>> to memref<4x8xi32>
  scf.for %i = %c0 to %n step %c1 {
    memref.store %zero, %c[%c0, %c0] : memref<4x8xi32>
  }
  %input2 = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
  %weights2 = memref.alloc() : memref<16x8xi8, #romanet.space<weights>>
  %output2 = memref.alloc() : memref<4x8xi32, #romanet.space<output>>
  memref.copy %a, %input2 : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
  memref.copy %b, %weights2 : memref<16x8xi8> to memref<16x8xi8, #romanet.space<weights>>
  memref.copy %c, %output2 : memref<4x8xi32> to memref<4x8xi32, #romanet.space<output>>
  // expected-remark @below {{is carried out as scheduled}}
  linalg.matmul {romanet.buffers = #buffers, romanet.layer = #layer, romanet.schedule = #schedule}
      ins(%input2, %weights2 : memref<4x16xi8, #romanet.space<input>>, memref<16x8xi8, #romanet.space<weights>>)
      outs(%output2 : memref<4x8xi32, #romanet.space<output>>)
  memref.copy %output2, %c : memref<4x8xi32, #romanet.space<output>> to memref<4x8xi32>
  return
}

// -----

#layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
    bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = data>
#schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>

func.func @on_tensors(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{'linalg.matmul' cannot be verified: it works on tensors; bufferize first (romanet-dram-map does)}}
  %0 = linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule}
      ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}

// -----

#layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
    bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = data>
#schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>

func.func @blocks(%input: memref<4x16xi8, #romanet.space<input>>, %weights: memref<16x8xi8, #romanet.space<weights>>,
                  %output: memref<4x8xi32, #romanet.space<output>>) {
  cf.br ^next
^next:
  // expected-error @below {{cannot be verified: its function has several blocks, whose branches are not followed}}
  linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule}
      ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>, memref<16x8xi8, #romanet.space<weights>>)
      outs(%output : memref<4x8xi32, #romanet.space<output>>)
  return
}

// -----

#layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
    bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = data>
#schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>

// A buffer of no known size.
func.func @dynamic(%n: index, %weights: memref<16x8xi8, #romanet.space<weights>>,
                   %output: memref<4x8xi32, #romanet.space<output>>) {
  // expected-error @below {{'memref.alloc' cannot be verified: a buffer on chip must have a static shape, the identity layout and at most 8 dimensions}}
  // expected-note @below {{from 'memref.alloc'}}
  %input = memref.alloc(%n) : memref<?x16xi8, #romanet.space<input>>
  // expected-error @below {{'linalg.matmul' cannot be verified: it depends on a value that is not known at compile time}}
  linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule}
      ins(%input, %weights : memref<?x16xi8, #romanet.space<input>>, memref<16x8xi8, #romanet.space<weights>>)
      outs(%output : memref<4x8xi32, #romanet.space<output>>)
  return
}
