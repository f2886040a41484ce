#!/usr/bin/env python3
"""Runs a whole network, scaled down, untouched and scheduled, and compares.

The network is generated with a main function that fills its arguments with small
whole numbers, so that f32 sums are exact in any order. Its logits must be equal,
and the bytes that its copies moved, counted while it ran, must be those of the
report, layer by layer.

    networks.py --network vgg16 --models DIR --romanet-bin DIR --llvm-bin DIR
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from execution import STREAMS, Tools, counted_by_layer, split_output

# Small enough that the scaled-down layers have to be cut into tiles.
BUFFERS = "input=2048 weights=2048 output=1024"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, os.path.join(arguments.models, "generate.py"),
                        "--reduced", "--main", folder], check=True, stdout=subprocess.DEVNULL)
        (name,) = [name for name in os.listdir(folder)
                   if name.startswith(arguments.network + "_reduced") and "int8" not in name]
        with open(os.path.join(folder, name)) as file:
            text = tools.run([tools.romanet_opt, f"--romanet-annotate={BUFFERS}",
                              "--mlir-print-debuginfo"], file.read())
        report_file = os.path.join(folder, "report.json")
        output, copies = tools.execute_untouched(text)
        expected, _ = split_output(output)
        run = tools.execute_scheduled(text, report_file)
        actual, counters = split_output(run.output)
        with open(report_file) as file:
            layers = json.load(file)["layers"]

    failures = []
    if len(expected) != 1 or expected != actual:
        failures.append(f"logits differ:\n{expected}\n{actual}")
    if run.copies > copies:
        failures.append(f"{run.copies} copies within DRAM instead of {copies}")
    counted = counted_by_layer(counters, layers)
    for layer in layers:
        predicted = {stream: layer[f"{stream}_bytes"] for stream in STREAMS}
        found = counted[layer["name"]]
        if found["runs"] != 1 or found["bytes"] != predicted:
            failures.append(f"{layer['name']}: counted {found}, predicted {predicted}")
    tiled = sum(layer["total_bytes"] > layer["compulsory_bytes"] for layer in layers)
    if not tiled:
        failures.append("no layer is too large for its buffers, so that nothing was tried")
    for failure in failures:
        print(failure)
    print(f"{arguments.network}: {len(layers)} layers, {tiled} of them move more than "
          f"compulsory traffic, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
