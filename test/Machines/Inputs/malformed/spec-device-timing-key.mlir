module attributes {dlti.target_system_spec = #dlti.target_system_spec<"npu" = #dlti.target_device_spec<
  "romanet.dram" = #dlti.map<"name" = "mine", "source" = "an example", "channels" = 1, "ranks" = 1, "chips" = 4, "chip_bits" = 16,
    "bank_groups" = 1, "banks_per_group" = 8, "rows" = 32768, "columns" = 1024, "burst_length" = 8,
    "beats_per_clock" = 2, "commands_per_clock" = 1, "clock_ns" = 1.25, "timing_clocks" = #dlti.map<
    "read_latency" = 11, "write_latency" = 8, "rcd_read" = 11, "rcd_write" = 11, "rp" = 11, "ras" = 28, "rc" = 39,
    "ccd_short" = 4, "ccd_long" = 4, "rrd_short" = 6, "rrd_long" = 6, "faw" = 32, "wtr_short" = 6, "wtr_long" = 6,
    "wr" = 12, "trtp" = 6, "rtrs" = 2, "refi" = 6240, "rfc" = 208, "refi_bank" = 0, "rfc_bank" = 0>,
    "rails" = [#dlti.map<"volts" = 1.5, "idd0_ma" = 77, "idd2n_ma" = 46, "idd3n_ma" = 58, "idd4r_ma" = 228,
    "idd4w_ma" = 221, "idd5b_ma" = 209>]>>>} {}
