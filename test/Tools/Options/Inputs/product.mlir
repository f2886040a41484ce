module attributes {romanet.machine = #romanet.machine<buffers = <shared = 128>, dram = "ddr3-1600-2gb-x8">} {
func.func @f(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>) outs(%c : memref<4x8xi32>)
  return
}
}
