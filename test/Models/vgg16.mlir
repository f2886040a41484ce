// VGG-16 (configuration D).
// Written by generate.py.

#nchw = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>
#nk = affine_map<(n, k) -> (n, k)>
#k = affine_map<(n, k) -> (k)>

func.func @vgg16(%image: tensor<1x3x224x224xf32>,
    %conv1_1_weights: tensor<64x3x3x3xf32>,
    %conv1_1_bias: tensor<64xf32>,
    %conv1_2_weights: tensor<64x64x3x3xf32>,
    %conv1_2_bias: tensor<64xf32>,
    %conv2_1_weights: tensor<128x64x3x3xf32>,
    %conv2_1_bias: tensor<128xf32>,
    %conv2_2_weights: tensor<128x128x3x3xf32>,
    %conv2_2_bias: tensor<128xf32>,
    %conv3_1_weights: tensor<256x128x3x3xf32>,
    %conv3_1_bias: tensor<256xf32>,
    %conv3_2_weights: tensor<256x256x3x3xf32>,
    %conv3_2_bias: tensor<256xf32>,
    %conv3_3_weights: tensor<256x256x3x3xf32>,
    %conv3_3_bias: tensor<256xf32>,
    %conv4_1_weights: tensor<512x256x3x3xf32>,
    %conv4_1_bias: tensor<512xf32>,
    %conv4_2_weights: tensor<512x512x3x3xf32>,
    %conv4_2_bias: tensor<512xf32>,
    %conv4_3_weights: tensor<512x512x3x3xf32>,
    %conv4_3_bias: tensor<512xf32>,
    %conv5_1_weights: tensor<512x512x3x3xf32>,
    %conv5_1_bias: tensor<512xf32>,
    %conv5_2_weights: tensor<512x512x3x3xf32>,
    %conv5_2_bias: tensor<512xf32>,
    %conv5_3_weights: tensor<512x512x3x3xf32>,
    %conv5_3_bias: tensor<512xf32>,
    %fc6_weights: tensor<25088x4096xf32>,
    %fc6_bias: tensor<4096xf32>,
    %fc7_weights: tensor<4096x4096xf32>,
    %fc7_bias: tensor<4096xf32>,
    %fc8_weights: tensor<4096x1000xf32>,
    %fc8_bias: tensor<1000xf32>) -> tensor<1x1000xf32> {
  %zero_f32 = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %conv1_1_padded = tensor.pad %image low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x3x224x224xf32> to tensor<1x3x226x226xf32>
  %conv1_1_empty = tensor.empty() : tensor<1x64x224x224xf32>
  %conv1_1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv1_1_empty : tensor<1x64x224x224xf32>) -> tensor<1x64x224x224xf32>
  %conv1_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv1_1_padded, %conv1_1_weights : tensor<1x3x226x226xf32>, tensor<64x3x3x3xf32>)
      outs(%conv1_1_init : tensor<1x64x224x224xf32>) -> tensor<1x64x224x224xf32> loc("conv1_1")
  %conv1_1_relu_out = tensor.empty() : tensor<1x64x224x224xf32>
  %conv1_1_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv1_1, %conv1_1_bias : tensor<1x64x224x224xf32>, tensor<64xf32>) outs(%conv1_1_relu_out : tensor<1x64x224x224xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x64x224x224xf32>
  %conv1_2_padded = tensor.pad %conv1_1_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x64x224x224xf32> to tensor<1x64x226x226xf32>
  %conv1_2_empty = tensor.empty() : tensor<1x64x224x224xf32>
  %conv1_2_init = linalg.fill ins(%zero_f32 : f32) outs(%conv1_2_empty : tensor<1x64x224x224xf32>) -> tensor<1x64x224x224xf32>
  %conv1_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv1_2_padded, %conv1_2_weights : tensor<1x64x226x226xf32>, tensor<64x64x3x3xf32>)
      outs(%conv1_2_init : tensor<1x64x224x224xf32>) -> tensor<1x64x224x224xf32> loc("conv1_2")
  %conv1_2_relu_out = tensor.empty() : tensor<1x64x224x224xf32>
  %conv1_2_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv1_2, %conv1_2_bias : tensor<1x64x224x224xf32>, tensor<64xf32>) outs(%conv1_2_relu_out : tensor<1x64x224x224xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x64x224x224xf32>
  %pool1_window = tensor.empty() : tensor<2x2xf32>
  %pool1_empty = tensor.empty() : tensor<1x64x112x112xf32>
  %pool1_init = linalg.fill ins(%lowest : f32) outs(%pool1_empty : tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32>
  %pool1 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv1_2_relu, %pool1_window : tensor<1x64x224x224xf32>, tensor<2x2xf32>)
      outs(%pool1_init : tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32> loc("pool1")
  %conv2_1_padded = tensor.pad %pool1 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x64x112x112xf32> to tensor<1x64x114x114xf32>
  %conv2_1_empty = tensor.empty() : tensor<1x128x112x112xf32>
  %conv2_1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv2_1_empty : tensor<1x128x112x112xf32>) -> tensor<1x128x112x112xf32>
  %conv2_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv2_1_padded, %conv2_1_weights : tensor<1x64x114x114xf32>, tensor<128x64x3x3xf32>)
      outs(%conv2_1_init : tensor<1x128x112x112xf32>) -> tensor<1x128x112x112xf32> loc("conv2_1")
  %conv2_1_relu_out = tensor.empty() : tensor<1x128x112x112xf32>
  %conv2_1_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv2_1, %conv2_1_bias : tensor<1x128x112x112xf32>, tensor<128xf32>) outs(%conv2_1_relu_out : tensor<1x128x112x112xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x128x112x112xf32>
  %conv2_2_padded = tensor.pad %conv2_1_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x128x112x112xf32> to tensor<1x128x114x114xf32>
  %conv2_2_empty = tensor.empty() : tensor<1x128x112x112xf32>
  %conv2_2_init = linalg.fill ins(%zero_f32 : f32) outs(%conv2_2_empty : tensor<1x128x112x112xf32>) -> tensor<1x128x112x112xf32>
  %conv2_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv2_2_padded, %conv2_2_weights : tensor<1x128x114x114xf32>, tensor<128x128x3x3xf32>)
      outs(%conv2_2_init : tensor<1x128x112x112xf32>) -> tensor<1x128x112x112xf32> loc("conv2_2")
  %conv2_2_relu_out = tensor.empty() : tensor<1x128x112x112xf32>
  %conv2_2_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv2_2, %conv2_2_bias : tensor<1x128x112x112xf32>, tensor<128xf32>) outs(%conv2_2_relu_out : tensor<1x128x112x112xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x128x112x112xf32>
  %pool2_window = tensor.empty() : tensor<2x2xf32>
  %pool2_empty = tensor.empty() : tensor<1x128x56x56xf32>
  %pool2_init = linalg.fill ins(%lowest : f32) outs(%pool2_empty : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32>
  %pool2 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv2_2_relu, %pool2_window : tensor<1x128x112x112xf32>, tensor<2x2xf32>)
      outs(%pool2_init : tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32> loc("pool2")
  %conv3_1_padded = tensor.pad %pool2 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x128x56x56xf32> to tensor<1x128x58x58xf32>
  %conv3_1_empty = tensor.empty() : tensor<1x256x56x56xf32>
  %conv3_1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv3_1_empty : tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %conv3_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_1_padded, %conv3_1_weights : tensor<1x128x58x58xf32>, tensor<256x128x3x3xf32>)
      outs(%conv3_1_init : tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32> loc("conv3_1")
  %conv3_1_relu_out = tensor.empty() : tensor<1x256x56x56xf32>
  %conv3_1_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv3_1, %conv3_1_bias : tensor<1x256x56x56xf32>, tensor<256xf32>) outs(%conv3_1_relu_out : tensor<1x256x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x256x56x56xf32>
  %conv3_2_padded = tensor.pad %conv3_1_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x256x56x56xf32> to tensor<1x256x58x58xf32>
  %conv3_2_empty = tensor.empty() : tensor<1x256x56x56xf32>
  %conv3_2_init = linalg.fill ins(%zero_f32 : f32) outs(%conv3_2_empty : tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %conv3_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_2_padded, %conv3_2_weights : tensor<1x256x58x58xf32>, tensor<256x256x3x3xf32>)
      outs(%conv3_2_init : tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32> loc("conv3_2")
  %conv3_2_relu_out = tensor.empty() : tensor<1x256x56x56xf32>
  %conv3_2_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv3_2, %conv3_2_bias : tensor<1x256x56x56xf32>, tensor<256xf32>) outs(%conv3_2_relu_out : tensor<1x256x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x256x56x56xf32>
  %conv3_3_padded = tensor.pad %conv3_2_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x256x56x56xf32> to tensor<1x256x58x58xf32>
  %conv3_3_empty = tensor.empty() : tensor<1x256x56x56xf32>
  %conv3_3_init = linalg.fill ins(%zero_f32 : f32) outs(%conv3_3_empty : tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %conv3_3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_3_padded, %conv3_3_weights : tensor<1x256x58x58xf32>, tensor<256x256x3x3xf32>)
      outs(%conv3_3_init : tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32> loc("conv3_3")
  %conv3_3_relu_out = tensor.empty() : tensor<1x256x56x56xf32>
  %conv3_3_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv3_3, %conv3_3_bias : tensor<1x256x56x56xf32>, tensor<256xf32>) outs(%conv3_3_relu_out : tensor<1x256x56x56xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x256x56x56xf32>
  %pool3_window = tensor.empty() : tensor<2x2xf32>
  %pool3_empty = tensor.empty() : tensor<1x256x28x28xf32>
  %pool3_init = linalg.fill ins(%lowest : f32) outs(%pool3_empty : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32>
  %pool3 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv3_3_relu, %pool3_window : tensor<1x256x56x56xf32>, tensor<2x2xf32>)
      outs(%pool3_init : tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32> loc("pool3")
  %conv4_1_padded = tensor.pad %pool3 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x256x28x28xf32> to tensor<1x256x30x30xf32>
  %conv4_1_empty = tensor.empty() : tensor<1x512x28x28xf32>
  %conv4_1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv4_1_empty : tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %conv4_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_1_padded, %conv4_1_weights : tensor<1x256x30x30xf32>, tensor<512x256x3x3xf32>)
      outs(%conv4_1_init : tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32> loc("conv4_1")
  %conv4_1_relu_out = tensor.empty() : tensor<1x512x28x28xf32>
  %conv4_1_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv4_1, %conv4_1_bias : tensor<1x512x28x28xf32>, tensor<512xf32>) outs(%conv4_1_relu_out : tensor<1x512x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x512x28x28xf32>
  %conv4_2_padded = tensor.pad %conv4_1_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x28x28xf32> to tensor<1x512x30x30xf32>
  %conv4_2_empty = tensor.empty() : tensor<1x512x28x28xf32>
  %conv4_2_init = linalg.fill ins(%zero_f32 : f32) outs(%conv4_2_empty : tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %conv4_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_2_padded, %conv4_2_weights : tensor<1x512x30x30xf32>, tensor<512x512x3x3xf32>)
      outs(%conv4_2_init : tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32> loc("conv4_2")
  %conv4_2_relu_out = tensor.empty() : tensor<1x512x28x28xf32>
  %conv4_2_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv4_2, %conv4_2_bias : tensor<1x512x28x28xf32>, tensor<512xf32>) outs(%conv4_2_relu_out : tensor<1x512x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x512x28x28xf32>
  %conv4_3_padded = tensor.pad %conv4_2_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x28x28xf32> to tensor<1x512x30x30xf32>
  %conv4_3_empty = tensor.empty() : tensor<1x512x28x28xf32>
  %conv4_3_init = linalg.fill ins(%zero_f32 : f32) outs(%conv4_3_empty : tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %conv4_3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_3_padded, %conv4_3_weights : tensor<1x512x30x30xf32>, tensor<512x512x3x3xf32>)
      outs(%conv4_3_init : tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32> loc("conv4_3")
  %conv4_3_relu_out = tensor.empty() : tensor<1x512x28x28xf32>
  %conv4_3_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv4_3, %conv4_3_bias : tensor<1x512x28x28xf32>, tensor<512xf32>) outs(%conv4_3_relu_out : tensor<1x512x28x28xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x512x28x28xf32>
  %pool4_window = tensor.empty() : tensor<2x2xf32>
  %pool4_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %pool4_init = linalg.fill ins(%lowest : f32) outs(%pool4_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %pool4 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv4_3_relu, %pool4_window : tensor<1x512x28x28xf32>, tensor<2x2xf32>)
      outs(%pool4_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("pool4")
  %conv5_1_padded = tensor.pad %pool4 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %conv5_1_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %conv5_1_init = linalg.fill ins(%zero_f32 : f32) outs(%conv5_1_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %conv5_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_1_padded, %conv5_1_weights : tensor<1x512x16x16xf32>, tensor<512x512x3x3xf32>)
      outs(%conv5_1_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("conv5_1")
  %conv5_1_relu_out = tensor.empty() : tensor<1x512x14x14xf32>
  %conv5_1_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv5_1, %conv5_1_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%conv5_1_relu_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x512x14x14xf32>
  %conv5_2_padded = tensor.pad %conv5_1_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %conv5_2_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %conv5_2_init = linalg.fill ins(%zero_f32 : f32) outs(%conv5_2_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %conv5_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_2_padded, %conv5_2_weights : tensor<1x512x16x16xf32>, tensor<512x512x3x3xf32>)
      outs(%conv5_2_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("conv5_2")
  %conv5_2_relu_out = tensor.empty() : tensor<1x512x14x14xf32>
  %conv5_2_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv5_2, %conv5_2_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%conv5_2_relu_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x512x14x14xf32>
  %conv5_3_padded = tensor.pad %conv5_2_relu low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_f32 : f32
  } : tensor<1x512x14x14xf32> to tensor<1x512x16x16xf32>
  %conv5_3_empty = tensor.empty() : tensor<1x512x14x14xf32>
  %conv5_3_init = linalg.fill ins(%zero_f32 : f32) outs(%conv5_3_empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %conv5_3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_3_padded, %conv5_3_weights : tensor<1x512x16x16xf32>, tensor<512x512x3x3xf32>)
      outs(%conv5_3_init : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32> loc("conv5_3")
  %conv5_3_relu_out = tensor.empty() : tensor<1x512x14x14xf32>
  %conv5_3_relu = linalg.generic {indexing_maps = [#nchw, #channel, #nchw],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv5_3, %conv5_3_bias : tensor<1x512x14x14xf32>, tensor<512xf32>) outs(%conv5_3_relu_out : tensor<1x512x14x14xf32>) {
  ^bb0(%in0: f32, %in1: f32, %out: f32):
    %addf = arith.addf %in0, %in1 : f32
    %maximumf = arith.maximumf %addf, %zero_f32 : f32
    linalg.yield %maximumf : f32
  } -> tensor<1x512x14x14xf32>
  %pool5_window = tensor.empty() : tensor<2x2xf32>
  %pool5_empty = tensor.empty() : tensor<1x512x7x7xf32>
  %pool5_init = linalg.fill ins(%lowest : f32) outs(%pool5_empty : tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %pool5 = linalg.pooling_nchw_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv5_3_relu, %pool5_window : tensor<1x512x14x14xf32>, tensor<2x2xf32>)
      outs(%pool5_init : tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32> loc("pool5")
  %flat = tensor.collapse_shape %pool5 [[0], [1, 2, 3]] : tensor<1x512x7x7xf32> into tensor<1x25088xf32>
  %fc6_empty = tensor.empty() : tensor<1x4096xf32>
  %fc6_init = linalg.fill ins(%zero_f32 : f32) outs(%fc6_empty : tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %fc6 = linalg.matmul 
      ins(%flat, %fc6_weights : tensor<1x25088xf32>, tensor<25088x4096xf32>)
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
