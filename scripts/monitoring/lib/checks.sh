# shellcheck shell=bash disable=SC2154 # the others' variables: lib/all.sh has them all
# What check_monitoring.sh looks at. Each check adds one row: what, ok | FAIL | none, and a detail. FAIL is something to
# mend and makes the command fail; none is something that is not there and need not be.

rows=()
failures=0

row() {
  rows+=("$1"$'\t'"$2"$'\t'"$3")
  if [ "$2" = FAIL ]; then failures=$((failures + 1)); fi
}

# ask_prometheus QUERY: the value of the first series that it answers with.
ask_prometheus() {
  ask prometheus --fail --get --data-urlencode "query=$1" "$(url_of prometheus)/api/v1/query" |
    sed -nE 's/.*"value":\[[0-9.e+]+,"([^"]*)"\].*/\1/p'
}

check_service() {
  if is_ready "$1"; then
    row "$1" ok "$(url_of "$1")"
  elif is_listening "${settings[$1_port]}"; then
    row "$1" FAIL "port ${settings[$1_port]} is open, but does not answer as ours: see $state/log/$1.log"
  else
    row "$1" FAIL "nobody listens on port ${settings[$1_port]}: run start_monitoring.sh"
  fi
}

check_services() {
  local name here
  here=$(services)
  for name in "${service_names[@]}"; do
    if grep -qx "$name" <<<"$here"; then
      check_service "$name"
    else
      row "$name" none "not installed here"
    fi
  done
}

# answers HOST:PORT: by /health, or by /metrics where a program has a listener for that alone. The question is no part of
# what is to be seen: its traceparent says not to sample it.
answers() {
  local unsampled='traceparent: 00-00000000000000000000000000000001-0000000000000001-00'
  curl --silent --fail --max-time 5 --output /dev/null --header "$unsampled" "http://$1/health" ||
    curl --silent --fail --max-time 5 --output /dev/null --header "$unsampled" "http://$1/metrics" \
      --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$state/secrets/scrape_token")")
}

check_container_kit() {
  local target up
  IFS=, read -ra targets <<<"${settings[target]}"
  for target in "${targets[@]}"; do
    if answers "$target"; then
      row container-kit ok "http://$target"
    else
      row container-kit FAIL "http://$target/health does not answer: start it (make run)"
    fi
  done
  up=$(ask_prometheus 'sum(up{job="container-kit"} == 1)') || true
  if [ "$up" = ${#targets[@]} ]; then
    row scraped ok 'up{job="container-kit"} == 1'
  else
    row scraped FAIL "Prometheus does not see it: $(url_of prometheus)/targets says why"
  fi
}

check_rules() {
  local loaded wanted broken
  wanted=$(cat "$state"/prometheus/rules/*.yml 2>/dev/null | grep -cE '^ *- (alert|record):') || true
  loaded=$(ask prometheus --fail "$(url_of prometheus)/api/v1/rules" | grep -oE '"type":"(alerting|recording)"' | wc -l) || true
  broken=$(ask prometheus --fail "$(url_of prometheus)/api/v1/rules" | grep -oE '"health":"err"' | wc -l) || true
  if [ "$loaded" -eq 0 ] || [ "$loaded" -ne "$wanted" ]; then
    row rules FAIL "$loaded loaded, $wanted in $state/prometheus/rules: run stop and start"
  elif [ "$broken" -gt 0 ]; then
    row rules FAIL "$broken of $loaded cannot be evaluated: $(url_of prometheus)/rules says why"
  else
    row rules ok "$loaded loaded"
  fi
}

check_alerts() {
  local firing known
  known=$(ask_prometheus 'prometheus_notifications_alertmanagers_discovered') || true
  if [ "${known:-0}" = 0 ]; then
    known=$(ask prometheus --fail "$(url_of prometheus)/api/v1/alertmanagers" |
      sed -E 's/"droppedAlertmanagers".*//' | grep -c '"url"') || true
  fi
  if [ "${known:-0}" = 0 ]; then row 'alert delivery' FAIL 'Prometheus knows no Alertmanager: run setup, stop and start'; fi
  if ! firing=$(ask prometheus --fail --get --data-urlencode 'query=count by (alertname) (ALERTS{alertstate="firing"})' \
    "$(url_of prometheus)/api/v1/query"); then
    row alerts FAIL 'Prometheus does not say which are firing'
    return
  fi
  firing=$(grep -oE '"alertname":"[^"]*"' <<<"$firing" | sed 's/.*:"\(.*\)"/\1/' | sort | paste -sd ' ') || true
  if [ -n "$firing" ]; then row alerts ok "firing: $firing"; else row alerts ok "none fires"; fi
}

check_dashboards() {
  local wanted loaded
  if ! has_service grafana; then
    row dashboards none 'Grafana is not installed here'
    return
  fi
  wanted=$(find "${settings[deploy]}/grafana/dashboards" -name '*.json' 2>/dev/null | wc -l)
  loaded=$(ask grafana --fail "$(url_of grafana)/api/search?type=dash-db&tag=container-kit" | grep -o '"uid":' | wc -l) || true
  if [ "$loaded" -ge "$wanted" ] && [ "$wanted" -gt 0 ]; then
    row dashboards ok "$loaded loaded"
  else
    row dashboards FAIL "$loaded of $wanted loaded: see $state/log/grafana.log"
  fi
}

check_traces() {
  local answer last
  if ! has_service jaeger; then
    row traces none 'Jaeger is not installed here'
    return
  fi
  if ! answer=$(curl --silent --fail --max-time 5 "$(url_of jaeger)/api/traces?service=container-kit&limit=1&lookback=24h"); then
    row traces FAIL 'Jaeger does not answer'
    return
  fi
  last=$(grep -oE '"startTime":[0-9]+' <<<"$answer" | sort | tail -n 1 | cut -d: -f2) || true
  if [ -n "$last" ]; then
    row traces ok "last seen $(date -d "@$((last / 1000000))" '+%F %T')"
  else
    row traces none "none yet: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${settings[otlp_port]}"
  fi
}

print_table() {
  local line what status detail
  for line in "${rows[@]}"; do
    IFS=$'\t' read -r what status detail <<<"$line"
    printf '%-15s %-5s %s\n' "$what" "$status" "$detail"
  done
}

json_text() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

print_json() {
  local line what status detail separator=
  printf '{"ok":%s,"checks":[' "$([ "$failures" -eq 0 ] && echo true || echo false)"
  for line in "${rows[@]}"; do
    IFS=$'\t' read -r what status detail <<<"$line"
    printf '%s{"what":%s,"status":%s,"detail":%s}' "$separator" "$(json_text "$what")" "$(json_text "$status")" \
      "$(json_text "$detail")"
    separator=,
  done
  printf ']}\n'
}
