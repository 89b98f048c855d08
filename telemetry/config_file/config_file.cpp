#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include <container_kit/telemetry/config_file.h>

#include "config/from_environment.h"
#include "config/setting.h"
#include "document.h"
#include "exporters.h"

namespace container_kit::telemetry {
namespace config_file {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

void read_format(Reader& reader, const YAML::Node& node) {
  const auto text = reader.text(node);
  const std::string format = text.value_or("");
  if (!format.starts_with("1.") || format.size() < 3) {
    reader.fault(node,
                 "file_format: \"" + format + "\" is not usable; allowed: \"1.0\", and later ones of 1");
  }
}

// The schema's levels are finer than ours: debug2, fatal.
void read_log_level(Reader& reader, const YAML::Node& node) {
  auto text = reader.text(node);
  if (!text) return;
  if (!text->empty() && text->back() >= '2' && text->back() <= '4') text->pop_back();
  reader.set_to(node, "log_level", *text == "fatal" ? "error" : *text);
}

void set_attribute(Reader& reader, const YAML::Node& node, const std::string& name,
                   const std::string& value) {
  for (const auto& [key, setting] :
       {std::pair("service.name", "service_name"), std::pair("service.version", "service_version"),
        std::pair("deployment.environment.name", "environment")}) {
    if (name == key) return reader.set_to(node, setting, value);
  }
  Config& config = reader.config();
  config.resource_attributes[name] = value;
  config::note_source(*config::find_setting("resource_attributes"), reader.where(node), config);
}

// Returns the attribute's name, where it has one.
std::optional<std::string> read_attribute(Reader& reader, const YAML::Node& node) {
  std::optional<std::string> name;
  std::optional<std::string> value;
  const auto read_type = [&](const YAML::Node& type) {
    const std::string text = reader.text(type).value_or("string");
    for (const char* known : {"string", "bool", "int", "double"}) {
      if (text == known) return;
    }
    reader.fault(type, "type: \"" + text + "\" is not usable; allowed: string, bool, int, double");
  };
  reader.mapping(node, {{"name", [&](const YAML::Node& text) { name = reader.text(text); }},
                        {"value", [&](const YAML::Node& text) { value = reader.text(text); }},
                        {"type", read_type}});
  if (name && value) set_attribute(reader, node, *name, *value);
  return name;
}

void read_attributes_list(Reader& reader, const YAML::Node& node, const std::set<std::string>& stronger) {
  const auto text = reader.text(node);
  if (!text) return;
  const auto pairs = config::parse_pairs(*text);
  if (!pairs) {
    return reader.fault(node,
                        "attributes_list: \"" + *text + "\" is not usable; allowed: key=value,key=value");
  }
  for (const auto& [name, value] : *pairs) {
    if (!stronger.contains(name)) set_attribute(reader, node, name, value);
  }
}

void read_resource(Reader& reader, const YAML::Node& node) {
  const auto ignored = [&](const char* key, const char* why) {
    return Reader::Entry{key, [&reader, key, why](const YAML::Node& value) {
                           if (!value.IsNull())
                             reader.warn(value, std::string(key) + ": is not used; " + why);
                         }};
  };
  std::set<std::string> named;
  const auto read_attributes = [&](const YAML::Node& value) {
    reader.list(value, [&](const YAML::Node& item) {
      if (const auto name = read_attribute(reader, item)) named.insert(*name);
    });
  };
  YAML::Node list;
  reader.mapping(node, {{"attributes", read_attributes},
                        {"attributes_list", [&](const YAML::Node& value) { list.reset(value); }},
                        reader.entry("schema_url", "resource_schema_url"),
                        ignored("detection/development", "host, process and container are always detected")});
  read_attributes_list(reader, list, named);
}

void read_propagator(Reader& reader, const YAML::Node& node) {
  std::string names;
  const auto composite = [&](const YAML::Node& value) {
    reader.list(value, [&](const YAML::Node& item) {
      if (!item.IsMap() || item.size() != 1 || !item.begin()->first.IsScalar()) {
        return reader.fault(item, "one propagator is wanted here, as in \"- tracecontext:\"");
      }
      names += (names.empty() ? "" : ",") + item.begin()->first.Scalar();
    });
  };
  reader.mapping(node, {{"composite", composite}, {"composite_list", [&](const YAML::Node& value) {
                                                     if (const auto text = reader.text(value)) {
                                                       names += (names.empty() ? "" : ",") + *text;
                                                     }
                                                   }}});
  if (!names.empty()) reader.set_to(node, "propagators", names);
}

// Our own: every setting by its name, those with a dot also as mappings in mappings.
void read_extensions(Reader& reader, const YAML::Node& node, const std::string& prefix = "") {
  Reader::Entries entries;
  for (const config::Setting& setting : config::settings()) {
    if (!setting.name.starts_with(prefix)) continue;
    const std::string rest = setting.name.substr(prefix.size());
    entries.push_back(reader.entry(rest, setting.name));
  }
  for (const char* group : {"otlp_traces", "otlp_metrics"}) {
    if (!prefix.empty()) break;
    entries.push_back({group, [&reader, group](const YAML::Node& value) {
                         read_extensions(reader, value, std::string(group) + ".");
                       }});
  }
  reader.mapping(node, entries);
}

void read_document(Reader& reader, const YAML::Node& root) {
  const auto ignored = [&](const char* key) {
    return Reader::Entry{key, [&reader, key](const YAML::Node& value) {
                           reader.warn(value, std::string(key) + ": is not used");
                         }};
  };
  const auto extensions = [&](const YAML::Node& value) { read_extensions(reader, value); };
  const auto disabled = [&](const YAML::Node& value) {
    const auto text = reader.text(value);
    if (!text || *text == "false") return;
    if (*text != "true") {
      return reader.fault(value, "disabled: \"" + *text + "\" is not usable; allowed: true, false");
    }
    reader.set_to(value, "tracing_enabled", "false");
    reader.set_to(value, "metrics_enabled", "false");
  };
  const auto distribution = [&](const YAML::Node& value) {
    if (value.IsMap() && value["container_kit"].IsDefined()) read_extensions(reader, value["container_kit"]);
  };
  if (!root.IsMap() || !root["file_format"].IsDefined()) {
    reader.fault(root, "file_format: is missing; set file_format: \"1.0\"");
    if (!root.IsMap()) return;
  }
  reader.mapping(root,
                 {{"file_format", [&](const YAML::Node& value) { read_format(reader, value); }},
                  {"disabled", disabled},
                  {"log_level", [&](const YAML::Node& value) { read_log_level(reader, value); }},
                  {"attribute_limits",
                   [&](const YAML::Node& value) {
                     reader.mapping(
                         value, {reader.entry("attribute_value_length_limit", "attribute_value_length_limit"),
                                 reader.entry("attribute_count_limit", "attribute_count_limit")});
                   }},
                  {"resource", [&](const YAML::Node& value) { read_resource(reader, value); }},
                  {"propagator", [&](const YAML::Node& value) { read_propagator(reader, value); }},
                  {"tracer_provider", [&](const YAML::Node& value) { read_tracer_provider(reader, value); }},
                  {"meter_provider", [&](const YAML::Node& value) { read_meter_provider(reader, value); }},
                  ignored("logger_provider"),
                  ignored("instrumentation/development"),
                  {"container_kit", extensions},
                  {"distribution", distribution}});
}

// container_kit.environment, where the environment names no preset.
std::string preset_of(const YAML::Node& root) {
  if (!root.IsMap() || !root["container_kit"].IsDefined() || !root["container_kit"].IsMap()) return {};
  const YAML::Node name = root["container_kit"]["environment"];
  return name.IsDefined() && name.IsScalar() ? name.Scalar() : std::string();
}

Config read(const std::string& text, const std::string& file, const config::Lookup& lookup) {
  try {
    const YAML::Node root = YAML::Load(text);
    return config::from_environment(lookup, {preset_of(root), [&](Config& config) {
                                               Reader reader(file, lookup, config);
                                               read_document(reader, root);
                                             }});
  } catch (const YAML::Exception& error) {
    Config config = config::from_environment(lookup);
    config.faults.push_back(file + ":" + std::to_string(error.mark.line + 1) + ": is no YAML: " + error.msg);
    return config;
  }
}

Config unusable(const std::string& file, const std::string& why) {
  Config config;
  config.faults.push_back(file + ": " + why);
  return config;
}

}  // namespace

Config from_text(const std::string& text, const std::string& file, const config::Lookup& lookup) noexcept {
  try {
    if (text.size() > kMaxBytes)
      return unusable(file, "is larger than a configuration may be; allowed: 1 MiB");
    return read(text, file, lookup);
  } catch (const std::exception& error) {
    return unusable(file, std::string("cannot be read: ") + error.what());
  }
}

}  // namespace config_file

Config config_from_file(const std::string& path) noexcept {
  try {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file) text.assign(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad()) {
      return config_file::unusable(path, std::string("cannot be read: ") + std::strerror(errno));
    }
    return config_file::from_text(text, path, &config::lookup_process_environment);
  } catch (const std::exception& error) {
    return config_file::unusable(path, std::string("cannot be read: ") + error.what());
  }
}

std::string config_file_of_environment() {
  for (const char* name : {"CONTAINER_KIT_CONFIG", "OTEL_CONFIG_FILE", "OTEL_EXPERIMENTAL_CONFIG_FILE"}) {
    std::string path = config::lookup_process_environment(name);
    if (!path.empty()) return path;
  }
  return {};
}

}  // namespace container_kit::telemetry
