// MobileNetV1, width 1.0. Batch normalisation is folded into the weights and the biases.
// Written by generate.py.

#nchw = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>
#nk = affine_map<(n, k) -> (n, k)>
#k = affine_map<(n, k) -> (k)>

func.func @mobilenet_v1(%image: tensor<1x3x224x224xf32>,
    %conv1_weights: tensor<32x3x3x3xf32>,
    %conv1_bias: tensor<32xf32>,
    %dw1_weights: tensor<32x3x3xf32>,
    %dw1_bias: tensor<32xf32>,
    %pw1_weights: tensor<64x32x1x1xf32>,
    %pw1_bias: tensor<64xf32>,
    %dw2_weights: tensor<64x3x3xf32>,
    %dw2_bias: tensor<64xf32>,
    %pw2_weights: tensor<128x64x1x1xf32>,
    %pw2_bias: tensor<128xf32>,
    %dw3_weights: tensor<128x3x3xf32>,
    %dw3_bias: tensor<128xf32>,
    %pw3_weights: tensor<128x128x1x1xf32>,
    %pw3_bias: tensor<128xf32>,
    %dw4_weights: tensor<128x3x3xf32>,
    %dw4_bias: tensor<128xf32>,
    %pw4_weights: tensor<256x128x1x1xf32>,
    %pw4_bias: tensor<256xf32>,
    %dw5_weights: tensor<256x3x3xf32>,
    %dw5_bias: tensor<256xf32>,
    %pw5_weights: tensor<256x256x1x1xf32>,
    %pw5_bias: tensor<256xf32>,
    %dw6_weights: tensor<256x3x3xf32>,
    %dw6_bias: tensor<256xf32>,
    %pw6_weights: tensor<512x256x1x1xf32>,
    %pw6_bias: tensor<512xf32>,
    %dw7_weights: tensor<512x3x3xf32>,
    %dw7_bias: tensor<512xf32>,
    %pw7_weights: tensor<512x512x1x1xf32>,
    %pw7_bias: tensor<512xf32>,
    %dw8_weights: tensor<512x3x3xf32>,
    %dw8_bias: tensor<512xf32>,
    %pw8_weights: tensor<512x512x1x1xf32>,
    %pw8_bias: tensor<512xf32>,
    %dw9_weights: tensor<512x3x3xf32>,
    %dw9_bias: tensor<512xf32>,
    %pw9_weights: tensor<512x512x1x1xf32>,
    %pw9_bias: tensor<512xf32>,
    %dw10_weights: tensor<512x3x3xf32>,
    %dw10_bias: tensor<512xf32>,
    %pw10_weights: tensor<512x512x1x1xf32>,
    %pw10_bias: tensor<512xf32>,
    %dw11_weights: tensor<512x3x3xf32>,
    %dw11_bias: tensor<512xf32>,
    %pw11_weights: tensor<512x512x1x1xf32>,
    %pw11_bias: tensor<512xf32>,
    %dw12_weights: tensor<512x3x3xf32>,
    %dw12_bias: tensor<512xf32>,
    %pw12_weights: tensor<1024x512x1x1xf32>,
    %pw12_bias: tensor<1024xf32>,
    %dw13_weights: tensor<1024x3x3xf32>,
    %dw13_bias: tensor<1024xf32>,
    %pw13_weights: tensor<1024x1024x1x1xf32>,
    %pw13_bias: tensor<1024xf32>,
    %fc_weights: tensor<1024x1000xf32>,
    %fc_bias: tensor<1000xf32>) -> tensor<1x1000xf32> {
  %zero_f32 = arith.constant 0.0 : f32
  %six = arith.constant 6.0 : f32
  %count = arith.constant 49.0 : f32
  %conv1_padded = tensor.pad %image low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x3x224x224xf32> to tensor<1x3x226x226xf32>
  %conv1_empty = tensor.empty() : tensor<1x32x112x112xf32>
  %conv1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv1_empty : tensor<1x32x112x112xf32>) -> tensor<1x32x112x112xf32>
  %conv1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv1_padded, %conv1_weights : tensor<1x3x226x226xf32>, tensor<32x3x3x3xf32>)
      outs(%conv1_init : tensor<1x32x112x112xf32>) -> tensor<1x32x112x112xf32> loc("conv1")
  %conv1_relu6_out = tensor.empty() : tensor<1x32x112x112xf32>
  %conv1_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv1, %conv1_bias : tensor<1x32x112x112xf32>, tensor<32xf32>) outs(%conv1_relu6_out : tensor<1x32x112x112xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x32x112x112xf32>
  %dw1_padded = tensor.pad %conv1_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x32x112x112xf32> to tensor<1x32x114x114xf32>
  %dw1_empty = tensor.empty() : tensor<1x32x112x112xf32>
  %dw1_init = linalg.fill ins(%zero_f32 : f32) outs(%dw1_empty : tensor<1x32x112x112xf32>) -> tensor<1x32x112x112xf32>
  %dw1 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw1_padded, %dw1_weights : tensor<1x32x114x114xf32>, tensor<32x3x3xf32>)
      outs(%dw1_init : tensor<1x32x112x112xf32>) -> tensor<1x32x112x112xf32> loc("dw1")
  %dw1_relu6_out = tensor.empty() : tensor<1x32x112x112xf32>
  %dw1_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw1, %dw1_bias : tensor<1x32x112x112xf32>, tensor<32xf32>) outs(%dw1_relu6_out : tensor<1x32x112x112xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x32x112x112xf32>
  %pw1_empty = tensor.empty() : tensor<1x64x112x112xf32>
  %pw1_init = linalg.fill ins(%zero_f32 : f32) outs(%pw1_empty : tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32>
  %pw1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw1_relu6, %pw1_weights : tensor<1x32x112x112xf32>, tensor<64x32x1x1xf32>)
      outs(%pw1_init : tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32> loc("pw1")
  %pw1_relu6_out = tensor.empty() : tensor<1x64x112x112xf32>
  %pw1_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw1, %pw1_bias : tensor<1x64x112x112xf32>, tensor<64xf32>) outs(%pw1_relu6_out : tensor<1x64x112x112xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x64x112x112xf32>
  %dw2_padded = tensor.pad %pw1_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x64x112x112xf32> to tensor<1x64x114x114xf32>
  %dw2_empty = tensor.empty() : tensor<1x64x56x56xf32>
  %dw2_init = linalg.fill ins(%zero_f32 : f32) outs(%dw2_empty : tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %dw2 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw2_padded, %dw2_weights : tensor<1x64x114x114xf32>, tensor<64x3x3xf32>)
      outs(%dw2_init : tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> loc("dw2")
  %dw2_relu6_out = tensor.empty() : tensor<1x64x56x56xf32>
  %dw2_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw2, %dw2_bias : tensor<1x64x56x56xf32>, tensor<64xf32>) outs(%dw2_relu6_out : tensor<1x64x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x64x56x56xf32>
  %pw2_empty = tensor.empty() : tensor<1x128x56x56xf32>
  %pw2_init = linalg.fill ins(%zero_f32 : f32) outs(%pw2_empty : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32>
  %pw2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw2_relu6, %pw2_weights : tensor<1x64x56x56xf32>, tensor<128x64x1x1xf32>)
      outs(%pw2_init : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32> loc("pw2")
  %pw2_relu6_out = tensor.empty() : tensor<1x128x56x56xf32>
  %pw2_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw2, %pw2_bias : tensor<1x128x56x56xf32>, tensor<128xf32>) outs(%pw2_relu6_out : tensor<1x128x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x128x56x56xf32>
  %dw3_padded = tensor.pad %pw2_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x128x56x56xf32> to tensor<1x128x58x58xf32>
  %dw3_empty = tensor.empty() : tensor<1x128x56x56xf32>
  %dw3_init = linalg.fill ins(%zero_f32 : f32) outs(%dw3_empty : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32>
  %dw3 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw3_padded, %dw3_weights : tensor<1x128x58x58xf32>, tensor<128x3x3xf32>)
      outs(%dw3_init : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32> loc("dw3")
  %dw3_relu6_out = tensor.empty() : tensor<1x128x56x56xf32>
  %dw3_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw3, %dw3_bias : tensor<1x128x56x56xf32>, tensor<128xf32>) outs(%dw3_relu6_out : tensor<1x128x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x128x56x56xf32>
  %pw3_empty = tensor.empty() : tensor<1x128x56x56xf32>
  %pw3_init = linalg.fill ins(%zero_f32 : f32) outs(%pw3_empty : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32>
  %pw3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw3_relu6, %pw3_weights : tensor<1x128x56x56xf32>, tensor<128x128x1x1xf32>)
      outs(%pw3_init : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32> loc("pw3")
  %pw3_relu6_out = tensor.empty() : tensor<1x128x56x56xf32>
  %pw3_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw3, %pw3_bias : tensor<1x128x56x56xf32>, tensor<128xf32>) outs(%pw3_relu6_out : tensor<1x128x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x128x56x56xf32>
  %dw4_padded = tensor.pad %pw3_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x128x56x56xf32> to tensor<1x128x58x58xf32>
  %dw4_empty = tensor.empty() : tensor<1x128x28x28xf32>
  %dw4_init = linalg.fill ins(%zero_f32 : f32) outs(%dw4_empty : tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %dw4 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw4_padded, %dw4_weights : tensor<1x128x58x58xf32>, tensor<128x3x3xf32>)
      outs(%dw4_init : tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32> loc("dw4")
  %dw4_relu6_out = tensor.empty() : tensor<1x128x28x28xf32>
  %dw4_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw4, %dw4_bias : tensor<1x128x28x28xf32>, tensor<128xf32>) outs(%dw4_relu6_out : tensor<1x128x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x128x28x28xf32>
  %pw4_empty = tensor.empty() : tensor<1x256x28x28xf32>
  %pw4_init = linalg.fill ins(%zero_f32 : f32) outs(%pw4_empty : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32>
  %pw4 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw4_relu6, %pw4_weights : tensor<1x128x28x28xf32>, tensor<256x128x1x1xf32>)
      outs(%pw4_init : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32> loc("pw4")
  %pw4_relu6_out = tensor.empty() : tensor<1x256x28x28xf32>
  %pw4_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw4, %pw4_bias : tensor<1x256x28x28xf32>, tensor<256xf32>) outs(%pw4_relu6_out : tensor<1x256x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x256x28x28xf32>
  %dw5_padded = tensor.pad %pw4_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x256x28x28xf32> to tensor<1x256x30x30xf32>
  %dw5_empty = tensor.empty() : tensor<1x256x28x28xf32>
  %dw5_init = linalg.fill ins(%zero_f32 : f32) outs(%dw5_empty : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32>
  %dw5 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw5_padded, %dw5_weights : tensor<1x256x30x30xf32>, tensor<256x3x3xf32>)
      outs(%dw5_init : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32> loc("dw5")
  %dw5_relu6_out = tensor.empty() : tensor<1x256x28x28xf32>
  %dw5_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw5, %dw5_bias : tensor<1x256x28x28xf32>, tensor<256xf32>) outs(%dw5_relu6_out : tensor<1x256x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x256x28x28xf32>
  %pw5_empty = tensor.empty() : tensor<1x256x28x28xf32>
  %pw5_init = linalg.fill ins(%zero_f32 : f32) outs(%pw5_empty : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32>
  %pw5 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw5_relu6, %pw5_weights : tensor<1x256x28x28xf32>, tensor<256x256x1x1xf32>)
      outs(%pw5_init : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32> loc("pw5")
  %pw5_relu6_out = tensor.empty() : tensor<1x256x28x28xf32>
  %pw5_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw5, %pw5_bias : tensor<1x256x28x28xf32>, tensor<256xf32>) outs(%pw5_relu6_out : tensor<1x256x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x256x28x28xf32>
  %dw6_padded = tensor.pad %pw5_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x256x28x28xf32> to tensor<1x256x30x30xf32>
  %dw6_empty = tensor.empty() : tensor<1x256x14x14xf32>
  %dw6_init = linalg.fill ins(%zero_f32 : f32) outs(%dw6_empty : tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %dw6 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw6_padded, %dw6_weights : tensor<1x256x30x30xf32>, tensor<256x3x3xf32>)
      outs(%dw6_init : tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32> loc("dw6")
  %dw6_relu6_out = tensor.empty() : tensor<1x256x14x14xf32>
  %dw6_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw6, %dw6_bias : tensor<1x256x14x14xf32>, tensor<256xf32>) outs(%dw6_relu6_out : tensor<1x256x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x256x14x14xf32>
  %pw6_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pw6_init = linalg.fill ins(%zero_f32 : f32) outs(%pw6_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pw6 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw6_relu6, %pw6_weights : tensor<1x256x14x14xf32>, tensor<512x256x1x1xf32>)
      outs(%pw6_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pw6")
  %pw6_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %pw6_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw6, %pw6_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%pw6_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %dw7_padded = tensor.pad %pw6_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %dw7_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %dw7_init = linalg.fill ins(%zero_f32 : f32) outs(%dw7_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %dw7 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw7_padded, %dw7_weights : tensor<1x512x16x16xf32>, tensor<512x3x3xf32>)
      outs(%dw7_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("dw7")
  %dw7_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %dw7_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw7, %dw7_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%dw7_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %pw7_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pw7_init = linalg.fill ins(%zero_f32 : f32) outs(%pw7_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pw7 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw7_relu6, %pw7_weights : tensor<1x512x14x14xf32>, tensor<512x512x1x1xf32>)
      outs(%pw7_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pw7")
  %pw7_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %pw7_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw7, %pw7_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%pw7_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %dw8_padded = tensor.pad %pw7_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %dw8_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %dw8_init = linalg.fill ins(%zero_f32 : f32) outs(%dw8_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %dw8 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw8_padded, %dw8_weights : tensor<1x512x16x16xf32>, tensor<512x3x3xf32>)
      outs(%dw8_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("dw8")
  %dw8_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %dw8_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw8, %dw8_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%dw8_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %pw8_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pw8_init = linalg.fill ins(%zero_f32 : f32) outs(%pw8_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pw8 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw8_relu6, %pw8_weights : tensor<1x512x14x14xf32>, tensor<512x512x1x1xf32>)
      outs(%pw8_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pw8")
  %pw8_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %pw8_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw8, %pw8_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%pw8_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %dw9_padded = tensor.pad %pw8_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %dw9_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %dw9_init = linalg.fill ins(%zero_f32 : f32) outs(%dw9_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %dw9 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw9_padded, %dw9_weights : tensor<1x512x16x16xf32>, tensor<512x3x3xf32>)
      outs(%dw9_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("dw9")
  %dw9_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %dw9_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw9, %dw9_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%dw9_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %pw9_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pw9_init = linalg.fill ins(%zero_f32 : f32) outs(%pw9_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pw9 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw9_relu6, %pw9_weights : tensor<1x512x14x14xf32>, tensor<512x512x1x1xf32>)
      outs(%pw9_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pw9")
  %pw9_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %pw9_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw9, %pw9_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%pw9_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %dw10_padded = tensor.pad %pw9_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %dw10_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %dw10_init = linalg.fill ins(%zero_f32 : f32) outs(%dw10_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %dw10 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw10_padded, %dw10_weights : tensor<1x512x16x16xf32>, tensor<512x3x3xf32>)
      outs(%dw10_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("dw10")
  %dw10_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %dw10_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw10, %dw10_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%dw10_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %pw10_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pw10_init = linalg.fill ins(%zero_f32 : f32) outs(%pw10_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pw10 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw10_relu6, %pw10_weights : tensor<1x512x14x14xf32>, tensor<512x512x1x1xf32>)
      outs(%pw10_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pw10")
  %pw10_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %pw10_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw10, %pw10_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%pw10_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %dw11_padded = tensor.pad %pw10_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %dw11_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %dw11_init = linalg.fill ins(%zero_f32 : f32) outs(%dw11_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %dw11 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw11_padded, %dw11_weights : tensor<1x512x16x16xf32>, tensor<512x3x3xf32>)
      outs(%dw11_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("dw11")
  %dw11_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %dw11_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw11, %dw11_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%dw11_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %pw11_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pw11_init = linalg.fill ins(%zero_f32 : f32) outs(%pw11_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pw11 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw11_relu6, %pw11_weights : tensor<1x512x14x14xf32>, tensor<512x512x1x1xf32>)
      outs(%pw11_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pw11")
  %pw11_relu6_out = tensor.empty() : tensor<1x512x14x14xf32>
  %pw11_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw11, %pw11_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%pw11_relu6_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x14x14xf32>
  %dw12_padded = tensor.pad %pw11_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %dw12_empty = tensor.empty() : tensor<1x512x7x7xf32>
  %dw12_init = linalg.fill ins(%zero_f32 : f32) outs(%dw12_empty : tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %dw12 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw12_padded, %dw12_weights : tensor<1x512x16x16xf32>, tensor<512x3x3xf32>)
      outs(%dw12_init : tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32> loc("dw12")
  %dw12_relu6_out = tensor.empty() : tensor<1x512x7x7xf32>
  %dw12_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw12, %dw12_bias : tensor<1x512x7x7xf32>, tensor<512xf32>) outs(%dw12_relu6_out : tensor<1x512x7x7xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x512x7x7xf32>
  %pw12_empty = tensor.empty() : tensor<1x1024x7x7xf32>
  %pw12_init = linalg.fill ins(%zero_f32 : f32) outs(%pw12_empty : tensor<1x1024x7x7xf32>) -> tensor<1x1024x7x7xf32>
  %pw12 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw12_relu6, %pw12_weights : tensor<1x512x7x7xf32>, tensor<1024x512x1x1xf32>)
      outs(%pw12_init : tensor<1x1024x7x7xf32>) -> tensor<1x1024x7x7xf32> loc("pw12")
  %pw12_relu6_out = tensor.empty() : tensor<1x1024x7x7xf32>
  %pw12_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw12, %pw12_bias : tensor<1x1024x7x7xf32>, tensor<1024xf32>) outs(%pw12_relu6_out : tensor<1x1024x7x7xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x1024x7x7xf32>
  %dw13_padded = tensor.pad %pw12_relu6 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x1024x7x7xf32> to tensor<1x1024x9x9xf32>
  %dw13_empty = tensor.empty() : tensor<1x1024x7x7xf32>
  %dw13_init = linalg.fill ins(%zero_f32 : f32) outs(%dw13_empty : tensor<1x1024x7x7xf32>) -> tensor<1x1024x7x7xf32>
  %dw13 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw13_padded, %dw13_weights : tensor<1x1024x9x9xf32>, tensor<1024x3x3xf32>)
      outs(%dw13_init : tensor<1x1024x7x7xf32>) -> tensor<1x1024x7x7xf32> loc("dw13")
  %dw13_relu6_out = tensor.empty() : tensor<1x1024x7x7xf32>
  %dw13_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dw13, %dw13_bias : tensor<1x1024x7x7xf32>, tensor<1024xf32>) outs(%dw13_relu6_out : tensor<1x1024x7x7xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x1024x7x7xf32>
  %pw13_empty = tensor.empty() : tensor<1x1024x7x7xf32>
  %pw13_init = linalg.fill ins(%zero_f32 : f32) outs(%pw13_empty : tensor<1x1024x7x7xf32>) -> tensor<1x1024x7x7xf32>
  %pw13 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw13_relu6, %pw13_weights : tensor<1x1024x7x7xf32>, tensor<1024x1024x1x1xf32>)
      outs(%pw13_init : tensor<1x1024x7x7xf32>) -> tensor<1x1024x7x7xf32> loc("pw13")
  %pw13_relu6_out = tensor.empty() : tensor<1x1024x7x7xf32>
  %pw13_relu6 = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pw13, %pw13_bias : tensor<1x1024x7x7xf32>, tensor<1024xf32>) outs(%pw13_relu6_out : tensor<1x1024x7x7xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    %minimumf = arith.minimumf %maximumf, %six : f32
    linalg.yield %minimumf : f32
  } -> tensor<1x1024x7x7xf32>
  %pool_window = tensor.empty() : tensor<7x7xf32>
  %pool_sum_empty = tensor.empty() : tensor<1x1024x1x1xf32>
  %pool_sum_init = linalg.fill ins(%zero_f32 : f32) outs(%pool_sum_empty : tensor<1x1024x1x1xf32>) -> tensor<1x1024x1x1xf32>
  %pool_sum = linalg.pooling_nchw_sum {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%pw13_relu6, %pool_window : tensor<1x1024x7x7xf32>, tensor<7x7xf32>)
      outs(%pool_sum_init : tensor<1x1024x1x1xf32>) -> tensor<1x1024x1x1xf32> loc("pool_sum")
  %pool_out = tensor.empty() : tensor<1x1024x1x1xf32>
  %pool = linalg.generic {indexing_maps = [#nchw, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pool_sum : tensor<1x1024x1x1xf32>) outs(%pool_out : tensor<1x1024x1x1xf32>) {
  ^bb0(%in0: f32, %out: f32):
    %divf = arith.divf %in0, %count : f32
    linalg.yield %divf : f32
  } -> tensor<1x1024x1x1xf32>
  %flat = tensor.collapse_shape %pool [[0], [1, 2, 3]] : tensor<1x1024x1x1xf32> into tensor<1x1024xf32>
  %fc_empty = tensor.empty() : tensor<1x1000xf32>
  %fc_init = linalg.fill ins(%zero_f32 : f32) outs(%fc_empty : tensor<1x1000xf32>) -> tensor<1x1000xf32>
  %fc = linalg.matmul 
      ins(%flat, %fc_weights : tensor<1x1024xf32>, tensor<1024x1000xf32>)
      outs(%fc_init : tensor<1x1000xf32>) -> tensor<1x1000xf32> loc("fc")
  %fc_biased_out = tensor.empty() : tensor<1x1000xf32>
  %fc_biased = linalg.generic {indexing_maps = [#nk, #k, #nk],
      iterator_types = ["parallel", "parallel"]}
      ins(%fc, %fc_bias : tensor<1x1000xf32>, tensor<1000xf32>) outs(%fc_biased_out : tensor<1x1000xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    linalg.yield %addf : f32
  } -> tensor<1x1000xf32>
  return %fc_biased : tensor<1x1000xf32>
}
