// Sizes and places are computed where they are needed; CSE leaves one of each.
//
// RUN: romanet-opt %s --romanet-tile --cse -split-input-file -verify-diagnostics | FileCheck %s

// The nest on tensors: the on-chip buffers are static and outside all loops,
// and every tensor is loaded at the innermost loop that it depends on.

// A product of 8 x 16 and 16 x 4 with tiles of n = 4, k = 2, c = 8: the input's
// tiles are 4 x 8, the weights' 8 x 2, the output's 4 x 2.

#machine = #romanet.machine<buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">
module attributes {romanet.machine = #machine} {

// The channels c are innermost: input and weights change with them, the output
// stays on chip until it is complete and is not read at all.
// CHECK-LABEL: func.func @output_stationary(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<8x16xi8>, %[[B:[a-z0-9_]+]]: tensor<16x4xi8>)
// CHECK-DAG: %[[ZERO:[a-z0-9_]+]] = arith.constant 0 : i32
// CHECK-DAG: %[[DRAM:[a-z0-9_]+]] = tensor.empty() : tensor<8x4xi32>
// The fill of the whole tensor in DRAM is gone.
// CHECK-NOT: linalg.fill
// CHECK: %[[IN:[a-z0-9_]+]] = bufferization.alloc_tensor() {memory_space = #romanet.space<input>} : tensor<4x8xi8>
// CHECK: %[[WEI:[a-z0-9_]+]] = bufferization.alloc_tensor() {memory_space = #romanet.space<weights>} : tensor<8x2xi8>
// CHECK: %[[OUT:[a-z0-9_]+]] = bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4x2xi32>
// CHECK-DAG: %[[C8:[a-z0-9_]+]] = arith.constant 8 : index
// CHECK-DAG: %[[C4:[a-z0-9_]+]] = arith.constant 4 : index
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %{{.*}} to %[[C8]] step %[[C4]] iter_args(%{{.*}} = %[[IN]], %{{.*}} = %[[WEI]], %{{.*}} = %[[OUT]], %{{.*}} = %[[DRAM]])
// CHECK-NOT: materialize_in_destination
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %{{.*}} iter_args(%{{[^,]*}}, %{{[^,]*}}, %[[OUT2:[^ ]*]] = %{{[^,]*}}, %[[DRAM2:[^ ]*]] =
// CHECK-NOT: materialize_in_destination
// CHECK: %[[FILLED:[a-z0-9_]+]] = linalg.fill ins(%[[ZERO]] : i32) outs(%[[OUT2]] : tensor<4x2xi32>)
// CHECK: %[[DONE:[a-z0-9_]+]]:3 = scf.for %[[C:[a-z0-9_]+]] = %{{.*}} iter_args(%[[IN3:[^ ]*]] = {{[^,]*}}, %[[WEI3:[^ ]*]] = {{[^,]*}}, %[[OUT3:[^ ]*]] = %[[FILLED]])
// CHECK: %[[ASLICE:[a-z0-9_]+]] = tensor.extract_slice %[[A]][%[[N]], %[[C]]] [4, 8] [1, 1]
// CHECK: %[[ATILE:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[ASLICE]] in %[[IN3]]
// CHECK: %[[BSLICE:[a-z0-9_]+]] = tensor.extract_slice %[[B]][%[[C]], %[[K]]] [8, 2] [1, 1]
// CHECK: %[[BTILE:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[BSLICE]] in %[[WEI3]]
// CHECK: %[[SUM:[a-z0-9_]+]] = linalg.matmul {{.*}} ins(%[[ATILE]], %[[BTILE]] : tensor<4x8xi8>, tensor<8x2xi8>) outs(%[[OUT3]] : tensor<4x2xi32>)
// CHECK: scf.yield %[[ATILE]], %[[BTILE]], %[[SUM]]
// CHECK: }
// CHECK: tensor.insert_slice %[[DONE]]#2 into %[[DRAM2]][%[[N]], %[[K]]] [4, 2] [1, 1]
func.func @output_stationary(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, k = 2, c = 8]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// The rows n are innermost: the weights stay. Every output tile comes twice, for
// c = 0 and c = 8: the first time it is filled, then its partial sums are read.
// CHECK-LABEL: func.func @weight_stationary(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<8x16xi8>, %[[B:[a-z0-9_]+]]: tensor<16x4xi8>)
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK-NOT: materialize_in_destination
// CHECK: scf.for %[[C:[a-z0-9_]+]] = %{{.*}} iter_args(%{{[^,]*}}, %[[WEI2:[^ ]*]] =
// CHECK: %[[BSLICE:[a-z0-9_]+]] = tensor.extract_slice %[[B]][%[[C]], %[[K]]] [8, 2]
// CHECK: %[[BTILE:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[BSLICE]] in %[[WEI2]]
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %{{.*}} iter_args(%[[IN3:[^ ]*]] = {{[^,]*}}, %[[OUT3:[^ ]*]] = {{[^,]*}}, %[[DRAM3:[^ ]*]] =
// CHECK: %[[ASLICE:[a-z0-9_]+]] = tensor.extract_slice %[[A]][%[[N]], %[[C]]] [4, 8]
// CHECK: %[[ATILE:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[ASLICE]] in %[[IN3]]
// CHECK: %[[FIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]], %{{.*}} : index
// CHECK: %[[BEGUN:[a-z0-9_]+]] = scf.if %[[FIRST]] -> (tensor<4x2xi32>) {
// CHECK-NEXT: linalg.fill {{.*}} outs(%[[OUT3]] : tensor<4x2xi32>)
// CHECK: } else {
// CHECK-NEXT: %[[PARTIAL:[a-z0-9_]+]] = tensor.extract_slice %[[DRAM3]][%[[N]], %[[K]]] [4, 2]
// CHECK-NEXT: bufferization.materialize_in_destination %[[PARTIAL]] in %[[OUT3]]
// CHECK: %[[SUM:[a-z0-9_]+]] = linalg.matmul {{.*}} ins(%[[ATILE]], %[[BTILE]] : {{.*}}) outs(%[[BEGUN]] :
// CHECK: tensor.insert_slice %[[SUM]] into %[[DRAM3]][%[[N]], %[[K]]] [4, 2]
func.func @weight_stationary(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, k = 2, c = 8, n = 4]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// The columns k are innermost: the input stays. The loops with one trip, g, p
// and q, are not emitted, wherever they stand in the order.
// CHECK-LABEL: func.func @input_stationary(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<8x16xi8>, %[[B:[a-z0-9_]+]]: tensor<16x4xi8>)
// CHECK: scf.for %[[N:[a-z0-9_]+]] =
// CHECK-NOT: materialize_in_destination
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK: %[[ASLICE:[a-z0-9_]+]] = tensor.extract_slice %[[A]][%[[N]], %[[C]]] [4, 8]
// CHECK: bufferization.materialize_in_destination %[[ASLICE]]
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK: %[[BSLICE:[a-z0-9_]+]] = tensor.extract_slice %[[B]][%[[C]], %[[K]]] [8, 2]
// CHECK: bufferization.materialize_in_destination %[[BSLICE]]
// CHECK: scf.if
// CHECK-NOT: scf.for
// CHECK: linalg.matmul
// CHECK: return
func.func @input_stationary(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, g = 1, c = 8, p = 1, k = 2, q = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// The init is data that nobody else needs: it is updated in place, so that
// first visits and later ones both read what the loops carry.
// CHECK-LABEL: func.func @init_in_place(
// CHECK-SAME: %{{.*}}: tensor<8x16xi8>, %{{.*}}: tensor<16x4xi8>, %[[INIT:[a-z0-9_]+]]: tensor<8x4xi32>
// CHECK-NOT: tensor.empty
// CHECK: scf.for {{.*}} = %[[INIT]])
// CHECK: scf.for
// CHECK: scf.for {{.*}}, %[[DRAM3:[^ ,]*]] = %{{[^ ]*}}) ->
// CHECK-NOT: scf.if
// CHECK: %[[PARTIAL:[a-z0-9_]+]] = tensor.extract_slice %[[DRAM3]]
// CHECK-NEXT: bufferization.materialize_in_destination %[[PARTIAL]]
// CHECK: init = data>
// CHECK: tensor.insert_slice {{.*}} into %[[DRAM3]]
func.func @init_in_place(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %init: tensor<8x4xi32>) -> tensor<8x4xi32> {
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, k = 2, c = 8, n = 4]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// The init is needed after the layer too: the result gets a tensor of its own,
// and only first visits read the init.
// CHECK-LABEL: func.func @init_kept(
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<8x4xi32>)
// CHECK: %[[DRAM:[a-z0-9_]+]] = tensor.empty() : tensor<8x4xi32>
// CHECK: scf.for {{.*}} = %[[DRAM]])
// CHECK: scf.for {{.*}}
// CHECK: scf.for {{.*}}, %[[DRAM3:[^ ,]*]] = %{{[^ ]*}}) ->
// CHECK: scf.if
// CHECK-NEXT: tensor.extract_slice %[[INIT]]
// CHECK: else
// CHECK-NEXT: tensor.extract_slice %[[DRAM3]]
func.func @init_kept(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %init: tensor<8x4xi32>) -> (tensor<8x4xi32>, tensor<8x4xi32>) {
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, k = 2, c = 8, n = 4]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0, %init : tensor<8x4xi32>, tensor<8x4xi32>
}

// A constant of one value is filled in on chip, like a fill.
// CHECK-LABEL: func.func @init_splat
// CHECK: scf.for
// CHECK: %[[SEVEN:[a-z0-9_]+]] = arith.constant 7 : i32
// CHECK: linalg.fill ins(%[[SEVEN]] : i32) outs(%{{.*}} : tensor<4x4xi32>)
// CHECK: init = fill>
func.func @init_splat(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>) -> tensor<8x4xi32> {
  %init = arith.constant dense<7> : tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, k = 4, c = 16]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %0 : tensor<8x4xi32>
}

// A constant of several values is data.
// CHECK-LABEL: func.func @init_constant
// CHECK: %[[INIT:[a-z0-9_]+]] = arith.constant dense<{{.*}}> : tensor<2x2xi32>
// CHECK-NOT: linalg.fill
// CHECK: tensor.extract_slice %[[INIT]]
// CHECK: init = data>
func.func @init_constant(%a: tensor<2x3xi8>, %b: tensor<3x2xi8>) -> tensor<2x2xi32> {
  %init = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xi8>, tensor<3x2xi8>) outs(%init : tensor<2x2xi32>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// 7 rows in tiles of 4: the last tile has 3. The buffer is that of a whole tile,
// what is loaded, computed and stored is a part of it.
// CHECK-LABEL: func.func @ragged(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<7x5xi8>
// CHECK-NOT: alloc_tensor(%
// CHECK: bufferization.alloc_tensor() {{.*}} : tensor<4x5xi8>
// CHECK: bufferization.alloc_tensor() {{.*}} : tensor<5x4xi8>
// CHECK: bufferization.alloc_tensor() {{.*}} : tensor<4x4xi32>
// CHECK-NOT: alloc_tensor
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %{{.*}} iter_args(%[[IN:[^ ]*]] = {{[^,]*}}, %[[OUT:[^ ]*]] = {{[^,]*}}, %[[DRAM:[^ ]*]] =
// CHECK: %[[ROWS:[a-z0-9_]+]] = affine.min #{{.*}}(%[[N]])
// CHECK: %[[ASLICE:[a-z0-9_]+]] = tensor.extract_slice %[[A]][%[[N]], 0] [%[[ROWS]], 5]
// CHECK: %[[VIEW:[a-z0-9_]+]] = tensor.extract_slice %[[IN]][0, 0] [%[[ROWS]], 5]
// CHECK: bufferization.materialize_in_destination %[[ASLICE]] in %[[VIEW]]
// CHECK: linalg.matmul {{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x5xi8>, tensor<5x4xi8>) outs(%{{.*}} : tensor<?x4xi32>)
// CHECK: tensor.insert_slice %{{.*}} into %[[DRAM]][%[[N]], 0] [%[[ROWS]], 4]
func.func @ragged(%a: tensor<7x5xi8>, %b: tensor<5x4xi8>, %init: tensor<7x4xi32>) -> tensor<7x4xi32> {
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, c = 5, k = 4]>}
      ins(%a, %b : tensor<7x5xi8>, tensor<5x4xi8>) outs(%init : tensor<7x4xi32>) -> tensor<7x4xi32>
  return %0 : tensor<7x4xi32>
}

// All of the layer fits, so that every tensor moves once: no loop.
// CHECK-LABEL: func.func @fits(
// CHECK-NOT: scf.
// CHECK: bufferization.materialize_in_destination
// CHECK: bufferization.materialize_in_destination
// CHECK: linalg.fill
// CHECK: linalg.matmul {{.*}}romanet.schedule = #romanet.schedule<[{{.*}}]>} ins(%{{.*}} : tensor<4x8xi8>, tensor<8x4xi8>) outs(%{{.*}} : tensor<4x4xi32>)
// CHECK-NOT: scf.
// CHECK: return
func.func @fits(%a: tensor<4x8xi8>, %b: tensor<8x4xi8>) -> tensor<4x4xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<4x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x4xi32>) -> tensor<4x4xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xi8>, tensor<8x4xi8>) outs(%init : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0 : tensor<4x4xi32>
}

// Somebody else reads the fill: it stays, in a place of its own.
// CHECK-LABEL: func.func @fill_kept
// CHECK: %[[FILLED:[a-z0-9_]+]] = linalg.fill ins({{.*}}) outs(%{{.*}} : tensor<4x4xi32>)
// CHECK: linalg.fill
// CHECK: linalg.matmul {{.*}}init = fill>
// CHECK: return %{{.*}}, %[[FILLED]]
func.func @fill_kept(%a: tensor<4x8xi8>, %b: tensor<8x4xi8>) -> (tensor<4x4xi32>, tensor<4x4xi32>) {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<4x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x4xi32>) -> tensor<4x4xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xi8>, tensor<8x4xi8>) outs(%init : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %0, %init : tensor<4x4xi32>, tensor<4x4xi32>
}

}

// -----

// Strides 2 and 1, dilations 2 and 1, a kernel of 3 x 3. Two rows of output need
// (2 - 1) * 2 + (3 - 1) * 2 + 1 = 7 rows of input, three columns 5 columns. The
// next tile starts 2 * 2 rows below. All three tensors share what is on chip.

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {

// CHECK-DAG: #[[TWICE:[a-z0-9_]+]] = affine_map<(d0) -> (d0 * 2)>
// CHECK-LABEL: func.func @halo(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<1x11x8x4xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<shared>} : tensor<1x7x5x4xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<shared>} : tensor<3x3x4x2xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<shared>} : tensor<1x2x3x2xi32>
// CHECK: scf.for %[[P:[a-z0-9_]+]] =
// CHECK: scf.for %[[Q:[a-z0-9_]+]] =
// CHECK: %[[ROW:[a-z0-9_]+]] = affine.apply #[[TWICE]](%[[P]])
// CHECK: tensor.extract_slice %[[A]][0, %[[ROW]], %[[Q]], 0] [1, 7, 5, 4] [1, 1, 1, 1]
// CHECK: linalg.conv_2d_nhwc_hwcf {{{.*}}loops = [n = 1, g = 1, k = 2, c = 4, p = 4, q = 6], image = [11, 8], kernel = [3, 3], strides = [2, 1], dilations = [2, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nhwc", "rsck", "nhwk"], init = data>
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, %[[P]], %[[Q]], 0] [1, 2, 3, 2]
func.func @halo(%a: tensor<1x11x8x4xi8>, %b: tensor<3x3x4x2xi8>, %c: tensor<1x4x6x2xi32>) -> tensor<1x4x6x2xi32> {
  %0 = linalg.conv_2d_nhwc_hwcf {dilations = dense<[2, 1]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>,
         romanet.schedule = #romanet.schedule<[n = 1, g = 1, p = 2, q = 3, k = 2, c = 4]>}
      ins(%a, %b : tensor<1x11x8x4xi8>, tensor<3x3x4x2xi8>) outs(%c : tensor<1x4x6x2xi32>) -> tensor<1x4x6x2xi32>
  return %0 : tensor<1x4x6x2xi32>
}

// The same layer written out: the same nest around the same layer.
// CHECK-LABEL: func.func @generic(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<1x11x8x4xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<shared>} : tensor<1x7x5x4xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<shared>} : tensor<3x3x4x2xi8>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<shared>} : tensor<1x2x3x2xi32>
// CHECK: scf.for %[[P:[a-z0-9_]+]] =
// CHECK: scf.for %[[Q:[a-z0-9_]+]] =
// CHECK: %[[ROW:[a-z0-9_]+]] = affine.apply #[[TWICE]](%[[P]])
// CHECK: tensor.extract_slice %[[A]][0, %[[ROW]], %[[Q]], 0] [1, 7, 5, 4] [1, 1, 1, 1]
// CHECK: linalg.generic
// CHECK-SAME: loops = [n = 1, g = 1, k = 2, c = 4, p = 4, q = 6], image = [11, 8], kernel = [3, 3], strides = [2, 1], dilations = [2, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nhwc", "rsck", "nhwk"], init = data>
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, %[[P]], %[[Q]], 0] [1, 2, 3, 2]
func.func @generic(%a: tensor<1x11x8x4xi8>, %b: tensor<3x3x4x2xi8>, %c: tensor<1x4x6x2xi32>) -> tensor<1x4x6x2xi32> {
  %0 = linalg.generic {
      indexing_maps = [affine_map<(n, p, q, k, r, s, c) -> (n, p * 2 + r * 2, q + s, c)>,
                       affine_map<(n, p, q, k, r, s, c) -> (r, s, c, k)>,
                       affine_map<(n, p, q, k, r, s, c) -> (n, p, q, k)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%a, %b : tensor<1x11x8x4xi8>, tensor<3x3x4x2xi8>) outs(%c : tensor<1x4x6x2xi32>)
      attrs = {romanet.schedule = #romanet.schedule<[n = 1, g = 1, p = 2, q = 3, k = 2, c = 4]>} {
  ^bb0(%x: i8, %w: i8, %sum: i32):
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.extsi %w : i8 to i32
    %2 = arith.muli %0, %1 : i32
    %3 = arith.addi %sum, %2 : i32
    linalg.yield %3 : i32
  } -> tensor<1x4x6x2xi32>
  return %0 : tensor<1x4x6x2xi32>
}

// Groups: g channels of weights and output go with g channels of input.
// CHECK-LABEL: func.func @depthwise(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: tensor<1x6x5x5xf32>, %[[B:[a-z0-9_]+]]: tensor<6x3x3xf32>
// CHECK: scf.for %[[G:[a-z0-9_]+]] =
// CHECK-DAG: tensor.extract_slice %[[A]][0, %[[G]], 0, 0] [1, 2, 5, 5]
// CHECK-DAG: tensor.extract_slice %[[B]][%[[G]], 0, 0] [2, 3, 3]
// CHECK: loops = [n = 1, g = 6, k = 1, c = 1, p = 3, q = 3]
// CHECK: tensor.insert_slice %{{.*}}[0, %[[G]], 0, 0] [1, 2, 3, 3]
func.func @depthwise(%a: tensor<1x6x5x5xf32>, %b: tensor<6x3x3xf32>, %c: tensor<1x6x3x3xf32>) -> tensor<1x6x3x3xf32> {
  %0 = linalg.depthwise_conv_2d_nchw_chw {
         romanet.schedule = #romanet.schedule<[n = 1, g = 2, k = 1, c = 1, p = 3, q = 3]>}
      ins(%a, %b : tensor<1x6x5x5xf32>, tensor<6x3x3xf32>) outs(%c : tensor<1x6x3x3xf32>) -> tensor<1x6x3x3xf32>
  return %0 : tensor<1x6x3x3xf32>
}

}

// -----

// The schedule that is found. The output has 4 * 8 * 4 = 128 bytes for a buffer
// of 64, the input (64 bytes) fits as a whole and the weights (128 bytes) do not.
// With half of the columns at a time every tensor moves once, which nothing can
// beat: k = 4, and no other loop.

module attributes {romanet.machine = #romanet.machine<buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-LABEL: func.func @search
// CHECK: linalg.matmul {{.*}}romanet.schedule = #romanet.schedule<[{{.*}}n = 4,{{.*}}k = 4, c = 16]>
func.func @search(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}

// The operation's own buffers count, not those of the module: with 16 bytes for
// the output only four of its 32 elements are on chip.
// CHECK-LABEL: func.func @own_buffers
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<{{1x4|4x1|2x2}}xi32>
// CHECK: romanet.buffers = #romanet.buffers<input = 64, weights = 128, output = 16>
func.func @own_buffers(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %0 = linalg.matmul {romanet.buffers = #romanet.buffers<input = 64, weights = 128, output = 16>}
      ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}
}
