//===- Progress.cpp - How far a long search is ----------------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/Model/Progress.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#if __has_include(<sys/ioctl.h>)
#include <sys/ioctl.h>
#include <unistd.h>
#endif

using namespace romanet;

/// Of the terminal of standard error; LLVM knows those of the environment
/// alone.
static unsigned terminalColumns() {
#ifdef TIOCGWINSZ
  struct winsize size;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
#endif
  unsigned columns = llvm::sys::Process::StandardErrColumns();
  return columns > 0 ? columns : 80;
}

/// Seconds after which the line shows up; std::nullopt: never.
static std::optional<double> delayInSeconds() {
  const char *text = std::getenv("ROMANET_PROGRESS");
  if (!text)
    return 2;
  double seconds;
  if (llvm::StringRef(text).getAsDouble(seconds) || !(seconds >= 0) ||
      seconds > 1e6)
    return std::nullopt;
  return seconds;
}

/// A thread writes the line: a single search can take minutes in which nobody
/// calls.
class ProgressLine::Terminal {
public:
  explicit Terminal(double delay)
      : next(begin + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(delay))),
        writer([this] { run(); }) {}

  ~Terminal() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      isOver = true;
    }
    changed.notify_one();
    writer.join();
    if (shown)
      show("");
  }

  void update(const SearchProgress &progress) {
    std::lock_guard<std::mutex> lock(mutex);
    text = ("searching " + progress.phase + ": " + llvm::Twine(progress.done) +
            " of " + llvm::Twine(progress.total))
               .str();
    if (!progress.layer.empty())
      text += (", " + progress.layer).str();
    if (Clock::now() >= next)
      draw();
    changed.notify_one();
  }

private:
  using Clock = std::chrono::steady_clock;

  void run() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return isOver || !text.empty(); });
    while (!changed.wait_until(lock, next, [this] { return isOver; }))
      draw();
  }

  void draw() {
    Clock::time_point now = Clock::now();
    next = now + std::chrono::milliseconds(250);
    auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now - begin);
    show((llvm::Twine(text) + " (" + llvm::Twine(seconds.count()) + " s)")
             .str());
  }

  /// In place of what is there, cut so that it stays one line. Blanks, since
  /// not every terminal knows a sequence that clears a line.
  void show(llvm::StringRef line) {
    line = line.take_front(terminalColumns() - 1);
    llvm::errs() << '\r' << line;
    if (line.size() < shown)
      llvm::errs().indent(shown - line.size()) << '\r' << line;
    llvm::errs().flush();
    shown = line.size();
  }

  const Clock::time_point begin = Clock::now();
  /// When the line is written anew.
  Clock::time_point next;
  std::mutex mutex;
  std::condition_variable changed;
  std::string text;
  bool isOver = false;
  /// Characters of the line that is there.
  size_t shown = 0;
  /// The last member: it uses the others.
  std::thread writer;
};

ProgressLine::ProgressLine() {
  if (!llvm::sys::Process::StandardErrIsDisplayed())
    return;
  if (std::optional<double> delay = delayInSeconds())
    terminal = std::make_unique<Terminal>(*delay);
}

ProgressLine::~ProgressLine() = default;

ProgressCallback ProgressLine::callback() {
  if (!terminal)
    return nullptr;
  return [this](const SearchProgress &progress) { terminal->update(progress); };
}
