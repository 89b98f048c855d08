#!/usr/bin/env bash
# stop_monitoring.sh [--purge] [--state DIR]: ends the services. Their data stay, unless --purge removes the state folder
# with everything in it: data, passwords, settings.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/monitoring/lib/all.sh
. "$here/lib/all.sh"
purge=
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --purge) purge=yes ;;
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
"${settings[engine]}_stop"
if [ -n "$purge" ]; then
  # Only what the commands made: a folder that was named by mistake keeps what else is in it.
  rm -rf "$state"/{data,log,run,secrets,prometheus,alertmanager,grafana,jaeger,compose,otel-collector,settings,lock}
  rmdir "$state" 2>/dev/null || true
  say "removed: $state"
fi
say "stopped"
