"""Checks what became of a network against what is known of it.

    check_network.py OUTPUT.mlir REPORT.json CONVOLUTIONS MACS FULLY-CONNECTED MACS

Every convolution and every matrix product is scheduled, no other operation is
skipped but poolings, the multiply-accumulates are those of the network, no layer
moves less than the compulsory traffic, and every tensor has a place in DRAM.
"""

import json
import re
import sys


def main():
    with open(sys.argv[1]) as file:
        text = file.read()
    with open(sys.argv[2]) as file:
        report = json.load(file)
    expected = list(map(int, sys.argv[3:7]))
    errors = []

    def expect(good, message):
        if not good:
            errors.append(message)

    counts = [0, 0, 0, 0]
    kinds = {name: op for op, name in
             re.findall(r'linalg\.(\w+) \{.*?romanet\.layer = #romanet\.layer<"(\w+)"', text)}
    for layer in report["layers"]:
        name = layer["name"]
        at = 2 * (kinds.get(name) == "matmul")
        counts[at] += 1
        counts[at + 1] += layer["macs"]
        expect(name in kinds, f"{name}: not in the program")
        streams = ("input_read", "weights_read", "output_read", "output_write")
        expect(layer["total_bytes"] == sum(layer[s + "_bytes"] for s in streams), f"{name}: bytes do not add up")
        expect(layer["total_bytes"] >= layer["compulsory_bytes"] > 0, f"{name}: less than compulsory")
        expect(64 * layer["total_bursts"] >= layer["total_bytes"], f"{name}: fewer bursts than bytes")
        for tensor in ("input", "weights", "output"):
            expect(layer["footprint"][tensor + "_bytes"] <= layer["buffers"][tensor + "_capacity_bytes"],
                   f"{name}: the {tensor}'s tile does not fit")
            expect(any(place["tensor"] == tensor for place in layer.get("places", [])),
                   f"{name}: the {tensor} has no place")
    expect(counts == expected, f"convolutions, MACs, matrix products, MACs: {counts}, expected {expected}")
    expect(report["totals"]["macs"] == counts[1] + counts[3], "the total of MACs is wrong")
    for skipped in report["skipped"]:
        expect("pooling" in skipped["name"], f"{skipped['name']} is not scheduled: {skipped['reason']}")

    # In the program: what is scheduled is on chip, and DRAM is the arena.
    for op in re.findall(r"linalg\.\w*(?:conv|matmul)\w* .*", text):
        expect(op.count("#romanet.space<") == 3, f"not on chip: {op[:80]}")
    for alloc in re.findall(r"memref\.alloc[a]?\(.*", text):
        expect("#romanet.space<" in alloc, f"no place: {alloc}")
    expect("tensor<" not in text, "tensors are left")
    for view in re.findall(r"memref\.view .*", text):
        expect("romanet.dram = " in view, f"no place: {view}")
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
