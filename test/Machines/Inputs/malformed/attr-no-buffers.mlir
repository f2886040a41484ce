module attributes {romanet.machine = #romanet.machine<dram = "ddr3-1600-2gb-x8">} {}
