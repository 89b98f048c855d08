#!/usr/bin/env bash
# scripts/bench.sh [ROW...]: builds the benches and runs each beside its peers; trace_bench only those rows, if named.
#
# Every bench is called as "x_bench RESULTS.json [ROW...]" and writes its rows there, with the raw samples; they stay in
# build/bench/results/. scripts/lib/bench_summary.py makes build/bench/summary.json and the table of them. Fails where
# a row is void; a target that was missed shows in the table. A bench whose peer is not installed is left out.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly results=build/bench/results
scripts/deps.sh build bench
scripts/configure.sh bench
grep -h 'is left out\|leaves its rows out' build/configure-bench.log || true
ninja -C build/bench -j "${JOBS:-$(nproc)}"
rm -rf "$results"
mkdir -p "$results"
failed=()
for bench in build/bench/bin/*_bench; do
  name=${bench##*/}
  echo "== $name"
  "$bench" "$results/$name.json" "$@" || failed+=("$name")
done
python3 scripts/lib/bench_summary.py "$results" build/bench/summary.json
if [ ${#failed[@]} -gt 0 ]; then
  echo "bench: failed: ${failed[*]}" >&2
  exit 1
fi
