// Arrays that hold another one with its dimensions in another order are read
// where they lie, and what else moves whole arrays is said.
//
// RUN: romanet-opt %s --split-input-file --romanet-tile 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --implicit-check-not="belongs to no layer" --implicit-check-not="reordered in DRAM" \
// RUN:   --input-file %t.remarks
// What is left is in the report, with the same bytes.
// RUN: romanet-opt %s --split-input-file --romanet-tile --romanet-dram-map --romanet-report=output=- -o %t.mlir \
// RUN:   | FileCheck %s --check-prefix=REPORT --implicit-check-not="of no layer"

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {

// Weights as a front end has them: rows of outputs. A tile of four of them is a
// contiguous piece.
// CHECK-DAG: #[[A:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[B:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[C:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: @weights
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<8x16xi8>
// CHECK-NOT: linalg.transpose
// CHECK: tensor.extract_slice %[[W]][%{{.*}}, 0] [4, 16] [1, 1]
// CHECK: linalg.generic {indexing_maps = [#[[A]], #[[B]], #[[C]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<4x16xi8>, tensor<4x16xi8>)
// CHECK-SAME: order = ["nc", "kc", "nk"]
func.func @weights(%a: tensor<4x16xi8>, %w: tensor<8x16xi8>) -> tensor<4x8xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<4x8xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x8xi32>) -> tensor<4x8xi32>
  %other = tensor.empty() : tensor<16x8xi8>
  %b = linalg.transpose ins(%w : tensor<8x16xi8>) outs(%other : tensor<16x8xi8>) permutation = [1, 0]
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
      outs(%init : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
}

// -----

// The image comes with its channels last, is padded, and then has them first:
// padding and reordering go, and the zero point is padded on chip.
// CHECK-LABEL: @image
// CHECK-NOT: tensor.pad
// CHECK-NOT: linalg.transpose
// CHECK: linalg.fill ins(%{{.*}} : i8) outs(%{{.*}} : tensor<1x6x5x3xi8>)
// CHECK: linalg.generic
// CHECK-SAME: image = [4, 4]
// CHECK-SAME: pads = [1, 0]
// CHECK-SAME: order = ["nhwc", "kcrs", "nkhw"]
func.func @image(%a: tensor<1x4x4x3xi8>, %w: tensor<2x3x3x3xi8>) -> tensor<1x2x4x3xi32> {
  %seven = arith.constant 7 : i8
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<1x2x4x3xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x2x4x3xi32>) -> tensor<1x2x4x3xi32>
  %padded = tensor.pad %a low[0, 1, 0, 0] high[0, 1, 1, 0] {
  ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
    tensor.yield %seven : i8
  } : tensor<1x4x4x3xi8> to tensor<1x6x5x3xi8>
  %other = tensor.empty() : tensor<1x3x6x5xi8>
  %b = linalg.generic {
      indexing_maps = [affine_map<(n, c, h, w) -> (n, h, w, c)>, affine_map<(n, c, h, w) -> (n, c, h, w)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%padded : tensor<1x6x5x3xi8>) outs(%other : tensor<1x3x6x5xi8>) {
  ^bb0(%x: i8, %old: i8):
    linalg.yield %x : i8
  } -> tensor<1x3x6x5xi8>
  %0 = linalg.conv_2d_nchw_fchw ins(%b, %w : tensor<1x3x6x5xi8>, tensor<2x3x3x3xi8>)
      outs(%init : tensor<1x2x4x3xi32>) -> tensor<1x2x4x3xi32>
  return %0 : tensor<1x2x4x3xi32>
}

// -----

// One side of a square, twice: reordered and as it is.
// CHECK-LABEL: @square
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<4x4xi8>
// CHECK-NOT: linalg.transpose
// CHECK: %[[X:.*]] = tensor.extract_slice %[[A]][0, 0] [4, 4] [1, 1]
// CHECK: bufferization.materialize_in_destination %[[X]] in
// CHECK: %[[Y:.*]] = tensor.extract_slice %[[A]][0, 0] [4, 4] [1, 1]
// CHECK: bufferization.materialize_in_destination %[[Y]] in
// CHECK: linalg.generic
// CHECK-SAME: order = ["nc", "kc", "nk"]
func.func @square(%a: tensor<4x4xi8>, %c: tensor<4x4xi32>) -> tensor<4x4xi32> {
  %empty = tensor.empty() : tensor<4x4xi8>
  %b = linalg.transpose ins(%a : tensor<4x4xi8>) outs(%empty : tensor<4x4xi8>) permutation = [1, 0]
  %0 = linalg.matmul ins(%a, %b : tensor<4x4xi8>, tensor<4x4xi8>) outs(%c : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0 : tensor<4x4xi32>
}

// -----

// Reordered on both sides.
// CHECK-LABEL: @both
// CHECK-NOT: linalg.transpose
// CHECK: linalg.generic
// CHECK-SAME: order = ["cn", "kc", "nk"]
// CHECK: return
func.func @both(%a: tensor<4x4xi8>, %c: tensor<4x4xi32>) -> tensor<4x4xi32> {
  %empty = tensor.empty() : tensor<4x4xi8>
  %b = linalg.transpose ins(%a : tensor<4x4xi8>) outs(%empty : tensor<4x4xi8>) permutation = [1, 0]
  %0 = linalg.matmul ins(%b, %b : tensor<4x4xi8>, tensor<4x4xi8>) outs(%c : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0 : tensor<4x4xi32>
}

// -----

// Reordered there and back, by one operation that two layers use and one that
// uses the first: nothing is left.
// CHECK-LABEL: @back
// CHECK-NOT: linalg.transpose
// CHECK: order = ["cn", "kc", "nk"]
// CHECK-NOT: linalg.transpose
// CHECK: order = ["cn", "ck", "nk"]
// CHECK-NOT: linalg.transpose
func.func @back(%a: tensor<4x4xi8>, %c: tensor<4x4xi32>) -> (tensor<4x4xi32>, tensor<4x4xi32>) {
  %empty = tensor.empty() : tensor<4x4xi8>
  %b = linalg.transpose ins(%a : tensor<4x4xi8>) outs(%empty : tensor<4x4xi8>) permutation = [1, 0]
  %d = linalg.transpose ins(%b : tensor<4x4xi8>) outs(%empty : tensor<4x4xi8>) permutation = [1, 0]
  %0 = linalg.matmul ins(%b, %b : tensor<4x4xi8>, tensor<4x4xi8>) outs(%c : tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = linalg.matmul ins(%b, %d : tensor<4x4xi8>, tensor<4x4xi8>) outs(%c : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0, %1 : tensor<4x4xi32>, tensor<4x4xi32>
}

// -----

// On memrefs the buffer goes, too.
// CHECK-LABEL: @memrefs
// CHECK-SAME: %{{.*}}: memref<4x16xi8>, %[[W:[a-z0-9]+]]: memref<8x16xi8>
// CHECK-NOT: linalg.transpose
// CHECK-NOT: memref<16x8xi8>
// CHECK: %[[TILE:.*]] = memref.subview %[[W]][0, 0] [8, 16] [1, 1]
// CHECK: memref.copy %[[TILE]], %{{.*}} to memref<8x16xi8, #romanet.space<weights>>
// CHECK: linalg.generic
// CHECK-SAME: order = ["nc", "kc", "nk"]
func.func @memrefs(%a: memref<4x16xi8>, %w: memref<8x16xi8>, %c: memref<4x8xi32>) {
  %b = memref.alloc() : memref<16x8xi8>
  linalg.transpose ins(%w : memref<8x16xi8>) outs(%b : memref<16x8xi8>) permutation = [1, 0]
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>) outs(%c : memref<4x8xi32>)
  memref.dealloc %b : memref<16x8xi8>
  return
}

// -----

// What may change, or is used by something else, is not looked through on
// memrefs: 4 x 16 bytes each way.
// CHECK-LABEL: @changed
// CHECK: linalg.transpose
// CHECK: linalg.matmul
// CHECK: linalg.transpose
// CHECK: linalg.matmul
// REMARK: its weights are reordered in DRAM: what it is reordered from may change in between
// REMARK: its weights are reordered in DRAM: something else uses the reordered array
// REMARK: 'linalg.transpose' belongs to no layer: it reads at least 64 bytes of DRAM and writes at least 64
// REMARK: 'linalg.fill' belongs to no layer: it reads at least 0 bytes of DRAM and writes at least 64
// REMARK: 'linalg.transpose' belongs to no layer: it reads at least 64 bytes of DRAM and writes at least 64
// REMARK: 'memref.copy' belongs to no layer: it reads at least 64 bytes of DRAM and writes at least 64
// REPORT: of no layer: linalg.transpose in @changed: reads at least 64 B, writes at least 64 B
// REPORT: of no layer: linalg.fill in @changed: reads at least 0 B, writes at least 64 B
// REPORT: of no layer: linalg.transpose in @changed: reads at least 64 B, writes at least 64 B
// REPORT: of no layer: memref.copy in @changed: reads at least 64 B, writes at least 64 B
func.func @changed(%a: memref<4x16xi8>, %w: memref<4x16xi8>, %out: memref<16x4xi8>, %c: memref<4x4xi32>, %d: memref<4x4xi32>, %x: i8) {
  %b = memref.alloc() : memref<16x4xi8>
  %e = memref.alloc() : memref<16x4xi8>
  linalg.transpose ins(%w : memref<4x16xi8>) outs(%b : memref<16x4xi8>) permutation = [1, 0]
  linalg.fill ins(%x : i8) outs(%w : memref<4x16xi8>)
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x4xi8>) outs(%c : memref<4x4xi32>)
  linalg.transpose ins(%w : memref<4x16xi8>) outs(%e : memref<16x4xi8>) permutation = [1, 0]
  linalg.matmul ins(%a, %e : memref<4x16xi8>, memref<16x4xi8>) outs(%d : memref<4x4xi32>)
  memref.copy %e, %out : memref<16x4xi8> to memref<16x4xi8>
  return
}

// -----

// On tensors the layer does not need the reordered weights, but the caller does.
// A conversion that no layer takes reads 4 x 8 x 4 bytes and writes 4 x 8; a pad
// reads 32 and writes 5 x 8. They come out as buffers that are filled, copied
// and computed.
// CHECK-LABEL: @left
// CHECK: linalg.transpose
// CHECK: linalg.generic
// CHECK-SAME: order = ["nc", "kc", "nk"]
// REMARK: 'linalg.transpose' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128
// REMARK: 'linalg.generic' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 32
// REMARK: 'tensor.pad' belongs to no layer: it reads at least 32 bytes of DRAM and writes at least 40
// REPORT: of no layer: linalg.transpose in @left: reads at least 128 B, writes at least 128 B
// REPORT: of no layer: linalg.generic 'narrow' in @left: reads at least 128 B, writes at least 32 B
// REPORT: of no layer: linalg.{{fill|map}} in @left: reads at least 0 B, writes at least 40 B
// REPORT: of no layer: memref.copy in @left: reads at least 32 B, writes at least 32 B
func.func @left(%a: tensor<4x16xi8>, %w: tensor<8x16xi8>, %given: tensor<4x8xi32>)
    -> (tensor<4x8xi32>, tensor<16x8xi8>, tensor<5x8xi8>) {
  %zero = arith.constant 0 : i32
  %byte = arith.constant 0 : i8
  %empty = tensor.empty() : tensor<4x8xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x8xi32>) -> tensor<4x8xi32>
  %other = tensor.empty() : tensor<16x8xi8>
  %b = linalg.transpose ins(%w : tensor<8x16xi8>) outs(%other : tensor<16x8xi8>) permutation = [1, 0]
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
      outs(%init : tensor<4x8xi32>) -> tensor<4x8xi32>
  %bytes = tensor.empty() : tensor<4x8xi8>
  %1 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%given : tensor<4x8xi32>) outs(%bytes : tensor<4x8xi8>) {
  ^bb0(%x: i32, %old: i8):
    %y = arith.trunci %x : i32 to i8
    linalg.yield %y : i8
  } -> tensor<4x8xi8> loc("narrow")
  %2 = tensor.pad %1 low[1, 0] high[0, 0] {
  ^bb0(%i0: index, %i1: index):
    tensor.yield %byte : i8
  } : tensor<4x8xi8> to tensor<5x8xi8>
  return %0, %b, %2 : tensor<4x8xi32>, tensor<16x8xi8>, tensor<5x8xi8>
}
