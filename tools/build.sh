#!/usr/bin/env bash
# Configures and builds in build/. usage: tools/build.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release --log-level=WARNING
cmake --build --preset release --target "$@"
