#include "reader.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "config/setting.h"
#include "substitution.h"

namespace container_kit::telemetry::config_file {
namespace {

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

bool is_null_word(const std::string& text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::string list_keys(const Reader::Entries& entries) {
  std::string keys;
  for (const auto& entry : entries) keys += (keys.empty() ? "" : ", ") + entry.key;
  return keys;
}

}  // namespace

std::string nearest(std::string_view written, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 80;
  if (written.size() > kLongest) return {};
  std::string best;
  std::size_t least = written.size() / 3 + 2;
  for (const std::string& candidate : candidates) {
    const std::size_t far = distance(written, candidate);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best;
}

std::string Reader::where(const YAML::Node& node) const {
  return file_ + ":" + std::to_string(node.Mark().line + 1);
}

void Reader::fault(const YAML::Node& node, const std::string& what) {
  config_.faults.push_back(where(node) + ": " + what);
}

void Reader::warn(const YAML::Node& node, const std::string& what) {
  config_.warnings.push_back(where(node) + ": " + what);
}

void Reader::unknown_key(const YAML::Node& key, const Entries& entries) {
  std::vector<std::string> keys;
  for (const Entry& entry : entries) keys.push_back(entry.key);
  const std::string near = nearest(key.Scalar(), keys);
  fault(key, key.Scalar() + ": is not known here; " +
                 (near.empty() ? "allowed: " + list_keys(entries) : "did you mean " + near + "?"));
}

void Reader::mapping(const YAML::Node& node, const Entries& entries) {
  if (!node.IsDefined() || node.IsNull()) return;
  if (!node.IsMap()) return fault(node, "a mapping is wanted here; allowed keys: " + list_keys(entries));
  std::set<std::string> seen;
  for (const auto& pair : node) {
    if (!pair.first.IsScalar()) {
      fault(node, "a key must be plain text; allowed: " + list_keys(entries));
      continue;
    }
    const std::string& key = pair.first.Scalar();
    if (!seen.insert(key).second) {
      fault(pair.first, key + ": is there twice");
      continue;
    }
    const auto known =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
    if (known == entries.end()) {
      unknown_key(pair.first, entries);
    } else {
      known->read(pair.second);
    }
  }
}

void Reader::one_of(const YAML::Node& node, const Entries& entries) {
  if (node.IsMap() && node.size() == 1) return mapping(node, entries);
  fault(node, "exactly one of these keys is wanted here: " + list_keys(entries));
}

void Reader::list(const YAML::Node& node, const std::function<void(const YAML::Node& item)>& read) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) return fault(node, "a list is wanted here");
  for (const auto& item : node) read(item);
}

std::optional<std::string> Reader::text(const YAML::Node& node) {
  if (node.IsNull()) return std::nullopt;
  if (!node.IsScalar()) {
    fault(node, "a single value is wanted here");
    return std::nullopt;
  }
  auto value = substitute(node.Scalar(), lookup_);
  if (!value) {
    fault(node, value.error().message);
    return std::nullopt;
  }
  const bool is_quoted = node.Tag() == "!";
  if (!is_quoted && is_null_word(*value)) return std::nullopt;
  return std::move(*value);
}

void Reader::set(const YAML::Node& node, std::string_view setting) {
  if (const auto value = text(node)) set_to(node, setting, *value);
}

void Reader::set_to(const YAML::Node& node, std::string_view name, const std::string& text) {
  const config::Setting& setting = *config::find_setting(name);
  const auto shown = [&setting](const std::string& value) {
    return setting.is_secret ? std::string("(hidden)") : value;
  };
  const auto before = config_.sources.find(setting.name);
  const bool is_set_here = before != config_.sources.end() && before->second.where.starts_with(file_ + ":");
  const std::string was = is_set_here ? before->second.where : "";
  const std::string old = setting.print(config_);
  const std::string unusable = setting.read(text, config_);
  if (!unusable.empty()) {
    return fault(node,
                 setting.name + ": \"" + shown(unusable) + "\" is not usable; allowed: " + setting.allowed);
  }
  const bool is_merged = setting.name == "resource_attributes" || setting.name.ends_with(".headers");
  if (is_set_here && !is_merged && setting.print(config_) != old) {
    return fault(node, setting.name + ": is set to something else at " + was + "; there is one for all");
  }
  config::note_source(setting, where(node), config_);
}

Reader::Entry Reader::entry(std::string key, std::string setting) {
  return {std::move(key),
          [this, setting = std::move(setting)](const YAML::Node& node) { set(node, setting); }};
}

}  // namespace container_kit::telemetry::config_file
