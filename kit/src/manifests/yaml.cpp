#include "manifests/yaml.h"

#include <algorithm>
#include <array>

#include <yaml-cpp/yaml.h>

#include "analyze/safe_text.h"
#include "analyze/text.h"

namespace container_kit::kit::manifests {
namespace {

constexpr std::array<std::string_view, 9> kReserved{"true", "false", "yes", "no",  "on",
                                                    "off",  "y",     "n",   "null"};

void write_text(YAML::Emitter& out, const std::string& text) {
  if (!is_plain(text)) out << YAML::DoubleQuoted;
  out << analysis::valid_utf8(text);
}

void write(YAML::Emitter& out, const Yaml& node);  // NOLINT(misc-no-recursion): as deep as the literals are

struct Writer {
  YAML::Emitter& out;

  void operator()(const std::string& text) const { write_text(out, text); }
  void operator()(std::int64_t number) const { out << number; }
  void operator()(bool truth) const { out << truth; }
  void operator()(const Yaml::List& list) const {  // NOLINT(misc-no-recursion)
    out << YAML::BeginSeq;
    for (const auto& item : list) write(out, item);
    out << YAML::EndSeq;
  }
  void operator()(const Yaml::Map& map) const {  // NOLINT(misc-no-recursion)
    if (map.empty()) out << YAML::Flow;
    out << YAML::BeginMap;
    for (const auto& [key, value] : map) {
      out << YAML::Key;
      write_text(out, key);
      out << YAML::Value;
      write(out, value);
    }
    out << YAML::EndMap;
  }
};

void write(YAML::Emitter& out, const Yaml& node) {  // NOLINT(misc-no-recursion)
  std::visit(Writer{out}, node.value());
}

}  // namespace

bool is_plain(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !is_letter(text.front())) return false;
  const bool harmless = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
  });
  return harmless && std::find(kReserved.begin(), kReserved.end(), analysis::lower(text)) == kReserved.end();
}

std::string to_yaml(const Yaml& document) {
  YAML::Emitter out;
  write(out, document);
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace container_kit::kit::manifests
