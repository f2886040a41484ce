//===- Terms.cpp - All loads of a tensor as sums of products --------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Terms.h"
#include "llvm/ADT/STLExtras.h"

using namespace romanet;

llvm::SmallVector<Term, 1> romanet::termsOf(const Schedule &schedule,
                                            const PerDim<int64_t> &trips,
                                            Operand operand,
                                            llvm::ArrayRef<Dim> loops) {
  auto retainsHalo = [&](Dim dim) {
    return schedule.retainHalo && operand == Operand::Input &&
           (dim == Dim::P || dim == Dim::Q);
  };
  llvm::SmallVector<Term, 1> terms;

  if (!schedule.serpentine) {
    Term term;
    for (Dim dim : loops)
      if (!isRelevant(operand, dim))
        term.factor[0] *= trips[dim];
    if (loops.empty() || !retainsHalo(loops.back())) {
      terms.push_back(term);
      return terms;
    }
    Dim last = loops.back();
    for (Choice choice : {UpEven, UpOdd}) {
      term.choice[last] = choice;
      terms.push_back(term);
    }
    term.choice[last] = First;
    // From the last of two tiles back to the first, where nothing else changes.
    Dim before = loops.size() > 1 ? loops[loops.size() - 2] : last;
    if (!isRelevant(operand, before) && trips[last] == 2) {
      int64_t others = term.factor[0] / trips[before];
      term.choice[last] = DownEven;
      term.factor[0] = others * (trips[before] - 1);
      terms.push_back(term);
      term.choice[last] = First;
      term.factor[0] = others;
    }
    terms.push_back(term);
    return terms;
  }

  // Where no irrelevant loop makes a tile be loaded again.
  if (llvm::all_of(loops, [&](Dim dim) {
        return isRelevant(operand, dim) && !retainsHalo(dim);
      })) {
    terms.emplace_back();
    return terms;
  }

  // The tiles at which the given loops begin an execution.
  auto begin = [&](Term &term, llvm::ArrayRef<Dim> inner, unsigned parity) {
    for (Dim dim : inner) {
      term.choice[dim] = parity == 0 ? First : Last;
      parity &= trips[dim] & 1;
    }
  };
  Term outer;
  begin(outer, loops, 0);
  terms.push_back(outer);
  outer = Term();
  for (auto [i, dim] : llvm::enumerate(loops)) {
    if (!isRelevant(operand, dim)) {
      outer.factor =
          multiply(outer.factor, {{(trips[dim] + 1) / 2, trips[dim] / 2}});
      continue;
    }
    for (unsigned before : {0, 1}) {
      // Outside the outermost loop there is one iteration.
      if (i == 0 && before == 1)
        continue;
      for (unsigned index : {0, 1}) {
        Term term = outer;
        term.counts = {{before == 0, before == 1}};
        term.choice[dim] = before == 0 ? (index ? UpOdd : UpEven)
                                       : (index ? DownOdd : DownEven);
        begin(term, loops.drop_front(i + 1), before ^ index);
        terms.push_back(term);
      }
    }
  }
  return terms;
}
