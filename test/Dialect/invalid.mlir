// RUN: romanet-opt %s -allow-unregistered-dialect -split-input-file -verify-diagnostics

//===----------------------------------------------------------------------===//
// romanet.buffers
//===----------------------------------------------------------------------===//

// expected-error @below {{capacity of the weights buffer is 0 bytes, expected at least 1}}
"test.op"() {romanet.buffers = #romanet.buffers<input = 1, weights = 0, output = 1>} : () -> ()

// -----

// expected-error @below {{capacity of the output buffer is -4 bytes, expected at least 1}}
"test.op"() {romanet.buffers = #romanet.buffers<input = 1, weights = 1, output = -4>} : () -> ()

// -----

// expected-error @below {{capacity of the input buffer is -9223372036854775808 bytes, expected at least 1}}
"test.op"() {romanet.buffers = #romanet.buffers<input = -9223372036854775808, weights = 1, output = 1>} : () -> ()

// -----

// expected-error @below {{capacity of the shared buffer is 0 bytes, expected at least 1}}
"test.op"() {romanet.buffers = #romanet.buffers<shared = 0>} : () -> ()

// -----

// expected-error @below {{no capacity for weights: expected one for each, or a shared one}}
"test.op"() {romanet.buffers = #romanet.buffers<input = 1, output = 1>} : () -> ()

// -----

// expected-error @below {{no capacity for input, weights and output: expected one for each, or a shared one}}
"test.op"() {romanet.buffers = #romanet.buffers<>} : () -> ()

// -----

// A buffer that one tensor would share with nobody.
// expected-error @below {{only weights is left for the shared capacity: expected a capacity of its own instead}}
"test.op"() {romanet.buffers = #romanet.buffers<input = 1, output = 1, shared = 1>} : () -> ()

// -----

// expected-error @below {{capacity of the shared buffer is 0 bytes, expected at least 1}}
"test.op"() {romanet.buffers = #romanet.buffers<input = 1, shared = 0>} : () -> ()

// -----

// expected-error @below {{capacity of the output buffer is -1 bytes, expected at least 1}}
"test.op"() {romanet.buffers = #romanet.buffers<output = -1, shared = 1>} : () -> ()

// -----

// expected-error @below {{input, weights and output have capacities of their own, so that no tensor is left for the shared one}}
"test.op"() {romanet.buffers = #romanet.buffers<input = 1, weights = 1, output = 1, shared = 1>} : () -> ()

// -----

// expected-error @below {{'input' is named twice in 'double_buffered'}}
"test.op"() {romanet.buffers = #romanet.buffers<shared = 1, double_buffered = [input, output, input]>} : () -> ()

// -----

// expected-error @+2 {{unknown tensor 'inputs', expected input, weights or output}}
// expected-error @+1 {{failed to parse ROMANet_BuffersAttr parameter 'double_buffered'}}
"test.op"() {romanet.buffers = #romanet.buffers<shared = 1, double_buffered = [inputs]>} : () -> ()

// -----

// Malformed: a key that there is not.
// expected-error @below {{unknown struct parameter name: inputs}}
"test.op"() {romanet.buffers = #romanet.buffers<inputs = 1, weights = 1, output = 1>} : () -> ()

// -----

// expected-error @below {{'romanet.buffers' does not belong on an argument or a result; only 'romanet.dram' does}}
func.func @on_argument(%a: memref<1xi8> {romanet.buffers = #romanet.buffers<shared = 1>}) {
  return
}

// -----

// expected-error @below {{'romanet.buffers' does not belong on an argument or a result; only 'romanet.dram' does}}
func.func @on_result(%a: memref<1xi8>) -> (memref<1xi8> {romanet.buffers = #romanet.buffers<shared = 1>}) {
  return %a : memref<1xi8>
}

// -----

//===----------------------------------------------------------------------===//
// romanet.machine
//===----------------------------------------------------------------------===//

// expected-error @below {{there is no DRAM preset 'ddr9', the presets are: ddr3-1600-2gb-x8, ddr4-2400-8gb-x8, ddr4-3200-8gb-x8, lpddr4-3200-8gb-x16, hbm2-8gb-x128}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr9">} {}

// -----

// Chips work in lock-step and addresses are split by bits.
// expected-error @below {{chips is 3, it must be a positive power of two}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8", chips = 3>} {}

// -----

// expected-error @below {{channels is 0, it must be a positive power of two}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8", channels = 0>} {}

// -----

// expected-error @below {{ranks is -2, it must be a positive power of two}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8", ranks = -2>} {}

// -----

// 2^62 ranks of 2 GiB.
// expected-error @below {{the capacity in bytes does not fit 64 bits}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8", ranks = 4611686018427387904>} {}

// -----

// expected-error @+2 {{capacity of the shared buffer is -1 bytes, expected at least 1}}
// expected-error @+1 {{failed to parse ROMANet_MachineAttr parameter 'buffers'}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = -1>, dram = "ddr3-1600-2gb-x8">} {}

// -----

// expected-error @+2 {{no capacity for input and output: expected one for each, or a shared one}}
// expected-error @+1 {{failed to parse ROMANet_MachineAttr parameter 'buffers'}}
module attributes {romanet.machine = #romanet.machine<buffers = <weights = 1>, dram = "ddr3-1600-2gb-x8">} {}

// -----

// expected-error @below {{struct is missing required parameter: dram}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>>} {}

// -----

//===----------------------------------------------------------------------===//
// romanet.device
//===----------------------------------------------------------------------===//

// expected-error @+2 {{missing field 'ranks'}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+2 {{unknown field 'row'}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, row = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+2 {{field 'chips' twice}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1, chips = 4],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+4 {{missing field 'refi'}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+5 {{missing field 'volts'}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+3 {{expected floating point literal}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = "x",
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+1 {{DRAM device 'd': rows is 1000, it must be a positive power of two}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 1000, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+1 {{DRAM device 'd': clock_ns is 0, it must be positive and finite}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 0,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+1 {{DRAM device 'd': timing_clocks.rc is 27, it must be at least ras, 28}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 27, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+1 {{DRAM device 'd': rails is empty, at least one supply rail is needed}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = []>} : () -> ()

// -----

// expected-error @+1 {{DRAM device 'd': rails[1].idd4r_ma is 57, it must be at least idd3n_ma}}
"test.op"() {a = #romanet.device<"d", source = "s",
  organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16, bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024, burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
  clock_ns = 1.25,
  timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11, rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4, rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6, wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0, rfc_bank = 0],
  rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209], [volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58, idd4r_ma = 57, idd4w_ma = 221, idd5b_ma = 209]]>} : () -> ()

// -----

// expected-error @+1 {{'dram' is 3 : i64, expected the name of a preset or a #romanet.device}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = 3>} {}

// -----

// expected-error @below {{'romanet.machine' belongs on a module}}
func.func private @machine_on_function() attributes {
  romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8">}

// -----

//===----------------------------------------------------------------------===//
// romanet.reserved, romanet.mapping, and when a buffer is live
//===----------------------------------------------------------------------===//

// expected-error @below {{'romanet.reserved' belongs on a module}}
func.func private @reserved_on_function() attributes {romanet.reserved = array<i64: 0, 64>}

// -----

// expected-error @below {{attribute 'romanet.reserved' must be an array of i64 with begin and end of each range, not array<i64: 0, 64, 128>}}
module attributes {romanet.reserved = array<i64: 0, 64, 128>} {}

// -----

// expected-error @below {{attribute 'romanet.reserved' must be an array of i64 with begin and end of each range, not "0-64"}}
module attributes {romanet.reserved = "0-64"} {}

// -----

// expected-error @below {{reserved range from 64 to 64, expected an end above the begin, and none below 0}}
module attributes {romanet.reserved = array<i64: 0, 64, 64, 64>} {}

// -----

// expected-error @below {{reserved range from -1 to 64}}
module attributes {romanet.reserved = array<i64: -1, 64>} {}

// -----

// expected-error @below {{'romanet.mapping' belongs on a module}}
func.func private @mapping_on_function() attributes {romanet.mapping = "romanet"}

// -----

// "search" is a choice of the passes, not a map.
// expected-error-re @below {{attribute 'romanet.mapping' must be the name of a mapping policy (romanet, row-major, {{.*}}), not "search"}}
module attributes {romanet.mapping = "search"} {}

// -----

// expected-error @below {{'romanet.mapping' must be the name of a mapping policy}}
module attributes {romanet.mapping = 1 : i64} {}

// -----

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{'live' has 1 numbers, expected two for each interval}}
#dram = #romanet.dram<address = 0, bytes = 4, first = #place, last = #place, live = [3]>

// -----

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{'live' has 3 as its number 2, expected ascending intervals of points from 0}}
#dram = #romanet.dram<address = 0, bytes = 4, first = #place, last = #place, live = [1, 3, 3, 4]>

// -----

//===----------------------------------------------------------------------===//
// romanet.schedule
//===----------------------------------------------------------------------===//

// expected-error @below {{loop 'q' is missing; a schedule names n, g, k, c, p and q once each, outermost first}}
"test.op"() {romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 1, p = 1]>} : () -> ()

// -----

// expected-error @below {{loop 'k' is named twice}}
"test.op"() {romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 1, p = 1, k = 2]>} : () -> ()

// -----

// The kernel's loops stay whole and have no tile.
// expected-error @below {{unknown loop 'r', expected n, g, k, c, p or q}}
"test.op"() {romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 1, p = 1, r = 1]>} : () -> ()

// -----

// expected-error @below {{tile of loop 'c' is 0, expected at least 1 element}}
"test.op"() {romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 0, p = 1, q = 1]>} : () -> ()

// -----

// expected-error @below {{tile of loop 'p' is -7, expected at least 1 element}}
"test.op"() {romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 1, c = 1, p = -7, q = 1]>} : () -> ()

// -----

// expected-error @below {{expected integer value}}
"test.op"() {romanet.schedule = #romanet.schedule<[n = x, g = 1, k = 1, c = 1, p = 1, q = 1]>} : () -> ()

// -----

// expected-error @below {{expected '['}}
"test.op"() {romanet.schedule = #romanet.schedule<n = 1, g = 1, k = 1, c = 1, p = 1, q = 1>} : () -> ()

// -----

// On a tiled operation the extents are known: 65 of 64 output channels.
// expected-error @below {{tile of loop k is 65, expected 1 to 64}}
"test.op"() {
  romanet.schedule = #romanet.schedule<[n = 1, g = 1, k = 65, c = 3, p = 224, q = 224]>,
  romanet.layer = #romanet.layer<"conv1",
    loops = [n = 1, g = 1, k = 64, c = 3, p = 224, q = 224],
    image = [226, 226], kernel = [3, 3], strides = [1, 1], dilations = [1, 1],
    pads = [0, 0], bytes = [4, 4, 4, 4], order = ["ngchw", "gkcrs", "ngkhw"], init = fill>
} : () -> ()

// -----

//===----------------------------------------------------------------------===//
// romanet.layer
//===----------------------------------------------------------------------===//

// expected-error @below {{loop 'g' is missing}}
#layer = #romanet.layer<"l", loops = [n = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{expected two values, of rows and columns, for 'image'}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{expected two values, of rows and columns, for 'kernel'}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{expected four values for 'bytes': input, weights, partial sum, output}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{expected the axes of three tensors for 'order'}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc"], init = fill>

// -----

// expected-error @below {{unknown axis 'x', expected letters of 'ngkchwrs0123'}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["cx", "kc", "k"], init = fill>

// -----

// Weights of no bytes do not exist.
// expected-error @below {{layer 'l': data order of the weights has axis K, which that tensor does not have}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 0, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{layer 'l': data order of the input has axis X0, which that tensor does not have}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c0", "kc", "k"], init = fill>

// -----

// expected-error @below {{layer 'l': data order of the output leaves out axis X0 of extent 2}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
  whole = [<output = 2>]>

// -----

// expected-error @below {{layer 'l': extent of the input on chip along a whole axis is 2, expected 3 to 2147483647}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c0", "kc", "k"], init = fill,
  whole = [<input = 3, on_chip = 2>]>

// -----

// expected-error @below {{layer 'l': number of indices of the input fetched along a whole axis is 4, expected 0 to 3}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c0", "kc", "k"], init = fill,
  whole = [<input = 3, fetched = 4>]>

// -----

// expected-error @below {{layer 'l': 5 axes that stay whole, expected at most 4}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
  whole = [<>, <>, <>, <>, <>]>

// -----

// expected-error @below {{unknown part 'outputs' of a whole axis, expected input, weights, output, fetched, on_chip, pad or reduction}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1], image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill, whole = [<outputs = 2>]>

// -----

// expected-error @below {{unknown part 'residual', expected touched_only, separate_result, whole or epilogue}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1], image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill, residual>

// -----

// expected-error @below {{'k' is named twice in "kk"}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
  epilogue = [1 of "kk"]>

// -----

// expected-error @below {{unknown loop '0' in "k0", expected n, g, k, p, q or the number of an axis in 'whole'}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
  epilogue = [1 of "k0"]>

// -----

// expected-error @below {{layer 'l': epilogue depends on loop c, which the output does not have}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
  epilogue = [1 of "c"]>

// -----

// expected-error @below {{layer 'l': bytes of an element of the epilogue is 0, expected 1}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
  epilogue = [0 of "k"]>

// -----

// The input has no output channels.
// expected-error @below {{layer 'l': data order of the input has axis K, which that tensor does not have}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["ck", "kc", "k"], init = fill>

// -----

// expected-error @below {{layer 'l': data order of the weights has axis K twice}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kck", "k"], init = fill>

// -----

// expected-error @below {{layer 'l': data order of the output leaves out axis K of extent 2}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 2, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "n"], init = fill>

// -----

// expected-error @below {{layer 'l': number of input channels per group C is 0, expected}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 0, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{layer 'l': horizontal stride is 0, expected}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 0], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// expected-error @below {{layer 'l': padding at the top is -1, expected 0}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [-1, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

// Output row 3 would start at input row 3 of 3.
// expected-error @below {{layer 'l': output row 3 starts at input row 3, but the input has only 3 rows}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 4, q = 1],
  image = [3, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["hc", "kc", "hk"], init = fill>

// -----

// Almost 2^31 x 2^31 outputs of 4 bytes: no count of bytes holds that.
// expected-error @below {{layer 'l': too large: a schedule could move more than 2305843009213693951 bytes}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 2147483647, q = 2147483647],
  image = [2147483647, 2147483647], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["hwc", "kc", "hwk"], init = fill>

// -----

// The product of these extents is 2^66, which would wrap to 0.
// expected-error @below {{layer 'l': too large}}
#layer = #romanet.layer<"l", loops = [n = 1073741824, g = 1, k = 1073741824, c = 64, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nc", "kc", "nk"], init = fill>

// -----

// One more than the largest signed 64-bit number.
// expected-error @below {{integer value too large}}
#layer = #romanet.layer<"l", loops = [n = 9223372036854775808, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["nc", "kc", "nk"], init = fill>

// -----

// expected-error @below {{expected init = fill or init = data}}
#layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = zero>

// -----

// expected-error @+1 {{expected string}}
#layer = #romanet.layer<l, loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
  image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
  pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill>

// -----

//===----------------------------------------------------------------------===//
// romanet.dram and its places
//===----------------------------------------------------------------------===//

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{expected an address of 0 or more and a size of at least 1 byte, got address -64 and 4 bytes}}
#dram = #romanet.dram<address = -64, bytes = 4, first = #place, last = #place>

// -----

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{got address 0 and 0 bytes}}
#dram = #romanet.dram<address = 0, bytes = 0, first = #place, last = #place>

// -----

// The last byte would lie beyond what a signed 64-bit number can address.
#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{address 9223372036854775807 and 9223372036854775807 bytes end beyond what is counted in 64 bits}}
#dram = #romanet.dram<address = 9223372036854775807, bytes = 9223372036854775807, first = #place, last = #place>

// -----

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{a layout of 2 dimensions of an array of 3}}
#dram = #romanet.dram<address = 0, bytes = 4, layout = <order = [1, 0]>, shape = [1, 2, 2], first = #place, last = #place>

// -----

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{a row-major buffer has the shape of its type, and no other}}
#dram = #romanet.dram<address = 0, bytes = 4, shape = [4], first = #place, last = #place>

// -----

#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>
// expected-error @below {{an extent of the array is 0, expected at least 1}}
#dram = #romanet.dram<address = 0, bytes = 4, layout = <order = [1, 0]>, shape = [4, 0], first = #place, last = #place>

// -----

// expected-error @below {{'bank_group' is -1, expected 0 or more}}
#place = #romanet.place<channel = 0, rank = 0, bank_group = -1, bank = 0, row = 0, column = 0>

// -----

// Without its column.
// expected-error @below {{expected ','}}
#place = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0>

// -----

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

// expected-error @below {{level 1: block extent 6 in axis 1 is not a multiple of 4, that of level 0}}
#layout = #romanet.layout<blocks = [[1, 4], [1, 6]]>

// -----

// expected-error @below {{level 0: block extent 0 in axis 0 is not positive}}
#layout = #romanet.layout<blocks = [[0, 4]]>

// -----

// expected-error @below {{level 0: an alignment of 0 bytes is not positive}}
#layout = #romanet.layout<blocks = [[1, 4] align 0]>

// -----

// expected-error @below {{an order has dimension 2 among 2}}
#layout = #romanet.layout<order = [0, 2]>

// -----

// expected-error @below {{level 0: the order has axis 1 twice}}
#layout = #romanet.layout<blocks = [[1, 4] order [1, 1]]>

// -----

// expected-error @below {{expected 2 dimensions, got 3}}
#layout = #romanet.layout<blocks = [[1, 4]], order = [0, 1, 2]>

// -----

// expected-error @below {{expected at least one block}}
#layout = #romanet.layout<blocks = []>

// -----

// expected-error @below {{expected 'order'}}
#layout = #romanet.layout<>

// -----

// expected-error @below {{blocks of no dimensions}}
#layout = #romanet.layout<blocks = [[]]>

// -----

// expected-error @below {{attribute 'romanet.layouts' must be a #romanet.layouts, not #romanet.layout<row_major>}}
"test.op"() {romanet.layouts = #romanet.layout<row_major>} : () -> ()

// -----

// expected-error @below {{attribute 'romanet.layouts' has layouts of 2 arrays of the epilogue, of which the layer has 1}}
"test.op"() {romanet.layer = #romanet.layer<"l", loops = [n = 1, g = 1, k = 1, c = 1, p = 1, q = 1],
    image = [1, 1], kernel = [1, 1], strides = [1, 1], dilations = [1, 1],
    pads = [0, 0], bytes = [1, 1, 4, 4], order = ["c", "kc", "k"], init = fill,
    epilogue = [4 of "k"]>,
    romanet.layouts = #romanet.layouts<epilogue = [<row_major>, <row_major>]>} : () -> ()

// -----

//===----------------------------------------------------------------------===//
// Spaces
//===----------------------------------------------------------------------===//

// expected-error @+2 {{expected ::mlir::romanet::Space to be one of: input, weights, output}}
// expected-error @+1 {{failed to parse}}
func.func private @space(memref<1xi8, #romanet.space<inputs>>)

// -----

//===----------------------------------------------------------------------===//
// Every name takes its own kind of attribute, and there are no other names
//===----------------------------------------------------------------------===//

// expected-error @below {{'romanet.machine' must be a #romanet.machine, not #romanet.buffers<shared = 1>}}
module attributes {romanet.machine = #romanet.buffers<shared = 1>} {}

// -----

// expected-error @below {{'romanet.buffers' must be a #romanet.buffers, not 36864}}
"test.op"() {romanet.buffers = 36864} : () -> ()

// -----

// expected-error @below {{'romanet.layer' must be a #romanet.layer, not "conv1"}}
"test.op"() {romanet.layer = "conv1"} : () -> ()

// -----

// expected-error @below {{'romanet.schedule' must be a #romanet.schedule, not [1, 2]}}
"test.op"() {romanet.schedule = [1, 2]} : () -> ()

// -----

// expected-error @below {{'romanet.dram' must be a #romanet.dram, not #romanet.place<}}
"test.op"() {romanet.dram = #romanet.place<channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>} : () -> ()

// -----

// expected-error @below {{'romanet.dram' must be a #romanet.dram, not 0}}
func.func private @argument_kind(memref<1xi8> {romanet.dram = 0})

// -----

// expected-error @below {{unknown attribute 'romanet.bufers'}}
"test.op"() {romanet.bufers = #romanet.buffers<shared = 1>} : () -> ()

// -----

// expected-error @below {{unknown attribute 'romanet.speed'}}
module attributes {romanet.speed = 1} {}

// -----

// expected-error @+1 {{unknown attribute `cache` in dialect `romanet`}}
#attribute = #romanet.cache<shared = 1>

// -----

// expected-error @below {{depth of the weights is 7, expected 0 to 6 loops}}
#deep = #romanet.schedule<[g = 1, n = 1, p = 1, q = 1, k = 2, c = 4], hold = [weights = 7]>

// -----

// expected-error @below {{unknown tensor 'bias', expected input, weights or output}}
#tensor = #romanet.schedule<[g = 1, n = 1, p = 1, q = 1, k = 2, c = 4], hold = [bias = 1]>

// -----

// expected-error @below {{unknown part 'zigzag', expected hold, serpentine or halo}}
#part = #romanet.schedule<[g = 1, n = 1, p = 1, q = 1, k = 2, c = 4], zigzag>

// -----

// expected-error @below {{lower bound of 1.100000e+01 is not between 0 and the value of 1.000000e+01}}
#bound = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, bursts = 5, activations = 4, space = "S0", objective = "bytes", value = 10, lower_bound = 11>

// -----

// expected-error @below {{expected bytes of 0 or more, with a sum that fits 64 bits}}
#bytes = #romanet.cost<input_read = -1, weights_read = 2, output_read = 3, output_write = 4, bursts = 5, activations = 4, space = "S0", objective = "bytes", value = 10, lower_bound = 0>

// -----

// expected-error @below {{expected bytes of 0 or more, with a sum that fits 64 bits}}
#epilogue = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, epilogue_read = -1, bursts = 5, activations = 4, space = "S0", objective = "bytes", value = 10, lower_bound = 10>

// -----

// expected-error @below {{attribute 'romanet.epilogue' must be a unit attribute, not true}}
"test.op"() {romanet.epilogue = true} : () -> ()

// -----

// expected-error @below {{space 'S7' is not known}}
#space = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, bursts = 5, activations = 4, space = "S7", objective = "bytes", value = 10, lower_bound = 10>

// -----

// expected-error @below {{expected bursts and activations of 0 or more}}
#bursts = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, bursts = -1, activations = 4, space = "S0", objective = "bytes", value = 10, lower_bound = 10>

// -----

// expected-error @below {{objective 'power' is not known, expected one of bytes, bursts, energy, time, edp, bytes-bursts}}
#objective = #romanet.cost<input_read = 1, weights_read = 2, output_read = 3, output_write = 4, bursts = 5, activations = 4, space = "S0", objective = "power", value = 10, lower_bound = 10>

// -----

// expected-error @below {{attribute 'romanet.epilogue' must be a unit attribute, not 1 : i64}}
"test.op"() {romanet.epilogue = 1} : () -> ()
