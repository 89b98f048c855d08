#include "delivery/naming_lint.h"

#include <algorithm>

#include <container_kit/telemetry/readable_span.h>

#include "base/json_text.h"
#include "base/naming_rules.h"

namespace container_kit::telemetry::delivery {
namespace {

std::string line(std::string_view what, const std::string& name, const std::string& better) {
  std::string text = "naming: " + std::string(what) + " ";
  base::append_json_string(text, name);
  text += ": better ";
  base::append_json_string(text, better);
  return text + "; CONTAINER_KIT_NAMING_LINT=off switches this off";
}

// The semantic conventions for MCP name a span after its method alone ("initialize", "ping"), those for child
// processes after the program ("docker").
bool is_named_by_conventions(const ReadableSpan& span) {
  return std::any_of(span.attributes.begin(), span.attributes.end(), [](const auto& attribute) {
    return attribute.key == "mcp.method.name" || attribute.key == "process.executable.name";
  });
}

}  // namespace

std::vector<std::string> NamingLint::look(std::string_view span) {
  std::vector<std::string> lines;
  const auto read = read_span(span);
  if (!read) return lines;
  const std::string name(read->name);
  if (!is_named_by_conventions(*read) && is_new(span_names_, name)) {
    const std::string better = base::better_span_name(name);
    if (!better.empty()) lines.push_back(line("span", name, better));
  }
  for (const auto& attribute : read->attributes) look_at_key(std::string(attribute.key), name, lines);
  for (const auto& event : read->events) {
    for (const auto& attribute : event.attributes) look_at_key(std::string(attribute.key), name, lines);
  }
  return lines;
}

bool NamingLint::is_new(Names& names, const std::string& name) {
  return names.size() < kMostNames && names.insert(name).second;
}

void NamingLint::look_at_key(const std::string& key, const std::string& span_name,
                             std::vector<std::string>& lines) {
  if (!is_new(keys_, key)) return;
  const std::string better = base::better_attribute_key(key, span_name);
  if (!better.empty()) lines.push_back(line("attribute", key, better));
}

}  // namespace container_kit::telemetry::delivery
