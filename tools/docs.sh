#!/usr/bin/env bash
# Writes the reference pages docs/Dialect.md, docs/Passes.md and docs/TransformOps.md from TableGen.
# usage: tools/docs.sh [FOLDER]    (default: docs)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-docs}
tblgen=${MLIR_TBLGEN:-/usr/lib/llvm-22/bin/mlir-tblgen}
includes=(-I include -I "$(dirname "$tblgen")/../include")

# page TITLE FILE SOURCE INTRODUCTION OPTION...: a title, an index of the headings, and what mlir-tblgen writes.
page() {
  local title=$1 file=$folder/$2.md source=include/romanet/$3 introduction=$4
  local text
  text=$("$tblgen" "${@:5}" "${includes[@]}" "$source" | sed -e 1d -e '/^\[TOC\]$/d')
  {
    echo "<!-- Written by tools/docs.sh from $source. -->"
    echo
    echo "# $title"
    echo
    echo "$introduction"
    echo
    # The anchor of a heading: letters, digits and '-' in lower case.
    sed -n 's/^### //p' <<<"$text" | while read -r heading; do
      echo "- [$heading](#$(tr '[:upper:] ' '[:lower:]-' <<<"$heading" | tr -cd '[:alnum:]_-'))"
    done
    sed -e '/^# /d' <<<"$text" | cat -s
  } >"$file"
}

page "The dialect" Dialect Dialect/ROMANetAttributes.td \
  "The attributes of the dialect \`romanet\`. The examples are parsed by a test." \
  -gen-dialect-doc -dialect=romanet
page "The passes" Passes Transforms/Passes.td \
  "The passes of ROMANet, with their options. The pipeline of all of them is in [Pipeline.md](Pipeline.md). The examples
are executed by a test: the pass turns what stands behind \"Before\" into what stands behind \"After\"." \
  -gen-pass-doc
page "Operations of transform scripts" TransformOps Transforms/TransformOps/ROMANetTransformOps.td \
  "What a transform script can call. The example is executed by a test." \
  -gen-op-doc -op-include-regex=romanet
