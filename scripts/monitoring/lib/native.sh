# shellcheck shell=bash disable=SC2154 # the others' variables: lib/all.sh has them all
# The native engine: services as ordinary processes of the user, each with a pid file, a log and a data folder below
# STATE. A pid file holds the process's start time as well, so that a number used again is never taken for the service.

began_here=() # the services that this run has started

start_time_of() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }" # what follows the name, which may hold anything
  [ "${fields[0]}" != Z ] || return 1
  printf '%s\n' "${fields[19]}"
}

# pid_of SERVICE: of the process that this state folder's pid file means, if it lives.
pid_of() {
  local pid began
  read -r pid began 2>/dev/null <"$state/run/$1.pid" || return 1
  [[ $pid =~ ^[0-9]+$ ]] && [ -n "$began" ] && [ "$(start_time_of "$pid")" = "$began" ] || return 1
  printf '%s\n' "$pid"
}

# The words of a service's command line, one a line.
command_of() {
  local data=$state/data/$1 listen=127.0.0.1:${settings[$1_port]}
  program_of "$1"
  case $1 in
    prometheus)
      printf '%s\n' "--config.file=$state/prometheus/prometheus.yml" "--web.config.file=$state/prometheus/web.yml" \
        "--web.listen-address=$listen" "--web.external-url=http://$listen/" "--storage.tsdb.path=$data" \
        --storage.tsdb.retention.time=15d --enable-feature=exemplar-storage
      ;;
    alertmanager)
      printf '%s\n' "--config.file=$state/alertmanager/alertmanager.yml" \
        "--web.config.file=$state/alertmanager/web.yml" "--web.listen-address=$listen" \
        "--web.external-url=http://$listen/" "--storage.path=$data" --cluster.listen-address=
      ;;
    node_exporter) printf '%s\n' "--web.listen-address=$listen" ;;
    jaeger) printf '%s\n' --config "$state/jaeger/jaeger.yml" ;;
    grafana) printf '%s\n' server --homepath "${GRAFANA_HOME:-/usr/share/grafana}" --config "$state/grafana/grafana.ini" ;;
  esac
}

# who_listens PORT: who that may be, and what to do about it.
who_listens() {
  if [[ $(curl --silent --max-time 2 "http://127.0.0.1:$1/-/healthy") = 'Prometheus Server is Healthy'* ]] &&
    have systemctl && systemctl --quiet is-active prometheus 2>/dev/null; then
    printf "Debian's prometheus service: sudo systemctl disable --now prometheus, or"
  elif have systemctl && [ "$1" = 9093 ] && systemctl --quiet is-active prometheus-alertmanager 2>/dev/null; then
    printf "Debian's prometheus-alertmanager service: sudo systemctl disable --now prometheus-alertmanager, or"
  else
    printf 'another program: end it, or'
  fi
}

# check_port SERVICE: free, or the end.
check_port() {
  local port=${settings[$1_port]}
  if is_listening "$port"; then
    fail "port $port of $1 is taken by $(who_listens "$port") choose another with setup_monitoring.sh --${1//_/-}-port N"
  fi
}

launch() {
  local words log=$state/log/$1.log
  mapfile -t words < <(command_of "$1")
  if [ -s "$log" ]; then mv "$log" "$log.1"; fi
  OTEL_TRACES_SAMPLER=always_off setsid "${words[@]}" </dev/null >"$log" 2>&1 9>&- &
  local pid=$!
  printf '%s %s\n' "$pid" "$(start_time_of "$pid")" >"$state/run/$1.pid"
}

# last_words SERVICE: the end of its log, indented, on stderr.
last_words() { tail -n 5 "$state/log/$1.log" 2>/dev/null | cut -c 1-300 | sed 's/^/    /' >&2 || true; }

# wait_ready SERVICE: until it answers; fails when its process ends or after half a minute.
wait_ready() {
  local deadline=$((SECONDS + ${CONTAINER_KIT_MONITORING_PATIENCE:-30}))
  until is_ready "$1"; do
    pid_of "$1" >/dev/null && [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

start_service() {
  mkdir -p "$state/run" "$state/log" "$state/data/$1"
  if pid_of "$1" >/dev/null; then
    if is_ready "$1"; then
      say "$1: running already, $(url_of "$1")"
      return
    fi
  else
    launch "$1"
    began_here+=("$1")
  fi
  if ! wait_ready "$1"; then
    printf '%s: not ready; %s ends with:\n' "$1" "$state/log/$1.log" >&2
    last_words "$1"
    fail "$1 did not start: mend what its log says and start again"
  fi
  say "$1: ready, $(url_of "$1")"
}

# stop_service SERVICE: TERM, then KILL after ten seconds.
stop_service() {
  local pid deadline=$((SECONDS + 10))
  if ! pid=$(pid_of "$1"); then
    rm -f "$state/run/$1.pid"
    return 1
  fi
  kill -TERM "$pid" 2>/dev/null || true
  while pid_of "$1" >/dev/null; do
    if [ $SECONDS -ge $deadline ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    sleep 0.05
  done
  rm -f "$state/run/$1.pid"
}

# What this run has begun ends with it where it fails.
undo_start() {
  local name
  for name in "${began_here[@]}"; do stop_service "$name" || true; done
}

native_start() {
  local name names=()
  mapfile -t names < <(services)
  for name in "${names[@]}"; do
    if ! pid_of "$name" >/dev/null; then check_port "$name"; fi
  done
  began_here=()
  trap 'undo_start' EXIT
  trap 'exit 130' INT TERM
  for name in "${names[@]}"; do start_service "$name"; done
  trap - EXIT INT TERM
}

native_stop() {
  local name
  for name in "${service_names[@]}"; do
    if stop_service "$name"; then say "$name: stopped"; fi
  done
}

# After a rotation: Prometheus and Alertmanager read their passwords anew at each request. Grafana keeps its own and is
# told; it reads Prometheus' when it starts.
native_follow() {
  local program
  if ! pid_of grafana >/dev/null; then return 0; fi
  program=$(program_of grafana)
  "$program" cli --homepath "${GRAFANA_HOME:-/usr/share/grafana}" --config "$state/grafana/grafana.ini" \
    admin reset-admin-password --password-from-stdin <"$state/secrets/grafana_password" >/dev/null 2>&1 ||
    fail "Grafana did not take its new password: stop, then see $state/log/grafana.log"
  stop_service grafana
  start_service grafana
}
