"""Checks that everything malformed ends in a message with its place.

    check_malformed.py TABLE FOLDER --bin DIR --layers FILE

TABLE has a row for every file of FOLDER, and rows of commands: what is run, and what its messages contain.
A YAML file is read by romanet-search, a module by romanet-opt. Whatever is wrong, the program exits with 1,
and writes nothing to standard output.
"""

import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

PRODUCT = """func.func @f(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>) outs(%c : memref<4x8xi32>)
  return
}
"""
WITH_MACHINE = """module attributes {romanet.machine = #romanet.machine<buffers = <shared = 64>, dram = "hbm2-8gb-x128">} {
""" + PRODUCT + "}\n"


def command_of(case, names):
    if case.startswith("$ "):
        words = shlex.split(case[2:])
        return [word.replace("CASES/", names["CASES"] + "/").replace("LAYERS", names["LAYERS"])
                if word not in names else names[word] for word in words]
    file = str(pathlib.Path(names["CASES"]) / case)
    if case.endswith(".yaml"):
        return ["romanet-search", "--layers=" + names["LAYERS"], "--machine=" + file]
    return ["romanet-opt", file, "--romanet-annotate"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--layers", required=True)
    options = parser.parse_args()
    rows = [line.split(" | ", 1) for line in options.table.read_text().splitlines()
            if line and not line.startswith("#")]
    options.bin = options.bin.resolve()
    failures = []
    files = {file.name for file in options.folder.iterdir()}
    told = [case for case, _ in rows if not case.startswith("$ ")]
    for name in files.symmetric_difference(told):
        failures.append(f"{name}: in the table or in the folder, not in both")
    with tempfile.TemporaryDirectory() as folder:
        names = {"CASES": str(options.folder.resolve()), "LAYERS": options.layers}
        for name, text in (("NET", PRODUCT), ("MACHINE", WITH_MACHINE)):
            names[name] = str(pathlib.Path(folder) / f"{name.lower()}.mlir")
            pathlib.Path(names[name]).write_text(text)
        for case, message in rows:
            program, *arguments = command_of(case, names)
            done = subprocess.run([options.bin / program, *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=60)
            said = done.stderr.decode(errors="replace")
            if done.returncode != 1:
                failures.append(f"{case}: exit {done.returncode}")
            if done.stdout:
                failures.append(f"{case}: writes {done.stdout[:80]!r}")
            if message not in said:
                failures.append(f"{case}: expected '{message}', got\n{said[:1500]}")
    for failure in failures:
        print(failure)
    print(f"{len(rows)} cases, {len(failures)} failures")
    return 1 if failures or len(rows) < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
