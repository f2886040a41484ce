"""Executes the examples in the documentation of passes and attributes.

    check_examples.py PASSES.td ATTRIBUTES.td --romanet-opt PROGRAM [--only PASS]

Every pass has a pair of `mlir` blocks in its description, the first behind a
line that begins with "Before", the second behind one that begins with "After".
Options of the pass stand behind "Before, with", in the form `name=value ...`.
The pass runs on the first, and what comes out must be the second; both are
canonicalized first, so that the example may be written for people. A machine
that the pass writes on a module without one is left out of the second.

A pass that changes nothing says so ("Changes nothing"); one whose example would
explain nothing says why ("No example:").

In the documentation of attributes every block must parse; attributes and types
may stand alone.
"""

import argparse
import itertools
import re
import subprocess
import sys
import textwrap

PASS = re.compile(r'^def \w+ : Pass<"([\w-]+)".*?\n}\n', re.S | re.M)
DESCRIPTION = re.compile(r"let description = \[\{(.*?)\}\];", re.S)
BLOCK = re.compile(r"```mlir\n(.*?)```", re.S)
OPTIONS = re.compile(r"^Before, with `([\w-]+=[^`\s]+(?: [\w-]+=[^`\s]+)*)`:", re.M)
MACHINE = re.compile(r"module attributes \{romanet\.machine = #romanet\.machine<.*>\} \{")


class Failure(Exception):
    pass


def run(program, arguments, text):
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True)
    if done.returncode:
        raise Failure(done.stderr)
    return done.stdout


def normalise(program, text):
    """Canonical, with constants that stand together in order of their text."""
    lines = run(program, ["--canonicalize", "--cse", "--canonicalize"], text).splitlines()
    grouped = itertools.groupby(lines, lambda line: " = arith.constant " in line)
    return "\n".join(line for constants, group in grouped
                     for line in (sorted(group) if constants else group))


def pairs(description):
    """The options, the text before and the text after of each example."""
    parts = re.split(r"^(Before|After)\b", textwrap.dedent(description), flags=re.M)
    found = list(zip(parts[1::2], parts[2::2]))
    if [kind for kind, _ in found] != ["Before", "After"] * (len(found) // 2):
        raise Failure("every 'Before' must be followed by an 'After'")
    for (_, before), (_, after) in zip(found[::2], found[1::2]):
        texts = [BLOCK.findall(before), BLOCK.findall(after)]
        if [len(blocks) for blocks in texts] != [1, 1]:
            raise Failure("one block of mlir must follow 'Before', and one 'After'")
        options = OPTIONS.match("Before" + before)
        yield options.group(1) if options else "", texts[0][0], texts[1][0]


def check_pass(program, name, description):
    count = 0
    for options, before, after in pairs(description):
        count += 1
        argument = f"--{name}" + (f"={options}" if options else "")
        actual = normalise(program, run(program, [argument], before))
        expected = normalise(program, after)
        if "romanet.machine" not in before:
            actual = MACHINE.sub("module {", actual)
        if actual != expected:
            raise Failure(f"the example gives\n{actual}\nbut it is said to give\n{expected}")
    if not count and "Changes nothing" not in description and "No example:" not in description:
        raise Failure("there is no example")
    return count


def check_attributes(program, text):
    blocks = [textwrap.dedent(block) for block in BLOCK.findall(text)]
    for block in blocks:
        if block.startswith(("#", "memref<")):
            alone = re.split(r"^(?=#|memref<)", block, flags=re.M)[1:]
            block = "".join(f'"example.operation"() {{value = {each.strip()}}} : () -> ()\n' for each in alone)
        try:
            run(program, ["--allow-unregistered-dialect"], block)
        except Failure as error:
            raise Failure(f"this does not parse:\n{block}\n{error}")
    return len(blocks)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("passes")
    parser.add_argument("attributes")
    parser.add_argument("--romanet-opt", required=True)
    parser.add_argument("--only", help="look at one pass")
    options = parser.parse_args()
    with open(options.passes) as file:
        passes = [(match.group(1), DESCRIPTION.search(match.group(0)).group(1))
                  for match in PASS.finditer(file.read()) if options.only in (None, match.group(1))]
    failures, examples = 0, 0
    for name, description in passes:
        try:
            examples += check_pass(options.romanet_opt, name, description)
        except Failure as error:
            print(f"{name}: {error}")
            failures += 1
    with open(options.attributes) as file:
        text = file.read()
    try:
        blocks = check_attributes(options.romanet_opt, text)
    except Failure as error:
        print(error)
        failures, blocks = failures + 1, 0
    print(f"{len(passes)} passes, {examples} examples, {blocks} blocks of attributes, {failures} failures")
    return 1 if failures or not examples or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
