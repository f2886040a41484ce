// Attributes and memory spaces go wherever they can stand; others stay.
//
// RUN: romanet-opt %s --romanet-strip -allow-unregistered-dialect | FileCheck %s

// CHECK: module {
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-NOT: romanet.
// CHECK: memref.global "private" @global : memref<8xi8>{{$}}
memref.global "private" @global : memref<8xi8, #romanet.space<weights>>
// CHECK: func.func private @types(memref<8xi8>, memref<*xi8>, memref<4xi8, strided<[2]>>, memref<8xi8, 3>, (memref<8xi8>) -> memref<8xi8>) -> memref<8xi8>
func.func private @types(memref<8xi8, #romanet.space<input>>, memref<*xi8, #romanet.space<weights>>,
    memref<4xi8, strided<[2]>, #romanet.space<output>>, memref<8xi8, 3>,
    (memref<8xi8, #romanet.space<input>>) -> memref<8xi8, #romanet.space<output>>) -> memref<8xi8, #romanet.space<output>>
// CHECK: func.func @places(%{{[a-z0-9_]+}}: memref<8xi8> {test.kept = 1 : i64}) -> (memref<8xi8> {test.kept = 2 : i64}) attributes {test.kept = 3 : i64}
func.func @places(%a: memref<8xi8> {test.kept = 1, romanet.dram = #romanet.dram<address = 0, bytes = 8,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>})
    -> (memref<8xi8> {test.kept = 2, romanet.dram = #romanet.dram<address = 0, bytes = 8,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>})
    attributes {test.kept = 3} {
  // CHECK: "test.op"() {test.kept = 4 : i64} : () -> ()
  "test.op"() {test.kept = 4, romanet.buffers = #romanet.buffers<shared = 1>,
      romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 1, p = 1, q = 1]>} : () -> ()
  // Types inside regions and of block arguments as well.
  // CHECK: "test.region"() ({
  // CHECK-NEXT: ^bb0(%{{[a-z0-9_]+}}: memref<8xi8>):
  "test.region"() ({
  ^bb0(%b: memref<8xi8, #romanet.space<output>>):
    "test.end"() : () -> ()
  }) : () -> ()
  return %a : memref<8xi8>
}
}
