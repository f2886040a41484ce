// Padding is produced on chip and never fetched: where a tile reaches beyond the
// image its buffer is filled first, and what lies in the image is copied over it.
//
// RUN: romanet-opt %s --romanet-tile=layouts=row-major --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile=layouts=row-major --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY
// RUN: romanet-opt %s --romanet-tile=layouts=row-major -verify-diagnostics -o /dev/null

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// One row above, one column to the right. Every tile has padding in its columns, so
// that the fill is under no condition. Two rows of output need four of the input: -1
// to 2, of which 0 to 2 are there, and 1 to 4.
// CHECK-LABEL: func.func @asymmetric(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<1x5x5x1xi8>
// CHECK: %[[VALUE:[^ ]+]] = arith.constant -3 : i8
// CHECK-NOT: tensor.pad
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<input>} : tensor<1x4x6x1xi8>
// CHECK: scf.for %[[P:[a-z0-9_]+]] = %{{.*}} iter_args(%[[IN:[^ ]*]] =
// CHECK-NEXT: %[[FROM:[a-z0-9_]+]] = affine.max affine_map<(d0) -> (d0 - 1, 0)>(%[[P]])
// CHECK-NEXT: %[[TO:[a-z0-9_]+]] = affine.min affine_map<(d0) -> (d0 + 3, 5)>(%[[P]])
// CHECK-NEXT: %[[ROWS:[a-z0-9_]+]] = affine.apply affine_map<(d0, d1) -> (-d0 + d1)>(%[[FROM]], %[[TO]])
// CHECK-NEXT: %[[BEGIN:[a-z0-9_]+]] = affine.apply affine_map<(d0, d1) -> (d0 - d1 + 1)>(%[[FROM]], %[[P]])
// CHECK-NOT: scf.if
// CHECK: %[[FILLED:[a-z0-9_]+]] = linalg.fill ins(%[[VALUE]] : i8) outs(%[[IN]] : tensor<1x4x6x1xi8>)
// CHECK-NEXT: %[[IMAGE:[a-z0-9_]+]] = tensor.extract_slice %[[A]][0, %[[FROM]], 0, 0] [1, %[[ROWS]], 5, 1]
// CHECK-NEXT: %[[PART:[a-z0-9_]+]] = tensor.extract_slice %[[FILLED]][0, %[[BEGIN]], 0, 0] [1, %[[ROWS]], 5, 1]
// CHECK-NEXT: %[[COPIED:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[IMAGE]] in %[[PART]]
// CHECK-NEXT: %[[TILE:[a-z0-9_]+]] = tensor.insert_slice %[[COPIED]] into %[[FILLED]][0, %[[BEGIN]], 0, 0] [1, %[[ROWS]], 5, 1]
// CHECK: linalg.conv_2d_nhwc_hwcf {{.*}}image = [5, 5], {{.*}}pads = [1, 0], {{.*}} ins(%[[TILE]],
//
// (3 + 4) rows of 5 bytes.
// VERIFY: (asymmetric.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 2 tiles, bytes input_read = 35,
func.func @asymmetric(%a: tensor<1x5x5x1xi8>, %b: tensor<3x3x1x2xi8>, %c: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %value = arith.constant -3 : i8
  %padded = tensor.pad %a low[0, 1, 0, 0] high[0, 0, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %value : i8
  } : tensor<1x5x5x1xi8> to tensor<1x6x6x1xi8>
  %0 = linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 2, n = 1, g = 1, q = 4, k = 2, c = 1]>}
      ins(%padded, %b : tensor<1x6x6x1xi8>, tensor<3x3x1x2xi8>) outs(%c : tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// On memrefs padding is a filled buffer with a copy of the image inside. All three
// go, and so does what frees the buffer. A row above and one below: of three tiles
// the one in the middle has no padding, and is not filled.
// CHECK-LABEL: func.func @on_memrefs(
// CHECK-NOT: memref.alloc() : memref<1x8x4x1xi8>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<1x4x4x1xi8, #romanet.space<input>>
// CHECK: scf.for
// CHECK: %[[ROWS:[a-z0-9_]+]] = affine.apply affine_map<(d0, d1) -> (-d0 + d1)>
// CHECK: %[[WHOLE:[a-z0-9_]+]] = arith.cmpi eq, %[[ROWS]], %c4
// CHECK: %[[PADDED:[a-z0-9_]+]] = arith.xori %[[WHOLE]], %true
// CHECK-NEXT: scf.if %[[PADDED]] {
// CHECK-NEXT: linalg.fill ins(%c7_i8 : i8) outs(%[[IN]] :
// CHECK-NEXT: }
// CHECK: memref.subview %[[IN]][0, %{{.*}}, 0, 0] [1, %[[ROWS]], 4, 1]
// CHECK-NOT: memref.dealloc
// CHECK: return
//
// (3 + 4 + 3) rows of 4 bytes.
// VERIFY: (on_memrefs.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 3 tiles, bytes input_read = 40,
func.func @on_memrefs(%a: memref<1x6x4x1xi8>, %b: memref<3x1x1x2xi8>, %c: memref<1x6x4x2xi32>) {
  %value = arith.constant 7 : i8
  %padded = memref.alloc() : memref<1x8x4x1xi8>
  linalg.fill ins(%value : i8) outs(%padded : memref<1x8x4x1xi8>)
  %inner = memref.subview %padded[0, 1, 0, 0] [1, 6, 4, 1] [1, 1, 1, 1] : memref<1x8x4x1xi8> to memref<1x6x4x1xi8, strided<[32, 4, 1, 1], offset: 4>>
  memref.copy %a, %inner : memref<1x6x4x1xi8> to memref<1x6x4x1xi8, strided<[32, 4, 1, 1], offset: 4>>
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 2, n = 1, g = 1, q = 4, k = 2, c = 1]>}
      ins(%padded, %b : memref<1x8x4x1xi8>, memref<3x1x1x2xi8>) outs(%c : memref<1x6x4x2xi32>)
  memref.dealloc %padded : memref<1x8x4x1xi8>
  return
}

// With retained rows the part that is new can be padding alone: the last tile's is
// the row below the image. It is filled and nothing is copied.
// CHECK-LABEL: func.func @with_halo(
// CHECK: %[[FETCHED:[a-z0-9_]+]] = affine.apply affine_map<(d0, d1) -> (-d0 + d1)>
// CHECK: %[[WHOLE:[a-z0-9_]+]] = arith.cmpi eq, %[[FETCHED]], %{{[0-9]+}}
// CHECK: %[[PADDED:[a-z0-9_]+]] = arith.xori %[[WHOLE]], %true
// CHECK: %[[NONE:[a-z0-9_]+]] = arith.cmpi eq, %[[FETCHED]], %c0
// CHECK: scf.if %[[PADDED]] {
// CHECK: linalg.fill ins(%c7_i8 : i8)
// CHECK: }
// CHECK: %[[SOME:[a-z0-9_]+]] = arith.xori %[[NONE]], %true
// CHECK-NEXT: scf.if %[[SOME]] {
// CHECK: memref.copy
//
// Every row once: 6 * 4 bytes.
// VERIFY: (with_halo.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 6 tiles, bytes input_read = 24,
func.func @with_halo(%a: memref<1x6x4x1xi8>, %b: memref<3x1x1x2xi8>, %c: memref<1x6x4x2xi32>) {
  %value = arith.constant 7 : i8
  %padded = memref.alloc() : memref<1x8x4x1xi8>
  linalg.fill ins(%value : i8) outs(%padded : memref<1x8x4x1xi8>)
  %inner = memref.subview %padded[0, 1, 0, 0] [1, 6, 4, 1] [1, 1, 1, 1] : memref<1x8x4x1xi8> to memref<1x6x4x1xi8, strided<[32, 4, 1, 1], offset: 4>>
  memref.copy %a, %inner : memref<1x6x4x1xi8> to memref<1x6x4x1xi8, strided<[32, 4, 1, 1], offset: 4>>
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 1, n = 1, g = 1, q = 4, k = 2, c = 1], halo>}
      ins(%padded, %b : memref<1x8x4x1xi8>, memref<3x1x1x2xi8>) outs(%c : memref<1x6x4x2xi32>)
  return
}

// Channels of zeros are none of the padding that a layer has.
// CHECK-LABEL: func.func @channels(
// CHECK: %[[PADDED:[a-z0-9_]+]] = tensor.pad
// CHECK: tensor.extract_slice %[[PADDED]][0, 0, 0, 0] [1, 4, 4, 2]
// VERIFY: (channels.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 1 tile, bytes input_read = 32,
func.func @channels(%a: tensor<1x4x4x1xi8>, %b: tensor<1x1x2x2xi8>, %c: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %value = arith.constant 0 : i8
  // expected-remark @below {{'tensor.pad' belongs to no layer: it reads at least 16 bytes of DRAM and writes at least 32}}
  %padded = tensor.pad %a low[0, 0, 0, 0] high[0, 0, 0, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %value : i8
  } : tensor<1x4x4x1xi8> to tensor<1x4x4x2xi8>
  // expected-remark @below {{'linalg.conv_2d_nhwc_hwcf': its padding stays in DRAM: it is not along rows and columns alone}}
  %0 = linalg.conv_2d_nhwc_hwcf ins(%padded, %b : tensor<1x4x4x2xi8>, tensor<1x1x2x2xi8>) outs(%c : tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// CHECK-LABEL: func.func @varies(
// CHECK: tensor.pad
// VERIFY: (varies.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 1 tile, bytes input_read = 24,
func.func @varies(%a: tensor<1x4x4x1xi8>, %b: tensor<3x1x1x2xi8>, %c: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  // expected-remark @below {{'tensor.pad' belongs to no layer: it reads at least 16 bytes of DRAM and writes at least 24}}
  %padded = tensor.pad %a low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    %value = arith.index_cast %k : index to i8
    tensor.yield %value : i8
  } : tensor<1x4x4x1xi8> to tensor<1x6x4x1xi8>
  // expected-remark @below {{'linalg.conv_2d_nhwc_hwcf': its padding stays in DRAM: its widths or its value vary}}
  %0 = linalg.conv_2d_nhwc_hwcf ins(%padded, %b : tensor<1x6x4x1xi8>, tensor<3x1x1x2xi8>) outs(%c : tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// All of it at once, with a value that is known at run time alone, as the zero point
// of quantised data can be.
// CHECK-LABEL: func.func @fits(
// CHECK-SAME: %[[VALUE:[a-z0-9_]+]]: i8)
// CHECK: %[[IN:[a-z0-9_]+]] = bufferization.alloc_tensor() {memory_space = #romanet.space<input>} : tensor<1x6x4x1xi8>
// CHECK: %[[FILLED:[a-z0-9_]+]] = linalg.fill ins(%[[VALUE]] : i8) outs(%[[IN]] :
// CHECK: tensor.extract_slice %[[FILLED]][0, 1, 0, 0] [1, 4, 4, 1]
// CHECK-NOT: scf.
// CHECK: return
// VERIFY: (fits.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 1 tile, bytes input_read = 16,
func.func @fits(%a: tensor<1x4x4x1xi8>, %b: tensor<3x1x1x2xi8>, %c: tensor<1x4x4x2xi32>, %value: i8) -> tensor<1x4x4x2xi32> {
  %padded = tensor.pad %a low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %value : i8
  } : tensor<1x4x4x1xi8> to tensor<1x6x4x1xi8>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%padded, %b : tensor<1x6x4x1xi8>, tensor<3x1x1x2xi8>) outs(%c : tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

}
