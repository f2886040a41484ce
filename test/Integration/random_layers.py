#!/usr/bin/env python3
"""Runs random layers, untouched and scheduled, and compares.

Every case is a layer of a random form, shape, element type, initial value and
on-chip buffer size, on tensors or on memrefs, with the best schedule or with a
random one pinned to it. A module of several cases is executed twice by
mlir-runner: as it is, through stock MLIR, and tiled, mapped and stripped. Then

  * the results must be equal, element for element, and
  * the bytes and bursts that the copies moved, counted while the program ran,
    must be those that the model predicts, for each tensor and direction, and
  * there must be no copies within DRAM that the untouched program does not make.

    random_layers.py --seed 1 --cases 10 --romanet-bin DIR --llvm-bin DIR

prints one line per failing case and a summary; --keep DIR leaves the modules
there. The same seed gives the same cases.
"""

import argparse
import json
import os
import random
import sys
import tempfile

from execution import Tools, split_output

# A form of the operation: its named spelling, and the axes of input, weights and
# output. "h" and "w" are rows and columns under the kernel; p, q, r, s are
# loops. An axis is a loop of the same letter but for h = p*stride + r*dilation.
FORMS = {
    "conv_2d_nchw_fchw": ("nchw", "kcrs", "nkpq"),
    "conv_2d_nhwc_hwcf": ("nhwc", "rsck", "npqk"),
    "conv_2d_nhwc_fhwc": ("nhwc", "krsc", "npqk"),
    "conv_2d_ngchw_gfchw": ("ngchw", "gkcrs", "ngkpq"),
    "conv_2d_ngchw_fgchw": ("ngchw", "kgcrs", "ngkpq"),
    "conv_2d_nhwgc_gfhwc": ("nhwgc", "gkrsc", "npqgk"),
    "depthwise_conv_2d_nchw_chw": ("nghw", "grs", "ngpq"),
    "depthwise_conv_2d_nhwc_hwc": ("nhwg", "rsg", "npqg"),
    "depthwise_conv_2d_nhwc_hwcm": ("nhwg", "rsgk", "npqgk"),
    "matmul": ("nc", "ck", "nk"),
    "batch_matmul": ("gnc", "gck", "gnk"),
}
# Orders that no named operation has: only as linalg.generic.
GENERIC_ONLY = {
    "chwn_conv": ("chwn", "rsck", "kpqn"),
    "matmul_transposed": ("cn", "kc", "kn"),
    "no_channels": ("hw", "rs", "pq"),
}
TYPES = [("i8", "i8", "i32"), ("i16", "i16", "i32"), ("i32", "i32", "i32"),
         ("i8", "i8", "i16"), ("f32", "f32", "f32")]
BYTES = {"i8": 1, "i16": 2, "i32": 4, "f32": 4}
LOOPS = "ngkcpq"
TENSORS = ["input", "weights", "output"]


class Case:
    def __init__(self, rng, number):
        self.number = number
        self.form = rng.choice(list(FORMS) + list(GENERIC_ONLY))
        self.axes = FORMS.get(self.form) or GENERIC_ONLY[self.form]
        self.generic = self.form in GENERIC_ONLY or rng.random() < 0.3
        self.types = rng.choice(TYPES)
        self.on_tensors = rng.random() < 0.5
        self.init = rng.choice(["zero", "seven", "data", "splat", "reused"])
        letters = set("".join(self.axes))
        present = {l for l in letters if l in LOOPS + "rs"}
        self.size = {l: rng.randint(1, 7) if l in present else 1 for l in LOOPS + "rs"}
        if "n" in present and "h" in letters:
            self.size["n"] = rng.randint(1, 3)
        self.size["r"], self.size["s"] = (
            (rng.randint(1, 4), rng.randint(1, 4)) if "h" in letters else (1, 1))
        self.stride = (rng.randint(1, 3), rng.randint(1, 3)) if "h" in letters else (1, 1)
        self.dilation = (rng.randint(1, 2), rng.randint(1, 2)) if "h" in letters else (1, 1)
        # Some images are larger than the layer needs.
        slack = rng.randint(0, 2)
        self.size["h"] = self.rows(self.size["p"], 0) + slack
        self.size["w"] = self.rows(self.size["q"], 1) + slack
        self.choose_buffers(rng)

    def rows(self, outputs, side):
        kernel = self.size["rs"[side]]
        return (outputs - 1) * self.stride[side] + (kernel - 1) * self.dilation[side] + 1

    def footprint(self, tile):
        """Bytes on chip of input, weights and output."""
        t = dict(tile)
        t["h"], t["w"] = self.rows(t["p"], 0), self.rows(t["q"], 1)
        t["r"], t["s"] = self.size["r"], self.size["s"]
        sizes = []
        for axes, element in zip(self.axes, self.types):
            elements = BYTES[element]
            for axis in axes:
                elements *= t[axis]
            sizes.append(elements)
        return sizes

    def choose_buffers(self, rng):
        tile = {l: rng.randint(1, self.size[l]) for l in LOOPS}
        self.schedule = None
        if rng.random() < 0.6:
            order = list(LOOPS)
            rng.shuffle(order)
            self.schedule = [(l, tile[l]) for l in order]
        need = dict(zip(TENSORS, self.footprint(tile)))
        # All apart, all in one buffer, or one apart from two that share.
        apart = rng.choice([TENSORS, [], [rng.choice(TENSORS)]])
        self.buffers = {tensor: need[tensor] for tensor in apart}
        if len(apart) < len(TENSORS):
            self.buffers["shared"] = sum(need[t] for t in TENSORS if t not in apart)

    def overfull(self, footprint):
        """The buffers that do not hold what a report says is in them."""
        used = dict.fromkeys(self.buffers, 0)
        for tensor in TENSORS:
            used[tensor if tensor in used else "shared"] += footprint[tensor + "_bytes"]
        return [name for name in used if used[name] > self.buffers[name]]

    # ---- text --------------------------------------------------------------

    def kind(self):
        return "tensor" if self.on_tensors else "memref"

    def type(self, operand):
        shape = "x".join(str(self.size[a]) for a in self.axes[operand])
        return f"{self.kind()}<{shape}x{self.types[operand]}>"

    def attributes(self):
        capacities = ", ".join(f"{name} = {size}" for name, size in self.buffers.items())
        text = f"romanet.buffers = #romanet.buffers<{capacities}>"
        if self.schedule:
            loops = ", ".join(f"{l} = {t}" for l, t in self.schedule)
            text += f", romanet.schedule = #romanet.schedule<[{loops}]>"
        return text

    def operation(self, a, b, c):
        ins = f"ins({a}, {b} : {self.type(0)}, {self.type(1)})"
        outs = f"outs({c} : {self.type(2)})"
        result = f" -> {self.type(2)}" if self.on_tensors else ""
        attributes = self.attributes()
        if not self.generic:
            if "h" in "".join(self.axes):
                attributes += (
                    f", strides = dense<[{self.stride[0]}, {self.stride[1]}]> : tensor<2xi64>"
                    f", dilations = dense<[{self.dilation[0]}, {self.dilation[1]}]> : tensor<2xi64>")
            return f"linalg.{self.form} {{{attributes}}} {ins} {outs}{result}"
        return self.generic_operation(attributes, ins, outs, result)

    def generic_operation(self, attributes, ins, outs, result):
        loops = sorted({l for axes in self.axes for l in axes if l in LOOPS + "rs"}, key=LOOPS.__add__("rs").index)
        dims = ", ".join(loops)

        def expression(axis):
            if axis in "hw":
                side = "hw".index(axis)
                return f"{'pq'[side]} * {self.stride[side]} + {'rs'[side]} * {self.dilation[side]}"
            return axis

        maps = ", ".join(
            f"affine_map<({dims}) -> ({', '.join(expression(a) for a in axes)})>"
            for axes in self.axes)
        iterators = ", ".join(
            f'"{"reduction" if l in "crs" else "parallel"}"' for l in loops)
        narrow, _, wide = self.types
        body = []
        x, w = "%x", "%w"
        if narrow != wide:
            body = [f"%xe = arith.extsi %x : {narrow} to {wide}",
                    f"%we = arith.extsi %w : {narrow} to {wide}"]
            x, w = "%xe", "%we"
        mul, add = ("arith.mulf", "arith.addf") if wide == "f32" else ("arith.muli", "arith.addi")
        body += [f"%m = {mul} {x}, {w} : {wide}", f"%s = {add} %acc, %m : {wide}",
                 f"linalg.yield %s : {wide}"]
        text = "\n      ".join(body)
        return (f"linalg.generic {{indexing_maps = [{maps}], iterator_types = [{iterators}]}} "
                f"{ins} {outs} attrs = {{{attributes}}} {{\n"
                f"    ^bb0(%x: {narrow}, %w: {narrow}, %acc: {wide}):\n      {text}\n    }}{result}")

    def constant(self, value):
        element = self.types[2]
        return f"{value}.0 : f32" if element == "f32" else f"{value} : {element}"

    def function(self):
        """The function with the layer. Its last argument is the initial value,
        where that is data."""
        name, element = f"@case{self.number}", self.types[2]
        a, b, c = (self.type(i) for i in range(3))
        op = self.operation("%a", "%b", "%init")
        fills = {"zero": 0, "seven": 7}
        lines = []
        if self.on_tensors:
            if self.init in fills:
                lines += [f"%v = arith.constant {self.constant(fills[self.init])}",
                          f"%e = tensor.empty() : {c}",
                          f"%init = linalg.fill ins(%v : {element}) outs(%e : {c}) -> {c}"]
            elif self.init == "splat":
                value = self.constant(5).split(" : ")[0]
                lines += [f"%init = arith.constant dense<{value}> : {c}"]
            arg = "%init" if self.init in ("data", "reused") else "%unused"
            lines += [f"%r = {op}"]
            if self.init == "reused":
                # The initial value is needed after the layer, too.
                lines += [self.sum_with_init()]
            result = "%sum" if self.init == "reused" else "%r"
            lines += [f"return {result} : {c}"]
            return (f"func.func {name}(%a: {a}, %b: {b}, {arg}: {c}) -> {c} {{\n  "
                    + "\n  ".join(lines) + "\n}\n")
        if self.init == "data":
            # The result is accumulated in the caller's buffer.
            return f"func.func {name}(%a: {a}, %b: {b}, %init: {c}) {{\n  {op}\n  return\n}}\n"
        value = {"zero": 0, "seven": 7}.get(self.init, 5)
        lines = [f"%v = arith.constant {self.constant(value)}",
                 f"%init = memref.alloc() : {c}",
                 f"linalg.fill ins(%v : {element}) outs(%init : {c})",
                 op,
                 f"memref.copy %init, %out : {c} to {c}",
                 f"memref.dealloc %init : {c}",
                 "return"]
        return (f"func.func {name}(%a: {a}, %b: {b}, %out: {c}) {{\n  "
                + "\n  ".join(lines) + "\n}\n")

    def sum_with_init(self):
        c, element = self.type(2), self.types[2]
        add = "arith.addf" if element == "f32" else "arith.addi"
        dims = ", ".join(f"d{i}" for i in range(len(self.axes[2])))
        iterators = ", ".join('"parallel"' for _ in self.axes[2])
        identity = f"affine_map<({dims}) -> ({dims})>"
        return (f"%sum = linalg.generic {{indexing_maps = [{identity}, {identity}], "
                f"iterator_types = [{iterators}]}} ins(%init : {c}) outs(%r : {c}) {{\n"
                f"    ^bb0(%x: {element}, %y: {element}):\n"
                f"      %z = {add} %x, %y : {element}\n"
                f"      linalg.yield %z : {element}\n    }} -> {c}")

    def pattern(self, value, operand, salt):
        """Fills a new buffer with small whole numbers that depend on the index."""
        kind, element = self.type(operand), self.types[operand]
        axes = self.axes[operand]
        dims = ", ".join(f"d{i}" for i in range(len(axes)))
        iterators = ", ".join('"parallel"' for _ in axes)
        lines = []
        total = f"%k{salt}"
        for i in range(len(axes)):
            lines += [f"%i{i} = linalg.index {i} : index",
                      f"%f{i} = arith.constant {(7, 3, 11, 5, 13, 2)[i]} : index",
                      f"%m{i} = arith.muli %i{i}, %f{i} : index",
                      f"%t{i} = arith.addi %m{i}, {total} : index"]
            total = f"%t{i}"
        lines += ["%mod = arith.constant 9 : index",
                  f"%rem = arith.remui {total}, %mod : index",
                  "%w32 = arith.index_cast %rem : index to i32",
                  "%four = arith.constant 4 : i32",
                  "%v32 = arith.subi %w32, %four : i32"]
        final = "%v32"
        if element == "f32":
            lines += ["%vf = arith.sitofp %v32 : i32 to f32"]
            final = "%vf"
        elif element != "i32":
            lines += [f"%vn = arith.trunci %v32 : i32 to {element}"]
            final = "%vn"
        lines += [f"linalg.yield {final} : {element}"]
        allocation = (f"%e{value} = tensor.empty() : {kind}" if self.on_tensors
                      else f"%{value} = memref.alloc() : {kind}")
        target = f"%e{value}" if self.on_tensors else f"%{value}"
        assign, result = (f"%{value} = ", f" -> {kind}") if self.on_tensors else ("", "")
        body = "\n      ".join(lines)
        return (f"  %k{salt} = arith.constant {salt} : index\n  {allocation}\n"
                f"  {assign}linalg.generic {{indexing_maps = [affine_map<({dims}) -> ({dims})>], "
                f"iterator_types = [{iterators}]}} outs({target} : {kind}) {{\n"
                f"    ^bb0(%old: {element}):\n      {body}\n  }}{result}\n")

    def call(self):
        """Statements of @main: make the data, run the case, print the result."""
        n = self.number
        a, b, c = (self.type(i) for i in range(3))
        text = "".join(self.pattern(f"{'abc'[i]}{n}", i, 3 * n + i) for i in range(3))
        arguments = f"(%a{n}, %b{n}, %c{n})"
        if self.on_tensors:
            text += f"  %r{n} = call @case{n}{arguments} : ({a}, {b}, {c}) -> {c}\n"
        else:
            text += f"  call @case{n}{arguments} : ({a}, {b}, {c}) -> ()\n"
        result = f"%r{n}" if self.on_tensors else f"%c{n}"
        element = self.types[2]
        printed, kind = result, self.kind()
        if element == "i16":
            # There is no printer of i16.
            wide = c.replace("xi16>", "xi32>")
            printed = f"%p{n}"
            dims = ", ".join(f"d{i}" for i in range(len(self.axes[2])))
            iterators = ", ".join('"parallel"' for _ in self.axes[2])
            identity = f"affine_map<({dims}) -> ({dims})>"
            allocation = "tensor.empty()" if self.on_tensors else "memref.alloc()"
            head = f"%p{n} = " if self.on_tensors else ""
            tail = f" -> {wide}" if self.on_tensors else ""
            buffer = f"%q{n}" if self.on_tensors else f"%p{n}"
            text += (f"  {buffer} = {allocation} : {wide}\n"
                     f"  {head}linalg.generic {{indexing_maps = [{identity}, {identity}], "
                     f"iterator_types = [{iterators}]}} ins({result} : {c}) outs({buffer} : {wide}) {{\n"
                     f"    ^bb0(%x: i16, %y: i32):\n      %z = arith.extsi %x : i16 to i32\n"
                     f"      linalg.yield %z : i32\n  }}{tail}\n")
            c, element = wide, "i32"
        cast = "tensor.cast" if self.on_tensors else "memref.cast"
        letter = "F32" if element == "f32" else "I32"
        text += (f"  %u{n} = {cast} {printed} : {c} to {kind}<*x{element}>\n"
                 f"  call @{printer(letter, self.on_tensors)}(%u{n}) : ({kind}<*x{element}>) -> ()\n")
        return text

    def describe(self):
        return (f"case {self.number}: {self.form}{' generic' if self.generic else ''} "
                f"{'x'.join(self.types)} {self.kind()} init={self.init} size={self.size} "
                f"stride={self.stride} dilation={self.dilation} {self.attributes()}")


def printer(letter, on_tensors):
    return f"printMemref{letter}"


def module(cases, on_tensors):
    kind = "tensor" if on_tensors else "memref"
    text = "".join(case.function() for case in cases)
    text += "func.func @main() {\n" + "".join(case.call() for case in cases) + "  return\n}\n"
    for letter, element in (("I32", "i32"), ("F32", "f32")):
        text += (f"func.func private @printMemref{letter}({kind}<*x{element}>) "
                 "attributes {llvm.emit_c_interface}\n")
    return text


def check(tools, cases, on_tensors, keep, label):
    """Runs one module; returns a description of every case that fails."""
    text = module(cases, on_tensors)
    with tempfile.TemporaryDirectory() as folder:
        report_file = os.path.join(folder, "report.json")
        if keep:
            with open(os.path.join(keep, f"{label}.mlir"), "w") as file:
                file.write(text)
        try:
            output, copies = tools.execute_untouched(text)
            expected, _ = split_output(output)
            output, scheduled_copies = tools.execute_scheduled(text, report_file)
            actual, counters = split_output(output)
        except RuntimeError as error:
            return [f"{label}: {error}\n" + "\n".join(c.describe() for c in cases)]
        with open(report_file) as file:
            layers = json.load(file)["layers"]
    if not len(expected) == len(actual) == len(counters) == len(layers) == len(cases):
        return [f"{label}: {len(cases)} cases, {len(expected)} and {len(actual)} results, "
                f"{len(counters)} lines of counters, {len(layers)} layers in the report"]
    failures = []
    if scheduled_copies > copies:
        failures.append(f"{label}: {scheduled_copies} copies within DRAM instead of {copies}")
    for case, want, got, counted, layer in zip(cases, expected, actual, counters, layers):
        if want != got:
            failures.append(f"{label}: results differ: {case.describe()}\n{want}\n{got}")
        elif differences := counted.differences(layer):
            failures.append(f"{label}: {'; '.join(differences)}: {case.describe()}")
        if overfull := case.overfull(layer["footprint"]):
            failures.append(f"{label}: too much in {overfull}: {case.describe()}")
        if case.schedule and layer["tiles"] != {
                l: min(t, case.size[l]) for l, t in case.schedule}:
            failures.append(f"{label}: the pinned schedule was not followed: {case.describe()}")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=10)
    parser.add_argument("--per-module", type=int, default=10)
    parser.add_argument("--objective", default="energy", help="of romanet-tile")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin, arguments.objective)
    rng = random.Random(arguments.seed)
    cases = [Case(rng, number) for number in range(arguments.cases)]
    failures = []
    for on_tensors in (True, False):
        group = [case for case in cases if case.on_tensors == on_tensors]
        for start in range(0, len(group), arguments.per_module):
            label = f"seed {arguments.seed} {'tensor' if on_tensors else 'memref'} module {start}"
            failures += check(tools, group[start:start + arguments.per_module],
                              on_tensors, arguments.keep, label.replace(" ", "-"))
    for failure in failures:
        print(failure)
    print(f"seed {arguments.seed}: {len(cases)} cases, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
