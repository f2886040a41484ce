#!/usr/bin/env python3
"""Runs random layers, untouched and scheduled, and compares.

Every case (cases.py) is a layer of a random form (forms.py), shape, element type,
padding, initial value, chain of element-wise consumers (steps.py) and on-chip
buffers, on tensors or on memrefs, with the best schedule or with a random one pinned to it. A module of
several cases is executed twice by mlir-runner: as it is, through stock MLIR, and
tiled, mapped and stripped. Then

  * the results must be equal, bit for bit: all data are small whole numbers, so
    that the sums of floating-point cases are exact in any order, and what is not
    a sum is done in one order only;
  * every layer must be scheduled, a pinned schedule followed, and what is on chip
    must fit;
  * the bytes that the copies moved, counted while the program ran, must be those
    that the model predicts, for each tensor and direction, and
  * there must be no copies within DRAM that the untouched program does not make.

    random_layers.py --seed 1 --cases 100 --romanet-bin DIR --llvm-bin DIR

prints one line per failing case and a summary. The same seed gives the same
cases, whatever their number:

    --only N            case N alone, with its full description
    --shrink            makes each failing case as small as it goes
    --keep DIR          leaves the modules there
    --minutes M         runs until the time is over instead of --cases
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import sys
import tempfile
import threading
import time

from cases import PER_MODULE, Block, Case
from execution import Tools, counted_by_layer, differences, split_output
from program import Main


def module(cases, block):
    main, functions = Main(), []
    for case in cases:
        f = case.text()
        functions.append(f.text())
        main.call(f, case.number, getattr(case, "outs", None))
        case.prints = len(f.results) if case.on_tensors else len(case.outs)
    text = "".join(functions) + main.text()
    if block.dram:
        text = (f"module attributes {{romanet.machine = #romanet.machine<buffers = <shared = 4096>, "
                f'dram = "{block.dram}">}} {{\n{text}}}\n')
    return text


def manner_of(problem):
    """What kind of failure it is: a smaller case must fail in the same way."""
    signs = ["results differ", "was not scheduled", "bytes counted", "bursts counted", "too much", "pinned",
             "copies within DRAM", "romanet-verify", "mlir-runner", "mlir-opt", "romanet-opt"]
    return next((sign for sign in signs if sign in problem), "another")


class Judge:
    def __init__(self, tools, seed, keep):
        self.tools, self.seed, self.keep = tools, seed, keep
        self.lock = threading.Lock()
        # Of how many cases: scheduled, fused.
        self.done = {"scheduled": [0, 0], "padding fused": [0, 0], "reordering taken in": [0, 0],
                     "epilogue fused": [0, 0]}

    def run(self, cases):
        """(case, failure) for each case that fails."""
        block = Block(self.seed, cases[0].number // PER_MODULE, self.tools)
        if not all(case.on_tensors == block.on_tensors for case in cases):
            raise ValueError("cases of several modules")
        try:
            return self.run_module(cases, block)
        except RuntimeError as error:
            if len(cases) == 1:
                return [(cases[0], str(error))]
            # Which one is it? All alone may pass, too.
            half = len(cases) // 2
            failures = self.run(cases[:half]) + self.run(cases[half:])
            return failures or [(cases[0], f"together with {len(cases) - 1} others: {error}")]

    def run_module(self, cases, block):
        text = module(cases, block)
        if self.keep:
            name = f"seed{self.seed}-case{cases[0].number}-{len(cases)}.mlir"
            with open(os.path.join(self.keep, name), "w") as file:
                file.write(text)
        output, copies = self.tools.execute_untouched(text)
        expected, _ = split_output(output)
        with tempfile.TemporaryDirectory() as folder:
            report_file = os.path.join(folder, "report.json")
            run = self.tools.execute_scheduled(text, report_file, block.objective, block.space, block.dma)
            with open(report_file) as file:
                report = json.load(file)
        actual, counters = split_output(run.output)
        if block.dma:
            # A copy that is no box of chunks becomes several transfers.
            for counter in counters:
                del counter["bursts"]
        prints = sum(case.prints for case in cases)
        if len(expected) != prints:
            raise RuntimeError(f"the untouched program printed {len(expected)} results instead of {prints}")
        if len(actual) != prints:
            raise RuntimeError(f"the scheduled program printed {len(actual)} results instead of {prints}")
        if run.copies > copies:
            raise RuntimeError(f"{run.copies} copies within DRAM instead of {copies}")
        counted = counted_by_layer(counters, report["layers"])
        layers = {layer["name"]: layer for layer in report["layers"]}
        failures, start = [], 0
        for case in cases:
            end = start + case.prints
            problem = self.judge(case, expected[start:end], actual[start:end], layers, counted, report["skipped"])
            if problem:
                failures.append((case, problem))
            self.note(case, run.scheduled)
            start = end
        return failures

    def judge(self, case, want, got, layers, counted, skipped):
        if want != got:
            return f"results differ\n{want}\n{got}"
        names = [case.layer_name()] + [case.layer_name(True)] * (case.twin is not None)
        for name in names:
            if name not in layers:
                kind = "linalg.generic" if case.generic else f"linalg.{case.form.name}"
                reasons = sorted({each["reason"] for each in skipped if each["name"] == kind})
                return f"{name} was not scheduled: {', or '.join(reasons)}"
            layer = layers[name]
            if wrong := differences(layer, counted[name]):
                return "; ".join(wrong)
            if counted[name]["runs"] != 1:
                return f"{name}: ran {counted[name]['runs']} times"
            if overfull := case.overfull(layer["footprint"]):
                return f"{name}: too much in {overfull}: {layer['footprint']}, {case.buffers}"
            if case.pinned:
                pinned = {"tiles": case.tile, "order": case.order, "hold_loops": case.hold,
                          "serpentine": case.serpentine, "retain_halo": case.halo}
                if followed := {key: layer[key] for key in pinned if layer[key] != pinned[key]}:
                    return f"{name}: {followed} in the report, pinned {pinned}"
        return None

    def note(self, case, scheduled):
        """How much is fused is no condition: it may not pay."""
        start = scheduled.find(f"func.func @case{case.number}(")
        body = scheduled[start:scheduled.find("func.func", start + 10)]
        with self.lock:
            for what, applies, holds in (
                    ("scheduled", True, "romanet.layer" in body),
                    ("padding fused", bool(case.low), "romanet.layer" in body and "pads = [0, 0]" not in body),
                    ("reordering taken in", bool(case.orders) and case.named_orders, "linalg.transpose" not in body),
                    ("epilogue fused", bool(case.epilogue), "romanet.epilogue" in body)):
                self.done[what][0] += applies and holds
                self.done[what][1] += applies

    def shrink(self, case, problem, limit=200):
        """The smallest case found that still fails in the same way."""
        budget, manner = limit, manner_of(problem)
        judge = Judge(self.tools, self.seed, None)
        while budget > 0:
            for smaller in case.smaller():
                budget -= 1
                if any(manner_of(other) == manner for _, other in judge.run([smaller])):
                    case = smaller
                    break
                if budget <= 0:
                    break
            else:
                break
        return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=PER_MODULE)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--minutes", type=float, help="run so long instead of --cases")
    parser.add_argument("--only", type=int, metavar="N", help="run case N alone")
    parser.add_argument("--jobs", type=int, default=1, help="modules at a time")
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--dump", action="store_true", help="print the module instead of running it")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    parser.add_argument("--layouts", help="of romanet-tile, row-major or free")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin)
    tools.layouts = arguments.layouts
    judge = Judge(tools, arguments.seed, arguments.keep)
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)

    def modules():
        first, last = arguments.first, arguments.first + arguments.cases
        if arguments.only is not None:
            first, last = arguments.only, arguments.only + 1
        numbers = itertools.count(first) if arguments.minutes else range(first, last)
        for _, group in itertools.groupby(numbers, lambda number: number // PER_MODULE):
            yield [Case(arguments.seed, number, tools) for number in group]

    def block_of(cases):
        return Block(arguments.seed, cases[0].number // PER_MODULE, tools)

    if arguments.dump:
        for cases in modules():
            print(module(cases, block_of(cases)))
        return 0

    start, done, failed = time.monotonic(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        waiting = []
        source = modules()
        while True:
            over = arguments.minutes and time.monotonic() - start > 60 * arguments.minutes
            while not over and len(waiting) < 2 * arguments.jobs:
                cases = next(source, None)
                if cases is None:
                    break
                waiting.append((len(cases), pool.submit(judge.run, cases)))
            if not waiting:
                break
            count, future = waiting.pop(0)
            for case, problem in future.result():
                failed += 1
                print(f"seed {arguments.seed} case {case.number}: {problem}\n  {case.describe()}")
                if arguments.shrink:
                    small = judge.shrink(case, problem)
                    print(f"  shrunk: {small.describe()}\n{small.text().text()}")
                sys.stdout.flush()
            done += count
    if arguments.only is not None and not failed:
        print(Case(arguments.seed, arguments.only, tools).describe())
    done_of = ", ".join(f"{what} {a} of {b}" for what, (a, b) in judge.done.items())
    print(f"seed {arguments.seed}: {done} cases, {failed} failures; {done_of}; {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
