// RUN: not romanet-opt %s --romanet-verify=max-steps=0 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: error: option 'max-steps' of romanet-verify is 0, expected at least 1

// The layer has four tiles, and its loops together six iterations.
// RUN: romanet-opt %S/Inputs/verify/serpentine.mlir --romanet-verify=max-steps=6 -o /dev/null
// RUN: not romanet-opt %S/Inputs/verify/serpentine.mlir --romanet-verify=max-steps=5 2>&1 | FileCheck %s --check-prefix=STEPS
// STEPS: error: 'scf.for' cannot be verified: the function has more than 5 iterations of loops (option 'max-steps')
// RUN: not romanet-opt %S/Inputs/verify/serpentine.mlir --romanet-verify=max-steps=3 2>&1 | FileCheck %s --check-prefix=TILES
// TILES: error: 'linalg.matmul' (product) has more than 3 tiles (option 'max-steps')

// Nor is a program walked for ever whose loops do nothing.
// RUN: not romanet-opt %s --romanet-verify=max-steps=1000 2>&1 | FileCheck %s --check-prefix=IDLE
// IDLE: error: 'scf.for' cannot be verified: the function has more than 1000 iterations of loops

#layer = #romanet.layer<"product", loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0],
    bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>
#schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>

func.func @idle(%input: memref<4x16xi8, #romanet.space<input>>, %weights: memref<16x8xi8, #romanet.space<weights>>,
                %output: memref<4x8xi32, #romanet.space<output>>) {
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %most = arith.constant 0x7fffffffffffffff : index
  scf.for %i = %c0 to %most step %c1 {
    linalg.fill ins(%zero : i32) outs(%output : memref<4x8xi32, #romanet.space<output>>)
  }
  linalg.matmul {romanet.layer = #layer, romanet.schedule = #schedule}
      ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>, memref<16x8xi8, #romanet.space<weights>>)
      outs(%output : memref<4x8xi32, #romanet.space<output>>)
  return
}
