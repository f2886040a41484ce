// Of three layers only the one whose buffer is too small is left: the others are
// bridged, the attribute that the message does not need is dropped, the one
// that it needs stays.
//
// RUN: echo '#!/bin/sh' > %t.sh
// RUN: echo '! "%romanet_bin/romanet-opt" --romanet "$1" -o /dev/null 2>&1 | grep -q "12 bytes in the shared buffer, which has 8"' >> %t.sh
// RUN: chmod +x %t.sh
// RUN: romanet-reduce %s -reduction-tree='traversal-mode=0 test=%t.sh' -o %t.mlir
// RUN: FileCheck %s --implicit-check-not=linalg --implicit-check-not=no_epilogue < %t.mlir
// CHECK: %[[INIT:.*]] = tensor.empty
// CHECK: %[[RESULT:.*]] = linalg.matmul {romanet.buffers = #romanet.buffers<shared = 8>}
// CHECK-SAME: outs(%[[INIT]]
// CHECK: return %[[RESULT]]
//
// It fails as the program does.
// RUN: not romanet-opt --romanet %t.mlir 2>&1 | FileCheck %s --check-prefix=FAILS
// FAILS: need 12 bytes in the shared buffer, which has 8
//
// A program without the failure is not touched.
// RUN: sed 's/ = 8>/ = 4096>/' %s > %t.good.mlir
// RUN: not romanet-reduce %t.good.mlir -reduction-tree='traversal-mode=0 test=%t.sh' 2>&1 | FileCheck %s --check-prefix=GOOD
// GOOD: uninterested module will not be reduced
module attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
  func.func @f(%x: tensor<16x16xi32>, %w0: tensor<16x16xi32>, %w1: tensor<16x16xi32>,
               %w2: tensor<16x16xi32>) -> tensor<16x16xi32> {
    %empty = tensor.empty() : tensor<16x16xi32>
    %zero = arith.constant 0 : i32
    %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<16x16xi32>) -> tensor<16x16xi32>
    %0 = linalg.matmul ins(%x, %w0 : tensor<16x16xi32>, tensor<16x16xi32>)
                       outs(%init : tensor<16x16xi32>) -> tensor<16x16xi32>
    %1 = linalg.matmul {romanet.buffers = #romanet.buffers<shared = 8>, romanet.no_epilogue}
                       ins(%0, %w1 : tensor<16x16xi32>, tensor<16x16xi32>)
                       outs(%init : tensor<16x16xi32>) -> tensor<16x16xi32>
    %2 = linalg.matmul ins(%1, %w2 : tensor<16x16xi32>, tensor<16x16xi32>)
                       outs(%init : tensor<16x16xi32>) -> tensor<16x16xi32>
    return %2 : tensor<16x16xi32>
  }
}
