#!/usr/bin/env python3
"""Checks that options without sense end in a message, and that none is forgotten.

    check_options.py TABLE --bin DIR [NAME=FILE...]

TABLE has rows of what is run and a part of what is said of it. The program must exit with 1, say that, and leave
no file behind. Every option of the programs, of the passes romanet-* and of the pipeline must be in a row.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

# Of LLVM, and without a value that could be wrong.
NOT_OURS = {"help", "help-list", "version", "help-hidden", "help-list-hidden"}


def options_of(program, text):
    """(pass or none, option) of all that --help tells."""
    if program != "romanet-opt":
        # romanet-translate prints those of MLIR, too: ours are in groups of their own.
        groups = re.findall(r"^Options of (.*?):$(.*?)(?=^\S|\Z)", text, re.M | re.S)
        for _, group in groups:
            for name in re.findall(r"^  --?([\w-]+)", group, re.M):
                yield None, name
        return
    inside = margin = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        started = re.match(r" +--(romanet[\w-]*) +- ", line)
        if started:
            inside, margin = started.group(1), indent
        elif inside and indent <= margin:
            inside = None
        elif inside and re.match(r" +--([\w-]+)", line):
            yield inside, line.split("--")[1].split("=")[0].split()[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("names", nargs="*", metavar="NAME=FILE")
    parser.add_argument("--bin", required=True)
    options = parser.parse_intermixed_args()
    options.bin = os.path.abspath(options.bin)
    names = dict(name.split("=", 1) for name in options.names)
    failures, told = [], set()
    with open(options.table) as file:
        rows = [line.rstrip("\n").split(" | ", 1) for line in file if line.strip() and not line.startswith("#")]
    with tempfile.TemporaryDirectory() as folder:
        absent = os.path.join(folder, "absent")
        for command, message in rows:
            words = [re.sub(r"\b[A-Z]+\b", lambda m: {"ABSENT": absent, **names}.get(m.group(), m.group()), word)
                     for word in shlex.split(command)]
            program = words[0]
            for word in words[1:]:
                match = re.match(r"--?([\w-]+)(?:=(.*))?$", word, re.S)
                if not match:
                    continue
                told.add((program, None, match.group(1)))
                if program == "romanet-opt" and match.group(2):
                    told |= {(program, match.group(1), each.split("=")[0]) for each in match.group(2).split(" ")}
            done = subprocess.run([os.path.join(options.bin, program), *words[1:]], cwd=folder,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            if done.returncode != 1:
                failures.append(f"{command}: exit code {done.returncode}, expected 1")
            if message.replace("ABSENT", absent) not in done.stderr:
                failures.append(f"{command}: expected '{message}', got\n{done.stderr}")
            for file in os.listdir(folder):
                failures.append(f"{command}: leaves {file} behind")
                os.remove(os.path.join(folder, file))
    for program in sorted({command.split()[0] for command, _ in rows}):
        help_text = subprocess.run([os.path.join(options.bin, program), "--help"], capture_output=True, text=True).stdout
        expected = [each for each in options_of(program, help_text) if each[1] not in NOT_OURS]
        if not expected:
            failures.append(f"{program}: --help tells no option")
        for where, name in expected:
            if (program, where, name) not in told:
                failures.append(f"{program}: no row for {name}" + (f" of {where}" if where else ""))
    print("\n".join(failures + [f"{len(rows)} cases, {len(failures)} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
