"""Checks that what is wrong with a sweep ends in a message, and changes nothing.

    check_malformed.py TABLE --bin DIR --layers FILE --module FILE --machine FILE

TABLE has rows of commands and what their messages contain. Every command exits with 1, writes nothing to standard
output, and leaves the folder that it runs in as it was.
"""

import argparse
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile


def fill(folder, options):
    """The files that the table speaks of."""
    shutil.copy(options.layers, folder / "good.csv")
    shutil.copy(options.layers, folder / "good.txt")
    shutil.copy(options.module, folder / "good.mlir")
    shutil.copy(options.machine, folder / "good.yaml")
    (folder / "bad.yaml").write_text("buffers: {shared: 100}\n")
    merged = subprocess.run([options.bin / "romanet-sweep", "good.csv", "-o", "sweep", "--capacities=1,100", "--format=json"],
                            cwd=folder, capture_output=True, text=True, check=True).stdout
    (folder / "sweep.json").write_text(merged)
    (folder / "empty.json").write_text("")
    (folder / "list.json").write_text("[1]")
    (folder / "deep.json").write_text("[" * 100000)
    sweep = json.loads(merged)
    (folder / "new.json").write_text(json.dumps(dict(sweep, sweep_version=2)))
    sweep["points"][0]["on_front"] = not sweep["points"][0]["on_front"]
    # More of everything: not on the front.
    other = sweep["points"][1]["figures"]
    sweep["points"][0].update(on_front=True, capacity_bytes=10 ** 9, figures={key: 2 * other[key] for key in other})
    (folder / "front.json").write_text(json.dumps(sweep))
    plan = json.loads((folder / "sweep" / "plan.json").read_text())
    changes = {
        "json": lambda plan: "{",
        "key": lambda plan: plan["points"][0].update(speed=1),
        "machine": lambda plan: plan["points"][0].update(machine="buffers: 3\ndram: x\n"),
        "input": lambda plan: plan["settings"].update(input="a.txt"),
        "option": lambda plan: plan["settings"]["options"].update(space="S0 report-output=x"),
        "version": lambda plan: plan.update(plan_version=2),
    }
    for name, change in changes.items():
        (folder / "bad" / name).mkdir(parents=True)
        changed = json.loads(json.dumps(plan))
        (folder / "bad" / name / "plan.json").write_text(change(changed) or json.dumps(changed))


def state(folder):
    return {str(file): (file.stat().st_mtime_ns, file.read_bytes() if file.is_file() else b"")
            for file in sorted(folder.rglob("*"))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--layers", required=True)
    parser.add_argument("--module", required=True)
    parser.add_argument("--machine", required=True)
    options = parser.parse_args()
    options.bin = options.bin.resolve()
    rows = [line.split(" | ", 1) for line in options.table.read_text().splitlines() if line and not line.startswith("#")]
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        fill(folder, options)
        before = state(folder)
        for command, message in rows:
            program, *arguments = shlex.split(command)
            done = subprocess.run([options.bin / program, *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=60)
            said = done.stderr.decode(errors="replace")
            if done.returncode != 1:
                failures.append(f"{command}: exit {done.returncode}")
            if done.stdout:
                failures.append(f"{command}: writes {done.stdout[:80]!r}")
            if message not in said:
                failures.append(f"{command}: expected '{message}', got\n{said[:1500]}")
            after = state(folder)
            if after != before:
                changed = {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}
                failures.append(f"{command}: changes {sorted(os.path.relpath(file, folder) for file in changed)}")
                before = after
    for failure in failures:
        print(failure)
    print(f"{len(rows)} cases, {len(failures)} failures")
    return 1 if failures or len(rows) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
