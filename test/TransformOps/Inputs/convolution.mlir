module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 400, weights = 200, output = 200>, dram = "ddr3-1600-2gb-x8">} {
func.func @convolution(%a: tensor<1x4x12x12xi8>, %b: tensor<6x4x3x3xi8>, %c: tensor<1x6x10x10xi32>) -> tensor<1x6x10x10xi32> {
  %0 = linalg.conv_2d_nchw_fchw ins(%a, %b : tensor<1x4x12x12xi8>, tensor<6x4x3x3xi8>)
                                outs(%c : tensor<1x6x10x10xi32>) -> tensor<1x6x10x10xi32>
  return %0 : tensor<1x6x10x10xi32>
}
}
