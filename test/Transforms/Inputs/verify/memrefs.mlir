// Two convolutions, the second of what the first computes, with buffers that
// all tensors share.
func.func @memrefs(%a: memref<1x3x11x13xf32>, %w: memref<6x3x3x3xf32>, %v: memref<4x6x3x3xf32>, %c: memref<1x4x4x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %b = memref.alloc() : memref<1x6x9x11xf32>
  linalg.fill ins(%zero : f32) outs(%b : memref<1x6x9x11xf32>)
  linalg.conv_2d_nchw_fchw {romanet.buffers = #romanet.buffers<shared = 1600>,
                            romanet.schedule = #romanet.schedule<[k = 4, c = 2, p = 4, q = 4, n = 1, g = 1]>}
      ins(%a, %w : memref<1x3x11x13xf32>, memref<6x3x3x3xf32>)
      outs(%b : memref<1x6x9x11xf32>) loc("first")
  linalg.conv_2d_nchw_fchw {strides = dense<2> : vector<2xi64>, romanet.buffers = #romanet.buffers<weights = 500, shared = 1200>,
                            romanet.schedule = #romanet.schedule<[p = 3, q = 2, k = 3, c = 4, n = 1, g = 1]>}
      ins(%b, %v : memref<1x6x9x11xf32>, memref<4x6x3x3xf32>)
      outs(%c : memref<1x4x4x5xf32>) loc("second")
  memref.dealloc %b : memref<1x6x9x11xf32>
  return
}
