#include "analyze/port_scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "analyze/findings.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array<std::uint16_t, 16> kClientPorts{5432, 3306, 6379,  27017, 9200, 9300, 5672,  15672,
                                                     9092, 2181, 11211, 1433,  1521, 9042, 26257, 4222};
constexpr std::array<std::string_view, 12> kListens{
    "listen(", "Listen",   ".bind(",     "::bind(", ".Run(", ".Start(",
    "Addr:",   "0.0.0.0:", "127.0.0.1:", "[::]:",   "\":",   "localhost:",
};

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_plausible(std::uint16_t port) {
  const bool client = std::find(kClientPorts.begin(), kClientPorts.end(), port) != kClientPorts.end();
  return !client && (port == 80 || port == 443 || port >= 1024);
}

// "port", "PORT", "serverPort", "APP_PORT", but not "import" or "support". Gives what follows it.
std::size_t after_port_name(std::string_view line) {
  const std::string low = lower(line);
  for (auto at = low.find("port"); at != kNotFound; at = low.find("port", at + 1)) {
    const auto end = at + 4;
    if (end < line.size() && is_name(line[end])) continue;
    if (at == 0 || !is_name(line[at - 1]) || line[at - 1] == '_' || (line[at] == 'P' && line[at + 1] == 'o'))
      return end;
  }
  return kNotFound;
}

std::size_t after_trigger(std::string_view line) {
  std::size_t first = after_port_name(line);
  for (const auto trigger : kListens) {
    const auto at = line.find(trigger);
    if (at != kNotFound) first = std::min(first, at + trigger.size());
  }
  return first;
}

std::optional<std::uint16_t> number_after(std::string_view line, std::size_t from) {
  for (std::size_t at = from; at < line.size(); ++at) {
    if (!is_digit(line[at])) continue;
    std::size_t end = at;
    while (end < line.size() && (is_digit(line[end]) || line[end] == '_')) ++end;
    const bool alone = (at == 0 || (!is_name(line[at - 1]) && line[at - 1] != '.')) &&
                       (end == line.size() || (!is_name(line[end]) && line[end] != '.'));
    std::string digits(line.substr(at, end - at));
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    const auto port = parse_port(digits);
    if (alone && port && is_plausible(*port)) return port;
    at = end;
  }
  return std::nullopt;
}

bool is_comment(std::string_view line) {
  return line.starts_with("//") || line.starts_with('#') || line.starts_with('*') || line.starts_with("--");
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535)
    return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

std::optional<std::uint16_t> find_port(std::string_view source_text) {
  for (const auto raw : lines_of(source_text)) {
    const auto line = trim(raw);
    if (is_comment(line)) continue;
    const auto from = after_trigger(line);
    if (from == kNotFound) continue;
    if (const auto port = number_after(line, from)) return port;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> port_of_command(std::string_view command) {
  const auto words = words_of(command);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = words[i];
    const bool takes_next = word == "-p" || word == "--port" || word == "-b" || word == "--bind" ||
                            word == "-l" || word == "-S" || word == "--dev-addr";
    if (takes_next && i + 1 < words.size()) {
      const auto value = words[i + 1];
      if (const auto port = parse_port(value.substr(value.rfind(':') + 1))) return port;
    }
    for (const std::string_view prefix : {"--port=", "PORT=", "-p", "--bind="}) {
      if (!word.starts_with(prefix)) continue;
      auto value = word.substr(prefix.size());
      if (value.starts_with("${PORT:-")) value = value.substr(8, value.find('}') - 8);
      if (const auto port = parse_port(value.substr(value.rfind(':') + 1))) return port;
    }
  }
  const auto fallback = between(command, "${PORT:-", "}");
  return fallback ? parse_port(*fallback) : std::nullopt;
}

bool report_port_of_sources(const Project& project, const std::vector<std::string>& files,
                            Findings& findings) {
  for (const auto& file : files) {
    if (!project.has(file)) continue;
    if (const auto port = find_port(project.text(file))) {
      findings.port(*port, "listens in source", project.path(file));
      return true;
    }
  }
  return false;
}

}  // namespace container_kit::kit::analysis
