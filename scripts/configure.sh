#!/usr/bin/env bash
# scripts/configure.sh PRESET [CMAKE-ARGUMENT...]: configures build/PRESET, quietly unless it fails.
# Packages that scripts/deps.sh had to unpack below build/deps are found there.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
arguments=("$@")
if [ -d build/deps/usr ]; then arguments+=("-DCMAKE_PREFIX_PATH=$PWD/build/deps/usr"); fi
mkdir -p build
log=build/configure-$preset.log
if ! cmake --preset "$preset" "${arguments[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
