# shellcheck shell=bash
# Installing a package on Debian starts the service in it, now and whenever the machine starts. Two functions bracket
# an installation so that no service starts: Debian's own hook for that, /usr/sbin/policy-rc.d, answers "forbidden"
# meanwhile. A hook that the machine already has is set aside and put back, also after an interruption and, at the next
# run, after a kill. A third sees to it that what was installed does not start later either.

policy_hook=${policy_hook:-/usr/sbin/policy-rc.d}
policy_mark='# container-kit: no service starts while packages are installed'

# quiet_services_begin [SUDO ...]: from here on no service starts. The arguments are how to become root.
quiet_services_begin() {
  quiet_services_end "$@" # what a killed run left behind
  if [ -e "$policy_hook" ]; then
    "$@" mv "$policy_hook" "$policy_hook.before-container-kit"
  fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | "$@" tee "$policy_hook" >/dev/null
  "$@" chmod 755 "$policy_hook"
}

# quiet_services_end [SUDO ...]: as it was before. Does nothing where nothing was changed.
quiet_services_end() {
  if grep -qsF "$policy_mark" "$policy_hook"; then
    "$@" rm -f "$policy_hook"
  fi
  if [ -e "$policy_hook.before-container-kit" ]; then
    "$@" mv "$policy_hook.before-container-kit" "$policy_hook"
  fi
}

# services_of PACKAGE...: the names of the services in these packages.
services_of() {
  dpkg -L "$@" 2>/dev/null | sed -nE 's|.*/systemd/system/([^/@]+\.service)$|\1|p' | sort -u
}

# disable_services "SUDO ..." PACKAGE...: no service of these packages starts with the machine.
disable_services() {
  local -a sudo services
  read -ra sudo <<<"$1"
  shift
  mapfile -t services < <(services_of "$@")
  if [ ${#services[@]} -gt 0 ] && command -v systemctl >/dev/null; then
    "${sudo[@]}" systemctl --quiet disable "${services[@]}"
  fi
}
