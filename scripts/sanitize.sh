#!/usr/bin/env bash
# scripts/sanitize.sh asan|tsan: builds that preset and runs every test under it; tsan those of telemetry/ with Concurrent
# in their name 100 times.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh build test
scripts/configure.sh "$1"
ninja -C "build/$1" -j "${JOBS:-$(nproc)}"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-second_deadlock_stack=1:suppressions=$PWD/scripts/lib/tsan.supp}
# Debian's protobuf reads beyond its maps when ThreadSanitizer's code looks something up in them; these tests, which do,
# are about a pure function.
exclude=(-LE house)
if [ "$1" = tsan ]; then exclude+=(-E '^telemetry\.(ZipkinJson|RemoteEndpoint)\.'); fi
ctest --test-dir "build/$1" "${exclude[@]}" --output-on-failure --no-tests=error -j "${JOBS:-$(nproc)}"
if [ "$1" = tsan ]; then
  echo "the concurrency tests, 100 times"
  build/tsan/bin/telemetry_test --gtest_filter='*Concurrent*' --gtest_repeat=100 --gtest_brief=1 >build/tsan/concurrent.log 2>&1 ||
    { tail -n 100 build/tsan/concurrent.log; exit 1; }
fi
