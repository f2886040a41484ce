"""Breaks programs and expects romanet-verify to say how.

    check_verify.py DIRECTORY --romanet-opt PROGRAM

The programs are those of DIRECTORY. Each must verify, with the bytes that are
worked out here by hand. Then each mutation, a piece of text that is replaced by
another, must make the pass fail with the message that belongs to it.
"""

import argparse
import os
import re
import subprocess
import sys

TILE = ["--romanet-tile", "--romanet-dram-map"]

# Per program, named by its file: the passes in front, and what the layers move in bytes: input,
# weights, partial sums (or init) read, output written, epilogue's operands.
PROGRAMS = {
    # Each row once: 4 x 16. Weights: 3 halves of 16 x 4.
    "serpentine": ([], {"product": (4, 64, 192, 0, 128, 0)}),
    # The image once, since rows stay: 16.
    "halo": ([], {"conv": (2, 16, 9, 0, 64, 0)}),
    "double-buffer": ([], {"product": (2, 64, 128, 0, 128, 0)}),
    # The same with DMAs, of which that of the second half of the weights is
    # waited for behind the first product.
    "double-buffer dma": (["--romanet-dma"], {"product": (2, 64, 128, 0, 128, 0)}),
    # Each array once.
    "blocked": ([], {"product": (2, 64, 128, 0, 128, 0)}),
    # The input for each half of the columns: 2 x 64. The output as bytes.
    "epilogue": ([], {"product": (4, 128, 128, 0, 32, 0)}),
    # Three steps of channels, two of rows, two of columns. Weights again for
    # each row; the output three times in both directions, since it starts from
    # data.
    "tensors": (TILE, {"product": (12, 64, 256, 384, 384, 0)}),
    # first: K 2 tiles, C 2, P 3 (4, 4, 1), Q 3 (4, 4, 3) of 9 x 11 outputs. The
    # rows of input under the tiles are 6 + 6 + 3, the columns 6 + 6 + 5: 4 B * 3
    # * 15 * 17 for each K. Weights once (K and C are outermost). Partial sums of 4 B * 6 * 99
    # are written twice and read once.
    # second: P 2 (3, 1), Q 3 (2, 2, 1), K 2, C 2 of 4 x 5 outputs. Rows 7 + 3,
    # columns 5 + 5 + 3: 4 B * 6 * 10 * 13 for each K. All weights for each of 6
    # tiles of P and Q: 4 B * 4 * 6 * 9 * 6. The output stays while C steps; it
    # starts from data.
    "memrefs": (TILE, {"first": (36, 4 * 3 * 15 * 17 * 2, 4 * 6 * 3 * 9, 4 * 6 * 99, 4 * 6 * 99 * 2, 0),
                       "second": (24, 4 * 6 * 10 * 13 * 2, 4 * 4 * 6 * 9 * 6, 4 * 4 * 20, 4 * 4 * 20, 0)}),
}
MOVEMENTS = ["input_read", "weights_read", "output_read", "output_write", "epilogue_read"]

# Program, name, text, its replacement, message. A text is a regular expression
# where it begins with "re:"; it must be found exactly once.
MUTATIONS = [
    ("serpentine", "a load too many", "%is_new = arith.ori %is_first, %stepped",
     "%is_new = arith.cmpi eq, %is_first, %is_first",
     r"moves 256 bytes of weights_read, but its schedule 192"),
    ("serpentine", "a load too few", "%is_new = arith.ori %is_first, %stepped",
     "%is_new = arith.andi %is_first, %stepped",
     r"step 1 of 4 \(tile n = 0, k = 0\) needs 64 elements of 'weights' \(\[0:16, 0:4\]\), but only 0 of them"),
    ("serpentine", "no turn", "%is_back = arith.cmpi eq, %parity, %c1", "%is_back = arith.cmpi eq, %parity, %c2",
     r"step 3 of 4 \(tile n = 2, k = 4\) needs element \[0, 4\] of 'weights', but the buffer holds element \[0, 0\]|"
     r"stores element \[2, 4\] of the output to element \[2, 0\]"),
    ("serpentine", "the schedule does not turn", ", serpentine>", ">", r"step 3 of 4 \(tile n = 2, k = 0\) needs element \[0, 0\] of 'weights', but the buffer holds element \[0, 4\]"),
    ("serpentine", "another tile", "[n = 2, k = 4,", "[n = 2, k = 2,",
     r"has a tile of 'weights' of \[0:16, 0:4\] elements, but its schedule one of \[0:16, 0:2\]"),
    ("serpentine", "another order", "[n = 2, k = 4,", "[k = 4, n = 2,",
     r"step 2 of 4 \(tile k = 0, n = 2\) needs element \[2, 0\] of 'input', but the buffer holds element \[0, 0\]"),
    ("serpentine", "a source", "%b[0, %column]", "%b[0, %c0]",
     r"needs element \[0, 4\] of 'weights', but the buffer holds element \[0, 0\]"),
    ("serpentine", "a target", "%c[%row, %column]", "%c[%row, %c0]",
     r"stores element \[0, 4\] of the output to element \[0, 0\]"),
    ("serpentine", "no store", "memref.copy %output, %c_tile", "// ",
     r"leaves 4 of 4 output tiles without a store of the finished values; the first is \[0:2, 0:4\]"),
    ("serpentine", "no fill", "linalg.fill", "// ",
     r"needs the initial value of output tile \[0:2, 0:4\], but the buffer holds only 0 of its elements"),
    ("serpentine", "an init that is data", "init = fill", "init = data",
     r"needs the initial data of output tile \[0:2, 0:4\], but the buffer holds a fill"),
    ("serpentine", "a capacity", "input = 32, weights = 64, output = 32>", "input = 32, weights = 63, output = 32>",
     r"has 64 bytes on chip in the weights buffer, which has 63: 1 bytes too many"),
    ("serpentine", "a shared capacity", "<input = 32, weights = 64, output = 32>", "<shared = 100>",
     r"has 128 bytes on chip in the shared buffer, which has 100: 28 bytes too many"),
    ("serpentine", "two in one", "<input = 32, weights = 64, output = 32>", "<weights = 64, shared = 63>",
     r"has 64 bytes on chip in the shared buffer, which has 63: 1 bytes too many"),
    ("serpentine", "an iteration less", "scf.for %n = %c0 to %c2", "scf.for %n = %c0 to %c1",
     r"is executed on 2 tiles, but its schedule has 4"),
    ("serpentine", "no iteration", "scf.for %i = %c0 to %c2", "scf.for %i = %c1 to %c1",
     r"is never executed"),
    ("serpentine", "beyond the edge", "(d0 * 4)", "(d0 * 5)", r"takes elements 5 to 8 of dimension 1, which has 8"),
    ("serpentine", "an unknown bound", "scf.for %n = %c0 to %c2", "scf.for %n = %c0 to %unknown",
     r"depends on a value that is not known at compile time"),
    ("serpentine", "an unknown effect", "linalg.fill ins(%zero : i32) outs(%output",
     "func.call @unknown(%output) : (memref<2x4xi32, #romanet.space<output>>) -> ()\n linalg.fill ins(%zero : i32) outs(%output",
     r"what it does to a buffer on chip is not known"),
    ("serpentine", "a write to DRAM", "linalg.fill ins(%zero : i32) outs(%output",
     "linalg.fill ins(%zero : i32) outs(%c : memref<4x8xi32>)\n linalg.fill ins(%zero : i32) outs(%output",
     r"writes to the DRAM while the layer is under way"),
    ("serpentine", "a load that nothing uses", "  return", "memref.copy %a, %wide : memref<4x16xi8> to memref<4x16xi8, #romanet.space<input>>\n return",
     r"loads 64 bytes that no operation on tiles uses afterwards"),
    ("serpentine", "an input in DRAM", "re:(?s)ins\\(%input, (.*?)memref<2x16xi8, #romanet.space<input>>", r"ins(%a_tile, \1memref<2x16xi8, strided<[16, 1], offset: ?>>",
     r"operand 0 is not a buffer on chip"),
    ("serpentine", "no step", "scf.for %i = %c0 to %c2 step %c1", "scf.for %i = %c0 to %c2 step %c0",
     r"a loop has step 0"),
    ("serpentine", "a division by zero", "%parity = arith.andi %n, %c1", "%parity = arith.remsi %n, %c0",
     r"its result is undefined for 0 and 0"),
    ("serpentine", "an output over the weights", "  %input = memref.alloc()",
     "  %c64 = arith.constant 64 : index\n  %b = memref.view %all[%c0][] : memref<256xi8> to memref<16x8xi8>\n"
     "  %c = memref.view %all[%c64][] : memref<256xi8> to memref<4x8xi32>\n  %input = memref.alloc()",
     r"writes its output to bytes 64 to 191 of argument 1, where its weights lie \(bytes 0 to 127\)"),
    ("serpentine", "two copies for one", "memref.copy %a_tile, %input : memref<2x16xi8, strided<[16, 1], offset: ?>> to memref<2x16xi8, #romanet.space<input>>",
     "%a_left = memref.subview %a[%row, 0] [2, 8] [1, 1] : memref<4x16xi8> to memref<2x8xi8, strided<[16, 1], offset: ?>>\n"
     "%a_right = memref.subview %a[%row, 8] [2, 8] [1, 1] : memref<4x16xi8> to memref<2x8xi8, strided<[16, 1], offset: ?>>\n"
     "%left = memref.subview %input[0, 0] [2, 8] [1, 1] : memref<2x16xi8, #romanet.space<input>> to memref<2x8xi8, strided<[16, 1]>, #romanet.space<input>>\n"
     "%right = memref.subview %input[0, 8] [2, 8] [1, 1] : memref<2x16xi8, #romanet.space<input>> to memref<2x8xi8, strided<[16, 1], offset: 8>, #romanet.space<input>>\n"
     "memref.copy %a_left, %left : memref<2x8xi8, strided<[16, 1], offset: ?>> to memref<2x8xi8, strided<[16, 1]>, #romanet.space<input>>\n"
     "memref.copy %a_right, %right : memref<2x8xi8, strided<[16, 1], offset: ?>> to memref<2x8xi8, strided<[16, 1], offset: 8>, #romanet.space<input>>",
     r"moves 4 bursts of 64 bytes of input_read, but its schedule 2"),
    ("serpentine", "half of a store", "memref.copy %output, %c_tile : memref<2x4xi32, #romanet.space<output>> to memref<2x4xi32, strided<[8, 1], offset: ?>>",
     "%half = memref.subview %output[0, 0] [1, 4] [1, 1] : memref<2x4xi32, #romanet.space<output>> to memref<1x4xi32, strided<[4, 1]>, #romanet.space<output>>\n"
     "%c_half = memref.subview %c[%row, %column] [1, 4] [1, 1] : memref<4x8xi32> to memref<1x4xi32, strided<[8, 1], offset: ?>>\n"
     "memref.copy %half, %c_half : memref<1x4xi32, strided<[4, 1]>, #romanet.space<output>> to memref<1x4xi32, strided<[8, 1], offset: ?>>",
     r"stores 4 of the 8 elements of an output tile"),

    ("halo", "no halo in the schedule", ", halo>", ">", r"moves 16 bytes of input_read, but its schedule 24"),
    ("halo", "a row too far", "%kept = arith.constant 2", "%kept = arith.constant 1",
     r"copies between overlapping parts of an on-chip buffer, which is undefined"),
    ("halo", "no move", "memref.copy %below, %above", "// ",
     r"step 2 of 2 \(tile p = 2\) needs element \[0, 0, [12], \d\] of 'input', but the buffer holds"),
    # 6 columns at the sides of 3 rows, and a row of 6.
    ("halo", "no padding", "linalg.fill ins(%pad : i8) outs(%input ", "// ",
     r"step 1 of 2 \(tile p = 0\) needs 12 elements of padding in its tile of 'input', but 0 are filled"),
    # The last row is an old one, of which only the two at the sides are padding.
    ("halo", "old rows as padding", "linalg.fill ins(%pad : i8) outs(%below ", "// ",
     r"step 2 of 2 \(tile p = 2\) needs 12 elements of padding in its tile of 'input', but 8 are filled"),
    ("halo", "a row of the image", "%new = arith.constant 3", "%new = arith.constant 2",
     r"needs element \[0, 0, 3, 0\] of 'input', but the buffer holds element \[0, 0, 2, 0\]"),
    ("halo", "a place on chip", "%left = arith.constant 1", "%left = arith.constant 2",
     r"needs element \[0, 0, 0, 0\] of 'input', but the buffer holds a fill there"),

    ("double-buffer", "the wrong half", "%weights[%current, 0, 0]", "%weights[%other, 0, 0]",
     r"needs element \[0, 0\] of 'weights', but the buffer holds element \[0, 4\]"),
    ("double-buffer", "no prefetch", "arith.cmpi slt, %next, %c2", "arith.cmpi slt, %next, %c1",
     r"step 2 of 2 \(tile k = 4\) needs 64 elements of 'weights' \(\[0:16, 4:8\]\), but only 0 of them are in the buffer"),
    ("double-buffer", "a capacity", "weights = 160", "weights = 159",
     r"has 160 bytes on chip in the weights buffer, which has 159"),
    ("double-buffer", "beyond the global", "%c32 = arith.constant 32", "%c32 = arith.constant 33", r"takes bytes 33 to 160 of a buffer of 160"),

    ("double-buffer", "no alignment", "%start = arith.constant 4", "%start = arith.constant 2",
     r"begins at byte 2, which is no multiple of the 4 bytes of an element"),

    ("double-buffer dma", "no wait", "re:memref.dma_wait %alloca\\[.*", "",
     r"'linalg.matmul' reads what a DMA writes that the program has not waited for"),
    ("double-buffer dma", "a tag in use", "re:(?s)memref.dma_wait [^\n]*(.*linalg.matmul)", r"\1",
     r"has the tag of a DMA that the program has not waited for"),
    ("double-buffer dma", "the half in use", "re:%view\\[%\\d+, 0, 0\\]", "%view[%arg4, 0, 0]",
     r"'linalg.matmul' reads what a DMA writes that the program has not waited for"),
    ("double-buffer dma", "a wait too many", "re:(scf.for %arg5 = %\\w+ to )%\\w+#0", r"\1%c2",
     r"waits for a DMA that was not started"),
    ("double-buffer dma", "another distance", "re:(?s)(scf.if.*= arith.constant )8( : index.*linalg.matmul)", r"\g<1>4\2",
     r"its elements are no boxes of both ends"),
    # 15 of 16 rows.
    ("double-buffer dma", "fewer elements", "re:(?s)(scf.if.*= arith.constant )64( : index.*linalg.matmul)", r"\g<1>60\2",
     r"step 2 of 2 \(tile k = 4\) needs 64 elements of 'weights' \(\[0:16, 4:8\]\), but only 60 of them"),
    ("blocked", "another pitch", "re:(?s)strides: \\[4, 1\\](\n +: memref<128xi8> to memref<16x\\?xi8, strided<)\\[4, 1\\](.*?copy %part.*?strided<)\\[4, 1\\]",
     r"strides: [8, 1]\1[8, 1]\2[8, 1]",
     r"moves 16 elements, each 8 bytes behind the one before, which are no neighbours in a block of its buffer's layout"),
    ("blocked", "the beginning of the block", "(d1 * 64 + d0 - d1 * 4)", "(d1 * 64 + d0 * 0)",
     r"step 2 of 2 \(tile k = 6\) needs element \[0, 6\] of 'weights', but the buffer holds element \[0, 4\]"),
    ("blocked", "the first block again", "(d1 * 64 + d0 - d1 * 4)", "(d0 - d1 * 4)",
     r"moves a part of a box that does not lie behind the part before it"),
    ("blocked", "blocks too near", "(d1 * 64 + d0 - d1 * 4)", "(d1 * 60 + d0 - d1 * 4)",
     r"moves 16 elements, each 4 bytes behind the one before, which are no neighbours in a block"),
    ("blocked", "blocks too far", "(d1 * 64 + d0 - d1 * 4)", "(d1 * 128 + d0 - d1 * 4)",
     r"begins at byte 128 of a buffer whose layout has no element there"),
    ("blocked", "no second block", "%block = %first_block to %block_behind", "%block = %first_block to %next_block",
     r"step 1 of 2 \(tile k = 0\) needs 96 elements of 'weights' \(\[0:16, 0:6\]\), but only 64 of them are in the buffer"),
    ("blocked", "no second block stored", "%out_block = %first_block to %block_behind", "%out_block = %first_block to %next_block",
     r"stores 16 of the 24 elements of an output tile"),
    ("blocked", "a target", "(d1 * 16 + d0 - d1 * 4)", "(d1 * 16 + d0 * 0)",
     r"stores element \[0, 6\] of the output to element \[0, 4\]"),
    ("blocked", "another layout", "layout = <blocks = [[4, 4]]>", "layout = <blocks = [[2, 4]]>",
     r"moves 4 elements, each 16 bytes behind the one before, which are no neighbours in a block"),

    ("epilogue", "no place of its own", "%behind = arith.constant 64", "%behind = arith.constant 48",
     r"overwrites a part of the on-chip buffer that it reads"),
    ("epilogue", "too early", "re:(?s)    \\}\n(    linalg.generic \\{romanet.epilogue, indexing_maps = \\[#identity, #identity\\].*?\n    \\}\n)", "\\1    }\n",
     r"works on output tile \[0:4, 0:4\] after 1 of its 2 steps"),
    ("epilogue", "sums are stored", "romanet.epilogue, indexing_maps = [#identity, #identity]", "indexing_maps = [#identity, #identity]",
     r"what it does to a buffer on chip is not known"),
    ("epilogue", "no initial value", "re:romanet.epilogue, indexing_maps = \\[#identity\\](.*\n.*)%output : memref<4x4xi32", r"romanet.epilogue, indexing_maps = [#identity]\1%unused : memref<4x4xi32",
     r"step 1 of 4 \(tile k = 0, c = 0\) needs the initial value of output tile \[0:4, 0:4\], but the buffer holds only 0"),
    ("epilogue", "a capacity", "output = 80>", "output = 79>", r"has 80 bytes on chip in the output buffer, which has 79"),

    ("tensors", "a load that moved in", "re:(?s)( *%subview = memref.subview %arg0.*?memref.copy %subview, .*?\n)( *scf.for .*?\n)", r"\2\1",
     r"moves 128 bytes of input_read, but its schedule 64"),
    ("tensors", "no load of partial sums", "re:memref.copy (%subview_\\d+), %subview_\\d+ : memref<\\?x4xi32, strided<\\[8, 1\\], offset: \\?>> to", "// ",
     r"needs the initial data of output tile \[0:3, 0:4\], but the buffer holds only 0 of its elements"),
    ("tensors", "a place in DRAM", "address = 0, bytes = 128", "address = 64, bytes = 128",
     r"the first byte of argument 1 of '@tensors', at address 64, is in #romanet.place<.*column = 8>, but its place"),
    ("tensors", "a size in DRAM", "address = 0, bytes = 128", "address = 0, bytes = 127",
     r"has 128 bytes, but its place in DRAM 127"),

    ("memrefs", "a capacity", "shared = 1600", "shared = 831", r"has 832 bytes on chip in the shared buffer, which has 831"),
    ("memrefs", "the order of the loops", "[p = 3, q = 2, k = 3, c = 4", "[p = 3, k = 3, q = 2, c = 4",
     r"\(second\) in step 3 of 24"),
]

PREAMBLE = {
    # Things that mutations use.
    "an unknown bound": ("func.func @serpentine(", "func.func @serpentine(%unknown: index, "),
    "an output over the weights": ("%b: memref<16x8xi8>, %c: memref<4x8xi32>)", "%all: memref<256xi8>)"),
    "no initial value": ("  %bytes = memref.view",
                         "  %unused = memref.alloc() : memref<4x4xi32, #romanet.space<output>>\n  %bytes = memref.view"),
    "an unknown effect": ("func.func @serpentine(",
                          "func.func private @unknown(memref<2x4xi32, #romanet.space<output>>)\nfunc.func @serpentine("),
    "a load that nothing uses": ("  %input = memref.alloc()",
                                 "  %wide = memref.alloc() : memref<4x16xi8, #romanet.space<input>>\n  %input = memref.alloc()"),
}


class Failure(Exception):
    pass


def run(program, arguments, text):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True)


def replace(text, old, new):
    if old.startswith("re:"):
        result, count = re.subn(old[3:], new, text)
    else:
        result, count = text.replace(old, new), text.count(old)
    if count != 1:
        raise Failure(f"{old!r} is there {count} times\n{text}")
    return result


def prepare(program, passes, text):
    if not passes:
        return text
    done = run(program, [*passes, "--mlir-print-local-scope", "--mlir-print-debuginfo=false"], text)
    if done.returncode:
        raise Failure(done.stderr)
    return done.stdout


def check_clean(program, text, layers):
    done = run(program, ["--romanet-verify"], text)
    if done.returncode:
        raise Failure(done.stderr)
    found = {}
    for name, tiles, movements in re.findall(
            r"\((\w+)\) is carried out as scheduled: (\d+) tiles, bytes (.*)", done.stderr):
        found[name] = (int(tiles), *(int(re.search(rf"{each} = (\d+)", movements).group(1)) for each in MOVEMENTS))
    if found != layers:
        raise Failure(f"the layers move {found}, expected {layers}")


def check_mutation(program, text, name, old, new, message):
    if name in PREAMBLE:
        text = replace(text, *PREAMBLE[name])
    done = run(program, ["--romanet-verify"], replace(text, old, new))
    if done.returncode == 0:
        raise Failure("it verifies")
    if done.returncode < 0 or not re.search("error: .*(" + message + ")", done.stderr):
        raise Failure(f"expected {message!r}, but got\n{done.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--romanet-opt", required=True)
    options = parser.parse_args()
    program = options.romanet_opt
    texts, failures = {}, 0

    def attempt(name, check, *arguments):
        nonlocal failures
        try:
            check(program, *arguments)
        except Failure as error:
            print(f"{name}: {error}")
            failures += 1

    for name, (passes, layers) in PROGRAMS.items():
        with open(os.path.join(options.directory, name.split()[0] + ".mlir")) as file:
            texts[name] = prepare(program, passes, file.read())
        attempt(name, check_clean, texts[name], layers)
    for base, name, old, new, message in MUTATIONS:
        attempt(f"{base}, {name}", check_mutation, texts[base], name, old, new, message)
    print(f"{len(PROGRAMS)} programs, {len(MUTATIONS)} mutations, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
