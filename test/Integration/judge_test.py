#!/usr/bin/env python3
"""Breaks scheduled programs in ways that random_layers.py must notice.

    judge_test.py --romanet-bin DIR --llvm-bin DIR
"""

import argparse
import re
import sys

from execution import Tools
from cases import PER_MODULE, Case
from random_layers import Judge


def is_copy(line, from_chip, to_chip):
    found = re.search(r"memref\.copy \S+ \S+ : (.*) to (.*)", line)
    return found and tuple("romanet.space" in kind for kind in found.groups()) == (from_chip, to_chip)


def is_load(line):
    return is_copy(line, False, True)


def is_store(line):
    return is_copy(line, True, False)


def edit(text, matches, change):
    """Replaces the first line that matches by change(line)."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if matches(line):
            lines[i] = change(line)
            return "\n".join(lines) + "\n"
    raise AssertionError(f"{matches.__name__} nowhere")


def is_case(line):
    return line.strip().startswith("func.func @case")


def copy_argument(line):
    """The head of a function, and a copy of its first argument."""
    name, kind = re.search(r"\((%\w+): (memref<[^>]*>)", line).groups()
    return f"{line}\n%extra = memref.alloc() : {kind}\nmemref.copy {name}, %extra : {kind} to {kind}"


# What is done to the program, and what must be said of it.
MUTATIONS = {
    "a store is missing": (lambda text: edit(text, is_store, lambda line: ""), "results differ"),
    # What was in the buffer before may be the same by chance.
    "a load is missing": (lambda text: edit(text, is_load, lambda line: ""), "results differ|bytes counted"),
    "a load is made twice": (lambda text: edit(text, is_load, lambda line: f"{line}\n{line}"), "bytes counted"),
    "DRAM is copied": (lambda text: edit(text, is_case, copy_argument), "copies within DRAM"),
}


class BrokenTools(Tools):
    mutation = None

    def schedule(self, *arguments):
        text = super().schedule(*arguments)
        return self.mutation(text) if self.mutation else text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    arguments = parser.parse_args()
    tools = BrokenTools(arguments.romanet_bin, arguments.llvm_bin)
    judge = Judge(tools, 1, None)
    # Cases of one plain layer each, whose copies are found easily.
    cases = [case for case in (Case(1, number, tools) for number in range(40 * PER_MODULE))
             if case.form.name in ("conv_2d_nchw_fchw", "conv_2d_nhwc_hwcf", "matmul")
             and not case.epilogue and not case.low and case.init == "data"]
    wrong = 0
    if len(cases) < 2:
        print(f"only {len(cases)} cases to break")
        return 1
    for case in cases[:2]:
        tools.mutation = None
        if problems := judge.run([case]):
            print(f"fails unbroken: {problems[0][1]}")
            wrong += 1
            continue
        for what, (mutation, expected) in MUTATIONS.items():
            tools.mutation = mutation
            problems = judge.run([case])
            if not problems or not re.search(expected, problems[0][1]):
                print(f"{what}: expected '{expected}', got {problems}\n  {case.describe()}")
                wrong += 1
    print(f"{len(MUTATIONS)} mutations of {len(cases[:2])} programs, {wrong} not found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
