#!/usr/bin/env bash
# Installs what is missing, builds the benchmarks, and runs them.
# usage: tools/bench.sh [OPTION...]    options of Google Benchmark, such as
#   --benchmark_filter=vgg16 --benchmark_format=json
#        tools/bench.sh passes [OPTION...]    the time and memory of the passes on networks
#   of 50 to 400 layers; options such as --layers 100 200 --runs 5 --format json
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
tools/setup.sh libgtest-dev libbenchmark-dev python3
if [ "${1:-}" = passes ]; then
  shift
  tools/build.sh -DROMANET_INCLUDE_TESTS=ON romanet-opt
  exec python3 test/Benchmark/compile_time.py --romanet-bin build/bin "$@"
fi
tools/build.sh -DROMANET_INCLUDE_TESTS=ON ROMANetBenchmarks
exec build/bin/benchmark/ROMANetBenchmarks "$@"
