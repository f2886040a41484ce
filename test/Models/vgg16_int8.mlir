// VGG-16 (configuration D).
// Its convolution layers, each on its own: i8 x i8 -> i32.
// Written by generate.py.

func.func @conv1_1(%input: tensor<1x3x224x224xi8>,
    %weights: tensor<64x3x3x3xi8>) -> tensor<1x64x224x224xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv1_1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x3x224x224xi8> to tensor<1x3x226x226xi8>
  %conv1_1_empty = tensor.empty() : tensor<1x64x224x224xi32>
  %conv1_1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv1_1_empty : tensor<1x64x224x224xi32>) -> tensor<1x64x224x224xi32>
  %conv1_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv1_1_padded, %weights : tensor<1x3x226x226xi8>, tensor<64x3x3x3xi8>)
      outs(%conv1_1_init : tensor<1x64x224x224xi32>) -> tensor<1x64x224x224xi32> loc("conv1_1")
  return %conv1_1 : tensor<1x64x224x224xi32>
}

func.func @conv1_2(%input: tensor<1x64x224x224xi8>,
    %weights: tensor<64x64x3x3xi8>) -> tensor<1x64x224x224xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv1_2_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x64x224x224xi8> to tensor<1x64x226x226xi8>
  %conv1_2_empty = tensor.empty() : tensor<1x64x224x224xi32>
  %conv1_2_init = linalg.fill ins(%zero_i32 : i32) outs(%conv1_2_empty : tensor<1x64x224x224xi32>) -> tensor<1x64x224x224xi32>
  %conv1_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv1_2_padded, %weights : tensor<1x64x226x226xi8>, tensor<64x64x3x3xi8>)
      outs(%conv1_2_init : tensor<1x64x224x224xi32>) -> tensor<1x64x224x224xi32> loc("conv1_2")
  return %conv1_2 : tensor<1x64x224x224xi32>
}

func.func @conv2_1(%input: tensor<1x64x112x112xi8>,
    %weights: tensor<128x64x3x3xi8>) -> tensor<1x128x112x112xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv2_1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x64x112x112xi8> to tensor<1x64x114x114xi8>
  %conv2_1_empty = tensor.empty() : tensor<1x128x112x112xi32>
  %conv2_1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv2_1_empty : tensor<1x128x112x112xi32>) -> tensor<1x128x112x112xi32>
  %conv2_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv2_1_padded, %weights : tensor<1x64x114x114xi8>, tensor<128x64x3x3xi8>)
      outs(%conv2_1_init : tensor<1x128x112x112xi32>) -> tensor<1x128x112x112xi32> loc("conv2_1")
  return %conv2_1 : tensor<1x128x112x112xi32>
}

func.func @conv2_2(%input: tensor<1x128x112x112xi8>,
    %weights: tensor<128x128x3x3xi8>) -> tensor<1x128x112x112xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv2_2_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x128x112x112xi8> to tensor<1x128x114x114xi8>
  %conv2_2_empty = tensor.empty() : tensor<1x128x112x112xi32>
  %conv2_2_init = linalg.fill ins(%zero_i32 : i32) outs(%conv2_2_empty : tensor<1x128x112x112xi32>) -> tensor<1x128x112x112xi32>
  %conv2_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv2_2_padded, %weights : tensor<1x128x114x114xi8>, tensor<128x128x3x3xi8>)
      outs(%conv2_2_init : tensor<1x128x112x112xi32>) -> tensor<1x128x112x112xi32> loc("conv2_2")
  return %conv2_2 : tensor<1x128x112x112xi32>
}

func.func @conv3_1(%input: tensor<1x128x56x56xi8>,
    %weights: tensor<256x128x3x3xi8>) -> tensor<1x256x56x56xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv3_1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x128x56x56xi8> to tensor<1x128x58x58xi8>
  %conv3_1_empty = tensor.empty() : tensor<1x256x56x56xi32>
  %conv3_1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv3_1_empty : tensor<1x256x56x56xi32>) -> tensor<1x256x56x56xi32>
  %conv3_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_1_padded, %weights : tensor<1x128x58x58xi8>, tensor<256x128x3x3xi8>)
      outs(%conv3_1_init : tensor<1x256x56x56xi32>) -> tensor<1x256x56x56xi32> loc("conv3_1")
  return %conv3_1 : tensor<1x256x56x56xi32>
}

func.func @conv3_2(%input: tensor<1x256x56x56xi8>,
    %weights: tensor<256x256x3x3xi8>) -> tensor<1x256x56x56xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv3_2_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x256x56x56xi8> to tensor<1x256x58x58xi8>
  %conv3_2_empty = tensor.empty() : tensor<1x256x56x56xi32>
  %conv3_2_init = linalg.fill ins(%zero_i32 : i32) outs(%conv3_2_empty : tensor<1x256x56x56xi32>) -> tensor<1x256x56x56xi32>
  %conv3_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_2_padded, %weights : tensor<1x256x58x58xi8>, tensor<256x256x3x3xi8>)
      outs(%conv3_2_init : tensor<1x256x56x56xi32>) -> tensor<1x256x56x56xi32> loc("conv3_2")
  return %conv3_2 : tensor<1x256x56x56xi32>
}

func.func @conv3_3(%input: tensor<1x256x56x56xi8>,
    %weights: tensor<256x256x3x3xi8>) -> tensor<1x256x56x56xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv3_3_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x256x56x56xi8> to tensor<1x256x58x58xi8>
  %conv3_3_empty = tensor.empty() : tensor<1x256x56x56xi32>
  %conv3_3_init = linalg.fill ins(%zero_i32 : i32) outs(%conv3_3_empty : tensor<1x256x56x56xi32>) -> tensor<1x256x56x56xi32>
  %conv3_3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv3_3_padded, %weights : tensor<1x256x58x58xi8>, tensor<256x256x3x3xi8>)
      outs(%conv3_3_init : tensor<1x256x56x56xi32>) -> tensor<1x256x56x56xi32> loc("conv3_3")
  return %conv3_3 : tensor<1x256x56x56xi32>
}

func.func @conv4_1(%input: tensor<1x256x28x28xi8>,
    %weights: tensor<512x256x3x3xi8>) -> tensor<1x512x28x28xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv4_1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x256x28x28xi8> to tensor<1x256x30x30xi8>
  %conv4_1_empty = tensor.empty() : tensor<1x512x28x28xi32>
  %conv4_1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv4_1_empty : tensor<1x512x28x28xi32>) -> tensor<1x512x28x28xi32>
  %conv4_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_1_padded, %weights : tensor<1x256x30x30xi8>, tensor<512x256x3x3xi8>)
      outs(%conv4_1_init : tensor<1x512x28x28xi32>) -> tensor<1x512x28x28xi32> loc("conv4_1")
  return %conv4_1 : tensor<1x512x28x28xi32>
}

func.func @conv4_2(%input: tensor<1x512x28x28xi8>,
    %weights: tensor<512x512x3x3xi8>) -> tensor<1x512x28x28xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv4_2_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x28x28xi8> to tensor<1x512x30x30xi8>
  %conv4_2_empty = tensor.empty() : tensor<1x512x28x28xi32>
  %conv4_2_init = linalg.fill ins(%zero_i32 : i32) outs(%conv4_2_empty : tensor<1x512x28x28xi32>) -> tensor<1x512x28x28xi32>
  %conv4_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_2_padded, %weights : tensor<1x512x30x30xi8>, tensor<512x512x3x3xi8>)
      outs(%conv4_2_init : tensor<1x512x28x28xi32>) -> tensor<1x512x28x28xi32> loc("conv4_2")
  return %conv4_2 : tensor<1x512x28x28xi32>
}

func.func @conv4_3(%input: tensor<1x512x28x28xi8>,
    %weights: tensor<512x512x3x3xi8>) -> tensor<1x512x28x28xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv4_3_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x28x28xi8> to tensor<1x512x30x30xi8>
  %conv4_3_empty = tensor.empty() : tensor<1x512x28x28xi32>
  %conv4_3_init = linalg.fill ins(%zero_i32 : i32) outs(%conv4_3_empty : tensor<1x512x28x28xi32>) -> tensor<1x512x28x28xi32>
  %conv4_3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv4_3_padded, %weights : tensor<1x512x30x30xi8>, tensor<512x512x3x3xi8>)
      outs(%conv4_3_init : tensor<1x512x28x28xi32>) -> tensor<1x512x28x28xi32> loc("conv4_3")
  return %conv4_3 : tensor<1x512x28x28xi32>
}

func.func @conv5_1(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv5_1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %conv5_1_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %conv5_1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv5_1_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %conv5_1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_1_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x512x3x3xi8>)
      outs(%conv5_1_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("conv5_1")
  return %conv5_1 : tensor<1x512x14x14xi32>
}

func.func @conv5_2(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv5_2_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %conv5_2_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %conv5_2_init = linalg.fill ins(%zero_i32 : i32) outs(%conv5_2_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %conv5_2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_2_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x512x3x3xi8>)
      outs(%conv5_2_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("conv5_2")
  return %conv5_2 : tensor<1x512x14x14xi32>
}

func.func @conv5_3(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv5_3_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %conv5_3_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %conv5_3_init = linalg.fill ins(%zero_i32 : i32) outs(%conv5_3_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %conv5_3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%conv5_3_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x512x3x3xi8>)
      outs(%conv5_3_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("conv5_3")
  return %conv5_3 : tensor<1x512x14x14xi32>
}
