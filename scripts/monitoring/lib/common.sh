# shellcheck shell=bash disable=SC2034 # read by the files that include this one
# What the four commands share: how they speak, where they keep things, and that only one of them works at a time.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
state=${CONTAINER_KIT_MONITORING_DIR:-${XDG_STATE_HOME:-${HOME:-/var/lib}/.local/state}/container-kit/monitoring}

say() { printf '%s\n' "$*"; }

# fail WHAT: one line that says what is wrong and what to do about it, and the end.
fail() {
  printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
  exit 1
}

# value_of OPTION [VALUE]: the value, or the end where there is none.
value_of() {
  if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value (see --help)"; fi
  printf '%s\n' "$2"
}

# usage: the comment at the top of the script that runs, without the marks.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

have() { command -v "$1" >/dev/null 2>&1; }

# The folder can be used, or one line says why not. What is in it may hold passwords: it is the user's own.
use_state() {
  umask 077
  if ! mkdir -p "$state" 2>/dev/null || [ ! -w "$state" ]; then
    fail "cannot write to $state: make it yours, or choose another folder with --state DIR"
  fi
  state=$(cd "$state" && pwd)
}

need_setup() {
  [ -e "$state/settings" ] || fail "nothing is set up in $state: run scripts/monitoring/setup_monitoring.sh first"
}

# One command at a time. Descriptor 9 holds the lock until the script ends; services are started without it.
lock_state() {
  exec 9>"$state/lock"
  flock --nonblock 9 || fail "another monitoring command is at work in $state: wait for it to end"
}
