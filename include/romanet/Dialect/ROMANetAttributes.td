//===- ROMANetAttributes.td - Attributes of the dialect ----*- tablegen -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DIALECT_ROMANETATTRIBUTES_TD
#define ROMANET_DIALECT_ROMANETATTRIBUTES_TD

include "romanet/Dialect/ROMANetDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/DataLayoutInterfaces.td"

class ROMANet_Attr<string name, string mn, list<Trait> traits = []>
    : AttrDef<ROMANet_Dialect, name, traits> {
  let mnemonic = mn;
}

/// Tensors by name, as numbers of Operand: `[input, weights]`.
def ROMANet_TensorsParameter
    : OptionalArrayRefParameter<"int64_t", "tensors, each once, ascending"> {
  let parser = "parseTensors($_parser)";
  let printer = "printTensors($_printer, $_self)";
}

/// Integers: `[1, 2]`.
def ROMANet_IntegersParameter
    : OptionalArrayRefParameter<"int64_t", "integers"> {
  let parser = "parseIntegers($_parser)";
  let printer = "printIntegers($_printer, $_self)";
}

//===----------------------------------------------------------------------===//
// Facts and constraints
//===----------------------------------------------------------------------===//

def ROMANet_BuffersAttr : ROMANet_Attr<"Buffers", "buffers"> {
  let summary = "capacities of the on-chip buffers";
  let description = [{
    Each of `input`, `weights` and `output` has a buffer of its own, or lies in
    one that all tensors that are not named share: `shared`, of two tensors or of
    all three. All capacities are in bytes and positive. A tensor that is
    `double_buffered` occupies two tiles, so that the next one can be fetched
    while this one is used. As `romanet.buffers` on an operation it overrides the
    buffers of the module's machine for that operation.

    ```mlir
    #romanet.buffers<input = 36864, weights = 36864, output = 36864>
    #romanet.buffers<shared = 110592>
    #romanet.buffers<weights = 36864, shared = 73728>
    #romanet.buffers<shared = 110592, double_buffered = [input, weights]>
    ```
  }];
  let parameters = (ins
    OptionalParameter<"std::optional<int64_t>", "bytes">:$input,
    OptionalParameter<"std::optional<int64_t>", "bytes">:$weights,
    OptionalParameter<"std::optional<int64_t>", "bytes">:$output,
    OptionalParameter<"std::optional<int64_t>", "bytes">:$shared,
    ROMANet_TensorsParameter:$double_buffered);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same capacities in the terms of the model, and back.
    ::romanet::BufferCapacities getCapacities() const;
    static BuffersAttr get(::mlir::MLIRContext *context,
                           const ::romanet::BufferCapacities &capacities);
  }];
}

def ROMANet_DeviceAttr : ROMANet_Attr<"Device", "device"> {
  let summary = "a DRAM device";
  let description = [{
    What a data sheet says of a DRAM that is none of the presets, as `dram` of a
    `romanet.machine`. The parts have the names of the YAML files that
    `romanet-search --dram=` reads, and all of them must be there, in any order:
    sizes of the organisation, the period of the clock, timing in clocks, and
    for each supply rail of one chip its volts and currents in mA.

    ```mlir
    #romanet.device<"my-ddr3", source = "data sheet",
      organisation = [channels = 1, ranks = 1, chips = 4, chip_bits = 16,
        bank_groups = 1, banks_per_group = 8, rows = 32768, columns = 1024,
        burst_length = 8, beats_per_clock = 2, commands_per_clock = 1],
      clock_ns = 1.25,
      timing_clocks = [read_latency = 11, write_latency = 8, rcd_read = 11,
        rcd_write = 11, rp = 11, ras = 28, rc = 39, ccd_short = 4, ccd_long = 4,
        rrd_short = 6, rrd_long = 6, faw = 32, wtr_short = 6, wtr_long = 6,
        wr = 12, rtp = 6, rtrs = 2, refi = 6240, rfc = 208, refi_bank = 0,
        rfc_bank = 0],
      rails = [[volts = 1.5, idd0_ma = 77, idd2n_ma = 46, idd3n_ma = 58,
        idd4r_ma = 228, idd4w_ma = 221, idd5b_ma = 209]]>
    ```
  }];
  let parameters = (ins
    "::mlir::StringAttr":$name, "::mlir::StringAttr":$source,
    ArrayRefParameter<"int64_t", "as in deviceSizes">:$organisation,
    ArrayRefParameter<"int64_t", "as in deviceTimings">:$timing,
    ArrayRefParameter<"::llvm::APFloat", "the clock, and for each rail what is in deviceRailFields">:$reals);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same device in the terms of the model, and back.
    ::romanet::DRAMDevice getDevice() const;
    static DeviceAttr get(::mlir::MLIRContext *context,
                          const ::romanet::DRAMDevice &device);
  }];
}

def ROMANet_MachineAttr : ROMANet_Attr<"Machine", "machine",
    [DeclareAttrInterfaceMethods<DLTIQueryInterface>]> {
  let summary = "the accelerator: on-chip buffers and DRAM device";
  let description = [{
    As `romanet.machine` on a module it describes the machine that the module is
    compiled for. `dram` names a device preset, or is a `#romanet.device`;
    `channels`, `ranks` and `chips` (the chips of a rank that work in lock-step)
    override those of the device. `name` and `source` say what it is and where
    the figures come from, and change nothing.

    ```mlir
    module attributes {romanet.machine = #romanet.machine<
        buffers = <input = 36864, weights = 36864, output = 36864>,
        dram = "ddr3-1600-2gb-x8">} {}
    ```

    A YAML file says the same with the same keys, and so does the
    `dlti.target_system_spec` of the module, which is read where there is no
    `romanet.machine`: in the specs of one or several devices the entries
    `romanet.name`, `romanet.source`, `romanet.buffers`, `romanet.dram`,
    `romanet.channels`, `romanet.ranks` and `romanet.chips`. Buffers are a
    `#dlti.map` or a `#romanet.buffers`, a whole device is a `#dlti.map` or a
    `#romanet.device`. Each may be there once; buffers and DRAM that are not
    there are those of the default. The machine is then written on the module.

    ```mlir
    module attributes {dlti.target_system_spec = #dlti.target_system_spec<
        "npu" = #dlti.target_device_spec<
            "romanet.buffers" = #dlti.map<"shared" = 110592 : i64>>,
        "dram" = #dlti.target_device_spec<
            "romanet.dram" = "ddr4-2400-8gb-x8",
            "romanet.channels" = 2 : i64>>} {}
    ```

    The attribute answers DLTI queries: `name` and `source` where it has them,
    `buffers`, `dram`, and, those of the device where it does not say others,
    `channels`, `ranks` and `chips`; `device` is the whole device with them.
    So `["buffers", "shared"]` are bytes, `["device", "clock_ns"]` nanoseconds.

    Presets: `ddr3-1600-2gb-x8`, `ddr4-2400-8gb-x8`, `ddr4-3200-8gb-x8`,
    `lpddr4-3200-8gb-x16`, `hbm2-8gb-x128`. A module without a machine gets the
    default: three buffers of 36 KiB and eight DDR3-1600 2Gb x8 chips on 64 bits.
  }];
  let parameters = (ins
    OptionalParameter<"::mlir::StringAttr", "null: none">:$name,
    OptionalParameter<"::mlir::StringAttr", "null: none">:$source,
    "::mlir::romanet::BuffersAttr":$buffers,
    "::mlir::Attribute":$dram,
    OptionalParameter<"std::optional<int64_t>", "number of channels">:$channels,
    OptionalParameter<"std::optional<int64_t>", "ranks of a channel">:$ranks,
    OptionalParameter<"std::optional<int64_t>", "chips of a rank">:$chips);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  // An empty text is none, as in files.
  let skipDefaultBuilders = 1;
  let builders = [
    AttrBuilder<(ins "::mlir::StringAttr":$name, "::mlir::StringAttr":$source,
                     "::mlir::romanet::BuffersAttr":$buffers,
                     "::mlir::Attribute":$dram,
                     "std::optional<int64_t>":$channels,
                     "std::optional<int64_t>":$ranks,
                     "std::optional<int64_t>":$chips), [{
      auto text = [](::mlir::StringAttr value) {
        return value && value.empty() ? ::mlir::StringAttr() : value;
      };
      return $_get($_ctxt, text(name), text(source), buffers, dram, channels,
                   ranks, chips);
    }]>
  ];
  let extraClassDeclaration = [{
    /// The DRAM device; the verifier made sure that there is one.
    ::romanet::DRAMDevice getDevice() const;
    /// The same machine in the terms of the model, and back.
    ::romanet::Machine getMachine() const;
    static MachineAttr get(::mlir::MLIRContext *context,
                           const ::romanet::Machine &machine);
    /// The documented default.
    static MachineAttr getDefault(::mlir::MLIRContext *context);
  }];
}

def ROMANet_LayerAttr : ROMANet_Attr<"Layer", "layer"> {
  let summary = "the shape of a layer that was tiled";
  let description = [{
    As `romanet.layer` on the operation that works on one tile it keeps the shape
    of the whole layer, which the operation itself no longer shows.

    `loops` are the extents of the tile loops: batch `n`, groups `g`, output and
    input channels per group `k` and `c`, rows and columns of the output `p` and
    `q`. `image` is the real input (rows, columns), `bytes` the size of an
    element of input, weights, partial sum and output, `order` how each tensor's
    axes lie in DRAM, outermost first, and `init` whether the accumulation starts
    from a constant (`fill`) or from `data` in DRAM. A layer without weights (a
    pooling) has weights of 0 bytes and no axes of them.

    What follows is printed only where a layer has it:

    - `touched_only`: of the input only the rows and columns are fetched and held
      that lie under a window.
    - `separate_result`: on chip the finished output tile lies next to the
      partial sums, not in their place.
    - `whole`: further axes that stay whole, numbered 0 to 3 in this order, with
      the extent of each tensor that has it (`input`, `weights`, `output`), how
      many indices of the input are fetched (`fetched`, by default all) and have
      room on chip (`on_chip`, by default those), how many of these are padding
      in front (`pad`, by default none), and the multiply-accumulates
      along it for each output (`reduction`, by default 1). In `order` the digit
      stands for the axis.
    - `epilogue`: what element-wise operations read from DRAM for each output
      tile: bytes of an element, of an array with these loops of the output, and
      with these axes that stay whole.

    ```mlir
    #romanet.layer<"conv1",
        loops = [n = 1, g = 1, k = 64, c = 3, p = 224, q = 224],
        image = [226, 226], kernel = [3, 3], strides = [1, 1],
        dilations = [1, 1], pads = [0, 0], bytes = [4, 4, 4, 4],
        order = ["ngchw", "gkcrs", "ngkhw"], init = fill>
    #romanet.layer<"conv3d",
        loops = [n = 1, g = 1, k = 8, c = 4, p = 6, q = 6],
        image = [8, 8], kernel = [3, 3], strides = [1, 1],
        dilations = [1, 1], pads = [0, 0], bytes = [1, 1, 4, 1],
        order = ["nc0hw", "kc0rs", "nk0hw"], init = fill, separate_result,
        whole = [<input = 5, weights = 3, output = 5, on_chip = 7, reduction = 3>],
        epilogue = [4 of "k", 1 of "ngkpq0"]>
    ```
  }];
  let parameters = (ins
    "::mlir::StringAttr":$name,
    ArrayRefParameter<"int64_t">:$loops,
    ArrayRefParameter<"int64_t">:$image,
    ArrayRefParameter<"int64_t">:$kernel,
    ArrayRefParameter<"int64_t">:$strides,
    ArrayRefParameter<"int64_t">:$dilations,
    ArrayRefParameter<"int64_t">:$pads,
    ArrayRefParameter<"int64_t">:$bytes,
    ArrayRefParameter<"::mlir::StringAttr">:$order,
    "bool":$initIsData, "bool":$touchedOnly, "bool":$separateResult,
    ArrayRefParameter<"::romanet::WholeAxis">:$whole,
    ArrayRefParameter<"::romanet::EpilogueOperand">:$epilogue);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same layer in the terms of the model, and back.
    ::romanet::Layer getLayer() const;
    static LayerAttr get(::mlir::MLIRContext *context,
                         const ::romanet::Layer &layer);
  }];
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

def ROMANet_LayoutAttr : ROMANet_Attr<"Layout", "layout"> {
  let summary = "how the elements of an array lie in DRAM";
  let description = [{
    A nested blocked layout over the dimensions of a memref. `row_major` is the
    layout of the memref itself, and what a buffer has of which nothing is said.

    `blocks` cuts the array into blocks, these into smaller ones, and so on:
    from the smallest to the largest, each with its extent in elements along
    every dimension, a multiple of that of the blocks it consists of. All blocks
    of a size take the same space, so that one at the upper edge of the array
    may have a hole. Of each block may be said

    - `order`: the dimensions, outermost first, in which what it consists of
      (smaller blocks, or the elements) lies in it, by default as they are;
    - `align`: its bytes are rounded up to a multiple of that, by default of 1.

    The `order` behind all blocks is that of the largest blocks in the array, or
    without blocks that of the elements.

    Of a memref of N x C x H x W: row-major, as N x H x W x C, as N x C/32 x H x
    W x 32, and in blocks that fill a burst, in blocks that fill a DRAM row of
    8192 bytes.

    ```mlir
    #romanet.layout<row_major>
    #romanet.layout<order = [0, 2, 3, 1]>
    #romanet.layout<blocks = [[1, 32, 1, 1]]>
    #romanet.layout<blocks = [[1, 8, 1, 4] order [0, 2, 3, 1] align 64,
                              [1, 64, 8, 8] align 8192], order = [0, 2, 3, 1]>
    ```
  }];
  let parameters = (ins
    OptionalArrayRefParameter<"int64_t", "extents of all blocks, innermost first">:$blocks,
    OptionalArrayRefParameter<"int64_t", "orders of all blocks and of the array">:$orders,
    OptionalArrayRefParameter<"int64_t", "alignment of all blocks">:$alignments);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    /// `levels` and `order` as in romanet::Layout. What is row-major without
    /// blocks becomes `row_major`.
    AttrBuilder<(ins "::llvm::ArrayRef<::romanet::Layout::Level>":$levels,
                     "::llvm::ArrayRef<unsigned>":$order)>,
    AttrBuilder<(ins "const ::romanet::Layout &":$layout), [{
      return get($_ctxt, layout.levels(), layout.order());
    }]>
  ];
  let extraClassDeclaration = [{
    static LayoutAttr getRowMajor(::mlir::MLIRContext *context);
    bool isRowMajor() const { return getOrders().empty(); }
    /// Dimensions of the array; std::nullopt: of any.
    std::optional<unsigned> getRank() const;
    ::llvm::SmallVector<::romanet::Layout::Level> getLevels() const;
    /// The layout of an array; the error says why it cannot have it.
    ::llvm::Expected<::romanet::Layout>
    getLayout(::llvm::ArrayRef<int64_t> shape, int64_t elementBytes) const;
  }];
}

/// Layouts: `[<row_major>, ...]`.
def ROMANet_LayoutListParameter
    : OptionalArrayRefParameter<"::mlir::romanet::LayoutAttr", "layouts"> {
  let parser = "parseLayoutList($_parser)";
  let printer = "printLayoutList($_printer, $_self)";
}

def ROMANet_LayoutsAttr : ROMANet_Attr<"Layouts", "layouts"> {
  let summary = "layouts of the arrays that a layer has in DRAM";
  let description = [{
    As `romanet.layouts` on an operation that was tiled: the layouts that the
    arrays at the DRAM ends of its copies have, over the dimensions of their
    buffers. `romanet-dram-map` gives them to the buffers. On an operation that
    is not tiled yet it is the user's choice, which is checked and taken over.

    `partial_sums` counts where partial sums have an array of their own and is
    by default that of `output` where both have elements of one width; `init` is
    what the accumulation starts from where that is data, `epilogue` the arrays
    of `epilogue` of the `romanet.layer`, all of them in that order. What is
    left out is row-major.

    ```mlir
    #romanet.layouts<input = <blocks = [[1, 32, 1, 1]]>,
                     weights = <blocks = [[32, 32, 1, 1] order [2, 3, 1, 0]]>,
                     output = <blocks = [[1, 32, 1, 1]]>>
    #romanet.layouts<epilogue = [<row_major>, <order = [0, 2, 3, 1]>]>
    ```
  }];
  let parameters = (ins
    OptionalParameter<"::mlir::romanet::LayoutAttr">:$input,
    OptionalParameter<"::mlir::romanet::LayoutAttr">:$weights,
    OptionalParameter<"::mlir::romanet::LayoutAttr">:$output,
    OptionalParameter<"::mlir::romanet::LayoutAttr">:$partial_sums,
    OptionalParameter<"::mlir::romanet::LayoutAttr">:$init,
    ROMANet_LayoutListParameter:$epilogue);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

def ROMANet_ScheduleAttr : ROMANet_Attr<"Schedule", "schedule"> {
  let summary = "tile sizes and loop order of a layer";
  let description = [{
    The six loops over tiles, outermost first, each with the elements of one
    tile. A loop whose tile is the whole extent has one trip and is not emitted.

    On an operation that is not tiled yet it is the user's choice, or that of
    `romanet-schedule`: it is checked and followed. On a tiled operation it is
    the decision that was carried out.

    `hold` gives, for each tensor, the number of loops (from the outermost)
    inside which it is held: what is on chip of it covers all steps of the
    loops further in. 6, the default, is the innermost tile. `serpentine` loops
    run forwards and backwards by turns; with `halo`, what successive tiles of
    the input share stays on chip.

    ```mlir
    #romanet.schedule<[g = 1, n = 1, p = 7, q = 224, k = 32, c = 3]>
    #romanet.schedule<[k = 32, c = 128, p = 56, q = 2, n = 1, g = 1],
                      hold = [input = 6, weights = 1, output = 6], serpentine, halo>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t", "loops as numbers of Dim, outermost first">:$order,
    ArrayRefParameter<"int64_t", "tile of each loop of the order">:$tile,
    ArrayRefParameter<"int64_t", "depth of input, weights and output">:$hold,
    "bool":$serpentine, "bool":$halo);
  let assemblyFormat = [{
    `<` custom<Schedule>($order, $tile, $hold, $serpentine, $halo) `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same schedule in the terms of the model, and back.
    ::romanet::Schedule getSchedule() const;
    static ScheduleAttr get(::mlir::MLIRContext *context,
                            const ::romanet::Schedule &schedule);
  }];
}

def ROMANet_CostAttr : ROMANet_Attr<"Cost", "cost"> {
  let summary = "what a schedule moves between DRAM and chip";
  let description = [{
    As `romanet.cost` next to a `romanet.schedule` that `romanet-schedule` chose:
    the predicted traffic, and the certificate of the search.

    `input_read` to `epilogue_read` are bytes (the last one is left out where the
    operations on the output read nothing), `bursts` all bursts that move, and
    `activations` all DRAM rows that are opened, one for each row that a
    transfer touches; tensors are row-major. `value` is what the schedule has of
    `objective`, and no schedule of `space` has less than `lower_bound`; both are
    in bytes for "bytes" and "bytes-bursts", in bursts for "bursts", in pJ of the DRAM for "energy",
    in ns for "time" (all bursts at peak bandwidth, or the activations where
    they take longer) and in pJ ns for "edp". The schedule is optimal where the
    two are equal.

    ```mlir
    #romanet.cost<input_read = 64, weights_read = 128, output_read = 0,
                  output_write = 128, bursts = 5, activations = 3, space = "S0",
                  objective = "bytes", value = 320, lower_bound = 320>
    ```
  }];
  let parameters = (ins "int64_t":$input_read, "int64_t":$weights_read,
    "int64_t":$output_read, "int64_t":$output_write,
    OptionalParameter<"int64_t">:$epilogue_read, "int64_t":$bursts,
    "int64_t":$activations, "::mlir::StringAttr":$space,
    "::mlir::StringAttr":$objective,
    APFloatParameter<"in the unit of the objective">:$value,
    APFloatParameter<"in the unit of the objective">:$lower_bound);
  let assemblyFormat = [{
    `<` struct($input_read, $weights_read, $output_read, $output_write,
               $epilogue_read, $bursts, $activations, $space, $objective, custom<Number>($value),
               custom<Number>($lower_bound)) `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static CostAttr get(::mlir::MLIRContext *context,
                        const ::romanet::Found &found,
                        const ::romanet::SearchOptions &options);
  }];
}

def ROMANet_PlaceAttr : ROMANet_Attr<"Place", "place"> {
  let summary = "one burst of the DRAM";
  let description = [{
    Coordinates of a burst; `column` is the column address of its first beat.
  }];
  let parameters = (ins "int64_t":$channel, "int64_t":$rank,
    "int64_t":$bank_group, "int64_t":$bank, "int64_t":$row, "int64_t":$column);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def ROMANet_DramAttr : ROMANet_Attr<"Dram", "dram"> {
  let summary = "where in the DRAM a buffer lives";
  let description = [{
    As `romanet.dram` on a buffer (a view of the arena, a global, a function
    argument): its range of physical byte addresses, and the places of its first
    and last byte under the device's address map.

    A buffer whose elements do not lie row-major is a memref of one dimension;
    `layout` says how those of the array lie in it, and `shape` what extents the
    array has.

    `live` says when the buffer needs them: from one program point to another,
    both included, two numbers for each interval. Program points count, from 0
    and over all functions in the order of the text, the operations that access
    buffers and the calls of the program that the places were chosen for. Buffers
    with no point in common may have the same addresses. Without `live` a
    buffer has its addresses always.

    ```mlir
    #romanet.dram<address = 0, bytes = 4096,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 504>>
    #romanet.dram<address = 0, bytes = 4096,
      layout = <blocks = [[1, 32, 1, 1]]>, shape = [1, 60, 8, 8],
      first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 0, column = 504>>
    #romanet.dram<address = 8192, bytes = 64,
      first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>,
      last = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>,
      live = [3, 17, 40, 52]>
    ```
  }];
  let parameters = (ins "int64_t":$address, "int64_t":$bytes,
    OptionalParameter<"::mlir::romanet::LayoutAttr", "null: row-major">:$layout,
    ROMANet_IntegersParameter:$shape,
    "::mlir::romanet::PlaceAttr":$first,
    "::mlir::romanet::PlaceAttr":$last, ROMANet_IntegersParameter:$live);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Memory space
//===----------------------------------------------------------------------===//

def ROMANet_Space : I32EnumAttr<"Space", "the buffer of a tensor on chip", [
    I32EnumAttrCase<"Input", 0, "input">,
    I32EnumAttrCase<"Weights", 1, "weights">,
    I32EnumAttrCase<"Output", 2, "output">,
    I32EnumAttrCase<"Shared", 3, "shared">]> {
  let cppNamespace = "::mlir::romanet";
  let genSpecializedAttr = 0;
}

def ROMANet_SpaceAttr : EnumAttr<ROMANet_Dialect, ROMANet_Space, "space"> {
  let summary = "memory space of an on-chip buffer";
  let description = [{
    The memory space of the tiles of one tensor, `shared` where they lie with
    those of others in the buffer that has no tensor of its own. Buffers without
    a memory space are in DRAM.

    ```mlir
    memref<1x3x9x226xf32, #romanet.space<input>>
    memref<1x3x9x226xf32, #romanet.space<shared>>
    ```
  }];
  let assemblyFormat = "`<` $value `>`";
}

#endif // ROMANET_DIALECT_ROMANETATTRIBUTES_TD
