// Element-wise operations behind a layer work on the tile of the output that is on
// chip, when its sums are finished.
//
// RUN: romanet-opt %s --romanet-tile=layouts=row-major --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile=layouts=row-major --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY
// RUN: romanet-opt %s --romanet-tile=layouts=row-major -verify-diagnostics -o /dev/null
// RUN: romanet-opt %s --romanet-schedule=layouts=row-major | FileCheck %s --check-prefix=SCHEDULE
// RUN: romanet-opt %s --romanet-tile=layouts=row-major > %t.once
// RUN: romanet-opt %s --romanet-schedule=layouts=row-major --romanet-tile=layouts=row-major | diff %t.once -

#row = affine_map<(i, j) -> (j)>
#all = affine_map<(i, j) -> (i, j)>
module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// A bias and a maximum, in the place of the sums: after the channels, before the
// store. The bias goes into the buffer of the output.
// CHECK-LABEL: func.func @in_place(
// CHECK-SAME: %[[BIAS:[a-z0-9_]+]]: memref<4xi32>
// CHECK: %[[OUT:[a-z0-9_]+]] = memref.alloc() : memref<4x4xi32, #romanet.space<output>>
// CHECK: %[[TILE:[a-z0-9_]+]] = memref.alloc() : memref<4xi32, #romanet.space<output>>
// CHECK: scf.for
// CHECK: scf.for
// CHECK: linalg.matmul {{.*}} outs(%[[OUT]] :
// CHECK-NEXT: }
// CHECK-NEXT: %[[PART:[a-z0-9_]+]] = memref.subview %[[BIAS]][0] [4] [1]
// CHECK-NEXT: memref.copy %[[PART]], %[[TILE]]
// CHECK-NEXT: linalg.generic {{.*}} ins(%[[TILE]] : {{.*}}) outs(%[[OUT]] : {{.*}} {romanet.epilogue}
// CHECK-NEXT: ^bb0(%[[X:[a-z0-9_]+]]: i32, %[[SUM:[a-z0-9_]+]]: i32):
// CHECK-NEXT: arith.addi %[[SUM]], %[[X]]
// CHECK-NEXT: arith.maxsi
// CHECK: memref.copy %[[OUT]], %{{.*}}
// CHECK-NOT: linalg.generic
// CHECK: return
//
// Two output tiles, 4 * 4 bytes of bias for each.
// VERIFY: (in_place.matmul.0) is carried out as scheduled: 4 tiles, bytes input_read = 128, weights_read = 128, output_read = 0, output_write = 128, epilogue_read = 32
func.func @in_place(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %bias: memref<4xi32>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, k = 4, c = 8, g = 1, p = 1, q = 1]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<4xi32>) outs(%c : memref<8x4xi32>) {
  ^bb0(%x: i32, %sum: i32):
    %0 = arith.addi %sum, %x : i32
    %1 = arith.maxsi %0, %zero : i32
    linalg.yield %1 : i32
  }
  return %c : memref<8x4xi32>
}

// Sums of four bytes become one byte: the finished tile has a buffer of its own, and
// the result an array of its own. Partial sums go to DRAM in four bytes after the
// first half of the channels, the result in one byte after the second.
// CHECK-LABEL: func.func @narrow(
// CHECK-DAG: tensor.empty() : tensor<8x4xi8>
// CHECK-DAG: tensor.empty() : tensor<8x4xi32>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4x2xi32>
// CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4x2xi8>
// CHECK: scf.for
// CHECK: scf.for %[[C:[a-z0-9_]+]] =
// CHECK: scf.for
// CHECK: %[[SUM:[a-z0-9_]+]] = linalg.matmul
// CHECK-NEXT: %[[LAST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]], %c8
// CHECK-NEXT: scf.if %[[LAST]]
// CHECK-NEXT: %[[BYTES:[a-z0-9_]+]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<4x2xi32>) outs(%{{.*}} : tensor<4x2xi8>) attrs = {romanet.epilogue}
// CHECK: arith.trunci
// CHECK: tensor.insert_slice %[[BYTES]] into %{{.*}} : tensor<4x2xi8> into tensor<8x4xi8>
// CHECK: } else {
// CHECK-NEXT: tensor.insert_slice %[[SUM]] into %{{.*}} : tensor<4x2xi32> into tensor<8x4xi32>
//
// 4 tiles: 32 bytes of sums each are written and read once, then 8 bytes of result.
// VERIFY: (narrow.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 256, weights_read = 64, output_read = 128, output_write = 160, epilogue_read = 0
func.func @narrow(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>) -> tensor<8x4xi8> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[k = 2, c = 8, n = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  %e8 = tensor.empty() : tensor<8x4xi8>
  %1 = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<8x4xi32>) outs(%e8 : tensor<8x4xi8>) {
  ^bb0(%x: i32, %old: i8):
    %2 = arith.trunci %x : i32 to i8
    linalg.yield %2 : i8
  } -> tensor<8x4xi8>
  return %1 : tensor<8x4xi8>
}

// The sum with another array of the output's shape: its tile is loaded where it is
// needed, once for each tile of the output.
// CHECK-LABEL: func.func @residual(
// CHECK-SAME: %[[R:[a-z0-9_]+]]: tensor<8x4xf32>)
// CHECK: scf.for %[[N:[a-z0-9_]+]] =
// CHECK: %[[SUMS:[a-z0-9_]+]]:3 = scf.for
// CHECK: %[[PART:[a-z0-9_]+]] = tensor.extract_slice %[[R]][%[[N]], 0] [2, 4] [1, 1]
// CHECK-NEXT: %[[TILE:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[PART]]
// CHECK-NEXT: %[[DONE:[a-z0-9_]+]] = linalg.generic {{.*}} ins(%[[TILE]] : {{.*}}) outs(%[[SUMS]]#2 :
// CHECK: tensor.insert_slice %[[DONE]]
// CHECK-NOT: linalg.add
// CHECK: return
// VERIFY: (residual.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 512, weights_read = 1024, output_read = 0, output_write = 128, epilogue_read = 128
func.func @residual(%a: tensor<8x16xf32>, %b: tensor<16x4xf32>, %r: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xf32>, tensor<16x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  %1 = linalg.add ins(%0, %r : tensor<8x4xf32>, tensor<8x4xf32>) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}

// The sums are used twice on the way to the result: one operation computes both.
// CHECK-LABEL: func.func @swish(
// CHECK: linalg.matmul
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x4xf32>) attrs = {romanet.epilogue}
// CHECK-NEXT: ^bb0(%[[SUM:[a-z0-9_]+]]: f32):
// CHECK-NEXT: %[[TANH:[a-z0-9_]+]] = math.tanh %[[SUM]]
// CHECK-NEXT: %[[PRODUCT:[a-z0-9_]+]] = arith.mulf %[[SUM]], %[[TANH]]
// CHECK-NEXT: linalg.yield %[[PRODUCT]]
// CHECK-NOT: linalg.tanh
// CHECK-NOT: linalg.mul
// CHECK: return
// VERIFY: (swish.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 512, weights_read = 1024, output_read = 0, output_write = 128, epilogue_read = 0
func.func @swish(%a: tensor<8x16xf32>, %b: tensor<16x4xf32>) -> tensor<8x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xf32>, tensor<16x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  %1 = linalg.tanh ins(%0 : tensor<8x4xf32>) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %2 = linalg.mul ins(%0, %1 : tensor<8x4xf32>, tensor<8x4xf32>) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %2 : tensor<8x4xf32>
}

// The sums are a result themselves: they have to be in DRAM.
// CHECK-LABEL: func.func @escapes(
// CHECK: linalg.matmul
// CHECK-NOT: romanet.epilogue
// CHECK: linalg.tanh
// CHECK: return
// VERIFY: (escapes.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 512, weights_read = 1024, output_read = 0, output_write = 128, epilogue_read = 0
func.func @escapes(%a: tensor<8x16xf32>, %b: tensor<16x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{'linalg.matmul': element-wise operations behind it stay in DRAM: something else uses a value on the way to their result}}
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xf32>, tensor<16x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{'linalg.tanh' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128}}
  %1 = linalg.tanh ins(%0 : tensor<8x4xf32>) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0, %1 : tensor<8x4xf32>, tensor<8x4xf32>
}

// The attribute keeps element-wise operations apart, and is gone afterwards.
// CHECK-LABEL: func.func @kept_apart(
// CHECK-NOT: romanet.no_epilogue
// CHECK: linalg.matmul
// CHECK-NOT: romanet.epilogue
// CHECK: linalg.tanh
// CHECK: return
// VERIFY: (kept_apart.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 512, weights_read = 1024, output_read = 0, output_write = 128, epilogue_read = 0
func.func @kept_apart(%a: tensor<8x16xf32>, %b: tensor<16x4xf32>) -> tensor<8x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %0 = linalg.matmul {romanet.no_epilogue, romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xf32>, tensor<16x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  // expected-remark @below {{'linalg.tanh' belongs to no layer: it reads at least 128 bytes of DRAM and writes at least 128}}
  %1 = linalg.tanh ins(%0 : tensor<8x4xf32>) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}

// On memrefs the input was freed before the element-wise operation, in whose place
// the nest stands: now it is freed behind. The sums never were in DRAM; their buffer
// is gone.
// CHECK-LABEL: func.func @freed_later(
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<8x16xf32>
// CHECK-NOT: memref.alloc() : memref<8x4xf32>
// CHECK: scf.for
// CHECK-NOT: memref.dealloc
// CHECK: linalg.matmul
// CHECK: math.tanh
// CHECK: memref.copy
// CHECK-NEXT: }
// CHECK-NEXT: memref.dealloc %[[IN]]
// CHECK-NEXT: return
// VERIFY: (freed_later.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 512, weights_read = 1024, output_read = 0, output_write = 128, epilogue_read = 0
func.func @freed_later(%a: memref<8x16xf32>, %b: memref<16x4xf32>, %d: memref<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %in = memref.alloc() : memref<8x16xf32>
  // expected-remark @below {{'memref.copy' belongs to no layer: it reads at least 512 bytes of DRAM and writes at least 512}}
  memref.copy %a, %in : memref<8x16xf32> to memref<8x16xf32>
  %c = memref.alloc() : memref<8x4xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<8x4xf32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%in, %b : memref<8x16xf32>, memref<16x4xf32>) outs(%c : memref<8x4xf32>)
  memref.dealloc %in : memref<8x16xf32>
  linalg.tanh ins(%c : memref<8x4xf32>) outs(%d : memref<8x4xf32>)
  memref.dealloc %c : memref<8x4xf32>
  return
}

// One sum fills the buffer: there is no room for what would be added. The choice can
// be made in two steps; then it is written down between them.
// CHECK-LABEL: func.func @does_not_fit(
// CHECK: linalg.matmul
// CHECK-NOT: romanet.epilogue
// CHECK: linalg.add
// CHECK: return
// SCHEDULE-LABEL: func.func @does_not_fit(
// SCHEDULE: linalg.matmul {{.*}}romanet.no_epilogue
// VERIFY: (does_not_fit.matmul.0) is carried out as scheduled: 32 tiles,
func.func @does_not_fit(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %r: tensor<8x4xi64>) -> tensor<8x4xi64> {
  %zero = arith.constant 0 : i64
  %e = tensor.empty() : tensor<8x4xi64>
  %init = linalg.fill ins(%zero : i64) outs(%e : tensor<8x4xi64>) -> tensor<8x4xi64>
  // expected-remark @below {{'linalg.matmul': the element-wise operations behind it stay in DRAM: what they need does not fit on chip}}
  %0 = linalg.matmul {romanet.buffers = #romanet.buffers<input = 64, weights = 64, output = 8>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi64>) -> tensor<8x4xi64>
  // expected-remark @below {{'linalg.add' belongs to no layer: it reads at least 512 bytes of DRAM and writes at least 256}}
  %1 = linalg.add ins(%0, %r : tensor<8x4xi64>, tensor<8x4xi64>) outs(%e : tensor<8x4xi64>) -> tensor<8x4xi64>
  return %1 : tensor<8x4xi64>
}

// A schedule that was given has room for the sums, but not for what is added to them.
// CHECK-LABEL: func.func @pinned(
// CHECK: linalg.matmul
// CHECK-NOT: romanet.epilogue
// CHECK: linalg.add
// CHECK: return
// VERIFY: (pinned.matmul.0) is carried out as scheduled: 2 tiles, bytes input_read = 128, weights_read = 64, output_read = 0, output_write = 128, epilogue_read = 0
func.func @pinned(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %r: tensor<8x4xi32>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  // expected-remark @below {{'linalg.matmul': the element-wise operations behind it stay in DRAM: with them the schedule cannot be carried out: what is held of the output needs 256 bytes in the output buffer, which has 128, 128 too few}}
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 8, k = 4, c = 8, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  // expected-remark @below {{'linalg.add' belongs to no layer: it reads at least 256 bytes of DRAM and writes at least 128}}
  %1 = linalg.add ins(%0, %r : tensor<8x4xi32>, tensor<8x4xi32>) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %1 : tensor<8x4xi32>
}

// The result overlaps what is added to the sums, at another place: tile by tile it
// would be read too late.
// CHECK-LABEL: func.func @overwrites(
// CHECK-NOT: romanet.epilogue
// CHECK: linalg.add
// CHECK: return
// VERIFY: (overwrites.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 128, weights_read = 256, output_read = 0, output_write = 128, epilogue_read = 0
func.func @overwrites(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %r: memref<16x4xi32>) {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  %low = memref.subview %r[0, 0] [8, 4] [1, 1] : memref<16x4xi32> to memref<8x4xi32, strided<[4, 1]>>
  %middle = memref.subview %r[4, 0] [8, 4] [1, 1] : memref<16x4xi32> to memref<8x4xi32, strided<[4, 1], offset: 16>>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // expected-remark @below {{'linalg.add' belongs to no layer: it reads at least 256 bytes of DRAM and writes at least 128}}
  linalg.add ins(%c, %low : memref<8x4xi32>, memref<8x4xi32, strided<[4, 1]>>) outs(%middle : memref<8x4xi32, strided<[4, 1], offset: 16>>)
  return
}

// Channels outside the rows: partial sums are in DRAM in the result's array, to which
// the last visit alone adds the other one. That cannot be the same array, though the
// program says so: it would be overwritten before it is read.
// CHECK-LABEL: func.func @sums_come_first(
// CHECK-SAME: %[[R:[a-z0-9_]+]]: tensor<8x4xi32>)
// CHECK: %[[DRAM:[a-z0-9_]+]] = tensor.empty() : tensor<8x4xi32>
// CHECK: scf.for {{.*}} = %[[DRAM]])
// CHECK: scf.for
// CHECK: %[[SUM:[a-z0-9_]+]] = linalg.matmul
// CHECK: %[[LAST:[a-z0-9_]+]] = arith.cmpi eq, %{{.*}}, %c12
// CHECK-NEXT: scf.if %[[LAST]]
// CHECK-NEXT: tensor.extract_slice %[[R]]
// CHECK: linalg.generic {{.*}} outs(%[[SUM]] : {{.*}} {romanet.epilogue}
// CHECK: } else {
//
// Four visits of the 8 * 4 sums of 4 bytes: all write, three read.
// VERIFY: (sums_come_first.matmul.0) is carried out as scheduled: 16 tiles, bytes input_read = 128, weights_read = 64, output_read = 384, output_write = 512, epilogue_read = 128
func.func @sums_come_first(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %r: tensor<8x4xi32>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[k = 4, c = 4, n = 2, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  %1 = linalg.add ins(%0, %r : tensor<8x4xi32>, tensor<8x4xi32>) outs(%r : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %1 : tensor<8x4xi32>
}

// Both layers could add the other's result; only behind the later one it is there.
// CHECK-LABEL: func.func @two_layers(
// CHECK: %[[EARLIER:[a-z0-9_]+]]:3 = scf.for
// CHECK: linalg.matmul
// CHECK-NOT: romanet.epilogue
// CHECK: scf.for
// CHECK: linalg.matmul
// CHECK: tensor.extract_slice %[[EARLIER]]#2
// CHECK: romanet.epilogue
// CHECK-NOT: linalg.add
// CHECK: return
// VERIFY: (two_layers.matmul.0) is carried out as scheduled: 2 tiles, bytes input_read = 32, weights_read = 16, output_read = 0, output_write = 128, epilogue_read = 0
// VERIFY: (two_layers.matmul.1) is carried out as scheduled: 2 tiles, bytes input_read = 32, weights_read = 16, output_read = 0, output_write = 128, epilogue_read = 128
func.func @two_layers(%a: tensor<8x4xi8>, %b: tensor<4x4xi8>, %d: tensor<4x4xi8>) -> tensor<8x4xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8x4xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %b : tensor<8x4xi8>, tensor<4x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  %1 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 4, k = 4, c = 4, g = 1, p = 1, q = 1]>}
      ins(%a, %d : tensor<8x4xi8>, tensor<4x4xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
  %2 = linalg.add ins(%0, %1 : tensor<8x4xi32>, tensor<8x4xi32>) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
  return %2 : tensor<8x4xi32>
}

}
