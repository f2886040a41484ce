// Places by hand, right and broken.
//
// RUN: romanet-opt %s --romanet-verify -split-input-file -verify-diagnostics

// Two buffers in turn in one place.
// expected-remark @below {{nothing to verify}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
memref.global "private" @romanet_dram : memref<64xi8> = uninitialized
func.func @in_turn(%a: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  %0 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  %1 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  memref.copy %0, %a : memref<16xf32> to memref<16xf32>
  memref.copy %a, %1 : memref<16xf32> to memref<16xf32>
  memref.copy %1, %a : memref<16xf32> to memref<16xf32>
  return
}
}

// -----

// The second one begins before the first one ends. What attributes say of it does
// not matter.
// expected-remark @below {{nothing to verify}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
memref.global "private" @romanet_dram : memref<96xi8> = uninitialized
func.func @too_early(%a: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %arena = memref.get_global @romanet_dram : memref<96xi8>
  // expected-note @below {{the other buffer is here}}
  %0 = memref.view %arena[%c0][] {romanet.dram = #romanet.dram<address = 0, bytes = 64,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>, live = [0, 1]>}
      : memref<96xi8> to memref<16xf32>
  // expected-error @below {{a view in '@too_early' begins at address 32, where a view in '@too_early' lies (bytes 0 to 63) and is live at the same time}}
  %1 = memref.view %arena[%c32][] {romanet.dram = #romanet.dram<address = 32, bytes = 64,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>, live = [2, 3]>}
      : memref<96xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  memref.copy %a, %1 : memref<16xf32> to memref<16xf32>
  memref.copy %0, %a : memref<16xf32> to memref<16xf32>
  memref.copy %1, %a : memref<16xf32> to memref<16xf32>
  return
}
}

// -----

// In a loop the first one is read again after the second was written.
// expected-remark @below {{nothing to verify}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
memref.global "private" @romanet_dram : memref<64xi8> = uninitialized
func.func @again(%a: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  // expected-note @below {{the other buffer is here}}
  %0 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    memref.copy %0, %a : memref<16xf32> to memref<16xf32>
    // expected-error @below {{and is live at the same time}}
    %1 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
    memref.copy %a, %1 : memref<16xf32> to memref<16xf32>
  }
  return
}
}

// -----

// A function that is called overwrites what its caller needs afterwards.
// expected-remark @below {{nothing to verify}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
memref.global "private" @romanet_dram : memref<64xi8> = uninitialized
func.func private @callee(%a: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  // expected-note @below {{the other buffer is here}}
  %0 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  return
}
func.func @caller(%a: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  // expected-error @below {{a view in '@caller' begins at address 0, where a view in '@callee' lies}}
  %0 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  call @callee(%a) : (memref<16xf32>) -> ()
  memref.copy %0, %a : memref<16xf32> to memref<16xf32>
  return
}
}

// -----

// A result is overwritten by the next function that is called from outside; an
// argument lives always.
// expected-remark @below {{nothing to verify}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
memref.global "private" @romanet_dram : memref<64xi8> = uninitialized
func.func @result(%a: memref<16xf32>) -> memref<16xf32> {
  %c0 = arith.constant 0 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  // expected-note @below {{the other buffer is here}}
  %0 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  return %0 : memref<16xf32>
}
func.func @next(%a: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  // expected-error @below {{a view in '@next' begins at address 0, where a view in '@result' lies}}
  %0 = memref.view %arena[%c0][] : memref<64xi8> to memref<16xf32>
  memref.copy %a, %0 : memref<16xf32> to memref<16xf32>
  return
}
}

// -----

// Places that are not those of the address map, not those of the view, reserved, or
// outside of the device.
// expected-remark @below {{nothing to verify}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">,
                   romanet.reserved = array<i64: 16384, 16385>} {
memref.global "private" @romanet_dram : memref<64xi8> = uninitialized
// expected-error @below {{the first byte of '@bank', at address 8192, is in #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>, but its place in DRAM says #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 2, row = 0, column = 0>}}
memref.global "private" @bank : memref<64xi8> {romanet.dram = #romanet.dram<address = 8192, bytes = 64,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 2, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>>}
// expected-error @below {{the last byte of '@column', at address 32832, is in #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 4, row = 0, column = 8>}}
memref.global "private" @column : memref<65xi8> {romanet.dram = #romanet.dram<address = 32768, bytes = 65,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 4, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 4, row = 0, column = 0>>}
// expected-error @below {{'@reserved' lies at bytes 16384 to 16447, but bytes 16384 to 16384 are reserved}}
memref.global "private" @reserved : memref<64xi8> {romanet.dram = #romanet.dram<address = 16384, bytes = 64,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 2, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 2, row = 0, column = 0>>}
// expected-error @below {{'@outside' has 64 bytes at address 2147483648, the device has 2147483648}}
memref.global "private" @outside : memref<64xi8> {romanet.dram = #romanet.dram<address = 2147483648, bytes = 64,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>}
func.func @moved() {
  %c0 = arith.constant 0 : index
  %arena = memref.get_global @romanet_dram : memref<64xi8>
  // expected-error @below {{the view does not begin at address 64, where its place in DRAM is}}
  // expected-error @below {{the first byte of a view in '@moved', at address 0, is in}}
  // expected-error @below {{the last byte of a view in '@moved', at address 63, is in}}
  %0 = memref.view %arena[%c0][] {romanet.dram = #romanet.dram<address = 64, bytes = 64,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>>}
      : memref<64xi8> to memref<16xf32>
  return
}
}
