// On-chip buffers get the memory spaces of the target: in types, in attributes
// of types, and on tensors.
//
// RUN: romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=3,5,7 | FileCheck %s
// RUN: romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=3,5,7,9 | FileCheck %s
//
// Whole programs: stock MLIR takes them, and the copies are still there.
// RUN: romanet-opt %S/Inputs/product-on-tensors.mlir --romanet-tile --romanet-dram-map \
// RUN:   --romanet-strip=memory-spaces=1,1,2,7 | mlir-opt | FileCheck %s --check-prefix=MAPPED
// The machine has one buffer for all three tensors: 8 * 16 + 16 * 4 + 8 * 4 * 4
// bytes, with the fourth number.
// MAPPED-NOT: romanet.
// MAPPED: memref.global "private" @romanet_on_chip_shared : memref<320xi8, 7>
// MAPPED-DAG: memref.view {{.*}} : memref<320xi8, 7> to memref<8x16xi8, 7>
// MAPPED-DAG: memref.view {{.*}} : memref<320xi8, 7> to memref<8x4xi32, 7>
// MAPPED: memref.copy %{{.*}} : {{.*}} to memref<{{.*}}i8, 7>
// Without it there is nothing to put in its place.
// RUN: not romanet-opt %S/Inputs/product-on-tensors.mlir --romanet-tile --romanet-dram-map \
// RUN:   --romanet-strip=memory-spaces=1,2,3 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: a buffer lies in #romanet.space<shared>, for which option 'memory-spaces' has no number; it takes those of input, weights, output and shared
//
// RUN: not romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=1,2 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: error: option 'memory-spaces' of romanet-strip has 2 numbers, expected those of input, weights and output, and optionally of shared
// RUN: not romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=1,2,3,4,5 2>&1 | FileCheck %s --check-prefix=FIVE
// FIVE: error: option 'memory-spaces' of romanet-strip has 5 numbers
// RUN: not romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=1,-2,3 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: option 'memory-spaces' of romanet-strip has -2, expected numbers from 0 to 2147483647
// RUN: not romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=1,2147483648,3 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: error: option 'memory-spaces' of romanet-strip has 2147483648, expected
// RUN: not romanet-opt %s -allow-unregistered-dialect --romanet-strip=memory-spaces=one,2,3 2>&1 | FileCheck %s --check-prefix=WORD
// WORD: 'one' value invalid for long argument

// CHECK: memref.global "private" @arena : memref<64xi8, 5> = uninitialized
memref.global "private" @arena : memref<64xi8, #romanet.space<weights>> = uninitialized
// CHECK: func.func @example(%{{.*}}: memref<16xi8>, %{{.*}}: memref<*xi8, 3>, %{{.*}}: memref<4xi8, 11>)
func.func @example(%a: memref<16xi8>, %b: memref<*xi8, #romanet.space<input>>, %c: memref<4xi8, 11>) {
  // CHECK: memref.alloc() : memref<16xi8, 3>
  %input = memref.alloc() : memref<16xi8, #romanet.space<input>>
  // CHECK: memref.subview %{{.*}} : memref<16xi8, 3> to memref<8xi8, strided<[1]>, 3>
  %part = memref.subview %input[0] [8] [1] : memref<16xi8, #romanet.space<input>> to memref<8xi8, strided<[1]>, #romanet.space<input>>
  // CHECK: memref.get_global @arena : memref<64xi8, 5>
  %arena = memref.get_global @arena : memref<64xi8, #romanet.space<weights>>
  // CHECK: memref.copy %{{.*}}, %{{.*}} : memref<16xi8> to memref<16xi8, 3>
  memref.copy %a, %input : memref<16xi8> to memref<16xi8, #romanet.space<input>>
  // CHECK: bufferization.alloc_tensor() {memory_space = 7 : i64} : tensor<4xi32>
  %t = bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4xi32>
  "test.region"() ({
  // CHECK: ^bb0(%{{.*}}: memref<4xi32, 7>):
  ^bb0(%block: memref<4xi32, #romanet.space<output>>):
    "test.end"() : () -> ()
  }) : () -> ()
  return
}
