// Loops beyond the six of a layer stay whole: all of them is on chip with each tile.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 128, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// The longest two dimensions of the output, of 3, 3 and 4, the last of equal ones,
// are its rows and columns; the first stays whole: 4 of the input, 2 of the
// weights, 3 of the output.
// CHECK-LABEL: func.func @three_dimensions(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<4x5x6xi8>
// CHECK: memref.alloc() : memref<4x5x4xi8, #romanet.space<input>>
// CHECK: memref.alloc() : memref<2x3x3xi8, #romanet.space<weights>>
// CHECK: memref.alloc() : memref<3x3x2xi32, #romanet.space<output>>
// CHECK: scf.for %[[Q:[a-z0-9_]+]] = %c0 to %c4 step %c2 {
// CHECK-NEXT: memref.subview %[[A]][0, 0, %[[Q]]] [4, 5, 4]
// CHECK: linalg.conv_3d {{.*}}loops = [n = 1, g = 1, k = 1, c = 1, p = 3, q = 4], image = [5, 6], kernel = [3, 3]{{.*}}whole = [<input = 4, weights = 2, output = 3,
//
// Twice 4 * 5 * 4 of input: two columns are fetched twice.
// VERIFY: (three_dimensions.conv_3d.0) is carried out as scheduled: 2 tiles, bytes input_read = 160, weights_read = 18, output_read = 144, output_write = 144,
func.func @three_dimensions(%a: memref<4x5x6xi8>, %b: memref<2x3x3xi8>, %c: memref<3x3x4xi32>) {
  linalg.conv_3d {romanet.schedule = #romanet.schedule<[q = 2, p = 3, n = 1, g = 1, k = 1, c = 1]>}
      ins(%a, %b : memref<4x5x6xi8>, memref<2x3x3xi8>) outs(%c : memref<3x3x4xi32>)
  return
}

// Two batches: the longer one is tiled as groups, the other stays whole.
// CHECK-LABEL: func.func @two_batches(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<2x3x4x5xi8>, %[[B:[a-z0-9_]+]]: memref<2x3x5x6xi8>
// CHECK: scf.for %[[G:[a-z0-9_]+]] = %c0 to %c3 step %c1 {
// CHECK-NEXT: memref.subview %[[B]][0, %[[G]], 0, 0] [2, 1, 5, 6]
// CHECK: scf.for %[[N:[a-z0-9_]+]] = %c0 to %c4 step %c2 {
// CHECK-NEXT: memref.subview %[[A]][0, %[[G]], %[[N]], 0] [2, 1, 2, 5]
// CHECK: linalg.generic {{.*}}loops = [n = 4, g = 3, k = 6, c = 5, p = 1, q = 1]
//
// Every tensor once.
// VERIFY: (two_batches.generic.0) is carried out as scheduled: 6 tiles, bytes input_read = 120, weights_read = 180, output_read = 576, output_write = 576,
func.func @two_batches(%a: memref<2x3x4x5xi8>, %b: memref<2x3x5x6xi8>, %c: memref<2x3x4x6xi32>) {
  linalg.generic {indexing_maps = [affine_map<(b, d, m, n, k) -> (b, d, m, k)>, affine_map<(b, d, m, n, k) -> (b, d, k, n)>, affine_map<(b, d, m, n, k) -> (b, d, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<2x3x4x5xi8>, memref<2x3x5x6xi8>) outs(%c : memref<2x3x4x6xi32>)
      attrs = {romanet.schedule = #romanet.schedule<[g = 1, n = 2, k = 6, c = 5, p = 1, q = 1]>} {
  ^bb0(%x: i8, %y: i8, %sum: i32):
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.extsi %y : i8 to i32
    %p = arith.muli %0, %1 : i32
    %s = arith.addi %sum, %p : i32
    linalg.yield %s : i32
  }
  return
}

}
