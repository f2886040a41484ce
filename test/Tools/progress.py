"""Runs a command with its standard error on a terminal, and says what that shows.

    progress.py [--pipe] [--columns N] -- COMMAND...

Prints what was drawn line by line (carriage returns begin a new one, blanks at the ends and colours are left out,
seconds become N), equal ones once, and then "left: ..." with each line that is there in the end.
With --pipe standard error is no terminal, and its bytes are counted. Standard output is left out.
"""

import argparse
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios


def on_terminal(command, columns):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        text += part
    return process.wait(), re.sub(r"\x1b\[[0-9;]*m", "", text.decode())


def screen(text):
    """What is on the lines of the terminal at the end."""
    lines, at = [""], 0
    for character in text:
        if character == "\r":
            at = 0
        elif character == "\n":
            lines.append("")
            at = 0
        else:
            line = lines[-1].ljust(at)
            lines[-1] = line[:at] + character + line[at + 1:]
            at += 1
    return [line.rstrip() for line in lines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipe", action="store_true")
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.pipe:
        done = subprocess.run(options.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        print(f"exit {done.returncode}, {len(done.stderr)} bytes on standard error")
        return
    status, text = on_terminal(options.command, options.columns)
    drawn = []
    for line in re.split(r"[\r\n]+", text):
        line = re.sub(r"\(\d+ s\)$", "(N s)", line.rstrip())
        if line and (not drawn or drawn[-1] != line):
            drawn.append(line)
    print(f"exit {status}, widest {max((len(line) for line in drawn), default=0)}")
    for line in drawn:
        print(line)
    for line in screen(text):
        print(f"left: {line}")


if __name__ == "__main__":
    sys.exit(main())
