"""Checks that the generated pages of docs/ are what tools/docs.sh writes now, and prints what differs.

    check_generated.py ROOT --mlir-tblgen PROGRAM
"""

import argparse
import difflib
import os
import subprocess
import sys
import tempfile


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--mlir-tblgen", required=True)
    options = parser.parse_args()
    stale = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.path.join(options.root, "tools", "docs.sh"), folder], check=True,
                       env=dict(os.environ, MLIR_TBLGEN=options.mlir_tblgen))
        pages = sorted(os.listdir(folder))
        for page in pages:
            committed = os.path.join(options.root, "docs", page)
            if not os.path.exists(committed):
                print(f"docs/{page} is not there")
                stale += 1
                continue
            difference = list(difflib.unified_diff(lines_of(committed), lines_of(os.path.join(folder, page)),
                                                   f"docs/{page}", "tools/docs.sh", lineterm=""))
            print("\n".join(difference), end="\n" if difference else "")
            stale += bool(difference)
    print(f"{len(pages)} pages, {stale} of them stale")
    return 1 if stale or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
