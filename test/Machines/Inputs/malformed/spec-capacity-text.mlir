module attributes {dlti.target_system_spec = #dlti.target_system_spec<"npu" = #dlti.target_device_spec<
  "romanet.buffers" = #dlti.map<"shared" = "64 KiB">>>} {}
