module attributes {romanet.machine = #romanet.machine<name = "\FF", buffers = <shared = 65536>, dram = "ddr3-1600-2gb-x8">} {}
