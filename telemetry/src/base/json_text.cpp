#include "base/json_text.h"

#include <cstdio>

#include "base/utf8.h"

namespace container_kit::telemetry::base {

void append_json_string(std::string& out, std::string_view text) {
  const std::string valid = is_valid_utf8(text) ? std::string(text) : sanitize_utf8(text);
  out += '"';
  for (const char c : valid) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

void JsonText::lead(std::string_view key) {
  if (!first_) out_ += ',';
  first_ = false;
  if (key.empty()) return;
  append_json_string(out_, key);
  out_ += ':';
}

JsonText& JsonText::begin_object(std::string_view key) {
  lead(key);
  out_ += '{';
  first_ = true;
  return *this;
}

JsonText& JsonText::end_object() {
  out_ += '}';
  first_ = false;
  return *this;
}

JsonText& JsonText::begin_array(std::string_view key) {
  lead(key);
  out_ += '[';
  first_ = true;
  return *this;
}

JsonText& JsonText::end_array() {
  out_ += ']';
  first_ = false;
  return *this;
}

JsonText& JsonText::member(std::string_view key, std::string_view value) {
  lead(key);
  append_json_string(out_, value);
  return *this;
}

JsonText& JsonText::member(std::string_view key, bool value) {
  lead(key);
  out_ += value ? "true" : "false";
  return *this;
}

JsonText& JsonText::member(std::string_view key, std::uint64_t value) {
  lead(key);
  out_ += std::to_string(value);
  return *this;
}

}  // namespace container_kit::telemetry::base
