module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
  %layers = transform.structured.match ops{["linalg.conv_2d_nchw_fchw"]} in %root
      : (!transform.any_op) -> !transform.any_op
  %tiled, %loops = transform.romanet.tile %layers objective "bytes" space "all"
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}
