# shellcheck shell=bash
# What Container Kit needs from Debian 12, by group. This is the one list: scripts/deps.sh installs from it
# and docs/architecture.md says what each library is for. "a|b" means that any of them will do, a by preference;
# "a/suite" comes from that suite and is optional: without it, what needs it is skipped and says so.

# To build and run container-kit.
# shellcheck disable=SC2034 # read by name, through packages_of
packages_build=(
  g++ cmake ninja-build curl
  'libcurl4-openssl-dev|libcurl4-gnutls-dev|libcurl4-nss-dev' zlib1g-dev libzstd-dev libprotozero-dev
  libssl-dev # TLS of the server and of the stand-alone /metrics listener
  libboost1.81-dev libboost-container1.81-dev libboost-json1.81-dev libboost-system1.81-dev libboost-url1.81-dev
  libcli11-dev libpugixml-dev libtomlplusplus-dev libyaml-cpp-dev libsqlite3-dev
)

# To test and lint it as well.
# shellcheck disable=SC2034
packages_test=(
  libgtest-dev libgmock-dev libprotobuf-dev protobuf-compiler git
  pkg-config dpkg-dev file # what is installed is used without CMake, and packaged
  clang clang-format clang-tidy python3 python3-yaml shellcheck valgrind
  prometheus prometheus-alertmanager # asked to read what we offer, and to alert; their services are left alone
  libnghttp2-dev libssl-dev openssl # receivers that speak HTTP/2 and TLS, and their certificates
  python3-thrift python3-six # reads the batches that we write for Jaeger
  opentelemetry-proto/bookworm-backports
)

# To load the server (scripts/load.sh).
# shellcheck disable=SC2034
packages_load=(wrk python3)

# To run the monitoring stack without docker (scripts/monitoring/). Their services are neither started nor enabled.
# shellcheck disable=SC2034
packages_monitoring=(prometheus prometheus-alertmanager curl perl)

# To measure it beside its peers.
# shellcheck disable=SC2034
packages_bench=(
  libbenchmark-dev prometheus-cpp-dev python3
  libabsl-dev libgrpc++-dev libprotobuf-dev protobuf-compiler-grpc # opentelemetry-cpp's CMake package asks for them
  opentelemetry-cpp-dev/bookworm-backports libopentelemetry-proto-dev/bookworm-backports
)

# To fuzz it.
# shellcheck disable=SC2034
packages_fuzz=(clang libclang-rt-14-dev)

# packages_of GROUP: the group's packages, one a line.
packages_of() {
  local -n group="packages_$1"
  printf '%s\n' "${group[@]}"
}
