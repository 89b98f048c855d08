#!/usr/bin/env bash
# check_monitoring.sh [--json] [--state DIR]: how the monitoring stack and Container Kit are, a line each. Exit code 0
# where nothing is to be mended, 1 where something is (FAIL), 2 where the command was used wrongly or nothing is set up.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/monitoring/lib/all.sh
. "$here/lib/all.sh"
json=
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --json) json=yes ;;
    --state)
      state=$(value_of "$@") || exit 2
      shift
      ;;
    *) (fail "what is $1? See --help") || exit 2 ;;
  esac
  shift
done

(need_setup) || exit 2
read_settings
check_services
check_container_kit
check_rules
check_alerts
check_dashboards
check_traces
if [ -n "$json" ]; then print_json; else print_table; fi
[ "$failures" -eq 0 ]
