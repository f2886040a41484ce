"""Checks that the tables of docs/Remarks.md have the remarks and metrics of the YAML files, no others.

    check_remarks.py DOCUMENT FILE.yaml... [--unseen=NAME,...]

A heading "### `name`, kind, of `pass`..." stands for a remark, the first cells of its table for its metrics. Each
must be seen in a remark of one of the passes, but for the remarks --unseen. Also checks that a value of a metric with
a unit is a number.
"""

import argparse
import re
import sys

KINDS = {"Passed": "passed", "Missed": "missed", "Analysis": "analysis"}


def documented(text):
    """By pass, kind and name: the units of the metrics."""
    remarks = {}
    for section in re.split(r"^##+ ", text, flags=re.M):
        match = re.match(r"((?:`[\w-]+`(?:, | and )?)+), (passed|missed|analysis), of (.*)\n", section)
        if not match:
            continue
        metrics = {}
        for names, unit in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|([^|]*)\|", section, re.M):
            for name in re.findall(r"`(\w+)`", names):
                metrics[name] = unit.strip()
        for name in re.findall(r"`([\w-]+)`", match[1]):
            for owner in re.findall(r"`([\w-]+)`", match[3]):
                remarks[owner, match[2], name] = metrics
    return remarks


def remarks_of(path):
    """Pass, kind, name and arguments of each remark. The streamer writes one line for each key."""
    with open(path) as file:
        for part in file.read().split("--- !")[1:]:
            kind = KINDS[part.split()[0]]
            field = dict(re.findall(r"^(Pass|Name): +(\S+)$", part, re.M))
            arguments = re.findall(r"^  - (\w+): +(.*)$", part, re.M)
            yield field["Pass"], kind, field["Name"], arguments


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--unseen", default="")
    options = parser.parse_args()
    with open(options.document) as document:
        expected = documented(document.read())
    seen, failures, count = {}, [], 0
    for path in options.files:
        for owner, kind, name, arguments in remarks_of(path):
            count += 1
            key = owner, kind, name
            if key not in expected:
                failures.append(f"{key}: not in the document")
                continue
            for metric, value in arguments:
                seen.setdefault((kind, name), set()).add(metric)
                if metric not in expected[key]:
                    failures.append(f"{key}: {metric} is not in its table")
                elif expected[key][metric] and not re.fullmatch(r"'?-?\d+(\.\d+)?'?", value):
                    failures.append(f"{key}: {metric} is {value}, no number of {expected[key][metric]}")
    for key, metrics in sorted(expected.items()):
        if key[2] in options.unseen.split(","):
            continue
        for metric in sorted(set(metrics) - seen.get(key[1:], set())):
            failures.append(f"{key}: {metric} was in no remark")
    for failure in sorted(set(failures)):
        print(failure)
    print(f"{len(expected)} kinds of remarks, {count} remarks, {len(set(failures))} failures")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
