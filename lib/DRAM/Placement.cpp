//===- Placement.cpp - Physical addresses for a set of buffers ------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// First fit takes the buffers in some order and gives each the lowest address
// that is free while it lives. Some order gives the best placement there is:
// take the buffers of the best one by ascending address; by induction none is
// placed higher than there, since what lies below it has not moved up. Sorting
// the result by address and placing again only lowers it further, so that an
// order whose addresses ascend is among the best ones. The search for few
// buffers walks these orders only.
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Placement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <limits>
#include <random>
#include <tuple>

using namespace llvm;

namespace romanet {

/// Stands for every size that does not fit 64 bits. No device holds as much.
static constexpr int64_t tooMuch = std::numeric_limits<int64_t>::max();

static int64_t addSaturating(int64_t a, int64_t b) {
  int64_t sum;
  return AddOverflow(a, b, sum) ? tooMuch : sum;
}

static int64_t alignSaturating(int64_t value, int64_t alignment) {
  int64_t bumped = addSaturating(value, alignment - 1);
  return bumped == tooMuch ? tooMuch : bumped - bumped % alignment;
}

/// The bytes of all buffers in whole bursts; tooMuch if 64 bits do not hold
/// them.
static int64_t sumOfAll(ArrayRef<BufferRequest> buffers, int64_t burstBytes) {
  int64_t sum = 0;
  for (const BufferRequest &buffer : buffers)
    sum = addSaturating(sum, alignSaturating(buffer.bytes, burstBytes));
  return sum;
}

//===----------------------------------------------------------------------===//
// What is live
//===----------------------------------------------------------------------===//

SmallVector<LiveInterval, 1> mergeIntervals(ArrayRef<LiveInterval> live) {
  SmallVector<LiveInterval, 1> sorted(live);
  llvm::sort(sorted, [](const LiveInterval &a, const LiveInterval &b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  SmallVector<LiveInterval, 1> merged;
  for (const LiveInterval &interval : sorted) {
    if (!merged.empty() && interval.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, interval.end);
    else
      merged.push_back(interval);
  }
  return merged;
}

namespace {
/// Where the most bytes are live.
struct Peak {
  int64_t bytes = 0;
  /// std::nullopt: nothing is live but what always is.
  std::optional<int64_t> point;
};
} // namespace

/// The sum of all buffers fits 64 bits.
static Peak findPeak(ArrayRef<BufferRequest> buffers, int64_t burstBytes) {
  /// Changes of what is live, at a point those that end first.
  SmallVector<std::pair<int64_t, int64_t>> changes;
  int64_t live = 0;
  for (const BufferRequest &buffer : buffers) {
    int64_t bytes = alignSaturating(buffer.bytes, burstBytes);
    if (buffer.live.empty())
      live += bytes;
    for (const LiveInterval &interval : mergeIntervals(buffer.live)) {
      changes.push_back({interval.begin, bytes});
      changes.push_back({interval.end, -bytes});
    }
  }
  llvm::sort(changes);
  Peak peak{live, std::nullopt};
  for (auto [point, change] : changes) {
    live += change;
    if (live > peak.bytes)
      peak = {live, point};
  }
  return peak;
}

int64_t largestLiveBytes(ArrayRef<BufferRequest> buffers,
                         const DRAMDevice &device) {
  int64_t burstBytes = device.burstBytes();
  if (sumOfAll(buffers, burstBytes) != tooMuch)
    return findPeak(buffers, burstBytes).bytes;
  int64_t largest = 0;
  for (const BufferRequest &buffer : buffers)
    largest = std::max(largest, alignSaturating(buffer.bytes, burstBytes));
  return largest;
}

//===----------------------------------------------------------------------===//
// Overflow
//===----------------------------------------------------------------------===//

std::string DRAMOverflow::message() const {
  std::string text;
  raw_string_ostream os(text);
  os << "the buffers need " << (needBytes == tooMuch ? "at least " : "")
     << needBytes << " bytes of DRAM, the device has " << limitBytes;
  if (largest.empty())
    return text;
  os << "; the largest "
     << (largest.size() > 1 ? "that are live together are "
                            : "that is live is ");
  ListSeparator separator;
  for (const Live &buffer : largest)
    os << separator << "'" << buffer.name << "' (" << buffer.bytes << " bytes)";
  return text;
}

static DRAMOverflow makeOverflow(const PlacementProblem &problem,
                                 int64_t needBytes) {
  DRAMOverflow overflow{needBytes, problem.device.capacityBytes(), {}};
  ArrayRef<BufferRequest> buffers = problem.buffers;
  int64_t burstBytes = problem.device.burstBytes();
  Peak peak;
  bool countsAll = sumOfAll(buffers, burstBytes) == tooMuch;
  if (!countsAll)
    peak = findPeak(buffers, burstBytes);
  SmallVector<size_t> live;
  for (const auto &[index, buffer] : enumerate(buffers)) {
    bool isLive = countsAll || buffer.live.empty() ||
                  any_of(buffer.live, [&](const LiveInterval &interval) {
                    return peak.point && interval.begin <= *peak.point &&
                           *peak.point < interval.end;
                  });
    if (isLive && buffer.bytes > 0)
      live.push_back(index);
  }
  llvm::stable_sort(live, [&](size_t a, size_t b) {
    return buffers[a].bytes > buffers[b].bytes;
  });
  for (size_t index : ArrayRef(live).take_front(5))
    overflow.largest.push_back(
        {index, buffers[index].name, buffers[index].bytes});
  return overflow;
}

//===----------------------------------------------------------------------===//
// Solver
//===----------------------------------------------------------------------===//

namespace {
/// A buffer as first fit sees it.
struct Item {
  size_t index = 0; ///< of the request
  int64_t bytes = 0, alignment = 0;
  /// Ascending, with gaps between; empty: always.
  SmallVector<LiveInterval, 1> live;
  /// From the first point to the last.
  LiveInterval hull;

  int64_t length() const {
    int64_t points;
    return SubOverflow(hull.end, hull.begin, points) ? tooMuch : points;
  }
  bool isLike(const Item &other) const {
    return bytes == other.bytes && alignment == other.alignment &&
           live == other.live;
  }
};

/// Something that has its place: a range of addresses, and whose it is.
struct Obstacle {
  int64_t begin, end;
  const Item *item; ///< null: always in the way
};

class Solver {
public:
  explicit Solver(const PlacementProblem &problem);

  Placement run();
  bool overflows(const Placement &placement) const {
    return placement.highWaterBytes > problem.device.capacityBytes() ||
           placement.highWaterBytes == tooMuch;
  }

private:
  using Order = std::vector<unsigned>; ///< indices into `items`
  struct Trial {
    Order order;
    std::vector<int64_t> addresses; ///< by item
    int64_t highWater = tooMuch;
  };

  static bool conflict(const Item &a, const Item &b);
  void insert(std::vector<Obstacle> &placed, Obstacle obstacle) const;
  int64_t firstFit(const Item &item, ArrayRef<Obstacle> placed,
                   int64_t begin) const;
  int64_t place(unsigned number, ArrayRef<Obstacle> placed,
                ArrayRef<int64_t> addresses) const;
  Trial attempt(Order order) const;
  std::vector<Order> orders() const;
  void search(Trial &best) const;
  void improve(Trial &best) const;
  Trial solve() const;
  bool isDone(const Trial &trial) const { return trial.highWater <= bound; }

  bool meetInBank(int64_t a, int64_t b) const;

  const PlacementProblem &problem;
  std::vector<Item> items;
  /// Fixed buffers.
  std::vector<Item> fixed;
  /// What is in the way from the beginning, in ascending order.
  std::vector<Obstacle> obstacles;
  /// Of what is fixed.
  int64_t fixedHighWater = 0;
  /// No placement is lower.
  int64_t bound = 0;
  bool staggers = false;
  /// Of each item, those of its streams.
  std::vector<SmallVector<unsigned>> partners;
  /// Where the fixed ones among them begin.
  std::vector<SmallVector<int64_t>> fixedPartners;
};
} // namespace

Solver::Solver(const PlacementProblem &problem) : problem(problem) {
  int64_t burstBytes = problem.device.burstBytes(),
          rowBytes = problem.device.rowBytes();
  fixed.reserve(problem.buffers.size());
  std::vector<int64_t> numberOf(problem.buffers.size(), -1);
  for (const auto &[index, buffer] : enumerate(problem.buffers)) {
    if (buffer.bytes == 0)
      continue;
    Item item;
    item.index = index;
    item.bytes = buffer.bytes;
    item.alignment = buffer.alignment           ? buffer.alignment
                     : buffer.bytes >= rowBytes ? rowBytes
                                                : burstBytes;
    item.live = mergeIntervals(buffer.live);
    item.hull =
        item.live.empty()
            ? LiveInterval{std::numeric_limits<int64_t>::min(), tooMuch}
            : LiveInterval{item.live.front().begin, item.live.back().end};
    if (!buffer.fixedAddress) {
      numberOf[index] = items.size();
      items.push_back(std::move(item));
      continue;
    }
    fixed.push_back(std::move(item));
    int64_t end = addSaturating(*buffer.fixedAddress, buffer.bytes);
    obstacles.push_back({*buffer.fixedAddress, end, &fixed.back()});
    fixedHighWater = std::max(fixedHighWater, end);
  }
  for (const PlacedRange &range : problem.reserved)
    if (range.bytes > 0)
      obstacles.push_back({range.address - range.address % burstBytes,
                           addSaturating(range.address, range.bytes), nullptr});
  llvm::stable_sort(obstacles, [](const Obstacle &a, const Obstacle &b) {
    return a.begin < b.begin;
  });

  // What is live at the peak ends at a burst or in it.
  bound = std::max(fixedHighWater,
                   largestLiveBytes(problem.buffers, problem.device) -
                       (burstBytes - 1));

  partners.resize(items.size());
  fixedPartners.resize(items.size());
  if (!problem.staggerBanks)
    return;
  for (ArrayRef<size_t> stream : problem.streams)
    for (size_t a : stream)
      for (size_t b : stream) {
        if (a == b || numberOf[a] < 0)
          continue;
        if (numberOf[b] >= 0)
          partners[numberOf[a]].push_back(numberOf[b]);
        else if (std::optional<int64_t> at = problem.buffers[b].fixedAddress)
          fixedPartners[numberOf[a]].push_back(*at);
      }
}

bool Solver::conflict(const Item &a, const Item &b) {
  if (a.hull.end <= b.hull.begin || b.hull.end <= a.hull.begin)
    return false;
  if (a.live.size() <= 1 && b.live.size() <= 1)
    return true;
  if (a.live.empty() || b.live.empty())
    return true;
  const LiveInterval *i = a.live.begin(), *j = b.live.begin();
  while (i != a.live.end() && j != b.live.end()) {
    if (i->begin < j->end && j->begin < i->end)
      return true;
    if (i->end < j->end)
      ++i;
    else
      ++j;
  }
  return false;
}

/// Keeps `placed` in ascending order.
void Solver::insert(std::vector<Obstacle> &placed, Obstacle obstacle) const {
  placed.insert(llvm::upper_bound(placed, obstacle,
                                  [](const Obstacle &a, const Obstacle &b) {
                                    return a.begin < b.begin;
                                  }),
                obstacle);
}

/// The lowest address from `begin` that is free while the item lives.
int64_t Solver::firstFit(const Item &item, ArrayRef<Obstacle> placed,
                         int64_t begin) const {
  int64_t address = alignSaturating(begin, item.alignment);
  for (const Obstacle &obstacle : placed) {
    if (obstacle.end <= address)
      continue;
    if (obstacle.begin >= addSaturating(address, item.bytes))
      break;
    if (!obstacle.item || conflict(*obstacle.item, item))
      address = alignSaturating(obstacle.end, item.alignment);
  }
  return address;
}

/// Whether two buffers that begin there begin in one bank, and not in one row
/// of it.
bool Solver::meetInBank(int64_t a, int64_t b) const {
  int64_t capacity = problem.device.capacityBytes();
  if (a >= capacity || b >= capacity)
    return false;
  DRAMAddress x = problem.staggerBanks->decode(a),
              y = problem.staggerBanks->decode(b);
  return x.channel == y.channel && x.rank == y.rank &&
         x.bankGroup == y.bankGroup && x.bank == y.bank && x.row != y.row;
}

/// The address of an item; -1 in `addresses` is one that has none yet.
int64_t Solver::place(unsigned number, ArrayRef<Obstacle> placed,
                      ArrayRef<int64_t> addresses) const {
  const Item &item = items[number];
  int64_t lowest = firstFit(item, placed, problem.begin);
  if (!staggers)
    return lowest;
  auto meetsPartner = [&](int64_t address) {
    return llvm::any_of(
               fixedPartners[number],
               [&](int64_t other) { return meetInBank(address, other); }) ||
           llvm::any_of(partners[number], [&](unsigned partner) {
             return addresses[partner] >= 0 &&
                    meetInBank(address, addresses[partner]);
           });
  };
  int64_t rowBytes = problem.device.rowBytes(), banks = problem.device.banks();
  for (int64_t address = lowest;
       address / rowBytes - lowest / rowBytes <= banks;
       address = firstFit(item, placed, alignSaturating(address + 1, rowBytes)))
    if (!meetsPartner(address))
      return address;
  return lowest;
}

Solver::Trial Solver::attempt(Order order) const {
  Trial trial;
  trial.addresses.assign(items.size(), -1);
  trial.highWater = fixedHighWater;
  std::vector<Obstacle> placed = obstacles;
  placed.reserve(placed.size() + items.size());
  for (unsigned number : order) {
    const Item &item = items[number];
    int64_t address = place(number, placed, trial.addresses);
    int64_t end = addSaturating(address, item.bytes);
    trial.addresses[number] = address;
    trial.highWater = std::max(trial.highWater, end);
    insert(placed, {address, end, &item});
  }
  trial.order = std::move(order);
  return trial;
}

/// What large buffers leave free the small ones fill; a buffer that lives long
/// is in the way of more; in the order of their begins nothing is split.
std::vector<Solver::Order> Solver::orders() const {
  std::vector<Order> found;
  auto add = [&](auto isBefore) {
    Order order(items.size());
    for (unsigned i = 0; i != order.size(); ++i)
      order[i] = i;
    llvm::stable_sort(order, [&](unsigned a, unsigned b) {
      return isBefore(items[a], items[b]);
    });
    found.push_back(std::move(order));
  };
  add([](const Item &a, const Item &b) { return a.bytes > b.bytes; });
  add([](const Item &a, const Item &b) {
    int64_t lengthA = a.length(), lengthB = b.length();
    return std::tie(lengthA, a.bytes) > std::tie(lengthB, b.bytes);
  });
  add([](const Item &a, const Item &b) {
    return std::tie(a.hull.begin, b.bytes) < std::tie(b.hull.begin, a.bytes);
  });
  add([](const Item &a, const Item &b) {
    return std::tie(b.hull.end, b.bytes) < std::tie(a.hull.end, a.bytes);
  });
  // By the area in time and space.
  auto area = [](const Item &item) {
    return static_cast<double>(item.bytes) * static_cast<double>(item.length());
  };
  add([&](const Item &a, const Item &b) { return area(a) > area(b); });
  return found;
}

/// All orders with ascending addresses, as far as the budget goes.
void Solver::search(Trial &best) const {
  constexpr size_t maxItems = 12;
  if (items.size() > maxItems)
    return;
  int64_t budget = 20000;
  Order order;
  std::vector<int64_t> addresses(items.size(), -1);
  auto walk = [&](auto &self, const std::vector<Obstacle> &placed,
                  int64_t lastAddress, int64_t highWater) -> void {
    if (order.size() == items.size()) {
      best = {order, addresses, highWater};
      return;
    }
    for (unsigned number = 0; number != items.size(); ++number) {
      if (addresses[number] >= 0)
        continue;
      // Of equal buffers the first comes first.
      if (!staggers && llvm::any_of(llvm::seq(number), [&](unsigned earlier) {
            return addresses[earlier] < 0 &&
                   items[earlier].isLike(items[number]);
          }))
        continue;
      if (isDone(best) || --budget < 0)
        return;
      int64_t address = place(number, placed, addresses);
      int64_t end = addSaturating(address, items[number].bytes);
      if (address < lastAddress || std::max(highWater, end) >= best.highWater)
        continue;
      addresses[number] = address;
      order.push_back(number);
      std::vector<Obstacle> next = placed;
      insert(next, {address, end, &items[number]});
      self(self, next, address, std::max(highWater, end));
      order.pop_back();
      addresses[number] = -1;
    }
  };
  walk(walk, obstacles, 0, fixedHighWater);
}

/// Lets what ends highest change its turn with another, as long as nothing gets
/// worse.
void Solver::improve(Trial &best) const {
  size_t count = items.size();
  if (count < 2)
    return;
  size_t rounds = std::min<size_t>(200, 4000000 / (count * count));
  // The numbers are part of the result: seeded, and the same everywhere.
  std::mt19937_64 random(count);
  Trial current = best;
  for (size_t round = 0; round != rounds && !isDone(best); ++round) {
    size_t top = 0;
    for (size_t i = 0; i != count; ++i)
      if (addSaturating(current.addresses[current.order[i]],
                        items[current.order[i]].bytes) == current.highWater)
        top = i;
    size_t other = random() % (count - 1);
    other += other >= top;
    Order order = current.order;
    if (random() % 2)
      std::swap(order[top], order[other]);
    else if (other < top)
      std::rotate(order.begin() + other, order.begin() + top,
                  order.begin() + top + 1);
    else
      std::rotate(order.begin() + top, order.begin() + top + 1,
                  order.begin() + other + 1);
    Trial trial = attempt(std::move(order));
    if (trial.highWater > current.highWater)
      continue;
    current = std::move(trial);
    if (current.highWater < best.highWater)
      best = current;
  }
}

Solver::Trial Solver::solve() const {
  Trial best;
  for (Order &order : orders()) {
    Trial trial = attempt(std::move(order));
    // Where all of them overflow the first is as good as any.
    if (best.order.empty() || trial.highWater < best.highWater)
      best = std::move(trial);
    if (isDone(best))
      return best;
  }
  search(best);
  improve(best);
  return best;
}

Placement Solver::run() {
  Trial best = solve();
  Placement placement;
  if (problem.staggerBanks) {
    int64_t plain = best.highWater;
    staggers = true;
    best = solve();
    placement.staggerBytes = best.highWater - plain;
  }
  placement.highWaterBytes = items.empty() ? fixedHighWater : best.highWater;
  placement.ranges.resize(problem.buffers.size());
  for (const auto &[index, buffer] : enumerate(problem.buffers))
    if (buffer.fixedAddress)
      placement.ranges[index] = {*buffer.fixedAddress, buffer.bytes};
  for (const auto &[number, item] : enumerate(items))
    placement.ranges[item.index] = {best.addresses[number], item.bytes};
  return placement;
}

std::variant<Placement, DRAMOverflow>
placeBuffers(const PlacementProblem &problem) {
  Solver solver(problem);
  Placement placement = solver.run();
  if (!solver.overflows(placement))
    return placement;
  // It may be the staggering that does not fit.
  if (problem.staggerBanks) {
    PlacementProblem plain = problem;
    plain.staggerBanks.reset();
    return placeBuffers(plain);
  }
  return makeOverflow(problem, placement.highWaterBytes);
}

std::variant<SmallVector<PlacedRange>, DRAMOverflow>
placeBuffers(ArrayRef<BufferRequest> requests, const DRAMDevice &device,
             int64_t begin) {
  PlacementProblem problem{device, requests.vec()};
  for (BufferRequest &buffer : problem.buffers)
    buffer.live.clear();
  problem.begin = begin;
  auto result = placeBuffers(problem);
  if (auto *overflow = std::get_if<DRAMOverflow>(&result))
    return std::move(*overflow);
  return std::move(std::get<Placement>(result).ranges);
}

//===----------------------------------------------------------------------===//
// Check and verification
//===----------------------------------------------------------------------===//

/// Nothing of the solver is used below, so that it cannot hide its mistakes.

static bool liveTogether(const BufferRequest &a, const BufferRequest &b) {
  if (a.live.empty() || b.live.empty())
    return true;
  for (const LiveInterval &x : a.live)
    for (const LiveInterval &y : b.live)
      if (std::max(x.begin, y.begin) < std::min(x.end, y.end))
        return true;
  return false;
}

static std::string rangeText(int64_t address, int64_t bytes) {
  return ("bytes " + Twine(address) + " to " + Twine(address + bytes - 1))
      .str();
}

/// Whether `bytes` bytes from `address` lie in the device.
static bool isInside(int64_t address, int64_t bytes, const DRAMDevice &device) {
  return address >= 0 && bytes >= 0 && address <= device.capacityBytes() &&
         bytes <= device.capacityBytes() - address;
}

/// Two of the buffers that have a range and overlap in time and place, or one
/// that lies in a reserved range.
static Error findOverlap(const PlacementProblem &problem,
                         ArrayRef<std::pair<size_t, PlacedRange>> placed) {
  SmallVector<std::pair<size_t, PlacedRange>> sorted;
  for (const auto &[index, range] : placed) {
    if (range.bytes == 0)
      continue;
    // The last burst of a buffer is its own, too.
    int64_t burstBytes = problem.device.burstBytes(),
            end = alignTo(range.address + range.bytes, burstBytes);
    for (const PlacedRange &reserved : problem.reserved)
      if (reserved.bytes > 0 && reserved.address < end &&
          range.address < reserved.address + reserved.bytes)
        return createStringError(
            "buffer '" + problem.buffers[index].name + "' has " +
            rangeText(range.address, range.bytes) + ", but " +
            rangeText(reserved.address, reserved.bytes) + " are reserved");
    sorted.push_back({index, range});
  }
  llvm::stable_sort(sorted, [](const auto &a, const auto &b) {
    return a.second.address < b.second.address;
  });
  for (size_t i = 0; i != sorted.size(); ++i) {
    auto [a, below] = sorted[i];
    for (size_t j = i + 1; j != sorted.size(); ++j) {
      auto [b, above] = sorted[j];
      if (above.address >= below.address + below.bytes)
        break;
      if (liveTogether(problem.buffers[a], problem.buffers[b]))
        return createStringError("buffers '" + problem.buffers[a].name + "' (" +
                                 rangeText(below.address, below.bytes) +
                                 ") and '" + problem.buffers[b].name + "' (" +
                                 rangeText(above.address, above.bytes) +
                                 ") overlap and are live at the same time");
    }
  }
  return Error::success();
}

Error PlacementProblem::check() const {
  int64_t burstBytes = device.burstBytes();
  for (const PlacedRange &range : reserved)
    if (!isInside(range.address, range.bytes, device))
      return createStringError("the reserved range of " + Twine(range.bytes) +
                               " bytes at address " + Twine(range.address) +
                               " does not lie in the device, which has " +
                               Twine(device.capacityBytes()) + " bytes");
  SmallVector<std::pair<size_t, PlacedRange>> fixed;
  for (const auto &[index, buffer] : enumerate(buffers)) {
    auto fail = [&, &buffer = buffer](const Twine &what) {
      return createStringError("buffer '" + buffer.name + "' " + what);
    };
    if (buffer.bytes < 0)
      return fail("has " + Twine(buffer.bytes) + " bytes");
    if (buffer.alignment < 0 || buffer.alignment % burstBytes)
      return fail("is to be aligned to " + Twine(buffer.alignment) +
                  " bytes, which is no multiple of a burst of " +
                  Twine(burstBytes));
    for (const LiveInterval &interval : buffer.live)
      if (interval.begin >= interval.end)
        return fail("is live in an empty interval, from " +
                    Twine(interval.begin) + " to " + Twine(interval.end));
    if (!buffer.fixedAddress)
      continue;
    if (!isInside(*buffer.fixedAddress, buffer.bytes, device))
      return fail("of " + Twine(buffer.bytes) + " bytes is fixed at address " +
                  Twine(*buffer.fixedAddress) +
                  " and does not lie in the device, which has " +
                  Twine(device.capacityBytes()) + " bytes");
    if (*buffer.fixedAddress % burstBytes)
      return fail("is fixed at address " + Twine(*buffer.fixedAddress) +
                  ", which is no multiple of a burst of " + Twine(burstBytes));
    fixed.push_back({index, {*buffer.fixedAddress, buffer.bytes}});
  }
  for (ArrayRef<size_t> stream : streams)
    for (size_t index : stream)
      if (index >= buffers.size())
        return createStringError("a stream has buffer " + Twine(index) +
                                 ", there are " + Twine(buffers.size()));
  return findOverlap(*this, fixed);
}

Error verifyPlacement(const PlacementProblem &problem,
                      ArrayRef<PlacedRange> ranges) {
  const DRAMDevice &device = problem.device;
  if (ranges.size() != problem.buffers.size())
    return createStringError("there are " + Twine(ranges.size()) +
                             " ranges for " + Twine(problem.buffers.size()) +
                             " buffers");
  SmallVector<std::pair<size_t, PlacedRange>> placed;
  for (const auto &[index, buffer] : enumerate(problem.buffers)) {
    const PlacedRange &range = ranges[index];
    auto fail = [&, &buffer = buffer](const Twine &what) {
      return createStringError("buffer '" + buffer.name + "' " + what);
    };
    if (range.bytes != buffer.bytes)
      return fail("of " + Twine(buffer.bytes) + " bytes has a range of " +
                  Twine(range.bytes));
    if (!isInside(range.address, range.bytes, device))
      return fail("has " + rangeText(range.address, range.bytes) +
                  ", the device has " + Twine(device.capacityBytes()));
    placed.push_back({index, range});
    if (buffer.fixedAddress) {
      if (range.address != *buffer.fixedAddress)
        return fail("is fixed at address " + Twine(*buffer.fixedAddress) +
                    ", but lies at " + Twine(range.address));
      continue;
    }
    if (range.bytes > 0 && range.address < problem.begin)
      return fail("lies at address " + Twine(range.address) +
                  ", but the first free address is " + Twine(problem.begin));
    int64_t alignment = buffer.alignment;
    if (alignment == 0)
      alignment = buffer.bytes < device.rowBytes() ? device.burstBytes()
                                                   : device.rowBytes();
    if (range.address % alignment)
      return fail("lies at address " + Twine(range.address) +
                  ", which is no multiple of " + Twine(alignment));
  }
  return findOverlap(problem, placed);
}

} // namespace romanet
