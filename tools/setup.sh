#!/usr/bin/env bash
# Installs the Debian packages that are named and missing, and nothing else.
# usage: tools/setup.sh [PACKAGE...]    (default: what the build needs)
set -euo pipefail

build=(cmake ninja-build g++ ccache llvm-22-dev libmlir-22-dev mlir-22-tools)
[ $# -gt 0 ] || set -- "${build[@]}"

missing=()
for package in "$@"; do
  [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] ||
    missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "installing: ${missing[*]}"
if [ "$(id -u)" != 0 ]; then
  echo "these packages have to be installed by root: apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# A source that cannot be reached matters only if a package is missing from the others.
apt-get update -qq || true
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then
  echo "not all of these packages are known; LLVM and MLIR 22 are in Debian 12's" \
    "bookworm-security, which has to be among the package sources" >&2
  exit 1
fi
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
