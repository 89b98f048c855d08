// Reader: walks a YAML document by the keys that are allowed in it, and lays what it says over a Config.
//
// Every fault is noted with the file and line, and the walk goes on, so that all are reported at once.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <container_kit/telemetry/config.h>

#include "config/environment.h"

namespace container_kit::telemetry::config_file {

class Reader {
 public:
  // What is done with the value of a key.
  struct Entry {
    std::string key;
    std::function<void(const YAML::Node& value)> read;
  };
  using Entries = std::vector<Entry>;

  Reader(std::string file, config::Lookup lookup, Config& config)
      : file_(std::move(file)), lookup_(std::move(lookup)), config_(config) {}

  // A mapping with no other keys than these; null: nothing.
  void mapping(const YAML::Node& node, const Entries& entries);
  // A mapping with exactly one of these keys.
  void one_of(const YAML::Node& node, const Entries& entries);
  void list(const YAML::Node& node, const std::function<void(const YAML::Node& item)>& read);
  // The text of a scalar, variables put in. Nothing where it is null, or no scalar, which is a fault.
  std::optional<std::string> text(const YAML::Node& node);
  // Sets the Config's field of this name.
  void set(const YAML::Node& node, std::string_view setting);
  // The same, from this text instead of the node's own.
  void set_to(const YAML::Node& node, std::string_view name, const std::string& text);
  Entry entry(std::string key, std::string setting);

  void fault(const YAML::Node& node, const std::string& what);
  void warn(const YAML::Node& node, const std::string& what);
  std::string where(const YAML::Node& node) const;
  Config& config() { return config_; }

 private:
  void unknown_key(const YAML::Node& key, const Entries& entries);

  std::string file_;
  config::Lookup lookup_;
  Config& config_;
};

// The candidate that is nearest to what was written, or empty where none is near.
std::string nearest(std::string_view written, const std::vector<std::string>& candidates);

}  // namespace container_kit::telemetry::config_file
