module attributes {romanet.machine = #romanet.machine<buffers = <shared = 65536>>} {}
