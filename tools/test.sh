#!/usr/bin/env bash
# Installs what is missing, builds everything, and runs all the tests: GoogleTest for
# the parts without IR, lit for the passes and tools, ctest for executed programs.
set -uo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh || exit 1
tools/setup.sh libgtest-dev python3 || exit 1
tools/build.sh -DROMANET_INCLUDE_TESTS=ON all || exit 1

results=$PWD/build/test-results
rm -rf "$results"
mkdir -p "$results"
broken=0

echo "== GoogleTest"
for program in build/bin/unit/*; do
  "$program" --gtest_brief=1 --gtest_output="xml:$results/$(basename "$program").xml" || broken=1
done

echo "== lit"
/usr/lib/llvm-22/bin/lit -sv --xunit-xml-output "$results/lit.xml" build/test || broken=1

echo "== ctest"
(cd build && ctest -j "$(nproc)" --output-on-failure --no-tests=error \
  --output-junit "$results/ctest.xml") || broken=1

python3 test/summary.py "$broken" "$results"/*.xml
