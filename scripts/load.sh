#!/usr/bin/env bash
# scripts/load.sh: loads the real server with wrk for LOAD_SECONDS (60), beside clients that misbehave and clients that work
# in sessions: as it is released, and built with AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh build test load
load() {
  echo "load: $1"
  scripts/configure.sh "$1"
  ninja -C "build/$1" -j "${JOBS:-$(nproc)}" container-kit
  python3 tests/load/load_test.py "build/$1/bin/container-kit"
}

load release
LOAD_MEMORY_MIB=4096 load asan # which keeps what was freed for a while
