#!/usr/bin/env bash
# scripts/instructions.sh [--update] PROGRAM [COMPILER]: instructions of one full span, without and with the privacy
# rules of production, counted by valgrind, beside the checked-in telemetry/bench/instructions.txt. Unlike times they do
# not depend on a busy machine.
#
# PROGRAM is span_full_instructions; COMPILER, which the baseline is valid for, is "GNU 12.2.0" or the like. Fails
# where the count is more than 5% above the baseline. Exits with 77, skipped, without valgrind and with another
# compiler than the baseline's. --update writes what was counted as the new baseline:
#
#   ninja -C build/release update-instructions
set -euo pipefail
cd "$(dirname "$0")/.."
readonly baseline=telemetry/bench/instructions.txt few=2000 many=12000 tolerated=5 skipped=77
update=
if [ "${1:-}" = --update ]; then
  update=yes
  shift
fi
program=$1
compiler=${2:-unknown}

skip() {
  echo "skipped: $*"
  exit "$skipped"
}

# instructions COUNT [MODE]: of the whole program when it makes COUNT spans.
instructions() {
  local output counted
  if ! output=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1); then
    printf '%s\n' "$output" >&2
    return 1
  fi
  counted=$(sed -nE 's/.*Collected : ([0-9]+).*/\1/p' <<<"$output")
  echo "${counted:-0}"
}

# each [MODE]: of one span.
each() {
  local fewer more each
  fewer=$(instructions "$few" "$@")
  more=$(instructions "$many" "$@")
  each=$(((more - fewer) / (many - few)))
  if [ "$each" -le 0 ]; then
    echo "callgrind counted no instructions a span: does $program make as many as it is told?" >&2
    return 1
  fi
  echo "$each"
}

value_of() { sed -nE "s/^$1: (.*)/\1/p" "$baseline"; }

command -v valgrind >/dev/null || skip "valgrind is not installed"
if [ -z "$update" ] && [ "$(value_of compiler)" != "$compiler" ]; then
  skip "the baseline is for $(value_of compiler), this is $compiler"
fi
plain=$(each)
private=$(each privacy)
if [ -n "$update" ]; then
  printf '%s\n' '# Instructions of one full span: an active span, four attributes, one event (scripts/instructions.sh).' \
    "compiler: $compiler" "span_full: $plain" "span_full_privacy: $private" >"$baseline"
  echo "span_full: $plain instructions, with privacy rules $private, now the baseline"
  exit
fi
# check NAME COUNT: fails where it is too much.
check() {
  local allowed
  allowed=$(value_of "$1")
  echo "$1: $2 instructions; the baseline is $allowed"
  if [ $(($2 * 100)) -gt $((allowed * (100 + tolerated))) ]; then
    echo "more than $tolerated% above the baseline: make it cheaper, or say why and run ninja update-instructions"
    return 1
  fi
  if [ $(($2 * 100)) -lt $((allowed * (100 - tolerated))) ]; then
    echo "more than $tolerated% below the baseline: ninja update-instructions keeps what was won"
  fi
}
check span_full "$plain"
check span_full_privacy "$private"
