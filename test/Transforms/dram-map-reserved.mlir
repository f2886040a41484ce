// Reserved ranges of the option and of the module are left free: 0x0-0x2000 is the
// first row, bytes 10000 to 10099 are in the second. Both are recorded.
//
// RUN: romanet-opt %s --romanet-dram-map=reserved=0x0-0x2000 | FileCheck %s
// RUN: romanet-opt %s --romanet-dram-map=reserved=0x0-0x2000 -mlir-print-local-scope | %python %S/check_places.py
// RUN: romanet-opt %s --romanet-dram-map=reserved=0x0-0x2000 --romanet-verify > /dev/null
//
// A second run finds them, and changes nothing.
// RUN: romanet-opt %s --romanet-dram-map=reserved=0x0-0x2000 -o %t
// RUN: romanet-opt %t --romanet-dram-map=reserved=0-8192 | diff %t -
//
// RUN: not romanet-opt %s --romanet-dram-map=reserved=0x2000 2>&1 | FileCheck %s --check-prefix=ONE
// ONE: error: option 'reserved' of romanet-dram-map is '0x2000', expected BEGIN-END in bytes, such as 0x0-0x100000, with END above BEGIN
// RUN: not romanet-opt %s --romanet-dram-map=reserved=64-64 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: option 'reserved' of romanet-dram-map is '64-64'
// RUN: not romanet-opt %s --romanet-dram-map=reserved=0-0x10000000000000000 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: error: option 'reserved' of romanet-dram-map is '0-0x10000000000000000'
// RUN: not romanet-opt %s --romanet-dram-map=reserved=0-0x100000000 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// OUTSIDE: error: the reserved range of 4294967296 bytes at address 0 does not lie in the device, which has 2147483648 bytes
// RUN: not romanet-opt %s --romanet-dram-map=reserved=0-0x7ffff000 2>&1 | FileCheck %s --check-prefix=FULL
// FULL: error: the buffers need {{[0-9]+}} bytes of DRAM, the device has 2147483648; the largest

// CHECK: module attributes
// CHECK-SAME: romanet.reserved = array<i64: 10000, 10100, 0, 8192>
// CHECK: @romanet_dram : memref<14208xi8>
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">,
                   romanet.reserved = array<i64: 10000, 10100>} {
func.func @fill(%a: memref<1024xf32>) {
  %zero = arith.constant 0.0 : f32
  // The larger one has no room in front of byte 10000: it begins behind the burst
  // of byte 10099, which ends at 10112.
  // CHECK: memref.view {{.*}}address = 10112, bytes = 4096
  %0 = memref.alloc() : memref<1024xf32>
  // CHECK: memref.view {{.*}}address = 8192, bytes = 1024
  %1 = memref.alloc() : memref<256xf32>
  linalg.fill ins(%zero : f32) outs(%0 : memref<1024xf32>)
  linalg.fill ins(%zero : f32) outs(%1 : memref<256xf32>)
  memref.copy %0, %a : memref<1024xf32> to memref<1024xf32>
  return
}
}
