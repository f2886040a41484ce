module attributes {romanet.machine = #romanet.machine<buffers = <shared = 65536>, dram = 3 : i64>} {}
