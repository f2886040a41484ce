"""Checks that no layer of a baseline is below the optimum in the objective.

    check_strategies.py UNIT PREFIX    reads PREFIX.STRATEGY
"""

import json
import sys

unit, prefix = sys.argv[1:3]


def values(strategy):
    with open(f"{prefix}.{strategy}", encoding="utf-8") as file:
        report = json.load(file)
    assert report["strategy"] == strategy and report["space"] == "S0", strategy
    certificates = [layer["certificate"] for layer in report["layers"]]
    assert certificates and all(each["optimal"] for each in certificates), strategy
    return [each["value_" + unit] for each in certificates]


optimal = values("optimal")
for strategy in ["fixed-input", "fixed-weights", "fixed-output", "smartshuttle", "romanet"]:
    baseline = values(strategy)
    # For the rounding of sums.
    assert all(best <= value * (1 + 1e-9) for best, value in zip(optimal, baseline)), strategy
