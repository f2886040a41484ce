// Which layer and stream a copy counts for follows from the use of its on-chip
// buffer: not from its memory space, nor from its place in an arena on chip that
// several layers use in turn. Executed, with bytes that differ by stream.
//
// DEFINE: %{lower} = mlir-opt --pass-pipeline="builtin.module(convert-linalg-to-loops,lower-affine,convert-scf-to-cf,expand-strided-metadata,lower-affine,convert-arith-to-llvm,convert-cf-to-llvm,convert-func-to-llvm,finalize-memref-to-llvm,reconcile-unrealized-casts)"
// REQUIRES: plugin
// DEFINE: %{execute} = mlir-runner -e main --entry-point-result=void --shared-libs=%llvm_lib/libmlir_c_runner_utils.so,%runtime
// RUN: romanet-opt %s --romanet-count-traffic --romanet-strip | %{lower} | %{execute} | FileCheck %s --strict-whitespace
//
// The same as DMAs, whose bursts and transfers can be more; here each copy is one
// DMA.
// RUN: romanet-opt %s --romanet-dma --romanet-count-traffic --romanet-dma-to-calls --romanet-strip \
// RUN:   | %{lower} | %{execute} | FileCheck %s --strict-whitespace

// CHECK:{{^}}layer,runs,stream,transfers,bytes,bursts{{$}}
//
// Three tiles of 4 x 2 bytes, the first in front of the loop, the others fetched
// ahead behind the operation. The input starts at address 60, so that the first
// tile lies in two bursts; 68 to 83, where the others are, is one.
// CHECK-NEXT:{{^}}ahead,1,input_read,3,24,4{{$}}
// CHECK-NEXT:{{^}}ahead,1,weights_read,1,4,1{{$}}
// Sums start from a bias, made on chip, and never leave it.
// CHECK-NEXT:{{^}}ahead,1,output_read,0,0,0{{$}}
// CHECK-NEXT:{{^}}ahead,1,output_write,3,24,3{{$}}
// The bias of 2 * 4 bytes once, the residual of 4 x 2 bytes for each tile.
// CHECK-NEXT:{{^}}ahead,1,epilogue_read,4,32,4{{$}}
//
// Four steps, of which one in two loads the weights. A tile of sums has 4 x 2 x 4
// bytes; the first of two visits fills it.
// CHECK-NEXT:{{^}}sums,1,input_read,4,32,4{{$}}
// CHECK-NEXT:{{^}}sums,1,weights_read,2,8,2{{$}}
// CHECK-NEXT:{{^}}sums,1,output_read,2,64,2{{$}}
// CHECK-NEXT:{{^}}sums,1,output_write,4,128,4{{$}}
// CHECK-NEXT:{{^}}sums,1,epilogue_read,0,0,0{{$}}
//
// Twice; the window of a pooling is no data. The epilogue is in place.
// CHECK-NEXT:{{^}}pool,2,input_read,2,72,2{{$}}
// CHECK-NEXT:{{^}}pool,2,weights_read,0,0,0{{$}}
// CHECK-NEXT:{{^}}pool,2,output_read,2,32,2{{$}}
// CHECK-NEXT:{{^}}pool,2,output_write,2,32,2{{$}}
// CHECK-NEXT:{{^}}pool,2,epilogue_read,0,0,0{{$}}
// CHECK-NOT:{{.}}

memref.global "private" @chip : memref<256xi8, #romanet.space<weights>> = uninitialized

func.func @main() {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %2 = arith.constant 2 : index
  %3 = arith.constant 3 : index
  %4 = arith.constant 4 : index
  %8 = arith.constant 8 : index
  %16 = arith.constant 16 : index
  %32 = arith.constant 32 : index
  %64 = arith.constant 64 : index
  %72 = arith.constant 72 : index
  %80 = arith.constant 80 : index
  %zero = arith.constant 0 : i32

  %a = memref.alloc() {romanet.dram = #romanet.dram<address = 60, bytes = 24,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>>} : memref<12x2xi8>
  %w = memref.alloc() : memref<2x2xi8>
  %bias = memref.alloc() : memref<2xi32>
  %residual = memref.alloc() : memref<12x2xi8>
  %out = memref.alloc() : memref<12x2xi8>
  %ta = memref.get_global @chip : memref<256xi8, #romanet.space<weights>>
  %input = memref.view %ta[%0][] : memref<256xi8, #romanet.space<weights>> to memref<2x4x2xi8, #romanet.space<weights>>
  %weights = memref.view %ta[%16][] : memref<256xi8, #romanet.space<weights>> to memref<2x2xi8, #romanet.space<weights>>
  %sums = memref.view %ta[%32][] : memref<256xi8, #romanet.space<weights>> to memref<4x2xi32, #romanet.space<weights>>
  %done = memref.view %ta[%64][] : memref<256xi8, #romanet.space<weights>> to memref<4x2xi8, #romanet.space<weights>>
  %add = memref.view %ta[%72][] : memref<256xi8, #romanet.space<weights>> to memref<4x2xi8, #romanet.space<weights>>
  %b = memref.view %ta[%80][] : memref<256xi8, #romanet.space<weights>> to memref<2xi32, #romanet.space<weights>>
  memref.copy %w, %weights : memref<2x2xi8> to memref<2x2xi8, #romanet.space<weights>>
  memref.copy %bias, %b : memref<2xi32> to memref<2xi32, #romanet.space<weights>>
  %first = memref.subview %a[0, 0] [4, 2] [1, 1] : memref<12x2xi8> to memref<4x2xi8, strided<[2, 1]>>
  %half0 = memref.subview %input[0, 0, 0] [1, 4, 2] [1, 1, 1]
      : memref<2x4x2xi8, #romanet.space<weights>> to memref<4x2xi8, strided<[2, 1]>, #romanet.space<weights>>
  memref.copy %first, %half0 : memref<4x2xi8, strided<[2, 1]>> to memref<4x2xi8, strided<[2, 1]>, #romanet.space<weights>>
  scf.for %i = %0 to %3 step %1 iter_args(%cur = %0) -> index {
    %row = arith.muli %i, %4 : index
    %half = memref.subview %input[%cur, 0, 0] [1, 4, 2] [1, 1, 1]
        : memref<2x4x2xi8, #romanet.space<weights>> to memref<4x2xi8, strided<[2, 1], offset: ?>, #romanet.space<weights>>
    linalg.generic {indexing_maps = [affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>],
                    iterator_types = ["parallel", "parallel"]}
        ins(%b : memref<2xi32, #romanet.space<weights>>) outs(%sums : memref<4x2xi32, #romanet.space<weights>>)
        attrs = {romanet.epilogue} {
    ^bb0(%x: i32, %old: i32):
      linalg.yield %x : i32
    }
    linalg.matmul {
        romanet.layer = #romanet.layer<"ahead",
            loops = [n = 12, g = 1, k = 2, c = 2, p = 1, q = 1], image = [1, 1], kernel = [1, 1], strides = [1, 1],
            dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 1], order = ["nc", "ck", "nk"], init = fill>,
        romanet.schedule = #romanet.schedule<[n = 4, g = 1, k = 2, c = 2, p = 1, q = 1]>}
        ins(%half, %weights : memref<4x2xi8, strided<[2, 1], offset: ?>, #romanet.space<weights>>, memref<2x2xi8, #romanet.space<weights>>)
        outs(%sums : memref<4x2xi32, #romanet.space<weights>>)
    // The next tile into the other half.
    %next = arith.subi %1, %cur : index
    %isLast = arith.cmpi eq, %i, %2 : index
    scf.if %isLast {
    } else {
      %nextRow = arith.addi %row, %4 : index
      %tile = memref.subview %a[%nextRow, 0] [4, 2] [1, 1] : memref<12x2xi8> to memref<4x2xi8, strided<[2, 1], offset: ?>>
      %other = memref.subview %input[%next, 0, 0] [1, 4, 2] [1, 1, 1]
          : memref<2x4x2xi8, #romanet.space<weights>> to memref<4x2xi8, strided<[2, 1], offset: ?>, #romanet.space<weights>>
      memref.copy %tile, %other : memref<4x2xi8, strided<[2, 1], offset: ?>> to memref<4x2xi8, strided<[2, 1], offset: ?>, #romanet.space<weights>>
    }
    %addTile = memref.subview %residual[%row, 0] [4, 2] [1, 1] : memref<12x2xi8> to memref<4x2xi8, strided<[2, 1], offset: ?>>
    memref.copy %addTile, %add : memref<4x2xi8, strided<[2, 1], offset: ?>> to memref<4x2xi8, #romanet.space<weights>>
    linalg.generic {indexing_maps = [affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n, k)>],
                    iterator_types = ["parallel", "parallel"]}
        ins(%sums, %add : memref<4x2xi32, #romanet.space<weights>>, memref<4x2xi8, #romanet.space<weights>>)
        outs(%done : memref<4x2xi8, #romanet.space<weights>>) attrs = {romanet.epilogue} {
    ^bb0(%x: i32, %y: i8, %old: i8):
      %narrow = arith.trunci %x : i32 to i8
      %sum = arith.addi %narrow, %y : i8
      linalg.yield %sum : i8
    }
    %outTile = memref.subview %out[%row, 0] [4, 2] [1, 1] : memref<12x2xi8> to memref<4x2xi8, strided<[2, 1], offset: ?>>
    memref.copy %done, %outTile : memref<4x2xi8, #romanet.space<weights>> to memref<4x2xi8, strided<[2, 1], offset: ?>>
    scf.yield %next : index
  }

  // The next layer has its weights where the input was, and its input where the
  // weights were.
  %d = memref.alloc() : memref<8x4xi8>
  %v = memref.alloc() : memref<4x2xi8>
  %acc = memref.alloc() : memref<8x2xi32>
  %tb = memref.get_global @chip : memref<256xi8, #romanet.space<weights>>
  %weights2 = memref.view %tb[%0][] : memref<256xi8, #romanet.space<weights>> to memref<2x2xi8, #romanet.space<weights>>
  %input2 = memref.view %tb[%16][] : memref<256xi8, #romanet.space<weights>> to memref<4x2xi8, #romanet.space<weights>>
  %sums2 = memref.view %tb[%32][] : memref<256xi8, #romanet.space<weights>> to memref<4x2xi32, #romanet.space<weights>>
  %spare = memref.view %tb[%64][] : memref<256xi8, #romanet.space<weights>> to memref<4x2xi8, #romanet.space<weights>>
  scf.for %c = %0 to %4 step %2 {
    %vTile = memref.subview %v[%c, 0] [2, 2] [1, 1] : memref<4x2xi8> to memref<2x2xi8, strided<[2, 1], offset: ?>>
    memref.copy %vTile, %weights2 : memref<2x2xi8, strided<[2, 1], offset: ?>> to memref<2x2xi8, #romanet.space<weights>>
    scf.for %n = %0 to %8 step %4 {
      // What moves on chip is no traffic, nor is what has no elements.
      memref.copy %input2, %spare : memref<4x2xi8, #romanet.space<weights>> to memref<4x2xi8, #romanet.space<weights>>
      %nothing = memref.subview %d[%n, %c] [%0, 2] [1, 1] : memref<8x4xi8> to memref<?x2xi8, strided<[4, 1], offset: ?>>
      %nowhere = memref.subview %input2[0, 0] [%0, 2] [1, 1] : memref<4x2xi8, #romanet.space<weights>> to memref<?x2xi8, strided<[2, 1]>, #romanet.space<weights>>
      memref.copy %nothing, %nowhere : memref<?x2xi8, strided<[4, 1], offset: ?>> to memref<?x2xi8, strided<[2, 1]>, #romanet.space<weights>>
      %dTile = memref.subview %d[%n, %c] [4, 2] [1, 1] : memref<8x4xi8> to memref<4x2xi8, strided<[4, 1], offset: ?>>
      memref.copy %dTile, %input2 : memref<4x2xi8, strided<[4, 1], offset: ?>> to memref<4x2xi8, #romanet.space<weights>>
      %accTile = memref.subview %acc[%n, 0] [4, 2] [1, 1] : memref<8x2xi32> to memref<4x2xi32, strided<[2, 1], offset: ?>>
      %isFirst = arith.cmpi eq, %c, %0 : index
      scf.if %isFirst {
        linalg.fill ins(%zero : i32) outs(%sums2 : memref<4x2xi32, #romanet.space<weights>>)
      } else {
        memref.copy %accTile, %sums2 : memref<4x2xi32, strided<[2, 1], offset: ?>> to memref<4x2xi32, #romanet.space<weights>>
      }
      linalg.matmul {
          romanet.layer = #romanet.layer<"sums",
              loops = [n = 8, g = 1, k = 2, c = 4, p = 1, q = 1], image = [1, 1], kernel = [1, 1], strides = [1, 1],
              dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[c = 2, n = 4, g = 1, k = 2, p = 1, q = 1]>}
          ins(%input2, %weights2 : memref<4x2xi8, #romanet.space<weights>>, memref<2x2xi8, #romanet.space<weights>>)
          outs(%sums2 : memref<4x2xi32, #romanet.space<weights>>)
      memref.copy %sums2, %accTile : memref<4x2xi32, #romanet.space<weights>> to memref<4x2xi32, strided<[2, 1], offset: ?>>
    }
  }
  %image = memref.alloc() : memref<1x3x3x1xi32>
  %pooled = memref.alloc() : memref<1x2x2x1xi32>
  call @pool(%image, %pooled) : (memref<1x3x3x1xi32>, memref<1x2x2x1xi32>) -> ()
  call @pool(%image, %pooled) : (memref<1x3x3x1xi32>, memref<1x2x2x1xi32>) -> ()
  return
}

func.func @pool(%image: memref<1x3x3x1xi32>, %pooled: memref<1x2x2x1xi32>) {
  %input = memref.alloc() : memref<1x3x3x1xi32, #romanet.space<output>>
  %output = memref.alloc() : memref<1x2x2x1xi32, #romanet.space<output>>
  %window = memref.alloc() : memref<2x2xi32>
  memref.copy %image, %input : memref<1x3x3x1xi32> to memref<1x3x3x1xi32, #romanet.space<output>>
  memref.copy %pooled, %output : memref<1x2x2x1xi32> to memref<1x2x2x1xi32, #romanet.space<output>>
  linalg.pooling_nhwc_sum {
      romanet.layer = #romanet.layer<"pool",
          loops = [n = 1, g = 1, k = 1, c = 1, p = 2, q = 2], image = [3, 3], kernel = [2, 2], strides = [1, 1],
          dilations = [1, 1], pads = [0, 0], bytes = [4, 4, 4, 4], order = ["nhwgc", "gkrsc", "nhwgk"], init = data>,
      romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 1, p = 2, q = 2]>,
      strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%input, %window : memref<1x3x3x1xi32, #romanet.space<output>>, memref<2x2xi32>)
      outs(%output : memref<1x2x2x1xi32, #romanet.space<output>>)
  linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%output : memref<1x2x2x1xi32, #romanet.space<output>>) attrs = {romanet.epilogue} {
  ^bb0(%x: i32):
    %four = arith.constant 4 : i32
    %mean = arith.divsi %x, %four : i32
    linalg.yield %mean : i32
  }
  memref.copy %output, %pooled : memref<1x2x2x1xi32, #romanet.space<output>> to memref<1x2x2x1xi32>
  return
}
