// RUN: romanet-opt --romanet-schedule=objective=bytes %s | FileCheck %s --check-prefixes=CHECK,S0
// RUN: romanet-opt --romanet-schedule="space=all objective=bytes" %s | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: romanet-opt --romanet-schedule=objective=bytes --romanet-tile %s > %t.followed
// RUN: romanet-opt --romanet-tile=objective=bytes %s > %t.direct
// RUN: FileCheck %s --check-prefix=TILED < %t.followed
// RUN: FileCheck %s --check-prefix=TILED < %t.direct
// RUN: not romanet-opt --romanet-schedule=space=S9 %s 2>&1 | FileCheck %s --check-prefix=SPACE

// RUN: not romanet-opt --romanet-schedule=objective=power %s 2>&1 | FileCheck %s --check-prefixes=OBJECTIVE -DPASS=romanet-schedule
// RUN: not romanet-opt --romanet-tile=objective=power %s 2>&1 | FileCheck %s --check-prefixes=OBJECTIVE -DPASS=romanet-tile
// OBJECTIVE: error: option 'objective' of [[PASS]]: objective 'power' is not known, expected one of bytes, bursts, energy, time, edp, bytes-bursts

// The default objective is the energy; with any number of threads the same is found.
// RUN: romanet-opt --romanet-schedule %s > %t.energy
// RUN: romanet-opt --romanet-schedule=objective=energy --mlir-disable-threading %s | diff %t.energy -
// RUN: FileCheck %s --check-prefix=ENERGY --input-file=%t.energy
// ENERGY: objective = "energy", value = [[VALUE:[0-9.E+]+]], lower_bound = [[VALUE]]>

// The DRAM is that of the machine: DDR4 has another energy.
// RUN: sed 's/ddr3-1600-2gb-x8/ddr4-2400-8gb-x8/' %s | romanet-opt --romanet-schedule | FileCheck %s --check-prefix=DDR4 \
// RUN:   --implicit-check-not="value = $(sed -n 's/.*value = \([^,]*\),.*/\1/p' %t.energy),"
// DDR4: objective = "energy", value = {{[0-9]}}

// SPACE: error: option 'space' of romanet-schedule: space 'S9' is not known, expected S0, S1, S2, S3

module attributes {romanet.machine = #romanet.machine<buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {

// The input (8 * 16 bytes) fits in halves, the weights (16 * 8) as well, the output
// (8 * 8 * 4) in quarters. In S0 each quarter takes a new half of the weights, or
// of the input: one of the two is moved twice, 128 + 2 * 128 + 256 bytes. In
// serpentine order the half at the turn is kept: 64 bytes less.
// CHECK-LABEL: func.func @quarters
// S0:  romanet.cost = #romanet.cost<{{.*}}output_read = 0, output_write = 256, {{.*}}, space = "S0", objective = "bytes", value = 640, lower_bound = 640>
// ALL: romanet.cost = #romanet.cost<{{.*}}output_read = 0, output_write = 256, {{.*}}, space = "S0+S1+S2+S3", objective = "bytes", value = 576, lower_bound = 576>
// ALL-SAME: serpentine
// CHECK-NOT: scf.for
func.func @quarters(%a: tensor<8x16xi8>, %b: tensor<16x8xi8>) -> tensor<8x8xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<8x8xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<8x8xi32>) -> tensor<8x8xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi8>, tensor<16x8xi8>) outs(%init : tensor<8x8xi32>) -> tensor<8x8xi32>
  return %0 : tensor<8x8xi32>
}

// A schedule that is there is left alone, and gets no costs: nothing was searched.
// CHECK-LABEL: func.func @pinned
// CHECK: linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, n = 1, p = 1, q = 1, k = 2, c = 4]>}
func.func @pinned(%a: tensor<8x16xi8>, %b: tensor<16x8xi8>, %c: tensor<8x8xi32>) -> tensor<8x8xi32> {
  %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, n = 1, p = 1, q = 1, k = 2, c = 4]>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x8xi8>) outs(%c : tensor<8x8xi32>) -> tensor<8x8xi32>
  return %0 : tensor<8x8xi32>
}

}

// Tiled by the attribute or directly, the nest is the same: two loops around a
// 4 x 16 by 16 x 4 product.
// TILED-LABEL: func.func @quarters
// TILED-COUNT-2: scf.for
// TILED-NOT: scf.for
// TILED: linalg.matmul {{.*}} ins(%{{.*}} : tensor<4x16xi8>, tensor<16x4xi8>)
// TILED-LABEL: func.func @pinned
