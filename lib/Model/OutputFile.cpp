//===- OutputFile.cpp - Files that are complete or not there --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/OutputFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Casting.h"
#include "llvm/Support/FileSystem.h"

using namespace romanet;

/// What went wrong so far, once; a stream that keeps its error ends the program
/// where it is destroyed.
static llvm::Error takeError(llvm::raw_fd_ostream &os) {
  os.flush();
  std::error_code error = os.error();
  os.clear_error();
  return llvm::errorCodeToError(error);
}

llvm::Error
romanet::writeOutput(llvm::StringRef fileName,
                     llvm::function_ref<void(llvm::raw_ostream &)> print) {
  if (fileName == "-") {
    print(llvm::outs());
    return takeError(llvm::outs());
  }
  namespace fs = llvm::sys::fs;
  // What a link stands for is replaced, not the link.
  llvm::SmallString<128> target = fileName;
  fs::file_status status;
  if (!fs::status(fileName, status)) {
    if (status.type() == fs::file_type::directory_file)
      return llvm::errorCodeToError(
          std::make_error_code(std::errc::is_a_directory));
    if (status.type() != fs::file_type::regular_file) {
      std::error_code error;
      llvm::raw_fd_ostream os(fileName, error, fs::CD_OpenExisting,
                              fs::FA_Write, fs::OF_None);
      if (error)
        return llvm::errorCodeToError(error);
      print(os);
      return takeError(os);
    }
    llvm::SmallString<128> real;
    if (!fs::real_path(fileName, real))
      target = real;
  }
  llvm::Expected<fs::TempFile> file = fs::TempFile::create(
      target + ".%%%%%%%%.tmp", fs::all_read | fs::all_write);
  if (!file)
    return llvm::errorCodeToError(llvm::errorToErrorCode(file.takeError()));
  llvm::raw_fd_ostream os(file->FD, /*shouldClose=*/false);
  print(os);
  if (llvm::Error error = takeError(os)) {
    llvm::consumeError(file->discard());
    return error;
  }
  return file->keep(target);
}
