#include "base/utf8.h"

#include <cstring>

#include "base/bytes.h"

namespace container_kit::telemetry::base {
namespace {

struct Step {
  std::size_t size;  // of the character, or of the maximal ill-formed part
  bool valid;
};

bool is_continuation(unsigned char byte) noexcept {
  return (byte & 0xC0U) == 0x80U;
}

// The range that the second byte must lie in (Unicode 15, table 3-7), which excludes overlong forms,
// surrogates and what lies beyond U+10FFFF; and how many bytes the character has.
struct Lead {
  std::size_t size;
  unsigned char low;
  unsigned char high;
};

Lead classify(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  return {0, 0, 0};
}

// Precondition: text is not empty.
Step next_character(std::string_view text) noexcept {
  const auto byte = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  if (byte(0) < 0x80) return {1, true};
  const Lead lead = classify(byte(0));
  if (lead.size == 0 || text.size() < 2 || byte(1) < lead.low || byte(1) > lead.high) return {1, false};
  for (std::size_t index = 2; index < lead.size; ++index) {
    if (index >= text.size() || !is_continuation(byte(index))) return {index, false};
  }
  return {lead.size, true};
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (text.size() >= 8 && (load64(text.data()) & kHighBits) == 0) {  // eight characters of ASCII
      text.remove_prefix(8);
      continue;
    }
    const Step step = next_character(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

std::size_t sanitize_utf8(std::string_view text, std::uint8_t* out, std::size_t limit) noexcept {
  std::size_t written = 0;
  while (!text.empty()) {
    const Step step = next_character(text);
    const std::string_view piece = step.valid ? text.substr(0, step.size) : kReplacement;
    if (written + piece.size() > limit) break;
    std::memcpy(out + written, piece.data(), piece.size());
    written += piece.size();
    text.remove_prefix(step.size);
  }
  return written;
}

std::size_t sanitized_utf8_size(std::string_view text, std::size_t limit) noexcept {
  std::size_t size = 0;
  while (!text.empty()) {
    const Step step = next_character(text);
    const std::size_t piece = step.valid ? step.size : kReplacement.size();
    if (size + piece > limit) break;
    size += piece;
    text.remove_prefix(step.size);
  }
  return size;
}

std::string sanitize_utf8(std::string_view text) {
  std::string out(sanitized_utf8_size(text, std::string_view::npos), '\0');
  sanitize_utf8(text, reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  return out;
}

std::string_view truncate_utf8(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && limit - end < 3 && is_continuation(static_cast<unsigned char>(text[end]))) --end;
  if (is_continuation(static_cast<unsigned char>(text[end]))) end = limit;  // not UTF-8 anyway
  return text.substr(0, end);
}

}  // namespace container_kit::telemetry::base
