#!/usr/bin/env python3
"""Installs the build into a folder, and builds and runs a project that finds it there.

    install.py --cmake PROGRAM --build DIR --project DIR [--cmake-argument=ARGUMENT...]
"""

import argparse
import os
import subprocess
import sys
import tempfile

# What the programs print. Half of the 128 bytes of weights and of sums are on chip at a
# time: 64 bytes of input, 128 of weights and 128 of output move, in two trips.
EXPECTED = {
    "search-one": "320 bytes\n",
    "tile-one": "'func.func' is not scheduled: it is not a linalg operation; lower the module to linalg first\n"
                "1 loop of 2 trips, #romanet.schedule<[g = 1, n = 4, p = 1, q = 1, k = 4, c = 16]>\n",
    "run-pipeline": "for gap8, #romanet.buffers<shared = 65536>\n",
}

NETWORK = """
func.func @f(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>) outs(%c : memref<4x8xi32>)
  return
}
"""
MACHINE = """
name: mine
buffers: {weights: 64, shared: 128}
dram: ddr3-1600-2gb-x8
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--cmake", "--build", "--project"):
        parser.add_argument(name, required=True)
    parser.add_argument("--cmake-argument", action="append", default=[])
    options = parser.parse_args()

    # As with the programs of the build in PATH, where CMake looks for packages, too.
    environment = dict(os.environ, PATH=os.path.join(options.build, "bin") + os.pathsep + os.environ["PATH"])

    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    with tempfile.TemporaryDirectory() as folder:
        prefix, build = os.path.join(folder, "installed"), os.path.join(folder, "build")
        run(options.cmake, "--install", options.build, "--prefix", prefix)
        run(options.cmake, "-S", options.project, "-B", build, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release", *options.cmake_argument)
        run(options.cmake, "--build", build)
        failures = 0
        for name, expected in EXPECTED.items():
            actual = run(os.path.join(build, name))
            if actual != expected:
                print(f"{name} prints\n{actual}instead of\n{expected}")
                failures += 1
        # A network and a machine of one's own: the report is that of the installed driver.
        network, machine = os.path.join(folder, "network.mlir"), os.path.join(folder, "machine.yaml")
        with open(network, "w") as text:
            text.write(NETWORK)
        with open(machine, "w") as text:
            text.write(MACHINE)
        embedded = run(os.path.join(build, "run-pipeline"), network, machine)
        driver = run(os.path.join(prefix, "bin", "romanet-opt"), network, "-o", os.devnull,
                     f"--romanet=machine={machine} space=all verify report=table report-output=-")
        if embedded != driver + "for mine, #romanet.buffers<weights = 64, shared = 128>\n" or "compulsory" not in driver:
            print(f"the consumer prints\n{embedded}and the driver\n{driver}")
            failures += 1
        # What is installed does not refer to where it was built.
        for where, _, files in os.walk(os.path.join(prefix, "lib", "cmake")):
            for file in files:
                with open(os.path.join(where, file)) as text:
                    if options.build in text.read():
                        print(f"{file} refers to {options.build}")
                        failures += 1
    print(f"{len(EXPECTED)} programs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
