module attributes {dlti.target_system_spec = #dlti.target_system_spec<"npu" = #dlti.target_device_spec<
  "romanet.dram" = #dlti.map<"name" = "mine", "source" = "an example", "channels" = 1, "ranks" = 1, "chips" = 4, "chip_bits" = 16,
    "bank_groups" = 1, "banks_per_group" = 8, "rows" = 32768, "columns" = 1024, "burst_length" = 8,
    "beats_per_clock" = 2, "commands_per_clock" = 1, "clock_ns" = 1.25, "timing_clocks" = 11, "rails" = []>>>} {}
