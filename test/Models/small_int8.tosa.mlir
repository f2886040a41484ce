// A small quantised network in TOSA, written by hand: every kind of operation that
// quantised image networks are made of, at shapes that are executed in a moment.
//
// Rescaling multiplies by multiplier * 2^-shift and rounds; the shifts are chosen so
// that the values stay within eight bits without all being clamped.
func.func @network(%image: tensor<1x16x16x3xi8>,
                   %conv1_weights: tensor<8x3x3x3xi8>, %conv1_bias: tensor<8xi32>,
                   %depthwise_weights: tensor<3x3x8x1xi8>, %depthwise_bias: tensor<8xi32>,
                   %conv2_weights: tensor<16x3x3x8xi8>, %conv2_bias: tensor<16xi32>,
                   %pointwise_weights: tensor<16x1x1x16xi8>, %pointwise_bias: tensor<16xi32>,
                   %dense_weights: tensor<1x16x10xi8>, %dense_bias: tensor<1x1x10xi32>)
    -> tensor<1x1x10xi8> {
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %low = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %three = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zero32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %one = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %shift37 = "tosa.const"() <{values = dense<37> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shift24 = "tosa.const"() <{values = dense<24> : tensor<1xi8>}> : () -> tensor<1xi8>

  // Asymmetric activations (zero point -128), padded, a multiplier for each channel.
  %0 = tosa.conv2d %image, %conv1_weights, %conv1_bias, %low, %zero {acc_type = i32,
      pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
      : (tensor<1x16x16x3xi8>, tensor<8x3x3x3xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x16x16x8xi32>
  %multipliers = "tosa.const"() <{values = dense<[1073741824, 1203495000, 1500000001, 2147483647, 1110000000, 1300000003, 1073741825, 1999999999]> : tensor<8xi32>}> : () -> tensor<8xi32>
  %shifts = "tosa.const"() <{values = dense<[37, 37, 38, 38, 37, 37, 36, 38]> : tensor<8xi8>}> : () -> tensor<8xi8>
  %1 = tosa.rescale %0, %multipliers, %shifts, %zero32, %low {scale32 = true, rounding_mode = DOUBLE_ROUND,
      per_channel = true, input_unsigned = false, output_unsigned = false}
      : (tensor<1x16x16x8xi32>, tensor<8xi32>, tensor<8xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x16x16x8xi8>
  %2 = tosa.clamp %1 {min_val = -128 : i8, max_val = 100 : i8} : (tensor<1x16x16x8xi8>) -> tensor<1x16x16x8xi8>

  %3 = tosa.depthwise_conv2d %2, %depthwise_weights, %depthwise_bias, %low, %zero {acc_type = i32,
      pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
      : (tensor<1x16x16x8xi8>, tensor<3x3x8x1xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x16x16x8xi32>
  %4 = tosa.rescale %3, %one, %shift37, %zero32, %zero {scale32 = true, rounding_mode = SINGLE_ROUND,
      per_channel = false, input_unsigned = false, output_unsigned = false}
      : (tensor<1x16x16x8xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x16x16x8xi8>
  %5 = tosa.clamp %4 {min_val = 0 : i8, max_val = 127 : i8} : (tensor<1x16x16x8xi8>) -> tensor<1x16x16x8xi8>

  %6 = tosa.max_pool2d %5 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>}
      : (tensor<1x16x16x8xi8>) -> tensor<1x8x8x8xi8>

  // Symmetric: both zero points are 0, with padding and a stride.
  %7 = tosa.conv2d %6, %conv2_weights, %conv2_bias, %zero, %zero {acc_type = i32,
      pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>}
      : (tensor<1x8x8x8xi8>, tensor<16x3x3x8xi8>, tensor<16xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x16xi32>
  %8 = tosa.rescale %7, %one, %shift37, %zero32, %three {scale32 = true, rounding_mode = SINGLE_ROUND,
      per_channel = false, input_unsigned = false, output_unsigned = false}
      : (tensor<1x4x4x16xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x4x16xi8>

  // A residual block of one pointwise convolution.
  %9 = tosa.conv2d %8, %pointwise_weights, %pointwise_bias, %three, %zero {acc_type = i32,
      pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
      : (tensor<1x4x4x16xi8>, tensor<16x1x1x16xi8>, tensor<16xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x16xi32>
  %10 = tosa.rescale %8, %one, %shift24, %three, %zero32 {scale32 = true, rounding_mode = SINGLE_ROUND,
      per_channel = false, input_unsigned = false, output_unsigned = false}
      : (tensor<1x4x4x16xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x4x16xi32>
  %11 = tosa.add %9, %10 : (tensor<1x4x4x16xi32>, tensor<1x4x4x16xi32>) -> tensor<1x4x4x16xi32>
  %12 = tosa.rescale %11, %one, %shift37, %zero32, %zero {scale32 = true, rounding_mode = SINGLE_ROUND,
      per_channel = false, input_unsigned = false, output_unsigned = false}
      : (tensor<1x4x4x16xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x4x16xi8>

  %13 = tosa.avg_pool2d %12, %zero, %zero {acc_type = i32,
      kernel = array<i64: 4, 4>, stride = array<i64: 4, 4>, pad = array<i64: 0, 0, 0, 0>}
      : (tensor<1x4x4x16xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x16xi8>

  // Fully connected.
  %shape = tosa.const_shape {values = dense<[1, 1, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %14 = tosa.reshape %13, %shape : (tensor<1x1x1x16xi8>, !tosa.shape<3>) -> tensor<1x1x16xi8>
  %15 = tosa.matmul %14, %dense_weights, %three, %zero
      : (tensor<1x1x16xi8>, tensor<1x16x10xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x10xi32>
  %16 = tosa.add %15, %dense_bias : (tensor<1x1x10xi32>, tensor<1x1x10xi32>) -> tensor<1x1x10xi32>
  %17 = tosa.rescale %16, %one, %shift37, %zero32, %zero {scale32 = true, rounding_mode = SINGLE_ROUND,
      per_channel = false, input_unsigned = false, output_unsigned = false}
      : (tensor<1x1x10xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x1x10xi8>
  return %17 : tensor<1x1x10xi8>
}
