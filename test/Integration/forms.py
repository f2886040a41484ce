"""The operations that random layers are made of.

A form is a spelling of a layer in linalg: the name of the operation and the axes
of its input, weights and output, outermost first. An axis is a letter:

    n g k c     batch, groups, output channels, input channels
    o p q       planes, rows and columns of the output
    t r s       planes, rows and columns of the kernel
    d h w       planes, rows and columns of the input: d = o*stride + t*dilation
                and so on, so that these three are no loops
    N G K C     a second loop of the same role

The parts of a layer that can be tiled are called as in #romanet.schedule.
"""

KERNEL_OF = {"d": "t", "h": "r", "w": "s"}
OUTPUT_OF = {"d": "o", "h": "p", "w": "q"}
SIDES = "dhw"
# The loops of each tile loop. One of several is tiled, the others stay whole, and
# of three spatial loops two are tiled: what a schedule says of p and q must hold
# for any two.
ROLES = {"n": "nN", "g": "gG", "k": "kK", "c": "cC"}
REDUCTIONS = "cCtrs"


class Form:
    def __init__(self, name, input, weights, output, family="conv", zero_points=False,
                 windows=True, types=None, maps=False):
        self.name = name
        self.axes = (input, weights, output)
        # "conv", "contraction" or "pooling".
        self.family = family
        self.zero_points = zero_points
        # Whether it has strides and dilations.
        self.windows = windows and family != "contraction"
        self.types = types
        # Whether its axes are an attribute, as those of linalg.contract.
        self.maps = maps

    def sides(self):
        """The sides of its image: a string out of d, h, w."""
        return "".join(side for side in SIDES if side in self.axes[0])

    def loops(self):
        """Its loops, reductions last; batched products want the batch first."""
        letters = set("".join(self.axes)) - set(SIDES)
        for side in self.sides():
            letters |= {KERNEL_OF[side], OUTPUT_OF[side]}
        return [l for l in "gGnNopqkKcCtrs" if l in letters]


INTEGERS = [("i8", "i8", "i32"), ("i16", "i16", "i32"), ("i32", "i32", "i32"), ("i8", "i8", "i16")]
FLOATS = [("f32", "f32", "f32"), ("f16", "f16", "f16"), ("f16", "f16", "f32"), ("bf16", "bf16", "f32")]
ALL_TYPES = INTEGERS + FLOATS
QUANTIZED = [("i8", "i8", "i32")]
BYTES = {"i8": 1, "i16": 2, "i32": 4, "i64": 8, "f16": 2, "bf16": 2, "f32": 4, "f64": 8}


def _convolutions():
    yield Form("conv_1d", "w", "s", "q", windows=False)
    yield Form("conv_1d_nwc_wcf", "nwc", "sck", "nqk")
    yield Form("conv_1d_ncw_fcw", "ncw", "kcs", "nkq")
    yield Form("conv_2d", "hw", "rs", "pq", windows=False)
    yield Form("conv_2d_nchw_fchw", "nchw", "kcrs", "nkpq")
    yield Form("conv_2d_nhwc_hwcf", "nhwc", "rsck", "npqk")
    yield Form("conv_2d_nhwc_fhwc", "nhwc", "krsc", "npqk")
    yield Form("conv_2d_ngchw_gfchw", "ngchw", "gkcrs", "ngkpq")
    yield Form("conv_2d_ngchw_fgchw", "ngchw", "kgcrs", "ngkpq")
    yield Form("conv_2d_nhwgc_gfhwc", "nhwgc", "gkrsc", "npqgk")
    yield Form("conv_3d", "dhw", "trs", "opq", windows=False)
    yield Form("conv_3d_ndhwc_dhwcf", "ndhwc", "trsck", "nopqk")
    yield Form("conv_3d_ncdhw_fcdhw", "ncdhw", "kctrs", "nkopq")
    yield Form("depthwise_conv_1d_nwc_wc", "nwg", "sg", "nqg")
    yield Form("depthwise_conv_1d_ncw_cw", "ngw", "gs", "ngq")
    yield Form("depthwise_conv_1d_nwc_wcm", "nwg", "sgk", "nqgk")
    yield Form("depthwise_conv_2d_nchw_chw", "nghw", "grs", "ngpq")
    yield Form("depthwise_conv_2d_nhwc_hwc", "nhwg", "rsg", "npqg")
    yield Form("depthwise_conv_2d_nhwc_hwcm", "nhwg", "rsgk", "npqgk")
    yield Form("depthwise_conv_3d_ndhwc_dhwc", "ndhwg", "trsg", "nopqg")
    yield Form("depthwise_conv_3d_ncdhw_cdhw", "ngdhw", "gtrs", "ngopq")
    yield Form("depthwise_conv_3d_ndhwc_dhwcm", "ndhwg", "trsgk", "nopqgk")
    for name, *axes in [
            ("conv_2d_nhwc_hwcf_q", "nhwc", "rsck", "npqk"),
            ("conv_2d_nhwc_fhwc_q", "nhwc", "krsc", "npqk"),
            ("conv_2d_nchw_fchw_q", "nchw", "kcrs", "nkpq"),
            ("conv_2d_ngchw_gfchw_q", "ngchw", "gkcrs", "ngkpq"),
            ("conv_2d_nhwgc_gfhwc_q", "nhwgc", "gkrsc", "npqgk"),
            ("conv_3d_ndhwc_dhwcf_q", "ndhwc", "trsck", "nopqk"),
            ("depthwise_conv_2d_nhwc_hwc_q", "nhwg", "rsg", "npqg"),
            ("depthwise_conv_2d_nhwc_hwcm_q", "nhwg", "rsgk", "npqgk")]:
        yield Form(name, *axes, zero_points=True, types=QUANTIZED)


def _poolings():
    # The channels of a pooling are groups of one channel each.
    layouts = {"nwc": ("nwg", "s", "nqg"), "ncw": ("ngw", "s", "ngq"),
               "nhwc": ("nhwg", "rs", "npqg"), "nchw": ("nghw", "rs", "ngpq"),
               "ndhwc": ("ndhwg", "trs", "nopqg")}
    kinds = {"nwc": ("sum", "max", "min", "max_unsigned", "min_unsigned"),
             "ncw": ("sum", "max"),
             "nhwc": ("sum", "max", "min", "max_unsigned", "min_unsigned"),
             "nchw": ("sum", "max"),
             "ndhwc": ("sum", "max", "min")}
    same = [(t, t, t) for t in ("i8", "i16", "i32", "f32", "f16")]
    integers = same[:3]
    for layout, axes in layouts.items():
        for kind in kinds[layout]:
            types = (integers if "unsigned" in kind
                     else same + ([("i8", "i8", "i32"), ("f16", "f16", "f32")] if kind == "sum" else []))
            yield Form(f"pooling_{layout}_{kind}", *axes, family="pooling", types=types)


def _contractions():
    for name, *axes in [
            ("matmul", "nc", "ck", "nk"), ("batch_matmul", "gnc", "gck", "gnk"),
            ("matvec", "nc", "c", "n"), ("vecmat", "c", "ck", "k"),
            ("batch_matvec", "gnc", "gc", "gn"), ("batch_vecmat", "gc", "gck", "gk"),
            ("dot", "c", "c", ""), ("mmt4d", "ncNC", "kcKC", "nkNK"),
            ("batch_mmt4d", "gncNC", "gkcKC", "gnkNK"),
            ("batch_reduce_matmul", "Cnc", "Cck", "nk")]:
        yield Form(name, *axes, family="contraction")
    yield Form("quantized_matmul", "nc", "ck", "nk", "contraction", True, types=QUANTIZED)
    yield Form("quantized_batch_matmul", "gnc", "gck", "gnk", "contraction", True, types=QUANTIZED)
    for name, axes in [("matmul", [("cn", "ck", "nk"), ("nc", "kc", "nk"), ("cn", "kc", "nk")]),
                       ("batch_matmul", [("gcn", "gck", "gnk"), ("gnc", "gkc", "gnk")])]:
        for each in axes:
            yield Form(name, *each, family="contraction", maps=True)


CONVOLUTIONS, POOLINGS, CONTRACTIONS = list(_convolutions()), list(_poolings()), list(_contractions())


def _shuffled(rng, axes):
    axes = list(axes)
    rng.shuffle(axes)
    return "".join(axes)


def random_form(rng):
    """A form, and whether it is spelt as linalg.generic."""
    family = rng.choices(["conv", "pooling", "contraction", "odd conv", "odd contraction", "contract"],
                         [45, 12, 15, 13, 9, 6])[0]
    if family == "conv":
        form = rng.choice(CONVOLUTIONS)
    elif family == "pooling":
        form = rng.choice(POOLINGS)
    elif family == "contraction":
        form = rng.choice(CONTRACTIONS)
    elif family == "odd conv":
        base = rng.choice([f for f in CONVOLUTIONS if not f.zero_points and f.name != "conv_1d"])
        return Form("odd_" + base.name, *(_shuffled(rng, axes) for axes in base.axes)), True
    else:
        # Any contraction: some loops of each role, in any order.
        loops = ["c"] + [l for l in "nNgGkKC" if rng.random() < (0.25 if l.isupper() else 0.6)]
        loops = [l for l in loops if not l.isupper() or l.lower() in loops]
        axes = [[l for l in loops if l.lower() in used] for used in ("ngc", "gkc", "ngk")]
        return Form("contract" if family == "contract" else "contraction",
                    *(_shuffled(rng, a) for a in axes), family="contraction",
                    maps=True), family != "contract"
    # A pooling with two dimensions of the input left is known by its body.
    return form, rng.random() < 0.25 and not form.zero_points
