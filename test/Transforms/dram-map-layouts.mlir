// Buffers that lie in blocks: the copies of their tiles, constants, packed
// arguments.
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map=arg-layout=packed --romanet-verify=bursts | FileCheck %s

#schedule = #romanet.schedule<[n = 4, g = 1, p = 1, q = 1, k = 3, c = 8]>

// A constant is packed here: two columns side by side, the fifth one alone
// with a hole behind each of its elements.
// CHECK: memref.global "private" constant @{{.*}} : memref<12xf32> = dense<[1.000000e+00, 2.000000e+00, 6.000000e+00, 7.000000e+00, 3.000000e+00, 4.000000e+00, 8.000000e+00, 9.000000e+00, 5.000000e+00, 0.000000e+00, 1.000000e+01, 0.000000e+00]> {
// CHECK-SAME: romanet.dram = #romanet.dram<address = {{[0-9]+}}, bytes = 48, layout = <blocks = {{\[}}[2, 2]]>, shape = [2, 5]
func.func @constant(%x: tensor<4x2xf32>) -> tensor<4x5xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0]]> : tensor<2x5xf32>
  %empty = tensor.empty() : tensor<4x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x5xf32>) -> tensor<4x5xf32>
  %0 = linalg.matmul {
      romanet.schedule = #romanet.schedule<[n = 4, g = 1, p = 1, q = 1, k = 5, c = 2]>,
      romanet.layouts = #romanet.layouts<weights = <blocks = [[2, 2]]>>}
      ins(%x, %w : tensor<4x2xf32>, tensor<2x5xf32>) outs(%init : tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// The argument of the weights lies in blocks of 8 rows and 4 columns: a tile of
// 3 columns touches one or two of them.
// CHECK-LABEL: func.func @argument
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<4x8xf32>
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<96xf32> {romanet.dram = #romanet.dram<address = {{[0-9]+}}, bytes = 384, layout = <blocks = {{\[}}[8, 4]]>, shape = [8, 10]
func.func @argument(%x: tensor<4x8xf32>, %w: tensor<8x10xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x10xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x10xf32>) -> tensor<4x10xf32>
  %0 = linalg.matmul {romanet.schedule = #schedule,
      romanet.layouts = #romanet.layouts<weights = <blocks = [[8, 4]]>>}
      ins(%x, %w : tensor<4x8xf32>, tensor<8x10xf32>) outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %0 : tensor<4x10xf32>
}
// What a host calls once.
// CHECK-LABEL: func.func @argument_pack(
// CHECK-SAME: %[[FROM:[a-z0-9]+]]: memref<8x10xf32>, %[[TO:[a-z0-9]+]]: memref<96xf32>)
