module attributes {romanet.machine = #romanet.machine<buffers = <shared = 65536>, dram = "ddr3-1600-2gb-x8", ranks = 4611686018427387904>} {}
