#!/usr/bin/env bash
# Installs what is missing, builds, and schedules the bundled networks for the default
# machine. The scheduled programs and the full reports are left in build/demo.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
# The pages of the reports need npm when they are built; a npm that is there need not come from Debian.
command -v npm >/dev/null || tools/setup.sh npm || echo "npm is missing: no pages of the reports"
tools/build.sh -DROMANET_INCLUDE_TESTS=OFF all

mkdir -p build/demo
# Without npm the program has no page.
page=$(find build/tools/romanet-report/Page.inc -size +100c)
for network in alexnet vgg16 mobilenet_v1; do
  echo
  echo "== $network"
  build/bin/romanet-opt --romanet-tile --romanet-dram-map \
    --romanet-report="format=table output=-" \
    --romanet-report="format=json baseline=smartshuttle capacity-curve=25,50,100,200,400 output=build/demo/$network.json" \
    "test/Models/$network.mlir" -o "build/demo/$network.mlir"
  if [ -n "$page" ]; then
    build/bin/romanet-report "build/demo/$network.json" -o "build/demo/$network.html"
  fi
done
echo
echo "== vgg16 from its table of layers, 8 bits, with layouts that are chosen with the schedule"
build/bin/romanet-search --layers test/Models/layers/vgg16.csv --layouts=free
echo
echo "scheduled programs and reports: build/demo/*.mlir, build/demo/*.json"
if [ -n "$page" ]; then
  echo "pages of the reports: build/demo/*.html"
else
  echo "no pages of the reports: the npm packages for them could not be had"
fi
