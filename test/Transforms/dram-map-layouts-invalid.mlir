// What keeps a buffer from lying in the layout that is demanded of it.
// RUN: split-file %s %t
// RUN: romanet-opt %t/keep.mlir --romanet-tile --romanet-dram-map --split-input-file --verify-diagnostics=only-expected
// RUN: romanet-opt %t/packed.mlir --romanet-tile --romanet-dram-map=arg-layout=packed --split-input-file --verify-diagnostics=only-expected
// RUN: romanet-opt %t/option.mlir --romanet-dram-map=arg-layout=any --verify-diagnostics=only-expected

//--- keep.mlir

// The users of a buffer must agree; row-major is a demand as well.
func.func @disagree(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%zero : f32) outs(%t : memref<4x4xf32>)
  // expected-note @below {{the other one}}
  linalg.matmul {romanet.layouts = #romanet.layouts<output = <order = [1, 0]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  linalg.fill ins(%zero : f32) outs(%y : memref<4x4xf32>)
  // expected-error @below {{the input of 'linalg.matmul' is to lie as #romanet.layout<row_major>, but in the same buffer the output of 'linalg.matmul' as #romanet.layout<order = [1, 0]>}}
  linalg.matmul ins(%t, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// -----

// Something else uses the buffer.
func.func @other_use(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%zero : f32) outs(%t : memref<4x4xf32>)
  // expected-note @below {{the output of 'linalg.matmul' is to lie as #romanet.layout<order = [1, 0]>}}
  linalg.matmul {romanet.layouts = #romanet.layouts<output = <order = [1, 0]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  // expected-error @below {{'memref.copy' uses a buffer that is not to lie row-major; only copies between it and the chip may}}
  memref.copy %t, %y : memref<4x4xf32> to memref<4x4xf32>
  return
}

// -----

// Arguments stay as they are.
func.func @argument(%x: memref<4x4xf32>,
    // expected-error @below {{argument 1 of @argument would have to lie otherwise than row-major; option 'arg-layout=packed' of romanet-dram-map allows that}}
    %w: memref<4x4xf32>,
    %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x4xf32>)
  // expected-note @below {{the weights of 'linalg.matmul' is to lie as}}
  linalg.matmul {romanet.layouts = #romanet.layouts<weights = <order = [1, 0]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// -----

// Elements lie at multiples of their size.
func.func @unaligned(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  // expected-error @below {{a buffer of type 'memref<4x4xf32>' has blocks that are 18 bytes apart, which is no multiple of the 4 bytes of an element}}
  %t = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%zero : f32) outs(%t : memref<4x4xf32>)
  // expected-note @below {{the output of 'linalg.matmul' is to lie as}}
  linalg.matmul {romanet.layouts = #romanet.layouts<output = <blocks = [[1, 4] align 9]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  linalg.fill ins(%zero : f32) outs(%y : memref<4x4xf32>)
  linalg.matmul {romanet.layouts = #romanet.layouts<input = <blocks = [[1, 4] align 9]>>}
      ins(%t, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// -----

// A layout must be one of the array; that is seen before anything is tiled.
func.func @dimensions(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // expected-error @below {{has layouts that its arrays cannot have: the layout of input does not fit the array: it has 2 dimensions, the layout 3}}
  %0 = linalg.matmul {romanet.layouts = #romanet.layouts<input = <order = [2, 1, 0]>>}
      ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%y : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

func.func @epilogue(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // expected-error @below {{there are layouts of 1 arrays of the epilogue, which has 0}}
  %0 = linalg.matmul {romanet.layouts = #romanet.layouts<epilogue = [<order = [1, 0]>]>}
      ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%y : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

//--- packed.mlir

// Only what is read is packed.
func.func @written(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x4xf32>)
  // expected-error @below {{writes to an argument that is not to lie row-major; only what is read can be packed}}
  // expected-note @below {{the output of 'linalg.matmul' is to lie as}}
  linalg.matmul {romanet.layouts = #romanet.layouts<output = <order = [1, 0]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// -----

// The callers in the module have row-major arrays.
func.func private @called(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x4xf32>)
  // expected-note @below {{the weights of 'linalg.matmul' is to lie as}}
  linalg.matmul {romanet.layouts = #romanet.layouts<weights = <order = [1, 0]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}
func.func @caller(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  // expected-error @below {{@called is used in the module, so that its arguments must stay row-major}}
  func.call @called(%x, %x, %y) : (memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// The name of the helper is taken.
func.func private @f_pack()
// expected-error @below {{there is an @f_pack already, which the packing of arguments would be called}}
func.func @f(%x: memref<4x4xf32>, %w: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x4xf32>)
  // expected-note @below {{the weights of 'linalg.matmul' is to lie as}}
  linalg.matmul {romanet.layouts = #romanet.layouts<weights = <order = [1, 0]>>}
      ins(%x, %w : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

//--- option.mlir

// expected-error @below {{option 'arg-layout' of romanet-dram-map is 'any', expected keep or packed}}
module {}
