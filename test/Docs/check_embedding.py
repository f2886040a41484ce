#!/usr/bin/env python3
"""Checks docs/Embedding.md against the example project and the headers.

    check_embedding.py DOCUMENT SOURCE_ROOT

Its ```cmake and ```cpp blocks are the files of the project that the text in front of them names, the
```text blocks what the test of the installation expects, and its table has every public header once.
"""

import os
import re
import sys

sys.path.append(os.path.join(sys.argv[2], "test", "Install"))
from install import EXPECTED

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)


def main():
    with open(sys.argv[1]) as file:
        document = file.read()
    project = os.path.join(sys.argv[2], "test", "Install", "project")
    failures, shown = [], set()
    name = None
    for block in BLOCK.finditer(document):
        kind, text = block.groups()
        if kind in ("cmake", "cpp"):
            before = document[:block.start()]
            name = re.findall(r"`([\w-]+\.(?:cpp|txt))`", before)[-1]
            shown.add(name)
            with open(os.path.join(project, name)) as file:
                if file.read() != text:
                    failures.append(f"{name} is not as in the document")
        elif kind == "text" and EXPECTED[name.removesuffix(".cpp")] != text:
            failures.append(f"{name} prints something else")
    failures += [f"{file} is not shown" for file in sorted(set(os.listdir(project)) - shown)]

    include = os.path.join(sys.argv[2], "include", "romanet")
    headers = {os.path.relpath(os.path.join(where, file), include)
               for where, _, files in os.walk(include) for file in files if file.endswith(".h")}
    table = [cell for row in re.findall(r"^\| (`.*?\.h`) \|", document, re.M) for cell in re.findall(r"`(.*?)`", row)]
    failures += [f"{each}: not in the document" for each in sorted(headers - set(table))]
    failures += [f"{each}: not a header" for each in sorted(set(table) - headers)]
    if len(table) != len(set(table)):
        failures.append("a header is named twice")
    print("\n".join(failures + [f"{len(shown)} files, {len(table)} headers, {len(failures)} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
