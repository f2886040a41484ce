"""Runs the commands of a page of documentation, in order, in the current folder.

    run_commands.py PAGE

Blocks of `sh` are commands. A block of `mlir` is written to the file that the
line of text before it names in backquotes at its end, as in "`script.mlir`:".
"""

import re
import subprocess
import sys

BLOCK = re.compile(r"(?:`(?P<file>[\w.-]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.S)


def main():
    with open(sys.argv[1]) as file:
        blocks = list(BLOCK.finditer(file.read()))
    commands = 0
    for block in blocks:
        if block["kind"] == "sh":
            for command in block["text"].strip().splitlines():
                subprocess.run(command, shell=True, check=True)
                commands += 1
        else:
            with open(block["file"], "w") as file:
                file.write(block["text"])
    print(f"{commands} commands")
    return 0 if commands else 1


if __name__ == "__main__":
    sys.exit(main())
