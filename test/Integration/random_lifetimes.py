#!/usr/bin/env python3
"""Runs random programs whose buffers come and go, before and after romanet-dram-map.

Every case is a few functions on memrefs that call each other, with loops, branches,
views, buffers of which it is not known which one they are, copies and deallocations.
A module of many cases is executed twice by mlir-runner: as it is, and with places
from romanet-dram-map under random options. A main function is added afterwards, so
that the functions of the cases are called from outside: it calls all of them, and
prints the checksums of all results and arguments at the end. Then

  * the checksums must be equal;
  * romanet-verify, which works out lifetimes anew, must accept the program;
  * every address must be what its attribute says, and two buffers with the same
    addresses must not be live together as their attributes say (check_places.py);
  * romanet-verify must refuse the program when one buffer is moved over another one
    that is live together with it.

    random_lifetimes.py --seed 1 --cases 50 --romanet-bin DIR --llvm-bin DIR

prints the failures and a summary. The same seed gives the same cases. --modules N
runs N modules, of the seeds from SEED on. --no-execute leaves the first comparison out,
which takes most of the time. --keep DIR leaves the programs there.
"""

import argparse
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Transforms"))

import check_places
from execution import LOWERING, Tools

SIZES = [1, 5, 16, 16, 16, 33, 33, 300, 2100]  # elements of 4 bytes; the last ones fill a DRAM row


class Buffer:
    def __init__(self, name, size, roots, kind=None, is_constant=False):
        self.name, self.size, self.roots = name, size, frozenset(roots)
        self.kind = kind or f"memref<{size}xi32>"
        self.is_view = kind is not None
        self.is_constant = is_constant

    def is_plain(self):
        """Whether it can be handed on as what it is."""
        return not self.is_view and not self.is_constant


class Scope:
    """What is visible in a block: buffers with data, and allocations without."""

    def __init__(self, outer=None):
        self.ready = list(outer.ready) if outer else []
        self.raw = list(outer.raw) if outer else []
        self.own = []  # allocations on the heap of this block


class Signature:
    def __init__(self, name, sizes, results):
        self.name, self.sizes, self.results = name, sizes, results  # results: sizes, or ("argument", i)


class FunctionWriter:
    def __init__(self, rng, name, callees, is_entry, constant):
        self.rng, self.name, self.callees, self.is_entry = rng, name, callees, is_entry
        self.lines, self.numbered, self.indent = [], 0, 1
        self.constant = constant
        self.stack = set()  # roots that no caller may see

    def line(self, text):
        self.lines.append("  " * self.indent + text)

    def fresh(self):
        self.numbered += 1
        return f"%v{self.numbered}"

    def index(self, value):
        name = self.fresh()
        self.line(f"{name} = arith.constant {value} : index")
        return name

    def number(self, value):
        name = self.fresh()
        self.line(f"{name} = arith.constant {value} : i32")
        return name

    # ---- statements --------------------------------------------------------

    def alloc(self, scope, size=None, on_stack=False):
        size = size or self.rng.choice(SIZES)
        name = self.fresh()
        buffer = Buffer(name, size, [name])
        self.line(f"{name} = memref.{'alloca' if on_stack else 'alloc'}() : {buffer.kind}")
        scope.raw.append(buffer)
        if on_stack:
            self.stack |= buffer.roots
        else:
            scope.own.append(buffer)
        return buffer

    def sources(self, scope, target):
        return [b for b in scope.ready if b is target or not (b.roots & target.roots)]

    def write(self, scope, target):
        """Writes all of a buffer."""
        is_raw = target in scope.raw
        ways = ["fill", "map", "map", "copy"] + ["update", "add", "part"] * (not is_raw)
        way = self.rng.choice(ways)
        others = self.sources(scope, target)
        equal = [b for b in others if b.size == target.size and b is not target]
        if way == "fill" or not others:
            self.line(f"linalg.fill ins({self.number(self.rng.randint(-99, 99))} : i32) outs({target.name} : {target.kind})")
        elif way == "copy" and equal:
            source = self.rng.choice(equal)
            self.line(f"memref.copy {source.name}, {target.name} : {source.kind} to {target.kind}")
        elif way == "add" and equal:
            source = self.rng.choice(equal)
            self.line(f"linalg.add ins({source.name}, {target.name} : {source.kind}, {target.kind}) "
                      f"outs({target.name} : {target.kind})")
        elif way == "part" and target.size > 1:
            source = self.rng.choice([b for b in others if b is not target] or others)
            count = min(source.size, target.size - 1)
            if source is target:
                count = 0
            if count:
                at = self.rng.randint(0, target.size - count)
                a, b = self.subview(source, 0, count), self.subview(target, at, count)
                self.line(f"memref.copy {a.name}, {b.name} : {a.kind} to {b.kind}")
        else:
            self.loop_over(target, self.rng.choice(others), keeps=way in ("update", "add", "part"))
        if is_raw:
            scope.raw.remove(target)
            scope.ready.append(target)

    def loop_over(self, target, source, keeps):
        zero, one = self.index(0), self.index(1)
        end, count = self.index(target.size), self.index(source.size)
        factor, i, at = self.number(self.rng.choice([3, 5, 7])), self.fresh(), self.fresh()
        self.line(f"scf.for {i} = {zero} to {end} step {one} {{")
        self.line(f"  {at} = arith.remui {i}, {count} : index")
        value, product = self.fresh(), self.fresh()
        self.line(f"  {value} = memref.load {source.name}[{at}] : {source.kind}")
        self.line(f"  {product} = arith.muli {value}, {factor} : i32")
        if keeps:
            old, total = self.fresh(), self.fresh()
            self.line(f"  {old} = memref.load {target.name}[{i}] : {target.kind}")
            self.line(f"  {total} = arith.addi {product}, {old} : i32")
            product = total
        self.line(f"  memref.store {product}, {target.name}[{i}] : {target.kind}")
        self.line("}")

    def subview(self, buffer, at, count):
        if buffer.is_view and "strided" in buffer.kind:
            # Views of views would need their offsets added up; take it whole.
            return Buffer(buffer.name, buffer.size, buffer.roots, buffer.kind) if count == buffer.size else \
                self.subview_dynamic(buffer, at, count)
        if buffer.kind == "memref<?xi32>":
            return self.subview_dynamic(buffer, at, count)
        name = self.fresh()
        layout = f"strided<[1]{f', offset: {at}' if at else ''}>"
        kind = f"memref<{count}xi32, {layout}>"
        self.line(f"{name} = memref.subview {buffer.name}[{at}] [{count}] [1] : {buffer.kind} to {kind}")
        return Buffer(name, count, buffer.roots, kind)

    def subview_dynamic(self, buffer, at, count):
        name, offset = self.fresh(), self.index(at)
        kind = f"memref<{count}xi32, strided<[1], offset: ?>>"
        self.line(f"{name} = memref.subview {buffer.name}[{offset}] [{count}] [1] : {buffer.kind} to {kind}")
        return Buffer(name, count, buffer.roots, kind)

    def view(self, scope):
        base = [b for b in scope.ready if not b.is_constant]
        if not base:
            return
        base = self.rng.choice(base)
        if self.rng.random() < 0.3 and not base.is_view:
            name = self.fresh()
            self.line(f"{name} = memref.cast {base.name} : {base.kind} to memref<?xi32>")
            scope.ready.append(Buffer(name, base.size, base.roots, "memref<?xi32>"))
            return
        count = self.rng.randint(1, base.size)
        scope.ready.append(self.subview(base, self.rng.randint(0, base.size - count), count))

    def pair(self, scope):
        """Two buffers of a size."""
        plain = [b for b in scope.ready if b.is_plain()]
        self.rng.shuffle(plain)
        for a in plain:
            for b in plain:
                if a is not b and a.size == b.size:
                    return a, b
        return None

    def condition(self, scope):
        buffer = self.rng.choice(scope.ready)
        value, bit, result = self.fresh(), self.fresh(), self.fresh()
        at, one = self.index(self.rng.randrange(buffer.size)), self.number(1)
        self.line(f"{value} = memref.load {buffer.name}[{at}] : {buffer.kind}")
        self.line(f"{bit} = arith.andi {value}, {one} : i32")
        self.line(f"{result} = arith.cmpi eq, {bit}, {one} : i32")
        return result

    def select(self, scope):
        if not (pair := self.pair(scope)):
            return
        a, b = pair
        choice, name = self.condition(scope), self.fresh()
        self.line(f"{name} = arith.select {choice}, {a.name}, {b.name} : {a.kind}")
        scope.ready.append(Buffer(name, a.size, a.roots | b.roots))

    def branch(self, scope, depth):
        choice = self.condition(scope)
        pair = self.pair(scope) if self.rng.random() < 0.4 else None
        inner_pair, kinds, name = [], "", self.fresh()
        if pair:
            kinds = f" -> ({pair[0].kind})"
        self.line(f"{name + ' = ' if pair else ''}scf.if {choice}{kinds} {{")
        roots = set()
        for side in range(2):
            inner = Scope(scope)
            self.indent += 1
            self.block(inner, depth + 1, keeps=bool(pair))
            if pair:
                given = pair[side]
                if self.rng.random() < 0.3:
                    # A buffer of this side that is used outside.
                    given = self.alloc(inner, given.size)
                    inner.own.remove(given)
                    self.write(inner, given)
                self.line(f"scf.yield {given.name} : {given.kind}")
                roots |= given.roots
            self.indent -= 1
            if side == 0:
                self.line("} else {")
        self.line("}")
        if pair:
            scope.ready.append(Buffer(name, pair[0].size, roots))

    def loop(self, scope, depth):
        zero, one, end = self.index(0), self.index(1), self.index(self.rng.randint(1, 3))
        pair = self.pair(scope) if self.rng.random() < 0.4 else None
        i = self.fresh()
        if not pair:
            self.line(f"scf.for {i} = {zero} to {end} step {one} {{")
            self.indent += 1
            self.block(Scope(scope), depth + 1)
            self.indent -= 1
            self.line("}")
            return
        a, b = pair
        name, x, y = self.fresh(), self.fresh(), self.fresh()
        self.line(f"{name}:2 = scf.for {i} = {zero} to {end} step {one} "
                  f"iter_args({x} = {a.name}, {y} = {b.name}) -> ({a.kind}, {b.kind}) {{")
        roots = a.roots | b.roots
        inner = Scope(scope)
        inner.ready += [Buffer(x, a.size, roots), Buffer(y, b.size, roots)]
        self.indent += 1
        self.block(inner, depth + 1)
        first, second = (x, y) if self.rng.random() < 0.3 else (y, x)
        if self.rng.random() < 0.1:
            # It outlives the iteration, and gets no place.
            new = self.alloc(inner, a.size)
            inner.own.remove(new)
            self.write(inner, new)
            first, roots = new.name, roots | new.roots
        self.line(f"scf.yield {first}, {second} : {a.kind}, {b.kind}")
        self.indent -= 1
        self.line("}")
        scope.ready += [Buffer(f"{name}#0", a.size, roots), Buffer(f"{name}#1", b.size, roots)]

    def diamond(self, scope, number):
        """Blocks with branches, at the end of which the function goes on."""
        choice = self.condition(scope)
        pair = self.pair(scope)
        self.line(f"cf.cond_br {choice}, ^left{number}, ^right{number}")
        for side, name in enumerate(("left", "right")):
            self.lines.append(f"^{name}{number}:")
            inner = Scope(scope)
            for _ in range(self.rng.randint(1, 3)):
                self.statement(inner, 3)
            given = f"({pair[side].name} : {pair[side].kind})" if pair else ""
            self.line(f"cf.br ^join{number}{given}")
        argument = self.fresh()
        self.lines.append(f"^join{number}" + (f"({argument} : {pair[0].kind})" if pair else "") + ":")
        if pair:
            scope.ready.append(Buffer(argument, pair[0].size, pair[0].roots | pair[1].roots))

    def call(self, scope):
        if not self.callees:
            return
        callee = self.rng.choice(self.callees)
        arguments, taken = [], set()
        for size in callee.sizes:
            fitting = [b for b in scope.ready if b.is_plain() and b.size == size and not b.roots & taken]
            if fitting:
                argument = self.rng.choice(fitting)
            else:
                argument = self.alloc(scope, size)
                self.write(scope, argument)
            arguments.append(argument)
            taken |= argument.roots
        name = self.fresh()
        kinds = [f"memref<{arguments[r[1]].size if isinstance(r, tuple) else r}xi32>" for r in callee.results]
        head = f"{name}:{len(kinds)} = " if kinds else ""
        self.line(f"{head}func.call @{callee.name}({', '.join(a.name for a in arguments)}) : "
                  f"({', '.join(a.kind for a in arguments)}) -> ({', '.join(kinds)})")
        for i, result in enumerate(callee.results):
            value = f"{name}#{i}"
            if isinstance(result, tuple):
                scope.ready.append(Buffer(value, arguments[result[1]].size, arguments[result[1]].roots))
            else:
                scope.ready.append(Buffer(value, result, [value]))

    def free(self, scope):
        if not scope.own:
            return
        buffer = self.rng.choice(scope.own)
        # What a select or a loop made of it may be another one.
        self.line(f"memref.dealloc {buffer.name} : {buffer.kind}")
        scope.own.remove(buffer)
        for names in (scope.ready, scope.raw):
            names[:] = [b for b in names if not b.roots & buffer.roots]

    # ---- blocks ------------------------------------------------------------

    def statement(self, scope, depth):
        rng = self.rng
        writable = [b for b in scope.ready + scope.raw if not b.is_constant]
        kinds = ["alloc"] * 4 + ["write"] * 6 + ["view", "select", "free"]
        if depth < 3:
            kinds += ["loop", "branch"] * (2 if depth == 0 else 1)
        kinds += ["call"] * 2
        kind = rng.choice(kinds)
        if kind == "alloc":
            buffer = self.alloc(scope, on_stack=depth == 0 and rng.random() < 0.1)
            if rng.random() < 0.6:
                self.write(scope, buffer)
        elif kind == "write" and writable:
            self.write(scope, rng.choice(writable))
        elif kind in ("loop", "branch"):
            getattr(self, kind)(scope, depth)
        elif kind in ("view", "select", "call"):
            getattr(self, kind)(scope)
        elif kind == "free" and depth > 0 or kind == "free" and len(scope.ready) > 3:
            self.free(scope)

    def block(self, scope, depth, keeps=False):
        outer = list(scope.ready)
        for _ in range(self.rng.randint(1, 3 if depth < 2 else 1)):
            self.statement(scope, depth)
        # Something of this block is seen outside of it.
        targets = [b for b in outer if not b.is_constant]
        if targets:
            self.write(scope, self.rng.choice(targets))
        if not keeps:
            for buffer in list(scope.own):
                if self.rng.random() < 0.5:
                    self.line(f"memref.dealloc {buffer.name} : {buffer.kind}")

    def text(self):
        rng, scope = self.rng, Scope()
        sizes = [rng.choice(SIZES) for _ in range(rng.randint(1, 3))]
        for i, size in enumerate(sizes):
            scope.ready.append(Buffer(f"%a{i}", size, [f"%a{i}"]))
        if self.constant:
            name = self.fresh()
            self.line(f"{name} = memref.get_global @{self.constant} : memref<16xi32>")
            scope.ready.append(Buffer(name, 16, [name], is_constant=True))
        for number in range(rng.randint(3, 9)):
            if rng.random() < 0.04:
                self.diamond(scope, number)
            else:
                self.statement(scope, 0)
        results, values = [], []
        for _ in range(rng.randint(0, 2)):
            own = [b for b in scope.own if b in scope.ready and b.name not in values]
            plain = [b for b in scope.ready if b.is_plain() and b.name not in values and not b.roots & self.stack]
            if self.is_entry and plain and rng.random() < 0.4:
                # Which one it is may not be known.
                buffer = rng.choice(plain)
                results.append(buffer.size)
            elif rng.random() < 0.2 and "%a0" not in values:
                buffer = scope.ready[0] if scope.ready[0].name == "%a0" else None
                if not buffer:
                    continue
                results.append(("argument", 0))
            else:
                buffer = rng.choice(own) if own else self.alloc(scope)
                if buffer in scope.raw:
                    self.write(scope, buffer)
                results.append(buffer.size)
            values.append(buffer.name)
            if buffer in scope.own:
                scope.own.remove(buffer)
        kept = set().union(*(b.roots for b in scope.ready if b.name in values))
        for buffer in scope.own:
            if not buffer.roots & kept and rng.random() < 0.3:
                self.line(f"memref.dealloc {buffer.name} : {buffer.kind}")
        kinds = [f"memref<{sizes[0] if isinstance(r, tuple) else r}xi32>" for r in results]
        self.line(f"return {', '.join(values)}{' : ' if values else ''}{', '.join(kinds)}")
        arguments = ", ".join(f"%a{i}: memref<{size}xi32>" for i, size in enumerate(sizes))
        visibility = "" if self.is_entry or rng.random() < 0.5 else "private "
        head = f"func.func {visibility}@{self.name}({arguments}) -> ({', '.join(kinds)}) {{"
        return Signature(self.name, sizes, results), "\n".join([head, *self.lines, "}"]) + "\n"


def write_case(rng, number):
    """The text of a case and its entries."""
    constant = f"c{number}" if rng.random() < 0.3 else None
    text = ""
    if constant:
        text += f'memref.global "private" constant @{constant} : memref<16xi32> = dense<{rng.randint(1, 9)}>\n'
    callees, entries = [], []
    for i in range(rng.randint(0, 2)):
        signature, function = FunctionWriter(rng, f"case{number}_callee{i}", list(callees), False, constant).text()
        callees.append(signature)
        text += function
    for i in range(rng.randint(1, 2)):
        signature, function = FunctionWriter(rng, f"case{number}_entry{i}", callees, True, constant).text()
        entries.append(signature)
        text += function
    return text, entries


CHECKSUM = """
func.func private @printI64(i64)
func.func private @printNewline()
func.func private @checksum(%m: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 17 : i64
  %factor = arith.constant 31 : i64
  %n = memref.dim %m, %c0 : memref<?xi32>
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> i64 {
    %v = memref.load %m[%i] : memref<?xi32>
    %w = arith.extsi %v : i32 to i64
    %p = arith.muli %s, %factor : i64
    %q = arith.addi %p, %w : i64
    scf.yield %q : i64
  }
  func.call @printI64(%sum) : (i64) -> ()
  func.call @printNewline() : () -> ()
  return
}
"""


def main_text(rng, entries):
    """Calls all entries, some of them twice, and prints at the end."""
    lines, shown = ["func.func @main() {", "  %c0 = arith.constant 0 : index", "  %c1 = arith.constant 1 : index"], {}
    calls = entries + [e for e in entries if rng.random() < 0.3]
    rng.shuffle(calls)
    for number, entry in enumerate(calls):
        names = []
        for i, size in enumerate(entry.sizes):
            name = f"%x{number}_{i}"
            names.append(name)
            lines += [f"  {name} = memref.alloc() : memref<{size}xi32>",
                      f"  {name}n = arith.constant {size} : index",
                      f"  {name}k = arith.constant {rng.randint(1, 50)} : i32",
                      f"  scf.for %i = %c0 to {name}n step %c1 {{",
                      "    %j = arith.index_cast %i : index to i32",
                      f"    %v = arith.muli %j, {name}k : i32",
                      f"    %w = arith.xori %v, {name}k : i32",
                      f"    memref.store %w, {name}[%i] : memref<{size}xi32>",
                      "  }"]
        kinds = [f"memref<{entry.sizes[0] if isinstance(r, tuple) else r}xi32>" for r in entry.results]
        head = f"%r{number}:{len(kinds)} = " if kinds else ""
        lines.append(f"  {head}func.call @{entry.name}({', '.join(names)}) : "
                     f"({', '.join(f'memref<{s}xi32>' for s in entry.sizes)}) -> ({', '.join(kinds)})")
        # The next call of the same function ends the life of its results.
        shown[entry.name] = [(f"%r{number}#{i}", kind) for i, kind in enumerate(kinds)]
        shown[number] = [(name, f"memref<{size}xi32>") for name, size in zip(names, entry.sizes)]
    for i, (value, kind) in enumerate(pair for pairs in shown.values() for pair in pairs):
        lines += [f"  %s{i} = memref.cast {value} : {kind} to memref<?xi32>",
                  f"  func.call @checksum(%s{i}) : (memref<?xi32>) -> ()"]
    return CHECKSUM + "\n".join([*lines, "  return", "}"]) + "\n"


def add_main(mapped, main):
    """Into the module of a mapped program."""
    at = mapped.rindex("}")
    return mapped[:at] + main + "}\n"


def options_of(rng):
    options = []
    if rng.random() < 0.4:
        begin = rng.randrange(0, 40000)
        options.append(f"reserved={begin}-{begin + rng.randint(1, 20000)}" + (",0x20000-0x21000" if rng.random() < 0.5 else ""))
    if rng.random() < 0.3:
        options.append("stagger-banks=false")
    if rng.random() < 0.1:
        options.append("reuse=false")
    return " ".join(options)


def move_over_another(rng, mapped):
    """The program with one buffer at the address of another one that is live together
    with it, or None."""
    views = re.finditer(
        r"(%\S+) = arith\.constant (\d+) : index\n"
        r"([^\n]*memref\.view [^\n]*)\{romanet\.dram = #romanet\.dram<[^\n]*?(?:, live = \[([\d, ]*)\])?>\} :", mapped)
    places = [(each, int(each[2]), check_places.intervals(each[4])) for each in views]
    rng.shuffle(places)
    for view, address, live in places:
        for _, other_address, other_live in places:
            if address != other_address and check_places.live_together(live, other_live):
                # The attribute would say where it was.
                moved = f"{view[1]} = arith.constant {other_address} : index\n{view[3]} :"
                return mapped[:view.start()] + moved + mapped[view.end():]
    return None


class Totals:
    def __init__(self):
        self.cases = self.buffers = self.shared = self.broken = self.gap = self.bytes = 0


def run_module(tools, seed, count, keep, totals, executes):
    """The failures of a module."""
    rng = random.Random(seed)
    text, entries = "", []
    for number in range(count):
        case, its = write_case(rng, number)
        text += case
        entries += its
    main, options = main_text(rng, entries), options_of(rng)

    def save(kind, content):
        if keep:
            with open(os.path.join(keep, f"seed{seed}-{kind}.mlir"), "w") as file:
                file.write(content)

    save("untouched", text + main)
    lower = [tools.mlir_opt, f"--pass-pipeline=builtin.module({LOWERING})"]
    mapped = tools.run([tools.romanet_opt, f"--romanet-dram-map={options}" if options else "--romanet-dram-map",
                        "--mlir-print-local-scope"], text)
    save("mapped", mapped)
    failures = []
    tools.run([tools.romanet_opt, "--romanet-verify"], mapped)
    errors, places = check_places.check(mapped)
    failures += errors
    sizes = [int(size) for size in re.findall(r"address = \d+, bytes = (\d+)", mapped)]
    ends = [int(a) + int(b) for a, b in re.findall(r"address = (\d+), bytes = (\d+)", mapped)]
    if executes:
        expected = tools.execute(tools.run(lower, text + main)).splitlines()
        stripped = tools.run([tools.romanet_opt, "--romanet-strip"], add_main(mapped, main))
        actual = tools.execute(tools.run(lower, stripped)).splitlines()
        if not expected or actual != expected:
            wrong = [i for i, pair in enumerate(zip(expected, actual)) if pair[0] != pair[1]]
            failures.append(f"{len(wrong)} of {len(expected)} checksums differ, the first is number {wrong[:1]}; "
                            f"options: {options}")
    # Without reuse the attributes say of all buffers that they live always.
    if "reuse=false" not in options and (broken := move_over_another(rng, mapped)):
        totals.broken += 1
        # Where it lies now may be reserved, too, which would be said instead.
        broken = re.sub(r", romanet\.reserved = array<i64: [^>]*>", "", broken)
        done = tools.attempt([tools.romanet_opt, "--romanet-verify"], broken)
        if done.returncode == 0 or "live at the same time" not in done.stderr:
            save("broken", broken)
            failures.append(f"a buffer that lies over another one is not found: {done.stderr[:500]}")
    totals.cases += count
    totals.buffers += places
    totals.shared += sum(sizes) > max(ends, default=0)
    totals.bytes += sum(sizes)
    totals.gap += max(ends, default=0)
    return failures


class LifetimeTools(Tools):
    def attempt(self, command, text):
        import subprocess
        return subprocess.run(command, input=text, capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=50, help="of a module")
    parser.add_argument("--modules", type=int, default=1)
    parser.add_argument("--no-execute", action="store_true", help="all but the comparison of checksums")
    parser.add_argument("--keep")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    arguments = parser.parse_args()
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
    tools, totals, failed = LifetimeTools(arguments.romanet_bin, arguments.llvm_bin), Totals(), 0
    for seed in range(arguments.seed, arguments.seed + arguments.modules):
        try:
            failures = run_module(tools, seed, arguments.cases, arguments.keep, totals, not arguments.no_execute)
        except RuntimeError as error:
            failures = [str(error)]
        for failure in failures:
            print(f"seed {seed}: {failure}")
        failed += bool(failures)
    print(f"{totals.cases} programs, {totals.buffers} buffers of {totals.bytes} bytes in {totals.gap}, "
          f"{totals.broken} broken modules refused, {failed} of {arguments.modules} modules failed")
    # A run in which nothing shares, or nothing could be broken, tests nothing.
    return 1 if failed or not totals.shared or not totals.broken else 0


if __name__ == "__main__":
    sys.exit(main())
