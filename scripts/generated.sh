#!/usr/bin/env bash
# scripts/generated.sh: what `make generated` runs. Makes a local image of Debian's packages that stands for the official
# images (once; in a cache outside the checkout), and builds and starts what generate_dockerfile writes for
# tests/generated/projects. Without root, buildah or debootstrap it says so and ends well.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
readonly packages=(apache2 ca-certificates cargo cmake composer curl g++ gcc golang-go libapache2-mod-php make nodejs npm
  php-cli python3 python3-venv ruby bundler)
base=localhost/container-kit-test-base:$(echo "${packages[*]}" | cat - "$0" | sha256sum | cut -c1-12)
readonly base
export IMAGES_BASE=$base
export IMAGES_STORE=${XDG_CACHE_HOME:-$HOME/.cache}/container-kit/images
export CONTAINER_KIT=$PWD/build/release/bin/container-kit

for program in buildah debootstrap; do
  if ! command -v "$program" >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "generated: $program, and root to run it, are needed: the suite is skipped (apt-get install buildah debootstrap)"
    exit 0
  fi
done

tool() { buildah --root "$IMAGES_STORE/root" --runroot "$IMAGES_STORE/run" "$@"; }

make_base() {
  local scratch container
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064 # the name is known now
  trap "rm -rf '$scratch'" EXIT
  echo "generated: making the base image (once; minutes)" >&2
  debootstrap --variant=minbase bookworm "$scratch" >&2
  cp /etc/resolv.conf "$scratch/etc/"
  chroot "$scratch" apt-get update >&2
  DEBIAN_FRONTEND=noninteractive chroot "$scratch" apt-get install -y --no-install-recommends "${packages[@]}" >&2
  # What the official images have that Debian's packages do not: Python's name, and Apache made to run as anybody.
  ln -sf python3 "$scratch/usr/bin/python"
  printf '#!/bin/sh\n. /etc/apache2/envvars\nexec apache2 -DFOREGROUND "$@"\n' >"$scratch/usr/local/bin/apache2-foreground"
  chmod 755 "$scratch/usr/local/bin/apache2-foreground"
  chroot "$scratch" install -d -m 1777 /run/apache2 /run/lock/apache2 /var/log/apache2
  rm "$scratch"/var/log/apache2/*
  container=$(tool from scratch)
  tool add -q "$container" "$scratch" / >&2
  tool config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  tool commit -q --rm "$container" "$base" >&2
  rm -rf "$scratch"
}

scripts/deps.sh build
test -e build/release/build.ninja || scripts/configure.sh release
ninja -C build/release -j "${JOBS:-$(nproc)}" container-kit
mkdir -p "$IMAGES_STORE"
tool inspect --type image "$base" >/dev/null 2>&1 || make_base
python3 tests/generated/generated_test.py
