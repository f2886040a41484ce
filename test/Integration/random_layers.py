#!/usr/bin/env python3
"""Runs random layers, untouched and scheduled, and compares.

Every case is a layer of a random form (forms.py), shape, element type, padding,
initial value, chain of element-wise consumers and on-chip buffers, on tensors or
on memrefs, with the best schedule or with a random one pinned to it. A module of
several cases is executed twice by mlir-runner: as it is, through stock MLIR, and
tiled, mapped and stripped. Then

  * the results must be equal, bit for bit: all data are small whole numbers, so
    that the sums of floating-point cases are exact in any order, and what is not
    a sum is done in one order only;
  * every layer must be scheduled, a pinned schedule followed, and what is on chip
    must fit;
  * the bytes that the copies moved, counted while the program ran, must be those
    that the model predicts, for each tensor and direction, and
  * there must be no copies within DRAM that the untouched program does not make.

    random_layers.py --seed 1 --cases 100 --romanet-bin DIR --llvm-bin DIR

prints one line per failing case and a summary. The same seed gives the same
cases, whatever their number:

    --only N            case N alone, with its full description
    --shrink            makes each failing case as small as it goes
    --keep DIR          leaves the modules there
    --minutes M         runs until the time is over instead of --cases
"""

import argparse
import concurrent.futures
import copy
import itertools
import json
import os
import random
import sys
import tempfile
import threading
import time

from execution import Tools, counted_by_layer, differences, split_output
from forms import ALL_TYPES, BYTES, KERNEL_OF, OUTPUT_OF, REDUCTIONS, ROLES, SIDES, random_form
from program import Function, Main, Value, is_float

LOOPS = "ngkcpq"
TENSORS = ["input", "weights", "output"]
RELEVANT = {"input": "ngcpq", "weights": "gkc", "output": "ngkpq"}

# Cases of one module. They have the kind (tensors or memrefs), the objective and
# the space in common. With fewer, the time goes into starting the tools; with
# twice as many, compiling the longer @main takes what that saves.
PER_MODULE = 24


class Invalid(Exception):
    """A shrunk case that makes no sense."""


class Block:
    """What the cases of one module have in common."""

    # The default machine, and others with bursts of other sizes.
    DRAMS = [None, "ddr4-2400-8gb-x8", "lpddr4-3200-8gb-x16", "hbm2-8gb-x128"]

    def __init__(self, seed, number, tools):
        rng = random.Random(f"{seed} block {number}")
        self.on_tensors = rng.random() < 0.5
        self.objective = rng.choice(["energy", "energy", "bytes", "bursts", "time", "edp", "bytes-bursts"])
        self.space = rng.choice(["S0", "S0+S1", "S0+S2", "S0+S2+S3", "all", "all"])
        self.dram = rng.choice(self.DRAMS)
        # A seed means the same cases, whatever the tools can do.
        if not tools.emits_all_spaces:
            self.space = None


class Case:
    def __init__(self, seed, number, tools):
        rng = random.Random(f"{seed} case {number}")
        self.number = number
        self.on_tensors = Block(seed, number // PER_MODULE, tools).on_tensors
        self.form, self.generic = random_form(rng)
        self.types = rng.choice(self.form.types or ALL_TYPES)
        self.choose_sizes(rng)
        self.choose_init(rng)
        self.choose_padding(rng)
        self.choose_epilogue(rng)
        self.choose_schedule(rng, tools)
        self.derive()

    # ---- choices -----------------------------------------------------------

    def choose_sizes(self, rng):
        loops = self.form.loops()
        # The more loops, the smaller: the time goes into programs, not data.
        most = 8 if len(loops) <= 7 else 5
        self.size = {}
        for l in loops:
            if l in "trs":
                self.size[l] = rng.randint(1, 4 if len(self.form.sides()) < 3 else 3)
            elif l.isupper():
                self.size[l] = rng.randint(1, 3)
            elif l == "n" and self.form.sides():
                self.size[l] = rng.randint(1, 3)
            else:
                self.size[l] = rng.randint(1, most)
        one = rng.random() < 0.3  # strides and dilations are mostly 1 in real networks
        self.stride = {s: 1 if one or not self.form.windows else rng.randint(1, 3) for s in self.form.sides()}
        self.dilation = {s: 1 if one or not self.form.windows else rng.randint(1, 2) for s in self.form.sides()}
        # Some images are larger than the layer needs.
        named = not self.generic and self.form.windows
        self.slack = {s: rng.randint(0, 2) if named or self.generic else 0 for s in self.form.sides()}
        # linalg verifies that a window reaches the end of the image where the
        # stride is 1.
        for s in self.form.sides():
            if rng.random() < 0.5:
                self.slack[s] = 0
        self.zero_points = [rng.randint(-5, 5), rng.choice([0, rng.randint(-5, 5)])]
        self.constant_zero_points = rng.random() < 0.5
        self.loop_order = list(loops)
        if self.generic and self.form.family != "pooling" and rng.random() < 0.5:
            rng.shuffle(self.loop_order)

    def choose_init(self, rng):
        kinds = ["zero", "zero", "seven", "data", "bias"]
        kinds += ["splat", "reused", "broadcast"] if self.on_tensors else ["copied", "out"]
        self.init = rng.choice(kinds)
        rank = len(self.form.axes[2])
        if self.init in ("bias", "broadcast") and rank == 0:
            self.init = "seven"
        # The dimensions that the bias has; the channels, mostly.
        channels = [i for i, l in enumerate(self.form.axes[2]) if l in "gkK"]
        self.bias_axes = channels if channels and rng.random() < 0.8 else sorted(
            rng.sample(range(rank), rng.randint(0 if rank > 1 else min(rank, 1), rank)))

    def choose_padding(self, rng):
        self.low, self.high, self.pad_value = {}, {}, 0
        self.pad_reused = False
        axes = self.form.axes[0]
        if not self.form.sides() or rng.random() < 0.4:
            return
        for i, axis in enumerate(axes):
            if axis in SIDES:
                extent = (self.size[KERNEL_OF[axis]] - 1) * self.dilation[axis]
                most = extent if rng.random() < 0.9 else extent + 2
                self.low[i], self.high[i] = rng.randint(0, most), rng.randint(0, most)
            elif rng.random() < 0.04:
                self.low[i], self.high[i] = rng.randint(0, 1), rng.randint(0, 1)
        self.pad_value = rng.choice([0, 0, 3, self.zero_points[0] if self.form.zero_points else -2])
        self.pad_reused = rng.random() < 0.05

    def choose_epilogue(self, rng):
        """Steps are (name, parameters), see Steps."""
        self.epilogue = []
        self.observed = None
        self.direct = rng.random() < 0.5
        if rng.random() < 0.35:
            return
        element = self.types[2]
        for _ in range(rng.randint(1, 4)):
            name = rng.choice(Steps.names(self, element))
            step = {"name": name, "mode": rng.choice(["new", "new", "in and out", "out"]),
                    "swap": rng.random() < 0.5, "small": rng.random() < 0.5,
                    "axes": rng.choice(["channels", "channels", "some"]), "salt": rng.randint(0, 1 << 20),
                    "op": rng.choice(["add", "mul", "max", "sub"])}
            element = Steps.result(name, element)
            self.epilogue.append(step)
        if rng.random() < 0.15:
            self.observed = rng.randint(0, len(self.epilogue) - 1)

    def choose_schedule(self, rng, tools):
        # Small tiles mostly, so that there are several.
        self.tile = {}
        for l in LOOPS:
            most = self.limit(l)
            self.tile[l] = rng.choice([rng.randint(1, most), rng.randint(1, (most + 1) // 2), most])
        self.order = list(LOOPS)
        rng.shuffle(self.order)
        self.pinned = rng.random() < 0.6
        self.hold = {t: rng.choice([6, rng.randint(0, 6)]) for t in TENSORS}
        self.serpentine, self.halo = rng.random() < 0.5, rng.random() < 0.5
        # All apart, all in one buffer, or one apart from two that share.
        self.apart = rng.choice([TENSORS, TENSORS, [], [rng.choice(TENSORS)]])
        self.doubled = [t for t in TENSORS if rng.random() < 0.5] if rng.random() < 0.3 else []
        if not tools.emits_all_spaces:
            self.hold, self.serpentine, self.halo = dict.fromkeys(TENSORS, 6), False, False
        if not tools.has_double_buffers:
            self.doubled = []

    # ---- what follows from them --------------------------------------------

    def loops_of(self, dim):
        """The loops that `dim` of a schedule may stand for."""
        if dim in ROLES:
            return [l for l in ROLES[dim] if l in self.size]
        # Rows come before columns in the output, whatever the layout calls them.
        spatial = [l for l in self.form.axes[2] if l in "opq"]
        if len(spatial) == 3:
            return spatial
        return spatial[:-1] if dim == "p" else spatial[-1:]

    def limit(self, dim):
        """The largest tile that is legal whichever loop is tiled."""
        return min((self.size[l] for l in self.loops_of(dim)), default=1)

    def derive(self):
        self.tile = {l: min(self.tile[l], self.limit(l)) for l in LOOPS}
        self.image = {}
        for side in self.form.sides():
            self.image[side] = self.rows(side, self.size[OUTPUT_OF[side]]) + self.slack[side]
        shape = self.shape(0)
        self.low = {i: self.low.get(i, 0) for i in range(len(shape))} if self.low else {}
        self.high = {i: self.high.get(i, 0) for i in range(len(shape))} if self.low else {}
        for i in self.low:
            # Some of the image must be real.
            while shape[i] - self.low[i] - self.high[i] < 1:
                if self.low[i] >= self.high[i]:
                    self.low[i] -= 1
                else:
                    self.high[i] -= 1
        self.choose_buffers()

    def rows(self, side, outputs):
        kernel = self.size[KERNEL_OF[side]]
        return (outputs - 1) * self.stride[side] + (kernel - 1) * self.dilation[side] + 1

    def shape(self, operand):
        return [self.image[a] if a in SIDES else self.size[a] for a in self.form.axes[operand]]

    def assignments(self, tensor):
        """The extents of all loops under what is held of `tensor`: one for each
        way in which the loops of a schedule may stand for those of the layer."""
        held = {}
        for dim in LOOPS:
            inside = not self.pinned or self.order.index(dim) < self.hold[tensor]
            held[dim] = self.tile[dim] if inside else None
        choices = []
        for dim in "ngkc":
            choices.append([(dim, l) for l in self.loops_of(dim)] or [None])
        spatial = self.loops_of("p")
        if len(spatial) == 3:
            choices.append([("p", a, "q", b) for a, b in itertools.combinations(spatial, 2)])
        else:
            choices += [[(d, l) for l in self.loops_of(d)] or [None] for d in "pq"]
        for choice in itertools.product(*choices):
            extent = dict(self.size)
            for pairs in filter(None, choice):
                for dim, loop in zip(pairs[::2], pairs[1::2]):
                    if held[dim] is not None:
                        extent[loop] = held[dim]
            yield extent

    def elements(self, axes, extent):
        count = 1
        for axis in axes:
            if axis not in SIDES:
                count *= extent[axis]
                continue
            outputs = extent[OUTPUT_OF[axis]]
            rows = self.rows(axis, outputs)
            # A third side stays whole, with what no window touches.
            if len(self.form.sides()) == 3 and outputs == self.size[OUTPUT_OF[axis]]:
                rows = max(rows, self.image[axis])
            count *= rows
        return count

    def held_bytes(self, tensor):
        operand = TENSORS.index(tensor)
        if tensor == "weights" and self.form.family == "pooling":
            return 0
        axes = self.form.axes[operand]
        most = 0
        for extent in self.assignments(tensor):
            size = self.elements(axes, extent) * BYTES[self.types[operand]]
            if tensor == "output":
                size += self.elements(axes, extent) * self.result_bytes()
                for used, element in self.further_operands():
                    size += self.elements([axes[i] for i in used], extent) * BYTES[element]
            most = max(most, size)
        return most

    def result_bytes(self):
        """Bytes of a finished element where it lies next to the partial sum."""
        elements, element = [], self.types[2]
        for step in self.epilogue:
            element = Steps.result(step["name"], element)
            elements.append(element)
        return max((BYTES[e] for e in elements if e != self.types[2]), default=0)

    def further_operands(self):
        """Dimensions of the output and element type of what else an output tile
        needs from DRAM."""
        if self.init in ("bias", "broadcast"):
            yield self.bias_axes, self.types[2]
        element = self.types[2]
        for step in self.epilogue:
            yield from Steps.operands(self, step, element)
            element = Steps.result(step["name"], element)

    def choose_buffers(self):
        need = {t: max(1, self.held_bytes(t)) * (2 if t in self.doubled else 1) for t in TENSORS}
        self.buffers = {t: need[t] for t in self.apart}
        if len(self.apart) < len(TENSORS):
            self.buffers["shared"] = sum(need[t] for t in TENSORS if t not in self.apart)

    def overfull(self, footprint):
        """The buffers that do not hold what a report says is in them."""
        used = dict.fromkeys(self.buffers, 0)
        for tensor in TENSORS:
            used[tensor if tensor in used else "shared"] += footprint[tensor + "_bytes"]
        return [name for name in used if used[name] > self.buffers[name]]

    # ---- text --------------------------------------------------------------

    def attributes(self):
        capacities = [f"{name} = {size}" for name, size in self.buffers.items()]
        if self.doubled:
            capacities.append(f"double_buffered = [{', '.join(self.doubled)}]")
        text = f"romanet.buffers = #romanet.buffers<{', '.join(capacities)}>"
        if self.pinned:
            loops = ", ".join(f"{l} = {self.tile[l]}" for l in self.order)
            extra = ""
            if any(depth != 6 for depth in self.hold.values()):
                extra += f", hold = [{', '.join(f'{t} = {d}' for t, d in self.hold.items())}]"
            extra += ", serpentine" * self.serpentine + ", halo" * self.halo
            text += f", romanet.schedule = #romanet.schedule<[{loops}]{extra}>"
        return text

    def layer_name(self, twin=False):
        return f"case{self.number}{'.twin' if twin else ''}"

    def operation(self, f, a, b, zero_points, init, twin=False):
        """The layer itself."""
        form, attributes, tail = self.form, self.attributes(), f' loc("{self.layer_name(twin)}")'
        if self.generic:
            return self.generic_operation(f, a, b, init, attributes, tail)
        ins = [a, b] + [(z, "i32") for z in zero_points]
        if form.maps:
            loops = form.loops()
            maps = ", ".join(f"affine_map<({', '.join(loops)}) -> ({', '.join(axes)})>" for axes in form.axes)
            return f.statement(f"linalg.{form.name} indexing_maps = [{maps}] {{{attributes}}} "
                               f"{f.operands(ins, init)}", init, tail)
        if form.windows:
            for name, values in (("strides", self.stride), ("dilations", self.dilation)):
                numbers = ", ".join(str(values[s]) for s in form.sides())
                attributes += f", {name} = dense<[{numbers}]> : tensor<{len(form.sides())}xi64>"
        return f.statement(f"linalg.{form.name} {{{attributes}}} {f.operands(ins, init)}", init, tail)

    def generic_operation(self, f, a, b, init, attributes, tail):
        def expression(axis):
            if axis in SIDES:
                return f"{OUTPUT_OF[axis]} * {self.stride[axis]} + {KERNEL_OF[axis]} * {self.dilation[axis]}"
            return axis

        narrow, _, wide = self.types
        pooling = self.form.family == "pooling"

        def body(emit, x, w, old):
            def widen(value):
                if narrow == wide:
                    return value
                return emit(f"arith.{'extf' if is_float(wide) else 'extsi'} {value} : {narrow} to {wide}")

            if not pooling:
                letter = "f" if is_float(wide) else "i"
                x, w = widen(x), widen(w)
                product = emit(f"arith.mul{letter} {x}, {w} : {wide}")
                return emit(f"arith.add{letter} {old}, {product} : {wide}")
            kind = self.form.name.split("_", 2)[2]
            if kind == "sum":
                op = "addf" if is_float(wide) else "addi"
            elif is_float(wide):
                op = {"max": "maximumf", "min": "minimumf"}[kind]
            else:
                op = {"max": "maxsi", "min": "minsi", "max_unsigned": "maxui", "min_unsigned": "minui"}[kind]
            return emit(f"arith.{op} {old}, {widen(x)} : {wide}")

        maps = [[expression(axis) for axis in axes] for axes in self.form.axes]
        return f.generic(self.loop_order, REDUCTIONS, [a, b], maps[:2], init, maps[2], body, attributes, tail)

    def text(self):
        """The function with the case, and the arguments that it returns."""
        f = Function(f"case{self.number}", self.on_tensors)
        shape = self.shape(0)
        for i in self.low:
            shape[i] -= self.low[i] + self.high[i]
        a = f.argument(shape, self.types[0])
        weights = self.shape(1)
        b = (f.new(weights, self.types[1]) if self.form.family == "pooling"
             else f.argument(weights, self.types[1]))
        zero_points = []
        if self.form.zero_points:
            if self.constant_zero_points:
                zero_points = [f.scalar(z, "i32") for z in self.zero_points]
            else:
                for z in self.zero_points:
                    zero_points.append(f"%z{len(zero_points)}")
                    f.arguments.append((zero_points[-1], "i32", z))
        self.padded = None
        if self.low:
            a = f.pad(a, list(self.low.values()), list(self.high.values()), self.pad_value)
            self.padded = a
        further = []
        if self.pad_reused and self.low:
            further.append(a)

        accumulator, out_shape = self.types[2], self.shape(2)
        element = accumulator
        for step in self.epilogue:
            element = Steps.result(step["name"], element)
        out = None if self.on_tensors else f.argument(out_shape, element)
        self.outs = [] if self.on_tensors else [len(f.arguments) - 1]

        init = self.initial(f, out_shape, out if not self.epilogue else None)
        if self.init == "reused":
            further.append(init)
        value = self.operation(f, a, b, zero_points, init)
        # A second layer of the same kind, for a residual.
        self.twin = None

        def twin():
            if self.twin:
                return self.twin
            other = f.argument(weights, self.types[1]) if self.form.family != "pooling" else b
            start = f.fill(1, f.new(out_shape, accumulator))
            self.twin = self.operation(f, a, other, zero_points, start, twin=True)
            return self.twin

        for number, step in enumerate(self.epilogue):
            last = number == len(self.epilogue) - 1
            if self.observed == number:
                further.append(value)
            steps = Steps(self, f, step, out if last and self.direct else None,
                          keep=self.observed == number, twin=twin)
            value = steps.apply(value)
        if self.on_tensors:
            f.results = [value, *further]
            return f
        if value is not out:
            f.copy(value, out)
        for each in further:
            target = f.argument(each.shape, each.element)
            self.outs.append(len(f.arguments) - 1)
            f.copy(each, target)
        return f

    def initial(self, f, shape, out):
        """What the accumulation starts from; `out` is the caller's buffer, if
        the result may be accumulated there."""
        element = self.types[2]
        number = {"zero": 0, "seven": 7, "splat": 5, "out": 0}.get(self.init)
        if self.init == "splat":
            return f.splat(number, shape, element)
        if self.init == "data":
            if out is not None:
                return out
            return f.argument(shape, element)
        if self.init == "reused":
            return f.argument(shape, element)
        if self.init == "copied":
            data, buffer = f.argument(shape, element), f.new(shape, element)
            f.copy(data, buffer)
            return buffer
        if self.init == "out" and out is not None:
            return f.fill(number, out)
        if number is not None:
            return f.fill(number, f.new(shape, element))
        bias = f.argument([shape[i] for i in self.bias_axes], element)
        buffer = f.new(shape, element)
        if self.init == "broadcast":
            missing = [i for i in range(len(shape)) if i not in self.bias_axes]
            if missing:
                return f.statement(f"linalg.broadcast ins({bias} : {bias.type}) outs({buffer} : {buffer.type}) "
                                   f"dimensions = {missing}", buffer)
        return f.elementwise([bias], buffer, lambda emit, x, old: x,
                             [[f"d{i}" for i in self.bias_axes]])

    def describe(self):
        text = (f"{self.form.name}{' generic' if self.generic else ''} {self.form.axes} {'x'.join(self.types)} "
                f"{'tensor' if self.on_tensors else 'memref'} init={self.init} size={self.size} "
                f"stride={self.stride} dilation={self.dilation} slack={self.slack} ")
        if self.low:
            text += f"pad={list(self.low.values())},{list(self.high.values())} value={self.pad_value} "
        if self.epilogue:
            text += f"epilogue={[step['name'] for step in self.epilogue]} observed={self.observed} "
        return text + self.attributes()

    # ---- shrinking ---------------------------------------------------------

    def smaller(self):
        """Cases that are simpler in one way, the greatest steps first."""
        def variant(change):
            case = copy.deepcopy(self)
            change(case)
            try:
                case.derive()
                case.text()
            except (Invalid, KeyError, ValueError, IndexError):
                return None
            return case

        def setting(**values):
            return lambda case: case.__dict__.update(values)

        changes = []
        if self.epilogue:
            changes.append(setting(epilogue=[], observed=None))
            for i in range(len(self.epilogue)):
                steps = self.epilogue[:i] + self.epilogue[i + 1:]
                changes.append(setting(epilogue=steps, observed=None))
            if any(step["mode"] != "new" for step in self.epilogue):
                changes.append(setting(epilogue=[dict(step, mode="new") for step in self.epilogue]))
        if self.observed is not None:
            changes.append(setting(observed=None))
        if self.low:
            changes.append(setting(low={}, high={}, pad_reused=False))
            for i in self.low:
                if self.low[i]:
                    changes.append(setting(low={**self.low, i: 0}))
                if self.high[i]:
                    changes.append(setting(high={**self.high, i: 0}))
            if self.pad_reused:
                changes.append(setting(pad_reused=False))
            if self.pad_value:
                changes.append(setting(pad_value=0))
        if self.init != "zero":
            changes.append(setting(init="zero"))
        if self.doubled:
            changes.append(setting(doubled=[]))
        if self.apart != TENSORS:
            changes.append(setting(apart=TENSORS))
        if self.pinned:
            changes.append(setting(pinned=False))
            if self.halo:
                changes.append(setting(halo=False))
            if self.serpentine:
                changes.append(setting(serpentine=False))
            for tensor in TENSORS:
                if self.hold[tensor] != 6:
                    changes.append(setting(hold={**self.hold, tensor: 6}))
        for l, size in self.size.items():
            for fewer in sorted({1, size // 2, size - 1} - {0, size}):
                changes.append(setting(size={**self.size, l: fewer}))
        for name in ("stride", "dilation"):
            values = getattr(self, name)
            changes += [setting(**{name: {**values, s: 1}}) for s in values if values[s] > 1]
        changes += [setting(slack={**self.slack, s: 0}) for s in self.slack if self.slack[s]]
        if self.pinned:
            for dim in LOOPS:
                if self.tile[dim] != self.limit(dim):
                    changes.append(setting(tile={**self.tile, dim: self.limit(dim)}))
            for i in range(len(LOOPS) - 1):
                if LOOPS.index(self.order[i]) > LOOPS.index(self.order[i + 1]):
                    order = list(self.order)
                    order[i], order[i + 1] = order[i + 1], order[i]
                    changes.append(setting(order=order))
        return filter(None, map(variant, changes))


class Steps:
    """The element-wise consumers of a layer."""

    @staticmethod
    def names(case, element):
        rank = len(case.form.axes[2])
        names = ["relu", "relu", "clamp", "constant", "scalar", "channel add", "channel add", "channel mul",
                 "residual", "residual", "named", "square", "map", "index", "elementwise", "twin", "transpose",
                 "swish"]
        if element in ("i32", "i16"):
            names += ["requantise", "requantise", "channel requantise"]
        if element == "i8":
            names += ["widen"]
        if element == "i32":
            names += ["to float", "apply scale"]
        if element == "f32":
            names += ["to half", "math"]
        if 1 in [case.size[l] for l in case.form.axes[2]]:
            names += ["unit"] * 3
        if rank < 2:
            names.remove("transpose")
        return names

    RESULT = {"requantise": "i8", "channel requantise": "i8", "widen": "i32", "to float": "f32", "to half": "f16"}

    @staticmethod
    def result(name, element):
        return Steps.RESULT.get(name, element)

    @staticmethod
    def axes_of(case, step):
        """The dimensions of the output that the further operand has."""
        letters, name = case.form.axes[2], step["name"]
        if name in ("residual", "named", "map", "elementwise", "twin", "transpose", "unit"):
            return list(range(len(letters)))
        channels = [i for i, l in enumerate(letters) if l in "gkK"]
        if step["axes"] == "channels" and channels:
            return channels
        return [i for i in range(len(letters)) if random.Random(f"{step['salt']} {i}").random() < 0.5]

    @staticmethod
    def operand_element(step, element):
        if step["name"] == "residual" and step["small"] and not is_float(element):
            return "i8"
        if step["name"] == "channel requantise":
            return "i32"
        return element

    @staticmethod
    def operands(case, step, element):
        name = step["name"]
        if name in ("channel add", "channel mul", "channel requantise", "residual", "named", "map",
                    "elementwise", "unit", "transpose"):
            yield Steps.axes_of(case, step), Steps.operand_element(step, element)
        elif name == "apply scale" and case.on_tensors:
            yield Steps.axes_of(case, step), "i32"
            yield Steps.axes_of(case, step), "i8"
        elif name in ("twin", "swish"):
            # Half of a pair may be what is fused.
            yield range(len(case.form.axes[2])), max(case.types[2], element, key=BYTES.get)

    def __init__(self, case, f, step, out, keep, twin):
        self.case, self.f, self.step, self.out, self.keep, self.make_twin = case, f, step, out, keep, twin

    def target(self, x, element):
        """The buffer for the result, and whether it is that of `x` itself."""
        mode = self.step["mode"]
        if mode != "new" and element == x.element and not self.keep:
            if self.case.on_tensors or self.out is None:
                return x, mode
        if self.out is not None:
            return self.out, "new"
        return self.f.new(x.shape, element), "new"

    def apply(self, x):
        f, step, element = self.f, self.step, x.element
        name = step["name"]
        result = Steps.result(name, element)
        floats = is_float(element)
        suffix = "f" if floats else "i"
        rank = len(x.shape)
        dims = [f"d{i}" for i in range(rank)]

        def scalar_of(number, kind=element):
            return f.scalar(number, kind)

        def binary(op):
            table = {"add": "add" + suffix, "mul": "mul" + suffix, "sub": "sub" + suffix,
                     "max": "maximumf" if floats else "maxsi", "min": "minimumf" if floats else "minsi"}
            return f"arith.{table[op]}"

        def unary(body, further=(), in_maps=()):
            """body(emit, x, further...) on the elements of x."""
            out, mode = self.target(x, result)
            if mode == "out":
                return f.elementwise(list(further), out, lambda emit, *a: body(emit, a[-1], *a[:-1]),
                                     list(in_maps))
            if step["swap"]:
                return f.elementwise([*further, x], out, lambda emit, *a: body(emit, a[-2], *a[:-2]),
                                     [*in_maps, dims])
            return f.elementwise([x, *further], out, lambda emit, *a: body(emit, *a[:-1]), [dims, *in_maps])

        def data(axes, kind):
            return f.argument([x.shape[i] for i in axes], kind), [dims[i] for i in axes]

        if name == "relu":
            zero = scalar_of(0)
            return unary(lambda emit, v: emit(f"{binary('max')} {v}, {zero} : {element}"))
        if name == "clamp":
            low, high, most = scalar_of(-3), scalar_of(6), binary("max")
            return unary(lambda emit, v: emit(
                f"{binary('min')} {emit(f'{most} {v}, {low} : {element}')}, "
                f"{high} : {element}"))
        if name == "constant":
            three = scalar_of(3)
            return unary(lambda emit, v: emit(f"{binary('sub')} {v}, {three} : {element}"))
        if name == "scalar":
            return unary(lambda emit, v, s: emit(f"{binary('add')} {v}, {s} : {element}"),
                         [(scalar_of(2), element)], [[]])
        if name in ("channel add", "channel mul"):
            operand, operand_map = data(self.axes_of(self.case, step), element)
            op = binary(name.split()[1])
            return unary(lambda emit, v, s: emit(f"{op} {v}, {s} : {element}"), [operand], [operand_map])
        if name == "unit":
            # A dimension of extent 1 is not walked, but indexed by 0.
            kind = Value("", x.shape, element, "")
            operand = f.argument(kind.shape, element)
            operand_map = ["0" if s == 1 else d for s, d in zip(x.shape, dims)]
            return unary(lambda emit, v, s: emit(f"{binary('add')} {v}, {s} : {element}"),
                         [operand], [operand_map])
        if name == "residual":
            kind = self.operand_element(step, element)
            operand, operand_map = data(range(rank), kind)

            def add(emit, v, s):
                if kind != element:
                    s = emit(f"arith.extsi {s} : {kind} to {element}")
                return emit(f"{binary('add')} {v}, {s} : {element}")

            return unary(add, [operand], [operand_map])
        if name == "twin":
            other = self.make_twin()
            if other.element != element:
                # It has the type of partial sums: compare instead of adding.
                zero, plus = scalar_of(0, other.element), binary("add")
                less = "arith.cmpf olt," if is_float(other.element) else "arith.cmpi slt,"
                return unary(lambda emit, v, s: emit(
                    f"arith.select {emit(f'{less} {s}, {zero} : {other.element}')}, {v}, "
                    f"{emit(f'{plus} {v}, {v} : {element}')} : {element}"),
                    [other], [dims])
            return unary(lambda emit, v, s: emit(f"{binary('add')} {v}, {s} : {element}"), [other], [dims])
        if name == "transpose":
            # Reads the further operand by another map than that of the output.
            order = list(reversed(range(rank)))
            operand = f.argument([x.shape[i] for i in order], element)
            return unary(lambda emit, v, s: emit(f"{binary('sub')} {v}, {s} : {element}"),
                         [operand], [[dims[i] for i in order]])
        if name == "swish":
            # Its input is used twice: by an operation and by that one's consumer.
            zero, most, times = scalar_of(0), binary("max"), binary("mul")
            gate = f.elementwise([x], f.new(x.shape, element),
                                 lambda emit, v, old: emit(f"{most} {v}, {zero} : {element}"))
            if step["swap"]:
                return f.elementwise([x, gate], self.target(x, element)[0],
                                     lambda emit, v, g, old: emit(f"{times} {v}, {g} : {element}"))
            return f.elementwise([gate, x], self.out or f.new(x.shape, element),
                                 lambda emit, g, v, old: emit(f"{times} {g}, {v} : {element}"))
        if name == "square":
            out, mode = self.target(x, element)
            return f.elementwise([x, x], out, lambda emit, v, w, old: emit(
                f"{binary('mul')} {v}, {w} : {element}"))
        if name == "index":
            if rank == 0:
                return unary(lambda emit, v: emit(f"{binary('add')} {v}, {v} : {element}"))

            def add_index(emit, v):
                index = emit(f"linalg.index {rank - 1} : index")
                number = emit(f"arith.index_cast {index} : index to i32")
                if floats:
                    number = emit(f"arith.sitofp {number} : i32 to {element}")
                elif element != "i32":
                    number = emit(f"arith.trunci {number} : i32 to {element}")
                return emit(f"{binary('add')} {v}, {number} : {element}")

            return unary(add_index)
        if name in ("named", "map", "elementwise"):
            operand, _ = data(range(rank), element)
            out, _ = self.target(x, element)
            ins = [operand, x] if step["swap"] else [x, operand]
            op = step["op"]
            if name == "named":
                return f.named(op, ins, out)
            if name == "elementwise":
                kind = "max_signed" if op == "max" else op
                return f.named(name, ins, out, f"kind=#linalg.elementwise_kind<{kind}>")
            return f.named("map", ins, out, f"{{ {binary(op)} }}")
        if name in ("requantise", "channel requantise"):
            wide = element
            shift, low, high = scalar_of(3), scalar_of(-128), scalar_of(127)
            round_up = scalar_of(4)
            factor = None if name.startswith("channel") else scalar_of(5)
            further, further_maps = [], []
            if factor is None:
                operand, operand_map = data(self.axes_of(self.case, step), "i32")
                further, further_maps = [operand], [operand_map]

            def body(emit, v, s=None):
                if s is not None and wide != "i32":
                    s = emit(f"arith.trunci {s} : i32 to {wide}")
                v = emit(f"arith.muli {v}, {factor or s} : {wide}")
                v = emit(f"arith.addi {v}, {round_up} : {wide}")
                v = emit(f"arith.shrsi {v}, {shift} : {wide}")
                v = emit(f"arith.minsi {v}, {high} : {wide}")
                v = emit(f"arith.maxsi {v}, {low} : {wide}")
                return emit(f"arith.trunci {v} : {wide} to i8")

            return unary(body, further, further_maps)
        if name == "apply scale":
            # As TOSA's rescaling is lowered: a scale for each channel, a constant.
            further, further_maps, names = [], [], [f.scalar(1 << 30, "i32"), f.scalar(33, "i8")]
            if self.case.on_tensors:
                axes = self.axes_of(self.case, step)
                shape, further_map = [x.shape[i] for i in axes], [dims[i] for i in axes]
                further = [f.splat(1 << 30, shape, "i32"), f.splat(33, shape, "i8")]
                further_maps = [further_map, further_map]
            return unary(lambda emit, v, *scale: emit(
                f"tosa.apply_scale {v}, {', '.join(scale or names)} {{rounding_mode = DOUBLE_ROUND}} : "
                f"(i32, i32, i8) -> i32"), further, further_maps)
        if name == "math":
            # Its error does not depend on the order of anything.
            return unary(lambda emit, v: emit(f"math.sqrt {emit(f'math.absf {v} : f32')} : f32"))
        op = {"widen": "extsi", "to float": "sitofp", "to half": "truncf"}[name]
        return unary(lambda emit, v: emit(f"arith.{op} {v} : {element} to {result}"))


def module(cases, block):
    main, functions = Main(), []
    for case in cases:
        f = case.text()
        functions.append(f.text())
        main.call(f, case.number, getattr(case, "outs", None))
        case.prints = len(f.results) if case.on_tensors else len(case.outs)
    text = "".join(functions) + main.text()
    if block.dram:
        text = (f"module attributes {{romanet.machine = #romanet.machine<buffers = <shared = 4096>, "
                f'dram = "{block.dram}">}} {{\n{text}}}\n')
    return text


def manner_of(problem):
    """What kind of failure it is: a smaller case must fail in the same way."""
    signs = ["results differ", "not scheduled", "bytes counted", "bursts counted", "too much", "pinned",
             "copies within DRAM", "romanet-verify", "mlir-runner", "mlir-opt", "romanet-opt"]
    return next((sign for sign in signs if sign in problem), "another")


class Judge:
    def __init__(self, tools, seed, keep):
        self.tools, self.seed, self.keep = tools, seed, keep
        self.lock = threading.Lock()
        # Of how many cases: scheduled, fused.
        self.done = {"scheduled": [0, 0], "padding fused": [0, 0], "epilogue fused": [0, 0]}

    def run(self, cases):
        """(case, failure) for each case that fails."""
        block = Block(self.seed, cases[0].number // PER_MODULE, self.tools)
        if not all(case.on_tensors == block.on_tensors for case in cases):
            raise ValueError("cases of several modules")
        try:
            return self.run_module(cases, block)
        except RuntimeError as error:
            if len(cases) == 1:
                return [(cases[0], str(error))]
            # Which one is it? All alone may pass, too.
            half = len(cases) // 2
            failures = self.run(cases[:half]) + self.run(cases[half:])
            return failures or [(cases[0], f"together with {len(cases) - 1} others: {error}")]

    def run_module(self, cases, block):
        text = module(cases, block)
        if self.keep:
            name = f"seed{self.seed}-case{cases[0].number}-{len(cases)}.mlir"
            with open(os.path.join(self.keep, name), "w") as file:
                file.write(text)
        output, copies = self.tools.execute_untouched(text)
        expected, _ = split_output(output)
        with tempfile.TemporaryDirectory() as folder:
            report_file = os.path.join(folder, "report.json")
            run = self.tools.execute_scheduled(text, report_file, block.objective, block.space)
            with open(report_file) as file:
                report = json.load(file)
        actual, counters = split_output(run.output)
        prints = sum(case.prints for case in cases)
        if len(expected) != prints:
            raise RuntimeError(f"the untouched program printed {len(expected)} results instead of {prints}")
        if len(actual) != prints:
            raise RuntimeError(f"the scheduled program printed {len(actual)} results instead of {prints}")
        if run.copies > copies:
            raise RuntimeError(f"{run.copies} copies within DRAM instead of {copies}")
        counted = counted_by_layer(counters, report["layers"])
        layers = {layer["name"]: layer for layer in report["layers"]}
        failures, start = [], 0
        for case in cases:
            end = start + case.prints
            problem = self.judge(case, expected[start:end], actual[start:end], layers, counted, report["skipped"])
            if problem:
                failures.append((case, problem))
            self.note(case, run.scheduled)
            start = end
        return failures

    def judge(self, case, want, got, layers, counted, skipped):
        if want != got:
            return f"results differ\n{want}\n{got}"
        names = [case.layer_name()] + [case.layer_name(True)] * (case.twin is not None)
        for name in names:
            if name not in layers:
                if self.tools.emits_all_spaces:
                    return f"{name} was not scheduled; skipped: {skipped}"
                continue
            layer = layers[name]
            if wrong := differences(layer, counted[name]):
                return "; ".join(wrong)
            if counted[name]["runs"] != 1:
                return f"{name}: ran {counted[name]['runs']} times"
            if overfull := case.overfull(layer["footprint"]):
                return f"{name}: too much in {overfull}: {layer['footprint']}, {case.buffers}"
            if case.pinned:
                pinned = {"tiles": case.tile, "order": case.order, "hold_loops": case.hold,
                          "serpentine": case.serpentine, "retain_halo": case.halo}
                if followed := {key: layer[key] for key in pinned if layer[key] != pinned[key]}:
                    return f"{name}: {followed} in the report, pinned {pinned}"
        return None

    def note(self, case, scheduled):
        """How much is fused is no condition: it may not pay."""
        start = scheduled.find(f"func.func @case{case.number}(")
        body = scheduled[start:scheduled.find("func.func", start + 10)]
        with self.lock:
            for what, applies, holds in (
                    ("scheduled", True, "romanet.layer" in body),
                    ("padding fused", bool(case.low), "romanet.layer" in body and "pads = [0, 0]" not in body),
                    ("epilogue fused", bool(case.epilogue), "romanet.epilogue" in body)):
                self.done[what][0] += applies and holds
                self.done[what][1] += applies

    def shrink(self, case, problem, limit=200):
        """The smallest case found that still fails in the same way."""
        budget, manner = limit, manner_of(problem)
        while budget > 0:
            for smaller in case.smaller():
                budget -= 1
                if any(manner_of(other) == manner for _, other in self.run([smaller])):
                    case = smaller
                    break
                if budget <= 0:
                    break
            else:
                break
        return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=PER_MODULE)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--minutes", type=float, help="run so long instead of --cases")
    parser.add_argument("--only", type=int, metavar="N", help="run case N alone")
    parser.add_argument("--jobs", type=int, default=1, help="modules at a time")
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--dump", action="store_true", help="print the module instead of running it")
    parser.add_argument("--romanet-bin", required=True)
    parser.add_argument("--llvm-bin", required=True)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    tools = Tools(arguments.romanet_bin, arguments.llvm_bin)
    judge = Judge(tools, arguments.seed, arguments.keep)
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)

    def modules():
        first, last = arguments.first, arguments.first + arguments.cases
        if arguments.only is not None:
            first, last = arguments.only, arguments.only + 1
        numbers = itertools.count(first) if arguments.minutes else range(first, last)
        for _, group in itertools.groupby(numbers, lambda number: number // PER_MODULE):
            yield [Case(arguments.seed, number, tools) for number in group]

    def block_of(cases):
        return Block(arguments.seed, cases[0].number // PER_MODULE, tools)

    if arguments.dump:
        for cases in modules():
            print(module(cases, block_of(cases)))
        return 0

    start, done, failed = time.monotonic(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        waiting = []
        source = modules()
        while True:
            over = arguments.minutes and time.monotonic() - start > 60 * arguments.minutes
            while not over and len(waiting) < 2 * arguments.jobs:
                cases = next(source, None)
                if cases is None:
                    break
                waiting.append((len(cases), pool.submit(judge.run, cases)))
            if not waiting:
                break
            count, future = waiting.pop(0)
            for case, problem in future.result():
                failed += 1
                print(f"seed {arguments.seed} case {case.number}: {problem}\n  {case.describe()}")
                if arguments.shrink:
                    small = judge.shrink(case, problem)
                    print(f"  shrunk: {small.describe()}\n{small.text().text()}")
                sys.stdout.flush()
            done += count
    if arguments.only is not None and not failed:
        print(Case(arguments.seed, arguments.only, tools).describe())
    done_of = ", ".join(f"{what} {a} of {b}" for what, (a, b) in judge.done.items())
    print(f"seed {arguments.seed}: {done} cases, {failed} failures; {done_of}; {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
