// The program counts what its copies move: executed, and compared with bytes
// that are easy to work out.
//
// DEFINE: %{lower} = mlir-opt --pass-pipeline="builtin.module(convert-linalg-to-loops,lower-affine,convert-scf-to-cf,expand-strided-metadata,lower-affine,convert-arith-to-llvm,convert-cf-to-llvm,convert-func-to-llvm,finalize-memref-to-llvm,reconcile-unrealized-casts)"
// REQUIRES: plugin
// DEFINE: %{execute} = mlir-runner -e main --entry-point-result=void --shared-libs=%llvm_lib/libmlir_c_runner_utils.so,%runtime
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-count-traffic -o %t.counting 2> %t.remarks
// RUN: FileCheck %s --check-prefix=CODE < %t.counting
// RUN: romanet-opt %t.counting --romanet-strip | %{lower} > %t.lowered
// RUN: %{execute} %t.lowered | FileCheck %s
//
// The addresses of the arguments of @ragged are those of its callers.
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: grep -c "remark: the address" %t.remarks | FileCheck %s --check-prefix=THREE
// THREE: {{^}}3{{$}}
// REMARK: remark: the address of this DRAM buffer is not known here; its bursts are counted as if it started at address 0, which is exact where it starts on a burst
//
// Into a file, once more as JSON.
// RUN: env ROMANET_TRAFFIC_FILE=%t.csv %{execute} %t.lowered | count 0
// RUN: FileCheck %s < %t.csv
// RUN: env ROMANET_TRAFFIC_FORMAT=json %{execute} %t.lowered > %t.json
// RUN: %python -c "import json; layers = json.load(open('%t.json'))['layers']; print([[layer[key] for key in ('name', 'runs', 'input_read_transfers', 'weights_read_bytes', 'output_write_bursts')] for layer in layers])" \
// RUN:   | FileCheck %s --check-prefix=JSON
// JSON: {{\[\['main.matmul.0', 1, 8, 64, 8\], \['ragged.matmul.0', 3, 18, 120, 6\]\]}}
//
// Neither is possible: the program ends with a message.
// RUN: env ROMANET_TRAFFIC_FILE=%t.absent/file not %{execute} %t.lowered 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: romanet runtime: error: cannot write to '{{.*}}.absent/file' (ROMANET_TRAFFIC_FILE): No such file or directory
// RUN: env ROMANET_TRAFFIC_FORMAT=xml not %{execute} %t.lowered 2>&1 | FileCheck %s --check-prefix=FORMAT
// FORMAT: romanet runtime: error: ROMANET_TRAFFIC_FORMAT is 'xml', expected csv or json
//
// RUN: not romanet-opt %s --romanet-tile --romanet-dram-map --romanet-count-traffic="function=absent" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: there is no function @absent to print the counters (option 'function')
// RUN: not romanet-opt %t.counting --romanet-count-traffic 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: the module counts its traffic already (@romanet_count_print)
// RUN: not romanet-opt %S/Inputs/product-on-tensors.mlir --romanet-tile --romanet-count-traffic 2>&1 \
// RUN:   | FileCheck %s --check-prefix=TENSORS
// TENSORS: error: cannot count the traffic: the tile of 'input' is not a buffer on chip; bufferize first (romanet-dram-map does)

// A copy is counted in front of it, and each step of the nest.
// CODE: memref.alloca_scope
// CODE-NEXT: memref.cast %{{.*}} : memref<8x2xi8, strided<[4, 1], offset: ?>> to memref<*xi8>
// CODE: func.call @romanet_count_transfer_i8
// CODE: memref.copy
// CODE: call @romanet_count_step
// CODE-NEXT: linalg.matmul

// CHECK: {{^}}layer,runs,stream,transfers,bytes,bursts{{$}}
//
// Layer 0, 8 x 16 x 4 with tiles of n = 4, k = 2, c = 8, order k, c, n: eight
// steps; it runs once.
//   input    8 transfers, one each step; 2 sweeps (k) of 8 * 16 = 256 bytes.
//            A tile has half of each of 4 rows of 16 bytes: a burst of 64.
//   weights  4 transfers (k, c); 1 sweep of 16 * 4 = 64 bytes, all in one burst.
//   output   8 transfers; 2 visits (c) of 8 * 4 * 4 bytes = 256 written, of which
//            the first starts from a fill: half of all that is read.
//            A tile has half of each of 4 rows of 16 bytes: a burst of 64.
// CHECK-NEXT: {{^}}main.matmul.0,1,input_read,8,256,8{{$}}
// CHECK-NEXT: {{^}}main.matmul.0,1,weights_read,4,64,4{{$}}
// CHECK-NEXT: {{^}}main.matmul.0,1,output_read,4,128,4{{$}}
// CHECK-NEXT: {{^}}main.matmul.0,1,output_write,8,256,8{{$}}
// CHECK-NEXT: {{^}}main.matmul.0,1,epilogue_read,0,0,0{{$}}
//
// Layer 1, 7 x 5 x 4 with tiles of n = 4, c = 2 and ragged last ones, order n,
// c: six steps; it runs three times.
//   input    6 transfers, 1 sweep of 7 * 5 = 35 bytes in one burst, three times
//   weights  6 transfers, 2 sweeps (n) of 5 * 4 = 40 bytes in one burst, three
//            times
//   output   held over c: 2 transfers of 64 and 48 bytes = 112 in two bursts,
//            written three times, and read first, since it is data
// CHECK-NEXT: {{^}}ragged.matmul.0,3,input_read,18,105,18{{$}}
// CHECK-NEXT: {{^}}ragged.matmul.0,3,weights_read,18,120,18{{$}}
// CHECK-NEXT: {{^}}ragged.matmul.0,3,output_read,6,336,6{{$}}
// CHECK-NEXT: {{^}}ragged.matmul.0,3,output_write,6,336,6{{$}}
// CHECK-NEXT: {{^}}ragged.matmul.0,3,epilogue_read,0,0,0{{$}}
// CHECK-NOT: {{.}}

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
