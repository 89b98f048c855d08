#!/usr/bin/env bash
# scripts/images.sh: what `make images` does. Builds images with buildah, without a registry and without a daemon, and
# starts what is in them: Container Kit's own (deploy/Dockerfile). The base is a Debian made by debootstrap, kept in
# build/images/. Skips, and says why, where buildah or debootstrap are missing or this is not root.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "images: skipped: $1"
  exit 0
}
for program in buildah debootstrap; do
  command -v "$program" >/dev/null || skip "$program is missing: apt-get install buildah debootstrap"
done
[ "$(id -u)" = 0 ] || skip "buildah's chroot isolation and debootstrap need root"

# Nothing of the machine's own images is touched: store, state and network settings are below build/images/.
here=$PWD/build/images
mkdir -p "$here/tmp"
export TMPDIR=$here/tmp BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs CONTAINER_KIT_IMAGES=$here
export base=localhost/container-kit-debian:12
buildah() { command buildah --root "$here/store" --runroot "$here/run" "$@"; }

make_base() {
  if buildah inspect --type image "$base" >/dev/null 2>&1; then return; fi
  echo "images: a Debian 12 by debootstrap (a minute or two)"
  local root=$here/debian container
  rm -rf "$root"
  debootstrap --variant=minbase bookworm "$root" >"$here/debootstrap.log" 2>&1 || { tail "$here/debootstrap.log"; exit 1; }
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah commit --quiet "$container" "$base" >"$here/commit.log" 2>&1 || { tail "$here/commit.log"; exit 1; }
  buildah rm "$container" >/dev/null
  rm -rf "$root"
}
make_base
for suite in tests/images/*_test.py; do
  echo "images: $suite"
  python3 "$suite" -v
done
