#!/usr/bin/env bash
# Configures and builds in build/. usage: tools/build.sh [-DOPTION=VALUE...] TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."
options=()
while [[ "${1:-}" == -D* ]]; do
  options+=("$1")
  shift
done
cmake --preset release --log-level=WARNING "${options[@]}"
cmake --build --preset release --target "$@"
