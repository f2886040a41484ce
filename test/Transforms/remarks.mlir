// Remarks of MLIR's engine: what was chosen, what bounds it, what would help.

// The example of romanet-schedule's description: 64 + 128 + 128 + 128 bytes, 1 + 4 + 4 + 4 bursts, 7 activations. Every
// tensor moves once. 196565 pJ is the value of the cost there.
// DEFINE: %{run} = romanet-opt %s --mlir-disable-threading -o /dev/null
// RUN: %{run} --romanet-schedule=layouts=row-major --remarks-filter='romanet-schedule' 2>&1 \
// RUN:   | FileCheck %s --implicit-check-not='Function=grown'
// CHECK: remark: [Passed] schedule | Category:romanet-schedule | Function=chosen |
// CHECK-SAME: Layer=alone
// CHECK-SAME: Schedule=#romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 4, c = 16]>
// CHECK-SAME: Space=S0, Certificate=optimal, Bytes=448
// CHECK-SAME: InputReadBytes=64, WeightsReadBytes=128, OutputReadBytes=128, OutputWriteBytes=128, EpilogueReadBytes=0
// CHECK-SAME: InputBufferBytes=64, WeightsBufferBytes=64, OutputBufferBytes=64
// CHECK-SAME: Layouts=row-major, Bursts=13, Activations=7
// CHECK-SAME: DRAMEnergyPJ=196564.
// CHECK-SAME: Objective=energy, ObjectiveValue=196564.{{[0-9]+}}, LowerBound=196564.{{[0-9]+}}, GapPercent=0.000
// CHECK: remark: [Analysis] bound | Category:romanet-schedule | Function=chosen |
// CHECK-SAME: Remark="every array moves once;
// CHECK-SAME: Bytes=448, CompulsoryBytes=448, ExcessBytes=0, ExcessPercent=0.000, LargestExcess=none

// Of a schedule that is given nobody says that another buffer would be better, and it has no bound. Its two tiles of n
// load the weights twice, 128 bytes more than once; each of them is two bursts at least.
// CHECK: remark: [Passed] schedule | Category:romanet-schedule | Function=given |
// CHECK-SAME: Certificate=given, Bytes=576
// CHECK-SAME: WeightsReadBytes=256
// CHECK-NOT: LowerBound
// CHECK: remark: [Analysis] bound | Category:romanet-schedule | Function=given |
// CHECK-SAME: ExcessBytes=128, ExcessPercent=28.571, LargestExcess=weights
// CHECK-SAME: WeightsExcessBytes=128
// CHECK-NOT: [Missed]{{.*}}Function=given

// Missed remarks alone; the plain diagnostic of what is not scheduled is the engine's then, and not there twice.
// RUN: %{run} --romanet-schedule --remarks-filter-missed='romanet-schedule' 2>&1 | FileCheck %s --check-prefix=MISSED
// MISSED-NOT: [Passed]
// MISSED-NOT: [Analysis]
// MISSED: remark: [Missed] not-scheduled | Category:romanet-schedule | Function=left |
// MISSED-SAME: Reason="'linalg.matmul' is not scheduled: {{.*}}", Operation=linalg.matmul
// MISSED-NOT: is not scheduled
// MISSED: remark: [Missed] grow-weights | Category:romanet-schedule | Function=chosen |
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
// YAML-NEXT: Function: left
// YAML: Reason: {{.*}}'linalg.matmul'' is not scheduled:
// YAML: Operation: linalg.matmul

// The bitstream has the same.
// RUN: %{run} --romanet-schedule --remarks-filter='romanet.*' --remark-format=bitstream \
// RUN:   --remarks-output-file=%t.bitstream 2> /dev/null
// RUN: llvm-remarkutil bitstream2yaml %t.bitstream -o %t.from-bitstream
// RUN: llvm-remarkutil count --parser=yaml --count-by=remark --group-by=function %t.yaml > %t.count
// RUN: llvm-remarkutil count --parser=bitstream --count-by=remark --group-by=function %t.bitstream | cmp - %t.count
// RUN: grep -c 'Name: .*schedule' %t.from-bitstream | FileCheck %s --check-prefix=THREE
// THREE: 3

// What grown buffers would save is found when they are grown, and not with a byte less.
// RUN: %python %S/check_growth.py %romanet_bin/romanet-opt | FileCheck %s --check-prefix=GROWTH
// GROWTH: {{^[1-9][0-9]*}} remarks, 0 failures

module attributes {romanet.machine = #romanet.machine<buffers = <input = 64, weights = 64, output = 64>>} {
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
