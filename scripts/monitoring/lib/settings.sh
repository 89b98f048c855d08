# shellcheck shell=bash disable=SC2154,SC2034 # the others' variables: lib/all.sh has them all
# What setup was told, kept in STATE/settings as lines of name=value for the other commands, and for the next setup.

declare -gA settings=(
  [engine]=''
  [target]=127.0.0.1:8080
  [deploy]=$checkout/deploy
  [receivers]=''
  [webhook]=''
  [runbooks]=file://$checkout/docs/runbooks
  [prometheus_port]=9090
  [alertmanager_port]=9093
  [grafana_port]=3000
  [jaeger_port]=16686
  [jaeger_grpc_port]=16685
  [jaeger_health_port]=13133
  [thrift_port]=14268
  [otlp_port]=4318
  [otlp_grpc_port]=4317
  [node_exporter_port]=9100
)

# The ports as the files in deploy/ have them.
declare -gA default_ports=()
for name in "${!settings[@]}"; do
  if [[ $name = *_port ]]; then default_ports[$name]=${settings[$name]}; fi
done

read_settings() {
  local name value
  [ -e "$state/settings" ] || return 0
  while IFS='=' read -r name value; do
    if [[ $name =~ ^[a-z_]+$ ]]; then settings[$name]=$value; fi
  done <"$state/settings"
}

write_settings() {
  local name
  for name in "${!settings[@]}"; do printf '%s=%s\n' "$name" "${settings[$name]}"; done | sort >"$state/settings.new"
  mv "$state/settings.new" "$state/settings"
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# set_port NAME PORT: 0 takes a free one now.
set_port() {
  local port=$2
  if [ "$port" = 0 ]; then
    port=$((20000 + RANDOM % 12000))
    while is_listening "$port"; do port=$((port + 1)); done
  fi
  if ! [[ $port =~ ^[0-9]{1,5}$ ]] || [ "$port" -gt 65535 ]; then
    fail "--${1//_/-} $port is no port: 0 to 65535"
  fi
  settings[$1]=$port
}
