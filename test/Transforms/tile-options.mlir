// Spaces and objectives of romanet-tile.
//
// RUN: romanet-opt %s --romanet-tile="space=all objective=bytes" | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: romanet-opt %s --romanet-tile="space=S0+S2 objective=bytes" | FileCheck %s --check-prefixes=CHECK,SERPENTINE
// RUN: romanet-opt %s --romanet-tile="objective=bytes" | FileCheck %s --check-prefixes=CHECK,FORWARDS
// RUN: romanet-opt %s --romanet-tile="space=all objective=bytes" --romanet-dram-map --romanet-verify -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=VERIFY
//
// RUN: not romanet-opt %s --romanet-tile=space=S9 2>&1 | FileCheck %s --check-prefix=SPACE
// RUN: not romanet-opt %s --romanet-tile=objective=beauty 2>&1 | FileCheck %s --check-prefix=OBJECTIVE
// SPACE: error: option 'space' of romanet-tile: space 'S9' is not known, expected S0, S1, S2, S3, sums of these such as S0+S2, or all
// OBJECTIVE: error: option 'objective' of romanet-tile: objective 'beauty' is not known, expected one of bytes, bursts, energy, time, edp, bytes-bursts

// A column of 8 rows and a kernel of 3, into 6 sums of 4 bytes for each of two
// channels. Two sums fit at a time. With all that can be chosen each tensor moves
// once: 8 + 2 * 3 + 12 * 4 bytes. Without retained rows the input comes more than
// once: with both channels of one row 6 * 3 rows are fetched, with two rows of one
// channel 2 * 3 * 4, less the 4 of a turn.
// CHECK-LABEL: func.func @rows
// ALL: romanet.schedule = #romanet.schedule<[{{.*}}], {{.*}}halo>
// SERPENTINE: romanet.schedule = #romanet.schedule<
// SERPENTINE-NOT: halo
// FORWARDS: romanet.schedule = #romanet.schedule<[{{[^]]*}}]>
// VERIFY: is carried out as scheduled: {{[0-9]+}} tiles, bytes input_read = 8, weights_read = 6, output_read = 0, output_write = 48,
module attributes {romanet.machine = #romanet.machine<buffers = <input = 4, weights = 6, output = 8>, dram = "ddr3-1600-2gb-x8">} {
func.func @rows(%a: tensor<1x8x1x1xi8>, %b: tensor<3x1x1x2xi8>) -> tensor<1x6x1x2xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x6x1x2xi32>
  %c = linalg.fill ins(%zero : i32) outs(%e : tensor<1x6x1x2xi32>) -> tensor<1x6x1x2xi32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%a, %b : tensor<1x8x1x1xi8>, tensor<3x1x1x2xi8>)
                                outs(%c : tensor<1x6x1x2xi32>) -> tensor<1x6x1x2xi32>
  return %0 : tensor<1x6x1x2xi32>
}
}
