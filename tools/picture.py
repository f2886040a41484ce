#!/usr/bin/env python3
"""Draws docs/overview.svg: what ROMANet does, and what it is worth by the output of tools/headline.py --json.

usage: tools/picture.py HEADLINE.json... > docs/overview.svg

The left side is a sketch. The bars are the energies of rows (a), (b) and (d) of each layer table, as
parts of (a), and the floor (e).
"""

import json
import sys

NAMES = {"alexnet_grouped": "AlexNet", "vgg16": "VGG-16", "mobilenet_v1": "MobileNetV1"}
STYLE = """
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1f2328 }
    .code { font: 12px ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
    .title { font-weight: 600; font-size: 14px } .small { font-size: 11.5px } .dim { fill: #59636e }
    .card { fill: #ffffff; stroke: #d1d9e0 } .box { fill: #f6f8fa; stroke: #afb8c1 } .cell { fill: #ffffff; stroke: #d1d9e0 }
    .input { fill: #54a3d8 } .weights { fill: #e0a030 } .output { fill: #4caf7d }
    .wide { fill: none; stroke-width: 2.5 } .base { fill: #b3bcc6 } .aware { fill: #8296ab } .ours { fill: #2f81c7 }
    .floor { stroke: #c2403a; stroke-width: 2 } .line { stroke: #59636e; stroke-width: 1.6; fill: none } .head { fill: #59636e }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .dim { fill: #9aa4af } .card { fill: #0d1117; stroke: #3d444d }
      .box { fill: #161b22; stroke: #4d5661 } .cell { fill: #0d1117; stroke: #3d444d }
      .base { fill: #5b6570 } .aware { fill: #7288a0 } .ours { fill: #4aa0ea } .floor { stroke: #f0736c }
      .line { stroke: #9aa4af } .head { fill: #9aa4af }
    }"""


def rect(x, y, width, height, kind, radius=2):
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:.4g}" height="{height:g}" rx="{radius}"/>'


def text(x, y, string, kind="", anchor="start"):
    string = string.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{string}</text>'


def arrow(x1, x2, y):
    step = 7 if x2 > x1 else -7
    return (f'<path class="line" d="M{x1} {y}H{x2 - step}"/>'
            f'<path class="head" d="M{x2} {y}l{-step - step // 7} -4.5v9z"/>')


def dram():
    """Eight banks; tiles of three arrays lie in rows of theirs."""
    yield text(28, 46, "DRAM", "title")
    yield text(28, 64, "arrays in blocks that suit the tiles", "small dim")
    yield rect(28, 76, 216, 152, "box", 6)
    rows = {0: ("input", "input", "input", "input", "weights", "weights", "weights", "weights"),
            1: ("input", "input", "input", "input", "weights", "weights", "weights", "weights"),
            2: ("input", "input", "", "", "weights", "weights", "", ""),
            3: ("output", "output", "output", "output", "output", "output", "output", "output"), 4: ("output",) * 2 + ("",) * 6}
    for bank in range(8):
        for row, kinds in rows.items():
            yield rect(38 + 25 * bank, 86 + 22 * row, 21, 17, kinds[bank] or "cell")
        yield text(48.5 + 25 * bank, 217, str(bank), "small dim", "middle")
    yield text(28, 246, "banks 0 to 7; a cell is a DRAM row", "small dim")


def chip():
    """The buffers, as full as a tile makes them."""
    yield text(322, 46, "chip", "title")
    yield text(322, 64, "tiles that fit its buffers", "small dim")
    yield rect(322, 76, 176, 152, "box", 6)
    for number, (name, part) in enumerate((("input", 0.92), ("weights", 1.0), ("output", 0.97))):
        y = 92 + 30 * number
        yield rect(392, y, 92, 18, "cell", 3) + rect(392, y, 92 * part, 18, name, 3)
        yield text(384, y + 14, name, "small", "end")
    yield text(410, 206, "compute on a tile", "small dim", "middle")
    yield arrow(248, 318, 104) + arrow(248, 318, 134) + arrow(318, 248, 164)
    yield text(283, 98, "load", "small dim", "middle") + text(283, 181, "store", "small dim", "middle")


def nest():
    for number, (line, comment) in enumerate((("for k", "order and tiles: the best of all"),
                                              ("  load weights", "where they change"),
                                              ("  for p", "forwards, then backwards"),
                                              ("    load input", "rows that are not on chip yet"),
                                              ("    compute, store output", "once, where it fits"))):
        y = 274 + 17 * number
        yield f'<text class="code" xml:space="preserve" x="28" y="{y}">{line}</text>' + text(246, y, comment, "small dim")


def bars(networks):
    yield text(546, 46, "DRAM energy, simulated burst by burst", "title")
    yield text(546, 64, "8-bit convolutions, 3 x 36 KiB on chip, DDR3-1600", "small dim")
    full, y = 268, 92
    for network in networks:
        energy = {row["row"]: row["energy_pj"] / 1e9 for row in network["rows"]}
        saved = 100 * (1 - energy["d"] / energy["a"])
        yield text(546, y, NAMES.get(network["network"], network["network"]), "title")
        yield text(928, y, f"{saved:.0f} % less", "title", "end")
        for number, (row, kind) in enumerate((("a", "base"), ("b", "aware"), ("d", "ours"))):
            top, length = y + 8 + 17 * number, full * energy[row] / energy["a"]
            yield rect(546, top, length, 13, kind) + text(552 + length, top + 11, f"{energy[row]:#.3g} mJ", "small")
        floor = 546 + full * energy["e"] / energy["a"]
        yield f'<path class="floor" d="M{floor:.4g} {y + 5}V{y + 60}"/>'
        y += 84
    yield rect(546, 336, 11, 11, "base") + text(562, 346, "fewest bytes", "small dim")
    yield rect(642, 336, 11, 11, "aware") + text(658, 346, "fewest bursts or energy", "small dim")
    yield rect(812, 336, 11, 11, "ours") + text(828, 346, "ROMANet", "small dim")
    yield '<path class="floor" d="M894 335V348"/>' + text(900, 346, "floor", "small dim")


def main():
    networks = []
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            networks += json.load(file)["networks"]
    print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 956 366" width="956" height="366" role="img">')
    print("  <title>Arrays in DRAM, tiles on chip, the loop nest between them, and the DRAM energy of three networks</title>")
    print(f"  <style>{STYLE}\n  </style>")
    for part in (rect(0.5, 0.5, 955, 365, "card", 10), *dram(), *chip(), *nest(), *bars(networks)):
        print(f"  {part}")
    print("</svg>")


if __name__ == "__main__":
    main()
