#!/usr/bin/env bash
# scripts/package.sh: the Debian packages of the release, in build/release/packages/.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v dpkg-shlibdeps >/dev/null || { echo "package: dpkg-shlibdeps is missing: apt-get install dpkg-dev file" >&2; exit 1; }
test -e build/release/build.ninja || scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=OFF
ninja -C build/release -j "${JOBS:-$(nproc)}"
(cd build/release && cpack)
ls build/release/packages/*.deb
