// The arrays that nothing but layers use get layouts, the same for who writes and who reads them;
// the others are row-major, with a remark where it is not for who calls the function. What the copies move is what romanet.layouts says.

// RUN: split-file %s %t
// RUN: romanet-opt --romanet-schedule=layouts=free %t/chain.mlir 2>%t/chain.err | FileCheck %t/chain.mlir
// RUN: count 0 < %t/chain.err
// RUN: romanet-opt --romanet-schedule %t/chain.mlir 2>/dev/null | FileCheck %t/chain.mlir
// RUN: romanet-opt --romanet-schedule=layouts=row-major %t/chain.mlir 2>/dev/null | FileCheck %t/chain.mlir --check-prefix=ROW-MAJOR --implicit-check-not=romanet.layouts
// RUN: romanet-opt --romanet-tile=layouts=free --romanet-dram-map --romanet-verify=bursts %t/chain.mlir -o /dev/null 2>/dev/null

// RUN: romanet-opt --romanet-schedule=layouts=packed %t/packed.mlir 2>%t/packed.err | FileCheck %t/packed.mlir
// RUN: FileCheck %t/packed.mlir --check-prefix=WHY --implicit-check-not=remark: --input-file=%t/packed.err
// RUN: romanet-opt --romanet-schedule=layouts=free %t/packed.mlir 2>/dev/null | FileCheck %t/packed.mlir --check-prefix=FREE --implicit-check-not=romanet.layouts
// RUN: romanet-opt --romanet-tile="layouts=packed space=all" --romanet-dram-map=arg-layout=packed --romanet-verify=bursts %t/packed.mlir -o /dev/null 2>/dev/null

// RUN: romanet-opt --romanet-schedule=layouts=free %t/residual.mlir 2>%t/residual.err | FileCheck %t/residual.mlir
// RUN: count 0 < %t/residual.err
// RUN: romanet-opt --romanet-tile="layouts=free space=all" --romanet-dram-map --romanet-verify=bursts %t/residual.mlir -o /dev/null 2>/dev/null

// RUN: romanet-opt --romanet-schedule=layouts=free %t/pinned.mlir 2>%t/pinned.err | FileCheck %t/pinned.mlir --implicit-check-not=romanet.layouts
// RUN: FileCheck %t/pinned.mlir --check-prefix=WHY --implicit-check-not=remark: --input-file=%t/pinned.err
// RUN: romanet-opt --romanet-tile=layouts=free --romanet-dram-map --romanet-verify=bursts %t/pinned.mlir -o /dev/null 2>/dev/null

// RUN: romanet-opt --romanet-schedule=layouts=free %t/memrefs.mlir 2>%t/memrefs.err | FileCheck %t/memrefs.mlir
// RUN: FileCheck %t/memrefs.mlir --check-prefix=WHY --implicit-check-not=remark: --input-file=%t/memrefs.err
// RUN: romanet-opt --romanet-tile="layouts=free space=all" --romanet-dram-map --romanet-verify=bursts %t/memrefs.mlir -o /dev/null 2>/dev/null

// RUN: not romanet-opt --romanet-tile=layouts=best %t/chain.mlir 2>&1 | FileCheck %t/chain.mlir --check-prefix=UNKNOWN

//--- chain.mlir
// A pointwise, a padded depthwise and a pointwise convolution.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 4096, weights = 1024, output = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @chain(%image: tensor<1x16x32x32xi8>, %w1: tensor<32x16x1x1xi8>,
                 %w2: tensor<32x3x3xi8>, %w3: tensor<64x32x1x1xi8>) -> tensor<1x64x32x32xi8> {
  %zero = arith.constant 0 : i8
  %e1 = tensor.empty() : tensor<1x32x32x32xi8>
  %f1 = linalg.fill ins(%zero : i8) outs(%e1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: romanet.layouts = #romanet.layouts<output = <blocks = [[[FIRST:.*]] align 64, [[ROW1:.*]] align 8192]>>
  // ROW-MAJOR: linalg.conv_2d_nchw_fchw
  %1 = linalg.conv_2d_nchw_fchw
      ins(%image, %w1 : tensor<1x16x32x32xi8>, tensor<32x16x1x1xi8>)
      outs(%f1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  %padded = tensor.pad %1 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : i8
  } : tensor<1x32x32x32xi8> to tensor<1x32x34x34xi8>
  // CHECK: linalg.depthwise_conv_2d_nchw_chw
  // CHECK-SAME: romanet.layouts = #romanet.layouts<input = <blocks = [[[FIRST]] align 64, [[ROW1]] align 8192]>, output = <blocks = [[[SECOND:.*]] align 64, [[ROW2:.*]] align 8192]>>
  %2 = linalg.depthwise_conv_2d_nchw_chw
      ins(%padded, %w2 : tensor<1x32x34x34xi8>, tensor<32x3x3xi8>)
      outs(%f1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  %e3 = tensor.empty() : tensor<1x64x32x32xi8>
  %f3 = linalg.fill ins(%zero : i8) outs(%e3 : tensor<1x64x32x32xi8>) -> tensor<1x64x32x32xi8>
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: romanet.layouts = #romanet.layouts<input = <blocks = [[[SECOND]] align 64, [[ROW2]] align 8192]>>
  %3 = linalg.conv_2d_nchw_fchw
      ins(%2, %w3 : tensor<1x32x32x32xi8>, tensor<64x32x1x1xi8>)
      outs(%f3 : tensor<1x64x32x32xi8>) -> tensor<1x64x32x32xi8>
  return %3 : tensor<1x64x32x32xi8>
}
}
// UNKNOWN: error: option 'layouts' of romanet-tile: 'best' is not known, expected row-major, free or packed

//--- packed.mlir
// Tiles of the weights are parts of many rows of the DRAM. Only where nobody calls the function can
// they be packed.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 4096, weights = 4096, output = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @packed(%a: tensor<64x512xi8>, %b: tensor<512x512xi8>, %c: tensor<64x512xi8>) -> tensor<64x512xi8> {
  // CHECK: linalg.matmul
  // CHECK-SAME: romanet.layouts = #romanet.layouts<weights = <blocks = [{{.*}} align 64, {{.*}} align 8192]>>
  // FREE: linalg.matmul
  %0 = linalg.matmul ins(%a, %b : tensor<64x512xi8>, tensor<512x512xi8>)
      outs(%c : tensor<64x512xi8>) -> tensor<64x512xi8>
  return %0 : tensor<64x512xi8>
}
func.func @called(%a: tensor<64x512xi8>, %b: tensor<512x512xi8>, %c: tensor<64x512xi8>) -> tensor<64x512xi8> {
  // CHECK: linalg.matmul
  // CHECK-NOT: romanet.layouts
  // FREE: linalg.matmul
  %0 = linalg.matmul ins(%a, %b : tensor<64x512xi8>, tensor<512x512xi8>)
      outs(%c : tensor<64x512xi8>) -> tensor<64x512xi8>
  return %0 : tensor<64x512xi8>
}
func.func @caller(%a: tensor<64x512xi8>, %b: tensor<512x512xi8>, %c: tensor<64x512xi8>) -> tensor<64x512xi8> {
  %0 = func.call @called(%a, %b, %c)
      : (tensor<64x512xi8>, tensor<512x512xi8>, tensor<64x512xi8>) -> tensor<64x512xi8>
  return %0 : tensor<64x512xi8>
}
}
// WHY: remark: 'linalg.matmul': its weights stay row-major: it is an argument of a function that the module uses

//--- residual.mlir
// The result of the first is read by the second, and added behind it to its sums: all three agree.
// Constants that are weights are packed.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 4096, weights = 1024, output = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @residual(%image: tensor<1x16x32x32xi8>) -> tensor<1x8x32x32xi8> {
  %zero = arith.constant 0 : i8
  %w1 = arith.constant dense<1> : tensor<32x16x1x1xi8>
  %w2 = arith.constant dense<2> : tensor<32x32x1x1xi8>
  %w3 = arith.constant dense<3> : tensor<8x32x1x1xi8>
  %e1 = tensor.empty() : tensor<1x32x32x32xi8>
  %f1 = linalg.fill ins(%zero : i8) outs(%e1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: output = <blocks = [[[BLOCK:.*]] align 64, [[ROW:.*]] align 8192]>>
  %1 = linalg.conv_2d_nchw_fchw
      ins(%image, %w1 : tensor<1x16x32x32xi8>, tensor<32x16x1x1xi8>)
      outs(%f1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: input = <blocks = [[[BLOCK]] align 64, [[ROW]] align 8192]>,
  // CHECK-SAME: output = <blocks =
  // CHECK-SAME: epilogue = [<blocks = [[[BLOCK]] align 64, [[ROW]] align 8192]>]>
  %2 = linalg.conv_2d_nchw_fchw
      ins(%1, %w2 : tensor<1x32x32x32xi8>, tensor<32x32x1x1xi8>)
      outs(%f1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  %sum = linalg.add ins(%2, %1 : tensor<1x32x32x32xi8>, tensor<1x32x32x32xi8>)
      outs(%e1 : tensor<1x32x32x32xi8>) -> tensor<1x32x32x32xi8>
  %e3 = tensor.empty() : tensor<1x8x32x32xi8>
  %f3 = linalg.fill ins(%zero : i8) outs(%e3 : tensor<1x8x32x32xi8>) -> tensor<1x8x32x32xi8>
  %3 = linalg.conv_2d_nchw_fchw
      ins(%sum, %w3 : tensor<1x32x32x32xi8>, tensor<8x32x1x1xi8>)
      outs(%f3 : tensor<1x8x32x32xi8>) -> tensor<1x8x32x32xi8>
  return %3 : tensor<1x8x32x32xi8>
}
}

//--- pinned.mlir
// Each array between two layers has something else that uses it.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 4096, weights = 4096, output = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @pinned(%image: tensor<256x64xi8>, %w: tensor<64x64xi8>) -> (tensor<256x64xi8>, i8) {
  %zero = arith.constant 0 : i8
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : tensor<256x64xi8>
  %f = linalg.fill ins(%zero : i8) outs(%e : tensor<256x64xi8>) -> tensor<256x64xi8>
  // CHECK-COUNT-3: linalg.matmul
  %1 = linalg.matmul ins(%image, %w : tensor<256x64xi8>, tensor<64x64xi8>)
      outs(%f : tensor<256x64xi8>) -> tensor<256x64xi8>
  %element = tensor.extract %1[%c0, %c0] : tensor<256x64xi8>
  %2 = linalg.matmul ins(%1, %w : tensor<256x64xi8>, tensor<64x64xi8>)
      outs(%f : tensor<256x64xi8>) -> tensor<256x64xi8>
  %flat = tensor.collapse_shape %2 [[0, 1]] : tensor<256x64xi8> into tensor<16384xi8>
  %seen = tensor.expand_shape %flat [[0, 1]] output_shape [256, 64] : tensor<16384xi8> into tensor<256x64xi8>
  %3 = linalg.matmul ins(%seen, %w : tensor<256x64xi8>, tensor<64x64xi8>)
      outs(%f : tensor<256x64xi8>) -> tensor<256x64xi8>
  return %3, %element : tensor<256x64xi8>, i8
}
}
// WHY: remark: 'linalg.matmul': its output stays row-major: 'tensor.extract' uses it
// WHY: remark: 'linalg.matmul': its output stays row-major: it is seen under another shape ('tensor.collapse_shape')
// WHY: remark: 'linalg.matmul': its input stays row-major: 'tensor.expand_shape' computes it

//--- memrefs.mlir
// Two readers of one allocation; another one is copied by the program.
module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 4096, weights = 4096, output = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @memrefs(%image: memref<1x16x32x32xi8>, %w1: memref<32x16x1x1xi8>, %w2: memref<32x32x1x1xi8>,
                   %left: memref<1x32x32x32xi8>, %right: memref<1x32x32x32xi8>) {
  %zero = arith.constant 0 : i8
  %middle = memref.alloc() : memref<1x32x32x32xi8>
  linalg.fill ins(%zero : i8) outs(%middle : memref<1x32x32x32xi8>)
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: romanet.layouts = #romanet.layouts<output = <blocks = [[[BLOCK:.*]] align 64, [[ROW:.*]] align 8192]>>
  linalg.conv_2d_nchw_fchw ins(%image, %w1 : memref<1x16x32x32xi8>, memref<32x16x1x1xi8>)
      outs(%middle : memref<1x32x32x32xi8>)
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: romanet.layouts = #romanet.layouts<input = <blocks = [[[BLOCK]] align 64, [[ROW]] align 8192]>>
  linalg.conv_2d_nchw_fchw ins(%middle, %w2 : memref<1x32x32x32xi8>, memref<32x32x1x1xi8>)
      outs(%left : memref<1x32x32x32xi8>)
  %other = memref.alloc() : memref<1x32x32x32xi8>
  linalg.fill ins(%zero : i8) outs(%other : memref<1x32x32x32xi8>)
  // CHECK: linalg.conv_2d_nchw_fchw
  // CHECK-SAME: romanet.layouts = #romanet.layouts<input = <blocks = [[[BLOCK]] align 64, [[ROW]] align 8192]>>
  linalg.conv_2d_nchw_fchw ins(%middle, %w2 : memref<1x32x32x32xi8>, memref<32x32x1x1xi8>)
      outs(%other : memref<1x32x32x32xi8>)
  memref.copy %other, %right : memref<1x32x32x32xi8> to memref<1x32x32x32xi8>
  return
}
}
// WHY: remark: 'linalg.conv_2d_nchw_fchw': its output stays row-major: 'memref.copy' uses it
