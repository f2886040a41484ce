// Remarks of MLIR's engine: what was chosen, what bounds it, what would help.

// The example of romanet-schedule's description: 64 + 128 + 128 + 128 bytes, 1 + 4 + 4 + 4 bursts, 7 activations. Every
// tensor moves once. 196565 pJ is the value of the cost there.
// DEFINE: %{run} = romanet-opt %s --mlir-disable-threading -o /dev/null
// RUN: %{run} --romanet-schedule=layouts=row-major --remarks-filter='romanet-schedule' 2>&1 \
// RUN:   | FileCheck %s
// CHECK: remark: loc("alone"): [Passed] schedule | Category:romanet-schedule | Function=chosen |
// CHECK-SAME: Activations=7, Bursts=13, Bytes=448, Certificate=optimal, DRAMEnergyPJ=[[ENERGY:196565[.]000]]
// CHECK-SAME: EpilogueReadBytes=0, GapPercent=0.000, InputBufferBytes=64, InputReadBytes=64, Layer=alone
// CHECK-SAME: Layouts=row-major, LowerBound=[[ENERGY]], Objective=energy, ObjectiveValue=[[ENERGY]]
// CHECK-SAME: OutputBufferBytes=64, OutputReadBytes=128, OutputWriteBytes=128
// CHECK-SAME: Schedule="#romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 4, c = 16]>", Space=S0
// CHECK-SAME: WeightsBufferBytes=64, WeightsReadBytes=128
// CHECK: remark: loc("alone"): [Analysis] bound | Category:romanet-schedule | Function=chosen |
// CHECK-SAME: Bytes=448, CompulsoryBytes=448, EpilogueExcessBytes=0, ExcessBytes=0, ExcessPercent=0.000
// CHECK-SAME: LargestExcess=none
// CHECK-SAME: Remark="every array moves once;

// Of a schedule that is given nobody says that another buffer would be better, and it has no bound. Its two tiles of n
// load the weights twice, 128 bytes more than once.
// CHECK: remark: [Passed] schedule | Category:romanet-schedule | Function=given |
// CHECK-SAME: Bytes=576, Certificate=given
// CHECK-NOT: LowerBound
// CHECK-SAME: WeightsReadBytes=256
// CHECK: remark: [Analysis] bound | Category:romanet-schedule | Function=given |
// CHECK-SAME: ExcessBytes=128, ExcessPercent=28.571
// CHECK-SAME: LargestExcess=weights
// CHECK-SAME: WeightsExcessBytes=128
// CHECK-NOT: {{\[Missed\].*Function=given}}

// Missed remarks alone; the plain diagnostic of what is not scheduled is the engine's then, and not there twice.
// RUN: %{run} --romanet-schedule --remarks-filter-missed='romanet-schedule' 2>&1 | FileCheck %s --check-prefix=MISSED
// MISSED-NOT: [Passed]
// MISSED-NOT: [Analysis]
// MISSED: remark: [Missed] not-scheduled | Category:romanet-schedule | Function=left |
// MISSED-SAME: Operation=linalg.matmul, Reason="'linalg.matmul' is not scheduled: {{.*}}"
// MISSED-NOT: is not scheduled
// MISSED: remark: loc("alone"): [Missed] grow-weights | Category:romanet-schedule | Function=chosen |
// MISSED-SAME: CapacityBytes=64
// MISSED-NOT: is not scheduled

// Without a filter, and with one for another pass, the diagnostics are as they always are.
// RUN: %{run} --romanet-schedule 2> %t.plain
// RUN: FileCheck %s --check-prefix=PLAIN < %t.plain
// RUN: %{run} --romanet-schedule --remarks-filter='romanet-tile' 2>&1 | cmp - %t.plain
// RUN: %{run} --romanet-schedule --remarks-filter-passed='romanet-dram-map' 2>&1 | cmp - %t.plain
// PLAIN-NOT: [Missed]
// PLAIN: remark: 'linalg.matmul' is not scheduled:
// PLAIN-NOT: remark:

// In a file the engine's remarks do not take the place of diagnostics.
// RUN: %{run} --romanet-schedule --remarks-filter='romanet.*' --remark-format=yaml --remarks-output-file=%t.yaml 2>&1 \
// RUN:   | cmp - %t.plain
// RUN: FileCheck %s --check-prefix=YAML < %t.yaml
// YAML: --- !Missed
// YAML-NEXT: Pass: romanet-schedule
// YAML-NEXT: Name: not-scheduled
// YAML-NEXT: DebugLoc: { File: {{.*}}remarks.mlir
// YAML: Function: left
// YAML: Reason: {{.*}}'linalg.matmul'' is not scheduled:
// YAML: Operation: linalg.matmul

// The bitstream has the same.
// RUN: %{run} --romanet-schedule --remarks-filter='romanet.*' --remark-format=bitstream \
// RUN:   --remarks-output-file=%t.bitstream 2> /dev/null
// RUN: llvm-remarkutil bitstream2yaml %t.bitstream -o - | cmp - %t.yaml

// What grown buffers would save is found when they are grown, and not with a byte less.
// RUN: %python %S/check_growth.py %romanet_bin/romanet-opt | FileCheck %s --check-prefix=GROWTH
// GROWTH: {{^[1-9][0-9]*}} remarks, 0 failures

module attributes {romanet.machine = #romanet.machine<
    buffers = <input = 64, weights = 64, output = 64>, dram = "ddr3-1600-2gb-x8">} {
  func.func @left(%a: tensor<?x16xi8>, %b: tensor<16x8xi8>, %c: tensor<?x8xi32>) -> tensor<?x8xi32> {
    %0 = linalg.matmul ins(%a, %b : tensor<?x16xi8>, tensor<16x8xi8>) outs(%c : tensor<?x8xi32>) -> tensor<?x8xi32>
    return %0 : tensor<?x8xi32>
  }
  func.func @chosen(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
    %0 = linalg.matmul ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32> loc("alone")
    return %0 : tensor<4x8xi32>
  }
  func.func @given(%a: tensor<4x16xi8>, %b: tensor<16x8xi8>, %c: tensor<4x8xi32>) -> tensor<4x8xi32> {
    %0 = linalg.matmul {romanet.schedule = #romanet.schedule<[g = 1, n = 2, p = 1, q = 1, k = 4, c = 16]>}
         ins(%a, %b : tensor<4x16xi8>, tensor<16x8xi8>) outs(%c : tensor<4x8xi32>) -> tensor<4x8xi32>
    return %0 : tensor<4x8xi32>
  }
}
