// JSON texts (RFC 8259): for people and scripts who read our health, objects and arrays written in order; for
// the encoders, the strings and numbers that they are made of.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/append_buffer.h"

namespace container_kit::telemetry::base {

// Appends `text` as a JSON string; what is not UTF-8 becomes U+FFFD.
void append_json_string(AppendBuffer& out, std::string_view text);
void append_json_string(std::string& out, std::string_view text);
// The same without the quotes around it.
void append_json_escaped(AppendBuffer& out, std::string_view text);

// A number that JSON has no form for becomes the string "NaN", "Infinity" or "-Infinity".
void append_json_number(AppendBuffer& out, double number);

template <typename Integer>
void append_decimal(AppendBuffer& out, Integer number) {
  constexpr std::size_t kMostDigits = 20;  // those of an int64, and its sign
  char* const room = out.room(kMostDigits);
  out.advance_to(std::to_chars(room, room + kMostDigits, number).ptr);
}

// The shortest decimal that reads back as the same number; NaN, Infinity and -Infinity by name.
void append_decimal(AppendBuffer& out, double number);
void append_hex(AppendBuffer& out, std::string_view bytes);
void append_base64(AppendBuffer& out, std::string_view bytes);

// Ends an object or array, of which every element has a comma behind it; with a comma behind it.
inline void close_json(AppendBuffer& out, char end) {
  char* const last = out.at(out.size() - 1);
  if (*last == ',') {
    *last = end;
  } else {
    out.append(end);
  }
  out.append(',');
}

// Writes one JSON value, member by member. The caller pairs begin and end.
class JsonText {
 public:
  JsonText& begin_object(std::string_view key = {});
  JsonText& end_object();
  JsonText& begin_array(std::string_view key = {});
  JsonText& end_array();
  JsonText& member(std::string_view key, std::string_view value);
  JsonText& member(std::string_view key, const char* value) { return member(key, std::string_view(value)); }
  JsonText& member(std::string_view key, bool value);
  JsonText& member(std::string_view key, std::uint64_t value);
  std::string take() { return std::move(out_); }

 private:
  void lead(std::string_view key);

  std::string out_;
  bool first_ = true;
};

}  // namespace container_kit::telemetry::base
