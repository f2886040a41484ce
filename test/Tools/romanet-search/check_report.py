"""Checks that the numbers of a report agree with each other."""

import json
import math
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)

STREAMS = ["input_read", "weights_read", "output_read", "output_write",
           "epilogue_read"]
UNITS = {"bytes": "bytes", "bursts": "bursts", "energy": "pj", "time": "ns", "edp": "pj_ns"}
TENSORS = ["input", "weights", "output"]
machine = report["machine"]
sharers = set(machine.get("shared_by", []))
burst_bytes = report["dram"]["burst_bytes"]
totals = {}
for layer in report["layers"]:
    if "certificate" in layer:
        certificate = layer.pop("certificate")
        unit = UNITS[report["objective"]]
        value = certificate["value_" + unit]
        assert certificate["optimal"] == (value == certificate["lower_bound_" + unit]), layer
        expected = {
            "bytes": layer["total_bytes"],
            "bursts": layer["total_bursts"],
            "pj": layer["energy"]["total_pj"],
            "ns": layer["time_lower_bound_ns"],
            "pj_ns": layer["energy"]["total_pj"] * layer["time_lower_bound_ns"],
        }
        assert math.isclose(value, expected[unit], rel_tol=1e-9), layer
    assert sorted(layer["layouts"]) == ["input", "output", "partial_sums", "weights"], layer
    assert sorted(layer["order"]) == sorted("ngkcpq"), layer
    assert sorted(layer["tiles"]) == sorted("ngkcpq"), layer
    assert all(tile >= 1 for tile in layer["tiles"].values()), layer
    for unit in ["bytes", "bursts"]:
        assert layer["total_" + unit] == sum(
            layer[f"{stream}_{unit}"] for stream in STREAMS
        ), layer
    for stream in STREAMS:
        moved, bursts = layer[stream + "_bytes"], layer[stream + "_bursts"]
        assert moved <= bursts * burst_bytes and bursts <= moved, layer
    assert layer["compulsory_bytes"] <= layer["total_bytes"], layer
    used = {tensor: layer["footprint"][tensor + "_bytes"] for tensor in TENSORS}
    assert all(size > 0 for size in used.values()), layer
    for tensor in set(TENSORS) - sharers:
        assert used[tensor] <= machine[tensor + "_capacity_bytes"], layer
    together = sum(used[tensor] for tensor in sharers)
    assert together <= machine.get("shared_capacity_bytes", 0), layer
    for key, value in layer.items():
        if type(value) in (int, float):
            totals[key] = totals.get(key, 0) + value

for key, value in totals.items():
    assert math.isclose(report["totals"][key], value), (key, report["totals"])
