// RUN: romanet-opt %s --split-input-file --verify-diagnostics --romanet-dma
// RUN: not romanet-opt %s --split-input-file --romanet-dma-to-calls 2>&1 | FileCheck %s --check-prefix=CALLS
// CALLS: error: a DMA between 'memref<4xi8>' and 'memref<4xi8, 1>' is not one between DRAM and chip; run romanet-dma-to-calls before romanet-strip

func.func @unranked(%a: memref<*xi8>, %c: memref<4xi8, #romanet.space<input>>) {
  // expected-error @below {{a copy between DRAM and chip of 'memref<*xi8>' cannot become a DMA: its rank and strides must be known}}
  memref.copy %a, %c : memref<*xi8> to memref<4xi8, #romanet.space<input>>
  return
}

// -----

func.func @layout(%a: memref<16xi8, affine_map<(d0) -> (d0 floordiv 4, d0 mod 4)>>, %c: memref<16xi8, #romanet.space<input>>) {
  // expected-error @below {{cannot become a DMA: its rank and strides must be known}}
  memref.copy %a, %c : memref<16xi8, affine_map<(d0) -> (d0 floordiv 4, d0 mod 4)>> to memref<16xi8, #romanet.space<input>>
  return
}

// -----

func.func @elsewhere(%a: memref<4xi8, 5>, %c: memref<4xi8, #romanet.space<input>>) {
  // expected-error @below {{a copy between 'memref<4xi8, 5>' and 'memref<4xi8, #romanet.space<input>>' cannot become a DMA: one of its ends must be in DRAM}}
  memref.copy %a, %c : memref<4xi8, 5> to memref<4xi8, #romanet.space<input>>
  return
}

// -----

func.func @stripped(%a: memref<4xi8>, %c: memref<4xi8, 1>, %tag: memref<1xi32>) {
  %0 = arith.constant 0 : index
  %4 = arith.constant 4 : index
  memref.dma_start %a[%0], %c[%0], %4, %tag[%0] : memref<4xi8>, memref<4xi8, 1>, memref<1xi32>
  memref.dma_wait %tag[%0], %4 : memref<1xi32>
  return
}
