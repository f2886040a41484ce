// 128 bytes of weights and of output for buffers of 64: half of the columns are
// on chip at a time, in one loop of two trips. The second fits as a whole: no loop.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
func.func @two_products(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<8x2xi32>) -> tensor<4x2xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<4x8xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x8xi32>) -> tensor<4x8xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
                     outs(%init : tensor<4x8xi32>) -> tensor<4x8xi32> loc("wide")
  %empty1 = tensor.empty() : tensor<4x2xi32>
  %init1 = linalg.fill ins(%zero : i32) outs(%empty1 : tensor<4x2xi32>) -> tensor<4x2xi32>
  %1 = linalg.matmul {romanet.buffers = #romanet.buffers<shared = 256>}
                     ins(%0, %c : tensor<4x8xi32>, tensor<8x2xi32>)
                     outs(%init1 : tensor<4x2xi32>) -> tensor<4x2xi32> loc("narrow")
  return %1 : tensor<4x2xi32>
}
}
