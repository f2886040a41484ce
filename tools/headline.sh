#!/usr/bin/env bash
# Energy, time and row hits of the bundled networks on the default machine, against the
# baselines and the floor: builds what is missing and prints a table, or with --json a
# document. Other options are those of tools/headline.py.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh >&2
tools/setup.sh python3 >&2
tools/build.sh -DROMANET_INCLUDE_TESTS=OFF romanet-opt romanet-search >&2
exec tools/headline.py "$@"
