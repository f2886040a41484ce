// RUN: romanet-opt --romanet-tile --split-input-file --verify-diagnostics %s

// A schedule that was pinned is refused where it cannot be carried out.

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {

// A tensor that is held further out needs more room: all of the 16 x 8 weights.
func.func @held(%a: tensor<8x16xi8>, %b: tensor<16x8xi8>, %c: tensor<8x8xi32>) -> tensor<8x8xi32> {
  // expected-error @below {{what is held of the weights needs 128 bytes in the weights buffer, which has 64, 64 too few}}
  %0 = linalg.matmul {romanet.buffers = #romanet.buffers<input = 64, weights = 64, output = 64>,
      romanet.schedule = #romanet.schedule<[g = 1, n = 1, p = 1, q = 1, k = 2, c = 4], hold = [input = 6, weights = 0, output = 6]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x8xi8>) outs(%c : tensor<8x8xi32>) -> tensor<8x8xi32>
  return %0 : tensor<8x8xi32>
}

}
