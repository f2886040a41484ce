// CHECK: error: {{.*}}'linalg.matmul' (does_not_fit): {{.*}} need 6 bytes in the shared buffer, which has 5
// CHECK-LABEL: func.func @one_fits_one_does_not
// CHECK-NOT: scf.
// CHECK-NOT: romanet.layer
// CHECK: linalg.matmul ins(
// CHECK-NOT: scf.
// CHECK-NOT: romanet.layer
// CHECK: linalg.matmul {romanet.buffers = #romanet.buffers<shared = 5>} ins(
// CHECK-NOT: scf.
// CHECK-NOT: romanet.layer
// CHECK: return
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @one_fits_one_does_not(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>) loc("fits")
  linalg.matmul {romanet.buffers = #romanet.buffers<shared = 5>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>) loc("does_not_fit")
  return
}
}
