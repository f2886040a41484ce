#!/usr/bin/env bash
# Installs what is missing, builds everything, and runs all the tests: GoogleTest for
# the parts without IR, lit for the passes and tools, ctest for executed programs.
set -uo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh || exit 1
tools/setup.sh libgtest-dev python3 python3-jsonschema dpkg-dev file || exit 1
# The page of romanet-report needs npm to be built, and a browser to be looked at. Its test is
# skipped where they cannot be had. A npm that is there need not come from Debian.
command -v npm >/dev/null || tools/setup.sh npm || echo "npm is missing: no page of the report"
command -v chromium >/dev/null || tools/setup.sh chromium || echo "chromium is missing: the page is not tested"
# Sweeps are handed to GNU parallel; their test needs it.
command -v parallel >/dev/null || tools/setup.sh parallel || echo "parallel is missing: a test of sweeps is left out"
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
