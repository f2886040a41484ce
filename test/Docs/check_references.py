"""Checks that the functions, classes and tests that documents name in backquotes exist.

    check_references.py ROOT DOCUMENT...

`Suite.Case` must be a test of GoogleTest in test/Unit; `name()`, `Class::name()` and names in camel case must stand in
include/ or lib/.
"""

import pathlib
import re
import sys

CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def words(root, folders, pattern):
    found = set()
    for folder in folders:
        for path in (root / folder).rglob("*"):
            if path.suffix in (".h", ".cpp", ".td"):
                found.update(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    tests = words(root, ["test/Unit"], r"\bTEST(?:_F|_P)?\((\w+,\s*\w+)\)")
    tests = {re.sub(r",\s*", ".", test) for test in tests}
    names = words(root, ["include", "lib"], r"\w+")
    checked, failures = 0, []
    for document in sys.argv[2:]:
        text = pathlib.Path(document).read_text(encoding="utf-8")
        for code in sorted(set(CODE.findall(text))):
            if re.fullmatch(r"[A-Z]\w+\.[A-Z]\w+", code):
                checked += 1
                if code not in tests:
                    failures.append(f"{document}: {code} is no test")
            elif re.fullmatch(r"(\w+::)*\w+\(\)|(\w+::)*\w*[a-z][A-Z]\w*", code):
                checked += 1
                if not set(re.findall(r"\w+", code)) <= names:
                    failures.append(f"{document}: {code} is not in the sources")
    for failure in failures:
        print(failure)
    print(f"{checked} references, {len(failures)} failures")
    return 1 if failures or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
