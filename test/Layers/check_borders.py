"""Checks that the rooms include only what is below them.

    check_borders.py ROOT [--objects DIRECTORY --nm NM [--libraries NAME...]]

With --objects: that the symbols of the IR-free libraries are free of MLIR, too.
"""

import argparse
import pathlib
import re
import subprocess
import sys

# Lowest first. A room may include itself and what stands before it.
ROOMS = ["DRAM", "Model", "Dialect", "Analysis", "Transforms"]
WITHOUT_IR = ["DRAM", "Model"]
# Beside the chain: it may use what is below, and only the tools use it.
ABOVE = ["Target"]
INCLUDE = re.compile(r'^\s*(?:#\s*)?include\s+[<"]([^>"]+)[>"]')
SUFFIXES = {".h", ".cpp", ".td", ".inc", ".def"}


def room_of(included, file, root):
    """The room that an included file belongs to; None for files of others."""
    match = re.match(r"romanet/(\w+)/", included)
    if match:
        return match.group(1)
    beside = (file.parent / included).resolve()
    for base in (root / "lib", root / "include" / "romanet"):
        if beside.is_relative_to(base.resolve()):
            return beside.relative_to(base.resolve()).parts[0]
    return None


def violations(root):
    seen = 0
    for index, room in enumerate(ROOMS):
        allowed = ROOMS[:index + 1]
        for folder in (root / "lib" / room, root / "include" / "romanet" / room):
            for file in sorted(f for f in folder.rglob("*") if f.suffix in SUFFIXES):
                for number, line in enumerate(file.read_text().splitlines(), 1):
                    match = INCLUDE.match(line)
                    if not match:
                        continue
                    seen += 1
                    included = match.group(1)
                    foreign = room_of(included, file, root)
                    if (foreign in ROOMS + ABOVE and foreign not in allowed) or (
                            room in WITHOUT_IR and included.startswith("mlir")):
                        yield f"{file.relative_to(root)}:{number}: {room} includes {included}"
    if not seen:
        yield f"no includes found under {root}"


def symbols(directory, nm, libraries):
    for library in libraries:
        output = subprocess.run([nm, str(directory / library)], check=True, capture_output=True, text=True).stdout
        if not output:
            yield f"{library} has no symbols"
        # The mangled name of namespace mlir, and the C interface.
        for symbol in sorted(set(re.findall(r"\b(_Z\w*4mlir\w*|mlir[A-Z]\w*)", output))):
            yield f"{library} refers to {symbol}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--objects", type=pathlib.Path)
    parser.add_argument("--nm")
    parser.add_argument("--libraries", nargs="*", default=["libROMANetModel.a", "libROMANetDRAM.a"])
    options = parser.parse_args()
    if options.objects:
        found = list(symbols(options.objects, options.nm, options.libraries))
    else:
        found = list(violations(options.root))
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
