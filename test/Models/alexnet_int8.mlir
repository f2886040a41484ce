// AlexNet, with the two groups of the original in conv2, conv4 and conv5. There is no local response
// normalisation: it plays no part in what a convolution moves.
// Its convolution layers, each on its own: i8 x i8 -> i32.
// Written by generate.py.

func.func @conv1(%input: tensor<1x3x227x227xi8>,
    %weights: tensor<96x3x11x11xi8>) -> tensor<1x96x55x55xi32> {
  %zero_i32 = arith.constant 0 : i32
  %conv1_empty = tensor.empty() : tensor<1x96x55x55xi32>
  %conv1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv1_empty : tensor<1x96x55x55xi32>) -> tensor<1x96x55x55xi32>
  %conv1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<4> : vector<2xi64>}
      ins(%input, %weights : tensor<1x3x227x227xi8>, tensor<96x3x11x11xi8>)
      outs(%conv1_init : tensor<1x96x55x55xi32>) -> tensor<1x96x55x55xi32> loc("conv1")
  return %conv1 : tensor<1x96x55x55xi32>
}

func.func @conv2(%input: tensor<1x96x27x27xi8>,
    %weights: tensor<2x128x48x5x5xi8>) -> tensor<1x256x27x27xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv2_padded = tensor.pad %input low[0, 0, 2, 2] high[0, 0, 2, 2] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x96x27x27xi8> to tensor<1x96x31x31xi8>
  %conv2_groups = tensor.expand_shape %conv2_padded [[0], [1, 2], [3], [4]] output_shape [1, 2, 48, 31, 31] : tensor<1x96x31x31xi8> into tensor<1x2x48x31x31xi8>
  %conv2_empty = tensor.empty() : tensor<1x2x128x27x27xi32>
  %conv2_init = linalg.fill ins(%zero_i32 : i32) outs(%conv2_empty : tensor<1x2x128x27x27xi32>) -> tensor<1x2x128x27x27xi32>
  %conv2 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv2_groups, %weights : tensor<1x2x48x31x31xi8>, tensor<2x128x48x5x5xi8>)
      outs(%conv2_init : tensor<1x2x128x27x27xi32>) -> tensor<1x2x128x27x27xi32> loc("conv2")
  %conv2_joined = tensor.collapse_shape %conv2 [[0], [1, 2], [3], [4]] : tensor<1x2x128x27x27xi32> into tensor<1x256x27x27xi32>
  return %conv2_joined : tensor<1x256x27x27xi32>
}

func.func @conv3(%input: tensor<1x256x13x13xi8>,
    %weights: tensor<384x256x3x3xi8>) -> tensor<1x384x13x13xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv3_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x256x13x13xi8> to tensor<1x256x15x15xi8>
  %conv3_empty = tensor.empty() : tensor<1x384x13x13xi32>
  %conv3_init = linalg.fill ins(%zero_i32 : i32) outs(%conv3_empty : tensor<1x384x13x13xi32>) -> tensor<1x384x13x13xi32>
  %conv3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_padded, %weights : tensor<1x256x15x15xi8>, tensor<384x256x3x3xi8>)
      outs(%conv3_init : tensor<1x384x13x13xi32>) -> tensor<1x384x13x13xi32> loc("conv3")
  return %conv3 : tensor<1x384x13x13xi32>
}

func.func @conv4(%input: tensor<1x384x13x13xi8>,
    %weights: tensor<2x192x192x3x3xi8>) -> tensor<1x384x13x13xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv4_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x384x13x13xi8> to tensor<1x384x15x15xi8>
  %conv4_groups = tensor.expand_shape %conv4_padded [[0], [1, 2], [3], [4]] output_shape [1, 2, 192, 15, 15] : tensor<1x384x15x15xi8> into tensor<1x2x192x15x15xi8>
  %conv4_empty = tensor.empty() : tensor<1x2x192x13x13xi32>
  %conv4_init = linalg.fill ins(%zero_i32 : i32) outs(%conv4_empty : tensor<1x2x192x13x13xi32>) -> tensor<1x2x192x13x13xi32>
  %conv4 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_groups, %weights : tensor<1x2x192x15x15xi8>, tensor<2x192x192x3x3xi8>)
      outs(%conv4_init : tensor<1x2x192x13x13xi32>) -> tensor<1x2x192x13x13xi32> loc("conv4")
  %conv4_joined = tensor.collapse_shape %conv4 [[0], [1, 2], [3], [4]] : tensor<1x2x192x13x13xi32> into tensor<1x384x13x13xi32>
  return %conv4_joined : tensor<1x384x13x13xi32>
}

func.func @conv5(%input: tensor<1x384x13x13xi8>,
    %weights: tensor<2x128x192x3x3xi8>) -> tensor<1x256x13x13xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv5_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x384x13x13xi8> to tensor<1x384x15x15xi8>
  %conv5_groups = tensor.expand_shape %conv5_padded [[0], [1, 2], [3], [4]] output_shape [1, 2, 192, 15, 15] : tensor<1x384x15x15xi8> into tensor<1x2x192x15x15xi8>
  %conv5_empty = tensor.empty() : tensor<1x2x128x13x13xi32>
  %conv5_init = linalg.fill ins(%zero_i32 : i32) outs(%conv5_empty : tensor<1x2x128x13x13xi32>) -> tensor<1x2x128x13x13xi32>
  %conv5 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_groups, %weights : tensor<1x2x192x15x15xi8>, tensor<2x128x192x3x3xi8>)
      outs(%conv5_init : tensor<1x2x128x13x13xi32>) -> tensor<1x2x128x13x13xi32> loc("conv5")
  %conv5_joined = tensor.collapse_shape %conv5 [[0], [1, 2], [3], [4]] : tensor<1x2x128x13x13xi32> into tensor<1x256x13x13xi32>
  return %conv5_joined : tensor<1x256x13x13xi32>
}
