#!/usr/bin/env bash
# scripts/interop.sh: what `make interop` runs. Builds a real Jaeger v2, a real OpenTelemetry Collector, and a program of
# Kubernetes' own libraries that reads manifests, each at a pinned version, through the Go module proxy, into a cache
# outside the checkout, and runs tests/interop against them.
# Without Go it says so and ends well.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
readonly jaeger=v1.76.0 # of the module; the same commit is Jaeger v2.13.0, whose tag its module path does not allow
collector=$(sed -nE 's/^  version: (.*)/\1/p' tests/interop/collector/builder.yaml)
readonly collector
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/container-kit/interop

if ! command -v go >/dev/null; then
  echo "interop: Go is not installed: the suite is skipped (https://go.dev/doc/install)"
  exit 0
fi

build_jaeger() {
  local source
  source=$(cd / && go mod download -json "github.com/jaegertracing/jaeger@$jaeger" | sed -nE 's/^\t"Dir": "(.*)",/\1/p')
  mkdir -p "$scratch/jaeger"
  cp -r "$source/." "$scratch/jaeger" # `go install` refuses a module with replacements
  chmod -R u+w "$scratch/jaeger"
  (cd "$scratch/jaeger" && go build -p "${JOBS:-$(nproc)}" -o "$1" ./cmd/jaeger)
}

build_collector() {
  sed "s|^dist:|dist:\n  output_path: $scratch/collector|" tests/interop/collector/builder.yaml >"$scratch/builder.yaml"
  (cd / && go run "go.opentelemetry.io/collector/cmd/builder@v$collector" --config "$scratch/builder.yaml")
  cp "$scratch/collector/otelcol" "$1"
}

build_manifests() { (cd tests/interop/manifests && go build -p "${JOBS:-$(nproc)}" -o "$1" .); }

# provide NAME VERSION: the path of the program, built if the cache has none of that version.
provide() {
  local program=$cache/$1-$2
  if [ ! -x "$program" ]; then
    echo "interop: building $1 $2 (once; minutes)" >&2
    mkdir -p "$cache"
    "build_$1" "$scratch/$1.built" >&2
    mv "$scratch/$1.built" "$program"
  fi
  printf '%s\n' "$program"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
scripts/deps.sh build test
scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=ON
ninja -C build/release -j "${JOBS:-$(nproc)}" interop_spans container-kit
jaeger_program=$(provide jaeger $jaeger)
collector_program=$(provide collector "$collector-$(cksum <tests/interop/collector/builder.yaml | cut -d" " -f1)")
python3 tests/interop/interop_test.py "$jaeger_program" "$collector_program" build/release/bin/interop_spans
JAEGER=$jaeger_program python3 tests/monitoring/tracing_test.py build/release/bin/container-kit
manifests_program=$(provide manifests "$(cat tests/interop/manifests/* | cksum | cut -d" " -f1)")
python3 tests/interop/manifests_test.py "$manifests_program" build/release/bin/container-kit
