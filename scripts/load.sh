#!/usr/bin/env bash
# scripts/load.sh: loads the real server with wrk for LOAD_SECONDS (60), beside clients that misbehave and clients that work
# in sessions: as it is released, and built with AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh build test load
for preset in release asan; do
  scripts/configure.sh "$preset"
  ninja -C "build/$preset" -j "${JOBS:-$(nproc)}" container-kit
  echo "load: $preset"
  python3 tests/load/load_test.py "build/$preset/bin/container-kit"
done
