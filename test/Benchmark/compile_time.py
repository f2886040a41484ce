#!/usr/bin/env python3
"""Measures how long the passes take on networks of many layers.

Every network is a chain of convolutions, all of different shape, so that no search
is saved. romanet-opt runs on one core; the time is that of the processor, the median
of the runs. Growth is the time over that of half as many layers: 2 where the passes
are linear.

    compile_time.py --romanet-bin DIR [--layers 50 100 200 400] [--runs 3] [--format table|json]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile

PIPELINES = {
    # Whether the schedules are on the operations already, so that nothing is
    # searched, and the passes.
    "emit": (True, ["--romanet-tile"]),
    "emit + dram-map": (True, ["--romanet-tile", "--romanet-dram-map"]),
    "search + emit + dram-map": (False, ["--romanet-tile", "--romanet-dram-map"]),
}


def network(count):
    """A chain of `count` convolutions: kernels of 3 and 1 by turns, channels and
    images as in a residual network, a few channels more in each layer, and between
    them what makes the sums activations again."""
    size, channels, image = 56, 64, "%image"
    arguments, body = [f"%image: tensor<1x{size}x{size}x{channels}xi8>"], []
    identity = "affine_map<(n, h, w, c) -> (n, h, w, c)>"
    for i in range(count):
        kernel = 3 if i % 2 == 0 else 1
        # Four stages, the image halved from one to the next.
        stage, before = 4 * i // count, 4 * max(i - 1, 0) // count
        stride = 1 if stage == before else 2
        # Not the same twice, from the same range whatever the count.
        outputs = (64 << stage) + 1 + i * 37 % 101
        padded, pad = size + kernel - 1, kernel // 2
        size = (padded - kernel) // stride + 1
        source = arguments[0].split(": ")[1] if i == 0 else activation
        input = f"tensor<1x{padded}x{padded}x{channels}xi8>"
        weights = f"tensor<{kernel}x{kernel}x{channels}x{outputs}xi8>"
        output, activation = (f"tensor<1x{size}x{size}x{outputs}x{element}>" for element in ("i32", "i8"))
        arguments.append(f"%weights{i}: {weights}")
        if pad:
            body += [
                f"  %padded{i} = tensor.pad {image} low[0, {pad}, {pad}, 0] high[0, {pad}, {pad}, 0] {{",
                "  ^bb0(%n: index, %h: index, %w: index, %c: index):",
                "    tensor.yield %zero8 : i8",
                f"  }} : {source} to {input}"]
            image = f"%padded{i}"
        body += [
            f"  %empty{i} = tensor.empty() : {output}",
            f"  %init{i} = linalg.fill ins(%zero : i32) outs(%empty{i} : {output}) -> {output}",
            f"  %conv{i} = linalg.conv_2d_nhwc_hwcf {{strides = dense<{stride}> : tensor<2xi64>}} "
            f"ins({image}, %weights{i} : {input}, {weights}) outs(%init{i} : {output}) -> {output}",
            f"  %narrow{i} = tensor.empty() : {activation}",
            f"  %active{i} = linalg.generic {{indexing_maps = [{identity}, {identity}], "
            'iterator_types = ["parallel", "parallel", "parallel", "parallel"]} '
            f"ins(%conv{i} : {output}) outs(%narrow{i} : {activation}) {{",
            "  ^bb0(%sum: i32, %old: i8):",
            "    %positive = arith.maxsi %sum, %zero : i32",
            "    %scaled = arith.shrsi %positive, %shift : i32",
            "    %new = arith.trunci %scaled : i32 to i8",
            "    linalg.yield %new : i8",
            f"  }} -> {activation}"]
        image, channels = f"%active{i}", outputs
    return "\n".join([f"func.func @network({', '.join(arguments)}) -> {activation} {{",
                      "  %zero = arith.constant 0 : i32", "  %zero8 = arith.constant 0 : i8",
                      "  %shift = arith.constant 9 : i32", *body,
                      f"  return {image} : {activation}", "}", ""])


def measure(command):
    """Seconds of the processor and peak memory in MiB of one run."""
    child = os.posix_spawn(command[0], command, os.environ,
                           file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--layers", type=int, nargs="+", default=[50, 100, 200, 400])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        romanet_opt = os.path.join(options.romanet_bin, "romanet-opt")
        for count in options.layers:
            with open(os.path.join(folder, f"{count}.mlir"), "w") as file:
                file.write(network(count))
            measure([romanet_opt, file.name, "--romanet-schedule",
                     "-o", os.path.join(folder, f"{count}-scheduled.mlir")])
        for name, (scheduled, passes) in PIPELINES.items():
            times = {}
            for count in options.layers:
                path = os.path.join(folder, f"{count}-scheduled.mlir" if scheduled else f"{count}.mlir")
                runs = [measure([romanet_opt, path, "--mlir-disable-threading", *passes, "-o", os.devnull])
                        for _ in range(options.runs)]
                times[count] = statistics.median(seconds for seconds, _ in runs)
                rows.append({"passes": name, "layers": count, "seconds": round(times[count], 3),
                             "peak_mebibytes": round(max(memory for _, memory in runs), 1),
                             "growth": round(times[count] / times[count // 2], 2)
                             if count // 2 in times else None})
    if options.format == "json":
        print(json.dumps(rows, indent=2))
        return
    print(f"{'passes':26}{'layers':>8}{'seconds':>10}{'MiB':>8}{'growth':>8}")
    for row in rows:
        print(f"{row['passes']:26}{row['layers']:8}{row['seconds']:10.2f}"
              f"{row['peak_mebibytes']:8.0f}{row['growth'] or '':>8}")


if __name__ == "__main__":
    main()
