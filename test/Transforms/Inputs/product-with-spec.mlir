// A product on a machine that only the target system spec describes.
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<
        "romanet.buffers" = #romanet.buffers<shared = 4096>,
        "romanet.dram" = "ddr4-2400-8gb-x8">>} {
  func.func @product(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
    linalg.matmul ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>)
                  outs(%c : memref<8x4xi32>)
    return
  }
}
