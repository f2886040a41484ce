#!/usr/bin/env python3
"""Makes the Debian packages, and checks what they hold, what they need, and that it runs.

    packages.py --cmake PROGRAM --cpack PROGRAM --build DIR --mlir-opt PROGRAM
"""

import argparse
import filecmp
import glob
import os
import subprocess
import sys
import tempfile

# What must be in a package for it to be of use, and what it must depend on.
EXPECTED = {
    "romanet": (["usr/bin/romanet-opt", "usr/bin/romanet-report", "usr/lib/ROMANetPlugin.so"],
                ["libmlir-22", "libstdc++6"]),
    "libromanet-dev": (["usr/include/romanet/Model/Search.h", "usr/lib/cmake/ROMANet/ROMANetConfig.cmake"],
                       ["libmlir-22-dev"]),
    "libromanet-runtime": (["usr/include/romanet/Runtime/Runtime.h", "usr/lib/libromanet_runtime.so"],
                           ["libstdc++6"]),
}

MODULE = """
func.func @f(%a: memref<4x16xi8>, %b: memref<16x8xi8>, %c: memref<4x8xi32>) {
  linalg.matmul ins(%a, %b : memref<4x16xi8>, memref<16x8xi8>) outs(%c : memref<4x8xi32>)
  return
}
"""


def files_below(folder):
    return {os.path.relpath(os.path.join(where, file), folder)
            for where, _, files in os.walk(folder) for file in files}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--cmake", "--cpack", "--build", "--mlir-opt"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    failures = []

    def run(*command, **arguments):
        done = subprocess.run(command, capture_output=True, text=True, **arguments)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    with tempfile.TemporaryDirectory() as folder:
        run(options.cpack, "--config", os.path.join(options.build, "CPackConfig.cmake"), "-B", folder)
        packed = os.path.join(folder, "packed")
        packages = glob.glob(os.path.join(folder, "*.deb"))
        names = set()
        for package in packages:
            name = run("dpkg-deb", "--field", package, "Package").strip()
            names.add(name)
            run("dpkg-deb", "-x", package, os.path.join(folder, name))
            run("dpkg-deb", "-x", package, packed)
            needed = run("dpkg-deb", "--field", package, "Depends")
            files, dependences = EXPECTED.get(name, ([], []))
            held = files_below(os.path.join(folder, name))
            failures += [f"{name} lacks {file}" for file in files if file not in held]
            failures += [f"{name} does not depend on {each}, only on {needed}" for each in dependences
                         if each not in needed.replace(",", " ").split()]
            if f"usr/share/doc/{name}/copyright" not in held:
                failures.append(f"{name} has no licence")
        if names != set(EXPECTED):
            failures.append(f"the packages are {sorted(names)}, expected {sorted(EXPECTED)}")

        # Together they are the same as `cmake --install`, but for what was stripped.
        installed = os.path.join(folder, "installed")
        run(options.cmake, "--install", options.build, "--prefix", installed)
        usr = os.path.join(packed, "usr")
        differing = files_below(installed) ^ files_below(usr)
        failures += [f"{file} is only in one of the packages and the installation" for file in sorted(differing)]
        headers = [file for file in files_below(installed) & files_below(usr) if file.endswith(".h")]
        failures += [f"{file} differs" for file in headers
                     if not filecmp.cmp(os.path.join(installed, file), os.path.join(usr, file), shallow=False)]
        if len(headers) < 10:
            failures.append(f"{len(headers)} headers are too few")

        # Nothing but the packages of MLIR is needed to run them.
        module = os.path.join(folder, "module.mlir")
        with open(module, "w") as text:
            text.write(MODULE)
        clean = {"PATH": "/usr/bin:/bin"}
        programs = sorted(glob.glob(os.path.join(usr, "bin", "*")))
        for program in programs:
            if "USAGE" not in run(program, "--help", env=clean):
                failures.append(f"{program} --help does not tell its usage")
        by_driver = run(os.path.join(usr, "bin", "romanet-opt"), "--romanet=verify strip", module, env=clean)
        by_plugin = run(options.mlir_opt, "--load-dialect-plugin=" + os.path.join(usr, "lib", "ROMANetPlugin.so"),
                        "--pass-pipeline=builtin.module(romanet{verify strip})", module, env=clean)
        if by_driver != by_plugin or "memref.copy" not in by_driver:
            failures.append("driver and plugin do not print the same program")

    print("\n".join(failures + [f"{len(names)} packages, {len(programs)} programs, {len(failures)} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
