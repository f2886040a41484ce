"""Checks that a report of given schedules has the figures of the one that gave them."""

import json
import sys

searched, given = [json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3]]

assert searched["strategy"] == "optimal" and given["strategy"] == "given"
assert searched["layers"], searched
for layer in searched["layers"]:
    del layer["certificate"]
assert given["layers"] == searched["layers"], (given["layers"], searched["layers"])
assert "objective" in searched and "objective" not in given
for key in ["totals", "machine", "dram", "schema_version"]:
    assert given[key] == searched[key], (key, given[key], searched[key])
# The smallest space that has all of the schedules.
assert set(given["space"].split("+")) <= set(searched["space"].split("+")), given["space"]
