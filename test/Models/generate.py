#!/usr/bin/env python3
"""Writes the bundled networks as linalg on tensors.

    generate.py DIR             alexnet.mlir, vgg16.mlir, mobilenet_v1.mlir (f32, whole networks) and
                                *_int8.mlir (each convolution layer alone, i8 x i8 -> i32)
    generate.py --reduced DIR   *_reduced.mlir: the same f32 networks, small enough to be executed, and two with the
                                structures of later networks: resnet_int8 (quantised, residual additions) and
                                efficientnet (squeeze and excite, swish)

    --main    add @main to whole networks: it makes up arguments, calls the network, prints the logits
    --check   write nothing; fail when a file in DIR is not what would be written

The numbers that @main makes up are small integers, and weights are mostly zero, so that in the reduced
networks every partial sum is an exact f32 (average pooling divides by a power of two). The logits are
therefore the same bits in whatever order a schedule adds them up. Only efficientnet, which has exponentials,
rounds.
"""

import argparse
import dataclasses
import math
import pathlib
import sys
from dataclasses import dataclass

# -- The networks ------------------------------------------------------------------------------------
# A layer is data plus `emit`, which appends its ops to a function and returns the value it computes.


def positions(x, kernel, stride):
    """How often a window fits into an image of NCHW, along height and width."""
    return [(size - kernel) // stride + 1 for size in x.shape[2:]]


@dataclass(frozen=True)
class Conv:
    name: str
    channels: int
    kernel: int
    stride: int = 1
    pad: int = 0
    groups: int = 1
    activation: str = "relu"

    def emit(self, f, x):
        y = self.emit_convolution(f, x, f.argument(f"{self.name}_weights", self.weights(x), "f32"), "f32")
        return f.bias_and_activation(self.name, y, self.activation)

    def weights(self, x):
        """Shape of the weights; those of a grouped convolution carry the group first."""
        shape = (self.channels // self.groups, x.shape[1] // self.groups, self.kernel, self.kernel)
        return shape if self.groups == 1 else (self.groups, *shape)

    def emit_convolution(self, f, x, weights, accumulator):
        """Padding and convolution, without what follows. Front ends emit it so: the padding on its own,
        then a convolution that knows nothing of it."""
        if self.pad:
            x = f.pad(f"{self.name}_padded", x, self.pad)
        result = (x.shape[0], self.output_channels(x), *positions(x, self.kernel, self.stride))
        if self.groups == 1:
            return f.windowed(self.op, self.name, x, weights, self.stride, result, accumulator)
        x = f.split_channels(f"{self.name}_groups", x, self.groups)
        split = (result[0], self.groups, result[1] // self.groups, *result[2:])
        y = f.windowed("conv_2d_ngchw_gfchw", self.name, x, weights, self.stride, split, accumulator)
        return f.join_channels(f"{self.name}_joined", y)

    def output_channels(self, x):
        return self.channels

    op = "conv_2d_nchw_fchw"


@dataclass(frozen=True)
class Depthwise(Conv):
    """One filter per channel: as many outputs as inputs."""

    channels: int = 0  # whatever comes in
    kernel: int = 3
    pad: int = 1

    def weights(self, x):
        return (x.shape[1], self.kernel, self.kernel)

    def output_channels(self, x):
        return x.shape[1]

    op = "depthwise_conv_2d_nchw_chw"


@dataclass(frozen=True)
class MaxPool:
    name: str
    kernel: int
    stride: int

    def emit(self, f, x):
        result = (*x.shape[:2], *positions(x, self.kernel, self.stride))
        window = f.empty(f"{self.name}_window", (self.kernel, self.kernel), "f32")
        lowest = f.constant("lowest", "0xFF800000", "f32")  # minus infinity
        return f.windowed("pooling_nchw_max", self.name, x, window, self.stride, result, "f32", lowest)


@dataclass(frozen=True)
class GlobalAveragePool:
    name: str

    def emit(self, f, x):
        window = f.empty(f"{self.name}_window", x.shape[2:], "f32")
        result = (*x.shape[:2], 1, 1)
        total = f.windowed("pooling_nchw_sum", f"{self.name}_sum", x, window, 1, result, "f32")
        count = f.constant("count", f"{math.prod(x.shape[2:])}.0", "f32")
        return f.elementwise(self.name, [total], ["#nchw"], lambda g, sum: g("divf", sum, count))


@dataclass(frozen=True)
class Flatten:
    name: str

    def emit(self, f, x):
        shape = (x.shape[0], math.prod(x.shape[1:]))
        return f.reshape(self.name, "collapse_shape", x, shape, "[[0], [1, 2, 3]]")


@dataclass(frozen=True)
class FullyConnected:
    name: str
    channels: int
    activation: str = "relu"

    def emit(self, f, x):
        weights = f.argument(f"{self.name}_weights", (x.shape[1], self.channels), "f32")
        y = f.accumulate("matmul", "", self.name, x, weights, (x.shape[0], self.channels), "f32")
        return f.bias_and_activation(self.name, y, self.activation)


@dataclass(frozen=True)
class Network:
    name: str
    comment: str
    image: int
    layers: tuple

    def scaled(self, divisor, image):
        """The same network with fewer channels and a smaller image; groups and windows stay."""
        layers = tuple(
            dataclasses.replace(layer, channels=layer.channels // divisor) if hasattr(layer, "channels")
            else layer for layer in self.layers)
        comment = f"{self.comment}\nReduced: channels divided by {divisor}, image of {image} x {image}."
        return Network(self.name, comment, image, layers)


ALEXNET = Network(
    "alexnet",
    "AlexNet, with the two groups of the original in conv2, conv4 and conv5. There is no local response\n"
    "normalisation: it plays no part in what a convolution moves.",
    227,
    (
        Conv("conv1", 96, 11, stride=4),
        MaxPool("pool1", 3, 2),
        Conv("conv2", 256, 5, pad=2, groups=2),
        MaxPool("pool2", 3, 2),
        Conv("conv3", 384, 3, pad=1),
        Conv("conv4", 384, 3, pad=1, groups=2),
        Conv("conv5", 256, 3, pad=1, groups=2),
        MaxPool("pool5", 3, 2),
        Flatten("flat"),
        FullyConnected("fc6", 4096),
        FullyConnected("fc7", 4096),
        FullyConnected("fc8", 1000, activation=None),
    ),
)


def vgg_block(block, channels, depth):
    for i in range(1, depth + 1):
        yield Conv(f"conv{block}_{i}", channels, 3, pad=1)
    yield MaxPool(f"pool{block}", 2, 2)


VGG16 = Network(
    "vgg16",
    "VGG-16 (configuration D).",
    224,
    (
        *vgg_block(1, 64, 2),
        *vgg_block(2, 128, 2),
        *vgg_block(3, 256, 3),
        *vgg_block(4, 512, 3),
        *vgg_block(5, 512, 3),
        Flatten("flat"),
        FullyConnected("fc6", 4096),
        FullyConnected("fc7", 4096),
        FullyConnected("fc8", 1000, activation=None),
    ),
)


def separable(*blocks):
    for i, (channels, stride) in enumerate(blocks, start=1):
        yield Depthwise(f"dw{i}", stride=stride, activation="relu6")
        yield Conv(f"pw{i}", channels, 1, activation="relu6")


MOBILENET_V1 = Network(
    "mobilenet_v1",
    "MobileNetV1, width 1.0. Batch normalisation is folded into the weights and the biases.",
    224,
    (
        Conv("conv1", 32, 3, stride=2, pad=1, activation="relu6"),
        *separable(
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
            (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
        ),
        GlobalAveragePool("pool"),
        Flatten("flat"),
        FullyConnected("fc", 1000, activation=None),
    ),
)

# Each with the divisor of its channels and the image size of its reduced version. MobileNetV1's average is
# then over 2 x 2, a power of two.
NETWORKS = {ALEXNET: (8, 67), VGG16: (8, 64), MOBILENET_V1: (8, 64)}

# -- The emitter -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Value:
    name: str
    shape: tuple
    element: str

    def __str__(self):
        return f"%{self.name}"

    @property
    def type(self):
        return f"tensor<{'x'.join(map(str, self.shape))}x{self.element}>"


class Scalar(Value):
    @property
    def type(self):
        return self.element


# The affine maps that the element-wise ops use.
MAPS = """\
#nchw = affine_map<(n, c, h, w) -> (n, c, h, w)>
#channel = affine_map<(n, c, h, w) -> (c)>
#nk = affine_map<(n, k) -> (n, k)>
#k = affine_map<(n, k) -> (k)>
"""


def parallel(rank):
    return "iterator_types = [" + ", ".join(['"parallel"'] * rank) + "]"


class Function:
    """A func.func under construction. Every method that emits an op returns its result."""

    def __init__(self, name):
        self.name = name
        self.arguments = []
        self.constants = {}
        self.body = []
        self.result = None

    def argument(self, name, shape, element):
        self.arguments.append(Value(name, shape, element))
        return self.arguments[-1]

    def constant(self, name, value, type):
        self.constants[name] = f"%{name} = arith.constant {value} : {type}"
        return f"%{name}"

    def line(self, text):
        self.body.append(text)

    def tensor(self, name, shape, element, text, location=""):
        """%name = text, where the text lacks nothing but its result type."""
        value = Value(name, tuple(shape), element)
        self.line(f"{value} = {text} {value.type}{location}")
        return value

    def empty(self, name, shape, element):
        return self.tensor(name, shape, element, "tensor.empty() :")

    def zero(self, element):
        return self.constant(f"zero_{element}", "0.0" if element == "f32" else "0", element)

    def pad(self, name, x, amount):
        n, c, height, width = x.shape
        zero = self.zero(x.element)
        sides = f"[0, 0, {amount}, {amount}]"
        self.line(f"%{name} = tensor.pad {x} low{sides} high{sides} {{")
        self.line("^bb0(%n: index, %c: index, %h: index, %w: index):")
        self.line(f"  tensor.yield {zero} : {x.element}")
        value = Value(name, (n, c, height + 2 * amount, width + 2 * amount), x.element)
        self.line(f"}} : {x.type} to {value.type}")
        return value

    def pad_sides(self, name, x, low, high, value):
        """Pads by `low` and `high`, one number for each dimension, with a scalar of x's type."""
        shape = tuple(l + size + h for l, size, h in zip(low, x.shape, high))
        self.line(f"%{name} = tensor.pad {x} low{list(low)} high{list(high)} {{")
        self.line(f"^bb0({', '.join(f'%i{d}: index' for d in range(len(shape)))}):")
        self.line(f"  tensor.yield {value} : {x.element}")
        value = Value(name, shape, x.element)
        self.line(f"}} : {x.type} to {value.type}")
        return value

    def generic(self, name, inputs, maps, shape, element, compute):
        """Element by element: compute(g, scalars...) emits scalar ops by g(text) and returns the last value.
        `maps` has one list of results for each input, out of d0, d1, ...; None: all of them."""
        rank, init = len(shape), self.empty(f"{name}_out", shape, element)
        dims = [f"d{i}" for i in range(rank)]
        texts = [f"affine_map<({', '.join(dims)}) -> ({', '.join(dims if m is None else m)})>"
                 for m in [*maps, None]]
        self.line(f"%{name} = linalg.generic {{indexing_maps = [{', '.join(texts)}],")
        self.line(f"    {parallel(rank)}}}")
        self.line(f"    ins({', '.join(map(str, inputs))} : {', '.join(x.type for x in inputs)}) "
                  f"outs({init} : {init.type}) {{")
        scalars = [f"%in{i}" for i in range(len(inputs))]
        arguments = [f"{s}: {x.element}" for s, x in zip(scalars, inputs)]
        self.line(f"^bb0({', '.join([*arguments, f'%out: {element}'])}):")
        emitted = []

        def g(text):
            emitted.append(f"%s{len(emitted)}")
            self.line(f"  {emitted[-1]} = {text}")
            return emitted[-1]

        self.line(f"  linalg.yield {compute(g, *scalars)} : {element}")
        value = Value(name, tuple(shape), element)
        self.line(f"}} -> {value.type}")
        return value

    def operation(self, op, attributes, name, inputs, init):
        """A named op that accumulates on `init`, with the name of the layer as its location."""
        text = (f"linalg.{op}{f' {attributes}' if attributes else ''}\n"
                f"      ins({', '.join(map(str, inputs))} : {', '.join(x.type for x in inputs)})\n"
                f"      outs({init} : {init.type}) ->")
        return self.tensor(name, init.shape, init.element, text, f' loc("{name}")')

    def scalar(self, name, value, element):
        """A scalar constant as an operand."""
        self.constant(name, value, element)
        return Scalar(name, (), element)

    def reshape(self, name, op, x, shape, how):
        return self.tensor(name, shape, x.element, f"tensor.{op} {x} {how} : {x.type} into")

    def split_channels(self, name, x, groups):
        n, c, height, width = x.shape
        shape = [n, groups, c // groups, height, width]
        how = f"[[0], [1, 2], [3], [4]] output_shape {shape}"
        return self.reshape(name, "expand_shape", x, shape, how)

    def join_channels(self, name, x):
        n, groups, c, height, width = x.shape
        shape = (n, groups * c, height, width)
        return self.reshape(name, "collapse_shape", x, shape, "[[0], [1, 2], [3], [4]]")

    def accumulate(self, op, attributes, name, x, y, shape, element, start=None):
        """A named op on x and y whose result starts out filled with `start` (default: zero). Its location
        is the name of the layer, which thus outlives the SSA names."""
        start = start or self.zero(element)
        init = self.empty(f"{name}_empty", shape, element)
        init = self.tensor(f"{name}_init", shape, element,
                           f"linalg.fill ins({start} : {element}) outs({init} : {init.type}) ->")
        text = (f"linalg.{op} {attributes}\n"
                f"      ins({x}, {y} : {x.type}, {y.type})\n"
                f"      outs({init} : {init.type}) ->")
        return self.tensor(name, shape, element, text, f' loc("{name}")')

    def windowed(self, op, name, x, window, stride, shape, element, start=None):
        attributes = f"{{dilations = dense<1> : vector<2xi64>, strides = dense<{stride}> : vector<2xi64>}}"
        return self.accumulate(op, attributes, name, x, window, shape, element, start)

    def elementwise(self, name, inputs, maps, compute):
        """compute(g, scalars...) emits the scalar f32 ops by g(op, lhs, rhs) and returns the last value."""
        result, rank = inputs[0], len(inputs[0].shape)
        init = self.empty(f"{name}_out", result.shape, "f32")
        self.line(f"%{name} = linalg.generic {{indexing_maps = [{', '.join(maps + maps[:1])}],")
        self.line(f"    {parallel(rank)}}}")
        self.line(f"    ins({', '.join(map(str, inputs))} : {', '.join(x.type for x in inputs)}) "
                  f"outs({init} : {init.type}) {{")
        scalars = [f"%in{i}" for i in range(len(inputs))]
        self.line(f"^bb0({', '.join(f'{s}: f32' for s in scalars)}, %out: f32):")

        def scalar(op, lhs, rhs):
            self.line(f"  %{op} = arith.{op} {lhs}, {rhs} : f32")
            return f"%{op}"

        self.line(f"  linalg.yield {compute(scalar, *scalars)} : f32")
        value = Value(name, result.shape, "f32")
        self.line(f"}} -> {value.type}")
        return value

    def bias_and_activation(self, name, x, activation):
        bias = self.argument(f"{name}_bias", x.shape[1:2], "f32")

        def compute(g, value, bias):
            value = g("addf", value, bias)
            if activation:
                value = g("maximumf", value, self.zero("f32"))
            if activation == "relu6":
                value = g("minimumf", value, self.constant("six", "6.0", "f32"))
            return value

        maps = ["#nchw", "#channel"] if len(x.shape) == 4 else ["#nk", "#k"]
        return self.elementwise(f"{name}_{activation or 'biased'}", [x, bias], maps, compute)

    def text(self):
        arguments = ",\n    ".join(f"{a}: {a.type}" for a in self.arguments)
        returns = f" -> {self.result.type}" if self.result else ""
        body = [*self.constants.values(), *self.body]
        body.append(f"return {self.result} : {self.result.type}" if self.result else "return")
        return f"func.func @{self.name}({arguments}){returns} {{\n  " + "\n  ".join(body) + "\n}\n"


# -- Quantised: a residual network, as TOSA's lowering writes it ----------------------------------------


class QuantizedNetwork:
    """ResNet-8 of MLPerf Tiny, reduced: int8, NHWC, zero points, a scale for each channel."""

    name = "resnet_int8"
    comment = ("A residual network of int8, NHWC. What follows a convolution is what TOSA's rescale, clamp and\n"
               "add become: element-wise ops, with a scale for each channel.")

    def function(self):
        f = self.f = Function(self.name)
        x, zero = f.argument("image", (1, 16, 16, 3), "i8"), 0
        x, zero = self.convolution("conv1", x, zero, 8, 3), -128
        for stack, channels in enumerate((8, 16, 32), start=1):
            stride = 1 if stack == 1 else 2
            y = self.convolution(f"stack{stack}_conv1", x, zero, channels, 3, stride)
            y = self.convolution(f"stack{stack}_conv2", y, -128, channels, 3, relu=False)
            if stride > 1:
                x, zero = self.convolution(f"stack{stack}_shortcut", x, zero, channels, 1, stride, relu=False), 4
            x, zero = self.residual(f"stack{stack}_add", x, zero, y, 4), -128
        x = self.average(x, zero)
        x = f.reshape("flat", "collapse_shape", x, (1, x.shape[3]), "[[0], [1, 2, 3]]")
        weights, bias = f.argument("fc_weights", (x.shape[1], 10), "i8"), f.argument("fc_bias", (10,), "i32")
        init = self.broadcast("fc", bias, (1, 10))
        y = f.operation("quantized_matmul", "", "fc", [x, weights, *self.zero_points(-128)], init)
        f.result = self.rescale("fc_scaled", y, 4)
        return f

    def zero_points(self, zero):
        return [self.f.scalar(f"zero_point_{abs(zero)}", zero, "i32"), self.f.scalar("zero_point_0", 0, "i32")]

    def broadcast(self, name, bias, shape):
        last = [f"d{len(shape) - 1}"]
        return self.f.generic(f"{name}_biased", [bias], [last], shape, "i32", lambda g, b: b)

    def convolution(self, name, x, zero, channels, kernel, stride=1, relu=True):
        f = self.f
        if kernel > 1:
            value = f.constant(f"pad_{abs(zero)}", zero, "i8")
            # With a stride of 2, TensorFlow pads below and on the right only.
            low = 0 if stride == 2 else kernel // 2
            high = kernel // 2
            x = f.pad_sides(f"{name}_padded", x, (0, low, low, 0), (0, high, high, 0), value)
        weights = f.argument(f"{name}_weights", (channels, kernel, kernel, x.shape[3]), "i8")
        bias = f.argument(f"{name}_bias", (channels,), "i32")
        rows, columns = ((size - kernel) // stride + 1 for size in x.shape[1:3])
        init = self.broadcast(name, bias, (x.shape[0], rows, columns, channels))
        attributes = f"{{dilations = dense<1> : vector<2xi64>, strides = dense<{stride}> : vector<2xi64>}}"
        y = f.operation("conv_2d_nhwc_fhwc_q", attributes, name, [x, weights, *self.zero_points(zero)], init)
        y = self.rescale(f"{name}_scaled", y, -128 if relu else 4)
        if relu:
            low, high = f.constant("low_i8", -128, "i8"), f.constant("high_i8", 127, "i8")
            y = f.generic(f"{name}_relu", [y], [None], y.shape, "i8", lambda g, v: g(
                f"arith.minsi {g(f'arith.maxsi {v}, {low} : i8')}, {high} : i8"))
        return y

    def to_i8(self, g, value, zero):
        f = self.f
        low, high = f.constant("low", -128, "i32"), f.constant("high", 127, "i32")
        value = g(f"arith.addi {value}, {f.constant(f'zero_point_{abs(zero)}', zero, 'i32')} : i32")
        value = g(f"arith.maxsi {value}, {low} : i32")
        return g(f"arith.trunci {g(f'arith.minsi {value}, {high} : i32')} : i32 to i8")

    def rescale(self, name, x, zero):
        """i32 to i8, each channel by about a quarter."""
        f, channels = self.f, x.shape[-1]
        factors = [(1 << 30) + i * 10000019 for i in range(channels)]
        factor = f.tensor(f"{name}_factors", (channels,), "i32", f"arith.constant dense<{factors}> :")
        shift = f.tensor(f"{name}_shifts", (channels,), "i8", f"arith.constant dense<{[32] * channels}> :")
        last = [f"d{len(x.shape) - 1}"]

        def compute(g, value, by, shift):
            value = g(f"tosa.apply_scale {value}, {by}, {shift} {{rounding_mode = DOUBLE_ROUND}}"
                      " : (i32, i32, i8) -> i32")
            return self.to_i8(g, value, zero)

        return f.generic(name, [x, factor, shift], [None, last, last], x.shape, "i8", compute)

    def residual(self, name, x, x_zero, y, y_zero):
        """Both brought to i32, added, and brought back to i8: four ops."""
        f = self.f
        factor, shift = f.constant("factor", 1 << 30, "i32"), f.constant("shift", 31, "i8")

        def widen(part, value, zero):
            def compute(g, v):
                v = g(f"arith.extsi {v} : i8 to i32")
                v = g(f"arith.subi {v}, {f.constant(f'zero_point_{abs(zero)}', zero, 'i32')} : i32")
                return g(f"tosa.apply_scale {v}, {factor}, {shift} {{rounding_mode = SINGLE_ROUND}}"
                         " : (i32, i32, i8) -> i32")

            return f.generic(f"{name}_{part}", [value], [None], value.shape, "i32", compute)

        total = f.generic(f"{name}_sum", [widen("x", x, x_zero), widen("y", y, y_zero)], [None, None], x.shape,
                          "i32", lambda g, a, b: g(f"arith.addi {a}, {b} : i32"))
        return f.generic(name, [total], [None], x.shape, "i8", lambda g, v: self.to_i8(g, v, -128))

    def average(self, x, zero):
        f, (n, height, width, channels) = self.f, x.shape
        window = f.empty("pool_window", (height, width), "i8")
        init = f.empty("pool_empty", (n, 1, 1, channels), "i32")
        start = f.constant("zero_point_0", 0, "i32")
        init = f.tensor("pool_init", init.shape, "i32", f"linalg.fill ins({start} : i32) outs({init} : {init.type}) ->")
        attributes = "{dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}"
        total = f.operation("pooling_nhwc_sum", attributes, "pool_sum", [x, window], init)
        count = f.constant("count", height * width, "i32")
        return f.generic("pool", [total], [None], total.shape, "i8", lambda g, v: g(
            f"arith.trunci {g(f'arith.divsi {v}, {count} : i32')} : i32 to i8"))


# -- Squeeze and excite: blocks of EfficientNet, as torch-mlir writes them ------------------------------


class EfficientNet:
    """A few blocks of EfficientNet with all that they are made of."""

    name = "efficientnet"
    comment = ("Blocks of EfficientNet, NCHW: swish (whose input is used twice), squeeze and excite (a factor\n"
               "for each channel, by a map that indexes rows and columns by 0), residuals, uneven padding.")

    def function(self):
        f = self.f = Function(self.name)
        x = f.argument("image", (1, 3, 32, 32), "f32")
        x = self.swish("stem", self.convolution("stem", x, 8, 3, 2, (0, 1)))
        x = self.block("block1", x, 8, 1, 3, 1, (1, 1))
        x = self.block("block2", x, 12, 4, 5, 2, (1, 2))
        x = self.block("block3", x, 12, 4, 3, 1, (1, 1))
        x = self.swish("head", self.convolution("head", x, 32, 1))
        x = self.mean("pool", x)
        x = f.reshape("flat", "collapse_shape", x, (1, x.shape[1]), "[[0], [1, 2, 3]]")
        weights = f.argument("fc_weights", (x.shape[1], 10), "f32")
        y = f.accumulate("matmul", "", "fc", x, weights, (1, 10), "f32")
        f.result = f.bias_and_activation("fc", y, None)
        return f

    def block(self, name, x, channels, expansion, kernel, stride, sides):
        y = x
        if expansion > 1:
            y = self.swish(f"{name}_expand", self.convolution(f"{name}_expand", x, x.shape[1] * expansion, 1))
        y = self.swish(f"{name}_dw", self.convolution(f"{name}_dw", y, None, kernel, stride, sides))
        y = self.squeeze_excite(f"{name}_se", y)
        y = self.convolution(f"{name}_project", y, channels, 1)
        if y.shape == x.shape:
            y = self.f.generic(f"{name}_add", [y, x], [None, None], x.shape, "f32",
                               lambda g, a, b: g(f"arith.addf {a}, {b} : f32"))
        return y

    def convolution(self, name, x, channels, kernel, stride=1, sides=(0, 0), normalized=True):
        """With `channels` None: depthwise. Batch normalisation follows as an op of its own."""
        f, depthwise = self.f, channels is None
        if any(sides):
            low, high = ((0, 0, s, s) for s in sides)
            x = f.pad_sides(f"{name}_padded", x, low, high, f.zero("f32"))
        channels = channels or x.shape[1]
        shape = (channels, kernel, kernel) if depthwise else (channels, x.shape[1], kernel, kernel)
        weights = f.argument(f"{name}_weights", shape, "f32")
        op = "depthwise_conv_2d_nchw_chw" if depthwise else "conv_2d_nchw_fchw"
        result = (x.shape[0], channels, *positions(x, kernel, stride))
        if not normalized:
            # A bias is what the accumulation starts from.
            bias = f.argument(f"{name}_bias", (channels,), "f32")
            init = f.generic(f"{name}_biased", [bias], [["d1"]], result, "f32", lambda g, b: b)
            attributes = f"{{dilations = dense<1> : vector<2xi64>, strides = dense<{stride}> : vector<2xi64>}}"
            return f.operation(op, attributes, name, [x, weights], init)
        y = f.windowed(op, name, x, weights, stride, result, "f32")
        mean, scale, shift = (f.argument(f"{name}_{part}", (channels,), "f32") for part in ("mean", "scale", "shift"))

        def normalize(g, value, mean, scale, shift):
            value = g(f"arith.subf {value}, {mean} : f32")
            value = g(f"arith.mulf {value}, {scale} : f32")
            return g(f"arith.addf {value}, {shift} : f32")

        return f.generic(f"{name}_bn", [y, mean, scale, shift], [None, ["d1"], ["d1"], ["d1"]], y.shape, "f32",
                         normalize)

    def sigmoid(self, name, x):
        one = self.f.constant("one", "1.0", "f32")
        return self.f.generic(f"{name}_sigmoid", [x], [None], x.shape, "f32", lambda g, v: g(
            f"arith.divf {one}, {g(f'arith.addf {self.exponential(g, v)}, {one} : f32')} : f32"))

    def exponential(self, g, value):
        return g(f"math.exp {g(f'arith.negf {value} : f32')} : f32")

    def swish(self, name, x):
        return self.f.generic(f"{name}_swish", [self.sigmoid(name, x), x], [None, None], x.shape, "f32",
                              lambda g, s, v: g(f"arith.mulf {s}, {v} : f32"))

    def mean(self, name, x):
        f = self.f
        window = f.empty(f"{name}_window", x.shape[2:], "f32")
        total = f.windowed("pooling_nchw_sum", f"{name}_sum", x, window, 1, (*x.shape[:2], 1, 1), "f32")
        count = f.constant(f"{name}_count", f"{math.prod(x.shape[2:])}.0", "f32")
        return f.generic(name, [total], [None], total.shape, "f32", lambda g, v: g(f"arith.divf {v}, {count} : f32"))

    def squeeze_excite(self, name, x):
        y = self.mean(f"{name}_pool", x)
        y = self.swish(f"{name}_reduce", self.convolution(f"{name}_reduce", y, 2, 1, normalized=False))
        y = self.sigmoid(name, self.convolution(f"{name}_expand", y, x.shape[1], 1, normalized=False))
        return self.f.generic(f"{name}_excited", [y, x], [["d0", "d1", "0", "0"], None], x.shape, "f32",
                              lambda g, s, v: g(f"arith.mulf {s}, {v} : f32"))


# -- Functions and files -----------------------------------------------------------------------------


def network_function(network):
    """The whole network: image, weights and biases in, logits out."""
    f = Function(network.name)
    x = f.argument("image", (1, 3, network.image, network.image), "f32")
    for layer in network.layers:
        x = layer.emit(f, x)
    f.result = x
    return f


def layer_functions(network):
    """Each convolution layer as a function of its own, i8 x i8 -> i32."""
    whole = Function(network.name)  # discarded: it gives the shapes between the layers
    x = whole.argument("image", (1, 3, network.image, network.image), "f32")
    for layer in network.layers:
        if isinstance(layer, Conv):
            f = Function(layer.name)
            image = f.argument("input", x.shape, "i8")
            weights = f.argument("weights", layer.weights(image), "i8")
            f.result = layer.emit_convolution(f, image, weights, "i32")
            yield f
        x = layer.emit(whole, x)


# A multiplicative generator modulo a prime, so that neighbouring elements have little in common.
MULTIPLIER, MODULUS = 1103515245, 2147483647


def made_up(f, argument, seed):
    """A tensor of integers around zero. Weights are -1, 0 or 1, about six of them not zero for each output;
    images and biases are -2 to 2."""
    shape, rank = argument.shape, len(argument.shape)
    if argument.name.endswith("_weights"):
        outputs = shape[1] if rank == 2 else shape[0] * shape[1] if rank == 5 else shape[0]
        values, period = 3, max(3, math.prod(shape) // outputs // 3)
    elif argument.element != "f32":
        # Quantised data use most of their range, biases more of it.
        values = period = 251 if argument.element == "i8" else 401
    else:
        values, period = 5, 5
    dims = [f"d{i}" for i in range(rank)]
    position = dims[0]
    for dim, size in zip(dims[1:], shape[1:]):
        position = f"({position} * {size} + {dim})"
    number = f"({position} * {MULTIPLIER} + {seed * 1000003}) mod {MODULUS} mod {period}"
    one_to_one = f"affine_map<({', '.join(dims)}) -> ({', '.join(dims)})>"

    init = f.empty(f"{argument.name}_empty", shape, argument.element)
    f.line(f"%{argument.name} = linalg.generic {{indexing_maps = [{one_to_one}],")
    f.line(f"    {parallel(rank)}}} outs({init} : {init.type}) {{")
    f.line(f"^bb0(%out: {argument.element}):")
    for i in range(rank):
        f.line(f"  %d{i} = linalg.index {i} : index")
    f.line(f"  %number = affine.apply affine_map<({', '.join(dims)}) -> ({number})>")
    f.line(f"      ({', '.join('%' + dim for dim in dims)})")
    # Numbers below `values` are shifted to lie around zero, the others become zero.
    limit = f.constant(f"c{values}", values, "index")
    shift = f.constant(f"c{values // 2}", values // 2, "index")
    zero = f.constant("c0", 0, "index")
    f.line(f"  %small = arith.cmpi ult, %number, {limit} : index")
    f.line(f"  %shifted = arith.subi %number, {shift} : index")
    f.line(f"  %value = arith.select %small, %shifted, {zero} : index")
    f.line("  %integer = arith.index_cast %value : index to i32")
    number = "%integer"
    if argument.element == "f32":
        number = "%real"
        f.line("  %real = arith.sitofp %integer : i32 to f32")
    elif argument.element == "i8":
        number = "%byte"
        f.line("  %byte = arith.trunci %integer : i32 to i8")
    f.line(f"  linalg.yield {number} : {argument.element}")
    f.line(f"}} -> {argument.type}")
    return argument


def main_function(callee):
    """@main: makes up arguments for the network's function, calls it and prints what it returns."""
    f = Function("main")
    arguments = [made_up(f, a, seed) for seed, a in enumerate(callee.arguments, start=1)]
    logits = f.tensor("logits", callee.result.shape, callee.result.element,
                      f"func.call @{callee.name}({', '.join(map(str, arguments))})\n"
                      f"      : ({', '.join(a.type for a in arguments)}) ->")
    if logits.element == "i8":
        logits = f.generic("wide", [logits], [None], logits.shape, "i32",
                           lambda g, v: g(f"arith.extsi {v} : i8 to i32"))
    element = logits.element
    f.line(f"%printed = tensor.cast {logits} : {logits.type} to tensor<*x{element}>")
    f.line(f"call @printMemref{element.upper()}(%printed) : (tensor<*x{element}>) -> ()")
    return f"func.func private @printMemref{element.upper()}(tensor<*x{element}>)\n\n" + f.text()


def module(comment, parts):
    lines = [*comment.splitlines(), "Written by generate.py."]
    return "\n".join(f"// {line}" for line in lines) + "\n\n" + "\n".join(parts)


def files(reduced, with_main):
    """The file names and their contents."""
    for network, scale in NETWORKS.items():
        if not reduced:
            comment = f"{network.comment}\nIts convolution layers, each on its own: i8 x i8 -> i32."
            parts = [f.text() for f in layer_functions(network)]
            yield f"{network.name}_int8.mlir", module(comment, parts)
        whole = network.scaled(*scale) if reduced else network
        f = network_function(whole)
        parts = [MAPS, f.text()] + ([main_function(f)] if with_main else [])
        yield f"{network.name}{'_reduced' if reduced else ''}.mlir", module(whole.comment, parts)
    for network in (QuantizedNetwork(), EfficientNet()) if reduced else ():
        f = network.function()
        parts = [MAPS, f.text()] + ([main_function(f)] if with_main else [])
        yield f"{network.name}_reduced.mlir", module(network.comment, parts)


def main():
    parser = argparse.ArgumentParser(description="Writes the bundled networks.")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--reduced", action="store_true", help="the small versions, for execution")
    parser.add_argument("--main", action="store_true", help="add @main to the f32 networks")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args()

    stale = 0
    for name, text in files(options.reduced, options.main):
        path = options.directory / name
        if not options.check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path}: {'differs' if path.exists() else 'is missing'}; run generate.py", file=sys.stderr)
            stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
