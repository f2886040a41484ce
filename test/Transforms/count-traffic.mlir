// The program counts what its copies move: executed, and compared with bytes
// that are easy to work out.
//
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-count-traffic > %t.counting
// RUN: FileCheck %s --check-prefix=CODE < %t.counting
// RUN: romanet-opt %t.counting --romanet-strip \
// RUN:   | mlir-opt --pass-pipeline="builtin.module(convert-linalg-to-loops,lower-affine,convert-scf-to-cf,expand-strided-metadata,lower-affine,convert-arith-to-llvm,convert-cf-to-llvm,convert-func-to-llvm,finalize-memref-to-llvm,reconcile-unrealized-casts)" \
// RUN:   | mlir-runner -e main --entry-point-result=void --shared-libs=%llvm_lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s
//
// RUN: not romanet-opt %s --romanet-tile --romanet-dram-map --romanet-count-traffic="function=absent" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: there is no function @absent to print the counters (option 'function')
// RUN: not romanet-opt %t.counting --romanet-count-traffic 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: the module counts its traffic already (@romanet_traffic)
// RUN: not romanet-opt %S/Inputs/product-on-tensors.mlir --romanet-tile --romanet-count-traffic 2>&1 \
// RUN:   | FileCheck %s --check-prefix=TENSORS
// TENSORS: error: {{.*}}the tile of 'input' is not a buffer on chip; bufferize first (romanet-dram-map does)

// Two layers of five counters.
// CODE: memref.global "private" @romanet_traffic : memref<2x5xi64> = dense<0>

// Layer 0, 8 x 16 x 4 with tiles of n = 4, k = 2, c = 8, order k, c, n; it runs
// once.
//   input    2 sweeps (k) of 8 * 16            = 256
//   weights  1 sweep of 16 * 4                 =  64
//   output   2 visits (c) of 8 * 4 * 4 bytes   = 256 written
//            the first starts from a fill      = 128 read
// CHECK: {{^}}0, 1, 256, 64, 128, 256{{$}}
//
// Layer 1, 7 x 5 x 4 with tiles of n = 4, c = 2 and ragged last ones, order n,
// c; it runs three times.
//   input    1 sweep of 7 * 5                  =  35, three times 105
//   weights  2 sweeps (n) of 5 * 4             =  40, three times 120
//   output   held over c: 7 * 4 * 4            = 112 written, three times 336
//            and read first, since it is data  = 112 read, three times 336
// CHECK-NEXT: {{^}}1, 3, 105, 120, 336, 336{{$}}

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
func.func @main() {
  %zero = arith.constant 0 : i32
  %a = memref.alloc() : memref<8x16xi8>
  %b = memref.alloc() : memref<16x4xi8>
  %c = memref.alloc() : memref<8x4xi32>
  %d = memref.alloc() : memref<7x5xi8>
  %e = memref.alloc() : memref<5x4xi8>
  %f = memref.alloc() : memref<7x4xi32>
  linalg.fill ins(%zero : i32) outs(%f : memref<7x4xi32>)
  call @ragged(%d, %e, %f) : (memref<7x5xi8>, memref<5x4xi8>, memref<7x4xi32>) -> ()
  call @ragged(%d, %e, %f) : (memref<7x5xi8>, memref<5x4xi8>, memref<7x4xi32>) -> ()
  call @ragged(%d, %e, %f) : (memref<7x5xi8>, memref<5x4xi8>, memref<7x4xi32>) -> ()
  linalg.fill ins(%zero : i32) outs(%c : memref<8x4xi32>)
  linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, k = 2, c = 8, n = 4]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}
func.func @ragged(%a: memref<7x5xi8>, %b: memref<5x4xi8>, %c: memref<7x4xi32>) {
  linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, p = 1, q = 1, n = 4, c = 2, k = 4]>}
      ins(%a, %b : memref<7x5xi8>, memref<5x4xi8>) outs(%c : memref<7x4xi32>)
  return
}
}
