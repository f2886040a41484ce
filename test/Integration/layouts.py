#!/usr/bin/env python3
"""Runs random networks whose arrays lie in random layouts, and compares.

Every case is a chain of layers with constants and arguments, biases, residuals and
quantisation, each layer with a random schedule pinned to it, and with random layouts
(`romanet.layouts`: nested blocks, ragged, with holes, in any order) of what is only
copied between DRAM and chip: results of layers inside, constants, and arguments,
which are packed. The network is executed by mlir-runner untouched and scheduled.

  * The results must be equal, bit for bit;
  * romanet-verify must accept the program;
  * what was counted must be what the model predicts of each tensor, the sequence of
    bursts that of the model (option `bursts` of romanet-verify), and the bursts that
    the program traced while it ran must be those that were counted, and in the order
    of the trace that romanet-translate exports.

    layouts.py --seed 1 --cases 10 --romanet-bin DIR --llvm-bin DIR [--only N] [--keep DIR]
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile

from execution import LOWERING, STREAMS, Tools, counted_by_layer, split_output
from forms import BYTES
from program import Function, Main, Value, is_float, literal

MACHINE = ('module attributes {{romanet.machine = #romanet.machine<buffers = <shared = 4194304>, '
           'dram = "{}">}} {{\n{}}}\n')


def random_layout(rng, shape, element):
    """The text of a layout; None: row-major."""
    rank, width = len(shape), BYTES[element]
    if rng.random() < 0.2:
        return None

    def order():
        axes = list(range(rank))
        if rng.random() < 0.5:
            rng.shuffle(axes)
        return axes

    levels, block = [], [1] * rank
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2])):
        block = [rng.choice([b, b * rng.randint(1, max(1, -(-size // b)))]) if b < size + 2 else b
                 for b, size in zip(block, shape)]
        align = rng.choice([1, 1, width * rng.randint(1, 5), 64, 256])
        align = f" align {align}" if align % width == 0 and align > 1 else ""
        levels.append(f"{block} order {order()}{align}")
    blocks = f"blocks = [{', '.join(levels)}], " if levels else ""
    return f"<{blocks}order = {order()}>"


class Net:
    """A network and its layouts."""

    TYPES = [("f32", "f32", "f32"), ("i8", "i32", "i8"), ("f16", "f32", "f16"), ("i32", "i32", "i32"),
             ("bf16", "f32", "bf16")]

    def __init__(self, seed, number):
        self.rng = rng = random.Random(f"{seed} layouts {number}")
        self.number = number
        self.dram = rng.choice(["ddr3-1600-2gb-x8", "lpddr4-3200-8gb-x16", "hbm2-8gb-x128"])
        self.narrow, self.wide, self.result = rng.choice(self.TYPES)
        self.nhwc = rng.random() < 0.5
        self.f = Function("net", True)
        self.layers = []
        # By the name of a value: its layout, where it may have one.
        self.layouts = {}
        self.globals = 0
        n, c, h, w = rng.randint(1, 2), rng.randint(1, 9), rng.randint(3, 12), rng.randint(3, 12)
        x = self.f.argument(self.shape(n, c, h, w), self.narrow)
        self.choose(x)
        seen = [x]
        count = rng.randint(1, 3)
        for i in range(count):
            x = self.layer(x, seen, i == count - 1)
            seen.append(x)
        self.f.results = [x]

    def shape(self, n, c, h, w):
        return [n, h, w, c] if self.nhwc else [n, c, h, w]

    def sizes(self, x):
        n, a, b, c = x.shape
        return (n, c, a, b) if self.nhwc else (n, a, b, c)

    def choose(self, value):
        self.layouts[str(value)] = random_layout(self.rng, value.shape, value.element)

    def constant(self, shape, element, is_bias=False):
        """A constant or an argument. A bias of one value would be none."""
        rng = self.rng
        kind = rng.choice(["argument", "dense", "dense", "argument" if is_bias else "splat"])
        if is_bias and shape == [1]:
            kind = "argument"
        if kind == "argument":
            value = self.f.argument(shape, element)
        elif kind == "splat":
            # Equal constants would become one.
            self.globals += 1
            value = self.f.splat(self.globals, shape, element)
        else:
            value = self.f.value(shape, element)

            def numbers(extents):
                if not extents:
                    return literal(rng.randint(-3, 3), element)
                return "[" + ", ".join(numbers(extents[1:]) for _ in range(extents[0])) + "]"

            text = numbers(shape)
            if is_bias:
                self.globals += 1
                text = "[" + ", ".join(literal(i - self.globals, element) for i in range(shape[0])) + "]"
            self.f.line(f"{value} = arith.constant dense<{text}> : {value.type}")
        self.choose(value)
        return value

    def layer(self, x, seen, is_last):
        rng, f = self.rng, self.f
        n, c, h, w = self.sizes(x)
        depthwise = rng.random() < 0.25
        k = c if depthwise else rng.randint(1, 9)
        kernel = (rng.randint(1, min(3, h)), rng.randint(1, min(3, w)))
        stride = rng.randint(1, 2)
        pads = [0, 0]
        image = x
        if rng.random() < 0.5:
            pads = [rng.randint(0, kernel[0] - 1), rng.randint(0, kernel[1] - 1)]
            low = self.shape(0, 0, pads[0], pads[1])
            image = f.pad(x, low, low, 0)
        p = (h + 2 * pads[0] - kernel[0]) // stride + 1
        q = (w + 2 * pads[1] - kernel[1]) // stride + 1
        if depthwise:
            weights = [*kernel, c] if self.nhwc else [c, *kernel]
            name = "depthwise_conv_2d_nhwc_hwc" if self.nhwc else "depthwise_conv_2d_nchw_chw"
        else:
            weights = [*kernel, c, k] if self.nhwc else [k, c, *kernel]
            name = "conv_2d_nhwc_hwcf" if self.nhwc else "conv_2d_nchw_fchw"
        b = self.constant(weights, self.narrow)
        out = self.shape(n, k, p, q)
        arrays = []
        start = f.new(out, self.wide)
        if rng.random() < 0.5:
            bias = self.constant([k], self.wide, is_bias=True)
            channel = "d3" if self.nhwc else "d1"
            start = f.elementwise([bias], start, lambda emit, v, old: v, [[channel]])
            arrays.append(bias)
        else:
            start = f.fill(0, start)

        # The element-wise operations behind it, in one.
        residuals = [each for each in seen if list(each.shape) == out and each.element == self.narrow]
        residual = rng.choice(residuals) if residuals and rng.random() < 0.7 else None
        has_epilogue = bool(residual) or self.wide != self.result or rng.random() < 0.5
        result = f.value(out, self.result if has_epilogue else self.wide)
        if residual:
            arrays.append(residual)
        layouts = {"input": self.layouts[str(x)], "weights": self.layouts[str(b)]}
        output = None if is_last else random_layout(rng, out, result.element)
        if has_epilogue and self.wide != self.result:
            layouts["partial_sums"] = random_layout(rng, out, self.wide) or "<row_major>"
        layouts["output"] = output
        given = [f"{name} = {text}" for name, text in layouts.items() if text]
        if arrays:
            given.append(f"epilogue = [{', '.join(self.layouts[str(a)] or '<row_major>' for a in arrays)}]")
        attributes = f"romanet.layouts = #romanet.layouts<{', '.join(given)}>, {self.schedule(n, c, k, p, q, depthwise)}"
        attributes += f", strides = dense<{stride}> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>"
        value = f.statement(f"linalg.{name} {{{attributes}}} {f.operands([image, b], start)}", start,
                            f' loc("layer{len(self.layers)}")')
        self.layers.append(f"layer{len(self.layers)}")
        if has_epilogue:
            value = self.epilogue(value, residual, result)
        self.layouts[str(value)] = output
        return value

    def epilogue(self, value, residual, result):
        f, wide = self.f, self.wide
        low, high = f.scalar(-4, wide), f.scalar(4, wide)
        float_type = is_float(wide)

        def body(emit, v, *rest):
            if residual:
                r = rest[0]
                if self.narrow != wide:
                    r = emit(f"arith.{'extf' if float_type else 'extsi'} {r} : {self.narrow} to {wide}")
                v = emit(f"arith.add{'f' if float_type else 'i'} {v}, {r} : {wide}")
            for op, bound in (("maximumf" if float_type else "maxsi", low),
                              ("minimumf" if float_type else "minsi", high)):
                v = emit(f"arith.{op} {v}, {bound} : {wide}")
            if result.element != wide:
                v = emit(f"arith.{'truncf' if float_type else 'trunci'} {v} : {wide} to {result.element}")
            return v

        return f.elementwise([value] + [residual] * bool(residual), f.new(result.shape, result.element), body)

    def schedule(self, n, c, k, p, q, depthwise):
        rng = self.rng
        limits = {"n": n, "g": c if depthwise else 1, "k": 1 if depthwise else k, "c": 1 if depthwise else c,
                  "p": p, "q": q}
        order = list(limits)
        rng.shuffle(order)
        tiles = ", ".join(f"{d} = {rng.choice([rng.randint(1, limits[d]), -(-limits[d] // 2), limits[d]])}"
                          for d in order)
        extra = ""
        if rng.random() < 0.4:
            extra = ", hold = [" + ", ".join(f"{t} = {rng.choice([6, rng.randint(0, 6)])}"
                                             for t in ("input", "weights", "output")) + "]"
        extra += ", serpentine" * (rng.random() < 0.5) + ", halo" * (rng.random() < 0.5)
        doubled = [t for t in ("input", "weights", "output") if rng.random() < 0.3]
        text = f"romanet.schedule = #romanet.schedule<[{tiles}]{extra}>"
        double = f", double_buffered = [{', '.join(doubled)}]" if doubled else ""
        return f"{text}, romanet.buffers = #romanet.buffers<shared = 4194304{double}>"


def parse_type(text):
    """Shape and element of a memref type."""
    *shape, element = text.split("x")
    return [int(s) for s in shape], element


def signature(text, name):
    """Types of arguments and results of a function on memrefs."""
    head = re.search(rf"func\.func @{name}\((.*?)\) *(?:-> *(.*?))? *(?:attributes.*)?\{{$", text, re.M)
    if not head:
        return None
    return [[parse_type(t) for t in re.findall(r"memref<([\w]*)>", part or "")] for part in head.groups()]


def typed(shape, element):
    return f"memref<{''.join(f'{s}x' for s in shape)}{element}>"


def main_of(net, text, scheduled):
    """@main for the scheduled program, which takes packed arguments."""
    arguments, results = signature(text, "net")
    head = re.search(r"func\.func @net\(.*", scheduled).group()
    is_packed = {int(number) for number in
                 re.findall(r"%arg(\d+): memref<\w+> \{romanet\.dram = #romanet\.dram<[\w =,]*layout = ", head)}
    main, names, packed = Main(), [], []
    main.readable = False
    for i, (value, (shape, element)) in enumerate(zip(net.f.arguments, arguments)):
        name, type = main.make_up(Value("", value.shape, value.element, "memref"), 1009 + i * 101)
        if i in is_packed:
            flat = main.fresh()
            main.lines.append(f"{flat} = memref.alloc() : {typed(shape, element)}")
            packed.append((name, type, flat, typed(shape, element)))
            name = flat
        names.append(name)
    if packed:
        operands = [p[0] for p in packed] + [p[2] for p in packed]
        types = [p[1] for p in packed] + [p[3] for p in packed]
        main.lines.append(f"call @net_pack({', '.join(operands)}) : ({', '.join(types)}) -> ()")
    elif "@net_pack" in text:
        raise RuntimeError("@net_pack, and no argument is packed")
    (shape, element), = results
    result = main.fresh()
    main.lines.append(f"{result} = call @net({', '.join(names)}) : ({', '.join(typed(*a) for a in arguments)}) "
                      f"-> {typed(shape, element)}")
    main.show(result, Value("", shape, element, "memref"))
    return main.text(), len(packed)


def insert(text, more):
    end = text.rindex("}")
    return text[:end] + more + text[end:]


def execute(tools, net, scheduled, passes, trace_file):
    """What the scheduled program prints, and how many arguments it has packed."""
    counting = tools.run([tools.romanet_opt, *passes, "--romanet-strip"], scheduled)
    main, packed = main_of(net, counting, scheduled)
    lowered = tools.run([tools.mlir_opt, f"--pass-pipeline=builtin.module({LOWERING})"], insert(counting, main))
    os.environ["ROMANET_TRACE_FILE"] = trace_file
    try:
        return tools.execute(lowered), packed
    finally:
        del os.environ["ROMANET_TRACE_FILE"]


def split(output):
    """The results, which come last, and the counters."""
    lines = output.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Unranked"))
    return split_output("\n".join(lines[start:]))[0], split_output("\n".join(lines[:start]))[1]


def run_case(tools, net, keep, statistics):
    functions = net.f.text()
    reference = Main()
    reference.call(net.f, 1)
    text = MACHINE.format(net.dram, functions)
    if keep:
        with open(os.path.join(keep, f"net{net.number}.mlir"), "w") as file:
            file.write(text)
    untouched, _ = tools.execute_untouched(functions + reference.text())
    expected, _ = split_output(untouched)
    with tempfile.TemporaryDirectory() as folder:
        report_file, trace_file = (os.path.join(folder, name) for name in ("report.json", "trace"))
        scheduled = tools.run([tools.romanet_opt, "--romanet-tile", "--romanet-dram-map=arg-layout=packed",
                               "--romanet-verify=bursts", f"--romanet-report=format=json output={report_file}"], text)
        if keep:
            with open(os.path.join(keep, f"net{net.number}.scheduled.mlir"), "w") as file:
                file.write(scheduled)
        with open(report_file) as file:
            layers = json.load(file)["layers"]
        output, packed = execute(tools, net, scheduled, ["--romanet-count-traffic=function=net"], trace_file)
        with open(trace_file) as file:
            trace = [line.split() for line in file]
        by_dma = None
        if net.number % 3 == 0:
            by_dma, _ = execute(tools, net, scheduled, ["--romanet-dma", "--romanet-verify", "--romanet-count-traffic="
                                                        "function=net", "--romanet-dma-to-calls"], trace_file)
    statistics["packed arguments"] += packed
    statistics["blocked buffers"] += len(re.findall(r"romanet\.dram<[^>]*layout = ", scheduled))
    statistics["copies in loops"] += len(re.findall(r"memref\.reinterpret_cast", scheduled))
    actual, counters = split(output)
    if expected != actual:
        return f"results differ\n{expected}\n{actual}"
    if by_dma:
        actual, by_dma = split(by_dma)
        if expected != actual:
            return f"results by DMA differ\n{expected}\n{actual}"
        if [layer["bytes"] for layer in by_dma] != [layer["bytes"] for layer in counters]:
            return f"bytes by DMA differ\n{by_dma}\n{counters}"
    counted = counted_by_layer(counters, layers)
    failures = []
    exported = [line.split()[:2] for line in
                tools.run([tools.romanet_translate, "--romanet-to-dram-trace", "--trace-format=ramulator1"],
                          scheduled).splitlines()]
    executed = [(int(line[0], 16), line[1]) for line in trace]
    if [(int(line[0], 16), line[1][0]) for line in exported] != executed:
        failures.append(f"{len(executed)} bursts were moved, which are not the {len(exported)} that are exported")
    for number, layer in enumerate(layers):
        found = counted[layer["name"]]
        predicted = {stream: layer[f"{stream}_bytes"] for stream in STREAMS}
        if found["bytes"] != predicted:
            failures.append(f"{layer['name']}: bytes counted {found['bytes']}, predicted {predicted}")
        traced = {stream: sum(1 for line in trace if line[2:] == [str(number), stream]) for stream in STREAMS}
        if traced != found["bursts"]:
            failures.append(f"{layer['name']}: bursts counted {found['bursts']}, in the trace {traced}")
    return "; ".join(failures) or None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=10)
    parser.add_argument("--only", type=int, metavar="N", help="run case N alone")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    parser.add_argument("--keep", metavar="DIR", help="leave the modules there")
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin)
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
    numbers = range(arguments.cases) if arguments.only is None else [arguments.only]
    failed = 0
    statistics = dict.fromkeys(["packed arguments", "blocked buffers", "copies in loops"], 0)
    for number in numbers:
        try:
            problem = run_case(tools, Net(arguments.seed, number), arguments.keep, statistics)
        except RuntimeError as error:
            problem = str(error)
        if problem:
            failed += 1
            print(f"seed {arguments.seed} case {number}: {problem}")
            sys.stdout.flush()
    text = ", ".join(f"{count} {name}" for name, count in statistics.items())
    print(f"seed {arguments.seed}: {len(numbers)} cases, {failed} failures; {text}")
    if not all(statistics.values()) and arguments.only is None:
        print("some of these were not tried at all")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
