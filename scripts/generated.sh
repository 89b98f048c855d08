#!/usr/bin/env bash
# scripts/generated.sh: what `make generated` runs. Makes a local image of Debian's packages that stands for the official
# images (once; in a cache outside the checkout), and builds and starts what generate_dockerfile writes for
# tests/generated/projects. Without root, buildah or debootstrap it says so and ends well.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
readonly base=localhost/container-kit-test-base
readonly packages=(ca-certificates cargo cmake g++ gcc golang-go make nodejs npm python3 python3-venv ruby bundler)
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
  echo "generated: making the base image (once; minutes)" >&2
  debootstrap --variant=minbase bookworm "$scratch" >&2
  cp /etc/resolv.conf "$scratch/etc/"
  chroot "$scratch" apt-get update >&2
  DEBIAN_FRONTEND=noninteractive chroot "$scratch" apt-get install -y --no-install-recommends "${packages[@]}" >&2
  ln -sf python3 "$scratch/usr/bin/python" # as the official image has it
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
