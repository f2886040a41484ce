#!/usr/bin/env python3
"""Runs a whole network, scaled down, with copies and with DMAs, and compares.

The DMAs are executed by the engine of ROMANet's runtime, which moves the data
when the program waits, and again when the DMA starts; with one buffer for each
tensor, and with two, so that the next tile is fetched while one is used. The logits must be equal, and for each layer and stream
the DMAs must move the bytes that the copies move, in at least as many transfers.

    dma.py --network vgg16 --models DIR --romanet-bin DIR --llvm-bin DIR
"""

import argparse
import os
import subprocess
import sys
import tempfile

from execution import Tools, split_output

# Small enough that tiles are ragged and cut out of rows.
BUFFERS = "input=2048 weights=2048 output=1024"


def compare(expected, copied, actual, moved):
    """What is wrong, and how many streams have more DMAs than copies."""
    failures, split = [], 0
    if len(expected) != 1 or expected != actual:
        failures.append(f"logits differ:\n{expected}\n{actual}")
    if not copied or [layer["layer"] for layer in copied] != [layer["layer"] for layer in moved]:
        failures.append(f"{len(copied)} and {len(moved)} layers")
    for copy, dma in zip(copied, moved):
        if (copy["bytes"], copy["runs"]) != (dma["bytes"], dma["runs"]):
            failures.append(f"{copy['layer']}: {dma['bytes']} bytes by DMA, {copy['bytes']} by copies")
        for stream, count in copy["transfers"].items():
            moves = dma["transfers"][stream]
            if moves < count:
                failures.append(f"{copy['layer']}: {stream}: {moves} DMAs for {count} copies")
            split += moves > count
    return failures, split


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin)
    failures, split, layers = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, os.path.join(arguments.models, "generate.py"),
                        "--reduced", "--main", folder], check=True, stdout=subprocess.DEVNULL)
        (name,) = [name for name in os.listdir(folder)
                   if name.startswith(arguments.network + "_reduced") and "int8" not in name]
        with open(os.path.join(folder, name)) as file:
            network = file.read()
        for doubled in ("", " double-buffer=input,weights,output"):
            text = tools.run([tools.romanet_opt, f"--romanet-annotate={BUFFERS}{doubled}"], network)
            report = os.path.join(folder, "report.json")
            expected, copied = split_output(tools.execute_scheduled(text, report).output)
            layers = len(copied)
            for engine in ("late", "early"):
                actual, moved = split_output(tools.execute_scheduled(text, report, dma=engine).output)
                found, number = compare(expected, copied, actual, moved)
                failures += [f"{engine}{doubled}: {failure}" for failure in found]
                split += number

    if not split:
        failures.append("no copy needed more than one DMA, so that the loops were not tried")
    for failure in failures:
        print(failure)
    print(f"{arguments.network}: {layers} layers, {split} streams with more DMAs than copies, "
          f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
