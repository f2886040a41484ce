// Sizes and places are computed where they are needed; CSE leaves one of each.
//
// RUN: romanet-opt %s --romanet-tile=layouts=row-major --cse -split-input-file -verify-diagnostics | FileCheck %s

// The nest on memrefs: the same loops and copies as on tensors, but the buffers
// are allocated in front of the nest and updated in place.

module attributes {romanet.machine = #romanet.machine<buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {

// CHECK-DAG: #[[TWICE:[a-z0-9_]+]] = affine_map<(d0) -> (d0 * 2)>

// Tiles of n = 4, k = 2, c = 8. The weights stay while the rows n are walked;
// an output tile comes back for c = 8, and its partial sums are read then. The
// fill of the buffer in DRAM, which was allocated here, is gone.
// CHECK-LABEL: func.func @weight_stationary(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<8x16xi8>, %[[B:[a-z0-9_]+]]: memref<16x4xi8>)
// CHECK: %[[DRAM:[a-z0-9_]+]] = memref.alloc() : memref<8x4xi32>
// CHECK-NOT: linalg.fill
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<4x8xi8, #romanet.space<input>>
// CHECK: %[[WEI:[a-z0-9_]+]] = memref.alloc() : memref<8x2xi8, #romanet.space<weights>>
// CHECK: %[[OUT:[a-z0-9_]+]] = memref.alloc() : memref<4x2xi32, #romanet.space<output>>
// CHECK-NOT: memref.alloc
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK-NOT: memref.copy
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK: %[[BSLICE:[a-z0-9_]+]] = memref.subview %[[B]][%[[C]], %[[K]]] [8, 2] [1, 1]
// CHECK: memref.copy %[[BSLICE]], %[[WEI]]
// CHECK: scf.for %[[N:[a-z0-9_]+]] =
// CHECK: %[[ASLICE:[a-z0-9_]+]] = memref.subview %[[A]][%[[N]], %[[C]]] [4, 8] [1, 1]
// CHECK: memref.copy %[[ASLICE]], %[[IN]]
// CHECK: %[[FIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]],
// CHECK: scf.if %[[FIRST]] {
// CHECK-NEXT: linalg.fill ins({{.*}}) outs(%[[OUT]] :
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[PARTIAL:[a-z0-9_]+]] = memref.subview %[[DRAM]][%[[N]], %[[K]]] [4, 2] [1, 1]
// CHECK-NEXT: memref.copy %[[PARTIAL]], %[[OUT]]
// CHECK-NEXT: }
// CHECK-NEXT: linalg.matmul {{.*}} ins(%[[IN]], %[[WEI]] : {{.*}}) outs(%[[OUT]] :
// CHECK-NEXT: %[[RESULT:[a-z0-9_]+]] = memref.subview %[[DRAM]][%[[N]], %[[K]]] [4, 2] [1, 1]
// CHECK-NEXT: memref.copy %[[OUT]], %[[RESULT]]
// CHECK-NOT: memref.copy
// CHECK: return %[[DRAM]]
func.func @weight_stationary(%a: memref<8x16xi8>, %b: memref<16x4xi8>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, k = 2, c = 8, n = 4]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// The channels c are innermost: the output is filled, completed and stored with
// no partial sum in DRAM, around the loop over c.
// CHECK-LABEL: func.func @output_stationary(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NEXT: linalg.fill
// CHECK-NOT: memref.copy
// CHECK: scf.for
// CHECK-COUNT-2: memref.copy
// CHECK: linalg.matmul{{.*}}
// CHECK-NEXT: }
// CHECK: memref.copy {{.*}} : memref<4x2xi32, #romanet.space<output>> to
// CHECK-NOT: memref.copy
// CHECK: return
func.func @output_stationary(%a: memref<8x16xi8>, %b: memref<16x4xi8>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, k = 2, c = 8]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// The caller's buffer: what it holds is data, and it is read at every visit.
// CHECK-LABEL: func.func @init_is_data(
// CHECK-SAME: %[[C:[a-z0-9_]+]]: memref<8x4xi32>)
// CHECK-NOT: scf.if
// CHECK: %[[SLICE:[a-z0-9_]+]] = memref.subview %[[C]]
// CHECK-NEXT: memref.copy %[[SLICE]], %{{.*}} : {{.*}} to memref<4x2xi32, #romanet.space<output>>
// CHECK-NOT: scf.if
// CHECK: linalg.matmul {{.*}}init = data>
func.func @init_is_data(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, k = 2, c = 8, n = 4]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}

// Somebody may see the zeros between the fill and the product: they stay in
// DRAM, and are data.
// CHECK-LABEL: func.func @fill_is_seen
// CHECK: linalg.fill {{.*}} outs(%[[DRAM:[a-z0-9_]+]] : memref<8x4xi32>)
// CHECK-NEXT: memref.copy %[[DRAM]], %{{.*}} : memref<8x4xi32> to memref<8x4xi32>
// CHECK: linalg.matmul {{.*}}init = data>
func.func @fill_is_seen(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %seen: memref<8x4xi32>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  // expected-remark @below {{'linalg.fill' belongs to no layer: it reads at least 0 bytes of DRAM and writes at least 128}}
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  // expected-remark @below {{'memref.copy' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128}}
  memref.copy %c, %seen : memref<8x4xi32> to memref<8x4xi32>
  linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// The loop's argument is the same buffer under another name: the zeros are seen.
// CHECK-LABEL: func.func @fill_is_seen_through_a_loop
// CHECK: linalg.fill {{.*}} : memref<8x4xi32>)
// CHECK-NEXT: memref.copy
// CHECK: linalg.matmul {{.*}}init = data>
func.func @fill_is_seen_through_a_loop(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %seen: memref<8x4xi32>) {
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c = memref.alloc() : memref<8x4xi32>
  %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%same = %c) -> memref<8x4xi32> {
    // expected-remark @below {{'linalg.fill' belongs to no layer: it reads at least 0 bytes of DRAM and writes at least 128}}
    linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
    // expected-remark @below {{'memref.copy' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128}}
    memref.copy %same, %seen : memref<8x4xi32> to memref<8x4xi32>
    linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
    scf.yield %same : memref<8x4xi32>
  }
  return
}

// What happens between to other buffers does not matter.
// CHECK-LABEL: func.func @fill_among_others
// CHECK-NOT: linalg.fill {{.*}} : memref<8x4xi32>)
// CHECK: linalg.matmul {{.*}}init = fill>
func.func @fill_among_others(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %d: memref<8x16xi8>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  %e = memref.alloc() : memref<8x16xi8>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  // expected-remark @below {{'memref.copy' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128}}
  memref.copy %a, %d : memref<8x16xi8> to memref<8x16xi8>
  // expected-remark @below {{'memref.copy' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128}}
  memref.copy %d, %e : memref<8x16xi8> to memref<8x16xi8>
  linalg.matmul ins(%e, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// The buffer of an argument may have another name, under which it is read.
// CHECK-LABEL: func.func @fill_of_an_argument
// CHECK: linalg.fill {{.*}} : memref<8x4xi32>)
// CHECK: linalg.matmul {{.*}}init = data>
func.func @fill_of_an_argument(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  %zero = arith.constant 0 : i32
  // expected-remark @below {{'linalg.fill' belongs to no layer: it reads at least 0 bytes of DRAM and writes at least 128}}
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}

// 7 rows in tiles of 4 and 5 channels in tiles of 2: static buffers of a whole
// tile, and views of what is there of the last one.
// CHECK-LABEL: func.func @ragged(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<7x5xi8>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<4x2xi8, #romanet.space<input>>
// CHECK: memref.alloc() : memref<2x4xi8, #romanet.space<weights>>
// CHECK: memref.alloc() : memref<4x4xi32, #romanet.space<output>>
// CHECK-NOT: memref.alloc
// CHECK: scf.for %[[N:[a-z0-9_]+]] =
// CHECK: %[[ROWS:[a-z0-9_]+]] = affine.min #{{.*}}(%[[N]])
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK: %[[CHANNELS:[a-z0-9_]+]] = affine.min #{{.*}}(%[[C]])
// CHECK: %[[ASLICE:[a-z0-9_]+]] = memref.subview %[[A]][%[[N]], %[[C]]] [%[[ROWS]], %[[CHANNELS]]]
// CHECK: %[[TILE:[a-z0-9_]+]] = memref.subview %[[IN]][0, 0] [%[[ROWS]], %[[CHANNELS]]]
// CHECK: memref.copy %[[ASLICE]], %[[TILE]]
// CHECK: linalg.matmul {{.*}} ins(%{{.*}}, %{{.*}} : memref<?x?xi8, strided<[2, 1]>, #romanet.space<input>>, memref<?x4xi8, strided<[4, 1]>, #romanet.space<weights>>) outs(%{{.*}} : memref<?x4xi32, strided<[4, 1]>, #romanet.space<output>>)
func.func @ragged(%a: memref<7x5xi8>, %b: memref<5x4xi8>, %c: memref<7x4xi32>) {
  linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, c = 2, k = 4]>}
      ins(%a, %b : memref<7x5xi8>, memref<5x4xi8>) outs(%c : memref<7x4xi32>)
  return
}

// All of the layer fits: four copies and no loop.
// CHECK-LABEL: func.func @fits(
// CHECK-NOT: scf.
// CHECK-COUNT-3: memref.copy
// CHECK-NEXT: linalg.matmul
// CHECK: memref.copy
// CHECK-NOT: scf.
// CHECK: return
func.func @fits(%a: memref<4x8xi8>, %b: memref<8x4xi8>, %c: memref<4x4xi32>) {
  linalg.matmul ins(%a, %b : memref<4x8xi8>, memref<8x4xi8>) outs(%c : memref<4x4xi32>)
  return
}

// Groups of 2 channels, one at a time. A tile of 2 rows with stride 2 and a
// kernel of 3 needs (2 - 1) * 2 + 3 = 5 rows.
// CHECK-LABEL: func.func @grouped(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<1x3x2x9x5xi8>, %[[B:[a-z0-9_]+]]: memref<3x4x2x3x3xi8>
// CHECK: scf.for %[[G:[a-z0-9_]+]] =
// CHECK: memref.subview %[[B]][%[[G]], 0, 0, 0, 0] [1, 4, 2, 3, 3]
// CHECK: scf.for %[[P:[a-z0-9_]+]] =
// CHECK: %[[ROW:[a-z0-9_]+]] = affine.apply #[[TWICE]](%[[P]])
// CHECK: memref.subview %[[A]][0, %[[G]], 0, %[[ROW]], 0] [1, 1, 2, 5, 5]
// CHECK: linalg.conv_2d_ngchw_gfchw {{.*}}loops = [n = 1, g = 3, k = 4, c = 2, p = 4, q = 2]
func.func @grouped(%a: memref<1x3x2x9x5xi8>, %b: memref<3x4x2x3x3xi8>, %c: memref<1x3x4x4x2xi32>) {
  linalg.conv_2d_ngchw_gfchw {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>,
      romanet.buffers = #romanet.buffers<shared = 4096>,
      romanet.schedule = #romanet.schedule<[g = 1, n = 1, p = 2, q = 2, k = 4, c = 2]>}
      ins(%a, %b : memref<1x3x2x9x5xi8>, memref<3x4x2x3x3xi8>) outs(%c : memref<1x3x4x4x2xi32>)
  return
}

// Rows that are not contiguous can be scheduled, but their bursts are counted
// as if they were, and that is said.
// CHECK-LABEL: func.func @strided(
// CHECK: memref.copy %{{.*}} : memref<4x8xi8, strided<[32, 1]>> to memref<4x8xi8, #romanet.space<input>>
func.func @strided(%a: memref<4x8xi8, strided<[32, 1]>>, %b: memref<8x4xi8>, %c: memref<4x4xi32>) {
  // expected-remark @below {{'linalg.matmul' has an operand whose rows are not contiguous; its bursts are counted as if they were}}
  linalg.matmul ins(%a, %b : memref<4x8xi8, strided<[32, 1]>>, memref<8x4xi8>) outs(%c : memref<4x4xi32>)
  return
}

}
