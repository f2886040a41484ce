"""Checks reports by the schema, and the schema by the reports.

    check_schema.py SCHEMA REPORT.json... [--part NAME=FILE.json]... [--romanet-report PROGRAM | --romanet-sweep PROGRAM]
        [--every-key] [--document FILE]
    check_schema.py SCHEMA --print-tables

Every report must be valid, by the library jsonschema, and every part by the definition of that name. With
--romanet-report a report that was changed
at random (a key more, a key less, another value) must be taken or refused by the program as by the
library. With --romanet-sweep the same of merged sweeps, but that the program also refuses those whose
values do not go together, and says so. With --every-key each key of the schema must be in some report and have a description that
names the unit that the key says. With --document that document must have the tables of keys that
--print-tables prints.
"""

import argparse
import copy
import json
import random
import subprocess
import sys
import tempfile

import jsonschema

UNITS = {"_bytes": "byte", "_bursts": "burst", "_pj": "pJ", "_ns": "ns", "_cycles": "clock",
         "_fraction": "divided by", "_bytes_per_s": "per second", "_elements": "element"}
# Nothing that the tests report has these: bursts and time as an objective of layers that share
# layouts, an init that is no constant or operands of element-wise operations in layouts of a search, row
# blocks in another order than that of the axes.
RARE = {"row_major_bursts", "row_major_ns", "row_major_bytes", "row_major_pj_ns", "lower_bound_ns",
        "lower_bound_bursts", "value_ns", "value_bursts", "lower_bound_pj_ns", "value_pj_ns", "init", "epilogue", "row_order"}
# What romanet-sweep says of values that do not go together.
TOGETHER = (".on_front: the point is", ".number: expected", ": the points make it", ": the point is not done",
            ": axes: ")


def properties(schema):
    """All properties of a schema, as pairs of key and description."""
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            yield key, value
        for value in schema.values():
            yield from properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value)


def described(schema, value):
    """A part of the schema with its description, where a reference has one of its own or not."""
    target = value
    while "$ref" in target:
        target = schema["$defs"][target["$ref"].rsplit("/", 1)[1]]
    return target, value.get("description", target.get("description", ""))


def tables(schema):
    """The keys of all objects as tables of Markdown, each object once."""
    lines, seen, waiting = [], set(), [("the " + schema["title"].split()[0].lower(), schema)]
    while waiting:
        name, part = waiting.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        if part.get("properties"):
            lines += ["", f"**{name}**: {part.get('description', '')}", "", "| key | what |", "|---|---|"]
        for key, value in {**part.get("properties", {}), **part.get("patternProperties", {})}.items():
            target, text = described(schema, value)
            optional = "" if key in part.get("required", []) else " *"
            if key in part.get("properties", {}):
                lines.append(f"| `{key}`{optional} | {text} |")
            for each in (target, target.get("items", {}), target.get("then", {}), target.get("else", {})):
                inner, _ = described(schema, each)
                for last in (inner, *(described(schema, inner[branch])[0] for branch in ("then", "else") if branch in inner)):
                    waiting.append((f"`{key}`", last))
    return "\n".join(lines).strip() + "\n"


def keys(value):
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)


def places(value):
    """Everything in a report that can be changed, as (holder, key)."""
    for key in (value if isinstance(value, dict) else range(len(value))):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def mutate(report, pick):
    """One change, and what it was."""
    holder, key = pick.choice(list(places(report)))
    kind = pick.choice(["more", "less", "other", "swap"])
    if kind == "more" and isinstance(holder, dict):
        holder["surplus"] = 1
    elif kind == "less":
        del holder[key]
    elif kind == "swap" and isinstance(holder, dict):
        holder[key + "s"] = holder.pop(key)
    else:
        holder[key] = pick.choice([None, True, -1, 0, 7, 1.5, "text", [], {}, [{}], {"infeasible": {}}])
    return f"{kind} {key}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("schema")
    parser.add_argument("reports", nargs="*")
    parser.add_argument("--part", action="append", default=[])
    parser.add_argument("--romanet-report")
    parser.add_argument("--romanet-sweep")
    parser.add_argument("--every-key", action="store_true")
    parser.add_argument("--document")
    parser.add_argument("--print-tables", action="store_true")
    options = parser.parse_args()
    with open(options.schema) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    if options.print_tables:
        print(tables(schema), end="")
        return 0
    failures, reports = 0, []
    for name in options.reports:
        with open(name) as file:
            reports.append(json.load(file))
        for error in validator.iter_errors(reports[-1]):
            print(f"{name}: {list(error.absolute_path)}: {error.message[:300]}")
            failures += 1

    parts = []
    for part in options.part:
        definition, name = part.split("=", 1)
        with open(name) as file:
            parts.append(json.load(file))
        of_part = {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
        for error in jsonschema.Draft202012Validator(of_part).iter_errors(parts[-1]):
            print(f"{name}: {list(error.absolute_path)}: {error.message[:300]}")
            failures += 1

    mutants = 0
    if (options.romanet_report or options.romanet_sweep) and not failures:
        pick = random.Random(5)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            for _ in range(60):
                report = copy.deepcopy(pick.choice(reports))
                what = mutate(report, pick)
                file.seek(0)
                file.truncate()
                json.dump(report, file)
                file.flush()
                command = [options.romanet_report, "--compare", file.name, options.reports[0]] if options.romanet_report \
                    else [options.romanet_sweep, "--merge", file.name]
                done = subprocess.run(command, capture_output=True, text=True)
                taken = done.returncode in ((0,) if options.romanet_report else (0, 2, 3))
                if options.romanet_sweep and validator.is_valid(report) and any(why in done.stderr for why in TOGETHER):
                    continue
                if validator.is_valid(report) != taken or (not taken and done.returncode != 1):
                    print(f"{what}: the library says {validator.is_valid(report)}, the program {done.stderr}")
                    failures += 1
                mutants += not validator.is_valid(report)
        if mutants < 30:
            print(f"only {mutants} changes are wrong")
            failures += 1

    texts = {}
    for key, value in properties(schema):
        texts.setdefault(key, []).append(described(schema, value)[1])
    if options.every_key:
        seen = set().union(*map(lambda report: set(keys(report)), reports + parts))
        for key, descriptions in texts.items():
            if key not in seen and key not in RARE:
                print(f"no report has '{key}'")
                failures += 1
            unit = next((UNITS[end] for end in sorted(UNITS, key=len, reverse=True) if key.endswith(end)), "")
            for text in descriptions:
                if not text or (unit and unit.lower() not in text.lower() and key not in ("compulsory_bytes",)):
                    print(f"the description of '{key}' does not name its unit: {text}")
                    failures += 1
    if options.document:
        with open(options.document) as file:
            if tables(schema) not in file.read():
                print(f"{options.document} has not the tables that --print-tables prints")
                failures += 1
    print(f"{len(reports)} reports, {mutants} wrong changes found, {len(texts)} keys, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
