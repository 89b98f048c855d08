#include "analyze/detectors/native_packages.h"

#include <array>
#include <string>

#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

struct NativeLibrary {
  std::string_view names;  // lower case, separated by spaces
  std::string_view package;
  std::string_view database = {};
};

constexpr std::array kLibraries{
    NativeLibrary{"openssl libssl libcrypto ssl crypto", "libssl-dev"},
    NativeLibrary{"gnutls", "libgnutls28-dev"},
    NativeLibrary{"libsodium sodium", "libsodium-dev"},
    NativeLibrary{"zlib z", "zlib1g-dev"},
    NativeLibrary{"bzip2 bz2", "libbz2-dev"},
    NativeLibrary{"liblzma lzma", "liblzma-dev"},
    NativeLibrary{"zstd libzstd", "libzstd-dev"},
    NativeLibrary{"lz4 liblz4", "liblz4-dev"},
    NativeLibrary{"snappy", "libsnappy-dev"},
    NativeLibrary{"curl libcurl", "libcurl4-openssl-dev"},
    NativeLibrary{"libevent event", "libevent-dev"},
    NativeLibrary{"libuv uv", "libuv1-dev"},
    NativeLibrary{"libev ev", "libev-dev"},
    NativeLibrary{"boost", "libboost-all-dev"},
    NativeLibrary{"protobuf", "libprotobuf-dev"},
    NativeLibrary{"protobuf", "protobuf-compiler"},
    NativeLibrary{"grpc grpc++", "libgrpc++-dev"},
    NativeLibrary{"fmt", "libfmt-dev"},
    NativeLibrary{"spdlog", "libspdlog-dev"},
    NativeLibrary{"nlohmann_json", "nlohmann-json3-dev"},
    NativeLibrary{"jansson", "libjansson-dev"},
    NativeLibrary{"rapidjson", "rapidjson-dev"},
    NativeLibrary{"yaml-cpp", "libyaml-cpp-dev"},
    NativeLibrary{"yaml yaml-0.1", "libyaml-dev"},
    NativeLibrary{"libxml2 libxml-2.0 xml2", "libxml2-dev"},
    NativeLibrary{"expat", "libexpat1-dev"},
    NativeLibrary{"pugixml", "libpugixml-dev"},
    NativeLibrary{"tomlplusplus", "libtomlplusplus-dev"},
    NativeLibrary{"protozero", "libprotozero-dev"},
    NativeLibrary{"cli11", "libcli11-dev"},
    NativeLibrary{"gtest googletest gmock", "libgtest-dev"},
    NativeLibrary{"benchmark", "libbenchmark-dev"},
    NativeLibrary{"catch2", "catch2"},
    NativeLibrary{"postgresql libpq pq", "libpq-dev", "PostgreSQL"},
    NativeLibrary{"mysql mysqlclient libmysqlclient", "default-libmysqlclient-dev", "MySQL"},
    NativeLibrary{"mariadb libmariadb", "libmariadb-dev", "MariaDB"},
    NativeLibrary{"sqlite3", "libsqlite3-dev", "SQLite"},
    NativeLibrary{"hiredis", "libhiredis-dev", "Redis"},
    NativeLibrary{"mongoc-1.0 libmongoc-1.0", "libmongoc-dev", "MongoDB"},
    NativeLibrary{"memcached libmemcached", "libmemcached-dev", "Memcached"},
    NativeLibrary{"leveldb", "libleveldb-dev"},
    NativeLibrary{"rocksdb", "librocksdb-dev"},
    NativeLibrary{"rdkafka", "librdkafka-dev", "Kafka"},
    NativeLibrary{"glib-2.0 gio-2.0 gobject-2.0", "libglib2.0-dev"},
    NativeLibrary{"gtk+-3.0", "libgtk-3-dev"},
    NativeLibrary{"gtk4", "libgtk-4-dev"},
    NativeLibrary{"qt5", "qtbase5-dev"},
    NativeLibrary{"qt6", "qt6-base-dev"},
    NativeLibrary{"sdl2", "libsdl2-dev"},
    NativeLibrary{"opengl gl", "libgl-dev"},
    NativeLibrary{"x11", "libx11-dev"},
    NativeLibrary{"png libpng", "libpng-dev"},
    NativeLibrary{"jpeg libjpeg", "libjpeg-dev"},
    NativeLibrary{"freetype freetype2", "libfreetype-dev"},
    NativeLibrary{"opencv", "libopencv-dev"},
    NativeLibrary{"eigen3", "libeigen3-dev"},
    NativeLibrary{"ncurses curses ncursesw", "libncurses-dev"},
    NativeLibrary{"readline", "libreadline-dev"},
    NativeLibrary{"pcre", "libpcre3-dev"},
    NativeLibrary{"pcre2 libpcre2-8 pcre2-8", "libpcre2-dev"},
    NativeLibrary{"icu icu-uc", "libicu-dev"},
    NativeLibrary{"libsystemd systemd", "libsystemd-dev"},
    NativeLibrary{"libseccomp", "libseccomp-dev"},
    NativeLibrary{"jemalloc", "libjemalloc-dev"},
    NativeLibrary{"alsa", "libasound2-dev"},
    NativeLibrary{"tbb", "libtbb-dev"},
    NativeLibrary{"openmp", "libomp-dev"},
    NativeLibrary{"gmp", "libgmp-dev"},
    NativeLibrary{"lua", "liblua5.4-dev"},
};

}  // namespace

void report_native_library(std::string_view library, std::string_view source, Findings& findings) {
  const auto wanted = lower(library);
  for (const auto& known : kLibraries) {
    for (const auto name : words_of(known.names)) {
      if (name != wanted) continue;
      findings.system_package(known.package, library, source);
      if (!known.database.empty()) findings.database(known.database, library, source);
    }
  }
}

}  // namespace container_kit::kit::analysis
