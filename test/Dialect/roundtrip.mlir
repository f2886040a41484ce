// What is printed parses again to the same, in the pretty and in the generic
// form.
//
// RUN: romanet-opt -allow-unregistered-dialect %s | FileCheck %s
// RUN: romanet-opt -allow-unregistered-dialect %s | romanet-opt -allow-unregistered-dialect | FileCheck %s
// RUN: romanet-opt -allow-unregistered-dialect %s --mlir-print-op-generic | romanet-opt -allow-unregistered-dialect | FileCheck %s
// RUN: romanet-opt -allow-unregistered-dialect %s > %t.pretty
// RUN: romanet-opt -allow-unregistered-dialect %t.pretty | diff %t.pretty -
// RUN: romanet-opt -allow-unregistered-dialect %s --mlir-print-op-generic > %t.generic
// RUN: romanet-opt -allow-unregistered-dialect %t.generic --mlir-print-op-generic | diff %t.generic -
// RUN: romanet-opt -allow-unregistered-dialect %s --emit-bytecode | romanet-opt -allow-unregistered-dialect | diff %t.pretty -

// CHECK-LABEL: module @preset
// CHECK-SAME: romanet.machine = #romanet.machine<buffers = <input = 36864, weights = 18432, output = 9216>, dram = "ddr3-1600-2gb-x8">
module @preset attributes {romanet.machine = #romanet.machine<
    buffers = <input = 36864, weights = 18432, output = 9216>,
    dram = "ddr3-1600-2gb-x8">} {}

// The parameters may come in any order; they are printed in one.
// CHECK-LABEL: module @overridden
// CHECK-SAME: #romanet.machine<buffers = <shared = 110592>, dram = "ddr4-2400-8gb-x8", channels = 2, ranks = 4, chips = 16>
module @overridden attributes {romanet.machine = #romanet.machine<
    chips = 16, ranks = 4, channels = 2, dram = "ddr4-2400-8gb-x8",
    buffers = <shared = 110592>>} {}

// An empty text is none.
// CHECK-LABEL: module @nameless
// CHECK-SAME: #romanet.machine<buffers = <shared = 110592>, dram = "ddr3-1600-2gb-x8">
module @nameless attributes {romanet.machine = #romanet.machine<
    name = "", source = "", buffers = <shared = 110592>,
    dram = "ddr3-1600-2gb-x8">} {}

// CHECK-LABEL: module @mixed
// CHECK-SAME: #romanet.machine<buffers = <output = 36864, shared = 73728>, dram = "ddr3-1600-2gb-x8">
module @mixed attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 73728, output = 36864>, dram = "ddr3-1600-2gb-x8">} {}

// CHECK-LABEL: module @partly_overridden
// CHECK-SAME: dram = "hbm2-8gb-x128", channels = 8>
module @partly_overridden attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 1>, dram = "hbm2-8gb-x128", channels = 8>} {}

// Every preset that the error for an unknown name lists.
// CHECK-LABEL: module @presets
module @presets {
  // CHECK: dram = "ddr4-3200-8gb-x8"
  module attributes {romanet.machine = #romanet.machine<
      buffers = <shared = 1>, dram = "ddr4-3200-8gb-x8">} {}
  // CHECK: dram = "lpddr4-3200-8gb-x16"
  module attributes {romanet.machine = #romanet.machine<
      buffers = <shared = 1>, dram = "lpddr4-3200-8gb-x16">} {}
}

// A device that is no preset. The fields may come in any order; they are printed
// in one, with as many digits as it takes to read them back.
// CHECK-LABEL: module @device
// CHECK-SAME: dram = #romanet.device<"my \22DDR3\22", source = "", organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1], clock_ns = 1.0714285714285714, timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 12, rp = 13, ras = 28, rc = 39, ccd_short = 4, ccd_long = 5, rrd_short = 6, rrd_long = 7, faw = 32, wtr_short = 8, wtr_long = 9, wr = 14, rtp = 15, rtrs = 0, refi = 6240, rfc = 208, refi_bank = 780, rfc_bank = 90], rails = {{\[\[}}volts = 1.5, idd0_ma = 77.5, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209], [volts = 2.5, idd0_ma = 3, idd2n_ma = 1, idd3n_ma = 2, idd4r_ma = 4, idd4w_ma = 5, idd5b_ma = 6]]>, chips = 8>
module @device attributes {romanet.machine = #romanet.machine<
    buffers = <shared = 1>, chips = 8, dram = #romanet.device<
      "my \"DDR3\"", source = "", organisation = [ranks = 1, channels = 1,
        chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8,
        columns = 1024, rows = 32768, burst_length = 8, commands_per_clock = 1,
        beats_per_clock = 2],
      clock_ns = 1.0714285714285714,
      timing_clocks = [write_latency = 8, read_latency = 11, rcd_read = 11,
        rcd_write = 12, rp = 13, ras = 28, rc = 39, ccd_short = 4, ccd_long = 5,
        rrd_short = 6, rrd_long = 7, faw = 32, wtr_short = 8, wtr_long = 9,
        wr = 14, rtp = 15, rtrs = 0, rfc = 208, refi = 6240, rfc_bank = 90,
        refi_bank = 780],
      rails = [[idd0_ma = 77.5, volts = 1.5, idd2n_ma = 46, idd3n_ma = 58,
          idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209],
        [volts = 2.5, idd0_ma = 3, idd2n_ma = 1, idd3n_ma = 2, idd4r_ma = 4,
          idd4w_ma = 5, idd5b_ma = 6]]>>} {}

// The written form wraps the attribute; inside another one it is short.
// CHECK-LABEL: func.func @constraints
func.func @constraints(%a: memref<8x16xi8>, %b: memref<16x4xi8>, %c: memref<8x4xi32>) {
  // CHECK: romanet.buffers = #romanet.buffers<input = 1, weights = 9223372036854775807, output = 4>
  linalg.matmul {romanet.buffers = #romanet.buffers<
      output = 4, input = 1, weights = 9223372036854775807>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // CHECK: romanet.buffers = #romanet.buffers<shared = 2048>
  linalg.matmul {romanet.buffers = #romanet.buffers<shared = 2048>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // Two tensors share what the third does not have.
  // CHECK: romanet.buffers = #romanet.buffers<input = 1024, shared = 2048>
  linalg.matmul {romanet.buffers = #romanet.buffers<shared = 2048, input = 1024>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // CHECK: romanet.buffers = #romanet.buffers<weights = 1024, shared = 2048>
  linalg.matmul {romanet.buffers = #romanet.buffers<weights = 1024, shared = 2048>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // Tensors are printed in one order, too.
  // CHECK: romanet.buffers = #romanet.buffers<shared = 2048, double_buffered = [input, output]>
  linalg.matmul {romanet.buffers = #romanet.buffers<double_buffered = [output, input], shared = 2048>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // CHECK: romanet.buffers = #romanet.buffers<shared = 2048>
  linalg.matmul {romanet.buffers = #romanet.buffers<shared = 2048, double_buffered = []>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  // The order of the loops is the decision, so it is printed as it is written.
  // CHECK: romanet.schedule = #romanet.schedule<[q = 1, n = 8, c = 3, k = 2, g = 1, p = 1]>
  linalg.matmul {romanet.schedule =
      #romanet.schedule<[q = 1, n = 8, c = 3, k = 2, g = 1, p = 1]>}
      ins(%a, %b : memref<8x16xi8>, memref<16x4xi8>) outs(%c : memref<8x4xi32>)
  return
}

// Depths of 6 loops are the default and not printed.
// CHECK-LABEL: func.func @larger_spaces
func.func @larger_spaces() {
  // CHECK: #romanet.schedule<[k = 2, c = 3, p = 5, q = 4, n = 1, g = 1], hold = [input = 6, weights = 1, output = 0], serpentine, halo>
  "test.op"() {romanet.schedule = #romanet.schedule<[k = 2, c = 3, p = 5, q = 4, n = 1, g = 1],
      hold = [output = 0, weights = 1], serpentine, halo>} : () -> ()
  // CHECK: #romanet.schedule<[k = 2, c = 3, p = 5, q = 4, n = 1, g = 1], halo>
  "test.op"() {romanet.schedule = #romanet.schedule<[k = 2, c = 3, p = 5, q = 4, n = 1, g = 1],
      halo, hold = [input = 6, weights = 6, output = 6]>} : () -> ()
  // CHECK: #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, bursts = 5, activations = 4, space = "S0+S2", objective = "bytes", value = 10, lower_bound = 10>
  "test.op"() {romanet.cost = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3,
      output_write = 4, bursts = 5, activations = 4, space = "S0+S2", objective = "bytes",
      value = 10, lower_bound = 10>} : () -> ()
  // What operations on the output read is printed where they read something.
  // CHECK: #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, epilogue_read = 6, bursts = 5, activations = 4, space = "S0", objective = "bytes", value = 16, lower_bound = 16>
  "test.op"() {romanet.cost = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3,
      output_write = 4, epilogue_read = 6, bursts = 5, activations = 4, space = "S0",
      objective = "bytes", value = 16, lower_bound = 16>} : () -> ()
  // CHECK: output_write = 4, bursts = 5
  "test.op"() {romanet.cost = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3,
      output_write = 4, epilogue_read = 0, bursts = 5, activations = 4, space = "S0",
      objective = "bytes", value = 10, lower_bound = 10>} : () -> ()
  // A value that is no whole number keeps all its digits.
  // CHECK: objective = "energy", value = 12345678.1, lower_bound = 0>
  "test.op"() {romanet.cost = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3,
      output_write = 4, bursts = 5, activations = 4, space = "S0", objective = "energy",
      value = 12345678.1, lower_bound = 0>} : () -> ()
  // CHECK: objective = "edp", value = 1.{{0*}}e+20, lower_bound = 1.{{0*}}e-04>
  "test.op"() {romanet.cost = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3,
      output_write = 4, bursts = 5, activations = 4, space = "S0", objective = "edp",
      value = 1.0e+20, lower_bound = 1.0e-4>} : () -> ()
  return
}

// CHECK-LABEL: func.func @layers
func.func @layers() {
  // CHECK: romanet.layer = #romanet.layer<"conv1", loops = [n = 1, g = 1, k = 64, c = 3, p = 224, q = 224], image = [226, 226], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pads = [0, 0], bytes = [4, 4, 4, 4], order = ["ngchw", "gkcrs", "ngkhw"], init = fill>
  "test.op"() {romanet.layer = #romanet.layer<"conv1",
      loops = [n = 1, g = 1, k = 64, c = 3, p = 224, q = 224],
      image = [226, 226], kernel = [3, 3], strides = [1, 1],
      dilations = [1, 1], pads = [0, 0], bytes = [4, 4, 4, 4],
      order = ["ngchw", "gkcrs", "ngkhw"], init = fill>} : () -> ()
  // The extents may be written in any order. Axes of extent 1 may be left out
  // of the data order; here the groups. A name may need quoting.
  // CHECK: romanet.layer = #romanet.layer<"a \22b\22", loops = [n = 2, g = 1, k = 4, c = 3, p = 5, q = 6], image = [11, 24], kernel = [2, 3], strides = [2, 4], dilations = [3, 2], pads = [1, 2], bytes = [1, 2, 4, 1], order = ["nhwc", "rsck", "nhwk"], init = data>
  "test.op"() {romanet.layer = #romanet.layer<"a \"b\"",
      loops = [q = 6, p = 5, c = 3, k = 4, g = 1, n = 2],
      image = [11, 24], kernel = [2, 3], strides = [2, 4],
      dilations = [3, 2], pads = [1, 2], bytes = [1, 2, 4, 1],
      order = ["nhwc", "rsck", "nhwk"], init = data>} : () -> ()
  // A pooling has no weights.
  // CHECK: bytes = [1, 0, 4, 1], order = ["nchw", "", "nkhw"], init = fill, touched_only>
  "test.op"() {romanet.layer = #romanet.layer<"pool",
      loops = [n = 8, g = 1, k = 1, c = 1, p = 3, q = 3],
      image = [8, 8], kernel = [2, 2], strides = [3, 3],
      dilations = [1, 1], pads = [0, 0], bytes = [1, 0, 4, 1],
      order = ["nchw", "", "nkhw"], init = fill, touched_only>} : () -> ()
  // All that a unit can have; the parts may come in any order. The bias lies
  // along k, the residual has all axes of the output.
  // CHECK: order = ["nc0hw", "k1c0rs", "nk0hw1"], init = fill, separate_result, whole = [<input = 5, weights = 3, output = 4, fetched = 4, on_chip = 6, pad = 1, reduction = 3>, <weights = 2, output = 2>], epilogue = [4 of "k", 1 of "ngkpq01", 2 of "k1"]>
  "test.op"() {romanet.layer = #romanet.layer<"deep",
      loops = [n = 1, g = 1, k = 8, c = 4, p = 6, q = 6],
      image = [8, 8], kernel = [3, 3], strides = [1, 1],
      dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 1],
      order = ["nc0hw", "k1c0rs", "nk0hw1"], init = fill,
      epilogue = [4 of "k", 1 of "10qpkgn", 2 of "1k"],
      whole = [<reduction = 3, input = 5, weights = 3, output = 4, pad = 1, on_chip = 6, fetched = 4>,
               <weights = 2, output = 2>],
      separate_result>} : () -> ()
  return
}

// CHECK-LABEL: memref.global "private" @global
// CHECK-SAME: romanet.dram = #romanet.dram<address = 0, bytes = 64, first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>, last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>
memref.global "private" @global : memref<64xi8> {romanet.dram = #romanet.dram<
    address = 0, bytes = 64,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>}

// CHECK-LABEL: memref.global "private" @sometimes
// CHECK-SAME: column = 0>, live = [0, 0, 3, 17]>
memref.global "private" @sometimes : memref<64xi8> {romanet.dram = #romanet.dram<
    live = [0, 0, 3, 17], address = 0, bytes = 64,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>>}

// CHECK-LABEL: module @reserved
// CHECK-SAME: romanet.reserved = array<i64: 0, 64, 4096, 8192>
module @reserved attributes {romanet.reserved = array<i64: 0, 64, 4096, 8192>} {}

// CHECK-LABEL: module @mapping
// CHECK-SAME: romanet.mapping = "column-row-bank"
module @mapping attributes {romanet.mapping = "column-row-bank"} {}

// CHECK-LABEL: func.func @places
// CHECK-SAME: #romanet.dram<address = 4096, bytes = 1024, layout = <blocks = {{\[}}[1, 8, 1, 1]]>, shape = [1, 30, 4, 8], first = <channel = 1, rank = 2, bank_group = 3, bank = 4, row = 5, column = 6>, last = <channel = 7, rank = 8, bank_group = 9, bank = 10, row = 11, column = 12>>
// CHECK-SAME: -> (memref<1024xi8> {romanet.dram = #romanet.dram<address = 8192
func.func @places(%a: memref<1024xi8> {romanet.dram = #romanet.dram<
    address = 4096, bytes = 1024, shape = [1, 30, 4, 8], layout = <blocks = [[1, 8, 1, 1]]>,
    first = <channel = 1, rank = 2, bank_group = 3, bank = 4, row = 5, column = 6>,
    last = <channel = 7, rank = 8, bank_group = 9, bank = 10, row = 11, column = 12>>})
    -> (memref<1024xi8> {romanet.dram = #romanet.dram<
    address = 8192, bytes = 1024,
    first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>,
    last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>>}) {
  return %a : memref<1024xi8>
}

// Row-major is spelled in one way, and only where something must stand. What
// lies as by default is not said.
// CHECK-LABEL: func.func private @layouts
// CHECK-SAME: test.blocks = #romanet.layout<blocks = {{\[}}[1, 32, 1, 1]]>
// CHECK-SAME: test.nested = #romanet.layout<blocks = {{\[}}[1, 8, 1, 4] order [0, 2, 3, 1] align 64, [1, 64, 8, 8] align 8192], order = [0, 2, 3, 1]>
// CHECK-SAME: test.none = #romanet.layout<row_major>
// CHECK-SAME: test.permuted = #romanet.layout<order = [0, 2, 3, 1]>
// CHECK-SAME: test.row_major = #romanet.layout<row_major>
func.func private @layouts() attributes {
    test.blocks = #romanet.layout<blocks = [[1, 32, 1, 1] order [0, 1, 2, 3] align 1], order = [0, 1, 2, 3]>,
    test.nested = #romanet.layout<blocks = [[1, 8, 1, 4] order [0, 2, 3, 1] align 64,
                                            [1, 64, 8, 8] align 8192], order = [0, 2, 3, 1]>,
    test.none = #romanet.layout<row_major>,
    test.permuted = #romanet.layout<order = [0, 2, 3, 1]>,
    test.row_major = #romanet.layout<order = [0, 1, 2]>}

// CHECK-LABEL: func.func @layers_layouts
func.func @layers_layouts() {
  // CHECK: romanet.layouts = #romanet.layouts<input = <blocks = {{\[}}[1, 32, 1, 1]]>, output = <order = [1, 0]>>
  "test.op"() {romanet.layouts = #romanet.layouts<output = <order = [1, 0]>,
      input = <blocks = [[1, 32, 1, 1]]>>} : () -> ()
  // CHECK: romanet.layouts = #romanet.layouts<weights = <order = [1, 0]>, partial_sums = <order = [2, 1, 0]>, init = <order = [1, 0, 2]>, epilogue = [<row_major>, <order = [1, 0]>]>
  "test.op"() {romanet.layouts = #romanet.layouts<
      partial_sums = <order = [2, 1, 0]>, weights = <order = [1, 0]>, init = <order = [1, 0, 2]>,
      epilogue = [<row_major>, <order = [1, 0]>]>} : () -> ()
  // CHECK: romanet.layouts = #romanet.layouts<>
  "test.op"() {romanet.layouts = #romanet.layouts<>} : () -> ()
  return
}

// CHECK-LABEL: func.func @spaces
// CHECK-SAME: memref<1x3x9x226xf32, #romanet.space<input>>
// CHECK-SAME: memref<4xi8, strided<[2]>, #romanet.space<weights>>
// CHECK-SAME: memref<*xi8, #romanet.space<output>>
// CHECK-SAME: memref<2x4xi8, #romanet.space<shared>>
func.func @spaces(%a: memref<1x3x9x226xf32, #romanet.space<input>>,
                  %b: memref<4xi8, strided<[2]>, #romanet.space<weights>>,
                  %c: memref<*xi8, #romanet.space<output>>,
                  %d: memref<2x4xi8, #romanet.space<shared>>) {
  // CHECK: bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4xi8>
  %0 = bufferization.alloc_tensor() {memory_space = #romanet.space<output>} : tensor<4xi8>
  return
}

// CHECK-LABEL: func.func @epilogue
func.func @epilogue(%a: memref<4xf32>) {
  // CHECK: linalg.exp {romanet.epilogue} ins(
  linalg.exp {romanet.epilogue} ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)
  return
}

// A place may stand alone.
// CHECK-LABEL: func.func private @alone
// CHECK-SAME: test.place = #romanet.place<channel = 0, rank = 1, bank_group = 0, bank = 3, row = 2, column = 8>
func.func private @alone() attributes {test.place = #romanet.place<
    channel = 0, rank = 1, bank_group = 0, bank = 3, row = 2, column = 8>}
