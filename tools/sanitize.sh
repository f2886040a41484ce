#!/usr/bin/env bash
# Builds everything with AddressSanitizer and UndefinedBehaviorSanitizer in build-sanitize/,
# and runs GoogleTest and lit on it. usage: tools/sanitize.sh [OPTION OF lit...]
set -uo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh || exit 1
tools/setup.sh libgtest-dev python3 python3-jsonschema || exit 1
cmake --preset sanitize --log-level=WARNING || exit 1
cmake --build --preset sanitize || exit 1

# Debian's libLLVM.so and libMLIR.so are not instrumented. The memory that their allocators
# poison, and the vectors that they fill and our inlined code reads, would be reported as ours.
# What they keep until the process ends is no leak of ours.
export ASAN_OPTIONS=allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0
export UBSAN_OPTIONS=print_stacktrace=1
broken=0

echo "== GoogleTest"
for program in build-sanitize/bin/unit/*; do
  case $program in
  # Free of MLIR: leaks are looked for, too.
  */ROMANetDRAMTests | */ROMANetModelTests)
    ASAN_OPTIONS=detect_container_overflow=0 "$program" --gtest_brief=1 || broken=1 ;;
  *) "$program" --gtest_brief=1 || broken=1 ;;
  esac
done

echo "== lit"
/usr/lib/llvm-22/bin/lit -sv "$@" build-sanitize/test || broken=1
exit $broken
