// MobileNetV1, width 1.0. Batch normalisation is folded into the weights and the biases.
// Its convolution layers, each on its own: i8 x i8 -> i32.
// Written by generate.py.

func.func @conv1(%input: tensor<1x3x224x224xi8>,
    %weights: tensor<32x3x3x3xi8>) -> tensor<1x32x112x112xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %conv1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x3x224x224xi8> to tensor<1x3x226x226xi8>
  %conv1_empty = tensor.empty() : tensor<1x32x112x112xi32>
  %conv1_init = linalg.fill ins(%zero_i32 : i32) outs(%conv1_empty : tensor<1x32x112x112xi32>) -> tensor<1x32x112x112xi32>
  %conv1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%conv1_padded, %weights : tensor<1x3x226x226xi8>, tensor<32x3x3x3xi8>)
      outs(%conv1_init : tensor<1x32x112x112xi32>) -> tensor<1x32x112x112xi32> loc("conv1")
  return %conv1 : tensor<1x32x112x112xi32>
}

func.func @dw1(%input: tensor<1x32x112x112xi8>,
    %weights: tensor<32x3x3xi8>) -> tensor<1x32x112x112xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw1_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x32x112x112xi8> to tensor<1x32x114x114xi8>
  %dw1_empty = tensor.empty() : tensor<1x32x112x112xi32>
  %dw1_init = linalg.fill ins(%zero_i32 : i32) outs(%dw1_empty : tensor<1x32x112x112xi32>) -> tensor<1x32x112x112xi32>
  %dw1 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw1_padded, %weights : tensor<1x32x114x114xi8>, tensor<32x3x3xi8>)
      outs(%dw1_init : tensor<1x32x112x112xi32>) -> tensor<1x32x112x112xi32> loc("dw1")
  return %dw1 : tensor<1x32x112x112xi32>
}

func.func @pw1(%input: tensor<1x32x112x112xi8>,
    %weights: tensor<64x32x1x1xi8>) -> tensor<1x64x112x112xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw1_empty = tensor.empty() : tensor<1x64x112x112xi32>
  %pw1_init = linalg.fill ins(%zero_i32 : i32) outs(%pw1_empty : tensor<1x64x112x112xi32>) -> tensor<1x64x112x112xi32>
  %pw1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x32x112x112xi8>, tensor<64x32x1x1xi8>)
      outs(%pw1_init : tensor<1x64x112x112xi32>) -> tensor<1x64x112x112xi32> loc("pw1")
  return %pw1 : tensor<1x64x112x112xi32>
}

func.func @dw2(%input: tensor<1x64x112x112xi8>,
    %weights: tensor<64x3x3xi8>) -> tensor<1x64x56x56xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw2_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x64x112x112xi8> to tensor<1x64x114x114xi8>
  %dw2_empty = tensor.empty() : tensor<1x64x56x56xi32>
  %dw2_init = linalg.fill ins(%zero_i32 : i32) outs(%dw2_empty : tensor<1x64x56x56xi32>) -> tensor<1x64x56x56xi32>
  %dw2 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw2_padded, %weights : tensor<1x64x114x114xi8>, tensor<64x3x3xi8>)
      outs(%dw2_init : tensor<1x64x56x56xi32>) -> tensor<1x64x56x56xi32> loc("dw2")
  return %dw2 : tensor<1x64x56x56xi32>
}

func.func @pw2(%input: tensor<1x64x56x56xi8>,
    %weights: tensor<128x64x1x1xi8>) -> tensor<1x128x56x56xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw2_empty = tensor.empty() : tensor<1x128x56x56xi32>
  %pw2_init = linalg.fill ins(%zero_i32 : i32) outs(%pw2_empty : tensor<1x128x56x56xi32>) -> tensor<1x128x56x56xi32>
  %pw2 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x64x56x56xi8>, tensor<128x64x1x1xi8>)
      outs(%pw2_init : tensor<1x128x56x56xi32>) -> tensor<1x128x56x56xi32> loc("pw2")
  return %pw2 : tensor<1x128x56x56xi32>
}

func.func @dw3(%input: tensor<1x128x56x56xi8>,
    %weights: tensor<128x3x3xi8>) -> tensor<1x128x56x56xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw3_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x128x56x56xi8> to tensor<1x128x58x58xi8>
  %dw3_empty = tensor.empty() : tensor<1x128x56x56xi32>
  %dw3_init = linalg.fill ins(%zero_i32 : i32) outs(%dw3_empty : tensor<1x128x56x56xi32>) -> tensor<1x128x56x56xi32>
  %dw3 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw3_padded, %weights : tensor<1x128x58x58xi8>, tensor<128x3x3xi8>)
      outs(%dw3_init : tensor<1x128x56x56xi32>) -> tensor<1x128x56x56xi32> loc("dw3")
  return %dw3 : tensor<1x128x56x56xi32>
}

func.func @pw3(%input: tensor<1x128x56x56xi8>,
    %weights: tensor<128x128x1x1xi8>) -> tensor<1x128x56x56xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw3_empty = tensor.empty() : tensor<1x128x56x56xi32>
  %pw3_init = linalg.fill ins(%zero_i32 : i32) outs(%pw3_empty : tensor<1x128x56x56xi32>) -> tensor<1x128x56x56xi32>
  %pw3 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x128x56x56xi8>, tensor<128x128x1x1xi8>)
      outs(%pw3_init : tensor<1x128x56x56xi32>) -> tensor<1x128x56x56xi32> loc("pw3")
  return %pw3 : tensor<1x128x56x56xi32>
}

func.func @dw4(%input: tensor<1x128x56x56xi8>,
    %weights: tensor<128x3x3xi8>) -> tensor<1x128x28x28xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw4_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x128x56x56xi8> to tensor<1x128x58x58xi8>
  %dw4_empty = tensor.empty() : tensor<1x128x28x28xi32>
  %dw4_init = linalg.fill ins(%zero_i32 : i32) outs(%dw4_empty : tensor<1x128x28x28xi32>) -> tensor<1x128x28x28xi32>
  %dw4 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw4_padded, %weights : tensor<1x128x58x58xi8>, tensor<128x3x3xi8>)
      outs(%dw4_init : tensor<1x128x28x28xi32>) -> tensor<1x128x28x28xi32> loc("dw4")
  return %dw4 : tensor<1x128x28x28xi32>
}

func.func @pw4(%input: tensor<1x128x28x28xi8>,
    %weights: tensor<256x128x1x1xi8>) -> tensor<1x256x28x28xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw4_empty = tensor.empty() : tensor<1x256x28x28xi32>
  %pw4_init = linalg.fill ins(%zero_i32 : i32) outs(%pw4_empty : tensor<1x256x28x28xi32>) -> tensor<1x256x28x28xi32>
  %pw4 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x128x28x28xi8>, tensor<256x128x1x1xi8>)
      outs(%pw4_init : tensor<1x256x28x28xi32>) -> tensor<1x256x28x28xi32> loc("pw4")
  return %pw4 : tensor<1x256x28x28xi32>
}

func.func @dw5(%input: tensor<1x256x28x28xi8>,
    %weights: tensor<256x3x3xi8>) -> tensor<1x256x28x28xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw5_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x256x28x28xi8> to tensor<1x256x30x30xi8>
  %dw5_empty = tensor.empty() : tensor<1x256x28x28xi32>
  %dw5_init = linalg.fill ins(%zero_i32 : i32) outs(%dw5_empty : tensor<1x256x28x28xi32>) -> tensor<1x256x28x28xi32>
  %dw5 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw5_padded, %weights : tensor<1x256x30x30xi8>, tensor<256x3x3xi8>)
      outs(%dw5_init : tensor<1x256x28x28xi32>) -> tensor<1x256x28x28xi32> loc("dw5")
  return %dw5 : tensor<1x256x28x28xi32>
}

func.func @pw5(%input: tensor<1x256x28x28xi8>,
    %weights: tensor<256x256x1x1xi8>) -> tensor<1x256x28x28xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw5_empty = tensor.empty() : tensor<1x256x28x28xi32>
  %pw5_init = linalg.fill ins(%zero_i32 : i32) outs(%pw5_empty : tensor<1x256x28x28xi32>) -> tensor<1x256x28x28xi32>
  %pw5 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x256x28x28xi8>, tensor<256x256x1x1xi8>)
      outs(%pw5_init : tensor<1x256x28x28xi32>) -> tensor<1x256x28x28xi32> loc("pw5")
  return %pw5 : tensor<1x256x28x28xi32>
}

func.func @dw6(%input: tensor<1x256x28x28xi8>,
    %weights: tensor<256x3x3xi8>) -> tensor<1x256x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw6_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x256x28x28xi8> to tensor<1x256x30x30xi8>
  %dw6_empty = tensor.empty() : tensor<1x256x14x14xi32>
  %dw6_init = linalg.fill ins(%zero_i32 : i32) outs(%dw6_empty : tensor<1x256x14x14xi32>) -> tensor<1x256x14x14xi32>
  %dw6 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw6_padded, %weights : tensor<1x256x30x30xi8>, tensor<256x3x3xi8>)
      outs(%dw6_init : tensor<1x256x14x14xi32>) -> tensor<1x256x14x14xi32> loc("dw6")
  return %dw6 : tensor<1x256x14x14xi32>
}

func.func @pw6(%input: tensor<1x256x14x14xi8>,
    %weights: tensor<512x256x1x1xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw6_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %pw6_init = linalg.fill ins(%zero_i32 : i32) outs(%pw6_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %pw6 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x256x14x14xi8>, tensor<512x256x1x1xi8>)
      outs(%pw6_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("pw6")
  return %pw6 : tensor<1x512x14x14xi32>
}

func.func @dw7(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw7_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %dw7_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %dw7_init = linalg.fill ins(%zero_i32 : i32) outs(%dw7_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %dw7 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw7_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x3x3xi8>)
      outs(%dw7_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("dw7")
  return %dw7 : tensor<1x512x14x14xi32>
}

func.func @pw7(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x1x1xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw7_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %pw7_init = linalg.fill ins(%zero_i32 : i32) outs(%pw7_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %pw7 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x512x14x14xi8>, tensor<512x512x1x1xi8>)
      outs(%pw7_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("pw7")
  return %pw7 : tensor<1x512x14x14xi32>
}

func.func @dw8(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw8_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %dw8_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %dw8_init = linalg.fill ins(%zero_i32 : i32) outs(%dw8_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %dw8 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw8_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x3x3xi8>)
      outs(%dw8_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("dw8")
  return %dw8 : tensor<1x512x14x14xi32>
}

func.func @pw8(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x1x1xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw8_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %pw8_init = linalg.fill ins(%zero_i32 : i32) outs(%pw8_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %pw8 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x512x14x14xi8>, tensor<512x512x1x1xi8>)
      outs(%pw8_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("pw8")
  return %pw8 : tensor<1x512x14x14xi32>
}

func.func @dw9(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw9_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %dw9_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %dw9_init = linalg.fill ins(%zero_i32 : i32) outs(%dw9_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %dw9 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw9_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x3x3xi8>)
      outs(%dw9_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("dw9")
  return %dw9 : tensor<1x512x14x14xi32>
}

func.func @pw9(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x1x1xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw9_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %pw9_init = linalg.fill ins(%zero_i32 : i32) outs(%pw9_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %pw9 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x512x14x14xi8>, tensor<512x512x1x1xi8>)
      outs(%pw9_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("pw9")
  return %pw9 : tensor<1x512x14x14xi32>
}

func.func @dw10(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw10_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %dw10_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %dw10_init = linalg.fill ins(%zero_i32 : i32) outs(%dw10_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %dw10 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw10_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x3x3xi8>)
      outs(%dw10_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("dw10")
  return %dw10 : tensor<1x512x14x14xi32>
}

func.func @pw10(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x1x1xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw10_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %pw10_init = linalg.fill ins(%zero_i32 : i32) outs(%pw10_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %pw10 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x512x14x14xi8>, tensor<512x512x1x1xi8>)
      outs(%pw10_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("pw10")
  return %pw10 : tensor<1x512x14x14xi32>
}

func.func @dw11(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x3x3xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw11_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %dw11_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %dw11_init = linalg.fill ins(%zero_i32 : i32) outs(%dw11_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %dw11 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw11_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x3x3xi8>)
      outs(%dw11_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("dw11")
  return %dw11 : tensor<1x512x14x14xi32>
}

func.func @pw11(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x512x1x1xi8>) -> tensor<1x512x14x14xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw11_empty = tensor.empty() : tensor<1x512x14x14xi32>
  %pw11_init = linalg.fill ins(%zero_i32 : i32) outs(%pw11_empty : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32>
  %pw11 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x512x14x14xi8>, tensor<512x512x1x1xi8>)
      outs(%pw11_init : tensor<1x512x14x14xi32>) -> tensor<1x512x14x14xi32> loc("pw11")
  return %pw11 : tensor<1x512x14x14xi32>
}

func.func @dw12(%input: tensor<1x512x14x14xi8>,
    %weights: tensor<512x3x3xi8>) -> tensor<1x512x7x7xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw12_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x512x14x14xi8> to tensor<1x512x16x16xi8>
  %dw12_empty = tensor.empty() : tensor<1x512x7x7xi32>
  %dw12_init = linalg.fill ins(%zero_i32 : i32) outs(%dw12_empty : tensor<1x512x7x7xi32>) -> tensor<1x512x7x7xi32>
  %dw12 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%dw12_padded, %weights : tensor<1x512x16x16xi8>, tensor<512x3x3xi8>)
      outs(%dw12_init : tensor<1x512x7x7xi32>) -> tensor<1x512x7x7xi32> loc("dw12")
  return %dw12 : tensor<1x512x7x7xi32>
}

func.func @pw12(%input: tensor<1x512x7x7xi8>,
    %weights: tensor<1024x512x1x1xi8>) -> tensor<1x1024x7x7xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw12_empty = tensor.empty() : tensor<1x1024x7x7xi32>
  %pw12_init = linalg.fill ins(%zero_i32 : i32) outs(%pw12_empty : tensor<1x1024x7x7xi32>) -> tensor<1x1024x7x7xi32>
  %pw12 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x512x7x7xi8>, tensor<1024x512x1x1xi8>)
      outs(%pw12_init : tensor<1x1024x7x7xi32>) -> tensor<1x1024x7x7xi32> loc("pw12")
  return %pw12 : tensor<1x1024x7x7xi32>
}

func.func @dw13(%input: tensor<1x1024x7x7xi8>,
    %weights: tensor<1024x3x3xi8>) -> tensor<1x1024x7x7xi32> {
  %zero_i8 = arith.constant 0 : i8
  %zero_i32 = arith.constant 0 : i32
  %dw13_padded = tensor.pad %input low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%n: index, %c: index, %h: index, %w: index):
    tensor.yield %zero_i8 : i8
  } : tensor<1x1024x7x7xi8> to tensor<1x1024x9x9xi8>
  %dw13_empty = tensor.empty() : tensor<1x1024x7x7xi32>
  %dw13_init = linalg.fill ins(%zero_i32 : i32) outs(%dw13_empty : tensor<1x1024x7x7xi32>) -> tensor<1x1024x7x7xi32>
  %dw13 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%dw13_padded, %weights : tensor<1x1024x9x9xi8>, tensor<1024x3x3xi8>)
      outs(%dw13_init : tensor<1x1024x7x7xi32>) -> tensor<1x1024x7x7xi32> loc("dw13")
  return %dw13 : tensor<1x1024x7x7xi32>
}

func.func @pw13(%input: tensor<1x1024x7x7xi8>,
    %weights: tensor<1024x1024x1x1xi8>) -> tensor<1x1024x7x7xi32> {
  %zero_i32 = arith.constant 0 : i32
  %pw13_empty = tensor.empty() : tensor<1x1024x7x7xi32>
  %pw13_init = linalg.fill ins(%zero_i32 : i32) outs(%pw13_empty : tensor<1x1024x7x7xi32>) -> tensor<1x1024x7x7xi32>
  %pw13 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%input, %weights : tensor<1x1024x7x7xi8>, tensor<1024x1024x1x1xi8>)
      outs(%pw13_init : tensor<1x1024x7x7xi32>) -> tensor<1x1024x7x7xi32> loc("pw13")
  return %pw13 : tensor<1x1024x7x7xi32>
}
