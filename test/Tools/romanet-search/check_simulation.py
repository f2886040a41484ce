"""Checks a report with a simulation, or the traces that were written with it.

usage: check_simulation.py REPORT.json [TRACE:LAYER ...]      a trace of a layer, or of all with an empty name
"""

import json
import math
import sys


def check(where, report, burst_bytes):
    simulation = report["simulation"]
    bursts = report["total_bursts"]
    assert simulation["reads"] + simulation["writes"] == bursts, where
    assert simulation["moved_bytes"] == bursts * burst_bytes, where
    # What the controller has already is not read again.
    served = simulation["row_hits"] + simulation["row_misses"] + simulation["row_conflicts"]
    assert 0 < served <= bursts, where
    assert simulation["activations"] >= simulation["row_misses"] + simulation["row_conflicts"] > 0, where
    energy = simulation["energy"]
    assert math.isclose(energy["total_pj"], sum(value for key, value in energy.items() if key != "total_pj")), where
    # A closed form of peak bandwidth cannot be beaten.
    assert simulation["time_ns"] >= report["time_lower_bound_ns"] >= report["floor"]["time_ns"], where
    assert energy["total_pj"] > report["floor"]["energy_pj"] > 0, where
    assert 0 < simulation["fraction_of_peak"] <= 1, where
    # Every clock of the data bus has one cause. The default device has one channel, and four clocks for a burst.
    bus = simulation["data_bus"]
    assert set(bus) == {f"{cause}_cycles" for cause in ("busy", "refresh", "turnaround", "spacing", "row", "empty")}
    assert min(bus.values()) >= 0, where
    assert sum(bus.values()) == simulation["cycles"], where
    assert bus["busy_cycles"] == 4 * served, where
    assert math.isclose(simulation["throughput_bytes_per_s"],
                        simulation["moved_bytes"] / simulation["time_ns"] * 1e9), where


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    burst_bytes = report["dram"]["burst_bytes"]
    bursts = {"": report["totals"]["total_bursts"]}
    for layer in report["layers"]:
        bursts[layer["name"]] = layer["total_bursts"]
    for argument in sys.argv[2:]:
        name, _, layer = argument.rpartition(":")
        with open(name, encoding="utf-8") as file:
            lines = file.read().splitlines()
        assert len(lines) == bursts[layer], f"{argument}: {len(lines)} lines, expected {bursts[layer]}"
    if "mapping" not in report:
        return
    for layer in report["layers"]:
        check(layer["name"], layer, burst_bytes)
    totals = report["totals"]
    check("totals", totals, burst_bytes)
    for key in ("reads", "writes", "row_hits", "row_misses", "row_conflicts", "activations", "cycles", "moved_bytes"):
        assert totals["simulation"][key] == sum(layer["simulation"][key] for layer in report["layers"]), key


main()
