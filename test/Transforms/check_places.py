"""Reads mapped modules on standard input and checks every place.

Within a module no two address ranges overlap that are live together, as their
attributes say, and none is reserved; every range lies in the device, every view of
the arena stands at the address and has the bytes that its attribute says, and first
and last are the bursts of the range's ends under
ROMANet's order of the default device: column, then bank, then row. On-chip
buffers are views of one global of their space, which is as long as what ends
last in it; each begins where its elements are aligned.
"""

import math
import re
import sys

BURST, ROW, BANKS, ROWS = 64, 8192, 8, 32768
BYTES = {"i8": 1, "i16": 2, "i32": 4, "i64": 8, "f32": 4, "f64": 8}
PLACE = r"<channel = 0, rank = 0, bank_group = 0, bank = (\d+), row = (\d+), column = (\d+)>"
DRAM = re.compile(r'#romanet\.dram<address = (\d+), bytes = (\d+), '
                  r"(?:layout = <[^>]*>, shape = \[[\d, ]+\], )?"
                  r"first = " + PLACE + ", last = " + PLACE + r"(?:, live = \[([\d, ]+)\])?>")
RESERVED = re.compile(r"romanet\.reserved = array<i64: ([\d, ]+)>")
CONSTANT = re.compile(r"(%\S+) = arith\.constant (\d+) : index")
VIEW = re.compile(r"memref\.view %\S+\[(%\S+)\]\[\] \{.*\} : memref<(\d+)xi8> to memref<([\dx]*)x(\w+)>")
SPACE = r"#romanet\.space<(\w+)>>"
GLOBAL = re.compile(r'memref\.global "private" @romanet_on_chip_(\w+) : memref<(\d+)xi8, ' + SPACE)
ON_CHIP = re.compile(r"memref\.view %\S+\[(%\S+)\]\[\] : memref<(\d+)xi8, " + SPACE +
                     r" to memref<([\dx]*)x(\w+), " + SPACE)


def place_of(address):
    """Bank, row and column of the burst at `address`."""
    row = address // ROW
    return row % BANKS, row // BANKS, address % ROW // BURST * 8


def intervals(text):
    """Of an attribute `live`, both ends included; None: always."""
    numbers = [int(number) for number in text.split(",")] if text else []
    return list(zip(numbers[::2], numbers[1::2])) or None


def live_together(a, b):
    return a is None or b is None or any(x[0] <= y[1] and y[0] <= x[1] for x in a for y in b)


def check(module):
    ranges, constants, errors = [], {}, []
    spaces, ends = {}, {}
    for line in module.splitlines():
        constants.update(CONSTANT.findall(line))
        for found in DRAM.findall(line):
            address, size, *places = map(int, found[:-1])
            ranges.append((address, address + size, intervals(found[-1])))
            if tuple(places[:3]) != place_of(address) or tuple(places[3:]) != place_of(address + size - 1):
                errors.append(f"wrong place: {line.strip()}")
        for name, size, space in GLOBAL.findall(line):
            spaces[space] = int(size)
            if name != space:
                errors.append(f"a global of another space: {line.strip()}")
        view = ON_CHIP.search(line)
        if view:
            constant, whole, space, shape, element, other = view.groups()
            begin = int(constants[constant])
            end = begin + math.prod(map(int, shape.split("x"))) * BYTES[element]
            ends[space] = max(ends.get(space, 0), end)
            if other != space or int(whole) != spaces.get(space) or begin % BYTES[element]:
                errors.append(f"a wrong view on chip: {line.strip()}")
            continue
        view = VIEW.search(line)
        if "memref.view" in line and not view:
            errors.append(f"a view that is not understood: {line.strip()}")
        if view:
            constant, arena, shape, element = view.groups()
            size = math.prod(map(int, shape.split("x"))) * BYTES[element]
            address, end, _ = ranges[-1]
            if int(constants[constant]) != address or end != address + size or end > int(arena):
                errors.append(f"view and attribute differ: {line.strip()}")
    if ends != spaces:
        errors.append(f"globals on chip have {spaces} bytes, their views end at {ends}")
    ranges.sort(key=lambda each: each[:2])
    for i, (begin, end, live) in enumerate(ranges):
        for other in ranges[i + 1:]:
            if other[0] >= end:
                break
            if live_together(live, other[2]):
                errors.append(f"ranges overlap: {begin} to {end}, live {live}, and {other[0]} to {other[1]}, "
                              f"live {other[2]}")
    for found in RESERVED.findall(module):
        for first, last in intervals(found):
            errors += [f"{begin} to {end} is reserved" for begin, end, _ in ranges if begin < last and first < end]
    if ranges and max(end for _, end, _ in ranges) > ROW * BANKS * ROWS:
        errors.append("a range ends behind the device")
    if text_count(module) != len(ranges):
        errors.append("an attribute that is not understood")
    return errors, len(ranges)


def text_count(module):
    return module.count("#romanet.dram<")


def main():
    errors, places = [], 0
    for module in sys.stdin.read().split("// -----"):
        found, count = check(module)
        errors += found
        places += count
    for error in errors:
        print(error)
    print(f"{places} places")
    return 1 if errors or not places else 0


if __name__ == "__main__":
    sys.exit(main())
