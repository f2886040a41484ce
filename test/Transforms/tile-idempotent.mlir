// What is scheduled and mapped is left as it is.
//
// RUN: romanet-opt %s --romanet-tile > %t.tiled
// RUN: FileCheck %s < %t.tiled
// RUN: romanet-opt %t.tiled --romanet-tile | diff %t.tiled -
// RUN: romanet-opt %s --romanet-tile --romanet-tile | diff %t.tiled -
//
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map > %t.mapped
// RUN: FileCheck %s --check-prefix=MAPPED < %t.mapped
// RUN: romanet-opt %t.mapped --romanet-tile --romanet-dram-map | diff %t.mapped -
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-tile --romanet-dram-map | diff %t.mapped -
//
// The same on memrefs.
// RUN: romanet-opt %S/../Plugin/Inputs/memrefs.mlir --romanet-tile > %t.tiled-memrefs
// RUN: FileCheck %s < %t.tiled-memrefs
// RUN: romanet-opt %S/../Plugin/Inputs/memrefs.mlir --romanet-tile --romanet-tile | diff %t.tiled-memrefs -
// RUN: romanet-opt %t.tiled-memrefs --romanet-tile | diff %t.tiled-memrefs -
//
// What is bufferized and mapped in between is not tiled again either.
// RUN: romanet-opt %s --romanet-tile --romanet-dram-map --romanet-tile | diff %t.mapped -
// RUN: romanet-opt %S/../Plugin/Inputs/memrefs.mlir --romanet-tile --romanet-dram-map > %t.mapped-memrefs
// RUN: FileCheck %s --check-prefix=MAPPED < %t.mapped-memrefs
// RUN: romanet-opt %t.mapped-memrefs --romanet-tile --romanet-tile --romanet-dram-map | diff %t.mapped-memrefs -
//
// Nor is a whole network, whose other operations are left alone twice.
// RUN: romanet-opt %models/alexnet.mlir --romanet-tile > %t.network
// RUN: romanet-opt %models/alexnet.mlir --romanet-tile --romanet-tile | diff %t.network -
//
// Stripping twice is stripping once.
// RUN: romanet-opt %t.mapped --romanet-strip > %t.stripped
// RUN: romanet-opt %t.stripped --romanet-strip | diff %t.stripped -
// Annotating what is annotated, with other options, changes nothing.
// RUN: romanet-opt %t.tiled --romanet-annotate="shared=1" | diff %t.tiled -

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
// CHECK-COUNT-2: romanet.layer = 
// CHECK-NOT: romanet.layer = 
// MAPPED: memref.global "private" @romanet_dram
// MAPPED: memref.view {{.*}}romanet.dram
func.func @two_layers(%a: tensor<7x16xi8>, %b: tensor<16x16xi8>, %d: tensor<16x5xi32>) -> tensor<7x5xi32> {
  %zero = arith.constant 0 : i32
  %e0 = tensor.empty() : tensor<7x16xi32>
  %i0 = linalg.fill ins(%zero : i32) outs(%e0 : tensor<7x16xi32>) -> tensor<7x16xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<7x16xi8>, tensor<16x16xi8>) outs(%i0 : tensor<7x16xi32>) -> tensor<7x16xi32>
  %e1 = tensor.empty() : tensor<7x5xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<7x5xi32>) -> tensor<7x5xi32>
  %1 = linalg.matmul ins(%0, %d : tensor<7x16xi32>, tensor<16x5xi32>) outs(%i1 : tensor<7x5xi32>) -> tensor<7x5xi32>
  return %1 : tensor<7x5xi32>
}
}
