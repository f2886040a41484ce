#!/usr/bin/env python3
"""Adds up test results.

    summary.py BROKEN FILE.xml...

Each file is a JUnit report of GoogleTest, lit or ctest. BROKEN is 1 if one of the
programs failed: if no report accounts for it (it crashed), that is a failure of
its own. Prints which tests were skipped, and why as far as they say, and `N passed,
N failed`, with `, N skipped` where some were; exits with 1 unless all passed.
"""

import sys
import xml.etree.ElementTree as ElementTree


def reason(case):
    """What a skipped test printed last, or what its runner says."""
    printed = [line for out in case.iter("system-out") for line in (out.text or "").split("\n") if line.strip()]
    skipped = case.find("skipped")
    return printed[-1] if printed else (skipped.get("message") if skipped is not None else None) or "not run"


def count(path):
    """Tests that passed, that failed and that were skipped."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None and case.get("status") not in ("notrun", "disabled"):
            passed += 1
        else:
            skipped += 1
            print(f"skipped: {case.get('name')}: {reason(case).removeprefix('skipped: ')}")
    return passed, failed, skipped


def main():
    broken, files = sys.argv[1] == "1", sys.argv[2:]
    passed = failed = skipped = 0
    for path in files:
        try:
            p, f, s = count(path)
        except ElementTree.ParseError as error:
            print(f"{path}: {error}")
            p, f, s = 0, 1, 0
        passed, failed, skipped = passed + p, failed + f, skipped + s
    if broken and failed == 0:
        failed = 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
