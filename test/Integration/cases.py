"""Random cases: a layer with what surrounds it, its buffers and its schedule."""

import copy
import itertools
import random

import steps
from forms import ALL_TYPES, BYTES, KERNEL_OF, OUTPUT_OF, REDUCTIONS, ROLES, SIDES, random_form
from program import Function, is_float

LOOPS = "ngkcpq"
TENSORS = ["input", "weights", "output"]

# Cases of one module. They have the kind (tensors or memrefs), the objective and
# the space in common. With fewer, the time goes into starting the tools; with
# twice as many, compiling the longer @main takes what that saves.
PER_MODULE = 24


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
        # Copies, or DMAs whose data move as late or as early as they can.
        self.dma = rng.choice([None, None, "late", "early"])


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
        self.choose_cut(random.Random(f"{seed} case {number} cut"))
        self.choose_orders(random.Random(f"{seed} case {number} orders"))
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

    def choose_cut(self, rng):
        """What the image has behind the last row and column of the input."""
        self.cut = {}
        if self.low or rng.random() < 0.75:
            return
        for i, axis in enumerate(self.form.axes[0]):
            if axis in SIDES:
                self.cut[i] = rng.randint(0, 3)

    def choose_orders(self, rng):
        """Arrays whose dimensions the program reorders in front of the layer: the
        image, the padded image, the weights."""
        self.orders = {}
        for what, operand in (("image", 0), ("padded", 0), ("weights", 1)):
            order = list(range(len(self.form.axes[operand])))
            rng.shuffle(order)
            if rng.random() < 0.15 and order != sorted(order):
                self.orders[what] = order
        if self.form.family == "pooling":
            self.orders.pop("weights", None)
        self.named_orders = rng.random() < 0.5

    def choose_epilogue(self, rng):
        """See steps.py."""
        self.epilogue = []
        self.observed = None
        self.direct = rng.random() < 0.5
        if rng.random() < 0.35:
            return
        element = self.types[2]
        for _ in range(rng.randint(1, 4)):
            step = steps.random_step(rng, self, element)
            element = steps.result_of(step, element)
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

    # ---- what follows from them --------------------------------------------

    def loops_of(self, dim):
        """The loops that `dim` of a schedule may stand for."""
        # Images and channels of a pooling are both on their own.
        if self.form.family == "pooling" and dim in "ng":
            return [l for l in "ng" if l in self.size]
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
        dims = "ngkc"
        if self.form.family == "pooling":
            choices.append([("n", "n", "g", "g"), ("n", "g", "g", "n")])
            dims = ""
        for dim in dims:
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
            element = steps.result_of(step, element)
            elements.append(element)
        return max((BYTES[e] for e in elements if e != self.types[2]), default=0)

    def further_operands(self):
        """Dimensions of the output and element type of what else an output tile
        needs from DRAM."""
        if self.init in ("bias", "broadcast"):
            yield self.bias_axes, self.types[2]
        element = self.types[2]
        for step in self.epilogue:
            yield from steps.operands_of(self, step, element)
            element = steps.result_of(step, element)

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
        image = [s + self.cut.get(i, 0) for i, s in enumerate(shape)]
        a = self.reordered(f, image, self.types[0], "image")
        if self.cut:
            a = f.cut(a, shape)
        weights = self.shape(1)
        b = (f.new(weights, self.types[1]) if self.form.family == "pooling"
             else self.reordered(f, weights, self.types[1], "weights"))
        zero_points = []
        if self.form.zero_points:
            if self.constant_zero_points:
                zero_points = [f.scalar(z, "i32") for z in self.zero_points]
            else:
                for z in self.zero_points:
                    zero_points.append(f"%z{len(zero_points)}")
                    f.arguments.append((zero_points[-1], "i32", z))
        self.padded = None
        order = self.orders.get("padded") if self.low else None
        if self.low:
            places = order and [order.index(i) for i in range(len(order))]
            low, high = ([side[i] for i in places or side] for side in (self.low, self.high))
            if order:
                a = f.reorder(a, places, self.named_orders)
            a = f.pad(a, low, high, self.pad_value)
            if order:
                a = f.reorder(a, order, self.named_orders)
            self.padded = a
        further = []
        if self.pad_reused and self.low:
            further.append(a)

        accumulator, out_shape = self.types[2], self.shape(2)
        element = accumulator
        for step in self.epilogue:
            element = steps.result_of(step, element)
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
            # On tensors two layers can start from one bias.
            start = init
            if not self.on_tensors or self.init not in ("bias", "broadcast"):
                start = f.fill(1, f.new(out_shape, accumulator))
            self.twin = self.operation(f, a, other, zero_points, start, twin=True)
            return self.twin

        for number, step in enumerate(self.epilogue):
            last = number == len(self.epilogue) - 1
            if self.observed == number:
                further.append(value)
            value = steps.Writer(self, f, step, value, out if last and self.direct else None,
                                 keep=self.observed == number, make_twin=twin).write()
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

    def reordered(self, f, shape, element, what):
        """An argument that the program has with its dimensions in another order."""
        order = self.orders.get(what)
        if not order:
            return f.argument(shape, element)
        source = [shape[order.index(i)] for i in range(len(order))]
        return f.reorder(f.argument(source, element), order, self.named_orders)

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
        if self.cut:
            text += f"cut={list(self.cut.values())} "
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
            except (KeyError, ValueError, IndexError):  # it makes no sense
                return None
            return case

        def setting(**values):
            return lambda case: case.__dict__.update(values)

        changes = []
        if self.epilogue:
            changes.append(setting(epilogue=[], observed=None))
            for i in range(len(self.epilogue)):
                rest = self.epilogue[:i] + self.epilogue[i + 1:]
                changes.append(setting(epilogue=rest, observed=None))
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
        if self.cut:
            changes.append(setting(cut={}))
        for what in self.orders:
            changes.append(setting(orders={key: self.orders[key] for key in self.orders if key != what}))
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
