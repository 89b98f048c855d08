#!/usr/bin/env bash
# scripts/run.sh: what `make run` does. Builds the release binary, serves on 127.0.0.1:PORT (8080), has the repository
# REPO (this checkout) analysed through the HTTP API so that there is something to see, and keeps serving until it is
# stopped. The trace on the terminal is the server's own account of that one request.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-8080}
repo=$(realpath -e -- "${REPO:-.}")
url=http://127.0.0.1:$port
server=
relay=
scratch=

build() {
  scripts/deps.sh build
  # A tree that is configured already keeps its options, the tests among them; Ninja configures again where it must.
  if [ ! -e build/release/build.ninja ]; then
    scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=OFF
  fi
  ninja -C build/release -j "${JOBS:-$(nproc)}" container-kit
}

serve() { exec build/release/bin/container-kit serve --host 127.0.0.1 --port "$port" --allow-root "$repo"; }

# Whoever has the port would answer in our server's place. Let the server find out and say so.
port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# The server gets a process group of its own, so that Ctrl-C reaches it once, through stop. What it says on stderr
# passes by a relay to the terminal, which notes when the trace has been shown.
start() {
  mkfifo "$scratch/said"
  set -m
  tee -p >(grep -m 1 tool.analyze >"$scratch/trace_shown" && exec cat >/dev/null) <"$scratch/said" >&2 &
  relay=$!
  serve 2>"$scratch/said" &
  server=$!
  set +m
  trap 'stop 0' INT TERM HUP
  trap 'stop $?' EXIT
}

# stop [STATUS]: ends the server, waits until it has finished its calls and sent its last telemetry, and exits.
stop() {
  local status=0
  trap - INT TERM HUP EXIT
  kill -TERM "$server" 2>/dev/null || true
  wait "$server" || status=$?
  wait "$relay" || true
  rm -rf "$scratch"
  if [ "${1:-0}" -ne 0 ]; then status=$1; fi
  exit "$status"
}

# wait_until SECONDS COMMAND...: until the command succeeds; fails after that time, or when the server has ended.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    kill -0 "$server" 2>/dev/null && [ $SECONDS -lt $deadline ] || return 1
    sleep 0.05
  done
}

# The question is no part of what is to be seen: its traceparent says not to sample it.
is_ready() {
  curl --silent --fail --output /dev/null "$url/ready" \
    --header 'traceparent: 00-00000000000000000000000000000001-0000000000000001-00'
}

json_string() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# The answer in a few lines: the names in each section of the analysis that has any.
in_short() {
  awk '
    function section(name, shown,   at, rest, list, names, count, item, i) {
      at = index($0, "\"" name "\":[")
      if (!at) return
      rest = substr($0, at + length(name) + 4)
      rest = substr(rest, 1, index(rest, "]") - 1)
      count = split(rest, item, /\},?/)
      for (i = 1; i <= count; i++) {
        if (!match(item[i], /"(name|number|command|runtime)":("[^"]*"|[0-9]+)/)) continue
        at = substr(item[i], RSTART, RLENGTH)
        sub(/^"[a-z]*":/, "", at); gsub(/"/, "", at)
        if (match(item[i], /"lines":[0-9]+/)) at = at " (" substr(item[i], RSTART + 8, RLENGTH - 8) " lines)"
        if (match(item[i], /"version":"[^"]+/)) at = at " " substr(item[i], RSTART + 11, RLENGTH - 11)
        if (seen[name, at]++) continue
        if (++names <= 6) list = list (list ? ", " : "") at
      }
      if (names > 6) list = list " and " names - 6 " more"
      if (list) printf "  %-17s %s\n", shown, list
    }
    {
      section("languages", "languages")
      section("package_managers", "package managers")
      section("build_tools", "build tools")
      section("runtime_versions", "asks for")
      section("frameworks", "frameworks")
      section("start_commands", "start command")
      section("ports", "ports")
      section("databases", "databases")
      if (match($0, /"trace_id":"[0-9a-f]+"/)) printf "  %-17s %s\n", "trace", substr($0, RSTART + 12, RLENGTH - 13)
    }'
}

analyse() {
  printf '\nPOST /api/tools/execute: analyze %s\n\n' "$repo"
  local status
  status=$(curl --silent --show-error --output "$scratch/answer" --write-out '%{http_code}' \
    --header 'Content-Type: application/json' \
    --data "{\"tool\":\"analyze\",\"arguments\":{\"path\":$(json_string "$repo")}}" "$url/api/tools/execute")
  if [ "$status" != 200 ]; then
    cat "$scratch/answer" >&2
    return 1
  fi
  wait_until 2 test -s "$scratch/trace_shown" || true # tracing may be off, or go elsewhere
  printf '\n'
  in_short <"$scratch/answer"
}

say_where() {
  cat <<END

  $url/health             it is alive
  $url/ready              and takes new work
  $url/health/telemetry   what is measured, where it goes, what was dropped
  $url/metrics            for Prometheus
  $url/api/tools          the tools, with their schemas

  Try: curl -s $url/api/tools/execute -d '{"tool":"analyze","arguments":{"path":"$repo"}}'

Serving. Ctrl-C ends it.
END
}

build
if port_is_taken; then serve; fi
scratch=$(mktemp -d)
start
wait_until 20 is_ready
analyse
say_where
wait "$server"
