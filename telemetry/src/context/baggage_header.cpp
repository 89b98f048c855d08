// The baggage header of W3C Baggage.
#include <algorithm>
#include <string>

#include "context/formats.h"
#include "context/percent.h"

namespace container_kit::telemetry::propagation {
namespace {

constexpr std::string_view kHeader = "baggage";

bool is_token_character(char c) noexcept {
  const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_value(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_baggage_octet);
}

// key, or key=value.
bool is_property(std::string_view text) noexcept {
  const std::size_t equals = std::min(text.find('='), text.size());
  return is_token(trim(text.substr(0, equals))) &&
         is_value(trim(text.substr(std::min(equals + 1, text.size()))));
}

bool are_properties(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t semicolon = std::min(text.find(';'), text.size());
    if (!is_property(trim(text.substr(0, semicolon)))) return false;
    text.remove_prefix(std::min(semicolon + 1, text.size()));
  }
  return true;
}

// Adds what one list-member says; nothing where it is malformed.
void read_member(std::string_view member, Baggage& into) {
  const std::size_t semicolon = std::min(member.find(';'), member.size());
  const std::string_view pair = member.substr(0, semicolon);
  const std::string_view properties = trim(member.substr(std::min(semicolon + 1, member.size())));
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = trim(pair.substr(0, equals));
  const std::string_view value = trim(pair.substr(equals + 1));
  if (!is_token(name) || !is_value(value) || !are_properties(properties)) return;
  put_baggage(into, {std::string(name), percent_decode(value), std::string(properties)});
}

// The member as it stands in a header; empty where its name or its properties cannot.
std::string format_member(const BaggageMember& member) {
  if (!is_token(member.name)) return {};
  std::string text = member.name + '=';
  append_percent_encoded(text, member.value);
  const std::string_view properties = trim(member.properties);
  if (!properties.empty() && are_properties(properties)) text.append(";").append(properties);
  return text;
}

}  // namespace

void put_baggage(Baggage& baggage, BaggageMember member) {
  const auto earlier = std::find_if(baggage.begin(), baggage.end(), [&](const BaggageMember& candidate) {
    return candidate.name == member.name;
  });
  if (earlier != baggage.end()) {
    *earlier = std::move(member);
  } else if (baggage.size() < kMaxBaggageMembers) {
    baggage.push_back(std::move(member));
  }
}

// The limits are counted over all headers of that name, as if they were one.
void read_baggage(const HeaderReader& reader, Extracted& into) {
  Baggage baggage;
  std::size_t bytes_left = kMaxBaggageBytes;
  reader.values(kHeader, [&](std::string_view header) {
    while (!header.empty()) {
      const std::size_t comma = std::min(header.find(','), header.size());
      if (comma > bytes_left) {
        bytes_left = 0;  // no partial member, and none after it
        return;
      }
      read_member(trim(header.substr(0, comma)), baggage);
      bytes_left -= std::min(comma + 1, bytes_left);
      header.remove_prefix(std::min(comma + 1, header.size()));
    }
  });
  if (!baggage.empty()) into.baggage = std::move(baggage);
}

void write_baggage(const Context& context, const HeaderWriter& writer) {
  if (context.baggage().empty()) return;
  std::string header;
  std::size_t members = 0;
  for (const BaggageMember& member : context.baggage()) {
    const std::string text = format_member(member);
    if (text.empty() || header.size() + 1 + text.size() > kMaxBaggageBytes) continue;
    if (!header.empty()) header += ',';
    header += text;
    if (++members == kMaxBaggageMembers) break;
  }
  if (!header.empty()) writer.set(kHeader, header);
}

}  // namespace container_kit::telemetry::propagation
