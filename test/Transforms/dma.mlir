// Copies between DRAM and chip become DMAs; the forms that one DMA can take, and
// the loops around it where it cannot.
//
// RUN: romanet-opt %s --split-input-file --romanet-dma | FileCheck %s
//
// Without memory spaces nobody could tell which end a stride belongs to.
// RUN: not romanet-opt %s --split-input-file --romanet-dma --romanet-strip 2>&1 | FileCheck %s --check-prefix=STRIP
// STRIP: error: a DMA needs memory spaces for its ends; say by option 'memory-spaces' of romanet-strip which ones the target has, or run romanet-dma-to-calls first
// RUN: romanet-opt %s --split-input-file --romanet-dma --romanet-strip=memory-spaces=1,2,3 \
// RUN:   | mlir-opt --split-input-file | FileCheck %s --check-prefix=SPACES
// SPACES: memref.dma_start {{.*}} : memref<4x6xi8>, memref<4x6xi8, 1>, memref<1xi32>

// Contiguous at both ends: one DMA of all elements. One tag for both.
// CHECK-LABEL: @whole
// CHECK: %[[TAG:.*]] = memref.alloca() : memref<1xi32>
// CHECK-NOT: memref.alloca()
// CHECK: %[[N:.*]] = arith.constant 24 : index
// CHECK: memref.dma_start %arg0[%{{.*}}, %{{.*}}], %{{.*}}[%{{.*}}, %{{.*}}], %[[N]], %[[TAG]][%{{[a-z0-9_]+}}] : memref<4x6xi8>, memref<4x6xi8, #romanet.space<input>>, memref<1xi32>
// CHECK-NEXT: memref.dma_wait %[[TAG]][%{{.*}}], %[[N]] : memref<1xi32>
// CHECK: memref.dma_start %{{.*}}[%{{.*}}], %arg0{{.*}}, %[[TAG]][%{{.*}}] : memref<4x6xi8, #romanet.space<input>>, memref<4x6xi8>, memref<1xi32>
// CHECK-NOT: memref.copy
func.func @whole(%a: memref<4x6xi8>) {
  %b = memref.alloc() : memref<4x6xi8, #romanet.space<input>>
  memref.copy %a, %b : memref<4x6xi8> to memref<4x6xi8, #romanet.space<input>>
  memref.copy %b, %a : memref<4x6xi8, #romanet.space<input>> to memref<4x6xi8>
  return
}

// -----

// A tile of channels and rows of an image, NCHW: rows are contiguous and follow
// each other by the stride of a row; channels are a loop. 3 * 8 elements, 8 at a
// time, every 20.
// CHECK-LABEL: @image
// CHECK: %[[C5:.*]] = arith.constant 5 : index
// CHECK: scf.for %[[C:.*]] = %{{.*}} to %[[C5]]
// CHECK: %[[N:.*]] = arith.constant 24 : index
// CHECK: %[[STRIDE:.*]] = arith.constant 20 : index
// CHECK: %[[CHUNK:.*]] = arith.constant 8 : index
// CHECK: memref.dma_start %{{.*}}[%[[Z:.*]], %[[C]], %[[Z]], %[[Z]]], %{{.*}}[%[[Z]], %[[C]], %[[Z]], %[[Z]]], %[[N]], %{{.*}}[%[[Z]]], %[[STRIDE]], %[[CHUNK]] :
// CHECK-NEXT: memref.dma_wait %{{.*}}, %[[N]] : memref<1xi32>
// CHECK-NEXT: }
func.func @image(%a: memref<1x16x20x20xf32>, %i: index) {
  %b = memref.alloc() : memref<1x5x3x8xf32, #romanet.space<input>>
  %part = memref.subview %a[0, %i, %i, %i] [1, 5, 3, 8] [1, 1, 1, 1]
      : memref<1x16x20x20xf32> to memref<1x5x3x8xf32, strided<[6400, 400, 20, 1], offset: ?>>
  memref.copy %part, %b : memref<1x5x3x8xf32, strided<[6400, 400, 20, 1], offset: ?>>
      to memref<1x5x3x8xf32, #romanet.space<input>>
  return
}

// -----

// Whole rows are contiguous with each other: chunks of 4 * 20, every 400.
// CHECK-LABEL: @rows
// CHECK-NOT: scf.for
// CHECK: %[[N:.*]] = arith.constant 400 : index
// CHECK: %[[STRIDE:.*]] = arith.constant 400 : index
// CHECK: %[[CHUNK:.*]] = arith.constant 80 : index
// CHECK: memref.dma_start {{.*}}, %[[N]], %{{.*}}, %[[STRIDE]], %[[CHUNK]] :
func.func @rows(%a: memref<16x20x20xf32>, %c: memref<5x4x20xf32, #romanet.space<input>>) {
  %part = memref.subview %a[0, 0, 0] [5, 4, 20] [1, 1, 1]
      : memref<16x20x20xf32> to memref<5x4x20xf32, strided<[400, 20, 1]>>
  memref.copy %part, %c : memref<5x4x20xf32, strided<[400, 20, 1]>> to memref<5x4x20xf32, #romanet.space<input>>
  return
}

// -----

// A ragged tile leaves a gap on chip behind each channel: a loop over channels,
// each one DMA of as many rows as there are. Stored, too.
// CHECK-LABEL: @ragged
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: index
// CHECK: scf.for
// CHECK: %[[N:.*]] = affine.apply #[[TIMES20:.*]]()[%{{.*}}]
// CHECK: memref.dma_start %{{.*}}, %{{.*}}, %[[N]], %{{[a-z0-9_]+}}[%{{[a-z0-9_]+}}] : memref<5x?x20xf32, strided<[120, 20, 1]>, #romanet.space<output>>, memref<5x?x20xf32, strided<[400, 20, 1]>>, memref<1xi32>
// CHECK-NEXT: memref.dma_wait
func.func @ragged(%a: memref<16x20x20xf32>, %c: memref<5x6x20xf32, #romanet.space<output>>, %rows: index) {
  %part = memref.subview %a[0, 0, 0] [5, %rows, 20] [1, 1, 1]
      : memref<16x20x20xf32> to memref<5x?x20xf32, strided<[400, 20, 1]>>
  %tile = memref.subview %c[0, 0, 0] [5, %rows, 20] [1, 1, 1]
      : memref<5x6x20xf32, #romanet.space<output>> to memref<5x?x20xf32, strided<[120, 20, 1]>, #romanet.space<output>>
  memref.copy %tile, %part : memref<5x?x20xf32, strided<[120, 20, 1]>, #romanet.space<output>>
      to memref<5x?x20xf32, strided<[400, 20, 1]>>
  return
}

// -----

// A column: 16 chunks of one element, every 8.
// CHECK-LABEL: @column
// CHECK-NOT: scf.for
// CHECK: %[[N:.*]] = arith.constant 16 : index
// CHECK: %[[STRIDE:.*]] = arith.constant 8 : index
// CHECK: %[[CHUNK:.*]] = arith.constant 1 : index
// CHECK: memref.dma_start {{.*}}, %[[N]], %{{.*}}, %[[STRIDE]], %[[CHUNK]] :
func.func @column(%a: memref<16x8xi8>, %c: memref<16x1xi8, #romanet.space<weights>>) {
  %part = memref.subview %a[0, 3] [16, 1] [1, 1] : memref<16x8xi8> to memref<16x1xi8, strided<[8, 1], offset: 3>>
  memref.copy %part, %c : memref<16x1xi8, strided<[8, 1], offset: 3>> to memref<16x1xi8, #romanet.space<weights>>
  return
}

// -----

// Gaps between the elements on chip: each is a DMA of its own.
// CHECK-LABEL: @elements
// CHECK: scf.for %[[I:.*]] =
// CHECK: %[[N:.*]] = arith.constant 1 : index
// CHECK: memref.dma_start %{{.*}}[%[[I]]], %{{.*}}[%[[I]]], %[[N]], %{{[a-z0-9_]+}}[%{{[a-z0-9_]+}}] :
func.func @elements(%a: memref<4xi8>, %c: memref<4xi8, strided<[2]>, #romanet.space<weights>>) {
  memref.copy %a, %c : memref<4xi8> to memref<4xi8, strided<[2]>, #romanet.space<weights>>
  return
}

// -----

// Half of a double buffer, from rows whose distance is known when the program
// runs.
// CHECK-LABEL: @half
// CHECK-NOT: scf.for
// CHECK: %{{.*}}, %{{.*}}, %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %{{.*}} : memref<4x6xi8, strided<[?, 1], offset: ?>>
// CHECK: memref.dma_start {{.*}}, %[[STRIDES]]#0, %{{.*}} : memref<4x6xi8, strided<[?, 1], offset: ?>>, memref<4x6xi8, strided<[6, 1], offset: ?>, #romanet.space<input>>
func.func @half(%a: memref<4x6xi8, strided<[?, 1], offset: ?>>, %c: memref<2x4x6xi8, #romanet.space<input>>, %i: index) {
  %half = memref.subview %c[%i, 0, 0] [1, 4, 6] [1, 1, 1]
      : memref<2x4x6xi8, #romanet.space<input>> to memref<4x6xi8, strided<[6, 1], offset: ?>, #romanet.space<input>>
  memref.copy %a, %half : memref<4x6xi8, strided<[?, 1], offset: ?>>
      to memref<4x6xi8, strided<[6, 1], offset: ?>, #romanet.space<input>>
  return
}

// -----

// Copies within DRAM and within the chip are none.
// CHECK-LABEL: @others
// CHECK-NOT: memref.alloca
// CHECK: memref.copy
// CHECK: memref.copy
// CHECK-NOT: dma
func.func @others(%a: memref<4xi8>, %b: memref<4xi8>, %c: memref<4xi8, #romanet.space<input>>, %d: memref<4xi8, #romanet.space<weights>>) {
  memref.copy %a, %b : memref<4xi8> to memref<4xi8>
  memref.copy %c, %d : memref<4xi8, #romanet.space<input>> to memref<4xi8, #romanet.space<weights>>
  return
}

// -----

// A tile that is fetched ahead, under a condition, in as many DMAs as there are
// channels: a tag each, and the wait behind the product on the half in use, in
// front of the end of the step. What was not started is not waited for.
// CHECK-LABEL: @ahead
// CHECK-DAG: %[[TAGS:.*]] = memref.alloca() : memref<5xi32>
// CHECK: scf.for {{.*}} iter_args(%[[HALF:.*]] =
// CHECK: %[[STARTED:.*]]:2 = scf.if %{{.*}} -> (index, index) {
// CHECK: %[[COUNT:.*]] = arith.constant 18 : index
// CHECK: scf.for %[[C:.*]] =
// CHECK: memref.dma_start {{.*}}, %[[TAGS]][%[[C]]]
// CHECK-NOT: memref.dma_wait
// CHECK: scf.yield %{{.*}}, %[[COUNT]] : index, index
// CHECK: } else {
// CHECK: scf.yield %[[NONE:.*]], %{{.*}} : index, index
// CHECK: }
// CHECK: linalg.add
// CHECK: scf.for %[[T:.*]] = %{{.*}} to %[[STARTED]]#0 step
// CHECK-NEXT: memref.dma_wait %[[TAGS]][%[[T]]], %[[STARTED]]#1 : memref<5xi32>
// CHECK-NEXT: }
// CHECK: scf.yield
func.func @ahead(%a: memref<8x5x20x20xi8>, %d: memref<5x3x6xi8, #romanet.space<output>>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %b = memref.alloc() : memref<2x5x3x6xi8, #romanet.space<input>>
  scf.for %i = %c0 to %c8 step %c1 iter_args(%half = %c0) -> index {
    %isNotLast = arith.cmpi ne, %i, %c7 : index
    %other = arith.subi %c1, %half : index
    scf.if %isNotLast {
      %next = arith.addi %i, %c1 : index
      %from = memref.subview %a[%next, 0, 0, 0] [1, 5, 3, 6] [1, 1, 1, 1]
          : memref<8x5x20x20xi8> to memref<5x3x6xi8, strided<[400, 20, 1], offset: ?>>
      %to = memref.subview %b[%other, 0, 0, 0] [1, 5, 3, 6] [1, 1, 1, 1]
          : memref<2x5x3x6xi8, #romanet.space<input>> to memref<5x3x6xi8, strided<[18, 6, 1], offset: ?>, #romanet.space<input>>
      memref.copy %from, %to : memref<5x3x6xi8, strided<[400, 20, 1], offset: ?>>
          to memref<5x3x6xi8, strided<[18, 6, 1], offset: ?>, #romanet.space<input>>
    }
    %used = memref.subview %b[%half, 0, 0, 0] [1, 5, 3, 6] [1, 1, 1, 1]
        : memref<2x5x3x6xi8, #romanet.space<input>> to memref<5x3x6xi8, strided<[18, 6, 1], offset: ?>, #romanet.space<input>>
    linalg.add ins(%used, %d : memref<5x3x6xi8, strided<[18, 6, 1], offset: ?>, #romanet.space<input>>,
                               memref<5x3x6xi8, #romanet.space<output>>)
               outs(%d : memref<5x3x6xi8, #romanet.space<output>>)
    scf.yield %other : index
  }
  return
}

// -----

// What is used before the end of the step is waited for in front of its use:
// the other half itself,
// CHECK-LABEL: @used
// CHECK: memref.dma_start
// CHECK: linalg.fill
// CHECK: memref.dma_wait
// CHECK: linalg.fill
// CHECK-NOT: dma
func.func @used(%a: memref<16xi8>, %half: index, %x: i8) {
  %c1 = arith.constant 1 : index
  %b = memref.alloc() : memref<2x16xi8, #romanet.space<input>>
  %other = arith.subi %c1, %half : index
  %to = memref.subview %b[%other, 0] [1, 16] [1, 1]
      : memref<2x16xi8, #romanet.space<input>> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  memref.copy %a, %to : memref<16xi8> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  %used = memref.subview %b[%half, 0] [1, 16] [1, 1]
      : memref<2x16xi8, #romanet.space<input>> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  linalg.fill ins(%x : i8) outs(%used : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>)
  linalg.fill ins(%x : i8) outs(%to : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>)
  return
}

// -----

// what the load reads in DRAM, which a store overwrites, or may overwrite under
// another name,
// CHECK-LABEL: @overwritten
// CHECK: memref.dma_start
// CHECK: linalg.fill
// CHECK: memref.dma_wait
// CHECK: memref.dma_start
// CHECK: memref.dma_wait
// CHECK: memref.dma_start
// CHECK: linalg.fill
// CHECK: memref.dma_wait
// CHECK: memref.dma_start
func.func @overwritten(%a: memref<16xi8>, %choice: i1, %half: index, %x: i8) {
  %c1 = arith.constant 1 : index
  %b = memref.alloc() : memref<2x16xi8, #romanet.space<input>>
  %e = memref.alloc() : memref<16xi8>
  %either = scf.if %choice -> memref<16xi8> {
    scf.yield %a : memref<16xi8>
  } else {
    scf.yield %e : memref<16xi8>
  }
  %other = arith.subi %c1, %half : index
  %to = memref.subview %b[%other, 0] [1, 16] [1, 1]
      : memref<2x16xi8, #romanet.space<input>> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  %used = memref.subview %b[%half, 0] [1, 16] [1, 1]
      : memref<2x16xi8, #romanet.space<input>> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  memref.copy %a, %to : memref<16xi8> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  linalg.fill ins(%x : i8) outs(%used : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>)
  memref.copy %used, %a : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>> to memref<16xi8>
  memref.copy %a, %to : memref<16xi8> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  linalg.fill ins(%x : i8) outs(%used : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>)
  memref.copy %used, %either : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>> to memref<16xi8>
  return
}

// -----

// and everything where a function is called. Another index than 1 minus that of
// the half in use says nothing.
// CHECK-LABEL: @unknown
// CHECK: memref.dma_start
// CHECK: linalg.fill
// CHECK: memref.dma_wait
// CHECK: call @f
// CHECK: memref.dma_start
// CHECK-NEXT: memref.dma_wait
func.func private @f()
func.func @unknown(%a: memref<16xi8>, %half: index, %x: i8) {
  %c1 = arith.constant 1 : index
  %b = memref.alloc() : memref<2x16xi8, #romanet.space<input>>
  %other = arith.subi %c1, %half : index
  %to = memref.subview %b[%other, 0] [1, 16] [1, 1]
      : memref<2x16xi8, #romanet.space<input>> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  %used = memref.subview %b[%half, 0] [1, 16] [1, 1]
      : memref<2x16xi8, #romanet.space<input>> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  memref.copy %a, %to : memref<16xi8> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  linalg.fill ins(%x : i8) outs(%used : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>)
  func.call @f() : () -> ()
  memref.copy %a, %used : memref<16xi8> to memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>
  linalg.fill ins(%x : i8) outs(%to : memref<16xi8, strided<[1], offset: ?>, #romanet.space<input>>)
  return
}
