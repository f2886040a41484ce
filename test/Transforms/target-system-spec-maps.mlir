// A spec in attributes of DLTI and builtin ones alone, with a whole device.
//
// RUN: romanet-opt %s --romanet-annotate --verify-diagnostics | FileCheck %s

// CHECK: romanet.machine = #romanet.machine<name = "mine", source = "an example",
// CHECK-SAME: buffers = <input = 4096, shared = 8192, double_buffered = [input, output]>,
// CHECK-SAME: dram = #romanet.device<"dram", source = "none", organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16,
// CHECK-SAME: clock_ns = 1.25, timing_clocks = [read_latency = 11, write_latency = 8,
// CHECK-SAME: rails = {{\[\[}}volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58.5,
// CHECK-SAME: chips = 8>
// expected-remark @below {{the module has no 'romanet.machine'; using that of its 'dlti.target_system_spec'}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<
      "romanet.name" = "mine", "romanet.source" = "an example",
      "romanet.buffers" = #dlti.map<"input" = 4096 : i32, "shared" = 8192 : index, "double_buffered" = ["output", "input"]>>,
    "dram" = #dlti.target_device_spec<"romanet.chips" = 8 : ui64, "romanet.dram" = #dlti.map<
      "name" = "dram", "source" = "none", "channels" = 1, "ranks" = 1, "chips" = 4, "chip_bits" = 16,
      "bank_groups" = 1, "banks_per_group" = 8, "rows" = 32768, "columns" = 1024, "burst_length" = 8,
      "beats_per_clock" = 2, "commands_per_clock" = 1, "clock_ns" = 1.25, "timing_clocks" = #dlti.map<
      "read_latency" = 11, "write_latency" = 8, "rcd_read" = 11, "rcd_write" = 11, "rp" = 11, "ras" = 28, "rc" = 39,
      "ccd_short" = 4, "ccd_long" = 4, "rrd_short" = 6, "rrd_long" = 6, "faw" = 32, "wtr_short" = 6, "wtr_long" = 6,
      "wr" = 12, "rtp" = 6, "rtrs" = 2, "refi" = 6240, "rfc" = 208, "refi_bank" = 0, "rfc_bank" = 0>,
      "rails" = [#dlti.map<"volts" = 1.5, "idd0_ma" = 77, "idd2n_ma" = 46, "idd3n_ma" = 58.5, "idd4r_ma" = 228,
      "idd4w_ma" = 221, "idd5b_ma" = 209>]>>>} {}
