// Ragged tiles, an init that is data, and partial sums that go to DRAM and come
// back, since the channels are the outermost loop.
func.func @tensors(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %0 = linalg.matmul {romanet.buffers = #romanet.buffers<input = 18, weights = 24, output = 48>,
                      romanet.schedule = #romanet.schedule<[c = 6, n = 3, k = 4, g = 1, p = 1, q = 1]>}
       ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
       outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32> loc("product")
  return %0 : tensor<4x8xi32>
}
