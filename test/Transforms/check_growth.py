"""Checks that a buffer that is as large as a remark suggests gives what the remark says, and one byte less nothing.

    check_growth.py ROMANET_OPT
"""

import re
import subprocess
import sys
import tempfile

TENSORS = ("input", "weights", "output")


def product(n, c, k):
    a, b, d = f"tensor<{n}x{c}xi8>", f"tensor<{c}x{k}xi8>", f"tensor<{n}x{k}xi32>"
    return (f"func.func @f(%a: {a}, %b: {b}, %c: {d}) -> {d} {{\n"
            f"  %0 = linalg.matmul ins(%a, %b : {a}, {b}) outs(%c : {d}) -> {d}\n  return %0 : {d}\n}}\n")


def run(tool, program, buffers, options, more=()):
    """What romanet-schedule says of the cost: its value, and all that moves."""
    annotate = "--romanet-annotate=" + " ".join(f"{name}={size}" for name, size in buffers.items())
    done = subprocess.run([tool, "-", annotate, f"--romanet-schedule=layouts=row-major {options}", *more],
                          input=program, capture_output=True, text=True, check=True)
    cost = re.search(r"romanet.cost = #romanet.cost<([^>]*)>", done.stdout)[1]
    field = dict(re.findall(r"(\w+) = ([^,]+)", cost))
    return float(field["value"]), sum(int(field.get(each, 0)) for each in (
        "input_read", "weights_read", "output_read", "output_write", "epilogue_read"))


def main():
    tool = sys.argv[1]
    count, failures = 0, 0
    cases = [(product(24, 40, 36), {"input": 96, "weights": 128, "output": 256}, "objective=bytes"),
             (product(24, 40, 36), {"input": 96, "weights": 128, "output": 256}, "objective=energy space=all"),
             (product(50, 30, 70), {"input": 200, "shared": 600}, "objective=bytes"),
             (product(64, 64, 64), {"shared": 2000}, "objective=bursts"),
             (product(8, 8, 8), {"input": 64, "weights": 64, "output": 256}, "objective=bytes")]
    for program, buffers, options in cases:
        with tempfile.NamedTemporaryFile("r", suffix=".yaml") as file:
            before, bytes_before = run(tool, program, buffers, options, (
                "--mlir-disable-threading", "--remarks-filter-missed=romanet-schedule", "--remark-format=yaml",
                f"--remarks-output-file={file.name}"))
            with open(file.name) as written:
                remarks = [dict(re.findall(r"^  - (\w+): +'?([^'\n]*)'?$", part, re.M))
                           for part in written.read().split("--- !")[1:] if "Name: " in part and "grow-" in part]
        for remark in remarks:
            count += 1
            grown = int(remark["GrownCapacityBytes"])
            value, moved = run(tool, program, {**buffers, remark["Buffer"]: grown}, options)
            less, _ = run(tool, program, {**buffers, remark["Buffer"]: grown - 1}, options)
            best, best_moved = run(tool, program, {**buffers, remark["Buffer"]: 10 ** 9}, options)
            enough, _ = run(tool, program, {**buffers, remark["Buffer"]: int(remark["BestCapacityBytes"])}, options)
            # The attribute has whole numbers.
            good = (int(remark["CapacityBytes"]) == buffers[remark["Buffer"]]
                    and int(remark["GrowthBytes"]) == grown - buffers[remark["Buffer"]]
                    and int(remark["SavedBytes"]) == bytes_before - moved
                    and abs(float(remark["SavedOfObjective"]) - (before - value)) <= 1
                    and value < before and less == before and enough == best
                    and int(remark["BestSavedBytes"]) == bytes_before - best_moved)
            if not good:
                failures += 1
                print(f"{options} {buffers}: {remark}: {before} {value} {less} {best} {enough}")
    print(f"{count} remarks, {failures} failures")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
