// Tiles what romanet-tile would tile, all at once.
module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %layers = transform.structured.match ops{[
      "linalg.matmul", "linalg.conv_2d_nchw_fchw", "linalg.conv_2d_nhwc_hwcf",
      "linalg.conv_2d_ngchw_gfchw", "linalg.depthwise_conv_2d_nhwc_hwc",
      "linalg.depthwise_conv_2d_nchw_chw", "linalg.vecmat", "linalg.matvec", "linalg.pooling_nchw_max"]} in %root
      : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %layers
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
