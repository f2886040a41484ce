"""Compares a table of results in a document with what tools/headline.py --json prints.

    check_headline.py DOCUMENT HEADLINE.json...

A row begins with the name of the network and ", 8 bits"; a column is known by its letter in brackets: energy in mJ
and, where there is a second figure in brackets, time in ms; of two letters, as in "(d) to (a)", the difference of the
energies in percent.
"""

import json
import re
import sys

NAMES = {"alexnet_grouped": "AlexNet", "vgg16": "VGG-16", "mobilenet_v1": "MobileNetV1"}


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def expected(rows, letters):
    if len(letters) == 2:
        return [100 * (rows[letters[0]]["energy_pj"] / rows[letters[1]]["energy_pj"] - 1)]
    return [rows[letters[0]]["energy_pj"] / 1e9, rows[letters[0]]["time_ns"] / 1e6]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().splitlines()
    compared, failures = 0, []
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            network, = json.load(file)["networks"]
        rows = {row["row"]: row for row in network["rows"]}
        label = NAMES[network["network"]] + ", 8 bits"
        at = next((i for i, line in enumerate(lines) if line.startswith(f"| {label} |")), None)
        if at is None:
            failures.append(f"{label}: no row")
            continue
        heading = at
        while lines[heading - 1].startswith("|"):
            heading -= 1
        for title, cell in zip(cells_of(lines[heading])[1:], cells_of(lines[at])[1:]):
            letters = re.findall(r"\((\w)\)", title)
            letters = letters if re.fullmatch(r"\(\w\) to \(\w\)", title) else letters[:1]
            for said, value in zip(re.findall(r"[-+]?[\d.]+", cell), expected(rows, letters)):
                compared += 1
                decimals = len(said.partition(".")[2])
                if f"{value:.{decimals}f}" != said:
                    failures.append(f"{label}: {title}: {said} is said, {value:.{decimals}f} comes out")
    for failure in failures:
        print(failure)
    print(f"{compared} figures, {len(failures)} wrong")
    return 1 if failures or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
