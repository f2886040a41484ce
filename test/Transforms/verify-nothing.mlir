// RUN: romanet-opt %s --romanet-verify -o %t 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s < %t

// REMARK: remark: the module has no operation on tiles of a layer; there is nothing to verify

// The program is not changed, not even by a machine.
// CHECK: {{^}}module {
// CHECK-NEXT: func.func @nothing
func.func @nothing() {
  return
}
