#!/usr/bin/env bash
# scripts/faults.sh: what receivers, disks and kills do to the spans: the tests of tests/faults, then outages that are too
# long for them, with every span accounted for. OUTAGE_SECONDS (300) is how long the one in real time lasts; the hour that
# is compressed needs 8 GiB below TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh build test
scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=ON
if ! ninja -C build/release -t query faults_test >/dev/null 2>&1; then
  echo "faults: skipped, since opentelemetry-proto is not installed"
  exit 0
fi
ninja -C build/release -j "${JOBS:-$(nproc)}" faults_test outage_run
build/release/bin/faults_test --gtest_brief=1
scenarios=(bounded real)
free_kib=$(df --output=avail -k "${TMPDIR:-/tmp}" | tail -n 1)
if [ "$free_kib" -gt $((8 * 1024 * 1024)) ]; then
  scenarios=(hour "${scenarios[@]}")
else
  echo "faults: the hour is skipped, since there are not 8 GiB below ${TMPDIR:-/tmp}"
fi
build/release/bin/outage_run "${scenarios[@]}"
