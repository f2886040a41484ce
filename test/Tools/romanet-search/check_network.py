"""Checks that the layers of a report lie as their network's buffers do."""

import json
import math
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
fixed_io = "--fixed-io" in sys.argv
assert report["layouts"] == "network"
(network,) = report["networks"]
value, = (key for key in network if key.startswith("value_"))
unit = value[len("value_"):]
total = sum(layer["certificate"]["value_" + unit] for layer in report["layers"])
assert math.isclose(network[value], total, rel_tol=1e-9), (network[value], total)
assert network["lower_bound_" + unit] <= network[value] * (1 + 1e-9)
assert network[value] <= network["row_major_" + unit] * (1 + 1e-9)

AXES = {"input": ["n", "c", "p", "q"], "output": ["n", "k", "p", "q"]}


def over_axes(layout, tensor):
    """Blocks by batch, channel, row and column; a layer has groups or channels in them."""
    return {key: [block.get(dim, 1) * (block.get("g", 1) if dim in "ck" else 1)
                  for dim in AXES[tensor]]
            for key, block in layout.items()}


layers = {layer["name"]: layer for layer in report["layers"]}
names = list(layers)
blocked = 0
shared = [buffer for buffer in network["buffers"]
          if buffer["layout"] not in ["of its layer"]]
for buffer in shared:
    name, tensor = buffer["name"].rsplit(" ", 1)
    uses = [layers[name]["layouts"][tensor]]
    if fixed_io and buffer["layout"] == "row-major" and (
            name, tensor) in [(names[0], "input"), (names[-1], "output")]:
        assert uses == ["row-major"], buffer
        continue
    uses.append(layers[names[names.index(name) + 1]]["layouts"]["input"])
    if buffer["layout"] == "row-major":
        assert uses == ["row-major", "row-major"], buffer
        continue
    blocked += 1
    assert over_axes(uses[0], "output") == buffer["layout"], (buffer, uses)
    assert over_axes(uses[1], "input") == buffer["layout"], (buffer, uses)
# MobileNetV1 is a chain.
assert blocked > len(layers) / 2, blocked
if fixed_io:
    assert layers[names[0]]["layouts"]["input"] == "row-major"
    assert layers[names[-1]]["layouts"]["output"] == "row-major"
