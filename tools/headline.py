#!/usr/bin/env python3
"""Baselines, our schedules and the floor, before the simulated DRAM controller.

usage: tools/headline.py [--json] [--bin=DIR] [--layers=TABLE.csv ...] [--module=NETWORK.mlir ...]

Without --layers and --module: the bundled networks, from their tables of convolutions (8-bit data and outputs, 32-bit
partial sums) and as whole f32 networks. Three on-chip buffers of 36 KiB, eight DDR3-1600 2Gb x8 chips. All energies and
times are those of the DRAM controller, layer by layer, but for the floor. Useful bytes are those of the tiles, without
what their bursts have besides; bursts keep the bus busy all the same.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NETWORKS = {"AlexNet": ("alexnet_grouped.csv", "alexnet.mlir"),
            "VGG-16": ("vgg16.csv", "vgg16.mlir"),
            "MobileNetV1": ("mobilenet_v1.csv", "mobilenet_v1.mlir")}
WIDTHS = ["--element-bits=8", "--accumulator-bits=32", "--output-bits=8"]
BUFFERS = ["--input-capacity=36864", "--weights-capacity=36864", "--output-capacity=36864"]

# Layers with less traffic have no say in whether the bus is kept busy.
LEAST_BYTES, LEAST_USE = 100_000, 0.95
# What the bus waits for, as docs/DRAM.md defines it.
IDLE = {"refresh": "refresh", "turnaround": "turnaround", "spacing": "spacing of bursts", "row": "closing and opening rows",
        "empty": "no requests"}

# Each row is the least energy of its variants: label, options of romanet-search, address map.
TABLE_ROWS = [
    ("a", "smartshuttle of fewest bytes, NCHW",
     "S0; of equally few bytes the fewest bursts; row-major NCHW; conventional map rochrababgco",
     [("", ["--strategy=smartshuttle", "--objective=bytes-bursts", "--layouts=nchw", "--mapping=row-major"])]),
    ("b", "smartshuttle, burst-aware, NCHW or NHWC",
     "S0; tiles chosen for DRAM bursts or for DRAM energy, row-major NCHW or NHWC, whatever takes least for the "
     "network; conventional map rochrababgco",
     [(f"{order.upper()}, {objective}",
       ["--strategy=smartshuttle", f"--objective={objective}", f"--layouts={order}", "--mapping=row-major"])
      for order in ("nchw", "nhwc") for objective in ("bursts", "energy")]),
    ("c", "smartshuttle, tile-contiguous",
     "S0; of equally few bytes the fewest bursts; every array in tiles of its own layer, where tiles of the input "
     "overlap in blocks: what one layer writes does not lie as the next reads it; romanet map",
     [("", ["--strategy=smartshuttle", "--objective=bytes-bursts", "--layouts=free", "--mapping=romanet"])]),
    ("d", "ours",
     "all spaces, least DRAM energy; layouts chosen with the schedules, what one layer writes and the next reads in "
     "one layout, what one layer alone uses (weights, partial sums, the input of the network and those behind poolings, "
     "which the tables do not have) as is best for it; address map searched",
     [("", ["--space=all", "--objective=energy", "--layouts=network", "--mapping=search"])]),
]
MODULE_ROWS = [
    ("a", "smartshuttle of fewest bytes",
     "S0; of equally few bytes the fewest bursts; row-major as in the program; conventional map rochrababgco",
     [("", "strategy=smartshuttle objective=bytes-bursts layouts=row-major", "arg-layout=keep", "row-major")]),
    ("b", "smartshuttle, burst-aware",
     "S0; tiles chosen for DRAM bursts or for DRAM energy, whatever takes least; row-major NCHW, as in the program; "
     "conventional map rochrababgco",
     [(objective, f"strategy=smartshuttle objective={objective} layouts=row-major", "arg-layout=keep", "row-major")
      for objective in ("bursts", "energy")]),
    ("c", "smartshuttle, layouts chosen",
     "S0; of equally few bytes the fewest bursts; layouts that all layers of an array share, weights packed; romanet "
     "map", [("", "strategy=smartshuttle objective=bytes-bursts layouts=packed", "arg-layout=packed", "romanet")]),
    ("d", "ours",
     "all spaces, least DRAM energy; layouts that all layers of an array share, chosen with the schedules, weights "
     "packed; address map searched",
     [("", "space=all objective=energy layouts=packed", "arg-layout=packed", "search")]),
]
FLOOR = "every tensor of each layer once, in full bursts, all row hits, at peak bandwidth; closed form"


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{done.stderr.strip()}")
    return json.loads(done.stdout)


def search(programs, table, options):
    return run([str(programs / "romanet-search"), f"--layers={table}", "--format=json", "--simulate", *WIDTHS, *BUFFERS,
                *options])


def compile_module(programs, module, tile, places, mapping):
    return run([str(programs / "romanet-opt"), f"--romanet-tile={tile}", f"--romanet-dram-map={places}",
                f"--romanet-report=format=json output=- simulate mapping={mapping}", str(module), "-o", "/dev/null"])


def bus_percent(bus):
    """Of all clocks of the data bus, those in which it carries bursts and those in which it does not, by cause."""
    clocks = sum(bus.values())
    return {key.removesuffix("_cycles"): 100 * cycles / clocks for key, cycles in bus.items()}


def energy_of(report):
    return report["totals"]["simulation"]["energy"]["total_pj"]


def row_of(label, title, assumes, variants, reports):
    """The row of the variant that takes least."""
    best = min(range(len(reports)), key=lambda i: energy_of(reports[i]))
    variant, report = variants[best][0], reports[best]
    simulated = report["totals"]["simulation"]
    slow = [{"layer": layer["name"],
             "fraction_of_peak": layer["simulation"]["fraction_of_peak"],
             "moved_bytes": layer["simulation"]["moved_bytes"],
             "write_fraction": layer["simulation"]["writes"]
                               / (layer["simulation"]["reads"] + layer["simulation"]["writes"]),
             "row_misses": layer["simulation"]["row_misses"],
             "row_conflicts": layer["simulation"]["row_conflicts"],
             "bus_percent": bus_percent(layer["simulation"]["data_bus"])}
            for layer in report["layers"] if "simulation" in layer
            and layer["simulation"]["moved_bytes"] > LEAST_BYTES
            and layer["simulation"]["fraction_of_peak"] < LEAST_USE]
    row = {"row": label, "title": title, "assumes": assumes, "variant": variant,
           "variants": [{"variant": name[0], "energy_pj": energy_of(each),
                         "moved_bytes": each["totals"]["simulation"]["moved_bytes"]}
                        for name, each in zip(variants, reports)],
           "address_map": report["mapping"]["address_map"], "mapping": report["mapping"]["policy"],
           "energy_pj": simulated["energy"]["total_pj"], "time_ns": simulated["time_ns"],
           "cycles": simulated["cycles"], "row_hits": simulated["row_hits"], "row_misses": simulated["row_misses"],
           "row_conflicts": simulated["row_conflicts"], "activations": simulated["activations"],
           "moved_bytes": simulated["moved_bytes"], "useful_bytes": report["totals"]["total_bytes"],
           "useful_throughput_bytes_per_s": report["totals"]["total_bytes"] / simulated["time_ns"] * 1e9,
           "bus_throughput_bytes_per_s": simulated["throughput_bytes_per_s"],
           "bus_fraction_of_peak": simulated["fraction_of_peak"], "bus_percent": bus_percent(simulated["data_bus"]),
           "unscheduled_bytes": sum(each["least_read_bytes"] + each["least_write_bytes"]
                                    for each in report.get("unscheduled", [])),
           "layers_below_95_percent_of_peak": slow}
    # In closed form, as the search sees it: no layouts and schedules of the space take less, layer by layer.
    if bounds := report.get("networks"):
        row["estimate_pj"] = sum(each["value_pj"] for each in bounds)
        row["layer_by_layer_bound_pj"] = sum(each["lower_bound_pj"] for each in bounds)
    return row


def floor_of(report):
    floor = report["totals"]["floor"]
    moved = report["totals"]["compulsory_bytes"]
    return {"row": "e", "title": "floor", "assumes": FLOOR, "energy_pj": floor["energy_pj"],
            "time_ns": floor["time_ns"], "moved_bytes": moved, "useful_bytes": moved,
            "useful_throughput_bytes_per_s": moved / floor["time_ns"] * 1e9}


def compare(rows):
    """What (d) takes against (a) and (b), as changes in percent."""
    by_label = {row["row"]: row for row in rows}
    ours = by_label["d"]
    return {f"d_against_{label}": {f"{key}_percent": 100 * (ours[name] / by_label[label][name] - 1)
                                   for key, name in [("energy", "energy_pj"), ("time", "time_ns"),
                                                     ("throughput", "useful_throughput_bytes_per_s")]}
            for label in ("a", "b")}


def part_of(name, source, specifications, evaluate, pool):
    """All rows of one network; `evaluate` makes a report of a variant."""
    futures = [[pool.submit(evaluate, variant) for variant in variants] for _, _, _, variants in specifications]
    rows = []
    for (label, title, assumes, variants), reports in zip(specifications, futures):
        reports = [report.result() for report in reports]
        rows.append(row_of(label, title, assumes, variants, reports))
    rows.append(floor_of(reports[-1]))
    return {"network": name, "source": source, "rows": rows, "comparison": compare(rows)}


def reasons_of(percent):
    """Why the data bus is idle, the most first."""
    causes = sorted(((value, IDLE[key]) for key, value in percent.items() if key in IDLE and value >= 0.05), reverse=True)
    return ", ".join(f"{name} {value:.1f} %" for value, name in causes)


def print_part(part):
    print(f"\n{part['network']}, {part['source']}\n")
    print("| | schedules and layouts | DRAM energy [mJ] | time [ms] | row hits | misses | conflicts | in bursts [MB] "
          "| useful [MB] | useful [GB/s] | bus busy |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for row in part["rows"]:
        title = row["title"] + (f" ({row['variant']})" if row.get("variant") else "")
        cells = [f"({row['row']})", title, f"{row['energy_pj'] / 1e9:.3f}", f"{row['time_ns'] / 1e6:.3f}",
                 *(str(row.get(key, "-")) for key in ("row_hits", "row_misses", "row_conflicts")),
                 f"{row['moved_bytes'] / 1e6:.2f}", f"{row['useful_bytes'] / 1e6:.2f}",
                 f"{row['useful_throughput_bytes_per_s'] / 1e9:.2f}",
                 f"{100 * row['bus_fraction_of_peak']:.1f} %" if "bus_fraction_of_peak" in row else "100 %"]
        print(f"| {' | '.join(cells)} |")
    print()
    for label in ("a", "b"):
        against = part["comparison"][f"d_against_{label}"]
        print(f"(d) against ({label}): energy {against['energy_percent']:+.1f} %, time {against['time_percent']:+.1f} %, "
              f"useful throughput {against['throughput_percent']:+.1f} %")
    ours = next(row for row in part["rows"] if row["row"] == "d")
    for row in part["rows"]:
        for variant in row.get("variants", []) if len(row.get("variants", [])) > 1 else []:
            print(f"({row['row']}) {variant['variant']}: {variant['energy_pj'] / 1e9:.3f} mJ, "
                  f"{variant['moved_bytes'] / 1e6:.2f} MB; (d) against it: energy "
                  f"{100 * (ours['energy_pj'] / variant['energy_pj'] - 1):+.1f} %, bytes in bursts "
                  f"{100 * (ours['moved_bytes'] / variant['moved_bytes'] - 1):+.1f} %")
    if "layer_by_layer_bound_pj" in ours:
        print(f"(d) in closed form: {ours['estimate_pj'] / 1e9:.3f} mJ, "
              f"{100 * (ours['estimate_pj'] / ours['layer_by_layer_bound_pj'] - 1):.2f} % above what no layouts and "
              "schedules of the space go below, layer by layer")
    besides = [f"({row['row']}) {row['unscheduled_bytes'] / 1e6:.2f} MB" for row in part["rows"]
               if row.get("unscheduled_bytes")]
    if besides:
        print(f"left out, moved by operations outside the layers, at least: {', '.join(besides)}")
    print(f"address map of (d): {ours['mapping']}, {ours['address_map']}")
    print(f"the data bus in (d) is idle for: {reasons_of(ours['bus_percent'])}")
    for layer in ours["layers_below_95_percent_of_peak"]:
        print(f"below 95 % of peak in (d): {layer['layer']}, {100 * layer['fraction_of_peak']:.1f} % of "
              f"{layer['moved_bytes'] / 1e6:.2f} MB, {100 * layer['write_fraction']:.0f} % of it written: "
              + reasons_of(layer["bus_percent"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print a document instead of tables")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin", help="where the programs are")
    parser.add_argument("--layers", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--module", type=pathlib.Path, action="append", default=[])
    options = parser.parse_args()
    if options.layers or options.module:
        tables = [(path.stem, path) for path in options.layers]
        modules = [(path.stem, path) for path in options.module]
    else:
        models = ROOT / "test/Models"
        tables = [(name, models / "layers" / table) for name, (table, _) in NETWORKS.items()]
        modules = [(name, models / module) for name, (_, module) in NETWORKS.items()]

    parts = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for name, table in tables:
            parts.append(part_of(name, "layer table, 8-bit data, 32-bit partial sums", TABLE_ROWS,
                                 lambda variant, table=table: search(options.bin, table, variant[1]), pool))
        for name, module in modules:
            parts.append(part_of(name, "whole network, f32", MODULE_ROWS,
                                 lambda variant, module=module: compile_module(options.bin, module, *variant[1:]), pool))
    if options.json:
        print(json.dumps({"schema_version": 1, "networks": parts}, indent=2))
        return
    for part in parts:
        print_part(part)
    for heading, rows in (("layer tables", TABLE_ROWS if tables else []), ("whole networks", MODULE_ROWS if modules else [])):
        if rows:
            print(f"\nWhat the rows assume, {heading}:")
            for label, _, assumes, _ in rows:
                print(f"  ({label}) {assumes}")
            print(f"  (e) {FLOOR}")


if __name__ == "__main__":
    main()
