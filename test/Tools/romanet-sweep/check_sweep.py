"""Checks a merged sweep by what is in its folder.

    check_sweep.py FOLDER SWEEP.json [--base CAPACITY,...]

The figures of a point must be the totals of its report, the machine of the report that of the point, and the
front that of the definition, point by point. --base: the capacities of the machine at 100 %, in bytes.
"""

import argparse
import json
import os
import sys

AXES = {"energy": "energy_pj", "time": "time_lower_bound_ns", "bytes": "total_bytes", "bursts": "total_bursts",
        "activations": "activations", "simulated-energy": "simulated_energy_pj", "simulated-time": "simulated_time_ns"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("sweep")
    parser.add_argument("--base", default="")
    options = parser.parse_args()
    with open(options.sweep) as file:
        sweep = json.load(file)
    base = [int(capacity) for capacity in options.base.split(",") if capacity]
    failures = []
    done = []
    for point in sweep["points"]:
        def expect(what, found, expected):
            if found != expected:
                failures.append(f"point {point['number']}: {what}: {found}, expected {expected}")

        if base:
            expect("capacity", point["capacity_bytes"],
                   sum(max(1, capacity * point["capacity_percent"] // 100) for capacity in base))
        if point["status"] != "done":
            continue
        done.append(point)
        with open(os.path.join(options.folder, "points", f"{point['number']}.report.json")) as file:
            report = json.load(file)
        totals, figures = report["totals"], point["figures"]
        for key in ("total_bytes", "total_bursts", "activations", "time_lower_bound_ns"):
            expect(key, figures[key], totals[key])
        expect("energy", figures["energy_pj"], totals["energy"]["total_pj"])
        expect("simulated", "simulated_energy_pj" in figures, "simulation" in totals)
        if "simulation" in totals:
            expect("simulated energy", figures["simulated_energy_pj"], totals["simulation"]["energy"]["total_pj"])
            expect("simulated time", figures["simulated_time_ns"], totals["simulation"]["time_ns"])
        machine = report["machine"]
        expect("capacity of the report", sum(value for key, value in machine.items() if key.endswith("_capacity_bytes")),
               point["capacity_bytes"])
        for key in ("preset", "channels", "ranks", "chips"):
            expect(key, report["dram"][key], point["dram" if key == "preset" else key])
        # That of a program says nothing of it.
        expect("objective", report.get("objective", point["objective"]), point["objective"])
        expect("skipped", point["skipped"], len(report["skipped"]))

    def values(point):
        return [point["capacity_bytes"] if axis == "capacity" else point["figures"][AXES[axis]] for axis in sweep["axes"]]

    for point in done:
        own = values(point)
        dominated = any(values(other) != own and all(a <= b for a, b in zip(values(other), own)) for other in done)
        if point["on_front"] == dominated:
            failures.append(f"point {point['number']}: on the front: {point['on_front']}")
    for failure in failures:
        print(failure)
    print(f"{len(sweep['points'])} points, {len(done)} done, {sum(point['on_front'] for point in done)} on the front, "
          f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
