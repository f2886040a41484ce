#!/usr/bin/env python3
"""Schedules a network that somebody else wrote, and checks the result.

    model.py FILE.mlir --romanet-bin DIR --llvm-bin DIR [--execute]

The file has linalg operations on tensors (or TOSA, with --front-end). It is tiled,
mapped and verified; no convolution, product or pooling may be left alone. With
--execute it also runs, untouched and scheduled, on arguments of small whole
numbers: results must be equal (whole numbers bit for bit, others up to --tolerance
of the largest), and the bytes that moved those of the report.
"""

import argparse
import re
import sys
import time

from execution import Comparison, Tools
from program import Main, Value

# From TOSA to linalg, as upstream has it.
TOSA = ("builtin.module(func.func(tosa-to-linalg-named,tosa-to-linalg,tosa-to-arith,tosa-to-tensor,"
        "canonicalize,cse))")

LAYER = re.compile(r"linalg\.(\w*conv_\w+|pooling_\w+|\w*matmul\w*|\w*matvec|\w*vecmat|dot|\w*mmt4d|contract)\b")
TENSOR = re.compile(r"tensor<((?:\d+x)*)(\w+)>")


def signature(text):
    """Name, argument and result values of the first function with a body."""
    match = re.search(r"^ *func\.func (?:public )?@(\w+)\((.*?)\)(?: -> (.*?))? (?:attributes .*)?\{$", text, re.M)
    if not match:
        raise RuntimeError("no function with a body")
    name, arguments, results = match.groups()

    def values(types):
        return [Value("", [int(s) for s in shape.split("x")[:-1]], element, "tensor")
                for shape, element in TENSOR.findall(types or "")]

    return name, values(arguments), values(results)


class Callee:
    """What Main.call needs of a function."""

    on_tensors = True

    def __init__(self, name, arguments, results):
        self.name, self.arguments, self.results = name, arguments, results


def with_main(text):
    """The program with a main function that calls it and prints what it returns."""
    # Attributes that say where a front end got an argument from; the runner does
    # not know their dialects.
    text = re.sub(r' \{ml_program\.\w+ = "[^"]*"\}', "", text)
    text = re.sub(r"@main\b", "@network", text)
    name, arguments, results = signature(text)
    main = Main()
    main.call(Callee(name, arguments, results), 1, readable=True)
    end = text.rindex("}")
    return text[:end] + main.text() + text[end:], results


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--front-end", action="store_true", help="lower TOSA to linalg first")
    parser.add_argument("--buffers", help="options of romanet-annotate (default: the machine of the module)")
    parser.add_argument("--objective", default="energy", help="of romanet-tile")
    parser.add_argument("--space", help="of romanet-tile")
    parser.add_argument("--layouts", help="of romanet-tile, row-major or free")
    parser.add_argument("--execute", action="store_true")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--keep", metavar="FILE", help="write the scheduled program there")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    arguments = parser.parse_args()
    # Whole networks at full size take long without optimisation.
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin, arguments.objective, arguments.space, "-O3")
    tools.layouts = arguments.layouts
    with open(arguments.file) as file:
        text = file.read()
    clean = [f"--pass-pipeline={TOSA}"] if arguments.front_end else ["--cse"]
    text = tools.run([tools.mlir_opt, *clean], text)
    if arguments.buffers:
        text = tools.run([tools.romanet_opt, f"--romanet-annotate={arguments.buffers}"], text)
    expected = len(LAYER.findall(text))
    text, results = with_main(text)
    exact = not any(result.element.startswith(("f", "bf")) for result in results)
    start = time.monotonic()
    found = Comparison(tools, text, arguments.execute, 0 if exact else arguments.tolerance)
    failures = list(found.failures)
    if arguments.keep:
        with open(arguments.keep, "w") as file:
            file.write(found.scheduled)
    alone = [line.strip()[:160] for line in found.scheduled.splitlines()
             if LAYER.search(line) and "romanet.layer" not in line]
    failures += [f"left alone: {skipped['name']}: {skipped['reason']}" for skipped in found.report["skipped"]]
    if len(alone) > len(found.report["skipped"]):
        failures += [f"left alone, perhaps in silence: {line}" for line in alone]
    if len(found.layers) < expected - len(alone):
        failures.append(f"{len(found.layers)} layers in the report, {expected} in the program")
    for failure in failures:
        print(failure)
    total = found.report["totals"]
    print(f"{arguments.file}: {expected} operations, {len(found.layers)} layers scheduled, "
          f"{len(alone)} left alone; {total['total_bytes']} bytes ({total['compulsory_bytes']} compulsory), "
          f"{total['total_bursts']} bursts; {'executed' if arguments.execute else 'not executed'}, "
          f"{len(failures)} failures; {time.monotonic() - start:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
