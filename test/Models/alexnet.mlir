// AlexNet, with the two groups of the original in conv2, conv4 and conv5. There is no local response
// normalisation: it plays no part in what a convolution moves.
// Written by generate.py.

#nchw = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>
#nk = affine_map<(n, k) -> (n, k)>
#k = affine_map<(n, k) -> (k)>

func.func @alexnet(%image: tensor<1x3x227x227xf32>,
    %conv1_weights: tensor<96x3x11x11xf32>,
    %conv1_bias: tensor<96xf32>,
    %conv2_weights: tensor<2x128x48x5x5xf32>,
    %conv2_bias: tensor<256xf32>,
    %conv3_weights: tensor<384x256x3x3xf32>,
    %conv3_bias: tensor<384xf32>,
    %conv4_weights: tensor<2x192x192x3x3xf32>,
    %conv4_bias: tensor<384xf32>,
    %conv5_weights: tensor<2x128x192x3x3xf32>,
    %conv5_bias: tensor<256xf32>,
    %fc6_weights: tensor<9216x4096xf32>,
    %fc6_bias: tensor<4096xf32>,
    %fc7_weights: tensor<4096x4096xf32>,
    %fc7_bias: tensor<4096xf32>,
    %fc8_weights: tensor<4096x1000xf32>,
    %fc8_bias: tensor<1000xf32>) -> tensor<1x1000xf32> {
  %zero_f32 = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %conv1_empty = tensor.empty() : tensor<1x96x55x55xf32>
  %conv1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv1_empty : tensor<1x96x55x55xf32>) -> tensor<1x96x55x55xf32>
  %conv1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<4> : vector<2xi64>}
      ins(%image, %conv1_weights : tensor<1x3x227x227xf32>, tensor<96x3x11x11xf32>)
      outs(%conv1_init : tensor<1x96x55x55xf32>) -> tensor<1x96x55x55xf32> loc("conv1")
  %conv1_relu_out = tensor.empty() : tensor<1x96x55x55xf32>
  %conv1_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv1, %conv1_bias : tensor<1x96x55x55xf32>, tensor<96xf32>) outs(%conv1_relu_out : tensor<1x96x55x55xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x96x55x55xf32>
  %pool1_window = tensor.empty() : tensor<3x3xf32>
  %pool1_empty = tensor.empty() : tensor<1x96x27x27xf32>
  %pool1_init = linalg.fill ins(%lowest : f32) outs(%pool1_empty : tensor<1x96x27x27xf32>) -> tensor<1x96x27x27xf32>
  %pool1 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv1_relu, %pool1_window : tensor<1x96x55x55xf32>, tensor<3x3xf32>)
      outs(%pool1_init : tensor<1x96x27x27xf32>) -> tensor<1x96x27x27xf32> loc("pool1")
  %conv2_padded = tensor.pad %pool1 low[0, 0, 2, 2] high[0, 0, 2, 2] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x96x27x27xf32> to tensor<1x96x31x31xf32>
  %conv2_groups = tensor.expand_shape %conv2_padded [[0], [1, 2], [3], [4]] output_shape [1, 2, 48, 31, 31] : tensor<1x96x31x31xf32> into tensor<1x2x48x31x31xf32>
  %conv2_empty = tensor.empty() : tensor<1x2x128x27x27xf32>
  %conv2_init = linalg.fill ins(%zero_f32 : f32) outs(%conv2_empty : tensor<1x2x128x27x27xf32>) -> tensor<1x2x128x27x27xf32>
  %conv2 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv2_groups, %conv2_weights : tensor<1x2x48x31x31xf32>, tensor<2x128x48x5x5xf32>)
      outs(%conv2_init : tensor<1x2x128x27x27xf32>) -> tensor<1x2x128x27x27xf32> loc("conv2")
  %conv2_joined = tensor.collapse_shape %conv2 [[0], [1, 2], [3], [4]] : tensor<1x2x128x27x27xf32> into tensor<1x256x27x27xf32>
  %conv2_relu_out = tensor.empty() : tensor<1x256x27x27xf32>
  %conv2_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv2_joined, %conv2_bias : tensor<1x256x27x27xf32>, tensor<256xf32>) outs(%conv2_relu_out : tensor<1x256x27x27xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x256x27x27xf32>
  %pool2_window = tensor.empty() : tensor<3x3xf32>
  %pool2_empty = tensor.empty() : tensor<1x256x13x13xf32>
  %pool2_init = linalg.fill ins(%lowest : f32) outs(%pool2_empty : tensor<1x256x13x13xf32>) -> tensor<1x256x13x13xf32>
  %pool2 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv2_relu, %pool2_window : tensor<1x256x27x27xf32>, tensor<3x3xf32>)
      outs(%pool2_init : tensor<1x256x13x13xf32>) -> tensor<1x256x13x13xf32> loc("pool2")
  %conv3_padded = tensor.pad %pool2 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x256x13x13xf32> to tensor<1x256x15x15xf32>
  %conv3_empty = tensor.empty() : tensor<1x384x13x13xf32>
  %conv3_init = linalg.fill ins(%zero_f32 : f32) outs(%conv3_empty : tensor<1x384x13x13xf32>) -> tensor<1x384x13x13xf32>
  %conv3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_padded, %conv3_weights : tensor<1x256x15x15xf32>, tensor<384x256x3x3xf32>)
      outs(%conv3_init : tensor<1x384x13x13xf32>) -> tensor<1x384x13x13xf32> loc("conv3")
  %conv3_relu_out = tensor.empty() : tensor<1x384x13x13xf32>
  %conv3_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv3, %conv3_bias : tensor<1x384x13x13xf32>, tensor<384xf32>) outs(%conv3_relu_out : tensor<1x384x13x13xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x384x13x13xf32>
  %conv4_padded = tensor.pad %conv3_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x384x13x13xf32> to tensor<1x384x15x15xf32>
  %conv4_groups = tensor.expand_shape %conv4_padded [[0], [1, 2], [3], [4]] output_shape [1, 2, 192, 15, 15] : tensor<1x384x15x15xf32> into tensor<1x2x192x15x15xf32>
  %conv4_empty = tensor.empty() : tensor<1x2x192x13x13xf32>
  %conv4_init = linalg.fill ins(%zero_f32 : f32) outs(%conv4_empty : tensor<1x2x192x13x13xf32>) -> tensor<1x2x192x13x13xf32>
  %conv4 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_groups, %conv4_weights : tensor<1x2x192x15x15xf32>, tensor<2x192x192x3x3xf32>)
      outs(%conv4_init : tensor<1x2x192x13x13xf32>) -> tensor<1x2x192x13x13xf32> loc("conv4")
  %conv4_joined = tensor.collapse_shape %conv4 [[0], [1, 2], [3], [4]] : tensor<1x2x192x13x13xf32> into tensor<1x384x13x13xf32>
  %conv4_relu_out = tensor.empty() : tensor<1x384x13x13xf32>
  %conv4_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv4_joined, %conv4_bias : tensor<1x384x13x13xf32>, tensor<384xf32>) outs(%conv4_relu_out : tensor<1x384x13x13xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x384x13x13xf32>
  %conv5_padded = tensor.pad %conv4_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x384x13x13xf32> to tensor<1x384x15x15xf32>
  %conv5_groups = tensor.expand_shape %conv5_padded [[0], [1, 2], [3], [4]] output_shape [1, 2, 192, 15, 15] : tensor<1x384x15x15xf32> into tensor<1x2x192x15x15xf32>
  %conv5_empty = tensor.empty() : tensor<1x2x128x13x13xf32>
  %conv5_init = linalg.fill ins(%zero_f32 : f32) outs(%conv5_empty : tensor<1x2x128x13x13xf32>) -> tensor<1x2x128x13x13xf32>
  %conv5 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_groups, %conv5_weights : tensor<1x2x192x15x15xf32>, tensor<2x128x192x3x3xf32>)
      outs(%conv5_init : tensor<1x2x128x13x13xf32>) -> tensor<1x2x128x13x13xf32> loc("conv5")
  %conv5_joined = tensor.collapse_shape %conv5 [[0], [1, 2], [3], [4]] : tensor<1x2x128x13x13xf32> into tensor<1x256x13x13xf32>
  %conv5_relu_out = tensor.empty() : tensor<1x256x13x13xf32>
  %conv5_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv5_joined, %conv5_bias : tensor<1x256x13x13xf32>, tensor<256xf32>) outs(%conv5_relu_out : tensor<1x256x13x13xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x256x13x13xf32>
  %pool5_window = tensor.empty() : tensor<3x3xf32>
  %pool5_empty = tensor.empty() : tensor<1x256x6x6xf32>
  %pool5_init = linalg.fill ins(%lowest : f32) outs(%pool5_empty : tensor<1x256x6x6xf32>) -> tensor<1x256x6x6xf32>
  %pool5 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv5_relu, %pool5_window : tensor<1x256x13x13xf32>, tensor<3x3xf32>)
      outs(%pool5_init : tensor<1x256x6x6xf32>) -> tensor<1x256x6x6xf32> loc("pool5")
  %flat = tensor.collapse_shape %pool5 [[0], [1, 2, 3]] : tensor<1x256x6x6xf32> into tensor<1x9216xf32>
  %fc6_empty = tensor.empty() : tensor<1x4096xf32>
  %fc6_init = linalg.fill ins(%zero_f32 : f32) outs(%fc6_empty : tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %fc6 = linalg.matmul 
      ins(%flat, %fc6_weights : tensor<1x9216xf32>, tensor<9216x4096xf32>)
      outs(%fc6_init : tensor<1x4096xf32>) -> tensor<1x4096xf32> loc("fc6")
  %fc6_relu_out = tensor.empty() : tensor<1x4096xf32>
  %fc6_relu = linalg.generic {indexing_maps = [#nk, #k, #nk],
      iterator_types = ["parallel", "parallel"]}
      ins(%fc6, %fc6_bias : tensor<1x4096xf32>, tensor<4096xf32>) outs(%fc6_relu_out : tensor<1x4096xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x4096xf32>
  %fc7_empty = tensor.empty() : tensor<1x4096xf32>
  %fc7_init = linalg.fill ins(%zero_f32 : f32) outs(%fc7_empty : tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %fc7 = linalg.matmul 
      ins(%fc6_relu, %fc7_weights : tensor<1x4096xf32>, tensor<4096x4096xf32>)
      outs(%fc7_init : tensor<1x4096xf32>) -> tensor<1x4096xf32> loc("fc7")
  %fc7_relu_out = tensor.empty() : tensor<1x4096xf32>
  %fc7_relu = linalg.generic {indexing_maps = [#nk, #k, #nk],
      iterator_types = ["parallel", "parallel"]}
      ins(%fc7, %fc7_bias : tensor<1x4096xf32>, tensor<4096xf32>) outs(%fc7_relu_out : tensor<1x4096xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x4096xf32>
  %fc8_empty = tensor.empty() : tensor<1x1000xf32>
  %fc8_init = linalg.fill ins(%zero_f32 : f32) outs(%fc8_empty : tensor<1x1000xf32>) -> tensor<1x1000xf32>
  %fc8 = linalg.matmul 
      ins(%fc7_relu, %fc8_weights : tensor<1x4096xf32>, tensor<4096x1000xf32>)
      outs(%fc8_init : tensor<1x1000xf32>) -> tensor<1x1000xf32> loc("fc8")
  %fc8_biased_out = tensor.empty() : tensor<1x1000xf32>
  %fc8_biased = linalg.generic {indexing_maps = [#nk, #k, #nk],
      iterator_types = ["parallel", "parallel"]}
      ins(%fc8, %fc8_bias : tensor<1x1000xf32>, tensor<1000xf32>) outs(%fc8_biased_out : tensor<1x1000xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    linalg.yield %addf : f32
  } -> tensor<1x1000xf32>
  return %fc8_biased : tensor<1x1000xf32>
}
