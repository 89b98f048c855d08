#!/usr/bin/env bash
# install_test.sh BUILD: what `make install` installs is enough for a program that uses the library, by CMake or by
# pkg-config, and the installed binary runs; so are the Debian packages.
set -euo pipefail
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
"$scratch/prefix/bin/container-kit" --version

mkdir "$scratch/user"
cat >"$scratch/user/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(ContainerKit 0.1 REQUIRED)
add_executable(user user.cpp)
target_link_libraries(user PRIVATE ContainerKit::telemetry)
# In a folder of its own, so that the library alone is seen to do without the component.
add_subdirectory(serving)
add_subdirectory(coroutine)
END
mkdir "$scratch/user/coroutine"
cat >"$scratch/user/coroutine/CMakeLists.txt" <<'END'
find_package(ContainerKit 0.1 REQUIRED COMPONENTS asio)
add_executable(coroutine coroutine.cpp)
target_link_libraries(coroutine PRIVATE ContainerKit::asio)
END
cat >"$scratch/user/coroutine/coroutine.cpp" <<'END'
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <container_kit/telemetry/asio.h>

namespace asio = container_kit::telemetry::asio;

asio::awaitable<int> answer() {
  co_return 0;
}

int main() {
  boost::asio::io_context io;
  auto result = boost::asio::co_spawn(io, answer(), boost::asio::use_future);
  io.run();
  return result.get();
}
END
mkdir "$scratch/user/serving"
cat >"$scratch/user/serving/CMakeLists.txt" <<'END'
find_package(ContainerKit 0.1 REQUIRED COMPONENTS metrics_server config_file)
add_executable(serving serving.cpp)
target_link_libraries(serving PRIVATE ContainerKit::metrics_server ContainerKit::config_file)
END
cat >"$scratch/user/serving/serving.cpp" <<'END'
#include <container_kit/telemetry/config_file.h>
#include <container_kit/telemetry/metrics_server.h>

int main() {
  if (container_kit::telemetry::config_from_file("/no/such/file").faults.empty()) return 1;
  container_kit::telemetry::MetricsServerOptions options;
  options.port = 0;
  auto server = container_kit::telemetry::MetricsServer::start(
      options, [](std::string_view, std::string_view) { return container_kit::telemetry::ScrapeAnswer{}; });
  return server && (*server)->port() != 0 ? 0 : 1;
}
END
# Every public header must do without the ones before it and without anything private.
for header in "$scratch"/prefix/include/container_kit/telemetry/*.h; do
  echo "#include <container_kit/telemetry/${header##*/}>" >"$scratch/user/${header##*/}.cpp"
  echo "target_sources(user PRIVATE ${header##*/}.cpp)" >>"$scratch/user/CMakeLists.txt"
done
cat >"$scratch/user/user.cpp" <<'END'
#include <iostream>

#include <container_kit/telemetry/manager.h>
#include <container_kit/telemetry/version.h>

int main() {
  container_kit::telemetry::Manager manager{container_kit::telemetry::Config{}};
  std::cout << "linked with " << container_kit::telemetry::version() << '\n';
}
END
build_user() {
  cmake -S "$scratch/user" -B "$scratch/user/build" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/prefix" &&
    ninja -C "$scratch/user/build"
}
build_user >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
"$scratch/user/build/user"
"$scratch/user/build/serving/serving"
"$scratch/user/build/coroutine/coroutine"

# The public headers do without exceptions, but for Asio's, and satisfy clang as well.
grep -hv 'telemetry/asio.h' "$scratch"/user/*.h.cpp >"$scratch/user/all.cpp"
g++ -std=c++20 -fno-exceptions -fsyntax-only -I"$scratch/prefix/include" "$scratch/user/all.cpp"
if command -v clang++ >/dev/null; then
  for header in "$scratch"/user/*.h.cpp "$scratch/user/all.cpp"; do
    printf '%s\0' "$header"
  done | xargs -0 -n 1 -P "$(nproc)" clang++ -std=c++20 -fsyntax-only -I"$scratch/prefix/include"
fi

# Without CMake.
if command -v pkg-config >/dev/null; then
  PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name container-kit-telemetry.pc)")
  export PKG_CONFIG_PATH
  read -ra flags <<<"$(pkg-config --cflags --libs container-kit-telemetry)"
  g++ "$scratch/user/user.cpp" "${flags[@]}" -o "$scratch/by_pkg_config"
  "$scratch/by_pkg_config"
fi

# What is packaged is all that is installed, and runs.
if command -v cpack >/dev/null && command -v dpkg-shlibdeps >/dev/null; then
  (cd "$build" && cpack -B "$scratch/packages") >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
  for package in "$scratch"/packages/*.deb; do dpkg-deb -x "$package" "$scratch/unpacked"; done
  "$scratch/unpacked/usr/bin/container-kit" --version
  diff <(cd "$scratch/prefix" && find . -type f | sort) <(cd "$scratch/unpacked/usr" && find . -type f | sort)
  dpkg-deb -f "$scratch"/packages/container-kit_*.deb Depends | grep -q libcurl4
fi
