#!/usr/bin/env bash
# scripts/lint.sh [CHECK...]: every check below, or the ones named. Each is scripts/lint/CHECK.py and says there what
# it is for. Wants build/release configured (make lint does that) for tidy.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
checks=("$@")
if [ ${#checks[@]} -eq 0 ]; then checks=(format layers sizes conditionals words shell snippets tidy); fi
failed=()
for check in "${checks[@]}"; do
  python3 "scripts/lint/$check.py" || failed+=("$check")
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "lint: failed: ${failed[*]}"
  exit 1
fi
echo "lint: clean"
