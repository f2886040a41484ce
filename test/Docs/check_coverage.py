"""Checks that every pass and every option is documented, and that a test executes an example of it.

    check_coverage.py ROOT --romanet-bin DIR --llvm-bin DIR --tool PROGRAM=PAGE,...

Executed is what stands in a ```sh block of a page that a test gives to run_commands.py (or, for C++, to
check_embedding.py), and the options of the
examples in the descriptions of passes (test/Transforms/check_examples.py). A pass must have a summary
and a description, an option of a pass or of the pipeline a description with its default, and, if it is a number, a
unit. An option of a program, of which --help has a section "Options of ...", must have a row in the
table of PAGE with its value or unit, its default, and what it does. Pages must have no blocks of commands, programs
or outputs that no test executes.
"""

import argparse
import collections
import glob
import json
import os
import re
import shlex
import subprocess
import sys

EXECUTED_KINDS = ("sh", "text", "mlir", "yaml", "csv", "json")
# Kinds that nothing executes here: formulas, C++ and CMake (which test/Install compiles where they are programs),
# sketches in no language, and what is typed once, to build and to install.
OTHER_KINDS = ("math", "cpp", "cmake", "", "bash")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
INDENTED = re.compile(r"\n\n {4}(?! *[-*\d])\S")
UNITS = ("bytes", "percentages", "iterations", "memory spaces", "seconds", "clocks", "nodes")


def run(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def passes_of(root, llvm_bin):
    """By name: the summary, the description, and of each option its type, its default and its description."""
    records = json.loads(run(os.path.join(llvm_bin, "llvm-tblgen"), "--dump-json", "-I", os.path.join(root, "include"),
                             "-I", os.path.join(llvm_bin, "..", "include"),
                             os.path.join(root, "include/romanet/Transforms/Passes.td")))
    for name in records["!instanceof"]["PassBase"]:
        record = records[name]
        options = [records[option["def"]] for option in record["options"]]
        yield record["argument"], record["summary"], record["description"], [
            (option["argument"], option["type"], option.get("defaultValue", ""), option["description"])
            for option in options]


def pipeline_options(help_text):
    """Names and descriptions of the options below --romanet in the help of romanet-opt."""
    margin = None
    for line in help_text.splitlines():
        match = re.match(r"( +)--([\w-]+)\S* +- (.*)", line)
        if margin is None:
            if re.match(r" +--romanet +- ", line):
                margin = len(match[1])
        elif not match or len(match[1]) <= margin:
            return
        else:
            yield match[2], match[3]


def tool_options(help_text):
    """Names of the options in sections that are called "Options of ..."."""
    inside = False
    for line in help_text.splitlines():
        if line and not line.startswith(" "):
            inside = line.startswith("Options of ")
        match = inside and re.match(r"  --?([\w-]+)", line)
        if match:
            yield match[1]


def split_options(text):
    """Names of the options in 'a=1 b={2 3} c'."""
    depth, word, words = 0, "", []
    for char in text + " ":
        depth += (char == "{") - (char == "}")
        if char == " " and not depth:
            words += [word] if word else []
            word = ""
        else:
            word += char
    return [word.split("=")[0] for word in words]


class Executed:
    """What the commands of blocks use: of programs and of passes the options."""

    def __init__(self):
        self.options = collections.defaultdict(set)
        self.commands = 0

    def add_pass(self, name, options):
        self.options[name].update(["", *split_options(options)])

    def add_block(self, text):
        lexer = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars="();<>|&\n")
        lexer.whitespace = " \t\r"
        lexer.whitespace_split = True
        program = None
        for token in lexer:
            if re.fullmatch(r"[();<>|&\n]+", token):
                if not re.fullmatch(r"[<>]+&?", token):
                    program = None
                continue
            if re.fullmatch(r"romanet-[\w]+|mlir-opt", token) and program is None:
                program = token
                self.commands += 1
                self.options[program].add("")
                continue
            option = re.fullmatch(r"--?([\w-]+)(?:=(.*))?", token, re.S)
            if program is None or not option:
                continue
            name, value = option[1], option[2] or ""
            if name == "pass-pipeline":
                for element in re.finditer(r"\b(romanet[\w-]*)(?:\{([^{}]*)\})?", value):
                    self.add_pass(element[1], element[2] or "")
            elif program in ("romanet-opt", "mlir-opt") and re.match(r"romanet\b", name):
                self.add_pass(name, value)
            else:
                self.options[program].add(name)


def executed_pages(root):
    pages = set()
    for path in glob.glob(os.path.join(root, "test", "**", "*.test"), recursive=True):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if re.search(r"\b(run_commands|check_embedding)\.py", text):
            pages.update(re.findall(r"%source_root/((?:docs/)?\w+\.md)", text))
    return pages


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    parser.add_argument("--tool", action="append", default=[])
    arguments = parser.parse_args()
    root, failures, executed = arguments.root, [], Executed()
    texts = {}
    for path in [os.path.join(root, "README.md"), os.path.join(root, "CONTRIBUTING.md"),
                 *sorted(glob.glob(os.path.join(root, "docs", "*.md")))]:
        with open(path, encoding="utf-8") as file:
            texts[os.path.relpath(path, root)] = file.read()

    pages, blocks = executed_pages(root), 0
    for page, text in texts.items():
        if text.startswith("<!-- Written by tools/docs.sh"):
            continue
        for kind, block in BLOCK.findall(text):
            if kind in EXECUTED_KINDS:
                blocks += 1
                if page not in pages:
                    failures.append(f"{page}: no test executes its blocks")
                    break
                if kind == "sh":
                    executed.add_block(block)
            elif kind not in OTHER_KINDS:
                failures.append(f"{page}: blocks of '{kind}' are not known")
        if INDENTED.search(BLOCK.sub("", text)):
            failures.append(f"{page}: what is indented as code is executed by nothing")

    passes, options = 0, 0
    for name, summary, description, of_pass in passes_of(root, arguments.llvm_bin):
        passes += 1
        for given in re.findall(r"^ *Before, with `([^`]*)`", description, re.M):
            executed.add_pass(name, given)
        if re.search(r"^ *Before\b", description, re.M):
            executed.add_pass(name, "")
        if not summary or not description:
            failures.append(f"{name}: no description")
        if name not in executed.options:
            failures.append(f"{name}: no test executes an example")
        for option, kind, default, text in of_pass:
            options += 1
            literal = default.strip('"')
            said = re.search(r"\(default: ([^()]*)\)", text)
            if not said or (literal and re.split(r"[,; ]", said[1])[0] != literal):
                failures.append(f"{name}: {option}: the description does not say that the default is '{literal or 'none'}'")
            if kind.startswith("int") and not any(unit in text for unit in UNITS):
                failures.append(f"{name}: {option}: the description has no unit")
            if option not in executed.options[name]:
                failures.append(f"{name}: {option}: no test executes an example")

    in_pipeline = 0
    for option, text in pipeline_options(run(os.path.join(arguments.romanet_bin, "romanet-opt"), "--help")):
        in_pipeline += 1
        if "(default: " not in text:
            failures.append(f"romanet: {option}: the description has no default")
        if option not in executed.options["romanet"]:
            failures.append(f"romanet: {option}: no test executes an example")

    in_tools = 0
    for tool in arguments.tool:
        program, names = tool.split("=")
        program = os.path.basename(program)
        rows = {name: row for page in names.split(",")
                for row, name in re.findall(r"^(\| `-{1,2}([\w-]+)[^`]*` \|.*)$", texts[page], re.M)}
        for option in tool_options(run(os.path.join(arguments.romanet_bin, program), "--help")):
            in_tools += 1
            cells = [cell.strip() for cell in rows.get(option, "").split(" | ")]
            if len(cells) != 4 or not all(cells):
                failures.append(f"{program}: {option}: no row in {names} with unit, default and meaning")
            if option not in executed.options[program]:
                failures.append(f"{program}: {option}: no test executes an example")

    for failure in failures:
        print(failure)
    print(f"{passes} passes with {options} options, {in_pipeline} options of the pipeline, {in_tools} of programs; "
          f"{blocks} blocks, {executed.commands} commands executed; {len(failures)} failures")
    return 1 if failures or not passes or not in_pipeline or not executed.commands else 0


if __name__ == "__main__":
    sys.exit(main())
