#!/usr/bin/env bash
# start_monitoring.sh [--state DIR]: starts what setup_monitoring.sh has set up, waits until each service is ready, and
# says where it is. Services that run already are left alone. When one does not start, those begun here end again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/monitoring/lib/all.sh
. "$here/lib/all.sh"
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --state)
      state=$(value_of "$@")
      shift
      ;;
    *) fail "what is $1? See --help" ;;
  esac
  shift
done

need_setup
use_state
lock_state
read_settings
# shellcheck disable=SC2034 # read by choose_engine: starting installs nothing
install=no
choose_engine "${settings[engine]}"
if [ "${settings[engine]}" = native ]; then check_files ''; fi
"${settings[engine]}_start"
say "Container Kit is looked for at ${settings[target]}; scripts/monitoring/check_monitoring.sh says whether it is seen"
