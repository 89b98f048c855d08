#include "manifests/yaml_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "analyze/safe_text.h"
#include "analyze/text.h"

namespace container_kit::kit::manifests {
namespace {

constexpr std::array<std::string_view, 9> kReserved{"true", "false", "yes", "no",  "on",
                                                    "off",  "y",     "n",   "null"};
constexpr std::size_t kLongestReserved = 5;

constexpr bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

// A byte that stands for itself within quotes.
constexpr bool is_itself(char byte) {
  return byte >= ' ' && byte < '\x7F' && byte != '"' && byte != '\\';
}

// Characters above ASCII that are not printable, end lines in YAML 1.1, or are marks that nobody sees: those
// of direction, which make a text look like another, among them.
constexpr bool is_hidden(std::uint32_t code) {
  return code <= 0xA0 || code == 0xAD || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
         (code >= 0xFFF9 && code <= 0xFFFB) || code == 0xFFFE || code == 0xFFFF;
}

void append_hex(std::string& out, std::uint32_t code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const bool is_short = code <= 0xFF;
  out += is_short ? "\\x" : "\\u";
  for (unsigned shift = is_short ? 8 : 16; shift > 0;) {
    shift -= 4;
    out += kDigits[(code >> shift) & 0xFU];
  }
}

void append_ascii(std::string& out, char byte) {
  constexpr std::string_view kBytes = "\"\\\n\t\r";
  constexpr std::string_view kNames = "\"\\ntr";
  const auto found = kBytes.find(byte);
  if (found == std::string_view::npos) return append_hex(out, static_cast<unsigned char>(byte));
  out += '\\';
  out += kNames[found];
}

// The first character, of well-formed UTF-8, by its length and number.
struct Character {
  std::size_t length = 1;
  std::uint32_t code = 0;
};

Character character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::size_t length = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  auto code = byte(0) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (byte(i) & 0x3FU);
  return {length, code};
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto* end = std::find_if_not(text.begin(), text.end(), is_itself);
    const auto run = static_cast<std::size_t>(end - text.begin());
    out += text.substr(0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    auto length = std::size_t{1};
    if (const auto first = text.front(); static_cast<unsigned char>(first) < 0x80) {
      append_ascii(out, first);
    } else {
      const auto character = character_at(text);
      length = character.length;
      if (is_hidden(character.code)) {
        append_hex(out, character.code);
      } else {
        out += text.substr(0, length);
      }
    }
    text.remove_prefix(length);
  }
  out += '"';
}

}  // namespace

bool is_plain(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  const bool harmless = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
  });
  if (!harmless || text.size() > kLongestReserved) return harmless;
  return std::find(kReserved.begin(), kReserved.end(), analysis::lower(text)) == kReserved.end();
}

void append_yaml_text(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += text;
  } else if (std::all_of(text.begin(), text.end(), is_itself)) {
    out.append(1, '"').append(text).append(1, '"');
  } else {
    append_quoted(out, analysis::valid_utf8(text));
  }
}

}  // namespace container_kit::kit::manifests
