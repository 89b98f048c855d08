# Every command of the project, one word each. The work is in scripts/ and CMakePresets.json.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
REPO ?= $(CURDIR)
PORT ?= 8080
export JOBS

.DEFAULT_GOAL := help
.PHONY: help run test lint format asan tsan load faults interop generated conformance bench fuzz images install package clean

help: ## say what there is
	@awk -F ':.*## ' '\
	  function there(glob) { return system("ls " glob " >/dev/null 2>&1") == 0 } \
	  /^[a-z]+:.*## / && ($$1 !~ /^(bench|fuzz)$$/ || there("*/" $$1 "/CMakeLists.txt")) { \
	    printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, start the server, analyse REPO=. and show its trace (PORT=8080)
	@REPO='$(REPO)' PORT='$(PORT)' scripts/run.sh

test: ## build, run every test and the lint: what CI runs
	@scripts/test.sh

lint: ## check format, includes, sizes and clang-tidy without running the tests
	@scripts/deps.sh build test
	@scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=ON
	@scripts/lint.sh

format: ## lay out the sources as .clang-format says
	@scripts/deps.sh test
	@python3 scripts/lint/format.py --fix

asan: ## run the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@scripts/sanitize.sh asan

tsan: ## run the tests under ThreadSanitizer
	@scripts/sanitize.sh tsan

load: ## load the real server for LOAD_SECONDS=60, beside clients that misbehave, under AddressSanitizer, too
	@scripts/load.sh

faults: ## account for every span through outages, kills and full disks (OUTAGE_SECONDS=300)
	@scripts/faults.sh

interop: ## send spans to a real Jaeger and a real Collector, and have Kubernetes read our manifests; built with Go
	@scripts/interop.sh

conformance: ## hold MCP to its official suite, SDK client and inspector, from npm
	@scripts/conformance.sh

generated: ## build and start what generate_dockerfile writes, by buildah on Debian's packages
	@scripts/generated.sh

# A command is offered from the day there is something for it to do.
ifneq ($(wildcard */bench/CMakeLists.txt),)
bench: ## measure, beside the peers; the results lie in build/bench/
	@scripts/bench.sh
endif

ifneq ($(wildcard */fuzz/CMakeLists.txt),)
fuzz: ## run every fuzzer for FUZZ_SECONDS=30
	@scripts/fuzz.sh
endif

images: ## build the images of deploy/ with buildah, and start them
	@scripts/images.sh

install: ## install below PREFIX=/usr/local
	@scripts/deps.sh build
	@test -e build/release/build.ninja || scripts/configure.sh release -DCONTAINER_KIT_BUILD_TESTS=OFF
	@ninja -C build/release -j $(JOBS)
	@cmake --install build/release --prefix '$(PREFIX)'

package: ## make Debian packages in build/release/packages/
	@scripts/deps.sh build
	@scripts/package.sh

clean: ## remove build/
	rm -rf build
