#!/usr/bin/env python3
"""Runs a quantised network in TOSA, untouched and scheduled, and compares.

The network is lowered to linalg by the command of docs/FrontEnds.md. A main
function makes up its arguments and prints its result, which must be the same
integers, and the bytes that its copies moved must be those of the report.

    tosa.py --model FILE --docs FrontEnds.md --romanet-bin DIR --llvm-bin DIR
"""

import argparse
import re
import sys

from execution import Comparison, Tools

# Small enough that the layers have to be cut into tiles.
BUFFERS = "input=400 weights=200 output=400"

# Values of an argument: from the first, so many. Weights are small, so that sums do not
# leave the range to which they are rescaled.
RANGES = {"image": (-128, 256), "conv1_weights": (-4, 8), "conv2_weights": (-32, 64),
          "depthwise_weights": (-32, 64), "pointwise_weights": (-24, 48),
          "dense_weights": (-100, 200)}
BIAS = (-500, 1000)


def made_up(name, type, seed):
    """Operations that fill a tensor with numbers that depend on all its indices."""
    first, count = RANGES.get(name, BIAS)
    shape, element = re.fullmatch(r"tensor<((?:\d+x)+)(i\d+)>", type).groups()
    rank = shape.count("x")
    dims = ", ".join(f"d{i}" for i in range(rank))
    iterators = ", ".join(['"parallel"'] * rank)
    lines = [f"  %{name}_empty = tensor.empty() : {type}",
             f"  %{name} = linalg.generic {{indexing_maps = [affine_map<({dims}) -> ({dims})>], "
             f"iterator_types = [{iterators}]}} outs(%{name}_empty : {type}) {{",
             f"  ^bb0(%out: {element}):",
             f"    %sum0 = arith.constant {seed} : i64",
             "    %factor = arith.constant 2654435761 : i64",
             "    %shift = arith.constant 13 : i64"]
    for i in range(rank):
        lines += [f"    %index{i} = linalg.index {i} : index",
                  f"    %number{i} = arith.index_cast %index{i} : index to i64",
                  f"    %added{i} = arith.addi %sum{i}, %number{i} : i64",
                  f"    %product{i} = arith.muli %added{i}, %factor : i64",
                  f"    %high{i} = arith.shrui %product{i}, %shift : i64",
                  f"    %sum{i + 1} = arith.xori %product{i}, %high{i} : i64"]
    lines += [f"    %count = arith.constant {count} : i64",
              f"    %first = arith.constant {first} : i64",
              f"    %rest = arith.remui %sum{rank}, %count : i64",
              "    %value = arith.addi %rest, %first : i64",
              f"    %result = arith.trunci %value : i64 to {element}",
              f"    linalg.yield %result : {element}",
              f"  }} -> {type}"]
    return lines


def with_main(text):
    """The module with a main function that calls @network and prints."""
    signature = re.search(r"func\.func @network\((.*?)\)\s*-> (tensor<\S+>) {", text, re.S)
    result = signature.group(2)
    shape, _ = re.fullmatch(r"tensor<((?:\d+x)+)(i8)>", result).groups()
    arguments = re.findall(r"%(\w+): (tensor<\S+?>)", signature.group(1))
    lines = ["func.func private @printMemrefI32(tensor<*xi32>)", "func.func @main() {"]
    for seed, (name, type) in enumerate(arguments, 1):
        lines += made_up(name, type, seed)
    names = ", ".join("%" + name for name, _ in arguments)
    types = ", ".join(type for _, type in arguments)
    identity = "affine_map<(a, b, c) -> (a, b, c)>"
    lines += [f"  %y = func.call @network({names}) : ({types}) -> {result}",
              f"  %wide_empty = tensor.empty() : tensor<{shape}i32>",
              f"  %wide = linalg.generic {{indexing_maps = [{identity}, {identity}], "
              'iterator_types = ["parallel", "parallel", "parallel"]} '
              f"ins(%y : {result}) outs(%wide_empty : tensor<{shape}i32>) {{",
              "  ^bb0(%in: i8, %out: i32):",
              "    %extended = arith.extsi %in : i8 to i32",
              "    linalg.yield %extended : i32",
              f"  }} -> tensor<{shape}i32>",
              f"  %any = tensor.cast %wide : tensor<{shape}i32> to tensor<*xi32>",
              "  func.call @printMemrefI32(%any) : (tensor<*xi32>) -> ()",
              "  return", "}"]
    return text + "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--model", "--docs", "--romanet-bin", "--llvm-bin"):
        parser.add_argument(name, required=True)
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin)
    with open(arguments.docs) as file:
        pipeline = re.search(r"--pass-pipeline='(builtin\.module\(func\.func\(tosa.*?)'", file.read()).group(1)
    with open(arguments.model) as file:
        text = with_main(file.read())
    text = tools.run([tools.mlir_opt, f"--pass-pipeline={pipeline}"], text)
    text = tools.run([tools.romanet_opt, f"--romanet-annotate={BUFFERS}"], text)
    comparison = Comparison(tools, text)
    layers, failures = comparison.layers, comparison.failures
    numbers = set(re.findall(r"-?\d+", comparison.results[0].split("data =")[-1]))
    if len(numbers) < 4:
        failures.append(f"the result hardly depends on the arguments: {sorted(numbers)}")
    failures += [f"{each['name']} is not scheduled: {each['reason']}"
                 for each in comparison.report["skipped"]]
    if not any(layer["total_bytes"] > layer["compulsory_bytes"] for layer in layers):
        failures.append("no layer is too large for its buffers, so that nothing was tried")
    for failure in failures:
        print(failure)
    print(f"{len(layers)} layers, {len(numbers)} different numbers, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
