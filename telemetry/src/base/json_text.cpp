#include "base/json_text.h"

#include <cmath>

#include "base/bytes.h"
#include "base/utf8.h"

namespace container_kit::telemetry::base {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

constexpr std::uint64_t eight_times(std::uint8_t byte) {
  return 0x0101010101010101U * byte;
}

// Not zero where one of eight bytes is zero.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - eight_times(1)) & ~word & kHighBits;
}

// Not zero where one of eight bytes cannot stand in a JSON string as it is, or is not ASCII.
constexpr std::uint64_t special_bytes(std::uint64_t word) {
  const std::uint64_t control = (word - eight_times(0x20)) & ~word & kHighBits;
  return (word & kHighBits) | control | zero_bytes(word ^ eight_times('"')) |
         zero_bytes(word ^ eight_times('\\'));
}

bool is_special(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

// How many bytes from the beginning can be copied as they are.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + 8 <= text.size() && special_bytes(load64(text.data() + at)) == 0) at += 8;
  while (at < text.size() && !is_special(text[at])) ++at;
  return at;
}

// Copies the text and says whether all of it could be: the everyday case, in one pass.
bool copy_plain(char* out, std::string_view text) {
  if (text.size() < 8) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (is_special(text[at])) return false;
      out[at] = text[at];
    }
    return true;
  }
  const std::size_t last = text.size() - 8;
  const std::uint64_t tail = load64(text.data() + last);
  std::memcpy(out + last, &tail, 8);
  std::uint64_t special = special_bytes(tail);
  for (std::size_t at = 0; at < last; at += 8) {
    const std::uint64_t word = load64(text.data() + at);
    std::memcpy(out + at, &word, 8);
    special |= special_bytes(word);
  }
  return special == 0;
}

void append_escape(AppendBuffer& out, char c) {
  if (c == '"' || c == '\\') {
    out.append('\\');
    out.append(c);
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  const char escape[] = {'\\', 'u', '0', '0', kHexDigits[byte >> 4U], kHexDigits[byte & 15U]};
  out.append({escape, sizeof escape});
}

[[gnu::noinline, gnu::cold]] void append_special(AppendBuffer& out, std::string_view text) {
  if (!is_valid_utf8(text)) return append_special(out, sanitize_utf8(text));
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    if (static_cast<unsigned char>(text[0]) >= 0x80) {
      out.append(text[0]);
    } else {
      append_escape(out, text[0]);
    }
    text.remove_prefix(1);
  }
}

}  // namespace

void append_json_escaped(AppendBuffer& out, std::string_view text) {
  char* const begin = out.room(text.size());
  if (copy_plain(begin, text)) {
    out.advance_to(begin + text.size());
  } else {
    append_special(out, text);
  }
}

void append_json_string(AppendBuffer& out, std::string_view text) {
  char* const begin = out.room(text.size() + 2);
  *begin = '"';
  out.advance_to(begin + 1);
  append_json_escaped(out, text);
  out.append('"');
}

void append_json_string(std::string& out, std::string_view text) {
  AppendBuffer buffer(out);
  append_json_string(buffer, text);
}

void append_decimal(AppendBuffer& out, double number) {
  if (std::isnan(number)) return out.append("NaN");
  if (std::isinf(number)) return out.append(number < 0 ? "-Infinity" : "Infinity");
  constexpr std::size_t kMostCharacters = 32;
  char* const room = out.room(kMostCharacters);
  out.advance_to(std::to_chars(room, room + kMostCharacters, number).ptr);
}

void append_json_number(AppendBuffer& out, double number) {
  if (std::isfinite(number)) return append_decimal(out, number);
  out.append('"');
  append_decimal(out, number);
  out.append('"');
}

void append_hex(AppendBuffer& out, std::string_view bytes) {
  char* at = out.room(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kHexDigits[byte >> 4U];
    *at++ = kHexDigits[byte & 15U];
  }
  out.advance_to(at);
}

void append_base64(AppendBuffer& out, std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char* at = out.room((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      *at++ = i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
    }
  }
  out.advance_to(at);
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
