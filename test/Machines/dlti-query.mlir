// The machine answers DLTI queries, as an attribute of the module and as a spec.
//
// RUN: romanet-opt %s --split-input-file --transform-interpreter --verify-diagnostics

module attributes {romanet.machine = #romanet.machine<name = "mine",
    buffers = <input = 4096, shared = 8192, double_buffered = [weights]>,
    dram = "ddr3-1600-2gb-x8", ranks = 2>,
    transform.with_named_sequence} {
  // expected-remark @+9 {{value "mine"}}
  // expected-remark @+8 {{value 4096 : i64}}
  // expected-remark @+7 {{value 8192 : i64}}
  // expected-remark @+6 {{value ["weights"]}}
  // expected-remark @+5 {{value "ddr3-1600-2gb-x8"}}
  // expected-remark @+4 {{value 2 : i64}}
  // expected-remark @+3 {{value 8 : i64}}
  // expected-remark @+2 {{value 1.250000e+00 : f64}}
  // expected-remark @+1 {{value 11 : i64}}
  func.func private @f()

  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %f = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
    %name = transform.dlti.query ["name"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %name, "value" at %f : !transform.any_param, !transform.any_op
    %input = transform.dlti.query ["buffers", "input"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %input, "value" at %f : !transform.any_param, !transform.any_op
    %shared = transform.dlti.query ["buffers", "shared"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %shared, "value" at %f : !transform.any_param, !transform.any_op
    %doubled = transform.dlti.query ["buffers", "double_buffered"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %doubled, "value" at %f : !transform.any_param, !transform.any_op
    %dram = transform.dlti.query ["dram"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %dram, "value" at %f : !transform.any_param, !transform.any_op
    // That of the machine, and one that it leaves to the device.
    %ranks = transform.dlti.query ["device", "ranks"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %ranks, "value" at %f : !transform.any_param, !transform.any_op
    %chips = transform.dlti.query ["chips"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %chips, "value" at %f : !transform.any_param, !transform.any_op
    %clock = transform.dlti.query ["device", "clock_ns"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %clock, "value" at %f : !transform.any_param, !transform.any_op
    %rp = transform.dlti.query ["device", "timing_clocks", "rp"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %rp, "value" at %f : !transform.any_param, !transform.any_op
    transform.yield
  }
}

// -----

// A spec of DLTI is asked first, and hides nothing of what it says to others.
module attributes {
    dlti.target_system_spec = #dlti.target_system_spec<
      "npu" = #dlti.target_device_spec<"romanet.buffers" = #dlti.map<"shared" = 64 : i64>, "lanes" = 16 : i32>>,
    transform.with_named_sequence} {
  // expected-remark @+2 {{value 64 : i64}}
  // expected-remark @+1 {{value 16 : i32}}
  func.func private @f()

  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %f = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
    %shared = transform.dlti.query ["npu", "romanet.buffers", "shared"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %shared, "value" at %f : !transform.any_param, !transform.any_op
    %lanes = transform.dlti.query ["npu", "lanes"] at %f : (!transform.any_op) -> !transform.any_param
    transform.debug.emit_param_as_remark %lanes, "value" at %f : !transform.any_param, !transform.any_op
    transform.yield
  }
}

// -----

// expected-note @below {{key "cores" has no DLTI-mapping per attr: #romanet.machine}}
module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "hbm2-8gb-x128">,
    transform.with_named_sequence} {
  // expected-error @below {{target op}}
  func.func private @f()

  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %f = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-error @below {{failed}}
    %cores = transform.dlti.query ["cores"] at %f : (!transform.any_op) -> !transform.any_param
    transform.yield
  }
}
