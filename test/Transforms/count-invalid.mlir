// What cannot be attributed to a layer and a stream is an error.
// RUN: romanet-opt %s --split-input-file --verify-diagnostics --romanet-count-traffic -allow-unregistered-dialect

#layer = #romanet.layer<"fc", loops = [n = 4, g = 1, k = 4, c = 4, p = 1, q = 1], image = [1, 1], kernel = [1, 1],
    strides = [1, 1], dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>
#schedule = #romanet.schedule<[n = 4, g = 1, k = 4, c = 4, p = 1, q = 1]>
!dram = memref<4x4xi8>
!input = memref<4x4xi8, #romanet.space<input>>
!weights = memref<4x4xi8, #romanet.space<weights>>
!output = memref<4x4xi32, #romanet.space<output>>
func.func @main(%a: !dram, %input: !input, %weights: !weights, %output: !output) {
  linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule} ins(%input, %weights : !input, !weights) outs(%output : !output)
  // expected-error @below {{cannot count the traffic: the copy between DRAM and chip belongs to no layer: no operation on tiles uses its buffer behind it}}
  memref.copy %a, %input : !dram to !input
  return
}

// -----

!dram = memref<4x4xi32>
!output = memref<4x4xi32, #romanet.space<output>>
func.func @main(%a: !dram, %output: !output) {
  // expected-error @below {{the copy between DRAM and chip belongs to no layer: no operation on tiles uses its buffer before it}}
  memref.copy %output, %a : !output to !dram
  return
}

// -----

#layer = #romanet.layer<"fc", loops = [n = 4, g = 1, k = 4, c = 4, p = 1, q = 1], image = [1, 1], kernel = [1, 1],
    strides = [1, 1], dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>
#schedule = #romanet.schedule<[n = 4, g = 1, k = 4, c = 4, p = 1, q = 1]>
!dram = memref<4x4xi8>
!input = memref<4x4xi8, #romanet.space<input>>
!weights = memref<4x4xi8, #romanet.space<weights>>
!output = memref<4x4xi32, #romanet.space<output>>
func.func @main(%a: !dram, %input: !input, %weights: !weights, %output: !output) {
  linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule} ins(%input, %weights : !input, !weights) outs(%output : !output)
  // expected-error @below {{the copy writes what its layer only reads back to DRAM}}
  memref.copy %input, %a : !input to !dram
  return
}

// -----

!other = memref<4x4xi8, 5>
!input = memref<4x4xi8, #romanet.space<input>>
func.func @main(%a: !other, %input: !input) {
  // expected-error @below {{the copy moves data between the chip and another memory space than that of DRAM}}
  memref.copy %a, %input : !other to !input
  return
}

// -----

!dram = memref<4xi8>
!input = memref<4xi8, #romanet.space<input>>
func.func @main(%a: !dram, %input: !input) {
  // expected-error @below {{moves data between DRAM and chip without a copy}}
  linalg.copy ins(%a : !dram) outs(%input : !input)
  return
}

// -----

!dram = memref<4xi8>
!output = memref<4xi8, #romanet.space<output>>
func.func @main(%a: !dram, %output: !output) {
  // expected-error @below {{an operand of the epilogue is not a buffer on chip; bufferize first (romanet-dram-map does)}}
  linalg.copy {romanet.epilogue} ins(%a : !dram) outs(%output : !output)
  return
}

// -----

!output = memref<4xi8, #romanet.space<output>>
func.func @main(%a: !output, %output: !output) {
  // expected-error @below {{the operation is in the epilogue of no layer: it neither reads nor writes the partial sums of one}}
  linalg.copy {romanet.epilogue} ins(%a : !output) outs(%output : !output)
  return
}

// -----

#layer = #romanet.layer<"fc", loops = [n = 4, g = 1, k = 4, c = 4, p = 1, q = 1], image = [1, 1], kernel = [1, 1],
    strides = [1, 1], dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>
#schedule = #romanet.schedule<[n = 4, g = 1, k = 4, c = 4, p = 1, q = 1]>
!dram = memref<4x4xf8E5M2>
!input = memref<4x4xf8E5M2, #romanet.space<input>>
!output = memref<4x4xf32, #romanet.space<output>>
func.func @main(%a: !dram, %input: !input, %weights: !input, %output: !output) {
  // expected-error @below {{the runtime has no counter for elements of 'f8E5M2'}}
  memref.copy %a, %input : !dram to !input
  linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule} ins(%input, %weights : !input, !input) outs(%output : !output)
  return
}

// -----

func.func @main() {
  // expected-error @below {{attribute 'romanet.epilogue' must be a unit attribute, not 1 : i64}}
  "test.op"() {romanet.epilogue = 1} : () -> ()
  return
}
