module attributes {romanet.machine = #romanet.machine<buffers = <shared = -1>, dram = "ddr3-1600-2gb-x8">} {}
