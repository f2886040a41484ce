#!/usr/bin/env python3
"""Runs a whole network, scaled down, untouched and scheduled, and compares.

The network is generated with a main function that fills its arguments with small
whole numbers, so that sums are exact in any order (but where the network has an
exponential: see TOLERANCE). Its logits must be equal, and the bytes that its copies
moved, counted while it ran, must be those of the report, layer by layer.

    networks.py --network vgg16 --models DIR --romanet-bin DIR --llvm-bin DIR
"""

import argparse
import os
import subprocess
import sys
import tempfile

from execution import Comparison, Tools

# Small enough that the scaled-down layers have to be cut into tiles.
BUFFERS = "input=2048 weights=2048 output=1024"
# Sums of values that are not whole numbers depend on their order: relative to the
# largest logit.
TOLERANCE = {"efficientnet": 1e-4}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--objective", default="energy", help="of romanet-tile")
    parser.add_argument("--space", help="of romanet-tile")
    parser.add_argument("--layouts", help="of romanet-tile, row-major or free")
    parser.add_argument("--buffers", default=BUFFERS, help="options of romanet-annotate")
    parser.add_argument("--verbose", action="store_true", help="print the logits")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin, arguments.objective, arguments.space)
    tools.layouts = arguments.layouts
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, os.path.join(arguments.models, "generate.py"),
                        "--reduced", "--main", folder], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, f"{arguments.network}_reduced.mlir")) as file:
            text = tools.run([tools.romanet_opt, f"--romanet-annotate={arguments.buffers}",
                              "--mlir-print-debuginfo"], file.read())
    found = Comparison(tools, text, tolerance=TOLERANCE.get(arguments.network, 0))
    failures = list(found.failures)
    if len(found.results) != 1:
        failures.append(f"{len(found.results)} results instead of the logits")
    elif len(set(found.results[0].split("[", 1)[1].split(","))) < 3:
        failures.append(f"logits that would hide an error: {found.results[0]}")
    if found.report["skipped"]:
        failures.append(f"not scheduled: {found.report['skipped']}")
    if arguments.layouts == "free" and found.report["layouts"] != "given":
        failures.append("no array lies in another layout than row-major")
    tiled = sum(layer["total_bytes"] > layer["compulsory_bytes"] for layer in found.layers)
    if found.layers and not tiled:
        failures.append("no layer is too large for its buffers, so that nothing was tried")
    for failure in failures:
        print(failure)
    if arguments.verbose:
        print("\n".join(found.results))
    print(f"{arguments.network}: {len(found.layers)} layers, {tiled} of them move more than "
          f"compulsory traffic, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
