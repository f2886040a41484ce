//===- ROMANetTransformOps.td - Transform operations -------*- tablegen -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_TRANSFORMS_TRANSFORMOPS_ROMANETTRANSFORMOPS_TD
#define ROMANET_TRANSFORMS_TRANSFORMOPS_ROMANETTRANSFORMOPS_TD

include "mlir/Dialect/Transform/IR/TransformDialect.td"
include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "romanet/Dialect/ROMANetAttributes.td"

// The example below is executed: test/TransformOps/example.test runs this
// very text.

def ROMANetTileOp : Op<Transform_Dialect, "romanet.tile", [
    DeclareOpInterfaceMethods<TransformOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    ReportTrackingListenerFailuresOpTrait]> {
  let summary = "Tile layers as romanet-tile does";
  let description = [{
    Replaces every operation of `target` by the loop nest of its schedule, as
    the pass `romanet-tile` does: every tensor is staged on chip, at the depth
    where its tile changes.

    - `schedule` pins the schedule, before a `romanet.schedule` on the operation.
      It must obey the rules for every operation of the handle.
    - Where there is none, the best of `space` by `objective` is searched; their
      values and defaults are those of the options of the pass.
    - `buffers` are the capacities in bytes, before a `romanet.buffers` on the
      operation and the `romanet.machine` around it. Where there is none of the
      three, the default machine counts, without a remark.

    `tiled` is the operation on tiles, one for each operation of `target`.
    `loops` are the loops over tiles, outermost first; loops of one trip do not
    exist, so that their number depends on the schedule. With several targets
    the loops of the first come first.

    The handle `target` is consumed. Fails silenceably, with the diagnostics of
    the pass and before anything is changed, where an operation cannot be
    scheduled, does not fit, or has a schedule that breaks a rule; definitely
    where an operation is named twice. An unknown objective or space does not
    verify.

    ```mlir
    transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
      %layer = transform.structured.match ops{["linalg.matmul"]} in %root
          : (!transform.any_op) -> !transform.any_op
      %tiled, %loops = transform.romanet.tile %layer objective "bytes"
          buffers <input = 64, weights = 64, output = 64>
          : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
      transform.yield
    }
    ```
  }];
  let arguments = (ins
    TransformHandleTypeInterface:$target,
    OptionalAttr<StrAttr>:$objective,
    OptionalAttr<StrAttr>:$space,
    OptionalAttr<ROMANet_ScheduleAttr>:$schedule,
    OptionalAttr<ROMANet_BuffersAttr>:$buffers);
  let results = (outs TransformHandleTypeInterface:$tiled,
                      TransformHandleTypeInterface:$loops);
  let assemblyFormat = [{
    $target (`objective` $objective^)? (`space` $space^)?
    (`schedule` $schedule^)? (`buffers` $buffers^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // ROMANET_TRANSFORMS_TRANSFORMOPS_ROMANETTRANSFORMOPS_TD
