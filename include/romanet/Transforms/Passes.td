//===- Passes.td - The passes of ROMANet -------------------*- tablegen -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TRANSFORMS_PASSES_TD
#define ROMANET_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

/// Of the passes that write the machine on a module without one.
class ROMANet_MachineOption : Option<"machineName", "machine", "std::string", /*default=*/"\"\"",
    "machine that the module is compiled for, the name of a preset or a YAML "
    "file (default: that of the module, docs/Machines.md)">;

// The examples below are executed: test/Transforms/examples.test takes each
// pair out of this file, runs the pass on the first and compares with the
// second.

def AnnotatePass : Pass<"romanet-annotate", "::mlir::ModuleOp"> {
  let summary = "Set the on-chip buffers of every convolution-like operation";
  let description = [{
    Puts a `romanet.buffers` on every operation that can be scheduled, where it
    does not have one. The capacities come from the options, or, if there are
    none, from the `romanet.machine` of the module, or, if it has none, from
    the default machine. An operation that cannot be scheduled gets a remark
    with the reason.

    Options give a capacity for each of `input`, `weights` and `output`; those
    without one of their own, two or all three, lie together in `shared`. With
    `double-buffer=input,weights` these tensors are double-buffered, whether the
    capacities come from options or from the machine.

    Before, with `input=4096 weights=2048 output=1024`:

    ```mlir
    func.func @example(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>,
                       %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
      %0 = linalg.matmul ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>)
                         outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
      return %0 : tensor<8x4xi32>
    }
    ```

    After:

    ```mlir
    func.func @example(%a: tensor<8x16xi8>, %b: tensor<16x4xi8>,
                       %c: tensor<8x4xi32>) -> tensor<8x4xi32> {
      %0 = linalg.matmul {romanet.buffers =
               #romanet.buffers<input = 4096, weights = 2048, output = 1024>}
           ins(%a, %b : tensor<8x16xi8>, tensor<16x4xi8>)
           outs(%c : tensor<8x4xi32>) -> tensor<8x4xi32>
      return %0 : tensor<8x4xi32>
    }
    ```
  }];
  let options = [
    ROMANet_MachineOption<>,
    Option<"input", "input", "int64_t", /*default=*/"0",
           "capacity of the input buffer in bytes (default: 0, not given)">,
    Option<"weights", "weights", "int64_t", /*default=*/"0",
           "capacity of the weights buffer in bytes (default: 0, not given)">,
    Option<"output", "output", "int64_t", /*default=*/"0",
           "capacity of the output buffer in bytes (default: 0, not given)">,
    Option<"shared", "shared", "int64_t", /*default=*/"0",
           "capacity in bytes of one buffer for all tensors without a capacity "
           "of their own (default: 0, not given)">,
    ListOption<"doubleBuffer", "double-buffer", "std::string",
               "tensors of which the next tile is fetched while one is used, so "
               "that they occupy two: any of input, weights and output (default: "
               "none)">,
  ];
  let dependentDialects = ["::mlir::romanet::ROMANetDialect"];
}

def SchedulePass : Pass<"romanet-schedule", "::mlir::ModuleOp"> {
  let summary = "Choose the schedule of every layer, and change nothing else";
  let description = [{
    Does what `romanet-tile` does first: searches, for every layer, the schedule
    of `space` with the least of `objective` on the DRAM of the module's
    machine, and puts it on the operation as `romanet.schedule`, with its
    predicted traffic and the certificate of the search as `romanet.cost`. How
    the arrays lie in DRAM that nothing but layers use is chosen for the least
    sum over all layers, together with their schedules, and put on the
    operations as `romanet.layouts` (`layouts=free`); all others, and with
    `layouts=row-major` all, lie as in the program. The default objective is
    the energy of the DRAM [pJ]; the others are the bytes that move, the bursts,
    the time at least [ns], and the product of energy and time [pJ ns].

    What is scheduled is the unit of `romanet-tile`: the operation with its
    padding, its initial values and the element-wise operations behind it. Where
    these operations are better left in DRAM, a remark says so and the operation
    gets `romanet.no_epilogue`.

    A `romanet.schedule` that is there already is checked and left alone; one
    that cannot be carried out is an error. `romanet-tile` follows the
    attributes, of every space: both passes, one after the other, give what
    `romanet-tile` with the same options gives.

    Before:

    ```mlir
    func.func @example(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
      %0 = linalg.matmul {romanet.buffers =
               #romanet.buffers<input = 64, weights = 64, output = 64>}
           ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
           outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
      return %0 : tensor<4x8xi32>
    }
    ```

    After: half of the weights and of the output fit at a time; each tensor moves
    once, the output in both directions, since it starts from data. The input is
    one burst of 64 bytes. Half of the columns of the weights and of the output
    lie in both bursts of the array: 1 + 4 + 4 + 4 bursts. Each of the seven
    transfers opens a row. The energy is 9 bursts read, 4 written, 7 activations,
    and what the DRAM takes meanwhile, in pJ.

    ```mlir
    func.func @example(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
      %0 = linalg.matmul {
          romanet.buffers = #romanet.buffers<input = 64, weights = 64, output = 64>,
          romanet.cost = #romanet.cost<input_read = 64, weights_read = 128,
              output_read = 128, output_write = 128, bursts = 13, activations = 7,
              space = "S0", objective = "energy", value = 196565, lower_bound = 196565>,
          romanet.schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 4, c = 16]>}
           ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
           outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
      return %0 : tensor<4x8xi32>
    }
    ```
  }];
  let options = [
    ROMANet_MachineOption<>,
    Option<"space", "space", "std::string", /*default=*/"\"S0\"",
           "schedules to search: S0, sums such as S0+S2, or all (default: S0)">,
    Option<"objective", "objective", "std::string", /*default=*/"\"energy\"",
           "what to minimise: bytes, bursts, energy (of the DRAM, pJ), time (at "
           "least, ns), edp, the product of both (pJ ns), or bytes-bursts, bytes "
           "and of equally few the fewest bursts (default: energy)">,
    Option<"strategy", "strategy", "std::string", /*default=*/"\"optimal\"",
           "optimal, or a baseline in S0: fixed-input, fixed-weights, "
           "fixed-output, smartshuttle or romanet (default: optimal)">,
    Option<"layouts", "layouts", "std::string", /*default=*/"\"free\"",
           "how arrays lie in DRAM: free, those that nothing but layers use as "
           "is best; packed, also arguments that are weights; or row-major, "
           "all as in the program (default: free)">,
  ];
  let dependentDialects = ["::mlir::romanet::ROMANetDialect"];
}

def TilePass : Pass<"romanet-tile", "::mlir::ModuleOp"> {
  let summary = "Choose the schedule of every layer and emit its loop nest";
  let description = [{
    For every convolution, pooling and contraction with static shapes, on
    tensors or on memrefs: searches the schedule with the least of `objective`
    (by default the energy of the DRAM) for what moves between DRAM and the
    on-chip buffers, on the DRAM of the module's machine, and replaces the
    operation by that schedule: a nest of `scf.for` over tiles, in which every
    tensor is staged in an on-chip buffer by a copy at the depth where its tile
    changes. The buffers are static, of the size of the largest tile; ragged
    tiles are views of them.

    How arrays between layers lie in DRAM is chosen with the schedules, for the
    least sum over all layers, and demanded of `romanet-dram-map` as
    `romanet.layouts` on the operation on tiles. That is for arrays that nothing
    but layers use, and constants that are weights (`layouts=free`); with
    `packed` for arguments that are weights, too; all others lie as in the
    program. A remark says so of each that is not small and neither an argument
    nor a result, with the reason.

    What is carried out on chip with the operation (the unit):

    - padding in front (`tensor.pad` with constant widths and one value; on
      memrefs an allocation that is filled and has the image copied into it): a
      tile that reaches beyond the image is filled first. What is fetched is
      the image alone;
    - the initial value of the accumulation, where it is a fill, a constant of
      one value, or computed element by element from other arrays, such as a
      bias for each channel: it is made at the first visit of an output tile.
      Data are loaded then, partial sums at later visits;
    - element-wise operations behind (bias, activation, another array that is
      added, conversion to another type): they work on the output tile at its
      last visit, and what they read is loaded then. Those whose other values
      are used elsewhere stay in DRAM, with a remark; so do those that cost more
      than they save, or that do not fit. `romanet.no_epilogue` on the operation
      leaves them out.

    Schedules of every space are emitted. A tensor that is held further out has
    a buffer for all tiles inside. In serpentine order loops run over positions
    0, 1, ..., and the index of a tile is computed; loads and stores stand in
    `scf.if`, since not every step changes every tile. A retained halo is moved
    within the input's buffer, and only the rest is fetched. A tensor that is
    double-buffered has a leading dimension of 2, and its next tile is loaded
    before the current one is used.

    Input and weights that only hold another array with its dimensions in another
    order (`linalg.transpose`, or a generic operation that does the same) are
    read from that array: the operation on tiles becomes a `linalg.generic` that
    indexes them as they lie, and nothing is reordered in DRAM. On memrefs this
    needs a buffer that nothing else uses, else a remark says why not.

    Whatever else moves whole arrays in DRAM and belongs to no layer gets a
    remark with the bytes that it moves at least.

    The buffers come from the operation's `romanet.buffers`, or from the
    module's `romanet.machine`, or from the default machine (then a remark says
    so and the machine is written on the module). They lie in
    `#romanet.space<input>`, `<weights>` and `<output>`, or in `<shared>` if the
    tensor has no capacity of its own; what initial values and element-wise
    operations read lies with the output. A `romanet.schedule` that the user
    put on an operation is checked and followed.

    The operation on tiles carries the decision (`romanet.schedule`) and the
    shape of its layer (`romanet.layer`), the element-wise operations on tiles
    carry `romanet.epilogue`. An operation that is not scheduled is left alone,
    with a remark that says why. A layer whose smallest tile does not fit, and a
    schedule that cannot be carried out, are errors, and nothing is changed.

    Before:

    ```mlir
    func.func @example(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>) -> tensor<4x8xi32> {
      %zero = arith.constant 0 : i32
      %empty = tensor.empty() : tensor<4x8xi32>
      %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<4x8xi32>) -> tensor<4x8xi32>
      %0 = linalg.matmul {romanet.buffers =
               #romanet.buffers<input = 64, weights = 64, output = 64>}
           ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>)
           outs(%init : tensor<4x8xi32>) -> tensor<4x8xi32> loc("product")
      return %0 : tensor<4x8xi32>
    }
    ```

    After: the output has 128 bytes and the weights have 128, for buffers of 64, so
    that half of the columns (`k = 4`) are on chip at a time. The input fits as a
    whole and is loaded once, in front of the loop; the weights change with every
    step. Every tensor moves once, which nothing can beat. The output starts from
    zero on chip, not from zeros in DRAM. The on-chip buffers are carried through
    the loop, so that bufferization updates them in place.

    ```mlir
    func.func @example(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>) -> tensor<4x8xi32> {
      %zero = arith.constant 0 : i32
      %c0 = arith.constant 0 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %dram = tensor.empty() : tensor<4x8xi32>
      %input = bufferization.alloc_tensor()
          {memory_space = #romanet.space<input>} : tensor<4x16xi8>
      %weights = bufferization.alloc_tensor()
          {memory_space = #romanet.space<weights>} : tensor<16x4xi8>
      %output = bufferization.alloc_tensor()
          {memory_space = #romanet.space<output>} : tensor<4x4xi32>
      %a_tile = bufferization.materialize_in_destination %a in %input
          : (tensor<4x16xi8>, tensor<4x16xi8>) -> tensor<4x16xi8>
      %0:3 = scf.for %k = %c0 to %c8 step %c4
          iter_args(%w = %weights, %o = %output, %d = %dram)
          -> (tensor<16x4xi8>, tensor<4x4xi32>, tensor<4x8xi32>) {
        %b_slice = tensor.extract_slice %b[0, %k] [16, 4] [1, 1]
            : tensor<16x8xi8> to tensor<16x4xi8>
        %b_tile = bufferization.materialize_in_destination %b_slice in %w
            : (tensor<16x4xi8>, tensor<16x4xi8>) -> tensor<16x4xi8>
        %start = linalg.fill ins(%zero : i32) outs(%o : tensor<4x4xi32>) -> tensor<4x4xi32>
        %sum = linalg.matmul {
            romanet.buffers = #romanet.buffers<input = 64, weights = 64, output = 64>,
            romanet.layer = #romanet.layer<"product",
                loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
                image = [1, 1], kernel = [1, 1], strides = [1, 1],
                dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4],
                order = ["nc", "ck", "nk"], init = fill>,
            romanet.schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 4, c = 16]>}
            ins(%a_tile, %b_tile : tensor<4x16xi8>, tensor<16x4xi8>)
            outs(%start : tensor<4x4xi32>) -> tensor<4x4xi32>
        %stored = tensor.insert_slice %sum into %d[0, %k] [4, 4] [1, 1]
            : tensor<4x4xi32> into tensor<4x8xi32>
        scf.yield %b_tile, %sum, %stored
            : tensor<16x4xi8>, tensor<4x4xi32>, tensor<4x8xi32>
      }
      return %0#2 : tensor<4x8xi32>
    }
    ```

    Before, a bias and an activation behind the operation, on memrefs:

    ```mlir
    func.func @example(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %bias: memref<8xi32>) -> memref<4x8xi32> {
      %zero = arith.constant 0 : i32
      %0 = memref.alloc() : memref<4x8xi32>
      linalg.fill ins(%zero : i32) outs(%0 : memref<4x8xi32>)
      linalg.matmul {romanet.buffers =
              #romanet.buffers<input = 64, weights = 64, output = 80>}
          ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>)
          outs(%0 : memref<4x8xi32>) loc("product")
      linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%bias : memref<8xi32>) outs(%0 : memref<4x8xi32>) {
      ^bb0(%x: i32, %sum: i32):
        %1 = arith.addi %sum, %x : i32
        %2 = arith.maxsi %1, %zero : i32
        linalg.yield %2 : i32
      }
      return %0 : memref<4x8xi32>
    }
    ```

    After: four columns of the output and of the bias take 64 + 16 bytes. The
    output moves once, when it is finished.

    ```mlir
    func.func @example(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %bias: memref<8xi32>) -> memref<4x8xi32> {
      %zero = arith.constant 0 : i32
      %c0 = arith.constant 0 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %0 = memref.alloc() : memref<4x8xi32>
      %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
      %weights = memref.alloc() : memref<16x4xi8, #romanet.space<weights>>
      %output = memref.alloc() : memref<4x4xi32, #romanet.space<output>>
      %bias_tile = memref.alloc() : memref<4xi32, #romanet.space<output>>
      memref.copy %a, %input : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
      scf.for %k = %c0 to %c8 step %c4 {
        %b_slice = memref.subview %b[0, %k] [16, 4] [1, 1]
            : memref<16x8xi8> to memref<16x4xi8, strided<[8, 1], offset: ?>>
        memref.copy %b_slice, %weights
            : memref<16x4xi8, strided<[8, 1], offset: ?>> to memref<16x4xi8, #romanet.space<weights>>
        linalg.fill ins(%zero : i32) outs(%output : memref<4x4xi32, #romanet.space<output>>)
        linalg.matmul {
            romanet.buffers = #romanet.buffers<input = 64, weights = 64, output = 80>,
            romanet.layer = #romanet.layer<"product",
                loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
                image = [1, 1], kernel = [1, 1], strides = [1, 1],
                dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4],
                order = ["nc", "ck", "nk"], init = fill, epilogue = [4 of "k"]>,
            romanet.schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 4, c = 16]>}
            ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>,
                                   memref<16x4xi8, #romanet.space<weights>>)
            outs(%output : memref<4x4xi32, #romanet.space<output>>)
        %bias_slice = memref.subview %bias[%k] [4] [1]
            : memref<8xi32> to memref<4xi32, strided<[1], offset: ?>>
        memref.copy %bias_slice, %bias_tile
            : memref<4xi32, strided<[1], offset: ?>> to memref<4xi32, #romanet.space<output>>
        linalg.generic {
            indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
            iterator_types = ["parallel", "parallel"]}
            ins(%bias_tile : memref<4xi32, #romanet.space<output>>)
            outs(%output : memref<4x4xi32, #romanet.space<output>>)
            attrs = {romanet.epilogue} {
        ^bb0(%x: i32, %sum: i32):
          %1 = arith.addi %sum, %x : i32
          %2 = arith.maxsi %1, %zero : i32
          linalg.yield %2 : i32
        }
        %slice = memref.subview %0[0, %k] [4, 4] [1, 1]
            : memref<4x8xi32> to memref<4x4xi32, strided<[8, 1], offset: ?>>
        memref.copy %output, %slice
            : memref<4x4xi32, #romanet.space<output>> to memref<4x4xi32, strided<[8, 1], offset: ?>>
      }
      return %0 : memref<4x8xi32>
    }
    ```
  }];
  let options = [
    ROMANet_MachineOption<>,
    Option<"space", "space", "std::string", /*default=*/"\"S0\"",
           "schedules to search: S0, sums such as S0+S2, or all (default: S0)">,
    Option<"objective", "objective", "std::string", /*default=*/"\"energy\"",
           "what to minimise: bytes, bursts, energy (of the DRAM, pJ), time (at "
           "least, ns), edp, the product of both (pJ ns), or bytes-bursts, bytes "
           "and of equally few the fewest bursts (default: energy)">,
    Option<"strategy", "strategy", "std::string", /*default=*/"\"optimal\"",
           "optimal, or a baseline in S0: fixed-input, fixed-weights, "
           "fixed-output, smartshuttle or romanet (default: optimal)">,
    Option<"layouts", "layouts", "std::string", /*default=*/"\"free\"",
           "how arrays lie in DRAM: free, those that nothing but layers use as "
           "is best; packed, also arguments that are weights; or row-major, "
           "all as in the program (default: free)">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::romanet::ROMANetDialect"
  ];
}

def DramMapPass : Pass<"romanet-dram-map", "::mlir::ModuleOp"> {
  let summary = "Give every DRAM buffer a place";
  let description = [{
    Gives every buffer in DRAM a range of physical addresses, such that no two
    that are live at the same time overlap. By default addresses go in ROMANet's
    order: the columns of a row, then the same row of the next bank, then the
    next row. `mapping=` gives them another order by the name of a policy, or
    sends the bursts of the program through the controller in all of them and
    takes the one with the least energy (`search`; of equal ones the least time);
    the module gets its name as `romanet.mapping`. A module on tensors is
    bufferized first.

    A buffer is live from the first operation that accesses it to the last one,
    and while functions are called in between; in a loop that it is allocated
    outside of, for the whole loop. Constants, arguments, and what is not
    understood (an operation whose effects are not known) live always. Buffers
    that are not live together share addresses; a buffer of a DRAM row or more
    begins at a row, others at a burst.

    Allocations become views of one arena, the global `@romanet_dram`, which
    lies at address 0. Constants and the arguments of functions that nothing in
    the module calls get a place that their owner (loader or host) is to use.
    The decision is readable on every buffer as `romanet.dram`. A function that
    is called in the module takes its results as arguments, so that its caller
    places them; the result of a function that nothing in the module calls lies
    in the arena and is valid until the next call of that function.

    On-chip buffers become views of one global for each space,
    `@romanet_on_chip_input`, `_weights`, `_output` and `_shared`, which are
    taken where the function begins. Buffers that live together lie one behind
    the other, those of the next layer begin at the start again; the global is
    as long [bytes] as the most that is used at a time. A buffer that lives
    while a function is called, around a block that takes others of its space,
    or in a parallel loop stays an allocation, and is freed after its last use.
    Temporaries on chip that bufferization made for moves within a buffer are
    removed where source and target are disjoint.

    Nothing is placed in reserved ranges. Those of the option are added to those
    of `romanet.reserved` on the module. Buffers that the copies of one layer
    move begin in different banks (or in one row), where that moves a buffer by
    at most one row for each bank; `stagger-banks=false` leaves them together.

    Where tiled operations demand other layouts than row-major of the arrays
    that they load and store (`romanet.layouts`), the buffers get them: each
    becomes a memref of one dimension, and each copy between it and the chip a
    nest over the parts of its box that the layout has strided, in ascending
    order of their addresses. All users of a buffer must demand the same, and
    nothing but these copies may use it; what is in the way is an error.
    Constants are packed at compile time. The arguments of functions stay as
    they are, unless option `arg-layout` is `packed`: then an argument that
    is only read gets the layout that is demanded of it, its type is the memref
    of one dimension, and `@FUNCTION_pack` is emitted, which a host calls once:
    its arguments are the row-major arrays and behind them the packed ones, in
    the order of the arguments of the function.

    A buffer of unknown size is left alone, with a remark. Buffers that do not
    fit the device are an error that names the largest ones that are live
    together, and nothing is changed.

    Before, with the default machine:

    ```mlir
    func.func @example(%a: memref<1024xf32>) {
      %b = memref.alloc() : memref<1024xf32>
      memref.copy %a, %b : memref<1024xf32> to memref<1024xf32>
      return
    }
    ```

    After: the arena has the allocation alone, the argument comes behind it. Both
    lie in the first row of bank 0, which holds 8192 bytes; a column address is 8
    bytes, one from each chip.

    ```mlir
    memref.global "private" @romanet_dram : memref<4096xi8> = uninitialized {alignment = 64 : i64}
    func.func @example(%a: memref<1024xf32> {romanet.dram = #romanet.dram<
        address = 4096, bytes = 4096,
        first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 512>,
        last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 1016>>}) {
      %arena = memref.get_global @romanet_dram : memref<4096xi8>
      %address = arith.constant 0 : index
      %b = memref.view %arena[%address][] {romanet.dram = #romanet.dram<
          address = 0, bytes = 4096,
          first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
          last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 504>,
          live = [0, 0]>}
          : memref<4096xi8> to memref<1024xf32>
      memref.copy %a, %b : memref<1024xf32> to memref<1024xf32>
      return
    }
    ```

    Before, with `reserved=0x0-0x2000`:

    ```mlir
    module attributes {romanet.machine = #romanet.machine<
        buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">} {
      func.func @example(%a: memref<1024xf32>) {
        %b = memref.alloc() : memref<1024xf32>
        %c = memref.alloc() : memref<1024xf32>
        %d = memref.alloc() : memref<1024xf32>
        memref.copy %a, %b : memref<1024xf32> to memref<1024xf32>
        memref.copy %b, %c : memref<1024xf32> to memref<1024xf32>
        memref.copy %c, %d : memref<1024xf32> to memref<1024xf32>
        memref.copy %d, %a : memref<1024xf32> to memref<1024xf32>
        return
      }
    }
    ```

    After: the reserved bytes are the first row of bank 0, so that all begins in
    bank 1. The copies are the program points 0 to 3. `%b` is dead when the last
    two take place, and `%d` has its addresses.

    ```mlir
    module attributes {
        romanet.machine = #romanet.machine<
            buffers = <shared = 4096>, dram = "ddr3-1600-2gb-x8">,
        romanet.reserved = array<i64: 0, 8192>} {
      memref.global "private" @romanet_dram : memref<16384xi8> = uninitialized {alignment = 64 : i64}
      func.func @example(%a: memref<1024xf32> {romanet.dram = #romanet.dram<
          address = 16384, bytes = 4096,
          first = <channel = 0, rank = 0, bank_group = 0, bank = 2, row = 0, column = 0>,
          last = <channel = 0, rank = 0, bank_group = 0, bank = 2, row = 0, column = 504>>}) {
        %c8192 = arith.constant 8192 : index
        %c12288 = arith.constant 12288 : index
        %arena = memref.get_global @romanet_dram : memref<16384xi8>
        %b = memref.view %arena[%c8192][] {romanet.dram = #romanet.dram<
            address = 8192, bytes = 4096,
            first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>,
            last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 504>,
            live = [0, 1]>} : memref<16384xi8> to memref<1024xf32>
        %c = memref.view %arena[%c12288][] {romanet.dram = #romanet.dram<
            address = 12288, bytes = 4096,
            first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 512>,
            last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 1016>,
            live = [1, 2]>} : memref<16384xi8> to memref<1024xf32>
        %d = memref.view %arena[%c8192][] {romanet.dram = #romanet.dram<
            address = 8192, bytes = 4096,
            first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>,
            last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 504>,
            live = [2, 3]>} : memref<16384xi8> to memref<1024xf32>
        memref.copy %a, %b : memref<1024xf32> to memref<1024xf32>
        memref.copy %b, %c : memref<1024xf32> to memref<1024xf32>
        memref.copy %c, %d : memref<1024xf32> to memref<1024xf32>
        memref.copy %d, %a : memref<1024xf32> to memref<1024xf32>
        return
      }
    }
    ```

    Before, two buffers on chip that live together:

    ```mlir
    func.func @example(%a: memref<3xi8>, %b: memref<2xi32>) {
      %0 = memref.alloc() : memref<3xi8, #romanet.space<input>>
      %1 = memref.alloc() : memref<2xi32, #romanet.space<input>>
      memref.copy %a, %0 : memref<3xi8> to memref<3xi8, #romanet.space<input>>
      memref.copy %b, %1 : memref<2xi32> to memref<2xi32, #romanet.space<input>>
      memref.copy %0, %a : memref<3xi8, #romanet.space<input>> to memref<3xi8>
      return
    }
    ```

    After: the wider elements come first, so that both are aligned without a gap.
    The arguments lie at address 0 and in the next burst.

    ```mlir
    memref.global "private" @romanet_on_chip_input
        : memref<11xi8, #romanet.space<input>> = uninitialized {alignment = 64 : i64}
    func.func @example(
        %a: memref<3xi8> {romanet.dram = #romanet.dram<
            address = 64, bytes = 3,
            first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>,
            last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>>},
        %b: memref<2xi32> {romanet.dram = #romanet.dram<
            address = 0, bytes = 8,
            first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
            last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>}) {
      %c0 = arith.constant 0 : index
      %c8 = arith.constant 8 : index
      %all = memref.get_global @romanet_on_chip_input : memref<11xi8, #romanet.space<input>>
      %0 = memref.view %all[%c8][]
          : memref<11xi8, #romanet.space<input>> to memref<3xi8, #romanet.space<input>>
      %1 = memref.view %all[%c0][]
          : memref<11xi8, #romanet.space<input>> to memref<2xi32, #romanet.space<input>>
      memref.copy %a, %0 : memref<3xi8> to memref<3xi8, #romanet.space<input>>
      memref.copy %b, %1 : memref<2xi32> to memref<2xi32, #romanet.space<input>>
      memref.copy %0, %a : memref<3xi8, #romanet.space<input>> to memref<3xi8>
      return
    }
    ```

    Before, with `arg-layout=packed`: a layer that wants its weights in blocks of
    three columns, as its tiles are:

    ```mlir
    func.func @example(%a: memref<4x8xf32>, %b: memref<8x6xf32>, %c: memref<4x6xf32>) {
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c3 = arith.constant 3 : index
      %c6 = arith.constant 6 : index
      %input = memref.alloc() : memref<4x8xf32, #romanet.space<input>>
      %weights = memref.alloc() : memref<8x3xf32, #romanet.space<weights>>
      %output = memref.alloc() : memref<4x3xf32, #romanet.space<output>>
      memref.copy %a, %input : memref<4x8xf32> to memref<4x8xf32, #romanet.space<input>>
      scf.for %k = %c0 to %c6 step %c3 {
        %b_tile = memref.subview %b[0, %k] [8, 3] [1, 1] : memref<8x6xf32> to memref<8x3xf32, strided<[6, 1], offset: ?>>
        memref.copy %b_tile, %weights : memref<8x3xf32, strided<[6, 1], offset: ?>> to memref<8x3xf32, #romanet.space<weights>>
        linalg.fill ins(%zero : f32) outs(%output : memref<4x3xf32, #romanet.space<output>>)
        linalg.matmul {
            romanet.layer = #romanet.layer<"fc",
                loops = [n = 4, g = 1, k = 6, c = 8, p = 1, q = 1],
                image = [1, 1], kernel = [1, 1], strides = [1, 1],
                dilations = [1, 1], pads = [0, 0], bytes = [4, 4, 4, 4],
                order = ["nc", "ck", "nk"], init = fill>,
            romanet.layouts = #romanet.layouts<weights = <blocks = [[8, 3]]>>,
            romanet.schedule = #romanet.schedule<[k = 3, n = 4, g = 1, c = 8, p = 1, q = 1]>}
            ins(%input, %weights : memref<4x8xf32, #romanet.space<input>>, memref<8x3xf32, #romanet.space<weights>>)
            outs(%output : memref<4x3xf32, #romanet.space<output>>)
        %c_tile = memref.subview %c[0, %k] [4, 3] [1, 1] : memref<4x6xf32> to memref<4x3xf32, strided<[6, 1], offset: ?>>
        memref.copy %output, %c_tile : memref<4x3xf32, #romanet.space<output>> to memref<4x3xf32, strided<[6, 1], offset: ?>>
      }
      return
    }
    ```

    After: each tile is one block of the weights. A host packs them once.

    ```mlir
    memref.global "private" @romanet_on_chip_input : memref<128xi8, #romanet.space<input>> = uninitialized {alignment = 64 : i64}
    memref.global "private" @romanet_on_chip_weights : memref<96xi8, #romanet.space<weights>> = uninitialized {alignment = 64 : i64}
    memref.global "private" @romanet_on_chip_output : memref<48xi8, #romanet.space<output>> = uninitialized {alignment = 64 : i64}
    func.func @example(
        %a: memref<4x8xf32> {romanet.dram = #romanet.dram<address = 192, bytes = 128,
          first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 24>,
          last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 32>>},
        %b: memref<48xf32> {romanet.dram = #romanet.dram<address = 0, bytes = 192,
          layout = <blocks = [[8, 3]]>, shape = [8, 6],
          first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
          last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 16>>},
        %c: memref<4x6xf32> {romanet.dram = #romanet.dram<address = 320, bytes = 96,
          first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 40>,
          last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 48>>}) {
      %on_chip_output = memref.get_global @romanet_on_chip_output : memref<48xi8, #romanet.space<output>>
      %0 = arith.constant 0 : index
      %output = memref.view %on_chip_output[%0][] : memref<48xi8, #romanet.space<output>> to memref<4x3xf32, #romanet.space<output>>
      %on_chip_weights = memref.get_global @romanet_on_chip_weights : memref<96xi8, #romanet.space<weights>>
      %1 = arith.constant 0 : index
      %weights = memref.view %on_chip_weights[%1][] : memref<96xi8, #romanet.space<weights>> to memref<8x3xf32, #romanet.space<weights>>
      %on_chip_input = memref.get_global @romanet_on_chip_input : memref<128xi8, #romanet.space<input>>
      %2 = arith.constant 0 : index
      %input = memref.view %on_chip_input[%2][] : memref<128xi8, #romanet.space<input>> to memref<4x8xf32, #romanet.space<input>>
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %c3 = arith.constant 3 : index
      %c6 = arith.constant 6 : index
      memref.copy %a, %input : memref<4x8xf32> to memref<4x8xf32, #romanet.space<input>>
      scf.for %k = %c0 to %c6 step %c3 {
        %block = affine.apply affine_map<(d0) -> (d0 + (d0 floordiv 3) * 21)>(%k)
        %b_tile = memref.reinterpret_cast %b to offset: [%block], sizes: [8, 3], strides: [3, 1]
            : memref<48xf32> to memref<8x3xf32, strided<[3, 1], offset: ?>>
        memref.copy %b_tile, %weights : memref<8x3xf32, strided<[3, 1], offset: ?>> to memref<8x3xf32, #romanet.space<weights>>
        linalg.fill ins(%zero : f32) outs(%output : memref<4x3xf32, #romanet.space<output>>)
        linalg.matmul {
            romanet.layer = #romanet.layer<"fc",
                loops = [n = 4, g = 1, k = 6, c = 8, p = 1, q = 1],
                image = [1, 1], kernel = [1, 1], strides = [1, 1],
                dilations = [1, 1], pads = [0, 0], bytes = [4, 4, 4, 4],
                order = ["nc", "ck", "nk"], init = fill>,
            romanet.layouts = #romanet.layouts<weights = <blocks = [[8, 3]]>>,
            romanet.schedule = #romanet.schedule<[k = 3, n = 4, g = 1, c = 8, p = 1, q = 1]>}
            ins(%input, %weights : memref<4x8xf32, #romanet.space<input>>, memref<8x3xf32, #romanet.space<weights>>)
            outs(%output : memref<4x3xf32, #romanet.space<output>>)
        %c_tile = memref.subview %c[0, %k] [4, 3] [1, 1] : memref<4x6xf32> to memref<4x3xf32, strided<[6, 1], offset: ?>>
        memref.copy %output, %c_tile : memref<4x3xf32, #romanet.space<output>> to memref<4x3xf32, strided<[6, 1], offset: ?>>
      }
      return
    }
    func.func @example_pack(%b: memref<8x6xf32>, %packed: memref<48xf32>) {
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %c0 = arith.constant 0 : index
      scf.for %block = %c0 to %c2 step %c1 {
        %at = affine.apply affine_map<(d0) -> (d0 * 24)>(%block)
        %column = affine.apply affine_map<(d0) -> (d0 * 3)>(%block)
        %to = memref.reinterpret_cast %packed to offset: [%at], sizes: [8, 3], strides: [3, 1]
            : memref<48xf32> to memref<8x3xf32, strided<[3, 1], offset: ?>>
        %from = memref.subview %b[0, %column] [8, 3] [1, 1] : memref<8x6xf32> to memref<8x3xf32, strided<[6, 1], offset: ?>>
        memref.copy %from, %to : memref<8x3xf32, strided<[6, 1], offset: ?>> to memref<8x3xf32, strided<[3, 1], offset: ?>>
      }
      return
    }
    ```
  }];
  let options = [
    ROMANet_MachineOption<>,
    ListOption<"reserved", "reserved", "std::string",
               "ranges of DRAM addresses that no buffer may have, as BEGIN-END in "
               "bytes, such as 0x0-0x100000; END does not belong to the range "
               "(default: none)">,
    Option<"staggerBanks", "stagger-banks", "bool", /*default=*/"true",
           "let buffers that stream together begin in different banks (default: "
           "true)">,
    Option<"reuse", "reuse", "bool", /*default=*/"true",
           "let buffers that are not live together share addresses (default: true)">,
    Option<"argLayout", "arg-layout", "std::string", /*default=*/"\"keep\"",
           "keep: arguments stay row-major; packed: they lie as is demanded "
           "(default: keep)">,
    Option<"mapping", "mapping", "std::string", /*default=*/"\"\"",
           "address map of the places: a mapping policy, or search for the one "
           "with the least energy of the controller (default: that of the "
           "module, else romanet)">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect", "::mlir::romanet::ROMANetDialect",
    "::mlir::scf::SCFDialect"
  ];
}

def StripPass : Pass<"romanet-strip", "::mlir::ModuleOp"> {
  let summary = "Remove all that only ROMANet understands";
  let description = [{
    Removes the attributes of the dialect, the entries of a machine in a
    `dlti.target_system_spec`, and the memory spaces of on-chip buffers, so that
    tools that do not know the dialect take the program. What the program
    computes and which copies it makes stays the same.

    With `memory-spaces` on-chip buffers get the memory spaces of the target
    instead: the numbers of those for `input`, `weights` and `output`, and for
    `shared`, in this order; the last one can be left out if no buffer lies
    there. Two of them may be the same. A program with DMA (`romanet-dma`) cannot
    do without.

    Before:

    ```mlir
    func.func @example(%a: memref<16xi8> {romanet.dram = #romanet.dram<
        address = 0, bytes = 16,
        first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
        last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>}) {
      %b = memref.alloc() : memref<16xi8, #romanet.space<input>>
      memref.copy %a, %b : memref<16xi8> to memref<16xi8, #romanet.space<input>>
      return
    }
    ```

    After:

    ```mlir
    func.func @example(%a: memref<16xi8>) {
      %b = memref.alloc() : memref<16xi8>
      memref.copy %a, %b : memref<16xi8> to memref<16xi8>
      return
    }
    ```

    Before, with `memory-spaces=3,5,7`:

    ```mlir
    func.func @example(%a: memref<16xi8>) {
      %b = memref.alloc() : memref<16xi8, #romanet.space<weights>>
      memref.copy %a, %b : memref<16xi8> to memref<16xi8, #romanet.space<weights>>
      return
    }
    ```

    After:

    ```mlir
    func.func @example(%a: memref<16xi8>) {
      %b = memref.alloc() : memref<16xi8, 5>
      memref.copy %a, %b : memref<16xi8> to memref<16xi8, 5>
      return
    }
    ```
  }];
  let options = [
    ListOption<"memorySpaces", "memory-spaces", "int64_t",
               "memory spaces of the target for input, weights, output and "
               "shared (default: none)">,
  ];
  let dependentDialects = ["::mlir::romanet::ROMANetDialect"];
}

def CountTrafficPass : Pass<"romanet-count-traffic", "::mlir::ModuleOp"> {
  let summary = "Make the program count what it moves between DRAM and chip";
  let description = [{
    Puts a call of ROMANet's runtime (`libromanet_runtime.so`) in front of every
    copy between DRAM and an on-chip buffer, with the box in DRAM that it moves.
    When the program runs, the function `function` prints, each time before it
    returns, what was counted until then: a line for each layer, in program
    order, and stream, below

        layer,runs,stream,transfers,bytes,bursts

    `runs` is how often the layer was executed, `stream` one of `input_read`,
    `weights_read`, `output_read`, `output_write` and `epilogue_read`; the rest
    is summed over all runs. A burst is one of the machine's DRAM. A transfer
    moves each aligned burst that holds a byte of its box, once; `address` of
    `romanet.dram` says where the box lies. A buffer whose address is not known
    (an argument of a function that is called in the module, for one) counts as
    if it started at address 0, and a remark says so: that is exact where it
    starts on a burst, as all buffers do that `romanet-dram-map` places. A copy
    of nothing is no transfer.

    Needs a program on memrefs. A copy or an operation on tiles whose traffic
    cannot be attributed to a layer and a stream is an error; then nothing is
    changed. Run it before `romanet-strip`. The parts of a box of a buffer that
    is not row-major, in the loops that do nothing else, are one transfer, and a
    burst that two parts share counts once. Behind `romanet-dma`, each DMA of a
    row-major buffer is a transfer of its own.

    The environment variables `ROMANET_TRAFFIC_FILE` (a file instead of standard
    output) and `ROMANET_TRAFFIC_FORMAT` (`csv` or `json`) are read when the
    program prints; with `ROMANET_TRACE_FILE` it writes every burst to that file. docs/CountingTraffic.md shows the commands.

    Before:

    ```mlir
    func.func @main(%a: memref<8x16xi8> {romanet.dram = #romanet.dram<
        address = 64, bytes = 128,
        first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>,
        last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 16>>}) {
      %b = memref.alloc() : memref<8x16xi8, #romanet.space<input>>
      %w = memref.alloc() : memref<16x1xi8, #romanet.space<weights>>
      %c = memref.alloc() : memref<8x1xi32, #romanet.space<output>>
      memref.copy %a, %b : memref<8x16xi8> to memref<8x16xi8, #romanet.space<input>>
      linalg.matmul {
          romanet.layer = #romanet.layer<"fc",
              loops = [n = 8, g = 1, k = 1, c = 16, p = 1, q = 1],
              image = [1, 1], kernel = [1, 1], strides = [1, 1],
              dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4],
              order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[n = 8, g = 1, k = 1, c = 16, p = 1, q = 1]>}
          ins(%b, %w : memref<8x16xi8, #romanet.space<input>>, memref<16x1xi8, #romanet.space<weights>>)
          outs(%c : memref<8x1xi32, #romanet.space<output>>)
      return
    }
    ```

    After: layer 0, stream 0, address 64, bursts of 64 bytes; the operation on
    tiles runs once per run of the layer.

    ```mlir
    func.func private @romanet_count_print() attributes {llvm.emit_c_interface}
    func.func private @romanet_count_layer(i64, i64, memref<*xi8>) attributes {llvm.emit_c_interface}
    memref.global "private" constant @romanet_layer_name_0 : memref<2xi8> = dense<[102, 99]>
    func.func private @romanet_count_step(i64) attributes {llvm.emit_c_interface}
    func.func private @romanet_count_transfer_i8(i64, i64, i64, i64, memref<*xi8>) attributes {llvm.emit_c_interface}
    func.func @main(%a: memref<8x16xi8> {romanet.dram = #romanet.dram<
        address = 64, bytes = 128,
        first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 8>,
        last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 16>>}) {
      %0 = arith.constant 0 : i64
      %1 = arith.constant 1 : i64
      %64 = arith.constant 64 : i64
      %b = memref.alloc() : memref<8x16xi8, #romanet.space<input>>
      %w = memref.alloc() : memref<16x1xi8, #romanet.space<weights>>
      %c = memref.alloc() : memref<8x1xi32, #romanet.space<output>>
      memref.alloca_scope {
        %box = memref.cast %a : memref<8x16xi8> to memref<*xi8>
        func.call @romanet_count_transfer_i8(%0, %0, %64, %64, %box) : (i64, i64, i64, i64, memref<*xi8>) -> ()
      }
      memref.copy %a, %b : memref<8x16xi8> to memref<8x16xi8, #romanet.space<input>>
      func.call @romanet_count_step(%0) : (i64) -> ()
      linalg.matmul {
          romanet.layer = #romanet.layer<"fc",
              loops = [n = 8, g = 1, k = 1, c = 16, p = 1, q = 1],
              image = [1, 1], kernel = [1, 1], strides = [1, 1],
              dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4],
              order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[n = 8, g = 1, k = 1, c = 16, p = 1, q = 1]>}
          ins(%b, %w : memref<8x16xi8, #romanet.space<input>>, memref<16x1xi8, #romanet.space<weights>>)
          outs(%c : memref<8x1xi32, #romanet.space<output>>)
      %name = memref.get_global @romanet_layer_name_0 : memref<2xi8>
      memref.alloca_scope {
        %text = memref.cast %name : memref<2xi8> to memref<*xi8>
        func.call @romanet_count_layer(%0, %1, %text) : (i64, i64, memref<*xi8>) -> ()
      }
      func.call @romanet_count_print() : () -> ()
      return
    }
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"\"main\"",
           "function that prints the counters before it returns (default: main)">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::romanet::ROMANetDialect"
  ];
}

def DmaPass : Pass<"romanet-dma", "::mlir::ModuleOp"> {
  let summary = "Turn copies between DRAM and chip into DMAs";
  let description = [{
    Replaces each `memref.copy` between DRAM and an on-chip buffer by
    `memref.dma_start` and `memref.dma_wait`, which back ends with a DMA engine
    lower. A DMA moves chunks of contiguous elements, one stride apart in DRAM
    and one behind the other on chip; dimensions that do not fit this form are
    walked by loops around it. Copies within DRAM and within the chip stay as
    they are. A size that is zero when the program runs gives a DMA of no
    elements.

    The wait stands directly behind the start, with a tag that is a
    `memref<1xi32>` on the stack, one for each function; but for a load into the
    half of a double buffer that is not in use, whose index is 1 minus that of
    the other. That load is waited for in front of the first operation that may
    use the half, or write where the load reads in DRAM, or else at the end of
    the loop's body, where the halves change: what is computed meanwhile on the
    tile in use overlaps with it. Its DMAs, of which several can be under way,
    have tags of their own; where they are more than 4096 each is waited for at
    once. A load under a condition gives the number of its DMAs out of the
    `scf.if`, 0 where it is not started. Stores are always waited for at once.

    Needs a program on memrefs; run it behind all passes but `romanet-verify`,
    `romanet-count-traffic` and `romanet-strip`, which then needs the memory
    spaces of the target.

    Before:

    ```mlir
    func.func @example(%a: memref<8x16x32xi8>) {
      %b = memref.alloc() : memref<8x4x32xi8, #romanet.space<input>>
      %part = memref.subview %a[0, 4, 0] [8, 4, 32] [1, 1, 1]
          : memref<8x16x32xi8> to memref<8x4x32xi8, strided<[512, 32, 1], offset: 128>>
      memref.copy %part, %b : memref<8x4x32xi8, strided<[512, 32, 1], offset: 128>>
          to memref<8x4x32xi8, #romanet.space<input>>
      return
    }
    ```

    After: 1024 elements in chunks of 4 * 32, every 512 elements.

    ```mlir
    func.func @example(%a: memref<8x16x32xi8>) {
      %0 = arith.constant 0 : index
      %chunk = arith.constant 128 : index
      %count = arith.constant 1024 : index
      %stride = arith.constant 512 : index
      %tag = memref.alloca() : memref<1xi32>
      %b = memref.alloc() : memref<8x4x32xi8, #romanet.space<input>>
      %part = memref.subview %a[0, 4, 0] [8, 4, 32] [1, 1, 1]
          : memref<8x16x32xi8> to memref<8x4x32xi8, strided<[512, 32, 1], offset: 128>>
      memref.dma_start %part[%0, %0, %0], %b[%0, %0, %0], %count, %tag[%0], %stride, %chunk
          : memref<8x4x32xi8, strided<[512, 32, 1], offset: 128>>,
            memref<8x4x32xi8, #romanet.space<input>>, memref<1xi32>
      memref.dma_wait %tag[%0], %count : memref<1xi32>
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::romanet::ROMANetDialect"
  ];
}

def DmaToCallsPass : Pass<"romanet-dma-to-calls", "::mlir::ModuleOp"> {
  let summary = "Turn DMAs into calls of the runtime, to run them on a CPU";
  let description = [{
    Replaces `memref.dma_start` and `memref.dma_wait` by calls of the DMA engine
    in ROMANet's runtime (`libromanet_runtime.so`), so that a program in DMA form
    can be executed and compared where there is no such engine. The engine moves
    the data when the program waits, so that a wait that comes too late shows;
    with the environment variable `ROMANET_DMA=early` when the DMA starts, so
    that a start that comes too early shows.

    Run it before `romanet-strip`: the strides of a DMA are those of its end in
    DRAM, which is known by the memory spaces.

    Before:

    ```mlir
    func.func @example(%a: memref<64xi8>, %b: memref<64xi8, #romanet.space<input>>, %tag: memref<1xi32>) {
      %0 = arith.constant 0 : index
      %8 = arith.constant 8 : index
      %16 = arith.constant 16 : index
      memref.dma_start %a[%0], %b[%0], %16, %tag[%0] : memref<64xi8>, memref<64xi8, #romanet.space<input>>, memref<1xi32>
      memref.dma_wait %tag[%0], %16 : memref<1xi32>
      return
    }
    ```

    After: source, target, bytes, bytes of a chunk (here there is one), strides
    of source and target, and tag.

    ```mlir
    func.func private @romanet_dma_wait(i64) attributes {llvm.emit_c_interface}
    func.func private @romanet_dma_start(i64, i64, i64, i64, i64, i64, i64) attributes {llvm.emit_c_interface}
    func.func @example(%a: memref<64xi8>, %b: memref<64xi8, #romanet.space<input>>, %tag: memref<1xi32>) {
      %16 = arith.constant 16 : i64
      %ai = memref.extract_aligned_pointer_as_index %a : memref<64xi8> -> index
      %source = arith.index_cast %ai : index to i64
      %bi = memref.extract_aligned_pointer_as_index %b : memref<64xi8, #romanet.space<input>> -> index
      %target = arith.index_cast %bi : index to i64
      %ti = memref.extract_aligned_pointer_as_index %tag : memref<1xi32> -> index
      %t = arith.index_cast %ti : index to i64
      call @romanet_dma_start(%source, %target, %16, %16, %16, %16, %t) : (i64, i64, i64, i64, i64, i64, i64) -> ()
      call @romanet_dma_wait(%t) : (i64) -> ()
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::romanet::ROMANetDialect"
  ];
}

def ReportPass : Pass<"romanet-report", "::mlir::ModuleOp"> {
  let summary = "Report schedules, traffic, buffers, places and energy";
  let description = [{
    Prints, for every scheduled layer and in total: the schedule, bytes and
    bursts per tensor against compulsory traffic, the use of the on-chip
    buffers, the places of its tensors in DRAM (after `romanet-dram-map`), and
    an estimate of the DRAM energy with its terms. Layers that are not scheduled
    are listed with the reason. Changes nothing.

    The space that is named is the smallest that has all the schedules.

    Operations that move data of the DRAM and belong to no layer (copies,
    transpositions, element-wise operations that were left in DRAM, accesses in
    loops of the program) are listed with the bytes that they read and write
    each time, at least (`unscheduled` in JSON: every array once, of an access
    one element). They are in no sum. What they are is certain on memrefs alone,
    behind `romanet-dram-map`.

    Bursts and activations are those of row-major tensors; an activation is
    counted for every row that a tile transfer touches. Time is that of all
    bursts at peak bandwidth, or of the activations where they take longer, a
    lower bound.

    With `simulate`, after `romanet-dram-map`, the bursts that the program
    moves, copy by copy as its loops run, go through a DRAM controller: row
    hits, misses and conflicts, cycles, energy and throughput of every layer.
    What moves data in DRAM outside the layers gets a warning and is left out.

    Of all buffers that have places in DRAM: their number and the sum of their
    bytes, the highest address plus one, and the most bytes that are live at a
    time, each buffer in whole bursts, which no placement can go below. In JSON
    also, buffer by buffer, the rows of the banks that it has (`dram_map`), and
    the steps of the program, with the layers that run and the buffers and bytes
    that are live.

    `baseline` sets a known method beside every schedule, searched in S0, in the
    same buffers, for arrays that are row-major as they lie in the program, by
    `baseline-objective`: the fewest bytes, as the methods were published, if
    nothing else is said. `capacity-curve=50,100,200` searches all layers again
    with half, all and twice the capacity of every buffer, by `objective` in the
    space that is named, for arrays that are row-major. Both are in JSON, the
    baseline in CSV, too.

    JSON is described, key by key and with units, by `docs/report.schema.json`.
    CSV has one line for each layer; operations that are not scheduled or belong
    to no layer are not in it. `romanet-report` makes a page of JSON.
  }];
  let options = [
    Option<"format", "format", "std::string", /*default=*/"\"table\"",
           "table, json or csv (default: table)">,
    Option<"simulate", "simulate", "bool", /*default=*/"false",
           "simulate the bursts of the program (default: false)">,
    Option<"mapping", "mapping", "std::string", /*default=*/"\"\"",
           "address map of the simulation: a mapping policy, or search for the "
           "one with the least energy (default: that of the places)">,
    Option<"baseline", "baseline", "std::string", /*default=*/"\"\"",
           "search this baseline for every layer, too: smartshuttle, romanet, "
           "fixed-input, fixed-weights, fixed-output (default: none)">,
    Option<"baselineObjective", "baseline-objective", "std::string",
           /*default=*/"\"bytes\"",
           "what the tiles of the baseline are the best by, as in `objective` "
           "(default: bytes)">,
    ListOption<"capacityCurve", "capacity-curve", "int64_t",
               "percentages of the on-chip buffers at which all layers are "
               "searched again (default: none)">,
    Option<"objective", "objective", "std::string",
           /*default=*/"\"energy\"",
           "what the searches of the capacity curve minimise: bytes, bursts, "
           "energy [pJ], time [ns], edp [pJ ns] or bytes-bursts (default: energy)">,
    Option<"output", "output", "std::string", /*default=*/"\"\"",
           "file to write (default: standard error; '-': standard output)">,
  ];
  let dependentDialects = ["::mlir::romanet::ROMANetDialect"];
}

def VerifyPass : Pass<"romanet-verify", "::mlir::ModuleOp"> {
  let summary = "Check that the final program does what its schedules say";
  let description = [{
    Runs last, on memrefs (after `romanet-tile` and `romanet-dram-map`). Walks
    the loops of every function with operations on tiles, step by step and
    without data, and works from the copies that are there. For every layer:

    - the operation on tiles is executed once for each tile of the schedule;
    - each time, its input and weights on chip are those of that tile (what of
      the input lies outside of the image is filled), and its output holds the
      partial sums of that tile, or what the accumulation starts from;
    - each store goes to the place of its tile, an epilogue works on finished
      sums and on the operands of its tile, and every output is stored;
    - the bytes and the bursts that move are those that the model predicts of
      the schedule, tensor by tensor. Bursts are compared where a tensor is
      row-major and begins at a burst; with option `bursts` the whole sequence
      of bursts is, wherever all buffers of a layer have places in DRAM;
    - what moves of a buffer that is not row-major are elements of its layout,
      in parts that ascend;
    - what lives on chip fits the buffers of the layer (`romanet.buffers`, or
      those of the machine).

    - in a program with DMAs, nothing uses what a DMA brings or overwrites what
      it reads before it is waited for, and every one is waited for. Their
      bursts are not compared, since a copy can have become several.

    A load belongs to the operation that next works on the buffer, a store to
    the one that last did. Copies between buffers on chip are no traffic. Places
    in DRAM (`romanet.dram`) must have the size of their buffers, lie in the
    device and outside of `romanet.reserved`, and begin and end in the bursts
    that they say. Buffers that are live at the same time must not overlap; when
    they are live is found out anew, from the program.

    Every violation is an error at the operation, once for each kind, with what
    was expected and what was found. So is an operation whose effect on the
    buffers on chip cannot be told, such as a copy whose place depends on data.
    A layer that passes gets a remark with the bytes that it moves; a module
    without layers on tiles gets a remark. The program stays as it is.

    Before: one tile, whose tensors are loaded and stored once. Without the copy
    of `%b` the pass would say that the operation needs 128 elements of
    'weights', but only 0 of them are in the buffer.

    ```mlir
    func.func @example(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
      %zero = arith.constant 0 : i32
      %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
      %weights = memref.alloc() : memref<16x8xi8, #romanet.space<weights>>
      %output = memref.alloc() : memref<4x8xi32, #romanet.space<output>>
      memref.copy %a, %input : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
      memref.copy %b, %weights : memref<16x8xi8> to memref<16x8xi8, #romanet.space<weights>>
      linalg.fill ins(%zero : i32) outs(%output : memref<4x8xi32, #romanet.space<output>>)
      linalg.matmul {
          romanet.buffers = #romanet.buffers<input = 64, weights = 128, output = 128>,
          romanet.layer = #romanet.layer<"product",
              loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
              image = [1, 1], kernel = [1, 1], strides = [1, 1],
              dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4],
              order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>}
          ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>,
                                 memref<16x8xi8, #romanet.space<weights>>)
          outs(%output : memref<4x8xi32, #romanet.space<output>>)
      memref.copy %output, %c : memref<4x8xi32, #romanet.space<output>> to memref<4x8xi32>
      return
    }
    ```

    After: the same, with a remark that the layer moves 64 bytes of input, 128 of
    weights, and writes 128.

    ```mlir
    func.func @example(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
      %zero = arith.constant 0 : i32
      %input = memref.alloc() : memref<4x16xi8, #romanet.space<input>>
      %weights = memref.alloc() : memref<16x8xi8, #romanet.space<weights>>
      %output = memref.alloc() : memref<4x8xi32, #romanet.space<output>>
      memref.copy %a, %input : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>
      memref.copy %b, %weights : memref<16x8xi8> to memref<16x8xi8, #romanet.space<weights>>
      linalg.fill ins(%zero : i32) outs(%output : memref<4x8xi32, #romanet.space<output>>)
      linalg.matmul {
          romanet.buffers = #romanet.buffers<input = 64, weights = 128, output = 128>,
          romanet.layer = #romanet.layer<"product",
              loops = [n = 4, g = 1, k = 8, c = 16, p = 1, q = 1],
              image = [1, 1], kernel = [1, 1], strides = [1, 1],
              dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4],
              order = ["nc", "ck", "nk"], init = fill>,
          romanet.schedule = #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 8, c = 16]>}
          ins(%input, %weights : memref<4x16xi8, #romanet.space<input>>,
                                 memref<16x8xi8, #romanet.space<weights>>)
          outs(%output : memref<4x8xi32, #romanet.space<output>>)
      memref.copy %output, %c : memref<4x8xi32, #romanet.space<output>> to memref<4x8xi32>
      return
    }
    ```
  }];
  let options = [
    Option<"bursts", "bursts", "bool", /*default=*/"false",
           "compare the sequence of bursts with that of the model (default: false)">,
    Option<"maxSteps", "max-steps", "int64_t", /*default=*/"50000000",
           "iterations of loops that are walked in a function, and tiles of a "
           "layer; more are an error (default: 50000000)">,
  ];
  let dependentDialects = ["::mlir::romanet::ROMANetDialect"];
}

#endif // ROMANET_TRANSFORMS_PASSES_TD
