"""Checks what became of a network against what is known of it.

    check_network.py OUTPUT.mlir REPORT.json CONVOLUTIONS MACS FULLY-CONNECTED MACS POOLINGS TAPS

Every convolution, matrix product and pooling is scheduled, the multiply-accumulates
(of a pooling: the elements of its windows) are those of the network, no layer moves
less than the compulsory traffic, every tensor has a place in DRAM, and every buffer
on chip lies within one global of its space.
"""

import json
import re
import sys


def main():
    with open(sys.argv[1]) as file:
        text = file.read()
    with open(sys.argv[2]) as file:
        report = json.load(file)
    expected = list(map(int, sys.argv[3:9]))
    errors = []

    def expect(good, message):
        if not good:
            errors.append(message)

    counts = [0, 0, 0, 0, 0, 0]
    kinds = {name: op for op, name in
             re.findall(r'linalg\.(\w+) \{.*?romanet\.layer = #romanet\.layer<"(\w+)"', text)}
    for layer in report["layers"]:
        name = layer["name"]
        kind = kinds.get(name, "")
        isPooling = kind.startswith("pooling")
        at = 4 if isPooling else 2 if kind == "matmul" else 0
        counts[at] += 1
        counts[at + 1] += layer["macs"]
        expect(name in kinds, f"{name}: not in the program")
        streams = ("input_read", "weights_read", "output_read", "output_write", "epilogue_read")
        expect(layer["total_bytes"] == sum(layer[s + "_bytes"] for s in streams), f"{name}: bytes do not add up")
        expect(layer["total_bytes"] >= layer["compulsory_bytes"] > 0, f"{name}: less than compulsory")
        expect(64 * layer["total_bursts"] >= layer["total_bytes"], f"{name}: fewer bursts than bytes")
        for tensor in ("input", "weights", "output"):
            expect(layer["footprint"][tensor + "_bytes"] <= layer["buffers"][tensor + "_capacity_bytes"],
                   f"{name}: the {tensor}'s tile does not fit")
            expect((isPooling and tensor == "weights") !=
                   any(place["tensor"] == tensor for place in layer.get("places", [])),
                   f"{name}: a place of the {tensor}")
    expect(counts == expected,
           f"convolutions, MACs, matrix products, MACs, poolings, taps: {counts}, expected {expected}")
    expect(report["totals"]["macs"] == sum(counts[1::2]), "the total of MACs is wrong")
    for skipped in report["skipped"]:
        expect(False, f"{skipped['name']} is not scheduled: {skipped['reason']}")

    # In the program: what is scheduled is on chip, but for the window of a pooling,
    # and nothing is allocated. What is on chip fits the machine.
    for op in re.findall(r"linalg\.\w*(?:conv|matmul|pooling)\w* .*", text):
        expect(op.count("#romanet.space<") == (2 if "linalg.pooling" in op else 3), f"not on chip: {op[:80]}")
    for alloc in re.findall(r"memref\.alloca?\(.*", text):
        expect(False, f"no place: {alloc}")
    expect("tensor<" not in text, "tensors are left")
    spaces = {space: int(size) for space, size in re.findall(
        r'memref\.global "private" @romanet_on_chip_(\w+) : memref<(\d+)xi8, #romanet\.space<\w+>>', text)}
    expect(set(spaces) == {"input", "weights", "output"}, f"memory on chip: {spaces}")
    for space, size in spaces.items():
        capacity = report["machine"][space + "_capacity_bytes"]
        expect(size <= capacity, f"{size} bytes on chip for '{space}', which has {capacity}")
    for view in re.findall(r"memref\.view .*", text):
        on_chip = re.search(r": memref<\d+xi8, #romanet\.space<\w+>> to", view)
        expect(("romanet.dram = " in view) != bool(on_chip), f"no place: {view}")
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
