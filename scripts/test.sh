#!/usr/bin/env bash
# scripts/test.sh: what `make test` and CI run. Builds the release, runs every test, then the lint, and says how both
# went in the last line. Both run even if the first fails, so that one run tells everything.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
jobs=${JOBS:-$(nproc)}

scripts/deps.sh build test && scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=ON && ninja -C build/release -j "$jobs" || exit 1

started=$SECONDS
ctest --test-dir build/release --output-on-failure --no-tests=error -j "$jobs"
tests=$?
echo "tests took $((SECONDS - started)) s"

started=$SECONDS
scripts/lint.sh
lint=$?
echo "lint took $((SECONDS - started)) s"

verdict() { if [ "$1" -eq 0 ]; then echo passed; else echo FAILED; fi; }
echo "make test: tests $(verdict $tests), lint $(verdict $lint)"
[ $tests -eq 0 ] && [ $lint -eq 0 ]
