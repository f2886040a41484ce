// Two convolutions and a matrix product, one after the other. A name has what would be
// markup in a page.
module attributes {romanet.machine = #romanet.machine<
    buffers = <weights = 2048, shared = 4096>, dram = "ddr4-2400-8gb-x8">} {
func.func @small(%image: tensor<1x8x18x18xf32>, %w1: tensor<16x8x3x3xf32>, %w2: tensor<16x16x3x3xf32>,
                 %w3: tensor<196x10xf32>) -> tensor<16x10xf32> {
  %zero = arith.constant 0.0 : f32
  %empty1 = tensor.empty() : tensor<1x16x16x16xf32>
  %init1 = linalg.fill ins(%zero : f32) outs(%empty1 : tensor<1x16x16x16xf32>) -> tensor<1x16x16x16xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%image, %w1 : tensor<1x8x18x18xf32>, tensor<16x8x3x3xf32>)
      outs(%init1 : tensor<1x16x16x16xf32>) -> tensor<1x16x16x16xf32> loc("conv1")
  %empty2 = tensor.empty() : tensor<1x16x14x14xf32>
  %init2 = linalg.fill ins(%zero : f32) outs(%empty2 : tensor<1x16x14x14xf32>) -> tensor<1x16x14x14xf32>
  %1 = linalg.conv_2d_nchw_fchw ins(%0, %w2 : tensor<1x16x16x16xf32>, tensor<16x16x3x3xf32>)
      outs(%init2 : tensor<1x16x14x14xf32>) -> tensor<1x16x14x14xf32> loc("</script><b>conv2")
  %flat = tensor.collapse_shape %1 [[0, 1], [2, 3]] : tensor<1x16x14x14xf32> into tensor<16x196xf32>
  %empty3 = tensor.empty() : tensor<16x10xf32>
  %init3 = linalg.fill ins(%zero : f32) outs(%empty3 : tensor<16x10xf32>) -> tensor<16x10xf32>
  %2 = linalg.matmul ins(%flat, %w3 : tensor<16x196xf32>, tensor<196x10xf32>)
      outs(%init3 : tensor<16x10xf32>) -> tensor<16x10xf32> loc("product")
  return %2 : tensor<16x10xf32>
}
}
