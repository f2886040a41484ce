// RUN: romanet-opt %s --romanet-annotate="input=4096 weights=2048 output=1024" \
// RUN:   -verify-diagnostics | FileCheck %s --check-prefixes=CHECK,SEPARATE
// RUN: romanet-opt %s --romanet-annotate="shared=8192" \
// RUN:   -verify-diagnostics | FileCheck %s --check-prefixes=CHECK,SHARED
// RUN: romanet-opt %s --romanet-annotate="weights=2048 shared=8192" \
// RUN:   -verify-diagnostics | FileCheck %s --check-prefixes=CHECK,MIXED
// RUN: romanet-opt %s --romanet-annotate \
// RUN:   -verify-diagnostics | FileCheck %s --check-prefixes=CHECK,MACHINE
//
// Tensors are double-buffered in the capacities of the options, or else of the
// machine.
//
// RUN: romanet-opt %s --romanet-annotate="shared=8192 double-buffer=weights,input" \
// RUN:   -verify-diagnostics | FileCheck %s --check-prefixes=CHECK,DOUBLE
// RUN: romanet-opt %s --romanet-annotate="double-buffer=output" \
// RUN:   -verify-diagnostics | FileCheck %s --check-prefixes=CHECK,MACHINE-DOUBLE
// RUN: not romanet-opt %s --romanet-annotate="double-buffer=input,bias" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: options of romanet-annotate: 'double-buffer' names 'bias', expected input, weights or output
//
// Options give every tensor a buffer of its own or the shared one; all are
// positive.
//
// RUN: not romanet-opt %s --romanet-annotate="input=4096" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=PARTIAL
// RUN: not romanet-opt %s --romanet-annotate="input=1 weights=1 output=1 shared=1" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NOBODY
// RUN: not romanet-opt %s --romanet-annotate="input=1 weights=1 shared=1" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ALONE
// RUN: not romanet-opt %s --romanet-annotate="input=4096 weights=-2048 output=1024" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NEGATIVE
// RUN: not romanet-opt %s --romanet-annotate="shared=0" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ZERO
// PARTIAL: error: options of romanet-annotate: no capacity for weights and output: expected one for each, or a shared one
// NOBODY: error: options of romanet-annotate: input, weights and output have capacities of their own, so that no tensor is left for the shared one
// ALONE: error: options of romanet-annotate: only output is left for the shared capacity: expected a capacity of its own instead
// NEGATIVE: error: options of romanet-annotate: capacity of the weights buffer is -2048 bytes, expected at least 1
// ZERO: error: options of romanet-annotate: capacity of the shared buffer is 0 bytes, expected at least 1

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 300, weights = 200, output = 100>, dram = "ddr3-1600-2gb-x8">} {

// CHECK-LABEL: func.func @every_form
func.func @every_form(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>,
                      %d: memref<1x5x5x2xf32>, %e: memref<3x3x2x4xf32>, %f: memref<1x3x3x4xf32>) {
  // SEPARATE: linalg.matmul {romanet.buffers = #romanet.buffers<input = 4096, weights = 2048, output = 1024>}
  // SHARED: linalg.matmul {romanet.buffers = #romanet.buffers<shared = 8192>}
  // MIXED: linalg.matmul {romanet.buffers = #romanet.buffers<weights = 2048, shared = 8192>}
  // DOUBLE: linalg.matmul {romanet.buffers = #romanet.buffers<shared = 8192, double_buffered = [input, weights]>}
  // MACHINE-DOUBLE: linalg.matmul {romanet.buffers = #romanet.buffers<input = 300, weights = 200, output = 100, double_buffered = [output]>}
  // MACHINE: linalg.matmul {romanet.buffers = #romanet.buffers<input = 300, weights = 200, output = 100>}
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>)
                     outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  // SEPARATE: linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 4096, weights = 2048, output = 1024>}
  // SHARED: linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<shared = 8192>}
  // MIXED: linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<weights = 2048, shared = 8192>}
  // MACHINE: linalg.conv_2d_nhwc_hwcf {romanet.buffers = #romanet.buffers<input = 300, weights = 200, output = 100>}
  linalg.conv_2d_nhwc_hwcf ins(%d, %e : memref<1x5x5x2xf32>, memref<3x3x2x4xf32>)
                           outs(%f : memref<1x3x3x4xf32>)
  return
}

// What the user set stays, whatever the options say.
// CHECK-LABEL: func.func @carries_one
func.func @carries_one(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>, %c: tensor<8x4xi32>) {
  // CHECK: linalg.matmul {romanet.buffers = #romanet.buffers<shared = 77>}
  %0 = linalg.matmul {romanet.buffers = #romanet.buffers<shared = 77>}
      ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>)
      outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
  return
}

// CHECK-LABEL: func.func @cannot_be_scheduled
func.func @cannot_be_scheduled(%a: tensor<?x16xi8>, %b: tensor<16x4xi8>, %c: tensor<?x4xi32>) {
  // CHECK: linalg.matmul ins(
  // expected-remark @below {{'linalg.matmul' is not annotated: it has dynamic shapes; only static shapes are scheduled}}
  %0 = linalg.matmul ins(%a, %b : tensor<?x16xi8>, tensor<16x4xi8>)
                     outs(%c : tensor<?x4xi32>) -> tensor<?x4xi32>
  return
}

// Operations that are no layers are not spoken of.
// CHECK-LABEL: func.func @element_wise
func.func @element_wise(%a: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK-NOT: romanet
  %0 = linalg.add ins(%a, %a : tensor<8xf32>, tensor<8xf32>) outs(%b : tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

}
