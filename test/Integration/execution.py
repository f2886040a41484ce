"""Runs programs untouched and scheduled: what the integration tests share."""

import csv
import os
import re
import subprocess

LOWERING = (
    "convert-linalg-to-loops,lower-affine,convert-scf-to-cf,expand-strided-metadata,"
    "lower-affine,convert-arith-to-llvm,convert-cf-to-llvm,convert-func-to-llvm,"
    "finalize-memref-to-llvm,reconcile-unrealized-casts"
)
BUFFERIZATION = (
    "one-shot-bufferize{bufferize-function-boundaries=true "
    "function-boundary-type-conversion=identity-layout-map},canonicalize"
)

# Tensors and directions in the order in which romanet-count-traffic prints them.
STREAMS = ("input_read", "weights_read", "output_read", "output_write", "epilogue_read")
HEADER = ["layer", "runs", "stream", "transfers", "bytes", "bursts"]


class Tools:
    def __init__(self, romanet_bin, llvm_bin, objective="energy"):
        self.objective = objective
        self.romanet_opt = os.path.join(romanet_bin, "romanet-opt")
        self.mlir_opt = os.path.join(llvm_bin, "mlir-opt")
        self.runner = os.path.join(llvm_bin, "mlir-runner")
        lib = os.path.join(llvm_bin, "..", "lib")
        self.libraries = ",".join(
            os.path.join(lib, name)
            for name in ("libmlir_runner_utils.so", "libmlir_c_runner_utils.so"))
        self.libraries += "," + os.path.join(romanet_bin, "..", "lib", "libromanet_runtime.so")

    def run(self, command, text):
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\nexit {done.returncode}\n{done.stderr[:4000]}")
        return done.stdout

    def execute(self, llvm_dialect):
        return self.run([self.runner, "-e", "main", "--entry-point-result=void",
                         f"--shared-libs={self.libraries}"], llvm_dialect)

    def execute_untouched(self, text):
        """The output of the untouched program, and its copies within DRAM."""
        # Constraints and pinned schedules mean nothing to stock MLIR.
        stripped = self.run([self.romanet_opt, "--romanet-strip"], text)
        buffers = self.run([self.mlir_opt, f"--pass-pipeline=builtin.module({BUFFERIZATION})"],
                           stripped)
        pipeline = f"builtin.module({LOWERING})"
        lowered = self.run([self.mlir_opt, f"--pass-pipeline={pipeline}"], buffers)
        return self.execute(lowered), copies_within_dram(buffers)

    def execute_scheduled(self, text, report, dma=False):
        """The same of the scheduled program, on demand in DMA form; writes the
        model's report."""
        scheduled = self.run(
            [self.romanet_opt, f"--romanet-tile=objective={self.objective}", "--romanet-dram-map",
             f"--romanet-report=format=json output={report}"], text)
        passes = ["--romanet-count-traffic"]
        if dma:
            passes = ["--romanet-dma", "--romanet-count-traffic", "--romanet-dma-to-calls"]
        stripped = self.run([self.romanet_opt, *passes, "--romanet-strip"], scheduled)
        pipeline = f"builtin.module({LOWERING})"
        lowered = self.run([self.mlir_opt, f"--pass-pipeline={pipeline}"], stripped)
        return self.execute(lowered), copies_within_dram(scheduled)


def copies_within_dram(text):
    return len([line for line in text.splitlines()
                if "memref.copy" in line and "romanet.space" not in line])


class Counted:
    """What one layer moved: its name, its runs, and bytes and bursts by stream."""

    def __init__(self, rows):
        if [row[2] for row in rows] != list(STREAMS) or len({tuple(row[:2]) for row in rows}) != 1:
            raise RuntimeError(f"not the counters of one layer: {rows}")
        self.name, self.runs = rows[0][0], int(rows[0][1])
        self.transfers, self.bytes, self.bursts = (
            {row[2]: int(row[column]) for row in rows} for column in (3, 4, 5))

    def differences(self, layer, runs=1):
        """What differs from `layer` of a report, times `runs`."""
        found = []
        if (self.name, self.runs) != (layer["name"], runs):
            found.append(f"{self.name} ran {self.runs} times, not {layer['name']} {runs} times")
        for unit, counted in (("bytes", self.bytes), ("bursts", self.bursts)):
            for stream in STREAMS:
                predicted = layer[f"{stream}_{unit}"] * runs
                if counted[stream] != predicted:
                    found.append(f"{stream}: {counted[stream]} {unit}, predicted {predicted}")
        return found


def split_output(output):
    """The printed tensors, without the addresses of their buffers, and what was
    counted, a Counted for each layer."""
    results, rows, lines = [], [], output.splitlines()
    if ",".join(HEADER) in lines:
        start = lines.index(",".join(HEADER))
        rows = list(csv.reader(lines[start + 1:]))
        lines = lines[:start]
    for line in lines:
        if line.startswith("Unranked Memref"):
            results.append(re.sub(r"base@ = \S+", "", line))
        elif results:
            results[-1] += "\n" + line
    return results, [Counted(rows[i:i + len(STREAMS)]) for i in range(0, len(rows), len(STREAMS))]
