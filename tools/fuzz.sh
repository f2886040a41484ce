#!/usr/bin/env bash
# Builds the fuzz targets with clang's libFuzzer in build-fuzz/, and runs each on one core. What
# it finds is kept beside its corpus in build-fuzz/fuzz.
# usage: tools/fuzz.sh [SECONDS OF EACH, 600 without] [OPTION OF libFuzzer...]
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
shift || true
tools/setup.sh || exit 1
tools/setup.sh clang-22 libclang-rt-22-dev || exit 1
cmake --preset fuzz --log-level=WARNING || exit 1
cmake --build --preset fuzz || exit 1

# Debian's libLLVM.so and libMLIR.so are not instrumented (see tools/sanitize.sh).
export ASAN_OPTIONS=allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0
broken=0
run() { # name, seeds
  local work=build-fuzz/fuzz/$1
  mkdir -p "$work/corpus"
  echo "== $1"
  "build-fuzz/bin/romanet-$1-fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 \
    -print_final_stats=1 -artifact_prefix="$work/" "${@:3}" "$work/corpus" "$2" 2>"$work/log" || broken=1
  grep -E "^stat::(number_of_executed_units|new_units_added)|ERROR|SUMMARY|Test unit written" "$work/log"
}
run machine-file test/Machines/Inputs/malformed "$@"
run attribute test/Fuzz/Inputs/attributes "$@"
exit $broken
