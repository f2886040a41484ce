//===- main.cpp - A program that links the installed runtime --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Runtime/Runtime.h"

int main() {
  struct {
    const char *allocated, *aligned;
    int64_t offset, size, stride;
  } line = {"x", "x", 0, 1, 1};
  romanet::runtime::UnrankedMemRef memref = {1, &line};
  _mlir_ciface_romanet_count_layer(0, 1, &memref);
  _mlir_ciface_romanet_count_transfer_i8(0, 0, 0, 64, &memref);
  _mlir_ciface_romanet_count_step(0);
  _mlir_ciface_romanet_count_print();
}
