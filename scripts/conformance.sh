#!/usr/bin/env bash
# scripts/conformance.sh: the official MCP conformance suite, every scored server scenario of both eras, and the
# official SDK's client and inspector as real clients. What they need lies below build/conformance/ and comes from npm.
# Fails on any failure; the suite's own words are in build/conformance/*.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

home=build/conformance
# The suite of 2025-11-25 is the one of its time; the later one knows that revision as well, and 2026-07-28.
packages=(node@22 'suite-of-2025@npm:@modelcontextprotocol/conformance@0.1.16'
  '@modelcontextprotocol/conformance@0.2.0-alpha.12' '@modelcontextprotocol/sdk@1.32.2'
  '@modelcontextprotocol/client@2.4.0' '@modelcontextprotocol/inspector@2.12.0' ajv@8
  json-schema-test-suite@0.0.10)

command -v npm >/dev/null || { echo "conformance: npm is not installed: apt-get install npm" >&2; exit 1; }
scripts/deps.sh build
test -e build/release/build.ninja || scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=OFF
mkdir -p "$home"
ninja -C build/release -j "${JOBS:-$(nproc)}" container-kit >"$home/build.log" || { cat "$home/build.log"; exit 1; }
if [ "$(cat "$home/packages" 2>/dev/null)" != "${packages[*]}" ]; then
  echo '{"private":true}' >"$home/package.json"
  npm install --prefix "$home" --no-audit --no-fund --loglevel=error "${packages[@]}" >"$home/npm.log" 2>&1 || { cat "$home/npm.log"; exit 1; }
  echo "${packages[*]}" >"$home/packages"
fi
modules=$PWD/$home/node_modules
node=$modules/node/bin/node
# Where npm does not run a package's own scripts, node's is run here: it fetches the program for this machine.
[ -x "$node" ] || npm rebuild --prefix "$home" --loglevel=error --foreground-scripts node >>"$home/npm.log" 2>&1 || true
[ -x "$node" ] || (cd "$modules/node" && "$(command -v node)" installArchSpecificPackage.js >>npm.log 2>&1)
export PATH="${node%/*}:$PATH"

OTEL_TRACES_EXPORTER=none build/release/bin/container-kit serve --port 0 --conformance-fixtures --allow-root "$PWD/kit" \
  >"$home/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do grep -q ' serves ' "$home/server.log" && break; sleep 0.1; done
url=$(sed -n 's/.* serves \(http[^ ]*\) .*/\1/p' "$home/server.log")/mcp

# summary FILE: of the suite's own words, how many scored scenarios passed; of others, their last ok.
summary() {
  awk '
    /^Not scored/ { unscored = 1 }
    { is_mark = $1 == "✓" || $1 == "✗" }
    is_mark && /^[^ ]/ { name = $2; sub(/:$/, "", name); mark[name] = $1 }
    is_mark && unscored && /^ / { delete mark[$2] }
    /^ok: / { last = substr($0, 5) }
    END {
      for (name in mark) { all++; if (mark[name] == "✓") passed++ }
      if (all) printf ": %d of %d scored scenarios", passed, all
      else if (last) printf ": %s", last
    }' "$1"
}

failed=0
# check NAME PROGRAM...: runs it, shows its last lines, and remembers a failure.
check() {
  local name=$1
  shift
  if timeout 600 "$@" >"$home/$name.txt" 2>&1; then
    echo "ok      $name$(summary "$home/$name.txt")"
  else
    failed=1
    echo "FAILED  $name"
    grep -E '✗|FAIL|rror' "$home/$name.txt" | head -40 || tail -20 "$home/$name.txt"
  fi
}

suite=$modules/@modelcontextprotocol/conformance/dist/index.js
check suite-2025-11-25 "$node" "$modules/suite-of-2025/dist/index.js" server --url "$url" --spec-version 2025-11-25
check requirements-2025-11-25 "$node" "$suite" server --url "$url" --requirements 2025-11-25
check requirements-2026-07-28 "$node" "$suite" server --url "$url" --requirements 2026-07-28
# Not scored yet, and passed all the same.
for scenario in json-schema-2020-12 http-header-validation http-custom-header-server-validation; do
  check "$scenario" "$node" "$suite" server --url "$url" --spec-version 2026-07-28 --scenario "$scenario"
done
cp tests/conformance/*.mjs "$home/" # beside the modules they import
if ninja -C build/release -j "${JOBS:-$(nproc)}" kit_test >"$home/build.log" 2>&1; then # where tests are configured
  check json-schema env "CONTAINER_KIT_JSON_SCHEMA_SUITE=$modules/json-schema-test-suite/tests/draft4" \
    build/release/bin/kit_test --gtest_filter='SchemaCheck.*'
fi
check arguments "$node" "$home/schema_check.mjs" "$url"
check sdk-client-http "$node" "$home/sdk_client.mjs" "$url" "$PWD/kit"
check sdk-client-stdio "$node" "$home/sdk_client.mjs" stdio "$PWD/kit" build/release/bin/container-kit
inspector=$modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js
check inspector-list "$node" "$inspector" --cli "$url" --transport http --method tools/list
check inspector-call "$node" "$inspector" --cli "$url" --transport http --method tools/call --tool-name ping --tool-arg message=hello
grep -q '"hello"\|hello' "$home/inspector-call.txt" || { failed=1; echo "FAILED  inspector-call: no hello"; }
grep -q '"analyze"' "$home/inspector-list.txt" || { failed=1; echo "FAILED  inspector-list: no analyze"; }
exit "$failed"
