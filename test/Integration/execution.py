"""Runs programs untouched and scheduled: what the integration tests share."""

import csv
import json
import os
import re
import subprocess
import tempfile

LOWERING = (
    "tosa-to-arith{include-apply-rescale=true},convert-linalg-to-loops,math-expand-ops,"
    "convert-math-to-llvm,convert-math-to-libm,lower-affine,convert-scf-to-cf,expand-strided-metadata,"
    "lower-affine,convert-arith-to-llvm,convert-cf-to-llvm,convert-func-to-llvm,"
    "finalize-memref-to-llvm,reconcile-unrealized-casts"
)
BUFFERIZATION = (
    "one-shot-bufferize{bufferize-function-boundaries=true "
    "function-boundary-type-conversion=identity-layout-map},canonicalize"
)

# Tensors and directions, as in reports, in the order in which romanet-count-traffic
# prints them.
STREAMS = ("input_read", "weights_read", "output_read", "output_write", "epilogue_read")
HEADER = ["layer", "runs", "stream", "transfers", "bytes", "bursts"]


class Run:
    """One execution: what it printed, the copies within DRAM of the program, and
    its text before it was stripped."""

    def __init__(self, output, scheduled):
        self.output, self.scheduled = output, scheduled
        self.copies = copies_within_dram(scheduled)


class Tools:
    def __init__(self, romanet_bin, llvm_bin, objective="energy", space=None, optimize="-O0"):
        self.objective, self.space, self.optimize = objective, space, optimize
        self.layouts = None
        self.romanet_opt = os.path.join(romanet_bin, "romanet-opt")
        self.romanet_translate = os.path.join(romanet_bin, "romanet-translate")
        self.mlir_opt = os.path.join(llvm_bin, "mlir-opt")
        self.runner = os.path.join(llvm_bin, "mlir-runner")
        lib = os.path.join(llvm_bin, "..", "lib")
        self.libraries = ",".join(
            os.path.join(lib, name)
            for name in ("libmlir_runner_utils.so", "libmlir_c_runner_utils.so", "libmlir_float16_utils.so"))
        self.libraries += "," + os.path.join(romanet_bin, "..", "lib", "libromanet_runtime.so")

    def run(self, command, text, environment=None):
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=3600, env=environment)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\nexit {done.returncode}\n{essence(done.stderr)}")
        return done.stdout

    def execute(self, llvm_dialect, dma=None):
        """With `dma`, "late" or "early", when DMAs move their data."""
        environment = dict(os.environ, ROMANET_DMA=dma or "late")
        return self.run([self.runner, self.optimize, "-e", "main", "--entry-point-result=void",
                         f"--shared-libs={self.libraries}"], llvm_dialect, environment)

    def execute_untouched(self, text):
        """The output of the untouched program, and its copies within DRAM."""
        # Constraints and pinned schedules mean nothing to stock MLIR.
        stripped = self.run([self.romanet_opt, "--romanet-strip"], text)
        buffers = self.run([self.mlir_opt, f"--pass-pipeline=builtin.module({BUFFERIZATION})"],
                           stripped)
        lowered = self.run([self.mlir_opt, f"--pass-pipeline=builtin.module({LOWERING})"], buffers)
        return self.execute(lowered), copies_within_dram(buffers)

    def tile_option(self, objective=None, space=None):
        options = f"objective={objective or self.objective}"
        space = space or self.space
        if space:
            options += f" space={space}"
        if self.layouts:
            options += f" layouts={self.layouts}"
        return f"--romanet-tile={options}"

    def schedule(self, text, report, objective=None, space=None):
        """The scheduled program; writes the model's report."""
        return self.run(
            [self.romanet_opt, self.tile_option(objective, space), "--romanet-dram-map", "--romanet-verify",
             f"--romanet-report=format=json output={report}"], text)

    def execute_scheduled(self, text, report, objective=None, space=None, dma=None):
        """Schedules and runs a program, on demand in DMA form, where `dma` is
        "late" or "early"; writes the model's report."""
        scheduled = self.schedule(text, report, objective, space)
        passes = ["--romanet-count-traffic"]
        if dma:
            passes = ["--romanet-dma", "--romanet-count-traffic", "--romanet-dma-to-calls"]
        stripped = self.run([self.romanet_opt, *passes, "--romanet-strip"], scheduled)
        lowered = self.run([self.mlir_opt, f"--pass-pipeline=builtin.module({LOWERING})"], stripped)
        return Run(self.execute(lowered, dma), scheduled)


def essence(stderr):
    """The errors of a tool, or our own functions in the stack dump of a crash."""
    lines = [line[:600] for line in stderr.splitlines()]
    told = [line for line in lines if "error:" in line]
    if not told:
        told = [line for line in lines if re.search(r"#\d+ .*romanet::", line)]
    return "\n".join(told[:6] or lines[:12])


class Comparison:
    """One program, run untouched and scheduled: what the scheduled one printed,
    its report, and what is wrong with it."""

    def __init__(self, tools, text, execute=True, tolerance=0.0):
        self.failures = []
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report.json")
            if execute:
                output, copies = tools.execute_untouched(text)
                run = tools.execute_scheduled(text, report)
                self.scheduled = run.scheduled
            else:
                self.scheduled = tools.schedule(text, report)
            with open(report) as file:
                self.report = json.load(file)
        self.layers = self.report["layers"]
        if not self.layers:
            self.failures.append("no layer was scheduled")
        self.results = []
        if not execute:
            return
        expected, _ = split_output(output)
        self.results, counters = split_output(run.output)
        if not expected or not are_equal(expected, self.results, tolerance):
            self.failures.append(f"results differ:\n{expected}\n{self.results}"[:2000])
        if run.copies > copies:
            self.failures.append(f"{run.copies} copies within DRAM instead of {copies}")
        counted = counted_by_layer(counters, self.layers)
        for layer in self.layers:
            found = counted[layer["name"]]
            if found["runs"] != 1:
                self.failures.append(f"{layer['name']}: ran {found['runs']} times")
            self.failures += differences(layer, found)


def differences(layer, counted):
    """What the counters say of a layer of the report, where it is not what was
    predicted."""
    texts = []
    for unit in ("bytes", "bursts"):
        predicted = {stream: layer[f"{stream}_{unit}"] for stream in STREAMS}
        if counted.get(unit, predicted) != predicted:
            texts.append(f"{layer['name']}: {unit} counted {counted[unit]}, predicted {predicted}")
    return texts


def numbers_of(result):
    return [float(word) for word in re.findall(r"[^\s,\[\]]+", result.split("data =", 1)[1])]


def are_equal(expected, actual, tolerance):
    """Whether printed tensors are the same; with a tolerance, up to that part of
    the largest absolute value of each."""
    if not tolerance or len(expected) != len(actual):
        return expected == actual
    for want, got in zip(map(numbers_of, expected), map(numbers_of, actual)):
        limit = tolerance * max(map(abs, want), default=0)
        if len(want) != len(got) or not all(abs(a - b) <= limit for a, b in zip(want, got)):
            return False
    return True


def copies_within_dram(text):
    return len([line for line in text.splitlines()
                if "memref.copy" in line and "romanet.space" not in line])


def split_output(output):
    """The printed tensors, without the addresses of their buffers, and the
    counters: for each layer its `runs`, and the `bytes` (and `bursts`) of each
    stream."""
    results, counters, lines = [], [], output.splitlines()
    if ",".join(HEADER) in lines:
        start = lines.index(",".join(HEADER))
        rows = list(csv.DictReader(lines[start:]))
        lines = lines[:start]
        for i in range(0, len(rows), len(STREAMS)):
            group = rows[i:i + len(STREAMS)]
            if [row["stream"] for row in group] != list(STREAMS):
                raise RuntimeError(f"not the counters of one layer: {group}")
            counters.append({unit: {row["stream"]: int(row[unit]) for row in group}
                             for unit in ("transfers", "bytes", "bursts")})
            counters[-1].update(runs=int(group[0]["runs"]), layer=group[0]["layer"])
    for line in lines:
        if line.startswith("Unranked Memref"):
            results.append(re.sub(r"base@ = \S+", "", line))
        elif results:
            results[-1] += "\n" + line
    return results, counters


def counted_by_layer(counters, layers):
    """The counters by the names of the layers of a report, in whose order they
    are."""
    if len(counters) != len(layers):
        raise RuntimeError(f"{len(layers)} layers in the report, {len(counters)} in the counters")
    counted = {}
    for layer, found in zip(layers, counters):
        if found.get("layer", layer["name"]) != layer["name"]:
            raise RuntimeError(f"counters of {found['layer']} where the report has {layer['name']}")
        counted[layer["name"]] = found
    return counted
