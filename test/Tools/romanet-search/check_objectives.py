"""Checks that each objective is best by its own measure, and no worse with free layouts.

    check_objectives.py PREFIX    reads PREFIX.OBJECTIVE.LAYOUTS
"""

import json
import sys

MEASURES = {
    "bytes": lambda layer: layer["total_bytes"],
    "bursts": lambda layer: layer["total_bursts"],
    "energy": lambda layer: layer["energy"]["total_pj"],
    "time": lambda layer: layer["time_lower_bound_ns"],
    "edp": lambda layer: layer["energy"]["total_pj"] * layer["time_lower_bound_ns"],
}
# For the rounding of sums.
SLACK = 1 + 1e-9


def layers(objective, layouts):
    with open(f"{sys.argv[1]}.{objective}.{layouts}", encoding="utf-8") as file:
        report = json.load(file)
    assert report["objective"] == objective, report["objective"]
    assert report["layouts"] == ("free" if layouts == "free" else "row-major")
    assert all(layer["certificate"]["optimal"] for layer in report["layers"])
    return report["layers"]


# The fewest bytes, and no more bursts than another schedule of as many bytes.
for layouts in ["nchw", "free"]:
    for best, layer in zip(layers("bytes-bursts", layouts), layers("bytes", layouts)):
        assert best["total_bytes"] == layer["total_bytes"], (best, layer)
        assert best["total_bursts"] <= layer["total_bursts"], (best, layer)

for objective, measure in MEASURES.items():
    given, free = layers(objective, "nchw"), layers(objective, "free")
    for best in zip(given, free):
        assert measure(best[1]) <= measure(best[0]) * SLACK, best
    for other in MEASURES:
        for layouts, own in [("nchw", given), ("free", free)]:
            for best, layer in zip(own, layers(other, layouts)):
                assert measure(best) <= measure(layer) * SLACK, (objective, other, layer)
