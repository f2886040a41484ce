module attributes {romanet.machine = #romanet.machine<buffers = <shared = 1, double_buffered = [bias]>, dram = "ddr3-1600-2gb-x8">} {}
