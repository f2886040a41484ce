"""Checks that the table of options in a document has the options of the pipeline, all and no others.

    check_options.py HELP DOCUMENT

HELP is what romanet-opt --help prints; the options of the pipeline stand behind its name, further in.
"""

import re
import sys


def options_of(help_text):
    lines = help_text.splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(r" +--romanet +- ", line))
    margin = len(lines[start]) - len(lines[start].lstrip())
    for line in lines[start + 1:]:
        indent = len(line) - len(line.lstrip())
        if indent <= margin:
            return
        match = re.match(r" +--([\w-]+)", line)
        if match:
            yield match.group(1)


def main():
    with open(sys.argv[1]) as help_text, open(sys.argv[2]) as document:
        options = set(options_of(help_text.read()))
        rows = set(re.findall(r"^\| `([\w-]+)` \|", document.read(), re.M))
    failures = [f"{name}: not in the document" for name in sorted(options - rows)]
    failures += [f"{name}: not an option" for name in sorted(rows - options)]
    for failure in failures:
        print(failure)
    print(f"{len(options)} options, {len(failures)} failures")
    return 1 if failures or not options else 0


if __name__ == "__main__":
    sys.exit(main())
