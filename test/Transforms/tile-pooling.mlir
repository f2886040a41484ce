// A pooling has no weights: the second operand says how large a window is, is never
// read and stays where it is.
//
// RUN: romanet-opt %s --romanet-tile --cse -mlir-print-local-scope | FileCheck %s
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-verify -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERIFY

module attributes {romanet.machine = #romanet.machine<buffers = <input = 128, weights = 64, output = 128>, dram = "ddr3-1600-2gb-x8">} {

// Two of four channels at a time.
// CHECK-LABEL: func.func @largest(
// CHECK-SAME: %[[A:[a-z0-9_]+]]: memref<1x4x6x4xi8>
// CHECK: %[[WINDOW:[a-z0-9_]+]] = memref.alloc() : memref<2x2xi8>
// CHECK: %[[IN:[a-z0-9_]+]] = memref.alloc() : memref<1x2x6x4xi8, #romanet.space<input>>
// CHECK-NEXT: %[[OUT:[a-z0-9_]+]] = memref.alloc() : memref<1x2x3x2xi8, #romanet.space<output>>
// CHECK-NOT: #romanet.space<weights>
// CHECK: scf.for %[[G:[a-z0-9_]+]] = %c0 to %c4 step %c2 {
// CHECK-NEXT: memref.subview %[[A]][0, %[[G]], 0, 0] [1, 2, 6, 4]
// CHECK-NEXT: memref.copy %{{.*}}, %[[IN]]
// CHECK-NEXT: linalg.fill ins(%c-128_i8 : i8) outs(%[[OUT]] :
// CHECK-NEXT: linalg.pooling_nchw_max {{.*}}bytes = [1, 0, 1, 1], order = ["nghw", "", "nghw"], init = fill>{{.*}} ins(%[[IN]], %[[WINDOW]] :
// VERIFY: (largest.pooling_nchw_max.0) is carried out as scheduled: 2 tiles, bytes input_read = 96, weights_read = 0, output_read = 0, output_write = 24,
func.func @largest(%a: memref<1x4x6x4xi8>, %c: memref<1x4x3x2xi8>) {
  %lowest = arith.constant -128 : i8
  %window = memref.alloc() : memref<2x2xi8>
  %o = memref.alloc() : memref<1x4x3x2xi8>
  linalg.fill ins(%lowest : i8) outs(%o : memref<1x4x3x2xi8>)
  linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>,
      romanet.schedule = #romanet.schedule<[g = 2, n = 1, p = 3, q = 2, k = 1, c = 1]>}
      ins(%a, %window : memref<1x4x6x4xi8>, memref<2x2xi8>) outs(%o : memref<1x4x3x2xi8>)
  memref.copy %o, %c : memref<1x4x3x2xi8> to memref<1x4x3x2xi8>
  return
}

}
