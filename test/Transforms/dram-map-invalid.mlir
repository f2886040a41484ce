// RUN: romanet-opt %s --romanet-dram-map -split-input-file -verify-diagnostics
// RUN: not romanet-opt %s --romanet-dram-map -split-input-file

// The device has 8 chips of 2^28 bytes: 2147483648. The small buffer of 4 bytes
// comes behind the large one.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
func.func @too_small() {
  %small = memref.alloc() : memref<1xf32>
  // expected-error @below {{the buffers need 2147483652 bytes of DRAM, the device has 2147483648; the largest that are live together are 'allocated in @too_small' (2147483648 bytes), 'allocated in @too_small' (4 bytes)}}
  %large = memref.alloc() : memref<2147483648xi8>
  memref.dealloc %small : memref<1xf32>
  memref.dealloc %large : memref<2147483648xi8>
  return
}
}

// -----

// Two ranks hold it.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8", ranks = 2>} {
func.func @large_enough() {
  %small = memref.alloc() : memref<1xf32>
  %large = memref.alloc() : memref<2147483648xi8>
  memref.dealloc %small : memref<1xf32>
  memref.dealloc %large : memref<2147483648xi8>
  return
}
}

// -----

// Constants and arguments count as well: 2^31 and 2^31 bytes.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
// expected-error @below {{the buffers need 4294967296 bytes of DRAM, the device has 2147483648; the largest that are live together are '@constant' (2147483648 bytes), 'argument 0 of @argument' (2147483648 bytes)}}
memref.global "private" @constant : memref<2147483648xi8>
func.func @argument(%a: memref<2147483648xi8>) {
  return
}
}

// -----

// In turn they fit, together they do not.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
func.func @in_turn(%a: memref<1xi8>) {
  %zero = arith.constant 0 : i8
  %0 = memref.alloc() : memref<1500000000xi8>
  %1 = memref.alloc() : memref<1500000000xi8>
  linalg.fill ins(%zero : i8) outs(%0 : memref<1500000000xi8>)
  linalg.fill ins(%zero : i8) outs(%1 : memref<1500000000xi8>)
  return
}
}

// -----

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
func.func @together(%a: memref<1xi8>) {
  // expected-error @below {{bytes of DRAM, the device has 2147483648; the largest that are live together are 'allocated in @together' (1500000000 bytes), 'allocated in @together' (1500000000 bytes)}}
  %0 = memref.alloc() : memref<1500000000xi8>
  %1 = memref.alloc() : memref<1500000000xi8>
  memref.copy %0, %1 : memref<1500000000xi8> to memref<1500000000xi8>
  return
}
}

// -----

// Sizes whose sum does not fit 64 bits are not summed up to something small.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
// expected-error @below {{the buffers need at least 9223372036854775807 bytes of DRAM}}
func.func @overflow(%a: memref<9223372036854775807xi8>, %b: memref<9223372036854775807xi8>) {
  return
}
}

// -----

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
// expected-error @below {{function calls itself, directly or through others, so that its buffers cannot have one place each}}
func.func @recursion(%a: memref<8xf32>) {
  call @recursion(%a) : (memref<8xf32>) -> ()
  return
}
}

// -----

module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
func.func @ping(%a: memref<8xf32>) {
  call @pong(%a) : (memref<8xf32>) -> ()
  return
}
// One of the two is named.
// expected-error @below {{function calls itself, directly or through others}}
func.func @pong(%a: memref<8xf32>) {
  call @ping(%a) : (memref<8xf32>) -> ()
  return
}
}

// -----

// The arena is there already; a second one would overlap it.
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
memref.global "private" @romanet_dram : memref<64xi8>
func.func @late() -> memref<8xf32> {
  // expected-error @below {{a buffer was allocated after the module got its places (@romanet_dram); map the module once, after all allocations}}
  %0 = memref.alloc() : memref<8xf32>
  return %0 : memref<8xf32>
}
}
