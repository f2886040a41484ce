module attributes {romanet.machine = 3 : i64} {}
