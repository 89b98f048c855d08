# shellcheck shell=bash disable=SC2154 # the others' variables: lib/all.sh has them all
# The docker engine: deploy/compose/compose.yml with the state folder's configuration.

compose() { docker compose --project-directory "$state/compose" --file "$state/compose/compose.yml" "$@"; }

render_compose() {
  local new=$state/compose.new name
  rm -rf "$new" "$state/otel-collector.new"
  cp -r "${settings[deploy]}/compose" "$new" || fail "cannot copy ${settings[deploy]}/compose"
  cp -r "${settings[deploy]}/otel-collector" "$state/otel-collector.new" || fail "cannot copy ${settings[deploy]}/otel-collector"
  chmod -R u+w "$new" "$state/otel-collector.new"
  in_place "$state/otel-collector.new/local.yml"
  {
    printf 'STATE=%s\nOWNER=%s:%s\n' "$state" "$(id -u)" "$(id -g)"
    for name in "${!settings[@]}"; do
      if [[ $name = *_port ]]; then printf '%s=%s\n' "${name^^}" "${settings[$name]}"; fi
    done
  } >"$new/.env"
  # What the health checks ask with: promtool and amtool read the password from its file.
  for name in prometheus alertmanager; do
    printf 'basic_auth:\n  username: monitoring\n  password_file: /etc/monitoring/secrets/%s_password\n' "$name" \
      >"$state/$name.new/client.yml"
  done
}

# check_in_image FOLDER-SUFFIX: the checkers of the very versions that will run.
check_in_images() {
  local mounts=(--volume "$state/prometheus$1:/etc/monitoring/prometheus:ro" --volume "$state/secrets:/etc/monitoring/secrets:ro"
    --volume "$state/alertmanager$1:/etc/monitoring/alertmanager:ro" --user "$(id -u):$(id -g)" --network none --rm)
  local compose_file=$state/compose$1/compose.yml
  check_with "Prometheus' configuration" docker run "${mounts[@]}" --entrypoint promtool \
    "$(image_of "$compose_file" prom/prometheus)" check config /etc/monitoring/prometheus/prometheus.yml
  check_with "Alertmanager's configuration" docker run "${mounts[@]}" --entrypoint amtool \
    "$(image_of "$compose_file" prom/alertmanager)" check-config /etc/monitoring/alertmanager/alertmanager.yml
  check_with "the compose file" docker compose --project-directory "$state/compose$1" --file "$compose_file" config --quiet
}

image_of() { sed -nE "s|^ *image: ($2:[^ ]+)$|\1|p" "$1"; }

docker_start() {
  local name
  for name in prometheus alertmanager grafana jaeger; do mkdir -p "$state/data/$name"; done
  if [ -z "$(compose ps --quiet --status running 2>/dev/null)" ]; then
    for name in "${service_names[@]}"; do check_port "$name"; done
  fi
  mkdir -p "$state/log"
  if ! compose up --detach --wait --wait-timeout 180 >"$state/log/compose.log" 2>&1; then
    tail -n 5 "$state/log/compose.log" >&2
    for name in $(compose ps --all --format '{{.Service}} {{.State}} {{.Health}}' | awk '$2 != "running" || $3 == "unhealthy" { print $1 }'); do
      printf '%s: its last lines:\n' "$name" >&2
      compose logs --no-log-prefix --tail 5 "$name" >&2 || true
    done
    compose down >/dev/null 2>&1 || true
    fail "the containers did not start: mend what is said above and start again"
  fi
  for name in "${service_names[@]}"; do say "$name: ready, $(url_of "$name")"; done
}

docker_stop() {
  compose down >/dev/null 2>&1 || fail "docker compose down failed in $state/compose: see docker compose ps"
  say "containers: stopped"
}

# After a rotation: Grafana keeps its own password, and is told; it reads Prometheus' when it starts.
docker_follow() {
  if [ -z "$(compose ps --quiet --status running grafana 2>/dev/null)" ]; then return 0; fi
  compose exec --no-TTY grafana grafana cli --config /etc/monitoring/grafana/grafana.ini admin reset-admin-password \
    --password-from-stdin <"$state/secrets/grafana_password" >/dev/null 2>&1 ||
    fail "Grafana did not take its new password: see docker compose logs grafana in $state/compose"
  compose restart grafana >/dev/null 2>&1
}
