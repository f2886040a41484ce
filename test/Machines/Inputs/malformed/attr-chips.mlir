module attributes {romanet.machine = #romanet.machine<buffers = <shared = 65536>, dram = "ddr3-1600-2gb-x8", chips = 3>} {}
