#!/usr/bin/env bash
# scripts/deps.sh GROUP...: installs what the groups (build, test, bench) need and this machine lacks.
#
# Only on Debian 12, only what is missing, as root or through sudo. Nothing that is installed is ever removed and no
# service is started. Anywhere else it prints the list and leaves the rest to CMake, which names what it cannot find.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/packages.sh
. scripts/lib/packages.sh
# shellcheck source=scripts/lib/quiet_services.sh
. scripts/lib/quiet_services.sh
# shellcheck source=scripts/lib/backports.sh
. scripts/lib/backports.sh

readonly unpacked=build/deps # holds packages that cannot be installed beside others, unpacked
as_root=()
scratch=

say() { printf 'deps: %s\n' "$*" >&2; }

# A package spec is "name", "name|other|..." or "name/suite".
spec_names() {
  local names=${1%%/*}
  printf '%s\n' "${names//|/ }"
}

# missing_of SPEC...: the specs of which no alternative is installed. One dpkg-query for all of them.
missing_of() {
  local spec name names=() found installed
  for spec in "$@"; do
    read -ra found <<<"$(spec_names "$spec")"
    names+=("${found[@]}")
  done
  installed=" $({ dpkg-query -W -f '${Package}=${db:Status-Status}\n' "${names[@]}" 2>/dev/null || true; } | tr '\n' ' ') "
  for spec in "$@"; do
    for name in $(spec_names "$spec"); do
      case $installed in *" $name=installed "*) continue 2 ;; esac
    done
    [ -e "$unpacked/.unpacked/$name" ] || printf '%s\n' "$spec"
  done
}

on_debian_12() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 1
  # shellcheck source=/dev/null
  (. "${os_release:-/etc/os-release}" && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ])
}

print_list() {
  say "$1 What is needed is, by its names in Debian 12 (docs/architecture.md says what for):"
  local group
  for group in "${groups[@]}"; do
    printf '  %s: %s\n' "$group" "$(packages_of "$group" | tr '\n' ' ')" >&2
  done
  say "going on with what CMake finds"
}

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

lists_know() {
  local name
  for name in "$@"; do
    [ -n "$(apt-cache show "$name" 2>/dev/null | head -n 1)" ] || return 1
  done
}

# install NAME...: with fresh package lists where the ones at hand do not know a package or have gone stale.
install() {
  local options=(-y --no-install-recommends --no-remove)
  if lists_know "$@" && apt install "${options[@]}" "$@"; then return; fi
  apt update
  apt install "${options[@]}" "$@"
}

# install_from_backports NAME...: optional packages; without them, what needs them is skipped.
install_from_backports() {
  local options=(-y --no-install-recommends --no-remove) source
  if ! has_backports; then
    source=$(backports_source) || return 1
    printf '%s\n' "$source" >"$scratch/backports.list"
    cat /etc/apt/sources.list "$scratch/backports.list" >"$scratch/all.list" 2>/dev/null || true
    apt update -o Dir::Etc::SourceList="$scratch/backports.list" -o Dir::Etc::SourceParts=/dev/null \
      -o APT::Get::List-Cleanup=0 || return 1
    options+=(-o Dir::Etc::SourceList="$scratch/all.list")
  fi
  apt install "${options[@]}" "${@/%//bookworm-backports}"
}

# Debian's Boost packages of two versions cannot be installed together. Where another version is installed it stays,
# and ours is unpacked below build/deps, where scripts/configure.sh points CMake to it.
another_boost() {
  dpkg-query -W -f '${Package}=${db:Status-Status}\n' 'libboost1.*-dev' 2>/dev/null |
    grep -v '^libboost1\.81-dev=' | grep -qE '^libboost1\.[0-9]+-dev=installed$'
}

unpack() {
  say "another version of Boost is installed; unpacking $* below $unpacked"
  mkdir -p "$unpacked/.unpacked" "$scratch/debs"
  lists_know "$@" || apt update
  (cd "$scratch/debs" && apt-get -q download "$@")
  local deb name
  for deb in "$scratch"/debs/*.deb; do dpkg -x "$deb" "$unpacked"; done
  for name in "$@"; do : >"$unpacked/.unpacked/$name"; done
}

finish() {
  quiet_services_end "${as_root[@]}"
  if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
}

become_root() {
  if [ "$(id -u)" -eq 0 ]; then return; fi
  command -v sudo >/dev/null || return 1
  as_root=(sudo)
}

# install_missing SPEC...
install_missing() {
  local spec name plain=() backported=() beside=()
  for spec in "$@"; do
    name=$(spec_names "$spec")
    name=${name%% *}
    case $spec in
      */*) backported+=("$name") ;;
      libboost*) if another_boost; then beside+=("$name"); else plain+=("$name"); fi ;;
      *) plain+=("$name") ;;
    esac
  done
  if [ ${#beside[@]} -gt 0 ]; then unpack "${beside[@]}"; fi
  if [ ${#plain[@]} -gt 0 ]; then
    install "${plain[@]}"
    disable_services "${as_root[*]}" "${plain[@]}"
  fi
  if [ ${#backported[@]} -gt 0 ] && ! install_from_backports "${backported[@]}"; then
    say "could not install ${backported[*]} from bookworm-backports; what needs them will be skipped"
  fi
}

main() {
  groups=("$@")
  if ! on_debian_12; then
    print_list "This is not Debian 12."
    return
  fi
  local group specs=() missing=()
  for group in "${groups[@]}"; do
    mapfile -t -O ${#specs[@]} specs < <(packages_of "$group")
  done
  mapfile -t missing < <(missing_of "${specs[@]}")
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if ! become_root; then
    print_list "Missing: ${missing[*]}; neither root nor sudo is at hand to install it."
    return
  fi
  say "installing ${missing[*]}"
  trap finish EXIT
  trap 'exit 130' INT TERM
  scratch=$(mktemp -d)
  chmod 755 "$scratch"
  quiet_services_begin "${as_root[@]}"
  install_missing "${missing[@]}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
