#!/usr/bin/env bash
# Installs what is missing, builds the benchmarks, and runs them.
# usage: tools/bench.sh [OPTION...]    options of Google Benchmark, such as
#   --benchmark_filter=vgg16 --benchmark_format=json
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
tools/setup.sh libgtest-dev libbenchmark-dev python3
tools/build.sh -DROMANET_INCLUDE_TESTS=ON ROMANetBenchmarks
exec build/bin/benchmark/ROMANetBenchmarks "$@"
