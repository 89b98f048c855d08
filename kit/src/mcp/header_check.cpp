#include "mcp/header_check.h"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "tools/quoted.h"

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr std::string_view kOpening = "=?base64?";
constexpr std::string_view kClosing = "?=";
constexpr int kBadRequest = 400;

RpcError mismatch(std::string message) {
  return {error_code::kHeaderMismatch, std::move(message), nullptr, kBadRequest};
}

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// RFC 4648 section 4, with its padding and without anything else.
std::optional<std::string> base64_decoded(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = sextet(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU));
  }
  return bytes;
}

bool is_header_text(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
}

std::optional<RpcError> refuse_header(const http::Request& request, std::string_view name,
                                      std::string_view expected, bool may_be_encoded) {
  const std::string header(name);
  const auto count = request.count(name);
  if (count == 0) return mismatch("the header " + header + " is missing");
  if (count > 1) return mismatch("the header " + header + " is there more than once");
  const auto value = may_be_encoded ? decoded_header(request.header(name))
                                    : std::optional(std::string(request.header(name)));
  if (!value) return mismatch("the header " + header + " is not written as it should be");
  if (*value == expected) return std::nullopt;
  return mismatch("the header " + header + " says " + in_quotes(*value) + ", the message says " +
                  in_quotes(expected));
}

// What Mcp-Name repeats; null where the method has nothing of that kind.
const json::value* name_in(const Message& message) {
  if (message.method == "tools/call" || message.method == "prompts/get")
    return message.params.if_contains("name");
  return message.method == "resources/read" ? message.params.if_contains("uri") : nullptr;
}

const json::value* value_at(const json::object& arguments, const std::vector<std::string>& path) {
  const json::object* inside = &arguments;
  const json::value* value = nullptr;
  for (const auto& name : path) {
    value = inside == nullptr ? nullptr : inside->if_contains(name);
    if (value == nullptr) return nullptr;
    inside = value->if_object();
  }
  return value;
}

// 42.0 and 42 are the same integer.
bool is_number(const std::string& text, double expected) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number == expected;
}

bool says(const std::string& header, const json::value& value) {
  if (value.is_string()) return header == std::string_view(value.get_string());
  if (value.is_bool()) return header == (value.get_bool() ? "true" : "false");
  return value.is_number() && is_number(header, value.to_number<double>());
}

std::optional<RpcError> refuse_parameter(const http::Request& request, const HeaderParameter& parameter,
                                         const json::object& arguments) {
  const json::value* value = value_at(arguments, parameter.path);
  const auto count = request.count(parameter.header);
  if (value == nullptr || value->is_null()) {
    if (count == 0) return std::nullopt;
    return mismatch("the header " + parameter.header +
                    " speaks of an argument that the message does not have");
  }
  if (count != 1) return mismatch("the header " + parameter.header + " is needed, once");
  const auto header = decoded_header(request.header(parameter.header));
  if (header && says(*header, *value)) return std::nullopt;
  return mismatch("the header " + parameter.header + " does not say what the argument says");
}

void collect(const json::object& schema, std::vector<std::string>& path,
             std::vector<HeaderParameter>& found) {
  const json::value* properties = schema.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [name, property] : properties->get_object()) {
    if (!property.is_object()) continue;
    path.emplace_back(name);
    const json::value* header = property.get_object().if_contains("x-mcp-header");
    if (header != nullptr && header->is_string()) {
      found.push_back({path, "Mcp-Param-" + std::string(header->get_string())});
    }
    collect(property.get_object(), path, found);
    path.pop_back();
  }
}

}  // namespace

std::vector<HeaderParameter> header_parameters_of(const json::object& input_schema) {
  std::vector<HeaderParameter> found;
  std::vector<std::string> path;
  collect(input_schema, path, found);
  return found;
}

std::optional<std::string> decoded_header(std::string_view value) {
  const bool is_encoded = value.size() >= kOpening.size() + kClosing.size() &&
                          value.substr(0, kOpening.size()) == kOpening &&
                          value.substr(value.size() - kClosing.size()) == kClosing;
  if (is_encoded) {
    return base64_decoded(value.substr(kOpening.size(), value.size() - kOpening.size() - kClosing.size()));
  }
  return is_header_text(value) ? std::optional(std::string(value)) : std::nullopt;
}

std::optional<RpcError> refuse_headers(const http::Request& request, const Message& message,
                                       std::string_view version,
                                       const std::vector<HeaderParameter>& parameters) {
  if (auto wrong = refuse_header(request, "MCP-Protocol-Version", version, false)) return wrong;
  if (auto wrong = refuse_header(request, "Mcp-Method", message.method, false)) return wrong;
  const json::value* name = name_in(message);
  if (name != nullptr && name->is_string()) {
    if (auto wrong = refuse_header(request, "Mcp-Name", name->get_string(), true)) return wrong;
  }
  const json::value* arguments = message.params.if_contains("arguments");
  const json::object none;
  for (const auto& parameter : parameters) {
    const json::object* given = arguments == nullptr ? nullptr : arguments->if_object();
    if (auto wrong = refuse_parameter(request, parameter, given == nullptr ? none : *given)) return wrong;
  }
  return std::nullopt;
}

}  // namespace container_kit::kit::mcp
