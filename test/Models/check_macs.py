#!/usr/bin/env python3
"""Checks the multiply-accumulates of the bundled networks against their known totals.

    check_macs.py [--layers] [FILE...]     default: the networks next to this script

The counts come from the static operand types in the IR, not from the generator's layer lists, so that a
wrong shape shows. Reads what generate.py writes as well as what mlir-opt prints.
"""

import argparse
import math
import pathlib
import re
import sys

# Convolutions, fully connected layers.
EXPECTED = {
    "alexnet": (665_784_864, 58_621_952),
    "vgg16": (15_346_630_656, 123_633_664),
    "mobilenet_v1": (567_716_352, 1_024_000),
}
EXPECTED.update({f"{name}_int8": (macs, 0) for name, (macs, _) in list(EXPECTED.items())})

# Each element of the result takes one multiplication per weight that reaches it: the weights' dimensions
# listed here, the others select the output channel.
REDUCED_WEIGHT_DIMS = {
    "conv_2d_nchw_fchw": slice(1, None),
    "conv_2d_ngchw_gfchw": slice(2, None),
    "depthwise_conv_2d_nchw_chw": slice(1, None),
    "matmul": slice(0, 1),
}

NAME = r"linalg\.(\w*conv\w*|\w*matmul\w*)"
TENSOR = r"tensor<([\dx]+)x[a-z]\w*>"
OPERATION = re.compile(
    NAME + r"\s*(?:\{[^}]*\})?\s*ins\([^:)]*:\s*" + TENSOR + r",\s*" + TENSOR + r"\)"
    r"\s*outs\([^:)]*:\s*" + TENSOR + r"\)\s*->\s*tensor<[^>]*>(?:\s*loc\(\"(\w+)\"\))?")


def shape(text):
    return [int(size) for size in text.split("x")]


def layers(text):
    """(layer, op, multiply-accumulates) of each convolution and matrix product in the IR."""
    found = OPERATION.findall(text)
    if len(found) != len(re.findall(NAME + r"\b", text)):
        raise ValueError("holds a convolution or matrix product of a form this script does not read")
    for op, _, weights, result, name in found:
        if op not in REDUCED_WEIGHT_DIMS:
            raise ValueError(f"holds linalg.{op}, whose dimensions this script does not know")
        macs = math.prod(shape(result)) * math.prod(shape(weights)[REDUCED_WEIGHT_DIMS[op]])
        yield name, op, macs


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description="Checks the MACs of the bundled networks.")
    parser.add_argument("files", nargs="*", type=pathlib.Path,
                        default=[here / f"{name}.mlir" for name in EXPECTED])
    parser.add_argument("--layers", action="store_true", help="print each layer as well")
    options = parser.parse_args()

    wrong = 0
    for path in options.files:
        totals = [0, 0]
        try:
            for name, op, macs in layers(path.read_text()):
                totals[op == "matmul"] += macs
                if options.layers:
                    print(f"  {name},{op},{macs}")
        except (OSError, ValueError) as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            wrong += 1
            continue
        expected = EXPECTED.get(path.stem)
        good = expected is None or expected == tuple(totals)
        wrong += not good
        verdict = "not in the table" if expected is None else "ok" if good else f"expected {expected}"
        print(f"{path.name}: convolutions {totals[0]}, fully connected {totals[1]}: {verdict}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
