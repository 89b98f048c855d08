# shellcheck shell=bash disable=SC2154 # the others' variables: lib/all.sh has them all
# From deploy/ to STATE: the configuration files as they are, with targets, receivers and addresses filled in beside
# them. Everything is made in folders ending in .new and checked there by the services' own checkers; only then does it
# take the place of what was there.

# targets_file FILE ADDRESS...: what Prometheus' file discovery reads, and reads again when it changes.
targets_file() {
  local file=$1 address
  shift
  mkdir -p "$(dirname "$file")"
  for address in "$@"; do printf -- "- targets: ['%s']\n" "$address"; done >"$file"
  if [ $# -eq 0 ]; then printf '[]\n' >"$file"; fi
}

local_target() { printf '127.0.0.1:%s' "${settings[$1_port]}"; }

render_prometheus() {
  local new=$state/prometheus.new extra=()
  rm -rf "$new"
  cp -r "${settings[deploy]}/prometheus" "$new" || fail "cannot copy ${settings[deploy]}/prometheus"
  chmod -R u+w "$new"
  sed -i "s|runbook_url: docs/runbooks/|runbook_url: ${settings[runbooks]//|/}/|" "$new"/rules/*.yml
  local targets
  IFS=, read -ra targets <<<"${settings[target]}"
  targets_file "$new/targets/container-kit.yml" "${targets[@]}"
  targets_file "$new/targets/prometheus.yml" "$(local_target prometheus)"
  targets_file "$new/targets/alertmanager.yml" "$(local_target alertmanager)"
  if has_service node_exporter; then extra=("$(local_target node_exporter)"); fi
  targets_file "$new/targets/node.yml" "${extra[@]}"
  write_web_config prometheus "$new"
}

# The routes, and the receivers they lead to: a file of the user's, or the webhook with its URL, or nobody.
render_alertmanager() {
  local new=$state/alertmanager.new receivers=${settings[receivers]} from=${settings[deploy]}/alertmanager
  rm -rf "$new"
  mkdir -p "$new"
  if [ -z "$receivers" ]; then
    receivers=$from/receivers/none.yml
    if [ -n "${settings[webhook]}" ]; then receivers=$from/receivers/webhook.yml; fi
  fi
  [ -r "$receivers" ] || fail "cannot read the receivers in $receivers: name another file with --receivers"
  cat "$from/alertmanager.yml" "$receivers" >"$new/alertmanager.yml" || fail "cannot read $from/alertmanager.yml"
  if [ -n "${settings[webhook]}" ]; then
    sed -i "s|http://127.0.0.1:9099/alerts|${settings[webhook]//|/}|" "$new/alertmanager.yml"
  fi
  write_web_config alertmanager "$new"
}

# in_place FILE...: addresses and paths of the containers become those of this folder.
in_place() {
  local name default edits=()
  for name in "${!default_ports[@]}"; do
    default=${default_ports[$name]}
    edits+=(-e "s|127\.0\.0\.1:$default\b|127.0.0.1:@${settings[$name]}|g" -e "s|^http_port = $default$|http_port = ${settings[$name]}|")
  done
  edits+=(-e 's|127\.0\.0\.1:@|127.0.0.1:|g') # marked meanwhile, so that no port is replaced twice
  if [ "${settings[engine]}" = native ]; then
    edits+=(-e "s|/etc/monitoring/|$state/|g" -e "s|/var/lib/grafana|$state/data/grafana|g" -e "s|/var/lib/jaeger|$state/data/jaeger|g")
  fi
  sed -i "${edits[@]}" "$@"
}

render_grafana() {
  local new=$state/grafana.new
  rm -rf "$new"
  cp -r "${settings[deploy]}/grafana" "$new" || fail "cannot copy ${settings[deploy]}/grafana"
  chmod -R u+w "$new"
  in_place "$new/grafana.ini" "$new"/provisioning/*/*.yml
}

render_jaeger() {
  rm -rf "$state/jaeger.new"
  cp -r "${settings[deploy]}/jaeger" "$state/jaeger.new" || fail "cannot copy ${settings[deploy]}/jaeger"
  chmod -R u+w "$state/jaeger.new"
  in_place "$state/jaeger.new/jaeger.yml"
}

# check_with WHAT COMMAND...: the checker agrees, or one line says what it has against it.
check_with() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1); then return; fi
  # What follows FAILED, on its line or the next; else the last thing said.
  said=$(printf '%s\n' "$said" | tr '\n' ' ' | sed -E 's/.*FAILED: *//; s/ *amtool: error: .*//; s/ Checking .*//; s/ +/ /g' | cut -c 1-300)
  fail "$what: ${said//"$state/"/}: mend ${settings[deploy]} or what you gave setup, and run setup again"
}

# check_files SUFFIX: everything below STATE/*SUFFIX, by the checkers that are installed here.
check_files() {
  if have promtool; then
    check_with "Prometheus' configuration" promtool check config "$state/prometheus$1/prometheus.yml"
    check_with "Prometheus' passwords" promtool check web-config "$state/prometheus$1/web.yml"
  fi
  if have amtool; then
    check_with "Alertmanager's configuration" amtool check-config "$state/alertmanager$1/alertmanager.yml"
    if have promtool; then
      check_with "Alertmanager's passwords" promtool check web-config "$state/alertmanager$1/web.yml"
    fi
  fi
}

# The new folders take the place of the old ones.
adopt() {
  local name
  for name in "$@"; do
    rm -rf "$state/$name.old"
    if [ -e "$state/$name" ]; then mv "$state/$name" "$state/$name.old"; fi
    mv "$state/$name.new" "$state/$name"
    rm -rf "$state/$name.old"
  done
}

render_all() {
  render_prometheus
  render_alertmanager
  render_grafana
  render_jaeger
  if [ "${settings[engine]}" = docker ]; then
    render_compose
    check_in_images .new
    adopt compose otel-collector
  else
    check_files .new
  fi
  adopt prometheus alertmanager grafana jaeger
}
