//===- LayerTableTest.cpp - Well-formed and malformed tables --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/LayerTable.h"
#include "gtest/gtest.h"

using namespace romanet;

static constexpr const char *header =
    "network,layer,type,N,C,H,W,K,R,S,stride,pad,groups,P,Q,macs\n";

static std::string errorOf(const std::string &text) {
  auto rows = parseLayerTable(text, "net.csv");
  return rows ? "no error" : llvm::toString(rows.takeError());
}

/// The error of one line after the header.
static std::string errorOfRow(const std::string &row) {
  return errorOf(header + row + "\n");
}

TEST(LayerTable, ReadsLayersOfAllTypes) {
  auto rows = parseLayerTable(
      std::string(header) +
          "net,c,conv,2,96,27,27,256,5,5,1,2,2,27,27,447897600\n"
          "net,d,dw,1,64,112,112,64,3,3,2,1,64,56,56,1806336\n"
          "net,p,pw,1,32,112,112,64,1,1,1,0,1,112,112,25690112\n"
          "net,f,fc,1,4096,1,1,1000,1,1,1,0,1,1,1,4096000\n",
      "net.csv");
  ASSERT_TRUE(static_cast<bool>(rows)) << llvm::toString(rows.takeError());
  ASSERT_EQ(rows->size(), 4u);
  const Layer &conv = (*rows)[0].layer;
  EXPECT_EQ((*rows)[0].network, "net");
  EXPECT_EQ(conv.name, "c");
  EXPECT_EQ(conv.size, (PerDim<int64_t>{{2, 2, 128, 48, 27, 27}}));
  EXPECT_EQ(conv.inputHeight, 27);
  EXPECT_EQ(conv.kernelWidth, 5);
  EXPECT_EQ(conv.padTop, 2);
  EXPECT_EQ(conv.padLeft, 2);
  const Layer &depthwise = (*rows)[1].layer;
  EXPECT_EQ(depthwise.size, (PerDim<int64_t>{{1, 64, 1, 1, 56, 56}}));
  EXPECT_EQ(depthwise.strideHeight, 2);
  EXPECT_EQ(depthwise.strideWidth, 2);
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ((*rows)[i].isFullyConnected, i == 3);
  EXPECT_EQ((*rows)[3].layer.size, (PerDim<int64_t>{{1, 1, 1000, 4096, 1, 1}}));
}

TEST(LayerTable, ColumnsInAnyOrderWithoutMacs) {
  auto rows = parseLayerTable(
      "Q,P,groups,pad,stride,S,R,K,W,H,C,N,type,layer,network\r\n"
      "\r\n"
      "# a remark, with commas\r\n"
      " 6 ,4,1,0,1,3,3,8,8,6,2,1,conv,x,net\r\n"
      "\r\n",
      "net.csv");
  ASSERT_TRUE(static_cast<bool>(rows)) << llvm::toString(rows.takeError());
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().layer.size, (PerDim<int64_t>{{1, 1, 8, 2, 4, 6}}));
}

TEST(LayerTable, LastLineNeedsNoNewline) {
  EXPECT_EQ(errorOf(std::string("\xEF\xBB\xBF") + header +
                    "net,x,conv,1,1,3,3,1,3,3,1,0,1,1,1,9"),
            "no error");
}

TEST(LayerTable, Headers) {
  std::string columns = header;
  columns.pop_back();
  for (char &c : columns)
    EXPECT_NE(c, '\n');
  EXPECT_EQ(errorOf(""),
            "net.csv:1: no header, expected the columns " + columns);
  EXPECT_EQ(errorOf("\n# remark\n\n"),
            "net.csv:3: no header, expected the columns " + columns);
  EXPECT_EQ(errorOf(header), "net.csv:1: no layer after the header");
  EXPECT_EQ(errorOf("network,layer,type,N,C,H,W,K,R,S,stride,pad,groups,P\n"),
            "net.csv:1: column 'Q' is missing");
  EXPECT_EQ(errorOf("network,layer,colour\n"),
            "net.csv:1: unknown column 'colour', expected some of " + columns);
  EXPECT_EQ(errorOf("\nnetwork,layer,layer\n"),
            "net.csv:2: column 'layer' appears twice");
}

TEST(LayerTable, Fields) {
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3,1,3,3,1,0,1,1,1"),
            "net.csv:2: 15 fields, expected 16");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3,1,3,3,1,0,1,1,1,9,"),
            "net.csv:2: 17 fields, expected 16");
  EXPECT_EQ(errorOfRow("net,,conv,1,1,3,3,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'layer' is empty, expected a name");
  EXPECT_EQ(errorOfRow("net,\xff,conv,1,1,3,3,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'layer' is not UTF-8 text, expected a name");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,three,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'W' is 'three', expected a whole number");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3.5,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'W' is '3.5', expected a whole number");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'W' is '', expected a whole number");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,0x3,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'W' is '0x3', expected a whole number");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,-3,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'W' is '-3', expected a positive number");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3,1,3,3,0,0,1,1,1,9"),
            "net.csv:2: column 'stride' is '0', expected a positive number");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3,1,3,3,1,-1,1,1,1,9"),
            "net.csv:2: column 'pad' is '-1', expected 0 or a positive number");
  EXPECT_EQ(
      errorOfRow("net,x,conv,1,1,99999999999999999999,3,1,3,3,1,0,1,1,1,9"),
      "net.csv:2: column 'H' is '99999999999999999999', expected a number of "
      "at most 64 bits");
}

TEST(LayerTable, Shapes) {
  EXPECT_EQ(errorOfRow("net,x,pool,1,1,3,3,1,3,3,1,0,1,1,1,9"),
            "net.csv:2: column 'type' is 'pool', expected conv, dw, pw or fc");
  EXPECT_EQ(errorOfRow("net,x,conv,1,3,3,3,2,3,3,1,0,2,1,1,9"),
            "net.csv:2: column 'C' is 3, expected a multiple of the 2 groups");
  EXPECT_EQ(errorOfRow("net,x,conv,1,2,3,3,3,3,3,1,0,2,1,1,9"),
            "net.csv:2: column 'K' is 3, expected a multiple of the 2 groups");
  EXPECT_EQ(errorOfRow("net,x,dw,1,4,3,3,4,3,3,1,0,2,1,1,72"),
            "net.csv:2: column 'groups' is 2, expected 4 in a layer of type "
            "dw");
  EXPECT_EQ(errorOfRow("net,x,pw,1,4,3,3,4,3,3,1,0,1,1,1,144"),
            "net.csv:2: column 'R' is 3, expected 1 in a layer of type pw");
  EXPECT_EQ(errorOfRow("net,x,fc,1,4,2,1,4,1,1,1,0,1,2,1,32"),
            "net.csv:2: column 'H' is 2, expected 1 in a layer of type fc");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,5,5,1,3,3,2,1,1,4,3,9"),
            "net.csv:2: column 'P' is 4, expected 3 from H, pad, R and stride");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,5,5,1,3,3,2,1,1,3,2,9"),
            "net.csv:2: column 'Q' is 2, expected 3 from W, pad, S and stride");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,2,5,1,3,3,1,0,1,1,3,9"),
            "net.csv:2: kernel of R = 3 exceeds the padded input of 2");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3,1,3,3,1,0,1,1,1,10"),
            "net.csv:2: column 'macs' is 10, expected 9 from the shape");
  EXPECT_EQ(
      errorOfRow("net,x,conv,1,1,3,3,1,3,3,1,9223372036854775807,1,1,1,9"),
      "net.csv:2: column 'pad' is 9223372036854775807, too large for 64 bits");
  EXPECT_EQ(errorOfRow("net,x,conv,1,1,3,3,1,1,1,1,1,1,5,5,25"),
            "net.csv:2: layer 'x': padding of 1 in front of the first row "
            "covers the kernel of 1 rows: the first output would see no input");
  EXPECT_EQ(errorOfRow("net,x,fc,2147483647,2147483647,1,1,2147483647,1,1,1,0,"
                       "1,1,1,9"),
            "net.csv:2: layer 'x': too large: a schedule could move more than "
            "2305843009213693951 bytes, beyond what is counted in 64 bits");
}

TEST(LayerTable, LinesAreCountedFromTheTopOfTheFile) {
  EXPECT_EQ(errorOf(std::string("# remark\n\n") + header +
                    "net,x,conv,1,1,3,3,1,3,3,1,0,1,1,1,9\n\n"
                    "net,y,conv,1,1,3,3,1,3,3,1,0,1,1,1,8\n"),
            "net.csv:6: column 'macs' is 8, expected 9 from the shape");
}
