// Serpentine order: loops run over positions, and every other time backwards.
// What a step does not change is not loaded again.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

// A product of 8 x 16 and 16 x 4 with tiles of n = 4, k = 2, c = 8: two tiles
// along every loop.

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {

// CHECK-LABEL: func.func @partial_sums(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<8x16xi8>, %[[B:[a-z0-9_]+]]: memref<16x4xi8>)
// CHECK: %[[DRAM:[a-z0-9_]+]] = memref.alloc() : memref<8x4xi32>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : {{.*}}#romanet.space<input>
// CHECK: %[[WEI:[a-z0-9_]+]] = memref.alloc() : {{.*}}#romanet.space<weights>
// CHECK: %[[OUT:[a-z0-9_]+]] = memref.alloc() : {{.*}}#romanet.space<output>
// The loop around all others never turns. In its second step the next one does.
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %c0 to %c2 step %c1 {
// CHECK-NEXT: %[[KMOD:[a-z0-9_]+]] = affine.apply affine_map<(d0) -> (d0 mod 2)>(%[[K]])
// CHECK-NEXT: %[[KODD:[a-z0-9_]+]] = arith.cmpi eq, %[[KMOD]], %c1
// CHECK-NEXT: scf.for %[[C:[a-z0-9_]+]] = %c0 to %c2 step %c1 {
// CHECK-NEXT: %[[CBACK:[a-z0-9_]+]] = affine.apply affine_map<(d0) -> (-d0 + 1)>(%[[C]])
// CHECK-NEXT: %[[CTILE:[a-z0-9_]+]] = arith.select %[[KODD]], %[[CBACK]], %[[C]]
// Two steps of this one each time: whether the innermost turns is for its position
// alone to say.
// CHECK: %[[CODD:[a-z0-9_]+]] = arith.cmpi eq, %{{.*}}, %c1
// CHECK: %[[CHANNEL:[a-z0-9_]+]] = affine.apply affine_map<(d0) -> (d0 * 8)>(%[[CTILE]])
// CHECK: %[[COLUMN:[a-z0-9_]+]] = affine.apply affine_map<(d0) -> (d0 * 2)>(%[[K]])
// The weights change with each step of these two loops.
// CHECK-NEXT: %[[BSLICE:[a-z0-9_]+]] = memref.subview %[[B]][%[[CHANNEL]], %[[COLUMN]]] [8, 2]
// CHECK-NEXT: memref.copy %[[BSLICE]], %[[WEI]]
// CHECK-NEXT: scf.for %[[N:[a-z0-9_]+]] =
// CHECK: %[[NTILE:[a-z0-9_]+]] = arith.select %[[CODD]],
// The input does not change where it was k that stepped: unless c or n is not at
// its beginning, or all are.
// CHECK: %[[KFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[K]], %c0
// CHECK: %[[CFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]], %c0
// CHECK: %[[CNOTFIRST:[a-z0-9_]+]] = arith.xori %[[CFIRST]], %true
// CHECK: %[[KORC:[a-z0-9_]+]] = arith.ori %[[CNOTFIRST]], %[[KFIRST]]
// CHECK: %[[NFIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[N]], %c0
// CHECK: %[[NNOTFIRST:[a-z0-9_]+]] = arith.xori %[[NFIRST]], %true
// CHECK: %[[LOAD:[a-z0-9_]+]] = arith.ori %[[NNOTFIRST]], %[[KORC]]
// CHECK-NEXT: scf.if %[[LOAD]] {
// CHECK: memref.copy %{{.*}}, %[[IN]]
// The sums stay where it was c that stepped: unless n is not at its beginning, or
// c is.
// CHECK: %[[BEGIN:[a-z0-9_]+]] = arith.ori %[[NNOTFIRST]], %[[CFIRST]]
// CHECK-NEXT: scf.if %[[BEGIN]] {
// CHECK-NEXT: scf.if %[[CFIRST]] {
// CHECK-NEXT: linalg.fill {{.*}} outs(%[[OUT]] :
// CHECK-NEXT: } else {
// CHECK: memref.copy %{{.*}}, %[[OUT]]
// CHECK: linalg.matmul
// The same of the step that comes next.
// CHECK: %[[CLAST:[a-z0-9_]+]] = arith.cmpi eq, %[[C]], %c1
// CHECK: %[[NLAST:[a-z0-9_]+]] = arith.cmpi eq, %[[N]], %c1
// CHECK: %[[NNOTLAST:[a-z0-9_]+]] = arith.xori %[[NLAST]], %true
// CHECK: %[[END:[a-z0-9_]+]] = arith.ori %[[NNOTLAST]], %[[CLAST]]
// CHECK-NEXT: scf.if %[[END]] {
// CHECK: memref.copy %[[OUT]], %{{.*}}
//
// 8 steps, of which k makes 1, c makes 2 and n the other 4 (one is the start).
// The input (32 bytes a tile) is loaded 8 - 1 times, the weights (16) 4 times. The
// sums (32) are on chip in 8 - 2 visits, of which 4 are the first of their tile.
// VERIFY: (partial_sums.matmul.0) is carried out as scheduled: 8 tiles, bytes input_read = 224, weights_read = 64, output_read = 64, output_write = 192, epilogue_read = 0
func.func @partial_sums(%a: memref<8x16xi8>, %b: memref<16x4xi8>) -> memref<8x4xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<8x4xi32>
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[k = 2, c = 8, n = 4, g = 1, p = 1, q = 1], serpentine>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return %c : memref<8x4xi32>
}

// Three tiles of rows, the last with 2 of 3, and three of columns, the last with
// 1 of 2. What a tile has follows from its index, not from the position. Inside an
// odd number of steps it takes the number of times before, too, to know whether
// the loop turns.
// CHECK-LABEL: func.func @ragged(
// CHECK: scf.for %[[G:[a-z0-9_]+]] = %c0 to %c2 step %c1 {
// CHECK: %[[GODD:[a-z0-9_]+]] = arith.cmpi eq, %{{.*}}, %c1
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %c0 to %c3 step %c1 {
// CHECK: %[[NTILE:[a-z0-9_]+]] = arith.select %[[GODD]],
// CHECK: %[[ROWS:[a-z0-9_]+]] = affine.min affine_map<(d0) -> (3, d0 * -3 + 8)>(%[[NTILE]])
// CHECK: %[[NODD:[a-z0-9_]+]] = arith.cmpi eq, %{{.*}}, %c1
// CHECK: %[[TURNS:[a-z0-9_]+]] = arith.xori %[[NODD]], %[[GODD]]
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %c0 to %c3 step %c1 {
// CHECK: %[[KTILE:[a-z0-9_]+]] = arith.select %[[TURNS]],
// CHECK: affine.min affine_map<(d0) -> (2, d0 * -2 + 5)>(%[[KTILE]])
// CHECK: linalg.batch_matmul {{.*}} ins(%{{.*}}, %{{.*}} : memref<1x?x16xi8, {{.*}}>, memref<1x16x?xi8, {{.*}}>) outs(%{{.*}} : memref<1x?x?xi32,
//
// 18 steps of three loops, none of which leaves the sums where they are. The rows
// (2 * 8 * 16 bytes) are loaded once. The columns (16 * 5 bytes for each of two
// batches) come thrice, but that a step of n leaves the tile at the turn: for each
// batch 3 * 80 - the last (16) - the first (32).
// VERIFY: (ragged.batch_matmul.0) is carried out as scheduled: 18 tiles, bytes input_read = 256, weights_read = 384, output_read = 0, output_write = 320, epilogue_read = 0
func.func @ragged(%a: memref<2x8x16xi8>, %b: memref<2x16x5xi8>) -> memref<2x8x5xi32> {
  %zero = arith.constant 0 : i32
  %c = memref.alloc() : memref<2x8x5xi32>
  linalg.fill ins(%zero : i32) outs(%c : memref<2x8x5xi32>)
  linalg.batch_matmul {romanet.schedule = #romanet.schedule<[g = 1, n = 3, k = 2, c = 16, p = 1, q = 1], serpentine>}
      ins(%a, %b : memref<2x8x16xi8>, memref<2x16x5xi8>) outs(%c : memref<2x8x5xi32>)
  return %c : memref<2x8x5xi32>
}

}
