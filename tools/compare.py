#!/usr/bin/env python3
"""Baselines and optimal schedules of networks, under the same accounting.

usage: tools/compare.py [--search=PROGRAM] [TABLE.csv ...] [-- OPTION ...]

Prints a table in Markdown for each layer table (default: the bundled networks).
Options after -- go to every romanet-search: capacities, --dram, --fc.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Name, strategy, space, objective.
ROWS = [
    ("smartshuttle", "smartshuttle", "S0", "bytes"),
    ("smartshuttle, burst-aware", "smartshuttle", "S0", "bursts"),
    ("romanet", "romanet", "S0", "bytes"),
    ("romanet, burst-aware", "romanet", "S0", "bursts"),
    ("optimal S0, bytes", "optimal", "S0", "bytes-bursts"),
    ("optimal S0, energy", "optimal", "S0", "energy"),
    ("optimal all, energy", "optimal", "all", "energy"),
]


def search(program, table, options):
    run = subprocess.run([program, f"--layers={table}", "--format=json", *options],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         check=False)
    if run.returncode != 0:
        sys.exit(run.stderr.strip())
    return json.loads(run.stdout)


def main():
    arguments = sys.argv[1:]
    extra = []
    if "--" in arguments:
        split = arguments.index("--")
        arguments, extra = arguments[:split], arguments[split + 1:]
    program = str(ROOT / "build/bin/romanet-search")
    tables = []
    for argument in arguments:
        if argument.startswith("--search="):
            program = argument[len("--search="):]
        else:
            tables.append(argument)
    tables = tables or sorted((ROOT / "test/Models/layers").glob("*.csv"))

    for table in tables:
        print(f"\n{pathlib.Path(table).stem}\n")
        print("| schedules | layouts | bytes [MB] | bursts [MB] | activations "
              "| energy [uJ] | proven |")
        print("|---|---|--:|--:|--:|--:|--:|")
        for layouts in ["nchw", "nhwc", "free"]:
            for name, strategy, space, objective in ROWS:
                report = search(program, table,
                                [f"--strategy={strategy}", f"--space={space}",
                                 f"--objective={objective}", f"--layouts={layouts}",
                                 *extra])
                totals = report["totals"]
                burst_bytes = report["dram"]["burst_bytes"]
                proven = sum(layer["certificate"]["optimal"]
                             for layer in report["layers"])
                print(f"| {name} | {layouts} | {totals['total_bytes'] / 1e6:.2f} "
                      f"| {totals['total_bursts'] * burst_bytes / 1e6:.2f} "
                      f"| {totals['activations']} "
                      f"| {totals['energy']['total_pj'] / 1e6:.1f} "
                      f"| {proven} of {len(report['layers'])} |")


if __name__ == "__main__":
    main()
