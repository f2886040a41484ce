// Wrong entries of a target system spec, in every pass that reads it.
//
// RUN: romanet-opt %s --split-input-file --romanet-annotate --verify-diagnostics
// RUN: romanet-opt %s --split-input-file --romanet-annotate="double-buffer=input" --verify-diagnostics
// RUN: romanet-opt %s --split-input-file --romanet-schedule --verify-diagnostics
// RUN: romanet-opt %s --split-input-file --romanet-tile --verify-diagnostics
// RUN: romanet-opt %s --split-input-file --romanet-dram-map --verify-diagnostics
// RUN: romanet-opt %s --split-input-file --romanet-verify --verify-diagnostics
// RUN: romanet-opt %s --split-input-file --romanet-report --verify-diagnostics

// expected-error @below {{entry 'romanet.buffers' of device 'npu' of 'dlti.target_system_spec': expected a #dlti.map or a #romanet.buffers, got 36864 : i64}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.buffers" = 36864>>} {}

// -----

// expected-error @below {{entry 'romanet.dram' of device 'npu' of 'dlti.target_system_spec': expected the name of a preset, a #dlti.map or a #romanet.device, got 3 : i64}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.dram" = 3>>} {}

// -----

// expected-error @below {{the machine of 'dlti.target_system_spec' (entries 'romanet.dram' of device 'npu'): there is no DRAM preset 'ddr9'}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.dram" = "ddr9">>} {}

// -----

// expected-error @below {{(entries 'romanet.chips' of device 'npu'): DRAM device 'ddr3-1600-2gb-x8': chips is 3, it must be a positive power of two}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.chips" = 3>>} {}

// -----

// expected-error @below {{entry 'romanet.ranks' of device 'npu' of 'dlti.target_system_spec': expected an integer of 64 bits, got "two"}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.ranks" = "two">>} {}

// -----

// expected-error @below {{entry 'romanet.ranks' of device 'npu' of 'dlti.target_system_spec': expected an integer of 64 bits, got 18446744073709551616 : i128}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.ranks" = 18446744073709551616 : i128>>} {}

// -----

// expected-error @below {{entry 'romanet.bufers' of device 'npu' of 'dlti.target_system_spec': there is no such key, expected romanet.name, romanet.source, romanet.buffers, romanet.dram, romanet.channels, romanet.ranks or romanet.chips}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.bufers" = #romanet.buffers<shared = 1>>>} {}

// -----

// expected-error @below {{entry 'romanet.dram' of device 'b' of 'dlti.target_system_spec': there is another one of this key}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "a" = #dlti.target_device_spec<"romanet.dram" = "hbm2-8gb-x128">,
    "b" = #dlti.target_device_spec<"romanet.dram" = "hbm2-8gb-x128">>} {}
