# shellcheck shell=bash disable=SC2154,SC2034 # the others' variables: lib/all.sh has them all
# Which engine runs the services: docker, by the compose file, or native, as processes of the user.

docker_works() { docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1; }

native_misses() {
  local name
  for name in prometheus alertmanager; do
    if ! program_of "$name" >/dev/null; then printf '%s ' "$name"; fi
  done
}

# install_native: what Debian has of what is missing; elsewhere it is for the user to do.
install_native() {
  if [ -n "$(native_misses)" ] && [ "${install:-yes}" = yes ]; then
    (cd "$checkout" && scripts/deps.sh monitoring) >&2 || true
    hash -r
  fi
  local missing
  missing=$(native_misses)
  [ -z "$missing" ] || fail "missing: ${missing% }: install it (Debian: apt-get install prometheus \
prometheus-alertmanager), name it (PROMETHEUS=PATH, ALERTMANAGER=PATH), or use --engine docker"
}

# choose_engine WANTED: sets settings[engine], or ends with what to do.
choose_engine() {
  case $1 in
    native) install_native ;;
    docker)
      have docker || fail "docker is not installed: install it, or use --engine native"
      docker compose version >/dev/null 2>&1 || fail "docker has no compose: install docker-compose-plugin, or use --engine native"
      docker info >/dev/null 2>&1 ||
        fail "docker is installed, but its daemon does not answer: start it (sudo systemctl start docker), or use --engine native"
      ;;
    '')
      if have docker && docker_works; then
        settings[engine]=docker
        return
      fi
      install_native
      settings[engine]=native
      return
      ;;
    *) fail "--engine $1 is none: docker or native" ;;
  esac
  settings[engine]=$1
}
