// The machine from the target system spec of a module without romanet.machine.
//
// RUN: romanet-opt %s --split-input-file --romanet-annotate --verify-diagnostics | FileCheck %s
// The passes that write nothing read it all the same.
// RUN: romanet-opt %S/Inputs/product-with-spec.mlir --romanet-report="format=json output=-" -o /dev/null \
// RUN:   | FileCheck %s --check-prefix=REPORT
// REPORT-DAG: "preset": "ddr4-2400-8gb-x8"
// REPORT-DAG: "shared_capacity_bytes": 4096

// Of several devices, with what is missing from the default.
// CHECK-LABEL: module @both
// CHECK-SAME: romanet.machine = #romanet.machine<buffers = <shared = 110592>, dram = "ddr4-2400-8gb-x8", channels = 2, ranks = 4, chips = 16>
// expected-remark @below {{the module has no 'romanet.machine'; using that of its 'dlti.target_system_spec'}}
module @both attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<
        "romanet.buffers" = #romanet.buffers<shared = 110592>, "lanes" = 16 : i32>,
    "dram" = #dlti.target_device_spec<
        "romanet.dram" = "ddr4-2400-8gb-x8", "romanet.channels" = 2 : i64,
        "romanet.ranks" = 4 : i32, "romanet.chips" = 16 : i64>>} {}

// -----

// CHECK-LABEL: module @buffers
// CHECK-SAME: romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "ddr3-1600-2gb-x8">
// expected-remark @below {{using that of its 'dlti.target_system_spec'}}
module @buffers attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<
        "romanet.buffers" = #romanet.buffers<shared = 64>>>} {}

// -----

// A spec that says nothing of ours.
// CHECK-LABEL: module @other
// CHECK-SAME: romanet.machine = #romanet.machine<buffers = <input = 36864, weights = 36864, output = 36864>, dram = "ddr3-1600-2gb-x8">
// expected-remark @below {{using the default}}
module @other attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"L1_cache_size_in_bytes" = 32768 : i32>>} {}

// -----

// The attribute of the module counts, not its spec.
// CHECK-LABEL: module @own
// CHECK-SAME: romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8">
module @own attributes {
    romanet.machine = #romanet.machine<buffers = <shared = 1>, dram = "ddr3-1600-2gb-x8">,
    dlti.target_system_spec = #dlti.target_system_spec<
      "dram" = #dlti.target_device_spec<"romanet.dram" = "ddr4-2400-8gb-x8">>} {}
