"""Writes functions of linalg operations, on tensors or on memrefs alike."""

from forms import BYTES


def is_float(element):
    return element.startswith(("f", "bf"))


def literal(value, element):
    """A scalar constant; bfloat and half need a decimal point, too."""
    return f"{value}.0" if is_float(element) else str(value)


def map_of(dims, results):
    return f"affine_map<({', '.join(dims)}) -> ({', '.join(results)})>"


class Value:
    def __init__(self, name, shape, element, kind):
        self.name, self.shape, self.element, self.kind = name, tuple(shape), element, kind
        self.strides = None  # of a view

    @property
    def type(self):
        layout = f", strided<{self.strides}>" if self.strides else ""
        return f"{self.kind}<{''.join(f'{s}x' for s in self.shape)}{self.element}{layout}>"

    def __str__(self):
        return self.name


class Function:
    """A function under construction. What a method computes it returns; on
    memrefs the result is the buffer that it was written to."""

    def __init__(self, name, on_tensors):
        self.name, self.on_tensors = name, on_tensors
        self.kind = "tensor" if on_tensors else "memref"
        self.arguments, self.results, self.lines, self.allocations = [], [], [], []
        self.numbered = 0

    def fresh(self):
        self.numbered += 1
        return f"%v{self.numbered}"

    def line(self, text):
        self.lines.append(text)

    def value(self, shape, element, name=None):
        return Value(name or self.fresh(), shape, element, self.kind)

    def argument(self, shape, element):
        self.arguments.append(self.value(shape, element, f"%a{len(self.arguments)}"))
        return self.arguments[-1]

    def scalar(self, value, element):
        name = self.fresh()
        self.line(f"{name} = arith.constant {literal(value, element)} : {element}")
        return name

    def new(self, shape, element):
        value = self.value(shape, element)
        if self.on_tensors:
            self.line(f"{value} = tensor.empty() : {value.type}")
        else:
            self.line(f"{value} = memref.alloc() : {value.type}")
            self.allocations.append(value)
        return value

    def splat(self, number, shape, element):
        """A constant tensor."""
        value = self.value(shape, element)
        self.line(f"{value} = arith.constant dense<{literal(number, element)}> : {value.type}")
        return value

    def statement(self, text, out, tail=""):
        """An operation that writes `out`, without its result."""
        if not self.on_tensors:
            self.line(f"{text}{tail}")
            return out
        result = self.value(out.shape, out.element)
        # These print no result type.
        arrow = "" if text.startswith(("linalg.map", "linalg.broadcast", "linalg.transpose")) else f" -> {out.type}"
        self.line(f"{result} = {text}{arrow}{tail}")
        return result

    def fill(self, number, out):
        scalar = self.scalar(number, out.element)
        return self.statement(f"linalg.fill ins({scalar} : {out.element}) outs({out} : {out.type})", out)

    def operands(self, ins, out):
        text = ""
        if ins:
            types = ", ".join(i.type if isinstance(i, Value) else i[1] for i in ins)
            names = ", ".join(str(i) if isinstance(i, Value) else i[0] for i in ins)
            text = f"ins({names} : {types}) "
        return f"{text}outs({out} : {out.type})"

    def generic(self, dims, reductions, ins, in_maps, out, out_map, body, attributes="", tail=""):
        """`ins` are values or pairs (scalar, type); `body` gets the names of the
        block arguments, the old output last, and a function to append lines, and
        returns the scalar to yield."""
        maps = ", ".join(map_of(dims, m) for m in [*in_maps, out_map])
        iterators = ", ".join(f'"{"reduction" if d in reductions else "parallel"}"' for d in dims)
        arguments = [f"%x{i}" for i in range(len(ins))] + ["%old"]
        elements = [i.element if isinstance(i, Value) else i[1] for i in ins] + [out.element]
        lines = []

        def emit(text):
            name = f"%s{len(lines)}"
            lines.append(f"{name} = {text}")
            return name

        result = body(emit, *arguments)
        head = ", ".join(f"{a}: {e}" for a, e in zip(arguments, elements))
        text = "\n      ".join([*lines, f"linalg.yield {result} : {out.element}"])
        attrs = f" attrs = {{{attributes}}}" if attributes else ""
        return self.statement(
            f"linalg.generic {{indexing_maps = [{maps}], iterator_types = [{iterators}]}} "
            f"{self.operands(ins, out)}{attrs} {{\n    ^bb0({head}):\n      {text}\n    }}", out, tail)

    def elementwise(self, ins, out, body, in_maps=None, out_map=None):
        dims = [f"d{i}" for i in range(len(out.shape))]
        return self.generic(dims, "", ins, in_maps or [dims] * len(ins), out, out_map or dims, body)

    def named(self, name, ins, out, attributes=""):
        attrs = f" {attributes}" if attributes else ""
        return self.statement(f"linalg.{name}{attrs} {self.operands(ins, out)}", out)

    def reorder(self, x, order, named):
        """A copy of `x` whose dimension i is dimension order[i] of `x`."""
        result = self.new([x.shape[i] for i in order], x.element)
        if named:
            return self.statement(f"linalg.transpose {self.operands([x], result)} permutation = {list(order)}", result)
        dims = [f"d{i}" for i in range(len(order))]
        places = [dims[list(order).index(i)] for i in range(len(order))]
        return self.generic(dims, "", [x], [places], result, dims, lambda emit, element, old: element)

    def pad(self, x, low, high, number):
        shape = [s + l + h for s, l, h in zip(x.shape, low, high)]
        scalar = self.scalar(number, x.element)
        if self.on_tensors:
            result = self.value(shape, x.element)
            indices = ", ".join(f"%i{d}: index" for d in range(len(shape)))
            self.line(f"{result} = tensor.pad {x} low{low} high{high} {{\n  ^bb0({indices}):\n"
                      f"    tensor.yield {scalar} : {x.element}\n  }} : {x.type} to {result.type}")
            return result
        result = self.new(shape, x.element)
        self.line(f"linalg.fill ins({scalar} : {x.element}) outs({result} : {result.type})")
        strides = [1] * len(shape)
        for i in reversed(range(len(shape) - 1)):
            strides[i] = strides[i + 1] * shape[i + 1]
        offset = sum(l * s for l, s in zip(low, strides))
        kind = (f"memref<{''.join(f'{s}x' for s in x.shape)}{x.element}, "
                f"strided<{strides}{f', offset: {offset}' if offset else ''}>>")
        inner = self.fresh()
        self.line(f"{inner} = memref.subview {result}{low} {list(x.shape)} {[1] * len(shape)} : "
                  f"{result.type} to {kind}")
        self.line(f"memref.copy {x}, {inner} : {x.type} to {kind}")
        return result

    def cut(self, x, shape):
        """The first elements of each dimension."""
        result = self.value(shape, x.element)
        if not self.on_tensors:
            result.strides = [1] * len(shape)
            for i in reversed(range(len(shape) - 1)):
                result.strides[i] = result.strides[i + 1] * x.shape[i + 1]
        op = "tensor.extract_slice" if self.on_tensors else "memref.subview"
        self.line(f"{result} = {op} {x}{[0] * len(shape)} {list(shape)} {[1] * len(shape)} : {x.type} to {result.type}")
        return result

    def copy(self, source, target):
        """Of whole memrefs."""
        self.line(f"memref.copy {source}, {target} : {source.type} to {target.type}")

    def text(self):
        arguments = ", ".join(f"{a}: {a.type if isinstance(a, Value) else a[1]}"
                              if isinstance(a, Value) else f"{a[0]}: {a[1]}" for a in self.arguments)
        lines = list(self.lines)
        if self.on_tensors:
            types = ", ".join(r.type for r in self.results)
            head = f"func.func @{self.name}({arguments}) -> ({types})"
            lines.append(f"return {', '.join(map(str, self.results))} : {types}")
        else:
            head = f"func.func @{self.name}({arguments})"
            lines += [f"memref.dealloc {a} : {a.type}" for a in self.allocations]
            lines.append("return")
        return f"{head} {{\n  " + "\n  ".join(lines) + "\n}\n"


def made_up(element):
    """A function that fills a flat buffer with small whole numbers."""
    span = 3 if element == "f16" else 9
    convert = {"i8": "%n = arith.trunci %v : i32 to i8", "i16": "%n = arith.trunci %v : i32 to i16",
               "i32": "%n = arith.addi %v, %zero : i32", "i64": "%n = arith.extsi %v : i32 to i64",
               }.get(element, f"%n = arith.sitofp %v : i32 to {element}")
    return f"""func.func private @fill_{element}(%m: memref<?x{element}>, %salt: i32) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %size = memref.dim %m, %c0 : memref<?x{element}>
  %factor = arith.constant 40503 : i32
  %shift = arith.constant 7 : i32
  %span = arith.constant {span} : i32
  %half = arith.constant {span // 2} : i32
  scf.for %i = %c0 to %size step %c1 {{
    %i32 = arith.index_cast %i : index to i32
    %a = arith.addi %i32, %salt : i32
    %b = arith.muli %a, %factor : i32
    %c = arith.shrui %b, %shift : i32
    %d = arith.remui %c, %span : i32
    %v = arith.subi %d, %half : i32
    {convert}
    memref.store %n, %m[%i] : memref<?x{element}>
  }}
  return
}}
"""


def printing(element, readable):
    """A function that prints a flat buffer: the bits of each element, as i32, or
    its value as f32."""
    if readable and is_float(element):
        lines = []
        if element != "f32":
            op = "truncf" if element == "f64" else "extf"
            lines = [f"%y = arith.{op} %x : {element} to f32"]
        return print_function(element, lines, "%y" if lines else "%x", "f32")
    bits = 8 * BYTES[element]
    lines, name = [], "%x"
    if is_float(element):
        lines.append(f"%y = arith.bitcast %x : {element} to i{bits}")
        name = "%y"
    if bits < 32:
        lines.append(f"%z = arith.extsi {name} : i{bits} to i32")
        name = "%z"
    return print_function(element, lines, name, "i32")


def print_function(element, lines, name, printed):
    """`lines` make the element %x the scalar `name` of type `printed`."""
    text = "\n    ".join([f"%x = memref.load %m[%i] : memref<?x{element}>", *lines,
                          f"memref.store {name}, %w[%i] : memref<?x{printed}>"])
    return f"""func.func private @print_{element}(%m: memref<?x{element}>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = memref.dim %m, %c0 : memref<?x{element}>
  %w = memref.alloc(%size) : memref<?x{printed}>
  scf.for %i = %c0 to %size step %c1 {{
    {text}
  }}
  %u = memref.cast %w : memref<?x{printed}> to memref<*x{printed}>
  call @printMemref{printed.upper()}(%u) : (memref<*x{printed}>) -> ()
  memref.dealloc %w : memref<?x{printed}>
  return
}}
"""


class Main:
    """@main under construction: makes the arguments of functions up, calls them,
    and prints their results."""

    def __init__(self):
        self.lines, self.elements, self.printed, self.numbered = [], set(), set(), 0

    def fresh(self):
        self.numbered += 1
        return f"%m{self.numbered}"

    def flat(self, memref, value):
        """A flat view of unknown size, so that one function serves all shapes."""
        type = f"memref<{''.join(f'{s}x' for s in value.shape)}{value.element}>"
        flat, cast = self.fresh(), self.fresh()
        size = 1
        for s in value.shape:
            size *= s
        line = f"memref<{size}x{value.element}>"
        if len(value.shape) > 1:
            groups = "[[" + ", ".join(str(i) for i in range(len(value.shape))) + "]]"
            self.lines.append(f"{flat} = memref.collapse_shape {memref} {groups} : {type} into {line}")
        elif not value.shape:
            self.lines.append(f"{flat} = memref.expand_shape {memref} [] output_shape [1] : {type} into {line}")
        else:
            flat = memref
        self.lines.append(f"{cast} = memref.cast {flat} : {line} to memref<?x{value.element}>")
        return cast

    def buffer(self, value):
        type = f"memref<{''.join(f'{s}x' for s in value.shape)}{value.element}>"
        name = self.fresh()
        self.lines.append(f"{name} = memref.alloc() : {type}")
        return name, type

    def make_up(self, value, salt):
        self.elements.add(value.element)
        name, type = self.buffer(value)
        flat, number = self.flat(name, value), self.fresh()
        self.lines.append(f"{number} = arith.constant {salt} : i32")
        self.lines.append(f"call @fill_{value.element}({flat}, {number}) : "
                          f"(memref<?x{value.element}>, i32) -> ()")
        return name, type

    def show(self, memref, value):
        self.printed.add(value.element)
        flat = self.flat(memref, value)
        self.lines.append(f"call @print_{value.element}({flat}) : (memref<?x{value.element}>) -> ()")

    def call(self, function, salt, shown=None, readable=False):
        """Calls a Function. On memrefs `shown` are the arguments to print;
        `readable` prints the values of all floats and not their bits."""
        self.readable = readable
        names, types = [], []
        for i, argument in enumerate(function.arguments):
            if not isinstance(argument, Value):
                name = self.fresh()
                self.lines.append(f"{name} = arith.constant {argument[2]} : {argument[1]}")
                names.append(name)
                types.append(argument[1])
                continue
            name, type = self.make_up(argument, salt * 1009 + i * 101)
            if function.on_tensors:
                tensor = self.fresh()
                self.lines.append(f"{tensor} = bufferization.to_tensor {name} restrict writable : "
                                  f"{type} to {argument.type}")
                name, type = tensor, argument.type
            names.append(name)
            types.append(type)
        if not function.on_tensors:
            self.lines.append(f"call @{function.name}({', '.join(names)}) : ({', '.join(types)}) -> ()")
            for i in shown:
                self.show(names[i], function.arguments[i])
            return
        results = [self.fresh() for _ in function.results]
        self.lines.append(f"{', '.join(results)} = call @{function.name}({', '.join(names)}) : "
                          f"({', '.join(types)}) -> ({', '.join(r.type for r in function.results)})")
        for name, result in zip(results, function.results):
            buffer = self.fresh()
            type = result.type.replace("tensor<", "memref<")
            self.lines.append(f"{buffer} = bufferization.to_buffer {name} read_only : {result.type} to {type}")
            self.show(buffer, result)

    def text(self):
        parts = [made_up(e) for e in sorted(self.elements)] + [printing(e, self.readable) for e in sorted(self.printed)]
        parts.append("func.func @main() {\n  " + "\n  ".join([*self.lines, "return"]) + "\n}\n")
        for element in ("i32", "f32"):
            parts.append(f"func.func private @printMemref{element.upper()}(memref<*x{element}>) "
                         "attributes {llvm.emit_c_interface}\n")
        return "".join(parts)
