// Buffers that lie in blocks: the copies of their tiles, constants, packed
// arguments.
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map=arg-layout=packed --romanet-verify=bursts --mlir-print-local-scope \
// RUN:   | FileCheck %s

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
// CHECK: scf.for %[[K:.*]] = {{.*}} {
// CHECK:   %[[SIZE:.*]] = affine.min affine_map<(d0) -> (-d0 + 10, 3)>(%[[K]])
// CHECK:   %[[TILE:.*]] = memref.subview %{{.*}}[0, 0] [8, %[[SIZE]]] [1, 1]
// CHECK:   %[[FIRST:.*]] = affine.apply affine_map<(d0) -> (d0 floordiv 4)>(%[[K]])
// CHECK:   %[[END:.*]] = affine.apply affine_map<(d0, d1) -> ((d0 + d1 - 1) floordiv 4 + 1)>(%[[K]], %[[SIZE]])
// CHECK:   scf.for %[[BLOCK:.*]] = %[[FIRST]] to %[[END]] step %{{.*}} {
// CHECK:     %[[LO:.*]] = affine.max affine_map<(d0, d1) -> (d0, d1 * 4)>(%[[K]], %[[BLOCK]])
// CHECK:     %[[N:.*]] = affine.min affine_map<(d0, d1, d2, d3) -> (d0 * 4 - d1 + 4, d2 + d3 - d1)>(%[[BLOCK]], %[[LO]], %[[K]], %[[SIZE]])
// CHECK:     %[[AT:.*]] = affine.apply affine_map<(d0, d1) -> (d0 * 28 + d1)>(%[[BLOCK]], %[[LO]])
// CHECK:     %[[INTO:.*]] = affine.apply affine_map<(d0, d1) -> (d0 - d1)>(%[[LO]], %[[K]])
// CHECK:     %[[PART:.*]] = memref.reinterpret_cast %[[W]] to offset: [%[[AT]]], sizes: [8, %[[N]]], strides: [4, 1] : memref<96xf32> to memref<8x?xf32, strided<[4, 1], offset: ?>>
// CHECK:     %[[ON_CHIP:.*]] = memref.subview %[[TILE]][0, %[[INTO]]] [8, %[[N]]] [1, 1]
// CHECK:     memref.copy %[[PART]], %[[ON_CHIP]]
// CHECK:   }
// CHECK:   linalg.matmul
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
// CHECK: scf.for %[[BLOCK:.*]] = %c0 to %c3 step %c1 {
// CHECK:   %[[N:.*]] = affine.min affine_map<(d0) -> (4, d0 * -4 + 10)>(%[[BLOCK]])
// CHECK:   %[[AT:.*]] = affine.apply affine_map<(d0) -> (d0 * 32)>(%[[BLOCK]])
// CHECK:   %[[COLUMN:.*]] = affine.apply affine_map<(d0) -> (d0 * 4)>(%[[BLOCK]])
// CHECK:   %[[PART:.*]] = memref.reinterpret_cast %[[TO]] to offset: [%[[AT]]], sizes: [8, %[[N]]], strides: [4, 1]
// CHECK:   %[[ARRAY:.*]] = memref.subview %[[FROM]][0, %[[COLUMN]]] [8, %[[N]]] [1, 1]
// CHECK:   memref.copy %[[ARRAY]], %[[PART]]

// A tile that lies within one block needs no loop.
// CHECK-LABEL: func.func @within
// CHECK: scf.for %[[K:.*]] = {{.*}} {
// CHECK-NOT: scf.for
// CHECK:   %[[AT:.*]] = affine.apply affine_map<(d0) -> (d0 + (d0 floordiv 4) * 28)>(%[[K]])
// CHECK:   memref.reinterpret_cast %{{.*}} to offset: [%[[AT]]], sizes: [8, 2], strides: [4, 1] : memref<64xf32>
// CHECK-NOT: scf.for
// CHECK:   linalg.matmul
func.func @within(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.matmul {
      romanet.schedule = #romanet.schedule<[n = 4, g = 1, p = 1, q = 1, k = 2, c = 8]>,
      romanet.layouts = #romanet.layouts<weights = <blocks = [[8, 4]]>>}
      ins(%x, %w : tensor<4x8xf32>, tensor<8x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// What one layer writes and the next one reads lies in blocks in the arena. The
// rows of a block lie one behind the other.
// CHECK-LABEL: func.func @between
// CHECK: %[[T:.*]] = memref.view %{{.*}} {romanet.dram = #romanet.dram<address = {{[0-9]+}}, bytes = 192, layout = <blocks = {{\[}}[4, 4]]>, shape = [4, 10]
// CHECK-SAME: to memref<48xf32>
// CHECK: memref.reinterpret_cast %[[T]] {{.*}} strides: [4, 1]
// CHECK: memref.copy %{{.*}}, %{{.*}} : {{.*}}#romanet.space<output>> to memref<4x{{.*}}>
// CHECK: memref.reinterpret_cast %[[T]] {{.*}} strides: [4, 1]
// CHECK: memref.copy %{{.*}}, %{{.*}} : memref<4x{{.*}}> to {{.*}}#romanet.space<input>>
func.func @between(%x: tensor<4x8xf32>, %v: tensor<8x10xf32>, %w: tensor<10x4xf32>) -> tensor<4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty0 = tensor.empty() : tensor<4x10xf32>
  %init0 = linalg.fill ins(%zero : f32) outs(%empty0 : tensor<4x10xf32>) -> tensor<4x10xf32>
  %0 = linalg.matmul {
      romanet.schedule = #romanet.schedule<[n = 4, g = 1, p = 1, q = 1, k = 3, c = 8]>,
      romanet.layouts = #romanet.layouts<output = <blocks = [[4, 4]]>>}
      ins(%x, %v : tensor<4x8xf32>, tensor<8x10xf32>) outs(%init0 : tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty1 = tensor.empty() : tensor<4x4xf32>
  %init1 = linalg.fill ins(%zero : f32) outs(%empty1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.matmul {
      romanet.schedule = #romanet.schedule<[n = 4, g = 1, p = 1, q = 1, k = 4, c = 5]>,
      romanet.layouts = #romanet.layouts<input = <blocks = [[4, 4]]>>}
      ins(%0, %w : tensor<4x10xf32>, tensor<10x4xf32>) outs(%init1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}
