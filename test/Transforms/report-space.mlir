// The space in a report is the smallest that has the schedules of all layers:
// here one in serpentine order and one that holds its input outside of a loop.
//
// RUN: romanet-opt %s --romanet-tile --romanet-report="format=json output=-" -o /dev/null | FileCheck %s --check-prefix=JSON
// RUN: romanet-opt %s --romanet-tile --romanet-report=output=- -o /dev/null | FileCheck %s
// JSON: "space": "S0+S1+S2",
// CHECK: space S0+S1+S2, strategy given

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 128, weights = 128, output = 128>, dram = "ddr3-1600-2gb-x8">} {
func.func @two(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> (tensor<4x8xi32>, tensor<4x8xi32>) {
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 16, g = 1, p = 1, q = 1], serpentine>}
      ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  %1 = linalg.matmul {romanet.schedule = #romanet.schedule<[n = 2, k = 4, c = 8, g = 1, p = 1, q = 1], hold = [input = 2, weights = 6, output = 6]>}
      ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0, %1 : tensor<4x8xi32>, tensor<4x8xi32>
}
}
