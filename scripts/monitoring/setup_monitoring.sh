#!/usr/bin/env bash
# setup_monitoring.sh [OPTION...]: makes what the monitoring stack needs, and checks it. May be run again at any time.
#
# Folders, passwords and configuration go below the state folder; nothing is started. What an option says is kept for
# the other commands and for the next setup.
#
#   --engine docker|native   how to run the services; by default docker where it works, else native
#   --target HOST:PORT,...   where Container Kit serves (127.0.0.1:8080)
#   --webhook URL            have alerts posted there
#   --receivers FILE         have alerts go where this file says (see deploy/alertmanager/receivers/)
#   --runbooks URL           where alerts link to for their runbooks (this checkout's docs/runbooks)
#   --deploy DIR             configuration files to use in place of this checkout's deploy/
#   --prometheus-port N, --alertmanager-port N, --grafana-port N, --jaeger-port N, --otlp-port N,
#   --otlp-grpc-port N, --thrift-port N, --jaeger-grpc-port N, --jaeger-health-port N, --node-exporter-port N
#                            on 127.0.0.1; 0 takes a free one now
#   --rotate                 make every password and the scrape token anew; what runs follows
#   --no-install             install nothing, even on Debian 12
#   --state DIR              the state folder ($CONTAINER_KIT_MONITORING_DIR, or
#                            $XDG_STATE_HOME/container-kit/monitoring)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/monitoring/lib/all.sh
. "$here/lib/all.sh"

engine=
rotate=
install=yes
declare -A wanted=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --rotate) rotate=rotate ;;
    --no-install) install=no ;;
    --engine | --state | --target | --webhook | --receivers | --runbooks | --deploy | --*-port)
      value=$(value_of "$@")
      name=${1#--}
      wanted[${name//-/_}]=$value
      shift
      ;;
    *) fail "what is $1? See --help" ;;
  esac
  shift
done

# The options onto the settings, each looked at.
take_options() {
  local name value
  for name in "${!wanted[@]}"; do
    value=${wanted[$name]}
    case $name in
      engine | state) continue ;;
      *_port)
        [ -v "settings[$name]" ] || fail "what is --${name//_/-}? See --help"
        set_port "$name" "$value"
        continue
        ;;
      target)
        [[ $value =~ ^[][A-Za-z0-9._:,-]+:[0-9]+$ ]] || fail "--target $value is not HOST:PORT"
        ;;
      webhook) [[ $value =~ ^https?://[^[:space:]\'\"\|\&\\]+$ ]] || fail "--webhook $value is no http:// or https:// address" ;;
      receivers) value=$(realpath -e -- "$value" 2>/dev/null) || fail "--receivers ${wanted[$name]}: there is no such file" ;;
      deploy)
        if ! value=$(realpath -e -- "$value" 2>/dev/null) || [ ! -d "$value/prometheus" ]; then
          fail "--deploy ${wanted[$name]} holds no prometheus/"
        fi
        ;;
    esac
    settings[$name]=$value
  done
}

state=${wanted[state]:-$state}
use_state
lock_state
read_settings
take_options
choose_engine "${wanted[engine]:-${settings[engine]}}"
say "engine: ${settings[engine]}"
make_secrets "$rotate"
render_all
write_settings
say "configuration: $state, checked"
if [ -n "$rotate" ]; then "${settings[engine]}_follow"; fi
say "set up: start with scripts/monitoring/start_monitoring.sh"
