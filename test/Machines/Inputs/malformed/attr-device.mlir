module attributes {romanet.machine = #romanet.machine<buffers = <shared = 65536>, dram = #romanet.device<"mine", source = "s", organisation = [channels = 1]>>} {}
