#!/usr/bin/env python3
"""Adds up test results.

    summary.py BROKEN FILE.xml...

Each file is a JUnit report of GoogleTest, lit or ctest. BROKEN is 1 if one of the
programs failed: if no report accounts for it (it crashed), that is a failure of
its own. Prints `N passed, N failed`; exits with 1 unless all passed.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    """Tests that passed and that failed; skipped ones are neither."""
    passed = failed = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None and case.get("status") not in ("notrun", "disabled"):
            passed += 1
    return passed, failed


def main():
    broken, files = sys.argv[1] == "1", sys.argv[2:]
    passed = failed = 0
    for path in files:
        try:
            p, f = count(path)
        except ElementTree.ParseError as error:
            print(f"{path}: {error}")
            p, f = 0, 1
        passed, failed = passed + p, failed + f
    if broken and failed == 0:
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
