#!/usr/bin/env bash
# scripts/deps.sh against a machine that is made up: the package tools are small programs that answer from files and
# write down what they were asked to do.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}
expect_asked() { grep -qF -- "$1" "$scratch/asked" || fail "$2: never asked '$1' but: $(cat "$scratch/asked")"; }
expect_never_asked() { if grep -qF -- "$1" "$scratch/asked"; then fail "$2: asked '$1'"; fi; }

program() {
  cat >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}

# a_machine PACKAGE...: one that has just these installed.
a_machine() {
  rm -rf "${scratch:?}"/*
  mkdir -p "$scratch/bin" "$scratch/checkout"
  cp -r "$here/scripts" "$scratch/checkout/"
  printf '%s\n' "$@" >"$scratch/installed"
  printf 'ID=debian\nVERSION_ID=12\n' >"$scratch/os-release"
  : >"$scratch/asked"
  : >"$scratch/lists" # exists: the package lists know every package
  program id <<<"echo 0"
  program dpkg-query <<<"while read -r p; do printf '%s=installed\\n' \"\$p\"; done <'$scratch/installed'"
  program dpkg <<E2
case \$1 in
  -x) echo "dpkg \$*" >>'$scratch/asked'; mkdir -p "\$3/usr" ;;
  -L) case "\$*" in *prometheus*) echo /lib/systemd/system/prometheus.service ;; esac ;;
esac
E2
  program systemctl <<<"echo \"systemctl \$*\" >>'$scratch/asked'"
  program apt-cache <<<"[ -e '$scratch/lists' ] && echo Package: known"
  program apt-get <<E2
echo "apt-get \$* hook=\$(tail -n 1 '$scratch/policy-rc.d' 2>/dev/null)" >>'$scratch/asked'
case "\$*" in
  *indextargets*backports*) ;;
  *indextargets*) echo "http://mirror.example/debian $scratch/debian.sources:1" ;;
  *' update'*) : >'$scratch/lists'; cat '$scratch'/tmp.*/backports.list >>'$scratch/asked' 2>/dev/null || true ;;
  *download*) touch libboost.deb ;;
esac
[ ! -e '$scratch/broken' ]
E2
  printf 'Types: deb\nSigned-By: /keys/mirror.gpg\n' >"$scratch/debian.sources"
}

deps() {
  (cd "$scratch/checkout" && PATH="$scratch/bin:$PATH" TMPDIR="$scratch" os_release="$scratch/os-release" \
    policy_hook="$scratch/policy-rc.d" scripts/deps.sh "$@" >"$scratch/output" 2>&1)
}

everything() {
  # shellcheck source=scripts/lib/packages.sh
  . "$here/scripts/lib/packages.sh"
  packages_of "$1" | sed 's/[|/].*//'
}

mapfile -t all < <(everything build)

a_machine "${all[@]}"
deps build
[ ! -s "$scratch/asked" ] || fail "nothing is missing: asked $(cat "$scratch/asked")"
[ ! -s "$scratch/output" ] || fail "nothing is missing: said $(cat "$scratch/output")"

a_machine "${all[@]/#ninja-build/other}"
deps build
expect_asked 'install -y --no-install-recommends --no-remove ninja-build hook=exit 101' "one is missing"
expect_never_asked ' update' "the lists are good"
[ ! -e "$scratch/policy-rc.d" ] || fail "the service hook stayed behind"

a_machine "${all[@]/#libcurl4-openssl-dev/libcurl4-gnutls-dev}"
deps build
[ ! -s "$scratch/asked" ] || fail "an alternative will do: asked $(cat "$scratch/asked")"

a_machine "${all[@]/#ninja-build/other}"
rm "$scratch/lists"
deps build
expect_asked ' update' "there are no lists"
expect_asked ' ninja-build' "there are no lists"

a_machine "${all[@]/#ninja-build/other}"
touch "$scratch/broken"
echo 'exit 0' >"$scratch/policy-rc.d"
if deps build; then fail "apt failed and deps.sh did not"; fi
[ "$(cat "$scratch/policy-rc.d")" = 'exit 0' ] || fail "the machine's own service hook was lost"

no_boost=()
for name in "${all[@]}"; do case $name in libboost*) ;; *) no_boost+=("$name") ;; esac done
a_machine "${no_boost[@]}" libboost1.74-dev
deps build
expect_asked 'download libboost1.81-dev' "another Boost is installed"
expect_asked 'dpkg -x' "another Boost is installed"
expect_never_asked ' install ' "another Boost is installed"
: >"$scratch/asked"
deps build
[ ! -s "$scratch/asked" ] || fail "Boost is unpacked already: asked $(cat "$scratch/asked")"

mapfile -t all_but_one < <(everything build; everything test | grep -vx prometheus)
a_machine "${all_but_one[@]}"
deps build test
expect_asked 'install -y --no-install-recommends --no-remove prometheus hook=exit 101' "a package with a service"
expect_asked 'systemctl --quiet disable prometheus.service' "a package with a service"

mapfile -t most < <(everything test | grep -v opentelemetry-proto)
a_machine "${all[@]}" "${most[@]}"
deps build test
expect_asked 'deb [signed-by=/keys/mirror.gpg] http://mirror.example/debian bookworm-backports main' "from backports"
expect_asked 'opentelemetry-proto/bookworm-backports' "from backports"
a_machine "${all[@]}" "${most[@]}"
touch "$scratch/broken"
deps build test || fail "what is optional stopped the build"
grep -q 'will be skipped' "$scratch/output" || fail "what is optional is missing in silence"

a_machine
printf 'ID=other\n' >"$scratch/os-release"
deps build
[ ! -s "$scratch/asked" ] || fail "not Debian 12: asked $(cat "$scratch/asked")"
grep -q ' ninja-build ' "$scratch/output" || fail "not Debian 12: the list was not printed"

a_machine
program id <<<"echo 1000"
ln -s "$(command -v env)" "$(command -v bash)" "$scratch/bin/"
for tool in dirname tr sed head grep cat mkdir; do ln -s "$(command -v $tool)" "$scratch/bin/"; done
(cd "$scratch/checkout" && PATH="$scratch/bin" os_release="$scratch/os-release" scripts/deps.sh build) \
  >"$scratch/output" 2>&1 || fail "no sudo: stopped"
grep -q 'neither root nor sudo' "$scratch/output" || fail "no sudo: said $(cat "$scratch/output")"

[ "$failures" -eq 0 ] && echo "deps: passed"
