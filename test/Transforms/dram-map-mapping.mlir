// The address map of the places, by the name of a policy. A DRAM row has 8192
// bytes: the second one is the same row of the next bank in `romanet`, the next
// row of the same bank in `column-row-bank`.

// RUN: split-file %s %t
// RUN: romanet-opt %t/copy.mlir --romanet-dram-map --romanet-verify | FileCheck %s --check-prefix=ROMANET
// RUN: romanet-opt %t/copy.mlir --romanet-dram-map=mapping=column-row-bank --romanet-verify > %t/rows.mlir
// RUN: FileCheck %s --check-prefix=ROWS < %t/rows.mlir

// ROMANET-NOT: romanet.mapping
// ROMANET: memref.view {{.*}}address = 8192, bytes = 8192, first = <channel = 0, rank = 0, bank_group = 0, bank = 1, row = 0, column = 0>
// ROWS: romanet.mapping = "column-row-bank"
// ROWS: memref.view {{.*}}address = 8192, bytes = 8192, first = <channel = 0, rank = 0, bank_group = 0, bank = 0, row = 1, column = 0>

// The verifier decodes in the map of the module: under another one the places
// are wrong.
// RUN: sed 's/romanet.mapping = "column-row-bank"/romanet.mapping = "romanet"/' %t/rows.mlir > %t/wrong.mlir
// RUN: not romanet-opt %t/wrong.mlir --romanet-verify 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: error: the first byte of {{.*}}, at address 8192, is in {{.*}}bank = 1, row = 0, column = 0>, but its place in DRAM says {{.*}}bank = 0, row = 1, column = 0>

// What the module has stays; another map for new buffers is refused.
// RUN: romanet-opt %t/rows.mlir --romanet-dram-map | diff %t/rows.mlir -
// RUN: sed 's/return/%new = memref.get_global @new : memref<64xi8>\n return/; s/func.func/memref.global @new : memref<64xi8> = uninitialized\n func.func/' %t/rows.mlir > %t/more.mlir
// RUN: romanet-opt %t/more.mlir --romanet-dram-map --romanet-verify | FileCheck %s --check-prefix=MORE
// RUN: not romanet-opt %t/more.mlir --romanet-dram-map=mapping=romanet 2>&1 | FileCheck %s --check-prefix=OTHER
// MORE: romanet.mapping = "column-row-bank"
// MORE: memref.global @new
// OTHER: error: option 'mapping' of romanet-dram-map is 'romanet', but other buffers of the module have their places in 'column-row-bank'; map all buffers at once

// RUN: not romanet-opt %t/copy.mlir --romanet-dram-map=mapping=best 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: option 'mapping' of romanet-dram-map is 'best', expected romanet, row-major, {{.*}}, search

// The search takes what the report finds to be the least, and the report then
// simulates it by default.
// RUN: romanet-opt %t/layer.mlir --romanet-tile --romanet-dram-map=mapping=search --romanet-verify \
// RUN:   --romanet-report="simulate format=json output=%t/default.json" > %t/found.mlir
// RUN: romanet-opt %t/found.mlir --romanet-report="simulate mapping=search format=json output=%t/search.json" > /dev/null
// RUN: diff %t/default.json %t/search.json
// RUN: %python -c "import json, re; found = re.search('romanet.mapping = .([a-z-]+)', open(r'%t/found.mlir').read()); \
// RUN:   assert (found.group(1) if found else 'romanet') == json.load(open(r'%t/search.json'))['mapping']['policy']"

//--- copy.mlir
func.func @copy(%a: memref<2048xf32>) {
  %c = memref.alloc() : memref<2048xf32>
  %b = memref.alloc() : memref<2048xf32>
  memref.copy %a, %c : memref<2048xf32> to memref<2048xf32>
  memref.copy %c, %b : memref<2048xf32> to memref<2048xf32>
  memref.copy %b, %a : memref<2048xf32> to memref<2048xf32>
  return
}

//--- layer.mlir
func.func @layer(%a: tensor<64x512xi8>, %b: tensor<512x96xi8>, %c: tensor<64x96xi32>) -> tensor<64x96xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<64x512xi8>, tensor<512x96xi8>) outs(%c : tensor<64x96xi32>) -> tensor<64x96xi32>
  return %0 : tensor<64x96xi32>
}
