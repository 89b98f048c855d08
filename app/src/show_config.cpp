#include <algorithm>
#include <iostream>

#include <boost/json.hpp>

#include "commands.h"

namespace container_kit::app {

namespace {

namespace json = boost::json;

void print_table(const telemetry::Config& config) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  constexpr std::size_t kWidest = 48;
  const auto settings = config.effective();
  for (const auto& setting : settings) {
    name_width = std::max(name_width, setting.name.size());
    value_width = std::max(value_width, std::min(setting.value.size(), kWidest));
  }
  const auto padded = [](const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
  };
  for (const auto& setting : settings) {
    std::cout << padded(setting.name, name_width) << "  " << padded(setting.value, value_width) << "  "
              << setting.source << '\n';
  }
  for (const auto& warning : config.warnings) std::cerr << "container-kit: warning: " << warning << '\n';
}

void print_json(const telemetry::Config& config, const std::string& fault) {
  json::array settings;
  for (const auto& setting : config.effective()) {
    settings.push_back({{"name", setting.name}, {"value", setting.value}, {"source", setting.source}});
  }
  json::object all{{"settings", std::move(settings)}, {"warnings", json::value_from(config.warnings)}};
  all["valid"] = fault.empty();
  if (!fault.empty()) all["fault"] = fault;
  std::cout << json::serialize(all) << '\n';
}

}  // namespace

int show_config(const ConfigCommand& command, const telemetry::Config& config) {
  const auto valid = config.validate();
  const std::string fault = valid ? "" : valid.error().message;
  if (command.json) {
    print_json(config, fault);
  } else {
    print_table(config);
    if (!valid) std::cerr << "container-kit: " << fault << '\n';
  }
  return valid ? 0 : kExitFailure;
}

}  // namespace container_kit::app
