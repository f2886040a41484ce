"""The element-wise consumers of a layer in a random case.

A step is a dict: its `name`, how the buffer of the result is chosen (`mode`), the
order of the inputs (`swap`), and what some steps want to know besides. The class
below has a method of the same name that writes it.
"""

import random

from forms import BYTES
from program import is_float

# Twice: more often. Some need an element type, a rank, or a dimension of extent 1.
ANY = ["relu", "relu", "clamp", "constant", "scalar operand", "channel add", "channel add", "channel mul", "residual",
       "residual", "rescaled", "rescaled", "named", "square", "map", "index", "elementwise", "twin", "swish"]
FOR_TYPE = {"i32": ["requantise", "requantise", "channel requantise", "to float", "apply scale"],
            "i16": ["requantise", "requantise", "channel requantise"],
            "i8": ["widen"], "f32": ["to half", "math"]}
# The element type afterwards, where it is another one.
RESULT = {"requantise": "i8", "channel requantise": "i8", "widen": "i32", "to float": "f32", "to half": "f16"}
# Those with an operand that has all dimensions of the output.
WHOLE = ("residual", "rescaled", "named", "map", "elementwise", "transpose", "unit")


def random_step(rng, case, element):
    rank = len(case.form.axes[2])
    names = ANY + FOR_TYPE.get(element, []) + ["transpose"] * (rank > 1)
    if 1 in [case.size[l] for l in case.form.axes[2]]:
        names = names + ["unit"] * 3
    return {"name": rng.choice(names), "mode": rng.choice(["new", "new", "in and out", "out"]),
            "swap": rng.random() < 0.5, "small": rng.random() < 0.5, "salt": rng.randint(0, 1 << 20),
            "axes": rng.choice(["channels", "channels", "some"]), "op": rng.choice(["add", "mul", "max", "sub"])}


def result_of(step, element):
    return RESULT.get(step["name"], element)


def axes_of(case, step):
    """The dimensions of the output that the further operand has."""
    letters = case.form.axes[2]
    channels = [i for i, l in enumerate(letters) if l in "gkK"]
    if step["name"] in WHOLE:
        return list(range(len(letters)))
    if step["axes"] == "channels" and channels:
        return channels
    return [i for i in range(len(letters)) if random.Random(f"{step['salt']} {i}").random() < 0.5]


def operand_element(step, element):
    if step["name"] == "residual" and step["small"] and not is_float(element):
        return "i8"
    return "i32" if step["name"] == "channel requantise" else element


def operands_of(case, step, element):
    """Dimensions and element type of what the step may read from DRAM."""
    name = step["name"]
    if name in WHOLE or name.startswith("channel"):
        yield axes_of(case, step), operand_element(step, element)
    elif name == "apply scale" and case.on_tensors:
        yield axes_of(case, step), "i32"
        yield axes_of(case, step), "i8"
    elif name in ("twin", "swish"):
        # Half of a pair may be what is fused.
        yield range(len(case.form.axes[2])), max(case.types[2], element, key=BYTES.get)


class Writer:
    """Writes one step of `case` to the function `f`. `out` is the buffer that the
    result should be written to, if any; `keep`: `x` is used later; `make_twin`
    makes another layer of the same shape."""

    def __init__(self, case, f, step, x, out, keep, make_twin):
        self.case, self.f, self.step, self.x, self.out, self.keep = case, f, step, x, out, keep
        self.make_twin = make_twin
        self.element, self.result = x.element, result_of(step, x.element)
        self.rank = len(x.shape)
        self.dims = [f"d{i}" for i in range(self.rank)]

    def write(self):
        return getattr(self, self.step["name"].replace(" ", "_"))()

    # ---- tools -------------------------------------------------------------

    def target(self):
        """The buffer for the result, and how it is used: "new", or as one of
        the inputs, too ("in and out"), or instead of one ("out")."""
        mode = self.step["mode"]
        if mode != "new" and self.result == self.element and not self.keep:
            if self.case.on_tensors or self.out is None:
                return self.x, mode
        return self.out or self.f.new(self.x.shape, self.result), "new"

    def unary(self, body, further=(), in_maps=()):
        """body(emit, x, further...) for each element of x."""
        out, mode = self.target()
        f, further, in_maps = self.f, list(further), list(in_maps)
        if mode == "out":
            return f.elementwise(further, out, lambda emit, *a: body(emit, a[-1], *a[:-1]), in_maps)
        if self.step["swap"]:
            return f.elementwise([*further, self.x], out, lambda emit, *a: body(emit, a[-2], *a[:-2]),
                                 [*in_maps, self.dims])
        return f.elementwise([self.x, *further], out, lambda emit, *a: body(emit, *a[:-1]), [self.dims, *in_maps])

    def binary(self, op):
        suffix = "f" if is_float(self.element) else "i"
        table = {"max": "maximumf" if suffix == "f" else "maxsi", "min": "minimumf" if suffix == "f" else "minsi"}
        return f"arith.{table.get(op, op + suffix)}"

    def apply(self, emit, op, a, b):
        return emit(f"{self.binary(op)} {a}, {b} : {self.element}")

    def scalar(self, number):
        return self.f.scalar(number, self.element)

    def data(self, axes, element=None):
        """A further argument with these dimensions, and its map."""
        value = self.f.argument([self.x.shape[i] for i in axes], element or self.element)
        return value, [self.dims[i] for i in axes]

    def with_data(self, op):
        operand, operand_map = self.data(axes_of(self.case, self.step))
        return self.unary(lambda emit, v, s: self.apply(emit, op, v, s), [operand], [operand_map])

    # ---- steps -------------------------------------------------------------

    def relu(self):
        zero = self.scalar(0)
        return self.unary(lambda emit, v: self.apply(emit, "max", v, zero))

    def clamp(self):
        low, high = self.scalar(-3), self.scalar(6)
        return self.unary(lambda emit, v: self.apply(emit, "min", self.apply(emit, "max", v, low), high))

    def constant(self):
        three = self.scalar(3)
        return self.unary(lambda emit, v: self.apply(emit, "sub", v, three))

    def scalar_operand(self):
        return self.unary(lambda emit, v, s: self.apply(emit, "add", v, s), [(self.scalar(2), self.element)], [[]])

    def channel_add(self):
        return self.with_data("add")

    def channel_mul(self):
        return self.with_data("mul")

    def unit(self):
        """Dimensions of extent 1 are not walked, but indexed by 0."""
        operand, _ = self.data(range(self.rank))
        operand_map = ["0" if s == 1 else d for s, d in zip(self.x.shape, self.dims)]
        return self.unary(lambda emit, v, s: self.apply(emit, "add", v, s), [operand], [operand_map])

    def residual(self):
        kind = operand_element(self.step, self.element)
        operand, operand_map = self.data(range(self.rank), kind)

        def add(emit, v, s):
            if kind != self.element:
                s = emit(f"arith.extsi {s} : {kind} to {self.element}")
            return self.apply(emit, "add", v, s)

        return self.unary(add, [operand], [operand_map])

    def rescaled(self):
        """The further operand is computed from narrower data, as in a quantised
        residual addition; what computes it belongs to the layer where that saves."""
        kind = {"i32": "i8", "i16": "i8", "f32": "f16"}.get(self.element, self.element)
        operand, _ = self.data(range(self.rank), kind)
        if kind != self.element:
            widen = "arith.extf" if is_float(kind) else "arith.extsi"
            operand = self.f.elementwise(
                [operand], self.f.new(self.x.shape, self.element),
                lambda emit, s, old: emit(f"{widen} {s} : {kind} to {self.element}"))
        if self.step["small"]:
            three = self.scalar(3)
            operand = self.f.elementwise([operand], self.f.new(self.x.shape, self.element),
                                         lambda emit, s, old: self.apply(emit, "mul", s, three))
        return self.unary(lambda emit, v, s: self.apply(emit, self.step["op"], v, s), [operand], [self.dims])

    def twin(self):
        """The result of another layer."""
        other = self.make_twin()
        if other.element == self.element:
            return self.unary(lambda emit, v, s: self.apply(emit, "add", v, s), [other], [self.dims])
        # It has the type of partial sums: decides by its sign.
        zero = self.f.scalar(0, other.element)
        less = "arith.cmpf olt," if is_float(other.element) else "arith.cmpi slt,"

        def choose(emit, v, s):
            negative = emit(f"{less} {s}, {zero} : {other.element}")
            return emit(f"arith.select {negative}, {v}, {self.apply(emit, 'add', v, v)} : {self.element}")

        return self.unary(choose, [other], [self.dims])

    def transpose(self):
        """Reads the further operand by another map than that of the output."""
        order = list(reversed(range(self.rank)))
        operand, operand_map = self.data(order)
        return self.unary(lambda emit, v, s: self.apply(emit, "sub", v, s), [operand], [operand_map])

    def swish(self):
        """The input is used twice: by an operation and by that one's consumer."""
        zero = self.scalar(0)
        gate = self.f.elementwise([self.x], self.f.new(self.x.shape, self.element),
                                  lambda emit, v, old: self.apply(emit, "max", v, zero))
        ins = [self.x, gate] if self.step["swap"] else [gate, self.x]
        return self.f.elementwise(ins, self.target()[0], lambda emit, v, g, old: self.apply(emit, "mul", v, g))

    def square(self):
        return self.f.elementwise([self.x, self.x], self.target()[0],
                                  lambda emit, v, w, old: self.apply(emit, "mul", v, w))

    def index(self):
        """Depends on where the element is."""
        def add(emit, v):
            if not self.rank:
                return self.apply(emit, "add", v, v)
            number = emit(f"arith.index_cast {emit(f'linalg.index {self.rank - 1} : index')} : index to i32")
            if is_float(self.element):
                number = emit(f"arith.sitofp {number} : i32 to {self.element}")
            elif self.element != "i32":
                number = emit(f"arith.trunci {number} : i32 to {self.element}")
            return self.apply(emit, "add", v, number)

        return self.unary(add)

    def other_spelling(self, name, attributes=""):
        operand, _ = self.data(range(self.rank))
        ins = [operand, self.x] if self.step["swap"] else [self.x, operand]
        return self.f.named(name, ins, self.target()[0], attributes)

    def named(self):
        return self.other_spelling(self.step["op"])

    def map(self):
        return self.other_spelling("map", f"{{ {self.binary(self.step['op'])} }}")

    def elementwise(self):
        kind = "max_signed" if self.step["op"] == "max" else self.step["op"]
        return self.other_spelling("elementwise", f"kind=#linalg.elementwise_kind<{kind}>")

    def requantise(self, per_channel=False):
        wide = self.element
        shift, low, high, half = (self.scalar(n) for n in (3, -128, 127, 4))
        factor = None if per_channel else self.scalar(5)
        further = [self.data(axes_of(self.case, self.step), "i32")] if per_channel else []

        def body(emit, v, s=factor):
            if per_channel and wide != "i32":
                s = emit(f"arith.trunci {s} : i32 to {wide}")
            v = self.apply(emit, "add", self.apply(emit, "mul", v, s), half)
            v = emit(f"arith.shrsi {v}, {shift} : {wide}")
            v = self.apply(emit, "max", self.apply(emit, "min", v, high), low)
            return emit(f"arith.trunci {v} : {wide} to i8")

        return self.unary(body, [value for value, _ in further], [value_map for _, value_map in further])

    def channel_requantise(self):
        return self.requantise(per_channel=True)

    def apply_scale(self):
        """As TOSA's rescaling is lowered: a scale for each channel, a constant."""
        f, further, further_maps = self.f, [], []
        factor, shift = f.scalar(1 << 30, "i32"), f.scalar(33, "i8")
        if self.case.on_tensors:
            axes = axes_of(self.case, self.step)
            shape = [self.x.shape[i] for i in axes]
            further = [f.splat(1 << 30, shape, "i32"), f.splat(33, shape, "i8")]
            further_maps = [[self.dims[i] for i in axes]] * 2
        return self.unary(lambda emit, v, a=factor, b=shift: emit(
            f"tosa.apply_scale {v}, {a}, {b} {{rounding_mode = DOUBLE_ROUND}} : (i32, i32, i8) -> i32"),
            further, further_maps)

    def math(self):
        """Its error does not depend on the order of anything."""
        return self.unary(lambda emit, v: emit(f"math.sqrt {emit(f'math.absf {v} : f32')} : f32"))

    def convert(self, op):
        return self.unary(lambda emit, v: emit(f"arith.{op} {v} : {self.element} to {self.result}"))

    def widen(self):
        return self.convert("extsi")

    def to_float(self):
        return self.convert("sitofp")

    def to_half(self):
        return self.convert("truncf")
