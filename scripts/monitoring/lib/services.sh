# shellcheck shell=bash disable=SC2154,SC2034 # the others' variables: lib/all.sh has them all
# The services by name: where they listen, what they answer when they are ready, which programs they are.

readonly service_names=(alertmanager jaeger node_exporter prometheus grafana) # in the order of their start

url_of() { printf 'http://127.0.0.1:%s' "${settings[$1_port]}"; }

ready_url_of() {
  case $1 in
    prometheus | alertmanager) printf '%s/-/ready' "$(url_of "$1")" ;;
    grafana) printf '%s/api/health' "$(url_of grafana)" ;;
    *) printf '%s/' "$(url_of "$1")" ;;
  esac
}

is_ready() { ask "$1" --fail --output /dev/null "$(ready_url_of "$1")"; }

# program_of SERVICE: its path, or nothing. A variable of the service's name, as in PROMETHEUS=/opt/prometheus, says it;
# else it is looked for. Debian's Alertmanager and exporter have names of their own, and a Jaeger that `make interop` has
# built is as good as an installed one.
program_of() {
  local override=${1^^} candidates=() candidate
  case $1 in
    alertmanager) candidates=(prometheus-alertmanager alertmanager) ;;
    node_exporter) candidates=(prometheus-node-exporter node_exporter) ;;
    grafana) candidates=(grafana /usr/share/grafana/bin/grafana) ;;
    jaeger) candidates=(jaeger "${XDG_CACHE_HOME:-${HOME:-}/.cache}"/container-kit/interop/jaeger-v*) ;;
    *) candidates=("$1") ;;
  esac
  if [ -n "${!override:-}" ]; then candidates=("${!override}"); fi
  for candidate in "${candidates[@]}"; do
    command -v "$candidate" && return
  done
  return 1
}

# The services that this engine runs here.
services() {
  local name
  for name in "${service_names[@]}"; do
    if [ "${settings[engine]}" = docker ] || program_of "$name" >/dev/null; then printf '%s\n' "$name"; fi
  done
}

# has_service NAME: whether it is one of them. (No pipe: grep would end it early, which pipefail takes for a failure.)
has_service() { grep -qx "$1" <<<"$(services)"; }
