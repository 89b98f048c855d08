#include "delivery/spool_place.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "base/clock.h"

namespace container_kit::telemetry::delivery {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read at the start
  return value != nullptr ? value : "";
}

// Whether the folder, or the nearest one above it that exists, can be written to.
bool can_have(fs::path path) {
  std::error_code error;
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return fs::is_directory(path, error) && ::access(path.c_str(), W_OK | X_OK) == 0;
}

// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

// Letters, digits, '-' and '_' as they are, all else as '_'; never "." or empty.
std::string file_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    name += is_plain ? c : '_';
  }
  return name.empty() ? "_" : name;
}

}  // namespace

std::string default_spool_root() {
  constexpr const char* kBelow = "/container-kit/spool";
  const std::string state = environment("XDG_STATE_HOME");
  const std::string home = environment("HOME");
  std::vector<std::string> places;
  if (!state.empty()) places.push_back(state + kBelow);
  places.push_back(std::string("/var/lib") + kBelow);
  if (!home.empty()) places.push_back(home + "/.local/state" + kBelow);
  for (std::string& place : places) {
    if (can_have(place)) return std::move(place);
  }
  return {};
}

std::string spool_name(const SpanExporter& exporter) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx",
                static_cast<unsigned long long>(hash_of(exporter.endpoint())));
  return file_name(exporter.name()) + "-" + digits;
}

Expected<std::unique_ptr<Spool>> open_spool(const SpoolPlace& place, const SpanExporter& exporter,
                                            bool make) {
  const std::string root = place.root + "/" + file_name(place.service);
  const std::string name = spool_name(exporter);
  std::error_code error;
  if (!make && !fs::is_directory(root + "/" + name, error)) return std::unique_ptr<Spool>();
  auto folder = SpoolFolder::claim(root, name);
  if (!folder) return folder.error();
  return Spool::open(std::move(*folder), place.limits, &base::system_now);
}

}  // namespace container_kit::telemetry::delivery
