// What successive tiles of the input share stays on chip: it is moved to where the
// next tile has it, and the rest is fetched. A move is no traffic, has a size that
// is known, and its source and its target have no element in common.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

// Images of 4 columns and one channel; only rows are tiled.

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// Two rows of output need four of the input, and share two with those before:
// these move down by two, and two are fetched behind them. The first tile is
// fetched as a whole.
// CHECK-LABEL: func.func @forwards(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<1x8x4x1xi8>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<1x4x4x1xi8, #romanet.space<input>>
// CHECK: scf.for %[[P:[a-z0-9_]+]] = %c0 to %c6 step %c2 {
// CHECK-NEXT: %[[FIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[P]], %c0
// CHECK: %[[MOVE:[a-z0-9_]+]] = arith.xori %[[FIRST]], %true
// CHECK-NEXT: scf.if %[[MOVE]] {
// CHECK-NEXT: %[[FROM:[a-z0-9_]+]] = memref.subview %[[IN]][0, 2, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: %[[TO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 0, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: memref.copy %[[FROM]], %[[TO]]
// CHECK-NEXT: }
// CHECK-NEXT: %[[BEGIN:[a-z0-9_]+]] = arith.select %[[MOVE]], %c2, %c0
// CHECK-NEXT: %[[ROWS:[a-z0-9_]+]] = affine.apply affine_map<(d0) -> (-d0 + 4)>(%[[BEGIN]])
// CHECK-NEXT: %[[ROW:[a-z0-9_]+]] = affine.apply affine_map<(d0, d1) -> (d0 + d1)>(%[[P]], %[[BEGIN]])
// CHECK-NEXT: %[[NEW:[a-z0-9_]+]] = memref.subview %[[A]][0, %[[ROW]], 0, 0] [1, %[[ROWS]], 4, 1]
// CHECK-NEXT: %[[BEHIND:[a-z0-9_]+]] = memref.subview %[[IN]][0, %[[BEGIN]], 0, 0] [1, %[[ROWS]], 4, 1]
// CHECK-NEXT: memref.copy %[[NEW]], %[[BEHIND]]
//
// Every row once: 8 * 4 bytes.
// VERIFY: (forwards.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 3 tiles, bytes input_read = 32,
func.func @forwards(%a: memref<1x8x4x1xi8>, %b: memref<3x1x1x2xi8>, %c: memref<1x6x4x2xi32>) {
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 2, n = 1, g = 1, q = 4, k = 2, c = 1], halo>}
      ins(%a, %b : memref<1x8x4x1xi8>, memref<3x1x1x2xi8>) outs(%c : memref<1x6x4x2xi32>)
  return
}

// Six rows of kernel: two rows of output need seven and share five, which move by
// two. In one copy they would overlap: they go two at a time, in order, and the
// last alone. The last tile has one row of output, which needs six.
// CHECK-LABEL: func.func @wider_than_a_step(
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<1x7x4x1xi8, #romanet.space<input>>
// CHECK: scf.if
// CHECK-NEXT: %[[TWO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 2, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: %[[ZERO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 0, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: memref.copy %[[TWO]], %[[ZERO]]
// CHECK-NEXT: %[[FOUR:[a-z0-9_]+]] = memref.subview %[[IN]][0, 4, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: memref.copy %[[FOUR]], %[[TWO]]
// CHECK-NEXT: %[[SIX:[a-z0-9_]+]] = memref.subview %[[IN]][0, 6, 0, 0] [1, 1, 4, 1]
// CHECK-NEXT: %[[FOURTH:[a-z0-9_]+]] = memref.subview %[[IN]][0, 4, 0, 0] [1, 1, 4, 1]
// CHECK-NEXT: memref.copy %[[SIX]], %[[FOURTH]]
// CHECK-NEXT: }
// VERIFY: (wider_than_a_step.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 2 tiles, bytes input_read = 32,
func.func @wider_than_a_step(%a: memref<1x8x4x1xi8>, %b: memref<6x1x1x2xi8>, %c: memref<1x3x4x2xi32>) {
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[p = 2, n = 1, g = 1, q = 4, k = 2, c = 1], halo>}
      ins(%a, %b : memref<1x8x4x1xi8>, memref<6x1x1x2xi8>) outs(%c : memref<1x3x4x2xi32>)
  return
}

// In serpentine order rows go up again for the second channel of the output: the
// first two rows of a tile become its last two, and what is fetched comes first.
// Where it is the channel that stepped nothing is fetched at all.
// CHECK-LABEL: func.func @both_ways(
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<1x4x4x1xi8, #romanet.space<input>>
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK: %[[BACK:[a-z0-9_]+]] = arith.cmpi eq, %{{.*}}, %c1
// CHECK: scf.for %[[P:[a-z0-9_]+]] =
// CHECK: %[[KFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[K]], %c0
// CHECK: %[[PFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[P]], %c0
// CHECK: %[[STEPPED:[a-z0-9_]+]] = arith.xori %[[PFIRST]], %true
// CHECK: %[[CHANGED:[a-z0-9_]+]] = arith.ori %[[STEPPED]], %[[KFIRST]]
// CHECK-NEXT: scf.if %[[CHANGED]] {
// CHECK: %[[AHEAD:[a-z0-9_]+]] = arith.xori %[[BACK]], %true
// CHECK-NEXT: %[[DOWN:[a-z0-9_]+]] = arith.andi %[[STEPPED]], %[[AHEAD]]
// CHECK-NEXT: %[[UP:[a-z0-9_]+]] = arith.andi %[[STEPPED]], %[[BACK]]
// CHECK-NEXT: scf.if %[[DOWN]] {
// CHECK-NEXT: %[[FROM:[a-z0-9_]+]] = memref.subview %[[IN]][0, 2, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: %[[TO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 0, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: memref.copy %[[FROM]], %[[TO]]
// CHECK: scf.if %[[UP]] {
// CHECK-NEXT: %[[FROM:[a-z0-9_]+]] = memref.subview %[[IN]][0, 0, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: %[[TO:[a-z0-9_]+]] = memref.subview %[[IN]][0, 2, 0, 0] [1, 2, 4, 1]
// CHECK-NEXT: memref.copy %[[FROM]], %[[TO]]
// CHECK: %[[BEGIN:[a-z0-9_]+]] = arith.select %[[DOWN]], %c2, %c0
// CHECK: %[[END:[a-z0-9_]+]] = arith.select %[[UP]], %c2, %c4
// CHECK: %[[ROWS:[a-z0-9_]+]] = affine.apply affine_map<(d0, d1) -> (-d0 + d1)>(%[[BEGIN]], %[[END]])
// CHECK: memref.subview %[[IN]][0, %[[BEGIN]], 0, 0] [1, %[[ROWS]], 4, 1]
//
// Rows: 4 + 2 + 2 going down, none at the turn, 2 + 2 going up: 12 * 4 bytes.
// VERIFY: (both_ways.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 6 tiles, bytes input_read = 48,
func.func @both_ways(%a: memref<1x8x4x1xi8>, %b: memref<3x1x1x2xi8>, %c: memref<1x6x4x2xi32>) {
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[k = 1, p = 2, n = 1, g = 1, q = 4, c = 1], serpentine, halo>}
      ins(%a, %b : memref<1x8x4x1xi8>, memref<3x1x1x2xi8>) outs(%c : memref<1x6x4x2xi32>)
  return
}

// Forwards only, but of two tiles the first is next to the last: for the second
// channel of the output rows move up.
// CHECK-LABEL: func.func @back_to_the_first(
// CHECK: scf.for %[[K:[a-z0-9_]+]] =
// CHECK: scf.for %[[P:[a-z0-9_]+]] =
// CHECK: %[[PFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[P]], %c0
// CHECK: %[[DOWN:[a-z0-9_]+]] = arith.xori %[[PFIRST]], %true
// CHECK: %[[KFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[K]], %c0
// CHECK: %[[AGAIN:[a-z0-9_]+]] = arith.xori %[[KFIRST]], %true
// CHECK: %[[UP:[a-z0-9_]+]] = arith.andi %[[PFIRST]], %[[AGAIN]]
// CHECK: scf.if %[[DOWN]] {
// CHECK: scf.if %[[UP]] {
//
// Rows: 4 + 2, then 2 + 2: 10 * 4 bytes.
// VERIFY: (back_to_the_first.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 4 tiles, bytes input_read = 40,
func.func @back_to_the_first(%a: memref<1x6x4x1xi8>, %b: memref<3x1x1x2xi8>, %c: memref<1x4x4x2xi32>) {
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[k = 1, p = 2, n = 1, g = 1, q = 4, c = 1], halo>}
      ins(%a, %b : memref<1x6x4x1xi8>, memref<3x1x1x2xi8>) outs(%c : memref<1x4x4x2xi32>)
  return
}

// Three tiles are not: the first is fetched anew.
// CHECK-LABEL: func.func @not_next_to_the_first(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-1: scf.if
// CHECK-NOT: scf.if
// CHECK: return
// Rows: twice 4 + 2 + 2: 16 * 4 bytes.
// VERIFY: (not_next_to_the_first.conv_2d_nhwc_hwcf.0) is carried out as scheduled: 6 tiles, bytes input_read = 64,
func.func @not_next_to_the_first(%a: memref<1x8x4x1xi8>, %b: memref<3x1x1x2xi8>, %c: memref<1x6x4x2xi32>) {
  linalg.conv_2d_nhwc_hwcf {romanet.schedule = #romanet.schedule<[k = 1, p = 2, n = 1, g = 1, q = 4, c = 1], halo>}
      ins(%a, %b : memref<1x8x4x1xi8>, memref<3x1x1x2xi8>) outs(%c : memref<1x6x4x2xi32>)
  return
}

}
