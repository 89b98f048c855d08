#!/usr/bin/env bash
# scripts/fuzz.sh: builds the fuzzers and runs each for FUZZ_SECONDS (30). What they learn stays in build/fuzz/corpus/;
# an input that breaks something is left in build/fuzz/found/.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh build fuzz
scripts/configure.sh fuzz
ninja -C build/fuzz -j "${JOBS:-$(nproc)}"
for fuzzer in build/fuzz/bin/*_fuzz; do
  name=${fuzzer##*/}
  mkdir -p "build/fuzz/corpus/$name" build/fuzz/found
  seeds=()
  for folder in */fuzz/corpus/"${name%_fuzz}"; do if [ -d "$folder" ]; then seeds+=("$folder"); fi; done
  echo "== $name"
  "$fuzzer" -max_total_time="${FUZZ_SECONDS:-30}" -print_final_stats=1 -artifact_prefix="build/fuzz/found/$name-" \
    "build/fuzz/corpus/$name" "${seeds[@]}"
done
