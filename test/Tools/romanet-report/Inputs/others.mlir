// What a report lists besides the layers: operations without a schedule, and such that move data
// and belong to no layer; a layer with an element-wise operation, and its arrays in layouts.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 600, weights = 600, output = 600>, dram = "ddr3-1600-2gb-x8">} {
func.func @others(%a: tensor<32x40xf32>, %b: tensor<40x48xf32>, %c: tensor<48x24xf32>, %bias: tensor<32x48xf32>,
                  %i: tensor<2x2xi4>, %j: tensor<2x2xi4>, %k: tensor<2x2xi32>)
    -> (tensor<32x24xf32>, tensor<2x2xi32>, tensor<24x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<32x48xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<32x48xf32>) -> tensor<32x48xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<32x40xf32>, tensor<40x48xf32>) outs(%init : tensor<32x48xf32>)
      -> tensor<32x48xf32> loc("first")
  %1 = linalg.add ins(%0, %bias : tensor<32x48xf32>, tensor<32x48xf32>) outs(%empty : tensor<32x48xf32>) -> tensor<32x48xf32>
  %empty2 = tensor.empty() : tensor<32x24xf32>
  %init2 = linalg.fill ins(%zero : f32) outs(%empty2 : tensor<32x24xf32>) -> tensor<32x24xf32>
  %2 = linalg.matmul ins(%1, %c : tensor<32x48xf32>, tensor<48x24xf32>) outs(%init2 : tensor<32x24xf32>)
      -> tensor<32x24xf32> loc("second")
  %empty3 = tensor.empty() : tensor<24x32xf32>
  %turned = linalg.transpose ins(%2 : tensor<32x24xf32>) outs(%empty3 : tensor<24x32xf32>) permutation = [1, 0] loc("turned")
  %3 = linalg.matmul ins(%i, %j : tensor<2x2xi4>, tensor<2x2xi4>) outs(%k : tensor<2x2xi32>) -> tensor<2x2xi32>
  return %2, %3, %turned : tensor<32x24xf32>, tensor<2x2xi32>, tensor<24x32xf32>
}
}
