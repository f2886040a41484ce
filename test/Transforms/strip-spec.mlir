// Of a target system spec what is ours goes, and what others say stays.
//
// RUN: romanet-opt %s --split-input-file --romanet-strip | FileCheck %s --implicit-check-not=romanet.

// CHECK: module @others
// CHECK-SAME: #dlti.target_system_spec<"npu" = #dlti.target_device_spec<"lanes" = 16 : i32>, "cpu" = #dlti.target_device_spec<"cores" = 4 : i64>>
module @others attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "npu" = #dlti.target_device_spec<"romanet.buffers" = #romanet.buffers<shared = 64>, "lanes" = 16 : i32>,
    "dram" = #dlti.target_device_spec<"romanet.dram" = "hbm2-8gb-x128">,
    "cpu" = #dlti.target_device_spec<"cores" = 4>>} {}

// -----

// CHECK: module @ours {
module @ours attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "dram" = #dlti.target_device_spec<"romanet.dram" = "hbm2-8gb-x128">>} {}
